"""The sheet for the patient: what was measured, in plain words and large type, and nothing else.

Hides the simple curves. No verdict, no advice, no word a person would have to look up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from woundtrack.exchange.report import words
from woundtrack.exchange.report.figures import break_between, ended_of
from woundtrack.exchange.report.paper import EDGE, INK, INK2, LINE, Document, Paper
from woundtrack.exchange.report.parts import LEFT, RESEARCH_USE, RIGHT, TOP, WIDE
from woundtrack.exchange.report.sheet import Sheet
from woundtrack.healing import change
from woundtrack.healing.change import Change
from woundtrack.healing.lesion_course import LesionCourse
from woundtrack.healing.lesion_states import BreakReason, is_broken
from woundtrack.model import EndReason, LesionTimeline, LinkKind, TimelinePoint, WoundState

INTRODUCTION: Final = (
    "This sheet shows how big {many}. We measured it on the photos that were taken at your visits."
)
LINE_EXPLAINED: Final = "The line goes down when a wound gets smaller, and up when it gets bigger."

_BODY: Final = 14.0
_WORDS: Final = 13.0
_SMALL: Final = 11.0
_FIRST_TOP: Final = 63.0
_NEXT_TOP: Final = 34.0
_TEXT_TOP: Final = 15.5
_TEXT_WIDE: Final = 82.0
_STEP: Final = 5.9
_BETWEEN: Final = 1.3
_CURVE_PART: Final = 70.0
_CURVE_HIGH: Final = 43.0
_JUMPS: Final = {
    BreakReason.DEBRIDEMENT: (
        "{when} dead skin was taken away. More of a wound can be seen after that, so it can "
        "measure bigger at once; that is where the line has a gap."
    ),
    BreakReason.MERGED: (
        "{when} another of your wounds joined it. The two have been measured as one since then."
    ),
    BreakReason.SPLIT: (
        "{when} a part of it became a wound of its own, which has been measured by itself since."
    ),
}
_NOT_COMPARED: Final = "We don’t compare the size before that with the one after it."
_ENDED: Final = {
    EndReason.MERGED: "Since then it has joined another of your wounds.",
    EndReason.SPLIT: "Since then it has become more than one wound.",
    EndReason.LOST: "Since then it has not been measured.",
}
_BOTTOM: Final = 277.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """One wound on the sheet: its sentences in lines, and how much room all of it takes, mm."""

    lesion: LesionTimeline
    course: LesionCourse
    lines: tuple[tuple[str, ...], ...]
    height: float


def draw_plain(document: Document, sheet: Sheet) -> None:
    """Draw the pages: as many as the patient's wounds need."""
    paper = document.paper
    lesions = [one for one in sheet.lesions if one.points]
    pages: list[list[_Part]] = [[]]
    room = _BOTTOM - _FIRST_TOP
    for lesion in lesions:
        part = _part(paper, sheet, lesion)
        if pages[-1] and part.height > room:
            pages.append([])
            room = _BOTTOM - _NEXT_TOP
        pages[-1].append(part)
        room -= part.height
    for number, page in enumerate(pages, start=1):
        if number > 1:
            document.next_page()
        y = _draw_top(paper, sheet, is_first=number == 1, lesions=lesions)
        for part in page:
            _draw_wound(paper, part, y)
            y += part.height
        _draw_foot(document, sheet, number, len(pages))


def _part(paper: Paper, sheet: Sheet, lesion: LesionTimeline) -> _Part:
    course = sheet.course.lesion(lesion.lesion.id)
    lines = tuple(
        tuple(paper.wrapped(sentence, _WORDS, _TEXT_WIDE))
        for sentence in sentences_of(sheet, lesion)
    )
    text = _TEXT_TOP + sum(_STEP * len(one) + _BETWEEN for one in lines)
    has_curve = sum(one.area_mm2 is not None for one in lesion.points) > 1
    return _Part(
        lesion=lesion,
        course=course,
        lines=lines,
        height=max(text, _CURVE_PART if has_curve else 0.0) + 1.0,
    )


def _draw_top(
    paper: Paper, sheet: Sheet, *, is_first: bool, lesions: Sequence[LesionTimeline]
) -> float:
    count = len(lesions)
    y = TOP + 7.0
    title = "Your wounds, measured" if count != 1 else "Your wound, measured"
    paper.text(LEFT, y, title if is_first else f"{title}, continued", 22, bold=True)
    y += 7.5
    whose = sheet.timeline.patient.code
    if sheet.identity is not None and sheet.identity.name:
        whose = sheet.identity.name
    made = sheet.made
    said = f"{whose}, {words.day_long(made.as_of or made.printed_on)}"
    y = paper.paragraph(LEFT, y, said, _SMALL, WIDE, colour=INK2, leading=5.2)
    if not is_first:
        return y + 3.0
    y += 3.0
    if not count:
        text = "Nothing has been measured yet. Your photos will be measured at your next visits."
        if any(visit for visit in sheet.timeline.visits):
            text = "Photos were taken, but nothing has been measured from them yet."
        return paper.paragraph(LEFT, y + 2, text, _BODY, WIDE, leading=6.8)
    many = "each of your wounds is" if count > 1 else "your wound is"
    text = INTRODUCTION.format(many=many)
    if any(sum(one.area_mm2 is not None for one in each.points) > 1 for each in lesions):
        text = f"{text} {LINE_EXPLAINED}"
    return paper.paragraph(LEFT, y + 2, text, _BODY, WIDE, leading=6.6) + 2.0


def _draw_wound(paper: Paper, part: _Part, y: float) -> None:
    lesion = part.lesion
    paper.line(LEFT, y, RIGHT, y, width=0.3, colour=EDGE)
    end = LEFT + paper.text(LEFT, y + 7.5, words.site_of(lesion), 16, bold=True, room=WIDE - 40)
    called = f"in our notes: {lesion.lesion.label}"
    paper.text(end + 4, y + 7.5, called, _SMALL, colour=INK2, room=RIGHT - end - 4)
    at = y + _TEXT_TOP
    for lines in part.lines:
        for line in lines:
            paper.text(LEFT, at, line, _WORDS)
            at += _STEP
        at += _BETWEEN
    if len(part.course.measured) > 1:
        left = LEFT + _TEXT_WIDE + 14
        _draw_curve(paper, part.course, left, y + 15.0, RIGHT - left, _CURVE_HIGH)


def sentences_of(sheet: Sheet, lesion: LesionTimeline) -> list[str]:
    """Return what is told of a wound: its size now, at first, and whether it changed."""
    course = sheet.course.lesion(lesion.lesion.id)
    points = lesion.points
    newest = points[-1]
    measured = [one for one in points if one.area_mm2 is not None]
    said = []
    when = words.day_long(newest.on)
    if newest.state is WoundState.CLOSED:
        said.append(f"On {when} the skin had closed over.")
    elif newest.area_cm2 is None:
        said.append(f"On {when} the photo could not be measured.")
        if measured:
            last = measured[-1]
            said.append(f"Before that, on {words.day_long(last.on)}, it was {_size(last)}.")
    else:
        said.append(f"On {when} it was {_size(newest)}.")
        across = 2 * math.sqrt((newest.area_mm2 or 0) / math.pi) / 10
        if across >= 0.3:
            wide = words.number(across, 1).removesuffix(".0")
            said.append(f"That is as much as a circle {wide} cm across.")
    if len(measured) > 1:
        first, last = measured[0], measured[-1]
        if first.state is WoundState.OPEN:
            said.append(f"The first time, on {words.day_long(first.on)}, it was {_size(first)}.")
        if last is newest and newest.state is WoundState.OPEN:
            before = measured[-2]
            apart = break_between(course, before, newest)
            is_jump = bool(apart) and not change.is_other_edge(before, newest)
            said += _jumps(sheet, course, measured)
            said.append(_NOT_COMPARED if is_jump else _change(before, newest))
            if first is not before and not break_between(course, first, newest):
                said += _since_first(first, newest)
        else:
            said += _jumps(sheet, course, measured)
    if course.end is not None and ended_of(sheet, course):
        said.append(_ENDED.get(course.end.reason, "It is no longer measured."))
    return said


def _jumps(sheet: Sheet, course: LesionCourse, measured: Sequence[TimelinePoint]) -> list[str]:
    """Return why a size jumped between visits without the wound growing or closing."""
    cuts = [one for one in course.breaks if one.reason is BreakReason.DEBRIDEMENT]
    own = course.lesion.id
    links = sheet.record.links
    # A break keeps one reason for each gap; of what joined or parted there, the links tell.
    days = {
        BreakReason.MERGED: {
            one.on
            for one in links
            if one.kind is LinkKind.MERGED_INTO and one.other_lesion_id == own
        },
        BreakReason.SPLIT: {
            one.on
            for one in links
            if one.kind is LinkKind.SPLIT_FROM and one.other_lesion_id == own
        },
    }
    said = []
    for reason, text in _JUMPS.items():
        spans = [
            f"between {words.day_long(before.on)} and {words.day_long(after.on)}"
            for before, after in pairwise(measured)
            if (
                is_broken(cuts, before.on, after.on)
                if reason is BreakReason.DEBRIDEMENT
                else any(before.on < on <= after.on for on in days[reason])
            )
        ]
        if spans:
            said.append(text.format(when=words.capital(" and ".join(spans))))
    return said


def _size(point: TimelinePoint) -> str:
    if point.area_cm2 is None or point.state is WoundState.CLOSED:
        return "closed"
    decimals = 0 if point.area_cm2 >= 9.95 else 1
    count = words.number(max(point.area_cm2, 0.1), decimals).removesuffix(".0")
    return f"about {count} square {'centimetre' if count == '1' else 'centimetres'}"


def _change(before: TimelinePoint, newest: TimelinePoint) -> str:
    since = f"the visit before, on {words.day_long(before.on)}"
    what = change.between(before, newest)
    if before.state is WoundState.CLOSED:
        return f"It had been closed at {since}, and is open again."
    if change.is_too_wide(before, newest):
        return f"This photo can’t tell us whether it changed since {since}."
    return {
        Change.SMALLER: f"It is smaller than at {since}.",
        Change.LARGER: f"It is bigger than at {since}.",
        Change.WITHIN_ERROR: f"It is about the same as at {since}.",
    }.get(what, f"We can’t tell whether it changed since {since}.")


def _since_first(first: TimelinePoint, newest: TimelinePoint) -> list[str]:
    """Return what became of it since the first time, where that can be told."""
    what = {Change.SMALLER: "smaller", Change.LARGER: "bigger"}.get(change.between(first, newest))
    if what is None or first.state is WoundState.CLOSED:
        return []
    return [f"It is {what} than the first time we measured it."]


def _draw_curve(
    paper: Paper,
    course: LesionCourse,
    x: float,
    y: float,
    width: float,
    height: float,
) -> None:
    """Draw one thick line with a dot a visit, from zero; broken where sizes can't be compared."""
    points = course.measured
    largest = max(point.area_cm2 or 0.0 for point in points) or 1.0
    top = _round_up(largest)
    first, last = points[0].on.toordinal(), points[-1].on.toordinal()
    span = max(last - first, 1)
    paper.text(x - 6, y - 4.0, "Size, square cm", 10, colour=INK2)
    for value in (0.0, top / 2, top):
        at = y + height - height * value / top
        paper.line(x, at, x + width, at, width=0.35 if value == 0 else 0.2, colour=EDGE)
        said = f"{value:g}" if value == round(value, 1) else words.number(value, 2)
        paper.text(x - 2, at + 1.3, said, _SMALL, align="right", colour=INK2)
    places = [
        (
            x + 3 + (width - 6) * (point.on.toordinal() - first) / span,
            y + height - height * (point.area_cm2 or 0.0) / top,
        )
        for point in points
    ]
    for place in range(1, len(points)):
        if not break_between(course, points[place - 1], points[place]):
            paper.shape(places[place - 1 : place + 1], width=0.9, is_open=True)
    for (u, v), point in zip(places, points, strict=True):
        is_closed = point.state is WoundState.CLOSED
        paper.ring(u, v, 1.5, fill=None if is_closed else INK, stroke=INK, width=0.6)
    paper.line(x, y + height, x + width, y + height, width=0.35, colour=LINE)
    under = y + height + 6.0
    paper.text(x, under, _month(points[0]), _SMALL, colour=INK2)
    if last - first > 20:
        paper.text(x + width, under, _month(points[-1]), _SMALL, colour=INK2, align="right")


def _month(point: TimelinePoint) -> str:
    return f"{words.LONG_MONTHS[point.on.month - 1]} {point.on.year}"


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10)
    return next(step * power for step in steps if step * power >= value)


def _draw_foot(document: Document, sheet: Sheet, number: int, count: int) -> None:
    paper, made = document.paper, sheet.made
    paper.line(LEFT, _BOTTOM, RIGHT, _BOTTOM, width=0.3, colour=EDGE)
    text = (
        "A measurement is never exact. “About the same” means that any difference is too small for "
        "us to measure; “can’t tell” means that we could not measure closely "
        "enough to say. What all this means is for you and your team to talk about."
    )
    y = paper.paragraph(LEFT, _BOTTOM + 4.6, text, 9.5, WIDE, leading=4.3)
    said = f"Printed {words.day_long(made.printed_on)}. {made.software}. {RESEARCH_USE}"
    error = sheet.course.reader_error
    if error is not None:
        said += f" Our measuring error was tested in “{error.session}”."
    page = f"Page {number} of {count}"
    paper.text(LEFT, y + 0.4, said, 7.5, colour=INK2, room=WIDE - paper.width(page, 7.5) - 4)
    paper.text(RIGHT, y + 0.4, page, 7.5, colour=INK2, align="right")
