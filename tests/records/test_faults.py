"""What SQLite and the file system report becomes one sentence each; a bug stays a bug."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

import pytest

from woundtrack.errors import (
    DiskFull,
    LibraryDamaged,
    LibraryInUse,
    LibraryMissing,
    LibraryReadOnly,
)
from woundtrack.records import Library
from woundtrack.records.faults import (
    fault_of_database,
    fault_of_file,
    known_database_faults,
    known_faults,
)


def database_error(code: int, text: str = "as SQLite says") -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        pytest.param(sqlite3.SQLITE_FULL, DiskFull, id="full"),
        pytest.param(sqlite3.SQLITE_IOERR_SHMSIZE, DiskFull, id="no room for the log's index"),
        pytest.param(sqlite3.SQLITE_READONLY, LibraryReadOnly, id="read-only"),
        pytest.param(sqlite3.SQLITE_READONLY_DBMOVED, LibraryReadOnly, id="moved away"),
        pytest.param(sqlite3.SQLITE_BUSY, LibraryInUse, id="locked by another program"),
        pytest.param(sqlite3.SQLITE_CORRUPT, LibraryDamaged, id="malformed"),
        pytest.param(sqlite3.SQLITE_NOTADB, LibraryDamaged, id="no database"),
        pytest.param(sqlite3.SQLITE_IOERR_READ, LibraryDamaged, id="unreadable disk"),
        pytest.param(sqlite3.SQLITE_CANTOPEN, LibraryReadOnly, id="no permission"),
    ],
)
def test_every_known_result_of_sqlite_is_a_sentence(
    library: Library, code: int, fault: type[Exception]
) -> None:
    found = fault_of_database(database_error(code), library.path)

    assert type(found) is fault
    assert str(library.path) in str(found)


def test_a_text_of_the_database_that_is_no_longer_one_is_damage(library: Library) -> None:
    with pytest.raises(LibraryDamaged, match="no longer one"), known_faults(library.path):
        library._db.execute("SELECT CAST(x'aaaa' AS TEXT)").fetchone()


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN])
def test_a_disk_that_was_pulled_out_has_no_library(tmp_path: Path, code: int) -> None:
    assert type(fault_of_database(database_error(code), tmp_path)) is LibraryMissing


def test_an_unreadable_disk_without_room_is_full(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(library.path)._replace(free=4096)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    found = fault_of_database(database_error(sqlite3.SQLITE_IOERR_FSYNC), library.path)

    assert type(found) is DiskFull


def test_a_bug_in_our_own_sql_stays_a_bug(library: Library) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"), known_faults(library.path):
        library._db.execute("SELECT * FROM song")
    with (
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        known_database_faults(library.path),
    ):
        library._db.execute("SELECT * FROM song")


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        pytest.param(errno.ENOSPC, DiskFull, id="full"),
        pytest.param(errno.EDQUOT, DiskFull, id="quota"),
        pytest.param(errno.EACCES, LibraryReadOnly, id="no permission"),
        pytest.param(errno.EROFS, LibraryReadOnly, id="read-only disk"),
        pytest.param(errno.EIO, LibraryDamaged, id="unreadable disk"),
    ],
)
def test_every_known_file_error_is_a_sentence(
    tmp_path: Path, number: int, fault: type[Exception]
) -> None:
    found = fault_of_file(OSError(number, "as the system says"), tmp_path)

    assert type(found) is fault
    assert str(tmp_path) in str(found)


def test_another_program_that_holds_the_database_is_one_sentence(library: Library) -> None:
    library._db.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(library.path / "library.db")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(LibraryInUse, match="another program"), library.verb("v", by="Ann"):
        pass

    other.close()
    with library.verb("v", by="Ann"):
        pass
    assert len(library.audit_trail()) == 1
