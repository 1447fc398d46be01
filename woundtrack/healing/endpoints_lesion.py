"""Endpoints of one lesion: onset, closure, reduction at set weeks, rate, course, scores.

Hides the windows of the visits and which measurement stands for a week.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from woundtrack.healing import change, estimates
from woundtrack.healing.change import Change, is_other_edge
from woundtrack.healing.closures import ClosureStatus
from woundtrack.healing.competing import Outcome
from woundtrack.healing.endpoints import (
    Endpoint,
    EndpointStatus,
    IntervalKind,
    Note,
    ScoreTotals,
    Why,
    estimated,
    untold,
)
from woundtrack.healing.endpoints_scores import score_change
from woundtrack.healing.estimates import Estimate
from woundtrack.healing.lesion_course import LesionCourse
from woundtrack.healing.lesion_states import is_broken
from woundtrack.model import ClinicalRecord, LinkKind, Precision, TimelinePoint, WoundState

if TYPE_CHECKING:
    from woundtrack.healing.course import PatientCourse

WINDOWS_DAYS: Final[Mapping[int, int]] = MappingProxyType({2: 3, 4: 7, 8: 7, 12: 7, 24: 14, 52: 28})
"""The weeks of EP6, and by how many days either side a visit may stand for one."""


def lesion_endpoints(
    lesion: LesionCourse, course: PatientCourse, record: ClinicalRecord, totals: ScoreTotals
) -> Iterator[Endpoint]:
    """Yield every endpoint of one lesion."""
    yield from _onset(lesion)
    yield _closure(lesion)
    yield _time_to_closure(lesion)
    yield from _recurrence(lesion, course, record)
    yield from _at_weeks(lesion, course)
    yield from _gilman(lesion, course)
    yield _trajectory(lesion)
    baseline = lesion.first_open_on or lesion.first_seen_on
    yield score_change(
        "EP9", "bwat-cua", course, record, totals, baseline=baseline, lesion_id=lesion.lesion.id
    )
    if lesion.is_sentinel:
        yield score_change(
            "EP12", "bcwas", course, record, totals, baseline=baseline, lesion_id=lesion.lesion.id
        )


def _onset(lesion: LesionCourse) -> Iterator[Endpoint]:
    key, detail = lesion.lesion.id, lesion.detail
    if detail is None or detail.onset is None:
        yield untold("EP1", "onset", Why.NOT_RECORDED, lesion_id=key)
    else:
        is_whole = detail.onset.precision is Precision.DAY
        yield Endpoint(
            code="EP1",
            what="onset",
            value=detail.onset.text,
            on=detail.onset.middle,
            on_precision=detail.onset.precision,
            lesion_id=key,
            notes=() if is_whole else (Note.PARTIAL_DATE,),
        )
    if detail is None or not detail.morphology_at_entry:
        yield untold("EP1", "first_form", Why.NOT_RECORDED, lesion_id=key)
    else:
        forms = ", ".join(detail.morphology_at_entry)
        yield Endpoint(code="EP1", what="first_form", value=forms, lesion_id=key)
    yield Endpoint(code="EP1", what="site", value=lesion.lesion.site.words, lesion_id=key)
    if lesion.distribution is None:
        yield untold("EP1", "distribution", Why.NOT_RECORDED, lesion_id=key)
    else:
        yield Endpoint(
            code="EP1", what="distribution", value=str(lesion.distribution), lesion_id=key
        )


def _closure(lesion: LesionCourse) -> Endpoint:
    """EP2: True when confirmed, False when not closed; the date is that of the first visit."""
    key, closure = lesion.lesion.id, lesion.closure
    if lesion.first_open_on is None and closure.status is not ClosureStatus.CONFIRMED:
        return untold("EP2", "closed", Why.NEVER_OPEN, lesion_id=key)
    if closure.status is ClosureStatus.NOT_RECORDED:
        return untold("EP2", "closed", Why.DRAINAGE_OR_DRESSING, lesion_id=key)
    if closure.status is ClosureStatus.UNCONFIRMED:
        stopped = closure.is_stopped_by_death
        return Endpoint(
            code="EP2",
            what="closed",
            value=True,
            on=closure.on,
            lesion_id=key,
            status=EndpointStatus.UNCONFIRMED,
            why=Why.STOPPED_BY_DEATH if stopped else Why.SECOND_VISIT,
        )
    is_closed = closure.status is ClosureStatus.CONFIRMED
    return Endpoint(
        code="EP2",
        what="closed",
        value=is_closed,
        on=closure.on if is_closed else closure.last_seen_on,
        lesion_id=key,
    )


_OPEN_ENDS: Final = MappingProxyType(
    {
        Outcome.CENSORED: Why.NOT_CLOSED,
        Outcome.DIED: Why.DIED_OPEN,
        Outcome.REMOVED: Why.REMOVED,
        Outcome.MERGED: Why.MERGED,
    }
)


def _time_to_closure(lesion: LesionCourse) -> Endpoint:
    """EP4: days from onset, or else from the first visit, between the visits that enclose it."""
    key, row = lesion.lesion.id, lesion.followed
    if row is None:
        return untold("EP4", "days_to_closure", Why.NEVER_OPEN, lesion_id=key)
    if row.outcome is not Outcome.CLOSED:
        if row.is_unconfirmed and lesion.closure.on is not None:
            stopped = lesion.closure.is_stopped_by_death
            return Endpoint(
                code="EP4",
                what="days_to_closure",
                value=float((lesion.closure.on - row.origin).days),
                unit="d",
                on=lesion.closure.on,
                since=row.origin,
                since_precision=_origin_precision(lesion),
                lesion_id=key,
                status=EndpointStatus.UNCONFIRMED,
                why=Why.STOPPED_BY_DEATH if stopped else Why.SECOND_VISIT,
                notes=() if row.has_onset else (Note.FROM_FIRST_VISIT,),
            )
        return untold("EP4", "days_to_closure", _OPEN_ENDS[row.outcome], lesion_id=key)
    return Endpoint(
        code="EP4",
        what="days_to_closure",
        value=float(row.day),
        unit="d",
        low=None if row.left_day is None else float(row.left_day),
        high=None if row.right_day is None else float(row.right_day),
        interval=IntervalKind.VISITS,
        on=lesion.closure.on,
        since=row.origin,
        since_precision=_origin_precision(lesion),
        lesion_id=key,
        notes=() if row.has_onset else (Note.FROM_FIRST_VISIT,),
    )


def _origin_precision(lesion: LesionCourse) -> Precision:
    """Return how much is known of the day that the lesion's days count from."""
    onset = None if lesion.detail is None else lesion.detail.onset
    is_onset = lesion.followed is not None and lesion.followed.has_onset
    return onset.precision if is_onset and onset is not None else Precision.DAY


def _recurrence(
    lesion: LesionCourse, course: PatientCourse, record: ClinicalRecord
) -> Iterator[Endpoint]:
    """EP5: how often a closed lesion opened again, in its own place or as a lesion of its own."""
    key = lesion.lesion.id
    if lesion.closure.status is not ClosureStatus.CONFIRMED:
        yield untold("EP5", "recurrences", Why.NOT_CLOSED, lesion_id=key)
        return
    days = list(lesion.closure.reopened_on)
    days += [
        link.on
        for link in record.links
        if link.kind is LinkKind.RECURRENCE_OF
        and link.other_lesion_id == key
        and link.on <= course.as_of
    ]
    yield Endpoint(
        code="EP5",
        what="recurrences",
        value=float(len(days)),
        on=min(days, default=None),
        since=lesion.closure.on,
        lesion_id=key,
    )


# --- the weeks -----------------------------------------------------------------------------------


def _at_weeks(lesion: LesionCourse, course: PatientCourse) -> Iterator[Endpoint]:
    """EP6: the reduction and the log area ratio, by the visit nearest to the day in its window."""
    for week, window in WINDOWS_DAYS.items():
        yield from _at_week(lesion, course, week, window)


def _at_week(
    lesion: LesionCourse, course: PatientCourse, week: int, window: int
) -> Iterator[Endpoint]:
    key, baseline = lesion.lesion.id, lesion.baseline
    names = (f"reduction_week_{week}", f"log_ratio_week_{week}")
    if baseline is None:
        for name in names:
            yield untold("EP6", name, Why.NO_BASELINE, lesion_id=key)
        return
    target = baseline.on + timedelta(days=7 * week)
    point = measurement_at(lesion, target, window)
    if point is not None:
        notes = _notes(lesion, baseline, point)
        results = (
            estimates.area_reduction(baseline, point),
            estimates.log_area_ratio(baseline, point),
        )
        for name, result in zip(names, results, strict=True):
            if result is None:
                yield untold("EP6", name, Why.CLOSED_HAS_NO_LOG, lesion_id=key)
            else:
                yield estimated(
                    "EP6",
                    name,
                    result,
                    on=point.on,
                    since=baseline.on,
                    lesion_id=key,
                    notes=notes,
                )
        return
    between = _interpolated(lesion, target, window) if week == 4 else None
    if between is not None:
        is_over = is_broken(lesion.breaks, baseline.on, target)
        notes = (Note.INTERPOLATED, *((Note.OVER_BREAK,) if is_over else ()))
        results = (estimates.reduction_from(between), between)
        for name, result in zip(names, results, strict=True):
            yield estimated(
                "EP6", name, result, on=target, since=baseline.on, lesion_id=key, notes=notes
            )
        return
    if _is_closed_for_good(lesion, course, target + timedelta(days=window)):
        yield Endpoint(
            code="EP6",
            what=names[0],
            value=100.0,
            unit="%",
            on=target,
            since=baseline.on,
            lesion_id=key,
            notes=(Note.CARRIED,),
        )
        yield untold("EP6", names[1], Why.CLOSED_HAS_NO_LOG, lesion_id=key)
        return
    why = _why_unmeasured(lesion, course, target, window)
    for name in names:
        yield untold("EP6", name, why, lesion_id=key)


def measurement_at(lesion: LesionCourse, target: date, window: int) -> TimelinePoint | None:
    """Return the measured point nearest to a day, within so many days of it, after the baseline.

    Of two that are as near the earlier one.
    """
    near = [
        point
        for point in lesion.measured
        if abs((point.on - target).days) <= window
        and (lesion.baseline is None or point.on > lesion.baseline.on)
    ]
    return min(near, key=lambda point: (abs((point.on - target).days), point.on), default=None)


def _interpolated(lesion: LesionCourse, target: date, window: int) -> Estimate | None:
    """Return the log area ratio on a day by a line between its two neighbours on the log scale.

    Both must be open, with no break of the line between them. ln A = (1 - f) ln A₁ + f ln A₂, less
    ln A₀; the interval adds the three measurements' own parts as squares, with these weights.
    """
    baseline = lesion.baseline
    if baseline is None or (baseline.on - target).days >= -window:
        return None
    start = target - timedelta(days=window)
    end = target + timedelta(days=window)
    before = next((point for point in reversed(lesion.measured) if point.on < start), None)
    after = next((point for point in lesion.measured if point.on > end), None)
    if before is None or after is None or not (before.area_mm2 and after.area_mm2):
        return None
    if before.on < baseline.on or _is_apart(lesion, before, after):
        return None
    if before.state is WoundState.CLOSED or after.state is WoundState.CLOSED:
        return None
    share = (target - before.on).days / (after.on - before.on).days
    if before is baseline:
        ratio = estimates.log_area_ratio(baseline, after)
        return None if ratio is None else ratio.times(share, "")
    points = (baseline, before, after)
    weights = (-1.0, 1 - share, share)
    errors = estimates.log_errors(points)
    value = sum(
        weight * math.log(point.area_mm2 or 1.0)
        for weight, point in zip(weights, points, strict=True)
    )
    own = [weight * error for weight, error in zip(weights, errors.own, strict=True)]
    together = [
        sum(weight * error for weight, error in zip(weights, row, strict=True))
        for row in errors.shared.values()
    ]
    half = estimates.Z95 * math.hypot(*own, *together)
    return Estimate(
        value=value, unit="", low=value - half, high=value + half, is_assumed=errors.is_assumed
    )


def _is_apart(lesion: LesionCourse, before: TimelinePoint, after: TimelinePoint) -> bool:
    """Return whether what lies between two areas is more than healing."""
    return is_broken(lesion.breaks, before.on, after.on) or is_other_edge(before, after)


def _notes(lesion: LesionCourse, before: TimelinePoint, after: TimelinePoint) -> tuple[Note, ...]:
    notes = []
    if is_broken(lesion.breaks, before.on, after.on):
        notes.append(Note.OVER_BREAK)
    if is_other_edge(before, after):
        notes.append(Note.OTHER_EDGE)
    return tuple(notes)


def _is_closed_for_good(lesion: LesionCourse, course: PatientCourse, until: date) -> bool:
    closure = lesion.closure
    died_on = course.died_on
    return (
        closure.confirmed_on is not None
        and closure.confirmed_on <= until <= course.as_of
        and not closure.reopened_on
        and (died_on is None or died_on >= until)
    )


def _why_unmeasured(lesion: LesionCourse, course: PatientCourse, target: date, window: int) -> Why:
    until = target + timedelta(days=window)
    died_on = course.died_on
    if lesion.end is not None and lesion.end.on <= target:
        return Why.ENDED_BEFORE
    if died_on is not None and died_on <= until:
        return Why.DIED_BEFORE
    return Why.NOT_YET if course.as_of < until else Why.NO_MEASUREMENT


# --- rates and course ----------------------------------------------------------------------------


def _gilman(lesion: LesionCourse, course: PatientCourse) -> Iterator[Endpoint]:
    """EP7: over the first four weeks, and between each two measurements.

    Not between two with a break between them, nor between an eschar's area and an ulcer's.
    """
    key, baseline = lesion.lesion.id, lesion.baseline
    name = "gilman_first_4_weeks"
    if baseline is None:
        yield untold("EP7", name, Why.NO_BASELINE, lesion_id=key)
        return
    target = baseline.on + timedelta(days=28)
    point = measurement_at(lesion, target, WINDOWS_DAYS[4])
    if point is None:
        why = _why_unmeasured(lesion, course, target, WINDOWS_DAYS[4])
        yield untold("EP7", name, why, lesion_id=key)
    elif (rate := estimates.gilman_rate(baseline, point)) is None:
        yield untold("EP7", name, Why.CLOSED_HAS_NO_LOG, lesion_id=key)
    else:
        yield estimated(
            "EP7",
            name,
            rate,
            on=point.on,
            since=baseline.on,
            lesion_id=key,
            notes=_notes(lesion, baseline, point),
        )
    for before, after in pairwise(lesion.measured):
        if _is_apart(lesion, before, after):
            continue
        rate = estimates.gilman_rate(before, after)
        if rate is not None:
            yield estimated(
                "EP7", "gilman_interval", rate, on=after.on, since=before.on, lesion_id=key
            )


def _trajectory(lesion: LesionCourse) -> Endpoint:
    """EP8: smaller or larger only where the last two intervals in a row are so, beyond error.

    Within measurement error where both are; anything else has no class. A break of the line ends a
    row of intervals, and so does an eschar's area beside an ulcer's.
    """
    key = lesion.lesion.id
    row: list[tuple[date, date, Change]] = []
    for before, after in pairwise(lesion.measured):
        if _is_apart(lesion, before, after):
            row = []
            continue
        what = change.between(before, after)
        # To nothing is smaller, whatever the interval.
        what = Change.SMALLER if what is Change.CLOSED and before.area_mm2 else what
        row.append((before.on, after.on, what))
    if len(row) < 2:
        return untold("EP8", "course", Why.TOO_FEW, lesion_id=key)
    (since, _, first), (_, on, second) = row[-2:]
    if Change.CANNOT_TELL in {first, second}:
        has_all = all(one.area_low_mm2 is not None for one in lesion.measured[-3:])
        why = Why.WIDE_INTERVAL if has_all else Why.NO_INTERVAL
        return untold("EP8", "course", why, lesion_id=key)
    if first is not second:
        return untold("EP8", "course", Why.MIXED, lesion_id=key)
    return Endpoint(
        code="EP8", what="course", value=second.value, on=on, since=since, lesion_id=key
    )
