"""The clinical record: what was asked, found, given and what happened, each entry with its history.

Every entry is a revision: ``id`` names it, ``entry_id`` the thread that it belongs to. Nothing is
overwritten; the newest revision counts, and a retired one is out of view. A value that isn't there
is None, and ``missing`` may say why. Fields and value sets: ``value_sets``; codes: ``codes``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Self

from woundtrack.model.basics import new_id, now
from woundtrack.model.dates import PartialDate
from woundtrack.model.patients import Patient
from woundtrack.model.value_sets import (
    Aetiology,
    Agent,
    Analyte,
    Aspect,
    BiopsyResult,
    Certainty,
    DeathCause,
    Debrided,
    Depth,
    Dialysis,
    DialysisRelation,
    Edge,
    EndReason,
    EventKind,
    ExudateAmount,
    ExudateType,
    InfectionSign,
    LesionState,
    LinkKind,
    Missing,
    Morphology,
    PainContext,
    PainScale,
    Periwound,
    Purpose,
    RatedFrom,
    RiskFactorKind,
    Setting,
    Sex,
    StopReason,
    Trend,
    Trigger,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What every entry of the record has: whose it is, which revision, by whom and when.

    ``missing`` says of fields without a value why there is none.
    """

    patient_id: str
    recorded_by: str = ""
    recorded_at: datetime = field(default_factory=now)
    id: str = field(default_factory=new_id)
    entry_id: str = field(default_factory=new_id)
    revision: int = 1
    supersedes: str | None = None
    reason: str | None = None
    is_retired: bool = False
    missing: tuple[tuple[str, Missing], ...] = ()

    def revised(self, *, by: str, reason: str | None, **changes: object) -> Self:
        """Return the next revision of this entry with ``changes`` applied."""
        return replace(
            self,
            id=new_id(),
            revision=self.revision + 1,
            supersedes=self.id,
            recorded_by=by,
            recorded_at=now(),
            reason=reason,
            **changes,  # type: ignore[arg-type]
        )

    def followed_by(self, wanted: Self, *, by: str, reason: str | None) -> Self:
        """Return the revision after this one with all that another revision holds."""
        return replace(
            wanted,
            id=new_id(),
            revision=self.revision + 1,
            supersedes=self.id,
            recorded_by=by,
            recorded_at=now(),
            reason=reason,
        )

    def says_as(self, other: Self) -> bool:
        """Return whether two revisions hold the same, whoever recorded them, when and why."""
        alike = replace(
            self,
            id=other.id,
            revision=other.revision,
            supersedes=other.supersedes,
            recorded_by=other.recorded_by,
            recorded_at=other.recorded_at,
            reason=other.reason,
        )
        return alike == other

    def why_missing(self, name: str) -> Missing | None:
        """Return why a field has no value; None where nobody said, or where it has one."""
        return dict(self.missing).get(name)


# --- the patient ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientDetail(Entry):
    """What is known of a patient beside the code; one entry a patient. Death is an ``Event``.

    ``birth_year`` is there for the age; the day of birth is in ``Identity`` alone.
    """

    sex: Sex | None = None
    birth_year: int | None = None
    ethnic_category: str = ""
    height_cm: float | None = None
    weight_kg: float | None = None
    dialysis: Dialysis | None = None
    dialysis_start: PartialDate | None = None
    centre: str = ""

    @property
    def bmi_kg_per_m2(self) -> float | None:
        """Weight by height squared, kg/m²; None where either isn't known."""
        if self.weight_kg is None or not self.height_cm:
            return None
        return self.weight_kg / (self.height_cm / 100) ** 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis(Entry):
    """The diagnosis of calciphylaxis; one entry a patient. A biopsy is never required."""

    certainty: Certainty | None = None
    diagnosed_on: PartialDate | None = None
    first_sign_on: PartialDate | None = None
    trigger: Trigger | None = None
    trigger_text: str = ""
    is_uraemic: bool | None = None
    biopsy_on: PartialDate | None = None
    biopsy_result: BiopsyResult | None = None
    has_imaging_calcification: bool | None = None
    diagnosed_by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskFactor(Entry):
    """One risk factor, with its dates; ``is_present`` False is asked and not there."""

    kind: RiskFactorKind
    is_present: bool | None = None
    start: PartialDate | None = None
    stop: PartialDate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent(Entry):
    """What a patient agreed to for one purpose; one entry a purpose."""

    purpose: Purpose
    is_given: bool
    given_by: str = ""
    given_on: date
    form_version: str = ""
    withdrawn_on: date | None = None
    capacity_note: str = ""

    def holds_on(self, day: date) -> bool:
        """Return whether it was given and not withdrawn on a day."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        return self.is_given and self.given_on <= day and not withdrawn


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who a patient is: kept in a table of its own and absent from everything pseudonymous."""

    patient_id: str
    name: str = ""
    birth_date: date | None = None
    nhs_number: str = ""
    local_id: str = ""
    version: int = 1


# --- the lesion ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionDetail(Entry):
    """What is known of a lesion beside its site; one entry a lesion.

    ``map_x`` and ``map_y`` are its point on the body map named ``diagram``, 0..1 from its top left.
    One lesion of a patient may be the ``is_sentinel``.
    """

    lesion_id: str
    site_text: str = ""
    aspects: tuple[Aspect, ...] = ()
    map_x: float | None = None
    map_y: float | None = None
    diagram: str = ""
    onset: PartialDate | None = None
    morphology_at_entry: tuple[Morphology, ...] = ()
    aetiology: Aetiology | None = None
    is_sentinel: bool = False
    ended_on: PartialDate | None = None
    end_reason: EndReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionLink(Entry):
    """``lesion_id`` merged into, was split from, or is a recurrence of ``other_lesion_id``."""

    lesion_id: str
    other_lesion_id: str
    kind: LinkKind
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding(Entry):
    """What was found of one lesion at one visit, beside its outline; one entry a lesion and visit.

    Closure needs ``state``, ``has_drainage`` and ``needs_dressing`` together. Lengths are cm;
    ``undermining_clock`` is 1..12, 12 towards the head. An empty tuple with no reason in
    ``missing`` was not answered.
    """

    lesion_id: str
    visit_id: str
    state: LesionState | None = None
    depth: Depth | None = None
    max_depth_cm: float | None = None
    undermining_cm: float | None = None
    undermining_clock: int | None = None
    exudate_amount: ExudateAmount | None = None
    exudate_type: ExudateType | None = None
    edge: Edge | None = None
    periwound: tuple[Periwound, ...] = ()
    infection_signs: tuple[InfectionSign, ...] = ()
    has_drainage: bool | None = None
    needs_dressing: bool | None = None
    dressing: str = ""
    debrided: Debrided | None = None
    trend: Trend | None = None
    note: str = ""


# --- visits, pain, treatment, blood, events, scores ----------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitDetail(Entry):
    """The circumstances of a visit; one entry a visit."""

    visit_id: str
    setting: Setting | None = None
    assessor_role: str = ""
    planned_label: str = ""
    is_dressing_removed: bool | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pain(Entry):
    """Pain as a patient told it, on the scale it was asked on."""

    on: date
    scale: PainScale
    context: PainContext
    value: float | None = None
    visit_id: str | None = None
    lesion_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Treatment(Entry):
    """What was given or done over a time; without ``stop`` it goes on.

    ``text`` names what the agent leaves open, such as which antibiotic or dressing. ``follows`` is
    the ``entry_id`` of the treatment of which this one is the next dose.
    """

    agent: Agent
    text: str = ""
    route: str = ""
    dose_value: float | None = None
    dose_unit: str = ""
    frequency: str = ""
    start: PartialDate | None = None
    stop: PartialDate | None = None
    stop_reason: StopReason | None = None
    why: str = ""
    is_intensified: bool | None = None
    follows: str | None = None
    lesion_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LabResult(Entry):
    """One value from a laboratory, in the unit (UCUM) that the laboratory gave."""

    analyte: Analyte
    taken_on: date
    value: float | None = None
    unit: str = ""
    relation_to_dialysis: DialysisRelation | None = None
    reference_low: float | None = None
    reference_high: float | None = None
    visit_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event(Entry):
    """What happened on a day or over days, to the patient or to one lesion.

    ``text`` holds what the kind leaves open, such as the level of an amputation.
    """

    kind: EventKind
    on: PartialDate
    ended_on: PartialDate | None = None
    lesion_id: str | None = None
    is_related: bool | None = None  # to calciphylaxis
    is_serious: bool | None = None
    death_cause: DeathCause | None = None
    text: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Score(Entry):
    """The answers to one instrument on one day, of a lesion or of the patient.

    ``items`` are item codes and their values; an item that isn't there is not answered, and
    ``missing`` may hold its code. The total is computed from the instrument's definition.
    """

    instrument: str
    instrument_version: str
    on: date
    items: tuple[tuple[str, float], ...] = ()
    rated_from: RatedFrom | None = None
    visit_id: str | None = None
    lesion_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation(Entry):
    """Something unusual that a person was asked about and said is right: it isn't asked again.

    ``question`` is its code in ``errors.QUESTIONS``, and ``given`` what it was asked of, in
    numbers: "12.3 cm² after 4.1 cm² in 7 days".
    """

    question: str
    given: str = ""
    visit_id: str | None = None
    lesion_id: str | None = None


ENTRIES: tuple[type[Entry], ...] = (
    PatientDetail,
    Diagnosis,
    RiskFactor,
    Consent,
    LesionDetail,
    LesionLink,
    Finding,
    VisitDetail,
    Pain,
    Treatment,
    LabResult,
    Event,
    Score,
    Confirmation,
)
"""Every kind of entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicalRecord:
    """All that counts of one patient's record: the newest revisions in view, oldest first."""

    patient: Patient
    detail: PatientDetail | None = None
    diagnosis: Diagnosis | None = None
    risk_factors: tuple[RiskFactor, ...] = ()
    consents: tuple[Consent, ...] = ()
    lesion_details: tuple[LesionDetail, ...] = ()
    links: tuple[LesionLink, ...] = ()
    findings: tuple[Finding, ...] = ()
    visit_details: tuple[VisitDetail, ...] = ()
    pains: tuple[Pain, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    labs: tuple[LabResult, ...] = ()
    events: tuple[Event, ...] = ()
    scores: tuple[Score, ...] = ()

    def detail_of(self, lesion_id: str) -> LesionDetail | None:
        """Return what is known of a lesion beside its site, if anything was recorded."""
        return next((one for one in self.lesion_details if one.lesion_id == lesion_id), None)

    def finding_of(self, lesion_id: str, visit_id: str) -> Finding | None:
        """Return what was found of a lesion at a visit, if anything was recorded."""
        return next(
            (
                one
                for one in self.findings
                if one.lesion_id == lesion_id and one.visit_id == visit_id
            ),
            None,
        )

    @property
    def death(self) -> Event | None:
        """The patient's death, where it is recorded."""
        return next((one for one in self.events if one.kind is EventKind.DEATH), None)

    @property
    def dialysis_change(self) -> Event | None:
        """The newest change of dialysis, where the background doesn't tell it already."""
        return dialysis_change_of(self.detail, self.events)


def dialysis_change_of(detail: PatientDetail | None, events: Iterable[Event]) -> Event | None:
    """Return the newest change of dialysis since the background's kind of it began, or None.

    What it was changed to is free text. One before that kind's own start is told by the background.
    """
    start = None if detail is None else detail.dialysis_start
    found = [
        one
        for one in events
        if one.kind is EventKind.DIALYSIS_CHANGE and (start is None or one.on.latest > start.latest)
    ]
    return max(found, key=lambda one: one.on.middle, default=None)
