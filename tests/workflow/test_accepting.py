"""Accepting, taking back and accepting again: whole, in order, and written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from woundtrack import workflow
from woundtrack.errors import (
    AcceptedAlready,
    ChangedMeanwhile,
    NothingToAccept,
    NotUnderstood,
)
from woundtrack.model import Assessment, BodySite, Calibration, Outline, OutlineSource, WoundState
from woundtrack.records import Library

File = Callable[..., workflow.Filed]

THIGH = BodySite(region="thigh")
BACK = BodySite(region="back")
MAY = date(2026, 5, 4)


@pytest.fixture
def file(library: Library, examined: Callable[..., workflow.Examined]) -> File:
    """File a photograph with square wounds of these sides in mm; return what was filed."""

    def filed(
        day: date, *sides_mm: float, site: BodySite = THIGH, **options: Any
    ) -> workflow.Filed:
        return workflow.file_photograph(
            library, examined(day, *sides_mm, **options), patient_code="WT-1", site=site, by="Ann"
        )

    return filed


def accepted(
    library: Library, filed: workflow.Filed, *, reviewed: bool = True
) -> workflow.Acceptance:
    decisions = workflow.suggest(library, filed.proposal)
    return workflow.accept(library, filed.proposal, decisions, by="Ann", reviewed=reviewed)


def area_of(assessment: Assessment) -> float | None:
    return None if assessment.ulcer is None else assessment.ulcer.area_mm2


def course(library: Library) -> dict[str, list[float | None]]:
    (patient,) = library.patients()
    return {
        curve.lesion.label: [point.area_mm2 for point in curve.points]
        for curve in workflow.timeline_of(library, patient).lesions
    }


def test_accepting_records_the_area_and_takes_the_photograph_off_the_queue(
    library: Library, file: File
) -> None:
    filed = file(MAY, 20)

    acceptance = accepted(library, filed)

    (assessment,) = library.assessments()
    assert area_of(assessment) == pytest.approx(400)
    assert (assessment.accepted_by, assessment.reviewed_by) == ("Ann", "Ann")
    assert library.proposals() == ()
    assert acceptance.after == (assessment,)


def test_accepting_without_review_names_no_reviewer(library: Library, file: File) -> None:
    accepted(library, file(MAY, 20), reviewed=False)

    assert library.assessments()[0].reviewed_by is None


def test_a_series_of_visits_is_one_curve_for_each_lesion(library: Library, file: File) -> None:
    accepted(library, file(MAY, 30, 10))
    accepted(library, file(MAY + timedelta(14), 25, 8))

    assert course(library) == {
        "T1": [pytest.approx(900), pytest.approx(625)],
        "T2": [pytest.approx(100), pytest.approx(64)],
    }


def test_a_second_photograph_of_a_visit_joins_the_assessment_as_a_revision(
    library: Library, file: File
) -> None:
    first = accepted(library, file(MAY, 20))
    second = accepted(library, file(MAY, 19))

    (assessment,) = library.assessments()
    assert assessment.supersedes == first.after[0].id
    assert len(assessment.photograph_ids) == 2
    assert area_of(assessment) == pytest.approx(361)
    assert second.before == first.after


def test_a_photograph_without_a_scale_never_replaces_a_measured_outline(
    library: Library, file: File
) -> None:
    accepted(library, file(MAY, 20))
    accepted(library, file(MAY, 19, calibration=None))

    (assessment,) = library.assessments()
    assert area_of(assessment) == pytest.approx(400)
    assert len(assessment.photograph_ids) == 2


def test_without_a_scale_the_lesion_is_recorded_open_and_unmeasured(
    library: Library, file: File
) -> None:
    accepted(library, file(MAY, 20, calibration=None))

    (assessment,) = library.assessments()
    assert assessment.state is WoundState.OPEN
    assert assessment.ulcer is None
    assert course(library) == {"T1": [None]}


def test_a_closed_lesion_has_area_zero_on_the_timeline(library: Library, file: File) -> None:
    acceptance = accepted(library, file(MAY, 20))
    lesion = library.lesion(acceptance.after[0].lesion_id)
    closed = file(MAY + timedelta(30))

    workflow.accept(
        library,
        closed.proposal,
        [
            workflow.Decision(
                outline=None,
                lesion=lesion,
                site=lesion.site,
                label=lesion.label,
                state=WoundState.CLOSED,
            )
        ],
        by="Ann",
    )

    assert course(library) == {"T1": [pytest.approx(400), 0]}


def test_taking_back_and_accepting_again_can_be_repeated_without_drift(
    library: Library, file: File
) -> None:
    filed = file(MAY, 20)
    acceptance = accepted(library, filed)

    for _ in range(2):
        workflow.take_back(library, acceptance, by="Ann")
        assert library.assessments() == ()
        assert [one.photograph_id for one in library.proposals()] == [filed.photograph.id]
        assert library.lesions(library.patients()[0].id) == ()
        workflow.accept_again(library, acceptance, by="Ann")

    assert course(library) == {"T1": [pytest.approx(400)]}
    assert [entry.verb for entry in library.audit_trail()] == [
        "import",
        "accept",
        "take back",
        "accept again",
        "take back",
        "accept again",
    ]


def test_taking_back_a_joined_photograph_restores_the_one_before(
    library: Library, file: File
) -> None:
    accepted(library, file(MAY, 20))
    second = accepted(library, file(MAY, 19))

    workflow.take_back(library, second, by="Ann")

    (assessment,) = library.assessments()
    assert area_of(assessment) == pytest.approx(400)
    assert len(assessment.photograph_ids) == 1
    assert len(library.revisions(assessment.assessment_id)) == 3


def test_taking_back_what_was_changed_meanwhile_is_refused_and_changes_nothing(
    library: Library, file: File
) -> None:
    acceptance = accepted(library, file(MAY, 20))
    workflow.retire(library, acceptance.after[0], by="Ben", reason="not a lesion")

    with pytest.raises(ChangedMeanwhile):
        workflow.take_back(library, acceptance, by="Ann")

    assert library.proposals() == ()


def test_a_photograph_is_accepted_once(library: Library, file: File) -> None:
    filed = file(MAY, 20)
    decisions = workflow.suggest(library, filed.proposal)
    workflow.accept(library, filed.proposal, decisions, by="Ann")

    with pytest.raises(ChangedMeanwhile):
        workflow.accept(library, filed.proposal, decisions, by="Ann")


def test_nothing_and_a_name_that_is_taken_elsewhere_are_refused_with_a_sentence(
    library: Library, file: File
) -> None:
    filed = file(MAY, 20, 10)
    one, two = workflow.suggest(library, filed.proposal)

    with pytest.raises(NothingToAccept):
        workflow.accept(library, filed.proposal, [], by="Ann")
    with pytest.raises(NotUnderstood, match="no other lesion"):
        workflow.accept(
            library, filed.proposal, [one, replace(two, label="t1", site=BACK)], by="Ann"
        )

    assert len(library.proposals()) == 1


def test_accepting_all_leaves_a_flat_card_on_a_limb(library: Library, file: File) -> None:
    file(MAY, 20)
    (patient,) = library.patients()

    report = workflow.accept_proposals(library, patient, by="Ann")

    ((_, doubts),) = report.left
    assert [doubt.code for doubt in doubts] == ["flat_card_on_limb"]


def test_accepting_all_leaves_what_is_in_doubt_unless_it_is_asked_for(
    library: Library, file: File, tilted: Calibration
) -> None:
    file(MAY, 20, site=BACK)
    file(MAY + timedelta(7), 19, site=BACK, calibration=tilted)
    file(MAY + timedelta(14), 18, site=BACK, calibration=None)
    file(MAY + timedelta(21), site=BACK)
    (patient,) = library.patients()

    cautious = workflow.accept_proposals(library, patient, by="Ann")
    bold = workflow.accept_proposals(library, patient, include_doubted=True, by="Ann")

    assert (len(cautious.accepted), len(cautious.left)) == (1, 3)
    assert (len(bold.accepted), len(bold.left)) == (2, 1)
    assert course(library) == {"K1": [pytest.approx(400), pytest.approx(361), None]}


@pytest.mark.parametrize(("confidence", "left"), [(0.45, ["outline_unsure"]), (0.5, [])])
def test_what_the_window_tells_as_unsure_is_not_accepted_unseen(
    library: Library,
    examined: Callable[..., workflow.Examined],
    confidence: float,
    left: list[str],
) -> None:
    one = examined(MAY, 20)
    unsure = replace(one, outlines=(replace(one.outlines[0], confidence=confidence),))
    workflow.file_photograph(library, unsure, patient_code="WT-1", site=BACK, by="Ann")
    (patient,) = library.patients()

    report = workflow.accept_proposals(library, patient, by="Ann")

    assert [doubt.code for _, doubts in report.left for doubt in doubts] == left


def test_setting_aside_records_nothing_and_can_be_brought_back(
    library: Library, file: File
) -> None:
    filed = file(MAY, 20)

    aside = workflow.set_aside(library, filed.proposal, by="Ann")
    assert library.proposals() == ()
    workflow.bring_back(library, aside, by="Ann")

    assert len(library.proposals()) == 1
    assert library.assessments() == ()


def test_what_was_accepted_from_is_not_reviewed_from_the_start(
    library: Library, file: File
) -> None:
    acceptance = accepted(library, file(MAY, 20))
    trail = library.audit_head()

    with pytest.raises(AcceptedAlready, match=r"^What was accepted from IMG_.* counts"):
        workflow.bring_back(library, acceptance.proposal, by="Ann")

    assert library.audit_head() == trail
    assert not library.proposal_of(acceptance.proposal.photograph_id).is_waiting


def test_a_photograph_can_be_reviewed_again_once_what_was_accepted_is_retired(
    library: Library, file: File
) -> None:
    acceptance = accepted(library, file(MAY, 20))
    (assessment,) = acceptance.after
    workflow.retire(library, assessment, by="Ann", reason="blurred")

    back = workflow.bring_back(library, acceptance.proposal, by="Ann")

    assert back.is_waiting


def test_neither_a_waiting_nor_a_withdrawn_photograph_is_brought_back(
    library: Library, file: File
) -> None:
    waiting, gone = file(MAY, 20), file(MAY + timedelta(days=30), 20)
    workflow.withdraw(library, [gone.photograph], by="Ann", reason="wrong patient")

    for filed in (waiting, gone):
        with pytest.raises(ChangedMeanwhile):
            workflow.bring_back(library, library.proposal_of(filed.photograph.id), by="Ann")


def test_more_is_accepted_from_a_photograph_that_was_reviewed_and_taken_back(
    library: Library, file: File
) -> None:
    filed = file(MAY, 20, 12)
    first, second = workflow.suggest(library, filed.proposal)
    before = workflow.accept(library, filed.proposal, [first], by="Ann")

    more = workflow.accept_more(library, before.proposal, [second], by="Ben")
    course_with_both = course(library)
    workflow.take_back(library, more, by="Ben")
    course_without = course(library)
    workflow.accept_again(library, more, by="Ben")

    assert course_with_both == course(library)
    assert len(course_with_both) == 2
    assert list(course_without) == [first.label]
    assert library.proposals() == ()
    assert [entry.verb for entry in library.audit_trail()][-3:] == [
        "accept more",
        "take back",
        "accept again",
    ]


def test_a_photograph_that_waits_has_nothing_accepted_yet_to_add_to(
    library: Library, file: File
) -> None:
    filed = file(MAY, 20)

    with pytest.raises(ChangedMeanwhile):
        workflow.accept_more(
            library, filed.proposal, workflow.suggest(library, filed.proposal), by="Ann"
        )


def test_a_correction_is_a_new_revision_measured_anew(library: Library, file: File) -> None:
    (assessment,) = accepted(library, file(MAY, 20)).after
    ring = ((1200.0, 300.0), (1500.0, 300.0), (1500.0, 600.0), (1200.0, 600.0))

    corrected = workflow.correct(
        library,
        assessment,
        Outline(outer=ring, source=OutlineSource.GUIDED),
        by="Ben",
        reason="edge missed",
    )

    assert area_of(corrected) == pytest.approx(900)
    # By a gesture, with the outline network where this checkout has one.
    assert corrected.outlines[0].method.name in {"guided-grabcut", "guided-network"}
    assert [one.reason for one in library.revisions(assessment.assessment_id)] == [
        None,
        "edge missed",
    ]
    with pytest.raises(ChangedMeanwhile):
        workflow.retire(library, assessment, by="Ann", reason="old")


def test_a_change_is_undone_by_putting_back_the_revision_before(
    library: Library, file: File
) -> None:
    (assessment,) = accepted(library, file(MAY, 20)).after
    workflow.retire(library, assessment, by="Ann", reason="not a lesion")

    workflow.put_back(library, assessment, by="Ann", reason="undone")

    assert course(library) == {"T1": [pytest.approx(400)]}


def test_reassigning_moves_an_assessment_but_not_onto_another_of_that_visit(
    library: Library, file: File
) -> None:
    one, two = accepted(library, file(MAY, 30, 10)).after
    (other,) = accepted(library, file(MAY + timedelta(7), 28)).after
    first, second = library.lesion(one.lesion_id), library.lesion(two.lesion_id)

    with pytest.raises(NotUnderstood, match="already"):
        workflow.reassign(library, one, second, by="Ann", reason="mixed up")
    moved = workflow.reassign(library, other, second, by="Ann", reason="mixed up")

    assert moved.lesion_id == second.id
    assert course(library) == {
        first.label: [pytest.approx(900)],
        second.label: [pytest.approx(100), pytest.approx(784)],
    }


def test_an_assessment_is_given_to_a_lesion_made_for_it_and_undoing_takes_that_away_too(
    library: Library, file: File
) -> None:
    accepted(library, file(MAY, 30))
    (second,) = accepted(library, file(MAY + timedelta(7), 20)).after

    moved = workflow.reassign(
        library,
        second,
        workflow.NewLesion(label=" T9 ", site=THIGH),
        by="Ann",
        reason="another wound",
    )

    made = library.lesion(moved.lesion_id)
    assert (made.label, made.number, made.site) == ("T9", 2, THIGH)
    assert course(library) == {"T1": [pytest.approx(900)], "T9": [pytest.approx(400)]}
    assert library.audit_trail()[-1].verb == "reassign"

    workflow.put_back(library, second, by="Ann", reason="undone", made=made)
    assert course(library) == {"T1": [pytest.approx(900), pytest.approx(400)]}
    assert library.lesion(made.id).is_retired

    workflow.put_back(library, moved, by="Ann", reason="done again")
    assert course(library) == {"T1": [pytest.approx(900)], "T9": [pytest.approx(400)]}


def test_a_lesion_made_for_an_assessment_stays_where_something_else_is_recorded_of_it(
    library: Library, file: File
) -> None:
    accepted(library, file(MAY, 30))
    (second,) = accepted(library, file(MAY + timedelta(7), 20)).after
    (third,) = accepted(library, file(MAY + timedelta(14), 19)).after
    new = workflow.NewLesion(label="T2", site=THIGH)
    made = library.lesion(
        workflow.reassign(library, second, new, by="Ann", reason="another").lesion_id
    )
    workflow.reassign(library, third, made, by="Ann", reason="another")

    workflow.put_back(library, second, by="Ann", reason="undone", made=made)

    assert course(library)["T2"] == [pytest.approx(361)]


def test_a_lesion_made_for_an_assessment_needs_a_name_of_its_own(
    library: Library, file: File
) -> None:
    (one,) = accepted(library, file(MAY, 20)).after

    for label in ("", "t1"):
        with pytest.raises(NotUnderstood, match="no other lesion of this patient"):
            workflow.reassign(
                library,
                one,
                workflow.NewLesion(label=label, site=THIGH),
                by="Ann",
                reason="another",
            )

    assert [lesion.label for lesion in library.lesions(library.patients()[0].id)] == ["T1"]
    assert library.revisions(one.assessment_id) == (one,)


def test_an_outline_that_reaches_the_picture_s_edge_is_doubted(
    library: Library, file: File
) -> None:
    accepted(library, file(MAY, 20, at=(0.0, 300.0)))

    measurement = library.assessments()[0].ulcer
    assert measurement is not None
    (doubt,) = [doubt for doubt in measurement.doubts if doubt.code == "outline_cut_off"]
    assert min(min(x, y) for x, y in doubt.place_px) == 0


def test_a_lesion_never_gets_two_assessments_in_view_at_one_visit(
    library: Library, file: File
) -> None:
    one, two = accepted(library, file(MAY, 30, 10)).after
    retired = workflow.retire(library, two, by="Ann", reason="not a lesion")
    workflow.reassign(library, one, library.lesion(two.lesion_id), by="Ann", reason="the other one")

    with pytest.raises(NotUnderstood, match="already"):
        workflow.restore(library, retired, by="Ann", reason="after all")

    assert len(library.assessments()) == 1


def test_what_is_far_from_the_card_cut_off_or_unassigned_is_left_for_a_person(
    library: Library, file: File
) -> None:
    file(MAY, 20, at=(0.0, 300.0))
    file(MAY + timedelta(1), 20, at=(3500.0, 2500.0))
    (patient,) = library.patients()

    report = workflow.accept_proposals(library, patient, by="Ann")

    assert report.accepted == ()
    codes = [{doubt.code for doubt in doubts} for _, doubts in report.left]
    assert "outline_cut_off" in codes[0]
    assert "wound_far_from_card" in codes[1]


def test_outlines_beside_the_lesion_named_on_import_are_not_dropped_unseen(
    library: Library, examined: Callable[..., workflow.Examined]
) -> None:
    filed = workflow.file_photograph(
        library,
        examined(MAY, 20, 10),
        patient_code="WT-1",
        site=THIGH,
        lesion_label="Upper",
        by="Ann",
    )
    (patient,) = library.patients()

    report = workflow.accept_proposals(library, patient, by="Ann")

    assert [photograph.id for photograph, _ in report.left] == [filed.photograph.id]
    assert "outlines_unassigned" in [doubt.code for doubt in report.left[0][1]]


def test_an_outline_beyond_the_card_s_horizon_is_kept_without_an_area(
    library: Library, file: File, examined: Callable[..., workflow.Examined]
) -> None:
    steep = ((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, -0.0005, 1.0))
    tilted = replace(examined(MAY, 1).calibration, homography=steep)  # type: ignore[type-var]

    accepted(library, file(MAY, 20, calibration=tilted, at=(1200.0, 2500.0)))
    accepted(library, file(MAY + timedelta(7), 20))

    assert course(library)["T1"][0] is None
    assert len(library.assessments()) == 2


def test_a_lesion_taken_back_and_accepted_anew_keeps_its_name_and_colour(
    library: Library, file: File
) -> None:
    filed = file(MAY, 20)
    workflow.take_back(library, accepted(library, filed), by="Ann")

    again = accepted(library, workflow.Filed(photograph=filed.photograph, proposal=filed.proposal))

    (lesion,) = library.lesions(library.patients()[0].id)
    assert (lesion.label, lesion.number) == ("T1", 1)
    assert again.lesions_added[0].id == lesion.id
