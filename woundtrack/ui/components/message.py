"""A message on the page: what is so, what it does to the number, and the ways out. Never a dialog.

Hides the layout of sign, title, sentence and buttons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components.buttons import KeyButton
from woundtrack.ui.components.flow import FlowLayout
from woundtrack.ui.components.icons import paint_icon
from woundtrack.ui.components.surfaces import Label, Tone

MessageKind = Literal["refuse", "doubt", "info", "good"]
SIGNS: Final[dict[str, str]] = {
    "refuse": "warning-octagon",
    "doubt": "warning",
    "info": "info",
    "good": "check-circle",
}
"""The icon of each kind: colour never stands alone."""
_TONES: Final[dict[str, Tone]] = {"refuse": "refuse", "doubt": "doubt", "info": "2", "good": "good"}


_LONG_WORD: Final = re.compile(r"[0-9a-f]{16}(?=[0-9a-f])")


class Message(QFrame):
    """A title, a sentence or two, and buttons for what can be done.

    Parameters
    ----------
    actions
        Pairs of words and what to do, or ready buttons.
    is_banner
        Across the whole page, without corners and in one line.
    """

    def __init__(
        self,
        kind: MessageKind,
        title: str,
        text: str = "",
        actions: Sequence[tuple[str, Callable[[], object]] | KeyButton] = (),
        *,
        is_banner: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)
        self.setProperty("banner", "true" if is_banner else "false")
        self.setAccessibleName(f"{title}. {text}" if text else title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        tone = _TONES[kind]
        self._title = Label(title, "body_strong", tone)
        # Shown before it is laid out: without a parent it would be a window for a moment.
        self._said = text
        self._text = Label(_breakable(text), "label", "1", wraps=True, parent=self)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setVisible(bool(text))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(_Sign(SIGNS[kind], kind, self))
        if is_banner:
            head.addWidget(self._title)
            head.addWidget(self._text, 1)
            head.setContentsMargins(16, 6, 16, 6)
            buttons: QLayout = head
            self.setLayout(head)
        else:
            self._title.setWordWrap(True)
            head.addWidget(self._title, 1)
            layout = QVBoxLayout(self)
            layout.setContentsMargins(13, 10, 13, 12)
            layout.setSpacing(4)
            layout.addLayout(head)
            layout.addWidget(self._text)
            buttons = FlowLayout()
            if actions:
                layout.addSpacing(4)
                layout.addLayout(buttons)
        for action in actions:
            if isinstance(action, KeyButton):
                button = action
            else:
                words, do = action
                button = KeyButton(words, size="small")
                button.clicked.connect(lambda _=False, do=do: do())
            buttons.addWidget(button)

    @property
    def title(self) -> str:
        """The title as shown."""
        return self._title.text()

    @property
    def text(self) -> str:
        """The sentence as shown."""
        return self._said


def _breakable(text: str) -> str:
    """Let the name of an original, 64 signs in a row, be broken: it would widen all round it."""
    return _LONG_WORD.sub(lambda found: f"{found[0]}\u200b", text)


class _Sign(QWidget):
    """The sign of a kind, in its colour."""

    def __init__(self, name: str, kind: MessageKind, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._kind = name, kind
        self.setFixedSize(18, 18)

    def sizeHint(self) -> QSize:
        return QSize(18, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        colour = tokens.text2 if self._kind == "info" else getattr(tokens, self._kind)
        paint_icon(QPainter(self), QRectF(self.rect()), self._name, colour)
