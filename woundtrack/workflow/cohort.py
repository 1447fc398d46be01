"""All patients of a library as a cohort: read one after another, and each kept as a few numbers.

Hides which parts of a record a cohort needs, and that who refused research isn't looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from woundtrack import healing
from woundtrack.healing.cohort import CohortPatient, member_of
from woundtrack.healing.course import follow_up_of
from woundtrack.model import (
    ClinicalRecord,
    Diagnosis,
    Entry,
    Event,
    Finding,
    LesionDetail,
    LesionLink,
    PatientDetail,
    Progress,
    Purpose,
    Timeline,
    Treatment,
    no_progress,
    now,
)
from woundtrack.records import Library, Past
from woundtrack.workflow.consenting import Leaving, leaving
from woundtrack.workflow.course import end_of_day, timeline_of
from woundtrack.workflow.reader_error import adopted_error
from woundtrack.workflow.recording import record_of

_KINDS: Final[tuple[type[Entry], ...]] = (
    PatientDetail,
    Diagnosis,
    LesionDetail,
    LesionLink,
    Finding,
    Treatment,
    Event,
)
"""What filters, closures and treatments are taken from; the rest of a record isn't read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """Everybody who may be looked at for research, as of a day.

    ``leaving`` says who isn't, as for a pseudonymised export. ``is_past``: nothing that was
    recorded after the day counts.
    """

    as_of: date
    patients: tuple[CohortPatient, ...]
    leaving: Leaving
    is_past: bool = False


def cohort_of(
    library: Library,
    *,
    as_of: date | None = None,
    is_past: bool = False,
    with_unasked: bool = True,
    progress: Progress = no_progress,
) -> Cohort:
    """Read the cohort of a library, up to a day or to today.

    One patient at a time is in memory; what is kept of each is some numbers a measurement. What
    happened after ``as_of`` is left out; what was only recorded later counts, unless ``is_past``:
    then all is as it was recorded by the end of that day, as in an export of it, and whenever it is
    read the figures are the same (but for who agrees no longer). ``with_unasked`` as in
    ``consenting.leaves``. Raises ``Cancelled`` by ``progress``.
    """
    today = now().astimezone().date()
    day = today if as_of is None else as_of
    moment = end_of_day(day) if is_past else None
    past = None if moment is None else library.past(moment)
    going = leaving(library, Purpose.RESEARCH, today, with_unasked=with_unasked, past=past)
    patients = []
    for place, patient in enumerate(going.patients):
        progress(place / len(going.patients), patient.code)
        record = record_of(library, patient, past=past, kinds=_KINDS)
        timeline = (
            timeline_of(library, patient, record=record)
            if past is None
            else _timeline_then(library, past, record, day)
        )
        patients.append(member_of(follow_up_of(timeline, record, day), record))
    return Cohort(as_of=day, patients=tuple(patients), leaving=going, is_past=moment is not None)


def _timeline_then(library: Library, past: Past, record: ClinicalRecord, day: date) -> Timeline:
    """Return a patient's curves as they were recorded at the moment of ``past``."""
    patient = record.patient
    lesions = past.lesions(patient.id)
    visits = tuple(one for one in past.visits(patient.id) if one.visited_on <= day)
    known_lesions, known_visits = {one.id for one in lesions}, {one.id for one in visits}
    assessments = tuple(
        one
        for one in library.assessments(patient.id, as_of=past.moment, is_kept=False)
        if one.lesion_id in known_lesions and one.visit_id in known_visits
    )
    seen = {one.visit_id for one in past.photographs(visits) if not one.is_retired}
    seen |= {finding.visit_id for finding in record.findings}
    return healing.timeline_of(
        patient,
        lesions,
        [visit for visit in visits if visit.id in seen],
        [one.sized for one in assessments],
        record=record,
        reader_error=adopted_error(library, as_of=past.moment),
    )
