"""The column beside the form: photograph, score, treatments, events, and the forms laid over them.

Hides how an entry is recorded, corrected, taken out and told; a form takes the column's place until
it is done with. In a wide window the cards stand in two columns: the lesion's, and the patient's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget
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
_WIDEST: Final = 680
"""Of one card: a line of its text stays readable, and the photograph's picture sharp."""
_NEAR, _FAR = 8, 16  # the margin beside the form, and at the window's edge
_MARGINS: Final = _NEAR + _FAR
_GAP: Final = 16
_TWO_FROM: Final = 2 * 380 + _GAP + _MARGINS
_WIDEST_FORM: Final = 520


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
        self.setMinimumWidth(WIDTH + _MARGINS)
        self.setMaximumWidth(2 * _WIDEST + _GAP + _MARGINS)
        actions = session.actions
        self.photo = LesionPhotoCard(session)
        self.score = ScoreCard(session)
        self.treatments = TreatmentsCard(
            [actions[f"record.add_{what}"] for what in ("treatment", "event", "lab")]
        )
        self.events = EventsCard()
        self._of_patient: tuple[QWidget, ...] = (self.treatments, self.events)
        self._cards: tuple[QWidget, ...] = (self.photo, self.score, *self._of_patient)
        self._has_two = False
        self._columns = QHBoxLayout(column)
        self._columns.setSpacing(_GAP)
        self.verticalScrollBar().rangeChanged.connect(self._keep_edge)
        self._keep_edge()
        self._column, self._second = QVBoxLayout(), QVBoxLayout()
        for half in (self._column, self._second):
            half.setSpacing(16)
            half.addStretch(1)
            self._columns.addLayout(half)
        self._arrange(has_two=False)
        self.photo.opened.connect(lambda of: session.go("review", photograph_id=of))
        self.treatments.stopped.connect(lambda one: self.open_form("stop", one))
        self.treatments.dose_changed.connect(lambda one: self.open_form("dose", one))
        self.treatments.corrected.connect(lambda one: self.open_form("treatment", one))
        self.events.corrected.connect(
            lambda one: self.open_form("lab" if isinstance(one, LabResult) else "event", one)
        )
        self.events.debrided_chosen.connect(self.debrided_chosen)

    # --- width -----------------------------------------------------------------------------------

    def _keep_edge(self) -> None:
        """Let the cards end beneath the button that saves; a scroll bar stands in their margin."""
        bar = self.verticalScrollBar()
        taken = bar.sizeHint().width() if bar.maximum() > bar.minimum() else 0
        edges = (_NEAR, max(0, _FAR - taken))
        left, right = reversed(edges) if self.isRightToLeft() else edges
        self._columns.setContentsMargins(left, _FAR, right, _FAR)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH + _MARGINS, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        has_two = self.width() >= _TWO_FROM
        if has_two != self.has_two_columns:
            self._arrange(has_two=has_two)
        super().resizeEvent(event)

    @property
    def has_two_columns(self) -> bool:
        """Whether the patient's cards stand beside the lesion's, not beneath them."""
        return self._has_two

    def _arrange(self, *, has_two: bool) -> None:
        self._has_two = has_two
        for card in self._cards:
            self._column.removeWidget(card)
            self._second.removeWidget(card)
        for card in self._cards:
            half = self._second if has_two and card in self._of_patient else self._column
            half.insertWidget(half.count() - 1, card)
        if self.panel is not None:
            self._put_panel(self.panel)
        self._columns.setStretch(0, 1)
        self._columns.setStretch(1, 1 if has_two else 0)

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
        self._show_cards()
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
        self._show_cards()
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
        for half in (self._column, self._second):
            half.removeWidget(panel)
        panel.hide()
        panel.deleteLater()
        return True

    def _lay_over(self, panel: EntryPanel | HistoryPanel) -> None:
        if self.panel is None:
            self._focus_before = QApplication.focusWidget()
        self._take_away()
        self.panel = panel
        panel.dismissed.connect(self.dismiss)
        self._put_panel(panel)
        panel.show()
        self.verticalScrollBar().setValue(0)
        first = next(iter(panel.fields.values())) if isinstance(panel, EntryPanel) else None
        (first or panel.findChildren(KeyButton)[-1]).setFocus(Qt.FocusReason.TabFocusReason)

    def _put_panel(self, panel: QWidget) -> None:
        """Put a form where the patient's cards are; in one column nothing stands under it."""
        for half in (self._column, self._second):
            half.removeWidget(panel)
        panel.setMaximumWidth(_WIDEST if self._has_two else _WIDEST_FORM)
        (self._second if self._has_two else self._column).insertWidget(0, panel)
        self._show_cards()

    def _show_cards(self) -> None:
        for card in self._cards:
            is_covered = self.panel is not None and (not self._has_two or card in self._of_patient)
            has_any = card is not self.photo or self._lesion is not None
            card.setVisible(has_any and not is_covered)

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
        asked = workflow.questions(
            entry, self._draft.record, days={one.id: one.visited_on for one in self._visits}
        )
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
