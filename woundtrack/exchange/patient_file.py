"""Everything of one patient that may leave, as one value: what every export is written from.

Hides nothing; exports take a stream of these, so that one patient at a time is in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from woundtrack.healing.course import PatientCourse
from woundtrack.healing.scores import Instrument
from woundtrack.model import (
    Assessment,
    ClinicalRecord,
    Identity,
    Lesion,
    Patient,
    ReadOnce,
    Visit,
    VisitPhotograph,
)


@dataclass(frozen=True, kw_only=True)
class PatientFile:
    """One patient's record, photographs, accepted assessments and course, as known on a day.

    ``lesions`` are those in view, in the order of their numbers; ``visits`` by date. The
    ``assessments`` are the newest revisions in view, of these lesions and visits, by visit and
    lesion. ``photographs`` are those filed at the visits, and those an assessment rests on, retired
    or not. ``totals`` are those of the scores whose instrument has one, by ``entry_id``; None where
    an answer is wanting. ``readings`` are those of reading sessions, by session, reader and turn.
    ``identity`` is None in everything pseudonymised. ``instruments`` are those that the library
    knows: of a score of any other, what it is called was typed.
    """

    record: ClinicalRecord
    lesions: tuple[Lesion, ...]
    visits: tuple[Visit, ...]
    photographs: tuple[VisitPhotograph, ...]
    assessments: tuple[Assessment, ...]
    course: PatientCourse
    totals: Mapping[str, float | None] = field(default_factory=dict)
    identity: Identity | None = None
    readings: tuple[ReadOnce, ...] = ()
    instruments: tuple[Instrument, ...] = ()

    @property
    def patient(self) -> Patient:
        """Whose file it is."""
        return self.record.patient

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
