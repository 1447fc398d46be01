"""Courses written out by hand: a lesion's areas by date, as assessments that were accepted."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Final

import pytest

from woundtrack import healing
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    Patient,
    Side,
    Timeline,
    Visit,
    WoundState,
)

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
METHOD: Final = Method(name="by hand", version="1", application_version="0")
CALIBRATION: Final = Calibration(
    method="card",
    homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
    cards=(),
    mm_per_px=0.1,
    tilt_deg=0.0,
    residual_mm=0.1,
)

Seen = float | str
"""An area in cm²; ``closed``; or ``no scale``: seen, but in no photograph with a scale."""
Course = Mapping[str, Mapping[date, Seen]]
"""What was seen of each lesion, by its label, such as ``A1``."""

SITES: Final[Mapping[str, BodySite]] = {
    "A": BodySite(region="abdomen"),
    "T": BodySite(region="thigh", side=Side.LEFT),
    "C": BodySite(region="lower-leg", side=Side.RIGHT),
    "K": BodySite(region="back"),
}


def assessed(lesion: Lesion, visit: Visit, seen: Seen) -> Assessment:
    """Return what a person accepted: a circle of the given area, interval ±5 %."""
    outlines: tuple[AssessedOutline, ...] = ()
    if seen != "closed":
        measurement = None
        if isinstance(seen, float | int):
            area_mm2 = seen * 100.0
            measurement = Measurement(
                area_mm2=area_mm2,
                area_low_mm2=area_mm2 * 0.95,
                area_high_mm2=area_mm2 * 1.05,
                perimeter_mm=2 * math.sqrt(math.pi * area_mm2),
                length_mm=2 * math.sqrt(area_mm2 / math.pi),
                width_mm=2 * math.sqrt(area_mm2 / math.pi),
            )
        outlines = (
            AssessedOutline(
                kind=OutlineKind.ULCER,
                photograph_id=f"photo {lesion.label} {visit.visited_on}",
                outline=Outline(outer=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))),
                calibration=None if measurement is None else CALIBRATION,
                measurement=measurement,
                method=METHOD,
            ),
        )
    key = f"{lesion.label} {visit.visited_on}"
    return Assessment(
        id=f"{key} r1",
        assessment_id=key,
        revision=1,
        supersedes=None,
        lesion_id=lesion.id,
        visit_id=visit.id,
        photograph_ids=(f"photo {key}",),
        state=WoundState.CLOSED if seen == "closed" else WoundState.OPEN,
        outlines=outlines,
        accepted_by="Ann",
        reviewed_by="Ann",
        recorded_at=AT,
    )


def timeline_from(course: Course) -> Timeline:
    """Return the timeline of a course; its visits are all the dates at which anything was seen."""
    patient = Patient(id="p", code="WT-0147", created_at=AT)
    days = sorted({day for seen in course.values() for day in seen})
    visits = {
        day: Visit(id=f"visit {day}", patient_id="p", visited_on=day, created_at=AT) for day in days
    }
    lesions = [
        Lesion(
            id=f"lesion {label}",
            patient_id="p",
            label=label,
            number=number,
            site=SITES[label[0]],
            created_at=AT,
        )
        for number, label in enumerate(course, start=1)
    ]
    assessments = [
        assessed(lesion, visits[day], seen)
        for lesion in lesions
        for day, seen in course[lesion.label].items()
    ]
    return healing.timeline_of(patient, lesions, list(visits.values()), assessments)


@pytest.fixture
def timeline() -> Callable[[Course], Timeline]:
    """Make a timeline from areas written out by hand."""
    return timeline_from


JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
