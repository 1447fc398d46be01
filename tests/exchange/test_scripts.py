"""The scripts of docs/ read a bundle and compute what woundtrack does: with pandas, and with R."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks._large_library import write_library
from woundtrack import workflow
from woundtrack.healing import competing
from woundtrack.healing.competing import Outcome
from woundtrack.model import Patient, new_id, now
from woundtrack.records import Library
from woundtrack.workflow.exporting import ExportChoice, open_export

DOCS = Path(__file__).resolve().parents[2] / "docs"
R_PACKAGES = "stopifnot(requireNamespace('survival'), requireNamespace('jsonlite'))"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """Export twelve patients of ten photographs each; with it, the incidence of each outcome."""
    folder = tmp_path_factory.mktemp("bundle")
    write_library(folder / "library", 12, 120)
    with Library.open(folder / "library") as library:
        workflow.export_csv(library, folder / "out", by="Ann")
        export = open_export(library, ExportChoice(), by="Ann")
        followed = [
            lesion.followed
            for file in export.files()
            for lesion in file.course.lesions
            if lesion.followed is not None
        ]
    times, outcomes, entries, _ = competing.rows_of(followed, is_delayed=False)
    curve = competing.cumulative_incidence(times, outcomes, entries=entries)
    last = max(times)
    words = {
        "closed": Outcome.CLOSED,
        "died with it open": Outcome.DIED,
        "amputated or closed by surgery": Outcome.REMOVED,
    }
    return folder / "out", {
        name: curve.at(last, int(cause))[0] if int(cause) in outcomes else 0.0
        for name, cause in words.items()
    }


def said_by(command: list[str]) -> str:
    """Run a script that can't draw, and return what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


def rscript_or_skip() -> str:
    """Return the command of R; skip where it or a package is missing."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed")
    has = subprocess.run([rscript, "-e", R_PACKAGES], capture_output=True, check=False)
    if has.returncode != 0:
        pytest.skip("R has no package survival or jsonlite")
    return rscript


def told_by(command: list[str], figure: Path) -> dict[str, Any]:
    """Run a script, and return what it printed; its figure must be there."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert figure.stat().st_size > 1000
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_pandas_computes_the_same_incidence(
    bundle: tuple[Path, dict[str, float]], tmp_path: Path
) -> None:
    folder, incidence = bundle
    figure = tmp_path / "figure.svg"

    told = told_by([sys.executable, str(DOCS / "load_bundle.py"), str(folder), str(figure)], figure)

    assert (told["patients"], told["measurements"]) == (12, 120)
    assert told["incidence"] == pytest.approx(incidence, abs=1e-6)
    assert told["median_percent"][0] > 0


def test_r_computes_the_same_as_pandas(
    bundle: tuple[Path, dict[str, float]], tmp_path: Path
) -> None:
    folder, incidence = bundle
    rscript = rscript_or_skip()
    by_pandas, by_r = tmp_path / "figure.svg", tmp_path / "figure.pdf"

    pandas = told_by(
        [sys.executable, str(DOCS / "load_bundle.py"), str(folder), str(by_pandas)], by_pandas
    )
    told = told_by([rscript, str(DOCS / "load_bundle.R"), str(folder), str(by_r)], by_r)

    assert told["incidence"] == pytest.approx(incidence, abs=1e-6)
    assert told["median_percent"] == pytest.approx(pandas["median_percent"], abs=1e-5)
    assert {name: told[name] for name in ("patients", "lesions", "measurements")} == {
        name: pandas[name] for name in ("patients", "lesions", "measurements")
    }


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Export a library of nobody, and then of one patient of whom nothing was measured."""
    folder = tmp_path_factory.mktemp("bare")
    with Library.create(folder / "library") as library:
        workflow.export_csv(library, folder / "nobody", by="Ann")
        with library.verb("add", by="Ann") as change:
            change.add_patient(Patient(id=new_id(), code="WT-1", created_at=now()))
        workflow.export_csv(library, folder / "nothing", by="Ann")
    return {
        "This bundle holds no patients": folder / "nobody",
        "No lesion in this bundle has an open area": folder / "nothing",
    }


def test_of_a_bundle_without_patients_or_areas_pandas_says_so(
    bare: dict[str, Path], tmp_path: Path
) -> None:
    for sentence, folder in bare.items():
        said = said_by([sys.executable, str(DOCS / "load_bundle.py"), str(folder), str(tmp_path)])

        assert said.startswith(sentence)
        assert said.count("\n") == 1


def test_of_a_bundle_without_patients_or_areas_r_says_so(
    bare: dict[str, Path], tmp_path: Path
) -> None:
    rscript = rscript_or_skip()
    for sentence, folder in bare.items():
        said = said_by([rscript, str(DOCS / "load_bundle.R"), str(folder), str(tmp_path / "a.pdf")])

        assert said.startswith(sentence)
        assert said.count("\n") == 1
