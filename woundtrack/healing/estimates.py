"""Numbers with their 95 % intervals, taken from what makes the measurements uncertain.

Hides how causes are added up: own causes as squares, shared ones with their sign, bounds at an end.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from woundtrack.healing import change, rates
from woundtrack.model import Term, TimelinePoint, WoundState, area_interval, commons_of

Z95: Final = 1.96
"""Two-sided 95 % point of the normal distribution, as in ``rates``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A number with the ends of its 95 % interval, None where there is no interval.

    ``is_assumed``: the interval comes from the declared default spread of repeated measurements
    (``rates.ASSUMED_LOG_SD``), because the measurements have none of their own; say so where it is
    shown.
    """

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    is_assumed: bool = False

    def times(self, factor: float, unit: str) -> Estimate:
        """Return the number in another unit; a negative factor turns the interval over."""
        low, high = (
            None if end is None else end * factor
            for end in ((self.low, self.high) if factor >= 0 else (self.high, self.low))
        )
        return Estimate(
            value=self.value * factor, unit=unit, low=low, high=high, is_assumed=self.is_assumed
        )


def log_area_ratio(before: TimelinePoint, after: TimelinePoint) -> Estimate | None:
    """Return ln(A / A₀) of two open areas; None where either is closed or has no area.

    The interval is that of the measurements, without what moved both alike (``change.ratio``); with
    the assumed spread where one has none: ∓1.96 √2 s. There is no interval where a measurement's
    own reaches down to nothing, as a fissure's may: its logarithm has no end.
    """
    if not (before.area_mm2 and after.area_mm2):
        return None
    value = rates.log_area_ratio(before.area_mm2, after.area_mm2)
    figures = change.ratio(before, after)
    if figures is not None:
        low, high = math.log1p(figures[1]), math.log1p(figures[2])
        return Estimate(value=value, unit="", low=low, high=high)
    if all(_has_interval(point) for point in (before, after)):
        return Estimate(value=value, unit="")
    down, up = rates.detectable_ratio()
    return Estimate(
        value=value,
        unit="",
        low=value + math.log(down),
        high=value + math.log(up),
        is_assumed=True,
    )


def area_reduction(before: TimelinePoint, after: TimelinePoint) -> Estimate | None:
    """Return 100 (A₀ - A) / A₀ in per cent, positive is smaller; exactly 100 where it closed.

    None where the first is no open area, or the second has none. See ``log_area_ratio`` for the
    interval.
    """
    if not before.area_mm2 or after.area_mm2 is None:
        return None
    if after.state is WoundState.CLOSED:
        return Estimate(value=100.0, unit="%")
    ratio = log_area_ratio(before, after)
    return None if ratio is None else reduction_from(ratio)


def reduction_from(log_ratio: Estimate) -> Estimate:
    """Return the reduction in per cent that a log area ratio is."""

    def per_cent(log: float | None) -> float | None:
        return None if log is None else -100 * math.expm1(log)

    return Estimate(
        value=-100 * math.expm1(log_ratio.value),
        unit="%",
        low=per_cent(log_ratio.high),
        high=per_cent(log_ratio.low),
        is_assumed=log_ratio.is_assumed,
    )


def margin_advance(before: TimelinePoint, after: TimelinePoint) -> Estimate | None:
    """Return Gilman's margin advance between two open areas, cm: positive is smaller.

    (A₁ - A₂) / ((p₁ + p₂) / 2): ``rates.gilman_advance_cm``. The interval is to first order in
    every recorded cause. Each cause of one measurement alone counts with the wider of the two signs
    with which it may move area and perimeter; a cause that both measurements share moves both of
    both alike, so that a printer's scale counts with its own share of the advance alone. Without
    recorded causes, half the measurement's interval stands for one that widens the wound all round,
    and without that the assumed spread. None where either is closed or lacks area or perimeter.
    """
    if not (before.area_mm2 and after.area_mm2 and before.perimeter_mm and after.perimeter_mm):
        return None
    lost_mm2 = before.area_mm2 - after.area_mm2
    mean_mm = (before.perimeter_mm + after.perimeter_mm) / 2
    by_perimeter = -lost_mm2 / (2 * mean_mm**2)
    first, is_first_assumed = _causes(before)
    second, is_second_assumed = _causes(after)
    shared = common_of([before, after])
    spreads: list[float] = []
    together: dict[tuple[str, str], float] = {}
    down = up = 0.0
    for by_area, terms in ((1 / mean_mm, first), (-1 / mean_mm, second)):
        for term in terms:
            area, edge = by_area * term.area_mm2, by_perimeter * term.perimeter_mm
            if term.common in shared:
                if not term.is_bound:
                    key = (term.common, term.name)
                    together[key] = together.get(key, 0.0) + area + edge
            elif term.is_bound:
                down, up = down + min(area + edge, 0.0), up + max(area + edge, 0.0)
            else:
                spreads.append(abs(area) + abs(edge))
    half = math.hypot(*spreads, *together.values())
    value = rates.gilman_advance_cm(
        before.area_mm2 / 100,
        before.perimeter_mm / 10,
        after.area_mm2 / 100,
        after.perimeter_mm / 10,
    )
    return Estimate(
        value=value,
        unit="cm",
        low=value + (down - half) / 10,
        high=value + (up + half) / 10,
        is_assumed=is_first_assumed or is_second_assumed,
    )


def gilman_rate(before: TimelinePoint, after: TimelinePoint) -> Estimate | None:
    """Return the margin advance in cm a week; None as ``margin_advance``, or on one day."""
    days = (after.on - before.on).days
    advance = margin_advance(before, after)
    return None if advance is None or days <= 0 else advance.times(7 / days, "cm/week")


# --- what makes several measurements uncertain, apart and together -------------------------------


def common_of(points: Iterable[TimelinePoint]) -> frozenset[str]:
    """Return what at least two of the measurements have in common."""
    counts = Counter(name for point in points for name in commons_of(point.terms))
    return frozenset(name for name, count in counts.items() if count > 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """How far an area may be off, mm²: by its own causes ``down`` and ``up``, and by shared ones.

    ``shared`` are these with their names; ``below`` and ``above`` the shared bounds. ``is_known``
    is False where the measurement has no interval.
    """

    down: float = 0.0
    up: float = 0.0
    shared: tuple[tuple[tuple[str, str], float], ...] = ()
    below: float = 0.0
    above: float = 0.0
    is_known: bool = True


class Spreads:
    """The spreads of several measurements, each worked out once.

    What at least two of ``points`` have in common counts as shared; ``are_apart`` says that there
    is nothing.
    """

    def __init__(self, points: Iterable[TimelinePoint]) -> None:
        points = tuple(points)
        self._common = common_of(points)
        self.are_apart: Final = not self._common
        # By identity: a point's terms are many to compare. The point is kept, so that it stays one.
        self._known: dict[int, tuple[TimelinePoint, Spread]] = {}

    def of(self, point: TimelinePoint) -> Spread:
        """Return the spread of one of the measurements. Raises ``ValueError`` without an area."""
        known = self._known.get(id(point))
        if known is None or known[0] is not point:
            known = self._known[id(point)] = (point, self._made(point))
        return known[1]

    def _made(self, point: TimelinePoint) -> Spread:
        area, low, high = _area(point), point.area_low_mm2, point.area_high_mm2
        if low is None or high is None:
            return Spread(is_known=False)
        if self._common.isdisjoint(commons_of(point.terms)):
            return Spread(down=area - low, up=high - area)
        shared = [term for term in point.terms if term.common in self._common]
        own_low, own_high = area_interval(
            area, [term for term in point.terms if term.common not in self._common]
        )
        bounds = [term.area_mm2 for term in shared if term.is_bound]
        return Spread(
            down=area - own_low,
            up=own_high - area,
            shared=tuple(
                ((term.common, term.name), term.area_mm2) for term in shared if not term.is_bound
            ),
            below=sum(min(bound, 0.0) for bound in bounds),
            above=sum(max(bound, 0.0) for bound in bounds),
        )


def weighted_sum_mm2(
    parts: Sequence[tuple[float, TimelinePoint]], spreads: Spreads | None = None
) -> Estimate:
    """Return Σ weight x area over measured points, mm², with its interval.

    Lesions are taken as independent but for what the measurements share, such as one printer's
    scale, which moves all alike. Closed lesions add zero without an interval, and a sum of one open
    area has that one's. Without an interval where any open area has none. Raises ``ValueError`` for
    a point without an area or a weight below zero.
    """
    total = 0.0
    opened: list[tuple[float, TimelinePoint]] = []
    for weight, point in parts:
        if weight < 0:
            raise ValueError("a total has no negative weights")
        area = point.area_mm2
        if area is None:
            raise ValueError("a point without an area is not zero")
        total += weight * area
        if weight and area:
            opened.append((weight, point))
    if len(opened) == 1:
        ((weight, only),) = opened
        low, high = only.area_low_mm2, only.area_high_mm2
        if low is None or high is None:
            return Estimate(value=total, unit="mm²")
        return Estimate(value=total, unit="mm²", low=weight * low, high=weight * high)
    spreads = spreads or Spreads(point for _, point in opened)
    down = up = below = above = 0.0
    together: dict[tuple[str, str], float] = {}
    are_apart = spreads.are_apart
    for weight, point in opened:
        if are_apart:
            low, high, area = point.area_low_mm2, point.area_high_mm2, point.area_mm2 or 0.0
            if low is None or high is None:
                return Estimate(value=total, unit="mm²")
            down += (weight * (area - low)) ** 2
            up += (weight * (high - area)) ** 2
            continue
        spread = spreads.of(point)
        if not spread.is_known:
            return Estimate(value=total, unit="mm²")
        down += (weight * spread.down) ** 2
        up += (weight * spread.up) ** 2
        below += weight * spread.below
        above += weight * spread.above
        for key, moved in spread.shared:
            together[key] = together.get(key, 0.0) + weight * moved
    alike = sum(moved**2 for moved in together.values())
    return Estimate(
        value=total,
        unit="mm²",
        low=max(total - math.sqrt(down + alike) + below, 0.0),
        high=total + math.sqrt(up + alike) + above,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LogErrors:
    """Standard deviations of ln(area) of several measurements.

    ``own`` are each measurement's, ``shared`` what a common cause is to each, by that cause.
    """

    own: tuple[float, ...]
    shared: Mapping[tuple[str, str], tuple[float, ...]]
    is_assumed: bool


def log_errors(points: Sequence[TimelinePoint], spreads: Spreads | None = None) -> LogErrors:
    """Return the errors of open areas on the log scale: half the log interval by 1.96.

    A measurement without an interval, or all of whose interval is shared, has the assumed spread
    for its own.
    """
    spreads = spreads or Spreads(points)
    own: list[float] = []
    shared: dict[tuple[str, str], list[float]] = {}
    is_assumed = False
    for place, point in enumerate(points):
        area, spread = _area(point), spreads.of(point)
        low, high = area - spread.down, area + spread.up
        ends = (low, high, 2) if low > 0 else (area, high, 1)
        error = math.log(ends[1] / ends[0]) / (ends[2] * Z95)
        for key, moved in spread.shared:
            row = shared.setdefault(key, [0.0] * len(points))
            row[place] = moved / area / Z95
        is_assumed |= error <= 0
        own.append(error if error > 0 else rates.ASSUMED_LOG_SD)
    return LogErrors(
        own=tuple(own),
        shared={key: tuple(row) for key, row in shared.items()},
        is_assumed=is_assumed,
    )


def _has_interval(point: TimelinePoint) -> bool:
    return point.area_low_mm2 is not None and point.area_high_mm2 is not None


def _area(point: TimelinePoint) -> float:
    if point.area_mm2 is None:
        raise ValueError("a point without an area is not zero")
    return point.area_mm2


def _causes(point: TimelinePoint) -> tuple[Sequence[Term], bool]:
    """Return the causes of a measurement, and whether they are assumed."""
    if point.terms:
        return point.terms, False
    area, perimeter = _area(point), point.perimeter_mm or 0.0
    is_assumed = point.area_low_mm2 is None or point.area_high_mm2 is None
    if point.area_low_mm2 is None or point.area_high_mm2 is None:
        half = Z95 * rates.ASSUMED_LOG_SD * area
    else:
        half = (point.area_high_mm2 - point.area_low_mm2) / 2
    one = Term(
        name="interval",
        area_mm2=half,
        perimeter_mm=perimeter * half / (2 * area),
        length_mm=0.0,
        width_mm=0.0,
    )
    return (one,), is_assumed
