"""The tools beside the canvas and the switches above it: buttons of actions, painted small.

Hides the painting; what they do, their keys and tooltips come from the table of actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.action_table import ActionTable
from woundtrack.ui.components import Panel, paint_icon, rule
from woundtrack.ui.components.buttons import key_width, paint_key, shown_key

WIDTH: Final = 44
ROW: Final = 34
LEAST_ROW: Final = 24
"""Rows shrink to this where a low window has no room for all of the tools."""


class _ActionButton(QAbstractButton):
    """Follows an action: its state, whether it is on, its tooltip."""

    def __init__(self, action: QAction, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self._key = key
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setText(self._action.text())
        self.setEnabled(self._action.isEnabled())
        self.setCheckable(self._action.isCheckable())
        self.setChecked(self._action.isChecked())
        self.setToolTip(self._action.toolTip())
        self.setAccessibleName(self._action.text())
        self.update()

    def nextCheckState(self) -> None:
        """Leave being checked to the action."""

    def paint_focus(self, painter: QPainter) -> None:
        """Paint the ring of the keyboard's focus; the mouse gives these no focus."""
        if self.hasFocus():
            painter.setOpacity(1.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)


class ToolButton(_ActionButton):
    """A tool: its icon, with its letter small at the corner."""

    def __init__(self, action: QAction, icon: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(action, key, parent)
        self._icon = icon
        self.setFixedSize(WIDTH - 10, ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        is_in_hand = self.isChecked()
        if is_in_hand:
            painter.setPen(QColor(tokens.accent))
            painter.setBrush(QColor(tokens.accent_soft))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.fillRect(QRectF(0, 3, 3, area.height() - 6), QColor(tokens.accent))
        elif self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.inset if not self.isDown() else tokens.line))
            painter.drawRoundedRect(area, 4, 4)
        ink = tokens.accent if is_in_hand else tokens.text
        if not self.isEnabled():
            ink = tokens.text3
        shift = 3 if self._key else 0
        side = QRectF(area.center().x() - 10 - shift, area.center().y() - 10, 20, 20)
        painter.setOpacity(1.0 if self.isEnabled() else 0.6)
        paint_icon(painter, side, self._icon, ink)
        if self._key:
            painter.setFont(theme.font("tool_key", 600 if is_in_hand else 500))
            painter.setPen(QColor(ink if is_in_hand else tokens.text2))
            painter.drawText(
                area.adjusted(0, 0, -3, -3),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom,
                self._key,
            )
        self.paint_focus(painter)


class SwitchButton(_ActionButton):
    """A switch or a step above the canvas: icon, a word, and its key."""

    def __init__(
        self,
        action: QAction,
        words: str,
        icon: str,
        key: str,
        *,
        icon_off: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(action, key, parent)
        self._words, self._icon, self._icon_off = words, icon, icon_off or icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(theme.font("label", 500)).horizontalAdvance(self._words)
        key = 6 + key_width(self._key) if self._key else 0
        return QSize(round(6 + 16 + 6 + words + key + 6), 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.inset))
            painter.drawRoundedRect(area, 4, 4)
        is_off = self.isCheckable() and not self.isChecked()
        ink = tokens.text2 if is_off else tokens.text
        if not self.isEnabled():
            ink = tokens.text3
        icon = self._icon_off if is_off else self._icon
        paint_icon(painter, QRectF(6, area.center().y() - 8, 16, 16), icon, ink)
        font = theme.font("label", 500)
        wide = QFontMetricsF(font).horizontalAdvance(self._words)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        place = QRectF(28, 0, wide + 2, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._words)
        if self._key:
            cap = QRectF(28 + wide + 6, area.center().y() - 8, key_width(self._key), 16)
            paint_key(painter, cap, self._key, ink=tokens.text2, line=tokens.line)
        self.paint_focus(painter)


class ToolStrip(Panel):
    """The tools in groups, top to bottom.

    Parameters
    ----------
    groups
        Ids of bound actions; a line divides the groups.
    """

    def __init__(
        self,
        table: ActionTable,
        groups: Sequence[Sequence[str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("panel_left", parent)
        self.setFixedWidth(WIDTH)
        self.buttons: dict[str, ToolButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(5, 8, 5, 8)
        layout.setSpacing(0)
        self._gaps = 11 * (len(groups) - 1) + 16
        for place, group in enumerate(groups):
            if place:
                layout.addSpacing(5)
                layout.addWidget(rule())
                layout.addSpacing(5)
            for action_id in group:
                entry = table.entry(action_id)
                key = entry.keys[0] if entry.keys and len(entry.keys[0]) == 1 else ""
                button = ToolButton(table[action_id], entry.icon or "circle", key)
                self.buttons[action_id] = button
                layout.addWidget(button)
        layout.addStretch(1)

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDTH, LEAST_ROW * len(self.buttons) + self._gaps)

    def resizeEvent(self, event: QResizeEvent) -> None:
        row = (self.height() - self._gaps) // max(len(self.buttons), 1)
        for button in self.buttons.values():
            button.setFixedHeight(min(max(row, LEAST_ROW), ROW))
        super().resizeEvent(event)


def switch(
    table: ActionTable, action_id: str, words: str, icon: str, icon_off: str
) -> SwitchButton:
    """Return a switch of a bound action, with its key."""
    key = shown_key(table.keys_of(action_id))
    return SwitchButton(table[action_id], words, icon, key, icon_off=icon_off)
