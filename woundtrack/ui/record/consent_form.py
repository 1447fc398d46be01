"""What a patient agreed to, each purpose for itself: yes, no or not asked, by whom and when.

Hides that a withdrawal is a day on a yes, and what each purpose lets out.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack.model import Consent, PartialDate, Precision, Purpose
from woundtrack.ui.components import KeyButton, Label, rule
from woundtrack.ui.record.choice_bar import ChoiceBar
from woundtrack.ui.record.partial_date_field import PartialDateField
from woundtrack.ui.record.patient_draft import Part
from woundtrack.ui.record.patient_form import LABEL_WIDTH, Section
from woundtrack.ui.record.patient_words import word_of

if TYPE_CHECKING:
    from woundtrack.ui.record.patient_draft import PatientDraft


class ConsentSection(Section):
    """Five purposes; none follows from another."""

    def __init__(self) -> None:
        super().__init__("")
        self.title = self.tr("Consent")
        self.setAccessibleName(self.title)
        self.heading(
            self.title, self.tr("Each purpose is asked for itself, and can be withdrawn any day.")
        )
        self.purposes = {purpose: _PurposeRow(self, purpose) for purpose in Purpose}
        for row in self.purposes.values():
            self.rows.addWidget(row)
            self.watch(row.show_draft)
            self._refusals.append(row.refusal)
        self.rows.addStretch(1)

    def parts(self) -> tuple[Part, ...]:
        return tuple(Part(Consent, purpose.value) for purpose in Purpose)

    def means(self, purpose: Purpose) -> str:
        """Return what a yes to a purpose lets out."""
        return {
            Purpose.RECORD: self.tr("Photographs in the record; an identified export."),
            Purpose.MDT: self.tr("Shown at the MDT, and printed for it."),
            Purpose.RESEARCH: self.tr("In pseudonymised exports."),
            Purpose.TEACHING: self.tr("Pictures shown to learners. Without a yes: never."),
            Purpose.PUBLICATION: self.tr("Pictures in print. Without a yes: never."),
        }[purpose]


class _PurposeRow(QWidget):
    """One purpose."""

    def __init__(self, section: ConsentSection, purpose: Purpose) -> None:
        super().__init__()
        self._section, self._part = section, Part(Consent, purpose.value)
        said = word_of(purpose)
        self.answer = ChoiceBar(
            [(True, self.tr("Agreed")), (False, self.tr("Refused"))],
            name=self.tr("Consent to {purpose}").format(purpose=said),
        )
        self.answer.answered.connect(self._answer)
        self.state = Label("", "label", "2")
        self.given_by = QLineEdit()
        self.given_by.setAccessibleName(self.tr("{purpose}: answered by").format(purpose=said))
        self.given_by.setPlaceholderText(self.tr("answered by"))
        self.given_by.textEdited.connect(lambda text: self._tell("given_by", text.strip()))
        self.on = PartialDateField(name=self.tr("{purpose}: asked on").format(purpose=said))
        self.on.setFixedWidth(124)
        self.on.edited.connect(self._date)
        self.version = QLineEdit()
        self.version.setFixedWidth(104)
        self.version.setAccessibleName(
            self.tr("{purpose}: version of the form").format(purpose=said)
        )
        self.version.setPlaceholderText(self.tr("form version"))
        self.version.textEdited.connect(lambda text: self._tell("form_version", text.strip()))
        self.capacity = QLineEdit()
        self.capacity.setAccessibleName(self.tr("{purpose}: note on capacity").format(purpose=said))
        self.capacity.setPlaceholderText(self.tr("note on capacity"))
        self.capacity.textEdited.connect(lambda text: self._tell("capacity_note", text.strip()))
        self.off = PartialDateField(name=self.tr("{purpose}: withdrawn on").format(purpose=said))
        self.off.setFixedWidth(124)
        self.off.edited.connect(self._withdrawal_date)
        self.withdraw = KeyButton(self.tr("Withdraw"))
        self.withdraw.clicked.connect(self._withdraw)
        self._build(said, section.means(purpose))

    def _build(self, said: str, means: str) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Label(said, "body_strong"))
        names.addWidget(Label(means, "caption", "2", wraps=True))
        names.addStretch(1)
        holder = QWidget()
        holder.setLayout(names)
        names.setContentsMargins(0, 0, 8, 0)
        holder.setFixedWidth(LABEL_WIDTH)
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self.answer)
        first.addWidget(self.state)
        first.addWidget(self.off)
        first.addStretch(1)
        first.addWidget(self.withdraw)
        self._facts = QWidget()
        second = QHBoxLayout(self._facts)
        second.setContentsMargins(0, 0, 0, 0)
        second.setSpacing(8)
        second.addWidget(self.given_by, 1)
        second.addWidget(self.on)
        second.addWidget(self.version)
        second.addWidget(self.capacity, 1)
        down = QVBoxLayout()
        down.setSpacing(6)
        down.addLayout(first)
        down.addWidget(self._facts)
        across = QHBoxLayout()
        across.setContentsMargins(0, 8, 0, 8)
        across.setSpacing(12)
        across.addWidget(holder)
        across.addLayout(down, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rule())
        layout.addLayout(across)

    def show_draft(self, draft: PatientDraft) -> None:
        """Show what was answered."""
        is_given = draft.value(self._part, "is_given")
        given_on = draft.value(self._part, "given_on")
        withdrawn_on = draft.value(self._part, "withdrawn_on")
        self.answer.show_answer(is_given, None, is_copied=False)
        self._facts.setVisible(is_given is not None)
        for line, field in (
            (self.given_by, "given_by"),
            (self.version, "form_version"),
            (self.capacity, "capacity_note"),
        ):
            value = draft.value(self._part, field) or ""
            if line.text().strip() != value:
                line.setText(str(value))
        is_wrong = self.refusal() is not None
        for dated, day in ((self.on, given_on), (self.off, withdrawn_on)):
            if self._section.is_new or not (dated.line.hasFocus() or is_wrong):
                dated.set_value(None if day is None else PartialDate.of(day))
        self.off.setVisible(withdrawn_on is not None)
        self.withdraw.setVisible(is_given is True)
        self.withdraw.setText(
            self.tr("Withdraw") if withdrawn_on is None else self.tr("Not withdrawn")
        )
        self.withdraw.updateGeometry()
        purpose = word_of(Purpose(self._part.key))
        self.withdraw.setAccessibleName(f"{purpose}: {self.withdraw.text()}")
        self.state.setText(self._state(is_given, withdrawn_on))
        self.state.set_tone("doubt" if withdrawn_on is not None else "2")

    def _state(self, is_given: object, withdrawn_on: date | None) -> str:
        if is_given is None:
            return self.tr("Not asked")
        if withdrawn_on is not None:
            return self.tr("Withdrawn on")
        return ""

    def refusal(self) -> tuple[QWidget, str] | None:
        """Return why the day can't be recorded; None where it can."""
        for field in (self.on, self.off):
            if field.isHidden() or self._facts.isHidden() or not field.line.text().strip():
                continue
            value = field.value
            if value is None or value.precision is not Precision.DAY:
                said = self.tr(
                    "{purpose}: the day of an answer is a whole date, such as 11 Jun 2026."
                )
                return field.line, said.format(purpose=word_of(Purpose(self._part.key)))
        return None

    def _answer(self, answer: object) -> None:
        draft = self._section.draft
        if draft is None:
            return
        # Another answer is of another day: today's, unless somebody says which.
        if answer is not None and answer != draft.value(self._part, "is_given"):
            draft.set(self._part, "given_on", date.today())  # noqa: DTZ011  the person's own day
        if answer is not True:
            draft.set(self._part, "withdrawn_on", None)
        draft.set(self._part, "is_given", answer)
        self._section.changed.emit()

    def _date(self) -> None:
        value = self.on.value
        if value is not None and value.precision is Precision.DAY:
            self._tell("given_on", value.earliest)

    def _withdrawal_date(self) -> None:
        value = self.off.value
        if value is not None and value.precision is Precision.DAY:
            self._tell("withdrawn_on", value.earliest)

    def _withdraw(self) -> None:
        draft = self._section.draft
        if draft is None:
            return
        is_withdrawn = draft.value(self._part, "withdrawn_on") is not None
        today = date.today()  # noqa: DTZ011  the person's own day
        self._tell("withdrawn_on", None if is_withdrawn else today)

    def _tell(self, field: str, value: object) -> None:
        self._section.tell(self._part, field, value)
