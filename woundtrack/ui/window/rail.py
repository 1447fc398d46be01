"""The rail at the left edge: the rooms, and at its foot Find and Menu.

Hides the painting of the items. An item follows its action; a room's item shows where one is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import Panel
from woundtrack.ui.components.chips import badge_width, paint_badge
from woundtrack.ui.components.icons import paint_icon

if TYPE_CHECKING:
    from woundtrack.ui.session import Session

WIDTH: Final = 64
_ITEM: Final = QSize(63, 56)


class Rail(Panel):
    """The items of the rail, by the ids of their actions."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("panel_left", parent)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Rooms"))
        self._items: dict[str, RailItem] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = (
            ("room.patients", self.tr("Patients"), "users"),
            ("room.import", self.tr("Import"), "download-simple"),
            ("room.review", self.tr("Review"), "crosshair"),
            ("room.timeline", self.tr("Timeline"), "chart-line"),
            ("room.compare", self.tr("Compare"), "square-half"),
            ("room.record", self.tr("Record"), "clipboard-text"),
        )
        foot = (
            ("room.mdt", self.tr("MDT"), "presentation-chart"),
            ("room.study", self.tr("Study"), "trend-up"),
            ("window.find", self.tr("Find"), "magnifying-glass"),
            ("window.menu", self.tr("Menu"), "list"),
        )
        for action_id, words, icon in top:
            layout.addWidget(self._add(session, action_id, words, icon))
        layout.addStretch(1)
        for action_id, words, icon in foot:
            layout.addWidget(self._add(session, action_id, words, icon))

    def item(self, action_id: str) -> RailItem:
        """Return the item of an action. Raises ``KeyError``."""
        return self._items[action_id]

    def show_room(self, action_id: str | None) -> None:
        """Mark the room one is in; None for none of them."""
        for name, item in self._items.items():
            if name != "room.patients":
                item.set_here(is_here=name == action_id)

    def _add(self, session: Session, action_id: str, words: str, icon: str) -> RailItem:
        item = RailItem(session.actions[action_id], words, icon, self)
        self._items[action_id] = item
        return item


class RailItem(QToolButton):
    """An icon over a word; a soft ground and a bar where one is; a badge that counts."""

    def __init__(self, action: QAction, words: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._action, self._words, self._icon_name = action, words, icon
        self._is_here = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._count = 0
        self.setFixedSize(_ITEM)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    @property
    def count(self) -> int:
        """What the badge counts."""
        return self._count

    @property
    def is_here(self) -> bool:
        """Whether this is the room one is in."""
        return self._is_here

    def set_count(self, count: int) -> None:
        """Show a count; none at zero."""
        self._count = count
        self._name()
        self.update()

    def set_here(self, *, is_here: bool) -> None:
        """Mark as the room one is in (for Patients: that its panel is shown)."""
        self._is_here = is_here
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if self._is_here:
            painter.fillRect(area, QColor(tokens.accent_soft))
            painter.fillRect(QRectF(0, 0, 3, area.height()), QColor(tokens.accent))
        elif self.underMouse() and self.isEnabled():
            painter.fillRect(area, QColor(tokens.inset))
        ink = tokens.accent if self._is_here else tokens.text2
        if not self.isEnabled():
            ink = tokens.text3
            painter.setOpacity(0.6)
        paint_icon(painter, QRectF((area.width() - 20) / 2, 9, 20, 20), self._icon_name, ink)
        painter.setPen(QColor(ink))
        painter.setFont(theme.font("caption", 600 if self._is_here else 400))
        words = QRectF(0, 30, area.width(), 18)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self._words)
        if self._count and self.isEnabled():
            text = str(self._count) if self._count < 1000 else "999+"
            width = max(20, badge_width(text) - 2)
            place = QRectF(min(area.width() / 2, area.width() - width - 4), 6, width, 16)
            paint_badge(painter, place, text, radius=8)
        if self.hasFocus():
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(area.adjusted(1.5, 1.5, -1.5, -1.5))

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
        self._name()
        self.update()

    def _name(self) -> None:
        name = self._words
        if self._count:
            name = self.tr("{room}, {count} waiting").format(room=self._words, count=self._count)
        self.setAccessibleName(name)
