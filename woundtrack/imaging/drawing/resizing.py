"""Move an outline's whole edge: outwards, inwards, smoother, or all of it elsewhere.

Hides that millimetres on the skin are other pixels at each place, and what becomes of a narrow neck
that is moved past itself.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from woundtrack.errors import EditImpossible
from woundtrack.imaging.drawing.mending import settled
from woundtrack.imaging.drawing.nodes import is_sound
from woundtrack.imaging.geometry.planimetry import in_pixels, points_on_skin
from woundtrack.imaging.outline import (
    Points,
    as_ring,
    is_staircase,
    outline_mask,
    ring_length,
    shoelace,
    simplified,
    smooth_outlines,
    unstepped,
    with_area,
)
from woundtrack.model import Calibration, Outline, Point, Ring

LEAST_AREA_PX: Final = 4.0
"""A part or an island that is smaller than this is gone."""
_MOST_MITRE: Final = 2.0  # how much farther than the edge a sharp corner may move
_GRID_PX: Final = 1800  # of the grid on which a neck that closes or opens is found
_LEAST_STEP: Final = 4.0  # pixels of that grid, that the edge moves by
_SMOOTHED: Final = 0.008  # of a ring's length: the spread of the blur along it
_LEAST_SMOOTHED_PX: Final = 2.0


def grown(
    outline: Outline,
    by: float,
    *,
    calibration: Calibration | None = None,
    others: tuple[Outline, ...] = (),
    shape: tuple[int, int],
) -> tuple[Outline, ...]:
    """Return an outline whose edge is moved outwards everywhere; inwards where ``by`` is negative.

    Parameters
    ----------
    by
        Millimetres on the skin, by the photograph's own mapping, flat or unrolled; pixels where
        there is no ``calibration``. Islands shrink as the wound grows.
    others
        Outlines that it stops at; a pixel or two may be shared where the edges part.
    shape
        (height, width) of the photograph, which no edge leaves.

    Returns
    -------
    The outline, source ``DRAWN``; several where it falls apart at a neck.

    Raises ``EditImpossible`` where nothing would be left, or where the limb shows no such skin.
    """
    rings = [_unstepped(ring) for ring in (outline.outer, *outline.islands)]
    skin = [_on_skin(ring, calibration) for ring in rings]
    parts = _offset(skin, by) or _offset_on_grid(skin, by)
    found = []
    for outer, *islands in parts:
        part = _drawn(outline, _seen(outer, calibration, shape))
        holes = [_seen(island, calibration, shape) for island in islands]
        part = replace(part, islands=tuple(as_ring(hole) for hole in holes if _is_any(hole)))
        if _is_any(np.asarray(part.outer)):
            found.append(part)
    if not found:
        raise EditImpossible(reason="nothing would be left of it")
    return _clear_of(found, others, shape)


def smoothed(
    outline: Outline, *, others: tuple[Outline, ...] = (), shape: tuple[int, int]
) -> tuple[Outline, ...]:
    """Return an outline without its small notches and bumps, each ring with the area it had.

    The edge is blurred over 1.6 % of its length (two spreads), the same at every place, by 2G − G²,
    so that curves hardly shrink. ``others`` and ``shape`` are as in ``grown``.

    Raises ``EditImpossible`` where the edge would cross itself.
    """
    changed = replace(
        outline,
        outer=_smooth(outline.outer),
        islands=tuple(_smooth(island) for island in outline.islands),
    ).as_drawn()
    if not is_sound(changed):
        raise EditImpossible(reason="its edge would cross itself")
    return _clear_of([changed], others, shape)


def moved_within(outline: Outline, by: Point, shape: tuple[int, int]) -> Outline:
    """Return an outline moved by (x, y) px, as far as the photograph reaches.

    One that reaches beyond it is moved in; one that is larger than the photograph, to its corner.
    """
    points = np.asarray(outline.outer)
    room = np.array([shape[1], shape[0]]) - points.max(axis=0)
    step = np.maximum(np.minimum(by, room), -points.min(axis=0))
    return replace(
        outline,
        outer=as_ring(points + step),
        islands=tuple(as_ring(np.asarray(island) + step) for island in outline.islands),
    )


# --- growing -------------------------------------------------------------------------------------


def _unstepped(ring: Ring) -> Points:
    """Return a ring without a mask's staircase, whose steps would meet as they are moved."""
    points = np.asarray(ring, dtype=np.float64)
    points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    return simplified(unstepped(points), 0.3) if is_staircase(points) else points


def _on_skin(ring: Points, calibration: Calibration | None) -> Points:
    if calibration is None:
        return ring
    skin = points_on_skin(ring, calibration)
    if not np.isfinite(skin).all():
        raise EditImpossible(reason="it reaches beyond the skin that the limb shows")
    return skin


def _seen(ring: Points, calibration: Calibration | None, shape: tuple[int, int]) -> Points:
    pixels = ring if calibration is None else in_pixels(ring, calibration)
    if not np.isfinite(pixels).all():
        raise EditImpossible(reason="it reaches beyond the skin that the limb shows")
    return np.clip(pixels, 0, (shape[1], shape[0]))


def _offset(rings: list[Points], by: float) -> list[list[Points]] | None:
    """Return the rings, each point moved along its normal; None where they cross by that."""
    moved = []
    for number, ring in enumerate(rings):
        # Islands' edges look into the wound: growing, they move inwards.
        ring_by = by if number == 0 else -by
        found = _moved_out(ring, ring_by)
        if _is_turned_over(ring, found) and number > 0:
            continue  # the island is closed
        if _is_turned_over(ring, found):
            return None
        moved.append(found)
    outer, *islands = (as_ring(ring) for ring in moved)
    is_whole = is_sound(Outline(outer=outer, islands=tuple(islands)))
    return [moved] if is_whole and not _touch(islands) else None


def _moved_out(ring: Points, by: float) -> Points:
    """Return a ring with every edge moved outwards, corners where the moved edges meet."""
    along = np.roll(ring, -1, axis=0) - ring
    length = np.maximum(np.hypot(*along.T), 1e-12)[:, None]
    outward = np.column_stack((along[:, 1], -along[:, 0])) / length * np.sign(shoelace(ring))
    before = np.roll(outward, 1, axis=0)
    share = 1 + (outward * before).sum(axis=1)
    mitre = (outward + before) / np.maximum(share, 1e-9)[:, None]
    reach = np.hypot(*mitre.T)
    mitre *= (np.minimum(reach, _MOST_MITRE) / np.maximum(reach, 1e-9))[:, None]
    result: Points = ring + by * mitre
    return result


def _is_turned_over(ring: Points, moved: Points) -> bool:
    """Say whether a ring was moved through itself, as a small one that is moved inwards far."""
    before = np.roll(ring, -1, axis=0) - ring
    after = np.roll(moved, -1, axis=0) - moved
    length = np.hypot(*before.T)
    runs_back = (before * after).sum(axis=1) <= 0
    return bool(length[runs_back].sum() > length.sum() / 2)


def _touch(islands: list[Ring]) -> bool:
    """Say whether any of the rings reaches into another."""
    arrays = [np.asarray(island, np.float32) for island in islands]
    return any(
        cv2.pointPolygonTest(other, (float(x), float(y)), measureDist=False) >= 0
        for number, ring in enumerate(arrays)
        for other in arrays[:number] + arrays[number + 1 :]
        for x, y in ring
    )


def _offset_on_grid(rings: list[Points], by: float) -> list[list[Points]]:
    """Return the parts and their islands, as all points are that lie so near the wound, or in it.

    By distances on a grid: what meets becomes one, and what is narrower falls apart.
    """
    low = rings[0].min(axis=0) - 2 * abs(by)
    high = rings[0].max(axis=0) + 2 * abs(by)
    size = float((high - low).max())
    pitch = max(min(abs(by) / _LEAST_STEP, size / 600), size / _GRID_PX)
    columns, rows = (np.ceil((high - low) / pitch).astype(int) + 4).tolist()
    origin = low - 2 * pitch
    outer, *islands = (as_ring((ring - origin) / pitch) for ring in rings)
    inside = outline_mask(Outline(outer=outer, islands=tuple(islands)), (rows, columns))
    away = inside.view(np.uint8) if by < 0 else (~inside).view(np.uint8)
    # To a pixel's centre from that of the nearest beyond the edge, which lies between the two.
    distance = cv2.distanceTransform(away, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) - 0.5
    wound = distance > -by / pitch if by < 0 else distance <= by / pitch
    found = smooth_outlines(wound & inside if by < 0 else wound | inside)
    return [
        [np.asarray(ring) * pitch + origin for ring in (part.outer, *part.islands)]
        for part in found
    ]


# --- smoothing -----------------------------------------------------------------------------------


def _smooth(ring: Ring) -> Ring:
    points = _unstepped(ring)
    length = ring_length(points)
    spread = max(_SMOOTHED * length, _LEAST_SMOOTHED_PX)
    count = max(16, math.ceil(3 * length / spread))
    even = _evenly(points, count)
    frequency = np.fft.rfftfreq(count)
    gain = np.exp(-2 * (np.pi * spread * count / length * frequency) ** 2)
    spectrum = np.fft.rfft(even, axis=0) * (2 * gain - gain**2)[:, None]
    return as_ring(with_area(np.fft.irfft(spectrum, n=count, axis=0), shoelace(points)))


def _evenly(ring: Points, count: int) -> Points:
    """Return so many points of a ring, as far from each other along it."""
    closed = np.vstack((ring, ring[:1]))
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))))
    places = np.arange(count) / count * along[-1]
    return np.column_stack([np.interp(places, along, closed[:, axis]) for axis in (0, 1)])


# --- both ----------------------------------------------------------------------------------------


def _drawn(outline: Outline, outer: Points) -> Outline:
    return replace(outline, outer=as_ring(outer), islands=()).as_drawn()


def _is_any(ring: Points) -> bool:
    return len(ring) > 2 and abs(shoelace(ring)) >= LEAST_AREA_PX


def _clear_of(
    found: list[Outline], others: tuple[Outline, ...], shape: tuple[int, int]
) -> tuple[Outline, ...]:
    """Return outlines without a pixel of the others, as drawn by hand."""
    near = [other for other in others if any(_boxes_meet(other, one) for one in found)]
    if not near:
        return tuple(found)
    parts = settled(found, near, (), (), shape)
    if not parts:
        raise EditImpossible(reason="nothing would be left of it")
    return tuple(one.as_drawn() for one in parts)


def _boxes_meet(one: Outline, other: Outline) -> bool:
    a, b = np.asarray(one.outer), np.asarray(other.outer)
    return bool((a.min(axis=0) <= b.max(axis=0)).all() and (b.min(axis=0) <= a.max(axis=0)).all())
