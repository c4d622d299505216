"""The storyteller's features: skin, nose, eyes, brows and lips."""

from __future__ import annotations

import numpy as np
from paint import Canvas, Colour, Mask, Points, curve
from proportions import BROWS, EYES, IRIS, OVAL

SKIN: Colour = (229, 172, 136)
SHADE: Colour = (202, 128, 104)
WARM: Colour = (232, 128, 106)
LIGHT: Colour = (252, 214, 180)
INK: Colour = (52, 30, 32)
HAIR: Colour = (70, 41, 38)


def draw_features(canvas: Canvas, points: Points, lips: dict[str, Points]) -> None:
    """The whole face, over ears and neck, under the hair."""
    face = draw_face(canvas, points)
    draw_nose(canvas, points, face)
    for eye in EYES:
        draw_eye(canvas, points, eye)
    draw_lips(canvas, lips, face)
    for brow in BROWS:
        draw_brow(canvas, points, brow)


def draw_face(canvas: Canvas, points: Points) -> Mask:
    """Skin with its light and shadow; returns where it is."""
    oval = points[OVAL, :2].copy()
    oval[oval[:, 1] < 400, 1] -= 44  # up under the hair
    face = canvas.area(curve(oval, closed=True))
    canvas.paint(face, SKIN)
    inner = canvas.soft(face, 26) * face
    canvas.shade(face * (1 - inner), SHADE, 0.75)
    canvas.paint(face * canvas.glow((452, 400), (92, 58)), LIGHT, 0.55)
    canvas.shade(face * canvas.glow((694, 540), (84, 200)), (212, 150, 126), 0.8)
    canvas.shade(face * canvas.glow((512, 748), (120, 30)), SHADE, 0.55)
    for side in (-1, 1):
        canvas.shade(
            face * canvas.glow((512 + side * 100, 566), (42, 28), side * -18),
            WARM,
            0.40 if side < 0 else 0.30,
        )
        canvas.shade(face * canvas.glow((512 + side * 50, 446), (44, 24)), (214, 146, 122), 0.42)
        canvas.paint(
            face * canvas.glow((512 + side * 90, 532), (40, 14), side * -22),
            LIGHT,
            0.5 if side < 0 else 0.22,
        )
    canvas.paint(face * canvas.glow((500, 690), (26, 14)), LIGHT, 0.4)
    canvas.shade(
        face
        * canvas.soft(
            canvas.area(
                curve(
                    [
                        (374, 420),
                        (400, 336),
                        (512, 288),
                        (624, 336),
                        (660, 430),
                        (690, 300),
                        (512, 220),
                        (330, 300),
                    ],
                    closed=True,
                )
            ),
            12,
        ),
        SHADE,
        0.6,
    )
    return face


def draw_nose(canvas: Canvas, points: Points, face: Mask) -> None:
    """Bridge, tip, wings and nostrils."""
    tip, base = points[4, :2], points[2, :2]
    wing = abs(points[129, 0] - 512)
    side = canvas.area(
        curve(
            [
                (533, 470),
                (539, 510),
                (552, base[1] - 12),
                (512 + wing, base[1] - 8),
                (528, base[1] - 4),
                (522, 530),
                (522, 480),
            ],
            closed=True,
        )
    )
    canvas.shade(face * canvas.soft(side, 11), SHADE, 0.62)
    canvas.paint(face * canvas.glow((506, 500), (7, 52)), LIGHT, 0.6)
    canvas.shade(face * canvas.glow((tip[0], tip[1] + 2), (26, 18)), WARM, 0.32)
    canvas.paint(face * canvas.glow((tip[0] - 5, tip[1] - 7), (9, 7)), (255, 234, 210), 0.75)
    canvas.shade(face * canvas.glow((512, base[1] + 8), (34, 8)), SHADE, 0.75)
    for way in (-1, 1):
        hole = curve(
            [
                (512 + way * 13, base[1] - 1),
                (512 + way * 22, base[1] - 8),
                (512 + way * 33, base[1] - 4),
                (512 + way * 24, base[1] + 2),
            ],
            closed=True,
        )
        canvas.paint(canvas.soft(canvas.area(hole), 1.2), (104, 48, 46), 0.9)
        edge = curve(
            [
                (512 + way * (wing - 6), base[1] - 32),
                (512 + way * (wing + 2), base[1] - 17),
                (512 + way * (wing - 5), base[1] - 3),
                (512 + way * 33, base[1] - 2),
            ]
        )
        canvas.stroke(edge, 3.4, (150, 80, 70), 0.72)
    canvas.stroke(
        curve([(498, base[1] + 1), (512, base[1] + 5), (526, base[1] + 1)]), 3.2, (142, 74, 66), 0.7
    )
    canvas.shade(face * canvas.glow((512, base[1] + 24), (6, 12)), SHADE, 0.4)


def draw_eye(canvas: Canvas, points: Points, eye: tuple[list[int], list[int], int]) -> None:
    """One eye: white, iris, lids and lashes."""
    upper, lower, iris = points[eye[0], :2], points[eye[1], :2], points[eye[2], :2]
    outward = 1 if iris[0] > 512 else -1
    top, bottom = curve(upper), curve(lower)
    white = canvas.area(np.concatenate([top, bottom[::-1]]))
    canvas.shade(canvas.soft(white, 7), (190, 112, 96), 0.5)
    canvas.paint(white, (250, 240, 228))
    angle = np.linspace(0, 2 * np.pi, 80)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    ball = canvas.area(iris + IRIS * ring) * white
    canvas.paint(ball, (58, 36, 26))
    canvas.paint(canvas.area(iris + (IRIS - 2.6) * ring) * white, (112, 66, 34))
    canvas.paint(ball * canvas.glow((iris[0] + 3, iris[1] + 9), (11, 8)), (186, 120, 58), 0.9)
    canvas.paint(canvas.area(iris + 9 * ring) * white, (26, 14, 16))
    shadow = canvas.area(np.concatenate([top, (top + np.array([0, 11]))[::-1]]))
    canvas.shade(white * canvas.soft(shadow, 2.5), (150, 110, 110), 0.75)
    canvas.paint(canvas.area(iris + np.array([-7, -8]) + 4.6 * ring), (255, 252, 246))
    canvas.paint(canvas.area(iris + np.array([7, 8]) + 2.0 * ring), (255, 236, 214), 0.7)
    outer = top[-1] if outward > 0 else top[0]
    inner_first = top if outward > 0 else top[::-1]
    lash = np.concatenate(
        [inner_first, [outer + np.array([outward * 6, -4]), outer + np.array([outward * 11, -9])]]
    )
    path = curve(lash[::4])
    along = np.linspace(0, 1, len(path))
    weight = 1.2 + 6.2 * np.sin(np.pi * np.clip(along * 0.93, 0, 1)) ** 0.8 * (0.5 + 0.5 * along)
    lid = np.concatenate(
        [path + np.array([0, 1.2]), (path - np.stack([0 * weight, weight], 1))[::-1]]
    )
    canvas.paint(canvas.area(lid), INK)
    canvas.stroke(curve(bottom[::8] + np.array([0, 1])), 2.4, (146, 84, 72), 0.85)
    canvas.stroke(curve(inner_first[4::10] - [0, 13]), 3.2, (158, 92, 80), 0.75)
    corner = top[0] if outward > 0 else top[-1]
    canvas.paint(
        canvas.glow((corner[0] + outward * 4, corner[1] + 1), (3, 2.4)), (214, 130, 116), 0.9
    )


def draw_brow(canvas: Canvas, points: Points, brow: tuple[list[int], list[int]]) -> None:
    """One brow, hair by hair."""
    upper, lower = points[brow[0], :2], points[brow[1], :2]
    outward = 1 if upper[:, 0].mean() > 512 else -1
    middle, half = curve((upper + lower)[::outward] / 2 - [0, 4]), 7.5
    middle = np.concatenate([middle, [middle[-1] + np.array([outward * 7, 5])]])
    along = np.linspace(0, 1, len(middle))
    weight = half * np.interp(along, [0, 0.12, 0.55, 1], [0.55, 0.95, 0.85, 0.08])
    shape = canvas.area(
        np.concatenate(
            [
                middle - np.stack([0 * weight, weight], 1),
                (middle + np.stack([0 * weight, weight], 1))[::-1],
            ]
        )
    )
    fade = 1 - 0.55 * canvas.glow(tuple(middle[0]), (20, 20))
    canvas.paint(canvas.soft(shape, 1.8) * fade, HAIR, 0.88)
    for k in np.linspace(2, len(middle) - 8, 24).astype(int):
        root = middle[k] + np.array([0, 0.9 * weight[k]])
        lift = [outward * (4 + 10 * along[k]), -weight[k] * (1.05 - 0.9 * along[k])]
        crest = middle[k] + np.array(lift)
        hair = curve([root, (root + crest) / 2 + np.array([outward * 1.5, -1]), crest])
        canvas.stroke(hair, 1.7, (48, 27, 27), 0.5 if along[k] > 0.15 else 0.3)


def draw_lips(canvas: Canvas, lips: dict[str, Points], face: Mask) -> None:
    """Closed lips with a clear seam."""
    seam, top, bottom = lips["seam"], lips["top"], lips["bottom"]
    upper = canvas.area(np.concatenate([top, seam[::-1]]))
    lower = canvas.area(np.concatenate([seam, bottom[::-1]]))
    x, y = seam[:, 0].mean(), seam[len(seam) // 2, 1]
    canvas.shade(face * canvas.glow((x, bottom[:, 1].max() + 13), (34, 9)), SHADE, 0.62)
    canvas.paint(canvas.soft(upper, 0.8), (178, 78, 72))
    canvas.paint(canvas.soft(lower, 0.8), (206, 102, 92))
    canvas.shade(lower * canvas.glow((x + 34, y + 16), (30, 14)), (170, 70, 70), 0.5)
    canvas.paint(lower * canvas.glow((x - 13, y + 12), (19, 4.6)), (246, 172, 152), 0.5)
    canvas.paint(upper * canvas.glow((x - 16, y - 11), (14, 2.6)), (216, 124, 110), 0.7)
    canvas.shade(upper * canvas.glow((x, y - 1), (60, 3.4)), (150, 70, 70), 0.4)
    canvas.paint(face * canvas.glow((x - 6, top[:, 1].min() - 4), (16, 2.6)), LIGHT, 0.5)
    canvas.stroke(seam, 4.8, (94, 32, 38), taper=0.75)
    for end, way in ((seam[0], -1), (seam[-1], 1)):
        canvas.shade(
            face * canvas.glow((end[0] + way * 3, end[1] + 1), (7, 5)), (190, 116, 98), 0.55
        )
