"""Masks to rings and back, exactly; and smooth rings with the area of the mask they came from.

Hides pixel edges, winding, smoothing and the bias that each of them would bring into an area.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.model import Outline, OutlineSource, Ring

Points = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MIN_LESION_PX: Final = 30

# A blur of the edge over this many pixel edges takes the staircase off a mask's ring.
SMOOTHING: Final = 3.0

# Screen directions with y down: right, down, left, up. A ring goes with the wound on its right, so
# its shoelace area is positive for outer rings and negative for islands.
_STEP_X: Final = np.array([1, 0, -1, 0])
_STEP_Y: Final = np.array([0, 1, 0, -1])


def outline_mask(outline: Outline, shape: tuple[int, int]) -> Mask:
    """Return the pixels whose centres lie inside the outline and outside its islands.

    Parameters
    ----------
    outline
        Rings in pixels of the upright photograph; (0, 0) is the top-left pixel's outer corner.
    shape
        (height, width) of the photograph.

    Returns
    -------
    bool array (height, width), the exact inverse of ``outlines_from_mask``. A ring that crosses
    itself is filled by the even-odd rule; what lies outside the photograph is dropped.
    """
    mask: Mask = np.zeros(shape, dtype=bool)
    (x0, y0), inside = outline_patch(outline, shape)
    mask[y0 : y0 + inside.shape[0], x0 : x0 + inside.shape[1]] = inside
    return mask


def outline_patch(outline: Outline, shape: tuple[int, int]) -> tuple[tuple[int, int], Mask]:
    """Return (x, y) of the outline's box in the photograph and the mask within that box."""
    (x0, y0), inside = _ring_patch(np.asarray(outline.outer, dtype=np.float64), shape)
    for island in outline.islands:
        ring = np.asarray(island, dtype=np.float64) - np.array([x0, y0])
        (x, y), hole = _ring_patch(ring, (inside.shape[0], inside.shape[1]))
        inside[y : y + hole.shape[0], x : x + hole.shape[1]] &= ~hole
    return (x0, y0), inside


def _ring_patch(ring: Points, shape: tuple[int, int]) -> tuple[tuple[int, int], Mask]:
    """Return (x, y) of a ring's box within the shape and the ring filled in that box."""
    height, width = shape
    x0, y0 = np.clip(np.floor(ring.min(axis=0)), 0, (width, height)).astype(int).tolist()
    x1, y1 = np.clip(np.ceil(ring.max(axis=0)), 0, (width, height)).astype(int).tolist()
    return (x0, y0), _fill(ring - np.array([x0, y0]), (y1 - y0, x1 - x0))


def _fill(ring: Points, size: tuple[int, int]) -> Mask:
    """Fill one ring by the even-odd rule at pixel centres: each edge flips what is right of it."""
    height, width = size
    flips = np.zeros((height, width + 1), dtype=np.uint8)
    ends = np.roll(ring, -1, axis=0)
    low = np.minimum(ring[:, 1], ends[:, 1])
    high = np.maximum(ring[:, 1], ends[:, 1])
    # Half open: an edge crosses the rows whose centre is in [low, high), so no vertex counts twice.
    first = np.clip(np.ceil(low - 0.5), 0, height).astype(np.int64)
    last = np.clip(np.ceil(high - 0.5), 0, height).astype(np.int64)
    counts = last - first
    edge = np.repeat(np.arange(len(ring)), counts)
    offsets = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = first[edge] + offsets
    slope = (ends[edge, 0] - ring[edge, 0]) / (ends[edge, 1] - ring[edge, 1])
    x = ring[edge, 0] + (rows + 0.5 - ring[edge, 1]) * slope
    columns = np.clip(np.ceil(x - 0.5), 0, width).astype(np.int64)
    np.bitwise_xor.at(flips, (rows, columns), 1)
    inside: Mask = np.bitwise_xor.accumulate(flips, axis=1)[:, :width].astype(bool)
    return inside


def outlines_from_mask(
    mask: npt.NDArray[np.bool_] | npt.NDArray[np.number[Any]],
    min_px: int = MIN_LESION_PX,
    source: OutlineSource = OutlineSource.GIVEN,
    confidence: float | None = None,
) -> tuple[Outline, ...]:
    """Return one outline for each 8-connected part of a mask, biggest first.

    Rings run along pixel edges, corners alone, so that their shoelace area is the number of pixels
    exactly: a ring through pixel centres is too small by half the perimeter, and the more so the
    smaller the wound.

    Parameters
    ----------
    mask
        (height, width); bool, or any number where more than 0 is wound.
    min_px
        Parts with fewer pixels are left out.
    source, confidence
        Written into every outline.

    Returns
    -------
    Outlines in pixels of the mask; (0, 0) is the outer corner of its top-left pixel.
    """
    wound = np.ascontiguousarray(mask) if mask.dtype == np.bool_ else np.asarray(mask) > 0
    x0, y0, width, height = cv2.boundingRect(wound.view(np.uint8))
    if width == 0 or height == 0:
        return ()
    wound = wound[y0 : y0 + height, x0 : x0 + width]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        np.ascontiguousarray(wound).view(np.uint8), connectivity=8
    )
    keep = stats[:, cv2.CC_STAT_AREA] >= max(min_px, 1)
    keep[0] = False
    outers: dict[int, Points] = {}
    islands: dict[int, list[Points]] = {}
    for part in np.flatnonzero(keep).tolist():
        left, top, part_width, part_height = stats[part, :4].tolist()
        patch = labels[top : top + part_height, left : left + part_width] == part
        for ring in _edge_rings(patch):
            placed = ring + np.array([left + x0, top + y0])
            if shoelace(ring) > 0:
                outers[part] = placed
            else:
                islands.setdefault(part, []).append(placed)
    order = sorted(outers, key=lambda part: (-int(stats[part, cv2.CC_STAT_AREA]), part))
    return tuple(
        Outline(
            outer=as_ring(outers[part]),
            islands=tuple(as_ring(island) for island in islands.get(part, ())),
            source=source,
            confidence=confidence,
        )
        for part in order
    )


def _edge_rings(patch: Mask) -> list[Points]:
    """Return the rings along the pixel edges of one 8-connected part, corners alone."""
    padded = np.pad(patch, 1)
    stride = padded.shape[1]
    horizontal = np.diff(padded.view(np.int8), axis=0)[:, 1:-1]
    vertical = np.diff(padded.view(np.int8), axis=1)[1:-1]
    starts, directions = [], []
    # Top edges run right, bottom edges left, right edges down, left edges up.
    for changes, value, heading, dx, dy in (
        (horizontal, 1, 0, 0, 0),
        (vertical, -1, 1, 0, 0),
        (horizontal, -1, 2, 1, 0),
        (vertical, 1, 3, 0, 1),
    ):
        y, x = np.nonzero(changes == value)
        starts.append((y + dy) * stride + x + dx)
        directions.append(np.full(len(y), heading))
    start = np.concatenate(starts)
    direction = np.concatenate(directions)
    code = start * 4 + direction
    order = np.argsort(code)
    code, start, direction = code[order], start[order], direction[order]
    end = start + _STEP_X[direction] + _STEP_Y[direction] * stride
    # Where two pixels touch at a corner, turn left: they are one part (8-connected).
    following = np.full(len(code), -1)
    for turn in (1, 0, -1):
        wanted = end * 4 + (direction + turn) % 4
        found = np.minimum(np.searchsorted(code, wanted), len(code) - 1)
        following = np.where(code[found] == wanted, found, following)
    is_corner = direction[following] != direction
    chain = following.tolist()
    seen = bytearray(len(chain))
    rings = []
    for first in range(len(chain)):
        if seen[first]:
            continue
        walk = []
        here = first
        while not seen[here]:
            seen[here] = 1
            walk.append(here)
            here = chain[here]
        edges = np.array(walk)
        corners = end[edges[is_corner[edges]]]
        rings.append(np.column_stack((corners % stride, corners // stride)).astype(np.float64))
    return rings


# --- rings ---------------------------------------------------------------------------------------


def as_ring(points: Points) -> Ring:
    """Return an (N, 2) array as a ring of plain floats."""
    return tuple((float(x), float(y)) for x, y in points.tolist())


def moved(outline: Outline, by: tuple[float, float]) -> Outline:
    """Return the outline shifted by (x, y)."""
    return replace(
        outline,
        outer=as_ring(np.asarray(outline.outer) + by),
        islands=tuple(as_ring(np.asarray(island) + by) for island in outline.islands),
    )


def shoelace(points: Points) -> float:
    """Return the signed area of a ring (N, 2), positive for outer rings of masks."""
    x, y = (points - points[0]).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(np.roll(x, -1), y)) / 2


def area_px(outline: Outline) -> float:
    """Return the area of an outline's rings in photograph pixels."""
    outer, *islands = (abs(shoelace(np.asarray(r))) for r in (outline.outer, *outline.islands))
    return float(outer - sum(islands))


def ring_length(points: Points) -> float:
    """Return the length of a closed ring (N, 2)."""
    return float(np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1).sum())


def is_on_pixel_edges(points: Points) -> bool:
    """Say whether a ring runs along pixel edges, as those of ``outlines_from_mask`` do."""
    steps = np.roll(points, -1, axis=0) - points
    across, down = steps[:, 0] != 0, steps[:, 1] != 0
    turns = (across != down) & (across != np.roll(across, 1))
    return bool((points == np.round(points)).all()) and bool(turns.all())


def is_staircase(points: Points) -> bool:
    """Say whether a ring on pixel edges stands for a smoother one; an upright rectangle is none."""
    return len(points) > 4 and is_on_pixel_edges(points)


def unstepped(points: Points) -> Points:
    """Return a pixel-edge ring (N, 2) without its staircase and with the same area.

    A staircase is up to 4/π too long however fine the pixels are. The midpoints of its unit edges
    are blurred along the ring by 2G − G², so that curves hardly shrink (Kaiser and Hamming, IEEE
    Trans. ASSP 25:415, 1977), and the ring is moved along its normals until
    its area is that of the staircase.
    """
    middles = edge_middles(points)
    spread = min(SMOOTHING, len(middles) / 16)
    frequency = np.fft.rfftfreq(len(middles))
    gain = np.exp(-2 * (np.pi * spread * frequency) ** 2)
    spectrum = np.fft.rfft(middles, axis=0) * (2 * gain - gain**2)[:, None]
    return with_area(np.fft.irfft(spectrum, n=len(middles), axis=0), shoelace(points))


def edge_middles(points: Points) -> Points:
    """Return the midpoints of all unit edges of a pixel-edge ring (N, 2), in order."""
    ends = np.roll(points, -1, axis=0)
    counts = np.abs(ends - points).sum(axis=1).round().astype(np.int64)
    edge = np.repeat(np.arange(len(points)), counts)
    along = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5
    middles: Points = points[edge] + (ends - points)[edge] * (along / counts[edge])[:, None]
    return middles


def with_area(points: Points, area: float) -> Points:
    """Return the ring moved along its normals until its signed area is ``area``, to first order."""
    for _ in range(2):
        chord = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
        outward = np.column_stack((chord[:, 1], -chord[:, 0]))
        # The area's gradient at a vertex is half its outward chord normal, so this step is exact
        # to first order; dividing by the chord's length moves every vertex the same distance.
        unit = outward / np.maximum(np.linalg.norm(outward, axis=1), 1e-12)[:, None]
        gain = float((outward * unit).sum()) / 2
        if gain <= 0:
            return points
        points = points + unit * ((area - shoelace(points)) / gain)
    return points


def simplified(points: Points, tolerance: float) -> Points:
    """Return the ring with fewer points, nowhere farther off than ``tolerance``, area unchanged."""
    kept = cv2.approxPolyDP(points.astype(np.float32).reshape(-1, 1, 2), tolerance, closed=True)
    ring = kept.reshape(-1, 2).astype(np.float64)
    return points if len(ring) < 8 else with_area(ring, shoelace(points))


def smooth_outlines(
    mask: Mask,
    *,
    origin: tuple[float, float] = (0.0, 0.0),
    scale: float = 1.0,
    tolerance: float = 0.3,
    min_px: int = MIN_LESION_PX,
    min_island_px: int = 0,
    source: OutlineSource = OutlineSource.PROPOSED,
    confidence: float | None = None,
) -> tuple[Outline, ...]:
    """Return the outlines of a mask as smooth rings of few points that keep each part's area.

    ``scale`` is photograph pixels per mask pixel and ``origin`` the photograph coordinates of the
    mask's top-left corner. ``tolerance`` and the least sizes are in mask pixels.
    """

    def smooth(ring: Ring) -> Ring:
        curve = simplified(unstepped(np.asarray(ring, dtype=np.float64)), tolerance)
        return as_ring(curve * scale + np.asarray(origin))

    return tuple(
        Outline(
            outer=smooth(outline.outer),
            islands=tuple(
                smooth(island)
                for island in outline.islands
                if abs(shoelace(np.asarray(island))) >= min_island_px
            ),
            source=source,
            confidence=confidence,
        )
        for outline in outlines_from_mask(mask, min_px)
    )


def union_mask(outlines: Iterable[Outline], shape: tuple[int, int]) -> Mask:
    """Return the pixels (height, width) inside any of the outlines."""
    mask: Mask = np.zeros(shape, dtype=bool)
    for outline in outlines:
        (x, y), inside = outline_patch(outline, shape)
        mask[y : y + inside.shape[0], x : x + inside.shape[1]] |= inside
    return mask
