"""The clinical record is written as revisions: amended, retired, taken back, brought again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, NotUnderstood, ValueImpossible
from woundtrack.model import (
    Agent,
    BodySite,
    ClinicalRecord,
    Consent,
    Entry,
    Event,
    EventKind,
    Finding,
    Identity,
    Lesion,
    LesionDetail,
    LesionLink,
    LinkKind,
    Missing,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Patient,
    PatientDetail,
    Purpose,
    Sex,
    Treatment,
    Visit,
    VisitDetail,
    new_id,
    now,
)
from woundtrack.records import Library

DAY = date(2026, 3, 4)


@pytest.fixture
def patient(library: Library) -> Patient:
    patient = Patient(id=new_id(), code="CX-9", created_at=now())
    with library.verb("patient", by="Ann") as change:
        change.add_patient(patient)
    return patient


def lesion_of(library: Library, patient: Patient, number: int = 1) -> Lesion:
    lesion = Lesion(
        id=new_id(),
        patient_id=patient.id,
        label=f"A{number}",
        number=number,
        site=BodySite(region="abdomen"),
        created_at=now(),
    )
    with library.verb("lesion", by="Ann") as change:
        change.add_lesion(lesion)
    return lesion


def pain(patient: Patient, value: float | None = 8.0, on: date = DAY) -> Pain:
    return Pain(
        patient_id=patient.id,
        on=on,
        scale=PainScale.NRS11,
        context=PainContext.WORST_24H,
        value=value,
    )


def record(library: Library, patient: Patient) -> ClinicalRecord:
    return workflow.record_of(library, patient)


def test_what_was_recorded_is_in_the_record_with_who_recorded_it(
    library: Library, patient: Patient
) -> None:
    (stored,) = workflow.record_entries(library, [pain(patient)], by="Ann")

    assert record(library, patient).pains == (stored,)
    assert stored.recorded_by == "Ann"
    assert library.audit_trail()[-1].verb == "record"


def test_nothing_given_is_nothing_recorded(library: Library, patient: Patient) -> None:
    before = len(library.audit_trail())

    assert workflow.record_entries(library, [], by="Ann") == ()
    assert len(library.audit_trail()) == before


def test_one_impossible_entry_keeps_all_of_them_out(library: Library, patient: Patient) -> None:
    entries = [pain(patient), pain(patient, 11.0, DAY + timedelta(days=1))]

    with pytest.raises(ValueImpossible, match="11 can't be: it lies between 0 and 10"):
        workflow.record_entries(library, entries, by="Ann")

    assert record(library, patient).pains == ()


def test_unknown_and_zero_are_different(library: Library, patient: Patient) -> None:
    unknown = Pain(
        patient_id=patient.id,
        on=DAY,
        scale=PainScale.NRS11,
        context=PainContext.REST,
        missing=(("value", Missing.DECLINED),),
    )
    workflow.record_entries(library, [pain(patient, 0.0), unknown], by="Ann")

    none, declined = record(library, patient).pains
    assert (none.value, none.why_missing("value")) == (0.0, None)
    assert (declined.value, declined.why_missing("value")) == (None, Missing.DECLINED)


def test_an_amended_entry_keeps_what_it_was(library: Library, patient: Patient) -> None:
    (first,) = workflow.record_entries(library, [pain(patient)], by="Ann")

    second = workflow.amend_entry(library, first, by="Bob", reason="misheard", value=3.0)

    assert record(library, patient).pains == (second,)
    assert library.entry_revisions(Pain, first.entry_id) == (first, second)
    assert (second.value, second.reason, second.recorded_by) == (3.0, "misheard", "Bob")
    with pytest.raises(ChangedMeanwhile):
        workflow.amend_entry(library, first, by="Cy", reason="late", value=4.0)


@pytest.mark.parametrize("reason", ["", "  "])
def test_amending_and_retiring_need_a_reason(
    library: Library, patient: Patient, reason: str
) -> None:
    (first,) = workflow.record_entries(library, [pain(patient)], by="Ann")

    with pytest.raises(NotUnderstood, match="say why"):
        workflow.amend_entry(library, first, by="Ann", reason=reason, value=1.0)
    with pytest.raises(NotUnderstood, match="say why"):
        workflow.retire_entry(library, first, by="Ann", reason=reason)


def test_a_retired_entry_can_be_restored(library: Library, patient: Patient) -> None:
    (first,) = workflow.record_entries(library, [pain(patient)], by="Ann")

    retired = workflow.retire_entry(library, first, by="Ann", reason="of another patient")
    assert record(library, patient).pains == ()

    workflow.restore_entry(library, retired, by="Ann")
    (back,) = record(library, patient).pains
    assert (back.value, back.revision) == (8.0, 3)


def test_taking_back_undoes_and_recording_again_redoes_both_new_and_amended(
    library: Library, patient: Patient
) -> None:
    (old,) = workflow.record_entries(library, [pain(patient)], by="Ann")
    fresh = pain(patient, 5.0, DAY + timedelta(days=7))
    recorded = workflow.record_entries(
        library, [old.revised(by="Ann", reason="misheard", value=2.0), fresh], by="Ann"
    )

    workflow.take_back_entries(library, recorded, by="Ann")
    assert [one.value for one in record(library, patient).pains] == [8.0]

    again = workflow.record_again(library, recorded, by="Ann")
    assert [one.value for one in record(library, patient).pains] == [2.0, 5.0]

    workflow.take_back_entries(library, again, by="Ann")
    assert [one.value for one in record(library, patient).pains] == [8.0]
    assert library.check().problems == ()


def test_two_changes_of_one_entry_are_taken_back_and_brought_again_one_after_the_other(
    library: Library, patient: Patient
) -> None:
    first = workflow.record_entries(library, [pain(patient)], by="Ann")
    second = workflow.record_entries(
        library, [first[0].revised(by="Ann", reason="misheard", value=2.0)], by="Ann"
    )

    def values() -> list[float | None]:
        return [one.value for one in record(library, patient).pains]

    seen = []
    for verb, recorded in (
        (workflow.take_back_entries, second),
        (workflow.take_back_entries, first),
        (workflow.record_again, first),
        (workflow.record_again, second),
    ):
        verb(library, recorded, by="Ann")
        seen.append(values())

    assert seen == [[8.0], [], [8.0], [2.0]]
    with pytest.raises(ChangedMeanwhile):
        workflow.take_back_entries(library, first, by="Ann")


def test_there_is_one_entry_of_what_there_can_be_one_of(library: Library, patient: Patient) -> None:
    detail = PatientDetail(patient_id=patient.id, sex=Sex.FEMALE)
    workflow.record_entries(library, [detail], by="Ann")

    with pytest.raises(ChangedMeanwhile):
        workflow.record_entries(library, [PatientDetail(patient_id=patient.id)], by="Bob")
    consents = [
        Consent(patient_id=patient.id, purpose=purpose, is_given=True, given_on=DAY)
        for purpose in (Purpose.MDT, Purpose.MDT)
    ]
    with pytest.raises(ChangedMeanwhile):
        workflow.record_entries(library, consents, by="Ann")
    assert len(workflow.record_entries(library, consents[:1], by="Ann")) == 1


def test_a_visit_of_many_lesions_reads_the_findings_in_view_once(
    library: Library, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = workflow.visit_on(library, patient, DAY, by="Ann")
    lesions = [lesion_of(library, patient, number) for number in range(1, 13)]
    reads: list[type[Entry]] = []
    entries = Library.entries

    def counted(self: Library, kind: type[Entry], **values: Any) -> tuple[Entry, ...]:
        reads.append(kind)
        return entries(self, kind, **values)

    monkeypatch.setattr(Library, "entries", counted)
    workflow.record_entries(
        library,
        [
            Finding(patient_id=patient.id, lesion_id=lesion.id, visit_id=visit.id)
            for lesion in lesions
        ],
        by="Ann",
    )

    assert reads == [Finding]


def test_undo_and_redo_make_no_second_entry_of_what_there_can_be_one_of(
    library: Library, patient: Patient
) -> None:
    def consent(*, is_given: bool) -> Consent:
        return Consent(
            patient_id=patient.id, purpose=Purpose.RESEARCH, is_given=is_given, given_on=DAY
        )

    first = workflow.record_entries(library, [consent(is_given=True)], by="Ann")
    workflow.take_back_entries(library, first, by="Ann")
    second = workflow.record_entries(library, [consent(is_given=False)], by="Bob")

    with pytest.raises(ChangedMeanwhile):
        workflow.record_again(library, first, by="Ann")

    assert [one.is_given for one in record(library, patient).consents] == [False]
    retired = workflow.retire_entry(library, second[0], by="Bob", reason="not said")
    workflow.record_again(library, first, by="Ann")
    with pytest.raises(ChangedMeanwhile):
        workflow.take_back_entries(library, [retired], by="Bob")
    assert [one.is_given for one in record(library, patient).consents] == [True]


def test_moving_the_sentinels_mark_is_undone_and_redone_in_one_go(
    library: Library, patient: Patient
) -> None:
    one, two = (lesion_of(library, patient, number) for number in (1, 2))
    (kept,) = workflow.record_entries(
        library,
        [LesionDetail(patient_id=patient.id, lesion_id=one.id, is_sentinel=True)],
        by="Ann",
    )
    moved = workflow.record_entries(
        library,
        [
            kept.revised(by="Ann", reason="the larger one", is_sentinel=False),
            LesionDetail(patient_id=patient.id, lesion_id=two.id, is_sentinel=True),
        ],
        by="Ann",
    )

    workflow.take_back_entries(library, moved, by="Ann")
    back = [one.is_sentinel for one in record(library, patient).lesion_details]
    workflow.record_again(library, moved, by="Ann")

    assert back == [True]
    details = record(library, patient).lesion_details
    assert [one.is_sentinel for one in details] == [False, True]


def test_a_patient_has_one_sentinel_lesion(library: Library, patient: Patient) -> None:
    one, two = (lesion_of(library, patient, number) for number in (1, 2))
    first = LesionDetail(patient_id=patient.id, lesion_id=one.id, is_sentinel=True)
    second = LesionDetail(patient_id=patient.id, lesion_id=two.id, is_sentinel=True)
    (kept,) = workflow.record_entries(library, [first], by="Ann")

    with pytest.raises(NotUnderstood, match="a patient has one"):
        workflow.record_entries(library, [second], by="Ann")

    # In one go the mark moves from one to the other.
    moved = kept.revised(by="Ann", reason="the larger one", is_sentinel=False)
    workflow.record_entries(library, [moved, second], by="Ann")
    details = record(library, patient).lesion_details
    assert [detail.is_sentinel for detail in details] == [False, True]


def test_nothing_is_recorded_of_one_patient_about_anothers_lesion_or_visit(
    library: Library, patient: Patient
) -> None:
    other = Patient(id=new_id(), code="CX-10", created_at=now())
    with library.verb("patient", by="Ann") as change:
        change.add_patient(other)
    own, others = lesion_of(library, patient), lesion_of(library, other)
    visit = workflow.visit_on(library, other, DAY, by="Ann")
    strangers = (
        replace(pain(patient), lesion_id=others.id),
        Finding(patient_id=patient.id, lesion_id=own.id, visit_id=visit.id),
        LesionLink(
            patient_id=patient.id,
            lesion_id=own.id,
            other_lesion_id=others.id,
            kind=LinkKind.SPLIT_FROM,
            on=DAY,
        ),
    )

    for entry in strangers:
        with pytest.raises(NotUnderstood, match="another patient's"):
            workflow.record_entries(library, [entry], by="Ann")

    # A finding at a visit that the patient doesn't have would leave the record unreadable.
    known = record(library, patient)
    assert (known.pains, known.findings, known.links) == ((), (), ())


def test_two_lesions_cannot_have_merged_into_each_other_nor_twice(
    library: Library, patient: Patient
) -> None:
    one, two, three = (lesion_of(library, patient, number) for number in (1, 2, 3))

    def merged(lesion: Lesion, into: Lesion) -> LesionLink:
        return LesionLink(
            patient_id=patient.id,
            lesion_id=lesion.id,
            other_lesion_id=into.id,
            kind=LinkKind.MERGED_INTO,
            on=DAY,
        )

    workflow.record_entries(library, [merged(one, two), merged(two, three)], by="Ann")

    with pytest.raises(NotUnderstood, match="merged into this one already"):
        workflow.record_entries(library, [merged(two, one)], by="Ann")
    with pytest.raises(NotUnderstood, match="merged into this one already"):
        workflow.record_entries(library, [merged(three, one)], by="Ann")
    with pytest.raises(ChangedMeanwhile):
        workflow.record_entries(library, [merged(one, two)], by="Ann")


def test_what_belongs_to_a_retired_lesion_is_out_of_view(
    library: Library, patient: Patient
) -> None:
    one, two = (lesion_of(library, patient, number) for number in (1, 2))
    visit = workflow.visit_on(library, patient, DAY, by="Ann")
    entries = [
        Finding(patient_id=patient.id, lesion_id=one.id, visit_id=visit.id),
        LesionLink(
            patient_id=patient.id,
            lesion_id=two.id,
            other_lesion_id=one.id,
            kind=LinkKind.MERGED_INTO,
            on=DAY,
        ),
    ]
    workflow.record_entries(library, entries, by="Ann")
    assert (len(record(library, patient).findings), len(record(library, patient).links)) == (1, 1)

    with library.verb("retire", by="Ann") as change:
        change.update_lesion(replace(library.lesion(one.id), is_retired=True))

    assert (record(library, patient).findings, record(library, patient).links) == ((), ())


def test_the_record_is_in_the_order_of_what_happened(library: Library, patient: Patient) -> None:
    late, early = pain(patient, 1.0, DAY), pain(patient, 9.0, DAY - timedelta(days=30))
    unknown = Treatment(patient_id=patient.id, agent=Agent.CINACALCET)
    dated = Treatment(patient_id=patient.id, agent=Agent.MAGNESIUM, start=PartialDate(text="2025"))
    workflow.record_entries(library, [late, early, dated, unknown], by="Ann")

    assert [one.value for one in record(library, patient).pains] == [9.0, 1.0]
    assert [one.agent for one in record(library, patient).treatments] == [
        Agent.CINACALCET,
        Agent.MAGNESIUM,
    ]


def test_the_record_as_it_was_is_still_there(library: Library, patient: Patient) -> None:
    (first,) = workflow.record_entries(library, [pain(patient)], by="Ann")
    moment = datetime.now(UTC)
    workflow.amend_entry(library, first, by="Ann", reason="misheard", value=3.0)

    (then,) = workflow.record_of(library, patient, as_of=moment).pains

    assert then.value == 8.0


def test_a_visit_is_found_or_made_and_none_is_in_the_future(
    library: Library, patient: Patient
) -> None:
    visit = workflow.visit_on(library, patient, DAY, by="Ann")

    assert workflow.visit_on(library, patient, DAY, by="Bob") == visit
    assert library.visits(patient.id) == (visit,)
    assert isinstance(visit, Visit)
    with pytest.raises(NotUnderstood, match=r"between .* and today"):
        workflow.visit_on(library, patient, date.today() + timedelta(days=2), by="Ann")  # noqa: DTZ011


def test_death_is_an_event(library: Library, patient: Patient) -> None:
    death = Event(patient_id=patient.id, kind=EventKind.DEATH, on=PartialDate(text="2026-03"))
    before = record(library, patient)

    workflow.record_entries(library, [death], by="Ann")

    known = record(library, patient)
    assert before.death is None
    assert known.death is not None
    assert known.death.on.text == "2026-03"


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("9434765919", True),  # the example of the NHS Data Dictionary
        ("9434765918", False),
        ("9990000018", True),
        ("999000001", False),
        ("99900000l8", False),
        ("0000000010", False),
    ],
)
def test_an_nhs_number_is_checked_by_its_last_digit(number: str, is_one: bool) -> None:
    assert workflow.is_nhs_number(number) is is_one


def test_an_nhs_number_that_can_not_be_is_refused(library: Library, patient: Patient) -> None:
    identity = Identity(patient_id=patient.id, name="Ada", nhs_number="943 476 5918")

    with pytest.raises(NotUnderstood, match="ten digits") as refused:
        workflow.set_identity(library, identity, by="Ann")
    assert "9434765918" not in "".join(str(refused.value).split())

    spaced = Identity(patient_id=patient.id, name="Ada", nhs_number="943 476 5919")
    assert workflow.set_identity(library, spaced, by="Ann").nhs_number == "9434765919"


def test_a_visit_that_an_undone_save_had_made_is_out_of_view_until_redo(
    library: Library, patient: Patient
) -> None:
    lesion = lesion_of(library, patient)
    visit = workflow.visit_on(library, patient, DAY, by="Ann")
    finding = Finding(patient_id=patient.id, lesion_id=lesion.id, visit_id=visit.id, note="dry")
    pain = Pain(
        patient_id=patient.id,
        on=DAY,
        scale=PainScale.NRS11,
        context=PainContext.WORST_24H,
        value=4.0,
        visit_id=visit.id,
    )
    recorded = workflow.record_entries(library, [finding, pain], by="Ann")
    later = now()

    workflow.take_back_entries(library, recorded, by="Ann")

    assert library.visits(patient.id) == ()
    (summary,) = library.patient_summaries(patient.id)
    assert summary.last_visited_on is None
    # As it was before that, it is there.
    assert len(workflow.record_of(library, patient, as_of=later).findings) == 1

    workflow.record_again(library, recorded, by="Ann")

    assert [one.id for one in library.visits(patient.id)] == [visit.id]
    assert len(workflow.record_of(library, patient).findings) == 1
    assert library.check().problems == ()


def test_a_visit_with_anything_else_stays_when_a_save_is_undone(
    library: Library, patient: Patient
) -> None:
    lesion = lesion_of(library, patient)
    visit = workflow.visit_on(library, patient, DAY, by="Ann")
    finding = Finding(patient_id=patient.id, lesion_id=lesion.id, visit_id=visit.id)
    detail = VisitDetail(patient_id=patient.id, visit_id=visit.id, note="Seen with a relative.")
    workflow.record_entries(library, [finding], by="Ann")
    second = workflow.record_entries(library, [detail], by="Ann")

    workflow.take_back_entries(library, second, by="Ann")

    assert [one.id for one in library.visits(patient.id)] == [visit.id]


def test_a_visit_of_a_day_that_went_out_of_view_comes_back_and_no_second_is_made(
    library: Library, patient: Patient
) -> None:
    visit = workflow.visit_on(library, patient, DAY, by="Ann")
    detail = VisitDetail(patient_id=patient.id, visit_id=visit.id)
    recorded = workflow.record_entries(library, [detail], by="Ann")
    workflow.take_back_entries(library, recorded, by="Ann")

    again = workflow.visit_on(library, patient, DAY, by="Ann")

    assert again.id == visit.id
    assert [one.id for one in library.visits(patient.id, include_retired=True)] == [visit.id]
    assert [one.id for one in library.visits(patient.id)] == [visit.id]
