"""A number with its unit: empty, filled, unusual (asked about) or impossible (refused).

Hides how a number is read, with a point or a comma, and what is no answer while it is being typed.
"""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from woundtrack.model import Missing, Range
from woundtrack.ui import theme
from woundtrack.ui.components import paint_icon, words
from woundtrack.ui.record.answer_words import plain_number, unit_words, word_of
from woundtrack.ui.record.visit_draft import Answer

_NUMBER: Final = re.compile(r"[-−]?(\d+[.,]?\d*|[.,]\d+)")
_LONGEST: Final = 9


class NumberField(QLineEdit):
    """A number of a range; what is impossible is no answer.

    Signals
    -------
    answered(object)
        The number typed so far; None while there is none that is possible.
    looked_at()
        The field was left or Enter pressed: now is the time to ask about it.
    """

    answered = Signal(object)
    looked_at = Signal()

    def __init__(
        self, limits: Range, *, name: str, width: int = 112, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._limits = limits
        self._name = name
        self._unit = unit_words(limits.unit)
        self._shown: Answer | None = None
        self.setFixedSize(width, 32)
        self.setMaxLength(_LONGEST)
        room = self.fontMetrics().horizontalAdvance(self._unit) + 12
        self.setTextMargins(0, 0, room if self._unit else 0, 0)
        self.setAccessibleName(f"{name}, {self._unit}" if self._unit else name)
        self.textEdited.connect(self._edit)
        self.editingFinished.connect(self._finish)

    @property
    def limits(self) -> Range:
        """What it may be."""
        return self._limits

    @property
    def unit(self) -> str:
        """The unit as it is shown."""
        return self._unit

    @property
    def number(self) -> float | None:
        """The number that is typed, possible or not; None for none."""
        text = self.text().strip().replace("−", "-").replace(",", ".")
        return float(text) if _NUMBER.fullmatch(self.text().strip()) else None

    @property
    def refusal(self) -> str:
        """Why what is typed can't be recorded, in a sentence; nothing where it can."""
        if not self.text().strip():
            return ""
        number, limits = self.number, self._limits
        if number is None:
            return self.tr("Type a number, such as {example}.").format(
                example=plain_number(limits.soft[0] + (1 if limits.is_whole else 0.6))
            )
        if not limits.is_impossible(number):
            return ""
        low, high = plain_number(limits.hard[0]), plain_number(limits.hard[1])
        unit = f"{words.THIN}{self._unit}" if self._unit else ""
        if limits.is_whole:
            return self.tr("It is a whole number from {low} to {high}.").format(low=low, high=high)
        return self.tr("It can only be from {low} to {high}{unit}.").format(
            low=low, high=high, unit=unit
        )

    def show_answer(self, answer: Answer | None, last: Answer | None, *, is_copied: bool) -> None:
        """Show a number, or why there is none; what is being typed stays as it was typed.

        What is refused stays too, so that the sentence beside it says of what: see ``forget``.
        """
        self._shown = answer
        is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
        is_typed = self.hasFocus() and is_number and self.number == answer
        if not is_typed and not (answer is None and self.refusal):
            with QSignalBlocker(self):
                self.setText(plain_number(float(answer)) if is_number else "")  # type: ignore[arg-type]
        self.setPlaceholderText(word_of(answer) if isinstance(answer, Missing) else "")
        self.mark(is_unusual=False)

    def forget(self) -> None:
        """Take away what is typed and refused: the question is now another's."""
        if self.refusal:
            with QSignalBlocker(self):
                self.clear()
            self.mark(is_unusual=False)

    def mark(self, *, is_unusual: bool) -> None:
        """Show it as unusual, or as refused where it is impossible."""
        is_refused = bool(self.refusal) and not self._is_being_typed()
        wanted = {
            "doubtful": "true" if is_unusual else "false",
            "refused": "true" if is_refused else "false",
        }
        if all(self.property(name) == value for name, value in wanted.items()):
            return
        for name, value in wanted.items():
            self.setProperty(name, value)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()

    def _is_being_typed(self) -> bool:
        return self.hasFocus() and self.isModified()

    def _edit(self, _text: str) -> None:
        number = self.number
        possible = number is not None and not self._limits.is_impossible(number)
        answer: float | None = number if possible else None
        if answer is not None and self._limits.is_whole:
            answer = int(answer)
        if answer != self._shown or (answer is None) != (self._shown is None):
            self._shown = answer
            self.answered.emit(answer)

    def _finish(self) -> None:
        self.setModified(False)
        self.mark(is_unusual=self.property("doubtful") == "true")
        self.looked_at.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.setModified(False)
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = theme.current()
        painter = QPainter(self)
        painter.setFont(theme.font("label"))
        painter.setPen(QColor(tokens.text2 if self.isEnabled() else tokens.text3))
        area = QRectF(self.rect()).adjusted(10, 0, -10, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing
        painter.drawText(area, flags, self._unit)
        for name, sign, ink in (
            ("doubtful", "warning", tokens.doubt),
            ("refused", "warning-octagon", tokens.refuse),
        ):
            if self.property(name) == "true":
                x = area.right() - self.fontMetrics().horizontalAdvance(self._unit) - 22
                paint_icon(painter, QRectF(x, (self.height() - 16) / 2, 16, 16), sign, ink)
