"""What others do with a box or clicks: the rows that an outline's own method stands beside.

Nothing here is woundtrack's; each is written as its source describes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.model import Point

Mask = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]

SMALL: Final = 256  # pixels a side that the slow ones work at
RADIUS: Final = 25 / 512  # of a click's disc, in shares of the side: the training lesions' median


class Bare:
    """No picture is looked at: the ellipse in the box, a disc at the click."""

    label = "bare ellipse"
    is_automatic = False

    def box(self, pixels: Pixels, box: Box) -> Mask:
        """Return the ellipse that fills the box less its looseness."""
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        a, b = (box[2] - box[0]) / 2.6, (box[3] - box[1]) / 2.6
        rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]] + 0.5
        return np.asarray(((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 <= 1)

    def clicks(self, pixels: Pixels, include: Sequence[Point], exclude: Sequence[Point]) -> Mask:
        """Return the discs of the include clicks less those of the exclude clicks."""
        inside, outside = _discs(pixels, include, 1.0), _discs(pixels, exclude, 0.4)
        return inside & ~outside


class Documented:
    """GrabCut as OpenCV's own tutorial shows it, on the whole photograph at 256 pixels."""

    label = "GrabCut, documented"
    is_automatic = False

    def box(self, pixels: Pixels, box: Box) -> Mask:
        """Return what five rounds from a rectangle leave."""
        x0, y0, x1, y1 = (edge * SMALL / max(pixels.shape[:2]) for edge in box)
        rectangle = (int(x0), int(y0), max(1, round(x1 - x0)), max(1, round(y1 - y0)))
        labels = np.zeros(pixels.shape[:2], np.uint8)
        return self._cut(pixels, labels, rectangle, cv2.GC_INIT_WITH_RECT)

    def clicks(self, pixels: Pixels, include: Sequence[Point], exclude: Sequence[Point]) -> Mask:
        """Return what five rounds from discs of sure wound and sure skin leave."""
        labels = np.full(pixels.shape[:2], cv2.GC_PR_BGD, np.uint8)
        labels[_discs(pixels, include, 1.0)] = cv2.GC_PR_FGD
        labels[_discs(pixels, include, 0.2)] = cv2.GC_FGD
        labels[_discs(pixels, exclude, 0.2)] = cv2.GC_BGD
        return self._cut(pixels, labels, (0, 0, 1, 1), cv2.GC_INIT_WITH_MASK)

    def _cut(self, pixels: Pixels, labels: Pixels, rectangle: tuple[int, ...], how: int) -> Mask:
        cv2.setRNGSeed(0)
        whole = (pixels.shape[1], pixels.shape[0])
        scale = SMALL / max(whole)
        size = (max(1, round(whole[0] * scale)), max(1, round(whole[1] * scale)))
        small = cv2.resize(pixels[..., ::-1], size, interpolation=cv2.INTER_AREA)
        labels = np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        models = np.zeros((1, 65)), np.zeros((1, 65))
        try:
            cv2.grabCut(np.ascontiguousarray(small), labels, rectangle, *models, 5, how)
        except cv2.error:  # no skin or no wound among the seeds
            return np.zeros(pixels.shape[:2], bool)
        return np.asarray(cv2.resize(labels % 2, whole) > 0, dtype=bool)


class Walker:
    """The random walker of scikit-image (Grady, doi 10.1109/TPAMI.2006.233) at 256 pixels."""

    label = "random walker"
    is_automatic = False

    def box(self, pixels: Pixels, box: Box) -> Mask:
        """Return the walk from the middle of the box and from beyond it."""
        rows, columns = np.mgrid[: pixels.shape[0], : pixels.shape[1]] + 0.5
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        away = np.hypot((columns - x) / (box[2] - box[0]), (rows - y) / (box[3] - box[1])) * 2
        outside = (columns < box[0]) | (columns > box[2]) | (rows < box[1]) | (rows > box[3])
        return self._walk(pixels, away < 0.35, outside)

    def clicks(self, pixels: Pixels, include: Sequence[Point], exclude: Sequence[Point]) -> Mask:
        """Return the walk from the clicks and from far beyond them."""
        beyond = ~_discs(pixels, include, 2.0)
        return self._walk(
            pixels, _discs(pixels, include, 0.2), beyond | _discs(pixels, exclude, 0.2)
        )

    def _walk(self, pixels: Pixels, inside: Mask, outside: Mask) -> Mask:
        from skimage.segmentation import random_walker

        size = (256, round(256 * pixels.shape[0] / pixels.shape[1]))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) / 255.0
        labels = np.zeros(small.shape[:2], np.int32)
        labels[cv2.resize(outside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0] = 2
        labels[cv2.resize(inside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0] = 1
        if not (labels == 1).any() or not (labels == 2).any() or (labels != 0).all():
            return inside
        walked = random_walker(small, labels, beta=130, mode="cg_j", channel_axis=-1)
        whole = (pixels.shape[1], pixels.shape[0])
        return np.asarray(cv2.resize((walked == 1).astype(np.uint8), whole) > 0)


def _discs(pixels: Pixels, points: Sequence[Point], share: float) -> Mask:
    plane = np.zeros(pixels.shape[:2], np.uint8)
    radius = max(2, round(RADIUS * share * max(pixels.shape[:2])))
    for x, y in points:
        cv2.circle(plane, (int(x), int(y)), radius, 1, -1)
    return plane > 0
