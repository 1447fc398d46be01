"""The items of an instrument, each with its answer and that of last time; and one of its answers.

Hides the painting; the words of a row are its accessible text, too.
"""

from __future__ import annotations

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
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.components import paint_icon
from woundtrack.ui.components.buttons import key_width, paint_key
from woundtrack.ui.components.rows import paint_row
from woundtrack.ui.record.score_words import amount

if TYPE_CHECKING:
    from woundtrack.healing.scores import Choice, Instrument, Item
    from woundtrack.ui.record.score_draft import ScoreDraft

_ROW: Final = 32
_LABEL: Final = 196
_LAST: Final = 72
Index = QModelIndex | QPersistentModelIndex


class _Items(QAbstractListModel):
    """The items, with the answers of a draft."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: tuple[Item, ...] = ()
        self.draft: ScoreDraft | None = None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        item = self.items[index.row()]
        parts = [f"{item.label}: {self.answer_words(item)}"]
        last = self.last_words(item)
        if last:
            parts.append(self.tr("last {value}").format(value=last))
        return ", ".join(parts)

    def answer_words(self, item: Item) -> str:
        """Return the answer to an item, or what there is in its place."""
        draft = self.draft
        if draft is None:
            return ""
        value = draft.answers.get(item.code)
        if value is not None:
            label = item.label_of(value)
            return f"{amount(value)}  {label}" if label else amount(value)
        if item.code in draft.missing:
            return self.tr("can't be assessed")
        return self.tr("not answered")

    def last_words(self, item: Item) -> str:
        """Return the answer of last time; nothing where there is none."""
        value = None if self.draft is None else self.draft.last_answers.get(item.code)
        return "" if value is None else amount(value)


class _Rows(QStyledItemDelegate):
    """Paints an item: its label, last time's answer, and the answer."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, _Items):
            return
        tokens = theme.current()
        item = model.items[index.row()]
        paint_row(painter, option)
        painter.save()
        area = QRectF(option.rect).adjusted(12, 0, -8, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("body", 500))
        painter.setPen(QColor(tokens.text))
        painter.drawText(QRectF(area.left(), area.top(), _LABEL, area.height()), middle, item.label)
        painter.setFont(theme.font("label"))
        painter.setPen(QColor(tokens.text2))
        last = model.last_words(item)
        if last:
            place = QRectF(area.left() + _LABEL, area.top(), _LAST, area.height())
            painter.drawText(place, middle, self.tr("last {value}").format(value=last))
        is_answered = model.draft is not None and item.code in model.draft.answers
        painter.setFont(theme.font("label", 600 if is_answered else 400))
        painter.setPen(QColor(tokens.text if is_answered else tokens.text3))
        x = area.left() + _LABEL + _LAST
        place = QRectF(x, area.top(), area.right() - x, area.height())
        text = QFontMetricsF(painter.font()).elidedText(
            model.answer_words(item), Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(place, middle, text)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()


class ItemList(QListView):
    """The items; the arrow keys move, everything else goes to the sheet.

    Signals
    -------
    moved()
        Another item is in view.
    """

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = _Items(self)
        self.setModel(self._items)
        self.setItemDelegate(_Rows(self))
        self.setAccessibleName(self.tr("Items"))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentChanged.connect(lambda *_: self.moved.emit())

    def set_instrument(self, instrument: Instrument) -> None:
        """Show the items of an instrument."""
        self._items.beginResetModel()
        self._items.items = instrument.items
        self._items.endResetModel()

    def show_draft(self, draft: ScoreDraft) -> None:
        """Show the answers of a draft."""
        self._items.draft = draft
        self.viewport().update()

    @property
    def code(self) -> str | None:
        """The code of the item in view; None where none is."""
        row = self.currentIndex().row()
        return self._items.items[row].code if row >= 0 else None

    def choose(self, code: str) -> None:
        """Bring an item into view."""
        row = next(at for at, one in enumerate(self._items.items) if one.code == code)
        self.setCurrentIndex(self._items.index(row))

    def step(self, by: int) -> None:
        """Go to the next item, or to the one before; at the ends it stays."""
        row = self.currentIndex().row() + by
        if 0 <= row < len(self._items.items):
            self.setCurrentIndex(self._items.index(row))

    def row_words(self, code: str) -> str:
        """Return an item's row in words."""
        row = next(at for at, one in enumerate(self._items.items) if one.code == code)
        return str(self._items.index(row).data())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_Home,
            Qt.Key.Key_End,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
        }
        if event.key() in moves:
            super().keyPressEvent(event)
        else:
            event.ignore()


class AnswerButton(QAbstractButton):
    """One answer of an item: its number as a key, its label, a tick where it is chosen.

    Parameters
    ----------
    is_last
        Whether it was the answer of last time, which is dotted.
    is_low
        Whether it is one of many, and takes less room.
    """

    def __init__(
        self,
        choice: Choice,
        *,
        is_last: bool,
        is_low: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = amount(choice.value)
        self._is_last = is_last
        self.setText(choice.label)
        self.setCheckable(True)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedHeight(26 if is_low else 32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = f"{self._key}, {choice.label}"
        if is_last:
            name = self.tr("{answer}, the answer of last time").format(answer=name)
        self.setAccessibleName(name)
        self.setToolTip(choice.label)

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        is_on = self.isChecked()
        ink = tokens.accent if is_on else tokens.text if self.isEnabled() else tokens.text3
        ground = tokens.accent_soft if is_on else tokens.inset if self.underMouse() else None
        painter.setPen(QPen(QColor(tokens.edge if self.isEnabled() else tokens.line), 1))
        painter.setBrush(QColor(ground or tokens.surface))
        painter.drawRoundedRect(area, 4, 4)
        width = max(20.0, key_width(self._key))
        key = QRectF(8, (self.height() - 16) / 2, width, 16)
        paint_key(painter, key, self._key, ink=ink, line=tokens.edge)
        x = 8 + width + 8
        made = theme.font("label", 600 if is_on else 500)
        painter.setFont(made)
        painter.setPen(QColor(ink))
        room = self.width() - x - (28 if is_on else 8)
        metrics = QFontMetricsF(made)
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(x, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        if self._is_last:
            pen = QPen(QColor(ink), 1)
            pen.setDashPattern([1, 2])
            painter.setPen(pen)
            y = self.height() / 2 + 9.5
            painter.drawLine(
                QRectF(x, y, 0, 0).topLeft(),
                QRectF(x + metrics.horizontalAdvance(text), y, 0, 0).topLeft(),
            )
        if is_on:
            paint_icon(
                painter, QRectF(self.width() - 24, (self.height() - 14) / 2, 14, 14), "check", ink
            )
