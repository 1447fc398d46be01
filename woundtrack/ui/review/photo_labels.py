"""What is written on the photograph in the view's own pixels: labels, hints, the scale bar.

Hides where a label finds room: beside what it names, inside the view, clear of the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from woundtrack.ui import theme
from woundtrack.ui.components import paint_icon, words

INK: Final = "#FFFFFF"
QUIET_INK: Final = "#B7C0C8"
HEIGHT: Final = 22.0
_PADDING: Final = 7.0
_EDGE: Final = 12.0
_FARTHEST: Final = 40.0
"""How far below its corner a tag's number may come to stand: there it still lies on the tag."""
_LENGTHS_MM: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def ground(painter: QPainter, rect: QRectF) -> None:
    """Paint the dark ground that every label stands on."""
    colour = QColor(theme.PHOTO_CASING)
    colour.setAlphaF(0.88)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, 3, 3)


class Labels:
    """Places and paints the labels of one painting of a view.

    Parameters
    ----------
    view
        The view's own rectangle.
    """

    def __init__(self, painter: QPainter, view: QRectF) -> None:
        self._painter = painter
        self._view = view.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        self._taken: list[QRectF] = []
        self._wounds: list[QRectF] = []
        self._strong = theme.font("label_strong")
        self._plain = theme.font("label", 500)

    def keep_clear(self, wounds: Sequence[QRectF]) -> None:
        """Say what no label may cover where there is room elsewhere."""
        self._wounds = list(wounds)

    def hint(self, parts: Sequence[str]) -> QRectF:
        """Write what the mouse does, at the top left; parts divided by lines."""
        metrics = QFontMetricsF(self._plain)
        widths = [metrics.horizontalAdvance(part) for part in parts]
        width = sum(widths) + 24 * len(parts)
        rect = QRectF(self._view.left(), self._view.top(), width, 28)
        ground(self._painter, rect)
        x = rect.left() + 12
        self._painter.setFont(self._plain)
        for place, (part, wide) in enumerate(zip(parts, widths, strict=True)):
            if place:
                self._painter.setPen(QPen(QColor("#626C76"), 1))
                line = round(x - 12) + 0.5
                self._painter.drawLine(
                    QPointF(line, rect.top() + 7), QPointF(line, rect.bottom() - 7)
                )
            self._painter.setPen(QColor(INK))
            self._painter.drawText(
                QRectF(x, rect.top(), wide + 1, rect.height()),
                Qt.AlignmentFlag.AlignVCenter,
                part,
            )
            x += wide + 24
        self._taken.append(rect)
        return rect

    def notice(self, text: str, icon: str, colour: str, below: QRectF) -> None:
        """Write a sentence with its sign below another label, over several lines if need be."""
        metrics = QFontMetricsF(self._plain)
        widest = min(520.0, self._view.width() - 44)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        bounds = metrics.boundingRect(QRectF(0, 0, widest, 400), flags, text)
        top = below.bottom() + 6 if not below.isNull() else self._view.top()
        rect = QRectF(self._view.left(), top, bounds.width() + 46, bounds.height() + 14)
        ground(self._painter, rect)
        sign = QRectF(rect.left() + 12, rect.top() + 7, 16, 16)
        paint_icon(self._painter, sign, icon, colour)
        self._painter.setFont(self._plain)
        self._painter.setPen(QColor(INK))
        inside = QRectF(rect.left() + 36, rect.top() + 7, bounds.width() + 1, bounds.height() + 1)
        self._painter.drawText(inside, flags, text)
        self._taken.append(rect)

    def foot(self, text: str, icon: str) -> QRectF:
        """Write what holds for the whole picture, with its sign, at the bottom left."""
        wide = QFontMetricsF(self._plain).horizontalAdvance(text)
        rect = QRectF(self._view.left(), self._view.bottom() - 28, wide + 46, 28)
        ground(self._painter, rect)
        sign = QRectF(rect.left() + 12, rect.top() + 6, 16, 16)
        paint_icon(self._painter, sign, icon, QUIET_INK)
        self._painter.setFont(self._plain)
        self._painter.setPen(QColor(INK))
        inside = QRectF(rect.left() + 36, rect.top(), wide + 1, rect.height())
        self._painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, text)
        self._taken.append(rect)
        return rect

    def scale_bar(self, px_per_mm: float) -> None:
        """Draw a bar of a round length at the bottom right."""
        length = next(
            (one for one in reversed(_LENGTHS_MM) if one * px_per_mm <= 110), _LENGTHS_MM[0]
        )
        bar = length * px_per_mm
        text = words.kept_whole(f"{length}{words.THIN}mm")
        metrics = QFontMetricsF(self._strong)
        width = max(bar, metrics.horizontalAdvance(text)) + 24
        rect = QRectF(self._view.right() - width, self._view.bottom() - 32, width, 32)
        ground(self._painter, rect)
        self._painter.setFont(self._strong)
        self._painter.setPen(QColor(INK))
        self._painter.drawText(
            QRectF(rect.left(), rect.top() + 2, rect.width(), 18),
            Qt.AlignmentFlag.AlignCenter,
            text,
        )
        y = rect.bottom() - 7.5
        left = rect.center().x() - bar / 2
        self._painter.setPen(QPen(QColor(INK), 1.5))
        for x in (left, left + bar):
            self._painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
        self._painter.drawLine(QPointF(left, y), QPointF(left + bar, y))
        self._taken.append(rect)

    def head(self, head_deg: float) -> None:
        """Draw an arrow towards the patient's head, left of the scale bar."""
        text = QCoreApplication.translate("PhotoLabels", "head")
        wide = QFontMetricsF(self._strong).horizontalAdvance(text)
        edge = self._taken[-1].left() - 6 if self._taken else self._view.right()
        rect = QRectF(edge - wide - 50, self._view.bottom() - 32, wide + 50, 32)
        ground(self._painter, rect)
        self._painter.save()
        self._painter.translate(rect.left() + 20, rect.center().y())
        self._painter.rotate(head_deg)
        self._painter.setPen(QPen(QColor(INK), 2.0))
        self._painter.drawPolyline([QPointF(0, 10), QPointF(0, -10)])
        self._painter.drawPolyline([QPointF(-5, -5), QPointF(0, -10), QPointF(5, -5)])
        self._painter.restore()
        self._painter.setFont(self._strong)
        self._painter.setPen(QColor(INK))
        inside = QRectF(rect.left() + 40, rect.top(), wide + 2, rect.height())
        self._painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, text)
        self._taken.append(rect)

    def beside(
        self,
        what: QRectF,
        label: str,
        text: str,
        *,
        is_strong: bool = True,
        sign: tuple[str, str] | None = None,
        ink: str = theme.PHOTO_EDITED,
    ) -> QRectF:
        """Write a label beside what it names; return where it came to stand.

        Parameters
        ----------
        what
            Where the named thing is, in the view.
        sign
            An icon and its colour at the left.
        ink
            The colour of the label itself.
        """
        strong, plain = QFontMetricsF(self._strong), QFontMetricsF(self._font(is_strong=is_strong))
        width = 2 * _PADDING + strong.horizontalAdvance(label) + plain.horizontalAdvance(text)
        if label and text:
            width += 6
        if sign is not None:
            width += 18
        rect = self._room_for(what, width)
        ground(self._painter, rect)
        x = rect.left() + _PADDING
        if sign is not None:
            paint_icon(self._painter, QRectF(x, rect.center().y() - 7, 14, 14), *sign)
            x += 18
        for piece, font, colour in (
            (label, self._strong, ink),
            (text, self._font(is_strong=is_strong), INK),
        ):
            if not piece:
                continue
            wide = QFontMetricsF(font).horizontalAdvance(piece)
            self._painter.setFont(font)
            self._painter.setPen(QColor(colour))
            self._painter.drawText(
                QRectF(x, rect.top(), wide + 2, rect.height()),
                Qt.AlignmentFlag.AlignVCenter,
                piece,
            )
            x += wide + 6
        self._taken.append(rect)
        return rect

    def tag(self, corner: QPointF, number: str, *, is_good: bool) -> QRectF:
        """Write the number of a card's tag above it, with the sign of its state; return where.

        It gives way to what stands there already; empty where there is no room beside its tag.
        """
        font = theme.font("caption", 600)
        wide = QFontMetricsF(font).horizontalAdvance(number)
        rect = QRectF(corner.x(), corner.y() - 20, wide + 26, 17)
        for taken in self._taken:  # from the top down: hint and notice come first
            if rect.intersects(taken):
                rect.moveTop(taken.bottom() + 2)
        if rect.top() > corner.y() + _FARTHEST:
            return QRectF()
        if not self._view.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE).contains(rect):
            return QRectF()
        ground(self._painter, rect)
        icon, colour = (
            ("check-bold", theme.PHOTO_CARD_GOOD)
            if is_good
            else ("warning", theme.PHOTO_CARD_DOUBT)
        )
        paint_icon(self._painter, QRectF(rect.left() + 4, rect.top() + 2.5, 12, 12), icon, colour)
        self._painter.setFont(font)
        self._painter.setPen(QColor(INK))
        inside = QRectF(rect.left() + 20, rect.top(), wide + 2, rect.height())
        self._painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, number)
        self._taken.append(rect)
        return rect

    def _font(self, *, is_strong: bool) -> QFont:
        return self._strong if is_strong else self._plain

    def _room_for(self, what: QRectF, width: float) -> QRectF:
        """Return a free place near ``what``: above its right end first, then round it."""
        gap = 8.0
        places = (
            QPointF(what.right() - width * 0.25, what.top() - HEIGHT - gap),
            QPointF(what.right() + gap, what.center().y() - HEIGHT / 2),
            QPointF(what.center().x() - width / 2, what.bottom() + gap),
            QPointF(what.left() - width - gap, what.center().y() - HEIGHT / 2),
            QPointF(what.left(), what.top() - HEIGHT - gap),
            QPointF(what.center().x() - width / 2, what.center().y() - HEIGHT / 2),
        )
        best, fewest = QRectF(), math.inf
        for cost, place in enumerate(places):
            rect = self._inside(QRectF(place.x(), place.y(), width, HEIGHT))
            moved = abs(rect.x() - place.x()) + abs(rect.y() - place.y())
            # A label on another can't be read at all; one on a wound hides some of it.
            overlap = sum(
                weight * (rect & taken).width() * (rect & taken).height()
                for weight, rects in ((8, self._taken), (1, self._wounds))
                for taken in rects
                if rect.intersects(taken)
            )
            total = overlap + moved * 4 + cost
            if total < fewest:
                best, fewest = rect, total
        return best

    def _inside(self, rect: QRectF) -> QRectF:
        """Return the rectangle moved into the view."""
        x = min(max(rect.x(), self._view.left()), self._view.right() - rect.width())
        y = min(max(rect.y(), self._view.top()), self._view.bottom() - rect.height())
        return QRectF(x, y, rect.width(), rect.height())
