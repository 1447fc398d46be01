"""The JSON documents and the lines that the command line prints: the stable interface in words.

Hides the exact shapes that scripts are written against (design section 4; README, "For scripts").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from woundtrack import healing
from woundtrack.errors import doubt_sentence
from woundtrack.exchange.bundle import Written
from woundtrack.exchange.fhir import WrittenFhir
from woundtrack.exchange.pictures import WHY_STAYS
from woundtrack.healing.reader_error import error_words
from woundtrack.model import (
    Card,
    ClinicalRecord,
    Doubt,
    EventKind,
    GroupTimeline,
    LesionTimeline,
    Measurement,
    NestedCurve,
    Outline,
    Purpose,
    Term,
    Timeline,
    TimelinePoint,
)
from woundtrack.records import CheckReport
from woundtrack.workflow import MeasuredPhotograph, Printer
from woundtrack.workflow.consenting import Leaving
from woundtrack.workflow.exporting import ExportChoice
from woundtrack.workflow.reading_document import error_document


def joined_document(size: Measurement) -> dict[str, Any]:
    """Return the object of ``join --json``; areas in cm²."""
    return {**_size_json(size), "warnings": _sentences(size.doubts)}


def measured_document(result: MeasuredPhotograph) -> dict[str, Any]:
    """Return one photograph's object of ``measure --json``; areas in cm², the outline in px."""
    calibration = result.calibration
    return {
        "photo": str(result.path),
        "sha256": None if result.photograph is None else result.photograph.sha256,
        "calibration": None
        if calibration is None
        else {
            "method": calibration.method,
            "cards": [_card_json(card) for card in calibration.cards],
            "mm_per_px": calibration.mm_per_px,
            # A ruler says nothing of the tilt.
            "tilt_deg": calibration.tilt_deg if calibration.cards else None,
            "print_scale": calibration.print_scale,
            "print_scale_sd": calibration.print_scale_sd,
            "residual_mm": calibration.residual_mm,
            "limb_radius_mm": None if calibration.limb is None else calibration.limb.radius_mm,
            "limb_radius_sd_mm": None
            if calibration.limb is None
            else calibration.limb.radius_sd_mm,
        },
        "lesions": [
            {
                **_size_json(size),
                "tissue": None,
                "outline": _outline_json(outline),
                "confidence": outline.confidence,
            }
            for outline, size in result.lesions
        ],
        "colour": None
        if result.colour is None
        else {
            "method": result.colour.method,
            "delta_e": result.colour.delta_e,
            "is_trusted": result.colour.is_trusted,
            "tone": list(result.colour.tone),
            "white_balance": list(result.colour.white_balance),
            "matrix": [list(row) for row in result.colour.matrix],
            "warnings": _sentences(result.colour.doubts),
        },
        "subject_code": result.subject_code,
        "warnings": _sentences(result.doubts),
        "error": None
        if result.error is None
        else {"code": result.error.code, "message": str(result.error)},
    }


def _card_json(card: Card) -> dict[str, Any]:
    return {
        "kind": card.kind,
        "design_version": card.design_version,
        "copy": card.copy,
        "nominal_mm": card.nominal_mm,
        "tags": [tag.id for tag in card.tags],
    }


def _size_json(size: Measurement | None) -> dict[str, Any]:
    """Return sizes in cm and cm² with their intervals; each null without a scale."""
    return {
        "area_cm2": None if size is None else size.area_cm2,
        "area_low_cm2": None if size is None else size.area_low_cm2,
        "area_high_cm2": None if size is None else size.area_high_cm2,
        "uncertainty": [] if size is None else [_term_json(term) for term in size.terms],
        "perimeter_cm": None if size is None else size.perimeter_cm,
        "length_cm": None if size is None else size.length_cm,
        "width_cm": None if size is None else size.width_cm,
        "head_to_toe_cm": size and _cm(size.head_to_toe_mm),
        "side_to_side_cm": size and _cm(size.side_to_side_mm),
        "perimeter_interval_cm": size and _interval_cm(size.perimeter_interval_mm),
        "length_interval_cm": size and _interval_cm(size.length_interval_mm),
        "width_interval_cm": size and _interval_cm(size.width_interval_mm),
    }


def _term_json(term: Term) -> dict[str, Any]:
    """Return one cause of uncertainty: half of the 95 % interval that it alone would make."""
    return {
        "name": term.name,
        "area_cm2": term.area_mm2 / 100,
        "perimeter_cm": term.perimeter_mm / 10,
        "length_cm": term.length_mm / 10,
        "width_cm": term.width_mm / 10,
        "is_bound": term.is_bound,
    }


def _cm(length_mm: float | None) -> float | None:
    return None if length_mm is None else length_mm / 10


def _interval_cm(interval_mm: tuple[float, float] | None) -> list[float] | None:
    return None if interval_mm is None else [end / 10 for end in interval_mm]


def _outline_json(outline: Outline) -> dict[str, Any]:
    return {
        "outer": [list(point) for point in outline.outer],
        "islands": [[list(point) for point in island] for island in outline.islands],
    }


def measured_lines(result: MeasuredPhotograph) -> Iterator[str]:
    """Yield one line a lesion, for people."""
    for number, (_, size) in enumerate(result.lesions, start=1):
        where = f"{result.path}: lesion {number}"
        if size is None:
            yield f"{where}: no area"
        else:
            yield (
                f"{where}: {size.area_cm2:.2f} cm² ({size.area_low_cm2:.2f} to "
                f"{size.area_high_cm2:.2f}), perimeter {size.perimeter_cm:.1f} cm, "
                f"length {size.length_cm:.1f} cm, width {size.width_cm:.1f} cm"
                f"{_along_body(size.head_to_toe_mm, size.side_to_side_mm)}"
            )


def _along_body(along_mm: float | None, across_mm: float | None) -> str:
    """Return the extents along the body and across in words; nothing where they aren't known."""
    if along_mm is None or across_mm is None:
        return ""
    return f", head to toe {along_mm / 10:.1f} cm, side to side {across_mm / 10:.1f} cm"


_BREAKS: Final = {
    healing.BreakReason.DEBRIDEMENT: "debridement",
    healing.BreakReason.MERGED: "merged",
    healing.BreakReason.SPLIT: "split",
}


def timeline_document(
    course: Timeline, waiting: int, record: ClinicalRecord | None = None
) -> dict[str, Any]:
    """Return the object of ``timeline --json``; areas in cm², null where not measured.

    ``waiting`` is how many of the patient's photographs nobody accepted from yet; ``record`` names
    what breaks the curves.
    """
    return {
        "patient": course.patient.code,
        "waiting": waiting,
        "reader_error": error_document(course.reader_error),
        "lesions": [
            {**_lesion_json(lesion), "breaks": _breaks_json(lesion, course, record)}
            for lesion in course.lesions
        ],
        "groups": [_group_json(group) for group in course.groups],
    }


def _lesion_json(curve: LesionTimeline) -> dict[str, Any]:
    site = curve.lesion.site
    # Where nothing but ulcers was outlined the object is as it always was.
    nested = {one.kind.value: [_nested_json(point) for point in one.points] for one in curve.nested}
    return {
        "lesion": curve.lesion.label,
        "site": site.region,
        "group": site.group.value,
        "side": None if site.side is None else site.side.value,
        "points": [
            {
                "date": point.on.isoformat(),
                "area_cm2": _cm2(point.area_mm2),
                "area_low_cm2": _cm2(point.area_low_mm2),
                "area_high_cm2": _cm2(point.area_high_mm2),
                "head_to_toe_cm": _cm(point.head_to_toe_mm),
                "side_to_side_cm": _cm(point.side_to_side_mm),
                "parts": point.part_count,
                "tissue": _tissue_json(point),
                "state": point.state.value,
                "warnings": [doubt.code for doubt in point.doubts],
            }
            for point in curve.points
        ],
        "area_reduction_percent": curve.area_reduction_percent,
        "gilman_cm_per_week": curve.gilman_cm_per_week,
        "compared_since": None if curve.run_from is None else curve.run_from.isoformat(),
        **({"nested": nested} if nested else {}),
    }


def _breaks_json(
    curve: LesionTimeline, course: Timeline, record: ClinicalRecord | None
) -> list[dict[str, Any]]:
    """Return where a curve breaks: no rate goes over it. A date is as far as it is known."""
    return [
        {
            "date": known,
            "reason": _BREAKS[one.reason],
            "after": None if one.after is None else one.after.isoformat(),
            "before": None if one.before is None else one.before.isoformat(),
        }
        for one, known in _breaks(curve, course, record)
    ]


def _breaks(
    curve: LesionTimeline, course: Timeline, record: ClinicalRecord | None
) -> Iterator[tuple[healing.LineBreak, str]]:
    """Yield the breaks of a curve, each with its date as far as that is known."""
    known = {
        event.on.middle: event.on.text
        for event in (() if record is None else record.events)
        if event.kind is EventKind.DEBRIDEMENT and event.lesion_id in {None, curve.lesion.id}
    }
    for one in healing.breaks_of(curve.lesion.id, curve.points, record, course.visits):
        day = one.on.isoformat()
        is_event = one.reason is healing.BreakReason.DEBRIDEMENT
        yield one, known.get(one.on, day) if is_event else day


def _nested_json(point: TimelinePoint) -> dict[str, Any]:
    """Return one visit of an eschar's curve, or of a margin's."""
    return {
        "date": point.on.isoformat(),
        "area_cm2": _cm2(point.area_mm2),
        "area_low_cm2": _cm2(point.area_low_mm2),
        "area_high_cm2": _cm2(point.area_high_mm2),
        "head_to_toe_cm": _cm(point.head_to_toe_mm),
        "side_to_side_cm": _cm(point.side_to_side_mm),
        "parts": point.part_count,
        "warnings": [doubt.code for doubt in point.doubts],
    }


def _tissue_json(point: TimelinePoint) -> dict[str, Any] | None:
    """Return the tissue of a visit: its state, and where that is approved, each share, 0..1."""
    if point.tissue_state is None:
        return None
    if point.tissue_shares is None:
        return {"state": point.tissue_state.value, "shares": None}
    shares = {tissue.value: share for tissue, share in point.tissue_shares}
    return {
        "state": point.tissue_state.value,
        "shares": {**shares, "unpainted": max(1 - sum(shares.values()), 0.0)},
    }


def _tissue_words(point: TimelinePoint) -> str:
    """Return a visit's tissue as words to put after its area; nothing where none was painted."""
    if point.tissue_state is None:
        return ""
    if point.tissue_shares is None:
        return ", tissue not approved"
    shares = [(tissue.value, share) for tissue, share in point.tissue_shares if share >= 0.005]
    shares.append(("not painted", 1 - sum(share for _, share in point.tissue_shares)))
    said = [f"{name} {100 * share:.0f} %" for name, share in shares if share >= 0.005]
    return ", " + ", ".join(said)


def _nested_words(curve: NestedCurve, on: date) -> str:
    """Return a visit's eschar or margin as words to put after its area; nothing without one."""
    point = next((one for one in curve.points if one.on == on), None)
    if point is None:
        return ""
    if point.area_mm2 is None:
        return f", {curve.kind.value} not measured"
    area = f", {curve.kind.value} {point.area_mm2 / 100:.2f} cm²"
    if point.area_low_mm2 is None or point.area_high_mm2 is None:
        return area
    return f"{area} ({point.area_low_mm2 / 100:.2f} to {point.area_high_mm2 / 100:.2f})"


def _group_json(group: GroupTimeline) -> dict[str, Any]:
    return {
        "group": group.group.value,
        "points": [
            {"date": point.on.isoformat(), "area_cm2": _cm2(point.area_mm2)}
            for point in group.points
        ],
    }


def _cm2(area_mm2: float | None) -> float | None:
    return None if area_mm2 is None else area_mm2 / 100


def timeline_lines(course: Timeline, record: ClinicalRecord | None = None) -> Iterator[str]:
    """Yield the course of each lesion, a line a visit, for people; ``record`` names the breaks."""
    for curve in course.lesions:
        yield f"{curve.lesion.label}, {curve.lesion.site.words}"
        for point in curve.points:
            area = "not measured"
            if point.area_mm2 is not None:
                area = f"{point.area_mm2 / 100:8.2f} cm²"
                if point.area_low_mm2 is not None and point.area_high_mm2 is not None:
                    area += f"  ({point.area_low_mm2 / 100:.2f} to {point.area_high_mm2 / 100:.2f})"
                if point.part_count > 1:
                    area += f", {point.part_count} parts"
                area += _along_body(point.head_to_toe_mm, point.side_to_side_mm)
            area += _tissue_words(point)
            area += "".join(_nested_words(one, point.on) for one in curve.nested)
            yield f"  {point.on.isoformat()}  {point.state.value:<6}  {area}"
        for one, on in _breaks(curve, course, record):
            yield f"  {on}  the curve breaks: {one.reason.value}"
        if curve.run_from is not None:
            yield f"  compared since {curve.run_from.isoformat()}"
        if curve.area_reduction_percent is not None:
            yield f"  area reduction {curve.area_reduction_percent:z.1f} %"
        if curve.gilman_cm_per_week is not None:
            yield f"  margin advance (Gilman) {curve.gilman_cm_per_week:z.3f} cm per week"
        half_life = healing.half_life_of(curve)
        if half_life is not None:
            days = round(half_life)
            yield f"  half-life {counted(days, 'day', 'days')}"
    if course.reader_error is not None:
        yield error_words(course.reader_error)


def printers_document(found: Sequence[Printer], doubt: Doubt | None) -> dict[str, Any]:
    """Return the object of ``printers --json``; bars in mm, ``scale`` printed by nominal length.

    ``doubt`` is what there is to say of the print scale in use.
    """
    return {
        "in_use": next((printer.name for printer in found if printer.is_in_use), None),
        "printers": [
            {
                "printer": printer.name,
                "across_mm": printer.print_scale.across_mm,
                "down_mm": printer.print_scale.down_mm,
                "scale": printer.print_scale.scale,
                "scale_sd": printer.print_scale.spread,
                "measured_on": printer.print_scale.measured_on.isoformat(),
                "is_old": printer.print_scale.is_old,
                "is_in_use": printer.is_in_use,
                "warnings": _sentences(printer.doubts),
            }
            for printer in found
        ],
        "warnings": _sentences(() if doubt is None else (doubt,)),
    }


def printer_lines(found: Sequence[Printer]) -> Iterator[str]:
    """Yield one line a printer, for people."""
    widest = max((len(printer.name) for printer in found), default=0)
    for printer in found:
        bars = printer.print_scale
        yield (
            f"{printer.name:<{widest}}  {bars.across_mm:6.2f} mm across  {bars.down_mm:6.2f} mm "
            f"down  {bars.scale * 100:6.2f} %  measured {bars.measured_on.isoformat()}"
            f"{', long ago' if bars.is_old else ''}{', in use' if printer.is_in_use else ''}"
        )


_PURPOSES = {
    Purpose.RECORD: "the record",
    Purpose.MDT: "the MDT",
    Purpose.RESEARCH: "research",
    Purpose.TEACHING: "teaching",
    Purpose.PUBLICATION: "publication",
}


def leaving_lines(going: Leaving) -> Iterator[str]:
    """Yield whom something leaves out and why, and who is in it though nobody asked."""
    purpose = _PURPOSES[going.purpose]
    if going.refused:
        codes = ", ".join(one.code for one in going.refused)
        yield f"Left out, as consent to {purpose} was refused or withdrawn: {codes}."
    if not going.not_asked:
        return
    if going.with_unasked:
        patients = counted(len(going.not_asked), "patient was", "patients were")
        yield f"{patients} never asked about {purpose}, and not left out."
    else:
        codes = ", ".join(one.code for one in going.not_asked)
        yield f"Left out, as nobody asked about {purpose}: {codes}."


def small_cell_lines(
    cells: Mapping[tuple[str, str, str], int], choice: ExportChoice
) -> Iterator[str]:
    """Yield that some patients of a pseudonymised export may be told apart, if any."""
    if choice.is_identified or not cells:
        return
    patients = counted(sum(cells.values()), "patient is", "patients are")
    yield (
        f"{patients} one of fewer than five with the same sex, age (in five years) and centre: "
        "who knows one of them may find them. Pass it on to those alone who have agreed not to try."
    )


def picture_lines(written: Written | WrittenFhir) -> Iterator[str]:
    """Yield how many pictures of an export left, and why others stay."""
    yield f"{counted(written.pictures, 'picture', 'pictures')} written."
    for why, count in written.pictures_stay.items():
        yield f"{counted(count, 'picture stays', 'pictures stay')}: {WHY_STAYS[why]}."


def counted(count: int, one: str, many: str) -> str:
    """Return ``1 visit`` or ``8 visits``."""
    return f"{count} {one if count == 1 else many}"


def _sentences(doubts: Sequence[Doubt]) -> list[dict[str, Any]]:
    return [
        {
            "code": doubt.code,
            "message": doubt_sentence(doubt),
            "place": [list(point) for point in doubt.place_px] or None,
        }
        for doubt in doubts
    ]


def check_lines(report: CheckReport) -> Iterator[str]:
    """Yield what ``check`` looked at, for people; its problems are printed apart."""
    yield ", ".join(
        counted(count, one, many)
        for count, one, many in (
            (report.patients, "patient", "patients"),
            (report.lesions, "lesion", "lesions"),
            (report.visits, "visit", "visits"),
            (report.photographs, "photograph", "photographs"),
            (report.assessments, "assessment", "assessments"),
            (report.audit_entries, "entry in the audit trail", "entries in the audit trail"),
            (report.originals, "original", "originals"),
        )
    )
    if orphans := len(report.orphan_originals):
        belong = counted(orphans, "original belongs", "originals belong")
        harm = "It does no harm." if orphans == 1 else "They do no harm."
        yield f"{belong} to no photograph: left by an import that was stopped. {harm}"
    yield f"Audit head {report.audit_head}"
    if report.is_clean:
        yield "All well."
