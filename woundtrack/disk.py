"""Files put in their place and taken away, also where Windows refuses what other systems allow.

Hides how Windows holds on to a file that another program has open or that may only be read, which
names and how long a path it can keep, and how each system lets one process alone hold a file.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import time
from pathlib import Path, PurePath, PureWindowsPath
from typing import Final

from woundtrack.errors import FileInUse, FileUnwritable

PATIENCE_S: Final = 2.0
"""A virus scanner or an indexer lets go of a new file sooner; a viewer or Excel doesn't."""
LONGEST_PATH: Final = 259
"""Of a path that every program on Windows can open, SQLite among them: 260 less the zero at its
end."""

_WAIT_S: Final = 0.05
_ACCESS_DENIED: Final = 5
_HELD: Final = frozenset({32, 33})  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_KEPT_FOR_ITSELF: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICE: Final = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\..*)?", re.IGNORECASE
)


def put_in_place(part: Path, target: Path) -> None:
    """Rename ``part`` to ``target``, over a file that is there.

    Windows refuses it while another program has either open: it is tried again for a while.

    Raises
    ------
    FileInUse
        Another program still has it open. ``part`` is where it was, and so is the old ``target``.
    OSError
        Any other refusal, at once.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            part.replace(target)
        except PermissionError as refusal:
            if not _is_held(refusal, target):
                raise
            if time.monotonic() >= deadline:
                raise FileInUse(path=str(target)) from refusal
            time.sleep(_WAIT_S)
        else:
            return


def _is_held(refusal: PermissionError, target: Path) -> bool:
    """Whether a rename was refused because somebody has a file open: Windows alone does that."""
    code = getattr(refusal, "winerror", None)
    # The same code stands for a file that is open, for one that may only be read and for a folder
    # one may not write in. The last can't be: the part was written there.
    is_read_only = target.is_file() and not target.stat().st_mode & stat.S_IWUSR
    return code in _HELD or (code == _ACCESS_DENIED and not is_read_only)


def remove(path: Path) -> None:
    """Delete a file of ours, also one that may only be read; nothing where it isn't there."""
    if path.exists():
        _let_be_removed(path)
    path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Delete a folder of ours with what is in it, as far as that goes."""
    for path in folder.rglob("*"):
        if not path.is_dir():
            _let_be_removed(path)
    shutil.rmtree(folder, ignore_errors=True)


def _let_be_removed(path: Path) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISREG(mode) and not mode & stat.S_IWUSR:
        path.chmod(stat.S_IMODE(mode) | stat.S_IWUSR)


def refuse_unkeepable(path: Path, *, room: int = 0) -> None:
    """Refuse a file or folder that this system would not keep under the name a person gave it.

    Raises ``FileUnwritable`` saying why. ``room`` is how much longer the paths below it may get.
    """
    if sys.platform == "win32":
        reason = unkeepable_on_windows(path, room=room)
        if reason is not None:
            raise FileUnwritable(path=str(path), reason=reason)


def unkeepable_on_windows(path: PurePath, *, room: int = 0) -> str | None:
    """Return why Windows can't keep what has this path, as a clause; None where it can.

    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    """
    whole = PureWindowsPath(path)
    names = whole.parts[1:] if whole.anchor else whole.parts
    for name in names:
        if name in {".", ".."}:
            continue
        if _KEPT_FOR_ITSELF.search(name):
            return f'Windows allows none of < > : " / \\ | ? * in a name, as in “{name}”'
        if name != name.rstrip(". "):
            return f"Windows keeps no name that ends in a dot or a space, as “{name}” does"
        if _DEVICE.fullmatch(name):
            return f"“{name}” is the name of a device in Windows"
    length = len(str(whole).encode("utf-16-le")) // 2
    if length + room > LONGEST_PATH:
        most = LONGEST_PATH - room
        return f"its path has {length} characters, and Windows can keep {most} here"
    return None


if sys.platform == "win32":
    import msvcrt

    def try_to_hold(file: int) -> bool:
        """Hold an open file for this process, till ``let_go`` or its end; False where another does.

        Raises ``OSError`` where the disk knows no locks.
        """
        os.lseek(file, 0, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def let_go(file: int) -> None:
        """Let go of a file that ``try_to_hold`` holds."""
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def try_to_hold(file: int) -> bool:
        """Hold an open file for this process, till ``let_go`` or its end; False where another does.

        Raises ``OSError`` where the disk knows no locks.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def let_go(file: int) -> None:
        """Let go of a file that ``try_to_hold`` holds."""
        fcntl.flock(file, fcntl.LOCK_UN)
