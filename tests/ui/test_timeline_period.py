from __future__ import annotations

from datetime import date

import pytest

from woundtrack.ui.timeline.period import PRESETS, Course, preset_name

COURSE = Course(first=date(2026, 1, 1), last=date(2026, 12, 31))


def test_all_of_a_course_is_no_period() -> None:
    first, last = COURSE.first.toordinal(), COURSE.last.toordinal()

    assert COURSE.held(first, last) is None
    assert COURSE.held(first - 30, last + 30) is None
    assert COURSE.last_days(0) is None
    assert COURSE.last_days(1000) is None


def test_the_last_months_end_with_the_course() -> None:
    assert COURSE.last_days(91) == (date(2026, 10, 1), date(2026, 12, 31))
    assert [preset_name(days) for days, _ in PRESETS][:2] == ["Whole course", "Last 12 months"]


def test_zooming_keeps_the_day_under_the_mouse_where_it_is() -> None:
    about = date(2026, 3, 2).toordinal()

    period = COURSE.zoomed(None, about, 2.0)

    assert period is not None
    share = (about - COURSE.first.toordinal()) / COURSE.days
    first, last = period
    assert (last - first).days == pytest.approx(COURSE.days / 2, abs=1)
    assert (about - first.toordinal()) / (last - first).days == pytest.approx(share, abs=0.02)


def test_zooming_out_comes_back_to_all_of_it() -> None:
    about = date(2026, 6, 1).toordinal()
    period = COURSE.zoomed(None, about)

    assert period is not None
    assert COURSE.wider(period, about) is None


def test_a_period_is_a_week_at_least_and_stays_inside() -> None:
    day = date(2026, 12, 30).toordinal()

    period = COURSE.held(day, day + 1)

    assert period == (date(2026, 12, 24), date(2026, 12, 31))


def test_moving_stops_at_both_ends() -> None:
    period = date(2026, 2, 1), date(2026, 3, 1)

    assert COURSE.moved(period, 0.5) == (date(2026, 2, 15), date(2026, 3, 15))
    assert COURSE.moved(period, -5) == (date(2026, 1, 1), date(2026, 1, 29))
    assert COURSE.moved(None, 1) is None


def test_a_period_goes_no_farther_than_shows_a_day() -> None:
    period = date(2026, 2, 1), date(2026, 3, 1)

    assert COURSE.showing(period, date(2026, 2, 10)) == period
    assert COURSE.showing(period, date(2026, 3, 11)) == (date(2026, 2, 11), date(2026, 3, 11))
    assert COURSE.showing(None, date(2026, 3, 11)) is None


def test_a_course_of_one_day_is_always_whole() -> None:
    course = Course(first=date(2026, 1, 1), last=date(2026, 1, 1))

    assert course.zoomed(None, course.first.toordinal()) is None
    assert course.last_days(28) is None
