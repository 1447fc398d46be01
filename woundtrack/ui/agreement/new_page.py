"""A new reading session: its name, who reads, which photographs, how often, what else is asked.

Hides how what was typed becomes readers, and who may be shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from woundtrack.errors import WoundtrackError
from woundtrack.model import Asked
from woundtrack.ui import messages
from woundtrack.ui.agreement import said
from woundtrack.ui.components import KeyButton, Label, Segmented, TickBox, rule, words

if TYPE_CHECKING:
    from woundtrack.model import ReadingSession
    from woundtrack.ui.session import Session
    from woundtrack.workflow.reading import Readable, ReadableItems


class NewPage(QWidget):
    """Asks for a session and makes it.

    Signals
    -------
    made(ReadingSession)
        It was made.
    """

    made = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: ReadableItems | None = None
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the session"))
        self.name.setPlaceholderText(self.tr("Autumn 2026"))
        self.name.setMaxLength(80)
        self.readers = QLineEdit()
        self.readers.setAccessibleName(self.tr("Readers, with commas between"))
        self.readers.setPlaceholderText(self.tr("Ann, Ben, Cy"))
        self.which = Segmented(
            [(True, self.tr("Drawn by chance")), (False, self.tr("Chosen from a list"))],
            name=self.tr("Which photographs"),
            has_tick=True,
        )
        self.count = QSpinBox()
        self.count.setAccessibleName(self.tr("How many pictures"))
        self.count.setRange(1, 1)
        self.repeats = QSpinBox()
        self.repeats.setAccessibleName(self.tr("How often everybody reads each"))
        self.repeats.setRange(1, 10)
        self.asks = {one: TickBox(said.asked_name(one)) for one in Asked}
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Photographs that may be read"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.who = Label("", "body", "2", wraps=True)
        self.sum = Label("", "body", "1", wraps=True)
        self.refused = Label("", "body", "refuse", wraps=True)
        self.make = KeyButton(self.tr("Make the session"), self.tr("Ctrl Enter"), "main")
        self.make.clicked.connect(self.begin)
        self._lay_out()
        self.which.chosen.connect(self._show)
        self.count.valueChanged.connect(self._show)
        self.repeats.valueChanged.connect(self._show)
        self.readers.textChanged.connect(self._show)
        self.name.textChanged.connect(self._show)
        self.list.itemSelectionChanged.connect(self._show)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        counted = QHBoxLayout()
        counted.addWidget(self.which)
        counted.addWidget(self.count)
        counted.addStretch(1)
        asks = QGridLayout()
        asks.setHorizontalSpacing(16)
        for place, box in enumerate(self.asks.values()):
            asks.addWidget(box, place // 2, place % 2)
        asks.setColumnStretch(2, 1)
        rows: tuple[tuple[str, QWidget | QLayout], ...] = (
            (self.tr("Name"), self.name),
            (self.tr("Readers"), self.readers),
            (self.tr("Photographs"), counted),
            (self.tr("Readings of each"), self.repeats),
            (self.tr("Asked besides"), asks),
        )
        for place, (text, part) in enumerate(rows):
            label = Label(text, "label_strong", "2")
            is_high = part is asks
            middle, top = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignTop
            grid.addWidget(label, place, 0, top if is_high else middle)
            if isinstance(part, QLayout):
                grid.addLayout(part, place, 1)
            else:
                grid.addWidget(part, place, 1)
        self.repeats.setMaximumWidth(90)
        self.count.setMinimumWidth(90)
        for field in (self.count, self.repeats):
            field.setFixedHeight(28)
        counted.setSpacing(8)
        hint = Label(
            self.tr(
                "Don't name it after a patient: the name goes with packages. Two readers or more, "
                "three are better; or one who reads everything twice."
            ),
            "label",
            "2",
            wraps=True,
        )
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(Label(self.tr("New reading session"), "section"))
        left.addLayout(grid)
        left.addWidget(hint)
        left.addStretch(1)
        left.addWidget(self.sum)
        left.addWidget(self.refused)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.make)
        left.addLayout(foot)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(Label(self.tr("Who may be shown"), "section"))
        right.addWidget(self.who)
        right.addWidget(self.list, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(20)
        layout.addLayout(left, 5)
        layout.addWidget(rule(vertical=True))
        layout.addLayout(right, 4)

    # --- what may be read ------------------------------------------------------------------------

    def begin_anew(self) -> None:
        """Clear what was typed; who may be shown is being counted."""
        self.name.clear()
        self.readers.setText(self._session.person)
        self.repeats.setValue(1)
        self.which.set_value(True)
        for box in self.asks.values():
            box.setChecked(False)
        self.refused.setText("")
        self._known = None
        self.list.clear()
        self.who.setText(self.tr("Who agrees is being counted."))
        self._show()

    def offer(self, found: ReadableItems) -> None:
        """Offer what may be read."""
        self._known = found
        library = self._session.library
        if library is None:
            return
        total = len(found.items)
        with QSignalBlocker(self.count), QSignalBlocker(self.list):
            self.count.setRange(1, max(1, total))
            self.count.setValue(min(40, max(1, total)))
            self.list.clear()
            for one in found.items:
                visit = library.visit(one.photograph.visit_id)
                text = self.tr("{patient}, {lesion}, {day}, {area}").format(
                    patient=library.patient(visit.patient_id).code,
                    lesion=one.lesion.label,
                    day=words.day(visit.visited_on),
                    area=words.area(one.area_mm2 / 100, has_unit=True),
                )
                QListWidgetItem(text, self.list)
        said_ = [
            words.counted(
                total,
                self.tr("1 open, measured wound may be shown to readers."),
                self.tr("{n} open, measured wounds may be shown to readers."),
            )
        ]
        if found.refused:
            said_.append(
                words.counted(
                    found.refused,
                    self.tr("1 patient doesn't agree to research and is left out."),
                    self.tr("{n} patients don't agree to research and are left out."),
                )
            )
        if found.not_asked:
            said_.append(
                words.counted(
                    found.not_asked,
                    self.tr("1 was not asked and is left out."),
                    self.tr("{n} were not asked and are left out."),
                )
            )
        if found.without_scale:
            said_.append(
                words.counted(
                    found.without_scale,
                    self.tr("1 outline has no scale."),
                    self.tr("{n} outlines have no scale."),
                )
            )
        self.who.setText(" ".join(said_))
        self._show()

    @property
    def names(self) -> list[str]:
        """Who reads, as typed."""
        return [one for part in self.readers.text().split(",") if (one := " ".join(part.split()))]

    @property
    def items(self) -> list[Readable]:
        """What is read, or what it is drawn from."""
        if self._known is None:
            return []
        if self.which.value():
            return list(self._known.items)
        rows = sorted(index.row() for index in self.list.selectedIndexes())
        return [self._known.items[row] for row in rows]

    def _show(self, _changed: object = None) -> None:
        is_drawn = bool(self.which.value())
        self.count.setEnabled(is_drawn)
        self.list.setEnabled(not is_drawn)
        items, names = self.items, self.names
        count = min(self.count.value(), len(items)) if is_drawn else len(items)
        self.make.setEnabled(bool(count and names and self.name.text().split()))
        if self._known is not None and not is_drawn and not items:
            self.sum.setText(self.tr("Choose pictures in the list; Ctrl A takes all."))
        elif count and names:
            self.sum.setText(
                self.tr("{pictures} for each of {readers}: {each} readings a reader.").format(
                    pictures=said.pictures(count),
                    readers=said.named(names),
                    each=count * self.repeats.value(),
                )
            )
        else:
            self.sum.setText("")

    def begin(self) -> None:
        """Make the session that is asked for; why not is said beneath."""
        from woundtrack.workflow.reading import begin_session

        library = self._session.library
        if library is None or not self.make.isEnabled():
            return
        try:
            made: ReadingSession = begin_session(
                library,
                self.name.text(),
                self.items,
                readers=self.names,
                by=self._session.person,
                repeats=self.repeats.value(),
                count=self.count.value() if self.which.value() else None,
                asks=[one for one, box in self.asks.items() if box.isChecked()],
            )
        except WoundtrackError as problem:
            self.refused.setText(messages.sentence_of(problem))
            return
        self.refused.setText("")
        self.made.emit(made)
