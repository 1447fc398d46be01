"""The table of the page: a row for each lesion, in two lines; of many lesions all, in one.

Hides the painting, and which rows are shown where there are more than there is room for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from woundtrack.healing.change import Change
from woundtrack.ui import change, theme
from woundtrack.ui.components import words
from woundtrack.ui.mdt.course_chart import paint_marker
from woundtrack.ui.mdt.projected import (
    BODY,
    SMALL,
    VALUE,
    Pane,
    chip_width,
    fitted,
    paint_chip,
    paint_sign,
    text_width,
    write,
)
from woundtrack.ui.mdt.row_words import RowWords, Sign, row_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from woundtrack.ui.mdt.course import LesionRow, PatientCourse


ROW: Final = 68.0
_HEAD: Final = 34.0
_LEAST_ROW: Final = 58.0
_LINE: Final = 34.0
"""A row in one line."""
_CELL: Final = 29.0
"""A row in one line in one of several columns."""
_DETAIL: Final = 32.0
"""The chosen lesion in full, below rows in one line."""
_ENDS: Final = 28.0
"""The intervals of the chosen lesion's changes, below rows of two lines."""
_FOOT: Final = 32.0
_MARKER: Final = 24.0
_MOST_COLUMNS: Final = 3
_RIGHT = Qt.AlignmentFlag.AlignRight


def needs_width(count: int) -> bool:
    """Whether so many lesions take more columns than a pane of the usual width has room for."""
    return count > 2 * int((_USUAL_HIGH - _HEAD - _DETAIL) // _CELL)


_USUAL_HIGH: Final = 278.0
"""As high as a table grows on a screen of 16 to 9."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """Where rows stand: the first that is shown, how many a column has, and how high each is.

    ``is_whole`` are rows of two lines with both changes and their words; the line below them has
    the intervals of the chosen one's. Others leave more to it; the narrowest show signs and the
    change since the first.
    """

    first: int
    count: int
    each: int
    columns: int
    tall: float
    is_whole: bool
    total: int

    @property
    def shown(self) -> range:
        """Which rows are shown."""
        return range(self.first, min(self.first + self.count, self.total))

    @property
    def is_all(self) -> bool:
        """Whether every lesion is shown at once."""
        return self.total <= self.count

    def box_of(self, place: int, width: float) -> QRectF:
        """Return where the row at a place among those shown stands."""
        column, row = divmod(place, self.each)
        wide = width / self.columns
        return QRectF(column * wide, _HEAD + row * self.tall, wide, self.tall)


def grid_of(total: int, chosen: int, first: int, height: float, width: float) -> Grid:
    """Return how so many rows are shown in a pane: all of them at once for as long as they can be.

    In two lines each; else in one; else in columns of one line; and where even those have no room,
    those round the chosen, not leaving ``first`` more than they must.
    """
    space = height - _HEAD
    if total <= max(1, int((space - _ENDS) // _LEAST_ROW)):
        tall = min(ROW, (space - _ENDS) / max(total, 1))
        return Grid(
            first=0, count=max(total, 1), each=max(total, 1), columns=1, tall=tall,
            is_whole=True, total=total,
        )  # fmt: skip
    space -= _DETAIL
    columns, tall = 1, _LINE
    if int(space // _LINE) < total <= int(space // _CELL):
        tall = _CELL
    elif total > int(space // _LINE):
        most = _MOST_COLUMNS if width > 600 else 2
        tall = _CELL
        columns = 2 if total <= 2 * int(space // _CELL) else most
    each = max(1, int(space // tall))
    if total > each * columns:
        each = max(1, int((space - _FOOT) // tall))
    count = each * columns
    if total <= count:
        each = -(-total // columns)
        tall = min(_LINE, space / each)
        first = 0
    else:
        first = min(max(first, chosen - count + 1), chosen)
        first = max(0, min(first, total - count))
    return Grid(
        first=first, count=count, each=each, columns=columns, tall=tall, is_whole=False, total=total
    )


class Table(Pane):
    """A row for each lesion, as much of each as has room; where even so, those round the chosen.

    Signals
    -------
    chosen(str)
        A row was clicked: its lesion.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._course: PatientCourse | None = None
        self._lesion_id: str | None = None
        self._words: list[RowWords] = []
        self._since: date | None = None
        self._first = 0

    def show_rows(self, course: PatientCourse | None, lesion_id: str | None) -> None:
        """Show a patient's lesions, one of them chosen."""
        if course is not self._course:
            self._course, self._first = course, 0
            rows = () if course is None else course.rows
            befores = [row.before.on for row in rows if row.before is not None and not row.is_over]
            self._since = max(befores, default=None)
            self._words = (
                [] if course is None else [row_words(row, course, self._since) for row in rows]
            )
        self._lesion_id = lesion_id
        self.setAccessibleName(self.tr("Lesions"))
        self.setAccessibleDescription(self.text)
        self.update()

    @property
    def text(self) -> str:
        """All rows in words, a line each."""
        rows = () if self._course is None else self._course.rows
        return "\n".join(
            f"{row.lesion.label}, {one.spoken}" for row, one in zip(rows, self._words, strict=True)
        )

    @property
    def grid(self) -> Grid:
        """Where rows stand in the pane as it is."""
        rows = () if self._course is None else self._course.rows
        chosen = next(
            (place for place, row in enumerate(rows) if row.lesion.id == self._lesion_id), 0
        )
        return grid_of(len(rows), chosen, self._first, self.room.height(), self.room.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        course = self._course
        if course is None or not course.rows:
            return
        painter, room = self.painter(), self.room
        tokens = theme.current()
        grid = self.grid
        self._first = grid.first
        columns = self._columns(room, [course.rows[place] for place in grid.shown])
        self._paint_head(painter, course, grid, columns)
        for place, number in enumerate(grid.shown):
            row, say = course.rows[number], self._words[number]
            box = grid.box_of(place, room.width())
            if grid.is_whole:
                self._paint_row(painter, box, row, say, columns)
            else:
                gap = 6.0 if grid.columns > 1 else 0.0
                self._paint_line(painter, box.adjusted(0, 0, -gap, 0), row, say, grid)
        bottom = _HEAD + grid.each * grid.tall
        if grid.is_whole:
            self._paint_intervals(painter, QRectF(0, bottom, room.width(), _ENDS))
            return
        painter.setPen(QPen(QColor(tokens.line), 1.2))
        painter.drawLine(QLineF(0, bottom, room.width(), bottom))
        self._paint_detail(painter, QRectF(0, bottom, room.width(), _DETAIL))
        if not grid.is_all:
            text = self.tr("{first} to {last} of {count} lesions").format(
                first=grid.shown[0] + 1, last=grid.shown[-1] + 1, count=grid.total
            )
            box = QRectF(0, bottom + _DETAIL, room.width(), _FOOT)
            write(painter, box, text, size=SMALL, colour=tokens.text2)

    def _paint_head(
        self,
        painter: QPainter,
        course: PatientCourse,
        grid: Grid,
        columns: tuple[float, float, float],
    ) -> None:
        """Paint of which day the areas are, and since when they changed."""
        tokens = theme.current()
        width = self.room.width()
        today = self.tr("Today")
        on = course.measured_on
        if on is not None and on != course.today:
            today = words.day_short(on) if on.year == course.today.year else words.day(on)
        since = ""
        if self._since is not None:
            since = self.tr("Since {day}").format(day=words.day_short(self._since))
        first = self.tr("Since the first") if self._has_first else ""
        if grid.columns > 1:
            text = self.tr("{day}, cm²").format(day=today)
            text = ". ".join(part for part in (text, since) if part)
            if first:
                text = self.tr("{told}; since the first, %").format(told=text)
            write(painter, QRectF(0, 0, width, _HEAD), text, size=SMALL, colour=tokens.text2)
            return
        before, after = columns[1:]
        if not grid.is_whole:
            before, after = self._line_changes(width)
            today = self.tr("{day}, cm²").format(day=today)
        write(painter, QRectF(0, 0, before, _HEAD), today, size=SMALL, colour=tokens.text2)
        box = QRectF(before, 0, (after if first else width) - before - 8, _HEAD)
        write(painter, box, since, size=SMALL, colour=tokens.text2)
        box = QRectF(after, 0, width - after, _HEAD)
        if text_width(first, SMALL) > box.width():
            first = self.tr("Since first")
        write(painter, box, first, size=SMALL, colour=tokens.text2)

    @property
    def _has_first(self) -> bool:
        return any(one.first is not None for one in self._words)

    def _paint_intervals(self, painter: QPainter, box: QRectF) -> None:
        """Paint the intervals of the chosen lesion's changes."""
        rows = () if self._course is None else self._course.rows
        for row, say in zip(rows, self._words, strict=True):
            if row.lesion.id == self._lesion_id and say.beside:
                label = fitted(row.lesion.label, SMALL, box.width() * 0.25, 600)
                width = text_width(label, SMALL, 600) + 12
                write(painter, box, label, size=SMALL, weight=600)
                text = say.intervals
                ink = theme.current().text2
                write(painter, box.adjusted(width, 0, 0, 0), text, size=SMALL, colour=ink)

    def _paint_detail(self, painter: QPainter, box: QRectF) -> None:
        """Paint what rows in one line leave out of the chosen lesion."""
        rows = () if self._course is None else self._course.rows
        chosen = [
            (row.lesion.label, say)
            for row, say in zip(rows, self._words, strict=True)
            if row.lesion.id == self._lesion_id
        ]
        if not chosen:
            return
        label, say = chosen[0]
        label = fitted(label, SMALL, box.width() * 0.25, 600)
        width = text_width(label, SMALL, 600) + 12
        write(painter, box, label, size=SMALL, weight=600)
        full, brief = change.said(Change.WITHIN_ERROR), self.tr("within error")
        said = [one.replace(full, brief) for one in say.details]
        space = box.width() - width
        text = next((one for one in said if text_width(one, SMALL) <= space), said[-1])
        write(painter, box.adjusted(width, 0, 0, 0), text, size=SMALL)

    def _columns(self, room: QRectF, rows: Sequence[LesionRow]) -> tuple[float, float, float]:
        """Return where areas, changes since the visit before and since the first begin."""
        chip = max(chip_width(row.lesion.label) for row in rows)
        area = min(chip, room.width() * 0.2) + 14
        under = max(text_width(one.under, SMALL) for one in self._words)
        value = max(
            text_width(one.value, VALUE, 600) + 7 + text_width(one.unit, BODY)
            for one in self._words
        )
        before = area + min(max(under, value) + 14, room.width() * 0.3)
        if not self._has_first:
            return area, before, room.width()
        return area, before, before + (room.width() - before) / 2 + 2

    def _line_changes(self, width: float) -> tuple[float, float]:
        """Return where the changes of rows in one line begin, before and since the first."""
        before = _MARKER + 4 + sum(self._line_columns(width)) + 30
        if not self._has_first:
            return before, width
        return before, before + (width - before) / 2

    def _paint_line(
        self, painter: QPainter, box: QRectF, row: LesionRow, say: RowWords, grid: Grid
    ) -> None:
        """Paint a lesion in one line: its sign as on its curve, its area, what became of it."""
        tokens = theme.current()
        if row.lesion.id == self._lesion_id:
            painter.fillRect(
                box.adjusted(0, 0, 8 if grid.columns > 1 else 0, 0), tokens.accent_soft
            )
            painter.fillRect(QRectF(box.left() - 8, box.top(), 5, box.height()), tokens.accent)
        middle = box.center().y()
        series = theme.lesion_series(row.lesion.number, tokens)
        paint_marker(painter, QPointF(box.left() + 10, middle), series, 13)
        is_narrow = grid.columns > 1
        left = box.left() + _MARKER
        label, area = self._line_columns(box.width())
        write(
            painter,
            QRectF(left, box.top(), label, box.height()),
            row.lesion.label,
            size=SMALL,
            weight=600,
        )
        left += label + 4
        number = QRectF(left, box.top(), area, box.height())
        write(painter, number, say.value, size=SMALL, weight=600, align=_RIGHT)
        x = left + area + 8
        if is_narrow:
            self._paint_narrow(
                painter, QRectF(x, box.top(), box.right() - x + 4, box.height()), say
            )
            return
        before, after = self._line_changes(box.width())
        before, after = box.left() + before, box.left() + after
        first = say.first
        right = box.right() if first is None else after - 6
        space = QRectF(before, box.top(), right - before, box.height())
        self._paint_change(painter, space, say.sign, say.change, say.beside, say)
        if first is not None:
            space = QRectF(after, box.top(), box.right() - after + 4, box.height())
            self._paint_change(painter, space, first.sign, first.change, first.word, None)

    def _paint_narrow(self, painter: QPainter, box: QRectF, say: RowWords) -> None:
        """Paint both changes as signs, and how much it is since the first."""
        x = box.left()
        if say.sign:
            self._paint_sign(painter, QRectF(x, box.center().y() - 8, 19, 16), say.sign)
            x += 23
        text = say.short
        if say.first is not None:
            self._paint_sign(painter, QRectF(x, box.center().y() - 8, 19, 16), say.first.sign)
            x += 23
            text = say.first.change.removesuffix("%").rstrip()  # the head says per cent
        write(painter, QRectF(x, box.top(), box.right() - x, box.height()), text, size=SMALL)

    def _paint_change(
        self,
        painter: QPainter,
        box: QRectF,
        sign: Sign,
        figure: str,
        word: str,
        say: RowWords | None,
    ) -> None:
        """Paint a change in one line: its sign, its figure, and its word where that has room."""
        x = box.left()
        if sign:
            self._paint_sign(painter, QRectF(x, box.center().y() - 8, 19, 16), sign)
            x += 25
        space = QRectF(x, box.top(), box.right() - x, box.height())
        text = " ".join(part for part in (figure, word) if part)
        if word and text_width(text, SMALL) > space.width():
            text = f"{figure} {self._brief(word)}"
        if text_width(text, SMALL) > space.width():
            text = figure if word or say is None else say.short
        write(painter, space, text, size=SMALL)
        space.setLeft(x + text_width(text, SMALL) + 12)
        if say is not None and not word and text_width(say.change_under, SMALL) <= space.width():
            ink = theme.current().text2
            write(painter, space, say.change_under, size=SMALL, colour=ink)

    def _brief(self, word: str) -> str:
        """Return the word of a change where there is little room."""
        is_same = word == change.said(Change.WITHIN_ERROR)
        return self.tr("within error") if is_same else word

    def _paint_sign(self, painter: QPainter, box: QRectF, sign: Sign) -> None:
        tokens = theme.current()
        ink = tokens.text if sign in {"same", "unknown"} else tokens.accent
        paint_sign(painter, box, sign, ink)

    def _line_columns(self, width: float) -> tuple[float, float]:
        """Return how wide labels and areas are in lines of a width."""
        rows = () if self._course is None else self._course.rows
        label = max(text_width(row.lesion.label, SMALL, 600) for row in rows)
        area = max(text_width(say.value, SMALL, 600) for say in self._words)
        return min(label + 2, width * 0.28), area + 2

    def _paint_row(
        self,
        painter: QPainter,
        box: QRectF,
        row: LesionRow,
        say: RowWords,
        columns: tuple[float, float, float],
    ) -> None:
        tokens = theme.current()
        if row.lesion.id == self._lesion_id:
            painter.fillRect(box, QColor(tokens.accent_soft))
            painter.fillRect(QRectF(box.left() - 8, box.top(), 5, box.height()), tokens.accent)
        painter.setPen(QPen(QColor(tokens.line), 1.2))
        painter.drawLine(box.topLeft(), box.topRight())
        area, before, after = columns
        wide = min(chip_width(row.lesion.label), area - 10)
        chip = QRectF(0, box.center().y() - 17, wide, 34)
        paint_chip(painter, chip, row.lesion.label, row.lesion.number)
        half = box.height() / 2
        upper = QRectF(area, box.top() + 2, before - area - 4, half + 2)
        lower = QRectF(area, box.center().y() + 2, before - area - 4, half - 6)
        width = text_width(say.value, VALUE, 600)
        write(painter, upper, say.value, size=VALUE, weight=600)
        write(painter, upper.adjusted(width + 7, 3, 0, 0), say.unit, size=BODY)
        write(painter, lower, say.under, size=SMALL, colour=tokens.text2)
        first = say.first
        right = box.width() if first is None or not say.beside else after - 6
        space = QRectF(before, box.top(), right - before, box.height())
        self._paint_cell(
            painter, space, say.sign, say.change, say.beside or say.change_under, say.day,
            is_figure=bool(say.beside),
        )  # fmt: skip
        if first is not None and say.beside:
            space = QRectF(after, box.top(), box.width() - after, box.height())
            self._paint_cell(
                painter, space, first.sign, first.change, first.word, first.day,
                is_figure=True, is_dated=first.is_anew,
            )  # fmt: skip

    def _paint_cell(
        self,
        painter: QPainter,
        box: QRectF,
        sign: Sign,
        what: str,
        under: str,
        day: str,
        *,
        is_figure: bool,
        is_dated: bool = False,
    ) -> None:
        """Paint a change in two lines: the figure, its day where that has room, and the word.

        ``is_dated``: the day must be said, and goes with the word where it has no room above.
        """
        tokens = theme.current()
        left = box.left() + 32
        under = self._brief(under)
        size = BODY + 2 if is_figure else BODY
        has_room = text_width(what, size, 600) + 8 + text_width(day, SMALL) <= box.right() - left
        if is_dated and day and not has_room:
            both = self.tr("{change}, {day}").format(change=under, day=day)
            is_cut = text_width(both, SMALL) > box.width()
            # The sign says which way, as well.
            under = self.tr("since {day}").format(day=day) if sign and is_cut else both
        # What is too long for its line begins under the sign, which then stands higher.
        is_long = text_width(under, SMALL) > box.right() - left
        half = box.height() / 2
        upper = QRectF(left, box.top() + 2, box.right() - left, half + 2)
        lower = QRectF(left, box.center().y() + 2, box.right() - left, half - 6)
        if is_long:
            lower.setLeft(box.left())
        if sign:
            middle = upper.center().y() if is_long else box.center().y()
            self._paint_sign(painter, QRectF(box.left(), middle - 10, 24, 20), sign)
        write(painter, upper, what, size=size, weight=600)
        beside = upper.adjusted(text_width(what, size, 600) + 8, 1, 0, 0)
        if day and has_room:
            write(painter, beside, day, size=SMALL, colour=tokens.text2)
        ink = tokens.text if is_figure else tokens.text2
        write(painter, lower, under, size=SMALL, colour=ink)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        course = self._course
        if course is None or not course.rows:
            return
        grid = self.grid
        at = event.position() / self.unit
        for place, number in enumerate(grid.shown):
            if grid.box_of(place, self.room.width()).contains(at):
                self.chosen.emit(course.rows[number].lesion.id)
