"""The ring round what has the focus, for those who work by keyboard.

Hides how it is known that the keyboard is being used: style sheets can't draw outside a widget.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QFocusFrame,
    QLineEdit,
    QProxyStyle,
    QPushButton,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)
from shiboken6 import isValid

from woundtrack.ui import theme

_OUTSIDE: Final = 4
"""Two px of gap, two px of ring."""
_KEYS: Final = frozenset(
    {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_F6}
    | {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
    | {Qt.Key.Key_Return, Qt.Key.Key_Enter}
)


class FocusRing(QFocusFrame):
    """Follows the focus inside a window once Tab, F6, Enter or an arrow was pressed, until a click.

    Line edits and lists show the focus by themselves.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._is_by_keyboard = False
        self._margins = _Margins()
        self._margins.setParent(self)
        self.setStyle(self._margins)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isValid(self):
            return False
        kind = event.type()
        if watched is self._window and kind in {QEvent.Type.WinIdChange, QEvent.Type.Show}:
            self._listen()
        elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if Qt.Key(event.key()) in _KEYS and not self._is_by_keyboard:
                self._is_by_keyboard = True
                self._follow(None, QApplication.focusWidget())
        elif kind is QEvent.Type.MouseButtonPress:
            self._is_by_keyboard = False
            self.setWidget(None)  # type: ignore[arg-type]
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().accent), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _listen(self) -> None:
        # Key and mouse events pass the native window first, whichever widget they are for.
        handle = self._window.windowHandle()
        if handle is not None:
            handle.removeEventFilter(self)
            handle.installEventFilter(self)

    def _follow(self, _before: QWidget | None, focused: QWidget | None) -> None:
        if not isValid(self) or not isValid(self._window):
            return
        is_ours = (
            self._is_by_keyboard
            and focused is not None
            and focused.window() is self._window
            and not isinstance(focused, QLineEdit | QAbstractScrollArea)
            and isinstance(focused, QPushButton)
        )
        self.setWidget(focused if is_ours else None)  # type: ignore[arg-type]


class _Margins(QProxyStyle):
    """How far outside a widget the ring lies, and that no row of buttons cuts it off."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint is QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returnData)

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        if metric in {
            QStyle.PixelMetric.PM_FocusFrameHMargin,
            QStyle.PixelMetric.PM_FocusFrameVMargin,
        }:
            return _OUTSIDE
        return super().pixelMetric(metric, option, widget)
