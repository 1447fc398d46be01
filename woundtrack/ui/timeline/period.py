"""Which part of a course is shown: presets, zooming about a day, moving along.

Hides that a period never leaves the course, nor gets too short to read; all of it is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack.healing.chart_layout import Period

LEAST_DAYS: Final = 7
_STEP: Final = 1.4


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("period", text))


PRESETS: Final[tuple[tuple[int, str], ...]] = (
    (0, _("Whole course")),
    (365, _("Last 12 months")),
    (182, _("Last 6 months")),
    (91, _("Last 3 months")),
    (28, _("Last 4 weeks")),
)
"""Days before the end of the course, and what they are called; 0 is all of it."""


def preset_name(days: int) -> str:
    """Return what a preset is called."""
    return QCoreApplication.translate("period", dict(PRESETS)[days])


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """The first and last day there are; what is asked of it never lies beyond them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How long it is."""
        return max((self.last - self.first).days, 1)

    def held(self, start: float, end: float) -> Period | None:
        """Return the period between two ordinals, inside the course; None where that is all."""
        low, high = self.first.toordinal(), self.last.toordinal()
        least = min(LEAST_DAYS, high - low)
        if end - start < least:
            middle = (start + end) / 2
            start, end = middle - least / 2, middle + least / 2
        if start < low:
            start, end = low, end + low - start
        if end > high:
            start, end = max(low, start - (end - high)), high
        first, last = round(start), round(min(end, high))
        if first <= low and last >= high:
            return None
        return date.fromordinal(first), date.fromordinal(last)

    def last_days(self, days: int) -> Period | None:
        """Return the last so many days; None for all of it, or more than there are."""
        if not days or days >= self.days:
            return None
        return self.last - timedelta(days=days), self.last

    def zoomed(self, period: Period | None, about: float, factor: float = _STEP) -> Period | None:
        """Return a period ``factor`` times as close, in which the ordinal ``about`` stays put."""
        start, end = self._ends(period)
        return self.held(about - (about - start) / factor, about + (end - about) / factor)

    def wider(self, period: Period | None, about: float) -> Period | None:
        """Return a period that shows more around a day."""
        return self.zoomed(period, about, 1 / _STEP)

    def moved(self, period: Period | None, share: float) -> Period | None:
        """Return a period moved along by a share of itself; later ones are positive."""
        if period is None:
            return None
        start, end = self._ends(period)
        by = share * (end - start)
        return self.held(start + by, end + by)

    def showing(self, period: Period | None, on: date) -> Period | None:
        """Return a period moved no farther than shows a day."""
        if period is None or period[0] <= on <= period[1]:
            return period
        start, end = self._ends(period)
        by = on.toordinal() - (start if on < period[0] else end)
        return self.held(start + by, end + by)

    def _ends(self, period: Period | None) -> tuple[float, float]:
        first, last = period or (self.first, self.last)
        return float(first.toordinal()), float(last.toordinal())
