"""A library as FHIR bundles: who leaves, what was taken back, and the same again a year on."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from woundtrack.model import Pain, PainContext, PainScale, Patient, Visit, new_id, now
from woundtrack.records import Library
from woundtrack.workflow import amend_entry, record_entries, retire_entry
from woundtrack.workflow.export_formats import writer_of
from woundtrack.workflow.exporting import ExportChoice, open_export

DAY = date(2026, 3, 3)


def _filled(folder: Path) -> tuple[Library, tuple[Pain, ...]]:
    """Return a library of two patients, and two pains that were recorded of the first."""
    library = Library.create(folder)
    with library.verb("import", by="Ann") as change:
        for code in ("CX-001", "CX-002"):
            patient = Patient(id=new_id(), code=code, created_at=now())
            change.add_patient(patient)
            change.add_visit(
                Visit(id=new_id(), patient_id=patient.id, visited_on=DAY, created_at=now())
            )
    patient = library.patient_with_code("CX-001")
    pains = (
        Pain(
            patient_id=patient.id,
            on=DAY,
            scale=PainScale.NRS11,
            context=PainContext.REST,
            value=value,
        )
        for value in (3, 9)
    )
    return library, record_entries(library, tuple(pains), by="Ann")


def _bundle(path: Path) -> list[dict[str, Any]]:
    return [one["resource"] for one in json.loads(path.read_bytes())["entry"]]


def test_a_corrected_entry_is_amended_and_one_taken_back_entered_in_error(tmp_path: Path) -> None:
    library, (kept, mistaken) = _filled(tmp_path / "library")
    amend_entry(library, kept, by="Bob", reason="misheard", value=4)
    retire_entry(library, mistaken, by="Bob", reason="of another patient")

    export = open_export(library, ExportChoice(is_identified=True), by="Ann")
    writer_of("fhir")(export, tmp_path / "out", by="Ann")

    resources = _bundle(tmp_path / "out" / "CX-001.json")
    pains = [one for one in resources if one["resourceType"] == "Observation"]
    assert [(one["status"], one.get("valueQuantity", {}).get("value")) for one in pains] == [
        ("amended", 4),
        ("entered-in-error", None),
    ]
    reasons = [one["reason"][0]["text"] for one in resources if one["resourceType"] == "Provenance"]
    assert reasons == ["misheard", "of another patient"]
    assert library.audit_trail()[-1].why == "fhir, identified, 2 patients, to out"
    library.close()


def test_the_same_choice_gives_the_same_bytes_and_a_day_before_all_holds_nobody(
    tmp_path: Path,
) -> None:
    library, (_, mistaken) = _filled(tmp_path / "library")
    today = now().astimezone().date()
    choice = ExportChoice(study="BLOOM", as_of=today)
    first = writer_of("fhir")(open_export(library, choice, by="Ann"), tmp_path / "a", by="Ann")

    again = writer_of("fhir")(open_export(library, choice, by="Bob"), tmp_path / "b", by="Bob")

    assert [one.read_bytes() for one in first.paths] == [one.read_bytes() for one in again.paths]
    # What is known of a day before anything was recorded holds nobody.
    before = ExportChoice(study="BLOOM", as_of=today - timedelta(days=2))
    retire_entry(library, mistaken, by="Bob", reason="of another patient")
    none = writer_of("fhir")(open_export(library, before, by="Ann"), tmp_path / "c", by="Ann")
    assert [path.name for path in none.paths] == ["fhir_manifest.json"]
    library.close()
