from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
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
