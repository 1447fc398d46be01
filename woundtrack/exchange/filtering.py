"""A patient's file with what passes a cohort's filters alone.

Hides what belongs to a lesion that stays, and that a patient's own numbers are of all lesions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from woundtrack.exchange.patient_file import PatientFile
from woundtrack.healing.cohort import member_of, passing
from woundtrack.model import ClinicalRecord, CohortFilter, Entry

Kind = TypeVar("Kind", bound=Entry)


def within(
    file: PatientFile, wanted: CohortFilter, *, told: PatientFile | None = None
) -> PatientFile | None:
    """Return the file with the lesions that pass a filter; None for a patient who doesn't.

    What was recorded, measured, photographed or read of a lesion that stays is not in it. What is
    the patient's is that of all their lesions, whether these leave or not: the burden, the healing
    of the patient, the visits, and what days are counted from. ``told`` is the same file as it is
    told outside: it is what is returned, while the filter judges by the days as they were.
    """
    member = passing(member_of(file.course, file.record), wanted)
    if member is None:
        return None
    file = file if told is None else told
    if not wanted.chooses_lesions:
        return file
    kept = {one.lesion_id for one in member.lesions if one.lesion_id is not None}
    assessments = tuple(one for one in file.assessments if one.lesion_id in kept)
    used = {key for one in assessments for key in one.photograph_ids}
    groups = {one.group for one in member.lesions}
    course = file.course
    return replace(
        file,
        record=_record(file.record, kept),
        lesions=tuple(one for one in file.lesions if one.id in kept),
        photographs=tuple(one for one in file.photographs if one.id in used),
        assessments=assessments,
        whole_index=file.index,
        whole_course=replace(
            course,
            lesions=tuple(one for one in course.lesions if one.lesion.id in kept),
            groups=tuple(one for one in course.groups if one.group in groups),
            endpoints=tuple(
                one for one in course.endpoints if one.lesion_id is None or one.lesion_id in kept
            ),
        ),
        readings=tuple(one for one in file.readings if one.item.lesion_id in kept),
    )


def _record(record: ClinicalRecord, kept: set[str]) -> ClinicalRecord:
    """Return a record without what is of a lesion that stays; what is the patient's is whole."""

    def of(entries: Iterable[Kind]) -> tuple[Kind, ...]:
        whose = {None, *kept}
        return tuple(one for one in entries if getattr(one, "lesion_id", None) in whose)

    return replace(
        record,
        lesion_details=of(record.lesion_details),
        links=tuple(one for one in of(record.links) if one.other_lesion_id in kept),
        findings=of(record.findings),
        pains=of(record.pains),
        treatments=of(record.treatments),
        events=of(record.events),
        scores=of(record.scores),
    )
