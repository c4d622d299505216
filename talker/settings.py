"""How to make one film: the settings of a call, checked before any work is done."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from talker.errors import UsageError

NTSC = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "59.94": Fraction(60000, 1001),
}
"""Rates that are written as decimals and mean a fraction (SMPTE ST 12-1)."""

MIN_SIDE, MAX_SIDE = 64, 4096
"""Pixels of the sides of a film: below, a face says nothing; above, H.264 levels end."""


def parse_fps(value: object) -> object:
    """Reads a frame rate such as "25", "29.97" or "30000/1001" as a Fraction."""
    if isinstance(value, str):
        if value in NTSC:
            return NTSC[value]
        try:
            return Fraction(value)
        except (ValueError, ZeroDivisionError) as error:
            raise ValueError("give a number such as 25, 29.97 or 30000/1001") from error
    return value


def parse_size(value: object) -> object:
    """Reads "WIDTHxHEIGHT" in pixels; the sides are even, as H.264 in yuv420p needs them."""
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{1,6})\s*[x×X*]\s*(\d{1,6})", value.strip())
        if match is None:
            raise ValueError("give WIDTHxHEIGHT in pixels, such as 512x512")
        value = (int(match[1]), int(match[2]))
    if isinstance(value, tuple):
        for side in value:
            if not MIN_SIDE <= side <= MAX_SIDE:
                raise ValueError(f"give sides from {MIN_SIDE} to {MAX_SIDE} pixels")
        if any(side % 2 for side in value):
            even = "x".join(str(side + side % 2) for side in value)
            raise ValueError(f"the sides must be even numbers of pixels; try {even}")
    return value


def check_device(device: str) -> str:
    """Refuses what is no device."""
    if re.fullmatch(r"auto|cpu|gpu(:\d{1,2})?", device) is None:
        raise ValueError("give auto, cpu, gpu or gpu:N")
    return device


def parse_point(value: object) -> object:
    """Reads "X,Y" in pixels of the picture, (0, 0) in the top left corner."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*", value)
        if match is None:
            raise ValueError("give X,Y in pixels of the picture, such as 320,180")
        return (float(match[1]), float(match[2]))
    return value


def parse_decibels(value: object) -> object:
    """Reads a gain such as "-18dB" or "-18"."""
    if isinstance(value, str):
        match = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)\s*(?:dB)?", value.strip(), re.IGNORECASE)
        if match is None:
            raise ValueError("give decibels, such as -18dB")
        return float(match[1])
    return value


class FilmSettings(BaseModel):
    """Settings of one call of `say`, `speak` or `sync`; a key that is not here is refused.

    Attributes:
        language: BCP 47 language of the text; None to find out span by span.
        speed: Tempo against the voice's own.
        pitch: Semitones against the voice's own.
        lips: Name of the lip engine, or "auto" for the best that can run here.
        device: "auto", "cpu", "gpu" or "gpu:N".
        runtime: What runs a neural lip engine: "auto", "onnx" or "paddle".
        precision: Of a neural lip engine on a GPU: "fp32", "fp16" or "bf16".
        weights: Entry of the model store that a neural lip engine takes; None for the best.
        sharpness: How far a generated mouth is sharpened, 0 to 1.
        fps: Frames a second, text such as "30000/1001" is read; None for the clip's own, and 25
            for a picture.
        size: Width and height of the film in pixels; None for the portrait's own.
        life: 0 (the head is still) to 1 (lively).
        seed: Of everything random.
        lead_in_s: Seconds of picture and silence before the first word.
        tail_s: Seconds of picture and silence after the last.
        face_index: Which face speaks, from 0 as an error lists them; None for the largest.
        face_at: A point in the face that speaks, in pixels of the picture.
        face_like: A picture of the person in the clip who speaks.
        lost: What a clip's frames show in which the face cannot be found: "interpolate" and
            "hold" go on with a face between the last place and the next, or at the last one,
            "pass" leaves them as they are.
        fit: What a clip does that ends before the speech.
        keep_audio: Decibels at which a clip's own sound stays under the speech; None for silence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    language: str | None = None
    speed: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    pitch: Annotated[float, Field(ge=-12, le=12)] = 0.0
    lips: str = "auto"
    device: Annotated[str, AfterValidator(check_device)] = "auto"
    runtime: Literal["auto", "onnx", "paddle"] = "auto"
    precision: Literal["fp32", "fp16", "bf16"] = "fp32"
    weights: str | None = None
    sharpness: Annotated[float, Field(ge=0, le=1)] = 0.5
    fps: Annotated[Annotated[Fraction, Field(ge=1, le=120)] | None, BeforeValidator(parse_fps)] = (
        None
    )
    size: Annotated[tuple[int, int] | None, BeforeValidator(parse_size)] = None
    fit: Literal["bounce", "loop", "hold", "cut", "stretch"] = "bounce"
    keep_audio: Annotated[
        Annotated[float, Field(ge=-60, le=12)] | None, BeforeValidator(parse_decibels)
    ] = None
    lost: Literal["interpolate", "hold", "pass"] = "interpolate"
    life: Annotated[float, Field(ge=0, le=1)] = 0.6
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    lead_in_s: Annotated[float, Field(ge=0, le=60)] = 0.15
    tail_s: Annotated[float, Field(ge=0, le=60)] = 0.35
    face_index: Annotated[int | None, Field(ge=0)] = None
    face_at: Annotated[tuple[float, float] | None, BeforeValidator(parse_point)] = None
    face_like: Path | None = None


def film_settings(**options: Any) -> FilmSettings:
    """Checked settings.

    Args:
        options: Fields of `FilmSettings`; text is read where a field is no text.

    Raises:
        UsageError: A value out of its range, or a name that is no setting.
    """
    try:
        return FilmSettings(**options)
    except ValidationError as invalid:
        first = invalid.errors()[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        known = ", ".join(FilmSettings.model_fields)
        raise UsageError(f"There is no setting '{name}'.", f"The settings are: {known}.")
    given = options[name]
    value = f"{given:g}" if isinstance(given, float) else given
    rule = first["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    rule = rule.partition(", unable to parse")[0]
    raise UsageError(
        f"The {name.removesuffix('_s').replace('_', '-')} cannot be '{value}'.",
        f"{rule[0].upper()}{rule[1:]}.",
    )
