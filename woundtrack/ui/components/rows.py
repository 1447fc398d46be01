"""The ground of a list's row: hovered, selected, with the keyboard's focus, or off.

Shared by the delegates of all lists; what stands on the row is each delegate's own.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from woundtrack.ui import theme


def paint_row(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Paint a row's ground: inset under the mouse; soft with a 3 px bar when selected."""
    tokens = theme.current()
    state = option.state
    area = QRectF(option.rect)
    flag = QStyle.StateFlag
    if state & flag.State_Selected:
        painter.fillRect(area, QColor(tokens.accent_soft))
        painter.fillRect(QRectF(area.left(), area.top(), 3, area.height()), QColor(tokens.accent))
    elif state & flag.State_MouseOver and state & flag.State_Enabled:
        painter.fillRect(area, QColor(tokens.inset))
    if state & flag.State_HasFocus and state & flag.State_KeyboardFocusChange:
        painter.save()
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.restore()
