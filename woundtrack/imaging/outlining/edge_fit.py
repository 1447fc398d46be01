"""Move a coarse ring onto the colour edge of the photograph at full resolution.

Hides profiles along normals, local colour models, and the search that keeps neighbours together.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.outline import Points, ring_length, shoelace, simplified
from woundtrack.imaging.window import Pixels, crop, window_at

SIDE_PX: Final = 1024
"""Longest side of the copy that the edge is fitted in."""

_MOST_POINTS: Final = 480


def snapped(pixels: Pixels, ring: Points, reach: float, *, tolerance: float) -> Points:
    """Return a ring moved along its normals onto the colour edge within ``reach`` photograph px.

    Along every normal the edge stands where what is inside looks most like the inner end and what
    is outside most like the outer end (log likelihood ratio of local colours), neighbours held
    together; solved exactly by dynamic programming. Where nothing changes across, it stays.
    Beyond the photograph's border there is no edge: it ends there.
    """
    height, width = pixels.shape[:2]
    lowest = np.floor(ring.min(axis=0) - 2 * reach - 2)
    highest = np.ceil(ring.max(axis=0) + 2 * reach + 2)
    x0, y0 = np.clip(lowest, 0, (width - 1, height - 1)).astype(int).tolist()
    x1, y1 = np.clip(highest, (x0 + 1, y0 + 1), (width, height)).astype(int).tolist()
    scale = min(1.0, SIDE_PX / max(x1 - x0, y1 - y0))
    window = window_at(x0, y0, x1 - x0, y1 - y0, scale)
    lab = cv2.cvtColor(crop(pixels, window), cv2.COLOR_RGB2Lab).astype(np.float32)
    lab *= np.array([1, 1.5, 1.5], dtype=np.float32)
    curve = window.to_working(ring)
    count = int(np.clip(ring_length(curve) / 1.5, 24, _MOST_POINTS))
    curve = resampled(curve, count)
    outward = normals(curve)
    far = max(reach * scale, 1.5)
    step = max(0.5, far / 12)
    offsets = np.arange(-far, far + step / 2, step)
    where = curve[:, None, :] + outward[:, None, :] * offsets[None, :, None] - 0.5
    profiles = cv2.remap(
        lab,
        where[..., 0].astype(np.float32),
        where[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    third = max(1, len(offsets) // 3)
    spread = max(1.5, count / 40)
    inside = _blurred_round(profiles[:, :third].mean(axis=1), spread)
    outside = _blurred_round(profiles[:, -third:].mean(axis=1), spread)
    noise = profiles[:, :third].var(axis=1) + profiles[:, -third:].var(axis=1)
    noise = _blurred_round(noise, spread) / 2 + 6
    weight = (outside - inside) / noise
    middle = (outside + inside) / 2
    ratio = np.clip(((profiles - middle[:, None]) * weight[:, None]).sum(axis=2), -4, 4)
    cost = np.cumsum(ratio, axis=1) * step
    cost = np.concatenate((np.zeros((count, 1)), cost), axis=1)
    places = np.append(offsets - step / 2, offsets[-1] + step / 2)
    cost = cost + 0.5 * (places / far) ** 2
    moves = places[_cheapest_round(cost, penalty=2.0 * step)]
    moves = _blurred_round(moves[:, None], 2.0)[:, 0]
    moved = curve + outward * moves[:, None]
    kept = np.clip(window.to_photograph(moved), 0, (width, height))
    return simplified(kept, tolerance)


def resampled(ring: Points, count: int) -> Points:
    """Return ``count`` points evenly along a ring."""
    closed = np.vstack((ring, ring[:1]))
    along = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))))
    at = np.arange(count) * (along[-1] / count)
    even: Points = np.column_stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)])
    return even


def normals(ring: Points) -> Points:
    """Return the outward unit normals of a ring, whichever way it runs."""
    tangent = np.roll(ring, -2, axis=0) - np.roll(ring, 2, axis=0)
    outward = np.column_stack((tangent[:, 1], -tangent[:, 0])) * np.sign(shoelace(ring) or 1.0)
    unit: Points = outward / np.maximum(np.linalg.norm(outward, axis=1), 1e-12)[:, None]
    return unit


def _blurred_round(values: npt.NDArray[np.floating], spread: float) -> Points:
    """Return values (N, K) blurred along a closed ring."""
    frequency = np.fft.rfftfreq(len(values))
    gain = np.exp(-2 * (np.pi * spread * frequency) ** 2)[:, None]
    blurred: Points = np.fft.irfft(np.fft.rfft(values, axis=0) * gain, n=len(values), axis=0)
    return blurred


def _cheapest_round(cost: Points, penalty: float) -> npt.NDArray[np.int64]:
    """Return the cheapest column of every row (N, T), neighbours at most one apart, on a ring.

    Two laps, of which the second half of the first and the first half of the second are kept, so
    that the start has no say.
    """
    count, places = cost.shape
    lap = np.concatenate((cost, cost))
    best = lap[0].copy()
    came = np.zeros((2 * count, places), dtype=np.int8)
    candidates = np.empty((3, places))
    for row in range(1, 2 * count):
        candidates[0] = best
        candidates[1, 1:] = best[:-1] + penalty
        candidates[1, 0] = np.inf
        candidates[2, :-1] = best[1:] + penalty
        candidates[2, -1] = np.inf
        choice = candidates.argmin(axis=0)
        came[row] = choice
        best = candidates[choice, np.arange(places)] + lap[row]
    path = np.empty(2 * count, dtype=np.int64)
    path[-1] = int(best.argmin())
    shift = (0, -1, 1)
    for row in range(2 * count - 1, 0, -1):
        path[row - 1] = path[row] + shift[came[row, path[row]]]
    half = count // 2
    return np.concatenate((path[count : count + half], path[half:count]))
