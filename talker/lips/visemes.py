"""What the mouth looks like for each phone, and how it moves from one to the next.

The shapes are set by the phone's place, height and rounding; the movement is a dominance blend
(Cohen and Massaro 1993, "Modeling coarticulation in synthetic visual speech"): every phone pulls
each part of the mouth with a strength of its own, so that a /t/ leaves the rounding of the vowel
beside it alone while a /p/ closes the lips whatever stands next to it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from talker.speech.ipa import bare, split_ipa
from talker.speech.timeline import Mark, Speech

LEAD_S = 0.012
"""The picture leads the sound by this much: lips are seen to move before they are heard."""


@dataclass(frozen=True, slots=True)
class MouthShape:
    """How the mouth stands; every value in [0, 1] and 0 at rest with closed lips.

    Attributes:
        jaw: Drop of the jaw; 1 is the widest open vowel.
        part: Lips drawn apart over nearly closed teeth, as for /s/.
        wide: Corners drawn outwards.
        round: Corners drawn inwards and the lips pushed forward.
        press: Lips pressed on each other.
        tuck: Lower lip drawn up under the upper teeth.
        tongue: Tip of the tongue raised to the upper teeth.
    """

    jaw: float = 0.0
    part: float = 0.0
    wide: float = 0.0
    round: float = 0.0
    press: float = 0.0
    tuck: float = 0.0
    tongue: float = 0.0


REST = MouthShape()
_PAUSE = MouthShape(press=0.35)
PARTS = tuple(field.name for field in fields(MouthShape))

_VOWELS = {
    "a": MouthShape(jaw=1.0, wide=0.08),
    "ɑ": MouthShape(jaw=0.98),
    "ɐ": MouthShape(jaw=0.86, wide=0.06),
    "ʌ": MouthShape(jaw=0.77, wide=0.06),
    "æ": MouthShape(jaw=0.86, wide=0.38),
    "ɒ": MouthShape(jaw=0.82, round=0.30),
    "ɔ": MouthShape(jaw=0.73, round=0.48),
    "o": MouthShape(jaw=0.55, round=0.72),
    "ɤ": MouthShape(jaw=0.54, wide=0.12),
    "ə": MouthShape(jaw=0.55, wide=0.05),
    "ɘ": MouthShape(jaw=0.46, wide=0.10),
    "ɵ": MouthShape(jaw=0.46, round=0.45),
    "ɜ": MouthShape(jaw=0.61, round=0.18),
    "ɚ": MouthShape(jaw=0.53, round=0.28),
    "ɝ": MouthShape(jaw=0.55, round=0.30),
    "ɛ": MouthShape(jaw=0.67, wide=0.34),
    "œ": MouthShape(jaw=0.60, round=0.50),
    "ɞ": MouthShape(jaw=0.60, round=0.45),
    "ɶ": MouthShape(jaw=0.86, round=0.25),
    "e": MouthShape(jaw=0.52, wide=0.45),
    "ø": MouthShape(jaw=0.44, round=0.65),
    "ɪ": MouthShape(jaw=0.41, part=0.20, wide=0.42),
    "i": MouthShape(jaw=0.27, part=0.37, wide=0.68),
    "ɨ": MouthShape(jaw=0.26, part=0.12, wide=0.35),
    "ɯ": MouthShape(jaw=0.26, part=0.10, wide=0.25),
    "ʊ": MouthShape(jaw=0.39, part=0.18, round=0.66),
    "ʉ": MouthShape(jaw=0.25, round=0.80),
    "u": MouthShape(jaw=0.28, part=0.33, round=1.0),
    "y": MouthShape(jaw=0.27, part=0.31, round=0.92),
    "ʏ": MouthShape(jaw=0.30, round=0.70),
}

_BILABIAL = MouthShape(press=0.85)
_LABIODENTAL = MouthShape(jaw=0.02, wide=0.06, tuck=1.0)
_DENTAL = MouthShape(jaw=0.24, part=0.36, wide=0.10, tongue=1.0)
_ALVEOLAR = MouthShape(jaw=0.22, part=0.42, wide=0.12, tongue=0.55)
_LATERAL = MouthShape(jaw=0.28, part=0.33, wide=0.06, tongue=0.85)
_SIBILANT = MouthShape(jaw=0.11, part=0.55, wide=0.34)
_ALVEOLOPALATAL = MouthShape(jaw=0.12, part=0.56, wide=0.42)
_POSTALVEOLAR = MouthShape(jaw=0.14, part=0.58, round=0.52)
_RETROFLEX = MouthShape(jaw=0.18, part=0.53, round=0.26)
_RHOTIC = MouthShape(jaw=0.26, part=0.40, round=0.46)
_VELAR = MouthShape(jaw=0.32, part=0.38)
_GLOTTAL = MouthShape(jaw=0.45)

_CONSONANTS = {
    **dict.fromkeys(("p", "b", "m", "ɓ", "ʙ", "ʘ", "ᵐ"), _BILABIAL),
    **dict.fromkeys(("f", "v", "ɱ", "ʋ", "ⱱ"), _LABIODENTAL),
    **dict.fromkeys(("θ", "ð"), _DENTAL),
    **dict.fromkeys(("t", "d", "n", "ɾ", "r", "ʈ", "ɖ", "ɳ", "ɽ", "ɗ"), _ALVEOLAR),
    **dict.fromkeys(("ǀ", "ǃ", "ǂ"), _ALVEOLAR),
    **dict.fromkeys(("l", "ɫ", "ɬ", "ɭ", "ʎ", "ɮ", "ɺ", "ǁ"), _LATERAL),
    **dict.fromkeys(("s", "z", "ts", "dz"), _SIBILANT),
    **dict.fromkeys(("ɕ", "ʑ", "tɕ", "dʑ", "ç", "ʝ", "c", "ɟ", "ɲ", "ʄ"), _ALVEOLOPALATAL),
    **dict.fromkeys(("ʃ", "ʒ", "tʃ", "dʒ", "ɧ"), _POSTALVEOLAR),
    **dict.fromkeys(("ʂ", "ʐ", "ʈʂ", "ɖʐ", "ɻ̩"), _RETROFLEX),
    **dict.fromkeys(("ɹ", "ɻ", "ɹ̩"), _RHOTIC),
    **dict.fromkeys(("k", "ɡ", "g", "ŋ", "ᵑ", "x", "ɣ", "ɰ", "ɠ", "ʟ"), _VELAR),
    **dict.fromkeys(("q", "ɢ", "ʛ", "ɴ", "χ", "ʁ", "ʀ"), _VELAR),
    **dict.fromkeys(("h", "ɦ", "ʔ", "ħ", "ʕ", "ʜ", "ʢ", "ʡ"), _GLOTTAL),
    "w": MouthShape(jaw=0.17, part=0.34, round=1.0),
    "ʍ": MouthShape(jaw=0.11, part=0.08, round=1.0),
    "β": MouthShape(jaw=0.05, press=0.2),
    "ɸ": MouthShape(jaw=0.05, press=0.2),
    "ɥ": MouthShape(jaw=0.11, round=0.85),
    "j": MouthShape(jaw=0.20, part=0.36, wide=0.52),
    # Mandarin's syllabic consonants: the vowel of 思 (dental) is written ɹ̩ or ɿ, of 诗 ɻ̩ or ʅ.
    "ɿ": MouthShape(jaw=0.12, part=0.50, wide=0.36),
    "ʅ": _RETROFLEX,
}

_SHAPES = _VOWELS | _CONSONANTS
_UNKNOWN = MouthShape(jaw=0.36)

# How hard a kind of phone pulls each part: jaw, part, wide, round, press, tuck, tongue.
_STRENGTH_VOWEL = (1.0, 0.8, 1.0, 1.0, 1.0, 1.0, 0.5)
_STRENGTHS = {
    _BILABIAL: (1.0, 1.0, 0.4, 0.3, 3.0, 2.0, 0.3),
    _LABIODENTAL: (1.8, 1.6, 0.5, 0.4, 2.0, 3.0, 0.5),
    _DENTAL: (1.6, 1.5, 0.5, 0.4, 1.0, 1.0, 3.0),
    _ALVEOLAR: (1.1, 1.1, 0.3, 0.2, 1.0, 1.0, 1.6),
    _LATERAL: (1.1, 1.1, 0.4, 0.3, 1.0, 1.0, 2.5),
    _SIBILANT: (2.0, 2.0, 0.9, 0.5, 1.0, 1.0, 1.0),
    _ALVEOLOPALATAL: (1.8, 2.0, 1.2, 0.8, 1.0, 1.0, 1.0),
    _POSTALVEOLAR: (1.8, 2.0, 1.2, 1.5, 1.0, 1.0, 1.0),
    _RETROFLEX: (1.5, 1.5, 0.7, 0.9, 1.0, 1.0, 1.0),
    _RHOTIC: (1.1, 0.9, 0.7, 1.1, 1.0, 1.0, 0.8),
    _VELAR: (0.9, 0.9, 0.2, 0.15, 1.0, 1.0, 0.5),
    _GLOTTAL: (0.7, 0.6, 0.1, 0.1, 1.0, 1.0, 0.3),
    _CONSONANTS["w"]: (1.8, 1.0, 1.5, 2.2, 1.0, 1.0, 0.5),
    _CONSONANTS["ɥ"]: (1.6, 1.0, 1.5, 2.0, 1.0, 1.0, 0.5),
}
_STRENGTH_PAUSE = (1.6, 1.6, 0.5, 0.5, 1.0, 1.6, 1.0)

_REACH_S = 0.5
# Signs that espeak-ng writes for others: Greek letters, capitals, ligatures, a lip compressed.
_SPELLINGS = str.maketrans(
    {"ε": "ɛ", "Φ": "ɸ", "ᵝ": "ɯ", "A": "ɑ", "F": "f", "K": "k", "N": "ŋ", "S": "ʃ", "X": "x"}
    | {"Z": "ʒ", "ʦ": "ts", "ʣ": "dz", "ʧ": "tʃ", "ʤ": "dʒ", "ʨ": "tɕ", "ʥ": "dʑ"}
)


def mouth_shape(phone: str) -> MouthShape:
    """The shape the mouth heads for in a phone.

    Args:
        phone: An IPA label; stress, length, tone and nasality do not matter.

    Returns:
        The shape; a middling open one for a phone nobody has heard of.
    """
    if phone in _SHAPES:
        return _SHAPES[phone]
    label = next(iter(split_ipa(phone.translate(_SPELLINGS))), "")
    # Of an affricate that is not in the table, the beginning.
    for known in (label, bare(label), bare(label)[:1]):
        if known in _SHAPES:
            return _SHAPES[known]
    return _UNKNOWN


class MouthTrack:
    """The mouth's movement through a speech, sampled at any time.

    Args:
        speech: With phone marks.
    """

    def __init__(self, speech: Speech) -> None:
        marks = speech.of_kind("phone")
        loudness = _relative_loudness(speech, marks)
        shapes: list[tuple[float, ...]] = []
        strengths: list[tuple[float, ...]] = []
        spans: list[tuple[float, float]] = []
        closures: list[tuple[float, float]] = []
        for mark, level in zip(marks, loudness, strict=True):
            shape = mouth_shape(mark.label)
            values = np.array(astuple(shape))
            if shape in _VOWELS.values():
                values[0] *= level
            shapes.append(tuple(values))
            strengths.append(_STRENGTHS.get(shape, _STRENGTH_VOWEL))
            spans.append((mark.start_s, mark.end_s))
            if shape is _BILABIAL:
                closures.append((mark.start_s, mark.end_s))
        for start_s, end_s in _silences(marks, speech.duration_s):
            between = bool(marks) and marks[0].start_s < start_s < marks[-1].end_s
            shapes.append(astuple(_PAUSE if between else REST))
            strengths.append(_STRENGTH_PAUSE)
            spans.append((start_s, end_s))
        order = np.argsort([start_s for start_s, _ in spans], kind="stable")
        self._shapes = np.array(shapes, np.float32).reshape(-1, len(PARTS))[order]
        self._strengths = np.array(strengths, np.float32).reshape(-1, len(PARTS))[order]
        self._spans = np.array(spans, np.float64).reshape(-1, 2)[order]
        self._closures = np.array(closures, np.float64).reshape(-1, 2)

    def at(self, times_s: NDArray[np.float64]) -> NDArray[np.float32]:
        """Mouth shapes at points in time.

        Args:
            times_s: Ascending seconds on the speech clock, shape (n,); may lie outside it. The
                lead of the picture is applied here.

        Returns:
            Shape (n, 7), float32 in [0, 1], the columns in the order of `PARTS`.
        """
        times_s = np.asarray(times_s, np.float64) + LEAD_S
        near = (self._spans[:, 1] > times_s[0] - _REACH_S) & (
            self._spans[:, 0] < times_s[-1] + _REACH_S
        )
        spans, shapes, strengths = self._spans[near], self._shapes[near], self._strengths[near]
        outside_s = np.maximum(spans[:, 0] - times_s[:, None], times_s[:, None] - spans[:, 1])
        # A phone pulls fully in its own time and ever less outside it, the short ones less far.
        reach_s = 0.025 + 0.08 * np.minimum(spans[:, 1] - spans[:, 0], 0.16)
        middle = np.clip(-outside_s / (0.5 * (spans[:, 1] - spans[:, 0]) + 1e-9), 0.0, 1.0)
        pull = np.exp(-((np.maximum(outside_s, 0.0) / reach_s) ** 2)) * (0.55 + 0.45 * middle)
        weights = (pull[:, :, None] * strengths[None]).astype(np.float32)
        mouth = np.einsum("tmp,mp->tp", weights, shapes) / (weights.sum(axis=1) + 1e-6)
        return np.clip(self._closed(mouth, times_s), 0.0, 1.0)

    def _closed(
        self, mouth: NDArray[np.float32], times_s: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """The lips really meet in p, b and m: long enough for one frame at 25 a second."""
        closures = self._closures
        near = (closures[:, 1] > times_s[0] - _REACH_S) & (closures[:, 0] < times_s[-1] + _REACH_S)
        closures = closures[near]
        if not len(closures):
            return mouth
        centre_s = closures[:, 0] + 0.48 * (closures[:, 1] - closures[:, 0])
        hold_s = np.maximum(0.028, 0.28 * (closures[:, 1] - closures[:, 0]))
        beyond_s = np.abs(times_s[:, None] - centre_s) - hold_s
        open_share = _smoothstep(beyond_s / 0.045).min(axis=1).astype(np.float32)
        press = PARTS.index("press")
        mouth[:, press] = np.maximum(mouth[:, press], 0.85 * (1.0 - open_share))
        for part in ("jaw", "part"):
            mouth[:, PARTS.index(part)] *= open_share
        return mouth


def _silences(marks: Sequence[Mark], duration_s: float) -> list[tuple[float, float]]:
    """The spans no phone fills, and the time before and after the speech."""
    spans = [(-10.0 * _REACH_S, marks[0].start_s if marks else duration_s)]
    spans += [
        (before.end_s, after.start_s)
        for before, after in itertools.pairwise(marks)
        if after.start_s - before.end_s > 1e-3
    ]
    # Far enough to be near every time after the end.
    spans.append((marks[-1].end_s if marks else 0.0, 1e9))
    return spans


def _relative_loudness(speech: Speech, marks: Sequence[Mark]) -> NDArray[np.float64]:
    """Openness factor a phone, about 1: loud syllables open wider than faint ones."""
    rate = speech.sample_rate
    last = len(speech.samples) - 1
    level = np.zeros(len(marks))
    for row, mark in enumerate(marks):
        # A phone may be shorter than a sample, and stand at the very end.
        first = min(int(mark.start_s * rate), last)
        part = speech.samples[first : max(int(mark.end_s * rate), first + 1)]
        level[row] = np.sqrt(np.mean(np.square(part)) + 1e-10)
    if not len(level):
        return level
    voiced = level[level > 0.1 * level.max()]
    decibels = 20.0 * np.log10(level / np.median(voiced))
    return np.clip(1.0 + decibels / 40.0, 0.82, 1.12)


def _smoothstep(x: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)
