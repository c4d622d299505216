"""The phones that one of PaddleSpeech's models knows, and their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from talker.errors import AssetError

SHORT_PAUSE = "sp"


@dataclass(frozen=True, slots=True)
class Alphabet:
    """A model's phones.

    Attributes:
        phones: Number of every phone.
        tones: Number of every tone, for models that take tones apart from phones; else empty.
    """

    phones: Mapping[str, int]
    tones: Mapping[str, int]

    @classmethod
    def read(cls, phones: Path, tones: Path | None = None) -> Alphabet:
        """The alphabet of `phone_id_map.txt`, and of `tone_id_map.txt` where there is one.

        Raises:
            AssetError: A file that cannot be read, or holds anything but names and numbers.
        """
        alphabet = cls(_numbers(phones), _numbers(tones) if tones else {})
        if SHORT_PAUSE not in alphabet.phones:
            raise AssetError(
                f"'{phones}' has no phone '{SHORT_PAUSE}', as PaddleSpeech's models have.",
                "Fetch the model again with: talker models pull",
            )
        return alphabet

    def first_known(self, candidates: Iterable[str]) -> str:
        """The first of some phones that the model knows, a short pause where it knows none."""
        return next((phone for phone in candidates if phone in self.phones), SHORT_PAUSE)


def _numbers(path: Path) -> dict[str, int]:
    try:
        lines = path.read_text("utf-8").split("\n")
        pairs = [line.split() for line in lines if line.strip()]
        return {name: int(number) for name, number in pairs}
    except (OSError, ValueError) as error:
        raise AssetError(
            f"'{path}' is no table of a PaddleSpeech model: {error}.",
            "Fetch the model again with: talker models pull",
        ) from error
