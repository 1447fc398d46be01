"""Answers of another patient that aren't saved are told in the room, with the way to them."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from tests.ui.record.conftest import SECOND_DAY, Room
from woundtrack.model import PainContext
from woundtrack.ui.components import KeyButton, Message


def test_a_note_leads_to_another_patients_answers_that_are_not_saved(
    open_room: Callable[..., Room], recorded_clinic: Clinic, qtbot: QtBot
) -> None:
    room = open_room()
    room.choose(room.pain(PainContext.WORST_24H), 4.0)
    assert not any("not saved" in one for one in room.page.notes)
    room.session.set_patient(recorded_clinic.patients[0])
    code = recorded_clinic.patients[2].code
    note = f"{code} has answers of 26 Jan that are not saved."
    assert note in room.page.notes
    message = next(one for one in room.page.findChildren(Message) if one.title == note)

    room.click(message.findChildren(KeyButton)[-1])

    assert room.session.patient == recorded_clinic.patients[2]
    assert room.page.day == SECOND_DAY
    assert room.pain(PainContext.WORST_24H).answer == 4
    qtbot.waitUntil(lambda: note not in room.page.notes)
