"""Which lesion is which: proposes a lesion for each outline of a photograph, never silently.

Hides how chances become proposals: the same lesion, a new one, some that may have merged, one
that may have split, one that may have come back. A person always sees the proposal.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from woundtrack.errors import NotUnderstood
from woundtrack.model import (
    REGIONS,
    AssessedOutline,
    BodySite,
    Calibration,
    Lesion,
    LinkKind,
    Outline,
    OutlineKind,
    TissueMap,
    WoundState,
    new_id,
    now,
)
from woundtrack.workflow.constellation import Explained
from woundtrack.workflow.likeness import Seen
from woundtrack.workflow.same_day import Recognised, Shot, explain_day
from woundtrack.workflow.spots import Spot, spot_of

NOTHING_KNOWN: Final = "nothing known at this site"
NO_MATCH: Final = "matches no known lesion"
ONLY_ONE: Final = "the only lesion at this site"
MERGED: Final = "lesions may have merged into one"
SPLIT_LARGEST: Final = "the largest piece of a lesion that may have split"
SPLIT: Final = "a piece of a lesion that may have split"
RECURS: Final = "a lesion that closed may be open again"
BY_PLACE_AND_SHAPE: Final = "matches by position and shape"
BY_PLACE_AND_SIZE: Final = "matches by position and size"
BY_PLACE: Final = "matches by position"
BY_SHAPE_AND_SIZE: Final = "matches by shape and size"
BY_SHAPE: Final = "matches by shape"
BY_SIZE: Final = "matches by size"
LIKELIEST: Final = "the likeliest of those known"
_FIRST_AT_SITE: Final = 0.9
_MOST_REMEMBERED: Final = 256  # photographs
_SPEAKS: Final = 1.0  # ln of odds from which something is named as a reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a lesion comes from: ``lesion`` merged into it, or it split from that or is it again.

    Of a lesion that ``lesion`` merged into it is ``MERGED_INTO``.
    """

    kind: LinkKind
    lesion: Lesion


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is to be recorded of one lesion in one photograph.

    ``lesion`` None stands for a new lesion, to be called ``label`` and placed at ``site``.
    ``outline`` is None exactly when the lesion is closed. ``confidence`` is the chance, 0..1, that
    this is right, and ``reason`` a clause for people. ``tissue`` is what was painted in the
    outline. ``origins`` are the lesions that merged into it, or that it split from or recurs.
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
    origins: tuple[Origin, ...] = ()

    def __post_init__(self) -> None:
        if (self.outline is None) != (self.state is WoundState.CLOSED):
            raise ValueError("a closed lesion has no outline, an open one has")


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """An outline of a lesion in a photograph that shows where other lesions lie to it."""

    outline: AssessedOutline
    head_deg: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownLesion:
    """A lesion that may be in the photograph, as it was last seen; None where it never was.

    One that was open in several parts stands there once for each of them. One that is closed has
    the outline that it had when it was open last, if that is known. ``days`` is how long ago it was
    outlined, ``head_deg`` where the head was in that photograph. ``earlier`` are outlines in other
    photographs, which tell its place where its last one doesn't show the others.
    """

    lesion: Lesion
    state: WoundState | None
    outline: AssessedOutline | None
    days: float = 28.0
    head_deg: float | None = None
    earlier: tuple[Earlier, ...] = ()


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The outlines of one photograph, its scale, where the head is in it, and how wide it is.

    ``given`` are the places of outlines that are a lesion for certain, with its id; an id of none
    of those known is a new lesion's.
    """

    outlines: tuple[Outline, ...]
    calibration: Calibration | None
    head_deg: float | None = None
    width_px: float | None = None
    given: tuple[tuple[int, str], ...] = ()


def match(
    outlines: Sequence[Outline],
    calibration: Calibration | None,
    known: Sequence[KnownLesion],
    site: BodySite,
    taken_labels: Sequence[str],
    *,
    head_deg: float | None = None,
    width_px: float | None = None,
    given: Mapping[int, str] | None = None,
) -> tuple[Decision, ...]:
    """Propose one decision per outline of one photograph, as ``match_visit`` does of several."""
    one = Shown(
        outlines=tuple(outlines),
        calibration=calibration,
        head_deg=head_deg,
        width_px=width_px,
        given=tuple(sorted((given or {}).items())),
    )
    return match_visit([one], known, site, taken_labels)[0]


def match_visit(
    shown: Sequence[Shown],
    known: Sequence[KnownLesion],
    site: BodySite,
    taken_labels: Sequence[str],
) -> tuple[tuple[Decision, ...], ...]:
    """Propose one decision per outline of each of one visit's photographs of a site, in order.

    All outlines are matched together: a lesion may be in several photographs, and is then the same
    in each, a new one by the same name. Of lesions that may have merged the larger keeps its name,
    and of the pieces of one that may have split the largest; the others are new lesions. So is one
    where a closed lesion was.

    Parameters
    ----------
    known
        The lesions at the photographs' site.
    taken_labels
        All the patient's labels.
    """
    found, areas = _recognised(tuple(shown), tuple(known))
    labels = list(taken_labels)
    named: dict[int, str] = {}
    decisions = []
    for photograph, answers in zip(shown, found, strict=True):
        here = []
        for outline, one in zip(photograph.outlines, answers, strict=True):
            is_largest = one.lesion == max(one.pieces, key=lambda each: areas[each], default=None)
            decision = _decision(outline, one, known, is_largest=is_largest)
            if decision is None or decision.lesion is None:
                if one.lesion not in named:
                    named[one.lesion] = next_label(site, labels)
                    labels.append(named[one.lesion])
                label = named[one.lesion]
                fresh = Decision(
                    outline=outline,
                    lesion=None,
                    site=site,
                    label=label,
                    confidence=one.explained.chance if known else _FIRST_AT_SITE,
                    reason=NO_MATCH if known else NOTHING_KNOWN,
                )
                decision = fresh if decision is None else replace(decision, label=label)
            here.append(replace(decision, confidence=round(decision.confidence, 2)))
        decisions.append(tuple(here))
    return tuple(decisions)


@lru_cache(maxsize=_MOST_REMEMBERED)
def _recognised(
    shown: tuple[Shown, ...], known: tuple[KnownLesion, ...]
) -> tuple[tuple[tuple[Recognised, ...], ...], Mapping[int, float]]:
    """Return what each outline is thought to be, and the areas of the lesions of the day.

    In mm², or px² without a scale. Remembered: the queue asks the same of every photograph whenever
    one of them is accepted.
    """
    shots = [
        Shot(
            today=tuple(
                spot_of(outline, one.calibration, f"today {number}", one.head_deg)
                for outline in one.outlines
            ),
            width_px=one.width_px,
            given=dict(one.given),
        )
        for number, one in enumerate(shown)
    ]
    seen = [
        Seen(
            lesion=one.lesion.id,
            spot=None if one.outline is None else _spot(one.outline, one.head_deg),
            days=one.days,
            is_closed=one.state is WoundState.CLOSED,
            also=tuple(_spot(past.outline, past.head_deg) for past in one.earlier),
        )
        for one in known
    ]
    found = explain_day(shots, seen)
    areas: dict[int, float] = {}
    for shot, answers in zip(shots, found, strict=True):
        for spot, answer in zip(shot.today, answers, strict=True):
            areas[answer.lesion] = max(spot.size, areas.get(answer.lesion, 0.0))
    return found, areas


def _spot(accepted: AssessedOutline, head_deg: float | None) -> Spot:
    return spot_of(accepted.outline, accepted.calibration, accepted.photograph_id, head_deg)


def _decision(
    outline: Outline, one: Recognised, known: Sequence[KnownLesion], *, is_largest: bool
) -> Decision | None:
    """Return what an explanation proposes; without a lesion and a name where it is a new one."""
    if not one.explained.seen:
        return None
    before = sorted((known[place] for place in one.explained.seen), key=_last_area, reverse=True)
    lesion = before[0].lesion
    same = Decision(
        outline=outline,
        lesion=lesion,
        site=lesion.site,
        label=lesion.label,
        confidence=one.explained.chance,
        reason=_reason(one.explained, known),
    )
    merged = {other.lesion.id: other.lesion for other in before if other.lesion.id != lesion.id}
    if merged:
        origins = tuple(Origin(kind=LinkKind.MERGED_INTO, lesion=each) for each in merged.values())
        return replace(same, reason=MERGED, origins=origins)
    if before[0].state is WoundState.CLOSED:
        origin = Origin(kind=LinkKind.RECURRENCE_OF, lesion=lesion)
        return replace(same, lesion=None, label="", reason=RECURS, origins=(origin,))
    was_in_parts = sum(other.lesion.id == lesion.id for other in known) > 1
    if not one.pieces or was_in_parts:
        return same
    if is_largest:
        return replace(same, reason=SPLIT_LARGEST)
    origin = Origin(kind=LinkKind.SPLIT_FROM, lesion=lesion)
    return replace(same, lesion=None, label="", reason=SPLIT, origins=(origin,))


def _last_area(one: KnownLesion) -> float:
    size = None if one.outline is None else one.outline.measurement
    return 0.0 if size is None else size.area_mm2


def _reason(one: Explained, known: Sequence[KnownLesion]) -> str:
    """Return what speaks for a known lesion."""
    place, shape, size = (value > _SPEAKS for value in (one.by_place, one.by_shape, one.by_size))
    if len({other.lesion.id for other in known}) == 1:
        return ONLY_ONE
    if place:
        return BY_PLACE_AND_SHAPE if shape else BY_PLACE_AND_SIZE if size else BY_PLACE
    if shape:
        return BY_SHAPE_AND_SIZE if size else BY_SHAPE
    return BY_SIZE if size else LIKELIEST
