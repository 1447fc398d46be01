"""Starts the window: settings, session, theme, window, in this order, and ends them in the reverse.

At module level only Qt and the standard library load, so that the window is up before the libraries
that measure, store and draw.
"""

from __future__ import annotations

import gc
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

import woundtrack
from woundtrack.settings import read_settings, settings_file
from woundtrack.ui import theme
from woundtrack.ui.session import Session
from woundtrack.ui.window.crash import Hooks
from woundtrack.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Sequence

_SETTLED_MS: Final = 2000


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window on the library named first in ``argv``, else on the one opened last."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    return run(Path(arguments[0]) if arguments else None)


def run(library: Path | None = None) -> int:
    """Open the window, on ``library`` if one is given, and return its exit code when it closes."""
    application = make_application()
    window = make_window()
    hooks = Hooks(window.session.problem.emit)
    # Ctrl-C in the terminal ends the program at once; what was accepted is on the disk by then.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window.show()
    window.start(library or window.session.settings.last_library)
    QTimer.singleShot(_SETTLED_MS, window, spare_what_is_loaded)
    QTimer.singleShot(_SETTLED_MS, window, lambda: clear_away(window.session))
    try:
        return application.exec()
    finally:
        hooks.restore()


def spare_what_is_loaded() -> None:
    """Tell Python not to look for cycles in what the program itself is made of: it never goes.

    Each look through it takes a tenth of a second, in the midst of whatever a person does.
    """
    gc.freeze()


def clear_away(session: Session) -> None:
    """Take away, on a worker, what exports left that were cut short, as by a power cut."""
    from woundtrack.exchange.unfinished import clear_unfinished

    session.tasks.run(clear_unfinished)


def make_application() -> QApplication:
    """Return the application, made and named if it isn't there yet."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = theme.start_scaled(
        read_settings().settings.text_scale, lambda: QApplication(sys.argv[:1])
    )
    application.setApplicationName("woundtrack")
    application.setApplicationDisplayName("woundtrack")
    application.setApplicationVersion(woundtrack.__version__)
    application.setDesktopFileName("woundtrack")
    return application


def make_window() -> MainWindow:
    """Return a window with a session of its own, dressed as the person prefers."""
    reading = read_settings()
    application = QApplication.instance()
    if isinstance(application, QApplication):
        theme.apply(application, reading.settings.theme.value)
    session = Session(reading.settings)
    places = QSettings(
        str(settings_file().with_name("window.ini")), QSettings.Format.IniFormat, session
    )
    window = MainWindow(session, places)
    session.setParent(window)
    for report in reading.reports:
        session.said.emit(report)
    return window
