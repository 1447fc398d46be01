"""How the body map looks: skin, lines, what is under the mouse, selected or focused, and words.

Hides the colours and widths of every state; places come from the stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from woundtrack.ui import theme
from woundtrack.ui.body_map.dots import paint_dot

if TYPE_CHECKING:
    from woundtrack.ui.body_map.stage import Placed, Stage


_ABSOLUTE: Final = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What is marked on the stage, by id, and the few words that stand on it."""

    selected: frozenset[str]
    hovered: str | None
    is_pressed: bool
    focused: str | None
    lesion_id: str | None
    front: str
    back: str
    left: str
    right: str
    no_side: str


def paint_stage(painter: QPainter, stage: Stage, look: Look) -> None:
    """Paint everything."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_skin(painter, stage, look)
    _paint_lines(painter, stage)
    _paint_marks(painter, stage, look)
    _paint_words(painter, stage, look)
    for dot in stage.dots:
        paint_dot(painter, dot)
    _paint_dot_marks(painter, stage, look)


def _paint_skin(painter: QPainter, stage: Stage, look: Look) -> None:
    tokens = theme.current()
    line = QPen(_between(tokens.line, tokens.edge, 0.4), max(0.7, min(1.0, 1.6 * stage.scale)))
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(line)
    for placed in stage.placed:
        painter.setBrush(_ground(placed, stage, look))
        painter.drawPath(placed.path)


def _ground(placed: Placed, stage: Stage, look: Look) -> QColor:
    tokens, region_id = theme.current(), placed.region.id
    is_hovered = region_id == look.hovered
    if region_id in look.selected or (is_hovered and look.is_pressed):
        return QColor(tokens.accent_soft_pressed)
    if is_hovered or region_id in stage.tinted:
        return QColor(tokens.accent_soft)
    return QColor(tokens.inset)


def _paint_lines(painter: QPainter, stage: Stage) -> None:
    tokens = theme.current()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    fine = QPen(_between(tokens.line, tokens.edge, 0.6), max(0.6, min(1.0, 1.5 * stage.scale)))
    fine.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(fine)
    for path in stage.details:
        painter.drawPath(path)
    bold = QPen(_between(tokens.edge, tokens.text2, 0.7), max(1.0, min(1.8, 2.6 * stage.scale)))
    bold.setCapStyle(Qt.PenCapStyle.RoundCap)
    bold.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(bold)
    for path in stage.outlines:
        painter.drawPath(path)


def _paint_marks(painter: QPainter, stage: Stage, look: Look) -> None:
    """Paint the borders of what is selected and under the mouse, then the keyboard's ring."""
    tokens = theme.current()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for placed in stage.placed:
        if placed.region.id in look.selected:
            painter.setPen(QPen(QColor(tokens.accent), 1.6))
            painter.drawPath(_shown(placed, stage))
        elif placed.region.id == look.hovered:
            painter.setPen(QPen(QColor(tokens.accent), 1.2))
            painter.drawPath(_shown(placed, stage))
    focused = None if look.focused is None else stage.find(look.focused)
    if focused is not None:
        shape = _shown(focused, stage)
        # Not the accent: what is selected has a line of that colour, and may be where the keys are.
        for colour, width in ((tokens.surface, 6.0), (tokens.text, 2.6)):
            pen = QPen(QColor(colour), width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(shape)


def _shown(placed: Placed, stage: Stage) -> QPainterPath:
    """Return what is seen of a region: without what lies on top of it."""
    shape = QPainterPath(placed.path)
    above = stage.placed[stage.placed.index(placed) + 1 :]
    for other in above:
        if other.region.part in _ON_TOP and other.path.intersects(shape):
            shape = shape.subtracted(other.path)
    return shape


_ON_TOP: Final = frozenset({"front-head", "back-head", "front-breast", "front-genital"})
"""The parts that cover others; all the rest only touch."""


def _paint_dot_marks(painter: QPainter, stage: Stage, look: Look) -> None:
    tokens = theme.current()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for dot in stage.dots:
        lesion_id = dot.course.lesion.id
        if lesion_id == look.lesion_id:
            painter.setPen(QPen(QColor(tokens.surface), 4))
            painter.drawEllipse(dot.centre, dot.radius + 2.4, dot.radius + 2.4)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawEllipse(dot.centre, dot.radius + 2.6, dot.radius + 2.6)
        elif lesion_id == look.hovered:
            painter.setPen(QPen(QColor(tokens.text2), 1.4))
            painter.drawEllipse(dot.centre, dot.radius + 2, dot.radius + 2)
        if lesion_id == look.focused:
            away = dot.radius + (5.4 if lesion_id == look.lesion_id else 2.8)
            for colour, width in ((tokens.surface, 4.0), (tokens.text, 2.0)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawEllipse(dot.centre, away, away)


def _paint_words(painter: QPainter, stage: Stage, look: Look) -> None:
    """Paint which view is which, the figure's sides, and what the dots beside the feet are.

    Absolutely: the figure stands as it stands, whichever way the language is written.
    """
    tokens = theme.current()
    font = theme.font("caption")
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    height = metrics.height()
    front, back = stage.halves
    for half, title, align, sides in (
        (front, look.front, Qt.AlignmentFlag.AlignLeft, (look.right, look.left)),
        (back, look.back, Qt.AlignmentFlag.AlignRight, (look.left, look.right)),
    ):
        painter.setPen(QColor(tokens.text2))
        head = QRectF(half.left() + 3, half.top() + 1, half.width() - 6, height)
        painter.drawText(head, align | _ABSOLUTE, title)
        painter.setPen(QColor(tokens.text3))
        away = 96 * stage.scale
        base = half.bottom() - height
        for side, x in zip(
            sides, (half.center().x() - away, half.center().x() + away), strict=True
        ):
            width = metrics.horizontalAdvance(side)
            painter.drawText(
                QRectF(x - width, base, 2 * width, height), Qt.AlignmentFlag.AlignCenter, side
            )
    if stage.unplaced:
        painter.setPen(QColor(tokens.text2))
        head = QRectF(stage.tray.left(), stage.tray.top(), stage.tray.width(), height)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, look.no_side)


def _between(one: str, other: str, share: float) -> QColor:
    """Return the colour that lies a share of the way from one to another."""
    first, second = QColor(one), QColor(other)
    return QColor(
        round(first.red() + share * (second.red() - first.red())),
        round(first.green() + share * (second.green() - first.green())),
        round(first.blue() + share * (second.blue() - first.blue())),
    )
