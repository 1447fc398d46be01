"""A date of which the day, or the month too, may be unknown, typed as people write it.

Hides the spellings: ``11 Jun 2026``, ``11/6/2026``, ``Jun 2026``, ``6/2026``, ``2026``, ``today``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from woundtrack.model import PartialDate
from woundtrack.ui.components import Label, words

_ISO: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_NUMBERS: Final = re.compile(r"(?:(\d{1,2})\s*[./]\s*)?(\d{1,2})\s*[./]\s*(\d{4}|\d{2})")
_NAMED: Final = re.compile(r"(?:(\d{1,2})\.?\s+)?([^\W\d]+)\.?(?:\s+(\d{4}))?")


def read_partial_date(text: str, today: date) -> PartialDate | None:
    """Return the date that is meant; None where it isn't understood. Day before month, as shown.

    A day and month without a year are the last such day that isn't after ``today``.
    """
    text = " ".join(text.split())
    if found := _ISO.fullmatch(text):
        return _made(found[1], found[2], found[3])
    if found := _NUMBERS.fullmatch(text):
        year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
        return _made(year, found[2], found[1])
    if found := _NAMED.fullmatch(text):
        month = _month(found[2])
        if month is None:
            return None
        if found[3]:
            return _made(found[3], str(month), found[1])
        if found[1]:
            this = _made(str(today.year), str(month), found[1])
            is_over = this is not None and this.earliest <= today
            return this if is_over else _made(str(today.year - 1), str(month), found[1])
    return None


def _made(year: str, month: str | None, day: str | None) -> PartialDate | None:
    parts = [year, *(f"{int(one):02}" for one in (month, day) if one is not None)]
    try:
        return PartialDate(text="-".join(parts))
    except ValueError:
        return None


def _month(name: str) -> int | None:
    """Return the month of a name, in the person's language or in English, or its beginning."""
    for locale in (QLocale(), QLocale(QLocale.Language.English)):
        for month in range(1, 13):
            full = locale.standaloneMonthName(month).casefold()
            short = locale.standaloneMonthName(month, QLocale.FormatType.ShortFormat).casefold()
            given = name.casefold()
            if given == short.rstrip(".") or (len(given) >= 3 and full.startswith(given)):
                return month
    return None


class PartialDateField(QWidget):
    """A date of any precision; what was understood stands beneath.

    Signals
    -------
    edited()
        A person typed in it.
    """

    edited = Signal()

    def __init__(self, *, name: str, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setFixedHeight(32)
        self.line.setPlaceholderText(hint or self.tr("such as 11 Jun 2026, or Jun 2026"))
        self.line.textEdited.connect(self._edit)
        self.line.editingFinished.connect(self._finish)
        self._said = Label("", "caption", "2")
        self._said.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line)
        layout.addWidget(self._said)
        self.setFocusProxy(self.line)

    @property
    def value(self) -> PartialDate | None:
        """The date; None for none, or for one that isn't understood."""
        text = self.line.text().strip()
        today = date.today()  # noqa: DTZ011  the person's own day
        if text.casefold() == self.tr("today").casefold():
            return PartialDate.of(today)
        if text.casefold() == self.tr("yesterday").casefold():
            return PartialDate.of(today - timedelta(days=1))
        return read_partial_date(text, today) if text else None

    @property
    def is_understood(self) -> bool:
        """Whether it is empty or a date."""
        return not self.line.text().strip() or self.value is not None

    @property
    def said(self) -> str:
        """What stands beneath it."""
        return self._said.text()

    def set_value(self, value: PartialDate | None) -> None:
        """Show a date, or none."""
        self.line.setText("" if value is None else words.partial_day(value))
        self._say("")

    def _edit(self, _text: str) -> None:
        value = self.value
        self._say("" if value is None else words.partial_day(value))
        self.edited.emit()

    def _finish(self) -> None:
        if not self.is_understood:
            self._say(self.tr("Type a day, a month or a year, such as 11 Jun 2026."))

    def _say(self, text: str) -> None:
        self._said.setText(text)
        self._said.set_tone("2" if self.is_understood else "refuse")
        self._said.setVisible(bool(text) and text != self.line.text().strip())
