"""What would leave is counted before anything does, and nobody is given a code for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.ui.conftest import write_clinic
from woundtrack.errors import Cancelled
from woundtrack.model import Framing, PatientDetail, Sex
from woundtrack.records import Library
from woundtrack.workflow import open_export, record_entries
from woundtrack.workflow.exporting import ExportChoice
from woundtrack.workflow.exporting_notes import begin_export, end_export
from woundtrack.workflow.previewing import (
    PictureState,
    count_patients,
    pictures_of,
    pictures_to_see,
    preview_of,
)
from woundtrack.workflow.releasing import WhyAsked, refuse, release, withdraw


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return a clinic: three patients, three lesions, six assessments, seven photographs."""
    made = Library.create(tmp_path / "clinic")
    write_clinic(made)
    return made


def test_what_would_leave_is_counted_and_no_code_is_given_out(library: Library) -> None:
    before = library.audit_head()

    counts = count_patients(library)

    seen = preview_of(counts, library.patients())
    assert (seen.patients, seen.lesions, seen.visits) == (3, 3, 5)
    assert (seen.photographs, seen.assessments) == (7, 6)
    assert library.studies() == ()
    assert library.audit_head() == before


def test_who_stays_is_not_counted(library: Library) -> None:
    counts = count_patients(library)

    seen = preview_of(counts, [one for one in library.patients() if one.code == "WT-0118"])

    assert (seen.patients, seen.lesions, seen.assessments) == (1, 1, 2)


def test_a_patient_who_was_not_known_on_the_day_is_not_counted(library: Library) -> None:
    counts = count_patients(library, as_of=date(2026, 1, 1))

    assert preview_of(counts, library.patients()).patients == 0


def test_who_may_be_told_apart_is_counted_by_sex_age_and_centre(library: Library) -> None:
    first, second, third = library.patients()
    details = [
        PatientDetail(patient_id=first.id, sex=Sex.FEMALE, birth_year=1962),
        PatientDetail(patient_id=second.id, sex=Sex.FEMALE, birth_year=1963),
        PatientDetail(patient_id=third.id, sex=Sex.MALE, birth_year=1962),
    ]
    record_entries(library, details, by="Ann")

    seen = preview_of(count_patients(library), library.patients())

    # Two women of 60 to 64 in 2026, and a man: both groups are smaller than five.
    assert (seen.small_cells, seen.told_apart) == (2, 3)


def test_counting_stops_where_it_is_told_to(library: Library) -> None:
    def stop(_fraction: float, _message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        count_patients(library, progress=stop)


def test_the_trail_of_one_verb_is_read_alone_newest_last(library: Library, tmp_path: Path) -> None:
    export = open_export(library, ExportChoice(study="BLOOM"), by="Ann")
    for what in ("csv", "dicom, 4 photographs"):
        end_export(library, begin_export(export, what, tmp_path / "out", by="Ann"))

    assert [entry.why for entry in library.audit_trail(verb="export")] == [
        "csv, pseudonymised, 3 patients, study BLOOM, to out",
        "dicom, 4 photographs, pseudonymised, 3 patients, study BLOOM, to out",
    ]
    assert [entry.why for entry in library.audit_trail(1, verb="export")] == [
        "dicom, 4 photographs, pseudonymised, 3 patients, study BLOOM, to out"
    ]
    assert [entry.verb for entry in library.audit_trail()] == [
        "import",
        "give study codes",
        "begin export",
        "export",
        "begin export",
        "export",
    ]


# --- pictures ------------------------------------------------------------------------------------


def test_pictures_that_wait_are_counted_and_listed_with_why(library: Library) -> None:
    counts, everybody = count_patients(library), library.patients()

    lesion = pictures_of(counts, everybody, Framing.LESION)
    wider = pictures_of(counts, everybody, Framing.AROUND)

    # Of six assessments one is of a closed lesion, without an outline to cut to.
    assert (lesion.leave, lesion.wait, lesion.refused) == (5, 0, 0)
    assert (wider.leave, wider.wait, wider.refused) == (0, 5, 0)
    seen = pictures_to_see(library, everybody, Framing.AROUND)
    assert [one.state for one in seen] == [PictureState.WAITS] * 5
    assert {one.why for one in seen} == {(WhyAsked.WIDER,)}


def test_an_answer_moves_a_picture_and_so_does_taking_it_back(library: Library) -> None:
    everybody = library.patients()
    first, second, *_ = pictures_to_see(library, everybody, Framing.AROUND)

    yes = release(library, first.sitting, first.framing, by="Ann")
    refuse(library, second.sitting, second.framing, by="Ann")

    seen = {one.key: one for one in pictures_to_see(library, everybody, Framing.AROUND)}
    assert seen[first.key].state is PictureState.RELEASED
    assert seen[first.key].said == yes
    assert seen[second.key].state is PictureState.REFUSED
    there = pictures_of(count_patients(library), everybody, Framing.AROUND)
    # A no holds for the other lesion of that photograph, too, which shows the same part of it.
    assert (there.leave, there.wait, there.refused) == (1, 2, 2)

    withdraw(library, yes, by="Ann")
    again = pictures_to_see(library, everybody, Framing.AROUND)
    assert again[0].state is PictureState.WAITS
