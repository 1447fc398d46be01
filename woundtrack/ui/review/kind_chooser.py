"""Which of a lesion's outlines is drawn, and how large each is: ulcer, eschar, margin side by side.

Hides the painting, and that sizes take their room only where more than an ulcer is outlined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from woundtrack.model import OutlineKind
from woundtrack.ui import theme
from woundtrack.ui.action_table import ActionTable
from woundtrack.ui.components import paint_icon, words
from woundtrack.ui.components.outline_kind import KIND_ACTIONS, KIND_LOOKS, kind_name

_NAMES: Final = 30
_SIZES: Final = 36
_PADDING: Final = 7.0
_SAMPLE: Final = QSize(17, 12)


@dataclass(frozen=True, kw_only=True, slots=True)
class KindSize:
    """How large one kind is, in words; ``area`` empty where it isn't outlined."""

    kind: OutlineKind
    area: str = ""
    interval: str = ""
    spoken: str = ""
    is_doubtful: bool = False


class KindChooser(QWidget):
    """Three cells: the one that is drawn has a bar, weight and colour; each has its line's sample.

    A press triggers the kind's action.
    """

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What is drawn"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._sizes: tuple[KindSize, ...] = ()
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        self.cells: dict[OutlineKind, _Cell] = {}
        for kind in OutlineKind:
            cell = _Cell(kind, table, self)
            self._group.addButton(cell)
            layout.addWidget(cell, 1)
            self.cells[kind] = cell
        self.show_kinds(OutlineKind.ULCER, ())

    @property
    def sizes(self) -> tuple[KindSize, ...]:
        """What is said of each kind; () where the sizes are left out."""
        return self._sizes

    @property
    def chosen(self) -> OutlineKind:
        """The kind that is drawn."""
        return next(kind for kind, cell in self.cells.items() if cell.isChecked())

    def show_kinds(self, chosen: OutlineKind, sizes: Sequence[KindSize]) -> None:
        """Show which kind is drawn, and the sizes of all; () leaves the sizes out."""
        self._sizes = tuple(sizes)
        known = {one.kind: one for one in sizes}
        for kind, cell in self.cells.items():
            cell.show_size(known.get(kind), has_sizes=bool(sizes))
            cell.setChecked(kind is chosen)
        self.setFixedHeight(_NAMES + (_SIZES if sizes else 0))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.edge), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


class _Cell(QToolButton):
    """One kind."""

    def __init__(self, kind: OutlineKind, table: ActionTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._size: KindSize | None = None
        self._has_sizes = False
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._table, self._action = table, table[KIND_ACTIONS[kind]]
        self._key = ""
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # A click leaves the focus with the photograph, where the letters and Enter count.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.clicked.connect(self._action.trigger)
        self._action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())
        self._key = self._table.keys_of(KIND_ACTIONS[self._kind])
        self.update()

    def show_size(self, size: KindSize | None, *, has_sizes: bool) -> None:
        """Say how large the kind is; without sizes its name alone."""
        self._size, self._has_sizes = size, has_sizes
        said = self._not_drawn() if size is None or not size.area else size.spoken
        name = kind_name(self._kind)
        self.setAccessibleName(f"{name}, {said}" if has_sizes else name)
        self.update()

    @staticmethod
    def _not_drawn() -> str:
        return QCoreApplication.translate("KindChooser", "not outlined")

    def sizeHint(self) -> QSize:
        return QSize(88, _NAMES - 2 + (_SIZES if self._has_sizes else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(56, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, is_chosen = QRectF(self.rect()), self.isChecked()
        if is_chosen:
            painter.fillRect(area, QColor(tokens.accent_soft))
        elif self.underMouse() and self.isEnabled():
            painter.fillRect(area, QColor(tokens.inset))
        if self._kind is not list(OutlineKind)[-1]:
            is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            x = area.left() if is_mirrored else area.right() - 1
            divide = QRectF(x, area.top(), 1, area.height())
            painter.fillRect(divide, QColor(tokens.line))
        if is_chosen:
            bar = QRectF(area.left(), area.bottom() - 2, area.width(), 2)
            painter.fillRect(bar, QColor(tokens.accent))
        self._paint_name(painter, QRectF(area.left(), 0, area.width(), _NAMES - 3), is_chosen)
        if self._has_sizes:
            self._paint_size(painter, area)
        if self.hasFocus() and not is_chosen:
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1.5, 1.5, -2.5, -1.5))

    def _paint_name(self, painter: QPainter, row: QRectF, is_chosen: bool) -> None:
        tokens = theme.current()
        sample = QRectF(
            row.left() + _PADDING,
            row.center().y() - _SAMPLE.height() / 2,
            _SAMPLE.width(),
            _SAMPLE.height(),
        )
        self._paint_sample(painter, sample, is_chosen)
        ink = tokens.accent if is_chosen else tokens.text2
        made = theme.font("label", 600 if is_chosen else 500)
        metrics = QFontMetricsF(made)
        left = sample.right() + 5
        key_font = theme.font("tool_key")
        key_wide = QFontMetricsF(key_font).horizontalAdvance(self._key)
        room = row.right() - _PADDING - left
        name = metrics.elidedText(kind_name(self._kind), Qt.TextElideMode.ElideRight, room)
        painter.setFont(made)
        painter.setPen(QColor(ink if self.isEnabled() else tokens.text3))
        align = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, row.top(), room + 1, row.height()), align, name)
        if metrics.horizontalAdvance(name) + 4 + key_wide <= room:
            painter.setFont(key_font)
            painter.setPen(QColor(tokens.text3))
            key = QRectF(row.right() - _PADDING - key_wide, row.top() + 1, key_wide, row.height())
            painter.drawText(key, align, self._key)

    def _paint_sample(self, painter: QPainter, place: QRectF, is_chosen: bool) -> None:
        """Paint the line as it is on the photograph: whole where it is drawn, else dashed."""
        look = KIND_LOOKS[self._kind]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.PHOTO_CASING))
        painter.drawRoundedRect(place, 3, 3)
        pen = QPen(QColor(look.colour), 2.5 if is_chosen else 1.5)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if not is_chosen:
            pen.setDashPattern([dash / 1.5 for dash in look.dashes])
        painter.setPen(pen)
        y = place.center().y()
        painter.drawLine(QPointF(place.left() + 2, y), QPointF(place.right() - 2, y))

    def _paint_size(self, painter: QPainter, area: QRectF) -> None:
        tokens, size = theme.current(), self._size
        left, room = area.left() + _PADDING, area.width() - 2 * _PADDING
        align = Qt.AlignmentFlag.AlignVCenter
        first = QRectF(left, _NAMES - 5, room, 17)
        second = QRectF(left, _NAMES + 11, room, 15)
        if size is None or not size.area:
            painter.setFont(theme.font("caption"))
            painter.setPen(QColor(tokens.text3))
            painter.drawText(first, align, self._not_drawn())
            return
        painter.setFont(theme.font("label_strong"))
        painter.setPen(QColor(tokens.text))
        painter.drawText(first, align, size.area)
        if size.is_doubtful:
            wide = QFontMetricsF(painter.font()).horizontalAdvance(size.area)
            sign = QRectF(left + wide + 5, first.center().y() - 6.5, 13, 13)
            paint_icon(painter, sign, "warning", tokens.doubt)
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.text2))
        painter.drawText(second, align, size.interval)


def size_of_kind(
    kind: OutlineKind,
    *,
    area_cm2: float | None,
    low_cm2: float | None,
    high_cm2: float | None,
    is_doubtful: bool,
) -> KindSize:
    """Return what a cell says of a kind that is outlined; without an area, that there is none."""
    if area_cm2 is None or low_cm2 is None or high_cm2 is None:
        said = QCoreApplication.translate("KindChooser", "no area")
        return KindSize(kind=kind, area=said, spoken=said, is_doubtful=is_doubtful)
    unit = QCoreApplication.translate("KindChooser", "square centimetres")
    return KindSize(
        kind=kind,
        area=words.area(area_cm2, has_unit=True),
        interval=words.interval_short(low_cm2, high_cm2),
        spoken=f"{words.area(area_cm2)} {unit}, {words.interval(low_cm2, high_cm2)}",
        is_doubtful=is_doubtful,
    )
