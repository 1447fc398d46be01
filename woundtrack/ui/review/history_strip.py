"""One lesion's visits in a row: its picture, the date, the area; a click opens the photograph.

Hides how the lesion is cut out of the small copy of each photograph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.components import Label, Panel
from woundtrack.ui.review.queue import paint_thumb

if TYPE_CHECKING:
    from woundtrack.model import Outline

HEIGHT: Final = 92
_PICTURE: Final = QSize(57, 42)
_CELL: Final = QSize(112, 48)
_WORDS_AT: Final = 66
"""Where the words begin beside the picture, and how much room there is after them."""
_AFTER: Final = 6
_ROOM: Final = 1.7
"""How much more than the lesion itself is cut out."""
_LEAST_PX: Final = 72.0


@dataclass(frozen=True, slots=True)
class Past:
    """One visit of the lesion. ``area`` is in words, as is ``day``.

    ``photograph_id`` is what a click opens; ``is_now`` marks the photograph in view.
    """

    photograph_id: str
    day: str
    area: str
    picture: QImage
    is_now: bool = False


def cut_out(image: QImage, outline: Outline | None, width_px: int, height_px: int) -> QImage:
    """Return the part of a small copy round an outline; all of it without one.

    Parameters
    ----------
    width_px, height_px
        Size of the photograph that the outline's pixels are of.
    """
    if image.isNull() or outline is None or width_px <= 0 or height_px <= 0:
        return image
    across, down = image.width() / width_px, image.height() / height_px
    xs = [x * across for x, _ in outline.outer]
    ys = [y * down for _, y in outline.outer]
    ratio = _PICTURE.width() / _PICTURE.height()
    height = max((max(ys) - min(ys)) * _ROOM, (max(xs) - min(xs)) * _ROOM / ratio, _LEAST_PX)
    height = min(height, image.height(), image.width() / ratio)
    width = height * ratio
    left = min(max((min(xs) + max(xs) - width) / 2, 0), image.width() - width)
    top = min(max((min(ys) + max(ys) - height) / 2, 0), image.height() - height)
    return image.copy(round(left), round(top), max(1, round(width)), max(1, round(height)))


class _Cell(QAbstractButton):
    """One visit."""

    def __init__(self, past: Past, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.past = past
        # A day of another year is longer by the year: it is never cut.
        self._day_font = theme.font("caption", 600 if past.is_now else 400)
        widest = max(
            QFontMetricsF(self._day_font).horizontalAdvance(past.day),
            QFontMetricsF(theme.font("label_strong")).horizontalAdvance(past.area),
        )
        width = max(_CELL.width(), _WORDS_AT + ceil(widest) + _AFTER)
        self.setFixedSize(width, _CELL.height())
        self.setAccessibleName(f"{past.day}, {past.area}")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if past.is_now else Qt.FocusPolicy.TabFocus)
        if not past.is_now:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(self.tr("Open the photograph of {day}").format(day=past.day))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture = QRectF(2, 3, _PICTURE.width(), _PICTURE.height())
        paint_thumb(painter, picture, self.past.picture)
        if self.past.is_now or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(picture.adjusted(-1, -1, 1, 1), 4, 4)
        x = _WORDS_AT
        ink = tokens.text if self.past.is_now else tokens.text2
        painter.setFont(self._day_font)
        painter.setPen(QColor(ink))
        painter.drawText(
            QRectF(x, 7, self.width() - x, 16), Qt.AlignmentFlag.AlignVCenter, self.past.day
        )
        painter.setFont(theme.font("label_strong"))
        painter.setPen(QColor(tokens.text))
        painter.drawText(
            QRectF(x, 24, self.width() - x, 17), Qt.AlignmentFlag.AlignVCenter, self.past.area
        )


class HistoryStrip(Panel):
    """The visits of the lesion in view, oldest first.

    Signals
    -------
    opened(str)
        A person wants to see the photograph of this id.
    """

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("foot", parent)
        self.setFixedHeight(HEIGHT)
        self._title = Label("", "label_strong")
        self._unit = Label(self.tr("area in cm²"), "caption", "2")
        self._note = Label("", "caption", "2")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._unit)
        head.addStretch(1)
        head.addWidget(self._note)
        self._inside = Panel()
        self._row = QHBoxLayout(self._inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._inside)
        bar = self._scroll.horizontalScrollBar()
        bar.rangeChanged.connect(self._go_to_now)
        self._cells: list[_Cell] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 7, 12, 7)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # There is nothing above or below: either way of turning goes along the visits.
        turn = event.angleDelta().x() or event.angleDelta().y()
        bar = self._scroll.horizontalScrollBar()
        bar.setValue(bar.value() - turn)
        event.accept()

    def _go_to_now(self) -> None:
        """Bring the newest into view, which one compares with, and the one that is open."""
        bar = self._scroll.horizontalScrollBar()
        bar.setValue(bar.maximum())
        for cell in self._cells:
            if cell.past.is_now:
                self._scroll.ensureWidgetVisible(cell, 4, 0)

    @property
    def title(self) -> str:
        """Of what the visits are."""
        return self._title.text()

    @property
    def shown(self) -> tuple[Past, ...]:
        """The visits shown."""
        return tuple(cell.past for cell in self._cells)

    def open(self, photograph_id: str, _is_checked: bool = False) -> None:
        """Ask for a photograph, as a click on its visit does."""
        self.opened.emit(photograph_id)

    def show_visits(self, title: str, visits: Sequence[Past], note: str = "") -> None:
        """Show a lesion's visits, oldest first."""
        self._title.setText(title)
        self._unit.setVisible(bool(visits))
        self._note.setText(note)
        for cell in self._cells:
            cell.hide()
            self._row.removeWidget(cell)
            cell.deleteLater()
        self._cells = []
        for place, past in enumerate(visits):
            cell = _Cell(past)
            if not past.is_now:
                cell.clicked.connect(partial(self.open, past.photograph_id))
            self._row.insertWidget(place, cell)
            self._cells.append(cell)
