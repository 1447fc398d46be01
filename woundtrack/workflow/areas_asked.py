"""An area that changed faster than wounds mostly do is asked about once, and never refused.

Hides which measurement it is compared with, what explains the change already, and which answers
were given before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from woundtrack import healing
from woundtrack.healing.lesion_states import is_broken
from woundtrack.model import (
    Assessment,
    Confirmation,
    Lesion,
    Measurement,
    OutlineKind,
    Patient,
    TimelinePoint,
    Visit,
    WoundState,
)
from woundtrack.records import Library
from woundtrack.workflow.course import timeline_of
from woundtrack.workflow.plausible import Question
from woundtrack.workflow.recording import record_entries, record_of

USUAL_PERCENT_PER_WEEK: Final = (-60.0, 100.0)
"""How much an area mostly changes in a week. The project's own range, like ``model.RANGES``."""
_TINY_MM2: Final = 50.0  # of a lesion of half a square centimetre, each millimetre is a great share


@dataclass(frozen=True, kw_only=True, slots=True)
class SizedLesion:
    """What is accepted of a lesion at a visit: the outline that counts, and its size."""

    visit: Visit
    lesion: Lesion
    kind: OutlineKind
    measurement: Measurement


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaQuestion:
    """A change of area to ask about: from ``last_mm2`` on ``last_on`` to ``area_mm2``."""

    lesion: Lesion
    visit: Visit
    kind: OutlineKind
    area_mm2: float
    last_mm2: float
    last_on: date

    @property
    def percent_per_week(self) -> float:
        """How fast it changed, see ``percent_per_week``."""
        days = (self.visit.visited_on - self.last_on).days
        return percent_per_week(self.last_mm2, self.area_mm2, days=days)

    @property
    def code(self) -> str:
        """Which question of ``errors.QUESTIONS`` it is."""
        return "area_grew" if self.area_mm2 > self.last_mm2 else "area_shrank"

    @property
    def question(self) -> Question:
        """The question, with its numbers as text: cm², and the day in ISO 8601."""
        return Question(
            field="area",
            code=self.code,
            values=(
                ("lesion", self.lesion.label),
                ("area", f"{self.area_mm2 / 100:.1f}"),
                ("last", f"{self.last_mm2 / 100:.1f}"),
                ("last_on", self.last_on.isoformat()),
                ("percent", f"{self.percent_per_week:+.0f}".replace("-", "−")),
            ),
        )


def percent_per_week(last_mm2: float, area_mm2: float, *, days: int) -> float:
    """Return the change of an area in percent a week, over ``days`` days, one at least.

    Growth is spread over the time evenly: 100 (A / A₀ - 1) · 7 / t. A loss is compounded,
    100 ((A / A₀)^(7 / t) - 1): spread evenly, one of 60 % a week could not last two weeks, and none
    would ever be asked about after that.
    """
    ratio, weeks = area_mm2 / last_mm2, max(days, 1) / 7
    if ratio >= 1:
        return 100 * (ratio - 1) / weeks
    return 100 * math.expm1(math.log(ratio) / weeks)


def area_questions(
    library: Library, patient: Patient, sizes: Sequence[SizedLesion]
) -> tuple[AreaQuestion, ...]:
    """Return the changes of a patient's areas that are to be asked about, in the order given.

    Each is from the lesion's last measured area of an earlier day. Nothing is asked of a change
    within measurement error; of a lesion under 0.5 cm² at both; from an eschar's area to an open
    ulcer's; from a closed lesion; where the record has a debridement, a merge or a split between;
    nor of an assessment of which a person said already that it is right.
    """
    if not sizes:
        return ()
    record = record_of(library, patient)
    courses = timeline_of(library, patient, record=record).lesions
    points = {one.lesion.id: one.points for one in courses}
    visits = library.visits(patient.id)
    told = {
        (one.lesion_id, one.visit_id)
        for one in library.entries(Confirmation, patient_id=patient.id)
        if one.question in {"area_grew", "area_shrank"}
    }
    found = []
    for one in sizes:
        visit = one.visit
        earlier = [p for p in points.get(one.lesion.id, ()) if p.on < visit.visited_on]
        known = [p for p in earlier if p.area_mm2 is not None]
        if not known or (one.lesion.id, visit.id) in told:
            continue
        last, now = known[-1], _point(one)
        breaks = healing.breaks_of(one.lesion.id, (*earlier, now), record, visits)
        if last.area_mm2 and _is_unusual(last, now) and not is_broken(breaks, last.on, now.on):
            found.append(
                AreaQuestion(
                    lesion=one.lesion,
                    visit=visit,
                    kind=one.kind,
                    area_mm2=one.measurement.area_mm2,
                    last_mm2=last.area_mm2,
                    last_on=last.on,
                )
            )
    return tuple(found)


def area_questions_of(
    library: Library, patient: Patient, assessments: Iterable[Assessment]
) -> tuple[AreaQuestion, ...]:
    """Return what ``area_questions`` asks of assessments of a patient that are recorded."""
    sizes = [
        SizedLesion(
            visit=library.visit(one.visit_id),
            lesion=library.lesion(one.lesion_id),
            kind=one.main.kind,
            measurement=one.main.measurement,
        )
        for one in assessments
        if one.main is not None and one.main.measurement is not None
    ]
    return area_questions(library, patient, sizes)


def confirm_areas(
    library: Library, asked: Sequence[AreaQuestion], *, by: str
) -> tuple[Confirmation, ...]:
    """Record that areas which were asked about are right: they aren't asked about again.

    Raises what ``record_entries`` raises.
    """
    entries = []
    for one in asked:
        values = dict(one.question.values)
        given = f"{values['area']} cm² after {values['last']} cm² on {values['last_on']}"
        entries.append(
            Confirmation(
                patient_id=one.visit.patient_id,
                question=one.code,
                given=given,
                visit_id=one.visit.id,
                lesion_id=one.lesion.id,
            )
        )
    return record_entries(library, entries, by=by, why="The change of area is right")


def _is_unusual(last: TimelinePoint, now: TimelinePoint) -> bool:
    areas = last.area_mm2, now.area_mm2
    if not areas[0] or not areas[1] or max(areas[0], areas[1]) < _TINY_MM2:
        return False
    if healing.change.is_other_edge(last, now):
        return False
    if healing.change.may_be_same(last, now):
        return False
    low, high = USUAL_PERCENT_PER_WEEK
    percent = percent_per_week(areas[0], areas[1], days=(now.on - last.on).days)
    return not low <= percent <= high


def _point(size: SizedLesion) -> TimelinePoint:
    measurement = size.measurement
    return TimelinePoint(
        on=size.visit.visited_on,
        state=WoundState.OPEN,
        area_mm2=measurement.area_mm2,
        area_low_mm2=measurement.area_low_mm2,
        area_high_mm2=measurement.area_high_mm2,
        perimeter_mm=measurement.perimeter_mm,
        assessment_id="",
        terms=measurement.terms,
        kind=size.kind,
    )
