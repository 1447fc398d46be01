"""The lesion before and now, at one scale, with its outline.

Hides the painting; the pictures were flattened by a worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
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
from woundtrack.ui.mdt.projected import (
    BODY,
    SMALL,
    Pane,
    chip_width,
    paint_chip,
    text_width,
    wrapped,
    write,
)
from woundtrack.ui.timeline.chart_says import chart_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.ui.compare.pictures import FlatPhoto
    from woundtrack.ui.mdt.course import LesionRow, Pair

_RIGHT = Qt.AlignmentFlag.AlignRight
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class Photos(Pane):
    """The lesion before and now, at the same scale, each with its outline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: LesionRow | None = None
        self._pair: Pair | None = None
        self._message = ""
        self._is_none = False
        self._year: int | None = None

    def show_pair(
        self,
        row: LesionRow | None,
        pair: Pair | None,
        message: str,
        year: int | None,
        *,
        is_none: bool = False,
    ) -> None:
        """Show a lesion's pictures; ``message`` where there are none (``is_none``), or not yet.

        Dates of another ``year`` are shown with theirs.
        """
        self._is_none = is_none
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
            if self._is_none:  # a dark pane is for photographs
                box = QRectF(0, pictures.center().y() - 16, room.width(), 32)
                write(painter, box, self._message, colour=tokens.text2, align=_CENTRE)
                return
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
            on = self._pair.plan.days[boxes.index(shown[-1])]
            day = words.day_short(on) if on.year == self._year else words.day(on)
            self._paint_scale_bar(painter, self._bar_box(shown[-1], day), scale)

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

    def _bar_box(self, box: QRectF, day: str) -> QRectF:
        """Return where the scale bar stands: under a photograph, right of its day."""
        left = box.left() + text_width(day, BODY, 600) + 14
        return QRectF(left, box.bottom() + 4, max(box.right() - left, 40.0), 32)

    def _paint_scale_bar(self, painter: QPainter, box: QRectF, scale: float) -> None:
        """Paint a bar of a round length at the right of a box, its length before it."""
        lengths = (1, 2, 5, 10, 20, 50, 100, 200)
        said_of = {
            one: f"{one}{words.THIN}mm" if one < 10 else f"{one // 10}{words.THIN}cm"
            for one in lengths
        }
        length = next(
            (
                one
                for one in reversed(lengths)
                if one * scale <= min(150.0, box.width() - text_width(said_of[one], SMALL) - 14)
            ),
            1,
        )
        bar = length * scale
        colour = theme.current().text
        right, y = box.right() - 2, box.center().y()
        text = QRectF(box.left(), box.top(), right - bar - 8 - box.left(), box.height())
        write(painter, text, said_of[length], size=SMALL, align=_RIGHT)
        painter.setPen(QPen(QColor(colour), 2))
        painter.drawLine(QLineF(right - bar, y, right, y))
        for x in (right - bar, right):
            painter.drawLine(QLineF(x, y - 6, x, y + 6))

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
