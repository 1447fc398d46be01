"""Cards are printed for one patient or for all: asked with a library, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from woundtrack.ui.window.main_window import MainWindow


@pytest.fixture
def written(
    clinic_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[object, ...]]:
    """Return what is asked of the sheet's writer; the window asks for no file and shows none."""
    asked: list[tuple[object, ...]] = []
    place = tmp_path / "sheet.pdf"

    def write(*given: object) -> Path:
        asked.append(given)
        return place

    actions = clinic_window.library_actions
    monkeypatch.setattr("woundtrack.ui.window.library_actions._write_card", write)
    monkeypatch.setattr(actions, "ask_card_file", lambda _kind: (place, "a4"))
    monkeypatch.setattr(actions, "show_file", lambda _: None)
    return asked


def test_with_a_library_a_card_can_be_printed_for_one_patient(
    qtbot: QtBot, clinic_window: MainWindow, written: list[tuple[object, ...]]
) -> None:
    sheet = clinic_window.library_actions.card_for
    clinic_window.activateWindow()
    clinic_window.session.actions["card.print"].trigger()
    qtbot.waitUntil(sheet.code.hasFocus)

    qtbot.keyClicks(sheet.code, " WT-0147 ")
    with qtbot.waitSignal(clinic_window.library_actions.card_saved):
        qtbot.keyClick(sheet.code, Qt.Key.Key_Return)

    assert not sheet.isVisible()
    assert [given[1:] for given in written] == [("card", "a4", "WT-0147")]


def test_without_a_code_the_cards_are_for_every_patient(
    qtbot: QtBot, clinic_window: MainWindow, written: list[tuple[object, ...]]
) -> None:
    clinic_window.session.actions["card.print_strip"].trigger()

    with qtbot.waitSignal(clinic_window.library_actions.card_saved):
        qtbot.mouseClick(clinic_window.library_actions.card_for.save, Qt.MouseButton.LeftButton)

    assert [given[1:] for given in written] == [("strip", "a4", None)]


def test_the_patient_in_view_is_one_click_away(qtbot: QtBot, clinic_window: MainWindow) -> None:
    sheet = clinic_window.library_actions.card_for
    clinic_window.session.set_patient(None)
    clinic_window.session.actions["card.print"].trigger()
    assert not sheet.use.isVisible()
    sheet.dismiss()
    library = clinic_window.session.library
    assert library is not None
    clinic_window.session.set_patient(library.patient_with_code("WT-0147"))
    clinic_window.session.actions["card.print"].trigger()

    qtbot.mouseClick(sheet.use, Qt.MouseButton.LeftButton)

    assert sheet.code.text() == "WT-0147"


def test_escape_prints_nothing(
    qtbot: QtBot, clinic_window: MainWindow, written: list[tuple[object, ...]]
) -> None:
    sheet = clinic_window.library_actions.card_for
    clinic_window.session.actions["card.print_window"].trigger()

    qtbot.keyClick(sheet.code, Qt.Key.Key_Escape)

    assert not sheet.isVisible()
    assert written == []


def test_a_code_that_no_card_can_bear_is_said(
    qtbot: QtBot,
    clinic_window: MainWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actions = clinic_window.library_actions
    monkeypatch.setattr(actions, "ask_card_file", lambda _kind: (tmp_path / "x.pdf", "a4"))
    clinic_window.session.actions["card.print"].trigger()
    actions.card_for.code.setText("患者 1")

    with qtbot.waitSignal(clinic_window.session.problem) as told:
        qtbot.keyClick(actions.card_for.code, Qt.Key.Key_Return)

    assert "Latin letters" in str(told.args[0])
    assert not (tmp_path / "x.pdf").exists()


def test_a_name_is_no_code_and_no_file_is_asked_for(
    qtbot: QtBot, clinic_window: MainWindow, written: list[tuple[object, ...]]
) -> None:
    sheet = clinic_window.library_actions.card_for
    clinic_window.activateWindow()
    clinic_window.session.actions["card.print"].trigger()
    qtbot.waitUntil(sheet.code.hasFocus)

    qtbot.keyClicks(sheet.code, "Anna Schmidt")
    qtbot.keyClick(sheet.code, Qt.Key.Key_Return)

    assert sheet.isVisible()
    assert sheet.refused.startswith("A patient code has a digit in it")
    qtbot.waitUntil(lambda: sheet.card.height() >= sheet.inside.heightForWidth(sheet.card.width()))
    assert written == []
    qtbot.keyClicks(sheet.code, "AS-12")  # what is selected is written over
    assert sheet.refused == ""
    with qtbot.waitSignal(clinic_window.library_actions.card_saved):
        qtbot.keyClick(sheet.code, Qt.Key.Key_Return)
    assert [given[1:] for given in written] == [("card", "a4", "AS-12")]
