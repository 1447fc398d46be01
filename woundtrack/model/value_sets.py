"""The answers that the clinical record knows, one set a question.

Hides nothing: each is a word that is stored, exported and translated as it stands. Codes of SNOMED
CT stand in ``codes``.
"""

from __future__ import annotations

from enum import StrEnum


class Missing(StrEnum):
    """Why there is no value: none of these is a zero, nor are they the same."""

    NOT_DONE = "not_done"
    NOT_ASSESSABLE = "not_assessable"  # such as touch, from a photograph
    DECLINED = "patient_declined"
    DRESSING_NOT_REMOVED = "dressing_not_removed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    WITHDRAWN = "withdrawn"


# --- the patient ---------------------------------------------------------------------------------


class Sex(StrEnum):
    """Sex as assigned at birth: a risk factor of calciphylaxis."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Dialysis(StrEnum):
    """How a patient is dialysed."""

    NONE = "none"
    HAEMODIALYSIS = "haemodialysis"
    PERITONEAL = "peritoneal"
    TRANSPLANT = "transplant"  # a working transplant


class Certainty(StrEnum):
    """How sure the diagnosis is; doesn't depend on a biopsy alone."""

    SUSPECTED = "suspected"
    CLINICAL = "clinical"
    CONFIRMED = "confirmed"


class BiopsyResult(StrEnum):
    """What a skin biopsy showed."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    INCONCLUSIVE = "inconclusive"


class Trigger(StrEnum):
    """What went before the first skin change."""

    NONE = "none"
    BITE = "bite"
    CUT = "cut"
    GRAZE = "graze"
    INJECTION = "injection"
    SURGERY = "surgery"
    OTHER = "other"


class RiskFactorKind(StrEnum):
    """What makes calciphylaxis likelier."""

    VITAMIN_K_ANTAGONIST = "vitamin_k_antagonist"
    LONG_DIALYSIS = "long_dialysis"
    CALCIUM_BINDER = "calcium_binder"
    ACTIVE_VITAMIN_D = "active_vitamin_d"
    HYPERCALCAEMIA = "hypercalcaemia"
    HYPERPHOSPHATAEMIA = "hyperphosphataemia"
    HYPERPARATHYROIDISM = "hyperparathyroidism"
    LOW_PTH = "low_pth"
    OBESITY = "obesity"
    DIABETES = "diabetes"
    HYPOALBUMINAEMIA = "hypoalbuminaemia"
    PROTEIN_C_S_DEFICIENCY = "protein_c_s_deficiency"
    CORTICOSTEROID = "corticosteroid"
    IMMUNOSUPPRESSANT = "immunosuppressant"
    SUBCUTANEOUS_INSULIN = "subcutaneous_insulin"
    SUBCUTANEOUS_HEPARIN = "subcutaneous_heparin"
    IRON_OVERLOAD = "iron_overload"
    LOCAL_TRAUMA = "local_trauma"
    RAPID_WEIGHT_LOSS = "rapid_weight_loss"
    MALIGNANCY = "malignancy"
    LIVER_DISEASE = "liver_disease"


class Purpose(StrEnum):
    """What a patient agrees to, each for itself."""

    RECORD = "record"
    MDT = "mdt"
    RESEARCH = "research"
    TEACHING = "teaching"
    PUBLICATION = "publication"


# --- the lesion ----------------------------------------------------------------------------------


class Aspect(StrEnum):
    """Which face of a body site; two of them at most."""

    ANTERIOR = "anterior"
    POSTERIOR = "posterior"
    MEDIAL = "medial"
    LATERAL = "lateral"
    DISTAL = "distal"
    DORSAL = "dorsal"
    PLANTAR = "plantar"


class Morphology(StrEnum):
    """What a lesion looked like, from before an ulcer to gangrene."""

    LIVEDO = "livedo"
    PURPURA = "purpura"
    PLAQUE = "plaque"
    NODULE = "nodule"
    BULLA = "bulla"
    ULCER = "ulcer"
    ESCHAR = "eschar"
    GANGRENE = "gangrene"


class Aetiology(StrEnum):
    """What a lesion comes from."""

    CALCIPHYLAXIS = "calciphylaxis"
    PRESSURE = "pressure"
    SURGICAL = "surgical"
    OTHER = "other"


class EndReason(StrEnum):
    """Why a lesion is no longer followed as one."""

    CLOSED = "closed"
    MERGED = "merged"
    SPLIT = "split"
    AMPUTATED = "amputated"
    SURGICALLY_CLOSED = "surgically_closed"
    GRAFTED = "grafted"
    DEATH = "death"
    LOST = "lost_to_follow_up"


class LinkKind(StrEnum):
    """What one lesion has to do with another."""

    MERGED_INTO = "merged_into"
    SPLIT_FROM = "split_from"
    RECURRENCE_OF = "recurrence_of"


class LesionState(StrEnum):
    """What a lesion is at a visit. Covered with eschar is open; confirmed closure is computed."""

    NOT_ULCERATED = "nonulcerated"
    ESCHAR_COVERED = "eschar_covered"
    OPEN = "open"
    EPITHELIALISED = "epithelialised"
    SURGICALLY_CLOSED = "surgically_closed"
    GRAFTED = "grafted"
    AMPUTATED = "amputated"
    NOT_SEEN = "not_seen"


class ExudateAmount(StrEnum):
    """How much fluid."""

    NONE = "none"
    SCANT = "scant"
    SMALL = "small"
    MODERATE = "moderate"
    LARGE = "large"


class ExudateType(StrEnum):
    """Which fluid."""

    SEROUS = "serous"
    SEROSANGUINEOUS = "serosanguineous"
    BLOODY = "bloody"
    SEROPURULENT = "seropurulent"
    PURULENT = "purulent"
    VISCOUS = "viscous"


class Edge(StrEnum):
    """How the edge of a wound is."""

    DIFFUSE = "diffuse"
    SHARP = "sharp"
    ATTACHED = "attached"
    NOT_ATTACHED = "not_attached"
    APPROXIMATED = "approximated"
    ROLLED = "rolled"
    SCAB = "scab"


class Periwound(StrEnum):
    """How the skin around is."""

    INTACT = "intact"
    ERYTHEMA = "erythema"
    PERSISTENT_ERYTHEMA = "persistent_erythema"
    PURPURA = "purpura"
    ECCHYMOSIS = "ecchymosis"
    INDURATION = "induration"
    OEDEMA = "oedema"
    INFLAMMATION = "inflammation"
    WARMTH = "warmth"
    MACERATION = "maceration"
    EXCORIATION = "excoriation"
    BLISTER = "blister"
    DRY = "dry"
    SCAR = "scar"
    PAIN = "pain"


class InfectionSign(StrEnum):
    """What speaks for an infection. ``NONE`` was looked for and not seen."""

    NONE = "none"
    PUS = "pus"
    ODOUR = "odour"
    WARMTH = "warmth"
    SPREADING_REDNESS = "spreading_redness"
    SWELLING = "swelling"
    NEW_PAIN = "new_pain"
    FEVER = "fever"


class Depth(StrEnum):
    """How deep a wound reaches, in the terms of openEHR and BWAT."""

    NO_BREAK = "no_break"
    SUPERFICIAL = "superficial"
    DEEP = "deep"
    OBSCURED = "obscured"  # not visible because of necrosis
    SUPPORTING_STRUCTURES = "supporting_structures"


class Trend(StrEnum):
    """A clinician's opinion, kept apart from any computed change."""

    IMPROVING = "improving"
    STABLE = "stable"
    DETERIORATING = "deteriorating"
    RESOLVED = "resolved"


# --- visits, pain, treatment, blood, events ------------------------------------------------------


class Setting(StrEnum):
    """Where a patient was seen."""

    CLINIC = "clinic"
    DIALYSIS_UNIT = "dialysis_unit"
    WARD = "ward"
    HOME = "home"
    MDT = "mdt"


class Debrided(StrEnum):
    """Whether dead tissue was taken away at a visit, and whether the photograph is before it."""

    NO = "no"
    BEFORE_PHOTOGRAPH = "before_photograph"
    AFTER_PHOTOGRAPH = "after_photograph"


class PainScale(StrEnum):
    """On which scale pain was told; never converted into another."""

    NRS11 = "NRS-11"  # 0 to 10, whole
    VAS100 = "VAS-100"  # 0 to 100 mm


class PainContext(StrEnum):
    """When the pain is."""

    WORST_24H = "worst_24h"
    DRESSING_CHANGE = "dressing_change"
    REST = "rest"
    AVERAGE_7D = "average_7d"


class Agent(StrEnum):
    """What is given, done or stopped."""

    SODIUM_THIOSULFATE_IV = "sodium_thiosulfate_iv"
    SODIUM_THIOSULFATE_INTRALESIONAL = "sodium_thiosulfate_intralesional"
    CINACALCET = "cinacalcet"
    ETELCALCETIDE = "etelcalcetide"
    PARATHYROIDECTOMY = "parathyroidectomy"
    WARFARIN = "warfarin"
    WARFARIN_STOPPED = "warfarin_stopped"
    OTHER_ANTICOAGULANT = "other_anticoagulant"
    VITAMIN_K1 = "vitamin_k1"
    MAGNESIUM = "magnesium"
    BISPHOSPHONATE = "bisphosphonate"
    NON_CALCIUM_BINDER = "non_calcium_binder"
    LOW_CALCIUM_DIALYSATE = "low_calcium_dialysate"
    INTENSIFIED_DIALYSIS = "intensified_dialysis"
    MEDIUM_CUT_OFF_DIALYSER = "medium_cut_off_dialyser"
    RHEOPHERESIS = "rheopheresis"
    HYPERBARIC_OXYGEN = "hyperbaric_oxygen"
    SYSTEMIC_ANTIBIOTIC = "systemic_antibiotic"
    DRESSING = "dressing"
    NEGATIVE_PRESSURE = "negative_pressure"
    LARVAL_THERAPY = "larval_therapy"
    AUTOLYTIC_DEBRIDEMENT = "autolytic_debridement"
    SKIN_GRAFT = "skin_graft"
    SNF472 = "snf472"
    BLINDED = "blinded"
    OPIOID = "opioid"
    OTHER_ANALGESIC = "other_analgesic"
    OTHER = "other"


class StopReason(StrEnum):
    """Why a treatment ended."""

    COMPLETED = "completed"
    NO_RESPONSE = "no_response"
    SIDE_EFFECT = "side_effect"
    DECLINED = "patient_declined"
    CHANGED = "changed"  # to another dose or agent
    DEATH = "death"
    OTHER = "other"


class Analyte(StrEnum):
    """What was measured in blood."""

    ADJUSTED_CALCIUM = "adjusted_calcium"
    PHOSPHATE = "phosphate"
    INTACT_PTH = "intact_pth"
    ALBUMIN = "albumin"
    CRP = "crp"
    ALP = "alp"
    HAEMOGLOBIN = "haemoglobin"
    INR = "inr"


class DialysisRelation(StrEnum):
    """Whether blood was taken before or after dialysis."""

    PRE = "pre"
    POST = "post"


class EventKind(StrEnum):
    """What happened to a patient, or to one lesion."""

    DEBRIDEMENT = "debridement"
    WOUND_INFECTION = "wound_infection"
    BACTERAEMIA = "bacteraemia"
    SEPSIS = "sepsis"
    ADMISSION = "admission"
    PAIN_CRISIS = "pain_crisis"
    REDUCED_MOBILITY = "reduced_mobility"
    AMPUTATION = "amputation"
    GRAFT = "graft"
    SURGICAL_CLOSURE = "surgical_closure"
    TRANSPLANT = "transplant"
    DIALYSIS_CHANGE = "dialysis_change"
    DIALYSIS_WITHDRAWAL = "dialysis_withdrawal"
    PALLIATIVE_REFERRAL = "palliative_referral"
    LOST_TO_FOLLOW_UP = "lost_to_follow_up"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DEATH = "death"


class DeathCause(StrEnum):
    """What a patient died of."""

    SEPSIS = "sepsis"
    CARDIOVASCULAR = "cardiovascular"
    DIALYSIS_WITHDRAWAL = "dialysis_withdrawal"
    OTHER = "other"


class RatedFrom(StrEnum):
    """What a score was rated from: touch can't be rated from a photograph."""

    BEDSIDE = "bedside"
    PHOTOGRAPH = "photograph"
    BOTH = "both"
