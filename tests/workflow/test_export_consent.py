"""An export leaves out who refused, says so in words, and holds nothing of who a patient is."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from woundtrack import workflow
from woundtrack.cli import woundtrack
from woundtrack.errors import ResearchRefused
from woundtrack.model import (
    Archive,
    BodySite,
    Consent,
    Event,
    EventKind,
    Identity,
    PartialDate,
    Patient,
    Purpose,
    now,
)
from woundtrack.records import Library
from woundtrack.settings import Settings, write_settings
from woundtrack.workflow import archiving

Examine = Callable[..., workflow.Examined]
TODAY = now().astimezone().date()


@pytest.fixture
def patients(library: Library, examined: Examine) -> dict[str, Patient]:
    """File and accept one photograph each of three patients, who were not asked anything."""
    for place, code in enumerate(("CX-001", "CX-002", "CX-003")):
        one = examined(date(2026, 3, 4 + place), 20.0 + place)
        site = BodySite(region="abdomen")
        workflow.file_photograph(library, one, patient_code=code, site=site, by="Ann")
        patient = library.patient_with_code(code)
        workflow.accept_proposals(library, patient, include_doubted=True, by="Ann")
    return {one.code: one for one in library.patients()}


def consented(
    library: Library,
    patient: Patient,
    *,
    purpose: Purpose = Purpose.RESEARCH,
    is_given: bool = True,
    withdrawn_on: date | None = None,
) -> Consent:
    consent = Consent(
        patient_id=patient.id,
        purpose=purpose,
        is_given=is_given,
        given_on=TODAY - timedelta(days=30),
        withdrawn_on=withdrawn_on,
    )
    return workflow.record_entries(library, [consent], by="Ann")[0]


def exported(library: Library, folder: Path) -> set[str]:
    """Return the codes, in the clinic, of the patients with a row."""
    with (folder / "measurements.csv").open(encoding="utf-8", newline="") as stream:
        names = {row["patient_id"] for row in csv.DictReader(stream)}
    with Library.open(library.path, read_only=True) as reading:
        (study,) = reading.studies() or (None,)
        codes = {} if study is None else reading.study_codes(study.id)
        return {one.code for one in reading.patients() if {one.code, codes.get(one.id)} & names}


def left_out(folder: Path) -> int:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return int(manifest["patients_left_out"])


def test_whom_nobody_asked_is_in_the_export_unless_the_clinic_is_stricter(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    consented(library, patients["CX-001"])

    workflow.export_csv(library, tmp_path / "usual", by="Ann")
    workflow.export_csv(library, tmp_path / "strict", with_unasked=False, by="Ann")

    assert exported(library, tmp_path / "usual") == set(patients)
    assert left_out(tmp_path / "usual") == 0
    assert exported(library, tmp_path / "strict") == {"CX-001"}
    assert left_out(tmp_path / "strict") == 2


def test_who_refused_research_is_in_no_pseudonymised_export(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    consented(library, patients["CX-002"], is_given=False)

    workflow.export_csv(library, tmp_path / "out", by="Ann")

    assert exported(library, tmp_path / "out") == {"CX-001", "CX-003"}
    for path in (tmp_path / "out").iterdir():
        assert patients["CX-002"].id not in path.read_text(encoding="utf-8")
    assert (
        library.audit_trail()[-1].why
        == "csv, pseudonymised, 2 patients, 1 who refused or withdrew left out, to out"
    )


def test_who_withdraws_today_is_left_out_of_what_was_known_last_year(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    given = consented(library, patients["CX-003"])
    workflow.export_csv(library, tmp_path / "before", as_of=TODAY, by="Ann")
    assert "CX-003" in exported(library, tmp_path / "before")

    workflow.amend_entry(library, given, by="Ann", reason="Withdrawn", withdrawn_on=TODAY)
    workflow.export_csv(library, tmp_path / "after", as_of=TODAY, by="Ann")

    assert exported(library, tmp_path / "after") == {"CX-001", "CX-002"}


def test_the_rows_of_the_others_are_the_same_bytes_with_and_without_who_left(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    workflow.export_csv(library, tmp_path / "before", by="Ann")
    consented(library, patients["CX-002"], is_given=False)

    workflow.export_csv(library, tmp_path / "after", by="Ann")

    def lines(folder: Path) -> list[str]:
        return (folder / "measurements.csv").read_text(encoding="utf-8").splitlines()

    (study,) = library.studies()
    gone = library.study_codes(study.id)[patients["CX-002"].id]
    assert lines(tmp_path / "after") == [
        line for line in lines(tmp_path / "before") if gone not in line
    ]


def test_an_identified_export_is_the_record_and_asks_for_consent_to_that(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    consented(library, patients["CX-001"], is_given=False)
    consented(library, patients["CX-002"], purpose=Purpose.RECORD, is_given=False)

    workflow.export_csv(library, tmp_path / "out", identified=True, by="Ann")

    assert exported(library, tmp_path / "out") == {"CX-001", "CX-003"}


def test_the_event_that_consent_was_withdrawn_counts(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    consented(library, patients["CX-001"])
    event = Event(
        patient_id=patients["CX-001"].id,
        kind=EventKind.CONSENT_WITHDRAWN,
        on=PartialDate.of(TODAY),
    )

    workflow.record_entries(library, [event], by="Ann")
    workflow.export_csv(library, tmp_path / "out", by="Ann")

    assert "CX-001" not in exported(library, tmp_path / "out")


def run(*arguments: object) -> tuple[str, str]:
    result = CliRunner().invoke(woundtrack, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_the_command_line_says_who_was_left_out_and_why(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    consented(library, patients["CX-002"], is_given=False)
    library.close()

    printed, told = run("export", library.path, tmp_path / "out", "--format", "csv")
    assert told.splitlines() == [
        "Left out, as consent to research was refused or withdrawn: CX-002.",
        "2 patients were never asked about research, and not left out.",
        (
            "2 patients are one of fewer than five with the same sex, age (in five years) and "
            "centre: who knows one of them may find them. Pass it on to those alone who have "
            "agreed not to try."
        ),
    ]
    names = [Path(line).name for line in printed.splitlines()]
    assert names[0] == "patients.csv"
    assert {"measurements.csv", "datapackage.json"} < set(names)
    assert names[-1] == "manifest.json"

    _, told = run("export", library.path, tmp_path / "two", "--format", "csv", "--asked-only")
    assert told.splitlines()[1] == "Left out, as nobody asked about research: CX-001, CX-003."
    assert exported(library, tmp_path / "two") == set()


@pytest.mark.parametrize("kind", ["csv", "redcap", "fhir"])
def test_an_export_that_holds_nobody_says_so_and_what_its_day_means(
    library: Library, patients: dict[str, Patient], tmp_path: Path, kind: str
) -> None:
    library.close()
    where = (library.path, tmp_path / "out", "--format", kind, "--as-of")

    _, told = run("export", *where, TODAY - timedelta(days=1))
    assert "none was recorded yet on" in told
    assert "not the day of the visit" in told

    _, told = run("export", *where, TODAY + timedelta(days=2))
    assert "is still to come" in told
    assert "No patient is in it" not in told

    _, told = run("export", *where, TODAY)
    assert "still to come" not in told
    assert "No patient is in it" not in told


def test_photographs_that_stay_are_told_by_why_and_those_that_wait_with_what_to_do(
    library: Library, patients: dict[str, Patient], examined: Examine, tmp_path: Path
) -> None:
    one = examined(date(2026, 3, 9), 30.0)
    groin = BodySite(region="groin")
    workflow.file_photograph(library, one, patient_code="CX-004", site=groin, by="Ann")
    asked = library.patient_with_code("CX-004")
    workflow.accept_proposals(library, asked, include_doubted=True, by="Ann")
    consented(library, asked)
    library.close()

    _, told = run("export", library.path, tmp_path / "out", "--format", "dicom")

    assert told.splitlines()[1:] == [
        "3 photographs stay: the patient didn't agree to it, or wasn't asked.",
        "1 photograph stays: a person has to look at it first.",
        (
            "1 waits for a person: open the library in the window, press Ctrl Shift E and say of "
            "each whether it may leave; then export again."
        ),
    ]


def test_without_consent_to_research_no_photograph_waits_under_a_studys_code(
    library: Library, patients: dict[str, Patient]
) -> None:
    consented(library, patients["CX-002"], is_given=False)
    archive = Archive(name="PACS", host="127.0.0.1", port=4, title="STORE")

    with pytest.raises(ResearchRefused, match="CX-002 doesn't agree to research, so that no"):
        archiving.queue_patient(library, patients["CX-002"], archive, study="BLOOM", by="Ann")

    assert library.sendings(archive.name) == ()
    queued = archiving.queue_patient(library, patients["CX-002"], archive, by="Ann")
    assert len(queued.added) == 1


def test_an_export_is_not_written_among_the_librarys_own_files(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    library.close()
    before = sorted(library.path.iterdir())

    for folder in (library.path, library.path / "originals", library.path / "out"):
        arguments = ["export", str(library.path), str(folder), "--format", "csv"]
        result = CliRunner().invoke(woundtrack, arguments)
        assert result.exit_code == 1
        assert "it lies in the folder of the library itself" in str(result.exception)
    assert sorted(library.path.iterdir()) == before


def test_a_clinics_setting_makes_every_export_stricter(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    consented(library, patients["CX-001"])
    library.close()
    write_settings(Settings(exports_unasked=False))

    _, told = run("export", library.path, tmp_path / "out", "--format", "csv")

    assert told.splitlines()[0] == "Left out, as nobody asked about research: CX-002, CX-003."
    assert exported(library, tmp_path / "out") == {"CX-001"}


PLANTED = Identity(
    patient_id="",
    name="Wilhelmina Quackenbush",
    birth_date=date(1957, 8, 23),
    nhs_number="9434765919",  # the example of the NHS Data Model: its check digit is right
    local_id="RXH0998877",
)


SECRETS = (
    "Wilhelmina",
    "Quackenbush",
    "1957-08-23",
    "23/08/1957",
    "23 Aug 1957",
    "9434765919",
    "943 476 5919",
    "RXH0998877",
)


def leaked(*told: str) -> list[str]:
    return [one for one in SECRETS for text in told if one.casefold() in text.casefold()]


def words_of(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
        return " ".join([*texts, repr(document.get_metadata_dict())])


def test_what_is_known_of_who_a_patient_is_reaches_nothing_pseudonymous(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    planted = replace(PLANTED, patient_id=patients["CX-001"].id)
    workflow.set_identity(library, planted, by="Ann")

    workflow.export_csv(library, tmp_path / "out", by="Ann")
    workflow.export_csv(library, tmp_path / "identified", identified=True, by="Ann")
    path = library.path
    trail = " ".join(repr(entry) for entry in library.audit_trail())
    library.close()
    timeline, _ = run("timeline", path, "--patient", "CX-001", "--json")

    assert leaked(trail, timeline) == []
    for folder in ("out", "identified"):
        for one in (tmp_path / folder).iterdir():
            assert leaked(one.name, one.read_text(encoding="utf-8")) == []
    for one in path.rglob("*"):
        assert leaked(one.name) == []
        if one.is_file() and not one.name.startswith("library.db"):
            assert leaked(one.read_bytes().decode("latin-1")) == []


def test_a_report_holds_no_name_unless_it_is_asked_for(
    library: Library, patients: dict[str, Patient], tmp_path: Path
) -> None:
    planted = replace(PLANTED, patient_id=patients["CX-001"].id)
    workflow.set_identity(library, planted, by="Ann")
    path = library.path
    library.close()

    run("report", path, tmp_path / "page.pdf", "--patient", "CX-001", "-q")
    run("report", path, tmp_path / "named.pdf", "--patient", "CX-001", "--identified", "-q")

    assert "CX-001" in words_of(tmp_path / "page.pdf")
    assert leaked(words_of(tmp_path / "page.pdf")) == []
    assert "Quackenbush" in words_of(tmp_path / "named.pdf")
