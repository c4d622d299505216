"""Renders a person in many postures: python -m studio.frames person.toml plan.json folder.

The plan holds size, samples, frame (what of `Pose` differs) and postures. The folder gets
`still.png`, the person at rest, and a PNG a posture, of which only what differs is rendered; and
`frames.json` with the box of that in pixels, and the lips' landmarks in each.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from studio.lips import LipLandmarks, skin_points
from studio.person import load_person
from studio.posture import Posture
from studio.render import build
from studio.rig import Rig
from studio.stage import Camera, camera_place, set_region, set_renderer, shoot

_MARGIN = 0.04  # of the picture around what moves: its shadow, its blur
_WHOLE = 0.6  # share of the picture from which all of it is rendered


def main() -> None:
    """Renders a plan; a picture that is there already stays."""
    person_file, plan_file, folder = (Path(argument).absolute() for argument in sys.argv[1:])
    plan: dict[str, Any] = json.loads(plan_file.read_text("utf-8"))
    size: int = plan["size"]
    person = load_person(person_file)
    pose = replace(person.pose, **plan["frame"])
    head = build(replace(person, pose=pose))
    rig = Rig(head, camera_place(head.between, pose)[0])
    set_renderer(size, plan["samples"], person.seed, film=True)
    camera = Camera.of_scene(size)
    rig.hold(Posture({"jawOpen": 0.5}))
    opened = skin_points()
    rig.hold(Posture())
    lips = LipLandmarks(opened)
    eyes = camera.project(np.array([eye.outer_corner for eye in head.eyes]), size)
    told: dict[str, Any] = {"eyes": eyes.round(2).tolist(), "lips": [], "regions": []}
    if not (still := folder / "still.png").exists():
        shoot(still)
    start = time.monotonic()
    for k, posture in enumerate(plan["postures"]):
        rig.hold(Posture(**posture))
        at = lips.found(camera, size)
        box = _box(camera.project(rig.moved(), size), size)
        told["lips"].append({str(i): p.round(2).tolist() for i, p in sorted(at.items())})
        told["regions"].append(box)
        if not (file := folder / f"{k:04}.png").exists():
            set_region(box and tuple(edge / size for edge in box))
            shoot(file)
        print(f"{k + 1}/{len(plan['postures'])} {time.monotonic() - start:.0f} s", flush=True)
    (folder / "frames.json").write_text(json.dumps(told), "utf-8")


def _box(moved: np.ndarray, size: int) -> list[int] | None:
    """Left, top, right and bottom of what is rendered; None for all."""
    if not len(moved):
        return [0, 0, 16, 16]
    low = np.clip(np.floor(moved.min(0) - _MARGIN * size), 0, size)
    high = np.clip(np.ceil(moved.max(0) + _MARGIN * size), 0, size)
    if (high - low).prod() > _WHOLE * size**2:
        return None
    return [int(edge) for edge in (*low, *high)]


if __name__ == "__main__":
    main()
