"""What leaves by the command line: refused with what to do instead, told with what waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.ui.conftest import write_clinic
from woundtrack import workflow
from woundtrack.cli import leaving, woundtrack
from woundtrack.errors import ArchiveUnreachable, LibraryInUse, NotSendable
from woundtrack.exchange.pictures import WHY_STAYS, Stays
from woundtrack.model import Archive, Consent, Progress, Purpose, SendState
from woundtrack.records import Library
from woundtrack.settings import Settings, write_settings
from woundtrack.workflow import archiving


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Return a clinic's folder: three patients, all of whom agreed to research."""
    with Library.create(tmp_path / "clinic") as library:
        write_clinic(library)
        yes = [
            Consent(
                patient_id=one.id,
                purpose=Purpose.RESEARCH,
                is_given=True,
                given_on=date(2026, 1, 6),
            )
            for one in library.patients()
        ]
        workflow.record_entries(library, yes, by="Ann")
    return tmp_path / "clinic"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(woundtrack, [str(one) for one in arguments])


def test_an_empty_name_is_not_the_folder_one_is_in(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    ran = run("export", clinic, "", "--format", "csv")

    assert ran.exit_code == 2
    assert "its name is empty: give one, or . for the folder you are in." in ran.stderr
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "what_to_do"),
    [
        ("dicom", "DICOM files are the photographs themselves: leave out --pictures"),
        ("redcap", "leave out --pictures, or export --format csv --pictures, too."),
    ],
)
def test_pictures_beside_a_format_without_any_are_refused_with_what_to_do(
    clinic: Path, tmp_path: Path, kind: str, what_to_do: str
) -> None:
    ran = run("export", clinic, tmp_path / "out", "--format", kind, "--pictures")

    assert ran.exit_code == 2
    assert what_to_do in ran.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["csv", "fhir"])
def test_an_export_says_how_many_pictures_wait_for_a_person_and_where_to_look(
    clinic: Path, tmp_path: Path, kind: str
) -> None:
    pictures = ("--pictures", "--framing", "around")

    ran = run("export", clinic, tmp_path / "out", "--format", kind, *pictures)

    assert ran.exit_code == 0, ran.output
    told = ran.stderr.splitlines()
    assert "5 pictures stay: a person has to look at it first." in told
    assert told[-1].startswith("5 wait for a person: open the library in the window, press Ctrl")


def test_a_study_of_an_identified_export_is_said_to_be_a_name_alone(
    clinic: Path, tmp_path: Path
) -> None:
    ran = run(
        "export", clinic, tmp_path / "out", "--format", "csv", "--identified", "--study", "BLOOM"
    )

    assert ran.exit_code == 0, ran.output
    said = "The study's name, BLOOM, stands in it; patients keep their own codes."
    assert said in ran.stderr.splitlines()
    told = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert told["study"] == "BLOOM"


@pytest.mark.parametrize("form", ["pseudonymised", "identified"])
@pytest.mark.parametrize("word", ["export", "remeasure"])
def test_nothing_leaves_while_another_window_has_the_library(
    clinic: Path, tmp_path: Path, word: str, form: str
) -> None:
    out = tmp_path / ("out" if word == "export" else "out.csv")
    command = [word, clinic, out, *(["--format", "csv"] if word == "export" else [])]
    command += ["--identified"] if form == "identified" else []

    with Library.open(clinic):
        refused = run(*command)

    assert isinstance(refused.exception, LibraryInUse)
    assert not out.exists()
    written = run(*command)
    assert written.exit_code in {0, 1}  # of photographs that are missing none can be measured
    assert out.exists()
    with Library.open(clinic) as library:
        trail = [one for one in library.audit_trail() if one.verb.endswith("export")]
    assert [one.verb for one in trail] == ["begin export", "export"]
    assert all(form in str(one.why) for one in trail)


def test_tables_tell_how_far_they_are(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, float]] = []

    @contextmanager
    def bar(label: str, *, quiet: bool) -> Iterator[Progress]:
        assert not quiet
        yield lambda fraction, _message: seen.append((label, round(fraction, 2)))

    monkeypatch.setattr(leaving, "progress_bar", bar)

    ran = run("export", clinic, tmp_path / "out", "--format", "csv")

    assert ran.exit_code == 0, ran.output
    assert seen == [("Tables", 0.0), ("Tables", 0.33), ("Tables", 0.67)]


def test_what_waits_behind_a_photograph_that_did_not_get_through_says_so(clinic: Path) -> None:
    archive = Archive(name="PACS", host="127.0.0.1", port=4, title="ANY-SCP")
    write_settings(Settings().with_archive(archive))
    with Library.open(clinic) as library:
        patient = library.patient_with_code("WT-0118")
        rows = archiving.queue_patient(library, patient, archive, by="Ann").added
        fresh = run("send", clinic, "--to", "PACS", "--list").stdout.splitlines()
        assert [line.split(": ")[1] for line in fresh] == ["not tried yet"] * len(rows)

        fault = ArchiveUnreachable(archive="PACS", address="127.0.0.1, port 4")
        outcome = archiving.Outcome(fault=fault)
        archiving.note_outcome(library, rows[0], outcome, by="Ann")

    first, *rest = run("send", clinic, "--to", "PACS", "--list").stdout.splitlines()

    assert "PACS can't be reached" in first
    assert rest
    name = first.split(", under ")[0]
    assert name.startswith("WT-0118, 20")
    assert all(line.endswith(f"behind {name}, at which the last run ended") for line in rest)


def queued_clinic(clinic: Path) -> Archive:
    """Set an archive and queue all photographs; one of WT-0118 was set aside."""
    archive = Archive(name="PACS", host="127.0.0.1", port=4, title="ANY-SCP")
    write_settings(Settings().with_archive(archive))
    with Library.open(clinic) as library:
        first = library.patient_with_code("WT-0118")
        rows = archiving.queue_patient(library, first, archive, by="Ann", study="FT").added
        for other in library.patients():
            if other.id != first.id:
                archiving.queue_patient(library, other, archive, by="Ann")
        reason = f"no picture of it may leave so, as {WHY_STAYS[Stays.NOT_LOOKED_AT]}"
        fault = NotSendable(photograph="one.jpg", reason=reason)
        archiving.note_outcome(library, rows[0], archiving.Outcome(fault=fault), by="Ann")
    return archive


def states(clinic: Path) -> list[SendState]:
    with Library.open(clinic, read_only=True) as library:
        return [one.state for one in library.sendings("PACS")]


def test_emptying_the_queue_says_how_many_of_how_many_patients_and_of_one_alone(
    clinic: Path,
) -> None:
    queued_clinic(clinic)
    assert states(clinic).count(SendState.REFUSED) == 1
    waiting = states(clinic).count(SendState.WAITING)
    with Library.open(clinic, read_only=True) as library:
        others = {one.id: one.code for one in library.patients() if one.code != "WT-0118"}
        photographs = [library.photograph(one.photograph_id) for one in library.sendings("PACS")]
        owners = [library.visit(one.visit_id).patient_id for one in photographs]
        code = next(others[one] for one in owners if one in others)

    listed = run("send", clinic, "--to", "PACS", "--list", "--patient", code)
    of_one = run("send", clinic, "--to", "PACS", "--cancel", "--patient", code)
    left = states(clinic).count(SendState.WAITING)
    rest = run("send", clinic, "--to", "PACS", "--cancel")
    again = run("send", clinic, "--to", "PACS", "--cancel")

    theirs = waiting - left
    assert 0 < theirs < waiting
    assert len(listed.stdout.splitlines()) == theirs
    verb = "waits" if theirs == 1 else "wait"
    noun = "photograph" if theirs == 1 else "photographs"
    assert of_one.stdout == f"{theirs} {noun} of 1 patient no longer {verb}.\n"
    assert " of 1 patient no longer wait" in rest.stdout
    assert rest.stdout.endswith("; 1 set aside is dropped.\n")
    assert again.stdout == "Nothing waits for PACS, and nothing was set aside.\n"
    assert set(states(clinic)) == {SendState.CANCELLED}


def test_what_was_set_aside_is_named_and_told_whenever_something_is_sent(
    clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued_clinic(clinic)
    listed = run("send", clinic, "--to", "PACS", "--list").stdout.splitlines()
    (aside,) = [line for line in listed if "(set aside): " in line]
    assert ", under the code of FT (set aside): one.jpg was not sent" in aside
    nothing = archiving.SendReport(sent=(), set_aside=(), waiting=0)
    monkeypatch.setattr(archiving, "send_waiting", lambda *_words, **_more: nothing)

    ran = run("send", clinic, "--to", "PACS")

    assert ran.stdout == "0 photographs sent to PACS.\n"
    told = ran.stderr.splitlines()
    assert told[-2] == "1 is set aside and isn't tried again without --retry; --list says why."
    assert told[-1].startswith("1 of them waits for a person: open the library in the window, ")
    assert "Ctrl Shift E" in told[-1]


@pytest.mark.parametrize("more", [["--retry"], ["--list"], ["--study", "FT", "--patient", "A"]])
def test_emptying_the_queue_goes_with_nothing_that_would_be_ignored(
    clinic: Path, more: list[str]
) -> None:
    queued_clinic(clinic)
    before = states(clinic)

    ran = run("send", clinic, "--to", "PACS", "--cancel", *more)

    assert ran.exit_code == 2
    assert "--list and --cancel go alone or with --patient" in ran.stderr
    assert states(clinic) == before


@pytest.mark.parametrize("given", [["--host", "pacs"], ["--tls"], ["--port", "11112"]])
def test_an_archives_address_without_its_name_is_refused(given: list[str]) -> None:
    ran = run("archives", *given)

    assert ran.exit_code == 2
    assert "go with --add NAME" in ran.stderr


@pytest.mark.parametrize(
    ("kind", "also"),
    [
        ("csv", "the names of staff and all that was typed. Keep"),
        ("redcap", "the names of staff and all that was typed. Keep"),
        ("fhir", "all that was typed and, where recorded, name, birth date, NHS number"),
    ],
)
def test_an_identified_export_says_what_tells_who_how_many_patients_are(
    clinic: Path, tmp_path: Path, kind: str, also: str
) -> None:
    named = run("export", clinic, tmp_path / "named", "--format", kind, "--identified")
    coded = run("export", clinic, tmp_path / "coded", "--format", kind)

    (told,) = [line for line in named.stderr.splitlines() if line.startswith("Whoever opens")]
    assert told.startswith("Whoever opens these files can tell who 3 patients are: they hold the ")
    assert "codes, true dates, " in told
    assert also in told
    assert "Whoever opens" not in coded.stderr
