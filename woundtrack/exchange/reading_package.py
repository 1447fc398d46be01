"""Files that go to a reader on another computer and come back: a package of tasks, and answers.

Hides that a file from anywhere is not to be trusted. Members of a package have names of two known
shapes alone, in the sizes and with the hashes that its list gives; links, passwords, names given
twice and more than could be meant are refused before anything is written. Nothing in either file
says whose a picture is or of when.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import stat
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from woundtrack.disk import put_in_place, refuse_unkeepable, remove_folder
from woundtrack.errors import DiskFull, FileUnwritable, PackageUnusable

Document = dict[str, Any]
Noted = TypeVar("Noted")

TASKS: Final = "reading.json"
PICTURES: Final = "pictures"
FORMAT: Final = 1
PACKAGE_KIND: Final = "woundtrack reading package"
ANSWERS_KIND: Final = "woundtrack reading answers"

_NAME: Final = re.compile(r"pictures/[0-9a-f]{32}\.jpg")
_LIST_LIMIT: Final = 64 << 20
_PICTURE_LIMIT: Final = 256 << 20
_MOST_UNPACKED: Final = 20  # times the package's own size: pictures hardly pack
_LEAST_LIMIT: Final = 8 << 20
_PIECE: Final = 1 << 20
_LONGEST_NAME: Final = 60  # of what is written below a folder
_JPEG_START: Final = b"\xff\xd8\xff\xe0"  # a JFIF header, whose length is next
_LEAST_COMMENT: Final = 16  # bytes of chance
_MORE_COMMENT: Final = 4096
_NOT_A_ZIP: Final = (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error)
_NO_ROOM: Final = (28, 122)  # ENOSPC, EDQUOT


def canonical(document: Mapping[str, Any]) -> bytes:
    """Return the one JSON text of a document: sorted keys, no spaces, UTF-8, no NaN."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of some bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


# --- a package -----------------------------------------------------------------------------------


def write_package(
    path: Path,
    pictures: Iterable[tuple[str, bytes]],
    tasks: Callable[[], Document],
    note: Callable[[str], Noted],
) -> Noted:
    """Write a package as one new file, whole or not at all; return what ``note`` returns.

    ``pictures`` are names and JPEG files without metadata, written one by one; ``tasks`` is asked
    for the rest once they all are. ``note`` is given the hash of the tasks when all is written and
    nothing is in place yet: where it raises, nothing leaves. Raises ``FileUnwritable`` (also where
    ``path`` is there), ``DiskFull``, and what ``note`` raises.
    """
    files: dict[str, list[Any]] = {}
    with _written(path) as part:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as zipped:
            for name, data in pictures:
                if _NAME.fullmatch(name) is None or name in files:
                    raise ValueError(f"{name} is no name of a picture, or twice")
                files[name] = [len(data), sha256_of(data)]
                # Members have no time of their own: the first of 1980, as every zip without one.
                zipped.writestr(zipfile.ZipInfo(name), data)
            whole = {**tasks(), "kind": PACKAGE_KIND, "format": FORMAT, "files": files}
            text = canonical(whole)
            zipped.writestr(zipfile.ZipInfo(TASKS), text)
        return note(sha256_of(text))


def with_own_bytes(jpeg: bytes) -> bytes:
    """Return a JPEG file with a random comment, so that neither bytes nor size are those of others.

    The pixels are as they were. Raises ``ValueError`` for what doesn't begin as such a file.
    """
    if not jpeg.startswith(_JPEG_START):
        raise ValueError("it is no JPEG file")
    length = int.from_bytes(jpeg[4:6])
    after = len(_JPEG_START) + length
    words = secrets.token_hex(_LEAST_COMMENT + secrets.randbelow(_MORE_COMMENT)).encode()
    comment = b"\xff\xfe" + (len(words) + 2).to_bytes(2) + words
    return jpeg[:after] + comment + jpeg[after:]


def unpack(path: Path, folder: Path) -> Document:
    """Write a package's tasks and pictures into a new or empty folder, and return the tasks.

    Everything is looked at before anything is written, and the list of tasks is written last: a
    folder with one is whole, and of one that fails nothing is left. Raises ``PackageUnusable``,
    ``FileUnwritable``, ``DiskFull``.
    """
    refuse_unkeepable(folder.absolute(), room=_LONGEST_NAME)
    with _faults(path):
        zipped = zipfile.ZipFile(path)
    with zipped:
        with _faults(path):
            text, document = _tasks_in(zipped, path.stat().st_size)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise FileUnwritable(path=str(folder), reason="it is not empty")
        was_there = folder.exists()
        try:
            with _disk_faults(folder):
                (folder / PICTURES).mkdir(parents=True)
            for name, (size, sha256) in document["files"].items():
                with _faults(path):
                    data = _picture(zipped, name, size, sha256)
                with _disk_faults(folder / name):
                    (folder / name).write_bytes(data)
            _put(folder / TASKS, text)
        except BaseException:
            remove_folder(folder / PICTURES if was_there else folder)
            raise
    return document


def tasks_sha256_in(path: Path) -> str:
    """Return the hash of a package's tasks, nothing written. Raises ``PackageUnusable``."""
    with _faults(path), zipfile.ZipFile(path) as zipped:
        return sha256_of(_tasks_in(zipped, path.stat().st_size)[0])


def tasks_of(folder: Path) -> tuple[Document, str]:
    """Return the tasks of an unpacked package, and their hash. Raises ``PackageUnusable``."""
    path = folder / TASKS
    with _faults(path):
        if not path.is_file():
            raise ValueError("it is no unpacked reading package")
        text = path.read_bytes()
        return _package(text), sha256_of(text)


def picture_of(folder: Path, document: Document, name: str) -> bytes:
    """Return one picture of an unpacked package. Raises ``PackageUnusable`` for a changed one."""
    with _faults(folder / name):
        size, sha256 = document["files"][name]
        data = (folder / name).read_bytes()
        if len(data) != size or sha256_of(data) != sha256:
            raise ValueError("it was changed since it was unpacked")
    return data


def _tasks_in(zipped: zipfile.ZipFile, packed: int) -> tuple[bytes, Document]:
    """Return the list of tasks, once it names exactly the members and nothing is unsafe."""
    members = zipped.infolist()
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if name != TASKS and _NAME.fullmatch(name) is None:
            raise ValueError(f"it holds {name!r}, which no reading package does")
        if name in seen:
            raise ValueError(f"it holds {name} twice")
        seen.add(name)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ValueError(f"{name} in it is a link to another file")
        if member.flag_bits & 1:
            raise ValueError("it is locked with a password")
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise ValueError(f"{name} in it is packed in a way that no reading package is")
        if member.file_size > (_LIST_LIMIT if name == TASKS else _PICTURE_LIMIT):
            raise ValueError(f"{name} in it is larger than any could be")
    unpacked = sum(member.file_size for member in members)
    if unpacked > max(_MOST_UNPACKED * packed, _LEAST_LIMIT):
        raise ValueError(f"it would unpack to more than {_MOST_UNPACKED} times its own size")
    if TASKS not in seen:
        raise ValueError("it is not a reading package")
    text = _read(zipped, TASKS, zipped.getinfo(TASKS).file_size)
    document = _package(text)
    if seen != {TASKS, *document["files"]}:
        raise ValueError("it does not hold the pictures it lists")
    for name, (size, _) in document["files"].items():
        if zipped.getinfo(name).file_size != size:
            raise ValueError(f"{name} in it was changed since it was written")
    return text, document


def _read(zipped: zipfile.ZipFile, name: str, size: int) -> bytes:
    """Return one member, never more of it than its listed size."""
    with zipped.open(name) as member:
        data = member.read(size + 1)
    if len(data) != size:
        raise ValueError(f"{name} in it was changed since it was written")
    return data


def _picture(zipped: zipfile.ZipFile, name: str, size: int, sha256: str) -> bytes:
    data = _read(zipped, name, size)
    if sha256_of(data) != sha256:
        raise ValueError(f"{name} in it was changed since it was written")
    return data


def _package(text: bytes) -> Document:
    document = _document(text, PACKAGE_KIND, "a reading package")
    files, tasks = document.get("files"), document.get("tasks")
    is_sound = (
        isinstance(files, dict)
        and isinstance(tasks, list)
        and all(isinstance(document.get(key), str) for key in ("package", "session", "reader"))
        and all(
            _NAME.fullmatch(name) is not None
            and isinstance(row, list)
            and len(row) == 2
            and isinstance(row[0], int)
            and isinstance(row[1], str)
            for name, row in files.items()
        )
        and all(isinstance(one, dict) and one.get("picture") in files for one in tasks)
    )
    if not is_sound:
        raise ValueError("its list of tasks can't be read")
    return document


# --- answers -------------------------------------------------------------------------------------


def write_answers(path: Path, document: Document) -> None:
    """Write a reader's answers, over those that are there, whole or not at all.

    Raises ``FileUnwritable``, ``DiskFull``.
    """
    whole = {**document, "kind": ANSWERS_KIND, "format": FORMAT}
    _put(path, canonical({**whole, "sha256": sha256_of(canonical(whole))}))


def read_answers(path: Path) -> Document:
    """Return a reader's answers. Raises ``PackageUnusable`` for a file that isn't as written."""
    with _faults(path):
        if path.stat().st_size > _LIST_LIMIT:
            raise ValueError("it is larger than any answers could be")
        document = _document(path.read_bytes(), ANSWERS_KIND, "a file of answers")
        known = document.pop("sha256", None)
        if known != sha256_of(canonical(document)):
            raise ValueError("it was changed since it was written")
    return document


def _document(text: bytes, kind: str, words: str) -> Document:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not {words}") from error
    if not isinstance(document, dict) or document.get("kind") != kind:
        raise ValueError(f"it is not {words}")
    if document.get("format") != FORMAT:
        raise ValueError("it was written by a newer woundtrack")
    return document


# --- files ---------------------------------------------------------------------------------------


@contextmanager
def _written(path: Path) -> Iterator[Path]:
    """Hand out a file beside a new one, and put it there once it is whole."""
    refuse_unkeepable(path.absolute())
    if path.exists():
        raise FileUnwritable(path=str(path), reason="a file is there")
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with _disk_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield part
            with part.open("rb+") as stream:
                os.fsync(stream.fileno())
            put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


def _put(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with _disk_faults(path):
            with part.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _disk_faults(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in _NO_ROOM:
            raise DiskFull(path=str(path)) from fault
        reason = (fault.strerror or str(fault)).lower()
        raise FileUnwritable(path=str(path), reason=reason) from fault


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Raise ``PackageUnusable`` for whatever is wrong with a file that came from elsewhere."""
    try:
        yield
    except FileNotFoundError as error:
        raise PackageUnusable(path=str(path), reason="there is no such file") from error
    except _NOT_A_ZIP as error:
        raise PackageUnusable(path=str(path), reason="it is not a whole zip file") from error
    except (ValueError, KeyError, TypeError) as error:
        raise PackageUnusable(path=str(path), reason=str(error)) from error
    except OSError as error:
        reason = (error.strerror or "it can't be read").lower()
        raise PackageUnusable(path=str(path), reason=reason) from error
