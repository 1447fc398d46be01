"""A length and a width by ruler, and the answer that an instrument's table gives for them.

Hides the reading of the two numbers; nothing is answered before a person takes it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack.ui.components import KeyButton, Label, words
from woundtrack.ui.record.score_words import amount

if TYPE_CHECKING:
    from woundtrack.healing.scores import Item, Source

_LONGEST_CM: Final = 100.0
_OF_A_RULER: Final = {
    "length_by_width_cm2": False,
    "head_to_toe_by_side_cm2": True,
}
"""The facts that two lengths make, and whether they lie along the body."""


class RulerFields(QWidget):
    """Two lengths in cm for an item that a ruler answers; hidden for any other.

    Signals
    -------
    taken(float)
        A person takes the answer that the two lengths give.
    """

    taken = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source: Source | None = None
        self._title = Label("", "label", "2", wraps=True)
        self.length, self.width_ = QLineEdit(), QLineEdit()
        for field in (self.length, self.width_):
            field.setFixedWidth(64)
            field.setMaxLength(6)
            field.setPlaceholderText(self.tr("cm"))
            field.textChanged.connect(self._show)
            field.installEventFilter(self)
        self._product = Label("", "label")
        self.take = KeyButton("", size="small")
        self.take.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.take.clicked.connect(self._take)
        across = QHBoxLayout()
        across.setSpacing(6)
        across.addWidget(self.length)
        across.addWidget(Label("×", "label", "2"))
        across.addWidget(self.width_)
        across.addWidget(self._product, 1)
        across.addWidget(self.take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addLayout(across)

    def show_item(self, item: Item, *, can_rate: bool) -> None:
        """Offer the fields for an item that follows from two lengths."""
        source = item.source
        is_ruled = source is not None and source.fact in _OF_A_RULER
        self.setVisible(is_ruled and can_rate)
        self._source = source if is_ruled else None
        for field in (self.length, self.width_):
            field.clear()
        if source is None or not is_ruled:
            return
        along = _OF_A_RULER[source.fact]
        first = self.tr("Head to toe, cm") if along else self.tr("Length, cm")
        second = self.tr("Side to side, cm") if along else self.tr("Width, cm")
        self._title.setText(
            self.tr("By ruler: head to toe × side to side")
            if along
            else self.tr("By ruler: length × width")
        )
        self.length.setAccessibleName(first)
        self.width_.setAccessibleName(second)
        self._show()

    @property
    def value(self) -> float | None:
        """The answer that the two lengths give; None while they give none."""
        size = self._size()
        return None if size is None or self._source is None else self._source.value_of(size)

    def _size(self) -> float | None:
        sides = [_length(field.text()) for field in (self.length, self.width_)]
        known = [side for side in sides if side is not None]
        return known[0] * known[1] if len(known) == 2 else None

    def _show(self) -> None:
        size, value = self._size(), self.value
        has_answer = size is not None and value is not None
        self._product.setText("" if size is None else words.area(size, has_unit=True))
        self.take.setVisible(has_answer)
        if value is not None:
            self.take.setText(self.tr("Use {value}").format(value=amount(value)))
            self.take.setAccessibleName(
                self.tr("Use {value}, by ruler").format(value=amount(value))
            )
            self.take.updateGeometry()

    def _take(self) -> None:
        value = self.value
        if value is not None:
            self.taken.emit(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() is not QEvent.Type.KeyPress
            or not isinstance(event, QKeyEvent)
            or event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        ):
            return super().eventFilter(watched, event)
        if watched is self.length and not self.width_.text().strip():
            self.width_.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._take()
        return True


def _length(text: str) -> float | None:
    """Return a length in cm that was typed; None for what is none."""
    try:
        length = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return length if math.isfinite(length) and 0 <= length <= _LONGEST_CM else None
