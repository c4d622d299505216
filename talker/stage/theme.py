"""How a programme looks: colours, letters and manners, read from a TOML file."""

from __future__ import annotations

import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from talker.assets.near_names import near_names
from talker.errors import UsageError

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

_FOLDER = Path(__file__).parent / "themes"


def parse_colour(value: object) -> object:
    """Reads "#rrggbb"."""
    if isinstance(value, str):
        match = re.fullmatch(r"#([0-9a-fA-F]{6})", value)
        if match is None:
            raise ValueError(f"'{value}' is no colour: give #rrggbb, such as #1a2b3c")
        return tuple(bytes.fromhex(match[1]))
    raise ValueError("give a colour as #rrggbb, such as #1a2b3c")


Hex = Annotated[Colour, BeforeValidator(parse_colour)]
Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[int, Field(ge=100, le=900)]
Face = Literal["sans", "serif"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Fonts(_Part):
    """Letters.

    Attributes:
        text: Family of captions and bodies.
        title: Family of titles and headlines.
        text_weight: 100 to 900.
        title_weight: 100 to 900.
    """

    text: Face
    title: Face
    text_weight: Weight = 500
    title_weight: Weight = 600


class Colours(_Part):
    """Colours by their use.

    Attributes:
        text: Letters on the background.
        muted: Less important letters on the background.
        accent: What catches the eye: bars, seals.
        accent_text: Letters on the accent.
        panel: Behind letters that are laid over a picture.
        panel_text: Letters on a panel.
        panel_muted: Less important letters on a panel.
        strip: Of the strip of short news.
        strip_text: Letters on it.
        shadow: Of panels and of letters.
        background: Behind everything, one colour or a gradient from top to bottom.
    """

    text: Hex
    muted: Hex
    accent: Hex
    accent_text: Hex
    panel: Hex
    panel_text: Hex
    panel_muted: Hex
    strip: Hex
    strip_text: Hex
    shadow: Hex
    background: Annotated[list[Hex], Field(min_length=1, max_length=2)]


class Panel(_Part):
    """Panels.

    Attributes:
        opacity: 0 (glass) to 1.
        radius: Of corners, in the shorter side.
    """

    opacity: Share
    radius: Annotated[float, Field(ge=0, le=0.1)]


class Captions(_Part):
    """Captions.

    Attributes:
        backing: What keeps letters readable over any picture: an outline or a panel.
        text: Colour of letters.
        spoken: Of words that have been said, in karaoke.
        speaking: Of the word that is being said.
        outline: Of the outline, or of the panel.
        opacity: Of the panel.
    """

    backing: Literal["outline", "panel"]
    text: Hex
    spoken: Hex
    speaking: Hex
    outline: Hex
    opacity: Share = 0.72


class Verse(_Part):
    """Columns of a verse.

    Attributes:
        backing: A sheet of paper, a soft veil, or nothing but an outline.
        text: Colour of characters.
        unsaid: How much is seen of characters that have not been said.
        opacity: Of the sheet or the veil.
    """

    backing: Literal["sheet", "veil", "outline"]
    text: Hex
    unsaid: Share
    opacity: Share


class Theme(_Part):
    """A theme.

    Attributes:
        name: Of its file.
        title: What it is called.
        fonts: Letters.
        colours: By their use.
        panel: Behind letters.
        captions: What is said.
        verse: What is said, in columns.
        card: Manner of title cards.
        ground: Manner of the background.
    """

    name: str
    title: str
    fonts: Fonts
    colours: Colours
    panel: Panel
    captions: Captions
    verse: Verse
    card: Literal["scroll", "opener", "plain"]
    ground: Literal["paper", "studio", "plain"]

    @cached_property
    def background(self) -> tuple[str, ...]:
        """The background's colours, as a script writes them."""
        return tuple("#{:02x}{:02x}{:02x}".format(*colour) for colour in self.colours.background)

    @cached_property
    def darkest(self) -> Colour:
        """The darkest colour of the theme, out of which scenes fade."""
        colours = [self.colours.shadow, self.colours.panel, *self.colours.background]
        return min(colours, key=lambda colour: sum(colour))


def theme_names() -> tuple[str, ...]:
    """The themes that come with talker."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load_theme(name: str | Path) -> Theme:
    """Reads a theme.

    Args:
        name: One of `theme_names`, or the path of a TOML file.

    Raises:
        UsageError: There is no such theme, or its file is wrong; the message says where.
    """
    path = Path(name)
    if isinstance(name, str) and path.suffix != ".toml":
        path = _FOLDER / f"{name}.toml"
        if name not in theme_names():
            raise UsageError(
                f"There is no theme '{name}'.{near_names(name, theme_names())}",
                f"The themes are: {', '.join(theme_names())}; or give the path of a TOML file.",
            )
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            f"The theme '{path}' cannot be read ({error.strerror}).", "Give a file that is there."
        ) from error
    except ValueError as error:
        raise UsageError(f"The theme '{path}' is no TOML: {error}.", "Mend that place.") from error
    try:
        return Theme.model_validate({**fields, "name": path.stem})
    except ValidationError as invalid:
        raise _refused(path, invalid) from invalid


def _refused(path: Path, invalid: ValidationError) -> UsageError:
    """What is wrong first, and what may have been meant."""
    wrong = invalid.errors()
    first = next((error for error in wrong if error["type"] == "extra_forbidden"), wrong[0])
    where = ".".join(str(part) for part in first["loc"])
    known = _fields_at(first["loc"][:-1])
    last = str(first["loc"][-1]) if first["loc"] else ""
    remedy = "The themes that come with talker show how one is written."
    if first["type"] == "extra_forbidden":
        problem = f"there is no '{where}'.{near_names(last, known)}"
        return UsageError(
            f"The theme '{path}' is wrong: {problem}", f"Known here are: {', '.join(known)}."
        )
    if first["type"] == "missing":
        return UsageError(f"The theme '{path}' is wrong: '{where}' is missing.", remedy)
    rule = first["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    return UsageError(f"The theme '{path}' is wrong: '{where}': {rule}.", remedy)


def _fields_at(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys of a table of a theme."""
    model: Any = Theme
    for part in loc:
        field = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        if field is None:
            return ()
        model = field.annotation
    return tuple(getattr(model, "model_fields", ()))
