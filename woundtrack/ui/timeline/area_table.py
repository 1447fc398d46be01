"""The numbers of the curves: a row a visit, newest first, a column a lesion.

Hides how a cell of two lines is painted, the visits that stay in view beside many lesions, and how
wide a column is.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Final

from PySide6.QtCore import (
    QItemSelectionModel,
    QLineF,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from woundtrack.healing.chart_layout import NO_STORY, Outlines, Story, Unit, Waiting
from woundtrack.model import Timeline
from woundtrack.ui import theme
from woundtrack.ui.components import paint_icon
from woundtrack.ui.components.chips import chip_width, paint_lesion_chip
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.components.tissue import paint_shares
from woundtrack.ui.timeline.area_cells import AreaColumn, AreaModel

ROW_HEIGHT: Final = 38
_HEAD_HEIGHT: Final = 26
_VISIT_WIDTH: Final = 59
_VISIT_EDGES: Final = 13 + 6
"""Before and behind a visit's day."""
_LEAST_COLUMN: Final = 44
_PAD: Final = 5
_WIDEST_COLUMN: Final = 110
_TISSUE_WIDTH: Final = 56
"""Of the strip of approved tissue below an area; its words are in the tooltip."""
_Index = QModelIndex | QPersistentModelIndex


class _Delegate(QStyledItemDelegate):
    """Paints a cell in two lines."""

    def __init__(self, table: AreaTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens = theme.current()
        area = QRectF(option.rect)
        cell = self._table.areas.cell(index.row(), index.column())
        is_row, is_cell = self._table.is_in_view(index.row(), index.column())
        painter.save()
        if is_row:
            painter.fillRect(area, QColor(tokens.accent_soft))
        painter.fillRect(
            QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(tokens.line)
        )
        box = area.adjusted(0, 0, -_PAD, 0)
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if cell.has_value:
            painter.setFont(theme.font("label_strong"))
            painter.setPen(QColor(tokens.text))
        else:
            painter.setFont(theme.font("caption"))
            painter.setPen(QColor(tokens.text2))
        if cell.doubts:
            sign = QRectF(area.left() + 3, area.top() + 5, 13, 13)
            paint_icon(painter, sign, "warning", tokens.doubt)
            painter.setFont(theme.font("label_strong"))
            painter.setPen(QColor(tokens.text))
        if cell.under:
            painter.drawText(QRectF(box.left(), box.top() + 3, box.width(), 17), align, cell.value)
            painter.setFont(theme.font("caption"))
            painter.setPen(QColor(tokens.text2))
            painter.drawText(QRectF(box.left(), box.top() + 19, box.width(), 15), align, cell.under)
        else:
            painter.drawText(box, align, cell.value)
        if cell.tissue is not None:
            wide = min(box.width() - _PAD, _TISSUE_WIDTH)
            place = QRectF(box.right() - wide, area.bottom() - 5, wide, 3)
            paint_shares(painter, place, cell.tissue, line=tokens.edge)
        if is_cell:
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -2, -2), 3, 3)
        painter.restore()


class _Lesions(QHeaderView):
    """The lesions' chips above their columns."""

    def __init__(self, table: AreaTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setFixedHeight(_HEAD_HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), _HEAD_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self._table.areas
        tokens = theme.current()
        painter.save()
        area = QRectF(rect)
        painter.fillRect(area, QColor(tokens.surface))
        if section < len(model.columns) and model.columns[section].nested is not None:
            self._paint_nested(painter, area, model.columns[section])
        elif section < len(model.columns):
            lesion = model.columns[section].curve.lesion
            room = area.width() - 10
            label = painter.fontMetrics().elidedText(
                lesion.label, Qt.TextElideMode.ElideRight, round(room - 12)
            )
            wide = min(chip_width(label), room)
            box = QRectF(area.right() - _PAD - wide, area.top() + 3, wide, 18)
            paint_lesion_chip(painter, box, label, lesion.number)
        else:
            painter.setFont(theme.font("caption"))
            painter.setPen(QColor(tokens.text2))
            painter.drawText(
                area.adjusted(0, 0, -_PAD, -2),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                self.tr("Total"),
            )
        painter.fillRect(
            QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(tokens.line)
        )
        painter.restore()

    def _paint_nested(self, painter: QPainter, area: QRectF, column: AreaColumn) -> None:
        """Write which outline it is, over a line in the colour of the lesion at its left."""
        tokens = theme.current()
        kind = "" if column.nested is None else kind_word(column.nested.kind)
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.text2))
        box = area.adjusted(2, 0, -_PAD, -4)
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        text = painter.fontMetrics().elidedText(
            kind, Qt.TextElideMode.ElideRight, round(box.width())
        )
        painter.drawText(box, align, text)
        wide = painter.fontMetrics().horizontalAdvance(text)
        series = theme.lesion_series(column.curve.lesion.number, tokens)
        pen = QPen(QColor(series.colour), 1.3)
        pen.setDashPattern([3, 2])
        painter.setPen(pen)
        y = area.bottom() - 5.5
        painter.drawLine(QLineF(box.right() - wide, y, box.right(), y))


class _Visits(QHeaderView):
    """The visits at the left, which stay while the lesions scroll."""

    def __init__(self, table: AreaTable) -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self._table = table
        self.setSectionsClickable(True)
        self.setDefaultSectionSize(ROW_HEIGHT)
        self.setMinimumSectionSize(ROW_HEIGHT)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHighlightSections(False)
        self.setFixedWidth(_VISIT_WIDTH)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), super().sizeHint().height())

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model, view = self._table.areas, self._table
        tokens = theme.current()
        area = QRectF(rect)
        is_row, _ = view.is_in_view(section, -1)
        painter.save()
        painter.fillRect(area, QColor(tokens.accent_soft if is_row else tokens.surface))
        if is_row:
            painter.fillRect(QRectF(area.left(), area.top(), 3, area.height()), tokens.accent)
        painter.fillRect(
            QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(tokens.line)
        )
        first, second = model.day_words(section)
        box = area.adjusted(13, 0, -2, 0)
        painter.setFont(theme.font("label", 600 if is_row else 400))
        painter.setPen(QColor(tokens.text))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(box.left(), box.top() + 3, box.width(), 17), align, first)
        painter.setFont(theme.font("caption"))
        painter.setPen(QColor(tokens.text2))
        painter.drawText(QRectF(box.left(), box.top() + 19, box.width(), 15), align, second)
        painter.restore()


class AreaTable(QTableView):
    """The table beside the chart, in step with it.

    Signals
    -------
    place_chosen(date, str | None)
        A cell was chosen: its visit, and its lesion (None for the total).
    photo_opened()
        Enter or a double click: the photograph of the cell in view.
    """

    place_chosen = Signal(object, object)
    photo_opened = Signal()
    copied = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.areas = AreaModel(self)
        self._visit: date | None = None
        self._lesion_id: str | None = None
        self._is_following = False
        self.setHorizontalHeader(_Lesions(self))
        self.setVerticalHeader(_Visits(self))
        self.setModel(self.areas)
        self.setItemDelegate(_Delegate(self))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setCornerWidget(QWidget())
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName(self.tr("Areas by visit and lesion"))
        self.doubleClicked.connect(lambda _: self.photo_opened.emit())
        self.selectionModel().currentChanged.connect(self._choose)
        self.verticalHeader().sectionClicked.connect(self._choose_row)

    def show_timeline(
        self,
        timeline: Timeline | None,
        unit: Unit,
        waiting: Waiting = (),
        note: str = "",
        *,
        outlines: Outlines = "all",
        story: Story = NO_STORY,
    ) -> None:
        """Show a course; ``waiting`` holds lesions and days whose photographs wait for review.

        ``note`` says that it isn't the whole course. ``outlines`` are those with a column.
        ``story`` tells where curves break: per cent are of another baseline there.
        """
        self._is_following = True
        self.areas.show(timeline, unit, waiting, note, outlines, story)
        self.setAccessibleDescription(note)
        self.verticalHeader().setFixedWidth(self._visit_width())
        self._is_following = False
        self._share_width()
        self.show_place(self._visit, self._lesion_id)

    def _visit_width(self) -> int:
        """Return how wide the column of visits is: no day is cut, nor that in view, in bold."""
        in_day, in_count = (
            QFontMetricsF(theme.font("label", 600)),
            QFontMetricsF(theme.font("caption")),
        )
        said = [self.areas.day_words(row) for row in range(len(self.areas.days))]
        widest = max(
            (max(in_day.horizontalAdvance(on), in_count.horizontalAdvance(n)) for on, n in said),
            default=0.0,
        )
        return max(_VISIT_WIDTH, math.ceil(widest) + _VISIT_EDGES)

    def show_place(self, visit: date | None, lesion_id: str | None) -> None:
        """Mark the visit and the lesion in view, and scroll to them."""
        self._visit, self._lesion_id = visit, lesion_id
        index = QModelIndex()
        if visit in self.areas.days:
            ids = self.areas.lesion_ids
            column = ids.index(lesion_id) if lesion_id in ids else 0
            index = self.areas.index(self.areas.days.index(visit), column)
        self._is_following = True
        if index.isValid() and index != self.currentIndex():
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.scrollTo(index)
        self._is_following = False
        self.viewport().update()
        self.verticalHeader().viewport().update()

    def is_in_view(self, row: int, column: int) -> tuple[bool, bool]:
        """Return whether a row is the visit in view, and a cell also of the lesion in view."""
        if self._visit is None or not 0 <= row < len(self.areas.days):
            return False, False
        is_row = self.areas.days[row] == self._visit
        columns = self.areas.columns
        is_own = 0 <= column < len(columns) and columns[column].nested is None
        is_cell = is_own and columns[column].curve.lesion.id == self._lesion_id
        return is_row, is_row and is_cell

    def copy(self) -> None:
        """Copy the selected cells, or with one or none selected the whole table, as TSV."""
        chosen = self.selectionModel().selectedIndexes()
        if len(chosen) > 1:
            rows = sorted({index.row() for index in chosen})
            columns = sorted({index.column() for index in chosen})
            QGuiApplication.clipboard().setText(self.areas.tsv(rows, columns))
            self.copied.emit(len(rows))
        else:
            QGuiApplication.clipboard().setText(self.areas.tsv())
            self.copied.emit(self.areas.rowCount())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.photo_opened.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        """Give each column what its numbers need, and all of them the room that is left.

        The total is shown where everything fits; it is always on the chart and in the copy.
        """
        lesions = len(self.areas.columns)
        count = self.areas.columnCount()
        if not count:
            return
        metrics = [QFontMetricsF(theme.font(role)) for role in ("label_strong", "caption")]
        wide = [self._needed_width(column, *metrics) for column in range(count)]
        room = self.viewport().width()
        has_total = count > lesions and sum(wide) <= room
        if count > lesions:
            self.setColumnHidden(lesions, not has_total)
        shown = count if has_total else lesions
        spare = max(0, room - sum(wide[:shown])) // shown
        for column in range(shown):
            self.setColumnWidth(
                column, min(wide[column] + spare, max(wide[column], _WIDEST_COLUMN))
            )

    def _needed_width(self, column: int, in_value: QFontMetricsF, in_under: QFontMetricsF) -> int:
        widest = 0.0
        for row in self.areas.telling_rows(column):
            cell = self.areas.cell(row, column)
            first = in_value if cell.has_value else in_under
            widest = max(
                widest,
                first.horizontalAdvance(cell.value) + (14 if cell.doubts else 0),
                in_under.horizontalAdvance(cell.under),
            )
        if column < len(self.areas.columns):
            shown = self.areas.columns[column]
            head = float(chip_width(shown.curve.lesion.label))
            if shown.nested is not None:
                head = in_under.horizontalAdvance(kind_word(shown.nested.kind))
            widest = max(widest, min(head, 100))
        return max(_LEAST_COLUMN, math.ceil(widest) + _PAD + 2)

    def _choose(self, current: QModelIndex, _: QModelIndex) -> None:
        if not self._is_following and current.isValid():
            ids = self.areas.lesion_ids
            lesion = ids[current.column()] if current.column() < len(ids) else None
            self.place_chosen.emit(self.areas.days[current.row()], lesion)

    def _choose_row(self, row: int) -> None:
        self.place_chosen.emit(self.areas.days[row], None)
