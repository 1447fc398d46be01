"""The course on a projector: curves with their intervals, and treatments, events, pain under them.

What is drawn (curves, breaks, what stands in the lanes) is decided where it is for every chart;
this hides where it goes where type is twice as large: few words, no gutter, no more than fits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QLineF, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from woundtrack.healing.chart_layout import NOT_ONE_WOUND, Panel, panels_of
from woundtrack.healing.chart_record import Lanes, lanes_of, span_of, story_of
from woundtrack.healing.chart_scales import DateScale, value_scale
from woundtrack.healing.chart_spacing import spread
from woundtrack.model import EndReason, EventKind, Precision
from woundtrack.ui import theme
from woundtrack.ui.components import words
from woundtrack.ui.mdt.course_lanes import (
    CLOSE_ROW,
    PAIN_HEAD,
    ROW,
    Bar,
    NamedEvent,
    bars_of,
    diamond,
    events_of,
    named_lines,
    out_of,
    pain_of,
    paint_bars,
    paint_events,
    paint_pain,
)
from woundtrack.ui.mdt.projected import BODY, SMALL, Pane, fitted, text_width, write
from woundtrack.ui.timeline.chart_says import chart_words

if TYPE_CHECKING:
    from woundtrack.healing.chart_layout import Curve, Mark
    from woundtrack.healing.chart_record import Happening
    from woundtrack.healing.chart_scales import ValueScale
    from woundtrack.ui.mdt.course import PatientCourse

_TITLE: Final = 40.0
_CUTS: Final = 34.0
_AXIS: Final = 40.0
_LEAST_PLOT: Final = 190.0
_LEAST_CLOSE_PLOT: Final = 160.0
"""The least height of the curves where there is much under them."""
_MOST_BARS: Final = 4
_MOST_BANDS: Final = 6
"""Of more curves than these the bands would cover each other: that of the chosen one is left."""
_MOST_LABEL: Final = 150.0
_LABEL_GAP: Final = 26.0
_ABOVE_AXIS: Final = 15.0
"""So far above the axis the middle of a name is at least."""
_MARK: Final = 13.0
_LINE: Final = 3.5

_Height = Callable[[float], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Under:
    """What stands under the plot: rows of treatments, lines that name others, rows of events."""

    row: float
    bars: list[Bar]
    bar_rows: int
    also: list[str]
    events: list[NamedEvent]
    event_rows: int

    @property
    def rows(self) -> int:
        """How many rows all of it takes."""
        return self.bar_rows + len(self.also) + self.event_rows


_RIGHT = Qt.AlignmentFlag.AlignRight
_CENTRE = Qt.AlignmentFlag.AlignHCenter


class CourseChart(Pane):
    """The curves and lanes of one patient."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._course: PatientCourse | None = None
        self._lesion_id: str | None = None
        self._panel: Panel | None = None
        self._lanes = Lanes()
        self._span: tuple[date, date] | None = None
        self.setAccessibleName(self.tr("Healing curves"))

    @property
    def lanes(self) -> Lanes:
        """What stands under the curves."""
        return self._lanes

    def show_course(self, course: PatientCourse | None, lesion_id: str | None) -> None:
        """Show a patient's curves, the line of one lesion stronger."""
        self._lesion_id = lesion_id
        if course is not self._course:
            self._course = course
            self._read()
        self.update()

    def _read(self) -> None:
        course = self._course
        self._panel, self._lanes, self._span = None, Lanes(), None
        self.setAccessibleDescription("")
        if course is None or course.timeline is None:
            return
        say = chart_words()
        story = story_of(course.timeline, course.record, say)
        panels = panels_of(
            course.timeline,
            split="patient",
            unit="area",
            groups=None,
            words=say,
            outlines="ulcer",
            story=story,
        )
        self._panel = panels[0] if panels and panels[0].curves else None
        self._lanes = lanes_of(
            course.timeline, course.record, say, lanes=("treatments", "events", "pain")
        )
        days = [] if self._panel is None else [mark.on for mark in self._panel.marks]
        self._span = span_of(course.timeline, course.record, None, days)
        labels = [] if self._panel is None else [_label(one) for one in self._panel.curves]
        self.setAccessibleDescription(", ".join(labels))

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        course = self._course
        if course is None or course.timeline is None:
            return
        painter, room = self.painter(), self.room
        title = self.tr("Open area, cm², with 95{thin}% interval").format(thin=words.THIN)
        write(painter, QRectF(0, 0, room.width(), 34), title, weight=600)
        self._paint_thin(painter, QRectF(text_width(title, BODY, 600) + 8, 0, 0, 34), room)
        if self._span is None:
            self._write_nothing(painter, room)
            return
        pain = pain_of(self._lanes)
        dates = self._dates(room)
        width = room.width()
        under = self._under(dates, room)
        row = under.row
        panel = self._panel
        top = self._top
        lanes = (under.rows + (1 if pain else 0)) * row + (PAIN_HEAD if pain else 0)
        bottom = max(room.height() - lanes - _AXIS - 4, top + _LEAST_CLOSE_PLOT)
        if panel is None:
            message = QRectF(0, top, room.width(), bottom - top)
            self._write_nothing(painter, message)
        else:
            self._paint_curves(painter, panel, dates, top, bottom)
        self._paint_dates(painter, dates, bottom)
        y = bottom + _AXIS
        paint_bars(painter, under.bars, y, row)
        y += under.bar_rows * row
        for line in under.also:
            box = QRectF(0, y, width, row)
            write(painter, box, line, size=SMALL, colour=theme.current().text2)
            y += row
        paint_events(painter, under.events, y, row)
        y += under.event_rows * row
        if pain is not None:
            paint_pain(painter, pain, dates, y, width, row)

    def _under(self, dates: DateScale, room: QRectF) -> _Under:
        """Return what stands under the plot: closer together where not all of it has room else.

        Every treatment is drawn or, where there are very many, named; every event has its word
        where any place is left for one.
        """
        found = self._under_in(dates, room, ROW, _LEAST_PLOT)
        if not found.also and all(one.text for one in found.events):
            return found
        return self._under_in(dates, room, CLOSE_ROW, _LEAST_CLOSE_PLOT)

    def _under_in(self, dates: DateScale, room: QRectF, row: float, least: float) -> _Under:
        width = room.width()
        happenings = self._happenings()
        # Pain and a row of events come first, then treatments, then more rows of events. On a
        # higher screen most of what is gained is the plot's.
        pain = pain_of(self._lanes)
        free_px = room.height() - self._top - least - _AXIS - 4 - (PAIN_HEAD if pain else 0)
        space = int(free_px // row)
        space -= bool(pain) + bool(happenings)
        most = min(max(space, 1), max(_MOST_BARS, space - 5))
        if row < ROW:
            most = max(space, 1)
        bars, rows, hidden = bars_of(self._lanes, dates, width, most)
        also: list[str] = []
        if hidden and row < ROW:
            for lines in range(1, max(most, 2)):
                bars, rows, hidden = bars_of(self._lanes, dates, width, max(most - lines, 1))
                also, left = named_lines(hidden, width, lines)
                if not left:
                    break
        elif hidden:
            also = hidden
        free = max(space - rows - len(also), 0)
        for more in range(min(free, 2) + 1):
            events = events_of(happenings, dates, width, 1 + more)
            if all(one.text for one in events):
                break
        below = max((one.row for one in events), default=-1) + 1
        return _Under(row=row, bars=bars, bar_rows=rows, also=also, events=events, event_rows=below)

    def _paint_thin(self, painter: QPainter, box: QRectF, room: QRectF) -> None:
        """Say beside the title how many curves are thin lines without a sign of their own."""
        curves = () if self._panel is None else self._panel.curves
        if count := sum(one.is_other for one in curves):
            box.setRight(room.width())
            text = words.counted(count, self.tr("1 thin line"), self.tr("{n} thin lines"))
            write(painter, box, text, size=SMALL, colour=theme.current().text2, align=_RIGHT)

    @property
    def _top(self) -> float:
        """Where the plot begins: what is said of debridements and of death stands above it."""
        panel, course = self._panel, self._course
        has_death = course is not None and course.record is not None and course.record.death
        return _TITLE + (_CUTS if (panel is not None and panel.cuts) or has_death else 18)

    def _write_nothing(self, painter: QPainter, room: QRectF) -> None:
        course = self._course
        tokens = theme.current()
        say = chart_words()
        is_seen = course is not None and any(row.newest is not None for row in course.rows)
        if is_seen:
            lines = [say.no_scale]
        elif course is not None and course.first_on is None:
            lines = [self.tr("No visit is recorded yet.")]
        else:
            lines = [self.tr("No lesion is recorded yet.")]
            if course is not None and course.waiting:
                lines.append(
                    words.counted(
                        course.waiting,
                        self.tr("1 photograph waits for review."),
                        self.tr("{n} photographs wait for review."),
                    )
                )
        middle = room.center().y() - 18 * (len(lines) - 1)
        for place, line in enumerate(lines):
            box = QRectF(room.left(), middle - 20 + 36 * place, room.width(), 40)
            write(painter, box, line, colour=tokens.text2, align=_CENTRE)

    def _dates(self, room: QRectF) -> DateScale:
        first, last = self._span or (date.min, date.min)
        panel = self._panel
        left, right = 8.0, 40.0
        if panel is not None:
            scale = self._values(panel)
            left = max(text_width(name, BODY) for _, name in scale.ticks) + 16
            newest = max(one.marks[-1].on for one in panel.curves)
            labels = [
                # Where a curve ended before the others its words stand off the lines.
                text_width(
                    _name(one) if one.marks[-1].on == newest else one.lesion.lesion.label,
                    BODY,
                    600,
                )
                for one in panel.curves
            ]
            right = min(max(labels), _MOST_LABEL) + 16
        if (pain := pain_of(self._lanes)) is not None:
            left = max(left, text_width(pain.title, BODY) + 14)
            right = max(right, text_width(out_of(pain), BODY) + 12)
        return DateScale(
            first=first,
            last=last,
            left_px=left,
            width_px=max(room.width() - left - right, 100.0),
            pad_px=22.0,
        )

    def _values(self, panel: Panel) -> ValueScale:
        values = [*(mark.high for one in panel.curves for mark in one.marks), 0.0]
        return value_scale(values, unit="area", scaling="linear", words=chart_words())

    # --- curves ----------------------------------------------------------------------------------

    def _paint_curves(
        self, painter: QPainter, panel: Panel, dates: DateScale, top: float, bottom: float
    ) -> None:
        tokens = theme.current()
        scale = self._values(panel)
        left, right = dates.left_px, dates.left_px + dates.width_px

        def y_of(value: float) -> float:
            return bottom - (value - scale.bottom) / (scale.top - scale.bottom) * (bottom - top)

        for value, name in scale.ticks:
            y = y_of(value)
            painter.setPen(QPen(QColor(tokens.edge if value == 0 else tokens.grid), 1.5))
            painter.drawLine(QLineF(left, y, right, y))
            box = QRectF(0, y - 17, left - 14, 34)
            write(painter, box, name, colour=tokens.text2, align=_RIGHT)
        self._paint_cuts(painter, panel, dates, top, bottom)
        ordered = sorted(
            panel.curves,
            key=lambda one: (not one.is_other, one.lesion.lesion.id == self._lesion_id),
        )
        for curve in ordered:
            self._paint_curve(painter, curve, dates, y_of)
        self._paint_labels(painter, panel, dates, y_of, top, bottom)
        self._paint_death(painter, dates, top, bottom)

    def _paint_curve(
        self, painter: QPainter, curve: Curve, dates: DateScale, y_of: _Height
    ) -> None:
        series = theme.lesion_series(curve.lesion.lesion.number, theme.current())
        colour = QColor(series.colour)
        is_chosen = curve.lesion.lesion.id == self._lesion_id

        def at(mark: Mark) -> QPointF:
            return QPointF(dates.x(mark.on), y_of(mark.value))

        count = 0 if self._panel is None else len(self._panel.curves)
        if not curve.is_other and (is_chosen or count <= _MOST_BANDS):
            band = QColor(colour)
            band.setAlphaF(0.16)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(band)
            for run in curve.runs:
                if len(run) == 1 and run[0].high > run[0].low:
                    x, high = dates.x(run[0].on), y_of(run[0].high)
                    painter.drawRect(QRectF(x - 6, high, 12, y_of(run[0].low) - high))
                    continue
                upper = [QPointF(dates.x(one.on), y_of(one.high)) for one in run]
                lower = [QPointF(dates.x(one.on), y_of(one.low)) for one in reversed(run)]
                painter.drawPolygon(QPolygonF([*upper, *lower]))
        for place, why in curve.breaks:
            if why in NOT_ONE_WOUND:
                continue
            dots = QPen(colour, 2.0)
            dots.setDashPattern([1.2, 2.4])
            painter.setPen(dots)
            painter.drawLine(at(curve.marks[place]), at(curve.marks[place + 1]))
        pen = QPen(colour, 1.5 if curve.is_other else _LINE + (1.5 if is_chosen else 0))
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if series.is_dashed:
            pen.setDashPattern([3.2, 1.8])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for run in curve.runs:
            painter.drawPolyline(QPolygonF([at(one) for one in run]))
        if not curve.is_other:
            for mark in curve.marks:
                paint_marker(painter, at(mark), series, _MARK + (2 if is_chosen else 0))

    def _paint_labels(
        self,
        painter: QPainter,
        panel: Panel,
        dates: DateScale,
        y_of: _Height,
        top: float,
        bottom: float,
    ) -> None:
        named = [one for one in panel.curves if not one.is_other]
        by_end: dict[bool, list[Curve]] = {True: [], False: []}
        last = max(one.marks[-1].on for one in named)
        for one in named:
            # A line that ends before the others is named where it ends, when that is far away.
            is_far = dates.x(last) - dates.x(one.marks[-1].on) > 120
            by_end[is_far].append(one)
        edge = dates.left_px + dates.width_px
        near = self._with_room(by_end[False], bottom - top)
        places = spread(
            [y_of(one.marks[-1].value) for one in near], _LABEL_GAP, top + 6, bottom - _ABOVE_AXIS
        )
        taken: list[QRectF] = []
        for one, y in zip(near, places, strict=True):
            x = min(dates.x(one.marks[-1].on) + 16, edge)
            self._paint_label(painter, one, QRectF(x, y - 16, _MOST_LABEL, 32))
            taken.append(QRectF(x, y - 16, text_width(_name(one), BODY, 600), 32))
        lines = [
            [QPointF(dates.x(mark.on), y_of(mark.value)) for mark in one.marks]
            for one in panel.curves
        ]
        far = by_end[True]
        ends = [lines[panel.curves.index(one)][-1] for one in far]
        for one, end, beside in zip(far, ends, beside_ends(ends, (top, bottom)), strict=True):
            self._paint_off_lines(
                painter,
                _name(one),
                (lines, taken),
                end,
                (top, bottom),
                beside=beside,
                is_chosen=one.lesion.lesion.id == self._lesion_id,
            )
        for one in named:
            if one.begins:
                self._paint_off_lines(
                    painter,
                    one.begins,
                    (lines, taken),
                    lines[panel.curves.index(one)][0],
                    (top, bottom),
                )

    def _with_room(self, curves: list[Curve], height: float) -> list[Curve]:
        """Return the curves whose names have room beside their ends: the chosen, the largest."""
        most = max(1, int((height - 6 - _ABOVE_AXIS) // _LABEL_GAP) + 1)
        ordered = sorted(
            curves,
            key=lambda one: (one.lesion.lesion.id != self._lesion_id, -one.marks[-1].value),
        )
        kept = ordered[:most]
        return [one for one in curves if one in kept]

    def _paint_off_lines(
        self,
        painter: QPainter,
        text: str,
        kept_off: tuple[Sequence[Sequence[QPointF]], list[QRectF]],
        at: QPointF,
        limits: tuple[float, float],
        *,
        beside: float | None = None,
        is_chosen: bool = False,
    ) -> None:
        """Write beside a point of a curve, where no curve and no other name is."""
        size, weight = (BODY, 600) if is_chosen or " " not in text else (SMALL, 400)
        width = text_width(text, size, weight) + 4
        lines, taken = kept_off
        box = free_box(at, width, self.room.width(), limits, lines, taken, beside)
        taken.append(box)
        painter.fillRect(box.adjusted(-2, 4, 2, -4), QColor(theme.current().surface))
        if is_chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.current().accent_soft))
            painter.drawRoundedRect(box.adjusted(-4, 0, 2, 0), 4, 4)
        write(painter, box, text, size=size, weight=weight)

    def _paint_label(self, painter: QPainter, curve: Curve, box: QRectF) -> None:
        tokens = theme.current()
        text = fitted(_name(curve), BODY, box.width(), 600)
        if curve.lesion.lesion.id == self._lesion_id:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft))
            width = text_width(text, BODY, 600)
            painter.drawRoundedRect(
                QRectF(box.left() - 5, box.top() + 1, width + 10, box.height() - 2), 4, 4
            )
        write(painter, box, text, weight=600)

    def _paint_cuts(
        self, painter: QPainter, panel: Panel, dates: DateScale, top: float, bottom: float
    ) -> None:
        tokens = theme.current()
        say = chart_words()
        free = 0.0
        for cut in panel.cuts:
            x = dates.x(cut.on)
            dots = QPen(QColor(tokens.text), 2.0)
            dots.setDashPattern([1.6, 2.0])
            painter.setPen(dots)
            painter.drawLine(QLineF(x, top - _CUTS + 8, x, bottom))
            text = say.eschar_removed if cut.had_eschar else say.debrided
            width = text_width(text, SMALL)
            # Right of its line, or left of it where the page ends.
            left = x + 10 if x + 12 + width <= self.room.width() else x - 14 - width
            if left >= free:
                write(painter, QRectF(left, top - _CUTS, width + 4, 32), text, size=SMALL)
                free = max(left + width, x) + 12

    def _paint_death(self, painter: QPainter, dates: DateScale, top: float, bottom: float) -> None:
        record = None if self._course is None else self._course.record
        if record is None or record.death is None:
            return
        tokens = theme.current()
        x = dates.x(record.death.on.middle)
        painter.setPen(QPen(QColor(tokens.text), 3))
        painter.drawLine(QLineF(x, top, x, bottom))
        died = record.death.on
        day = words.day_short(died.earliest) if died.precision is Precision.DAY else died.text
        text = chart_words().died.format(day=day)
        width = text_width(text, SMALL, 600)
        left = min(max(x - width / 2, 0), self.room.width() - width - 4)
        box = QRectF(left, top - _CUTS, width + 4, 30)
        painter.fillRect(box, QColor(tokens.surface))
        write(painter, box, text, size=SMALL, weight=600)

    def _paint_dates(self, painter: QPainter, dates: DateScale, bottom: float) -> None:
        tokens = theme.current()
        free = dates.left_px - 40
        for ordinal, name in date_ticks(dates):
            x = dates.x(date.fromordinal(ordinal))
            painter.setPen(QPen(QColor(tokens.edge), 1.5))
            painter.drawLine(QLineF(x, bottom, x, bottom + 8))
            width = text_width(name, BODY)
            left = max(min(x - width / 2, self.room.width() - width), 0.0)
            if left < free:
                continue
            write(painter, QRectF(left, bottom + 8, width + 2, 32), name, colour=tokens.text2)
            free = left + width + 14

    def _happenings(self) -> list[Happening]:
        """Return the events but for debridements, which are marked on the curves."""
        cuts = () if self._panel is None else self._panel.cuts
        marked = {cut.on for cut in cuts}
        return [
            one
            for one in self._lanes.happenings
            if not (one.kind == EventKind.DEBRIDEMENT and one.on in marked)
        ]


# --- small things --------------------------------------------------------------------------------


def beside_ends(ends: Sequence[QPointF], limits: tuple[float, float]) -> list[float]:
    """Return how high the name of each curve stands, so that names of the same day lie apart."""
    found: dict[int, float] = {}
    for x in dict.fromkeys(end.x() for end in ends):
        places = [place for place, end in enumerate(ends) if end.x() == x]
        heights = [ends[place].y() for place in places]
        spaced = spread(heights, _LABEL_GAP, limits[0] + 6, limits[1] - _ABOVE_AXIS)
        found.update(zip(places, spaced, strict=True))
    return [found[place] for place in range(len(ends))]


def free_box(
    at: QPointF,
    width: float,
    edge: float,
    limits: tuple[float, float],
    lines: Sequence[Sequence[QPointF]],
    taken: Sequence[QRectF],
    beside: float | None = None,
) -> QRectF:
    """Return where words of a width stand, 30 high: as near to a point as where nothing else is.

    Right of it first, their middle at the height ``beside`` where one is given, then above and
    below. Where a line can't be kept off, other words are.
    """
    left = min(max(at.x() - width / 2, 0.0), edge - width)
    sides = (min(at.x() + 14, edge - width), max(at.x() - 14 - width, 0.0))
    boxes = [
        QRectF(x, y, width, 30)
        for y, over in (
            *([] if beside is None else [(beside - 15, False)]),
            (at.y() - 15, False),
            (at.y() - 31, False),
            (at.y() - 42, True),
            (at.y() + 12, True),
            (at.y() - 72, True),
            (at.y() + 42, True),
            (at.y() - 102, True),
        )
        for x in ((left, *sides) if over else sides[:1])
        if limits[0] - 8 <= y <= limits[1] - (30 if over else 29)
    ]
    apart = [
        box for box in boxes if not any(box.adjusted(0, 5, 0, -5).intersects(one) for one in taken)
    ]
    clear = [box for box in apart if not any(_crosses(line, box) for line in lines)]
    return (clear or apart or boxes or [QRectF(left, at.y() - 42, width, 30)])[0]


def _crosses(line: Sequence[QPointF], box: QRectF) -> bool:
    """Whether a line comes into a box."""
    if len(line) == 1:
        return box.adjusted(-9, -9, 9, 9).contains(line[0])
    for first, second in pairwise(line):
        steps = max(2, int(abs(second.x() - first.x()) / 6))
        for step in range(steps + 1):
            if box.adjusted(-4, -6, 4, 6).contains(first + (second - first) * (step / steps)):
                return True
    return False


def _label(curve: Curve) -> str:
    # That the patient died is said once, at its line.
    has_died = curve.ends == chart_words().ended(EndReason.DEATH)
    return f"{curve.lesion.lesion.label} {'' if has_died else curve.ends}".strip()


def _name(curve: Curve) -> str:
    """Return what stands beside a curve's end: without its fate where that is too long."""
    text = _label(curve)
    return text if text_width(text, BODY, 600) <= _MOST_LABEL else curve.lesion.lesion.label


_ROUND_DAYS: Final = (
    (5, ()),
    (14, (1, 5, 10, 15, 20, 25)),
    (35, (1, 8, 15, 22)),
    (50, (1, 15)),
)
"""Of so many days at most these days of a month are named; all where there are none."""


def date_ticks(dates: DateScale) -> list[tuple[int, str]]:
    """Return months by their short names, with the year where it is another; days of few weeks."""
    days = (dates.last - dates.first).days
    if days < 50:
        every_day = [dates.first + timedelta(days=place) for place in range(days + 1)]
        round_days = next(each for most, each in _ROUND_DAYS if days <= most)
        named = [on for on in every_day if not round_days or on.day in round_days]
        return [(on.toordinal(), words.day_short(on)) for on in named or every_day[:1]]
    found = []
    months = dates.first.year * 12 + dates.first.month
    last = dates.last.year * 12 + dates.last.month
    every = max(1, math.ceil((last - months + 1) / 9))
    year = dates.first.year
    for month in range(months, last + 1, every):
        on = date(month // 12, month % 12 + 1, 1)
        if on > dates.last:
            break
        name = QLocale().toString(QDate(on.year, on.month, 1), "MMM")
        name = name if on.year == year else f"{name} {on.year}"
        year = on.year
        found.append((on.toordinal(), name))
    return found


def paint_marker(painter: QPainter, at: QPointF, series: theme.Series, size: float) -> None:
    """Paint a lesion's sign: filled, or hollow for the dashed series."""
    tokens = theme.current()
    painter.save()
    colour = QColor(series.colour)
    painter.setPen(QPen(colour, 2.5))
    painter.setBrush(QColor(tokens.surface) if series.is_dashed else colour)
    half = size / 2
    x, y = at.x(), at.y()
    if series.marker == "circle":
        painter.drawEllipse(at, half, half)
    elif series.marker == "square":
        painter.drawRect(QRectF(x - half, y - half, size, size))
    elif series.marker == "diamond":
        painter.drawPolygon(diamond(at, half * 1.15))
    elif series.marker in {"triangle_up", "triangle_down"}:
        way = 1 if series.marker == "triangle_up" else -1
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x, y - way * half * 1.1),
                    QPointF(x + half * 1.15, y + way * half * 0.9),
                    QPointF(x - half * 1.15, y + way * half * 0.9),
                ]
            )
        )
    else:
        painter.setPen(QPen(colour, 3.5))
        corners = [QPointF(-half, -half), QPointF(half, half), QPointF(-half, half)]
        if series.marker == "plus":
            lines = [QPointF(half, 0), QPointF(0, half)]
        else:
            lines = [corners[1], corners[2]]
        for way_to in lines:
            painter.drawLine(at - way_to, at + way_to)
    painter.restore()
