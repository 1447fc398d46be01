"""Totals that survive merging, splitting and ending, and what they come to over time."""

from __future__ import annotations

import math

import pytest

from tests.healing.points import point, term
from tests.healing.record import (
    course,
    day,
    ended,
    event,
    finding,
    link,
    record_with,
)
from woundtrack.healing.burden import Burden, VisitSum, area_under, ulcer_free_days
from woundtrack.healing.lesion_states import laid_out
from woundtrack.model import (
    ClinicalRecord,
    EndReason,
    EventKind,
    LesionState,
    LinkKind,
    Timeline,
)


def totals(timeline: Timeline) -> list[float | None]:
    """Return the patient's totals in cm²."""
    return [
        None if one.area_mm2 is None else round(one.area_mm2 / 100, 6) for one in timeline.total
    ]


def sums(timeline: Timeline, record: ClinicalRecord | None = None) -> tuple[VisitSum, ...]:
    """Return the sums of all lesions of a timeline."""
    seen = {}
    for curve in timeline.lesions:
        by_day = {point.on: point for point in curve.points}
        seen[curve.lesion.id] = [by_day.get(visit.visited_on) for visit in timeline.visits]
    return Burden(timeline.visits, seen, laid_out(record, timeline.visits)).sums()


def test_a_merged_lesion_stops_counting_because_its_area_is_in_the_others() -> None:
    areas = {"T1": {0: 8.0, 7: 7.0}, "T2": {0: 4.0, 7: 5.0, 14: 11.0, 21: 9.0}}
    merged = record_with(link("T1", LinkKind.MERGED_INTO, "T2", 14))

    assert totals(course(areas, merged)) == [12, 12, 11, 9]
    # Without the record nobody knows where the first one went.
    assert totals(course(areas)) == [12, 12, None, None]


def test_what_became_of_a_lesion_travels_with_its_curve() -> None:
    areas = {"T1": {0: 8.0, 7: 7.0}, "T2": {0: 4.0, 7: 5.0, 14: 11.0}}
    merged = record_with(link("T1", LinkKind.MERGED_INTO, "T2", 14))

    first, second = course(areas, merged).lesions

    assert first.ended is not None
    assert (first.ended.reason, first.ended.into_label) == (EndReason.MERGED, second.lesion.label)
    assert (first.ended.on, second.ended) == (second.points[-1].on, None)
    assert all(curve.ended is None for curve in course(areas).lesions)


def test_a_curve_says_since_when_nothing_lies_between_its_areas() -> None:
    areas = {"T1": {0: 8.0, 7: 7.0}, "T2": {0: 4.0, 7: 5.0, 14: 11.0, 21: 9.0}}
    merged = record_with(link("T1", LinkKind.MERGED_INTO, "T2", 14))

    first, second = course(areas, merged).lesions

    assert second.run_from == second.points[2].on
    assert first.run_from is None
    assert all(curve.run_from is None for curve in course(areas).lesions)


def test_the_total_stays_unknown_where_the_lesion_that_two_merged_into_has_no_area() -> None:
    areas: dict[str, dict[int, float | str]] = {
        "T1": {0: 8.0, 7: 7.0},
        "T2": {0: 4.0, 7: 5.0, 14: "no scale", 21: 9.0},
    }
    merged = record_with(link("T1", LinkKind.MERGED_INTO, "T2", 14))

    assert totals(course(areas, merged)) == [12, 12, None, 9]


def test_a_lesion_that_was_split_counts_in_its_parts() -> None:
    areas = {"T1": {0: 12.0, 7: 10.0}, "T2": {14: 6.0, 21: 5.0}, "T3": {14: 3.0, 21: 2.0}}
    split = record_with(
        ended("T1", EndReason.SPLIT, 14),
        link("T2", LinkKind.SPLIT_FROM, "T1", 14),
        link("T3", LinkKind.SPLIT_FROM, "T1", 14),
    )

    assert totals(course(areas, split)) == [12, 10, 9, 7]


def test_a_part_that_has_not_been_seen_since_the_split_leaves_the_total_unknown() -> None:
    areas = {"T1": {0: 12.0}, "T2": {14: 6.0, 21: 5.0}, "T3": {21: 2.0}}
    split = record_with(
        ended("T1", EndReason.SPLIT, 14),
        link("T2", LinkKind.SPLIT_FROM, "T1", 14),
        link("T3", LinkKind.SPLIT_FROM, "T1", 14),
    )

    assert totals(course(areas, split)) == [12, None, 7]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (EndReason.CLOSED, 4.0),
        (EndReason.AMPUTATED, 4.0),
        (EndReason.SURGICALLY_CLOSED, 4.0),
        (EndReason.GRAFTED, 4.0),
        (EndReason.LOST, None),
        (EndReason.DEATH, None),
    ],
)
def test_what_a_lesion_counts_after_its_end(reason: EndReason, expected: float | None) -> None:
    areas = {"T1": {0: 8.0, 7: 7.0}, "T2": {0: 5.0, 7: 5.0, 14: 4.0}}

    assert totals(course(areas, record_with(ended("T1", reason, 10)))) == [13, 12, expected]


def test_an_amputation_that_is_an_event_ends_the_lesion() -> None:
    areas = {"C1": {0: 8.0, 7: 7.0}, "T2": {0: 5.0, 7: 5.0, 14: 4.0}}
    record = record_with(event(EventKind.AMPUTATION, 9, "C1"))

    assert totals(course(areas, record)) == [13, 12, 4]
    assert course(areas, record).lesions[0].gaps == ()


def test_a_graft_that_opens_again_counts_again() -> None:
    areas = {"T1": {0: 8.0, 7: 7.0, 21: 3.0}, "T2": {0: 5.0, 7: 5.0, 14: 4.0, 21: 4.0}}

    assert totals(course(areas, record_with(ended("T1", EndReason.GRAFTED, 10)))) == [13, 12, 4, 7]


def test_a_lesion_found_covered_at_the_bedside_counts_zero_without_a_photograph() -> None:
    areas = {"T1": {0: 8.0, 7: 7.0}, "T2": {0: 5.0, 7: 5.0, 14: 4.0}}
    record = record_with(finding("T1", 14, LesionState.EPITHELIALISED))

    assert totals(course(areas, record)) == [13, 12, 4]


def test_a_lesion_that_is_open_for_one_and_closed_for_another_is_of_unknown_area() -> None:
    areas: dict[str, dict[int, float | str]] = {"T1": {0: 8.0, 7: "closed"}}
    record = record_with(finding("T1", 7, LesionState.ESCHAR_COVERED))

    assert totals(course(areas, record)) == [8, None]


def test_gaps_do_not_appear_after_a_lesions_end() -> None:
    areas = {"T1": {0: 8.0, 7: 7.0}, "T2": {0: 4.0, 7: 5.0, 14: 11.0, 21: 9.0}}
    merged = record_with(link("T1", LinkKind.MERGED_INTO, "T2", 14))

    assert course(areas, merged).lesions[0].gaps == ()
    assert course(areas).lesions[0].gaps == (day(14), day(21))


def test_a_total_carries_the_interval_of_its_lesions() -> None:
    total = course({"T1": {0: 8.0}, "T2": {0: 6.0}}).total[0]

    # ±5 % of 800 and 600 mm², independent: hypot(40, 30) = 50.
    assert (total.area_low_mm2, total.area_high_mm2) == pytest.approx((1350, 1450))


def test_the_area_under_the_burden_is_that_of_the_trapezoids() -> None:
    area = area_under(
        sums(course({"T1": {0: 10.0, 10: 6.0, 30: 2.0}, "T2": {0: 2.0, 10: 2.0, 30: "closed"}}))
    )

    # (12 + 8) / 2 x 10 + (8 + 2) / 2 x 20 = 100 + 100.
    assert area is not None
    assert area.value.value == pytest.approx(200)
    assert area.value.unit == "cm²·days"
    assert area.mean_cm2 == pytest.approx(200 / 30)
    assert area.bridged_days == 0
    # Weights 5, 15, 10 days, half-widths 5 % of 10, 6, 2 and 2, 2, 0 cm².
    half = math.hypot(5 * 0.5, 15 * 0.3, 10 * 0.1, 5 * 0.1, 15 * 0.1)
    assert (area.value.low, area.value.high) == pytest.approx((200 - half, 200 + half))


def test_a_printers_scale_moves_the_whole_area_under_the_burden_alike() -> None:
    on_one_printer = [
        VisitSum(
            on=day(number),
            parts=(point(area, number, terms=(term(0.0), term(0.04 * area, common="printer"))),),
            is_open=True,
        )
        for number, area in ((0, 10.0), (10, 6.0), (30, 2.0))
    ]

    area = area_under(on_one_printer)

    # 80 + 80 cm²·days, all of it 4 % larger or smaller.
    assert area is not None
    assert (area.value.value, area.value.low, area.value.high) == pytest.approx(
        (160, 160 * 0.96, 160 * 1.04)
    )


def test_a_total_of_one_lesion_has_the_interval_of_that_lesion() -> None:
    timeline = course({"T1": {0: 8.0}, "T2": {7: 6.0}})
    (only,) = timeline.groups

    # ±5 % of 800 mm², though the other lesion comes later.
    first = only.points[0]
    assert (first.area_low_mm2, first.area_high_mm2) == pytest.approx((760, 840))


def test_an_unknown_total_is_bridged_and_said_so() -> None:
    area = area_under(sums(course({"T1": {0: 10.0, 10: "no scale", 20: 6.0, 30: 4.0}})))

    assert area is not None
    assert area.value.value == pytest.approx(160 + 50)
    assert area.bridged_days == 20


def test_one_total_has_no_area_under_it() -> None:
    assert area_under(sums(course({"T1": {0: 10.0}}))) is None


def test_ulcer_free_days_hold_from_one_visit_to_the_next() -> None:
    timeline = course(
        {"T1": {0: 4.0, 20: "closed", 50: "closed", 60: 1.0, 100: "closed", 110: "closed"}}
    )

    free = ulcer_free_days(sums(timeline), None)

    # Closed 20 to 60, and 100 to 110; both ends closed: 20 to 50 and 100 to 110; either end
    # closed: 0 to 60 and 60 to 110.
    assert free is not None
    assert (free.days, free.least, free.most, free.at_risk) == (50, 40, 110, 110)
    assert free.share == pytest.approx(50 / 110)


def test_the_days_at_risk_end_with_the_death() -> None:
    timeline = course({"T1": {0: 4.0, 20: "closed", 50: "closed"}})

    free = ulcer_free_days(sums(timeline), day(60))

    assert free is not None
    assert (free.days, free.least, free.most, free.at_risk) == (40, 30, 60, 60)
    assert free.is_until_death


def test_a_visit_at_which_a_lesion_was_not_seen_is_not_free_of_ulcers() -> None:
    timeline = course({"T1": {0: 4.0, 20: "closed", 40: "closed"}, "T2": {0: 1.0, 40: "closed"}})

    free = ulcer_free_days(sums(timeline), None)

    assert free is not None
    assert (free.days, free.least, free.most) == (0, 0, 20)
