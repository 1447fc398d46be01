"""The numbered steps that make a library's tables. A released step is never edited.

Times are UTC in ISO 8601 with microseconds (they sort as text), dates are local calendar dates,
keys are random UUIDs as text. Nothing clinical can be deleted, and revisions can't be changed:
triggers refuse it to every program.
"""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path
from typing import Final

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from woundtrack.errors import LibraryBehind, LibraryDamaged, LibraryTooNew
from woundtrack.model import now
from woundtrack.records.database import APPLICATION_ID, connect_for_reading, sync_file
from woundtrack.records.faults import fault_of_database
from woundtrack.records.landmarks import LANDMARK_TABLE
from woundtrack.records.originals import Originals, sync_folder
from woundtrack.records.readings import READING_KEYS, READING_TABLES
from woundtrack.records.record_tables import (
    CONFIRMATION,
    IDENTITY_TABLE,
    RECORD_TABLES,
    statements,
)
from woundtrack.records.releases import RELEASE_KEYS, RELEASE_STEPS
from woundtrack.records.rows import text_of_time
from woundtrack.records.sendings import SENDING_STEPS
from woundtrack.records.studies import STUDY_TABLES

MIGRATIONS: Final = Migrations("woundtrack")


def known_steps() -> frozenset[str]:
    """Return the names of all steps this program knows: a database with others is newer."""
    db = Database(memory=True)
    try:
        return frozenset(step.name for step in MIGRATIONS.pending(db))
    finally:
        db.close()


def refuse_if_not_ours(path: Path) -> None:
    """Look before anything is written, lock file included: another's database, a newer one's."""
    db, _ = connect_for_reading(path)
    try:
        (kind,) = db.execute("PRAGMA application_id").fetchone()
        if kind != APPLICATION_ID and db.table_names():
            raise LibraryDamaged(path=str(path), detail="its database is another program's")
        # A library whose making was cut short is empty, too, but has no photograph.
        if not db.table_names() and any(Originals(path, is_read_only=True).files()):
            detail = "its database is empty, though its photographs are there"
            raise LibraryDamaged(path=str(path), detail=detail)
        if {step.name for step in MIGRATIONS.applied(db)} - known_steps():
            raise LibraryTooNew(path=str(path))
    finally:
        db.close()


def refuse_if_behind(path: Path, db: Database) -> None:
    """Look whether a program that may write must open the library first."""
    if MIGRATIONS.pending(db):
        raise LibraryBehind(path=str(path))


def bring_up_to_date(path: Path, db: Database) -> None:
    """Bring a database up to date; one with anything in it is copied into ``backups/`` first."""
    if not MIGRATIONS.pending(db):
        return
    applied = MIGRATIONS.applied(db)
    if not applied:
        MIGRATIONS.apply(db)
        return
    step = applied[-1].name.partition("_")[0]
    copy = path / "backups" / f"library-{step}-{now():%Y%m%dT%H%M%S.%fZ}.db"
    copy.parent.mkdir(exist_ok=True)
    db.execute("VACUUM INTO :copy", {"copy": str(copy)})
    with copy.open("rb+") as file:
        sync_file(file)
    sync_folder(copy.parent)
    try:
        MIGRATIONS.apply(db)
    except sqlite3.Error as error:
        known = fault_of_database(error, path)
        detail = f"it can't be brought up to date ({error}), and is kept as it was in {copy.name}"
        raise known or LibraryDamaged(path=str(path), detail=detail) from error


@MIGRATIONS()
def m001_library_and_audit(db: Database) -> None:
    """Make the library itself, and the trail of everything done to it."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(
        """
        CREATE TABLE library (
            place INTEGER PRIMARY KEY CHECK (place = 1),
            id TEXT NOT NULL,
            created_at TEXT NOT NULL,
            audit_count INTEGER NOT NULL,
            audit_head TEXT
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY CHECK (seq > 0),
            at TEXT NOT NULL,
            offset_minutes INTEGER NOT NULL,
            by TEXT NOT NULL,
            account TEXT NOT NULL,
            verb TEXT NOT NULL,
            why TEXT,
            what TEXT NOT NULL,
            application_version TEXT NOT NULL,
            previous_hash TEXT NOT NULL,
            hash TEXT NOT NULL UNIQUE
        ) STRICT
        """
    )
    db.execute(
        "INSERT INTO library (place, id, created_at, audit_count) VALUES (1, :id, :at, 0)",
        {"id": str(uuid.uuid4()), "at": text_of_time(now())},
    )
    db.execute(
        """
        CREATE TRIGGER library_keeps_its_count BEFORE UPDATE ON library
        WHEN NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at
            OR NEW.audit_count <> OLD.audit_count + 1
        BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END
        """
    )
    db.execute(
        """
        CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
        WHEN NEW.seq <> (SELECT audit_count + 1 FROM library)
        BEGIN SELECT RAISE(ABORT, 'the audit trail only grows at its end'); END
        """
    )
    _keep(db, "library", "place = NEW.place")
    _keep(db, "audit", is_history=True)  # replaced it can't be: it grows at its end alone


@MIGRATIONS()
def m002_patients_and_lesions(db: Database) -> None:
    """Keep who, and what is followed. Two codes that differ in case alone are one patient's."""
    db.execute(
        """
        CREATE TABLE patient (
            id TEXT PRIMARY KEY,
            code TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (code <> ''),
            created_at TEXT NOT NULL,
            version INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE lesion (
            id TEXT PRIMARY KEY,
            patient_id TEXT NOT NULL REFERENCES patient (id),
            label TEXT NOT NULL,
            number INTEGER NOT NULL CHECK (number > 0),
            region TEXT NOT NULL,
            side TEXT,
            created_at TEXT NOT NULL,
            is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
            version INTEGER NOT NULL,
            UNIQUE (patient_id, number)
        ) STRICT
        """
    )
    _keep(db, "patient", "id = NEW.id", "code = NEW.code")
    _keep(db, "lesion", "id = NEW.id", "patient_id = NEW.patient_id AND number = NEW.number")


@MIGRATIONS()
def m003_visits_and_photographs(db: Database) -> None:
    """Keep when, and the facts of each original file: never its location."""
    db.execute(
        """
        CREATE TABLE visit (
            id TEXT PRIMARY KEY,
            patient_id TEXT NOT NULL REFERENCES patient (id),
            visited_on TEXT NOT NULL,
            created_at TEXT NOT NULL,
            version INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE photograph (
            id TEXT PRIMARY KEY,
            visit_id TEXT NOT NULL REFERENCES visit (id),
            sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
            original_name TEXT NOT NULL,
            format TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            width_px INTEGER NOT NULL,
            height_px INTEGER NOT NULL,
            orientation INTEGER NOT NULL,
            taken_at TEXT,
            taken_offset_minutes INTEGER,
            taken_from TEXT NOT NULL,
            camera_make TEXT,
            camera_model TEXT,
            focal_length_mm REAL,
            focal_length_35mm REAL,
            region TEXT,
            side TEXT,
            filed_at TEXT NOT NULL,
            is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
            version INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE INDEX visit_of_patient ON visit (patient_id, visited_on)")
    db.execute("CREATE INDEX photograph_of_visit ON photograph (visit_id)")
    db.execute(
        """
        CREATE TRIGGER photograph_keeps_its_facts BEFORE UPDATE OF
            sha256, original_name, format, size_bytes, width_px, height_px, orientation, taken_at,
            taken_offset_minutes, taken_from, camera_make, camera_model, focal_length_mm,
            focal_length_35mm, filed_at
        ON photograph
        BEGIN SELECT RAISE(ABORT, 'the facts of an original file never change'); END
        """
    )
    _keep(db, "visit", "id = NEW.id")
    _keep(db, "photograph", "id = NEW.id", "sha256 = NEW.sha256")


@MIGRATIONS()
def m004_proposals(db: Database) -> None:
    """Keep what the program made of each photograph; JSON columns start with a format number."""
    db.execute(
        """
        CREATE TABLE proposal (
            id TEXT PRIMARY KEY,
            photograph_id TEXT NOT NULL UNIQUE REFERENCES photograph (id),
            lesion_id TEXT REFERENCES lesion (id),
            created_at TEXT NOT NULL,
            is_waiting INTEGER NOT NULL CHECK (is_waiting IN (0, 1)),
            version INTEGER NOT NULL,
            calibration TEXT,
            outlines TEXT NOT NULL,
            doubts TEXT NOT NULL,
            method TEXT NOT NULL
        ) STRICT
        """
    )
    db.execute("CREATE INDEX proposal_waiting ON proposal (photograph_id) WHERE is_waiting = 1")
    _keep(db, "proposal", "id = NEW.id", "photograph_id = NEW.photograph_id")


@MIGRATIONS()
def m005_assessments(db: Database) -> None:
    """Keep accepted assessments: every row is a revision, and none is ever changed."""
    db.execute(
        """
        CREATE TABLE assessment (
            id TEXT PRIMARY KEY,
            assessment_id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            supersedes TEXT UNIQUE REFERENCES assessment (id),
            lesion_id TEXT NOT NULL REFERENCES lesion (id),
            visit_id TEXT NOT NULL REFERENCES visit (id),
            state TEXT NOT NULL,
            accepted_by TEXT NOT NULL,
            reviewed_by TEXT,
            recorded_at TEXT NOT NULL,
            reason TEXT,
            is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
            UNIQUE (assessment_id, revision),
            CHECK ((revision = 1) = (supersedes IS NULL) AND revision > 0)
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE assessment_photograph (
            revision_id TEXT NOT NULL REFERENCES assessment (id),
            place INTEGER NOT NULL,
            photograph_id TEXT NOT NULL REFERENCES photograph (id),
            PRIMARY KEY (revision_id, place)
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE assessed_outline (
            revision_id TEXT NOT NULL REFERENCES assessment (id),
            kind TEXT NOT NULL,
            place INTEGER NOT NULL,
            photograph_id TEXT NOT NULL REFERENCES photograph (id),
            area_mm2 REAL,
            area_low_mm2 REAL,
            area_high_mm2 REAL,
            perimeter_mm REAL,
            length_mm REAL,
            width_mm REAL,
            doubts TEXT,
            outline TEXT NOT NULL,
            calibration TEXT,
            method TEXT NOT NULL,
            PRIMARY KEY (revision_id, kind),
            CHECK ((area_mm2 IS NULL) = (calibration IS NULL))
        ) STRICT
        """
    )
    db.execute("CREATE INDEX assessment_of_lesion ON assessment (lesion_id)")
    db.execute("CREATE INDEX assessment_of_visit ON assessment (visit_id, lesion_id)")
    db.execute("CREATE INDEX assessment_of_photograph ON assessment_photograph (photograph_id)")
    db.execute("CREATE INDEX outline_of_photograph ON assessed_outline (photograph_id)")
    _keep(
        db,
        "assessment",
        "id = NEW.id",
        "assessment_id = NEW.assessment_id AND revision = NEW.revision",
        "supersedes = NEW.supersedes",
        is_history=True,
    )
    _keep(
        db,
        "assessment_photograph",
        "revision_id = NEW.revision_id AND place = NEW.place",
        is_history=True,
    )
    _keep(
        db,
        "assessed_outline",
        "revision_id = NEW.revision_id AND kind = NEW.kind",
        is_history=True,
    )


@MIGRATIONS()
def m006_terms_of_the_interval(db: Database) -> None:
    """Keep what made a measurement uncertain; unknown of those recorded before."""
    db.execute("ALTER TABLE assessed_outline ADD COLUMN terms TEXT")


@MIGRATIONS()
def m007_printers(db: Database) -> None:
    """Keep how large printers print, and what a library as a whole is set to."""
    db.execute(
        """
        CREATE TABLE print_measurement (
            id TEXT PRIMARY KEY,
            printer TEXT NOT NULL COLLATE NOCASE CHECK (printer <> ''),
            across_mm REAL NOT NULL CHECK (across_mm > 0),
            down_mm REAL NOT NULL CHECK (down_mm > 0),
            measured_on TEXT NOT NULL,
            recorded_at TEXT NOT NULL,
            is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
            version INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TABLE setting (
            id TEXT PRIMARY KEY CHECK (id <> ''),
            value TEXT,
            version INTEGER NOT NULL
        ) STRICT
        """
    )
    db.execute(
        """
        CREATE TRIGGER print_measurement_keeps_its_facts BEFORE UPDATE OF
            printer, across_mm, down_mm, measured_on, recorded_at
        ON print_measurement
        BEGIN SELECT RAISE(ABORT, 'what was measured never changes'); END
        """
    )
    _keep(db, "print_measurement", "id = NEW.id")
    _keep(db, "setting", "id = NEW.id")


@MIGRATIONS()
def m008_head_of_a_photograph(db: Database) -> None:
    """Keep where the head is in a photograph, and what was measured along the body by it."""
    db.execute(
        "ALTER TABLE photograph ADD COLUMN head_deg REAL CHECK (head_deg >= 0 AND head_deg < 360)"
    )
    for name in ("head_to_toe_mm", "side_to_side_mm"):
        db.execute(f"ALTER TABLE assessed_outline ADD COLUMN {name} REAL")


@MIGRATIONS()
def m009_parts_of_a_lesion(db: Database) -> None:
    """Keep the further open parts of a lesion in one photograph; NULL where there is one alone."""
    db.execute("ALTER TABLE assessed_outline ADD COLUMN further TEXT")


@MIGRATIONS()
def m010_tissue_maps(db: Database) -> None:
    """Keep which tissue a person painted inside an accepted outline; NULL where nobody did."""
    db.execute("ALTER TABLE assessed_outline ADD COLUMN tissue TEXT")


@MIGRATIONS()
def m011_clinical_record(db: Database) -> None:
    """Keep what was asked, found, given and what happened; and, apart from it, who a patient is."""
    for table in RECORD_TABLES:
        for statement in statements(table):
            db.execute(statement)
        _keep(
            db,
            table,
            "id = NEW.id",
            "entry_id = NEW.entry_id AND revision = NEW.revision",
            "supersedes = NEW.supersedes",
            is_history=True,
        )
    db.execute(IDENTITY_TABLE)
    _keep(db, "identity", "id = NEW.id")


@MIGRATIONS()
def m012_landmarks(db: Database) -> None:
    """Keep the places that lay one visit's photograph on another's."""
    db.execute(LANDMARK_TABLE)
    db.execute("CREATE INDEX landmark_set_of_photograph ON landmark_set (photograph_id)")
    _keep(
        db,
        "landmark_set",
        "id = NEW.id",
        "lesion_id = NEW.lesion_id AND photograph_id = NEW.photograph_id "
        "AND revision = NEW.revision",
        "supersedes = NEW.supersedes",
        is_history=True,
    )


@MIGRATIONS()
def m013_visits_out_of_view_and_confirmations(db: Database) -> None:
    """Let a visit that holds nothing go out of view; keep what a person said is right."""
    db.execute("ALTER TABLE visit ADD COLUMN is_retired INTEGER CHECK (is_retired = 1)")
    for statement in statements("confirmation", CONFIRMATION):
        db.execute(statement)
    _keep(
        db,
        "confirmation",
        "id = NEW.id",
        "entry_id = NEW.entry_id AND revision = NEW.revision",
        "supersedes = NEW.supersedes",
        is_history=True,
    )


@MIGRATIONS()
def m014_studies(db: Database) -> None:
    """Keep what patients are called in each study they are exported for."""
    for statement in STUDY_TABLES:
        db.execute(statement)
    _keep(db, "study", "id = NEW.id", "name = NEW.name", is_history=True)
    _keep(
        db,
        "study_code",
        "id = NEW.id",
        "study_id = NEW.study_id AND patient_id = NEW.patient_id",
        "study_id = NEW.study_id AND study_code = NEW.study_code",
        is_history=True,
    )


@MIGRATIONS()
def m015_released_pictures(db: Database) -> None:
    """Keep what a person said of a picture that is to leave."""
    for statement in RELEASE_STEPS:
        db.execute(statement)
    _keep(db, "picture_release", *RELEASE_KEYS, is_history=True)


@MIGRATIONS()
def m016_reading_sessions(db: Database) -> None:
    """Keep what readers outlined, blinded, to see how well they agree; assessments know none."""
    for statement in READING_TABLES:
        db.execute(statement)
    for table, keys in READING_KEYS.items():
        _keep(db, table, *keys, is_history=table != "reading_session")


@MIGRATIONS()
def m017_queue_for_archives(db: Database) -> None:
    """Keep what is to be sent to hospital archives, and what became of it."""
    for statement in SENDING_STEPS:
        db.execute(statement)
    _keep(db, "sending", "id = NEW.id")


@MIGRATIONS()
def m018_patients_out_of_view(db: Database) -> None:
    """Let a patient of whom nothing stands go out of view: a code was mistyped."""
    db.execute("ALTER TABLE patient ADD COLUMN is_retired INTEGER CHECK (is_retired = 1)")


def _keep(db: Database, table: str, *keys: str, is_history: bool = False) -> None:
    """Make ``table`` keep its rows: none is deleted or replaced and, if history, none changed.

    ``keys`` are its unique keys, as conditions between a row there and ``NEW``. An INSERT OR
    REPLACE deletes the row there without asking the trigger on DELETE, hence the one on INSERT.
    """
    refused = f"SELECT RAISE(ABORT, 'rows of {table} are kept: {{}} is refused');"
    for action in ("DELETE", "UPDATE") if is_history else ("DELETE",):
        db.execute(
            f"CREATE TRIGGER {table}_refuses_{action.lower()} BEFORE {action} ON {table} "
            f"BEGIN {refused.format(action)} END"
        )
    if keys:
        there = " OR ".join(f"({key})" for key in keys)
        is_there = f"EXISTS (SELECT 1 FROM {table} WHERE {there})"  # noqa: S608
        db.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
            f"WHEN {is_there} BEGIN {refused.format('REPLACE')} END"
        )
