"""A rectangle of the photograph at a working size, and the way between the two.

Hides cropping, scaling, clipping at the photograph's border and half pixels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.outline import Mask, Points, as_ring, outline_patch
from woundtrack.model import Outline, Point

Box = tuple[float, float, float, float]
Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

MAX_ENLARGEMENT: Final = 4.0
_LEFT_AFTER_HALVING: Final = 1.7  # pixels a working pixel, for the last step to take the mean of


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A rectangle of the photograph and its size in working pixels."""

    x: int
    y: int
    width: int
    height: int
    columns: int
    rows: int

    @property
    def scale(self) -> Points:
        """Working pixels a photograph pixel, (x, y)."""
        return np.array([self.columns / self.width, self.rows / self.height], dtype=np.float64)

    def to_working(self, points: Sequence[Point] | Points) -> Points:
        """Return photograph points (N, 2) in working pixels."""
        ring = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        placed: Points = (ring - np.array([self.x, self.y])) * self.scale
        return placed

    def to_photograph(self, points: Points) -> Points:
        """Return working points (N, 2) in photograph pixels."""
        placed: Points = points / self.scale + np.array([self.x, self.y])
        return placed

    def mask_of(self, outlines: Iterable[Outline]) -> Mask:
        """Return the working pixels (rows, columns) inside any of the outlines."""
        mask: Mask = np.zeros((self.rows, self.columns), dtype=bool)
        for outline in outlines:
            placed = Outline(
                outer=as_ring(self.to_working(outline.outer)),
                islands=tuple(as_ring(self.to_working(ring)) for ring in outline.islands),
            )
            (x, y), inside = outline_patch(placed, mask.shape)
            mask[y : y + inside.shape[0], x : x + inside.shape[1]] |= inside
        return mask

    def discs(self, points: Sequence[Point], radius: float) -> Mask:
        """Return the working pixels within ``radius`` of the points, at least their own."""
        mask: Mask = np.zeros((self.rows, self.columns), dtype=bool)
        y, x = np.ogrid[: self.rows, : self.columns]
        for px, py in self.to_working(points).tolist():
            mask |= (x + 0.5 - px) ** 2 + (y + 0.5 - py) ** 2 <= max(radius, 0.8) ** 2
        return mask


def window_around(pixels: Pixels, box: Box, side: int, margin: float) -> Window:
    """Return the window of a box and its margin, at most ``side`` working pixels long."""
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = box
    across, down = (x1 - x0) * margin, (y1 - y0) * margin
    left = min(max(math.floor(x0 - across), 0), width - 1)
    top = min(max(math.floor(y0 - down), 0), height - 1)
    right = max(min(math.ceil(x1 + across), width), left + 1)
    bottom = max(min(math.ceil(y1 + down), height), top + 1)
    scale = min(MAX_ENLARGEMENT, side / max(right - left, bottom - top))
    return window_at(left, top, right - left, bottom - top, scale)


def window_at(x: int, y: int, width: int, height: int, scale: float) -> Window:
    """Return the window of a rectangle, ``scale`` working pixels a photograph pixel.

    A few pixels less at the right and below where they would be in the way of halving.
    """
    step = 1
    while scale * 2 * step <= 1 / _LEFT_AFTER_HALVING:
        step *= 2
    width = max(width - width % step, min(width, step))
    height = max(height - height % step, min(height, step))
    return Window(
        x=x,
        y=y,
        width=width,
        height=height,
        columns=max(1, round(width * scale)),
        rows=max(1, round(height * scale)),
    )


def crop(pixels: Pixels, window: Window) -> Pixels:
    """Return the window's pixels at working size."""
    native = pixels[window.y : window.y + window.height, window.x : window.x + window.width]
    # Halving is several times quicker than any other share, and the mean of means is the mean.
    while _can_be_halved(native, window):
        native = halved(native)
    shrinks = window.columns < native.shape[1]
    size = (window.columns, window.rows)
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(native, size, interpolation=way), dtype=np.uint8)


def _can_be_halved(native: Pixels, window: Window) -> bool:
    height, width = native.shape[:2]
    if height % 2 or width % 2:
        return False
    left = min(height / window.rows, width / window.columns) / 2
    return bool(left >= _LEFT_AFTER_HALVING)


def halved(pixels: Pixels) -> Pixels:
    """Return the picture at half its width and height; an odd last row or column is left out."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    whole = pixels[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
