"""What tests of the export's sheet look at, and the button they press."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from woundtrack.records import Library
from woundtrack.ui.exporting.export_sheet import ExportSheet
from woundtrack.ui.window.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def library_of(sheet: ExportSheet) -> Library:
    window = sheet.window()
    assert isinstance(window, MainWindow)
    assert window.session.library is not None
    return window.session.library


def numbers(sheet: ExportSheet) -> list[str]:
    return [number.text() for number, _ in sheet.leaving._numbers]


def is_counting(sheet: ExportSheet) -> bool:
    return sheet._counting is not None


def press(sheet: ExportSheet, words: str) -> None:
    """Click the button of these words."""
    button = next(
        one
        for one in sheet.findChildren(QAbstractButton)
        if one.text() == words and one.isVisible()
    )
    QTest.mouseClick(button, LEFT)


def verbs(sheet: ExportSheet) -> list[str]:
    """Return what the trail says of exports, in its order."""
    trail = library_of(sheet).audit_trail()
    return [one.verb for one in trail if one.verb.endswith("export")]


def manifest(folder: Path) -> dict[str, object]:
    return dict(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
