"""Where the corners of a tag lie, to a few hundredths of a pixel: four straight edges, crossed.

Hides the profiles across each edge, and that half the light is not half the grey value.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MODULES: Final = 8  # of a tag's side; the outermost is black all round
_STEP_PX: Final = 0.5  # between the samples of a profile
_LONGEST_REACH_PX: Final = 12.0
_ROUNDS: Final = 10
_SETTLED_PX: Final = 0.06


def refined_corners(grey: NDArray[np.uint8], corners: Floats) -> Floats:
    """Return a tag's corners (4, 2) px: those of its edges, or of the picture's own corners there.

    As ``followed_corners``; a tag whose edges can't be followed comes back as ``cv2.cornerSubPix``
    sees it.
    """
    followed = followed_corners(grey, corners)
    return _by_subpix(grey, corners) if followed is None else followed


def followed_corners(grey: NDArray[np.uint8], corners: Floats) -> Floats | None:
    """Return a tag's corners refined from its four outer edges.

    Across each edge profiles are taken, in linear light: a lens blurs light, not grey values, and
    half way up the grey values lies up to a pixel too far in the dark. Where the light rises, the
    mean place weighted by its slope is the edge, whatever symmetric blur it has. A straight line
    through these places is fitted to each side; the corners are where the lines cross.

    Parameters
    ----------
    grey
        uint8 (H, W), sRGB-coded.
    corners
        (4, 2), pixels with the origin at the outer corner of the first pixel; within a third of a
        module of the truth; in order round the tag.

    Returns
    -------
    (4, 2), as ``corners``; None where its edges can't be followed.
    """
    height, width = grey.shape
    side = math.sqrt(abs(_signed_area(corners)))
    margin = math.ceil(side / _MODULES * 1.5) + 4
    x0, y0 = (max(0, int(v) - margin) for v in np.floor(corners.min(axis=0)))
    x1, y1 = (int(v) + margin for v in np.ceil(corners.max(axis=0)))
    x1, y1 = min(width, x1), min(height, y1)
    crop = grey[y0:y1, x0:x1]
    if min(crop.shape) < 8:
        return corners
    light = _linear(crop)
    # Of a tag seen askew, its narrower way: a profile is not to reach across the frame.
    longest = float(np.hypot(*(np.roll(corners, -1, axis=0) - corners).T).max())
    module = side**2 / longest / _MODULES
    origin = np.array([x0, y0], dtype=np.float64)
    places = corners - origin
    for turn in range(_ROUNDS):
        # A first guess lies up to a few pixels inside a blurred edge: a profile that is as long on
        # that side as later ones would reach the white bits behind the black frame.
        reach = min(module * (0.5 if turn == 0 else 0.6), _LONGEST_REACH_PX)
        lines = _edges(light, places, max(reach, 2.0))
        if lines is None:
            return None
        crossed = np.array([_crossing(lines[side - 1], lines[side]) for side in range(4)])
        moved = float(np.abs(crossed - places).max())
        if not np.isfinite(moved) or float(np.abs(crossed + origin - corners).max()) > module:
            return None
        # Where the samples fall moves the lines by some hundredths of a pixel, to and fro: the
        # mean of two rounds is nearer than either, and more rounds bring nothing.
        places = crossed if moved > _SETTLED_PX else (places + crossed) / 2
        if moved <= _SETTLED_PX:
            break
    return np.asarray(places + origin)


def _edges(light: NDArray[np.float32], corners: Floats, reach: float) -> list[Floats] | None:
    """Return the four lines (a, b, c) of a x + b y = c, from each corner to the next."""
    offsets = np.arange(-reach, reach + _STEP_PX / 2, _STEP_PX)
    ends = np.roll(corners, -1, axis=0)
    lengths = np.hypot(*(ends - corners).T)
    count = int(np.clip(lengths.max(), 16, 96))
    # Away from the corners, where the next side's blur reaches in.
    along = np.linspace(0.08, 0.92, count)
    starts = corners[:, None, :] + along[None, :, None] * (ends - corners)[:, None, :]
    direction = (ends - corners) / lengths[:, None]
    normal = np.column_stack([direction[:, 1], -direction[:, 0]])
    if _signed_area(corners) < 0:
        normal = -normal
    points = starts[:, :, None, :] + offsets[None, None, :, None] * normal[:, None, None, :]
    samples = _sampled(light, points)
    rise = np.diff(samples, axis=2)
    middle = (offsets[:-1] + offsets[1:]) / 2
    contrast = rise.sum(axis=2)
    usual = float(np.median(contrast))
    if usual <= 0.005:
        return None
    good = contrast > 0.5 * usual
    place = (rise * middle).sum(axis=2) / np.where(good, contrast, 1.0)
    good &= np.abs(place) < reach
    if good.sum(axis=1).min() < count / 2:
        return None
    shift, slope = _straight(along, place, good)
    first = corners + shift[:, None] * normal
    last = ends + (shift + slope)[:, None] * normal
    run = (last - first) / np.hypot(*(last - first).T)[:, None]
    across = np.column_stack([run[:, 1], -run[:, 0]])
    return list(np.column_stack([across, (across * first).sum(axis=1)]))


def _straight(along: Floats, place: Floats, good: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return shift and slope (4,) of lines through places (4, n), with Cauchy's weights."""
    at = np.broadcast_to(along, place.shape)
    shift = np.median(place, axis=1)
    slope = np.zeros_like(shift)
    for _ in range(5):
        gap = np.abs(place - shift[:, None] - slope[:, None] * at)
        spread = np.maximum(1.4826 * np.median(gap, axis=1), 0.01)
        weight = good / (1 + (gap / (2.4 * spread[:, None])) ** 2)
        total = weight.sum(axis=1)
        mean_at = (weight * at).sum(axis=1) / total
        mean_place = (weight * place).sum(axis=1) / total
        lever = at - mean_at[:, None]
        slope = (weight * lever * place).sum(axis=1) / (weight * lever * lever).sum(axis=1)
        shift = mean_place - slope * mean_at
    return shift, slope


def _crossing(one: Floats, other: Floats) -> Floats:
    determinant = one[0] * other[1] - other[0] * one[1]
    return np.array(
        [
            (one[2] * other[1] - other[2] * one[1]) / determinant,
            (one[0] * other[2] - other[0] * one[2]) / determinant,
        ]
    )


def _sampled(light: NDArray[np.float32], points: Floats) -> Floats:
    """Return the light at points (…, 2), by linear interpolation between pixel centres."""
    flat = (points.reshape(-1, 2) - 0.5).astype(np.float32)
    rows = points.shape[0] * points.shape[1]
    at_x = flat[:, 0].reshape(rows, -1)
    at_y = flat[:, 1].reshape(rows, -1)
    seen = cv2.remap(light, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, dtype=np.float64).reshape(points.shape[:-1])


def _by_subpix(grey: NDArray[np.uint8], corners: Floats) -> Floats:
    side = math.sqrt(abs(_signed_area(corners)))
    window = int(np.clip(side / _MODULES * 0.6, 2, 10))
    start = (corners - 0.5).astype(np.float32).reshape(-1, 1, 2)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 40, 0.01)
    found = cv2.cornerSubPix(grey, start, (window, window), (-1, -1), stop)
    return np.asarray(found, dtype=np.float64).reshape(4, 2) + 0.5


def _linear(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return linear light 0..1 of sRGB-coded grey (IEC 61966-2-1)."""
    level = np.arange(256) / 255
    table = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    return np.asarray(cv2.LUT(grey, table.astype(np.float32)), dtype=np.float32)


def _signed_area(ring: Floats) -> float:
    x, y = ring.T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
