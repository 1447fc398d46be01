"""Raw codes and labels of the record's answers, as REDCap takes and shows them.

Hides nothing: labels are English, as a data dictionary is, and say what the word says.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from woundtrack.exchange.tables.closed import UNLISTED
from woundtrack.model import REGIONS

_LABELS: Final = {
    "NRS-11": "NRS-11, 0 to 10",
    "VAS-100": "VAS-100, 0 to 100 mm",
    "active_vitamin_d": "Active vitamin D",
    "alp": "Alkaline phosphatase",
    "average_7d": "Average of the last 7 days",
    "blinded": "Blinded trial drug or placebo",
    "crp": "C-reactive protein",
    "day": "The day",
    "inr": "INR",
    "intact_pth": "Intact PTH",
    "low_pth": "Low PTH",
    "mdt": "MDT",
    "month": "The month",
    "no_break": "No break in the skin",
    "nonulcerated": "Not ulcerated",
    "not_known_dead": "Not known to have died",
    "obscured": "Not visible because of necrosis",
    "post": "After dialysis",
    "pre": "Before dialysis",
    "protein_c_s_deficiency": "Protein C or S deficiency",
    "snf472": "SNF472",
    "sodium_thiosulfate_intralesional": "Sodium thiosulfate, into the lesion",
    "sodium_thiosulfate_iv": "Sodium thiosulfate, IV",
    "transplant": "Transplant",
    "unlisted": "Something else",
    "vitamin_k1": "Vitamin K1",
    "vitamin_k_antagonist": "Vitamin K antagonist",
    "worst_24h": "Worst in the last 24 hours",
    "year": "The year",
}

ETHNIC: Final = (
    ("A", "White: British"),
    ("B", "White: Irish"),
    ("C", "White: other"),
    ("D", "Mixed: White and Black Caribbean"),
    ("E", "Mixed: White and Black African"),
    ("F", "Mixed: White and Asian"),
    ("G", "Mixed: other"),
    ("H", "Asian: Indian"),
    ("J", "Asian: Pakistani"),
    ("K", "Asian: Bangladeshi"),
    ("L", "Asian: other"),
    ("M", "Black: Caribbean"),
    ("N", "Black: African"),
    ("P", "Black: other"),
    ("R", "Chinese"),
    ("S", "Another ethnic group"),
    ("Z", "Not stated"),
    (UNLISTED, "In other words"),
)
"""The ethnic categories of the NHS Data Model and Dictionary."""

SITES: Final = tuple(
    (region.snomed or word, word.replace("-", " ").capitalize()) for word, region in REGIONS.items()
)
"""The regions of skin by their SNOMED CT concepts; those without one by their own word."""

_NOT_RAW: Final = re.compile(r"[^a-z0-9.]+")


def label_of(word: str) -> str:
    """Return a word of a value set in plain English; no ``|`` and no line feed stands in it."""
    known = _LABELS.get(word)
    text = word.replace("_", " ").replace("-", " ") if known is None else known
    return plain(text[:1].upper() + text[1:])


def plain(text: str) -> str:
    """Return text as it can stand in a label: one line, without what REDCap reads as its own.

    A ``|`` would end a choice, ``<`` begin a tag of HTML, and ``[`` the name of a field.
    """
    shown = text.replace("|", "/").replace("<", "&lt;").replace("[", "(").replace("]", ")")
    return " ".join(shown.split())


def raw_of(answer: object) -> str:
    """Return the raw code of an answer: lower-case letters, digits, underscores and points."""
    word = answer.value if isinstance(answer, Enum) else answer
    if isinstance(word, float):
        return f"{word:g}"
    return _NOT_RAW.sub("_", str(word).lower()).strip("_")
