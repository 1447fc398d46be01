"""A damaged library is brought back in its own folder from one of its backups.

Hides the order of the steps: whenever the power goes, there is a database in the folder, and what
was damaged is in ``damaged/`` beside it. Nothing is deleted: a person may want it looked at.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from woundtrack.disk import put_in_place, remove
from woundtrack.errors import BackupUnusable, LibraryDamaged, LibraryMissing, LibraryOnNetwork
from woundtrack.model import Progress, no_progress, now
from woundtrack.records import archive, audit, database
from woundtrack.records.archive import Archive, Backup
from woundtrack.records.backup import refuse_without_room
from woundtrack.records.check import file_sha256, problems_in_database
from woundtrack.records.faults import known_faults
from woundtrack.records.lock import WriterLock, is_on_network
from woundtrack.records.migrations import MIGRATIONS, refuse_if_not_ours
from woundtrack.records.originals import Originals, sync_folder

ASIDE: Final = "damaged"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryReport:
    """What came of bringing a library back.

    Attributes
    ----------
    backup
        The one whose database took the place of the damaged one; None where that was whole, and
        only originals were looked at.
    aside
        The folder that keeps what was damaged; None where nothing had to be moved.
    mended
        How many originals were missing or damaged and are whole again.
    problems
        Clauses on originals that are still not whole.
    unfiled
        Originals in the library that no photograph is filed for: mostly photographs that were
        imported after the backup was made. Importing these files again files them anew.
    """

    backup: Backup | None
    aside: Path | None
    mended: int
    problems: tuple[str, ...]
    unfiled: tuple[Path, ...]


def recover(
    folder: Path, backup_file: Path, *, by: str, progress: Progress = no_progress
) -> RecoveryReport:
    """Bring a damaged library back from a backup of it.

    A database that is whole stays as it is; then only missing or damaged originals are brought
    back. The recovered library's audit trail says by whom and from which backup.

    Raises
    ------
    BackupUnusable
        The backup doesn't prove itself, or is another library's: nothing was changed.
    LibraryInUse, LibraryOnNetwork, LibraryReadOnly, DiskFull
        What was damaged is as it was, or is in ``damaged/``; it can be done again.
    LibraryMissing
        There is no such folder.
    LibraryTooNew
        Not damaged, but written by a newer woundtrack.
    """
    folder = folder.absolute()
    if not folder.is_dir():
        raise LibraryMissing(path=str(folder))
    if is_on_network(folder):
        raise LibraryOnNetwork(path=str(folder))
    with archive.opened(backup_file) as backup:
        ids = archive.ids_of(folder)
        if ids is not None and backup.about.head.library_id not in ids:
            reason = "it is a backup of another library"
            raise BackupUnusable(path=str(backup_file), reason=reason)
        with known_faults(folder):
            lock = WriterLock(folder)
        try:
            return _recover(folder, backup, by, progress)
        finally:
            lock.release()


def _recover(folder: Path, backup: Archive, by: str, progress: Progress) -> RecoveryReport:
    progress(0.0, "Looking at the database")
    is_whole = _is_whole(folder, progress)
    aside = _new_name(folder / ASIDE)
    incoming = folder / "originals" / ".incoming"
    # Cleared when the library is opened, should the power go before the database is in its place.
    staged = incoming / f"{uuid.uuid4()}.part"
    try:
        if not is_whole:
            refuse_without_room(folder, backup.database_bytes)
            with known_faults(folder):
                (folder / "backups").mkdir(parents=True, exist_ok=True)
                incoming.mkdir(parents=True, exist_ok=True)
            progress(0.2, "Reading the backup")
            backup.extract_database(staged)
            with known_faults(folder):
                _note(staged, folder, backup, by)
        with known_faults(folder):
            if is_whole:
                db, _ = database.connect_for_reading(folder)  # with what is in its log
            else:
                db = archive.at_rest(staged)
            with closing(db):
                needed = archive.originals_in(db)
        mended, problems = _mend(folder, backup, needed, aside, progress, is_thorough=is_whole)
        progress(1.0, "Brought back")  # the last moment at which it can be stopped
        if not is_whole:
            with known_faults(folder):
                _set_aside(folder, aside)
                put_in_place(staged, folder / database.FILE)
                sync_folder(folder)
    finally:
        remove(staged)
    hashes = {sha256 for sha256, _ in needed}
    there = Originals(folder, is_read_only=True).files()
    return RecoveryReport(
        backup=None if is_whole else backup.about,
        aside=aside if aside.exists() else None,
        mended=mended,
        problems=tuple(problems),
        unfiled=tuple(path for sha256, path in there if sha256 not in hashes),
    )


def _new_name(parent: Path) -> Path:
    """Return a folder in ``parent`` that isn't there yet: nothing kept aside is written over."""
    name = f"{now().astimezone():%Y-%m-%d %H%M%S}"
    tries = (name if number == 1 else f"{name} ({number})" for number in itertools.count(1))
    return next(parent / each for each in tries if not (parent / each).exists())


def _is_whole(folder: Path, progress: Progress) -> bool:
    """Whether the database can be read and is as it was left."""
    if not (folder / database.FILE).exists():
        return False
    try:
        with known_faults(folder):
            refuse_if_not_ours(folder)
            db, _ = database.connect_for_reading(folder)
            with closing(db):
                if MIGRATIONS.pending(db):  # of an older version; with none at all it is empty
                    return bool(MIGRATIONS.applied(db)) and not archive.problems_in(db)
                with db.atomic():
                    return not problems_in_database(db, folder, progress)
    except LibraryDamaged:
        return False


def _note(staged: Path, folder: Path, backup: Archive, by: str) -> None:
    """Write into the backup's trail that the library goes on from here, and what is left behind."""
    others = (archive.described(path) for path in sorted((folder / "backups").glob("*.zip")))
    with closing(Database(sqlite3.connect(staged))) as db:
        MIGRATIONS.apply(db)
        hashes = {row["hash"] for row in database.rows(db, "SELECT hash FROM audit")}
        left = {
            (other.head.audit_entries, other.head.audit_head)
            for other in others
            if other is not None and other.head.audit_head not in hashes
        }
        with db.atomic():
            audit.append_recovery(
                db,
                by=by,
                why=f"from the backup of {backup.about.written_at:%Y-%m-%d %H:%M} (UTC)",
                left=left,
            )


def _mend(
    folder: Path,
    backup: Archive,
    needed: list[tuple[str, int]],
    aside: Path,
    progress: Progress,
    *,
    is_thorough: bool,
) -> tuple[int, list[str]]:
    """Bring back the originals that are missing or damaged; return how many, and what still is.

    Thorough looks at every byte; else a file of the right size is taken for whole, which the
    library's check finds out.
    """
    originals = Originals(folder, is_read_only=False)
    there = dict(originals.files())
    mended, problems = 0, []
    for number, (sha256, size) in enumerate(needed):
        progress(0.3 + 0.6 * number / len(needed), "Looking at the originals")
        path = there.get(sha256)
        with known_faults(folder):
            is_right = path is not None and path.stat().st_size == size
            if path is not None and is_right and is_thorough:
                is_right = file_sha256(path) == sha256
        if is_right:
            continue
        try:
            data, suffix = backup.original(sha256)
        except LibraryDamaged as damage:
            problems.append(str(damage.values["detail"]))
            continue
        if path is not None:
            with known_faults(folder):
                aside.mkdir(parents=True, exist_ok=True)
                put_in_place(path, aside / path.name)
        originals.put(data, sha256, suffix)
        mended += 1
    return mended, problems


def _set_aside(folder: Path, aside: Path) -> None:
    """Keep the damaged database in ``aside``, under a second name, and then take its log away.

    The log has to go before another database takes this one's place: SQLite would play it into
    that one. Until then the damaged database keeps its name, and then both names.
    """
    log = folder / f"{database.FILE}-wal"
    parts = [path for path in (folder / database.FILE, log) if path.exists()]
    if parts:
        aside.mkdir(parents=True, exist_ok=True)
    for path in parts:
        kept = aside / path.name
        try:
            os.link(path, kept)
        except OSError:  # a disk without second names, as many USB disks are
            shutil.copy2(path, kept)
            with kept.open("rb+") as copy:
                database.sync_file(copy)
    if parts:
        sync_folder(aside)
        sync_folder(aside.parent)
    log.unlink(missing_ok=True)
    (folder / f"{database.FILE}-shm").unlink(missing_ok=True)
