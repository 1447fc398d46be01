"""A ruler set by hand: the scale of a photograph without a card, with its doubt, undoable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, RulerImpossible
from woundtrack.model import BodySite, Calibration, Doubt, Proposal
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]
DAY = date(2019, 3, 4)


def filed(library: Library, examined: workflow.Examined) -> Proposal:
    return workflow.file_photograph(
        library, examined, patient_code="CX-001", site=BodySite(region="abdomen"), by="Ann"
    ).proposal


@pytest.fixture
def old(library: Library, examined: Examine) -> Proposal:
    """File a photograph without a card, of a square wound of 200 px a side."""
    one = examined(DAY, 20.0, calibration=None)
    return filed(library, one)


def codes(doubts: tuple[Doubt, ...]) -> list[str]:
    return [doubt.code for doubt in doubts]


def test_two_points_of_a_known_distance_give_a_photograph_its_scale(
    library: Library, old: Proposal
) -> None:
    assert old.calibration is None

    ruled = workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")

    assert ruled.calibration is not None
    assert ruled.calibration.mm_per_px == pytest.approx(0.1)
    assert codes(ruled.calibration.doubts) == ["ruler_scale"]
    assert "card_not_found" not in codes(ruled.doubts)
    assert library.proposal_of(old.photograph_id) == ruled


def test_a_photograph_with_a_rulers_scale_is_not_accepted_unseen(
    library: Library, old: Proposal
) -> None:
    ruled = workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")

    photograph = library.photograph(ruled.photograph_id)
    doubts = workflow.misgivings(ruled, photograph, workflow.suggest(library, ruled))

    assert "ruler_scale" in codes(doubts)


def test_what_is_accepted_by_a_ruler_keeps_its_doubt_on_the_course(
    library: Library, old: Proposal
) -> None:
    ruled = workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")

    workflow.accept(library, ruled, workflow.suggest(library, ruled), by="Ann")

    course = workflow.timeline_of(library, library.patient_with_code("CX-001"))
    point = course.lesions[0].points[0]
    assert point.area_cm2 == pytest.approx(4.0)
    assert "ruler_scale" in codes(point.doubts)


def test_setting_a_ruler_is_in_the_audit_trail(library: Library, old: Proposal) -> None:
    before = len(library.audit_trail())

    workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")

    entries = library.audit_trail()[before:]
    assert [(entry.verb, entry.by) for entry in entries] == [("set ruler", "Ann")]


def test_another_ruler_takes_the_place_of_the_first(library: Library, old: Proposal) -> None:
    first = workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")

    second = workflow.set_ruler(library, first, (500.0, 900.0), (1000.0, 900.0), 40.0, by="Ann")

    assert second.calibration is not None
    assert second.calibration.mm_per_px == pytest.approx(0.08)


def test_a_ruler_that_is_taken_away_leaves_no_scale_and_says_so(
    library: Library, old: Proposal
) -> None:
    ruled = workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")

    bare = workflow.remove_ruler(library, ruled, by="Ann")

    assert bare.calibration is None
    assert codes(bare.doubts)[0] == "card_not_found"


def test_undoing_a_ruler_leaves_the_photograph_as_it_was(library: Library, old: Proposal) -> None:
    ruled = workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")

    undone = workflow.restore_scale(library, old, by="Ann")
    redone = workflow.restore_scale(library, ruled, by="Ann")

    assert (undone.calibration, undone.doubts) == (old.calibration, old.doubts)
    assert (redone.calibration, redone.doubts) == (ruled.calibration, ruled.doubts)


def test_a_photograph_with_a_card_takes_no_ruler(library: Library, examined: Examine) -> None:
    proposal = filed(library, examined(DAY, 20.0))

    with pytest.raises(RulerImpossible, match="a printed card gives this photograph its scale"):
        workflow.set_ruler(library, proposal, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")


def test_a_photograph_that_was_accepted_takes_no_ruler(library: Library, old: Proposal) -> None:
    workflow.accept(library, old, workflow.suggest(library, old), by="Ann")

    with pytest.raises(RulerImpossible, match="keeps its scale"):
        workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")


@pytest.mark.parametrize(
    ("end_px", "distance_mm", "why"),
    [
        ((505.0, 900.0), 50.0, "too near each other"),
        ((9000.0, 900.0), 50.0, "beside the photograph"),
        ((1000.0, 900.0), 0.0, "can't be the distance"),
        ((1000.0, 900.0), float("nan"), "can't be the distance"),
    ],
)
def test_what_can_be_no_ruler_is_refused_with_its_reason(
    library: Library, old: Proposal, end_px: tuple[float, float], distance_mm: float, why: str
) -> None:
    with pytest.raises(RulerImpossible, match=why):
        workflow.set_ruler(library, old, (500.0, 900.0), end_px, distance_mm, by="Ann")


def test_a_ruler_is_refused_where_another_was_set_meanwhile(
    library: Library, old: Proposal
) -> None:
    workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ben")

    with pytest.raises(ChangedMeanwhile):
        workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 40.0, by="Ann")


def test_measuring_a_printer_leaves_a_rulers_scale_alone(library: Library, old: Proposal) -> None:
    ruled = workflow.set_ruler(library, old, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")

    recorded = workflow.record_print_scale(library, "Ward 3", 96.0, 96.0, by="Ann")

    kept: Calibration | None = library.proposal_of(old.photograph_id).calibration
    assert recorded.rescaled == 0
    assert kept == ruled.calibration
