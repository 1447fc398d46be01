"""What a word of a table can be and what it means, where the code that makes it has no enum.

Hides how a sentence with numbers in it becomes one without, and that results are made of parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from woundtrack.errors import DOUBTS
from woundtrack.healing.endpoints_lesion import WINDOWS_DAYS
from woundtrack.healing.endpoints_patient import INFECTIONS, SURVIVAL_DAYS
from woundtrack.healing.endpoints_scores import WEEK
from woundtrack.model import Agent, PainContext

_FILLED: Final = re.compile(r"\{[^}]*\}")


def _results() -> Iterator[str]:
    yield from ("onset", "first_form", "site", "distribution", "trigger")
    yield from ("closed", "healed", "days_to_closure", "recurrences")
    for week in WINDOWS_DAYS:
        yield from (f"reduction_week_{week}", f"log_ratio_week_{week}")
    yield from ("gilman_first_4_weeks", "gilman_interval", "course")
    yield from (f"{name}_change_week_{WEEK}" for name in ("bwat-cua", "wound-qol", "bcwas"))
    yield f"pain_vas_change_week_{WEEK}"
    yield from (f"pain_vas_{context}_change_week_{WEEK}" for context in PainContext)
    for origin in ("from_diagnosis", "from_first_photograph"):
        yield f"alive_{origin}"
        yield from (f"alive_{days}_days_{origin}" for days in SURVIVAL_DAYS)
    for kind in INFECTIONS:
        yield from (f"{kind}_recorded", f"{kind}_again")
    yield from ("related_admissions_recorded", "admission_nights")
    yield from ("amputations_recorded", "amputation")
    yield from ("opioid_stopped", "opioid_dose_change", "opioid_same_dose")
    yield from ("opioid_step_down", "opioid_step_up")
    yield from ("ulcer_free_share", "ulcer_free_days")
    yield "exposure"
    yield from (f"exposure_{agent}" for agent in Agent)
    yield "lesions"


RESULTS: Final = tuple(_results())
"""Every result of an endpoint (``Endpoint.what``), in the order of EP1 to EP19."""


def _first_sentence(sentence: str) -> str:
    """Return what a doubt is, without its numbers and without what to do next."""
    return re.split(r"(?<=[.:]) ", _FILLED.sub("…", sentence), maxsplit=1)[0].rstrip(".:")


DOUBTS_TOLD: Final = " ".join(
    f"{code}: {_first_sentence(sentence)}." for code, sentence in DOUBTS.items()
)
"""Every code of a doubt and what it means."""
