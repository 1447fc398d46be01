"""The clinical record's tables: visits, findings, pain, labs, treatments, events, risk factors.

Hides which fields are free text, and so stay in the clinic unless asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from woundtrack.exchange.tables.closed import (
    DOSE_UNITS,
    FREQUENCIES,
    ROUTES,
    UNLISTED,
    lab_unit,
    listed,
)
from woundtrack.exchange.tables.column import (
    Column,
    Table,
    Told,
    asked,
    entry_key,
    lesion_id,
    on_day,
    patient_id,
    recorded,
)
from woundtrack.model import (
    LAB_RANGES,
    Agent,
    Analyte,
    DeathCause,
    Debrided,
    Depth,
    DialysisRelation,
    Edge,
    Entry,
    Event,
    EventKind,
    ExudateAmount,
    ExudateType,
    Finding,
    InfectionSign,
    LabResult,
    LesionState,
    Missing,
    Pain,
    PainContext,
    PainScale,
    Periwound,
    RiskFactor,
    RiskFactorKind,
    Setting,
    StopReason,
    Treatment,
    Trend,
    Visit,
    VisitDetail,
)

E = TypeVar("E", bound=Entry)


def _typed(name: str, description: str, *, field: str = "") -> Column[Any]:
    """Return a column of what a person typed."""
    inside = field or name
    return Column(
        name=name,
        type="text",
        of=lambda row, _: getattr(row, inside),
        description=description,
        is_free_text=True,
    )


def _chosen(name: str, description: str, words: tuple[str, ...]) -> Column[Any]:
    """Return a column of what a person chose from a list, or typed where nothing on it was true."""
    return Column(
        name=name,
        type="text",
        of=lambda row, told: listed(getattr(row, name), words, told.profile),
        description=f"{description}: {', '.join(words)}; {UNLISTED}: something else, which stays.",
    )


def _of_known(entries: Callable[[Told], Iterable[E]]) -> Callable[[Told], Iterator[E]]:
    """Return rows without those of a lesion or a visit that the export doesn't hold."""

    def rows(told: Told) -> Iterator[E]:
        lesions = {None, *(lesion.id for lesion in told.file.lesions)}
        for one in entries(told):
            if getattr(one, "lesion_id", None) in lesions:
                yield one

    return rows


def _visit_id(*, is_key: bool = False) -> Column[Any]:
    return Column(
        name="visit_id",
        type="id",
        of=lambda row, told: (
            told.alias(row.visit_id) if row.visit_id in told.days_of_visits else None
        ),
        description="Random id of the visit, a key of visits.csv.",
        is_key=is_key,
    )


_REFERS = (("patient_id", "patients.csv"), ("lesion_id", "lesions.csv"))

# --- visits and findings -------------------------------------------------------------------------


def _circumstances(row: Visit, told: Told) -> VisitDetail | None:
    return next((one for one in told.file.record.visit_details if one.visit_id == row.id), None)


def _of_detail(name: str) -> Callable[[Visit, Told], object]:
    def value(row: Visit, told: Told) -> object:
        detail = _circumstances(row, told)
        return None if detail is None else getattr(detail, name)

    return value


def _why_none(name: str) -> Callable[[Visit, Told], object]:
    def why(row: Visit, told: Told) -> object:
        detail = _circumstances(row, told)
        return None if detail is None else detail.why_missing(name)

    return why


VISITS: Table[Visit] = Table(
    name="visits.csv",
    title="Visits: a row each day on which a patient was seen.",
    columns=(
        Column(
            name="visit_id",
            type="id",
            of=lambda row, told: told.alias(row.id),
            description="Random id of the visit, the same in every export of the study.",
            is_key=True,
        ),
        patient_id(),
        *on_day("day", lambda row: row.visited_on, "The day of the visit"),
        Column(
            name="setting",
            type="code",
            of=_of_detail("setting"),
            words=tuple(Setting),
            description="Where the patient was seen.",
        ),
        Column(
            name="planned_label",
            type="text",
            of=_of_detail("planned_label"),
            description="Which planned visit it was, such as W12.",
            is_free_text=True,
        ),
        Column(
            name="assessor_role",
            type="text",
            of=_of_detail("assessor_role"),
            description="What the person who assessed is by profession.",
            is_free_text=True,
        ),
        Column(
            name="dressing_removed",
            type="boolean",
            of=_of_detail("is_dressing_removed"),
            description="Whether the dressing was taken off.",
        ),
        Column(
            name="dressing_removed_na",
            type="code",
            of=_why_none("is_dressing_removed"),
            words=tuple(one.value for one in Missing),
            description="Why dressing_removed is empty, where a person said so.",
        ),
        Column(
            name="note",
            type="text",
            of=_of_detail("note"),
            description="What was noted.",
            is_free_text=True,
        ),
    ),
    rows=lambda told: told.file.visits,
    refers=(("patient_id", "patients.csv"),),
)


def _findings(told: Told) -> Iterable[Finding]:
    return (one for one in told.file.record.findings if one.visit_id in told.days_of_visits)


FINDINGS: Table[Finding] = Table(
    name="findings.csv",
    title="What was found of a lesion at a visit, beside its outline.",
    columns=(
        entry_key("finding_id"),
        patient_id(),
        lesion_id(),
        _visit_id(),
        Column(
            name="day",
            type="integer",
            unit="d",
            of=lambda row, told: told.days_of_visits.get(row.visit_id),
            description="Days from the patient's index event to the visit.",
        ),
        *asked("state", "code", "What was seen of the lesion.", words=tuple(LesionState)),
        *asked("depth", "code", "How deep it is.", words=tuple(Depth)),
        *asked(
            "max_depth_cm",
            "number",
            "Greatest depth, measured by probe.",
            unit="cm",
            decimals=2,
            least=0,
        ),
        *asked("undermining_cm", "number", "Greatest undermining.", unit="cm", decimals=2, least=0),
        *asked(
            "undermining_clock",
            "integer",
            "Where that is, as on a clock face; 12 is towards the head.",
            least=1,
            most=12,
        ),
        *asked("exudate_amount", "code", "How much exudate there is.", words=tuple(ExudateAmount)),
        *asked("exudate_type", "code", "What exudate it is.", words=tuple(ExudateType)),
        *asked("edge", "code", "What the edge is like.", words=tuple(Edge)),
        *asked(
            "periwound",
            "text",
            f"The skin around, separated by semicolons: {', '.join(Periwound)}.",
        ),
        *asked(
            "infection_signs",
            "text",
            f"Signs of infection, separated by semicolons: {', '.join(InfectionSign)}.",
        ),
        *asked("drainage", "boolean", "Whether it drains.", field="has_drainage"),
        *asked(
            "dressing_needed",
            "boolean",
            "Whether it needs a dressing. Closure is state epithelialised with neither.",
            field="needs_dressing",
        ),
        *asked(
            "debrided",
            "code",
            "Whether dead skin was taken away, before or after the photograph.",
            words=tuple(Debrided),
        ),
        *asked(
            "trend",
            "code",
            "The opinion of the person who looked; never computed.",
            words=tuple(Trend),
        ),
        _typed("dressing", "The dressing put on."),
        _typed("note", "What was noted."),
        *recorded(),
    ),
    rows=_of_known(_findings),
    refers=(*_REFERS, ("visit_id", "visits.csv")),
)

# --- pain, blood, treatments, events -------------------------------------------------------------

PAIN: Table[Pain] = Table(
    name="pain.csv",
    title="Pain as the patient told it, on the scale it was asked on; never converted.",
    columns=(
        entry_key("pain_id"),
        patient_id(),
        lesion_id(),
        _visit_id(),
        *on_day("day", lambda row: row.on, "When it was asked"),
        Column(
            name="scale",
            type="code",
            of=lambda row, _: row.scale,
            words=tuple(PainScale),
            description="NRS-11: 0 to 10; VAS-100: 0 to 100 mm.",
        ),
        Column(
            name="context",
            type="code",
            of=lambda row, _: row.context,
            words=tuple(PainContext),
            description="What pain was asked about.",
        ),
        *asked("value", "number", "The pain told.", decimals=1, least=0, most=100),
        *recorded(),
    ),
    rows=_of_known(lambda told: told.file.record.pains),
    refers=_REFERS,
)

LABS: Table[LabResult] = Table(
    name="labs.csv",
    title="Values from a laboratory, in the unit that the laboratory gave.",
    columns=(
        entry_key("lab_id"),
        patient_id(),
        _visit_id(),
        *on_day("day", lambda row: row.taken_on, "When blood was taken"),
        Column(
            name="analyte",
            type="code",
            of=lambda row, _: row.analyte,
            words=tuple(Analyte),
            description="What was measured.",
        ),
        *asked("value", "number", "The value.", decimals=3),
        Column(
            name="unit",
            type="text",
            of=lambda row, told: lab_unit(row.unit, row.analyte, told.profile),
            description="The value's unit, in UCUM: "
            f"{', '.join(dict.fromkeys(one.unit for one in LAB_RANGES.values() if one.unit))}; "
            "unlisted: another than the analyte's own, which an identified export tells.",
        ),
        *asked(
            "relation_to_dialysis",
            "code",
            "Whether blood was taken before or after dialysis.",
            words=tuple(DialysisRelation),
        ),
        Column(
            name="reference_low",
            type="number",
            decimals=3,
            of=lambda row, _: row.reference_low,
            description="Lower end of the laboratory's range, in the same unit.",
        ),
        Column(
            name="reference_high",
            type="number",
            decimals=3,
            of=lambda row, _: row.reference_high,
            description="Upper end of the laboratory's range, in the same unit.",
        ),
        *recorded(),
    ),
    rows=_of_known(lambda told: told.file.record.labs),
    refers=(("patient_id", "patients.csv"),),
)


def _followed(row: Treatment, told: Told) -> str | None:
    """Return the treatment before this one, where it leaves, too: a filter may have left it out."""
    lesions = {None, *(lesion.id for lesion in told.file.lesions)}
    there = {one.entry_id for one in told.file.record.treatments if one.lesion_id in lesions}
    return told.alias(row.follows) if row.follows in there else None


TREATMENTS: Table[Treatment] = Table(
    name="treatments.csv",
    title="What was given or done over a time; a row a dose.",
    columns=(
        entry_key("treatment_id"),
        patient_id(),
        lesion_id(),
        Column(
            name="agent",
            type="code",
            of=lambda row, _: row.agent,
            words=tuple(Agent),
            description="What was given or done.",
        ),
        _typed("name", "Which one, where the agent leaves it open.", field="text"),
        _chosen("route", "How it was given", ROUTES),
        *asked("dose_value", "number", "The dose.", decimals=3, least=0),
        _chosen("dose_unit", "The dose's unit", DOSE_UNITS),
        _chosen("frequency", "How often", FREQUENCIES),
        *on_day("start_day", lambda row: row.start, "When it began"),
        *on_day("stop_day", lambda row: row.stop, "When it ended; empty where it goes on"),
        *asked("stop_reason", "code", "Why it ended.", words=tuple(StopReason)),
        *asked(
            "intensified",
            "boolean",
            "Whether it was intensified because nothing changed.",
            field="is_intensified",
        ),
        Column(
            name="follows_treatment_id",
            type="id",
            of=_followed,
            description="The treatment that this one is the next dose of, a key of this file; "
            "empty where there is none, or where it isn't in the export.",
        ),
        _typed("why", "Why it was given."),
        *recorded(),
    ),
    rows=_of_known(lambda told: told.file.record.treatments),
    refers=_REFERS,
)

EVENTS: Table[Event] = Table(
    name="events.csv",
    title="What happened to a patient, or to one lesion.",
    columns=(
        entry_key("event_id"),
        patient_id(),
        lesion_id(),
        Column(
            name="kind",
            type="code",
            of=lambda row, _: row.kind,
            words=tuple(EventKind),
            description="What happened.",
        ),
        *on_day("day", lambda row: row.on, "When it happened"),
        *on_day("end_day", lambda row: row.ended_on, "When it was over"),
        *asked(
            "related",
            "boolean",
            "Whether it has to do with calciphylaxis.",
            field="is_related",
        ),
        *asked("serious", "boolean", "Whether it was serious.", field="is_serious"),
        Column(
            name="death_cause",
            type="code",
            of=lambda row, _: row.death_cause,
            words=tuple(DeathCause),
            description="Of a death, what of.",
        ),
        _typed("detail", "What the kind leaves open.", field="text"),
        _typed("source", "Where it is known from."),
        *recorded(),
    ),
    rows=_of_known(lambda told: told.file.record.events),
    refers=_REFERS,
)

RISK_FACTORS: Table[RiskFactor] = Table(
    name="risk_factors.csv",
    title="What makes calciphylaxis likelier: asked and there, or asked and not.",
    columns=(
        entry_key("risk_factor_id"),
        patient_id(),
        Column(
            name="kind",
            type="code",
            of=lambda row, _: row.kind,
            words=tuple(RiskFactorKind),
            description="Which risk factor.",
        ),
        *asked("present", "boolean", "Whether it is or was there.", field="is_present"),
        *on_day("start_day", lambda row: row.start, "Since when"),
        *on_day("stop_day", lambda row: row.stop, "Until when"),
        *recorded(),
    ),
    rows=_of_known(lambda told: told.file.record.risk_factors),
    refers=(("patient_id", "patients.csv"),),
)
