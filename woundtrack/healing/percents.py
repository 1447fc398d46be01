"""Areas as per cent of a baseline, which begins anew where the curve breaks.

Over a debridement, a merge or a split nothing is compared: the first open area after it is the next
baseline, 100 %. The interval is that of the change since the baseline (``change.ratio``): it holds
the error of both areas, and a baseline itself has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from woundtrack.healing import change
from woundtrack.model import TimelinePoint, TotalPoint

if TYPE_CHECKING:
    from woundtrack.healing.chart_layout import Cut


@dataclass(frozen=True, kw_only=True, slots=True)
class Percent:
    """An area as per cent of the baseline of the day ``since``, with the ends of its interval.

    Where one of both areas has no interval, ``low`` and ``high`` are ``value``. ``is_anew`` says
    that the baseline isn't the first: the curve broke before it.
    """

    value: float
    low: float
    high: float
    since: date
    is_anew: bool


def percents_of(
    points: Sequence[TimelinePoint], cuts: Sequence[Cut] = ()
) -> Mapping[date, Percent]:
    """Return the per cent of each day with an area, from the first open one; ``cuts`` break them.

    The points of one lesion, or of its eschar or margin, oldest first.
    """
    found: dict[date, Percent] = {}
    baseline: TimelinePoint | None = None
    before: date | None = None
    count = 0
    for point in points:
        if point.area_mm2 is None:
            continue
        is_cut = before is not None and _is_cut(before, point.on, cuts)
        before = point.on
        if is_cut:
            baseline = None
        if baseline is None:
            if not point.area_mm2:
                continue
            baseline, count = point, count + 1
        found[point.on] = _percent(baseline, point, is_anew=count > 1)
    return found


def total_percents(totals: Iterable[TotalPoint], cuts: Sequence[Cut] = ()) -> Mapping[date, float]:
    """Return totals as per cent of the first, and of the first after each cut."""
    found: dict[date, float] = {}
    baseline: float | None = None
    before: date | None = None
    for point in totals:
        if point.area_mm2 is None:
            continue
        if before is not None and _is_cut(before, point.on, cuts):
            baseline = None
        before = point.on
        baseline = baseline or point.area_mm2
        if baseline:
            found[point.on] = 100 * point.area_mm2 / baseline
    return found


def _is_cut(before: date, on: date, cuts: Sequence[Cut]) -> bool:
    return any(cut.lies_between(before, on) for cut in cuts)


def _percent(baseline: TimelinePoint, point: TimelinePoint, *, is_anew: bool) -> Percent:
    value = 100 * (point.area_mm2 or 0) / (baseline.area_mm2 or 1)
    low = high = value
    figures = None if point is baseline else change.ratio(baseline, point)
    if figures is not None:
        low, high = 100 * (1 + figures[1]), 100 * (1 + figures[2])
    return Percent(value=value, low=low, high=high, since=baseline.on, is_anew=is_anew)
