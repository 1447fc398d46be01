from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from woundtrack.ui.components import Label
from woundtrack.ui.window.main_window import ROOMS, MainWindow
from woundtrack.ui.window.room_help import help_of


@pytest.mark.parametrize("room", [None, *(room.id for room in ROOMS)])
def test_every_room_says_what_it_is_for(room: str | None) -> None:
    assert help_of(room).endswith(".")


def test_f1_shows_the_help_of_the_room_above_its_keys(
    qtbot: QtBot, clinic_window: MainWindow
) -> None:
    clinic_window.activateWindow()
    qtbot.waitUntil(clinic_window.isActiveWindow)
    clinic_window.session.go("timeline")

    QTest.keyClick(clinic_window, Qt.Key.Key_F1)

    said = [label.text() for label in clinic_window.keys_sheet.findChildren(Label)]
    assert help_of("timeline") in said


def test_on_a_clinic_monitor_the_keys_of_the_record_are_all_in_view(
    clinic_window: MainWindow,
) -> None:
    clinic_window.activateWindow()
    clinic_window.resize(1366, 696)
    clinic_window.session.go("record")

    QTest.keyClick(clinic_window, Qt.Key.Key_F1)
    QApplication.processEvents()

    area = clinic_window.keys_sheet.findChild(QScrollArea)
    assert area is not None
    assert area.verticalScrollBar().maximum() == 0
    clinic_window.keys_sheet.dismiss()
