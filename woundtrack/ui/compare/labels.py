"""What is written on photographs: where the lesion isn't, and not over each other.

Hides which corner that is, and how a label is painted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QTextOption

from woundtrack.ui import theme
from woundtrack.ui.components import words

INK: Final = "#FFFFFF"
QUIET: Final = "#C9D0D6"
_EDGE: Final = 12.0
_LENGTHS_MM: Final = (1, 2, 5, 10, 20, 50, 100, 200)
_BAR_PX: Final = 130.0
_LEAST_LABEL: Final = 40.0
_SMALL: Final = 300.0
_ROUND: Final = 6.0
"""So far from an edge a label stands at least, where there is room."""


@dataclass(slots=True)
class KeepOff:
    """What labels keep off: the lesion's outlines, and the labels that stand there already."""

    outlines: tuple[QPolygonF, ...] = ()
    taken: list[QRectF] = field(default_factory=list)

    def place(self, boxes: Sequence[QRectF]) -> QRectF:
        """Return the first of the boxes that covers least, and remember it as taken."""
        best = min(boxes, key=self._cost)
        self.taken.append(best)
        return best

    def _cost(self, box: QRectF) -> float:
        over = sum(1000.0 for one in self.taken if one.intersects(box))
        return over + sum(
            _covered(box.adjusted(-_ROUND, -_ROUND, _ROUND, _ROUND), one) for one in self.outlines
        )


def _covered(box: QRectF, outline: QPolygonF) -> float:
    """Return how much of a lesion lies under a box: a measure to compare boxes by."""
    if not outline.boundingRect().intersects(box):
        return 0.0
    edge = sum(box.contains(point) for point in outline.toList())
    inside = sum(
        outline.containsPoint(
            QPointF(box.left() + box.width() * x / 8, box.top() + box.height() * y / 4),
            Qt.FillRule.OddEvenFill,
        )
        for x in range(9)
        for y in range(5)
    )
    return float(min(edge, 40) + 4 * inside)


def corners(
    area: QRectF,
    edge: float,
    width: float,
    height: float,
    *,
    is_right: bool = False,
    is_at_foot: bool = False,
) -> list[QRectF]:
    """Return a box in the four corners of a rectangle, that which is asked for first.

    Then the other corner of its own side, then those of the other side.
    """
    found = []
    for right, foot in (
        (is_right, is_at_foot),
        (is_right, not is_at_foot),
        (not is_right, is_at_foot),
        (not is_right, not is_at_foot),
    ):
        box = QRectF(area.left() + edge, area.top() + edge, width, height)
        if right:
            box.moveRight(area.right() - edge)
        if foot:
            box.moveBottom(area.bottom() - edge)
        found.append(box)
    return found


@contextmanager
def enlarged(painter: QPainter, area: QRectF, large: float) -> Iterator[QRectF]:
    """Paint a rectangle's words so many times as large; yields the rectangle as they see it."""
    painter.save()
    painter.translate(area.topLeft())
    painter.scale(large, large)
    yield QRectF(0, 0, area.width() / large, area.height() / large)
    painter.restore()


def ground(painter: QPainter, rect: QRectF, radius: float = 4.0) -> None:
    """Paint the dark ground of a label."""
    colour = QColor(theme.PHOTO_CASING)
    colour.setAlphaF(0.88)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, radius, radius)


def paint_label(
    painter: QPainter,
    area: QRectF,
    lines: Sequence[str],
    keep_off: KeepOff,
    *,
    sample: Literal["left", "right"] | None = None,
    is_right: bool = False,
    is_at_foot: bool = False,
) -> None:
    """Paint a title, or none, and lines below it on a dark ground in a corner.

    In that which is asked for, or in another where the lesion lies there; ``keep_off`` learns it.
    """
    is_small = min(area.width(), area.height()) < _SMALL
    title_font = theme.font("body_strong" if is_small else "large_strong")
    note_font = theme.font("caption" if is_small else "label")
    edge, pad = (6.0, 8.0) if is_small else (_EDGE, 12.0)
    title, *notes = lines
    notes = [line for line in notes if line]
    titles, small = QFontMetricsF(title_font), QFontMetricsF(note_font)
    inset = 34.0 if sample is not None else 0.0
    wide = max(
        [titles.horizontalAdvance(title) + inset]
        + [small.horizontalAdvance(line) for line in notes]
    )
    width = min(wide + 2 * pad + 1, area.width() - 2 * edge)
    if width < _LEAST_LABEL:
        return
    head, line_height = (22.0 if title else 0.0), 15.0 if is_small else 17.0
    height = head + line_height * len(notes) + 8
    rect = keep_off.place(
        corners(area, edge, width, height, is_right=is_right, is_at_foot=is_at_foot)
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground(painter, rect)
    x, room = rect.left() + pad, width - 2 * pad + 1
    if sample is not None:
        is_left = sample == "left"
        pen = QPen(QColor(INK if is_left else theme.PHOTO_EDITED), 2.5)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if is_left:
            pen.setDashPattern([3.0, 1.6])
        painter.setPen(pen)
        y = rect.top() + 4 + head / 2
        painter.drawLine(QPointF(x, y), QPointF(x + 26, y))
    painter.setPen(QColor(INK))
    painter.setFont(title_font)
    painter.drawText(
        QRectF(x + inset, rect.top() + 4, room - inset, head),
        Qt.AlignmentFlag.AlignVCenter,
        titles.elidedText(title, Qt.TextElideMode.ElideRight, room - inset),
    )
    painter.setFont(note_font)
    painter.setPen(QColor(QUIET if title else INK))
    for place, line in enumerate(notes):
        painter.drawText(
            QRectF(x, rect.top() + 4 + head + line_height * place, room, line_height),
            Qt.AlignmentFlag.AlignVCenter,
            small.elidedText(line, Qt.TextElideMode.ElideRight, room),
        )
    painter.restore()


def paint_message(painter: QPainter, area: QRectF, text: str, large: float) -> None:
    """Write in the middle of a rectangle what is said in place of a photograph."""
    with enlarged(painter, area, large) as within:
        painter.setFont(theme.font("body"))
        painter.setPen(QColor(INK))
        room = within.adjusted(24, 60, -24, -60)
        how = QTextOption(Qt.AlignmentFlag.AlignCenter)
        # The name of an original has 64 signs: it is broken where a line is narrower.
        how.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(room, text, how)


def paint_scale_bar(
    painter: QPainter,
    area: QRectF,
    px_per_mm: float,
    count: int,
    keep_off: KeepOff,
    *,
    is_right: bool,
) -> None:
    """Paint a bar of a round length that holds for all that is seen."""
    length = next(
        (one for one in reversed(_LENGTHS_MM) if one * px_per_mm <= _BAR_PX), _LENGTHS_MM[0]
    )
    bar = length * px_per_mm
    size = words.kept_whole(f"{length}{words.THIN}mm")
    if count < 2:
        text = size
    elif count == 2:
        text = QCoreApplication.translate("Compare", "{length}, both photos").format(length=size)
    else:
        text = QCoreApplication.translate("Compare", "{length}, all photos").format(length=size)
    font = theme.font("label")
    width = max(bar, QFontMetricsF(font).horizontalAdvance(text)) + 24
    edge = _EDGE if min(area.width(), area.height()) >= _SMALL else 6.0
    boxes = corners(area, edge, width, 34, is_right=is_right, is_at_foot=True)
    # Where the foot is taken it stands above what is said there.
    boxes += [
        box.translated(0, other.top() - 4 - box.bottom())
        for other in keep_off.taken
        if other.bottom() > area.center().y()
        for box in boxes[:2]
    ]
    rect = keep_off.place(boxes)
    painter.save()
    ground(painter, rect)
    painter.setFont(font)
    painter.setPen(QColor(INK))
    painter.drawText(
        QRectF(rect.left() + 12, rect.top() + 3, width - 12, 18),
        Qt.AlignmentFlag.AlignVCenter,
        text,
    )
    y, left = rect.bottom() - 7.5, rect.left() + 12
    painter.setPen(QPen(QColor(INK), 1.5))
    painter.drawLine(QPointF(left, y), QPointF(left + bar, y))
    for x in (left, left + bar):
        painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
    painter.restore()
