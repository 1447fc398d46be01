"""Where what is typed goes: into worst pain once a patient is chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.record.conftest import Room
from woundtrack.model import PainContext


def test_entering_the_room_a_digit_answers_worst_pain(room: Room) -> None:
    room.type("6")

    assert room.pain(PainContext.WORST_24H).answer == 6


def test_a_patient_found_by_the_code_has_the_keyboard_at_worst_pain(
    room: Room, qtbot: QtBot
) -> None:
    here = room.session.patient
    room.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(room.window.patients.search.hasFocus)
    other = next(
        one.patient
        for one in room.session.library.patient_summaries()  # type: ignore[union-attr]
        if here is not None and one.patient.id != here.id
    )
    room.type(other.code)
    room.press(Qt.Key.Key_Return)
    qtbot.waitUntil(room.pain(PainContext.WORST_24H).control.hasFocus)
    room.type("6")

    assert room.session.patient == other
    assert room.pain(PainContext.WORST_24H).answer == 6


def test_walking_the_patients_by_the_arrows_keeps_the_keyboard_in_their_list(
    room: Room, qtbot: QtBot
) -> None:
    here = room.session.patient
    room.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(room.window.patients.search.hasFocus)
    patients = room.window.patients.list
    patients.setFocus()

    step = Qt.Key.Key_Up if patients.currentIndex().row() else Qt.Key.Key_Down
    room.press(step)
    qtbot.wait(50)

    assert room.session.patient != here
    assert patients.hasFocus()
