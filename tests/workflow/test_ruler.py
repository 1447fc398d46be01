"""A ruler set by hand: the scale of a photograph without a card, with its doubt, undoable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, RulerImpossible
from woundtrack.model import (
    Assessment,
    BodySite,
    Calibration,
    Doubt,
    OutlineKind,
    Proposal,
    WoundState,
)
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


def with_ruler(
    library: Library, proposal: Proposal, distance_mm: float = 50.0, *, by: str = "Ann"
) -> workflow.Ruled:
    start_px, end_px = (500.0, 900.0), (1000.0, 900.0)
    return workflow.set_ruler(library, proposal, start_px, end_px, distance_mm, by=by)


def codes(doubts: tuple[Doubt, ...]) -> list[str]:
    return [doubt.code for doubt in doubts]


def test_two_points_of_a_known_distance_give_a_photograph_its_scale(
    library: Library, old: Proposal
) -> None:
    assert old.calibration is None

    ruled = with_ruler(library, old).after

    assert ruled.calibration is not None
    assert ruled.calibration.mm_per_px == pytest.approx(0.1)
    assert codes(ruled.calibration.doubts) == ["ruler_scale"]
    assert "card_not_found" not in codes(ruled.doubts)
    assert library.proposal_of(old.photograph_id) == ruled


def test_a_photograph_with_a_rulers_scale_is_not_accepted_unseen(
    library: Library, old: Proposal
) -> None:
    ruled = with_ruler(library, old).after

    photograph = library.photograph(ruled.photograph_id)
    doubts = workflow.misgivings(ruled, photograph, workflow.suggest(library, ruled))

    assert "ruler_scale" in codes(doubts)


def test_what_is_accepted_by_a_ruler_keeps_its_doubt_on_the_course(
    library: Library, old: Proposal
) -> None:
    ruled = with_ruler(library, old).after

    workflow.accept(library, ruled, workflow.suggest(library, ruled), by="Ann")

    course = workflow.timeline_of(library, library.patient_with_code("CX-001"))
    point = course.lesions[0].points[0]
    assert point.area_cm2 == pytest.approx(4.0)
    assert "ruler_scale" in codes(point.doubts)


def test_setting_a_ruler_is_in_the_audit_trail(library: Library, old: Proposal) -> None:
    before = len(library.audit_trail())

    with_ruler(library, old)

    entries = library.audit_trail()[before:]
    assert [(entry.verb, entry.by) for entry in entries] == [("set ruler", "Ann")]


def test_another_ruler_takes_the_place_of_the_first(library: Library, old: Proposal) -> None:
    first = with_ruler(library, old).after

    second = with_ruler(library, first, 40.0).after

    assert second.calibration is not None
    assert second.calibration.mm_per_px == pytest.approx(0.08)


def test_a_ruler_that_is_taken_away_leaves_no_scale_and_says_so(
    library: Library, old: Proposal
) -> None:
    ruled = with_ruler(library, old).after

    bare = workflow.remove_ruler(library, ruled, by="Ann").after

    assert bare.calibration is None
    assert codes(bare.doubts)[0] == "card_not_found"


def test_undoing_a_ruler_leaves_the_photograph_as_it_was(library: Library, old: Proposal) -> None:
    ruled = with_ruler(library, old)

    undone = workflow.restore_scale(library, ruled, by="Ann")
    redone = workflow.scale_again(library, ruled, by="Ann")

    assert (undone.calibration, undone.doubts) == (old.calibration, old.doubts)
    assert (redone.calibration, redone.doubts) == (ruled.after.calibration, ruled.after.doubts)


def test_a_photograph_with_a_card_takes_no_ruler(library: Library, examined: Examine) -> None:
    proposal = filed(library, examined(DAY, 20.0))

    with pytest.raises(RulerImpossible, match="a printed card gives this photograph its scale"):
        workflow.set_ruler(library, proposal, (500.0, 900.0), (1000.0, 900.0), 50.0, by="Ann")


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
    with_ruler(library, old, by="Ben")

    with pytest.raises(ChangedMeanwhile):
        with_ruler(library, old, 40.0)


def test_measuring_a_printer_leaves_a_rulers_scale_alone(library: Library, old: Proposal) -> None:
    ruled = with_ruler(library, old).after

    recorded = workflow.record_print_scale(library, "Ward 3", 96.0, 96.0, by="Ann")

    kept: Calibration | None = library.proposal_of(old.photograph_id).calibration
    assert recorded.rescaled == 0
    assert kept == ruled.calibration


# --- two people ----------------------------------------------------------------------------------


def test_undoing_a_ruler_leaves_the_one_that_another_person_set_since(
    library: Library, old: Proposal
) -> None:
    of_ann = with_ruler(library, old)
    of_ben = with_ruler(library, of_ann.after, 40.0, by="Ben")

    with pytest.raises(ChangedMeanwhile):
        workflow.restore_scale(library, of_ann, by="Ann")

    assert library.proposal_of(old.photograph_id) == of_ben.after


def test_redoing_a_ruler_leaves_the_one_that_another_person_set_since(
    library: Library, old: Proposal
) -> None:
    of_ann = with_ruler(library, old)
    workflow.restore_scale(library, of_ann, by="Ann")
    of_ben = with_ruler(library, old, 40.0, by="Ben")

    with pytest.raises(ChangedMeanwhile):
        workflow.scale_again(library, of_ann, by="Ann")

    assert library.proposal_of(old.photograph_id) == of_ben.after


def test_undoing_a_ruler_leaves_what_another_person_accepted_by_it(
    library: Library, old: Proposal
) -> None:
    of_ann = with_ruler(library, old)
    workflow.accept(library, of_ann.after, workflow.suggest(library, of_ann.after), by="Ben")

    with pytest.raises(ChangedMeanwhile):
        workflow.restore_scale(library, of_ann, by="Ann")

    assert newest(library).ulcer is not None


# --- accepted already ----------------------------------------------------------------------------


@pytest.fixture
def accepted(library: Library, old: Proposal) -> Proposal:
    """Accept the photograph without a scale: outline and shape, and no area."""
    return workflow.accept(library, old, workflow.suggest(library, old), by="Ann").proposal


def newest(library: Library) -> Assessment:
    (one,) = library.assessments(patient_id=library.patient_with_code("CX-001").id)
    return one


def test_what_was_accepted_without_an_area_gets_one_by_a_ruler_in_a_revision(
    library: Library, accepted: Proposal
) -> None:
    before = newest(library)
    assert before.ulcer is None

    ruled = with_ruler(library, accepted, by="Ben")

    after = newest(library)
    assert after.ulcer is not None
    assert after.ulcer.area_cm2 == pytest.approx(4.0)
    assert (after.accepted_by, after.reviewed_by) == ("Ben", "Ann")
    assert after.reason == "A ruler was set in its photograph"
    assert library.revisions(before.assessment_id) == (before, after)
    assert [one.after for one in ruled.remeasured] == [after]
    assert not library.proposal_of(accepted.photograph_id).is_waiting


def test_a_ruler_in_an_accepted_photograph_puts_its_visit_on_the_curve(
    library: Library, accepted: Proposal
) -> None:
    with_ruler(library, accepted)

    course = workflow.timeline_of(library, library.patient_with_code("CX-001"))
    point = course.lesions[0].points[0]
    assert point.area_cm2 == pytest.approx(4.0)
    assert "ruler_scale" in codes(point.doubts)


def test_a_ruler_in_an_accepted_photograph_is_undone_and_redone_by_further_revisions(
    library: Library, accepted: Proposal
) -> None:
    ruled = with_ruler(library, accepted, by="Ben")

    workflow.restore_scale(library, ruled, by="Ben")
    undone = newest(library)
    workflow.scale_again(library, ruled, by="Ben")
    redone = newest(library)

    assert (undone.ulcer, undone.revision) == (None, 3)
    assert redone.outlines == ruled.remeasured[0].after.outlines
    assert library.proposal_of(accepted.photograph_id).calibration == ruled.after.calibration
    assert len(library.revisions(redone.assessment_id)) == 4


def test_the_audit_trail_says_that_what_was_accepted_was_measured_anew(
    library: Library, accepted: Proposal
) -> None:
    with_ruler(library, accepted, by="Ben")

    entry = library.audit_trail()[-1]
    assert (entry.verb, entry.by) == ("set ruler", "Ben")
    assert entry.why == "1 assessment accepted from it measured anew"


def test_a_ruler_is_not_undone_over_what_another_person_corrected_since(
    library: Library, accepted: Proposal
) -> None:
    ruled = with_ruler(library, accepted)
    one = newest(library)
    outline = one.outlines[0].outline
    moved = replace(outline, outer=tuple((x + 10, y) for x, y in outline.outer[:3]))
    corrected = workflow.correct(library, one, moved, by="Ben", reason="the edge")

    with pytest.raises(ChangedMeanwhile):
        workflow.restore_scale(library, ruled, by="Ann")

    assert newest(library) == corrected
    assert library.proposal_of(accepted.photograph_id).calibration == ruled.after.calibration


def test_an_accepted_rulers_area_goes_when_the_ruler_is_taken_away(
    library: Library, accepted: Proposal
) -> None:
    ruled = with_ruler(library, accepted).after

    workflow.remove_ruler(library, ruled, by="Ann")

    assert newest(library).ulcer is None
    assert newest(library).outline_of(OutlineKind.ULCER) is not None
    assert newest(library).reason == "The ruler of its photograph was taken away"


def test_both_lesions_of_an_accepted_photograph_are_measured_by_its_ruler(
    library: Library, examined: Examine
) -> None:
    old = filed(library, examined(DAY, 20.0, 10.0, calibration=None))
    workflow.accept(library, old, workflow.suggest(library, old), by="Ann")

    ruled = with_ruler(library, library.proposal_of(old.photograph_id))

    areas = [one.after.ulcer.area_cm2 for one in ruled.remeasured if one.after.ulcer]
    assert sorted(areas) == pytest.approx([1.0, 4.0])


def test_what_was_measured_in_another_photograph_of_the_visit_stays_as_it_is(
    library: Library, examined: Examine
) -> None:
    bare = filed(library, examined(DAY, 20.0, calibration=None))
    workflow.accept(library, bare, workflow.suggest(library, bare), by="Ann")
    carded = filed(library, examined(DAY, 21.0))
    workflow.accept(library, carded, workflow.suggest(library, carded), by="Ann")
    before = newest(library)
    assert before.outlines[0].photograph_id == carded.photograph_id

    with pytest.raises(RulerImpossible, match="nothing that counts is outlined"):
        with_ruler(library, library.proposal_of(bare.photograph_id))

    assert newest(library) == before


def test_a_photograph_that_was_set_aside_takes_no_ruler(library: Library, old: Proposal) -> None:
    aside = workflow.set_aside(library, old, by="Ann")

    with pytest.raises(RulerImpossible, match="review it again"):
        with_ruler(library, aside)


def test_a_photograph_of_a_closed_lesion_takes_no_ruler(library: Library, old: Proposal) -> None:
    (decision,) = workflow.suggest(library, old)
    closed = replace(decision, outline=None, state=WoundState.CLOSED)
    workflow.accept(library, old, [closed], by="Ann")

    with pytest.raises(RulerImpossible, match="nothing that counts is outlined"):
        with_ruler(library, library.proposal_of(old.photograph_id))


def test_a_ruler_set_before_it_was_accepted_is_not_set_on_what_is(
    library: Library, old: Proposal
) -> None:
    workflow.accept(library, old, workflow.suggest(library, old), by="Ben")

    with pytest.raises(ChangedMeanwhile):
        with_ruler(library, old)

    assert newest(library).ulcer is None


def test_an_acceptance_measured_anew_since_is_not_taken_back_under_it(
    library: Library, old: Proposal
) -> None:
    acceptance = workflow.accept(library, old, workflow.suggest(library, old), by="Ann")
    ruled = with_ruler(library, acceptance.proposal, by="Ben")

    with pytest.raises(ChangedMeanwhile):
        workflow.take_back(library, acceptance, by="Ann")
    workflow.restore_scale(library, ruled, by="Ben")
    workflow.take_back(library, acceptance, by="Ann")

    assert library.proposal_of(old.photograph_id).is_waiting


def test_all_parts_of_a_lesion_are_measured_by_the_ruler_together(
    library: Library, examined: Examine
) -> None:
    old = filed(library, examined(DAY, 20.0, 10.0, calibration=None))
    one, other = workflow.suggest(library, old)
    same = replace(other, label=one.label, site=one.site)
    workflow.accept(library, old, [one, same], by="Ann")

    with_ruler(library, library.proposal_of(old.photograph_id))

    assert len(newest(library).outlines[0].parts) == 2
    size = newest(library).ulcer
    assert size is not None
    assert size.area_cm2 == pytest.approx(5.0)


def test_an_accepted_photographs_ruler_measures_along_the_body_where_the_head_was_said(
    library: Library, accepted: Proposal
) -> None:
    workflow.set_head(library, library.photograph(accepted.photograph_id), 0.0, by="Ann")

    with_ruler(library, accepted)

    size = newest(library).ulcer
    assert size is not None
    assert size.head_to_toe_mm == pytest.approx(20.0)
