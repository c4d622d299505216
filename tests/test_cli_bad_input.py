"""Every wrong input ends in one clear message, the right exit code and no file."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from running import COMMAND, ROOT, Run, grown_file, run_outside

Talker = Callable[..., Run]

USAGE, FAILED, INTERRUPTED = 2, 1, 130


def refused(run: Run, code: int, *parts: object) -> None:
    """Asserts one message that holds the parts, and nothing else said."""
    assert run.code == code, run.err
    assert run.err.count("Error") == 1, run.err
    assert "Traceback" not in run.err
    assert "fault in talker" not in run.err
    for part in parts:
        assert str(part) in run.err, f"{part!r} is not in: {run.err}"


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
@pytest.mark.parametrize("command", ["say", "speak"])
def test_empty_text(talker: Talker, place: Path, command: str, text: str) -> None:
    suffix = {"say": "mp4", "speak": "wav"}[command]
    refused(talker(command, text, "-o", f"out.{suffix}"), USAGE, "text is empty", "Give some words")
    assert not left_in(place)


def test_a_name_cannot_steer_the_terminal(talker: Talker, place: Path) -> None:
    run = talker("say", "Hello.", "--portrait", "a\x1b[31m.png", "-o", "out.mp4")
    refused(run, USAGE, r"a\x1b[31m.png")
    assert "\x1b" not in run.err


@pytest.mark.parametrize("text", ["...", "?!", "🙂🙂", "[pause 2s]"])
def test_text_without_a_word(talker: Talker, place: Path, assets: None, text: str) -> None:
    refused(talker("speak", text, "-o", "out.wav"), USAGE, "to say")
    assert not left_in(place)


@pytest.mark.parametrize("text", ["ᚠᚢᚦᚨᚱᚲ", "𓀀𓀁"])
def test_text_that_no_voice_can_speak(talker: Talker, place: Path, text: str) -> None:
    refused(talker("speak", text, "-o", "out.wav"), USAGE, text, "talker voices")
    assert not left_in(place)


@pytest.mark.parametrize(
    ("text", "voice", "language"),
    [
        ("Привет, как дела?", "en", "ru"),
        ("こんにちは、元気ですか。", "zh", "ja"),
        ("안녕하세요", "en", "ko"),
    ],
)
def test_text_in_a_language_that_the_voice_cannot_speak(
    talker: Talker, place: Path, assets: None, text: str, voice: str, language: str
) -> None:
    run = talker("say", text, "--voice", voice, "-o", "out.mp4")
    refused(run, USAGE, language, voice, "--voice")
    assert not left_in(place)


def test_chinese_for_the_english_voice(talker: Talker, place: Path, assets: None) -> None:
    refused(talker("speak", "你好吗", "--voice", "en", "-o", "a.wav"), USAGE, "zh", "en", "--voice")
    assert not left_in(place)


def test_missing_files(talker: Talker, place: Path) -> None:
    refused(talker("say", "news.txt", "-o", "a.mp4"), USAGE, "news.txt", "--text")
    refused(
        talker("say", "Hi.", "--portrait", "me.png", "-o", "a.mp4"), USAGE, "me.png", "spelling"
    )
    run = talker("sync", "--face", "reader", "--audio", "speech.wav", "-o", "a.mp4")
    refused(run, USAGE, "speech.wav", "spelling")
    refused(talker("speak", "Hi.", "--lexicon", "words.txt", "-o", "a.wav"), USAGE, "words.txt")
    refused(talker("speak", "Hi.", "--voice", "my.onnx", "-o", "a.wav"), USAGE, "my.onnx")
    assert not left_in(place)


def test_unknown_names(talker: Talker, place: Path) -> None:
    refused(talker("say", "Hi.", "--portrait", "poeet", "-o", "a.mp4"), USAGE, "poeet", "poet")
    refused(talker("speak", "Hi.", "--voice", "xx", "-o", "a.wav"), USAGE, "'xx'", "talker voices")
    refused(talker("models", "pull", "bakr"), USAGE, "bakr", "baker", "talker models list")
    refused(talker("models", "pull", "baker", "--from", "nodir"), USAGE, "nodir", "--from")
    refused(talker("say", "Hi.", "--lips", "magic", "-o", "a.mp4"), USAGE, "magic", "warp")
    assert not left_in(place)


def test_a_folder_in_place_of_a_file(talker: Talker, place: Path) -> None:
    (place / "folder").mkdir()
    refused(talker("say", "folder", "-o", "a.mp4"), USAGE, "folder", "Name a text file")
    refused(
        talker("say", "Hi.", "--portrait", place / "folder", "-o", "a.mp4"), USAGE, "is a folder"
    )
    run = talker("sync", "--face", "reader", "--audio", "folder", "-o", "a.mp4")
    refused(run, USAGE, "'folder' is a folder")
    (place / "out.mp4").mkdir()
    refused(talker("say", "Hi.", "-o", "out.mp4"), USAGE, "out.mp4", "is a folder")
    assert left_in(place) == {"folder", "out.mp4"}


def text_file(path: Path) -> None:
    path.write_text("this is no picture\n" * 50)


def truncated(path: Path) -> None:
    whole = (ROOT / "portraits" / "reader.png").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def tiny(path: Path) -> None:
    Image.new("RGB", (1, 1), "pink").save(path)


def huge(path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(path)


def faceless(path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 300, 3), np.uint8)
    Image.fromarray(noise).save(path)


def empty(path: Path) -> None:
    path.touch()


@pytest.mark.parametrize(
    ("make", "problem", "remedy"),
    [
        (text_file, "not a picture", "Give a PNG"),
        (truncated, "damaged or cut off", "again"),
        (tiny, "1x1", "at least"),
        (huge, "400 million pixels", "Shrink"),
        (faceless, "No face", "Use a well-lit picture"),
        (empty, "is empty", "again"),
    ],
)
def test_a_picture_that_cannot_be_used(
    talker: Talker,
    place: Path,
    assets: None,
    make: Callable[[Path], None],
    problem: str,
    remedy: str,
) -> None:
    make(place / "face.png")
    run = talker("say", "Hello.", "--portrait", "face.png", "-o", "out.mp4")
    refused(run, USAGE, problem, remedy)
    assert left_in(place) == {"face.png"}


def test_a_clip_that_is_cut_off_is_told_as_a_clip(talker: Talker, place: Path) -> None:
    (place / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    run = talker("sync", "--face", "clip.mp4", "--audio", "clip.mp4", "-o", "out.mp4")
    refused(run, USAGE, "clip.mp4", "not a film that can be read", "Give an MP4")
    assert left_in(place) == {"clip.mp4"}


def test_sound_that_cannot_be_used(talker: Talker, place: Path, assets: None) -> None:
    text_file(place / "speech.wav")
    run = talker("sync", "--face", "reader", "--audio", "speech.wav", "-o", "out.mp4")
    refused(run, USAGE, "speech.wav")
    assert left_in(place) == {"speech.wav"}


def test_an_existing_target_is_kept(talker: Talker, place: Path) -> None:
    for name in ("out.mp4", "out.wav", "marks.json"):
        (place / name).write_text("precious")
    refused(talker("say", "Hi.", "-o", "out.mp4"), USAGE, "out.mp4", "--overwrite")
    refused(talker("speak", "Hi.", "-o", "out.wav"), USAGE, "out.wav", "--overwrite")
    run = talker("speak", "Hi.", "-o", "new.wav", "--marks", "marks.json")
    refused(run, USAGE, "marks.json", "--overwrite")
    assert {path.read_text() for path in place.iterdir()} == {"precious"}
    assert left_in(place) == {"out.mp4", "out.wav", "marks.json"}


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("missing/out.mp4", ("missing", "mkdir -p")),
        ("file/out.mp4", ("file", "Name another folder")),
        ("it's here/out.mp4", ("mkdir -p", """'it'"'"'s here'""")),
        ("/proc/out.mp4", ("/proc/out.mp4",)),
        ("out.xyz", ("out.xyz", ".mp4")),
        ("out", ("out", ".mp4")),
        ("x" * 300 + ".mp4", ("xxx",)),
    ],
)
def test_an_unwritable_target(
    talker: Talker, place: Path, target: str, parts: tuple[str, ...]
) -> None:
    (place / "file").write_text("precious")
    refused(talker("say", "Hi.", "-o", target), USAGE, *parts)
    assert left_in(place) == {"file"}


def test_two_results_in_one_file(talker: Talker, place: Path) -> None:
    run = talker("speak", "Hi.", "-o", "a.wav", "--marks", "b.json", "--srt", "b.txt")
    refused(run, USAGE, "b.txt", ".srt")
    run = talker("say", "Hi.", "-o", "a.mp4", "--marks", "a.wav")
    refused(run, USAGE, "a.wav", ".json")
    assert not left_in(place)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--fps", "0"),
        ("--fps", "1e9"),
        ("--size", "13"),
        ("--size", "-640x360"),
        ("--life", "2"),
        ("--speed", "9"),
        ("--speed", "nan"),
        ("--speed", "fast"),
        ("--seed", "text"),
        ("--seed", "1.5"),
        ("--face-index", "first"),
        ("--device", "tpu"),
    ],
)
def test_a_setting_out_of_range(talker: Talker, place: Path, option: str, value: str) -> None:
    refused(talker("say", "Hi.", "-o", "a.mp4", option, value), USAGE, option[2:], f"'{value}'")
    assert not left_in(place)


def test_a_place_outside_the_picture_lists_its_faces(
    talker: Talker, place: Path, assets: None
) -> None:
    run = talker("say", "Hi.", "-o", "a.mp4", "--face-at", "9999,3")
    refused(run, USAGE, "9999,3", "1024x1024", "--face-index 0")
    assert not left_in(place)


@pytest.mark.parametrize("option", ["--portrait", "--voice", "--lexicon"])
@pytest.mark.parametrize("name", ["~nobody-here/a.onnx", "x" * 300 + ".onnx", "a/b/c.onnx"])
def test_a_name_that_no_file_can_have(talker: Talker, place: Path, option: str, name: str) -> None:
    refused(talker("say", "Hi.", "-o", "a.mp4", option, name), USAGE, name)
    assert not left_in(place)


def test_devices_are_no_files(talker: Talker, place: Path) -> None:
    endless = "/dev/zero"
    refused(talker("speak", endless, "-o", "a.wav"), USAGE, endless, "million bytes")
    run = talker("speak", "Hi.", "--lexicon", endless, "-o", "a.wav")
    refused(run, USAGE, endless, "million bytes")
    run = talker("say", "Hi.", "--portrait", endless, "-o", "a.mp4")
    refused(run, USAGE, endless, "no regular file")
    os.mkfifo(place / "pipe.wav")
    run = talker("speak", "Hi.", "-o", "pipe.wav", "--overwrite")
    refused(run, USAGE, "pipe.wav", "no regular file")
    assert left_in(place) == {"pipe.wav"}


def test_a_gpu_that_nothing_here_can_use(talker: Talker, place: Path) -> None:
    refused(talker("say", "Hi.", "-o", "a.mp4", "--device", "gpu"), USAGE, "gpu", "--device cpu")
    assert not left_in(place)


def test_no_network_while_a_model_is_missing(place: Path, tmp_path: Path) -> None:
    run = run_outside(
        *("speak", "Good evening.", "--voice", "en", "-o", "out.wav"),
        folder=place,
        TALKER_HOME=str(tmp_path / "empty"),
        TALKER_OFFLINE="1",
    )
    refused(run, FAILED, "piper-joe", "TALKER_OFFLINE", "talker models pull piper-joe")
    assert not left_in(place)


def test_an_index_out_of_reach_while_a_model_is_missing(place: Path, tmp_path: Path) -> None:
    run = run_outside(
        *("say", "你好。", "--voice", "zh", "-o", "out.mp4"),
        folder=place,
        TALKER_HOME=str(tmp_path / "empty"),
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_EXTRA_INDEX_URL="",
        PIP_FIND_LINKS="",
        PIP_RETRIES="0",
    )
    refused(run, FAILED, "could not be fetched", "talker models pull baker")
    assert not left_in(place)


def test_a_corrupted_model(place: Path, tmp_path: Path, assets: None) -> None:
    from talker.assets import store

    home = tmp_path / "home"
    folder = home / "models" / "piper-joe"
    folder.mkdir(parents=True)
    for name in ("en_US-joe-medium.onnx", "en_US-joe-medium.onnx.json"):
        (folder / name).write_bytes(store.file("piper-joe", name).read_bytes()[:-1] + b"\0")
    run = run_outside(
        *("speak", "Good evening.", "--voice", "en", "-o", "out.wav"),
        folder=place,
        TALKER_HOME=str(home),
    )
    refused(run, FAILED, "'piper-joe' is damaged", "talker models pull piper-joe")
    assert not left_in(place)


def test_a_disk_that_becomes_full(place: Path, assets: None) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    for command, target in (("say --size 256x256", "out.mp4"), ("speak", "out.wav")):
        words = [*command.split(), "One two three four.", "-o", target]
        run = run_outside(*words, folder=place, limit=limit)
        refused(run, FAILED, target, "nothing was left behind")
        assert not left_in(place)


def test_ctrl_c_in_the_middle_leaves_no_file(place: Path, assets: None) -> None:
    command = [*COMMAND, "say", "-o", "out.mp4", "--text", "One, two, three. " * 15]
    process = subprocess.Popen(
        command, cwd=place, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    deadline = time.monotonic() + 60
    while not grown_file(place, "*", 10_000):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == INTERRUPTED
    assert "Stopped" in err
    assert "Traceback" not in err
    assert not left_in(place)


def test_json_carries_the_error(talker: Talker, place: Path) -> None:
    run = talker("speak", "Hi.", "-o", "a.nothing", "--json")
    error = json.loads(run.out)["error"]
    assert error["exit_code"] == run.code == USAGE
    assert "a.nothing" in error["problem"]
