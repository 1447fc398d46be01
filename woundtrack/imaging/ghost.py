"""Lay an earlier visit's outline over today's photograph, in true size.

Hides the turn and the shift between two photographs whose cards lie differently.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np

from woundtrack.imaging.outline import Mask, Points, as_ring
from woundtrack.imaging.planimetry import in_pixels, on_skin
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
