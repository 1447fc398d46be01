"""Reading sessions to rows and back: who reads what in which order, what was read, what is adopted.

Hides the tables. But for a session's being out of view nothing in them is ever changed: a reading
or a decision that is put right is a revision, and an adoption that is taken back another row.
"""

from __future__ import annotations

import json
from typing import Any, Final

from woundtrack.model import (
    Adjudication,
    Asked,
    ErrorBasis,
    OutlineKind,
    ReaderError,
    Reading,
    ReadingItem,
    ReadingPackage,
    ReadingSession,
    ReadingTask,
    Tissue,
)
from woundtrack.records.rows import (
    Row,
    calibration_json,
    calibration_of,
    canonical_json,
    outlines_json,
    outlines_of,
    text_of_time,
    time_of_text,
)

Values = dict[str, Any]

READING_TABLES: Final = (
    """
    CREATE TABLE reading_session (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (title <> ''),
        seed INTEGER NOT NULL,
        readers TEXT NOT NULL,
        repeats INTEGER NOT NULL CHECK (repeats > 0),
        asks TEXT NOT NULL,
        least_dice REAL NOT NULL,
        most_ratio REAL NOT NULL,
        is_sampled INTEGER NOT NULL CHECK (is_sampled IN (0, 1)),
        created_by TEXT NOT NULL,
        created_at TEXT NOT NULL,
        is_retired INTEGER NOT NULL CHECK (is_retired IN (0, 1)),
        version INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE reading_item (
        id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES reading_session (id),
        place INTEGER NOT NULL,
        photograph_id TEXT NOT NULL REFERENCES photograph (id),
        lesion_id TEXT NOT NULL REFERENCES lesion (id),
        kind TEXT NOT NULL,
        shown TEXT NOT NULL,
        calibration TEXT NOT NULL,
        UNIQUE (session_id, place)
    ) STRICT
    """,
    """
    CREATE TABLE reading_task (
        id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES reading_session (id),
        item_id TEXT NOT NULL REFERENCES reading_item (id),
        reader TEXT NOT NULL CHECK (reader <> ''),
        replicate INTEGER NOT NULL CHECK (replicate > 0),
        place INTEGER NOT NULL,
        UNIQUE (item_id, reader, replicate)
    ) STRICT
    """,
    """
    CREATE TABLE reading_package (
        id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES reading_session (id),
        reader TEXT NOT NULL,
        tasks_sha256 TEXT NOT NULL CHECK (length(tasks_sha256) = 64),
        made_by TEXT NOT NULL,
        made_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE reading (
        id TEXT PRIMARY KEY,
        task_id TEXT NOT NULL REFERENCES reading_task (id),
        revision INTEGER NOT NULL,
        supersedes TEXT UNIQUE REFERENCES reading (id),
        outlines TEXT NOT NULL,
        unreadable TEXT NOT NULL,
        answers TEXT NOT NULL,
        area_mm2 REAL,
        perimeter_mm REAL,
        seconds REAL NOT NULL CHECK (seconds >= 0),
        read_at TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        recorded_by TEXT NOT NULL,
        package_id TEXT REFERENCES reading_package (id),
        UNIQUE (task_id, revision),
        CHECK ((revision = 1) = (supersedes IS NULL) AND revision > 0),
        CHECK ((area_mm2 IS NULL) = (unreadable <> ''))
    ) STRICT
    """,
    """
    CREATE TABLE adjudication (
        id TEXT PRIMARY KEY,
        item_id TEXT NOT NULL REFERENCES reading_item (id),
        revision INTEGER NOT NULL,
        supersedes TEXT UNIQUE REFERENCES adjudication (id),
        chosen_reading_id TEXT REFERENCES reading (id),
        outlines TEXT NOT NULL,
        answers TEXT NOT NULL,
        area_mm2 REAL,
        perimeter_mm REAL,
        reason TEXT NOT NULL,
        decided_by TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        UNIQUE (item_id, revision),
        CHECK ((revision = 1) = (supersedes IS NULL) AND revision > 0)
    ) STRICT
    """,
    """
    CREATE TABLE reader_error (
        id TEXT PRIMARY KEY,
        session_id TEXT REFERENCES reading_session (id),
        session_title TEXT NOT NULL,
        basis TEXT NOT NULL,
        log_sd REAL NOT NULL CHECK (log_sd > 0),
        log_sd_low REAL NOT NULL,
        log_sd_high REAL NOT NULL,
        perimeter_log_sd REAL NOT NULL,
        items INTEGER NOT NULL,
        readers INTEGER NOT NULL,
        reason TEXT NOT NULL,
        adopted_by TEXT NOT NULL,
        adopted_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX reading_task_of_session ON reading_task (session_id, reader, place)",
    """
    CREATE TRIGGER reading_session_keeps_its_facts BEFORE UPDATE OF
        title, seed, readers, repeats, asks, least_dice, most_ratio, is_sampled, created_by,
        created_at
    ON reading_session
    BEGIN SELECT RAISE(ABORT, 'what a session is never changes'); END
    """,
)

READING_KEYS: Final = {
    "reading_session": ("id = NEW.id", "title = NEW.title"),
    "reading_item": ("id = NEW.id", "session_id = NEW.session_id AND place = NEW.place"),
    "reading_task": (
        "id = NEW.id",
        "item_id = NEW.item_id AND reader = NEW.reader AND replicate = NEW.replicate",
    ),
    "reading_package": ("id = NEW.id",),
    "reading": (
        "id = NEW.id",
        "task_id = NEW.task_id AND revision = NEW.revision",
        "supersedes = NEW.supersedes",
    ),
    "adjudication": (
        "id = NEW.id",
        "item_id = NEW.item_id AND revision = NEW.revision",
        "supersedes = NEW.supersedes",
    ),
    "reader_error": ("id = NEW.id",),
}
"""The unique keys of each table, as conditions between a row there and a new one."""

NEWEST_READINGS: Final = """
    SELECT reading.* FROM reading JOIN reading_task ON reading_task.id = reading.task_id
    WHERE reading_task.session_id = :session_id
    AND (:as_of IS NULL OR reading.recorded_at <= :as_of) AND NOT EXISTS (
        SELECT 1 FROM reading AS newer WHERE newer.supersedes = reading.id
        AND (:as_of IS NULL OR newer.recorded_at <= :as_of)
    )
    ORDER BY reading_task.reader, reading_task.place
"""
NEWEST_ADJUDICATIONS: Final = """
    SELECT adjudication.* FROM adjudication
    JOIN reading_item ON reading_item.id = adjudication.item_id
    WHERE reading_item.session_id = :session_id AND NOT EXISTS (
        SELECT 1 FROM adjudication AS newer WHERE newer.supersedes = adjudication.id
    )
    ORDER BY reading_item.place
"""


def session_row(session: ReadingSession) -> Values:
    """Return the columns of a session."""
    return {
        "id": session.id,
        "title": session.name,
        "seed": session.seed,
        "readers": canonical_json(list(session.readers)),
        "repeats": session.repeats,
        "asks": canonical_json([one.value for one in session.asks]),
        "least_dice": float(session.least_dice),
        "most_ratio": float(session.most_ratio),
        "is_sampled": int(session.is_sampled),
        "created_by": session.created_by,
        "created_at": text_of_time(session.created_at),
        "is_retired": int(session.is_retired),
        "version": session.version,
    }


def session_of(row: Row) -> ReadingSession:
    """Return the session of a row."""
    return ReadingSession(
        id=row["id"],
        name=row["title"],
        seed=row["seed"],
        readers=tuple(json.loads(row["readers"])),
        repeats=row["repeats"],
        asks=tuple(Asked(one) for one in json.loads(row["asks"])),
        least_dice=row["least_dice"],
        most_ratio=row["most_ratio"],
        is_sampled=bool(row["is_sampled"]),
        created_by=row["created_by"],
        created_at=time_of_text(row["created_at"]),
        is_retired=bool(row["is_retired"]),
        version=row["version"],
    )


def item_row(item: ReadingItem) -> Values:
    """Return the columns of an item."""
    return {
        "id": item.id,
        "session_id": item.session_id,
        "place": item.place,
        "photograph_id": item.photograph_id,
        "lesion_id": item.lesion_id,
        "kind": item.kind.value,
        "shown": canonical_json({"box_px": item.box_px, "at_px": item.at_px}),
        "calibration": calibration_json(item.calibration),
    }


def item_of(row: Row) -> ReadingItem:
    """Return the item of a row. Raises ``ValueError`` for one without its calibration."""
    shown = json.loads(row["shown"])
    calibration = calibration_of(row["calibration"])
    if calibration is None:
        raise ValueError("an item without a scale can't be read")
    left, top, right, bottom = shown["box_px"]
    x, y = shown["at_px"]
    return ReadingItem(
        id=row["id"],
        session_id=row["session_id"],
        place=row["place"],
        photograph_id=row["photograph_id"],
        lesion_id=row["lesion_id"],
        kind=OutlineKind(row["kind"]),
        box_px=(left, top, right, bottom),
        at_px=(x, y),
        calibration=calibration,
    )


def task_row(task: ReadingTask) -> Values:
    """Return the columns of a task."""
    return {
        "id": task.id,
        "session_id": task.session_id,
        "item_id": task.item_id,
        "reader": task.reader,
        "replicate": task.replicate,
        "place": task.place,
    }


def task_of(row: Row) -> ReadingTask:
    """Return the task of a row."""
    return ReadingTask(
        id=row["id"],
        session_id=row["session_id"],
        item_id=row["item_id"],
        reader=row["reader"],
        replicate=row["replicate"],
        place=row["place"],
    )


def _answers_json(
    tissue: tuple[tuple[Tissue, float], ...], answers: tuple[tuple[Asked, str], ...]
) -> str:
    return canonical_json(
        {
            "tissue": {one.value: float(share) for one, share in tissue},
            "answers": {asked.value: answer for asked, answer in answers},
        }
    )


def _tissue_of(text: str) -> tuple[tuple[Tissue, float], ...]:
    shares = json.loads(text)["tissue"]
    return tuple((one, shares[one.value]) for one in Tissue if one.value in shares)


def _answers_of(text: str) -> tuple[tuple[Asked, str], ...]:
    answers = json.loads(text)["answers"]
    return tuple((one, answers[one.value]) for one in Asked if one.value in answers)


def reading_row(reading: Reading) -> Values:
    """Return the columns of a reading."""
    return {
        "id": reading.id,
        "task_id": reading.task_id,
        "revision": reading.revision,
        "supersedes": reading.supersedes,
        "outlines": outlines_json(reading.outlines),
        "unreadable": reading.unreadable,
        "answers": _answers_json(reading.tissue, reading.answers),
        "area_mm2": None if reading.area_mm2 is None else float(reading.area_mm2),
        "perimeter_mm": None if reading.perimeter_mm is None else float(reading.perimeter_mm),
        "seconds": float(reading.seconds or 0.0),  # 0: nobody took the time
        "read_at": text_of_time(reading.read_at),
        "recorded_at": text_of_time(reading.recorded_at),
        "recorded_by": reading.recorded_by,
        "package_id": reading.package_id,
    }


def reading_of(row: Row) -> Reading:
    """Return the reading of a row."""
    return Reading(
        id=row["id"],
        task_id=row["task_id"],
        revision=row["revision"],
        supersedes=row["supersedes"],
        outlines=outlines_of(row["outlines"]),
        unreadable=row["unreadable"],
        tissue=_tissue_of(row["answers"]),
        answers=_answers_of(row["answers"]),
        area_mm2=row["area_mm2"],
        perimeter_mm=row["perimeter_mm"],
        seconds=row["seconds"] or None,
        read_at=time_of_text(row["read_at"]),
        recorded_at=time_of_text(row["recorded_at"]),
        recorded_by=row["recorded_by"],
        package_id=row["package_id"],
    )


def adjudication_row(decided: Adjudication) -> Values:
    """Return the columns of a decision."""
    return {
        "id": decided.id,
        "item_id": decided.item_id,
        "revision": decided.revision,
        "supersedes": decided.supersedes,
        "chosen_reading_id": decided.chosen_reading_id,
        "outlines": outlines_json(decided.outlines),
        "answers": _answers_json((), decided.answers),
        "area_mm2": None if decided.area_mm2 is None else float(decided.area_mm2),
        "perimeter_mm": None if decided.perimeter_mm is None else float(decided.perimeter_mm),
        "reason": decided.reason,
        "decided_by": decided.decided_by,
        "recorded_at": text_of_time(decided.recorded_at),
    }


def adjudication_of(row: Row) -> Adjudication:
    """Return the decision of a row."""
    return Adjudication(
        id=row["id"],
        item_id=row["item_id"],
        revision=row["revision"],
        supersedes=row["supersedes"],
        chosen_reading_id=row["chosen_reading_id"],
        outlines=outlines_of(row["outlines"]),
        answers=_answers_of(row["answers"]),
        area_mm2=row["area_mm2"],
        perimeter_mm=row["perimeter_mm"],
        reason=row["reason"],
        decided_by=row["decided_by"],
        recorded_at=time_of_text(row["recorded_at"]),
    )


def package_row(package: ReadingPackage) -> Values:
    """Return the columns of a package."""
    return {
        "id": package.id,
        "session_id": package.session_id,
        "reader": package.reader,
        "tasks_sha256": package.tasks_sha256,
        "made_by": package.made_by,
        "made_at": text_of_time(package.made_at),
    }


def package_of(row: Row) -> ReadingPackage:
    """Return the package of a row."""
    return ReadingPackage(
        id=row["id"],
        session_id=row["session_id"],
        reader=row["reader"],
        tasks_sha256=row["tasks_sha256"],
        made_by=row["made_by"],
        made_at=time_of_text(row["made_at"]),
    )


def reader_error_row(error: ReaderError) -> Values:
    """Return the columns of an adopted error, or of one taken back."""
    return {
        "id": error.id,
        "session_id": error.session_id,
        "session_title": error.session,
        "basis": error.basis.value,
        "log_sd": float(error.log_sd),
        "log_sd_low": float(error.log_sd_low),
        "log_sd_high": float(error.log_sd_high),
        "perimeter_log_sd": float(error.perimeter_log_sd),
        "items": error.items,
        "readers": error.readers,
        "reason": error.reason,
        "adopted_by": error.adopted_by,
        "adopted_at": text_of_time(error.adopted_at),
    }


def reader_error_of(row: Row) -> ReaderError:
    """Return the adopted error of a row."""
    return ReaderError(
        id=row["id"],
        session_id=row["session_id"],
        session=row["session_title"],
        basis=ErrorBasis(row["basis"]),
        log_sd=row["log_sd"],
        log_sd_low=row["log_sd_low"],
        log_sd_high=row["log_sd_high"],
        perimeter_log_sd=row["perimeter_log_sd"],
        items=row["items"],
        readers=row["readers"],
        reason=row["reason"],
        adopted_by=row["adopted_by"],
        adopted_at=time_of_text(row["adopted_at"]),
    )
