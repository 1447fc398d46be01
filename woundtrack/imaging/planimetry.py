"""From an outline in pixels to its size in millimetres, with the 95 % interval of the area.

Hides the plane geometry, the staircase of masks, and the error budget with its declared constants.
"""

from __future__ import annotations

import math
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.errors import CardUnreliable
from woundtrack.imaging.limb import likely_limbs, seen_from_skin, skin_from_seen
from woundtrack.imaging.outline import (
    Points,
    as_ring,
    is_on_pixel_edges,
    is_staircase,
    outline_patch,
    ring_length,
    shoelace,
    unstepped,
)
from woundtrack.model import Calibration, Doubt, Limb, Measurement, Outline, OutlineSource

# --- the declared constants of the interval ------------------------------------------------------
#
# The budget follows JCGM 100:2008: independent standard uncertainties, to first order, × 1.96.

COVERAGE: Final = 1.96
"""Standard uncertainties in half a 95 % interval."""

EDGE_SD_MM: Final = 0.5
"""Spread of one person's edge about the true one, square to it."""

EDGE_CORRELATION_MM: Final = 10.0
"""Length of edge over which such a deviation keeps its sign."""

PLANE_OFFSET_MM: Final = 1.0
"""How far the wound may lie above or below the card."""

WORKING_DISTANCE_MM: Final = 300.0
"""Distance of the camera that turns the plane's offset into a change of scale: a phone held so that
card and wound fill the picture."""

PRINT_BAR_MM: Final = 0.5
"""How well the card's 100 mm bar is known, in mm of the bar."""

CORNER_SD_PX: Final = 0.15
"""Spread of a tag's corner that is taken where the corners themselves show less: refined corners of
rendered cards spread by 0.03 to 0.14 px."""

FAR_FROM_CARD_MM: Final = 60.0
"""Gap between wound and tags from which the scale is an extrapolation: half a card's length."""

_POINTS_FOR_SPREAD: Final = 120
_FILL_PX: Final = 2048
_MASK_LIMIT_PX: Final = 250_000_000


def measure(outline: Outline, calibration: Calibration) -> Measurement:
    """Return area, perimeter, length and width of an outline on the card's plane, or on a limb.

    The rings are carried through the homography, which keeps straight lines straight, or unrolled
    from the limb (``limb.skin_from_seen``), and the area is the shoelace formula there: the outer
    ring's less the islands'. The perimeter is the outer ring's alone. ``length_mm`` is the greatest
    distance between two points of the edge (Feret), ``width_mm`` the extent square to it.

    A ring along pixel edges, as from a mask, gives its area exactly as it stands; for the perimeter
    and the extents its staircase is smoothed off first (``outline.unstepped``), since it is up to
    4/π too long at any resolution. Where rings cross themselves or one another the area is that of
    what is filled by the even-odd rule less the islands, as shown and as in ``outline_mask``, to
    about 0.1 %. A ring without an inside has an area of zero.

    The interval is the first-order budget of corner noise (through the homography, from the
    residual and the number of tags, at the place of the wound), edge, plane offset and print scale;
    the constants are declared above with their sources. ``OutlineSource.GIVEN`` has no edge term.

    Parameters
    ----------
    outline
        Rings in pixels of the upright photograph.
    calibration
        The mapping of that photograph.

    Returns
    -------
    Millimetres; ``doubts`` may hold ``wound_far_from_card``.

    Raises
    ------
    CardUnreliable
        The wound reaches beyond the horizon of the card's plane.
    ValueError
        A ring has fewer than three points, or a coordinate is not a number.
    """
    rings_px = [np.asarray(ring, dtype=np.float64) for ring in (outline.outer, *outline.islands)]
    if any(len(ring) < 3 or not np.isfinite(ring).all() for ring in rings_px):
        raise ValueError("a ring needs three points or more, all of them numbers")
    homography = np.asarray(calibration.homography, dtype=np.float64)
    outer_px = rings_px[0]
    rings = [on_skin(ring, calibration) for ring in rings_px]
    edge = on_skin(unstepped(outer_px), calibration) if is_staircase(outer_px) else rings[0]
    area = _area(rings, rings_px)
    perimeter = ring_length(edge)
    length, width = _extents(edge)
    if calibration.limb is None:
        by_corners = _corner_variance(outer_px, rings[0], calibration, homography)
    else:
        by_corners = _limb_variance(outer_px, calibration)
    spread = math.sqrt(
        by_corners
        + _edge_variance(outline, perimeter)
        + (2 * PLANE_OFFSET_MM / WORKING_DISTANCE_MM * area) ** 2
        + (2 * PRINT_BAR_MM / 100 * area) ** 2
    )
    low, high = area - COVERAGE * spread, area + COVERAGE * spread
    if is_round_unsure(calibration):
        # A card that curls on flat skin looks like one that follows a limb: both may be so.
        flat = abs(shoelace(on_plane(outer_px, homography)))
        flat -= sum(abs(shoelace(on_plane(ring, homography))) for ring in rings_px[1:])
        share = 1 - COVERAGE * spread / area if area > 0 else 1.0
        low, high = min(low, flat * share), max(high, flat * (2 - share))
    gap = _gap(rings[0], _tag_corners(calibration))
    doubts = []
    if gap > FAR_FROM_CARD_MM:
        doubts.append(Doubt(code="wound_far_from_card", values=(("distance_mm", gap),)))
    return Measurement(
        area_mm2=area,
        area_low_mm2=max(low, 0.0),
        area_high_mm2=high,
        perimeter_mm=perimeter,
        length_mm=length,
        width_mm=width,
        doubts=tuple(doubts),
    )


def is_round_unsure(calibration: Calibration) -> bool:
    """Whether a limb was found by cards alone that are made for flat skin."""
    return calibration.limb is not None and all(card.kind != "strip" for card in calibration.cards)


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
    skin = skin_from_seen(calibration.limb, _finely(ring_px, calibration.mm_per_px))
    if not np.isfinite(skin).all():
        raise CardUnreliable(reason="the wound reaches beyond the limb as the cards show it")
    return skin


def in_pixels(points_mm: Points, calibration: Calibration) -> Points:
    """Return where points (N, 2) of the card's plane, or of the unrolled limb, are seen, px."""
    if calibration.limb is not None:
        return seen_from_skin(calibration.limb, points_mm)
    homography = np.asarray(calibration.homography, dtype=np.float64)
    return on_plane(points_mm, np.linalg.inv(homography).astype(np.float64))


def _finely(ring_px: Points, mm_per_px: float) -> Points:
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


def _area(rings: list[Points], rings_px: list[Points]) -> float:
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


def _extents(ring: Points) -> tuple[float, float]:
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


# --- the interval --------------------------------------------------------------------------------


def _edge_variance(outline: Outline, perimeter_mm: float) -> float:
    """Return the area's variance (mm⁴) from where the edge was put: (P·δ)²·ℓ/P."""
    if outline.source is OutlineSource.GIVEN or perimeter_mm == 0:
        return 0.0
    independent = max(perimeter_mm / EDGE_CORRELATION_MM, 1.0)
    return (perimeter_mm * EDGE_SD_MM) ** 2 / independent


def _tag_corners(calibration: Calibration) -> Points:
    """Return all tag corners (N, 2) in millimetres on the common skin."""
    corners = [
        corner for card in calibration.cards for tag in card.tags for corner in tag.corners_px
    ]
    seen = np.asarray(corners, dtype=np.float64).reshape(-1, 2)
    if calibration.limb is not None:
        return skin_from_seen(calibration.limb, seen)
    return on_plane(seen, np.asarray(calibration.homography, dtype=np.float64))


def _limb_variance(ring_px: Points, calibration: Calibration) -> float:
    """Return the area's variance (mm⁴) from how well the limb is known: its fit's covariance."""
    ring = _finely(ring_px, calibration.mm_per_px)
    ring = ring[:: max(1, len(ring) // _POINTS_FOR_SPREAD)]  # a spread need not be exact
    area = _unrolled_mm2(calibration.limb, ring)
    variance = 0.0
    for pair in likely_limbs(calibration):
        # Near the limb's edge one of a pair may not show the wound at all: then the other tells,
        # and where neither does, nothing is known.
        off = [abs(_unrolled_mm2(one, ring) - area) for one in pair]
        known = [one for one in off if math.isfinite(one)]
        variance += max(known, default=area) ** 2
    return variance


def _unrolled_mm2(limb: Limb | None, ring_px: Points) -> float:
    """Return the area of a ring on a limb; NaN where a part of it is out of sight."""
    return math.nan if limb is None else abs(shoelace(skin_from_seen(limb, ring_px)))


def _corner_variance(
    ring_px: Points, ring: Points, calibration: Calibration, homography: Points
) -> float:
    """Return the area's variance (mm⁴) from the spread of the tags' corners.

    First order as in Criminisi, Reid and Zisserman (BMVC 1997, "A plane measuring device"): the
    homography's covariance from its corners, then the gradient of the shoelace area at it. Each
    card after the first brings three unknowns, its place and turn on the common plane.
    """
    cards = [
        np.asarray([corner for tag in card.tags for corner in tag.corners_px], dtype=np.float64)
        for card in calibration.cards
        if card.tags
    ]
    if not cards:
        return 0.0
    corners = np.concatenate(cards)
    centre = corners.mean(axis=0)
    size = float(np.abs(corners - centre).max()) or 1.0
    unit = homography @ np.array([[size, 0, centre[0]], [0, size, centre[1]], [0, 0, 1]])
    unit /= unit[2, 2]
    design, inverse_noise = _plane_gradient((corners - centre) / size, unit)
    inverse_noise /= size  # millimetres a pixel, from millimetres a unit
    nuisance = np.zeros((len(corners), 2, 3 * (len(cards) - 1)))
    plane = on_plane(corners, homography)
    begin = len(cards[0])
    for number, card in enumerate(cards[1:]):
        rows = slice(begin, begin + len(card))
        turned = plane[rows] - plane[rows].mean(axis=0)
        nuisance[rows, 0, 3 * number] = 1
        nuisance[rows, 1, 3 * number + 1] = 1
        nuisance[rows, 0, 3 * number + 2] = -turned[:, 1]
        nuisance[rows, 1, 3 * number + 2] = turned[:, 0]
        begin += len(card)
    unknowns = 8 + nuisance.shape[2]
    design = np.concatenate((design, nuisance), axis=2)
    # Whitening by the pixel → millimetre Jacobian makes every row one pixel of standard deviation.
    rows_px = np.linalg.solve(inverse_noise, design).reshape(-1, unknowns)
    freedom = 2 * len(corners) - unknowns
    if freedom > 0:
        shown = calibration.residual_mm / calibration.mm_per_px / math.sqrt(2)
        shown *= math.sqrt(2 * len(corners) / freedom)
    else:
        shown = 0.0
    deviation = max(CORNER_SD_PX, shown)
    covariance = np.linalg.pinv(rows_px.T @ rows_px) * deviation**2
    along_ring, _ = _plane_gradient((ring_px - centre) / size, unit)
    chord = np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)
    by_vertex = np.column_stack((chord[:, 1], -chord[:, 0])) / 2
    gradient = np.einsum("ni,nij->j", by_vertex, along_ring)
    return float(gradient @ covariance[:8, :8] @ gradient)


def _plane_gradient(points: Points, homography: Points) -> tuple[Points, Points]:
    """Return d(plane)/d(h11 … h32) (N, 2, 8) and d(plane)/d(points) (N, 2, 2), with h33 = 1."""
    x, y = points.T
    depth = points @ homography[2, :2] + 1
    u, v = (points @ homography[:2, :2].T + homography[:2, 2]).T / depth
    by_entry = np.zeros((len(points), 2, 8))
    by_entry[:, 0, :3] = by_entry[:, 1, 3:6] = np.column_stack((x, y, np.ones_like(x)))
    by_entry[:, 0, 6:] = np.column_stack((-u * x, -u * y))
    by_entry[:, 1, 6:] = np.column_stack((-v * x, -v * y))
    by_point = homography[None, :2, :2] - np.stack((u, v), axis=1)[:, :, None] * homography[2, :2]
    return by_entry / depth[:, None, None], by_point / depth[:, None, None]


def _gap(ring: Points, corners: Points) -> float:
    """Return the distance in mm between a ring's points and the nearest tag corner."""
    if len(corners) == 0:
        return 0.0
    step = max(1, len(ring) // 256)
    between = ring[::step, None, :] - corners[None, :, :]
    return float(np.hypot(between[..., 0], between[..., 1]).min())
