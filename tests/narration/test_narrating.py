from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pysubs2
import pytest
from narration.conftest import THREE_SCENES, Narrate, fingerprints, pictures, sound
from PIL import Image
from running import ROOT, Run

from talker.speech.loudness import integrated_loudness

COMMAND = (sys.executable, "-c", "from talker_cli import main; main()")


FADE_FRAMES = 10
"""At the end of a programme."""


def test_a_film_is_as_long_as_its_scenes_and_says_that_it_is_generated(
    home: Path, narrate: Narrate
) -> None:
    result = narrate(THREE_SCENES)
    shown = list(pictures(result.path))
    assert len(shown) == result.frames
    assert {picture.shape for picture in shown} == {(144, 256, 3)}
    with av.open(str(result.path)) as film:
        video, audio = film.streams.video[0], film.streams.audio[0]
        assert video.average_rate == Fraction(12)
        assert abs(video.duration * video.time_base - audio.duration * audio.time_base) < 0.1
        assert "AI-generated" in film.metadata["comment"]
        assert "Portrait" in film.metadata["description"]
    assert (result.scenes, result.reused) == (3, 0)
    assert result.voices == "en-woman + en"


def test_a_programme_is_as_loud_as_it_should_be(home: Path, narrate: Narrate) -> None:
    result = narrate(THREE_SCENES)
    samples = sound(result.path)
    assert integrated_loudness(samples, 48_000) == pytest.approx(-16, abs=1)
    assert np.abs(samples).max() < 10 ** (-1 / 20)


def test_a_change_in_one_scene_renders_that_scene_alone(home: Path, narrate: Narrate) -> None:
    before = narrate(THREE_SCENES)
    old = fingerprints(before.path)
    again = narrate(THREE_SCENES)
    assert (again.scenes, again.reused) == (3, 3)
    assert fingerprints(again.path) == old
    changed = narrate(THREE_SCENES.replace("Good bye.", "Good night, my friend."))
    assert changed.reused == 2
    new = fingerprints(changed.path)
    # The last scene is one second long at least; what comes before it has not changed.
    assert new[: len(old) - 12 * 2] == old[: len(old) - 12 * 2]
    assert new != old


def test_lines_added_above_a_scene_do_not_render_it_anew(home: Path, narrate: Narrate) -> None:
    narrate(THREE_SCENES)
    moved = THREE_SCENES.replace("# One", "\n\n# One").replace("Ben: Maybe.", "Ben: Maybe not.")
    assert narrate(moved).reused == 2


def test_a_killed_run_goes_on_where_it_stopped_to_the_same_film(
    home: Path, narrate: Narrate, tmp_path: Path
) -> None:
    script = tmp_path / "killed.md"
    script.write_text(THREE_SCENES, "utf-8")
    command = [*COMMAND, "narrate", str(script), "-o", str(tmp_path / "killed.mp4")]
    command += ["--captions", "off"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    scenes = home / "scenes"
    deadline = time.monotonic() + 120
    while not any((path.parent / "whole").exists() for path in scenes.glob("[0-9a-f]*/body.mp4")):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "killed.mp4").exists()
    resumed = narrate(THREE_SCENES, "killed")
    assert 1 <= resumed.reused < 3
    uninterrupted = narrate(THREE_SCENES, "whole")
    assert fingerprints(resumed.path) == fingerprints(uninterrupted.path)
    np.testing.assert_array_equal(sound(resumed.path), sound(uninterrupted.path))


def test_scenes_dissolve_into_each_other_without_a_step(home: Path, narrate: Narrate) -> None:
    shown = [picture.astype(np.float32) for picture in pictures(narrate(THREE_SCENES).path)]
    steps = np.array([np.abs(after - before).mean() for before, after in itertools.pairwise(shown)])
    # In the first scene the picture cuts from Ann to Ben, who dissolves into himself in the
    # second, and the third cuts to Ann: two cuts, and nothing like one between them. The end goes
    # into the dark.
    cuts = np.flatnonzero(steps[:-FADE_FRAMES] > 15)
    assert len(cuts) == 2
    assert steps[cuts[0] + 1 : cuts[1]].max() < 8


def test_captions_change_with_their_words(home: Path, narrate: Narrate) -> None:
    script = THREE_SCENES.replace("fps: 12", "fps: 25")
    bare = list(pictures(narrate(script, "bare").path))
    burned = narrate(script, "burned", ("burn", "file"))
    cues = pysubs2.load(str(burned.path.with_suffix(".srt")))
    rows = slice(144 // 2, 144)
    shown = np.array(
        [
            np.abs(with_captions[rows].astype(int) - without[rows]).max() > 120
            for with_captions, without in zip(pictures(burned.path), bare, strict=True)
        ]
    )
    for cue in cues:
        first = cue.start / 1000 * 25
        assert shown[int(first) + 2], f"nothing is seen of {cue.text!r}"
    appearing = np.flatnonzero(np.diff(shown.astype(int)) == 1) + 1
    begun = np.array([cue.start / 1000 for cue in cues])
    for frame in appearing:
        assert np.abs(begun - frame / 25).min() <= 0.08


def test_a_soft_track_and_files_hold_all_that_is_said(home: Path, narrate: Narrate) -> None:
    result = narrate(THREE_SCENES, captions=("soft", "file"))
    assert result.captions == [
        str(result.path.with_suffix(suffix)) for suffix in (".srt", ".vtt", ".ass")
    ]
    with av.open(str(result.path)) as film:
        (track,) = film.streams.subtitles
        assert track.codec_context.name == "mov_text"
        spoken = b"".join(bytes(packet) for packet in film.demux(track)).decode(errors="ignore")
    for words in ("Mamma, may we map Miami?", "Maybe.", "Pepper beats butter.", "Good bye."):
        assert words in spoken
        for path in result.captions:
            assert words in Path(path).read_text("utf-8")


def changes(shown: list[np.ndarray], box: tuple[float, float, float, float]) -> np.ndarray:
    """How much a part of the picture, given in shares of it, changes from frame to frame."""
    height, width = shown[0].shape[:2]
    left, top, right, bottom = box
    parts = [
        picture[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]
        for picture in shown
    ]
    return np.array(
        [np.abs(after.astype(int) - before).mean() for before, after in itertools.pairwise(parts)]
    )


def test_two_faces_of_one_picture_speak_by_turns(
    home: Path, narrate: Narrate, tmp_path: Path
) -> None:
    both = [
        Image.open(ROOT / f"portraits/{name}.png").convert("RGB") for name in ("reader", "poet")
    ]
    pair = np.hstack([np.array(one.resize((512, 512))) for one in both])
    Image.fromarray(pair).save(tmp_path / "pair.png")
    script = """---
kind: dialogue
language: en
fps: 12
size: 512x256
view: together
cast:
  Ann: {portrait: pair.png, voice: en-woman, face: 0}
  Ben: {portrait: pair.png, voice: en, face: 1}
---
Ann: Mamma, may we map Miami by bus?

Ben: Papa, we may hop about the map.
"""
    result = narrate(script, captions=("file",), life=0)
    (ann, ben) = pysubs2.load(str(result.path.with_suffix(".srt")))
    shown = list(pictures(result.path))
    left, right = changes(shown, (0.1, 0.5, 0.4, 0.95)), changes(shown, (0.6, 0.5, 0.9, 0.95))
    first = slice(int(ann.start / 1000 * 12) + 1, int(ann.start / 1000 * 12) + 18)
    second = slice(int(ben.start / 1000 * 12) + 1, int(ben.start / 1000 * 12) + 18)
    assert left[first].mean() > 4 * right[first].mean()
    assert right[second].mean() > 4 * left[second].mean()


def test_a_listener_lives_with_a_closed_mouth(home: Path, narrate: Narrate) -> None:
    script = THREE_SCENES.partition("# Two")[0].replace("size: 256x144", "size: 512x256")
    script = script.replace("Ben: Maybe.", "").replace("title:", "view: together\ntitle:")
    script += "\nBen: Yes."
    shown = list(pictures(narrate(script, life=1).path))[:24]
    ann, ben = changes(shown, (0.0, 0.0, 0.49, 1)), changes(shown, (0.51, 0, 1, 1))
    assert ann.mean() > 0
    assert ben.mean() > 0.02, "the listener is a photograph"


@pytest.mark.parametrize(
    ("options", "named", "remedy"),
    [
        (("--scene", "7"), "There is no scene 7", "--dry-run"),
        (("--scene", "x"), "'x'", "number of a scene"),
        (("--scene", "1", "--from", "2"), "--scene", "Leave one out"),
        (("--from", "3", "--to", "2"), "Scene 2", "earlier"),
        (("--captions", "burn,loud"), "burn,loud", "karaoke"),
        (("--device", "gpu"), "gpu", "cpu"),
    ],
)
def test_wrong_options_are_refused_before_any_work(
    home: Path, talker: object, tmp_path: Path, options: tuple[str, ...], named: str, remedy: str
) -> None:
    script = tmp_path / "show.md"
    script.write_text(THREE_SCENES, "utf-8")
    run: Run = talker("narrate", script, "-o", tmp_path / "show.mp4", *options)  # type: ignore[operator]
    assert run.code == 2
    assert named in run.err
    assert remedy in run.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "show.md"]


def test_a_dry_run_tells_the_timeline_and_makes_nothing(
    home: Path, talker: object, tmp_path: Path
) -> None:
    script = tmp_path / "show.md"
    script.write_text(THREE_SCENES, "utf-8")
    run: Run = talker("narrate", script, "-o", tmp_path / "show.mp4", "--dry-run")  # type: ignore[operator]
    assert run.code == 0, run.err
    for told in ("One", "Two", "Three", "Mamma, may we map", "en-woman", "poet"):
        assert told in run.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "show.md"]
    assert not (home / "scenes").exists()


def test_a_storyboard_is_a_picture_a_scene(home: Path, talker: object, tmp_path: Path) -> None:
    script = tmp_path / "show.md"
    script.write_text(THREE_SCENES, "utf-8")
    run: Run = talker("narrate", script, "-o", tmp_path / "show.mp4", "--storyboard")  # type: ignore[operator]
    assert run.code == 0, run.err
    boards = sorted(tmp_path.glob("*.png"))
    assert [path.name for path in boards] == [f"show.scene-0{n}.png" for n in (1, 2, 3)]
    assert {Image.open(path).size for path in boards} == {(256, 144)}
    assert not (tmp_path / "show.mp4").exists()


def test_one_scene_of_a_script_is_filmed_alone(home: Path, talker: object, tmp_path: Path) -> None:
    script = tmp_path / "show.md"
    script.write_text(THREE_SCENES, "utf-8")
    run: Run = talker(  # type: ignore[operator]
        "narrate", script, "-o", tmp_path / "show.mp4", "--scene", "2", "--captions", "file", "-q"
    )
    assert run.code == 0, run.err
    (cue,) = pysubs2.load(str(tmp_path / "show.srt"))
    assert cue.text == "Pepper beats butter."


ONE_LINE = """---
kind: dialogue
language: en
fps: 5
size: 192x128
cast:
  Ann: {{portrait: '{portrait}', voice: en}}
---
Ann: {words}
"""


def test_the_neural_engine_films_scripts_too(
    store_with_weights: Path, narrate: Narrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKER_HOME", str(store_with_weights))
    script = ONE_LINE.format(portrait="reader", words="Mamma, may we?")
    result = narrate(script, lips="wav2lip", life=0)
    assert result.lips == "wav2lip"
    assert len(list(pictures(result.path))) == result.frames
    with av.open(str(result.path)) as film:
        assert "Lips: wav2lip" in film.metadata["description"]


def test_a_clip_can_speak_a_script(home: Path, narrate: Narrate, media: Path) -> None:
    script = ONE_LINE.format(portrait=media / "grid_bbaf2n.mpg", words="Papa, may we go?")
    result = narrate(script)
    shown = list(pictures(result.path))
    assert len(shown) == result.frames
    # The clip moves by itself, also where nothing is said.
    assert changes(shown[:2], (0, 0, 1, 1)).mean() > 0
