"""What the review room shows of a photograph: drawn on it, beside it, and of earlier visits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from tests.ui.review.conftest import Room


def test_space_hides_what_is_drawn_while_it_is_held(room: Room) -> None:
    QTest.keyPress(room.canvas, Qt.Key.Key_Space)
    assert room.is_bare()

    QTest.keyRelease(room.canvas, Qt.Key.Key_Space)
    assert not room.is_bare()


def test_the_wheel_zooms_round_the_cursor_and_nought_fits_again(room: Room) -> None:
    fitted = room.canvas.scale_now
    at = QPoint(200, 150)
    under = room.canvas.mapToScene(at)

    room.canvas.zoom_by(2.0, at)
    assert room.canvas.scale_now == pytest.approx(2 * fitted)
    there = room.canvas.mapToScene(at)
    assert (there - under).manhattanLength() < 2.5

    room.press(Qt.Key.Key_0)
    assert room.canvas.scale_now == pytest.approx(fitted)


def test_the_area_stands_beside_the_visit_before(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)  # A2, outlined true: 2.4 cm², 3.0 before

    view = room.page.panel.area.view

    assert view.value == "2.4"
    assert view.last is not None
    assert view.last.area_cm2 == pytest.approx(3.0, rel=0.03)
    assert view.comparison is not None
    assert view.comparison.second == "Smaller by more than measurement error"


def test_a_click_in_the_history_opens_the_earlier_photograph(room: Room) -> None:
    earlier = room.page.strip.shown[0]
    assert earlier.day == "12 Jan"
    assert earlier.area == "12.0"

    cell = room.page.strip.findChildren(QAbstractButton)[0]
    assert cell.accessibleName() == "12 Jan, 12.0"

    QTest.mouseClick(cell, Qt.MouseButton.LeftButton)

    assert room.name == "first.jpg"


def test_on_a_wide_window_the_last_visit_stands_beside_at_the_same_scale(room: Room) -> None:
    assert not room.page.last.isVisible()

    room.window.resize(2560, 1368)

    room.qtbot.waitUntil(room.page.last.isVisible)
    case = room.page.case
    shown = room.page.last.shown
    assert case is not None
    assert shown is not None
    assert case.proposal.calibration is not None
    assert shown.accepted.calibration is not None
    here = room.canvas.scale_now / case.proposal.calibration.mm_per_px
    there = room.page.last.photo.scale_now / shown.accepted.calibration.mm_per_px
    assert there == pytest.approx(here)


def test_the_last_visit_stays_beside_where_a_kind_is_begun_that_it_did_not_have(room: Room) -> None:
    room.window.resize(2560, 1368)
    room.qtbot.waitUntil(room.page.last.isVisible)
    before = room.page.last.shown
    room.canvas.setFocus()

    room.press(Qt.Key.Key_2)

    assert room.page.last.isVisible()
    shown = room.page.last.shown
    assert before is not None
    assert shown is not None
    assert (shown.filed, shown.accepted) == (before.filed, before.accepted)
    assert (before.label, shown.label) == ("A1", "A1 ulcer")
