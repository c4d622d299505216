from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from talker.errors import MediaError
from talker.media.kept_sound import KeptSound
from talker.media.sound import has_sound, read_sound

RATE = 24_000
TAU = 2 * np.pi


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    """Two seconds of a low tone at half of full scale."""
    times = np.arange(2 * RATE) / RATE
    soundfile.write(tmp_path / "hum.wav", 0.5 * np.sin(TAU * 110 * times), RATE, subtype="FLOAT")
    return tmp_path / "hum.wav"


def mixed(kept: KeptSound, length: int, block: int = 5000) -> np.ndarray:
    return np.concatenate(list(kept.under(np.zeros(length, np.float32), block)))


def test_it_lies_under_the_speech_as_loud_as_asked(hum: Path) -> None:
    speech = np.full(RATE, 0.25, np.float32)
    with KeptSound(hum, RATE, -18, repeats=True) as kept:
        sum_ = np.concatenate(list(kept.under(speech, 7001)))
    own = read_sound(hum, RATE)[:RATE]
    np.testing.assert_allclose(sum_, speech + own * 10 ** (-18 / 20), atol=1e-6)


def test_blocks_of_any_length_give_the_same_sound(hum: Path) -> None:
    with KeptSound(hum, RATE, 0, repeats=True) as kept:
        whole, pieces = mixed(kept, 7 * RATE, 7 * RATE), mixed(kept, 7 * RATE, 1234)
    np.testing.assert_array_equal(whole, pieces)


def test_where_it_starts_again_it_neither_stops_nor_clicks(hum: Path) -> None:
    with KeptSound(hum, RATE, 0, repeats=True) as kept:
        sound = mixed(kept, 9 * RATE)
    loudness = np.sqrt(np.mean(sound.reshape(-1, RATE // 20) ** 2, axis=1))
    assert loudness.min() > 0.15
    assert np.abs(np.diff(sound)).max() < 1.5 * 0.5 * TAU * 110 / RATE


def test_without_repeats_silence_follows(hum: Path) -> None:
    with KeptSound(hum, RATE, 0, repeats=False) as kept:
        sound = mixed(kept, 4 * RATE)
    assert np.abs(sound[: 2 * RATE]).max() > 0.49
    assert not sound[2 * RATE + 100 :].any()


def test_the_sum_never_reaches_full_scale(hum: Path) -> None:
    with KeptSound(hum, RATE, 20, repeats=True) as kept:
        loud = np.concatenate(list(kept.under(np.full(RATE, 0.9, np.float32), 999)))
    assert np.abs(loud).max() <= 1


def test_a_film_without_sound_is_told(tmp_path: Path, media: Path) -> None:
    from numbered_clips import write_clip

    silent = write_clip(tmp_path / "s.mp4", 5)
    assert not has_sound(silent)
    assert has_sound(media / "grid_bbaf2n.mpg")
    with pytest.raises(MediaError, match="no sound"):
        KeptSound(silent, RATE, 0, repeats=True)
