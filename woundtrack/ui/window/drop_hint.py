"""What dropping here would do, over the whole window while something is dragged."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from woundtrack.ui import theme
from woundtrack.ui.components.icons import paint_icon


class DropHint(QWidget):
    """A soft veil with a dashed frame and a sentence; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_words(self, words: str) -> None:
        """Cover the window and say what dropping does."""
        self.words = words
        self.setAccessibleName(words)
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(tokens.accent_soft)
        veil.setAlphaF(0.97)
        painter.fillRect(self.rect(), veil)
        pen = QPen(QColor(tokens.accent), 2)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        area = QRectF(self.rect()).adjusted(16, 16, -16, -16)
        painter.drawRoundedRect(area, 6, 6)
        middle = area.center()
        place = QRectF(middle.x() - 24, middle.y() - 56, 48, 48)
        paint_icon(painter, place, "download-simple", tokens.accent)
        painter.setFont(theme.font("title"))
        words = QRectF(area.left(), middle.y() + 4, area.width(), 32)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.words)
