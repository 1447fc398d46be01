"""The numbers of the curves: a row a visit, newest first, a column a lesion.

Hides the two-line cells, the visits that stay in view beside many lesions, and copying as TSV.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
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

from woundtrack.healing import baseline_of
from woundtrack.healing.chart_layout import Outlines, Unit, Waiting
from woundtrack.model import (
    LesionTimeline,
    NestedCurve,
    Timeline,
    TimelinePoint,
    Tissue,
    WoundState,
)
from woundtrack.ui import change, messages, theme
from woundtrack.ui.components import paint_icon, words
from woundtrack.ui.components.chips import chip_width, paint_lesion_chip
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.components.tissue import paint_shares, tissue_words

ROW_HEIGHT: Final = 38
_HEAD_HEIGHT: Final = 26
_VISIT_WIDTH: Final = 59
_LONG_VISIT_WIDTH: Final = 92
_LEAST_COLUMN: Final = 44
_PAD: Final = 5
_WIDEST_COLUMN: Final = 110
_TISSUE_WIDTH: Final = 56
"""Of the strip of approved tissue below an area; its words are in the tooltip."""
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What one cell says: the value, what stands under it, and both in words for a reader.

    ``values`` is area, low, high as they are copied; empty where there is none. ``doubts`` are the
    titles of what there is to doubt about the number. ``tissue`` are approved shares, () where
    tissue was painted and isn't approved, None where none was.
    """

    value: str
    under: str
    spoken: str
    values: tuple[str, str, str] = ("", "", "")
    has_value: bool = True
    doubts: tuple[str, ...] = ()
    tissue: tuple[tuple[Tissue, float], ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaColumn:
    """One lesion's areas; or those of its eschar or margin, where ``nested`` is there."""

    curve: LesionTimeline
    nested: NestedCurve | None = None
    by_day: Mapping[date, TimelinePoint] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        points = (self.curve if self.nested is None else self.nested).points
        object.__setattr__(self, "by_day", {point.on: point for point in points})

    @property
    def name(self) -> str:
        """What the column is called: ``A1``, or ``A1 eschar``."""
        label = self.curve.lesion.label
        return label if self.nested is None else f"{label} {kind_word(self.nested.kind)}"


class AreaModel(QAbstractTableModel):
    """The areas of one patient, or the per cent of baseline; a last column holds the total.

    Right of a lesion stand its eschar and its margin, where they are shown and there are any.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[AreaColumn, ...] = ()
        self._days: tuple[date, ...] = ()
        self._totals: dict[date, float | None] = {}
        self._total_baseline: float | None = None
        self._unit: Unit = "area"
        self._waiting: Waiting = ()
        self._note = ""

    def show(
        self,
        timeline: Timeline | None,
        unit: Unit,
        waiting: Waiting = (),
        note: str = "",
        outlines: Outlines = "all",
    ) -> None:
        """Show a course; ``waiting`` holds lesions and days whose photographs wait for review.

        ``note`` says that it isn't the whole course, and goes with every copy.
        """
        self.beginResetModel()
        self._waiting = waiting
        self._note = note
        self._unit = unit
        curves = () if timeline is None else timeline.lesions
        lesions = sorted(
            (curve for curve in curves if curve.points), key=lambda curve: curve.lesion.number
        )
        self._columns = tuple(
            AreaColumn(curve=curve, nested=nested)
            for curve in lesions
            for nested in (None, *(curve.nested if outlines == "all" else ()))
        )
        self._totals = {}
        if timeline is not None and len(lesions) > 1:
            self._totals = {point.on: point.area_mm2 for point in timeline.total}
        self._total_baseline = next((area for area in self._totals.values() if area), None)
        first = min((curve.points[0].on for curve in lesions), default=None)
        visits = () if timeline is None or first is None else timeline.visits
        days = {visit.visited_on for visit in visits if first is not None}
        self._days = tuple(sorted((on for on in days if first and on >= first), reverse=True))
        self.endResetModel()

    @property
    def days(self) -> tuple[date, ...]:
        """The visits, newest first."""
        return self._days

    @property
    def lesion_ids(self) -> tuple[str, ...]:
        """The lesions, by column: that of an eschar has its lesion's id once more."""
        return tuple(column.curve.lesion.id for column in self._columns)

    @property
    def curves(self) -> tuple[LesionTimeline, ...]:
        """The lesions' own curves, in the order of their columns."""
        return tuple(column.curve for column in self._columns if column.nested is None)

    @property
    def columns(self) -> tuple[AreaColumn, ...]:
        """What the columns hold, without the total's."""
        return self._columns

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._days)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns) + bool(self._totals)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:  # noqa: ANN401
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        if orientation is Qt.Orientation.Vertical:
            return words.day(self._days[section])
        if section < len(self._columns):
            return self._columns[section].name
        return self.tr("Total")

    def day_words(self, row: int) -> tuple[str, str]:
        """Return the two lines of a visit: its day, and days since the first."""
        on = self._days[row]
        first = self._days[-1]
        years = len({day.year for day in self._days}) > 1
        text = words.day(on) if years else words.day_short(on)
        if on == first:
            return text, self.tr("baseline")
        return text, self.tr("day {count}").format(count=(on - first).days)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column()).value
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return self.cell(index.row(), index.column()).spoken
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def cell(self, row: int, column: int) -> Cell:
        """Return what a cell says."""
        on = self._days[row]
        if column >= len(self._columns):
            return self._total_cell(on)
        curve, nested = self._columns[column].curve, self._columns[column].nested
        if nested is not None:
            return self._nested_cell(on, self._columns[column].name, nested)
        label = curve.lesion.label
        point = self._columns[column].by_day.get(on)
        if point is None:
            if on < curve.points[0].on:
                return Cell(
                    value=words.DASH,
                    under="",
                    spoken=self.tr("{lesion}: not seen yet").format(lesion=label),
                    has_value=False,
                )
            if (curve.lesion.id, on) in self._waiting:
                text = self.tr("to review")
            elif curve.ended is not None and curve.ended.on <= on:
                text = change.end_words(curve.ended)
            else:
                # Closed before, and not looked at that day: no zero that nobody saw.
                text = self.tr("no photo") if on in curve.gaps else self.tr("closed")
            return Cell(value=text, under="", spoken=f"{label}: {text}", has_value=False)
        if point.state is WoundState.CLOSED:
            text = self.tr("closed")
            return Cell(value="0", under=text, spoken=f"{label}: {text}", values=("0", "0", "0"))
        if point.area_mm2 is None:
            text = self.tr("no area")
            return Cell(value=text, under="", spoken=f"{label}: {text}", has_value=False)
        return self._measured_cell(label, point, point.area_mm2, baseline_of(curve))

    def _nested_cell(self, on: date, name: str, curve: NestedCurve) -> Cell:
        """Return what the cell of an eschar or a margin says."""
        point = next((point for point in curve.points if point.on == on), None)
        if point is None:
            said = self.tr("{lesion}: not outlined").format(lesion=name)
            return Cell(value=words.DASH, under="", spoken=said, has_value=False)
        if point.area_mm2 is None:
            text = self.tr("no area")
            return Cell(value=text, under="", spoken=f"{name}: {text}", has_value=False)
        return self._measured_cell(name, point, point.area_mm2, baseline_of(curve))

    def _measured_cell(
        self, label: str, point: TimelinePoint, area_mm2: float, baseline: TimelinePoint | None
    ) -> Cell:
        per = 100.0
        if self._unit == "percent":
            per = (baseline.area_mm2 or 0) / 100 if baseline is not None else math.inf
        low = point.area_low_mm2 if point.area_low_mm2 is not None else area_mm2
        high = point.area_high_mm2 if point.area_high_mm2 is not None else area_mm2
        cell = self._number_cell(label, area_mm2 / per, low / per, high / per)
        cell = replace(cell, spoken="\n".join((cell.spoken, *self._sizes_of(point))))
        if point.tissue_state is not None:
            cell = replace(cell, tissue=point.tissue_shares or ())
        if point.part_count > 1:
            parts = self.tr("{count} parts").format(count=point.part_count)
            cell = replace(cell, under=f"{parts} · {cell.under}")
        titles = tuple(messages.title_of(doubt) for doubt in point.doubts)
        if not titles:
            return cell
        return replace(cell, doubts=titles, spoken="\n".join((cell.spoken, *titles)))

    def _sizes_of(self, point: TimelinePoint) -> list[str]:
        """Return what was measured beside the area, a line each."""
        lines = []
        if point.part_count > 1:
            said = self.tr("{count} open parts, measured together")
            lines.append(said.format(count=point.part_count))
        if point.tissue_state is not None:
            lines.append(tissue_words(point.tissue_state, point.tissue_shares))
        if point.head_to_toe_mm is None or point.side_to_side_mm is None:
            return lines
        said = self.tr("head to toe {along}, side to side {across}").format(
            along=words.length(point.head_to_toe_mm / 10),
            across=words.length(point.side_to_side_mm / 10),
        )
        return [*lines, said]

    def _number_cell(self, label: str, value: float, low: float, high: float) -> Cell:
        copied = (f"{value:.4f}", f"{low:.4f}", f"{high:.4f}")
        if self._unit == "percent":
            shown = f"{words.number(value, 0)}{words.THIN}%"
            under = f"{words.number(low, 0)}{words.DASH}{words.number(high, 0)}"
            spoken = self.tr("{lesion}: {value} of baseline, {low} to {high}").format(
                lesion=label,
                value=shown,
                low=words.number(low, 0),
                high=words.number(high, 0),
            )
            return Cell(value=shown, under=under, spoken=spoken, values=copied)
        return Cell(
            value=words.area(value),
            under=words.interval_short(low, high),
            spoken=self.tr("{lesion}: {value}, {interval}").format(
                lesion=label,
                value=words.area(value, has_unit=True),
                interval=words.interval(low, high),
            ),
            values=copied,
        )

    def _total_cell(self, on: date) -> Cell:
        area = self._totals.get(on)
        label = self.tr("Total")
        if area is None or (self._unit == "percent" and not self._total_baseline):
            return Cell(
                value=words.DASH,
                under="",
                spoken=self.tr("Total: not every lesion was measured"),
                has_value=False,
            )
        if self._unit == "percent":
            value = 100 * area / (self._total_baseline or 1)
            shown = f"{words.number(value, 0)}{words.THIN}%"
            return Cell(
                value=shown, under="", spoken=f"{label}: {shown}", values=(f"{value:.4f}", "", "")
            )
        return Cell(
            value=words.area(area / 100),
            under="",
            spoken=f"{label}: {words.area(area / 100, has_unit=True)}",
            values=(f"{area / 100:.4f}", "", ""),
        )

    def telling_rows(self, column: int) -> list[int]:
        """Return rows among which is the widest cell of a column, without writing all of them.

        Figures are equally wide, so that of the numbers the largest and the smallest tell it; of
        what is said in words, one cell each; all cells of a column with parts or doubts.
        """
        if column >= len(self._columns):
            known = [(self._totals.get(on) or 0.0, row) for row, on in enumerate(self._days)]
            return [row for _, row in (min(known), max(known))] if known else []
        shown = self._columns[column]
        points = list(shown.by_day.values())
        rows = {on: row for row, on in enumerate(self._days)}
        measured = [
            (point.area_high_mm2 or point.area_mm2, point.area_mm2, rows[point.on])
            for point in points
            if point.area_mm2 and point.on in rows
        ]
        telling = {row for _, _, row in (min(measured), max(measured))} if measured else set()
        if measured:
            telling.add(min(measured, key=lambda one: one[1])[2])
        telling |= {
            rows[point.on]
            for point in points
            if point.on in rows and (not point.area_mm2 or point.doubts or point.part_count > 1)
        }
        here = shown.by_day
        # What is said where there is no point depends on the day alone: before, between, after.
        absent = [row for on, row in rows.items() if on not in here]
        return sorted(telling | set(absent[:2]) | set(absent[-2:]) | self._gap_rows(shown, rows))

    def _gap_rows(self, shown: AreaColumn, rows: dict[date, int]) -> set[int]:
        """Return a row each where a lesion waits for review, and where there is no photograph."""
        found: dict[bool, int] = {}
        for on in shown.curve.gaps:
            if on in rows:
                found.setdefault((shown.curve.lesion.id, on) in self._waiting, rows[on])
        return set(found.values())

    def _has_tissue(self, column: int) -> bool:
        """Say whether tissue was painted of a lesion at any visit."""
        is_lesion = column < len(self._columns) and self._columns[column].nested is None
        points = self._columns[column].curve.points if is_lesion else ()
        return any(point.tissue_state is not None for point in points)

    def _tissue_of(self, on: date, column: int) -> str:
        """Return a lesion's tissue at a visit in words; empty where none was painted."""
        point = self._columns[column].by_day.get(on)
        if point is None or point.tissue_state is None:
            return ""
        return tissue_words(point.tissue_state, point.tissue_shares)

    def tsv(self, rows: list[int] | None = None, columns: list[int] | None = None) -> str:
        """Return rows and columns (None: all) as text for a spreadsheet, oldest visit first.

        Where lesions are left out, the first line says so.
        """
        unit = "cm2" if self._unit == "area" else "percent"
        columns = list(range(self.columnCount())) if columns is None else columns
        rows = list(range(self.rowCount())) if rows is None else rows
        head = ["date", "day"]
        for column in columns:
            label = str(self.headerData(column, Qt.Orientation.Horizontal))
            head.append(f"{label} {unit}")
            if column < len(self._columns):
                head += [f"{label} low {unit}", f"{label} high {unit}"]
                if self._has_tissue(column):
                    head.append(f"{label} tissue")
        lines = [_one_cell(self._note)] if self._note else []
        lines.append("\t".join(_one_cell(name) for name in head))
        for row in sorted(rows, reverse=True):
            on = self._days[row]
            cells = [on.isoformat(), str((on - self._days[-1]).days)]
            for column in columns:
                values = self.cell(row, column).values
                cells += list(values if column < len(self._columns) else values[:1])
                if self._has_tissue(column):
                    cells.append(self._tissue_of(on, column))
            lines.append("\t".join(cells))
        return "\n".join(lines) + "\n"


def _one_cell(text: str) -> str:
    """Return a text that stays one cell, and no formula, when pasted into a spreadsheet."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(("=", "+", "-", "@")) else flat


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
    ) -> None:
        """Show a course; ``waiting`` holds lesions and days whose photographs wait for review.

        ``note`` says that it isn't the whole course. ``outlines`` are those with a column.
        """
        self._is_following = True
        self.areas.show(timeline, unit, waiting, note, outlines)
        self.setAccessibleDescription(note)
        has_years = len({on.year for on in self.areas.days}) > 1
        self.verticalHeader().setFixedWidth(_LONG_VISIT_WIDTH if has_years else _VISIT_WIDTH)
        self._is_following = False
        self._share_width()
        self.show_place(self._visit, self._lesion_id)

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
