"""Sends what waits for an archive: prepared and noted by the window, delivered by a worker.

Hides the turn from one photograph to the next, and that an archive that is away ends the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from woundtrack.errors import ConsentRefused, NotSendable, WoundtrackError
from woundtrack.model import SendState
from woundtrack.workflow import archiving

if TYPE_CHECKING:
    from woundtrack.model import Archive, Progress, Sending
    from woundtrack.records import Library
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task
    from woundtrack.workflow.archiving import Outcome
    from woundtrack.workflow.exporting_dicom import Parcel


class SendingRun(QObject):
    """One run over the rows that wait; what was confirmed is noted before the next begins.

    Signals
    -------
    advanced()
        A row was noted, or the run begins or ends.
    ended(WoundtrackError | None)
        It is over: by a fault of the way there, or because nothing waits or it was stopped.
    """

    advanced = Signal()
    ended = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._archive: Archive | None = None
        self._rows: list[Sending] = []
        self._task: Task | None = None
        self._library: Library | None = None
        self.sent = self.set_aside = self.total = 0
        session.tasks.ended.connect(self._task_ended)

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self._archive is not None

    def start(self, archive: Archive) -> None:
        """Send all that waits for an archive, due or not: a person asks for it."""
        library = self._session.library
        if library is None or self.is_running:
            return
        self._library, self._archive = library, archive
        self._rows = list(library.sendings(archive.name, state=SendState.WAITING))
        self.sent = self.set_aside = 0
        self.total = len(self._rows)
        self.advanced.emit()
        self._next()

    def stop(self) -> None:
        """Stop after what is on its way; what isn't confirmed waits on."""
        self._rows.clear()
        if self._task is not None:
            self._task.cancel()

    def _next(self) -> None:
        library, archive = self._library, self._archive
        if library is None or archive is None:
            return
        if library is not self._session.library or not self._rows:
            self._end(None)
            return
        sending = self._rows.pop(0)
        try:
            parcel = archiving.prepare(
                library,
                sending,
                by=self._session.person,
                with_unasked=self._session.settings.exports_unasked,
            )
        except (ConsentRefused, NotSendable) as fault:
            self._note(sending, archiving.Outcome(fault=fault), None)
            return
        except WoundtrackError as problem:
            self._end(problem)
            return

        def note(outcome: Outcome) -> None:
            self._task = None
            self._note(sending, outcome, parcel)

        self._task = self._session.tasks.run(
            _deliver,
            parcel,
            archive,
            on_done=note,
            key="sending",
            says=self.tr("Sending to {archive}").format(archive=archive.name),
        )

    def _note(self, sending: Sending, outcome: Outcome, parcel: Parcel | None) -> None:
        library = self._library
        if library is None or library is not self._session.library:
            self._end(None)
            return
        try:
            noted = archiving.note_outcome(
                library, sending, outcome, by=self._session.person, parcel=parcel
            )
        except WoundtrackError as problem:
            self._end(problem)
            return
        self.sent += noted.state is SendState.SENT
        self.set_aside += noted.state is SendState.REFUSED
        self._session.changed("sendings")
        self.advanced.emit()
        if noted.state is SendState.WAITING:
            self._end(outcome.fault)
        else:
            QTimer.singleShot(0, self, self._next)  # by turns: hundreds may be set aside in a row

    def _task_ended(self, task: Task) -> None:
        if task is self._task and task.is_cancelled:
            self._end(None)

    def _end(self, problem: WoundtrackError | None) -> None:
        self._archive = self._library = self._task = None
        self._rows.clear()
        self.advanced.emit()
        self.ended.emit(problem)


def _deliver(parcel: Parcel, archive: Archive, progress: Progress) -> Outcome:
    """Send one photograph's objects, on a worker."""
    return archiving.deliver(parcel, archive, progress)
