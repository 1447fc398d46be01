"""What was typed and can't be recorded stays beside the sentence that refuses it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.ui.conftest import FIRST_DAY
from tests.ui.record.conftest import Room
from tests.ui.record.test_entries import pick
from woundtrack.model import Missing
from woundtrack.ui.record.number_field import NumberField


def _typed_too_deep(room: Room) -> NumberField:
    field = room.row("max_depth_cm").control
    assert isinstance(field, NumberField)
    field.setFocus()
    room.type("21")
    room.press(Qt.Key.Key_Tab)
    assert room.row("max_depth_cm").question
    return field


def test_a_refused_number_stays_while_a_treatment_is_recorded(room: Room) -> None:
    field = _typed_too_deep(room)

    room.page.side.open_form("treatment")
    pick(room, "agent", "cinacalcet")
    room.press(Qt.Key.Key_Return)

    assert room.page.side.panel is None
    assert (field.text(), field.property("refused")) == ("21", "true")
    assert room.row("max_depth_cm").question == "It can only be from 0 to 15\u202fcm."


def test_a_refused_number_stays_while_a_form_is_cancelled(room: Room) -> None:
    field = _typed_too_deep(room)

    room.page.side.open_form("event")
    room.press(Qt.Key.Key_Escape)

    assert room.page.side.panel is None
    assert field.text() == "21"
    assert room.row("max_depth_cm").question == "It can only be from 0 to 15\u202fcm."


def test_a_refused_number_goes_with_its_sentence_when_another_visit_comes(room: Room) -> None:
    field = _typed_too_deep(room)

    room.page.show_day(FIRST_DAY)

    assert field.text() == "0.6"
    assert not room.row("max_depth_cm").question
    assert room.page.form.refused is None


def test_a_refused_number_goes_with_its_sentence_when_a_reason_takes_its_place(room: Room) -> None:
    field = _typed_too_deep(room)

    room.row("max_depth_cm").say_why(Missing.NOT_DONE)

    assert field.text() == ""
    assert not room.row("max_depth_cm").question
