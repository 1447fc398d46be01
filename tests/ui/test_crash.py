"""A bug ends in a window with a report; the report names places and no patient."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from woundtrack.errors import DiskFull, WoundtrackError
from woundtrack.ui.window.crash import CrashDialog, Hooks, report_of


@pytest.fixture
def problems() -> list[WoundtrackError]:
    return []


@pytest.fixture
def hooks(dressed: QApplication, problems: list[WoundtrackError]) -> Iterator[Hooks]:
    made = Hooks(problems.append)
    yield made
    made.restore()
    made.deleteLater()


def _bug() -> ValueError:
    try:
        int("WT-0147")
    except ValueError as caught:
        return caught
    raise AssertionError


def test_a_report_names_places_and_versions_and_never_values() -> None:
    bug = _bug()

    report = report_of(type(bug), bug.__traceback__)

    assert "woundtrack" in report
    assert "in _bug" in report
    assert report.endswith("builtins.ValueError")
    assert "WT-0147" not in report
    assert "/home" not in report


def _dialogs() -> list[CrashDialog]:
    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, CrashDialog) and widget.isVisible()
    ]


def test_a_bug_shows_one_window_whose_report_can_be_copied(
    qtbot: QtBot, hooks: Hooks, caplog: pytest.LogCaptureFixture
) -> None:
    bug = _bug()

    sys.excepthook(type(bug), bug, bug.__traceback__)
    sys.excepthook(type(bug), bug, bug.__traceback__)
    qtbot.waitUntil(lambda: len(_dialogs()) == 1)
    dialog = _dialogs()[0]
    copy, go_on = dialog.findChildren(QPushButton)
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)

    assert QGuiApplication.clipboard().text() == dialog.report
    assert "WT-0147" not in caplog.text
    qtbot.mouseClick(go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not _dialogs())


def test_a_bug_on_a_thread_is_shown_too(
    qtbot: QtBot, hooks: Hooks, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        raise KeyError("WT-0147")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(_dialogs()))

    assert "in work" in _dialogs()[0].report
    _dialogs()[0].close()


def test_a_known_fault_that_nobody_caught_is_told_and_is_no_crash(
    qtbot: QtBot, hooks: Hooks, problems: list[WoundtrackError]
) -> None:
    fault = DiskFull(path="/home/ann/clinic")

    sys.excepthook(type(fault), fault, None)
    qtbot.waitUntil(lambda: bool(problems))

    assert problems == [fault]
    assert not _dialogs()


def test_the_hooks_are_put_back(dressed: QApplication) -> None:
    before = (sys.excepthook, threading.excepthook)

    made = Hooks(print)
    made.restore()
    made.deleteLater()

    assert (sys.excepthook, threading.excepthook) == before
