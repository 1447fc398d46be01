"""What outlines, findings and events say together of one lesion, and where its line breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.healing.points import point
from tests.healing.record import course, day, event, finding, link, record_with
from woundtrack.healing import half_life_of
from woundtrack.healing.lesion_states import (
    BreakReason,
    LineBreak,
    Standing,
    breaks_of,
    is_broken,
    last_run,
    standing_of,
)
from woundtrack.model import ClinicalRecord, Debrided, EventKind, LesionState, LinkKind, OutlineKind

AREAS: dict[str, dict[int, float | str]] = {"T1": {0: 5.0, 7: 6.0, 14: 5.0, 21: 4.0}}


def breaks(record: ClinicalRecord) -> tuple[tuple[date | None, date | None], ...]:
    """Return the days between which the line of T1 breaks."""
    curve = course(AREAS).lesions[0]
    found = breaks_of(curve.lesion.id, curve.points, record, course(AREAS).visits)
    return tuple((one.after, one.before) for one in found)


@pytest.mark.parametrize(
    ("area", "state", "expected"),
    [
        (4.0, None, Standing.OPEN),
        (0, None, Standing.CLOSED),
        (4.0, LesionState.EPITHELIALISED, Standing.OPEN),
        (0, LesionState.ESCHAR_COVERED, Standing.OPEN),
        (0, LesionState.EPITHELIALISED, Standing.CLOSED),
        (0, LesionState.GRAFTED, Standing.REMOVED),
        (0, LesionState.NOT_SEEN, Standing.CLOSED),
        (0, LesionState.NOT_ULCERATED, Standing.CLOSED),
    ],
)
def test_eschar_covered_is_open_whoever_says_so(
    area: float, state: LesionState | None, expected: Standing
) -> None:
    found = None if state is None else finding("T1", 0, state)

    assert standing_of(point(area), found) is expected


def test_without_an_outline_the_finding_alone_is_known() -> None:
    assert standing_of(None, finding("T1", 0, LesionState.ESCHAR_COVERED)) is Standing.OPEN
    assert standing_of(None, finding("T1", 0, LesionState.NOT_SEEN)) is Standing.UNKNOWN
    assert standing_of(None, finding("T1", 0)) is Standing.UNKNOWN
    assert standing_of(None, None) is Standing.UNKNOWN


def test_debrided_before_the_photograph_breaks_the_line_before_the_point() -> None:
    record = record_with(finding("T1", 7, debrided=Debrided.BEFORE_PHOTOGRAPH))

    assert breaks(record) == ((day(0), day(7)),)


def test_debrided_after_the_photograph_breaks_the_line_after_the_point() -> None:
    record = record_with(finding("T1", 7, debrided=Debrided.AFTER_PHOTOGRAPH))

    assert breaks(record) == ((day(7), day(14)),)


def test_a_debridement_between_visits_breaks_the_line_between_them() -> None:
    assert breaks(record_with(event(EventKind.DEBRIDEMENT, 10, "T1"))) == ((day(7), day(14)),)


def test_a_debridement_that_does_not_say_which_side_the_photograph_is_on_breaks_both() -> None:
    record = record_with(event(EventKind.DEBRIDEMENT, 7, "T1"))

    assert breaks(record) == ((day(0), day(7)), (day(7), day(14)))


def test_a_finding_settles_on_which_side_of_an_event_the_photograph_is() -> None:
    record = record_with(
        event(EventKind.DEBRIDEMENT, 7, "T1"),
        finding("T1", 7, debrided=Debrided.AFTER_PHOTOGRAPH),
    )

    assert breaks(record) == ((day(7), day(14)),)


def test_a_debridement_of_no_named_lesion_breaks_every_line_and_that_of_another_none() -> None:
    assert breaks(record_with(event(EventKind.DEBRIDEMENT, 10))) == ((day(7), day(14)),)
    assert breaks(record_with(event(EventKind.DEBRIDEMENT, 10, "T2"))) == ()


def test_not_debrided_breaks_nothing() -> None:
    assert breaks(record_with(finding("T1", 7, debrided=Debrided.NO))) == ()


def test_a_debridement_after_the_last_visit_breaks_what_comes_next() -> None:
    assert breaks(record_with(event(EventKind.DEBRIDEMENT, 30, "T1"))) == ((day(21), None),)


def test_another_lesion_that_merged_into_it_breaks_the_line() -> None:
    record = record_with(link("T2", LinkKind.MERGED_INTO, "T1", 14))

    assert breaks(record) == ((day(7), day(14)),)


def test_a_part_that_split_off_breaks_the_line_and_says_why() -> None:
    record = record_with(link("T2", LinkKind.SPLIT_FROM, "T1", 10))
    curve = course(AREAS).lesions[0]

    found = breaks_of(curve.lesion.id, curve.points, record, course(AREAS).visits)

    assert found == (LineBreak(on=day(10), after=day(7), before=day(14), reason=BreakReason.SPLIT),)


def test_days_are_apart_where_a_break_lies_between_them() -> None:
    parts = (LineBreak(on=day(10), after=day(7), before=day(14)),)

    assert is_broken(parts, day(7), day(14))
    assert is_broken(parts, day(0), day(21))
    assert not is_broken(parts, day(0), day(7))
    assert not is_broken(parts, day(14), day(21))


def test_the_last_run_begins_after_the_last_debridement() -> None:
    points = [point(5, 0), point(6, 7), point(5, 14), point(4, 21)]

    run = last_run(points, (LineBreak(on=day(10), after=day(7), before=day(14)),))

    assert [one.on for one in run] == [day(14), day(21)]


def test_the_last_run_begins_where_the_other_of_eschar_and_ulcer_was_outlined() -> None:
    points = [
        replace(point(area, number), kind=kind)
        for area, number, kind in (
            (9, 0, OutlineKind.ESCHAR),
            (8, 7, OutlineKind.ESCHAR),
            (5, 14, OutlineKind.ULCER),
            (4, 21, OutlineKind.ULCER),
        )
    ]

    assert [one.on for one in last_run(points, ())] == [day(14), day(21)]


def test_the_last_run_of_a_lesion_that_reopened_begins_with_its_opening() -> None:
    points = [point(5, 0), point(0, 7), point(2, 14), point(None, 18), point(1, 21)]

    assert [one.on for one in last_run(points, ())] == [day(14), day(21)]


def test_the_last_run_of_a_closed_lesion_is_that_before_it_closed() -> None:
    points = [point(5, 0), point(2, 7), point(0, 14), point(0, 21)]

    assert [one.on for one in last_run(points, ())] == [day(0), day(7)]


def test_the_half_life_of_a_curve_is_that_since_the_last_debridement() -> None:
    areas: dict[str, dict[int, float | str]] = {"T1": {0: 3.0, 7: 16.0, 14: 8.0, 21: 4.0, 28: 2.0}}
    record = record_with(finding("T1", 7, debrided=Debrided.BEFORE_PHOTOGRAPH))

    assert half_life_of(course(areas, record).lesions[0]) == pytest.approx(7.0)
    assert half_life_of(course(areas).lesions[0]) is None
