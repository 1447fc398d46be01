"""A reader elsewhere: a package is unpacked into a folder and read there; no library is needed.

Hides the questions for both.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack.errors import WoundtrackError
from woundtrack.ui.usual_folder import usual_folder

if TYPE_CHECKING:
    from woundtrack.ui.agreement.reading_window import ReadingWindow
    from woundtrack.ui.session import Session


def ask_package(window: QWidget) -> Path | None:
    """Ask for the file that came."""
    say = QCoreApplication.translate
    chosen, _ = QFileDialog.getOpenFileName(
        window,
        say("Agreement", "Read a package"),
        str(usual_folder()),
        say("Agreement", "Packages (*.zip)"),
    )
    return Path(chosen) if chosen else None


def open_package(session: Session, window: QWidget) -> ReadingWindow | None:
    """Open a package beside its file, or go on with it; return the reading, None where it is none.

    The folder has the file's name without its ending; the answers are in it.
    """
    from woundtrack.ui.agreement.reading_window import ReadingWindow
    from woundtrack.workflow.reading_away import FolderDesk

    path = ask_package(window)
    if path is None:
        return None
    try:
        desk = FolderDesk.unpacked(path, path.with_suffix(""))
    except WoundtrackError as problem:
        session.problem.emit(problem)
        return None
    reading = ReadingWindow(session, desk, window)

    def leave() -> None:
        said = QCoreApplication.translate(
            "Agreement", "What was read is in {path}: send that file back."
        )
        if desk.answers_file.exists():
            session.said.emit(said.format(path=desk.answers_file))
        reading.deleteLater()

    reading.left.connect(leave)
    reading.begin()
    return reading
