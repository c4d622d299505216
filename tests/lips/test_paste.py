"""Mouths laid into frames: where, how softly, in which colours, with what grain."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.lips.paste.mask import mouth_mask
from talker.lips.paste.mouth_paste import MouthPaste
from talker.lips.paste.placing import Affine, inverse, places
from talker.lips.paste.tuning import noise_level, sharpened
from talker.lips.warp import anatomy
from talker.lips.warp.sampling import sample
from talker.lips.wav2lip.crop import crop_to_frame
from talker.media.frames import Picture

SIDE = 512
PATCH = (96, 96)
NOSE_BASE = (98, 2, 327)


@pytest.fixture(scope="module")
def sitter(seated) -> tuple[Picture, Face]:
    return seated("poet", SIDE)


def noise_patch(seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(0, 255, (*PATCH, 3)).astype(np.float32)


def own_patch(picture: Picture, to_frame: Affine) -> NDArray[np.float32]:
    """The face as it is, through 96 pixels."""
    soft = cv2.GaussianBlur(picture, (0, 0), 1.2).astype(np.float32)
    return sample(soft, places(to_frame, (0, 0), (96, 96)))


def full_mask(picture: Picture, face: Face) -> NDArray[np.float32]:
    share = np.zeros(picture.shape[:2], np.float32)
    mask = mouth_mask(face, picture.shape[:2], PATCH, crop_to_frame(face))
    if mask is not None:
        share[mask.region] = mask.share
    return share


def moved(face: Face, turn_deg: float, shift: tuple[float, float], scale: float = 1.0) -> Face:
    """A face turned in the picture around its middle and put elsewhere."""
    angle = np.deg2rad(turn_deg)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = face.landmarks.astype(np.float64)
    middle = points[:, :2].mean(axis=0)
    points[:, :2] = (points[:, :2] - middle) @ turn.T + middle + shift
    box = np.concatenate([points[:, :2].min(axis=0), points[:, :2].max(axis=0)])
    return Face(box.astype(np.float32), points.astype(np.float32), 1.0)


@pytest.mark.parametrize("turn_deg", [0, 25, -90, 180])
@pytest.mark.parametrize(
    "shift", [(0, 0), (150, 40), (-260, 0), (0, 330), (3000, 0)], ids=lambda shift: str(shift[0])
)
def test_pixels_outside_the_mask_stay_exactly_as_they_are(
    sitter: tuple[Picture, Face], turn_deg: float, shift: tuple[float, float]
) -> None:
    picture, face = sitter
    face = moved(face, turn_deg, shift)
    pasted = MouthPaste().paste(picture, face, noise_patch(), crop_to_frame(face))
    outside = full_mask(picture, face) == 0
    np.testing.assert_array_equal(pasted[outside], picture[outside])
    assert not np.shares_memory(pasted, picture)
    if shift == (0, 0):
        assert (pasted != picture).any(axis=2)[~outside].mean() > 0.9


def test_mask_covers_lips_and_chin_and_spares_nose_eyes_and_ears(
    sitter: tuple[Picture, Face],
) -> None:
    picture, face = sitter
    share = full_mask(picture, face)

    def at(points: tuple[int, ...]) -> NDArray[np.float32]:
        columns, rows = np.floor(face.landmarks[list(points), :2]).astype(int).T
        return share[rows, columns]

    assert at(anatomy.UPPER_INNER[1:-1] + anatomy.LOWER_INNER[1:-1]).min() > 0.95
    assert at((anatomy.LEFT_CORNER, anatomy.RIGHT_CORNER)).min() > 0.6
    assert at(anatomy.UPPER_OUTER[1:-1]).min() > 0.4
    assert at((200, 199, 175)).min() > 0.95
    assert at(NOSE_BASE).max() < 0.02
    assert at((*anatomy.LEFT_EYE[0], *anatomy.RIGHT_EYE[0], anatomy.NOSE_TIP, 234, 454)).max() == 0


def test_mask_has_no_hard_edge(sitter: tuple[Picture, Face]) -> None:
    picture, face = sitter
    share = full_mask(picture, face)
    step = 3.0 / face.eye_span
    assert np.abs(np.diff(share, axis=0)).max() < 10 * step
    assert np.abs(np.diff(share, axis=1)).max() < 10 * step


@pytest.mark.parametrize("turn_deg", [30, -75])
def test_mask_turns_with_the_face(sitter: tuple[Picture, Face], turn_deg: float) -> None:
    picture, face = sitter
    middle = face.landmarks[:, :2].mean(axis=0)
    matrix = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), -turn_deg, 1.0)
    turned = full_mask(picture, moved(face, turn_deg, (0, 0)))
    expected = cv2.warpAffine(full_mask(picture, face), matrix, (SIDE, SIDE))
    assert np.abs(turned - expected).mean() < 0.004


def test_share_and_trust_fade_the_new_mouth(sitter: tuple[Picture, Face]) -> None:
    picture, face = sitter
    to_frame = crop_to_frame(face)
    paste = MouthPaste()

    def change(share: float, trust: float) -> float:
        trusted = replace(face, trust=trust)
        pasted = paste.paste(picture, trusted, noise_patch(), to_frame, share)
        return float(np.abs(pasted.astype(float) - picture).mean())

    assert change(0.0, 1.0) == change(1.0, 0.0) == 0
    assert change(0.5, 1.0) == pytest.approx(change(1.0, 0.5))
    assert change(0.5, 1.0) == pytest.approx(0.5 * change(1.0, 1.0), rel=0.1)


def test_the_same_arguments_give_the_same_picture(sitter: tuple[Picture, Face]) -> None:
    picture, face = sitter
    first, second = (
        MouthPaste(0.5, 3).paste(picture, face, noise_patch(), crop_to_frame(face))
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_a_tinted_patch_takes_the_colours_of_the_frame(sitter: tuple[Picture, Face]) -> None:
    picture, face = sitter
    to_frame = crop_to_frame(face)
    tinted = own_patch(picture, to_frame) * (1.08, 0.94, 0.9) + 14
    pasted = MouthPaste(0.0).paste(picture, face, tinted.astype(np.float32), to_frame)
    inside = full_mask(picture, face) > 0.5
    tint = np.abs(sample_difference(tinted, picture, to_frame, inside))
    left = np.abs((pasted.astype(float) - picture)[inside].mean(axis=0))
    assert tint.max() > 10
    assert left.max() < 2.5


def sample_difference(
    patch: NDArray[np.float64], picture: Picture, to_frame: Affine, inside: NDArray[np.bool_]
) -> NDArray[np.float64]:
    spots = places(inverse(to_frame), (0, 0), (SIDE, SIDE))
    return (sample(patch.astype(np.float32), spots) - picture)[inside].mean(axis=0)


@pytest.mark.parametrize("level", [0.0, 3.0, 7.0])
def test_a_smooth_patch_takes_the_grain_of_the_frame(
    sitter: tuple[Picture, Face], level: float
) -> None:
    picture, face = sitter
    calm = cv2.GaussianBlur(picture, (0, 0), 2.0)
    grain = np.random.default_rng(1).normal(0, level, (SIDE, SIDE, 1))
    frame = np.clip(calm + grain + 0.5, 0, 255).astype(np.uint8)
    to_frame = crop_to_frame(face)
    pasted = MouthPaste(0.0).paste(frame, face, own_patch(calm, to_frame), to_frame)
    inside = full_mask(picture, face) > 0.95
    luma = cv2.cvtColor(pasted, cv2.COLOR_RGB2GRAY).astype(np.float32)
    assert noise_level(luma, inside) == pytest.approx(level, abs=0.5 + 0.1 * level)


def test_grain_stands_still_in_a_still_and_not_in_a_noisy_clip(
    sitter: tuple[Picture, Face],
) -> None:
    picture, face = sitter
    to_frame = crop_to_frame(face)
    noisy = [
        np.clip(picture + np.random.default_rng(n).normal(0, 5, picture.shape), 0, 255)
        for n in (1, 2)
    ]
    patch = own_patch(picture, to_frame)
    first, second = (
        MouthPaste(0.0).paste(frame.astype(np.uint8), face, patch, to_frame) for frame in noisy
    )
    inside = full_mask(picture, face) > 0.95
    difference = (first.astype(float) - second)[inside].std()
    # Two independent grains of deviation 5, as in the frames beside.
    assert difference == pytest.approx(5 * 2**0.5, rel=0.35)


def test_sharpening_steepens_edges_without_halos() -> None:
    edge = np.zeros((48, 48, 3), np.float32)
    edge[:, 24:] = 200
    edge = cv2.GaussianBlur(edge, (0, 0), 1.5) + 20
    soft, medium, crisp = (sharpened(edge, strength) for strength in (0.0, 0.5, 1.0))
    steepness = [float(np.abs(np.diff(one[48, :, 0])).max()) for one in (soft, medium, crisp)]
    assert steepness[0] * 1.3 < steepness[1] < steepness[2]
    for one in (medium, crisp):
        assert one.min() > soft.min() - 1
        assert one.max() < soft.max() + 1


def test_a_patch_at_the_frames_own_size_lies_where_it_belongs(
    sitter: tuple[Picture, Face],
) -> None:
    picture, face = sitter
    first = np.floor(face.box[:2]).astype(int)
    last = np.ceil(face.box[2:]).astype(int) + 30
    patch = picture[first[1] : last[1], first[0] : last[0]]
    to_frame = np.array([[1.0, 0.0, first[0]], [0.0, 1.0, first[1]]])
    pasted = MouthPaste(1.0).paste(picture, face, patch, to_frame)
    assert np.abs(pasted.astype(int) - picture).max() <= 1
