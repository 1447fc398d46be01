"""Points to the patient's head: a drag towards it, or an arrow key.

Hides the arrow under way, and how a drag becomes an angle.
"""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPolygonF
from PySide6.QtWidgets import QGraphicsItem

from woundtrack.ui.review.pens import Ink, StrokeItem

ACTION: Final = "review.head"
_LEAST_PX: Final = 12.0  # of the view: a shorter drag has no sure direction
_TIP_PX: Final = 12.0
_BY_KEY: Final = {
    Qt.Key.Key_Up: 0.0,
    Qt.Key.Key_Right: 90.0,
    Qt.Key.Key_Down: 180.0,
    Qt.Key.Key_Left: 270.0,
    Qt.Key.Key_Delete: None,
}


class HeadPen(QObject):
    """Draws an arrow while it is dragged.

    Signals
    -------
    pointed(object)
        Where the head is, degrees clockwise from the picture's top; None: take it away.
    """

    pointed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._item = StrokeItem()
        self._start: QPointF | None = None

    @property
    def item(self) -> QGraphicsItem:
        return self._item

    @property
    def is_down(self) -> bool:
        return self._start is not None

    def press(self, at: QPointF, scale: float, pressure: float, *, is_alt: bool) -> None:
        self._start = at

    def move(self, at: QPointF, scale: float, pressure: float) -> None:
        if self._start is None:
            return
        turn = math.radians(_angle(at - self._start))
        tips = [turn + math.pi * share for share in (0.82, -0.82)]
        left, right = (
            at + QPointF(math.sin(tip), -math.cos(tip)) * (_TIP_PX / scale) for tip in tips
        )
        arrow = QPolygonF([self._start, at, left, at, right])
        self._item.show_line(arrow, Ink.ADDS, is_closed=False)

    def release(self, at: QPointF, scale: float) -> None:
        start = self._start
        self.cancel()
        if start is None:
            return
        along = at - start
        if math.hypot(along.x(), along.y()) * scale >= _LEAST_PX:
            self.pointed.emit(round(_angle(along), 1) % 360)

    def cancel(self) -> None:
        self._start = None
        self._item.hide()

    def wants(self, key: Qt.Key) -> bool:
        return key in _BY_KEY

    def key(self, event: QKeyEvent, scale: float) -> bool:
        key = Qt.Key(event.key())
        if key not in _BY_KEY:
            return False
        self.cancel()
        self.pointed.emit(_BY_KEY[key])
        return True

    def cursor_radius(self) -> float:
        return 0.0


def _angle(along: QPointF) -> float:
    """Return the direction of a step, degrees clockwise from upwards, 0 up to 360."""
    return math.degrees(math.atan2(along.x(), -along.y())) % 360
