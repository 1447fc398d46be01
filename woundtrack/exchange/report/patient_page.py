"""The page of one patient for the MDT: figures, curves, body map, photographs and numbers.

Hides what is left out where there are many lesions or visits; no lesion's numbers ever are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from woundtrack.exchange.report import words
from woundtrack.exchange.report.body import draw_body, marks_of
from woundtrack.exchange.report.course_chart import course_chart
from woundtrack.exchange.report.figures import (
    change_before,
    change_first,
    ended_of,
    figures_of,
    status_of,
)
from woundtrack.exchange.report.paper import INK, INK2, LINE, Document, Paper
from woundtrack.exchange.report.parts import (
    FOOT,
    LEFT,
    RIGHT,
    TRACED,
    WIDE,
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
from woundtrack.healing.change import Change
from woundtrack.healing.chart_words import END_REASONS
from woundtrack.model import (
    EndReason,
    LesionTimeline,
    WoundState,
)

_MOST_VISITS: Final = 8
_CHANGES: Final = 62.0
"""So wide are the two columns of changes beside the areas, mm."""
_FIRST: Final = 24.0
"""So wide is the column of the lesions' names, mm: the areas begin after it."""
_CHART_WIDE: Final = 121.0
_CHART_PX: Final = 572
"""So wide is the chart in its own px: its smallest type is 6.6 points on paper."""
_INSET: Final = 12 * _CHART_WIDE / _CHART_PX
"""The chart leaves so much free at its left."""
_COLUMN: Final = LEFT + _CHART_WIDE + 7.0
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
    first = LEFT + _FIRST
    until = RIGHT - _CHANGES
    wide = min((until - first) / max(len(rows.days), 4), 22.0)
    paper.text(LEFT, y + 2.6, "Area, cm²", 6.6, colour=INK2)
    years = len({day.year for day in rows.days}) > 1
    for place, day in enumerate(rows.days):
        said = words.day_short(day)
        if years:
            said = f"{said} {day.year % 100:02d}"
        at = first + wide * (place + 1)
        paper.text(at, y + 2.6, said, 6.2, colour=INK2, align="right", room=wide - 1.0)
    columns = (until + 3.0, until + 3.0 + _CHANGES / 2)
    for at, said in zip(columns, ("since the visit before", "since the first"), strict=True):
        paper.text(at, y + 2.6, said, 6.2, colour=INK2)
    y += 5.0
    size = min(7.0, rows.step * 1.7)
    for number in which:
        lesion = rows.lesions[number]
        paper.line(LEFT, y - 1.0, RIGHT, y - 1.0, width=0.12)
        base = y - 1.0 + rows.step / 2 + size * 0.125
        if rows.step > 4.5:
            draw_chip(paper, lesion.lesion, LEFT, base, size=6.2, room=_FIRST - 3.0)
        else:
            name = paper.fitted(lesion.lesion.label, size, _FIRST - 2.0, bold=True)
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
        told = (change_before(sheet, lesion), change_first(sheet, lesion))
        for at, said in zip(columns, told, strict=True):
            paper.text(at, base, said, min(size, 6.6), room=_CHANGES / 2 - 3.5)
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
