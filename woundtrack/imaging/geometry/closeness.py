"""How close two outlines of one wound lie on the skin: Dice, Jaccard, and mm between their edges.

Hides the unrolling of limbs, the grid that areas are counted on, and distances from edge to edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.geometry.planimetry import on_skin
from woundtrack.imaging.outline import Points, is_staircase, ring_length, unstepped
from woundtrack.model import Calibration, Outline

Floats = npt.NDArray[np.float64]

Mask = npt.NDArray[np.bool_]

_GRID: Final = 1200
"""Cells along the longer side of both outlines: a Dice comes out to about 0.001."""

_SHIFT: Final = 6  # bits of a cell that its corners are told to
_PARTS: Final = 1 << _SHIFT
_STEP_MM: Final = 0.2
_MOST_POINTS: Final = 900
_AT_ONCE: Final = 100_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Closeness:
    """How alike two outlines are.

    ``dice`` is 2|A ∩ B| / (|A| + |B|) and ``jaccard`` |A ∩ B| / |A ∪ B|, of areas on the skin.
    ``mean_mm`` is the mean distance of each edge's points from the other edge, both taken together
    along their lengths; ``hausdorff_95_mm`` the larger of the two 95th percentiles. Edges of
    islands count with the others.
    """

    dice: float
    jaccard: float
    mean_mm: float
    hausdorff_95_mm: float


def closeness(
    parts: Sequence[Outline], others: Sequence[Outline], calibration: Calibration
) -> Closeness:
    """Return how close two readings of one wound lie, each of one or more open parts.

    Parameters
    ----------
    parts, others
        Outlines in pixels of one upright photograph, one or more each.
    calibration
        The mapping of that photograph.

    Raises
    ------
    CardUnreliable
        An outline reaches beyond the horizon of the card's plane, or beyond the limb.
    ValueError
        A reading has no outline.
    """
    if not parts or not others:
        raise ValueError("there is nothing to be close to")
    both = [[_rings(outline, calibration) for outline in reading] for reading in (parts, others)]
    points = np.concatenate([ring for reading in both for rings in reading for ring in rings])
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    pitch = max(extent / _GRID, 1e-6)
    masks = [_filled(reading, low, pitch) for reading in both]
    shared = int(np.count_nonzero(masks[0] & masks[1]))
    areas = [int(np.count_nonzero(mask)) for mask in masks]
    either = sum(areas) - shared
    edges = [[_evenly(ring) for rings in reading for ring in rings] for reading in both]
    there = [_distances(edges[0], edges[1]), _distances(edges[1], edges[0])]
    return Closeness(
        dice=2 * shared / sum(areas) if sum(areas) else 0.0,
        jaccard=shared / either if either else 0.0,
        mean_mm=float(np.concatenate(there).mean()),
        hausdorff_95_mm=max(float(np.percentile(one, 95)) for one in there),
    )


def _rings(outline: Outline, calibration: Calibration) -> list[Points]:
    """Return an outline's rings on the skin, mm, the staircase of a mask smoothed off."""
    rings = [np.asarray(ring, dtype=np.float64) for ring in (outline.outer, *outline.islands)]
    return [on_skin(unstepped(ring) if is_staircase(ring) else ring, calibration) for ring in rings]


def _filled(reading: Sequence[Sequence[Points]], low: Points, pitch: float) -> Mask:
    """Return the cells that lie in any part of a reading, by the even-odd rule of its rings."""
    whole = np.zeros((_GRID + 2, _GRID + 2), dtype=np.uint8)
    for rings in reading:
        part = np.zeros_like(whole)
        places = [
            np.round(((ring - low) / pitch + 0.5) * _PARTS).astype(np.int32) for ring in rings
        ]
        cv2.fillPoly(part, places, 1, shift=_SHIFT)
        whole |= part
    return whole > 0


def _evenly(ring: Points) -> Points:
    """Return a ring's points at even steps along it, so that each stands for as much edge."""
    closed = np.concatenate([ring, ring[:1]])
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    length = ring_length(ring)
    count = int(np.clip(length / _STEP_MM, 8, _MOST_POINTS))
    even = np.linspace(0, at[-1], count, endpoint=False)
    return np.column_stack([np.interp(even, at, closed[:, 0]), np.interp(even, at, closed[:, 1])])


def _distances(edges: Sequence[Points], others: Sequence[Points]) -> Floats:
    """Return how far each point of some edges lies from the nearest place of the others, mm."""
    points = np.concatenate(edges)
    starts = np.concatenate(others)
    steps = np.concatenate([np.roll(ring, -1, axis=0) - ring for ring in others])
    (x, y), (along, down) = starts.T, steps.T
    squares = np.maximum(along**2 + down**2, 1e-18)
    nearest = np.empty(len(points))
    slice_ = max(1, _AT_ONCE // len(starts))
    for begin in range(0, len(points), slice_):
        off_x = points[begin : begin + slice_, 0, None] - x
        off_y = points[begin : begin + slice_, 1, None] - y
        share = np.clip((off_x * along + off_y * down) / squares, 0.0, 1.0)
        off_x -= share * along
        off_y -= share * down
        nearest[begin : begin + slice_] = np.sqrt((off_x**2 + off_y**2).min(axis=1))
    return nearest
