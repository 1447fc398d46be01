"""Which patients and lesions of a library a study looks at: the filters, as they were set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from woundtrack.model.body import SiteGroup
from woundtrack.model.value_sets import Agent, Certainty, Dialysis, Sex


class CohortUnit(StrEnum):
    """What is counted: the lesion named as sentinel, every lesion, or the patient as a whole."""

    SENTINEL = "sentinel"
    LESION = "lesion"
    PATIENT = "patient"


class Started(StrEnum):
    """Whether a treatment had begun at a time: a lesion moves from the first to the second."""

    NOT_YET = "not_yet"
    STARTED = "started"


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortFilter:
    """What must hold of a patient or a lesion to be looked at; what is empty or None asks nothing.

    ``groups`` and ``sentinel_only`` choose lesions; a patient without any that passes is left out.
    The others choose patients. Where a value was never recorded it is none of those asked for.
    Of several values one must hold. ``agents``: treatments of which one was ever given, until the
    day of the data: it chooses by what came later, and is no comparison. ``entered_from`` and
    ``entered_to`` are the first and the last day on which the first visit may lie;
    ``least_visits`` are visits up to the day of the data.
    """

    groups: tuple[SiteGroup, ...] = ()
    sentinel_only: bool = False
    sexes: tuple[Sex, ...] = ()
    certainties: tuple[Certainty, ...] = ()
    dialysis: tuple[Dialysis, ...] = ()
    agents: tuple[Agent, ...] = ()
    entered_from: date | None = None
    entered_to: date | None = None
    least_visits: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether everybody passes."""
        return not self.as_dict()

    @property
    def chooses_lesions(self) -> bool:
        """Whether some lesions of a patient may pass and others not."""
        return bool(self.groups) or self.sentinel_only

    def as_dict(self, *, with_days: bool = True) -> dict[str, Any]:
        """Return what was asked for, for a manifest: values as they are stored, sorted.

        Without days the first visits are told by their years.
        """
        length = len("2026-01-01" if with_days else "2026")
        found: dict[str, Any] = {
            "site_groups": sorted(self.groups),
            "sentinel_only": self.sentinel_only,
            "sex": sorted(self.sexes),
            "diagnosis_certainty": sorted(self.certainties),
            "dialysis": sorted(self.dialysis),
            "treatment_ever_given": sorted(self.agents),
            "first_visit_from": self.entered_from and self.entered_from.isoformat()[:length],
            "first_visit_to": self.entered_to and self.entered_to.isoformat()[:length],
            "least_visits": self.least_visits,
        }
        plain = {
            name: [str(one) for one in value] if isinstance(value, list) else value
            for name, value in found.items()
        }
        return {name: value for name, value in plain.items() if value}
