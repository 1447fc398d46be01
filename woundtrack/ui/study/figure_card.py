"""A card with one figure of the cohort, what was computed under it, and its numbers in a table.

Hides that a figure is laid out and painted once for a size and a theme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.components import Card, KeyButton, Label, rule
from woundtrack.ui.timeline.chart_painter import paint

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from woundtrack.healing.chart_paper import Drawing

LayOut = Callable[[float, float], "Drawing"]
"""Lays a figure out at a width and a height in logical px."""

_ROW_HEIGHT: Final = 24
_NARROW: Final = 3
"""Beside names of groups, so many columns are as wide as what they hold."""
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """The numbers of a figure: what the columns are, and a row a time, in words.

    ``has_names``: the first column names groups.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    has_names: bool = False

    def as_tsv(self, rows: Sequence[int] | None = None) -> str:
        """Return the head and some rows, or all, for a spreadsheet."""
        chosen = self.rows if rows is None else [self.rows[row] for row in rows]
        return "\n".join("\t".join(row) for row in [self.columns, *chosen]) + "\n"


class FigureCard(Card):
    """One figure with its title, button, caption and table."""

    def __init__(self, title: str, save: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label(title, "section")
        self.save_button = KeyButton.of(
            save, kind="quiet", size="small", icon="export", text=self.tr("Save figure…")
        )
        self.plot = Plot(title)
        self.caption = Label("", "caption", "2", wraps=True)
        self.table = NumbersTable()
        self.table.setAccessibleName(title)
        top = QHBoxLayout()
        top.setContentsMargins(16, 0, 8, 0)
        top.addStrut(28)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self.save_button)
        under = QHBoxLayout()
        under.setContentsMargins(16, 0, 16, 0)
        under.addWidget(self.caption)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 8, 1, 1)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self.plot, 5)
        layout.addLayout(under)
        layout.addWidget(rule())
        layout.addWidget(self.table, 2)

    def show_figure(self, title: str, lay_out: LayOut, caption: str, numbers: Numbers) -> None:
        """Show a figure, what was computed, and its numbers."""
        self._title.setText(title)
        self.caption.setText(caption)
        self.plot.show_figure(lay_out, f"{title}. {caption}")
        self.table.setAccessibleName(title)
        self.table.show_numbers(numbers)


class Plot(QWidget):
    """A figure as large as there is room for; what it shows stands in the table beneath."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lay_out: LayOut | None = None
        self._painted: tuple[tuple[object, ...], QPixmap] | None = None
        self.drawing: Drawing | None = None
        self.setAccessibleName(title)
        self.setMinimumSize(300, 150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(480, 260)

    def show_figure(self, lay_out: LayOut, spoken: str) -> None:
        """Show what is laid out so."""
        self._lay_out, self._painted = lay_out, None
        self.setAccessibleDescription(spoken)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._lay_out is None:
            return
        scale = self.devicePixelRatioF()
        key = (self.width(), self.height(), scale, theme.current())
        if self._painted is None or self._painted[0] != key:
            picture = QPixmap(self.size() * scale)
            picture.setDevicePixelRatio(scale)
            picture.fill(QColor(theme.current().surface))
            self.drawing = self._lay_out(float(self.width()), float(self.height()))
            inner = QPainter(picture)
            paint(inner, self.drawing)
            inner.end()
            self._painted = (key, picture)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._painted[1])


class _Model(QAbstractTableModel):
    """The rows of a figure's numbers."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.numbers = Numbers()

    def show_numbers(self, numbers: Numbers) -> None:
        self.beginResetModel()
        self.numbers = numbers
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's default
        return 0 if parent.isValid() else len(self.numbers.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's default
        return 0 if parent.isValid() else len(self.numbers.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.numbers.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.numbers.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _align(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        text = self.numbers.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _align(index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.numbers.columns[index.column()]}: {text}"
        return None


def _align(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter


class NumbersTable(QTableView):
    """The numbers of a figure; Ctrl C copies the chosen rows, or all, with their head."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setFont(theme.font("label"))
        # With the 3 px that Qt leaves, the 8 px of the head: the numbers stand under their words.
        self.setStyleSheet("QTableView::item { padding: 0 5px; border: 0; }")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        head = self.horizontalHeader()
        head.setFont(theme.font("caption"))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        self.setMinimumHeight(5 * _ROW_HEIGHT)

    @property
    def numbers(self) -> Numbers:
        """What is shown."""
        return self._model.numbers

    def show_numbers(self, numbers: Numbers) -> None:
        """Show a figure's numbers."""
        self._model.show_numbers(numbers)
        head = self.horizontalHeader()
        wide = QHeaderView.ResizeMode.ResizeToContents
        for column in range(len(numbers.columns)):
            is_narrow = numbers.has_names and column < _NARROW
            head.setSectionResizeMode(column, wide if is_narrow else QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
            QGuiApplication.clipboard().setText(self.numbers.as_tsv(rows or None))
            return
        super().keyPressEvent(event)
