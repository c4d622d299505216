"""Where Mandarin syllables really meet, heard in the sound.

The Baker voice's own durations put the closure of a consonant into the tail of the syllable
before it: on spectrograms, closures and nasal murmurs begin 30 to 50 ms before their symbol, and
voicing begins up to 40 ms after the symbol of a vowel that follows an aspirate. Lips need the
real moments, so each boundary is moved to the steepest rise or fall of energy near its nominal
place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

_SONORANTS = frozenset({"m", "n", "l", "ɻ"})
_FRICATIVES = frozenset({"f", "s", "ʂ", "ɕ", "x"})
_ASPIRATES = frozenset({"pʰ", "tʰ", "kʰ", "tɕʰ", "ʈʂʰ", "tsʰ"})
_NASAL_CODAS = frozenset({"n", "ŋ"})

_STEP_S = 0.0025
_WINDOW_S = 0.010
_VOICE_HZ = (100.0, 450.0)
_OPEN_MOUTH_HZ = (500.0, 4000.0)
_ALL_HZ = (100.0, 10_000.0)
_FLOOR_DB = -45.0
"""Below, a burst out of silence would look steeper than the voice that follows it."""

_LOOK_BACK_S = 0.085
_USUAL_LEAD_S = 0.04
"""By how much a consonant begins before its symbol, where no edge is heard."""
_LEAST_STEP_DB = 5.0
_SHORTEST_S = 0.02


@dataclass(frozen=True, slots=True)
class TimedSyllable:
    """A syllable on the clock of its chunk.

    Attributes:
        initial: IPA of the initial, empty where it has none.
        final: IPA segments of the final with their shares of its time.
        start_s: Start of the initial.
        vowel_s: Start of the final.
        end_s: End of the final.
        owner: Index of its token.
    """

    initial: str
    final: tuple[tuple[str, float], ...]
    start_s: float
    vowel_s: float
    end_s: float
    owner: int

    @property
    def phones(self) -> list[tuple[str, float, float]]:
        """Label, start and end of every segment."""
        found = [(self.initial, self.start_s, self.vowel_s)] if self.initial else []
        at_s = self.vowel_s
        for label, share in self.final:
            until_s = at_s + share * (self.end_s - self.vowel_s)
            found.append((label, at_s, until_s))
            at_s = until_s
        label, start_s, _ = found[-1]
        found[-1] = (label, start_s, self.end_s)
        return found


def acoustic_edges(
    samples: NDArray[np.float32], rate: int, nominal: Sequence[TimedSyllable]
) -> list[TimedSyllable]:
    """Moves the boundaries of syllables to where they are heard.

    Args:
        samples: float32 mono, shape (n,): one chunk with silence at both ends.
        rate: Samples a second.
        nominal: In order, each beginning where the one before it ends.
    """
    energy = _Energy(samples, rate)
    moved: list[TimedSyllable] = []
    for index, syllable in enumerate(nominal):
        before = moved[-1] if moved else None
        earliest_s = before.vowel_s + 2 * _SHORTEST_S if before else 0.0
        start_s = max(_start(energy, before, syllable), earliest_s)
        vowel_s = start_s
        if syllable.initial:
            following = nominal[index + 1].start_s if index + 1 < len(nominal) else syllable.end_s
            vowel_s = min(_vowel(energy, syllable, start_s), following - 2 * _SHORTEST_S)
            vowel_s = max(vowel_s, start_s + _SHORTEST_S)
        if before is not None:
            moved[-1] = replace(before, end_s=start_s)
        moved.append(replace(syllable, start_s=start_s, vowel_s=vowel_s))
    if moved:
        length_s = len(samples) / rate
        end_s = min(max(energy.end_of_sound_s, moved[-1].vowel_s + _SHORTEST_S), length_s)
        moved[-1] = replace(moved[-1], end_s=end_s)
    return moved


def _start(energy: _Energy, before: TimedSyllable | None, syllable: TimedSyllable) -> float:
    at_s = syllable.start_s
    if before is None:
        if syllable.initial in _SONORANTS | _FRICATIVES or not syllable.initial:
            return energy.steepest(_ALL_HZ, at_s - 0.06, at_s + 0.05, rising=True) or at_s
        return max(0.0, at_s - _USUAL_LEAD_S)
    if not syllable.initial:
        return at_s - _USUAL_LEAD_S / 2
    # A mouth that closes takes the high frequencies away, and leaves a murmur; but a nasal coda
    # has none to take, and a fricative brings its own.
    open_until_now = before.final[-1][0] not in _NASAL_CODAS
    bands = [_VOICE_HZ]
    if open_until_now and syllable.initial not in _FRICATIVES:
        bands.insert(0, _OPEN_MOUTH_HZ)
    for band in bands:
        heard = energy.steepest(band, at_s - _LOOK_BACK_S, at_s + 0.01, rising=False)
        if heard is not None:
            return heard
    return at_s - _USUAL_LEAD_S


def _vowel(energy: _Energy, syllable: TimedSyllable, start_s: float) -> float:
    at_s = syllable.vowel_s
    noisy = syllable.initial in _ASPIRATES | _FRICATIVES
    band = _OPEN_MOUTH_HZ if syllable.initial in _SONORANTS else _VOICE_HZ
    from_s = at_s - 0.01 if noisy else syllable.start_s - 0.015
    until_s = at_s + (0.07 if noisy else 0.035)
    heard = energy.steepest(band, max(start_s + _SHORTEST_S, from_s), until_s, rising=True)
    if heard is not None:
        return heard
    return at_s + (0.02 if noisy else 0.0)


class _Energy:
    """Short-time energy of a sound by band."""

    def __init__(self, samples: NDArray[np.float32], rate: int) -> None:
        size, step = round(_WINDOW_S * rate), round(_STEP_S * rate)
        padded = np.pad(samples, size // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::step]
        spectrum = np.fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1)
        self._power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        self._hz = np.fft.rfftfreq(size, 1 / rate)
        self._step_s = step / rate
        self._length_s = len(samples) / rate

    @property
    def end_of_sound_s(self) -> float:
        """Where the sound has decayed to 1 % of its loudest power (-35 dB in the end)."""
        level = self._level(_ALL_HZ)
        loud = np.flatnonzero(level > level.max() - 35)
        return min(self._length_s, (float(loud[-1]) + 1) * self._step_s if len(loud) else 0.0)

    def steepest(
        self, band: tuple[float, float], low_s: float, high_s: float, *, rising: bool
    ) -> float | None:
        """The moment of the steepest change of a band; None where it hardly changes."""
        level = self._level(band)
        reach = round(0.01 / self._step_s)
        first = max(reach, round(low_s / self._step_s))
        last = min(len(level) - reach - 1, round(high_s / self._step_s))
        if last <= first:
            return None
        places = np.arange(first, last + 1)
        change = level[places + reach] - level[places - reach]
        change = change if rising else -change
        best = int(np.argmax(change))
        return float(places[best]) * self._step_s if change[best] >= _LEAST_STEP_DB else None

    def _level(self, band: tuple[float, float]) -> NDArray[np.float32]:
        low, high = np.searchsorted(self._hz, band)
        power = self._power[:, low:high].sum(axis=1)
        peak = float(self._power.sum(axis=1).max()) or 1.0
        return np.maximum(10 * np.log10(power / peak + 1e-10), _FLOOR_DB)
