"""Wav2Lip's engine on real clips and portraits, with weights nobody trained."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from random_weights import random_weights
from safetensors.numpy import save_file
from spoken_phones import evenly

from talker.errors import AssetError, FaceError
from talker.faces.face import Face
from talker.lips.engine import LipCapabilities, LipSettings, frame_count
from talker.lips.paste.mask import mouth_mask
from talker.lips.wav2lip import engine as engine_module
from talker.lips.wav2lip.crop import crop_to_frame, cut_face
from talker.lips.wav2lip.engine import Wav2LipEngine
from talker.lips.wav2lip.gated_mel import GatedMel
from talker.lips.wav2lip.mel import SILENT
from talker.media.frames import Frame, FrameSource, Picture, Still

CAPABILITIES = LipCapabilities(needs_weights=True, uses_phones=False, devices=("cpu", "gpu"))
PHRASE = evenly(["m", "a", "p"], before_s=0.1, after_s=0.1)
COUNT = frame_count(PHRASE, LipSettings())


class Clip(FrameSource):
    """A portrait carried across the picture, each frame with noise of its own."""

    def __init__(self, picture: Picture, face: Face, count: int) -> None:
        self.height, self.width = picture.shape[:2]
        self.fps, self.length = Fraction(25), count
        self._picture, self._face = picture, face
        self.closed = False

    def shift(self, number: int) -> tuple[float, float]:
        return 1.7 * number - 10, 6.0 * float(np.sin(number))

    def frames(self) -> Iterator[Frame]:
        try:
            for number in range(self.length or 0):
                x, y = self.shift(number)
                move = np.array([[1, 0, x], [0, 1, y]], np.float64)
                moved = cv2.warpAffine(
                    self._picture, move, (self.width, self.height), borderMode=cv2.BORDER_REPLICATE
                )
                noise = np.random.default_rng(number).normal(0, 3, moved.shape)
                picture = np.clip(moved + noise, 0, 255).astype(np.uint8)
                yield Frame(picture, Fraction(number, 25))
        finally:
            self.closed = True

    def track(self) -> list[Face | None]:
        def face(number: int) -> Face:
            shift = np.array([*self.shift(number), 0], np.float32)
            box = self._face.box + np.tile(shift[:2], 2)
            return Face(box, self._face.landmarks + shift, 1.0)

        return [face(number) for number in range(self.length or 0)]


@pytest.fixture(scope="module")
def engine(assets: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wav2LipEngine]:
    weights = tmp_path_factory.mktemp("models") / "wav2lip" / "generator.safetensors"
    weights.parent.mkdir()
    save_file(random_weights(5), weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_module, "ready_weights", lambda name: weights)
        yield Wav2LipEngine(CAPABILITIES)


@pytest.fixture(scope="module")
def sitter(seated: Callable[..., tuple[Picture, Face]]) -> tuple[Picture, Face]:
    return seated("poet", 320)


@pytest.fixture
def clip(sitter: tuple[Picture, Face]) -> Clip:
    return Clip(*sitter, COUNT)


def masked(picture: Picture, face: Face) -> NDArray[np.bool_]:
    inside = np.zeros(picture.shape[:2], bool)
    mask = mouth_mask(face, picture.shape[:2], (96, 96), crop_to_frame(face))
    assert mask is not None
    inside[mask.region] = mask.share > 0
    return inside


def pictures(
    engine: Wav2LipEngine,
    source: FrameSource,
    track: Sequence[Face | None],
    settings: LipSettings | None = None,
) -> list[Picture]:
    frames = engine.animate(source, track, PHRASE, settings or LipSettings())
    return [frame.picture for frame in frames]


def test_in_a_clip_nothing_but_the_mouth_changes(engine: Wav2LipEngine, clip: Clip) -> None:
    track = clip.track()
    animated = list(engine.animate(clip, track, PHRASE, LipSettings()))
    assert [frame.time_s for frame in animated] == [Fraction(n, 25) for n in range(COUNT)]
    for frame, before, face in zip(animated, clip.frames(), track, strict=True):
        assert face is not None
        inside = masked(before.picture, face)
        changed = (frame.picture != before.picture).any(axis=2)
        assert not changed[~inside].any()
        assert changed[inside].mean() > 0.5


def test_frames_without_a_trusted_face_pass_through(engine: Wav2LipEngine, clip: Clip) -> None:
    track = clip.track()
    face = track[4]
    assert face is not None
    track[2] = track[3] = None
    track[4] = replace(face, trust=0.0)
    animated = pictures(engine, clip, track)
    same = [
        np.array_equal(after, before.picture)
        for after, before in zip(animated, clip.frames(), strict=True)
    ]
    assert same == [number in (2, 3, 4) for number in range(COUNT)]


def test_a_clip_without_any_face_is_a_face_error(engine: Wav2LipEngine, clip: Clip) -> None:
    with pytest.raises(FaceError, match="no face"):
        next(engine.animate(clip, [None] * COUNT, PHRASE, LipSettings()))


def test_a_clip_is_the_same_with_any_number_of_threads(engine: Wav2LipEngine, clip: Clip) -> None:
    one, three = (
        pictures(engine, clip, clip.track(), LipSettings(threads=threads)) for threads in (1, 3)
    )
    np.testing.assert_array_equal(one, three)


def test_an_abandoned_clip_is_closed_and_leaves_no_thread(
    engine: Wav2LipEngine, clip: Clip
) -> None:
    before = set(threading.enumerate())
    frames = engine.animate(clip, clip.track(), PHRASE, LipSettings())
    next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert clip.closed
    assert set(threading.enumerate()) <= before


def test_an_error_in_the_clip_comes_through_and_leaves_no_thread(
    engine: Wav2LipEngine, clip: Clip
) -> None:
    before = set(threading.enumerate())
    track = clip.track()[: COUNT - 2]
    with pytest.raises(IndexError):
        pictures(engine, clip, track)
    assert set(threading.enumerate()) <= before


def test_a_still_without_life_changes_at_the_mouth_alone(
    engine: Wav2LipEngine, sitter: tuple[Picture, Face]
) -> None:
    picture, face = sitter
    inside = masked(picture, face)
    animated = pictures(engine, Still(picture), [face], LipSettings(life=0.0))
    assert len(animated) == COUNT
    for after in animated:
        assert not (after != picture).any(axis=2)[~inside].any()
    # Random weights hear something: the mouth is another from frame to frame.
    assert (animated[2] != animated[COUNT // 2]).any()


def test_a_still_lives(engine: Wav2LipEngine, sitter: tuple[Picture, Face]) -> None:
    picture, face = sitter
    *_, last = pictures(engine, Still(picture), [face], LipSettings(life=1.0))
    assert (last != picture).any(axis=2)[~masked(picture, face)].mean() > 0.02


def test_engine_tells_its_device_and_weights(engine: Wav2LipEngine) -> None:
    engine.prepare(LipSettings(device="cpu"))
    assert engine.device.startswith("CPU")
    assert engine.weights == "wav2lip"


def test_without_weights_it_says_how_to_get_them(
    sitter: tuple[Picture, Face], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "ready_weights", lambda name: None)
    with pytest.raises(AssetError, match="no Wav2Lip weights"):
        next(
            Wav2LipEngine(CAPABILITIES).animate(
                Still(sitter[0]), [sitter[1]], PHRASE, LipSettings()
            )
        )


def test_noise_around_the_speech_is_not_heard() -> None:
    noise = 3e-4 * np.random.default_rng(0).normal(size=len(PHRASE.samples))
    noisy = replace(PHRASE, samples=(PHRASE.samples + noise).astype(np.float32))
    settings = LipSettings(lead_in_s=1.0, tail_s=1.0)
    windows = GatedMel(noisy, settings).windows(np.arange(frame_count(noisy, settings)))
    loudest = windows.max(axis=(1, 2, 3))
    # The phones sound from 1.1 to 1.34 s; a window spans 0.2 s, 0.04 s of it before its frame.
    assert np.all(loudest[:22] == SILENT)
    assert loudest[28:33].min() > SILENT + 2
    assert np.all(loudest[-20:] == SILENT)


def test_windows_start_a_frame_before_theirs_as_in_training() -> None:
    samples = np.zeros(24_000, np.float32)
    samples[11_400:12_600] = 0.3 * np.random.default_rng(0).normal(size=1200)
    click = replace(PHRASE, samples=samples, marks=())
    windows = GatedMel(click, LipSettings()).windows(np.arange(25))
    heard = np.flatnonzero(windows.max(axis=(1, 2, 3)) > SILENT + 3)
    # A click at 0.5 s is in the windows of frames n with n / 25 - 0.04 <= 0.5 < n / 25 + 0.16.
    assert abs(heard[0] - (0.5 - 0.16) * 25) <= 1.5
    assert abs(heard[-1] - (0.5 + 0.04) * 25) <= 1.5


@pytest.mark.parametrize("side", [200, 640])
def test_crop_shows_the_face_where_training_had_it(
    seated: Callable[..., tuple[Picture, Face]], side: int
) -> None:
    picture, face = seated("poet", side)
    crop = cut_face(picture, face)
    assert crop.face.shape == (6, 96, 96)
    assert crop.face.dtype == np.float32
    assert not crop.face[:3, 48:].any()
    np.testing.assert_array_equal(crop.face[:3, :48], crop.face[3:, :48])
    turn = np.linalg.inv(crop.to_frame[:, :2])
    points = (face.landmarks[:, :2] - 0.5 - crop.to_frame[:, 2]) @ turn.T
    assert 26 < points[[33, 263], 1].mean() < 40
    assert 60 < points[13, 1] < 76
    assert 88 < points[152, 1] < 95


def test_crop_is_bgr_and_without_aliasing(seated: Callable[..., tuple[Picture, Face]]) -> None:
    _, face = seated("poet", 640)
    rows, columns = np.indices((640, 640))
    board = np.where((rows + columns) % 2, 255, 0).astype(np.uint8)
    picture = np.stack([board, np.zeros_like(board), np.full_like(board, 200)], axis=-1)
    blue, green, red = cut_face(picture, face).face[3:]
    np.testing.assert_allclose(blue, 200 / 255, atol=0.01)
    np.testing.assert_array_equal(green, 0)
    np.testing.assert_allclose(red, 0.5, atol=0.12)


@pytest.mark.parametrize("turn_deg", [35, 90, 180, -120])
def test_a_tilted_face_is_set_upright(
    seated: Callable[..., tuple[Picture, Face]], turn_deg: float
) -> None:
    picture, face = seated("poet", 400)
    matrix = cv2.getRotationMatrix2D((200, 200), -turn_deg, 1.0)
    turned = cv2.warpAffine(picture, matrix, (400, 400), borderMode=cv2.BORDER_REPLICATE)
    points = face.landmarks.copy()
    points[:, :2] = (points[:, :2] - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    tilted = Face(face.box.copy(), points.astype(np.float32), 1.0)
    eyes = points[[33, 263], :2] - 0.5
    to_frame = crop_to_frame(tilted)
    left, right = (eyes - to_frame[:, 2]) @ np.linalg.inv(to_frame[:, :2]).T
    lean = np.rad2deg(np.arctan2(right[1] - left[1], right[0] - left[0]))
    assert abs(lean) < 14
    upright = cut_face(picture, face).face[3:]
    assert np.abs(cut_face(turned, tilted).face[3:] - upright).mean() < 0.12
