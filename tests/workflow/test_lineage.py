"""Lesions that merge, split and come back: proposed, recorded with their outlines, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from tests.workflow.conftest import Examine
from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, NotUnderstood
from woundtrack.model import (
    BodySite,
    EndReason,
    Lesion,
    LesionDetail,
    LesionLink,
    LinkKind,
    Outline,
    PartialDate,
    WoundState,
)
from woundtrack.records import Library

ABDOMEN = BodySite(region="abdomen")
FIRST, SECOND, THIRD = date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 30)
CODE = "WT-0147"
A1, A2 = (60.0, 50.0, 24.0, 20.0), (88.0, 50.0, 16.0, 20.0)  # 4 mm apart
BOTH = (60.0, 50.0, 44.0, 20.0)

Box = tuple[float, float, float, float]
File = Callable[..., workflow.Filed]


@pytest.fixture
def file(library: Library, examined: Examine) -> File:
    """File a photograph with rectangles outlined: left, top, width and height, mm."""

    def make(day: date, *boxes: Box) -> workflow.Filed:
        outlines = tuple(
            Outline(
                outer=tuple(
                    (x * 10, y * 10)
                    for x, y in (
                        *((left + width * step / 12, top) for step in range(12)),
                        *((left + width, top + height * step / 12) for step in range(12)),
                        *((left + width * (1 - step / 12), top + height) for step in range(12)),
                        *((left, top + height * (1 - step / 12)) for step in range(12)),
                    )
                ),
                confidence=0.9,
            )
            for left, top, width, height in boxes
        )
        looked_at = replace(examined(day), outlines=outlines, doubts=())
        return workflow.file_photograph(
            library, looked_at, patient_code=CODE, site=ABDOMEN, by="Ann"
        )

    return make


def accept(
    library: Library, filed: workflow.Filed, *more: workflow.Decision
) -> workflow.Acceptance:
    decisions = workflow.suggest(library, filed.proposal)
    return workflow.accept(library, filed.proposal, [*decisions, *more], by="Ann")


def lesions(library: Library, *, include_retired: bool = False) -> tuple[Lesion, ...]:
    patient = library.patient_with_code(CODE)
    return library.lesions(patient.id, include_retired=include_retired)


def links(library: Library) -> list[tuple[str, LinkKind, str, date]]:
    label = {one.id: one.label for one in lesions(library, include_retired=True)}
    return [
        (label[one.lesion_id], one.kind, label[one.other_lesion_id], one.on)
        for one in library.entries(LesionLink)
    ]


def open_labels(library: Library) -> list[str]:
    return [one.label for one in lesions(library)]


def test_one_outline_over_two_lesions_is_proposed_as_their_merger(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, A1, A2))

    (decision,) = workflow.suggest(library, file(SECOND, BOTH).proposal)

    assert decision.lesion is not None
    assert (decision.label, decision.reason) == ("A1", workflow.MERGED)  # A1 is the larger
    assert [(one.kind, one.lesion.label) for one in decision.origins] == [
        (LinkKind.MERGED_INTO, "A2")
    ]


def test_accepting_a_merger_ends_the_smaller_lesion_and_deletes_none(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, A1, A2))

    accept(library, file(SECOND, BOTH))

    (detail,) = library.entries(LesionDetail)
    assert links(library) == [("A2", LinkKind.MERGED_INTO, "A1", SECOND)]
    assert library.lesion(detail.lesion_id).label == "A2"
    assert detail.ended_on == PartialDate(text="2026-03-16")
    assert detail.end_reason is EndReason.MERGED
    assert open_labels(library) == ["A1", "A2"]
    assert len(library.assessments()) == 3


def test_what_was_known_of_a_lesion_stays_when_it_merges(library: Library, file: File) -> None:
    accept(library, file(FIRST, A1, A2))
    second = lesions(library)[1]
    known = LesionDetail(patient_id=second.patient_id, lesion_id=second.id, is_sentinel=True)
    workflow.record_entries(library, [known], by="Ann")

    acceptance = accept(library, file(SECOND, BOTH))
    (detail,) = library.entries(LesionDetail)
    assert (detail.revision, detail.is_sentinel, detail.end_reason) == (2, True, EndReason.MERGED)

    workflow.take_back(library, acceptance, by="Ann")
    (detail,) = library.entries(LesionDetail)
    assert (detail.revision, detail.is_sentinel, detail.end_reason) == (3, True, None)


def test_undo_of_a_merger_takes_everything_back_and_redo_records_it_again(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, A1, A2))
    filed = file(SECOND, BOTH)
    acceptance = accept(library, filed)

    workflow.take_back(library, acceptance, by="Ben")
    assert links(library) == []
    assert library.entries(LesionDetail) == ()
    assert library.proposal_of(filed.photograph.id).is_waiting

    workflow.accept_again(library, acceptance, by="Ben")
    assert links(library) == [("A2", LinkKind.MERGED_INTO, "A1", SECOND)]
    assert [one.end_reason for one in library.entries(LesionDetail)] == [EndReason.MERGED]

    workflow.take_back(library, acceptance, by="Ben")
    assert links(library) == []
    assert len(library.entry_revisions(LesionLink, acceptance.lineage[0].entry_id)) == 4


def test_a_merger_that_was_changed_since_is_not_taken_back(library: Library, file: File) -> None:
    accept(library, file(FIRST, A1, A2))
    acceptance = accept(library, file(SECOND, BOTH))
    (detail,) = library.entries(LesionDetail)
    workflow.amend_entry(
        library,
        detail,
        by="Ben",
        reason="It was a day earlier",
        ended_on=PartialDate(text="2026-03"),
    )

    with pytest.raises(ChangedMeanwhile):
        workflow.take_back(library, acceptance, by="Ann")

    assert links(library) == [("A2", LinkKind.MERGED_INTO, "A1", SECOND)]


def test_a_lesion_that_merged_is_proposed_no_more(library: Library, file: File) -> None:
    accept(library, file(FIRST, A1, A2))
    accept(library, file(SECOND, BOTH))

    (decision,) = workflow.suggest(library, file(THIRD, BOTH).proposal)

    assert (decision.label, decision.origins) == ("A1", ())


def test_of_an_earlier_visit_it_is_proposed_still(library: Library, file: File) -> None:
    accept(library, file(FIRST, A1, A2))
    accept(library, file(THIRD, BOTH))

    decisions = workflow.suggest(library, file(SECOND, A1, A2).proposal)

    assert [one.label for one in decisions] == ["A1", "A2"]


def test_a_lesion_can_t_have_merged_and_be_there_itself(library: Library, file: File) -> None:
    accept(library, file(FIRST, A1, A2))
    filed = file(SECOND, BOTH)
    (merger,) = workflow.suggest(library, filed.proposal)
    second = merger.origins[0].lesion
    closed = workflow.Decision(
        outline=None, lesion=second, site=second.site, label="A2", state=WoundState.CLOSED
    )

    with pytest.raises(NotUnderstood, match="merged into A1"):
        workflow.accept(library, filed.proposal, [merger, closed], by="Ann")

    assert links(library) == []


def test_two_outlines_where_one_was_are_proposed_as_a_split_and_the_largest_keeps_the_name(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, BOTH))
    filed = file(SECOND, (61.0, 51.0, 14.0, 17.0), (80.0, 51.0, 22.0, 18.0))

    small, large = workflow.suggest(library, filed.proposal)
    acceptance = workflow.accept(library, filed.proposal, [small, large], by="Ann")

    assert (large.label, large.reason) == ("A1", workflow.SPLIT_LARGEST)
    assert (small.label, small.lesion, small.reason) == ("A2", None, workflow.SPLIT)
    assert links(library) == [("A2", LinkKind.SPLIT_FROM, "A1", SECOND)]
    assert library.entries(LesionDetail) == ()

    workflow.take_back(library, acceptance, by="Ann")
    assert links(library) == []
    assert open_labels(library) == ["A1"]

    workflow.accept_again(library, acceptance, by="Ann")
    assert links(library) == [("A2", LinkKind.SPLIT_FROM, "A1", SECOND)]
    assert open_labels(library) == ["A1", "A2"]


def test_a_closed_lesion_that_opens_again_is_a_new_one_that_recurs(
    library: Library, file: File
) -> None:
    far: Box = (150.0, 100.0, 12.0, 14.0)
    accept(library, file(FIRST, A1, far))
    second = lesions(library)[1]
    closed = workflow.Decision(
        outline=None, lesion=second, site=second.site, label="A2", state=WoundState.CLOSED
    )
    accept(library, file(SECOND, A1), closed)
    filed = file(THIRD, A1, (151.0, 101.0, 10.0, 12.0))

    same, again = workflow.suggest(library, filed.proposal)
    workflow.accept(library, filed.proposal, [same, again], by="Ann")

    assert same.label == "A1"
    assert (again.label, again.lesion, again.reason) == ("A3", None, workflow.RECURS)
    assert links(library) == [("A3", LinkKind.RECURRENCE_OF, "A2", THIRD)]
    assert library.assessments(lesion_id=second.id)[-1].state is WoundState.CLOSED


def test_what_is_recorded_once_is_not_recorded_again(library: Library, file: File) -> None:
    accept(library, file(FIRST, A1, A2))
    first = file(SECOND, BOTH)
    merger = workflow.suggest(library, first.proposal)
    workflow.accept(library, first.proposal, merger, by="Ann")
    other = file(SECOND, BOTH)

    again = replace(merger[0], outline=other.proposal.outlines[0])
    acceptance = workflow.accept(library, other.proposal, [again], by="Ann")

    assert acceptance.lineage == ()
    assert len(links(library)) == 1


def test_what_may_have_merged_is_left_for_a_person_even_where_doubts_are_accepted(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, A1, A2))
    filed = file(SECOND, BOTH)
    patient = library.patient_with_code(CODE)

    report = workflow.accept_proposals(library, patient, include_doubted=True, by="Ann")

    ((photograph, doubts),) = report.left
    assert photograph.id == filed.photograph.id
    assert "lesion_changed_course" in [doubt.code for doubt in doubts]
    assert links(library) == []


def test_an_outline_of_which_the_lesion_is_unsure_is_not_accepted_unseen(
    library: Library, file: File
) -> None:
    alike: list[Box] = [(40.0, 50.0, 12.0, 12.0), (160.0, 50.0, 12.0, 12.0)]
    accept(library, file(FIRST, *alike))
    file(SECOND, (100.0, 80.0, 12.0, 12.0))  # either of the two: there is nothing to tell by
    patient = library.patient_with_code(CODE)

    report = workflow.accept_proposals(library, patient, by="Ann")

    ((_, doubts),) = report.left
    assert "lesion_unsure" in [doubt.code for doubt in doubts]


def test_a_second_photograph_of_the_visit_knows_the_lesions_of_the_first(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, A1, (120.0, 90.0, 12.0, 30.0)))

    close_up = file(FIRST, (40.0, 40.0, 30.0, 12.0))  # turned by a quarter
    (decision,) = workflow.suggest(library, close_up.proposal)

    assert (decision.label, decision.lesion is None) == ("A2", False)
    assert decision.confidence > 0.9


def test_what_a_person_said_of_one_outline_holds_for_the_others(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, (40.0, 40.0, 12.0, 12.0), (140.0, 40.0, 12.0, 12.0)))
    filed = file(SECOND, (60.0, 90.0, 12.0, 12.0), (160.0, 90.0, 12.0, 12.0))
    left, right = workflow.suggest(library, filed.proposal)
    assert left.lesion is not None
    assert right.lesion is not None

    turned = workflow.suggest(library, filed.proposal, {0: right.lesion.id})
    new = workflow.suggest(library, filed.proposal, {0: "a new one", 1: right.lesion.id})

    assert [one.label for one in turned] == ["A2", "A1"]
    assert [(one.label, one.lesion is None) for one in new] == [("A3", True), ("A2", False)]


def test_a_merger_ends_with_the_outline_that_shows_it_and_comes_back_with_it(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, A1, A2))
    (merged,) = accept(library, file(SECOND, BOTH)).after

    retired = workflow.retire(library, merged, by="Ann", reason="It was another wound")
    assert links(library) == []
    assert [one.end_reason for one in library.entries(LesionDetail)] == [None]

    workflow.restore(library, retired, by="Ann", reason="No, it was that")
    assert links(library) == [("A2", LinkKind.MERGED_INTO, "A1", SECOND)]
    assert [one.end_reason for one in library.entries(LesionDetail)] == [EndReason.MERGED]


def test_another_lesion_chosen_later_takes_the_merger_back_and_undo_brings_it_again(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, A1, A2))
    (merged,) = accept(library, file(SECOND, BOTH)).after

    workflow.reassign(
        library,
        merged,
        workflow.NewLesion(label="A9", site=ABDOMEN),
        by="Ann",
        reason="It is a third one",
    )
    assert links(library) == []

    workflow.put_back(library, merged, by="Ann", reason="undone")
    assert links(library) == [("A2", LinkKind.MERGED_INTO, "A1", SECOND)]


def test_a_photograph_that_is_withdrawn_takes_its_merger_with_it(
    library: Library, file: File
) -> None:
    accept(library, file(FIRST, A1, A2))
    filed = file(SECOND, BOTH)
    accept(library, filed)

    workflow.withdraw(library, [filed.photograph], by="Ann", reason="Import undone")

    assert links(library) == []
    assert [one.label for one in workflow.suggest(library, file(THIRD, A1, A2).proposal)] == [
        "A1",
        "A2",
    ]


def test_a_photograph_filed_elsewhere_takes_its_merger_back(library: Library, file: File) -> None:
    accept(library, file(FIRST, A1, A2))
    filed = file(SECOND, BOTH)
    accept(library, filed)

    workflow.refile(
        library,
        filed.photograph,
        patient_code="WT-0200",
        site=ABDOMEN,
        visited_on=SECOND,
        by="Ann",
        reason="Another patient's",
    )

    assert links(library) == []
    assert [one.end_reason for one in library.entries(LesionDetail)] == [None]


def test_photographs_of_a_visit_that_wait_are_matched_together(
    library: Library, file: File
) -> None:
    round_one: Box = (40.0, 40.0, 14.0, 14.0)
    other: Box = (140.0, 80.0, 14.0, 14.0)
    long_one: Box = (150.0, 20.0, 40.0, 6.0)
    accept(library, file(FIRST, round_one, other, long_one))
    # The close-up alone tells nothing of which of the two round ones it is; the day does: one grew.
    close_up = file(SECOND, (90.0, 50.0, 20.0, 22.0))
    alone = workflow.suggest(library, close_up.proposal)[0]

    overview = file(SECOND, (40.0, 40.0, 14.0, 13.0), (136.0, 76.0, 22.0, 20.0), long_one)
    (together,) = workflow.suggest(library, close_up.proposal)

    assert [one.label for one in workflow.suggest(library, overview.proposal)] == ["A1", "A2", "A3"]
    assert alone.confidence < 0.7
    assert (together.label, together.confidence > 0.9) == ("A2", True)


def test_a_lesion_nobody_saw_before_is_one_new_lesion_in_all_photographs_of_the_visit(
    library: Library, file: File
) -> None:
    old: Box = (40.0, 40.0, 14.0, 14.0)
    accept(library, file(FIRST, old, (150.0, 90.0, 40.0, 8.0)))
    overview = file(SECOND, old, (150.0, 90.0, 40.0, 8.0), (110.0, 30.0, 24.0, 9.0))
    close_up = file(SECOND, (60.0, 60.0, 9.0, 24.0))
    another = file(SECOND, (100.0, 60.0, 5.0, 5.0))

    found = [workflow.suggest(library, one.proposal)[-1] for one in (overview, close_up, another)]

    assert [(one.label, one.lesion) for one in found] == [("A3", None), ("A3", None), ("A4", None)]
    accept(library, overview)
    (known_now,) = workflow.suggest(library, close_up.proposal)
    assert (known_now.label, known_now.lesion is None) == ("A3", False)


def test_three_that_merged_are_recorded_as_one_merger_and_taken_back_as_one(
    library: Library, file: File
) -> None:
    third: Box = (107.0, 50.0, 14.0, 20.0)
    accept(library, file(FIRST, A1, A2, third))
    filed = file(SECOND, (60.0, 50.0, 61.0, 20.0))

    (decision,) = workflow.suggest(library, filed.proposal)
    acceptance = workflow.accept(library, filed.proposal, [decision], by="Ann")

    assert decision.reason == workflow.MERGED
    assert links(library) == [
        ("A2", LinkKind.MERGED_INTO, "A1", SECOND),
        ("A3", LinkKind.MERGED_INTO, "A1", SECOND),
    ]
    assert [one.end_reason for one in library.entries(LesionDetail)] == [EndReason.MERGED] * 2
    workflow.take_back(library, acceptance, by="Ann")
    assert links(library) == []
    workflow.accept_again(library, acceptance, by="Ann")
    assert len(links(library)) == 2


def test_three_pieces_of_one_are_recorded_as_one_split(library: Library, file: File) -> None:
    accept(library, file(FIRST, (60.0, 50.0, 61.0, 20.0)))
    filed = file(
        SECOND, (60.0, 50.0, 22.0, 20.0), (87.0, 50.0, 14.0, 20.0), (106.0, 50.0, 15.0, 20.0)
    )

    decisions = workflow.suggest(library, filed.proposal)
    workflow.accept(library, filed.proposal, decisions, by="Ann")

    assert [one.reason for one in decisions] == [
        workflow.SPLIT_LARGEST,
        workflow.SPLIT,
        workflow.SPLIT,
    ]
    assert links(library) == [
        ("A2", LinkKind.SPLIT_FROM, "A1", SECOND),
        ("A3", LinkKind.SPLIT_FROM, "A1", SECOND),
    ]
