"""The exponential and the delayed exponential through a lesion's open areas, with 95 % intervals.

Hides the least squares on the log scale, the weights, and when a delay can't be told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.healing.estimates import Z95, Estimate, LogErrors, Spreads, log_errors
from woundtrack.model import TimelinePoint

Floats = npt.NDArray[np.float64]
_Function = Callable[[Floats], Floats]

LEAST_AREAS: Final = 3
"""Open areas that an exponential needs: with two there is nothing left to see its scatter by."""

LEAST_AREAS_DELAYED: Final = 5
"""Open areas that the delayed exponential needs: at least five weekly ones in Cukjati et al. 2001,
doi 10.1007/BF02344811."""

_GRID: Final = 400
_ZOOM: Final = 21


class DelayStatus(Enum):
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

    Where ``status`` is not IDENTIFIED the numbers are those of the best curve and no finding.
    """

    area: Estimate
    per_day: Estimate
    delay: Estimate
    half_life: Estimate | None
    status: DelayStatus
    scatter: float
    chi2: float
    count: int


def exponential(
    points: Sequence[TimelinePoint], spreads: Spreads | None = None
) -> Exponential | None:
    """Fit an exponential to the open areas among the points of one unbroken run.

    Least squares of ln(area) on time, weighted by the measurements' own intervals, with what they
    share (one printer's scale) as their covariance: generalised least squares, where a share in all
    alike moves A₀ and leaves k as it is. The interval is the wider of two: that of the measurements
    (1.96 standard errors), and that of the scatter about the curve (Student's t, the errors scaled
    by √(χ²/ν)). So neither a lucky line nor noise that nobody budgeted makes it too narrow. None
    with fewer than three open areas or all on one day. ``spreads``: where they are known already.
    """
    data = _Data.of(points, spreads)
    if data is None or len(data.days) < LEAST_AREAS:
        return None
    line = data.delayed(0.0)
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


def delayed_exponential(
    points: Sequence[TimelinePoint], spreads: Spreads | None = None
) -> DelayedExponential | None:
    """Fit a delayed exponential to the open areas of one unbroken run; None with fewer than five.

    The form is that which Cukjati et al. 2000 chose for chronic wounds of many causes ("Modelling
    of chronic wound healing dynamics"). For each delay from none to the last area but one the rest
    is a line on the log scale; the delay is the one with the least χ². Its interval, and those of k
    and of A₀, hold every value for which χ² rises by no more than the square of 1.96, or of
    Student's t times √(χ²/ν) where that is more: the profile likelihood. ``status`` says whether
    the delay can be told at all.
    """
    data = _Data.of(points, spreads)
    if data is None or len(data.days) < LEAST_AREAS_DELAYED:
        return None
    # On the last day itself nothing would be left to fall.
    earlier = data.days[data.days < data.days[-1]]
    last = float(earlier[-1])
    # The curve bends where an area was measured, so each is a node of its own.
    nodes = np.unique(np.concatenate([np.linspace(0.0, last, _GRID + 1), earlier]))
    chi2s = data.lines(nodes).chi2
    delay = _least(lambda delays: data.lines(delays).chi2, nodes)
    best = data.delayed(delay)
    freedom = len(data.days) - 3
    reach = _reach(best.chi2, freedom)
    limit = best.chi2 + reach**2

    within = np.append(nodes[chi2s <= limit], delay)
    low, high = float(within.min()), float(within.max())
    if low > 0:
        before = float(nodes[nodes < low][-1])
        low = _crossing(lambda delays: data.lines(delays).chi2 - limit, before, low)
    if high < last:
        after = float(nodes[nodes > high][0])
        high = _crossing(lambda delays: data.lines(delays).chi2 - limit, after, high)
    delays = np.unique(np.concatenate([within, [low, high]]))
    flattest, steepest = _profiled(lambda some, sign: data.slope_ends(some, limit, sign), delays)
    smallest, largest = _profiled(lambda some, sign: data.start_ends(some, limit, sign), delays)
    per_day = Estimate(
        value=best.slope, unit="1/day", low=flattest, high=steepest, is_assumed=data.is_assumed
    )
    if (per_day.low or 0) <= 0:
        status = DelayStatus.NO_FALL
    elif low <= 0:
        status = DelayStatus.NONE_NEEDED
    elif high >= last:
        status = DelayStatus.NO_END
    else:
        status = DelayStatus.IDENTIFIED
    return DelayedExponential(
        area=Estimate(
            value=math.exp(best.start),
            unit="cm²",
            low=math.exp(smallest),
            high=math.exp(largest),
            is_assumed=data.is_assumed,
        ),
        per_day=per_day,
        delay=Estimate(value=delay, unit="d", low=low, high=high, is_assumed=data.is_assumed),
        half_life=_half_life(per_day),
        status=status,
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
class _Lines:
    """Many such lines, each an array."""

    start: Floats
    start_se: Floats
    slope: Floats
    slope_se: Floats
    chi2: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class _Data:
    days: Floats
    logs: Floats  # of areas in cm²
    own: Floats  # the inverse of the covariance of logs is diag(own) less Σ pull pullᵀ
    pulls: tuple[Floats, ...]
    is_assumed: bool

    @classmethod
    def of(cls, points: Sequence[TimelinePoint], spreads: Spreads | None) -> _Data | None:
        opened = sorted((point for point in points if point.area_mm2), key=lambda one: one.on)
        if len(opened) < 2 or opened[0].on == opened[-1].on:
            return None
        errors = log_errors(opened, spreads)
        own, pulls = _weights(errors)
        return cls(
            days=np.array([float((point.on - opened[0].on).days) for point in opened]),
            logs=np.array([math.log((point.area_mm2 or 0.0) / 100) for point in opened]),
            own=own,
            pulls=pulls,
            is_assumed=errors.is_assumed,
        )

    def weighted(self, rows: Floats) -> Floats:
        """Return rows (…, areas) times the inverse of the covariance."""
        result = rows * self.own
        for pull in self.pulls:
            result = result - (rows @ pull)[..., None] * pull
        return result

    def lines(self, delays: Floats) -> _Lines:
        """Return the line after each delay, with no fall before it."""
        times = np.maximum(self.days - delays[:, None], 0.0)
        # About the weighted means: the sums of squares keep their figures.
        by_one = self.weighted(np.ones_like(self.logs))
        whole = by_one.sum()
        middle = times @ by_one / whole
        log_middle = self.logs @ by_one / whole
        off, log_off = times - middle[:, None], self.logs - log_middle
        weighted = self.weighted(off)
        square = np.sum(weighted * off, axis=1)
        slope = -(weighted @ log_off) / square
        left = log_off + slope[:, None] * off
        return _Lines(
            start=log_middle + slope * middle,
            start_se=np.sqrt(1 / whole + middle**2 / square),
            slope=slope,
            slope_se=np.sqrt(1 / square),
            chi2=np.maximum(np.sum(self.weighted(left) * left, axis=1), 0.0),
        )

    def delayed(self, delay: float) -> _Line:
        """Return the line after one delay."""
        lines = self.lines(np.array([delay]))
        return _Line(
            start=float(lines.start[0]),
            start_se=float(lines.start_se[0]),
            slope=float(lines.slope[0]),
            slope_se=float(lines.slope_se[0]),
            chi2=float(lines.chi2[0]),
        )

    def slope_ends(self, delays: Floats, limit: float, sign: int) -> Floats:
        """Return the least (-1) or greatest (1) slope of each delay within a limit of χ²."""
        lines = self.lines(delays)
        return lines.slope + sign * lines.slope_se * np.sqrt(np.maximum(limit - lines.chi2, 0.0))

    def start_ends(self, delays: Floats, limit: float, sign: int) -> Floats:
        """Return the least (-1) or greatest (1) start of each delay within a limit of χ²."""
        lines = self.lines(delays)
        return lines.start + sign * lines.start_se * np.sqrt(np.maximum(limit - lines.chi2, 0.0))


def _weights(errors: LogErrors) -> tuple[Floats, tuple[Floats, ...]]:
    """Return the inverse of the covariance: own errors, and one step for each shared cause.

    Sherman and Morrison 1950, doi 10.1214/aoms/1177729893.
    """
    own = 1 / np.square(np.asarray(errors.own, dtype=np.float64))
    pulls: list[Floats] = []
    for row in errors.shared.values():
        shared = np.asarray(row, dtype=np.float64)
        pulled = shared * own - sum((pull * (pull @ shared) for pull in pulls), np.zeros_like(own))
        pulls.append(pulled / math.sqrt(1 + float(pulled @ shared)))
    return own, tuple(pulls)


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


def _profiled(ends: Callable[[Floats, int], Floats], delays: Floats) -> tuple[float, float]:
    """Return the least and the greatest that a value may be at any of some delays."""
    least = _least(lambda some: ends(some, -1), delays)
    most = _least(lambda some: -ends(some, 1), delays)
    return float(ends(np.array([least]), -1)[0]), float(ends(np.array([most]), 1)[0])


def _least(values_of: _Function, nodes: Floats) -> float:
    """Return where a function is least, looked for ever closer about the best of some places."""
    best = int(np.argmin(values_of(nodes)))
    low, high = float(nodes[max(best - 1, 0)]), float(nodes[min(best + 1, len(nodes) - 1)])
    while True:
        # The best place so far stays among those that are looked at.
        places = np.unique(np.append(np.linspace(low, high, _ZOOM), nodes[best]))
        nodes, best = places, int(np.argmin(values_of(places)))
        low, high = float(nodes[max(best - 1, 0)]), float(nodes[min(best + 1, len(nodes) - 1)])
        if high - low < 1e-8:
            return float(nodes[best])


def _crossing(values_of: _Function, above: float, below: float) -> float:
    """Return where a function passes zero between a place above it and one at or below it."""
    while abs(above - below) > 1e-9:
        places = np.linspace(above, below, _ZOOM)
        first = int(np.argmax(values_of(places) <= 0))
        above, below = float(places[max(first - 1, 0)]), float(places[first])
    return (above + below) / 2


@cache
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
