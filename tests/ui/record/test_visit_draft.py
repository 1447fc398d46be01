from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.ui.conftest import FIRST_DAY, write_clinic
from tests.ui.record.conftest import SECOND_DAY, SECOND_VISIT, recorded_first_visit
from woundtrack import workflow
from woundtrack.model import (
    Analyte,
    ClinicalRecord,
    EndReason,
    ExudateAmount,
    Finding,
    LesionDetail,
    LesionState,
    Missing,
    PainContext,
    PartialDate,
    Patient,
    Visit,
)
from woundtrack.records import Library
from woundtrack.ui.record.closed_lesions import closed_lesions
from woundtrack.ui.record.visit_draft import (
    TAKEN_ON,
    VisitDraft,
    is_same,
    of_lab,
    of_lesion,
    of_pain,
    read_visit,
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "clinic") as made:
        clinic = write_clinic(made)
        recorded_first_visit(made, clinic.patients[2])
        yield made


def patient_of(library: Library) -> Patient:
    return library.patient_with_code("WT-0147")


def draft_of(library: Library, day: date = SECOND_DAY) -> VisitDraft:
    return read_visit(library, workflow.record_of(library, patient_of(library)), day)


def saved(library: Library, draft: VisitDraft) -> VisitDraft:
    visit = draft.visit or workflow.visit_on(library, draft.patient, draft.day, by="Ann")
    workflow.record_entries(library, draft.entries(visit, by="Ann"), by="Ann")
    return draft_of(library, draft.day)


def test_what_was_never_answered_is_neither_zero_nor_recorded(library: Library) -> None:
    draft = draft_of(library)
    draft.give(of_lesion("lesion-a1", "max_depth_cm"), 0.0)

    visit = library.visit(SECOND_VISIT)
    (finding,) = draft.entries(visit, by="Ann")

    assert isinstance(finding, Finding)
    assert finding.max_depth_cm == 0.0
    assert finding.undermining_cm is None
    assert finding.missing == ()
    assert finding.periwound == ()


def test_an_answer_changed_back_is_no_change(library: Library) -> None:
    draft = draft_of(library, FIRST_DAY)
    key = of_lesion("lesion-a1", "exudate_amount")

    draft.give(key, ExudateAmount.SMALL)
    draft.give(key, ExudateAmount.MODERATE)

    assert not draft.is_changed


def test_an_answer_taken_away_is_taken_out_of_the_record(library: Library) -> None:
    draft = draft_of(library, FIRST_DAY)
    draft.give(of_lesion("lesion-a1", "max_depth_cm"), None)

    again = saved(library, draft)

    assert again.answer(of_lesion("lesion-a1", "max_depth_cm")) is None
    assert again.record.findings[0].reason == "Corrected in the visit's form"


def test_a_reason_takes_the_place_of_a_number_and_a_number_that_of_a_reason(
    library: Library,
) -> None:
    key = of_lesion("lesion-a1", "max_depth_cm")
    draft = draft_of(library)
    draft.give(key, Missing.NOT_DONE)
    draft = saved(library, draft)
    assert draft.answer(key) is Missing.NOT_DONE

    draft.give(key, 0.4)
    draft = saved(library, draft)

    finding = draft.record.finding_of("lesion-a1", SECOND_VISIT)
    assert finding is not None
    assert (finding.max_depth_cm, finding.missing) == (0.4, ())


def test_answers_that_a_new_state_leaves_no_room_for_are_not_kept(library: Library) -> None:
    draft = draft_of(library, FIRST_DAY)
    draft.give(of_lesion("lesion-a1", "state"), LesionState.NOT_SEEN)

    again = saved(library, draft)

    finding = again.record.finding_of("lesion-a1", "visit-2-0")
    assert finding is not None
    assert (finding.state, finding.max_depth_cm, finding.edge) == (LesionState.NOT_SEEN, None, None)


def test_a_text_is_never_taken_for_a_reason(library: Library) -> None:
    assert not is_same("unknown", Missing.UNKNOWN)


def test_what_is_kept_of_a_draft_is_taken_up_again(library: Library) -> None:
    draft = draft_of(library)
    draft.copy_last()
    draft.give(of_lesion("lesion-a1", "max_depth_cm"), Missing.DECLINED)
    draft.give(of_lesion("lesion-a1", "note"), "unknown")
    draft.give(of_pain(PainContext.WORST_24H), 0.0)
    draft.give(of_lab(Analyte.CRP), 12.0)
    draft.give(TAKEN_ON, SECOND_DAY - timedelta(days=1))

    again = draft_of(library)
    again.take_up(json.loads(json.dumps(draft.kept())))

    assert again.changed == draft.changed
    assert again.copied == draft.copied
    note = again.answer(of_lesion("lesion-a1", "note"))
    assert not isinstance(note, Missing)


def test_what_is_kept_of_a_lesion_that_is_gone_is_left_out(library: Library) -> None:
    again = draft_of(library)

    again.take_up({"answers": [["finding/gone", "note", "x", False], ["lab/crp", "value", "x", 0]]})

    assert not again.is_changed


def test_a_day_of_the_blood_moves_all_its_values(library: Library) -> None:
    draft = draft_of(library, FIRST_DAY)
    draft.give(TAKEN_ON, FIRST_DAY - timedelta(days=2))

    again = saved(library, draft)

    assert [one.taken_on for one in again.record.labs] == [FIRST_DAY - timedelta(days=2)]
    assert again.record.labs[0].revision == 2


def test_pain_on_another_scale_is_no_neighbour(library: Library) -> None:
    draft = draft_of(library)
    assert draft.last[of_pain(PainContext.WORST_24H)] == 3

    assert of_pain(PainContext.REST) not in draft.last


# --- closed lesions ------------------------------------------------------------------------------


def finding_on(record: ClinicalRecord, visit: Visit, state: LesionState) -> Finding:
    return Finding(
        patient_id=record.patient.id,
        lesion_id="lesion-a1",
        visit_id=visit.id,
        state=state,
        has_drainage=False,
        needs_dressing=False,
    )


def closed(library: Library, states: list[tuple[int, LesionState]], day: int) -> frozenset[str]:
    """Return what is closed on a day, after findings of A1 on days (all counted from the first)."""
    patient = patient_of(library)
    record = workflow.record_of(library, patient)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    visits = [
        Visit(
            id=f"v{number}",
            patient_id=patient.id,
            visited_on=FIRST_DAY + timedelta(days=number),
            created_at=at,
        )
        for number, _ in states
    ]
    findings = tuple(
        finding_on(record, visit, state) for visit, (_, state) in zip(visits, states, strict=True)
    )
    return closed_lesions(
        replace(record, findings=findings), (), visits, FIRST_DAY + timedelta(days=day)
    )


NEW_SKIN, OPEN = LesionState.EPITHELIALISED, LesionState.OPEN


def test_new_skin_at_two_visits_a_fortnight_apart_is_looked_at_only(library: Library) -> None:
    assert closed(library, [(0, NEW_SKIN), (14, NEW_SKIN)], 28) == {"lesion-a1"}


def test_new_skin_at_one_visit_alone_is_to_be_confirmed(library: Library) -> None:
    assert closed(library, [(0, OPEN), (14, NEW_SKIN)], 28) == frozenset()


def test_one_that_opened_again_is_asked_about(library: Library) -> None:
    assert closed(library, [(0, NEW_SKIN), (14, NEW_SKIN), (21, OPEN)], 28) == frozenset()


def test_one_of_which_something_is_recorded_on_the_day_is_asked_about(library: Library) -> None:
    assert closed(library, [(0, NEW_SKIN), (14, NEW_SKIN), (28, NEW_SKIN)], 28) == frozenset()


def test_one_that_ended_is_looked_at_only(library: Library) -> None:
    record = workflow.record_of(library, patient_of(library))
    ended = LesionDetail(
        patient_id=record.patient.id,
        lesion_id="lesion-t1",
        ended_on=PartialDate.of(FIRST_DAY),
        end_reason=EndReason.AMPUTATED,
    )

    found = closed_lesions(
        replace(record, findings=(), lesion_details=(ended,)), (), (), SECOND_DAY
    )

    assert found == {"lesion-t1"}
