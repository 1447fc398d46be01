"""What was shown, recorded or undone in the review room can be gone back to, and is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QDate, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.ui.imports.batch import ImportCommand, Run
from woundtrack.ui.review.frame import PhotoBar
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.window.main_window import MainWindow

FIRST, SECOND, OTHER = "photograph-visit-2-1-0", "photograph-visit-2-1-1", "photograph-visit-0-0-0"


class _Written(Protocol):
    """The library that the shared fixture writes."""

    path: Path


def _press(key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier or Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def window_there(
    make_window: Callable[..., MainWindow], clinic: _Written, qtbot: QtBot
) -> MainWindow:
    """Return a window on a photograph of WT-0147 that waits."""
    window = make_window(clinic.path)
    window.activateWindow()
    window.session.go("review", photograph_id=OTHER)
    window.session.go("review", photograph_id=FIRST)
    qtbot.waitUntil(window.isActiveWindow)
    return window


def _page(window: MainWindow) -> ReviewPage:
    page = window.page("review")
    assert isinstance(page, ReviewPage)
    return page


def _shown(window: MainWindow) -> str:
    case = _page(window).case
    return "" if case is None else case.filed.id


def test_back_returns_to_the_photograph_just_decided_upon_and_forward_goes_on(
    window_there: MainWindow,
) -> None:
    window = window_there
    _press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert _shown(window) == SECOND

    _press(Qt.Key.Key_Left)
    assert _shown(window) == FIRST
    _press(Qt.Key.Key_Left)
    assert _shown(window) == OTHER

    _press(Qt.Key.Key_Right)
    assert _shown(window) == FIRST
    _press(Qt.Key.Key_Right)
    assert _shown(window) == SECOND


def test_setting_aside_is_said_with_its_way_back_and_so_is_undoing_it(
    window_there: MainWindow,
) -> None:
    window = window_there

    _press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert window.status.text == "IMG_0.JPG is set aside. Ctrl Z brings it back, ← shows it."

    _press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _shown(window) == FIRST
    assert window.status.text == "Undone: Nothing to record in IMG_0.JPG."


def test_after_the_last_photograph_the_one_shown_last_is_a_click_away(
    window_there: MainWindow,
) -> None:
    window = window_there
    for _ in range(3):
        _press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert _page(window).empty_title == "All reviewed."

    button = next(
        one
        for one in _page(window).findChildren(QPushButton)
        if one.text() == "Show the last photograph again"
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert _shown(window) == OTHER


def test_esc_in_a_photograph_opened_from_the_timeline_goes_back_there(
    window_there: MainWindow,
) -> None:
    window = window_there
    window.session.go("timeline")
    page = window.page("timeline")
    page.setFocus()
    window.session.actions["timeline.open_photo"].trigger()
    assert window.room == "review"

    _press(Qt.Key.Key_Escape)

    assert window.room == "timeline"


def test_an_undone_import_is_said_in_the_empty_room_with_redo(window_there: MainWindow) -> None:
    window = window_there
    for _ in range(3):
        _press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    session = window.session
    assert session.library is not None
    session.undo_stack.push(ImportCommand(session, Run(library=session.library, places={})))
    assert _page(window).empty_title == "All reviewed."

    session.actions["edit.undo"].trigger()

    assert _page(window).empty_title == "The import was undone."
    redo = next(one for one in _page(window).findChildren(QPushButton) if one.text() == "Redo")
    QTest.mouseClick(redo, Qt.MouseButton.LeftButton)
    assert _page(window).empty_title == "All reviewed."


def test_what_waits_again_is_opened_where_nothing_was(window_there: MainWindow) -> None:
    window = window_there
    session = window.session
    assert session.library is not None
    (waiting, *_) = session.library.proposals(waiting_only=True)
    for _ in range(3):
        _press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert _shown(window) == ""
    visit = session.library.visit(session.library.photograph(waiting.photograph_id).visit_id)
    session.set_patient(session.library.patient(visit.patient_id))

    aside = session.library.proposal_of(waiting.photograph_id)
    workflow.bring_back(session.library, aside, by="Ann")
    session.changed("proposals")

    assert _shown(window) == waiting.photograph_id


def test_a_queue_that_spans_two_years_shows_them(window_there: MainWindow) -> None:
    window = window_there
    library = window.session.library
    assert library is not None
    titles = [index.data() for index in _rows(_page(window))]
    assert "WT-0147 · 26 Jan" in titles

    window.session.actions["review.refile"].trigger()
    card = _page(window).panel.refiling
    card.day.setDate(QDate(2025, 11, 26))
    QTest.mouseClick(card.move_button, Qt.MouseButton.LeftButton)

    titles = [index.data() for index in _rows(_page(window))]
    assert "WT-0147 · 26 Jan 2026" in titles
    assert "WT-0147 · 26 Nov 2025" in titles


def _rows(page: ReviewPage) -> list[QModelIndex]:
    model = page.queue.list.model()
    return [model.index(place, 0) for place in range(model.rowCount())]


def test_in_a_narrow_window_the_bar_keeps_the_day_and_shortens_the_name(
    window_there: MainWindow,
) -> None:
    window = window_there
    window.resize(1280, 640)
    window.session.actions["room.patients"].trigger()
    bar = window.findChildren(PhotoBar)[0]

    for width in (700, 480, 360):
        bar.setFixedWidth(width)
        QApplication.processEvents()

        name, day = bar.shown
        assert day.startswith("26 Jan 2026")
        assert name in {"IMG_0.JPG", "IMG_0"} or name.startswith("…")  # a camera counts at the end


def test_the_bar_says_when_a_photograph_was_taken_by_the_cameras_clock(
    window_there: MainWindow,
) -> None:
    bar = window_there.findChildren(PhotoBar)[0]
    case = _page(window_there).case
    assert case is not None
    taken_at = datetime(2026, 1, 26, 9, 5, tzinfo=UTC)
    far_away = replace(case.filed.photograph, taken_at=taken_at, taken_offset_minutes=345)

    bar.show_case(replace(case, filed=replace(case.filed, photograph=far_away)), ())

    assert bar.shown[1] == "26 Jan 2026, 14:50"  # in Nepal
