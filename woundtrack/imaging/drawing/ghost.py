"""Lay an earlier visit's outline over today's photograph, in true size.

Hides the turn and the shift between two photographs whose cards lie differently.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from woundtrack.errors import CardUnreliable
from woundtrack.imaging.drawing.resizing import moved_within
from woundtrack.imaging.geometry.planimetry import in_pixels, on_skin, points_on_skin
from woundtrack.imaging.outline import Mask, Points, as_ring, moved, outline_mask
from woundtrack.model import Calibration, Outline

_TURNS: Final = 72  # a turn is looked for in steps of 5°
_GRID: Final = 96  # pixels across, in which two shapes are compared


def laid_over(
    earlier: Outline, earlier_calibration: Calibration, today: Outline, calibration: Calibration
) -> Outline:
    """Return an earlier outline in today's pixels, in true size, where it fits today's best.

    The middles of both lie on each other, and the earlier is turned about its own until the two
    share most of their areas: the card lies another way at each visit, and so does the camera. What
    is left to see is how the edge moved, not where the lesion is.

    Parameters
    ----------
    earlier, today
        Outlines of the same lesion, each in pixels of its own photograph.

    Raises ``CardUnreliable`` where either lies beyond the horizon of its card's plane.
    """
    there = _rings_mm(earlier, earlier_calibration)
    here = _rings_mm(today, calibration)[0]
    middle, aim = _centroid(there[0]), _centroid(here)
    angle = _best_turn(there[0] - middle, here - aim)
    turn = np.array(
        [[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]],
        dtype=np.float64,
    )
    outer, *islands = (
        as_ring(in_pixels((ring - middle) @ turn.T + aim, calibration)) for ring in there
    )
    return Outline(outer=outer, islands=tuple(islands), source=earlier.source)


def start_from(
    earlier: Sequence[Outline],
    earlier_calibration: Calibration | None,
    earlier_shape: tuple[int, int],
    today: Outline | None,
    calibration: Calibration | None,
    shape: tuple[int, int],
) -> tuple[Outline, ...]:
    """Return an earlier visit's outline as today's to begin with, source ``DRAWN``.

    Where both photographs have a scale it has its true size, and lies in today's cards' frame (on
    the unrolled limb, where there is one) as it lay in the earlier's, if that is in the photograph
    and, given an outline of today, over it: then the cards were laid alike. Else its middle lies on
    today's, or on the photograph's. Without a scale it has its size by the photographs' widths.

    Parameters
    ----------
    earlier
        The open parts of the lesion at an earlier visit, px of that photograph.
    today
        What is outlined of it by now, if anything.
    earlier_shape, shape
        (height, width) of the photographs.
    """
    found: list[Outline] | None = None
    if earlier_calibration is not None and calibration is not None:
        found = _in_true_size(earlier, earlier_calibration, today, calibration, shape)
    if found is None:
        aim = np.array([shape[1], shape[0]]) / 2 if today is None else np.asarray(today.centre)
        points = np.concatenate([np.asarray(one.outer) for one in earlier])
        middle = (points.min(axis=0) + points.max(axis=0)) / 2
        by = shape[1] / earlier_shape[1]
        found = [_with_rings(one, lambda ring: (ring - middle) * by + aim) for one in earlier]
    drawn = [one.as_drawn() for one in found]
    return tuple(moved_within(one, (0.0, 0.0), shape) for one in drawn)


def _in_true_size(
    earlier: Sequence[Outline],
    earlier_calibration: Calibration,
    today: Outline | None,
    calibration: Calibration,
    shape: tuple[int, int],
) -> list[Outline] | None:
    """Return the parts in today's pixels by millimetres; None where either skin is out of view."""
    try:
        skin = [
            _with_rings(one, lambda ring: on_skin(ring, earlier_calibration)) for one in earlier
        ]
        as_it_lay = [_with_rings(one, lambda ring: in_pixels(ring, calibration)) for one in skin]
        if all(_is_in(one, shape) for one in as_it_lay) and (
            today is None or any(_share(one, today) for one in as_it_lay)
        ):
            return as_it_lay
        if today is not None and len(earlier) == 1:
            over = laid_over(earlier[0], earlier_calibration, today, calibration)
            return [over] if np.isfinite(np.asarray(over.outer)).all() else None
    except CardUnreliable:
        return None
    spot = today.centre if today is not None else (shape[1] / 2, shape[0] / 2)
    aim = points_on_skin(np.array([spot], dtype=np.float64), calibration)[0]
    if not np.isfinite(aim).all():
        return None
    middle = _centroid(np.concatenate([np.asarray(one.outer) for one in skin]))
    found = [
        _with_rings(one, lambda ring: in_pixels(ring - middle + aim, calibration)) for one in skin
    ]
    return found if all(np.isfinite(np.asarray(one.outer)).all() for one in found) else None


def _with_rings(outline: Outline, change: Callable[[Points], Points]) -> Outline:
    rings = (outline.outer, *outline.islands)
    outer, *islands = (as_ring(change(np.asarray(ring, dtype=np.float64))) for ring in rings)
    return replace(outline, outer=outer, islands=tuple(islands))


def _is_in(outline: Outline, shape: tuple[int, int]) -> bool:
    """Say whether all of an outline lies in the photograph."""
    points = np.asarray(outline.outer)
    is_finite = bool(np.isfinite(points).all())
    return is_finite and bool((points >= 0).all() and (points <= (shape[1], shape[0])).all())


def _share(one: Outline, other: Outline) -> bool:
    """Say whether two outlines have a pixel in common."""
    rings = [np.asarray(outline.outer) for outline in (one, other)]
    low = np.floor(np.minimum(rings[0].min(axis=0), rings[1].min(axis=0)))
    high = np.ceil(np.maximum(rings[0].max(axis=0), rings[1].max(axis=0)))
    columns, rows = (high - low).astype(int).tolist()
    by = (-float(low[0]), -float(low[1]))
    masks = [outline_mask(moved(outline, by), (rows, columns)) for outline in (one, other)]
    return bool((masks[0] & masks[1]).any())


def _rings_mm(outline: Outline, calibration: Calibration) -> list[Points]:
    return [
        on_skin(np.asarray(ring, dtype=np.float64), calibration)
        for ring in (outline.outer, *outline.islands)
    ]


def _centroid(ring: Points) -> Points:
    """Return the middle of a ring's area (not of its points, which may crowd)."""
    moments = cv2.moments(ring.astype(np.float32).reshape(-1, 1, 2))
    if moments["m00"] == 0:
        return np.asarray(ring.mean(axis=0))
    return np.array([moments["m10"], moments["m01"]]) / moments["m00"]


def _best_turn(earlier: Points, today: Points) -> float:
    """Return the turn, radians, after which two rings round the origin share most; the least."""
    reach = float(max(np.abs(earlier).max(), np.abs(today).max(), 1e-6)) * 1.45
    scale = _GRID / 2 / reach
    wanted = _filled(today, scale)
    best = (-1, 0.0)
    # From no turn outwards: of turns that fit alike, as for a round wound, the least.
    for step in sorted(range(-_TURNS // 2, _TURNS // 2), key=abs):
        angle = 2 * math.pi * step / _TURNS
        cos, sin = math.cos(angle), math.sin(angle)
        turned = earlier @ np.array([[cos, sin], [-sin, cos]])
        shared = int(np.count_nonzero(_filled(turned, scale) & wanted))
        if shared > best[0] * 1.01:
            best = (shared, angle)
    return best[1]


def _filled(ring: Points, scale: float) -> Mask:
    mask = np.zeros((_GRID, _GRID), dtype=np.uint8)
    cv2.fillPoly(mask, [np.round(ring * scale + _GRID / 2).astype(np.int32)], 1)
    return mask.astype(bool)
