"""A debridement beside the answer that there was none is asked about, and never refused."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.record.conftest import SECOND_DAY, Room
from woundtrack import workflow
from woundtrack.model import Debrided, Event, EventKind, PartialDate


def test_no_is_asked_about_on_a_day_of_a_debridement_and_one_key_says_it_is_right(
    room: Room,
) -> None:
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    event = Event(patient_id=patient.id, kind=EventKind.DEBRIDEMENT, on=PartialDate.of(SECOND_DAY))
    workflow.record_entries(library, [event], by="Ann")
    room.session.changed("record")
    row = room.row("debrided")

    room.choose(row, Debrided.NO)
    assert row.question == (
        f"A debridement is recorded on {SECOND_DAY.isoformat()}. Is it right that this lesion was "
        "not debrided?"
    )
    row.control.setFocus()
    room.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is row.question_buttons[0]
    room.press(Qt.Key.Key_Space)
    assert row.question == ""
    room.save()

    finding = room.finding()
    assert finding is not None
    assert finding.debrided is Debrided.NO


def test_another_answer_takes_the_question_away(room: Room) -> None:
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    event = Event(patient_id=patient.id, kind=EventKind.DEBRIDEMENT, on=PartialDate.of(SECOND_DAY))
    workflow.record_entries(library, [event], by="Ann")
    room.session.changed("record")
    row = room.row("debrided")

    room.choose(row, Debrided.NO)
    assert row.question
    room.choose(row, Debrided.AFTER_PHOTOGRAPH)

    assert row.question == ""
