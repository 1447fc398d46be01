"""Backups that are made by themselves, once a day: where they lie, which are kept, which go.

Hides the names of the files and the rule of 7 days, 4 weeks and 12 months. In the library's own
``backups/`` a daily backup needs no originals: they lie beside. In a folder of the person's choice,
on another disk, each library has a folder of its own with its originals, each there once.

A clock that is set wrong may make a backup look older or newer than it is: how much a backup holds
is told by its audit trail, so the one that holds most is never taken away.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from woundtrack.disk import remove_folder
from woundtrack.errors import FileUnwritable
from woundtrack.model import Progress, no_progress, now
from woundtrack.records import archive, backup, database
from woundtrack.records.archive import Backup
from woundtrack.records.backup import BackupReport
from woundtrack.records.faults import known_faults
from woundtrack.records.originals import Originals

KEPT_DAYS: Final = 7
KEPT_WEEKS: Final = 4
KEPT_MONTHS: Final = 12

_NAME: Final = re.compile(r"daily (\d{4}-\d{2}-\d{2} \d{4})\.zip")
_TIME: Final = "%Y-%m-%d %H%M"
_NOT_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # by Windows, which a USB disk may meet
_DAY_S: Final = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class DailyReport:
    """What came of a day's look: ``made`` is None where nothing had to be done."""

    made: BackupReport | None
    pruned: tuple[Path, ...]


def back_up_daily(
    folder: Path, chosen: Path | None = None, progress: Progress = no_progress
) -> DailyReport:
    """Make today's backup of a library, unless it is there or nothing was written since the last.

    With a connection of its own, on any thread, while the library may be in use. Older ones that
    are no longer kept are taken away, once the new one is whole; files of other names never.

    Parameters
    ----------
    folder
        The library's.
    chosen
        The folder for backups, on another disk; None: the library's own ``backups/``.

    Raises
    ------
    LibraryDamaged
        The database isn't whole: no backup is made of it, and none is taken away.
    FileUnwritable, DiskFull
        Also where ``chosen`` isn't there: its disk may be unplugged.
    LibraryMissing, LibraryReadOnly
    """
    folder = folder.absolute()
    with known_faults(folder):
        db, _ = database.connect_for_reading(folder)
    with closing(db):
        with known_faults(folder):
            head = archive.head_in(db)
        place = _place(folder, head.library_id, chosen)
        ours = {
            made_at: there
            for made_at, there in _daily(place)
            if there.head.library_id == head.library_id
        }
        moment = now().astimezone().replace(second=0, microsecond=0, tzinfo=None)
        is_done = any(made_at.date() == moment.date() for made_at in ours)
        if is_done or any(there.head == head for there in ours.values()):
            return DailyReport(made=None, pruned=())
        _clear_unfinished(place)
        made = backup.write(
            db,
            folder,
            Originals(folder, is_read_only=True),
            place / f"daily {moment:{_TIME}}.zip",
            progress,
            beside=folder if place == folder / "backups" else place,
        )
    kept = kept_of([*ours, moment])
    most = max((there.head.audit_entries for there in ours.values()), default=0)
    gone = []
    for made_at, there in ours.items():
        if made_at not in kept and there.head.audit_entries < max(most, made.audit_entries):
            with contextlib.suppress(OSError):  # tried again tomorrow
                there.path.unlink()
                gone.append(there.path)
    return DailyReport(made=made, pruned=tuple(gone))


def backups_of(folder: Path, chosen: Path | None = None) -> tuple[Backup, ...]:
    """Return the backups there are of the library in a folder, the fullest first.

    Those in its own ``backups/``, whatever made them, and those in the ``chosen`` folder. The
    library itself need not be readable: where its id can't be read, it is taken from its own
    backups, else a chosen folder's backups are matched by the library's name.
    """
    folder = folder.absolute()
    ids = archive.ids_of(folder)
    found = _described((folder / "backups").glob("*.zip"))
    with contextlib.suppress(OSError):
        for place in () if chosen is None else sorted(chosen.iterdir()):
            if ids is not None or place.name.startswith(f"{_plain(folder.name)} "):
                found = [*found, *_described(place.glob("daily *.zip"))]
    of_this_one = [there for there in found if ids is None or there.head.library_id in ids]
    return tuple(
        sorted(of_this_one, key=lambda one: (one.head.audit_entries, one.written_at), reverse=True)
    )


def kept_of(moments: Iterable[datetime]) -> frozenset[datetime]:
    """Return which daily backups are kept, by when they were made.

    The last of each of the newest seven days that have one, of the newest four weeks, and of the
    newest twelve months: a clinic that is closed for a month loses none by it.
    """
    newest_first = sorted(moments, reverse=True)
    kept: set[datetime] = set()
    for count, period_of in (
        (KEPT_DAYS, lambda moment: moment.date()),
        (KEPT_WEEKS, lambda moment: moment.isocalendar()[:2]),
        (KEPT_MONTHS, lambda moment: (moment.year, moment.month)),
    ):
        last_of: dict[object, datetime] = {}
        for moment in newest_first:
            last_of.setdefault(period_of(moment), moment)
        kept.update(list(last_of.values())[:count])
    return frozenset(kept)


def _place(folder: Path, library_id: str, chosen: Path | None) -> Path:
    """Return the folder of a library's daily backups. Raises ``FileUnwritable``."""
    if chosen is None or chosen.absolute().is_relative_to(folder):
        return folder / "backups"
    if not chosen.is_dir():  # never made anew: under a disk that is unplugged it would be this one
        reason = "the folder for backups is not there; connect its disk"
        raise FileUnwritable(path=str(chosen), reason=reason)
    return chosen.absolute() / f"{_plain(folder.name)} {library_id[:8]}"


def _plain(name: str) -> str:
    return _NOT_IN_NAMES.sub("_", name).strip(" .") or "library"


def _daily(place: Path) -> Iterator[tuple[datetime, Backup]]:
    """Yield the daily backups in a folder that are what they say, with the moment in the name."""
    for path in sorted(place.glob("daily *.zip")):
        named = _NAME.fullmatch(path.name)
        there = None if named is None else archive.described(path)
        if named is not None and there is not None:
            with contextlib.suppress(ValueError):
                yield datetime.strptime(named[1], _TIME), there  # noqa: DTZ007  # of the clock on the wall


def _described(paths: Iterable[Path]) -> list[Backup]:
    found = (archive.described(path) for path in sorted(paths))
    return [there for there in found if there is not None]


def _clear_unfinished(place: Path) -> None:
    """Remove what a crash left half written; not what another window may be writing now."""
    for left in place.glob(".daily *.part"):
        if time.time() - left.stat().st_mtime > _DAY_S:
            remove_folder(left)
