"""All patients of a library as a cohort: read one after another, and each kept as a few numbers.

Hides which parts of a record a cohort needs, and that who refused research isn't looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from woundtrack.healing.cohort import CohortPatient, member_of
from woundtrack.healing.course import follow_up_of
from woundtrack.model import (
    Diagnosis,
    Entry,
    Event,
    Finding,
    LesionDetail,
    LesionLink,
    PatientDetail,
    Progress,
    Purpose,
    Treatment,
    no_progress,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow.consenting import Leaving, leaving
from woundtrack.workflow.course import timeline_of
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

    ``leaving`` says who isn't, as for a pseudonymised export.
    """

    as_of: date
    patients: tuple[CohortPatient, ...]
    leaving: Leaving


def cohort_of(
    library: Library,
    *,
    as_of: date | None = None,
    with_unasked: bool = True,
    progress: Progress = no_progress,
) -> Cohort:
    """Read the cohort of a library, up to a day or to today.

    One patient at a time is in memory; what is kept of each is some numbers a measurement. What
    happened after ``as_of`` is left out; what was only recorded later counts. ``with_unasked`` as
    in ``consenting.leaves``. Raises ``Cancelled`` by ``progress``.
    """
    today = now().astimezone().date()
    day = today if as_of is None else as_of
    going = leaving(library, Purpose.RESEARCH, today, with_unasked=with_unasked)
    patients = []
    for place, patient in enumerate(going.patients):
        progress(place / len(going.patients), patient.code)
        record = record_of(library, patient, kinds=_KINDS)
        timeline = timeline_of(library, patient, record=record)
        patients.append(member_of(follow_up_of(timeline, record, day), record))
    return Cohort(as_of=day, patients=tuple(patients), leaving=going)
