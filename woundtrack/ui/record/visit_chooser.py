"""Which visit is in the form: a list of the visits, today, and another day.

Hides that a visit is made only when it is saved: until then its day is chosen, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from woundtrack.ui.components import DropDown, KeyButton, words
from woundtrack.ui.imports.fields import DayField

_WIDTH: Final = 252
_ANOTHER: Final = "another"


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedVisit:
    """A day that can be chosen.

    ``setting`` are the words of where; ``is_new`` says that there is no visit yet, ``is_unsaved``
    that answers of it wait to be saved, ``is_today`` that the day is today.
    """

    day: date
    setting: str = ""
    is_new: bool = False
    is_unsaved: bool = False
    is_today: bool = False


class VisitChooser(QWidget):
    """The list, and in its place the field for another day.

    Signals
    -------
    day_chosen(date)
        A person chose the day of a visit.
    """

    day_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: list[date] = []
        self._current: date | None = None
        self.list = DropDown()
        self.list.setFixedSize(_WIDTH, 32)
        self.list.setMaxVisibleItems(16)
        self.list.setAccessibleName(self.tr("Visit"))
        self.list.activated.connect(self._choose)
        self.day = DayField(130)
        self.day.setAccessibleName(self.tr("Day of the visit"))
        self.use = KeyButton(self.tr("Use this day"))
        self.use.clicked.connect(self._use)
        other = QWidget()
        row = QHBoxLayout(other)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.day)
        row.addWidget(self.use)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(other)
        self._stack.setFixedWidth(_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._stack.setFixedHeight(32)
        layout.addWidget(self._stack)

    @property
    def is_asking(self) -> bool:
        """Whether another day is being chosen."""
        return self._stack.currentIndex() == 1

    def show_visits(
        self,
        visits: Sequence[OfferedVisit],
        current: date | None,
        *,
        can_add: bool,
        latest: date,
    ) -> None:
        """Show the days that can be chosen, the newest first, one of them as chosen."""
        self._current = current
        self._days = [one.day for one in visits]
        with QSignalBlocker(self.list):
            self.list.clear()
            for one in visits:
                said = words.day(one.day)
                if one.is_today:
                    said = self.tr("Today, {day}").format(day=said)
                if one.is_unsaved:  # said alone: with more it would not fit into the box
                    said = self.tr("{visit}, not saved").format(visit=said)
                elif one.setting:
                    said = f"{said}, {one.setting.lower()}"
                elif one.is_new:
                    said = self.tr("{visit}, new").format(visit=said)
                self.list.addItem(said, one.day.isoformat())
            if can_add:
                self.list.addItem(self.tr("Another day…"), _ANOTHER)
            if current in self._days:
                self.list.setCurrentIndex(self._days.index(current))
        self.list.setToolTip(self.list.currentText())
        self.day.setDateRange(QDate(2000, 1, 1), QDate(latest.year, latest.month, latest.day))

    def ask_day(self) -> None:
        """Ask for another day than those listed."""
        self._stack.setCurrentIndex(1)
        self.day.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self, at: int) -> None:
        if self.list.itemData(at) == _ANOTHER:
            if self._current in self._days:
                with QSignalBlocker(self.list):
                    self.list.setCurrentIndex(self._days.index(self._current))
            self.ask_day()
        elif 0 <= at < len(self._days) and self._days[at] != self._current:
            self.day_chosen.emit(self._days[at])

    def _use(self) -> None:
        chosen = self.day.date()
        self._close()
        self.day_chosen.emit(date(chosen.year(), chosen.month(), chosen.day()))

    def _close(self) -> None:
        self._stack.setCurrentIndex(0)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_asking and event.key() == Qt.Key.Key_Escape:
            self._close()
        elif self.is_asking and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._use()
        else:
            super().keyPressEvent(event)
