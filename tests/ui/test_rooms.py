"""The real rooms in the real window: every action does something, and all is left clean."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack.ui.actions import ACTIONS
from woundtrack.ui.window.main_window import ROOMS, MainWindow


def test_every_action_of_the_table_is_done_by_somebody(
    make_window: Callable[..., MainWindow],
) -> None:
    window = make_window()

    for room in ROOMS:
        window.page(room.id)

    table = window.session.actions
    assert [entry.id for entry in ACTIONS if not table.is_bound(entry.id)] == []


def test_every_room_is_entered_and_left_on_a_library_whose_photographs_are_missing(
    qtbot: QtBot, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    window = make_window(clinic.path)

    for room in ("timeline", "import", "review", "timeline"):
        window.session.go(room)
        qtbot.waitUntil(lambda: not window.session.tasks.running)
        assert window.room == room
        window.session.actions["theme.dark"].trigger()
        window.session.actions["theme.light"].trigger()


def test_everything_that_can_be_pressed_in_a_room_has_a_name(
    make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    window = make_window(clinic.path)
    nameless = []

    for room in ROOMS:
        window.session.go(room.id)
        nameless += [
            f"{room.id}: {type(button).__name__}"
            for button in window.page(room.id).findChildren(QAbstractButton)
            if button.isVisible()
            and button.focusPolicy() != Qt.FocusPolicy.NoFocus
            and not (button.accessibleName() or button.text())
        ]

    assert nameless == []


def test_everything_that_takes_the_focus_has_a_name(
    qtbot: QtBot, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    window = make_window(clinic.path)
    nameless = []

    for room in ROOMS:
        window.session.go(room.id)
        qtbot.waitUntil(lambda: not window.session.tasks.running)
        nameless += [
            f"{room.id}: {type(widget).__name__} in {type(widget.parentWidget()).__name__}"
            for widget in controls(window)
            if not spoken_name(widget)
        ]

    assert nameless == []


@pytest.mark.parametrize("room", [room.id for room in ROOMS])
def test_tab_and_f6_reach_every_control_of_a_room(
    room: str, qtbot: QtBot, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    window = make_window(clinic.path)
    window.session.go(room)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: not window.session.tasks.running)
    window.rail.setFocus()
    reached: set[QWidget] = set()

    for _ in range(8):  # panels
        for _ in range(60):
            focused = QApplication.focusWidget()
            if focused is None or focused in reached:
                break
            reached.add(focused)
            qtbot.keyClick(focused, Qt.Key.Key_Tab)
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F6)

    missed = [
        f"{type(widget).__name__} {spoken_name(widget)!r}"
        for widget in controls(window)
        if widget not in reached
    ]
    assert missed == []


def controls(window: MainWindow) -> list[QWidget]:
    """Return what can be seen and takes the focus by Tab."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        # A group of buttons of which one is chosen is one stop; arrows go on within it.
        and not (
            isinstance(widget, QAbstractButton)
            and widget.autoExclusive()
            and widget.isCheckable()
            and not widget.isChecked()
        )
    ]


def spoken_name(widget: QWidget) -> str:
    """Return what a screen reader says of a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name))


def test_the_tab_key_goes_through_a_room_and_comes_round(
    qtbot: QtBot, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    window = make_window(clinic.path)
    window.session.go("timeline")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: not window.session.tasks.running)
    window.patients.start_search()
    visited: list[QWidget] = []

    for _ in range(80):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in visited:
            break
        visited.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)

    panels = (window.rail, window.patients, window.page("timeline"))
    assert all(any(panel.isAncestorOf(one) for one in visited) for panel in panels)
    assert QApplication.focusWidget() in visited
