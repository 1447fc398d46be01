"""The record room: what is asked at a visit, last visit's answers beside, saved in one go.

Hides which visit is in the form, what of it is not saved yet, and what saving records.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Missing, PainScale, now
from woundtrack.ui.components import KeyButton, Label, Message, Panel, words
from woundtrack.ui.record import patient_commands
from woundtrack.ui.record.answer_words import word_of
from woundtrack.ui.record.closed_lesions import closed_lesions
from woundtrack.ui.record.draft_keeper import DraftKeeper
from woundtrack.ui.record.lesion_card import first_lesion, lesion_order
from woundtrack.ui.record.side_column import SideColumn
from woundtrack.ui.record.thrown_away import ThrownAway
from woundtrack.ui.record.visit_chooser import OfferedVisit, VisitChooser
from woundtrack.ui.record.visit_draft import Answer, Key, VisitDraft, read_visit
from woundtrack.ui.record.visit_form import VisitForm, today
from woundtrack.ui.window.patient_header import PatientHeader
from woundtrack.ui.window.patients_panel import PatientsPanel

if TYPE_CHECKING:
    from woundtrack.model import ClinicalRecord, Lesion, Patient, Visit
    from woundtrack.records import KeptDraft
    from woundtrack.ui.session import Session

_DRESSINGS: Final = "record/dressings"
_DRESSINGS_KEPT: Final = 12
_READ_ANEW: Final = frozenset({"record", "assessments", "patients", "photographs", "proposals"})


class RecordPage(QWidget):
    """The form of one visit, and what stands beside it.

    Attributes
    ----------
    draft
        The answers in the form; None where there is no patient.
    chooser, form, side, unsaved
        The room's parts.
    """

    page_id = "record"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.draft: VisitDraft | None = None
        self._visits: tuple[Visit, ...] = ()
        self._day: date | None = None
        self._lesion_id: str | None = None
        self._reopened: set[str] = set()
        self._is_entered = False
        self._is_stale = True
        self._is_saving = False
        self._keeper = DraftKeeper(session, self)
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
        self.unsaved = UnsavedBar()
        self.form = VisitForm(self._session)
        self.side = SideColumn(self._session)
        content = QWidget()
        across = QHBoxLayout(content)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.form, 1000)  # up to its widest, then the cards beside it grow
        across.addWidget(self.side, 1)
        across.addStretch(0)
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
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.unsaved)

    def _bind(self) -> None:
        for action_id, do in (
            ("record.same_as_last", self.copy_last),
            ("record.save", self.save),
            ("record.next_lesion", lambda: self._step_lesion(1)),
            ("record.previous_lesion", lambda: self._step_lesion(-1)),
            ("record.reason", self._open_reasons),
            ("record.score", self.side.score.open),
            ("record.another_day", self.chooser.ask_day),
            ("record.add_treatment", lambda: self.side.open_form("treatment")),
            ("record.add_event", lambda: self.side.open_form("event")),
            ("record.add_lab", lambda: self.side.open_form("lab")),
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
        self.form.answered.connect(self._take)
        self.form.lesion_wanted.connect(self._choose_lesion)
        self.form.finished.connect(self._focus_main)
        self.form.whole.scale_chosen.connect(self._take_scale)
        self.form.lesions.reopened.connect(self._reopen)
        self.form.lesions.history_asked.connect(self.side.show_history)
        self.form.whole.history_asked.connect(self.side.show_visit_history)
        self.side.debrided_chosen.connect(self._go_to_debrided)
        self.unsaved.throw_away.clicked.connect(self.throw_away)

    # --- coming and going ------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Be shown; ``lesion_id``, ``visit_id`` and ``day`` in the context come into view."""
        self._is_entered = True
        lesion_id, visit_id = context.get("lesion_id"), context.get("visit_id")
        if isinstance(lesion_id, str):
            self._session.set_lesion(lesion_id)
        day, library = context.get("day"), self._session.library
        if isinstance(visit_id, str) and library is not None:
            self._session.set_visit(visit_id)
            day = library.visit(visit_id).visited_on
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
        self.side.photo.stop()

    def _follow_patient(self, _: object = None) -> None:
        self._keeper.flush()
        self._day, self._lesion_id = None, None
        self._reopened.clear()
        self.side.dismiss()
        self._follow()
        walks = isinstance(QApplication.focusWidget(), QAbstractItemView)
        if self._is_entered and not (walks and not QApplication.mouseButtons()):
            # The list of the patients takes the keyboard once it has told whom it chose.
            QTimer.singleShot(0, self, self._focus_first_of_patient)

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
        if not self._is_entered:
            self._day, self._is_stale = None, True  # settled when the room is entered
            return
        day = next((one.visited_on for one in self._visits if one.id == visit_id), None)
        if day is not None and day != self._day:
            self._keeper.flush()
            self._day = day
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
        self.side.dismiss()
        self._day = day
        self._reopened.clear()
        visit = next((one for one in self._visits if one.visited_on == day), None)
        self._session.set_visit(None if visit is None else visit.id)
        self._read()
        self._focus_first()

    def _usual_day(self, record: ClinicalRecord) -> date:
        """Return the day to begin with.

        That of an earlier visit in view; else of answers that aren't saved, of photographs of which
        nothing is recorded yet, or today. The latest visit is in view wherever nobody chose one.
        """
        visit_id = self._session.visit_id
        seen = next((one.visited_on for one in self._visits if one.id == visit_id), None)
        if seen is not None and seen < max(one.visited_on for one in self._visits):
            return seen
        drafts = self._keeper.days(record.patient.id)
        if drafts:
            return max(drafts)
        if not self._visits:
            return today()
        latest = max(self._visits, key=lambda one: one.visited_on)
        told = {one.visit_id for one in record.findings}
        told |= {one.visit_id for one in record.visit_details}
        is_over = not self._session.can_write or _last_day(record) < today()
        return latest.visited_on if is_over or latest.id not in told else today()

    # --- reading and showing ---------------------------------------------------------------------

    def _read(self) -> None:
        """Read the patient's record anew; answers that aren't saved are taken up again."""
        self._is_stale = False
        library, patient = self._session.library, self._session.patient
        if library is None or patient is None:
            self.draft, self._visits = None, ()
            self._show()
            return
        record = workflow.record_of(library, patient)
        self._visits = library.visits(patient.id)
        day = self._day or self._usual_day(record)
        self._day = day
        assessments = library.assessments(patient_id=patient.id)
        closed = closed_lesions(record, assessments, self._visits, day)
        draft = read_visit(library, record, day, closed - self._reopened)
        kept = self._keeper.of(patient.id, day)
        if kept is not None and self._session.can_write:
            draft.take_up(kept.answers)
        self.draft = draft
        if self._lesion_id is None:
            self._lesion_id = self._session.lesion_id
        self.form.lesions.dressings.offer(self._dressings(record))
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
        draft, lesion = self.draft, self.lesion
        self.pages.setCurrentIndex(0 if draft is None else 1)
        for widget in (self.chooser, self.same_button, self.save_button):
            widget.setVisible(draft is not None)
        self._show_notes()
        self._switch_actions()
        self._lesion_id = None if lesion is None else lesion.id
        self.side.show_visit(draft, self._visits, lesion)
        if draft is None:
            self.unsaved.show_draft(None, None, can_write=False)
            return
        self._show_chooser(draft)
        self.form.show_draft(draft, lesion)
        kept = self._keeper.of(draft.patient.id, draft.day)
        self.unsaved.show_draft(draft, kept, can_write=self._session.can_write)

    def _show_answers(self) -> None:
        """Show the form anew after an answer: the rest of the room is as it was."""
        if self.draft is not None:
            self.form.show_draft(self.draft, self.lesion)
            self.unsaved.show_draft(self.draft, None, can_write=True)
            self._switch_actions()

    def _show_chooser(self, draft: VisitDraft) -> None:
        details = {one.visit_id: one for one in draft.record.visit_details}
        unsaved = self._keeper.days(draft.patient.id)
        latest, can_write = _last_day(draft.record), self._session.can_write
        offered = {}
        for visit in self._visits:
            detail = details.get(visit.id)
            setting = "" if detail is None or detail.setting is None else word_of(detail.setting)
            day = visit.visited_on
            offered[day] = OfferedVisit(
                day=day, setting=setting, is_unsaved=day in unsaved, is_today=day == today()
            )
        more = {draft.day, *unsaved} | ({latest} if latest == today() and can_write else set())
        for day in more - set(offered):
            offered[day] = OfferedVisit(
                day=day, is_new=True, is_unsaved=day in unsaved, is_today=day == today()
            )
        days = sorted(offered, reverse=True)
        self.chooser.show_visits(
            [offered[day] for day in days], draft.day, can_add=can_write, latest=latest
        )

    def _show_notes(self) -> None:
        while (item := self._notes.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._show_others()
        if self.draft is None:
            return
        why, death = self._session.why_read_only, self.draft.record.death
        if why is not None:
            title = self.tr("To be looked at only.")
            self._notes.addWidget(Message("info", title, why, is_banner=True))
        if death is not None:
            title = self.tr("Died on {day}.").format(day=words.partial_day(death.on))
            text = self.tr("Visits up to that day can still be completed.")
            self._notes.addWidget(Message("info", title, text, is_banner=True))

    def _show_others(self) -> None:
        """Lead to the answers of other patients that aren't saved, which the rail counts."""
        patient = self._session.patient
        others = self._keeper.of_others(None if patient is None else patient.id)
        if not others or not self._session.can_write:
            return
        (other, day), *more = others
        title = self.tr("{code} has answers of {day} that are not saved.").format(
            code=other.code, day=words.day_short(day)
        )
        text = ""
        if more:
            text = words.counted(
                len(more),
                self.tr("So has 1 visit of another patient."),
                self.tr("So have {n} visits of other patients."),
            )
        opened = KeyButton(self.tr("Open"), size="small")
        opened.setAccessibleName(self.tr("Open {code}").format(code=other.code))
        opened.clicked.connect(lambda: self._open_other(other, day))
        self._notes.addWidget(Message("info", title, text, [opened], is_banner=True))

    def _open_other(self, patient: Patient, day: date) -> None:
        self._session.set_patient(patient)
        self.show_day(day)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said above the form."""
        items = [self._notes.itemAt(at) for at in range(self._notes.count())]
        widgets = [item.widget() for item in items if item is not None]
        return tuple(
            f"{one.title} {one.text}".strip() for one in widgets if isinstance(one, Message)
        )

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
        if draft is not None and self._session.can_write:
            draft.give(key, answer)
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

    def _open_reasons(self) -> None:
        if not self.form.open_reasons():
            said = self.tr("Go to a question first: F2 says why it has no answer.")
            self._session.said.emit(said)

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
        if not self.form.focus_first_open():
            self._focus_main()

    def _reopen(self, lesion_id: str) -> None:
        self._reopened.add(lesion_id)
        self._keeper.flush()
        self._read()
        self.form.focus_in_lesion()

    # --- saving ----------------------------------------------------------------------------------

    def save(self) -> None:
        """Record what was answered, all of it or nothing; undone by next revisions."""
        draft, library = self.draft, self._session.library
        if draft is None or library is None or not self._session.can_write:
            return
        if (refused := self.form.refused) is not None:
            self.form.focus_on(refused)
            self._session.said.emit(self.tr("Not saved yet: {why}").format(why=refused.refusal))
            return
        if not draft.is_changed:
            self._session.said.emit(self.tr("Everything is saved."))
            return
        if asked := self.form.ask_before_saving():
            again = self.tr("Not saved yet: {question} Save again if it is.")
            self._session.said.emit(again.format(question=asked))
            return
        by, reason = self._session.person, self.unsaved.reason
        text = self.tr("Saving the visit of {day}").format(day=words.day(draft.day))
        self._is_saving = True
        try:
            visit = draft.visit or workflow.visit_on(library, draft.patient, draft.day, by=by)
            entries = draft.entries(visit, by=by, reason=reason or None)
            patient_commands.record(self._session, entries, text, why=_told_copied(draft))
            self._keep_dressings(draft)
            self._keeper.drop(draft.patient.id, draft.day)
            if draft.visit is None:
                self._session.set_visit(visit.id)
            self._session.changed("patients")  # what waits to be saved is counted anew
        except WoundtrackError as problem:
            self._session.problem.emit(problem)
            return
        finally:
            self._is_saving = False
        self.unsaved.clear_reason()
        self._read()
        time = words.clock(now().astimezone())
        self._session.said.emit(self.tr("Saved {time}. Ctrl Z takes it back.").format(time=time))
        self.chooser.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def throw_away(self) -> None:
        """Take the answers away that aren't saved; undo brings them back."""
        draft = self.draft
        if draft is None or not draft.is_changed:
            return
        self._keeper.keep(draft)
        self._keeper.flush()
        kept = self._keeper.of(draft.patient.id, draft.day)
        if kept is not None:
            command = ThrownAway(self._session, kept, self._keeper, self._again)
            self._session.undo_stack.push(command)
        self.form.forget_refused()
        self._focus_first()

    def _again(self, kept: KeptDraft) -> None:
        if self._session.patient is not None and self._session.patient.id == kept.patient_id:
            self._day = kept.day
            self._read()

    # --- where the keyboard goes -----------------------------------------------------------------

    def _choose_lesion(self, lesion_id: str) -> None:
        self._lesion_id = lesion_id
        self._session.set_lesion(lesion_id)
        self._show()

    def _step_lesion(self, step: int) -> None:
        draft, lesion = self.draft, self.lesion
        if draft is not None and lesion is not None:
            order = lesion_order(draft)
            self._choose_lesion(order[(order.index(lesion.id) + step) % len(order)])
            self.form.focus_in_lesion()

    def _go_to_debrided(self, lesion_id: str) -> None:
        self._choose_lesion(lesion_id)
        self.form.focus_on(self.form.lesions.rows_of["debrided"].control)

    def _focus_first(self) -> None:
        """Begin at worst pain or what has no answer; of a recorded visit, at its top."""
        draft = self.draft
        if not self._is_entered or draft is None:
            return
        is_begun = bool(draft.recorded) and not draft.is_changed
        if is_begun or not self._session.can_write or not self.form.focus_first():
            self.chooser.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_first_of_patient(self) -> None:
        """Begin with the patient who was chosen, unless the keyboard is in a sheet or a menu."""
        focused = QApplication.focusWidget()
        at: QWidget | None = focused
        while at is not None and at is not self and not isinstance(at, PatientsPanel):
            at = at.parentWidget()
        if focused is None or at is not None:
            self._focus_first()

    def _focus_main(self) -> None:
        self.save_button.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.side.dismiss():
            event.accept()
            return
        super().keyPressEvent(event)

    # --- dressings -------------------------------------------------------------------------------

    def _dressings(self, record: ClinicalRecord) -> tuple[str, ...]:
        """Return the dressings to offer: the patient's, then those entered here lately."""
        choices = self._session.choices
        stored = None if choices is None else choices.choice(_DRESSINGS)
        lately = stored.split("\n") if stored else []
        own = [one.dressing for one in reversed(record.findings)]
        return tuple(dict.fromkeys(one for one in (*own, *lately) if one))[:_DRESSINGS_KEPT]

    def _keep_dressings(self, draft: VisitDraft) -> None:
        entered: Sequence[str] = [
            answer
            for key, answer in draft.changed.items()
            if key.field == "dressing"
            and isinstance(answer, str)
            and not isinstance(answer, Missing)
        ]
        if entered and self._session.choices is not None:
            kept = dict.fromkeys((*entered, *self._dressings(draft.record)))
            self._session.choices.keep_choice(_DRESSINGS, "\n".join([*kept][:_DRESSINGS_KEPT]))


class UnsavedBar(Panel):
    """Says whether answers are not saved yet, and asks why where recorded ones are changed.

    It is always there while something can be recorded: nothing moves under the hand that answers.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("foot", parent)
        self._said = Label("", "label", "2")
        self._why = Label(self.tr("Recorded answers are changed. Why?"), "label", "2")
        self.why = QLineEdit()
        self.why.setAccessibleName(self.tr("Why recorded answers are changed"))
        self.why.setPlaceholderText(self.tr("in a few words, if you like"))
        self.why.setFixedSize(260, 28)
        self._why.setBuddy(self.why)
        self.throw_away = KeyButton(self.tr("Throw them away"), kind="quiet", size="small")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 16, 2)
        row.setSpacing(8)
        row.addWidget(self._said)
        row.addStretch(1)
        row.addWidget(self._why)
        row.addWidget(self.why)
        row.addWidget(self.throw_away)
        self.setFixedHeight(36)  # the field, its margins and the line above
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

    def show_draft(
        self, draft: VisitDraft | None, kept: KeptDraft | None, *, can_write: bool
    ) -> None:
        """Say how much of a draft isn't saved; ``kept`` is what was found of an earlier time."""
        self.setVisible(draft is not None and can_write)
        if draft is None:
            return
        self.throw_away.setVisible(draft.is_changed)
        for widget in (self._why, self.why):
            widget.setVisible(draft.corrects)
        if not draft.is_changed:
            self._said.setText(
                self.tr("Everything is saved.")
                if draft.recorded
                else self.tr("Nothing is answered yet.")
            )
            return
        said = words.counted(
            len(draft.changed),
            self.tr("1 answer is not saved yet; it is kept here until you save it."),
            self.tr("{n} answers are not saved yet; they are kept here until you save them."),
        )
        if kept is not None:
            when = words.moment(kept.kept_at, today())
            said += " " + self.tr("Last: {who}, {when}.").format(who=kept.kept_by, when=when)
        self._said.setText(said)


def _last_day(record: ClinicalRecord) -> date:
    """Return the last day that a visit can be on."""
    return today() if record.death is None else min(today(), record.death.on.latest)


def _told_copied(draft: VisitDraft) -> str | None:
    """Return, for the trail, how many answers are the last visit's; in every language the same."""
    return f"{len(draft.copied)} answers as at the last visit" if draft.copied else None
