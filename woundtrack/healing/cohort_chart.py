"""The two figures of a cohort, laid out once and painted anywhere: curves, cumulative incidence.

Hides scales, steps, names that keep off each other, and the caption of a file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from woundtrack.healing.chart_paper import Drawing, Paper, Point, TextWidth
from woundtrack.healing.cohort_curves import Band, CohortCurves, Line
from woundtrack.healing.cohort_incidence import CAUSES, CohortIncidence, Incidence
from woundtrack.healing.cohort_looks import (
    SWATCH,
    LineLook,
    cause_look,
    group_look,
    signs_along,
)
from woundtrack.healing.cohort_page import GUTTER, NAME_ROOM, Axes, LineEnd, LogScale, Look, Page
from woundtrack.healing.cohort_words import ticks_of
from woundtrack.healing.competing import Outcome

Place = Callable[[float, float], Point]
Up = Callable[[float], float]

_AXIS: Final = 40.0
_RAIL: Final = 20.0
_ROW: Final = 16.0


def lay_out_curves(curves: CohortCurves, look: Look, measure: TextWidth) -> Drawing:
    """Lay out the thin lines of all courses with the median and quartiles of each group."""
    words = look.words
    page = Page.of(look, words.curves_title, measure)
    paper, style = page.paper, page.style
    if not curves.lines:
        return page.empty(words.no_areas)
    is_grouped = len(curves.bands) > 1
    names = [words.of_group(band.key, band.count) for band in curves.bands] if is_grouped else []
    axes = page.axes(names, curves.horizon_days, foot=_AXIS)
    scale = LogScale.of(curves, axes.top, axes.bottom - _RAIL)
    rail = axes.bottom
    for value, text in scale.ticks:
        y = scale.y(value)
        paper.line([(axes.left, y), (axes.right, y)], colour=style.grid, z=0.5)
        paper.text(axes.left - 8, y, text, colour=style.text2, align="right")
    paper.line([(axes.left, rail), (axes.right, rail)], colour=style.edge, z=0.6)
    paper.text(axes.left - 8, rail, words.closed_rail, colour=style.text2, align="right")
    if curves.unit == "percent":
        y = scale.y(100)
        paper.line([(axes.left, y), (axes.right, y)], colour=style.text3, dashes=(4.0, 3.0), z=0.7)
    axes.mark_weeks(paper, words, words.weeks_of_areas)

    def place(day: float, value: float) -> Point:
        return axes.x(day), scale.y(value) if value > 0 else rail

    alpha = min(0.55, max(0.12, 12 / math.sqrt(len(curves.lines) + 1) / 5))
    for line in curves.lines:
        ink = style.text3 if line.key is None else group_look(line.key, style).colour
        for piece in line.pieces:
            points = [place(day, value) for day, value in piece]
            if len(points) > 1:
                paper.line(points, colour=ink, alpha=alpha, z=2.0, in_span=True)
            elif len(line.pieces) == 1 and points[0][0] <= axes.right:
                # Of one known area alone there is no line, and it is there all the same.
                paper.sign(points, "o", 5.0, fill=ink, edge=ink, z=2.0)
    x = _signs(page, curves.lines, axes, place)
    ends = []
    for band in curves.bands:
        drawn = group_look(band.key, style)
        last = _band(paper, band, place, drawn)
        if is_grouped:
            name = words.of_group(band.key, band.count)
            ends.append(_end_of_band(curves, band, last, place, drawn, name, rail))
        elif last is not None:
            _name_median(page, x, axes.top - 18, drawn)
    page.name_ends(axes, ends)
    page.note(axes, words.percent if curves.unit == "percent" else words.area)
    return page.drawing(axes)


def _end_of_band(
    curves: CohortCurves,
    band: Band,
    last: Point | None,
    place: Place,
    look: LineLook,
    name: str,
    rail: float,
) -> LineEnd:
    """Return where a group's name leads to: the end of its median, or of its longest course."""
    if last is not None:
        return LineEnd(x=last[0], y=last[1], name=name, look=look)
    own = [line for line in curves.lines if band.key is not None and line.key == band.key]
    ends = [line.last for line in own if line.last[0] <= curves.horizon_days]
    bare = LineLook(colour=look.colour)
    if not ends:
        return LineEnd(x=None, y=rail, name=name, look=bare, is_thin=True)
    x, y = place(*max(ends))
    return LineEnd(x=x if max(ends)[0] else None, y=y, name=name, look=bare, is_thin=True)


def _name_median(page: Page, x: float, y: float, look: LineLook) -> None:
    """Name median and quartiles on the line above the plot, to the left of ``x``."""
    paper, said = page.paper, page.words.median
    paper.text(x, y, said, colour=page.style.text2, align="right")
    left = x - paper.text_width(said, 11) - SWATCH - 8
    box = [(left, y - 5), (left + SWATCH, y - 5), (left + SWATCH, y + 5), (left, y + 5)]
    paper.area(box, fill=look.colour, alpha=0.16, z=1.0)
    look.draw_swatch(paper, left, y)


def _signs(page: Page, lines: Sequence[Line], axes: Axes, place: Place) -> float:
    """Draw where a course closed, and where it ended by death or surgery; say what is what.

    Return where what is said begins.
    """
    paper, style, words = page.paper, page.style, page.words
    seen: dict[Outcome, list[Point]] = {}
    for line in lines:
        closed = next((day for piece in line.pieces for day, value in piece if value == 0), None)
        if line.last[1] == 0 and closed is not None:
            seen.setdefault(Outcome.CLOSED, []).append(place(closed, 0))
        if line.ended_day is not None and line.ended is not Outcome.CLOSED:
            end = place(line.ended_day, line.last[1])
            seen.setdefault(line.ended, []).append(end)
            last = place(*line.last)
            if end[0] > last[0]:
                paper.line(
                    [last, end], colour=style.text3, alpha=0.5, dashes=(2.0, 4.0), in_span=True
                )
    inside = {
        kind: [point for point in points if point[0] <= axes.right + 0.5]
        for kind, points in seen.items()
    }
    x = axes.right
    for kind, said, marker, size, fill, ink in (
        (Outcome.REMOVED, words.sign_surgery, "s", 6.0, style.surface, style.series[1]),
        (Outcome.DIED, words.sign_died, "x", 6.5, "none", style.text),
        (Outcome.CLOSED, words.sign_closed, "o", 7.0, style.surface, style.series[0]),
    ):
        if not inside.get(kind):
            continue
        paper.sign(inside[kind], marker, size, fill=fill, edge=ink, edge_width=1.6, z=6.0)
        # What the sign means, from the right on the line above the plot.
        y = axes.top - 18
        paper.text(x, y, said, colour=style.text2, align="right")
        x -= paper.text_width(said, 11) + 10
        paper.sign([(x, y)], marker, size, fill=fill, edge=ink, edge_width=1.6, z=6.0)
        x -= 18
    return x


def _band(paper: Paper, band: Band, place: Place, look: LineLook) -> Point | None:
    """Draw median and quartiles, in one piece for each run of times at which they are known.

    Return the last place of the median; None where none is known.
    """
    last: Point | None = None
    run: list[tuple[int, float, float, float]] = []
    runs = [run]
    for one in band.bins:
        if one.low is None or one.median is None or one.high is None:
            run = []
            runs.append(run)
        else:
            run.append((one.day, one.low, one.median, one.high))
    for known in runs:
        if not known:
            continue
        upper = [place(day, high) for day, _, _, high in known]
        lower = [place(day, low) for day, low, _, _ in known]
        middle = [place(day, median) for day, _, median, _ in known]
        last = middle[-1]
        if len(known) > 1:
            paper.area(
                [*upper, *reversed(lower)], fill=look.colour, alpha=0.16, z=1.0, in_span=True
            )
            paper.line(
                middle, colour=look.colour, width=2.5, dashes=look.dashes, z=5.0, in_span=True
            )
            look.mark(paper, middle)
            continue
        # The quartiles of one time alone are a bar through its sign.
        paper.line([upper[0], lower[0]], colour=look.colour, width=3.0, alpha=0.4, in_span=True)
        if look.marker:
            look.mark(paper, middle)
        else:
            paper.sign(middle, "D", 6.0, fill=look.colour, edge=look.colour, z=5.0)
    return last


# --- cumulative incidence ------------------------------------------------------------------------


def lay_out_incidence(
    incidence: CohortIncidence,
    look: Look,
    measure: TextWidth,
    *,
    cause: Outcome = Outcome.CLOSED,
) -> Drawing:
    """Lay out the steps of every outcome; of several groups those of one ``cause``."""
    words = look.words
    title = words.incidence_title
    is_grouped = len(incidence.groups) > 1
    if is_grouped:
        title = f"{title}: {words.cause(cause)}"
    page = Page.of(look, title, measure)
    paper, style = page.paper, page.style
    if not incidence.groups:
        return page.empty(words.no_followed)
    curves: list[_Curve]
    rows: list[tuple[str, Incidence, int | None]]
    if is_grouped:
        curves = [
            _Curve(group, cause, words.group(group.key), group_look(group.key, style))
            for group in incidence.groups
        ]
        rows = [(one.name, one.group, None) for one in curves]
    else:
        (group,) = incidence.groups
        curves = [
            _Curve(group, one, words.cause(one), cause_look(one, style))
            for one in CAUSES
            if one is not Outcome.REMOVED or group.happened(incidence.horizon_days, one)
        ]
        rows = [(words.at_risk, group, None)] + [
            (words.cause(one), group, int(one))
            for one in CAUSES
            if group.happened(incidence.horizon_days, one)
        ]
    foot = _AXIS + 8 + _ROW * (len(rows) + is_grouped)
    wide = max([paper.text_width(name, 11, 600) for name, _, _ in rows], default=0.0)
    most = max(group.curve.at_risk(0) for _, group, _ in rows)
    axes = page.axes(
        [one.name for one in curves],
        incidence.horizon_days,
        foot=foot,
        gutter=max(GUTTER, min(wide, NAME_ROOM) + 16 + paper.text_width(str(most), 11, 600) / 2),
    )
    highest = max(
        [curve.group.curve.at(incidence.horizon_days, curve.cause)[2] for curve in curves]
    )
    step = next(one for one in (0.05, 0.1, 0.2, 0.25) if one >= highest / 4 or one == 0.25)
    top = max(step * 2, step * math.ceil(round(highest / step, 6)))

    def y(share: float) -> float:
        return axes.bottom - (axes.bottom - axes.top) * share / top

    for number in range(round(top / step) + 1):
        share = number * step
        colour = style.grid if number else style.edge
        paper.line([(axes.left, y(share)), (axes.right, y(share))], colour=colour, z=0.5)
        paper.text(axes.left - 8, y(share), words.share(share), colour=style.text2, align="right")
    axes.mark_weeks(paper, words, words.weeks_of_visits)
    # The first lies on top: where two are one, its dashes show what is under them.
    ends = [one.draw(paper, axes, y, incidence.horizon_days) for one in reversed(curves)]
    page.name_ends(axes, ends[::-1])
    at = axes.bottom + _AXIS + 8
    if is_grouped:
        paper.text(page.left, at, words.at_risk, weight=600)
        at += _ROW
    for name, group, outcome in rows:
        weight = 600 if outcome is None and not is_grouped else 400
        paper.text(page.left, at, paper.fitted(name, 11, NAME_ROOM), weight=weight)
        for day in ticks_of(incidence.horizon_days):
            count = group.curve.at_risk(day) if outcome is None else group.happened(day, outcome)
            paper.text(axes.x(day), at, str(count), weight=weight, align="center")
        at += _ROW
    return page.drawing(axes)


@dataclass(frozen=True, slots=True)
class _Curve:
    """The steps of one outcome in one group, and how they are drawn."""

    group: Incidence
    cause: int
    name: str
    look: LineLook

    def draw(self, paper: Paper, axes: Axes, y: Up, horizon: int) -> LineEnd:
        """Draw line and interval; return where it ends."""
        curve = self.group.curve
        until = min(float(horizon), max(curve.times, default=0.0))
        steps = [step for step in curve.steps if step.time <= until]
        place = curve.causes.index(self.cause)
        line: list[Point] = [(axes.x(0), y(0))]
        low: list[Point] = [(axes.x(0), y(0))]
        high: list[Point] = [(axes.x(0), y(0))]
        values = (0.0, 0.0, 0.0)
        for step in steps:
            now = (step.incidence[place], step.low[place], step.high[place])
            x = axes.x(step.time)
            for points, before, after in zip((line, low, high), values, now, strict=True):
                points += [(x, y(before)), (x, y(after))]
            values = now
        for points, value in zip((line, low, high), values, strict=True):
            points.append((axes.x(until), y(value)))
        if values[2] > 0:
            paper.area([*high, *reversed(low)], fill=self.look.colour, alpha=0.16, z=1.0)
        paper.line(line, colour=self.look.colour, width=2.0, dashes=self.look.dashes, z=5.0)
        self.look.mark(paper, signs_along(line))
        return LineEnd(x=line[-1][0], y=line[-1][1], name=self.name, look=self.look)
