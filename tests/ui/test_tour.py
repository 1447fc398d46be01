"""The tour: once by itself, at the real controls, and never in the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack.settings import Settings, Theme
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.window.main_window import MainWindow


@pytest.fixture
def newcomer(
    plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic, qtbot: QtBot
) -> MainWindow:
    """Return a window whose person has never seen a library open."""
    window = make_window(has_tour=True)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.library_actions.open(clinic.path)
    return window


def test_it_begins_when_a_library_is_first_open(newcomer: MainWindow) -> None:
    assert newcomer.tour.isVisible()
    assert newcomer.tour.title == "Drop photographs anywhere"


def test_it_is_not_shown_on_the_welcome_page(
    plain_rooms: None, make_window: Callable[..., MainWindow]
) -> None:
    assert not make_window(has_tour=True).tour.isVisible()


def test_it_is_never_shown_twice_by_itself(
    newcomer: MainWindow, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    newcomer.close()  # in the middle of it

    again = make_window(clinic.path, has_tour=True)

    assert not again.tour.isVisible()


def test_it_is_started_again_from_the_menu(clinic_window: MainWindow) -> None:
    assert not clinic_window.tour.isVisible()
    assert clinic_window.session.actions["window.tour"] in clinic_window.menu().actions()

    clinic_window.session.actions["window.tour"].trigger()

    assert clinic_window.tour.isVisible()
    assert clinic_window.tour.step == 0
    clinic_window.tour.dismiss()


@pytest.mark.parametrize("steps", [0, 3, 5])
def test_esc_ends_it_at_any_step_and_gives_the_focus_back(
    qtbot: QtBot, clinic_window: MainWindow, steps: int
) -> None:
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    clinic_window.patients.show()
    clinic_window.patients.search.setFocus()
    clinic_window.session.actions["window.tour"].trigger()
    for _ in range(steps):
        qtbot.keyClick(clinic_window.tour, Qt.Key.Key_Return)

    qtbot.keyClick(clinic_window.tour, Qt.Key.Key_Escape)

    assert not clinic_window.tour.isVisible()
    assert QApplication.focusWidget() is clinic_window.patients.search


def test_esc_ends_it_where_the_focus_went_elsewhere(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.session.actions["window.tour"].trigger()
    clinic_window.patients.show()
    clinic_window.patients.search.setFocus()

    qtbot.keyClick(clinic_window.patients.search, Qt.Key.Key_Escape)

    assert not clinic_window.tour.isVisible()


def test_a_sheet_over_it_closes_first(qtbot: QtBot, clinic_window: MainWindow) -> None:
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    clinic_window.session.actions["window.tour"].trigger()
    clinic_window.session.actions["window.about"].trigger()

    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Escape)
    assert not clinic_window.about_sheet.isVisible()
    assert clinic_window.tour.isVisible()
    clinic_window.tour.dismiss()


def test_the_rooms_go_on_working_under_it(qtbot: QtBot, clinic_window: MainWindow) -> None:
    clinic_window.session.actions["window.tour"].trigger()

    qtbot.mouseClick(clinic_window.rail.item("room.timeline"), Qt.MouseButton.LeftButton)

    assert clinic_window.room == "timeline"
    assert clinic_window.tour.isVisible()
    clinic_window.tour.dismiss()


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_every_step_lies_in_the_window_and_points_at_its_control(
    qtbot: QtBot, dressed: QApplication, clinic_window: MainWindow, direction: Qt.LayoutDirection
) -> None:
    dressed.setLayoutDirection(direction)
    try:
        QApplication.processEvents()
        tour = clinic_window.tour
        tour.start()
        targets = ["room.review", "room.patients", "room.timeline", "window.find", "window.menu"]
        for step, action_id in enumerate(targets, start=1):
            tour.go_on()
            item = clinic_window.rail.item(action_id)
            near = item.rect().adjusted(-12, -12, 12, 12)
            assert tour.step == step
            assert near.contains(item.mapFrom(clinic_window, tour.tip)), action_id
            assert clinic_window.rect().contains(tour.geometry()), action_id
            at_item = item.rect().translated(item.mapTo(clinic_window, item.rect().topLeft()))
            assert not at_item.intersects(tour.geometry())
        tour.go_on()
        assert not tour.isVisible()
    finally:
        dressed.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_it_goes_back_and_forth_by_keyboard(qtbot: QtBot, clinic_window: MainWindow) -> None:
    tour = clinic_window.tour
    tour.start()

    qtbot.keyClick(tour, Qt.Key.Key_Right)
    qtbot.keyClick(tour, Qt.Key.Key_Right)
    qtbot.keyClick(tour, Qt.Key.Key_Left)

    assert tour.step == 1
    tour.dismiss()


@pytest.mark.parametrize("way", ["enter", "esc", "mouse"])
def test_after_it_the_letters_are_the_photographs_keys_without_a_click(
    make_window: Callable[..., MainWindow], clinic: Clinic, qtbot: QtBot, way: str
) -> None:
    window = make_window(settings=Settings(theme=Theme.LIGHT), has_tour=True)
    # As when the program starts: the library is open before the desktop gives the window the keys.
    window.hide()
    window.library_actions.open(clinic.path)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page = window.page("review")
    assert isinstance(page, ReviewPage)
    assert window.tour.isVisible()

    for _ in range(6):
        if way == "mouse":
            qtbot.mouseClick(window.tour.next_button, Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        if way == "esc":
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
            break

    assert not window.tour.isVisible()
    focused = QApplication.focusWidget()
    assert focused is page.canvas
    qtbot.keyClick(focused, Qt.Key.Key_V)
    assert page.canvas.tool is Tool.PAN
