"""The window as it was left: found again at the next start, on a screen that is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.conftest import Clinic
from woundtrack import workflow
from woundtrack.records import Library
from woundtrack.ui.timeline.page import TimelinePage
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.remembered import Remembered, is_reachable

SCREENS = [QRect(0, 0, 1366, 728), QRect(1366, 0, 1920, 1040)]


@pytest.fixture
def remembered(dressed: QApplication, tmp_path: Path) -> Remembered:
    return Remembered(QSettings(str(tmp_path / "places.ini"), QSettings.Format.IniFormat))


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (QRect(100, 40, 1280, 640), True),
        (QRect(1800, 40, 1280, 640), True),
        (QRect(3300, 40, 1280, 640), False),  # on a third screen that is gone
        (QRect(100, -900, 1280, 640), False),  # above
        (QRect(-1200, 40, 1280, 640), False),  # 80 px are left to get hold of
        (QRect(3100, 40, 1280, 640), True),
    ],
)
def test_a_window_is_within_reach_where_its_top_is_on_a_screen(
    frame: QRect, expected: bool
) -> None:
    assert is_reachable(frame, SCREENS) is expected


def test_a_window_on_a_screen_that_is_gone_comes_back_onto_the_first(
    remembered: Remembered, dressed: QApplication
) -> None:
    left, found = QWidget(), QWidget()
    left.setGeometry(9000, 9000, 500, 400)
    left.show()
    remembered.keep_geometry(left)
    left.close()

    remembered.restore_geometry(found)

    screen = dressed.primaryScreen().availableGeometry()
    assert screen.contains(found.geometry())
    assert found.size() == left.size()


def test_a_maximised_window_is_maximised_again(remembered: Remembered) -> None:
    left, found = QWidget(), QWidget()
    left.showMaximized()
    remembered.keep_geometry(left)
    left.close()

    remembered.restore_geometry(found)

    assert found.windowState() & Qt.WindowState.WindowMaximized


def test_the_patient_in_view_last_is_in_view_where_nothing_waits(
    plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    with Library.open(clinic.path) as library:
        for proposal in library.proposals():
            workflow.set_aside(library, proposal, by="Ann")
    first = make_window(clinic.path)
    first.session.set_patient(clinic.patients[1])
    first.close()

    second = make_window(clinic.path)

    assert second.room == "timeline"
    assert second.session.patient == clinic.patients[1]


def test_a_patient_who_is_not_in_the_library_is_not_looked_for(
    plain_rooms: None, make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    with Library.open(clinic.path) as library:
        for proposal in library.proposals():
            workflow.set_aside(library, proposal, by="Ann")
    first = make_window()
    first._remembered.keep_patient(clinic.path, "nobody")

    first.library_actions.open(clinic.path)

    assert first.session.patient is not None
    assert first.session.patient in clinic.patients


def test_a_choice_of_a_room_is_remembered(clinic_window: MainWindow) -> None:
    choices = clinic_window.session.choices
    assert choices is not None
    assert choices.choice("timeline/unit") is None

    choices.keep_choice("timeline/unit", "percent")

    assert choices.choice("timeline/unit") == "percent"


def test_the_timeline_comes_back_in_the_unit_and_scale_it_was_left_in(
    make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    first = make_window(clinic.path)
    first.session.go("timeline")
    first.session.actions["timeline.percent"].trigger()
    first.session.actions["timeline.log"].trigger()
    first.close()

    second = make_window(clinic.path)
    second.session.go("timeline")

    page = second.page("timeline")
    assert isinstance(page, TimelinePage)
    assert (page.bar.choices.unit, page.bar.choices.scaling) == ("percent", "log")


def test_a_choice_that_no_longer_exists_is_passed_over(
    make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    window = make_window(clinic.path)
    assert window.session.choices is not None
    window.session.choices.keep_choice("timeline/unit", "acres")

    window.session.go("timeline")

    page = window.page("timeline")
    assert isinstance(page, TimelinePage)
    assert page.bar.choices.unit == "area"
