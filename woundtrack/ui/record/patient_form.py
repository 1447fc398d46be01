"""Rows of a form over a draft: a question, its answer, and a word on what was understood.

Hides how each kind of answer is shown and told; the draft holds what is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from woundtrack.model import Missing, PartialDate, Range
from woundtrack.ui.components import DropDown, Label, TickBox, rule
from woundtrack.ui.record.choice_bar import ChoiceBar
from woundtrack.ui.record.number_field import NumberField
from woundtrack.ui.record.partial_date_field import PartialDateField
from woundtrack.ui.record.patient_words import choices_of, word_of
from woundtrack.ui.record.tick_bar import TickBar

if TYPE_CHECKING:
    from woundtrack.ui.record.patient_draft import Part, PatientDraft

LABEL_WIDTH: Final = 152
_ROW: Final = 40
_BETWEEN: Final = 32  # two columns
_LONGEST: Final = 200
_WIDEST_LINE: Final = 640


class Section(QWidget):
    """One page of a patient's form.

    Signals
    -------
    changed()
        A person changed something in the draft.
    """

    changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.label_width = LABEL_WIDTH
        self.draft: PatientDraft | None = None
        self.is_new = False
        self._shows: list[Callable[[PatientDraft], None]] = []
        self._refusals: list[Callable[[], tuple[QWidget, str] | None]] = []
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(4, 2, 12, 8)
        self.rows.setSpacing(0)
        self.setAccessibleName(title)

    # --- what the sheet asks ---------------------------------------------------------------------

    def parts(self) -> tuple[Part, ...]:
        """Return the entries that it is about, whose history stands beside it."""
        return ()

    def show_draft(self, draft: PatientDraft) -> None:
        """Show a draft; one that wasn't shown before takes the place of all that was typed."""
        self.is_new = draft is not self.draft
        self.draft = draft
        for show in self._shows:
            show(draft)
        self.is_new = False

    def refusal(self) -> tuple[QWidget, str] | None:
        """Return the first field that can't be recorded as it stands, and why; None for none."""
        return next((found for one in self._refusals if (found := one()) is not None), None)

    # --- building --------------------------------------------------------------------------------

    def heading(self, text: str, said: str = "") -> None:
        """Add the title of what follows, and a sentence on it."""
        self.rows.addWidget(Label(text, "section"))
        if said:
            self.rows.addWidget(Label(said, "label", "2", wraps=True))
        self.rows.addSpacing(8)

    def row(
        self, title: str, *controls: QWidget, caption: str = "", into: QVBoxLayout | None = None
    ) -> QWidget:
        """Add a row, to a part of the page where one is given; return its whole."""
        label = Label(title, "body_strong", wraps=True)
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addStretch(1)
        head.addWidget(label)
        if caption:
            head.addWidget(Label(caption, "caption", "2", wraps=True))
        head.addStretch(1)
        holder = QWidget()
        holder.setLayout(head)
        head.setContentsMargins(0, 0, 8, 0)
        holder.setFixedWidth(self.label_width)
        across = QHBoxLayout()
        across.setContentsMargins(0, 4, 0, 4)
        across.setSpacing(12)
        across.addWidget(holder)
        for control in controls:
            if isinstance(control, QLineEdit):
                control.setMaximumWidth(_WIDEST_LINE)
            fills = control.sizePolicy().hasHeightForWidth() or isinstance(control, QLineEdit)
            across.addWidget(control, 1 if fills else 0)
        across.addStretch(0)
        if controls and not any(
            one.sizePolicy().hasHeightForWidth() or isinstance(one, QLineEdit) for one in controls
        ):
            across.addStretch(1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rule())
        layout.addLayout(across)
        whole.setMinimumHeight(_ROW)
        (self.rows if into is None else into).addWidget(whole)
        return whole

    def halves(self, wide_from: int) -> SideBySide:
        """Add two halves: beneath each other, or side by side where the page is wide enough."""
        halves = SideBySide(wide_from)
        self.rows.addWidget(halves)
        return halves

    def choice(
        self,
        part: Callable[[], Part],
        field: str,
        kind: type[StrEnum],
        *,
        name: str,
        has_unknown: bool = True,
        without: Sequence[StrEnum] = (),
    ) -> ChoiceBar:
        """Return answers side by side, of a value set."""
        offered = [(one, said) for one, said in choices_of(kind) if one not in without]
        return self._bar(part, field, offered, name=name, has_unknown=has_unknown)

    def yes_no(
        self, part: Callable[[], Part], field: str, *, name: str, has_unknown: bool = True
    ) -> ChoiceBar:
        """Return yes, no and not known side by side."""
        offered = [(True, word_of(True)), (False, word_of(False))]
        return self._bar(part, field, offered, name=name, has_unknown=has_unknown)

    def _bar(
        self,
        part: Callable[[], Part],
        field: str,
        offered: Sequence[tuple[Any, str]],
        *,
        name: str,
        has_unknown: bool,
    ) -> ChoiceBar:
        whole = list(offered)
        if has_unknown:
            whole.append((Missing.UNKNOWN, word_of(Missing.UNKNOWN)))
        bar = ChoiceBar(whole, name=name)
        self._follow(bar, part, field)
        return bar

    def ticks(
        self, part: Callable[[], Part], field: str, kind: type[StrEnum], *, name: str
    ) -> TickBar:
        """Return tick boxes of a value set, of which several hold."""
        bar = TickBar(choices_of(kind), alone=Missing.NOT_APPLICABLE, name=name)
        self._follow(bar, part, field)
        return bar

    def tick(self, part: Callable[[], Part], field: str, text: str) -> TickBox:
        """Return one tick box."""
        box = TickBox(text)
        box.clicked.connect(lambda is_on: self.tell(part(), field, bool(is_on)))
        self._shows.append(lambda draft: box.setChecked(draft.value(part(), field) is True))
        return box

    def number(
        self, part: Callable[[], Part], field: str, limits: Range, *, name: str
    ) -> NumberField:
        """Return a number with its unit."""
        made = NumberField(limits, name=name)
        made.answered.connect(lambda value: self.tell(part(), field, value))

        def show(draft: PatientDraft) -> None:
            # What can't be stays as it was typed, to be mended, until the draft is read anew.
            if self.is_new or not made.refusal:
                made.show_answer(draft.value(part(), field), None, is_copied=False)

        self._shows.append(show)
        self._refusals.append(lambda: (made, made.refusal) if made.refusal else None)
        return made

    def day(self, part: Callable[[], Part], field: str, *, name: str) -> PartialDateField:
        """Return a date of any precision."""
        made = PartialDateField(name=name, hint=self.tr("such as Mar 2024"))
        made.setFixedWidth(190)

        def edited() -> None:
            if made.is_understood:
                self.tell(part(), field, made.value)

        def show(draft: PatientDraft) -> None:
            value = draft.value(part(), field)
            is_typed = made.line.hasFocus() and value == made.value
            if self.is_new or (made.is_understood and not is_typed):
                made.set_value(value if isinstance(value, PartialDate) else None)

        def refused() -> tuple[QWidget, str] | None:
            if made.is_understood:
                return None
            said = self.tr("{name}: type a day, a month or a year, such as 11 Jun 2026.")
            return made.line, said.format(name=name)

        made.edited.connect(edited)
        self._shows.append(show)
        self._refusals.append(refused)
        return made

    def text(self, part: Callable[[], Part], field: str, *, name: str, hint: str = "") -> QLineEdit:
        """Return a line of text."""
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setPlaceholderText(hint)
        line.setMaxLength(_LONGEST)
        line.setMinimumHeight(32)
        line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line.textEdited.connect(lambda text: self.tell(part(), field, " ".join(text.split())))

        def show(draft: PatientDraft) -> None:
            value = draft.value(part(), field)
            shown = value if isinstance(value, str) and not isinstance(value, Missing) else ""
            if " ".join(line.text().split()) != shown:
                line.setText(shown)
                if not line.hasFocus():
                    line.setCursorPosition(0)  # the head of a long text is shown, not its tail

        self._shows.append(show)
        return line

    def list_of(
        self,
        part: Callable[[], Part],
        field: str,
        offered: Sequence[tuple[Any, str]],
        *,
        name: str,
        none: str,
    ) -> DropDown:
        """Return a list that opens; ``none`` is what it says without an answer."""
        made = DropDown()
        made.setAccessibleName(name)
        made.setMaxVisibleItems(20)
        made.addItem(none, None)
        for value, said in offered:
            made.addItem(said, value)
        made.setMinimumWidth(260)
        values = [None, *(value for value, _ in offered)]
        made.activated.connect(lambda at: self.tell(part(), field, values[at]))

        def show(draft: PatientDraft) -> None:
            value = draft.value(part(), field)
            made.setCurrentIndex(values.index(value) if value in values else 0)

        self._shows.append(show)
        return made

    def watch(self, show: Callable[[PatientDraft], None]) -> None:
        """Call ``show`` whenever the draft is shown."""
        self._shows.append(show)

    def tell(self, part: Part, field: str, value: object) -> None:
        """Put a value into the draft."""
        if self.draft is not None:
            self.draft.set(part, field, value)
            self.changed.emit()

    def _follow(self, control: ChoiceBar | TickBar, part: Callable[[], Part], field: str) -> None:
        control.answered.connect(lambda value: self.tell(part(), field, value))
        self._shows.append(
            lambda draft: control.show_answer(draft.value(part(), field), None, is_copied=False)
        )


class SideBySide(QWidget):
    """Two columns of rows: beneath each other, or side by side from a width in pixels on.

    The second begins where the first ends, for the eye and for Tab.
    """

    def __init__(self, wide_from: int) -> None:
        super().__init__()
        self._wide_from = wide_from
        self._across = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._across.setContentsMargins(0, 0, 0, 0)
        self._across.setSpacing(0)
        self.first, self.second = self._column(), self._column()

    @property
    def is_wide(self) -> bool:
        """Whether the columns stand side by side."""
        return self._across.direction() != QBoxLayout.Direction.TopToBottom

    def _column(self) -> QVBoxLayout:
        outer, column = QVBoxLayout(), QVBoxLayout()
        column.setSpacing(0)
        outer.setSpacing(0)
        outer.addLayout(column)
        outer.addStretch(1)
        self._across.addLayout(outer, 1)
        return column

    def resizeEvent(self, event: QResizeEvent) -> None:
        is_wide = event.size().width() >= self._wide_from
        ways = QBoxLayout.Direction
        # Across follows the language by itself.
        self._across.setDirection(ways.LeftToRight if is_wide else ways.TopToBottom)
        self._across.setSpacing(_BETWEEN if is_wide else 0)
        super().resizeEvent(event)


def plain_ground(widget: QWidget) -> QWidget:
    """Return a widget with the surface as its ground, to scroll on a card."""
    widget.setProperty("role", "surface")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget
