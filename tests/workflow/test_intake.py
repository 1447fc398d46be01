"""Filing photographs: whose, where, which day, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from woundtrack import workflow
from woundtrack.errors import DuplicatePhotograph, NotUnderstood
from woundtrack.model import BodySite, Patient, now
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]

THIGH = BodySite(region="thigh")
MAY = date(2026, 5, 4)


def test_filing_makes_the_patient_the_visit_and_a_waiting_proposal(
    library: Library, examined: Examine
) -> None:
    filed = workflow.file_photograph(
        library, examined(MAY, 20), patient_code=" WT-1 ", site=THIGH, by="Ann"
    )

    (patient,) = library.patients()
    assert patient.code == "WT-1"
    assert [visit.visited_on for visit in library.visits(patient.id)] == [MAY]
    assert [one.id for one in library.proposals(patient.id)] == [filed.proposal.id]
    assert library.assessments() == ()


def test_photographs_of_one_day_share_a_visit_and_those_of_another_do_not(
    library: Library, examined: Examine
) -> None:
    for photograph in (examined(MAY, 20), examined(MAY, 21), examined(MAY + timedelta(7), 19)):
        workflow.file_photograph(library, photograph, patient_code="WT-1", site=THIGH, by="Ann")

    (patient,) = library.patients()
    assert len(library.visits(patient.id)) == 2


def test_a_patient_code_in_other_letters_is_the_same_patient(
    library: Library, examined: Examine
) -> None:
    workflow.file_photograph(library, examined(MAY, 20), patient_code="WT-1", site=THIGH, by="Ann")
    workflow.file_photograph(library, examined(MAY, 20), patient_code="wt-1", site=THIGH, by="Ann")

    assert [patient.code for patient in library.patients()] == ["WT-1"]


def test_the_same_bytes_are_not_filed_twice_and_the_sentence_says_where_they_are(
    library: Library, examined: Examine
) -> None:
    photograph = examined(MAY, 20)
    workflow.file_photograph(library, photograph, patient_code="WT-1", site=THIGH, by="Ann")

    with pytest.raises(DuplicatePhotograph, match="under WT-1 on 2026-05-04"):
        workflow.file_photograph(library, photograph, patient_code="WT-2", site=THIGH, by="Ann")

    assert [patient.code for patient in library.patients()] == ["WT-1"]


@pytest.mark.parametrize("code", ["", "   ", "a\nb", "x" * 41])
def test_a_patient_code_that_cannot_be_one_is_refused(
    library: Library, examined: Examine, code: str
) -> None:
    with pytest.raises(NotUnderstood, match="one to forty letters"):
        workflow.file_photograph(
            library, examined(MAY, 20), patient_code=code, site=THIGH, by="Ann"
        )


def test_a_visit_in_the_future_or_before_cameras_is_refused(
    library: Library, examined: Examine
) -> None:
    tomorrow = now().astimezone().date() + timedelta(1)
    for day in (tomorrow, date(1980, 1, 1)):
        with pytest.raises(NotUnderstood, match="camera's clock"):
            workflow.file_photograph(
                library, examined(day, 20), patient_code="WT-1", site=THIGH, by="Ann"
            )

    assert library.patients() == ()


def test_a_photograph_without_a_date_needs_one_and_takes_the_one_given(
    library: Library, examined: Examine
) -> None:
    undated = examined(None, 20)
    with pytest.raises(NotUnderstood, match="give the date of the visit"):
        workflow.file_photograph(library, undated, patient_code="WT-1", site=THIGH, by="Ann")

    workflow.file_photograph(
        library, undated, patient_code="WT-1", site=THIGH, visited_on=MAY, by="Ann"
    )

    assert [visit.visited_on for visit in library.visits(library.patients()[0].id)] == [MAY]


def test_a_named_lesion_is_made_once_and_refused_at_another_site(
    library: Library, examined: Examine
) -> None:
    for _ in range(2):
        workflow.file_photograph(
            library,
            examined(MAY, 20),
            patient_code="WT-1",
            site=THIGH,
            lesion_label="Upper",
            by="Ann",
        )

    (patient,) = library.patients()
    assert [lesion.label for lesion in library.lesions(patient.id)] == ["Upper"]
    with pytest.raises(NotUnderstood, match="another site"):
        workflow.file_photograph(
            library,
            examined(MAY, 20),
            patient_code="WT-1",
            site=BodySite(region="foot"),
            lesion_label="upper",
            by="Ann",
        )


def test_withdrawn_photographs_leave_the_timeline_and_can_go_to_the_right_patient(
    library: Library, examined: Examine
) -> None:
    photograph = examined(MAY, 20)
    filed = workflow.file_photograph(library, photograph, patient_code="WT-1", site=THIGH, by="Ann")
    workflow.accept(library, filed.proposal, workflow.suggest(library, filed.proposal), by="Ann")

    workflow.withdraw(library, [filed.photograph], by="Ann", reason="wrong patient")
    again = workflow.file_photograph(library, photograph, patient_code="WT-2", site=THIGH, by="Ann")

    wrong, right = library.patients()
    assert library.assessments(patient_id=wrong.id) == ()
    assert library.photographs(patient_id=wrong.id) == ()
    assert [one.id for one in library.proposals(right.id)] == [again.proposal.id]


@pytest.mark.parametrize(
    ("site", "side", "words"),
    [("lower-leg", "left", "left lower leg"), ("Lower leg", "", "lower leg"), ("LEGS", "", "legs")],
)
def test_sites_are_read_as_people_write_them(site: str, side: str, words: str) -> None:
    assert workflow.parse_site(site, side).words == words


def test_an_unknown_site_or_a_wrong_date_says_what_is_expected() -> None:
    with pytest.raises(NotUnderstood, match="give a site such as"):
        workflow.parse_site("knie")
    with pytest.raises(NotUnderstood, match="YYYY-MM-DD"):
        workflow.parse_date("31.03.2026")


def test_a_photograph_filed_wrongly_is_moved_and_what_rested_on_it_retired(
    library: Library, examined: Examine
) -> None:
    filed = workflow.file_photograph(
        library, examined(MAY, 20), patient_code="WT-1", site=THIGH, by="Ann"
    )
    workflow.accept(library, filed.proposal, workflow.suggest(library, filed.proposal), by="Ann")

    moved = workflow.refile(
        library,
        library.photograph(filed.photograph.id),
        patient_code="WT-2",
        site=BodySite(region="abdomen"),
        visited_on=MAY - timedelta(3),
        by="Ann",
        reason="wrong patient",
    )

    wrong, right = library.patients()
    assert library.assessments(patient_id=wrong.id) == ()
    assert library.visit(moved.visit_id).visited_on == MAY - timedelta(3)
    assert library.visit(moved.visit_id).patient_id == right.id
    assert [one.photograph_id for one in library.proposals(right.id)] == [moved.id]


def test_moving_one_of_two_photographs_keeps_what_the_other_bears(
    library: Library, examined: Examine
) -> None:
    for side in (20, 19):
        filed = workflow.file_photograph(
            library, examined(MAY, side), patient_code="WT-1", site=THIGH, by="Ann"
        )
        decisions = workflow.suggest(library, filed.proposal)
        workflow.accept(library, filed.proposal, decisions, by="Ann")
    first, _ = library.photographs()

    workflow.refile(
        library,
        first,
        patient_code="WT-1",
        site=THIGH,
        visited_on=MAY - timedelta(7),
        by="Ann",
        reason="wrong day",
    )

    (assessment,) = library.assessments()
    assert assessment.photograph_ids == (filed.photograph.id,)


def test_moving_a_photograph_to_where_it_is_changes_nothing(
    library: Library, examined: Examine
) -> None:
    filed = workflow.file_photograph(
        library, examined(MAY, 20), patient_code="WT-1", site=THIGH, by="Ann"
    )

    workflow.refile(
        library,
        filed.photograph,
        patient_code="wt-1",
        site=THIGH,
        visited_on=MAY,
        by="Ann",
        reason="none",
    )

    assert [entry.verb for entry in library.audit_trail()] == ["import"]


def test_a_move_forgets_the_lesion_named_on_import_and_undoing_it_names_it_again(
    library: Library, examined: Examine
) -> None:
    filed = workflow.file_photograph(
        library, examined(MAY, 20), patient_code="WT-1", site=THIGH, lesion_label="Upper", by="Ann"
    )
    named = library.lesion(str(filed.proposal.lesion_id))
    there = workflow.refile(
        library,
        filed.photograph,
        patient_code="WT-2",
        site=THIGH,
        visited_on=MAY,
        by="Ann",
        reason="wrong patient",
    )
    assert library.proposal_of(there.id).lesion_id is None

    workflow.refile(
        library,
        there,
        patient_code="WT-1",
        site=THIGH,
        visited_on=MAY,
        by="Ann",
        reason="undone",
        lesion=named,
    )

    (decision,) = workflow.suggest(library, library.proposal_of(there.id))
    assert decision.lesion == named
    assert decision.reason == "named when it was imported"


def test_a_photograph_is_not_moved_with_a_lesion_of_another_patient(
    library: Library, examined: Examine
) -> None:
    filed = workflow.file_photograph(
        library, examined(MAY, 20), patient_code="WT-1", site=THIGH, lesion_label="Upper", by="Ann"
    )
    named = library.lesion(str(filed.proposal.lesion_id))

    with pytest.raises(NotUnderstood, match="another patient"):
        workflow.refile(
            library,
            filed.photograph,
            patient_code="WT-2",
            site=THIGH,
            visited_on=MAY,
            by="Ann",
            reason="wrong patient",
            lesion=named,
        )

    assert [patient.code for patient in library.patients()] == ["WT-1"]


def test_no_patient_is_made_under_a_name_and_a_known_code_without_a_digit_goes_on(
    library: Library, examined: Examine
) -> None:
    with pytest.raises(NotUnderstood, match="must not be a person's name"):
        workflow.file_photograph(
            library, examined(MAY, 20), patient_code="Anna Schmidt", site=THIGH, by="Ann"
        )
    assert library.patients() == ()
    with library.verb("test", by="Ann") as change:
        change.add_patient(Patient(id="p", code="ABC", created_at=now()))

    workflow.file_photograph(library, examined(MAY, 20), patient_code="abc", site=THIGH, by="Ann")

    assert [patient.code for patient in library.patients()] == ["ABC"]
