"""Sheets made of values, for tests of the pages that are drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from woundtrack import healing
from woundtrack.exchange import report
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    ClinicalRecord,
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

AT: Final = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
FIRST: Final = date(2026, 1, 12)
PRINTED: Final = date(2026, 6, 11)
MM_PER_PT: Final = 25.4 / 72
SITES: Final = (
    BodySite(region="abdomen", side=Side.LEFT),
    BodySite(region="abdomen", side=Side.RIGHT),
    BodySite(region="thigh", side=Side.LEFT),
    BodySite(region="lower-leg", side=Side.RIGHT),
    BodySite(region="back"),
    BodySite(region="thigh"),
)
_SCALE: Final = Calibration(
    method="plane",
    homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
    cards=(),
    mm_per_px=0.1,
    tilt_deg=0.0,
    residual_mm=0.01,
)


def _assessment(lesion: Lesion, visit: Visit, area_cm2: float | None) -> Assessment:
    """Return an open lesion of an area ± 5 %, a closed one for zero, one without scale for None."""
    outlines: tuple[AssessedOutline, ...] = ()
    if area_cm2 != 0:
        area = None if area_cm2 is None else area_cm2 * 100
        outlines = (
            AssessedOutline(
                kind=OutlineKind.ULCER,
                photograph_id=f"{lesion.id} {visit.id}",
                outline=Outline(outer=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))),
                calibration=None if area is None else _SCALE,
                measurement=None
                if area is None
                else Measurement(
                    area_mm2=area,
                    area_low_mm2=area * 0.95,
                    area_high_mm2=area * 1.05,
                    perimeter_mm=2 * (np.pi * area) ** 0.5,
                    length_mm=10.0,
                    width_mm=10.0,
                ),
                method=Method(name="guided", version="1", application_version="1"),
            ),
        )
    return Assessment(
        id=f"{lesion.id} {visit.id}",
        assessment_id=f"{lesion.id} {visit.id}",
        revision=1,
        supersedes=None,
        lesion_id=lesion.id,
        visit_id=visit.id,
        photograph_ids=(f"{lesion.id} {visit.id}",),
        state=WoundState.CLOSED if area_cm2 == 0 else WoundState.OPEN,
        outlines=outlines,
        accepted_by="Ann",
        reviewed_by="Ann",
        recorded_at=AT,
    )


def timeline(
    *courses: Sequence[float | None],
    code: str = "WT-0147",
    labels: Sequence[str] = (),
    every_days: int = 14,
    visits: int | None = None,
) -> Timeline:
    """Return a course with a lesion for each row of areas in cm², a visit a fortnight."""
    patient = Patient(id="patient", code=code, created_at=AT)
    count = visits if visits is not None else max((len(one) for one in courses), default=0)
    known = [
        Visit(
            id=f"visit {place}",
            patient_id=patient.id,
            visited_on=FIRST + timedelta(days=every_days * place),
            created_at=AT,
        )
        for place in range(count)
    ]
    lesions = [
        Lesion(
            id=f"lesion {number}",
            patient_id=patient.id,
            label=labels[number] if number < len(labels) else f"A{number + 1}",
            number=number + 1,
            site=SITES[number % len(SITES)],
            created_at=AT,
        )
        for number in range(len(courses))
    ]
    assessments = [
        _assessment(lesion, visit, area)
        for lesion, course in zip(lesions, courses, strict=True)
        for visit, area in zip(known, course, strict=False)
    ]
    return healing.timeline_of(patient, lesions, known, assessments)


def outlined_as(course: Timeline, *kinds: OutlineKind) -> Timeline:
    """Return a course of one lesion whose areas are, visit by visit, an ulcer's or an eschar's."""
    (group,) = course.groups
    (curve,) = group.lesions
    points = tuple(
        replace(point, kind=kind) for point, kind in zip(curve.points, kinds, strict=True)
    )
    return replace(course, groups=(replace(group, lesions=(replace(curve, points=points),)),))


def sheet(course: Timeline, **changes: Any) -> report.Sheet:
    """Return a sheet of a course without photographs."""
    made = report.Made(
        software="woundtrack 1.0",
        formulas="3",
        record_hash="7f3c91b2" + "0" * 56,
        printed_on=PRINTED,
        methods=("guided 1",),
    )
    record = changes.pop("record", ClinicalRecord(patient=course.patient))
    whole = report.Sheet(
        timeline=course,
        record=record,
        course=healing.course_of(course, record, PRINTED + timedelta(days=3650)),
        made=made,
    )
    return replace(whole, **changes)


def picture(side_mm: float, *, px_per_mm: float = 10.0, turn_rad: float = 0.0) -> report.Picture:
    """Return 80 x 80 mm of light skin with a black square in its middle, and its outline."""
    wide = round(80 * px_per_mm)
    pixels = np.full((wide, wide, 3), 230, dtype=np.uint8)
    first, last = (round((40 + sign * side_mm / 2) * px_per_mm) for sign in (-1, 1))
    pixels[first:last, first:last] = 0
    half = side_mm / 2
    ring = np.array([(-half, -half), (half, -half), (half, half), (-half, half)])
    turn = np.array(
        [
            (np.cos(turn_rad), np.sin(turn_rad)),
            (-np.sin(turn_rad), np.cos(turn_rad)),
        ]
    )
    return report.Picture(
        pixels=pixels,
        px_per_mm=px_per_mm,
        corner_mm=(-40.0, -40.0),
        turn_rad=turn_rad,
        rings_mm=(ring @ turn,),
    )


def strip(course: Timeline, number: int, *pictures: report.Picture | None) -> report.Strip:
    """Return the photographs of a lesion's first visits; None is one that can't be read."""
    lesion = course.lesions[number]
    return report.Strip(
        lesion=lesion,
        photos=tuple(
            report.Photo(
                point=point,
                picture=one,
                why_none="" if one is not None else "The photograph can't be read.",
            )
            for point, one in zip(lesion.points, pictures, strict=False)
        ),
    )


def text_of(data: bytes) -> str:
    """Return all that is written in a PDF, its lines joined by spaces."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\ufffe", "-").split())


def page_count(data: bytes) -> int:
    """Return how many pages a PDF has."""
    with pypdfium2.PdfDocument(data) as document:
        return len(document)


def images_in(data: bytes) -> int:
    """Return how many pictures made of pixels lie in a PDF."""
    with pypdfium2.PdfDocument(data) as document:
        return sum(
            len(list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=9)))
            for page in document
        )


def rendered(data: bytes, page: int = 0, dots_an_inch: int = 254) -> np.ndarray[Any, Any]:
    """Return a page as RGB (H, W, 3), ten pixels a millimetre."""
    with pypdfium2.PdfDocument(data) as document:
        return np.asarray(document[page].render(scale=dots_an_inch / 72).to_pil().convert("RGB"))
