"""Totals of the scores against sums done by hand, and what may be suggested from a measurement.

The tables are those of reference lists of BWAT and PUSH 3.0; the sums are written out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from woundtrack.healing.scores import Instrument, Status, facts_of
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    Calibration,
    Finding,
    Measurement,
    Method,
    Missing,
    Outline,
    OutlineKind,
    RatedFrom,
    WoundState,
)
from woundtrack.model.value_sets import Depth, Edge, ExudateAmount, ExudateType
from woundtrack.workflow.instruments import read_instrument

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "scores"
SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))

# Rated by hand: 2+3+3+1 = 9, 4+3 = 7, 4+3 = 7, 4+1+2 = 7, 4+5 = 9; together 39.
RATED = {
    "size": 2,
    "depth": 3,
    "edges": 3,
    "undermining": 1,
    "necrotic_type": 4,
    "necrotic_amount": 3,
    "exudate_type": 4,
    "exudate_amount": 3,
    "skin_colour": 4,
    "oedema": 1,
    "induration": 2,
    "granulation": 4,
    "epithelium": 5,
}


@pytest.fixture
def bwat() -> Instrument:
    return read_instrument(SHIPPED / "bwat.json")


@pytest.fixture
def cua() -> Instrument:
    return read_instrument(SHIPPED / "bwat-cua.json")


@pytest.fixture
def push() -> Instrument:
    return read_instrument(SHIPPED / "push.json")


def assessed(
    length_mm: float,
    width_mm: float,
    *,
    area_mm2: float = 500.0,
    head_to_toe_mm: float | None = None,
    side_to_side_mm: float | None = None,
) -> Assessment:
    outline = AssessedOutline(
        kind=OutlineKind.ULCER,
        photograph_id="p",
        outline=Outline(outer=SQUARE),
        calibration=Calibration(
            method="plane",
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
            perimeter_mm=100.0,
            length_mm=length_mm,
            width_mm=width_mm,
            head_to_toe_mm=head_to_toe_mm,
            side_to_side_mm=side_to_side_mm,
        ),
        method=Method(name="test", version="1", application_version="0"),
    )
    return assessment(WoundState.OPEN, (outline,))


def assessment(state: WoundState, outlines: tuple[AssessedOutline, ...]) -> Assessment:
    return Assessment(
        id="r",
        assessment_id="a",
        revision=1,
        supersedes=None,
        lesion_id="l",
        visit_id="v",
        photograph_ids=("p",),
        state=state,
        outlines=outlines,
        accepted_by="Ann",
        reviewed_by="Ann",
        recorded_at=datetime(2026, 6, 11, tzinfo=UTC),
    )


def size_of(instrument: Instrument, code: str, facts: dict[str, float | str]) -> float | None:
    suggestion = instrument.suggestions(facts).get(code)
    return None if suggestion is None else suggestion.value


# --- totals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "total", "band"),
    [
        (dict.fromkeys(RATED, 1), 13, "minimal"),
        (dict.fromkeys(RATED, 5), 65, "extreme"),
        (RATED, 39, "moderate"),
        ({**RATED, "epithelium": 1, "granulation": 1, "skin_colour": 1}, 29, "mild"),
    ],
)
def test_bwat_is_the_sum_of_its_thirteen_items(
    bwat: Instrument, answers: dict[str, float], total: float, band: str
) -> None:
    found = bwat.band_of(bwat.total_of(answers))

    assert bwat.total_of(answers) == total
    assert found is not None
    assert found.label == band


@pytest.mark.parametrize("left_out", list(RATED))
def test_there_is_no_total_while_an_item_is_open(bwat: Instrument, left_out: str) -> None:
    answers = {code: value for code, value in RATED.items() if code != left_out}

    assert bwat.total_of(answers) is None
    assert bwat.band_of(None) is None


def test_an_answer_that_the_item_does_not_have_gives_no_total(bwat: Instrument) -> None:
    assert bwat.total_of({**RATED, "size": 6}) is None
    assert bwat.total_of({**RATED, "size": 2.5}) is None


def test_an_unverified_instrument_never_has_a_total(cua: Instrument) -> None:
    answers = {item.code: 1.0 for item in cua.items}

    assert cua.status is Status.UNVERIFIED
    assert [item.code for item in cua.items] == [
        "necrotic_type",
        "necrotic_amount",
        "exudate_type",
        "exudate_amount",
        "skin_colour",
        "oedema",
    ]
    assert cua.progress(answers, {}).is_complete
    assert cua.total_of(answers) is None


@pytest.mark.parametrize(
    ("area", "exudate", "tissue", "total"), [(0, 0, 0, 0), (10, 3, 4, 17), (8, 2, 3, 13)]
)
def test_push_is_the_sum_of_its_three(
    push: Instrument, area: float, exudate: float, tissue: float, total: float
) -> None:
    assert push.total_of({"area": area, "exudate": exudate, "tissue": tissue}) == total


@pytest.mark.parametrize(
    ("name", "value", "total"),
    [
        ("nrs-11", 0, 0),
        ("nrs-11", 10, 10),
        ("nrs-11", 3.5, None),
        ("nrs-11", 11, None),
        ("vas-100", 36.5, 36.5),
        ("vas-100", 101, None),
    ],
)
def test_pain_is_told_on_its_own_scale(name: str, value: float, total: float | None) -> None:
    scale = read_instrument(SHIPPED / f"{name}.json")

    assert scale.total_of({"pain": value}) == total


# --- what a photograph can't tell ----------------------------------------------------------------


def test_what_is_felt_is_out_of_reach_on_a_photograph(bwat: Instrument) -> None:
    felt = ("undermining", "skin_colour", "oedema", "induration")

    assert bwat.out_of_reach(RatedFrom.PHOTOGRAPH) == felt
    assert bwat.out_of_reach(RatedFrom.BEDSIDE) == ()
    assert bwat.out_of_reach(RatedFrom.BOTH) == ()
    assert bwat.out_of_reach(None) == ()


def test_not_assessable_is_an_answer_that_leaves_the_total_empty(bwat: Instrument) -> None:
    felt = bwat.out_of_reach(RatedFrom.PHOTOGRAPH)
    answers = {code: value for code, value in RATED.items() if code not in felt}
    missing = dict.fromkeys(felt, Missing.NOT_ASSESSABLE)

    progress = bwat.progress(answers, missing)

    assert (progress.answered, progress.not_assessable, progress.of) == (9, 4, 13)
    assert not progress.is_complete
    assert bwat.total_of(answers) is None


# --- suggestions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cm2", "answer"),
    [
        (0, 1),
        (3.99, 1),
        (4, 2),
        (16, 2),
        (16.05, 3),  # between the instrument's own rows of 16 and 16.1
        (16.1, 3),
        (36, 3),
        (36.05, 4),
        (80, 4),
        (80.01, 5),
        (500, 5),
    ],
)
def test_the_size_of_bwat_follows_from_length_by_width(
    bwat: Instrument, cm2: float, answer: float
) -> None:
    assert size_of(bwat, "size", {"length_by_width_cm2": cm2}) == answer


@pytest.mark.parametrize(
    ("cm2", "answer"),
    [
        (0, 0),
        (0.01, 1),
        (0.29, 1),
        (0.3, 2),
        (0.6, 2),
        (0.65, 3),
        (0.7, 3),
        (1.0, 3),
        (1.1, 4),
        (2.0, 4),
        (2.1, 5),
        (3.0, 5),
        (3.1, 6),
        (4.0, 6),
        (4.1, 7),
        (8.0, 7),
        (8.1, 8),
        (12.0, 8),
        (12.1, 9),
        (24.0, 9),
        (24.01, 10),
    ],
)
def test_the_area_of_push_follows_from_its_table(
    push: Instrument, cm2: float, answer: float
) -> None:
    assert size_of(push, "area", {"head_to_toe_by_side_cm2": cm2}) == answer


def test_push_never_takes_the_traced_area_nor_the_longest_length() -> None:
    # 4.2 × 2.8 cm = 11.76 cm², of which 7.2 cm² lie inside the edge: 11.76 is 8 of PUSH, 7.2 is 7.
    facts = facts_of(assessed(42.0, 28.0, area_mm2=720.0), None)

    assert facts == {"length_by_width_cm2": pytest.approx(11.76)}


def test_push_wants_to_know_where_the_head_is() -> None:
    lying = assessed(42.0, 28.0, head_to_toe_mm=30.0, side_to_side_mm=40.0)

    assert facts_of(lying, None)["head_to_toe_by_side_cm2"] == pytest.approx(12.0)


def test_a_closed_lesion_has_no_length(push: Instrument, bwat: Instrument) -> None:
    facts = facts_of(assessment(WoundState.CLOSED, ()), None)

    assert size_of(push, "area", facts) == 0
    assert size_of(bwat, "size", facts) == 1


def test_the_findings_of_the_visit_are_not_asked_twice(bwat: Instrument) -> None:
    finding = Finding(
        patient_id="p",
        lesion_id="l",
        visit_id="v",
        depth=Depth.OBSCURED,
        edge=Edge.ROLLED,
        exudate_amount=ExudateAmount.SCANT,
        exudate_type=ExudateType.PURULENT,
    )

    suggested = bwat.suggestions(facts_of(None, finding))

    assert {code: one.value for code, one in suggested.items()} == {
        "depth": 4,
        "edges": 4,
        "exudate_type": 5,
        "exudate_amount": 2,
    }


@pytest.mark.parametrize(
    ("share", "answer"),
    [
        (0.0, 1),
        (0.01, 2),
        (0.249, 2),
        (0.25, 3),
        (0.5, 3),
        (0.51, 4),
        (0.749, 4),
        (0.75, 5),
        (1, 5),
    ],
)
def test_the_amount_of_necrosis_follows_from_an_approved_tissue_map(
    bwat: Instrument, share: float, answer: float
) -> None:
    assert size_of(bwat, "necrotic_amount", {"necrotic_share": share}) == answer


def test_what_has_no_row_in_the_table_is_not_suggested(bwat: Instrument) -> None:
    assert bwat.suggestions({"edge": "scab", "exudate_type": "viscous"}) == {}
