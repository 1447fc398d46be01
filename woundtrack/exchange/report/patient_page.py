"""The page of one patient for the MDT: figures, curves, body map, photographs and numbers.

Hides what is left out where there are many lesions or visits; no lesion's numbers ever are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from woundtrack import healing
from woundtrack.exchange.report import words
from woundtrack.exchange.report.body import draw_body, marks_of
from woundtrack.exchange.report.paper import INK, INK2, LINE, Document, Paper
from woundtrack.exchange.report.parts import (
    FOOT,
    LEFT,
    RIGHT,
    TRACED,
    WIDE,
    Figure,
    chosen,
    draw_caption,
    draw_chip,
    draw_figures,
    draw_foot,
    draw_head,
    draw_photo,
    draw_scale_bar,
)
from woundtrack.exchange.report.sheet import Sheet, Strip, common_scale, strips_for
from woundtrack.healing import change
from woundtrack.healing.change import Change
from woundtrack.healing.chart import Chart, Plan
from woundtrack.healing.chart_paper import Drawing
from woundtrack.healing.chart_record import Lane
from woundtrack.healing.chart_style import ENGLISH
from woundtrack.healing.chart_words import END_REASONS
from woundtrack.healing.closures import ClosureStatus
from woundtrack.healing.lesion_course import LesionCourse
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

_MOST_VISITS: Final = 12
_CHART_WIDE: Final = 121.0
_CHART_PX: Final = 572
"""So wide is the chart in its own px: its smallest type is 6.6 points on paper."""
_INSET: Final = 12 * _CHART_WIDE / _CHART_PX
"""The chart leaves so much free at its left."""
_COLUMN: Final = LEFT + _CHART_WIDE + 7.0
_STILL_THERE: Final = frozenset({EndReason.DEATH, EndReason.LOST})
"""Ends of following a lesion that didn't end the lesion."""
_LEAST_COURSE: Final = 92.0
"""Height that curves and body map have at least."""
_STRIP_GAP: Final = 2.4
_ABOVE_PHOTO: Final = 4.6
_BELOW_PHOTO: Final = 8.0


def draw_patient(document: Document, sheet: Sheet) -> None:
    """Draw the page; where a table of very many lesions doesn't fit, it goes on on further ones."""
    paper = document.paper
    lesions = sheet.lesions
    y = draw_head(paper, sheet, _title(sheet))
    y = draw_figures(paper, figures_of(sheet), y)
    rows = _Rows.of(sheet)
    strips = sheet.strips[: strips_for(len(lesions))]
    # The table and the photographs take what they need; the chart has what is left, or less.
    photos = _PhotoRows.of(strips)
    below = 3.0 + (4.0 if rows.lesions else 0.0)
    table_high = min(rows.height, FOOT - below - y - _LEAST_COURSE - photos.height)
    most = FOOT - below - table_high - photos.height
    bottom = max(_draw_course(paper, sheet, y, most), _draw_column(paper, sheet, y, most))
    y = _draw_strips(paper, strips, photos, min(bottom, most) + 3.0)
    pages = _pages_of(rows, table_high)
    _draw_rows(paper, sheet, rows, y, pages[0])
    draw_foot(document, sheet, _notes(sheet, rows), f"Page 1 of {len(pages)}")
    for number, which in enumerate(pages[1:], start=2):
        document.next_page()
        y = draw_head(paper, sheet, "Areas, continued")
        _draw_rows(paper, sheet, rows, y + 2.0, which)
        draw_foot(document, sheet, _notes(sheet, rows), f"Page {number} of {len(pages)}")


def _pages_of(rows: _Rows, first_high: float) -> list[range]:
    """Return which rows stand on each page; the first has so much room, others all of it."""
    count = len(rows.lesions)
    pages = [range(rows.fitting(first_high))]
    each = max(rows.fitting(FOOT - 45.0), 1)
    while pages[-1].stop < count:
        pages.append(range(pages[-1].stop, min(pages[-1].stop + each, count)))
    return pages


def _title(sheet: Sheet) -> str:
    days = [visit.visited_on for visit in sheet.timeline.visits]
    if not days:
        return "Healing record, no visits yet"
    if days[0] == days[-1]:
        return f"Healing record, {words.day(days[0])}"
    return f"Healing record, {words.day(days[0])} to {words.day(days[-1])}"


# --- figures -------------------------------------------------------------------------------------


def figures_of(sheet: Sheet) -> tuple[Figure, ...]:
    """Return the five figures at the head of a patient's page."""
    seen = [one for one in sheet.course.lesions if one.looks]
    is_open = [one for one in seen if _is_open(one)]
    counted = (
        "Open lesions",
        str(len(is_open)) if seen else words.DASH,
        f"of {len(seen)} seen" if seen else "none seen yet",
    )
    return (
        counted,
        _open_area(sheet),
        _since(sheet),
        worst_pain(sheet.record.pains),
        newest_score(sheet) or _followed(sheet),
    )


def _is_open(lesion: LesionCourse) -> bool:
    is_gone = lesion.end is not None and lesion.end.reason not in _STILL_THERE
    return not is_gone and bool(lesion.looks) and lesion.looks[-1].standing is Standing.OPEN


def _known(sheet: Sheet) -> list[TotalPoint]:
    return [point for point in sheet.course.burden if point.area_mm2 is not None]


def _open_area(sheet: Sheet) -> Figure:
    known = _known(sheet)
    if not known:
        return "Open area", words.DASH, "not measured yet"
    newest = known[-1]
    last_visit = max(visit.visited_on for visit in sheet.timeline.visits)
    name = f"Open area, {words.day_short(newest.on)}" if newest.on < last_visit else "Open area"
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
    name = f"Since {words.day_short(then.on)}"
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
        note += f"; {words.day_short(before[0])}: {before[1]:g}"
    name = f"{sheet.score_name(newest.instrument)}{of_lesion}"
    return name, "no total" if total is None else f"{total:g}", note


def worst_pain(pains: Sequence[Pain], lesion_id: str | None = None) -> Figure:
    """Return the newest worst pain with the one before and the first, on the scale it was told."""
    told = [one for one in pains if one.value is not None and one.lesion_id in {None, lesion_id}]
    worst = [one for one in told if one.context is PainContext.WORST_24H] or told
    if not worst:
        return "Worst pain", words.DASH, "not asked"
    newest = worst[-1]
    alike = [one for one in worst if one.scale is newest.scale and one.context is newest.context]
    name = "Worst pain" if newest.context is PainContext.WORST_24H else "Pain"
    top = 10 if newest.scale is PainScale.NRS11 else 100
    others = []
    if len(alike) > 1:
        others.append(f"{words.day_short(alike[-2].on)}: {alike[-2].value:g}")
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


# --- the course ----------------------------------------------------------------------------------


def _draw_course(paper: Paper, sheet: Sheet, top: float, most: float) -> float:
    """Draw the curves no lower than ``most``; returns where they end."""
    wide = _CHART_WIDE + _INSET
    chart = course_chart(paper, sheet, width_px=_CHART_PX, height_mm=most - top, width_mm=wide)
    if chart is not None:
        return top + paper.chart(chart, LEFT - _INSET, top, width=wide, inset=_INSET)
    lines = paper.wrapped(_why_no_curve(sheet), 8.5, _CHART_WIDE - 12)
    paper.box(LEFT, top, _CHART_WIDE, 11.0 + 4.4 * len(lines), stroke=LINE, thick=0.2)
    for place, line in enumerate(lines):
        paper.text(LEFT + 6, top + 8.4 + 4.4 * place, line, 8.5)
    return top + 11.0 + 4.4 * len(lines)


def _why_no_curve(sheet: Sheet) -> str:
    if not sheet.timeline.visits:
        return "No visits yet. The curve begins with the first photograph that is accepted."
    if any(one.points for one in sheet.lesions):
        return "Seen, but in no photograph with a scale: there are no areas to draw."
    return "No areas yet: nothing was accepted from the photographs of this patient."


def course_chart(
    paper: Paper,
    sheet: Sheet,
    *,
    width_px: int,
    width_mm: float,
    height_mm: float,
    lesion_id: str | None = None,
) -> Drawing | None:
    """Return the chart of a course with its lanes, laid out as high as there is room.

    Where the sites of a patient don't fit one below the other they share one panel, and where the
    lanes don't either, laboratory values and scores are left out. None where no area was measured.
    """
    if not any(point.area_mm2 is not None for one in sheet.lesions for point in one.points):
        return None
    most = height_mm / width_mm * width_px
    day = sheet.made.as_of or sheet.made.printed_on
    whole = Chart(
        timeline=sheet.timeline,
        record=sheet.record,
        lesion_id=lesion_id,
        score_total=sheet.score_total,
        today=day,
        # On paper "today" is whenever it is read.
        words=replace(ENGLISH, today=words.day_short(day)),
        width_px=width_px,
        waiting=sheet.waits,
        has_caption=False,
        outlines="ulcer" if lesion_id is None else "all",
    )
    fewer: tuple[Lane, ...] = ("treatments", "events", "pain")
    tried = [
        whole,
        replace(whole, split="patient"),
        replace(whole, lanes=fewer),
        replace(whole, split="patient", lanes=fewer),
    ]
    plans = [Plan(one, paper.measure) for one in tried]
    plan = next((one for one in plans if one.least_px <= most), plans[-1])
    return plan.lay_out(min(most, 1.5 * plan.natural_px))


def _draw_column(paper: Paper, sheet: Sheet, top: float, bottom: float) -> float:
    """Draw the body map, and below it what became of every lesion; returns where it ends."""
    lesions = sheet.lesions
    wide = RIGHT - _COLUMN
    long = len(lesions) > 12
    y = top + draw_body(
        paper,
        lesions,
        sheet.record.lesion_details,
        x=_COLUMN + (wide * 0.1 if long else 0.0),
        y=top - 1.0,
        width=wide * (0.8 if long else 1.0),
    )
    y += 2.0
    if not lesions:
        paper.text(_COLUMN, y + 3.0, "No lesion recorded yet.", 7, colour=INK2)
        return y + 5.0
    room = bottom - y - 3.0
    each = room / len(lesions)
    lines = 3 if each >= 12.4 else 2 if each >= 8.4 else 1
    step = {3: 12.4, 2: 8.4, 1: max(min(each, 4.4), 2.9)}[lines]
    marks = marks_of(lesions)
    count = min(len(lesions), max(int(room / step), 1))
    for lesion in lesions[:count]:
        _draw_lesion(paper, sheet, lesion, marks[lesion.lesion.id], y, step, lines)
        y += step
    paper.line(_COLUMN, y, RIGHT, y, width=0.15)
    if count < len(lesions):
        more = f"{len(lesions) - count} more in the table."
        paper.text(_COLUMN, y + 2.6, more, 6, colour=INK2)
    else:
        paper.text(_COLUMN, y + 2.6, "Change: since the visit before.", 6, colour=INK2)
    return y + 4.0


def _draw_lesion(
    paper: Paper,
    sheet: Sheet,
    lesion: LesionTimeline,
    mark: str,
    y: float,
    step: float,
    lines: int,
) -> None:
    """Draw one lesion of the column in three lines, in two, or in one."""
    paper.line(_COLUMN, y, RIGHT, y, width=0.15)
    size = 6.4 if lines > 1 else min(6.2, step * 1.75)
    base = y + (4.0 if lines > 1 else step * 0.5 + size * 0.13)
    number = f"{mark} " if mark != lesion.lesion.label else ""
    x = _COLUMN
    if number:
        x += paper.text(x, base, number, size, bold=True) + 0.6
    if lines == 1:
        name = paper.fitted(lesion.lesion.label, size, 15.0, bold=True)
        paper.text(x, base, name, size, bold=True)
        area = words.area_of(lesion.points[-1]) if lesion.points else "not seen"
        paper.text(_COLUMN + 31.0, base, area, size, align="right")
        paper.text(RIGHT, base, _told(sheet, lesion), size, colour=INK2, align="right")
        return
    end = draw_chip(paper, lesion.lesion, x, base)
    paper.text(end + 1.8, base, words.site_of(lesion), 7, bold=True, room=RIGHT - end - 1.8)
    area, interval, changed = status_of(sheet, lesion)
    if lines == 2:
        end = _COLUMN + paper.text(_COLUMN, base + 3.4, area, 6.6, bold=True) + 1.2
        paper.text(end, base + 3.4, f"{interval} {changed}".strip(), 6.2, room=RIGHT - end)
        return
    if not area:
        paper.text(_COLUMN, base + 3.9, changed, 7, room=RIGHT - _COLUMN)
        return
    end = _COLUMN + paper.text(_COLUMN, base + 3.9, area, 7, bold=True) + 1.4
    paper.text(end, base + 3.9, interval, 7, colour=INK2, room=RIGHT - end)
    paper.text(_COLUMN, base + 7.4, changed, 7, room=RIGHT - _COLUMN)


def _told(sheet: Sheet, lesion: LesionTimeline) -> str:
    course = sheet.course.lesion(lesion.lesion.id)
    if course.end is not None and ended_of(sheet, course):
        return END_REASONS[course.end.reason]
    if not lesion.points:
        return ""
    return {Change.FIRST: "first"}.get(course.change) or words.said(course.change)


def status_of(sheet: Sheet, lesion: LesionTimeline) -> tuple[str, str, str]:
    """Return a lesion's newest area, its interval, and its change since the visit before."""
    course = sheet.course.lesion(lesion.lesion.id)
    if ended := ended_of(sheet, course):
        return "", "", words.capital(ended)
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
        return area, interval, f"Cannot tell: {broken} since {words.day_short(before.on)}"
    figures = change.ratio(before, newest)
    if figures is None:
        return area, interval, words.capital(words.said(course.change))
    value, low, high = figures
    ends = words.percent_ends(low, high)
    return area, interval, f"{words.percent(value)} ({ends}): {words.said(course.change)}"


def ended_of(sheet: Sheet, course: LesionCourse) -> str:
    """Return why a lesion is no longer followed as one: ``merged into A1, 16 Mar 2026``."""
    end = course.end
    if end is None or end.reason in _STILL_THERE or end.reason is EndReason.CLOSED:
        return ""
    reason = END_REASONS[end.reason]
    labels = {one.lesion.id: one.lesion.label for one in sheet.lesions}
    if end.reason is EndReason.MERGED and end.into in labels:
        reason = f"merged into {labels[end.into]}"
    return f"{reason}, {words.day(end.on)}"


def _closed(lesion: LesionTimeline, course: LesionCourse) -> str:
    closure = course.closure
    if closure.status is ClosureStatus.CONFIRMED and closure.on and closure.confirmed_on:
        confirmed = words.day_short(closure.confirmed_on)
        return f"Closed {words.day(closure.on)}, confirmed {confirmed}"
    if closure.status is ClosureStatus.UNCONFIRMED and closure.on:
        return f"Closed {words.day(closure.on)}, not yet confirmed"
    seen = healing.closure_of(lesion)
    since = "" if seen is None else f" {words.day(seen[0])}"
    return f"Skin closed{since}; drainage, dressing not recorded"


def break_between(course: LesionCourse, before: TimelinePoint, after: TimelinePoint) -> str:
    """Return what changed the area between two visits other than healing; nothing without."""
    found = [one.reason for one in course.breaks if is_broken([one], before.on, after.on)]
    said = {
        BreakReason.DEBRIDEMENT: "debrided",
        BreakReason.MERGED: "another merged into it",
        BreakReason.SPLIT: "a part was split off",
    }
    return " and ".join(dict.fromkeys(said[reason] for reason in found))


# --- photographs ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _PhotoRows:
    """How large photographs are in their frames, mm, and how high all rows of them."""

    wide: float
    high: float
    height: float

    @classmethod
    def of(cls, strips: Sequence[Strip]) -> _PhotoRows:
        most = max((len(strip.photos) for strip in strips), default=0)
        across = min(max(most, 3 if len(strips) < 2 else 4), 5)
        wide = (WIDE - _STRIP_GAP * (across - 1)) / across
        high = wide * 0.74
        return cls(wide=wide, high=high, height=len(strips) * (high + _ABOVE_PHOTO + _BELOW_PHOTO))


def _draw_strips(paper: Paper, strips: Sequence[Strip], rows: _PhotoRows, y: float) -> float:
    wide, high = rows.wide, rows.high
    scale = common_scale(strips, (wide, high))
    for place, strip in enumerate(strips):
        end = draw_chip(paper, strip.lesion.lesion, LEFT, y + 2.6)
        site = words.site_of(strip.lesion)
        end += 2.0 + paper.text(end + 2.0, y + 2.6, site, 7.5, bold=True, room=60.0)
        has_scale = any(
            one.picture is not None and one.picture.px_per_mm is not None for one in strip.photos
        )
        if has_scale and not place and sum(len(one.photos) for one in strips) > 1:
            said = "all at the same scale"
            end += 2.0 + paper.text(end + 2.0, y + 2.6, said, 7, colour=INK2)
        if has_scale:
            draw_scale_bar(paper, end + 3.0, y + 2.4, scale, 16.0)
        for number, photo in enumerate(strip.photos):
            x = LEFT + number * (wide + _STRIP_GAP)
            draw_photo(paper, photo, x, y + _ABOVE_PHOTO, wide, high, scale=scale)
            draw_caption(paper, photo, x, y + high + 7.6, wide)
        y += high + _ABOVE_PHOTO + _BELOW_PHOTO
    return y


# --- the table -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rows:
    """The table of areas: a row a lesion, a column a visit; as many visits as there is room."""

    lesions: tuple[LesionTimeline, ...]
    days: tuple[date, ...]
    all_days: int
    step: float

    @classmethod
    def of(cls, sheet: Sheet) -> _Rows:
        days = sorted({visit.visited_on for visit in sheet.timeline.visits})
        lesions = tuple(one for one in sheet.lesions if one.points)
        step = 5.0 if len(lesions) <= 6 else 4.2 if len(lesions) <= 12 else 3.6
        return cls(
            lesions=lesions if days else (),
            days=tuple(days[place] for place in chosen(len(days), _MOST_VISITS)),
            all_days=len(days),
            step=step,
        )

    @property
    def height(self) -> float:
        return 5.0 + self.step * len(self.lesions) if self.lesions else 0.0

    def instead(self, sheet: Sheet, lesion: LesionTimeline, on: date) -> str:
        """Return what stands at a visit without an area of its own: a dash, or where it went."""
        end = sheet.course.lesion(lesion.lesion.id).end
        if end is None or on < end.on or end.reason is not EndReason.MERGED:
            return "to review" if (lesion.lesion.id, on) in sheet.waits else words.DASH
        labels = {one.lesion.id: one.lesion.label for one in sheet.lesions}
        return f"in {labels[end.into]}" if end.into in labels else "merged"

    def fitting(self, height: float) -> int:
        return min(len(self.lesions), max(int((height - 5.0) / self.step + 1e-6), 0))


def _draw_rows(paper: Paper, sheet: Sheet, rows: _Rows, y: float, which: range) -> None:
    if not rows.lesions or not which:
        return
    first = LEFT + 24.0
    wide = (RIGHT - first) / max(len(rows.days), 4)
    paper.text(LEFT, y + 2.6, "Area, cm²", 6.6, colour=INK2)
    years = len({day.year for day in rows.days}) > 1
    for place, day in enumerate(rows.days):
        said = words.day_short(day)
        if years:
            said = f"{said} {day.year % 100:02d}"
        at = first + wide * (place + 1)
        paper.text(at, y + 2.6, said, 6.2, colour=INK2, align="right", room=wide - 1.0)
    y += 5.0
    size = min(7.0, rows.step * 1.7)
    for number in which:
        lesion = rows.lesions[number]
        paper.line(LEFT, y - 1.0, RIGHT, y - 1.0, width=0.12)
        base = y - 1.0 + rows.step / 2 + size * 0.125
        if rows.step > 4.5:
            draw_chip(paper, lesion.lesion, LEFT, base, size=6.2)
        else:
            name = paper.fitted(lesion.lesion.label, size, 22.0, bold=True)
            paper.text(LEFT, base, name, size, bold=True)
        points = {point.on: point for point in lesion.points}
        for place, day in enumerate(rows.days):
            at = first + wide * (place + 1)
            point = points.get(day)
            said = rows.instead(sheet, lesion, day)
            if point is not None:
                said = "no scale" if point.area_cm2 is None else words.area(point.area_cm2)
                if point.state is WoundState.CLOSED:
                    said = "0"
            colour = INK if point is not None else INK2
            paper.text(at, base, said, size, colour=colour, align="right", room=wide - 0.8)
        y += rows.step


def _notes(sheet: Sheet, rows: _Rows) -> list[str]:
    notes = [TRACED, "Eschar-covered lesions count as open."]
    if rows.lesions:
        notes.append(f"“{words.DASH}” means no accepted photograph.")
    if len(rows.days) < rows.all_days:
        notes.append(f"The table shows {len(rows.days)} of {rows.all_days} visits.")
    if sheet.waiting:
        wait = words.counted(sheet.waiting, "photograph waits", "photographs wait")
        notes.append(f"{wait} to be reviewed and {'is' if sheet.waiting == 1 else 'are'} not here.")
    return notes
