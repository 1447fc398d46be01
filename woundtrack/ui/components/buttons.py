"""Push buttons with their key painted at the right: one main button a screen, normal, quiet.

Hides the painting of every state. A button made from an action follows its text, keys and state.
"""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetricsF,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components.icons import paint_icon

ButtonKind = Literal["main", "normal", "quiet"]
ButtonSize = Literal["small", "control", "large"]

_HEIGHTS: Final[dict[str, int]] = {"small": 24, "control": 32, "large": 40}
_PADDINGS: Final[dict[str, int]] = {"small": 8, "control": 13, "large": 18}
_GAP: Final = 8


class KeyButton(QPushButton):
    """A button; ``key`` is shown at its right, and is handled by the action, not by the button."""

    def __init__(
        self,
        text: str,
        key: str = "",
        kind: ButtonKind = "normal",
        icon: str | None = None,
        size: ButtonSize = "control",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._key = key
        self._kind: ButtonKind = kind
        self._icon_name = icon
        self._size: ButtonSize = size
        self._action: QAction | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(_HEIGHTS[size])
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)  # Enter presses it while it has the focus, as Space does
        strong = kind == "main"
        if size == "large":
            self.setFont(theme.font("large_strong" if strong else "large"))
        elif size == "small":
            self.setFont(theme.font("label", 500))
        else:
            self.setFont(theme.font("body_strong" if strong else "body", None if strong else 500))

    @classmethod
    def of(
        cls,
        action: QAction,
        kind: ButtonKind = "normal",
        icon: str | None = None,
        size: ButtonSize = "control",
        *,
        text: str | None = None,
        shows_key: bool = True,
        parent: QWidget | None = None,
    ) -> KeyButton:
        """Return a button for an action: it triggers it, and follows its text, key and state.

        ``text`` is a shorter wording for this place; the accessible name stays the action's.
        """
        button = cls(text or action.text(), "", kind, icon, size, parent)
        button._action = action
        button._own_text = text
        button._shows_key = shows_key
        button.clicked.connect(action.trigger)
        action.changed.connect(button._follow)
        button._follow()
        return button

    _own_text: str | None = None
    _shows_key = True

    def reword(self, text: str) -> None:
        """Give it another wording for this place, as long as it stands."""
        self._own_text = text
        self.setText(text)
        self.updateGeometry()

    def set_key(self, key: str) -> None:
        """Show another key."""
        self._key = key
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = 2 * _PADDINGS[self._size] + self._content_width()
        return QSize(round(width + 0.5), _HEIGHTS[self._size])

    def minimumSizeHint(self) -> QSize:
        # Where a wide font leaves no room, the key goes first: the tooltip tells it, too.
        width = 2 * _PADDINGS[self._size] + self._content_width(has_key=False)
        return QSize(round(width + 0.5), _HEIGHTS[self._size])

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        ground, border, ink, key_line = self._colours(tokens)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        if ground is not None:
            painter.setPen(Qt.PenStyle.NoPen if border is None else QPen(QColor(border), 1))
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        has_key = self.width() >= self._content_width() + _PADDINGS[self._size]
        x = (area.width() - self._content_width(has_key=has_key)) / 2
        if self._icon_name is not None:
            side = self._icon_side()
            place = QRectF(x, (area.height() - side) / 2, side, side)
            paint_icon(painter, place, self._icon_name, ink)
            x += side + _GAP
        painter.setPen(QColor(ink))
        painter.setFont(self.font())
        metrics, text = QFontMetricsF(self.font()), self._shown_text()
        if x < 0:  # not even the words have room: their ends are kept, and space at the sides
            x = _GAP
            text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, area.width() - 2 * _GAP)
        text_width = metrics.horizontalAdvance(text)
        painter.drawText(
            QRectF(x, 0, text_width + 2, area.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            text,
        )
        if self._key and has_key:
            width = key_width(self._key)
            place = QRectF(x + text_width + _GAP, (area.height() - 16) / 2, width, 16)
            paint_key(painter, place, self._key, ink=ink, line=key_line)

    def _follow(self) -> None:
        if self._action is None:
            return
        self.setText(self._own_text or self._action.text())
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
        self.setAccessibleName(self._action.text())
        if self._action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut:
            # Its key counts where the photograph has the focus: a click leaves the focus there, or
            # the next Enter would press this button once more in place of accepting.
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        shortcuts = self._action.shortcuts()
        native = QKeySequence.SequenceFormat.NativeText
        self._key = (
            shown_key(shortcuts[0].toString(native)) if shortcuts and self._shows_key else ""
        )
        self.updateGeometry()
        self.update()

    def _shown_text(self) -> str:
        return self.text().replace("&", "")

    def _icon_side(self) -> int:
        return 20 if self._size == "large" else 16

    def _content_width(self, *, has_key: bool = True) -> float:
        width = QFontMetricsF(self.font()).horizontalAdvance(self._shown_text())
        if self._icon_name is not None:
            width += self._icon_side() + (_GAP if self._shown_text() else 0)
        if self._key and has_key:
            width += _GAP + key_width(self._key)
        return width

    def _colours(self, tokens: theme.Tokens) -> tuple[str | None, str | None, str, str]:
        """Return ground, border, ink and the key's line for the state it is in."""
        is_down = self.isDown() or self.isChecked()
        if not self.isEnabled():
            if self._kind == "quiet":
                return None, None, tokens.text3, tokens.line
            return tokens.inset, tokens.line, tokens.text3, tokens.line
        if self._kind == "main":
            ground = tokens.accent
            if is_down:
                ground = tokens.accent_pressed
            elif self.underMouse():
                ground = tokens.accent_hover
            return ground, None, tokens.on_accent, tokens.on_accent
        if self._kind == "quiet":
            soft = None
            if is_down:
                soft = tokens.accent_soft_pressed
            elif self.underMouse():
                soft = tokens.accent_soft
            return soft, None, tokens.accent, tokens.accent
        ground = tokens.surface
        if is_down:
            ground = tokens.line
        elif self.underMouse():
            ground = tokens.inset
        return ground, tokens.edge, tokens.text, tokens.line


class KeyCap(QWidget):
    """A key by itself, as it is painted on buttons."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setFixedSize(round(key_width(key) + 0.5), 16)
        self.setAccessibleName(key)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_key(painter, QRectF(self.rect()), self._key, ink=tokens.text2, line=tokens.edge)


def shown_key(key: str) -> str:
    """Return how a key is painted: words without plus signs, and signs for arrows and Enter.

    ``Ctrl+Shift+Z`` becomes ``Ctrl Shift Z``; ``Return`` becomes ``Enter``; ``Right`` becomes →.
    """
    signs = {"Return": "Enter", "Right": "→", "Left": "←", "Up": "↑", "Down": "↓", "Del": "Del"}
    if key.endswith("+"):
        return " ".join([*(part for part in key[:-1].split("+") if part), "+"])
    return " ".join(signs.get(part, part) for part in key.split("+"))


def key_width(key: str) -> float:
    """Return how wide the painted key is, in logical px."""
    return max(16.0, QFontMetricsF(theme.font("caption")).horizontalAdvance(key) + 10)


def paint_key(painter: QPainter, rect: QRectF, key: str, *, ink: str, line: str) -> None:
    """Paint a key as a small outlined cap."""
    painter.save()
    painter.setFont(theme.font("caption"))
    pen = QColor(line)
    if line == ink:
        pen.setAlphaF(0.55)
    painter.setPen(QPen(pen, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    painter.setPen(QColor(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()
