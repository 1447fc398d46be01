"""Numbers and dates as a person reads them: areas, intervals, changes, days.

Hides decimals by size, the true minus, the thin spaces before units, the locale, and that a line
written from right to left would turn "−17 %" and "12.1–13.8" round.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt, QTime
from PySide6.QtGui import QGuiApplication

from woundtrack.model import PartialDate, Precision

THIN: Final = "\u202f"
"""The narrow no-break space before % and units."""
MINUS: Final = "\u2212"
DASH: Final = "\u2013"
_ISOLATE: Final = "\u2068"
_POP: Final = "\u2069"


def kept_whole(text: str) -> str:
    """Return a text that stands in a line without being turned round by it.

    In a window that is laid out from right to left it gets the marks of an isolate (U+2068, U+2069,
    https://www.unicode.org/reports/tr9/); elsewhere it is returned as it is.
    """
    if QGuiApplication.layoutDirection() is not Qt.LayoutDirection.RightToLeft:
        return text
    return f"{_ISOLATE}{text}{_POP}"


def number(value: float, decimals: int) -> str:
    """Return a number in the person's locale with a true minus; −0 is 0."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    text = locale.toString(abs(float(value)), "f", decimals)
    is_zero = not any(digit in text for digit in "123456789")
    return kept_whole(text if value >= 0 or is_zero else MINUS + text)


def decimals_for(area_cm2: float) -> int:
    """Return how many decimals an area gets: one, two below 1 cm², none for zero."""
    if area_cm2 == 0:
        return 0
    return 2 if area_cm2 < 0.995 else 1


def area(area_cm2: float, *, has_unit: bool = False) -> str:
    """Return an area given in cm²: ``12.9``, ``0.40``, ``0``; with its unit if asked."""
    text = number(area_cm2, decimals_for(area_cm2))
    return kept_whole(f"{text}{THIN}cm²") if has_unit else text


def interval(low_cm2: float, high_cm2: float, *, has_unit: bool = True) -> str:
    """Return an interval for a sentence: ``12.1 to 13.8 cm²``."""
    decimals = decimals_for(high_cm2)
    text = QCoreApplication.translate("words", "{low} to {high}").format(
        low=number(low_cm2, decimals), high=number(high_cm2, decimals)
    )
    return kept_whole(f"{text}{THIN}cm²" if has_unit else text)


def interval_short(low_cm2: float, high_cm2: float) -> str:
    """Return an interval for a table: ``12.1–13.8``."""
    decimals = decimals_for(high_cm2)
    return kept_whole(f"{number(low_cm2, decimals)}{DASH}{number(high_cm2, decimals)}")


def length(length_cm: float) -> str:
    """Return a length given in cm, with its unit: ``4.9 cm``."""
    return kept_whole(f"{number(length_cm, 1)}{THIN}cm")


def percent(fraction: float, *, has_sign: bool = False) -> str:
    """Return a fraction as whole per cent: ``−17 %``; with a plus sign if asked."""
    value = round(fraction * 100)
    sign = "+" if has_sign and value > 0 else ""
    return kept_whole(f"{sign}{number(value, 0)}{THIN}%")


def counted(count: int, one: str, many: str) -> str:
    """Return ``one`` for a single thing, else ``many`` with its ``{n}`` filled."""
    return one if count == 1 else many.format(n=count)


def day(on: date) -> str:
    """Return a date: ``11 Jun 2026``."""
    return kept_whole(QLocale().toString(QDate(on.year, on.month, on.day), "d MMM yyyy"))


def partial_day(on: PartialDate) -> str:
    """Return a date as far as it is known: ``11 Jun 2026``, ``Jun 2026``, ``2026``."""
    if on.precision is Precision.DAY:
        return day(on.earliest)
    if on.precision is Precision.MONTH:
        first = QDate(on.earliest.year, on.earliest.month, 1)
        return kept_whole(QLocale().toString(first, "MMM yyyy"))
    return kept_whole(str(on.earliest.year))


def day_short(on: date) -> str:
    """Return a date without its year: ``11 Jun``."""
    return kept_whole(QLocale().toString(QDate(on.year, on.month, on.day), "d MMM"))


def clock(at: datetime) -> str:
    """Return the time of day of a local moment: ``8:55``."""
    return QLocale().toString(QTime(at.hour, at.minute), "H:mm")


def moment(at: datetime, today: date) -> str:
    """Return when something was, for a list: ``today, 8:55``, ``yesterday``, ``4 Jun``.

    ``at`` is aware; it is shown in this computer's time zone.
    """
    local = at.astimezone()
    days = (today - local.date()).days
    if days == 0:
        return QCoreApplication.translate("words", "today, {time}").format(time=clock(local))
    if days == 1:
        return QCoreApplication.translate("words", "yesterday, {time}").format(time=clock(local))
    return day_short(local.date()) if local.year == today.year else day(local.date())
