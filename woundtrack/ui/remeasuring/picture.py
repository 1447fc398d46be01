"""The lesion of one row with both outlines: the accepted one, and the program's of now.

Hides how the lines are told from each other: by colour, by dashes, and by the words beneath.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from woundtrack.ui import theme
from woundtrack.ui.review.outline_items import EDITED_PX, OTHER_PX, path_of, photo_pen

if TYPE_CHECKING:
    from woundtrack.model import Outline
    from woundtrack.ui.remeasuring.work import SeenPicture

ACCEPTED: Final = "#19D3FF"
AUTOMATIC: Final = "#FFFFFF"
_CASING: Final = "#10161A"
_DASHES: Final = (7.0, 5.0)


class ComparedPicture(QWidget):
    """A photograph's part with two outlines, or a sentence in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seen: SeenPicture | None = None
        self._image = QImage()
        self._instead = ""
        self.setMinimumSize(QSize(240, 110))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def has_picture(self) -> bool:
        """Whether there is one to be seen."""
        return self._seen is not None

    def show_picture(self, seen: SeenPicture, name: str) -> None:
        """Show a picture; ``name`` says what it is of."""
        rows, columns = seen.pixels.shape[:2]
        self._seen, self._instead = seen, ""
        self._image = QImage(
            seen.pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888
        ).copy()
        self.setAccessibleName(name)
        self.update()

    def show_words(self, words: str) -> None:
        """Show a sentence in place of a picture."""
        self._seen, self._image, self._instead = None, QImage(), words
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        tokens = theme.current()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.photo_surround))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if self._seen is None:
            painter.setPen(QColor("#FFFFFF"))
            painter.setFont(theme.font("label"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 12, -16, -12), flags, self._instead)
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._image)
        by = size.width() / self._image.width() * self._seen.scale
        x, y = self._seen.at
        to_view = QTransform(by, 0, 0, by, left - x * by, top - y * by)
        painter.setClipRect(QRectF(left, top, size.width(), size.height()))
        for outline in self._seen.accepted:
            _draw(painter, outline, to_view, ACCEPTED, EDITED_PX, None)
        for outline in self._seen.automatic:
            _draw(painter, outline, to_view, AUTOMATIC, OTHER_PX, _DASHES)


def _draw(
    painter: QPainter,
    outline: Outline,
    to_view: QTransform,
    colour: str,
    width: float,
    dashes: tuple[float, float] | None,
) -> None:
    path = to_view.map(path_of(outline))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(photo_pen(_CASING, width + 2))
    painter.drawPath(path)
    painter.setPen(photo_pen(colour, width, dashes))
    painter.drawPath(path)


class LineSample(QWidget):
    """A piece of one of the two lines, before the words that say which it is."""

    def __init__(self, *, is_accepted: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_accepted = is_accepted
        self.setFixedSize(34, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.current().photo_surround))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        pen: QPen = (
            photo_pen(ACCEPTED, EDITED_PX)
            if self._is_accepted
            else photo_pen(AUTOMATIC, OTHER_PX, _DASHES)
        )
        painter.setPen(pen)
        middle = self.height() / 2
        painter.drawLine(QLineF(QPointF(4, middle), QPointF(self.width() - 4, middle)))
