"""The healing chart in the window, with what the mouse and keys point at.

Hides when it is laid out anew (size, theme, choices, course, period), the picture that is kept
until then, what lies under the mouse, and dragging a period out.
"""

from __future__ import annotations

import html
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from woundtrack.healing.chart import GUTTER_PX, Chart, Plan
from woundtrack.healing.chart_layout import Outlines, Period, Scaling, Unit, Waiting
from woundtrack.healing.chart_paper import ChartPoint, ChartSpot, Drawing
from woundtrack.healing.chart_record import Lane, ScoreTotal, story_of
from woundtrack.healing.chart_style import Theme
from woundtrack.healing.percents import percents_of
from woundtrack.model import (
    Analyte,
    ClinicalRecord,
    LesionTimeline,
    OutlineKind,
    Timeline,
    TimelinePoint,
    WoundState,
)
from woundtrack.ui import change, messages, theme
from woundtrack.ui.components import words
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.timeline.chart_painter import paint, text_width
from woundtrack.ui.timeline.chart_says import chart_words
from woundtrack.ui.timeline.period import Course
from woundtrack.ui.timeline.photo_tip import Glimpse, PhotoTip

if TYPE_CHECKING:
    from woundtrack.ui.session import Session
    from woundtrack.ui.timeline.frames import Frame
    from woundtrack.ui.timeline.site_filter import Only

GUTTER: Final = round(GUTTER_PX)
"""Width at the left of the chart for the names of the sites."""
_CATCH_PX: Final = 11.0
_LEAST_DRAG_PX: Final = 12.0
_MOST_KEPT: Final = 6
"""Charts kept in memory: on a large screen one is ten megabytes."""

Panels = Literal["site", "patient", "lesion"]
"""A panel a site, one for the patient, or the lesion in view alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartChoices:
    """What a person chose to see; ``lanes`` and ``analytes`` None are the usual ones."""

    unit: Unit = "area"
    scaling: Scaling = "linear"
    split: Panels = "site"
    outlines: Outlines = "all"
    lanes: frozenset[Lane] | None = None
    analytes: tuple[Analyte, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What a chart is made from, beside the choices.

    ``waiting`` holds the lesions and days whose photographs wait for review; ``only`` says which
    sites alone the course is of.
    """

    timeline: Timeline
    record: ClinicalRecord | None = None
    waiting: Waiting = ()
    only: Only | None = None
    score_total: ScoreTotal | None = None
    today: date | None = None

    def chart(self, choices: ChartChoices, lesion_id: str | None, period: Period | None) -> Chart:
        """Return the chart of it, in light colours and with its caption: as a file has it."""
        return Chart(
            timeline=self.timeline,
            record=self.record,
            lesion_id=lesion_id if choices.split == "lesion" else None,
            split="patient" if choices.split == "patient" else "site",
            unit=choices.unit,
            scale=choices.scaling,
            lanes=choices.lanes,
            analytes=choices.analytes,
            score_total=self.score_total,
            period=period,
            today=self.today,
            words=chart_words(self.only),
            waiting=self.waiting,
            outlines=choices.outlines,
        )


@dataclass(slots=True)
class _Kept:
    """A course that was laid out: what it was made from stays alive as long as its key counts."""

    shown: Shown
    plan: Plan
    picture: Drawing | None = None
    pixmap: QPixmap = field(default_factory=QPixmap)


class ChartView(QWidget):
    """The curves of one patient; the visit and the lesion in view are marked on them.

    Signals
    -------
    drawn()
        It was laid out anew: what lines up with it can ask for its places.
    visit_chosen(date)
        A day was clicked.
    point_chosen(str, date), point_opened(str, date)
        A point was clicked, or double-clicked: its lesion and day.
    period_chosen(tuple | None)
        A period was dragged out, or zoomed to; None is the whole course.
    """

    drawn = Signal()
    visit_chosen = Signal(object)
    point_chosen = Signal(str, object)
    point_opened = Signal(str, object)
    period_chosen = Signal(object)

    def __init__(
        self,
        session: Session,
        frame_at: Callable[[str, date], Frame | None],
        glimpse_of: Glimpse,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shown: Shown | None = None
        self._timeline: Timeline | None = None
        self._choices = ChartChoices()
        self._period: Period | None = None
        self._plan: Plan | None = None
        self._picture: Drawing | None = None
        self._pixmap = QPixmap()
        self._kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
        self._is_stale = True
        self._visit: date | None = None
        self._span: Period | None = None
        self._lesion_id: str | None = None
        self._hovered: ChartPoint | None = None
        self._hovered_on: date | None = None
        self._pressed: QPointF | None = None
        self._dragged: float | None = None
        self._frame_at = frame_at
        self.tip = PhotoTip(session, glimpse_of, self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Healing curves"))

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def choices(self) -> ChartChoices:
        """What a person chose to see."""
        return self._choices

    @property
    def picture(self) -> Drawing | None:
        """What is drawn where; None where there is no course or no room."""
        self._lay_out()
        return self._picture

    @property
    def course(self) -> Course | None:
        """From when to when the course goes; None where there is none."""
        whole = None if self._plan is None else self._plan.whole
        return None if whole is None else Course(first=whole[0], last=whole[1])

    def show_course(
        self, shown: Shown | None, choices: ChartChoices, period: Period | None = None
    ) -> None:
        """Draw a course, all of it or a period."""
        before = self._timeline
        self._shown, self._choices, self._period = shown, choices, period
        self._timeline = None if shown is None else shown.timeline
        note = "" if shown is None or shown.only is None else shown.only.note
        self.setAccessibleDescription(note)
        if shown is None or shown.timeline is not before:
            self._span = None
        self._hovered = self._hovered_on = None
        self._hide_tip()
        self.redraw()

    def show_place(self, visit: date | None, lesion_id: str | None) -> None:
        """Mark the visit and the lesion in view."""
        is_other = lesion_id != self._lesion_id
        if visit != self._visit or is_other:
            self._span = None
            if self._hovered is not None or self._hovered_on is not None:
                # What is told of under the mouse isn't what the keys went to.
                self._hovered = self._hovered_on = None
                self._hide_tip()
                QToolTip.hideText()
        self._visit, self._lesion_id = visit, lesion_id
        if is_other and self._choices.split == "lesion":
            self.redraw()
        self.update()

    @property
    def span(self) -> Period | None:
        """The days that are marked: of an entry that is known by its month or year alone."""
        return self._span

    def show_span(self, span: Period | None) -> None:
        """Mark days, both included, until another visit or lesion comes into view; None: none."""
        self._span = span
        self.update()

    def redraw(self) -> None:
        """Lay out and draw again when it is next looked at; many wishes at once are one."""
        self._plan = None
        self._is_stale = True
        self._make_plan()
        self.update()

    def place_of(self, on: date) -> float | None:
        """Return where a day is, px from the left; None where it isn't in view."""
        picture = self.picture
        if picture is None or picture.dates is None:
            return None
        x = picture.x(on)
        left, right = picture.dates
        return x if x is not None and left - 1 <= x <= right + 1 else None

    def prepare(self, shown: Shown) -> None:
        """Lay out and paint another course at this size, so that it is there when it is shown."""
        if self.width() < 240:
            return
        kept = self._keep(shown, None, None)
        parent = self.parentWidget()
        height = max(kept.plan.least_px, self.height() if parent is None else parent.height())
        if kept.picture is None or kept.picture.height != height:
            kept.picture = kept.plan.lay_out(height)
            kept.pixmap = self._painted(kept.picture)

    def _keep(self, shown: Shown, lesion_id: str | None, period: Period | None) -> _Kept:
        """Return what is kept of a course as it is chosen to be seen, planned now if need be."""
        look: Theme = "dark" if theme.current().name == "dark" else "light"
        key = (
            id(shown.timeline),
            id(shown.record),
            frozenset(shown.waiting),
            None if shown.only is None else shown.only.note,
            shown.today,
            self._choices,
            lesion_id if self._choices.split == "lesion" else None,
            period,
            self.width(),
            look,
            self.devicePixelRatioF(),
        )
        if key not in self._kept:
            chart = replace(
                shown.chart(self._choices, lesion_id, period),
                theme=look,
                width_px=self.width(),
                has_caption=False,
            )
            self._kept[key] = _Kept(shown, Plan(chart, text_width))
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _make_plan(self) -> None:
        """Say what is drawn in this width, and how high it is at least."""
        if self._plan is not None or self._shown is None or self.width() < 240:
            return
        self._plan = self._keep(self._shown, self._lesion_id, self._period).plan
        self.setMinimumHeight(self._plan.least_px)

    def _lay_out(self) -> None:
        """Say what is drawn where, if that may have changed."""
        if not self._is_stale or self.width() < 240 or self.height() < 60:
            return
        self._make_plan()
        self._is_stale = False
        self._pixmap = QPixmap()
        self._picture = None
        if self._plan is not None and self._shown is not None:
            kept = self._keep(self._shown, self._lesion_id, self._period)
            if kept.picture is None or kept.picture.height != self.height():
                kept.picture = kept.plan.lay_out(self.height())
                kept.pixmap = QPixmap()
            self._picture, self._pixmap = kept.picture, kept.pixmap
        self.drawn.emit()

    def _painted(self, picture: Drawing) -> QPixmap:
        """Return the chart in the pixels of this screen."""
        ratio = self.devicePixelRatioF()
        made = QPixmap(round(picture.width * ratio), round(picture.height * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(QColor(picture.ground))
        painter = QPainter(made)
        paint(painter, picture)
        painter.end()
        return made

    def _paint_picture(self, painter: QPainter, picture: Drawing) -> None:
        """Paint the chart once, and keep it for what moves over it."""
        if self._pixmap.isNull():
            self._pixmap = self._painted(picture)
            if self._shown is not None:
                self._keep(self._shown, self._lesion_id, self._period).pixmap = self._pixmap
        painter.drawPixmap(QPoint(0, 0), self._pixmap)

    # --- Qt --------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(706, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.redraw()
        else:
            self._is_stale = True

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange}:
            self.redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._hide_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        picture = self.picture
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if picture is None:
            return
        self._paint_picture(painter, picture)
        self._paint_span(painter, picture)
        x = None if self._visit is None else self.place_of(self._visit)
        if self._hovered_on is not None and self._hovered_on != self._visit:
            hover_x = self.place_of(self._hovered_on)
            if hover_x is not None:
                painter.setPen(QPen(QColor(tokens.edge), 1))
                self._paint_upright(painter, picture, hover_x)
        if x is not None:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            self._paint_upright(painter, picture, x)
        marked = [
            point
            for point in picture.points_of(self._lesion_id)
            if point.on == self._visit and point.kind is OutlineKind.ULCER
        ]
        if self._hovered is not None and self._hovered not in marked:
            marked.append(self._hovered)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for point in marked:
            painter.drawEllipse(QPointF(point.x, point.y), 7.5, 7.5)
        if self._pressed is not None and self._dragged is not None:
            self._paint_stretch(painter, self._pressed.x(), self._dragged)

    def _paint_upright(self, painter: QPainter, picture: Drawing, x: float) -> None:
        edges = [top for _, top, _ in (*picture.panels, *picture.lanes)]
        painter.drawLine(QPointF(x, min(edges, default=0.0) - 2), QPointF(x, self.height()))

    def _paint_span(self, painter: QPainter, picture: Drawing) -> None:
        """Mark the days between which something happened, as far as they are in view."""
        if self._span is None or picture.dates is None:
            return
        first, last = picture.x(self._span[0]), picture.x(self._span[1])
        left, right = picture.dates
        if first is None or last is None or last < left - 1 or first > right + 1:
            return
        self._paint_stretch(painter, max(first, left), min(last, right))

    def _paint_stretch(self, painter: QPainter, start: float, end: float) -> None:
        """Show a stretch of days, such as the period that is being dragged out."""
        tokens = theme.current()
        ground = QColor(tokens.accent)
        ground.setAlphaF(0.14)
        left, right = min(start, end), max(start, end)
        painter.fillRect(QRectF(left, 0, right - left, self.height()), ground)
        painter.setPen(QPen(QColor(tokens.accent), 1))
        for x in (left, right):
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    # --- the period ------------------------------------------------------------------------------

    @property
    def period(self) -> Period | None:
        """Which part of the course is shown; None for all of it."""
        return self._period

    def zoom(self, *, closer: bool, about: float | None = None) -> None:
        """Show less or more of the course about a day; None is the visit in view, or the middle."""
        course, picture = self.course, self.picture
        if course is None or picture is None:
            return
        if about is None:
            first, last = picture.ordinals
            about = (first + last) / 2
            if self._visit is not None and first <= self._visit.toordinal() <= last:
                about = self._visit.toordinal()
        make = course.zoomed if closer else course.wider
        self._choose_period(make(self._period, about))

    def move_period(self, share: float) -> None:
        """Show what lies before or after: a share of the period, later ones are positive."""
        if self.course is not None:
            self._choose_period(self.course.moved(self._period, share))

    def _choose_period(self, period: Period | None) -> None:
        if period != self._period:
            self.period_chosen.emit(period)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        held = event.modifiers()
        if held & Qt.KeyboardModifier.ControlModifier and turned:
            picture = self.picture
            about = None if picture is None else picture.day_at(event.position().x())
            self.zoom(closer=turned > 0, about=about)
            event.accept()
        elif held & Qt.KeyboardModifier.ShiftModifier and turned and self._period is not None:
            self.move_period(-0.2 if turned > 0 else 0.2)
            event.accept()
        else:
            super().wheelEvent(event)

    # --- mouse -----------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(at)
            return
        point = self._point_at(at)
        on = point.on if point is not None else self._day_at(at)
        if (point, on) == (self._hovered, self._hovered_on) and self._spot_at(at) is None:
            return
        self._hovered, self._hovered_on = point, on
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if point is not None else Qt.CursorShape.ArrowCursor
        )
        self.update()
        self._show_tip(point, on, at, event.globalPosition().toPoint())

    def _show_tip(
        self, point: ChartPoint | None, on: date | None, at: QPointF, on_screen: QPoint
    ) -> None:
        spot = self._spot_at(at)
        text = "" if on is None else self.values_at(on, at.y())
        if spot is not None:
            text = "\n".join(spot.words)
        frame = None if point is None else self._frame_at(point.lesion_id, point.on)
        if point is not None and frame is not None and frame.photograph is not None:
            QToolTip.hideText()
            self.tip.show_frame(frame, tuple(self._said_of(point)), on_screen)
            return
        self.tip.dismiss()
        if not text:
            QToolTip.hideText()
            return
        if point is not None:
            text = f"{text}\n{self.tr('Double-click to open the photo')}"
        QToolTip.showText(on_screen + QPoint(14, 10), plain_tip(text), self)

    def _said_of(self, point: ChartPoint) -> list[str]:
        """Return what is said under the photograph of a point."""
        lines = self.values_at(point.on, point.y, lesion_id=point.lesion_id).split("\n")
        return [*(line.strip() for line in lines), self.tr("Double-click to open the photo")]

    def _hide_tip(self) -> None:
        self.tip.dismiss()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = self._hovered_on = None
        self._hide_tip()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._hide_tip()
        self._pressed, self._dragged = event.position(), None

    def _drag(self, at: QPointF) -> None:
        picture = self.picture
        if self._pressed is None or picture is None or picture.dates is None:
            return
        left, right = picture.dates
        is_inside = left - 4 <= self._pressed.x() <= right + 4
        far = abs(at.x() - self._pressed.x())
        if is_inside and (self._dragged is not None or far >= QApplication.startDragDistance()):
            self._dragged = min(max(at.x(), left), right)
            QToolTip.hideText()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragged = self._pressed, self._dragged
        self._pressed = self._dragged = None
        if pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if dragged is not None:
            self.update()
            if abs(dragged - pressed.x()) >= _LEAST_DRAG_PX:
                self._choose_between(pressed.x(), dragged)
            return
        point = self._point_at(event.position())
        if point is not None:
            self.point_chosen.emit(point.lesion_id, point.on)
            return
        on = self._day_at(event.position())
        if on is not None:
            self.visit_chosen.emit(on)

    def _choose_between(self, one: float, two: float) -> None:
        course, picture = self.course, self.picture
        if course is None or picture is None:
            return
        start, end = (picture.day_at(x) for x in sorted((one, two)))
        if start is not None and end is not None:
            self._choose_period(course.held(start, end))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self._point_at(event.position())
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if point is not None:
            self._hide_tip()
            self.point_opened.emit(point.lesion_id, point.on)
        elif self._day_at(event.position()) is not None:
            self._choose_period(None)

    def _point_at(self, at: QPointF) -> ChartPoint | None:
        """Return the point under the mouse, the one of the lesion in view first."""
        picture = self.picture
        if picture is None:
            return None
        near = [(math.hypot(point.x - at.x(), point.y - at.y()), point) for point in picture.points]
        caught = [entry for entry in near if entry[0] <= _CATCH_PX]
        if not caught:
            return None
        return min(
            caught, key=lambda entry: entry[0] - 3 * (entry[1].lesion_id == self._lesion_id)
        )[1]

    def _spot_at(self, at: QPointF) -> ChartSpot | None:
        """Return what of a lane is under the mouse; the narrowest where several lie there."""
        picture = self.picture
        spots = () if picture is None else picture.spots
        here = [
            spot
            for spot in spots
            if spot.box[0] <= at.x() <= spot.box[2] and spot.box[1] <= at.y() <= spot.box[3]
        ]
        return min(
            here,
            key=lambda spot: (
                spot.box[2] - spot.box[0],
                abs((spot.box[0] + spot.box[2]) / 2 - at.x()),
            ),
            default=None,
        )

    def _day_at(self, at: QPointF) -> date | None:
        """Return the visit nearest to the mouse inside the axes."""
        picture = self.picture
        if picture is None or self._timeline is None or picture.dates is None:
            return None
        left, right = picture.dates
        if not left - 4 <= at.x() <= right + 4:
            return None
        places = {on: self.place_of(on) for on in self._days()}
        shown = [(abs(x - at.x()), on) for on, x in places.items() if x is not None]
        return min(shown, default=(0.0, None))[1]

    def _days(self) -> set[date]:
        return (
            set() if self._timeline is None else {one.visited_on for one in self._timeline.visits}
        )

    def values_at(self, on: date, y: float, *, lesion_id: str | None = None) -> str:
        """Return the day and each lesion's area there, for the panel at a height.

        ``lesion_id`` is that of the one lesion to tell of; None for all.
        """
        picture = self.picture
        if self._timeline is None or picture is None:
            return ""
        panel = next(
            (key for key, top, bottom in picture.panels if top - 9 <= y <= bottom + 9), None
        )
        shown = {point.lesion_id for point in picture.points if point.panel == panel}
        waiting = () if self._shown is None else self._shown.waiting
        lines = [words.day(on)]
        for curve in self._timeline.lesions:
            if lesion_id not in {None, curve.lesion.id}:
                continue
            if panel is not None and curve.lesion.id not in shown:
                continue
            point = next((point for point in curve.points if point.on == on), None)
            if point is None:
                if (curve.lesion.id, on) in waiting:
                    lines.append(f"{curve.lesion.label}  {self.tr('to review')}")
                elif on in curve.gaps:
                    lines.append(f"{curve.lesion.label}  {self.tr('no photo')}")
            elif point.state is WoundState.CLOSED:
                lines.append(f"{curve.lesion.label}  0, {self.tr('closed')}")
            elif point.area_mm2 is None:
                lines.append(f"{curve.lesion.label}  {change.why_no_area(point)}")
            else:
                lines.append(f"{curve.lesion.label}  {self._told_of(curve, point)}")
                lines += [f"    {messages.title_of(doubt)}" for doubt in point.doubts]
            lines += self._nested_at(curve, on)
        return "\n".join(lines)

    def _nested_at(self, curve: LesionTimeline, on: date) -> list[str]:
        """Return a lesion's eschar and margin at a visit, where they are drawn and outlined."""
        lines = []
        for one in curve.nested if self._choices.outlines == "all" else ():
            point = next((point for point in one.points if point.on == on), None)
            if point is not None:
                area = change.why_no_area(point)
                if point.area_mm2 is not None:
                    area = self._area_of(point)
                lines.append(f"{curve.lesion.label} {kind_word(one.kind)}  {area}")
                lines += [f"    {messages.title_of(doubt)}" for doubt in point.doubts]
        return lines

    def _told_of(self, curve: LesionTimeline, point: TimelinePoint) -> str:
        """Return an area as the axis has it: per cent of a baseline first, where that is shown."""
        area = self._area_of(point)
        if self._choices.unit != "percent" or self._shown is None:
            return area
        story = story_of(self._shown.timeline, self._shown.record, chart_words())
        cuts = story.cuts.get(curve.lesion.id, ())
        percent = percents_of(curve.points, cuts).get(point.on)
        if percent is None:
            return area
        text = f"{words.number(percent.value, 0)}{words.THIN}%"
        if percent.since == point.on:
            return f"{text}, {self.tr('baseline')}; {area}"
        ends = f"{words.number(percent.low, 0)}{words.DASH}{words.number(percent.high, 0)}"
        of = self.tr("of {day}").format(day=words.day(percent.since))
        return f"{text}  ({ends}) {of}; {area}"

    def _area_of(self, point: TimelinePoint) -> str:
        """Return a measured area with its interval, and of how many parts it is."""
        text = words.area((point.area_mm2 or 0) / 100, has_unit=True)
        if point.area_low_mm2 is not None and point.area_high_mm2 is not None:
            interval = words.interval_short(point.area_low_mm2 / 100, point.area_high_mm2 / 100)
            text = f"{text}  ({interval})"
        if point.part_count > 1:
            text = f"{text}, {self.tr('{count} parts').format(count=point.part_count)}"
        return text


def plain_tip(text: str) -> str:
    """Return a tooltip that shows a text as it is: names of lesions are anybody's words."""
    return "<qt>" + html.escape(text).replace("\n", "<br>").replace("  ", "&nbsp;&nbsp;") + "</qt>"
