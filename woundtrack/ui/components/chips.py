"""Small labels: the lesion's chip, a tag that says a state, the badge that counts.

The painters are shared by widgets and by the delegates of lists and tables.
"""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from woundtrack.ui import theme
from woundtrack.ui.components.icons import paint_icon

TagKind = Literal["info", "accent", "good", "doubt", "refuse"]

CHIP_SIZE: Final = QSize(30, 18)
"""Of a lesion's chip with a label of two characters."""
_WIDEST_CHIP: Final = 150
"""A lesion's name of a dozen letters; a longer one ends in dots, and its tooltip has it whole."""
_LEAST_CHIP: Final = 56
TAG_HEIGHT: Final = 18
BADGE_HEIGHT: Final = 20


def chip_width(label: str) -> int:
    """Return how wide the chip of a lesion is, in logical px; a long name is shortened in it."""
    return min(_whole_chip_width(label), _WIDEST_CHIP)


def _whole_chip_width(label: str) -> int:
    words = QFontMetricsF(theme.font("label_strong")).horizontalAdvance(label)
    return max(CHIP_SIZE.width(), round(words + 12))


def paint_lesion_chip(painter: QPainter, rect: QRectF, label: str, number: int) -> None:
    """Paint a lesion's chip: its series' colour on the border only, dashed from the seventh on."""
    tokens = theme.current()
    series = theme.lesion_series(number, tokens)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(series.colour), 1.5)
    if series.is_dashed:
        pen.setDashPattern([2.5, 2])
    painter.setPen(pen)
    painter.setBrush(QColor(tokens.surface))
    painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), 3, 3)
    painter.setPen(QColor(tokens.text))
    painter.setFont(theme.font("label_strong"))
    if QFontMetricsF(painter.font()).horizontalAdvance(label) > rect.width() - 6:
        label = QFontMetricsF(painter.font()).elidedText(
            label, Qt.TextElideMode.ElideRight, rect.width() - 10
        )
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label)
    painter.restore()


def tag_width(text: str, icon: str | None = None) -> int:
    """Return how wide a tag is, in logical px."""
    words = QFontMetricsF(theme.font("caption", 600)).horizontalAdvance(text)
    return round(words + 14 + (16 if icon else 0) + 0.5)


def paint_tag(
    painter: QPainter, rect: QRectF, text: str, kind: TagKind = "info", icon: str | None = None
) -> None:
    """Paint a tag: a soft ground, words of its colour, and a sign where one is given."""
    tokens = theme.current()
    ground, ink, line = {
        "info": (tokens.inset, tokens.text2, tokens.line),
        "accent": (tokens.accent_soft, tokens.accent, None),
        "good": (tokens.good_soft, tokens.good, None),
        "doubt": (tokens.doubt_soft, tokens.doubt, None),
        "refuse": (tokens.refuse_soft, tokens.refuse, None),
    }[kind]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if line is None else QPen(QColor(line), 1))
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    x = rect.left() + 7
    if icon is not None:
        paint_icon(painter, QRectF(x, rect.center().y() - 6, 12, 12), icon, ink)
        x += 16
    painter.setPen(QColor(ink))
    painter.setFont(theme.font("caption", 600))
    words = QRectF(x, rect.top(), rect.right() - x, rect.height())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def badge_width(text: str) -> int:
    """Return how wide a badge is, in logical px."""
    words = QFontMetricsF(theme.font("label_strong")).horizontalAdvance(text)
    return max(BADGE_HEIGHT, round(words + 12))


def paint_badge(painter: QPainter, rect: QRectF, text: str, *, radius: float = 4) -> None:
    """Paint a count on the accent colour."""
    tokens = theme.current()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent))
    painter.drawRoundedRect(rect, radius, radius)
    painter.setPen(QColor(tokens.on_accent))
    painter.setFont(theme.font("label_strong"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


class LesionChip(QWidget):
    """A lesion's label in its series' form."""

    def __init__(self, label: str = "", number: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_lesion(label, number)

    def set_lesion(self, label: str, number: int) -> None:
        """Show another lesion."""
        self._label, self._number = label, number
        self.setAccessibleName(label)
        self.setToolTip(label if _whole_chip_width(label) > _LEAST_CHIP else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(chip_width(self._label), CHIP_SIZE.height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()  # a long name gives way to what stands beside it
        return QSize(min(hint.width(), _LEAST_CHIP), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_lesion_chip(painter, QRectF(self.rect()), self._label, self._number)


class Tag(QWidget):
    """A state in a word or two."""

    def __init__(
        self,
        text: str = "",
        kind: TagKind = "info",
        icon: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._kind, self._icon = text, kind, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def set_tag(self, text: str, kind: TagKind = "info", icon: str | None = None) -> None:
        """Say something else."""
        self._text, self._kind, self._icon = text, kind, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(tag_width(self._text, self._icon), TAG_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_tag(painter, QRectF(self.rect()), self._text, self._kind, self._icon)


class Badge(QWidget):
    """A count; hidden at zero."""

    def __init__(self, count: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = count
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_count(count)

    def set_count(self, count: int) -> None:
        """Show another count."""
        self._count = count
        self.setAccessibleName(str(count))
        self.setVisible(count > 0)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(badge_width(str(self._count)), BADGE_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_badge(QPainter(self), QRectF(self.rect()), str(self._count))
