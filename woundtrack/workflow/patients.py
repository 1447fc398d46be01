"""Patients by their codes: made, called by the right code, taken out of view where it was a slip.

Nothing clinical goes out of view with a patient: whoever has a photograph or an entry that counts
stays, and their code is corrected instead. Hides what becomes of a code that somebody had who was
taken out.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

from woundtrack.errors import NotUnderstood, PatientStands
from woundtrack.model import Patient, new_id, now
from woundtrack.records import Library, Standing
from woundtrack.workflow.intake import checked_new_code, known_patient


def add_patient(library: Library, code: str, *, by: str) -> Patient:
    """Add a patient of whom there is no photograph yet; one who was taken out comes back.

    Raises ``NotUnderstood`` for a code that can't be one or may be a name, and for one that a
    patient has already, in upper or lower case; ``LibraryReadOnly``, ``DiskFull``.
    """
    code = checked_new_code(code)
    known = known_patient(library, code)
    if known is not None and not known.is_retired:
        raise _taken(code)
    with library.verb("patient", by=by) as change:
        if known is not None:
            return change.update_patient(replace(known, is_retired=False))
        patient = Patient(id=new_id(), code=code, created_at=now())
        change.add_patient(patient)
    return patient


def remove_patient(library: Library, patient: Patient, *, by: str) -> Patient:
    """Take a patient of whom nothing counts out of view; returns the patient as stored.

    Lists, search, reports and exports know them no more, but an export of an earlier day, which
    stays as it was. Empty visits go out of view with them.

    Raises ``PatientStands`` where a photograph, an entry or a name counts, ``ChangedMeanwhile``,
    ``LibraryReadOnly``, ``DiskFull``.
    """
    check_removable(library, patient)
    with library.verb("remove patient", by=by, why="nothing recorded") as change:
        return change.update_patient(replace(patient, is_retired=True))


def check_removable(library: Library, patient: Patient) -> None:
    """Raise ``PatientStands`` where a photograph, an entry or a name counts of a patient."""
    standing = library.standing(patient.id)
    if not standing.is_nothing:
        raise PatientStands(patient=patient.code, what=_what_stands(standing))


def restore_patient(library: Library, patient: Patient, *, by: str) -> Patient:
    """Bring a patient back who was taken out of view; returns the patient as stored.

    They have the code of ``patient`` again, unless somebody else has it by now.

    Raises ``ChangedMeanwhile``, ``LibraryReadOnly``, ``DiskFull``.
    """
    stored, holder = library.patient(patient.id), known_patient(library, patient.code)
    code = patient.code if holder is None else stored.code
    with library.verb("restore patient", by=by) as change:
        return change.update_patient(replace(stored, code=code, is_retired=False))


def correct_code(
    library: Library, patient: Patient, code: str, *, by: str, reason: str = ""
) -> Patient:
    """Call a patient by another code from now on; returns the patient as stored.

    Everything recorded and every study's code stays theirs; what has left bears the code before,
    and so does an export of an earlier day. The trail keeps both codes and the reason, if one is
    given.

    Raises ``NotUnderstood`` for a code that can't be one or may be a name, and for one that
    another patient has, in upper or lower case; ``ChangedMeanwhile``, ``LibraryReadOnly``,
    ``DiskFull``.
    """
    code = checked_new_code(code)
    if code == patient.code:
        return patient
    other = known_patient(library, code)
    if other is not None and other.id == patient.id:
        other = None  # capital letters alone
    if other is not None and not other.is_retired:
        raise _taken(code)
    with library.verb("correct code", by=by, why=reason.strip() or None) as change:
        if other is not None:
            change.update_patient(replace(other, code=_set_aside(library, code)))
        return change.update_patient(replace(patient, code=code))


def _set_aside(library: Library, code: str) -> str:
    """Return what a patient out of view is called whose code somebody else gets."""
    names = (f"{code} (taken out {number})" for number in itertools.count(1))
    return next(name for name in names if known_patient(library, name) is None)


def _taken(code: str) -> NotUnderstood:
    return NotUnderstood(
        what="The patient code",
        given=repr(code),
        expected="a patient of this library has it already; choose that one",
    )


def _what_stands(standing: Standing) -> str:
    parts = [
        f"{count} {one if count == 1 else one + 's'}"
        for count, one in (
            (standing.photographs, "photograph"),
            (standing.assessments, "assessment"),
        )
        if count
    ]
    if standing.entries:
        parts.append(f"{standing.entries} {'entry' if standing.entries == 1 else 'entries'}")
    if standing.has_identity:
        parts.append("a name")
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
