"""An answer to a picture as a step that is undone and done again.

Hides that an answer is never taken away: taking it back is an answer, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack.errors import WoundtrackError
from woundtrack.model import PictureRelease, ReleaseAnswer
from woundtrack.workflow.releasing import answer_again, withdraw

if TYPE_CHECKING:
    from woundtrack.records import Library
    from woundtrack.ui.session import Session


class AnswerCommand(QUndoCommand):
    """An answer to a picture that stands in the library already when it is pushed."""

    def __init__(
        self,
        text: str,
        session: Session,
        said: PictureRelease,
        *,
        before: PictureRelease | None,
        shown: Callable[[], None],
    ) -> None:
        super().__init__(text)
        self._session, self._said, self._before = session, said, before
        self._newest, self._shown = said, shown
        self._is_done = True

    def redo(self) -> None:
        """Answer it again; the first time it is answered already."""
        if self._is_done:
            return

        def again(library: Library) -> PictureRelease:
            by = self._session.person
            return answer_again(library, self._said, instead_of=self._newest, by=by)

        words_done = QCoreApplication.translate("Pictures", "Done again: {what}.")
        self._is_done = self._write(again, words_done)

    def undo(self) -> None:
        """Take the answer back, to the one before where there was one."""

        def back(library: Library) -> PictureRelease:
            by, before = self._session.person, self._before
            if before is None or before.answer is ReleaseAnswer.WITHDRAWN:
                return withdraw(library, self._newest, by=by)
            return answer_again(library, before, instead_of=self._newest, by=by)

        words_undone = QCoreApplication.translate("Pictures", "Undone: {what}.")
        self._is_done = not self._write(back, words_undone)

    def _write(self, verb: Callable[[Library], PictureRelease], said: str) -> bool:
        library = self._session.library
        if library is None:
            return False
        try:
            self._newest = verb(library)
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return False
        self._session.changed("pictures")
        self._session.said.emit(said.format(what=self.text()))
        self._shown()
        return True
