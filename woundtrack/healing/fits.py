"""The exponential and the delayed exponential through a lesion's open areas, with 95 % intervals.

Hides the least squares on the log scale, the weights, and when a delay can't be told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.healing.estimates import Z95, Estimate, LogErrors, log_errors
from woundtrack.model import TimelinePoint

Floats = npt.NDArray[np.float64]
_Function = Callable[[float], float]

LEAST_AREAS: Final = 3
"""Open areas that an exponential needs: with two there is nothing left to see its scatter by."""

LEAST_AREAS_DELAYED: Final = 5
"""Open areas that the delayed exponential needs before it says anything of closure (the wound
healing rate review cited as [M9] in the notes: five weekly areas)."""

_GRID: Final = 400


class DelayVerdict(Enum):
    """Whether the measurements say when the decay began."""

    IDENTIFIED = "the measurements show when the area began to fall"
    NONE_NEEDED = "no delay is as likely as any: the interval reaches the first area"
    NO_END = "the delay may reach the last areas but one: the interval has no end"
    NO_FALL = "the area falls by no more than the measurements scatter: a delay means nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Exponential:
    """A(t) = A₀ exp(-k t) through open areas; t in days from ``first``.

    ``half_life`` is None unless the whole interval of k lies above zero. ``scatter`` is the root of
    χ² by its degrees of freedom: 1 where the areas lie about the curve as far as they are
    uncertain, more where something else moves them. ``count`` areas were fitted.
    """

    area: Estimate
    per_day: Estimate
    half_life: Estimate | None
    scatter: float
    chi2: float
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DelayedExponential:
    """A(t) = A₀ before the delay is over, then A₀ exp(-k (t - delay)); days from the first area.

    Where ``verdict`` is not IDENTIFIED the numbers are those of the best curve and no finding.
    """

    area: Estimate
    per_day: Estimate
    delay: Estimate
    half_life: Estimate | None
    verdict: DelayVerdict
    scatter: float
    chi2: float
    count: int


def exponential(points: Sequence[TimelinePoint]) -> Exponential | None:
    """Fit an exponential to the open areas among the points of one unbroken run.

    Least squares of ln(area) on time, weighted by the measurements' own intervals, with what they
    share (one printer's scale) as their covariance: generalised least squares, where a share in all
    alike moves A₀ and leaves k as it is. The interval is the wider of two: that of the measurements
    (1.96 standard errors), and that of the scatter about the curve (Student's t, the errors scaled
    by √(χ²/ν)). So neither a lucky line nor noise that nobody budgeted makes it too narrow. None
    with fewer than three open areas or all on one day.
    """
    data = _Data.of(points)
    if data is None or len(data.days) < LEAST_AREAS:
        return None
    line = data.fitted(data.days)
    freedom = len(data.days) - 2
    reach = _reach(line.chi2, freedom)
    per_day = _about(line.slope, reach * line.slope_se, "1/day", is_assumed=data.is_assumed)
    return Exponential(
        area=_area_from(line.start, reach * line.start_se, is_assumed=data.is_assumed),
        per_day=per_day,
        half_life=_half_life(per_day),
        scatter=math.sqrt(line.chi2 / freedom),
        chi2=line.chi2,
        count=len(data.days),
    )


def delayed_exponential(points: Sequence[TimelinePoint]) -> DelayedExponential | None:
    """Fit a delayed exponential to the open areas of one unbroken run; None with fewer than five.

    For each delay from none to the last area but one the rest is a line on the log scale; the delay
    is the one with the least χ². Its interval, and that of k, hold every value for which χ² rises
    by no more than the square of 1.96, or of Student's t times √(χ²/ν) where that is more: the
    profile likelihood. The interval of A₀ is that at the best delay. ``verdict`` says whether the
    delay can be told at all.
    """
    data = _Data.of(points)
    if data is None or len(data.days) < LEAST_AREAS_DELAYED:
        return None
    last = float(data.days[-2])
    # The curve bends where an area was measured, so each is a node of its own.
    nodes = np.unique(np.concatenate([np.linspace(0.0, last, _GRID + 1), data.days[:-1]]))
    chi2s = [data.delayed(float(node)).chi2 for node in nodes]
    place = int(np.argmin(chi2s))
    around = [float(node) for node in nodes[max(place - 1, 0) : place + 2]]
    delay = _least(lambda one: data.delayed(one).chi2, around)
    best = data.delayed(delay)
    freedom = len(data.days) - 3
    reach = _reach(best.chi2, freedom)
    limit = best.chi2 + reach**2

    within = [float(node) for node, chi2 in zip(nodes, chi2s, strict=True) if chi2 <= limit]
    low, high = min([*within, delay]), max([*within, delay])
    if low > 0:
        before = float(nodes[nodes < low][-1])
        low = _crossing(lambda one: data.delayed(one).chi2 - limit, before, low)
    if high < last:
        after = float(nodes[nodes > high][0])
        high = _crossing(lambda one: data.delayed(one).chi2 - limit, after, high)
    delays = sorted({low, *within, delay, high})
    per_day = Estimate(
        value=best.slope,
        unit="1/day",
        low=_least_of(lambda one: _slope_end(data, one, limit, -1), delays),
        high=-_least_of(lambda one: -_slope_end(data, one, limit, 1), delays),
        is_assumed=data.is_assumed,
    )
    if (per_day.low or 0) <= 0:
        verdict = DelayVerdict.NO_FALL
    elif low <= 0:
        verdict = DelayVerdict.NONE_NEEDED
    elif high >= last:
        verdict = DelayVerdict.NO_END
    else:
        verdict = DelayVerdict.IDENTIFIED
    return DelayedExponential(
        area=_area_from(best.start, reach * best.start_se, is_assumed=data.is_assumed),
        per_day=per_day,
        delay=Estimate(value=delay, unit="d", low=low, high=high, is_assumed=data.is_assumed),
        half_life=_half_life(per_day),
        verdict=verdict,
        scatter=math.sqrt(best.chi2 / freedom),
        chi2=best.chi2,
        count=len(data.days),
    )


# --- the least squares ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """ln A = start - slope x time, with standard errors as if the measurements' were true."""

    start: float
    start_se: float
    slope: float
    slope_se: float
    chi2: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Data:
    days: Floats
    logs: Floats  # of areas in cm²
    weights: Floats  # the inverse of the covariance of logs
    is_assumed: bool

    @classmethod
    def of(cls, points: Sequence[TimelinePoint]) -> _Data | None:
        opened = sorted((point for point in points if point.area_mm2), key=lambda one: one.on)
        if len(opened) < 2 or opened[0].on == opened[-1].on:
            return None
        errors = log_errors(opened)
        return cls(
            days=np.array([float((point.on - opened[0].on).days) for point in opened]),
            logs=np.array([math.log((point.area_mm2 or 0.0) / 100) for point in opened]),
            weights=np.asarray(np.linalg.inv(_covariance(errors)), dtype=np.float64),
            is_assumed=errors.is_assumed,
        )

    def fitted(self, times: Floats) -> _Line:
        design = np.column_stack([np.ones_like(times), -times])
        normal = design.T @ self.weights @ design
        spread = np.linalg.inv(normal)
        start, slope = spread @ (design.T @ self.weights @ self.logs)
        off = self.logs - design @ np.array([start, slope])
        return _Line(
            start=float(start),
            start_se=math.sqrt(spread[0, 0]),
            slope=float(slope),
            slope_se=math.sqrt(spread[1, 1]),
            chi2=max(float(off @ self.weights @ off), 0.0),
        )

    def delayed(self, delay: float) -> _Line:
        return self.fitted(np.maximum(self.days - delay, 0.0))


def _covariance(errors: LogErrors) -> Floats:
    covariance = np.diag(np.square(errors.own))
    for row in errors.shared.values():
        covariance += np.outer(row, row)
    return np.asarray(covariance, dtype=np.float64)


def _slope_end(data: _Data, delay: float, limit: float, sign: int) -> float:
    """Return the least (-1) or greatest (1) slope that a delay has within a limit of χ²."""
    line = data.delayed(delay)
    return line.slope + sign * line.slope_se * math.sqrt(max(limit - line.chi2, 0.0))


def _reach(chi2: float, freedom: int) -> float:
    """Return how many standard errors half the interval has: the wider of both kinds."""
    return max(Z95, student_t95(freedom) * math.sqrt(chi2 / freedom))


def _about(value: float, half: float, unit: str, *, is_assumed: bool) -> Estimate:
    return Estimate(
        value=value, unit=unit, low=value - half, high=value + half, is_assumed=is_assumed
    )


def _area_from(log: float, half: float, *, is_assumed: bool) -> Estimate:
    return Estimate(
        value=math.exp(log),
        unit="cm²",
        low=math.exp(log - half),
        high=math.exp(log + half),
        is_assumed=is_assumed,
    )


def _half_life(per_day: Estimate) -> Estimate | None:
    if per_day.low is None or per_day.high is None or per_day.low <= 0:
        return None
    return Estimate(
        value=math.log(2) / per_day.value,
        unit="d",
        low=math.log(2) / per_day.high,
        high=math.log(2) / per_day.low,
        is_assumed=per_day.is_assumed,
    )


def _least_of(value_of: _Function, places: Sequence[float]) -> float:
    """Return the least value of a function, looked for round the best of some sorted places."""
    best = min(range(len(places)), key=lambda place: value_of(places[place]))
    return value_of(_least(value_of, places[max(best - 1, 0) : best + 2]))


def _least(value_of: _Function, around: Sequence[float]) -> float:
    """Return where a function is least: at a place, or in the one valley between two of them."""
    found = list(around)
    for low, high in pairwise(around):
        found.append(_valley(value_of, low, high))
    return min(found, key=value_of)


def _valley(value_of: _Function, low: float, high: float) -> float:
    """Return where a function with one valley between two places is least (golden section)."""
    shrink = (math.sqrt(5) - 1) / 2
    left, right = high - shrink * (high - low), low + shrink * (high - low)
    at_left, at_right = value_of(left), value_of(right)
    while high - low > 1e-7:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - shrink * (high - low)
            at_left = value_of(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + shrink * (high - low)
            at_right = value_of(right)
    return (low + high) / 2


def _crossing(value_of: _Function, above: float, below: float) -> float:
    """Return where a function passes zero between a place above it and one at or below it."""
    for _ in range(60):
        middle = (above + below) / 2
        if value_of(middle) > 0:
            above = middle
        else:
            below = middle
    return (above + below) / 2


def student_t95(freedom: int) -> float:
    """Return the two-sided 95 % point of Student's t, by bisection of its finite series.

    Abramowitz and Stegun 26.7.3 and 26.7.4. Raises ``ValueError`` for no degree of freedom.
    """
    if freedom < 1:
        raise ValueError("Student's t needs a degree of freedom")
    low, high = 0.0, 13.0  # 12.706 for one degree of freedom
    for _ in range(60):
        middle = (low + high) / 2
        if _student_within(middle, freedom) < 0.95:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _student_within(t: float, freedom: int) -> float:
    """Return the probability that |T| is below t."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    is_odd = freedom % 2 == 1
    term = cosine if is_odd else 1.0
    total = term if freedom > 1 else 0.0
    for number in range(3 if is_odd else 2, freedom - 1, 2):
        term *= cosine**2 * (number - 1) / number
        total += term
    return (angle + sine * total) * 2 / math.pi if is_odd else sine * total
