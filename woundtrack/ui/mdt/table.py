"""The table of the page: a row for each lesion, in two lines.

Hides the painting, and which rows are shown where there are more than there is room for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.mdt import said
from woundtrack.ui.mdt.projected import (
    BODY,
    SMALL,
    VALUE,
    Pane,
    chip_width,
    paint_chip,
    paint_sign,
    text_width,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from woundtrack.ui.mdt.course import LesionRow, PatientCourse


ROW: Final = 68.0
_HEAD: Final = 34.0
_LEAST_ROW: Final = 62.0


class Table(Pane):
    """A row for each lesion; where there are more than there is room for, those round the chosen.

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
        self._words: list[said.RowWords] = []
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
                [] if course is None else [said.row_words(row, course, self._since) for row in rows]
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

    def _visible(self) -> tuple[int, int]:
        """Return the first row shown and how many there is room for."""
        rows = () if self._course is None else self._course.rows
        space = self.room.height() - _HEAD
        count = max(1, int(space // _LEAST_ROW))
        if len(rows) > count:
            count = max(1, int((space - 32) // _LEAST_ROW))
        chosen = next(
            (place for place, row in enumerate(rows) if row.lesion.id == self._lesion_id), 0
        )
        first = min(max(self._first, chosen - count + 1), chosen)
        return max(0, min(first, len(rows) - count)), count

    def paintEvent(self, event: QPaintEvent) -> None:
        course = self._course
        if course is None or not course.rows:
            return
        painter, room = self.painter(), self.room
        tokens = theme.current()
        self._first, count = self._visible()
        shown = range(self._first, min(self._first + count, len(course.rows)))
        columns = self._columns(room, [course.rows[place] for place in shown])
        today = self.tr("Today")
        on = course.measured_on
        if on is not None and on != course.today:
            today = words.day_short(on) if on.year == course.today.year else words.day(on)
        write(painter, QRectF(0, 0, columns[1], _HEAD), today, size=SMALL, colour=tokens.text2)
        if self._since is not None:
            since = self.tr("Since {day}").format(day=words.day_short(self._since))
            box = QRectF(columns[1], 0, room.width() - columns[1], _HEAD)
            write(painter, box, since, size=SMALL, colour=tokens.text2)
        foot = 32 if len(course.rows) > count else 0
        tall = min(ROW, (room.height() - _HEAD - foot) / len(shown))
        for place, number in enumerate(shown):
            box = QRectF(0, _HEAD + place * tall, room.width(), tall)
            self._paint_row(painter, box, course.rows[number], self._words[number], columns)
        if foot:
            text = self.tr("{first} to {last} of {count} lesions").format(
                first=shown[0] + 1, last=shown[-1] + 1, count=len(course.rows)
            )
            box = QRectF(0, room.height() - 32, room.width(), 32)
            write(painter, box, text, size=SMALL, colour=tokens.text2)

    def _columns(self, room: QRectF, rows: Sequence[LesionRow]) -> tuple[float, float]:
        """Return where areas and where changes begin."""
        chip = max(chip_width(row.lesion.label) for row in rows)
        area = min(chip, room.width() * 0.23) + 20
        under = max(text_width(one.under, SMALL) for one in self._words)
        return area, area + min(max(under + 14, 158), 200)

    def _paint_row(
        self,
        painter: QPainter,
        box: QRectF,
        row: LesionRow,
        say: said.RowWords,
        columns: tuple[float, float],
    ) -> None:
        tokens = theme.current()
        if row.lesion.id == self._lesion_id:
            painter.fillRect(box, QColor(tokens.accent_soft))
            painter.fillRect(QRectF(box.left() - 8, box.top(), 5, box.height()), tokens.accent)
        painter.setPen(QPen(QColor(tokens.line), 1.2))
        painter.drawLine(box.topLeft(), box.topRight())
        wide = min(chip_width(row.lesion.label), columns[0] - 14)
        chip = QRectF(0, box.center().y() - 17, wide, 34)
        paint_chip(painter, chip, row.lesion.label, row.lesion.number)
        upper = QRectF(columns[0], box.top() + 2, columns[1] - columns[0], box.height() / 2 + 2)
        lower = QRectF(
            columns[0], box.center().y() + 2, columns[1] - columns[0], box.height() / 2 - 6
        )
        width = text_width(say.value, VALUE, 600)
        write(painter, upper, say.value, size=VALUE, weight=600)
        write(painter, upper.adjusted(width + 7, 3, 0, 0), say.unit, size=BODY)
        write(painter, lower, say.under, size=SMALL, colour=tokens.text2)
        x = columns[1]
        left = x + 40
        # What is too long for its line begins under the sign, which then stands higher.
        is_long = text_width(say.change_under, SMALL) > box.width() - left
        if say.sign:
            ink = tokens.text if say.sign in {"same", "unknown"} else tokens.accent
            middle = upper.center().y() if is_long else box.center().y()
            paint_sign(painter, QRectF(x, middle - 10, 24, 20), say.sign, ink)
        upper = QRectF(left, upper.top(), box.width() - left, upper.height())
        begins = x if is_long else left
        lower = QRectF(begins, lower.top(), box.width() - begins, lower.height())
        is_figure = bool(say.beside)
        width = text_width(say.change, BODY + 2 if is_figure else BODY, 600)
        write(painter, upper, say.change, size=BODY + 2 if is_figure else BODY, weight=600)
        if say.beside:
            beside = upper.adjusted(width + 8, 1, 0, 0)
            text = say.beside
            if text_width(text, BODY) > beside.width():
                text = self.tr("within error") if say.sign == "same" else text
            write(painter, beside, text)
        write(painter, lower, say.change_under, size=SMALL, colour=tokens.text2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        course = self._course
        if course is None or not course.rows:
            return
        first, count = self._visible()
        foot = 32 if len(course.rows) > count else 0
        shown = min(count, len(course.rows) - first)
        tall = min(ROW, (self.room.height() - _HEAD - foot) / shown)
        place = int((event.position().y() / self.unit - _HEAD) // tall)
        if 0 <= place < shown:
            self.chosen.emit(course.rows[first + place].lesion.id)
