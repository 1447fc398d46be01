"""Where a dialog begins that asks for a file or a folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def usual_folder() -> Path:
    """Return the person's folder for documents; their own where that isn't there.

    A folder that isn't there would open the dialog wherever the program was started.
    """
    place = QStandardPaths.StandardLocation.DocumentsLocation
    documents = QStandardPaths.writableLocation(place)
    return Path(documents) if documents and Path(documents).is_dir() else Path.home()
