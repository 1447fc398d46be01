"""A point of a lesion on the body map: set by a click or by the arrow keys.

Hides the scale: the point is told in parts of the drawing, 0..1 from its top left, so that it
stands where it stood on a map of any size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from woundtrack.ui import theme
from woundtrack.ui.body_map import drawing, name_of
from woundtrack.ui.body_map.stage import Stage, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.ui.body_map import Region

DIAGRAM: Final = "body_map-1"
"""The name of the drawing that points are on; another drawing gets another name."""
_STEP: Final = 0.004
_FAR: Final = 0.02
_RADIUS: Final = 5.0


class PointMap(QWidget):
    """The body map with one point, and fainter ones of the other lesions.

    Signals
    -------
    pointed(float, float)
        A person put the point there, in parts of the drawing.
    cleared()
        A person took the point away.
    """

    pointed = Signal(float, float)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._point: QPointF | None = None
        self._others: tuple[QPointF, ...] = ()
        self._start = QPointF(0.25, 0.4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFixedSize(self.sizeHint())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._say()

    @property
    def point(self) -> tuple[float, float] | None:
        """Where the point is; None where there is none."""
        return None if self._point is None else (self._point.x(), self._point.y())

    def show_point(
        self,
        point: tuple[float, float] | None,
        others: Sequence[tuple[float, float]],
        start: tuple[float, float],
    ) -> None:
        """Show a lesion's point, those of the others, and where the arrow keys begin."""
        self._point = None if point is None else QPointF(*point)
        self._others = tuple(QPointF(*one) for one in others)
        self._start = QPointF(*start)
        self._say()
        self.update()

    def place_of(self, point: tuple[float, float]) -> QPointF:
        """Return where a point of the drawing is on the widget, px."""
        sheet = self._sheet()
        return QPointF(
            sheet.left() + point[0] * sheet.width(), sheet.top() + point[1] * sheet.height()
        )

    def region_at(self, point: tuple[float, float]) -> Region | None:
        """Return the part of the body that a point lies on; None beside it."""
        size = drawing().size
        place = QPointF(
            size.left() + point[0] * size.width(), size.top() + point[1] * size.height()
        )
        found = [one for one in drawing().regions if one.path.contains(place)]
        return found[-1] if found else None

    def sizeHint(self) -> QSize:
        return QSize(240, 244)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            sheet, place = self._sheet(), event.position()
            self._put(
                (place.x() - sheet.left()) / sheet.width(),
                (place.y() - sheet.top()) / sheet.height(),
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.cleared.emit()
        elif event.key() in steps:
            if self._point is None:
                self._put(self._start.x(), self._start.y())
                return
            is_far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            far = _FAR if is_far else _STEP
            across, down = steps[Qt.Key(event.key())]
            self._put(self._point.x() + across * far, self._point.y() + down * far)
        else:
            super().keyPressEvent(event)

    def _put(self, x: float, y: float) -> None:
        self.pointed.emit(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))

    def _say(self) -> None:
        if self._point is None:
            said = self.tr("Point on the body: none")
        else:
            region = self.region_at((self._point.x(), self._point.y()))
            where = self.tr("beside the body") if region is None else name_of(region)
            said = self.tr("Point on the body: {where}").format(where=where)
        self.setAccessibleName(said)
        self.setToolTip(
            said + "\n" + self.tr("Click, or move it with the arrow keys; Del takes it away.")
        )

    def _stage(self) -> Stage:
        return lay_out(QRectF(self.rect()), ())

    def _sheet(self) -> QRectF:
        """Return where the whole drawing lies on the widget."""
        front, back = self._stage().halves
        return front.united(back)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, stage = theme.current(), self._stage()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.line), 0.8))
        painter.setBrush(QColor(tokens.inset))
        for placed in stage.placed:
            painter.drawPath(placed.path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.edge), 1.0))
        for path in stage.outlines:
            painter.drawPath(path)
        for other in self._others:
            painter.setPen(QPen(QColor(tokens.text2), 1.2))
            painter.drawEllipse(self.place_of((other.x(), other.y())), 3.0, 3.0)
        if self._point is not None:
            place = self.place_of((self._point.x(), self._point.y()))
            for ink, width in ((tokens.surface, 4.5), (tokens.accent, 2.0)):
                painter.setPen(QPen(QColor(ink), width))
                painter.drawEllipse(place, _RADIUS, _RADIUS)
                painter.drawLine(place - QPointF(_RADIUS + 4, 0), place - QPointF(2, 0))
                painter.drawLine(place + QPointF(2, 0), place + QPointF(_RADIUS + 4, 0))
                painter.drawLine(place - QPointF(0, _RADIUS + 4), place - QPointF(0, 2))
                painter.drawLine(place + QPointF(0, 2), place + QPointF(0, _RADIUS + 4))
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.text2))
        for half, word in zip(stage.halves, (self.tr("Front"), self.tr("Back")), strict=True):
            place = QPointF(half.left() + 2, half.top() + 12)
            painter.drawText(place, word)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
