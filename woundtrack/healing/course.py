"""One patient's course as one value: what report, MDT and study screens read.

Hides how timeline and record are read together. Nothing here is a verdict: every number has its
interval or says that it has none, and what needs a later visit is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from woundtrack.healing.burden import (
    AreaUnderCurve,
    Burden,
    UlcerFreeDays,
    area_under,
    ulcer_free_days,
)
from woundtrack.healing.competing import Followed
from woundtrack.healing.distribution import Distribution, distribution_over
from woundtrack.healing.endpoints import NO_TOTALS, TITLES, Endpoint, ScoreTotals
from woundtrack.healing.endpoints_lesion import lesion_endpoints
from woundtrack.healing.endpoints_patient import patient_endpoints
from woundtrack.healing.estimates import Spreads
from woundtrack.healing.lesion_course import (
    LesionCourse,
    LesionFollowUp,
    lesion_course_of,
    lesion_follow_up_of,
)
from woundtrack.healing.lesion_states import laid_out
from woundtrack.healing.patient_healing import (
    PatientHealing,
    patient_followed,
    patient_healing_of,
)
from woundtrack.model import (
    ClinicalRecord,
    Event,
    PartialDate,
    Patient,
    ReaderError,
    SiteGroup,
    Timeline,
    TimelinePoint,
    TotalPoint,
    Visit,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupBurden:
    """The total open area of one site group at each visit, and the area under it."""

    group: SiteGroup
    totals: tuple[TotalPoint, ...]
    area_under_curve: AreaUnderCurve | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientCourse:
    """Everything that follows from one patient's timeline and record up to a day.

    ``lesions`` are in the order of the timeline. ``burden`` is the patient's total at each visit,
    unknown (None) and never zero where an area that is due is missing. ``followed`` is the
    patient's row of an analysis file; those of the lesions are in ``lesions``. ``distribution`` is
    by ``distribution.DISTRIBUTION_RULE``. ``endpoints`` are EP1 to EP19, in
    their order: of each at least one result for every lesion or for the patient, if only that it
    can't be computed and why; EP12 is of sentinel lesions alone. ``died_on`` is the day of
    ``death``, or the one that stands for it. ``reader_error`` is as in ``Timeline``.
    """

    patient: Patient
    as_of: date
    lesions: tuple[LesionCourse, ...]
    burden: tuple[TotalPoint, ...]
    groups: tuple[GroupBurden, ...]
    area_under_curve: AreaUnderCurve | None
    ulcer_free: UlcerFreeDays | None
    healing: PatientHealing
    followed: Followed | None
    distribution: Distribution | None
    death: Event | None
    died_on: date | None = None
    visited_on: tuple[date, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    reader_error: ReaderError | None = None

    @property
    def first_visit_on(self) -> date | None:
        """The first visit."""
        return self.visited_on[0] if self.visited_on else None

    @property
    def last_visit_on(self) -> date | None:
        """The last visit up to the day of the course."""
        return self.visited_on[-1] if self.visited_on else None

    @property
    def first_photograph_on(self) -> date | None:
        """The first visit with an accepted photograph."""
        return min((one.points[0].on for one in self.lesions if one.points), default=None)

    def lesion(self, lesion_id: str) -> LesionCourse:
        """Return one lesion's course. Raises ``KeyError`` for one that isn't in the timeline."""
        for one in self.lesions:
            if one.lesion.id == lesion_id:
                return one
        raise KeyError(lesion_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientFollowUp:
    """What became of a patient and each lesion up to a day: for many patients at a time.

    The fields are those of ``PatientCourse``, without fits, endpoints and the burden of groups.
    """

    patient: Patient
    as_of: date
    lesions: tuple[LesionFollowUp, ...]
    burden: tuple[TotalPoint, ...]
    healing: PatientHealing
    followed: Followed | None
    died_on: date | None
    visited_on: tuple[date, ...]


def follow_up_of(timeline: Timeline, record: ClinicalRecord, as_of: date) -> PatientFollowUp:
    """Return what became of a patient up to a day: as ``course_of``, in a tenth of the time."""
    visits = [visit for visit in timeline.visits if visit.visited_on <= as_of]
    known = laid_out(record, timeline.visits, as_of=as_of)
    death = _death(record, as_of)
    died_on = None if death is None else _died_on(death.on, visits, as_of)
    lesions = tuple(
        lesion_follow_up_of(
            curve, record.detail_of(curve.lesion.id), known, as_of=as_of, died_on=died_on
        )
        for curve in timeline.lesions
    )
    last_visit = visits[-1].visited_on if visits else None
    healing = patient_healing_of(lesions, last_visit, died_on)
    return PatientFollowUp(
        patient=timeline.patient,
        as_of=as_of,
        lesions=lesions,
        burden=tuple(one for one in timeline.total if one.on <= as_of),
        healing=healing,
        followed=patient_followed(lesions, healing, last_visit=last_visit, died_on=died_on),
        died_on=died_on,
        visited_on=tuple(visit.visited_on for visit in visits),
    )


def course_of(
    timeline: Timeline,
    record: ClinicalRecord,
    as_of: date,
    *,
    totals: ScoreTotals = NO_TOTALS,
) -> PatientCourse:
    """Return one patient's course up to a day, that day included.

    What happened after ``as_of`` is left out, as if it were that day; what was only recorded later
    counts. ``record`` is of the timeline's patient; what was found at visits that the timeline
    doesn't have is left out. A death that is known by its month or year alone stands for the middle
    of that, but for no day after ``as_of`` and for none before a visit that it may be after.
    ``totals`` are those of the scores (``endpoints.score_totals``); without them the
    endpoints that are scores say so.
    """
    visits = [visit for visit in timeline.visits if visit.visited_on <= as_of]
    known = laid_out(record, timeline.visits, as_of=as_of)
    death = _death(record, as_of)
    died_on = None if death is None else _died_on(death.on, visits, as_of)
    spreads = Spreads(point for curve in timeline.lesions for point in curve.points)
    lesions = tuple(
        lesion_course_of(
            curve,
            record.detail_of(curve.lesion.id),
            known,
            as_of=as_of,
            died_on=died_on,
            spreads=spreads,
        )
        for curve in timeline.lesions
    )
    burden = Burden(
        visits,
        {curve.lesion.id: _by_visit(visits, curve.points) for curve in timeline.lesions},
        known,
    )
    sums = burden.sums()
    last_visit = visits[-1].visited_on if visits else None
    healing = patient_healing_of(lesions, last_visit, died_on)
    course = PatientCourse(
        patient=timeline.patient,
        as_of=as_of,
        lesions=lesions,
        burden=tuple(one.total(spreads) for one in sums),
        groups=tuple(
            GroupBurden(
                group=group.group,
                totals=tuple(one.total(spreads) for one in here),
                area_under_curve=area_under(here, spreads),
            )
            for group in timeline.groups
            for here in [burden.sums(curve.lesion.id for curve in group.lesions)]
        ),
        area_under_curve=area_under(sums, spreads),
        ulcer_free=ulcer_free_days(sums, died_on),
        healing=healing,
        followed=patient_followed(lesions, healing, last_visit=last_visit, died_on=died_on),
        distribution=distribution_over(
            one.lesion.site for one in lesions if one.first_seen_on is not None
        ),
        death=death,
        died_on=died_on,
        visited_on=tuple(visit.visited_on for visit in visits),
        reader_error=timeline.reader_error,
    )
    return replace(course, endpoints=_endpoints(course, record, totals))


def followed_of(
    courses: Iterable[PatientCourse], unit: Literal["patient", "sentinel", "lesion"]
) -> tuple[Followed, ...]:
    """Return the rows for ``competing.cumulative_incidence``, of one kind.

    ``patient``: the way to the day on which all lesions were closed; ``sentinel``: of the lesion
    that was named so; ``lesion``: of every lesion that was ever open, which aren't independent
    within a patient: give the patients as ``clusters``.
    """
    if unit == "patient":
        return tuple(one.followed for one in courses if one.followed is not None)
    return tuple(
        lesion.followed
        for one in courses
        for lesion in one.lesions
        if lesion.followed is not None and (unit == "lesion" or lesion.is_sentinel)
    )


def _death(record: ClinicalRecord, as_of: date) -> Event | None:
    death = record.death
    return None if death is not None and death.on.earliest > as_of else death


def _died_on(on: PartialDate, visits: Sequence[Visit], as_of: date) -> date:
    """Return the day that stands for a death: the patient was alive at the visits before it."""
    alive = [visit.visited_on for visit in visits if visit.visited_on <= on.latest]
    return max([on.by(as_of) or on.middle, *alive])


def _endpoints(
    course: PatientCourse, record: ClinicalRecord, totals: ScoreTotals
) -> tuple[Endpoint, ...]:
    found = [
        one for lesion in course.lesions for one in lesion_endpoints(lesion, course, record, totals)
    ]
    found += patient_endpoints(course, record, totals)
    order = list(TITLES)
    return tuple(sorted(found, key=lambda one: order.index(one.code)))


def _by_visit(
    visits: Sequence[Visit], points: Sequence[TimelinePoint]
) -> tuple[TimelinePoint | None, ...]:
    """Return the point at each visit; both are in the order of time."""
    left = list(reversed(points))
    return tuple(
        left.pop() if left and left[-1].on == visit.visited_on else None for visit in visits
    )
