"""A damaged library comes back in its own folder, and nothing of the damaged one is thrown away."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import (
    BackupUnusable,
    Cancelled,
    DiskFull,
    LibraryDamaged,
    LibraryInUse,
    LibraryMissing,
    LibraryOnNetwork,
    LibraryTooNew,
    WoundtrackError,
)
from woundtrack.model import Patient, new_id, now
from woundtrack.records import Library, daily, recovery

if TYPE_CHECKING:
    from tests.records.conftest import Clinic


@pytest.fixture
def backup(filled: Clinic) -> Path:
    """Make a backup of a library with one of everything, in its own folder for them."""
    return filled.library.backup(filled.library.path / "backups" / "monday.zip").path


def recover(library: Library, backup: Path) -> recovery.RecoveryReport:
    library.close()
    return recovery.recover(library.path, backup, by="Ann")


def page_of(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
    return int(page)


def zeroed(library: Library, page: int) -> bytes:
    """Overwrite a page of the closed library's database with zeros; return the damaged bytes."""
    library.close()
    file = library.path / "library.db"
    data = bytearray(file.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    file.write_bytes(data)
    return bytes(data)


# --- databases -----------------------------------------------------------------------------------


def _header(file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(bytes(4096) + data[4096:])


def _trail(file: Path) -> None:
    page = page_of(file, "audit")
    data = bytearray(file.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    file.write_bytes(data)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:30000])


def _emptied(file: Path) -> None:
    file.write_bytes(b"")


def _letter(file: Path) -> None:
    file.write_bytes(b"Dear colleague, " * 1000)


def _gone(file: Path) -> None:
    file.unlink()


def _strangers(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(_header, id="the first page zeroed"),
        pytest.param(_trail, id="a page of the audit trail zeroed"),
        pytest.param(_cut, id="cut short"),
        pytest.param(_emptied, id="cut to nothing"),
        pytest.param(_letter, id="overwritten"),
        pytest.param(_gone, id="deleted"),
        pytest.param(_strangers, id="another program's in its place"),
    ],
)
def test_a_damaged_library_comes_back_and_keeps_the_damaged_file_aside(
    filled: Clinic, backup: Path, damage: Callable[[Path], None]
) -> None:
    library = filled.library
    before = (library.patients(), library.assessments(), library.proposals(), library.photographs())
    library.close()
    file = library.path / "library.db"
    damage(file)
    damaged = file.read_bytes() if file.exists() else None
    with pytest.raises(WoundtrackError):
        Library.open(library.path)

    report = recovery.recover(library.path, backup, by="Ann")

    assert report.backup is not None
    assert report.backup.path == backup
    assert (report.mended, report.problems, report.unfiled) == (0, (), ())
    if damaged is None:
        assert report.aside is None
    else:
        assert report.aside is not None
        assert (report.aside / "library.db").read_bytes() == damaged
    with Library.open(library.path) as again:
        assert (
            again.patients(), again.assessments(), again.proposals(), again.photographs()
        ) == before  # fmt: skip
        assert again.check().problems == ()
        entry = again.audit_trail()[-1]
        assert (entry.verb, entry.by) == ("recover", "Ann")
        assert str(entry.why).startswith("from the backup of 20")
        with again.verb("go on", by="Ann"):
            pass


def test_photographs_that_came_after_the_backup_keep_their_originals_and_are_named(
    filled: Clinic, backup: Path
) -> None:
    patient = filled.library.patients()[0]
    filled.photograph(filled.visit(patient), b"after the backup")
    zeroed(filled.library, 1)

    report = recover(filled.library, backup)

    (path,) = report.unfiled
    assert path.read_bytes() == b"after the backup"
    with Library.open(filled.library.path) as again:
        check = again.check()
        assert check.is_clean
        assert check.orphan_originals == (path.stem,)


def test_a_log_of_the_damaged_database_is_kept_and_never_played_into_the_new_one(
    filled: Clinic, backup: Path
) -> None:
    library = filled.library
    library.close()
    page = page_of(library.path / "library.db", "proposal")
    log = library.path / "library.db-wal"
    with Library.open(library.path) as again:
        with again.verb("arrange", by="Ann") as change:
            change.add_patient(Patient(id=new_id(), code="CX-009", created_at=now()))
        kept = log.read_bytes()  # the patient is in the log alone
    zeroed(again, page)
    log.write_bytes(kept)

    report = recover(library, backup)

    assert report.aside is not None
    assert (report.aside / "library.db-wal").read_bytes() == kept
    with Library.open(library.path) as again:
        assert [patient.code for patient in again.patients()] == ["CX-001"]
        assert again.check().problems == ()


def test_a_backup_that_holds_more_than_the_one_chosen_is_no_problem_afterwards(
    filled: Clinic, backup: Path
) -> None:
    library = filled.library
    filled.patient("CX-002")
    library.backup(library.path / "backups" / "tuesday.zip")
    zeroed(library, 1)

    recover(library, backup)

    with Library.open(library.path) as again:
        assert again.check().problems == ()


def test_a_trail_cut_off_without_a_recovery_is_still_a_problem(
    filled: Clinic, backup: Path
) -> None:
    library = filled.library
    library.close()
    old = (library.path / "library.db").read_bytes()
    with Library.open(library.path) as again:
        with again.verb("go on", by="Ann"):
            pass
        again.backup(library.path / "backups" / "tuesday.zip")
    (library.path / "library.db").write_bytes(old)  # an old copy laid over it by hand

    with Library.open(library.path) as again:
        assert again.check().problems == (
            "the audit trail no longer holds what it held in tuesday.zip",
        )


def test_a_damaged_library_comes_back_from_a_daily_backup(filled: Clinic, tmp_path: Path) -> None:
    library, chosen = filled.library, tmp_path / "usb"
    chosen.mkdir()
    daily.back_up_daily(library.path, chosen)
    (photograph,) = library.photographs()
    original = library.originals.path(photograph.photograph.sha256)
    zeroed(library, 1)
    original.unlink()

    (found,) = daily.backups_of(library.path, chosen)
    report = recover(library, found.path)

    assert (report.mended, report.problems) == (1, ())
    with Library.open(library.path) as again:
        assert again.check().problems == ()


def test_the_same_recovery_can_be_done_twice(filled: Clinic, backup: Path) -> None:
    zeroed(filled.library, 1)
    recover(filled.library, backup)
    zeroed(filled.library, 1)

    report = recover(filled.library, backup)

    assert report.aside is not None
    assert len(list((filled.library.path / "damaged").iterdir())) == 2
    with Library.open(filled.library.path) as again:
        assert again.check().problems == ()


# --- a library that is whole ---------------------------------------------------------------------


def test_a_database_that_is_whole_stays_as_it_is(filled: Clinic, backup: Path) -> None:
    filled.patient("CX-002")

    report = recover(filled.library, backup)

    assert (report.backup, report.aside) == (None, None)
    with Library.open(filled.library.path) as again:
        assert [patient.code for patient in again.patients()] == ["CX-001", "CX-002"]


def test_damaged_and_missing_originals_of_a_whole_library_are_brought_back(
    filled: Clinic, tmp_path: Path
) -> None:
    library = filled.library
    (patient,) = library.patients()
    second = filled.photograph(filled.visit(patient), b"a second one").photograph.sha256
    third = filled.photograph(filled.visit(patient), b"a third one").photograph.sha256
    backup = library.backup(tmp_path / "backup.zip").path
    after = filled.photograph(filled.visit(patient), b"after it").photograph.sha256
    damaged, missing = library.originals.path(second), library.originals.path(third)
    damaged.chmod(0o644)
    damaged.write_bytes(b"a sEcond one")
    missing.unlink()
    library.originals.path(after).unlink()

    report = recover(library, backup)

    assert (report.backup, report.mended) == (None, 2)
    assert report.problems == (f"the original {after} is missing",)
    assert report.aside is not None
    assert (report.aside / damaged.name).read_bytes() == b"a sEcond one"
    assert damaged.read_bytes() == b"a second one"
    assert missing.read_bytes() == b"a third one"


# --- what stands against it ----------------------------------------------------------------------


def test_a_backup_that_does_not_prove_itself_changes_nothing(filled: Clinic, backup: Path) -> None:
    damaged = zeroed(filled.library, 1)
    data = bytearray(backup.read_bytes())
    data[200:300] = bytes(100)
    backup.write_bytes(data)

    with pytest.raises(BackupUnusable):
        recover(filled.library, backup)

    assert (filled.library.path / "library.db").read_bytes() == damaged
    assert not (filled.library.path / "damaged").exists()
    assert list((filled.library.path / "originals").rglob("*.part*")) == []


def test_a_backup_of_another_library_is_refused(
    filled: Clinic, backup: Path, tmp_path: Path
) -> None:
    with Library.create(tmp_path / "other") as other:
        others = other.backup(tmp_path / "other.zip").path
    damaged = zeroed(filled.library, 1)

    with pytest.raises(BackupUnusable, match="another library"):
        recover(filled.library, others)

    assert (filled.library.path / "library.db").read_bytes() == damaged


def test_a_library_that_somebody_writes_is_left_alone(filled: Clinic, backup: Path) -> None:
    with pytest.raises(LibraryInUse):
        recovery.recover(filled.library.path, backup, by="Ann")


def test_a_folder_that_is_not_there_is_one_sentence(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryMissing):
        recovery.recover(tmp_path / "none", backup, by="Ann")


def test_a_library_on_a_share_is_not_written(
    filled: Clinic, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.library.close()
    monkeypatch.setattr("woundtrack.records.recovery.is_on_network", lambda _: True)

    with pytest.raises(LibraryOnNetwork):
        recovery.recover(filled.library.path, backup, by="Ann")


def test_a_newer_library_is_not_taken_for_a_damaged_one(filled: Clinic, backup: Path) -> None:
    filled.library._db.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('woundtrack', 'm999_from_the_future', '2031-01-01')"
    )

    with pytest.raises(LibraryTooNew):
        recover(filled.library, backup)


@pytest.mark.parametrize("moment", range(6))
def test_a_recovery_that_is_stopped_or_runs_out_of_disk_loses_nothing_and_can_be_done_again(
    filled: Clinic, backup: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    library = filled.library
    original = library.originals.path(library.photographs()[0].photograph.sha256)
    damaged = zeroed(library, 1)
    original.unlink()
    count = 0
    sync = os.fsync

    def full(handle: int) -> None:
        nonlocal count
        count += 1
        if count > moment:
            raise OSError(28, "No space left on device")
        sync(handle)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            recover(library, backup)
    in_place = library.path / "library.db"
    aside = list((library.path / "damaged").rglob("library.db"))

    assert damaged in [path.read_bytes() for path in (in_place, *aside)]
    recover(library, backup)
    with Library.open(library.path) as again:
        assert again.check().problems == ()
        assert len(again.assessments()) == 1


def test_a_recovery_can_be_stopped_until_the_last_moment(filled: Clinic, backup: Path) -> None:
    damaged = zeroed(filled.library, 1)

    def stop(fraction: float, message: str) -> None:
        if fraction == 1.0:
            raise Cancelled

    with pytest.raises(Cancelled):
        recovery.recover(filled.library.path, backup, by="Ann", progress=stop)

    assert (filled.library.path / "library.db").read_bytes() == damaged
    with pytest.raises(LibraryDamaged):
        Library.open(filled.library.path)
