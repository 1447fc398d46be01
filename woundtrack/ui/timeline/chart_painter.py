"""Paints a laid-out chart in the window, stroke by stroke as the files have it.

Hides Qt's pens, signs and fonts: dashes counted in widths of a pen, lines of one px on whole px.
"""

from __future__ import annotations

import struct
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QDataStream, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPolygonF,
)

from woundtrack.healing.chart_paper import CAP_SHARE, Area, Marks, Stroke, Words
from woundtrack.ui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.healing.chart_paper import Drawing, Point

_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}
_POLYGONS = {
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "^": ((0, -1), (1, 1), (-1, 1)),
    "v": ((0, 1), (-1, -1), (1, -1)),
    "D": ((0, -1.414), (1.414, 0), (0, 1.414), (-1.414, 0)),
}
_FEW = 12
_STROKES = {
    "x": (((-1, -1), (1, 1)), ((-1, 1), (1, -1))),
    "+": (((-1, 0), (1, 0)), ((0, -1), (0, 1))),
}


@cache
def _font(size: float, weight: int) -> QFont:
    made = theme.font("body")
    made.setPixelSize(round(size))
    made.setWeight(QFont.Weight(weight))
    return made


@cache
def _metrics(size: float, weight: int) -> QFontMetricsF:
    return QFontMetricsF(_font(size, weight))


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Return how wide a text is in the window, logical px."""
    return _metrics(size, weight).horizontalAdvance(text)


def paint(painter: QPainter, drawing: Drawing) -> None:
    """Paint a chart with its top left at the painter's origin; sizes are logical px."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    left, right = drawing.dates or (0.0, drawing.width)
    span = QRectF(left, 0, right - left, drawing.height)
    is_cut = False
    for ink in drawing.ink:
        # Words stand outside the span, too, whatever was painted before them.
        wants_cut = not isinstance(ink, Words) and ink.in_span
        if wants_cut is not is_cut:
            painter.setClipping(False)
            if wants_cut:
                painter.setClipRect(span)
            is_cut = wants_cut
        if isinstance(ink, Words):
            _write(painter, ink)
        elif isinstance(ink, Stroke):
            _stroke(painter, ink)
        elif isinstance(ink, Area):
            _fill(painter, ink)
        else:
            _sign(painter, ink)
    painter.setClipping(False)


def _colour(name: str, alpha: float) -> QColor:
    made = QColor(name)
    made.setAlphaF(alpha)
    return made


def _pen(colour: QColor, width: float, dashes: tuple[float, ...]) -> QPen:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashes:
        pen.setDashPattern([one / width for one in dashes])
    return pen


def _polygon(points: Sequence[Point]) -> QPolygonF:
    """Return places as Qt has them: of a long curve read as one block, a quarter of the time."""
    if len(points) < _FEW:
        return QPolygonF([QPointF(x, y) for x, y in points])
    written = struct.pack(f">I{2 * len(points)}d", len(points), *chain.from_iterable(points))
    made = QPolygonF()
    QDataStream(QByteArray(written)) >> made
    return made


def _stroke(painter: QPainter, ink: Stroke) -> None:
    pen = _pen(_colour(ink.colour, ink.alpha), ink.width, ink.dashes)
    if ink.is_round and not ink.dashes:
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    if len(ink.points) == 2 and ink.width <= 1 and not ink.dashes:
        _hairline(painter, ink)
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(_polygon(ink.points))


def _hairline(painter: QPainter, ink: Stroke) -> None:
    """Draw a level or upright line of one px on whole px: it is as sharp as its neighbours."""
    (x0, y0), (x1, y1) = ink.points
    if y0 == y1:
        y0 = y1 = round(y0 - 0.5) + 0.5
    elif x0 == x1:
        x0 = x1 = round(x0 - 0.5) + 0.5
    painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))


def _fill(painter: QPainter, ink: Area) -> None:
    if ink.edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(_pen(_colour(ink.edge, ink.alpha), ink.edge_width, ink.dashes))
    if ink.fill is None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setBrush(_colour(ink.fill, ink.alpha))
    painter.drawPolygon(_polygon(ink.points))


def _sign(painter: QPainter, ink: Marks) -> None:
    """Draw a sign at all its places: each for itself, which is ten times as quick as one path."""
    half = ink.size / 2
    if ink.edge_width:
        painter.setPen(_pen(QColor(ink.edge), ink.edge_width, ()))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ink.fill))
    if ink.marker in _POLYGONS:
        shape = QPolygonF([QPointF(half * u, half * v) for u, v in _POLYGONS[ink.marker]])
        for x, y in ink.points:
            painter.drawConvexPolygon(shape.translated(x, y))
    elif ink.marker in _STROKES:
        for x, y in ink.points:
            for (u0, v0), (u1, v1) in _STROKES[ink.marker]:
                painter.drawLine(
                    QPointF(x + half * u0, y + half * v0), QPointF(x + half * u1, y + half * v1)
                )
    else:
        for x, y in ink.points:
            painter.drawEllipse(QPointF(x, y), half, half)


def _write(painter: QPainter, ink: Words) -> None:
    font = _font(ink.size, ink.weight)
    painter.setFont(font)
    painter.setPen(QColor(ink.colour))
    left = ink.x
    if ink.align != "left":
        left -= _SHARE[ink.align] * text_width(ink.text, ink.size, ink.weight)
    painter.drawText(QPointF(left, ink.y + CAP_SHARE * ink.size), ink.text)
