"""What Ctrl Z takes back of blinded reading: a session out of view, an adopted error, a decision.

Hides that nothing is deleted: each step back is recorded as a step of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack.errors import WoundtrackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from woundtrack.model import Adjudication, ReaderError, ReadingItem, ReadingSession
    from woundtrack.records import Library
    from woundtrack.ui.session import Session


class Step(QUndoCommand):
    """Something that was done before it is pushed, with what undoes it and what does it again.

    Both are given the open library and may raise ``WoundtrackError``, which the window then tells.
    ``kinds`` is what changes by them, as ``Session.changed`` has it.
    """

    def __init__(
        self,
        session: Session,
        said: str,
        *,
        undo: Callable[[Library], None],
        redo: Callable[[Library], None],
        kinds: tuple[str, ...] = ("readings",),
    ) -> None:
        super().__init__(said)
        self._session, self._kinds = session, kinds
        self._undo, self._redo = undo, redo
        self._is_first = True

    def redo(self) -> None:
        if not self._is_first:
            self._try(self._redo)
        self._is_first = False

    def undo(self) -> None:
        self._try(self._undo)

    def _try(self, verb: Callable[[Library], None]) -> None:
        library = self._session.library
        if library is None:
            return
        try:
            verb(library)
        except WoundtrackError as problem:
            self._session.problem.emit(problem)
        else:
            self._session.changed(*self._kinds)


def retire(session: Session, library: Library, of: ReadingSession) -> Step:
    """Take a session out of view; return the step. Raises what ``retire_session`` raises."""
    from woundtrack.workflow.reading import restore_session, retire_session

    now = retire_session(library, of, by=session.person)

    def restore(library: Library) -> None:
        nonlocal now
        now = restore_session(library, now, by=session.person)

    def again(library: Library) -> None:
        nonlocal now
        now = retire_session(library, now, by=session.person)

    said = QCoreApplication.translate("Agreement", "Taking {name} out of view")
    return Step(session, said.format(name=of.name), undo=restore, redo=again)


def adopt(session: Session, library: Library, of: ReadingSession, reason: str) -> Step:
    """Let a session's error stand in courses; return the step. Raises ``SessionRefused``."""
    from woundtrack.workflow.reader_error import adopt_session, adopted_error

    before = adopted_error(library)
    after = adopt_session(library, of, reason=reason, by=session.person)
    said = QCoreApplication.translate("Agreement", "Using the error of {name}")
    return _adopting(session, said.format(name=of.name), before, after)


def take_back(session: Session, library: Library, reason: str) -> Step:
    """Let what is assumed count again; return the step. Raises ``SessionRefused``."""
    from woundtrack.workflow.reader_error import adopted_error, take_back_adoption

    before = adopted_error(library)
    taken = take_back_adoption(library, reason=reason, by=session.person)
    said = QCoreApplication.translate("Agreement", "No longer using the error of {name}")
    return _adopting(session, said.format(name=taken.session), before, None)


def _adopting(
    session: Session, said: str, before: ReaderError | None, after: ReaderError | None
) -> Step:
    def let(error: ReaderError | None, library: Library, reason: str) -> None:
        from woundtrack.workflow.reader_error import adopt_again, take_back_adoption

        if error is None:
            take_back_adoption(library, reason=reason, by=session.person)
        else:
            adopt_again(library, error, by=session.person)

    return Step(
        session,
        said,
        undo=lambda library: let(before, library, "undone"),
        redo=lambda library: let(after, library, "done again"),
        kinds=("readings", "assessments"),
    )


def decided(
    session: Session,
    of: ReadingSession,
    item: ReadingItem,
    before: Adjudication | None,
    after: Adjudication,
) -> Step:
    """Return the step of a decision that was recorded, over the one that counted before."""
    from woundtrack.workflow.reading_disagreements import decide_again, take_back_decision

    def back(library: Library) -> None:
        if before is None:
            take_back_decision(library, of, after, by=session.person)
        else:
            decide_again(library, of, before, by=session.person)

    def again(library: Library) -> None:
        decide_again(library, of, after, by=session.person)

    said = QCoreApplication.translate("Agreement", "The decision on picture {n}")
    return Step(
        session,
        said.format(n=item.place),
        undo=back,
        redo=again,
    )
