"""The questions about one lesion after the other: tabs, and a row a question.

Hides which rows a lesion's state leaves; closed lesions are there to be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from woundtrack.model import RANGES, InfectionSign, Lesion, Missing, Periwound
from woundtrack.ui.components import Card, KeyButton, Label, rule, words
from woundtrack.ui.record.answer_row import AnswerRow, OfferedText, TextField
from woundtrack.ui.record.answer_words import offered, plain_number, unit_words, word_of
from woundtrack.ui.record.choice_bar import ChoiceBar
from woundtrack.ui.record.lesion_tabs import LesionTab, LesionTabs
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.tick_bar import TickBar
from woundtrack.ui.record.visit_draft import QUESTIONS, Answer, Asked, VisitDraft, of_lesion
from woundtrack.ui.record.whole_patient import Heading

_OFFERED_SKIN: Final = (
    Periwound.ERYTHEMA,
    Periwound.PURPURA,
    Periwound.INDURATION,
    Periwound.OEDEMA,
    Periwound.INTACT,
    Periwound.MACERATION,
    Periwound.WARMTH,
    Periwound.ECCHYMOSIS,
    Periwound.PERSISTENT_ERYTHEMA,
    Periwound.INFLAMMATION,
    Periwound.EXCORIATION,
    Periwound.BLISTER,
    Periwound.DRY,
    Periwound.SCAR,
    Periwound.PAIN,
)
"""The likely ones first, within reach of the digits."""
_USUAL: Final = 5


class LesionCard(Card):
    """The card of the lesions.

    Signals
    -------
    answered(Key, object)
        A person answered one of its questions.
    lesion_chosen(str)
        Another lesion is to be shown, by its id.
    looked_at(Key)
        A number was typed to its end: now is the time to ask about it.
    reopened(str)
        A closed lesion is to be recorded all the same.
    history_asked()
        What was recorded of the lesion at this visit, and when, is wanted.
    """

    answered = Signal(object, object)
    lesion_chosen = Signal(str)
    looked_at = Signal(object)
    reopened = Signal(str)
    history_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: VisitDraft | None = None
        self.lesion: Lesion | None = None
        self.tabs = LesionTabs()
        self.tabs.chosen.connect(self.lesion_chosen)
        self.heading = Heading(self.tr("Wound"))
        self.history = KeyButton(self.tr("History…"), kind="quiet", size="small")
        self.history.setToolTip(self.tr("Who recorded what of this lesion at this visit, and when"))
        self.history.clicked.connect(self.history_asked)
        self.heading.add(self.history)
        self._closed = Label("", "label", "2", wraps=True)
        self.reopen = KeyButton(self.tr("Record it all the same"), size="small")
        self.reopen.clicked.connect(self._reopen)
        self._closed_row = QWidget()
        in_closed = QHBoxLayout(self._closed_row)
        in_closed.setContentsMargins(0, 4, 0, 8)
        in_closed.addWidget(self._closed, 1)
        in_closed.addWidget(self.reopen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 1, 8)
        layout.setSpacing(0)
        layout.addWidget(self.tabs)
        layout.addWidget(rule())
        self._inside = QVBoxLayout()
        self._inside.setContentsMargins(15, 0, 15, 0)
        self._inside.setSpacing(0)
        layout.addLayout(self._inside)
        self._inside.addWidget(self.heading)
        self._inside.addWidget(self._closed_row)
        self.rows_of: dict[str, AnswerRow] = {}
        for asked in QUESTIONS:
            self._add(asked)

    def _add(self, asked: Asked) -> None:
        title, caption = question_words(asked.field)
        row = AnswerRow(title, _control_of(asked, title), caption=caption)
        row.answered.connect(self.answered)
        if isinstance(row.control, NumberField):
            row.control.looked_at.connect(partial(self._look_at, row))
        self.rows_of[asked.field] = row
        self._inside.addWidget(row)

    def _look_at(self, row: AnswerRow) -> None:
        self.looked_at.emit(row.key)

    def rows(self) -> Iterator[AnswerRow]:
        """Yield the rows that are shown, from the top."""
        if self._draft is not None and self.lesion is not None:
            for asked in self._draft.asked_of(self.lesion.id):
                yield self.rows_of[asked.field]

    @property
    def dressings(self) -> OfferedText:
        """The field of the dressing."""
        return cast(OfferedText, self.rows_of["dressing"].control)

    def show_draft(self, draft: VisitDraft, lesion: Lesion | None) -> None:
        """Show what is answered of a lesion, and how far the others are."""
        is_another = self.lesion is None or lesion is None or self.lesion.id != lesion.id
        self._draft, self.lesion = draft, lesion
        self.tabs.show_lesions(_tabs_of(draft), None if lesion is None else lesion.id)
        if lesion is None:
            return
        subject = of_lesion(lesion.id, "").subject
        last_on = draft.last_days.get(subject)
        self.heading.show_days(last_on, draft.day)
        is_closed = lesion.id in draft.look_only
        self._closed_row.setVisible(is_closed)
        self._closed.setText(
            self.tr(
                "{lesion} is closed: look at it, and record it only if something is to be said."
            ).format(lesion=lesion.label)
        )
        asked = {one.field for one in draft.asked_of(lesion.id)}
        self.history.setVisible(any(key.subject == subject for key in draft.recorded))
        for name, row in self.rows_of.items():
            key = of_lesion(lesion.id, name)
            row.key = key
            row.setVisible(name in asked)
            row.setEnabled(not is_closed)
            if is_another or name not in asked:
                row.ask("")
                if isinstance(row.control, NumberField):
                    row.control.forget()
            if is_another and isinstance(row.control, TickBar):
                row.control.fold()
            last = draft.last.get(key)
            row.show_answer(
                draft.answer(key),
                last,
                is_copied=key in draft.copied,
                last_words=None if last is None else _last_words(name, last),
            )
        state = self.rows_of["state"]
        key = of_lesion(lesion.id, "state")
        is_from_photo = key in draft.from_photograph and key not in {
            *draft.changed,
            *draft.recorded,
        }
        state.set_caption(self.tr("from the photograph") if is_from_photo else "")

    def _reopen(self) -> None:
        if self.lesion is not None:
            self.reopened.emit(self.lesion.id)


def _tabs_of(draft: VisitDraft) -> list[LesionTab]:
    tabs = []
    for lesion in draft.lesions:
        is_closed = lesion.id in draft.look_only
        tabs.append(
            LesionTab(
                lesion_id=lesion.id,
                label=lesion.label,
                number=lesion.number,
                site=lesion.site.words.capitalize(),
                is_complete=draft.is_complete(lesion.id),
                look_only=QCoreApplication.translate("Record", "closed, look only")
                if is_closed
                else "",
            )
        )
    return [tab for tab in tabs if not tab.look_only] + [tab for tab in tabs if tab.look_only]


def first_lesion(draft: VisitDraft) -> Lesion | None:
    """Return the lesion to begin with: the first in the order of the tabs."""
    tabs = _tabs_of(draft)
    return next((one for one in draft.lesions if tabs and one.id == tabs[0].lesion_id), None)


def lesion_order(draft: VisitDraft) -> Sequence[str]:
    """Return the ids of the lesions in the order of the tabs."""
    return [tab.lesion_id for tab in _tabs_of(draft)]


def _last_words(name: str, last: Answer) -> str:
    if isinstance(last, Missing) or not isinstance(last, int | float) or isinstance(last, bool):
        return word_of(last)
    unit = unit_words(RANGES[name].unit) if name in RANGES else ""
    return words.kept_whole(f"{plain_number(last)}{words.THIN}{unit}")


def _control_of(asked: Asked, name: str) -> QWidget:
    if asked.field == "dressing":
        return OfferedText(name=name)
    if asked.kind == "text":
        return TextField(name=name)
    if asked.kind == "number":
        return NumberField(RANGES[asked.field], name=name)
    if asked.kind == "yes_no":
        return ChoiceBar(
            [
                (True, QCoreApplication.translate("Answers", "Yes")),
                (False, QCoreApplication.translate("Answers", "No")),
            ],
            name=name,
        )
    if asked.kind == "ticks":
        ticks = _OFFERED_SKIN if asked.of is Periwound else tuple(InfectionSign)
        alone = Periwound.INTACT if asked.of is Periwound else InfectionSign.NONE
        boxes = [(one, word_of(one)) for one in ticks]
        return TickBar(boxes, alone=alone, usual=_USUAL, name=name)
    choices: list[tuple[Answer, str]] = [
        (one, word_of(one)) for one in (() if asked.of is None else offered(asked.of))
    ]
    if asked.field == "debrided":
        choices.append((Missing.UNKNOWN, word_of(Missing.UNKNOWN)))
    return ChoiceBar(choices, name=name)


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Questions", text))


_WORDS: Final = {
    "state": (_("State"), ""),
    "exudate_amount": (_("Exudate amount"), _("moisture")),
    "exudate_type": (_("Exudate type"), ""),
    "edge": (_("Edge"), ""),
    "depth": (_("Depth"), ""),
    "max_depth_cm": (_("Deepest point"), ""),
    "undermining_cm": (_("Undermining"), _("how far")),
    "undermining_clock": (_("Undermining at"), _("12 is towards the head")),
    "periwound": (_("Skin around it"), ""),
    "infection_signs": (_("Infection signs"), ""),
    "has_drainage": (_("Drainage"), ""),
    "needs_dressing": (_("Dressing needed"), ""),
    "debrided": (_("Debrided"), _("at this visit")),
    "dressing": (_("Dressing"), ""),
    "trend": (_("Your opinion"), _("beside what is measured")),
    "note": (_("Note"), ""),
}


def question_words(field: str) -> tuple[str, str]:
    """Return what a question about a lesion is called, and the word beneath it."""
    title, caption = _WORDS[field]
    return (
        QCoreApplication.translate("Questions", title),
        QCoreApplication.translate("Questions", caption) if caption else "",
    )
