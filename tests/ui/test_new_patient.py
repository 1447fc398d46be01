"""A patient is made by a code, before there is a photograph, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack.records import Library
from woundtrack.ui.record.page import RecordPage
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.new_patient_sheet import NewPatientSheet


@pytest.fixture
def window(make_window: Callable[..., MainWindow], tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """Return the window on a library with nothing in it."""
    Library.create(tmp_path / "New clinic").close()
    window = make_window(tmp_path / "New clinic")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def ask(window: MainWindow) -> NewPatientSheet:
    QTest.keyClick(
        QApplication.focusWidget() or window,
        Qt.Key.Key_N,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
    )
    sheet = window.new_patient_sheet
    assert sheet is not None
    assert sheet.isVisible()
    assert QApplication.focusWidget() is sheet.field
    return sheet


def test_a_patient_is_made_in_an_empty_library_and_the_record_room_opens(
    window: MainWindow,
) -> None:
    library = window.session.library
    assert library is not None
    sheet = ask(window)

    QTest.keyClicks(sheet.field, " WT-0200 ")
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)

    (patient,) = library.patients()
    assert patient.code == "WT-0200"
    assert not sheet.isVisible()
    assert window.session.patient == patient
    page = window.page("record")
    assert isinstance(page, RecordPage)
    assert page.isVisible()
    assert page.form.no_lesion.isVisible()
    assert library.audit_trail()[-1].verb == "patient"


def test_a_code_that_is_taken_or_may_be_a_name_is_refused_in_a_sentence(
    window: MainWindow,
) -> None:
    library = window.session.library
    assert library is not None
    sheet = ask(window)
    QTest.keyClicks(sheet.field, "WT-0200")
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    window.session.set_patient(None)

    sheet = ask(window)
    QTest.keyClicks(sheet.field, "Mary Smith")
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    assert sheet.isVisible()
    assert sheet.refusal
    sheet.field.selectAll()
    QTest.keyClicks(sheet.field, "wt-0200")
    assert sheet.refusal == ""
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)

    assert sheet.refusal == "WT-0200 is in this library already, and is in view now."
    assert [one.code for one in library.patients()] == ["WT-0200"]
    assert window.session.patient == library.patients()[0]
    QTest.keyClick(sheet.field, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_the_button_in_the_patients_panel_takes_up_what_was_searched_for(
    window: MainWindow,
) -> None:
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.patients.search, "WT-77")

    QTest.mouseClick(window.patients.new_button, Qt.MouseButton.LeftButton)

    sheet = window.new_patient_sheet
    assert sheet is not None
    assert sheet.field.text() == "WT-77"
