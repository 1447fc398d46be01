"""Put a changed place into an outline and keep every other point of its rings.

Hides the walk along new pixel edges that finds which stretch of which old ring still stands.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from woundtrack.imaging.outline import (
    MIN_LESION_PX,
    SMOOTHING,
    Mask,
    Points,
    as_ring,
    edge_middles,
    moved,
    outline_mask,
    outlines_from_mask,
    shoelace,
    simplified,
    union_mask,
    unstepped,
)
from woundtrack.model import Outline, OutlineSource, Point, Ring

# Rings are drawn anew within this many pixels of a changed pixel.
_HALO_PX: Final = 3
_SPOT_PX: Final = 4.0
# A part smaller than this share of the largest is a crumb that a gesture's edge tore off.
_CRUMB: Final = 0.01


def contains(outline: Outline, point: Point) -> bool:
    """Say whether the pixel of a point belongs to the outline."""
    x, y = math.floor(point[0]), math.floor(point[1])
    return bool(outline_mask(moved(outline, (-x, -y)), (1, 1))[0, 0])


def mended(
    outline: Outline,
    before: Mask,
    after: Mask,
    origin: tuple[int, int],
    include: Sequence[Point],
    exclude: Sequence[Point],
) -> list[Outline]:
    """Return the outlines of a changed mask, true to the old rings wherever nothing changed.

    Parameters
    ----------
    before, after
        The outline's mask and the wanted one, in a patch of the photograph.
    origin
        (x, y) of the patch in the photograph.
    include, exclude
        Points of the patch whose pixels must be inside and outside, as they are in ``after``.

    Returns
    -------
    One outline a part, in the photograph. A part with no room for a smooth ring that keeps what
    must be kept is given along its pixel edges.
    """
    changed = before != after
    if not changed.any():
        return [outline]
    least = 1 if include else MIN_LESION_PX
    source = OutlineSource.PROPOSED if outline.source is OutlineSource.PROPOSED else None
    exact = outlines_from_mask(after, least, source or OutlineSource.GUIDED)
    old = moved(outline, (-origin[0], -origin[1]))
    rings = [np.asarray(ring) for ring in (old.outer, *old.islands)]
    originals: list[Ring] = [outline.outer, *outline.islands]
    walk = _Walk(rings, originals, changed, np.asarray(origin, dtype=np.float64))
    smooth = [
        replace(
            part,
            outer=walk.mend(np.asarray(part.outer)),
            islands=tuple(walk.mend(np.asarray(island)) for island in part.islands),
        )
        for part in exact
    ]
    placed = [moved(part, (-origin[0], -origin[1])) for part in smooth]
    drawn = union_mask(placed, (after.shape[0], after.shape[1]))
    width = 2 * _HALO_PX + 5
    near = cv2.dilate(changed.view(np.uint8), np.ones((width, width), np.uint8)).astype(bool)
    kept = not (drawn != union_mask(exact, after.shape))[~near].any()
    true = all(drawn[math.floor(y), math.floor(x)] for x, y in include)
    true = true and not any(drawn[math.floor(y), math.floor(x)] for x, y in exclude)
    return smooth if kept and true else [moved(part, origin) for part in exact]


def settled(
    found: Sequence[Outline],
    others: Sequence[Outline],
    include: Sequence[Point],
    exclude: Sequence[Point],
    shape: tuple[int, int],
) -> list[Outline]:
    """Return solved outlines without a pixel of the others, and true to every clicked pixel.

    A fitted edge may stray over a neighbour's or a click by a pixel or two; most need no change.
    """
    missing = [p for p in include if not any(contains(outline, p) for outline in found)]
    if missing and not found:
        # Nothing but the click itself is known: a spot to start from.
        turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        spot = np.array(missing[0]) + _SPOT_PX * np.column_stack((np.cos(turn), np.sin(turn)))
        spot = spot.clip(0, shape[::-1])
        found = [Outline(outer=as_ring(spot), source=OutlineSource.GUIDED)]
        missing = [p for p in missing if not contains(found[0], p)]
    result: list[Outline] = []
    for number, outline in enumerate(found):
        wanted = missing if number == 0 else []
        ring = np.asarray([*outline.outer, *wanted])
        x0, y0 = np.clip(np.floor(ring.min(axis=0)) - 1, 0, None).astype(int).tolist()
        x1, y1 = np.minimum(np.ceil(ring.max(axis=0)) + 1, shape[::-1]).astype(int).tolist()
        patch = (y1 - y0, x1 - x0)
        before = outline_mask(moved(outline, (-x0, -y0)), patch)
        after = before & ~union_mask([moved(other, (-x0, -y0)) for other in others], patch)
        ins = [(x - x0, y - y0) for x, y in include if contains(outline, (x, y))]
        ins += [(x - x0, y - y0) for x, y in wanted]
        outs = [(x - x0, y - y0) for x, y in exclude if x0 <= x < x1 and y0 <= y < y1]
        mark(after, ins, value=True)
        mark(after, outs, value=False)
        after = without_crumbs(after, ins)
        mended_parts = mended(outline, before, after, (x0, y0), ins, outs)
        result += [
            replace(part, confidence=outline.confidence, edge_sd_px=outline.edge_sd_px)
            for part in mended_parts
        ]
    return result


def mark(mask: Mask, points: Sequence[Point], *, value: bool) -> None:
    """Set the pixels of points in a mask."""
    for x, y in points:
        mask[math.floor(y), math.floor(x)] = value


def without_crumbs(mask: Mask, include: Sequence[Point]) -> Mask:
    """Return a mask without its parts far smaller than the largest, but for those of ``include``.

    Each would be a lesion of its own to whoever looks at the outlines.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        np.ascontiguousarray(mask).view(np.uint8), connectivity=8
    )
    if count <= 2:
        return mask
    sizes = stats[:, cv2.CC_STAT_AREA]
    is_kept = sizes >= _CRUMB * sizes[1:].max()
    for x, y in include:
        is_kept[labels[math.floor(y), math.floor(x)]] = True
    is_kept[0] = False
    return np.asarray(is_kept[labels], dtype=bool)


class _Walk:
    """The old rings of an outline, and where on them a new pixel edge belongs.

    ``rings`` are in the patch, ``originals`` the same in the photograph, whose points are returned.
    """

    def __init__(
        self, rings: list[Points], originals: list[Ring], changed: Mask, origin: Points
    ) -> None:
        self._rings: list[Points] = []
        self._originals: list[Ring] = []
        for number, (ring, original) in enumerate(zip(rings, originals, strict=True)):
            # With the wound on the right, as rings of masks run.
            runs_back = (shoelace(ring) > 0) != (number == 0)
            self._rings.append(ring[::-1] if runs_back else ring)
            self._originals.append(original[::-1] if runs_back else original)
        self._given = originals
        self._origin = origin
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _HALO_PX + 1, 2 * _HALO_PX + 1))
        self._near = cv2.dilate(changed.view(np.uint8), disc).astype(bool)

    def mend(self, ring: Points) -> Ring:
        """Return a new pixel-edge ring as a smooth one that takes the old points where it can."""
        middles = edge_middles(ring)
        rows = np.clip(middles[:, 1].astype(int), 0, self._near.shape[0] - 1)
        columns = np.clip(middles[:, 0].astype(int), 0, self._near.shape[1] - 1)
        is_new = self._near[rows, columns]
        if is_new.all():
            return as_ring(simplified(unstepped(ring), 0.3) + self._origin)
        if not is_new.any():
            number, _ = self._foot(middles[0], middles[1] - middles[0])
            return self._given[number]
        first = int(np.flatnonzero(~is_new & np.roll(is_new, 1))[0])
        middles, is_new = np.roll(middles, -first, axis=0), np.roll(is_new, -first)
        bounds = np.flatnonzero(np.diff(is_new.astype(np.int8))) + 1
        # Old and new stretches take turns, an old one first.
        runs = np.split(middles, bounds)
        old = [self._stretch(run) for run in runs[0::2]]
        result: list[Point] = []
        for number, run in enumerate(runs[1::2]):
            kept = old[number]
            result += kept
            after = np.asarray(old[(number + 1) % len(old)][0]) - self._origin
            bridge = _bridge(np.asarray(kept[-1]) - self._origin, run, after)
            result += as_ring(bridge + self._origin)
        return tuple(result)

    def _stretch(self, run: Points) -> list[Point]:
        """Return the stretch of an old ring that a run of unchanged pixel edges belongs to."""
        number, start = self._foot(run[0], run[min(4, len(run) - 1)] - run[0])
        _, stop = self._foot(run[-1], run[-1] - run[max(-5, -len(run))], number)
        original = self._originals[number]
        count = len(original)
        if stop < start:
            stop += count
        vertices = range(math.floor(start) + 1, math.ceil(stop))
        return [
            _at(original, start),
            *(original[vertex % count] for vertex in vertices),
            _at(original, stop),
        ]

    def _foot(self, point: Points, heading: Points, only: int | None = None) -> tuple[int, float]:
        """Return the ring and the place on it (vertex number and share) nearest a point.

        Edges that run the other way count as farther off: across a narrow neck lies another edge.
        """
        best = (math.inf, 0, 0.0)
        for number, ring in enumerate(self._rings):
            if only is not None and number != only:
                continue
            along = np.roll(ring, -1, axis=0) - ring
            length = np.maximum((along**2).sum(axis=1), 1e-12)
            share = np.clip(((point - ring) * along).sum(axis=1) / length, 0, 1)
            gap = np.hypot(*(ring + share[:, None] * along - point).T)
            gap = gap + np.where(along @ heading < 0, 1.5, 0.0)
            index = int(gap.argmin())
            if gap[index] < best[0]:
                best = (float(gap[index]), number, index + float(share[index]))
        return best[1], best[2]


def _at(ring: Ring, place: float) -> Point:
    index = math.floor(place)
    share = place - index
    x0, y0 = ring[index % len(ring)]
    x1, y1 = ring[(index + 1) % len(ring)]
    return (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)


def _bridge(start: Points, middles: Points, stop: Points) -> Points:
    """Return a run of pixel-edge midpoints without its staircase, between two fixed points."""
    if len(middles) < 4:
        return middles
    run = np.vstack((start, middles, stop))
    reach = min(round(3 * SMOOTHING), len(run) - 1)
    # Turned about its ends, so that it leaves and meets them as it came.
    padded = np.vstack((2 * start - run[reach:0:-1], run, 2 * stop - run[-2 : -reach - 2 : -1]))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / SMOOTHING) ** 2)
    kernel /= kernel.sum()
    smooth = np.column_stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)])
    thinned = cv2.approxPolyDP(smooth.astype(np.float32).reshape(-1, 1, 2), 0.2, closed=False)
    points: Points = thinned.reshape(-1, 2)[1:-1].astype(np.float64)
    return points
