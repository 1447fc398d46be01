"""What undo and redo do in the review room: swap values, in the view or in the library.

Hides that a command whose undoing is refused (a full disk, changed meanwhile) leaves the stack, so
that the stack never claims what the library doesn't hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.ui import review_draft
from woundtrack.ui.review_draft import Draft, Saved

if TYPE_CHECKING:
    from woundtrack.model import Proposal
    from woundtrack.records import Library
    from woundtrack.ui.session import Session


class EditOutline(QUndoCommand):
    """One change of a photograph's outlines or lesions, not yet recorded."""

    def __init__(
        self, text: str, before: Draft, after: Draft, put: Callable[[Draft], None]
    ) -> None:
        super().__init__(text)
        self._before, self._after, self._put = before, after, put

    def redo(self) -> None:
        """Put the changed draft."""
        self._put(self._after)

    def undo(self) -> None:
        """Put the draft before."""
        self._put(self._before)


class _Recorded(QUndoCommand):
    """Something that stands in the library already when it is pushed."""

    def __init__(
        self,
        text: str,
        session: Session,
        *,
        undo: Callable[[Library], object],
        redo: Callable[[Library], object],
        show: Callable[[], None],
    ) -> None:
        super().__init__(text)
        self._session, self._undo, self._redo, self._show = session, undo, redo, show
        self._is_done = True

    def redo(self) -> None:
        """Record it again; the first time it is recorded already."""
        if not self._is_done:
            self._is_done = self._write(self._redo)

    def undo(self) -> None:
        """Take it back."""
        self._is_done = not self._write(self._undo)

    def _write(self, verb: Callable[[Library], object]) -> bool:
        library = self._session.library
        if library is None:
            return False
        try:
            verb(library)
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return False
        self._session.changed("patients", "proposals", "assessments")
        self._show()
        return True


class AcceptCommand(_Recorded):
    """A photograph was accepted; undone, it waits again."""

    def __init__(
        self,
        session: Session,
        name: str,
        acceptance: workflow.Acceptance,
        show: Callable[[], None],
    ) -> None:
        person = session.person
        super().__init__(
            _words("Accepting {name}").format(name=name),
            session,
            undo=lambda library: workflow.take_back(library, acceptance, by=person),
            redo=lambda library: workflow.accept_again(library, acceptance, by=person),
            show=show,
        )


class SetAsideCommand(_Recorded):
    """A photograph was said to hold nothing to record; undone, it waits again."""

    def __init__(
        self, session: Session, name: str, proposal: Proposal, show: Callable[[], None]
    ) -> None:
        person = session.person
        super().__init__(
            _words("Nothing to record in {name}").format(name=name),
            session,
            undo=lambda library: workflow.bring_back(library, proposal, by=person),
            redo=lambda library: workflow.set_aside(library, proposal, by=person),
            show=show,
        )


class BringBackCommand(_Recorded):
    """A photograph that was set aside waits again; undone, it is set aside."""

    def __init__(
        self, session: Session, name: str, proposal: Proposal, show: Callable[[], None]
    ) -> None:
        person = session.person
        super().__init__(
            _words("Reviewing {name} again").format(name=name),
            session,
            undo=lambda library: workflow.set_aside(library, proposal, by=person),
            redo=lambda library: workflow.bring_back(library, proposal, by=person),
            show=show,
        )


class ReviseCommand(_Recorded):
    """Accepted outlines were changed; undone, they are as they were, as newer revisions."""

    def __init__(self, session: Session, name: str, saved: Saved, show: Callable[[], None]) -> None:
        person = session.person
        super().__init__(
            _words("Correcting {name}").format(name=name),
            session,
            undo=lambda library: review_draft.unsave(library, saved, by=person),
            redo=lambda library: review_draft.save_again(library, saved, by=person),
            show=show,
        )


def _words(text: str) -> str:
    return QCoreApplication.translate("Commands", text)
