"""Nothing leaves unlogged: the trail says that an export begins before a byte is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.ui.conftest import write_clinic
from woundtrack import workflow
from woundtrack.errors import Cancelled, ExportUnnoted, FileUnwritable
from woundtrack.model import Consent, Framing, Purpose
from woundtrack.records import Library
from woundtrack.workflow.export_formats import FORMATS, writer_of
from woundtrack.workflow.exporting import Export, ExportChoice, open_export
from woundtrack.workflow.exporting_notes import begin_export, noted, past_exports

IDENTIFIED = ExportChoice(is_identified=True)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return a clinic: three patients, three lesions, six assessments, seven photographs."""
    made = Library.create(tmp_path / "clinic")
    write_clinic(made)
    return made


def told(library: Library) -> list[tuple[str, str | None]]:
    """Return what the trail says since the patients were given codes."""
    verbs = {"begin export", "export", "stop export"}
    return [(one.verb, one.why) for one in library.audit_trail() if one.verb in verbs]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_noted_before_it_is_written_and_after(
    name: str, library: Library, tmp_path: Path
) -> None:
    seen: list[list[tuple[str, str | None]]] = []

    def look(_fraction: float, _message: str) -> None:
        seen.append(told(library))

    export = open_export(library, ExportChoice(study="BLOOM"), by="Ann")
    writer_of(name)(export, tmp_path / "out", by="Ann", progress=look)

    begun = ("begin export", f"{name}, pseudonymised, 3 patients, study BLOOM, to out")
    assert seen[0] == [begun]
    first, last = told(library)
    assert first == begun
    assert last[0] == "export"
    assert str(last[1]).startswith(name)
    assert str(last[1]).endswith("pseudonymised, 3 patients, study BLOOM, to out")


@pytest.mark.parametrize("name", FORMATS)
def test_from_a_library_that_can_only_be_read_nothing_leaves(
    name: str, library: Library, tmp_path: Path
) -> None:
    path = library.path
    library.close()

    with Library.open(path, read_only=True) as reading:
        export = open_export(reading, IDENTIFIED, by="Ann")
        with pytest.raises(ExportUnnoted, match="open for reading only, and nothing leaves"):
            writer_of(name)(export, tmp_path / "out", by="Ann")

    assert [one.name for one in tmp_path.iterdir()] == ["clinic"]


KILLED = """
import os, signal, sys
from pathlib import Path
from woundtrack.records import Library
from woundtrack.workflow.exporting import ExportChoice, open_export, write_csv

rename = Path.rename


def die(path, to):
    if sys.argv[3] == "placed":
        rename(path, to)
    os.kill(os.getpid(), signal.SIGKILL)


Path.rename = die
with Library.open(sys.argv[1]) as library:
    export = open_export(library, ExportChoice(study="BLOOM"), by="Ann")
    write_csv(export, Path(sys.argv[2]), by="Ann")
"""


@pytest.mark.parametrize("when", ["not placed", "placed"])
def test_an_export_whose_computer_died_stands_in_the_trail(
    when: str, library: Library, tmp_path: Path
) -> None:
    path, out = library.path, tmp_path / "out"
    library.close()

    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(out), when],
        capture_output=True,
        check=False,
        env=os.environ,
    )

    assert ran.returncode == -signal.SIGKILL, ran.stderr
    assert out.exists() == (when == "placed")
    with Library.open(path) as opened:
        assert told(opened) == [
            ("begin export", "csv, pseudonymised, 3 patients, study BLOOM, to out")
        ]
        (past,) = past_exports(opened, 3)
        assert not past.is_ended


def test_an_export_that_comes_to_nothing_says_why_in_the_trail(
    library: Library, tmp_path: Path
) -> None:
    taken = tmp_path / "out"
    taken.mkdir()
    (taken / "patients.csv").write_text("somebody's own", encoding="utf-8")

    def stop(_fraction: float, _message: str) -> None:
        raise Cancelled

    with pytest.raises(FileUnwritable):
        workflow.export_csv(library, taken, identified=True, by="Ann")
    with pytest.raises(Cancelled):
        workflow.export_csv(library, tmp_path / "new", identified=True, by="Ann", progress=stop)

    (_, first, _, second) = told(library)
    assert first[0] == second[0] == "stop export"
    assert str(first[1]).startswith("csv, identified, 3 patients, to out: ")
    assert "that no export wrote" in str(first[1])
    assert second[1] == "csv, identified, 3 patients, to new: stopped by hand"
    assert past_exports(library, 3) == ()


def test_a_bug_is_noted_as_one_and_not_swallowed(library: Library, tmp_path: Path) -> None:
    export = open_export(library, IDENTIFIED, by="Ann")

    with (
        pytest.raises(ZeroDivisionError),
        noted(export, "csv", tmp_path / "out", by="Ann"),
    ):
        raise ZeroDivisionError

    assert told(library)[-1] == (
        "stop export",
        "csv, identified, 3 patients, to out: a fault of the program",
    )


def test_the_trail_says_which_data_left_and_whom_nobody_asked_apart_from_who_refused(
    library: Library, tmp_path: Path
) -> None:
    refuses, agrees, _ = library.patients()
    answers = [
        Consent(
            patient_id=one.id,
            purpose=Purpose.RESEARCH,
            is_given=is_given,
            given_on=date(2026, 1, 6),
        )
        for one, is_given in ((refuses, False), (agrees, True))
    ]
    workflow.record_entries(library, answers, by="Ann")
    choice = ExportChoice(
        study="FT",
        as_of=date(2030, 1, 1),
        with_free_text=True,
        with_unasked=False,
        pictures=Framing.AROUND,
    )

    writer_of("csv")(open_export(library, choice, by="Ann"), tmp_path / "far" / "out", by="Ann")

    (begun, _) = told(library)
    assert begun[1] == (
        "csv with pictures, pseudonymised, 1 patients, 1 who refused or withdrew left out, "
        "1 whom nobody asked left out, study FT, as of 2030-01-01, with free text, "
        "pictures of the lesion and around it, to out"
    )


def test_into_the_librarys_own_folder_nothing_goes_and_nothing_is_noted(
    library: Library,
) -> None:
    export = open_export(library, IDENTIFIED, by="Ann")

    with pytest.raises(FileUnwritable, match="it lies in the folder of the library itself"):
        begin_export(export, "csv", library.path / "out", by="Ann")

    assert told(library) == []


def test_the_last_exports_are_those_that_left_or_may_have_newest_first(
    library: Library, tmp_path: Path
) -> None:
    def export() -> Export:
        return open_export(library, IDENTIFIED, by="Ann")

    with library.verb("export", by="Old", why="csv, pseudonymised, 2 patients"):
        pass  # as earlier versions noted it
    begin_export(export(), "fhir", tmp_path / "out", by="Ben")  # its computer dies
    with pytest.raises(Cancelled), noted(export(), "csv", tmp_path / "out", by="Cy"):
        raise Cancelled
    with noted(export(), "redcap", tmp_path / "out", by="Di"):
        pass

    past = past_exports(library, 5)

    assert [(one.entry.by, one.is_ended) for one in past] == [
        ("Di", True),
        ("Ben", False),
        ("Old", True),
    ]
    assert past_exports(library, 2) == past[:2]


def test_a_note_of_another_library_is_none_for_this_one(library: Library, tmp_path: Path) -> None:
    note = begin_export(
        open_export(library, IDENTIFIED, by="Ann"), "csv", tmp_path / "out", by="Ann"
    )
    with Library.create(tmp_path / "other") as other:
        export = open_export(other, IDENTIFIED, by="Ann")

        with (
            pytest.raises(ValueError, match="another library's export"),
            noted(export, "csv", tmp_path / "out", by="Ann", note=note),
        ):
            pass
