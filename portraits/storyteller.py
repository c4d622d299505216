"""Draws `storyteller.png` and places its landmarks: `python portraits/storyteller.py`.

The proportions come from the landmarks of `reader.png`, made symmetrical; everything else is
drawn here, and the landmarks are moved to what is drawn, so that they fit to the pixel.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from paint import Canvas, Colour, Points, curve, ribbon
from PIL import Image
from proportions import CENTRE, mouth, proportions
from storyteller_face import HAIR, SHADE, SKIN, draw_features

FOLDER = Path(__file__).parent
SIZE = 1024

HAIR_LIGHT: Colour = (128, 76, 58)
WOOL: Colour = (31, 92, 96)
WOOL_DARK: Colour = (18, 62, 70)
SUN: Colour = (236, 153, 92)
PAPER: Colour = (248, 226, 192)


def main() -> None:
    """Write the picture and its landmarks."""
    points = proportions()
    lips = mouth(points)
    canvas = Canvas(SIZE, PAPER)
    draw_background(canvas)
    draw_back_hair(canvas)
    draw_ears(canvas)
    draw_body(canvas)
    draw_features(canvas, points, lips)
    draw_front_hair(canvas)
    Image.fromarray(canvas.finished()).save(FOLDER / "storyteller.png", optimize=True)
    rows = [[round(float(value), 2) for value in point] for point in points]
    (FOLDER / "storyteller.json").write_text(json.dumps(rows) + "\n", "utf-8")


def draw_background(canvas: Canvas) -> None:
    """Warm paper and a low sun."""
    canvas.shade(canvas.glow((512, 1180), (620, 420)), (238, 176, 120), 0.75)
    angle = np.linspace(0, 2 * np.pi, 200)
    disc = canvas.area(CENTRE + [0, -10] + 392 * np.stack([np.cos(angle), np.sin(angle)], 1))
    canvas.paint(disc, SUN)
    canvas.paint(disc * canvas.glow((380, 250), (300, 300)), (250, 190, 124), 0.8)
    canvas.shade(disc * canvas.glow((680, 800), (260, 260)), (206, 108, 74), 0.55)


def draw_back_hair(canvas: Canvas) -> None:
    """The bun, and what is behind the ears."""
    bun = canvas.area(
        curve(
            [(452, 250), (432, 190), (466, 132), (520, 118), (578, 140), (596, 196), (574, 250)],
            closed=True,
        )
    )
    canvas.paint(bun, HAIR)
    canvas.paint(bun * canvas.glow((480, 160), (42, 34)), HAIR_LIGHT, 0.8)
    for lift in (0, 18, 36, 54):
        canvas.stroke(
            curve(
                [
                    (448 + lift * 0.3, 232 - lift),
                    (500, 196 - lift * 0.9),
                    (566, 206 - lift),
                    (588, 226 - lift * 0.8),
                ]
            ),
            3.2,
            (46, 26, 27),
            0.75,
        )
    back = canvas.area(
        mirrored([(60, 232), (150, 290), (178, 400), (172, 520), (128, 610), (80, 640)])
    )
    canvas.paint(back, (48, 28, 28))


def draw_body(canvas: Canvas) -> None:
    """Neck, shoulders and collar."""
    neck = canvas.area(mirrored([(84, 600), (82, 690), (80, 770), (104, 850), (60, 900)]))
    canvas.paint(neck, SKIN)
    canvas.shade(neck, (240, 190, 166), 0.8)
    jaw = canvas.area(mirrored([(60, 600), (170, 600), (150, 690), (84, 742), (20, 762)]))
    canvas.shade(neck * canvas.soft(jaw, 7), (208, 146, 128), 0.85)
    canvas.shade(neck * canvas.glow((604, 740), (40, 120)), SHADE, 0.6)
    canvas.shade(neck * canvas.glow((512, 792), (110, 14)), (150, 84, 76), 0.7)
    shoulders = canvas.area(
        mirrored([(70, 822), (150, 850), (292, 892), (380, 968), (420, 1100), (200, 1120)])
    )
    canvas.paint(shoulders, WOOL)
    canvas.paint(shoulders * canvas.glow((300, 900), (130, 70), 25), (74, 146, 142), 0.65)
    canvas.shade(shoulders * canvas.glow((800, 1010), (150, 120)), WOOL_DARK, 0.8)
    canvas.shade(
        shoulders
        * canvas.soft(canvas.area(mirrored([(110, 800), (128, 862), (70, 892), (10, 902)])), 10),
        WOOL_DARK,
        0.6,
    )
    collar = canvas.area(
        mirrored(
            [
                (4, 784),
                (60, 776),
                (94, 764),
                (110, 776),
                (116, 830),
                (108, 866),
                (58, 882),
                (12, 886),
            ]
        )
    )
    canvas.paint(collar, (42, 108, 110))
    canvas.paint(collar * canvas.glow((446, 815), (34, 60)), (88, 158, 150), 0.7)
    canvas.shade(collar * canvas.glow((612, 830), (44, 70)), WOOL_DARK, 0.75)
    for place in np.linspace(-0.92, 0.92, 15):
        x = 512 + place * 100
        rib = curve(
            [
                (x, 782 + 10 * (1 - place**2)),
                (x + place * 6, 826),
                (x + place * 4, 866 + 14 * (1 - place**2)),
            ]
        )
        canvas.paint(collar * canvas.area(ribbon(rib, 3)), WOOL_DARK, 0.5)
    rim = curve([(402, 776), (440, 772), (512, 784), (584, 772), (622, 776)])
    canvas.paint(collar * canvas.soft(canvas.area(ribbon(rim, 7)), 1.5), (104, 170, 160), 0.55)


def draw_ears(canvas: Canvas) -> None:
    """Ears with hoops."""
    for side in (-1, 1):
        ear = canvas.area(
            curve(
                [
                    (512 + side * dx, y)
                    for dx, y in (
                        (146, 470),
                        (172, 452),
                        (194, 462),
                        (197, 506),
                        (184, 556),
                        (166, 578),
                        (148, 566),
                    )
                ],
                closed=True,
            )
        )
        canvas.paint(ear, SKIN if side < 0 else (214, 152, 120))
        canvas.shade(ear * canvas.glow((512 + side * 170, 512), (11, 32)), SHADE, 0.9)
        canvas.stroke(
            curve(
                [(512 + side * dx, y) for dx, y in ((164, 474), (180, 468), (187, 494), (178, 534))]
            ),
            4,
            SHADE,
            0.8,
        )
        ring = 512 + side * 171, 592
        angle = np.linspace(0, 2 * np.pi, 60)
        hoop = np.array(ring) + np.stack([13 * np.cos(angle), 17 * np.sin(angle)], 1)
        canvas.stroke(hoop, 5, (206, 140, 44), taper=0)
        canvas.stroke(curve(hoop[28:44]), 3, (255, 222, 140))


def draw_front_hair(canvas: Canvas) -> None:
    """Two locks parted over the forehead, and their strands."""
    left = curve(
        [
            (546, 296),
            (500, 302),
            (438, 332),
            (394, 382),
            (374, 438),
            (362, 500),
            (346, 520),
            (334, 470),
            (332, 390),
            (356, 300),
            (420, 236),
            (512, 210),
            (580, 226),
        ],
        closed=True,
    )
    right = curve(
        [
            (538, 298),
            (584, 306),
            (630, 344),
            (652, 398),
            (662, 448),
            (668, 506),
            (680, 520),
            (692, 470),
            (692, 390),
            (668, 300),
            (606, 234),
            (540, 216),
            (518, 250),
        ],
        closed=True,
    )
    for outline, bright in ((right, 0.35), (left, 0.85)):
        lock = canvas.area(outline)
        canvas.shade(canvas.soft(lock, 7), (160, 90, 74), 0.35)
        canvas.paint(lock, HAIR)
        canvas.paint(lock * canvas.glow((430, 290), (60, 26), -38), HAIR_LIGHT, bright)
        canvas.paint(lock * canvas.glow((636, 300), (40, 18), 40), HAIR_LIGHT, 0.45)
    root = np.array([543.0, 250.0])
    for k in range(11):
        share = k / 10
        ways = (
            [
                (-40 - 60 * share, 44 - 26 * share),
                (-128 - 36 * share, 118 - 52 * share),
                (-176 - 24 * share, 220 - 20 * share),
            ],
            [
                (30 + 40 * share, 52 - 34 * share),
                (92 + 28 * share, 118 - 60 * share),
                (122 + 22 * share, 216 - 30 * share),
            ],
        )
        for steps in ways:
            start = root + np.array([0, 40 - 60 * share])
            strand = curve([start, *(root + step for step in np.array(steps))])
            light = k in (3, 4, 7)
            canvas.stroke(strand, 2.6 if light else 2.2, HAIR_LIGHT if light else (42, 23, 24), 0.6)
    canvas.stroke(curve([(542, 302), (545, 270), (540, 222)]), 3, (150, 92, 76), 0.7)


def mirrored(outline: list[tuple[float, float]]) -> Points:
    """A closed symmetrical outline from its left half, top to bottom, x from the middle."""
    left = [(CENTRE[0] - x, y) for x, y in outline]
    right = [(CENTRE[0] + x, y) for x, y in reversed(outline)]
    return curve([*left, *right], closed=True)


if __name__ == "__main__":
    main()
