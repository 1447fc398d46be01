"""Many patients' courses as a few numbers each, and what they come to together: curves, incidence.

Hides which value stands for a lesion at a time, who is still counted then, and on which day a
lesion goes over to those whose treatment has begun.
"""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

from woundtrack.healing.change import is_other_edge
from woundtrack.healing.competing import (
    CENSORING,
    CumulativeIncidence,
    Followed,
    Outcome,
    cumulative_incidence,
)
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

BIN_DAYS: Final = 28
"""How far apart the times are for which a median is given: from the first area, in days."""

LEAST_OF_BAND: Final = 4
"""Values that a median and its quartiles need: of fewer the lines themselves say more."""

CAUSES: Final = (Outcome.CLOSED, Outcome.DIED, Outcome.REMOVED)

Starts = Mapping[Agent, date]
GroupKey = SiteGroup | Started | None
"""A site group, before or after a treatment's start, or all."""
Unit = Literal["percent", "area"]


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
    if wanted.agent is not None and wanted.agent not in patient.agents:
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


# --- curves --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One course as it is drawn: pieces of (day, value) between which no line goes.

    ``days`` count from the first area. ``ended`` says how it ended, where it did.
    """

    pieces: tuple[tuple[tuple[int, float], ...], ...]
    ended: Outcome
    ended_day: int | None

    @property
    def last(self) -> tuple[int, float]:
        """The last known value."""
        return self.pieces[-1][-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """The values that are known about one time, ``day`` from the first area.

    ``count`` are of so many courses; ``closed`` of them are closed, at zero. The quartiles are None
    for fewer than ``LEAST_OF_BAND``.
    """

    day: int
    count: int
    closed: int
    low: float | None
    median: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Median and quartiles of one group over time."""

    key: GroupKey
    count: int
    bins: tuple[Bin, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortCurves:
    """All courses and their medians, in per cent of each one's first open area or in cm².

    ``cut_count`` are the courses that hold a debridement, a merge, a split or a change from eschar
    to ulcer: their values are over more than healing.
    """

    unit: Unit
    horizon_days: int
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    patient_count: int
    cut_count: int


def curves_of(
    courses: Iterable[CohortCourse],
    *,
    unit: Unit = "percent",
    horizon_days: int = 364,
    by: Literal["all", "site"] | Agent = "all",
) -> CohortCurves:
    """Return the courses of a cohort since each one's first open area, and their medians.

    Every ``BIN_DAYS`` the value nearest to that day counts, of those less than half as far away; at
    the first day the baseline itself. Who is closed counts zero for as long as the patient is seen,
    and who died, was amputated or merged, or is seen no more isn't counted any longer: a median is
    that of those who are left, which the count beside it tells.

    ``by`` an agent: a value counts with those not yet treated until the day of the first start, and
    with those whose treatment has begun from it on.
    """
    known = [one for one in courses if one.first_on is not None and one.baseline_cm2]
    grouped: dict[GroupKey, list[list[float]]] = {}
    bins = range(0, horizon_days + 1, BIN_DAYS)
    counted: dict[GroupKey, set[int]] = {}
    for number, one in enumerate(known):
        for place, centre in enumerate(bins):
            found = _value_at(one, centre)
            if found is None:
                continue
            day, area = found
            key = _key_at(one, day, by)
            rows = grouped.setdefault(key, [[] for _ in bins])
            rows[place].append(_in(unit, one, area))
            counted.setdefault(key, set()).add(number)
    return CohortCurves(
        unit=unit,
        horizon_days=horizon_days,
        lines=tuple(_line(one, unit) for one in known),
        bands=tuple(
            Band(
                key=key,
                count=len(counted[key]),
                bins=tuple(_bin(day, row) for day, row in zip(bins, grouped[key], strict=True)),
            )
            for key in sorted(grouped, key=_order)
        ),
        patient_count=len({one.patient_id for one in known}),
        cut_count=sum(bool(one.cuts) for one in known),
    )


def _value_at(one: CohortCourse, centre: int) -> tuple[int, float] | None:
    """Return the day and the area that stand for a course at a time."""
    half = BIN_DAYS // 2
    first = bisect_left(one.days, centre - half)
    last = bisect_left(one.days, centre + half)
    if first < last:
        place = min(range(first, last), key=lambda at: abs(one.days[at] - centre))
        return one.days[place], one.areas_cm2[place]
    before = bisect_right(one.days, centre) - 1
    if before >= 0 and one.areas_cm2[before] == 0 and centre <= one.last_day:
        return centre, 0.0
    return None


def _in(unit: Unit, one: CohortCourse, area_cm2: float) -> float:
    return area_cm2 if unit == "area" else 100 * area_cm2 / (one.baseline_cm2 or 1.0)


def _key_at(one: CohortCourse, day: int, by: Literal["all", "site"] | Agent) -> GroupKey:
    if by == "all":
        return None
    if by == "site":
        return one.group
    started = one.starts.get(Agent(by))
    if started is None or one.first_on is None or one.first_on + timedelta(days=day) < started:
        return Started.NOT_YET
    return Started.STARTED


def _order(key: GroupKey) -> int:
    return [None, *SiteGroup, *Started].index(key)


def _bin(day: int, values: Sequence[float]) -> Bin:
    count, closed = len(values), sum(value == 0 for value in values)
    if count < LEAST_OF_BAND:
        return Bin(day=day, count=count, closed=closed, low=None, median=None, high=None)
    # The quartiles of R's type 7 and of NumPy: between the values on either side.
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Bin(day=day, count=count, closed=closed, low=low, median=median, high=high)


def _line(one: CohortCourse, unit: Unit) -> Line:
    pieces: list[list[tuple[int, float]]] = [[]]
    for place, (day, area) in enumerate(zip(one.days, one.areas_cm2, strict=True)):
        if place in one.cuts:
            pieces.append([])
        pieces[-1].append((day, _in(unit, one, area)))
    followed = one.followed
    ended = Outcome.CENSORED if followed is None else followed.outcome
    ended_day = None
    if followed is not None and ended not in CENSORING and one.first_on is not None:
        ended_day = (followed.origin - one.first_on).days + followed.day
    return Line(pieces=tuple(tuple(one) for one in pieces), ended=ended, ended_day=ended_day)


# --- incidence -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Incidence:
    """The cumulative incidence of one group, and of how many courses of how many patients."""

    key: GroupKey
    curve: CumulativeIncidence
    count: int
    patient_count: int

    def happened(self, day: float, cause: int) -> int:
        """Return how many of those at risk had an outcome by a day."""
        place = self.curve.causes.index(cause)
        return sum(step.events[place] for step in self.curve.steps if step.time <= day)


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortIncidence:
    """How closure, death and surgery add up since the first open visit.

    ``is_clustered``: the intervals come of patients drawn anew, because several lesions of one
    patient are counted; else they are the log-log ones of the estimator.
    ``unconfirmed_count`` were healed at the last visits and count as not closed.
    """

    horizon_days: int
    groups: tuple[Incidence, ...]
    patient_count: int
    count: int
    unconfirmed_count: int
    is_clustered: bool


def incidence_of(
    courses: Iterable[CohortCourse],
    *,
    horizon_days: int = 364,
    by: Literal["all", "site"] | Agent = "all",
    repeats: int = 1000,
) -> CohortIncidence:
    """Return the cumulative incidence of closure, with death and surgery competing.

    Time runs from the first visit at which a lesion was open. ``by`` an agent: until the treatment
    starts a course is followed among those not yet treated, and censored there on that day; from
    then on it is at risk among those treated (delayed entry, as by Simon and Makuch 1984,
    doi:10.1002/sim.4780030106). So nobody is credited with the time that it took to be treated. An
    outcome on the day of the start belongs to those not yet treated.
    """
    rows: list[tuple[GroupKey, CohortCourse, Followed, float, float, int]] = []
    for one in courses:
        followed = one.followed
        if followed is None:
            continue
        end = float(followed.day - followed.entry_day)
        outcome = int(followed.outcome)
        if by in {"all", "site"}:
            rows.append((one.group if by == "site" else None, one, followed, 0.0, end, outcome))
            continue
        started = one.starts.get(Agent(by))
        entered = followed.origin + timedelta(days=followed.entry_day)
        start = None if started is None else float((started - entered).days)
        if start is None or 0 < start >= end:
            rows.append((Started.NOT_YET, one, followed, 0.0, end, outcome))
        elif start <= 0:
            rows.append((Started.STARTED, one, followed, 0.0, end, outcome))
        else:
            censored = int(Outcome.CENSORED)
            rows.append((Started.NOT_YET, one, followed, 0.0, start, censored))
            rows.append((Started.STARTED, one, followed, start, end, outcome))
    patients = {row[1].patient_id for row in rows}
    courses_seen = {(row[1].patient_id, row[1].lesion_id) for row in rows}
    is_clustered = len(courses_seen) > len(patients)
    groups = []
    for key in sorted({row[0] for row in rows}, key=_order):
        here = [row for row in rows if row[0] == key]
        owners = [row[1].patient_id for row in here]
        groups.append(
            Incidence(
                key=key,
                curve=cumulative_incidence(
                    [row[4] for row in here],
                    [row[5] for row in here],
                    causes=CAUSES,
                    entries=[row[3] for row in here],
                    clusters=owners if is_clustered else None,
                    repeats=repeats,
                ),
                count=len(here),
                patient_count=len(set(owners)),
            )
        )
    unconfirmed = {(row[1].patient_id, row[1].lesion_id) for row in rows if row[2].is_unconfirmed}
    return CohortIncidence(
        horizon_days=horizon_days,
        groups=tuple(groups),
        patient_count=len(patients),
        count=len(courses_seen),
        unconfirmed_count=len(unconfirmed),
        is_clustered=is_clustered,
    )
