"""A library: the folder that remembers a clinic's patients, photographs and assessments.

Hides SQL, the one writer's lock, migrations, transactions and the audit trail. Callers ask for
nouns and get nouns; they write inside ``verb`` alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from sqlite_utils import Database

from woundtrack.disk import refuse_unkeepable
from woundtrack.errors import (
    LibraryDamaged,
    LibraryMissing,
    LibraryOnNetwork,
    LibraryReadOnly,
    UnknownPatient,
)
from woundtrack.model import (
    Adjudication,
    Assessment,
    Identity,
    LandmarkSet,
    Lesion,
    Patient,
    PictureRelease,
    Progress,
    Proposal,
    ReaderError,
    Reading,
    ReadingItem,
    ReadingPackage,
    ReadingSession,
    ReadingTask,
    Sending,
    SendState,
    SizedAssessment,
    Visit,
    VisitPhotograph,
    no_progress,
)
from woundtrack.records import audit, backup, check, database, summaries
from woundtrack.records import rows as conversion
from woundtrack.records.audit import AuditEntry
from woundtrack.records.backup import (
    ROOM_IN_LIBRARY,
    BackupReport,
    RestoreReport,
    refuse_if_not_empty,
)
from woundtrack.records.changes import Change
from woundtrack.records.check import CheckReport
from woundtrack.records.database import Row
from woundtrack.records.entries import Kind, entry_of, identity_of, table_of
from woundtrack.records.faults import known_database_faults, known_faults
from woundtrack.records.import_plan import ImportPlan
from woundtrack.records.landmarks import NEWEST_LANDMARKS, landmarks_of
from woundtrack.records.lock import WriterLock, is_on_network, writer_of
from woundtrack.records.migrations import bring_up_to_date, refuse_if_behind, refuse_if_not_ours
from woundtrack.records.originals import Originals, sync_folder
from woundtrack.records.past import Past
from woundtrack.records.printers import (
    AcceptedScale,
    PrintMeasurement,
    measurement_of,
    scales_accepted,
)
from woundtrack.records.readings import (
    NEWEST_ADJUDICATIONS,
    NEWEST_READINGS,
    adjudication_of,
    item_of,
    package_of,
    reader_error_of,
    reading_of,
    session_of,
    task_of,
)
from woundtrack.records.releases import RELEASES, release_of
from woundtrack.records.sendings import sending_of
from woundtrack.records.sizes import sizes_of
from woundtrack.records.standing import Standing, standing_of
from woundtrack.records.studies import Study, study_code_of, study_of
from woundtrack.records.summaries import PatientSummary

_MOST_KNOWN: Final = 5_000  # revisions kept in memory, some 20 MB

Noun = TypeVar("Noun")


class Library:
    """One open library; made by ``create`` or ``open``, belongs to the thread that made it.

    Its ``originals`` may be used from any thread. Reads of one noun by its id raise ``KeyError``
    for an id that isn't there: an id comes from the library itself.
    """

    def __init__(
        self, path: Path, db: Database, lock: WriterLock | None, *, is_frozen: bool = False
    ) -> None:
        self.path: Final = path
        self.originals: Final = Originals(path, is_read_only=lock is None)
        self._db = db
        self._lock = lock
        self.import_plan: Final = ImportPlan(path, self._is_filed, is_read_only=lock is None)
        self._is_frozen = is_frozen
        self._seen = database.state_of_file(path)
        self._known: dict[str, Assessment] = {}

    # --- opening and closing ---------------------------------------------------------------------

    @classmethod
    def create(cls, path: str | Path) -> Library:
        """Make a new, empty library in a new or empty folder and open it for writing.

        Raises ``LibraryExists``, ``LibraryOnNetwork``, ``LibraryReadOnly``, ``DiskFull``; and
        ``FileUnwritable`` for a name, or a length of path, that Windows can't keep.
        """
        path = Path(path).absolute()
        refuse_unkeepable(path, room=ROOM_IN_LIBRARY)
        refuse_if_not_empty(path)
        if is_on_network(path):
            raise LibraryOnNetwork(path=str(path))
        with known_faults(path):
            path.mkdir(parents=True, exist_ok=True)
            lock = WriterLock(path)
        try:
            with known_faults(path):
                for name in ("originals", "backups"):
                    (path / name).mkdir()
                sync_folder(path)
                return cls._write(path, lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> Library:
        """Open the library in a folder.

        Raises
        ------
        LibraryMissing
            There is none.
        LibraryInUse
            Another window writes it (says who); it may still be opened with ``read_only``.
        LibraryOnNetwork
            It is on a network share; it may still be opened with ``read_only``.
        LibraryReadOnly
            The folder can't be written; it may be opened with ``read_only``.
        LibraryBehind
            With ``read_only``: it must be brought up to date first, by opening it for writing.
        LibraryTooNew, LibraryDamaged, DiskFull
            Nothing was changed.
        """
        path = Path(path).absolute()
        with known_faults(path):
            if not (path / database.FILE).is_file():
                raise LibraryMissing(path=str(path))
        if read_only:
            return cls._open_for_reading(path)
        if is_on_network(path):
            raise LibraryOnNetwork(path=str(path))
        with known_faults(path):
            refuse_if_not_ours(path)
            lock = WriterLock(path)
        try:
            with known_faults(path):
                library = cls._write(path, lock)
            library.originals.clear_unfinished()
        except BaseException:
            lock.release()
            raise
        return library

    @classmethod
    def _write(cls, path: Path, lock: WriterLock) -> Library:
        db = database.connect_for_writing(path)
        try:
            bring_up_to_date(path, db)
            _refuse_broken_trail(path, db)
            return cls(path, db, lock)
        except BaseException:
            db.close()
            raise

    @classmethod
    def _open_for_reading(cls, path: Path) -> Library:
        with known_faults(path):
            refuse_if_not_ours(path)
            db, is_frozen = database.connect_for_reading(path)
            try:
                refuse_if_behind(path, db)
                _refuse_broken_trail(path, db)
                return cls(path, db, None, is_frozen=is_frozen)
            except BaseException:
                db.close()
                raise

    def close(self) -> None:
        """Close the library and let go of the writer's lock; a second call does nothing."""
        self._db.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def is_read_only(self) -> bool:
        """Whether it was opened for reading alone."""
        return self._lock is None

    @property
    def writer(self) -> str | None:
        """Who writes this library now, in words: this window, another, or None for nobody."""
        return writer_of(self.path) if self._lock is None else self._lock.writer

    # --- writing ---------------------------------------------------------------------------------

    @contextmanager
    def verb(self, verb: str, *, by: str, why: str | None = None) -> Iterator[Change]:
        """Do one thing a person does, whole or not at all, and write it into the audit trail.

        When the block ends the change is on the disk; when it raises, nothing was changed.

        Parameters
        ----------
        verb
            What is done, e.g. ``accept``.
        by
            The person's name.
        why
            The reason, where one was asked for.

        Raises
        ------
        LibraryReadOnly, DiskFull, LibraryDamaged
            As the disk says.
        sqlite3.IntegrityError
            A row that points to one that isn't there: a bug of the caller's.
        """
        if self._lock is None:
            raise LibraryReadOnly(path=str(self.path))
        if not by.strip() or not verb.strip():
            raise ValueError("a verb needs its name and who does it")
        if self._db.conn.in_transaction:
            raise RuntimeError("a verb can't be done inside another")
        change = Change(self._db)
        try:
            with known_database_faults(self.path), self._db.atomic():
                yield change
                audit.append(self._db, verb=verb, by=by, why=why, what=change.record())
        finally:
            change.close()

    # --- reading: who and when -------------------------------------------------------------------

    def patients(self, *, include_retired: bool = False) -> tuple[Patient, ...]:
        """Return all patients, by their codes."""
        found = self._nouns(conversion.patient_of, self._select("patient", {}, "code, id"))
        return tuple(one for one in found if include_retired or not one.is_retired)

    def patient(self, patient_id: str) -> Patient:
        """Return one patient, retired ones too. Raises ``KeyError``."""
        return self._noun(conversion.patient_of, self._one("patient", patient_id))

    def patient_with_code(self, code: str, *, include_retired: bool = False) -> Patient:
        """Return the patient of a code, in upper or lower case. Raises ``UnknownPatient``."""
        found = self._nouns(conversion.patient_of, self._select("patient", {"code": code}, "id"))
        for patient in found:
            if include_retired or not patient.is_retired:
                return patient
        raise UnknownPatient(patient=code)

    def standing(self, patient_id: str) -> Standing:
        """Return how much counts of a patient today; nothing of what was retired or withdrawn."""
        with known_faults(self.path):
            return standing_of(self._fresh(), patient_id)

    def patient_summaries(self, patient_id: str | None = None) -> tuple[PatientSummary, ...]:
        """Return the patients' list, by code, or one patient's line of it, in one query."""
        with known_faults(self.path), self._understood():
            return summaries.read(self._fresh(), patient_id)

    def lesions(self, patient_id: str, *, include_retired: bool = False) -> tuple[Lesion, ...]:
        """Return a patient's lesions, by their numbers."""
        wanted: dict[str, Any] = {"patient_id": patient_id}
        if not include_retired:
            wanted["is_retired"] = 0
        return self._nouns(conversion.lesion_of, self._select("lesion", wanted, "number, id"))

    def lesion(self, lesion_id: str) -> Lesion:
        """Return one lesion. Raises ``KeyError``."""
        return self._noun(conversion.lesion_of, self._one("lesion", lesion_id))

    def visits(self, patient_id: str, *, include_retired: bool = False) -> tuple[Visit, ...]:
        """Return a patient's visits, oldest first."""
        found = self._select("visit", {"patient_id": patient_id}, "visited_on, created_at, id")
        visits = self._nouns(conversion.visit_of, found)
        return tuple(one for one in visits if include_retired or not one.is_retired)

    def visit(self, visit_id: str) -> Visit:
        """Return one visit. Raises ``KeyError``."""
        return self._noun(conversion.visit_of, self._one("visit", visit_id))

    # --- reading: photographs and proposals ------------------------------------------------------

    def photographs(
        self,
        patient_id: str | None = None,
        visit_id: str | None = None,
        *,
        include_retired: bool = False,
    ) -> tuple[VisitPhotograph, ...]:
        """Return filed photographs, oldest visit first, in each visit by the time taken."""
        wanted: dict[str, Any] = {}
        if patient_id is not None:
            wanted["visit.patient_id"] = patient_id
        if visit_id is not None:
            wanted["photograph.visit_id"] = visit_id
        if not include_retired:
            wanted["photograph.is_retired"] = 0
        found = self._select(
            "photograph JOIN visit ON visit.id = photograph.visit_id",
            wanted,
            "visit.visited_on, photograph.taken_at, photograph.filed_at, photograph.id",
            columns="photograph.*",
        )
        return self._nouns(conversion.photograph_of, found)

    def photographed_visits(self, patient_id: str) -> frozenset[str]:
        """Return the ids of a patient's visits of which there is a photograph in view."""
        found = self._rows(
            "SELECT DISTINCT visit_id FROM photograph JOIN visit ON visit.id = visit_id "
            "WHERE visit.patient_id = :patient_id AND photograph.is_retired = 0",
            {"patient_id": patient_id},
        )
        return frozenset(row["visit_id"] for row in found)

    def photograph(self, photograph_id: str) -> VisitPhotograph:
        """Return one filed photograph, by the id of its filing. Raises ``KeyError``."""
        return self._noun(conversion.photograph_of, self._one("photograph", photograph_id))

    def photograph_with_hash(self, sha256: str) -> VisitPhotograph | None:
        """Return the filed photograph of the same bytes, retired or not, or None."""
        found = self._select("photograph", {"sha256": sha256}, "id")
        return self._noun(conversion.photograph_of, found[0]) if found else None

    def proposals(
        self, patient_id: str | None = None, *, waiting_only: bool = True
    ) -> tuple[Proposal, ...]:
        """Return the proposals of photographs not retired, oldest capture first."""
        wanted: dict[str, Any] = {"photograph.is_retired": 0}
        if patient_id is not None:
            wanted["visit.patient_id"] = patient_id
        if waiting_only:
            wanted["proposal.is_waiting"] = 1
        found = self._select(
            "proposal JOIN photograph ON photograph.id = proposal.photograph_id "
            "JOIN visit ON visit.id = photograph.visit_id",
            wanted,
            "coalesce(photograph.taken_at, visit.visited_on), photograph.filed_at, photograph.id",
            columns="proposal.*",
        )
        return self._nouns(conversion.proposal_of, found)

    def proposal_of(self, photograph_id: str) -> Proposal:
        """Return the proposal of a filed photograph. Raises ``KeyError``."""
        found = self._select("proposal", {"photograph_id": photograph_id}, "id")
        if not found:
            raise KeyError(photograph_id)
        return self._noun(conversion.proposal_of, found[0])

    def waiting_counts(self) -> dict[str, int]:
        """Return how many proposals wait, by patient id; patients without any are left out."""
        found = self._rows(
            """
            SELECT visit.patient_id, count(*) AS waiting FROM proposal
            JOIN photograph ON photograph.id = proposal.photograph_id
            JOIN visit ON visit.id = photograph.visit_id
            WHERE proposal.is_waiting = 1 AND photograph.is_retired = 0
            GROUP BY visit.patient_id ORDER BY visit.patient_id
            """
        )
        return {row["patient_id"]: row["waiting"] for row in found}

    # --- reading: assessments --------------------------------------------------------------------

    def assessments(
        self,
        patient_id: str | None = None,
        lesion_id: str | None = None,
        *,
        include_retired: bool = False,
        as_of: datetime | None = None,
        is_kept: bool = True,
    ) -> tuple[Assessment, ...]:
        """Return the newest revision of each assessment, oldest visit first.

        Parameters
        ----------
        patient_id, lesion_id
            Whose; None for all.
        include_retired
            Also the assessments that are retired, or whose lesion is.
        as_of
            Only what was recorded at this moment or before: the newest revision of then, also of a
            lesion that was retired since.
        is_kept
            Whether what was read is kept in memory for the next time: not where a whole library is
            read once.
        """
        conditions = []
        if patient_id is not None:
            conditions.append("lesion.patient_id = :patient_id")
        if lesion_id is not None:
            conditions.append("assessment.lesion_id = :lesion_id")
        if not include_retired:
            conditions.append("assessment.is_retired = 0")
        if not include_retired and as_of is None:
            conditions.append("lesion.is_retired = 0")
        newer = "newer.supersedes = assessment.id"
        if as_of is not None:
            conditions.append("assessment.recorded_at <= :as_of")
            newer = (
                "newer.assessment_id = assessment.assessment_id "
                "AND newer.revision > assessment.revision AND newer.recorded_at <= :as_of"
            )
        conditions.append(f"NOT EXISTS (SELECT 1 FROM assessment AS newer WHERE {newer})")  # noqa: S608
        return self._assessments(
            " AND ".join(conditions),
            {
                "patient_id": patient_id,
                "lesion_id": lesion_id,
                "as_of": None if as_of is None else conversion.text_of_time(as_of),
            },
            is_kept=is_kept,
        )

    def sizes(self, patient_id: str) -> tuple[SizedAssessment, ...]:
        """Return what ``assessments`` returns of a patient, without the outlines: far quicker."""

        def whole(ids: Sequence[str]) -> tuple[Assessment, ...]:
            places = ", ".join(f":id{place}" for place in range(len(ids)))
            values = {f"id{place}": one for place, one in enumerate(ids)}
            return self._assessments(f"assessment.id IN ({places})", values)

        with known_faults(self.path), self._understood():
            return sizes_of(self._fresh(), patient_id, whole)

    def accepted_scales(self) -> tuple[AcceptedScale, ...]:
        """Return at which print scales what counts was measured by cards, each once a visit.

        Without reading the outlines: a library of many years holds a lot of them.
        """
        with known_faults(self.path):
            return scales_accepted(self._fresh())

    def revisions(self, assessment_id: str) -> tuple[Assessment, ...]:
        """Return every revision of one assessment, oldest first."""
        found = self._assessments(
            "assessment.assessment_id = :assessment_id", {"assessment_id": assessment_id}
        )
        return tuple(sorted(found, key=lambda assessment: assessment.revision))

    def _assessments(
        self, where: str, values: Mapping[str, Any], *, is_kept: bool = True
    ) -> tuple[Assessment, ...]:
        chosen = (
            "FROM assessment JOIN lesion ON lesion.id = assessment.lesion_id "
            f"JOIN visit ON visit.id = assessment.visit_id WHERE {where}"
        )
        found = self._rows(
            f"SELECT assessment.* {chosen} ORDER BY visit.visited_on, lesion.number, "
            "assessment.recorded_at, assessment.id",
            values,
        )
        # A revision is never changed once it is written: what was read once is not read again.
        known = self._known
        if all(row["id"] in known for row in found):
            return tuple(known[row["id"]] for row in found)
        parts: dict[str, defaultdict[str, list[Row]]] = {}
        for table in ("assessment_photograph", "assessed_outline"):
            parts[table] = defaultdict(list)
            for row in self._rows(
                f"WITH chosen AS (SELECT assessment.id {chosen}) "  # noqa: S608
                f"SELECT part.* FROM chosen JOIN {table} AS part ON part.revision_id = chosen.id "
                "ORDER BY part.revision_id, part.place",
                values,
            ):
                parts[table][row["revision_id"]].append(row)

        def of(row: Row) -> Assessment:
            photographs = parts["assessment_photograph"][row["id"]]
            outlines = parts["assessed_outline"][row["id"]]
            return known.get(row["id"]) or conversion.assessment_of(row, photographs, outlines)

        read = self._nouns(of, found)
        if is_kept:
            if len(known) + len(read) > _MOST_KNOWN:
                known.clear()
            known.update((assessment.id, assessment) for assessment in read)
        return read

    # --- reading: the clinical record ------------------------------------------------------------

    def entries(
        self,
        kind: type[Kind],
        *,
        patient_id: str | None = None,
        lesion_id: str | None = None,
        include_retired: bool = False,
        as_of: datetime | None = None,
    ) -> tuple[Kind, ...]:
        """Return the newest revision of each entry of a kind, in the order of first recording.

        Parameters
        ----------
        patient_id, lesion_id
            Whose; None for all. Not every kind has a ``lesion_id``.
        include_retired
            Also what was retired.
        as_of
            Only what was recorded at this moment or before.
        """
        table = table_of(kind)
        conditions = []
        newer = "newer.supersedes = entry.id"
        if patient_id is not None:
            conditions.append("entry.patient_id = :patient_id")
        if lesion_id is not None:
            conditions.append("entry.lesion_id = :lesion_id")
        if not include_retired:
            conditions.append("entry.is_retired = 0")
        if as_of is not None:
            conditions.append("entry.recorded_at <= :as_of")
            newer = (
                "newer.entry_id = entry.entry_id AND newer.revision > entry.revision "
                "AND newer.recorded_at <= :as_of"
            )
        conditions.append(f"NOT EXISTS (SELECT 1 FROM {table} AS newer WHERE {newer})")  # noqa: S608
        found = self._rows(
            f"SELECT entry.* FROM {table} AS entry JOIN {table} AS first "  # noqa: S608
            "ON first.entry_id = entry.entry_id AND first.revision = 1 "
            f"WHERE {' AND '.join(conditions)} ORDER BY first.rowid",
            {
                "patient_id": patient_id,
                "lesion_id": lesion_id,
                "as_of": None if as_of is None else conversion.text_of_time(as_of),
            },
        )
        return self._nouns(lambda row: entry_of(kind, row), found)

    def entry_revisions(self, kind: type[Kind], entry_id: str) -> tuple[Kind, ...]:
        """Return every revision of one entry, oldest first."""
        found = self._select(table_of(kind), {"entry_id": entry_id}, "revision")
        return self._nouns(lambda row: entry_of(kind, row), found)

    def identity(self, patient_id: str) -> Identity | None:
        """Return who a patient is, where anybody recorded it."""
        found = self._select("identity", {"id": patient_id}, "id")
        return self._noun(identity_of, found[0]) if found else None

    def past(self, moment: datetime) -> Past:
        """Return the patients, lesions, visits and photographs as they were at a moment."""
        with known_faults(self.path):
            return Past(self._fresh(), moment)

    # --- reading: studies ------------------------------------------------------------------------

    def studies(self) -> tuple[Study, ...]:
        """Return every study that patients were exported for, in the order they were begun."""
        return self._nouns(study_of, self._select("study", {}, "created_at, rowid"))

    def study_codes(self, study_id: str) -> dict[str, str]:
        """Return the key of a study: each patient's id, and the code that stands for it."""
        found = self._select("study_code", {"study_id": study_id}, "rowid")
        return {one.patient_id: one.code for one in self._nouns(study_code_of, found)}

    # --- reading: landmarks ----------------------------------------------------------------------

    def landmarks(self, lesion_id: str) -> tuple[LandmarkSet, ...]:
        """Return what counts of a lesion's landmarks, one set a photograph, oldest first.

        A set without landmarks says that they were taken away.
        """
        found = self._rows(NEWEST_LANDMARKS, {"lesion_id": lesion_id})
        return self._nouns(landmarks_of, found)

    # --- reading: pictures that may leave --------------------------------------------------------

    def picture_releases(
        self,
        photograph_id: str | None = None,
        *,
        patient_id: str | None = None,
        as_of: datetime | None = None,
    ) -> tuple[PictureRelease, ...]:
        """Return the newest answer to each picture that a person was asked about, oldest first.

        Of one photograph, of a patient's, or of all. ``as_of``: as it stood at that moment.
        """
        rows = self._rows(RELEASES, {"photograph_id": photograph_id, "patient_id": patient_id})
        found = self._nouns(release_of, rows)
        newest = {one.key: one for one in found if as_of is None or one.recorded_at <= as_of}
        return tuple(sorted(newest.values(), key=lambda one: one.recorded_at))

    # --- reading: the queue of archives ----------------------------------------------------------

    def sendings(
        self, archive: str | None = None, *, state: SendState | None = None
    ) -> tuple[Sending, ...]:
        """Return what is or was to be sent, to an archive or to all, in the order it was queued."""
        wanted: dict[str, Any] = {} if archive is None else {"archive": archive}
        if state is not None:
            wanted["state"] = state.value
        return self._nouns(sending_of, self._select("sending", wanted, "queued_at, rowid"))

    def sending(self, sending_id: str) -> Sending:
        """Return one row of the queue. Raises ``KeyError``."""
        return self._noun(sending_of, self._one("sending", sending_id))

    # --- reading: reading sessions ---------------------------------------------------------------

    def reading_sessions(self, *, include_retired: bool = False) -> tuple[ReadingSession, ...]:
        """Return the reading sessions, in the order they were made."""
        wanted = {} if include_retired else {"is_retired": 0}
        return self._nouns(session_of, self._select("reading_session", wanted, "created_at, rowid"))

    def reading_items(self, session_id: str) -> tuple[ReadingItem, ...]:
        """Return what is read in a session."""
        found = self._select("reading_item", {"session_id": session_id}, "place")
        return self._nouns(item_of, found)

    def reading_tasks(self, session_id: str, reader: str | None = None) -> tuple[ReadingTask, ...]:
        """Return who reads what, each reader's in the order it is read."""
        wanted = {"session_id": session_id} | ({} if reader is None else {"reader": reader})
        return self._nouns(task_of, self._select("reading_task", wanted, "reader, place"))

    def readings(self, session_id: str, *, as_of: datetime | None = None) -> tuple[Reading, ...]:
        """Return the newest reading of each task that was read, in the order of the tasks.

        ``as_of``: what was recorded at this moment or before.
        """
        moment = None if as_of is None else conversion.text_of_time(as_of)
        found = self._rows(NEWEST_READINGS, {"session_id": session_id, "as_of": moment})
        return self._nouns(reading_of, found)

    def newest_reading(self, task_id: str) -> Reading | None:
        """Return what counts of a task that was read, or None."""
        found = self._select("reading", {"task_id": task_id}, "revision")
        return self._noun(reading_of, found[-1]) if found else None

    def adjudications(self, session_id: str) -> tuple[Adjudication, ...]:
        """Return the newest decision of each item that was decided upon, in their order."""
        found = self._rows(NEWEST_ADJUDICATIONS, {"session_id": session_id})
        return self._nouns(adjudication_of, found)

    def reading_packages(self, session_id: str | None = None) -> tuple[ReadingPackage, ...]:
        """Return what left for other computers, of a session or of all, in the order it did."""
        wanted = {} if session_id is None else {"session_id": session_id}
        return self._nouns(package_of, self._select("reading_package", wanted, "made_at, rowid"))

    def reader_errors(self) -> tuple[ReaderError, ...]:
        """Return every adoption of a readers' error and every taking back, oldest first."""
        return self._nouns(reader_error_of, self._select("reader_error", {}, "adopted_at, rowid"))

    # --- reading: printers and settings ----------------------------------------------------------

    def print_measurements(
        self, printer: str | None = None, *, include_retired: bool = False
    ) -> tuple[PrintMeasurement, ...]:
        """Return what was measured of all printers' bars, or of one's, in the order of measuring.

        Of two of the same day, the one that was recorded later comes later.
        """
        wanted: dict[str, Any] = {} if printer is None else {"printer": printer}
        if not include_retired:
            wanted["is_retired"] = 0
        found = self._select("print_measurement", wanted, "measured_on, recorded_at, rowid")
        return self._nouns(measurement_of, found)

    def setting(self, name: str) -> str | None:
        """Return what the library is set to, for everybody who uses it; None where it isn't."""
        found = self._select("setting", {"id": name}, "id")
        return None if not found else found[0]["value"]

    # --- the trail, and care ---------------------------------------------------------------------

    def audit_trail(
        self, limit: int | None = None, *, verb: str | None = None
    ) -> tuple[AuditEntry, ...]:
        """Return the audit trail, oldest first: all of it, or the newest ``limit`` entries.

        ``verb``: of that verb alone.
        """
        most = 2**62 if limit is None else limit
        if verb is None:
            found = self._rows(
                "SELECT * FROM audit WHERE seq > (SELECT audit_count FROM library) - :limit "
                "ORDER BY seq DESC",
                {"limit": most},
            )
        else:
            found = self._rows(
                "SELECT * FROM audit WHERE verb = :verb ORDER BY seq DESC LIMIT :limit",
                {"verb": verb, "limit": most},
            )
        return self._nouns(audit.entry_of, reversed(found))

    def people(self) -> tuple[str, ...]:
        """Return everyone who ever recorded something, in the order of their first entry."""
        found = self._rows('SELECT "by" AS name FROM audit GROUP BY "by" ORDER BY MIN(seq)')
        return tuple(row["name"] for row in found)

    def head_of_changes(self, *, until: datetime | None = None) -> str:
        """Return the audit hash of the last verb that changed a row, up to a moment or to now.

        What only noted something, as an export does, leaves it as it is. The trail's beginning
        where nothing was changed.
        """
        found = self._rows(
            "SELECT hash FROM audit WHERE what <> :nothing AND (:until IS NULL OR at <= :until) "
            "ORDER BY seq DESC LIMIT 1",
            {
                "nothing": conversion.canonical_json({"added": [], "changed": []}),
                "until": None if until is None else conversion.text_of_time(until),
            },
        )
        if found:
            return str(found[0]["hash"])
        return audit.genesis(self._rows("SELECT id FROM library")[0]["id"])

    def had_audit_head(self, head: str) -> bool:
        """Return whether the trail had this head at any time: it is of this library, then."""
        is_there = "SELECT 1 FROM audit WHERE hash = :head OR previous_hash = :head LIMIT 1"
        return bool(self._rows(is_there, {"head": head}))

    def audit_head(self) -> str:
        """Return the newest audit hash, which stands for everything done so far."""
        with known_faults(self.path):
            return audit.head(self._fresh())[1]

    def check(self, progress: Progress = no_progress) -> CheckReport:
        """Look at everything: the database, its rows against the trail, every original's bytes."""
        return check.check(self._fresh(), self.path, self.originals, progress)

    def backup(self, out: str | Path, progress: Progress = no_progress) -> BackupReport:
        """Write the whole library into one new file, while it may be in use.

        Raises ``FileUnwritable`` (also where ``out`` is there already), ``DiskFull``.
        """
        return backup.write(self._fresh(), self.path, self.originals, Path(out), progress)

    @staticmethod
    def restore(
        backup_file: str | Path, folder: str | Path, progress: Progress = no_progress
    ) -> RestoreReport:
        """Make a library in a new or empty folder from a backup.

        Raises ``BackupUnusable``, ``LibraryExists``, ``LibraryOnNetwork``, ``LibraryReadOnly``,
        ``DiskFull``; nothing is left in the folder then.
        """
        return backup.restore(Path(backup_file), Path(folder).absolute(), progress)

    # --- private ---------------------------------------------------------------------------------

    def _fresh(self) -> Database:
        """Return the connection, made anew where a frozen copy's file was written meanwhile."""
        if self._is_frozen and database.state_of_file(self.path) != self._seen:
            self._db.close()
            self._db, self._is_frozen = database.connect_for_reading(self.path)
            self._seen = database.state_of_file(self.path)
        return self._db

    def _is_filed(self, sha256: str) -> bool:
        known = self.photograph_with_hash(sha256)
        return known is not None and not known.is_retired

    def _rows(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
        with known_faults(self.path):
            return database.rows(self._fresh(), sql, values)

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Raise ``LibraryDamaged`` for a row that can't be what was written: a torn page's."""
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            detail = "a row of its database is not as it was written"
            raise LibraryDamaged(path=str(self.path), detail=detail) from error

    def _nouns(self, of: Callable[[Row], Noun], found: Iterable[Row]) -> tuple[Noun, ...]:
        with self._understood():
            return tuple(map(of, found))

    def _noun(self, of: Callable[[Row], Noun], row: Row) -> Noun:
        with self._understood():
            return of(row)

    def _select(
        self, tables: str, wanted: Mapping[str, Any], order: str, *, columns: str = "*"
    ) -> list[Row]:
        """Return the rows whose columns have the wanted values, with only constants in the SQL."""
        places = {name: name.replace(".", "_") for name in wanted}
        where = " AND ".join(f"{name} = :{place}" for name, place in places.items())
        return self._rows(
            f"SELECT {columns} FROM {tables} WHERE {where or 'true'} ORDER BY {order}",  # noqa: S608
            {places[name]: value for name, value in wanted.items()},
        )

    def _one(self, table: str, key: str) -> Row:
        found = self._select(table, {"id": key}, "id")
        if not found:
            raise KeyError(key)
        return found[0]


def _refuse_broken_trail(path: Path, db: Database) -> None:
    # Seen at one moment: another window may be writing.
    with db.atomic():
        problem = audit.problem_at_the_end(db)
    if problem is not None:
        raise LibraryDamaged(path=str(path), detail=problem)
