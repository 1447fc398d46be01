"""The words of the lanes under the curves, in English; the window hands in its own language's.

Hides nothing: they follow the value sets of the record, as short as a chart has room for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from woundtrack.model import (
    Agent,
    Analyte,
    DialysisRelation,
    EndReason,
    EventKind,
    PainContext,
    PainScale,
)

AGENTS: Final[dict[Agent, str]] = {
    Agent.SODIUM_THIOSULFATE_IV: "Sodium thiosulfate IV",
    Agent.SODIUM_THIOSULFATE_INTRALESIONAL: "Sodium thiosulfate intralesional",
    Agent.CINACALCET: "Cinacalcet",
    Agent.ETELCALCETIDE: "Etelcalcetide",
    Agent.PARATHYROIDECTOMY: "Parathyroidectomy",
    Agent.WARFARIN: "Warfarin",
    Agent.WARFARIN_STOPPED: "Warfarin stopped",
    Agent.OTHER_ANTICOAGULANT: "Anticoagulant",
    Agent.VITAMIN_K1: "Vitamin K1",
    Agent.MAGNESIUM: "Magnesium",
    Agent.BISPHOSPHONATE: "Bisphosphonate",
    Agent.NON_CALCIUM_BINDER: "Non-calcium binder",
    Agent.LOW_CALCIUM_DIALYSATE: "Low-calcium dialysate",
    Agent.INTENSIFIED_DIALYSIS: "Intensified dialysis",
    Agent.MEDIUM_CUT_OFF_DIALYSER: "Medium cut-off dialyser",
    Agent.RHEOPHERESIS: "Rheopheresis",
    Agent.HYPERBARIC_OXYGEN: "Hyperbaric oxygen",
    Agent.SYSTEMIC_ANTIBIOTIC: "Antibiotic",
    Agent.DRESSING: "Dressing",
    Agent.NEGATIVE_PRESSURE: "Negative pressure",
    Agent.LARVAL_THERAPY: "Larval therapy",
    Agent.AUTOLYTIC_DEBRIDEMENT: "Autolytic debridement",
    Agent.SKIN_GRAFT: "Skin graft",
    Agent.SNF472: "SNF472",
    Agent.BLINDED: "Blinded study treatment",
    Agent.OPIOID: "Opioid",
    Agent.OTHER_ANALGESIC: "Analgesic",
    Agent.OTHER: "Other treatment",
}
EVENTS: Final[dict[EventKind, str]] = {
    EventKind.DEBRIDEMENT: "Debridement",
    EventKind.WOUND_INFECTION: "Wound infection",
    EventKind.BACTERAEMIA: "Bacteraemia",
    EventKind.SEPSIS: "Sepsis",
    EventKind.ADMISSION: "Admission",
    EventKind.PAIN_CRISIS: "Pain crisis",
    EventKind.REDUCED_MOBILITY: "Reduced mobility",
    EventKind.AMPUTATION: "Amputation",
    EventKind.GRAFT: "Graft",
    EventKind.SURGICAL_CLOSURE: "Surgical closure",
    EventKind.TRANSPLANT: "Transplant",
    EventKind.DIALYSIS_CHANGE: "Dialysis changed",
    EventKind.DIALYSIS_WITHDRAWAL: "Dialysis withdrawn",
    EventKind.PALLIATIVE_REFERRAL: "Palliative referral",
    EventKind.LOST_TO_FOLLOW_UP: "Lost to follow-up",
    EventKind.CONSENT_WITHDRAWN: "Consent withdrawn",
    EventKind.DEATH: "Died",
}
ANALYTES: Final[dict[Analyte, str]] = {
    Analyte.ADJUSTED_CALCIUM: "Calcium, adj.",
    Analyte.PHOSPHATE: "Phosphate",
    Analyte.INTACT_PTH: "PTH",
    Analyte.ALBUMIN: "Albumin",
    Analyte.CRP: "CRP",
    Analyte.ALP: "ALP",
    Analyte.HAEMOGLOBIN: "Haemoglobin",
    Analyte.INR: "INR",
}
CONTEXTS: Final[dict[PainContext, str]] = {
    PainContext.WORST_24H: "worst",
    PainContext.DRESSING_CHANGE: "dressing",
    PainContext.REST: "rest",
    PainContext.AVERAGE_7D: "7 days",
}
SCALES: Final[dict[PainScale, str]] = {
    PainScale.NRS11: "NRS 0–10",
    PainScale.VAS100: "VAS 0–100",
}
RELATIONS: Final[dict[DialysisRelation, str]] = {
    DialysisRelation.PRE: "before dialysis",
    DialysisRelation.POST: "after dialysis",
}
END_REASONS: Final[dict[EndReason, str]] = {
    EndReason.CLOSED: "closed",
    EndReason.MERGED: "merged",
    EndReason.SPLIT: "split",
    EndReason.AMPUTATED: "amputated",
    EndReason.SURGICALLY_CLOSED: "surgically closed",
    EndReason.GRAFTED: "grafted",
    EndReason.DEATH: "died",
    EndReason.LOST: "lost to follow-up",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneWords:
    """Every word of the lanes; what stands in braces is filled in."""

    treatments: str = "Treatments"
    events: str = "Events"
    pain: str = "Pain"
    labs: str = "Blood"
    scores: str = "Scores"
    closed: str = "{lesion} closed"
    of_lesions: str = "{what} {lesions}"
    one_night: str = "{what}, 1 night"
    nights: str = "{what}, {count} nights"
    start_unknown: str = "start not known"
    goes_on: str = "goes on"
    not_told: str = "not told"
    incomplete: str = "not all items answered"
    reference: str = "reference {low} to {high}"
    reference_above: str = "reference up to {high}"
    reference_below: str = "reference from {low}"
    agent: Callable[[Agent], str] = lambda agent: AGENTS[agent]
    event: Callable[[EventKind], str] = lambda kind: EVENTS[kind]
    analyte: Callable[[Analyte], str] = lambda analyte: ANALYTES[analyte]
    context: Callable[[PainContext], str] = lambda context: CONTEXTS[context]
    scale: Callable[[PainScale], str] = lambda scale: SCALES[scale]
    relation: Callable[[DialysisRelation], str] = lambda relation: RELATIONS[relation]
    instrument: Callable[[str], str] = lambda name: name
    number: Callable[[float], str] = lambda value: f"{value:.4g}".replace("-", "−")


ENGLISH_LANES: Final = LaneWords()
"""The words of files written by the command line."""
