"""Smaller and larger are said only where the whole interval of the change says so."""

from __future__ import annotations

from datetime import UTC, date, datetime

from woundtrack.model import (
    BodySite,
    EndReason,
    Lesion,
    LesionEnd,
    LesionTimeline,
    TimelinePoint,
    WoundState,
)
from woundtrack.ui import change
from woundtrack.ui.change import Change


def point(
    area: float | None, half_width: float = 0.05, *, is_closed: bool = False
) -> TimelinePoint:
    """Return a point with an interval of ± this share of its area."""
    return TimelinePoint(
        on=date(2026, 6, 11),
        state=WoundState.CLOSED if is_closed else WoundState.OPEN,
        area_mm2=area,
        area_low_mm2=None if area is None else area * (1 - half_width),
        area_high_mm2=None if area is None else area * (1 + half_width),
        perimeter_mm=None,
        assessment_id="a",
    )


def test_a_fall_beyond_both_intervals_is_smaller() -> None:
    assert change.between(point(1560), point(1290)) is Change.SMALLER


def test_a_rise_beyond_both_intervals_is_larger() -> None:
    assert change.between(point(1290), point(1560)) is Change.LARGER


def test_a_change_inside_the_intervals_is_within_measurement_error() -> None:
    assert change.between(point(400), point(410)) is Change.WITHIN_ERROR
    assert change.between(point(410), point(400)) is Change.WITHIN_ERROR


def test_a_fall_of_seven_per_cent_needs_more_than_two_intervals_of_five() -> None:
    # ln 0.93 = −0.0726; half-widths −ln 0.95 = 0.0513 and ln 1.05 = 0.0488: together 0.0708.
    assert change.between(point(1000), point(930)) is Change.SMALLER
    assert change.between(point(1000), point(935)) is Change.WITHIN_ERROR


def test_without_an_area_nobody_can_tell() -> None:
    assert change.between(point(None), point(400)) is Change.CANNOT_TELL
    assert change.between(point(400), point(None)) is Change.CANNOT_TELL


def test_the_first_measurement_is_no_change() -> None:
    assert change.between(None, point(400)) is Change.FIRST


def test_closed_is_closed_and_open_again_is_larger() -> None:
    assert change.between(point(400), point(0, is_closed=True)) is Change.CLOSED
    assert change.between(point(0, is_closed=True), point(100)) is Change.LARGER


def test_of_a_lesion_that_merged_it_is_said_into_which() -> None:
    ended = LesionEnd(on=date(2026, 3, 1), reason=EndReason.MERGED, into="x", into_label="A1")
    lesion = Lesion(
        id="b",
        patient_id="p",
        label="A2",
        number=2,
        site=BodySite(region="abdomen"),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    course = LesionTimeline(lesion=lesion, points=(point(670),), ended=ended)

    assert change.shown_area(course) == "in A1"
    assert change.spoken(course) == "in A1"
