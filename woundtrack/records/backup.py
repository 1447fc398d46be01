"""A whole library in one file, and back: a zip of the database, the originals and a manifest.

Hides the copying of a database in use, and that a library appears in its folder whole or not at
all. What of a backup may be trusted is ``archive``'s concern.

A backup may go without the originals where they lie beside it anyway, in ``originals/`` of its own
folder or of the folder above: a daily backup is small then, and each original is kept once.
"""

from __future__ import annotations

import hashlib
import json
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
from woundtrack.disk import put_in_place, refuse_unkeepable, remove, remove_folder
from woundtrack.errors import (
    DiskFull,
    FileUnwritable,
    LibraryDamaged,
    LibraryExists,
    LibraryOnNetwork,
    LibraryReadOnly,
    WoundtrackError,
)
from woundtrack.model import Progress, now
from woundtrack.records import archive, database
from woundtrack.records.archive import Head
from woundtrack.records.faults import fault_of_database, fault_of_file, known_faults
from woundtrack.records.lock import is_on_network
from woundtrack.records.originals import Originals, sync_folder
from woundtrack.records.rows import text_of_time

ROOM_IN_LIBRARY: Final = 130
"""How much longer than a library's folder the paths in it get: where it is restored, the longest
is an original's, ``.NAME.UUID.part/originals/ab/SHA256.jpeg``."""
_ROOM_BESIDE: Final = 44  # ``.NAME.UUID.part/NAME`` than ``NAME``, beside the second NAME


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupReport:
    """What a backup holds; ``problems`` are clauses on what was not whole when it was made.

    Originals that were not whole are not in it. ``originals`` counts those that it brings back,
    also where they lie beside it.
    """

    path: Path
    originals: int
    size_bytes: int
    audit_entries: int
    audit_head: str
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RestoreReport:
    """A library made from a backup; ``problems`` are clauses on originals that are not in it."""

    folder: Path
    originals: int
    problems: tuple[str, ...]


def write(
    db: Database,
    folder: Path,
    originals: Originals,
    out: Path,
    progress: Progress,
    *,
    beside: Path | None = None,
) -> BackupReport:
    """Write the backup of the library in ``folder`` to ``out``: see ``Library.backup``.

    With ``beside``, the archive goes without the originals: those that ``originals/`` in that
    folder lacks are added there. It is the library's own folder, where nothing is added, or
    another, in which ``out`` lies. Such a backup may take the place of an older one, so it is not
    made of a database that isn't whole: ``LibraryDamaged``.
    """
    refuse_unkeepable(out, room=_ROOM_BESIDE + len(out.name))
    with _file_faults(out):
        if out.exists():
            raise FileUnwritable(path=str(out), reason="a file of that name is there already")
        out.parent.mkdir(parents=True, exist_ok=True)
        part = out.with_name(f".{out.name}.{uuid.uuid4()}.part")
        part.mkdir()
    try:
        progress(0.0, "Copying the database")
        with _file_faults(out):
            copy = part / database.FILE
            head, hashes, problems = _copy_database(db, folder, out, copy)
            if beside is not None and problems:
                raise LibraryDamaged(path=str(folder), detail=problems[0])
            with copy.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            files: dict[str, tuple[int, str]] = {database.FILE: (copy.stat().st_size, digest)}
            count = 0
            with zipfile.ZipFile(part / out.name, "x", allowZip64=True) as zipped:
                zipped.write(copy, database.FILE, compress_type=zipfile.ZIP_DEFLATED)
                for number, sha256 in enumerate(hashes):
                    progress(0.1 + 0.9 * number / len(hashes), "Copying the originals")
                    try:
                        if beside is None:
                            name, size = _add_original(zipped, originals, sha256)
                            files[name] = (size, sha256)
                        elif beside == folder:
                            originals.path(sha256)
                        else:
                            _lay_beside(beside, originals, sha256)
                        count += 1
                    except LibraryDamaged as damage:
                        problems.append(str(damage.values["detail"]))
                manifest: dict[str, Any] = {
                    "format": archive.WHOLE if beside is None else archive.WITHOUT_ORIGINALS,
                    "written_at": text_of_time(now()),
                    "application_version": woundtrack.__version__,
                    "library_id": head.library_id,
                    "audit_entries": head.audit_entries,
                    "audit_head": head.audit_head,
                    "files": files,
                }
                zipped.writestr(archive.MANIFEST, json.dumps(manifest), zipfile.ZIP_DEFLATED)
            with (part / out.name).open("rb+") as file:
                database.sync_file(file)
            progress(1.0, "Backed up")  # the last moment at which it can be stopped
            put_in_place(part / out.name, out)
            sync_folder(out.parent)
            return BackupReport(
                path=out,
                originals=count,
                size_bytes=out.stat().st_size,
                audit_entries=head.audit_entries,
                audit_head=head.audit_head,
                problems=tuple(problems),
            )
    finally:
        remove_folder(part)


def restore(backup_file: Path, folder: Path, progress: Progress) -> RestoreReport:
    """Make the library in ``folder`` from a backup: see ``Library.restore``."""
    refuse_unkeepable(folder, room=ROOM_IN_LIBRARY)
    refuse_if_not_empty(folder)
    if is_on_network(folder):
        raise LibraryOnNetwork(path=str(folder))
    with archive.opened(backup_file) as backup, _naming(folder):
        refuse_without_room(folder, backup.database_bytes)
        with known_faults(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            # Beside the folder, so that what is half restored is never where a library should be.
            part = folder.with_name(f".{folder.name}.{uuid.uuid4()}.part")
            part.mkdir()
        try:
            with known_faults(folder):
                (part / "originals").mkdir()
                (part / "backups").mkdir()
            backup.extract_database(part / database.FILE)
            with closing(archive.at_rest(part / database.FILE)) as db:
                needed = archive.originals_in(db)
            refuse_without_room(folder, sum(size for _, size in needed))
            target = Originals(part, is_read_only=False)
            problems = []
            for number, (sha256, _) in enumerate(needed):
                progress(0.05 + 0.9 * number / len(needed), "Restoring")
                try:
                    data, suffix = backup.original(sha256)
                except LibraryDamaged as damage:
                    problems.append(str(damage.values["detail"]))
                else:
                    target.put(data, sha256, suffix)
            progress(1.0, "Restored")  # the last moment at which it can be stopped
            with known_faults(folder):
                if folder.exists():
                    folder.rmdir()
                put_in_place(part, folder)
                sync_folder(folder.parent)
        except BaseException:
            remove_folder(part)
            raise
    return RestoreReport(
        folder=folder, originals=len(needed) - len(problems), problems=tuple(problems)
    )


def refuse_if_not_empty(folder: Path) -> None:
    """Raise ``LibraryExists`` unless ``folder`` is not there yet, or is an empty folder."""
    with known_faults(folder):
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise LibraryExists(path=str(folder))


def refuse_without_room(folder: Path, size: int) -> None:
    """Raise ``DiskFull`` where ``size`` bytes more don't fit on the disk of ``folder``."""
    with known_faults(folder):
        place = next(place for place in (folder, *folder.parents) if place.exists())
        if shutil.disk_usage(place).free < size:
            raise DiskFull(path=str(folder))


def _copy_database(
    db: Database, folder: Path, out: Path, copy: Path
) -> tuple[Head, list[str], list[str]]:
    """Copy the database as it is at one moment.

    Returns its head, the originals it needs, and what is wrong with it.
    """
    try:
        with closing(sqlite3.connect(copy)) as target:
            db.conn.backup(target)
            # One plain file: no write-ahead log is left beside the copy.
            target.execute("PRAGMA journal_mode = DELETE")
        with closing(Database(sqlite3.connect(copy))) as copied:
            found = database.rows(copied, "SELECT sha256 FROM photograph ORDER BY sha256")
            hashes = [row["sha256"] for row in found]
            return archive.head_in(copied), hashes, archive.problems_in(copied)
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


def _add_original(zipped: zipfile.ZipFile, originals: Originals, sha256: str) -> tuple[str, int]:
    """Add an original to the archive; return the member's name and size."""
    data = originals.read(sha256)
    name = f"originals/{sha256[:2]}/{originals.path(sha256).name}"
    zipped.writestr(name, data, compress_type=zipfile.ZIP_STORED)
    return name, len(data)


def _lay_beside(beside: Path, originals: Originals, sha256: str) -> None:
    """See to it that an original of the library lies in ``originals/`` of the folder ``beside``."""
    size = originals.path(sha256).stat().st_size
    pool = Originals(beside, is_read_only=False)
    with _file_faults(beside):
        try:
            if pool.path(sha256).stat().st_size == size:
                return
            remove(pool.path(sha256))  # cut short by a disk that lied; a whole one follows
        except LibraryDamaged:
            pass  # it isn't there yet
    pool.put(originals.read(sha256), sha256, originals.path(sha256).suffix)


@contextmanager
def _naming(folder: Path) -> Iterator[None]:
    """Let a fault of the disk name the library, not the folder it is prepared in."""
    try:
        yield
    except (DiskFull, LibraryReadOnly, LibraryDamaged) as fault:
        raise type(fault)(**{**fault.values, "path": str(folder)}) from fault


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
