"""Filters that open: several values of one kind, or a stretch of days.

Hides the sheet that opens beneath: the mouse, Tab and the arrow keys move in it, Space ticks, Enter
and Esc close it, and what was set holds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import Card, DropDown, Label, TickBox, rule, words
from woundtrack.ui.record.partial_date_field import PartialDateField

_HEIGHT: Final = 32
_MOST_WIDTH: Final = 236
_WAIT_MS: Final = 400
_KEYS: Final = frozenset(
    {Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F4}
)


class Sheet(Card):
    """What opens beneath a choice.

    Signals
    -------
    closed()
        It went away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setStyleSheet('QFrame[role="card"] { border-radius: 0; }')
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(12, 8, 16, 8)
        self.inside.setSpacing(2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            self.close()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: Any) -> None:  # noqa: ANN401
        super().hideEvent(event)
        self.closed.emit()


class _Tick(TickBox):
    """A tick in a sheet: the focus ring of the window doesn't reach there, so it has its own."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(QColor(theme.current().accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class OpeningChoice(DropDown):
    """A box that says what is set and opens a sheet to set it.

    Signals
    -------
    changed()
        A person set another value.
    """

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedHeight(_HEIGHT)
        self.setMaximumWidth(_MOST_WIDTH)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setAccessibleName(name)
        self.addItem("")
        self.sheet = Sheet(self)
        self.sheet.setAccessibleName(name)
        self.sheet.closed.connect(self._come_back)

    def showPopup(self) -> None:
        """Open the sheet beneath the box, or above it where there is no room."""
        self.sheet.adjustSize()
        size, screen = self.sheet.sizeHint(), self.screen().availableGeometry()
        place = self.mapToGlobal(QPoint(0, self.height() + 2))
        if place.y() + size.height() > screen.bottom():
            place.setY(self.mapToGlobal(QPoint(0, 0)).y() - size.height() - 2)
        place.setX(min(place.x(), screen.right() - size.width()))
        self.sheet.move(place)
        self.sheet.setMinimumWidth(self.width())
        self.sheet.show()
        self._first().setFocus(Qt.FocusReason.PopupFocusReason)

    def hidePopup(self) -> None:
        """Close the sheet."""
        self.sheet.close()
        super().hidePopup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _KEYS:
            self.showPopup()
            return
        super().keyPressEvent(event)

    def _come_back(self) -> None:
        if self.isVisible():
            self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _first(self) -> QWidget:
        """Return what has the keys when the sheet opens."""
        return self.sheet

    def _say(self, said: str, *, is_set: bool) -> None:
        self.setFont(theme.font("label", 600 if is_set else 500))
        self.setItemText(0, f"{self._name}: {said}")
        self.setAccessibleDescription(said)
        self.updateGeometry()


class ManyChoice(OpeningChoice):
    """Any number of values of one kind; none of them asks nothing.

    ``also`` is one more thing to ask, beneath the values; it holds beside them.
    """

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[Any, str]] = (),
        *,
        also: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, parent)
        self._ticks: dict[Any, TickBox] = {}
        self.any = _Tick(self.tr("Any"))
        self.any.clicked.connect(self._take_any)
        self.also = _Tick(also)
        self.also.toggled.connect(self._tell)
        self.sheet.inside.addWidget(self.any)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.sheet.inside.addLayout(self._rows)
        if also:
            self.sheet.inside.addWidget(rule())
            self.sheet.inside.addWidget(self.also)
        else:
            self.also.hide()
            self.also.setParent(self)
        self.offer(choices)

    @property
    def value(self) -> tuple[Any, ...]:
        """The values that are ticked, in the order in which they are offered."""
        return tuple(value for value, tick in self._ticks.items() if tick.isChecked())

    def tick_of(self, value: object) -> TickBox:
        """Return the box to tick for a value. Raises ``KeyError`` for one that isn't offered."""
        return self._ticks[value]

    def offer(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Let these be ticked; what was ticked and is still offered stays so."""
        before = self.value
        for tick in self._ticks.values():
            self._rows.removeWidget(tick)
            tick.deleteLater()
        self._ticks = {}
        previous: QWidget = self.any
        for value, said in choices:
            tick = _Tick(said)
            tick.setChecked(value in before)
            tick.toggled.connect(self._tell)
            self._rows.addWidget(tick)
            QWidget.setTabOrder(previous, tick)
            previous = tick
            self._ticks[value] = tick
        if self.also.text():
            QWidget.setTabOrder(previous, self.also)
        self._show()
        if self.value != before:
            self.changed.emit()

    def clear(self) -> None:
        """Ask nothing any more, without a signal."""
        for tick in (*self._ticks.values(), self.also):
            with QSignalBlocker(tick):
                tick.setChecked(False)
        self._show()

    def _take_any(self) -> None:
        was_set = bool(self.value)
        for tick in self._ticks.values():
            with QSignalBlocker(tick):
                tick.setChecked(False)
        self._show()
        if was_set:
            self.changed.emit()

    def _tell(self, _changed: object = None) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.any.setChecked(not self.value)
        said = [tick.text() for tick in self._ticks.values() if tick.isChecked()]
        if self.also.isChecked():
            said.append(self.also.text())
        self._say(", ".join(said) or self.tr("any"), is_set=bool(said))

    def _first(self) -> QWidget:
        return next((tick for tick in self._ticks.values() if tick.isChecked()), self.any)


class PeriodChoice(OpeningChoice):
    """From which day and up to which; each may be left open."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.since = PartialDateField(name=self.tr("From"), hint=self.tr("any day"))
        self.until = PartialDateField(name=self.tr("Up to"), hint=self.tr("any day"))
        # A date is read when its writer pauses.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._tell)
        for text, field in ((self.tr("From"), self.since), (self.tr("Up to"), self.until)):
            self.sheet.inside.addWidget(Label(text, "label", "2"))
            self.sheet.inside.addWidget(field)
            field.edited.connect(self._timer.start)
        self.sheet.closed.connect(self._tell_at_once)
        self._show()

    def clear(self) -> None:
        """Leave both open, without a signal."""
        self._timer.stop()
        self.since.set_value(None)
        self.until.set_value(None)
        self._show()

    def _tell_at_once(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self._tell()

    def _tell(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        since, until = self.since.value, self.until.value
        said = []
        if since is not None:
            said.append(self.tr("from {day}").format(day=words.partial_day(since)))
        if until is not None:
            said.append(self.tr("up to {day}").format(day=words.partial_day(until)))
        self._say(" ".join(said) or self.tr("any"), is_set=bool(said))

    def _first(self) -> QWidget:
        return self.since.line
