"""Recording entries of the clinical record so that undo takes them back and redo records them anew.

Hides that a command whose undoing is refused (a full disk, changed meanwhile) leaves the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack import workflow
from woundtrack.errors import WoundtrackError

if TYPE_CHECKING:
    from woundtrack.model import Entry
    from woundtrack.ui.session import Session

MISTAKEN: Final = "Recorded by mistake"
"""The reason recorded where a person takes something out."""


def record(
    session: Session, entries: Sequence[Entry], text: str, *, why: str | None = None
) -> tuple[Entry, ...]:
    """Record entries and push that under ``text``; everybody who shows them is told.

    Raises what ``workflow.record_entries`` raises, and nothing is pushed then. Nothing happens
    where no library is open, or nothing is given.
    """
    library = session.library
    if library is None or not entries:
        return ()
    recorded = workflow.record_entries(library, entries, by=session.person, why=why)
    session.undo_stack.push(RecordedEntries(session, text, recorded))
    session.changed("record")
    return recorded


def retire(session: Session, entry: Entry, text: str, *, reason: str = MISTAKEN) -> None:
    """Take an entry out of view that was recorded by mistake, and push that under ``text``.

    Raises what ``workflow.retire_entry`` raises; nothing is pushed then.
    """
    library = session.library
    if library is None:
        return
    retired = workflow.retire_entry(library, entry, by=session.person, reason=reason)
    session.undo_stack.push(RecordedEntries(session, text, (retired,)))
    session.changed("record")


class RecordedEntries(QUndoCommand):
    """Entries that stand in the library already when this is pushed.

    ``patient_id`` and ``code`` say whose they are; empty for nobody's.
    """

    def __init__(self, session: Session, text: str, recorded: Sequence[Entry]) -> None:
        super().__init__(text)
        self._session = session
        self._recorded = tuple(recorded)
        self.patient_id = recorded[0].patient_id if recorded else ""
        library = session.library
        has_code = bool(self.patient_id) and library is not None
        self.code = library.patient(self.patient_id).code if has_code and library else ""
        self._is_first = True

    def redo(self) -> None:
        """Record them anew; the first time they are recorded already."""
        if self._is_first:
            self._is_first = False
            return

        said = QCoreApplication.translate("Commands", "{code}, done again: {what}.")
        self._write(workflow.record_again, said)

    def undo(self) -> None:
        """Take them back: what was new is retired, what was changed gets its values before."""
        said = QCoreApplication.translate("Commands", "{code}, undone: {what}.")
        self._write(workflow.take_back_entries, said)

    def _write(self, verb: Callable[..., object], said: str) -> None:
        library = self._session.library
        if library is None:
            return
        try:
            verb(library, self._recorded, by=self._session.person)
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return
        visit_id = self._session.visit_id
        if visit_id is not None and library.visit(visit_id).is_retired:
            self._session.set_visit(None)  # it was made by what was taken back
        self._session.changed("record", "patients")  # the list of patients says the last visit
        self._session.said.emit(said.format(what=self.text(), code=self.code))
