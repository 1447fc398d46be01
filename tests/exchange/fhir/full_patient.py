"""A patient of whom everything was recorded that can be: every kind of entry, every answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from woundtrack.exchange.fhir import bundle_of
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.profile import Profile
from woundtrack.exchange.tables.closed import FREQUENCIES
from woundtrack.model import (
    LAB_RANGES,
    Aetiology,
    Agent,
    Analyte,
    Aspect,
    AssessedOutline,
    Assessment,
    BiopsyResult,
    BodySite,
    Calibration,
    Card,
    Certainty,
    ClinicalRecord,
    Consent,
    DeathCause,
    Diagnosis,
    Dialysis,
    DialysisRelation,
    Doubt,
    Edge,
    EndReason,
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
    Measurement,
    Method,
    Missing,
    Morphology,
    Outline,
    OutlineKind,
    Pain,
    PainContext,
    PainScale,
    PartialDate,
    Patient,
    PatientDetail,
    Periwound,
    Photograph,
    Purpose,
    RatedFrom,
    RiskFactor,
    RiskFactorKind,
    Score,
    Setting,
    Sex,
    Side,
    StopReason,
    Term,
    TimeSource,
    Tissue,
    TissueMap,
    Treatment,
    Trend,
    Trigger,
    Visit,
    VisitDetail,
    VisitPhotograph,
    WoundState,
    new_id,
)
from woundtrack.workflow.instruments import known_instruments

AT = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 9, 21, 14, 5, 33, tzinfo=UTC)
DAYS = (date(2026, 6, 11), date(2026, 6, 25), date(2026, 7, 9))
SALT = b"0123456789abcdef"


def _measured(area_cm2: float) -> Measurement:
    return Measurement(
        area_mm2=area_cm2 * 100,
        area_low_mm2=area_cm2 * 93,
        area_high_mm2=area_cm2 * 109,
        perimeter_mm=106.0,
        length_mm=41.0,
        width_mm=23.0,
        head_to_toe_mm=39.0,
        side_to_side_mm=22.0,
        doubts=(Doubt(code="outline_cut_off"),),
        terms=(Term(name="edge", area_mm2=50, perimeter_mm=4, length_mm=2, width_mm=1.5),),
    )


def _outline(photograph_id: str, kind: OutlineKind, area_cm2: float | None) -> AssessedOutline:
    ring = Outline(outer=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0)))
    card = Card(kind="card", design_version=1, copy="A", nominal_mm=120.0, tags=())
    map_ = TissueMap(
        x=0,
        y=0,
        width=9,
        height=9,
        columns=1,
        rows=1,
        runs=((Tissue.SLOUGH, 1),),
        outline=ring.fingerprint,
        shares=tuple(zip(Tissue, (0.1, 0.25, 0.6, 0.05, 0.0), strict=True)),
        weight=1.0,
        approved_by="Bob Jones",
        approved_at=AT,
    )
    identity = ((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0))
    return AssessedOutline(
        kind=kind,
        photograph_id=photograph_id,
        outline=ring,
        calibration=None
        if area_cm2 is None
        else Calibration(
            method="card",
            homography=identity,
            cards=(card,),
            mm_per_px=0.1,
            tilt_deg=6.5,
            residual_mm=0.05,
        ),
        measurement=None if area_cm2 is None else _measured(area_cm2),
        method=Method(
            name="automatic-network",
            version="1",
            application_version="0.1.0",
            parameters=(
                ("network_version", "7"),
                ("network_sha256", "ab12"),
                ("edited_share", 0.1),
            ),
        ),
        tissue=(map_,) if kind is OutlineKind.ULCER and area_cm2 is not None else (),
    )


class FullPatient:
    """Every kind of entry with every answer it knows, and every way a lesion is measured."""

    def __init__(self) -> None:
        self.patient = Patient(id=new_id(), code="WT-0147", created_at=AT)
        sites = (
            BodySite(region="thigh", side=Side.LEFT),
            BodySite(region="abdomen"),
            BodySite(region="legs"),
        )
        self.lesions = tuple(
            Lesion(
                id=new_id(),
                patient_id=self.patient.id,
                label=f"typed label {number}",
                number=number,
                site=site,
                created_at=AT,
            )
            for number, site in enumerate(sites, start=1)
        )
        self.visits = tuple(
            Visit(id=new_id(), patient_id=self.patient.id, visited_on=day, created_at=AT)
            for day in DAYS
        )
        self.photographs = tuple(self._photograph(visit) for visit in self.visits)
        self.assessments = tuple(self._assessments())
        self.totals: dict[str, float | None] = {}

    def entry(self, **more: Any) -> dict[str, Any]:
        """Return what every entry has."""
        return {
            "patient_id": self.patient.id,
            "recorded_by": "Ann Smith",
            "recorded_at": LATER,
        } | more

    def _photograph(self, visit: Visit) -> VisitPhotograph:
        return VisitPhotograph(
            id=new_id(),
            visit_id=visit.id,
            photograph=Photograph(
                sha256="5e" * 32,
                original_name="IMG_0147.jpg",
                format="JPEG",
                size_bytes=1,
                width_px=1600,
                height_px=1200,
                orientation=1,
                taken_at=AT,
                taken_offset_minutes=60,
                taken_from=TimeSource.EXIF,
                camera_model="Canon P1010147",
            ),
            site=self.lesions[0].site,
            filed_at=AT,
        )

    def _assessments(self) -> Iterator[Assessment]:
        first, second, third = self.photographs
        thigh, abdomen, legs = self.lesions
        ulcer, eschar, margin = OutlineKind

        def one(lesion: Lesion, photograph: VisitPhotograph, **more: Any) -> Assessment:
            given: dict[str, Any] = {
                "id": new_id(),
                "assessment_id": new_id(),
                "revision": 1,
                "supersedes": None,
                "lesion_id": lesion.id,
                "visit_id": photograph.visit_id,
                "photograph_ids": (photograph.id,),
                "state": WoundState.OPEN,
                "outlines": (),
                "accepted_by": "Ann Smith",
                "reviewed_by": "Ann Smith",
                "recorded_at": LATER,
            }
            return Assessment(**given | more)

        yield one(
            thigh,
            first,
            outlines=(
                _outline(first.id, ulcer, 7.2),
                _outline(first.id, eschar, 1.1),
                _outline(first.id, margin, 12.0),
            ),
        )
        self.corrected = one(
            thigh,
            second,
            outlines=(_outline(second.id, ulcer, 6.4),),
            revision=2,
            supersedes=new_id(),
            accepted_by="Bob Jones",
            reason="typed: the edge was wrong",
        )
        yield self.corrected
        yield one(thigh, third, state=WoundState.CLOSED)
        yield one(abdomen, first, outlines=(_outline(first.id, ulcer, None),), reviewed_by=None)
        yield one(abdomen, second, outlines=(_outline(second.id, margin, 3.0),))
        yield one(legs, third, outlines=(_outline(third.id, eschar, 2.0),))

    @cached_property
    def record(self) -> ClinicalRecord:
        """Return all entries."""
        entry, (thigh, abdomen, legs) = self.entry, self.lesions
        corrected = {"revision": 3, "supersedes": new_id(), "reason": "typed: misread"}
        scores = [
            Score(
                **entry(),
                instrument="push",
                instrument_version="3.0",
                on=DAYS[0],
                items=(("area", 8.0), ("exudate", 1.0), ("tissue", 3.0)),
                lesion_id=thigh.id,
                rated_from=RatedFrom.BEDSIDE,
            ),
            Score(
                **entry(missing=(("skin_colour", Missing.NOT_ASSESSABLE),)),
                instrument="bwat-cua",
                instrument_version="1",
                on=DAYS[1],
                items=(("necrotic_type", 3.0),),
            ),
        ]
        self.totals = {scores[0].entry_id: 12.0, scores[1].entry_id: None}
        return ClinicalRecord(
            patient=self.patient,
            detail=PatientDetail(
                **entry(),
                sex=Sex.FEMALE,
                birth_year=1957,
                ethnic_category="A",
                height_cm=162,
                weight_kg=88.5,
                dialysis=Dialysis.HAEMODIALYSIS,
                dialysis_start=PartialDate(text="2021"),
                centre="St Elsewhere",
            ),
            diagnosis=Diagnosis(
                **entry(missing=(("has_imaging_calcification", Missing.NOT_DONE),)),
                certainty=Certainty.SUSPECTED,
                diagnosed_on=PartialDate(text="2026-06-01"),
                first_sign_on=PartialDate(text="2026-03"),
                trigger=Trigger.OTHER,
                trigger_text="typed trigger",
                is_uraemic=True,
                biopsy_on=PartialDate(text="2026-06-02"),
                biopsy_result=BiopsyResult.NEGATIVE,
            ),
            risk_factors=tuple(
                RiskFactor(**entry(), kind=kind, is_present=present, start=PartialDate(text="2020"))
                for kind, present in zip(RiskFactorKind, (True, False, None) * 7, strict=True)
            ),
            consents=tuple(
                Consent(
                    **entry(),
                    purpose=purpose,
                    is_given=purpose is not Purpose.PUBLICATION,
                    given_by="typed giver",
                    given_on=DAYS[0],
                    form_version="typed form",
                    withdrawn_on=DAYS[2] if purpose is Purpose.TEACHING else None,
                )
                for purpose in Purpose
            ),
            lesion_details=(
                LesionDetail(
                    **entry(**corrected),
                    lesion_id=thigh.id,
                    site_text="typed site",
                    aspects=(Aspect.ANTERIOR, Aspect.DISTAL),
                    onset=PartialDate(text="2026-05"),
                    morphology_at_entry=(Morphology.LIVEDO, Morphology.ULCER),
                    aetiology=Aetiology.CALCIPHYLAXIS,
                    is_sentinel=True,
                ),
                LesionDetail(
                    **entry(),
                    lesion_id=abdomen.id,
                    aetiology=Aetiology.PRESSURE,
                    ended_on=PartialDate.of(DAYS[2]),
                    end_reason=EndReason.MERGED,
                ),
            ),
            links=(
                LesionLink(
                    **entry(),
                    lesion_id=abdomen.id,
                    other_lesion_id=legs.id,
                    kind=LinkKind.MERGED_INTO,
                    on=DAYS[2],
                ),
                LesionLink(
                    **entry(),
                    lesion_id=thigh.id,
                    other_lesion_id=legs.id,
                    kind=LinkKind.RECURRENCE_OF,
                    on=DAYS[0],
                ),
            ),
            findings=tuple(self._findings()),
            visit_details=(
                VisitDetail(
                    **entry(missing=(("is_dressing_removed", Missing.DECLINED),)),
                    visit_id=self.visits[0].id,
                    setting=Setting.HOME,
                    note="typed note",
                ),
            ),
            pains=(
                *(
                    Pain(
                        **entry(),
                        on=DAYS[0],
                        scale=scale,
                        context=context,
                        value=value,
                        lesion_id=thigh.id,
                    )
                    for scale, value in ((PainScale.NRS11, 7), (PainScale.VAS100, 61.5))
                    for context in PainContext
                ),
                Pain(
                    **entry(missing=(("value", Missing.DECLINED),)),
                    on=DAYS[1],
                    scale=PainScale.NRS11,
                    context=PainContext.REST,
                ),
            ),
            treatments=tuple(self._treatments()),
            labs=tuple(
                LabResult(
                    **entry(**(corrected if analyte is Analyte.CRP else {})),
                    analyte=analyte,
                    taken_on=DAYS[1],
                    value=None if analyte is Analyte.INR else 2.31,
                    unit=LAB_RANGES[analyte].unit,
                    relation_to_dialysis=DialysisRelation.PRE,
                    reference_low=0.5,
                    reference_high=4.0,
                )
                for analyte in Analyte
            ),
            events=tuple(
                Event(
                    **entry(**(corrected if kind is EventKind.SEPSIS else {})),
                    kind=kind,
                    on=PartialDate(text="2026-07"),
                    ended_on=PartialDate(text="2026-07-20")
                    if kind in list(EventKind)[:6]
                    else None,
                    lesion_id=thigh.id if kind is EventKind.DEBRIDEMENT else None,
                    is_related=True,
                    is_serious=False,
                    death_cause=DeathCause.SEPSIS if kind is EventKind.DEATH else None,
                    text="typed event",
                    source="typed source",
                )
                for kind in EventKind
            ),
            scores=tuple(scores),
        )

    def _findings(self) -> Iterator[Finding]:
        thigh, abdomen, _ = self.lesions
        yield Finding(
            **self.entry(missing=(("depth", Missing.DRESSING_NOT_REMOVED),)),
            lesion_id=thigh.id,
            visit_id=self.visits[0].id,
            state=LesionState.OPEN,
            max_depth_cm=0.8,
            undermining_cm=1.5,
            undermining_clock=12,
            exudate_amount=ExudateAmount.MODERATE,
            exudate_type=ExudateType.SEROUS,
            edge=Edge.NOT_ATTACHED,
            periwound=tuple(Periwound),
            infection_signs=(InfectionSign.ODOUR, InfectionSign.PUS),
            has_drainage=True,
            needs_dressing=True,
            dressing="typed dressing",
            trend=Trend.DETERIORATING,
            note="typed finding",
        )
        yield Finding(
            **self.entry(
                missing=tuple(
                    (name, why)
                    for name, why in zip(
                        ("state", "max_depth_cm", "edge", "periwound", "trend", "has_drainage"),
                        Missing,
                        strict=False,
                    )
                )
            ),
            lesion_id=abdomen.id,
            visit_id=self.visits[2].id,
        )

    def _treatments(self) -> Iterator[Treatment]:
        earlier = None
        for place, agent in enumerate(Agent):
            one = Treatment(
                **self.entry(),
                agent=agent,
                text="typed agent",
                route="IV" if place % 2 else "typed route",
                dose_value=12.5 if place % 3 else None,
                dose_unit=("g", "units", "typed units")[place % 3 - 1],
                frequency=("typed often", *FREQUENCIES)[place % 11],
                start=PartialDate(text="2026-06"),
                stop=PartialDate(text="2026-06-20") if place % 2 else None,
                stop_reason=list(StopReason)[place % 7] if place % 2 else None,
                why="typed why",
                is_intensified=place % 5 == 0,
                follows=earlier,
                lesion_id=self.lesions[0].id if place % 4 == 0 else None,
            )
            earlier = one.entry_id
            yield one

    def file(self, *, with_identity: bool) -> PatientFile:
        """Return the patient's file."""
        record = self.record
        identity = Identity(
            patient_id=self.patient.id,
            name="Jane Doe",
            birth_date=date(1957, 3, 2),
            nhs_number="9434765919",
            local_id="H-55501",
        )
        return PatientFile(
            record=record,
            lesions=self.lesions,
            visits=self.visits,
            photographs=self.photographs,
            assessments=self.assessments,
            as_of=date(2026, 8, 1),
            totals=self.totals,
            instruments=known_instruments().known,
            identity=identity if with_identity else None,
        )

    def profile(self, **more: Any) -> Profile:
        """Return the pseudonymised profile, or another."""
        readers = {"Ann Smith": "reader-1", "Bob Jones": "reader-2"}
        given: dict[str, Any] = {
            "is_identified": False,
            "salt": SALT,
            "codes": {self.patient.id: "P-7KQ4M2"},
            "readers": readers,
        }
        return Profile(**given | more)

    def bundle(self, **more: Any) -> dict[str, Any]:
        """Return the bundle of a profile."""
        profile = self.profile(**more)
        return bundle_of(self.file(with_identity=profile.is_identified), profile)
