"""Beside the visit's form: the treatments that go on, and what happened since the last visit.

Hides which treatments count on a day, the doses that follow each other, and that a debridement
answered in a lesion's row is shown among the events without being asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from woundtrack.model import Agent, Debrided
from woundtrack.ui.components import Card, KeyButton, Label, rule, words
from woundtrack.ui.components.flow import FlowLayout
from woundtrack.ui.record.answer_words import with_unit, word_of
from woundtrack.ui.record.entry_forms import treatment_name

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from woundtrack.model import ClinicalRecord, Event, LabResult, Lesion, Treatment, Visit

_DONE_ONCE: Final = frozenset({Agent.WARFARIN_STOPPED, Agent.PARATHYROIDECTOMY, Agent.SKIN_GRAFT})
"""These are done, and nobody stops them."""
_DEBRIDED: Final = frozenset({Debrided.BEFORE_PHOTOGRAPH, Debrided.AFTER_PHOTOGRAPH})


class _Row(QWidget):
    """A name, a word beneath it, and buttons at the right."""

    def __init__(self, title: str, caption: str, buttons: Sequence[KeyButton]) -> None:
        super().__init__()
        self.title, self.caption = title, caption
        self.buttons = tuple(buttons)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(Label(title, "label", wraps=True))
        if caption:
            said.addWidget(Label(caption, "caption", "2", wraps=True))
        row = QHBoxLayout()
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(6)
        row.addLayout(said, 1)
        for button in buttons:
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rule())
        layout.addLayout(row)


class _Rows(Card):
    """A card of rows that are made anew whenever they change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", "section")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 10, 16, 12)
        self._layout.setSpacing(0)
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        self._layout.addLayout(self._head)
        self._layout.addSpacing(6)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._layout.addLayout(self._lines)
        self.rows: tuple[_Row, ...] = ()

    def _show_rows(self, rows: Sequence[_Row], nothing: str) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = tuple(rows)
        for row in rows:
            self._lines.addWidget(row)
        if not rows:
            said = Label(nothing, "label", "2", wraps=True)
            said.setContentsMargins(0, 0, 0, 8)
            self._lines.addWidget(said)


class TreatmentsCard(_Rows):
    """What is given on the day of the visit.

    Signals
    -------
    stopped(Treatment), dose_changed(Treatment), corrected(Treatment)
        The form for that is wanted.
    """

    stopped = Signal(object)
    dose_changed = Signal(object)
    corrected = Signal(object)

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._can_write = True
        self._shows_earlier = False
        self._shown: tuple[ClinicalRecord, date, Sequence[Lesion]] | None = None
        self._title.setText(self.tr("Treatments now"))
        add, event, lab = actions
        self.add_button = KeyButton.of(
            add, "quiet", "plus", "small", text=self.tr("Add"), shows_key=False
        )
        self._head.addWidget(self.add_button)
        self.earlier = KeyButton("", kind="quiet", size="small")
        self.earlier.clicked.connect(self._toggle_earlier)
        self._layout.addWidget(self.earlier)
        foot = FlowLayout()
        self.event_button = KeyButton.of(
            event, "normal", "plus", "small", text=self.tr("Event…"), shows_key=False
        )
        self.lab_button = KeyButton.of(
            lab, "normal", "plus", "small", text=self.tr("Lab result…"), shows_key=False
        )
        foot.addWidget(self.event_button)
        foot.addWidget(self.lab_button)
        self._layout.addWidget(rule())
        self._layout.addSpacing(8)
        self._layout.addLayout(foot)

    def show_record(
        self, record: ClinicalRecord, day: date, lesions: Sequence[Lesion], *, can_write: bool
    ) -> None:
        """Show what is given on a day."""
        self._can_write = can_write
        self._shown = (record, day, lesions)
        now = [one for one in record.treatments if is_given(one, day)]
        over = [one for one in record.treatments if is_over(one, day)]
        rows = [self._row(one, record, day, lesions) for one in now]
        if self._shows_earlier:
            rows += [self._row(one, record, day, lesions) for one in over]
        self._show_rows(rows, self.tr("None is recorded."))
        self.earlier.setVisible(bool(over))
        self.earlier.setText(
            self.tr("Hide earlier ones")
            if self._shows_earlier
            else words.counted(len(over), self.tr("1 earlier one"), self.tr("{n} earlier ones"))
        )
        self.earlier.updateGeometry()

    def _toggle_earlier(self) -> None:
        self._shows_earlier = not self._shows_earlier
        if self._shown is not None:
            record, day, lesions = self._shown
            self.show_record(record, day, lesions, can_write=self._can_write)

    def _row(
        self, one: Treatment, record: ClinicalRecord, day: date, lesions: Sequence[Lesion]
    ) -> _Row:
        name = treatment_name(one)
        caption = self._since(one, record, day)
        labels = {lesion.id: lesion.label for lesion in lesions}
        if one.lesion_id in labels:
            caption = f"{labels[one.lesion_id]}, {caption}"
        buttons = []
        if self._can_write:
            if is_given(one, day) and one.agent not in _DONE_ONCE:
                stop = KeyButton(self.tr("Stop…"), size="small")
                stop.setAccessibleName(self.tr("Stop {name}").format(name=name))
                stop.clicked.connect(lambda: self.stopped.emit(one))
                buttons.append(stop)
            more = KeyButton("…", kind="quiet", size="small")
            more.setAccessibleName(self.tr("More about {name}").format(name=name))
            more.setToolTip(self.tr("Change the dose, correct it, or see its history"))
            more.clicked.connect(lambda: self._open(one, more, day))
            buttons.append(more)
        return _Row(name, caption, buttons)

    def menu_of(self, one: Treatment, day: date) -> QMenu:
        """Return what can be done with a treatment besides stopping it."""
        menu = QMenu(self)
        dose = menu.addAction(self.tr("Change the dose…"))
        dose.setEnabled(is_given(one, day))
        dose.triggered.connect(lambda: self.dose_changed.emit(one))
        correct = menu.addAction(self.tr("Correct it, or see its history…"))
        correct.triggered.connect(lambda: self.corrected.emit(one))
        return menu

    def _open(self, one: Treatment, at: QWidget, day: date) -> None:
        self.menu_of(one, day).popup(at.mapToGlobal(QPoint(0, at.height())))

    def _since(self, one: Treatment, record: ClinicalRecord, day: date) -> str:
        if one.start is None:
            return self.tr("start not known")
        first = first_dose(one, record.treatments)
        if one.stop is not None and is_over(one, day):
            said = self.tr("{start} to {stop}").format(
                start=words.partial_day(one.start), stop=words.partial_day(one.stop)
            )
            reason = "" if one.stop_reason is None else word_of(one.stop_reason).lower()
            return f"{said}, {reason}" if reason else said
        if first is not one and first.start is not None:
            return self.tr("since {first}, this dose since {start}").format(
                first=words.partial_day(first.start), start=words.partial_day(one.start)
            )
        said = self.tr("since {start}").format(start=words.partial_day(one.start))
        if one.start.earliest == one.start.latest:
            since = (day - one.start.earliest).days + 1
            said = self.tr("{since}, day {n}").format(since=said, n=since)
        return said


def is_given(one: Treatment, day: date) -> bool:
    """Whether a treatment had begun and not ended before a day; one of unknown start had."""
    has_begun = one.start is None or one.start.earliest <= day
    return has_begun and (one.stop is None or one.stop.latest > day)


def is_over(one: Treatment, day: date) -> bool:
    """Whether a treatment had ended on a day."""
    return one.stop is not None and one.stop.latest <= day


def first_dose(one: Treatment, treatments: Sequence[Treatment]) -> Treatment:
    """Return the first of the doses that a treatment follows."""
    by_thread = {other.entry_id: other for other in treatments}
    seen = {one.entry_id}
    while one.follows in by_thread and one.follows not in seen:
        seen.add(one.follows)
        one = by_thread[one.follows]
    return one


class EventsCard(_Rows):
    """What happened since the last visit, up to the day of this one.

    Signals
    -------
    corrected(object)
        The form of this event or lab result is wanted.
    debrided_chosen(str)
        The row of a lesion's debridement is wanted, by the lesion's id.
    """

    corrected = Signal(object)
    debrided_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_all = False
        self._shown: tuple[Any, ...] | None = None
        self.all_button = KeyButton("", kind="quiet", size="small")
        self.all_button.clicked.connect(self._toggle)
        self._layout.addWidget(self.all_button)

    def show_record(
        self,
        record: ClinicalRecord,
        visits: Sequence[Visit],
        day: date,
        lesions: Sequence[Lesion],
        *,
        can_write: bool,
    ) -> None:
        """Show what happened up to a day."""
        self._shown = (record, visits, day, lesions, can_write)
        earlier = [one.visited_on for one in visits if one.visited_on < day]
        since = max(earlier) if earlier and not self._is_all else date.min
        labels = {one.id: one.label for one in lesions}
        days = {one.id: one.visited_on for one in visits}
        rows = [
            (event.on.earliest, self._event_row(event, labels, can_write))
            for event in record.events
            if since < event.on.latest and event.on.earliest <= day
        ]
        rows += [
            (lab.taken_on, self._lab_row(lab, can_write))
            for lab in record.labs
            if since < lab.taken_on <= day and (lab.visit_id is None or self._is_all)
        ]
        for finding in record.findings:
            on = days[finding.visit_id]
            if since < on <= day and finding.debrided in _DEBRIDED:
                label = labels.get(finding.lesion_id, "")
                name = self.tr("Debridement, {lesion}").format(lesion=label)
                caption = self.tr("{day}, answered in the lesion's row").format(day=words.day(on))
                buttons = []
                if on == day:
                    there = KeyButton(self.tr("Go there"), kind="quiet", size="small")
                    there.setAccessibleName(f"{name}: {there.text()}")
                    there.clicked.connect(
                        lambda _=False, of=finding.lesion_id: self.debrided_chosen.emit(of)
                    )
                    buttons.append(there)
                rows.append((on, _Row(name, caption, buttons)))
        rows.sort(key=lambda one: one[0], reverse=True)
        self._title.setText(
            self.tr("Events") if since == date.min else self.tr("Since the last visit")
        )
        self._show_rows([row for _, row in rows], self.tr("No event is recorded."))
        self.all_button.setVisible(bool(earlier))
        self.all_button.setText(
            self.tr("Since the last visit alone") if self._is_all else self.tr("All events")
        )
        self.all_button.updateGeometry()

    def _toggle(self) -> None:
        self._is_all = not self._is_all
        if self._shown is not None:
            record, visits, day, lesions, can_write = self._shown
            self.show_record(record, visits, day, lesions, can_write=can_write)

    def _event_row(self, event: Event, labels: dict[str, str], can_write: bool) -> _Row:
        name = word_of(event.kind)
        if event.lesion_id in labels:
            name = f"{name}, {labels[event.lesion_id]}"
        caption = words.partial_day(event.on)
        if event.ended_on is not None:
            caption = self.tr("{start} to {stop}").format(
                start=caption, stop=words.partial_day(event.ended_on)
            )
        if event.text:
            caption = f"{caption}: {event.text}"
        return _Row(name, caption, self._change(name, event, can_write))

    def _lab_row(self, lab: LabResult, can_write: bool) -> _Row:
        value = "" if lab.value is None else with_unit(lab.value, lab.unit)
        name = f"{word_of(lab.analyte)} {value}"
        return _Row(name, words.day(lab.taken_on), self._change(name, lab, can_write))

    def _change(self, name: str, entry: Event | LabResult, can_write: bool) -> list[KeyButton]:
        if not can_write:
            return []
        change = KeyButton("…", kind="quiet", size="small")
        change.setAccessibleName(self.tr("Correct {name}, or see its history").format(name=name))
        change.setToolTip(self.tr("Correct it, take it out, or see its history"))
        change.clicked.connect(lambda: self.corrected.emit(entry))
        return [change]
