"""An open backup: what a file says of itself, and what of it has proved to be true.

Hides that a file from anywhere is not to be trusted. Members have names of two known shapes alone,
in the sizes and with the hashes that the manifest gives; links, passwords, names given twice and
more than could be meant are refused before anything is written.
"""

from __future__ import annotations

import errno
import hashlib
import json
import lzma
import re
import sqlite3
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlite_utils import Database

from woundtrack.errors import BackupUnusable, LibraryDamaged, WoundtrackError
from woundtrack.records import audit, database
from woundtrack.records.faults import known_faults
from woundtrack.records.originals import Originals
from woundtrack.records.rows import time_of_text

MANIFEST: Final = "manifest.json"
WHOLE: Final = 1
WITHOUT_ORIGINALS: Final = 2
_MANIFEST_LIMIT: Final = 64 << 20  # of some 300,000 photographs
_MOST_UNPACKED: Final = 200  # times the archive's own size: a library's database packs to a tenth
_ORIGINAL_LIMIT: Final = 1 << 30  # no larger file is imported
_PIECE: Final = 1 << 20
_UNPACKING: Final = (zlib.error, lzma.LZMAError)
_NAME: Final = re.compile(
    r"library\.db|originals/(?P<folder>[0-9a-f]{2})/(?P=folder)[0-9a-f]{62}\.[a-z0-9]{1,8}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The end of a library's audit trail at one moment."""

    library_id: str
    audit_entries: int
    audit_head: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """What a backup file says of itself; nothing of it is proved before it is restored."""

    path: Path
    head: Head
    written_at: datetime


class Archive:
    """An open backup whose list of files was found to be sound; made by ``opened``."""

    def __init__(self, path: Path, zipped: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
        self._path = path
        self._zip = zipped
        self._manifest = manifest
        self._members = {
            Path(name).stem: name for name in manifest["files"] if name != database.FILE
        }
        is_beside = manifest["format"] == WITHOUT_ORIGINALS
        # In a folder of its own beside the originals it needs, or in a library's ``backups/``.
        pools = (path.absolute().parent, path.absolute().parent.parent) if is_beside else ()
        self._pools = tuple(Originals(pool, is_read_only=True) for pool in pools)

    @property
    def about(self) -> Backup:
        """What it says of itself."""
        return _about(self._path, self._manifest)

    @property
    def database_bytes(self) -> int:
        """The size of the database in it."""
        size: int = self._manifest["files"][database.FILE][0]
        return size

    def extract_database(self, path: Path) -> None:
        """Write its database to ``path``, once it has proved to be the one of its manifest.

        Raises ``BackupUnusable``, ``DiskFull``, ``LibraryReadOnly``; ``path`` is not there then.
        """
        size, sha256 = self._manifest["files"][database.FILE]
        try:
            with _backup_faults(self._path):
                with self._zip.open(database.FILE) as member:
                    _write_pieces(member, path, size, sha256)
                _refuse_other_head(path, self._manifest)
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def original(self, sha256: str) -> tuple[bytes, str]:
        """Return an original's bytes, checked against its hash, and its suffix.

        Raises ``LibraryDamaged`` where it is neither in the archive nor whole beside it, and
        ``BackupUnusable`` where the archive holds it and is damaged.
        """
        name = self._members.get(sha256)
        if name is not None:
            with _backup_faults(self._path):
                return self._read(name, sha256), Path(name).suffix
        detail = f"the original {sha256} is missing"
        for pool in self._pools:
            try:
                return pool.read(sha256), pool.path(sha256).suffix
            except WoundtrackError as fault:
                if not str(fault.values.get("detail")).endswith("is missing"):
                    detail = f"the original {sha256} beside it is not as it was written"
        raise LibraryDamaged(path=str(self._path), detail=detail)

    def _read(self, name: str, sha256: str) -> bytes:
        """Return one member, never more of it than its listed size."""
        size = self._manifest["files"][name][0]
        with self._zip.open(name) as member:
            data = member.read(size + 1)
        if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"{name} in it is not as it was written")
        return data


@contextmanager
def opened(backup_file: Path) -> Iterator[Archive]:
    """Open a backup for what is in it to be brought back. Raises ``BackupUnusable``."""
    with _backup_faults(backup_file):
        zipped = zipfile.ZipFile(backup_file)
    with zipped:
        with _backup_faults(backup_file):
            manifest = _manifest(zipped, backup_file.stat().st_size)
        yield Archive(backup_file, zipped, manifest)


def described(path: Path) -> Backup | None:
    """Return what a file says of the backup it is, or None for a file that isn't one."""
    try:
        if path.suffix == ".db":  # the copy that a library leaves when it is brought up to date
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            with closing(Database(sqlite3.connect(uri, uri=True))) as db:
                return Backup(path=path, head=head_in(db), written_at=written_at)
        with _backup_faults(path), zipfile.ZipFile(path) as zipped:
            manifest = _manifest(zipped, path.stat().st_size)
    except (OSError, sqlite3.Error, ValueError, BackupUnusable):
        return None
    return _about(path, manifest)


def _about(path: Path, manifest: dict[str, Any]) -> Backup:
    head = Head(
        library_id=manifest["library_id"],
        audit_entries=manifest["audit_entries"],
        audit_head=manifest["audit_head"],
    )
    return Backup(path=path, head=head, written_at=time_of_text(manifest["written_at"]))


def ids_of(folder: Path) -> frozenset[str] | None:
    """Return the id of the library in a folder, also where its database can't be read.

    Then from its own backups, which may be of several where somebody put them there; None where
    there is nothing to tell it by.
    """
    try:
        db, _ = database.connect_for_reading(folder)
        with closing(db):
            return frozenset({head_in(db).library_id})
    except (sqlite3.Error, OSError, ValueError):
        own = (described(path) for path in sorted((folder / "backups").glob("*")))
        return frozenset(there.head.library_id for there in own if there is not None) or None


def originals_in(db: Database) -> list[tuple[str, int]]:
    """Return the hash and size of every original that a database needs."""
    found = database.rows(db, "SELECT sha256, size_bytes FROM photograph ORDER BY sha256")
    return [(row["sha256"], row["size_bytes"]) for row in found]


def at_rest(database_file: Path) -> Database:
    """Open a database that nobody writes; nothing is left beside it."""
    uri = f"{database_file.absolute().as_uri()}?mode=ro&immutable=1"
    return Database(sqlite3.connect(uri, uri=True))


def head_in(db: Database) -> Head:
    """Return the end of a database's audit trail."""
    (library,) = database.rows(db, "SELECT id FROM library")
    entries, newest = audit.head(db)
    return Head(library_id=library["id"], audit_entries=entries, audit_head=newest)


# --- what may come from anywhere -----------------------------------------------------------------


def _manifest(archive: zipfile.ZipFile, archive_bytes: int) -> dict[str, Any]:
    """Return the manifest, once it names exactly the archive's members and nothing unsafe.

    Raises ``ValueError`` with a clause for a person.
    """
    members = archive.infolist()
    names = [member.filename for member in members]
    if MANIFEST not in names:
        raise ValueError("it is not a woundtrack backup")
    _refuse_unsafe(members, archive_bytes)
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
        raise ValueError("its list of files is too long to be one")
    try:
        manifest = json.loads(archive.read(MANIFEST))
        kind, files = manifest["format"], manifest["files"]
        time_of_text(manifest["written_at"])
        is_sound = (
            all(isinstance(manifest[key], str) for key in ("library_id", "audit_head"))
            and isinstance(manifest["audit_entries"], int)
            and all(
                isinstance(size, int)
                and isinstance(text, str)
                and (name == database.FILE or Path(name).stem == text)
                for name, (size, text) in files.items()
            )
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("its list of files can't be read") from error
    if not is_sound:
        raise ValueError("its list of files can't be read")
    if kind not in {WHOLE, WITHOUT_ORIGINALS}:
        raise ValueError("it was written by a newer woundtrack")
    if sorted(names) != sorted([*files, MANIFEST]) or database.FILE not in files:
        raise ValueError("it does not hold the files it lists")
    for member in members:
        if member.filename != MANIFEST and member.file_size != files[member.filename][0]:
            raise ValueError(f"{member.filename} in it is not as it was written")
    found: dict[str, Any] = manifest
    return found


def _refuse_unsafe(members: list[zipfile.ZipInfo], archive_bytes: int) -> None:
    """Raise ``ValueError`` for members that no backup has, before anything of them is read."""
    seen: set[str] = set()
    for member in members:
        name = member.filename
        # Only these names are ever written, so none leads out of the folder.
        if name != MANIFEST and _NAME.fullmatch(name) is None:
            raise ValueError(f"it holds {name!r}, which no backup does")
        if name in seen:
            raise ValueError(f"it holds {name} twice")
        seen.add(name)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ValueError(f"{name} in it is a link to another file")
        if member.flag_bits & 1:
            raise ValueError("it is locked with a password")
        if name not in {MANIFEST, database.FILE} and member.file_size > _ORIGINAL_LIMIT:
            raise ValueError(f"{name} in it is larger than any photograph")
    unpacked = sum(member.file_size for member in members)
    if unpacked > max(_MOST_UNPACKED * archive_bytes, _PIECE):
        raise ValueError(
            f"it would unpack to {unpacked / (1 << 30):.1f} GB, which is more than "
            f"{_MOST_UNPACKED} times its own size"
        )


def _write_pieces(source: IO[bytes], path: Path, size: int, sha256: str) -> None:
    """Write a member to a new file on the disk, never more of it than its listed size."""
    digest, written = hashlib.sha256(), 0
    with known_faults(path.parent):
        file = path.open("xb")
    with file:
        while piece := source.read(_PIECE):
            written += len(piece)
            if written > size:
                break
            digest.update(piece)
            with known_faults(path.parent):
                file.write(piece)
        with known_faults(path.parent):
            database.sync_file(file)
    if written != size or digest.hexdigest() != sha256:
        raise ValueError(f"{database.FILE} in it is not as it was written")


def _refuse_other_head(path: Path, manifest: dict[str, Any]) -> None:
    try:
        with closing(at_rest(path)) as db:
            problems = problems_in(db)
            end = head_in(db)
    except (sqlite3.Error, ValueError) as error:
        raise ValueError(f"its database says “{error}”") from error
    if problems:
        raise ValueError(problems[0])
    if end != Head(
        library_id=manifest["library_id"],
        audit_entries=manifest["audit_entries"],
        audit_head=manifest["audit_head"],
    ):
        raise ValueError("its audit trail is not the one it lists")


def problems_in(db: Database) -> list[str]:
    """Return what is wrong with a database's own structure and with its audit trail."""
    problems = [
        f"the database says “{row['integrity_check']}”"
        for row in database.rows(db, "PRAGMA integrity_check(5)")
        if row["integrity_check"] != "ok"
    ]
    trail = audit.problem(db)
    return problems if trail is None else [*problems, trail]


@contextmanager
def _backup_faults(path: Path) -> Iterator[None]:
    """Raise ``BackupUnusable`` for whatever is wrong with the file that is restored."""
    try:
        yield
    except FileNotFoundError as error:
        raise BackupUnusable(path=str(path), reason="there is no such file") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, *_UNPACKING) as error:
        raise BackupUnusable(path=str(path), reason="it is not a whole zip file") from error
    except ValueError as error:
        raise BackupUnusable(path=str(path), reason=str(error)) from error
    except OSError as error:
        reason = (error.strerror or "it can't be read").lower()
        if error.errno == errno.EINVAL:  # a list of members that points outside the file
            reason = "it is not a whole zip file"
        raise BackupUnusable(path=str(path), reason=reason) from error
