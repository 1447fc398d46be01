"""Send to an archive: where to, what waits, what was set aside and why; sent one by one.

Hides the order of the queue on screen and its states in words.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from woundtrack.errors import WoundtrackError
from woundtrack.model import Sending, SendState, now
from woundtrack.ui import messages, theme
from woundtrack.ui.components import KeyButton, Label, Segmented, rule, words
from woundtrack.ui.exporting.archive_form import ArchiveForm
from woundtrack.ui.exporting.sending_run import SendingRun
from woundtrack.ui.window.overlay import Overlay
from woundtrack.workflow import archiving

if TYPE_CHECKING:
    from woundtrack.model import Archive
    from woundtrack.records import Library
    from woundtrack.ui.components.surfaces import Tone
    from woundtrack.ui.session import Session

_WIDTH: Final = 1160
_HEIGHT: Final = 612
_LEFT: Final = 400
_MOST_SHOWN: Final = 500
_ORDER: Final = {
    SendState.WAITING: 0,
    SendState.REFUSED: 1,
    SendState.SENT: 2,
    SendState.CANCELLED: 3,
}
_ID: Final = Qt.ItemDataRole.UserRole


class ArchiveSheet(Overlay):
    """The archives of this computer, and the library's queue for each."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window, _WIDTH, _HEIGHT, widest=1440, highest=900)
        self._session = session
        self.run = SendingRun(session, self)
        self._rows: dict[str, Sending] = {}
        self.inside.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(Label(self.tr("Send to an archive"), "title"))
        head.addSpacing(8)
        about = self.tr("Photographs as DICOM, through a queue that outlives a restart.")
        head.addWidget(Label(about, "body", "2"), 1)
        self.inside.addLayout(head)
        across = QHBoxLayout()
        across.setSpacing(20)
        self.form = ArchiveForm(session)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.form)
        area.setFixedWidth(_LEFT)
        across.addWidget(area)
        across.addWidget(rule(vertical=True))
        across.addLayout(self._build_queue(), 1)
        self.inside.addLayout(across, 1)
        self.inside.addWidget(rule())
        self.inside.addLayout(self._build_foot())
        self.form.chosen.connect(self._archive_chosen)
        self.run.advanced.connect(self._advanced)
        self.run.ended.connect(self._ended)
        session.library_changed.connect(self._follow)
        session.patient_changed.connect(self._follow)
        session.library_closed.connect(self.dismiss)

    def _build_queue(self) -> QVBoxLayout:
        self.under = Segmented(
            [(False, self.tr("Under the name")), (True, self.tr("Under a study's code"))],
            name=self.tr("How the patient is called there"),
            has_tick=True,
        )
        self.under.chosen.connect(self._under_chosen)
        self.study = QLineEdit()
        self.study.setAccessibleName(self.tr("Study whose code is used"))
        self.study.setPlaceholderText(self.tr("The clinic's own"))
        self.study.setMaxLength(60)
        self.study.setMaximumWidth(160)
        self.add = KeyButton("", icon="plus")
        self.add.clicked.connect(self._add)
        self.under_said = Label("", "label", "2", wraps=True)
        self.table = QTableWidget(0, 4)
        self.table.setAccessibleName(self.tr("The queue of this archive"))
        self.table.setHorizontalHeaderLabels(
            [self.tr("Patient"), self.tr("Photograph"), self.tr("State"), self.tr("Called")]
        )
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setStyleSheet("QTableView::item { padding: 0 5px; border: 0; }")  # as the heads
        self.table.setFont(theme.font("label"))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(30)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._selected)
        self.why = Label("", "body", "2", wraps=True)
        self.why.setMinimumHeight(36)
        self.why.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.retry = KeyButton(self.tr("Let it wait again"), size="small")
        self.retry.clicked.connect(self._retry)
        self.cancel = KeyButton(self.tr("Take it out"), self.tr("Del"), size="small")
        self.cancel.clicked.connect(self._cancel)
        queue = QVBoxLayout()
        queue.setSpacing(8)
        queue.addWidget(Label(self.tr("What goes there"), "section"))
        adding = QHBoxLayout()
        adding.setSpacing(8)
        adding.addWidget(self.under)
        adding.addWidget(self.study)
        adding.addStretch(1)
        adding.addWidget(self.add)
        queue.addLayout(adding)
        queue.addWidget(self.under_said)
        queue.addWidget(self.table, 10)
        queue.addWidget(self.why)
        queue.addStretch(1)
        doing = QHBoxLayout()
        doing.setSpacing(8)
        for button in (self.retry, self.cancel):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            doing.addWidget(button)
        doing.addStretch(1)
        queue.addLayout(doing)
        return queue

    def _build_foot(self) -> QHBoxLayout:
        self.said = Label("", "body", "2", wraps=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(180)
        self.stop = KeyButton(self.tr("Stop"))
        self.stop.setAccessibleName(self.tr("Stop sending"))
        self.stop.clicked.connect(self.run.stop)
        self.close_button = KeyButton(self.tr("Close"), self.tr("Esc"))
        self.close_button.clicked.connect(self.dismiss)
        self.send = KeyButton("", self.tr("Ctrl Enter"), "main")
        self.send.clicked.connect(self._send)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.bar)
        foot.addWidget(self.stop)
        foot.addWidget(self.close_button)
        foot.addWidget(self.send)
        return foot

    # --- opening ---------------------------------------------------------------------------------

    def open(self) -> None:
        if self._session.library is None:
            return
        if not self.run.is_running:
            self._say("")
        self.form.read()
        self._show_under()
        super().open()
        if self.form.archive is None:
            self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        has_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if is_enter and has_control and self.send.isEnabled():
            self._send()
        elif event.key() == Qt.Key.Key_Delete and self.cancel.isEnabled():
            self._cancel()
        elif is_enter:
            pass
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    # --- showing ---------------------------------------------------------------------------------

    def _follow(self, _: object = None) -> None:
        if self.isVisible():
            self._show()

    def _archive_chosen(self, _archive: Archive | None) -> None:
        self._show()

    def _under_chosen(self, _value: object) -> None:
        self._show_under()

    def _show_under(self) -> None:
        by_code = bool(self.under.value())
        self.study.setVisible(by_code)
        self.under_said.setText(
            self.tr("A random code and moved days; only pictures that a person released.")
            if by_code
            else self.tr("The hospital's own record: names, true dates, the photograph as taken.")
        )

    def _show(self) -> None:
        library, archive = self._session.library, self.form.archive
        if library is None:
            return
        rows = () if archive is None else library.sendings(archive.name)
        ordered = sorted(rows, key=_order)[:_MOST_SHOWN]
        chosen = self._chosen_ids()
        self._rows = {one.id: one for one in ordered}
        with QSignalBlocker(self.table):
            self._fill(library, ordered, chosen)
        patient = self._session.patient
        self.add.setText(
            self.tr("Add a patient's photographs")
            if patient is None
            else self.tr("Add those of {code}").format(code=words.kept_whole(patient.code))
        )
        can_write = self._session.can_write
        self.add.setEnabled(can_write and patient is not None and archive is not None)
        self.add.setToolTip(
            self.tr("Choose a patient in the list first.") if patient is None else ""
        )
        waiting = sum(one.state is SendState.WAITING for one in rows)
        self.send.setText(
            words.counted(waiting, self.tr("Send 1 photograph"), self.tr("Send {n} photographs"))
            if waiting
            else self.tr("Nothing waits")
        )
        self.send.setEnabled(can_write and bool(waiting) and not self.run.is_running)
        is_running = self.run.is_running
        self.bar.setVisible(is_running)
        self.stop.setVisible(is_running)
        self.send.setVisible(not is_running)
        self._selected()

    def _fill(self, library: Library, ordered: list[Sending], chosen: set[str]) -> None:
        self.table.setRowCount(len(ordered))
        self.table.setVisible(bool(ordered))  # what to do stands in its place
        today = now().astimezone().date()
        for place, sending in enumerate(ordered):
            cells = (*_whose(library, sending), _state(sending, today), self._called(sending))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setData(_ID, sending.id)
                item.setToolTip(text)
                self.table.setItem(place, column, item)
                item.setSelected(sending.id in chosen)

    def _called(self, sending: Sending) -> str:
        if sending.study is None:
            return self.tr("by name")
        return sending.study or self.tr("by code")

    def _chosen_ids(self) -> set[str]:
        return {str(item.data(_ID)) for item in self.table.selectedItems()}

    @property
    def chosen(self) -> tuple[Sending, ...]:
        """The rows that are selected, in their order."""
        ids = self._chosen_ids()
        return tuple(one for one in self._rows.values() if one.id in ids)

    def _selected(self) -> None:
        chosen = self.chosen
        can_write = self._session.can_write and not self.run.is_running
        self.retry.setEnabled(
            can_write
            and any(one.state in {SendState.REFUSED, SendState.CANCELLED} for one in chosen)
        )
        self.cancel.setEnabled(
            can_write and any(one.state in {SendState.WAITING, SendState.REFUSED} for one in chosen)
        )
        fault = archiving.fault_of(chosen[0]) if len(chosen) == 1 else None
        self.why.setText(self._nothing() if fault is None else messages.sentence_of(fault))

    def _nothing(self) -> str:
        """Return why no row is there; empty where there are some."""
        if self.form.archive is None:
            return self.tr(
                "Give the archive's address and title, test the connection, and keep it: who runs "
                "the archive knows them, and lets this computer in."
            )
        if not self._rows:
            return self.tr("Nothing waits for this archive. Add a patient's photographs.")
        return ""

    # --- doing -----------------------------------------------------------------------------------

    def _add(self) -> None:
        library, patient, archive = (
            self._session.library,
            self._session.patient,
            self.form.archive,
        )
        if library is None or patient is None or archive is None:
            return
        study = " ".join(self.study.text().split()) if self.under.value() else None
        try:
            queued = archiving.queue_patient(
                library,
                patient,
                archive,
                by=self._session.person,
                study=study,
                with_unasked=self._session.settings.exports_unasked,
            )
        except WoundtrackError as problem:
            self._say(messages.sentence_of(problem), "refuse")
            return
        self._session.changed("sendings")
        said = words.counted(
            len(queued.added),
            self.tr("1 photograph of {code} waits now."),
            self.tr("{n} photographs wait now."),
        ).replace("{code}", patient.code)
        if not queued.added:
            said = self.tr("Nothing new of {code} to send.").format(code=patient.code)
        if queued.sent_already:
            said += " " + words.counted(
                queued.sent_already,
                self.tr("1 is there already."),
                self.tr("{n} are there already."),
            )
        self._say(said)

    def _retry(self) -> None:
        self._change(archiving.retry_sending, (SendState.REFUSED, SendState.CANCELLED))

    def _cancel(self) -> None:
        self._change(archiving.cancel_sending, (SendState.WAITING, SendState.REFUSED))

    def _change(self, verb: object, states: tuple[SendState, ...]) -> None:
        library = self._session.library
        if library is None or not callable(verb):
            return
        try:
            for sending in self.chosen:
                if sending.state in states:
                    verb(library, sending, by=self._session.person)
        except WoundtrackError as problem:
            self._say(messages.sentence_of(problem), "refuse")
        self._session.changed("sendings")
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self) -> None:
        archive = self.form.archive
        if archive is not None and self.send.isEnabled():
            self.form.say("")
            self.run.start(archive)

    def _advanced(self) -> None:
        done = self.run.sent + self.run.set_aside
        self.bar.setRange(0, max(1, self.run.total))
        self.bar.setValue(done)
        if self.run.is_running:
            said = self.tr("{done} of {all} sent").format(done=done, all=self.run.total)
            self.bar.setAccessibleName(said)
            self._say(said)
        if self.isVisible():
            self._show()

    def _ended(self, problem: WoundtrackError | None) -> None:
        said = words.counted(
            self.run.sent, self.tr("1 photograph was sent."), self.tr("{n} photographs were sent.")
        )
        if self.run.set_aside:
            said += " " + words.counted(
                self.run.set_aside, self.tr("1 was set aside."), self.tr("{n} were set aside.")
            )
        if problem is not None:
            said = f"{said} {messages.sentence_of(problem)}" if self.run.sent else ""
            said = said or messages.sentence_of(problem)
        self._say(said, "2" if problem is None else "refuse")
        if not self.isVisible():
            if problem is not None:
                self._session.problem.emit(problem)
            else:
                self._session.said.emit(said)

    def _say(self, said: str, tone: Tone = "2") -> None:
        self.said.setText(said)
        self.said.set_tone(tone)


def _order(sending: Sending) -> tuple[int, float]:
    """Return what is sorted by: what waits as it is sent, of what is done the newest first."""
    queued_s = sending.queued_at.timestamp()
    is_waiting = sending.state is SendState.WAITING
    return _ORDER[sending.state], queued_s if is_waiting else -queued_s


def _whose(library: Library, sending: Sending) -> tuple[str, str]:
    """Return the patient's code, and the day and name of the photograph."""
    filed = library.photograph(sending.photograph_id)
    visit = library.visit(filed.visit_id)
    name = filed.photograph.original_name.rsplit("/", 1)[-1]
    return library.patient(visit.patient_id).code, f"{words.day(visit.visited_on)}, {name}"


def _state(sending: Sending, today: date) -> str:
    def told(text: str) -> str:
        return QCoreApplication.translate("Queue", text)

    when = "" if sending.tried_at is None else words.moment(sending.tried_at, today)
    match sending.state:
        case SendState.SENT:
            return told("Sent {when}").format(when=when)
        case SendState.REFUSED:
            return told("Set aside {when}").format(when=when)
        case SendState.CANCELLED:
            return told("Taken out")
    if not sending.attempts:
        return told("Waits")
    tried = words.counted(sending.attempts, told("tried once"), told("tried {n} times"))
    return told("Waits, {tried}, last {when}").format(tried=tried, when=when)
