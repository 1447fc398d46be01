"""Dates of any precision: a year, a month of a year, or a day.

What is known is kept and no more; for analysis such a date stands for the middle of what it may be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

_WRITTEN: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class PartialDate:
    """A date of which the day, or the month too, may be unknown; ISO 8601 as far as it is known.

    Raises ``ValueError`` for anything but ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    """

    text: str

    def __post_init__(self) -> None:
        if not _WRITTEN.fullmatch(self.text):
            raise ValueError(f"{self.text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
        _ = self.latest  # a month of 1 to 12, a day that its month has

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """Return a day as a date of full precision."""
        return cls(text=day.isoformat())

    @property
    def precision(self) -> Precision:
        """How much of it is known."""
        return (Precision.YEAR, Precision.MONTH, Precision.DAY)[self.text.count("-")]

    @property
    def earliest(self) -> date:
        """The first day that it may be."""
        return date.fromisoformat((self.text + "-01-01")[:10])

    @property
    def latest(self) -> date:
        """The last day that it may be."""
        first = self.earliest
        if self.precision is Precision.DAY:
            return first
        if self.precision is Precision.YEAR:
            return date(first.year, 12, 31)
        return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def middle(self) -> date:
        """The day that stands for it in an analysis: the middle of the days that it may be."""
        return self.earliest + (self.latest - self.earliest) // 2

    def by(self, day: date) -> date | None:
        """Return the day that stands for it when seen from a day by which it has happened.

        The middle, or that day where the middle is still to come; None where all of it is.
        """
        return None if self.earliest > day else min(self.middle, day)
