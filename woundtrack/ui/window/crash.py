"""What happens on a bug: a window that says so, with a report that holds no patient's data.

Hides the three hooks that bugs come through. The report is built from an allow-list: versions, the
kind of exception and where in the source it arose, never the values it happened with.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

import woundtrack
from woundtrack.errors import WoundtrackError
from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label

_LIBRARIES: Final = ("PySide6-Essentials", "numpy", "opencv-python-headless", "sqlite-utils")
_log = logging.getLogger(__name__)


def system_details() -> str:
    """Return what a question about woundtrack is answered by: versions and system, line by line."""
    from importlib.metadata import PackageNotFoundError, version  # loads the mail parser, too

    lines = [f"woundtrack {woundtrack.__version__}", f"Python {platform.python_version()}"]
    lines.append(f"{platform.system()} {platform.release()} {platform.machine()}")
    for name in _LIBRARIES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name} not installed")
    return "\n".join(lines)


def report_of(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Return the report of a bug: versions, kind, and places in the source; no values."""
    lines = [system_details(), ""]
    for frame in traceback.extract_tb(trace):
        file = Path(frame.filename)
        place = "/".join(file.parts[-3:]) if "woundtrack" in file.parts else file.name
        lines.append(f"{place}:{frame.lineno} in {frame.name}")
    lines.append(f"{kind.__module__}.{kind.__qualname__}")
    return "\n".join(lines)


class CrashDialog(QDialog):
    """Says that woundtrack met a fault of its own, and offers the report."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report = report
        self.setWindowTitle(self.tr("A fault in woundtrack"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addWidget(Label(self.tr("woundtrack met a fault of its own"), "section"))
        layout.addWidget(
            Label(
                self.tr(
                    "What was accepted is safe in the library. The step under way may not have "
                    "been done: look at it, and do it again. The report below names places in "
                    "the program, and holds nothing about patients."
                ),
                wraps=True,
            )
        )
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setFont(theme.font("label"))
        text.setAccessibleName(self.tr("Report"))
        layout.addWidget(text, 1)
        buttons = QHBoxLayout()
        copy = KeyButton(self.tr("Copy report"), icon="copy")
        copy.clicked.connect(self.copy)
        on = KeyButton(self.tr("Go on"), kind="main")
        on.clicked.connect(self.accept)
        on.setDefault(True)
        buttons.addStretch(1)
        buttons.addWidget(copy)
        buttons.addWidget(on)
        layout.addLayout(buttons)
        self.resize(560, 400)
        on.setFocus()

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report)


class _Courier(QObject):
    """Brings a fault from any thread to the GUI thread."""

    met = Signal(object, object)


class Hooks(QObject):
    """Takes over the three hooks of a process until ``restore``.

    A ``WoundtrackError`` that nobody caught goes to ``on_problem``; anything else shows the dialog,
    one at a time.
    """

    def __init__(
        self, on_problem: Callable[[WoundtrackError], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._on_problem = on_problem
        self._dialog: CrashDialog | None = None
        self._courier = _Courier(self)
        self._courier.met.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread
        self._handler_before = qInstallMessageHandler(_log_qt)

    def restore(self) -> None:
        """Put the hooks back as they were."""
        sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(self._handler_before)

    def _caught(
        self, kind: type[BaseException], value: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, value, trace)
            return
        if isinstance(value, WoundtrackError):
            self._courier.met.emit(value, "")
            return
        report = report_of(kind, trace)
        _log.error("a bug:\n%s", report)
        self._courier.met.emit(None, report)

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._caught(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def _show(self, problem: WoundtrackError | None, report: str) -> None:
        if problem is not None:
            self._on_problem(problem)
            return
        if self._dialog is not None:
            return
        self._dialog = CrashDialog(report)
        self._dialog.finished.connect(self._forget)
        self._dialog.open()

    def _forget(self, _result: int) -> None:
        self._dialog = None


def _log_qt(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }
    _log.log(levels.get(kind, logging.ERROR), "Qt: %s", text)
