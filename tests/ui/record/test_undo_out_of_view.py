"""What undo would take back of a patient who is not in view is told first, and done when asked."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.ui.record.conftest import Room
from woundtrack.model import ExudateAmount

CTRL = Qt.KeyboardModifier.ControlModifier


def test_undo_tells_first_of_a_patient_out_of_view_and_the_same_key_takes_it_back(
    room: Room,
) -> None:
    library, window = room.session.library, room.window
    assert library is not None
    saved = room.session.patient
    assert saved is not None
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.save()
    other = next(one for one in library.patients() if one.id != saved.id)
    assert f"{saved.code}: Saving the visit of" in room.session.actions["edit.undo"].toolTip()
    room.session.set_patient(other)
    room.session.go("review")

    room.press(Qt.Key.Key_Z, CTRL)

    assert window.status.text.startswith(
        f"Nothing is undone yet: the last step is {saved.code}: Saving the visit of"
    )
    assert room.session.undo_stack.canUndo()
    room.press(Qt.Key.Key_Z, CTRL)

    assert not room.session.undo_stack.canUndo()
    assert window.status.text.startswith(f"{saved.code}, undone: Saving the visit of")
    room.press(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert room.session.undo_stack.canRedo()


def test_coming_to_another_patient_forgets_what_was_told_and_undo_in_view_asks_nothing(
    room: Room,
) -> None:
    library = room.session.library
    assert library is not None
    saved = room.session.patient
    assert saved is not None
    room.choose(room.row("exudate_amount"), ExudateAmount.SMALL)
    room.save()
    first, second = [one for one in library.patients() if one.id != saved.id]
    room.session.set_patient(first)
    room.press(Qt.Key.Key_Z, CTRL)
    room.session.set_patient(second)

    room.press(Qt.Key.Key_Z, CTRL)
    assert room.session.undo_stack.canUndo()
    room.session.set_patient(saved)
    room.press(Qt.Key.Key_Z, CTRL)

    assert not room.session.undo_stack.canUndo()
    assert room.finding() is None
