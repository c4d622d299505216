"""Draws docs/cast.webp: the cast as they speak, in talker's own films. Run: python docs/cast.py."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parents[1]
LINES = {
    "poet": ("zh", "但愿人长久，千里共婵娟。"),
    "reader": ("en", "Good evening. Here is the news of the day."),
    "anchor": ("en", "The storm has passed, and the ports are open."),
    "grandmother": ("en", "Come in, come in, the soup is almost warm."),
    "teacher": ("en", "Now open your books at page forty one."),
    "griot": ("en", "Before the village, there was the great tree."),
    "scholar": ("en", "I am almost sure about that old map."),
    "child": ("en", "Look, a butterfly! It came over from the pond."),
}
SIDE, CAPTION, GAP, COLUMNS = 224, 26, 8, 4
FPS, SECONDS, START_S = 12.5, 2.4, 0.5
PAPER, INK = "#f4f2ee", "#1d1b19"


def spoken(person: str, folder: Path) -> list[Image.Image]:
    """Frames of a person who says their line."""
    film = folder / f"{person}.mp4"
    language, text = LINES[person]
    command = [sys.executable, "-m", "talker_cli", "say", "--text", text, "--language", language]
    command += ["--portrait", person, "--size", "512x512", "--quiet", "-o", str(film)]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - our own words
    wanted = [START_S + k / FPS for k in range(round(SECONDS * FPS))]
    frames = []
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            if len(frames) < len(wanted) and frame.time >= wanted[len(frames)] - 1e-3:
                picture = frame.to_image()
                frames.append(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    return frames


def main() -> None:
    """Films everyone, and lays them out."""
    with tempfile.TemporaryDirectory() as folder:
        films = {person: spoken(person, Path(folder)) for person in LINES}
    across, down = SIDE + GAP, SIDE + CAPTION + GAP
    size = COLUMNS * across + GAP, -(-len(LINES) // COLUMNS) * down + GAP
    font = ImageFont.load_default(16)
    sheets = []
    for k in range(min(len(frames) for frames in films.values())):
        sheet = Image.new("RGB", size, PAPER)
        draw = ImageDraw.Draw(sheet)
        for place, (person, frames) in enumerate(films.items()):
            x, y = GAP + place % COLUMNS * across, GAP + place // COLUMNS * down
            sheet.paste(frames[k], (x, y))
            draw.text((x, y + SIDE + 4), person, INK, font)
        sheets.append(sheet)
    first, *others = sheets
    first.save(
        ROOT / "docs" / "cast.webp",
        save_all=True,
        append_images=others,
        duration=round(1000 / FPS),
        loop=0,
        quality=70,
        method=6,
    )


if __name__ == "__main__":
    main()
