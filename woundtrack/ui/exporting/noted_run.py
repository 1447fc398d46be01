"""What leaves is noted by the window and written by a worker: noted before, and its end after.

Hides that the library may be closed, or the whole program, while it is being written: its trail is
told how it ended all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from woundtrack.errors import Cancelled, WoundtrackError

if TYPE_CHECKING:
    from pathlib import Path

    from woundtrack.model import Progress
    from woundtrack.records import Library
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task
    from woundtrack.workflow.exporting import Export
    from woundtrack.workflow.exporting_notes import ExportNote

Write = Callable[["ExportNote", "Progress"], Any]
"""Writes all that leaves, on a worker and with a connection of its own; returns what was written.

It is given the note that was made, so that it makes none itself.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a run ended: what was written, or None, then by a fault or, without one, by hand.

    A ``fault`` that is no ``WoundtrackError`` is a bug, and told as such already. ``is_noted``:
    False where the trail tells that it began and couldn't be told how it ended.
    """

    written: Any = None
    fault: Exception | None = None
    is_noted: bool = True


class NotedRun(QObject):
    """One export at a time, from its first note to its last.

    Signals
    -------
    progressed(float, str)
        How far it is.
    ended(Ended)
        It is over, whichever library is open by then; not where the whole program ends.
    """

    progressed = Signal(float, str)
    ended = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._task: Task | None = None
        self._note: ExportNote | None = None
        self._come_to: list[Ended] = []  # filled by the worker, read when it has ended
        session.tasks.ended.connect(self._task_ended)
        session.library_closing.connect(self._note_before_closing)

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self._task is not None

    def start(
        self, export: Export, what: str, place: Path, write: Write, *, key: str, says: str
    ) -> None:
        """Note that an export begins, and write it on a worker; nothing while one is under way.

        ``what`` names it in the trail, ``place`` is where it goes; ``key`` and ``says`` are those
        of ``TaskRunner.run``. Raises what ``workflow.exporting_notes.begin_export`` raises; then
        nothing is written.
        """
        from woundtrack.workflow.exporting_notes import begin_export

        if self.is_running:
            return
        self._note = begin_export(export, what, place, by=self._session.person)
        self._come_to = []
        self._task = self._session.tasks.run(
            _written,
            write,
            self._note,
            self._come_to,
            on_progress=self.progressed.emit,
            key=key,
            says=says,
        )

    def stop(self) -> None:
        """Stop it; where all of it was being put in its place by then, it is there."""
        if self._task is not None:
            self._task.cancel()

    def _task_ended(self, task: Task) -> None:
        if task is not self._task:
            return
        # One that was stopped before it began came to nothing.
        end = self._come_to[0] if self._come_to else Ended()
        is_noted = self._note_end(end)
        self._task = None
        self.ended.emit(replace(end, is_noted=is_noted))

    def _note_before_closing(self) -> None:
        """Note the end of what has ended but isn't home yet, as where the whole program ends."""
        task = self._task
        is_over = task is not None and task not in self._session.tasks.running
        if self._come_to or is_over:
            self._note_end(self._come_to[0] if self._come_to else Ended())

    def _note_end(self, end: Ended) -> bool:
        """Note how it ended, once; in a library that was closed meanwhile, too."""
        from woundtrack.records import Library

        note, self._note = self._note, None
        if note is None:  # done when the library was closed
            return True
        library = self._session.library
        try:
            if library is not None and library.path == note.path and not library.is_read_only:
                _note(library, note, end)
            else:
                with Library.open(note.path) as closed:
                    _note(closed, note, end)
        except WoundtrackError:
            return False
        return True


def _note(library: Library, note: ExportNote, end: Ended) -> None:
    from woundtrack.workflow.exporting_notes import end_export, stop_export

    if end.written is not None:
        end_export(library, note)
    else:
        stop_export(library, note, end.fault)


def _written(write: Write, note: ExportNote, come_to: list[Ended], progress: Progress) -> None:
    """Write, on a worker; what it comes to is kept also where nobody is told any more."""
    try:
        come_to.append(Ended(written=write(note, progress)))
    except Cancelled:
        come_to.append(Ended())
    except WoundtrackError as fault:
        come_to.append(Ended(fault=fault))
    except Exception as bug:
        come_to.append(Ended(fault=bug))
        raise
