"""Ctrl K finds any action by a few letters and does it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.palette import match


@pytest.mark.parametrize(
    ("letters", "text", "expected"),
    [
        ("go", "Go to Review", 0),
        ("rev", "Go to Review", 1),
        ("iew", "Go to Review", 2),
        ("gtr", "Go to Review", 3),
        ("dark", "Go to Review", None),
        ("", "Go to Review", 0),
    ],
)
def test_letters_fit_a_start_then_a_word_then_inside_then_in_order(
    letters: str, text: str, expected: int | None
) -> None:
    assert match(letters, text) == expected


def test_the_palette_finds_an_action_and_does_it(qtbot: QtBot, clinic_window: MainWindow) -> None:
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    qtbot.keyClick(clinic_window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = clinic_window.palette_sheet
    assert palette.isVisible()

    qtbot.keyClicks(palette.field, "timel")
    assert palette.found()[0] == "room.timeline"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert not palette.isVisible()
    assert clinic_window.room == "timeline"


def test_what_is_off_is_listed_last_and_cannot_be_done(qtbot: QtBot, window: MainWindow) -> None:
    window.session.actions["window.find"].trigger()
    palette = window.palette_sheet

    qtbot.keyClicks(palette.field, "import")
    assert palette.found() == ["room.import"]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert palette.isVisible()
    assert window.room is None
    palette.dismiss()


def test_the_arrows_move_through_what_was_found(qtbot: QtBot, clinic_window: MainWindow) -> None:
    clinic_window.session.actions["window.find"].trigger()
    palette = clinic_window.palette_sheet
    qtbot.keyClicks(palette.field, "colours")
    found = palette.found()

    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)

    assert palette.list.currentIndex().row() == 1
    assert set(found) == {"theme.system", "theme.light", "theme.dark"}
    palette.dismiss()


def test_where_nothing_fits_that_is_said_in_place_of_an_empty_box(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.session.actions["window.find"].trigger()
    palette = clinic_window.palette_sheet
    assert palette.nothing_said == ""

    qtbot.keyClicks(palette.field, "qzx")

    assert palette.found() == []
    assert palette.nothing_said.startswith("Nothing is called that here.")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.field.clear()
    assert palette.nothing_said == ""
    assert palette.list.isVisible()
    palette.dismiss()


def test_a_long_reason_stands_under_the_words_it_is_about_not_over_them(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    table = clinic_window.session.actions
    reason = "Something is recorded from this photograph: change it here, then save the change."
    table.switch("room.import", is_on=False, why_off=reason)
    table["window.find"].trigger()
    palette = clinic_window.palette_sheet

    qtbot.keyClicks(palette.field, "i")

    at = palette.found().index("room.import")
    index = palette.list.model().index(at, 0)
    short = palette.list.visualRect(palette.list.model().index(0, 0)).height()
    assert palette.list.visualRect(index).height() > short
    assert index.data(Qt.ItemDataRole.ToolTipRole) == reason
    palette.dismiss()
