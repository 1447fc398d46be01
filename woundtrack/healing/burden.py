"""The open area of several lesions together, visit by visit, and what it comes to over time.

Hides what counts at a visit, what counts zero, and what makes a total unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from woundtrack.healing.estimates import Estimate, Spreads, weighted_sum_mm2
from woundtrack.healing.lesion_states import NOT_OPEN, SURGICAL_ENDS, Record, Standing, standing_of
from woundtrack.model import EndReason, TimelinePoint, TotalPoint, Visit

Seen = Mapping[str, Sequence[TimelinePoint | None]]
"""For each lesion's id its point at each visit, in the order of the visits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitSum:
    """What all the lesions that count at one visit are together.

    ``parts`` are the open areas, None where any that is due has none. ``is_open`` says whether any
    lesion is open; None where that isn't known.
    """

    on: date
    parts: tuple[TimelinePoint, ...] | None
    is_open: bool | None

    def total(self, spreads: Spreads | None = None) -> TotalPoint:
        """Return the sum with its interval."""
        if self.parts is None:
            return TotalPoint(on=self.on, area_mm2=None)
        whole = weighted_sum_mm2([(1.0, part) for part in self.parts], spreads)
        return TotalPoint(
            on=self.on, area_mm2=whole.value, area_low_mm2=whole.low, area_high_mm2=whole.high
        )


class Burden:
    """What each of a patient's lesions adds at each visit, to be summed over all or some of them.

    At a visit a lesion counts

    - with its area where it is open, and makes the total unknown where that area is missing;
    - zero where it is closed, never ulcerated, or closed by surgery, grafted or amputated, and
      stays zero until it is seen open again;
    - not at all before it was first seen, or came of others; nor after it merged into another, or
      was split, for its area is then in the others';
    - as unknown where it is due and was not seen: never as zero. A lesion that was lost to
      follow-up stays due.

    What was recorded of a lesion after its end counts all the same.
    """

    def __init__(self, visits: Sequence[Visit], seen: Seen, record: Record) -> None:
        self._visits = visits
        self._rows = {
            lesion_id: _shares(lesion_id, visits, points, record)
            for lesion_id, points in seen.items()
        }

    def sums(self, lesion_ids: Iterable[str] | None = None) -> tuple[VisitSum, ...]:
        """Return the sum at each visit since the first at which any of the lesions counts."""
        chosen = self._rows if lesion_ids is None else lesion_ids
        rows = [self._rows[lesion_id] for lesion_id in chosen]
        sums: list[VisitSum] = []
        for place, visit in enumerate(self._visits):
            here = [share for row in rows if (share := row[place]) is not None]
            if not here:
                continue
            is_known = all(share.is_known for share in here)
            is_open: bool | None = False
            if any(share.is_open for share in here):
                is_open = True
            elif any(share.is_open is None for share in here):
                is_open = None
            sums.append(
                VisitSum(
                    on=visit.visited_on,
                    parts=tuple(share.point for share in here if share.point is not None)
                    if is_known
                    else None,
                    is_open=is_open,
                )
            )
        return tuple(sums)


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaUnderCurve:
    """The area under a burden curve from its first to its last known total.

    ``bridged_days`` of these days lie between two totals with an unknown one between them. The
    interval is that of the measurements; what the areas did between visits is not in it.
    """

    value: Estimate
    first: date
    last: date
    bridged_days: int

    @property
    def mean_cm2(self) -> float:
        """The burden of a mean day, cm²."""
        return self.value.value / (self.last - self.first).days


def area_under(sums: Sequence[VisitSum], spreads: Spreads | None = None) -> AreaUnderCurve | None:
    """Return Σ (A_i + A_i+1) / 2 x days between, cm²·days; None with fewer than two known totals.

    The trapezoid through all known totals; an unknown one is bridged, and said so.
    """
    known = [(one.on, one.parts) for one in sums if one.parts is not None]
    if len(known) < 2 or known[0][0] == known[-1][0]:
        return None
    weights = [0.0] * len(known)
    for place, ((before, _), (after, _)) in enumerate(pairwise(known)):
        half = (after - before).days / 2
        weights[place] += half
        weights[place + 1] += half
    parts = [
        (weight, part)
        for weight, (_, here) in zip(weights, known, strict=True)
        for part in here or ()
    ]
    unknown = [one.on for one in sums if one.parts is None]
    bridged = sum(
        (after - before).days
        for (before, _), (after, _) in pairwise(known)
        if any(before < on < after for on in unknown)
    )
    return AreaUnderCurve(
        value=weighted_sum_mm2(parts, spreads).times(1 / 100, "cm²·days"),
        first=known[0][0],
        last=known[-1][0],
        bridged_days=bridged,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class UlcerFreeDays:
    """Days alive with no open lesion, of the days at risk from the first visit with a lesion.

    ``days`` takes what was seen at a visit to hold until the next. ``least`` counts only the time
    between two visits that were both free of ulcers, ``most`` the time with such a visit at either
    end: the truth lies between, as far as visits show it. The days end on ``last``: the day of
    death, or else the last visit.
    """

    days: int
    least: int
    most: int
    at_risk: int
    first: date
    last: date
    is_until_death: bool

    @property
    def share(self) -> float:
        """Ulcer-free days by days at risk, 0..1."""
        return self.days / self.at_risk


def ulcer_free_days(sums: Sequence[VisitSum], died_on: date | None) -> UlcerFreeDays | None:
    """Return the ulcer-free days alive; None without any time between the first visit and the last.

    A visit at which nobody knows whether a lesion is open is not free of ulcers. A lesion that was
    amputated, grafted or closed by surgery is not open; it is no closure by healing either.
    """
    seen = [one for one in sums if died_on is None or one.on <= died_on]
    if not seen:
        return None
    last = seen[-1].on if died_on is None else died_on
    at_risk = (last - seen[0].on).days
    if at_risk <= 0:
        return None
    free = [one.is_open is False for one in seen]
    days = least = most = 0
    for place, one in enumerate(seen):
        is_last = place == len(seen) - 1
        span = ((last if is_last else seen[place + 1].on) - one.on).days
        is_free_then = False if is_last else free[place + 1]
        days += span * free[place]
        least += span * (free[place] and is_free_then)
        most += span * (free[place] or is_free_then)
    return UlcerFreeDays(
        days=days,
        least=least,
        most=most,
        at_risk=at_risk,
        first=seen[0].on,
        last=last,
        is_until_death=died_on is not None,
    )


class _Share(NamedTuple):
    """What one lesion adds to the sum of a visit: a plain tuple, for there are thousands."""

    point: TimelinePoint | None = None
    is_known: bool = True
    is_open: bool | None = False


_ZERO = _Share()
_MISSING = _Share(is_known=False, is_open=None)


def _shares(
    lesion_id: str,
    visits: Sequence[Visit],
    points: Sequence[TimelinePoint | None],
    record: Record,
) -> list[_Share | None]:
    findings = dict(record.findings.get(lesion_id, ()))
    end, began_on = record.ends.get(lesion_id), record.began_on.get(lesion_id)
    latest: Standing | None = None
    latest_on: date | None = None
    shares: list[_Share | None] = []
    for visit, point in zip(visits, points, strict=True):
        standing = standing_of(point, findings.get(visit.visited_on))
        if standing is not Standing.UNKNOWN:
            latest, latest_on = standing, visit.visited_on
        if standing is Standing.OPEN:
            # An area of zero beside an open state is a contradiction, and no area.
            is_known = point is not None and bool(point.area_mm2)
            shares.append(
                _Share(point=point if is_known else None, is_known=is_known, is_open=True)
            )
        elif standing in NOT_OPEN:
            shares.append(_ZERO)
        elif (
            end is not None
            and visit.visited_on >= end.on
            and (latest_on is None or latest_on <= end.on)
        ):
            if end.reason in {EndReason.MERGED, EndReason.SPLIT}:
                shares.append(None)
            elif end.reason is EndReason.CLOSED or end.reason in SURGICAL_ENDS:
                shares.append(_ZERO)
            else:
                shares.append(_MISSING)
        elif latest in NOT_OPEN:
            shares.append(_ZERO)
        elif latest is not None or (began_on is not None and began_on <= visit.visited_on):
            shares.append(_MISSING)
        else:
            shares.append(None)
    return shares
