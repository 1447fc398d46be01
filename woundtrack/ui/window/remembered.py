"""How the window was left, for the next start: size and place, panels by room, the last patient.

Hides the keys in the file, and what becomes of a place on a screen that is gone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRect, QSettings, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FIRST: Final = QSize(1366, 696)
"""The size at the first start, where the screen has room for it."""
_GRIP: Final = 120
"""At least so many px of a window's top must lie on a screen, to get hold of it."""


class Remembered:
    """What is kept of a window in ``places``; no preference is among it, and no patient's data."""

    def __init__(self, places: QSettings) -> None:
        self._places = places

    # --- size and place --------------------------------------------------------------------------

    def keep_geometry(self, window: QWidget) -> None:
        """Remember size, place, and whether it is maximised."""
        self._places.setValue("window/geometry", window.saveGeometry())

    def restore_geometry(self, window: QWidget) -> None:
        """Bring a window back where it was; onto the first screen where its screen is gone."""
        screen = QGuiApplication.primaryScreen().availableGeometry()
        stored = self._places.value("window/geometry")
        if not (isinstance(stored, QByteArray) and window.restoreGeometry(stored)):
            window.resize(FIRST.boundedTo(screen.size()))
            return
        if not is_reachable(window.frameGeometry(), _screens()):
            is_maximised = bool(window.windowState() & Qt.WindowState.WindowMaximized)
            size = window.size().boundedTo(screen.size())
            window.setGeometry(QRect(screen.topLeft(), size))
            if is_maximised:
                window.setWindowState(Qt.WindowState.WindowMaximized)

    # --- panels and patients ---------------------------------------------------------------------

    def keep_panel(self, room: str, *, is_shown: bool) -> None:
        """Remember whether the patients are shown beside a room."""
        self._places.setValue(f"patients/{room}", is_shown)

    def is_panel_shown(self, room: str, *, at_first: bool) -> bool:
        """Return whether the patients are shown beside a room; ``at_first`` until chosen."""
        return bool(self._places.value(f"patients/{room}", at_first, bool))

    def keep_patient(self, library: Path, patient_id: str) -> None:
        """Remember by its random id which patient was in view."""
        self._places.setValue(f"patient_in_view/{_key(library)}", patient_id)

    def patient_in(self, library: Path) -> str | None:
        """Return the id of the patient who was in view last, if any was."""
        stored = self._places.value(f"patient_in_view/{_key(library)}")
        return stored if isinstance(stored, str) else None

    # --- choices of the rooms --------------------------------------------------------------------

    def keep_choice(self, name: str, value: str) -> None:
        """Remember a choice of a room's bar: ``timeline/unit`` is ``percent``."""
        self._places.setValue(f"choices/{name}", value)

    def choice(self, name: str) -> str | None:
        """Return a choice that was remembered, if any was."""
        stored = self._places.value(f"choices/{name}")
        return stored if isinstance(stored, str) else None


def is_reachable(frame: QRect, screens: list[QRect]) -> bool:
    """Whether enough of a window's top edge lies on one of the screens to get hold of it."""
    top = QRect(frame.left(), frame.top(), frame.width(), 1)
    return any(top.intersected(screen).width() >= _GRIP for screen in screens)


def _screens() -> list[QRect]:
    return [screen.availableGeometry() for screen in QGuiApplication.screens()]


def _key(folder: Path) -> str:
    return str(folder).replace("/", "|").replace("\\", "|")
