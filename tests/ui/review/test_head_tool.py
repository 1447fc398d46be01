"""Where the head is, said in Review by mouse and keys: the arrow, the line in the panel, undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.ui.review.conftest import Room
from woundtrack.model import Measurement, Point
from woundtrack.records import Library
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.tool_strip import ToolButton


def drag(room: Room, start: Point, end: Point) -> None:
    view = room.canvas.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=room.at(start))
    QTest.mouseMove(view, room.at(end))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=room.at(end))


def stored(room: Room) -> float | None:
    assert room.page.case is not None
    return room.library.photograph(room.page.case.filed.id).head_deg


def in_hand(room: Room) -> Measurement:
    entry = room.page.selected
    assert entry is not None
    assert entry.measurement is not None
    return entry.measurement


def along(room: Room) -> str:
    line = room.page.panel.area.view.along
    return "" if line is None else line.size


def test_a_drag_towards_the_head_is_shown_stored_and_measured_along(room: Room) -> None:
    assert along(room) == ""

    room.press(Qt.Key.Key_Y)
    drag(room, (300.0, 400.0), (500.0, 400.0))

    assert stored(room) == pytest.approx(90.0, abs=1.0)
    assert room.canvas.head_deg == stored(room)
    size = in_hand(room)
    assert size.head_to_toe_mm is not None
    assert size.side_to_side_mm is not None
    assert along(room) == (
        f"{size.head_to_toe_mm / 10:.1f}\u202f×\u202f{size.side_to_side_mm / 10:.1f}\u202fcm"
    )
    assert "Head to toe × side to side" in room.page.panel.area.accessibleName()


def test_an_arrow_key_says_where_the_head_is(room: Room) -> None:
    name = room.name

    for key, turn in (
        (Qt.Key.Key_Up, 0.0),
        (Qt.Key.Key_Right, 90.0),
        (Qt.Key.Key_Down, 180.0),
        (Qt.Key.Key_Left, 270.0),
    ):
        room.press(Qt.Key.Key_Y)
        room.press(key)

        assert stored(room) == turn
        assert room.name == name
        assert room.tool() is Tool.INCLUDE


def test_the_head_turned_by_a_quarter_swaps_the_two_extents(room: Room) -> None:
    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Up)
    upright = in_hand(room)

    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Right)

    turned = in_hand(room)
    assert upright.head_to_toe_mm is not None
    assert turned.side_to_side_mm == pytest.approx(upright.head_to_toe_mm, rel=0.02)


def test_undo_and_redo_take_the_head_away_and_back(room: Room) -> None:
    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Right)

    room.undo()
    assert (stored(room), room.canvas.head_deg, along(room)) == (None, None, "")

    room.redo()
    assert (stored(room), room.canvas.head_deg) == (90.0, 90.0)
    assert along(room) != ""


def test_del_takes_the_head_away(room: Room) -> None:
    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Right)

    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Delete)

    assert stored(room) is None
    assert room.labels == ["A1", "A2"]


def test_a_press_without_a_drag_says_nothing(room: Room) -> None:
    room.press(Qt.Key.Key_Y)
    drag(room, (300.0, 400.0), (302.0, 400.0))

    assert stored(room) is None


def test_the_button_in_the_strip_takes_the_arrow(room: Room) -> None:
    strip = room.window.findChildren(ToolButton)
    (button,) = [one for one in strip if one.text() == "Say where the head is"]

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert button.isChecked()
    drag(room, (300.0, 500.0), (300.0, 300.0))
    assert stored(room) == pytest.approx(0.0, abs=1.0)


def test_an_outline_drawn_after_is_measured_along_the_body(room: Room) -> None:
    room.go_to("thigh.jpg")
    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Up)

    room.drag_box(*room.wound())
    room.settle()

    assert in_hand(room).head_to_toe_mm is not None


def test_what_is_accepted_keeps_its_extents_in_the_library(room: Room, clinic_copy: Path) -> None:
    photograph = room.page.case
    assert photograph is not None
    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Up)
    shown = in_hand(room).head_to_toe_mm

    room.press(Qt.Key.Key_Return)
    room.window.session.close()

    with Library.open(clinic_copy, read_only=True) as library:
        assert library.photograph(photograph.filed.id).head_deg == 0.0
        sizes = {
            one.ulcer.head_to_toe_mm
            for one in library.assessments()
            if photograph.filed.id in one.photograph_ids and one.ulcer is not None
        }
    assert shown in sizes


def test_an_accepted_photograph_takes_a_head_too(room: Room) -> None:
    room.page.enter(room.first)
    room.sharp()
    area = room.area

    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Up)

    assert room.area == area
    assert along(room) != ""
    assert room.page.draft == room.page.case.stored if room.page.case else False
    room.undo()
    assert along(room) == ""


def test_undoing_the_head_of_what_was_just_accepted_stays_on_its_photograph(room: Room) -> None:
    case = room.page.case
    assert case is not None
    room.press(Qt.Key.Key_Return)
    room.window.session.go("review", photograph_id=case.filed.id)
    room.sharp()
    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Up)

    room.undo()
    assert (room.name, room.canvas.head_deg) == (case.filed.photograph.original_name, None)

    room.page.enter(room.first)
    room.redo()
    assert (room.name, room.canvas.head_deg) == (case.filed.photograph.original_name, 0.0)


def test_the_arrow_is_painted_where_the_head_is(room: Room) -> None:
    def picture(widget: QWidget) -> bytes:
        return bytes(widget.grab().toImage().constBits())

    plain = picture(room.canvas.viewport())
    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Up)
    up = picture(room.canvas.viewport())
    room.press(Qt.Key.Key_Y)
    room.press(Qt.Key.Key_Left)

    assert len({plain, up, picture(room.canvas.viewport())}) == 3
