"""The sentence of a doubt in the panel, which points at its place on the photograph.

Hides that its own labels take the mouse first.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QLabel

from woundtrack.model import Doubt
from woundtrack.ui.components import Message
from woundtrack.ui.components.message import MessageKind


class DoubtNote(Message):
    """A message about a place: the pointer over it shows where, a press keeps it shown.

    Signals
    -------
    pointed(object)
        The ``Doubt`` whose place is to be shown; None when no longer.
    """

    pointed = Signal(object)

    def __init__(self, kind: MessageKind, title: str, text: str, doubt: Doubt) -> None:
        super().__init__(kind, title, text)
        self.doubt = doubt
        self._is_kept = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self.tr("Press to keep its place shown on the photograph"))
        for label in self.findChildren(QLabel):
            label.installEventFilter(self)

    @property
    def is_kept(self) -> bool:
        """Whether a press keeps its place shown."""
        return self._is_kept

    def let_go(self) -> None:
        """Keep its place shown no longer: another's is."""
        self._is_kept = False

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed.emit(self.doubt)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self._is_kept:
            self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._press()
        super().mousePressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The sentence can be selected, so its label keeps the press to itself.
        if (
            event.type() is QEvent.Type.MouseButtonPress
            and isinstance(event, QMouseEvent)
            and event.button() is Qt.MouseButton.LeftButton
            and isinstance(watched, QLabel)
            and watched.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
        ):
            self._press()
        return super().eventFilter(watched, event)

    def _press(self) -> None:
        self._is_kept = not self._is_kept
        self.pointed.emit(self.doubt if self._is_kept else None)
