"""Everything on the page grows with the screen: sizes in units of a screen 1366 × 768.

Hides how large a unit is. Nothing that is written is under 22 units high.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from woundtrack.ui import theme

WIDTH: Final = 1366.0
HEIGHT: Final = 768.0
SMALL: Final = 22.0
"""The least size of type."""
BODY: Final = 24.0
VALUE: Final = 30.0
CODE: Final = 40.0

_LEFT = Qt.AlignmentFlag.AlignLeft
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


def unit_px(width: float, height: float) -> float:
    """Return how many px a unit is on a screen of this size."""
    return min(width / WIDTH, height / HEIGHT)


@cache
def type_of(size: float, weight: int = 400) -> QFont:
    """Return the window's type, so many units high; one font a size, not to be changed."""
    made = theme.font("body", weight)
    made.setPixelSize(round(size))
    return made


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: int = 400) -> float:
    """Return how wide a text is, units."""
    return QFontMetricsF(type_of(size, weight)).horizontalAdvance(text)


def fitted(
    text: str, size: float, width: float, weight: int = 400, *, keeps_end: bool = False
) -> str:
    """Return the text, cut short with … where it is wider than ``width``: at its end, or inside."""
    mode = Qt.TextElideMode.ElideMiddle if keeps_end else Qt.TextElideMode.ElideRight
    return QFontMetricsF(type_of(size, weight)).elidedText(text, mode, max(width, 0.0))


def wrapped(text: str, size: float, width: float, weight: int = 400) -> list[str]:
    """Return a text in lines that are no wider than ``width``, broken at spaces."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):  # a thin space keeps a number by its unit
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def write(
    painter: QPainter,
    box: QRectF,
    text: str,
    *,
    size: float = BODY,
    weight: int = 400,
    colour: str | None = None,
    align: Qt.AlignmentFlag = _LEFT,
) -> None:
    """Write one line into a box, in its middle from top to bottom, cut short where it must be."""
    painter.setFont(type_of(size, weight))
    painter.setPen(QColor(colour or theme.current().text))
    painter.drawText(box, align | _MIDDLE, fitted(text, size, box.width() + 1, weight))


def chip_width(label: str) -> float:
    """Return how wide a lesion's chip is, units."""
    return max(52.0, text_width(label, SMALL, 600) + 24)


def paint_chip(painter: QPainter, box: QRectF, label: str, number: int) -> None:
    """Paint a lesion's label in its series' colour and dash."""
    tokens = theme.current()
    series = theme.lesion_series(number, tokens)
    pen = QPen(QColor(series.colour), 3.0)
    if series.is_dashed:
        pen.setDashPattern([2.5, 1.6])
    painter.save()
    painter.setPen(pen)
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)
    painter.restore()
    write(
        painter,
        box.adjusted(6, 0, -6, 0),
        label,
        size=SMALL,
        weight=600,
        align=Qt.AlignmentFlag.AlignHCenter,
    )


def key_width(key: str) -> float:
    """Return how wide a key is, units."""
    return max(40.0, text_width(key, SMALL) + 22)


def paint_key(painter: QPainter, box: QRectF, key: str) -> None:
    """Paint a key of the keyboard."""
    tokens = theme.current()
    painter.setPen(QPen(QColor(tokens.line), 1.2))
    painter.setBrush(QColor(tokens.inset))
    painter.drawRoundedRect(box, 4, 4)
    write(
        painter,
        box,
        key,
        size=SMALL,
        colour=tokens.text2,
        align=Qt.AlignmentFlag.AlignHCenter,
    )


def paint_sign(painter: QPainter, box: QRectF, sign: str, colour: str) -> None:
    """Paint what became of a lesion: ``down``, ``up``, ``same``, ``unknown``."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    if sign in {"up", "down"}:
        path = QPainterPath()
        tip, base = (box.bottom(), box.top()) if sign == "down" else (box.top(), box.bottom())
        path.moveTo(box.left(), base)
        path.lineTo(box.right(), base)
        path.lineTo(box.center().x(), tip)
        path.closeSubpath()
        painter.drawPath(path)
    elif sign == "same":
        for y in (box.top() + box.height() * 0.24, box.top() + box.height() * 0.64):
            painter.drawRect(QRectF(box.left(), y, box.width(), box.height() * 0.15))
    painter.restore()
    if sign == "unknown":
        write(
            painter,
            box.adjusted(-6, -8, 6, 8),
            "?",
            size=BODY,
            weight=600,
            colour=colour,
            align=Qt.AlignmentFlag.AlignHCenter,
        )


class Pane(QWidget):
    """A part of the page that is painted in units; ``unit`` is how many px one is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unit = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def room(self) -> QRectF:
        """The pane's own rectangle, units."""
        return QRectF(0, 0, self.width() / self.unit, self.height() / self.unit)

    def painter(self) -> QPainter:
        """Return a painter in units."""
        made = QPainter(self)
        made.setRenderHint(QPainter.RenderHint.Antialiasing)
        made.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        made.scale(self.unit, self.unit)
        return made
