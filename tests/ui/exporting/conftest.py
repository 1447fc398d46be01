"""The window on a clinic, and the export's sheet in it with everything counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from tests.ui.exporting.export_seen import numbers
from woundtrack import workflow
from woundtrack.model import Consent, Purpose
from woundtrack.records import Library
from woundtrack.ui.exporting import export_choices
from woundtrack.ui.exporting.export_sheet import ExportSheet
from woundtrack.ui.window.main_window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(
    plain_rooms: None,
    make_window: Callable[..., MainWindow],
    clinic: Clinic,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> MainWindow:
    """Return the window on the clinic, in which WT-0118 refused research."""
    monkeypatch.setattr(export_choices, "usual_folder", lambda: tmp_path)
    with Library.open(clinic.path) as library:
        refused = Consent(
            patient_id="patient-WT-0118",
            purpose=Purpose.RESEARCH,
            is_given=False,
            given_on=date(2026, 1, 6),
        )
        workflow.record_entries(library, [refused], by="Ann")
    made = make_window(clinic.path)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def sheet(window: MainWindow, qtbot: QtBot) -> ExportSheet:
    """Return the sheet, opened by its key, with everything counted."""
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_E, CONTROL)
    made = window.export_sheet
    assert made.isVisible()
    qtbot.waitUntil(lambda: numbers(made)[0] != "…")
    return made
