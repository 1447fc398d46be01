"""Where photographs are dropped or chosen: a dashed place with buttons, and the system's dialogs.

The window itself takes what is dropped anywhere on it; the place only says so.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import KeyButton, Label, paint_icon
from woundtrack.ui.components.buttons import ButtonKind


class DropArea(QFrame):
    """A dashed place with two buttons: ``files`` and ``folder`` are their actions."""

    def __init__(
        self, files: QAction, folder: QAction, *, is_big: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._is_big = is_big
        # Below photographs that are to be imported, the main button is theirs.
        kind: ButtonKind = "main" if is_big else "normal"
        self.files = KeyButton.of(files, kind, "image", text=self.tr("Choose photographs…"))
        self.folder = KeyButton.of(folder, icon="folder", text=self.tr("Choose a folder…"))
        self._head = Label(
            "", "section" if is_big else "body", "1" if is_big else "2", wraps=not is_big
        )
        self._note = Label("", "body", "2", wraps=is_big)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        if not is_big:
            buttons.setContentsMargins(56, 12, 16, 12)
            buttons.addWidget(self._head, 1)
            buttons.addWidget(self.files)
            buttons.addWidget(self.folder)
            self.setLayout(buttons)
            return
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 32, 32, 32)
        layout.addStretch(2)
        layout.addSpacing(72)
        for label in (self._head, self._note):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        layout.addSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self.files)
        buttons.addWidget(self.folder)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        layout.addStretch(3)

    def say(self, head: str, note: str = "") -> None:
        """Say what can be dropped, and what becomes of it."""
        self._head.setText(head)
        self._note.setText(note)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current()
        pen = QPen(QColor(tokens.edge), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.surface if self._is_big else tokens.inset))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self._is_big:
            place = QRectF(0, self._head.y() - 60, self.width(), 44)
        else:
            place = QRectF(20, (self.height() - 20) / 2, 20, 20)
        paint_icon(painter, place, "download-simple", tokens.text2)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(400, 320 if self._is_big else 58)


def ask_for_files(parent: QWidget) -> list[Path]:
    """Ask for photographs; empty when the person thinks better of it."""
    names, _ = QFileDialog.getOpenFileNames(
        parent,
        parent.tr("Choose photographs"),
        "",
        parent.tr("Photographs (*.jpg *.jpeg *.png *.tif *.tiff *.webp *.heic *.heif)")
        + ";;"
        + parent.tr("All files (*)"),
    )
    return [Path(name) for name in names]


def ask_for_folder(parent: QWidget) -> Path | None:
    """Ask for a folder of photographs, or None."""
    name = QFileDialog.getExistingDirectory(parent, parent.tr("Choose a folder of photographs"))
    return Path(name) if name else None
