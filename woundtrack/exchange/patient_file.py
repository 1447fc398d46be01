"""Everything of one patient that may leave, as one value: what every export is written from.

Hides that the course is worked out when it is first asked for; exports take a stream of these, so
that one patient at a time is in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from woundtrack import healing
from woundtrack.healing.course import PatientCourse
from woundtrack.healing.endpoints import score_totals
from woundtrack.healing.scores import Instrument
from woundtrack.model import (
    Assessment,
    ClinicalRecord,
    Identity,
    Lesion,
    Patient,
    ReaderError,
    ReadOnce,
    Visit,
    VisitPhotograph,
)

if TYPE_CHECKING:
    from woundtrack.exchange.disguise import Disguise


class IndexEvent(StrEnum):
    """What a patient's days are counted from."""

    DIAGNOSIS = "diagnosis"
    FIRST_PHOTOGRAPH = "first_photograph"
    FIRST_VISIT = "first_visit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """The day that a patient's days are counted from, and what it is of; None where there is none.

    The diagnosis where its day is known, else the first visit with an accepted photograph, else the
    first visit.
    """

    on: date | None
    event: IndexEvent | None


@dataclass(frozen=True, kw_only=True)
class PatientFile:
    """One patient's record, photographs, accepted assessments and course, as known on a day.

    ``lesions`` are those in view, in the order of their numbers; ``visits`` by date. The
    ``assessments`` are the newest revisions in view, of these lesions and visits, by visit and
    lesion. ``photographs`` are those filed at the visits, and those an assessment rests on, retired
    or not. ``as_of`` is the day of the course. ``totals`` are those of the scores whose instrument
    has one, by ``entry_id``; None where an answer is wanting. ``readings`` are those of reading
    sessions, by session, reader and turn. ``identity`` is None in everything pseudonymised.
    ``instruments`` are those that the library knows: of a score of any other, what it is called was
    typed. ``reader_error`` is the adopted one.

    ``disguise`` is how all days in it were moved; None: they are as they were. ``whole_course`` and
    ``whole_index`` are those of the patient, where some of the lesions are left out; None: they
    follow from what is here.
    """

    record: ClinicalRecord
    lesions: tuple[Lesion, ...]
    visits: tuple[Visit, ...]
    photographs: tuple[VisitPhotograph, ...]
    assessments: tuple[Assessment, ...]
    as_of: date
    totals: Mapping[str, float | None] = field(default_factory=dict)
    identity: Identity | None = None
    readings: tuple[ReadOnce, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    reader_error: ReaderError | None = None
    disguise: Disguise | None = field(default=None, repr=False)
    whole_course: PatientCourse | None = field(default=None, repr=False)
    whole_index: Index | None = None

    @property
    def patient(self) -> Patient:
        """Whose file it is."""
        return self.record.patient

    @cached_property
    def course(self) -> PatientCourse:
        """What follows from the accepted assessments and the record up to ``as_of``.

        Visits at which nothing was photographed or found are no part of it.
        """
        if self.whole_course is not None:
            return self.whole_course
        seen = self._looked_at
        timeline = healing.timeline_of(
            self.patient,
            self.lesions,
            [visit for visit in self.visits if visit.id in seen],
            [one.sized for one in self.assessments],
            record=self.record,
            reader_error=self.reader_error,
        )
        totals = score_totals(self.record, self.instruments)
        return healing.course_of(timeline, self.record, self.as_of, totals=totals)

    @cached_property
    def index(self) -> Index:
        """What the patient's days are counted from."""
        if self.whole_index is not None:
            return self.whole_index
        diagnosis = self.record.diagnosis
        on = None if diagnosis is None else diagnosis.diagnosed_on
        if on is not None and on.earliest == on.latest:
            return Index(on=on.earliest, event=IndexEvent.DIAGNOSIS)
        known = {one.id for one in self.lesions if not one.is_retired}
        days = {one.id: one.visited_on for one in self.visits if one.id in self._looked_at}
        first = min(
            (
                days[one.visit_id]
                for one in self.assessments
                if one.visit_id in days and one.lesion_id in known and not one.is_retired
            ),
            default=None,
        )
        if first is not None:
            return Index(on=first, event=IndexEvent.FIRST_PHOTOGRAPH)
        first = min((visit.visited_on for visit in self.visits), default=None)
        return Index(on=first, event=None if first is None else IndexEvent.FIRST_VISIT)

    def lesion(self, lesion_id: str) -> Lesion | None:
        """Return a lesion by its id; None for one that isn't in view."""
        return self._lesions.get(lesion_id)

    def visit(self, visit_id: str) -> Visit | None:
        """Return a visit by its id; None for one that isn't in view."""
        return self._visits.get(visit_id)

    def photograph(self, photograph_id: str) -> VisitPhotograph | None:
        """Return a photograph by its id; None for one that isn't in the file."""
        return self._photographs.get(photograph_id)

    @cached_property
    def _lesions(self) -> Mapping[str, Lesion]:
        return {one.id: one for one in self.lesions}

    @cached_property
    def _visits(self) -> Mapping[str, Visit]:
        return {one.id: one for one in self.visits}

    @cached_property
    def _photographs(self) -> Mapping[str, VisitPhotograph]:
        return {one.id: one for one in self.photographs}

    @cached_property
    def _looked_at(self) -> frozenset[str]:
        """The visits at which something was photographed or found."""
        photographed = {one.visit_id for one in self.photographs if not one.is_retired}
        return frozenset(photographed | {one.visit_id for one in self.record.findings})
