"""The forms of the project: what is asked of a patient, a lesion, a visit, a measurement, an event.

Hides the names of the fields, what a number may be, and when one field is shown for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from woundtrack.exchange.redcap.dictionary import RECORD_ID, Choices, Field
from woundtrack.exchange.redcap.filling import (
    COMPLETE,
    NOT_LOOKED_AT,
    Filled,
    Form,
    Maker,
    Numbers,
    choices_of,
)
from woundtrack.exchange.redcap.words import ETHNIC, SITES, label_of, raw_of
from woundtrack.exchange.tables.assessment_row import AssessmentRow
from woundtrack.exchange.tables.closed import DOSE_UNITS, FREQUENCIES, ROUTES, UNLISTED
from woundtrack.exchange.tables.column import Column, Table, Told, asked
from woundtrack.exchange.tables.lesions import LESION_LINKS, LESIONS, LesionRow
from woundtrack.exchange.tables.measurements import MEASUREMENTS
from woundtrack.exchange.tables.patients import PATIENTS
from woundtrack.exchange.tables.record import (
    EVENTS,
    FINDINGS,
    LABS,
    PAIN,
    RISK_FACTORS,
    TREATMENTS,
    VISITS,
)
from woundtrack.model import (
    LAB_RANGES,
    LOINC,
    PAIN_RANGES,
    RANGES,
    REGIONS,
    Analyte,
    Aspect,
    Diagnosis,
    EventKind,
    Finding,
    InfectionSign,
    LabResult,
    Morphology,
    PainScale,
    Periwound,
    Tissue,
    Treatment,
    Trigger,
    Visit,
)

_AREA: Final = (0.0, 3000.0)
_LENGTH: Final = (0.0, 100.0)
_PERCENT: Final = (0.0, 100.0)
"""What an area (cm²), a length (cm) and a share may be at all; the first two are the project's."""


def _name(row: Any, told: Told) -> str | None:  # noqa: ANN401  # an entry of any kind
    return told.alias(row.entry_id)


def _lesion_no(row: Any, numbers: Numbers) -> int | None:  # noqa: ANN401  # of any kind
    return numbers.lesions.get(row.lesion_id)


def _by(maker: Maker) -> tuple[Filled, ...]:
    return maker.taken("recorded_by", "Recorded by", name="by", identifies=True)


def _shown_for(maker: Maker, field: str, answers: Choices | tuple[str, ...]) -> str:
    raws = [one if isinstance(one, str) else one[0] for one in answers]
    return " or ".join(f"[{maker.name(field)}] = '{raw}'" for raw in raws)


# --- the patient ---------------------------------------------------------------------------------


def _enrolment() -> Form:
    make = Maker("enrolment", "", PATIENTS)
    ethnic = {code for code, _ in ETHNIC} - {UNLISTED}
    ethnic_group = Field(
        name="ethnic_group",
        form=make.form,
        kind="dropdown",
        label="Ethnic category",
        choices=ETHNIC,
        note="The code set of the NHS data dictionary.",
    )

    def why_not_ethnic(row: Told, _: Numbers) -> object:
        detail = row.file.record.detail
        if detail is None or detail.ethnic_category:
            return None
        return detail.why_missing("ethnic_category")

    def typed_ethnic(row: Told, _: Numbers) -> str | None:
        detail = row.file.record.detail
        found = "" if detail is None else detail.ethnic_category
        return None if found in ethnic else found

    def coded_ethnic(row: Told, _: Numbers) -> str | None:
        detail = row.file.record.detail
        found = "" if detail is None else detail.ethnic_category
        return (found if found in ethnic else UNLISTED) if found else None

    return Form(
        name=make.form,
        repeats=False,
        rows=lambda told: (told,),
        fields=(
            Filled(
                field=Field(name=RECORD_ID, form=make.form, label="Study ID", is_identifier=True),
                of=lambda _row, _numbers: None,
            ),
            *make.taken("sex", "Sex assigned at birth", section="The patient"),
            *make.taken("age_at_index_y", "Age at the index event, years", within=(0, 130)),
            make.own(ethnic_group, coded_ethnic),
            make.why(ethnic_group, why_not_ethnic),
            make.own(
                Field(
                    name="ethnic_text",
                    form="",
                    label="Ethnic category, in other words",
                    branching=f"[ethnic_group] = '{UNLISTED}'",
                ),
                typed_ethnic,
                is_free_text=True,
            ),
            *make.taken("centre_group", "Centre", identifies=True),
            *make.taken("dialysis_modality", "Dialysis", section="Kidneys and history"),
            *make.taken("dialysis_vintage_mo", "Months of dialysis before the index event"),
            *make.taken(
                "bmi_kgm2",
                "Body mass index, kg/m2",
                name="bmi",
                within=RANGES["bmi_kg_per_m2"].hard,
            ),
            *make.taken("diabetes", "Diabetes"),
            *make.taken("vka_at_onset", "Vitamin K antagonist at onset"),
            *make.taken("distribution", "Where the lesions lie"),
            *make.taken("index_event", "What days are counted from", section="The course"),
            make.own(
                Field(
                    name="index_date",
                    form="",
                    label="Day of the index event",
                    validation="date_ymd",
                ),
                lambda _, numbers: numbers.told.calendar.index_on,
                only="identified",
                identifies=True,
            ),
            *make.taken("vital_status", "Vital status", name="vital_status"),
            *make.when(
                "death",
                "Death",
                lambda row, _: row.file.course.died_on,
            ),
            *make.taken("death_cause_group", "Cause of death", name="death_cause"),
            *make.taken(
                "last_contact_day",
                "Last day of which anything is known, days from the index event",
            ),
        ),
    )


def _diagnosis() -> Form:
    def diagnosis(row: Told) -> Diagnosis | None:
        return row.file.record.diagnosis

    def of(name: str) -> Any:  # noqa: ANN401  # a getter for when()
        return lambda row, _: getattr(row.file.record.diagnosis, name, None)

    more: tuple[Column[Any], ...] = (
        *asked(
            "trigger",
            "code",
            "What went before the first skin change.",
            of=diagnosis,
            words=tuple(Trigger),
        ),
        *asked(
            "imaging",
            "boolean",
            "Whether an X-ray or scan shows calcification.",
            field="has_imaging_calcification",
            of=diagnosis,
        ),
    )
    table = Table(
        name=PATIENTS.name,
        title=PATIENTS.title,
        columns=(*PATIENTS.columns, *more),
        rows=PATIENTS.rows,
    )
    make = Maker("diagnosis", "dx", table)
    return Form(
        name=make.form,
        repeats=False,
        rows=lambda told: (told,) if told.file.record.diagnosis is not None else (),
        fields=(
            *make.taken("diagnosis_certainty", "Certainty of the diagnosis", name="certainty"),
            *make.when("diagnosed", "Diagnosis", of("diagnosed_on"), is_partial=True),
            *make.when("first_sign", "First sign", of("first_sign_on"), is_partial=True),
            *make.taken("trigger", "Trigger"),
            make.own(
                Field(name="trigger_text", form="", label="Trigger, in words"),
                lambda row, _: row.file.record.diagnosis.trigger_text,
                is_free_text=True,
            ),
            *make.taken("uraemic", "Calciphylaxis of kidney failure"),
            *make.taken("biopsy_done", "Skin biopsy done"),
            *make.when("biopsy", "Biopsy", of("biopsy_on"), is_partial=True),
            *make.taken("biopsy_result", "Result of the biopsy"),
            *make.taken("imaging", "Calcification on imaging"),
        ),
    )


def _risk_factor() -> Form:
    make = Maker("risk_factor", "rf", RISK_FACTORS)
    return Form(
        name=make.form,
        label="[rf_kind]",
        rows=RISK_FACTORS.rows,
        fields=(
            make.key(_name),
            *make.taken("kind", "Risk factor"),
            *make.taken("present", "Present"),
            *make.when("start", "Since when", lambda row, _: row.start, is_partial=True),
            *make.when("stop", "Until when", lambda row, _: row.stop, is_partial=True),
            *_by(make),
        ),
    )


# --- the lesion ----------------------------------------------------------------------------------


def _lesion() -> Form:
    make = Maker("lesion", "les", LESIONS)

    def of_detail(name: str) -> Any:  # noqa: ANN401  # a getter for when()
        return lambda row, _: None if row.detail is None else getattr(row.detail, name)

    def ended(row: LesionRow, _: Told) -> Any:  # noqa: ANN401  # a day or a partial date
        return None if row.course is None or row.course.end is None else row.course.end.on

    site = Field(
        name="site",
        form="",
        kind="dropdown",
        label="Body site",
        choices=SITES,
        note="SNOMED CT skin structure; a word where none is agreed.",
        is_required=True,
    )
    return Form(
        name=make.form,
        label="[les_number] [les_site] [les_side]",
        rows=LESIONS.rows,
        instance=lambda row: int(row.lesion.number),
        fields=(
            make.key(lambda row, told: told.alias(row.lesion.id)),
            *make.taken("lesion_number", "Number of the lesion; it is its instance", name="number"),
            *make.taken("label", "Name given in the clinic"),
            make.own(
                site,
                lambda row, _: REGIONS[row.lesion.site.region].snomed or row.lesion.site.region,
            ),
            *make.taken("laterality", "Side", name="side", branching="[les_site] <> ''"),
            *make.taken("aspects", "Aspects", words=Aspect, is_many=True),
            *make.taken("site_group", "Group that the site is summed under"),
            *make.taken("distribution", "Central or peripheral"),
            *make.taken("sentinel", "The lesion that a study looks at first"),
            *make.when("onset", "Onset", of_detail("onset"), is_partial=True),
            *make.when("entry", "First visit at which it was seen", lambda row, _: row.entered_on),
            *make.taken(
                "first_morphology",
                "What it looked like then",
                name="first_form",
                words=Morphology,
                is_many=True,
            ),
            *make.taken("aetiology", "What the lesion is of"),
            *make.when("end", "End", ended, is_partial=True),
            *make.taken("end_reason", "How it ended"),
        ),
    )


def _lesion_link() -> Form:
    make = Maker("lesion_link", "link", LESION_LINKS)
    return Form(
        name=make.form,
        label="[link_from_no] [link_kind] [link_to_no]",
        rows=LESION_LINKS.rows,
        fields=(
            make.number_of("from_no", "Instance of lesion that this is told of", _lesion_no),
            *make.taken("kind", "What the first lesion is to the second"),
            make.number_of(
                "to_no",
                "Instance of the other lesion",
                lambda row, numbers: numbers.lesions.get(row.other_lesion_id),
            ),
            *make.when("", "When it was seen", lambda row, _: row.on),
        ),
    )


# --- what was seen on a day ----------------------------------------------------------------------


def _visit() -> Form:
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


def _measurement() -> Form:
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


def _finding() -> Form:
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
            make.key(_name),
            make.number_of("lesion_no", "Lesion (its instance)", _lesion_no, is_required=True),
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
            *_by(make),
        ),
    )


def _pain() -> Form:
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
            branching=_shown_for(make, "scale", choices_of([scale])),
        )
        return make.own(field, value(scale), decimals=1)

    what = Field(name="pain_value", form="", label="Pain")
    return Form(
        name=make.form,
        rows=PAIN.rows,
        on=lambda row, _: row.on,
        fields=(
            make.key(_name),
            make.number_of("lesion_no", "Lesion (its instance); empty: of the patient", _lesion_no),
            *make.when("", "When it was asked", lambda row, _: row.on, is_required=True),
            *make.taken("context", "Which pain"),
            *make.taken("scale", "Scale"),
            scaled(PainScale.NRS11, "nrs", "Pain, 0 to 10"),
            scaled(PainScale.VAS100, "vas", "Pain, 0 to 100 mm"),
            _unanswered(make, what, "[pain_nrs] = '' and [pain_vas] = ''"),
            *_by(make),
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


def _lab() -> Form:
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
            branching=_shown_for(make, "analyte", (analyte.value,)),
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
            make.key(_name),
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
            *_by(make),
        ),
    )


# --- what went on --------------------------------------------------------------------------------


def _treatment() -> Form:
    make = Maker("treatment", "tx", TREATMENTS)

    def listed(stem: str, label: str, inside: str, words: tuple[str, ...]) -> Iterator[Filled]:
        def word(row: Treatment, _: Numbers) -> str | None:
            found = getattr(row, inside)
            return (found if found in words else UNLISTED) if found else None

        def typed(row: Treatment, _: Numbers) -> str | None:
            found = getattr(row, inside)
            return None if found in words else found

        yield make.own(
            Field(
                name=stem,
                form="",
                kind="dropdown",
                label=label,
                choices=(
                    *((raw_of(one), one) for one in words),
                    (UNLISTED, label_of(UNLISTED)),
                ),
            ),
            word,
        )
        yield make.own(
            Field(
                name=f"{stem}_text",
                form="",
                label=f"{label}, in other words",
                branching=_shown_for(make, stem, (UNLISTED,)),
            ),
            typed,
            is_free_text=True,
        )

    return Form(
        name=make.form,
        label="[tx_agent]",
        rows=TREATMENTS.rows,
        fields=(
            make.key(_name),
            make.number_of("lesion_no", "Lesion (its instance); empty: of the patient", _lesion_no),
            *make.taken("agent", "What was given or done"),
            *make.taken("name", "Which one"),
            *listed("route", "Route", "route", ROUTES),
            *make.taken("dose_value", "Dose"),
            *listed("dose_unit", "Unit of the dose", "dose_unit", DOSE_UNITS),
            *listed("frequency", "How often", "frequency", FREQUENCIES),
            *make.when("start", "Start", lambda row, _: row.start, is_partial=True),
            *make.when("stop", "End", lambda row, _: row.stop, is_partial=True),
            *make.taken("stop_reason", "Why it ended"),
            *make.taken("intensified", "Intensified because nothing changed"),
            make.number_of(
                "follows_no",
                "Treatment (its instance) that this is the next dose of",
                lambda row, numbers: numbers.treatments.get(row.follows),
            ),
            *make.taken("why", "Why it was given", is_long=True),
            *_by(make),
        ),
    )


def _event() -> Form:
    make = Maker("event", "ev", EVENTS)
    return Form(
        name=make.form,
        label="[ev_kind]",
        rows=EVENTS.rows,
        fields=(
            make.key(_name),
            make.number_of("lesion_no", "Lesion (its instance); empty: of the patient", _lesion_no),
            *make.taken("kind", "What happened"),
            *make.when("", "When", lambda row, _: row.on, is_partial=True, is_required=True),
            *make.when("end", "When it was over", lambda row, _: row.ended_on, is_partial=True),
            *make.taken("related", "Has to do with calciphylaxis"),
            *make.taken("serious", "Serious"),
            *make.taken(
                "death_cause",
                "Cause of death",
                branching=_shown_for(make, "kind", (EventKind.DEATH.value,)),
            ),
            *make.taken("detail", "Detail"),
            *make.taken("source", "Where it is known from"),
            *_by(make),
        ),
    )


FORMS: Final[tuple[Form, ...]] = (
    _enrolment(),
    _diagnosis(),
    _risk_factor(),
    _lesion(),
    _lesion_link(),
    _visit(),
    _measurement(),
    _finding(),
    _pain(),
    _lab(),
    _treatment(),
    _event(),
)
"""Every form but those of scores, in the order of the project."""
