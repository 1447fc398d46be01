"""Grounds and words to put things on: cards, panels, one-pixel rules, labels.

Hides the style-sheet roles of ``ui.theme``.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from woundtrack.ui import theme

Tone = Literal["1", "2", "3", "accent", "good", "doubt", "refuse"]


class Label(QLabel):
    """A text in one of the theme's sizes and tones; plain text, never markup."""

    def __init__(
        self,
        text: str = "",
        role: theme.FontRole = "body",
        tone: Tone = "1",
        *,
        wraps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(role))
        self.setProperty("tone", tone)
        if wraps:
            self.setWordWrap(True)
            policy = self.sizePolicy()
            policy.setHeightForWidth(True)
            policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
            self.setSizePolicy(policy)

    def set_tone(self, tone: Tone) -> None:
        """Change the colour the text is in."""
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)


class Panel(QFrame):
    """A plain ground: surface, inset, bg, panel_left, panel_right, bar, foot, status or photo."""

    def __init__(self, role: str = "surface", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class Card(Panel):
    """A white ground with a one-pixel line round it and rounded corners."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)


def rule(*, vertical: bool = False, parent: QWidget | None = None) -> QFrame:
    """Return a line of one pixel."""
    line = QFrame(parent)
    line.setProperty("role", "rule")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line
