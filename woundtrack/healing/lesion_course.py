"""Everything that follows from one lesion's measurements and findings up to a day.

Hides the order in which runs, closure, fits and outcome are taken from the same visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from woundtrack.healing import change, estimates, fits
from woundtrack.healing.change import Change, is_other_edge
from woundtrack.healing.closures import Closure, ClosureStatus, Look, closure_from, looks_of
from woundtrack.healing.competing import Followed, Outcome
from woundtrack.healing.distribution import Distribution, distribution_of
from woundtrack.healing.estimates import Estimate, Spreads
from woundtrack.healing.lesion_states import (
    SURGICAL_ENDS,
    LineBreak,
    Record,
    Standing,
    is_broken,
    last_run,
    line_breaks,
)
from woundtrack.model import (
    EndReason,
    Lesion,
    LesionDetail,
    LesionEnd,
    LesionTimeline,
    TimelinePoint,
    WoundState,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionCourse:
    """One lesion's course up to a day; what isn't defined is None.

    The *baseline* is the first open area, and stays so: a protocol's baseline is not moved by what
    was done later. ``is_rebased`` says that a debridement, a merge or a split lies between it and
    ``latest``, so that ``reduction``, ``log_ratio`` and ``gilman`` are over more than healing; then
    ``run_reduction`` and ``run_gilman``, over the newest unbroken ``run`` of open areas alone, say
    what happened since. Fits are over that run, never over a break.

    ``is_other_edge``: of baseline and latest one is an eschar's area and the other an open ulcer's.

    ``latest`` is the newest measured point, closed or open. ``change`` is from the measurement
    before it, CANNOT_TELL over a break or another edge. ``gilman`` is from the baseline to the
    latest open area.
    """

    lesion: Lesion
    detail: LesionDetail | None
    points: tuple[TimelinePoint, ...]
    looks: tuple[Look, ...]
    closure: Closure
    end: LesionEnd | None
    breaks: tuple[LineBreak, ...]
    run: tuple[TimelinePoint, ...]
    baseline: TimelinePoint | None
    latest: TimelinePoint | None
    change: Change
    is_rebased: bool
    is_other_edge: bool
    reduction: Estimate | None
    log_ratio: Estimate | None
    gilman: Estimate | None
    run_reduction: Estimate | None
    run_gilman: Estimate | None
    exponential: fits.Exponential | None
    delayed: fits.DelayedExponential | None
    distribution: Distribution | None
    followed: Followed | None

    @property
    def is_sentinel(self) -> bool:
        """Whether it is the one lesion of the patient that a study looks at first."""
        return self.detail is not None and self.detail.is_sentinel

    @property
    def measured(self) -> tuple[TimelinePoint, ...]:
        """The points with an area, closed ones at zero."""
        return tuple(point for point in self.points if point.area_mm2 is not None)

    @property
    def first_seen_on(self) -> date | None:
        """The first visit at which anything of it is known."""
        return self.looks[0].on if self.looks else None

    @property
    def first_open_on(self) -> date | None:
        """The first visit at which it was open."""
        return next((look.on for look in self.looks if look.standing is Standing.OPEN), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionFollowUp:
    """What became of a lesion up to a day: the part of its course that takes no fitting.

    The fields are those of ``LesionCourse``.
    """

    lesion: Lesion
    detail: LesionDetail | None
    points: tuple[TimelinePoint, ...]
    looks: tuple[Look, ...]
    closure: Closure
    end: LesionEnd | None
    breaks: tuple[LineBreak, ...]
    followed: Followed | None

    @property
    def is_sentinel(self) -> bool:
        """Whether it is the one lesion of the patient that a study looks at first."""
        return self.detail is not None and self.detail.is_sentinel

    @property
    def first_seen_on(self) -> date | None:
        """The first visit at which anything of it is known."""
        return self.looks[0].on if self.looks else None

    @property
    def first_open_on(self) -> date | None:
        """The first visit at which it was open."""
        return next((look.on for look in self.looks if look.standing is Standing.OPEN), None)


def lesion_follow_up_of(
    curve: LesionTimeline,
    detail: LesionDetail | None,
    record: Record,
    *,
    as_of: date,
    died_on: date | None,
) -> LesionFollowUp:
    """Return what became of a lesion from the points and findings up to ``as_of``."""
    lesion = curve.lesion
    points = tuple(point for point in curve.points if point.on <= as_of)
    found = [row for row in record.findings.get(lesion.id, ()) if row[0] <= as_of]
    end = record.ends.get(lesion.id)
    if end is not None and end.on > as_of:
        end = None
    looks = looks_of(points, found)
    closure = closure_from(looks, died_on)
    return LesionFollowUp(
        lesion=lesion,
        detail=detail,
        points=points,
        looks=looks,
        closure=closure,
        end=end,
        breaks=line_breaks(lesion.id, points, record),
        followed=_followed(lesion, detail, looks, closure, end, died_on),
    )


def lesion_course_of(
    curve: LesionTimeline,
    detail: LesionDetail | None,
    record: Record,
    *,
    as_of: date,
    died_on: date | None,
    spreads: Spreads,
) -> LesionCourse:
    """Return a lesion's course from the points and findings up to ``as_of``."""
    known = lesion_follow_up_of(curve, detail, record, as_of=as_of, died_on=died_on)
    points, breaks = known.points, known.breaks
    run = last_run(points, breaks)
    opened = [point for point in points if point.state is WoundState.OPEN and point.area_mm2]
    measured = [point for point in points if point.area_mm2 is not None]
    baseline = opened[0] if opened else None
    latest = measured[-1] if measured else None
    last_open = opened[-1] if opened else None
    log_ratio = reduction = gilman = None
    if baseline is not None and latest is not None and latest is not baseline:
        reduction = estimates.area_reduction(baseline, latest)
        log_ratio = estimates.log_area_ratio(baseline, latest)
    if baseline is not None and last_open is not None:
        gilman = estimates.gilman_rate(baseline, last_open)
    return LesionCourse(
        lesion=known.lesion,
        detail=detail,
        points=points,
        looks=known.looks,
        closure=known.closure,
        end=known.end,
        breaks=breaks,
        run=run,
        baseline=baseline,
        latest=latest,
        change=newest_change(points, breaks),
        is_rebased=baseline is not None
        and latest is not None
        and is_broken(breaks, baseline.on, latest.on),
        is_other_edge=baseline is not None
        and latest is not None
        and is_other_edge(baseline, latest),
        reduction=reduction,
        log_ratio=log_ratio,
        gilman=gilman,
        run_reduction=estimates.area_reduction(run[0], run[-1]) if len(run) > 1 else None,
        run_gilman=estimates.gilman_rate(run[0], run[-1]) if len(run) > 1 else None,
        exponential=fits.exponential(run, spreads),
        delayed=fits.delayed_exponential(run, spreads),
        distribution=distribution_of(known.lesion.site),
        followed=known.followed,
    )


def first_comparable(
    points: Sequence[TimelinePoint], breaks: Sequence[LineBreak]
) -> TimelinePoint | None:
    """Return the first open area with which the newest can be compared: since any break or closure.

    None where the newest visit has no open area, or no earlier one of the same edge is there.
    """
    if not points or not points[-1].area_mm2:
        return None
    newest = points[-1]
    return next(
        (
            point
            for point in last_run(points, breaks)
            if point.on < newest.on and not is_other_edge(point, newest)
        ),
        None,
    )


def newest_change(points: Sequence[TimelinePoint], breaks: Sequence[LineBreak]) -> Change:
    """Return the change at the newest point.

    Nobody can tell it over a break of the line, nor from an eschar's area to an ulcer's.
    """
    if not points:
        return Change.CANNOT_TELL
    before = next((point for point in reversed(points[:-1]) if point.area_mm2 is not None), None)
    if (
        before is not None
        and before.area_mm2
        and points[-1].area_mm2
        and (is_broken(breaks, before.on, points[-1].on) or is_other_edge(before, points[-1]))
    ):
        return Change.CANNOT_TELL
    return change.between(before, points[-1])


def _followed(
    lesion: Lesion,
    detail: LesionDetail | None,
    looks: Sequence[Look],
    closure: Closure,
    end: LesionEnd | None,
    died_on: date | None,
) -> Followed | None:
    """Return the row of a lesion that was ever seen open: it is at risk of closing since then."""
    opened = [look.on for look in looks if look.standing is Standing.OPEN]
    if not opened:
        return None
    entry = opened[0]
    onset = None if detail is None or detail.onset is None else detail.onset.middle
    has_onset = onset is not None and onset <= entry
    origin = onset if onset is not None and has_onset else entry
    # The first of what happened; on one day what is named first.
    happened: list[tuple[date, int, Outcome]] = []
    if closure.status is ClosureStatus.CONFIRMED and closure.on is not None:
        happened.append((closure.on, 0, Outcome.CLOSED))
    if end is not None and end.on >= entry:
        if end.reason in SURGICAL_ENDS:
            happened.append((end.on, 1, Outcome.REMOVED))
        elif end.reason is EndReason.MERGED:
            happened.append((end.on, 2, Outcome.MERGED))
        elif end.reason is EndReason.SPLIT:
            happened.append((end.on, 3, Outcome.CENSORED))
    if died_on is not None and died_on >= entry:
        happened.append((died_on, 4, Outcome.DIED))
    last_seen = looks[-1].on
    on, _, outcome = min(happened, default=(last_seen, 5, Outcome.CENSORED))
    is_closed = outcome is Outcome.CLOSED
    until = closure.on if is_closed and closure.on is not None else on
    left = max((day for day in opened if day < until or not is_closed), default=entry)
    return Followed(
        patient_id=lesion.patient_id,
        lesion_id=lesion.id,
        origin=origin,
        has_onset=has_onset,
        entry_day=(entry - origin).days,
        left_day=(left - origin).days,
        right_day=(on - origin).days if is_closed else None,
        day=(on - origin).days,
        outcome=outcome,
        is_unconfirmed=closure.status is ClosureStatus.UNCONFIRMED,
    )
