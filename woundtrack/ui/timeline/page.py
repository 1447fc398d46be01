"""The timeline room: curves, the photographs under them and the numbers beside them, in step.

Hides what is read for a patient, which visit and lesion are in view, and saving the picture.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack import healing
from woundtrack.healing.chart_layout import NO_STORY
from woundtrack.healing.chart_record import lanes_of, measured_analytes, story_of
from woundtrack.model import WoundState
from woundtrack.ui.components import Card, KeyButton, words
from woundtrack.ui.timeline.ahead import ReadAhead
from woundtrack.ui.timeline.area_table import AreaTable
from woundtrack.ui.timeline.chart_says import chart_words
from woundtrack.ui.timeline.chart_view import ChartView, Shown
from woundtrack.ui.timeline.choice_bar import ChoiceBar
from woundtrack.ui.timeline.course_files import CourseFiles
from woundtrack.ui.timeline.course_panel import CoursePanel
from woundtrack.ui.timeline.course_photos import CoursePhotos, waiting_photographs
from woundtrack.ui.timeline.empty_page import EmptyPage
from woundtrack.ui.timeline.filmstrip import Filmstrip
from woundtrack.ui.timeline.frames import Frame
from woundtrack.ui.timeline.numbers_card import NumbersCard
from woundtrack.ui.timeline.record_table import RecordTable, rows_of
from woundtrack.ui.timeline.site_filter import lies_in, only
from woundtrack.ui.window.patient_header import PatientHeader
from woundtrack.workflow.instruments import known_instruments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.healing.chart import Chart
    from woundtrack.healing.chart_layout import Period
    from woundtrack.healing.chart_record import ScoreTotal
    from woundtrack.model import (
        ClinicalRecord,
        LesionTimeline,
        Patient,
        Score,
        Timeline,
    )
    from woundtrack.records import Library
    from woundtrack.ui.session import Session
    from woundtrack.ui.timeline.site_filter import Only

TABLE_WIDTH: Final = 312
_WIDE_TABLE: Final = 440
_WIDE: Final = 1800
_MANY_VISITS: Final = 40


class TimelinePage(QWidget):
    """The course of one patient."""

    page_id = "timeline"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._whole: Timeline | None = None
        self._timeline: Timeline | None = None
        self._only: Only | None = None
        self._record: ClinicalRecord | None = None
        self._score_total: ScoreTotal | None = None
        self._photos = CoursePhotos(session)
        self._period: Period | None = None
        self._preset: int | None = 0
        self._tabled: Timeline | None = None
        self._is_entered = False
        self._is_stale = True
        self._is_placing = False
        self._placed_on: date | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._do_later)
        self._ahead = ReadAhead(session, self._prepare, self)

        self.chart = ChartView(session, self._frame_of, self._glimpse_of)
        self.setFocusProxy(self.chart)
        self.strip = Filmstrip(session, self.chart.place_of)
        self.table = AreaTable()
        self.record_table = RecordTable()
        self.course = CoursePanel()
        self.files = CourseFiles(session, self, lambda: self._shown, self._chart_of)
        self._build()
        self._bind()

        self.chart.drawn.connect(self.strip.update)
        self.chart.visit_chosen.connect(self._choose_visit)
        self.chart.point_chosen.connect(self._choose_point)
        self.chart.point_opened.connect(self._open_point)
        self.chart.period_chosen.connect(self._choose_period)
        self.record_table.span_chosen.connect(self._choose_span)
        self.strip.visit_chosen.connect(self._choose_visit)
        self.strip.photo_opened.connect(self._open_day)
        self.table.place_chosen.connect(self._choose_place)
        self.table.photo_opened.connect(self.open_photo)
        session.patient_changed.connect(self._follow)
        session.library_changed.connect(self._follow)
        session.lesion_changed.connect(self._follow_lesion)
        session.sites_changed.connect(self._follow_sites)
        session.visit_changed.connect(self._follow_place)

    # --- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        actions = self._session.actions
        self.save_button = KeyButton.of(actions["timeline.save_picture"], icon="image")
        self.report_button = KeyButton.of(
            actions["report.choose"], icon="printer", text=self.tr("Save as PDF")
        )
        self.compare_button = KeyButton.of(actions["timeline.compare"], icon="square-half")
        self.header = PatientHeader(
            self._session, [self.compare_button, self.save_button, self.report_button]
        )
        self.bar = ChoiceBar(self._session)
        self.bar.chosen.connect(self._redraw)
        self.bar.period.days_chosen.connect(self._choose_days)
        self.bar.chip.clicked.connect(self._show_all)

        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.chart)
        self._scroll.viewport().setAutoFillBackground(False)
        plot = Card()
        in_plot = QVBoxLayout(plot)
        in_plot.setContentsMargins(1, 1, 1, 1)
        in_plot.setSpacing(0)
        in_plot.addWidget(self._scroll, 1)
        in_plot.addWidget(self.strip)

        self.numbers = NumbersCard(self._session, self.table, self.record_table, self.course)
        self.numbers.setFixedWidth(TABLE_WIDTH)

        content = QWidget()
        in_content = QVBoxLayout(content)
        in_content.setContentsMargins(0, 0, 0, 0)
        in_content.setSpacing(0)
        in_content.addWidget(self.bar)
        cards = QHBoxLayout()
        cards.setContentsMargins(16, 0, 16, 12)
        cards.setSpacing(12)
        cards.addWidget(plot, 1)
        cards.addWidget(self.numbers)
        in_content.addLayout(cards, 1)
        self.empty = EmptyPage(self._session)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.pages, 1)
        order = (
            self.bar.split,
            self.bar.outlines,
            self.bar.lanes,
            self.bar.period,
            self.bar.chip,
            self.chart,
            self.strip,
            self.numbers.side,
            self.numbers.copy_button,
            self.table,
            self.record_table,
        )
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _bind(self) -> None:
        actions = self._session.actions
        for action_id, do in (
            ("timeline.previous_visit", lambda: self._step_visit(-1)),
            ("timeline.next_visit", lambda: self._step_visit(1)),
            ("timeline.previous_lesion", lambda: self._step_lesion(-1)),
            ("timeline.next_lesion", lambda: self._step_lesion(1)),
        ):
            actions.bind(action_id, do, self.chart)
            actions.also_in(action_id, self.strip)
        for action_id, do in (
            ("timeline.open_photo", self.open_photo),
            ("timeline.compare", self.compare),
            ("timeline.percent", self.bar.switch_unit),
            ("timeline.log", self.bar.switch_scaling),
            ("timeline.outlines", self.bar.switch_outlines),
            ("timeline.zoom_in", lambda: self.chart.zoom(closer=True)),
            ("timeline.zoom_out", lambda: self.chart.zoom(closer=False)),
            ("timeline.whole_course", lambda: self._choose_days(0)),
            ("timeline.earlier", lambda: self.chart.move_period(-0.5)),
            ("timeline.later", lambda: self.chart.move_period(0.5)),
        ):
            actions.bind(action_id, do, self.chart)
            actions.also_in(action_id, self.strip)
            actions.also_in(action_id, self.table)
        actions.bind("timeline.show_all", self._show_all, self)
        actions.bind("timeline.save_picture", self.files.save_picture, self)
        actions.bind("timeline.copy", self.numbers.copy, self)

    # --- coming and going ------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Be shown; ``lesion_id`` and ``visit_id`` in the context are brought into view."""
        self._is_entered = True
        self.bar.recall()
        lesion_id, visit_id = context.get("lesion_id"), context.get("visit_id")
        if isinstance(lesion_id, str):
            self._session.set_lesion(lesion_id)
        if isinstance(visit_id, str):
            self._session.set_visit(visit_id)
        if not self._is_in_view(self._session.lesion_id):
            self._show_all()
        if self._is_stale:
            self._read()
        elif self._tabled is not self._timeline:
            self._later.start()
        if self._timeline is not None:
            self.chart.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Be hidden: nothing is drawn or cut any more."""
        self._is_entered = False
        self._later.stop()
        self._ahead.stop()
        self._session.unhurried.stop()
        self.strip.forget()

    def _follow(self, _: object = None) -> None:
        self._is_stale = True
        if self._is_entered:
            self._read()

    # --- what is shown ---------------------------------------------------------------------------

    @property
    def timeline(self) -> Timeline | None:
        """The course shown; None where there is nothing to show."""
        return self._timeline

    def _read(self) -> None:
        """Read the patient in view anew, and show it."""
        self._is_stale = False
        self._session.unhurried.put_off()
        library, patient = self._session.library, self._session.patient
        shown_before = None if self._whole is None else self._whole.patient.id
        self._whole, self._record, self._score_total = None, None, None
        self._photos.forget()
        if library is not None and patient is not None:
            course, record = self._session.course_of(patient)
            if record.scores:
                self._score_total = _score_total(library)
            lanes = lanes_of(course, record, chart_words(), score_total=self._score_total)
            if any(curve.points for curve in course.lesions) or not lanes.is_empty:
                self._whole, self._record = course, record
                self._photos.follow(course)
                self.bar.lanes.show_known(lanes.kinds, measured_analytes(record))
            if shown_before != patient.id:
                self._period, self._preset = None, 0
        self._restrict()
        if self._whole is not None:
            self._ahead.start()

    def _restrict(self) -> None:
        """Show the whole course, or that of the sites chosen on the body map."""
        whole, sites = self._whole, self._session.sites
        self._only = None
        if whole is not None and sites:
            self._only = only(whole, self._photos.assessments(), sites, self._record)
        shown = whole if self._only is None else self._only.timeline
        # Of some sites alone, the lanes alone would say nothing of those sites.
        has_areas = shown is not None and any(curve.points for curve in shown.lesions)
        has_course = has_areas or (shown is not None and self._only is None)
        self._timeline = shown if has_course else None
        for action_id in ("timeline.save_picture", "timeline.copy"):
            self._session.actions.switch(
                action_id, has_course, self.tr("There are no areas to show yet.")
            )
        # Where nothing but ulcers was outlined there is nothing to choose.
        has_nested = shown is not None and any(one.nested for one in shown.lesions)
        self.bar.outlines.setVisible(has_nested)
        self._session.actions.switch(
            "timeline.outlines", has_nested, self.tr("Nothing but ulcers was outlined.")
        )
        self.bar.chip.show_filter(self._only)
        self.numbers.show_note("" if self._only is None else self._only.note)
        self.bar.share_room()
        self._session.actions.switch(
            "timeline.show_all", self._only is not None, self.tr("All lesions are shown.")
        )
        if not has_course:
            self.empty.show_reason(self._only)
        self.pages.setCurrentIndex(1 if has_course else 0)
        self._is_placing = True
        self._place()
        self._is_placing = False
        self._redraw()

    @property
    def _has_many_visits(self) -> bool:
        return self._timeline is not None and len(self._timeline.visits) >= _MANY_VISITS

    def _fill_table(self) -> None:
        """Show the numbers of what the chart shows."""
        choices = self.bar.choices
        self._tabled = self._timeline
        self.table.show_timeline(
            self._timeline,
            choices.unit,
            self._photos.waiting,
            "" if self._only is None else self._only.note,
            outlines=choices.outlines,
            story=NO_STORY
            if self._timeline is None or choices.unit != "percent"
            else story_of(self._timeline, self._record, chart_words()),
        )

    def _redraw(self, _: object = None) -> None:
        choices = self.bar.choices
        shown = self._shown
        self.chart.show_course(shown, choices, self._period)
        if self._timeline is self._tabled or not self._has_many_visits:
            self._fill_table()
        else:
            # The curves first; nobody's numbers stand beside them until a moment later.
            self._tabled = None
            self.table.show_timeline(None, choices.unit)
            self._later.start()
        self.record_table.show_rows(
            None
            if shown is None or self._record is None
            else partial(rows_of, shown.timeline, self._record, shown.score_total)
        )
        course = self.chart.course
        self.bar.period.show_period(
            self._period, 0 if course is None else course.days, self._preset
        )
        for action_id in ("timeline.whole_course", "timeline.earlier", "timeline.later"):
            self._session.actions.switch(
                action_id, self._period is not None, self.tr("The whole course is shown.")
            )
        has_areas = self._timeline is None or bool(self._curves())
        self.numbers.show_side(choices.unit, has_areas=has_areas)
        self._show_place()

    @property
    def _shown(self) -> Shown | None:
        """What the chart is made from."""
        if self._timeline is None:
            return None
        return Shown(
            timeline=self._timeline,
            record=self._record,
            waiting=self._photos.waiting,
            only=self._only,
            score_total=self._score_total,
            today=_today(),
        )

    def _chart_of(self, shown: Shown) -> Chart:
        return shown.chart(self.bar.choices, self._session.lesion_id, self._period)

    # --- the period ------------------------------------------------------------------------------

    def _choose_period(self, period: Period | None, preset: int | None = None) -> None:
        self._period, self._preset = period, preset if period is not None else 0
        self._redraw()

    def _choose_days(self, days: int) -> None:
        course = self.chart.course
        if course is not None:
            self._choose_period(course.last_days(days), days)

    # --- the sites in view ---------------------------------------------------------------------

    @property
    def only(self) -> Only | None:
        """What is shown of some sites alone; None where all lesions are."""
        return self._only

    def _show_all(self) -> None:
        self._session.set_sites(())

    def _follow_sites(self) -> None:
        if not self._is_entered:
            self._is_stale = True
        elif not self._is_stale:
            self._restrict()

    def _is_in_view(self, lesion_id: str | None) -> bool:
        """Whether a lesion lies in the sites that are chosen, or isn't known."""
        library, sites = self._session.library, self._session.sites
        if library is None or lesion_id is None or not sites:
            return True
        return lies_in(library.lesion(lesion_id), sites)

    def _follow_lesion(self, lesion_id: str | None) -> None:
        """Show a lesion that was chosen elsewhere: the sites are let go of."""
        if self._is_entered and not self._is_in_view(lesion_id):
            self._show_all()
        self._follow_place()

    # --- the visit and lesion in view ------------------------------------------------------------

    @property
    def visit_on(self) -> date | None:
        """The day of the visit in view."""
        visits = () if self._timeline is None else self._timeline.visits
        return next(
            (visit.visited_on for visit in visits if visit.id == self._session.visit_id), None
        )

    @property
    def curve(self) -> LesionTimeline | None:
        """The curve of the lesion in view."""
        return next(
            (curve for curve in self._curves() if curve.lesion.id == self._session.lesion_id),
            None,
        )

    def _curves(self) -> tuple[LesionTimeline, ...]:
        """Return the curves that have points, in the order they are drawn in."""
        lesions = () if self._timeline is None else self._timeline.lesions
        return tuple(curve for curve in lesions if curve.points)

    def _place(self) -> None:
        """See that a lesion and a visit are in view: what grows first, and the newest visit."""
        curves = self._curves()
        if not curves:
            return
        if self.curve is None:
            self._session.set_lesion(first_to_show(curves).lesion.id)
        if self.visit_on is None:
            self._choose_visit(max(point.on for curve in curves for point in curve.points))

    def _follow_place(self, _: object = None) -> None:
        if self._is_entered and not self._is_stale and not self._is_placing:
            self._show_place()

    def _show_strip(self) -> None:
        """Show the photographs of the lesion in view."""
        curve = self.curve
        if curve is not None:
            frames = self._in_period(self._photos.frames(curve, self._timeline))
            if frames != self.strip.frames:
                self.strip.show_frames(curve.lesion.label, frames)
        elif self.strip.frames:
            self.strip.show_frames("", ())

    def _strip_soon(self) -> None:
        """Show the photographs: of a course of many visits a moment after its curves."""
        curve = self.curve
        is_read = curve is None or self._photos.has_read(curve)
        if is_read or not self._has_many_visits:
            self._show_strip()
            return
        self.strip.show_frames("" if curve is None else curve.lesion.label, ())
        self._later.start()

    def _do_later(self) -> None:
        """Do what may come a moment after the curves."""
        if self._is_entered and not self._is_stale:
            if self._tabled is not self._timeline:
                self._fill_table()
            self._show_strip()

    def _prepare(self, patient: Patient) -> None:
        """Read a patient that isn't in view, and lay out its chart."""
        library = self._session.library
        if library is None:
            return
        timeline, record = self._session.course_of(patient)
        # Those with scores are laid out when they are looked at: totals need definitions.
        if any(curve.points for curve in timeline.lesions) and not record.scores:
            self.chart.prepare(
                Shown(
                    timeline=timeline,
                    record=record,
                    waiting=waiting_photographs(library, timeline),
                    today=_today(),
                )
            )

    def _show_place(self) -> None:
        curve, on = self.curve, self.visit_on
        course, is_other = self.chart.course, on != self._placed_on
        self._placed_on = on
        if is_other and on is not None and course is not None and self._period is not None:
            # Going to a visit outside takes the period along.
            period = course.showing(self._period, on)
            if period != self._period:
                self._choose_period(period)
                return
        lesion_id = None if curve is None else curve.lesion.id
        self.chart.show_place(on, lesion_id)
        self.table.show_place(on, lesion_id)
        self.course.show_curve(curve)
        self._strip_soon()
        self.strip.show_visit(on)

    def _in_period(self, frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
        """Return the photographs of the period that the curves show."""
        if self._period is None:
            return frames
        first, last = self._period
        return tuple(frame for frame in frames if first <= frame.on <= last)

    def _choose_visit(self, on: date) -> None:
        if self._timeline is not None:
            visit = next((one for one in self._timeline.visits if one.visited_on == on), None)
            if visit is not None:
                self._session.set_visit(visit.id)

    def _choose_span(self, span: Period) -> None:
        """Go to the visit of a day; or bring the days that something may be of into view."""
        first, last = span
        visits = () if self._timeline is None else self._timeline.visits
        if first == last and any(one.visited_on == first for one in visits):
            self.chart.show_span(None)
            self._choose_visit(first)
            return
        course, period = self.chart.course, self._period
        if course is not None and period is not None:
            for on in (last, first):  # of a stretch that is longer, its beginning
                period = course.showing(period, on)
            if period != self._period:
                self._choose_period(period)
        self.chart.show_span(span)

    def _choose_place(self, on: date, lesion_id: str | None) -> None:
        if lesion_id is not None:
            self._session.set_lesion(lesion_id)
        self._choose_visit(on)

    def _step_visit(self, step: int) -> None:
        days = sorted(set(self.table.areas.days))
        if not days:
            return
        on = self.visit_on
        place = days.index(on) + step if on in days else len(days) - 1
        self._choose_visit(days[min(max(place, 0), len(days) - 1)])

    def _step_lesion(self, step: int) -> None:
        curves = self._curves()
        if not curves:
            return
        ids = [curve.lesion.id for curve in curves]
        lesion_id = self._session.lesion_id
        place = ids.index(lesion_id) + step if lesion_id in ids else 0
        self._session.set_lesion(ids[min(max(place, 0), len(ids) - 1)])

    # --- photographs -----------------------------------------------------------------------------

    def _frame_of(self, lesion_id: str, on: date) -> Frame | None:
        """Return what a point of a curve was measured on."""
        curve = next((one for one in self._curves() if one.lesion.id == lesion_id), None)
        return None if curve is None else self._photos.frame(curve, on)

    def _glimpse_of(self, frame: Frame) -> tuple[QImage, float]:
        return self.strip.glimpse_of(frame)

    def _choose_point(self, lesion_id: str, on: date) -> None:
        self._choose_place(on, lesion_id)

    def _open_point(self, lesion_id: str, on: date) -> None:
        self._session.set_lesion(lesion_id)
        self._choose_visit(on)
        self.open_photo()

    def _open_day(self, on: date) -> None:
        self._choose_visit(on)
        self.open_photo()

    def open_photo(self) -> None:
        """Open the photograph of the lesion and visit in view in the review room."""
        curve, on = self.curve, self.visit_on
        if curve is None or on is None:
            return
        photograph_id = self._photos.photograph_at(curve, on)
        if photograph_id is None:
            self._session.said.emit(
                self.tr("There is no photo of {lesion} on {day}.").format(
                    lesion=curve.lesion.label, day=words.day(on)
                )
            )
            return
        self._session.go("review", photograph_id=photograph_id, back_to="timeline")

    def compare(self) -> None:
        """Go to the compare room with the lesion and the visit in view."""
        curve, visit_id = self.curve, self._session.visit_id
        self._session.go(
            "compare",
            lesion_id=None if curve is None else curve.lesion.id,
            right_id=visit_id,
        )

    # --- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._period is not None:
            self._choose_days(0)
        elif event.key() == Qt.Key.Key_Escape and self._session.sites:
            self._show_all()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.numbers.setFixedWidth(_WIDE_TABLE if self.width() >= _WIDE else TABLE_WIDTH)
        self.bar.share_room()


def _today() -> date:
    return datetime.now().astimezone().date()


def _score_total(library: Library) -> ScoreTotal:
    """Return what adds up a score by its instrument's definition, as far as it is known here."""
    instruments = known_instruments(library)

    def total(score: Score) -> float | None:
        known = instruments.find(score.instrument, score.instrument_version)
        return None if known is None else known.total_of(dict(score.items))

    return total


def first_to_show(curves: Sequence[LesionTimeline]) -> LesionTimeline:
    """Return the lesion to open on: of those still open the first that grew, else the first."""
    return min(
        curves,
        key=lambda curve: (
            curve.ended is not None or curve.points[-1].state is WoundState.CLOSED,
            healing.change.of(curve) is not healing.change.Change.LARGER,
        ),
    )
