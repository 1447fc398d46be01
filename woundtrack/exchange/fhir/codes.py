"""Which word of which vocabulary a fact of the record has in FHIR; what has none has woundtrack's.

Hides the addresses of the vocabularies. LOINC codes and their names: the HL7 Lower Extremity Skin
Wound Assessment guide (github.com/HL7/fhir-skin-wound-ig); SNOMED CT: ``model.codes``, and here of
the same guide the clock face and the tissues. No code is guessed: where none is known, there is the
record's own word alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from woundtrack.model import Agent, EventKind, Missing, Tissue, snomed_of

Json = dict[str, Any]

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
UCUM: Final = "http://unitsofmeasure.org"
OWN: Final = "urn:woundtrack:codes"
INSTRUMENTS: Final = "urn:woundtrack:instruments"
URI: Final = "urn:ietf:rfc:3986"
_HL7: Final = "http://terminology.hl7.org/CodeSystem/"
ABSENT: Final = f"{_HL7}data-absent-reason"
NHS_NUMBERS: Final = "https://fhir.nhs.uk/Id/nhs-number"
ETHNICITY: Final = "https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategory"

# The extensions of FHIR R4 itself, but for two: the interval is of HL7's extension pack for every
# release, and how a size was got is of the Danish eHealth profile of wound dimensions.
_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/"
BODY_SITE: Final = f"{_EXTENSION}bodySite"
DUE_TO: Final = f"{_EXTENSION}condition-dueTo"
ASSERTED: Final = f"{_EXTENSION}condition-assertedDate"
INTERVAL: Final = f"{_EXTENSION}quantity-confidenceInterval"
METHOD: Final = "http://ehealth.sundhed.dk/fhir/StructureDefinition/ehealth-observation-method"
_METHODS: Final = "http://ehealth.sundhed.dk/cs/observation-method"

DISEASE: Final[Json] = {
    "coding": [
        {"system": "http://www.orpha.net", "code": "280062"},
        {"system": "http://hl7.org/fhir/sid/icd-10", "code": "E83.5"},
        {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E83.59"},
    ],
    "text": "Calciphylaxis",
}
"""Orphanet; WHO's ICD-10, where it is one of the disorders of calcium metabolism; the American
modification. Its SNOMED CT concept isn't known here."""

_LOINC_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "72287-6": "Wound size panel",
        "39126-8": "Length of Wound",
        "39125-0": "Width of Wound",
        "39127-6": "Depth of Wound",
        "39114-4": "Depth of Wound - nominal",
        "89260-4": "Area of wound",
        "39135-9": "Wound assessment panel",
        "72371-8": "Appearance of Wound base",
        "72370-0": "Area of identified wound bed appearance/Area of wound bed of Wound base",
        "72304-9": "Edge of wound description",
        "39116-9": "Drainage amount of Wound",
        "72290-0": "Appearance of Exudate from wound",
        "72288-4": "Odor of Exudate from wound",
        "72293-4": "Undermining [Length] of Wound",
        "72294-2": "Undermining clock position of Wound",
    }
)
"""The names as the guide prints them; of the other codes there is none. Those of a consent and of
height, weight and body mass index are of FHIR's own value sets."""

_CLOCK: Final = (
    "260318004",
    "260328008",
    "260330005",
    "260333007",
    "260335000",
    "260337008",
    "260339006",
    "260341007",
    "260343005",
    "260322009",
    "260324005",
    "260326007",
)

_TISSUES: Final[Mapping[Tissue, str]] = MappingProxyType(
    {
        Tissue.ESCHAR: "421306004",
        Tissue.SLOUGH: "449746002",
        Tissue.GRANULATION: "225541009",
        Tissue.EPITHELIUM: "449743005",
    }
)

_REASONS: Final[Mapping[Missing, str]] = MappingProxyType(
    {
        Missing.NOT_DONE: "not-performed",
        Missing.NOT_ASSESSABLE: "not-performed",
        Missing.DECLINED: "asked-declined",
        Missing.DRESSING_NOT_REMOVED: "not-performed",
        Missing.UNKNOWN: "asked-unknown",
        Missing.NOT_APPLICABLE: "not-applicable",
        Missing.WITHDRAWN: "masked",
    }
)

DRUGS: Final = frozenset(
    {
        Agent.SODIUM_THIOSULFATE_IV,
        Agent.SODIUM_THIOSULFATE_INTRALESIONAL,
        Agent.CINACALCET,
        Agent.ETELCALCETIDE,
        Agent.WARFARIN,
        Agent.WARFARIN_STOPPED,
        Agent.OTHER_ANTICOAGULANT,
        Agent.VITAMIN_K1,
        Agent.MAGNESIUM,
        Agent.BISPHOSPHONATE,
        Agent.NON_CALCIUM_BINDER,
        Agent.SYSTEMIC_ANTIBIOTIC,
        Agent.SNF472,
        Agent.BLINDED,
        Agent.OPIOID,
        Agent.OTHER_ANALGESIC,
    }
)
"""What is taken; everything else of the treatments is done."""

OPERATIONS: Final = frozenset(
    {
        EventKind.DEBRIDEMENT,
        EventKind.AMPUTATION,
        EventKind.GRAFT,
        EventKind.SURGICAL_CLOSURE,
        EventKind.TRANSPLANT,
    }
)

ILLNESSES: Final = frozenset(
    {EventKind.WOUND_INFECTION, EventKind.BACTERAEMIA, EventKind.SEPSIS, EventKind.PAIN_CRISIS}
)

_TIMES: Final[Mapping[str, Json]] = MappingProxyType(
    {
        "3 × week": {"frequency": 3, "period": 1, "periodUnit": "wk"},
        "daily": {"frequency": 1, "period": 1, "periodUnit": "d"},
        "2 × daily": {"frequency": 2, "period": 1, "periodUnit": "d"},
        "3 × daily": {"frequency": 3, "period": 1, "periodUnit": "d"},
        "4 × daily": {"frequency": 4, "period": 1, "periodUnit": "d"},
        "every 72 hours": {"frequency": 1, "period": 72, "periodUnit": "h"},
        "weekly": {"frequency": 1, "period": 1, "periodUnit": "wk"},
        "once": {"count": 1},
    }
)
"""How often, of what the form offers; "at dialysis" says it in words alone."""

UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "g": "g",
        "mg": "mg",
        "micrograms": "ug",
        "micrograms/h": "ug/h",
        "mmol": "mmol",
        "mmol/L": "mmol/L",
        "mL": "mL",
        "units": "{unit}",
    }
)
"""UCUM of the units of a dose that the form offers; another was typed and has none. Of which kind
mere "units" are isn't known."""


def coding(system: str, code: str, display: str | None = None) -> Json:
    """Return one code of a vocabulary; a name only where the vocabulary's own is known."""
    found = {"system": system, "code": code}
    return found if display is None else {**found, "display": display}


def hl7(system: str, code: str) -> Json:
    """Return a concept of one of HL7's own vocabularies."""
    return {"coding": [coding(_HL7 + system, code)]}


def loinc(code: str, text: str | None = None) -> Json:
    """Return what is observed, by its LOINC code; ``text`` says what the code leaves open."""
    concept: Json = {"coding": [coding(LOINC, code, _LOINC_NAMES.get(code))]}
    return concept if text is None else {**concept, "text": text}


def own(word: str, text: str | None = None) -> Json:
    """Return a concept that has no code but woundtrack's own."""
    return {"coding": [coding(OWN, word)], "text": text or worded(word)}


def answer(value: StrEnum) -> Json:
    """Return an answer of the record: its SNOMED CT concept where one is known, and its word."""
    known = snomed_of(value)
    codings = [] if known is None else [coding(SNOMED, known)]
    return {"coding": [*codings, coding(OWN, value.value)], "text": worded(value.value)}


def often(frequency: str) -> Json:
    """Return how often something is taken, as parts of a dosage: in words, and as a timing."""
    if frequency == "as needed":
        return {"text": frequency, "asNeededBoolean": True}
    times = _TIMES.get(frequency)
    return {"text": frequency, **({} if times is None else {"timing": {"repeat": dict(times)}})}


def clock(hour: int) -> Json:
    """Return a position on the clock face, 1 to 12; 12 is towards the head."""
    return {"coding": [coding(SNOMED, _CLOCK[hour - 1])], "text": f"{hour} o'clock"}


def tissue(value: Tissue) -> Json:
    """Return what a wound's bed is covered with."""
    known = _TISSUES.get(value)
    codings = [] if known is None else [coding(SNOMED, known)]
    return {"coding": [*codings, coding(OWN, value.value)], "text": worded(value.value)}


def absent(why: Missing | None, *, otherwise: str = "unknown") -> Json:
    """Return why there is no value: by HL7's list, and in the record's own word."""
    if why is None:
        return {"coding": [coding(ABSENT, otherwise)]}
    return {
        "coding": [coding(ABSENT, _REASONS[why]), coding(OWN, why.value)],
        "text": worded(why.value),
    }


def method(word: str) -> Json:
    """Return how a size was got, ``measured`` or ``calculated``, as an extension."""
    return {"url": METHOD, "valueCodeableConcept": {"coding": [coding(_METHODS, word)]}}


_CAPITALS: Final = frozenset({"crp", "alp", "inr", "pth", "mdt", "iv", "k1", "snf472", "c", "s"})


def worded(word: str) -> str:
    """Return a stored word as people read it."""
    first, *rest = word.replace("_", " ").replace("-", " ").split(" ")
    shown = [first.capitalize(), *rest]
    return " ".join(one.upper() if one.lower() in _CAPITALS else one for one in shown)
