"""Numbers and dates as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from woundtrack.ui.components import words


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("area_cm2", "expected"),
    [(12.94, "12.9"), (1.0, "1.0"), (0.996, "1.0"), (0.4, "0.40"), (0.0, "0"), (1234.5, "1234.5")],
)
def test_an_area_has_one_decimal_and_two_below_one_square_centimetre(
    area_cm2: float, expected: str
) -> None:
    assert words.area(area_cm2) == expected


def test_a_unit_stands_after_a_narrow_space_that_does_not_break() -> None:
    assert words.area(12.9, has_unit=True) == "12.9\u202fcm²"
    assert words.percent(0.5) == "50\u202f%"
    assert words.length(4.93) == "4.9\u202fcm"


def test_a_negative_number_has_a_true_minus_and_zero_has_none() -> None:
    assert words.percent(-0.172) == "\u221217\u202f%"
    assert words.percent(-0.001) == "0\u202f%"
    assert words.percent(0.08, has_sign=True) == "+8\u202f%"


def test_an_interval_reads_as_a_sentence_and_as_a_table() -> None:
    assert words.interval(12.14, 13.79) == "12.1 to 13.8\u202fcm²"
    assert words.interval_short(12.14, 13.79) == "12.1\u201313.8"
    assert words.interval_short(0.351, 0.449) == "0.35\u20130.45"


def test_the_decimal_sign_is_the_locales() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))

    assert words.area(12.9) == "12,9"
    assert words.area(1234.5) == "1234,5"


def test_a_day_is_written_in_full() -> None:
    assert words.day(date(2026, 6, 11)) == "11 Jun 2026"
    assert words.day_short(date(2026, 6, 4)) == "4 Jun"


def test_when_something_was_depends_on_how_long_ago() -> None:
    noon = datetime(2026, 6, 11, 12, 0).astimezone()
    today = date(2026, 6, 11)

    assert words.moment(noon.astimezone(UTC), today) == "today, 12:00"
    assert words.moment(noon - timedelta(days=1), today) == "yesterday, 12:00"
    assert words.moment(noon - timedelta(days=7), today) == "4 Jun"
    assert words.moment(noon - timedelta(days=365), today) == "11 Jun 2025"
