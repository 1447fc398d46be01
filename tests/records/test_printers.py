"""What was measured of printers is kept as it was measured, and the last of each printer counts."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.records.conftest import NOON
from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import PrintScale, new_id
from woundtrack.records import PRINTER_IN_USE, Library, PrintMeasurement, newest_of_each

if TYPE_CHECKING:
    from tests.records.conftest import Clinic


def measured(printer: str, on: date, across_mm: float = 99.4, minutes: int = 0) -> PrintMeasurement:
    return PrintMeasurement(
        id=new_id(),
        print_scale=PrintScale(printer=printer, across_mm=across_mm, down_mm=99.6, measured_on=on),
        recorded_at=NOON + timedelta(minutes=minutes),
    )


def stored(clinic: Clinic, *measurements: PrintMeasurement) -> None:
    for measurement in measurements:
        with clinic.verb() as change:
            change.add_print_measurement(measurement)


def test_a_measurement_comes_back_equal(clinic: Clinic) -> None:
    measurement = measured("Canon, Zimmer 4 · höher", date(2026, 3, 4), across_mm=1 / 3 * 300)

    stored(clinic, measurement)

    assert clinic.library.print_measurements() == (measurement,)


def test_measurements_come_in_the_order_of_their_days_and_then_of_recording(
    clinic: Clinic,
) -> None:
    second = measured("A", date(2026, 3, 4), minutes=1)
    third = measured("A", date(2026, 3, 4), minutes=2)
    first = measured("B", date(2026, 3, 3), minutes=3)

    stored(clinic, second, third, first)

    assert clinic.library.print_measurements() == (first, second, third)
    assert clinic.library.print_measurements("a") == (second, third)


def test_the_last_of_each_printer_counts_and_the_printer_measured_last_comes_first(
    clinic: Clinic,
) -> None:
    old = measured("Ward 3", date(2026, 1, 1))
    other = measured("Ward 5", date(2026, 2, 1))
    new = measured("WARD 3", date(2026, 3, 1))

    stored(clinic, new, other, old)

    assert newest_of_each(clinic.library.print_measurements()) == (new, other)


def test_a_retired_measurement_is_out_of_view_and_kept(clinic: Clinic) -> None:
    old, wrong = measured("A", date(2026, 1, 1)), measured("A", date(2026, 2, 1))
    stored(clinic, old, wrong)

    with clinic.verb() as change:
        change.update_print_measurement(replace(wrong, is_retired=True))

    assert clinic.library.print_measurements() == (old,)
    assert clinic.library.print_measurements(include_retired=True) == (
        old,
        replace(wrong, is_retired=True, version=2),
    )


def test_a_measurement_that_was_retired_meanwhile_is_not_retired_twice(clinic: Clinic) -> None:
    wrong = measured("A", date(2026, 2, 1))
    stored(clinic, wrong)
    with clinic.verb() as change:
        change.update_print_measurement(replace(wrong, is_retired=True))

    with pytest.raises(ChangedMeanwhile), clinic.verb() as change:
        change.update_print_measurement(replace(wrong, is_retired=True))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE print_measurement SET across_mm = 100",
        "UPDATE print_measurement SET measured_on = '2026-01-01'",
        "DELETE FROM print_measurement",
        "INSERT OR REPLACE INTO print_measurement SELECT * FROM print_measurement",
        "DELETE FROM setting",
        "INSERT OR REPLACE INTO setting SELECT * FROM setting",
    ],
)
def test_no_program_can_change_what_was_measured(clinic: Clinic, sql: str) -> None:
    stored(clinic, measured("A", date(2026, 2, 1)))
    with clinic.verb() as change:
        change.set_setting(PRINTER_IN_USE, "A")

    with pytest.raises(sqlite3.IntegrityError):
        clinic.library._db.execute(sql)

    assert clinic.library.check().problems == ()


def test_a_setting_is_set_changed_and_taken_away_with_an_entry_each(clinic: Clinic) -> None:
    library = clinic.library
    for value in ("A", "B", None):
        with clinic.verb("use printer") as change:
            change.set_setting(PRINTER_IN_USE, value)
        assert library.setting(PRINTER_IN_USE) == value

    told = [json.loads(entry.what) for entry in library.audit_trail()]
    assert [what["added"][0]["values"]["value"] for what in told[:1]] == ["A"]
    assert [what["changed"][0]["new"]["value"] for what in told[1:]] == ["B", None]
    assert library.check().problems == ()


def test_a_setting_changed_behind_the_librarys_back_is_found(clinic: Clinic) -> None:
    with clinic.verb() as change:
        change.set_setting(PRINTER_IN_USE, "A")
    clinic.library._db.execute("UPDATE setting SET value = 'B'")

    (problem,) = clinic.library.check().problems

    assert problem == "the setting printer_in_use was changed outside woundtrack (value)"


def test_printers_are_in_backups(filled: Clinic, tmp_path: Path) -> None:
    measurement = measured("A", date(2026, 2, 1))
    stored(filled, measurement)
    with filled.verb() as change:
        change.set_setting(PRINTER_IN_USE, "A")

    backup = filled.library.backup(tmp_path / "backup.zip").path
    restored = Library.restore(backup, tmp_path / "restored").folder

    with Library.open(restored) as library:
        assert library.print_measurements() == (measurement,)
        assert library.setting(PRINTER_IN_USE) == "A"
        assert library.check().problems == ()
