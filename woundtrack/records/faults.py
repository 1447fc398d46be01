"""Turns what SQLite and the file system report into the sentences a person can act on.

The one place that knows their result codes; a bug in our own statements passes through unchanged.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from woundtrack.errors import (
    DiskFull,
    LibraryDamaged,
    LibraryInUse,
    LibraryMissing,
    LibraryReadOnly,
    WoundtrackError,
)

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NO_ROOM: Final = 64 << 10  # less than a transaction may need
_UNDECODED: Final = "Could not decode to UTF-8"  # Python's own, without a result code


def fault_of_database(error: sqlite3.Error, path: Path) -> WoundtrackError | None:
    """Return the known fault that an SQLite error stands for, or None for a bug of ours.

    Parameters
    ----------
    error
        As raised by ``sqlite3``.
    path
        The library's folder, named in the sentence.

    Notes
    -----
    The low byte of an extended result code is its kind: https://www.sqlite.org/rescode.html
    """
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if kind == sqlite3.SQLITE_IOERR and _is_full(error, path):
        return DiskFull(path=str(path))
    match kind:
        case sqlite3.SQLITE_FULL:
            return DiskFull(path=str(path))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return LibraryReadOnly(path=str(path))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LibraryInUse(path=str(path), writer="another program")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return LibraryDamaged(path=str(path), detail=f"its database says “{error}”")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR:
            if not (path / "library.db").exists():
                return LibraryMissing(path=str(path))
            if kind == sqlite3.SQLITE_CANTOPEN:
                return LibraryReadOnly(path=str(path))
            return LibraryDamaged(path=str(path), detail=f"its disk says “{error}”")
        case _ if str(error).startswith(_UNDECODED):
            return LibraryDamaged(path=str(path), detail="a text in its database is no longer one")
        case _:
            return None


def _is_full(error: sqlite3.Error, path: Path) -> bool:
    """Whether an input or output error comes of a full disk: SQLite doesn't always say so."""
    if error.sqlite_errorcode == sqlite3.SQLITE_IOERR_SHMSIZE:  # no room for the log's index
        return True
    try:
        return shutil.disk_usage(path).free < _NO_ROOM
    except OSError:
        return False


def fault_of_file(error: OSError, path: Path) -> WoundtrackError | None:
    """Return the known fault that a file error in the library ``path`` stands for, or None."""
    if error.errno in _FULL:
        return DiskFull(path=str(path))
    if error.errno in _FORBIDDEN:
        return LibraryReadOnly(path=str(path))
    if error.errno == errno.EIO:
        return LibraryDamaged(path=str(path), detail=f"its disk says “{error.strerror}”")
    return None


@contextmanager
def known_faults(path: Path) -> Iterator[None]:
    """Raise the known fault in place of an SQLite or file error of the library ``path``.

    Wrap only what the library itself does, never a caller's block: a file error of the caller's
    own would be blamed on the library.
    """
    try:
        yield
    except sqlite3.Error as error:
        fault = fault_of_database(error, path)
        if fault is None:
            raise
        raise fault from error
    except OSError as error:
        fault = fault_of_file(error, path)
        if fault is None:
            raise
        raise fault from error


@contextmanager
def known_database_faults(path: Path) -> Iterator[None]:
    """Like ``known_faults`` for SQLite's errors alone: may wrap a caller's block."""
    try:
        yield
    except sqlite3.Error as error:
        fault = fault_of_database(error, path)
        if fault is None:
            raise
        raise fault from error
