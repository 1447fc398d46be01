"""What is recorded of a demonstration patient beside the photographs, and how it gets there.

Hides which entries follow from how a lesion was painted: exudate, edge, skin around, depth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from woundtrack import workflow
from woundtrack.model import (
    LAB_RANGES,
    Aetiology,
    Agent,
    Analyte,
    Assessment,
    BiopsyResult,
    Certainty,
    Consent,
    DeathCause,
    Depth,
    Diagnosis,
    Dialysis,
    DialysisRelation,
    Edge,
    EndReason,
    Entry,
    Event,
    EventKind,
    ExudateAmount,
    ExudateType,
    Finding,
    Identity,
    InfectionSign,
    LabResult,
    Lesion,
    LesionDetail,
    LesionLink,
    LesionState,
    LinkKind,
    Morphology,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    PatientDetail,
    Periwound,
    Purpose,
    RiskFactor,
    RiskFactorKind,
    Setting,
    Sex,
    StopReason,
    Treatment,
    Trigger,
    Visit,
    VisitDetail,
    WoundState,
)
from woundtrack.records import Library

if TYPE_CHECKING:
    from woundtrack.demo.plan import Course, PatientPlan

_INFECTED_WEEKS: Final = 2.0  # for so long after an infection its signs are found
_REFERENCES: Final = {
    Analyte.PHOSPHATE: (0.8, 1.5),
    Analyte.CRP: (0.0, 5.0),
    Analyte.ALBUMIN: (35.0, 50.0),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A treatment, from a week to a week; without ``stop`` it goes on."""

    agent: Agent
    start: float
    stop: float | None = None
    text: str = ""
    dose: float | None = None
    unit: str = ""
    frequency: str = ""
    route: str = ""
    stop_reason: StopReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """An event in a week, over ``nights`` where it lasted; of a lesion where it names one."""

    kind: EventKind
    week: float
    nights: int | None = None
    lesion: str = ""
    text: str = ""
    is_related: bool | None = True
    cause: DeathCause | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """``lesion`` became part of, came from, or came back as ``other``, in a week."""

    lesion: str
    kind: LinkKind
    other: str
    week: float


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """A demonstration patient's record; weeks count from the first visit.

    ``pains`` are (week, worst in 24 h, at dressing change); ``labs`` are (week, phosphate mmol/L,
    CRP mg/L, albumin g/L). ``onset`` is the week in which the skin changed first.
    """

    name: str
    nhs_number: str
    sex: Sex
    age: int
    height_cm: float
    weight_kg: float
    dialysis: Dialysis = Dialysis.HAEMODIALYSIS
    dialysis_years: int | None = None
    certainty: Certainty = Certainty.CLINICAL
    biopsy: float | None = None
    onset: float = -4
    trigger: Trigger | None = None
    risks: tuple[RiskFactorKind, ...] = ()
    pains: tuple[tuple[float, int, int], ...] = ()
    labs: tuple[tuple[float, float, float, float], ...] = ()
    given: tuple[Given, ...] = ()
    happened: tuple[Happened, ...] = ()
    links: tuple[Linked, ...] = ()
    agrees: tuple[Purpose, ...] = (Purpose.RECORD, Purpose.MDT, Purpose.RESEARCH)
    refuses: tuple[Purpose, ...] = ()
    setting: Setting = Setting.DIALYSIS_UNIT


def keep_history(library: Library, plan: PatientPlan, day: date, *, by: str) -> None:
    """Record a patient's history; nothing where the plan has none.

    ``day`` is today: the last visit was ``last_visit_days_ago`` before it.
    """
    history = plan.history
    if history is None:
        return
    writer = _Writer(library, plan, history, day)
    workflow.set_identity(library, writer.identity(), by=by)
    workflow.record_entries(library, list(writer.entries()), by=by)


class _Writer:
    """The entries of one patient, from the plan and from what was accepted."""

    def __init__(self, library: Library, plan: PatientPlan, history: History, day: date) -> None:
        self._plan, self._history = plan, history
        self._first = day - timedelta(days=plan.last_visit_days_ago + 7 * plan.weeks)
        self._today = day
        patient = library.patient_with_code(plan.code)
        self._patient_id = patient.id
        self._lesions = {lesion.label: lesion for lesion in library.lesions(patient.id)}
        self._visits = {visit.visited_on: visit for visit in library.visits(patient.id)}
        self._assessments = library.assessments(patient_id=patient.id)
        self._labels = {lesion.id: label for label, lesion in self._lesions.items()}

    def identity(self) -> Identity:
        """Return who the invented person is."""
        history = self._history
        return Identity(
            patient_id=self._patient_id,
            name=history.name,
            birth_date=date(
                self._today.year - history.age, 2 + history.age % 9, 3 + history.age % 20
            ),
            nhs_number=history.nhs_number,
        )

    def entries(self) -> Iterator[Entry]:
        """Yield everything, what is known of the patient first."""
        yield from self._background()
        yield from self._of_lesions()
        yield from self._of_visits()
        yield from self._course()

    def _day(self, week: float) -> date:
        return self._first + timedelta(days=round(7 * week))

    def _visit(self, week: float) -> Visit | None:
        return self._visits.get(self._day(week))

    def _background(self) -> Iterator[Entry]:
        history, who = self._history, self._patient_id
        years = history.dialysis_years
        yield PatientDetail(
            patient_id=who,
            sex=history.sex,
            birth_year=self._today.year - history.age,
            height_cm=history.height_cm,
            weight_kg=history.weight_kg,
            dialysis=history.dialysis,
            dialysis_start=None
            if years is None
            else PartialDate(text=str(self._first.year - years)),
            centre="Demonstration clinic",
        )
        onset = self._day(history.onset)
        biopsy = None if history.biopsy is None else self._day(history.biopsy)
        yield Diagnosis(
            patient_id=who,
            certainty=history.certainty,
            diagnosed_on=PartialDate.of(biopsy or self._day(min(0.0, history.onset + 3))),
            first_sign_on=PartialDate(text=f"{onset:%Y-%m}"),
            trigger=history.trigger,
            is_uraemic=history.dialysis is not Dialysis.NONE,
            biopsy_on=None if biopsy is None else PartialDate.of(biopsy),
            biopsy_result=None if biopsy is None else BiopsyResult.POSITIVE,
            diagnosed_by="Dermatology",
        )
        for risk in history.risks:
            yield RiskFactor(patient_id=who, kind=risk, is_present=True)
        for purpose in (*history.agrees, *history.refuses):
            yield Consent(
                patient_id=who,
                purpose=purpose,
                is_given=purpose in history.agrees,
                given_by="the patient",
                given_on=self._first,
                form_version="2",
            )

    def _of_lesions(self) -> Iterator[Entry]:
        who = self._patient_id
        ended = {
            link.lesion: (link.week, EndReason.MERGED)
            for link in self._history.links
            if link.kind is LinkKind.MERGED_INTO
        }
        largest = max(self._courses(), key=lambda course: course.largest_mm2)
        for label, lesion in self._lesions.items():
            course = next(one for one in self._courses() if one.label == label)
            began = course.stages[0]
            onset = self._day(self._history.onset if began[0] == 0 else began[0] - 1)
            week, reason = ended.get(label, (None, None))
            yield LesionDetail(
                patient_id=who,
                lesion_id=lesion.id,
                onset=PartialDate(text=f"{onset:%Y-%m}"),
                morphology_at_entry=(
                    *((Morphology.LIVEDO,) if began[4] >= 0.7 else ()),
                    Morphology.ESCHAR if began[3] > 0.5 else Morphology.ULCER,
                ),
                aetiology=Aetiology.CALCIPHYLAXIS,
                is_sentinel=label == largest.label,
                ended_on=None if week is None else PartialDate.of(self._day(week)),
                end_reason=reason,
            )
        for link in self._history.links:
            yield LesionLink(
                patient_id=who,
                lesion_id=self._lesions[link.lesion].id,
                other_lesion_id=self._lesions[link.other].id,
                kind=link.kind,
                on=self._day(link.week),
            )

    def _courses(self) -> list[Course]:
        return [course for view in self._plan.views for course in view.courses]

    def _of_visits(self) -> Iterator[Entry]:
        seen = {assessment.visit_id for assessment in self._assessments}
        for visit in self._visits.values():
            if visit.id not in seen:
                continue  # she has yet to review it
            yield VisitDetail(
                patient_id=self._patient_id,
                visit_id=visit.id,
                setting=self._history.setting,
                assessor_role="Tissue viability nurse",
                is_dressing_removed=True,
            )
        days = {visit.id: visit.visited_on for visit in self._visits.values()}
        for assessment in self._assessments:
            week = (days[assessment.visit_id] - self._first).days / 7
            yield self._finding(assessment, week)

    def _finding(self, assessment: Assessment, week: float) -> Finding:
        label = self._labels[assessment.lesion_id]
        course = next(
            one for view in self._plan.views for one in view.courses_at(week) if one.label == label
        )
        finding = Finding(
            patient_id=self._patient_id,
            lesion_id=assessment.lesion_id,
            visit_id=assessment.visit_id,
        )
        if assessment.state is WoundState.CLOSED:
            return replace(
                finding,
                state=LesionState.EPITHELIALISED,
                depth=Depth.NO_BREAK,
                exudate_amount=ExudateAmount.NONE,
                periwound=(Periwound.SCAR,),
                infection_signs=(InfectionSign.NONE,),
                has_drainage=False,
                needs_dressing=False,
            )
        seen = course.at(week)
        infected = any(
            one.kind is EventKind.WOUND_INFECTION
            and one.lesion in {"", label}
            and 0 <= week - one.week <= _INFECTED_WEEKS
            for one in self._history.happened
        )
        wet = seen.slough * seen.area_mm2 / 100 + (2 if infected else 0)
        amounts = (ExudateAmount.SCANT, ExudateAmount.SMALL, ExudateAmount.MODERATE)
        amount = next(
            (one for one, most in zip(amounts, (0.3, 1.2, 5.0), strict=True) if wet < most),
            ExudateAmount.LARGE,
        )
        around = [
            sign
            for sign, is_seen in (
                (Periwound.PURPURA, seen.livedo > 0.6),
                (Periwound.INDURATION, seen.livedo > 0.4),
                (Periwound.ERYTHEMA, seen.redness > 0.45),
                (Periwound.MACERATION, seen.maceration > 0.25),
            )
            if is_seen
        ]
        is_covered = seen.eschar > 0.5
        return replace(
            finding,
            state=LesionState.ESCHAR_COVERED if is_covered else LesionState.OPEN,
            depth=Depth.OBSCURED if is_covered else Depth.DEEP,
            max_depth_cm=None if is_covered else round(seen.depth_mm / 10, 1),
            exudate_amount=amount,
            exudate_type=ExudateType.SEROPURULENT if infected else ExudateType.SEROUS,
            edge=Edge.ROLLED
            if seen.rolled > 0.4
            else Edge.NOT_ATTACHED
            if seen.slough > 0.4
            else Edge.ATTACHED,
            periwound=tuple(around) or (Periwound.INTACT,),
            infection_signs=(InfectionSign.PUS, InfectionSign.WARMTH)
            if infected
            else (InfectionSign.NONE,),
            has_drainage=True,
            needs_dressing=True,
            dressing="Alginate" if wet > 3 else "Hydrogel" if is_covered else "Silicone foam",
        )

    def _course(self) -> Iterator[Entry]:
        history, who = self._history, self._patient_id
        for at, worst, dressing in history.pains:
            visit = self._visit(at)
            for context, pain in (
                (PainContext.WORST_24H, worst),
                (PainContext.DRESSING_CHANGE, dressing),
            ):
                yield Pain(
                    patient_id=who,
                    on=self._day(at),
                    scale=PainScale.NRS11,
                    context=context,
                    value=float(pain),
                    visit_id=None if visit is None else visit.id,
                )
        for week, phosphate, crp, albumin in history.labs:
            visit = self._visit(week)
            for analyte, value in zip(_REFERENCES, (phosphate, crp, albumin), strict=True):
                low, high = _REFERENCES[analyte]
                yield LabResult(
                    patient_id=who,
                    analyte=analyte,
                    taken_on=self._day(week),
                    value=value,
                    unit=LAB_RANGES[analyte].unit,
                    relation_to_dialysis=DialysisRelation.PRE,
                    reference_low=low,
                    reference_high=high,
                    visit_id=None if visit is None else visit.id,
                )
        for one in history.given:
            yield Treatment(
                patient_id=who,
                agent=one.agent,
                text=one.text,
                route=one.route,
                dose_value=one.dose,
                dose_unit=one.unit,
                frequency=one.frequency,
                start=PartialDate.of(self._day(one.start)),
                stop=None if one.stop is None else PartialDate.of(self._day(one.stop)),
                stop_reason=one.stop_reason,
            )
        for event in history.happened:
            yield self._event(event)

    def _event(self, event: Happened) -> Event:
        lesion: Lesion | None = self._lesions.get(event.lesion)
        on = self._day(event.week)
        return Event(
            patient_id=self._patient_id,
            kind=event.kind,
            on=PartialDate.of(on),
            ended_on=None
            if event.nights is None
            else PartialDate.of(on + timedelta(days=event.nights)),
            lesion_id=None if lesion is None else lesion.id,
            is_related=event.is_related,
            is_serious=event.kind in {EventKind.SEPSIS, EventKind.ADMISSION, EventKind.DEATH},
            death_cause=event.cause,
            text=event.text,
        )
