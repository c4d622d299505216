"""Where everything is in a drawn face: landmarks in MediaPipe's topology, symmetrical."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from paint import Points, curve
from PIL import Image

SPAN = 204.0  # between the outer corners of the eyes
IRIS = 20.5
CENTRE = np.array([512.0, 468.0])  # between the eyes

UPPER_OUTER = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291]
LOWER_OUTER = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291]
UPPER_INNER = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308]
LOWER_INNER = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308]
UPPER_ROWS = [
    [76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306],
    [62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292],
]
LOWER_ROWS = [
    [76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306],
    [62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292],
]
OVAL = [
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
]
EYES = [
    ([33, 246, 161, 160, 159, 158, 157, 173, 133], [33, 7, 163, 144, 145, 153, 154, 155, 133], 468),
    (
        [362, 398, 384, 385, 386, 387, 388, 466, 263],
        [362, 382, 381, 380, 374, 373, 390, 249, 263],
        473,
    ),
]
BROWS = [
    ([70, 63, 105, 66, 107], [46, 53, 52, 65, 55]),
    ([336, 296, 334, 293, 300], [285, 295, 282, 283, 276]),
]


def proportions() -> Points:
    """Symmetrical landmarks of the drawing, shape (478, 3), from those of a rendered face."""
    from talker.faces.finding import find_faces

    picture = np.asarray(Image.open(Path(__file__).parent / "reader.png").convert("RGB"))
    found = find_faces(picture)[0].landmarks.astype(float)
    across = found[263, :2] - found[33, :2]
    span = np.hypot(*across)
    cos, sin = across / span
    turn = np.array([[cos, sin], [-sin, cos]])
    points = found.copy()
    points[:, :2] = (found[:, :2] - (found[33, :2] + found[263, :2]) / 2) @ turn.T
    points /= span
    points[:, 0] -= points[[10, 152, 168, 6, 4, 2], 0].mean()
    mirrored = points * [-1, 1, 1]
    twin = ((points[:, None] - mirrored[None]) ** 2).sum(2).argmin(1)
    points = (points + mirrored[twin]) / 2
    for row in (0, 1):  # where points crowd, the nearest is not always the twin
        pair(points, EYES[0][row], EYES[1][row][::-1])
        pair(points, BROWS[0][row], BROWS[1][row][::-1])
    pair(points, [468], [473])
    points /= points[263, 0] - points[33, 0]
    points *= SPAN
    points[:, :2] += CENTRE - [0, points[33, 1]]
    for corners in ((33, 133), (362, 263)):  # larger eyes than life
        middle = points[list(corners), :2].mean(0)
        away = points[:, :2] - middle
        near = np.exp(-(((away / [52, 34]) ** 2).sum(1) ** 2))
        points[:, :2] += away * [0.16, 0.24] * near[:, None]
    for iris in (468, 473):
        around = points[iris + 1 : iris + 5, :2] - points[iris, :2]
        around *= IRIS / np.linalg.norm(around, axis=1, keepdims=True)
        points[iris + 1 : iris + 5, :2] = points[iris, :2] + around
    return points


def pair(points: Points, left: list[int], right: list[int]) -> None:
    """Make rows of landmarks each other's mirror images about x = 0."""
    mean = (points[left] + points[right] * [-1, 1, 1]) / 2
    points[left], points[right] = mean, mean * [-1, 1, 1]


def mouth(points: Points) -> dict[str, Points]:
    """Outlines of closed lips; the landmarks are moved onto them."""
    left, right = points[61, :2], points[291, :2]
    x, y = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2 + 1
    half = (right[0] - left[0]) / 2 * 1.02

    def line(*pairs: tuple[float, float]) -> Points:
        both = [(-a, b) for a, b in reversed(pairs) if a] + list(pairs)
        return curve([(x + a * half, y + b * SPAN) for a, b in both])

    seam = line((0, 0.012), (0.16, 0.007), (0.45, 0.012), (0.78, 0.005), (1, -0.006))
    top = line((0, -0.056), (0.17, -0.076), (0.45, -0.056), (0.76, -0.024), (1, -0.006))
    bottom = line((0, 0.136), (0.28, 0.131), (0.58, 0.097), (0.84, 0.040), (1, -0.006))

    def at(path: Points, share: float) -> Points:
        return np.array([np.interp(x + share * half, path[:, 0], path[:, i]) for i in (0, 1)])

    shares = [-1, -0.84, -0.63, -0.40, -0.19, 0, 0.19, 0.40, 0.63, 0.84, 1]
    for k, share in enumerate(shares):
        middle = at(seam, share)
        for rows, outer, names in (
            (UPPER_ROWS, at(top, share), (UPPER_OUTER, UPPER_INNER)),
            (LOWER_ROWS, at(bottom, share), (LOWER_OUTER, LOWER_INNER)),
        ):
            points[names[0][k], :2] = outer
            inside = middle if abs(share) < 1 else middle - [3 * share, 0]
            points[names[1][k], :2] = inside
            for row, part in zip(rows, (0.38, 0.72), strict=True):
                points[row[k], :2] = outer + (inside - outer) * part
    return {"seam": seam, "top": top, "bottom": bottom}
