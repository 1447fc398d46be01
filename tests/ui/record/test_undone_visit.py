"""A visit that a save had made leaves the lists when that is undone, and returns with redo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from tests.ui.conftest import FIRST_DAY
from tests.ui.record.conftest import Room
from woundtrack.model import PainContext

NEW_DAY = FIRST_DAY.replace(month=2, day=20)
CTRL = Qt.KeyboardModifier.ControlModifier


def shown_visit(room: Room) -> str | None:
    """Return the visit in view; asked anew, for a key may have changed it."""
    return room.session.visit_id


def days_offered(room: Room) -> list[str]:
    offered = room.page.chooser.list
    return [offered.itemText(at) for at in range(offered.count())]


def test_a_visit_that_an_undone_save_had_made_leaves_the_lists_and_returns_with_redo(
    open_room: Callable[..., Room],
) -> None:
    room = open_room(NEW_DAY)
    library, patient = room.session.library, room.session.patient
    assert library is not None
    assert patient is not None
    before = library.visits(patient.id)
    room.choose(room.pain(PainContext.WORST_24H), 4.0)
    room.save()
    made = next(one for one in library.visits(patient.id) if one.visited_on == NEW_DAY)
    assert room.session.visit_id == made.id
    with_it = days_offered(room)

    room.press(Qt.Key.Key_Z, CTRL)

    assert library.visits(patient.id) == before
    assert shown_visit(room) is None
    room.page.show_day(before[0].visited_on)
    assert len(days_offered(room)) == len(with_it) - 1
    assert not any("20 Feb" in one for one in days_offered(room))

    room.press(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)

    assert [one.id for one in library.visits(patient.id) if one.visited_on == NEW_DAY] == [made.id]
    assert days_offered(room) == with_it
