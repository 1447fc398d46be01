"""The cohort of a library, and exports that hold only what passes its filters."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks._large_library import FIRST_DAY, write_library
from woundtrack.errors import Cancelled
from woundtrack.model import (
    Agent,
    CohortFilter,
    Consent,
    PatientDetail,
    Purpose,
    Sex,
    SiteGroup,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow import course_of, record_entries, record_of
from woundtrack.workflow.cohort import cohort_of
from woundtrack.workflow.exporting import ExportChoice, open_export, write_csv
from woundtrack.workflow.exporting_dicom import write_dicom
from woundtrack.workflow.exporting_fhir import write_fhir
from woundtrack.workflow.exporting_redcap import write_redcap


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Return three patients with eight photographs each, of abdomen and thigh; one is a man."""
    place = tmp_path_factory.mktemp("cohort") / "library"
    write_library(place, 3, 24)
    with Library.open(place) as made:
        record_entries(
            made,
            [
                PatientDetail(patient_id="patient-0000", sex=Sex.MALE),
                PatientDetail(patient_id="patient-0001", sex=Sex.FEMALE),
                Consent(
                    patient_id="patient-0002",
                    purpose=Purpose.RESEARCH,
                    is_given=False,
                    given_on=FIRST_DAY,
                ),
            ],
            by="Ann",
        )
        yield made


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return a table of a bundle."""
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_cohort_holds_who_did_not_refuse_with_the_numbers_of_their_whole_courses(
    library: Library,
) -> None:
    cohort = cohort_of(library)

    assert [one.patient_id for one in cohort.patients] == ["patient-0000", "patient-0001"]
    assert [one.id for one in cohort.leaving.refused] == ["patient-0002"]
    member = cohort.patients[0]
    assert (member.sex, member.visit_count, member.entered_on) == (Sex.MALE, 4, FIRST_DAY)
    assert member.agents == {Agent.SODIUM_THIOSULFATE_IV}
    # Areas of 18 cm² x 0.97^n; even ones of the abdomen, odd ones of the thigh, none of the leg.
    abdomen, thigh, leg = member.lesions
    assert abdomen.days == thigh.days == (0, 7, 14, 21)
    assert abdomen.areas_cm2 == pytest.approx([18 * 0.97**n for n in (0, 2, 4, 6)])
    assert thigh.areas_cm2[0] == pytest.approx(18 * 0.97)
    assert leg.days == ()
    assert abdomen.cuts == {2, 3}  # a debridement on day 14, nobody knows on which side
    whole = course_of(library, library.patients()[0])
    assert [one.followed for one in member.lesions] == [one.followed for one in whole.lesions]
    assert member.whole.followed == whole.followed


def test_only_those_parts_of_a_record_are_read_that_were_asked_for(library: Library) -> None:
    patient = library.patients()[0]

    record = record_of(library, patient, kinds=(PatientDetail,))

    assert record.detail == record_of(library, patient).detail
    assert (record.treatments, record.findings, record.pains) == ((), (), ())


def test_a_cohort_as_of_a_day_knows_nothing_later(library: Library) -> None:
    cohort = cohort_of(library, as_of=date(2024, 1, 15))

    assert cohort.patients[0].lesions[0].days == (0, 7)
    assert cohort.patients[0].agents == frozenset()
    assert cohort.patients[0].visit_count == 2


def test_a_cohort_as_it_was_recorded_by_a_day_is_that_of_the_same_days_export(
    library: Library,
) -> None:
    yesterday = now().astimezone().date() - timedelta(days=1)

    then, today = cohort_of(library, as_of=yesterday, is_past=True), cohort_of(library)

    choice = ExportChoice(as_of=yesterday)
    files = list(open_export(library, choice, by="Ann").files())
    assert then.is_past
    assert {one.patient_id for one in then.patients} == {one.patient.id for one in files}
    # Whose sex is known today was first written down after that day.
    assert {one.sex for one in then.patients} == {None}
    assert {one.sex for one in today.patients} == {Sex.MALE, Sex.FEMALE}


def test_reading_stops_where_a_person_stops_it(library: Library) -> None:
    told: list[str] = []

    def progress(_fraction: float, message: str) -> None:
        told.append(message)
        if len(told) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        cohort_of(library, progress=progress)

    assert told == ["WT-0000", "WT-0001"]


def test_an_export_holds_the_patients_and_lesions_that_pass_and_says_by_what(
    library: Library, tmp_path: Path
) -> None:
    wanted = CohortFilter(
        sexes=(Sex.MALE,), groups=(SiteGroup.ABDOMEN,), entered_from=date(2024, 1, 1)
    )

    write_csv(
        open_export(library, ExportChoice(filters=wanted), by="Ann"), tmp_path / "out", by="Ann"
    )

    out = tmp_path / "out"
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["filters"] == {
        "site_groups": ["abdomen"],
        "sex": ["male"],
        "first_visit_from": "2024",
    }
    assert manifest["patients"] == 1
    assert [one["sex"] for one in rows(out, "patients.csv")] == ["male"]
    (lesion,) = rows(out, "lesions.csv")
    assert {one["lesion_id"] for one in rows(out, "measurements.csv")} == {lesion["lesion_id"]}
    assert {one["lesion_id"] for one in rows(out, "images.csv")} == {lesion["lesion_id"]}
    lesions = {
        one.get("lesion_id", "")
        for path in out.glob("*.csv")
        for one in rows(out, path.name)
        if path.name != "data_dictionary.csv"
    }
    assert lesions <= {"", lesion["lesion_id"]}
    begun, done = (one.why or "" for one in library.audit_trail()[-2:])
    filters = json.dumps(manifest["filters"])
    of = f"1 who refused or withdrew left out, to out, filtered by {filters}"
    assert begun == f"csv, pseudonymised, those of 2 patients who pass the filters, {of}"
    assert done == f"csv, pseudonymised, 1 patients, {of}"


@pytest.mark.parametrize("write", [write_redcap, write_fhir, write_dicom])
def test_every_format_tells_the_filters_in_its_manifest(
    library: Library, tmp_path: Path, write: Callable[..., object]
) -> None:
    wanted = CohortFilter(sexes=(Sex.MALE,), groups=(SiteGroup.HEAD,))

    choice = ExportChoice(filters=wanted)
    write(open_export(library, choice, by="Ann"), tmp_path / "out", by="Ann")

    (path,) = (tmp_path / "out").glob("*manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["filters"] == {"site_groups": ["head"], "sex": ["male"]}
    assert manifest["patients"] == 0  # nobody has a lesion there
    assert "pseudonymised, 0 patients, " in (library.audit_trail()[-1].why or "")


def test_a_filter_of_patients_alone_leaves_their_files_whole(library: Library) -> None:
    by_sex = ExportChoice(filters=CohortFilter(sexes=(Sex.FEMALE,)))

    (found,) = open_export(library, by_sex, by="Ann").files()
    everybody = open_export(library, ExportChoice(), by="Ann").files()

    assert found == next(one for one in everybody if one.patient.id == "patient-0001")


def test_who_does_not_pass_is_in_no_file(library: Library) -> None:
    nobody = ExportChoice(filters=CohortFilter(least_visits=5))

    assert list(open_export(library, nobody, by="Ann").files()) == []


def test_an_identified_export_tells_the_days_of_its_filters(library: Library) -> None:
    wanted = CohortFilter(entered_to=date(2024, 3, 1))

    going = open_export(library, ExportChoice(is_identified=True, filters=wanted), by="Ann")

    assert going.filters_told == {"first_visit_to": "2024-03-01"}
