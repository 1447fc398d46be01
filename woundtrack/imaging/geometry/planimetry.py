"""Pixels to millimetres on the skin, flat or unrolled, and the sizes of rings there.

Hides the plane's and the limb's geometry, rings that cross themselves, and the staircase of masks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.errors import CardUnreliable
from woundtrack.imaging.geometry.limb import seen_from_skin, skin_from_seen
from woundtrack.imaging.outline import (
    Points,
    area_px,
    as_ring,
    is_on_pixel_edges,
    moved,
    outline_mask,
    outline_patch,
    outlines_from_mask,
    shoelace,
    union_mask,
)
from woundtrack.model import Calibration, Outline, OutlineSource, Point

_FILL_PX: Final = 2048
_MASK_LIMIT_PX: Final = 250_000_000
_TOUCHING: Final = 0.001  # of the smaller: so much of two outlines that touch may be in both


def on_skin(ring_px: Points, calibration: Calibration) -> Points:
    """Return a ring (N, 2) px in millimetres on the card's plane, or on the unrolled limb.

    Straight lines of the picture stay straight on a plane alone: on a limb the ring comes back with
    more points.

    Raises ``CardUnreliable`` where it lies beyond what the camera sees of either.
    """
    if calibration.limb is None:
        homography = np.asarray(calibration.homography, dtype=np.float64)
        refuse_beyond_horizon(ring_px, calibration, homography)
        return on_plane(ring_px, homography)
    skin = skin_from_seen(calibration.limb, finely(ring_px, calibration.mm_per_px))
    if not np.isfinite(skin).all():
        raise CardUnreliable(reason="the wound reaches beyond the limb as the cards show it")
    return skin


def in_pixels(points_mm: Points, calibration: Calibration) -> Points:
    """Return where points (N, 2) of the card's plane, or of the unrolled limb, are seen, px."""
    if calibration.limb is not None:
        return seen_from_skin(calibration.limb, points_mm)
    homography = np.asarray(calibration.homography, dtype=np.float64)
    return on_plane(points_mm, np.linalg.inv(homography).astype(np.float64))


def points_on_skin(points_px: Points, calibration: Calibration) -> Points:
    """Return points (N, 2) px in millimetres on the card's plane, or on the unrolled limb.

    NaN where a limb shows none of its skin.
    """
    if calibration.limb is not None:
        return skin_from_seen(calibration.limb, points_px)
    return on_plane(points_px, np.asarray(calibration.homography, dtype=np.float64))


def mm_per_px_at(point_px: Point, calibration: Calibration) -> float:
    """Return the scale at a place of the photograph: the root of the area that a pixel covers.

    On a limb that of the skin there; where the limb shows none, that at the cards.
    """
    x, y = point_px
    cross = np.array([[x - 0.5, y], [x + 0.5, y], [x, y - 0.5], [x, y + 0.5]])
    skin = points_on_skin(cross, calibration)
    along, down = skin[1] - skin[0], skin[3] - skin[2]
    scale = float(np.sqrt(abs(along[0] * down[1] - along[1] * down[0])))
    return scale if np.isfinite(scale) and scale > 0 else calibration.mm_per_px


def finely(ring_px: Points, mm_per_px: float) -> Points:
    """Return a ring with a point at least every millimetre."""
    step = np.roll(ring_px, -1, axis=0) - ring_px
    counts = np.maximum(np.ceil(np.hypot(*step.T) * mm_per_px).astype(int), 1)
    which = np.repeat(np.arange(len(ring_px)), counts)
    share = (np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)) / counts[which]
    fine: Points = ring_px[which] + share[:, None] * step[which]
    return fine


def on_plane(points: Points, homography: Points) -> Points:
    """Return pixel points (N, 2) in millimetres on the card's plane."""
    mapped = np.column_stack((points, np.ones(len(points)))) @ homography.T
    plane: Points = mapped[:, :2] / mapped[:, 2:]
    return plane


def refuse_beyond_horizon(points: Points, calibration: Calibration, homography: Points) -> None:
    """Raise ``CardUnreliable`` unless all points lie on the card's side of its plane's horizon."""
    seen = [corner for card in calibration.cards for tag in card.tags for corner in tag.corners_px]
    row = homography[2]
    at_card = (np.asarray(seen or points[:1].tolist()) @ row[:2] + row[2]).mean()
    if not ((points @ row[:2] + row[2]) * np.sign(at_card) > 0).all():
        raise CardUnreliable(reason="the wound reaches beyond the horizon of the card's plane")


# --- sizes ---------------------------------------------------------------------------------------


def area_of(rings: list[Points], rings_px: list[Points]) -> float:
    """Return the area of the first ring less the others, which may cross, nest or stick out."""
    if _is_plain(rings_px):
        return abs(shoelace(rings[0])) - sum(abs(shoelace(island)) for island in rings[1:])
    return _filled_area(rings)


def _is_plain(rings: list[Points]) -> bool:
    """Say whether no edge crosses another and the islands lie apart from each other, inside."""
    outer, *islands = rings
    width, height = np.ptp(outer, axis=0)
    if width * height < _MASK_LIMIT_PX and all(is_on_pixel_edges(ring) for ring in rings):
        # Rings of a mask, however many islands it has: they are plain when the pixels add up.
        return _filled_px(rings) == abs(shoelace(outer)) - sum(abs(shoelace(i)) for i in islands)
    if _cross(rings) or not all(_within(island, outer) for island in islands):
        return False
    return not any(
        _within(island, other)
        for number, island in enumerate(islands)
        for other in islands[:number] + islands[number + 1 :]
    )


def _within(ring: Points, other: Points) -> bool:
    """Say whether a ring lies inside another that it doesn't cross, but may touch."""
    sides = (_place(other, point) for point in ring)
    return next((side > 0 for side in sides if side), True)


def _place(ring: Points, point: Points) -> int:
    """Return 1 for a point inside a ring, 0 on it, −1 outside."""
    x0, y0 = (ring - point).T
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    side = x0 * y1 - x1 * y0
    if ((side == 0) & (x0 * x1 + y0 * y1 <= 0)).any():
        return 0
    crossed = ((y0 <= 0) & (y1 > 0) & (side > 0)) | ((y0 > 0) & (y1 <= 0) & (side < 0))
    return 1 if int(crossed.sum()) % 2 else -1


def _cross(rings: list[Points]) -> bool:
    """Say whether any two edges cross in a point inside both.

    Edges are sorted by their left ends, so that each meets only those that begin beneath it.
    """
    starts = np.concatenate(rings)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    left = np.minimum(starts[:, 0], ends[:, 0])
    order = np.argsort(left)
    starts, ends, left = starts[order], ends[order], left[order]
    right = np.maximum(starts[:, 0], ends[:, 0])
    low = np.minimum(starts[:, 1], ends[:, 1])
    high = np.maximum(starts[:, 1], ends[:, 1])
    reach = np.searchsorted(left, right, side="right") - np.arange(len(left)) - 1
    # In slices, so that a ring of long upright edges doesn't ask for n² pairs at once.
    limit = 2_000_000
    begin = 0
    while begin < len(reach):
        total = np.cumsum(reach[begin:])
        stop = begin + max(1, int(np.searchsorted(total, limit, side="right")))
        counts = reach[begin:stop]
        first = np.repeat(np.arange(begin, stop), counts)
        within = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
        second = first + 1 + within
        near = (low[first] < high[second]) & (low[second] < high[first])
        first, second = first[near], second[near]
        a, b, c, d = starts[first], ends[first], starts[second], ends[second]
        apart = _side(a, b, c) * _side(a, b, d) < 0
        if bool((apart & (_side(c, d, a) * _side(c, d, b) < 0)).any()):
            return True
        begin = stop
    return False


def _side(a: Points, b: Points, c: Points) -> npt.NDArray[np.float64]:
    """Return on which side of the lines a → b the points c lie, 0 where within rounding of them."""
    u, v = b - a, c - a
    side = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    scale = np.abs(u).max(axis=1) * np.abs(v).max(axis=1)
    return np.where(np.abs(side) <= 1e-12 * scale, 0.0, side)


def _filled_area(rings: list[Points]) -> float:
    """Return the even-odd area of the first ring less the others, counted on a fine grid."""
    pitch = float(np.ptp(rings[0], axis=0).max()) / _FILL_PX
    if pitch <= 0:
        return 0.0
    return _filled_px([ring / pitch for ring in rings]) * pitch**2


def _filled_px(rings: list[Points]) -> int:
    """Return the number of pixel centres inside the first ring and outside the others."""
    corner = np.floor(rings[0].min(axis=0))
    outer, *islands = (as_ring(ring - corner) for ring in rings)
    width, height = np.ceil(np.ptp(rings[0], axis=0)).astype(int) + 1
    _, inside = outline_patch(Outline(outer=outer, islands=tuple(islands)), (height, width))
    return int(np.count_nonzero(inside))


def without_overlap(parts: Sequence[Outline]) -> tuple[Outline, ...]:
    """Return outlines that hold every pixel once: those that overlap become what they cover.

    Outlines that only touch, or lie in another's island, stay as they are.
    """
    groups: list[list[Outline]] = []
    for part in parts:
        met = [group for group in groups if any(_overlap(part, other) for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([part, *(other for group in met for other in group)])
    return tuple(one for group in groups for one in (group if len(group) == 1 else _covered(group)))


def _overlap(one: Outline, other: Outline) -> bool:
    """Say whether two outlines hold more pixels together than two that touch may."""
    rings = [np.asarray(each.outer) for each in (one, other)]
    x0, y0 = np.floor(np.max([ring.min(axis=0) for ring in rings], axis=0)).astype(int).tolist()
    x1, y1 = np.ceil(np.min([ring.max(axis=0) for ring in rings], axis=0)).astype(int).tolist()
    if x1 <= x0 or y1 <= y0:
        return False
    masks = [outline_mask(moved(each, (-x0, -y0)), (y1 - y0, x1 - x0)) for each in (one, other)]
    shared = int(np.count_nonzero(masks[0] & masks[1]))
    return shared > _TOUCHING * min(area_px(one), area_px(other))


def _covered(outlines: Sequence[Outline]) -> tuple[Outline, ...]:
    """Return the outlines of all that several cover together, along the edges of pixels."""
    corners = np.concatenate([np.asarray(each.outer) for each in outlines])
    x0, y0 = (math.floor(edge) for edge in corners.min(axis=0))
    x1, y1 = (math.ceil(edge) for edge in corners.max(axis=0))
    whole = union_mask([moved(each, (-x0, -y0)) for each in outlines], (y1 - y0, x1 - x0))
    is_exact = all(each.source is OutlineSource.GIVEN for each in outlines)
    source = OutlineSource.GIVEN if is_exact else OutlineSource.DRAWN
    return tuple(moved(each, (x0, y0)) for each in outlines_from_mask(whole, 1, source=source))


def extents_of(ring: Points) -> tuple[float, float]:
    """Return the greatest distance between two points of a ring and the extent square to it."""
    hull = ring[cv2.convexHull(ring.astype(np.float32), returnPoints=False).ravel()]
    between = hull[:, None, :] - hull[None, :, :]
    distance = np.hypot(between[..., 0], between[..., 1])
    row, column = np.unravel_index(int(distance.argmax()), distance.shape)
    length = float(distance[row, column])
    if length == 0:
        return 0.0, 0.0
    along = (hull[row] - hull[column]) / length
    across = ring @ np.array([-along[1], along[0]])
    return length, float(np.ptp(across))


def far_points(ring: Points) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return which points are furthest apart, and which furthest apart square to those."""
    between = ring[:, None, :] - ring[None, :, :]
    distance = np.hypot(between[..., 0], between[..., 1])
    one, other = (int(place) for place in np.unravel_index(int(distance.argmax()), distance.shape))
    along = ring[one] - ring[other]
    across = ring @ np.array([-along[1], along[0]])
    return (one, other), (int(across.argmax()), int(across.argmin()))
