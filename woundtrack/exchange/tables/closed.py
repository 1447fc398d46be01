"""Words that a form offers and a person may also type otherwise: which of them may leave.

Hides the lists. Whatever isn't on one was typed, and may say anything.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from woundtrack.exchange.profile import Profile
from woundtrack.model import LAB_RANGES, Analyte

ETHNIC_CATEGORIES: Final = ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P",
                            "R", "S", "Z")  # fmt: skip
"""Codes of the NHS Data Model and Dictionary."""

DOSE_UNITS: Final = ("g", "mg", "micrograms", "mmol", "units", "mL")
ROUTES: Final = ("IV", "oral", "SC", "into the lesion", "topical", "transdermal")
FREQUENCIES: Final = (
    "3 × week", "daily", "2 × daily", "3 × daily", "4 × daily", "weekly", "at dialysis", "once",
    "as needed",
)  # fmt: skip

UNLISTED: Final = "unlisted"
"""Stands for what was typed and is on no list, in an export that free text stays out of."""


def listed(typed: str, words: Collection[str], profile: Profile) -> str | None:
    """Return what was chosen; of what was typed instead, that it was; None where nothing was."""
    if not typed or typed in words:
        return typed or None
    return typed if profile.is_identified or profile.with_free_text else UNLISTED


def lab_unit(unit: str, analyte: Analyte, profile: Profile) -> str | None:
    """Return the unit of a value from a laboratory; one that isn't the analyte's is unlisted."""
    return listed(unit, {LAB_RANGES[analyte].unit}, profile)
