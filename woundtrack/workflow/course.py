"""What is remembered becomes a course of healing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from woundtrack import healing
from woundtrack.healing.endpoints import score_totals
from woundtrack.model import ClinicalRecord, Patient, Timeline, now
from woundtrack.records import Library
from woundtrack.workflow.instruments import known_instruments
from woundtrack.workflow.reader_error import adopted_error
from woundtrack.workflow.recording import record_of


def timeline_of(
    library: Library,
    patient: Patient,
    *,
    record: ClinicalRecord | None = None,
    error_as_of: datetime | None = None,
) -> Timeline:
    """Return the healing curves of a patient, from the newest revisions that are in view.

    A visit whose photographs were all withdrawn didn't happen, unless something was found at it: it
    is no gap in a curve. ``record`` is the patient's, where it has been read already. The intervals
    hold the readers' error that was adopted by ``error_as_of``, or is now.
    """
    with _without_collecting():
        record = record_of(library, patient) if record is None else record
        seen = {*library.photographed_visits(patient.id)}
        seen |= {finding.visit_id for finding in record.findings}
        return healing.timeline_of(
            patient,
            library.lesions(patient.id),
            [visit for visit in library.visits(patient.id) if visit.id in seen],
            library.sizes(patient.id),
            record=record,
            reader_error=adopted_error(library, as_of=error_as_of),
        )


def course_of(
    library: Library,
    patient: Patient,
    *,
    as_of: date | None = None,
    error_as_of: datetime | None = None,
) -> healing.PatientCourse:
    """Return all that follows from a patient's timeline and record, up to a day or to today.

    Scores count by the definitions of the instruments that are installed. ``error_as_of`` as in
    ``timeline_of``.
    """
    record = record_of(library, patient)
    return healing.course_of(
        timeline_of(library, patient, record=record, error_as_of=error_as_of),
        record,
        now().astimezone().date() if as_of is None else as_of,
        totals=score_totals(record, known_instruments(library).known),
    )


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep Python from looking for cycles meanwhile: of thousands of values, none is in one.

    Each look goes through all there is, and takes longer than the reading.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def end_of_day(day: date | None) -> datetime | None:
    """Return the last moment of a local calendar day, in UTC; None for None."""
    if day is None:
        return None
    if day >= date.max - timedelta(days=1):
        return None  # as late as there is: everything
    midnight = datetime.combine(day + timedelta(days=1), time.min).astimezone()
    return midnight.astimezone(UTC) - timedelta(microseconds=1)
