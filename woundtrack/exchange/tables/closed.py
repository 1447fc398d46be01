"""Words that a form offers and a person may also type otherwise: which of them may leave.

Hides the lists. Whatever isn't on one was typed, and may say anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from woundtrack.exchange.profile import Profile
from woundtrack.healing.scores import Instrument
from woundtrack.model import LAB_RANGES, Analyte, Score

ETHNIC_CATEGORIES: Final = ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P",
                            "R", "S", "Z")  # fmt: skip
"""Codes of the NHS Data Model and Dictionary."""

DOSE_UNITS: Final = (
    "g", "mg", "micrograms", "micrograms/h", "mmol", "mmol/L", "units", "mL",
)  # fmt: skip
ROUTES: Final = ("IV", "oral", "SC", "into the lesion", "topical", "transdermal")
FREQUENCIES: Final = (
    "3 × week", "daily", "2 × daily", "3 × daily", "4 × daily", "every 72 hours", "weekly",
    "at dialysis", "once", "as needed",
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


_PLAIN_VERSION: Final = re.compile(r"\d{1,2}(\.\d{1,2}){0,2}")


@dataclass(frozen=True, slots=True)
class ScoreNames:
    """What a score and its items are called outside: as in a definition that the library knows.

    Where there is none, an id that is the same for all of the name, and says nothing else.
    """

    score: Score
    known: Sequence[Instrument]
    profile: Profile

    @property
    def instrument(self) -> str:
        """Which instrument it is."""
        typed = self.score.instrument
        return typed if self._is_told or self._of else self._instead(f"instrument {typed}")

    @property
    def version(self) -> str:
        """Version of the instrument's definition."""
        typed = self.score.instrument_version
        is_known = any(one.version == typed for one in self._of) or _PLAIN_VERSION.fullmatch(typed)
        return typed if self._is_told or is_known else UNLISTED

    def item(self, code: str) -> str:
        """Return which item of it a code stands for."""
        is_known = any(code == item.code for one in self._of for item in one.items)
        return code if self._is_told or is_known else self._instead(f"item {code}")

    @property
    def _is_told(self) -> bool:
        return self.profile.is_identified or self.profile.with_free_text

    @property
    def _of(self) -> list[Instrument]:
        return [one for one in self.known if one.id == self.score.instrument]

    def _instead(self, name: str) -> str:
        return f"{UNLISTED}-{self.profile.alias(name)[:8]}"
