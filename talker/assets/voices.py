"""The voices a user can choose by name, by language or by file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from talker.assets.descriptions import Description, description_files, read_description
from talker.assets.near_names import near_names
from talker.errors import AssetError, UsageError
from talker.paths import at_home, names_file

GRAPHS = "_onnx"
"""What the names of PaddleSpeech's releases that hold ONNX graphs end with."""


class Voice(Description):
    """Who speaks.

    Attributes:
        name: What the user calls it; the name of its file.
        title: A few words for a list.
        description: What it sounds like and is good for.
        engine: Name of the speech engine.
        model: Entry of the model store that the engine reads, if any.
        model_file: The model's file where it is the user's own, absolute.
        acoustic: PaddleSpeech's acoustic model, by the name of its release, such as
            "fastspeech2_csmsc".
        vocoder: PaddleSpeech's vocoder, such as "hifigan_csmsc".
        sample_rate: Of what PaddleSpeech's models make, Hz.
        runtime: What runs them: their released graphs alone, or PaddleSpeech itself in Paddle.
        languages: BCP 47 languages it speaks, the first its own.
        any_language: Whether it stands for each of its languages: it is then chosen by language
            ("fr"), or with its name before it ("espeak:fr").
        speaker: Which voice of a model that has several; for a rule-based engine, which accent.
        speed: Tempo that the voice is best at, in [0.5, 2], 1 for the model's own.
        pitch: Semitones from the model's own, in [-12, 12], the formants kept.
        timbre: Semitones by which formants and pitch are moved together, in [-6, 6]: a man's
            vocal tract is longer than a woman's by about a sixth (Fitch and Giedd 1999), which is
            2.7 semitones.
        licence: What its makers allow.
        warning: One plain sentence where the licence restricts use, else None.
        aliases: Other names it answers to, lower case.
    """

    title: str
    description: str = ""
    engine: str
    model: str | None = None
    model_file: Path | None = None
    acoustic: str | None = None
    vocoder: str | None = None
    sample_rate: Annotated[int, Field(ge=8000, le=48_000)] = 24_000
    runtime: Literal["onnx", "paddle"] = "onnx"
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    any_language: bool = False
    speaker: str | int | None = None
    speed: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    pitch: Annotated[float, Field(ge=-12.0, le=12.0)] = 0.0
    timbre: Annotated[float, Field(ge=-6.0, le=6.0)] = 0.0
    licence: str
    warning: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def models(self) -> tuple[str, ...]:
        """Entries of the model store that it needs."""
        if self.acoustic and self.vocoder:
            ending = GRAPHS if self.runtime == "onnx" else ""
            return f"{self.acoustic}{ending}", f"{self.vocoder}{ending}"
        return () if self.model is None else (self.model,)

    def variant(self, tag: str) -> Self | None:
        """The voice with another speaker of its model, or run by PaddleSpeech itself.

        Args:
            tag: A speaker's name or number, or "paddle".

        Returns:
            None where the voice has neither.
        """
        if self.acoustic is None or not tag:
            return None
        if tag == "paddle":
            return self.model_copy(update={"name": f"{self.name}:{tag}", "runtime": "paddle"})
        if self.speaker is None:
            return None
        return self.model_copy(update={"name": f"{self.name}:{tag}", "speaker": tag})

    def in_language(self, tag: str) -> Self:
        """A voice for any language, settled on one.

        Args:
            tag: A BCP 47 tag such as "fr" or "en-gb".
        """
        language = tag.lower().partition("-")[0]
        return self.model_copy(
            update={
                "name": f"{self.name}:{tag.lower()}",
                "title": f"{self.title}: {tag.lower()}",
                "languages": (language,),
                "any_language": False,
                "speaker": tag.lower(),
                "aliases": (),
            }
        )

    def speaks(self, tag: str) -> bool:
        """Whether a BCP 47 tag is one of the voice's languages, or an accent of one."""
        tag = tag.lower()
        return tag in self.languages or tag.partition("-")[0] in self.languages

    @model_validator(mode="before")
    @classmethod
    def _place_model_file(cls, fields: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """A model file is named from where its description is."""
        if "model_file" not in fields or not info.context:
            return fields
        return {
            **fields,
            "model_file": (info.context["folder"] / str(fields["model_file"])).absolute(),
        }


def voices() -> tuple[Voice, ...]:
    """Every voice that can be chosen by name, the user's own in place of talker's.

    Raises:
        AssetError: A description is broken.
    """
    return tuple(read_description(path, Voice) for path in description_files("voices"))


def load_voice(name: str) -> Voice:
    """Find a voice.

    Args:
        name: A voice's name or alias; a BCP 47 language that some voice speaks ("fr", "en-gb",
            "espeak:fr"); a voice with a speaker of its model ("aishell3:42") or run by Paddle
            ("csmsc:paddle"); or a file, either a voice's TOML or a Piper model (`.onnx` with its
            `.onnx.json` beside it).

    Raises:
        UsageError: There is no such voice.
        AssetError: The voice's file is broken.
    """
    path = at_home(name)
    if path.suffix in {".toml", ".onnx"}:
        return _voice_file(path)
    for described in description_files("voices"):
        if described.stem == name.lower():
            return read_description(described, Voice)
    known = voices()
    for voice in known:
        if name.lower() in voice.aliases:
            return voice
    chosen, _, tag = name.rpartition(":")
    for voice in known:
        if voice.any_language and chosen.lower() in {"", voice.name} and voice.speaks(tag):
            return voice.in_language(tag)
    for voice in known:
        if chosen.lower() in {voice.name, *voice.aliases} and (variant := voice.variant(tag)):
            return variant
    names = {voice.name for voice in known} | {alias for voice in known for alias in voice.aliases}
    raise UsageError(
        f"There is no voice '{name}'.{near_names(name, names)}", "See them all with: talker voices"
    )


def voice_for_language(language: str) -> Voice | None:
    """The voice that speaks a language best without a download.

    That is one made for it, else one for any language, else one of PaddleSpeech's.

    Args:
        language: A BCP 47 tag.

    Raises:
        AssetError: A description is broken.
    """
    known = [voice for voice in voices() if voice.speaks(language)]
    if not known:
        return None
    best = min(known, key=lambda voice: (voice.acoustic is not None, voice.any_language))
    return best.in_language(language) if best.any_language else best


def _voice_file(path: Path) -> Voice:
    if not names_file(path):
        raise UsageError(f"There is no voice file '{path}'.", "Check the spelling of the path.")
    return read_description(path, Voice) if path.suffix == ".toml" else _piper_file(path)


def _piper_file(path: Path) -> Voice:
    """A Piper model by itself; its language stands in the settings beside it."""
    settings = path.with_name(f"{path.name}.json")
    try:
        spoken = json.loads(settings.read_text(encoding="utf-8"))["espeak"]["voice"]
    except FileNotFoundError:
        raise AssetError(
            f"The Piper voice '{path}' has no settings beside it.",
            f"Put its {settings.name} into the same folder.",
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssetError(
            f"'{settings}' holds no settings of a Piper voice ({error!r}).",
            "Fetch the file again from where the voice came from.",
        ) from error
    return Voice(
        name=path.stem,
        title=f"Piper voice {path.stem}",
        engine="piper",
        model_file=path.absolute(),
        languages=(str(spoken).partition("-")[0],),
        licence="as its makers state",
    )
