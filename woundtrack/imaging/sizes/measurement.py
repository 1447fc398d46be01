"""From an outline in pixels to its sizes in millimetres, each with its 95 % interval.

Hides how planimetry and the error budget come together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from woundtrack.imaging.geometry.planimetry import (
    area_of,
    extents_of,
    on_skin,
    points_on_skin,
    without_overlap,
)
from woundtrack.imaging.outline import Points, is_staircase, ring_length, unstepped
from woundtrack.imaging.scale.ruler import ruler_of
from woundtrack.imaging.sizes.uncertainty import terms_of
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

# Causes that move the edge, not the scale: a lesion's length and width bear them at two ends.
_AT_THE_ENDS: Final = frozenset({"edge", "ambiguity"})


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


def measure_parts(
    parts: Sequence[Outline],
    calibration: Calibration,
    site: BodySite | None = None,
    head_deg: float | None = None,
) -> Measurement:
    """Return the size of one lesion that is open in several places of one photograph.

    New skin bridges it: it is one lesion still, and measured as one. Area and perimeter are the
    sums of the parts'. The length is the greatest distance between any two points of all edges,
    across the bridges, and the width the extent square to it: the tools that ask for them (PUSH
    3.0, NPUAP 1998; BWAT) take the wound's greatest length from edge to edge and know no pieces,
    so that a wound doesn't become half as long on the day a bridge closes.

    The interval's causes are the parts', put together by name. Where the edge was put is another
    matter in every part: A = √Σ Aᵢ², and so for the perimeter; length and width take the largest
    of the parts', whose two ends bear them. Where else the program could have put it, it could in
    all parts alike: A = Σ Aᵢ and P = Σ Pᵢ, the widest that they can be together; the ends bear
    length and width there, too. All else moves the whole photograph's scale, likewise Σ Aᵢ and
    Σ Pᵢ, and length and width take the mean of the parts' shares by area, times those of the whole.

    Parameters
    ----------
    parts
        Outlines in pixels, one or more; one alone is measured as by ``measure``. What two of them
        hold is counted once: those that overlap are measured as the one region they cover.
    calibration, site, head_deg
        As in ``measure``.

    Raises what ``measure`` raises; ``ValueError`` without a part.
    """
    if len(parts) > 1:
        parts = without_overlap(parts)
    sizes = [measure(part, calibration, site, head_deg) for part in parts]
    if len(sizes) == 1:
        return sizes[0]
    edges = [_edge_of(part, calibration) for part in parts]
    length, width = extents_of(np.concatenate(edges))
    area = sum(size.area_mm2 for size in sizes)
    whole = Measurement(
        area_mm2=area,
        area_low_mm2=area,
        area_high_mm2=area,
        perimeter_mm=sum(size.perimeter_mm for size in sizes),
        length_mm=length,
        width_mm=width,
    )
    terms = _terms_together(whole, [size for size in sizes if size.area_mm2 > 0])
    low, high = area_interval(area, terms)
    along, across = None, None
    if head_deg is not None:
        along, across = extents_by_head(parts, calibration, head_deg)
    return replace(
        whole,
        area_low_mm2=min(low, area),
        area_high_mm2=max(high, area),
        terms=terms,
        doubts=_worst_of_each([doubt for size in sizes for doubt in size.doubts]),
        head_to_toe_mm=along,
        side_to_side_mm=across,
    )


def _terms_together(whole: Measurement, sizes: Sequence[Measurement]) -> tuple[Term, ...]:
    """Return the parts' causes on the whole, the largest first; see ``measure_parts``."""
    kinds: dict[tuple[str, bool, bool, str], list[tuple[Term, Measurement]]] = {}
    for size in sizes:
        for term in size.terms:
            kind = (term.name, term.is_bound, term.area_mm2 < 0, term.common)
            kinds.setdefault(kind, []).append((term, size))
    total = sum(size.area_mm2 for size in sizes)
    terms = []
    for (name, is_bound, _, common), members in kinds.items():
        if name == "edge":
            area = math.hypot(*(term.area_mm2 for term, _ in members))
            perimeter = math.hypot(*(term.perimeter_mm for term, _ in members))
        else:
            area = sum(term.area_mm2 for term, _ in members)
            perimeter = sum(term.perimeter_mm for term, _ in members)
        if name in _AT_THE_ENDS:
            length = max(term.length_mm for term, _ in members)
            width = max(term.width_mm for term, _ in members)
        else:
            length = whole.length_mm * sum(
                size.area_mm2 / total * term.length_mm / max(size.length_mm, 1e-9)
                for term, size in members
            )
            width = whole.width_mm * sum(
                size.area_mm2 / total * term.width_mm / max(size.width_mm, 1e-9)
                for term, size in members
            )
        terms.append(
            Term(
                name=name,
                area_mm2=area,
                perimeter_mm=perimeter,
                length_mm=length,
                width_mm=width,
                is_bound=is_bound,
                common=common,
            )
        )
    return tuple(sorted(terms, key=lambda term: -abs(term.area_mm2)))


def _worst_of_each(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """Return each doubt once at a place, with its largest number: the part it weighs most on."""
    worst: dict[tuple[object, ...], Doubt] = {}
    for doubt in doubts:
        known = worst.setdefault((doubt.code, doubt.place_px), doubt)
        if _numbers(doubt) > _numbers(known):
            worst[doubt.code, doubt.place_px] = doubt
    return tuple(worst.values())


def _numbers(doubt: Doubt) -> tuple[float, ...]:
    return tuple(value for _, value in doubt.values if not isinstance(value, str))


def extents_by_head(
    parts: Sequence[Outline], calibration: Calibration, head_deg: float
) -> tuple[float, float]:
    """Return the extents of all parts head to toe and side to side, mm, as ``measure`` does.

    Raises ``CardUnreliable`` and ``ValueError`` as ``measure`` does.
    """
    rings = [np.asarray(part.outer, dtype=np.float64) for part in parts]
    if any(len(ring) < 3 or not np.isfinite(ring).all() for ring in rings):
        raise ValueError("a ring needs three points or more, all of them numbers")
    edge = np.concatenate([_edge_of(part, calibration) for part in parts])
    return _along_and_across(edge, np.concatenate(rings), calibration, head_deg)


def _edge_of(outline: Outline, calibration: Calibration) -> Points:
    """Return an outline's outer edge (N, 2) on the skin, mm, its staircase smoothed off."""
    ring = np.asarray(outline.outer, dtype=np.float64)
    return on_skin(unstepped(ring) if is_staircase(ring) else ring, calibration)


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
