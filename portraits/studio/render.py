"""Renders a person: python -m studio.render people/poet.toml poet.png.

A square of the picture in more detail: --look X Z WIDTH, in millimetres from between the eyes.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np

from studio.anatomy import Head, build_head
from studio.background import add_background
from studio.beard import add_beard
from studio.brows import add_brows, add_lashes
from studio.clothes import add_clothes
from studio.eyes import add_eyes
from studio.hair import add_hair
from studio.headwear import add_headwear
from studio.human import BaseMesh
from studio.mouth import add_mouth
from studio.person import Person, load_person
from studio.skin import add_skin
from studio.stage import camera_place, set_camera, set_light, set_renderer, shoot


def build(person: Person) -> Head:
    """Builds a person and all around into an empty scene."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    head = build_head(BaseMesh(), person.body, person.pose)

    def rng(subject: int) -> np.random.Generator:
        """Each subject has chance of its own, so that a change to one leaves the others be."""
        return np.random.default_rng((person.seed, subject))

    add_skin(head, person.skin, person.hair, rng(1))
    add_eyes(head, person.eyes, camera_place(head.between, person.pose)[0], rng(2))
    add_mouth(head)
    add_brows(head, person.brows, rng(3))
    add_lashes(head, person.eyes, rng(4))
    if person.hair:
        add_hair(head, person.hair, rng(5))
    if person.beard:
        add_beard(head, person.beard, rng(6))
    add_clothes(head, person.clothes, rng(7))
    if person.headwear:
        add_headwear(head, person.headwear, rng(8))
    add_background(head.between, person.background, rng(9))
    set_light(head.between, person.light)
    set_camera(head.between, person.pose)
    return head


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("person", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--size", type=int, default=1024)
    parser.add_argument("--samples", type=int)
    parser.add_argument("--look", type=float, nargs=3, metavar=("X", "Z", "WIDTH"))
    options = parser.parse_args()
    person = load_person(options.person)
    if options.look:
        x, z, width = options.look
        pose = replace(person.pose, centre_mm=(x, z), frame_m=width / 1000, turn=0, nod=0)
        person = replace(person, pose=pose)
    start = time.monotonic()
    build(person)
    built = time.monotonic()
    set_renderer(options.size, options.samples or person.samples, person.seed)
    shoot(options.picture.absolute())
    print(f"built in {built - start:.0f} s, rendered in {time.monotonic() - built:.0f} s")


if __name__ == "__main__":
    main()
