"""How lesions and patients ended, and the same cut at every change: files for survival analysis.

Hides how follow-up is cut where a treatment starts or stops, so that no time before a treatment
counts as under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from woundtrack.exchange.tables.column import Column, Table, Told, patient_id
from woundtrack.healing.competing import CENSORING, Followed, Outcome
from woundtrack.healing.lesion_course import LesionCourse
from woundtrack.healing.lesion_states import BreakReason
from woundtrack.model import Agent, Treatment

_LABELS: Final = {
    Outcome.CENSORED: "censored",
    Outcome.CLOSED: "closed",
    Outcome.DIED: "died_open",
    Outcome.REMOVED: "amputated_or_surgically_closed",
    Outcome.MERGED: "merged",
}

_TAKEN: Final = {
    "sts": (Agent.SODIUM_THIOSULFATE_IV, Agent.SODIUM_THIOSULFATE_INTRALESIONAL),
    "cinacalcet": (Agent.CINACALCET,),
    "etelcalcetide": (Agent.ETELCALCETIDE,),
    "vka": (Agent.WARFARIN,),
    "vitamin_k1": (Agent.VITAMIN_K1,),
    "hbot": (Agent.HYPERBARIC_OXYGEN,),
    "snf472": (Agent.SNF472,),
    "intensified_dialysis": (Agent.INTENSIFIED_DIALYSIS,),
    "systemic_antibiotic": (Agent.SYSTEMIC_ANTIBIOTIC,),
    "negative_pressure": (Agent.NEGATIVE_PRESSURE,),
    "opioid": (Agent.OPIOID,),
}
"""The treatments that counting_process.csv has a column of, and the agents that each is."""

_COARSE: Final = (
    "An onset, treatment or death known by its month or year alone is as coarse here as its own "
    "table tells it."
)
_DAYS: Final = (
    "Days count from the onset of the lesion as far as it is known, or else from the first visit "
    f"at which it was open (origin_is_onset). {_COARSE}"
)


# --- outcomes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """How the follow-up of one lesion ended."""

    course: LesionCourse
    followed: Followed


def _outcomes(told: Told) -> Iterator[OutcomeRow]:
    for course in told.file.course.lesions:
        if course.followed is not None:
            yield OutcomeRow(course, course.followed)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    """What the dictionary calls the one whose follow-up ends: a lesion, or a patient with all."""

    days: str
    entry: str
    left: str
    right: str
    closed: str
    died: str
    removed: str
    unconfirmed: str
    outcomes: tuple[Outcome, ...]


_OF_LESION: Final = _Words(
    days=_DAYS,
    entry="First visit at which it was open",
    left="Last visit before closure at which it was open: closure lies after it",
    right="First visit at which it was closed",
    closed="closed, confirmed at a second visit",
    died="died with it open",
    removed="amputated, grafted or closed by surgery",
    unconfirmed="Whether it was closed at the last visit and that isn't confirmed: counted as not "
    "closed.",
    outcomes=tuple(Outcome),
)
_OF_PATIENT: Final = _Words(
    days="Days count from the earliest onset of any of the patient's lesions as far as it is "
    f"known, or else from the first visit at which one was open (origin_is_onset). {_COARSE}",
    entry="First visit at which any lesion was open",
    left="Of the lesion that closed last, the last visit at which it was open: the closure of all "
    "lies after it",
    right="First visit at which all lesions were closed",
    closed="all lesions closed, and no new one for 28 days",
    died="died before all were closed",
    removed="a first lesion was amputated, grafted or closed by surgery",
    unconfirmed="Whether all were closed at the last visit and that isn't confirmed: counted as "
    "not closed.",
    outcomes=tuple(one for one in Outcome if one is not Outcome.MERGED),
)


def _followed_columns(words: _Words) -> tuple[Column[Followed], ...]:
    merged = "; 4 merged (censored for a lesion's curve)"
    return (
        Column(
            name="origin_day",
            type="integer",
            unit="d",
            of=lambda row, told: told.day(row.origin),
            description=f"{words.days} This is that day, in days since the patient's index event.",
        ),
        Column(
            name="origin_is_onset",
            type="boolean",
            of=lambda row, _: row.has_onset,
            description="Whether days count from the onset; else from the first visit.",
        ),
        Column(
            name="entry_day",
            type="integer",
            unit="d",
            least=0,
            of=lambda row, _: row.entry_day,
            description=f"{words.entry}, counted from origin_day (as are the days of this table "
            "that follow): before it nobody would have been counted (delayed entry, "
            "left truncation).",
        ),
        Column(
            name="left_day",
            type="integer",
            unit="d",
            of=lambda row, _: row.left_day,
            description=f"{words.left}.",
        ),
        Column(
            name="right_day",
            type="integer",
            unit="d",
            of=lambda row, _: row.right_day,
            description=f"{words.right}; empty without a closure.",
        ),
        Column(
            name="time_day",
            type="integer",
            unit="d",
            least=0,
            of=lambda row, _: row.day,
            description="Day of the outcome; of a closure the first of its two visits.",
        ),
        Column(
            name="status",
            type="integer",
            least=0,
            most=int(max(words.outcomes)),
            of=lambda row, _: int(row.outcome),
            description=f"0 censored; 1 {words.closed}; 2 {words.died}; 3 {words.removed}"
            f"{merged if Outcome.MERGED in words.outcomes else ''}.",
        ),
        Column(
            name="status_label",
            type="code",
            of=lambda row, _: _LABELS[row.outcome],
            words=tuple(_LABELS[one] for one in words.outcomes),
            description="The same in a word.",
        ),
        Column(
            name="unconfirmed",
            type="boolean",
            of=lambda row, _: row.is_unconfirmed,
            description=words.unconfirmed,
        ),
    )


def _of_lesion(column: Column[Followed]) -> Column[OutcomeRow]:
    inside = column.of
    return Column(
        name=column.name,
        type=column.type,
        unit=column.unit,
        least=column.least,
        most=column.most,
        words=column.words,
        of=lambda row, told: inside(row.followed, told),
        description=column.description,
    )


OUTCOMES: Table[OutcomeRow] = Table(
    name="outcomes.csv",
    title="How the follow-up of each lesion ended: one row a lesion that was seen open.",
    is_derived=True,
    columns=(
        Column(
            name="lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.course.lesion.id),
            description="Random id of the lesion, a key of lesions.csv.",
            is_key=True,
        ),
        patient_id(),
        *(_of_lesion(column) for column in _followed_columns(_OF_LESION)),
        Column(
            name="sentinel",
            type="boolean",
            of=lambda row, _: row.course.is_sentinel,
            description="Whether it is the lesion of the patient that a study looks at first.",
        ),
    ),
    rows=_outcomes,
    refers=(("patient_id", "patients.csv"), ("lesion_id", "lesions.csv")),
)


def _patient(told: Told) -> Iterator[Followed]:
    if told.file.course.followed is not None:
        yield told.file.course.followed


PATIENT_OUTCOMES: Table[Followed] = Table(
    name="patient_outcomes.csv",
    title="How the follow-up of each patient ended: closed is every lesion closed, and no new one "
    "for 28 days.",
    is_derived=True,
    columns=(
        Column(
            name="patient_id",
            type="id",
            of=lambda _, told: told.code,
            description="Whose row it is, a key of patients.csv.",
            is_key=True,
        ),
        *_followed_columns(_OF_PATIENT),
    ),
    rows=_patient,
    refers=(("patient_id", "patients.csv"),),
)


# --- the counting process ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A stretch of one lesion's follow-up over which nothing that is told changes.

    Days count as in outcomes.csv. ``taken`` says of each treatment whether it was being taken; None
    where it is unknown when it began.
    """

    course: LesionCourse
    start: int
    stop: int
    status: Outcome
    area_cm2: float | None
    taken: dict[str, bool | None]
    is_debrided: bool


def _intervals(told: Told) -> Iterator[Interval]:
    for course in told.file.course.lesions:
        if course.followed is not None:
            yield from _of_course(told, course, course.followed)


def _of_course(told: Told, course: LesionCourse, followed: Followed) -> Iterator[Interval]:
    origin, first, last = followed.origin, followed.entry_day, followed.day
    if last <= first:
        return

    def since(on: date) -> int:
        return (on - origin).days

    treatments = [
        one
        for one in told.file.record.treatments
        if one.lesion_id in {None, course.lesion.id}
        and any(one.agent in of for of in _TAKEN.values())
    ]
    debrided = sorted(
        since(line.on) for line in course.breaks if line.reason is BreakReason.DEBRIDEMENT
    )
    measured = [(since(point.on), point.area_mm2) for point in course.measured]
    cuts = {first, last, *debrided, *(day for day, _ in measured)}
    for one in treatments:
        if one.start is not None:
            cuts.add(since(one.start.middle))
        if one.stop is not None:
            cuts.add(since(one.stop.middle) + 1)  # taken on its last day, too
    days = sorted(day for day in cuts if first <= day <= last)
    outcome = Outcome.CENSORED if followed.outcome in CENSORING else followed.outcome
    for start, stop in pairwise(days):
        known = [area for day, area in measured if day <= start and area is not None]
        on = origin + timedelta(days=start)
        yield Interval(
            course=course,
            start=start,
            stop=stop,
            status=outcome if stop == last else Outcome.CENSORED,
            area_cm2=known[-1] / 100 if known else None,
            taken={name: _is_taken(treatments, agents, on) for name, agents in _TAKEN.items()},
            is_debrided=any(day <= start for day in debrided),
        )


def _is_taken(treatments: list[Treatment], agents: tuple[Agent, ...], on: date) -> bool | None:
    answer: bool | None = False
    for one in treatments:
        if one.agent not in agents or (one.stop is not None and one.stop.middle < on):
            continue
        if one.start is None:
            answer = None
        elif one.start.middle <= on:
            return True
    return answer


def _taken(name: str) -> Column[Interval]:
    agents = ", ".join(_TAKEN[name])
    return Column(
        name=name,
        type="boolean",
        of=lambda row, _: row.taken[name],
        description=f"Whether it was being taken ({agents}) from tstart on; empty where nobody "
        "knows since when.",
    )


COUNTING_PROCESS: Table[Interval] = Table(
    name="counting_process.csv",
    title="Follow-up of each lesion cut at every change of area or treatment: for time-varying "
    "covariates.",
    is_derived=True,
    columns=(
        Column(
            name="lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.course.lesion.id),
            description="Random id of the lesion, a key of lesions.csv.",
            is_key=True,
        ),
        patient_id(),
        Column(
            name="tstart",
            type="integer",
            unit="d",
            least=0,
            of=lambda row, _: row.start,
            description=f"Start of the stretch. {_DAYS}",
            is_key=True,
        ),
        Column(
            name="tstop",
            type="integer",
            unit="d",
            least=0,
            of=lambda row, _: row.stop,
            description="Its end; the outcome is on that day.",
            is_key=True,
        ),
        Column(
            name="status",
            type="integer",
            least=0,
            most=3,
            of=lambda row, _: int(row.status),
            description="As in outcomes.csv in the last stretch, merged counted as censored; else "
            "0.",
        ),
        Column(
            name="area_cm2",
            type="number",
            unit="cm2",
            decimals=4,
            of=lambda row, _: row.area_cm2,
            description="The area last measured by tstart.",
        ),
        *(_taken(name) for name in _TAKEN),
        Column(
            name="debrided",
            type="boolean",
            of=lambda row, _: row.is_debrided,
            description="Whether it was debrided by tstart.",
        ),
    ),
    rows=_intervals,
    refers=(("patient_id", "patients.csv"), ("lesion_id", "lesions.csv")),
)
