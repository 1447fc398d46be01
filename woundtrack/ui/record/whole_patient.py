"""The questions about the whole patient at a visit: where, pain, blood results.

Hides which scale pain is asked on and which values of the laboratory this clinic enters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QCoreApplication,
    QDate,
    QPoint,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from woundtrack.model import (
    LAB_RANGES,
    PAIN_RANGES,
    Analyte,
    DialysisRelation,
    Missing,
    PainContext,
    PainScale,
    Setting,
)
from woundtrack.ui.components import Card, KeyButton, Label, Segmented, rule, words
from woundtrack.ui.components.flow import FlowLayout
from woundtrack.ui.imports.fields import DayField
from woundtrack.ui.record.answer_row import (
    LABEL_WIDTH,
    LAST_WIDTH,
    AnswerRow,
    OfferedText,
    TextField,
)
from woundtrack.ui.record.answer_words import plain_number, word_of, yes_no
from woundtrack.ui.record.choice_bar import ChoiceBar
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.visit_draft import (
    PAIN_ASKED,
    RELATION,
    SETTING,
    TAKEN_ON,
    Key,
    VisitDraft,
    of_lab,
    of_pain,
    of_visit,
)

if TYPE_CHECKING:
    from woundtrack.model import Entry
    from woundtrack.ui.session import Session

_CHOICE: Final = "record/analytes"
_MORE: Final = ("assessor_role", "is_dressing_removed", "planned_label", "note")
"""What is asked of the visit on demand: nobody waits for it, and it takes room."""


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("WholePatientCard", text))


_WORDS: Final = {
    "assessor_role": (_("Seen by"), _("which role")),
    "is_dressing_removed": (_("Dressings removed"), ""),
    "planned_label": (_("Planned as"), _("such as W12")),
    "note": (_("Note of the visit"), ""),
}
_ROLES: Final = (
    _("Tissue viability nurse"),
    _("Renal nurse"),
    _("Dialysis nurse"),
    _("Ward nurse"),
    _("Community nurse"),
    _("Nephrologist"),
    _("Surgeon"),
    _("Research nurse"),
)
_USUAL: Final = (Analyte.PHOSPHATE, Analyte.CRP, Analyte.ALBUMIN)


class WholePatientCard(Card):
    """The card above the lesions.

    Signals
    -------
    answered(Key, object)
        A person answered one of its questions.
    scale_chosen(PainScale)
        Pain is to be asked on another scale.
    looked_at(Key)
        A number was typed to its end: now is the time to ask about it.
    history_asked()
        What was recorded of the whole patient at this visit, and when, is wanted.
    """

    history_asked = Signal()
    answered = Signal(object, object)
    scale_chosen = Signal(object)
    looked_at = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._draft: VisitDraft | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 6, 16, 8)
        self._layout.setSpacing(0)
        self.heading = Heading(self.tr("Whole patient"))
        self._layout.addWidget(self.heading)
        self.seen_at = AnswerRow(
            self.tr("Seen at"),
            ChoiceBar([(one, word_of(one)) for one in Setting], name=self.tr("Seen at")),
        )
        self.seen_at.key = SETTING
        self._layout.addWidget(self.seen_at)
        self._unfolded: set[str] = set()
        self._of: tuple[str, date] | None = None
        self.pains: dict[tuple[PainContext, PainScale], AnswerRow] = {}
        for context in PAIN_ASKED:
            for scale in PainScale:
                row = AnswerRow(word_of(context), _pain_control(context, scale))
                row.set_caption(word_of(scale))
                row.key = of_pain(context)
                self.pains[context, scale] = row
                self._layout.addWidget(row)
        self.labs = LabsRow(session)
        self._layout.addWidget(self.labs)
        self.more_rows = {name: _more_row(name) for name in _MORE}
        for row in self.more_rows.values():
            self._layout.addWidget(row)
        self.more = KeyButton(self.tr("More about the visit…"), kind="quiet", size="small")
        self.more.setToolTip(
            self.tr("Who saw the patient, whether dressings were removed, and a note of the visit")
        )
        self.more.clicked.connect(self.unfold)
        # Below what it unfolds: the heading has no room for it beside the list of patients.
        below = QHBoxLayout()
        below.setContentsMargins(0, 4, 0, 0)
        below.addWidget(self.more)
        below.addStretch(1)
        self._layout.addLayout(below)
        for row in (self.seen_at, *self.pains.values(), *self.more_rows.values()):
            row.answered.connect(self.answered)
        for row in self.pains.values():
            if isinstance(row.control, NumberField):
                row.control.looked_at.connect(lambda key=row.key: self.looked_at.emit(key))
        self.labs.answered.connect(self.answered)
        self.labs.looked_at.connect(self.looked_at)
        self.scale = Segmented(
            [
                (PainScale.NRS11, word_of(PainScale.NRS11)),
                (PainScale.VAS100, word_of(PainScale.VAS100)),
            ],
            name=self.tr("Scale of pain"),
        )
        self.scale.setToolTip(
            self.tr(
                "NRS, numeric rating scale: the patient says a whole number from 0 to 10. "
                "VAS, visual analogue scale: the patient marks a line of 100 mm."
            )
        )
        self.scale.chosen.connect(self.scale_chosen)
        self.history = KeyButton(self.tr("History…"), kind="quiet", size="small")
        self.history.setAccessibleName(self.tr("History of what is asked of the whole patient"))
        self.history.setToolTip(
            self.tr("Who recorded pain, blood and place of this visit, and when")
        )
        self.history.clicked.connect(self.history_asked)
        self.heading.add(self.history)
        self.heading.add(self.scale)

    def unfold(self) -> None:
        """Ask what is asked of few visits, too, and give the keyboard to the first of it."""
        first = next((name for name in _MORE if name not in self._unfolded), _MORE[0])
        self._unfolded = set(_MORE)
        if self._draft is not None:
            self.show_draft(self._draft)
        self.more_rows[first].control.setFocus(Qt.FocusReason.TabFocusReason)

    def all_rows(self) -> tuple[AnswerRow, ...]:
        """Return the rows that take one answer each, those of the other scale included."""
        return (self.seen_at, *self.pains.values(), *self.more_rows.values())

    def rows(self) -> Iterator[AnswerRow]:
        """Yield the rows that are shown and take one answer each, from the top."""
        yield self.seen_at
        scale = PainScale.NRS11 if self._draft is None else self._draft.scale
        for (_, of), row in self.pains.items():
            if of is scale:
                yield row
        for name, row in self.more_rows.items():
            if name in self._unfolded:
                yield row

    def show_draft(self, draft: VisitDraft) -> None:
        """Show the answers of a visit."""
        self._draft = draft
        if self._of != (draft.patient.id, draft.day):
            self._of = (draft.patient.id, draft.day)
            self._unfolded = set()
        # What has an answer is shown; a row stays where its answer is taken away under the hand.
        self._unfolded |= {one for one in _MORE if draft.answer(of_visit(one)) is not None}
        for name, row in self.more_rows.items():
            row.setVisible(name in self._unfolded)
        self.more.setVisible(self._unfolded != set(_MORE))
        self._offer_roles(draft)
        self.history.setVisible(bool(whole_patient_entries(draft)))
        self.scale.set_value(draft.scale)
        has_pain = any(of_pain(one) in draft.recorded for one in PainContext)
        self.scale.setEnabled(not has_pain)
        self.scale.setToolTip(
            self.tr("Pain of this visit is recorded on this scale already.") if has_pain else ""
        )
        days = [draft.last_days[one.key.subject] for one in self.rows() if one.key in draft.last]
        self.heading.show_days(max(days) if days else None, draft.day)
        for (_, scale), row in self.pains.items():
            row.setVisible(scale is draft.scale)
        for row in self.rows():
            last = draft.last.get(row.key)
            said = None
            if row in self.pains.values() and isinstance(last, float | int):
                of = PAIN_RANGES[draft.scale].hard[1]
                said = self.tr("{value} of {most}").format(
                    value=plain_number(last), most=plain_number(of)
                )
                on = draft.last_days[row.key.subject]
                if days and on != max(days):
                    said = f"{said}, {words.day_short(on)}"
            row.show_answer(
                draft.answer(row.key), last, is_copied=row.key in draft.copied, last_words=said
            )
        self.labs.show_draft(draft)

    def _offer_roles(self, draft: VisitDraft) -> None:
        """Offer the roles of those who saw the patient before, the latest first, and usual ones."""
        known = [one.assessor_role for one in reversed(draft.record.visit_details)]
        usual = [QCoreApplication.translate("WholePatientCard", one) for one in _ROLES]
        control = self.more_rows["assessor_role"].control
        if isinstance(control, OfferedText):
            control.offer(tuple(dict.fromkeys(one for one in (*known, *usual) if one)))


def _more_row(name: str) -> AnswerRow:
    title, caption = visit_words(name)
    control: QWidget
    if name == "assessor_role":
        control = OfferedText(name=title)
    elif name == "is_dressing_removed":
        control = ChoiceBar([(True, yes_no(True)), (False, yes_no(False))], name=title)
    else:
        control = TextField(name=title)
    row = AnswerRow(title, control, caption=caption)
    row.key = of_visit(name)
    row.hide()
    return row


def visit_words(name: str) -> tuple[str, str]:
    """Return what a question about the visit is called, and the word beneath it."""
    title, caption = _WORDS[name]
    return (
        QCoreApplication.translate("WholePatientCard", title),
        QCoreApplication.translate("WholePatientCard", caption) if caption else "",
    )


def whole_patient_entries(draft: VisitDraft) -> list[tuple[str, Entry]]:
    """Return what is recorded of the whole patient at a visit, each with what it is called."""
    record, visit = draft.record, draft.visit
    found: list[tuple[str, Entry]] = []
    if visit is not None:
        title = QCoreApplication.translate("WholePatientCard", "The visit")
        found += [(title, one) for one in record.visit_details if one.visit_id == visit.id]
    found += [
        (word_of(one.context), one)
        for one in record.pains
        if one.on == draft.day and one.lesion_id is None
    ]
    found += [
        (word_of(one.analyte), one)
        for one in record.labs
        if visit is not None and one.visit_id == visit.id
    ]
    return found


def _pain_control(context: PainContext, scale: PainScale) -> QWidget:
    if scale is PainScale.NRS11:
        values = [(float(value), str(value)) for value in range(11)]
        return ChoiceBar(values, name=word_of(context), by_value=True)
    return NumberField(PAIN_RANGES[scale], name=word_of(context))


class Heading(QWidget):
    """The line over the rows: what they are about, last visit, today."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(36)
        self._title = Label(title, "section")
        self._title.setFixedWidth(LABEL_WIDTH)
        self._last = Label("", "label", "2")
        self._last.setFixedWidth(LAST_WIDTH)
        self._today = Label(self.tr("Today"), "label_strong")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self._title)
        self._row.addWidget(self._last)
        self._row.addWidget(self._today)
        self._row.addStretch(1)

    def add(self, widget: QWidget) -> None:
        """Put something at its right end."""
        self._row.addSpacing(8)
        self._row.addWidget(widget)

    def show_days(self, last: date | None, day: date) -> None:
        """Say which days the two columns are of."""
        self._last.setText(
            self.tr("Nothing earlier")
            if last is None
            else self.tr("Last visit, {day}").format(day=words.day_short(last))
        )
        is_today = day == date.today()  # noqa: DTZ011  the person's own day
        self._today.setText(self.tr("Today") if is_today else words.day(day))


class LabsRow(QWidget):
    """Values from the laboratory, side by side; which ones is this computer's choice.

    Signals
    -------
    answered(Key, object)
        A person answered.
    looked_at(Key)
        A number was typed to its end.
    """

    answered = Signal(object, object)
    looked_at = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._draft: VisitDraft | None = None
        self.fields: dict[Analyte, NumberField] = {}
        self._boxes: dict[Analyte, QWidget] = {}
        head = QVBoxLayout()
        head.setSpacing(0)
        head.setContentsMargins(0, 0, 0, 0)
        head.addStretch(1)
        head.addWidget(Label(self.tr("Blood results"), "body"))
        self.taken_on = DayField(128)
        self.taken_on.setAccessibleName(self.tr("Day the blood was taken"))
        self.taken_on.dateChanged.connect(self._take_day)
        self._caption = Label("", "caption", "2")
        head.addWidget(self._caption)
        head.addStretch(1)
        # As high as the first line of values, and beside it.
        heading = QWidget()
        heading.setLayout(head)
        heading.setFixedSize(LABEL_WIDTH, 40)
        self._last = Label("", "label", "2", wraps=True)
        self._last.setFixedWidth(LAST_WIDTH - 8)
        self._values = FlowLayout(12)
        for analyte in Analyte:
            self._add(analyte)
        self.choose = KeyButton(self.tr("Others…"), kind="quiet", size="small")
        self.choose.setFixedHeight(32)  # it stands among the values
        self.choose.setAccessibleName(self.tr("Choose which values are asked here"))
        self.choose.setToolTip(self.choose.accessibleName())
        self.choose.clicked.connect(self._open_choice)
        self._values.addWidget(self.choose)
        self.relation = Segmented(
            [
                (None, self.tr("Not said")),
                (DialysisRelation.PRE, word_of(DialysisRelation.PRE)),
                (DialysisRelation.POST, word_of(DialysisRelation.POST)),
                (Missing.UNKNOWN, word_of(Missing.UNKNOWN)),
            ],
            name=self.tr("Taken before or after dialysis"),
        )
        self.relation.chosen.connect(lambda value: self.answered.emit(RELATION, value))
        # Asked once there is a value to ask it of.
        self._circumstances = QWidget()
        circumstances = FlowLayout(8, self._circumstances)  # beside the patients there is less room
        circumstances.addWidget(self.taken_on)
        circumstances.addWidget(self.relation)
        self._doubt = Label("", "label", "doubt", wraps=True)
        self._doubt.hide()
        body = QVBoxLayout()
        body.setContentsMargins(0, 4, 0, 4)
        body.setSpacing(6)
        body.addLayout(self._values)
        body.addWidget(self._doubt)
        body.addWidget(self._circumstances)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(heading, 0, Qt.AlignmentFlag.AlignTop)
        self._last.setContentsMargins(0, 12, 0, 0)
        row.addWidget(self._last, 0, Qt.AlignmentFlag.AlignTop)
        row.addSpacing(8)
        row.addLayout(body, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rule())
        layout.addLayout(row)

    def _add(self, analyte: Analyte) -> None:
        name = word_of(analyte)
        field = NumberField(LAB_RANGES[analyte], name=name, width=104)
        label = Label(name, "label", "2")
        label.setBuddy(field)
        box = QWidget()
        inside = QHBoxLayout(box)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)
        inside.addWidget(label)
        inside.addWidget(field)
        field.answered.connect(lambda value: self.answered.emit(of_lab(analyte), value))
        field.looked_at.connect(lambda: self.looked_at.emit(of_lab(analyte)))
        self.fields[analyte] = field
        self._boxes[analyte] = box
        self._values.addWidget(box)

    @property
    def chosen(self) -> tuple[Analyte, ...]:
        """The values that are asked here."""
        stored = self._session.choices.choice(_CHOICE) if self._session.choices else None
        if stored is None:
            return _USUAL
        return tuple(one for one in Analyte if one.value in stored.split(","))

    def key_of(self, field: QWidget) -> Key | None:
        """Return which question a field answers; None for none of these."""
        return next((of_lab(one) for one, own in self.fields.items() if own is field), None)

    def show_draft(self, draft: VisitDraft) -> None:
        """Show the values of a visit."""
        self._draft = draft
        told = []
        for analyte, field in self.fields.items():
            key = of_lab(analyte)
            answer, last = draft.answer(key), draft.last.get(key)
            is_shown = analyte in self.chosen or answer is not None
            self._boxes[analyte].setVisible(is_shown)
            field.show_answer(answer, last, is_copied=False)
            if is_shown:
                told.append("–" if last is None else plain_number(float(last)))  # type: ignore[arg-type]
                on = draft.last_days.get(key.subject)
                tip = ""
                if last is not None and on is not None:
                    tip = self.tr("Last: {value} {unit}, {day}").format(
                        value=plain_number(float(last)),  # type: ignore[arg-type]
                        unit=field.unit,
                        day=words.day(on),
                    )
                field.setToolTip(tip)
        self._last.setText(" · ".join(told) if set(told) != {"–"} else "")
        has_value = any(draft.answer(of_lab(one)) is not None for one in Analyte)
        self._circumstances.setVisible(has_value)
        self._caption.setVisible(has_value)
        taken = draft.answer(TAKEN_ON)
        day = taken if isinstance(taken, date) else draft.day
        with QSignalBlocker(self.taken_on):
            latest = QDate(draft.day.year, draft.day.month, draft.day.day)
            if self.taken_on.maximumDate() != latest:
                self.taken_on.setDateRange(QDate(2000, 1, 1), latest)
            shown = QDate(day.year, day.month, day.day)
            if self.taken_on.date() != shown:  # set anew, the digit typed next would find no place
                self.taken_on.setDate(shown)
        self._caption.setText(self.tr("taken {day}").format(day=words.day_short(day)))
        relation = draft.answer(RELATION)
        self.relation.set_value(relation if relation in self.relation.values else None)
        self._values.invalidate()

    @property
    def doubt(self) -> str:
        """What is asked about one of the values; nothing where nothing is."""
        return self._doubt.text()

    def ask(self, sentence: str) -> None:
        """Ask about one of the values; no sentence: ask nothing."""
        self._doubt.setText(sentence)
        self._doubt.setVisible(bool(sentence))

    def choice_menu(self) -> QMenu:
        """Return the menu of the values that can be asked here."""
        menu = QMenu(self)
        for analyte in Analyte:
            action = menu.addAction(word_of(analyte))
            action.setCheckable(True)
            action.setChecked(analyte in self.chosen)
            action.toggled.connect(lambda is_on, of=analyte: self._switch(of, is_on=is_on))
        return menu

    def _open_choice(self) -> None:
        menu = self.choice_menu()
        menu.popup(self.choose.mapToGlobal(QPoint(0, self.choose.height())))

    def _switch(self, analyte: Analyte, *, is_on: bool) -> None:
        chosen = [one for one in Analyte if (is_on if one is analyte else one in self.chosen)]
        if self._session.choices is not None:
            self._session.choices.keep_choice(_CHOICE, ",".join(one.value for one in chosen))
        if self._draft is not None:
            self.show_draft(self._draft)

    def _take_day(self, chosen: QDate) -> None:
        self.answered.emit(TAKEN_ON, date(chosen.year(), chosen.month(), chosen.day()))
