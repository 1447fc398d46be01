"""Answers that were thrown away unsaved, and brought back by undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

if TYPE_CHECKING:
    from woundtrack.records import KeptDraft
    from woundtrack.ui.record.draft_keeper import DraftKeeper
    from woundtrack.ui.session import Session


class ThrownAway(QUndoCommand):
    """A draft is dropped; undone, it is kept again.

    Parameters
    ----------
    show
        Reads the visit of the draft anew.
    """

    def __init__(
        self,
        session: Session,
        kept: KeptDraft,
        keeper: DraftKeeper,
        show: Callable[[KeptDraft], None],
    ) -> None:
        super().__init__(QCoreApplication.translate("Commands", "Throwing answers away"))
        self._session, self._kept, self._keeper, self._show = session, kept, keeper, show

    def redo(self) -> None:
        """Drop the draft."""
        self._keeper.drop(self._kept.patient_id, self._kept.day)
        self._show(self._kept)
        said = QCoreApplication.translate(
            "Commands", "Thrown away. Ctrl Z brings the answers back."
        )
        self._session.said.emit(said)

    def undo(self) -> None:
        """Keep it again."""
        self._keeper.put_back(self._kept)
        self._show(self._kept)
        said = QCoreApplication.translate("Commands", "The answers are back, not saved yet.")
        self._session.said.emit(said)
