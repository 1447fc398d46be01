from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import frictionless
import pytest

from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.exchange.bundle import BundleFacts, write_bundle
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.profile import Profile
from woundtrack.exchange.tables import TABLES
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Card,
    ClinicalRecord,
    Doubt,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    OutlineSource,
    Patient,
    Photograph,
    Side,
    Tag,
    Term,
    TimeSource,
    Tissue,
    TissueMap,
    Visit,
    VisitPhotograph,
    WoundState,
    new_id,
)

AT = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
DAY = date(2026, 6, 11)
SALT = b"0123456789abcdef"
BUNDLE = sorted(
    [*(table.name for table in TABLES), "data_dictionary.csv", "datapackage.json", "manifest.json"]
)


class Clinic:
    """A library's rows with fresh random ids: one patient, two lesions, two visits."""

    def __init__(self, *, code: str = "WT-0147", hour: int = 0, by: str = "Ann Smith") -> None:
        self.by = by
        self.patients = [Patient(id=new_id(), code=code, created_at=AT)]
        self.lesions = [
            Lesion(
                id=new_id(),
                patient_id=self.patients[0].id,
                label=label,
                number=number,
                site=site,
                created_at=AT,
            )
            for number, (label, site) in enumerate(
                {
                    "A1": BodySite(region="abdomen"),
                    "T1": BodySite(region="thigh", side=Side.LEFT),
                }.items(),
                start=1,
            )
        ]
        self.visits = [
            Visit(
                id=new_id(),
                patient_id=self.patients[0].id,
                visited_on=DAY + timedelta(days=days),
                created_at=AT,
            )
            for days in (0, 14)
        ]
        self.photographs: list[VisitPhotograph] = []
        self.assessments: list[Assessment] = []
        at = AT + timedelta(hours=hour)
        for visit, areas in zip(self.visits, ((12.0, 4.0), (7.2, None)), strict=True):
            for lesion, area in zip(self.lesions, areas, strict=True):
                at += timedelta(minutes=1)
                self.add(lesion, visit, area, recorded_at=at)

    def add(
        self, lesion: Lesion, visit: Visit, area_cm2: float | None, *, recorded_at: datetime
    ) -> None:
        """Accept an open lesion of this area, or a closed one for None."""
        name = f"{lesion.label} {visit.visited_on}.jpg"
        photograph = VisitPhotograph(
            id=new_id(),
            visit_id=visit.id,
            photograph=Photograph(
                sha256=hashlib.sha256(name.encode()).hexdigest(),
                original_name=name,
                format="JPEG",
                size_bytes=1000,
                width_px=1600,
                height_px=1200,
                orientation=1,
                taken_at=AT,
                taken_offset_minutes=60,
                taken_from=TimeSource.EXIF,
            ),
            site=lesion.site,
            filed_at=AT,
            head_deg=90.0,
        )
        self.photographs.append(photograph)
        self.assessments.append(
            Assessment(
                id=new_id(),
                assessment_id=new_id(),
                revision=1,
                supersedes=None,
                lesion_id=lesion.id,
                visit_id=visit.id,
                photograph_ids=(photograph.id,),
                state=WoundState.CLOSED if area_cm2 is None else WoundState.OPEN,
                outlines=() if area_cm2 is None else (_outline(photograph.id, area_cm2),),
                accepted_by=self.by,
                reviewed_by=None,
                recorded_at=recorded_at,
            )
        )

    def files(self) -> Iterator[PatientFile]:
        """Yield the patients' files."""
        for patient in self.patients:
            lesions = tuple(one for one in self.lesions if one.patient_id == patient.id)
            visits = tuple(one for one in self.visits if one.patient_id == patient.id)
            kept = tuple(
                one
                for one in self.assessments
                if not one.is_retired and one.lesion_id in {lesion.id for lesion in lesions}
            )
            record = ClinicalRecord(patient=patient)
            yield PatientFile(
                record=record,
                lesions=lesions,
                visits=visits,
                photographs=tuple(self.photographs),
                assessments=kept,
                as_of=DAY + timedelta(days=30),
            )

    def write(self, folder: Path, **options: Any) -> list[dict[str, str]]:
        """Export, and read the rows back."""
        heads = options.pop("earlier_heads", None)
        people = options.pop("people", sorted({one.accepted_by for one in self.assessments}))
        head = options.pop("audit_head", "5e" * 32)
        profile = Profile(
            is_identified=options.pop("identified", False),
            salt=SALT,
            codes={patient.id: "P-7KQ4M2" for patient in self.patients},
            readers={name: f"reader-{place}" for place, name in enumerate(people, start=1)},
        )
        write_bundle(
            folder,
            self.files(),
            profile,
            BundleFacts(audit_head=head, **options),
            had_head=lambda known: heads is None or known in {head, *heads},
        )
        with (folder / "measurements.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def _outline(photograph_id: str, area_cm2: float, **changes: Any) -> AssessedOutline:
    tags = tuple(
        Tag(id=number, corners_px=(), corners_mm=(), residual_mm=0.1) for number in range(4)
    )
    outline = AssessedOutline(
        kind=OutlineKind.ULCER,
        photograph_id=photograph_id,
        outline=Outline(
            outer=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)),
            source=OutlineSource.PROPOSED,
            confidence=0.75,
        ),
        calibration=Calibration(
            method="card",
            homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
            cards=(Card(kind="card", design_version=1, copy="A", nominal_mm=120.0, tags=tags),),
            mm_per_px=0.125,
            tilt_deg=12.25,
            residual_mm=0.0567,
            print_scale=0.963,
            print_scale_sd=0.0025,
            doubts=(Doubt(code="card_bent", values=(("residual_mm", 1.4),)),),
        ),
        measurement=Measurement(
            area_mm2=area_cm2 * 100,
            area_low_mm2=area_cm2 * 95,
            area_high_mm2=area_cm2 * 105,
            perimeter_mm=140.0,
            length_mm=42.0,
            width_mm=28.0,
            head_to_toe_mm=39.0,
            side_to_side_mm=31.0,
            doubts=(Doubt(code="outline_cut_off"),),
            terms=(
                Term(name="edge", area_mm2=31.0, perimeter_mm=3, length_mm=1.2, width_mm=1.6),
                Term(
                    name="curvature",
                    area_mm2=12.5,
                    perimeter_mm=1,
                    length_mm=0.5,
                    width_mm=0.5,
                    is_bound=True,
                ),
            ),
        ),
        method=Method(
            name="grabcut",
            version="2",
            application_version="0.1.0",
            parameters=(
                ("network_version", "7"),
                ("network_sha256", "ab12"),
                ("edited_share", 0.125),
            ),
        ),
    )
    return replace(outline, **changes)


def alias(key: str) -> str:
    """Return what an id is outside."""
    return Profile(is_identified=False, salt=SALT).alias(key)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_row_carries_its_area_with_interval_and_method(tmp_path: Path) -> None:
    rows = Clinic().write(tmp_path / "out")

    assert len(rows) == 4
    row = rows[2]
    assert {name: row[name] for name in row if not name.endswith(("_id", "_ids"))} == {
        "day": "14",
        "precision": "day",
        "wound_state": "open",
        "debrided_since_last": "false",
        "area_se_cm2": "0.1837",
        "lxw_method": "max-feret+perpendicular",
        "area_lxw_cm2": "11.7600",
        "depth_max_cm": "",
        "volume_kundin_cm3": "",
        "area_nonulcerated_cm2": "",
        "seg_author_kind": "assisted",
        "status": "preliminary",
        "version": "1",
        "formula_version": "1",
        "outline_kind": "ulcer",
        "n_parts": "1",
        "area_traced_cm2": "7.2000",
        "area_traced_cm2_na": "",
        "area_low_cm2": "6.8400",
        "area_high_cm2": "7.5600",
        "perimeter_cm": "14.000",
        "length_cm": "4.200",
        "width_cm": "2.800",
        "head_to_toe_cm": "3.900",
        "side_to_side_cm": "3.100",
        "tissue_state": "",
        "eschar_percent": "",
        "slough_percent": "",
        "granulation_percent": "",
        "epithelium_percent": "",
        "other_percent": "",
        "unpainted_percent": "",
        "area_eschar_cm2": "",
        "area_slough_cm2": "",
        "area_granulation_cm2": "",
        "area_epithelium_cm2": "",
        "area_other_cm2": "",
        "tissue_source": "",
        "tissue_approved_by": "",
        "head_deg": "90.0",
        "perimeter_low_cm": "13.700",
        "perimeter_high_cm": "14.400",
        "length_low_cm": "4.080",
        "length_high_cm": "4.370",
        "width_low_cm": "2.640",
        "width_high_cm": "3.010",
        "uncertainty_cm2": "edge=0.3100;curvature=+0.1250",
        "calib_method": "card",
        "n_markers": "1",
        "n_tags": "4",
        "mm_per_px": "0.125000",
        "tilt_deg": "12.25",
        "residual_mm": "0.0567",
        "print_scale": "0.96300",
        "print_scale_sd": "0.00250",
        "limb_radius_mm": "",
        "limb_radius_sd_mm": "",
        "outline_source": "proposed",
        "outline_confidence": "0.750",
        "edit_fraction": "0.1250",
        "seg_algorithm": "grabcut",
        "seg_algorithm_version": "2",
        "network_version": "7",
        "network_sha256": "ab12",
        "software_version": "0.1.0",
        "reviewed_by": "",
        "doubts": "card_bent; outline_cut_off",
    }


def _tissue(outline: Outline, weight: float, **shares: float) -> TissueMap:
    return TissueMap(
        x=0,
        y=0,
        width=9,
        height=9,
        columns=2,
        rows=1,
        runs=((Tissue.SLOUGH, 1), (None, 1)),
        outline=outline.fingerprint,
        shares=tuple((Tissue(name), share) for name, share in shares.items()),
        weight=weight,
    )


def test_shares_of_tissue_are_given_where_a_person_approved_them_alone(tmp_path: Path) -> None:
    clinic = Clinic()
    for place, is_approved in ((0, True), (1, False)):
        (outline,) = clinic.assessments[place].outlines
        tissue = _tissue(outline.outline, 12.0, slough=0.25, granulation=0.5)
        if is_approved:
            tissue = tissue.approved("Bo Berg")
        clinic.assessments[place] = replace(
            clinic.assessments[place], outlines=(replace(outline, tissue=(tissue,)),)
        )

    approved, other = clinic.write(tmp_path / "out")[:2]

    assert approved["area_traced_cm2"] == "12.0000"
    assert {name: approved[name] for name in approved if "percent" in name} == {
        "eschar_percent": "0.00",
        "slough_percent": "25.00",
        "granulation_percent": "50.00",
        "epithelium_percent": "0.00",
        "other_percent": "0.00",
        "unpainted_percent": "25.00",
    }
    assert (approved["area_slough_cm2"], approved["area_granulation_cm2"]) == ("3.0000", "6.0000")
    assert (approved["tissue_state"], approved["tissue_source"]) == ("approved", "painted")
    assert approved["tissue_approved_by"].startswith("reader-")
    assert other["tissue_state"] == "not_approved"
    assert {other[name] for name in other if "percent" in name or "slough" in name} == {""}


def test_parts_of_a_lesion_count_by_their_size_and_each_must_be_approved(tmp_path: Path) -> None:
    clinic = Clinic()
    (outline,) = clinic.assessments[0].outlines
    small = replace(outline.outline, outer=((20.0, 0.0), (25.0, 0.0), (25.0, 5.0)))
    large = _tissue(outline.outline, 9.0, slough=1.0).approved("Bo")
    little = _tissue(small, 3.0, eschar=1.0)

    def exported(name: str, *maps: TissueMap | None) -> dict[str, str]:
        parts = replace(outline, further=(small,), tissue=maps)
        clinic.assessments[0] = replace(clinic.assessments[0], outlines=(parts,))
        return clinic.write(tmp_path / name)[0]

    both = exported("both", large, little.approved("Bo"))
    one = exported("one", large, little)
    lone = exported("lone", large, None)

    assert (both["slough_percent"], both["eschar_percent"]) == ("75.00", "25.00")
    assert (one["tissue_state"], one["slough_percent"]) == ("not_approved", "")
    assert (lone["tissue_state"], lone["slough_percent"]) == ("not_approved", "")


def test_a_map_of_another_edge_gives_no_shares_though_it_was_approved(tmp_path: Path) -> None:
    clinic = Clinic()
    (outline,) = clinic.assessments[0].outlines
    tissue = _tissue(outline.outline, 9.0, slough=1.0).approved("Bo")
    moved = replace(outline.outline, outer=((0.0, 0.0), (9.0, 0.0), (9.0, 9.5)))
    clinic.assessments[0] = replace(
        clinic.assessments[0], outlines=(replace(outline, outline=moved, tissue=(tissue,)),)
    )

    row = clinic.write(tmp_path / "out")[0]

    assert (row["tissue_state"], row["slough_percent"]) == ("outline_changed", "")


def test_closed_is_zero_and_has_no_outline(tmp_path: Path) -> None:
    row = Clinic().write(tmp_path / "out")[3]

    assert (row["wound_state"], row["area_traced_cm2"], row["area_traced_cm2_na"]) == (
        "closed",
        "0.0000",
        "",
    )
    assert (row["outline_kind"], row["seg_algorithm"], row["mm_per_px"]) == ("", "", "")


def test_without_a_scale_the_area_is_missing_with_its_reason(tmp_path: Path) -> None:
    clinic = Clinic()
    no_scale = _outline("photo", 1.0, calibration=None, measurement=None)
    clinic.assessments[0] = replace(clinic.assessments[0], outlines=(no_scale,))

    row = clinic.write(tmp_path / "out")[0]

    assert (row["area_traced_cm2"], row["area_traced_cm2_na"]) == ("", "no_calibration")
    assert (row["area_low_cm2"], row["perimeter_cm"], row["n_tags"]) == ("", "", "")


def test_nothing_that_names_a_person_or_a_date_leaves_unless_asked_for(tmp_path: Path) -> None:
    clinic = Clinic(code="HOSP-998877", by="Ann Smith")
    clinic.assessments[0] = clinic.assessments[0].revised(by="Bob Jones", reason="Mrs Hill moved")

    clinic.write(tmp_path / "out")

    for path in (tmp_path / "out").iterdir():
        text = path.read_text(encoding="utf-8")
        for secret in ("HOSP", "Ann", "Smith", "Bob", "Hill", "2026-06", ".jpg", "Jun"):
            assert secret not in text, f"{secret} in {path.name}"
        for photograph in clinic.photographs:
            assert photograph.photograph.sha256 not in text


def test_the_identified_form_adds_code_dates_names_and_files(tmp_path: Path) -> None:
    row = Clinic().write(tmp_path / "out", identified=True)[2]

    assert row["patient_id"] == "WT-0147"
    assert row["date"] == "2026-06-25"
    assert row["rater_id"] == "Ann Smith"
    assert row["original_names"] == "A1 2026-06-25.jpg"
    assert row["recorded_at"] == "2026-06-11T09:33:00+00:00"


def test_readers_are_numbered_by_their_first_entry_in_the_library(tmp_path: Path) -> None:
    clinic = Clinic(by="Zoe")
    last = clinic.assessments[3]
    clinic.assessments[3] = replace(last, accepted_by="Abe", reviewed_by="Zoe")

    rows = clinic.write(tmp_path / "out", people=["Meg", "Zoe", "Abe"])

    assert [row["rater_id"] for row in rows] == ["reader-2"] * 3 + ["reader-3"]
    assert [row["reviewed_by"] for row in rows] == ["", "", "", "reader-2"]


def test_no_moment_of_the_export_stands_in_it(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.write(tmp_path / "out")
    clinic.write(tmp_path / "identified", identified=True)

    for name in ("out", "identified"):
        manifest = json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["as_of"] is None
        assert not any("at" in key.split("_") for key in manifest)


def test_the_same_photographs_in_two_libraries_give_the_same_rows(tmp_path: Path) -> None:
    once, again = Clinic(code="WT-1"), Clinic(code="AA-9", hour=5, by="Bob")
    again.assessments.reverse()
    again.visits.reverse()
    again.lesions.reverse()

    first, second = once.write(tmp_path / "1"), again.write(tmp_path / "2")

    def comparable(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        mine = ("_id", "_ids", "_by")
        return [
            {name: cell for name, cell in row.items() if not name.endswith(mine)} for row in rows
        ]

    assert comparable(first) == comparable(second)


def test_the_same_library_gives_the_same_bytes_again(tmp_path: Path) -> None:
    clinic = Clinic()

    clinic.write(tmp_path / "1")
    clinic.assessments.reverse()
    clinic.write(tmp_path / "2")

    first, second = ((tmp_path / name / "measurements.csv").read_bytes() for name in "12")
    assert first == second


def _labels(clinic: Clinic, folder: Path) -> list[str]:
    """Export identified, and return the lesions' names as they are read back."""
    clinic.write(folder, identified=True)
    with (folder / "lesions.csv").open(encoding="utf-8", newline="") as stream:
        return [row["label"] for row in csv.DictReader(stream)]


@pytest.mark.parametrize("label", ["=1+1", "+A", "-A", "@A", "\tA"])
def test_no_text_is_run_as_a_formula(tmp_path: Path, label: str) -> None:
    clinic = Clinic()
    clinic.lesions[0] = replace(clinic.lesions[0], label=label)

    assert _labels(clinic, tmp_path / "out")[0] == f"'{label}"


def test_a_carriage_return_in_a_text_ends_no_row(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.lesions[0] = replace(clinic.lesions[0], label="\rA\r\nB")

    assert _labels(clinic, tmp_path / "out") == ["'\nA\nB", "T1"]


def test_the_files_are_plain_utf8_with_line_feeds(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.lesions[0] = replace(clinic.lesions[0], label='Über, "1"')

    clinic.write(tmp_path / "out", identified=True)

    for path in (tmp_path / "out").iterdir():
        data = path.read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in data
        assert data.endswith(b"\n")
    assert '"Über, ""1"""'.encode() in (tmp_path / "out" / "lesions.csv").read_bytes()


def test_the_dictionary_describes_every_column_in_order(tmp_path: Path) -> None:
    Clinic().write(tmp_path / "out")

    with (tmp_path / "out" / "data_dictionary.csv").open(encoding="utf-8", newline="") as stream:
        described = list(csv.DictReader(stream))
    assert all(entry["description"] for entry in described)
    assert {entry["file"] for entry in described} == {table.name for table in TABLES}
    for table in TABLES:
        with (tmp_path / "out" / table.name).open(encoding="utf-8", newline="") as stream:
            head = csv.DictReader(stream).fieldnames
        assert [one["column"] for one in described if one["file"] == table.name] == head


def test_every_bundle_is_a_valid_data_package(tmp_path: Path) -> None:
    Clinic().write(tmp_path / "out")
    Clinic().write(tmp_path / "identified", identified=True)

    for name in ("out", "identified"):
        report = frictionless.validate(str(tmp_path / name / "datapackage.json"))
        assert report.valid, report.flatten(["message"])


def test_the_manifest_holds_the_hash_of_each_file(tmp_path: Path) -> None:
    folder = tmp_path / "out"

    Clinic().write(folder, as_of=date(2026, 7, 1))

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {entry["name"]: entry["sha256"] for entry in manifest["files"]} == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in BUNDLE
        if name != "manifest.json"
    }
    assert manifest["audit_head"] == "5e" * 32
    assert manifest["profile"] == "pseudonymised"
    assert manifest["as_of"] == "2026-07-01"
    assert {one["name"]: one.get("rows") for one in manifest["files"]}["measurements.csv"] == 4


def test_eschar_and_margin_have_rows_of_their_own_beside_the_assessments(tmp_path: Path) -> None:
    clinic = Clinic()
    plain = clinic.write(tmp_path / "plain")
    first = clinic.assessments[0]
    (ulcer,) = first.outlines
    eschar = replace(
        _outline(ulcer.photograph_id, 2.5),
        kind=OutlineKind.ESCHAR,
        method=Method(name="hand", version="3", application_version="0.1.0"),
    )
    clinic.assessments[0] = replace(first, outlines=(ulcer, eschar))

    rows = clinic.write(tmp_path / "nested")

    assert rows == plain  # an assessment's area stays that of its ulcer
    with (tmp_path / "nested" / "outlines.csv").open(encoding="utf-8", newline="") as stream:
        outlines = [
            row
            for row in csv.DictReader(stream)
            if row["measurement_id"] == alias(first.assessment_id)
        ]
    assert [
        (row["outline_kind"], row["area_traced_cm2"], row["area_low_cm2"]) for row in outlines
    ] == [
        ("ulcer", f"{ulcer.measurement.area_cm2:.4f}", f"{ulcer.measurement.area_low_cm2:.4f}")
        if ulcer.measurement
        else (),
        ("eschar", "2.5000", "2.3750"),
    ]
    assert outlines[1]["seg_algorithm"] == "hand"
    manifest = json.loads((tmp_path / "nested" / "manifest.json").read_text(encoding="utf-8"))
    assert {"name": "hand", "version": "3"} in manifest["outline_methods"]


def test_a_margin_alone_has_its_area_and_says_why_the_lesion_has_none(tmp_path: Path) -> None:
    clinic = Clinic()
    first, last = clinic.assessments[0], clinic.assessments[-1]
    margins = [
        replace(_outline(one.photograph_ids[0], area_cm2), kind=OutlineKind.MARGIN)
        for one, area_cm2 in ((first, 16.0), (last, 9.0))
    ]
    clinic.assessments[0] = replace(first, outlines=(margins[0],))
    clinic.assessments[-1] = replace(last, outlines=(margins[1],))
    assert (first.state, last.state) == (WoundState.OPEN, WoundState.CLOSED)

    rows = {row["measurement_id"]: row for row in clinic.write(tmp_path / "out")}

    told = [rows[alias(one.assessment_id)] for one in (first, last)]
    assert [(row["area_traced_cm2"], row["area_traced_cm2_na"]) for row in told] == [
        ("", "not_outlined"),
        ("0.0000", ""),
    ]
    with (tmp_path / "out" / "outlines.csv").open(encoding="utf-8", newline="") as stream:
        outlines = [row for row in csv.DictReader(stream) if row["outline_kind"] == "margin"]
    assert {(row["measurement_id"], row["area_traced_cm2"]) for row in outlines} == {
        (alias(first.assessment_id), "16.0000"),
        (alias(last.assessment_id), "9.0000"),
    }


def test_a_closed_lesion_has_no_row_among_the_outlines(tmp_path: Path) -> None:
    rows = Clinic().write(tmp_path / "out")

    with (tmp_path / "out" / "outlines.csv").open(encoding="utf-8", newline="") as stream:
        outlines = list(csv.DictReader(stream))
    closed = {row["measurement_id"] for row in rows if row["wound_state"] == "closed"}
    assert closed
    assert {row["measurement_id"] for row in outlines} == {
        row["measurement_id"] for row in rows
    } - closed


def test_what_is_retired_is_not_exported(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.assessments[0] = replace(clinic.assessments[0], is_retired=True)

    rows = clinic.write(tmp_path / "out")

    assert len(rows) == 3


# --- the folder ----------------------------------------------------------------------------------


def test_an_earlier_export_is_replaced_and_strangers_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    clinic = Clinic()
    clinic.write(tmp_path)

    clinic.assessments.pop()
    rows = clinic.write(tmp_path)

    assert len(rows) == 3
    assert _names(tmp_path) == sorted([*BUNDLE, "notes.txt"])
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_strangers_file_of_the_same_name_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "measurements.csv").write_text("mine", encoding="utf-8")

    with pytest.raises(FileUnwritable, match="no export wrote"):
        Clinic().write(tmp_path)

    assert (tmp_path / "measurements.csv").read_text(encoding="utf-8") == "mine"
    assert _names(tmp_path) == ["measurements.csv"]


def test_an_export_that_was_changed_by_hand_is_not_overwritten(tmp_path: Path) -> None:
    Clinic().write(tmp_path)
    with (tmp_path / "measurements.csv").open("a", encoding="utf-8") as stream:
        stream.write("a row of mine\n")

    with pytest.raises(FileUnwritable, match="changed since"):
        Clinic().write(tmp_path)

    assert "a row of mine" in (tmp_path / "measurements.csv").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(FileUnwritable, match=r"can't be written: .*\. Choose another place\."):
        Clinic().write(tmp_path / "file" / "out")


def test_a_full_disk_leaves_the_earlier_export_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = Clinic()
    clinic.write(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in BUNDLE}
    clinic.assessments.pop()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        clinic.write(tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_export_of_another_library_is_not_replaced(tmp_path: Path) -> None:
    clinic = Clinic()
    clinic.write(tmp_path / "out", earlier_heads=[])
    before = (tmp_path / "out" / "measurements.csv").read_bytes()

    with pytest.raises(FileUnwritable, match="holds the export of another library"):
        Clinic().write(tmp_path / "out", audit_head="11" * 32, earlier_heads=["22" * 32])

    assert (tmp_path / "out" / "measurements.csv").read_bytes() == before


def test_an_earlier_export_of_the_same_library_is_replaced(tmp_path: Path) -> None:
    Clinic().write(tmp_path / "out", earlier_heads=[])

    clinic = Clinic()
    clinic.assessments.clear()
    clinic.write(tmp_path / "out", audit_head="11" * 32, earlier_heads=["5e" * 32])

    assert len((tmp_path / "out" / "measurements.csv").read_text().splitlines()) == 1
