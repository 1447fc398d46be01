"""The strip of pictures under the curves scrolls where there are more visits than have room."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack.ui.session import Session
from woundtrack.ui.timeline.chart_view import GUTTER
from woundtrack.ui.timeline.filmstrip import Filmstrip
from woundtrack.ui.timeline.frames import Frame

FIRST = date(2026, 1, 5)
DAYS = [FIRST + timedelta(weeks=week) for week in range(10)]
THREE = GUTTER + 4 + 3 * 72 + 24 + 8  # room for three pictures between the chevrons


def days(strip: Filmstrip) -> list[date]:
    return [frame.on for frame, _ in strip.places()]


def turn(strip: Filmstrip, degrees: float) -> None:
    """Turn the wheel over the strip; away from the hand is positive."""
    middle = QPointF(strip.rect().center())
    event = QWheelEvent(
        middle,
        strip.mapToGlobal(middle),
        QPoint(),
        QPoint(0, round(degrees * 8)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(strip, event)


@pytest.fixture
def strip(session: Session, qtbot: QtBot) -> Filmstrip:
    """Return a strip of ten visits with room for three, at its newest end."""
    made = Filmstrip(session, lambda on: 130.0 + (on - FIRST).days)
    qtbot.addWidget(made)
    made.resize(THREE, made.height())
    made.show()
    made.show_frames("A1", [Frame(on=on) for on in DAYS])
    return made


def test_the_newest_visits_are_shown_first_and_how_many_there_are_is_said(
    strip: Filmstrip,
) -> None:
    assert days(strip) == DAYS[7:]
    assert strip.shown == "8–10 of 10"
    assert strip.accessibleDescription() == "Visits 8–10 of 10"


def test_pictures_lie_between_the_chevrons(strip: Filmstrip) -> None:
    places = [place for _, place in strip.places()]

    assert strip.earlier.geometry().right() < places[0].left()
    assert places[-1].right() <= strip.later.geometry().left()
    assert strip.earlier.isVisible()
    assert (strip.earlier.isEnabled(), strip.later.isEnabled()) == (True, False)


def test_a_chevron_scrolls_by_a_page_and_keeps_one_visit_in_sight(
    strip: Filmstrip, qtbot: QtBot
) -> None:
    qtbot.mouseClick(strip.earlier, Qt.MouseButton.LeftButton)

    assert days(strip) == DAYS[5:8]
    for _ in range(4):
        qtbot.mouseClick(strip.earlier, Qt.MouseButton.LeftButton)
    assert days(strip) == DAYS[:3]
    assert (strip.earlier.isEnabled(), strip.later.isEnabled()) == (False, True)


def test_a_notch_of_the_wheel_is_a_visit(strip: Filmstrip) -> None:
    turn(strip, 15)
    after_one = days(strip)
    turn(strip, -15)
    turn(strip, -15)

    assert after_one == DAYS[6:9]
    assert days(strip) == DAYS[7:]


def test_a_finely_turning_wheel_adds_up_to_visits(strip: Filmstrip) -> None:
    for _ in range(5):
        turn(strip, 5)

    assert days(strip) == DAYS[6:9]


def test_dragging_brings_other_visits_and_chooses_none(strip: Filmstrip, qtbot: QtBot) -> None:
    chosen: list[date] = []
    strip.visit_chosen.connect(chosen.append)
    start = strip.places()[0][1].center().toPoint()

    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(strip, start + QPoint(2 * 72, 0))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=start + QPoint(2 * 72, 0))

    assert days(strip) == DAYS[5:8]
    assert chosen == []


def test_a_click_with_an_unsteady_hand_still_chooses(strip: Filmstrip, qtbot: QtBot) -> None:
    chosen: list[date] = []
    strip.visit_chosen.connect(chosen.append)
    start = strip.places()[1][1].center().toPoint()

    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(strip, start + QPoint(3, 1))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=start + QPoint(3, 1))

    assert chosen == [DAYS[8]]


def test_home_end_and_the_page_keys_scroll(strip: Filmstrip) -> None:
    strip.setFocus()
    shown = []

    for key in (Qt.Key.Key_Home, Qt.Key.Key_PageDown, Qt.Key.Key_End, Qt.Key.Key_PageUp):
        QTest.keyClick(strip, key)
        shown.append(strip.shown)

    assert shown == ["1–3 of 10", "3–5 of 10", "8–10 of 10", "6–8 of 10"]


@pytest.mark.parametrize("on", DAYS)
def test_the_strip_follows_the_visit_that_comes_into_view(strip: Filmstrip, on: date) -> None:
    strip.show_visit(on)

    assert on in days(strip)


def test_it_stays_where_it_was_scrolled_to_until_another_visit_comes_into_view(
    strip: Filmstrip,
) -> None:
    strip.show_visit(DAYS[9])
    strip.scroll_by(-10)

    strip.show_visit(DAYS[9])
    stayed = days(strip)
    strip.show_visit(DAYS[8])

    assert stayed == DAYS[:3]
    assert DAYS[8] in days(strip)


def test_with_room_for_all_nothing_scrolls(strip: Filmstrip) -> None:
    strip.resize(GUTTER + 4 + 10 * 72 + 8, strip.height())

    turn(strip, 15)

    assert days(strip) == DAYS
    assert not strip.earlier.isVisible()
    assert not strip.later.isVisible()


def test_a_click_on_a_scrolled_picture_chooses_the_visit_that_is_seen_there(
    strip: Filmstrip, qtbot: QtBot
) -> None:
    chosen: list[date] = []
    strip.visit_chosen.connect(chosen.append)
    strip.scroll_by(-10)

    at = strip.places()[1][1].center().toPoint()
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=at)

    assert chosen == [DAYS[1]]
