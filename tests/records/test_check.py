"""``check`` finds whatever is not as it was left, and names nothing that is well."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import Cancelled, LibraryDamaged
from woundtrack.records import CheckReport, Library, audit

if TYPE_CHECKING:
    from tests.records.conftest import Clinic


@contextmanager
def tampering(library: Library) -> Iterator[sqlite3.Connection]:
    """Open the closed library as a determined person would: without its triggers."""
    library.close()
    with closing(sqlite3.connect(library.path / "library.db")) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


def checked(library: Library) -> CheckReport:
    library.close()
    with Library.open(library.path, read_only=True) as again:
        return again.check()


# --- when all is well ----------------------------------------------------------------------------


def test_a_library_as_it_was_left_has_no_problem_and_its_counts(filled: Clinic) -> None:
    report = filled.library.check()

    assert report.is_clean
    assert report.problems == ()
    assert (report.patients, report.lesions, report.visits) == (1, 1, 1)
    assert (report.photographs, report.assessments, report.originals) == (1, 1, 1)
    assert (report.audit_entries, report.audit_head) == (6, filled.library.audit_head())
    assert report.orphan_originals == ()


def test_a_library_with_every_kind_of_change_has_no_problem(filled: Clinic) -> None:
    library = filled.library
    (assessment,) = library.assessments()
    (photograph,) = library.photographs()
    with filled.verb() as change:
        change.update_lesion(replace(library.lesion(assessment.lesion_id), label="upper"))
        change.update_visit(library.visit(photograph.visit_id))
        change.update_photograph(replace(photograph, site=None, is_retired=True))
        change.update_proposal(
            replace(library.proposal_of(photograph.id), is_waiting=False, calibration=None)
        )
        change.add_assessment(assessment.revised(by="Bob", reason="x", is_retired=True))

    assert library.check().problems == ()
    assert checked(library).problems == ()


def test_an_original_that_no_photograph_needs_is_counted_and_is_no_problem(
    filled: Clinic,
) -> None:
    facts = filled.facts(b"its import was stopped")

    report = filled.library.check()

    assert report.is_clean
    assert report.orphan_originals == (facts.sha256,)
    assert report.originals == 2


def test_a_check_tells_how_far_it_is_and_can_be_stopped(filled: Clinic) -> None:
    said: list[tuple[float, str]] = []
    filled.library.check(lambda fraction, message: said.append((fraction, message)))

    def stop(fraction: float, message: str) -> None:
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        filled.library.check(stop)

    assert said[0] == (0.0, "Checking the database")
    assert said[-1] == (1.0, "Checked")
    filled.visit(filled.library.patients()[0])  # the library is as usable as before
    assert filled.library.check().visits == 2


# --- originals -----------------------------------------------------------------------------------


def test_a_missing_original_is_named(filled: Clinic) -> None:
    (photograph,) = filled.library.photographs()
    sha256 = photograph.photograph.sha256
    filled.library.originals.path(sha256).unlink()

    assert filled.library.check().problems == (f"the original {sha256} is missing",)


def test_one_changed_bit_of_an_original_is_found(filled: Clinic) -> None:
    (photograph,) = filled.library.photographs()
    path = filled.library.originals.path(photograph.photograph.sha256)
    path.chmod(0o644)
    path.write_bytes(b"b photograph")

    assert filled.library.check().problems == (
        f"the original {photograph.photograph.sha256} is not as it was written",
    )


# --- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            "UPDATE assessed_outline SET area_mm2 = 1210.0, area_low_mm2 = 1200.0",
            "was changed outside woundtrack (accepted_outlines)",
            id="an area",
        ),
        pytest.param(
            "UPDATE assessed_outline SET outline = replace(outline, '0.1', '0.2')",
            "was changed outside woundtrack (accepted_outlines)",
            id="a point of an outline",
        ),
        pytest.param(
            "UPDATE assessment SET accepted_by = 'Nobody'",
            "was changed outside woundtrack (accepted_by)",
            id="who accepted",
        ),
        pytest.param(
            "UPDATE visit SET visited_on = '2026-03-05'",
            "was changed outside woundtrack (visited_on)",
            id="a visit's date",
        ),
        pytest.param(
            "UPDATE proposal SET calibration = NULL",
            "was changed outside woundtrack (calibration)",
            id="a calibration",
        ),
        pytest.param(
            "DELETE FROM assessed_outline",
            "was changed outside woundtrack (accepted_outlines)",
            id="an outline taken out",
        ),
        pytest.param(
            "DELETE FROM proposal", "is in the audit trail but not there", id="a row taken out"
        ),
        pytest.param(
            "INSERT INTO patient VALUES ('x', 'CX-666', '2026-01-01T00:00:00.000000Z', 1, NULL)",
            "the patient x is not in the audit trail",
            id="a row put in",
        ),
    ],
)
def test_a_row_changed_behind_the_librarys_back_is_found(
    filled: Clinic, change: str, problem: str
) -> None:
    with tampering(filled.library) as connection:
        connection.execute(change)

    (found,) = checked(filled.library).problems

    assert problem in found


def test_many_problems_of_one_sort_are_counted(filled: Clinic) -> None:
    with tampering(filled.library) as connection:
        for number in range(30):
            connection.execute(
                "INSERT INTO patient VALUES (?, ?, '2026-01-01T00:00:00.000000Z', 1, NULL)",
                (str(number), str(number)),
            )

    problems = checked(filled.library).problems

    assert len(problems) == 21
    assert problems[-1] == "and 10 more of these"


def test_a_row_that_points_to_nothing_is_found(filled: Clinic) -> None:
    with tampering(filled.library) as connection:
        connection.execute("DELETE FROM visit")

    problems = checked(filled.library).problems

    assert "a row of photograph points to a visit that is not there" in problems


def test_a_dropped_trigger_and_a_strange_table_are_found(filled: Clinic) -> None:
    filled.library.close()
    with closing(sqlite3.connect(filled.library.path / "library.db")) as connection:
        connection.execute("DROP TRIGGER audit_refuses_update")
        connection.execute("CREATE TABLE notes (text TEXT)")

    assert checked(filled.library).problems == (
        "the trigger audit_refuses_update is missing",
        "the table notes does not belong there",
    )


def test_a_torn_page_of_the_database_is_found_and_not_raised(filled: Clinic) -> None:
    filled.library.close()
    file = filled.library.path / "library.db"
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'proposal'"
        ).fetchone()
    data = bytearray(file.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = b"\xaa" * 4096
    file.write_bytes(data)

    report = checked(filled.library)

    assert report.problems == ("its database says “database disk image is malformed”",)
    assert report.originals == 1
    assert report.orphan_originals == ()  # which are needed can't be known


# --- the audit trail -----------------------------------------------------------------------------


def test_the_hash_of_an_entry_is_the_documented_one(filled: Clinic) -> None:
    with closing(sqlite3.connect(filled.library.path / "library.db")) as connection:
        (library_id,) = connection.execute("SELECT id FROM library").fetchone()
        found = connection.execute(
            "SELECT seq, at, offset_minutes, by, account, verb, why, what, application_version, "
            "previous_hash, hash FROM audit ORDER BY seq"
        ).fetchall()

    previous = hashlib.sha256(f"woundtrack library {library_id}".encode()).hexdigest()
    for *values, written in found:
        text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
        assert values[-1] == previous
        assert hashlib.sha256(text.encode()).hexdigest() == written
        previous = written
    assert previous == filled.library.audit_head()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            "UPDATE audit SET by = 'Nobody' WHERE seq = 3",
            "entry 3 of the audit trail is not as it was written",
            id="an entry changed",
        ),
        pytest.param(
            "DELETE FROM audit WHERE seq = 2",
            "entry 2 of the audit trail is missing",
            id="an entry taken out",
        ),
        pytest.param(
            "DELETE FROM audit WHERE seq > 4",
            "the audit trail ends before entry 6",
            id="the newest cut off",
        ),
        pytest.param(
            "UPDATE audit SET seq = -seq WHERE seq IN (2, 3); "
            "UPDATE audit SET seq = 5 + seq WHERE seq < 0",
            "entry 2 of the audit trail is not as it was written",
            id="two entries swapped",
        ),
        pytest.param(
            "UPDATE library SET id = 'another library''s'",
            "entry 1 of the audit trail is not as it was written",
            id="a trail from another library",
        ),
    ],
)
def test_a_trail_that_was_meddled_with_is_found_on_opening(
    filled: Clinic, change: str, problem: str
) -> None:
    with tampering(filled.library) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.executescript(change)

    with pytest.raises(LibraryDamaged, match=problem):
        Library.open(filled.library.path)


def test_an_entry_older_than_the_newest_few_is_found_by_the_check(clinic: Clinic) -> None:
    patient = clinic.patient()
    for _ in range(60):
        clinic.visit(patient)
    with tampering(clinic.library) as connection:
        connection.execute("UPDATE audit SET why = 'made up' WHERE seq = 7")

    assert checked(clinic.library).problems == (
        "entry 7 of the audit trail is not as it was written",
    )


def test_a_trail_cut_off_with_all_it_says_of_itself_is_found_by_a_backup_in_the_library(
    filled: Clinic,
) -> None:
    library = filled.library
    patient = library.patients()[0]
    visit = filled.visit(patient)
    library.backup(library.path / "backups" / "monday.zip")
    with tampering(library) as connection:
        connection.execute("DELETE FROM audit WHERE seq = 7")
        connection.execute("DELETE FROM visit WHERE id = ?", (visit.id,))
        connection.execute(
            "UPDATE library SET audit_count = 6, "
            "audit_head = (SELECT hash FROM audit WHERE seq = 6)"
        )

    assert checked(library).problems == (
        "the audit trail no longer holds what it held in monday.zip",
    )


def test_an_empty_trail_begins_with_the_librarys_own_hash(library: Library, tmp_path: Path) -> None:
    with Library.create(tmp_path / "other") as other:
        assert len(library.audit_head()) == 64
        assert library.audit_head() != other.audit_head()
        assert library.audit_trail() == ()

    assert audit.genesis("a") == (
        "1564f4573363fc77fc3787991ae150f31221d44bd2e9ab7f91de5ce00e423e2a"
    )
