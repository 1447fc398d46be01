"""The two faces agree: one folder through the window and through the command line, one export."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from woundtrack import workflow
from woundtrack.records import Library
from woundtrack.settings import Settings, Theme
from woundtrack.ui import theme
from woundtrack.ui.session import Session
from woundtrack.ui.window.main_window import MainWindow

Run = Callable[..., Any]

# What may differ: who, when it was recorded, and the random keys.
FREE = {
    "patient_id",
    "lesion_id",
    "visit_id",
    "measurement_id",
    "image_id",
    "image_ids",
    "rater_id",
    "status",  # the command line accepts without review
    "reviewed_by",
    "recorded_at",
}


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """Return the window on a new, empty library."""
    Library.create(tmp_path / "by window").close()
    theme.apply(qapp, "light")
    session = Session(Settings(person="Ben", theme=Theme.LIGHT))
    places = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    made = MainWindow(session, places)
    made.resize(1366, 696)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    session.open_library(tmp_path / "by window")
    yield made
    made.close()
    made.deleteLater()


def rows(folder: Path) -> list[dict[str, str]]:
    """Return the export's rows without what may differ, in a fixed order."""
    with (folder / "measurements.csv").open(encoding="utf-8", newline="") as file:
        found = [
            {name: cell for name, cell in row.items() if name not in FREE}
            for row in csv.DictReader(file)
        ]
    return sorted(found, key=lambda row: sorted(row.items()))


def has_fewer(library: Library, count: int) -> bool:
    return len(library.proposals()) < count


def through_the_window(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """Drop the folder, answer the questions, import, and accept each photograph with Enter."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    where = QPointF(700, 300)
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    plain = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(where.toPoint(), *how, plain))
    QApplication.sendEvent(window, QDropEvent(where, *how, plain))
    page: Any = window.page("import")
    qtbot.waitUntil(lambda: len(page.cards) > 0 and not page._batch.is_looking, timeout=30_000)
    edit = page.list.for_all.patient.lineEdit()
    edit.setFocus()
    qtbot.keyClicks(page.list.for_all.patient, "WT-1")
    qtbot.keyClick(page.list.for_all.patient, Qt.Key.Key_Return)
    site = page.list.for_all.site
    site.setFocus()
    while site.currentData() != "abdomen":
        qtbot.keyClick(site, Qt.Key.Key_Down)
    for check in tuple(page.panel.checks.values()):
        qtbot.mouseClick(check.box, Qt.MouseButton.LeftButton, pos=QPointF(9, 9).toPoint())
    qtbot.mouseClick(page.panel.main, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page._batch.is_running, timeout=120_000)
    qtbot.mouseClick(page.panel.main, Qt.MouseButton.LeftButton)
    review: Any = window.page("review")
    library = window.session.library
    assert library is not None
    # The offscreen platform forgets which window is active while another part of it works.
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    while waiting := len(library.proposals()):
        qtbot.waitUntil(lambda: review.case is not None and review.case.is_waiting, timeout=30_000)
        review.canvas.setFocus()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Return)
        is_fewer = partial(has_fewer, library, waiting)
        qtbot.waitUntil(is_fewer, timeout=30_000)


def test_the_same_folder_through_both_faces_exports_the_same_rows(
    run: Run, qtbot: QtBot, window: MainWindow, series: Any, tmp_path: Path
) -> None:
    through_the_window(qtbot, window, series.folder)
    library = window.session.library
    assert library is not None
    workflow.export_csv(library, tmp_path / "window", by="Ben")

    by_hand = tmp_path / "by hand"
    whose = ("--patient", "WT-1", "--by", "Ann")
    assert run("import", by_hand, series.folder, "--site", "abdomen", *whose).code == 0
    assert run("accept", by_hand, "--all", *whose).code == 0
    assert run("export", by_hand, tmp_path / "hand", "--format", "csv", "--by", "Ann").code == 0

    from_window, from_hand = rows(tmp_path / "window"), rows(tmp_path / "hand")
    assert len(from_hand) >= 30
    assert from_window == from_hand
