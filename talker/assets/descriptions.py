"""Where voices and portraits are described, and how a description is read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from talker.errors import AssetError

Kind = Literal["voices", "portraits"]


class Description(BaseModel):
    """A TOML file about a voice or a portrait; the file's name is its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str


Described = TypeVar("Described", bound=Description)


def folders(kind: Kind) -> tuple[Path, ...]:
    """The folders of descriptions that exist, the user's own before talker's."""
    import platformdirs

    package = Path(__file__).parents[1]
    own = Path(platformdirs.user_data_dir("talker")) / kind
    shipped = package / "data" / kind
    if not shipped.is_dir():
        shipped = package.parent / kind  # a checkout
    return tuple(folder for folder in (own, shipped) if folder.is_dir())


def description_files(kind: Kind) -> tuple[Path, ...]:
    """Every description by name, without those that one of the user's own hides."""
    found: dict[str, Path] = {}
    for folder in folders(kind):
        for path in folder.glob("*.toml"):
            found.setdefault(path.stem, path)
    return tuple(found[name] for name in sorted(found))


def read_description(path: Path, model: type[Described]) -> Described:
    """Read a description.

    Raises:
        AssetError: It cannot be read, is no TOML, or breaks the model.
    """
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
        return model.model_validate({**fields, "name": path.stem}, context={"folder": path.parent})
    except (OSError, ValueError) as error:
        raise AssetError(
            f"The file '{path}' describes no {model.__name__.lower()}: {_first_reason(error)}.",
            f"Mend it; {model.__name__.lower()}s that come with talker show how it is written.",
        ) from error


def _first_reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}" if where else first["msg"]
    return str(error)
