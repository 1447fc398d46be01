"""A verb is done whole or not at all, is written into the trail, and never overwrites history."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import woundtrack
from woundtrack.errors import ChangedMeanwhile, DiskFull, DuplicatePhotograph
from woundtrack.model import BodySite, Patient, Side, Visit, new_id, now
from woundtrack.records import Library, lock

if TYPE_CHECKING:
    from tests.records.conftest import Clinic


_A_VISIT = Visit(id=new_id(), patient_id=new_id(), visited_on=date(2026, 3, 4), created_at=now())


class Stopped(Exception):
    """Raised by a test in the middle of a verb."""


# --- whole or not at all -------------------------------------------------------------------------


def test_a_verb_that_raises_leaves_no_row_and_no_entry(clinic: Clinic) -> None:
    patient = clinic.patient()
    head = clinic.library.audit_head()

    def stop_in_the_middle() -> None:
        with clinic.verb() as change:
            change.add_visit(replace(_A_VISIT, patient_id=patient.id))
            raise Stopped

    with pytest.raises(Stopped):
        stop_in_the_middle()

    assert clinic.library.visits(patient.id) == ()
    assert clinic.library.audit_head() == head
    assert clinic.visit(patient).patient_id == patient.id  # and the next verb works


def test_a_row_that_points_to_nothing_is_refused_with_its_whole_verb(clinic: Clinic) -> None:
    patient = Patient(id=new_id(), code="CX-009", created_at=now())

    def add_both() -> None:
        with clinic.verb() as change:
            change.add_patient(patient)
            change.add_visit(_A_VISIT)

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        add_both()

    assert clinic.library.patients() == ()


def test_a_change_is_of_no_use_after_its_verb(clinic: Clinic) -> None:
    with clinic.verb() as change:
        pass

    with pytest.raises(RuntimeError, match="inside its verb"):
        change.add_patient(Patient(id=new_id(), code="CX-001", created_at=now()))

    assert clinic.library.patients() == ()


def test_a_verb_inside_another_is_a_bug(clinic: Clinic) -> None:
    with pytest.raises(RuntimeError, match="inside another"), clinic.verb(), clinic.verb():
        pass


@pytest.mark.parametrize(("verb", "by"), [("", "Ann"), ("import", "  ")], ids=["what", "who"])
def test_a_verb_needs_a_name_and_a_person(library: Library, verb: str, by: str) -> None:
    with pytest.raises(ValueError, match="needs its name and who"), library.verb(verb, by=by):
        pass


def test_a_full_disk_is_one_sentence_and_loses_nothing_accepted(clinic: Clinic) -> None:
    patient = clinic.patient()
    (pages,) = clinic.library._db.execute("PRAGMA page_count").fetchone()
    clinic.library._db.execute(f"PRAGMA max_page_count = {pages}")

    def add_many() -> None:
        with clinic.verb() as change:
            for number in range(500):
                change.add_patient(Patient(id=new_id(), code=f"{number}", created_at=now()))

    with pytest.raises(DiskFull, match="free some space"):
        add_many()

    clinic.library._db.execute("PRAGMA max_page_count = 1000000")
    assert clinic.library.patients() == (patient,)
    assert clinic.library.check().problems == ()
    clinic.visit(patient)
    assert len(clinic.library.visits(patient.id)) == 1


def test_an_error_of_the_callers_own_is_not_blamed_on_the_library(clinic: Clinic) -> None:
    with pytest.raises(PermissionError), clinic.verb():
        raise PermissionError(13, "the caller's own file")


KILLED = """
import sys, time
from woundtrack.model import Patient, new_id, now
from woundtrack.records import Library
library = Library.open(sys.argv[1])
number = 0
while True:
    number += 1
    with library.verb("arrange", by="Ann") as change:
        for copy in "abc":
            change.add_patient(Patient(id=new_id(), code=f"{number}{copy}", created_at=now()))
        if number == 5:
            print("inside", flush=True)
            time.sleep(60)
    print(number, flush=True)
"""


KILLED_WITH_ORIGINALS = """
import hashlib, sys
from datetime import date
from woundtrack.model import *
from woundtrack.records import Library
library = Library.open(sys.argv[1])
while True:
    code = new_id()
    data = code.encode() * 5000
    sha256 = hashlib.sha256(data).hexdigest()
    library.originals.put(data, sha256, ".jpg")
    with library.verb("import", by="Ann") as change:
        patient = Patient(id=new_id(), code=code, created_at=now())
        change.add_patient(patient)
        day = date(2026, 3, 4)
        visit = Visit(id=new_id(), patient_id=patient.id, visited_on=day, created_at=now())
        change.add_visit(visit)
        facts = Photograph(sha256=sha256, original_name="", format="jpeg", size_bytes=len(data),
            width_px=1, height_px=1, orientation=1, taken_at=None, taken_offset_minutes=None,
            taken_from=TimeSource.UNKNOWN)
        change.add_photograph(VisitPhotograph(id=new_id(), visit_id=visit.id, photograph=facts,
            site=None, filed_at=now()))
    print(code, flush=True)
"""


def test_killed_in_the_middle_of_a_verb_keeps_the_verbs_before_it_and_nothing_of_it(
    library: Library,
) -> None:
    library.close()

    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(library.path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        said = [other.stdout.readline().strip() for _ in range(5)]
        other.kill()

    assert said == ["1", "2", "3", "4", "inside"]
    with Library.open(library.path) as again:
        codes = [patient.code for patient in again.patients()]
        report = again.check()
    assert codes == [f"{number}{copy}" for number in range(1, 5) for copy in "abc"]
    assert report.problems == ()
    assert report.audit_entries == 4


def test_killed_again_and_again_at_any_moment_loses_nothing_that_was_accepted(
    library: Library,
) -> None:
    library.close()
    script = KILLED_WITH_ORIGINALS
    accepted: list[str] = []

    for count in (1, 7, 20):
        with subprocess.Popen(
            [sys.executable, "-c", script, str(library.path)], stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            accepted += [other.stdout.readline().strip() for _ in range(count)]
            other.kill()
            accepted += other.stdout.read().split()
        with Library.open(library.path) as again:
            report = again.check()
            assert report.problems == ()
            assert set(accepted) <= {patient.code for patient in again.patients()}
            assert report.photographs == report.patients


# --- the audit trail -----------------------------------------------------------------------------


def test_a_verb_leaves_one_entry_that_says_who_what_when_and_why(library: Library) -> None:
    before = now()
    patient = Patient(id=new_id(), code="CX-001", created_at=now())

    with library.verb("enrol", by="Ann Other", why="referred by renal") as change:
        change.add_patient(patient)

    (entry,) = library.audit_trail()
    assert (entry.seq, entry.verb, entry.by, entry.why) == (
        1,
        "enrol",
        "Ann Other",
        "referred by renal",
    )
    assert before <= entry.at <= now()
    local = datetime.now().astimezone().utcoffset()
    assert timedelta(minutes=entry.offset_minutes) == local
    assert entry.account == lock.account()
    assert entry.application_version == woundtrack.__version__
    assert entry.hash == library.audit_head()
    assert json.loads(entry.what)["added"][0]["values"]["code"] == "CX-001"


def test_a_change_leaves_the_old_and_the_new_value_in_the_trail(clinic: Clinic) -> None:
    lesion = clinic.lesion(clinic.patient(), label="L1")

    with clinic.verb("rename") as change:
        change.update_lesion(
            replace(lesion, label="upper", site=BodySite(region="thigh", side=Side.LEFT))
        )

    what = json.loads(clinic.library.audit_trail()[-1].what)
    assert what == {
        "added": [],
        "changed": [
            {
                "entity": "lesion",
                "id": lesion.id,
                "old": {"label": "L1", "region": "lower-leg", "version": 1},
                "new": {"label": "upper", "region": "thigh", "version": 2},
            }
        ],
    }


def test_an_outline_that_is_replaced_stays_whole_in_the_trail(filled: Clinic) -> None:
    (proposal,) = filled.library.proposals()

    with filled.verb("propose again") as change:
        change.update_proposal(replace(proposal, outlines=()))

    (changed,) = json.loads(filled.library.audit_trail()[-1].what)["changed"]
    assert json.loads(changed["old"]["outlines"])["outlines"][0]["outer"][0] == [0.1, 0.2]
    assert filled.library.check().problems == ()


def test_the_trail_holds_no_file_name_and_no_outline_of_an_added_row(filled: Clinic) -> None:
    text = "".join(entry.what for entry in filled.library.audit_trail())

    assert "Smith" not in text
    assert "99.9" not in text
    assert "1234.5678901234567" in text  # but the area that was accepted


def test_the_trail_is_read_oldest_first_and_its_newest_entries_alone(clinic: Clinic) -> None:
    for code in ("A", "B", "C"):
        clinic.patient(code)

    assert [entry.seq for entry in clinic.library.audit_trail()] == [1, 2, 3]
    assert [entry.seq for entry in clinic.library.audit_trail(2)] == [2, 3]
    assert clinic.library.audit_trail(0) == ()


def test_a_verb_that_changes_nothing_is_in_the_trail_too(library: Library) -> None:
    with library.verb("export", by="Ann"):
        pass

    assert [entry.verb for entry in library.audit_trail()] == ["export"]


# --- changed meanwhile ---------------------------------------------------------------------------


def test_an_update_returns_the_next_version(clinic: Clinic) -> None:
    visit = clinic.visit(clinic.patient())

    with clinic.verb() as change:
        updated = change.update_visit(replace(visit, visited_on=date(2026, 3, 5)))

    assert updated == replace(visit, visited_on=date(2026, 3, 5), version=2)
    assert clinic.library.visit(visit.id) == updated


def test_an_update_of_an_older_version_is_refused(filled: Clinic) -> None:
    (photograph,) = filled.library.photographs()
    with filled.verb() as change:
        change.update_photograph(replace(photograph, is_retired=True))

    with (
        pytest.raises(ChangedMeanwhile, match="The photograph was changed meanwhile"),
        filled.verb() as change,
    ):
        change.update_photograph(replace(photograph, site=None))

    assert filled.library.photograph(photograph.id).is_retired


def test_an_update_that_changes_nothing_writes_nothing(clinic: Clinic) -> None:
    lesion = clinic.lesion(clinic.patient())

    with clinic.verb() as change:
        assert change.update_lesion(lesion) == lesion

    assert clinic.library.lesion(lesion.id).version == 1
    assert json.loads(clinic.library.audit_trail()[-1].what)["changed"] == []


def test_two_patients_can_not_share_a_code_in_upper_and_lower_case(clinic: Clinic) -> None:
    patient = clinic.patient("CX-001")

    with pytest.raises(ChangedMeanwhile, match="cx-001"):
        clinic.patient("cx-001")

    assert clinic.library.patient_with_code("cx-001") == patient


def test_the_same_bytes_are_filed_once(clinic: Clinic) -> None:
    patient = clinic.patient("CX-001")
    visit = clinic.visit(patient, date(2026, 3, 4))
    clinic.photograph(visit, b"bytes")

    with pytest.raises(DuplicatePhotograph, match="under CX-001 on 2026-03-04"):
        clinic.photograph(clinic.visit(patient), b"bytes")

    assert len(clinic.library.photographs(patient.id)) == 1


# --- revisions -----------------------------------------------------------------------------------


def test_a_revision_that_supersedes_no_longer_the_newest_is_refused(filled: Clinic) -> None:
    (first,) = filled.library.assessments()
    mine = first.revised(by="Ann", reason="too wide")
    theirs = first.revised(by="Bob", reason="too narrow")
    filled.store(mine)

    with pytest.raises(ChangedMeanwhile, match="The assessment"):
        filled.store(theirs)

    assert filled.library.revisions(first.assessment_id) == (first, mine)


def test_a_thread_begins_with_its_first_revision(filled: Clinic) -> None:
    (first,) = filled.library.assessments()
    stray = replace(first.revised(by="Ann", reason=None), assessment_id=new_id())

    with pytest.raises(ChangedMeanwhile):
        filled.store(stray)


KEPT = ["patient", "lesion", "visit", "photograph", "proposal"]
KEPT += ["assessment", "assessment_photograph", "assessed_outline", "audit", "library"]


@pytest.mark.parametrize("table", KEPT)
def test_no_program_can_delete_a_row(filled: Clinic, table: str) -> None:
    filled.library.close()
    connection = sqlite3.connect(filled.library.path / "library.db")

    with pytest.raises(sqlite3.IntegrityError, match="DELETE is refused"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608

    connection.close()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        pytest.param("assessment", "state = 'closed'", id="assessment"),
        pytest.param("assessment_photograph", "place = 7", id="its photograph"),
        pytest.param("assessed_outline", "area_mm2 = 1.0", id="its area"),
        pytest.param("audit", "by = 'Nobody'", id="the trail"),
        pytest.param("photograph", "sha256 = upper(sha256)", id="a photograph's facts"),
        pytest.param("library", "id = 'other'", id="the library"),
    ],
)
def test_no_program_can_change_what_is_history(filled: Clinic, table: str, column: str) -> None:
    filled.library.close()
    connection = sqlite3.connect(filled.library.path / "library.db")

    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(f"UPDATE {table} SET {column}")  # noqa: S608

    connection.close()


@pytest.mark.parametrize("table", KEPT)
def test_no_program_can_replace_a_row_that_is_history(filled: Clinic, table: str) -> None:
    filled.library.close()
    connection = sqlite3.connect(filled.library.path / "library.db")

    with pytest.raises(sqlite3.IntegrityError, match=r"REPLACE is refused|grows at its end"):
        connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608

    connection.close()


def test_the_facts_of_a_file_can_not_be_updated(filled: Clinic) -> None:
    (photograph,) = filled.library.photographs()
    other = replace(photograph, photograph=replace(photograph.photograph, camera_make="Nikon"))

    with pytest.raises(sqlite3.IntegrityError, match="never change"), filled.verb() as change:
        change.update_photograph(other)

    assert filled.library.photographs() == (photograph,)


def test_what_is_written_is_on_the_disk_for_another_program_at_once(clinic: Clinic) -> None:
    patient = clinic.patient()
    folder: Path = clinic.library.path
    connection = sqlite3.connect(folder / "library.db")

    rows = connection.execute("SELECT id FROM patient").fetchall()

    connection.close()
    assert rows == [(patient.id,)]
