"""What a patient agreed to decides over every way out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from woundtrack.model import (
    ClinicalRecord,
    Consent,
    Event,
    EventKind,
    PartialDate,
    Patient,
    Purpose,
)
from woundtrack.workflow.consenting import Leave, leaves, may_leave

DAY = date(2026, 6, 11)
PATIENT = Patient(id="p1", code="WT-0147", created_at=datetime(2026, 1, 6, tzinfo=UTC))


def consent(
    *,
    purpose: Purpose = Purpose.RESEARCH,
    is_given: bool = True,
    on: date = date(2026, 1, 6),
    withdrawn_on: date | None = None,
) -> Consent:
    return Consent(
        patient_id=PATIENT.id,
        recorded_at=datetime(2026, 1, 6, tzinfo=UTC),
        purpose=purpose,
        is_given=is_given,
        given_on=on,
        withdrawn_on=withdrawn_on,
    )


def withdrawal(on: str) -> Event:
    return Event(patient_id=PATIENT.id, kind=EventKind.CONSENT_WITHDRAWN, on=PartialDate(text=on))


def test_nobody_asked_is_neither_a_yes_nor_a_no() -> None:
    record = ClinicalRecord(patient=PATIENT)

    assert {may_leave(record, purpose, DAY) for purpose in Purpose} == {Leave.NOT_ASKED}


def test_a_yes_to_one_purpose_says_nothing_of_another() -> None:
    record = ClinicalRecord(patient=PATIENT, consents=(consent(purpose=Purpose.MDT),))

    assert may_leave(record, Purpose.MDT, DAY) is Leave.ALLOWED
    assert may_leave(record, Purpose.RESEARCH, DAY) is Leave.NOT_ASKED


def test_a_no_refuses() -> None:
    record = ClinicalRecord(patient=PATIENT, consents=(consent(is_given=False),))

    assert may_leave(record, Purpose.RESEARCH, DAY) is Leave.REFUSED


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 1, 5), Leave.NOT_ASKED),
        (date(2026, 1, 6), Leave.ALLOWED),
        (date(2026, 6, 10), Leave.ALLOWED),
        (date(2026, 6, 11), Leave.REFUSED),
        (date(2027, 1, 1), Leave.REFUSED),
    ],
)
def test_a_consent_counts_from_its_day_until_it_is_withdrawn(day: date, answer: Leave) -> None:
    record = ClinicalRecord(patient=PATIENT, consents=(consent(withdrawn_on=DAY),))

    assert may_leave(record, Purpose.RESEARCH, day) is answer


def test_a_no_that_is_dated_tomorrow_by_mistake_counts_today() -> None:
    record = ClinicalRecord(
        patient=PATIENT, consents=(consent(is_given=False, on=date(2027, 6, 11)),)
    )

    assert may_leave(record, Purpose.RESEARCH, DAY) is Leave.REFUSED


@pytest.mark.parametrize("purpose", [Purpose.RESEARCH, Purpose.TEACHING, Purpose.PUBLICATION])
def test_the_event_that_consent_was_withdrawn_ends_all_but_care(purpose: Purpose) -> None:
    record = ClinicalRecord(
        patient=PATIENT,
        consents=tuple(consent(purpose=one) for one in Purpose),
        events=(withdrawal("2026-06"),),
    )

    assert may_leave(record, purpose, DAY) is Leave.REFUSED
    assert may_leave(record, purpose, date(2026, 5, 31)) is Leave.ALLOWED
    assert may_leave(record, Purpose.RECORD, DAY) is Leave.ALLOWED
    assert may_leave(record, Purpose.MDT, DAY) is Leave.ALLOWED


def test_a_yes_after_a_withdrawal_counts_again() -> None:
    record = ClinicalRecord(
        patient=PATIENT,
        consents=(consent(on=date(2026, 7, 1)),),
        events=(withdrawal("2026-06"),),
    )

    assert may_leave(record, Purpose.RESEARCH, date(2026, 7, 1)) is Leave.ALLOWED
    assert may_leave(record, Purpose.RESEARCH, date(2026, 6, 30)) is Leave.REFUSED


@pytest.mark.parametrize(
    ("purpose", "usual", "strict"),
    [
        (Purpose.RECORD, True, True),
        (Purpose.MDT, True, False),
        (Purpose.RESEARCH, True, False),
        (Purpose.TEACHING, False, False),
        (Purpose.PUBLICATION, False, False),
    ],
)
def test_where_nobody_asked_care_goes_on_and_nothing_is_shown_to_the_world(
    purpose: Purpose, *, usual: bool, strict: bool
) -> None:
    assert leaves(Leave.NOT_ASKED, purpose) is usual
    assert leaves(Leave.NOT_ASKED, purpose, with_unasked=False) is strict


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_no_is_a_no_for_every_purpose(purpose: Purpose) -> None:
    assert not leaves(Leave.REFUSED, purpose)
    assert leaves(Leave.ALLOWED, purpose, with_unasked=False)
