"""The order of things in the review room: what is opened, what follows, what is said at the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import CODE, Room, about
from woundtrack.model import (
    Patient,
)
from woundtrack.records import Library
from woundtrack.ui.components import KeyButton
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.window.main_window import MainWindow


def test_the_room_opens_on_the_first_that_waits_with_known_lesions_suggested(room: Room) -> None:
    assert room.name == "second.jpg"
    assert room.labels == ["A1", "A2"]
    assert room.page.queue.count_text == "4 of 4 left"
    assert "Matches 12 Jan by position and shape" in room.page.panel.reason


def test_arrows_skip_and_go_back_without_recording(room: Room) -> None:
    room.press(Qt.Key.Key_Right)
    assert room.name == "nocard.jpg"

    room.press(Qt.Key.Key_Left)
    assert room.name == "second.jpg"
    assert room.page.queue.count_text == "4 of 4 left"


def test_the_empty_queue_says_that_all_is_reviewed(room: Room) -> None:
    for name in ("second.jpg", "nocard.jpg", "thigh.jpg", "bare.jpg"):
        room.go_to(name)
        room.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)

    assert room.name == ""
    assert room.page.queue.count_text == "None left"
    assert room.page.empty_title == "All reviewed."
    assert room.window.session.library is not None


def test_enter_waits_for_an_outline_that_is_still_being_found(room: Room) -> None:
    room.click(about(room.page.draft.outlines[0], 1.35).outer[0])
    assert room.page.is_working

    room.press(Qt.Key.Key_Return)

    assert room.name == "second.jpg"
    room.settle()


def test_undo_goes_back_to_the_photograph_it_is_about(room: Room) -> None:
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Right)
    assert room.name == "nocard.jpg"

    room.undo()

    assert room.name == "second.jpg"
    assert room.labels == ["A1", "A2"]


def test_letters_are_keys_only_while_the_photograph_has_the_focus(room: Room) -> None:
    room.page.queue.list.setFocus()

    room.press(Qt.Key.Key_V)
    room.press(Qt.Key.Key_Delete)
    assert room.tool() is Tool.INCLUDE
    assert room.labels == ["A1", "A2"]

    room.canvas.setFocus()
    room.press(Qt.Key.Key_V)
    assert room.tool() is Tool.PAN


def test_what_makes_it_uncertain_is_in_view_to_its_end_when_it_is_asked_for(room: Room) -> None:
    panel = room.page.panel
    room.window.resize(1366, 640)
    room.press(Qt.Key.Key_2)  # sizes of each kind take their room, too
    room.press(Qt.Key.Key_1)

    room.press(Qt.Key.Key_U)

    def is_in_view() -> bool:
        return panel.uncertainty.visibleRegion().boundingRect() == panel.uncertainty.rect()

    room.qtbot.waitUntil(lambda: panel.uncertainty.isVisible() and is_in_view())


def test_after_a_click_on_a_button_the_keys_it_shows_still_count(room: Room) -> None:
    why = next(
        button
        for button in room.page.panel.findChildren(KeyButton)
        if button.text() == "What makes this uncertain?"
    )
    QTest.mouseClick(why, Qt.MouseButton.LeftButton)
    assert room.page.panel.uncertainty.isVisible()

    room.press(Qt.Key.Key_U)
    assert not room.page.panel.uncertainty.isVisible()

    QTest.mouseClick(why, Qt.MouseButton.LeftButton)
    room.press(Qt.Key.Key_Return)
    assert room.name == "nocard.jpg"
    assert room.page.queue.count_text == "3 of 4 left"


def test_the_next_photograph_shows_its_area_however_far_the_last_was_read(room: Room) -> None:
    room.window.resize(1100, 560)
    room.press(Qt.Key.Key_U)
    (bar,) = (area.verticalScrollBar() for area in room.page.panel.findChildren(QScrollArea))
    room.qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())

    room.press(Qt.Key.Key_Right)

    assert room.name == "nocard.jpg"
    assert bar.value() == 0


def test_the_list_shows_whose_the_first_photograph_of_a_visit_is(room: Room) -> None:
    shown = room.page.queue.list
    shown.setFixedHeight(100)
    room.go_to("bare.jpg")
    assert shown.verticalScrollBar().value() > 0

    room.press(Qt.Key.Key_Right)

    assert room.name == "second.jpg"
    assert shown.visualRect(shown.model().index(0, 0)).top() == 0


def test_a_library_open_for_reading_lets_one_look_only(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    with Library.open(clinic_copy):
        room = Room(make_window(clinic_copy), qtbot)

        assert room.tool() is Tool.PAN
        assert not room.page.panel.main.isEnabled()
        assert "reading only" in room.page.panel.main.toolTip()
        room.press(Qt.Key.Key_Return)
        assert room.name == "second.jpg"


def test_a_library_that_is_opened_again_shows_what_waits(room: Room) -> None:
    path = room.library.path
    room.window.session.actions["library.close"].trigger()
    assert room.window.session.library is None

    room.window.library_actions.open(path)
    room.qtbot.waitUntil(lambda: room.window.session.library is not None)

    assert room.window.room == "review"
    assert room.name == "second.jpg"
    assert room.page.queue.count_text == "4 of 4 left"


def test_try_again_opens_what_could_only_be_read_and_shows_what_waits(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    with Library.open(clinic_copy):
        room = Room(make_window(clinic_copy), qtbot)
        assert room.library.is_read_only
    again = next(
        button
        for button in room.window.findChildren(KeyButton)
        if button.isVisible() and button.text() == "Try again"
    )

    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not room.library.is_read_only)

    assert room.name == "second.jpg"
    assert room.page.queue.count_text == "4 of 4 left"
    assert room.page.panel.main.isEnabled()


def _patient_without_photographs(room: Room, code: str) -> Patient:
    patient = Patient(id=f"patient-{code}", code=code, created_at=datetime.now(UTC))
    with room.library.verb("import", by="Ann") as change:
        change.add_patient(patient)
    room.window.session.changed("patients")
    return patient


def test_back_in_review_no_photograph_of_another_patient_is_in_view(room: Room) -> None:
    _patient_without_photographs(room, "WT-0104")
    assert room.name == "second.jpg"
    room.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    codes = room.window.patients.list
    row = codes.model().index(0, 0)
    assert row.data() == "WT-0104"
    QTest.mouseClick(
        codes.viewport(), Qt.MouseButton.LeftButton, pos=codes.visualRect(row).center()
    )

    QTest.mouseClick(room.window.rail.item("room.review"), Qt.MouseButton.LeftButton)

    assert room.window.session.patient is not None
    assert room.window.session.patient.code == "WT-0104"
    assert room.page.case is None
    assert room.page.empty_title == "No photographs of WT-0104 yet."
    assert not room.window.session.actions["review.accept"].isEnabled()

    on = next(
        button
        for button in room.page.findChildren(QAbstractButton)
        if button.isVisible() and button.text() == "Review the next that waits"
    )
    QTest.mouseClick(on, Qt.MouseButton.LeftButton)

    assert room.name == "second.jpg"
    assert room.window.session.patient.code == CODE


def test_asked_for_the_photograph_that_is_open_its_patient_is_named(room: Room) -> None:
    other = _patient_without_photographs(room, "WT-0104")
    case = room.page.case
    assert case is not None
    room.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    room.window.session.set_patient(other)

    room.window.session.go("review", photograph_id=case.filed.id)

    assert room.name == "second.jpg"
    assert room.window.session.patient is not None
    assert room.window.session.patient.code == CODE


def test_a_library_without_photographs_has_nothing_reviewed(
    make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    Library.create(tmp_path / "new").close()
    window = make_window(tmp_path / "new")
    QTest.mouseClick(window.rail.item("room.review"), Qt.MouseButton.LeftButton)
    page = window.page("review")
    assert isinstance(page, ReviewPage)

    assert page.empty_title == "No photographs yet."
    assert page.queue.count_text == "None yet"
    assert page.queue.done_fraction == 0
    buttons = [one for one in page.findChildren(QAbstractButton) if one.isVisible()]
    way = next(one for one in buttons if one.text() == "Import photographs")
    QTest.mouseClick(way, Qt.MouseButton.LeftButton)
    assert window.room == "import"


def test_import_is_a_button_under_the_queue_and_the_rail_says_which_room_it_is(room: Room) -> None:
    rail = room.window.rail
    QTest.mouseClick(room.page.queue.to_import, Qt.MouseButton.LeftButton)

    assert room.window.room == "import"
    assert rail.item("room.import").is_here
    assert not rail.item("room.review").is_here
    QTest.mouseClick(rail.item("room.review"), Qt.MouseButton.LeftButton)
    assert rail.item("room.review").is_here
    assert not rail.item("room.import").is_here
