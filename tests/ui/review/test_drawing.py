"""Boxes and clicks on the photograph become outlines, each a step of undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import CODE, Room, about
from woundtrack.records import Library
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.window.main_window import MainWindow


def test_a_box_gives_an_outline_and_undo_takes_it_away(room: Room) -> None:
    room.go_to("thigh.jpg")
    assert room.tool() is Tool.BOX
    assert room.labels == []

    room.drag_box(*room.wound())
    room.settle()

    assert [one.label for one in room.canvas.outlines] == ["T1"]
    assert room.area == pytest.approx(6.0, rel=0.15)
    assert room.tool() is Tool.INCLUDE

    room.undo()
    assert [one.label for one in room.canvas.outlines] == []

    room.redo()
    assert [one.label for one in room.canvas.outlines] == ["T1"]


def test_undo_and_redo_of_an_outline_say_so_in_place_of_what_was_said_of_it(room: Room) -> None:
    room.press(Qt.Key.Key_PageUp)
    room.settle()
    assert room.window.status.text.startswith("The edge is moved outwards")

    room.undo()
    assert room.window.status.text == f"Undone: Outline in {room.name}."

    room.redo()
    assert room.window.status.text == f"Done again: Outline in {room.name}."


def test_a_click_takes_in_what_was_left_out_and_keeps_the_lesion(room: Room) -> None:
    small = room.area
    outline = room.page.draft.outlines[0]
    beyond = about(outline, 1.35).outer[0]

    room.click(beyond)
    room.settle()

    assert room.area > 1.05 * small
    assert room.labels == ["A1", "A2"]


def test_an_alt_click_takes_out_what_was_taken_in(room: Room) -> None:
    outline = room.page.draft.outlines[0]
    beyond = about(outline, 1.35).outer[0]
    room.click(beyond)
    room.settle()
    large = room.area

    room.click(beyond, Qt.KeyboardModifier.AltModifier)
    room.settle()

    assert room.area < large


def test_quick_gestures_are_all_worked_out_each_a_step_of_undo(room: Room) -> None:
    ring = about(room.page.draft.outlines[0], 1.35).outer
    small = room.area

    room.click(ring[0])
    room.click(ring[len(ring) // 2])
    room.settle()

    after_both = room.area
    room.undo()
    after_one = room.area
    room.undo()
    assert small == room.area < after_one < after_both


def test_esc_gives_up_a_box_that_is_being_dragged(room: Room) -> None:
    room.go_to("thigh.jpg")
    start, end = room.wound()

    room.begin_box(start, end)
    assert room.is_boxing()
    room.press(Qt.Key.Key_Escape)
    QTest.mouseRelease(room.canvas.viewport(), Qt.MouseButton.LeftButton, pos=room.at(end))

    assert not room.is_boxing()
    assert not room.page.is_working
    assert room.canvas.outlines == ()


def test_a_gesture_that_finds_nothing_says_so_on_the_photograph(room: Room) -> None:
    room.go_to("thigh.jpg")

    room.press(Qt.Key.Key_X)
    room.click((500.0, 300.0))
    room.settle()

    assert "Drag a box round the wound" in room.canvas.notice
    assert room.canvas.outlines == ()


def test_del_takes_an_outline_out_and_undo_puts_it_back(room: Room) -> None:
    room.press(Qt.Key.Key_Delete)
    assert room.labels == ["A2"]

    room.undo()
    assert room.labels == ["A1", "A2"]


def test_an_original_that_is_missing_is_said_and_the_room_goes_on(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    with Library.open(clinic_copy, read_only=True) as library:
        patient = library.patient_with_code(CODE)
        names = {
            one.photograph.original_name: one.photograph.sha256
            for one in library.photographs(patient.id)
        }
        path = library.originals.path(names["nocard.jpg"])
    path.chmod(0o600)
    path.unlink()
    room = Room(make_window(clinic_copy), qtbot)

    room.press(Qt.Key.Key_Right)
    qtbot.waitUntil(
        lambda: "This library is damaged" in [note.title for note in room.page.panel.notes]
    )
    room.click(room.page.draft.outlines[0].centre)
    assert not room.page.is_working

    room.press(Qt.Key.Key_Right)
    room.sharp()
    assert room.name == "thigh.jpg"
