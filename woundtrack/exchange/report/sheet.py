"""What a report is made from: values and pictures that are handed in, and nothing that is read.

Hides nothing; who makes one reads the library and cuts the photographs (``workflow.reporting``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from woundtrack.healing import PatientCourse
from woundtrack.healing.chart_record import ScoreTotal
from woundtrack.model import (
    ClinicalRecord,
    Identity,
    LesionTimeline,
    Point,
    Timeline,
    TimelinePoint,
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Picture:
    """Skin as a photograph shows it, RGB uint8 (H, W, 3).

    With a scale it is seen straight from above: ``px_per_mm``, and ``corner_mm`` is where its top
    left lies from its own origin. It is laid on the page turned by ``turn_rad`` (clockwise) and
    moved by ``shift_mm``, so that what is shown round (0, 0) is the lesion. ``rings_mm`` and
    ``islands_mm`` are the outline there, after that. ``is_skin`` (H, W) is False where the
    photograph shows none. Without a scale ``px_per_mm`` is None, ``rings_mm`` are in pixels of the
    picture, and ``note`` is said on it.
    """

    pixels: NDArray[np.uint8]
    px_per_mm: float | None
    corner_mm: Point = (0.0, 0.0)
    turn_rad: float = 0.0
    shift_mm: Point = (0.0, 0.0)
    rings_mm: tuple[NDArray[np.float64], ...] = ()
    islands_mm: tuple[NDArray[np.float64], ...] = ()
    is_skin: NDArray[np.bool_] | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Photo:
    """One visit of a lesion on the page; ``why_none`` says in a clause why there is no picture."""

    point: TimelinePoint
    picture: Picture | None
    why_none: str = ""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Strip:
    """The photographs of one lesion, oldest first."""

    lesion: LesionTimeline
    photos: tuple[Photo, ...]

    @property
    def reach_mm(self) -> tuple[float, float]:
        """How far its outlines reach from the middle, across and down, mm; zero without any."""
        rings = [
            ring
            for photo in self.photos
            if photo.picture is not None and photo.picture.px_per_mm is not None
            for ring in photo.picture.rings_mm
        ]
        if not rings:
            return 0.0, 0.0
        across, down = np.abs(np.concatenate(rings)).max(axis=0)
        return float(across), float(down)


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """How, from what and when a report was made: printed at the foot of every page.

    ``record_hash`` is of all that is shown, ``methods`` what outlines were made by, ``scales``
    what gave their scales, and ``as_of`` the day whose record it shows, None for the newest.
    """

    software: str
    formulas: str
    record_hash: str
    printed_on: date
    as_of: date | None = None
    methods: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sheet:
    """All that a report tells of one patient; ``identity`` None for a pseudonymous one.

    ``course`` is what follows from ``timeline`` and ``record``.

    ``waiting`` counts the photographs that nobody reviewed yet, ``waits`` are the lesions (ids) and
    days without an area that one of them is of; ``score_total`` adds scores up by their
    definitions, ``score_name`` says what an instrument is called.
    """

    timeline: Timeline
    record: ClinicalRecord
    course: PatientCourse
    made: Made
    strips: tuple[Strip, ...] = ()
    identity: Identity | None = None
    waiting: int = 0
    waits: frozenset[tuple[str, date]] = frozenset()
    score_total: ScoreTotal | None = None
    score_name: Callable[[str], str] = str

    @property
    def lesions(self) -> tuple[LesionTimeline, ...]:
        """The lesions by their numbers."""
        return tuple(sorted(self.timeline.lesions, key=lambda one: one.lesion.number))


def common_scale(
    strips: Sequence[Strip], box_mm: tuple[float, float], *, most: float = 2.0
) -> float:
    """Return mm of paper for a mm of skin, so that every outline of all strips fits a box.

    A sixth of the box is left round the largest; small wounds are shown ``most`` times at the most.
    """
    reaches = [strip.reach_mm for strip in strips]
    across = max((reach[0] for reach in reaches), default=0.0)
    down = max((reach[1] for reach in reaches), default=0.0)
    if across <= 0 or down <= 0:
        return 1.0
    return min(most, 0.42 * box_mm[0] / across, 0.42 * box_mm[1] / down)


def strips_for(lesions: int) -> int:
    """Return of how many lesions a patient's page shows photographs: the table needs room, too."""
    return 2 if lesions <= 6 else 1 if lesions <= 14 else 0
