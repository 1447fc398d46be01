"""The photographs, and what was measured in them: sizes with their intervals, tissues, who and how.

Follows the structure of the Danish eHealth profile of wound dimensions: the panel is derived from
its photographs, and every size says whether it was measured or calculated. Hides which program and
which network made an outline.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from woundtrack.exchange.fhir.chart import Chart, id_of, part, quantity
from woundtrack.exchange.fhir.codes import (
    OWN,
    Json,
    absent,
    coding,
    hl7,
    loinc,
    own,
    tissue,
)
from woundtrack.exchange.pictures import ExportedPicture
from woundtrack.exchange.tables.assessment_row import AssessmentRow, assessment_rows
from woundtrack.model import (
    AssessedOutline,
    Lesion,
    Missing,
    OutlineKind,
    TimeSource,
    Tissue,
    VisitPhotograph,
    WoundState,
)

_TYPES: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "TIFF": "image/tiff",
    "WebP": "image/webp",
    "HEIC": "image/heic",
}
"""Media types by the formats that photographs are read in (RFC 2046, 3302, 9649; IANA)."""
_AREA_TEXT: Final = "Area inside the traced edge, less its islands; not length times width"


def add_wounds(chart: Chart) -> None:
    """Add the photographs, and a panel of sizes with its provenance for every assessment."""
    for photograph in chart.told.file.photographs:
        _add_photograph(chart, photograph)
    for row in assessment_rows(chart.told):
        add_assessment(chart, row)


# --- photographs ---------------------------------------------------------------------------------


def _add_photograph(chart: Chart, filed: VisitPhotograph) -> None:
    """Add a photograph, and a resource for every picture of a lesion in it that leaves."""
    told, facts = chart.told, filed.photograph
    visit = told.file.visit(filed.visit_id)
    if visit is None:
        return
    identified = told.profile.is_identified
    identifiers = chart.identifiers(filed.id)
    taken = chart.on(visit.visited_on)
    kind = _TYPES.get(facts.format)
    content: Json = {} if kind is None else {"contentType": kind}
    if identified:
        identifiers.append({"system": "urn:woundtrack:sha256", "value": facts.sha256})
        content["title"] = facts.original_name
        offset = facts.taken_offset_minutes
        if facts.taken_at is not None and facts.taken_from is TimeSource.EXIF:
            local = facts.taken_at + timedelta(minutes=offset or 0)
            hours, minutes = divmod(abs(offset or 0), 60)
            sign = "-" if (offset or 0) < 0 else "+"
            naive = local.replace(tzinfo=None).isoformat(timespec="seconds")
            taken = f"{naive}{sign}{hours:02d}:{minutes:02d}"
    chart.add(
        "Media",
        filed.id,
        {
            "identifier": identifiers,
            "status": "entered-in-error" if filed.is_retired else "completed",
            "type": hl7("media-type", "image"),
            "subject": chart.subject,
            "createdDateTime": taken,
            "bodySite": None if filed.site is None else chart.site(filed.site),
            "deviceName": facts.camera_model if identified else None,
            "width": facts.width_px,
            "height": facts.height_px,
            "content": content or {"title": "photograph"},
        },
    )
    for (photograph_id, lesion_id), picture in told.pictures.items():
        lesion = told.file.lesion(lesion_id)
        if (
            photograph_id == filed.id
            and lesion is not None
            and isinstance(picture, ExportedPicture)
        ):
            _add_picture(chart, filed, lesion, picture, taken=chart.on(visit.visited_on))


def _add_picture(
    chart: Chart,
    filed: VisitPhotograph,
    lesion: Lesion,
    picture: ExportedPicture,
    *,
    taken: str | None,
) -> None:
    """Add a file of the folder that shows a lesion, and that of its outline where there is one."""
    files = [("picture", picture.name, "image/jpeg")]
    if picture.mask_name is not None:
        files.append(("mask", picture.mask_name, "image/png"))
    for what, name, kind in files:
        chart.add(
            "Media",
            filed.id,
            {
                "partOf": [chart.ref("Media", filed.id)],
                "status": "completed",
                "type": hl7("media-type", "image"),
                "view": own(what),
                "subject": chart.subject,
                "createdDateTime": taken,
                "bodySite": chart.site(lesion.site, lesion),
                "width": picture.width_px,
                "height": picture.height_px,
                "content": {"contentType": kind, "url": name},
            },
            f"{what} {chart.told.profile.alias(lesion.id)}",
        )


# --- assessments ---------------------------------------------------------------------------------


def add_assessment(chart: Chart, row: AssessmentRow) -> None:
    """Add the panel of sizes of an assessment, its tissues, and who made it how."""
    assessment = row.assessment
    key = assessment.assessment_id
    shared: Json = {
        "status": row.status,
        "category": [hl7("observation-category", "exam")],
        "subject": chart.subject,
        "focus": [chart.ref("Condition", row.lesion.id)],
        "effectiveDateTime": chart.on(row.visit.visited_on),
        "issued": chart.moment(assessment.recorded_at),
        "performer": chart.people(assessment.accepted_by),
        "bodySite": chart.site(row.lesion.site, row.lesion),
        "device": None if row.outline is None else _device(chart, row.outline),
        "derivedFrom": [chart.ref("Media", one.id) for one in row.photographs],
    }
    panel: Json = {
        "identifier": chart.identifiers(key),
        "code": loinc("72287-6"),
        **shared,
        "method": None if row.outline is None else _method(row),
        "component": _sizes(row),
    }
    targets = [chart.add("Observation", key, panel)]
    for one in Tissue:
        share = row.tissue_share(one)
        if share is None:
            continue
        percent = {"valueQuantity": quantity(100 * share, "%", decimals=2)}
        content: Json = {
            "code": loinc("72371-8"),
            **shared,
            "performer": chart.people(row.tissue_approved_by) or shared["performer"],
            "valueCodeableConcept": tissue(one),
            "component": [part(loinc("72370-0"), percent), *_tissue_cm2(row, one)],
        }
        targets.append(chart.add("Observation", key, content, f"tissue {one.value}"))
    chart.provenance(
        assessment.id,
        targets,
        [
            ("author", chart.person(assessment.accepted_by)),
            ("verifier", chart.person(assessment.reviewed_by)),
            ("assembler", shared["device"]),
        ],
        recorded_at=assessment.recorded_at,
        supersedes=assessment.supersedes,
        reason=assessment.reason,
    )


def _sizes(row: AssessmentRow) -> list[Json]:
    """Return the components of the panel: sizes first, then how they were come by."""
    parts: list[Json] = []
    area = row.size("area_mm2", divisor=100)
    code = loinc("89260-4", _AREA_TEXT)
    if area is None:
        parts.append(part(code, {"dataAbsentReason": _why_no_area(row)}, how="measured"))
    else:
        ends = _area_ends(row.outline)
        found = {"valueQuantity": quantity(area, "cm2", interval=ends)}
        parts.append(part(code, found, how="measured"))
        if ends is not None:
            low, high = (quantity(end, "cm2") for end in ends)
            code = own("area-ci95", "95 % interval of the area")
            span = {"valueRange": {"low": low, "high": high}}
            parts.append(part(code, span, how="calculated"))
    for name, concept in (
        ("length", loinc("39126-8", "Greatest extent")),
        ("width", loinc("39125-0", "Extent square to the length")),
        ("perimeter", own("perimeter", "Length of the outer edge")),
    ):
        size = row.size(f"{name}_mm", divisor=10)
        if size is not None and row.outline is not None:
            low_end, high_end = row.end_cm(name, 0), row.end_cm(name, 1)
            between = None if low_end is None or high_end is None else (low_end, high_end)
            found = {"valueQuantity": quantity(size, "cm", decimals=3, interval=between)}
            parts.append(part(concept, found, how="measured"))
    for name, concept in (
        ("head_to_toe", own("head-to-toe", "Extent along the body")),
        ("side_to_side", own("side-to-side", "Extent across the body")),
    ):
        size = row.size(f"{name}_mm", divisor=10)
        if size is not None and row.outline is not None:
            found = {"valueQuantity": quantity(size, "cm", decimals=3)}
            parts.append(part(concept, found, how="measured"))
    depth = None if row.finding is None else row.finding.max_depth_cm
    if depth is not None:
        found = {"valueQuantity": quantity(depth, "cm", decimals=2)}
        parts.append(part(loinc("39127-6", "Greatest depth, by probe"), found, how="measured"))
    if row.volume_cm3 is not None:
        found = {"valueQuantity": quantity(row.volume_cm3, "cm3", decimals=3)}
        text = "Length times width times depth times 0.327, after Kundin"
        parts.append(part(loinc("94083-3", text), found, how="calculated"))
    parts += _other_edges(row)
    return parts + _circumstances(row)


def _area_ends(outline: AssessedOutline | None) -> tuple[float, float] | None:
    measurement = None if outline is None else outline.measurement
    if measurement is None:
        return None
    return measurement.area_low_mm2 / 100, measurement.area_high_mm2 / 100


def _why_no_area(row: AssessmentRow) -> Json:
    why = absent(Missing.NOT_DONE)
    word = row.area_na or "not_outlined"
    text = {
        "no_calibration": "No scale in the photograph",
        "not_outlined": "Neither ulcer nor eschar was outlined",
    }[word]
    return {"coding": [why["coding"][0], coding(OWN, word)], "text": text}


def _other_edges(row: AssessmentRow) -> list[Json]:
    """Return the areas inside the edges that aren't the one whose area counts."""
    main = row.assessment.main
    parts = []
    for kind in OutlineKind:
        outline = row.assessment.outline_of(kind)
        ends = _area_ends(outline)
        if outline is None or outline is main or outline.measurement is None or ends is None:
            continue
        area = outline.measurement.area_mm2 / 100
        found = {"valueQuantity": quantity(area, "cm2", interval=ends)}
        code = own(f"area-{kind.value}", f"Area inside the edge of the {kind.value}")
        parts.append(part(code, found, how="measured"))
    return parts


def _circumstances(row: AssessmentRow) -> list[Json]:
    """Return what tells how far the sizes may be compared and trusted."""
    parts = [part(own("wound-state"), {"valueCodeableConcept": own(row.wound_state)})]
    if row.outline is not None:
        parts.append(part(own("outline-kind"), {"valueCodeableConcept": own(row.outline.kind)}))
        if row.author_kind is not None:
            parts.append(part(own("author-kind"), {"valueCodeableConcept": own(row.author_kind)}))
        edited = row.of_method("edited_share")
        if isinstance(edited, float):
            share = quantity(100 * edited, "%", decimals=2)
            code = own("edit-fraction", "Share of the area that a person changed")
            parts.append(part(code, {"valueQuantity": share}))
    if row.is_debrided:
        code = own("debrided-since-last", "Debrided since the measurement before")
        parts.append(part(code, {"valueBoolean": True}))
    if row.scale is not None and row.scale.cards:
        tilt = quantity(row.scale.tilt_deg, "deg", decimals=1)
        parts.append(part(own("tilt", "Tilt of the camera"), {"valueQuantity": tilt}))
    return parts + [
        part(own("doubt"), {"valueCodeableConcept": own(doubt)}) for doubt in row.doubts
    ]


def _tissue_cm2(row: AssessmentRow, one: Tissue) -> list[Json]:
    area = row.tissue_cm2(one)
    if area is None:
        return []
    found = {"valueQuantity": quantity(area, "cm2")}
    code = own("tissue-area", "Area of this tissue")
    return [part(code, found, how="calculated")]


def _method(row: AssessmentRow) -> Json:
    """Return in words how the sizes were got."""
    if row.scale is None:
        scale = "no scale"
    elif row.scale.limb is not None:
        scale = "printed cards, unrolled from a round limb"
    elif row.scale.cards:
        count = len(row.scale.cards)
        scale = f"{'a printed card' if count == 1 else f'{count} printed cards'}, tilt corrected"
    else:
        scale = "a ruler in the photograph"
    how = "" if row.assessment.state is WoundState.OPEN else ", seen as closed"
    return {"text": f"Digital planimetry from a photograph: {scale}{how}"}


# --- the program ---------------------------------------------------------------------------------


def _device(chart: Chart, outline: AssessedOutline) -> Json:
    """Add the program as it was when it made an outline: its version, and its network's.

    The same in every file: it tells nothing of a patient.
    """
    made = outline.method
    known = dict(made.parameters)
    network, digest = known.get("network_version"), known.get("network_sha256")
    parts = (made.application_version, made.name, made.version, str(network), str(digest))
    versions = [
        {"type": own("software"), "value": made.application_version},
        {"type": own("outline-method"), "value": f"{made.name} {made.version}"},
    ]
    if network is not None:
        versions.append({"type": own("outline-network"), "value": str(network)})
    if digest is not None:
        versions.append({"type": own("outline-network-sha256"), "value": str(digest)})
    return chart.add_as(
        "Device",
        id_of("Device", *parts),
        {
            "status": "active",
            "manufacturer": "woundtrack",
            "deviceName": [{"name": "woundtrack", "type": "model-name"}],
            "type": own("software", "Software that measures wounds in photographs"),
            "version": versions,
            "note": [{"text": "Research software. Not a medical device."}],
        },
    )
