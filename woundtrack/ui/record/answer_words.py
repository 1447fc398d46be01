"""The words of the record's answers: every value set, the reasons for no answer, units, dates.

Hides that members of two value sets may be equal: each is looked up in its own set.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack.model import (
    Agent,
    Analyte,
    DeathCause,
    Debrided,
    Depth,
    DialysisRelation,
    Edge,
    EventKind,
    ExudateAmount,
    ExudateType,
    InfectionSign,
    LesionState,
    Missing,
    PainContext,
    PainScale,
    Periwound,
    Setting,
    StopReason,
    Trend,
)
from woundtrack.ui.components import words


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Answers", text))


_WORDS: Final[dict[type[StrEnum], dict[str, str]]] = {
    Missing: {
        Missing.NOT_DONE: _("Not done"),
        Missing.NOT_ASSESSABLE: _("Not assessable"),
        Missing.DECLINED: _("Declined"),
        Missing.DRESSING_NOT_REMOVED: _("Dressing not removed"),
        Missing.UNKNOWN: _("Not known"),
        Missing.NOT_APPLICABLE: _("Doesn't apply"),
        Missing.WITHDRAWN: _("Withdrawn"),
    },
    LesionState: {
        LesionState.OPEN: _("Open"),
        LesionState.ESCHAR_COVERED: _("Eschar"),
        LesionState.EPITHELIALISED: _("New skin"),
        LesionState.NOT_ULCERATED: _("No ulcer"),
        LesionState.NOT_SEEN: _("Not seen"),
        LesionState.SURGICALLY_CLOSED: _("Sutured"),
        LesionState.GRAFTED: _("Grafted"),
        LesionState.AMPUTATED: _("Amputated"),
    },
    ExudateAmount: {
        ExudateAmount.NONE: _("None"),
        ExudateAmount.SCANT: _("Scant"),
        ExudateAmount.SMALL: _("Small"),
        ExudateAmount.MODERATE: _("Moderate"),
        ExudateAmount.LARGE: _("Large"),
    },
    ExudateType: {
        ExudateType.SEROUS: _("Serous"),
        ExudateType.SEROSANGUINEOUS: _("Serosanguineous"),
        ExudateType.BLOODY: _("Bloody"),
        ExudateType.SEROPURULENT: _("Seropurulent"),
        ExudateType.PURULENT: _("Purulent"),
        ExudateType.VISCOUS: _("Viscous"),
    },
    Depth: {
        Depth.NO_BREAK: _("Skin whole"),
        Depth.SUPERFICIAL: _("Superficial"),
        Depth.DEEP: _("Deep crater"),
        Depth.OBSCURED: _("Not visible"),
        Depth.SUPPORTING_STRUCTURES: _("Supporting structures"),
    },
    Edge: {
        Edge.ATTACHED: _("Attached"),
        Edge.NOT_ATTACHED: _("Not attached"),
        Edge.ROLLED: _("Rolled"),
        Edge.DIFFUSE: _("Diffuse"),
        Edge.SHARP: _("Sharp"),
        Edge.APPROXIMATED: _("Approximated"),
        Edge.SCAB: _("Scab"),
    },
    Periwound: {
        Periwound.INTACT: _("Intact"),
        Periwound.ERYTHEMA: _("Erythema"),
        Periwound.PERSISTENT_ERYTHEMA: _("Persistent erythema"),
        Periwound.PURPURA: _("Purpura"),
        Periwound.ECCHYMOSIS: _("Ecchymosis"),
        Periwound.INDURATION: _("Induration"),
        Periwound.OEDEMA: _("Oedema"),
        Periwound.INFLAMMATION: _("Inflammation"),
        Periwound.WARMTH: _("Warmth"),
        Periwound.MACERATION: _("Maceration"),
        Periwound.EXCORIATION: _("Excoriation"),
        Periwound.BLISTER: _("Blister"),
        Periwound.DRY: _("Dry"),
        Periwound.SCAR: _("Scar"),
        Periwound.PAIN: _("Tender"),
    },
    InfectionSign: {
        InfectionSign.NONE: _("None seen"),
        InfectionSign.PUS: _("Pus"),
        InfectionSign.ODOUR: _("Odour"),
        InfectionSign.WARMTH: _("Warmth"),
        InfectionSign.SPREADING_REDNESS: _("Spreading redness"),
        InfectionSign.SWELLING: _("Swelling"),
        InfectionSign.NEW_PAIN: _("New pain"),
        InfectionSign.FEVER: _("Fever"),
    },
    Trend: {
        Trend.IMPROVING: _("Improving"),
        Trend.STABLE: _("Stable"),
        Trend.DETERIORATING: _("Deteriorating"),
        Trend.RESOLVED: _("Resolved"),
    },
    Setting: {
        Setting.CLINIC: _("Clinic"),
        Setting.DIALYSIS_UNIT: _("Dialysis unit"),
        Setting.WARD: _("Ward"),
        Setting.HOME: _("Home"),
        Setting.MDT: _("MDT"),
    },
    Debrided: {
        Debrided.NO: _("No"),
        Debrided.BEFORE_PHOTOGRAPH: _("Before photo"),
        Debrided.AFTER_PHOTOGRAPH: _("After photo"),
    },
    PainScale: {
        PainScale.NRS11: _("NRS 0–10"),
        PainScale.VAS100: _("VAS 0–100 mm"),
    },
    PainContext: {
        PainContext.WORST_24H: _("Worst pain, 24 h"),
        PainContext.DRESSING_CHANGE: _("At dressing change"),
        PainContext.REST: _("Pain at rest"),
        PainContext.AVERAGE_7D: _("Average pain, 7 days"),
    },
    Agent: {
        Agent.SODIUM_THIOSULFATE_IV: _("Sodium thiosulfate IV"),
        Agent.SODIUM_THIOSULFATE_INTRALESIONAL: _("Sodium thiosulfate into the lesion"),
        Agent.CINACALCET: _("Cinacalcet"),
        Agent.ETELCALCETIDE: _("Etelcalcetide"),
        Agent.PARATHYROIDECTOMY: _("Parathyroidectomy"),
        Agent.WARFARIN: _("Warfarin"),
        Agent.WARFARIN_STOPPED: _("Warfarin stopped"),
        Agent.OTHER_ANTICOAGULANT: _("Other anticoagulant"),
        Agent.VITAMIN_K1: _("Vitamin K1"),
        Agent.MAGNESIUM: _("Magnesium"),
        Agent.BISPHOSPHONATE: _("Bisphosphonate"),
        Agent.NON_CALCIUM_BINDER: _("Binder without calcium"),
        Agent.LOW_CALCIUM_DIALYSATE: _("Low-calcium dialysate"),
        Agent.INTENSIFIED_DIALYSIS: _("Intensified dialysis"),
        Agent.MEDIUM_CUT_OFF_DIALYSER: _("Medium cut-off dialyser"),
        Agent.RHEOPHERESIS: _("Rheopheresis"),
        Agent.HYPERBARIC_OXYGEN: _("Hyperbaric oxygen"),
        Agent.SYSTEMIC_ANTIBIOTIC: _("Antibiotic, systemic"),
        Agent.DRESSING: _("Dressing"),
        Agent.NEGATIVE_PRESSURE: _("Negative pressure"),
        Agent.LARVAL_THERAPY: _("Larval therapy"),
        Agent.AUTOLYTIC_DEBRIDEMENT: _("Autolytic debridement"),
        Agent.SKIN_GRAFT: _("Skin graft"),
        Agent.SNF472: _("SNF472 (hexasodium fytate)"),
        Agent.BLINDED: _("Blinded trial treatment"),
        Agent.OPIOID: _("Opioid"),
        Agent.OTHER_ANALGESIC: _("Other analgesic"),
        Agent.OTHER: _("Other treatment"),
    },
    StopReason: {
        StopReason.COMPLETED: _("Completed"),
        StopReason.NO_RESPONSE: _("No response"),
        StopReason.SIDE_EFFECT: _("Side effect"),
        StopReason.DECLINED: _("Patient declined"),
        StopReason.CHANGED: _("Changed to another dose or agent"),
        StopReason.DEATH: _("Death"),
        StopReason.OTHER: _("Other reason"),
    },
    Analyte: {
        Analyte.ADJUSTED_CALCIUM: _("Adjusted calcium"),
        Analyte.PHOSPHATE: _("Phosphate"),
        Analyte.INTACT_PTH: _("Intact PTH"),
        Analyte.ALBUMIN: _("Albumin"),
        Analyte.CRP: _("CRP"),
        Analyte.ALP: _("ALP"),
        Analyte.HAEMOGLOBIN: _("Haemoglobin"),
        Analyte.INR: _("INR"),
    },
    DialysisRelation: {
        DialysisRelation.PRE: _("Before dialysis"),
        DialysisRelation.POST: _("After dialysis"),
    },
    EventKind: {
        EventKind.DEBRIDEMENT: _("Debridement"),
        EventKind.WOUND_INFECTION: _("Wound infection"),
        EventKind.BACTERAEMIA: _("Bacteraemia"),
        EventKind.SEPSIS: _("Sepsis"),
        EventKind.ADMISSION: _("Hospital admission"),
        EventKind.PAIN_CRISIS: _("Pain crisis"),
        EventKind.REDUCED_MOBILITY: _("Reduced mobility"),
        EventKind.AMPUTATION: _("Amputation"),
        EventKind.GRAFT: _("Skin graft"),
        EventKind.SURGICAL_CLOSURE: _("Surgical closure"),
        EventKind.TRANSPLANT: _("Transplant"),
        EventKind.DIALYSIS_CHANGE: _("Change of dialysis"),
        EventKind.DIALYSIS_WITHDRAWAL: _("Dialysis withdrawn"),
        EventKind.PALLIATIVE_REFERRAL: _("Palliative care referral"),
        EventKind.LOST_TO_FOLLOW_UP: _("Lost to follow-up"),
        EventKind.CONSENT_WITHDRAWN: _("Consent withdrawn"),
        EventKind.DEATH: _("Death"),
    },
    DeathCause: {
        DeathCause.SEPSIS: _("Sepsis"),
        DeathCause.CARDIOVASCULAR: _("Heart or vessels"),
        DeathCause.DIALYSIS_WITHDRAWAL: _("Dialysis withdrawn"),
        DeathCause.OTHER: _("Other cause"),
    },
}

_UNITS: Final = {"{score}": "", "{ratio}": "", "h": _("o'clock"), "a": "", "kg/m2": "kg/m²"}


def offered(kind: type[StrEnum]) -> tuple[StrEnum, ...]:
    """Return the members of a value set in the order they are offered: the usual ones first."""
    return tuple(kind(member) for member in _WORDS[kind])


def word_of(answer: object) -> str:
    """Return an answer in words: a member of a value set, yes or no, a number, a text."""
    if isinstance(answer, StrEnum):
        return QCoreApplication.translate("Answers", _WORDS[type(answer)][answer])
    if isinstance(answer, bool):
        return yes_no(answer)
    if isinstance(answer, tuple):
        first, *more = [word_of(one) for one in answer] or [""]
        return ", ".join((first, *(one.lower() for one in more)))
    if isinstance(answer, int | float):
        return plain_number(answer)
    return str(answer)


def yes_no(answer: bool) -> str:
    """Return yes or no."""
    if answer:
        return QCoreApplication.translate("Answers", "Yes")
    return QCoreApplication.translate("Answers", "No")


def plain_number(value: float) -> str:
    """Return a number with the decimals it was given with, at most three."""
    rounded = round(value, 3)
    decimals = next(n for n in range(4) if n == 3 or round(rounded, n) == rounded)
    return words.number(rounded, decimals)


def unit_words(unit: str) -> str:
    """Return a UCUM unit as it is shown; nothing for scores and ratios."""
    shown = _UNITS.get(unit, unit)
    return QCoreApplication.translate("Answers", shown) if shown else ""


def with_unit(value: float, unit: str) -> str:
    """Return a number with its unit."""
    shown = unit_words(unit)
    return words.kept_whole(
        f"{plain_number(value)}{words.THIN}{shown}" if shown else plain_number(value)
    )


AGENT_NAMES: Final = MappingProxyType(
    {
        Agent.OTHER_ANTICOAGULANT: ("apixaban", "dalteparin", "enoxaparin", "heparin"),
        Agent.BISPHOSPHONATE: ("pamidronate", "zoledronate", "ibandronate"),
        Agent.NON_CALCIUM_BINDER: ("sevelamer", "lanthanum", "sucroferric oxyhydroxide"),
        Agent.SYSTEMIC_ANTIBIOTIC: (
            "co-amoxiclav",
            "flucloxacillin",
            "clindamycin",
            "vancomycin",
            "piperacillin-tazobactam",
        ),
        Agent.OPIOID: ("oxycodone", "morphine", "fentanyl", "buprenorphine", "methadone"),
        Agent.OTHER_ANALGESIC: ("paracetamol", "gabapentin", "pregabalin", "ketamine"),
    }
)
"""Drugs by which a class is found; their international names are not translated."""
