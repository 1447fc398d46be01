"""One-colour icons of the Phosphor family, painted in the colours of the theme that is on.

Hides the icon font: the one file of it that comes with QtAwesome is read here directly, because
importing QtAwesome itself loads eleven fonts and a binding layer, a third of a second of start-up.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from woundtrack.ui import theme


def icon(name: str, tone: str = "text") -> QIcon:
    """Return a Phosphor icon that follows the theme.

    Parameters
    ----------
    name
        A Phosphor name without prefix: ``users``, ``chart-line``.
    tone
        The token it is painted in: ``text``, ``text2``, ``accent`` …; text 3 while disabled.

    Raises
    ------
    KeyError
        For a name that the family doesn't have.
    """
    glyph(name)
    return QIcon(_ThemedEngine(name, tone))


def paint_icon(painter: QPainter, rect: QRectF | QRect, name: str, colour: QColor | str) -> None:
    """Paint an icon centred in ``rect``, as high as the smaller side of it."""
    area = QRectF(rect)
    painter.save()
    painter.setFont(_icon_font(round(min(area.width(), area.height()))))
    painter.setPen(QColor(colour))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, glyph(name))
    painter.restore()


def glyph(name: str) -> str:
    """Return the character of an icon in the icon font. Raises ``KeyError``."""
    return _glyphs()[name]


class _ThemedEngine(QIconEngine):
    """Paints one glyph; asks the theme at each painting."""

    def __init__(self, name: str, tone: str) -> None:
        super().__init__()
        self._name, self._tone = name, tone

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        tokens = theme.current()
        colour = tokens.text3 if mode is QIcon.Mode.Disabled else getattr(tokens, self._tone)
        paint_icon(painter, rect, self._name, colour)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        return _ThemedEngine(self._name, self._tone)


@cache
def _font_folder() -> Path:
    spec = importlib.util.find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("QtAwesome, which brings the icons, is not installed")
    return Path(spec.origin).parent / "fonts"


@cache
def _glyphs() -> dict[str, str]:
    table = next(_font_folder().glob("phosphor-charmap-*.json"))
    codes = json.loads(table.read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@cache
def _family() -> str:
    file = next(_font_folder().glob("phosphor-[0-9]*.ttf"))
    number = QFontDatabase.addApplicationFont(str(file))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        raise FileNotFoundError(f"the icon font {file} can't be loaded")
    return families[0]


def _icon_font(size_px: int) -> QFont:
    made = QFont(_family())
    made.setPixelSize(max(1, size_px))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
