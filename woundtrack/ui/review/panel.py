"""The numbers at the right: which lesion, how large, what is doubtful, and the button that accepts.

Hides the arrangement; it is told what to show and knows neither the library nor the canvas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from woundtrack.model import Doubt, Measurement, OutlineKind
from woundtrack.ui.action_table import ActionTable
from woundtrack.ui.components import KeyButton, Label, LesionChip, Message, Panel, Tag, rule
from woundtrack.ui.components.message import MessageKind
from woundtrack.ui.review.area_panel import AreaPanel, AreaView
from woundtrack.ui.review.doubt_note import DoubtNote
from woundtrack.ui.review.kind_chooser import KindChooser, KindSize
from woundtrack.ui.review.lesion_picker import LesionPicker
from woundtrack.ui.review.refile_card import RefileCard
from woundtrack.ui.review.tissue_panel import TissuePanel
from woundtrack.ui.review.uncertainty_view import UncertaintyView

WIDTH: Final = 312
FOOT: Final = 56


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Which lesion is in hand. ``chip`` is its label and number; None: not said yet.

    ``place`` says which of how many in the photograph; ``tag`` is a short state.
    """

    title: str
    chip: tuple[str, int] | None = None
    reason: str = ""
    place: str = ""
    tag: str = ""
    is_doubtful: bool = False
    has_buttons: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """A message below the numbers, with what can be done about it."""

    kind: MessageKind
    title: str
    text: str = ""
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()
    action_ids: tuple[str, ...] = ()
    doubt: Doubt | None = None  # with a place on the photograph, that it points at


class ReviewPanel(Panel):
    """312 wide; the foot with the main button stays in view.

    Signals
    -------
    reason_edited(str)
        The reason for changing what was accepted.
    doubt_pointed(object)
        The ``Doubt`` whose sentence is pointed at; None when no longer.
    """

    reason_edited = Signal(str)
    doubt_pointed = Signal(object)

    def __init__(self, table: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__("panel_right", parent)
        self._table = table
        self._said: list[tuple[Note, Message]] = []
        self.setFixedWidth(WIDTH)
        self._chip = LesionChip()
        self._title = Label("", "section")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._place = Label("", "caption", "2")
        self._tag = Tag()
        self._reason_words = Label("", "label", "2", wraps=True)
        self._buttons = QWidget()
        self.kinds = KindChooser(table)
        self._kind_row = QWidget()
        self.area = AreaPanel()
        self.uncertainty = UncertaintyView()
        self._why_uncertain = table["review.uncertainty"]
        self._uncertain_row = QWidget()
        self._measured: Measurement | None = None
        self._made_by = ""
        self._has_area = False
        self._area_rule = rule()
        self.tissue = TissuePanel(table)
        self.tissue.opened.connect(self._make_room)
        self._tissue_rule = rule()
        self._notes = QVBoxLayout()
        self._notes.setContentsMargins(12, 12, 12, 12)
        self._notes.setSpacing(10)
        self.picker = LesionPicker(self)
        self.refiling = RefileCard(self)
        self.main = KeyButton.of(table["review.accept"], "main", size="control")
        self.skip = KeyButton.of(table["review.skip"], size="control")
        self.why = QLineEdit()
        self.why.setAccessibleName(self.tr("Reason for the change"))
        self.why.setMaxLength(200)
        self.why.textEdited.connect(self.reason_edited)
        self._why_row = QWidget()
        self._inside = Panel()
        # While it asks, nothing looks out from under it.
        for card in (self.picker, self.refiling):
            card.asked.connect(self._inside.hide)
            card.asked.connect(self._place_cards)
            card.dismissed.connect(self._inside.show)
        self.picker.asked.connect(self.refiling.hide)
        self.refiling.asked.connect(self.picker.hide)
        self._scroll = self._build()

    def _build(self) -> QScrollArea:
        head = QVBoxLayout()
        head.setContentsMargins(16, 9, 12, 10)
        head.setSpacing(5)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._chip)
        line.addWidget(self._title, 1)
        line.addWidget(self._tag)
        line.addWidget(self._place)
        head.addLayout(line)
        head.addWidget(self._reason_words)
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 3, 0, 0)
        row.setSpacing(8)
        for action_id in ("review.other_lesion", "review.new_lesion"):
            row.addWidget(KeyButton.of(self._table[action_id], size="small"))
        row.addStretch(1)
        head.addWidget(self._buttons)

        body = QVBoxLayout(self._inside)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        kind_row = QHBoxLayout(self._kind_row)
        kind_row.setContentsMargins(16, 10, 12, 0)
        kind_row.addWidget(self.kinds)
        body.addWidget(self._kind_row)
        body.addWidget(self.area)
        uncertain = QHBoxLayout(self._uncertain_row)
        uncertain.setContentsMargins(16, 0, 12, 12)
        uncertain.addWidget(KeyButton.of(self._why_uncertain, size="small"))
        uncertain.addStretch(1)
        body.addWidget(self._uncertain_row)
        body.addWidget(self.uncertainty)
        body.addWidget(self._area_rule)
        body.addWidget(self.tissue)
        body.addWidget(self._tissue_rule)
        body.addLayout(self._notes)
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._inside)

        why_row = QVBoxLayout(self._why_row)
        why_row.setContentsMargins(16, 10, 12, 0)
        why_row.setSpacing(4)
        label = Label(self.tr("Why it is changed"), "label", "2")
        label.setBuddy(self.why)
        why_row.addWidget(label)
        why_row.addWidget(self.why)
        self._why_row.hide()

        foot = Panel("foot")
        foot.setFixedHeight(FOOT)
        foot_row = QHBoxLayout(foot)
        foot_row.setContentsMargins(16, 0, 12, 0)
        foot_row.setSpacing(8)
        foot_row.addWidget(self.skip)
        foot_row.addStretch(1)
        foot_row.addWidget(self.main)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(rule())
        layout.addWidget(scroll, 1)
        layout.addWidget(self._why_row)
        layout.addWidget(foot)
        return scroll

    # --- what is shown ---------------------------------------------------------------------------

    def show_head(self, head: Head) -> None:
        """Say which lesion is in hand."""
        self._chip.setVisible(head.chip is not None)
        if head.chip is not None:
            self._chip.set_lesion(*head.chip)
        self._title.setText(head.title)
        self._title.setToolTip(head.title)
        self._place.setText(head.place)
        self._place.setVisible(bool(head.place))
        self._tag.setVisible(bool(head.tag))
        self._tag.set_tag(head.tag, "accent")
        self._reason_words.setText(head.reason)
        self._reason_words.set_tone("doubt" if head.is_doubtful else "2")
        self._reason_words.setVisible(bool(head.reason))
        self._buttons.setVisible(head.has_buttons)

    @property
    def title(self) -> str:
        """The name of the lesion in hand."""
        return self._title.text()

    @property
    def reason(self) -> str:
        """Why it is thought to be this lesion."""
        return self._reason_words.text()

    def show_kinds(self, chosen: OutlineKind, sizes: Sequence[KindSize]) -> None:
        """Show which of the lesion's outlines is drawn, and how large each is."""
        self.kinds.show_kinds(chosen, sizes)
        # Tissue covers the bed of an ulcer: below the others nothing stands there.
        self._tissue_rule.setVisible(chosen is OutlineKind.ULCER)

    def show_area(
        self, view: AreaView | None, measurement: Measurement | None = None, made_by: str = ""
    ) -> None:
        """Show the numbers, and on demand what makes them uncertain; None for no lesion.

        ``made_by`` says how the outline was made.
        """
        self._made_by = made_by
        self._has_area = view is not None
        self._measured = measurement if view is not None and measurement is not None else None
        if view is not None:
            self.area.show_view(view)
        self._make_room()

    def _make_room(self) -> None:
        """Let the palette of tissues stand where the numbers do, while it is open."""
        is_shown = self._has_area and not self.tissue.view.is_open
        self._kind_row.setVisible(not self.tissue.view.is_open)
        self.area.setVisible(is_shown)
        self._area_rule.setVisible(is_shown)
        self.show_uncertainty()

    def show_uncertainty(self) -> None:
        """Show or hide what makes the area uncertain, as the action says."""
        is_shown = self._measured is not None and not self.tissue.view.is_open
        terms = self._measured.terms if self._measured is not None and is_shown else ()
        self._uncertain_row.setVisible(bool(terms))
        self.uncertainty.setVisible(bool(terms) and self._why_uncertain.isChecked())
        if self._measured is not None and terms:
            self.uncertainty.show_measurement(self._measured, self._made_by)

    def answer_uncertainty(self) -> None:
        """Show or hide it as a person asked to: all of it in view, with what to do at its end."""
        self.show_uncertainty()
        if self.uncertainty.isVisible():
            # The scrolled area takes its new height when what changed in it is laid out.
            QTimer.singleShot(0, self, self._reach_uncertainty)

    def _reach_uncertainty(self) -> None:
        self._scroll.ensureWidgetVisible(self.uncertainty, 0, 0)

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show these messages in place of those before; one that was there stays as it is."""
        if [note for note, _ in self._said] == list(notes):
            return
        before = self._said
        self._said = []
        while self._notes.takeAt(0) is not None:
            pass
        for note in notes:
            same = next((one for one in before if one[0] == note), None)
            if same is not None:
                before.remove(same)
            message = self._message(note) if same is None else same[1]
            self._said.append((note, message))
            self._notes.addWidget(message)
        for _, message in before:
            message.hide()
            message.deleteLater()

    def reach_notes(self) -> None:
        """Bring the first message into view, once it is laid out."""
        QTimer.singleShot(0, self, self._reach_first_note)

    def _reach_first_note(self) -> None:
        # Its sentences wrap: only once it has its width is it known how high it is.
        QTimer.singleShot(0, self, self._scroll_to_first_note)

    def _scroll_to_first_note(self) -> None:
        if self._said:
            self._scroll.ensureWidgetVisible(self._said[0][1], 0, 12)

    def _message(self, note: Note) -> Message:
        buttons: list[tuple[str, Callable[[], object]] | KeyButton] = list(note.actions)
        buttons += [
            KeyButton.of(self._table[action_id], size="small") for action_id in note.action_ids
        ]
        message: Message
        if note.doubt is not None and note.doubt.place_px:
            message = DoubtNote(note.kind, note.title, note.text, note.doubt)
            message.pointed.connect(lambda doubt, own=message: self._point(own, doubt))
        else:
            message = Message(note.kind, note.title, note.text, buttons)
        # As high as its sentences need at this width, whatever they need at another.
        message.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        return message

    def _point(self, own: DoubtNote, doubt: Doubt | None) -> None:
        """Let the photograph show a doubt's place; where none is pointed at, the one kept."""
        others = [one for one in self.notes if isinstance(one, DoubtNote) and one is not own]
        if own.is_kept:
            for other in others:
                other.let_go()
        kept = next((one.doubt for one in others if one.is_kept), None)
        self.doubt_pointed.emit(kept if doubt is None else doubt)

    @property
    def notes(self) -> tuple[Message, ...]:
        """The messages shown."""
        return tuple(message for _, message in self._said)

    def ask_why(self, placeholder: str) -> None:
        """Show the field for the reason; an empty placeholder hides it."""
        is_shown = bool(placeholder)
        if is_shown != self._why_row.isVisible():
            self.why.clear()
        self.why.setPlaceholderText(placeholder)
        self._why_row.setVisible(is_shown)

    # --- the cards that ask ----------------------------------------------------------------------

    def _place_cards(self) -> None:
        """Lay what asks below the lesion's head."""
        top = self._scroll.geometry().top() + 4
        for card in (self.picker, self.refiling):
            card.setFixedWidth(self.width() - 17)
            card.move(9, top)
            card.raise_()

    def show_top(self) -> None:
        """Show the area again, however far down another photograph's doubts were read."""
        self._scroll.verticalScrollBar().setValue(0)

    def dismiss(self) -> None:
        """Take away what asks."""
        self.picker.dismiss()
        self.refiling.dismiss()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_cards()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            done = super().event(event)
            self._place_cards()
            return done
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 480)
