"""Which lesion is which: proposes a lesion for each outline of a photograph, never silently.

Outlines are matched to the lesions known at the photograph's site by size and by where they lie to
each other; what matches nothing is proposed as a new lesion. A person always sees the proposal.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from woundtrack.errors import NotUnderstood
from woundtrack.model import (
    REGIONS,
    AssessedOutline,
    BodySite,
    Calibration,
    Lesion,
    Outline,
    OutlineKind,
    Point,
    TissueMap,
    WoundState,
    new_id,
    now,
)

SAME_PLACE_MM: Final = 30.0  # a shift between two lesions that counts as much as e-fold of area
MOST_TRIED: Final = 5_000  # steps of the search; beyond them the best found so far stands
CLOSED_COST: Final = 1.0  # a closed lesion reopens seldom
NEW_COST: Final = 2.5  # ln 12: beyond a twelvefold change of area a new lesion is as likely


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is to be recorded of one lesion in one photograph.

    ``lesion`` None stands for a new lesion, to be called ``label`` and placed at ``site``.
    ``outline`` is None exactly when the lesion is closed. ``reason`` is a clause for people.
    ``tissue`` is what was painted in the outline.
    """

    outline: Outline | None
    lesion: Lesion | None
    site: BodySite
    label: str
    kind: OutlineKind = OutlineKind.ULCER
    state: WoundState = WoundState.OPEN
    confidence: float = 1.0
    reason: str = "chosen by you"
    tissue: TissueMap | None = None

    def __post_init__(self) -> None:
        if (self.outline is None) != (self.state is WoundState.CLOSED):
            raise ValueError("a closed lesion has no outline, an open one has")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownLesion:
    """A lesion that may be in the photograph, as it was last seen; None where it never was.

    One that was open in several parts stands there once for each of them.
    """

    lesion: Lesion
    state: WoundState | None
    outline: AssessedOutline | None


def next_label(site: BodySite, taken: Sequence[str]) -> str:
    """Return the first free label of a site's letter: A1, then A2 and so on."""
    letter = REGIONS[site.region].letter
    used = {label.casefold() for label in taken}
    return next(
        label
        for label in (f"{letter}{number}" for number in itertools.count(1))
        if label.casefold() not in used
    )


def new_lesion(
    label: str, site: BodySite, *, patient_id: str, existing: Sequence[Lesion]
) -> Lesion:
    """Return a lesion to record under a name that no other of the patient's lesions has.

    One of that name and site that was taken back is that one again: it keeps its number, and so
    its colour. ``existing`` are all the patient's lesions, retired ones too.

    Raises ``NotUnderstood`` for a name that is empty or taken.
    """
    label = label.strip()
    alike = [lesion for lesion in existing if lesion.label.casefold() == label.casefold()]
    if not label or any(not lesion.is_retired for lesion in alike):
        raise NotUnderstood(
            what="The new lesion's name",
            given=label or "(none)",
            expected="give a name that no other lesion of this patient has",
        )
    former = next((lesion for lesion in reversed(alike) if lesion.site == site), None)
    if former is not None:
        return replace(former, is_retired=False)
    return Lesion(
        id=new_id(),
        patient_id=patient_id,
        label=label,
        number=max((lesion.number for lesion in existing), default=0) + 1,
        site=site,
        created_at=now(),
    )


def match(
    outlines: Sequence[Outline],
    calibration: Calibration | None,
    known: Sequence[KnownLesion],
    site: BodySite,
    taken_labels: Sequence[str],
) -> tuple[Decision, ...]:
    """Propose one decision per outline, in the order of ``outlines``.

    ``known`` are the lesions at the photograph's site; ``taken_labels`` all the patient's labels.
    """
    assignment = _best_assignment(outlines, calibration, known)
    labels = list(taken_labels)
    decisions = []
    for outline, candidate in zip(outlines, assignment, strict=True):
        if candidate is None:
            label = next_label(site, labels)
            labels.append(label)
            reason = "nothing known at this site" if not known else "matches no known lesion"
            decisions.append(
                Decision(
                    outline=outline,
                    lesion=None,
                    site=site,
                    label=label,
                    confidence=0.9 if not known else 0.5,
                    reason=reason,
                )
            )
        else:
            cost = _size_cost(outline, calibration, candidate)
            alone = _is_one_lesion(known) and len(outlines) == 1
            decisions.append(
                Decision(
                    outline=outline,
                    lesion=candidate.lesion,
                    site=candidate.lesion.site,
                    label=candidate.lesion.label,
                    confidence=round((0.95 if alone else 0.85) * math.exp(-cost / 3), 2),
                    reason="the only lesion at this site" if alone else "matches by size and place",
                )
            )
    return tuple(decisions)


def _is_one_lesion(known: Sequence[KnownLesion]) -> bool:
    return len({one.lesion.id for one in known}) == 1


def _best_assignment(
    outlines: Sequence[Outline],
    calibration: Calibration | None,
    known: Sequence[KnownLesion],
) -> tuple[KnownLesion | None, ...]:
    """Find the cheapest assignment, depth first; a branch dearer than the best is left."""
    is_open = bool(known) and known[0].state is not WoundState.CLOSED
    if len(outlines) == 1 and _is_one_lesion(known) and is_open:
        return (known[0],)
    best: tuple[KnownLesion | None, ...] = (None,) * len(outlines)
    lowest = NEW_COST * len(outlines)
    tried = 0
    # What each outline and those after it cost at the very least, wherever they are placed.
    least = [0.0]
    for outline in reversed(outlines):
        costs = [_size_cost(outline, calibration, candidate) for candidate in known]
        least.insert(0, least[0] + min([NEW_COST, *costs]))

    def extend(chosen: tuple[KnownLesion | None, ...], cost: float) -> None:
        nonlocal best, lowest, tried
        tried += 1
        if cost + least[len(chosen)] >= lowest - 1e-9 or tried > MOST_TRIED:
            return
        if len(chosen) == len(outlines):
            best, lowest = chosen, cost
            return
        free = [candidate for candidate in known if candidate not in chosen]
        outline = outlines[len(chosen)]
        for candidate in sorted(free, key=lambda one: _size_cost(outline, calibration, one)):
            added = _size_cost(outline, calibration, candidate)
            added += sum(
                _place_cost(before, then, outline, candidate, calibration)
                for before, then in zip(outlines, chosen, strict=False)
            )
            extend((*chosen, candidate), cost + added)
        extend((*chosen, None), cost + NEW_COST)

    extend((), 0.0)
    return best


def _place_cost(
    one: Outline,
    then_one: KnownLesion | None,
    two: Outline,
    then_two: KnownLesion,
    calibration: Calibration | None,
) -> float:
    """Return the cost of two lesions not lying to each other as they did."""
    shift = _shift_mm(then_one, then_two)
    if shift is None or calibration is None:
        return 0.0
    x, y = _between(one.centre, two.centre, calibration.mm_per_px)
    return math.hypot(x - shift[0], y - shift[1]) / SAME_PLACE_MM


def _shift_mm(one: KnownLesion | None, two: KnownLesion | None) -> Point | None:
    """Return the vector between two lesions in the photograph that last showed both, mm."""
    if one is None or two is None or one.outline is None or two.outline is None:
        return None
    if one.outline.photograph_id != two.outline.photograph_id or one.outline.calibration is None:
        return None
    return _between(
        one.outline.outline.centre,
        two.outline.outline.centre,
        one.outline.calibration.mm_per_px,
    )


def _between(one: Point, two: Point, mm_per_px: float) -> Point:
    return ((two[0] - one[0]) * mm_per_px, (two[1] - one[1]) * mm_per_px)


def _size_cost(outline: Outline, calibration: Calibration | None, candidate: KnownLesion) -> float:
    if candidate.state is WoundState.CLOSED:
        return CLOSED_COST
    then = None if candidate.outline is None else candidate.outline.measurement
    if calibration is None or then is None or then.area_mm2 <= 0:
        return 0.5
    area_mm2 = _ring_area_px(outline) * calibration.mm_per_px**2
    return abs(math.log(max(area_mm2, 1e-6) / then.area_mm2))


def _ring_area_px(outline: Outline) -> float:
    """Return the outer ring's area in px², by the shoelace formula."""
    ring = outline.outer
    return (
        abs(
            sum(
                x0 * y1 - x1 * y0
                for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True)
            )
        )
        / 2
    )
