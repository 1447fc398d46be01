"""A card laid over the window, for a moment: the palette, the keys, about, who works here.

Hides dimming, placing, keeping the Tab key inside, and giving the focus back. Not a dialog: nothing
waits for it, and Esc or a click beside it closes it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import Card

_USUAL_TOP: Final = 64
_LEAST_GAP: Final = 28
_SHARE_ABOVE: Final = 0.32
"""Of the height that a card leaves: a little above the middle looks centred."""
_SHARE_OF_WINDOW: Final = 0.75


class Overlay(QWidget):
    """Covers its window and centres a card of a given size, a little above the middle.

    Parameters
    ----------
    width, height
        Of the card, where there is room; without a height, as high as what it holds.
    widest, highest
        What it grows to in a large window.
    """

    def __init__(
        self,
        window: QWidget,
        width: int,
        height: int | None = None,
        *,
        widest: int = 0,
        highest: int = 0,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._width, self._height = width, height
        self._widest, self._highest = widest, highest
        self._top = 0
        self._focus_before: QWidget | None = None
        self.card = Card(self)
        self.inside = QVBoxLayout(self.card)
        self.inside.setContentsMargins(24, 20, 24, 20)
        self.inside.setSpacing(12)
        self.hide()
        window.installEventFilter(self)

    def open(self) -> None:
        """Lay it over the window."""
        if not self.isVisible():
            self._focus_before = QApplication.focusWidget()
        self._top = 0
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def set_height(self, height: int) -> None:
        """Make the card this high."""
        self._height = height
        if self.isVisible():
            self._place()

    def fit(self) -> None:
        """Make the card as high as what it holds by now."""
        if self.isVisible():
            self._place()

    def dismiss(self) -> None:
        """Take it away and give the focus back."""
        if not self.isVisible():
            return
        self.hide()
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus_before = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Esc is also a shortcut of the window; while this is open it closes this.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        veil = QColor(theme.current().photo_surround)
        veil.setAlphaF(0.45)
        QPainter(self).fillRect(self.rect(), veil)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        # Tab goes round inside the card.
        widgets = [
            widget
            for widget in self.card.findChildren(QWidget)
            if widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None  # the line within a field of days is that field
        ]
        if not widgets:
            return True
        focused = QApplication.focusWidget()
        step = 1 if forwards else -1
        place = widgets.index(focused) + step if focused in widgets else 0
        reason = Qt.FocusReason.TabFocusReason
        target = widgets[place % len(widgets)]
        target.setFocus(reason)
        for area in self.card.findChildren(QScrollArea):
            if area.isAncestorOf(target) and area.widget() is not None:
                area.ensureWidgetVisible(target, 0, 24)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() is QEvent.Type.Resize and self.isVisible():
            self._top = 0
            self._place()
        return False

    def _place(self) -> None:
        window = self._window
        self.setGeometry(window.rect())
        roomy = min(self._widest, round(window.width() * _SHARE_OF_WINDOW))
        width = min(max(self._width, roomy), window.width() - 48)
        wanted = self._height
        if wanted is None:
            self.inside.activate()
            self.card.ensurePolished()  # has no line before
            edge = self.card.contentsMargins()  # the line round it
            wanted = edge.top() + edge.bottom()
            wanted += (
                self.inside.heightForWidth(width - edge.left() - edge.right())
                if self.inside.hasHeightForWidth()
                else self.inside.sizeHint().height()
            )
        roomy = min(self._highest, round(window.height() * _SHARE_OF_WINDOW))
        height = min(max(wanted, roomy), window.height() - 2 * _LEAST_GAP)
        left_over = window.height() - height
        if not self._top:  # what opens stays where it is while it grows
            self._top = max(_USUAL_TOP, round(left_over * _SHARE_ABOVE))
        top = max(_LEAST_GAP, min(self._top, left_over - _LEAST_GAP))
        self.card.setGeometry(QRect((window.width() - width) // 2, top, width, height))
