"""The parts of the page beside the chart: head, photographs, table and foot.

Hides the painting. Each is given what it shows, and has it as words for those who can't see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QWidget

from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.mdt import said
from woundtrack.ui.mdt.projected import (
    BODY,
    CODE,
    SMALL,
    VALUE,
    Pane,
    chip_width,
    key_width,
    paint_chip,
    paint_key,
    paint_sign,
    text_width,
    write,
)
from woundtrack.ui.timeline.chart_says import chart_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from woundtrack.ui.compare.pictures import FlatPhoto
    from woundtrack.ui.mdt.course import LesionRow, Pair, PatientCourse

_RIGHT = Qt.AlignmentFlag.AlignRight
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class Head(Pane):
    """Who it is: the code, figures or, where it was asked for, the name; and which of how many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = self._facts = self._place = ""
        self._is_named = False

    def show_patient(self, code: str, facts: str, place: str, *, is_named: bool = False) -> None:
        """Show a patient; ``is_named`` says that ``facts`` are a name."""
        self._code, self._facts, self._place = code, facts, place
        self._is_named = is_named
        self.setAccessibleName(", ".join(part for part in (code, facts, place) if part))
        self.update()

    @property
    def facts(self) -> str:
        """What stands beside the code."""
        return self._facts

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = self.painter(), self.room
        tokens = theme.current()
        right = text_width(self._place, BODY) + 4
        box = QRectF(room.width() - right, 0, right, room.height())
        write(painter, box, self._place, colour=tokens.text2, align=_RIGHT)
        # A long code is written smaller, and leaves the figures what they need of half the line.
        space = room.width() - right - 50
        most = max(space - text_width(self._facts, BODY), space * 0.5)
        size = CODE
        while size > BODY and text_width(self._code, size, 700) > most:
            size -= 1
        width = min(text_width(self._code, size, 700) + 4, most)
        write(painter, QRectF(0, 0, width, room.height()), self._code, size=size, weight=700)
        left = width + 26
        space = room.width() - right - left - 24
        write(
            painter,
            QRectF(left, 0, space, room.height()),
            self._facts,
            weight=600 if self._is_named else 400,
            colour=tokens.text if self._is_named else tokens.text2,
        )


# --- photographs ---------------------------------------------------------------------------------


class Photos(Pane):
    """The lesion before and now, at the same scale, each with its outline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: LesionRow | None = None
        self._pair: Pair | None = None
        self._message = ""
        self._year: int | None = None

    def show_pair(
        self, row: LesionRow | None, pair: Pair | None, message: str, year: int | None
    ) -> None:
        """Show a lesion's pictures; ``message`` where there are none, or not yet.

        Dates of another ``year`` are shown with theirs.
        """
        self._row, self._pair, self._message, self._year = row, pair, message, year
        name = self.tr("Photographs")
        if row is not None:
            name = f"{name}, {row.lesion.label} {chart_words().site(row.lesion.site)}"
        self.setAccessibleName(name)
        days = "" if pair is None else ", ".join(words.day(on) for on in pair.plan.days)
        self.setAccessibleDescription(", ".join(part for part in (days, message) if part))
        self.update()

    @property
    def pair(self) -> Pair | None:
        """The pictures in view."""
        return self._pair

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = self.painter(), self.room
        tokens = theme.current()
        self._paint_title(painter, QRectF(0, 0, room.width(), 40))
        gap, foot = 12.0, 38.0
        pictures = QRectF(0, 44, room.width(), room.height() - 44 - foot)
        count = 2 if self._pair is None else len(self._pair.plan.days)
        wide = (pictures.width() - gap * (count - 1)) / count
        boxes = [
            QRectF(place * (wide + gap), pictures.top(), wide, pictures.height())
            for place in range(count)
        ]
        if self._pair is None:
            painter.fillRect(pictures, QColor(tokens.photo_surround))
            self._write_on(painter, pictures, self._message)
            return
        scale = self._px_per_mm(self._pair, boxes)
        for place, (box, on) in enumerate(zip(boxes, self._pair.plan.days, strict=True)):
            painter.save()
            painter.setClipRect(box)
            painter.fillRect(box, QColor(tokens.photo_surround))
            picture, problem = self._pair.pictures[place], self._pair.problems[place]
            if picture is not None and self._pair.layout is not None:
                self._paint_flat(painter, box, place, picture, scale)
            elif picture is not None:
                self._paint_whole(painter, box, picture)
            elif problem is not None:
                self._write_on(painter, box, self.tr("This photograph can't be opened."))
            painter.restore()
            day = words.day_short(on) if on.year == self._year else words.day(on)
            write(painter, QRectF(box.left(), box.bottom() + 4, wide, 32), day, weight=600)
        shown = [box for box, one in zip(boxes, self._pair.pictures, strict=True) if one]
        if self._pair.layout is not None and shown:
            self._paint_scale_bar(painter, shown[-1], scale)

    def _paint_title(self, painter: QPainter, box: QRectF) -> None:
        tokens = theme.current()
        left = 0.0
        note = ""
        pictures = () if self._pair is None else self._pair.pictures
        if self._pair is not None and any(pictures):
            has_scale = self._pair.layout is not None
            note = self.tr("same scale") if has_scale else self.tr("no scale")
            note = "" if has_scale and len(pictures) < 2 else note
        right = text_width(note, BODY) + 6
        if self._row is not None:
            lesion = self._row.lesion
            left = min(chip_width(lesion.label), box.width() * 0.5)
            paint_chip(painter, QRectF(0, 3, left, 34), lesion.label, lesion.number)
            site = chart_words().site(lesion.site)
            space = QRectF(left + 10, 0, box.width() - left - right - 18, 40)
            write(painter, space, site, weight=600)
        write(painter, box, note, colour=tokens.text2, align=_RIGHT)

    def _px_per_mm(self, pair: Pair, boxes: Sequence[QRectF]) -> float:
        wide, tall = max(pair.width_mm, 1.0), max(pair.height_mm, 1.0)
        return min(boxes[0].width() / wide, boxes[0].height() / tall)

    def _common(self, box: QRectF, scale: float) -> QTransform:
        """Return the map of the common skin, mm, to a box."""
        made = QTransform()
        if self._pair is not None:
            made.translate(box.center().x(), box.center().y())
            made.scale(scale, scale)
            made.translate(-self._pair.middle_mm[0], -self._pair.middle_mm[1])
        return made

    def _skin(self, box: QRectF, place: int, scale: float) -> QTransform:
        """Return the map of a photograph's own skin, mm, to its box."""
        made = self._common(box, scale)
        if self._pair is not None and self._pair.layout is not None:
            laid = self._pair.layout.laid[place]
            made.translate(*laid.shift_mm)
            made.rotateRadians(laid.turn_rad)
        return made

    def _paint_flat(
        self, painter: QPainter, box: QRectF, place: int, picture: FlatPhoto, scale: float
    ) -> None:
        level = picture.level_for(scale * self.unit * self.devicePixelRatioF())
        skin = self._skin(box, place, scale)
        painter.save()
        painter.setTransform(skin, combine=True)
        painter.drawImage(
            QRectF(picture.left_mm, picture.top_mm, picture.width_mm, picture.height_mm),
            level,
            QRectF(level.rect()),
        )
        painter.restore()
        if self._pair is None:
            return
        common = self._common(box, scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ring, is_island in self._pair.edges_mm[place]:
            points = [common.map(QPointF(float(x), float(y))) for x, y in ring]
            if len(points) < 3:
                continue
            path = QPainterPath()
            path.addPolygon(QPolygonF([*points, points[0]]))
            painter.setPen(QPen(QColor(theme.PHOTO_CASING), 5.0))
            painter.drawPath(path)
            line = QPen(QColor(theme.PHOTO_EDITED), 2.5)
            if is_island:
                line.setDashPattern([1.2, 2.4])
            painter.setPen(line)
            painter.drawPath(path)

    def _paint_whole(self, painter: QPainter, box: QRectF, picture: FlatPhoto) -> None:
        image = picture.levels[0]
        size = QRectF(image.rect()).size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(
            box.center().x() - size.width() / 2,
            box.center().y() - size.height() / 2,
            size.width(),
            size.height(),
        )
        painter.drawImage(place, image, QRectF(image.rect()))
        width = text_width(self.tr("no scale"), SMALL) + 20
        label = QRectF(box.right() - width - 8, box.bottom() - 42, width, 34)
        self._ground(painter, label)
        write(
            painter,
            label,
            self.tr("no scale"),
            size=SMALL,
            colour=_ON_PHOTO,
            align=_CENTRE,
        )

    def _paint_scale_bar(self, painter: QPainter, box: QRectF, scale: float) -> None:
        most = min(box.width() * 0.45, 150.0)
        lengths = (1, 2, 5, 10, 20, 50, 100, 200)
        length = next((one for one in reversed(lengths) if one * scale <= most), 1)
        text = f"{length}{words.THIN}mm" if length < 10 else f"{length // 10}{words.THIN}cm"
        bar = length * scale
        width = max(bar, text_width(text, SMALL)) + 22
        label = QRectF(box.right() - width - 6, box.bottom() - 50, width, 44)
        self._ground(painter, label)
        top = QRectF(label.left(), label.top() + 2, width, 28)
        write(painter, top, text, size=SMALL, colour=_ON_PHOTO, align=_CENTRE)
        y, left = label.bottom() - 9, label.center().x() - bar / 2
        painter.setPen(QPen(QColor(_ON_PHOTO), 2))
        painter.drawLine(QLineF(left, y, left + bar, y))
        for x in (left, left + bar):
            painter.drawLine(QLineF(x, y - 6, x, y + 3))

    def _ground(self, painter: QPainter, box: QRectF) -> None:
        ground = QColor(theme.PHOTO_CASING)
        ground.setAlphaF(0.88)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)

    def _write_on(self, painter: QPainter, box: QRectF, text: str) -> None:
        """Write on the dark surround, in as many lines as it takes."""
        lines = wrapped(text, SMALL, box.width() - 32)[:5]
        top = box.center().y() - 15 * len(lines)
        for place, line in enumerate(lines):
            row = QRectF(box.left() + 16, top + 30 * place, box.width() - 32, 30)
            write(painter, row, line, size=SMALL, colour=_ON_PHOTO, align=_CENTRE)


_ON_PHOTO: Final = "#FFFFFF"


def wrapped(text: str, size: float, width: float, weight: int = 400) -> list[str]:
    """Return a text in lines that are no wider than ``width``, broken at spaces."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


# --- the table -----------------------------------------------------------------------------------

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
        if say.sign:
            ink = tokens.text if say.sign in {"same", "unknown"} else tokens.accent
            paint_sign(painter, QRectF(x, box.center().y() - 10, 24, 20), say.sign, ink)
        left = x + 40
        upper = QRectF(left, upper.top(), box.width() - left, upper.height())
        lower = QRectF(left, lower.top(), box.width() - left, lower.height())
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


# --- the foot ------------------------------------------------------------------------------------


class Foot(Pane):
    """What is new, that this is research software, and the keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = ""
        self._news: tuple[str, ...] = ()
        self._told = self._note = ""
        self._keys: tuple[tuple[str, str], ...] = ()

    def show_news(self, head: str, news: tuple[str, ...], note: str = "") -> None:
        """Show what is new; of much, as many sentences as two lines hold.

        ``note`` stands beside the line about research, such as that nobody asked for a consent.
        """
        self._head, self._news, self._note, self._told = head, news, note, ""
        self.setAccessibleName(" ".join(part for part in (self.text, note) if part))
        self.update()

    def tell(self, sentence: str) -> None:
        """Say something in place of the line about research, until the next patient."""
        self._told = sentence
        self.update()

    def show_keys(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Show keys and what they do, what matters most first."""
        self._keys = keys
        self.update()

    @property
    def text(self) -> str:
        """What is new, in words."""
        return " ".join(part for part in (self._head, said.sentence(self._news)) if part)

    @property
    def told(self) -> str:
        """What is said beside the news."""
        return self._told

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = self.painter(), self.room
        tokens = theme.current()
        painter.setPen(QPen(QColor(tokens.line), 1.2))
        painter.drawLine(QLineF(0, 0.6, room.width(), 0.6))
        lines = self._lines(room.width())
        for place, line in enumerate(lines):
            top = 8 + 32 * place if len(lines) > 1 else 18
            box = QRectF(0, top, room.width(), 32)
            write(painter, box, line, size=BODY + 1, weight=600)
        y = room.height() - 42
        left = self._paint_keys(painter, room, y)
        ink = tokens.text if self._told else tokens.text2
        box = QRectF(0, y, left - 16, 36)
        write(painter, box, self._small_print, size=SMALL, colour=ink)

    @property
    def _small_print(self) -> str:
        research = self.tr("Research software, not a medical device")
        return self._told or " · ".join(part for part in (research, self._note) if part)

    def _lines(self, width: float) -> list[str]:
        """Return the news in two lines at most, with how much is left out."""
        for count in range(len(self._news), 0, -1):
            shown = self._news[:count]
            text = f"{self._head} {said.sentence(shown)}".strip()
            if left := len(self._news) - count:
                more = words.counted(left, self.tr("And 1 more."), self.tr("And {n} more."))
                text = f"{text} {more}"
            lines = wrapped(text, BODY + 1, width, 600)
            if len(lines) <= 2 or count == 1:
                return lines[:2]
        return [self._head] if self._head else []

    def _paint_keys(self, painter: QPainter, room: QRectF, y: float) -> float:
        """Paint the keys from the right, as many as there is room for; return where they begin."""
        tokens = theme.current()
        research = text_width(self._small_print, SMALL)
        space = room.width() - min(research, room.width() * 0.55) - 30
        shown: list[tuple[str, str, float]] = []
        for key, name in self._keys:
            wide = key_width(key) + 8 + text_width(name, SMALL) + 22
            if wide > space:
                break
            space -= wide
            shown.append((key, name, wide))
        x = room.width() - sum(wide for *_, wide in shown) + 22
        begins = x
        for key, name, wide in shown:
            cap = key_width(key)
            paint_key(painter, QRectF(x, y + 2, cap, 32), key)
            box = QRectF(x + cap + 8, y, wide - cap - 8, 36)
            write(painter, box, name, size=SMALL, colour=tokens.text2)
            x += wide
        return begins
