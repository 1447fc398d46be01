"""What is new of a patient since a day: what opened and closed, what was given, what happened.

Hides how outlines, findings, lineage and the record are read together; the words are the caller's.
A date of which only the month or the year is known stands for the middle of what it may be. But an
event is new while any day of its month is, and a death of its year, so that nobody misses one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from woundtrack.healing.closures import CONFIRMING_DAYS, Look, closure_from, looks_of
from woundtrack.healing.lesion_states import NOT_OPEN, Standing, laid_out
from woundtrack.model import (
    ClinicalRecord,
    Debrided,
    EndReason,
    Event,
    EventKind,
    Lesion,
    LinkKind,
    PartialDate,
    Precision,
    StopReason,
    Timeline,
    Treatment,
)


class Turn(Enum):
    """What became of a lesion."""

    FOUND = "found"  # seen for the first time, and not an ulcer yet
    OPENED = "opened"
    SPLIT_OFF = "split off"  # opened as a part of another
    RECURRED = "recurred"  # opened where another had closed
    REOPENED = "reopened"
    DEBRIDED = "debrided"
    CLOSED = "closed"
    MERGED = "merged"
    ENDED = "ended"  # amputated, grafted, closed by surgery, lost
    NOT_SEEN = "not seen"  # open when last seen, and at no visit since


OPENINGS: Final = frozenset({Turn.OPENED, Turn.SPLIT_OFF, Turn.RECURRED, Turn.REOPENED})
"""Turns by which there is one open lesion more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionNews:
    """One turn of one lesion, on the day of the visit that showed it.

    ``other`` is the lesion that it merged into, was split from or is a recurrence of. ``confirmed``
    is the visit that confirmed a closure, 14 days after it or more, by skin, drainage and dressing
    (by the skin alone without a record); None while there is none.
    ``on`` of ``NOT_SEEN`` is the day on which it was seen last. ``known`` is the date as far as it
    is known, where it was given by hand: ``on`` is then the middle of what it may be.
    """

    turn: Turn
    lesion: Lesion
    on: date
    other: Lesion | None = None
    reason: EndReason | None = None
    confirmed: date | None = None
    known: PartialDate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StillClosed:
    """A lesion that was closed before the day and stayed so for ``days``, until seen last."""

    lesion: Lesion
    on: date
    days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """All that is new since a day; oldest first within each part.

    ``visits`` are the days on which the patient was seen since. ``changed`` are next doses of a
    treatment that was given already; what they take the place of isn't among ``stopped``.
    ``events`` are all but the death, and but what is told as a turn of its lesion: debridement,
    graft, amputation, closure by surgery.
    """

    since: date
    visits: tuple[date, ...] = ()
    death: Event | None = None
    lesions: tuple[LesionNews, ...] = ()
    still_closed: tuple[StillClosed, ...] = ()
    started: tuple[Treatment, ...] = ()
    changed: tuple[Treatment, ...] = ()
    stopped: tuple[Treatment, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def has_opened(self) -> bool:
        """Whether a lesion opened that wasn't open."""
        return any(one.turn in OPENINGS for one in self.lesions)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is new at all; lesions that have stayed closed are not new."""
        return not (
            self.death
            or self.lesions
            or self.started
            or self.changed
            or self.stopped
            or self.events
        )


def visit_before_last(timeline: Timeline, record: ClinicalRecord | None = None) -> date | None:
    """Return the day of the visit before the last; None where there was one at most.

    Visits at which no lesion was seen count where findings or pain were recorded at them, or where
    no lesion was ever seen: photographs that nobody reviewed yet tell nothing.
    """
    seen = {point.on for curve in timeline.lesions for point in curve.points}
    if seen and record is not None:
        answered = {one.visit_id for one in record.findings}
        told = {one.on for one in record.pains if one.value is not None}
        seen |= {
            visit.visited_on
            for visit in timeline.visits
            if visit.id in answered or visit.visited_on in told
        }
    days = sorted(seen or {visit.visited_on for visit in timeline.visits})
    return days[-2] if len(days) > 1 else None


def news_since(timeline: Timeline, record: ClinicalRecord | None, day: date) -> News:
    """Return what is new of a patient since a day, which itself is not among it.

    Parameters
    ----------
    record
        The clinical record; None where there is none: then outlines alone are read.
    """
    visits = sorted({visit.visited_on for visit in timeline.visits})
    known = laid_out(record, timeline.visits)
    lesions = {curve.lesion.id: curve.lesion for curve in timeline.lesions}
    origins = _origins(record, lesions)
    # A place that opened again is told as its recurrence; it is not closed any more.
    again = {other.id for kind, other in origins.values() if kind is LinkKind.RECURRENCE_OF}
    turns: list[LesionNews] = []
    still: list[StillClosed] = []
    for curve in timeline.lesions:
        lesion = curve.lesion
        end = known.ends.get(lesion.id)
        seen = looks_of(curve.points, known.findings.get(lesion.id, ()))
        is_gone = end is not None and end.reason not in _STAYS
        if end is not None and is_gone:
            # What merged or was taken away is not followed beyond that.
            seen = tuple(one for one in seen if one.on < end.on)
        turns += _turns(lesion, seen, day, origins.get(lesion.id), with_findings=known.is_there)
        if end is not None and is_gone and end.on > day:
            merged = end.reason is EndReason.MERGED
            turns.append(
                LesionNews(
                    turn=Turn.MERGED if merged else Turn.ENDED,
                    lesion=lesion,
                    on=end.on,
                    other=lesions.get(end.into or ""),
                    reason=end.reason,
                    known=end.known,
                )
            )
        if not is_gone and seen:
            last = seen[-1].on
            answered = any(on > last for on, _ in known.findings.get(lesion.id, ()))
            is_due = any(visit > day for visit in visits) and last <= day and not answered
            if seen[-1].standing is Standing.OPEN and is_due and end is None:
                turns.append(LesionNews(turn=Turn.NOT_SEEN, lesion=lesion, on=last))
            closed = _closed_from(seen)
            if closed is not None and closed <= day and lesion.id not in again:
                days = (last - closed).days
                still.append(StillClosed(lesion=lesion, on=closed, days=days))
    turns += _debridements(record, timeline, lesions, day)
    treatments = () if record is None else record.treatments
    followed = {one.follows for one in treatments if one.follows is not None}
    return News(
        since=day,
        visits=tuple(visit for visit in visits if visit > day),
        death=_since(record.death, day) if record is not None else None,
        lesions=tuple(sorted(turns, key=lambda one: (one.on, one.lesion.number))),
        still_closed=tuple(still),
        started=tuple(
            one
            for one in treatments
            if one.follows is None and one.start is not None and one.start.middle > day
        ),
        changed=tuple(
            one
            for one in treatments
            if one.follows is not None and one.start is not None and one.start.middle > day
        ),
        stopped=tuple(
            one
            for one in treatments
            if one.stop is not None
            and one.stop.middle > day
            and one.stop_reason not in {StopReason.CHANGED, StopReason.DEATH}
            and one.entry_id not in followed
        ),
        events=()
        if record is None
        else tuple(one for one in record.events if _is_told(one, day, lesions)),
    )


# --- lesions -------------------------------------------------------------------------------------

_STAYS: Final = frozenset({EndReason.CLOSED, EndReason.DEATH})
"""Ends after which there is still a lesion to be told of: as closed, or as it was."""


def _turns(
    lesion: Lesion,
    seen: Sequence[Look],
    day: date,
    origin: tuple[LinkKind, Lesion] | None,
    *,
    with_findings: bool,
) -> Iterable[LesionNews]:
    """Yield each turn after a day, from one visit to the next."""
    before: Standing | None = None
    for place, look in enumerate(seen):
        on, standing = look.on, look.standing
        turn = _turn(before, standing, origin)
        if on > day and turn is not None:
            is_own = turn in {Turn.SPLIT_OFF, Turn.RECURRED} and origin is not None
            confirmed = None
            if turn is Turn.CLOSED:
                confirmed = _confirmed(seen[place:], with_findings=with_findings)
            yield LesionNews(
                turn=turn,
                lesion=lesion,
                on=on,
                other=origin[1] if is_own and origin is not None else None,
                confirmed=confirmed,
            )
        before = standing


def _turn(
    before: Standing | None, standing: Standing, origin: tuple[LinkKind, Lesion] | None
) -> Turn | None:
    if standing is Standing.OPEN:
        if before is Standing.OPEN:
            return None
        if before in {Standing.CLOSED, Standing.REMOVED}:
            return Turn.REOPENED
        if origin is not None and before is None:
            return Turn.SPLIT_OFF if origin[0] is LinkKind.SPLIT_FROM else Turn.RECURRED
        return Turn.OPENED
    if before is None:
        return Turn.FOUND if standing is Standing.NOT_ULCERATED else None
    if standing is Standing.CLOSED and before not in NOT_OPEN:
        return Turn.CLOSED
    return None


def _confirmed(seen: Sequence[Look], *, with_findings: bool) -> date | None:
    """Return the visit that confirms a closure, 14 days after it or more, while it lasts.

    By skin, drainage and dressing (``closures``); by the skin alone where there is no record.
    """
    opened = (place for place, one in enumerate(seen) if one.standing is not Standing.CLOSED)
    lasting = seen[: next(opened, len(seen))]
    if with_findings:
        return closure_from(lasting).confirmed_on
    first = lasting[0].on
    return next((one.on for one in lasting if (one.on - first).days >= CONFIRMING_DAYS), None)


def _closed_from(seen: Sequence[Look]) -> date | None:
    """Return since when a lesion is closed; None where it isn't."""
    first = None
    for one in reversed(seen):
        if one.standing is not Standing.CLOSED:
            break
        first = one.on
    return first


def _origins(
    record: ClinicalRecord | None, lesions: Mapping[str, Lesion]
) -> dict[str, tuple[LinkKind, Lesion]]:
    """Return of which lesion each is a part or a recurrence."""
    links = () if record is None else record.links
    return {
        link.lesion_id: (link.kind, lesions[link.other_lesion_id])
        for link in links
        if link.kind is not LinkKind.MERGED_INTO and link.other_lesion_id in lesions
    }


def _debridements(
    record: ClinicalRecord | None, timeline: Timeline, lesions: Mapping[str, Lesion], day: date
) -> Iterable[LesionNews]:
    """Yield each lesion's debridements once a day, told as an event, as a finding or as both."""
    if record is None:
        return
    days = {visit.id: visit.visited_on for visit in timeline.visits}
    told: dict[tuple[str, date], PartialDate | None] = {}
    for event in record.events:
        if event.kind is EventKind.DEBRIDEMENT and event.lesion_id in lesions:
            told[str(event.lesion_id), event.on.middle] = event.on
    for finding in record.findings:
        is_one = finding.debrided in {Debrided.BEFORE_PHOTOGRAPH, Debrided.AFTER_PHOTOGRAPH}
        if is_one and finding.visit_id in days and finding.lesion_id in lesions:
            told[finding.lesion_id, days[finding.visit_id]] = None
    for (lesion_id, on), known in told.items():
        if on > day:
            yield LesionNews(turn=Turn.DEBRIDED, lesion=lesions[lesion_id], on=on, known=known)


# --- events --------------------------------------------------------------------------------------

_TURNS: Final = frozenset(
    {
        EventKind.DEBRIDEMENT,
        EventKind.AMPUTATION,
        EventKind.GRAFT,
        EventKind.SURGICAL_CLOSURE,
    }
)
"""Events that are told as turns of the lesion that they are of."""


def _since(event: Event | None, day: date) -> Event | None:
    return event if event is not None and event.on.latest > day else None


def _is_new(on: PartialDate, day: date) -> bool:
    return (on.middle if on.precision is Precision.YEAR else on.latest) > day


def _is_told(event: Event, day: date, lesions: Mapping[str, Lesion]) -> bool:
    """Whether an event is new and isn't told otherwise; a stay that ended since is new, too."""
    if event.kind is EventKind.DEATH:
        return False
    if event.kind in _TURNS and event.lesion_id in lesions:
        return False
    if event.kind is EventKind.ADMISSION and event.ended_on is not None:
        return _is_new(event.ended_on, day)
    return _is_new(event.on, day)
