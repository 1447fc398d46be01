"""What a library answers: in a stable order, without what is retired, and by its indices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import UnknownPatient
from woundtrack.model import (
    EndReason,
    Event,
    EventKind,
    LesionDetail,
    PartialDate,
    WoundState,
    new_id,
)
from woundtrack.records import Library

if TYPE_CHECKING:
    from tests.records.conftest import Clinic


def test_patients_come_by_their_codes(clinic: Clinic) -> None:
    for code in ("b", "C", "a"):
        clinic.patient(code)

    assert [patient.code for patient in clinic.library.patients()] == ["a", "b", "C"]


def test_an_unknown_code_is_one_sentence(library: Library) -> None:
    with pytest.raises(UnknownPatient, match="no patient CX-404"):
        library.patient_with_code("CX-404")


@pytest.mark.parametrize("noun", ["patient", "lesion", "visit", "photograph", "proposal_of"])
def test_an_id_that_is_not_there_is_a_bug(library: Library, noun: str) -> None:
    with pytest.raises(KeyError):
        getattr(library, noun)("no such id")


def test_an_unknown_hash_is_no_photograph(library: Library) -> None:
    assert library.photograph_with_hash("0" * 64) is None


def test_retired_lesions_are_out_of_view(clinic: Clinic) -> None:
    patient = clinic.patient()
    second = clinic.lesion(patient, 2)
    first = clinic.lesion(patient, 1, is_retired=True)

    assert clinic.library.lesions(patient.id) == (second,)
    assert clinic.library.lesions(patient.id, include_retired=True) == (first, second)


def test_photographs_come_by_visit_and_then_by_the_time_taken(clinic: Clinic) -> None:
    patient = clinic.patient()
    other = clinic.photograph(clinic.visit(clinic.patient("CX-002")), b"other")
    late = clinic.visit(patient, date(2026, 3, 11))
    early = clinic.visit(patient, date(2026, 3, 4))
    third = clinic.photograph(late, b"3")
    noon = third.photograph.taken_at
    assert noon is not None
    second = clinic.photograph(early, b"2", taken_at=noon)
    first = clinic.photograph(early, b"1", taken_at=noon - timedelta(minutes=1))

    library = clinic.library
    assert library.photographs(patient.id) == (first, second, third)
    assert library.photographs(visit_id=early.id) == (first, second)
    assert set(library.photographs()) == {first, second, third, other}


def test_retired_photographs_and_their_proposals_are_out_of_view(filled: Clinic) -> None:
    (photograph,) = filled.library.photographs()
    with filled.verb() as change:
        retired = change.update_photograph(replace(photograph, is_retired=True))

    library = filled.library
    assert library.photographs() == ()
    assert library.photographs(include_retired=True) == (retired,)
    assert library.proposals(waiting_only=False) == ()
    assert library.waiting_counts() == {}
    assert library.photograph_with_hash(retired.photograph.sha256) == retired


def test_proposals_wait_with_the_oldest_capture_first(clinic: Clinic) -> None:
    one, two = clinic.patient("1"), clinic.patient("2")
    newer = clinic.photograph(clinic.visit(one, date(2026, 3, 4)), b"newer")
    noon = newer.photograph.taken_at
    assert noon is not None
    older = clinic.photograph(
        clinic.visit(two, date(2026, 3, 4)), b"older", taken_at=noon - timedelta(hours=1)
    )
    undated = clinic.photograph(clinic.visit(one, date(2026, 3, 1)), b"undated", taken_at=None)
    done = clinic.photograph(clinic.visit(one, date(2026, 2, 1)), b"done")
    waiting = [clinic.proposal(photograph) for photograph in (newer, older, undated)]
    clinic.proposal(done, is_waiting=False)

    found = clinic.library.proposals()

    assert found == (waiting[2], waiting[1], waiting[0])
    assert clinic.library.proposals(one.id) == (waiting[2], waiting[0])
    assert len(clinic.library.proposals(waiting_only=False)) == 4
    assert clinic.library.waiting_counts() == {one.id: 2, two.id: 1}


def test_the_newest_revision_counts_and_the_older_ones_are_kept(filled: Clinic) -> None:
    (first,) = filled.library.assessments()
    second = first.revised(by="Bob", reason="the edge was wrong")
    third = second.revised(by="Ann", reason=None)
    filled.store(second)
    filled.store(third)

    assert filled.library.assessments() == (third,)
    assert filled.library.revisions(first.assessment_id) == (first, second, third)


def test_a_retired_assessment_is_out_of_view_until_it_is_restored(filled: Clinic) -> None:
    (first,) = filled.library.assessments()
    retired = first.revised(by="Ann", reason="wrong patient", is_retired=True)
    filled.store(retired)

    assert filled.library.assessments() == ()
    assert filled.library.assessments(include_retired=True) == (retired,)

    restored = retired.revised(by="Ann", reason="it was right", is_retired=False)
    filled.store(restored)

    assert filled.library.assessments() == (restored,)


def test_the_assessments_of_a_retired_lesion_are_out_of_view(filled: Clinic) -> None:
    (assessment,) = filled.library.assessments()
    lesion = filled.library.lesion(assessment.lesion_id)
    with filled.verb() as change:
        change.update_lesion(replace(lesion, is_retired=True))

    assert filled.library.assessments(lesion.patient_id) == ()
    assert filled.library.assessments(lesion_id=lesion.id, include_retired=True) == (assessment,)


def test_a_reassigned_assessment_belongs_to_its_new_lesion_alone(filled: Clinic) -> None:
    (first,) = filled.library.assessments()
    old = filled.library.lesion(first.lesion_id)
    new = filled.lesion(filled.library.patient(old.patient_id), 2)
    moved = first.revised(by="Ann", reason="its neighbour", lesion_id=new.id)
    filled.store(moved)

    assert filled.library.assessments(lesion_id=old.id) == ()
    assert filled.library.assessments(lesion_id=new.id) == (moved,)
    assert filled.library.assessments(old.patient_id) == (moved,)


def test_as_of_a_moment_shows_what_was_recorded_by_then(filled: Clinic) -> None:
    (first,) = filled.library.assessments()
    hour = timedelta(hours=1)
    second = replace(
        first.revised(by="Ann", reason="redrawn"), recorded_at=first.recorded_at + 2 * hour
    )
    retired = replace(
        second.revised(by="Ann", reason="mistaken", is_retired=True),
        recorded_at=first.recorded_at + 4 * hour,
    )
    filled.store(second)
    filled.store(retired)

    def at(moment: timedelta) -> tuple[object, ...]:
        return filled.library.assessments(as_of=first.recorded_at + moment)

    assert at(-hour) == ()
    assert at(0 * hour) == at(hour) == (first,)
    assert at(2 * hour) == at(3 * hour) == (second,)
    assert at(4 * hour) == ()


def test_a_summary_counts_open_lesions_waiting_photographs_and_the_last_visit(
    clinic: Clinic,
) -> None:
    patient, empty = clinic.patient("CX-001"), clinic.patient("CX-000")
    healed, still_open, unseen, retired = (clinic.lesion(patient, number) for number in range(1, 5))
    january = clinic.photograph(clinic.visit(patient, date(2026, 1, 5)), b"january")
    march = clinic.photograph(clinic.visit(patient, date(2026, 3, 5)), b"march")
    clinic.store(
        clinic.assessed(healed, march, outlines=(), state=WoundState.CLOSED),
        clinic.assessed(healed, january),
        clinic.assessed(still_open, march),
        clinic.assessed(retired, march),
    )
    clinic.proposal(march)
    with clinic.verb() as change:
        change.update_lesion(replace(retired, is_retired=True))

    nothing, summary = clinic.library.patient_summaries()

    assert (nothing.code, nothing.patient) == ("CX-000", empty)
    assert (nothing.lesion_count, nothing.open_lesion_count, nothing.waiting_count) == (0, 0, 0)
    assert nothing.last_visited_on is None
    assert (summary.code, summary.lesion_count, summary.open_lesion_count) == ("CX-001", 3, 1)
    assert (summary.waiting_count, summary.last_visited_on) == (1, date(2026, 3, 5))
    assert unseen.id in {lesion.id for lesion in clinic.library.lesions(patient.id)}
    assert clinic.library.patient_summaries(patient.id) == (summary,)
    assert clinic.library.patient_summaries(empty.id) == (nothing,)


def test_a_summary_knows_of_death_and_counts_no_lesion_that_merged(clinic: Clinic) -> None:
    patient = clinic.patient()
    kept, merged = (clinic.lesion(patient, number) for number in (1, 2))
    photograph = clinic.photograph(clinic.visit(patient))
    clinic.store(clinic.assessed(kept, photograph), clinic.assessed(merged, photograph))
    ended = LesionDetail(patient_id=patient.id, lesion_id=merged.id, end_reason=EndReason.MERGED)
    death = Event(patient_id=patient.id, kind=EventKind.DEATH, on=PartialDate(text="2026-03"))
    (before,) = clinic.library.patient_summaries()

    with clinic.verb() as change:
        change.add_entry(ended)
        change.add_entry(death)
    (after,) = clinic.library.patient_summaries()
    with clinic.verb() as change:
        change.add_entry(ended.revised(by="Ann", reason="mistaken", end_reason=None))
        change.add_entry(death.revised(by="Ann", reason="another's", is_retired=True))
    (again,) = clinic.library.patient_summaries()

    assert (before.open_lesion_count, before.died_on) == (2, None)
    assert (after.open_lesion_count, after.died_on) == (1, PartialDate(text="2026-03"))
    assert (again.open_lesion_count, again.died_on) == (2, None)


def test_of_two_deaths_that_were_recorded_the_summary_tells_the_earlier_as_the_record_does(
    clinic: Clinic,
) -> None:
    patient = clinic.patient()
    for text in ("2026-10", "2026-10-05", "2026-09-30", "2026-11"):
        with clinic.verb() as change:
            change.add_entry(
                Event(patient_id=patient.id, kind=EventKind.DEATH, on=PartialDate(text=text))
            )

    (summary,) = clinic.library.patient_summaries()

    assert summary.died_on == PartialDate(text="2026-09-30")


def test_reads_of_one_patient_use_indices_and_do_not_grow_with_her_photographs(
    clinic: Clinic,
) -> None:
    patient = clinic.patient()
    lesion = clinic.lesion(patient)
    for day in range(1, 4):
        photograph = clinic.photograph(clinic.visit(patient, date(2026, 3, day)), bytes([day]))
        clinic.proposal(photograph)
        clinic.store(clinic.assessed(lesion, photograph))
    library = clinic.library
    asked: list[str] = []
    library._db.conn.set_trace_callback(asked.append)

    library.lesions(patient.id)
    library.visits(patient.id)
    library.photographs(patient.id)
    library.proposals(patient.id)
    library.assessments(patient.id)
    library.assessments(patient.id, as_of=photograph.filed_at)
    library.assessments(lesion_id=lesion.id)
    library.revisions(new_id())
    library.patient_summaries(patient.id)
    library.photograph_with_hash("0" * 64)
    library.proposal_of(photograph.id)
    library.audit_trail(5)

    library._db.conn.set_trace_callback(None)
    plans = {sql: _plan(library, sql) for sql in asked}
    # Of assessments the revisions, and their parts where these weren't read before.
    assert len(asked) == 4 + (3 + 1 + 1 + 1) + 4
    assert [sql for sql, plan in plans.items() if _scans(plan)] == []


def test_a_revision_that_was_read_once_is_not_read_again(clinic: Clinic) -> None:
    patient = clinic.patient()
    lesion = clinic.lesion(patient)
    photograph = clinic.photograph(clinic.visit(patient, date(2026, 3, 1)), b"1")
    clinic.store(clinic.assessed(lesion, photograph))
    (first,) = clinic.library.assessments(patient.id)
    clinic.store(
        clinic.assessed(lesion, clinic.photograph(clinic.visit(patient, date(2026, 3, 8)), b"2"))
    )

    again = clinic.library.assessments(patient.id)

    assert again[0] is first
    assert len(again) == 2


def test_the_review_queue_looks_at_waiting_proposals_alone(library: Library) -> None:
    asked: list[str] = []
    library._db.conn.set_trace_callback(asked.append)

    library.proposals()
    library.waiting_counts()
    library.patient_summaries()

    library._db.conn.set_trace_callback(None)
    plans = [_plan(library, sql) for sql in asked]
    assert len(plans) == 3
    for plan in plans:
        assert [step for step in plan if "proposal_waiting" in step] != []
        assert "SCAN photograph" not in plan
        assert "SCAN assessment" not in plan


def _plan(library: Library, sql: str) -> list[str]:
    return [row[3] for row in library._db.conn.execute(f"EXPLAIN QUERY PLAN {sql}")]


def _scans(plan: list[str]) -> list[str]:
    """Return the steps that read a whole table; the proposals that wait are few by nature."""
    tables = ("patient", "lesion", "visit", "photograph", "proposal", "assess", "audit", "part")
    return [
        step
        for step in plan
        if step.removeprefix("SCAN ").startswith(tables) and "proposal_waiting" not in step
    ]
