"""Answers of which several hold: tick boxes in lines, one stop of the keyboard, arrows between.

Hides that one of them may rule out the others: intact skin, no sign seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from woundtrack.model import Missing
from woundtrack.ui.components import TickBox
from woundtrack.ui.components.flow import FlowLayout
from woundtrack.ui.record.visit_draft import Answer


class TickBar(QWidget):
    """Several of a few answers.

    Parameters
    ----------
    choices
        Pairs of answer and words.
    alone
        The answer that rules out all others.
    name
        What is asked, for those who can't see it.

    Signals
    -------
    answered(object)
        What holds now, in the order offered; None when the last tick was taken away.
    """

    answered = Signal(object)

    def __init__(
        self,
        choices: Sequence[tuple[StrEnum, str]],
        *,
        alone: StrEnum,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._alone = alone
        self._is_copied = False
        self._name = name
        self.boxes: dict[StrEnum, TickBox] = {}
        box_of_lines = QVBoxLayout(self)
        box_of_lines.setContentsMargins(0, 0, 0, 0)
        lines = FlowLayout(12)
        box_of_lines.addLayout(lines)
        for value, text in choices:
            box = TickBox(text, self)
            box.setAccessibleName(f"{name}: {text}")
            box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            box.clicked.connect(lambda is_on, value=value: self._tick(value, is_on=is_on))
            box.installEventFilter(self)
            self.boxes[value] = box
            lines.addWidget(box)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._stop_at(next(iter(self.boxes.values())))

    @property
    def answer(self) -> tuple[StrEnum, ...] | None:
        """What holds; None where nothing is ticked."""
        return tuple(value for value, box in self.boxes.items() if box.isChecked()) or None

    def show_answer(self, answer: Answer | None, last: Answer | None, *, is_copied: bool) -> None:
        """Show what holds; what held at the last visit stands in its own column."""
        self._is_copied = is_copied
        held = answer if isinstance(answer, tuple) else ()
        for value, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(value in held)
        said = "" if isinstance(answer, Missing) else self._name
        self.setAccessibleName(said or self._name)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Give the keyboard to the box that it stops at."""
        self._stop.setFocus(reason)

    def has_focus(self) -> bool:
        """Whether one of the boxes has the keyboard."""
        return any(box.hasFocus() for box in self.boxes.values())

    def _tick(self, value: StrEnum, *, is_on: bool) -> None:
        self._stop_at(self.boxes[value])
        for other, box in self.boxes.items():
            if is_on and other is not value and self._alone in {value, other}:
                with QSignalBlocker(box):
                    box.setChecked(False)
        self.answered.emit(self.answer)

    def _stop_at(self, box: TickBox) -> None:
        for one in self.boxes.values():
            one.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if one is box else Qt.FocusPolicy.ClickFocus
            )
        self._stop = box

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, TickBox):
            self._stop_at(watched)
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        return False

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        boxes = list(self.boxes.values())
        at = next((at for at, box in enumerate(boxes) if box is watched), 0)
        key, text = event.key(), event.text()
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            step = 1 if (key == Qt.Key.Key_Right) != is_mirrored else -1
            there = boxes[min(max(at + step, 0), len(boxes) - 1)]
            self._stop_at(there)
            there.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            if self.answer is not None:
                self.answered.emit(None)
            return True
        if text and text in "123456789" and int(text) <= len(boxes):
            box = boxes[int(text) - 1]
            self._stop_at(box)
            box.setFocus(Qt.FocusReason.TabFocusReason)
            box.click()
            return True
        return False
