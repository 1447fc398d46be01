"""``patients.csv``: a row a patient, as known on the day of the export.

Hides what a risk factor's dates say of the index event, and which centre is told apart how.
"""

from __future__ import annotations

from woundtrack.exchange.patient_file import IndexEvent
from woundtrack.exchange.tables.closed import ETHNIC_CATEGORIES, UNLISTED, listed
from woundtrack.exchange.tables.column import Column, Table, Told, asked, patient_id
from woundtrack.model import (
    BiopsyResult,
    Certainty,
    DeathCause,
    Diagnosis,
    Dialysis,
    Missing,
    PatientDetail,
    RiskFactorKind,
    Sex,
)

_DAYS_A_MONTH = 365.25 / 12


def _detail(told: Told) -> PatientDetail | None:
    return told.file.record.detail


def _diagnosis(told: Told) -> Diagnosis | None:
    return told.file.record.diagnosis


def _centre(_: Told, told: Told) -> str | None:
    """Return the centre as typed; disguised, a word that is the same for all its patients."""
    detail = _detail(told)
    if detail is None or not detail.centre.strip():
        return None
    if told.profile.is_identified:
        return detail.centre
    return "centre-" + told.profile.alias(f"centre {detail.centre.strip().casefold()}")[:8]


def _vintage(_: Told, told: Told) -> float | None:
    detail = _detail(told)
    if detail is None or detail.dialysis_start is None or told.calendar.index_on is None:
        return None
    if detail.dialysis_start.earliest > told.calendar.index_on:
        return None
    # The middle of the year, or month, of the index event may lie after it.
    days = max((told.calendar.index_on - detail.dialysis_start.middle).days, 0)
    return days / _DAYS_A_MONTH


def _diabetes(_: Told, told: Told) -> bool | None:
    found = [one for one in told.file.record.risk_factors if one.kind is RiskFactorKind.DIABETES]
    return found[-1].is_present if found else None


def _vka_at_onset(_: Told, told: Told) -> bool | None:
    """Whether a vitamin K antagonist was taken when the first sign, or else the index, came."""
    kind = RiskFactorKind.VITAMIN_K_ANTAGONIST
    found = [one for one in told.file.record.risk_factors if one.kind is kind]
    if not found or all(one.is_present is None for one in found):
        return None
    diagnosis = _diagnosis(told)
    first_sign = None if diagnosis is None else diagnosis.first_sign_on
    onset = told.calendar.index_on if first_sign is None else first_sign.middle
    return any(
        one.is_present
        and (onset is None or one.start is None or one.start.earliest <= onset)
        and (onset is None or one.stop is None or one.stop.latest >= onset)
        for one in found
    )


def _biopsy_done(_: Told, told: Told) -> bool | None:
    diagnosis = _diagnosis(told)
    if diagnosis is None:
        return None
    if diagnosis.biopsy_on is not None or diagnosis.biopsy_result is not None:
        return True
    # Nobody has to have one: an empty field alone doesn't say that there was none.
    return False if diagnosis.why_missing("biopsy_result") == "not_done" else None


def _last_contact(_: Told, told: Told) -> int | None:
    """Return the last day on which anything of the patient is known, death included."""
    course = told.file.course
    days = [visit.visited_on for visit in told.file.visits]
    days += [one.on for one in told.file.record.pains]
    days += [one.taken_on for one in told.file.record.labs]
    days += [one.on.earliest for one in told.file.record.events if one.on.earliest <= course.as_of]
    days += [] if course.died_on is None else [course.died_on]  # of a month, not its first day
    return told.day(max(days, default=None))


def _words(values: type) -> tuple[str, ...]:
    return tuple(str(one) for one in values)  # type: ignore[attr-defined]  # a StrEnum


COLUMNS: tuple[Column[Told], ...] = (
    Column(
        name="patient_id",
        type="id",
        of=lambda _, told: told.code,
        description=patient_id().description,
        is_key=True,
    ),
    Column(
        name="study_id",
        type="text",
        of=lambda _, told: told.profile.study,
        description="The study that the patients' codes are of; empty for the clinic's own.",
    ),
    Column(
        name="centre_group",
        type="text",
        of=_centre,
        description="The centre: in a pseudonymised export a word that is the same for all of a "
        "centre's patients, and tells nothing else.",
    ),
    *asked(
        "sex",
        "code",
        "Sex as assigned at birth.",
        of=_detail,
        words=_words(Sex),
    ),
    Column(
        name="age_at_index_y",
        type="integer",
        unit="a",
        of=lambda _, told: told.profile.age_at_index(told.file),
        least=0,
        description="Age in the year of the index event, by the year of birth; in a pseudonymised "
        "export 90 stands for 90 and over.",
    ),
    Column(
        name="ethnic_group",
        type="text",
        of=lambda _, told: (
            (found := _detail(told))
            and listed(found.ethnic_category, ETHNIC_CATEGORIES, told.profile)
        ),
        description="Ethnic category, by the code set of the NHS data dictionary: "
        f"{', '.join(ETHNIC_CATEGORIES)}; {UNLISTED}: none of these; "
        "an identified export tells what was typed.",
    ),
    Column(
        name="ethnic_group_na",
        type="code",
        of=lambda _, told: (found := _detail(told)) and found.why_missing("ethnic_category"),
        words=_words(Missing),
        description="Why ethnic_group is empty, where a person said so.",
    ),
    *asked(
        "dialysis_modality",
        "code",
        "How the patient was dialysed when last recorded.",
        field="dialysis",
        of=_detail,
        words=_words(Dialysis),
    ),
    Column(
        name="dialysis_vintage_mo",
        type="number",
        unit="mo",
        decimals=1,
        least=0,
        of=_vintage,
        description="Months of dialysis before the index event.",
    ),
    Column(
        name="bmi_kgm2",
        type="number",
        unit="kg/m2",
        decimals=1,
        of=lambda _, told: (found := _detail(told)) and found.bmi_kg_per_m2,
        description="Body mass index, from height and weight as last recorded.",
    ),
    Column(
        name="diabetes",
        type="boolean",
        of=_diabetes,
        description="Whether the patient has diabetes; empty where nobody asked.",
    ),
    Column(
        name="vka_at_onset",
        type="boolean",
        of=_vka_at_onset,
        description="Whether a vitamin K antagonist was taken at the first sign of the disease, "
        "or where that has no date, at the index event.",
    ),
    *asked(
        "diagnosis_certainty",
        "code",
        "How sure the diagnosis is; doesn't depend on a biopsy alone.",
        field="certainty",
        of=_diagnosis,
        words=_words(Certainty),
    ),
    Column(
        name="biopsy_done",
        type="boolean",
        of=_biopsy_done,
        description="Whether there was a skin biopsy; empty where that isn't known.",
    ),
    *asked(
        "biopsy_result",
        "code",
        "What a skin biopsy showed.",
        of=_diagnosis,
        words=_words(BiopsyResult),
    ),
    *asked(
        "uraemic",
        "boolean",
        "Whether it is calciphylaxis of kidney failure.",
        field="is_uraemic",
        of=_diagnosis,
    ),
    Column(
        name="distribution",
        type="code",
        of=lambda _, told: told.file.course.distribution,
        words=("central", "peripheral", "both"),
        description="Where the lesions lie, by the rule named in the manifest.",
    ),
    Column(
        name="index_event",
        type="code",
        of=lambda _, told: told.calendar.index_event,
        words=_words(IndexEvent),
        description="What the patient's days are counted from: the diagnosis where its day is "
        "known, else the first accepted photograph, else the first visit.",
    ),
    Column(
        name="index_date",
        type="date",
        of=lambda _, told: told.calendar.index_on,
        description="The day of the index event, YYYY-MM-DD.",
        only="identified",
    ),
    Column(
        name="vital_status",
        type="code",
        of=lambda _, told: "dead" if told.file.course.death is not None else "not_known_dead",
        words=("dead", "not_known_dead"),
        description="Whether a death is recorded. Look it up before analysis: what isn't "
        "recorded may have happened.",
    ),
    Column(
        name="death_day",
        type="integer",
        unit="d",
        of=lambda _, told: told.day(told.file.course.died_on),
        description="Days from the index event to death; of a date known by its month or year "
        "alone as coarse as events.csv tells it.",
    ),
    Column(
        name="death_cause_group",
        type="code",
        of=lambda _, told: (death := told.file.course.death) and death.death_cause,
        words=_words(DeathCause),
        description="What the patient died of.",
    ),
    Column(
        name="last_contact_day",
        type="integer",
        unit="d",
        of=_last_contact,
        description="The last day of which anything of the patient is known; of what is known by "
        "its month or year alone, the first day that it may stand for.",
    ),
)

PATIENTS: Table[Told] = Table(
    name="patients.csv",
    title="Patients: one row each, as known on the day of the export.",
    columns=COLUMNS,
    rows=lambda told: (told,),
)
