"""The files that a script names: looked for beside it, and looked at before anything is made."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Literal

from talker.assets.near_names import near_names
from talker.assets.portraits import load_portrait
from talker.assets.voices import load_voice, voices
from talker.errors import TalkerError, UsageError
from talker.paths import at_home, names_file
from talker.script.source import Source

Sort = Literal["picture", "picture or clip", "sound", "theme", "lexicon"]

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
_CLIPS = frozenset({".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts"})
_SOUNDS = frozenset({
    ".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".aif", ".aiff",
    ".mka",
})  # fmt: skip
_SUFFIXES: dict[Sort, frozenset[str]] = {
    "picture": _PICTURES | _CLIPS,
    "picture or clip": _PICTURES | _CLIPS,
    "sound": _SOUNDS | _CLIPS,
    "theme": frozenset({".toml"}),
    "lexicon": frozenset({".txt", ".lex", ".tsv", ".dict", ".lexicon", ".csv", ""}),
}
_ADVICE: dict[Sort, str] = {
    "picture": "Take a picture such as .png or .jpg, or a clip such as .mp4.",
    "picture or clip": "Take a picture such as .png or .jpg, or a clip such as .mp4.",
    "sound": "Take a sound file such as .wav, .mp3 or .flac.",
    "theme": "Take a theme's .toml file.",
    "lexicon": "Take a text file of lines such as: 重庆 = chong2 qing4",
}


def found_file(source: Source, line: int, given: str, sort: Sort) -> Path:
    """The absolute path of a file that a script names from its own folder.

    Args:
        source: The script.
        line: Number of the line that names it.
        given: The file, as it is named there.
        sort: What it has to be.

    Raises:
        UsageError: There is no such file, or it is plainly something else.
    """
    if "://" in given:
        raise source.error(
            line,
            f"'{given}' is an address, not a file",
            "Save it beside the script, and name the file.",
        )
    path = source.folder / at_home(given)
    if not names_file(path):
        is_folder = _is_folder(path)
        raise source.error(
            line,
            f"'{given}' is a folder" if is_folder else f"there is no file '{given}'",
            _instead(source, path, given, is_folder=is_folder),
        )
    if path.suffix.lower() not in _SUFFIXES[sort]:
        raise source.error(line, f"'{given}' is no {sort}", _ADVICE[sort])
    if path.stat().st_size == 0:
        raise source.error(line, f"the file '{given}' is empty", _ADVICE[sort])
    if path.suffix.lower() in _PICTURES and not _is_picture(path):
        raise source.error(line, f"'{given}' is no picture that can be read", _ADVICE[sort])
    return path.resolve()


def found_portrait(source: Source, line: int, given: str) -> str:
    """A portrait's name, or the absolute path of a picture, a clip or a portrait's TOML.

    Raises:
        UsageError: There is none.
    """
    path = source.folder / at_home(given)
    if looks_like_file(given):
        if path.suffix.lower() != ".toml":
            return str(found_file(source, line, given, "picture or clip"))
        if not names_file(path):
            raise source.error(line, f"there is no file '{given}'", "Check the spelling.")
        given = str(path.resolve())
    try:
        load_portrait(given)
    except TalkerError as error:
        raise _of_line(source, line, error) from error
    return given


def found_voice(source: Source, line: int, given: str) -> str:
    """A voice's name, or the absolute path of its file.

    Raises:
        UsageError: There is none.
    """
    path = source.folder / at_home(given)
    name = str(path.resolve()) if path.suffix in {".toml", ".onnx"} else given
    try:
        voice = load_voice(name)
        if voice.name.endswith(f":{given.lower()}"):
            _check_accent(given)
    except TalkerError as error:
        raise _of_line(source, line, error) from error
    return name


def looks_like_file(given: str) -> bool:
    """Whether a text is the path of a file, and not a name."""
    path = Path(given)
    return len(path.parts) > 1 or path.suffix.lower() in {".toml", *_PICTURES, *_CLIPS, *_SOUNDS}


def _check_accent(given: str) -> None:
    """Refuses an accent such as "zh-mann", which is taken for Chinese as they speak it in Mann."""
    names = [voice.name for voice in voices()]
    if "-" in given and difflib.get_close_matches(given.lower(), names, n=1, cutoff=0.8):
        near = near_names(given, names)
        raise UsageError(f"There is no voice '{given}'.{near}", "See them all with: talker voices")


def _of_line(source: Source, line: int, error: TalkerError) -> TalkerError:
    """An error about a name, told of the line that names it, with the near names in the remedy."""
    problem, asks, near = error.problem.partition(" Did you mean ")
    problem = problem.rstrip(".")
    if problem.startswith(("There ", "The ")):
        problem = problem[0].lower() + problem[1:]
    return source.error(line, problem, f"{asks.strip()} {near} {error.remedy}".strip())


def _instead(source: Source, path: Path, given: str, *, is_folder: bool) -> str:
    if is_folder:
        return "Name a file in it."
    try:
        beside = [other.name for other in sorted(path.parent.iterdir())[:500]]
    except OSError:
        beside = []
    near = near_names(path.name, beside).strip()
    return f"{near} Files are looked for from '{source.folder}'.".strip()


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_picture(path: Path) -> bool:
    from PIL import Image

    try:
        with Image.open(path):
            return True
    except (OSError, ValueError, Image.DecompressionBombError):
        return False
