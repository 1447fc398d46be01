"""Find any action: type a few letters of what you want to do, press Enter.

Hides how letters are matched to actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.components import Label, rule
from woundtrack.ui.components.buttons import key_width, paint_key, shown_key
from woundtrack.ui.components.icons import paint_icon
from woundtrack.ui.components.rows import paint_row
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.ui.actions import Action
    from woundtrack.ui.session import Session

_ID: Final = Qt.ItemDataRole.UserRole + 1
_KEY: Final = Qt.ItemDataRole.UserRole + 2
_ICON: Final = Qt.ItemDataRole.UserRole + 3
_WHY_OFF: Final = Qt.ItemDataRole.UserRole + 4
_ROW: Final = 36
_TALL_ROW: Final = 54  # the reason has a line of its own, where both don't fit into one
_WIDTH: Final = 560
_WORDS_AT: Final = 48
_EDGE: Final = 16
_ROWS_SHOWN: Final = 11
_FIELD: Final = 48
_HIDDEN: Final = frozenset({"window.find", "window.menu", "window.cancel"})


def match(letters: str, text: str) -> int | None:
    """Return how well letters fit a text, smaller is better; None where they don't.

    First the start of the text, then the start of a word, then inside, then in order with gaps.
    """
    wanted, words = letters.casefold().strip(), text.casefold()
    if not wanted or words.startswith(wanted):
        return 0
    if f" {wanted}" in words:
        return 1
    if wanted in words:
        return 2
    rest = iter(words)
    return 3 if all(letter in rest for letter in wanted if letter != " ") else None


class Palette(Overlay):
    """The actions that can be used in the room one is in."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH, _FIELD)
        self._session = session
        self._room: str | None = None
        self.inside.setContentsMargins(1, 1, 1, 8)
        self.inside.setSpacing(0)
        self.field = QLineEdit()
        self.field.setProperty("plain", "true")
        self.field.setFont(theme.font("section", 400))
        self.field.setTextMargins(16, 0, 16, 0)
        self.field.setFixedHeight(_FIELD)
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("Find any action"))
        self.field.textChanged.connect(self._list)
        self.field.installEventFilter(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Actions found"))
        self.list.setModel(QStandardItemModel(self))
        self.list.setItemDelegate(_Row(self.list))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._do)
        self.inside.addWidget(self.field)
        self.inside.addWidget(rule())
        self.inside.addWidget(self.list, 1)
        self._nothing = Label(
            self.tr("Nothing is called that here. Try another word: card, outline, export…"),
            "body",
            "2",
            wraps=True,
        )
        self._nothing.setContentsMargins(_EDGE, 0, _EDGE, 0)
        self._nothing.hide()
        self.inside.addWidget(self._nothing, 1)

    def open_in(self, room: str | None) -> None:
        """Open with the actions of a room."""
        self._room = room
        self.field.clear()
        self._list("")
        self.open()
        self.field.setFocus()

    def found(self) -> list[str]:
        """Return the ids of the actions listed, best first."""
        model = self.list.model()
        return [str(model.index(row, 0).data(_ID)) for row in range(model.rowCount())]

    @property
    def nothing_said(self) -> str:
        """What is said where no action fits the letters; empty where one does."""
        return self._nothing.text() if self._nothing.isVisibleTo(self) else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.field
            and event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                rows = self.list.model().rowCount()
                place = min(max(self.list.currentIndex().row() + step, 0), max(rows - 1, 0))
                self.list.setCurrentIndex(self.list.model().index(place, 0))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._do(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _list(self, letters: str) -> None:
        table = self._session.actions
        ranked: list[tuple[bool, int, int, Action]] = []
        for place, entry in enumerate(table.bound(self._room)):
            rank = match(letters, entry.words)
            if rank is not None and entry.id not in _HIDDEN and not entry.is_held:
                ranked.append((table.why_off(entry.id) is not None, rank, place, entry))
        model = self.list.model()
        assert isinstance(model, QStandardItemModel)  # noqa: S101
        model.clear()
        for _, _, _, entry in sorted(ranked, key=lambda row: row[:3]):
            item = QStandardItem(entry.words)
            item.setData(entry.id, _ID)
            item.setData(shown_key(table.keys_of(entry.id)), _KEY)
            item.setData(entry.icon, _ICON)
            why_off = table.why_off(entry.id)
            item.setData(why_off, _WHY_OFF)
            item.setToolTip(why_off or "")
            item.setEnabled(why_off is None)
            model.appendRow(item)
        if model.rowCount():
            self.list.setCurrentIndex(model.index(0, 0))
        rows = model.rowCount()
        self.list.setVisible(rows > 0)
        self._nothing.setVisible(rows == 0)
        shown = [self.list.sizeHintForIndex(model.index(row, 0)).height() for row in range(rows)]
        self.set_height(_FIELD + 10 + (sum(shown[:_ROWS_SHOWN]) or _ROW))

    def _do(self, index: QModelIndex) -> None:
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        action = self._session.actions[str(index.data(_ID))]
        self.dismiss()
        action.trigger()


class _Row(QStyledItemDelegate):
    """Icon, words, why it is off, key."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, _TALL_ROW if _is_tall(index) else _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        tokens = theme.current()
        area = QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_on = index.data(_WHY_OFF) is None
        paint_row(painter, option)
        painter.save()
        ink = tokens.accent if is_chosen else tokens.text
        if not is_on:
            ink = tokens.text3
        is_tall = _is_tall(index)
        line = QRectF(area.left(), area.top() + (2 if is_tall else 0), area.width(), _ROW)
        if index.data(_ICON):
            place = QRectF(area.left() + _EDGE, line.center().y() - 9, 18, 18)
            paint_icon(painter, place, index.data(_ICON), ink)
        painter.setPen(QColor(ink))
        painter.setFont(_words_font())
        words = line.adjusted(_WORDS_AT, 0, -_EDGE, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        right = area.right() - _EDGE
        if key := index.data(_KEY):
            width = key_width(key)
            place = QRectF(right - width, line.center().y() - 8, width, 16)
            paint_key(painter, place, key, ink=tokens.text2, line=tokens.edge)
            right -= width + 8
        if not is_on:
            painter.setPen(QColor(tokens.text3))
            painter.setFont(theme.font("caption"))
            why = str(index.data(_WHY_OFF))
            if is_tall:
                under = QRectF(words.left(), area.top() + 30, words.width(), 18)
                why = painter.fontMetrics().elidedText(
                    why, Qt.TextElideMode.ElideRight, int(under.width())
                )
                painter.drawText(under, Qt.AlignmentFlag.AlignVCenter, why)
            else:
                place = QRectF(area.left(), line.top(), right - area.left(), line.height())
                align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
                painter.drawText(place, align, why)
        painter.restore()


def _words_font() -> QFont:
    return theme.font("body", 500)


def _is_tall(index: QModelIndex | QPersistentModelIndex) -> bool:
    """Return whether the reason why an action is off doesn't fit beside its words."""
    why = index.data(_WHY_OFF)
    if why is None:
        return False
    key = index.data(_KEY)
    taken = (
        _WORDS_AT + QFontMetricsF(_words_font()).horizontalAdvance(str(index.data())) + 2 * _EDGE
    )
    taken += key_width(key) + 8 if key else 0
    return bool(
        taken + QFontMetricsF(theme.font("caption")).horizontalAdvance(str(why)) > _WIDTH - 2
    )
