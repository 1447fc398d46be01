"""The meeting's list: kept with the library, in its order; who was shown when; who is suggested."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.healing.conftest import timeline_from
from woundtrack import workflow
from woundtrack.model import (
    ClinicalRecord,
    Consent,
    Event,
    EventKind,
    PartialDate,
    Patient,
    Purpose,
)
from woundtrack.records import Library
from woundtrack.workflow import Leave, Meeting, Occasion
from woundtrack.workflow.meeting import _grown

MAY_14, MAY_28, JUN_11 = date(2026, 5, 14), date(2026, 5, 28), date(2026, 6, 11)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Return a library with three patients without visits."""
    with Library.create(tmp_path / "clinic") as made:
        at = datetime(2026, 1, 12, tzinfo=UTC)
        with made.verb("import", by="Ann") as change:
            for code in ("WT-1", "WT-2", "WT-3"):
                change.add_patient(Patient(id=f"patient {code}", code=code, created_at=at))
        yield made


def test_the_list_is_kept_in_its_order_for_whoever_opens_the_library_next(
    library: Library, tmp_path: Path
) -> None:
    workflow.set_meeting(library, ["patient WT-3", "patient WT-1"], by="Ann")

    with Library.open(tmp_path / "clinic", read_only=True) as other:
        kept = workflow.meeting_of(other)

    assert kept.patients == ("patient WT-3", "patient WT-1")


def test_a_list_that_is_the_same_writes_nothing(library: Library) -> None:
    workflow.set_meeting(library, ["patient WT-1"], by="Ann")
    before = len(library.audit_trail())

    workflow.set_meeting(library, ["patient WT-1"], by="Ann")

    assert len(library.audit_trail()) == before


def test_a_patient_who_is_not_there_is_not_put_on_the_list(library: Library) -> None:
    with pytest.raises(KeyError):
        workflow.set_meeting(library, ["nobody"], by="Ann")

    assert workflow.meeting_of(library) == Meeting()


def test_who_was_shown_today_was_shown_last_at_the_meeting_before(library: Library) -> None:
    workflow.note_shown(library, ["patient WT-1"], MAY_14, by="Ann")
    workflow.note_shown(library, ["patient WT-1"], MAY_28, by="Ann")
    meeting = workflow.note_shown(library, ["patient WT-1", "patient WT-2"], JUN_11, by="Ann")

    assert meeting.last_shown("patient WT-1", JUN_11) == MAY_28
    assert meeting.last_shown("patient WT-2", JUN_11) is None
    assert meeting.last_shown("patient WT-3", JUN_11) is None
    assert meeting.last_held(JUN_11) == MAY_28


def test_who_died_since_is_suggested_and_who_died_before_is_not(library: Library) -> None:
    for number, day in ((1, "2026-06-03"), (2, "2026-05-03")):
        death = Event(
            patient_id=f"patient WT-{number}", kind=EventKind.DEATH, on=PartialDate(text=day)
        )
        workflow.record_entries(library, [death], by="Ann")
    meeting = workflow.note_shown(library, ["patient WT-3"], MAY_28, by="Ann")

    found = workflow.candidates(library, meeting, JUN_11)

    assert [(one.patient.code, one.occasions) for one in found] == [
        ("WT-1", (Occasion.DIED,)),
        ("WT-2", ()),
        ("WT-3", ()),
    ]


def test_of_who_said_no_to_the_mdt_no_reason_is_looked_for(library: Library) -> None:
    death = Event(patient_id="patient WT-1", kind=EventKind.DEATH, on=PartialDate.of(JUN_11))
    refusal = Consent(
        patient_id="patient WT-1", purpose=Purpose.MDT, is_given=False, given_on=MAY_14
    )
    workflow.record_entries(library, [death], by="Ann")
    workflow.record_entries(library, [refusal], by="Ann")

    first, *_ = workflow.candidates(library, Meeting(), JUN_11)

    assert first.answer is Leave.REFUSED
    assert first.occasions == ()


def test_the_lesion_that_grew_most_is_named_also_where_only_the_first_visit_tells_it() -> None:
    seen = {
        "A1": {MAY_14: 2.0, MAY_28: 8.0, JUN_11: 8.1},
        "T1": {MAY_14: 2.0, MAY_28: 3.0, JUN_11: 6.0},
        "C1": {MAY_14: 2.0, MAY_28: 20.0, JUN_11: 10.0},
    }
    timeline = timeline_from(seen)
    record = ClinicalRecord(patient=timeline.patient)

    found = _grown(timeline, record, MAY_28)

    # C1 is smaller than at the visit before, though larger than at the first.
    assert found is not None
    assert (found.label, found.is_since_first, found.on) == ("A1", True, MAY_14)
    assert found.share == pytest.approx(3.05)
