"""The measures are themselves measured, on mouths whose truth is known."""

import cv2
import numpy as np
import pytest

from bench.openness import is_bilabial, is_open_vowel, openness, openness_curve
from bench.steadiness import SteadinessMeter
from bench.sync_metrics import lip_opening, read_marks, sync_figures
from talker.speech.timeline import Mark

FPS = 25
WORDS = "ˈ a m i b ɑ t s ɛ p u k a l ə v æ n o d ɪ ʃ m ɔ f i p a ɹ"


def timeline(seconds: float = 20.0, seed: int = 3) -> list[Mark]:
    """Random phones of 50 to 150 ms with a pause of half a second now and then."""
    rng = np.random.default_rng(seed)
    labels = WORDS.split()[1:]
    marks, at_s = [Mark("pause", "", 0.0, 0.6)], 0.6
    while at_s < seconds:
        length_s = rng.uniform(0.05, 0.15)
        kind = "pause" if rng.random() < 0.04 else "phone"
        length_s = 0.5 if kind == "pause" else length_s
        label = "" if kind == "pause" else str(rng.choice(labels))
        marks.append(Mark(kind, label, at_s, at_s + length_s))
        at_s += length_s
    return marks


def mouth(marks: list[Mark], lag_s: float = 0.0, lead_in_s: float = 0.0):
    """Opening of a mouth that follows the phones as a good engine would, lips met on p b m."""
    times = np.arange(0, marks[-1].end_s + lead_in_s, 1 / FPS)
    at = times - lead_in_s - lag_s
    phones = [mark for mark in marks if mark.kind == "phone"]
    opening = 0.12 * openness_curve(phones, at, smoothing_s=0.03)
    for mark in phones:
        if is_bilabial(mark.label):
            opening[(at > mark.start_s - 0.02) & (at < mark.end_s + 0.02)] = 0.001
    return times, opening


@pytest.mark.parametrize("lag_s", [-0.16, -0.08, -0.04, 0.0, 0.02, 0.04, 0.08, 0.16])
def test_lag_comes_back_within_15_ms(lag_s: float):
    figures = sync_figures(*mouth(marks := timeline(), lag_s), marks)
    assert figures.lag_s == pytest.approx(lag_s, abs=0.015)
    assert figures.correlation > 0.85


def test_lead_in_is_not_taken_for_lag():
    figures = sync_figures(*mouth(marks := timeline(), lead_in_s=0.7), marks, lead_in_s=0.7)
    assert figures.lag_s == pytest.approx(0.0, abs=0.015)
    assert figures.closure == 1.0


def test_good_mouth_passes_every_bar():
    figures = sync_figures(*mouth(marks := timeline()), marks)
    assert figures.closure == 1.0
    assert figures.closure - figures.closure_null > 0.35
    assert figures.false_closures == 0.0
    assert figures.silence < 0.05


def test_mouth_that_ignores_bilabials_closes_no_more_than_by_chance():
    marks = timeline()
    deaf = [Mark(m.kind, "ə" if is_bilabial(m.label) else m.label, *times(m)) for m in marks]
    figures = sync_figures(*mouth(deaf), marks)
    assert figures.closure < figures.closure_null + 0.1


def test_mouth_of_another_text_fails():
    marks = timeline(seed=3)
    other_times, other = mouth(timeline(seed=4))
    figures = sync_figures(other_times, other, marks)
    assert figures.correlation < 0.4
    assert figures.closure < figures.closure_null + 0.25


def test_mouth_shut_on_open_vowels_is_found_out():
    times_s, opening = mouth(marks := timeline())
    for mark in marks:
        if is_open_vowel(mark.label):
            opening[(times_s > mark.start_s - 0.05) & (times_s < mark.end_s + 0.05)] = 0.0
    assert sync_figures(times_s, opening, marks).false_closures > 0.95


def test_mouth_that_hangs_open_in_silence_is_found_out():
    times_s, opening = mouth(marks := timeline())
    assert sync_figures(times_s, np.maximum(opening, 0.05), marks).silence > 0.4


def test_lost_frames_are_counted_and_bridged():
    times_s, opening = mouth(marks := timeline())
    opening[100:110] = np.nan
    figures = sync_figures(times_s, opening, marks)
    assert figures.lost == 10
    assert figures.correlation > 0.85


def test_film_without_a_face_is_refused():
    with pytest.raises(ValueError, match="0 of 50 frames"):
        sync_figures(np.arange(50) / FPS, np.full(50, np.nan), timeline())


@pytest.mark.parametrize("turn_deg", [0, 30, -90])
def test_opening_is_measured_down_the_face_and_pressed_lips_are_closed(turn_deg: float):
    cos, sin = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    turn = np.array([[cos, sin], [-sin, cos]])
    points = np.zeros((468, 2), np.float32)
    for index, place in {33: (0, 0), 263: (200, 0), 13: (100, 150), 14: (104, 170)}.items():
        points[index] = place @ turn
    assert lip_opening(points) == pytest.approx(0.1, abs=1e-6)
    points[[13, 14]] = points[[14, 13]]
    assert lip_opening(points) == 0.0


def test_openness_follows_vowel_height():
    heights = [openness(phone) for phone in ("p", "s", "iː", "e", "ɛ", "æ", "aɪ")]
    assert heights == sorted(heights)
    assert is_bilabial("pʰ")
    assert not is_bilabial("t")
    assert is_open_vowel("ɑː")
    assert not is_open_vowel("u")


def test_marks_file_is_read(tmp_path):
    path = tmp_path / "marks.json"
    path.write_text('{"marks": [{"kind": "phone", "label": "a", "start_s": 0.1, "end_s": 0.2}]}')
    assert read_marks(path) == [Mark("phone", "a", 0.1, 0.2)]


def test_steady_film_scores_still_and_trembling_film_does_not():
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 255, (120, 120, 3), np.uint8)
    points = rng.uniform(20, 100, (468, 2)).astype(np.float32)
    points[33], points[263] = (30, 50), (80, 50)
    still, trembling = SteadinessMeter(picture), SteadinessMeter(picture)
    for index in range(12):
        still.add(picture, points)
        shake = np.array([[1, 0, 0], [0, 1, index % 2]], np.float32)
        moved = cv2.warpAffine(picture, shake, (120, 120), borderMode=cv2.BORDER_REFLECT)
        trembling.add(moved, points + shake[:, 2])
    assert still.figures().jitter_percent == 0
    assert still.figures().psnr_outside_db > 90
    # Every point steps by one pixel to and fro: a second difference of 2 px on 50 px.
    assert trembling.figures().jitter_percent == pytest.approx(4.0, rel=1e-3)
    assert trembling.figures().psnr_outside_db < 30


def times(mark: Mark) -> tuple[float, float]:
    return mark.start_s, mark.end_s
