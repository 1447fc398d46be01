"""A picture as it would leave, as large as there is room, on the dark ground of photographs.

Hides fitting, looking closer and painting; the pixels are those that the export would write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from woundtrack.ui import theme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MARGIN: Final = 12
_STEP: Final = 1.25
_CLOSEST: Final = 16.0


class PictureView(QWidget):
    """Shows one picture, or says in its place why there is none.

    The wheel, + and − look closer and back, dragging moves, 0 shows all of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 240)
        self._pixels: NDArray[np.uint8] | None = None
        self._image: QImage | None = None
        self._said = ""
        self._closer = 1.0
        self._middle = QPointF(0.5, 0.5)  # what of the picture is in the middle, as shares of it
        self._held_at: QPointF | None = None

    @property
    def closer(self) -> float:
        """How many times larger than whole it is shown."""
        return self._closer

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
        self._look_closer(1.0)
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

    # --- looking closer --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {
            Qt.Key.Key_Plus: _STEP,
            Qt.Key.Key_Equal: _STEP,
            Qt.Key.Key_Minus: 1 / _STEP,
            Qt.Key.Key_0: 0.0,
        }.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self._look_closer(self._closer * by)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._image is None:
            return
        at, before = event.position(), self._place(self._image)
        share = QPointF(
            (at.x() - before.x()) / before.width(), (at.y() - before.y()) / before.height()
        )
        self._look_closer(self._closer * _STEP ** (event.angleDelta().y() / 120))
        after = self._place(self._image)
        # What lies under the mouse stays there.
        self._move(
            after.x() + share.x() * after.width() - at.x(),
            after.y() + share.y() * after.height() - at.y(),
        )
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._held_at = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held_at is not None:
            moved = self._held_at - event.position()
            self._held_at = event.position()
            self._move(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held_at = None

    def _look_closer(self, closer: float) -> None:
        self._closer = min(max(closer, 1.0), _CLOSEST)
        if self._closer == 1.0:
            self._middle = QPointF(0.5, 0.5)
        self.update()

    def _move(self, x: float, y: float) -> None:
        """Move what is in the middle by so many px of the window; some of the picture stays."""
        if self._image is None or self._closer == 1.0:
            return
        place = self._place(self._image)
        self._middle = QPointF(
            min(max(self._middle.x() + x / place.width(), 0.0), 1.0),
            min(max(self._middle.y() + y / place.height(), 0.0), 1.0),
        )
        self.update()

    def _place(self, image: QImage) -> QRectF:
        """Return where the picture lies: whole and in the middle, unless it is looked at closer."""
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        by = min(room.width() / image.width(), room.height() / image.height()) * self._closer
        wide, tall = image.width() * by, image.height() * by
        centre = room.center()
        return QRectF(
            centre.x() - wide * self._middle.x(), centre.y() - tall * self._middle.y(), wide, tall
        )
