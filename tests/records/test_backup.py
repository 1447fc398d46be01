"""A backup is one file that holds everything and is trusted only as far as it proves itself."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
import stat
import warnings
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from woundtrack.errors import (
    BackupUnusable,
    Cancelled,
    DiskFull,
    FileUnwritable,
    LibraryExists,
    LibraryOnNetwork,
)
from woundtrack.records import Library

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

_PACKED = zipfile.ZIP_DEFLATED


@pytest.fixture
def backup(filled: Clinic, tmp_path: Path) -> Path:
    """Write a backup of a library with one of everything."""
    return filled.library.backup(tmp_path / "backup.zip").path


def rewritten(backup: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a copy of a backup with its members changed."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    copy = backup.with_name("changed.zip")
    with zipfile.ZipFile(copy, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return copy


def relisted(members: dict[str, bytes], **changes: Any) -> None:
    manifest = json.loads(members["manifest.json"])
    manifest.update(changes)
    members["manifest.json"] = json.dumps(manifest).encode()


def test_a_restored_library_holds_everything_and_is_clean(
    filled: Clinic, backup: Path, tmp_path: Path
) -> None:
    library = filled.library

    folder = Library.restore(backup, tmp_path / "new" / "place").folder

    assert folder == tmp_path / "new" / "place"
    with Library.open(folder) as restored:
        assert restored.patients() == library.patients()
        assert restored.assessments() == library.assessments()
        assert restored.proposals() == library.proposals()
        assert restored.audit_trail() == library.audit_trail()
        (photograph,) = restored.photographs()
        assert restored.originals.read(photograph.photograph.sha256) == b"a photograph"
        assert restored.check().problems == ()
        with restored.verb("go on", by="Ann"):
            pass
    assert list((tmp_path / "new").iterdir()) == [folder]


def test_a_backup_says_what_it_holds(filled: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "backup.zip"

    report = filled.library.backup(out)

    assert (report.path, report.originals, report.problems) == (out, 1, ())
    assert report.size_bytes == out.stat().st_size
    assert (report.audit_entries, report.audit_head) == (6, filled.library.audit_head())
    with zipfile.ZipFile(out) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["audit_head"] == filled.library.audit_head()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["backup.zip"]


def test_a_reader_may_back_up_while_somebody_writes(clinic: Clinic, tmp_path: Path) -> None:
    patient = clinic.patient("CX-001")
    with Library.open(clinic.library.path, read_only=True) as reader:
        reader.backup(tmp_path / "backup.zip")
    clinic.patient("CX-002")

    with Library.open(
        Library.restore(tmp_path / "backup.zip", tmp_path / "new").folder
    ) as restored:
        assert restored.patients() == (patient,)


def test_an_original_that_is_not_whole_does_not_stop_a_backup_and_is_named(
    filled: Clinic, tmp_path: Path
) -> None:
    (photograph,) = filled.library.photographs()
    sha256 = photograph.photograph.sha256
    filled.library.originals.path(sha256).unlink()

    report = filled.library.backup(tmp_path / "backup.zip")

    assert report.problems == (f"the original {sha256} is missing",)
    assert report.originals == 0
    with Library.open(Library.restore(report.path, tmp_path / "new").folder) as restored:
        assert restored.check().problems == (f"the original {sha256} is missing",)


def test_a_backup_never_replaces_a_file(filled: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "backup.zip"
    out.write_bytes(b"last week's")

    with pytest.raises(FileUnwritable, match="there already"):
        filled.library.backup(out)

    assert out.read_bytes() == b"last week's"


def test_a_backup_into_a_place_that_is_no_folder_is_one_sentence(
    filled: Clinic, tmp_path: Path
) -> None:
    (tmp_path / "letter").write_text("not a folder", encoding="utf-8")

    with pytest.raises(FileUnwritable, match=r"letter.*can't be written"):
        filled.library.backup(tmp_path / "letter" / "backup.zip")


def test_a_disk_that_is_full_leaves_no_half_a_backup(
    filled: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: zipfile.ZipFile, *args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "disk"
    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)

    with pytest.raises(DiskFull, match="disk"):
        filled.library.backup(folder / "backup.zip")

    assert list(folder.iterdir()) == []


def test_a_backup_that_is_stopped_leaves_nothing(filled: Clinic, tmp_path: Path) -> None:
    def stop(fraction: float, message: str) -> None:
        if fraction > 0:
            raise Cancelled

    folder = tmp_path / "disk"

    with pytest.raises(Cancelled):
        filled.library.backup(folder / "backup.zip", stop)

    assert list(folder.iterdir()) == []


def test_a_restore_that_is_stopped_leaves_nothing(backup: Path, tmp_path: Path) -> None:
    def stop(fraction: float, message: str) -> None:
        if fraction > 0:
            raise Cancelled

    folder = tmp_path / "disk"

    with pytest.raises(Cancelled):
        Library.restore(backup, folder / "new", stop)

    assert list(folder.iterdir()) == []


def test_a_backup_is_restored_into_a_new_or_empty_folder_only(backup: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("kept", encoding="utf-8")
    (tmp_path / "empty").mkdir()

    with pytest.raises(LibraryExists):
        Library.restore(backup, full)
    Library.restore(backup, tmp_path / "empty")

    assert [path.name for path in full.iterdir()] == ["letter.txt"]
    Library.open(tmp_path / "empty").close()


def test_a_backup_is_not_restored_onto_a_share(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("woundtrack.records.backup.is_on_network", lambda _: True)

    with pytest.raises(LibraryOnNetwork):
        Library.restore(backup, tmp_path / "new")

    assert not (tmp_path / "new").exists()


# --- backups not to be trusted -------------------------------------------------------------------


def _outside(members: dict[str, bytes]) -> None:
    members["../outside.txt"] = b"out"
    files = json.loads(members["manifest.json"])["files"]
    relisted(members, files={**files, "../outside.txt": [3, "x"]})


def _absolute(members: dict[str, bytes]) -> None:
    members["/outside.txt"] = b"out"


def _extra(members: dict[str, bytes]) -> None:
    members["originals/ab/" + "ab" * 32 + ".jpg"] = b"not listed"


def _other_folder(members: dict[str, bytes]) -> None:
    members["originals/cd/" + "ab" * 32 + ".jpg"] = b"under another folder's name"


def _missing(members: dict[str, bytes]) -> None:
    del members["library.db"]


def _damaged(members: dict[str, bytes]) -> None:
    (name,) = [name for name in members if name.startswith("originals/")]
    members[name] = b"b photograph"


def _longer(members: dict[str, bytes]) -> None:
    members["library.db"] += b"\0"


def _newer(members: dict[str, bytes]) -> None:
    relisted(members, format=3)


def _unlisted(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def _garbled(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b"{"


def _untyped(members: dict[str, bytes]) -> None:
    relisted(members, audit_entries="six")


def _listless(members: dict[str, bytes]) -> None:
    relisted(members, files={"library.db": 1})


def _other_head(members: dict[str, bytes]) -> None:
    relisted(members, audit_head="0" * 64)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(_outside, "which no backup does", id="a name that leads outside"),
        pytest.param(_absolute, "which no backup does", id="an absolute name"),
        pytest.param(_extra, "does not hold the files it lists", id="a file not listed"),
        pytest.param(_other_folder, "which no backup does", id="a file under a wrong folder"),
        pytest.param(_missing, "does not hold the files it lists", id="no database"),
        pytest.param(_damaged, "is not as it was written", id="a changed original"),
        pytest.param(_longer, "is not as it was written", id="a database with more in it"),
        pytest.param(_newer, "written by a newer woundtrack", id="a newer backup"),
        pytest.param(_unlisted, "is not a woundtrack backup", id="another zip"),
        pytest.param(_garbled, "list of files can't be read", id="a garbled list"),
        pytest.param(_untyped, "list of files can't be read", id="a count that is no number"),
        pytest.param(_listless, "list of files can't be read", id="an entry without a hash"),
        pytest.param(_other_head, "not the one it lists", id="another audit trail"),
    ],
)
def test_a_backup_that_does_not_prove_itself_is_refused_and_nothing_is_written(
    backup: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    bad = rewritten(backup, change)
    disk = tmp_path / "disk"

    with pytest.raises(BackupUnusable, match=reason):
        Library.restore(bad, disk / "deep" / "new")

    assert [path for path in disk.rglob("*") if path.is_file()] == []
    assert not (disk / "deep" / "new").exists()
    assert not (disk / "deep" / "outside.txt").exists()


def zipped(backup: Path, members: list[tuple[zipfile.ZipInfo, bytes]]) -> Path:
    """Return a backup of the members of another, and these."""
    copy = backup.with_name("hostile.zip")
    with zipfile.ZipFile(backup) as whole, zipfile.ZipFile(copy, "w", _PACKED) as archive:
        for name in whole.namelist():
            archive.writestr(name, whole.read(name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zipfile warns of a name given twice
            for info, data in members:
                archive.writestr(info, data)
    return copy


def test_a_link_in_a_backup_is_refused_and_never_followed(backup: Path, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("originals/ab/" + "ab" * 32 + ".jpg")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    outside = tmp_path / "outside.txt"

    with pytest.raises(BackupUnusable, match="is a link to another file"):
        Library.restore(zipped(backup, [(link, str(outside).encode())]), tmp_path / "new")

    assert not outside.exists()
    assert not (tmp_path / "new").exists()


def test_a_name_given_twice_in_a_backup_is_refused(backup: Path, tmp_path: Path) -> None:
    again = zipfile.ZipInfo("library.db")

    with pytest.raises(BackupUnusable, match=r"it holds library\.db twice"):
        Library.restore(zipped(backup, [(again, b"another database")]), tmp_path / "new")

    assert not (tmp_path / "new").exists()


def test_a_backup_that_would_unpack_to_far_more_than_it_is_is_refused_before_it_is_read(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = zipfile.ZipInfo("originals/ab/" + "ab" * 32 + ".jpg")
    bomb.compress_type = zipfile.ZIP_DEFLATED
    hostile = zipped(backup, [(bomb, bytes(30 << 20))])

    def read(*_: object, **__: object) -> None:
        raise AssertionError("a member was read")

    monkeypatch.setattr(zipfile.ZipFile, "open", read)

    with pytest.raises(BackupUnusable, match="more than 200 times its own size"):
        Library.restore(hostile, tmp_path / "new")


def test_a_backup_that_lies_about_a_members_size_is_refused(backup: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        files = json.loads(members["manifest.json"])["files"]
        files["library.db"][0] = 10
        relisted(members, files=files)

    with pytest.raises(BackupUnusable, match=r"library\.db in it is not as it was written"):
        Library.restore(rewritten(backup, change), tmp_path / "new")


def test_a_backup_locked_with_a_password_is_one_sentence(backup: Path, tmp_path: Path) -> None:
    locked = bytearray(backup.read_bytes())
    at = locked.index(b"PK\x01\x02")  # the first member in the list at the end
    locked[at + 8] |= 1
    backup.write_bytes(locked)

    with pytest.raises(BackupUnusable, match="locked with a password"):
        Library.restore(backup, tmp_path / "new")


def test_a_backup_too_large_for_the_disk_is_refused_before_anything_is_written(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(DiskFull, match="new is full"):
        Library.restore(backup, tmp_path / "disk" / "new")

    assert not (tmp_path / "disk").exists()


@pytest.mark.parametrize("seed", range(40))
def test_a_backup_with_a_few_bytes_changed_is_refused_or_restored_whole(
    backup: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    data = bytearray(backup.read_bytes())
    start = 0 if seed % 2 else len(data) - 1000  # the lists of names are at the end
    for _ in range(2):
        data[chance.randrange(start, len(data))] = chance.randrange(256)
    backup.write_bytes(data)

    try:
        folder = Library.restore(backup, tmp_path / "new").folder
    except BackupUnusable:
        assert not (tmp_path / "new").exists()
    else:
        with Library.open(folder) as restored:
            assert restored.check().problems == ()


def test_a_backup_with_a_changed_database_in_it_is_refused(backup: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        file = tmp_path / "changed.db"
        file.write_bytes(members["library.db"])
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("DROP TRIGGER audit_refuses_update")
            connection.execute("UPDATE audit SET by = 'Nobody' WHERE seq = 1")
            connection.commit()
        members["library.db"] = data = file.read_bytes()
        files = json.loads(members["manifest.json"])["files"]
        files["library.db"] = [len(data), hashlib.sha256(data).hexdigest()]
        relisted(members, files=files)

    with pytest.raises(BackupUnusable, match="entry 1 of the audit trail"):
        Library.restore(rewritten(backup, change), tmp_path / "new")


def test_a_backup_whose_database_is_none_is_refused(backup: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        data = b"a letter" * 1000
        members["library.db"] = data
        files = json.loads(members["manifest.json"])["files"]
        files["library.db"] = [len(data), hashlib.sha256(data).hexdigest()]
        relisted(members, files=files)

    with pytest.raises(BackupUnusable, match="file is not a database"):
        Library.restore(rewritten(backup, change), tmp_path / "new")


def test_half_a_backup_is_refused(backup: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.zip"
    half.write_bytes(backup.read_bytes()[:2000])

    with pytest.raises(BackupUnusable, match="not a whole zip file"):
        Library.restore(half, tmp_path / "new")


def test_a_backup_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BackupUnusable, match="there is no such file"):
        Library.restore(tmp_path / "none.zip", tmp_path / "new")


def test_a_folder_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(BackupUnusable):
        Library.restore(tmp_path / "folder", tmp_path / "new")
