"""The column beside the form: photograph, score, treatments, events, and the forms laid over them.

Hides how an entry is recorded, corrected, taken out and told; a form takes the column's place until
it is done with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import isValid

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import LabResult
from woundtrack.ui import messages
from woundtrack.ui.components import KeyButton, words
from woundtrack.ui.record import patient_commands
from woundtrack.ui.record.entry_forms import EntryForms
from woundtrack.ui.record.entry_history import Told, told_history
from woundtrack.ui.record.entry_panel import EntryPanel, HistoryPanel
from woundtrack.ui.record.lesion_photo import LesionPhotoCard
from woundtrack.ui.record.score_card import ScoreCard
from woundtrack.ui.record.side_cards import EventsCard, TreatmentsCard
from woundtrack.ui.record.visit_form import Scrolled, today
from woundtrack.ui.record.whole_patient import whole_patient_entries

if TYPE_CHECKING:
    from woundtrack.model import Entry, Event, Lesion, Treatment, Visit
    from woundtrack.ui.record.visit_draft import VisitDraft
    from woundtrack.ui.session import Session

WIDTH: Final = 336


class SideColumn(Scrolled):
    """The column.

    Attributes
    ----------
    photo, score, treatments, events
        Its cards.
    panel
        The form or the history that is laid over them, if one is.

    Signals
    -------
    debrided_chosen(str)
        The row of a lesion's debridement is wanted, by the lesion's id.
    """

    debrided_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        column = QWidget()
        super().__init__(column, parent)
        self._session = session
        self._draft: VisitDraft | None = None
        self._visits: Sequence[Visit] = ()
        self._lesion: Lesion | None = None
        self._focus_before: QWidget | None = None
        self.panel: EntryPanel | HistoryPanel | None = None
        self.setFixedWidth(WIDTH + 24)
        actions = session.actions
        self.photo = LesionPhotoCard(session)
        self.score = ScoreCard(session)
        self.treatments = TreatmentsCard(
            [actions[f"record.add_{what}"] for what in ("treatment", "event", "lab")]
        )
        self.events = EventsCard()
        self._cards = (self.photo, self.score, self.treatments, self.events)
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(8, 16, 16, 16)
        self._column.setSpacing(16)
        for card in self._cards:
            self._column.addWidget(card)
        self._column.addStretch(1)
        self.photo.opened.connect(lambda of: session.go("review", photograph_id=of))
        self.treatments.stopped.connect(lambda one: self.open_form("stop", one))
        self.treatments.dose_changed.connect(lambda one: self.open_form("dose", one))
        self.treatments.corrected.connect(lambda one: self.open_form("treatment", one))
        self.events.corrected.connect(
            lambda one: self.open_form("lab" if isinstance(one, LabResult) else "event", one)
        )
        self.events.debrided_chosen.connect(self.debrided_chosen)

    # --- what is shown ---------------------------------------------------------------------------

    def show_visit(
        self, draft: VisitDraft | None, visits: Sequence[Visit], lesion: Lesion | None
    ) -> None:
        """Show what belongs to a visit and a lesion; None: there is no patient."""
        self._draft, self._visits, self._lesion = draft, visits, lesion
        if draft is None:
            self.score.show_nothing()
            return
        self.photo.show_lesion(lesion, draft.visit)
        if self.panel is not None:
            self.photo.hide()
        visit_id = None if draft.visit is None else draft.visit.id
        self.score.show_for(draft.day, visit_id=visit_id, lesion=lesion)
        can_write = self._session.can_write
        record = draft.record
        self.treatments.show_record(record, draft.day, draft.lesions, can_write=can_write)
        self.events.show_record(record, visits, draft.day, draft.lesions, can_write=can_write)

    # --- forms -----------------------------------------------------------------------------------

    def open_form(self, what: str, there: Treatment | Event | LabResult | None = None) -> None:
        """Lay the form of a new entry, or of one that is there, over the cards.

        ``what`` is treatment, stop, dose, event or lab.
        """
        draft = self._draft
        if draft is None or not self._session.can_write:
            return
        forms = EntryForms(
            draft.record,
            draft.day,
            draft.lesions,
            by=self._session.person,
            visit_id=None if draft.visit is None else draft.visit.id,
            history=self._history_of,
            questions=self._questions_of,
        )
        make = {
            "treatment": forms.treatment_form,
            "stop": forms.stop_form,
            "dose": forms.dose_form,
            "event": forms.event_form,
            "lab": forms.lab_form,
        }[what]
        panel = make(there)  # type: ignore[operator]
        panel.recorded.connect(self._record)
        panel.retired.connect(self._retire)
        self._lay_over(panel)

    def show_history(self) -> None:
        """Tell who recorded what of the lesion at the visit."""
        draft, lesion = self._draft, self._lesion
        if draft is None or draft.visit is None or lesion is None:
            return
        finding = draft.record.finding_of(lesion.id, draft.visit.id)
        if finding is not None:
            title = self.tr("{lesion}, {day}: who recorded what").format(
                lesion=lesion.label, day=words.day(draft.day)
            )
            self._lay_over(HistoryPanel(title, self._history_of(finding)))

    def show_visit_history(self) -> None:
        """Tell who recorded what of the whole patient at the visit: where, pain, blood."""
        draft = self._draft
        if draft is None:
            return
        told = [
            replace(one, head=f"{name}: {one.head}")
            for name, entry in whole_patient_entries(draft)
            for one in self._history_of(entry)
        ]
        title = self.tr("{day}: who recorded what").format(day=words.day(draft.day))
        self._lay_over(HistoryPanel(title, told))

    def dismiss(self) -> bool:
        """Take away what is laid over the cards; return whether anything was."""
        if not self._take_away():
            return False
        for card in self._cards:
            card.setVisible(card is not self.photo or self._lesion is not None)
        before, self._focus_before = self._focus_before, None
        if self.isVisible():
            is_there = before is not None and isValid(before) and before.isVisible()
            back = before if is_there and before is not None else self.treatments.add_button
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _take_away(self) -> bool:
        panel, self.panel = self.panel, None
        if panel is None:
            return False
        self._column.removeWidget(panel)
        panel.hide()
        panel.deleteLater()
        return True

    def _lay_over(self, panel: EntryPanel | HistoryPanel) -> None:
        if self.panel is None:
            self._focus_before = QApplication.focusWidget()
        self._take_away()
        self.panel = panel
        panel.dismissed.connect(self.dismiss)
        for card in self._cards:
            card.hide()
        self._column.insertWidget(0, panel)
        panel.show()
        self.verticalScrollBar().setValue(0)
        first = next(iter(panel.fields.values())) if isinstance(panel, EntryPanel) else None
        (first or panel.findChildren(KeyButton)[-1]).setFocus(Qt.FocusReason.TabFocusReason)

    # --- recording -------------------------------------------------------------------------------

    def _record(self, entries: tuple[Entry, ...], text: str) -> None:
        try:
            patient_commands.record(self._session, entries, text)
        except WoundtrackError as problem:
            self._tell(problem)
            return
        self.dismiss()
        self._session.said.emit(self.tr("Recorded: {what}.").format(what=text))

    def _retire(self, entry: Entry, reason: str) -> None:
        text = self.tr("Taking an entry out")
        try:
            patient_commands.retire(self._session, entry, text, reason=reason)
        except WoundtrackError as problem:
            self._tell(problem)
            return
        self.dismiss()
        self._session.said.emit(self.tr("Taken out; its history stays. Ctrl Z brings it back."))

    def _tell(self, problem: WoundtrackError) -> None:
        if isinstance(self.panel, EntryPanel):
            self.panel.tell(problem)

    def _questions_of(self, entry: Entry) -> Sequence[str]:
        if self._draft is None:
            return ()
        asked = workflow.questions(entry, self._draft.record)
        return [messages.question_of(_spaced(one)) for one in asked]

    def _history_of(self, entry: Entry) -> Sequence[Told]:
        library, draft = self._session.library, self._draft
        if library is None or draft is None:
            return ()
        labels = {one.id: one.label for one in draft.lesions}
        revisions = library.entry_revisions(type(entry), entry.entry_id)
        return told_history(revisions, today(), labels)


def _spaced(question: workflow.Question) -> workflow.Question:
    """Return a question whose unit stands apart from its number."""
    values = dict(question.values)
    unit = str(values.get("unit", "")).strip()
    if unit:
        values["unit"] = f"{words.THIN}{unit}"
    return replace(question, values=tuple(values.items()))
