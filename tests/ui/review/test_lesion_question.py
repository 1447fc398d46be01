"""Which lesion an outline is: asked, chosen and made by keys and mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.review.conftest import ABDOMEN, Room


def test_n_and_enter_make_it_a_new_lesion_at_the_site(room: Room) -> None:
    room.press(Qt.Key.Key_N)
    assert room.page.panel.picker.name.text() == "A3"
    room.press(Qt.Key.Key_Return)
    assert room.labels == ["A3", "A2"]

    room.press(Qt.Key.Key_Return)

    made = room.lesion("A3")
    assert made.site == ABDOMEN
    assert made.number == 3


def test_a_new_lesion_s_name_that_is_taken_is_asked_again(room: Room) -> None:
    room.press(Qt.Key.Key_N)
    QTest.keyClicks(room.page.panel.picker.name, "a2")
    room.press(Qt.Key.Key_Return)

    assert room.page.panel.picker.isVisible()
    assert room.labels == ["A1", "A2"]

    room.press(Qt.Key.Key_Escape)
    assert not room.page.panel.picker.isVisible()
    assert room.canvas.hasFocus()


def test_l_gives_an_outline_to_another_known_lesion(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)  # A2 is free now

    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_Return)

    assert room.labels == ["A2"]
    assert room.page.panel.reason == "Chosen by you"


def test_tab_goes_to_the_next_lesion_and_round(room: Room) -> None:
    selected = room.page.selected
    room.press(Qt.Key.Key_Tab)
    assert room.page.selected != selected

    room.press(Qt.Key.Key_Tab)
    assert room.page.selected == selected


def test_a_click_inside_another_outline_takes_it_in_hand(room: Room) -> None:
    room.click(room.page.draft.outlines[1].centre)

    assert room.page.selected == room.page.draft.entries[1]
    assert not room.page.is_working
