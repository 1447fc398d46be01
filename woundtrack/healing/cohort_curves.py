"""The courses of a cohort since each one's first open area, and their medians over time.

Hides which value stands for a lesion at a time, and who is still counted then.
"""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from woundtrack.healing.cohort import CohortCourse, Grouping, GroupKey, order_of
from woundtrack.healing.competing import CENSORING, Outcome
from woundtrack.model import Agent, Started

BIN_DAYS: Final = 28
"""How far apart the times are for which a median is given: from the first area, in days."""

LEAST_OF_BAND: Final = 4
"""Values that a median and its quartiles need: of fewer the lines themselves say more."""

Unit = Literal["percent", "area"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One course as it is drawn: pieces of (day, value) between which no line goes.

    ``days`` count from the first area. ``ended`` says how it ended, where it did. ``key`` is its
    site where sites are told apart; else None, as a course may go from one group to the other.
    """

    key: GroupKey

    pieces: tuple[tuple[tuple[int, float], ...], ...]
    ended: Outcome
    ended_day: int | None

    @property
    def last(self) -> tuple[int, float]:
        """The last known value."""
        return self.pieces[-1][-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """The values that are known about one time, ``day`` from the first area.

    ``count`` are of so many courses; ``closed`` of them are closed, at zero. The quartiles are None
    for fewer than ``LEAST_OF_BAND``.
    """

    day: int
    count: int
    closed: int
    low: float | None
    median: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """Median and quartiles of one group over time."""

    key: GroupKey
    count: int
    bins: tuple[Bin, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortCurves:
    """All courses and their medians, in per cent of each one's first open area or in cm².

    ``cut_count`` are the courses that hold a debridement, a merge, a split or a change from eschar
    to ulcer: their values are over more than healing.
    """

    unit: Unit
    horizon_days: int
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]
    patient_count: int
    cut_count: int


def curves_of(
    courses: Iterable[CohortCourse],
    *,
    unit: Unit = "percent",
    horizon_days: int = 364,
    by: Grouping = "all",
) -> CohortCurves:
    """Return the courses of a cohort since each one's first open area, and their medians.

    Every ``BIN_DAYS`` the value nearest to that day counts, of those less than half as far away; at
    the first day the baseline itself. Who is closed counts zero for as long as the patient is seen,
    and who died, was amputated or merged, or is seen no more isn't counted any longer: a median is
    that of those who are left, which the count beside it tells.

    ``by`` an agent: a value counts with those not yet treated until the day of the first start, and
    with those whose treatment has begun from it on.
    """
    known = [one for one in courses if one.first_on is not None and one.baseline_cm2]
    grouped: dict[GroupKey, list[list[float]]] = {}
    bins = range(0, horizon_days + 1, BIN_DAYS)
    counted: dict[GroupKey, set[int]] = {}
    for number, one in enumerate(known):
        for place, centre in enumerate(bins):
            found = _value_at(one, centre)
            if found is None:
                continue
            day, area = found
            key = _key_at(one, day, by)
            rows = grouped.setdefault(key, [[] for _ in bins])
            rows[place].append(_in(unit, one, area))
            counted.setdefault(key, set()).add(number)
    return CohortCurves(
        unit=unit,
        horizon_days=horizon_days,
        lines=tuple(_line(one, unit, one.group if by == "site" else None) for one in known),
        bands=tuple(
            Band(
                key=key,
                count=len(counted[key]),
                bins=tuple(_bin(day, row) for day, row in zip(bins, grouped[key], strict=True)),
            )
            for key in sorted(grouped, key=order_of)
        ),
        patient_count=len({one.patient_id for one in known}),
        cut_count=sum(bool(one.cuts) for one in known),
    )


def _value_at(one: CohortCourse, centre: int) -> tuple[int, float] | None:
    """Return the day and the area that stand for a course at a time."""
    half = BIN_DAYS // 2
    first = bisect_left(one.days, centre - half)
    last = bisect_left(one.days, centre + half)
    if first < last:
        place = min(range(first, last), key=lambda at: abs(one.days[at] - centre))
        return one.days[place], one.areas_cm2[place]
    before = bisect_right(one.days, centre) - 1
    if before >= 0 and one.areas_cm2[before] == 0 and centre <= one.last_day:
        return centre, 0.0
    return None


def _in(unit: Unit, one: CohortCourse, area_cm2: float) -> float:
    return area_cm2 if unit == "area" else 100 * area_cm2 / (one.baseline_cm2 or 1.0)


def _key_at(one: CohortCourse, day: int, by: Grouping) -> GroupKey:
    if by == "all":
        return None
    if by == "site":
        return one.group
    started = one.starts.get(Agent(by))
    if started is None or one.first_on is None or one.first_on + timedelta(days=day) < started:
        return Started.NOT_YET
    return Started.STARTED


def _bin(day: int, values: Sequence[float]) -> Bin:
    count, closed = len(values), sum(value == 0 for value in values)
    if count < LEAST_OF_BAND:
        return Bin(day=day, count=count, closed=closed, low=None, median=None, high=None)
    # The quartiles of R's type 7 and of NumPy: between the values on either side.
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Bin(day=day, count=count, closed=closed, low=low, median=median, high=high)


def _line(one: CohortCourse, unit: Unit, key: GroupKey) -> Line:
    pieces: list[list[tuple[int, float]]] = [[]]
    for place, (day, area) in enumerate(zip(one.days, one.areas_cm2, strict=True)):
        if place in one.cuts:
            pieces.append([])
        pieces[-1].append((day, _in(unit, one, area)))
    followed = one.followed
    ended = Outcome.CENSORED if followed is None else followed.outcome
    ended_day = None
    if followed is not None and ended not in CENSORING and one.first_on is not None:
        ended_day = (followed.origin - one.first_on).days + followed.day
    return Line(
        key=key,
        pieces=tuple(tuple(one) for one in pieces),
        ended=ended,
        ended_day=ended_day,
    )
