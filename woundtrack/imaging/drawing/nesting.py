"""Where one outline sticks out of another that should hold it.

Hides the grid on which the two are compared. Islands count as filled: an edge is what is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from woundtrack.imaging.outline import Mask, Points
from woundtrack.model import Outline, Ring

_CELLS: Final = 512  # along the longer side of what is compared, at most


def sticking_out(inner: Sequence[Outline], outer: Sequence[Outline], by_px: float) -> Ring:
    """Return a box round the largest piece of ``inner`` that lies farther than ``by_px`` outside.

    ``inner`` and ``outer`` are the parts of two outlines in pixels of one photograph. () where
    nothing sticks out so far, and where there is nothing to compare.
    """
    if not inner or not outer:
        return ()
    rings = [np.asarray(one.outer, dtype=np.float64) for one in inner]
    around = [np.asarray(one.outer, dtype=np.float64) for one in outer]
    points = np.concatenate(rings)
    low, high = points.min(axis=0) - by_px - 2, points.max(axis=0) + by_px + 2
    cell = max(float((high - low).max()) / _CELLS, 1.0)
    columns, rows = (int(cells) for cells in np.ceil((high - low) / cell))
    held = _filled(around, low, cell, (rows, columns))
    # Without a held cell in the window the distance has nothing to be measured from.
    far = np.full((rows, columns), np.inf, dtype=np.float32)
    if held.any():
        far = np.asarray(cv2.distanceTransform((~held).astype(np.uint8), cv2.DIST_L2, 5))
    out = _filled(rings, low, cell, (rows, columns)) & (far * cell > by_px)
    count, _, stats, _ = cv2.connectedComponentsWithStats(out.astype(np.uint8), connectivity=8)
    if count < 2:
        return ()
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    left, top, wide, tall = (int(value) for value in stats[largest, :4])
    x0, y0 = (float(value) for value in low + np.array([left, top]) * cell)
    x1, y1 = x0 + wide * cell, y0 + tall * cell
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def _filled(rings: Sequence[Points], low: Points, cell: float, shape: tuple[int, int]) -> Mask:
    mask = np.zeros(shape, dtype=np.uint8)
    for ring in rings:
        corners = np.round(((ring - low) / cell - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(mask, [corners], 1, shift=4)
    return mask.astype(bool)
