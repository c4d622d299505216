from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest
from espeak_inventory import labels_of_every_language
from numpy.typing import NDArray
from spoken_phones import RATE, evenly, said

from talker.assets import store
from talker.lips.visemes import PARTS, MouthShape, MouthTrack, mouth_shape
from talker.speech.ipa import split_ipa
from talker.speech.pinyin_ipa import FINALS, INITIALS
from talker.speech.timeline import Mark, Speech

STEP_S = 0.005
VOWELS = ("a", "ɑ", "æ", "ɛ", "e", "i", "ə", "o", "u", "y")
CONSONANTS = ("t", "s", "k", "l", "ʃ", "w", "f", "θ", "h")
NOT_IPA = "\N{COMBINING OVERLINE}☺"
UNKNOWN = mouth_shape(NOT_IPA)


def movement(speech: Speech) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float32]]]:
    """Times from half a second before the speech to half a second after it, and each part."""
    times_s = np.arange(-0.5, speech.duration_s + 0.5, STEP_S)
    mouth = MouthTrack(speech).at(times_s)
    return times_s, {part: mouth[:, column] for column, part in enumerate(PARTS)}


def during(times_s: NDArray[np.float64], mark: Mark, margin_s: float = 0.0) -> NDArray[np.bool_]:
    return (times_s >= mark.start_s - margin_s) & (times_s <= mark.end_s + margin_s)


def middle_of(speech: Speech, phone: int) -> dict[str, float]:
    mark = speech.of_kind("phone")[phone]
    mouth = MouthTrack(speech).at(np.array([(mark.start_s + mark.end_s) / 2]))[0]
    return dict(zip(PARTS, mouth.tolist(), strict=True))


@pytest.mark.parametrize("closed", ["p", "b", "m", "pʰ", "mʲ"])
@pytest.mark.parametrize("length_s", [0.03, 0.06, 0.1])
def test_bilabials_close_for_60_ms_whatever_stands_beside_them(
    closed: str, length_s: float
) -> None:
    for before, after in product((*VOWELS, *CONSONANTS), repeat=2):
        speech = said((before, 0.07), (closed, length_s), (after, 0.07))
        times_s, mouth = movement(speech)
        here = during(times_s, speech.of_kind("phone")[1], margin_s=0.02)
        shut = (mouth["press"] >= 0.8) & (mouth["jaw"] + mouth["part"] < 0.02)
        assert np.sum(shut & here) * STEP_S >= 0.06, (before, after)


def test_open_vowels_open_wide_and_close_ones_stay_narrow() -> None:
    jaws = {vowel: mouth_peak(said(("t", 0.06), (vowel, 0.12), ("t", 0.06))) for vowel in VOWELS}
    assert min(jaws["a"], jaws["ɑ"]) > 0.9
    assert jaws["a"] > jaws["æ"] > jaws["ɛ"] > jaws["e"] > jaws["i"]
    assert max(jaws["i"], jaws["u"], jaws["y"]) < 0.3


def mouth_peak(speech: Speech) -> float:
    times_s, mouth = movement(speech)
    return float(mouth["jaw"][during(times_s, speech.of_kind("phone")[1])].max())


def test_rounding_reaches_over_a_consonant_to_the_vowel_that_asks_for_it() -> None:
    assert middle_of(evenly("stu"), 1)["round"] > 0.3
    assert middle_of(evenly("sti"), 1)["round"] < 0.02
    assert middle_of(evenly("sti"), 1)["wide"] > 0.2


def test_rounding_of_a_long_past_vowel_does_not_reach_far() -> None:
    assert middle_of(evenly("utata"), 4)["round"] < 0.05


def test_lower_lip_meets_the_teeth_and_tongue_rises_where_they_belong() -> None:
    assert middle_of(evenly("afa"), 1)["tuck"] > 0.8
    assert middle_of(evenly("aθa"), 1)["tongue"] > 0.8
    assert middle_of(evenly("ala"), 1)["tongue"] > 0.6
    assert middle_of(evenly("aka"), 1)["tuck"] < 0.05


def test_silence_closes_the_mouth_and_keeps_it_closed() -> None:
    speech = evenly("ab", before_s=0.5, after_s=0.5)
    longer = said(("a", 0.15), ("t", 0.1), before_s=0.5, after_s=1.0)
    for one in (speech, longer):
        times_s, mouth = movement(one)
        first, last = one.of_kind("phone")[0], one.of_kind("phone")[-1]
        silent = (times_s < first.start_s - 0.12) | (times_s > last.end_s + 0.12)
        for part in ("jaw", "part"):
            assert mouth[part][silent].max() < 0.01


def test_a_pause_between_words_closes_the_mouth() -> None:
    samples = np.full(RATE, 0.1, np.float32)
    marks = (
        Mark("phone", "a", 0.0, 0.3),
        Mark("pause", "", 0.3, 0.7),
        Mark("phone", "a", 0.7, 1.0),
    )
    times_s, mouth = movement(Speech(samples, RATE, marks, "en", ""))
    assert mouth["jaw"][(times_s > 0.42) & (times_s < 0.58)].max() < 0.01


@pytest.mark.parametrize("samples", [0, RATE])
def test_speech_without_phones_keeps_the_mouth_at_rest(samples: int) -> None:
    speech = Speech(np.zeros(samples, np.float32), RATE, (), "en", "")
    assert MouthTrack(speech).at(np.linspace(-1, 3, 50)).max() == 0.0


def many_phones() -> Speech:
    labels = np.random.default_rng(1).choice([*VOWELS, *CONSONANTS, *"pbmdnzvrj"], 150)
    lengths_s = np.random.default_rng(2).uniform(0.03, 0.15, 150)
    return said(*((str(one), float(long)) for one, long in zip(labels, lengths_s, strict=True)))


@pytest.mark.parametrize("block", [1, 7, 128])
def test_blocks_give_the_same_movement_as_the_whole(block: int) -> None:
    track, times_s = MouthTrack(many_phones()), np.arange(-0.5, 16.0, 0.04)
    blocks = [track.at(times_s[i : i + block]) for i in range(0, len(times_s), block)]
    np.testing.assert_allclose(np.concatenate(blocks), track.at(times_s), atol=1e-5)


def test_movement_never_jumps() -> None:
    _, mouth = movement(many_phones())
    for part, curve in mouth.items():
        # A closure takes 48 ms: a smoothstep that fast bends by 6 * (5 / 48)^2 = 0.065 a step^2;
        # a little more where one closure opens as the next begins.
        assert np.abs(np.diff(curve, n=2)).max() < 0.1, part
        assert np.abs(np.diff(curve)).max() < 0.18, part
        assert curve.min() >= 0.0
        assert curve.max() <= 1.0


def test_phones_shorter_than_a_sample_do_no_harm() -> None:
    samples = np.full(RATE, 0.1, np.float32)
    spans = ((0.1, 0.2), (0.2, 0.2), (0.2, 0.3), (1.0, 1.0))
    marks = tuple(Mark("phone", "a", *span) for span in spans)
    _, mouth = movement(Speech(samples, RATE, marks, "en", ""))
    assert all(np.isfinite(curve).all() for curve in mouth.values())
    assert mouth["jaw"].max() > 0.8


def test_faint_vowels_open_less_than_loud_ones() -> None:
    speech = evenly("tatata", 0.12)
    samples = speech.samples.copy()
    samples[round(0.75 * RATE) :] *= 0.2
    faint = Speech(samples, RATE, speech.marks, "en", "")
    assert middle_of(faint, 5)["jaw"] < middle_of(faint, 1)["jaw"] - 0.05


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        ("ˈa", "a"),
        ("ˌiː", "i"),
        ("uː˥", "u"),
        ("tʰ", "t"),
        ("pʲ", "p"),
        ("ã", "a"),
        ("õ", "o"),
        ("ɛ̃ː", "ɛ"),
        ("n̩", "n"),
        ("t͡ʃ", "tʃ"),
        ("dʑː", "dʑ"),
        ("ʈʂʰ", "ʈʂ"),
        ("aɪ", "a"),
        ("ʦ", "ts"),
        ("ε", "ɛ"),
    ],
)
def test_length_stress_tone_and_nasality_do_not_change_the_shape(label: str, plain: str) -> None:
    assert mouth_shape(label) == mouth_shape(plain) != UNKNOWN


def test_affricates_are_no_stops() -> None:
    for affricate, stop in (("tʃ", "t"), ("ts", "t"), ("dʒ", "d"), ("tɕ", "t"), ("ʈʂ", "ʈ")):
        assert mouth_shape(affricate).part > mouth_shape(stop).part
    assert mouth_shape("pf").press > 0.8


def test_syllabic_consonants_of_mandarin_have_their_own_shapes() -> None:
    assert mouth_shape("ɻ̩") == mouth_shape("ʅ")
    assert mouth_shape("ɻ̩") != mouth_shape("ɻ")


def test_parts_of_a_diphthong_move_the_mouth_from_one_to_the_other() -> None:
    speech = said(("t", 0.06), ("a", 0.12), ("ʊ", 0.1), ("t", 0.06))
    first, second = middle_of(speech, 1), middle_of(speech, 2)
    assert first["jaw"] > second["jaw"] + 0.3
    assert second["round"] > first["round"] + 0.3


def test_a_label_nobody_has_heard_of_opens_the_mouth_a_little() -> None:
    assert MouthShape(jaw=UNKNOWN.jaw) == UNKNOWN
    assert 0.1 < UNKNOWN.jaw < 0.5
    assert mouth_shape("") == UNKNOWN


def test_every_phone_of_mandarin_has_a_shape() -> None:
    labels = {*INITIALS.values(), *(label for final in FINALS.values() for label, _ in final)}
    assert {label for label in labels if mouth_shape(label) == UNKNOWN} == set()


@pytest.mark.usefixtures("assets")
def test_every_symbol_a_piper_voice_may_read_has_a_shape() -> None:
    path = store.file("piper-joe", "en_US-joe-medium.onnx.json")
    symbols = json.loads(path.read_text("utf-8"))["phoneme_id_map"]
    labels = {label for symbol in symbols for label in split_ipa(symbol)}
    assert len(labels) > 80
    assert {label for label in labels if mouth_shape(label) == UNKNOWN} == set()


def test_every_phone_of_every_language_of_espeak_has_a_shape() -> None:
    found = labels_of_every_language()
    assert len(found) > 100
    assert len(set().union(*found.values())) > 150
    nameless = {
        (language, label)
        for language, labels in found.items()
        for label in labels
        if mouth_shape(label) == UNKNOWN
    }
    assert nameless == set()


def test_lips_meet_for_every_bilabial_of_every_language() -> None:
    labels = set().union(*labels_of_every_language().values())
    bilabials = {label for label in labels if label[0] in "pbm"}
    assert bilabials >= {"p", "b", "m", "pʰ", "bʲ", "m̩"}
    assert all(mouth_shape(label).press >= 0.8 for label in bilabials)
