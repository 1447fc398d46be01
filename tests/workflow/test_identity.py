"""Which lesion is which: matching by size and place, with numbers worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from woundtrack.model import (
    AssessedOutline,
    BodySite,
    Calibration,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    Ring,
    WoundState,
)
from woundtrack.workflow.identity import Decision, KnownLesion, match, next_label

ABDOMEN = BodySite(region="abdomen")
MOMENT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
METHOD = Method(name="test", version="1", application_version="0")
# One millimetre a pixel, no tilt: areas in px² are areas in mm².
FLAT = Calibration(
    method="plane",
    homography=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    cards=(),
    mm_per_px=1.0,
    tilt_deg=0.0,
    residual_mm=0.0,
)


def square(x: float, y: float, side: float) -> Ring:
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def known(
    label: str, ring: Ring, area_mm2: float, state: WoundState = WoundState.OPEN
) -> KnownLesion:
    lesion = Lesion(
        id=f"id-{label}",
        patient_id="patient",
        label=label,
        number=1,
        site=ABDOMEN,
        created_at=MOMENT,
    )
    measurement = Measurement(
        area_mm2=area_mm2,
        area_low_mm2=area_mm2,
        area_high_mm2=area_mm2,
        perimeter_mm=1.0,
        length_mm=1.0,
        width_mm=1.0,
    )
    outline = AssessedOutline(
        kind=OutlineKind.ULCER,
        photograph_id="last photograph",
        outline=Outline(outer=ring),
        calibration=FLAT,
        measurement=measurement,
        method=METHOD,
    )
    return KnownLesion(
        lesion=lesion, state=state, outline=None if state is WoundState.CLOSED else outline
    )


def labels(decisions: tuple[Decision, ...]) -> list[tuple[str, bool]]:
    return [(decision.label, decision.lesion is None) for decision in decisions]


def test_the_first_lesions_of_a_site_are_new_and_numbered_from_the_biggest() -> None:
    outlines = [Outline(outer=square(0, 0, 30)), Outline(outer=square(90, 0, 10))]

    decisions = match(outlines, FLAT, [], ABDOMEN, [])

    assert labels(decisions) == [("A1", True), ("A2", True)]


def test_the_only_lesion_at_a_site_is_proposed_for_the_only_outline() -> None:
    decisions = match(
        [Outline(outer=square(0, 0, 20))],
        FLAT,
        [known("A1", square(5, 5, 25), 625)],
        ABDOMEN,
        ["A1"],
    )

    assert labels(decisions) == [("A1", False)]
    assert decisions[0].confidence > 0.95
    assert decisions[0].reason == "the only lesion at this site"


def test_two_lesions_are_told_apart_by_size() -> None:
    big, small = known("A1", square(0, 0, 30), 900), known("A2", square(80, 0, 10), 100)

    decisions = match(
        [Outline(outer=square(10, 10, 28)), Outline(outer=square(90, 10, 9))],
        FLAT,
        [small, big],
        ABDOMEN,
        ["A1", "A2"],
    )

    assert labels(decisions) == [("A1", False), ("A2", False)]


def test_equal_lesions_are_told_apart_by_where_they_lie_to_each_other() -> None:
    left, right = known("A1", square(0, 0, 20), 400), known("A2", square(100, 0, 20), 400)

    decisions = match(
        [Outline(outer=square(140, 50, 20)), Outline(outer=square(40, 50, 20))],
        FLAT,
        [left, right],
        ABDOMEN,
        ["A1", "A2"],
    )

    assert labels(decisions) == [("A2", False), ("A1", False)]


def test_an_outline_more_than_twelve_times_off_is_proposed_as_a_new_lesion_beside_another() -> None:
    decisions = match(
        [Outline(outer=square(0, 0, 30)), Outline(outer=square(90, 0, 4))],
        FLAT,
        [known("A1", square(0, 0, 30), 900), known("A2", square(0, 0, 30), 900)],
        ABDOMEN,
        ["A1", "A2"],
    )

    assert labels(decisions) == [("A1", False), ("A3", True)]


def test_an_open_lesion_is_preferred_to_a_closed_one() -> None:
    closed = known("A1", square(0, 0, 20), 400, WoundState.CLOSED)
    open_one = known("A2", square(50, 0, 20), 400)

    decisions = match(
        [Outline(outer=square(0, 0, 20))], FLAT, [closed, open_one], ABDOMEN, ["A1", "A2"]
    )

    assert labels(decisions) == [("A2", False)]


def test_lesions_are_matched_without_a_scale_too() -> None:
    decisions = match(
        [Outline(outer=square(0, 0, 20))],
        None,
        [known("A1", square(0, 0, 20), 400)],
        ABDOMEN,
        ["A1"],
    )

    assert labels(decisions) == [("A1", False)]


def test_a_free_name_is_found_among_those_taken_in_any_case() -> None:
    assert next_label(ABDOMEN, ["a1", "A3", "wound"]) == "A2"
    assert next_label(BodySite(region="thigh"), ["A1"]) == "T1"


def test_a_decision_is_open_with_an_outline_or_closed_without() -> None:
    with pytest.raises(ValueError, match="closed lesion has no outline"):
        Decision(outline=None, lesion=None, site=ABDOMEN, label="A1")


def test_many_lesions_without_a_scale_are_matched_in_a_bounded_search() -> None:
    names = [f"A{number}" for number in range(1, 15)]
    seen = [known(name, square(20.0 * at, 0, 10), 100) for at, name in enumerate(names)]
    outlines = [Outline(outer=square(20.0 * at, 0, 10)) for at in range(14)]

    decisions = match(outlines, None, seen, ABDOMEN, names)

    assert sorted(label for label, is_new in labels(decisions) if not is_new) == sorted(names)
