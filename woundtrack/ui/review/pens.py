"""Pens that draw on the photograph: a brush with a width, and a fine line.

Hides the stroke under way, and how it is shown before it becomes an outline.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from woundtrack.ui import theme
from woundtrack.ui.review.outline_items import OTHER_PX, photo_pen

if TYPE_CHECKING:
    from woundtrack.imaging.drawing.strokes import Dab
    from woundtrack.model import Point

LEAST_RADIUS: Final = 2.0
MOST_RADIUS: Final = 120.0
FIRST_RADIUS: Final = 12.0
"""Of the brush, in pixels of the view: it is as wide on the screen at every zoom."""
_SIZE_STEP: Final = 1.15
_LEAST_PRESSURE: Final = 0.2
_NEAR_PX: Final = 1.5  # of the view; points nearer than this to the one before are left out
_MARGIN: Final = 4.0


class Ink(Enum):
    """What a stroke means, and so how it looks."""

    ADDS = "adds"
    TAKES = "takes"
    CUTS = "cuts"


class Pen(Protocol):
    """What the canvas gives the left button and the keys to, in pixels of the photograph.

    ``scale`` is view pixels for one of the photograph; ``pressure`` 0..1, 1 for a mouse.
    """

    @property
    def item(self) -> QGraphicsItem:
        """What is drawn of it on the photograph."""

    @property
    def is_down(self) -> bool:
        """Whether a stroke is under way."""

    def press(self, at: QPointF, scale: float, pressure: float, *, is_alt: bool) -> None: ...

    def move(self, at: QPointF, scale: float, pressure: float) -> None: ...

    def release(self, at: QPointF, scale: float) -> None: ...

    def cancel(self) -> None:
        """Drop the stroke under way."""

    def wants(self, key: Qt.Key) -> bool:
        """Whether a key is the pen's own as things stand, before it is anyone's shortcut."""

    def key(self, event: QKeyEvent, scale: float) -> bool:
        """Take a key that is the pen's own; whether it was."""

    def cursor_radius(self) -> float:
        """Return the radius of the ring at the pointer, in pixels of the view; 0 for none."""


class StrokeItem(QGraphicsItem):
    """The stroke under way: a band, or a line."""

    def __init__(self) -> None:
        super().__init__()
        self._band = QPainterPath()
        self._line = QPainterPath()
        self._ink = Ink.ADDS
        self._adds_in = theme.PHOTO_EDITED
        self.setZValue(5)
        self.hide()

    def draw_in(self, colour: str) -> None:
        """Show what adds in a colour: that of the kind of outline it is added to."""
        self._adds_in = colour
        self.update()

    def show_band(self, path: QPainterPath, ink: Ink) -> None:
        """Show where a brush went."""
        self.prepareGeometryChange()
        self._band, self._line, self._ink = path, QPainterPath(), ink
        self.show()

    def show_line(self, points: QPolygonF, ink: Ink, *, is_closed: bool) -> None:
        """Show where a fine pen went."""
        self.prepareGeometryChange()
        line = QPainterPath()
        line.addPolygon(points)
        if is_closed:
            line.closeSubpath()
        self._band, self._line, self._ink = QPainterPath(), line, ink
        self.show()

    def boundingRect(self) -> QRectF:
        whole = self._band.boundingRect() | self._line.boundingRect()
        return whole.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self._adds_in if self._ink is Ink.ADDS else theme.PHOTO_CARD_DOUBT
        soft = QColor(colour)
        soft.setAlphaF(0.35)
        painter.fillPath(self._band, soft)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (
            photo_pen(theme.PHOTO_CASING, OTHER_PX + 2),
            photo_pen(colour, OTHER_PX, None if self._ink is Ink.ADDS else (7.0, 4.0)),
        ):
            painter.setPen(pen)
            painter.drawPath(self._line)


class BrushPen(QObject):
    """Paints a band that is added to the outline, or taken from it.

    Signals
    -------
    stroked(tuple[Dab, ...], bool)
        A stroke is done; whether it takes away.
    resized(float)
        Its radius, pixels of the view.
    """

    stroked = Signal(object, bool)
    resized = Signal(float)

    def __init__(self, *, erases: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._erases = erases
        self._item = StrokeItem()
        self._dabs: list[Dab] = []
        self._band = QPainterPath()
        self._ink = Ink.ADDS
        self._radius = FIRST_RADIUS
        self._pressure = 1.0

    @property
    def item(self) -> QGraphicsItem:
        return self._item

    @property
    def is_down(self) -> bool:
        return bool(self._dabs)

    @property
    def erases(self) -> bool:
        """Whether it takes away, unless Alt is held."""
        return self._erases

    @property
    def radius(self) -> float:
        """Pixels of the view."""
        return self._radius

    def resize(self, steps: float) -> None:
        """Make the brush larger by some steps, or smaller."""
        wanted = self._radius * _SIZE_STEP**steps
        self._radius = min(max(wanted, LEAST_RADIUS), MOST_RADIUS)
        self.resized.emit(self._radius)

    def press(self, at: QPointF, scale: float, pressure: float, *, is_alt: bool) -> None:
        self._ink = Ink.TAKES if self._erases != is_alt else Ink.ADDS
        self._band = QPainterPath()
        self._band.setFillRule(Qt.FillRule.WindingFill)
        self._dab(at, scale, pressure)

    def move(self, at: QPointF, scale: float, pressure: float) -> None:
        if not self._dabs:
            return
        x, y, _ = self._dabs[-1]
        if math.hypot(at.x() - x, at.y() - y) * scale >= _NEAR_PX:
            self._dab(at, scale, pressure)

    def release(self, at: QPointF, scale: float) -> None:
        self.move(at, scale, self._pressure)
        dabs, ink = tuple(self._dabs), self._ink
        self.cancel()
        if dabs:
            self.stroked.emit(dabs, ink is Ink.TAKES)

    def cancel(self) -> None:
        self._dabs.clear()
        self._item.hide()

    def wants(self, key: Qt.Key) -> bool:
        return False

    def key(self, event: QKeyEvent, scale: float) -> bool:
        return False

    def cursor_radius(self) -> float:
        return self._radius

    def _dab(self, at: QPointF, scale: float, pressure: float) -> None:
        self._pressure = pressure
        radius = self._radius * max(pressure, _LEAST_PRESSURE) / scale
        dab = (at.x(), at.y(), radius)
        if self._dabs:
            self._band.addPath(_ring(_between(self._dabs[-1], dab)))
        self._band.addPath(_ring(_disc(dab)))
        self._dabs.append((at.x(), at.y(), radius))
        self._item.show_band(self._band, self._ink)


def _disc(dab: Dab) -> list[Point]:
    x, y, radius = dab
    turns = (2 * math.pi * step / 24 for step in range(24))
    return [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]


def _between(one: Dab, other: Dab) -> list[Point]:
    """Return the corners of the band between two discs."""
    away = math.hypot(other[0] - one[0], other[1] - one[1])
    across = ((one[1] - other[1]) / away, (other[0] - one[0]) / away)
    return [
        (x + side * radius * across[0], y + side * radius * across[1])
        for (x, y, radius), side in ((other, 1), (one, 1), (one, -1), (other, -1))
    ]


def _ring(corners: list[Point]) -> QPainterPath:
    """Return a closed path; all run the same way round, or where two overlap would be a hole."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


class LinePen(QObject):
    """Draws a fine line freely: a loop, or a line across.

    Signals
    -------
    drawn(tuple[Point, ...], bool)
        A line is done; whether Alt was held when it began.
    clicked(Point)
        It was pressed without a line being drawn.
    """

    drawn = Signal(object, bool)
    clicked = Signal(object)

    def __init__(self, ink: Ink, *, is_closed: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ink, self._is_closed = ink, is_closed
        self._item = StrokeItem()
        self._points: list[Point] = []
        self._is_alt = False

    @property
    def item(self) -> QGraphicsItem:
        return self._item

    @property
    def is_down(self) -> bool:
        return bool(self._points)

    def press(self, at: QPointF, scale: float, pressure: float, *, is_alt: bool) -> None:
        self._is_alt = is_alt
        self._points = [(at.x(), at.y())]

    def move(self, at: QPointF, scale: float, pressure: float) -> None:
        if not self._points:
            return
        x, y = self._points[-1]
        if math.hypot(at.x() - x, at.y() - y) * scale < _NEAR_PX:
            return
        self._points.append((at.x(), at.y()))
        ink = self._ink
        if self._is_alt and ink is not Ink.CUTS:
            ink = Ink.TAKES if ink is Ink.ADDS else Ink.ADDS
        line = QPolygonF([QPointF(*point) for point in self._points])
        self._item.show_line(line, ink, is_closed=self._is_closed)

    def release(self, at: QPointF, scale: float) -> None:
        self.move(at, scale, 1.0)
        points, is_alt = tuple(self._points), self._is_alt
        self.cancel()
        if len(points) > 1:
            self.drawn.emit(points, is_alt)
        elif points:
            self.clicked.emit(points[0])

    def cancel(self) -> None:
        self._points.clear()
        self._item.hide()

    def wants(self, key: Qt.Key) -> bool:
        return False

    def key(self, event: QKeyEvent, scale: float) -> bool:
        return False

    def cursor_radius(self) -> float:
        return 0.0
