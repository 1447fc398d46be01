"""What an export is called while it is written, and what becomes of one that was cut short.

Hides how a running export is told from one that a dead computer left: beside the settings lies a
file for each, which its process holds, and the system lets go of what a dead process held.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from woundtrack.disk import let_go, remove_folder, try_to_hold
from woundtrack.resources import own_folder

_PART: Final = ".unfinished-export-"
_EARLIER: Final = ".earlier-export-"
_NOTES: Final = "unfinished-exports"
_BEFORE: Final = r"\.{name}\.[0-9a-f]{{32}}\.(?:part|(?P<aside>old))"
"""What earlier versions called both."""
_DEAD_AFTER_S: Final = 24 * 3600.0
_BEGUN_AFTER_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The names of one export that is being written to ``target``."""

    target: Path
    key: str

    def part(self, home: Path) -> Path:
        """Return the folder that is written, in the target's own or in the one above."""
        return home / f"{self.target.name}{_PART}{self.key}"

    @property
    def earlier(self) -> Path:
        """The export that was there, for the moment in which it makes room."""
        return self.target.parent / f"{self.target.name}{_EARLIER}{self.key}"

    def clear(self) -> bool:
        """Take away what was cut short and put back what had made room; return whether all is well.

        False where the place can't be reached or written now.
        """
        if not self.target.parent.is_dir():
            return False
        try:
            if _is_folder(self.earlier):
                if self.target.exists():
                    remove_folder(self.earlier)
                else:
                    self.earlier.rename(self.target)
            parts = [self.part(home) for home in (self.target, self.target.parent)]
            for part in filter(_is_folder, parts):
                remove_folder(part)
            return not any(map(_is_folder, (self.earlier, *parts)))
        except OSError:
            return False


@contextmanager
def unfinished(target: Path) -> Iterator[Unfinished]:
    """Say for the length of the block that an export to ``target`` is running here.

    What was cut short of others is taken away before: those of this computer wherever they lie, and
    in the same place any that nobody has written to for a day. Where nothing can be noted beside
    the settings it goes on all the same: what is cut short then is known by its age alone. At the
    end of the block, however it is left, nothing unfinished of its own is there.
    """
    clear_unfinished()
    with contextlib.suppress(OSError):
        _clear_strays(target)
    own = Unfinished(target, uuid.uuid4().hex[:8])
    note, file = _noted(own)
    try:
        yield own
    finally:
        is_clear = own.clear()
        if file is not None:
            let_go(file)
            os.close(file)
            with contextlib.suppress(OSError):
                if is_clear:
                    note.unlink(missing_ok=True)


def is_unfinished(path: Path) -> bool:
    """Return whether a path is, or lies in, what an export is called while it is written."""
    return any(_PART in one or _EARLIER in one for one in path.parts)


def clear_unfinished() -> None:
    """Take away every export that was cut short on this computer, by its own notes.

    One that still runs, in this process or another, is left alone; so is one in a place that can't
    be reached now, till the next time.
    """
    for note in sorted(own_folder(_NOTES).glob("*.json")):
        with contextlib.suppress(OSError):
            _clear(note)


def _noted(own: Unfinished) -> tuple[Path, int | None]:
    """Write the note of an export and hold it; None where that can't be done."""
    note = _note(own.key)
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(note, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return note, None
    try:
        if try_to_hold(file):
            os.write(file, json.dumps({"target": str(own.target.absolute())}).encode())
            return note, file
    except OSError:
        pass
    os.close(file)
    return note, None


def _note(key: str) -> Path:
    return own_folder(_NOTES) / f"{key}.json"


def _clear(note: Path) -> None:
    """Do what a note is for, where the export that wrote it is dead."""
    file = os.open(note, os.O_RDWR)
    is_done = False
    try:
        if not try_to_hold(file):
            return
        try:
            target = _target_in(file)
            # One that was only just made isn't written yet.
            is_new = target is None and time.time() - os.fstat(file).st_mtime < _BEGUN_AFTER_S
            is_done = not is_new and (target is None or Unfinished(target, note.stem).clear())
        finally:
            let_go(file)
    finally:
        os.close(file)
    if is_done:
        note.unlink(missing_ok=True)


def _target_in(file: int) -> Path | None:
    try:
        target = Path(json.loads(os.read(file, 65_536))["target"])
    except (ValueError, KeyError, TypeError):
        return None
    return target if target.is_absolute() and target.name else None


def _clear_strays(target: Path) -> None:
    """Take away what lies in a target's place and nobody has touched for a day.

    It may be another computer's, on a share: whether that one still runs can't be told but by this.
    """
    name = re.escape(target.name)
    ours = re.compile(
        rf"{name}(?:{re.escape(_PART)}|{re.escape(_EARLIER)})(?P<key>[0-9a-f]{{8}})"
        rf"|{_BEFORE.format(name=name)}"
    )
    for home in (target.parent, target):
        for path in sorted(home.iterdir()) if home.is_dir() else ():
            found = ours.fullmatch(path.name)
            if found is None or not _is_folder(path):
                continue
            if found["key"] is not None and _note(found["key"]).exists():
                continue  # it runs here, or its own note waits for its place
            if time.time() - _touched_at(path) < _DEAD_AFTER_S:
                continue
            is_aside = found["aside"] is not None or path.name.startswith(target.name + _EARLIER)
            if is_aside and not target.exists():
                path.rename(target)
            else:
                remove_folder(path)


def _touched_at(folder: Path) -> float:
    """Return when a folder or anything in it was last written or renamed, s since the epoch."""
    moments = [0.0]
    for path in (folder, *folder.rglob("*")):
        with contextlib.suppress(OSError):
            there = path.lstat()
            moments.append(max(there.st_mtime, there.st_ctime))
    return max(moments)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
