"""An export under way: stopped, or gone on with while the sheet, the library or all is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from tests.ui.exporting.export_seen import library_of, verbs
from woundtrack.exchange.bundle import Written
from woundtrack.records import Library
from woundtrack.ui.exporting import export_sheet
from woundtrack.ui.exporting.export_sheet import ExportSheet
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.workflow.exporting_notes import ExportNote

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Let an export last until it is told to go on; return what tells it."""
    go_on = Event()

    def writer_of(_name: str) -> object:
        def write(
            _export: object, folder: Path, *, by: str, note: ExportNote, progress: object
        ) -> object:
            assert callable(progress)
            while not go_on.wait(0.01):
                progress(0.5, "P-7KQ4M2")
            return Written(paths=(folder,), rows={}, small_cells={})

        return write

    monkeypatch.setattr(export_sheet, "writer_of", writer_of)
    return go_on


def test_an_export_is_stopped_from_the_sheet(sheet: ExportSheet, slow: Event, qtbot: QtBot) -> None:
    QTest.mouseClick(sheet.go, LEFT)
    qtbot.waitUntil(lambda: sheet.bar.value() == 500)
    assert QApplication.focusWidget() is sheet.stop

    QTest.keyClick(sheet.stop, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: sheet.result is not None)
    assert sheet.result is not None
    assert (sheet.result.title, sheet.result.text) == ("Stopped", "Nothing was exported.")
    assert verbs(sheet) == ["begin export", "stop export"]
    folder = sheet.choices.folder_path
    assert folder is not None
    assert library_of(sheet).audit_trail(1)[0].why == (
        "csv, pseudonymised, 2 patients, 1 who refused or withdrew left out, "
        f"to {folder.name}: stopped by hand"
    )
    assert sheet.go.isVisible()


def test_an_export_goes_on_when_the_sheet_is_closed_and_the_window_tells_its_end(
    sheet: ExportSheet, slow: Event, window: MainWindow, qtbot: QtBot
) -> None:
    QTest.mouseClick(sheet.go, LEFT)
    qtbot.waitUntil(lambda: sheet.bar.value() == 500)

    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    slow.set()

    qtbot.waitUntil(lambda: window.banner is not None and window.banner.title == "Exported")
    assert window.banner is not None
    assert [one.text() for one in window.banner.findChildren(QAbstractButton)] == [
        "Open folder",
        "Close",
    ]
    assert len(library_of(sheet).audit_trail(verb="export")) == 1


def open_other(sheet: ExportSheet, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Close the sheet and open another library by its key, as a person does."""
    Library.create(place / "Other clinic").close()
    window = sheet.window()
    assert isinstance(window, MainWindow)
    monkeypatch.setattr(window.library_actions, "ask_folder", lambda: place / "Other clinic")
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_O, CONTROL)
    assert library_of(sheet).name == "Other clinic"


@dataclass
class Placing:
    """An export that is being put in its place: it reports no more, and can't be stopped."""

    is_begun: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def writer_of(self, _name: str) -> Callable[..., Written]:
        """Return what stands for a format's verb."""

        def write(
            _export: object, folder: Path, *, by: str, note: ExportNote, progress: object
        ) -> Written:
            self.is_begun.set()
            self.go_on.wait()
            return Written(paths=(folder,), rows={}, small_cells={})

        return write


@pytest.fixture
def placing(monkeypatch: pytest.MonkeyPatch) -> Placing:
    made = Placing()
    monkeypatch.setattr(export_sheet, "writer_of", made.writer_of)
    return made


def test_an_export_placed_after_another_library_was_opened_stands_in_its_own_trail(
    sheet: ExportSheet,
    placing: Placing,
    window: MainWindow,
    clinic: Clinic,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    QTest.mouseClick(sheet.go, LEFT)
    qtbot.waitUntil(placing.is_begun.is_set)

    open_other(sheet, tmp_path, monkeypatch)
    placing.go_on.set()

    qtbot.waitUntil(lambda: not sheet._run.is_running)
    assert verbs(sheet) == []
    with Library.open(clinic.path) as first:
        trail = [(one.verb, one.by) for one in first.audit_trail(2)]
    assert trail == [("begin export", "Ann"), ("export", "Ann")]
    assert window.banner is not None
    assert window.banner.title == "Exported"


def test_an_export_that_is_stopped_by_opening_another_library_is_noted_in_its_own(
    sheet: ExportSheet,
    slow: Event,
    clinic: Clinic,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    QTest.mouseClick(sheet.go, LEFT)
    qtbot.waitUntil(lambda: sheet.bar.value() == 500)

    open_other(sheet, tmp_path, monkeypatch)

    qtbot.waitUntil(lambda: not sheet._run.is_running)
    assert verbs(sheet) == []
    with Library.open(clinic.path) as first:
        assert [one.verb for one in first.audit_trail(2)] == ["begin export", "stop export"]


def test_an_export_under_way_when_the_window_closes_is_noted_to_its_end(
    sheet: ExportSheet, slow: Event, window: MainWindow, clinic: Clinic, qtbot: QtBot
) -> None:
    QTest.mouseClick(sheet.go, LEFT)
    qtbot.waitUntil(lambda: sheet.bar.value() == 500)

    window.session.close()

    with Library.open(clinic.path) as first:
        assert [one.verb for one in first.audit_trail(2)] == ["begin export", "stop export"]


def test_an_end_that_cannot_be_noted_is_told(
    sheet: ExportSheet,
    placing: Placing,
    window: MainWindow,
    clinic: Clinic,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    QTest.mouseClick(sheet.go, LEFT)
    qtbot.waitUntil(placing.is_begun.is_set)
    open_other(sheet, tmp_path, monkeypatch)

    with Library.open(clinic.path) as first:  # as in another window
        placing.go_on.set()
        qtbot.waitUntil(lambda: not sheet._run.is_running)
        assert first.audit_trail(1)[0].verb == "begin export"

    assert window.banner is not None
    assert "says that it began; how it ended could not be noted." in window.banner.text
