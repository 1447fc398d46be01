"""The table of differences: a row an accepted outline, the largest difference first.

Hides the order, and that rows come in while others are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from woundtrack.model import OutlineKind
from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.remeasuring import words as again

if TYPE_CHECKING:
    from woundtrack.ui.remeasuring.work import SeenAgain

_ROW_HEIGHT: Final = 32
_PADDING: Final = 22  # of a cell, with what the style adds
_DIFFERENCE: Final = 5  # the column
_LOOKED_AT: Final = 200  # rows, for how wide the columns are
_Index = QModelIndex | QPersistentModelIndex
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Compared(Enum):
    """What is laid beside the accepted values."""

    MEASURING = "measuring"  # the same outline, measured now
    OUTLINES = "outlines"  # the outline that the program draws now


class RemeasuredModel(QAbstractTableModel):
    """The rows, sorted by the size of their difference."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.compared = Compared.MEASURING
        self.only_beyond = False
        self.rows: tuple[SeenAgain, ...] = ()
        self._all: dict[tuple[str, OutlineKind], SeenAgain] = {}

    @property
    def every(self) -> tuple[SeenAgain, ...]:
        """All rows, those that aren't shown, too."""
        return tuple(self._all.values())

    def show(self, compared: Compared, *, only_beyond: bool) -> None:
        """Compare something else, or show only what differs by more than measurement error."""
        self.compared, self.only_beyond = compared, only_beyond
        self._sort()

    def add(self, rows: Iterable[SeenAgain]) -> None:
        """Show more rows, each in place of one of the same outline."""
        self._all.update((one.key, one) for one in rows)
        self._sort()

    def drop(self, patient_id: str | None = None) -> None:
        """Take rows away: all, or one patient's."""
        if patient_id is None:
            self._all = {}
        else:
            self._all = {key: one for key, one in self._all.items() if one.patient.id != patient_id}
        self._sort()

    def place_of(self, key: tuple[str, OutlineKind]) -> int | None:
        """Return the row of an outline; None where it isn't shown."""
        return next((at for at, one in enumerate(self.rows) if one.key == key), None)

    def _sort(self) -> None:
        shown = [one for one in self._all.values() if not self._is_left_out(one)]
        shown.sort(
            key=lambda one: (
                -again.size_of_difference(self._difference(one)),
                one.patient.code,
                one.on,
                one.lesion,
                one.result.kind.value,
            )
        )
        self.beginResetModel()
        self.rows = tuple(shown)
        self.endResetModel()

    def _is_left_out(self, one: SeenAgain) -> bool:
        is_asked = self.only_beyond and self.compared is Compared.MEASURING
        return is_asked and one.result.is_within_error is not False

    def _difference(self, one: SeenAgain) -> float | None:
        if self.compared is Compared.MEASURING:
            return one.result.change
        return one.result.automatic_change

    # --- Qt's --------------------------------------------------------------------------------

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns' heads."""
        who = (self.tr("Patient"), self.tr("Lesion"), self.tr("Visit"))
        then = self.tr("Accepted, cm²")
        if self.compared is Compared.MEASURING:
            return (*who, then, self.tr("Now, cm²"), self.tr("Difference"), self.tr("With"))
        return (
            *who,
            then,
            self.tr("Automatic, cm²"),
            self.tr("Difference"),
            self.tr("Dice"),
            self.tr("Edges, mm"),
            self.tr("With"),
        )

    def cells(self, one: SeenAgain) -> tuple[str, ...]:
        """Return what stands in a row."""
        result = one.result
        lesion = one.lesion
        if result.kind is not OutlineKind.ULCER:
            lesion = f"{lesion} {kind_word(result.kind)}"
        who = (one.patient.code, lesion, words.day(one.on))
        then, by = again.size(result.accepted), result.accepted_by.application
        if self.compared is Compared.MEASURING:
            return (*who, then, again.size(result.anew), again.difference(result), by)
        automatic = result.automatic
        return (
            *who,
            then,
            again.size(None if automatic is None else automatic.measurement),
            again.automatic_difference(result),
            again.dice(None if automatic is None else automatic.dice),
            again.millimetres(None if automatic is None else automatic.mean_mm),
            by,
        )

    def spoken(self, one: SeenAgain) -> str:
        """Return a row as a sentence."""
        cells = self.cells(one)
        head, rest = ", ".join(cells[:3]), zip(self.heads[3:], cells[3:], strict=True)
        return f"{head}: " + ", ".join(f"{name} {cell}" for name, cell in rest)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:  # noqa: ANN401
        if orientation is not Qt.Orientation.Horizontal or section >= len(self.heads):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self._is_number(section) else _LEFT
        return None

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        one = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cells(one)[index.column()]
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return self.spoken(one)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self._is_number(index.column()) else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            return theme.font("label_strong" if index.column() == 0 else "label")
        return None

    def _is_number(self, column: int) -> bool:
        return column in {3, 4} or (self.compared is Compared.OUTLINES and column in {6, 7})


class RemeasuredTable(QTableView):
    """The table.

    Signals
    -------
    chosen(object)
        Another row is looked at: its ``SeenAgain``, or None.
    opened(object)
        A row was pressed twice.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.again = RemeasuredModel(self)
        self._kept: tuple[str, OutlineKind] | None = None
        self.setModel(self.again)
        self.setStyleSheet("QTableView::item { padding: 0 8px; border: 0; }")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.setAccessibleName(self.tr("Differences, the largest first"))
        self.selectionModel().currentRowChanged.connect(self._choose)
        self.doubleClicked.connect(self._open)

    @property
    def current(self) -> SeenAgain | None:
        """The row that is looked at."""
        index = self.currentIndex()
        return self.again.rows[index.row()] if index.isValid() else None

    def show_compared(self, compared: Compared, *, only_beyond: bool) -> None:
        """Compare something else."""
        self.selectionModel().blockSignals(True)
        self.again.show(compared, only_beyond=only_beyond)
        self._choose_again()

    def add(self, rows: Sequence[SeenAgain]) -> None:
        """Show more rows; the one that is looked at stays so."""
        if rows:
            self.selectionModel().blockSignals(True)
            self.again.add(rows)
            self._choose_again()

    def drop(self, patient_id: str | None = None) -> None:
        """Take rows away: all, or one patient's; the place in them is kept for those to come."""
        self.selectionModel().blockSignals(True)
        self.again.drop(patient_id)
        self.selectionModel().blockSignals(False)
        if not self.again.rows:
            self.chosen.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            lines = [self.again.heads, *(self.again.cells(one) for one in self.again.rows)]
            QGuiApplication.clipboard().setText("".join("\t".join(cells) + "\n" for cells in lines))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.ignore()  # the sheet's main button
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_width()

    def share_width(self) -> None:
        """Give each column what its words take, and as much of what is left as the others."""
        strong, plain = (QFontMetrics(theme.font(role)) for role in ("label_strong", "label"))
        wide = [self.fontMetrics().horizontalAdvance(head) for head in self.again.heads]
        for one in self.again.rows[:_LOOKED_AT]:
            for column, cell in enumerate(self.again.cells(one)):
                metrics = strong if column == 0 else plain
                wide[column] = max(wide[column], metrics.horizontalAdvance(cell))
        left = self.viewport().width() - sum(wide) - _PADDING * len(wide)
        if left < 0:  # the reasons why there is no difference give way: the tooltip has them whole
            head = self.fontMetrics().horizontalAdvance(self.again.heads[_DIFFERENCE])
            wide[_DIFFERENCE] = max(head, wide[_DIFFERENCE] + left)
        for column, width in enumerate(wide):
            self.setColumnWidth(column, width + _PADDING + max(0, left) // len(wide))

    def _choose(self, current: QModelIndex, _before: QModelIndex) -> None:
        one = self.again.rows[current.row()] if current.isValid() else None
        if one is not None:
            self._kept = one.key
        self.chosen.emit(one)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.again.rows[index.row()])

    def _choose_again(self) -> None:
        """Look at the row that was looked at before the rows were set anew, or at the first."""
        self.selectionModel().blockSignals(False)
        place = None if self._kept is None else self.again.place_of(self._kept)
        if place is None and self.again.rows:
            place = 0
        self.share_width()
        if place is None:
            self.chosen.emit(None)
            return
        self.selectionModel().setCurrentIndex(
            self.again.index(place, 0),
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )
        self.scrollTo(self.again.index(place, 0))
