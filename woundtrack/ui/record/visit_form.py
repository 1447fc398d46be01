"""The form of a visit: the whole patient, then lesion after lesion, and the way through it by keys.

Hides which row a key belongs to, where Enter goes on to, and what is asked about a number.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from woundtrack import workflow
from woundtrack.model import Analyte, Entry, LabResult, Missing
from woundtrack.ui import messages
from woundtrack.ui.components import Message, words
from woundtrack.ui.record.answer_row import AnswerRow, reason_menu
from woundtrack.ui.record.answer_words import with_unit, word_of
from woundtrack.ui.record.form_keys import FormKeys
from woundtrack.ui.record.lesion_card import LesionCard, lesion_order
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.visit_draft import Answer, Key, VisitDraft, of_lab, of_lesion
from woundtrack.ui.record.whole_patient import WholePatientCard

if TYPE_CHECKING:
    from woundtrack.model import Lesion
    from woundtrack.ui.session import Session

_WIDEST: Final = 1100
_DEBRIDED: Final = "debrided"


class Scrolled(QScrollArea):
    """A column that scrolls up and down where it has no room."""

    def __init__(self, widget: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(widget)
        self.viewport().setAutoFillBackground(False)
        widget.setAutoFillBackground(False)


class VisitForm(Scrolled):
    """The questions of a visit and their answers.

    Attributes
    ----------
    whole, lesions
        Its two cards.

    Signals
    -------
    answered(Key, object)
        A person answered, took an answer away, or said why there is none.
    lesion_wanted(str)
        Another lesion is to be shown, by its id; answer with ``show_draft``.
    finished()
        Enter was pressed, and nothing below is without an answer.
    """

    answered = Signal(object, object)
    lesion_wanted = Signal(str)
    finished = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        form = QWidget()
        super().__init__(form, parent)
        self._session = session
        self._draft: VisitDraft | None = None
        self._confirmed: set[tuple[Key, Answer | None]] = set()
        self._asked: set[tuple[Key, Answer | None]] = set()
        self.whole = WholePatientCard(session)
        self.lesions = LesionCard()
        self.no_lesion = Message(
            "info",
            self.tr("No lesion recorded yet"),
            self.tr(
                "Lesions come with their photographs: import some and accept an outline. What is "
                "asked of the whole patient can be recorded all the same."
            ),
            [(self.tr("Import photographs"), lambda: session.go("import"))],
        )
        self.to_review = Message(
            "info",
            self.tr("No lesion recorded yet"),
            self.tr(
                "Photographs of this patient wait in Review: with the first outline that is "
                "accepted there, its lesion stands here. What is asked of the whole patient can be "
                "recorded all the same."
            ),
            [(self.tr("Go to Review"), lambda: session.go("review"))],
        )
        self.setMaximumWidth(_WIDEST + 24)
        column = QVBoxLayout(form)
        column.setContentsMargins(16, 16, 8, 16)
        column.setSpacing(16)
        for card in (self.whole, self.lesions, self.no_lesion, self.to_review):
            column.addWidget(card)
        column.addStretch(1)
        keys = FormKeys(lambda: session.settings.single_letter_keys, self)
        self._keys = keys
        for row in (*self.whole.all_rows(), *self.lesions.rows_of.values()):
            keys.listen_to(row.control)
        for field in self.whole.labs.fields.values():
            keys.listen_to(field)
        self.whole.answered.connect(self._take)
        self.lesions.answered.connect(self._take)
        self.whole.looked_at.connect(self._ask_about)
        self.lesions.looked_at.connect(self._ask_about)
        self.lesions.lesion_chosen.connect(self.lesion_wanted)
        keys.finished.connect(self._go_on)
        keys.stepped.connect(self._step)
        keys.explained.connect(self._explain)

    @property
    def _can_write(self) -> bool:
        return self._session.can_write

    def show_draft(self, draft: VisitDraft, lesion: Lesion | None) -> None:
        """Show the answers of a visit, of the lesions this one."""
        if self._draft is None or (draft.patient.id, draft.day) != (
            self._draft.patient.id,
            self._draft.day,
        ):
            self._confirmed.clear()
            self._asked.clear()
            self.forget_refused()
            self.verticalScrollBar().setValue(0)
        self._draft = draft
        self.whole.show_draft(draft)
        self.whole.setEnabled(self._can_write)
        self.lesions.setVisible(lesion is not None)
        library = self._session.library
        waits = (
            lesion is None and library is not None and draft.patient.id in library.waiting_counts()
        )
        self.no_lesion.setVisible(lesion is None and not waits)
        self.to_review.setVisible(waits)
        self.lesions.show_draft(draft, lesion)
        if not self._can_write:
            for row in self.lesions.rows_of.values():
                row.setEnabled(False)
        self.lesions.reopen.setEnabled(self._can_write)

    @property
    def refused(self) -> NumberField | None:
        """The first field that holds what can't be recorded; None for none."""
        fields = [row.control for row in (*self.whole.rows(), *self.lesions.rows())]
        fields += list(self.whole.labs.fields.values())
        return next((one for one in fields if isinstance(one, NumberField) and one.refusal), None)

    def forget_refused(self) -> None:
        """Take away what was typed that can't be recorded, and all that is asked."""
        for row in (*self.whole.all_rows(), *self.lesions.rows_of.values()):
            row.ask("")
            if isinstance(row.control, NumberField):
                row.control.forget()
        self.whole.labs.ask("")
        for field in self.whole.labs.fields.values():
            field.forget()

    def _take(self, key: Key, answer: Answer | None) -> None:
        row = self._row_of(key)
        is_settled = row is not None and (
            isinstance(answer, Missing) or not isinstance(row.control, NumberField)
        )
        if row is not None and row.question and is_settled:
            row.ask("")
        self.answered.emit(key, answer)
        if row is not None and key.field == _DEBRIDED:
            self._ask_whether_debrided(row)

    def _ask_whether_debrided(self, row: AnswerRow) -> str:
        """Ask about an answer that a debridement of the day contradicts; return what is asked."""
        draft = self._draft
        answer = None if draft is None else draft.answer(row.key)
        if draft is None or answer is None or (row.key, answer) in self._confirmed:
            return ""
        entry = draft.finding(row.key.subject.partition("/")[2], by=self._session.person)
        found = workflow.questions(entry, draft.record, days={entry.visit_id: draft.day})
        asked = [messages.question_of(one) for one in found if one.field == _DEBRIDED]
        sentence = asked[0] if asked else ""
        answers = ((self.tr("It is right"), lambda: self._confirm(row)),) if sentence else ()
        row.ask(sentence, answers)
        if sentence:
            self._asked.add((row.key, answer))
        return sentence

    # --- why there is no answer ------------------------------------------------------------------

    def open_reasons(self) -> bool:
        """Offer the reasons why there is no answer; False where one is at no question."""
        control = self._keys.control_of(QApplication.focusWidget())
        if control is None:
            return False
        row = self._row_with(control)
        key = self.whole.labs.key_of(control)
        if row is not None:
            row.open_reasons()
        elif key is not None and self._draft is not None:
            menu = reason_menu(self, self._draft.answer(key), lambda one: self._take(key, one))
            menu.popup(control.mapToGlobal(control.rect().bottomLeft()))
        return True

    def _explain(self, control: QWidget, missing: Missing) -> None:
        row, key = self._row_with(control), self.whole.labs.key_of(control)
        if row is not None:
            row.say_why(missing)
        elif key is not None:
            self._take(key, missing)

    # --- asking about numbers --------------------------------------------------------------------

    def _ask_about(self, key: Key) -> None:
        """Refuse what is impossible and ask about what is unusual, beside the number."""
        row = self._row_of(key)
        if row is None and not key.subject.startswith("lab/"):
            return  # it was left because another visit came into view
        field = row.control if row is not None else self.whole.labs.fields[_analyte(key)]
        if not isinstance(field, NumberField):
            return
        sentence, suggestion = field.refusal, None
        is_refused = bool(sentence)
        if not is_refused:
            sentence, suggestion = self._question(key, field)
        if sentence and self._draft is not None:
            self._asked.add((key, self._draft.answer(key)))
        field.mark(is_unusual=bool(sentence) and not is_refused)
        if row is None:
            self.whole.labs.ask(f"{word_of(_analyte(key))}: {sentence}" if sentence else "")
            return
        answers = []
        if suggestion is not None:
            shown = words.number(suggestion, _decimals(suggestion))
            use = self.tr("Use {value}").format(value=shown)
            answers.append((use, lambda: self._use(row, suggestion)))
        if sentence and not is_refused:
            answers.append((self.tr("It is right"), lambda: self._confirm(row)))
        row.ask(sentence, tuple(answers), is_refused=is_refused)

    def ask_before_saving(self) -> str:
        """Ask about the first unusual number that nobody was asked about yet; return what is asked.

        Each is asked about once: what a person saves after that is meant.
        """
        draft = self._draft
        for key in [] if draft is None else list(draft.changed):
            subject, _, of = key.subject.partition("/")
            field: QWidget | None = None
            if subject == "lab":
                field = self.whole.labs.fields[_analyte(key)]
            elif subject == "finding":
                field = self.lesions.rows_of[key.field].control
            is_open = draft is not None and (key, draft.answer(key)) not in self._asked
            if key.field == _DEBRIDED and is_open:
                self.lesion_wanted.emit(of)
                if sentence := self._ask_whether_debrided(self.lesions.rows_of[_DEBRIDED]):
                    self.focus_on(self.lesions.rows_of[_DEBRIDED].control)
                    return sentence
            if draft is None or not isinstance(field, NumberField):
                continue
            sentence, _ = self._question(key, field)
            if not sentence or (key, draft.answer(key)) in self._asked:
                continue
            shown = self.lesions.lesion
            if subject == "finding" and (shown is None or shown.id != of):
                self.lesion_wanted.emit(of)
            self._ask_about(key)
            self.focus_on(field)
            return sentence
        return ""

    def _question(self, key: Key, field: NumberField) -> tuple[str, float | None]:
        """Return what to ask about a number, and what may have been meant; nothing to ask: ""."""
        draft, by = self._draft, self._session.person
        answer = None if draft is None else draft.answer(key)
        is_number = isinstance(answer, float | int)
        if draft is None or not is_number or (key, answer) in self._confirmed:
            return "", None
        entry: Entry
        if key.subject.startswith("finding/"):
            entry = draft.finding(key.subject.partition("/")[2], by=by)
        elif key.subject.startswith("lab/"):
            entry = LabResult(
                patient_id=draft.patient.id,
                analyte=_analyte(key),
                taken_on=draft.day,
                value=float(answer),  # type: ignore[arg-type]
                unit=field.limits.unit,
            )
        else:
            return "", None
        asked = [one for one in workflow.questions(entry, draft.record) if one.field == key.field]
        if not asked:
            return "", None
        one, given = asked[0], with_unit(float(answer), field.unit)  # type: ignore[arg-type]
        if one.code == "value_jumped":
            said = self.tr("{given} is unusual (last {last}).").format(
                given=given, last=dict(one.values)["last"]
            )
            if one.suggestion is None:
                return f"{said} {self.tr('Is it right?')}", None
            meant = with_unit(one.suggestion, field.unit)
            return f"{said} {self.tr('Did you mean {value}?').format(value=meant)}", one.suggestion
        if one.code == "value_unusual":
            low, high = field.limits.soft
            said = self.tr("{given} is unusual: mostly it is {low} to {high}. Is it right?")
            return said.format(given=given, low=f"{low:g}", high=f"{high:g}"), None
        return messages.question_of(one), one.suggestion

    def _use(self, row: AnswerRow, value: float) -> None:
        self._take(row.key, value)
        row.ask("")
        self.focus_on(row.control)

    def _confirm(self, row: AnswerRow) -> None:
        if self._draft is not None:
            self._confirmed.add((row.key, self._draft.answer(row.key)))
        row.ask("")
        if isinstance(row.control, NumberField):
            row.control.mark(is_unusual=False)
        self.focus_on(row.control)

    # --- where the keyboard goes -----------------------------------------------------------------

    def focus_on(self, control: QWidget) -> None:
        """Give the keyboard to a control and bring it into view."""
        control.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(control, NumberField):
            control.selectAll()
        self.ensureWidgetVisible(control, 0, 64)

    def focus_first(self) -> bool:
        """Give the keyboard to worst pain, which is asked of everybody, to be answered by a digit.

        Where that is answered, it goes to the first question without an answer; False for none.
        """
        draft, pains = self._draft, list(self.whole.pains.values())
        row = next((row for row in self.whole.rows() if row in pains), None)
        if draft is None or row is None or draft.answer(row.key) is not None:
            return self.focus_first_open()
        self.focus_on(row.control)
        return True

    def focus_first_open(self) -> bool:
        """Give the keyboard to the first question without an answer; False where none is left."""
        keys = self._open_keys()
        if keys:
            self._go_to(keys[0])
        return bool(keys)

    def focus_in_lesion(self) -> None:
        """Give the keyboard to the first question about the lesion without an answer."""
        draft, lesion = self._draft, self.lesions.lesion
        if draft is None or lesion is None:
            return
        left = {one.field for one in draft.open_questions(lesion.id)}
        rows = list(self.lesions.rows())
        row = next((row for row in rows if row.key.field in left), rows[0])
        if row.isEnabled():
            self.focus_on(row.control)
        else:
            self.lesions.tabs.buttons[lesion.id].setFocus(Qt.FocusReason.TabFocusReason)

    def _rows(self) -> tuple[AnswerRow, ...]:
        return (*self.whole.rows(), *self.lesions.rows())

    def _row_of(self, key: Key) -> AnswerRow | None:
        return next((row for row in self._rows() if row.key == key), None)

    def _row_with(self, control: QWidget) -> AnswerRow | None:
        return next((row for row in self._rows() if row.control is control), None)

    def _all_keys(self) -> list[Key]:
        """Return all that is asked, in the order of the form."""
        draft = self._draft
        if draft is None:
            return []
        keys = [row.key for row in self.whole.rows()]
        for lesion_id in lesion_order(draft):
            keys += [of_lesion(lesion_id, one.field) for one in draft.asked_of(lesion_id)]
        return keys

    def _open_keys(self) -> list[Key]:
        """Return what needs an answer and has none, in the order of the form."""
        draft = self._draft
        if draft is None:
            return []
        whole = [row for row in self.whole.rows() if row not in self.whole.more_rows.values()]
        keys = [row.key for row in whole if draft.answer(row.key) is None]
        for lesion_id in lesion_order(draft):
            if lesion_id not in draft.look_only:
                keys += [of_lesion(lesion_id, one.field) for one in draft.open_questions(lesion_id)]
        return keys

    def _go_on(self, control: QWidget) -> None:
        """Go on to the next question without an answer."""
        row = self._row_with(control)
        if row is not None and row.question:
            is_refused = isinstance(control, NumberField) and bool(control.refusal)
            if row.question_buttons and not is_refused:
                row.question_buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
            return
        order = self._all_keys()
        # The blood results stand below the rows of the whole patient.
        last = [one.key for one in self.whole.rows()][-1] if row is None else row.key
        after = set(order[order.index(last) + 1 :]) if last in order else set()
        following = next((one for one in self._open_keys() if one in after), None)
        if following is None:
            self.finished.emit()
        else:
            self._go_to(following)

    def _go_to(self, key: Key) -> None:
        subject, _, lesion_id = key.subject.partition("/")
        shown = self.lesions.lesion
        if subject == "finding" and (shown is None or shown.id != lesion_id):
            self.lesion_wanted.emit(lesion_id)
        row = self._row_of(key)
        if row is not None:
            self.focus_on(row.control)

    def _step(self, control: QWidget, step: int) -> None:
        controls = [row.control for row in self._rows() if row.isEnabled()]
        if control in controls:
            at = controls.index(control) + step
            if 0 <= at < len(controls):
                self.focus_on(controls[at])


def today() -> date:
    """Return the person's own day."""
    return date.today()  # noqa: DTZ011


def _analyte(key: Key) -> Analyte:
    return next(one for one in Analyte if of_lab(one).subject == key.subject)


def _decimals(value: float) -> int:
    return next(n for n in range(4) if n == 3 or round(value, n) == round(value, 3))
