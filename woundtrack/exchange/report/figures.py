"""What is said of a patient and of a lesion in a few words: figures, areas, changes, ends.

Hides what is compared with what, and where nothing can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from woundtrack import healing
from woundtrack.exchange.report import words
from woundtrack.exchange.report.parts import Figure
from woundtrack.exchange.report.sheet import Sheet
from woundtrack.healing import change
from woundtrack.healing.chart_words import END_REASONS
from woundtrack.healing.closures import ClosureStatus
from woundtrack.healing.lesion_course import LesionCourse, first_comparable
from woundtrack.healing.lesion_states import BreakReason, Standing, is_broken
from woundtrack.model import (
    EndReason,
    LesionTimeline,
    Pain,
    PainContext,
    PainScale,
    TimelinePoint,
    TotalPoint,
    WoundState,
)

_STILL_THERE: Final = frozenset({EndReason.DEATH, EndReason.LOST})
"""Ends of following a lesion that didn't end the lesion: its last area is told beside them."""


def figures_of(sheet: Sheet) -> tuple[Figure, ...]:
    """Return the five figures at the head of a patient's page."""
    seen = [one for one in sheet.course.lesions if one.looks]
    has_died = sheet.record.death is not None
    is_open = [one for one in seen if _is_open(one, has_died=has_died)]
    counted = (
        "Open at death" if has_died else "Open lesions",
        str(len(is_open)) if seen else words.DASH,
        ", ".join([f"of {len(seen)} seen", *_left(seen, has_died=has_died)])
        if seen
        else "none seen yet",
    )
    return (
        counted,
        _open_area(sheet),
        _since(sheet),
        worst_pain(sheet.record.pains),
        newest_score(sheet) or _followed(sheet),
    )


def _is_open(lesion: LesionCourse, *, has_died: bool) -> bool:
    stays = {EndReason.CLOSED, EndReason.DEATH} if has_died else {EndReason.CLOSED}
    is_gone = lesion.end is not None and lesion.end.reason not in stays
    return not is_gone and bool(lesion.looks) and lesion.looks[-1].standing is Standing.OPEN


def _left(seen: Sequence[LesionCourse], *, has_died: bool) -> list[str]:
    """Return how many are followed no more though they were open: so many that none forgets."""
    found = []
    for reason, said in ((EndReason.LOST, "lost to follow-up"), (EndReason.DEATH, "open at death")):
        count = sum(
            one.end is not None
            and one.end.reason is reason
            and one.looks[-1].standing is Standing.OPEN
            for one in seen
        )
        # Of a patient who died the figure itself says what was open then.
        if count and not (has_died and reason is EndReason.DEATH):
            found.append(f"{count} {said}")
    return found


def _known(sheet: Sheet) -> list[TotalPoint]:
    return [point for point in sheet.course.burden if point.area_mm2 is not None]


def _open_area(sheet: Sheet) -> Figure:
    known = _known(sheet)
    if not known:
        return "Open area", words.DASH, "not measured yet"
    newest = known[-1]
    last_visit = max(visit.visited_on for visit in sheet.timeline.visits)
    name = (
        f"Open area, {words.day_short(newest.on, last_visit)}"
        if newest.on < last_visit
        else "Open area"
    )
    value = words.area((newest.area_mm2 or 0) / 100, has_unit=True)
    if not newest.area_mm2:
        return name, value, "all closed"
    if newest.area_low_mm2 is None or newest.area_high_mm2 is None:
        return name, value, "no interval"
    note = words.ends(newest.area_low_mm2 / 100, newest.area_high_mm2 / 100)
    return name, value, f"{note}, 95{words.THIN}% interval"


def _since(sheet: Sheet) -> Figure:
    known = _known(sheet)
    if len(known) < 2:
        return "Change", words.DASH, "takes two visits with all areas"
    then, now = known[-2], known[-1]
    name = f"Since {words.day_short(then.on, now.on)}"
    if not then.area_mm2:
        return name, words.DASH, "there was none open"
    if not now.area_mm2:
        return name, f"{words.MINUS}100{words.THIN}%", "all closed"
    broken = {
        one.reason
        for lesion in sheet.course.lesions
        for one in lesion.breaks
        if is_broken([one], then.on, now.on)
    }
    if BreakReason.DEBRIDEMENT in broken:
        # Merged and split areas stay in the total; what was taken away doesn't.
        return name, words.CANNOT_TELL, "debrided between the two visits"
    first, second = _as_point(then), _as_point(now)
    figures = change.ratio(first, second)
    value = words.percent(now.area_mm2 / then.area_mm2 - 1)
    if figures is None:
        return name, value, "cannot tell: no interval"
    told = words.said(change.between(first, second))
    return name, value, f"{words.percent_ends(figures[1], figures[2])}; {told}"


def _as_point(total: TotalPoint) -> TimelinePoint:
    """Return a total as one measurement, so that it is compared as any other."""
    return TimelinePoint(
        on=total.on,
        state=WoundState.OPEN,
        area_mm2=total.area_mm2,
        area_low_mm2=total.area_low_mm2,
        area_high_mm2=total.area_high_mm2,
        perimeter_mm=None,
        assessment_id="",
    )


def newest_score(sheet: Sheet) -> Figure | None:
    """Return the newest score with a total before it, where any was recorded."""
    if not sheet.record.scores or sheet.score_total is None:
        return None
    newest = sheet.record.scores[-1]
    labels = {one.lesion.id: one.lesion.label for one in sheet.lesions}
    of_lesion = f", {labels[newest.lesion_id]}" if newest.lesion_id in labels else ""
    alike = [
        one
        for one in sheet.record.scores[:-1]
        if (one.instrument, one.lesion_id) == (newest.instrument, newest.lesion_id)
    ]
    total = sheet.score_total(newest)
    told = [(one.on, sheet.score_total(one)) for one in reversed(alike)]
    before = next(((on, value) for on, value in told if value is not None), None)
    note = f"on {words.day_short(newest.on)}"
    if before is not None:
        note += f"; {words.day_short(before[0], newest.on)}: {before[1]:g}"
    name = f"{sheet.score_name(newest.instrument)}{of_lesion}"
    return name, "no total" if total is None else f"{total:g}", note


def worst_pain(pains: Sequence[Pain], lesion_id: str | None = None) -> Figure:
    """Return the newest worst pain with the one before and the first, on the scale it was told."""
    told = [one for one in pains if one.value is not None and one.lesion_id in {None, lesion_id}]
    worst = [one for one in told if one.context is PainContext.WORST_24H] or told
    if not worst:
        return "Pain, worst in 24 h", words.DASH, "not asked"
    newest = worst[-1]
    alike = [one for one in worst if one.scale is newest.scale and one.context is newest.context]
    name = "Pain, worst in 24 h" if newest.context is PainContext.WORST_24H else "Pain"
    top = 10 if newest.scale is PainScale.NRS11 else 100
    others = []
    if len(alike) > 1:
        others.append(f"{words.day_short(alike[-2].on, newest.on)}: {alike[-2].value:g}")
    if len(alike) > 2:
        others.append(f"first: {alike[0].value:g}")
    note = ", ".join(others) or words.day_short(newest.on)
    if newest.context is not PainContext.WORST_24H:
        note = f"{words.plain(newest.context)}; {note}"
    return f"{name}, {words.day_short(newest.on)}", f"{newest.value:g} of {top}", note


def _followed(sheet: Sheet) -> Figure:
    days = [visit.visited_on for visit in sheet.timeline.visits]
    if not days:
        return "Followed for", words.DASH, "no visit yet"
    long = (days[-1] - days[0]).days
    visits = words.counted(len(set(days)), "visit", "visits")
    if not long:
        return "Seen", visits, words.day(days[0])
    return "Followed for", words.counted(long, "day", "days"), visits


# --- one lesion ----------------------------------------------------------------------------------


def status_of(sheet: Sheet, lesion: LesionTimeline) -> tuple[str, str, str]:
    """Return a lesion's newest area, its interval, and its change since the visit before."""
    course = sheet.course.lesion(lesion.lesion.id)
    if ended := ended_of(sheet, course):
        told = words.capital(ended)
        if course.end is None or course.end.reason not in _STILL_THERE or not lesion.points:
            return "", "", told
        return words.area_of(lesion.points[-1]), words.interval(lesion.points[-1]), told
    if not lesion.points:
        return "not seen yet", "", ""
    newest = lesion.points[-1]
    if newest.state is WoundState.CLOSED:
        return f"0{words.THIN}cm²", "", _closed(lesion, course)
    area, interval = words.area_of(newest), words.interval(newest)
    if newest.area_mm2 is None:
        return area, words.day_short(newest.on), "Seen without a scale"
    before = next((one for one in reversed(lesion.points[:-1]) if one.area_mm2 is not None), None)
    if before is None:
        return area, interval, "First measurement"
    if broken := break_between(course, before, newest):
        return (
            area,
            interval,
            f"Cannot tell: {broken} since {words.day_short(before.on, newest.on)}",
        )
    figures = change.ratio(before, newest)
    if figures is None:
        return area, interval, words.capital(words.said(course.change))
    value, low, high = figures
    ends = words.percent_ends(low, high)
    return area, interval, f"{words.percent(value)} ({ends}): {words.said(course.change)}"


def change_before(sheet: Sheet, lesion: LesionTimeline) -> str:
    """Return the newest change since the visit before, in a word or with its figure."""
    course = sheet.course.lesion(lesion.lesion.id)
    if not lesion.points or ended_of(sheet, course):
        return ""
    newest = lesion.points[-1]
    if newest.state is WoundState.CLOSED:
        return "closed"
    if newest.area_mm2 is None:
        return "no scale"
    before = next((one for one in reversed(lesion.points[:-1]) if one.area_mm2 is not None), None)
    if before is None:
        return "first"
    if broken := break_between(course, before, newest):
        return f"{words.CANNOT_TELL}: {broken}"
    return _told(before, newest)


def change_first(sheet: Sheet, lesion: LesionTimeline) -> str:
    """Return the newest change since the first visit that can be compared; empty without one.

    Where it is the first one after a debridement, a merge or a split, its day is told.
    """
    course = sheet.course.lesion(lesion.lesion.id)
    if ended_of(sheet, course):
        return ""
    first = first_comparable(lesion.points, course.breaks)
    if first is None:
        return ""
    told = _told(first, lesion.points[-1])
    is_anew = any(one.area_mm2 and one.on < first.on for one in lesion.points)
    newest = lesion.points[-1].on
    return f"{told}, from {words.day_short(first.on, newest)}" if is_anew else told


def _told(before: TimelinePoint, after: TimelinePoint) -> str:
    figures = change.ratio(before, after)
    said = words.said(change.between(before, after))
    return said if figures is None else f"{words.percent(figures[0])} {said}"


def ended_of(sheet: Sheet, course: LesionCourse) -> str:
    """Return why a lesion is no longer followed as one: ``merged into A1, 16 Mar 2026``."""
    end = course.end
    if end is None or end.reason is EndReason.CLOSED:
        return ""
    reason = END_REASONS[end.reason]
    labels = {one.lesion.id: one.lesion.label for one in sheet.lesions}
    if end.reason is EndReason.MERGED and end.into in labels:
        reason = f"merged into {labels[end.into]}"
    return f"{reason}, {words.day(end.on) if end.known is None else words.partial(end.known)}"


def _closed(lesion: LesionTimeline, course: LesionCourse) -> str:
    closure = course.closure
    if closure.status is ClosureStatus.CONFIRMED and closure.on and closure.confirmed_on:
        confirmed = words.day_short(closure.confirmed_on, closure.on)
        return f"Closed {words.day(closure.on)}, confirmed {confirmed}"
    if closure.status is ClosureStatus.UNCONFIRMED and closure.on:
        return f"Closed {words.day(closure.on)}, not yet confirmed"
    seen = healing.closure_of(lesion)
    since = "" if seen is None else f" {words.day(seen[0])}"
    return f"Skin closed{since}; drainage, dressing not recorded"


def break_between(course: LesionCourse, before: TimelinePoint, after: TimelinePoint) -> str:
    """Return what changed the area between two visits other than healing; nothing without.

    An eschar's area and an open ulcer's are areas of two things.
    """
    found = [one.reason for one in course.breaks if is_broken([one], before.on, after.on)]
    said = {
        BreakReason.DEBRIDEMENT: "debrided",
        BreakReason.MERGED: "another merged into it",
        BreakReason.SPLIT: "a part was split off",
    }
    told = [said[reason] for reason in found]
    if change.is_other_edge(before, after):
        told.append("another edge outlined")
    return " and ".join(dict.fromkeys(told))
