"""Many patients' courses as a few numbers each, and which of them are looked at.

Hides what of a course a cohort keeps. What the courses come to together is in ``cohort_curves`` and
``cohort_incidence``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal

from woundtrack.healing.change import is_other_edge
from woundtrack.healing.competing import Followed
from woundtrack.healing.course import PatientCourse, PatientFollowUp
from woundtrack.healing.lesion_course import LesionCourse, LesionFollowUp
from woundtrack.healing.lesion_states import Standing, is_broken
from woundtrack.model import (
    Agent,
    Certainty,
    ClinicalRecord,
    CohortFilter,
    CohortUnit,
    Dialysis,
    Sex,
    SiteGroup,
    Started,
    TimelinePoint,
    TotalPoint,
    WoundState,
)

Starts = Mapping[Agent, date]
GroupKey = SiteGroup | Started | None
"""A site group, before or after a treatment's start, or all."""
Grouping = Literal["all", "site"] | Agent
"""How courses are told apart: not at all, by site, or by whether a treatment has begun."""


def order_of(key: GroupKey) -> int:
    """Return the place of a group among the others."""
    return [None, *SiteGroup, *Started].index(key)


# --- one patient ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortCourse:
    """What a cohort keeps of one lesion, or of one patient's whole burden (``lesion_id`` None).

    ``first_on`` is the day of the first open area, ``baseline_cm2`` that area; both None without
    one. ``days`` count from it and ``areas_cm2`` are the known areas, zero where closed. To the
    places in ``cuts`` no line leads: something other than healing lies before them. After
    ``last_day`` nothing is known of it. ``starts``: from when each treatment was given to it.
    """

    patient_id: str
    lesion_id: str | None
    group: SiteGroup | None
    is_sentinel: bool
    first_on: date | None
    baseline_cm2: float | None
    days: tuple[int, ...]
    areas_cm2: tuple[float, ...]
    cuts: frozenset[int]
    last_day: int
    followed: Followed | None
    starts: Starts


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortPatient:
    """What a cohort keeps of one patient: what filters ask for, and each course as numbers."""

    patient_id: str
    sex: Sex | None
    certainty: Certainty | None
    dialysis: Dialysis | None
    agents: frozenset[Agent]
    entered_on: date | None
    visit_count: int
    lesions: tuple[CohortCourse, ...]
    whole: CohortCourse


def member_of(course: PatientCourse | PatientFollowUp, record: ClinicalRecord) -> CohortPatient:
    """Return what a cohort keeps of a patient, as of the course's day.

    A treatment counts from the earliest of its starts; one whose start is known by its month alone
    from the middle of that. A treatment without a start isn't known to have begun.
    """
    visits = course.visited_on
    begun = [
        (one.agent, one.lesion_id, on)
        for one in record.treatments
        if one.start is not None and (on := one.start.by(course.as_of)) is not None
    ]
    last_seen = visits[-1] if visits else None
    return CohortPatient(
        patient_id=course.patient.id,
        sex=None if record.detail is None else record.detail.sex,
        certainty=None if record.diagnosis is None else record.diagnosis.certainty,
        dialysis=None if record.detail is None else record.detail.dialysis,
        agents=frozenset(agent for agent, _, _ in begun),
        entered_on=visits[0] if visits else None,
        visit_count=len(set(visits)),
        lesions=tuple(
            _lesion(one, _starts(begun, {None, one.lesion.id}), last_seen) for one in course.lesions
        ),
        whole=_whole(
            course.patient.id,
            course.burden,
            course.followed,
            _starts(begun, {lesion_id for _, lesion_id, _ in begun}),
            last_seen,
        ),
    )


def _starts(
    begun: Iterable[tuple[Agent, str | None, date]], whose: set[str | None]
) -> dict[Agent, date]:
    first: dict[Agent, date] = {}
    for agent, lesion_id, on in begun:
        if lesion_id in whose:
            first[agent] = min(on, first.get(agent, on))
    return first


def _lesion(
    course: LesionCourse | LesionFollowUp, starts: Starts, last_seen: date | None
) -> CohortCourse:
    areas = {
        point.on: point.area_mm2 / 100
        for point in course.points
        if point.state is WoundState.OPEN and point.area_mm2
    }
    # Closed says the outline, or the finding of a visit without a photograph.
    closed = {look.on for look in course.looks if look.standing is Standing.CLOSED}
    first = min(areas, default=None)
    days = {*areas, *closed} if first is not None else set()
    known = {on: areas.get(on, 0.0) for on in days if first is not None and on >= first}
    points: dict[date, TimelinePoint] = {point.on: point for point in course.points}
    order = sorted(known)
    cuts = frozenset(
        place
        for place, (before, after) in enumerate(pairwise(order), start=1)
        if is_broken(course.breaks, before, after)
        or _is_other_kind(points.get(before), points.get(after))
    )
    last = last_seen
    if course.end is not None and (last is None or course.end.on < last):
        last = max([course.end.on, *order[-1:]])
    return CohortCourse(
        patient_id=course.lesion.patient_id,
        lesion_id=course.lesion.id,
        group=course.lesion.site.group,
        is_sentinel=course.is_sentinel,
        first_on=first,
        baseline_cm2=None if first is None else areas[first],
        days=() if first is None else tuple((on - first).days for on in order),
        areas_cm2=tuple(known[on] for on in order),
        cuts=cuts,
        last_day=0 if first is None or last is None else (last - first).days,
        followed=course.followed,
        starts=starts,
    )


def _is_other_kind(before: TimelinePoint | None, after: TimelinePoint | None) -> bool:
    """Return whether one area is an eschar's and the other an open ulcer's."""
    if before is None or after is None or not (before.area_mm2 and after.area_mm2):
        return False
    return is_other_edge(before, after)


def _whole(
    patient_id: str,
    burden: Sequence[TotalPoint],
    followed: Followed | None,
    starts: Starts,
    last_seen: date | None,
) -> CohortCourse:
    known = {one.on: one.area_mm2 / 100 for one in burden if one.area_mm2 is not None}
    first = min((on for on, area in known.items() if area > 0), default=None)
    order = [on for on in sorted(known) if first is not None and on >= first]
    return CohortCourse(
        patient_id=patient_id,
        lesion_id=None,
        group=None,
        is_sentinel=False,
        first_on=first,
        baseline_cm2=None if first is None else known[first],
        days=() if first is None else tuple((on - first).days for on in order),
        areas_cm2=tuple(known[on] for on in order),
        cuts=frozenset(),
        last_day=0 if first is None or last_seen is None else (last_seen - first).days,
        followed=followed,
        starts=starts,
    )


# --- who is looked at ----------------------------------------------------------------------------


def passing(patient: CohortPatient, wanted: CohortFilter) -> CohortPatient | None:
    """Return the patient with the lesions that pass a filter; None for one who is left out.

    What is the patient's alone (``whole``) stays that of all the lesions.
    """
    asked = (
        (wanted.sexes, patient.sex),
        (wanted.certainties, patient.certainty),
        (wanted.dialysis, patient.dialysis),
    )
    if any(values and value not in values for values, value in asked):
        return None
    if wanted.agents and not patient.agents.intersection(wanted.agents):
        return None
    if patient.visit_count < wanted.least_visits:
        return None
    entered = patient.entered_on
    if wanted.entered_from is not None and (entered is None or entered < wanted.entered_from):
        return None
    if wanted.entered_to is not None and (entered is None or entered > wanted.entered_to):
        return None
    if not wanted.chooses_lesions:
        return patient
    lesions = tuple(
        one
        for one in patient.lesions
        if (not wanted.groups or one.group in wanted.groups)
        and (one.is_sentinel or not wanted.sentinel_only)
    )
    return replace(patient, lesions=lesions) if lesions else None


def chosen(patients: Iterable[CohortPatient], wanted: CohortFilter) -> tuple[CohortPatient, ...]:
    """Return those who pass a filter, each with the lesions that do."""
    found = (passing(one, wanted) for one in patients)
    return tuple(one for one in found if one is not None)


def courses_of(patients: Iterable[CohortPatient], unit: CohortUnit) -> tuple[CohortCourse, ...]:
    """Return what is counted: sentinel lesions, all lesions, or patients as a whole."""
    if unit is CohortUnit.PATIENT:
        return tuple(one.whole for one in patients)
    return tuple(
        lesion
        for one in patients
        for lesion in one.lesions
        if unit is CohortUnit.LESION or lesion.is_sentinel
    )
