"""Who may write a library, and where: one writer, on a local disk.

Hides the operating systems' file locks (a crash lets go of them), and how a share is recognised.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import platform
import re
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Final

from woundtrack.errors import LibraryInUse
from woundtrack.model import now

_LOCK: Final = "library.lock"
_WHO: Final = "library.writer"
_PATIENCE_S: Final = (
    0.3  # a reader that looks whether somebody writes holds the lock for an instant
)

_NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre"}
    | {"beegfs", "gpfs", "ocfs2", "gfs2", "davfs", "vboxsf", "prl_fs", "acfs", "coda"}
)
_NETWORK_FUSE: Final = re.compile(
    r"fuse\.(sshfs|rclone|s3fs|glusterfs|ceph|davfs.*|curlftpfs|gvfsd-fuse|vmhgfs-fuse|.*smb.*)"
)


def account() -> str:
    """Return the account and computer this program runs under, e.g. ``ann@ward-7``."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # no such account, or none named, by Python version
        user = "unknown"
    return f"{user}@{platform.node() or 'unknown'}"


def is_on_network(path: Path) -> bool:
    """Return whether ``path`` (which need not exist yet) lies on a network share.

    Known on Linux and Windows; elsewhere a share is not recognised.
    """
    return _is_on_network(path.absolute())


def is_network_mount(path: Path, mountinfo: str) -> bool:
    """Return whether ``path`` lies on a file system of the network.

    ``mountinfo`` is the text of Linux's ``/proc/self/mountinfo``: see ``proc(5)``.
    """
    best, kind = -1, ""
    octal = re.compile(r"\\([0-7]{3})")
    for line in mountinfo.splitlines():
        mount, _, source = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) < 5 or not source:
            continue
        point = Path(octal.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        # ">=": of two mounts on one point the later one hides the earlier.
        if len(point.parts) >= best and path.is_relative_to(point):
            best, kind = len(point.parts), source.split(" ")[0]
    return kind in _NETWORK_FILE_SYSTEMS or _NETWORK_FUSE.fullmatch(kind) is not None


class WriterLock:
    """The right to write one library, held until ``release`` or until the process ends.

    Raises ``LibraryInUse`` where another window or program holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._who_path = folder / _WHO
        self._file = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        deadline = time.monotonic() + _PATIENCE_S
        while not _try_lock(self._file, shared=False):
            if time.monotonic() > deadline:
                os.close(self._file)
                raise LibraryInUse(path=str(folder), writer=_who(folder) or "another window")
            time.sleep(0.02)
        since = now().astimezone().isoformat(timespec="seconds")
        who = {"account": account(), "since": since, "process": os.getpid()}
        try:
            # The lock is what counts; this file only says whose it is.
            self._who_path.write_text(json.dumps(who), encoding="utf-8")
        except OSError:
            _unlock(self._file)
            os.close(self._file)
            raise
        self.writer = _who(folder) or account()

    def release(self) -> None:
        """Let go of the lock; a second call does nothing."""
        if self._file >= 0:
            with contextlib.suppress(OSError):
                self._who_path.unlink()
            _unlock(self._file)
            os.close(self._file)
            self._file = -1


def writer_of(folder: Path) -> str | None:
    """Return who writes the library in ``folder`` now, in words, or None when nobody does."""
    try:
        file = os.open(folder / _LOCK, os.O_RDONLY)
    except OSError:
        return None
    try:
        is_free = _try_lock(file, shared=True)
        if is_free:
            _unlock(file)
    finally:
        os.close(file)
    return None if is_free else _who(folder) or "another window"


def _who(folder: Path) -> str | None:
    """Who the file beside the lock names; None where it is not there or half written."""
    try:
        who = json.loads((folder / _WHO).read_text(encoding="utf-8"))
        since = datetime.fromisoformat(who["since"])
        return f"{who['account']} since {since:%Y-%m-%d %H:%M} (process {who['process']})"
    except (OSError, ValueError, KeyError, TypeError):
        return None


if sys.platform == "win32":
    import ctypes
    import msvcrt

    def _is_on_network(path: Path) -> bool:
        remote = 4
        return path.drive.startswith("\\\\") or (
            ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == remote
        )

    def _try_lock(file: int, *, shared: bool) -> bool:
        mode = msvcrt.LK_NBRLCK if shared else msvcrt.LK_NBLCK
        try:
            msvcrt.locking(file, mode, 1)
        except OSError:
            return False
        return True

    def _unlock(file: int) -> None:
        # Closing would do, but Windows takes its time then.
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _is_on_network(path: Path) -> bool:
        mounts = Path("/proc/self/mountinfo")
        if not mounts.exists():
            return False
        return is_network_mount(path.resolve(), mounts.read_text("utf-8", errors="replace"))

    def _try_lock(file: int, *, shared: bool) -> bool:
        # flock, not lockf: it also holds against a second library of the same process.
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: int) -> None:
        # Closing would not do where a process that this one started still has the file.
        fcntl.flock(file, fcntl.LOCK_UN)
