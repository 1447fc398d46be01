"""One import under way: which photographs, how far each is, and what came of it.

Hides the order of work: looked at and examined on workers, filed on the GUI thread one transaction
a photograph, so that stopping at any moment leaves whole photographs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import BodySite, VisitPhotograph
from woundtrack.records import Library
from woundtrack.ui.session import Session
from woundtrack.ui.tasks import Task

IN_FLIGHT = 2  # photographs being examined at once: one a worker


class State(StrEnum):
    """How far one photograph is."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    IN_DOUBT = "in doubt"  # filed, but without a scale or without an outline
    PROBLEM = "problem"  # not filed
    KNOWN = "known"  # in the library already


@dataclass(slots=True)
class Incoming:
    """One photograph on its way in; ``error`` says why it stays outside."""

    path: Path
    scanned: workflow.Scanned | None = None
    state: State = State.WAITING
    error: WoundtrackError | None = None
    examined: workflow.Examined | None = None
    filed: workflow.Filed | None = None

    @property
    def taken_on(self) -> date | None:
        """The local day of the capture, or None."""
        return None if self.scanned is None else self.scanned.photograph.taken_on

    @property
    def taken_at(self) -> datetime | None:
        """The local moment of the capture, without a zone, for display; or None."""
        if self.scanned is None or self.scanned.photograph.taken_at is None:
            return None
        facts = self.scanned.photograph
        offset = timedelta(minutes=facts.taken_offset_minutes or 0)
        return (self.scanned.photograph.taken_at + offset).replace(tzinfo=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where photographs are to be filed."""

    patient_code: str
    site: BodySite
    visited_on: date


class ImportBatch(QObject):
    """Looks at files, then files them.

    Signals
    -------
    scanned(Incoming)
        A file was looked at; ``error`` is set when it can't be imported.
    moved(Incoming)
        Its state changed.
    stood_still()
        Nothing is under way any more: finished or stopped.
    """

    scanned = Signal(object)
    moved = Signal(object)
    stood_still = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known_paths: set[Path] = set()
        self._known_bytes: set[str] = set()
        self._to_scan = 0
        self._queue: deque[tuple[Incoming, Place]] = deque()
        self._running: dict[Task, Incoming] = {}
        self._filed: list[tuple[Incoming, Place]] = []
        self._total = 0
        session.tasks.ended.connect(self._task_ended)

    # --- looking ---------------------------------------------------------------------------------

    def add(self, paths: Iterable[Path]) -> None:
        """Look at files and folders; ``scanned`` tells of each that is new to this import."""
        self._session.tasks.run(
            workflow.photographs_in,
            tuple(paths),
            on_done=self._found,
            says=self.tr("Looking for photographs"),
        )

    def _found(self, paths: Sequence[Path]) -> None:
        for path in paths:
            if path in self._known_paths:
                continue
            self._known_paths.add(path)
            self._to_scan += 1
            incoming = Incoming(path)
            self._session.tasks.run(
                workflow.scan,
                path,
                on_done=partial(self._looked_at, incoming),
                on_error=partial(self._not_readable, incoming),
                says=self.tr("Looking at photographs"),
            )
        if not self._to_scan:
            self.stood_still.emit()

    def _looked_at(self, incoming: Incoming, scanned: workflow.Scanned) -> None:
        self._to_scan -= 1
        incoming.scanned = scanned
        library = self._session.library
        sha256 = scanned.photograph.sha256
        if library is not None:
            incoming.error = workflow.filed_already(library, scanned.photograph, incoming.path)
        if incoming.error is not None or sha256 in self._known_bytes:
            incoming.state = State.KNOWN
        self._known_bytes.add(sha256)
        self.scanned.emit(incoming)

    def _not_readable(self, incoming: Incoming, error: WoundtrackError) -> None:
        self._to_scan -= 1
        incoming.state, incoming.error = State.PROBLEM, error
        self.scanned.emit(incoming)

    @property
    def is_looking(self) -> bool:
        """Whether files are still being looked at."""
        return self._to_scan > 0

    # --- filing ----------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether photographs are being imported."""
        return bool(self._running or self._queue)

    @property
    def done_of(self) -> tuple[int, int]:
        """How many of this run's photographs are finished, of how many."""
        return self._total - len(self._queue) - len(self._running), self._total

    def start(self, items: Sequence[tuple[Incoming, Place]]) -> None:
        """Import photographs, each to its place; those already filed are passed over."""
        self._queue.extend(
            (incoming, place) for incoming, place in items if incoming.state is State.WAITING
        )
        self._total = len(self._queue)
        self._filed = []
        self._next()

    def stop(self) -> None:
        """Stop after what is filed: the rest waits, as if it hadn't been started."""
        for incoming, _ in self._queue:
            self._move(incoming, State.WAITING)
        self._queue.clear()
        for task in tuple(self._running):
            task.cancel()

    def _next(self) -> None:
        library = self._session.library
        while self._queue and library is not None and len(self._running) < IN_FLIGHT:
            incoming, place = self._queue.popleft()
            self._move(incoming, State.READING)
            task = self._session.tasks.run(
                workflow.examine,
                incoming.path,
                originals=library.originals,
                on_done=partial(self._examined, incoming, place),
                on_error=partial(self._refused, incoming),
                says=self.tr("Reading photographs, {done} of {total}").format(
                    done=self.done_of[0] + 1, total=self._total
                ),
            )
            self._running[task] = incoming

    def _examined(self, incoming: Incoming, place: Place, examined: workflow.Examined) -> None:
        library = self._session.library
        if library is None:
            return
        incoming.examined = examined
        try:
            incoming.filed = file_at(library, examined, place, by=self._session.person)
        except WoundtrackError as error:
            self._refused(incoming, error)
            return
        self._filed.append((incoming, place))
        proposal = incoming.filed.proposal
        sound = proposal.calibration is not None and bool(proposal.outlines)
        self._move(incoming, State.READY if sound else State.IN_DOUBT)
        self._session.changed("patients", "photographs", "proposals")

    def _refused(self, incoming: Incoming, error: WoundtrackError) -> None:
        if not workflow.concerns_one_file(error):
            # Nothing more can be written: the others wait, and the person is told once.
            self.stop()
            self._move(incoming, State.WAITING)
            self._session.problem.emit(error)
            return
        incoming.error = error
        is_known = error.code == "duplicate_photograph"
        self._move(incoming, State.KNOWN if is_known else State.PROBLEM)

    def _task_ended(self, task: Task) -> None:
        incoming = self._running.pop(task, None)
        if incoming is None:
            return
        if task.is_cancelled:
            # Cancelled from the status bar: the whole import stops, not one photograph of it.
            self._move(incoming, State.WAITING)
            self.stop()
        self._next()
        if not self.is_running:
            self._finish()

    def _finish(self) -> None:
        if self._filed:
            self._session.undo_stack.push(ImportCommand(self._session, tuple(self._filed)))
            self._filed = []
        self.stood_still.emit()

    def _move(self, incoming: Incoming, state: State) -> None:
        if incoming.state is not state:
            incoming.state = state
            self.moved.emit(incoming)


def file_at(
    library: Library, examined: workflow.Examined, place: Place, *, by: str
) -> workflow.Filed:
    """File an examined photograph at a place. Raises what ``workflow.file_photograph`` raises."""
    return workflow.file_photograph(
        library,
        examined,
        patient_code=place.patient_code,
        site=place.site,
        visited_on=place.visited_on,
        by=by,
    )


class ImportCommand(QUndoCommand):
    """An import that was done; undone by withdrawing its photographs, redone by filing them."""

    def __init__(self, session: Session, filed: tuple[tuple[Incoming, Place], ...]) -> None:
        super().__init__(session.tr("Import of {count} photographs").format(count=len(filed)))
        self._session = session
        self._filed = filed
        self._is_done = True

    def redo(self) -> None:
        """File the photographs again; the first time they are filed already."""
        if self._is_done:
            return
        library = self._session.library
        if library is None:
            return
        for incoming, place in self._filed:
            if incoming.examined is not None:
                incoming.filed = file_at(library, incoming.examined, place, by=self._session.person)
        self._is_done = True
        self._session.changed("patients", "photographs", "proposals", "assessments")

    def undo(self) -> None:
        """Take the photographs out of view."""
        library = self._session.library
        if library is None:
            return
        photographs: list[VisitPhotograph] = [
            library.photograph(incoming.filed.photograph.id)
            for incoming, _ in self._filed
            if incoming.filed is not None
        ]
        workflow.withdraw(library, photographs, by=self._session.person, reason="import undone")
        self._is_done = False
        self._session.changed("patients", "photographs", "proposals", "assessments")
