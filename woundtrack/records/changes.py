"""What one verb does to a library: rows added and rows changed, and the record of both.

Hides the version check of every change, and which values the audit trail keeps in full.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlite_utils import Database

from woundtrack.errors import ChangedMeanwhile, DuplicatePhotograph
from woundtrack.model import (
    Adjudication,
    Assessment,
    Entry,
    Identity,
    LandmarkSet,
    Lesion,
    Patient,
    PictureRelease,
    Proposal,
    ReaderError,
    Reading,
    ReadingItem,
    ReadingPackage,
    ReadingSession,
    ReadingTask,
    Sending,
    Visit,
    VisitPhotograph,
)
from woundtrack.records import rows as conversion
from woundtrack.records.database import rows
from woundtrack.records.entries import entry_row, identity_of, identity_row, table_of
from woundtrack.records.landmarks import landmark_row
from woundtrack.records.printers import PrintMeasurement, measurement_of, measurement_row
from woundtrack.records.readings import (
    adjudication_row,
    item_row,
    package_row,
    reader_error_row,
    reading_row,
    session_of,
    session_row,
    task_row,
)
from woundtrack.records.releases import release_row
from woundtrack.records.sendings import sending_of, sending_row
from woundtrack.records.studies import Study, StudyCode, study_code_row, study_row

Values = dict[str, Any]

_JSON_COLUMNS: Final = frozenset(
    {"calibration", "outlines", "outline", "further", "doubts", "method", "tissue", "landmarks"}
)
_NOT_IN_THE_TRAIL: Final = frozenset(
    {"original_name", "name", "birth_date", "nhs_number", "local_id", "salt", "study_code"}
)
"""Who a patient is stands in the table of identities alone; a file's own name may say it, too.

What a patient is called in a study stands in the study's key alone.
"""


def audited(values: Mapping[str, Any]) -> Values:
    """Return a row's values as the trail keeps those of an added row.

    The JSON columns stand as their SHA-256: the row holds the value, the trail shows that it is the
    same one. Where such a value is replaced later, the trail takes the old one in full.
    """
    kept: Values = {}
    for name, value in values.items():
        if name in _NOT_IN_THE_TRAIL:
            continue
        if name in _JSON_COLUMNS and isinstance(value, str):
            kept[name] = f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"
        else:
            kept[name] = value
    return kept


def audited_assessment(
    revision: Mapping[str, Any],
    photographs: list[Values],
    outlines: list[Values],
) -> Values:
    """Return one revision with its photographs and outlines as the trail keeps it."""
    values = audited(revision)
    values["photographs"] = [link["photograph_id"] for link in photographs]
    values["accepted_outlines"] = [
        {name: value for name, value in audited(outline).items() if name != "revision_id"}
        for outline in outlines
    ]
    return values


class Change:
    """The writes of one verb; handed out by ``Library.verb`` and usable inside its block alone.

    ``update_*`` take the noun as it should be with the version it was read with, and return it as
    stored, with the next version; they raise ``ChangedMeanwhile`` where the row has another version
    by now, and change nothing where every value is as stored.
    """

    def __init__(self, db: Database) -> None:
        self._db: Database | None = db
        self._added: list[Values] = []
        self._changed: list[Values] = []

    # --- adding ----------------------------------------------------------------------------------

    def add_patient(self, patient: Patient) -> None:
        """Add a patient. Raises ``ChangedMeanwhile`` where the code is taken (in any case)."""
        taken = rows(self._open, "SELECT 1 FROM patient WHERE code = :code", {"code": patient.code})
        if taken:
            raise ChangedMeanwhile(what=f"The patient {patient.code}")
        self._add("patient", conversion.patient_row(patient))

    def add_lesion(self, lesion: Lesion) -> None:
        """Add a lesion of a patient who is in the library."""
        self._add("lesion", conversion.lesion_row(lesion))

    def add_visit(self, visit: Visit) -> None:
        """Add a visit of a patient who is in the library."""
        self._add("visit", conversion.visit_row(visit))

    def add_photograph(self, photograph: VisitPhotograph) -> None:
        """File a photograph, whose original was put in ``originals`` before.

        Raises ``DuplicatePhotograph`` where the same bytes are filed already, retired or not.
        """
        facts = photograph.photograph
        there = rows(
            self._open,
            """
            SELECT patient.code, visit.visited_on FROM photograph
            JOIN visit ON visit.id = photograph.visit_id
            JOIN patient ON patient.id = visit.patient_id
            WHERE photograph.sha256 = :sha256
            """,
            {"sha256": facts.sha256},
        )
        for row in there:
            raise DuplicatePhotograph(
                path=facts.original_name, patient=row["code"], visited_on=row["visited_on"]
            )
        self._add("photograph", conversion.photograph_row(photograph))

    def add_proposal(self, proposal: Proposal) -> None:
        """Add the one proposal of a filed photograph."""
        self._add("proposal", conversion.proposal_row(proposal))

    def add_assessment(self, assessment: Assessment) -> None:
        """Add a revision: the first of a new thread, or the one after the newest of its thread.

        Raises ``ChangedMeanwhile`` where the thread has a newer revision than it supersedes.
        """
        newest = rows(
            self._open,
            """
            SELECT id, revision FROM assessment WHERE assessment_id = :thread
            ORDER BY revision DESC LIMIT 1
            """,
            {"thread": assessment.assessment_id},
        )
        expected = (newest[0]["id"], newest[0]["revision"] + 1) if newest else (None, 1)
        if (assessment.supersedes, assessment.revision) != expected:
            raise ChangedMeanwhile(what="The assessment")
        revision = conversion.assessment_row(assessment)
        photographs = conversion.assessment_photograph_rows(assessment)
        outlines = conversion.assessed_outline_rows(assessment)
        self._insert("assessment", revision)
        for link in photographs:
            self._insert("assessment_photograph", link)
        for outline in outlines:
            self._insert("assessed_outline", outline)
        self._record_added("assessment", audited_assessment(revision, photographs, outlines))

    def add_print_measurement(self, measurement: PrintMeasurement) -> None:
        """Add what was measured of a printer's bars."""
        self._add("print_measurement", measurement_row(measurement))

    def add_study(self, study: Study) -> None:
        """Add a study. Raises ``ChangedMeanwhile`` where its name is taken (in any case)."""
        named = {"name": study.name}
        if rows(self._open, "SELECT 1 FROM study WHERE name = :name", named):
            raise ChangedMeanwhile(what="The study")
        self._add("study", study_row(study))

    def add_study_code(self, code: StudyCode) -> None:
        """Add what a patient is called in a study; a patient has one code in each."""
        self._add("study_code", study_code_row(code))

    def add_entry(self, entry: Entry) -> None:
        """Add a revision of an entry of the record: a thread's first, or the one after its newest.

        Raises ``ChangedMeanwhile`` where the thread has a newer revision than it supersedes.
        """
        table = table_of(type(entry))
        newest = rows(
            self._open,
            f"SELECT id, revision FROM {table} WHERE entry_id = :thread "  # noqa: S608
            "ORDER BY revision DESC LIMIT 1",
            {"thread": entry.entry_id},
        )
        expected = (newest[0]["id"], newest[0]["revision"] + 1) if newest else (None, 1)
        if (entry.supersedes, entry.revision) != expected:
            raise ChangedMeanwhile(what="The entry")
        self._add(table, entry_row(entry))

    def add_landmarks(self, marked: LandmarkSet) -> None:
        """Add a revision of a lesion's landmarks in a photograph: the first, or the next one.

        Raises ``ChangedMeanwhile`` where there is a newer revision than it supersedes.
        """
        newest = rows(
            self._open,
            """
            SELECT id, revision FROM landmark_set
            WHERE lesion_id = :lesion_id AND photograph_id = :photograph_id
            ORDER BY revision DESC LIMIT 1
            """,
            {"lesion_id": marked.lesion_id, "photograph_id": marked.photograph_id},
        )
        expected = (newest[0]["id"], newest[0]["revision"] + 1) if newest else (None, 1)
        if (marked.supersedes, marked.revision) != expected:
            raise ChangedMeanwhile(what="The landmarks")
        self._add("landmark_set", landmark_row(marked))

    def add_picture_release(self, answer: PictureRelease) -> None:
        """Add the first answer to whether a picture may leave, or the one after the newest.

        Raises ``ChangedMeanwhile`` where there is a newer one than it supersedes.
        """
        row = release_row(answer)
        newest = rows(
            self._open,
            """
            SELECT id, revision FROM picture_release
            WHERE photograph_id = :photograph_id AND lesion_id IS :lesion_id AND framing = :framing
            ORDER BY revision DESC LIMIT 1
            """,
            {name: row[name] for name in ("photograph_id", "lesion_id", "framing")},
        )
        expected = (newest[0]["id"], newest[0]["revision"] + 1) if newest else (None, 1)
        if (answer.supersedes, answer.revision) != expected:
            raise ChangedMeanwhile(what="What was said of the picture")
        self._add("picture_release", row)

    def set_identity(self, identity: Identity) -> Identity:
        """Store who a patient is; the trail says that it was stored, and not what."""
        row = identity_row(identity)
        there = rows(self._open, "SELECT 1 FROM identity WHERE id = :id", {"id": row["id"]})
        if not there:
            self._add("identity", row)
            return identity
        return identity_of(self._update("identity", "The identity", row))

    def add_sending(self, sending: Sending) -> None:
        """Put a photograph into the queue of an archive."""
        self._add("sending", sending_row(sending))

    def add_reading_session(
        self, session: ReadingSession, items: Iterable[ReadingItem], tasks: Iterable[ReadingTask]
    ) -> None:
        """Add a session with all that is to be read in it.

        Raises ``ChangedMeanwhile`` where one of its name is there (in any case).
        """
        title = {"title": session.name}
        if rows(self._open, "SELECT 1 FROM reading_session WHERE title = :title", title):
            raise ChangedMeanwhile(what=f"The reading session {session.name}")
        self._add("reading_session", session_row(session))
        for item in items:
            self._add("reading_item", item_row(item))
        for task in tasks:
            self._add("reading_task", task_row(task))

    def add_reading(self, reading: Reading) -> None:
        """Add a task's first reading, or the revision after its newest.

        Raises ``ChangedMeanwhile`` where there is a newer one than it supersedes.
        """
        self._refuse_overtaken("reading", "task_id", reading.task_id, reading, "The reading")
        self._add("reading", reading_row(reading))

    def add_adjudication(self, decided: Adjudication) -> None:
        """Add an item's first decision, or the revision after its newest.

        Raises ``ChangedMeanwhile`` where there is a newer one than it supersedes.
        """
        self._refuse_overtaken("adjudication", "item_id", decided.item_id, decided, "The decision")
        self._add("adjudication", adjudication_row(decided))

    def add_reading_package(self, package: ReadingPackage) -> None:
        """Add that a reader's tasks left for another computer."""
        self._add("reading_package", package_row(package))

    def add_reader_error(self, error: ReaderError) -> None:
        """Add what readers' error is taken to be from now on, or that none is."""
        self._add("reader_error", reader_error_row(error))

    # --- changing --------------------------------------------------------------------------------

    def update_patient(self, patient: Patient) -> Patient:
        """Store a patient's corrected code or retirement.

        Raises ``ChangedMeanwhile`` where another patient has the code by now (in any case).
        """
        taken = rows(
            self._open,
            "SELECT 1 FROM patient WHERE code = :code AND id <> :id",
            {"code": patient.code, "id": patient.id},
        )
        if taken:
            raise ChangedMeanwhile(what=f"The patient {patient.code}")
        row = self._update("patient", "The patient", conversion.patient_row(patient))
        return conversion.patient_of(row)

    def update_lesion(self, lesion: Lesion) -> Lesion:
        """Store a lesion's new label, number, site or retirement."""
        row = self._update("lesion", "The lesion", conversion.lesion_row(lesion))
        return conversion.lesion_of(row)

    def update_visit(self, visit: Visit) -> Visit:
        """Store a visit's new date, patient or retirement."""
        row = self._update("visit", "The visit", conversion.visit_row(visit))
        return conversion.visit_of(row)

    def update_photograph(self, photograph: VisitPhotograph) -> VisitPhotograph:
        """Store a photograph's new visit, site or retirement; the facts of its file can't change.

        Raises ``sqlite3.IntegrityError`` for other facts: a bug of the caller's.
        """
        row = self._update("photograph", "The photograph", conversion.photograph_row(photograph))
        return conversion.photograph_of(row)

    def update_proposal(self, proposal: Proposal) -> Proposal:
        """Store a proposal that no longer waits, or waits again, or was made anew."""
        row = self._update("proposal", "The proposal", conversion.proposal_row(proposal))
        return conversion.proposal_of(row)

    def update_reading_session(self, session: ReadingSession) -> ReadingSession:
        """Store that a session is out of view, or in it again; what it is can't change.

        Raises ``sqlite3.IntegrityError`` for other facts: a bug of the caller's.
        """
        row = self._update("reading_session", "The reading session", session_row(session))
        return session_of(row)

    def update_print_measurement(self, measurement: PrintMeasurement) -> PrintMeasurement:
        """Store a measurement's retirement; what was measured can't change.

        Raises ``sqlite3.IntegrityError`` for other numbers: a bug of the caller's.
        """
        row = self._update("print_measurement", "The printer", measurement_row(measurement))
        return measurement_of(row)

    def update_sending(self, sending: Sending) -> Sending:
        """Store what became of a row of the queue; what is sent where can't change.

        Raises ``sqlite3.IntegrityError`` for another photograph or archive: a bug of the caller's.
        """
        row = self._update("sending", "The queue of the archive", sending_row(sending))
        return sending_of(row)

    def set_setting(self, name: str, value: str | None) -> None:
        """Set the library, for everybody who uses it; None is as if it had never been set."""
        stored = rows(self._open, "SELECT * FROM setting WHERE id = :id", {"id": name})
        if stored:
            self._update("setting", "The setting", {**stored[0], "value": value})
        elif value is not None:
            self._add("setting", {"id": name, "value": value, "version": 1})

    # --- the library's side ----------------------------------------------------------------------

    def record(self) -> Values:
        """Return what was done, as the audit trail keeps it."""
        return {"added": self._added, "changed": self._changed}

    def close(self) -> None:
        """End the block: a later write would be outside the transaction, and raises."""
        self._db = None

    @property
    def _open(self) -> Database:
        if self._db is None:
            raise RuntimeError("a change can be used only inside its verb's block")
        return self._db

    def _refuse_overtaken(
        self, table: str, thread: str, key: str, revised: Reading | Adjudication, what: str
    ) -> None:
        newest = rows(
            self._open,
            f"SELECT id, revision FROM {table} WHERE {thread} = :key "  # noqa: S608
            "ORDER BY revision DESC LIMIT 1",
            {"key": key},
        )
        expected = (newest[0]["id"], newest[0]["revision"] + 1) if newest else (None, 1)
        if (revised.supersedes, revised.revision) != expected:
            raise ChangedMeanwhile(what=what)

    def _add(self, table: str, values: Values) -> None:
        self._insert(table, values)
        self._record_added(table, audited(values))

    def _record_added(self, table: str, values: Values) -> None:
        self._added.append({"entity": table, "id": values["id"], "values": values})

    def _insert(self, table: str, values: Values) -> None:
        # Table and column names come from this package, never from a person.
        names = ", ".join(f'"{name}"' for name in values)
        places = ", ".join(f":{name}" for name in values)
        self._open.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608

    def _update(self, table: str, what: str, values: Values) -> Values:
        db = self._open
        stored = rows(
            db,
            f"SELECT * FROM {table} WHERE id = :id AND version = :version",  # noqa: S608
            values,
        )
        if not stored:
            raise ChangedMeanwhile(what=what)
        new = {name: value for name, value in values.items() if stored[0][name] != value}
        if not new:
            return values
        old = {name: stored[0][name] for name in new}
        new["version"], old["version"] = values["version"] + 1, values["version"]
        places = ", ".join(f'"{name}" = :{name}' for name in new)
        db.execute(
            f"UPDATE {table} SET {places} WHERE id = :id",  # noqa: S608
            {**new, "id": values["id"]},
        )
        hidden = _NOT_IN_THE_TRAIL
        self._changed.append(
            {
                "entity": table,
                "id": values["id"],
                "old": {name: value for name, value in old.items() if name not in hidden},
                "new": {name: value for name, value in new.items() if name not in hidden},
            }
        )
        return {**values, "version": new["version"]}
