"""The pen that follows the edge from click to click: a livewire.

Hides the window in which the edge is looked for, and whether a line becomes a ring or a stretch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from woundtrack.imaging.drawing.livewire import Livewire
from woundtrack.imaging.drawing.strokes import edge_distance
from woundtrack.ui import theme
from woundtrack.ui.review.outline_items import OTHER_PX, photo_pen
from woundtrack.ui.review.pens import Ink, StrokeItem

if TYPE_CHECKING:
    from woundtrack.model import Outline, Point
    from woundtrack.ui.review.photo_item import Pixels

_REACH_PX: Final = 200.0  # of the view: edges are followed this far from the last click
_NEAR_PX: Final = 10.0  # of the view: this near the first click, a click closes the ring
_EDGE_PX: Final = 14.0  # of the view: a line that begins and ends this near the edge meets it
_DRAG_PX: Final = 12.0  # of the view: a press that is let go farther off sets a second point
_POINT_PX: Final = 7.0
_ENDS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class WireItem(StrokeItem):
    """The line under way, with the points that were clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._anchors: list[Point] = []
        self._live = QPolygonF()

    def show_wire(
        self, line: Sequence[Point], live: Sequence[Point], anchors: Sequence[Point], ink: Ink
    ) -> None:
        """Show where the wire goes; ``live`` is its last stretch, to the pointer."""
        self._anchors = list(anchors)
        self._live = QPolygonF([QPointF(*point) for point in live])
        self.show_line(QPolygonF([QPointF(*point) for point in line]), ink, is_closed=False)

    def boundingRect(self) -> QRectF:
        # Points are as wide as the view says: the view repaints the whole of itself.
        whole = super().boundingRect() | self._live.boundingRect()
        return whole.adjusted(-_POINT_PX, -_POINT_PX, _POINT_PX, _POINT_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        super().paint(painter, option, widget)
        for pen in (
            photo_pen(theme.PHOTO_CASING, OTHER_PX + 2),
            photo_pen(theme.PHOTO_HANDLE_HOT, OTHER_PX),
        ):
            painter.setPen(pen)
            painter.drawPolyline(self._live)
        view = painter.worldTransform()
        painter.resetTransform()
        for number, anchor in enumerate(self._anchors):
            at = view.map(QPointF(*anchor))
            painter.setPen(QPen(QColor(theme.PHOTO_CASING), 1.5))
            painter.setBrush(QColor(theme.PHOTO_HANDLE_HOT if number == 0 else "#FFFFFF"))
            painter.drawEllipse(at, _POINT_PX / 2, _POINT_PX / 2)
        painter.setWorldTransform(view)


class WirePen(QObject):
    """Follows the edge from click to click; a click on the first point closes the ring.

    Enter or a double click ends it anywhere: where the line begins and ends on the outline in hand,
    it becomes a stretch of its edge; else it is closed along the edge. Backspace takes the last
    point away.

    Signals
    -------
    closed(tuple[Point, ...], bool)
        A ring is done; whether Alt was held when it began.
    crossed(tuple[Point, ...])
        A line from edge to edge of the outline in hand is done.
    """

    closed = Signal(object, bool)
    crossed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._item = WireItem()
        self._pixels: Pixels | None = None
        self._in_hand: Outline | None = None
        self._anchors: list[Point] = []
        self._ways: list[tuple[Point, ...]] = []  # from each anchor to the next
        self._live: tuple[Point, ...] = ()  # from the last anchor to the pointer
        self._wire: Livewire | None = None
        self._is_alt = False

    def begin(self, pixels: Pixels | None) -> None:
        """Follow the edges of this photograph; None while there is none: lines are straight."""
        self.cancel()
        self._pixels = pixels

    def take(self, outline: Outline | None) -> None:
        """Know which outline is in hand."""
        self._in_hand = outline

    @property
    def item(self) -> QGraphicsItem:
        return self._item

    @property
    def is_down(self) -> bool:
        return bool(self._anchors)

    @property
    def anchors(self) -> tuple[Point, ...]:
        """The points that were clicked so far."""
        return tuple(self._anchors)

    def press(self, at: QPointF, scale: float, pressure: float, *, is_alt: bool) -> None:
        point = (at.x(), at.y())
        if not self._anchors:
            self._is_alt = is_alt
            self._anchor(point, scale)
            return
        is_back = math.dist(point, self._anchors[0]) * scale <= _NEAR_PX
        if is_back and len(self._ways) > 1:
            self._close()
        elif math.dist(point, self._anchors[-1]) * scale > 1.5:
            self._fix(point, scale)

    def move(self, at: QPointF, scale: float, pressure: float) -> None:
        if self._anchors:
            self._live = self._way_to((at.x(), at.y()))
            self._show()

    def release(self, at: QPointF, scale: float) -> None:
        point = (at.x(), at.y())
        if self._anchors and math.dist(point, self._anchors[-1]) * scale > _DRAG_PX:
            self.press(at, scale, 1.0, is_alt=False)

    def double_press(self, at: QPointF, scale: float) -> None:
        """End the line here: the click before has set its last point."""
        self._finish(scale)

    def cancel(self) -> None:
        self._anchors.clear()
        self._ways.clear()
        self._live, self._wire = (), None
        self._item.hide()

    def wants(self, key: Qt.Key) -> bool:
        return self.is_down and (key in _ENDS or key == Qt.Key.Key_Backspace)

    def key(self, event: QKeyEvent, scale: float) -> bool:
        key = Qt.Key(event.key())
        if not self.wants(key):
            return False
        if key in _ENDS:
            self._finish(scale)
        else:
            self.take_back(scale)
        return True

    def cursor_radius(self) -> float:
        return 0.0

    # --- what it does ----------------------------------------------------------------------------

    def _fix(self, point: Point, scale: float) -> None:
        """Keep the way to a point, and go on from there."""
        self._ways.append(self._way_to(point))
        self._anchor(point, scale)

    def _anchor(self, point: Point, scale: float) -> None:
        self._anchors.append(point)
        self._live = ()
        self._wire = None
        if self._pixels is not None:
            # Some 50 ms, which a click may take; the way to the pointer is there at once then.
            self._wire = Livewire(self._pixels, point, _REACH_PX / scale)
        self._show()

    def take_back(self, scale: float) -> None:
        """Take the point that was set last away."""
        self._anchors.pop()
        if not self._ways:
            self.cancel()
            return
        self._ways.pop()
        self._anchor(self._anchors.pop(), scale)

    def _way_to(self, point: Point) -> tuple[Point, ...]:
        if self._wire is None:
            return (self._anchors[-1], point)
        return self._wire.way_to(point)

    def _finish(self, scale: float) -> None:
        if not self._ways:
            self.cancel()
            return
        ends = (self._anchors[0], self._anchors[-1])
        if self._in_hand is not None and not self._is_alt:
            away = max(edge_distance(self._in_hand, end) for end in ends)
            if away * scale <= _EDGE_PX:
                line = self._line(self._ways)
                self.cancel()
                self.crossed.emit(line)
                return
        self._close()

    def _close(self) -> None:
        ring = self._line([*self._ways, self._way_to(self._anchors[0])])[:-1]
        is_alt = self._is_alt
        self.cancel()
        if len(ring) > 2:
            self.closed.emit(ring, is_alt)

    @staticmethod
    def _line(ways: list[tuple[Point, ...]]) -> tuple[Point, ...]:
        """Return ways as one line, each of its points once."""
        points = [point for way in ways for point in way]
        return tuple(points[:1]) + tuple(b for a, b in pairwise(points) if a != b)

    def _show(self) -> None:
        ink = Ink.TAKES if self._is_alt else Ink.ADDS
        line = self._line(self._ways) or self._anchors[-1:]
        self._item.show_wire(line, self._live, self._anchors, ink)
