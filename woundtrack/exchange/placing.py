"""A folder of files that appears whole: written beside, put in its place when all of it is there.

Hides what happens where the folder is there already: an earlier export is replaced as a whole, and
strangers' files are left alone.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from woundtrack.disk import put_in_place, refuse_unkeepable, remove
from woundtrack.errors import DiskFull, FileInUse, FileUnwritable
from woundtrack.exchange.unfinished import Unfinished, is_unfinished, unfinished

_LONGEST: Final = 80  # of a path below the folder, with what stands before it for a while

Manifest = Mapping[str, Any]


@contextmanager
def placed(
    folder: str | Path, manifest: str, is_ours: Callable[[Manifest], str | None]
) -> Iterator[Path]:
    """Give a folder to write into, which stands for ``folder`` once the block is left.

    Parameters
    ----------
    folder
        Where the files are to be. Made where it isn't there; an earlier export in it is replaced,
        files of it that the new one doesn't have are taken away, anything else is left alone.
    manifest
        The name of the file that lists all others as ``files``: [{``name``, ``sha256``}]. The block
        writes it, too.
    is_ours
        Says of the manifest that is there why its export is not to be replaced, as a clause; None
        where it may be.

    Raises
    ------
    FileUnwritable
        The folder can't be written; it holds a file in the way that no export wrote or that was
        changed since; or ``is_ours`` says so. Nothing of it was changed.
    FileInUse
        Another program has a file of an earlier export open, as Excel does on Windows.
    DiskFull
        No room. An export that was there is as it was.
    """
    target = Path(folder)
    refuse_unkeepable(target, room=_LONGEST)
    if target.is_symlink():  # what it leads to is replaced, not the link
        target = target.resolve()
    try:
        _refuse_file(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(target) as own:
            was_there = target.exists()  # one that a dead computer left aside is back by now
            old = _listed(target, manifest, is_ours) if was_there else {}
            beside = own.part(target if was_there else target.parent)
            beside.mkdir()
            yield beside
            new = _names(beside)
            _refuse_strangers(target, new, old, manifest)
            for name in new:
                _sync(beside / name)
            if was_there:
                _replace(own, beside, new, old, manifest)
            else:
                beside.rename(target)
    except (FileInUse, FileUnwritable, DiskFull):
        raise
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(target)) from fault
        reason = (fault.strerror or str(fault)).lower()
        raise FileUnwritable(path=str(_named(fault, target)), reason=reason) from fault


def _named(fault: OSError, target: Path) -> Path:
    """Return which file of an export a fault is of, or its folder: a name that somebody knows."""
    path = Path(os.fsdecode(fault.filename)) if fault.filename else target
    return path if path.is_relative_to(target) and not is_unfinished(path) else target


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, a piece at a time."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _names(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def _refuse_file(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise FileUnwritable(path=str(target), reason="a file is there")


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _listed(target: Path, manifest: str, is_ours: Callable[[Manifest], str | None]) -> Manifest:
    """Return the files of the export that is there, and their hashes; none where there is none."""
    path = target / manifest
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_bytes())
        listed = {str(one["name"]): str(one["sha256"]) for one in document["files"]}
        why_not = is_ours(document)
        if not all(map(_lies_below, listed)):
            return {}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}
    if why_not is not None:
        raise FileUnwritable(path=str(target), reason=why_not)
    return {**listed, manifest: ""}


def _lies_below(name: str) -> bool:
    """Return whether a name that a manifest lists can be of a file below its folder."""
    whole = PurePosixPath(name)
    return not whole.is_absolute() and ".." not in whole.parts and not PureWindowsPath(name).anchor


def _refuse_strangers(target: Path, new: list[str], old: Manifest, manifest: str) -> None:
    """Stop before a file is overwritten that no export of this library wrote, or that changed."""
    for name in {*new, *old}:
        path = target / name
        if not path.exists() or (name == manifest and old):
            continue
        if name not in old or not path.is_file() or sha256_of(path) != old[name]:
            raise FileUnwritable(
                path=str(path),
                reason="a file of that name is there that no export wrote, "
                "or that was changed since",
            )


def _replace(own: Unfinished, beside: Path, new: list[str], old: Manifest, manifest: str) -> None:
    """Put the new files in the place of an earlier export's, all of them at once where that goes.

    A folder that holds nothing else is swapped for the new one. Beside strangers' files, each file
    is put in place by itself, the manifest first taken away and put there last: without one, what a
    dead computer left is no export.
    """
    target = own.target
    if not _holds_strangers(target, beside, old) and _swapped(own, beside):
        return
    remove(target / manifest)
    for name in sorted(set(old) - {manifest}):
        if name not in new:
            remove(target / name)
    for name in [one for one in new if one != manifest] + [manifest]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        put_in_place(beside / name, target / name)
    for path in sorted({(target / name).parent for name in old} - {target}, reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _holds_strangers(target: Path, beside: Path, old: Manifest) -> bool:
    """Return whether anything is in a folder that no export put there, an empty folder even."""
    ours = {target / name for name in old}
    ours |= {above for path in ours for above in path.parents}
    return any(
        path not in ours and path != beside and beside not in path.parents
        for path in target.rglob("*")
    )


def _swapped(own: Unfinished, beside: Path) -> bool:
    """Swap a folder for the new one; return False where the folder above can't be written."""
    target, moved = own.target, own.part(own.target.parent)
    try:
        beside.rename(moved)
    except OSError:
        return False
    try:
        target.rename(own.earlier)
    except OSError:  # it is a disk of its own, or a program stands in it
        moved.rename(beside)
        return False
    moved.rename(target)  # where it fails, what was there is put back at the block's end
    return True
