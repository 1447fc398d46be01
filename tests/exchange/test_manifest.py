"""What an export may replace or stand beside: one of its own kind, and no other of woundtrack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from woundtrack.errors import FileUnwritable
from woundtrack.exchange import manifest
from woundtrack.exchange.manifest import ExportFacts, Format, export_placed, write_manifest
from woundtrack.exchange.profile import Profile

if TYPE_CHECKING:
    from pathlib import Path

IDENTIFIED = Profile(is_identified=True)
BLOOM = Profile(is_identified=False, study="BLOOM", salt=bytes(16))
CLINIC = Profile(is_identified=False, salt=bytes(16))


def _export(
    folder: Path, kind: Format, profile: Profile, text: str, *, library: str = "ours"
) -> None:
    with export_placed(folder, kind, profile, lambda head: head == library) as beside:
        (beside / f"{kind.name}.txt").write_text(text, encoding="utf-8")
        write_manifest(
            beside,
            kind,
            profile,
            ExportFacts(audit_head=library),
            patients=1,
            told={},
            names=[f"{kind.name}.txt"],
        )


@pytest.mark.parametrize(
    ("there", "new", "why"),
    [
        (IDENTIFIED, BLOOM, "it holds an identified export, which a pseudonymised one never"),
        (BLOOM, IDENTIFIED, "it holds a pseudonymised export, which an identified one never"),
        (BLOOM, CLINIC, "it holds an export of the study BLOOM, and each study has a folder"),
        (CLINIC, BLOOM, "it holds an export of no study, and each study has a folder"),
    ],
)
@pytest.mark.parametrize("kind", [manifest.CSV, manifest.FHIR])
def test_an_export_of_another_kind_is_neither_replaced_nor_joined(
    tmp_path: Path, there: Profile, new: Profile, why: str, kind: Format
) -> None:
    out = tmp_path / "out"
    _export(out, manifest.CSV, there, "first")
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    with pytest.raises(FileUnwritable, match=why):
        _export(out, kind, new, "second")

    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("kind", [manifest.CSV, manifest.REDCAP])
def test_the_export_of_another_library_is_neither_replaced_nor_joined(
    tmp_path: Path, kind: Format
) -> None:
    _export(tmp_path / "out", manifest.CSV, BLOOM, "first", library="theirs")

    with pytest.raises(FileUnwritable, match="it holds the export of another library"):
        _export(tmp_path / "out", kind, BLOOM, "second")


def test_the_same_kind_of_export_replaces_and_other_formats_of_it_stand_beside(
    tmp_path: Path,
) -> None:
    out = tmp_path / "out"
    _export(out, manifest.CSV, BLOOM, "first")
    _export(out, manifest.REDCAP, BLOOM, "beside")

    _export(out, manifest.CSV, Profile(is_identified=False, study="bloom", salt=bytes(16)), "new")

    assert sorted(path.name for path in out.iterdir()) == [
        "manifest.json",
        "redcap_manifest.json",
        "woundtrack-csv.txt",
        "woundtrack-redcap.txt",
    ]
    assert (out / "woundtrack-csv.txt").read_text(encoding="utf-8") == "new"


def test_photographs_do_not_replace_tables_whose_manifest_has_the_same_name(
    tmp_path: Path,
) -> None:
    _export(tmp_path / "out", manifest.CSV, BLOOM, "tables")

    with pytest.raises(FileUnwritable, match="it holds CSV tables, which DICOM files don't"):
        _export(tmp_path / "out", manifest.DICOM, BLOOM, "photographs")


@pytest.mark.parametrize("text", ['{"format": "frictionless"}', "[]", "no JSON", '{"files": 1}'])
def test_another_programs_manifest_is_left_alone(tmp_path: Path, text: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text(text, encoding="utf-8")

    _export(out, manifest.FHIR, BLOOM, "beside")
    with pytest.raises(FileUnwritable):
        _export(out, manifest.CSV, BLOOM, "over it")

    assert (out / "manifest.json").read_text(encoding="utf-8") == text


def test_every_format_tells_the_same_things_first(tmp_path: Path) -> None:
    heads = []
    for kind in manifest.FORMATS:
        _export(tmp_path / kind.name, kind, BLOOM, "")
        heads.append(list(json.loads((tmp_path / kind.name / kind.manifest).read_bytes())))

    assert heads[0][:2] == ["format", "format_version"]
    assert {"profile", "study", "audit_head", "patients", "files", "note"} <= set(heads[0])
    assert all(head == heads[0] for head in heads)
