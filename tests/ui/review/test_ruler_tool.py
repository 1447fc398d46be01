"""A ruler set in Review by mouse and keys: the photograph without a card gets its scale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import Room
from woundtrack.imaging import ruler_of
from woundtrack.model import Calibration, Point
from woundtrack.records import Library
from woundtrack.ui.components import KeyButton, Tag
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.pen_hand import PEN_KEY
from woundtrack.ui.review.ruler_tool import RulerCard
from woundtrack.ui.window.main_window import MainWindow

START, END = (200.0, 600.0), (500.0, 600.0)


@pytest.fixture
def accepted(room: Room) -> Room:
    """Return the room on the photograph without a card, accepted without an area."""
    room.go_to("nocard.jpg")
    case = room.page.case
    assert case is not None
    room.page.accept()
    room.page.enter(photograph_id=case.filed.id)
    room.sharp()
    assert room.page.selected is not None
    assert room.page.selected.measurement is None
    return room


@pytest.fixture
def old(room: Room) -> Room:
    """Return the room on the photograph without a card."""
    room.go_to("nocard.jpg")
    return room


def card(room: Room) -> RulerCard:
    found = room.canvas.findChild(RulerCard)
    assert found is not None
    return found


def drag(room: Room, start: Point = START, end: Point = END) -> None:
    view = room.canvas.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=room.at(start))
    QTest.mouseMove(view, room.at(end))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=room.at(end))


def scale(room: Room) -> Calibration | None:
    assert room.page.case is not None
    return room.page.case.proposal.calibration


def set_ruler(room: Room, distance: str = "50") -> None:
    room.press(Qt.Key.Key_T)
    drag(room)
    QTest.keyClicks(card(room).field, distance)
    QTest.keyClick(card(room).field, Qt.Key.Key_Return)
    room.sharp()


def titles(room: Room) -> list[str]:
    return [message.title for message in room.page.panel.notes]


def test_a_drag_from_mark_to_mark_and_enter_give_a_photograph_its_scale(old: Room) -> None:
    assert scale(old) is None

    set_ruler(old)

    made = scale(old)
    line = ruler_of(made)
    assert made is not None
    assert line is not None
    assert line.distance_mm == 50.0
    assert line.start_px == pytest.approx(START, abs=2)
    assert line.end_px == pytest.approx(END, abs=2)
    assert made.mm_per_px == pytest.approx(50 / 300, rel=0.01)


def test_the_area_shows_its_interval_and_the_doubt_at_once(old: Room) -> None:
    set_ruler(old)

    entry = old.page.selected
    assert entry is not None
    assert entry.measurement is not None
    half = entry.measurement.area_high_cm2 - entry.measurement.area_low_cm2
    assert half / 2 > 0.1 * entry.measurement.area_cm2
    assert "The scale is a ruler's" in titles(old)


def test_the_line_stays_drawn_with_its_length(old: Room) -> None:
    set_ruler(old)

    assert old.canvas.ruler is not None
    assert old.canvas.ruler.distance_mm == 50.0
    assert not card(old).isVisible()


def test_the_distance_can_be_typed_and_is_offered_again(old: Room) -> None:
    set_ruler(old, "30")
    old.press(Qt.Key.Key_T)
    drag(old)

    line = ruler_of(scale(old))
    assert line is not None
    assert line.distance_mm == 30.0
    assert card(old).field.text() == "30"


def test_a_distance_is_typed_with_a_decimal_comma(old: Room) -> None:
    set_ruler(old, "49,5")

    line = ruler_of(scale(old))
    assert line is not None
    assert line.distance_mm == 49.5


def test_a_hurried_enter_sets_no_distance_that_nobody_read(old: Room) -> None:
    old.press(Qt.Key.Key_T)
    drag(old)

    QTest.keyClick(card(old).field, Qt.Key.Key_Return)

    assert scale(old) is None
    assert "5 to 1000 mm" in card(old).hint


def test_esc_in_the_field_leaves_the_photograph_as_it_was(old: Room) -> None:
    old.press(Qt.Key.Key_T)
    drag(old)
    assert card(old).isVisible()

    QTest.keyClick(card(old).field, Qt.Key.Key_Escape)

    assert not card(old).isVisible()
    assert scale(old) is None
    assert old.name == "nocard.jpg"
    assert QApplication.focusWidget() is old.canvas


def test_esc_on_the_photograph_takes_the_line_away(old: Room) -> None:
    old.press(Qt.Key.Key_T)
    drag(old)
    old.canvas.setFocus()

    old.press(Qt.Key.Key_Escape)

    assert not card(old).isVisible()


def test_another_tool_takes_the_line_away(old: Room) -> None:
    old.press(Qt.Key.Key_T)
    drag(old)
    old.canvas.setFocus()

    old.press(Qt.Key.Key_I)

    assert old.tool() is Tool.INCLUDE
    assert not card(old).isVisible()


@pytest.mark.parametrize("typed", ["0", "2000", "abc"])
def test_a_distance_that_can_t_be_meant_is_asked_for_again(old: Room, typed: str) -> None:
    old.press(Qt.Key.Key_T)
    drag(old)

    QTest.keyClicks(card(old).field, typed)
    QTest.keyClick(card(old).field, Qt.Key.Key_Return)

    assert card(old).isVisible()
    assert card(old).hint.startswith("Give 5 to 1")
    assert scale(old) is None


def test_letters_typed_in_the_field_take_no_tools(old: Room) -> None:
    old.press(Qt.Key.Key_T)
    drag(old)

    QTest.keyClicks(card(old).field, "mm")

    assert old.tool() is Tool.PEN
    assert card(old).field.text() == "mm"


def test_the_ruler_is_undone_and_redone(old: Room) -> None:
    set_ruler(old)

    old.undo()
    old.sharp()
    assert scale(old) is None
    assert old.canvas.ruler is None
    old.redo()
    old.sharp()

    assert ruler_of(scale(old)) is not None


def test_the_ruler_is_taken_away_by_its_button(old: Room) -> None:
    set_ruler(old)

    old.window.session.actions["review.no_ruler"].trigger()
    old.sharp()

    assert scale(old) is None
    assert "No card found" in titles(old)


def test_what_was_drawn_before_the_ruler_is_measured_by_it(old: Room) -> None:
    old.press(Qt.Key.Key_Delete)  # one of the two outlines: a draft of its own is kept
    assert old.labels == ["A2"]
    assert old.page.selected is not None
    assert old.page.selected.measurement is None

    set_ruler(old)

    assert old.labels == ["A2"]
    assert old.page.selected.measurement is not None


def test_a_photograph_without_a_scale_offers_the_ruler_by_a_button(old: Room) -> None:
    buttons = [
        button
        for note in old.page.panel.notes
        for button in note.findChildren(KeyButton)
        if button.text() == "Set a ruler"
    ]
    (button,) = buttons

    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    drag(old)

    assert card(old).isVisible()


def test_the_ruler_is_set_by_keys_alone(old: Room) -> None:
    old.press(Qt.Key.Key_T)
    old.press(PEN_KEY)
    old.press(PEN_KEY)
    for _ in range(12):
        old.press(Qt.Key.Key_Right)
    old.press(PEN_KEY)
    QTest.keyClicks(card(old).field, "20")
    QTest.keyClick(card(old).field, Qt.Key.Key_Return)
    old.sharp()

    assert ruler_of(scale(old)) is not None


def test_a_photograph_with_a_card_takes_no_ruler(room: Room) -> None:
    action = room.window.session.actions["review.ruler"]

    assert not action.isEnabled()
    assert "A printed card is in this photograph." in action.toolTip()


# --- what was accepted already -------------------------------------------------------------------


def notes(room: Room) -> str:
    return " ".join(message.text for message in room.page.panel.notes)


def shown_tags(room: Room) -> list[str]:
    return [tag.accessibleName() for tag in room.page.panel.findChildren(Tag) if tag.isVisible()]


def test_what_was_only_taken_back_and_accepted_again_is_not_called_revised(room: Room) -> None:
    room.go_to("nocard.jpg")
    case = room.page.case
    assert case is not None
    room.page.accept()
    stack = room.window.session.undo_stack
    stack.undo()
    stack.redo()

    room.page.enter(photograph_id=case.filed.id)

    assert "Revised since it was accepted" not in titles(room)


def test_a_photograph_accepted_without_an_area_gets_one_by_a_ruler(accepted: Room) -> None:
    set_ruler(accepted)

    assert accepted.name == "nocard.jpg"
    assert ruler_of(scale(accepted)) is not None
    assert accepted.area > 0
    assert accepted.page.case is not None
    assert accepted.page.draft == accepted.page.case.stored
    assert "2 accepted outlines are measured anew, as revisions." in accepted.window.status.text


def test_what_was_measured_anew_is_shown_as_revised_with_who_and_why(accepted: Room) -> None:
    assert "Revised since it was accepted" not in titles(accepted)
    assert shown_tags(accepted) == []

    set_ruler(accepted)

    assert shown_tags(accepted) == ["revised"]
    assert "Revised since it was accepted" in titles(accepted)
    assert accepted.window.session.person in notes(accepted)
    assert "A ruler was set in its photograph." in notes(accepted)


def test_a_ruler_in_an_accepted_photograph_is_undone_and_redone(accepted: Room) -> None:
    set_ruler(accepted)

    accepted.undo()
    accepted.sharp()
    assert accepted.page.selected is not None
    assert accepted.page.selected.measurement is None
    assert scale(accepted) is None
    accepted.redo()
    accepted.sharp()

    assert accepted.area > 0


def test_the_ruler_of_an_accepted_photograph_is_taken_away_again(accepted: Room) -> None:
    set_ruler(accepted)

    accepted.window.session.actions["review.no_ruler"].trigger()
    accepted.sharp()

    assert accepted.page.selected is not None
    assert accepted.page.selected.measurement is None
    assert "The ruler of its photograph was taken away." in notes(accepted)


def test_what_is_being_corrected_meanwhile_stays_and_is_measured_by_the_ruler(
    accepted: Room,
) -> None:
    accepted.press(Qt.Key.Key_Delete)  # one of the two outlines, not saved yet
    assert accepted.labels == ["A2"]

    set_ruler(accepted)

    assert accepted.labels == ["A2"]
    assert accepted.area > 0


def test_without_a_card_the_words_tell_of_the_ruler_and_its_key(old: Room) -> None:
    assert "Where a ruler is in view, set it (T): two of its marks give a scale." in notes(old)


def test_of_an_accepted_photograph_the_words_say_that_it_becomes_a_revision(
    accepted: Room,
) -> None:
    assert "What was accepted is measured anew by it, as a revision." in notes(accepted)


def test_where_plain_letters_are_no_keys_the_words_name_none(old: Room) -> None:
    old.window.session.actions["window.letters"].trigger()
    old.press(Qt.Key.Key_Delete)  # said anew

    assert "Where a ruler is in view, set it: two of its marks give a scale." in notes(old)


def test_in_a_library_that_can_only_be_read_no_ruler_is_spoken_of(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    with Library.open(clinic_copy):
        room = Room(make_window(clinic_copy), qtbot)
        room.go_to("nocard.jpg")

        assert "No card found" in titles(room)
        assert "ruler" not in notes(room)
