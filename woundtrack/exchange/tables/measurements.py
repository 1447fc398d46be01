"""``measurements.csv`` and ``outlines.csv``: a row an assessment, and a row an accepted outline.

Hides nothing but the order of the columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from woundtrack.exchange.tables.assessment_row import AssessmentRow, assessment_rows
from woundtrack.exchange.tables.column import Column, Table, Told, on_day, patient_id
from woundtrack.exchange.tables.words import DOUBTS_TOLD
from woundtrack.model import (
    LesionState,
    OutlineKind,
    OutlineSource,
    Tissue,
    TissueSource,
    TissueState,
    WoundState,
)

FORMULAS: Final = "1"
"""Raised whenever a number comes out otherwise from the same measurements."""


def _end_of(size: str, place: int) -> Callable[[AssessmentRow, Told], float | None]:
    """Return what tells the lower (0) or upper (1) end of a length's interval, cm."""
    return lambda row, _: row.end_cm(size, place)


def _percent_of(tissue: Tissue | None) -> Callable[[AssessmentRow, Told], float | None]:
    """Return what tells a tissue's share of the area, %."""

    def percent(row: AssessmentRow, _: Told) -> float | None:
        share = row.tissue_share(tissue)
        return None if share is None else 100 * share

    return percent


def _area_of(tissue: Tissue) -> Callable[[AssessmentRow, Told], float | None]:
    """Return what tells a tissue's area, cm²."""
    return lambda row, _: row.tissue_cm2(tissue)


def _ids() -> tuple[Column[Any], ...]:
    return (
        Column(
            name="lesion_id",
            type="id",
            of=lambda row, told: told.alias(row.lesion.id),
            description="Random id of the lesion, a key of lesions.csv.",
        ),
        patient_id(),
        Column(
            name="visit_id",
            type="id",
            of=lambda row, told: told.alias(row.visit.id),
            description="Random id of the visit, a key of visits.csv.",
        ),
    )


COLUMNS: Final[tuple[Column[AssessmentRow], ...]] = (
    Column(
        name="measurement_id",
        type="id",
        of=lambda row, told: told.alias(row.assessment.assessment_id),
        description="Random id of the assessment, kept through its revisions.",
        is_key=True,
    ),
    *_ids(),
    Column(
        name="image_id",
        type="id",
        of=lambda row, told: None if row.outline is None else told.alias(row.outline.photograph_id),
        description="The photograph that the outline is on, a key of images.csv; empty without an "
        "outline.",
    ),
    Column(
        name="image_ids",
        type="text",
        of=lambda row, told: tuple(map(told.profile.alias, row.assessment.photograph_ids)),
        description="All photographs that it rests on, separated by semicolons.",
    ),
    Column(
        name="original_names",
        type="text",
        of=lambda row, _: tuple(one.photograph.original_name for one in row.photographs),
        description="File names the photographs were imported from, separated by semicolons.",
        only="identified",
    ),
    Column(
        name="original_sha256",
        type="text",
        of=lambda row, _: tuple(one.photograph.sha256 for one in row.photographs),
        description="SHA-256 of each original file, separated by semicolons.",
        only="identified",
    ),
    *on_day("day", lambda row: row.visit.visited_on, "The day of the visit"),
    Column(
        name="wound_state",
        type="code",
        of=lambda row, _: row.wound_state,
        words=(*map(str, LesionState), WoundState.CLOSED.value),
        description="What was found of the lesion; where nothing was recorded, open (covered by an "
        "eschar included) or closed, as seen at this one visit.",
    ),
    Column(
        name="debrided_since_last",
        type="boolean",
        of=lambda row, _: row.is_debrided,
        description="Whether a debridement that is recorded lies between this and the measurement "
        "before it: the areas are no course over it.",
    ),
    Column(
        name="outline_kind",
        type="code",
        of=lambda row, _: row.outline and row.outline.kind,
        words=tuple(OutlineKind),
        description="The edge the area is of: ulcer, or eschar where only that was outlined.",
    ),
    Column(
        name="n_parts",
        type="integer",
        description="Open parts that the area is the sum of; more than 1 where new skin divides "
        "the lesion.",
        of=lambda row, _: None if row.outline is None else len(row.outline.parts),
    ),
    Column(
        name="area_traced_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Area inside the outline less its islands, traced; never length times width. "
        "0 only when closed.",
        of=lambda row, _: row.size("area_mm2", divisor=100),
    ),
    Column(
        name="area_traced_cm2_na",
        type="code",
        words=("no_calibration", "not_outlined"),
        description="Why area_traced_cm2 is empty: no_calibration (no scale in the photograph) or "
        "not_outlined (neither ulcer nor eschar: the margin alone).",
        of=lambda row, _: row.area_na,
    ),
    Column(
        name="area_low_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Lower end of the 95 % interval of area_traced_cm2.",
        of=lambda row, _: row.size("area_low_mm2", divisor=100),
    ),
    Column(
        name="area_high_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Upper end of the 95 % interval of area_traced_cm2.",
        of=lambda row, _: row.size("area_high_mm2", divisor=100),
    ),
    Column(
        name="perimeter_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Length of the outer edge.",
        of=lambda row, _: row.size("perimeter_mm", divisor=10),
    ),
    Column(
        name="length_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Greatest extent.",
        of=lambda row, _: row.size("length_mm", divisor=10),
    ),
    Column(
        name="width_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Extent square to the length.",
        of=lambda row, _: row.size("width_mm", divisor=10),
    ),
    Column(
        name="head_to_toe_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Greatest extent along the body; empty where nobody said where the head is.",
        of=lambda row, _: row.size("head_to_toe_mm", divisor=10),
    ),
    Column(
        name="side_to_side_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Greatest extent square to head_to_toe_cm.",
        of=lambda row, _: row.size("side_to_side_mm", divisor=10),
    ),
    Column(
        name="tissue_state",
        type="code",
        words=tuple(TissueState),
        description="approved, not_approved or outline_changed; empty where no tissue was painted. "
        "Shares and areas of tissue are given where it is approved alone.",
        of=lambda row, _: row.outline and row.outline.tissue_state,
    ),
    *(
        Column(
            name=f"{tissue.value}_percent",
            type="number",
            unit="%",
            decimals=2,
            description=f"Share of the area that a person painted as {tissue.value}.",
            of=_percent_of(tissue),
        )
        for tissue in Tissue
    ),
    Column(
        name="unpainted_percent",
        type="number",
        unit="%",
        decimals=2,
        description="Share of the area that nobody painted as any tissue.",
        of=_percent_of(None),
    ),
    *(
        Column(
            name=f"area_{tissue.value}_cm2",
            type="number",
            unit="cm2",
            decimals=4,
            description=f"Area that a person painted as {tissue.value}.",
            of=_area_of(tissue),
        )
        for tissue in Tissue
    ),
    Column(
        name="tissue_source",
        type="code",
        words=tuple(TissueSource),
        description="painted by a person, proposed from colour by the program, or corrected: "
        "proposed and painted upon. Nobody has measured how true a proposal is.",
        of=lambda row, _: row.tissue_source,
    ),
    Column(
        name="tissue_approved_by",
        type="text",
        description="Who approved the tissue.",
        of=lambda row, told: told.person(row.tissue_approved_by),
    ),
    Column(
        name="head_deg",
        type="number",
        unit="deg",
        decimals=1,
        description="Where the head is in the outline's photograph, clockwise from its top.",
        of=lambda row, _: row.head_deg,
    ),
    *(
        Column(
            name=f"{size}_{end}_cm",
            type="number",
            unit="cm",
            decimals=3,
            description=f"{words} end of the 95 % interval of {size}_cm.",
            of=_end_of(size, place),
        )
        for size in ("perimeter", "length", "width")
        for place, (end, words) in enumerate((("low", "Lower"), ("high", "Upper")))
    ),
    Column(
        name="uncertainty_cm2",
        type="text",
        description="What makes the area uncertain, the largest first: cause=half of the 95 % "
        "interval that it alone would make, cm2, separated by semicolons; a cause with + or - "
        "before its number is a bound that reaches that way alone.",
        of=lambda row, _: row.causes,
    ),
    Column(
        name="calib_method",
        type="text",
        description="How pixels became millimetres: the name of the method and its version, in "
        "words, and no code; n_markers, tilt_deg and limb_radius_mm tell more. Empty without a "
        "scale.",
        of=lambda row, _: row.scale and row.scale.method,
    ),
    Column(
        name="n_markers",
        type="integer",
        description="Printed cards seen in the photograph.",
        of=lambda row, _: None if row.scale is None else len(row.scale.cards),
    ),
    Column(
        name="n_tags",
        type="integer",
        description="Tags seen on those cards; four on a whole card.",
        of=lambda row, _: (
            None if row.scale is None else sum(len(card.tags) for card in row.scale.cards)
        ),
    ),
    Column(
        name="mm_per_px",
        type="number",
        unit="mm",
        decimals=6,
        description="Scale at the centre of the cards.",
        of=lambda row, _: row.scale and row.scale.mm_per_px,
    ),
    Column(
        name="tilt_deg",
        type="number",
        unit="deg",
        decimals=2,
        description="Angle between the camera's axis and straight above the card; corrected for.",
        of=lambda row, _: row.scale and (row.scale.tilt_deg if row.scale.cards else None),
    ),
    Column(
        name="residual_mm",
        type="number",
        unit="mm",
        decimals=4,
        description="Root mean square distance of the tags' corners from where the scale "
        "puts them.",
        of=lambda row, _: row.scale and row.scale.residual_mm,
    ),
    Column(
        name="print_scale",
        type="number",
        decimals=5,
        description="Measured over nominal length of the card's check bar; corrected for.",
        of=lambda row, _: row.scale and row.scale.print_scale,
    ),
    Column(
        name="print_scale_sd",
        type="number",
        decimals=5,
        description="Standard deviation of print_scale; 0.03 where nobody measured the bars.",
        of=lambda row, _: row.scale and row.scale.print_scale_sd,
    ),
    Column(
        name="limb_radius_mm",
        type="number",
        unit="mm",
        decimals=1,
        description="Radius of the limb that the area was unrolled from; empty on a plane.",
        of=lambda row, _: row.scale and row.scale.limb and row.scale.limb.radius_mm,
    ),
    Column(
        name="limb_radius_sd_mm",
        type="number",
        unit="mm",
        decimals=2,
        description="Standard deviation of limb_radius_mm.",
        of=lambda row, _: row.scale and row.scale.limb and row.scale.limb.radius_sd_mm,
    ),
    Column(
        name="outline_source",
        type="code",
        words=tuple(OutlineSource),
        description="given (exact, e.g. a mask), proposed (by the program), guided (by the "
        "program, from gestures) or drawn (by hand); of several parts the last of these.",
        of=lambda row, _: row.source,
    ),
    Column(
        name="outline_confidence",
        type="number",
        decimals=3,
        description="The program's confidence in a proposed outline, 0 to 1; empty where none. The "
        "least of several parts'.",
        of=lambda row, _: row.confidence,
    ),
    Column(
        name="edit_fraction",
        type="number",
        decimals=4,
        description="How much of the area a person changed: 1 less what outline and proposal share "
        "of both together. 0 as proposed, 1 where nothing of it was; empty where not recorded.",
        of=lambda row, _: row.of_method("edited_share"),
    ),
    Column(
        name="seg_algorithm",
        type="text",
        description="Name of the method that made the outline.",
        of=lambda row, _: row.outline and row.outline.method.name,
    ),
    Column(
        name="seg_algorithm_version",
        type="text",
        description="Version of that method.",
        of=lambda row, _: row.outline and row.outline.method.version,
    ),
    Column(
        name="network_version",
        type="text",
        description="Version of the outline network at work; empty where there was none.",
        of=lambda row, _: row.of_method("network_version"),
    ),
    Column(
        name="network_sha256",
        type="text",
        description="SHA-256 of that network's weights.",
        of=lambda row, _: row.of_method("network_sha256"),
    ),
    Column(
        name="software_version",
        type="text",
        description="Version of woundtrack that made the outline.",
        of=lambda row, _: row.outline and row.outline.method.application_version,
    ),
    Column(
        name="rater_id",
        type="text",
        description="Who accepted it: the name, or reader-1, reader-2 … in the order of "
        "first entries in the library.",
        of=lambda row, told: told.person(row.assessment.accepted_by),
    ),
    Column(
        name="reviewed_by",
        type="text",
        description="Who looked at the outline; empty where it was accepted without review.",
        of=lambda row, told: told.person(row.assessment.reviewed_by),
    ),
    Column(
        name="recorded_at",
        type="datetime",
        description="When this revision was recorded, UTC.",
        of=lambda row, _: row.assessment.recorded_at,
        only="identified",
    ),
    Column(
        name="reason",
        type="text",
        description="Why it was revised, as written (free text).",
        of=lambda row, _: row.assessment.reason,
        only="identified",
    ),
    Column(
        name="doubts",
        type="text",
        description="Codes of what makes the area doubtful, separated by semicolons. "
        + DOUBTS_TOLD,
        of=lambda row, _: row.doubts,
    ),
    Column(
        name="area_se_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        of=lambda row, _: row.standard_error_cm2,
        description="Standard error of the area: half of its 95 % interval by 1.96. It holds what "
        "is common to several measurements of a lesion, too: a change is surer than two of these "
        "make it.",
    ),
    Column(
        name="lxw_method",
        type="code",
        of=lambda row, _: "max-feret+perpendicular" if row.length_by_width_cm2 else None,
        words=("max-feret+perpendicular",),
        description="How length and width were taken: greatest extent, and the extent square to "
        "it.",
    ),
    Column(
        name="area_lxw_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        of=lambda row, _: row.length_by_width_cm2,
        description="Length times width, for comparison with ruler series: no area.",
    ),
    Column(
        name="depth_max_cm",
        type="number",
        unit="cm",
        decimals=2,
        of=lambda row, _: row.finding and row.finding.max_depth_cm,
        description="Greatest depth, measured by probe.",
    ),
    Column(
        name="volume_kundin_cm3",
        type="number",
        unit="cm3",
        decimals=4,
        of=lambda row, _: row.volume_cm3,
        description="Length times width times depth times 0.327 (Kundin).",
    ),
    Column(
        name="area_nonulcerated_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        of=lambda row, _: row.nonulcerated_cm2,
        description="Area of the margin of livedo or induration without the ulcer in it.",
    ),
    Column(
        name="seg_author_kind",
        type="code",
        of=lambda row, _: row.author_kind,
        words=("automatic", "assisted", "manual"),
        description="Who drew the outline: the program; a person helped by it, or who changed its "
        "outline; a person.",
    ),
    Column(
        name="status",
        type="code",
        of=lambda row, _: row.status,
        words=("preliminary", "final", "amended"),
        description="preliminary: accepted without review; amended: revised since.",
    ),
    Column(
        name="version",
        type="integer",
        least=1,
        of=lambda row, _: row.assessment.revision,
        description="Which revision of the assessment this is; 1 is as first accepted.",
    ),
    Column(
        name="formula_version",
        type="text",
        of=lambda _row, _told: FORMULAS,
        description="Version of the formulas that the derived numbers come from.",
    ),
)


_OF_AN_OUTLINE: Final = (
    "n_parts",
    "area_traced_cm2",
    "area_traced_cm2_na",
    "area_low_cm2",
    "area_high_cm2",
    "perimeter_cm",
    "length_cm",
    "width_cm",
    "head_to_toe_cm",
    "side_to_side_cm",
    "perimeter_low_cm",
    "perimeter_high_cm",
    "length_low_cm",
    "length_high_cm",
    "width_low_cm",
    "width_high_cm",
    "uncertainty_cm2",
    "calib_method",
    "mm_per_px",
    "outline_source",
    "outline_confidence",
    "edit_fraction",
    "seg_algorithm",
    "seg_algorithm_version",
    "network_version",
    "network_sha256",
    "software_version",
    "doubts",
)


def _of_an_outline(column: Column[AssessmentRow]) -> Column[AssessmentRow]:
    """Return a column as it stands in the file of outlines."""
    if column.name == "area_traced_cm2":
        said = "Area inside the outline less its islands, traced; never length times width."
        return replace(column, description=said)
    return column


_KIND: Final[Column[AssessmentRow]] = Column(
    name="outline_kind",
    type="code",
    of=lambda row, _: row.kind,
    words=tuple(OutlineKind),
    description="ulcer, eschar (in the ulcer's bed, or all of the lesion) or margin (of livedo or "
    "induration; its area holds the ulcer's). Areas of different kinds are never added. A margin's "
    "interval is that of a wound's edge: how well people agree on one is unknown.",
    is_key=True,
)

OUTLINE_COLUMNS: Final = (
    *(column for column in COLUMNS if column.name == "measurement_id"),
    _KIND,
    *_ids(),
    *(column for column in COLUMNS if column.name == "image_id"),
    *on_day("day", lambda row: row.visit.visited_on, "The day of the visit"),
    *(
        _of_an_outline(column)
        for name in _OF_AN_OUTLINE
        for column in COLUMNS
        if column.name == name
    ),
)

_REFERS: Final = (
    ("patient_id", "patients.csv"),
    ("lesion_id", "lesions.csv"),
    ("visit_id", "visits.csv"),
)

MEASUREMENTS: Final[Table[AssessmentRow]] = Table(
    name="measurements.csv",
    title="What was accepted of a lesion at a visit: one row an assessment.",
    columns=COLUMNS,
    rows=assessment_rows,
    refers=_REFERS,
)

OUTLINES: Final[Table[AssessmentRow]] = Table(
    name="outlines.csv",
    title="The accepted outlines, of whichever kind; areas of different kinds are never added.",
    columns=OUTLINE_COLUMNS,
    rows=lambda told: (one for row in assessment_rows(told) for one in row.of_each_kind),
    refers=(*_REFERS, ("measurement_id", "measurements.csv")),
)
