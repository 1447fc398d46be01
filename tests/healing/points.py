"""Points of a curve written out by hand, for tests of what is made of them."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Final

from woundtrack.model import Term, TimelinePoint, WoundState

START: Final = date(2026, 1, 1)


def point(
    area_cm2: float | None,
    day: int = 0,
    *,
    share: float | None = 0.05,
    perimeter_cm: float | None = None,
    terms: tuple[Term, ...] = (),
) -> TimelinePoint:
    """Return a point so many days after START, its interval ± a share of its area.

    Zero is closed. Without a perimeter that of a circle; without a share no interval.
    """
    area = None if area_cm2 is None else area_cm2 * 100
    edge = None if area is None else 2 * math.sqrt(math.pi * area)
    return TimelinePoint(
        on=START + timedelta(days=day),
        state=WoundState.CLOSED if area_cm2 == 0 else WoundState.OPEN,
        area_mm2=area,
        area_low_mm2=None if area is None or share is None else area * (1 - share),
        area_high_mm2=None if area is None or share is None else area * (1 + share),
        perimeter_mm=edge if perimeter_cm is None else perimeter_cm * 10,
        assessment_id=f"day {day}",
        terms=terms,
    )


def term(
    area_cm2: float,
    perimeter_cm: float = 0.0,
    *,
    common: str = "",
    name: str = "t",
    is_bound: bool = False,
) -> Term:
    """Return a cause of uncertainty that moves area and perimeter so far."""
    return Term(
        name=name,
        area_mm2=area_cm2 * 100,
        perimeter_mm=perimeter_cm * 10,
        length_mm=0.0,
        width_mm=0.0,
        is_bound=is_bound,
        common=common,
    )
