"""How the rows of the patients panel look: a patient, a lesion, the name of a site's group.

Hides the painting; the roles say what a row has to be given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from woundtrack.ui import change, theme
from woundtrack.ui.components.chips import badge_width, chip_width, paint_badge, paint_lesion_chip
from woundtrack.ui.components.icons import paint_icon
from woundtrack.ui.components.rows import paint_row

if TYPE_CHECKING:
    from woundtrack.model import LesionTimeline

WIDTH: Final = 240
PATIENT: Final = Qt.ItemDataRole.UserRole + 1
SECOND_LINE: Final = Qt.ItemDataRole.UserRole + 2
WAITING: Final = Qt.ItemDataRole.UserRole + 3
LESION: Final = Qt.ItemDataRole.UserRole + 1
ROW: Final = 44
LESION_ROW: Final = 30
GROUP_ROW: Final = 24
_WIDEST_CHIP: Final = 104
"""Leaves the area, and the beginning of the site, their room."""


class PatientRow(QStyledItemDelegate):
    """Code, what is known in a line, and how many photographs wait."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(WIDTH - 1, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens = theme.current()
        area = QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        paint_row(painter, option)
        painter.save()
        right: float = area.right() - 12
        if waiting := index.data(WAITING):
            text = str(waiting)
            badge = badge_width(text)
            place = QRectF(right - badge, area.center().y() - 10, badge, 20)
            paint_badge(painter, place, text)
            right -= badge + 8
        made = theme.font("body", 600 if is_chosen else 500)
        painter.setFont(made)
        painter.setPen(QColor(tokens.text))
        width = right - area.left() - 13
        line = QRectF(area.left() + 13, area.top() + 6, width, 18)
        # The ends of a code tell most: two that begin alike stay apart.
        fitted = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideMiddle, round(width)
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, fitted)
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.text2))
        line = QRectF(area.left() + 13, area.top() + 23, width, 16)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, str(index.data(SECOND_LINE)))
        painter.restore()


class LesionRow(QStyledItemDelegate):
    """Chip, site, area and the sign of its change; or the name of a site's group."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        height = GROUP_ROW if index.data(LESION) is None else LESION_ROW
        return QSize(WIDTH - 1, height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens = theme.current()
        area = QRectF(option.rect)
        course: LesionTimeline | None = index.data(LESION)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if course is None:
            painter.setFont(theme.font("caption", 600))
            painter.setPen(QColor(tokens.text2))
            line = area.adjusted(13, 0, -13, 0)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
            painter.restore()
            return
        paint_row(painter, option)
        chip = min(chip_width(course.lesion.label), _WIDEST_CHIP)
        place = QRectF(area.left() + 13, area.center().y() - 9, chip, 18)
        paint_lesion_chip(painter, place, course.lesion.label, course.lesion.number)
        sign = QRectF(area.right() - 26, area.center().y() - 7, 14, 14)
        if course.ended is None:
            paint_sign(painter, sign, change.of(course))
        shown = change.shown_area(course)
        painter.setFont(theme.font("body_strong"))
        painter.setPen(QColor(tokens.text))
        right = area.right() - 34
        taken = painter.fontMetrics().horizontalAdvance(shown)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(
            QRectF(right - taken - 2, area.top(), taken + 2, area.height()), align, shown
        )
        painter.setFont(theme.font("label", 400))
        left = area.left() + 13 + chip + 8
        room = right - taken - 8 - left
        site = course.lesion.site.words.capitalize()
        fitted = painter.fontMetrics().elidedText(site, Qt.TextElideMode.ElideRight, round(room))
        painter.drawText(
            QRectF(left, area.top(), room, area.height()), Qt.AlignmentFlag.AlignVCenter, fitted
        )
        painter.restore()


def paint_sign(painter: QPainter, rect: QRectF, what: change.Change) -> None:
    """Paint the sign of a change: filled ▼ smaller, hollow ▲ larger, = within error, ?, ✓."""
    tokens = theme.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, across, tall = rect.center(), rect.width() * 0.86, rect.height() * 0.7
    left, right = middle.x() - across / 2, middle.x() + across / 2
    top, bottom = middle.y() - tall / 2, middle.y() + tall / 2
    painter.setPen(QColor(tokens.accent))
    if what is change.Change.SMALLER:
        painter.setBrush(QColor(tokens.accent))
        painter.drawPolygon(_polygon((left, top), (right, top), (middle.x(), bottom)))
    elif what is change.Change.LARGER:
        pen = painter.pen()
        pen.setWidthF(1.5)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_polygon((left, bottom), (right, bottom), (middle.x(), top)))
    elif what is change.Change.WITHIN_ERROR:
        for y in (middle.y() - 3.5, middle.y() + 1.5):
            painter.fillRect(QRectF(left, y, across, 2), QColor(tokens.text))
    elif what is change.Change.CLOSED:
        paint_icon(painter, rect, "check", tokens.text)
    elif what is change.Change.CANNOT_TELL:
        painter.setPen(QColor(tokens.text))
        painter.setFont(theme.font("body_strong"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "?")
    painter.restore()


def _polygon(*corners: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in corners])
