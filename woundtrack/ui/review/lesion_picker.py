"""Which lesion is this: one of the patient's, or a new one with its site and side.

Hides the small card that is laid into the panel for the question; Esc takes it away unanswered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from woundtrack.model import BodySite
from woundtrack.ui import theme
from woundtrack.ui.components import BodySiteFields, Card, KeyButton, Label
from woundtrack.ui.components.buttons import key_width, paint_key
from woundtrack.ui.components.chips import chip_width, paint_lesion_chip
from woundtrack.ui.components.rows import paint_row
from woundtrack.ui.review.draft import Identity

ROW_HEIGHT: Final = 44
_MOST_ROWS: Final = 7
_MOST_KEYS: Final = 9
NEW_KEY: Final = "N"
_KEY_ROLE: Final = Qt.ItemDataRole.UserRole + 1

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What can be chosen, and what is said of it: when it was last seen, how large.

    ``why_not`` says why it can't be chosen here; empty where it can. ``swaps_with`` is the key of
    the entry that takes this one's lesion then.
    """

    identity: Identity
    title: str
    said: str
    why_not: str = ""
    swaps_with: str = ""


class _Choices(QAbstractListModel):
    """The choices as rows; the first nine that can be chosen have keys, 1 to 9."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices: tuple[Choice, ...] = ()

    def set_choices(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self._choices = tuple(choices)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        choice = self._choices[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return choice
        if role == _KEY_ROLE:
            return self.key_of(index.row())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            said = choice.why_not or choice.said
            return f"{choice.identity.label}, {choice.title}, {said}"
        return None

    def key_of(self, row: int) -> str:
        """Return the key that chooses a row; empty where none does."""
        if self._choices[row].why_not:
            return ""
        place = 1 + sum(not one.why_not for one in self._choices[:row])
        return str(place) if place <= _MOST_KEYS else ""

    def with_key(self, key: str) -> QModelIndex:
        """Return the row that a key chooses; one that isn't valid where none is."""
        rows = range(len(self._choices))
        row = next((row for row in rows if key and self.key_of(row) == key), None)
        return QModelIndex() if row is None else self.index(row)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self._choices[index.row()].why_not:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _Delegate(QStyledItemDelegate):
    """Paints a lesion: chip, site, and what is said of it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        choice = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(choice, Choice):
            return
        tokens = theme.current()
        painter.save()
        paint_row(painter, option)
        area = QRectF(option.rect)
        width = chip_width(choice.identity.label)
        chip = QRectF(area.left() + 12, area.center().y() - 9, width, 18)
        paint_lesion_chip(painter, chip, choice.identity.label, choice.identity.number)
        key = str(index.data(_KEY_ROLE))
        cap = key_width(key) if key else 0.0
        end = area.right() - 10 - cap
        if key:
            place = QRectF(end, area.center().y() - 8, cap, 16)
            paint_key(painter, place, key, ink=tokens.text2, line=tokens.edge)
        text = QRectF(chip.right() + 10, area.top(), end - chip.right() - 18, 22)
        is_off = bool(choice.why_not)
        painter.setFont(theme.font("body", 500))
        painter.setPen(QColor(tokens.text3 if is_off else tokens.text))
        upper = text.translated(0, 4)
        painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, _cut(painter, choice.title, upper))
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.text3 if is_off else tokens.text2))
        said = choice.why_not or choice.said
        lower = text.translated(0, 20)
        painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, _cut(painter, said, lower))
        painter.restore()


def _cut(painter: QPainter, words: str, room: QRectF) -> str:
    """Return words as far as there is room for them."""
    metrics = painter.fontMetrics()
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, round(room.width()))


class _List(QListView):
    """The list; Enter and a click choose, and a digit or a letter at once."""

    answered = Signal(QModelIndex)
    letter = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        is_bare = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if is_bare and text and (text.isdigit() or text.casefold() == NEW_KEY.casefold()):
            self.letter.emit(text)
            event.accept()
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.answered.emit(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)


class LesionPicker(Card):
    """The question, laid over what stands below the lesion's head.

    Signals
    -------
    picked(Choice)
        A known lesion, or one that merged, split or came back.
    new_picked(BodySite, str)
        A new one: its site and its name.
    asked(), dismissed()
        Laid over the panel; taken away, answered or not.
    """

    picked = Signal(object)
    new_picked = Signal(object, str)
    asked = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label_at: Callable[[BodySite], str] = lambda _site: ""
        self._taken: frozenset[str] = frozenset()
        self._is_own_name = False
        self._title = Label("", "body_strong")
        self._close = KeyButton(self.tr("Cancel"), "Esc", "quiet", size="small")
        self._close.clicked.connect(self.dismiss)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._build_list())
        self._pages.addWidget(self._build_form())
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 6, 4)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._pages)
        self.hide()

    def _build_list(self) -> QWidget:
        page = QWidget()
        self.list = _List()
        self._choices = _Choices(self.list)
        self.list.setModel(self._choices)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._answer)
        self.list.answered.connect(self._answer)
        self.list.letter.connect(self._take_key)
        self._about = Label("", "label", "2", wraps=True)
        self._to_new = KeyButton(self.tr("New lesion…"), NEW_KEY, "normal", "plus", "small")
        self._to_new.clicked.connect(self._show_form)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 10)
        foot.addWidget(self._to_new)
        foot.addStretch(1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        said = QHBoxLayout()
        said.setContentsMargins(12, 2, 12, 8)
        said.addWidget(self._about)
        layout.addLayout(said)
        layout.addWidget(self.list)
        layout.addLayout(foot)
        return page

    def _build_form(self) -> QWidget:
        page = QWidget()
        self._where = BodySiteFields(can_be_none=False, parent=self)
        self._where.name(self.tr("Site of the new lesion"), self.tr("Side of the new lesion"))
        self.site, self.side = self._where.site, self._where.side
        self.name = QLineEdit()
        self.name.setMaxLength(20)
        self.name.setAccessibleName(self.tr("Name of the new lesion"))
        self._doubt = Label("", "label", "doubt", wraps=True)
        self._doubt.hide()
        self.make = KeyButton(self.tr("Make this lesion"), "Enter", size="control")
        self._where.changed.connect(self._follow_site)
        self.name.textEdited.connect(self._take_name)
        self.name.returnPressed.connect(self._submit)
        self.make.clicked.connect(self._submit)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 2, 12, 12)
        layout.setSpacing(8)
        for words, field in (
            (self.tr("Name"), self.name),
            (self.tr("Site"), self.site),
            (self.tr("Side"), self.side),
        ):
            row = QHBoxLayout()
            row.setSpacing(8)
            label = Label(words, "label", "2")
            label.setFixedWidth(40)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field, 1)
            layout.addLayout(row)
        layout.addWidget(self._doubt)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.make)
        layout.addLayout(foot)
        return page

    # --- asking ----------------------------------------------------------------------------------

    def ask_known(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        nothing: str,
        can_be_new: bool,
        proposal: str = "",
    ) -> None:
        """Ask which lesion; ``nothing`` is said where none is known.

        ``proposal`` says what it is taken for now, and why.
        """
        self._title.setText(title)
        self._choices.set_choices(choices)
        self.list.setAccessibleName(title)
        said = proposal if choices else nothing
        self._about.setText(said)
        self._about.setVisible(bool(said))
        self.list.setVisible(bool(choices))
        self.list.setFixedHeight(ROW_HEIGHT * min(len(choices), _MOST_ROWS))
        self._to_new.setVisible(can_be_new)
        self._pages.setCurrentIndex(0)
        self._open()
        first = next((place for place, one in enumerate(choices) if not one.why_not), None)
        if first is None:
            (self._to_new if can_be_new else self._close).setFocus()
        else:
            self.list.setCurrentIndex(self._choices.index(first))
            self.list.setFocus()

    def ask_new(
        self, site: BodySite, label_at: Callable[[BodySite], str], taken: frozenset[str]
    ) -> None:
        """Ask for a new lesion's site, side and name.

        Parameters
        ----------
        label_at
            Returns the next free name at a site.
        taken
            Names in use, in small letters.
        """
        self.prepare_new(site, label_at, taken)
        self._show_form()

    def prepare_new(
        self, site: BodySite, label_at: Callable[[BodySite], str], taken: frozenset[str]
    ) -> None:
        """Fill in the form for a new lesion, without showing it yet."""
        self._label_at, self._taken = label_at, taken
        self._is_own_name = False
        self._where.show(site)
        self._follow_site()

    @property
    def said(self) -> str:
        """What is said above the choices."""
        return self._about.text()

    def dismiss(self) -> None:
        """Take the question away."""
        if self.isVisible():
            self.hide()
            self.dismissed.emit()

    def event(self, event: QEvent) -> bool:
        # Esc is also a shortcut of the window; while this is open it closes this.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._is_form:
            self._submit()
        else:
            super().keyPressEvent(event)

    @property
    def _is_form(self) -> bool:
        return self._pages.currentIndex() == 1

    def _show_form(self) -> None:
        self._title.setText(self.tr("New lesion"))
        self._pages.setCurrentIndex(1)
        self._open()
        self.name.setFocus()
        self.name.selectAll()

    def _open(self) -> None:
        self._doubt.hide()
        self.show()
        self.raise_()
        self.asked.emit()
        self._grow()

    def _grow(self) -> None:
        """Be as high as the page that is shown, not as the highest."""
        shown = self._pages.currentWidget()
        if shown is not None:
            self._pages.setFixedHeight(shown.sizeHint().height())
        self.setFixedHeight(self.sizeHint().height())

    def _follow_site(self) -> None:
        site = self._where.value
        if not self._is_own_name and site is not None:
            self.name.setText(self._label_at(site))
            self._say_doubt("")

    def _take_name(self) -> None:
        self._is_own_name = True
        self._say_doubt("")

    def _say_doubt(self, text: str) -> None:
        self._doubt.setText(text)
        self._doubt.setVisible(bool(text))
        self.name.setProperty("doubtful", "true" if text else "false")
        self.name.style().unpolish(self.name)
        self.name.style().polish(self.name)
        if self.isVisible():
            self._grow()

    def _answer(self, index: QModelIndex) -> None:
        choice = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(choice, Choice) and not choice.why_not:
            self.dismiss()
            self.picked.emit(choice)

    def _take_key(self, key: str) -> None:
        if not key.isdigit():
            if self._to_new.isVisible():
                self._show_form()
            return
        index = self._choices.with_key(key)
        if index.isValid():
            self._answer(index)

    def _submit(self) -> None:
        name, site = self.name.text().strip(), self._where.value
        if not name:
            self._say_doubt(self.tr("Give the lesion a name, such as A1."))
        elif name.casefold() in self._taken:
            self._say_doubt(
                self.tr("This patient has a lesion {name} already. Give another name.").format(
                    name=name
                )
            )
        elif site is not None:
            self.dismiss()
            self.new_picked.emit(site, name)
