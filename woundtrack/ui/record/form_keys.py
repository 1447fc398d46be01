"""The keys that every row of the form knows: Enter, up and down, the letters for no answer.

Hides which widget inside a control has the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from woundtrack.model import Missing
from woundtrack.ui.components import DropDown
from woundtrack.ui.record.answer_row import REASONS, TextField
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.tick_bar import TickBar

_LETTERS: Final = {letter.lower(): missing for missing, letter in REASONS}


class FormKeys(QObject):
    """Listens to the controls it is given.

    Parameters
    ----------
    has_letters
        Whether plain letters are keys now.

    Signals
    -------
    finished(QWidget)
        Enter: on to the next question without an answer.
    stepped(QWidget, int)
        Down or up: to the row below or above.
    explained(QWidget, Missing)
        A letter: why there is no answer.
    """

    finished = Signal(object)
    stepped = Signal(object, int)
    explained = Signal(object, object)

    def __init__(self, has_letters: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._has_letters = has_letters
        self._controls: dict[QObject, QWidget] = {}

    def listen_to(self, control: QWidget) -> None:
        """Listen to a control."""
        parts: list[QWidget] = [control]
        if isinstance(control, TickBar):
            parts = list(control.parts)
        elif isinstance(control, DropDown):
            edit = control.lineEdit()
            parts += [] if edit is None else [edit]
        for part in parts:
            self._controls[part] = control
            part.installEventFilter(self)

    def control_of(self, focused: QWidget | None) -> QWidget | None:
        """Return the control that a widget is, or is part of; None for neither."""
        return None if focused is None else self._controls.get(focused)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        control = self._controls.get(watched)
        if (
            control is None
            or event.type() is not QEvent.Type.KeyPress
            or not isinstance(event, QKeyEvent)
        ):
            return False
        return self._take(control, event)

    def _take(self, control: QWidget, event: QKeyEvent) -> bool:
        key = event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not plain:
            return False
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if isinstance(control, TickBar) and control.more.hasFocus():
                control.unfold()
                return True
            if isinstance(control, NumberField):
                control.editingFinished.emit()
            self.finished.emit(control)
            return True
        is_list = isinstance(control, DropDown)
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Up} and not is_list:
            self.stepped.emit(control, 1 if key == Qt.Key.Key_Down else -1)
            return True
        is_text = isinstance(control, TextField | DropDown)
        missing = _LETTERS.get(event.text().lower()) if event.text() else None
        if isinstance(missing, Missing) and not is_text and self._has_letters():
            self.explained.emit(control, missing)
            return True
        return False
