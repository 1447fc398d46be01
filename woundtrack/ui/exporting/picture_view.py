"""A picture as it would leave, as large as there is room, on the dark ground of photographs.

Hides fitting and painting; the pixels are those that the export would write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from woundtrack.ui import theme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MARGIN = 12


class PictureView(QWidget):
    """Shows one picture, or says in its place why there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 240)
        self._pixels: NDArray[np.uint8] | None = None
        self._image: QImage | None = None
        self._said = ""

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return self._image is not None

    def show_picture(self, pixels: NDArray[np.uint8], name: str) -> None:
        """Show a picture, uint8 (H, W, 3) RGB; ``name`` says whose it is."""
        tall, wide = pixels.shape[:2]
        self._pixels = pixels  # Qt paints from its memory
        self._image = QImage(pixels.data, wide, tall, 3 * wide, QImage.Format.Format_RGB888)
        self._said = ""
        self.setAccessibleName(name)
        self.update()

    def say(self, said: str) -> None:
        """Say something in the picture's place."""
        self._pixels = self._image = None
        self._said = said
        self.setAccessibleName(said)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect())
        painter.fillRect(area, QColor(tokens.photo_surround))
        if self._image is not None:
            painter.drawImage(self._place(self._image), self._image)
        else:
            painter.setPen(QColor("#FFFFFF"))
            painter.setFont(theme.font("body"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(40, 40, -40, -40), int(flags), self._said)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def _place(self, image: QImage) -> QRectF:
        """Return where the picture lies: whole, in the middle, enlarged where there is room."""
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        by = min(room.width() / image.width(), room.height() / image.height())
        wide, tall = image.width() * by, image.height() * by
        centre = room.center()
        return QRectF(centre.x() - wide / 2, centre.y() - tall / 2, wide, tall)
