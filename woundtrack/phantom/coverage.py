"""How much of each pixel a shape covers: exact edges without drawing everything enlarged."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.phantom.texture import Layer

Window = tuple[int, int, int, int]

_FINE = 4  # sub-pixels a side
_SHIFT = 8  # binary digits after the point of a corner handed to OpenCV


def window_round(
    points_px: npt.NDArray[np.float64], margin_px: float, width: int, height: int
) -> Window:
    """Return (x0, y0, x1, y1), whole pixels round the points, kept within the picture."""
    low = np.floor(points_px.min(axis=0) - margin_px).astype(int)
    high = np.ceil(points_px.max(axis=0) + margin_px).astype(int)
    x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
    return x0, y0, max(x0, min(width, int(high[0]))), max(y0, min(height, int(high[1])))


def coverage(rings_px: Sequence[npt.NDArray[np.float64]], window: Window) -> Layer:
    """Return the covered fraction, 0..1, of each pixel of a window by rings (even-odd).

    OpenCV's fill also paints every pixel its edge touches, which makes shapes too large by half a
    (sub-)pixel all round. Filling the inside and the outside and taking the mean cancels that.
    """
    x0, y0, x1, y1 = window
    size = ((y1 - y0) * _FINE, (x1 - x0) * _FINE)
    if 0 in size:
        return np.zeros((y1 - y0, x1 - x0), dtype=np.float32)
    # Pixel-edge coordinates of ours to OpenCV's pixel centres.
    corners = [
        np.round(((ring - (x0, y0)) * _FINE - 0.5) * (1 << _SHIFT)).astype(np.int32)
        for ring in rings_px
    ]
    frame = np.array(
        [[-9, -9], [size[1] + 9, -9], [size[1] + 9, size[0] + 9], [-9, size[0] + 9]], dtype=np.int32
    ) * (1 << _SHIFT)
    inside = np.zeros(size, dtype=np.uint8)
    outside = np.zeros(size, dtype=np.uint8)
    cv2.fillPoly(inside, corners, 1, shift=_SHIFT)
    cv2.fillPoly(outside, [frame, *corners], 1, shift=_SHIFT)
    both = (inside + np.uint8(1) - outside) * np.uint8(120)
    reduced = cv2.resize(both, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    share: Layer = reduced.astype(np.float32) * np.float32(1 / 240)
    return share


def within(ring_px: npt.NDArray[np.float64], window: Window) -> npt.NDArray[np.bool_]:
    """Return which pixels of a window a ring encloses, to the nearest pixel: for shading."""
    x0, y0, x1, y1 = window
    mask = np.zeros((y1 - y0, x1 - x0), dtype=np.uint8)
    if mask.size:
        cv2.fillPoly(mask, [np.round(ring_px - (x0, y0) - 0.5).astype(np.int32)], 1)
    return mask.astype(bool)


def signed_distance_mm(inside: npt.NDArray[np.bool_], px_per_mm: float) -> Layer:
    """Return the distance to a mask's edge, mm, positive inside; for shading, not measuring."""
    if not inside.any():
        return np.full(inside.shape, -1e3, dtype=np.float32)
    within = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5)
    beyond = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 5)
    distance: Layer = ((within - beyond) / np.float32(px_per_mm)).astype(np.float32)
    return distance
