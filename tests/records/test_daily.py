"""A library is backed up once a day by itself, and old backups go by a rule that loses no month."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import Cancelled, DiskFull, FileUnwritable, LibraryDamaged
from woundtrack.records import Library, archive, daily

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

Clock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Make a function that sets the clock on the wall for the daily backups."""

    def set_to(moment: str) -> None:
        for module in ("daily", "backup"):
            monkeypatch.setattr(f"woundtrack.records.{module}.now", lambda: at(moment))

    return set_to


def at(moment: str) -> datetime:
    return datetime.strptime(moment, "%Y-%m-%d %H:%M").astimezone()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- one a day -----------------------------------------------------------------------------------


def test_the_first_look_of_a_day_makes_a_backup_and_the_second_none(
    filled: Clinic, clock: Clock
) -> None:
    folder = filled.library.path
    clock("2026-03-04 08:15")

    first = daily.back_up_daily(folder)
    filled.patient("CX-002")
    clock("2026-03-04 17:00")
    second = daily.back_up_daily(folder)
    clock("2026-03-05 08:00")
    third = daily.back_up_daily(folder)

    assert first.made is not None
    assert (first.made.originals, first.made.problems) == (1, ())
    assert second.made is None
    assert third.made is not None
    assert names(folder / "backups") == ["daily 2026-03-04 0815.zip", "daily 2026-03-05 0800.zip"]


def test_a_day_on_which_nothing_was_written_needs_no_backup(filled: Clinic, clock: Clock) -> None:
    folder = filled.library.path
    clock("2026-03-04 08:15")
    daily.back_up_daily(folder)
    clock("2026-03-09 08:00")

    report = daily.back_up_daily(folder)

    assert (report.made, report.pruned) == (None, ())
    assert names(folder / "backups") == ["daily 2026-03-04 0815.zip"]


def test_a_daily_backup_in_the_library_finds_its_originals_beside_it(
    filled: Clinic, clock: Clock, tmp_path: Path
) -> None:
    clock("2026-03-04 08:15")
    made = daily.back_up_daily(filled.library.path).made
    assert made is not None

    folder = Library.restore(made.path, tmp_path / "new").folder

    with Library.open(folder) as restored:
        assert restored.assessments() == filled.library.assessments()
        assert restored.check().problems == ()


def test_a_chosen_folder_holds_everything_each_original_once(
    filled: Clinic, clock: Clock, tmp_path: Path
) -> None:
    library, chosen = filled.library, tmp_path / "usb disk"
    chosen.mkdir()
    (patient,) = library.patients()
    clock("2026-03-04 08:15")
    daily.back_up_daily(library.path, chosen)
    filled.photograph(filled.visit(patient, date(2026, 3, 5)), b"another photograph")
    clock("2026-03-05 08:15")
    daily.back_up_daily(library.path, chosen)

    (place,) = chosen.iterdir()
    assert place.name.startswith("clinic ")
    assert len(list(place.rglob("*.jpg"))) == 2
    assert names(library.path / "backups") == []
    # Without the library: its disk is broken.
    library.close()
    library.path.rename(tmp_path / "gone")
    folder = Library.restore(place / "daily 2026-03-05 0815.zip", tmp_path / "new").folder
    with Library.open(folder) as restored:
        assert len(restored.photographs()) == 2
        assert restored.check().problems == ()


def test_two_libraries_of_one_name_keep_apart_in_one_folder_for_backups(
    filled: Clinic, clock: Clock, tmp_path: Path
) -> None:
    chosen = tmp_path / "backups"
    chosen.mkdir()
    clock("2026-03-04 08:15")
    daily.back_up_daily(filled.library.path, chosen)
    with Library.create(tmp_path / "other" / "clinic") as other:
        daily.back_up_daily(other.path, chosen)
        assert len(daily.backups_of(other.path, chosen)) == 1

    assert len(list(chosen.iterdir())) == 2
    assert len(daily.backups_of(filled.library.path, chosen)) == 1


def test_an_original_that_is_missing_is_named_and_the_rest_backed_up(
    filled: Clinic, clock: Clock, tmp_path: Path
) -> None:
    (photograph,) = filled.library.photographs()
    sha256 = photograph.photograph.sha256
    filled.library.originals.path(sha256).unlink()
    clock("2026-03-04 08:15")

    made = daily.back_up_daily(filled.library.path).made

    assert made is not None
    assert made.problems == (f"the original {sha256} is missing",)


def test_a_library_is_backed_up_while_it_is_written(filled: Clinic, clock: Clock) -> None:
    clock("2026-03-04 08:15")
    with filled.verb() as change:
        made = daily.back_up_daily(filled.library.path).made
        change.update_visit(filled.library.visit(filled.library.photographs()[0].visit_id))

    assert made is not None
    assert made.audit_entries == 6
    assert len(filled.library.audit_trail()) == 7


# --- what is kept --------------------------------------------------------------------------------


def test_of_a_year_of_days_seven_days_four_weeks_and_twelve_months_are_kept() -> None:
    every = [at("2026-12-31 18:00") - timedelta(days=number) for number in range(365)]

    kept = sorted(moment.strftime("%Y-%m-%d") for moment in daily.kept_of(every))

    # 2026-12-31 is a Thursday: the weeks end on it and on the Sundays before.
    assert kept == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
        "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30",
        "2026-12-13", "2026-12-20",
        "2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28", "2026-12-29", "2026-12-30",
        "2026-12-31",
    ]  # fmt: skip


def test_a_clinic_that_was_closed_for_months_keeps_its_last_seven_days() -> None:
    every = [at(f"2026-01-{day:02} 18:00") for day in range(5, 15)] + [at("2026-09-01 18:00")]

    kept = sorted(moment.strftime("%m-%d") for moment in daily.kept_of(every))

    assert kept == ["01-09", "01-10", "01-11", "01-12", "01-13", "01-14", "09-01"]


def test_older_backups_go_only_once_the_new_one_is_whole(
    filled: Clinic, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = filled.library.path
    for day in range(1, 10):
        clock(f"2026-03-{day:02} 08:00")
        filled.patient(f"CX-1{day:02}")
        daily.back_up_daily(folder)
    before = names(folder / "backups")
    clock("2026-03-10 08:00")
    filled.patient("CX-200")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            daily.back_up_daily(folder)
    unchanged = names(folder / "backups")
    report = daily.back_up_daily(folder)

    assert unchanged == before
    assert [path.name for path in report.pruned] == ["daily 2026-03-03 0800.zip"]
    # Seven days, and the Sunday that ended the first week.
    assert names(folder / "backups") == [
        "daily 2026-03-01 0800.zip",
        *[f"daily 2026-03-{day:02} 0800.zip" for day in range(4, 11)],
    ]


def test_files_of_other_names_and_of_other_libraries_are_never_taken_away(
    filled: Clinic, clock: Clock, tmp_path: Path
) -> None:
    folder = filled.library.path
    clock("2025-01-01 08:00")
    with Library.create(tmp_path / "other") as other:
        others = daily.back_up_daily(other.path).made
        assert others is not None
        others.path.rename(folder / "backups" / others.path.name)
    filled.library.backup(folder / "backups" / "before the move.zip")
    (folder / "backups" / "daily 2025-01-02 0800.zip").write_bytes(b"half")
    for day in range(1, 13):
        clock(f"2026-03-{day:02} 08:00")
        filled.patient(f"CX-1{day:02}")
        daily.back_up_daily(folder)

    assert {
        "before the move.zip",
        "daily 2025-01-01 0800.zip",
        "daily 2025-01-02 0800.zip",
    } <= set(names(folder / "backups"))


def test_a_clock_set_back_for_a_day_costs_no_backup_that_holds_more(
    filled: Clinic, clock: Clock
) -> None:
    folder = filled.library.path
    for day in range(1, 10):
        clock(f"2026-03-{day:02} 08:00")
        filled.patient(f"CX-1{day:02}")
        daily.back_up_daily(folder)
    fullest = daily.backups_of(folder)[0]
    clock("2001-01-01 00:03")  # the battery of the clock is empty
    filled.patient("CX-200")
    made = daily.back_up_daily(folder).made
    clock("2001-01-02 08:00")
    filled.patient("CX-201")
    again = daily.back_up_daily(folder)

    assert made is not None
    assert again.made is not None
    assert fullest.path.exists()
    assert again.made.path.exists()
    assert daily.backups_of(folder)[0].path == again.made.path


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_folder_for_backups_that_is_not_there_is_never_made_anew(
    filled: Clinic, tmp_path: Path
) -> None:
    with pytest.raises(FileUnwritable, match="connect its disk"):
        daily.back_up_daily(filled.library.path, tmp_path / "media" / "usb")

    assert not (tmp_path / "media").exists()


def test_no_backup_is_made_of_a_database_that_is_not_whole_and_none_is_taken_away(
    filled: Clinic, clock: Clock
) -> None:
    folder = filled.library.path
    clock("2026-03-04 08:15")
    daily.back_up_daily(folder)
    filled.patient("CX-002")
    filled.library.close()
    file = folder / "library.db"
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'proposal'"
        ).fetchone()
    data = bytearray(file.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    file.write_bytes(data)
    clock("2026-03-05 08:15")

    with pytest.raises(LibraryDamaged):
        daily.back_up_daily(folder)

    assert names(folder / "backups") == ["daily 2026-03-04 0815.zip"]


def test_a_daily_backup_that_is_stopped_leaves_nothing(filled: Clinic) -> None:
    def stop(fraction: float, message: str) -> None:
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        daily.back_up_daily(filled.library.path, progress=stop)

    assert names(filled.library.path / "backups") == []


def test_what_a_crash_left_of_a_daily_backup_is_cleared_a_day_later(
    filled: Clinic, clock: Clock
) -> None:
    backups = filled.library.path / "backups"
    old, new = backups / ".daily 2026-03-01 0800.zip.a.part", backups / ".daily x.zip.b.part"
    for left in (old, new):
        left.mkdir()
        (left / "library.db").write_bytes(b"half")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    clock("2026-03-04 08:15")

    daily.back_up_daily(filled.library.path)

    assert names(backups) == [new.name, "daily 2026-03-04 0815.zip"]


def test_an_original_cut_short_in_the_chosen_folder_is_written_anew(
    filled: Clinic, clock: Clock, tmp_path: Path
) -> None:
    chosen = tmp_path / "usb"
    chosen.mkdir()
    clock("2026-03-04 08:15")
    daily.back_up_daily(filled.library.path, chosen)
    (there,) = chosen.rglob("*.jpg")
    there.chmod(0o644)
    there.write_bytes(b"a pho")
    filled.patient("CX-002")
    clock("2026-03-05 08:15")

    made = daily.back_up_daily(filled.library.path, chosen).made

    assert made is not None
    assert made.problems == ()
    assert there.read_bytes() == b"a photograph"


# --- finding them --------------------------------------------------------------------------------


def test_the_backups_of_a_library_are_found_fullest_first_and_only_its_own(
    filled: Clinic, clock: Clock, tmp_path: Path
) -> None:
    folder, chosen = filled.library.path, tmp_path / "usb"
    chosen.mkdir()
    clock("2026-03-04 08:15")
    daily.back_up_daily(folder)
    filled.patient("CX-002")
    clock("2026-03-05 08:15")
    daily.back_up_daily(folder, chosen)
    with Library.create(tmp_path / "other") as other:
        other.backup(folder / "backups" / "other.zip")

    found = daily.backups_of(folder, chosen)

    assert [there.written_at for there in found] == [at("2026-03-05 08:15"), at("2026-03-04 08:15")]
    assert [there.head.audit_entries for there in found] == [7, 6]


def test_backups_are_found_where_the_database_can_not_be_read(
    filled: Clinic, clock: Clock, tmp_path: Path
) -> None:
    folder, chosen = filled.library.path, tmp_path / "usb"
    chosen.mkdir()
    clock("2026-03-04 08:15")
    daily.back_up_daily(folder, chosen)
    with Library.create(tmp_path / "other") as other:
        daily.back_up_daily(other.path, chosen)
    filled.library.close()
    (folder / "library.db").write_bytes(b"not a database " * 1000)

    (found,) = daily.backups_of(folder, chosen)

    assert found.path.parent.name.startswith("clinic ")
    assert archive.ids_of(folder) is None
