"""What a lesion is on a day: followed or not, open or not, and where its curve breaks.

Hides how outlines, findings, events and lineage are read together into one answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Final

from woundtrack.healing.change import is_other_edge
from woundtrack.model import (
    ClinicalRecord,
    Debrided,
    EndReason,
    EventKind,
    Finding,
    LesionEnd,
    LesionState,
    LinkKind,
    PartialDate,
    TimelinePoint,
    Visit,
    WoundState,
)


class Standing(Enum):
    """What is known of a lesion at a visit."""

    OPEN = "open"
    CLOSED = "closed"
    NOT_ULCERATED = "not ulcerated"
    REMOVED = "closed by surgery, grafted or amputated"
    UNKNOWN = "not seen"


NOT_OPEN: Final = frozenset({Standing.CLOSED, Standing.NOT_ULCERATED, Standing.REMOVED})
"""Standings of a lesion that has no open area."""

_STANDINGS: Final[Mapping[LesionState, Standing]] = MappingProxyType(
    {
        LesionState.NOT_ULCERATED: Standing.NOT_ULCERATED,
        LesionState.ESCHAR_COVERED: Standing.OPEN,
        LesionState.OPEN: Standing.OPEN,
        LesionState.EPITHELIALISED: Standing.CLOSED,
        LesionState.SURGICALLY_CLOSED: Standing.REMOVED,
        LesionState.GRAFTED: Standing.REMOVED,
        LesionState.AMPUTATED: Standing.REMOVED,
        LesionState.NOT_SEEN: Standing.UNKNOWN,
    }
)


def standing_of(point: TimelinePoint | None, finding: Finding | None) -> Standing:
    """Return what an accepted outline and a finding of one visit say of a lesion together.

    Where one says open and the other doesn't, it is open: eschar-covered is open, and an open area
    that somebody outlined is there.
    """
    said = Standing.UNKNOWN
    if finding is not None and finding.state is not None:
        said = _STANDINGS[finding.state]
    if point is None:
        return said
    if point.state is WoundState.OPEN or said is Standing.OPEN:
        return Standing.OPEN
    return Standing.CLOSED if said in {Standing.UNKNOWN, Standing.NOT_ULCERATED} else said


_END_EVENTS: Final[Mapping[EventKind, EndReason]] = MappingProxyType(
    {
        EventKind.AMPUTATION: EndReason.AMPUTATED,
        EventKind.SURGICAL_CLOSURE: EndReason.SURGICALLY_CLOSED,
        EventKind.GRAFT: EndReason.GRAFTED,
    }
)
_END_STATES: Final[Mapping[LesionState, EndReason]] = MappingProxyType(
    {
        LesionState.SURGICALLY_CLOSED: EndReason.SURGICALLY_CLOSED,
        LesionState.GRAFTED: EndReason.GRAFTED,
        LesionState.AMPUTATED: EndReason.AMPUTATED,
    }
)

SURGICAL_ENDS: Final = frozenset(_END_EVENTS.values())
"""Ends that leave no open area and are no closure by healing."""


class BreakReason(Enum):
    """What changed an area without the wound having grown or healed."""

    DEBRIDEMENT = "debridement"
    MERGED = "another lesion merged into it"
    SPLIT = "a part became a lesion of its own"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One patient's record laid out by lesion, for lookups by day; ``laid_out`` makes one.

    ``is_there`` is False where no record was read, which is not an empty one.
    """

    ends: Mapping[str, LesionEnd]
    began_on: Mapping[str, date]
    findings: Mapping[str, tuple[tuple[date, Finding], ...]]
    debrided_on: tuple[tuple[str | None, date], ...]
    joined_on: tuple[tuple[str, date, BreakReason], ...] = ()
    is_there: bool = True


def laid_out(
    record: ClinicalRecord | None, visits: Iterable[Visit], *, as_of: date | None = None
) -> Record:
    """Lay a record out by lesion; an empty one for None.

    A lesion *ends* by the date and reason in its details; by the link that says that it merged; or
    by the first amputation, graft or closure by surgery that is recorded of it, as an event or a
    finding. It *begins* at the latest with the link by which it came of others. A finding at a
    visit that isn't among these is left out. A date that is known by its month or year alone stands
    for its middle, but for no day after ``as_of``.
    """

    def stands_for(on: PartialDate) -> date:
        return on.middle if as_of is None else on.by(as_of) or on.middle

    if record is None:
        return Record(ends={}, began_on={}, findings={}, debrided_on=(), is_there=False)
    days = {visit.id: visit.visited_on for visit in visits}
    findings: dict[str, list[tuple[date, Finding]]] = {}
    for finding in record.findings:
        if finding.visit_id in days:
            findings.setdefault(finding.lesion_id, []).append((days[finding.visit_id], finding))
    for rows in findings.values():
        rows.sort(key=lambda row: row[0])

    merged = {
        link.lesion_id: LesionEnd(on=link.on, reason=EndReason.MERGED, into=link.other_lesion_id)
        for link in record.links
        if link.kind is LinkKind.MERGED_INTO
    }
    ends: dict[str, LesionEnd] = dict(merged)
    for lesion_id, end in _surgical_ends(record, findings, stands_for):
        if lesion_id not in merged and (lesion_id not in ends or end.on < ends[lesion_id].on):
            ends[lesion_id] = end
    for detail in record.lesion_details:
        known = ends.get(detail.lesion_id)
        if detail.end_reason is None:
            continue
        if detail.ended_on is not None:
            into = merged[detail.lesion_id].into if detail.lesion_id in merged else None
            ends[detail.lesion_id] = LesionEnd(
                on=stands_for(detail.ended_on),
                reason=detail.end_reason,
                into=into if detail.end_reason is EndReason.MERGED else None,
                known=detail.ended_on,
            )
        elif known is not None:
            ends[detail.lesion_id] = replace(known, reason=detail.end_reason)

    began: dict[str, date] = {}
    joined: list[tuple[str, date, BreakReason]] = []
    for link in record.links:
        if link.kind is LinkKind.MERGED_INTO:
            child = link.other_lesion_id
            joined.append((child, link.on, BreakReason.MERGED))
        elif link.kind is LinkKind.SPLIT_FROM:
            child = link.lesion_id
            joined.append((link.other_lesion_id, link.on, BreakReason.SPLIT))
        else:
            continue
        began[child] = min(began.get(child, link.on), link.on)
    return Record(
        ends=ends,
        began_on=began,
        findings={lesion_id: tuple(rows) for lesion_id, rows in findings.items()},
        debrided_on=tuple(
            (event.lesion_id, stands_for(event.on))
            for event in record.events
            if event.kind is EventKind.DEBRIDEMENT
        ),
        joined_on=tuple(joined),
    )


def _surgical_ends(
    record: ClinicalRecord,
    findings: Mapping[str, Sequence[tuple[date, Finding]]],
    stands_for: Callable[[PartialDate], date],
) -> Iterable[tuple[str, LesionEnd]]:
    for event in record.events:
        if event.lesion_id is not None and event.kind in _END_EVENTS:
            yield (
                event.lesion_id,
                LesionEnd(on=stands_for(event.on), reason=_END_EVENTS[event.kind], known=event.on),
            )
    for lesion_id, rows in findings.items():
        for on, finding in rows:
            if finding.state is not None and finding.state in _END_STATES:
                yield lesion_id, LesionEnd(on=on, reason=_END_STATES[finding.state])


# --- what breaks the line ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class LineBreak:
    """What lies between two points of a curve: no line and no rate goes from one to the other.

    ``on`` is the day of the debridement, merge or split. ``after`` is the day of the last point
    before it and ``before`` that of the first one after it; each is None where there is no such
    point.
    """

    on: date
    after: date | None
    before: date | None
    reason: BreakReason = BreakReason.DEBRIDEMENT


def breaks_of(
    lesion_id: str,
    points: Sequence[TimelinePoint],
    record: ClinicalRecord | None,
    visits: Iterable[Visit],
) -> tuple[LineBreak, ...]:
    """Return where a lesion's line breaks, oldest first.

    Taking dead tissue away makes an area larger without the wound having grown, so areas on both
    sides of it are no course. Where a finding says that it was debrided before the photograph, the
    line breaks before that point; after the photograph, after it. An event on the day of a point
    whose finding doesn't say so breaks the line on both sides: nobody knows on which side the area
    is. An event without a lesion breaks the line of every lesion, and one that is known by its
    month alone stands for the middle of it.

    So does another lesion that merged into this one, and a part that split from it, between the
    last point before that day and the first from it on.
    """
    return line_breaks(lesion_id, points, laid_out(record, visits))


def line_breaks(
    lesion_id: str, points: Sequence[TimelinePoint], record: Record
) -> tuple[LineBreak, ...]:
    """Return ``breaks_of`` from a record that is laid out already."""
    days = sorted({point.on for point in points})
    found: dict[tuple[date | None, date | None], LineBreak] = {}

    def between(
        on: date,
        *,
        last: date | None,
        first: date | None,
        reason: BreakReason = BreakReason.DEBRIDEMENT,
    ) -> None:
        if last is not None or first is not None:
            found.setdefault(
                (last, first), LineBreak(on=on, after=last, before=first, reason=reason)
            )

    said: set[date] = set()
    for on, finding in record.findings.get(lesion_id, ()):
        if finding.debrided is None or finding.debrided is Debrided.NO:
            continue
        said.add(on)
        is_before = finding.debrided is Debrided.BEFORE_PHOTOGRAPH
        between(
            on,
            last=_last(days, on, is_with=not is_before),
            first=_first(days, on, is_with=is_before),
        )
    for owner, on in record.debrided_on:
        if owner not in {None, lesion_id} or on in said:
            continue
        if on in days:
            between(on, last=_last(days, on, is_with=False), first=on)
            between(on, last=on, first=_first(days, on, is_with=False))
        else:
            between(on, last=_last(days, on, is_with=False), first=_first(days, on, is_with=False))
    for owner, on, reason in record.joined_on:
        if owner == lesion_id:
            last, first = _last(days, on, is_with=False), _first(days, on, is_with=True)
            between(on, last=last, first=first, reason=reason)
    return tuple(
        sorted(found.values(), key=lambda one: (one.on, one.before is None, one.before or one.on))
    )


def is_broken(breaks: Iterable[LineBreak], before: date, after: date) -> bool:
    """Return whether a break lies between the points of two days, the earlier first."""
    return any(
        (one.after is None or one.after >= before)
        and one.after is not None
        and (one.before is None or one.before <= after)
        and one.before is not None
        for one in breaks
    )


def last_run(
    points: Sequence[TimelinePoint], breaks: Iterable[LineBreak]
) -> tuple[TimelinePoint, ...]:
    """Return the newest unbroken run of open areas: since the last break and the last closure.

    An eschar's area and an ulcer's are no run either.

    Where the lesion is closed now, that before it closed.
    """
    breaks = tuple(breaks)
    run: list[TimelinePoint] = []
    for point in reversed(points):
        if run and (
            point.state is WoundState.CLOSED
            or (breaks and is_broken(breaks, point.on, run[-1].on))
            or is_other_edge(point, run[-1])
        ):
            break
        if point.state is WoundState.OPEN and point.area_mm2:
            run.append(point)
    return tuple(reversed(run))


def _last(days: Sequence[date], on: date, *, is_with: bool) -> date | None:
    return max((day for day in days if day < on or (is_with and day == on)), default=None)


def _first(days: Sequence[date], on: date, *, is_with: bool) -> date | None:
    return min((day for day in days if day > on or (is_with and day == on)), default=None)
