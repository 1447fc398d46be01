"""What is being changed of a patient: what counts as a change, and what follows from one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from woundtrack.model import (
    Aspect,
    BodySite,
    ClinicalRecord,
    Consent,
    EndReason,
    Lesion,
    LesionDetail,
    LesionLink,
    LinkKind,
    Missing,
    PartialDate,
    Patient,
    PatientDetail,
    Purpose,
    Sex,
)
from woundtrack.ui.record.patient_draft import BACKGROUND, Part, PatientDraft

AT = datetime(2026, 1, 12, tzinfo=UTC)
PATIENT = Patient(id="p", code="WT-0147", created_at=AT)
A1, A2 = Part(LesionDetail, "a1"), Part(LesionDetail, "a2")
DAY = date(2026, 3, 4)


def lesion(lesion_id: str, number: int) -> Lesion:
    return Lesion(
        id=lesion_id,
        patient_id="p",
        label=lesion_id.upper(),
        number=number,
        site=BodySite(region="abdomen"),
        created_at=AT,
    )


def draft(**known: object) -> PatientDraft:
    record = ClinicalRecord(patient=PATIENT, **known)  # type: ignore[arg-type]
    return PatientDraft(record, [lesion("a2", 2), lesion("a1", 1)])


def test_a_value_as_it_is_recorded_is_no_change() -> None:
    made = draft(detail=PatientDetail(patient_id="p", sex=Sex.FEMALE))

    made.set(BACKGROUND, "sex", Sex.MALE)
    assert made.is_changed
    made.set(BACKGROUND, "sex", Sex.FEMALE)

    assert not made.is_changed


def test_an_empty_text_and_an_empty_set_are_no_answers() -> None:
    made = draft()

    made.set(BACKGROUND, "centre", "")
    made.set(A1, "aspects", ())

    assert made.entries("Ann") == ()


def test_why_there_is_no_value_is_kept_and_goes_when_there_is_one() -> None:
    known = PatientDetail(patient_id="p", missing=(("sex", Missing.UNKNOWN),))
    made = draft(detail=known)
    assert made.value(BACKGROUND, "sex") is Missing.UNKNOWN

    made.set(BACKGROUND, "sex", Sex.OTHER)

    (entry,) = made.entries("Ann")
    assert isinstance(entry, PatientDetail)
    assert entry.sex is Sex.OTHER
    assert entry.missing == ()
    assert (entry.revision, entry.supersedes) == (2, known.id)


def test_why_there_is_no_value_as_it_is_recorded_is_no_change() -> None:
    made = draft(detail=PatientDetail(patient_id="p", missing=(("sex", Missing.DECLINED),)))

    made.set(BACKGROUND, "sex", Missing.DECLINED)

    assert not made.is_changed


def test_the_mark_of_the_sentinel_is_taken_off_one_before_another_bears_it() -> None:
    made = draft(lesion_details=(LesionDetail(patient_id="p", lesion_id="a1", is_sentinel=True),))

    made.set(A2, "is_sentinel", True)

    first, second = made.entries("Ann")
    assert isinstance(first, LesionDetail)
    assert isinstance(second, LesionDetail)
    assert (first.lesion_id, first.is_sentinel) == ("a1", False)
    assert (second.lesion_id, second.is_sentinel) == ("a2", True)


def test_a_lesion_that_merged_ends_that_day_unless_it_ended_before() -> None:
    made = draft()
    made.link("a2", LinkKind.MERGED_INTO, "a1", DAY)
    assert made.value(A2, "ended_on") == PartialDate(text="2026-03-04")
    assert made.value(A2, "end_reason") is EndReason.MERGED

    ended = LesionDetail(
        patient_id="p",
        lesion_id="a2",
        ended_on=PartialDate(text="2026-02"),
        end_reason=EndReason.CLOSED,
    )
    made = draft(lesion_details=(ended,))
    made.link("a2", LinkKind.MERGED_INTO, "a1", DAY)
    assert made.value(A2, "end_reason") is EndReason.CLOSED


@pytest.mark.parametrize("kind", [LinkKind.SPLIT_FROM, LinkKind.RECURRENCE_OF])
def test_a_lesion_that_was_split_off_or_came_again_has_not_ended(kind: LinkKind) -> None:
    made = draft()

    made.link("a2", kind, "a1", DAY)

    assert made.value(A2, "ended_on") is None
    assert len(made.entries("Ann")) == 1


def test_a_link_is_made_once_and_never_to_itself() -> None:
    made = draft()
    made.link("a2", LinkKind.SPLIT_FROM, "a1", DAY)

    with pytest.raises(ValueError, match="linked already"):
        made.link("a1", LinkKind.MERGED_INTO, "a2", DAY)
    with pytest.raises(ValueError, match="itself"):
        made.link("a1", LinkKind.MERGED_INTO, "a1", DAY)


def test_a_link_that_was_not_recorded_leaves_nothing_behind() -> None:
    made = draft()
    made.link("a2", LinkKind.SPLIT_FROM, "a1", DAY)

    made.unlink(made.links[0])

    assert made.entries("Ann") == ()


def test_a_link_that_was_recorded_is_retired() -> None:
    link = LesionLink(
        patient_id="p",
        lesion_id="a2",
        other_lesion_id="a1",
        kind=LinkKind.SPLIT_FROM,
        on=DAY,
    )
    made = draft(links=(link,))

    made.unlink(link)

    (entry,) = made.entries("Ann")
    assert entry.is_retired
    assert entry.entry_id == link.entry_id
    assert made.links == ()


def test_nobody_asked_makes_no_consent_and_takes_one_out_that_was_recorded() -> None:
    part = Part(Consent, "mdt")
    made = draft()
    made.set(part, "given_by", "her daughter")
    assert made.entries("Ann") == ()

    known = Consent(patient_id="p", purpose=Purpose.MDT, is_given=True, given_on=DAY)
    made = draft(consents=(known,))
    made.set(part, "is_given", None)

    (entry,) = made.entries("Ann")
    assert entry.is_retired


def test_lesions_stand_in_the_order_of_their_numbers() -> None:
    assert [one.id for one in draft().lesions] == ["a1", "a2"]


def test_faces_stay_in_the_order_they_are_offered() -> None:
    made = draft()

    made.set(A1, "aspects", (Aspect.ANTERIOR, Aspect.MEDIAL))

    (entry,) = made.entries("Ann")
    assert isinstance(entry, LesionDetail)
    assert entry.aspects == (Aspect.ANTERIOR, Aspect.MEDIAL)
