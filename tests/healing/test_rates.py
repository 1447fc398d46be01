from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from woundtrack.healing import rates

AREAS = st.floats(min_value=0.05, max_value=400)

# The expected numbers of the first tests are the golden vectors of the project's clinical
# reference, worked out apart from this code.


def test_twelve_to_seven_point_two_is_a_reduction_of_forty_percent() -> None:
    assert rates.area_reduction_percent(12.0, 7.2) == pytest.approx(40.0)


def test_the_gilman_advance_is_lost_area_over_mean_perimeter() -> None:
    advance_cm = rates.gilman_advance_cm(12.0, 14.0, 7.2, 10.6)
    weekly_cm = rates.gilman_cm_per_week(12.0, 14.0, 7.2, 10.6, days=28)

    assert advance_cm == pytest.approx(0.3902, abs=5e-5)
    assert weekly_cm == pytest.approx(0.0976, abs=5e-5)


def test_the_exponential_through_two_areas() -> None:
    per_day = rates.exponential_per_day(12.0, 7.2, days=28)

    assert per_day == pytest.approx(0.018244, abs=5e-7)
    assert rates.half_life_days(per_day) == pytest.approx(37.99, abs=5e-3)


def test_a_circle_from_three_to_two_centimetres_advances_exactly_one() -> None:
    advance_cm = rates.gilman_advance_cm(math.pi * 9, 2 * math.pi * 3, math.pi * 4, 2 * math.pi * 2)

    assert advance_cm == pytest.approx(1.0, abs=1e-12)


def test_the_interval_of_a_forty_percent_reduction() -> None:
    low, high = rates.area_reduction_interval_percent(12.0, 7.2, 0.05)

    assert low == pytest.approx(31.1, abs=0.05)
    assert high == pytest.approx(47.8, abs=0.05)


def test_the_smallest_detectable_ratios() -> None:
    down, up = rates.detectable_ratio(0.05)

    assert up == pytest.approx(1.149, abs=5e-4)
    assert down == pytest.approx(0.871, abs=5e-4)


@pytest.mark.parametrize(
    ("latest", "is_within"), [(8.8, True), (8.6, False), (11.4, True), (11.6, False)]
)
def test_a_change_of_less_than_the_detectable_ratio_is_within_measuring_error(
    latest: float, is_within: bool
) -> None:
    assert rates.is_within_measuring_error(10.0, latest) is is_within


def test_the_volume_of_a_ruled_wound() -> None:
    assert rates.kundin_volume_cm3(4.2, 2.8, 1.1) == pytest.approx(4.2301, abs=5e-5)


def test_growth_is_a_negative_reduction_without_limit() -> None:
    assert rates.area_reduction_percent(10.0, 35.0) == pytest.approx(-250.0)


@given(AREAS, AREAS, st.floats(min_value=1, max_value=1000))
def test_the_exponential_runs_through_both_areas(before: float, after: float, days: float) -> None:
    per_day = rates.exponential_per_day(before, after, days=days)

    assert before * math.exp(-per_day * days) == pytest.approx(after)


@given(AREAS, AREAS)
def test_the_reduction_lies_in_its_interval(before: float, after: float) -> None:
    low, high = rates.area_reduction_interval_percent(before, after)

    assert low < rates.area_reduction_percent(before, after) < high


@given(AREAS, AREAS)
def test_a_log_ratio_there_and_back_is_nothing(before: float, after: float) -> None:
    there = rates.log_area_ratio(before, after)

    assert there == pytest.approx(-rates.log_area_ratio(after, before))


def test_a_closed_baseline_has_no_reduction() -> None:
    with pytest.raises(ValueError, match="open areas"):
        rates.area_reduction_percent(0.0, 5.0)


def test_a_rate_needs_time_between_the_measurements() -> None:
    with pytest.raises(ValueError, match="time between"):
        rates.gilman_cm_per_week(12.0, 14.0, 7.2, 10.6, days=0)


def test_what_grows_has_no_half_life() -> None:
    with pytest.raises(ValueError, match="no half-life"):
        rates.half_life_days(-0.01)
