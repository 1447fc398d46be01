"""What the table of areas says: a row a visit, newest first, a column a lesion.

Hides the words of a cell, which rows tell how wide a column must be, and copying as TSV.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from woundtrack.healing.chart_layout import NO_STORY, Outlines, Story, Unit, Waiting
from woundtrack.healing.percents import Percent, percents_of, total_percents
from woundtrack.model import (
    LesionTimeline,
    NestedCurve,
    OutlineKind,
    Timeline,
    TimelinePoint,
    Tissue,
    WoundState,
)
from woundtrack.ui import change, messages
from woundtrack.ui.components import words
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.components.tissue import tissue_words

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
        self._percents: dict[tuple[str, OutlineKind | None], Mapping[date, Percent]] = {}
        self._total_percents: Mapping[date, float] = {}
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
        story: Story = NO_STORY,
    ) -> None:
        """Show a course; ``waiting`` holds lesions and days whose photographs wait for review.

        ``note`` says that it isn't the whole course, and goes with every copy. Where ``story``
        breaks a curve per cent are of another baseline.
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
        self._percents, self._total_percents = {}, {}
        if timeline is not None and unit == "percent":
            self._take_percents(timeline, story)
        first = min((curve.points[0].on for curve in lesions), default=None)
        visits = () if timeline is None or first is None else timeline.visits
        days = {visit.visited_on for visit in visits if first is not None}
        self._days = tuple(sorted((on for on in days if first and on >= first), reverse=True))
        self.endResetModel()

    def _take_percents(self, timeline: Timeline, story: Story) -> None:
        """Take the per cent of every column, each of its baselines."""
        lesions = self.curves
        cuts = {curve.lesion.id: story.cuts.get(curve.lesion.id, ()) for curve in lesions}
        self._percents = {
            (column.curve.lesion.id, None if column.nested is None else column.nested.kind): (
                percents_of(column.curve.points, cuts[column.curve.lesion.id])
                if column.nested is None
                else percents_of(column.nested.points)
            )
            for column in self._columns
        }
        debrided = [cut for own in cuts.values() for cut in own if cut.why == "debrided"]
        self._total_percents = total_percents(timeline.total, debrided)

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
            name = self._columns[column].name
            percents = self._percents.get((curve.lesion.id, nested.kind), {})
            return self._nested_cell(on, name, nested, percents)
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
        percent = self._percents.get((curve.lesion.id, None), {}).get(on)
        return self._measured_cell(label, point, point.area_mm2, percent)

    def _nested_cell(
        self, on: date, name: str, curve: NestedCurve, percents: Mapping[date, Percent]
    ) -> Cell:
        """Return what the cell of an eschar or a margin says."""
        point = next((point for point in curve.points if point.on == on), None)
        if point is None:
            said = self.tr("{lesion}: not outlined").format(lesion=name)
            return Cell(value=words.DASH, under="", spoken=said, has_value=False)
        if point.area_mm2 is None:
            text = self.tr("no area")
            return Cell(value=text, under="", spoken=f"{name}: {text}", has_value=False)
        return self._measured_cell(name, point, point.area_mm2, percents.get(on))

    def _measured_cell(
        self, label: str, point: TimelinePoint, area_mm2: float, percent: Percent | None
    ) -> Cell:
        if self._unit == "percent":
            cell = self._percent_cell(label, point.on, percent)
        else:
            low = point.area_low_mm2 if point.area_low_mm2 is not None else area_mm2
            high = point.area_high_mm2 if point.area_high_mm2 is not None else area_mm2
            cell = self._area_cell(label, area_mm2 / 100, low / 100, high / 100)
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

    def _percent_cell(self, label: str, on: date, percent: Percent | None) -> Cell:
        """Return per cent of the baseline: a baseline has no interval, and says that it is one."""
        if percent is None:
            said = self.tr("{lesion}: no open area to compare with").format(lesion=label)
            return Cell(value=words.DASH, under="", spoken=said, has_value=False)
        value, low, high = percent.value, percent.low, percent.high
        copied = (f"{value:.4f}", f"{low:.4f}", f"{high:.4f}")
        shown = f"{words.number(value, 0)}{words.THIN}%"
        if percent.since == on:
            new = self.tr("new baseline") if percent.is_anew else self.tr("baseline")
            return Cell(value=shown, under=new, spoken=f"{label}: {shown}, {new}", values=copied)
        since = self.tr("of baseline")
        if percent.is_anew:
            since = self.tr("of {day}, the baseline since the curve broke").format(
                day=words.day(percent.since)
            )
        spoken = self.tr("{lesion}: {value} {since}, {low} to {high}").format(
            lesion=label,
            value=shown,
            since=since,
            low=words.number(low, 0),
            high=words.number(high, 0),
        )
        under = f"{words.number(low, 0)}{words.DASH}{words.number(high, 0)}"
        return Cell(value=shown, under=under, spoken=spoken, values=copied)

    def _area_cell(self, label: str, value: float, low: float, high: float) -> Cell:
        copied = (f"{value:.4f}", f"{low:.4f}", f"{high:.4f}")
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
        percent = self._total_percents.get(on)
        if area is None or (self._unit == "percent" and percent is None):
            return Cell(
                value=words.DASH,
                under="",
                spoken=self.tr("Total: not every lesion was measured"),
                has_value=False,
            )
        if self._unit == "percent" and percent is not None:
            shown = f"{words.number(percent, 0)}{words.THIN}%"
            return Cell(
                value=shown, under="", spoken=f"{label}: {shown}", values=(f"{percent:.4f}", "", "")
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
