"""A form beside the visit's for one entry of the record, with its history and a way to take it out.

Hides that something unusual is asked about once, and where a sentence about a field is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from woundtrack.ui import messages
from woundtrack.ui.components import Card, DropDown, KeyButton, Label, Segmented, rule
from woundtrack.ui.components.flow import FlowLayout
from woundtrack.ui.record.entry_history import Told
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.partial_date_field import PartialDateField
from woundtrack.ui.record.searched_choice import SearchedChoice

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.model import Entry


class Incomplete(Exception):
    """A field is needed: its name, and the sentence that says so."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


class EntryPanel(Card):
    """A form for one entry; it stays until it is recorded or dismissed.

    Signals
    -------
    recorded(tuple of Entry, str)
        Entries to be recorded, and what that is called for undo.
    retired(Entry, str)
        The entry is to be taken out, with the reason.
    dismissed()
        It is to be taken away.
    """

    recorded = Signal(object, str)
    retired = Signal(object, str)
    dismissed = Signal()

    def __init__(
        self,
        title: str,
        make: Callable[[EntryPanel], tuple[Entry, ...]],
        *,
        verb: str,
        undo_text: str,
        questions: Callable[[Entry], Sequence[str]],
        there: Entry | None = None,
        history: Sequence[Told] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._make, self._questions, self._there = make, questions, there
        self._undo_text = undo_text
        self._asked: tuple[str, ...] = ()
        self._verb = verb
        self.fields: dict[str, QWidget] = {}
        self._line: QHBoxLayout | None = None
        self._holders: dict[str, QWidget] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(16, 12, 16, 14)
        self._layout.setSpacing(8)
        self.setAccessibleName(title)
        self._layout.addWidget(Label(title, "section", wraps=True))
        self._body = QVBoxLayout()
        self._body.setSpacing(8)
        self._layout.addLayout(self._body)
        self.why_changed = QLineEdit()
        self.why_changed.setAccessibleName(self.tr("Why it is changed"))
        self.why_changed.setPlaceholderText(
            self.tr("Why is it changed? In a few words, if you like")
        )
        self.why_changed.setFixedHeight(32)
        self.why_changed.setVisible(there is not None)
        self._layout.addWidget(self.why_changed)
        self.said = Label("", "label", "doubt", wraps=True)
        self.said.hide()
        self._layout.addWidget(self.said)
        buttons = FlowLayout()
        self.save = KeyButton(verb, "Enter", "main")
        self.save.clicked.connect(self.submit)
        self.cancel = KeyButton(self.tr("Cancel"), "Esc")
        self.cancel.clicked.connect(self.dismissed)
        buttons.addWidget(self.save)
        buttons.addWidget(self.cancel)
        self._layout.addLayout(buttons)
        if there is not None:
            self._offer_retiring()
        self._tell(history)

    # --- fields ----------------------------------------------------------------------------------

    def add(self, name: str, title: str, field: QWidget, *, is_beside: bool = False) -> QWidget:
        """Add a field below the others, or beside the one added last."""
        holder = QWidget()
        inside = QVBoxLayout(holder)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(3)
        label = Label(title, "label", "2")
        label.setBuddy(field)
        inside.addWidget(label)
        inside.addWidget(field)
        inside.addStretch(1)
        self.fields[name], self._holders[name] = field, holder
        # A field of one width leaves the room beside it to the others.
        share = 0 if field.minimumWidth() == field.maximumWidth() else 1
        if is_beside and self._line is not None:
            self._line.addWidget(holder, share)
        else:
            self._line = QHBoxLayout()
            self._line.setSpacing(8)
            self._line.addWidget(holder, share)
            self._body.addLayout(self._line)
        return field

    def show_field(self, name: str, *, is_shown: bool) -> None:
        """Show a field or hide it."""
        self._holders[name].setVisible(is_shown)

    def is_field_shown(self, name: str) -> bool:
        """Whether a field is shown."""
        return self._holders[name].isVisibleTo(self)

    def value(self, name: str) -> Any:  # noqa: ANN401  as wide as the fields
        """Return what a field holds; None where it is hidden."""
        field = self.fields.get(name)
        if field is None or not self.is_field_shown(name):
            return None
        if isinstance(field, SearchedChoice):
            return field.chosen
        if isinstance(field, DropDown):
            data = field.currentData()
            return field.currentText().strip() if field.isEditable() else data
        if isinstance(field, PartialDateField | Segmented):
            return field.value() if isinstance(field, Segmented) else field.value
        if isinstance(field, NumberField):
            return field.number
        return field.text().strip() if isinstance(field, QLineEdit) else None

    @property
    def reason(self) -> str:
        """Why a recorded entry is changed, in the person's words; may be empty."""
        return self.why_changed.text().strip()

    # --- recording -------------------------------------------------------------------------------

    def submit(self) -> None:
        """Record it, unless something is refused or to be asked about first."""
        for field in self.fields.values():
            if isinstance(field, NumberField) and field.refusal:
                self._say(field.refusal, field, is_refused=True)
                return
            if isinstance(field, PartialDateField) and not field.is_understood:
                said = self.tr("Type a day, a month or a year, such as 11 Jun 2026.")
                self._say(said, field, is_refused=True)
                return
        try:
            entries = self._make(self)
        except Incomplete as wanted:
            self._say(str(wanted), self.fields[wanted.name], is_refused=True)
            return
        asked = tuple(one for entry in entries for one in self._questions(entry))
        if asked and asked != self._asked:
            self._asked = asked
            self.save.setText(self.tr("Record it all the same"))
            self.save.updateGeometry()
            self._say(" ".join(asked), self.save, is_refused=False)
            return
        self.recorded.emit(entries, self._undo_text)

    def tell(self, problem: WoundtrackError) -> None:
        """Say why it was not recorded."""
        self._say(messages.sentence_of(problem), None, is_refused=True)

    def _say(self, sentence: str, field: QWidget | None, *, is_refused: bool) -> None:
        self.said.setText(sentence)
        self.said.set_tone("refuse" if is_refused else "doubt")
        self.said.show()
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    # --- taking out, and the history -------------------------------------------------------------

    def _offer_retiring(self) -> None:
        self._layout.addWidget(rule())
        self.why_out = QLineEdit()
        self.why_out.setAccessibleName(self.tr("Why it is taken out"))
        self.why_out.setPlaceholderText(self.tr("Recorded by mistake? Say why, in a few words"))
        self.why_out.setFixedHeight(32)
        self.take_out = KeyButton(self.tr("Take it out"))
        self.take_out.clicked.connect(self._take_out)
        self._layout.addWidget(self.why_out)
        self._layout.addWidget(self.take_out)

    def _take_out(self) -> None:
        reason = self.why_out.text().strip()
        if not reason:
            said = self.tr("Say in a few words why it is taken out: it stays in the history.")
            self._say(said, self.why_out, is_refused=True)
            return
        self.retired.emit(self._there, reason)

    def _tell(self, history: Sequence[Told]) -> None:
        if not history:
            return
        self._layout.addWidget(rule())
        self._layout.addWidget(Label(self.tr("History"), "label_strong"))
        for told in history:
            self._layout.addWidget(Label(told.head, "label", wraps=True))
            for line in told.lines:
                self._layout.addWidget(Label(line, "caption", "2", wraps=True))
            if told.reason:
                said = self.tr("Reason: {reason}").format(reason=told.reason)
                self._layout.addWidget(Label(said, "caption", "2", wraps=True))


class HistoryPanel(Card):
    """What became of an entry, to be read.

    Signals
    -------
    dismissed()
        It is to be taken away.
    """

    dismissed = Signal()

    def __init__(self, title: str, history: Sequence[Told], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(6)
        layout.addWidget(Label(title, "section", wraps=True))
        self.lines: list[str] = []
        for told in history:
            layout.addWidget(rule())
            said = [told.head, *told.lines]
            if told.reason:
                said.append(self.tr("Reason: {reason}").format(reason=told.reason))
            self.lines += said
            layout.addWidget(Label(said[0], "body", wraps=True))
            for line in said[1:]:
                layout.addWidget(Label(line, "label", "2", wraps=True))
        self.close_button = KeyButton(self.tr("Close"), "Esc")
        self.close_button.clicked.connect(self.dismissed)
        layout.addWidget(self.close_button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)
