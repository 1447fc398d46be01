"""The original files, by the SHA-256 of their bytes: written once, never altered.

Hides the folder layout (``originals/ab/abcdef….jpg``) and what makes a file outlive a power cut.
Usable from any thread; thumbnails lie in ``thumbnails/``, a cache that may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from woundtrack.disk import put_in_place, remove
from woundtrack.errors import LibraryDamaged, LibraryReadOnly
from woundtrack.records.faults import known_faults

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,8}")
INCOMING: Final = "originals/.incoming"
"""Where in a library files are written before they are moved into place; cleared on opening."""


class Originals:
    """The originals and thumbnails of the library in ``folder``."""

    def __init__(self, folder: Path, *, is_read_only: bool) -> None:
        self._library = folder
        self._originals = folder / "originals"
        self._thumbnails = folder / "thumbnails"
        self._is_read_only = is_read_only

    def put(self, data: bytes, sha256: str, suffix: str) -> Path:
        """Store the bytes of one original and return where; bytes already there are left alone.

        When this returns the file is on the disk, whole, and outlives a power cut.

        Parameters
        ----------
        data
            The file as it came from the camera.
        sha256
            Of ``data``, 64 lower-case hexadecimal digits.
        suffix
            With its dot, e.g. ``.jpg``; only so that other programs know the file.

        Raises
        ------
        ValueError
            ``sha256`` is not that of ``data``, or ``suffix`` is not a suffix.
        DiskFull, LibraryReadOnly, LibraryDamaged
            The last where a file of that hash is there with another size.
        """
        suffix = suffix.lower()
        if _SUFFIX.fullmatch(suffix) is None:
            raise ValueError(f"{suffix!r} is not a file's suffix")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("the bytes are not those of the hash")
        self._refuse_if_read_only()
        with known_faults(self._library):
            there = self._find(sha256)
            if there is not None:
                if there.stat().st_size != len(data):
                    raise self._damaged(sha256, "has another size than it was written with")
                return there
            path = self._originals / sha256[:2] / f"{sha256}{suffix}"
            is_new_folder = not path.parent.is_dir()
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data, self._library / INCOMING, is_original=True)
            if is_new_folder:
                sync_folder(self._originals)
            return path

    def path(self, sha256: str) -> Path:
        """Return where an original is. Raises ``LibraryDamaged`` where it is missing."""
        with known_faults(self._library):
            there = self._find(sha256)
        if there is None:
            raise self._damaged(sha256, "is missing")
        return there

    def read(self, sha256: str) -> bytes:
        """Return an original's bytes, checked against its hash.

        Raises ``LibraryDamaged`` where it is missing or not as written.
        """
        path = self.path(sha256)
        with known_faults(self._library):
            data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise self._damaged(sha256, "is not as it was written")
        return data

    def files(self) -> Iterator[tuple[str, Path]]:
        """Yield every original on the disk: the hash in its name, and its path, in order."""
        if not self._originals.is_dir():
            return
        with known_faults(self._library):
            for folder in sorted(self._originals.iterdir()):
                if folder.is_dir() and not folder.name.startswith("."):
                    for path in sorted(folder.iterdir()):
                        if _SHA256.fullmatch(path.stem) and path.stem[:2] == folder.name:
                            yield path.stem, path

    def thumbnail_path(self, sha256: str) -> Path:
        """Return where an original's thumbnail is, or would be: look whether it exists."""
        return self._thumbnails / _checked(sha256)[:2] / f"{sha256}.jpg"

    def put_thumbnail(self, sha256: str, jpeg: bytes) -> Path:
        """Store a thumbnail in place of any that is there, and return where.

        Raises ``ValueError`` for a JPEG that carries metadata: a thumbnail never holds a location.
        """
        if b"Exif\x00\x00" in jpeg or b"http://ns.adobe.com/xap/" in jpeg:
            raise ValueError("a thumbnail carries no metadata")
        self._refuse_if_read_only()
        path = self.thumbnail_path(sha256)
        with known_faults(self._library):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, jpeg, self._thumbnails, is_cache=True)
        return path

    def clear_unfinished(self) -> None:
        """Remove what a crash left half written; only the one writer may call this, on opening."""
        with known_faults(self._library):
            for left in (self._library / INCOMING).glob("*.part"):
                remove(left)

    def _find(self, sha256: str) -> Path | None:
        folder = self._originals / _checked(sha256)[:2]
        return next(iter(sorted(folder.glob(f"{sha256}.*"))), None)

    def _refuse_if_read_only(self) -> None:
        if self._is_read_only:
            raise LibraryReadOnly(path=str(self._library))

    def _damaged(self, sha256: str, what: str) -> LibraryDamaged:
        return LibraryDamaged(path=str(self._library), detail=f"the original {sha256} {what}")


def write_whole(
    path: Path, data: bytes, incoming: Path, *, is_original: bool = False, is_cache: bool = False
) -> None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile.

    ``incoming`` is a folder on the same disk. When this returns the disk has the file, unless it is
    only a cache's. An original may not be written again by anybody.
    """
    incoming.mkdir(parents=True, exist_ok=True)
    part = incoming / f"{uuid.uuid4()}.part"
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            if not is_cache:
                os.fsync(file.fileno())
        if is_original:
            part.chmod(part.stat().st_mode & ~0o222)
        put_in_place(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            remove(part)
        raise
    if not is_cache:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the folder's list of files; Windows does this by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _checked(sha256: str) -> str:
    if _SHA256.fullmatch(sha256) is None:
        raise ValueError(f"{sha256!r} is not a SHA-256 in lower-case hexadecimal digits")
    return sha256
