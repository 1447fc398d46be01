"""The two lists of the room: all patients with a tick, and those of the meeting in their order.

Hides the painting of the rows and which keys move what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.components import paint_icon
from woundtrack.ui.components.chips import TAG_HEIGHT, TagKind, paint_tag, tag_width
from woundtrack.ui.components.rows import paint_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_ROW_HEIGHT: Final = 44
_PAD: Final = 12
_LEAST_UNDER: Final = 120
"""Of what stands under a code so much is kept before a tag goes."""
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedPatient:
    """One row: ``tags`` are why to show the patient, what weighs most first.

    ``number`` is the place in the meeting: the first has 1, a patient who isn't in it None.
    ``name`` is there while names are shown; ``under`` is what there is: lesions, areas.
    """

    id: str
    code: str
    name: str = ""
    under: str = ""
    seen: str = ""
    tags: tuple[tuple[str, TagKind], ...] = ()
    number: int | None = None

    @property
    def spoken(self) -> str:
        """The row in one line."""
        return ", ".join(
            part
            for part in (
                self.code,
                self.name,
                self.under,
                *(text for text, _ in self.tags),
                self.seen,
            )
            if part
        )


class _Model(QAbstractListModel):
    """The rows of a list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[ListedPatient] = []
        self.has_ticks = False

    def show(self, rows: Sequence[ListedPatient]) -> None:
        """Show other rows; where only their words changed nothing is scrolled."""
        rows = list(rows)
        if [one.id for one in rows] == [one.id for one in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.code
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.CheckStateRole and self.has_ticks:
            is_in = row.number is not None
            return Qt.CheckState.Checked if is_in else Qt.CheckState.Unchecked
        return None


class _Delegate(QStyledItemDelegate):
    """Paints a row: tick or number, code, why, and when seen last."""

    def __init__(self, view: PatientList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens = theme.current()
        row = self._view.rows[index.row()]
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_row(painter, option)
        left = area.left() + _PAD
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._view.has_ticks:
            self._paint_tick(painter, QRectF(left, area.center().y() - 8, 16, 16), row)
        else:
            painter.setFont(theme.font("label"))
            painter.setPen(QColor(tokens.text2))
            number = QRectF(left - 4, area.top(), 24, area.height())
            painter.drawText(number, middle | Qt.AlignmentFlag.AlignRight, str(row.number or ""))
        left += 30
        painter.setFont(theme.font("label"))
        painter.setPen(QColor(tokens.text2))
        right = area.right() - _PAD
        seen = painter.fontMetrics().horizontalAdvance(row.seen) + 2
        painter.drawText(QRectF(right - seen, area.top(), seen, area.height()), middle, row.seen)
        right -= seen + 12
        painter.setFont(theme.font("caption"))
        under = painter.fontMetrics().horizontalAdvance(row.under) + 6
        painter.setFont(theme.font("body_strong"))
        called = "  ".join(part for part in (row.code, row.name) if part)
        named = painter.fontMetrics().horizontalAdvance(called) + 6
        least = min(max(min(under, _LEAST_UNDER), named, 90), 260)
        for text, kind in reversed(self._fitting(row, right - left - least)):
            wide = tag_width(text)
            y = area.center().y() - TAG_HEIGHT / 2
            paint_tag(painter, QRectF(right - wide, y, wide, TAG_HEIGHT), text, kind)
            right -= wide + 6
        painter.setFont(theme.font("body_strong"))
        painter.setPen(QColor(tokens.text))
        box = QRectF(left, area.top(), max(right - left - 6, 10), area.height())
        mode = Qt.TextElideMode.ElideRight if row.name else Qt.TextElideMode.ElideMiddle
        called = painter.fontMetrics().elidedText(called, mode, round(box.width()))
        if row.under:
            painter.drawText(box.adjusted(0, 3, 0, -20), middle, called)
            painter.setFont(theme.font("caption"))
            painter.setPen(QColor(tokens.text2))
            under_text = painter.fontMetrics().elidedText(
                row.under, Qt.TextElideMode.ElideRight, round(box.width())
            )
            painter.drawText(box.adjusted(0, 23, 0, -3), middle, under_text)
        else:
            painter.drawText(box, middle, called)
        painter.restore()

    def _fitting(self, row: ListedPatient, room: float) -> list[tuple[str, TagKind]]:
        """Return the tags that have room, what weighs most first."""
        found = []
        for text, kind in row.tags:
            room -= tag_width(text) + 6
            if room < 0:
                break
            found.append((text, kind))
        return found

    def _paint_tick(self, painter: QPainter, box: QRectF, row: ListedPatient) -> None:
        tokens = theme.current()
        is_in = row.number is not None
        painter.setPen(QPen(QColor(tokens.accent if is_in else tokens.edge), 1))
        painter.setBrush(QColor(tokens.accent if is_in else tokens.surface))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if is_in:
            paint_icon(painter, box.adjusted(2, 2, -2, -2), "check-bold", tokens.on_accent)


class PatientList(QListView):
    """One of the two lists.

    Signals
    -------
    toggled(str)
        Space or a click on the tick: the patient's id.
    moved(str, int)
        Alt with an arrow: the patient's id, and −1 up or 1 down.
    removed(str)
        Del: the patient's id.
    """

    toggled = Signal(str)
    moved = Signal(str, int)
    removed = Signal(str)

    def __init__(self, name: str, *, has_ticks: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self._model.has_ticks = has_ticks
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAccessibleName(name)

    @property
    def rows(self) -> list[ListedPatient]:
        """The rows, from the top."""
        return self._model.rows

    @property
    def has_ticks(self) -> bool:
        """Whether patients are ticked here, rather than ordered."""
        return self._model.has_ticks

    def show_rows(self, rows: Sequence[ListedPatient]) -> None:
        """Show rows; the one in hand stays in hand where it is still there."""
        held = self.held
        self._model.show(rows)
        place = next((place for place, one in enumerate(rows) if one.id == held), None)
        if place is None and rows:
            place = 0
        if place is not None:
            self.setCurrentIndex(self._model.index(place))

    @property
    def held(self) -> str | None:
        """The id of the patient whose row is chosen."""
        index = self.currentIndex()
        return self.rows[index.row()].id if index.isValid() else None

    def hold(self, patient_id: str) -> None:
        """Choose the row of a patient."""
        for place, one in enumerate(self.rows):
            if one.id == patient_id:
                self.setCurrentIndex(self._model.index(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held, key = self.held, event.key()
        has_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if held is None:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space and self.has_ticks:
            self.toggled.emit(held)
        elif has_alt and key in steps and not self.has_ticks:
            self.moved.emit(held, steps[Qt.Key(key)])
        elif key == Qt.Key.Key_Delete and not self.has_ticks:
            self.removed.emit(held)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        is_left = event.button() is Qt.MouseButton.LeftButton
        if index.isValid() and is_left and self.has_ticks and event.position().x() < 40:
            self.toggled.emit(self.rows[index.row()].id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.has_ticks and event.position().x() >= 40:
            self.toggled.emit(self.rows[index.row()].id)
        elif index.isValid() and self.has_ticks:
            self.mousePressEvent(event)
