"""A drawn mouth laid into a frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talker.faces.face import Face
from talker.lips.paste.mask import mouth_mask
from talker.lips.paste.placing import Affine, inverse, places, scale_of
from talker.lips.paste.tuning import Grain, colour_shift, sharpened
from talker.lips.warp.sampling import sample
from talker.media.frames import Picture

_ENLARGED = 1.2
"""A patch that is enlarged more than this has lost sharpness and grain, which it is given."""


class MouthPaste:
    """Lays mouths into frames: softly edged, in the frame's colours, with its grain.

    The same arguments give the same picture, on any thread.

    Args:
        sharpness: How far enlarged patches are sharpened, 0 to 1.
        seed: Of the grain.
    """

    def __init__(self, sharpness: float = 0.5, seed: int = 0) -> None:
        self._sharpness = sharpness
        self._grain = Grain(seed)

    def paste(
        self,
        frame: Picture,
        face: Face,
        patch: NDArray[np.uint8] | NDArray[np.float32],
        to_frame: Affine,
        share: float = 1.0,
    ) -> Picture:
        """A frame with another mouth.

        Args:
            frame: uint8 RGB, shape (height, width, 3).
            face: In the frame; its trust is how far its mouth may be replaced.
            patch: The face or a part of it with the new mouth, RGB in levels of 0 to 255, shape
                (rows, columns, 3).
            to_frame: From the patch's pixels to the frame's.
            share: How much of the new mouth is seen, in [0, 1].

        Returns:
            A new picture, equal to the frame in every pixel outside the mask.
        """
        picture = frame.copy()
        share *= face.trust
        mask = None
        if share > 0:
            mask = mouth_mask(face, frame.shape[:2], patch.shape[:2], to_frame)
        if mask is None:
            return picture
        region = frame[mask.region]
        laid = self._laid(patch.astype(np.float32), to_frame, mask.region)
        laid += colour_shift(region.astype(np.float32), laid, mask.share)
        if scale_of(to_frame) > _ENLARGED:
            laid += self._grain.lay(region, laid, mask.share)[..., None]
        seen = (share * mask.share)[..., None]
        mixed = region + seen * (laid - region)
        picture[mask.region] = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)
        return picture

    def _laid(
        self, patch: NDArray[np.float32], to_frame: Affine, region: tuple[slice, slice]
    ) -> NDArray[np.float32]:
        """The patch as it lies in a region of the frame."""
        to_patch = inverse(to_frame)
        if scale_of(to_frame) > _ENLARGED:
            patch = sharpened(patch, self._sharpness)
            # The middle of a pixel is between the two that it becomes.
            to_patch = 2.0 * to_patch
            to_patch[:, 2] += 0.5
        rows, columns = region
        size = columns.stop - columns.start, rows.stop - rows.start
        return sample(patch, places(to_patch, (columns.start, rows.start), size), cubic=True)
