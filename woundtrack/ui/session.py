"""What the whole window shares: the library, who works, which patient, lesion and visit is in view.

Hides who is told of a change: pages change the session and listen to it, not to each other.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QUndoStack

from woundtrack.errors import LibraryInUse, LibraryReadOnly, WoundtrackError
from woundtrack.settings import Settings, account_name, write_settings
from woundtrack.ui.action_table import ActionTable
from woundtrack.ui.kept_courses import KeptCourses
from woundtrack.ui.tasks import TaskRunner
from woundtrack.ui.unhurried import Unhurried

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from woundtrack.model import (
        BodySite,
        ClinicalRecord,
        CohortFilter,
        Patient,
        Progress,
        Timeline,
    )
    from woundtrack.records import Library

KINDS = frozenset(
    {
        "patients",
        "photographs",
        "proposals",
        "assessments",
        "printers",
        "record",
        "landmarks",
        "pictures",
        "sendings",
        "readings",
    }
)
"""What ``library_changed`` can name."""


_AHEAD = "read ahead"


class Choices(Protocol):
    """Remembers what was chosen on a room's bar, such as the unit of the chart."""

    def keep_choice(self, name: str, value: str) -> None:
        """Remember a choice: ``timeline/unit`` is ``percent``."""

    def choice(self, name: str) -> str | None:
        """Return a choice that was remembered, if any was."""


class Session(QObject):
    """One window's work on one library.

    The library belongs to the GUI thread; task functions get values and ``library.originals``.

    Attributes
    ----------
    library
        The open library, or None.
    settings
        What the person prefers; change it through ``prefer``.
    tasks, undo_stack, actions
        Shared by all pages. The undo stack is emptied when another library is opened.
    unhurried
        Puts Python's looking for cycles off while a person waits to see something.
    choices
        Where rooms remember how they are looked at, from start to start; the window gives it. None:
        nothing is remembered.
    patient, lesion_id, visit_id
        What is in view; kept from room to room.
    sites
        The sites that were chosen on the body map; empty: the whole body.
    cohort_filter
        The Study room's filters while it is in view, where any is set: an export begun there holds
        who passes them.

    Signals
    -------
    library_opened(), library_closed()
        After the fact; ``library`` is set or None by then.
    library_closing()
        Before it: ``library`` can still be written, and its work was told to stop.
    library_changed(frozenset)
        Rows were written: the kinds, of ``KINDS``.
    patient_changed(Patient | None), lesion_changed(str | None), visit_changed(str | None)
        Another one is in view.
    sites_changed()
        Other sites were chosen on the body map.
    room_asked(str, dict)
        Go to a room with a context; use ``go``.
    problem(WoundtrackError)
        A known fault for the person to read, where the page has no better place for it.
    said(str)
        A quiet sentence for the status bar: "Saved 10:42".
    settings_changed(Settings)
        After ``prefer``.
    """

    library_opened = Signal()
    library_closing = Signal()
    library_closed = Signal()
    library_changed = Signal(object)
    patient_changed = Signal(object)
    lesion_changed = Signal(object)
    visit_changed = Signal(object)
    sites_changed = Signal()
    room_asked = Signal(str, object)
    problem = Signal(object)
    said = Signal(str)
    settings_changed = Signal(object)

    def __init__(
        self,
        settings: Settings,
        *,
        settings_path: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.library: Library | None = None
        self.tasks = TaskRunner(self)
        self.undo_stack = QUndoStack(self)
        self.actions = ActionTable(self)
        self.unhurried = Unhurried(self)
        self.choices: Choices | None = None
        self.patient: Patient | None = None
        self.lesion_id: str | None = None
        self.visit_id: str | None = None
        self.sites: tuple[BodySite, ...] = ()
        self.cohort_filter: CohortFilter | None = None
        self._courses = KeptCourses()
        self._settings_path = settings_path
        self._read_only_reason: WoundtrackError | None = None
        self.tasks.problem.connect(self.problem)
        self.actions.set_letters(settings.single_letter_keys)
        self._show_writable()

    # --- who -------------------------------------------------------------------------------------

    @property
    def person(self) -> str:
        """The name that what is recorded is signed with."""
        return self.settings.person or account_name()

    def prefer(self, settings: Settings) -> None:
        """Take over and store changed settings; a fault in storing them is told, not raised."""
        self.settings = settings
        self.actions.set_letters(settings.single_letter_keys)
        try:
            write_settings(settings, self._settings_path)
        except WoundtrackError as problem:
            self.problem.emit(problem)
        self.settings_changed.emit(settings)

    # --- the library -----------------------------------------------------------------------------

    @property
    def can_write(self) -> bool:
        """Whether recording is possible now."""
        return self.library is not None and not self.library.is_read_only

    @property
    def has_photographs(self) -> bool:
        """Whether the library holds a photograph at all; False where none is open."""
        library = self.library
        return library is not None and any(
            library.photographs(summary.patient.id) for summary in library.patient_summaries()
        )

    def open_library(self, path: Path, *, for_reading: bool = False) -> None:
        """Open a library in place of the one that is open.

        One that another window writes, or in a folder that can't be written, is opened for reading.

        Raises
        ------
        WoundtrackError
            Why it can't be opened; what was open stays open, with its undo and its work under way.
            (Only a library that is opened anew while this window writes it is closed then: it is
            gone from its folder.)
        """
        from woundtrack.records import Library  # loads the database layer, after the window is up

        if self.can_write and self.library is not None and _is_same(self.library.path, path):
            self.close_library()  # its writer's lock is this window's own
        reason: WoundtrackError | None = None
        try:
            library = Library.open(path, read_only=for_reading)
        except (LibraryInUse, LibraryReadOnly) as why_not:
            if for_reading:
                raise
            reason = why_not
            library = Library.open(path, read_only=True)
        self._take_over(library, reason)

    def create_library(self, path: Path) -> None:
        """Make a new library and open it in place of the one that is open.

        Raises what ``Library.create`` raises; what was open stays open then.
        """
        from woundtrack.records import Library

        self._take_over(Library.create(path), None)

    def close_library(self) -> None:
        """Stop the work under way and close the library; nothing where none is open."""
        if self.library is None:
            return
        self.tasks.cancel_all()
        self.undo_stack.clear()
        self.set_patient(None)
        self._courses.clear()
        self.library_closing.emit()
        library, self.library = self.library, None
        library.close()
        self._show_writable()
        self.library_closed.emit()

    def course_of(self, patient: Patient) -> tuple[Timeline, ClinicalRecord]:
        """Return the curves and the record of a patient of the library that is open.

        Read once and kept for a few patients, until anything is recorded: every verb moves the head
        of the audit trail.
        """
        from woundtrack import workflow  # loads imaging, after the window is up

        if self.library is None:
            raise ValueError("no library is open")
        head = self.library.audit_head()
        kept = self._courses.of(head, patient)
        if kept is None:
            record = workflow.record_of(self.library, patient)
            kept = (workflow.timeline_of(self.library, patient, record=record), record)
            self._courses.keep(head, patient, kept)
        return kept

    def read_ahead(self, patient: Patient, then: Callable[[], None]) -> None:
        """Read a patient's curves and record on a worker, to be kept; ``then`` is called after.

        Nothing is kept, and nothing called, where the library was closed meanwhile; of what was
        read before anything else was recorded nothing is kept either. A fault is told when the
        patient is looked at.
        """
        if self.library is None:
            raise ValueError("no library is open")
        self.tasks.run(
            _read,
            self.library.path,
            patient,
            on_done=lambda read: self._keep_course(patient, read, then),
            on_error=lambda _: None,
            key=_AHEAD,
        )

    def _keep_course(self, patient: Patient, read: _Read | None, then: Callable[[], None]) -> None:
        if read is not None and self.library is not None and not self.has_course(patient):
            head, timeline, record = read
            if head == self.library.audit_head():
                self._courses.keep(head, patient, (timeline, record))
        then()

    def has_course(self, patient: Patient) -> bool:
        """Whether a patient's curves and record are kept already."""
        return self.library is not None and self._courses.has(self.library.audit_head(), patient)

    @property
    def has_room_for_course(self) -> bool:
        """Whether one more course may be kept for which no other has to go."""
        return self.library is not None and self._courses.has_room(self.library.audit_head())

    def changed(self, *kinds: str) -> None:
        """Say that rows of these kinds were written; the patient in view is read again.

        Raises ``ValueError`` for a kind that is not one of ``KINDS``.
        """
        if unknown := set(kinds) - KINDS:
            raise ValueError(f"not kinds of rows: {sorted(unknown)}")
        self.library_changed.emit(frozenset(kinds))

    def close(self) -> None:
        """End the session: stop and wait for the work, then close the library."""
        self.tasks.shutdown()
        self.close_library()
        self.unhurried.stop()

    @property
    def read_only_reason(self) -> WoundtrackError | None:
        """Why the open library can only be read; None where it can be written."""
        return self._read_only_reason

    def _take_over(self, library: Library, read_only_reason: WoundtrackError | None) -> None:
        self.close_library()
        self.library = library
        self._read_only_reason = read_only_reason
        self._show_writable()
        self.prefer(self.settings.opened(library.path))
        self.library_opened.emit()

    @property
    def why_read_only(self) -> str | None:
        """Why nothing can be recorded in the open library, in a sentence; None where it can."""
        if self.library is None or not self.library.is_read_only:
            return None
        return QCoreApplication.translate(
            "Session", "This library is open for reading only: nothing can be recorded."
        )

    def _show_writable(self) -> None:
        self.actions.set_library(is_open=self.library is not None, why_read_only=self.why_read_only)

    # --- what is in view -------------------------------------------------------------------------

    def set_patient(self, patient: Patient | None) -> None:
        """Bring a patient into view; another one's lesion, visit and sites go out of view."""
        if patient == self.patient:
            return
        is_another = patient is None or self.patient is None or patient.id != self.patient.id
        self.patient = patient
        had_sites = bool(self.sites)
        if is_another:
            self.lesion_id = None
            self.visit_id = None
            self.sites = ()
        self.tasks.cancel(_AHEAD)  # a person waits now
        with self.unhurried.meanwhile():
            self.patient_changed.emit(patient)
            if had_sites and not self.sites:
                self.sites_changed.emit()

    def set_lesion(self, lesion_id: str | None) -> None:
        """Bring a lesion of the patient into view."""
        if lesion_id != self.lesion_id:
            self.lesion_id = lesion_id
            self.lesion_changed.emit(lesion_id)

    def set_visit(self, visit_id: str | None) -> None:
        """Bring a visit of the patient into view."""
        if visit_id != self.visit_id:
            self.visit_id = visit_id
            self.visit_changed.emit(visit_id)

    def set_sites(self, sites: Iterable[BodySite]) -> None:
        """Choose sites on the body map; none: the whole body."""
        chosen = tuple(dict.fromkeys(sites))
        if chosen != self.sites:
            self.sites = chosen
            self.sites_changed.emit()

    def go(self, room: str, **context: object) -> None:
        """Move to a room; ``context`` goes to its ``enter`` (e.g. ``photograph_id=…``)."""
        self.room_asked.emit(room, context)


_Read = tuple[str, "Timeline", "ClinicalRecord"]
"""The head of the audit trail at which a patient was read, the curves and the record."""


def _read(path: Path, patient: Patient, progress: Progress) -> _Read | None:
    """Read a patient through a connection of its own; None where anything was recorded meanwhile.

    Raises what ``Library.open`` raises; ``Cancelled`` between the parts.
    """
    from woundtrack import workflow
    from woundtrack.records import Library

    with Library.open(path, read_only=True) as library:
        head = library.audit_head()
        record = workflow.record_of(library, patient)
        progress(0.2, "")
        timeline = workflow.timeline_of(library, patient, record=record)
        return (head, timeline, record) if library.audit_head() == head else None


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one folder; False where one of them is gone."""
    try:
        return one.samefile(other)
    except OSError:
        return False
