"""A patient by code: a slip goes out of view with nothing clinical, a wrong code is corrected."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from woundtrack import workflow
from woundtrack.errors import ChangedMeanwhile, NotUnderstood, PatientStands, UnknownPatient
from woundtrack.model import BodySite, Identity, Pain, PainContext, PainScale
from woundtrack.records import Library

Examine = Callable[..., workflow.Examined]
YESTERDAY = date(2026, 9, 20)
LONG_AGO = datetime(2026, 9, 20, 9, tzinfo=UTC)
TODAY = datetime(2026, 9, 22, 9, tzinfo=UTC)
FLANK = BodySite(region="flank")


def faults(library: Library) -> list[str]:
    """Return what the library finds wrong with itself; the photographs here have no files."""
    return [one for one in library.check().problems if not one.startswith("the original ")]


def codes_in(folder: Path, table: str = "patients") -> list[str]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [row["patient_id"] for row in csv.DictReader(file)]


def test_a_patient_of_whom_nothing_stands_goes_out_of_view_and_comes_back(
    library: Library, tmp_path: Path
) -> None:
    kept = workflow.add_patient(library, "WT-0200", by="Ann")
    slip = workflow.add_patient(library, "WT-2000", by="Ann")

    gone = workflow.remove_patient(library, slip, by="Ann")

    assert library.patients() == (kept,)
    assert library.patients(include_retired=True) == (kept, gone)
    assert [one.code for one in library.patient_summaries()] == ["WT-0200"]
    with pytest.raises(UnknownPatient):
        library.patient_with_code("wt-2000")
    workflow.export_csv(library, tmp_path / "out", identified=True, by="Ann")
    assert codes_in(tmp_path / "out") == ["WT-0200"]
    workflow.export_csv(library, tmp_path / "coded", study="BLOOM", by="Ann")
    assert len(codes_in(tmp_path / "coded")) == 1
    (study,) = library.studies()
    assert list(library.study_codes(study.id)) == [kept.id]
    assert library.audit_trail()[-1].verb == "export"
    assert [one.verb for one in library.audit_trail()].count("remove patient") == 1
    assert faults(library) == []

    back = workflow.restore_patient(library, gone, by="Ann")

    assert library.patients() == (kept, back)
    assert back.code == "WT-2000"
    assert faults(library) == []


def test_who_has_a_photograph_an_entry_or_a_name_stays(library: Library, examined: Examine) -> None:
    filed = workflow.file_photograph(
        library,
        examined(YESTERDAY, 20.0),
        patient_code="WT-1",
        site=FLANK,
        visited_on=YESTERDAY,
        by="Ann",
    )
    photographed = library.patient_with_code("WT-1")
    told = workflow.add_patient(library, "WT-2", by="Ann")
    (pain,) = workflow.record_entries(library, [_pain(told.id)], by="Ann")
    named = workflow.add_patient(library, "WT-3", by="Ann")
    workflow.set_identity(library, Identity(patient_id=named.id, name="Ada"), by="Ann")
    before = library.audit_head()

    for patient, what in ((photographed, "1 photograph"), (told, "1 entry"), (named, "a name")):
        with pytest.raises(
            PatientStands, match=f"{patient.code} stays .* because of {what}: nothing"
        ):
            workflow.remove_patient(library, patient, by="Ann")
    assert library.audit_head() == before
    assert len(library.patients()) == 3

    workflow.withdraw(library, [filed.photograph], by="Ann", reason="code mistyped")
    workflow.take_back_entries(library, [pain], by="Ann")
    workflow.set_identity(library, Identity(patient_id=named.id, version=1), by="Ann")
    for patient in (photographed, told, named):
        workflow.remove_patient(library, patient, by="Ann")
    assert library.patients() == ()
    assert faults(library) == []


def test_a_code_that_was_taken_out_brings_the_same_patient_back(
    library: Library, examined: Examine
) -> None:
    first = workflow.add_patient(library, "WT-2000", by="Ann")
    workflow.remove_patient(library, first, by="Ann")

    again = workflow.add_patient(library, "wt-2000", by="Ann")
    assert (again.id, again.code) == (first.id, "WT-2000")
    workflow.remove_patient(library, again, by="Ann")
    workflow.file_photograph(
        library,
        examined(YESTERDAY, 20.0),
        patient_code="WT-2000",
        site=FLANK,
        visited_on=YESTERDAY,
        by="Ann",
    )

    assert [one.id for one in library.patients()] == [first.id]
    assert faults(library) == []


def test_what_is_recorded_of_a_patient_who_was_taken_out_brings_them_back(
    library: Library,
) -> None:
    gone = workflow.remove_patient(library, workflow.add_patient(library, "WT-1", by="Ann"), by="A")

    workflow.record_entries(library, [_pain(gone.id)], by="Ann")

    assert [one.id for one in library.patients()] == [gone.id]
    assert faults(library) == []


def test_a_photograph_moved_to_a_code_that_was_taken_out_brings_that_patient_back(
    library: Library, examined: Examine
) -> None:
    gone = workflow.add_patient(library, "WT-2000", by="Ann")
    workflow.remove_patient(library, gone, by="Ann")
    filed = workflow.file_photograph(
        library,
        examined(YESTERDAY, 20.0),
        patient_code="WT-1",
        site=FLANK,
        visited_on=YESTERDAY,
        by="Ann",
    )

    workflow.refile(
        library,
        filed.photograph,
        patient_code="WT-2000",
        site=FLANK,
        visited_on=YESTERDAY,
        by="Ann",
        reason="another patient's",
    )
    workflow.remove_patient(library, library.patient_with_code("WT-1"), by="Ann")

    assert [one.id for one in library.patients()] == [gone.id]


def test_a_corrected_code_keeps_what_was_recorded_and_the_code_in_a_study(
    library: Library, examined: Examine, tmp_path: Path
) -> None:
    workflow.file_photograph(
        library,
        examined(YESTERDAY, 20.0),
        patient_code="WT-2000",
        site=FLANK,
        visited_on=YESTERDAY,
        by="Ann",
    )
    patient = library.patient_with_code("WT-2000")
    workflow.export_csv(library, tmp_path / "before", study="BLOOM", by="Ann")

    called = workflow.correct_code(
        library, patient, " WT-0200 ", by="Bea", reason=" two digits swapped "
    )

    assert (called.id, called.code) == (patient.id, "WT-0200")
    assert library.patients() == (called,)
    assert len(library.photographs(called.id)) == 1
    with pytest.raises(UnknownPatient):
        library.patient_with_code("WT-2000")
    entry = library.audit_trail()[-1]
    assert (entry.verb, entry.by) == ("correct code", "Bea")
    assert entry.why == "two digits swapped"
    (changed,) = json.loads(entry.what)["changed"]
    assert (changed["old"]["code"], changed["new"]["code"]) == ("WT-2000", "WT-0200")
    workflow.export_csv(library, tmp_path / "after", study="BLOOM", by="Ann")
    assert codes_in(tmp_path / "after") == codes_in(tmp_path / "before")
    assert faults(library) == []


def test_a_code_is_corrected_in_its_capitals_and_never_to_a_name_or_somebody_elses(
    library: Library,
) -> None:
    patient = workflow.add_patient(library, "wt-0200", by="Ann")
    workflow.add_patient(library, "WT-0300", by="Ann")

    with pytest.raises(NotUnderstood, match="has it already"):
        workflow.correct_code(library, patient, "wt-0300", by="Ann")
    with pytest.raises(NotUnderstood):
        workflow.correct_code(library, patient, "Mary Smith", by="Ann")
    called = workflow.correct_code(library, patient, "WT-0200", by="Ann")

    assert called.code == "WT-0200"
    before = library.audit_head()
    assert workflow.correct_code(library, called, "WT-0200", by="Ann") == called
    assert library.audit_head() == before
    with pytest.raises(ChangedMeanwhile):
        workflow.correct_code(library, patient, "WT-0500", by="Ann")  # as it was read before


def test_the_code_of_somebody_taken_out_is_free_for_whom_it_belongs_to(library: Library) -> None:
    slip = workflow.add_patient(library, "WT-0200", by="Ann")
    workflow.remove_patient(library, slip, by="Ann")
    patient = workflow.add_patient(library, "WT-2000", by="Ann")

    called = workflow.correct_code(library, patient, "WT-0200", by="Ann")

    assert library.patients() == (called,)
    assert library.patient(slip.id).code == "WT-0200 (taken out 1)"
    assert faults(library) == []


def test_whose_code_somebody_else_got_has_it_again_once_it_is_free(library: Library) -> None:
    slip = workflow.add_patient(library, "WT-0200", by="Ann")
    gone = workflow.remove_patient(library, slip, by="Ann")
    other = workflow.add_patient(library, "WT-2000", by="Ann")
    called = workflow.correct_code(library, other, "WT-0200", by="Ann")

    aside = workflow.restore_patient(library, gone, by="Ann")
    assert aside.code == "WT-0200 (taken out 1)"
    workflow.remove_patient(library, aside, by="Ann")
    workflow.correct_code(library, called, "WT-2000", by="Ann")
    back = workflow.restore_patient(library, gone, by="Ann")

    assert [one.code for one in library.patients()] == ["WT-0200", "WT-2000"]
    assert (back.id, back.code) == (slip.id, "WT-0200")
    assert faults(library) == []


def test_an_export_of_an_earlier_day_knows_who_was_there_then_by_the_code_of_then(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_clock(monkeypatch, LONG_AGO)
    slip = workflow.add_patient(library, "WT-2000", by="Ann")
    other = workflow.add_patient(library, "WT-0300", by="Ann")
    _set_clock(monkeypatch, TODAY)
    workflow.export_csv(library, tmp_path / "then", identified=True, as_of=YESTERDAY, by="Ann")

    workflow.remove_patient(library, slip, by="Ann")
    workflow.correct_code(library, other, "WT-0030", by="Ann")
    workflow.export_csv(library, tmp_path / "again", identified=True, as_of=YESTERDAY, by="Ann")
    workflow.export_csv(library, tmp_path / "now", identified=True, by="Ann")

    assert codes_in(tmp_path / "then") == ["WT-0300", "WT-2000"]
    for file in sorted((tmp_path / "then").iterdir()):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name
    assert codes_in(tmp_path / "now") == ["WT-0030"]
    going = workflow.export_leaving(library, identified=True, as_of=YESTERDAY)
    assert [one.code for one in going.patients] == ["WT-0300", "WT-2000"]
    counts = workflow.export_leaving(library, identified=True)
    assert [one.code for one in counts.patients] == ["WT-0030"]


def _pain(patient_id: str) -> Pain:
    return Pain(
        patient_id=patient_id,
        on=YESTERDAY,
        scale=PainScale.NRS11,
        context=PainContext.REST,
        value=4.0,
    )


def _set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    for module in ("records.audit", "workflow.patients", "workflow.exporting"):
        monkeypatch.setattr(f"woundtrack.{module}.now", lambda: moment)
