"""What is painted at the pointer: a ring as wide as the brush, and a loupe beside it.

Hides where the loupe finds room, and how much it enlarges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from woundtrack.ui import theme

SIDE: Final = 176.0
ENLARGED: Final = 3.0
_GAP: Final = 28.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A round loupe: its square in the view."""

    area: QRectF

    @classmethod
    def beside(cls, at: QPointF, view: QRectF) -> Spot:
        """Return the loupe above and to the right of a place, or where there is room for it."""
        x = at.x() + _GAP if at.x() + _GAP + SIDE <= view.right() else at.x() - _GAP - SIDE
        y = at.y() - _GAP - SIDE if at.y() - _GAP - SIDE >= view.top() else at.y() + _GAP
        return cls(QRectF(x, y, SIDE, SIDE))

    @property
    def path(self) -> QPainterPath:
        """Its outline."""
        path = QPainterPath()
        path.addEllipse(self.area)
        return path

    def source(self, middle: QPointF, scale: float) -> QRectF:
        """Return what of the scene it shows, at a scale of the view round it."""
        side = SIDE / ENLARGED / scale
        return QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)

    def paint_rim(self, painter: QPainter) -> None:
        """Paint its rim, and a cross in its middle."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((theme.PHOTO_CASING, 4.0), ("#FFFFFF", 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(self.area)
        middle = self.area.center()
        for colour, width in ((theme.PHOTO_CASING, 3.0), ("#FFFFFF", 1.0)):
            painter.setPen(QPen(QColor(colour), width))
            for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(
                    middle + QPointF(5 * across, 5 * down), middle + QPointF(12 * across, 12 * down)
                )


def paint_pointer(painter: QPainter, at: QPointF, radius: float) -> None:
    """Paint the pointer of a pen: a ring of its width, or a cross for a fine one."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((theme.PHOTO_CASING, 3.0), ("#FFFFFF", 1.2)):
        painter.setPen(QPen(QColor(colour), width))
        if radius > 0:
            painter.drawEllipse(at, radius, radius)
        else:
            for across, down in ((1, 0), (0, 1)):
                arm = QPointF(7 * across, 7 * down)
                painter.drawLine(at - arm, at + arm)
