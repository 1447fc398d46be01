"""The healing chart in the window, with what the mouse and keys point at.

Hides when it is laid out anew (size, theme, choices, course), the picture that is kept until then,
and what lies under the mouse.
"""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QCoreApplication,
    QDate,
    QEvent,
    QLocale,
    QPoint,
    QPointF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from woundtrack.healing.chart import GUTTER_PX, Chart, height_of, lay_out
from woundtrack.healing.chart_layout import Outlines, Scaling, Split, Unit, Waiting
from woundtrack.healing.chart_paper import ChartPoint, Drawing
from woundtrack.healing.chart_style import ChartWords
from woundtrack.model import LesionTimeline, OutlineKind, Timeline, TimelinePoint, WoundState
from woundtrack.ui import change, messages, theme
from woundtrack.ui.components import words
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.timeline.chart_painter import paint, text_width

if TYPE_CHECKING:
    from woundtrack.ui.session import Session
    from woundtrack.ui.timeline.site_filter import Only

GUTTER: Final = round(GUTTER_PX)
"""Width at the left of the chart for the names of the sites."""
_CATCH_PX: Final = 11.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartChoices:
    """What a person chose to see."""

    unit: Unit = "area"
    scaling: Scaling = "linear"
    split: Split = "site"
    outlines: Outlines = "all"


class ChartView(QWidget):
    """The curves of one patient; the visit and the lesion in view are marked on them.

    Signals
    -------
    drawn()
        A new picture is shown: what lines up with it can ask for its places.
    visit_chosen(date)
        A day was clicked.
    point_chosen(str, date), point_opened(str, date)
        A point was clicked, or double-clicked: its lesion and day.
    """

    drawn = Signal()
    visit_chosen = Signal(object)
    point_chosen = Signal(str, object)
    point_opened = Signal(str, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._timeline: Timeline | None = None
        self._choices = ChartChoices()
        self._waiting: Waiting = ()
        self._only: Only | None = None
        self._picture: Drawing | None = None
        self._pixmap = QPixmap()
        self._is_stale = True
        self._visit: date | None = None
        self._lesion_id: str | None = None
        self._hovered: ChartPoint | None = None
        self._hovered_on: date | None = None
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

    def show_timeline(
        self,
        timeline: Timeline | None,
        choices: ChartChoices,
        waiting: Waiting = (),
        only: Only | None = None,
    ) -> None:
        """Draw a course.

        ``waiting`` holds the lesions and days whose photographs wait for review; ``only`` says
        which sites alone the course is of.
        """
        self._timeline, self._choices, self._waiting = timeline, choices, waiting
        self._only = only
        self.setAccessibleDescription("" if only is None else only.note)
        self._hovered = self._hovered_on = None
        if timeline is not None:
            least = height_of(self._chart(timeline), text_width, is_least=True)
            self.setMinimumHeight(least)
        self.redraw()

    def show_place(self, visit: date | None, lesion_id: str | None) -> None:
        """Mark the visit and the lesion in view."""
        self._visit, self._lesion_id = visit, lesion_id
        self.update()

    def redraw(self) -> None:
        """Lay out and draw again when it is next looked at; many wishes at once are one."""
        self._is_stale = True
        self.update()

    def place_of(self, on: date) -> float | None:
        """Return where a day is, px from the left; None where nothing is drawn."""
        picture = self.picture
        return None if picture is None else picture.x(on)

    def _chart(self, timeline: Timeline) -> Chart:
        """Return what is to be drawn, at the widget's size."""
        choices = self._choices
        return Chart(
            timeline=timeline,
            split=choices.split,
            unit=choices.unit,
            scale=choices.scaling,
            theme="dark" if theme.current().name == "dark" else "light",
            width_px=max(self.width(), 240),
            height_px=self.height(),
            has_caption=False,
            words=chart_words(self._only),
            waiting=self._waiting,
            outlines=choices.outlines,
        )

    def _lay_out(self) -> None:
        """Say what is drawn where, if that may have changed, and paint it once."""
        if not self._is_stale or self.width() < 240 or self.height() < 60:
            return
        self._is_stale = False
        self._pixmap = QPixmap()
        self._picture = None
        if self._timeline is None:
            return
        self._picture = lay_out(self._chart(self._timeline), text_width)
        self.drawn.emit()

    def _paint_picture(self, painter: QPainter, picture: Drawing) -> None:
        ratio = self.devicePixelRatioF()
        if self._pixmap.isNull():
            made = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            made.setDevicePixelRatio(ratio)
            made.fill(QColor(picture.ground))
            on_pixmap = QPainter(made)
            paint(on_pixmap, picture)
            on_pixmap.end()
            self._pixmap = made
        painter.drawPixmap(QPoint(0, 0), self._pixmap)

    # --- Qt --------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(706, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange}:
            self.redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture = self.picture
        if picture is None:
            return
        self._paint_picture(painter, picture)
        x = None if self._visit is None else self.place_of(self._visit)
        if self._hovered_on is not None and self._hovered_on != self._visit:
            hover_x = self.place_of(self._hovered_on)
            if hover_x is not None:
                painter.setPen(QPen(QColor(tokens.edge), 1))
                self._paint_upright(painter, hover_x)
        if x is not None:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            self._paint_upright(painter, x)
        for point in picture.points:
            is_chosen = point.lesion_id == self._lesion_id and point.on == self._visit
            is_chosen = is_chosen and point.kind is OutlineKind.ULCER
            if is_chosen or point == self._hovered:
                painter.setPen(QPen(QColor(tokens.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(point.x, point.y), 7.5, 7.5)

    def _paint_upright(self, painter: QPainter, x: float) -> None:
        picture = self._picture
        top = 0.0 if picture is None else min((top for _, top, _ in picture.panels), default=0.0)
        painter.drawLine(QPointF(x, top - 2), QPointF(x, self.height()))

    # --- mouse -----------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        point = self._point_at(at)
        on = point.on if point is not None else self._day_at(at)
        if (point, on) != (self._hovered, self._hovered_on):
            self._hovered, self._hovered_on = point, on
            self.setCursor(
                Qt.CursorShape.PointingHandCursor
                if point is not None
                else Qt.CursorShape.ArrowCursor
            )
            self.update()
            text = "" if on is None else self.values_at(on, at.y())
            if text:
                if point is not None:
                    text = f"{text}\n{self.tr('Double-click to open the photo')}"
                at_px = event.globalPosition().toPoint() + QPoint(14, 10)
                QToolTip.showText(at_px, plain_tip(text), self)
            else:
                QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = self._hovered_on = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        point = self._point_at(event.position())
        if point is not None:
            self.point_chosen.emit(point.lesion_id, point.on)
            return
        on = self._day_at(event.position())
        if on is not None:
            self.visit_chosen.emit(on)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self._point_at(event.position())
        if point is not None and event.button() is Qt.MouseButton.LeftButton:
            self.point_opened.emit(point.lesion_id, point.on)

    def _point_at(self, at: QPointF) -> ChartPoint | None:
        """Return the point under the mouse, the one of the lesion in view first."""
        if self._picture is None:
            return None
        near = [
            (math.hypot(point.x - at.x(), point.y - at.y()), point)
            for point in self._picture.points
        ]
        caught = [entry for entry in near if entry[0] <= _CATCH_PX]
        if not caught:
            return None
        return min(
            caught, key=lambda entry: entry[0] - 3 * (entry[1].lesion_id == self._lesion_id)
        )[1]

    def _day_at(self, at: QPointF) -> date | None:
        """Return the visit nearest to the mouse inside the axes."""
        if self._picture is None or self._timeline is None or self._picture.dates is None:
            return None
        left, right = self._picture.dates
        if not left - 4 <= at.x() <= right + 4:
            return None
        days = {visit.visited_on for visit in self._timeline.visits}
        return min(days, key=lambda on: abs((self.place_of(on) or 0) - at.x()), default=None)

    def values_at(self, on: date, y: float) -> str:
        """Return the day and each lesion's area there, for the panel at a height."""
        if self._timeline is None or self._picture is None:
            return ""
        panel = next(
            (key for key, top, bottom in self._picture.panels if top - 9 <= y <= bottom + 9), None
        )
        shown = {point.lesion_id for point in self._picture.points if point.panel == panel}
        lines = [words.day(on)]
        for curve in self._timeline.lesions:
            if panel is not None and curve.lesion.id not in shown:
                continue
            point = next((point for point in curve.points if point.on == on), None)
            if point is None:
                if (curve.lesion.id, on) in self._waiting:
                    lines.append(f"{curve.lesion.label}  {self.tr('to review')}")
                elif on in curve.gaps:
                    lines.append(f"{curve.lesion.label}  {self.tr('no photo')}")
            elif point.state is WoundState.CLOSED:
                lines.append(f"{curve.lesion.label}  0, {self.tr('closed')}")
            elif point.area_mm2 is None:
                lines.append(f"{curve.lesion.label}  {change.why_no_area(point)}")
            else:
                lines.append(f"{curve.lesion.label}  {self._area_of(point)}")
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


def chart_words(only: Only | None = None) -> ChartWords:
    """Return the chart's words in the window's language; ``only``: of these sites alone."""
    say = QCoreApplication.translate
    caption = say(
        "chart",
        "Band: 95 % interval of each area. Dotted: no area. "
        "Research software. Not a medical device: don't use as the only basis for treatment.",
    )
    return ChartWords(
        area=say("chart", "area, cm²"),
        percent=say("chart", "% of baseline"),
        eschar=say("chart", "{lesion} eschar"),
        margin=say("chart", "{lesion} margin"),
        total=say("chart", "total") if only is None else say("chart", "total shown"),
        one_other=say("chart", "1 other"),
        others=say("chart", "{count} others"),
        closed_rail=say("chart", "closed"),
        closed=say("chart", "Closed {day}"),
        confirmed=say("chart", "Closed {day}, confirmed {confirmed}"),
        no_photo=say("chart", "no photo"),
        no_area=say("chart", "no area"),
        to_review=say("chart", "to review"),
        no_area_since=say("chart", "no area since {day}"),
        first_seen=say("chart", "first seen"),
        whole_patient=say("chart", "All sites") if only is None else say("chart", "Sites chosen"),
        no_scale=say("chart", "Seen, but in no photograph with a scale."),
        one_visit=say("chart", "One visit so far."),
        one_visit_more=say("chart", "A curve needs two."),
        nothing=say("chart", "No areas yet."),
        nothing_more=say("chart", "Accept an outline, and its lesion's curve begins here."),
        caption=caption if only is None else f"{only.note} {caption}",
        day=words.day_short,
        month=lambda on: QLocale().toString(QDate(on.year, on.month, on.day), "MMM yyyy"),
    )
