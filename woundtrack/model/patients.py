"""Who is followed, what of them, and when they were seen.

A patient is a code alone; what identifies a person stands elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from woundtrack.model.body import BodySite


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """A person, known by a code alone.

    A retired patient is out of view: the code was mistyped, and nothing stands of them.
    """

    id: str
    code: str
    created_at: datetime
    is_retired: bool = False
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesion:
    """One ulcer or pre-ulcer at one site over its whole life.

    ``number`` (1, 2, …) is its place in the patient's series and fixes its colour for life.
    A retired lesion is out of view: it was recorded by mistake.
    """

    id: str
    patient_id: str
    label: str
    number: int
    site: BodySite
    created_at: datetime
    is_retired: bool = False
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One day on which one patient was seen; mostly, lesions were photographed.

    A retired visit is out of view: it was made by what was undone since, and holds nothing.
    """

    id: str
    patient_id: str
    visited_on: date
    created_at: datetime
    is_retired: bool = False
    version: int = 1
