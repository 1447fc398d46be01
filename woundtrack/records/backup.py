"""A whole library in one file, and back: a zip of the database, the originals and a manifest.

Hides the copying of a database in use, and that a backup from anywhere is not to be trusted: only
names of the two known shapes are written, in the sizes and with the hashes the manifest gives.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlite_utils import Database

import woundtrack
from woundtrack.errors import (
    BackupUnusable,
    DiskFull,
    FileUnwritable,
    LibraryDamaged,
    LibraryExists,
    LibraryOnNetwork,
    LibraryReadOnly,
    WoundtrackError,
)
from woundtrack.model import Progress, now
from woundtrack.records import audit, database
from woundtrack.records.faults import fault_of_database, fault_of_file, known_faults
from woundtrack.records.lock import is_on_network
from woundtrack.records.originals import Originals, sync_folder, write_whole
from woundtrack.records.rows import text_of_time

_MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_MANIFEST_LIMIT: Final = 1 << 28
_NAME: Final = re.compile(
    r"library\.db|originals/(?P<folder>[0-9a-f]{2})/(?P=folder)[0-9a-f]{62}\.[a-z0-9]{1,8}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupReport:
    """What a backup holds; ``problems`` are originals that were not whole, and so are not in it."""

    path: Path
    originals: int
    size_bytes: int
    audit_entries: int
    audit_head: str
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The end of a library's audit trail at one moment."""

    library_id: str
    audit_entries: int
    audit_head: str


def write(
    db: Database, folder: Path, originals: Originals, out: Path, progress: Progress
) -> BackupReport:
    """Write the backup of the library in ``folder`` to ``out``: see ``Library.backup``."""
    with _file_faults(out):
        if out.exists():
            raise FileUnwritable(path=str(out), reason="a file of that name is there already")
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_name(f"{out.name}.{uuid.uuid4()}.part")
        copy = out.with_name(f"{out.name}.{uuid.uuid4()}.db.part")
    try:
        progress(0.0, "Copying the database")
        with _file_faults(out):
            head, hashes = _copy_database(db, folder, out, copy)
            manifest: dict[str, Any] = {
                "format": _FORMAT,
                "written_at": text_of_time(now()),
                "application_version": woundtrack.__version__,
                "library_id": head.library_id,
                "audit_entries": head.audit_entries,
                "audit_head": head.audit_head,
                "files": {},
            }
            problems = []
            with zipfile.ZipFile(part, "x", allowZip64=True) as archive:
                with copy.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                manifest["files"][database.FILE] = [copy.stat().st_size, digest]
                archive.write(copy, database.FILE, compress_type=zipfile.ZIP_DEFLATED)
                for number, sha256 in enumerate(hashes):
                    progress(0.1 + 0.9 * number / len(hashes), "Copying the originals")
                    try:
                        path = originals.path(sha256)
                        data = originals.read(sha256)
                    except LibraryDamaged as damage:
                        problems.append(str(damage.values["detail"]))
                        continue
                    name = f"originals/{sha256[:2]}/{path.name}"
                    manifest["files"][name] = [len(data), sha256]
                    archive.writestr(name, data, compress_type=zipfile.ZIP_STORED)
                archive.writestr(_MANIFEST, json.dumps(manifest), zipfile.ZIP_DEFLATED)
            with part.open("rb+") as file:
                database.sync_file(file)
            part.replace(out)
            sync_folder(out.parent)
            progress(1.0, "Backed up")
            return BackupReport(
                path=out,
                originals=len(manifest["files"]) - 1,
                size_bytes=out.stat().st_size,
                audit_entries=head.audit_entries,
                audit_head=head.audit_head,
                problems=tuple(problems),
            )
    finally:
        part.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)


def restore(backup_file: Path, folder: Path, progress: Progress) -> Path:
    """Make the library in ``folder`` from a backup: see ``Library.restore``."""
    refuse_if_not_empty(folder)
    if is_on_network(folder):
        raise LibraryOnNetwork(path=str(folder))
    with _backup_faults(backup_file), zipfile.ZipFile(backup_file) as archive:
        manifest = _manifest(archive)
        with known_faults(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            # Beside the folder, so that what is half restored is never where a library should be.
            part = folder.with_name(f".{folder.name}.{uuid.uuid4()}.part")
            part.mkdir()
        try:
            files = manifest["files"]
            for number, (name, (size, sha256)) in enumerate(files.items()):
                progress(0.95 * number / len(files), "Restoring")
                data = _read(archive, name, size, sha256)
                with known_faults(folder):
                    path = part / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(path, data, path.parent, is_original=name != database.FILE)
            with known_faults(folder):
                (part / "originals").mkdir(exist_ok=True)
                (part / "backups").mkdir()
                _refuse_other_head(part, manifest)
                if folder.exists():
                    folder.rmdir()
                part.replace(folder)
                sync_folder(folder.parent)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    progress(1.0, "Restored")
    return folder


def head_of(path: Path) -> Head | None:
    """Return the end of the trail that a backup holds, or None for a file that isn't a backup."""
    try:
        if path.suffix == ".db":
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            with closing(Database(sqlite3.connect(uri, uri=True))) as db:
                return _head(db)
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
    except (OSError, sqlite3.Error, zipfile.BadZipFile, ValueError):
        return None
    return Head(
        library_id=manifest["library_id"],
        audit_entries=manifest["audit_entries"],
        audit_head=manifest["audit_head"],
    )


def refuse_if_not_empty(folder: Path) -> None:
    """Raise ``LibraryExists`` unless ``folder`` is not there yet, or is an empty folder."""
    with known_faults(folder):
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise LibraryExists(path=str(folder))


def _head(db: Database) -> Head:
    (library,) = database.rows(db, "SELECT id FROM library")
    entries, newest = audit.head(db)
    return Head(library_id=library["id"], audit_entries=entries, audit_head=newest)


def _copy_database(db: Database, folder: Path, out: Path, copy: Path) -> tuple[Head, list[str]]:
    """Copy the database as it is at one moment; return its head and the originals it needs."""
    try:
        with closing(sqlite3.connect(copy)) as target:
            db.conn.backup(target)
            # One plain file: no write-ahead log is left beside the copy.
            target.execute("PRAGMA journal_mode = DELETE")
        with closing(Database(sqlite3.connect(copy))) as copied:
            found = database.rows(copied, "SELECT sha256 FROM photograph ORDER BY sha256")
            return _head(copied), [row["sha256"] for row in found]
    except sqlite3.Error as error:
        fault = fault_of_database(error, folder)
        # Nothing is written but the copy: what can't be written is the disk of ``out``.
        if isinstance(fault, DiskFull):
            raise DiskFull(path=str(out)) from error
        if isinstance(fault, LibraryReadOnly):
            raise FileUnwritable(path=str(out), reason=str(error)) from error
        if fault is None:
            raise
        raise fault from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return the manifest, once it names exactly the archive's members and nothing unsafe.

    Raises ``ValueError`` with a clause for a person.
    """
    names = archive.namelist()
    if _MANIFEST not in names:
        raise ValueError("it is not a woundtrack backup")
    if archive.getinfo(_MANIFEST).file_size > _MANIFEST_LIMIT:
        raise ValueError("its list of files is too long to be one")
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        kind, files = manifest["format"], manifest["files"]
        is_sound = (
            all(isinstance(manifest[key], str) for key in ("library_id", "audit_head"))
            and isinstance(manifest["audit_entries"], int)
            and all(
                isinstance(size, int) and isinstance(text, str) for size, text in files.values()
            )
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError("its list of files can't be read") from error
    if not is_sound:
        raise ValueError("its list of files can't be read")
    if kind != _FORMAT:
        raise ValueError("it was written by a newer woundtrack")
    # Only these names are ever written, so none leads out of the folder.
    for name in names:
        if name != _MANIFEST and _NAME.fullmatch(name) is None:
            raise ValueError(f"it holds {name!r}, which no backup does")
    if sorted(names) != sorted([*files, _MANIFEST]) or database.FILE not in files:
        raise ValueError("it does not hold the files it lists")
    found: dict[str, Any] = manifest
    return found


def _read(archive: zipfile.ZipFile, name: str, size: int, sha256: str) -> bytes:
    """Return one member, never more of it than its listed size."""
    with archive.open(name) as file:
        data = file.read(size + 1)
    if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"{name} in it is not as it was written")
    return data


def _refuse_other_head(part: Path, manifest: dict[str, Any]) -> None:
    uri = f"{(part / database.FILE).as_uri()}?mode=ro&immutable=1"
    try:
        with closing(Database(sqlite3.connect(uri, uri=True))) as db:
            trail = audit.problem(db)
            end = _head(db)
    except sqlite3.Error as error:
        raise ValueError(f"its database says “{error}”") from error
    if trail is not None:
        raise ValueError(trail)
    if (end.audit_entries, end.audit_head) != (manifest["audit_entries"], manifest["audit_head"]):
        raise ValueError("its audit trail is not the one it lists")


@contextmanager
def _backup_faults(path: Path) -> Iterator[None]:
    """Raise ``BackupUnusable`` for whatever is wrong with the file that is restored."""
    try:
        yield
    except FileNotFoundError as error:
        raise BackupUnusable(path=str(path), reason="there is no such file") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise BackupUnusable(path=str(path), reason="it is not a whole zip file") from error
    except ValueError as error:
        raise BackupUnusable(path=str(path), reason=str(error)) from error
    except OSError as error:
        raise BackupUnusable(path=str(path), reason=error.strerror or "it can't be read") from error


@contextmanager
def _file_faults(out: Path) -> Iterator[None]:
    """Raise the fault of the file that is written, not of the library it is written from."""
    try:
        yield
    except OSError as error:
        fault: WoundtrackError | None = fault_of_file(error, out)
        if not isinstance(fault, DiskFull):
            reason = (error.strerror or "the disk refuses").lower()
            fault = FileUnwritable(path=str(out), reason=reason)
        raise fault from error
