from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from talker.assets import store
from talker.faces.face import Face
from talker.lips.warp import anatomy
from talker.lips.warp.eyes import Eyes
from talker.lips.warp.head import Head
from talker.lips.warp.matte import MODEL, Matte, person_matte
from talker.media.frames import Picture

PORTRAITS = ("poet", "reader", "astronaut")
REST = np.zeros(5, np.float32)
LIVELY = np.array([0.02, 0.012, 0.02, 0.05, 0.03], np.float32)


@pytest.fixture(scope="session")
def matte_model(assets: None) -> Path:
    return store.file(*MODEL)


def matte_of(model: Path, picture: Picture, face: Face) -> Matte | None:
    return person_matte(model, picture, face.landmarks, face.eye_span)


def moved(model: Path, picture: Picture, face: Face, **pose: float) -> Picture:
    head = Head(picture, face.landmarks, model)
    values = REST.copy()
    for name, value in pose.items():
        if name in POSES:
            values[POSES.index(name)] = value
    return head.move(picture, values, pose.get("breath", 0.0), pose.get("brows", 0.0))


POSES = ("right", "down", "roll", "yaw", "pitch")


def flow(before: Picture, after: Picture, centre: NDArray[np.floating], radius: float):
    """How far a patch has gone to the right and down, in pixels, by phase correlation."""
    x, y, r = round(float(centre[0])), round(float(centre[1])), round(radius)
    here = slice(max(0, y - r), y + r), slice(max(0, x - r), x + r)
    one, other = (
        cv2.cvtColor(np.ascontiguousarray(picture[here]), cv2.COLOR_RGB2GRAY).astype(np.float32)
        for picture in (before, after)
    )
    window = cv2.createHanningWindow(one.shape[::-1], cv2.CV_32F)
    return np.array(cv2.phaseCorrelate(one, other, window)[0])


@pytest.mark.parametrize("name", PORTRAITS)
def test_the_matte_covers_the_face_and_leaves_the_corners_out(
    seated, matte_model: Path, name: str
) -> None:
    picture, face = seated(name)
    matte = matte_of(matte_model, picture, face)
    assert matte is not None
    for cover in (matte.share, matte.person):
        assert cover.shape == picture.shape[:2]
        assert cover.min() == 0
        assert cover.max() == pytest.approx(1)
        assert 0.15 < cover.mean() < 0.9
        assert cover[:5, :5].max() < 0.05
    oval = np.round(face.landmarks[list(anatomy.OVAL), :2]).astype(np.int32)
    inside = np.zeros(matte.person.shape, np.uint8)
    cv2.fillPoly(inside, [oval], 1)
    assert matte.person[inside > 0].mean() > 0.99
    assert matte.share[inside > 0].min() > 0.95
    # The cut runs over background, never through the person.
    assert matte.share[matte.person > 0].min() > 0.95


def test_there_is_no_matte_where_the_network_sees_no_person(seated, matte_model: Path) -> None:
    picture, face = seated("poet")
    for empty in (np.full_like(picture, 128), checkers(picture.shape[:2])):
        assert matte_of(matte_model, empty, face) is None


def checkers(size: tuple[int, int]) -> Picture:
    y, x = np.mgrid[: size[0], : size[1]]
    return np.repeat((((x // 16 + y // 16) % 2) * 255).astype(np.uint8)[..., None], 3, axis=2)


@pytest.mark.parametrize("name", PORTRAITS)
def test_the_background_stays_to_the_bit_while_the_head_moves(
    seated, matte_model: Path, name: str
) -> None:
    picture, face = seated(name)
    matte = matte_of(matte_model, picture, face)
    assert matte is not None
    result = Head(picture, face.landmarks, matte_model).move(picture, LIVELY, 1.0, 1.0)
    reach = 2 * round(0.25 * face.eye_span) + 1
    far = cv2.dilate((matte.share > 0).astype(np.uint8), np.ones((reach, reach), np.uint8)) == 0
    assert far.sum() > 500
    np.testing.assert_array_equal(result[far], picture[far])
    assert (result != picture).any(axis=2)[~far].mean() > 0.3


def test_without_a_person_the_movement_fades_away_from_the_head(seated, matte_model: Path) -> None:
    _, face = seated("poet")
    picture = checkers((768, 768))
    result = Head(picture, face.landmarks, matte_model).move(picture, LIVELY, 1.0, 0.0)
    span = face.eye_span
    x, y = np.meshgrid(np.arange(768), np.arange(768))
    middle = face.landmarks[[33, 263, 13], :2].mean(axis=0)
    away = np.hypot(x - middle[0], y - middle[1]) / span
    changed = np.abs(result.astype(int) - picture).max(axis=2)
    assert changed[away < 0.5].max() > 100
    far = away > 2.6
    assert far.sum() > 500
    np.testing.assert_array_equal(result[far], picture[far])
    assert changed[(away > 1.6) & (away < 1.8)].mean() < changed[away < 0.6].mean()


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_head_at_rest_is_the_portrait(seated, matte_model: Path, name: str) -> None:
    picture, face = seated(name)
    result = Head(picture, face.landmarks, matte_model).move(picture, REST, 0.0, 0.0)
    assert np.abs(result.astype(int) - picture).max() <= 1


@pytest.mark.parametrize("name", PORTRAITS)
def test_the_head_goes_where_the_pose_says(seated, matte_model: Path, name: str) -> None:
    picture, face = seated(name)
    span = face.eye_span
    nose, radius = face.landmarks[anatomy.NOSE_BRIDGE, :2], 0.35 * span
    went = flow(picture, moved(matte_model, picture, face, right=0.03), nose, radius)
    np.testing.assert_allclose(went / span, (0.03, 0.0), atol=0.012)
    went = flow(picture, moved(matte_model, picture, face, down=0.03), nose, radius)
    np.testing.assert_allclose(went / span, (0.0, 0.03), atol=0.012)
    # The nose is nearer than the cheeks: it goes further as the head turns.
    turned = moved(matte_model, picture, face, yaw=0.06)
    tip = flow(picture, turned, face.landmarks[anatomy.NOSE_TIP, :2], 0.25 * span)
    ear = flow(picture, turned, face.landmarks[234, :2], 0.15 * span)
    assert tip[0] > 0.015 * span
    assert tip[0] > ear[0] + 0.01 * span


@pytest.mark.parametrize("name", ["poet", "reader"])
def test_raised_brows_rise_and_the_mouth_stays(seated, matte_model: Path, name: str) -> None:
    picture, face = seated(name)
    span = face.eye_span
    raised = moved(matte_model, picture, face, brows=1.0)
    for brow in (anatomy.LEFT_BROW, anatomy.RIGHT_BROW):
        went = flow(picture, raised, face.landmarks[list(brow), :2].mean(axis=0), 0.15 * span)
        assert went[1] < -0.012 * span
    mouth = flow(picture, raised, face.landmarks[13, :2], 0.2 * span)
    assert np.abs(mouth).max() < 0.003 * span


def test_a_breath_lifts_the_shoulders_more_than_it_moves_the_background(
    seated, matte_model: Path
) -> None:
    picture, face = seated("reader")
    result = moved(matte_model, picture, face, breath=1.0)
    chin = face.landmarks[anatomy.CHIN, :2]
    went = flow(picture, result, chin + np.array([0, 0.75 * face.eye_span]), 0.3 * face.eye_span)
    assert -0.02 * face.eye_span < went[1] < -0.003 * face.eye_span


def eye_box(face: Face, lids: tuple[tuple[int, ...], ...]) -> tuple[slice, slice]:
    points = face.landmarks[[*lids[0], *lids[1]], :2]
    low, high = np.floor(points.min(axis=0)).astype(int), np.ceil(points.max(axis=0)).astype(int)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


EYES = ((anatomy.LEFT_EYE, anatomy.LEFT_IRIS), (anatomy.RIGHT_EYE, anatomy.RIGHT_IRIS))


def with_eyes(
    picture: Picture, face: Face, blink: float, gaze: tuple[float, float] = (0.0, 0.0)
) -> Picture:
    canvas = picture.copy()
    Eyes(picture, face.landmarks).draw(canvas, blink, gaze)
    return canvas


@pytest.mark.parametrize("name", PORTRAITS)
def test_open_eyes_that_look_ahead_are_the_portrait_s(seated, name: str) -> None:
    picture, face = seated(name)
    np.testing.assert_array_equal(with_eyes(picture, face, 0.0), picture)


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_blink_hides_the_iris_behind_the_lid_s_skin(seated, name: str) -> None:
    picture, face = seated(name)
    shut = with_eyes(picture, face, 1.0)
    for lids, iris in EYES:
        x, y = face.landmarks[iris[0], :2]
        r = max(1, round(0.02 * face.eye_span))
        here = slice(round(y) - r, round(y) + r + 1), slice(round(x) - r, round(x) + r + 1)
        crease = face.landmarks[list(lids[2][3:6]), :2].mean(axis=0)
        cx, cy = round(float(crease[0])), round(float(crease[1]))
        skin = picture[cy - r : cy + r + 1, cx - r : cx + r + 1].reshape(-1, 3).mean(axis=0)
        before = np.linalg.norm(picture[here].reshape(-1, 3).mean(axis=0) - skin)
        after = np.linalg.norm(shut[here].reshape(-1, 3).mean(axis=0) - skin)
        assert before > 40
        assert after < 0.5 * before


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_blink_changes_nothing_but_eyes_and_lids(seated, name: str) -> None:
    picture, face = seated(name)
    changed = (with_eyes(picture, face, 1.0) != picture).any(axis=2)
    for lids, _ in EYES:
        rows, columns = eye_box(face, lids)
        side, above = round(0.08 * face.eye_span), round(0.2 * face.eye_span)
        changed[
            max(0, rows.start - above) : rows.stop + side,
            max(0, columns.start - side) : columns.stop + side,
        ] = False
    assert not changed.any()


@pytest.mark.parametrize("name", PORTRAITS)
def test_a_blink_closes_step_by_step(seated, name: str) -> None:
    picture, face = seated(name)
    lids, _ = EYES[0]
    box = eye_box(face, lids)
    far = [
        np.abs(with_eyes(picture, face, blink)[box].astype(float) - picture[box]).mean()
        for blink in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert far == sorted(far)
    assert far[0] == 0


@pytest.mark.parametrize("name", PORTRAITS)
@pytest.mark.parametrize("gaze", [(0.03, 0.0), (-0.03, 0.0), (0.0, 0.015), (0.0, -0.015)])
def test_the_gaze_moves_the_irises_its_own_way(
    seated, name: str, gaze: tuple[float, float]
) -> None:
    picture, face = seated(name)
    looking = with_eyes(picture, face, 0.0, gaze)
    for _, iris in EYES:
        went = moved_by(picture, looking, face.landmarks[list(iris), :2])
        axis = 0 if gaze[0] else 1
        asked = gaze[axis] * face.eye_span
        assert 0.25 < went[axis] / asked < 1.5


def moved_by(before: Picture, after: Picture, iris: NDArray[np.float32]) -> tuple[float, float]:
    """How far an iris went to the right and down, in pixels: where its pupil is found again."""
    x, y = (round(float(part)) for part in iris[0])
    r = max(3, round(0.6 * float(np.hypot(*(iris[1] - iris[0])))))
    reach = 2 * r
    pupil = before[y - r : y + r + 1, x - r : x + r + 1]
    around = after[y - r - reach : y + r + reach + 1, x - r - reach : x + r + reach + 1]
    # Finer than pixels, as the eyes of small portraits move by less than two.
    fine = [
        cv2.resize(one, None, fx=8, fy=8, interpolation=cv2.INTER_CUBIC) for one in (around, pupil)
    ]
    *_, best = cv2.minMaxLoc(cv2.matchTemplate(*fine, cv2.TM_CCOEFF_NORMED))
    return best[0] / 8 - reach, best[1] / 8 - reach


@pytest.mark.parametrize("name", PORTRAITS)
def test_small_faces_and_cut_off_eyes_blink(seated, name: str) -> None:
    picture, face = seated(name)
    scale = 30 / face.eye_span
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tiny = Face(face.box * scale, face.landmarks * scale, 1.0)
    assert (with_eyes(small, tiny, 1.0) != small).any()
    cut = int(face.landmarks[33, 0] + 0.1 * face.eye_span)
    part = np.ascontiguousarray(picture[:, cut:])
    shifted = face.landmarks - np.array([cut, 0, 0], np.float32)
    assert (with_eyes(part, Face(face.box, shifted, 1.0), 1.0) != part).any()
