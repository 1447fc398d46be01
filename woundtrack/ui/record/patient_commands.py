"""Recording entries of the clinical record so that undo takes them back and redo records them anew.

Hides that a command whose undoing is refused (a full disk, changed meanwhile) leaves the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, WoundtrackError

if TYPE_CHECKING:
    from woundtrack.model import Entry
    from woundtrack.records import Library
    from woundtrack.ui.session import Session

MISTAKEN: Final = "Recorded by mistake"
"""The reason recorded where a person takes something out."""
_OF_REVISION: Final = frozenset(
    {"id", "revision", "supersedes", "recorded_by", "recorded_at", "reason", "is_retired"}
)


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
    """Entries that stand in the library already when this is pushed."""

    def __init__(self, session: Session, text: str, recorded: Sequence[Entry]) -> None:
        super().__init__(text)
        self._session = session
        self._recorded = tuple(recorded)
        self._is_first = True

    def redo(self) -> None:
        """Record them anew; the first time they are recorded already."""
        if self._is_first:
            self._is_first = False
            return

        def again(library: Library) -> None:
            before = [_before(library, one) for one in self._recorded]
            there = _as_it_stands(library, before)
            workflow.record_again(library, there, self._recorded, by=self._session.person)

        said = QCoreApplication.translate("Commands", "Done again: {what}.")
        self._write(again, said)

    def undo(self) -> None:
        """Take them back: what was new is retired, what was changed gets its values before."""

        def take_back(library: Library) -> None:
            there = _as_it_stands(library, self._recorded)
            if all(one.id == own.id for one, own in zip(there, self._recorded, strict=True)):
                workflow.take_back_entries(library, self._recorded, by=self._session.person)
                return
            # A later change of the same entry was undone before: its values are the same again.
            before = [_before(library, one) for one in self._recorded]
            workflow.record_again(library, there, before, by=self._session.person)

        said = QCoreApplication.translate("Commands", "Undone: {what}.")
        self._write(take_back, said)

    def _write(self, verb: Callable[[Library], None], said: str) -> None:
        library = self._session.library
        if library is None:
            return
        try:
            verb(library)
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return
        self._session.changed("record")
        self._session.said.emit(said.format(what=self.text()))


def _before(library: Library, entry: Entry) -> Entry:
    """Return what stood before an entry: the revision before it, or nothing, as a retired one."""
    if entry.supersedes is None:
        return replace(entry, is_retired=True)
    return library.entry_revisions(type(entry), entry.entry_id)[entry.revision - 2]


def _as_it_stands(library: Library, entries: Sequence[Entry]) -> list[Entry]:
    """Return the newest revisions of entries, once they hold what these hold.

    Raises ``ChangedMeanwhile`` where somebody recorded something else since.
    """
    newest = [library.entry_revisions(type(one), one.entry_id)[-1] for one in entries]
    for one, expected in zip(newest, entries, strict=True):
        is_same = one.is_retired == expected.is_retired
        if not is_same or not (one.is_retired or _values(one) == _values(expected)):
            raise ChangedMeanwhile(what="The record")
    return newest


def _values(entry: Entry) -> dict[str, object]:
    """Return what an entry says, without what each revision has for itself."""
    return {
        one.name: getattr(entry, one.name) for one in fields(entry) if one.name not in _OF_REVISION
    }
