"""The forms of a patient and of a lesion: who, what they have, and where.

Hides the names of their fields, and which of them may hold what was typed.
"""

from __future__ import annotations

from typing import Any

from woundtrack.exchange.redcap.dictionary import RECORD_ID, Field
from woundtrack.exchange.redcap.filling import (
    Filled,
    Form,
    Maker,
    Numbers,
    entry_name,
    lesion_of,
    why_no,
)
from woundtrack.exchange.redcap.words import ETHNIC, SITES
from woundtrack.exchange.tables.closed import UNLISTED
from woundtrack.exchange.tables.column import Column, Table, Told, asked
from woundtrack.exchange.tables.lesions import LESION_LINKS, LESIONS, LesionRow
from woundtrack.exchange.tables.patients import PATIENTS
from woundtrack.exchange.tables.record import (
    RISK_FACTORS,
)
from woundtrack.model import (
    RANGES,
    REGIONS,
    Aspect,
    Diagnosis,
    Morphology,
    Trigger,
)

# --- the patient ---------------------------------------------------------------------------------


def enrolment_form() -> Form:
    """Return the form ``enrolment``."""
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


def diagnosis_form() -> Form:
    """Return the form ``diagnosis``."""

    def diagnosis(row: Told) -> Diagnosis | None:
        return row.file.record.diagnosis

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

    def dated(stem: str, label: str, inside: str) -> tuple[Filled, ...]:
        return make.when(
            stem,
            label,
            lambda row, _: getattr(diagnosis(row), inside, None),
            is_partial=True,
            why=why_no(inside, diagnosis),
        )

    return Form(
        name=make.form,
        repeats=False,
        rows=lambda told: (told,) if told.file.record.diagnosis is not None else (),
        fields=(
            *make.taken("diagnosis_certainty", "Certainty of the diagnosis", name="certainty"),
            *dated("diagnosed", "Diagnosis", "diagnosed_on"),
            *dated("first_sign", "First sign", "first_sign_on"),
            make.own(
                Field(name="diagnosed_by", form="", label="Who made the diagnosis"),
                lambda row, _: row.file.record.diagnosis.diagnosed_by,
                is_free_text=True,
            ),
            *make.taken("trigger", "Trigger"),
            make.own(
                Field(name="trigger_text", form="", label="Trigger, in words"),
                lambda row, _: row.file.record.diagnosis.trigger_text,
                is_free_text=True,
            ),
            *make.taken("uraemic", "Calciphylaxis of kidney failure"),
            *make.taken("biopsy_done", "Skin biopsy done"),
            *dated("biopsy", "Biopsy", "biopsy_on"),
            *make.taken("biopsy_result", "Result of the biopsy"),
            *make.taken("imaging", "Calcification on imaging"),
        ),
    )


def risk_factor_form() -> Form:
    """Return the form ``risk_factor``."""
    make = Maker("risk_factor", "rf", RISK_FACTORS)
    return Form(
        name=make.form,
        label="[rf_kind]",
        rows=RISK_FACTORS.rows,
        fields=(
            make.key(entry_name),
            *make.taken("kind", "Risk factor"),
            *make.taken("present", "Present"),
            *make.when(
                "start",
                "Since when",
                lambda row, _: row.start,
                is_partial=True,
                why=why_no("start"),
            ),
            *make.when(
                "stop", "Until when", lambda row, _: row.stop, is_partial=True, why=why_no("stop")
            ),
            *make.by(),
        ),
    )


# --- the lesion ----------------------------------------------------------------------------------


def lesion_form() -> Form:
    """Return the form ``lesion``."""
    make = Maker("lesion", "les", LESIONS)

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
            make.own(
                Field(name="site_text", form="", label="Body site, in words"),
                lambda row, _: row.detail and row.detail.site_text,
                is_free_text=True,
            ),
            *make.taken("laterality", "Side", name="side", branching="[les_site] <> ''"),
            *make.taken("aspects", "Aspects", words=Aspect, is_many=True),
            *make.taken("site_group", "Group that the site is summed under"),
            *make.taken("distribution", "Central or peripheral"),
            *make.taken("sentinel", "The lesion that a study looks at first"),
            *make.when(
                "onset",
                "Onset",
                lambda row, _: row.detail and row.detail.onset,
                is_partial=True,
                why=why_no("onset", lambda row: row.detail),
            ),
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


def lesion_link_form() -> Form:
    """Return the form ``lesion_link``."""
    make = Maker("lesion_link", "link", LESION_LINKS)
    return Form(
        name=make.form,
        label="[link_from_no] [link_kind] [link_to_no]",
        rows=LESION_LINKS.rows,
        fields=(
            make.number_of("from_no", "Instance of lesion that this is told of", lesion_of),
            *make.taken("kind", "What the first lesion is to the second"),
            make.number_of(
                "to_no",
                "Instance of the other lesion",
                lambda row, numbers: numbers.lesions.get(row.other_lesion_id),
            ),
            *make.when("", "When it was seen", lambda row, _: row.on),
        ),
    )
