"""The record room: what is asked at a visit, last visit's answers beside, saved in one go.

Hides which visit is in the form, what of it is not saved yet, and where the keyboard goes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Analyte, Entry, Finding, LabResult, Missing, PainScale, Treatment, now
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, Label, Message, Panel, words
from woundtrack.ui.record import patient_commands
from woundtrack.ui.record.answer_row import AnswerRow, reason_menu
from woundtrack.ui.record.answer_words import partial_day, with_unit, word_of
from woundtrack.ui.record.closed_lesions import closed_lesions
from woundtrack.ui.record.draft_keeper import DraftKeeper
from woundtrack.ui.record.entry_forms import EntryForms
from woundtrack.ui.record.entry_history import Told, told_history
from woundtrack.ui.record.entry_panel import EntryPanel, HistoryPanel
from woundtrack.ui.record.form_keys import FormKeys
from woundtrack.ui.record.lesion_card import LesionCard, first_lesion, lesion_order
from woundtrack.ui.record.lesion_photo import LesionPhotoCard
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.score_card import ScoreCard
from woundtrack.ui.record.side_cards import EventsCard, TreatmentsCard
from woundtrack.ui.record.visit_chooser import OfferedVisit, VisitChooser
from woundtrack.ui.record.visit_draft import (
    Answer,
    Key,
    VisitDraft,
    of_lab,
    of_lesion,
    read_visit,
)
from woundtrack.ui.record.whole_patient import WholePatientCard
from woundtrack.ui.window.patient_header import PatientHeader

if TYPE_CHECKING:
    from woundtrack.model import ClinicalRecord, Event, Lesion, Visit
    from woundtrack.records import KeptDraft
    from woundtrack.ui.session import Session

SIDE_WIDTH: Final = 336
_FORM_WIDTH: Final = 1100
_DRESSINGS: Final = "record/dressings"
_DRESSINGS_KEPT: Final = 12
_READ_ANEW: Final = frozenset({"record", "assessments", "patients", "photographs", "proposals"})


class RecordPage(QWidget):
    """The form of one visit.

    Attributes
    ----------
    draft
        The answers in the form; None where there is no patient.
    whole, lesions, photo, score, treatments, events, chooser
        The room's parts.
    """

    page_id = "record"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.draft: VisitDraft | None = None
        self._record: ClinicalRecord | None = None
        self._visits: tuple[Visit, ...] = ()
        self._day: date | None = None
        self._lesion_id: str | None = None
        self._reopened: set[str] = set()
        self._confirmed: set[tuple[Key, object]] = set()
        self._is_entered = False
        self._is_stale = True
        self._is_saving = False
        self.panel: EntryPanel | HistoryPanel | None = None
        self._focus_before: QWidget | None = None
        self._keeper = DraftKeeper(session, self)
        self._keys = FormKeys(lambda: session.settings.single_letter_keys, self)
        self._build()
        self._bind()
        self._connect()

    # --- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        actions = self._session.actions
        self.chooser = VisitChooser()
        self.same_button = KeyButton.of(
            actions["record.same_as_last"], text=self.tr("Same as last visit")
        )
        self.save_button = KeyButton.of(actions["record.save"], "main", text=self.tr("Save visit"))
        self.header = PatientHeader(
            self._session, [self.chooser, self.same_button, self.save_button]
        )
        self._notes = QVBoxLayout()
        self._notes.setSpacing(0)
        self.unsaved = _UnsavedBar()
        self.whole = WholePatientCard(self._session)
        self.lesions = LesionCard()
        self.no_lesion = Message(
            "info",
            self.tr("No lesion recorded yet"),
            self.tr(
                "Lesions come with their photographs: import some and accept an outline. What is "
                "asked of the whole patient can be recorded all the same."
            ),
            [(self.tr("Import photographs"), lambda: self._session.go("import"))],
        )
        form = QWidget()
        form.setMaximumWidth(_FORM_WIDTH)
        column = QVBoxLayout(form)
        column.setContentsMargins(16, 16, 8, 16)
        column.setSpacing(16)
        column.addWidget(self.whole)
        column.addWidget(self.lesions)
        column.addWidget(self.no_lesion)
        column.addStretch(1)
        self._form = _scrolled(form)
        self.photo = LesionPhotoCard(self._session)
        self.score = ScoreCard(self._session)
        self.treatments = TreatmentsCard(
            [actions[f"record.add_{what}"] for what in ("treatment", "event", "lab")]
        )
        self.events = EventsCard()
        side = QWidget()
        self._side = QVBoxLayout(side)
        self._side.setContentsMargins(8, 16, 16, 16)
        self._side.setSpacing(16)
        self._cards = (self.photo, self.score, self.treatments, self.events)
        for card in self._cards:
            self._side.addWidget(card)
        self._side.addStretch(1)
        self._side_scroll = _scrolled(side)
        self._side_scroll.setFixedWidth(SIDE_WIDTH + 24)
        content = QWidget()
        across = QHBoxLayout(content)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._form, 1)
        across.addWidget(self._side_scroll)
        nothing = Panel("bg")
        in_nothing = QVBoxLayout(nothing)
        said = Label(self.tr("Choose a patient to record a visit."), "section", "2")
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        in_nothing.addWidget(said)
        self.pages = QStackedWidget()
        self.pages.addWidget(nothing)
        self.pages.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(self._notes)
        layout.addWidget(self.unsaved)
        layout.addWidget(self.pages, 1)
        for row in (*self.whole.pains.values(), self.whole.seen_at, *self.lesions.rows_of.values()):
            self._keys.listen_to(row.control)
        for field in self.whole.labs.fields.values():
            self._keys.listen_to(field)

    def _bind(self) -> None:
        for action_id, do in (
            ("record.same_as_last", self.copy_last),
            ("record.save", self.save),
            ("record.next_lesion", lambda: self._step_lesion(1)),
            ("record.previous_lesion", lambda: self._step_lesion(-1)),
            ("record.reason", self._open_reasons),
            ("record.score", self.score.open),
            ("record.another_day", self.chooser.ask_day),
            ("record.add_treatment", lambda: self._open_new("treatment")),
            ("record.add_event", lambda: self._open_new("event")),
            ("record.add_lab", lambda: self._open_new("lab")),
            ("record.throw_away", self.throw_away),
        ):
            self._session.actions.bind(action_id, do, self)

    def _connect(self) -> None:
        session = self._session
        session.patient_changed.connect(self._follow_patient)
        session.library_changed.connect(self._follow)
        session.library_opened.connect(self._follow_patient)
        session.visit_changed.connect(self._follow_visit)
        session.lesion_changed.connect(self._follow_lesion)
        self.chooser.day_chosen.connect(self.show_day)
        self.whole.answered.connect(self._take)
        self.whole.looked_at.connect(self._ask_about)
        self.whole.scale_chosen.connect(self._take_scale)
        self.lesions.answered.connect(self._take)
        self.lesions.looked_at.connect(self._ask_about)
        self.lesions.lesion_chosen.connect(self._choose_lesion)
        self.lesions.reopened.connect(self._reopen)
        self.lesions.history_asked.connect(self._show_history)
        self.photo.opened.connect(lambda of: session.go("review", photograph_id=of))
        self.treatments.stopped.connect(lambda one: self._open_form("stop", one))
        self.treatments.dose_changed.connect(lambda one: self._open_form("dose", one))
        self.treatments.corrected.connect(lambda one: self._open_form("treatment", one))
        self.events.corrected.connect(
            lambda one: self._open_form("lab" if isinstance(one, LabResult) else "event", one)
        )
        self.events.debrided_chosen.connect(self._go_to_debrided)
        self.unsaved.throw_away.clicked.connect(self.throw_away)
        self._keys.finished.connect(self._go_on)
        self._keys.stepped.connect(self._step_row)
        self._keys.explained.connect(self._explain)

    # --- coming and going ------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Be shown; ``lesion_id``, ``visit_id`` and ``day`` in the context come into view."""
        self._is_entered = True
        lesion_id, visit_id = context.get("lesion_id"), context.get("visit_id")
        if isinstance(lesion_id, str):
            self._session.set_lesion(lesion_id)
        if isinstance(visit_id, str):
            self._session.set_visit(visit_id)
        day = context.get("day")
        if isinstance(day, date):
            self._day = day
            self._is_stale = True
        if self._is_stale:
            self._read()
        self._focus_first()

    def leave(self) -> None:
        """Be hidden: what isn't saved is kept as a draft."""
        self._keeper.flush()
        self._is_entered = False
        self._session.tasks.cancel("record photograph")

    def _follow_patient(self, _: object = None) -> None:
        self._keeper.flush()
        self._day, self._lesion_id = None, None
        self._reopened.clear()
        self._dismiss_panel()
        self._follow()

    def _follow(self, kinds: object = None) -> None:
        if self._is_saving or (isinstance(kinds, frozenset) and not kinds & _READ_ANEW):
            return
        self._is_stale = True
        if self._is_entered:
            self._keeper.flush()
            self._read()

    def _follow_visit(self, visit_id: object) -> None:
        if self._is_saving or not isinstance(visit_id, str):
            return
        day = next((one.visited_on for one in self._visits if one.id == visit_id), None)
        if day is None or day != self._day:
            self._keeper.flush()
            self._day = day
            self._is_stale = True
            if self._is_entered:
                self._read()

    def _follow_lesion(self, lesion_id: object) -> None:
        if isinstance(lesion_id, str) and lesion_id != self._lesion_id:
            self._lesion_id = lesion_id
            if self._is_entered and not self._is_stale:
                self._show()

    # --- which visit -----------------------------------------------------------------------------

    @property
    def day(self) -> date | None:
        """The day of the visit in the form."""
        return None if self.draft is None else self.draft.day

    def show_day(self, day: date) -> None:
        """Bring the visit of a day into the form; what isn't saved of another is kept."""
        self._keeper.flush()
        self._dismiss_panel()
        self._day = day
        self._reopened.clear()
        self._read()
        visit = next((one for one in self._visits if one.visited_on == day), None)
        self._session.set_visit(None if visit is None else visit.id)
        self._focus_first()

    def _usual_day(self) -> date:
        """Return the day to begin with: of the visit in view, of photographs just in, or today."""
        visit_id = self._session.visit_id
        seen = next((one.visited_on for one in self._visits if one.id == visit_id), None)
        if seen is not None:
            return seen
        patient = self._session.patient
        drafts = self._keeper.days(patient.id) if patient is not None else frozenset()
        if drafts:
            return max(drafts)
        latest = max(self._visits, key=lambda one: one.visited_on, default=None)
        if latest is None:
            return _today()
        record = self._record
        seen_to = (
            set()
            if record is None
            else {one.visit_id for one in record.findings}
            | {one.visit_id for one in record.visit_details}
        )
        has_record = latest.id in seen_to
        if not self._session.can_write or self._latest_day() < _today() or not has_record:
            return latest.visited_on
        return _today()

    def _latest_day(self) -> date:
        death = None if self._record is None else self._record.death
        return _today() if death is None else min(_today(), death.on.latest)

    # --- reading and showing ---------------------------------------------------------------------

    def _read(self) -> None:
        """Read the patient's record anew; answers that aren't saved are taken up again."""
        self._is_stale = False
        library, patient = self._session.library, self._session.patient
        if library is None or patient is None:
            self.draft, self._record, self._visits = None, None, ()
            self._show()
            return
        self._record = record = workflow.record_of(library, patient)
        self._visits = library.visits(patient.id)
        day = self._day or self._usual_day()
        self._day = day
        closed = closed_lesions(
            record, library.assessments(patient_id=patient.id), self._visits, day
        )
        draft = read_visit(library, record, day, closed - self._reopened)
        kept = self._keeper.of(patient.id, day)
        if kept is not None and self._session.can_write:
            draft.take_up(kept.answers)
        self.draft = draft
        if self._lesion_id is None:
            self._lesion_id = self._session.lesion_id
        self.lesions.dressings.offer(self._dressings())
        self._show()

    @property
    def lesion(self) -> Lesion | None:
        """The lesion whose questions are shown."""
        draft = self.draft
        if draft is None:
            return None
        found = next((one for one in draft.lesions if one.id == self._lesion_id), None)
        return found or first_lesion(draft)

    def _show(self) -> None:
        draft, record = self.draft, self._record
        self.pages.setCurrentIndex(0 if draft is None else 1)
        for widget in (self.chooser, self.same_button, self.save_button):
            widget.setVisible(draft is not None)
        self._show_notes()
        self._switch_actions()
        if draft is None or record is None:
            self.unsaved.show_draft(None, None)
            self.score.show_nothing()
            return
        can_write = self._session.can_write
        lesion = self.lesion
        self._lesion_id = None if lesion is None else lesion.id
        self._show_chooser(draft)
        self.whole.show_draft(draft)
        self.whole.setEnabled(can_write)
        self.lesions.setVisible(lesion is not None)
        self.no_lesion.setVisible(lesion is None)
        self.lesions.show_draft(draft, lesion)
        if not can_write:
            for row in self.lesions.rows_of.values():
                row.setEnabled(False)
        self.lesions.reopen.setEnabled(can_write)
        self.unsaved.show_draft(draft, self._keeper.of(draft.patient.id, draft.day))
        self.photo.show_lesion(lesion, draft.visit)
        visit_id = None if draft.visit is None else draft.visit.id
        self.score.show_for(draft.day, visit_id=visit_id, lesion=lesion)
        self._show_side()

    def _show_side(self) -> None:
        draft, record = self.draft, self._record
        if draft is None or record is None:
            return
        can_write = self._session.can_write
        self.treatments.show_record(record, draft.day, draft.lesions, can_write=can_write)
        self.events.show_record(record, self._visits, draft.day, draft.lesions, can_write=can_write)

    def _show_answers(self) -> None:
        """Show the form anew after an answer: the rest of the room is as it was."""
        draft = self.draft
        if draft is None:
            return
        self.whole.show_draft(draft)
        self.lesions.show_draft(draft, self.lesion)
        self.unsaved.show_draft(draft, None)
        self._switch_actions()

    def _show_chooser(self, draft: VisitDraft) -> None:
        details = {one.visit_id: one for one in draft.record.visit_details}
        unsaved = self._keeper.days(draft.patient.id)
        latest = self._latest_day()
        offered = {}
        for visit in self._visits:
            detail = details.get(visit.id)
            setting = "" if detail is None or detail.setting is None else word_of(detail.setting)
            offered[visit.visited_on] = OfferedVisit(
                day=visit.visited_on, setting=setting, is_unsaved=visit.visited_on in unsaved
            )
        can_write = self._session.can_write
        more = {draft.day, *unsaved} | ({latest} if latest == _today() and can_write else set())
        for day in more - set(offered):
            offered[day] = OfferedVisit(day=day, is_new=True, is_unsaved=day in unsaved)
        days = sorted(offered, reverse=True)
        self.chooser.show_visits(
            [offered[day] for day in days], draft.day, can_add=can_write, latest=latest
        )

    def _show_notes(self) -> None:
        while (item := self._notes.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if self.draft is None or self._record is None:
            return
        why = self._session.why_read_only
        if why is not None:
            title = self.tr("To be looked at only.")
            self._notes.addWidget(Message("info", title, why, is_banner=True))
        death = self._record.death
        if death is not None:
            title = self.tr("Died on {day}.").format(day=partial_day(death.on))
            text = self.tr("Visits up to that day can still be completed.")
            self._notes.addWidget(Message("info", title, text, is_banner=True))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said above the form."""
        items = [self._notes.itemAt(at) for at in range(self._notes.count())]
        widgets = [item.widget() for item in items if item is not None]
        return tuple(f"{one.title} {one.text}" for one in widgets if isinstance(one, Message))

    def _switch_actions(self) -> None:
        switch, draft = self._session.actions.switch, self.draft
        no_patient = self.tr("No patient is chosen.")
        has_draft = draft is not None
        for name in ("add_treatment", "add_event", "add_lab", "another_day", "same_as_last"):
            switch(f"record.{name}", has_draft, no_patient)
        is_changed = draft is not None and draft.is_changed
        nothing = self.tr("Everything is saved.") if has_draft else no_patient
        switch("record.save", is_changed, nothing)
        switch("record.throw_away", is_changed, nothing)
        has_lesion = draft is not None and bool(draft.lesions)
        for name in ("next_lesion", "previous_lesion", "score"):
            switch(f"record.{name}", has_lesion, self.tr("There is no lesion yet."))

    # --- answering -------------------------------------------------------------------------------

    def _take(self, key: Key, answer: Answer | None) -> None:
        draft = self.draft
        if draft is None or not self._session.can_write:
            return
        draft.give(key, answer)
        if key.field == "dressing" and not isinstance(answer, Missing):
            pass  # what is typed becomes one of the recent ones when the visit is saved
        row = self._row_of(key)
        if row is not None and row.question and not isinstance(row.control, NumberField):
            row.ask("")
        self._show_answers()
        self._keeper.keep(draft)

    def _take_scale(self, scale: PainScale) -> None:
        draft = self.draft
        if draft is None or scale is draft.scale:
            return
        # A number on one scale is no number on the other.
        for key in [key for key in draft.changed if key.subject.startswith("pain/")]:
            draft.give(key, None)
        draft.scale = scale
        self._show_answers()
        self._keeper.keep(draft)

    def _explain(self, control: QWidget, missing: Missing) -> None:
        row = self._row_with(control)
        if row is not None:
            row.say_why(missing)
        elif (key := self.whole.labs.key_of(control)) is not None:
            self._take(key, missing)

    def _open_reasons(self) -> None:
        control = self._keys.control_of(QApplication.focusWidget())
        if control is None:
            self._session.said.emit(
                self.tr("Go to a question first: F2 says why it has no answer.")
            )
            return
        row = self._row_with(control)
        if row is not None:
            row.open_reasons()
        elif (key := self.whole.labs.key_of(control)) is not None and self.draft is not None:
            menu = reason_menu(self, self.draft.answer(key), lambda one: self._take(key, one))
            menu.popup(control.mapToGlobal(control.rect().bottomLeft()))

    def copy_last(self) -> None:
        """Answer what has no answer as at the last visit, where that may be copied."""
        draft = self.draft
        if draft is None or not self._session.can_write:
            return
        count = draft.copy_last()
        self._show_answers()
        if count:
            self._keeper.keep(draft)
            said = words.counted(
                count,
                self.tr("1 answer is as at the last visit"),
                self.tr("{n} answers are as at the last visit"),
            )
            note = self.tr("marked until you change them. Pain and numbers are never copied")
            self._session.said.emit(f"{said}, {note}.")
        else:
            self._session.said.emit(self.tr("There is nothing to copy from the last visit."))
        self._focus_first()

    def _reopen(self, lesion_id: str) -> None:
        self._reopened.add(lesion_id)
        self._keeper.flush()
        self._read()
        self._focus_first()

    # --- asking about numbers --------------------------------------------------------------------

    def _ask_about(self, key: Key) -> None:
        """Refuse what is impossible and ask about what is unusual, beside the number."""
        row = self._row_of(key)
        field = row.control if row is not None else self.whole.labs.fields[_analyte(key)]
        if not isinstance(field, NumberField) or self.draft is None or self._record is None:
            return
        sentence, suggestion = field.refusal, None
        is_refused = bool(sentence)
        if not sentence:
            sentence, suggestion = self._question(key, field)
        field.mark(is_unusual=bool(sentence) and not is_refused)
        if row is None:
            said = f"{word_of(_analyte(key))}: {sentence}" if sentence else ""
            self.whole.labs.ask(said)
            return
        answers = []
        if suggestion is not None:
            use = self.tr("Use {value}").format(
                value=words.number(suggestion, _decimals(suggestion))
            )
            answers.append((use, lambda: self._use(key, suggestion)))
        if sentence and not is_refused:
            answers.append((self.tr("It is right"), lambda: self._confirm(key)))
        row.ask(sentence, tuple(answers), is_refused=is_refused)

    def _question(self, key: Key, field: NumberField) -> tuple[str, float | None]:
        draft, record, by = self.draft, self._record, self._session.person
        answer = None if draft is None else draft.answer(key)
        if draft is None or record is None or answer is None or (key, answer) in self._confirmed:
            return "", None
        entry: Entry
        if key.subject.startswith("finding/"):
            entry = draft.finding(key.subject.partition("/")[2], by=by)
        elif key.subject.startswith("lab/") and isinstance(answer, float | int):
            entry = LabResult(
                patient_id=draft.patient.id,
                analyte=_analyte(key),
                taken_on=draft.day,
                value=float(answer),
                unit=field.limits.unit,
            )
        else:
            return "", None
        asked = [one for one in workflow.questions(entry, record) if one.field == key.field]
        if not asked:
            return "", None
        one = asked[0]
        given = field.number or 0.0
        if one.code == "value_jumped":
            said = self.tr("{given} is unusual (last {last}).").format(
                given=with_unit(given, field.unit), last=dict(one.values)["last"]
            )
            if one.suggestion is None:
                return f"{said} {self.tr('Is it right?')}", None
            meant = with_unit(one.suggestion, field.unit)
            return f"{said} {self.tr('Did you mean {value}?').format(value=meant)}", one.suggestion
        if one.code == "value_unusual":
            low, high = field.limits.soft
            said = self.tr("{given} is unusual: mostly it is {low} to {high}. Is it right?")
            return said.format(
                given=with_unit(given, field.unit), low=f"{low:g}", high=f"{high:g}"
            ), None
        return messages.question_of(one), one.suggestion

    def _use(self, key: Key, value: float) -> None:
        row = self._row_of(key)
        self._take(key, value)
        if row is not None:
            row.ask("")
            row.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _confirm(self, key: Key) -> None:
        if self.draft is None:
            return
        self._confirmed.add((key, self.draft.answer(key)))
        row = self._row_of(key)
        if row is not None:
            row.ask("")
            self._show_answers()
            row.control.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- saving ----------------------------------------------------------------------------------

    def save(self) -> None:
        """Record what was answered, all of it or nothing; undone by next revisions."""
        draft, library = self.draft, self._session.library
        if draft is None or library is None or not self._session.can_write:
            return
        if (refused := self._refused()) is not None:
            refused.setFocus(Qt.FocusReason.OtherFocusReason)
            self._session.said.emit(self.tr("Not saved yet: {why}").format(why=refused.refusal))
            return
        if not draft.is_changed:
            self._session.said.emit(self.tr("Everything is saved."))
            return
        by, reason = self._session.person, self.unsaved.reason
        text = self.tr("Saving the visit of {day}").format(day=words.day(draft.day))
        self._is_saving = True
        try:
            visit = draft.visit or workflow.visit_on(library, draft.patient, draft.day, by=by)
            entries = draft.entries(visit, by=by, reason=reason or None)
            patient_commands.record(self._session, entries, text, why=_told_copied(draft))
        except WoundtrackError as problem:
            self._session.problem.emit(problem)
            self._is_saving = False
            return
        self._keep_dressings(draft)
        self._keeper.drop(draft.patient.id, draft.day)
        if draft.visit is None:
            self._session.set_visit(visit.id)
            self._session.changed("patients")
        self._is_saving = False
        self.unsaved.clear_reason()
        self._read()
        self._session.said.emit(
            self.tr("Saved {time}. Ctrl Z takes it back.").format(
                time=words.clock(now().astimezone())
            )
        )
        self.chooser.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self) -> NumberField | None:
        """Return a field that holds what can't be recorded."""
        fields = [row.control for row in (*self.whole.rows(), *self.lesions.rows())]
        fields += list(self.whole.labs.fields.values())
        return next((one for one in fields if isinstance(one, NumberField) and one.refusal), None)

    def throw_away(self) -> None:
        """Take the answers away that aren't saved; undo brings them back."""
        draft = self.draft
        if draft is None or not draft.is_changed:
            return
        self._keeper.keep(draft)
        self._keeper.flush()
        kept = self._keeper.of(draft.patient.id, draft.day)
        if kept is not None:
            from woundtrack.ui.record.thrown_away import ThrownAway

            self._session.undo_stack.push(
                ThrownAway(self._session, kept, self._keeper, self._again)
            )
        self._focus_first()

    def _again(self, kept: KeptDraft) -> None:
        if self._session.patient is not None and self._session.patient.id == kept.patient_id:
            self._day = kept.day
            self._read()

    # --- forms beside ----------------------------------------------------------------------------

    def _forms(self) -> EntryForms | None:
        draft, record = self.draft, self._record
        if draft is None or record is None or not self._session.can_write:
            return None
        return EntryForms(
            record,
            draft.day,
            draft.lesions,
            by=self._session.person,
            visit_id=None if draft.visit is None else draft.visit.id,
            history=self._history_of,
            questions=self._questions_of,
        )

    def _open_new(self, what: str) -> None:
        self._open_form(what, None)

    def _open_form(self, what: str, there: Treatment | Event | LabResult | None) -> None:
        forms = self._forms()
        if forms is None:
            return
        make = {
            "treatment": forms.treatment_form,
            "stop": forms.stop_form,
            "dose": forms.dose_form,
            "event": forms.event_form,
            "lab": forms.lab_form,
        }[what]
        panel = make(there)  # type: ignore[operator]
        panel.recorded.connect(self._record_entries)
        panel.retired.connect(self._retire)
        self._show_panel(panel)

    def _show_panel(self, panel: EntryPanel | HistoryPanel) -> None:
        before = QApplication.focusWidget()
        self._dismiss_panel()
        self._focus_before = before
        self.panel = panel
        panel.dismissed.connect(self._dismiss_panel)
        for card in self._cards:
            card.hide()
        self._side.insertWidget(0, panel)
        panel.show()
        self._side_scroll.verticalScrollBar().setValue(0)
        first = next(iter(panel.fields.values())) if isinstance(panel, EntryPanel) else None
        (first or panel.findChildren(KeyButton)[-1]).setFocus(Qt.FocusReason.TabFocusReason)

    def _dismiss_panel(self) -> None:
        panel, self.panel = self.panel, None
        if panel is None:
            return
        self._side.removeWidget(panel)
        panel.hide()
        panel.deleteLater()
        for card in self._cards:
            card.setVisible(card is not self.photo or self.lesion is not None)
        before, self._focus_before = self._focus_before, None
        if self._is_entered:
            if before is not None and before.isVisible():
                before.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.treatments.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _record_entries(self, entries: tuple[Entry, ...], text: str) -> None:
        panel = self.panel
        try:
            patient_commands.record(self._session, entries, text)
        except WoundtrackError as problem:
            if isinstance(panel, EntryPanel):
                panel.tell(problem)
            return
        self._dismiss_panel()
        self._session.said.emit(self.tr("Recorded: {what}.").format(what=text))

    def _retire(self, entry: Entry, reason: str) -> None:
        panel = self.panel
        try:
            patient_commands.retire(
                self._session, entry, self.tr("Taking an entry out"), reason=reason
            )
        except WoundtrackError as problem:
            if isinstance(panel, EntryPanel):
                panel.tell(problem)
            return
        self._dismiss_panel()
        self._session.said.emit(self.tr("Taken out; its history stays. Ctrl Z brings it back."))

    def _questions_of(self, entry: Entry) -> Sequence[str]:
        if self._record is None:
            return ()
        return [messages.question_of(one) for one in workflow.questions(entry, self._record)]

    def _history_of(self, entry: Entry) -> Sequence[Told]:
        library, draft = self._session.library, self.draft
        if library is None or draft is None:
            return ()
        labels = {one.id: one.label for one in draft.lesions}
        revisions = library.entry_revisions(type(entry), entry.entry_id)
        return told_history(revisions, _today(), labels)

    def _show_history(self) -> None:
        lesion, draft = self.lesion, self.draft
        if lesion is None or draft is None or draft.visit is None or self._record is None:
            return
        finding = self._record.finding_of(lesion.id, draft.visit.id)
        if isinstance(finding, Finding):
            title = self.tr("{lesion}, {day}: who recorded what").format(
                lesion=lesion.label, day=words.day(draft.day)
            )
            self._show_panel(HistoryPanel(title, self._history_of(finding)))

    # --- lesions ---------------------------------------------------------------------------------

    def _choose_lesion(self, lesion_id: str) -> None:
        self._lesion_id = lesion_id
        self._session.set_lesion(lesion_id)
        self._show()

    def _step_lesion(self, step: int) -> None:
        draft, lesion = self.draft, self.lesion
        if draft is None or lesion is None:
            return
        order = lesion_order(draft)
        self._choose_lesion(order[(order.index(lesion.id) + step) % len(order)])
        first = next(iter(draft.open_questions(order[0])), None)
        rows = list(self.lesions.rows())
        open_ones = {one.field for one in draft.open_questions(self._lesion_id or "")}
        wanted = next((row for row in rows if row.key.field in open_ones), None)
        row = wanted or (rows[0] if rows and first is None else rows[0] if rows else None)
        if row is not None and row.isEnabled():
            self._focus(row.control)
        elif self._lesion_id in self.lesions.tabs.buttons:
            self.lesions.tabs.buttons[self._lesion_id].setFocus(Qt.FocusReason.TabFocusReason)

    def _go_to_debrided(self, lesion_id: str) -> None:
        self._choose_lesion(lesion_id)
        self._focus(self.lesions.rows_of["debrided"].control)

    # --- where the keyboard goes -----------------------------------------------------------------

    def _row_of(self, key: Key) -> AnswerRow | None:
        rows = (*self.whole.rows(), *self.lesions.rows())
        return next((row for row in rows if row.key == key), None)

    def _row_with(self, control: QWidget) -> AnswerRow | None:
        rows = (*self.whole.rows(), *self.lesions.rows())
        return next((row for row in rows if row.control is control), None)

    def _open_keys(self) -> list[Key]:
        """Return all that has no answer yet and needs one, in the order of the form."""
        draft = self.draft
        if draft is None:
            return []
        keys = [row.key for row in self.whole.rows() if draft.answer(row.key) is None]
        for lesion_id in lesion_order(draft):
            if lesion_id not in draft.look_only:
                keys += [of_lesion(lesion_id, one.field) for one in draft.open_questions(lesion_id)]
        return keys

    def _focus_first(self) -> None:
        """Give the keyboard to the first question without an answer."""
        if not self._is_entered or self.draft is None:
            return
        if not self._session.can_write:
            self._form.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        keys = self._open_keys()
        if keys:
            self._go_to(keys[0])
        else:
            self.chooser.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self, control: QWidget) -> None:
        """Go on to the next question without an answer; after the last, to the main button."""
        draft, row = self.draft, self._row_with(control)
        if draft is None:
            return
        if row is not None and row.question and isinstance(control, NumberField):
            buttons = row.question_buttons
            if control.refusal or not buttons:
                return
            buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
            return
        order = self._all_keys()
        key = row.key if row is not None else None
        if key is None:  # among the blood results
            last = [one.key for one in self.whole.rows()][-1]
            at = order.index(last) + 1
        else:
            at = order.index(key) + 1 if key in order else 0
        after = set(order[at:])
        following = next((one for one in self._open_keys() if one in after), None)
        if following is not None:
            self._go_to(following)
        else:
            self.save_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _all_keys(self) -> list[Key]:
        draft = self.draft
        if draft is None:
            return []
        keys = [row.key for row in self.whole.rows()]
        for lesion_id in lesion_order(draft):
            keys += [of_lesion(lesion_id, one.field) for one in draft.asked_of(lesion_id)]
        return keys

    def _go_to(self, key: Key) -> None:
        lesion_id = key.subject.partition("/")[2] if key.subject.startswith("finding/") else None
        if lesion_id is not None and lesion_id != self._lesion_id:
            self._choose_lesion(lesion_id)
        row = self._row_of(key)
        if row is not None:
            self._focus(row.control)

    def _step_row(self, control: QWidget, step: int) -> None:
        controls = [row.control for row in (*self.whole.rows(), *self.lesions.rows())]
        if control in controls:
            at = controls.index(control) + step
            if 0 <= at < len(controls):
                self._focus(controls[at])

    def _focus(self, control: QWidget) -> None:
        control.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(control, NumberField):
            control.selectAll()
        self._form.ensureWidgetVisible(control, 0, 64)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.panel is not None:
            self._dismiss_panel()
            event.accept()
            return
        super().keyPressEvent(event)

    # --- dressings -------------------------------------------------------------------------------

    def _dressings(self) -> tuple[str, ...]:
        """Return the dressings to offer: the patient's, then those entered here lately."""
        record, choices = self._record, self._session.choices
        own = [] if record is None else [one.dressing for one in reversed(record.findings)]
        stored = None if choices is None else choices.choice(_DRESSINGS)
        lately = [] if not stored else stored.split("\n")
        return tuple(dict.fromkeys(one for one in (*own, *lately) if one))[:_DRESSINGS_KEPT]

    def _keep_dressings(self, draft: VisitDraft) -> None:
        entered = [
            str(answer)
            for key, answer in draft.changed.items()
            if key.field == "dressing"
            and isinstance(answer, str)
            and not isinstance(answer, Missing)
        ]
        if entered and self._session.choices is not None:
            kept = tuple(dict.fromkeys((*entered, *self._dressings())))[:_DRESSINGS_KEPT]
            self._session.choices.keep_choice(_DRESSINGS, "\n".join(kept))


class _UnsavedBar(Panel):
    """Says that answers are not saved yet, and asks why where recorded ones are changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bar", parent)
        self._said = Label("", "label", "2")
        self._why = Label(self.tr("Recorded answers are changed. Why?"), "label", "2")
        self.why = QLineEdit()
        self.why.setAccessibleName(self.tr("Why recorded answers are changed"))
        self.why.setPlaceholderText(self.tr("in a few words, if you like"))
        self.why.setFixedSize(260, 28)
        self._why.setBuddy(self.why)
        self.throw_away = KeyButton(self.tr("Throw them away"), kind="quiet", size="small")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 3, 16, 3)
        row.setSpacing(8)
        row.addWidget(self._said)
        row.addStretch(1)
        row.addWidget(self._why)
        row.addWidget(self.why)
        row.addWidget(self.throw_away)
        self.setFixedHeight(36)
        self.hide()

    @property
    def said(self) -> str:
        """What it says."""
        return self._said.text()

    @property
    def reason(self) -> str:
        """Why recorded answers are changed, in the person's words; may be empty."""
        return self.why.text().strip() if self.why.isVisibleTo(self) else ""

    def clear_reason(self) -> None:
        """Forget the reason."""
        self.why.clear()

    def show_draft(self, draft: VisitDraft | None, kept: KeptDraft | None) -> None:
        """Say how much of a draft isn't saved; ``kept`` is what was found of an earlier time."""
        is_shown = draft is not None and draft.is_changed
        self.setVisible(is_shown)
        if draft is None or not is_shown:
            return
        count = len(draft.changed)
        said = words.counted(
            count,
            self.tr("1 answer is not saved yet. It is kept on this computer until you save it."),
            self.tr("{n} answers are not saved yet. They are kept here until you save them."),
        )
        if kept is not None:
            when = words.moment(kept.kept_at, _today())
            said += " " + self.tr("Last: {who}, {when}.").format(who=kept.kept_by, when=when)
        self._said.setText(said)
        for widget in (self._why, self.why):
            widget.setVisible(draft.corrects)


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)
    return area


def _today() -> date:
    return date.today()  # noqa: DTZ011  the person's own day


def _analyte(key: Key) -> Analyte:
    return next(one for one in Analyte if of_lab(one).subject == key.subject)


def _decimals(value: float) -> int:
    return next(n for n in range(4) if n == 3 or round(value, n) == round(value, 3))


def _told_copied(draft: VisitDraft) -> str | None:
    """Return, for the trail, how many answers are the last visit's; in every language the same."""
    return f"{len(draft.copied)} answers as at the last visit" if draft.copied else None
