"""One import under way: which photographs, how far each is, and what came of it.

Hides the order of work: looked at and examined on workers, filed on the GUI thread one transaction
a photograph, so that stopping at any moment leaves whole photographs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from woundtrack import workflow
from woundtrack.errors import Cancelled, NotUnderstood, WoundtrackError
from woundtrack.model import BodySite, Doubt, Photograph
from woundtrack.records import Library, PlannedPhotograph
from woundtrack.ui.doubtful import doubts_of
from woundtrack.ui.imports.stream import Report, Reports, examine_each, look_at
from woundtrack.ui.session import Session
from woundtrack.ui.tasks import Task

TASK: Final = "import"
"""The key of the task that reads photographs to be imported."""


class State(StrEnum):
    """How far one photograph is."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    IN_DOUBT = "in doubt"  # filed; its scale is in doubt, or no wound was found
    NO_AREA = "no area"  # filed, but without a scale
    PROBLEM = "problem"  # not filed
    KNOWN = "known"  # in the library already

    @property
    def is_filed(self) -> bool:
        """Whether the photograph is in the library by this import."""
        return self in {State.READY, State.IN_DOUBT, State.NO_AREA}


@dataclass(slots=True, eq=False)
class Incoming:
    """One photograph on its way in.

    ``error`` says why it stays outside; a problem without one is a bug, reported as such.
    ``fraction`` is how far its reading is.
    """

    path: Path
    scanned: workflow.Scanned | None = None
    state: State = State.WAITING
    fraction: float = 0.0
    error: WoundtrackError | None = None
    examined: workflow.Examined | None = None
    filed: workflow.Filed | None = None

    @property
    def photograph(self) -> Photograph | None:
        """The facts of the file, or None when it couldn't be looked at."""
        return None if self.scanned is None else self.scanned.photograph

    @property
    def taken_at(self) -> datetime | None:
        """The local moment of the capture, without a zone, for display; or None."""
        facts = self.photograph
        if facts is None or facts.taken_at is None:
            return None
        offset = timedelta(minutes=facts.taken_offset_minutes or 0)
        return (facts.taken_at + offset).replace(tzinfo=None)

    @property
    def day(self) -> date | None:
        """The local day of the capture, or None where it has none that a visit can have."""
        if self.photograph is None:
            return None
        try:
            return workflow.checked_visit_date(None, self.photograph)
        except NotUnderstood:
            return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where photographs are to be filed."""

    patient_code: str
    site: BodySite
    visited_on: date


@dataclass(slots=True, eq=False)
class Run:
    """One start of the import, into one library."""

    library: Library
    places: dict[Path, tuple[Incoming, Place]]
    reports: Reports = field(default_factory=SimpleQueue)
    filed: list[tuple[Incoming, Place]] = field(default_factory=list)
    task: Task | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more of it may be filed."""
        return self.task is not None and self.task.is_cancelled

    def stop(self) -> None:
        """File nothing more; what is filed stays."""
        if self.task is not None:
            self.task.cancel()


class ImportBatch(QObject):
    """Looks at files, then files them.

    Signals
    -------
    advanced(tuple of Incoming)
        These were looked at, or moved on.
    looked()
        A look is over, or was stopped.
    stood_still()
        A run is over: finished or stopped.
    """

    advanced = Signal(object)
    looked = Signal()
    stood_still = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._seen: dict[Path, Incoming] = {}
        self._hashes: dict[str, Incoming] = {}
        self._looks: set[Task] = set()
        self._run: Run | None = None
        self._bugs_told: set[type[BaseException]] = set()
        session.tasks.ended.connect(self._task_ended)

    def reset(self) -> None:
        """Stop everything and forget every file: what was filed stays filed."""
        for task in self._looks:
            task.cancel()
        if self._run is not None:
            self._run.stop()
        self._seen, self._hashes, self._looks, self._run = {}, {}, set(), None

    # --- looking ---------------------------------------------------------------------------------

    @property
    def is_looking(self) -> bool:
        """Whether files are still being looked at."""
        return bool(self._looks)

    def look(self, paths: Iterable[Path]) -> None:
        """Look at files and folders; one that couldn't be read before is looked at again."""
        seen = frozenset(path for path, one in self._seen.items() if one.scanned is not None)
        reports: Reports = SimpleQueue()
        drain = partial(self._drain_look, reports)
        task = self._session.tasks.run(
            look_at,
            tuple(paths),
            seen,
            reports,
            on_done=lambda _: drain(),
            on_progress=lambda _, __: drain(),
            says=self.tr("Looking at photographs"),
        )
        self._looks.add(task)

    def forget(self, incoming: Incoming) -> None:
        """Leave a photograph out of this import; it may be added again."""
        self._seen.pop(incoming.path, None)
        if incoming.photograph is not None:
            self._hashes.pop(incoming.photograph.sha256, None)
            drop_from_plan(self._session, self._session.library, [incoming])

    def _drain_look(self, reports: Reports) -> None:
        changed = [
            incoming
            for report in _taken(reports)
            if report.is_over and (incoming := self._looked_at(report)) is not None
        ]
        if changed:
            self.advanced.emit(tuple(changed))

    def _looked_at(self, report: Report) -> Incoming | None:
        before = self._seen.get(report.path)
        if isinstance(report.fault, Cancelled) or (before and before.scanned is not None):
            return None
        incoming = before or Incoming(report.path)
        self._seen[report.path] = incoming
        if report.fault is not None:
            incoming.state = State.PROBLEM
            incoming.error = self._known_fault(report.fault)
            return incoming
        incoming.scanned, incoming.error = report.result, None
        facts = report.result.photograph
        if self._session.library is not None:
            library = self._session.library
            incoming.error = workflow.filed_already(library, facts, report.path)
        is_known = incoming.error is not None or facts.sha256 in self._hashes
        incoming.state = State.KNOWN if is_known else State.WAITING
        self._hashes.setdefault(facts.sha256, incoming)
        return incoming

    # --- filing ----------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether photographs are being imported."""
        return self._run is not None

    def start(self, items: Sequence[tuple[Incoming, Place]]) -> None:
        """Import photographs that wait, each to its place; nothing while a run is under way."""
        library = self._session.library
        waiting = {
            incoming.path: (incoming, place)
            for incoming, place in items
            if incoming.state is State.WAITING
        }
        if library is None or library.is_read_only or self._run is not None or not waiting:
            return
        try:
            # First of all, so that a window that is closed or killed can go on another day.
            library.import_plan.add(_planned(one, place) for one, place in waiting.values())
        except WoundtrackError as error:
            self._session.problem.emit(error)
            return
        run = Run(library=library, places=waiting)
        self._run = run
        run.task = self._session.tasks.run(
            examine_each,
            tuple(waiting),
            library.originals,
            workflow.print_scale_in_use(library),
            run.reports,
            on_done=lambda _: self._drain(run),
            on_progress=lambda _, __: self._drain(run),
            key=TASK,
            says=self.tr("Reading photographs"),
        )

    def stop(self) -> None:
        """Stop after what is filed: the rest waits, as if it hadn't been started."""
        if self._run is not None:
            self._run.stop()

    def _drain(self, run: Run) -> None:
        changed: dict[Incoming, None] = {}
        filed_before = len(run.filed)
        for report in _taken(run.reports):
            if run.is_stopped or run.library is not self._session.library:
                break
            incoming, place = run.places[report.path]
            changed[incoming] = None
            if not report.is_over:
                incoming.state, incoming.fraction = State.READING, report.fraction
            elif report.fault is not None:
                self._refuse(run, incoming, report.fault)
            else:
                self._file(run, incoming, place, report.result)
        if changed:
            self.advanced.emit(tuple(changed))
        if len(run.filed) > filed_before:
            self._session.changed("patients", "photographs", "proposals")

    def _file(
        self, run: Run, incoming: Incoming, place: Place, examined: workflow.Examined
    ) -> None:
        try:
            filed = file_at(run.library, examined, place, by=self._session.person)
        except WoundtrackError as error:
            self._refuse(run, incoming, error)
            return
        incoming.examined, incoming.filed, incoming.error = examined, filed, None
        incoming.state = outcome_of(filed)
        run.filed.append((incoming, place))
        if len(run.filed) == 1:
            # Pushed with the first photograph: what is accepted meanwhile is undone before it.
            self._session.undo_stack.push(ImportCommand(self._session, run))

    def _refuse(self, run: Run, incoming: Incoming, fault: BaseException) -> None:
        error = self._known_fault(fault)
        if error is not None and not workflow.concerns_one_file(error):
            # Nothing more can be written: the others wait, and the person is told once.
            incoming.state = State.WAITING
            run.stop()
            self._session.problem.emit(error)
        elif isinstance(fault, Cancelled):
            incoming.state = State.WAITING
        else:
            incoming.error = error
            is_known = error is not None and error.code == "duplicate_photograph"
            incoming.state = State.KNOWN if is_known else State.PROBLEM

    def _known_fault(self, fault: BaseException) -> WoundtrackError | None:
        """Return a fault that has a sentence; a bug has none, and goes where bugs go, once a kind.

        A bug met with one photograph may well be met with the next two hundred.
        """
        if isinstance(fault, WoundtrackError):
            return fault
        if not isinstance(fault, Cancelled) and type(fault) not in self._bugs_told:
            self._bugs_told.add(type(fault))
            sys.excepthook(type(fault), fault, fault.__traceback__)
        return None

    def _task_ended(self, task: Task) -> None:
        if task in self._looks:
            self._looks.discard(task)
            self.looked.emit()
        run = self._run
        if run is None or task is not run.task:
            return
        self._run = None
        back = [
            incoming
            for incoming, _ in run.places.values()
            if incoming.state in {State.WAITING, State.READING}
        ]
        for incoming in back:
            incoming.state = State.WAITING
        over = [incoming for incoming, _ in run.places.values() if incoming not in back]
        drop_from_plan(self._session, run.library, over)
        self.advanced.emit(tuple(back))
        self.stood_still.emit()


def _taken(reports: Reports) -> Iterator[Report]:
    """Yield what was handed over until now; what isn't asked for stays to be taken."""
    while True:
        try:
            yield reports.get_nowait()
        except Empty:
            return


def _planned(incoming: Incoming, place: Place) -> PlannedPhotograph:
    if incoming.photograph is None:
        raise ValueError("a photograph that wasn't looked at can't be planned")
    return PlannedPhotograph(
        path=incoming.path,
        sha256=incoming.photograph.sha256,
        patient_code=place.patient_code,
        site=place.site,
        visited_on=place.visited_on,
    )


def place_of(planned: PlannedPhotograph) -> Place:
    """Return where a photograph was planned to be filed."""
    return Place(
        patient_code=planned.patient_code, site=planned.site, visited_on=planned.visited_on
    )


def drop_from_plan(
    session: Session, library: Library | None, photographs: Iterable[Incoming]
) -> None:
    """Plan photographs no longer in the open library: what came of them is known or not wanted."""
    if library is None or library is not session.library or library.is_read_only:
        return
    try:
        library.import_plan.drop({one.photograph.sha256 for one in photographs if one.photograph})
    except WoundtrackError as error:
        session.problem.emit(error)


def outcome_of(filed: workflow.Filed) -> State:
    """Return what became of a photograph that was filed."""
    proposal = filed.proposal
    if proposal.calibration is None:
        return State.NO_AREA
    is_sound = bool(proposal.outlines) and not doubts_of(proposal, filed.photograph)
    return State.READY if is_sound else State.IN_DOUBT


def doubts_told(one: Incoming) -> tuple[Doubt, ...]:
    """Return what is said of a photograph's tile, what weighs most first."""
    return () if one.filed is None else doubts_of(one.filed.proposal, one.filed.photograph)


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
    """An import; undone by withdrawing what it has filed, redone by filing that again.

    Undoing one that is under way stops it. A known fault is told through ``session.problem``.
    """

    def __init__(self, session: Session, run: Run) -> None:
        super().__init__(session.tr("Import photographs"))
        self._session = session
        self._run = run
        self._is_pushed = False

    def redo(self) -> None:
        """File the photographs again; the first time they are filed already."""
        library = self._session.library
        if not self._is_pushed or library is not self._run.library:
            self._is_pushed = True
            return
        for incoming, place in self._run.filed:
            if incoming.examined is None or incoming.filed is not None:
                continue
            try:
                filed = file_at(library, incoming.examined, place, by=self._session.person)
            except WoundtrackError as error:
                self._session.problem.emit(error)
                if not workflow.concerns_one_file(error):
                    break
                continue
            incoming.filed, incoming.state = filed, outcome_of(filed)
        self._session.changed("patients", "photographs", "proposals", "assessments")

    def undo(self) -> None:
        """Take the photographs out of view; the files wait to be imported again."""
        self._run.stop()
        library = self._session.library
        if library is not self._run.library:
            return
        filed = [incoming for incoming, _ in self._run.filed if incoming.filed is not None]
        photographs = [
            photograph
            for incoming in filed
            if incoming.filed is not None
            and not (photograph := library.photograph(incoming.filed.photograph.id)).is_retired
        ]
        try:
            if photographs:
                reason = "import undone"  # recorded: the same in every language
                workflow.withdraw(library, photographs, by=self._session.person, reason=reason)
        except WoundtrackError as error:
            self._session.problem.emit(error)
            return
        for incoming in filed:
            incoming.filed, incoming.state = None, State.WAITING
        drop_from_plan(
            self._session, library, [incoming for incoming, _ in self._run.places.values()]
        )
        self._session.said.emit(self._session.tr("Import undone."))
        self._session.changed("patients", "photographs", "proposals", "assessments")
