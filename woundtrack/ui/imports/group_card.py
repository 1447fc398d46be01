"""One group of an import: its day, patient and site over the pictures of its photographs.

Hides which fields a person set for this group alone, and days that no photograph carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QDate, QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack.model import TimeSource
from woundtrack.ui.components import Card, KeyButton, Label, Tag, icon
from woundtrack.ui.components import words as in_words
from woundtrack.ui.components.chips import TagKind
from woundtrack.ui.imports.batch import Incoming, State
from woundtrack.ui.imports.fields import DayField, PlaceFields
from woundtrack.ui.imports.thumbs import Thumbs

_DAY_WIDTH: Final = 128


class GroupCard(Card):
    """Photographs taken together: their fields over their pictures.

    Signals
    -------
    edited()
        A person changed its day, patient, site or side.
    parted(Incoming), joined(Incoming), left_out(Incoming)
        This photograph shall begin a group, go on with the group before, or not be imported.
    """

    edited = Signal()
    parted = Signal(object)
    joined = Signal(object)
    left_out = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.incoming: list[Incoming] = []
        self.is_own_place = False
        self.can_join = False
        self._is_editable = True
        self._day_given: date | None = None
        self.place = PlaceFields("")
        self.day_field = DayField(_DAY_WIDTH)
        self.day_field.setDateRange(QDate(2000, 1, 1), QDate.currentDate())
        self.day_field.setAccessibleName(self.tr("Day of the visit"))
        self.day_asked = KeyButton(self.tr("Which day?"), icon="warning")
        self.day_asked.setFixedWidth(_DAY_WIDTH)
        self.day_asked.setToolTip(self.tr("The photographs don't tell: give the day of the visit."))
        self.day_asked.clicked.connect(self._give_day)
        self._days = QStackedWidget()
        self._days.addWidget(self.day_field)
        self._days.addWidget(self.day_asked)
        self._days.setFixedSize(_DAY_WIDTH, self.day_field.height())
        self._when = Label("", "label", "2")
        self._known_site = Label(self.tr("site as last time"), "label", "2")
        self.same_visit = _ShortLabel("", "label", "2")
        self._doubt = Tag("", "doubt", "warning")
        self._refused = Tag("", "refuse", "warning-octagon")
        self._ready = Tag("", "good", "check")
        self._count = Label("", "label", "2")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(72)
        self._bar.setTextVisible(False)
        self.thumbs = Thumbs()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.place)
        head.addWidget(self._days)
        head.addSpacing(4)
        head.addWidget(self._when)
        head.addWidget(self._known_site)
        head.addWidget(self.same_visit)
        head.addStretch(1)
        for tag in (self._doubt, self._refused, self._ready):
            head.addWidget(tag)
        head.addWidget(self._count)
        head.addWidget(self._bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.thumbs)
        layout.addStretch(1)  # beside a card with more rows of pictures
        self.place.edited.connect(self._place_edited)
        self.day_field.dateChanged.connect(self._day_edited)
        self.thumbs.menu_asked.connect(self._open_menu)
        self.thumbs.removed.connect(self._leave_out)

    @property
    def day(self) -> date | None:
        """Its day; None until a person gave one that no photograph carries."""
        if self._day_given is not None:
            return self._day_given
        return self.incoming[0].day if self.incoming else None

    @property
    def waiting(self) -> list[Incoming]:
        """Its photographs that are still to be imported."""
        return [one for one in self.incoming if one.state is State.WAITING]

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Its fields in the order of Tab."""
        return (*self.place.stops, self.day_field, self.day_asked, self.thumbs)

    def show_incoming(
        self,
        incoming: Sequence[Incoming],
        *,
        rows: int,
        is_alone: bool,
        is_running: bool,
        is_editable: bool,
    ) -> None:
        """Show photographs, in the order given, as they now are."""
        self.incoming = list(incoming)
        self._is_editable = is_editable
        self.place.setEnabled(is_editable)
        self._days.setEnabled(is_editable)
        self._show_day()
        self.thumbs.show_incoming(incoming, rows=rows, is_running=is_running)
        in_doubt = sum(one.state is State.IN_DOUBT for one in self.incoming)
        self._show_tag(self._doubt, self.tr("{n} in doubt"), "doubt", "warning", in_doubt)
        refused = sum(one.state in {State.PROBLEM, State.NO_AREA} for one in self.incoming)
        text = self.tr("1 problem") if refused == 1 else self.tr("{n} problems")
        self._show_tag(self._refused, text, "refuse", "warning-octagon", refused)
        ready = sum(one.state is State.READY for one in self.incoming)
        self._show_tag(self._ready, self.tr("{n} read"), "good", "check", ready)
        total = len(self.incoming)
        over = sum(one.state not in {State.WAITING, State.READING} for one in self.incoming)
        is_going = is_running and over < total
        self._ready.setVisible(self._ready.isVisibleTo(self) and not is_going)
        # While it is read, how far it is takes the place of when it was taken.
        self._when.setVisible(not is_going)
        self._count.setVisible(is_going)
        self._bar.setVisible(is_going)
        self._count.setText(self.tr("{done} of {total}").format(done=over, total=total))
        self._bar.setRange(0, total)
        self._bar.setValue(over)
        self._bar.setAccessibleName(self._count.text())
        # Where all groups follow one place, that says it once for all.
        is_own = is_alone or self.is_own_place
        is_open = is_editable and bool(self.waiting)
        self._known_site.setVisible(is_own and is_open and self.place.is_site_suggested)

    def show_same_visit(self, first: GroupCard | None) -> None:
        """Say that its photographs go into the visit that another group begins; None for none."""
        # Once they are read, what came of them takes the room.
        self.same_visit.setVisible(first is not None and self._is_editable and bool(self.waiting))
        text = self.tr("same visit as before")
        if first is not None and (times := first.times):
            text = self.tr("same visit as {time}").format(time=in_words.clock(min(times)))
        self.same_visit.setText(text)
        self.same_visit.setToolTip(text)

    @property
    def times(self) -> list[datetime]:
        """When its photographs were taken, of those that tell."""
        return [one.taken_at for one in self.incoming if one.taken_at is not None]

    def _show_tag(self, tag: Tag, text: str, kind: TagKind, sign: str, count: int) -> None:
        tag.setVisible(count > 0)
        tag.set_tag(text.format(n=count), kind, sign)

    def _show_day(self) -> None:
        day = self.day
        self._days.setCurrentWidget(self.day_asked if day is None else self.day_field)
        if day is not None:
            with QSignalBlocker(self.day_field):
                self.day_field.setDate(QDate(day.year, day.month, day.day))
        when, tip = self._told_time()
        self._when.setText(when)
        self._when.set_tone("doubt" if tip else "2")
        self._when.setToolTip(tip)
        self.place.name(in_words.day(day) if day is not None else self.tr("day not known"))

    def _told_time(self) -> tuple[str, str]:
        """Return when the photographs were taken, and where that is known from."""
        times = self.times
        facts = [one.photograph for one in self.incoming if one.photograph is not None]
        if not times:
            return self.tr("no date in them"), ""
        if any(one.day is None for one in self.incoming):
            says = self.tr("camera says {day}").format(day=in_words.day(min(times).date()))
            return says, self.tr("No visit can be on that day: check the camera's clock.")
        if any(fact.taken_from is TimeSource.FILE for fact in facts):
            tip = self.tr("The photographs carry no capture time: this is the files' own date.")
            return self.tr("date of the file"), tip
        first, last = in_words.clock(min(times)), in_words.clock(max(times))
        return (first if first == last else f"{first}{in_words.DASH}{last}"), ""

    def _give_day(self) -> None:
        """Start from today: the day most photographs are imported on."""
        today = QDate.currentDate()
        self._day_given = date(today.year(), today.month(), today.day())
        self._show_day()
        self.day_field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._day_edited(today)

    def set_day(self, day: date) -> None:
        """Take over a day that a person gave; the photographs' own day is theirs already."""
        if day != self.day:
            self._day_given = day
            self._show_day()

    def _day_edited(self, chosen: QDate) -> None:
        self._day_given = date(chosen.year(), chosen.month(), chosen.day())
        self._retry()
        self.edited.emit()

    def _place_edited(self) -> None:
        self.is_own_place = True
        self._retry()
        self.edited.emit()

    def _retry(self) -> None:
        """Let photographs wait again that were refused for what the fields said."""
        for one in self.incoming:
            if one.error is not None and one.error.code == "not_understood":
                one.state, one.error = State.WAITING, None

    # --- regrouping ------------------------------------------------------------------------------

    def menu_for(self, incoming: Incoming) -> QMenu:
        """Return what can be done with one of its photographs."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_at_head = bool(self.incoming) and incoming is self.incoming[0]
        part = menu.addAction(icon("scissors"), self.tr("Start a new group here"))
        part.triggered.connect(lambda: self.parted.emit(incoming))
        part.setEnabled(not is_at_head)
        join = menu.addAction(icon("intersect"), self.tr("Join with the group before"))
        join.triggered.connect(lambda: self.joined.emit(self.incoming[0]))
        join.setEnabled(self.can_join)
        out = menu.addAction(icon("x"), self.tr("Leave this photograph out"))
        out.triggered.connect(lambda: self._leave_out(incoming))
        for action in (part, join, out):
            action.setEnabled(action.isEnabled() and self._is_editable)
        return menu

    def _open_menu(self, incoming: Incoming, where: QPoint) -> None:
        self.menu_for(incoming).popup(where)

    def _leave_out(self, incoming: Incoming) -> None:
        if self._is_editable and not incoming.state.is_filed:
            self.left_out.emit(incoming)


class _ShortLabel(Label):
    """A text that gives way to what is beside it, and ends in dots where there is little room."""

    def sizeHint(self) -> QSize:
        # The one pixel is what rounding takes.
        return QSize(
            self.fontMetrics().horizontalAdvance(self.text()) + 1, super().sizeHint().height()
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
