"""The portraits a user can choose by name, and any other picture or clip by its path."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, model_validator

from talker.assets import store
from talker.assets.descriptions import Description, folders, read_description
from talker.assets.near_names import near_names
from talker.errors import AssetError, UsageError
from talker.paths import at_home, names_file

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
"""Of pictures that may lie in a portraits folder with no description beside them."""

Pixel = Annotated[int, Field(ge=0)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
VoiceName = Annotated[str, Field(min_length=1)]


class Portrait(Description):
    """Whose face is shown.

    Attributes:
        name: What the user calls it; the name of its file.
        title: Who or what is shown.
        credit: Whom to name as its maker.
        licence: What its makers allow; None for a user's own picture.
        how_made: How the picture came to be.
        image: The file of the picture or the clip, absolute; or the picture's name in the store's
            entry `model`.
        model: Entry of the model store that holds the picture, if any.
        crop: The part of a picture to use: x0, y0, x1, y1 in pixels, x1 and y1 outside; None for
            all of it. A clip has none.
        landmarks: JSON file, absolute, with 478 points [x, y, z] in pixels of the whole picture in
            MediaPipe's topology, for a drawing that the detector cannot see. A clip has none.
        voices: Name of the voice that suits the face, by language ("zh"); other languages, and a
            user's own picture, are spoken by the embedded voice of the language.
    """

    title: str
    credit: str = ""
    licence: str | None = None
    how_made: str = ""
    image: Path
    model: str | None = None
    crop: tuple[Pixel, Pixel, Pixel, Pixel] | None = None
    landmarks: Path | None = None
    voices: dict[Language, VoiceName] = Field(default_factory=dict[Language, VoiceName])

    def picture(self) -> Path:
        """The file of the picture or the clip.

        Raises:
            AssetError: It is in the model store and has not been pulled, or is gone.
        """
        if self.model is not None:
            return store.file(self.model, self.image.name)
        if not self.image.is_file():
            raise AssetError(
                f"The picture '{self.image}' of the portrait '{self.name}' is gone.",
                "Put it back, or name another in the portrait's description.",
            )
        return self.image

    def load_landmarks(self) -> NDArray[np.float32] | None:
        """Landmarks placed by hand.

        Returns:
            Shape (478, 3), float32, in pixels of the whole picture, not of the crop; None where
            the detector is to find them.

        Raises:
            AssetError: The file is missing or holds something else.
        """
        if self.landmarks is None:
            return None
        try:
            points = np.asarray(json.loads(self.landmarks.read_text("utf-8")), dtype=np.float32)
            if points.shape != (478, 3) or not np.isfinite(points).all():
                raise ValueError(f"the shape is {points.shape}, not (478, 3)")
        except (OSError, ValueError, TypeError) as error:
            raise AssetError(
                f"'{self.landmarks}' holds no landmarks of the portrait '{self.name}': {error}.",
                "Write 478 points [x, y, z] as JSON, or take `landmarks` out of the description.",
            ) from error
        return points

    @model_validator(mode="before")
    @classmethod
    def _place_files(cls, fields: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """Files are named from where the description is."""
        if not info.context:
            return fields
        own = ("landmarks",) if "model" in fields else ("image", "landmarks")
        placed = {
            key: (info.context["folder"] / str(fields[key])).absolute()
            for key in own
            if key in fields
        }
        return {**fields, **placed}

    @model_validator(mode="after")
    def _crop_is_a_box(self) -> Self:
        if self.crop and not (self.crop[0] < self.crop[2] and self.crop[1] < self.crop[3]):
            raise ValueError(f"the crop {self.crop} is empty")
        return self


def portraits() -> tuple[Portrait, ...]:
    """Every portrait that can be chosen by name, the user's own in place of talker's.

    Raises:
        AssetError: A description is broken.
    """
    return tuple(_known(path) for _, path in sorted(_files().items()))


def load_portrait(name: str | Path) -> Portrait:
    """Find a portrait.

    Args:
        name: A portrait's name; or a file: a picture, a clip or a portrait's TOML. A picture or a
            clip is taken as a TOML of the same name beside it describes it, if that is about it.

    Raises:
        UsageError: There is no such portrait.
        AssetError: The portrait's description is broken.
    """
    path = at_home(name)
    if names_file(path):
        description = path.with_suffix(".toml")
        if description.is_file():
            described = read_description(description, Portrait)
            if path == description or described.image.name == path.name:
                return described
        return _bare(path)
    known = _files()
    if str(name).lower() in known:
        return _known(known[str(name).lower()])
    with suppress(OSError):
        if path.is_dir():
            raise UsageError(f"'{name}' is a folder, not a picture.", "Name a picture in it.")
        if path.exists():
            raise UsageError(f"'{name}' is no regular file.", "Save the picture to a file first.")
    if path.suffix or len(path.parts) > 1:
        raise UsageError(f"There is no picture '{name}'.", "Check the spelling of the path.")
    raise UsageError(
        f"There is no portrait '{name}'.{near_names(str(name), tuple(known))}",
        "See them all with: talker portraits",
    )


def _bare(path: Path) -> Portrait:
    return Portrait(name=path.stem, title=path.stem, image=path.absolute())


def _known(path: Path) -> Portrait:
    return read_description(path, Portrait) if path.suffix == ".toml" else _bare(path)


def _files() -> dict[str, Path]:
    """By name what describes each portrait, or else its picture; the user's own win over ours."""
    found: dict[str, Path] = {}
    for folder in folders("portraits"):
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() in PICTURE_SUFFIXES:
                found.setdefault(path.stem, path)
    return found
