"""In a language written from the right the window is mirrored; pictures, charts and numbers aren't.

The body map's own left and right are tested beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import FIRST_DAY, Clinic
from woundtrack.ui.components import words
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.timeline.page import TimelinePage
from woundtrack.ui.window.main_window import ROOMS, MainWindow
from woundtrack.ui.window.overlay import Overlay

SHEETS = {
    "about_sheet": "window.about",
    "keys_sheet": "window.keys",
    "palette_sheet": "window.find",
    "person_sheet": "window.person",
    "printed_cards": "card.printers",
    "printed_cards.measuring": "card.measure",
    "settings_sheet": "window.settings",
    "tour": "window.tour",
}


@pytest.fixture
def mirrored(dressed: QApplication) -> Iterator[QApplication]:
    dressed.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield dressed
    dressed.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def window(
    mirrored: QApplication, make_window: Callable[..., MainWindow], clinic: Clinic
) -> MainWindow:
    """Return a window on the clinic with its real rooms, from right to left."""
    return make_window(clinic.path)


def left_of(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, QPoint(0, 0)).x()


def test_every_room_has_the_rail_at_its_right_and_nothing_outside_the_window(
    qtbot: QtBot, window: MainWindow
) -> None:
    for room in ROOMS:
        window.session.go(room.id)
        qtbot.waitUntil(lambda: not window.session.tasks.running)
        QApplication.processEvents()

        page = window.page(room.id)
        assert left_of(window.rail, window) >= left_of(page, window) + page.width(), room.id
        assert left_of(window.rail, window) + window.rail.width() == window.width(), room.id
        assert left_of(page, window) == 0, room.id
        assert window.grab().size().width() == window.width(), room.id


def test_the_welcome_page_and_the_patients_are_mirrored(window: MainWindow) -> None:
    window.session.go("timeline")
    window.patients.show()
    QApplication.processEvents()
    page = window.page("timeline")
    assert left_of(page, window) < left_of(window.patients, window) < left_of(window.rail, window)

    window.session.close_library()
    QApplication.processEvents()

    assert left_of(window.welcome, window) == 0


def test_every_sheet_opens_and_lies_in_the_window(qtbot: QtBot, window: MainWindow) -> None:
    for name, action in SHEETS.items():
        window.session.actions[action].trigger()
        sheet: QWidget = attrgetter(name)(window)
        QApplication.processEvents()

        assert sheet.isVisible(), name
        lies = sheet.card if isinstance(sheet, Overlay) else sheet
        assert window.rect().contains(lies.geometry()), name
        assert not sheet.grab().isNull(), name
        sheet.dismiss()  # type: ignore[attr-defined]
        QApplication.processEvents()


def test_the_licences_open_and_their_english_stays_english(window: MainWindow) -> None:
    window.licences_sheet.open()

    assert window.licences_sheet.text.layoutDirection() is Qt.LayoutDirection.LeftToRight
    window.licences_sheet.dismiss()


def test_settings_have_their_names_at_the_right(window: MainWindow) -> None:
    window.session.actions["window.settings"].trigger()
    QApplication.processEvents()

    sheet = window.settings_sheet
    assert left_of(sheet.keep, sheet) < left_of(sheet.cancel, sheet)
    assert left_of(sheet.person, sheet) < sheet.card.geometry().center().x()
    sheet.dismiss()


def test_time_still_runs_from_left_to_right(qtbot: QtBot, window: MainWindow) -> None:
    patient = window.session.library.patient_with_code("WT-0147")  # type: ignore[union-attr]
    window.session.set_patient(patient)
    window.session.go("timeline")
    page = window.page("timeline")
    assert isinstance(page, TimelinePage)
    qtbot.waitUntil(lambda: page.chart.place_of(FIRST_DAY) is not None)

    first, second = page.chart.place_of(FIRST_DAY), page.chart.place_of(date(2026, 1, 26))

    assert first is not None
    assert second is not None
    assert first < second


def test_a_photograph_is_never_mirrored(qtbot: QtBot, window: MainWindow) -> None:
    window.session.go("review")
    qtbot.waitUntil(lambda: not window.session.tasks.running)
    page = window.page("review")
    assert isinstance(page, ReviewPage)

    left = page.canvas.mapFromScene(QPointF(0, 0))
    right = page.canvas.mapFromScene(QPointF(100, 0))

    assert left.x() < right.x()


@pytest.mark.usefixtures("mirrored")
def test_numbers_intervals_and_dates_are_kept_whole() -> None:
    isolate, pop = "\u2068", "\u2069"

    for text in (
        words.area(12.94, has_unit=True),
        words.interval(12.1, 13.8),
        words.interval_short(12.1, 13.8),
        words.length(4.9),
        words.percent(-0.17),
        words.day(FIRST_DAY),
        words.day_short(FIRST_DAY),
    ):
        assert text.startswith(isolate)
        assert text.endswith(pop)


def test_from_left_to_right_no_mark_is_added(dressed: QApplication) -> None:
    assert words.percent(-0.17) == "\u221217\u202f%"
    assert words.interval_short(12.1, 13.8) == "12.1\u201313.8"
