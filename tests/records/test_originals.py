"""Originals are kept as they came: whole, once, under their hash, and never altered."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import DiskFull, LibraryDamaged, LibraryReadOnly
from woundtrack.records import Library

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

DATA = b"the bytes of a photograph"


def put(library: Library, data: bytes = DATA, suffix: str = ".jpg") -> Path:
    return library.originals.put(data, hashlib.sha256(data).hexdigest(), suffix)


def files(library: Library) -> list[Path]:
    return [path for path in (library.path / "originals").rglob("*") if path.is_file()]


def test_an_original_lies_under_its_hash_and_reads_back_equal(library: Library) -> None:
    path = put(library, suffix=".JPG")

    digest = hashlib.sha256(DATA).hexdigest()
    assert path == library.path / "originals" / digest[:2] / f"{digest}.jpg"
    assert library.originals.path(digest) == path
    assert library.originals.read(digest) == DATA


def test_the_same_bytes_are_stored_once_whatever_their_name(library: Library) -> None:
    first = put(library, suffix=".jpg")
    written = first.stat()

    second = put(library, suffix=".jpeg")

    assert second == first
    assert first.stat().st_mtime_ns == written.st_mtime_ns
    assert files(library) == [first]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such mode bits")
def test_an_original_may_be_read_and_not_written(library: Library) -> None:
    mode = stat.S_IMODE(put(library).stat().st_mode)

    assert mode & 0o222 == 0
    assert mode & 0o400 == 0o400


def test_an_original_is_on_the_disk_before_it_has_its_name(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, list[str]]] = []
    sync = os.fsync

    def noted(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        seen.append((is_folder, [path.suffix for path in files(library)]))
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)

    put(library)

    # The bytes under a passing name, then the folder of the final name, then the folder above.
    assert seen == [(False, [".part"]), (True, [".jpg"]), (True, [".jpg"])]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        pytest.param(errno.ENOSPC, DiskFull, id="full disk"),
        pytest.param(errno.EDQUOT, DiskFull, id="quota used up"),
        pytest.param(errno.EROFS, LibraryReadOnly, id="read-only disk"),
        pytest.param(errno.EIO, LibraryDamaged, id="disk pulled out"),
    ],
)
def test_a_disk_that_refuses_leaves_nothing_half_written(
    library: Library, monkeypatch: pytest.MonkeyPatch, number: int, fault: type[Exception]
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(fault):
        put(library)

    assert files(library) == []


def test_a_bug_of_ours_is_not_taken_for_a_fault_of_the_disk(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(handle: int) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(os, "fsync", wrong)

    with pytest.raises(OSError, match="Bad file descriptor"):
        put(library)


def test_what_a_crash_left_half_written_is_gone_at_the_next_opening(library: Library) -> None:
    incoming = library.path / "originals" / ".incoming"
    path = put(library)
    (incoming / "left.part").write_bytes(b"half")
    library.close()

    with Library.open(library.path) as again:
        assert files(again) == [path]


def test_bytes_that_are_not_those_of_their_hash_are_refused(library: Library) -> None:
    with pytest.raises(ValueError, match="not those of the hash"):
        library.originals.put(DATA, "0" * 64, ".jpg")

    assert files(library) == []


@pytest.mark.parametrize("suffix", ["jpg", ".", "./../../x", ".jp g", ""])
def test_a_suffix_that_is_none_is_refused(library: Library, suffix: str) -> None:
    with pytest.raises(ValueError, match="suffix"):
        put(library, suffix=suffix)


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "A" * 64, "0" * 63, "*"])
def test_a_hash_that_is_none_is_refused(library: Library, sha256: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        library.originals.path(sha256)
    with pytest.raises(ValueError, match="SHA-256"):
        library.originals.thumbnail_path(sha256)


def test_a_missing_original_is_one_sentence(library: Library) -> None:
    with pytest.raises(LibraryDamaged, match="is missing"):
        library.originals.read("0" * 64)


def test_an_altered_original_is_never_handed_out(library: Library) -> None:
    path = put(library)
    path.chmod(0o644)
    path.write_bytes(DATA[:-1] + b"!")

    with pytest.raises(LibraryDamaged, match="not as it was written"):
        library.originals.read(path.stem)


def test_a_shortened_original_is_not_taken_for_the_same_bytes(library: Library) -> None:
    path = put(library)
    path.chmod(0o644)
    path.write_bytes(DATA[:3])

    with pytest.raises(LibraryDamaged, match="another size"):
        put(library)


def test_originals_may_be_put_from_any_thread(library: Library) -> None:
    threads = [
        threading.Thread(target=put, args=(library, bytes([number % 5]))) for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(files(library)) == 5
    assert library.check().problems == ()


def test_thumbnails_are_a_cache_that_may_be_deleted(filled: Clinic) -> None:
    (photograph,) = filled.library.photographs()
    originals = filled.library.originals
    sha256 = photograph.photograph.sha256
    assert not originals.thumbnail_path(sha256).exists()

    path = originals.put_thumbnail(sha256, b"\xff\xd8small")
    originals.put_thumbnail(sha256, b"\xff\xd8other")

    assert path == originals.thumbnail_path(sha256)
    assert path.read_bytes() == b"\xff\xd8other"
    path.unlink()
    assert filled.library.check().problems == ()


@pytest.mark.parametrize("block", [b"Exif\x00\x00", b"http://ns.adobe.com/xap/1.0/"])
def test_a_thumbnail_with_metadata_is_refused(library: Library, block: bytes) -> None:
    with pytest.raises(ValueError, match="no metadata"):
        library.originals.put_thumbnail("0" * 64, b"\xff\xd8\xff\xe1\x00\x10" + block + b"GPS")


def test_a_library_opened_for_reading_takes_neither_originals_nor_thumbnails(
    library: Library,
) -> None:
    path = put(library)
    with Library.open(library.path, read_only=True) as reader:
        assert reader.originals.read(path.stem) == DATA
        with pytest.raises(LibraryReadOnly):
            put(reader, b"new")
        with pytest.raises(LibraryReadOnly):
            reader.originals.put_thumbnail(path.stem, b"\xff\xd8")
