"""The reading sessions of a library: how far each reader is, and what can be done with each.

Hides the two tables and which row is meant; the sheet does what is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from woundtrack.ui import theme
from woundtrack.ui.agreement import said
from woundtrack.ui.components import KeyButton, Label, rule, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from woundtrack.model import ReaderError, ReadingSession
    from woundtrack.workflow.reading import ReaderProgress

_READABLE: Final = 520  # px, of lines that are read


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRow:
    """A session as the list shows it: how many pictures it has, and how far each reader is."""

    session: ReadingSession
    pictures: int
    progress: tuple[ReaderProgress, ...]

    @property
    def read(self) -> int:
        """How many readings there are."""
        return sum(one.read for one in self.progress)

    @property
    def tasks(self) -> int:
        """How many there will be."""
        return sum(one.tasks for one in self.progress)


class SessionsPage(QWidget):
    """The sessions at the left, the readers of the chosen one at the right.

    Signals
    -------
    new_asked(), answers_asked(), results_asked()
        Make a session; take answers that came back; see how well the chosen one's readers agree.
    read_asked(str), package_asked(str)
        A reader of the chosen session reads here, or gets a package.
    retire_asked()
        Take the chosen session out of view.
    """

    new_asked = Signal()
    answers_asked = Signal()
    results_asked = Signal()
    read_asked = Signal(str)
    package_asked = Signal(str)
    retire_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SessionRow, ...] = ()
        self._can_write = False
        self.sessions = new_table(
            self.tr("Reading sessions"),
            (self.tr("Session"), self.tr("Pictures"), self.tr("Readers"), self.tr("Read")),
        )
        self.readers = new_table(
            self.tr("Readers of this session"),
            (self.tr("Reader"), self.tr("Read"), self.tr("Time")),
        )
        self.person = ""
        """Who works here: chosen first, where they are one of the readers."""
        self.first = KeyButton(self.tr("New session…"), self.tr("Ctrl N"), "main", "plus")
        self.new = KeyButton(self.tr("New session…"), self.tr("Ctrl N"), icon="plus")
        self.answers = KeyButton(self.tr("Take answers that came back…"))
        self.retire = KeyButton(self.tr("Take out of view"), size="small", kind="quiet")
        self.read = KeyButton(self.tr("Read here"), self.tr("Enter"), "main", "eye")
        self.package = KeyButton(self.tr("Package for elsewhere…"))
        self.results = KeyButton(self.tr("Results"), self.tr("Ctrl R"))
        self.about = Label("", "body", "2", wraps=True)
        self._title = Label("", "section")
        self._lay_out()
        self.sessions.itemSelectionChanged.connect(self._show_readers)
        self.readers.itemSelectionChanged.connect(self._show_buttons)
        self.readers.cellActivated.connect(lambda _row, _column: self._ask_read())
        self.sessions.cellActivated.connect(lambda _row, _column: self._ask_read())
        self.first.clicked.connect(self.new_asked)
        self.new.clicked.connect(self.new_asked)
        self.answers.clicked.connect(self.answers_asked)
        self.retire.clicked.connect(self.retire_asked)
        self.results.clicked.connect(self.results_asked)
        self.read.clicked.connect(self._ask_read)
        self.package.clicked.connect(self._ask_package)

    def _lay_out(self) -> None:
        self._lay_out_empty()
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.sessions, 1)
        under = QHBoxLayout()
        under.setSpacing(8)
        for button in (self.new, self.answers):
            under.addWidget(button)
        under.addStretch(1)
        left.addLayout(under)
        self.right = QWidget()
        right = QVBoxLayout(self.right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.retire)
        right.addLayout(head)
        right.addWidget(self.about)
        right.addWidget(self.readers, 1)
        doing = QHBoxLayout()
        doing.setSpacing(8)
        doing.addWidget(self.results)
        doing.addStretch(1)
        doing.addWidget(self.package)
        doing.addWidget(self.read)
        right.addLayout(doing)
        self._work = QWidget()
        across = QHBoxLayout(self._work)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(20)
        across.addLayout(left, 1)
        across.addWidget(rule(vertical=True))
        across.addWidget(self.right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.empty)
        layout.addWidget(self._work)

    def _lay_out_empty(self) -> None:
        """Lay out what is shown before there is a session."""
        self.empty = QWidget()
        text = Label(
            self.tr(
                "Two or more people outline the same photographs without seeing whose they are, of "
                "when, or what others drew. woundtrack then says how well they agree. Nothing of "
                "it touches what was accepted."
            ),
            "body",
            "2",
            wraps=True,
        )
        text.setFixedSize(_READABLE, text.heightForWidth(_READABLE))
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self.empty)
        column.setSpacing(12)
        column.addStretch(2)
        for widget in (Label(self.tr("No reading session yet"), "section"), text, self.first):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)

    # --- showing ---------------------------------------------------------------------------------

    def show_sessions(
        self, rows: Sequence[SessionRow], *, adopted: ReaderError | None, can_write: bool
    ) -> None:
        """Show the sessions; the one that was chosen stays chosen."""
        before = self.chosen
        reader = self.reader if before is not None else ""
        self._rows, self._can_write = tuple(rows), can_write
        self._adopted = None if adopted is None else adopted.session_id
        with QSignalBlocker(self.sessions):
            cells = [
                (
                    row.session.name,
                    str(row.pictures),
                    said.named(row.session.readers),
                    self.tr("{read} of {all}").format(read=row.read, all=row.tasks),
                )
                for row in rows
            ]
            filled_table(self.sessions, cells)
            ids = [row.session.id for row in rows]
            known = before.session.id if before is not None else ""
            if rows:
                self.sessions.selectRow(ids.index(known) if known in ids else 0)
        self.empty.setVisible(not rows)
        self._work.setVisible(bool(rows))
        for button in (self.new, self.first):
            button.setEnabled(can_write)
        self.answers.setEnabled(can_write and bool(rows))
        self._show_readers()
        if reader:
            self.choose_reader(reader)

    _adopted: str | None = None
    _shown = ""

    @property
    def rows(self) -> tuple[SessionRow, ...]:
        """What is listed."""
        return self._rows

    @property
    def chosen(self) -> SessionRow | None:
        """The session that is chosen."""
        place = self.sessions.currentRow()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    @property
    def reader(self) -> str:
        """The reader that is chosen; empty for none."""
        row, place = self.chosen, self.readers.currentRow()
        readers = () if row is None else row.session.readers
        return readers[place] if 0 <= place < len(readers) else ""

    def choose(self, session_id: str) -> None:
        """Choose a session of the list."""
        for place, row in enumerate(self._rows):
            if row.session.id == session_id:
                self.sessions.selectRow(place)

    def choose_reader(self, name: str) -> None:
        """Choose a reader of the chosen session, in upper or lower case; nothing for a stranger."""
        row = self.chosen
        for place, one in enumerate(() if row is None else row.session.readers):
            if one.casefold() == name.casefold():
                self.readers.selectRow(place)

    def _show_readers(self) -> None:
        row = self.chosen
        with QSignalBlocker(self.readers):
            cells = []
            for one in () if row is None else row.progress:
                time = words.DASH
                if one.seconds is not None:
                    time = self.tr("{n} min").format(n=round(one.seconds / 60))
                read = self.tr("{read} of {all}").format(read=one.read, all=one.tasks)
                cells.append((one.reader, read, time))
            filled_table(self.readers, cells)
            if row is not None and row.session.id != self._shown:
                self._shown = row.session.id
                self.readers.selectRow(self._first_reader(row))
        if row is not None:
            self._title.setText(row.session.name)
            self.about.setText(self._about(row))
        self._show_buttons()

    def _first_reader(self, row: SessionRow) -> int:
        """Return the place of who is here, else of the first who has something left to read."""
        names = [one.casefold() for one in row.session.readers]
        if self.person.casefold() in names:
            return names.index(self.person.casefold())
        return next((n for n, one in enumerate(row.progress) if one.read < one.tasks), 0)

    def _about(self, row: SessionRow) -> str:
        session = row.session
        found = [
            self.tr("{pictures}, drawn by chance as many small, middle and large.").format(
                pictures=said.pictures(row.pictures)
            )
            if session.is_sampled
            else self.tr("{pictures}, chosen.").format(pictures=said.pictures(row.pictures))
        ]
        if session.repeats > 1:
            found.append(self.tr("Everybody reads each {n} times.").format(n=session.repeats))
        if session.asks:
            asked = said.named([said.asked_name(one).lower() for one in session.asks])
            found.append(self.tr("Asked beside the outline: {asked}.").format(asked=asked))
        day = words.day(session.created_at.astimezone().date())
        found.append(self.tr("Made {day} by {who}.").format(day=day, who=session.created_by))
        if self._adopted == session.id:
            found.append(self.tr("The timeline shows this session's error."))
        return " ".join(found)

    def _show_buttons(self) -> None:
        row, reader = self.chosen, self.reader
        left = 0
        for one in () if row is None else row.progress:
            if one.reader == reader:
                left = one.tasks - one.read
        is_there = row is not None and bool(reader)
        self.read.setEnabled(is_there and self._can_write)
        self.read.reword(
            self.tr("Read here as {reader}").format(reader=reader) if reader else self.tr("Read")
        )
        self.package.setEnabled(is_there and self._can_write and left > 0)
        self.results.setEnabled(row is not None and row.read > 0)
        self.retire.setEnabled(row is not None and self._can_write)

    def _ask_read(self) -> None:
        if self.read.isEnabled():
            self.read_asked.emit(self.reader)

    def _ask_package(self) -> None:
        self.package_asked.emit(self.reader)


def new_table(name: str, columns: tuple[str, ...]) -> QTableWidget:
    """Return a list of rows to be chosen one at a time; the first column takes the room."""
    table = QTableWidget(0, len(columns))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(list(columns))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setFont(theme.font("label"))
    # With the 3 px that Qt leaves, the 8 px of the head: the rows stand under its words.
    table.setStyleSheet("QTableView::item { padding: 0 5px; border: 0; }")
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(30)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    return table


def filled_table(table: QTableWidget, rows: Sequence[tuple[str, ...]]) -> None:
    """Put these rows in place of those that were there."""
    table.setRowCount(len(rows))
    for place, cells in enumerate(rows):
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(place, column, item)
