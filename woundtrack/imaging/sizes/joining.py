"""One wound on several photographs: its parts are laid together by a card that all of them show.

Hides how each photograph's skin is brought into that card's own frame, and where parts overlap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from woundtrack.errors import PartsDontJoin
from woundtrack.imaging.geometry.plane import rigid
from woundtrack.imaging.geometry.planimetry import extents_of, on_skin, points_on_skin
from woundtrack.imaging.outline import (
    Points,
    as_ring,
    outlines_from_mask,
    ring_length,
    union_mask,
    unstepped,
)
from woundtrack.imaging.sizes.measurement import measure
from woundtrack.imaging.sizes.uncertainty import COVERAGE
from woundtrack.model import (
    BodySite,
    Calibration,
    Card,
    Doubt,
    Measurement,
    Outline,
    Term,
    area_interval,
)

_GRID_PX: Final = 2400
"""Pixels along the longer side of the grid on which parts are laid together: an area is good to a
few hundredths of a per cent."""

_LEAST_COMMON_TAGS: Final = 2
_WORST_FIT_MM: Final = 3.0


def joined(
    parts: Sequence[tuple[Outline, Calibration]], site: BodySite | None = None
) -> Measurement:
    """Return the size of one wound whose parts are outlined on several photographs.

    Every photograph shows one and the same card, as a strip that stays round the limb while the
    camera goes round it. Each part is laid on that card's own frame, on the unrolled skin where a
    limb was found, and what any part covers is the wound; where a photograph's edge cuts a part
    off, the next one goes on. The wound may not reach round the whole limb.

    The causes of uncertainty are those of the parts, in proportion to their areas and taken to act
    alike on all, which is the widest they can be; and ``joint``, by how much the photographs put
    the card's tags differently, along the whole width of the wound.

    Parameters
    ----------
    parts
        Outlines in pixels, each with its photograph's calibration; two or more.
    site
        As in ``measure``.

    Returns
    -------
    Millimetres; ``doubts`` are those of the parts.

    Raises
    ------
    PartsDontJoin
        No card with two tags or more is in all photographs, the photographs put its tags more than
        3 mm apart, or the parts don't touch each other.
    CardUnreliable
        A part reaches beyond what its photograph shows of the plane or the limb.
    ValueError
        Fewer than two parts.
    """
    if len(parts) < 2:
        raise ValueError("a wound is joined from two parts or more")
    known = _common_card([calibration for _, calibration in parts])
    sizes = [measure(outline, calibration, site) for outline, calibration in parts]
    laid, misfits = [], []
    for outline, calibration in parts:
        card = next(card for card in calibration.cards if _name(card) == known)
        turn, shift, misfit = _onto_card(card, calibration)
        misfits.append(misfit)
        rings = [
            on_skin(np.asarray(ring, dtype=np.float64), calibration) @ turn.T + shift
            for ring in (outline.outer, *outline.islands)
        ]
        laid.append(rings)
    misfit_mm = max(misfits)
    if misfit_mm > _WORST_FIT_MM:
        raise PartsDontJoin(
            reason=f"the photographs put the card's tags {misfit_mm:.0f} mm apart: it was moved"
        )
    low = np.min([rings[0].min(axis=0) for rings in laid], axis=0)
    high = np.max([rings[0].max(axis=0) for rings in laid], axis=0)
    pitch = float((high - low).max()) / _GRID_PX
    shape = (math.ceil((high[1] - low[1]) / pitch) + 2, math.ceil((high[0] - low[0]) / pitch) + 2)
    mask = union_mask(
        [_drawn([(ring - low) / pitch + 1 for ring in rings]) for rings in laid], shape
    )
    found = outlines_from_mask(mask)
    if len(found) != 1:
        raise PartsDontJoin(reason="the outlines don't touch each other on the skin")
    edge = unstepped(np.asarray(found[0].outer)) * pitch
    area = float(mask.sum()) * pitch**2
    length, width = extents_of(edge)
    perimeter = ring_length(edge)
    whole = Measurement(
        area_mm2=area,
        area_low_mm2=area,
        area_high_mm2=area,
        perimeter_mm=perimeter,
        length_mm=length,
        width_mm=width,
    )
    terms = (*_terms(whole, sizes), _joint(misfit_mm, whole))
    low_mm2, high_mm2 = area_interval(area, terms)
    return replace(
        whole,
        area_low_mm2=min(low_mm2, area),
        area_high_mm2=max(high_mm2, area),
        terms=tuple(sorted(terms, key=lambda term: -abs(term.area_mm2))),
        doubts=_doubts(sizes, parts),
    )


def _name(card: Card) -> tuple[str, int, str]:
    return card.kind, card.design_version, card.copy


def _common_card(calibrations: Sequence[Calibration]) -> tuple[str, int, str]:
    """Return the card that all photographs show, the one with most tags."""
    counts = [
        {
            _name(card): len(card.tags)
            for card in calibration.cards
            if len(card.tags) >= _LEAST_COMMON_TAGS
        }
        for calibration in calibrations
    ]
    common = set(counts[0]).intersection(*counts[1:])
    if not common:
        raise PartsDontJoin(reason="no card is in all of the photographs with two tags or more")
    return max(common, key=lambda name: min(count[name] for count in counts))


def _onto_card(card: Card, calibration: Calibration) -> tuple[Points, Points, float]:
    """Return the turn (2, 2) and shift from a photograph's skin to the card's own frame, mm.

    With how far the tags are from where they are printed, RMS.
    """
    printed = np.array([tag.corners_mm for tag in card.tags], dtype=np.float64).reshape(-1, 2)
    seen = np.array([tag.corners_px for tag in card.tags], dtype=np.float64)
    skin = points_on_skin(seen.reshape(-1, 2), calibration)
    # A tag beyond the limb's outline, as one on a fold, says nothing of the skin.
    on_limb = np.isfinite(skin).all(axis=1).reshape(-1, 4).all(axis=1).repeat(4)
    if on_limb.sum() < 4 * _LEAST_COMMON_TAGS:
        raise PartsDontJoin(reason="too few of the card's tags lie on the limb")
    skin, printed = skin[on_limb], printed[on_limb]
    angle, x, y = rigid(skin, printed)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    shift = np.array([x, y])
    misfit = float(np.sqrt((((skin @ turn.T + shift) - printed) ** 2).sum(axis=1).mean()))
    return turn, shift, misfit


def _drawn(rings: Sequence[Points]) -> Outline:
    return Outline(outer=as_ring(rings[0]), islands=tuple(as_ring(ring) for ring in rings[1:]))


def _terms(whole: Measurement, sizes: Sequence[Measurement]) -> tuple[Term, ...]:
    """Return the parts' causes on the whole, each as its mean share by area."""
    total = sum(size.area_mm2 for size in sizes)
    shares: dict[tuple[str, bool, bool, str], list[float]] = {}
    for size in sizes:
        for term in size.terms:
            kind = (term.name, term.is_bound, term.area_mm2 < 0, term.common)
            share = shares.setdefault(kind, [0.0] * 4)
            weight = size.area_mm2 / total
            share[0] += weight * term.area_mm2 / size.area_mm2
            share[1] += weight * term.perimeter_mm / size.perimeter_mm
            share[2] += weight * term.length_mm / size.length_mm
            share[3] += weight * term.width_mm / size.width_mm
    return tuple(
        Term(
            name=name,
            area_mm2=area * whole.area_mm2,
            perimeter_mm=perimeter * whole.perimeter_mm,
            length_mm=length * whole.length_mm,
            width_mm=width * whole.width_mm,
            is_bound=is_bound,
            common=common,
        )
        for (name, is_bound, _, common), (area, perimeter, length, width) in shares.items()
    )


def _joint(misfit_mm: float, whole: Measurement) -> Term:
    """Return what it costs that the photographs put the card's tags a little differently."""
    off = COVERAGE * math.sqrt(2) * misfit_mm
    return Term(
        name="joint",
        area_mm2=off * whole.width_mm,
        perimeter_mm=2 * off,
        length_mm=off,
        width_mm=off,
    )


def _doubts(
    sizes: Sequence[Measurement], parts: Sequence[tuple[Outline, Calibration]]
) -> tuple[Doubt, ...]:
    found = [doubt for size in sizes for doubt in size.doubts]
    found += [doubt for _, calibration in parts for doubt in calibration.doubts]
    # The same code from two photographs is told once; its place is in neither.
    return tuple({doubt.code: replace(doubt, place_px=()) for doubt in found}.values())
