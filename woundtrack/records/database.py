"""Opens ``library.db`` the one right way, for writing or for reading only.

Hides the pragmas every connection needs and SQLite's ways of reading what it may not write.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from sqlite_utils import Database

FILE: Final = "library.db"
APPLICATION_ID: Final = 0x57544C42  # "WTLB", in the file's header
_BUSY_MS: Final = 5000
_CACHE_KIB: Final = 32 << 10  # holds the indices of 50,000 photographs
_NO_INDEX: Final = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR_SHMSIZE}
)

Row = Mapping[str, Any]
"""One row as read, column name to value."""


def connect_for_writing(folder: Path) -> Database:
    """Return a connection that may write; it belongs to the calling thread.

    Raises ``sqlite3.Error``: turn it into a known fault where the library's folder is known.
    """
    db = Database(sqlite3.connect(folder / FILE))
    try:
        _prepare(db)
        db.execute("PRAGMA journal_mode = WAL")
        # In WAL mode FULL is what makes a commit outlive a power cut, not only a crash.
        db.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db


def connect_for_reading(folder: Path) -> tuple[Database, bool]:
    """Return a connection that can't write, and whether it sees a frozen copy.

    A frozen copy (``immutable``) is what a folder that may not be written, or a disk that is full,
    leaves when nobody has the database open: SQLite takes no locks on it, so the caller must look
    for ``changed_since``.
    """
    uri = (folder / FILE).absolute().as_uri()
    try:
        return _connect_uri(f"{uri}?mode=ro"), False
    except sqlite3.OperationalError as error:
        # SQLite can't lay its index of the log beside the file; without a log there is no need to.
        log = folder / f"{FILE}-wal"
        codes = {error.sqlite_errorcode, error.sqlite_errorcode & 0xFF}
        if codes.isdisjoint(_NO_INDEX) or (log.exists() and log.stat().st_size > 0):
            raise
    return _connect_uri(f"{uri}?mode=ro&immutable=1"), True


def state_of_file(folder: Path) -> tuple[int, int, bool]:
    """Return what changes when somebody begins to write the database behind a frozen copy."""
    facts = (folder / FILE).stat()
    return facts.st_mtime_ns, facts.st_size, (folder / f"{FILE}-wal").exists()


def rows(db: Database, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
    """Return all rows of one query, whose parameters are named (``:patient_id``)."""
    return list(each_row(db, sql, values))


def each_row(db: Database, sql: str, values: Mapping[str, Any] | None = None) -> Iterator[Row]:
    """Yield the rows of one query, for tables too big to hold at once."""
    cursor = db.conn.cursor()
    cursor.row_factory = sqlite3.Row
    for row in cursor.execute(sql, values or {}):
        yield dict(row)


def _connect_uri(uri: str) -> Database:
    db = Database(sqlite3.connect(uri, uri=True))
    try:
        _prepare(db)
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the file in earnest
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: Database) -> None:
    db.execute("PRAGMA foreign_keys = ON")  # off by default, and per connection
    db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


def sync_file(file: IO[bytes]) -> None:
    """Wait until the disk has what was written to ``file``."""
    file.flush()
    os.fsync(file.fileno())
