"""What is entered is looked at: the impossible refused, the unusual asked about, both in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from woundtrack import workflow
from woundtrack.errors import QUESTIONS, NotUnderstood, ValueImpossible
from woundtrack.model import (
    Agent,
    Analyte,
    Aspect,
    ClinicalRecord,
    Consent,
    Debrided,
    Entry,
    Event,
    EventKind,
    Finding,
    LabResult,
    LesionDetail,
    LesionLink,
    LinkKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Patient,
    PatientDetail,
    Purpose,
    Score,
    Treatment,
    now,
)

DAY = date(2026, 3, 4)
PATIENT = Patient(id="p", code="CX-1", created_at=now())
EMPTY = ClinicalRecord(patient=PATIENT)
FINDING = Finding(patient_id="p", lesion_id="a", visit_id="v")


def phosphate(value: float, unit: str = "mmol/L") -> LabResult:
    return LabResult(
        patient_id="p", analyte=Analyte.PHOSPHATE, taken_on=DAY, value=value, unit=unit
    )


def vas(value: float) -> Pain:
    return Pain(
        patient_id="p", on=DAY, scale=PainScale.VAS100, context=PainContext.REST, value=value
    )


@pytest.mark.parametrize(
    "entry",
    [
        replace(FINDING, max_depth_cm=15.1),
        replace(FINDING, max_depth_cm=-0.1),
        replace(FINDING, max_depth_cm=float("nan")),
        replace(FINDING, undermining_clock=13),
        phosphate(6.1),
        vas(101),
        PatientDetail(patient_id="p", birth_year=1890),
        PatientDetail(patient_id="p", height_cm=60, weight_kg=400),  # 1,111 kg/m²
    ],
)
def test_a_number_beyond_its_hard_range_is_refused(entry: Entry) -> None:
    with pytest.raises(ValueImpossible, match="can't be: it lies between"):
        workflow.refuse_impossible(entry)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (phosphate(4.0, "mg/dL"), "phosphate is entered in mmol/L"),
        (
            Treatment(
                patient_id="p",
                agent=Agent.CINACALCET,
                start=PartialDate(text="2026-02"),
                stop=PartialDate(text="2026-01"),
            ),
            "lies before",
        ),
        (
            Event(patient_id="p", kind=EventKind.SEPSIS, on=PartialDate(text="2999")),
            "after today",
        ),
        (
            Consent(
                patient_id="p",
                purpose=Purpose.MDT,
                is_given=True,
                given_on=DAY,
                withdrawn_on=DAY - timedelta(days=1),
            ),
            "lies before",
        ),
        (
            LesionLink(
                patient_id="p", lesion_id="a", other_lesion_id="a", kind=LinkKind.SPLIT_FROM, on=DAY
            ),
            "another lesion",
        ),
        (LesionDetail(patient_id="p", lesion_id="a", aspects=tuple(Aspect)[:3]), "two of them"),
        (LesionDetail(patient_id="p", lesion_id="a", map_x=0.5), "upon it"),
        (LesionDetail(patient_id="p", lesion_id="a", map_x=0.5, map_y=1.01), "upon it"),
        (
            Score(
                patient_id="p",
                instrument="bwat",
                instrument_version="1",
                on=DAY,
                items=(("depth", 1), ("depth", 2)),
            ),
            "answered once",
        ),
        (Treatment(patient_id="p", agent=Agent.OPIOID, dose_value=-5.0), "no less than zero"),
        (Treatment(patient_id="p", agent=Agent.OPIOID, dose_value=float("inf")), "with an end"),
        (
            Score(
                patient_id="p",
                instrument="push",
                instrument_version="3.0",
                on=DAY,
                items=(("area", float("nan")),),
            ),
            "with an end",
        ),
        (
            Event(patient_id="p", kind=EventKind.SEPSIS, on=PartialDate(text="0226-03")),
            "before 1900",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(entry: Entry, words: str) -> None:
    with pytest.raises(NotUnderstood, match=words):
        workflow.refuse_impossible(entry)


@pytest.mark.parametrize(
    "entry",
    [
        replace(FINDING, max_depth_cm=0.0),
        replace(FINDING, max_depth_cm=15.0),
        vas(100),
        # The year is known alone: it may have started before it stopped.
        Treatment(
            patient_id="p",
            agent=Agent.WARFARIN,
            start=PartialDate(text="2026"),
            stop=PartialDate(text="2026-01-02"),
        ),
        # What is planned to end may end after today.
        Treatment(patient_id="p", agent=Agent.WARFARIN, stop=PartialDate(text="2999")),
    ],
)
def test_what_can_be_is_not_refused(entry: Entry) -> None:
    workflow.refuse_impossible(entry)


def test_nine_centimetres_after_six_millimetres_may_be_a_slipped_point() -> None:
    before = replace(FINDING, visit_id="u", max_depth_cm=0.6, entry_id="other")
    record = replace(EMPTY, findings=(before,))

    (question,) = workflow.questions(replace(FINDING, max_depth_cm=9.0), record)

    assert (question.field, question.suggestion) == ("max_depth_cm", 0.9)
    sentence = QUESTIONS[question.code].format(**dict(question.values))
    assert sentence == "9 cm is unusual (last 0.6). Is it right?"


def test_a_depth_never_asked_for_before_is_asked_about_by_its_range_alone() -> None:
    (question,) = workflow.questions(replace(FINDING, max_depth_cm=9.0), EMPTY)

    assert question.suggestion is None
    sentence = QUESTIONS[question.code].format(**dict(question.values))
    assert sentence == "9 cm is unusual: mostly it lies between 0 and 5. Is it right?"
    assert workflow.questions(replace(FINDING, max_depth_cm=0.9), EMPTY) == ()


def test_what_is_after_a_death_is_asked_about_and_so_is_a_second_death() -> None:
    death = Event(patient_id="p", kind=EventKind.DEATH, on=PartialDate(text="2026-03-01"))
    record = replace(EMPTY, events=(death,))

    (late,) = workflow.questions(vas(50), record)
    (second,) = workflow.questions(replace(death, entry_id="x"), record)

    assert (late.field, late.code) == ("on", "after_death")
    assert second.code == "dead_already"
    assert workflow.questions(death, record) == ()
    assert workflow.questions(replace(vas(50), on=date(2026, 3, 1)), record) == ()


def test_every_question_has_its_sentence() -> None:
    assert set(QUESTIONS) == {
        "value_unusual",
        "value_jumped",
        "given_already",
        "after_death",
        "dead_already",
        "area_grew",
        "area_shrank",
        "visit_says_no",
        "debrided_that_day",
    }


def test_what_is_given_already_is_asked_about_unless_it_is_the_next_dose() -> None:
    running = Treatment(
        patient_id="p",
        agent=Agent.CINACALCET,
        dose_value=30,
        dose_unit="mg",
        start=PartialDate(text="2026-01-05"),
    )
    stopped = replace(running, entry_id="s", id="s", stop=PartialDate(text="2026-01-20"))
    again = replace(running, entry_id="x", id="x", start=PartialDate(text="2026-02-01"))

    (question,) = workflow.questions(again, replace(EMPTY, treatments=(running,)))

    assert (question.field, question.code) == ("agent", "given_already")
    assert dict(question.values)["since"] == "2026-01-05"
    assert workflow.questions(again, replace(EMPTY, treatments=(stopped,))) == ()
    next_dose = replace(again, follows=running.entry_id)
    assert workflow.questions(next_dose, replace(EMPTY, treatments=(running,))) == ()
    other = replace(again, agent=Agent.OPIOID, text="oxycodone")
    assert workflow.questions(other, replace(EMPTY, treatments=(running,))) == ()


def test_a_debridement_and_debrided_no_on_one_day_are_asked_about_from_either_side() -> None:
    day = date(2026, 2, 9)
    days = {"v": day, "w": date(2026, 2, 16)}
    no = Finding(patient_id="p", lesion_id="a", visit_id="v", debrided=Debrided.NO)
    event = Event(patient_id="p", kind=EventKind.DEBRIDEMENT, on=PartialDate.of(day))
    with_no, with_event = replace(EMPTY, findings=(no,)), replace(EMPTY, events=(event,))

    def codes(entry: Entry, record: ClinicalRecord) -> list[tuple[str, str]]:
        found = workflow.questions(entry, record, days=days)
        return [(one.field, one.code) for one in found]

    assert codes(event, with_no) == [("kind", "visit_says_no")]
    assert codes(replace(event, lesion_id="a"), with_no) == [("kind", "visit_says_no")]
    assert codes(no, with_event) == [("debrided", "debrided_that_day")]
    # Of another lesion, another day, a month alone, another answer, or taken out: nothing.
    assert codes(replace(event, lesion_id="b"), with_no) == []
    assert codes(replace(no, visit_id="w"), with_event) == []
    assert codes(replace(event, on=PartialDate(text="2026-02")), with_no) == []
    assert codes(replace(no, debrided=Debrided.AFTER_PHOTOGRAPH), with_event) == []
    assert codes(replace(event, is_retired=True), with_no) == []
    # One without a lesion is that of the other one, which was debrided.
    other = replace(no, entry_id="o", lesion_id="b", debrided=Debrided.BEFORE_PHOTOGRAPH)
    assert codes(event, replace(EMPTY, findings=(no, other))) == []
    assert codes(no, replace(with_event, findings=(other,))) == []
