"""Endpoints of the patient: healing, survival, infection, admission, opioids, exposure.

Hides how dates that are known by their month alone are read. What isn't recorded is never taken as
not having happened: a count of zero is of what was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from woundtrack.healing.endpoints import (
    Endpoint,
    EndpointStatus,
    IntervalKind,
    Note,
    ScoreTotals,
    Why,
    untold,
)
from woundtrack.healing.endpoints_scores import pain_changes, score_change
from woundtrack.healing.patient_healing import HealedStatus
from woundtrack.model import (
    Agent,
    ClinicalRecord,
    Event,
    EventKind,
    PartialDate,
    Precision,
    StopReason,
    Treatment,
)

if TYPE_CHECKING:
    from woundtrack.healing.course import PatientCourse

SURVIVAL_DAYS: Final = (30, 90, 180, 365)
"""The days of EP13."""

_NEXT_DOSE_DAYS: Final = 7

INFECTIONS: Final = (EventKind.WOUND_INFECTION, EventKind.BACTERAEMIA, EventKind.SEPSIS)
"""The events of EP14."""


def patient_endpoints(
    course: PatientCourse, record: ClinicalRecord, totals: ScoreTotals
) -> Iterator[Endpoint]:
    """Yield every endpoint of the patient."""
    diagnosis = record.diagnosis
    if diagnosis is None or diagnosis.trigger is None:
        yield untold("EP1", "trigger", Why.NOT_RECORDED)
    else:
        yield Endpoint(
            code="EP1", what="trigger", value=str(diagnosis.trigger), text=diagnosis.trigger_text
        )
    yield _healing(course)
    yield from pain_changes(course, record)
    yield score_change(
        "EP11",
        "wound-qol",
        course,
        record,
        totals,
        baseline=course.first_visit_on,
        lesion_id=None,
    )
    if not any(lesion.is_sentinel for lesion in course.lesions):
        yield untold("EP12", "bcwas_change_week_12", Why.NOT_RECORDED)
    yield from _survival(course, record)
    yield from _infections(course, record)
    yield from _admissions(course, record)
    yield from _amputations(course, record)
    yield from _opioids(course, record)
    yield from _ulcer_free(course)
    yield from _exposures(course, record)
    if not course.lesions:
        for code in ("EP2", "EP4", "EP5", "EP6", "EP7", "EP8", "EP9"):
            yield untold(code, "lesions", Why.NOT_RECORDED)


def _healing(course: PatientCourse) -> Endpoint:
    """EP3: True when every lesion is, and none came for 28 days."""
    healing = course.healing
    if healing.status is HealedStatus.NO_LESION:
        return untold("EP3", "healed", Why.NEVER_OPEN)
    if healing.status is HealedStatus.UNCONFIRMED:
        stopped = healing.is_stopped_by_death
        return Endpoint(
            code="EP3",
            what="healed",
            value=True,
            on=healing.on,
            status=EndpointStatus.UNCONFIRMED,
            why=Why.STOPPED_BY_DEATH if stopped else Why.LATER_VISIT,
        )
    is_healed = healing.status is HealedStatus.CONFIRMED
    return Endpoint(
        code="EP3",
        what="healed",
        value=is_healed,
        on=healing.on if is_healed else course.last_visit_on,
    )


# --- survival ------------------------------------------------------------------------------------


def _survival(course: PatientCourse, record: ClinicalRecord) -> Iterator[Endpoint]:
    """EP13: alive so many days after diagnosis, and after the first photograph.

    Known alive up to the last visit, answer, blood result or event; not after. Where a partial date
    leaves it open, it is unconfirmed.
    """
    diagnosed = None if record.diagnosis is None else record.diagnosis.diagnosed_on
    photographed = course.first_photograph_on
    seen = last_known_alive(course, record)
    for name, origin in (
        ("from_diagnosis", diagnosed),
        ("from_first_photograph", None if photographed is None else PartialDate.of(photographed)),
    ):
        if origin is None:
            yield untold("EP13", f"alive_{name}", Why.NOT_RECORDED)
            continue
        for days in SURVIVAL_DAYS:
            yield _alive(f"alive_{days}_days_{name}", origin, days, seen, course)


def _alive(
    what: str, origin: PartialDate, days: int, seen: date | None, course: PatientCourse
) -> Endpoint:
    target = origin.middle + timedelta(days=days)
    earliest = origin.earliest + timedelta(days=days)
    latest = origin.latest + timedelta(days=days)
    notes = () if origin.precision is Precision.DAY else (Note.PARTIAL_DATE,)
    if course.death is not None:
        died = course.death.on
        is_alive = (course.died_on or died.middle) > target
        is_sure = died.earliest > latest if is_alive else died.latest <= earliest
        return Endpoint(
            code="EP13",
            what=what,
            value=is_alive,
            on=target,
            since=origin.middle,
            on_precision=origin.precision,
            since_precision=origin.precision,
            status=EndpointStatus.COMPUTED if is_sure else EndpointStatus.UNCONFIRMED,
            why=None if is_sure else Why.PARTIAL_DATE,
            notes=notes,
        )
    if seen is None or seen < target:
        return untold("EP13", what, Why.NOT_FOLLOWED)
    is_sure = seen >= latest
    return Endpoint(
        code="EP13",
        what=what,
        value=True,
        on=target,
        since=origin.middle,
        on_precision=origin.precision,
        since_precision=origin.precision,
        status=EndpointStatus.COMPUTED if is_sure else EndpointStatus.UNCONFIRMED,
        why=None if is_sure else Why.PARTIAL_DATE,
        notes=notes,
    )


def last_known_alive(course: PatientCourse, record: ClinicalRecord) -> date | None:
    """Return the last day on which the patient was seen, asked, or had blood taken."""
    days = [
        *course.visited_on,
        *(pain.on for pain in record.pains),
        *(lab.taken_on for lab in record.labs),
        *(score.on for score in record.scores),
        *(event.on.earliest for event in record.events if event.kind is not EventKind.DEATH),
    ]
    return max((day for day in days if day <= course.as_of), default=None)


# --- what happened -------------------------------------------------------------------------------


def _events(course: PatientCourse, record: ClinicalRecord, kind: EventKind) -> list[Event]:
    known = [
        event for event in record.events if event.kind is kind and event.on.earliest <= course.as_of
    ]
    return sorted(known, key=lambda event: (event.on.middle, event.on.text))


def _infections(course: PatientCourse, record: ClinicalRecord) -> Iterator[Endpoint]:
    """EP14: how many were recorded and the first; each further one for itself."""
    for kind in INFECTIONS:
        known = _events(course, record, kind)
        yield Endpoint(
            code="EP14",
            what=f"{kind}_recorded",
            value=float(len(known)),
            on=known[0].on.by(course.as_of) if known else None,
            on_precision=known[0].on.precision if known else Precision.DAY,
            notes=_notes(known[:1]),
        )
        for event in known[1:]:
            yield Endpoint(
                code="EP14",
                what=f"{kind}_again",
                value=True,
                on=event.on.by(course.as_of),
                on_precision=event.on.precision,
                lesion_id=event.lesion_id,
                text=event.text,
                notes=_notes([event]),
            )


def _admissions(course: PatientCourse, record: ClinicalRecord) -> Iterator[Endpoint]:
    """EP15: the nights of each admission, and how many are related to calciphylaxis."""
    known = _events(course, record, EventKind.ADMISSION)
    of_related = [event for event in known if event.is_related is True]
    related = len(of_related)
    unknown = sum(event.is_related is None for event in known)
    yield Endpoint(
        code="EP15",
        what="related_admissions_recorded",
        value=float(related),
        low=float(related) if unknown else None,
        high=float(related + unknown) if unknown else None,
        interval=IntervalKind.RECORD if unknown else None,
        on=of_related[0].on.by(course.as_of) if of_related else None,
        on_precision=of_related[0].on.precision if of_related else Precision.DAY,
        status=EndpointStatus.UNCONFIRMED if unknown else EndpointStatus.COMPUTED,
        why=Why.UNKNOWN_RELATION if unknown else None,
    )
    for event in known:
        relation = {True: "related", False: "not related", None: "relation not recorded"}
        text = relation[event.is_related]
        if event.ended_on is None or event.ended_on.earliest > course.as_of:
            yield Endpoint(
                code="EP15",
                what="admission_nights",
                on=event.on.by(course.as_of),
                since=event.on.by(course.as_of),
                on_precision=event.on.precision,
                since_precision=event.on.precision,
                status=EndpointStatus.NOT_COMPUTABLE,
                why=Why.STILL_GOING_ON,
                text=text,
            )
            continue
        low = max((event.ended_on.earliest - event.on.latest).days, 0)
        high = (event.ended_on.latest - event.on.earliest).days
        is_whole = low == high
        yield Endpoint(
            code="EP15",
            what="admission_nights",
            # The middle of a year may lie before the day of the admission.
            value=float(min(max((event.ended_on.middle - event.on.middle).days, low), high)),
            unit="d",
            low=None if is_whole else float(low),
            high=None if is_whole else float(high),
            interval=None if is_whole else IntervalKind.DATES,
            on=event.ended_on.middle,
            since=event.on.by(course.as_of),
            on_precision=event.ended_on.precision,
            since_precision=event.on.precision,
            text=text,
            notes=() if is_whole else (Note.PARTIAL_DATE,),
        )


def _amputations(course: PatientCourse, record: ClinicalRecord) -> Iterator[Endpoint]:
    """EP16: each amputation with its level and side, as they were recorded."""
    known = _events(course, record, EventKind.AMPUTATION)
    yield Endpoint(
        code="EP16",
        what="amputations_recorded",
        value=float(len(known)),
        on=known[0].on.by(course.as_of) if known else None,
        on_precision=known[0].on.precision if known else Precision.DAY,
        notes=_notes(known[:1]),
    )
    sites = {lesion.lesion.id: lesion.lesion.site for lesion in course.lesions}
    for event in known:
        site = sites.get(event.lesion_id or "")
        side = "" if site is None or site.side is None else site.side.value
        yield Endpoint(
            code="EP16",
            what="amputation",
            value=True,
            on=event.on.by(course.as_of),
            on_precision=event.on.precision,
            lesion_id=event.lesion_id,
            text=", ".join(one for one in (event.text, side) if one),
            notes=_notes([event]),
        )


def _notes(events: Sequence[Event]) -> tuple[Note, ...]:
    is_partial = any(event.on.precision is not Precision.DAY for event in events)
    return (Note.PARTIAL_DATE,) if is_partial else ()


# --- treatments ----------------------------------------------------------------------------------


def _opioids(course: PatientCourse, record: ClinicalRecord) -> Iterator[Endpoint]:
    """EP17: whether opioids were stopped, and each change of one opioid's dose.

    Doses are compared where drug, route, unit and frequency are the same; no table converts one
    opioid into another. That a patient died on an opioid is no stop.
    """
    given = sorted(
        (
            one
            for one in record.treatments
            if one.agent is Agent.OPIOID
            and one.start is not None
            and one.start.earliest <= course.as_of
        ),
        key=lambda one: (one.start.middle if one.start else date.min, one.recorded_at),
    )
    if not given:
        yield untold("EP17", "opioid_stopped", Why.NOT_RECORDED)
        return
    stops = [_stop_of(one, course) for one in given]
    known = [stop for stop in stops if stop is not None]
    is_stopped = len(known) == len(stops)
    last = max(known, key=lambda stop: stop.middle) if is_stopped else None
    is_changed = any(
        one.stop_reason is StopReason.CHANGED and last is not None and stop.middle == last.middle
        for one, stop in zip(given, stops, strict=True)
        if stop is not None
    )
    yield Endpoint(
        code="EP17",
        what="opioid_stopped",
        value=is_stopped,
        on=None if last is None else last.middle,
        since=given[0].start.middle if given[0].start else None,
        on_precision=Precision.DAY if last is None else last.precision,
        since_precision=given[0].start.precision if given[0].start else Precision.DAY,
        status=EndpointStatus.UNCONFIRMED if is_changed else EndpointStatus.COMPUTED,
        why=Why.CHANGED_TO_UNKNOWN if is_changed else None,
    )
    for place, later in enumerate(given):
        earlier = _earlier(later, given[:place])
        if earlier is None:
            continue
        yield _dose_change(earlier, later)


def _stop_of(treatment: Treatment, course: PatientCourse) -> PartialDate | None:
    """Return when a treatment was stopped; None while it goes on, or where death ended it."""
    stop = treatment.stop
    if stop is None or stop.middle > course.as_of or treatment.stop_reason is StopReason.DEATH:
        return None
    if course.died_on is not None and stop.middle >= course.died_on:
        return None
    return stop


def _earlier(later: Treatment, before: Sequence[Treatment]) -> Treatment | None:
    """Return the treatment of which another is the next dose.

    By its link; or it is of the same drug, and the other began within a week of its stop.
    """
    if later.follows is not None:
        return next((one for one in before if one.entry_id == later.follows), None)
    drug = later.text.strip().casefold()
    for one in reversed(before):
        if not drug or one.text.strip().casefold() != drug or not (one.stop and later.start):
            continue
        if 0 <= (later.start.middle - one.stop.middle).days <= _NEXT_DOSE_DAYS:
            return one
    return None


def _dose_change(earlier: Treatment, later: Treatment) -> Endpoint:
    on = None if later.start is None else later.start.middle
    on_precision = Precision.DAY if later.start is None else later.start.precision
    first, second = earlier.dose_value, later.dose_value
    ways = [
        (one.text.strip().casefold(), one.route, one.dose_unit, one.frequency)
        for one in (earlier, later)
    ]
    if first is None or second is None or ways[0] != ways[1] or not later.dose_unit:
        return Endpoint(
            code="EP17",
            what="opioid_dose_change",
            on=on,
            on_precision=on_precision,
            status=EndpointStatus.NOT_COMPUTABLE,
            why=Why.NO_CONVERSION,
            text=later.text,
        )
    what = "opioid_same_dose"
    if first != second:
        what = "opioid_step_down" if second < first else "opioid_step_up"
    return Endpoint(
        code="EP17",
        what=what,
        value=second - first,
        unit=later.dose_unit,
        on=on,
        since=None if earlier.start is None else earlier.start.middle,
        on_precision=on_precision,
        since_precision=Precision.DAY if earlier.start is None else earlier.start.precision,
        text=later.text,
    )


def _ulcer_free(course: PatientCourse) -> Iterator[Endpoint]:
    """EP18: the share of days at risk, and the days."""
    free = course.ulcer_free
    if free is None:
        yield untold("EP18", "ulcer_free_share", Why.NOT_FOLLOWED)
        return
    for what, unit, per in (
        ("ulcer_free_share", "", free.at_risk),
        ("ulcer_free_days", "d", 1),
    ):
        yield Endpoint(
            code="EP18",
            what=what,
            value=free.days / per,
            unit=unit,
            low=free.least / per,
            high=free.most / per,
            interval=IntervalKind.VISITS,
            on=free.last,
            since=free.first,
            on_precision=(
                course.death.on.precision
                if free.is_until_death and course.death is not None
                else Precision.DAY
            ),
        )


def _exposures(course: PatientCourse, record: ClinicalRecord) -> Iterator[Endpoint]:
    """EP19: each time on a treatment, from its start to its stop: never "ever treated".

    ``value`` is the days of follow-up on it, up to the day of the course or of death; ``since`` is
    the start and ``on`` the stop, None while it goes on. Doses that follow each other are times of
    their own.
    """
    last = course.as_of if course.died_on is None else min(course.died_on, course.as_of)
    known = [one for one in record.treatments if one.start is None or one.start.earliest <= last]
    if not known:
        yield untold("EP19", "exposure", Why.NOT_RECORDED)
    for one in sorted(known, key=lambda one: (one.start is None, one.start and one.start.text)):
        what = f"exposure_{one.agent}"
        text = " ".join(
            part
            for part in (
                one.text,
                "" if one.dose_value is None else f"{one.dose_value:g} {one.dose_unit}".strip(),
                one.frequency,
                one.route,
            )
            if part
        )
        if one.start is None:
            yield Endpoint(
                code="EP19",
                what=what,
                status=EndpointStatus.NOT_COMPUTABLE,
                why=Why.NOT_RECORDED,
                lesion_id=one.lesion_id,
                text=text,
            )
            continue
        stop = one.stop
        is_over = stop is not None and stop.middle <= last
        end = stop.middle if stop is not None and is_over else last
        earliest, latest = (
            (stop.earliest, min(stop.latest, last))
            if stop is not None and is_over
            else (last, last)
        )
        low = max((earliest - one.start.latest).days, 0)
        high = max((latest - one.start.earliest).days, 0)
        is_whole = low == high
        yield Endpoint(
            code="EP19",
            what=what,
            value=float(max((end - one.start.middle).days, 0)),
            unit="d",
            low=None if is_whole else float(low),
            high=None if is_whole else float(high),
            interval=None if is_whole else IntervalKind.DATES,
            on=end if is_over else None,
            since=one.start.by(last),
            on_precision=stop.precision if stop is not None and is_over else Precision.DAY,
            since_precision=one.start.precision,
            lesion_id=one.lesion_id,
            text=text,
            notes=() if is_whole else (Note.PARTIAL_DATE,),
        )
