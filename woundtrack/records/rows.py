"""Nouns to rows and back: one pair of functions a noun, and the JSON of outlines and calibrations.

Hides every column name and the formats of the JSON columns; what is read equals what was written,
to the last bit of every float.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

from woundtrack.model import (
    UNMEASURED_PRINT_SPREAD,
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Card,
    Doubt,
    Lesion,
    Limb,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    OutlineSource,
    Patient,
    Photograph,
    Proposal,
    Ring,
    Side,
    Tag,
    Term,
    TimeSource,
    Tissue,
    TissueMap,
    TissueSource,
    Visit,
    VisitPhotograph,
    WoundState,
)

Row = Mapping[str, Any]
Values = dict[str, Any]

_FORMAT: Final = 1  # of every JSON column; a reader of a newer one is a migration


def canonical_json(value: object) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def text_of_time(moment: datetime) -> str:
    """Return an aware moment as fixed-width UTC text, which sorts as the moments do.

    Raises ``ValueError`` for a naive one.
    """
    if moment.tzinfo is None:
        raise ValueError("a stored time needs its zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def time_of_text(text: str) -> datetime:
    """Return the moment that ``text_of_time`` wrote."""
    return datetime.fromisoformat(text)


# --- who and when --------------------------------------------------------------------------------


def patient_row(patient: Patient) -> Values:
    """Return the columns of a patient."""
    return {
        "id": patient.id,
        "code": patient.code,
        "created_at": text_of_time(patient.created_at),
        "is_retired": 1 if patient.is_retired else None,
        "version": patient.version,
    }


def patient_of(row: Row) -> Patient:
    """Return the patient of a row."""
    return Patient(
        id=row["id"],
        code=row["code"],
        created_at=time_of_text(row["created_at"]),
        is_retired=bool(row["is_retired"]),
        version=row["version"],
    )


def lesion_row(lesion: Lesion) -> Values:
    """Return the columns of a lesion."""
    return {
        "id": lesion.id,
        "patient_id": lesion.patient_id,
        "label": lesion.label,
        "number": lesion.number,
        **_site_columns(lesion.site),
        "created_at": text_of_time(lesion.created_at),
        "is_retired": int(lesion.is_retired),
        "version": lesion.version,
    }


def lesion_of(row: Row) -> Lesion:
    """Return the lesion of a row."""
    return Lesion(
        id=row["id"],
        patient_id=row["patient_id"],
        label=row["label"],
        number=row["number"],
        site=BodySite(region=row["region"], side=_side(row["side"])),
        created_at=time_of_text(row["created_at"]),
        is_retired=bool(row["is_retired"]),
        version=row["version"],
    )


def visit_row(visit: Visit) -> Values:
    """Return the columns of a visit."""
    return {
        "id": visit.id,
        "patient_id": visit.patient_id,
        "visited_on": visit.visited_on.isoformat(),
        "created_at": text_of_time(visit.created_at),
        # None as it is of those that were made before a visit could be retired.
        "is_retired": 1 if visit.is_retired else None,
        "version": visit.version,
    }


def visit_of(row: Row) -> Visit:
    """Return the visit of a row."""
    return Visit(
        id=row["id"],
        patient_id=row["patient_id"],
        visited_on=date.fromisoformat(row["visited_on"]),
        created_at=time_of_text(row["created_at"]),
        is_retired=bool(row["is_retired"]),
        version=row["version"],
    )


# --- photographs and proposals -------------------------------------------------------------------


def photograph_row(filed: VisitPhotograph) -> Values:
    """Return the columns of a filed photograph."""
    facts = filed.photograph
    return {
        "id": filed.id,
        "visit_id": filed.visit_id,
        "sha256": facts.sha256,
        "original_name": facts.original_name,
        "format": facts.format,
        "size_bytes": facts.size_bytes,
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "orientation": facts.orientation,
        "taken_at": None if facts.taken_at is None else text_of_time(facts.taken_at),
        "taken_offset_minutes": facts.taken_offset_minutes,
        "taken_from": facts.taken_from.value,
        "camera_make": facts.camera_make,
        "camera_model": facts.camera_model,
        "focal_length_mm": facts.focal_length_mm,
        "focal_length_35mm": facts.focal_length_35mm,
        **_site_columns(filed.site),
        "filed_at": text_of_time(filed.filed_at),
        "is_retired": int(filed.is_retired),
        "version": filed.version,
        "head_deg": None if filed.head_deg is None else float(filed.head_deg),
    }


def photograph_of(row: Row) -> VisitPhotograph:
    """Return the filed photograph of a row."""
    taken_at = row["taken_at"]
    facts = Photograph(
        sha256=row["sha256"],
        original_name=row["original_name"],
        format=row["format"],
        size_bytes=row["size_bytes"],
        width_px=row["width_px"],
        height_px=row["height_px"],
        orientation=row["orientation"],
        taken_at=None if taken_at is None else time_of_text(taken_at),
        taken_offset_minutes=row["taken_offset_minutes"],
        taken_from=TimeSource(row["taken_from"]),
        camera_make=row["camera_make"],
        camera_model=row["camera_model"],
        focal_length_mm=row["focal_length_mm"],
        focal_length_35mm=row["focal_length_35mm"],
    )
    region = row["region"]
    return VisitPhotograph(
        id=row["id"],
        visit_id=row["visit_id"],
        photograph=facts,
        site=None if region is None else BodySite(region=region, side=_side(row["side"])),
        filed_at=time_of_text(row["filed_at"]),
        is_retired=bool(row["is_retired"]),
        version=row["version"],
        head_deg=row["head_deg"],
    )


def proposal_row(proposal: Proposal) -> Values:
    """Return the columns of a proposal."""
    return {
        "id": proposal.id,
        "photograph_id": proposal.photograph_id,
        "lesion_id": proposal.lesion_id,
        "created_at": text_of_time(proposal.created_at),
        "is_waiting": int(proposal.is_waiting),
        "version": proposal.version,
        "calibration": calibration_json(proposal.calibration),
        "outlines": outlines_json(proposal.outlines),
        "doubts": _doubts_json(proposal.doubts),
        "method": _method_json(proposal.method),
    }


def proposal_of(row: Row) -> Proposal:
    """Return the proposal of a row."""
    return Proposal(
        id=row["id"],
        photograph_id=row["photograph_id"],
        lesion_id=row["lesion_id"],
        created_at=time_of_text(row["created_at"]),
        is_waiting=bool(row["is_waiting"]),
        version=row["version"],
        calibration=calibration_of(row["calibration"]),
        outlines=outlines_of(row["outlines"]),
        doubts=doubts_of(row["doubts"]),
        method=_method_of(row["method"]),
    )


# --- assessments ---------------------------------------------------------------------------------


def assessment_row(assessment: Assessment) -> Values:
    """Return the columns of one revision, without its photographs and outlines."""
    return {
        "id": assessment.id,
        "assessment_id": assessment.assessment_id,
        "revision": assessment.revision,
        "supersedes": assessment.supersedes,
        "lesion_id": assessment.lesion_id,
        "visit_id": assessment.visit_id,
        "state": assessment.state.value,
        "accepted_by": assessment.accepted_by,
        "reviewed_by": assessment.reviewed_by,
        "recorded_at": text_of_time(assessment.recorded_at),
        "reason": assessment.reason,
        "is_retired": int(assessment.is_retired),
    }


def assessment_photograph_rows(assessment: Assessment) -> list[Values]:
    """Return the link rows of one revision's photographs, in their order."""
    return [
        {"revision_id": assessment.id, "place": place, "photograph_id": photograph_id}
        for place, photograph_id in enumerate(assessment.photograph_ids)
    ]


def assessed_outline_rows(assessment: Assessment) -> list[Values]:
    """Return the rows of one revision's outlines, in their order."""
    rows = []
    for place, accepted in enumerate(assessment.outlines):
        size = accepted.measurement
        rows.append(
            {
                "revision_id": assessment.id,
                "kind": accepted.kind.value,
                "place": place,
                "photograph_id": accepted.photograph_id,
                "area_mm2": None if size is None else float(size.area_mm2),
                "area_low_mm2": None if size is None else float(size.area_low_mm2),
                "area_high_mm2": None if size is None else float(size.area_high_mm2),
                "perimeter_mm": None if size is None else float(size.perimeter_mm),
                "length_mm": None if size is None else float(size.length_mm),
                "width_mm": None if size is None else float(size.width_mm),
                "head_to_toe_mm": None if size is None else size.head_to_toe_mm,
                "side_to_side_mm": None if size is None else size.side_to_side_mm,
                "doubts": None if size is None else _doubts_json(size.doubts),
                "terms": None if size is None else _terms_json(size.terms),
                "outline": canonical_json({"format": _FORMAT, **_outline_values(accepted.outline)}),
                "further": outlines_json(accepted.further) if accepted.further else None,
                "calibration": calibration_json(accepted.calibration),
                "method": _method_json(accepted.method),
                "tissue": _tissue_json(accepted.tissue),
            }
        )
    return rows


def assessment_of(row: Row, photographs: Iterable[Row], outlines: Iterable[Row]) -> Assessment:
    """Return the revision of a row, its link rows and its outline rows (each in order)."""
    return Assessment(
        id=row["id"],
        assessment_id=row["assessment_id"],
        revision=row["revision"],
        supersedes=row["supersedes"],
        lesion_id=row["lesion_id"],
        visit_id=row["visit_id"],
        photograph_ids=tuple(link["photograph_id"] for link in photographs),
        state=WoundState(row["state"]),
        outlines=tuple(_assessed_outline_of(outline) for outline in outlines),
        accepted_by=row["accepted_by"],
        reviewed_by=row["reviewed_by"],
        recorded_at=time_of_text(row["recorded_at"]),
        reason=row["reason"],
        is_retired=bool(row["is_retired"]),
    )


def _measurement_of(row: Row) -> Measurement:
    return Measurement(
        area_mm2=row["area_mm2"],
        area_low_mm2=row["area_low_mm2"],
        area_high_mm2=row["area_high_mm2"],
        perimeter_mm=row["perimeter_mm"],
        length_mm=row["length_mm"],
        width_mm=row["width_mm"],
        doubts=doubts_of(row["doubts"]),
        terms=terms_of(row["terms"]),
        head_to_toe_mm=row["head_to_toe_mm"],
        side_to_side_mm=row["side_to_side_mm"],
    )


def _assessed_outline_of(row: Row) -> AssessedOutline:
    measurement = None if row["area_mm2"] is None else _measurement_of(row)
    return AssessedOutline(
        kind=OutlineKind(row["kind"]),
        photograph_id=row["photograph_id"],
        outline=_outline_of(_read_json(row["outline"])),
        calibration=calibration_of(row["calibration"]),
        measurement=measurement,
        method=_method_of(row["method"]),
        further=() if row["further"] is None else outlines_of(row["further"]),
        tissue=_tissue_of(row["tissue"]),
    )


# --- sites, and the JSON columns -----------------------------------------------------------------


def _site_columns(site: BodySite | None) -> Values:
    if site is None:
        return {"region": None, "side": None}
    return {"region": site.region, "side": None if site.side is None else site.side.value}


def _side(text: str | None) -> Side | None:
    return None if text is None else Side(text)


def _read_json(text: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text)
    if values["format"] != _FORMAT:
        raise ValueError(f"JSON format {values['format']} is not known")
    return values


def _ring(points: Iterable[Sequence[float]]) -> Ring:
    return tuple((x, y) for x, y in points)


def _outline_values(outline: Outline) -> Values:
    return {
        "outer": outline.outer,
        "islands": outline.islands,
        "source": outline.source.value,
        "confidence": outline.confidence,
        "edge_sd_px": outline.edge_sd_px,
    }


def _outline_of(values: Row) -> Outline:
    return Outline(
        outer=_ring(values["outer"]),
        islands=tuple(_ring(island) for island in values["islands"]),
        source=OutlineSource(values["source"]),
        confidence=values["confidence"],
        edge_sd_px=values.get("edge_sd_px"),  # outlines of earlier versions have none
    )


def outlines_json(outlines: Iterable[Outline]) -> str:
    """Return the JSON column of some outlines."""
    return canonical_json(
        {"format": _FORMAT, "outlines": [_outline_values(each) for each in outlines]}
    )


def outlines_of(text: str) -> tuple[Outline, ...]:
    """Return the outlines of a JSON column. Raises ``ValueError``, ``KeyError``, ``TypeError``."""
    return tuple(_outline_of(each) for each in _read_json(text)["outlines"])


def _doubt_values(doubts: Iterable[Doubt]) -> list[Values]:
    return [
        {"code": doubt.code, "values": doubt.values}
        | ({"place_px": doubt.place_px} if doubt.place_px else {})
        for doubt in doubts
    ]


def _doubts_from(values: Iterable[Row]) -> tuple[Doubt, ...]:
    return tuple(
        Doubt(
            code=doubt["code"],
            values=tuple((name, value) for name, value in doubt["values"]),
            place_px=_ring(doubt.get("place_px", ())),
        )
        for doubt in values
    )


def _doubts_json(doubts: Iterable[Doubt]) -> str:
    return canonical_json({"format": _FORMAT, "doubts": _doubt_values(doubts)})


_NO_DOUBTS: Final = _doubts_json(())


def doubts_of(text: str) -> tuple[Doubt, ...]:
    """Return what there is to doubt about an outline or a scale."""
    if text == _NO_DOUBTS:
        return ()
    return _doubts_from(_read_json(text)["doubts"])


def _terms_json(terms: Iterable[Term]) -> str:
    return canonical_json({"format": _FORMAT, "terms": [asdict(term) for term in terms]})


def terms_of(text: str | None) -> tuple[Term, ...]:
    """Return what makes a measurement uncertain; nothing where that was not recorded."""
    return () if text is None else tuple(Term(**term) for term in _read_json(text)["terms"])


def _method_json(method: Method) -> str:
    return canonical_json(
        {
            "format": _FORMAT,
            "name": method.name,
            "version": method.version,
            "application_version": method.application_version,
            "parameters": method.parameters,
        }
    )


def _method_of(text: str) -> Method:
    values = _read_json(text)
    return Method(
        name=values["name"],
        version=values["version"],
        application_version=values["application_version"],
        parameters=tuple((name, value) for name, value in values["parameters"]),
    )


_LETTERS: Final = {
    None: "-",
    Tissue.ESCHAR: "e",
    Tissue.SLOUGH: "s",
    Tissue.GRANULATION: "g",
    Tissue.EPITHELIUM: "p",
    Tissue.OTHER: "o",
}
"""A letter for each run of cells, its length before it: ``120-4g`` is 120 bare, 4 granulation."""
_OF_LETTER: Final = {letter: tissue for tissue, letter in _LETTERS.items()}


def _tissue_json(maps: Sequence[TissueMap | None]) -> str | None:
    if all(one is None for one in maps):
        return None
    values = [
        None
        if one is None
        else {
            "place_px": [one.x, one.y, one.width, one.height],
            "grid": [one.columns, one.rows],
            "runs": "".join(f"{count}{_LETTERS[tissue]}" for tissue, count in one.runs),
            "outline": one.outline,
            "shares": {tissue.value: float(share) for tissue, share in one.shares},
            "weight": float(one.weight),
            "source": one.source.value,
            "has_card_colours": one.has_card_colours,
            "approved_by": one.approved_by,
            "approved_at": None if one.approved_at is None else text_of_time(one.approved_at),
        }
        for one in maps
    ]
    return canonical_json({"format": _FORMAT, "maps": values})


def _tissue_of(text: str | None) -> tuple[TissueMap | None, ...]:
    if text is None:
        return ()
    return tuple(
        None if values is None else _tissue_map_of(values) for values in _read_json(text)["maps"]
    )


def _tissue_map_of(values: Row) -> TissueMap:
    x, y, width, height = values["place_px"]
    columns, rows = values["grid"]
    runs = tuple(
        (_OF_LETTER[letter], int(count))
        for count, letter in re.findall(r"(\d+)(\D)", values["runs"])
    )
    if sum(count for _, count in runs) != columns * rows:
        raise ValueError("a tissue map's runs don't fill its grid")
    at = values["approved_at"]
    return TissueMap(
        x=x,
        y=y,
        width=width,
        height=height,
        columns=columns,
        rows=rows,
        runs=runs,
        outline=values["outline"],
        shares=tuple(
            (tissue, values["shares"][tissue.value])
            for tissue in Tissue
            if tissue.value in values["shares"]
        ),
        weight=values["weight"],
        source=TissueSource(values["source"]),
        has_card_colours=values["has_card_colours"],
        approved_by=values["approved_by"],
        approved_at=None if at is None else time_of_text(at),
    )


def calibration_json(calibration: Calibration | None) -> str | None:
    """Return the JSON column of a calibration; None for none."""
    if calibration is None:
        return None
    cards = [
        {
            "kind": card.kind,
            "design_version": card.design_version,
            "copy": card.copy,
            "nominal_mm": card.nominal_mm,
            "tags": [
                {
                    "id": tag.id,
                    "corners_px": tag.corners_px,
                    "corners_mm": tag.corners_mm,
                    "residual_mm": tag.residual_mm,
                }
                for tag in card.tags
            ],
        }
        for card in calibration.cards
    ]
    return canonical_json(
        {
            "format": _FORMAT,
            "method": calibration.method,
            "homography": calibration.homography,
            "cards": cards,
            "mm_per_px": calibration.mm_per_px,
            "tilt_deg": calibration.tilt_deg,
            "residual_mm": calibration.residual_mm,
            "print_scale": calibration.print_scale,
            "print_scale_sd": calibration.print_scale_sd,
            "printed_by": calibration.printed_by,
            "focal_px": calibration.focal_px,
            "focal_spread": calibration.focal_spread,
            "centre_px": calibration.centre_px,
            "limb": None if calibration.limb is None else asdict(calibration.limb),
            "doubts": _doubt_values(calibration.doubts),
        }
    )


def calibration_of(text: str | None) -> Calibration | None:
    """Return the calibration of a JSON column. Raises as ``outlines_of``."""
    if text is None:
        return None
    values = _read_json(text)
    (a, b, c), (d, e, f), (g, h, i) = values["homography"]
    return Calibration(
        method=values["method"],
        homography=((a, b, c), (d, e, f), (g, h, i)),
        cards=tuple(_card_of(card) for card in values["cards"]),
        mm_per_px=values["mm_per_px"],
        tilt_deg=values["tilt_deg"],
        residual_mm=values["residual_mm"],
        print_scale=values["print_scale"],
        print_scale_sd=values.get("print_scale_sd", UNMEASURED_PRINT_SPREAD),
        printed_by=values.get("printed_by", ""),
        focal_px=values.get("focal_px"),
        focal_spread=values.get("focal_spread", 0.25),
        centre_px=None if values.get("centre_px") is None else tuple(values["centre_px"]),
        limb=_limb_of(values.get("limb")),
        doubts=_doubts_from(values["doubts"]),
    )


def _limb_of(values: Row | None) -> Limb | None:
    if values is None:
        return None
    rotation = tuple(tuple(row) for row in values["rotation"])
    pairs = {
        name: tuple(values[name]) for name in ("origin_mm", "centre_px", "unround", "shift_mm")
    }
    return Limb(**{**values, **pairs, "rotation": rotation})


def _card_of(values: Row) -> Card:
    return Card(
        kind=values["kind"],
        design_version=values["design_version"],
        copy=values["copy"],
        nominal_mm=values["nominal_mm"],
        tags=tuple(
            Tag(
                id=tag["id"],
                corners_px=_ring(tag["corners_px"]),
                corners_mm=_ring(tag["corners_mm"]),
                residual_mm=tag["residual_mm"],
            )
            for tag in values["tags"]
        ),
    )
