"""The dots on the body map, one a lesion: how large, where, and how each is painted.

Hides how dots of one place keep clear of each other, the colours of change and their signs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from woundtrack.ui import change, theme
from woundtrack.ui.change import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from woundtrack.model import LesionTimeline

SMALLEST: Final = 5.0
LARGEST: Final = 14.0
"""Radii in logical px."""
_RADIUS_OF_1_CM2: Final = 1.75
"""A dot's area is in proportion to its lesion's; the largest dot is one of 64 cm²."""
_APART: Final = 1.5
_STEP: Final = 1.5
_AT_ONCE: Final = 8
"""Rings that are looked over together: a dot among others finds its room on the first dozen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """One lesion on the map; ``centre`` and ``radius`` in logical px of the widget."""

    course: LesionTimeline
    centre: QPointF
    radius: float

    @property
    def box(self) -> QRectF:
        """The square round the dot."""
        side = 2 * self.radius
        return QRectF(self.centre.x() - self.radius, self.centre.y() - self.radius, side, side)

    def is_at(self, place: QPointF, slack: float = 0) -> bool:
        """Whether a place lies on the dot, or no farther from it than ``slack``."""
        away = place - self.centre
        return math.hypot(away.x(), away.y()) <= self.radius + slack


def radius_of(course: LesionTimeline) -> float:
    """Return a dot's radius: its area is in proportion to the lesion's, between the two ends.

    The smallest where the lesion is closed or ended, or its newest area isn't known.
    """
    is_there = course.points and course.ended is None
    area_cm2 = course.points[-1].area_cm2 if is_there else None
    wanted = _RADIUS_OF_1_CM2 * math.sqrt(area_cm2 or 0)
    return min(max(wanted, SMALLEST), LARGEST)


def place_dot(
    course: LesionTimeline,
    start: QPointF,
    others: Sequence[Dot],
    holds: Callable[[QPointF], bool],
    bounds: QRectF,
) -> Dot:
    """Return the dot of a lesion, clear of all others and as near to ``start`` as can be.

    Its centre lies where ``holds`` says so, as long as there is room; else beside it.
    """
    radius = radius_of(course)
    inside = bounds.adjusted(radius, radius, -radius, -radius)
    taken = np.array(
        [(one.centre.x(), one.centre.y(), radius + one.radius + _APART) for one in others]
    ).reshape(-1, 3)
    middle = np.array((start.x(), start.y()))
    rings = max(int(math.hypot(bounds.width(), bounds.height()) / _STEP), 1)
    for may_lie in (holds, inside.contains):
        for first in range(0, rings, _AT_ONCE):
            places = _rings(first, min(first + _AT_ONCE, rings)) + middle
            across, down = places[:, :1] - taken[:, 0], places[:, 1:] - taken[:, 1]
            is_clear = (across * across + down * down >= taken[:, 2] ** 2).all(axis=1)
            for x, y in places[is_clear].tolist():
                centre = QPointF(x, y)
                if may_lie(centre):
                    return Dot(course=course, centre=centre, radius=radius)
    return Dot(course=course, centre=start, radius=radius)


@cache
def _rings(first: int, end: int) -> NDArray[np.float64]:
    """Return the places on the rings from one up to another, the inner ones first."""
    return np.concatenate([_ring(number) for number in range(first, end)])


def _ring(number: int) -> NDArray[np.float64]:
    """Return places on a ring round (0, 0), rows of x and y; ring 0 is its middle."""
    if number == 0:
        return np.zeros((1, 2))
    turn = 2 * np.pi * np.arange(6 * number) / (6 * number)
    return number * _STEP * np.column_stack((np.cos(turn), np.sin(turn)))


# --- painting ------------------------------------------------------------------------------------


_LARGER: Final = {"light": "#B4530A", "dark": "#F2A65A"}
"""Far from the accent for every kind of colour vision (ΔE*ab 68 and more), and neither green nor
red: larger is a fact, no verdict."""


def colour_of(what: Change) -> str:
    """Return the colour of a change; its sign says the same without colour."""
    tokens = theme.current()
    if what is Change.SMALLER:
        return tokens.accent
    if what is Change.LARGER:
        return _LARGER[tokens.name]
    return tokens.edge


def paint_dot(painter: QPainter, dot: Dot) -> None:
    """Paint a dot in the colour of its change, with its sign inside; closed or ended: a ring."""
    ground = QColor(theme.current().surface)
    what = change.of(dot.course)
    colour = QColor(colour_of(what))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # A casing keeps the dot clear of the lines it lies on.
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(dot.centre, dot.radius + 1.2, dot.radius + 1.2)
    if what is Change.CLOSED or dot.course.ended is not None:
        painter.setPen(QPen(colour, 1.8))
        painter.drawEllipse(dot.centre, dot.radius - 0.9, dot.radius - 0.9)
    elif what is Change.CANNOT_TELL:
        painter.setPen(QPen(colour, 1.2))
        painter.drawEllipse(dot.centre, dot.radius - 0.6, dot.radius - 0.6)
        _paint_sign(painter, dot.centre, dot.radius, what, colour)
    else:
        painter.setBrush(colour)
        painter.drawEllipse(dot.centre, dot.radius, dot.radius)
        _paint_sign(painter, dot.centre, dot.radius, what, ground)
    painter.restore()


def _paint_sign(
    painter: QPainter, centre: QPointF, radius: float, what: Change, ink: QColor
) -> None:
    """Paint ▼ smaller, hollow ▲ larger, = within error, ? cannot tell, • the first of all."""
    half = radius * 0.52
    if what in {Change.SMALLER, Change.LARGER}:
        base, tip = (-0.72, 0.92) if what is Change.SMALLER else (0.66, -0.98)
        corners = QPolygonF(
            [
                centre + QPointF(-half, base * half),
                centre + QPointF(half, base * half),
                centre + QPointF(0, tip * half),
            ]
        )
        is_filled = what is Change.SMALLER
        painter.setBrush(QBrush(ink) if is_filled else QBrush(Qt.BrushStyle.NoBrush))
        pen = QPen(ink, 0.8 if is_filled else max(1.1, radius * 0.16))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolygon(corners)
    elif what is Change.WITHIN_ERROR:
        thick = max(1.3, radius * 0.2)
        for y in (-radius * 0.24, radius * 0.24):
            bar = QRectF(centre.x() - half, centre.y() + y - thick / 2, 2 * half, thick)
            painter.fillRect(bar, ink)
    elif what is Change.CANNOT_TELL:
        font = theme.font("body", 700)
        font.setPixelSize(max(8, round(radius * 1.5)))
        painter.setFont(font)
        painter.setPen(ink)
        box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")
    elif what is Change.FIRST:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(centre, radius * 0.3, radius * 0.3)
