"""Reductions, margin advances and totals with their intervals, against numbers made by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.healing.points import point, term
from woundtrack.healing import estimates


def test_the_interval_of_a_reduction_without_measured_ones_is_the_assumed_one_of_the_notes() -> (
    None
):
    reduction = estimates.area_reduction(point(12.0, 0, share=None), point(7.2, 28, share=None))

    assert reduction is not None
    assert reduction.value == pytest.approx(40.0)
    assert reduction.low == pytest.approx(31.1, abs=0.05)
    assert reduction.high == pytest.approx(47.8, abs=0.05)
    assert reduction.is_assumed


def test_the_interval_of_a_reduction_is_that_of_its_measurements() -> None:
    reduction = estimates.area_reduction(point(12.0), point(7.2, 28))

    # ln 0.6 = -0.510826; down and up both hypot(-ln 0.95, ln 1.05) = hypot(0.051293, 0.048790).
    half = math.hypot(0.0512933, 0.0487902)
    assert reduction is not None
    assert reduction.low == pytest.approx(100 * (1 - 0.6 * math.exp(half)), abs=1e-4)
    assert reduction.high == pytest.approx(100 * (1 - 0.6 * math.exp(-half)), abs=1e-4)
    assert not reduction.is_assumed


def test_an_interval_that_reaches_down_to_nothing_is_not_replaced_by_the_assumed_one() -> None:
    fissure = replace(point(0.4, 28), area_low_mm2=0.0)

    ratio = estimates.log_area_ratio(point(12.0), fissure)

    assert ratio is not None
    assert (ratio.low, ratio.high, ratio.is_assumed) == (None, None, False)
    reduction = estimates.area_reduction(point(12.0), fissure)
    assert reduction is not None
    assert reduction.value == pytest.approx(100 * 11.6 / 12)
    assert (reduction.unit, reduction.low, reduction.high) == ("%", None, None)


def test_the_log_ratio_turns_into_the_same_reduction() -> None:
    ratio = estimates.log_area_ratio(point(12.0), point(7.2, 28))

    assert ratio is not None
    assert ratio.value == pytest.approx(math.log(0.6))
    assert estimates.reduction_from(ratio) == estimates.area_reduction(point(12), point(7.2, 28))


def test_a_closed_lesion_is_reduced_by_all_of_it_and_has_no_log_ratio() -> None:
    assert estimates.area_reduction(point(12), point(0, 28)) == estimates.Estimate(
        value=100.0, unit="%"
    )
    assert estimates.log_area_ratio(point(12), point(0, 28)) is None


def test_nothing_follows_from_a_missing_area_or_a_closed_beginning() -> None:
    assert estimates.area_reduction(point(12), point(None, 28)) is None
    assert estimates.area_reduction(point(0), point(12, 28)) is None
    assert estimates.margin_advance(point(12), point(0, 28)) is None


def test_the_gilman_rate_is_the_golden_one() -> None:
    first, second = point(12.0, 0, perimeter_cm=14.0), point(7.2, 28, perimeter_cm=10.6)

    advance = estimates.margin_advance(first, second)
    rate = estimates.gilman_rate(first, second)

    assert advance is not None
    assert rate is not None
    assert advance.value == pytest.approx(0.3902, abs=5e-5)
    assert rate.value == pytest.approx(0.0976, abs=5e-5)


def test_the_margin_advance_of_circles_is_the_difference_of_their_radii() -> None:
    advance = estimates.margin_advance(point(9 * math.pi), point(4 * math.pi, 28))

    assert advance is not None
    assert advance.value == pytest.approx(1.0, abs=1e-12)


def test_the_interval_of_a_margin_advance_adds_its_causes_as_squares() -> None:
    first = point(12.0, 0, perimeter_cm=14.0, terms=(term(0.6, 0.3),))
    second = point(7.2, 28, perimeter_cm=10.6, terms=(term(0.4, 0.2),))

    advance = estimates.margin_advance(first, second)

    # mean p = 12.3, lost = 4.8: by perimeter 4.8 / (2 x 12.3²) = 0.01586358.
    # 0.6 / 12.3 + 0.3 x 0.01586358 = 0.05353956; 0.4 / 12.3 + 0.2 x 0.01586358 = 0.03569304.
    half = math.hypot(0.05353956, 0.03569304)
    assert advance is not None
    assert (advance.low, advance.high) == pytest.approx(
        (0.39024390 - half, 0.39024390 + half), abs=1e-7
    )


def test_a_printers_scale_counts_in_a_margin_advance_with_its_own_share_alone() -> None:
    first = point(12.0, 0, perimeter_cm=14.0, terms=(term(0.48, 0.28, common="printer"),))
    second = point(7.2, 28, perimeter_cm=10.6, terms=(term(0.288, 0.212, common="printer"),))

    advance = estimates.margin_advance(first, second)

    # Lengths may all be 2 % longer: so may the advance.
    assert advance is not None
    assert (advance.low, advance.high) == pytest.approx(
        (0.39024390 * 0.98, 0.39024390 * 1.02), abs=1e-7
    )


def test_a_bound_widens_a_margin_advance_at_one_end() -> None:
    first = point(12.0, 0, perimeter_cm=14.0, terms=(term(1.23, is_bound=True),))
    second = point(7.2, 28, perimeter_cm=10.6, terms=(term(0.0),))

    advance = estimates.margin_advance(first, second)

    assert advance is not None
    assert (advance.low, advance.high) == pytest.approx((0.39024390, 0.49024390), abs=1e-7)


def test_an_interval_without_causes_stands_for_one_that_widens_the_wound_all_round() -> None:
    first = point(12.0, 0, perimeter_cm=14.0, share=0.05)
    second = point(7.2, 28, perimeter_cm=10.6, share=None)

    advance = estimates.margin_advance(first, second)

    # 5 % and 9.8 % (1.96 x 0.05) of the areas, half of that of the perimeters.
    half = math.hypot(0.6 / 12.3 + 0.35 * 0.01586358, 0.7056 / 12.3 + 0.049 * 10.6 * 0.01586358)
    assert advance is not None
    assert advance.high == pytest.approx(0.39024390 + half, abs=1e-7)
    assert advance.is_assumed


def test_the_interval_of_a_total_adds_those_of_its_lesions_as_squares() -> None:
    total = estimates.weighted_sum_mm2([(1, point(10)), (1, point(20)), (1, point(0))])

    half = math.hypot(50, 100)
    assert (total.value, total.low, total.high) == pytest.approx((3000, 3000 - half, 3000 + half))


def test_what_the_lesions_of_a_total_share_is_added_with_its_sign() -> None:
    own, shared = 0.0, 0.04
    lesions = [
        point(area, terms=(term(own), term(shared * area, common="printer"))) for area in (10, 20)
    ]

    total = estimates.weighted_sum_mm2([(1, lesions[0]), (1, lesions[1])])

    assert (total.low, total.high) == pytest.approx((3000 - 120, 3000 + 120))


def test_a_total_of_an_area_without_an_interval_has_none() -> None:
    total = estimates.weighted_sum_mm2([(1, point(10)), (1, point(20, share=None))])

    assert (total.value, total.low, total.high) == (3000, None, None)


def test_a_missing_area_is_never_added_as_zero() -> None:
    with pytest.raises(ValueError, match="not zero"):
        estimates.weighted_sum_mm2([(1, point(None))])
