"""The page on FHIR tells what is so: its example is valid, and its scripts run on an export."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import ObservationComponent

from tests.exchange.fhir.full_patient import FullPatient
from tests.exchange.fhir.test_bundles import component, observations
from woundtrack.exchange.fhir import write_bundles
from woundtrack.exchange.manifest import ExportFacts

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "fhir.md").read_text(encoding="utf-8")


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def _run(script: str, path: Path) -> str:
    ran = [sys.executable, "-c", script, str(path)]
    return subprocess.run(ran, capture_output=True, text=True, check=True).stdout


def test_the_example_is_as_the_program_writes_it() -> None:
    (text,) = _blocks("json")
    example = json.loads(text)

    ObservationComponent.model_validate(example)
    written = component(observations(FullPatient().bundle(), "72287-6")[0], "89260-4")
    assert example["code"] == written["code"]
    assert example["extension"] == written["extension"]
    assert _shape(example) == _shape(written)


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(one) for key, one in value.items()}
    return [_shape(one) for one in value] if isinstance(value, list) else type(value) is str


def test_the_scripts_tell_areas_and_make_a_transaction(tmp_path: Path) -> None:
    everything = FullPatient()
    file, profile = everything.file(with_identity=False), everything.profile()
    write_bundles(tmp_path, [file], profile, ExportFacts(audit_head="aa"))
    areas, transaction = _blocks("python")

    told = _run(areas, tmp_path).splitlines()
    made = json.loads(_run(transaction, tmp_path / "P-7KQ4M2.json"))

    assert told == [
        "P-7KQ4M2 2000-06-25 left thigh final 7.2",
        "P-7KQ4M2 2000-06-25 abdomen preliminary no area",
        "P-7KQ4M2 2000-07-09 left thigh amended 6.4",
        "P-7KQ4M2 2000-07-09 abdomen final no area",
        "P-7KQ4M2 2000-07-23 left thigh final 0",
        "P-7KQ4M2 2000-07-23 legs final 2",
    ]
    Bundle.model_validate(made)
    patient = made["entry"][0]
    assert patient["request"] == {"method": "PUT", "url": f"Patient/{patient['resource']['id']}"}
