"""Closure needs new skin, no drainage and no dressing at two visits at least 14 days apart."""

from __future__ import annotations

import pytest

from tests.healing.points import point
from tests.healing.record import course, day, finding, healed, record_with
from woundtrack.healing import closure_of
from woundtrack.healing.closures import Closure, ClosureStatus, closure_from, looks_of
from woundtrack.model import Finding, LesionState, TimelinePoint


def closure(
    points: list[TimelinePoint], findings: list[tuple[int, Finding]], died: int | None = None
) -> Closure:
    """Return the closure that points and findings, by day, are."""
    looks = looks_of(points, [(day(number), one) for number, one in findings])
    return closure_from(looks, None if died is None else day(died))


def test_two_healed_visits_14_days_apart_confirm_a_closure_at_the_first() -> None:
    found = closure(
        [point(4), point(0, 20), point(0, 34)], [(20, healed("T1", 20)), (34, healed("T1", 34))]
    )

    assert found == Closure(
        status=ClosureStatus.CONFIRMED,
        on=day(20),
        confirmed_on=day(34),
        last_open_on=day(0),
        last_seen_on=day(34),
    )


def test_thirteen_days_are_not_enough_and_a_third_visit_is_waited_for() -> None:
    points = [point(4), point(0, 20), point(0, 33)]
    findings = [(20, healed("T1", 20)), (33, healed("T1", 33))]

    assert closure(points, findings).status is ClosureStatus.UNCONFIRMED
    later = closure([*points, point(0, 34)], [*findings, (34, healed("T1", 34))])
    assert (later.status, later.on, later.confirmed_on) == (
        ClosureStatus.CONFIRMED,
        day(20),
        day(34),
    )


def test_one_healed_visit_is_unconfirmed() -> None:
    found = closure([point(4), point(0, 20)], [(20, healed("T1", 20))])

    assert (found.status, found.on, found.confirmed_on) == (
        ClosureStatus.UNCONFIRMED,
        day(20),
        None,
    )
    assert not found.is_stopped_by_death


def test_death_before_the_second_visit_keeps_a_closure_unconfirmed() -> None:
    found = closure([point(4), point(0, 20)], [(20, healed("T1", 20))], died=25)

    assert found.status is ClosureStatus.UNCONFIRMED
    assert found.is_stopped_by_death


@pytest.mark.parametrize("field", ["has_drainage", "needs_dressing"])
def test_drainage_or_a_dressing_is_no_closure(field: str) -> None:
    wet = finding(
        "T1",
        34,
        LesionState.EPITHELIALISED,
        **{"has_drainage": False, "needs_dressing": False, field: True},
    )

    found = closure([point(4), point(0, 20), point(0, 34)], [(20, healed("T1", 20)), (34, wet)])

    assert (found.status, found.last_open_on) == (ClosureStatus.NOT_CLOSED, day(34))


def test_an_outline_alone_is_no_closure_because_drainage_and_dressing_are_not_recorded() -> None:
    found = closure([point(4), point(0, 20), point(0, 40)], [])

    assert (found.status, found.on) == (ClosureStatus.NOT_RECORDED, None)


def test_a_visit_that_did_not_record_drainage_neither_counts_nor_breaks_the_row() -> None:
    found = closure(
        [point(4), point(0, 20), point(0, 27), point(0, 34)],
        [(20, healed("T1", 20)), (34, healed("T1", 34))],
    )

    assert (found.status, found.on) == (ClosureStatus.CONFIRMED, day(20))


def test_covered_with_eschar_is_open_even_where_the_outline_says_closed() -> None:
    eschar = finding("T1", 34, LesionState.ESCHAR_COVERED, has_drainage=False, needs_dressing=False)

    found = closure([point(4), point(0, 20), point(0, 34)], [(20, healed("T1", 20)), (34, eschar)])

    assert found.status is ClosureStatus.NOT_CLOSED


def test_opening_between_the_two_visits_begins_the_wait_anew() -> None:
    found = closure(
        [point(0, 20), point(1, 30), point(0, 40), point(0, 54)],
        [(number, healed("T1", number)) for number in (20, 40, 54)],
    )

    assert (found.status, found.on, found.last_open_on) == (
        ClosureStatus.CONFIRMED,
        day(40),
        day(30),
    )


def test_opening_after_a_confirmed_closure_does_not_undo_it() -> None:
    found = closure(
        [point(4), point(0, 20), point(0, 34), point(1, 60), point(2, 67)],
        [(20, healed("T1", 20)), (34, healed("T1", 34))],
    )

    assert (found.status, found.on, found.reopened_on) == (
        ClosureStatus.CONFIRMED,
        day(20),
        (day(60),),
    )


def test_a_bedside_finding_without_a_photograph_counts() -> None:
    found = closure([point(4)], [(20, healed("T1", 20)), (34, healed("T1", 34))])

    assert (found.status, found.on) == (ClosureStatus.CONFIRMED, day(20))


@pytest.mark.parametrize(
    "state", [LesionState.SURGICALLY_CLOSED, LesionState.GRAFTED, LesionState.AMPUTATED]
)
def test_what_surgery_closed_has_not_healed(state: LesionState) -> None:
    gone = [
        (number, finding("T1", number, state, has_drainage=False, needs_dressing=False))
        for number in (20, 34)
    ]

    assert closure([point(4)], gone).status is ClosureStatus.NOT_CLOSED


def test_a_lesion_that_nobody_saw_is_not_seen() -> None:
    assert closure([], []).status is ClosureStatus.NEVER_SEEN


def test_a_curve_made_with_the_record_is_confirmed_by_drainage_and_dressing_alone() -> None:
    areas: dict[str, dict[int, float | str]] = {"T1": {0: 4.0, 20: "closed", 34: "closed"}}
    found = record_with(healed("T1", 20), healed("T1", 34))

    (with_findings,) = course(areas, found).lesions
    (without,) = course(areas, record_with()).lesions
    (outlines_alone,) = course(areas).lesions

    assert closure_of(with_findings) == (day(20), day(34))
    assert closure_of(without) == (day(20), None)
    assert closure_of(outlines_alone) == (day(20), day(34))


def test_a_lesion_that_closed_again_waits_for_its_second_visit_anew() -> None:
    areas: dict[str, dict[int, float | str]] = {
        "T1": {0: 4.0, 20: "closed", 34: "closed", 60: 1.0, 80: "closed"}
    }
    found = record_with(*(healed("T1", number) for number in (20, 34, 80)))

    assert closure_of(course(areas, found).lesions[0]) == (day(80), None)
