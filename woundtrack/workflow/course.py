"""What is remembered becomes a course of healing, and leaves as files for other people's tools."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from woundtrack import exchange, healing
from woundtrack.healing.endpoints import score_totals
from woundtrack.model import ClinicalRecord, Patient, Purpose, Timeline, now
from woundtrack.records import Library
from woundtrack.workflow.consenting import Leaving, leaving
from woundtrack.workflow.instruments import known_instruments
from woundtrack.workflow.recording import record_of


def timeline_of(
    library: Library, patient: Patient, *, record: ClinicalRecord | None = None
) -> Timeline:
    """Return the healing curves of a patient, from the newest revisions that are in view.

    A visit whose photographs were all withdrawn didn't happen, unless something was found at it: it
    is no gap in a curve. ``record`` is the patient's, where it has been read already.
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
        )


def course_of(
    library: Library, patient: Patient, *, as_of: date | None = None
) -> healing.PatientCourse:
    """Return all that follows from a patient's timeline and record, up to a day or to today.

    Scores count by the definitions of the instruments that are installed.
    """
    record = record_of(library, patient)
    return healing.course_of(
        timeline_of(library, patient, record=record),
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


def export_leaving(
    library: Library, *, identified: bool = False, with_unasked: bool = True
) -> Leaving:
    """Return whose records an export of today holds, and whose it leaves out.

    A pseudonymised export is for research: whoever refused or withdrew that is left out, from today
    on and whatever day the rows stand for. An identified one is the record itself, for a patient's
    own care, and asks for consent to that. ``with_unasked``: also those whom nobody asked.
    """
    purpose = Purpose.RECORD if identified else Purpose.RESEARCH
    today = now().astimezone().date()
    return leaving(library, purpose, today, with_unasked=with_unasked)


def export_csv(
    library: Library,
    folder: Path,
    *,
    identified: bool = False,
    as_of: date | None = None,
    with_unasked: bool = True,
    by: str,
) -> tuple[Path, ...]:
    """Write the tidy CSV bundle, one row an assessment, and note the export in the audit trail.

    Pseudonymised unless ``identified``. A library opened for reading only is exported too, but
    can't note it. Who may not leave (``export_leaving``) is left out, and counted in the manifest
    and in the trail. Raises ``FileUnwritable``, too where the folder holds the export of another
    library.
    """
    head, trail = library.audit_head(), library.audit_trail()
    going = export_leaving(library, identified=identified, with_unasked=with_unasked)
    patients = going.patients
    written = exchange.write_csv_bundle(
        folder,
        patients=patients,
        lesions=[
            lesion for one in patients for lesion in library.lesions(one.id, include_retired=True)
        ],
        visits=[visit for one in patients for visit in library.visits(one.id)],
        photographs=library.photographs(include_retired=True),
        assessments=library.assessments(as_of=end_of_day(as_of)),
        people=[entry.by for entry in trail],
        audit_head=head,
        earlier_heads=[one for entry in trail for one in (entry.previous_hash, entry.hash)],
        identified=identified,
        as_of=as_of,
        left_out=len(going.left_out),
    )
    if not library.is_read_only:
        why = f"csv, {'identified' if identified else 'pseudonymised'}"
        if going.left_out:
            why += f", {len(going.left_out)} without consent left out"
        with library.verb("export", by=by, why=why):
            pass
    return written
