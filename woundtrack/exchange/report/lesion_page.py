"""The page of one lesion: curve, first and last photograph, what was done, every visit's number.

Hides how the page shares its room between a long table and a long list of treatments and events.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from woundtrack.errors import DOUBTS
from woundtrack.exchange.report import words
from woundtrack.exchange.report.course_chart import course_chart
from woundtrack.exchange.report.figures import break_between, status_of, worst_pain
from woundtrack.exchange.report.paper import INK, INK2, Document, Paper
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
from woundtrack.exchange.report.sheet import Sheet, common_scale
from woundtrack.healing import change
from woundtrack.healing.chart_words import END_REASONS
from woundtrack.healing.lesion_course import LesionCourse
from woundtrack.healing.lesion_states import BreakReason
from woundtrack.model import (
    ClinicalRecord,
    LesionDetail,
    LesionTimeline,
    PartialDate,
    TimelinePoint,
    WoundState,
)

_PHOTO: Final = (86.0, 58.0)
_CHART_HIGH: Final = 62.0
_AFTER: Final = {
    BreakReason.DEBRIDEMENT: "debrided",
    BreakReason.MERGED: "merged",
    BreakReason.SPLIT: "split",
}
_INSET: Final = 12 * WIDE / 850
_ROW: Final = 3.9
_MIDDLE: Final = LEFT + 96.0


def draw_lesion_page(document: Document, sheet: Sheet, lesion: LesionTimeline) -> None:
    """Draw the page; where there are very many visits, both ends of them and some between."""
    paper = document.paper
    y = draw_head(paper, sheet, _title(lesion))
    y = _draw_name(paper, lesion, sheet.record.detail_of(lesion.lesion.id), y)
    y = draw_figures(paper, _figures(sheet, lesion), y)
    lines = max(len(_with_gaps(lesion)), len(sheet.record.treatments) + len(sheet.record.events))
    has_photos = any(strip.photos for strip in sheet.strips)
    below = (_PHOTO[1] + 11.5 if has_photos else 0.0) + 8.0 + _ROW * max(lines, 4)
    high = min(max(FOOT - 6.0 - y - below, _CHART_HIGH), 1.6 * _CHART_HIGH)
    chart = course_chart(
        paper,
        sheet,
        width_px=850,
        width_mm=WIDE + _INSET,
        height_mm=high,
        lesion_id=lesion.lesion.id,
    )
    if chart is None:
        said = (
            "Seen, but in no photograph with a scale: there are no areas to draw."
            if lesion.points
            else "No areas yet: nothing was accepted from the photographs of this lesion."
        )
        y = paper.paragraph(LEFT, y + 4.0, said, 8.5, WIDE) + 4.0
    else:
        y += paper.chart(chart, LEFT - _INSET, y, width=WIDE + _INSET, inset=_INSET) + 3.0
    y = _draw_photos(paper, sheet, y)
    cut = _draw_visits(paper, sheet, lesion, y)
    _draw_record(paper, sheet.record, y)
    draw_foot(document, sheet, _notes(lesion, cut), "Page 1 of 1")


def _title(lesion: LesionTimeline) -> str:
    if not lesion.points:
        return f"Lesion {lesion.lesion.label}"
    first, last = lesion.points[0].on, lesion.points[-1].on
    between = words.day(first) if first == last else f"{words.day(first)} to {words.day(last)}"
    return f"One lesion, {between}"


def _draw_name(
    paper: Paper, lesion: LesionTimeline, detail: LesionDetail | None, y: float
) -> float:
    end = draw_chip(paper, lesion.lesion, LEFT, y + 3.4, size=9.0, room=100.0)
    end += 2.4
    end += paper.text(end, y + 3.4, words.site_of(lesion), 10, bold=True) + 2.4
    said = []
    if detail is not None:
        if detail.site_text:
            said.append(detail.site_text)
        if detail.onset is not None:
            said.append(f"since {words.partial(detail.onset)}")
        if detail.morphology_at_entry:
            said.append(", ".join(words.plain(one) for one in detail.morphology_at_entry))
        if detail.aetiology is not None:
            said.append(words.plain(detail.aetiology))
        if detail.end_reason is not None:
            when = "" if detail.ended_on is None else f" {words.partial(detail.ended_on)}"
            said.append(f"ended: {END_REASONS[detail.end_reason]}{when}")
    if said:
        room = RIGHT - end
        text = words.capital("; ".join(said))
        for line in paper.wrapped(text, 7.5, room, most=2):
            paper.text(end, y + 3.2, line, 7.5, colour=INK2)
            y += 3.4
        y -= 3.4
    return y + 8.0


def _figures(sheet: Sheet, lesion: LesionTimeline) -> tuple[Figure, ...]:
    area, interval, changed = status_of(sheet, lesion)
    course = sheet.course.lesion(lesion.lesion.id)
    on = words.day_short(lesion.points[-1].on) if lesion.points else ""
    now = (f"Area, {on}" if on else "Area", area, interval or changed)
    return (
        now,
        _since_before(lesion, course),
        _since_first(course),
        _advance(course),
        worst_pain(sheet.record.pains, lesion.lesion.id),
    )


def _since_before(lesion: LesionTimeline, course: LesionCourse) -> Figure:
    measured = course.measured
    if len(measured) < 2:
        return "Change", words.DASH, "takes two measurements"
    before, newest = measured[-2], measured[-1]
    name = f"Since {words.day_short(before.on, newest.on)}"
    if broken := break_between(course, before, newest):
        return name, words.CANNOT_TELL, f"{broken} in between"
    figures = change.ratio(before, newest)
    told = words.said(change.between(before, newest))
    if figures is None:
        return name, told, "not measured since" if lesion.points[-1] is not newest else ""
    value, low, high = figures
    return name, words.percent(value), f"{words.percent_ends(low, high)}; {told}"


def _since_first(course: LesionCourse) -> Figure:
    first, last, found = course.baseline, course.latest, course.reduction
    if _is_anew(course):
        first, last = (course.run[0], course.run[-1]) if course.run else (None, None)
        found = course.run_reduction
    if first is None or found is None or last is None:
        said = "takes two measurements"
        if course.is_rebased:
            said = "too few since it was debrided"
        elif course.is_other_edge:
            said = "the first is of another edge"
        return "Since the first", words.DASH, said
    what = "the first"
    broken = [one.reason for one in course.breaks if one.before == first.on]
    if course.is_rebased and broken:
        what = _AFTER[broken[-1]]
    elif course.is_other_edge:
        what = "this edge"
    name = f"Since {words.day_short(first.on, last.on)}, {what}"
    value = words.percent(-found.value / 100)
    if found.low is None or found.high is None:
        return name, value, "closed" if last.state is WoundState.CLOSED else "no interval"
    ends = words.percent_ends(-found.high / 100, -found.low / 100)
    said = words.said(change.between(first, last))
    return name, value, f"{ends}{', assumed' if found.is_assumed else ''}; {said}"


def _is_anew(course: LesionCourse) -> bool:
    """Return whether more than healing lies between the first area and the last."""
    return course.is_rebased or course.is_other_edge


def _advance(course: LesionCourse) -> Figure:
    name = "Edge moved inwards"
    rate = course.run_gilman if _is_anew(course) else course.gilman
    if rate is None:
        return name, words.DASH, "takes two measurements"
    value = f"{words.number(rate.value, 3)}{words.THIN}cm/week"
    since = f" since {words.day_short(course.run[0].on)}" if _is_anew(course) else ""
    if rate.low is None or rate.high is None:
        return name, value, f"Gilman{since}"
    low, high = words.number(rate.low, 3), words.number(rate.high, 3)
    return name, value, f"{low} to {high}, Gilman{since}"


# --- photographs ---------------------------------------------------------------------------------


def _draw_photos(paper: Paper, sheet: Sheet, y: float) -> float:
    photos = [photo for strip in sheet.strips for photo in strip.photos]
    if not photos:
        return y
    wide, high = _PHOTO
    has_scale = [one.picture is not None and one.picture.px_per_mm is not None for one in photos]
    scale = common_scale(sheet.strips, _PHOTO)
    names = ("First", "Last") if len(photos) > 1 else ("The one visit",)
    for place, (photo, name) in enumerate(zip(photos[:2], names, strict=False)):
        x = LEFT + place * (WIDE - wide)
        end = x + paper.text(x, y + 2.6, name, 7.5, bold=True)
        if place == 0 and any(has_scale):
            if all(has_scale) and len(photos) > 1:
                end += 2 + paper.text(end + 2, y + 2.6, "both at the same scale", 7, colour=INK2)
            draw_scale_bar(paper, end + 4.0, y + 2.4, scale, 30.0)
        draw_photo(paper, photo, x, y + 4.4, wide, high, scale=scale)
        draw_caption(paper, photo, x, y + high + 7.6, wide, has_year=True)
    return y + high + 11.5


# --- the table and the record --------------------------------------------------------------------


def _draw_visits(paper: Paper, sheet: Sheet, lesion: LesionTimeline, y: float) -> tuple[int, int]:
    """Draw every visit's number, as many as there is room for; returns how many of how many."""
    course = sheet.course.lesion(lesion.lesion.id)
    paper.text(LEFT, y + 2.6, "Visits", 8, bold=True)
    columns = (LEFT, LEFT + 34.0, LEFT + 53.0, LEFT + 56.0)
    for x, name in zip(columns[1:], ("cm²", "95 % interval", ""), strict=True):
        paper.text(x, y + 2.6, name, 6.6, colour=INK2, align="right")
    paper.text(columns[3], y + 2.6, "since the visit before", 6.6, colour=INK2)
    points = _with_gaps(lesion)
    most = max(int((FOOT - 4.0 - y - 4.6) / _ROW), 2)
    shown = chosen(len(points), most)
    base = y + 4.6
    before: TimelinePoint | None = None
    changes: dict[int, str] = {}
    for place, (_, point) in enumerate(points):
        if point is None:
            continue
        changes[place] = _changed(course, before, point)
        if point.area_mm2 is not None:
            before = point
    for row, place in enumerate(shown):
        on, point = points[place]
        at = base + _ROW * row
        paper.line(LEFT, at, _MIDDLE - 6.0, at, width=0.12)
        at += _ROW - 1.1
        paper.text(LEFT, at, words.day(on), 6.8)
        if point is None:
            waits = (lesion.lesion.id, on) in sheet.waits
            said = "to review" if waits else "no photograph"
            paper.text(columns[3], at, said, 6.8, colour=INK2)
            continue
        area = words.DASH if point.area_cm2 is None else words.area(point.area_cm2)
        if point.state is WoundState.CLOSED:
            area = "0"
        paper.text(columns[1], at, area, 6.8, bold=True, align="right")
        interval = words.interval(point, is_short=True)
        paper.text(columns[2], at, interval, 6.8, colour=INK2, align="right")
        doubt = " *" if point.doubts else ""
        said = f"{changes.get(place, '')}{doubt}"
        paper.text(columns[3], at, said, 6.8, room=_MIDDLE - 6.0 - columns[3])
    return len(shown), len(points)


def _with_gaps(lesion: LesionTimeline) -> list[tuple[date, TimelinePoint | None]]:
    seen = {point.on for point in lesion.points}
    rows: list[tuple[date, TimelinePoint | None]] = [(one.on, one) for one in lesion.points]
    rows += [(gap, None) for gap in lesion.gaps if gap not in seen]
    return sorted(rows, key=lambda row: row[0])


def _changed(course: LesionCourse, before: TimelinePoint | None, point: TimelinePoint) -> str:
    if point.state is WoundState.CLOSED:
        return "closed"
    if point.area_mm2 is None:
        return "no scale, so no area"
    if before is not None and (broken := break_between(course, before, point)):
        return f"{words.CANNOT_TELL}: {broken}"
    what = change.between(before, point)
    figures = None if before is None else change.ratio(before, point)
    if figures is None:
        return words.said(what)
    return f"{words.percent(figures[0])}: {words.said(what)}"


def _draw_record(paper: Paper, record: ClinicalRecord, y: float) -> None:
    """List treatments and events beside the table, the newest kept where there is no room."""
    lines: list[tuple[PartialDate | None, str, str]] = [
        (one.start, words.treatment(one), words.treatment_days(one)) for one in record.treatments
    ]
    lines += [(one.on, words.event(one), words.event_days(one)) for one in record.events]
    lines.sort(key=lambda line: (line[0] is not None, line[0].earliest if line[0] else None))
    paper.text(_MIDDLE, y + 2.6, "Treatments and events", 8, bold=True)
    if not lines:
        paper.text(_MIDDLE, y + 8.0, "None recorded.", 7, colour=INK2)
        return
    most = max(int((FOOT - 4.0 - y - 4.6) / _ROW), 2)
    room = RIGHT - _MIDDLE
    base = y + 4.6
    left_out = max(len(lines) - most, 0)
    if left_out:
        left_out += 1
        said = f"{left_out} earlier ones are in the record."
        paper.text(_MIDDLE, base + _ROW - 1.1, said, 6.8, colour=INK2)
        base += _ROW
    for row, (_, what, when) in enumerate(lines[left_out:]):
        at = base + _ROW * row
        paper.line(_MIDDLE, at, RIGHT, at, width=0.12)
        at += _ROW - 1.1
        wide = min(paper.width(when, 6.4), room * 0.55)
        paper.text(RIGHT, at, when, 6.4, colour=INK2, align="right", room=room * 0.55)
        paper.text(_MIDDLE, at, what, 6.8, colour=INK, room=room - wide - 2.0)


def _notes(lesion: LesionTimeline, cut: Sequence[int]) -> list[str]:
    notes = [TRACED]
    doubts = list(dict.fromkeys(doubt.code for point in lesion.points for doubt in point.doubts))
    if doubts:
        said = [code.replace("_", " ") for code in doubts if code in DOUBTS]
        notes.append(f"* Interval widened or scale in doubt: {', '.join(said)}.")
    if cut[0] < cut[1]:
        notes.append(f"The table shows {cut[0]} of {cut[1]} visits.")
    return notes
