"""Answers of which several hold: tick boxes in lines, one stop of the keyboard, arrows between.

Hides that one of them may rule out the others (intact skin, no sign seen), and that the rare ones
are folded away until one is ticked or they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from woundtrack.ui.components import KeyButton, TickBox
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
    usual
        How many of them are always shown, the others beneath "More"; None: all.
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
        usual: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._alone = alone
        self._is_copied = False
        self._name = name
        self._usual = len(choices) if usual is None else usual
        self._is_unfolded = False
        self.boxes: dict[StrEnum, TickBox] = {}
        box_of_lines = QVBoxLayout(self)
        box_of_lines.setContentsMargins(0, 0, 0, 0)
        lines = FlowLayout(6)
        box_of_lines.addLayout(lines)
        for value, text in choices:
            box = TickBox(text, self)
            box.setAccessibleName(f"{name}: {text}")
            box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            box.clicked.connect(lambda is_on, value=value: self._tick(value, is_on=is_on))
            box.installEventFilter(self)
            self.boxes[value] = box
            lines.addWidget(box)
        self.more = KeyButton(self.tr("More…"), kind="quiet", size="small")
        self.more.setAccessibleName(self.tr("{question}: more answers").format(question=name))
        self.more.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.more.clicked.connect(self.unfold)
        self.more.installEventFilter(self)
        lines.addWidget(self.more)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._stop: QWidget = next(iter(self.boxes.values()))
        self._stop_at(self._stop)
        self._fold()

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
        self._fold()

    def unfold(self) -> None:
        """Show the rare answers, too."""
        self._is_unfolded = True
        self._fold()
        first = list(self.boxes.values())[self._usual]
        self._stop_at(first)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def fold(self) -> None:
        """Fold the rare answers away that aren't ticked."""
        self._is_unfolded = False
        self._fold()

    def _fold(self) -> None:
        boxes = list(self.boxes.values())
        is_open = self._is_unfolded or any(box.isChecked() for box in boxes[self._usual :])
        for box in boxes[self._usual :]:
            box.setVisible(is_open)
        self.more.setVisible(not is_open and len(boxes) > self._usual)
        if not self._stop.isVisibleTo(self):
            self._stop_at(boxes[0])
        self.updateGeometry()

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """Give the keyboard to the box that it stops at."""
        self._stop.setFocus(reason)

    def has_focus(self) -> bool:
        """Whether one of the boxes has the keyboard."""
        return any(one.hasFocus() for one in self.parts)

    def _tick(self, value: StrEnum, *, is_on: bool) -> None:
        self._stop_at(self.boxes[value])
        for other, box in self.boxes.items():
            if is_on and other is not value and self._alone in {value, other}:
                with QSignalBlocker(box):
                    box.setChecked(False)
        self.answered.emit(self.answer)

    @property
    def parts(self) -> tuple[QWidget, ...]:
        """What the arrows go through."""
        return (*self.boxes.values(), self.more)

    def _stop_at(self, box: QWidget) -> None:
        for one in self.parts:
            one.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if one is box else Qt.FocusPolicy.ClickFocus
            )
        self._stop = box

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._stop_at(watched)
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        return False

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        boxes = [one for one in self.parts if one.isVisibleTo(self)]
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
            if isinstance(box, TickBox | KeyButton):
                box.click()
            return True
        return False
