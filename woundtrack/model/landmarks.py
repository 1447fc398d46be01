"""Places on the skin that are found again at other visits: what lays photographs on each other.

A mole, a scar, a nail's edge; a person marks them, or confirms what the program proposed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from woundtrack.model.basics import Point, new_id, now


class LandmarkSource(StrEnum):
    """Who found a landmark; either way a person stands for it."""

    PICKED = "picked"
    CONFIRMED = "confirmed"  # proposed by the program


@dataclass(frozen=True, kw_only=True, slots=True)
class Landmark:
    """One place, px of its photograph; the same ``number`` is the same place in every one."""

    number: int
    at_px: Point
    source: LandmarkSource = LandmarkSource.PICKED


@dataclass(frozen=True, kw_only=True, slots=True)
class LandmarkSet:
    """The landmarks round one lesion in one photograph.

    Rows are revisions: ``revision`` counts those of this lesion in this photograph, ``supersedes``
    is the one before. The newest counts; one without landmarks says that they were taken away.
    Raises ``ValueError`` where two have one number.
    """

    id: str
    lesion_id: str
    photograph_id: str
    revision: int
    supersedes: str | None
    landmarks: tuple[Landmark, ...]
    marked_by: str
    recorded_at: datetime

    def __post_init__(self) -> None:
        if len({one.number for one in self.landmarks}) != len(self.landmarks):
            raise ValueError("a number stands for one place of a photograph")

    @classmethod
    def first(
        cls, lesion_id: str, photograph_id: str, landmarks: Iterable[Landmark], *, by: str
    ) -> LandmarkSet:
        """Return the first set of a lesion in a photograph."""
        return cls(
            id=new_id(),
            lesion_id=lesion_id,
            photograph_id=photograph_id,
            revision=1,
            supersedes=None,
            landmarks=tuple(landmarks),
            marked_by=by,
            recorded_at=now(),
        )

    def revised(self, landmarks: Iterable[Landmark], *, by: str) -> LandmarkSet:
        """Return the next revision, with other landmarks."""
        return replace(
            self,
            id=new_id(),
            revision=self.revision + 1,
            supersedes=self.id,
            landmarks=tuple(landmarks),
            marked_by=by,
            recorded_at=now(),
        )
