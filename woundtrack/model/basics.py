"""Points, rings, keys, moments and doubts: the small values that all nouns are made of.

Image coordinates are pixels of the upright photograph, (x, y), x right, y down; (0, 0) is the outer
corner of the top-left pixel, whose centre is (0.5, 0.5). Times are aware and in UTC.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

Point = tuple[float, float]
Ring = tuple[Point, ...]
Matrix3 = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

Progress = Callable[[float, str], None]
"""Called with a fraction in 0..1 and what is being done; raises ``Cancelled`` to stop the work."""


def no_progress(fraction: float, message: str) -> None:
    """Ignore progress: for callers that show none."""


def new_id() -> str:
    """Return a random UUID as text: the key of every stored row."""
    return str(uuid.uuid4())


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A reason to doubt a number, or for there being none. Sentences: ``errors.DOUBTS``.

    ``place_px`` is a ring round what it concerns on the photograph; empty where that is no place.
    """

    code: str
    values: tuple[tuple[str, str | float], ...] = ()
    place_px: Ring = ()
