"""The numbers of the lanes: a row a value, a treatment or an event, newest first.

Hides which entries have a row, how a date of any precision is shown, and copying as TSV.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from woundtrack import healing
from woundtrack.healing.chart_layout import Period
from woundtrack.healing.chart_record import ScoreTotal, dose_words, treatment_name
from woundtrack.healing.chart_style import ChartWords
from woundtrack.model import (
    ClinicalRecord,
    Debrided,
    EventKind,
    LinkKind,
    Timeline,
)
from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.timeline.chart_says import chart_words, number

_ROW_HEIGHT: Final = 30
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordRow:
    """One line: when, what, and its value; ``on`` and ``until`` are copied as far as known.

    ``span`` are the first and the last day that it may be: both the same where the day is known,
    None where nothing is. ``day`` is its place in the order of time.
    """

    day: date
    span: Period | None
    on: str
    until: str
    kind: str
    what: str
    value: str
    unit: str = ""
    low: str = ""
    high: str = ""
    lesion: str = ""
    note: str = ""
    shown_on: str = ""
    shown_value: str = ""

    @property
    def spoken(self) -> str:
        """All of it, for a tip and a reader."""
        when = self.shown_on
        parts = (when, self.kind, self.what, self.lesion, self.shown_value, self.note)
        return ", ".join(part for part in parts if part)


def rows_of(
    timeline: Timeline, record: ClinicalRecord, score_total: ScoreTotal | None = None
) -> tuple[RecordRow, ...]:
    """Return everything of a record that has a date and stands in a lane, newest first."""
    return _Rows(timeline, record, score_total).all()


class _Rows:
    """Writes the rows of one record."""

    def __init__(
        self, timeline: Timeline, record: ClinicalRecord, score_total: ScoreTotal | None
    ) -> None:
        self._timeline, self._record, self._score_total = timeline, record, score_total
        self._words: ChartWords = chart_words()
        self._labels = {one.lesion.id: one.lesion.label for one in timeline.lesions}
        self._days = {visit.id: visit.visited_on for visit in timeline.visits}

    def all(self) -> tuple[RecordRow, ...]:
        rows = [
            *self._treatments(),
            *self._events(),
            *self._debrided(),
            *self._closures(),
            *self._links(),
            *self._pains(),
            *self._labs(),
            *self._scores(),
        ]
        return tuple(sorted(rows, key=lambda row: (row.day, row.kind, row.what), reverse=True))

    def _lesion(self, lesion_id: str | None) -> str:
        return "" if lesion_id is None else self._labels.get(lesion_id, "")

    def _treatments(self) -> list[RecordRow]:
        say = self._words.lanes
        rows = []
        for one in self._record.treatments:
            first = say.start_unknown if one.start is None else self._words.partial(one.start)
            last = say.goes_on if one.stop is None else self._words.partial(one.stop)
            known = one.start or one.stop
            dose = dose_words(one, self._words)
            rows.append(
                RecordRow(
                    day=date.min if known is None else known.middle,
                    span=None if known is None else (known.earliest, known.latest),
                    on="" if one.start is None else one.start.text,
                    until="" if one.stop is None else one.stop.text,
                    kind=say.treatments,
                    what=treatment_name(one, self._words),
                    value=dose,
                    lesion=self._lesion(one.lesion_id),
                    note=f"{first} {words.DASH} {last}",
                    shown_on=first,
                    shown_value=dose,
                )
            )
        return rows

    def _events(self) -> list[RecordRow]:
        say = self._words.lanes
        return [
            RecordRow(
                day=one.on.middle,
                span=(one.on.earliest, one.on.latest),
                on=one.on.text,
                until="" if one.ended_on is None else one.ended_on.text,
                kind=say.events,
                what=say.event(one.kind),
                value=one.text,
                lesion=self._lesion(one.lesion_id),
                note="" if one.ended_on is None else self._words.stretch(one.on, one.ended_on),
                shown_on=self._words.partial(one.on),
                shown_value=one.text
                or ("" if one.ended_on is None else self._words.stretch(one.on, one.ended_on)),
            )
            for one in self._record.events
        ]

    def _debrided(self) -> list[RecordRow]:
        say = self._words.lanes
        told = {
            (one.lesion_id, one.on.middle)
            for one in self._record.events
            if one.kind is EventKind.DEBRIDEMENT
        }
        return [
            _on_day(
                self._days[one.visit_id],
                kind=say.events,
                what=say.event(EventKind.DEBRIDEMENT),
                lesion=self._lesion(one.lesion_id),
            )
            for one in self._record.findings
            if one.debrided in {Debrided.BEFORE_PHOTOGRAPH, Debrided.AFTER_PHOTOGRAPH}
            and one.visit_id in self._days
            and (one.lesion_id, self._days[one.visit_id]) not in told
        ]

    def _closures(self) -> list[RecordRow]:
        say = self._words.lanes
        rows = []
        for curve in self._timeline.lesions:
            closure = healing.closure_of(curve)
            if closure is not None:
                text = say.closed.format(lesion=curve.lesion.label)
                rows.append(_on_day(closure[0], kind=say.events, what=text))
        return rows

    def _links(self) -> list[RecordRow]:
        rows = []
        for one in self._record.links:
            other = self._lesion(one.other_lesion_id)
            said = {
                LinkKind.MERGED_INTO: self._words.merged,
                LinkKind.SPLIT_FROM: self._words.split,
                LinkKind.RECURRENCE_OF: self._words.recurrence,
            }[one.kind]
            what = f"{self._lesion(one.lesion_id)}: {said.format(lesion=other)}"
            rows.append(_on_day(one.on, kind=self._words.lanes.events, what=what))
        return rows

    def _pains(self) -> list[RecordRow]:
        say = self._words.lanes
        return [
            _on_day(
                one.on,
                kind=say.pain,
                what=f"{say.pain}, {say.context(one.context)}",
                value=None if one.value is None else one.value,
                unit=say.scale(one.scale),
                lesion=self._lesion(one.lesion_id),
                unknown=say.not_told,
            )
            for one in self._record.pains
        ]

    def _labs(self) -> list[RecordRow]:
        say = self._words.lanes
        return [
            _on_day(
                one.taken_on,
                kind=say.labs,
                what=say.analyte(one.analyte),
                value=one.value,
                unit=one.unit,
                low=one.reference_low,
                high=one.reference_high,
                note=""
                if one.relation_to_dialysis is None
                else say.relation(one.relation_to_dialysis),
                unknown=say.not_told,
            )
            for one in self._record.labs
        ]

    def _scores(self) -> list[RecordRow]:
        say = self._words.lanes
        return [
            _on_day(
                one.on,
                kind=say.scores,
                what=say.instrument(one.instrument),
                value=None if self._score_total is None else self._score_total(one),
                lesion=self._lesion(one.lesion_id),
                unknown=say.incomplete,
            )
            for one in self._record.scores
        ]


def _on_day(
    on: date,
    *,
    kind: str,
    what: str,
    value: float | None = None,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    lesion: str = "",
    note: str = "",
    unknown: str = "",
) -> RecordRow:
    """Return the row of one day; ``unknown`` is said where there is no value."""
    text = "" if value is None else f"{value:g}"
    shown = unknown if value is None else f"{number(value)}{words.THIN}{unit}".strip()
    return RecordRow(
        day=on,
        span=(on, on),
        on=on.isoformat(),
        until="",
        kind=kind,
        what=what,
        value=text,
        unit=unit,
        low="" if low is None else f"{low:g}",
        high="" if high is None else f"{high:g}",
        lesion=lesion,
        note=note,
        shown_on=words.day(on),
        shown_value=shown,
    )


class RecordModel(QAbstractTableModel):
    """The rows as day, what and value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[RecordRow, ...] = ()

    def show(self, rows: tuple[RecordRow, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:  # noqa: ANN401
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return (self.tr("Day"), self.tr("What"), self.tr("Value"))[section]

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:  # noqa: ANN401
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            what = f"{row.what} {row.lesion}".strip()
            return (row.shown_on, what, row.shown_value)[index.column()]
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return row.spoken
        if role == Qt.ItemDataRole.FontRole:
            return theme.font("label_strong" if index.column() == 1 else "label")
        return None

    def tsv(self, rows: list[int] | None = None, note: str = "") -> str:
        """Return rows (None: all) as text for a spreadsheet, oldest first."""
        head = (
            "date",
            "until",
            "kind",
            "what",
            "value",
            "unit",
            "reference low",
            "reference high",
            "lesion",
            "note",
        )
        chosen = range(len(self.rows)) if rows is None else rows
        lines = [_cell(note)] if note else []
        lines.append("\t".join(head))
        for place in sorted(chosen, reverse=True):
            row = self.rows[place]
            cells = (
                row.on,
                row.until,
                row.kind,
                row.what,
                row.value,
                row.unit,
                row.low,
                row.high,
                row.lesion,
                row.note,
            )
            lines.append("\t".join(_cell(cell) for cell in cells))
        return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Return a text that stays one cell, and no formula, when pasted into a spreadsheet."""
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith(("=", "+", "-", "@")) else flat


class RecordTable(QTableView):
    """The table of the lanes' values.

    Signals
    -------
    span_chosen(tuple)
        A row was chosen: the first and the last day that it may be.
    copied(int)
        So many rows were copied.
    """

    span_chosen = Signal(object)
    copied = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries = RecordModel(self)
        self._read: Callable[[], tuple[RecordRow, ...]] | None = None
        self.setModel(self.entries)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setHighlightSections(False)
        self.setAccessibleName(self.tr("Treatments, events, pain, blood and scores by day"))
        self.selectionModel().currentRowChanged.connect(self._choose)

    def show_rows(self, read: Callable[[], tuple[RecordRow, ...]] | None) -> None:
        """Show rows; they are read when the table is looked at. None: there are none."""
        self._read = read
        if self.isVisible():
            self.fill()
        else:
            self.entries.show(())

    def fill(self) -> None:
        """Read the rows now, if that wasn't done yet."""
        if self._read is not None:
            read, self._read = self._read, None
            rows = read()
            # Rows that are the same keep the place in them: choosing one may move the period.
            if rows != self.entries.rows:
                self.entries.show(rows)
            self._share_width()

    def copy(self, note: str = "") -> None:
        """Copy the selected rows, or with one or none selected the whole table, as TSV."""
        self.fill()
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        rows = chosen if len(chosen) > 1 else None
        QGuiApplication.clipboard().setText(self.entries.tsv(rows, note))
        self.copied.emit(len(self.entries.rows) if rows is None else len(rows))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        room = self.viewport().width()
        day = 86
        value = min(max(86, self.sizeHintForColumn(2) + 8), round(room * 0.4))
        self.setColumnWidth(0, day)
        self.setColumnWidth(2, value)
        self.setColumnWidth(1, max(60, room - day - value))

    def _choose(self, current: QModelIndex, _: QModelIndex) -> None:
        span = self.entries.rows[current.row()].span if current.isValid() else None
        if span is not None:
            self.span_chosen.emit(span)
