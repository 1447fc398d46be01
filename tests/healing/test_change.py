"""A change is judged by the intervals of both measurements; what they share counts in neither."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from woundtrack.healing import change
from woundtrack.healing.change import Change
from woundtrack.model import OutlineKind, Term, TimelinePoint, WoundState


def point(area_mm2: float, *terms: Term) -> TimelinePoint:
    """Return an open lesion's point whose whole interval is ±10 %, made of these terms."""
    return TimelinePoint(
        on=date(2026, 6, 11),
        state=WoundState.OPEN,
        area_mm2=area_mm2,
        area_low_mm2=area_mm2 * 0.9,
        area_high_mm2=area_mm2 * 1.1,
        perimeter_mm=None,
        assessment_id="a",
        terms=terms,
    )


def term(area_mm2: float, common: str = "") -> Term:
    """Return a cause of uncertainty that moves the area alone."""
    return Term(name="t", area_mm2=area_mm2, perimeter_mm=0, length_mm=0, width_mm=0, common=common)


def test_what_two_measurements_share_is_left_out_of_their_change() -> None:
    # Own 20 of 1000 mm²: (1 ± 0.01)² = 0.9801 and 1.0201; ln: −0.020101, +0.019901.
    before, after = (point(1000, term(20), term(90, "printer")) for _ in range(2))

    figures = change.ratio(before, after)

    half = math.hypot(0.0201007, 0.0199007)
    assert figures == pytest.approx((0.0, math.expm1(-half), math.expm1(half)), abs=1e-6)


def test_an_eschars_area_tells_nothing_of_an_ulcers() -> None:
    eschar = replace(point(1000, term(20)), kind=OutlineKind.ESCHAR)
    ulcer = replace(point(500, term(10)), kind=OutlineKind.ULCER)

    assert change.between(eschar, ulcer) is Change.CANNOT_TELL
    assert change.between(replace(eschar, kind=OutlineKind.ULCER), ulcer) is Change.SMALLER


def test_without_a_share_the_same_change_is_within_measurement_error() -> None:
    shared = [point(area, term(20), term(90, "printer")) for area in (1000, 940)]
    apart = [point(940, term(20), term(90, "another printer")), shared[0]]

    assert change.between(*shared) is Change.SMALLER
    assert change.between(apart[1], apart[0]) is Change.WITHIN_ERROR


@pytest.mark.parametrize(
    ("area_mm2", "share", "told"),
    [
        # ln 1.18 = 0.1655; ±10 %: half-widths 0.1054 and 0.0953, together 0.1421: +2 to +36 %.
        (1180.0, 0.10, Change.LARGER),
        # ±15 %: 0.1625 and 0.1398, together 0.2144: the interval is −5 to +46 %.
        (1180.0, 0.15, Change.CANNOT_TELL),
        # No difference, ±15 %: −19 to +24 %: no change that matters is in it.
        (1000.0, 0.15, Change.WITHIN_ERROR),
        # No difference, ±25 %: half-widths 0.2877 and 0.2231, together 0.3641: −31 to +44 %.
        (1000.0, 0.25, Change.CANNOT_TELL),
    ],
)
def test_an_interval_that_reaches_to_a_change_that_matters_tells_nothing_but_larger(
    area_mm2: float, share: float, told: Change
) -> None:
    before, after = (
        replace(point(area), area_low_mm2=area * (1 - share), area_high_mm2=area * (1 + share))
        for area in (1000.0, area_mm2)
    )

    assert change.between(before, after) is told
    assert change.is_too_wide(before, after) is (told is Change.CANNOT_TELL)


def test_two_areas_may_be_one_however_wide_their_interval_is() -> None:
    wide = replace(point(1000), area_low_mm2=400.0, area_high_mm2=2500.0)

    assert change.may_be_same(wide, replace(wide, area_mm2=1200.0)) is True
    assert change.may_be_same(point(1000), point(500)) is False
    assert change.may_be_same(point(1000), replace(point(500), area_low_mm2=None)) is None
