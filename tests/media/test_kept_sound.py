from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numbered_clips import SOUND_RATE as RATE
from numbered_clips import write_clip
from numpy.typing import NDArray

from talker.errors import MediaError
from talker.media.clip import ClipSource
from talker.media.fitting import FittedClip
from talker.media.kept_sound import KeptSound
from talker.media.sound import has_sound

TAU = 2 * np.pi


def tone(length: int) -> NDArray[np.float32]:
    """110 Hz at half of full scale."""
    return (0.5 * np.sin(TAU * 110 * np.arange(length) / RATE)).astype(np.float32)


@pytest.fixture
def hum(tmp_path: Path) -> ClipSource:
    """Two seconds of a low tone."""
    return ClipSource(write_clip(tmp_path / "hum.mkv", 50, sound=tone(2 * RATE)))


def mixed(kept: KeptSound, length: int, block: int = 5000) -> NDArray[np.float32]:
    return np.concatenate(list(kept.under(np.zeros(length, np.float32), block)))


def test_it_lies_under_the_speech_as_loud_as_asked(hum: ClipSource) -> None:
    speech = np.full(RATE, 0.25, np.float32)
    with KeptSound(hum, RATE, -18, repeats=True) as kept:
        sum_ = np.concatenate(list(kept.under(speech, 7001)))
    np.testing.assert_allclose(sum_, speech + tone(RATE) * 10 ** (-18 / 20), atol=1e-4)


def test_blocks_of_any_length_give_the_same_sound(hum: ClipSource) -> None:
    with KeptSound(hum, RATE, 0, repeats=True) as kept:
        whole, pieces = mixed(kept, 7 * RATE, 7 * RATE), mixed(kept, 7 * RATE, 1234)
    np.testing.assert_array_equal(whole, pieces)


def test_where_it_starts_again_it_neither_stops_nor_clicks(hum: ClipSource) -> None:
    with KeptSound(hum, RATE, 0, repeats=True) as kept:
        sound = mixed(kept, 9 * RATE)
    loudness = np.sqrt(np.mean(sound.reshape(-1, RATE // 20) ** 2, axis=1))
    assert loudness.min() > 0.15
    assert np.abs(np.diff(sound)).max() < 1.5 * 0.5 * TAU * 110 / RATE


def test_without_repeats_silence_follows(hum: ClipSource) -> None:
    with KeptSound(hum, RATE, 0, repeats=False) as kept:
        sound = mixed(kept, 4 * RATE)
    assert np.abs(sound[: 2 * RATE]).max() > 0.49
    assert not sound[2 * RATE + 100 :].any()


def test_the_sum_never_reaches_full_scale(hum: ClipSource) -> None:
    with KeptSound(hum, RATE, 20, repeats=True) as kept:
        loud = np.concatenate(list(kept.under(np.full(RATE, 0.9, np.float32), 999)))
    assert np.abs(loud).max() <= 1


def test_it_begins_again_with_the_pictures_of_a_loop(tmp_path: Path) -> None:
    # Two clicks in a sound that ends half a second before the pictures do.
    sound = np.zeros(round(1.5 * RATE), np.float32)
    sound[[RATE // 2, RATE]] = 0.8
    clip = ClipSource(write_clip(tmp_path / "c.mkv", 50, sound=sound))
    fitted = FittedClip(clip, "loop", fps=Fraction(25), count=250)
    with KeptSound(clip, RATE, 0, repeats=True) as kept:
        clicks = np.flatnonzero(mixed(kept, 10 * RATE) > 0.5) / RATE
    seen = [number / 25 for number in range(250) if fitted.index(number) in (12, 25)]
    # Frame 12 begins at 0.48 s and lasts to 0.52 s, frame 25 begins with its click.
    assert len(clicks) == len(seen) == 12
    assert np.all((clicks - seen >= -1e-3) & (clicks - seen <= 0.021))


def test_pictures_that_begin_late_keep_their_place_in_the_sound(tmp_path: Path) -> None:
    sound = np.zeros(2 * RATE, np.float32)
    sound[RATE] = 0.9
    stamps = [400 + 40 * number for number in range(40)]
    path = write_clip(
        tmp_path / "l.mkv", 40, stamps=stamps, time_base=Fraction(1, 1000), sound=sound
    )
    with KeptSound(ClipSource(path), RATE, 0, repeats=False) as kept:
        heard = mixed(kept, RATE)
    assert abs(int(heard.argmax()) - 0.6 * RATE) <= 1


def test_a_sound_that_breaks_off_leaves_silence(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "b.mkv", 75, sound=tone(3 * RATE))
    film = path.read_bytes()
    path.write_bytes(film[: len(film) // 2])
    with KeptSound(ClipSource(path), RATE, 0, repeats=False) as kept:
        heard = mixed(kept, 3 * RATE)
    assert np.abs(heard[: RATE // 4]).max() > 0.4
    assert not heard[-RATE // 2 :].any()


def test_a_film_without_sound_is_told(tmp_path: Path, media: Path) -> None:
    silent = write_clip(tmp_path / "s.mp4", 5)
    assert not has_sound(silent)
    assert has_sound(media / "grid_bbaf2n.mpg")
    with pytest.raises(MediaError, match="no sound"):
        KeptSound(ClipSource(silent), RATE, 0, repeats=True)
