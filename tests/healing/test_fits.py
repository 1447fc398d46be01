"""The fits against statsmodels and SciPy, whose calls stand beside their numbers.

statsmodels 0.15.0, SciPy 1.17.1, numpy 2.4.6; y is ln(area), d the days, s the measurements' own
standard deviations of ln(area), ln(high / low) / 3.92.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.healing.points import point, term
from woundtrack.healing import fits
from woundtrack.healing.fits import DelayStatus

DAYS = (0, 7, 14, 28, 42, 56)
AREAS = (20, 18.5, 14.9, 10.2, 7.6, 5.1)
SHARES = (0.05, 0.05, 0.1, 0.05, 0.08, 0.05)

DELAYED_DAYS = (0, 7, 14, 21, 28, 35, 42, 49)
DELAYED_AREAS = (20.2, 19.7, 20.4, 18.1, 14.9, 12.4, 10.0, 8.3)


def test_the_exponential_agrees_with_weighted_least_squares_of_statsmodels() -> None:
    points = [
        point(area, day, share=share) for day, area, share in zip(DAYS, AREAS, SHARES, strict=True)
    ]

    fit = fits.exponential(points)

    # m = sm.WLS(y, np.column_stack([1, -d]), weights=1 / s**2).fit(); m.params, m.conf_int(),
    # m.ssr, sqrt(m.scale). The scatter is above 1, so that its interval is the wider one.
    assert fit is not None
    assert fit.per_day.value == pytest.approx(0.02500505, abs=1e-8)
    assert (fit.per_day.low, fit.per_day.high) == pytest.approx((0.02267981, 0.02733029), abs=1e-8)
    assert fit.chi2 == pytest.approx(8.849117551213068, abs=1e-6)
    assert fit.scatter == pytest.approx(1.4873733182369742, abs=1e-6)
    assert math.log(fit.area.value) == pytest.approx(3.0396507, abs=1e-7)
    assert math.log(fit.area.low or 0) == pytest.approx(2.96559365, abs=1e-7)
    assert math.log(fit.area.high or 0) == pytest.approx(3.11370776, abs=1e-7)
    assert fit.count == 6


def test_the_half_life_and_its_interval_are_those_of_the_constant() -> None:
    points = [
        point(area, day, share=share) for day, area, share in zip(DAYS, AREAS, SHARES, strict=True)
    ]

    fit = fits.exponential(points)

    # ln 2 / 0.02500505, / 0.02733029, / 0.02267981
    assert fit is not None
    assert fit.half_life is not None
    assert fit.half_life.value == pytest.approx(27.7203, abs=1e-3)
    assert (fit.half_life.low, fit.half_life.high) == pytest.approx((25.3619, 30.5623), abs=1e-3)


def test_areas_on_a_perfect_line_have_the_interval_of_their_measurements() -> None:
    points = [point(10 * math.exp(-0.02 * day), day) for day in (0, 10, 20, 30)]

    fit = fits.exponential(points)

    # s = ln(1.05 / 0.95) / 3.92 = 0.0255314; Σ (d - 15)² = 500; 1.96 s / √500 = 0.00223792.
    assert fit is not None
    assert fit.per_day.value == pytest.approx(0.02, abs=1e-12)
    assert (fit.per_day.low, fit.per_day.high) == pytest.approx((0.01776207, 0.02223793), abs=1e-8)
    assert fit.scatter == pytest.approx(0.0, abs=1e-6)


def test_a_scale_that_all_measurements_share_moves_the_area_and_not_the_rate() -> None:
    areas = (10, 9.0, 8.2, 7.2, 6.6)
    points = [
        point(area, 7 * place, terms=(term(0.02 * area), term(0.08 * area, common="printer")))
        for place, area in enumerate(areas)
    ]

    fit = fits.exponential(points)

    # V = diag(s**2) + (0.08 / 1.96)**2, s = ln(1.0201 / 0.9801) / 3.92;
    # g = sm.GLS(y, X, sigma=V).fit(); g.params, (g.wresid**2).sum(),
    # sqrt(diag(g.normalized_cov_params)) = 0.04157464, 0.00046099. WLS without the shared part
    # has the same slope and the same standard error of it. χ²/3 > 1: t(3) √(χ²/3) = 3.28727.
    assert fit is not None
    assert fit.per_day.value == pytest.approx(0.01505963, abs=1e-8)
    assert math.log(fit.area.value) == pytest.approx(2.30385379, abs=1e-8)
    assert fit.chi2 == pytest.approx(3.200783653342914, abs=1e-6)
    reach = 3.182446305284263 * math.sqrt(3.200783653342914 / 3)
    assert (fit.per_day.high or 0) - fit.per_day.value == pytest.approx(
        reach * 0.00046099, abs=1e-7
    )
    assert math.log((fit.area.high or 0) / fit.area.value) == pytest.approx(
        reach * 0.04157464, abs=1e-6
    )


def test_a_scale_that_some_measurements_share_is_their_covariance() -> None:
    areas = (10, 9.0, 8.2, 7.2, 6.6)
    points = [
        point(
            area,
            7 * place,
            share=0.02,
            terms=(term(0.02 * area), term(0.08 * area, common="printer"))
            if place < 3
            else (term(0.02 * area),),
        )
        for place, area in enumerate(areas)
    ]

    fit = fits.exponential(points)

    # sm.GLS with V = diag(s**2) + u uᵀ, u = 0.08 / 1.96 for the first three and 0 for the rest.
    assert fit is not None
    assert fit.per_day.value == pytest.approx(0.01403884, abs=1e-8)
    assert math.log(fit.area.value) == pytest.approx(2.27527144, abs=1e-8)
    assert fit.chi2 == pytest.approx(1.2254461807665298, abs=1e-6)
    half = max(1.96, 3.182446305284263 * math.sqrt(1.2254461807665298 / 3)) * 0.00086032
    assert (fit.per_day.high or 0) - fit.per_day.value == pytest.approx(half, abs=1e-6)


def test_a_level_course_has_no_half_life() -> None:
    points = [point(area, day) for day, area in ((0, 10), (7, 10.2), (14, 9.9), (21, 10.1))]

    fit = fits.exponential(points)

    assert fit is not None
    assert fit.half_life is None


def test_a_growing_wound_has_a_negative_constant_and_no_half_life() -> None:
    fit = fits.exponential([point(area, day) for day, area in ((0, 5), (7, 8), (14, 13))])

    assert fit is not None
    assert fit.per_day.value < 0
    assert fit.half_life is None


def test_two_areas_are_no_fit_and_neither_are_three_on_one_day() -> None:
    assert fits.exponential([point(10, 0), point(8, 7)]) is None
    assert fits.exponential([point(10, 0), point(8, 0), point(9, 0)]) is None


def test_closed_visits_and_missing_areas_are_left_out_of_a_fit() -> None:
    points = [point(8, 0), point(None, 3), point(4, 10), point(2, 20), point(0, 30)]

    fit = fits.exponential(points)

    assert fit is not None
    assert fit.count == 3
    assert fit.per_day.value == pytest.approx(math.log(2) / 10, abs=1e-12)


def test_without_intervals_the_assumed_spread_is_used_and_said_so() -> None:
    fit = fits.exponential([point(8, 0, share=None), point(4, 10), point(2, 20)])

    assert fit is not None
    assert fit.per_day.is_assumed
    assert fit.half_life is not None
    assert fit.half_life.is_assumed


def test_the_delayed_exponential_agrees_with_curve_fit_of_scipy() -> None:
    points = [point(area, day) for day, area in zip(DELAYED_DAYS, DELAYED_AREAS, strict=True)]

    fit = fits.delayed_exponential(points)

    # curve_fit(lambda t, a, k, b: a - k * np.maximum(t - b, 0), d, y, p0=[3, .03, 16], sigma=s,
    #           absolute_sigma=True, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    assert fit is not None
    assert fit.area.value == pytest.approx(20.09783397964269, abs=1e-6)
    assert fit.per_day.value == pytest.approx(0.0279727, abs=1e-7)
    assert fit.delay.value == pytest.approx(17.34528632, abs=1e-6)
    assert fit.chi2 == pytest.approx(1.298618061894282, abs=1e-9)
    assert fit.scatter == pytest.approx(0.5096308589350335, abs=1e-6)
    assert fit.status is DelayStatus.IDENTIFIED


def test_the_intervals_of_the_delayed_exponential_are_those_of_the_profile() -> None:
    points = [point(area, day) for day, area in zip(DELAYED_DAYS, DELAYED_AREAS, strict=True)]

    fit = fits.delayed_exponential(points)

    # scipy.optimize.brentq of χ²(delay), χ²(k) and χ²(ln A₀), each at its least over the others,
    # minus the least of all and 1.96² (t(5) √(χ²/5) is less).
    assert fit is not None
    assert (fit.delay.low, fit.delay.high) == pytest.approx(
        (15.284828709313524, 19.17361128615752), abs=1e-6
    )
    assert (fit.per_day.low, fit.per_day.high) == pytest.approx(
        (0.025712044633194184, 0.030233354421023033), abs=1e-6
    )
    assert (fit.area.low, fit.area.high) == pytest.approx(
        (19.525483160010804, 20.68696212646461), abs=1e-6
    )


def test_a_fall_from_the_first_day_on_needs_no_delay() -> None:
    points = [point(20 * math.exp(-0.03 * day), day) for day in (0, 7, 14, 21, 28, 35)]

    fit = fits.delayed_exponential(points)

    assert fit is not None
    assert fit.delay.low == pytest.approx(0.0, abs=1e-9)
    assert fit.status is DelayStatus.NONE_NEEDED


def test_a_level_course_has_no_delay_that_means_anything() -> None:
    areas = (10, 10.2, 9.9, 10.1, 10.0, 10.1)
    points = [point(area, 7 * place) for place, area in enumerate(areas)]

    fit = fits.delayed_exponential(points)

    assert fit is not None
    assert fit.status is DelayStatus.NO_FALL


def test_a_fall_seen_by_the_last_area_alone_has_a_delay_without_an_end() -> None:
    areas = (10, 10, 10, 10, 10, 6)
    points = [point(area, 7 * place) for place, area in enumerate(areas)]

    fit = fits.delayed_exponential(points)

    assert fit is not None
    assert fit.delay.high == pytest.approx(28.0)
    assert fit.status is DelayStatus.NO_END


def test_two_areas_on_the_last_day_leave_a_delay_that_is_a_number() -> None:
    areas = ((0, 10.0), (7, 10.0), (14, 8.0), (21, 5.0), (21, 5.2))

    fit = fits.delayed_exponential([point(area, on) for on, area in areas])

    assert fit is not None
    numbers = (fit.delay, fit.per_day, fit.area)
    assert all(
        math.isfinite(end) for one in numbers for end in (one.value, one.low or 0, one.high or 0)
    )
    assert fit.delay.value < 21


def test_four_areas_are_too_few_for_a_delay() -> None:
    assert fits.delayed_exponential([point(10 - day / 7, day) for day in (0, 7, 14, 21)]) is None


@given(
    st.lists(st.floats(min_value=0.1, max_value=300), min_size=5, max_size=9),
    st.floats(min_value=0.01, max_value=100),
)
def test_the_unit_of_area_does_not_change_how_well_a_curve_fits(
    areas: list[float], factor: float
) -> None:
    first, second = (
        fits.delayed_exponential(
            [point(scale * area, 7 * place) for place, area in enumerate(areas)]
        )
        for scale in (1.0, factor)
    )

    assert first is not None
    assert second is not None
    assert second.chi2 == pytest.approx(first.chi2, rel=1e-6, abs=1e-6)


@given(st.lists(st.floats(min_value=0.1, max_value=300), min_size=5, max_size=9))
def test_a_delay_never_fits_worse_than_none_and_lies_in_its_interval(areas: list[float]) -> None:
    points = [point(area, 7 * place) for place, area in enumerate(areas)]

    plain, delayed = fits.exponential(points), fits.delayed_exponential(points)

    assert plain is not None
    assert delayed is not None
    assert delayed.chi2 <= plain.chi2 + 1e-6
    for one in (delayed.delay, delayed.per_day, delayed.area):
        assert one.low is not None
        assert one.high is not None
        assert one.low - 1e-9 * abs(one.value) - 1e-9 <= one.value
        assert one.value <= one.high + 1e-9 * abs(one.value) + 1e-9


@pytest.mark.parametrize(
    ("freedom", "expected"),
    # scipy.stats.t.ppf(0.975, freedom)
    [
        (1, 12.706204736174694),
        (2, 4.302652729749462),
        (3, 3.1824463052837078),
        (6, 2.4469118511449786),
        (29, 2.045229642132703),
        (100, 1.9839715185235518),
    ],
)
def test_students_t_agrees_with_scipy(freedom: int, expected: float) -> None:
    assert fits.student_t95(freedom) == pytest.approx(expected, abs=1e-9)


def test_students_t_needs_a_degree_of_freedom() -> None:
    with pytest.raises(ValueError, match="degree of freedom"):
        fits.student_t95(0)
