"""A card over the window that asks an instrument: digits answer, Down goes on, Enter records.

Hides which digits make which answer where there are more than nine, and that what is felt is out of
reach while only a photograph was seen. It records nothing: the card in the record room does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from woundtrack.healing.scores import Status
from woundtrack.model import RatedFrom
from woundtrack.ui.components import (
    DropDown,
    KeyButton,
    Label,
    LesionChip,
    Message,
    Segmented,
    rule,
    words,
)
from woundtrack.ui.record.score_card import ProgressBar
from woundtrack.ui.record.score_items import AnswerButton, ItemList
from woundtrack.ui.record.score_ruler import RulerFields
from woundtrack.ui.record.score_words import amount, suggestion_words, total_words
from woundtrack.ui.window.overlay import Overlay

if TYPE_CHECKING:
    from woundtrack.healing.scores import Instrument, Item
    from woundtrack.model import Lesion
    from woundtrack.ui.record.score_draft import ScoreDraft

_WIDTH: Final = 1080
_HEIGHT: Final = 620
_ANSWERS: Final = 344
_MANY: Final = 6
_OWN: Final = frozenset(
    {
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Minus,
        Qt.Key.Key_Space,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Backspace,
    }
)
"""Beside digits."""


class ScoreSheet(Overlay):
    """Asks one instrument.

    Signals
    -------
    kept(ScoreDraft)
        The answers are to be recorded.
    left(ScoreDraft)
        The sheet was left without recording.
    other_asked(Instrument, ScoreDraft)
        Another instrument is wanted; the answers so far come along.
    retired(ScoreDraft)
        What is recorded of this day was recorded by mistake.
    """

    kept = Signal(object)
    left = Signal(object)
    other_asked = Signal(object, object)
    retired = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, _WIDTH, _HEIGHT, widest=1200, highest=820)
        self._offered: tuple[Instrument, ...] = ()
        self._typed = ""
        self.draft: ScoreDraft | None = None
        self.setAccessibleName(self.tr("Score"))
        self._build_head()
        self._build_body()
        self._build_foot()

    # --- asking ----------------------------------------------------------------------------------

    def ask(self, draft: ScoreDraft, offered: Sequence[Instrument], lesion: Lesion | None) -> None:
        """Open with the answers so far, at the first item without one."""
        self._offered = tuple(offered)
        self.draft = draft
        self._chip.setVisible(lesion is not None)
        if lesion is not None:
            self._chip.set_lesion(lesion.label, lesion.number)
        where = "" if lesion is None else lesion.site.words.capitalize()
        day = words.day(draft.on)
        self._where.setText(f"{where} · {day}" if where else day)
        self._fill_instruments()
        self.rated.set_value(draft.rated_from)
        self.items.set_instrument(draft.instrument)
        self._show()
        if not self.isVisible():
            self.open()
        self.items.choose(draft.first_open or draft.instrument.items[0].code)
        self._show_item()
        self.items.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Leave without recording; what was answered is told, and kept by who asked."""
        draft, self.draft = self.draft, None
        super().dismiss()
        if draft is not None:
            self.left.emit(draft)

    # --- what a person does ----------------------------------------------------------------------

    def answer(self, value: float) -> None:
        """Answer the item in view, and go on to the next."""
        item = self._item
        if self.draft is None or item is None or not self.draft.can_be_rated(item.code):
            return
        self._put(self.draft.answered(item.code, value))
        self._next()

    def cannot_assess(self) -> None:
        """Say that the item in view can't be assessed, and go on."""
        item = self._item
        if self.draft is not None and item is not None:
            self._put(self.draft.not_assessable(item.code))
            self._next()

    def take_suggestion(self) -> None:
        """Take what is suggested for the item in view, and go on; nothing where nothing is."""
        item = self._item
        if self.draft is not None and item is not None:
            suggestion = self.draft.suggestions.get(item.code)
            if suggestion is not None:
                self.answer(suggestion.value)

    def clear_answer(self) -> None:
        """Take the answer to the item in view away."""
        item = self._item
        if self.draft is not None and item is not None:
            self._put(self.draft.without(item.code))
            self._show_item()

    def record(self) -> None:
        """Record the answers and close; nothing where there is nothing new."""
        draft = self.draft
        if draft is None or not draft.is_changed:
            return
        self.draft = None
        super().dismiss()
        self.kept.emit(draft)

    def event(self, event: QEvent) -> bool:
        # Plain keys are also shortcuts of the rooms; while this is open they are its own.
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            and (event.key() in _OWN or event.text().isdigit())
        ):
            event.accept()
            return True
        return super().event(event)

    def take_out(self) -> None:
        """Take what is recorded of this day out, and close."""
        draft, self.draft = self.draft, None
        super().dismiss()
        if draft is not None:
            self.retired.emit(draft)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.record()
        elif event.text().isdigit() and len(event.text()) == 1:
            self._type(event.text())
        elif key == Qt.Key.Key_Minus:
            self.cannot_assess()
        elif key == Qt.Key.Key_Space:
            self.take_suggestion()
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.clear_answer()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.number
            and event.type() is QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}
        ):
            self.items.step(1 if event.key() == Qt.Key.Key_Down else -1)
            self.items.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    def _type(self, digit: str) -> None:
        """Answer by digits: at once where no other answer begins with what was typed."""
        item = self._item
        if self.draft is None or item is None or not self.draft.can_be_rated(item.code):
            return
        if item.scale is not None:
            self.number.setFocus(Qt.FocusReason.OtherFocusReason)
            self.number.setText(digit)
            self._read_number()
            return
        names = {f"{choice.value:g}": choice.value for choice in item.choices}
        for typed in (self._typed + digit, digit):
            longer = [name for name in names if name.startswith(typed) and name != typed]
            if typed in names and not longer:
                self.answer(names[typed])
                return
            if typed in names or longer:
                if typed in names:
                    self._put(self.draft.answered(item.code, names[typed]))
                    self._show_item()
                self._typed = typed
                return
        self._typed = ""

    def _read_number(self) -> None:
        """Take a number of a scale over as it is typed; what can't be is no answer."""
        item, text = self._item, self.number.text().strip().replace(",", ".")
        if self.draft is None or item is None:
            return
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        is_good = item.takes(value)
        draft = self.draft.answered(item.code, value) if is_good else self.draft.without(item.code)
        self.number.setProperty("refused", "true" if text and not is_good else "false")
        self.number.style().unpolish(self.number)
        self.number.style().polish(self.number)
        self._put(draft)

    def _rate(self, rated_from: RatedFrom) -> None:
        if self.draft is not None:
            self._put(self.draft.rated(rated_from))
            self._show_item()

    def _choose_instrument(self, place: int) -> None:
        chosen, draft = self._offered[place], self.draft
        if draft is not None and chosen.id != draft.instrument.id:
            self.other_asked.emit(chosen, draft)

    # --- showing ---------------------------------------------------------------------------------

    @property
    def _item(self) -> Item | None:
        code = self.items.code
        return None if self.draft is None or code is None else self.draft.instrument.item(code)

    def _next(self) -> None:
        self.items.step(1)
        self._show_item()

    def _put(self, draft: ScoreDraft) -> None:
        self.draft = draft
        self._show()

    def _show(self) -> None:
        draft = self.draft
        if draft is None:
            return
        self.items.show_draft(draft)
        progress = draft.progress
        self.bar.show_progress(progress)
        self.count.setText(
            self.tr("{n} of {all} answered").format(n=progress.answered, all=progress.of)
        )
        self.total.setText(total_words(draft))
        self.keep.setEnabled(draft.is_changed)
        self.out.setVisible(draft.recorded is not None)

    def _show_item(self) -> None:
        """Show the answers of the item in view."""
        draft, item = self.draft, self._item
        self._typed = ""
        for button in self.buttons:
            self._choices.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons: list[AnswerButton] = []
        if draft is None or item is None:
            return
        can_rate = draft.can_be_rated(item.code)
        self._item_title.setText(item.label)
        self._item_hint.setText(item.hint)
        self._item_hint.setVisible(bool(item.hint))
        chosen, last = draft.answers.get(item.code), draft.last_answers.get(item.code)
        for choice in item.choices:
            button = AnswerButton(
                choice, is_last=choice.value == last, is_low=len(item.choices) > _MANY
            )
            button.setChecked(choice.value == chosen)
            button.setEnabled(can_rate)
            button.clicked.connect(lambda _=False, value=choice.value: self._click(value))
            self._choices.addWidget(button)
            self.buttons.append(button)
        self.ruler.show_item(item, can_rate=can_rate)
        self.number.setVisible(item.scale is not None)
        self._ends.setVisible(item.scale is not None)
        if item.scale is not None:
            self.number.setText("" if chosen is None else f"{chosen:g}")
            self.number.setAccessibleName(item.label)
            self.number.setEnabled(can_rate)
            ends = self.tr("{low} to {high}")
            self._ends.setText(ends.format(low=f"{item.scale.low:g}", high=f"{item.scale.high:g}"))
        suggestion = draft.suggestions.get(item.code) if can_rate else None
        self._suggested.setVisible(suggestion is not None)
        self.take.setVisible(suggestion is not None)
        if suggestion is not None:
            said = self.tr("Suggested: {value}, {source}.")
            self._suggested.setText(
                said.format(value=amount(suggestion.value), source=suggestion_words(suggestion))
            )
            self.take.setText(self.tr("Use {value}").format(value=amount(suggestion.value)))
            self.take.updateGeometry()
        self._out.setVisible(not can_rate)
        is_out = item.code in draft.missing
        self.cannot.setEnabled(can_rate and not is_out)
        self.clear.setEnabled(can_rate and (is_out or chosen is not None))

    def _click(self, value: float) -> None:
        self.answer(value)
        self.items.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_instruments(self) -> None:
        draft = self.draft
        if draft is None:
            return
        self.instrument.blockSignals(True)
        self.instrument.clear()
        for one in self._offered:
            shown = draft.instrument if one.id == draft.instrument.id else one
            self.instrument.addItem(shown.name, shown.id)
        self.instrument.setCurrentIndex(self.instrument.findData(draft.instrument.id))
        self.instrument.blockSignals(False)
        self._title.setText(draft.instrument.title)
        instrument = draft.instrument
        self._unverified.setVisible(instrument.status is Status.UNVERIFIED)
        lines = [one for one in (instrument.note, instrument.licence) if one]
        self._note.setText("\n".join(lines))
        version = self.tr("{name}, version {version}")
        self._version.setText(version.format(name=instrument.name, version=instrument.version))

    # --- building --------------------------------------------------------------------------------

    def _build_head(self) -> None:
        self.instrument = DropDown()
        self.instrument.setAccessibleName(self.tr("Instrument"))
        self.instrument.setMinimumWidth(150)
        self.instrument.activated.connect(self._choose_instrument)
        self._chip = LesionChip()
        self._title = Label("", "section")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._title.setWordWrap(True)
        self._where = Label("", "label", "2")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._where)
        self.rated = Segmented(
            [
                (RatedFrom.BEDSIDE, self.tr("At the bedside")),
                (RatedFrom.PHOTOGRAPH, self.tr("From a photograph")),
                (RatedFrom.BOTH, self.tr("Both")),
            ],
            name=self.tr("Rated"),
            has_tick=True,
        )
        self.rated.chosen.connect(self._rate)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.instrument)
        head.addWidget(self._chip)
        head.addLayout(names, 1)
        head.addWidget(Label(self.tr("Rated"), "label", "2"))
        head.addWidget(self.rated)
        self.inside.addLayout(head)
        self.inside.addWidget(rule())

    def _build_body(self) -> None:
        self.items = ItemList()
        self.items.moved.connect(self._show_item)
        self._item_title = Label("", "section")
        self._item_hint = Label("", "label", "2", wraps=True)
        self._choices = QVBoxLayout()
        self._choices.setSpacing(2)
        self.buttons = []
        self.number = QLineEdit()
        self.number.setFixedWidth(112)
        self.number.setMaxLength(8)
        self.number.textEdited.connect(self._read_number)
        self.number.installEventFilter(self)
        self._ends = Label("", "label", "2")
        self.ruler = RulerFields()
        self.ruler.taken.connect(self._click)
        self._suggested = Label("", "label", "accent", wraps=True)
        self.take = KeyButton("", self.tr("Space"), size="small")
        self.take.clicked.connect(self.take_suggestion)
        self._out = Label(
            self.tr("Felt, not seen: it can't be assessed from a photograph."),
            "label",
            "doubt",
            wraps=True,
        )
        self.cannot = KeyButton(self.tr("Can't be assessed"), "−", size="small")
        self.cannot.clicked.connect(self.cannot_assess)
        self.clear = KeyButton(self.tr("No answer"), self.tr("Del"), size="small")
        self.clear.clicked.connect(self.clear_answer)
        for button in (self.take, self.cannot, self.clear):
            # After a click the keys still answer.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        others = QHBoxLayout()
        others.setSpacing(8)
        others.addWidget(self.cannot)
        others.addWidget(self.clear)
        others.addStretch(1)
        on_scale = QHBoxLayout()
        on_scale.addWidget(self.number)
        on_scale.addWidget(self._ends, 1)
        self._unverified = Message(
            "doubt",
            self.tr("Not verified"),
            self.tr("Only a part of this instrument is known here, so it gives no total."),
        )
        self._version = Label("", "caption", "2")
        self._note = Label("", "caption", "2", wraps=True)
        inside = QWidget()
        inside.setProperty("role", "surface")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        right = QVBoxLayout(inside)
        right.setContentsMargins(16, 2, 8, 2)
        right.setSpacing(8)
        right.addWidget(self._item_title)
        right.addWidget(self._item_hint)
        right.addWidget(self.ruler)
        right.addLayout(self._choices)
        right.addLayout(on_scale)
        right.addWidget(self._out)
        right.addWidget(self._suggested)
        right.addWidget(self.take)
        right.addLayout(others)
        right.addStretch(1)
        right.addWidget(self._unverified)
        right.addWidget(self._version)
        right.addWidget(self._note)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFixedWidth(_ANSWERS)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.items, 1)
        body.addWidget(rule(vertical=True))
        body.addWidget(area)
        self.inside.addLayout(body, 1)

    def _build_foot(self) -> None:
        self.bar = ProgressBar()
        self.count = Label("", "label", "2")
        self.total = Label("", "body_strong")
        self.total.setWordWrap(True)
        self.out = KeyButton(self.tr("Take out"), kind="quiet")
        self.out.setToolTip(
            self.tr("Recorded by mistake: take this score out. Undo brings it back.")
        )
        self.out.clicked.connect(self.take_out)
        self.cancel = KeyButton(self.tr("Leave"), self.tr("Esc"))
        self.cancel.clicked.connect(self.dismiss)
        self.keep = KeyButton(self.tr("Record the answers"), self.tr("Enter"), "main")
        self.keep.clicked.connect(self.record)
        said = QVBoxLayout()
        said.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.bar, 1)
        line.addWidget(self.count)
        said.addLayout(line)
        said.addWidget(self.total)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addLayout(said, 1)
        foot.addSpacing(4)
        foot.addWidget(self.out)
        foot.addWidget(self.cancel)
        foot.addWidget(self.keep)
        self.inside.addWidget(rule())
        self.inside.addLayout(foot)
