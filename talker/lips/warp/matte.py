"""The person in front, the background behind: so that a moving head moves nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from talker.lips.warp import anatomy
from talker.litert import open_interpreter
from talker.media.frames import Picture

MODEL = ("person-matte", "selfie_segmentation.tflite")
"""MediaPipe's selfie segmentation: its entry and file in the model store."""

_SIDE = 256


@dataclass(frozen=True, slots=True)
class Matte:
    """A person cut out.

    Attributes:
        person: 1 on the person, 0 elsewhere, shape (height, width).
        share: How much of a pixel moves with the person: 1 on it and a little beyond, easing to
            0 over background, where moving and resting picture are alike; shape (height, width).
    """

    person: NDArray[np.uint8]
    share: NDArray[np.float32]


def person_matte(
    model: Path, picture: Picture, landmarks: NDArray[np.float32], unit: float
) -> Matte | None:
    """Where the person is and how much of every pixel moves with it.

    Args:
        model: The segmentation network's file.
        picture: The portrait.
        landmarks: Of its face, shape (478, 3), pixels.
        unit: Eye span in pixels.

    Returns:
        The matte; None where the network does not see a person around the face.
    """
    network = open_interpreter(model)
    small = cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    network.set_tensor(
        network.get_input_details()[0]["index"], small[None].astype(np.float32) / 255
    )
    network.invoke()
    seen = network.get_tensor(network.get_output_details()[0]["index"])[0, ..., 0]
    height, width = picture.shape[:2]
    matte = cv2.resize(seen, (width, height), interpolation=cv2.INTER_CUBIC)
    oval = landmarks[list(anatomy.OVAL), :2]
    face = np.zeros((height, width), np.uint8)
    cv2.fillPoly(face, [np.round(oval).astype(np.int32)], 1)
    if not face.any() or float(matte[face > 0].mean()) < 0.85:
        return None
    person = _around_face((matte > 0.35).astype(np.uint8), face)
    wider = cv2.dilate(person, _disc(0.085 * unit)).astype(np.float32)
    share = cv2.GaussianBlur(wider, (0, 0), max(1.0, 0.018 * unit))
    return Matte(person=person, share=np.asarray(share, np.float32))


def clean_plate(picture: Picture, person: NDArray[np.uint8], unit: float) -> Picture:
    """The background continued behind the edge of the person.

    Args:
        picture: The portrait.
        person: 1 on the person, 0 elsewhere, shape (height, width).
        unit: Eye span in pixels.

    Returns:
        The portrait, inside the person's edge filled with what stands beside it; far inside,
        where nothing is ever uncovered, with whatever was there.
    """
    covered = cv2.dilate(person, _disc(0.032 * unit)).astype(np.float32)
    outside = 1.0 - cv2.GaussianBlur(covered, (0, 0), max(0.7, 0.004 * unit))[..., None]
    plate = picture.astype(np.float32)
    for spread in (0.16, 0.06):
        sigma = max(2.0, spread * unit)
        step = max(1, int(sigma / 4))
        size = (max(1, picture.shape[1] // step), max(1, picture.shape[0] // step))
        weight = cv2.resize(outside, size, interpolation=cv2.INTER_AREA)
        known = cv2.resize(plate * outside, size, interpolation=cv2.INTER_AREA)
        weight = cv2.GaussianBlur(weight, (0, 0), sigma / step)[..., None]
        known = cv2.GaussianBlur(known, (0, 0), sigma / step)
        full = picture.shape[1], picture.shape[0]
        near = cv2.resize(known / np.maximum(weight, 1e-4), full, interpolation=cv2.INTER_LINEAR)
        trust = cv2.resize(np.clip(weight[..., 0] * 20, 0, 1), full)[..., None]
        plate += (near - plate) * ((1.0 - outside) * trust)
    return np.clip(plate + 0.5, 0, 255).astype(np.uint8)


def _around_face(person: NDArray[np.uint8], face: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Only the piece the face belongs to, holes filled; not the other people."""
    _, labels = cv2.connectedComponents(person)
    under = labels[(face > 0) & (person > 0)]
    piece = (labels == np.bincount(under).argmax()).astype(np.uint8)
    outlines, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(person.shape, np.uint8)
    cv2.drawContours(filled, outlines, -1, 1, cv2.FILLED)
    return filled


def _disc(radius: float) -> NDArray[np.uint8]:
    size = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)
