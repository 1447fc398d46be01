"""Change an outline by hand: brush, eraser, lasso, traced edges, split, merge.

Hides how a stroke becomes pixels, and that every point of a ring away from it stays where it was.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from woundtrack.errors import EditImpossible
from woundtrack.imaging.drawing.mending import mended, settled
from woundtrack.imaging.outline import (
    Mask,
    Points,
    area_px,
    as_ring,
    moved,
    outline_mask,
    smooth_outlines,
    union_mask,
)
from woundtrack.model import Outline, OutlineSource, Point, Ring

Dab = tuple[float, float, float]
"""A touch of the brush: x, y and radius, in pixels of the photograph."""

_CUT_RADIUS_PX: Final = 1.25  # of the gap a split leaves: parts must not touch at a pixel's corner
_FARTHEST_MERGE: Final = 0.5  # of the smaller lesion's width, between two that are to be one
_HELD: Final = 0.5  # of an outline, from which on a ring traced over it is meant to replace it
_WITHIN: Final = 0.9  # of such a ring, where it is meant to be the smaller wound
_TURN: Final = np.linspace(0, 2 * np.pi, 24, endpoint=False)


def brushed(
    outline: Outline | None,
    stroke: Sequence[Dab],
    *,
    others: Sequence[Outline] = (),
    shape: tuple[int, int],
) -> tuple[Outline, ...]:
    """Return an outline with what a stroke painted over; without an outline, the stroke itself.

    Parameters
    ----------
    stroke
        Touches in their order; what lies between two of them is painted, too. Radii may differ
        (a pen's pressure).
    others
        Outlines none of whose pixels is taken.
    shape
        (height, width) of the photograph.

    Returns
    -------
    The outline, source ``DRAWN``; rings are as before wherever the stroke changed nothing. More
    than one where the stroke doesn't touch it, and none where there is nothing but others.
    """
    return _changed(outline, _capsules(stroke), others, shape, adds=True)


def erased(
    outline: Outline, stroke: Sequence[Dab], *, shape: tuple[int, int]
) -> tuple[Outline, ...]:
    """Return an outline without what a stroke went over: with an island, in parts, or none."""
    return _changed(outline, _capsules(stroke), (), shape, adds=False)


def lassoed(
    outline: Outline | None,
    ring: Sequence[Point],
    *,
    adds: bool,
    others: Sequence[Outline] = (),
    shape: tuple[int, int],
) -> tuple[Outline, ...]:
    """Return an outline with, or without, what a hand-drawn ring holds; see ``brushed``.

    A ring within the outline that takes away leaves an island.
    """
    if len(ring) < 3:
        return () if outline is None else (outline,)
    return _changed(outline, [Outline(outer=tuple(ring))], others, shape, adds=adds)


def traced(
    outline: Outline | None,
    ring: Sequence[Point],
    *,
    others: Sequence[Outline] = (),
    shape: tuple[int, int],
) -> tuple[Outline, ...]:
    """Return a ring that was traced round a wound: instead of the outline that it lies over.

    It does where it holds most of the outline, or hardly anything else; islands of the outline stay
    then where they lie within the ring. One that reaches over the edge only is added to the
    outline, and one beside it is one more. ``others`` and ``shape`` are as in ``brushed``.
    """
    new = Outline(outer=tuple(ring))
    known = [] if outline is None else [outline]
    corners = np.concatenate([np.asarray(one.outer) for one in (*known, new)])
    x0, y0, x1, y1 = _box(corners, 4, shape)
    patch = (y1 - y0, x1 - x0)
    before = union_mask([moved(one, (-x0, -y0)) for one in known], patch)
    after = _largest(outline_mask(moved(new, (-x0, -y0)), patch))
    shared = float((before & after).sum())
    is_beside = shared == 0
    is_over = shared >= _HELD * before.sum() or shared >= _WITHIN * after.sum()
    if not (is_beside or is_over):
        return lassoed(outline, ring, adds=True, others=others, shape=shape)
    if not is_beside and outline is not None:
        after &= ~union_mask([_island(ring, (-x0, -y0)) for ring in outline.islands], patch)
    found = smooth_outlines(_largest(after), source=OutlineSource.DRAWN)
    placed = [moved(one, (x0, y0)) for one in found[:1]]
    clear = settled(placed, others, (), (), shape) if others else placed
    drawn = tuple(one.as_drawn() for one in clear)
    if not drawn:
        return tuple(known)
    return (*known, *drawn) if is_beside else drawn


def rerouted(
    outline: Outline,
    line: Sequence[Point],
    *,
    others: Sequence[Outline] = (),
    shape: tuple[int, int],
) -> tuple[Outline, ...]:
    """Return an outline whose edge follows a line between the line's ends; the rest stays.

    Of the two ways round between the ends, the one is replaced that leaves more of the wound as it
    was. ``others`` and ``shape`` are as in ``brushed``.
    """
    if len(line) < 2:
        return (outline,)
    rings = (outline.outer, *outline.islands)
    feet = [(_foot(ring, line[0]), _foot(ring, line[-1])) for ring in rings]
    number = min(range(len(rings)), key=lambda one: feet[one][0][0] + feet[one][1][0])
    start, stop = (place for _, place in feet[number])
    corners = np.concatenate([np.asarray(outline.outer), np.asarray(line)])
    x0, y0, x1, y1 = _box(corners, 4, shape)
    patch = (y1 - y0, x1 - x0)
    before = union_mask([moved(outline, (-x0, -y0))], patch)
    taken = union_mask([moved(other, (-x0, -y0)) for other in others], patch)
    best: tuple[float, Mask] = (-1.0, before)
    for kept in (_between(rings[number], stop, start), _between(rings[number], start, stop)[::-1]):
        changed = list(rings)
        changed[number] = (*line, *kept)
        whole = Outline(outer=changed[0], islands=tuple(changed[1:]))
        after = outline_mask(moved(whole, (-x0, -y0)), patch)
        shared = float((before & after).sum()) / max(float((before | after).sum()), 1.0)
        if shared > best[0]:
            best = (shared, after)
    after = _largest(best[1] & ~taken)
    if np.array_equal(before, after):
        return (outline,)
    parts = mended(outline, before, after, (x0, y0), (), ())
    return tuple(one.as_drawn() for one in parts)


def edge_distance(outline: Outline, point: Point) -> float:
    """Return how far a point is from the nearest edge of an outline, px."""
    return min(_foot(ring, point)[0] for ring in (outline.outer, *outline.islands))


def without_island(outline: Outline, point: Point) -> Outline:
    """Return the outline with the island at a point filled.

    Raises ``EditImpossible`` where no island is there.
    """
    left = tuple(
        island
        for island in outline.islands
        if cv2.pointPolygonTest(np.asarray(island, np.float32), point, measureDist=False) < 0
    )
    if len(left) == len(outline.islands):
        raise EditImpossible(reason="there is no island at this place")
    return replace(outline, islands=left).as_drawn()


def split(
    outline: Outline, line: Sequence[Point], *, shape: tuple[int, int]
) -> tuple[Outline, ...]:
    """Return the parts of an outline on either side of a line, biggest first.

    Raises ``EditImpossible`` where the line doesn't cross it from side to side.
    """
    cut = [(x, y, _CUT_RADIUS_PX) for x, y in line]
    parts = erased(outline, cut, shape=shape)
    if len(parts) < 2:
        raise EditImpossible(reason="the line doesn't cross the outline from side to side")
    return tuple(sorted(parts, key=area_px, reverse=True))


def merged(outlines: Sequence[Outline], *, shape: tuple[int, int]) -> Outline:
    """Return one outline round several, a narrow gap between them closed.

    Raises ``EditImpossible`` where they are too far apart to be one.
    """
    corners = np.concatenate([np.asarray(outline.outer) for outline in outlines])
    widest = min(math.sqrt(max(area_px(outline), 1.0)) for outline in outlines)
    most = max(2, math.ceil(_FARTHEST_MERGE * widest / 2))
    x0, y0, x1, y1 = _box(corners, most + 2, shape)
    apart = union_mask([moved(outline, (-x0, -y0)) for outline in outlines], (y1 - y0, x1 - x0))
    reach = 1
    while True:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        # What is open beyond the photograph's border would be closed there, too.
        whole = cv2.morphologyEx(
            apart.view(np.uint8), cv2.MORPH_CLOSE, disc, borderType=cv2.BORDER_CONSTANT
        )
        if cv2.connectedComponents(whole, connectivity=8)[0] == 2:
            break
        if reach >= most:
            raise EditImpossible(reason="the outlines are too far apart to be one")
        reach = min(2 * reach, most)
    islands = [ring for outline in outlines for ring in outline.islands]
    for island in islands:
        whole[outline_mask(moved(Outline(outer=island), (-x0, -y0)), apart.shape)] = 0
    found = smooth_outlines(whole.astype(bool), source=OutlineSource.DRAWN)
    return moved(found[0], (x0, y0))


def _changed(
    outline: Outline | None,
    shapes: Sequence[Outline],
    others: Sequence[Outline],
    shape: tuple[int, int],
    *,
    adds: bool,
) -> tuple[Outline, ...]:
    """Return the outline with the shapes put in or taken out."""
    known = [] if outline is None else [outline]
    corners = np.concatenate([np.asarray(one.outer) for one in (*known, *shapes)])
    x0, y0, x1, y1 = _box(corners, 4, shape)
    patch = (y1 - y0, x1 - x0)
    before = union_mask([moved(one, (-x0, -y0)) for one in known], patch)
    drawn = union_mask([moved(one, (-x0, -y0)) for one in shapes], patch)
    if adds:
        taken = union_mask([moved(other, (-x0, -y0)) for other in others], patch)
        after: Mask = before | (drawn & ~taken)
    else:
        after = before & ~drawn
    if outline is None:
        if not after.any():
            return ()
        found = smooth_outlines(after, source=OutlineSource.DRAWN)
        return tuple(moved(one, (x0, y0)) for one in found)
    if np.array_equal(before, after):
        return (outline,)
    parts = mended(outline, before, after, (x0, y0), (), ())
    return tuple(one.as_drawn() for one in parts)


def _largest(mask: Mask) -> Mask:
    """Return the largest part of a mask alone: what a line that crosses itself cuts off is none."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    largest: Mask = labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    return largest


def _island(ring: Ring, by: tuple[float, float]) -> Outline:
    return moved(Outline(outer=ring), by)


def _foot(ring: Ring, point: Point) -> tuple[float, float]:
    """Return how far a ring is from a point, and where on it: vertex number and share."""
    points = np.asarray(ring, dtype=np.float64)
    along = np.roll(points, -1, axis=0) - points
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((np.asarray(point) - points) * along).sum(axis=1) / length, 0, 1)
    away = np.hypot(*(points + share[:, None] * along - np.asarray(point)).T)
    index = int(away.argmin())
    return float(away[index]), index + float(share[index])


def _between(ring: Ring, start: float, stop: float) -> tuple[Point, ...]:
    """Return the points of a ring that lie between two places on it, in the ring's order."""
    count = len(ring)
    last = stop if stop >= start else stop + count
    return tuple(ring[index % count] for index in range(math.floor(start) + 1, math.ceil(last)))


def _capsules(stroke: Sequence[Dab]) -> list[Outline]:
    """Return the discs of a stroke, each with the way to the next as one convex shape."""
    discs = [
        np.column_stack((x + radius * np.cos(_TURN), y + radius * np.sin(_TURN)))
        for x, y, radius in stroke
    ]
    pairs = list(itertools.pairwise(discs)) or [(disc, disc) for disc in discs]
    hulls = [
        cv2.convexHull(np.concatenate(pair).astype(np.float32)).reshape(-1, 2) for pair in pairs
    ]
    return [Outline(outer=as_ring(hull.astype(np.float64))) for hull in hulls]


def _box(corners: Points, margin: int, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    low = np.clip(np.floor(corners.min(axis=0)) - margin, 0, (shape[1] - 1, shape[0] - 1))
    high = np.clip(np.ceil(corners.max(axis=0)) + margin, low + 1, (shape[1], shape[0]))
    x0, y0 = low.astype(int).tolist()
    x1, y1 = high.astype(int).tolist()
    return x0, y0, x1, y1
