"""A library of generated rows, as large as is asked for, written through the library's own verbs.

A patient has three lesions and two photographs a visit, and pain, a blood value and a finding at
each. Photographs have no files but those asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from woundtrack.model import (
    Agent,
    Analyte,
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Event,
    EventKind,
    ExudateAmount,
    Finding,
    LabResult,
    Lesion,
    LesionState,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Patient,
    Photograph,
    Proposal,
    TimeSource,
    Treatment,
    Visit,
    VisitPhotograph,
    WoundState,
)
from woundtrack.records import Library
from woundtrack.records.changes import Change

FIRST_DAY: Final = date(2024, 1, 8)
AT: Final = datetime(2024, 1, 8, 9, tzinfo=UTC)
_METHOD = Method(name="benchmark", version="1", application_version="0")
_CALIBRATION = Calibration(
    method="benchmark",
    homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
    cards=(),
    mm_per_px=0.1,
    tilt_deg=0.0,
    residual_mm=0.1,
)
_TURN = np.linspace(0, 2 * np.pi, 60, endpoint=False)
OUTLINE: Final = Outline(
    outer=tuple(
        zip((400 + 90 * np.cos(_TURN)).tolist(), (300 + 60 * np.sin(_TURN)).tolist(), strict=True)
    )
)


def write_library(
    folder: Path, patients: int, photographs: int, *, pictures: Sequence[bytes] = ()
) -> None:
    """Write a library of so many patients and photographs in all.

    ``pictures`` are the files of the first photographs of the first patients, one each, all of
    them 1600 × 1200.
    """
    left = list(pictures)
    with Library.create(folder) as library:
        for number in range(patients):
            key = f"{number:04d}"
            patient = Patient(id=f"patient-{key}", code=f"WT-{key}", created_at=AT)
            with library.verb("import", by="benchmark") as change:
                change.add_patient(patient)
                lesions = [
                    Lesion(
                        id=f"lesion-{key}-{place}",
                        patient_id=patient.id,
                        label=f"{site[0].upper()}1",
                        number=place + 1,
                        site=BodySite(region=site),
                        created_at=AT,
                    )
                    for place, site in enumerate(("abdomen", "thigh", "lower-leg"))
                ]
                for lesion in lesions:
                    change.add_lesion(lesion)
                for taken in range(photographs // patients):
                    data = left.pop(0) if left else None
                    _write_photograph(library, change, patient, lesions, taken, data)
                _write_course(change, patient, lesions[0])


def filed_photograph(
    key: str,
    visit: Visit,
    site: BodySite,
    *,
    name: str,
    sha256: str | None = None,
    size_bytes: int = 1000,
    size_px: tuple[int, int] = (4000, 3000),
) -> VisitPhotograph:
    """Return the row of a photograph; without a hash that of its key."""
    return VisitPhotograph(
        id=f"photograph-{key}",
        visit_id=visit.id,
        photograph=Photograph(
            sha256=sha256 or hashlib.sha256(key.encode()).hexdigest(),
            original_name=name,
            format="JPEG",
            size_bytes=size_bytes,
            width_px=size_px[0],
            height_px=size_px[1],
            orientation=1,
            taken_at=AT,
            taken_offset_minutes=0,
            taken_from=TimeSource.EXIF,
        ),
        site=site,
        filed_at=AT,
    )


def assessed(
    key: str,
    lesion: Lesion,
    visit: Visit,
    filed: VisitPhotograph,
    outline: Outline,
    measurement: Measurement,
) -> Assessment:
    """Return the row of an open lesion's assessment, accepted and reviewed."""
    return Assessment(
        id=f"revision-{key}",
        assessment_id=f"assessment-{key}",
        revision=1,
        supersedes=None,
        lesion_id=lesion.id,
        visit_id=visit.id,
        photograph_ids=(filed.id,),
        state=WoundState.OPEN,
        outlines=(
            AssessedOutline(
                kind=OutlineKind.ULCER,
                photograph_id=filed.id,
                outline=outline,
                calibration=_CALIBRATION,
                measurement=measurement,
                method=_METHOD,
            ),
        ),
        accepted_by="benchmark",
        reviewed_by="benchmark",
        recorded_at=AT,
    )


def _write_photograph(
    library: Library,
    change: Change,
    patient: Patient,
    lesions: list[Lesion],
    taken: int,
    data: bytes | None,
) -> None:
    """Write one photograph, its proposal and assessment; every second begins a visit."""
    key = f"{patient.id}-{taken}"
    day = FIRST_DAY + timedelta(days=7 * (taken // 2))
    visit = Visit(
        id=f"visit-{patient.id}-{taken // 2}",
        patient_id=patient.id,
        visited_on=day,
        created_at=AT,
    )
    lesion = lesions[taken % 2]
    sha256 = hashlib.sha256(key.encode() if data is None else data).hexdigest()
    if data is not None:
        library.originals.put(data, sha256, ".jpg")
    filed = filed_photograph(
        key,
        visit,
        lesion.site,
        name=f"IMG_{taken}.JPG",
        sha256=sha256,
        size_bytes=1000 if data is None else len(data),
        size_px=(4000, 3000) if data is None else (1600, 1200),
    )
    proposal = Proposal(
        id=f"proposal-{key}",
        photograph_id=filed.id,
        calibration=_CALIBRATION,
        outlines=(OUTLINE,),
        doubts=(),
        method=_METHOD,
        created_at=AT,
        is_waiting=False,
    )
    area = 1800.0 * 0.97**taken
    measurement = Measurement(
        area_mm2=area,
        area_low_mm2=0.96 * area,
        area_high_mm2=1.04 * area,
        perimeter_mm=4 * area**0.5,
        length_mm=area**0.5,
        width_mm=area**0.5,
    )
    assessment = assessed(key, lesion, visit, filed, OUTLINE, measurement)
    if taken % 2 == 0:
        change.add_visit(visit)
        _write_visit(change, patient, lesion, visit)
    change.add_photograph(filed)
    change.add_proposal(proposal)
    change.add_assessment(assessment)


def _write_visit(change: Change, patient: Patient, lesion: Lesion, visit: Visit) -> None:
    week = (visit.visited_on - FIRST_DAY).days // 7
    change.add_entry(
        Pain(
            patient_id=patient.id,
            on=visit.visited_on,
            scale=PainScale.NRS11,
            context=PainContext.WORST_24H,
            value=float(max(0, 9 - week // 6)),
            visit_id=visit.id,
        )
    )
    change.add_entry(
        LabResult(
            patient_id=patient.id,
            analyte=Analyte.PHOSPHATE,
            taken_on=visit.visited_on,
            value=2.4 - 0.02 * week,
            unit="mmol/L",
            visit_id=visit.id,
        )
    )
    change.add_entry(
        Finding(
            patient_id=patient.id,
            lesion_id=lesion.id,
            visit_id=visit.id,
            state=LesionState.OPEN,
            exudate_amount=ExudateAmount.SMALL,
            has_drainage=True,
            needs_dressing=True,
        )
    )


def _write_course(change: Change, patient: Patient, lesion: Lesion) -> None:
    start = PartialDate.of(FIRST_DAY + timedelta(days=14))
    change.add_entry(
        Treatment(
            patient_id=patient.id,
            agent=Agent.SODIUM_THIOSULFATE_IV,
            dose_value=25.0,
            dose_unit="g",
            frequency="3/week",
            start=start,
        )
    )
    change.add_entry(
        Event(patient_id=patient.id, kind=EventKind.DEBRIDEMENT, on=start, lesion_id=lesion.id)
    )
