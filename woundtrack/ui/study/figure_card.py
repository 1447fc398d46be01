"""A card with one figure of the cohort; on its other face what was computed, and its numbers.

Hides that a figure is laid out and painted once for a size and a theme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.components import Card, KeyButton, Label, Segmented, rule
from woundtrack.ui.timeline.chart_painter import paint

if TYPE_CHECKING:
    from woundtrack.healing.chart_paper import Drawing

LayOut = Callable[[float, float], "Drawing"]
"""Lays a figure out at a width and a height in logical px."""

FIGURE: Final = "figure"
NUMBERS: Final = "numbers"
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

    def without(self, column: str) -> Numbers:
        """Return the numbers without a column, where there is one of that name."""
        places = [place for place, name in enumerate(self.columns) if name != column]
        return replace(
            self,
            columns=tuple(self.columns[place] for place in places),
            rows=tuple(tuple(row[place] for place in places) for row in self.rows),
        )

    def as_tsv(self, rows: Sequence[int] | None = None) -> str:
        """Return the head and some rows, or all, for a spreadsheet."""
        chosen = self.rows if rows is None else [self.rows[row] for row in rows]
        return "\n".join("\t".join(row) for row in [self.columns, *chosen]) + "\n"


class Brief(Label):
    """A line of caption, cut with … where there is no room; the tooltip has it whole."""

    def __init__(self) -> None:
        super().__init__("", "caption", "2")
        self.setMinimumWidth(1)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        fitted = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), self.alignment(), fitted)


class _Paragraph(Label):
    """Lines of caption, as high as they are at the width there is.

    A label that asks for height by width would make its neighbours' usual height their least.
    """

    def __init__(self) -> None:
        super().__init__("", "caption", "2", wraps=True)

    def hasHeightForWidth(self) -> bool:
        return False

    def setText(self, text: str) -> None:
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        height = max(0, self.heightForWidth(self.width()))  # -1 where there is no text
        if height != self.height():
            self.setFixedHeight(height)


class FigureCard(Card):
    """One figure with its title and button; on its other face what was computed, and its numbers.

    ``buttons`` stand before the choice of the face, ``save`` after it; ``is_fitted`` as for the
    table.
    """

    def __init__(
        self,
        title: str,
        save: KeyButton | None,
        *,
        buttons: Sequence[QWidget] = (),
        is_fitted: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = Label(title, "section")
        self.brief = Brief()
        self.save_button = save
        self.face = Segmented(
            ((FIGURE, self.tr("Figure")), (NUMBERS, self.tr("Numbers"))),
            name=self.tr("{title}: shown as").format(title=title),
        )
        self.plot = Plot(title)
        self.caption = _Paragraph()
        self.table = NumbersTable(is_fitted=is_fitted)
        self.table.setAccessibleName(title)
        self.table.setMinimumHeight(2 * _ROW_HEIGHT)
        top = QHBoxLayout()
        top.setContentsMargins(16, 0, 12, 0)
        top.setSpacing(8)
        top.addStrut(28)
        top.addWidget(self._title)
        top.addStretch(1)
        for widget in (*buttons, self.face, save):
            if widget is not None:
                top.addWidget(widget)
        beneath = QHBoxLayout()
        beneath.setContentsMargins(16, 0, 16, 0)
        beneath.addWidget(self.brief, 1)
        figures = QWidget()
        in_numbers = QVBoxLayout(figures)
        in_numbers.setContentsMargins(0, 0, 0, 0)
        in_numbers.setSpacing(6)
        over = QHBoxLayout()
        over.setContentsMargins(16, 0, 16, 0)
        over.addWidget(self.caption)
        in_numbers.addLayout(over)
        in_numbers.addWidget(rule())
        in_numbers.addWidget(self.table, 1)
        self.faces = QStackedWidget()
        self.faces.addWidget(self.plot)
        self.faces.addWidget(figures)
        self.face.chosen.connect(self._turn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 6, 1, 1)
        layout.setSpacing(2)
        layout.addLayout(top)
        layout.addLayout(beneath)
        layout.addWidget(self.faces, 1)

    def show_figure(
        self, title: str, lay_out: LayOut, brief: str, caption: str, numbers: Numbers
    ) -> None:
        """Show a figure, what was computed in a line and in full, and its numbers."""
        self._title.setText(title)
        self.brief.setText(brief)
        self.caption.setText(caption)
        self.plot.show_figure(lay_out, f"{title}. {caption}")
        self.table.setAccessibleName(title)
        self.table.show_numbers(numbers)

    def _turn(self, face: str) -> None:
        is_figure = face == FIGURE
        self.faces.setCurrentIndex(0 if is_figure else 1)
        self.brief.setVisible(is_figure)


class Plot(QWidget):
    """A figure as large as there is room for; what it shows stands in the table behind it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lay_out: LayOut | None = None
        self._painted: tuple[tuple[object, ...], QPixmap] | None = None
        self.drawing: Drawing | None = None
        self.setAccessibleName(title)
        self.setMinimumSize(300, 110)
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
    """The numbers of a figure; Ctrl C copies the chosen rows, or all, with their head.

    ``is_fitted``: every column is as wide as what it holds, and the first has what is left.
    """

    def __init__(self, parent: QWidget | None = None, *, is_fitted: bool = False) -> None:
        super().__init__(parent)
        self._is_fitted = is_fitted
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
            if self._is_fitted:
                is_narrow = column > 0
            head.setSectionResizeMode(column, wide if is_narrow else QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
            QGuiApplication.clipboard().setText(self.numbers.as_tsv(rows or None))
            return
        super().keyPressEvent(event)
