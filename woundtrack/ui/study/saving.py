"""Where a figure is saved, as what, and what is said of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from woundtrack.ui.usual_folder import usual_folder


def ask_figure(parent: QWidget, name: str) -> Path | None:
    """Ask where to save a figure, as SVG, PDF or PNG; None where nobody wants to after all."""
    say = QCoreApplication.translate
    kinds = {
        say("Study", "SVG drawing (*.svg)"): ".svg",
        say("Study", "PDF page (*.pdf)"): ".pdf",
        say("Study", "PNG picture (*.png)"): ".png",
    }
    chosen, kind = QFileDialog.getSaveFileName(
        parent, say("Study", "Save figure"), str(usual_folder() / f"{name}.svg"), ";;".join(kinds)
    )
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() not in kinds.values():
        path = path.with_name(path.name + kinds.get(kind, ".svg"))
    return path


def saved_words(path: Path) -> str:
    """Return that a figure was saved, and in which folder."""
    said = QCoreApplication.translate("Study", "Saved {name} in {folder}.")
    return said.format(name=path.name, folder=path.parent)
