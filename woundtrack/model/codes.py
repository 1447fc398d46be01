"""Codes of other people's vocabularies for the answers of the record.

SNOMED CT concepts of the HL7 Lower Extremity Skin Wound Assessment guide's value sets
(github.com/HL7/fhir-skin-wound-ig), and LOINC codes of laboratory values. An answer without a code
has none here: nothing is guessed. Verify them in the current SNOMED CT UK edition before use in
care.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from woundtrack.model.body import Side
from woundtrack.model.value_sets import (
    Analyte,
    Aspect,
    Edge,
    ExudateAmount,
    ExudateType,
    InfectionSign,
    Periwound,
    Trend,
)

SNOMED: Final[Mapping[type[StrEnum], Mapping[str, str]]] = MappingProxyType(
    {
        Side: {
            Side.LEFT: "7771000",
            Side.RIGHT: "24028007",
            Side.MIDLINE: "399488007",
        },
        Aspect: {
            Aspect.ANTERIOR: "255549009",
            Aspect.POSTERIOR: "255551008",
            Aspect.MEDIAL: "255561001",
            Aspect.LATERAL: "49370004",
            Aspect.DISTAL: "46053002",
            Aspect.DORSAL: "255554000",
            Aspect.PLANTAR: "264147007",
        },
        ExudateAmount: {
            ExudateAmount.NONE: "260413007",
            ExudateAmount.SCANT: "263865001",
            ExudateAmount.SMALL: "255507004",
            ExudateAmount.MODERATE: "6736007",
            ExudateAmount.LARGE: "255509001",
        },
        ExudateType: {
            ExudateType.SEROUS: "447112000",
            ExudateType.SEROSANGUINEOUS: "449756003",
            ExudateType.BLOODY: "449762008",
            ExudateType.SEROPURULENT: "449761001",
            ExudateType.PURULENT: "225550006",
            ExudateType.VISCOUS: "449757007",
        },
        InfectionSign: {
            InfectionSign.ODOUR: "447547000",
        },
        Edge: {
            Edge.DIFFUSE: "449749009",
            Edge.SHARP: "449750009",
            Edge.ATTACHED: "449748001",
            Edge.APPROXIMATED: "449741007",
            Edge.ROLLED: "449751008",
            Edge.SCAB: "449760000",
        },
        Periwound: {
            Periwound.INTACT: "444884003",
            Periwound.ERYTHEMA: "239163008",
            Periwound.PERSISTENT_ERYTHEMA: "420356000",
            Periwound.PURPURA: "423902002",
            Periwound.ECCHYMOSIS: "302227002",
            Periwound.INDURATION: "449744004",
            Periwound.OEDEMA: "95322002",
            Periwound.INFLAMMATION: "449738003",
            Periwound.WARMTH: "17038008",
            Periwound.MACERATION: "3644009",
            Periwound.EXCORIATION: "247444006",
            Periwound.BLISTER: "417237009",
            Periwound.DRY: "16386004",
            Periwound.SCAR: "275322007",
            Periwound.PAIN: "22253000",
        },
        Trend: {
            Trend.IMPROVING: "390771008",
            Trend.STABLE: "409052007",
            Trend.DETERIORATING: "390772001",
            Trend.RESOLVED: "723506003",
        },
    }
)
"""SNOMED CT concepts: by the value set, for words of two sets are equal; then by the answer.

Regions of skin carry their own (``body.REGIONS``)."""

LOINC: Final[Mapping[Analyte, str]] = MappingProxyType(
    {
        Analyte.ADJUSTED_CALCIUM: "2000-8",
        Analyte.PHOSPHATE: "14879-1",
        Analyte.INTACT_PTH: "14866-8",
        Analyte.ALBUMIN: "1751-7",
        Analyte.CRP: "1988-5",
        Analyte.ALP: "6768-6",
        Analyte.HAEMOGLOBIN: "718-7",
        Analyte.INR: "6301-6",
    }
)
"""LOINC codes of laboratory values, in the units of ``ranges.LAB_RANGES``."""


def snomed_of(answer: StrEnum) -> str | None:
    """Return the SNOMED CT concept of an answer, or None where none is known."""
    return SNOMED.get(type(answer), {}).get(answer)
