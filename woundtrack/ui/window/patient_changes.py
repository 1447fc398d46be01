"""A patient's code corrected, or a patient taken out, as steps that are undone in the window.

Hides what must be over before: an import into the code, answers that nobody saved yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack import workflow
from woundtrack.errors import PatientStands, UnknownPatient, WoundtrackError
from woundtrack.records import VisitDrafts

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.model import Patient
    from woundtrack.records import Library
    from woundtrack.ui.session import Session

    Verb = Callable[[Library], Patient]

_KINDS = ("patients", "photographs")
_UNDONE = "Correction of the code undone"
_AGAIN = "Correction of the code done again"
"""The reasons recorded: the same in every language of the window."""


def correct(session: Session, patient: Patient, code: str, *, reason: str = "") -> Patient:
    """Record that a patient has another code, show it, and push that; returns the patient.

    Nothing is pushed where the code is as it was.

    Raises what ``workflow.correct_code`` raises; nothing is pushed then.
    """
    library, by = _open(session), session.person
    called = workflow.correct_code(library, patient, code, by=by, reason=reason)
    if called == patient:
        return called

    def call(library: Library, code: str, why: str) -> Patient:
        stored = library.patient(patient.id)
        return workflow.correct_code(library, stored, code, by=by, reason=why)

    said = QCoreApplication.translate("Commands", "Calling {before} {after}")
    command = _Recorded(
        said.format(before=patient.code, after=called.code),
        session,
        undo=lambda library: call(library, patient.code, _UNDONE),
        redo=lambda library: call(library, called.code, _AGAIN),
    )
    session.undo_stack.push(command)
    _show(session, called)
    return called


def remove(session: Session, patient: Patient) -> None:
    """Take a patient of whom nothing counts out of view, and push that.

    Raises what ``check_removable`` and ``workflow.remove_patient`` raise; nothing is pushed then.
    """
    library, by = _open(session), session.person
    check_removable(session, patient)
    gone = workflow.remove_patient(library, patient, by=by)
    said = QCoreApplication.translate("Commands", "Taking {code} out")
    command = _Recorded(
        said.format(code=patient.code),
        session,
        undo=lambda library: workflow.restore_patient(library, gone, by=by),
        redo=lambda library: workflow.remove_patient(library, library.patient(gone.id), by=by),
    )
    session.undo_stack.push(command)
    _show(session, gone)


def check_removable(session: Session, patient: Patient) -> None:
    """Raise ``PatientStands`` where anything counts of a patient, or answers wait to be saved."""
    library = _open(session)
    workflow.check_removable(library, patient)
    drafts = VisitDrafts(library.path, is_read_only=library.is_read_only)
    if any(one.patient_id == patient.id for one in drafts.all()):
        what = QCoreApplication.translate("Commands", "a visit whose answers nobody saved yet")
        raise PatientStands(patient=patient.code, what=what)


def who_else_has(session: Session, patient: Patient, code: str) -> Patient | None:
    """Return the other patient in view who has a code, in upper or lower case; None for none."""
    try:
        known = _open(session).patient_with_code(code)
    except UnknownPatient:
        return None
    return None if known.id == patient.id else known


def why_not_now(session: Session, patient: Patient) -> str:
    """Return why a patient can't be changed now, in a sentence; empty where they can.

    Photographs that an import still brings in under the code would make the patient anew.
    """
    library = _open(session)
    if any(task.key == "import" for task in session.tasks.running):
        return QCoreApplication.translate(
            "Commands", "Photographs are being imported: wait until that is done, then try again."
        )
    codes = {one.patient_code.casefold() for one in library.import_plan.left()}
    if patient.code.casefold() in codes:
        said = QCoreApplication.translate(
            "Commands",
            "An import that was stopped still has photographs of {code}: go on with it, or leave "
            "them out, then try again.",
        )
        return said.format(code=patient.code)
    return ""


class _Recorded(QUndoCommand):
    """A change of a patient that stands in the library already when it is pushed."""

    def __init__(self, text: str, session: Session, *, undo: Verb, redo: Verb) -> None:
        super().__init__(text)
        self._session, self._undo, self._redo = session, undo, redo
        self._is_done = True

    def redo(self) -> None:
        """Record it again; the first time it is recorded already."""
        if not self._is_done:
            said = QCoreApplication.translate("Commands", "Done again: {what}.")
            self._is_done = self._write(self._redo, said)

    def undo(self) -> None:
        """Take it back; the patient is in view then."""
        said = QCoreApplication.translate("Commands", "Undone: {what}.")
        self._is_done = not self._write(self._undo, said)

    def _write(self, verb: Verb, said: str) -> bool:
        library = self._session.library
        if library is None:
            return False
        try:
            patient = verb(library)
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return False
        _show(self._session, patient)
        self._session.said.emit(said.format(what=self.text()))
        return True


def _show(session: Session, patient: Patient) -> None:
    """Bring a patient into view, or who was taken out of view; then all rooms read anew."""
    if not patient.is_retired:
        session.set_patient(patient)
    elif session.patient is not None and session.patient.id == patient.id:
        session.set_patient(None)
    session.changed(*_KINDS)


def _open(session: Session) -> Library:
    if session.library is None:
        raise ValueError("no library is open")
    return session.library
