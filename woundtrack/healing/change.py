"""Smaller, larger, within measurement error, or cannot tell: never better or worse.

Hides how two intervals are compared. The log areas are taken as independent and normal, so the 95 %
interval of the ratio is the root of the summed squares of the two half-widths; what moved both
alike, such as one printer's scale, is left out of either.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from enum import Enum
from typing import Final

from woundtrack.model import LesionTimeline, TimelinePoint, WoundState, area_interval, commons_of

MATTERS: Final = 0.30
"""A share of the area by which a lesion is smaller that nobody would want to miss; so much the
other way (1 / 0.70, +43 %) for larger. An interval that reaches beyond either can't tell."""


class Change(Enum):
    """What became of a lesion since the measurement before."""

    SMALLER = "smaller"
    LARGER = "larger"
    WITHIN_ERROR = "within measurement error"
    CANNOT_TELL = "cannot tell"
    CLOSED = "closed"
    FIRST = "first measurement"


def between(before: TimelinePoint | None, after: TimelinePoint) -> Change:
    """Return the change from one measurement to a later one of the same lesion.

    From an eschar's area to an open ulcer's, or back, nobody can tell; nor where the interval
    holds no change at all and one that matters (``MATTERS``) as well: that isn't equal.
    """
    if after.state is WoundState.CLOSED:
        return Change.CLOSED
    if before is None:
        return Change.FIRST
    if before.state is WoundState.CLOSED:
        return Change.LARGER
    is_same = may_be_same(before, after)
    found = ratio(before, after)
    if is_same is None or found is None or is_other_edge(before, after):
        return Change.CANNOT_TELL
    if is_same:
        return Change.CANNOT_TELL if _is_wide(found) else Change.WITHIN_ERROR
    return Change.SMALLER if found[0] < 0 else Change.LARGER


def may_be_same(before: TimelinePoint, after: TimelinePoint) -> bool | None:
    """Return whether the interval of the change holds none at all, however wide it is.

    None where there is no interval: no scale, or closed at one of the two.
    """
    first, second = _log_intervals(before, after)
    if first is None or second is None:
        return None
    middle = second[0] - first[0]
    if middle < 0:
        # Towards smaller count the lower half-width before and the upper one after.
        return middle + math.hypot(first[1], second[2]) >= 0
    return middle - math.hypot(first[2], second[1]) <= 0


def is_too_wide(before: TimelinePoint, after: TimelinePoint) -> bool:
    """Return whether nobody can tell because the interval alone is too wide."""
    found = ratio(before, after)
    return (
        found is not None
        and not is_other_edge(before, after)
        and bool(may_be_same(before, after))
        and _is_wide(found)
    )


def _is_wide(found: tuple[float, float, float]) -> bool:
    """Return whether an interval reaches to a change that matters."""
    return found[1] < -MATTERS or found[2] > 1 / (1 - MATTERS) - 1


def is_other_edge(before: TimelinePoint, after: TimelinePoint) -> bool:
    """Return whether one area is an eschar's and the other an open ulcer's: no change of either."""
    return before.kind is not None and after.kind is not None and before.kind is not after.kind


def ratio(before: TimelinePoint, after: TimelinePoint) -> tuple[float, float, float] | None:
    """Return the change of area as a fraction of the first, and the ends of its 95 % interval.

    −0.17 is 17 % smaller. None where it can't be told: no scale, or closed at one of the two.
    """
    first, second = _log_intervals(before, after)
    if first is None or second is None:
        return None
    middle = second[0] - first[0]
    downwards = math.hypot(first[2], second[1])
    upwards = math.hypot(first[1], second[2])
    return math.expm1(middle), math.expm1(middle - downwards), math.expm1(middle + upwards)


def of(course: LesionTimeline) -> Change:
    """Return the change at the newest point of a lesion's course.

    Nobody can tell it over a debridement, a merge or a split.
    """
    if not course.points:
        return Change.CANNOT_TELL
    newest = course.points[-1]
    if course.is_apart and newest.area_mm2:
        return Change.CANNOT_TELL
    known = (
        point
        for point in reversed(course.points[:-1])
        if point.area_mm2 is not None or point.state is WoundState.CLOSED
    )
    return between(next(known, None), newest)


def _log_intervals(
    before: TimelinePoint, after: TimelinePoint
) -> tuple[tuple[float, float, float] | None, tuple[float, float, float] | None]:
    common = commons_of(before.terms)
    if common:
        common &= commons_of(after.terms)
    return _log_interval(before, common), _log_interval(after, common)


def _log_interval(
    point: TimelinePoint, common: Collection[str]
) -> tuple[float, float, float] | None:
    """Return log area and the half-widths of its interval downwards and upwards."""
    area, low, high = point.area_mm2, point.area_low_mm2, point.area_high_mm2
    if area and common:
        own = [term for term in point.terms if term.common not in common]
        low, high = area_interval(area, own)
    if area is None or low is None or high is None or min(area, low, high) <= 0:
        return None
    middle = math.log(area)
    return middle, middle - math.log(low), math.log(high) - middle
