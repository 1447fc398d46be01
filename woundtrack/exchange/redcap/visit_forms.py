"""The forms of what was seen or told on a day: visit, measurement, finding, pain and blood.

Hides the names of their fields, what a number may be, and that a scale has a field of its own.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from woundtrack.exchange.redcap.dictionary import Field
from woundtrack.exchange.redcap.filling import (
    COMPLETE,
    NOT_LOOKED_AT,
    Filled,
    Form,
    Maker,
    Numbers,
    entry_name,
    lesion_of,
)
from woundtrack.exchange.redcap.words import label_of, raw_of
from woundtrack.exchange.tables.assessment_row import AssessmentRow
from woundtrack.exchange.tables.column import Told
from woundtrack.exchange.tables.measurements import MEASUREMENTS
from woundtrack.exchange.tables.record import (
    FINDINGS,
    LABS,
    PAIN,
    VISITS,
)
from woundtrack.model import (
    LAB_RANGES,
    LOINC,
    PAIN_RANGES,
    RANGES,
    Analyte,
    Finding,
    InfectionSign,
    LabResult,
    PainScale,
    Periwound,
    Tissue,
    Visit,
)

_AREA: Final = (0.0, 3000.0)
_LENGTH: Final = (0.0, 100.0)
_PERCENT: Final = (0.0, 100.0)
"""What an area (cm²), a length (cm) and a share may be at all; the first two are the project's."""


def visit_form() -> Form:
    """Return the form ``visit``."""
    make = Maker("visit", "vis", VISITS)

    def on(row: Visit, _: Told) -> date:
        return row.visited_on

    return Form(
        name=make.form,
        rows=VISITS.rows,
        on=on,
        fields=(
            make.key(lambda row, told: told.alias(row.id)),
            *make.when("", "Visit", on, is_required=True),
            *make.taken("setting", "Where the patient was seen"),
            *make.taken("planned_label", "Planned visit"),
            *make.taken("assessor_role", "Profession of who assessed"),
            *make.taken("dressing_removed", "Dressing taken off", name="dressing_off"),
            *make.taken("note", "Note", is_long=True),
        ),
    )


def _is_closed(row: AssessmentRow, numbers: Numbers) -> bool | None:
    for one in numbers.told.file.course.lesions:
        if one.lesion.id == row.lesion.id:
            return next((it.is_healed for it in one.looks if it.on == row.visit.visited_on), None)
    return None


def measurement_form() -> Form:
    """Return the form ``measurement``."""
    make = Maker("measurement", "m", MEASUREMENTS)

    def on(row: AssessmentRow, _: Told) -> date:
        return row.visit.visited_on

    def state(row: AssessmentRow, _: Told) -> int:
        return NOT_LOOKED_AT if row.status == "preliminary" else COMPLETE

    sizes = (
        ("area_traced_cm2", "area_cm2", "Area, traced, cm2", _AREA),
        ("area_low_cm2", "area_low_cm2", "Area, lower end of the 95 % interval, cm2", _AREA),
        ("area_high_cm2", "area_high_cm2", "Area, upper end of the 95 % interval, cm2", None),
        ("area_se_cm2", "area_se_cm2", "Standard error of the area, cm2", None),
        ("perimeter_cm", "perimeter_cm", "Perimeter, cm", None),
        ("length_cm", "length_cm", "Length, cm", _LENGTH),
        ("width_cm", "width_cm", "Width, cm", _LENGTH),
        ("head_to_toe_cm", "head_to_toe_cm", "Extent head to toe, cm", _LENGTH),
        ("side_to_side_cm", "side_to_side_cm", "Extent side to side, cm", _LENGTH),
        ("lxw_method", "lxw_method", "How length and width were taken", None),
        ("area_lxw_cm2", "area_lxw_cm2", "Length times width, cm2: no area", None),
        ("volume_kundin_cm3", "volume_cm3", "Volume by Kundin, cm3", None),
        ("area_nonulcerated_cm2", "area_margin_cm2", "Margin without the ulcer, cm2", _AREA),
    )
    return Form(
        name=make.form,
        label="lesion [m_lesion_no]",
        rows=MEASUREMENTS.rows,
        on=on,
        complete=state,
        fields=(
            make.key(lambda row, told: told.alias(row.assessment.assessment_id)),
            make.number_of(
                "lesion_no",
                "Lesion (its instance)",
                lambda row, numbers: numbers.lesions.get(row.lesion.id),
                is_required=True,
            ),
            make.number_of(
                "visit_no",
                "Visit (its instance)",
                lambda row, numbers: numbers.visits.get(row.visit.id),
            ),
            *make.when("", "Photograph", on, is_required=True),
            *make.taken("wound_state", "State of the lesion", name="state"),
            make.own(
                Field(
                    name="closed",
                    form="",
                    kind="yesno",
                    label="Closed: no drainage, no dressing",
                    note="At this one visit; empty where drainage or dressing wasn't recorded.",
                ),
                _is_closed,
            ),
            *make.taken("debrided_since_last", "Debrided since the last one", name="debrided"),
            *make.taken("outline_kind", "Edge that the area is of"),
            *make.taken("n_parts", "Open parts that the area is the sum of"),
            *(
                one
                for column, name, label, within in sizes
                for one in make.taken(
                    column,
                    label,
                    name=name,
                    within=within,
                    missing=("no_calibration", "not_outlined"),
                    note="" if name in {"area_low_cm2", "area_high_cm2"} else None,
                    section="Size" if name == "area_cm2" else "",
                )
            ),
            *(
                one
                for tissue in Tissue
                for one in make.taken(
                    f"area_{tissue.value}_cm2",
                    f"{label_of(tissue.value)}, cm2",
                    name=f"{tissue.value[:12]}_cm2",
                    within=_AREA,
                    section="Tissue" if tissue is next(iter(Tissue)) else "",
                )
            ),
            *make.taken("unpainted_percent", "Unpainted, % of the area", within=_PERCENT),
            *make.taken("tissue_source", "How the tissue was painted"),
            *make.taken("calib_method", "Scale from", section="How it was measured"),
            *make.taken("n_markers", "Printed cards in the photograph"),
            *make.taken("mm_per_px", "Scale, mm per pixel", within=(0.005, 2)),
            *make.taken("tilt_deg", "Tilt of the camera, degrees", within=(0, 90)),
            *make.taken("seg_author_kind", "Who drew the outline", name="outline_by"),
            *make.taken("seg_algorithm", "Method of the outline"),
            *make.taken("seg_algorithm_version", "Version of that method", name="seg_version"),
            *make.taken("edit_fraction", "Share that a person changed", within=(0, 1)),
            *make.taken("doubts", "Doubts about the area"),
            *make.taken("rater_id", "Accepted by", name="rater", identifies=True),
            *make.taken("reviewed_by", "Looked at by", identifies=True),
            *make.taken("status", "Status"),
            *make.taken("version", "Revision"),
            *make.taken("software_version", "Version of woundtrack"),
            *make.taken("formula_version", "Version of the formulas"),
            *make.taken("reason", "Why it was revised", is_long=True, identifies=True),
        ),
    )


def finding_form() -> Form:
    """Return the form ``finding``."""
    make = Maker("finding", "f", FINDINGS)

    def on(row: Finding, told: Told) -> date | None:
        visit = told.file.visit(row.visit_id)
        return None if visit is None else visit.visited_on

    return Form(
        name=make.form,
        label="lesion [f_lesion_no]",
        rows=FINDINGS.rows,
        on=on,
        fields=(
            make.key(entry_name),
            make.number_of("lesion_no", "Lesion (its instance)", lesion_of, is_required=True),
            make.number_of(
                "visit_no",
                "Visit (its instance)",
                lambda row, numbers: numbers.visits.get(row.visit_id),
            ),
            *make.when("", "Visit", on, is_required=True),
            *make.taken("state", "State of the lesion"),
            *make.taken("depth", "Depth"),
            *make.taken("max_depth_cm", "Greatest depth, cm", within=RANGES["max_depth_cm"].hard),
            *make.taken(
                "undermining_cm", "Greatest undermining, cm", within=RANGES["undermining_cm"].hard
            ),
            *make.taken("undermining_clock", "Where that is, on a clock face"),
            *make.taken("exudate_amount", "Amount of exudate"),
            *make.taken("exudate_type", "Type of exudate"),
            *make.taken("edge", "Edge"),
            *make.taken("periwound", "Skin around", words=Periwound, is_many=True),
            *make.taken(
                "infection_signs",
                "Signs of infection",
                name="infection",
                words=InfectionSign,
                is_many=True,
            ),
            *make.taken("drainage", "Drainage"),
            *make.taken("dressing_needed", "Dressing needed"),
            *make.taken("debrided", "Debrided at the visit"),
            *make.taken("trend", "Opinion of who looked"),
            *make.taken("dressing", "Dressing put on"),
            *make.taken("note", "Note", is_long=True),
            *make.by(),
        ),
    )


def pain_form() -> Form:
    """Return the form ``pain``."""
    make = Maker("pain", "pain", PAIN)

    def value(scale: PainScale) -> Any:  # noqa: ANN401  # as own() takes it
        return lambda row, _: row.value if row.scale is scale else None

    def scaled(scale: PainScale, stem: str, label: str) -> Filled:
        limits = PAIN_RANGES[scale]
        field = Field(
            name=stem,
            form="",
            label=label,
            validation="integer" if limits.is_whole else "number",
            least=f"{limits.hard[0]:g}",
            most=f"{limits.hard[1]:g}",
            branching=make.shown_for("scale", [raw_of(scale)]),
        )
        return make.own(field, value(scale), decimals=1)

    what = Field(name="pain_value", form="", label="Pain")
    return Form(
        name=make.form,
        rows=PAIN.rows,
        on=lambda row, _: row.on,
        fields=(
            make.key(entry_name),
            make.number_of("lesion_no", "Lesion (its instance); empty: of the patient", lesion_of),
            *make.when("", "When it was asked", lambda row, _: row.on, is_required=True),
            *make.taken("context", "Which pain"),
            *make.taken("scale", "Scale"),
            scaled(PainScale.NRS11, "nrs", "Pain, 0 to 10"),
            scaled(PainScale.VAS100, "vas", "Pain, 0 to 100 mm"),
            _unanswered(make, what, "[pain_nrs] = '' and [pain_vas] = ''"),
            *make.by(),
        ),
    )


def _unanswered(make: Maker, what: Field, branching: str) -> Filled:
    """Return the field that says why there is no value, where several fields may hold it."""
    found = make.why(what, lambda row, _: row.why_missing("value") if row.value is None else None)
    named = Field(
        name=make.name("value_na"),
        form=make.form,
        kind=found.field.kind,
        label=found.field.label,
        choices=found.field.choices,
        branching=branching,
    )
    return Filled(field=named, of=found.of)


def lab_form() -> Form:
    """Return the form ``lab``."""
    make = Maker("lab", "lab", LABS)
    other = "other_value"

    def is_own(row: LabResult) -> bool:
        return row.unit == LAB_RANGES[row.analyte].unit

    def value(analyte: Analyte) -> Any:  # noqa: ANN401  # as own() takes it
        return lambda row, _: row.value if row.analyte is analyte and is_own(row) else None

    def measured(analyte: Analyte) -> Filled:
        limits = LAB_RANGES[analyte]
        field = Field(
            name=analyte.value,
            form="",
            label=f"{label_of(analyte.value)}{limits.unit_words and ','}{limits.unit_words}",
            validation="number",
            least=f"{limits.hard[0]:g}",
            most=f"{limits.hard[1]:g}",
            branching=make.shown_for("analyte", (analyte.value,)),
            annotation=f"LOINC {LOINC[analyte]}",
        )
        return make.own(field, value(analyte), decimals=3)

    empty = " and ".join(f"[{make.name(name)}] = ''" for name in Analyte)
    return Form(
        name=make.form,
        label="[lab_analyte]",
        rows=LABS.rows,
        on=lambda row, _: row.taken_on,
        fields=(
            make.key(entry_name),
            *make.when("", "When blood was taken", lambda row, _: row.taken_on, is_required=True),
            *make.taken("analyte", "What was measured"),
            *(measured(analyte) for analyte in Analyte),
            # Nothing is converted: what came in another unit stands apart, and with it.
            make.own(
                Field(name=other, form="", label="Value in another unit", validation="number"),
                lambda row, _: None if is_own(row) else row.value,
                decimals=3,
                is_free_text=True,
            ),
            make.own(
                Field(name="other_unit", form="", label="That unit"),
                lambda row, _: None if is_own(row) else row.unit,
                is_free_text=True,
            ),
            _unanswered(make, Field(name="", form="", label="Value"), empty),
            *make.taken("relation_to_dialysis", "Before or after dialysis", name="dialysis"),
            *make.taken("reference_low", "Lower end of the laboratory's range", name="ref_low"),
            *make.taken("reference_high", "Upper end of the laboratory's range", name="ref_high"),
            *make.by(),
        ),
    )
