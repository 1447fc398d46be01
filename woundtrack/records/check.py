"""Looks at a whole library for anything that is not as it was left.

Hides how each part is proved: SQLite's own checks, the tables and triggers against the migrations,
every row against the audit trail, every original against its hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

from woundtrack.errors import LibraryDamaged
from woundtrack.model import Progress
from woundtrack.records import archive, audit, entries
from woundtrack.records.changes import audited, audited_assessment
from woundtrack.records.database import each_row, rows
from woundtrack.records.faults import known_database_faults, known_faults
from woundtrack.records.migrations import MIGRATIONS
from woundtrack.records.originals import Originals
from woundtrack.records.rows import time_of_text

_TABLES: Final = (
    "patient",
    "lesion",
    "visit",
    "photograph",
    "proposal",
    "print_measurement",
    "setting",
    "identity",
    "landmark_set",
    "study",
    "study_code",
    "picture_release",
    "reading_session",
    "reading_item",
    "reading_task",
    "reading_package",
    "reading",
    "adjudication",
    "reader_error",
    "sending",
    *entries.TABLES,
)
CLOCKS_AGREE: Final = timedelta(minutes=10)
"""How far a clock may be set back without a word: what a time server or a second computer does."""

_MANY: Final = 20  # problems of one sort are named up to this many, then counted


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """What ``Library.check`` found; ``problems`` are clauses for a person, none when all is well.

    ``orphan_originals`` are whole originals that no photograph is filed for: left by an import
    that was stopped, or by a power cut. They do no harm and are no problem. ``clocks_set_back`` are
    clauses on entries of the trail that the computer's clock puts before the one they follow: the
    order of the trail holds, its times don't.
    """

    problems: tuple[str, ...]
    patients: int
    lesions: int
    visits: int
    photographs: int
    assessments: int
    audit_entries: int
    audit_head: str
    originals: int
    orphan_originals: tuple[str, ...]
    clocks_set_back: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether there is no problem."""
        return not self.problems


def check(db: Database, folder: Path, originals: Originals, progress: Progress) -> CheckReport:
    """Check the library in ``folder``: see ``Library.check``."""
    problems: list[str] = []
    counts = dict.fromkeys((*_TABLES, "assessment", "audit"), 0)
    filed: set[str] | None = None
    head = ""
    clocks: tuple[str, ...] = ()
    progress(0.0, "Checking the database")
    try:
        # One transaction: everything is seen as it is at one moment, whoever writes meanwhile.
        with known_database_faults(folder), db.atomic():
            problems += problems_in_database(db, folder, progress)
            clocks = tuple(_clocks_set_back(db))
            for table in counts:
                (row,) = rows(db, f"SELECT count(*) AS number FROM {table}")  # noqa: S608
                counts[table] = row["number"]
            filed = {row["sha256"] for row in rows(db, "SELECT sha256 FROM photograph")}
            head = audit.head(db)[1]
    except LibraryDamaged as damage:
        problems.append(str(damage.values["detail"]))
    found = list(originals.files())
    problems += _problems_with_originals(folder, filed or set(), found, progress)
    orphans = [] if filed is None else [sha256 for sha256, _ in found if sha256 not in filed]
    return CheckReport(
        problems=tuple(problems),
        patients=counts["patient"],
        lesions=counts["lesion"],
        visits=counts["visit"],
        photographs=counts["photograph"],
        assessments=counts["assessment"],
        audit_entries=counts["audit"],
        audit_head=head,
        originals=len(found),
        orphan_originals=tuple(orphans),
        clocks_set_back=clocks,
    )


def problems_in_database(db: Database, folder: Path, progress: Progress) -> list[str]:
    """Return in clauses what of a database is not as it was left; call it in a transaction.

    Raises ``sqlite3.Error`` where SQLite can't read on.
    """
    problems = [
        f"the database says “{row['integrity_check']}”"
        for row in rows(db, "PRAGMA integrity_check")
        if row["integrity_check"] != "ok"
    ]
    problems += [
        f"a row of {row['table']} points to a {row['parent']} that is not there"
        for row in rows(db, "PRAGMA foreign_key_check")
    ]
    problems += _problems_with_tables(db)
    progress(0.1, "Checking the audit trail")
    trail = audit.problem(db)
    problems += [] if trail is None else [trail]
    try:
        problems += _problems_with_rows(db)
        problems += _problems_with_backups(db, folder)
    except (ValueError, KeyError, TypeError, AttributeError):
        # What its hash, looked at above, has told already.
        problems.append("an entry of the audit trail can't be read")
    return problems


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _problems_with_tables(db: Database) -> Iterator[str]:
    """Compare tables, indices and triggers with those the migrations make."""
    query = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"
    fresh = Database(memory=True)
    try:
        MIGRATIONS.apply(fresh)
        expected = {row["name"]: row for row in rows(fresh, query)}
    finally:
        fresh.close()
    found = {row["name"]: row for row in rows(db, query)}
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield f"the {expected[name]['type']} {name} is missing"
        elif name not in expected:
            yield f"the {found[name]['type']} {name} does not belong there"
        elif found[name] != expected[name]:
            yield f"the {found[name]['type']} {name} was changed"


def _problems_with_rows(db: Database) -> list[str]:
    """Follow the trail from its start and compare where it ends with the rows there are."""
    left: dict[tuple[str, str], dict[str, Any]] = {}
    problems = []
    for entry in each_row(db, "SELECT seq, what FROM audit ORDER BY seq"):
        what = audit.what_of(entry["what"])
        for added in what["added"]:
            left[added["entity"], added["id"]] = dict(added["values"])
        for changed in what["changed"]:
            values = left.get((changed["entity"], changed["id"]), {})
            if any(values.get(name) != old for name, old in audited(changed["old"]).items()):
                problems.append(f"entry {entry['seq']} of the audit trail changes what wasn't so")
            values.update(audited(changed["new"]))
    for entity, key, values in _rows_as_audited(db):
        expected = left.pop((entity, key), None)
        if expected is None:
            problems.append(f"the {entity} {key} is not in the audit trail")
        elif not _is_same(values, expected):
            names = sorted(
                name for name in values if not _is_same(values[name], expected.get(name))
            )
            problems.append(
                f"the {entity} {key} was changed outside woundtrack ({', '.join(names)})"
            )
    problems += [f"the {entity} {key} is in the audit trail but not there" for entity, key in left]
    return _shortened(problems)


def _is_same(there: object, recorded: object) -> bool:
    """Compare values with what the trail says; a column made since a row was added is empty."""
    if isinstance(there, dict) and isinstance(recorded, dict):
        names = there.keys() | recorded.keys()
        return all(_is_same(there.get(name), recorded.get(name)) for name in names)
    if isinstance(there, list) and isinstance(recorded, list):
        return len(there) == len(recorded) and all(map(_is_same, there, recorded))
    return there == recorded


def _rows_as_audited(db: Database) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for table in _TABLES:
        for row in each_row(db, f"SELECT * FROM {table} ORDER BY id"):  # noqa: S608
            yield table, row["id"], audited(row)
    for row in each_row(db, "SELECT * FROM assessment ORDER BY id"):
        key = {"id": row["id"]}
        parts = [
            [
                dict(part)
                for part in rows(
                    db,
                    f"SELECT * FROM {table} WHERE revision_id = :id ORDER BY place",  # noqa: S608
                    key,
                )
            ]
            for table in ("assessment_photograph", "assessed_outline")
        ]
        yield "assessment", row["id"], audited_assessment(row, *parts)


def _problems_with_backups(db: Database, folder: Path) -> Iterator[str]:
    """Every head that a backup of this library holds must still be in the trail.

    But for those that the trail itself says were left, when the library was brought back from an
    older backup.
    """
    (library,) = rows(db, "SELECT id FROM library")
    left = audit.left_behind(db)
    for path in sorted((folder / "backups").glob("*")):
        described = archive.described(path)
        kept = None if described is None else described.head
        if kept is None or kept.library_id != library["id"] or kept.audit_entries == 0:
            continue
        there = rows(
            db,
            "SELECT 1 FROM audit WHERE seq = :seq AND hash = :hash",
            {"seq": kept.audit_entries, "hash": kept.audit_head},
        )
        if not there and (kept.audit_entries, kept.audit_head) not in left:
            yield f"the audit trail no longer holds what it held in {path.name}"


def _clocks_set_back(db: Database) -> Iterator[str]:
    """Tell of entries that were written, by the computer's clock, before the one they follow."""
    found = rows(
        db,
        """
        SELECT * FROM (SELECT seq, at, lag(at) OVER (ORDER BY seq) AS before FROM audit)
        WHERE at < before ORDER BY seq
        """,
    )
    told = []
    for entry in found:
        at, before = time_of_text(entry["at"]), time_of_text(entry["before"])
        if before - at > CLOCKS_AGREE:
            told.append(
                f"entry {entry['seq']} of the audit trail says {at:%Y-%m-%d %H:%M} (UTC), and the "
                f"one before it {before:%Y-%m-%d %H:%M}: the computer's clock was set back"
            )
    yield from _shortened(told)


def _problems_with_originals(
    folder: Path, filed: set[str], found: list[tuple[str, Path]], progress: Progress
) -> list[str]:
    problems = [
        f"the original {sha256} is missing"
        for sha256 in sorted(filed - {sha256 for sha256, _ in found})
    ]
    for number, (sha256, path) in enumerate(found):
        progress(0.2 + 0.8 * number / len(found), "Checking the originals")
        try:
            with known_faults(folder):
                is_whole = file_sha256(path) == sha256
        except LibraryDamaged as damage:
            problems.append(f"the original {sha256}: {damage.values['detail']}")
            continue
        if not is_whole:
            problems.append(f"the original {sha256} is not as it was written")
    progress(1.0, "Checked")
    return _shortened(problems)


def _shortened(problems: list[str]) -> list[str]:
    rest = len(problems) - _MANY
    return problems if rest <= 0 else [*problems[:_MANY], f"and {rest} more of these"]
