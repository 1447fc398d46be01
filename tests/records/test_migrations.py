"""A library of an older version is brought up to date, and only after a copy of it is safe."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from woundtrack.errors import LibraryBehind, LibraryDamaged
from woundtrack.model import PrintScale, Tissue, TissueMap, new_id, now
from woundtrack.records import PRINTER_IN_USE, Library, PrintMeasurement, migrations
from woundtrack.records.entries import TABLES
from woundtrack.records.migrations import MIGRATIONS

if TYPE_CHECKING:
    from tests.records.conftest import Clinic

STEPS = [
    "m001_library_and_audit",
    "m002_patients_and_lesions",
    "m003_visits_and_photographs",
    "m004_proposals",
    "m005_assessments",
    "m006_terms_of_the_interval",
    "m007_printers",
    "m008_head_of_a_photograph",
    "m009_parts_of_a_lesion",
    "m010_tissue_maps",
    "m011_clinical_record",
    "m012_landmarks",
    "m013_visits_out_of_view_and_confirmations",
    "m014_studies",
    "m015_released_pictures",
    "m016_reading_sessions",
    "m017_queue_for_archives",
    "m018_patients_out_of_view",
]
OLD = sorted((Path(__file__).parent / "old").glob("*.zip"))
"""Backups of small libraries, each written by the program whose last step its name says."""


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Make a library as it was before assessments."""
    folder = tmp_path / "older"
    folder.mkdir()
    with closing(Database(sqlite3.connect(folder / "library.db"))) as db:
        MIGRATIONS.apply(db, stop_before="m005_assessments")
        db.execute("INSERT INTO patient VALUES ('p', 'CX-001', '2026-01-01T00:00:00.000000Z', 1)")
    return folder


def applied(file: Path) -> list[str]:
    with closing(Database(sqlite3.connect(file))) as db:
        return [step.name for step in MIGRATIONS.applied(db)]


def test_the_steps_are_these_in_this_order(library: Library) -> None:
    library.close()

    assert applied(library.path / "library.db") == STEPS
    assert migrations.known_steps() == set(STEPS)


def test_an_older_library_is_copied_and_then_brought_up_to_date(older: Path) -> None:
    with Library.open(older) as library:
        assert [patient.code for patient in library.patients()] == ["CX-001"]
        assert library.assessments() == ()

    assert applied(older / "library.db") == STEPS
    (copy,) = (older / "backups").iterdir()
    assert copy.name.startswith("library-m004-")
    assert applied(copy) == STEPS[:4]


def test_an_up_to_date_library_is_not_copied(library: Library) -> None:
    library.close()

    with Library.open(library.path):
        pass

    assert list((library.path / "backups").iterdir()) == []


def test_a_step_that_breaks_leaves_the_library_as_it_was(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Migrations("woundtrack")
    for step in MIGRATIONS._migrations[:4]:
        broken(name=step.name)(step.fn)

    @broken()
    def m005_broken(db: Database) -> None:
        db.execute("CREATE TABLE half (x TEXT) STRICT")
        raise sqlite3.OperationalError("broken on purpose")

    monkeypatch.setattr("woundtrack.records.migrations.MIGRATIONS", broken)

    with pytest.raises(LibraryDamaged, match=r"broken on purpose.* in library-m004-"):
        Library.open(older)

    assert applied(older / "library.db") == STEPS[:4]
    with closing(sqlite3.connect(older / "library.db")) as connection:
        assert connection.execute("SELECT code FROM patient").fetchall() == [("CX-001",)]
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name='half'").fetchall() == []
    assert len(list((older / "backups").iterdir())) == 1
    monkeypatch.undo()
    Library.open(older).close()  # the writer's lock was let go


def test_an_older_library_can_not_be_opened_for_reading_alone(older: Path) -> None:
    with pytest.raises(LibraryBehind, match="Open it once where it may be written"):
        Library.open(older, read_only=True)

    assert applied(older / "library.db") == STEPS[:4]


@pytest.mark.parametrize("backup", OLD, ids=[path.stem for path in OLD])
def test_a_library_of_every_released_version_opens_and_is_clean(
    backup: Path, tmp_path: Path
) -> None:
    with Library.open(Library.restore(backup, tmp_path / "old").folder) as library:
        assert library.check().problems == ()
        assert len(library.patients()) > 0
        assert len(library.assessments()) > 0


def test_an_old_library_can_be_told_of_its_printer(tmp_path: Path) -> None:
    (backup,) = [path for path in OLD if path.stem == "m005"]
    folder = Library.restore(backup, tmp_path / "old").folder
    measurement = PrintMeasurement(
        id=new_id(),
        print_scale=PrintScale(
            printer="Ward 3", across_mm=98.5, down_mm=98.75, measured_on=date(2026, 11, 2)
        ),
        recorded_at=now(),
    )

    with Library.open(folder) as library:
        assert library.print_measurements() == ()
        assert library.setting(PRINTER_IN_USE) is None
        with library.verb("measure printer", by="Ann") as change:
            change.add_print_measurement(measurement)
            change.set_setting(PRINTER_IN_USE, "Ward 3")

    with Library.open(folder, read_only=True) as library:
        assert library.print_measurements() == (measurement,)
        assert library.setting(PRINTER_IN_USE) == "Ward 3"
        assert [proposal.is_waiting for proposal in library.proposals()] == [True]
        (assessment,) = library.assessments()
        assert assessment.revision == 2
        assert assessment.ulcer is not None
        assert assessment.ulcer.area_mm2 == 1234.5678901234567
        assert library.check().problems == ()


def test_an_old_library_can_be_told_where_the_head_is(tmp_path: Path) -> None:
    (backup,) = [path for path in OLD if path.stem == "m005"]
    folder = Library.restore(backup, tmp_path / "old").folder

    with Library.open(folder) as library:
        (assessment,) = library.assessments()
        assert assessment.ulcer is not None
        assert assessment.ulcer.head_to_toe_mm is None
        photograph = library.photograph(assessment.photograph_ids[0])
        assert photograph.head_deg is None
        with library.verb("set head", by="Ann") as change:
            change.update_photograph(replace(photograph, head_deg=12.5))

    with Library.open(folder, read_only=True) as library:
        assert library.photograph(photograph.id).head_deg == 12.5
        assert library.check().problems == ()


def test_tissue_can_be_painted_in_an_old_library(tmp_path: Path) -> None:
    (backup,) = [path for path in OLD if path.stem == "m005"]
    folder = Library.restore(backup, tmp_path / "old").folder

    with Library.open(folder) as library:
        (assessment,) = library.assessments()
        (accepted,) = assessment.outlines
        assert accepted.tissue_state is None
        tissue = TissueMap(
            x=3,
            y=4,
            width=5,
            height=6,
            columns=4,
            rows=3,
            runs=((None, 5), (Tissue.ESCHAR, 6), (Tissue.EPITHELIUM, 1)),
            outline=accepted.outline.fingerprint,
            shares=((Tissue.ESCHAR, 1 / 3), (Tissue.EPITHELIUM, 1 / 7)),
            weight=1234.5,
            has_card_colours=True,
        ).approved("Ann")
        outlines = (replace(accepted, tissue=(tissue,)),)
        painted = assessment.revised(by="Ann", reason="tissue", outlines=outlines)
        with library.verb("paint tissue", by="Ann") as change:
            change.add_assessment(painted)

    with Library.open(folder, read_only=True) as library:
        (assessment,) = library.assessments()
        assert assessment == painted
        assert assessment.outlines[0].tissue == (tissue,)
        assert library.check().problems == ()


def test_a_visit_of_an_old_library_goes_out_of_view_and_comes_back(tmp_path: Path) -> None:
    (backup,) = [path for path in OLD if path.stem == "m005"]
    folder = Library.restore(backup, tmp_path / "old").folder

    with Library.open(folder) as library:
        patient = library.patients()[0]
        (visit, *others) = library.visits(patient.id)
        assert not visit.is_retired
        with library.verb("retire", by="Ann") as change:
            gone = change.update_visit(replace(visit, is_retired=True))
        assert library.visits(patient.id) == tuple(others)
        assert library.visits(patient.id, include_retired=True) == (gone, *others)
        last = max((one.visited_on for one in others), default=None)
        (summary,) = library.patient_summaries(patient.id)
        assert summary.last_visited_on == last
        assert library.check().problems == ()
        with library.verb("restore", by="Ann") as change:
            change.update_visit(replace(gone, is_retired=False))
        assert [one.id for one in library.visits(patient.id)] == [
            one.id for one in (visit, *others)
        ]
        assert library.check().problems == ()


def test_the_record_of_a_new_step_names_its_tables(filled: Clinic) -> None:
    tables = {
        row["name"]
        for row in filled.library._db.query("SELECT name FROM sqlite_master WHERE type = 'table'")
    }

    assert tables == {
        "_sqlite_migrations",
        "library",
        "audit",
        "patient",
        "lesion",
        "visit",
        "photograph",
        "proposal",
        "assessment",
        "assessment_photograph",
        "assessed_outline",
        "print_measurement",
        "setting",
        "identity",
        "landmark_set",
        "study",
        "study_code",
        "picture_release",
        "reading_session",
        "reading_item",
        "reading_task",
        "reading_package",
        "reading",
        "adjudication",
        "reader_error",
        "sending",
        *TABLES,
    }
