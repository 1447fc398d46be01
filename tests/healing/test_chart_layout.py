from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from woundtrack.healing.chart_layout import (
    MOST_SERIES,
    Curve,
    Cut,
    Panel,
    Story,
    Waiting,
    panels_of,
    shared_heights,
)
from woundtrack.healing.chart_scales import DateScale, value_scale
from woundtrack.healing.chart_spacing import Clearings, spread
from woundtrack.healing.chart_style import ENGLISH, STYLES, series_of
from woundtrack.healing.percents import percents_of
from woundtrack.model import (
    NestedCurve,
    OutlineKind,
    SiteGroup,
    Timeline,
    TimelinePoint,
    WoundState,
)

Make = Callable[[Mapping[str, Mapping[date, float | str]]], Timeline]

D1, D2, D3, D4 = (date(2026, 1, day) for day in (5, 12, 19, 26))


# --- names at the ends of lines ------------------------------------------------------------------


@given(st.lists(st.floats(0, 300), max_size=20))
def test_names_are_moved_apart_inside_the_panel_and_keep_their_order(places: list[float]) -> None:
    moved = spread(places, 13, 0, 300)

    assert all(-1e-6 <= place <= 300 + 1e-6 for place in moved)
    pairs = sorted(zip(places, moved, strict=True))
    ends = [place for _, place in pairs]
    assert all(after - before >= 13 - 1e-6 for before, after in pairwise(ends))


def test_names_that_are_far_apart_stay_where_they_are() -> None:
    assert spread([200.0, 10.0, 100.0], 13, 0, 300) == [200.0, 10.0, 100.0]


def test_two_names_at_one_height_move_equally_far() -> None:
    assert spread([100.0, 100.0], 13, 0, 300) == [93.5, 106.5]


def test_with_no_room_for_all_names_they_come_nearer_but_stay_inside() -> None:
    moved = spread([50.0] * 11, 13, 0, 100)

    assert moved == pytest.approx([10.0 * place for place in range(11)])


# --- scales --------------------------------------------------------------------------------------


@given(st.floats(0.01, 2900))
def test_an_axis_of_areas_begins_at_zero_and_has_two_to_four_ticks(largest: float) -> None:
    scale = value_scale([0.0, largest], unit="area", scaling="linear", words=ENGLISH)

    assert scale.bottom == 0.0
    assert scale.top >= largest
    assert 2 <= len(scale.ticks) <= 4
    assert scale.ticks[0] == (0.0, "0")
    assert scale.ticks[-1][0] <= scale.top + 1e-9


@pytest.mark.parametrize(
    ("largest", "names"),
    [(43.5, ["0", "20", "40"]), (4.8, ["0", "2", "4"]), (0.4, ["0", "0.2", "0.4"])],
)
def test_ticks_are_round_numbers(largest: float, names: list[str]) -> None:
    scale = value_scale([largest], unit="area", scaling="linear", words=ENGLISH)

    assert [name for _, name in scale.ticks] == names


@given(st.floats(100, 3000))
def test_a_hundred_percent_is_always_a_tick(largest: float) -> None:
    scale = value_scale([100.0, largest], unit="percent", scaling="linear", words=ENGLISH)

    names = [name for _, name in scale.ticks]
    assert "100" in names or largest > 390
    assert 2 <= len(names) <= 5


def test_a_logarithmic_axis_keeps_closed_on_a_rail() -> None:
    scale = value_scale([12.0, 0.4, 0.0], unit="area", scaling="log", words=ENGLISH)

    assert [name for _, name in scale.ticks] == ["closed", "0.1", "1", "10"]
    assert scale.rail is not None
    assert scale.place(0.0) == scale.rail < scale.place(0.1) == -1.0


def test_without_a_closed_lesion_a_logarithmic_axis_has_no_rail() -> None:
    scale = value_scale([12.0, 3.0], unit="area", scaling="log", words=ENGLISH)

    assert scale.rail is None
    assert [name for _, name in scale.ticks] == ["1", "3", "10"]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([0.04, 3.0], ["0.01", "0.1", "1"]),
        ([0.4, 120.0], ["0.1", "1", "10", "100"]),
        ([12.0, 26.0], ["10", "30", "100"]),
        ([10.0, 14.0], ["1", "3", "10"]),
        ([0.002, 4000.0], ["0.001", "0.1", "10", "1000"]),
        ([0.0], ["closed", "0.1", "0.3", "1"]),
    ],
)
def test_a_logarithmic_axis_begins_at_the_decade_below_the_smallest_value(
    values: list[float], names: list[str]
) -> None:
    scale = value_scale(values, unit="area", scaling="log", words=ENGLISH)

    assert [name for _, name in scale.ticks] == names
    assert scale.top >= math.log10(max(values) or 1)


def test_a_band_that_reaches_into_the_decade_below_is_not_cut_off(timeline: Make) -> None:
    # The interval of 10.2 cm² reaches from 9.69 to 10.71: below ten.
    (panel,) = panels_of(
        timeline({"A1": {D1: 10.2, D2: 20.0}}),
        split="site",
        unit="area",
        groups=None,
        words=ENGLISH,
    )

    scale = value_scale(panel.values, unit="area", scaling="log", words=ENGLISH)

    assert scale.ticks[0] == (0.0, "1")


def test_months_are_named_at_their_first_day() -> None:
    scale = DateScale(first=date(2026, 1, 12), last=date(2026, 6, 11), left_px=122, width_px=534)

    assert [name for _, name in scale.ticks(ENGLISH)] == [
        "Feb 2026",
        "Mar 2026",
        "Apr 2026",
        "May 2026",
        "Jun 2026",
    ]
    assert scale.first_month(ENGLISH) == "Jan 2026"
    assert scale.x(date(2026, 1, 12)) == pytest.approx(152.0)
    assert scale.x(date(2026, 6, 11)) == pytest.approx(626.0)


@given(st.integers(1, 7000), st.integers(200, 2400))
def test_names_of_dates_never_stand_on_each_other(days: int, width: int) -> None:
    first = date(2020, 1, 1)
    scale = DateScale(first=first, last=first + timedelta(days=days), left_px=0, width_px=width)

    low, high = scale.limits
    places = [(ordinal - low) / (high - low) * width for ordinal, _ in scale.ticks(ENGLISH)]
    gaps = [after - before for before, after in pairwise(places)]

    assert min(gaps, default=100) >= 60


# --- panels --------------------------------------------------------------------------------------


def test_a_panel_is_named_by_its_site_and_a_mixed_one_by_its_group(timeline: Make) -> None:
    course = timeline({"A1": {D1: 1.0}, "T1": {D1: 2.0}, "C1": {D1: 3.0}})

    abdomen, legs = panels_of(course, split="site", unit="area", groups=None, words=ENGLISH)

    assert (abdomen.title, abdomen.members) == ("Abdomen", ())
    assert (legs.title, legs.members) == ("Legs", ((2, "T1 L thigh"), (3, "C1 R lower leg")))


def test_only_the_chosen_groups_are_drawn(timeline: Make) -> None:
    course = timeline({"A1": {D1: 1.0}, "T1": {D1: 2.0}})

    panels = panels_of(course, split="site", unit="area", groups=[SiteGroup.LEGS], words=ENGLISH)

    assert [panel.title for panel in panels] == ["Left thigh"]


def test_a_curve_breaks_where_its_lesion_was_not_measured(timeline: Make) -> None:
    course = timeline(
        {"A1": {D1: 9.0, D3: 7.0, D4: 6.0}, "A2": {D1: 5.0, D2: "no scale", D3: 4.0, D4: 3.0}}
    )

    (panel,) = panels_of(course, split="site", unit="area", groups=None, words=ENGLISH)

    first, second = panel.curves
    assert first.breaks == ((0, "no photo"),)
    assert second.breaks == ((0, "no area"),)  # photographed, without a scale
    assert [[mark.on for mark in run] for run in first.runs] == [[D1], [D3, D4]]
    assert [[on for on, _ in run] for run in panel.total] == [[D1], [D3, D4]]


def test_photographs_that_wait_are_not_said_to_be_missing(timeline: Make) -> None:
    course = timeline({"A1": {D1: 9.0, D3: 7.0}, "A2": {D1: 5.0, D2: 4.5, D3: 4.0, D4: 3.0}})
    waiting = {("lesion A1", D2), ("lesion A1", D4)}

    def first(waiting: Waiting) -> Curve:
        (panel,) = panels_of(
            course, split="site", unit="area", groups=None, words=ENGLISH, waiting=waiting
        )
        return panel.curves[0]

    assert (first(()).breaks, first(()).is_lost) == (((0, "no photo"),), True)
    assert (first(waiting).breaks, first(waiting).is_lost) == (((0, "waiting"),), False)


def test_per_cent_is_of_each_lesions_own_first_open_area(timeline: Make) -> None:
    course = timeline({"A1": {D1: 8.0, D2: 4.0}, "A2": {D2: 2.0, D3: 3.0}})

    (panel,) = panels_of(course, split="site", unit="percent", groups=None, words=ENGLISH)

    assert [[mark.value for mark in curve.marks] for curve in panel.curves] == [
        [100.0, 50.0],
        [100.0, 150.0],
    ]


def test_per_cent_begin_anew_at_the_first_visit_after_a_break(timeline: Make) -> None:
    course = timeline({"A1": {D1: 8.0, D2: 4.0, D3: 20.0, D4: 10.0}})
    lesion = course.lesions[0].lesion
    story = Story(cuts={lesion.id: (Cut(on=D3, after=D2, before=D3, lesion="A1", why="joined"),)})

    (panel,) = panels_of(
        course, split="site", unit="percent", groups=None, words=ENGLISH, story=story
    )

    (curve,) = panel.curves
    assert [mark.value for mark in curve.marks] == [100.0, 50.0, 100.0, 50.0]
    assert curve.is_anew


def test_a_baseline_has_no_interval_and_later_per_cent_hold_the_error_of_both() -> None:
    # Log half-widths of ln 1.1 of both areas: hypot is 0.13479, so 50 % is 43.7 to 57.2.
    points = [
        TimelinePoint(
            on=on,
            state=WoundState.OPEN,
            area_mm2=area,
            area_low_mm2=area / 1.1,
            area_high_mm2=area * 1.1,
            perimeter_mm=None,
            assessment_id=str(on),
        )
        for on, area in ((D1, 800.0), (D2, 400.0))
    ]

    first, second = percents_of(points).values()

    assert (first.value, first.low, first.high) == (100.0, 100.0, 100.0)
    assert (second.value, second.since) == (50.0, D1)
    assert (second.low, second.high) == pytest.approx((43.69, 57.22), abs=0.01)


def test_of_more_lesions_than_series_the_smallest_are_others(timeline: Make) -> None:
    course = timeline({f"A{number}": {D1: float(number), D2: 1.0} for number in range(1, 16)})

    (panel,) = panels_of(course, split="site", unit="area", groups=None, words=ENGLISH)

    others = [curve.lesion.lesion.label for curve in panel.curves if curve.is_other]
    assert others == ["A1", "A2", "A3"]
    assert len(panel.curves) - len(others) == MOST_SERIES


@given(st.integers(1, 12), st.floats(60, 2000))
def test_panels_share_the_height_they_are_given(count: int, height: float) -> None:
    panels = [
        Panel(key=str(number), title="Abdomen", members=(), curves=()) for number in range(count)
    ]

    heights = shared_heights(panels, height, 18)

    if height >= 80 * count:
        assert sum(heights) + 18 * (count - 1) == pytest.approx(height)
        assert min(heights) >= 62 - 1e-6


def test_a_series_is_kept_for_life_and_told_apart_by_form() -> None:
    light = STYLES["light"]

    assert series_of(1, light).colour == series_of(7, light).colour == "#0590F5"
    assert (series_of(1, light).is_dashed, series_of(7, light).is_dashed) == (False, True)
    assert [series_of(number, light).marker for number in (1, 2, 3, 4, 5, 6, 12)] == [
        "o", "s", "^", "D", "v", "x", "+",
    ]  # fmt: skip


def test_a_note_goes_where_nothing_is() -> None:
    clear = Clearings()
    clear.draw([(0.0, 50.0), (100.0, 50.0)])

    first = clear.take(40, 13, [(10, 45), (10, 20)], (0, 0, 100, 100))
    second = clear.take(40, 13, [(10, 20), (10, 70)], (0, 0, 100, 100))
    third = clear.take(40, 13, [(10, 20), (80, 70)], (0, 0, 100, 100))

    assert (first, second, third) == ((10, 20), (10, 70), None)


def nested_in(timeline: Make) -> Timeline:
    """Return a lesion of five visits with an eschar at the first two and a margin at two apart."""
    days = [date(2026, 1, day) for day in (1, 8, 15, 22, 29)]
    course = timeline({"A1": dict(zip(days, (20.0, 18.0, "no scale", 12.0, 8.0), strict=True))})
    (group,) = course.groups
    (curve,) = group.lesions

    def line(kind: OutlineKind, areas: dict[int, float]) -> NestedCurve:
        points = [
            replace(
                curve.points[place],
                area_mm2=area * 100,
                area_low_mm2=area * 95,
                area_high_mm2=area * 105,
            )
            for place, area in areas.items()
        ]
        return NestedCurve(kind=kind, points=tuple(points))

    eschar = line(OutlineKind.ESCHAR, {0: 10.0, 1: 4.0})
    margin = line(OutlineKind.MARGIN, {0: 60.0, 1: 50.0, 3: 30.0})
    curve = replace(curve, nested=(eschar, margin))
    return replace(course, groups=(replace(group, lesions=(curve,)),))


def test_eschar_and_margin_are_lines_that_stop_where_nobody_outlined_one(timeline: Make) -> None:
    (panel,) = panels_of(
        nested_in(timeline), split="site", unit="area", groups=None, words=ENGLISH, outlines="all"
    )

    found = {
        line.kind.value: [[mark.value for mark in run] for run in line.runs]
        for line in panel.nested
    }
    assert found == {"eschar": [[10.0, 4.0]], "margin": [[60.0, 50.0], [30.0]]}
    assert max(panel.values) == pytest.approx(63.0)
    assert panel.named == 3


def test_per_cent_of_a_margin_is_of_its_own_first_area(timeline: Make) -> None:
    (panel,) = panels_of(
        nested_in(timeline),
        split="site",
        unit="percent",
        groups=None,
        words=ENGLISH,
        outlines="all",
    )

    _, margin = panel.nested
    assert [mark.value for mark in margin.marks] == pytest.approx([100.0, 250 / 3, 50.0])


def test_a_chart_of_ulcers_alone_has_no_room_for_the_others(timeline: Make) -> None:
    (panel,) = panels_of(
        nested_in(timeline), split="site", unit="area", groups=None, words=ENGLISH, outlines="ulcer"
    )

    assert panel.nested == ()
    assert max(panel.values) == pytest.approx(21.0)
