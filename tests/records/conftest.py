"""A small clinic of hand-made values, and a library that holds it.

Hides how one value of each noun is made, so that a test says only what matters to it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Card,
    Doubt,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    OutlineSource,
    Patient,
    Photograph,
    Proposal,
    Side,
    Tag,
    TimeSource,
    Visit,
    VisitPhotograph,
    WoundState,
    new_id,
)
from woundtrack.records import Library

NOON = datetime(2026, 3, 4, 12, 0, 0, 123456, tzinfo=UTC)

METHOD = Method(
    name="seeded",
    version="1",
    application_version="0.1.0",
    parameters=(("iterations", 3), ("band_mm", 0.1), ("native", True), ("space", "lab")),
)
OUTLINE = Outline(
    outer=((0.1, 0.2), (100.3, 0.7), (1 / 3, 99.9)),
    islands=(((10.0, 10.0), (12.5, 10.0), (11.1, 13.7)),),
    source=OutlineSource.GUIDED,
    confidence=0.8437,
)
CALIBRATION = Calibration(
    method="card-plane",
    homography=((0.1, 1e-17, 3.3), (0.0, 0.1, -2.0), (1e-6, 0.0, 1.0)),
    cards=(
        Card(
            kind="card",
            design_version=1,
            copy="A",
            nominal_mm=15.0,
            tags=(
                Tag(
                    id=3,
                    corners_px=((1.5, 2.5), (81.25, 2.0), (81.0, 82.0), (1.0, 82.5)),
                    corners_mm=((0.0, 0.0), (15.0, 0.0), (15.0, 15.0), (0.0, 15.0)),
                    residual_mm=0.02,
                ),
            ),
        ),
    ),
    mm_per_px=0.1873,
    tilt_deg=12.25,
    residual_mm=0.031,
    print_scale=0.998,
    doubts=(Doubt(code="card_small", values=(("tag_px", 79.75),)),),
)
MEASUREMENT = Measurement(
    area_mm2=1234.5678901234567,
    area_low_mm2=1200.1,
    area_high_mm2=1270.9,
    perimeter_mm=141.3,
    length_mm=50.2,
    width_mm=31.7,
    head_to_toe_mm=48.9,
    side_to_side_mm=33.3,
    doubts=(Doubt(code="wound_far_from_card", values=(("distance_mm", 90.0),)),),
)


class Clinic:
    """Makes nouns that belong together, and stores them through verbs."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def patient(self, code: str = "CX-001") -> Patient:
        """Store and return a patient."""
        patient = Patient(id=new_id(), code=code, created_at=NOON)
        with self.verb() as change:
            change.add_patient(patient)
        return patient

    def lesion(self, patient: Patient, number: int = 1, **changes: Any) -> Lesion:
        """Store and return a lesion."""
        lesion = Lesion(
            id=new_id(),
            patient_id=patient.id,
            label=f"L{number}",
            number=number,
            site=BodySite(region="lower-leg", side=Side.LEFT),
            created_at=NOON,
        )
        lesion = replace(lesion, **changes)
        with self.verb() as change:
            change.add_lesion(lesion)
        return lesion

    def visit(self, patient: Patient, on: date = date(2026, 3, 4)) -> Visit:
        """Store and return a visit."""
        visit = Visit(id=new_id(), patient_id=patient.id, visited_on=on, created_at=NOON)
        with self.verb() as change:
            change.add_visit(visit)
        return visit

    def facts(self, data: bytes = b"a photograph", **changes: Any) -> Photograph:
        """Put an original and return its facts."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.library.originals.put(data, sha256, ".jpg")
        facts = Photograph(
            sha256=sha256,
            original_name="IMG Smith.JPG",
            format="jpeg",
            size_bytes=len(data),
            width_px=1600,
            height_px=1200,
            orientation=6,
            taken_at=NOON - timedelta(minutes=7),
            taken_offset_minutes=-90,
            taken_from=TimeSource.EXIF,
            camera_make="Apple",
            camera_model="iPhone 15",
            focal_length_mm=6.86,
            focal_length_35mm=26.0,
        )
        return replace(facts, **changes)

    def photograph(
        self, visit: Visit, data: bytes = b"a photograph", **changes: Any
    ) -> VisitPhotograph:
        """Store and return a filed photograph; its original is there too."""
        filed = VisitPhotograph(
            id=new_id(),
            visit_id=visit.id,
            photograph=self.facts(data, **changes),
            site=BodySite(region="abdomen"),
            filed_at=NOON,
        )
        with self.verb() as change:
            change.add_photograph(filed)
        return filed

    def proposal(self, photograph: VisitPhotograph, **changes: Any) -> Proposal:
        """Store and return the proposal of a photograph."""
        proposal = Proposal(
            id=new_id(),
            photograph_id=photograph.id,
            calibration=CALIBRATION,
            outlines=(OUTLINE,),
            doubts=(Doubt(code="time_assumed"),),
            method=METHOD,
            created_at=NOON,
        )
        proposal = replace(proposal, **changes)
        with self.verb() as change:
            change.add_proposal(proposal)
        return proposal

    def assessed(self, lesion: Lesion, photograph: VisitPhotograph, **changes: Any) -> Assessment:
        """Return the first revision of an assessment, not stored yet."""
        assessment = Assessment(
            id=new_id(),
            assessment_id=new_id(),
            revision=1,
            supersedes=None,
            lesion_id=lesion.id,
            visit_id=photograph.visit_id,
            photograph_ids=(photograph.id,),
            state=WoundState.OPEN,
            outlines=(
                AssessedOutline(
                    kind=OutlineKind.ULCER,
                    photograph_id=photograph.id,
                    outline=OUTLINE,
                    calibration=CALIBRATION,
                    measurement=MEASUREMENT,
                    method=METHOD,
                ),
            ),
            accepted_by="Ann",
            reviewed_by="Ann",
            recorded_at=NOON,
        )
        return replace(assessment, **changes)

    def store(self, *assessments: Assessment) -> None:
        """Store assessments."""
        with self.verb() as change:
            for assessment in assessments:
                change.add_assessment(assessment)

    def verb(self, verb: str = "arrange") -> Any:
        """Begin a verb by Ann."""
        return self.library.verb(verb, by="Ann")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Make an empty library that is open for writing."""
    with Library.create(tmp_path / "clinic") as library:
        yield library


@pytest.fixture
def clinic(library: Library) -> Clinic:
    """Make a clinic on an empty library."""
    return Clinic(library)


@pytest.fixture
def filled(clinic: Clinic) -> Clinic:
    """Make a clinic with one of everything."""
    patient = clinic.patient()
    lesion = clinic.lesion(patient)
    photograph = clinic.photograph(clinic.visit(patient))
    clinic.proposal(photograph, lesion_id=lesion.id)
    clinic.store(clinic.assessed(lesion, photograph))
    return clinic


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """Make a folder that an ordinary account can reach; the one of ``tmp_path`` is its owner's."""
    folder = Path(tempfile.mkdtemp(prefix="woundtrack-"))
    folder.chmod(0o777)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o777)
    shutil.rmtree(folder)


@pytest.fixture
def ordinary_account() -> Iterator[None]:
    """Run the test as an account that permissions hold for: the administrator writes anywhere."""
    if os.name == "nt":
        pytest.skip("Windows folders aren't made read-only by their mode")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
