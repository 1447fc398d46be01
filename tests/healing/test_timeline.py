from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from woundtrack import healing
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    Patient,
    Timeline,
    TotalPoint,
    Visit,
    WoundState,
)

Make = Callable[[Mapping[str, Mapping[date, float | str]]], Timeline]

D1, D2, D3, D4 = (date(2026, 1, day) for day in (5, 12, 19, 26))
FAR = date(2026, 2, 2)


def _areas_cm2(points: tuple[TotalPoint, ...]) -> list[tuple[int, float | None]]:
    return [
        (point.on.day, None if point.area_mm2 is None else round(point.area_mm2 / 100, 6))
        for point in points
    ]


def test_each_lesion_has_one_point_a_visit_oldest_first(timeline: Make) -> None:
    course = timeline({"A1": {D2: 10.0, D1: 12.0}})

    (curve,) = course.lesions
    assert [(point.on, point.area_cm2) for point in curve.points] == [(D1, 12.0), (D2, 10.0)]


def test_a_visit_at_which_a_known_open_lesion_was_not_seen_is_a_gap(timeline: Make) -> None:
    course = timeline({"A1": {D1: 12.0, D3: 9.0}, "T1": {D1: 4.0, D2: 3.5, D3: 3.0, D4: 2.5}})

    first, second = course.lesions
    assert first.gaps == (D2, D4)
    assert second.gaps == ()


def test_a_visit_before_a_lesion_was_first_seen_is_no_gap(timeline: Make) -> None:
    course = timeline({"A1": {D1: 12.0, D2: 11.0, D3: 10.0}, "T1": {D2: 4.0, D3: 3.0}})

    assert course.lesions[1].gaps == ()


def test_a_lesion_seen_without_a_scale_is_a_gap_and_not_zero(timeline: Make) -> None:
    course = timeline({"A1": {D1: 12.0, D2: "no scale", D3: 9.0}})

    (curve,) = course.lesions
    assert [point.area_mm2 for point in curve.points] == [1200.0, None, 900.0]
    assert curve.gaps == (D2,)
    assert _areas_cm2(course.total) == [(5, 12.0), (12, None), (19, 9.0)]


def test_closed_is_zero_and_stays_zero_without_being_photographed(timeline: Make) -> None:
    course = timeline({"A1": {D1: 2.0, D2: "closed"}, "A2": {D1: 5.0, D2: 4.0, D3: 3.0}})

    first, _ = course.lesions
    assert [point.area_mm2 for point in first.points] == [200.0, 0.0]
    assert first.gaps == ()
    assert _areas_cm2(course.total) == [(5, 7.0), (12, 4.0), (19, 3.0)]


def test_closed_stays_zero_in_the_total_only_until_it_is_seen_open_again(timeline: Make) -> None:
    course = timeline(
        {
            "A1": {D1: 2.0, D2: "closed", D4: 1.0},
            "A2": {D1: 5.0, D2: 4.0, D3: 3.0, D4: 2.0, FAR: 1.0},
        }
    )

    assert _areas_cm2(course.total) == [(5, 7.0), (12, 4.0), (19, 3.0), (26, 3.0), (2, None)]
    assert course.lesions[0].gaps == (D3, FAR)


def test_a_group_sums_its_own_lesions_and_the_patient_all(timeline: Make) -> None:
    course = timeline({"A1": {D1: 12.0, D2: 10.0}, "T1": {D2: 4.0}, "C1": {D1: 1.0, D2: 2.0}})

    assert [(group.group.value, _areas_cm2(group.points)) for group in course.groups] == [
        ("abdomen", [(5, 12.0), (12, 10.0)]),
        ("legs", [(5, 1.0), (12, 6.0)]),
    ]
    assert _areas_cm2(course.total) == [(5, 13.0), (12, 16.0)]


def test_a_total_is_unknown_where_a_lesion_due_was_not_measured(timeline: Make) -> None:
    course = timeline({"A1": {D1: 12.0, D3: 9.0}, "A2": {D1: 4.0, D2: 3.0, D3: 2.0}})

    assert _areas_cm2(course.total) == [(5, 16.0), (12, None), (19, 11.0)]


def test_the_rates_run_from_the_first_open_area_to_the_latest(timeline: Make) -> None:
    # Circles: radius √(A/π) falls from 2.0 to 1.0 cm in 21 days, a third of a centimetre a week.
    course = timeline({"A1": {D1: 12.566370614, D2: 9.0, D4: 3.141592654}})

    (curve,) = course.lesions
    assert curve.area_reduction_percent == pytest.approx(75.0)
    assert curve.gilman_cm_per_week == pytest.approx(1 / 3)


def test_a_closed_lesion_is_reduced_by_all_and_keeps_the_rate_it_had_while_open(
    timeline: Make,
) -> None:
    course = timeline({"A1": {D1: 12.566370614, D4: 3.141592654, FAR: "closed"}})

    (curve,) = course.lesions
    assert curve.area_reduction_percent == pytest.approx(100.0)
    assert curve.gilman_cm_per_week == pytest.approx(1 / 3)


def test_one_area_gives_no_rate(timeline: Make) -> None:
    course = timeline({"A1": {D1: 12.0, D2: "no scale"}})

    (curve,) = course.lesions
    assert curve.area_reduction_percent is None
    assert curve.gilman_cm_per_week is None
    assert healing.half_life_of(curve) is None


def test_a_wound_that_halves_each_week_has_a_half_life_of_seven_days(timeline: Make) -> None:
    course = timeline({"A1": {D1: 16.0, D2: 8.0, D3: 4.0, D4: 2.0}})

    assert healing.half_life_of(course.lesions[0]) == pytest.approx(7.0)


@pytest.mark.parametrize(
    "seen",
    [
        {D1: 16.0, D2: 8.0},  # two areas
        {D1: 8.0, D2: 9.0, D3: 11.0},  # growing
        {D1: 10.0, D2: 10.1, D3: 9.9},  # level, within measuring error
        {D1: 7.0, D2: 13.0, D3: 9.0, D4: 6.9},  # as large at the end as at first
        {D1: 8.0, D2: 4.0, D3: "closed", D4: 1.0},  # open again after it closed
        {D1: 16.0, D2: 8.0, D3: 4.0, D4: "closed"},  # nothing of it is left to halve
    ],
    ids=["two areas", "growing", "level", "up and down", "open again", "closed"],
)
def test_a_curve_that_is_no_decay_has_no_half_life(
    timeline: Make, seen: dict[date, float | str]
) -> None:
    assert healing.half_life_of(timeline({"A1": seen}).lesions[0]) is None


def test_closure_is_confirmed_by_a_second_closed_visit_two_weeks_later(timeline: Make) -> None:
    soon = timeline({"A1": {D1: 2.0, D2: "closed", D3: "closed"}})
    later = timeline({"A1": {D1: 2.0, D2: "closed", D3: "closed", D4: "closed"}})
    reopened = timeline({"A1": {D1: 2.0, D2: "closed", D4: 1.0}})

    assert healing.closure_of(soon.lesions[0]) == (D2, None)
    assert healing.closure_of(later.lesions[0]) == (D2, D4)
    assert healing.closure_of(reopened.lesions[0]) is None


# --- what an assessment brings -------------------------------------------------------------------

AT = datetime(2026, 1, 1, tzinfo=UTC)
PATIENT = Patient(id="p", code="WT-1", created_at=AT)
LESION = Lesion(
    id="l", patient_id="p", label="A1", number=1, site=BodySite(region="abdomen"), created_at=AT
)
VISIT = Visit(id="v", patient_id="p", visited_on=D1, created_at=AT)


def _outline(kind: OutlineKind, area_mm2: float) -> AssessedOutline:
    return AssessedOutline(
        kind=kind,
        photograph_id="photo",
        outline=Outline(outer=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))),
        calibration=Calibration(
            method="card",
            homography=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
            cards=(),
            mm_per_px=1.0,
            tilt_deg=0.0,
            residual_mm=0.0,
        ),
        measurement=Measurement(
            area_mm2=area_mm2,
            area_low_mm2=area_mm2,
            area_high_mm2=area_mm2,
            perimeter_mm=40.0,
            length_mm=10.0,
            width_mm=10.0,
        ),
        method=Method(name="by hand", version="1", application_version="0"),
    )


def _assessment(*outlines: AssessedOutline) -> Assessment:
    return Assessment(
        id="a1",
        assessment_id="a",
        revision=1,
        supersedes=None,
        lesion_id="l",
        visit_id="v",
        photograph_ids=("photo",),
        state=WoundState.OPEN,
        outlines=outlines,
        accepted_by="Ann",
        reviewed_by=None,
        recorded_at=AT,
    )


def test_a_wound_covered_by_eschar_is_open_by_the_area_of_the_eschar() -> None:
    covered = _assessment(_outline(OutlineKind.ESCHAR, 300.0), _outline(OutlineKind.MARGIN, 900.0))

    course = healing.timeline_of(PATIENT, [LESION], [VISIT], [covered])

    assert [point.area_mm2 for point in course.lesions[0].points] == [300.0]


def test_an_ulcers_own_edge_is_taken_before_that_of_its_eschar() -> None:
    both = _assessment(_outline(OutlineKind.ULCER, 500.0), _outline(OutlineKind.ESCHAR, 300.0))

    course = healing.timeline_of(PATIENT, [LESION], [VISIT], [both])

    assert [point.area_mm2 for point in course.lesions[0].points] == [500.0]


def test_the_parts_are_those_of_the_outline_whose_area_it_is() -> None:
    eschar = _outline(OutlineKind.ESCHAR, 400.0)
    parted = replace(eschar, further=(eschar.outline, eschar.outline))
    both = _assessment(parted, _outline(OutlineKind.ULCER, 900.0))

    closed = replace(both, state=WoundState.CLOSED, outlines=())

    courses = [
        healing.timeline_of(PATIENT, [LESION], [VISIT], [one])
        for one in (both, _assessment(parted), closed)
    ]

    assert [course.lesions[0].points[0].part_count for course in courses] == [1, 3, 0]


def test_an_open_wound_never_has_an_area_of_zero() -> None:
    nothing = _assessment(_outline(OutlineKind.ULCER, 0.0))

    course = healing.timeline_of(PATIENT, [LESION], [VISIT], [nothing])

    assert [point.area_mm2 for point in course.lesions[0].points] == [None]


def test_what_is_retired_is_absent() -> None:
    assessment = _assessment(_outline(OutlineKind.ULCER, 500.0))

    without_lesion = healing.timeline_of(
        PATIENT, [replace(LESION, is_retired=True)], [VISIT], [assessment]
    )
    without_assessment = healing.timeline_of(
        PATIENT, [LESION], [VISIT], [replace(assessment, is_retired=True)]
    )

    assert without_lesion.lesions == ()
    assert without_lesion.total == ()
    assert without_assessment.lesions[0].points == ()
    assert without_assessment.total == ()
