"""What leaves by a choice: codes kept in the key alone, days, and the same again a year on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import StudyCodesMissing
from woundtrack.exchange.tables.column import Told
from woundtrack.exchange.tables.patients import PATIENTS
from woundtrack.model import Diagnosis, Event, EventKind, PartialDate
from woundtrack.records import Library
from woundtrack.workflow import record_entries
from woundtrack.workflow.exporting import Export, ExportChoice, open_export
from woundtrack.workflow.exporting_notes import begin_export, end_export
from woundtrack.workflow.intake import checked_patient_code

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library")
    from woundtrack.model import Patient, Visit, new_id, now

    with library.verb("import", by="Ann") as change:
        for code in ("CX-001", "CX-002", "CX-003"):
            patient = Patient(id=new_id(), code=checked_patient_code(code), created_at=now())
            change.add_patient(patient)
            for day in (3, 17):
                visit = Visit(
                    id=new_id(),
                    patient_id=patient.id,
                    visited_on=date(2026, 3, day),
                    created_at=now(),
                )
                change.add_visit(visit)
    return library


def export(library: Library, **wishes: object) -> Export:
    return open_export(library, ExportChoice(**wishes), by="Ann")  # type: ignore[arg-type]


def test_codes_are_random_and_the_same_in_every_export_of_a_study(library: Library) -> None:
    first, again = export(library, study="BLOOM"), export(library, study="bloom ")
    other = export(library, study="OTHER")

    codes = [first.profile.code(one) for one in library.patients()]
    assert len(set(codes)) == 3
    assert not any(one.code in codes for one in library.patients())
    assert codes == [again.profile.code(one) for one in library.patients()]
    assert not set(codes) & set(other.profile.codes.values())
    assert first.profile.alias("x") == again.profile.alias("x") != other.profile.alias("x")


def test_the_key_stands_in_no_audit_trail(library: Library) -> None:
    going = export(library)

    told = "".join(entry.what for entry in library.audit_trail())
    assert not any(code in told for code in going.profile.codes.values())
    assert going.profile.salt.hex() not in told
    assert library.check().problems == ()


def test_files_come_by_the_name_that_they_have_outside(library: Library) -> None:
    going = export(library)

    names = [going.profile.code(file.patient) for file in going.files()]

    assert names == sorted(names)
    assert len(names) == 3


def test_an_export_leaves_what_the_next_one_is_written_from_as_it_was(
    library: Library, tmp_path: Path
) -> None:
    first = export(library)
    end_export(library, begin_export(first, "csv", tmp_path / "out", by="Ann"))

    again = export(library)

    assert again.audit_head == first.audit_head
    assert again.profile == first.profile
    assert library.audit_trail()[-1].why == "csv, pseudonymised, 3 patients, to out"


def test_without_a_key_a_library_that_can_only_be_read_says_what_to_do(library: Library) -> None:
    path = library.path
    library.close()

    with (
        Library.open(path, read_only=True) as reading,
        pytest.raises(StudyCodesMissing, match="3 of these patients have no study code"),
    ):
        export(reading)


def test_days_count_from_the_diagnosis_where_its_day_is_known(library: Library) -> None:
    patient = library.patient_with_code("CX-002")
    diagnosis = Diagnosis(patient_id=patient.id, diagnosed_on=PartialDate(text="2026-03-10"))
    record_entries(library, [diagnosis], by="Ann")
    going = export(library)

    calendars = {file.patient.code: going.profile.calendar(file) for file in going.files()}
    days = {
        file.patient.code: [
            calendars[file.patient.code].day(visit.visited_on) for visit in file.visits
        ]
        for file in going.files()
    }

    assert calendars["CX-001"].index_event == "first_visit"
    assert calendars["CX-002"].index_event == "diagnosis"
    assert calendars["CX-002"].index_on == date(2000, 6, 15)
    assert days["CX-001"] == [0, 14]
    assert days["CX-002"] == [-7, 7]


def test_a_day_with_nothing_recorded_by_then_has_no_files(library: Library) -> None:
    going = export(library, as_of=date(2020, 1, 1))

    assert list(going.files()) == []


def test_nobody_is_last_heard_of_before_a_death_known_by_its_month(library: Library) -> None:
    patient = library.patient_with_code("CX-002")
    death = Event(patient_id=patient.id, kind=EventKind.DEATH, on=PartialDate(text="2026-05"))
    record_entries(library, [death], by="Ann")
    going = export(library)

    file = next(one for one in going.files() if one.patient.code == "CX-002")
    told = Told.of(file, going.profile)
    cells = {one.name: one.cell(told, told) for one in PATIENTS.columns}

    assert cells["death_day"] == cells["last_contact_day"] == "62"  # two calendar months
