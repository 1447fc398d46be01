"""Undo and redo of the whole window: what belongs to a patient out of view is told before.

Hides which step is whose, and that the same key pressed again is the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtGui import QUndoCommand

    from woundtrack.ui.session import Session


class Undoing(QObject):
    """Takes steps back and does them again; says in the tooltips what that would be."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._told: tuple[bool, int] | None = None
        session.undo_stack.indexChanged.connect(self.show_steps)
        session.patient_changed.connect(self._follow_patient)

    def undo(self) -> None:
        """Take the last step back; one of a patient out of view is told first."""
        if self._may_go(is_undo=True):
            self._session.undo_stack.undo()

    def redo(self) -> None:
        """Do the step after again; one of a patient out of view is told first."""
        if self._may_go(is_undo=False):
            self._session.undo_stack.redo()

    def show_steps(self, _index: int = 0) -> None:
        """Say what can be undone and done again."""
        self._told = None
        table, stack = self._session.actions, self._session.undo_stack
        table.switch("edit.undo", is_on=stack.canUndo(), why_off=self.tr("Nothing to undo."))
        table.switch("edit.redo", is_on=stack.canRedo(), why_off=self.tr("Nothing to redo."))
        for action_id, is_undo in (("edit.undo", True), ("edit.redo", False)):
            step = self._step(is_undo=is_undo)
            if step is not None:
                action = table[action_id]
                action.setToolTip(f"{action.toolTip()}<br>{self._words(step)}")

    def _follow_patient(self, _patient: object) -> None:
        self._told = None

    def _step(self, *, is_undo: bool) -> QUndoCommand | None:
        stack = self._session.undo_stack
        if not (stack.canUndo() if is_undo else stack.canRedo()):
            return None
        return stack.command(stack.index() - (1 if is_undo else 0))

    def _words(self, step: QUndoCommand) -> str:
        code = getattr(step, "code", "")
        return f"{code}: {step.text()}" if code else step.text()

    def _may_go(self, *, is_undo: bool) -> bool:
        """Whether a step is of what is in view, or was told of; else it is told of now.

        Steps that name no patient, such as what was reviewed or drawn, come into view by
        themselves as they are taken back.
        """
        step = self._step(is_undo=is_undo)
        patient, whose = self._session.patient, getattr(step, "patient_id", "")
        is_here = not whose or (patient is not None and patient.id == whose)
        asked = is_undo, self._session.undo_stack.index()
        if is_here or self._told == asked:
            self._told = None
            return True
        self._told = asked
        if step is not None:
            said = (
                self.tr("Nothing is undone yet: the last step is {step}. Undo again takes it back.")
                if is_undo
                else self.tr("Nothing is done again yet: it is {step}. Redo again does it.")
            )
            self._session.said.emit(said.format(step=self._words(step)))
        return False
