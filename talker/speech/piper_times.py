"""From the durations of a Piper voice's symbols to phone marks.

The model spreads its time over phones, the pads between them, spaces and stress marks. Measured
on spectrograms of several sentences, a phone's sound has begun by the pad before it and ends with
its own symbol: so pads, spaces and stress marks belong to the phone that follows, and marks lie
within about 10 ms of the sound. Before a pause, the last pad belongs to the phone that decays
into it; after a pause, a phone has but the end of the pad before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from talker.speech.ipa import AFFRICATES
from talker.speech.piper_symbols import PUNCTUATION, STRESS, Symbol, is_modifier
from talker.speech.timeline import Mark

_ATTACK_S = 0.035
"""Longest part of a pause that belongs to the phone after it."""


def phone_marks(
    symbols: Sequence[Symbol], durations_s: Sequence[float]
) -> tuple[list[Mark], list[Mark], list[int]]:
    """Marks of the phones and pauses.

    Args:
        symbols: As the voice read them.
        durations_s: Of the begin mark and its pad, of every symbol and its pad, of the end mark.

    Returns:
        Phone marks; pause marks; for every phone the index of its token. Phones and pauses
        together follow each other without gaps from 0 to the sum of the durations.
    """
    timeline = _Timeline()
    clock_s = durations_s[0] + durations_s[1]
    for index, symbol in enumerate(symbols):
        own_s, pad_s = durations_s[2 + 2 * index], durations_s[3 + 2 * index]
        if symbol.text in PUNCTUATION:
            timeline.pause()
        elif symbol.owner is not None and symbol.text not in STRESS:
            previous = symbols[index - 1].text if index else ""
            timeline.phone(symbol.text, symbol.owner, clock_s, clock_s + own_s, previous)
        clock_s += own_s + pad_s
        if not timeline.pausing and _ends_phrase(symbols, index):
            timeline.decay(clock_s)
    timeline.close(clock_s + durations_s[-1])
    return timeline.phones, timeline.pauses, timeline.owners


def _ends_phrase(symbols: Sequence[Symbol], index: int) -> bool:
    return index + 1 == len(symbols) or symbols[index + 1].text in PUNCTUATION


class _Timeline:
    """Marks in the making; everything up to `at_s` is taken."""

    def __init__(self) -> None:
        self.phones: list[Mark] = []
        self.pauses: list[Mark] = []
        self.owners: list[int] = []
        self.at_s = 0.0
        self.pausing = True

    def pause(self) -> None:
        self.pausing = True

    def phone(self, text: str, owner: int, start_s: float, end_s: float, previous: str) -> None:
        if self.pausing:
            begin_s = max(self.at_s, start_s - _ATTACK_S)
            self._add_pause(begin_s)
            self.pausing = False
        last = self.phones[-1] if self.phones else None
        joins = last is not None and self.owners[-1] == owner and previous == last.label[-1:]
        if last is not None and (is_modifier(text) or (joins and last.label + text in AFFRICATES)):
            self.phones[-1] = Mark("phone", last.label + text, last.start_s, end_s)
        else:
            self.phones.append(Mark("phone", text, self.at_s, end_s))
            self.owners.append(owner)
        self.at_s = end_s

    def decay(self, end_s: float) -> None:
        """Gives the last phone the time up to `end_s`."""
        last = self.phones[-1]
        self.phones[-1] = Mark("phone", last.label, last.start_s, end_s)
        self.at_s = end_s

    def close(self, end_s: float) -> None:
        self._add_pause(end_s)

    def _add_pause(self, end_s: float) -> None:
        if end_s > self.at_s:
            self.pauses.append(Mark("pause", "", self.at_s, end_s))
        self.at_s = end_s
