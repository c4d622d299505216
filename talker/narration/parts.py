"""The programme's clock: its scenes spoken and laid one behind the other."""

from __future__ import annotations

from dataclasses import dataclass

from talker.narration.keeping import Keep
from talker.narration.production import Production
from talker.narration.recording import Recorder, Recording, transition_frames
from talker.progress import Reporter, WithinStage
from talker.script.scenes import Scene
from talker.studio import Studio


@dataclass(frozen=True, slots=True)
class SceneFrames:
    """How the frames of a scene are divided.

    Attributes:
        head: Frames of its beginning that the scene before dissolves into.
        body: Frames that are seen by themselves.
        tail: Frames behind its end that dissolve into the next scene.
    """

    head: int
    body: int
    tail: int

    @property
    def total(self) -> int:
        """All that are rendered."""
        return self.head + self.body + self.tail


@dataclass(frozen=True, slots=True)
class Part:
    """A scene in its programme.

    Attributes:
        scene: What it is.
        recording: What is heard.
        start: Frame of the programme with which it begins.
        frames: How its own frames are divided.
        is_first: Whether the programme begins with it.
        is_last: Whether the programme ends with it.
    """

    scene: Scene
    recording: Recording
    start: int
    frames: SceneFrames
    is_first: bool
    is_last: bool

    @property
    def start_s(self) -> float:
        """Seconds of the programme before it."""
        return float(self.start / self.recording.fps)


def speak_scenes(
    production: Production, studio: Studio, keep: Keep, reporter: Reporter
) -> tuple[Part, ...]:
    """Speaks all scenes of a programme, each utterance once.

    Raises:
        TalkerError: As `talker.speech.speaking.speak`.
    """
    language, fps = production.script.language, production.fps
    recorder = Recorder(production.castings, studio, keep, fps, language)
    scenes = production.scenes
    letters = {
        scene.number: sum(
            len(production.castings[scene.number, place].text)
            for place in range(len(scene.utterances))
        )
        for scene in scenes
    }
    parts: list[Part] = []
    start = 0
    with reporter.stage("Speaking", sum(letters.values()), "characters") as advance:
        for index, scene in enumerate(scenes):
            recording = recorder.record(scene, WithinStage(reporter))
            advance(letters[scene.number])
            follows = scenes[index + 1] if index + 1 < len(scenes) else None
            head = _dissolving(scene, recording) if index else 0
            tail = _dissolving(follows, recording) if follows else 0
            frames = SceneFrames(head, recording.frames - head, tail)
            parts.append(Part(scene, recording, start, frames, index == 0, follows is None))
            start += recording.frames
    return tuple(parts)


def _dissolving(scene: Scene, recording: Recording) -> int:
    """Frames in which a scene comes out of the one before."""
    if scene.transition != "dissolve":
        return 0
    return transition_frames("dissolve", recording.fps)
