"""From an outline in pixels to its sizes in millimetres, each with its 95 % interval.

Hides how planimetry and the error budget come together.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from woundtrack.imaging.outline import Points, is_staircase, ring_length, unstepped
from woundtrack.imaging.planimetry import area_of, extents_of, on_skin, points_on_skin
from woundtrack.imaging.ruler import ruler_of
from woundtrack.imaging.uncertainty import terms_of
from woundtrack.model import (
    BodySite,
    Calibration,
    Doubt,
    Measurement,
    Outline,
    Term,
    area_interval,
)

FAR_FROM_CARD_MM: Final = 60.0
"""Gap between wound and tags from which the scale is an extrapolation: half a card's length."""

DOUBTED_BOUND: Final = 0.02
"""Share of the area that a flat card on a limb may hide, from which it is told."""


def measure(
    outline: Outline,
    calibration: Calibration,
    site: BodySite | None = None,
    head_deg: float | None = None,
) -> Measurement:
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

    The intervals are those of ``uncertainty.terms_of``.

    Parameters
    ----------
    outline
        Rings in pixels of the upright photograph.
    calibration
        The mapping of that photograph.
    site
        Where on the body it is, for the bound of a flat card on a limb; None is taken as flat.
    head_deg
        Where the patient's head is in the picture, clockwise from its top, for the extents head to
        toe and side to side; None: they are left out.

    Returns
    -------
    Millimetres; ``doubts`` may hold ``wound_far_from_card``, ``flat_card_on_limb`` and
    ``ruler_on_limb``.

    Raises
    ------
    CardUnreliable
        The wound reaches beyond the horizon of the card's plane, or beyond the limb.
    ValueError
        A ring has fewer than three points, or a coordinate is not a number.
    """
    rings_px = [np.asarray(ring, dtype=np.float64) for ring in (outline.outer, *outline.islands)]
    if any(len(ring) < 3 or not np.isfinite(ring).all() for ring in rings_px):
        raise ValueError("a ring needs three points or more, all of them numbers")
    outer_px = rings_px[0]
    rings = [on_skin(ring, calibration) for ring in rings_px]
    edge = on_skin(unstepped(outer_px), calibration) if is_staircase(outer_px) else rings[0]
    area = area_of(rings, rings_px)
    length, width = extents_of(edge)
    sizes = (area, ring_length(edge), length, width)
    terms = terms_of(outline, calibration, rings, sizes, site) if area > 0 else ()
    low, high = area_interval(area, terms)
    along, across = None, None
    if head_deg is not None:
        along, across = _along_and_across(edge, outer_px, calibration, head_deg)
    return Measurement(
        area_mm2=area,
        area_low_mm2=min(low, area),
        area_high_mm2=max(high, area),
        perimeter_mm=sizes[1],
        length_mm=length,
        width_mm=width,
        doubts=_doubts(rings[0], area, terms, calibration),
        terms=terms,
        head_to_toe_mm=along,
        side_to_side_mm=across,
    )


def extents_by_head(
    outline: Outline, calibration: Calibration, head_deg: float
) -> tuple[float, float]:
    """Return an outline's extents head to toe and side to side, mm, as ``measure`` does.

    Raises ``CardUnreliable`` and ``ValueError`` as ``measure`` does.
    """
    outer_px = np.asarray(outline.outer, dtype=np.float64)
    if len(outer_px) < 3 or not np.isfinite(outer_px).all():
        raise ValueError("a ring needs three points or more, all of them numbers")
    edge = on_skin(unstepped(outer_px) if is_staircase(outer_px) else outer_px, calibration)
    return _along_and_across(edge, outer_px, calibration, head_deg)


def _along_and_across(
    edge: Points, ring_px: Points, calibration: Calibration, head_deg: float
) -> tuple[float, float]:
    """Return a ring's extents (mm) along a direction of the picture as it lies on the skin there.

    The picture's direction is carried over at the wound's middle: on tilted skin it isn't the same
    everywhere.
    """
    angle = math.radians(head_deg)
    step = np.array([math.sin(angle), -math.cos(angle)]) / 2
    middle = (ring_px.min(axis=0) + ring_px.max(axis=0)) / 2
    ends = np.array([middle - step, middle + step])
    ends = points_on_skin(ends, calibration)
    along = (ends[1] - ends[0]) / float(np.hypot(*(ends[1] - ends[0])))
    across = np.array([-along[1], along[0]])
    return float(np.ptp(edge @ along)), float(np.ptp(edge @ across))


def _doubts(
    ring: Points, area_mm2: float, terms: tuple[Term, ...], calibration: Calibration
) -> tuple[Doubt, ...]:
    doubts = []
    gap = _gap(ring, _tag_corners(calibration))
    if gap > FAR_FROM_CARD_MM:
        doubts.append(Doubt(code="wound_far_from_card", values=(("distance_mm", gap),)))
    bound = max(
        (term for term in terms if term.name == "curvature"),
        key=lambda term: term.area_mm2,
        default=None,
    )
    if bound is not None and calibration.limb is None and bound.area_mm2 > DOUBTED_BOUND * area_mm2:
        percent = 100 * bound.area_mm2 / area_mm2
        code = "flat_card_on_limb" if ruler_of(calibration) is None else "ruler_on_limb"
        doubts.append(Doubt(code=code, values=(("percent", percent),)))
    return tuple(doubts)


def _tag_corners(calibration: Calibration) -> Points:
    """Return all tag corners (N, 2) in millimetres on the common skin."""
    corners = [
        corner for card in calibration.cards for tag in card.tags for corner in tag.corners_px
    ]
    seen = np.asarray(corners, dtype=np.float64).reshape(-1, 2)
    corners_mm = points_on_skin(seen, calibration)
    found: Points = corners_mm[np.isfinite(corners_mm).all(axis=1)]  # a limb may hide some
    return found


def _gap(ring: Points, corners: Points) -> float:
    """Return the distance in mm between a ring's points and the nearest tag corner."""
    if len(corners) == 0:
        return 0.0
    step = max(1, len(ring) // 256)
    between = ring[::step, None, :] - corners[None, :, :]
    return float(np.hypot(between[..., 0], between[..., 1]).min())
