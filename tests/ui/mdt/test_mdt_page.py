"""The MDT room: patients are ticked and ordered by keyboard, and the list is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack import workflow
from woundtrack.model import Event, EventKind, Identity, PartialDate
from woundtrack.records import Library
from woundtrack.ui.mdt.page import MdtPage
from woundtrack.ui.window.main_window import MainWindow

Key = Qt.Key


@pytest.fixture
def window(qtbot: QtBot, make_window: Callable[..., MainWindow], clinic: Clinic) -> MainWindow:
    """Return a window on the clinic, in the MDT room."""
    made = make_window(clinic.path)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.keyClick(made, Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not made.session.tasks.running)
    return made


def room(window: MainWindow) -> MdtPage:
    """Return the room's page."""
    page = window.page("mdt")
    assert isinstance(page, MdtPage)
    return page


def codes(page: MdtPage) -> list[str]:
    """Return the codes of those to be shown, from the top."""
    return [row.code for row in page.chosen.rows]


def test_ctrl_6_leads_to_the_list_with_nobody_on_it_and_the_meeting_off(
    window: MainWindow,
) -> None:
    page = room(window)

    assert window.room == "mdt"
    assert window.rail.item("room.mdt").is_here
    assert [row.code for row in page.everyone.rows] == ["WT-0092", "WT-0118", "WT-0147"]
    assert codes(page) == []
    assert not page.begin_button.isEnabled()
    assert "Tick a patient first." in page.begin_button.toolTip()


def test_space_ticks_and_alt_arrows_order_and_del_takes_off(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = room(window)

    for key in (Key.Key_Space, Key.Key_Down, Key.Key_Space, Key.Key_Down, Key.Key_Space):
        qtbot.keyClick(page.everyone, key)
    assert codes(page) == ["WT-0092", "WT-0118", "WT-0147"]

    page.chosen.setFocus()
    page.chosen.hold(page.order[2])
    qtbot.keyClick(page.chosen, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert codes(page) == ["WT-0092", "WT-0147", "WT-0118"]
    qtbot.keyClick(page.chosen, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert codes(page) == ["WT-0147", "WT-0092", "WT-0118"]
    qtbot.keyClick(page.chosen, Key.Key_Delete)
    assert codes(page) == ["WT-0092", "WT-0118"]


def test_the_list_is_there_again_when_the_library_is_opened_again(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    page = room(window)
    qtbot.keyClick(page.everyone, Key.Key_Down)
    qtbot.keyClick(page.everyone, Key.Key_Space)

    window.session.go("timeline")
    window.session.close_library()

    with Library.open(clinic.path) as library:
        assert workflow.meeting_of(library).patients == (clinic.patients[1].id,)


def test_a_click_on_the_tick_puts_a_patient_on_the_list(qtbot: QtBot, window: MainWindow) -> None:
    page = room(window)
    row = page.everyone.visualRect(page.everyone.model().index(2, 0))

    qtbot.mouseClick(
        page.everyone.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(row.left() + 20, row.center().y()),
    )

    assert codes(page) == ["WT-0147"]


def test_in_a_library_for_reading_the_list_works_and_says_that_it_is_not_kept(
    qtbot: QtBot, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    with Library.open(clinic.path):
        window = make_window(clinic.path)
        window.session.go("mdt")
        qtbot.waitUntil(lambda: not window.session.tasks.running)
        page = room(window)

        qtbot.keyClick(page.everyone, Key.Key_Space)

        assert codes(page) == ["WT-0092"]
        assert "this list isn't kept" in page.said
        window.session.close_library()


def test_searching_by_code_leaves_those_that_fit(qtbot: QtBot, window: MainWindow) -> None:
    page = room(window)

    qtbot.keyClicks(page.search, "147")

    assert [row.code for row in page.everyone.rows] == ["WT-0147"]


def test_alt_up_moves_the_patient_ticked_a_moment_ago_and_leaves_the_list_of_all(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = room(window)
    for key in (Key.Key_Space, Key.Key_Down, Key.Key_Space):
        qtbot.keyClick(page.everyone, key)
    held = page.everyone.held

    qtbot.keyClick(page.everyone, Key.Key_Up, Qt.KeyboardModifier.AltModifier)

    assert codes(page) == ["WT-0118", "WT-0092"]
    assert page.everyone.held == held == page.chosen.held


def test_each_row_says_what_is_open_what_waits_and_who_died(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    library = window.session.library
    assert library is not None
    death = Event(
        patient_id=clinic.patients[1].id, kind=EventKind.DEATH, on=PartialDate(text="2026-01-20")
    )
    workflow.record_entries(library, [death], by="Ann")
    window.session.changed("record")
    qtbot.waitUntil(lambda: not window.session.tasks.running)

    rows = {row.code: row for row in room(window).everyone.rows}

    assert [text for text, _ in rows["WT-0118"].tags] == ["died 20 Jan 2026"]
    assert [text for text, _ in rows["WT-0147"].tags] == ["2 to review"]
    assert rows["WT-0147"].under == "2 of 2 open"
    assert "seen since" not in rows["WT-0147"].spoken


def test_names_stand_in_the_list_and_find_while_they_are_shown(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    library = window.session.library
    assert library is not None
    identity = Identity(patient_id=clinic.patients[2].id, name="Rosalind Bird")
    workflow.set_identity(library, identity, by="Ann")
    page = room(window)

    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Key.Key_N, both)
    qtbot.keyClicks(page.search, "bird")
    shown = [(row.code, row.name) for row in page.everyone.rows]
    qtbot.keyClick(window, Key.Key_N, both)

    assert shown == [("WT-0147", "Rosalind Bird")]
    assert page.everyone.rows == []
