"""The bill of materials and the licence texts: nothing is passed on without name and terms."""

from __future__ import annotations

import importlib.metadata
import json
from datetime import UTC, datetime
from pathlib import Path

import bill
import click
import licences
import pytest
from contents import PackageIncomplete
from licences import Terms

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SHIPPED = bill.Part(
    name="numpy",
    version="2.4",
    is_shipped=True,
    terms=Terms(words="BSD-3-Clause AND MIT", is_spdx=True),
    texts=("numpy-2.4/LICENSE.txt",),
    libraries=(("numpy.libs/libopenblas.so", "ab" * 32),),
)
NEEDS_IT = bill.Part(
    name="contourpy",
    version="1.3",
    is_shipped=True,
    terms=Terms(words="BSD License", is_spdx=False),
    texts=("contourpy-1.3/LICENSE",),
    needs=("numpy",),
)
TOOL = bill.Part(name="pip", version="26", is_shipped=False)


def test_the_bill_names_versions_terms_libraries_and_what_needs_what() -> None:
    document = bill.document((TOOL, SHIPPED, NEEDS_IT), version="1.2.3", made_at=MOMENT)

    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["timestamp"] == "2026-03-04T05:06:07Z"
    assert document["metadata"]["component"]["version"] == "1.2.3"
    contourpy, numpy, pip = document["components"]
    assert (numpy["purl"], numpy["scope"]) == ("pkg:pypi/numpy@2.4", "required")
    assert numpy["licenses"] == [{"expression": "BSD-3-Clause AND MIT"}]
    assert contourpy["licenses"] == [{"license": {"name": "BSD License"}}]
    (library,) = numpy["components"]
    assert library["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert (pip["scope"], "licenses" in pip) == ("excluded", False)
    needed = {entry["ref"]: entry["dependsOn"] for entry in document["dependencies"]}
    assert needed["pkg:pypi/contourpy@1.3"] == ["pkg:pypi/numpy@2.4"]
    assert needed["woundtrack@1.2.3"] == ["pkg:pypi/contourpy@1.3", "pkg:pypi/numpy@2.4"]


def test_equal_parts_give_an_equal_bill_and_others_another_number(tmp_path: Path) -> None:
    first = bill.document((SHIPPED, NEEDS_IT), version="1.2.3", made_at=MOMENT)
    again = bill.document((NEEDS_IT, SHIPPED), version="1.2.3", made_at=MOMENT)
    other = bill.document((SHIPPED,), version="1.2.3", made_at=MOMENT)

    bill.write(tmp_path / "bill.json", first)

    assert first == again
    assert first["serialNumber"] != other["serialNumber"]
    assert json.loads((tmp_path / "bill.json").read_text("utf-8")) == first


def test_only_what_is_packaged_is_named_as_shipped_and_its_texts_are_laid_in(
    tmp_path: Path,
) -> None:
    parts = bill.collect(tmp_path, [click.__file__])

    shipped = {part.name: part for part in parts if part.is_shipped}
    assert {"click", "python"} <= set(shipped) <= {"click", "python", "pyinstaller"}
    assert {"numpy", "pyside6-essentials", "altgraph"} <= {part.name for part in parts}
    for part in (shipped["click"], shipped["python"]):
        assert part.texts
        for name in part.texts:
            assert (tmp_path / "_internal/woundtrack/licences" / name).stat().st_size > 200


@pytest.mark.parametrize("name", list(licences.ADDED))
def test_what_brings_no_text_of_its_terms_is_given_one(name: str) -> None:
    texts = licences.texts_of(name, importlib.metadata.distribution(name))

    assert set(licences.ADDED[name]) <= set(texts)
    assert all(len(text) > 200 for text in texts.values())


def test_everything_that_is_locked_to_run_states_its_terms() -> None:
    installed = bill.distributions(bill.locked(["run"]))

    terms = {name: licences.terms_of(name, one).words for name, one in installed.items()}

    assert terms["pyside6-essentials"] == "LGPL-3.0-only"
    assert all(terms.values())


class _Silent(importlib.metadata.PathDistribution):
    """A distribution that says nothing of its terms."""


@pytest.fixture
def silent(tmp_path: Path) -> _Silent:
    folder = tmp_path / "silent-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: silent\nVersion: 1\n", "utf-8")
    return _Silent(folder)


def test_a_distribution_without_terms_or_their_text_stops_the_build(silent: _Silent) -> None:
    with pytest.raises(PackageIncomplete, match="silent doesn't say"):
        licences.terms_of("silent", silent)
    with pytest.raises(PackageIncomplete, match="silent brings no text"):
        licences.texts_of("silent", silent)
