"""The two figures of a cohort, laid out once and painted anywhere: curves, cumulative incidence.

Hides scales, steps, names that keep off each other, and the caption of a file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from woundtrack.healing.chart_paper import Drawing, Paper, Point, TextWidth
from woundtrack.healing.chart_spacing import LABEL_GAP_PX, spread
from woundtrack.healing.chart_style import STYLES, ChartStyle, Theme
from woundtrack.healing.cohort import (
    CAUSES,
    Band,
    CohortCurves,
    CohortIncidence,
    Incidence,
    Line,
)
from woundtrack.healing.cohort_words import ENGLISH_COHORT, CohortWords, ticks_of
from woundtrack.healing.competing import Outcome

_Place = Callable[[float, float], Point]
_Up = Callable[[float], float]

_GUTTER: Final = 46.0
_TOP: Final = 8.0
_AXIS: Final = 24.0
_RAIL: Final = 20.0
_ROW: Final = 16.0
_DASHES: Final = ((), (7.0, 3.0), (2.0, 2.5), (9.0, 3.0, 2.0, 3.0))
_NAME_ROOM: Final = 150.0
_MARGIN: Final = 16.0
FILE_SIZE: Final = (760.0, 420.0)
"""A figure in a file, logical px, without its title and caption."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a figure is laid out: its size in logical px, theme and words.

    With a ``caption`` it is a figure of its own, with title and caption: then ``height`` is that of
    the plot alone.
    """

    width: float
    height: float
    theme: Theme = "light"
    words: CohortWords = ENGLISH_COHORT
    caption: str = ""


def lay_out_curves(curves: CohortCurves, look: Look, measure: TextWidth) -> Drawing:
    """Lay out the thin lines of all courses with the median and quartiles of each group."""
    words = look.words
    page = _Page.of(look, words.curves_title, measure)
    paper, style = page.paper, page.style
    if not curves.lines:
        return page.empty(words.no_areas)
    names = [words.group(band.key) or words.median for band in curves.bands]
    axes = page.axes(names, curves.horizon_days, foot=_AXIS)
    scale = _LogScale.of(curves, axes.top, axes.bottom - _RAIL)
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
    axes.mark_weeks(paper, words)

    def place(day: float, value: float) -> Point:
        return axes.x(day), scale.y(value) if value > 0 else rail

    ink = style.text3
    alpha = min(0.55, max(0.12, 12 / math.sqrt(len(curves.lines) + 1) / 5))
    for line in curves.lines:
        for piece in line.pieces:
            points = [place(day, value) for day, value in piece]
            if len(points) > 1:
                paper.line(points, colour=ink, alpha=alpha, z=2.0, in_span=True)
    _signs(page, curves.lines, axes, place)
    ends: list[tuple[float, str]] = []
    for number, (band, name) in enumerate(zip(curves.bands, names, strict=True)):
        colour = style.series[number % len(style.series)]
        dashes = _DASHES[number % len(_DASHES)] if len(curves.bands) > 1 else ()
        last = _band(paper, band, place, colour, dashes)
        if last is not None:
            ends.append((last[1], name))
    page.name_ends(axes, ends)
    page.note(axes, words.percent if curves.unit == "percent" else words.area)
    return page.drawing(axes)


def _signs(page: _Page, lines: Sequence[Line], axes: _Axes, place: _Place) -> None:
    """Draw where a course closed, and where it ended by death or surgery; say what is what."""
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


def _band(
    paper: Paper, band: Band, place: _Place, colour: str, dashes: tuple[float, ...]
) -> Point | None:
    """Draw median and quartiles, in one piece for each run of times at which they are known."""
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
        if len(known) > 1:
            paper.area([*upper, *reversed(lower)], fill=colour, alpha=0.16, z=1.0, in_span=True)
        middle = [place(day, median) for day, _, median, _ in known]
        if len(middle) > 1:
            paper.line(middle, colour=colour, width=2.5, dashes=dashes, z=5.0, in_span=True)
        else:
            paper.sign(middle, "D", 6.0, fill=colour, edge=colour, z=5.0)
        last = middle[-1]
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
    page = _Page.of(look, title, measure)
    paper, style = page.paper, page.style
    if not incidence.groups:
        return page.empty(words.no_followed)
    curves: list[_Curve]
    rows: list[tuple[str, Incidence, int | None]]
    if is_grouped:
        curves = [
            _Curve(
                group, cause, words.group(group.key), style.series[place % 6], _DASHES[place % 4]
            )
            for place, group in enumerate(incidence.groups)
        ]
        rows = [(one.name, one.group, None) for one in curves]
    else:
        (group,) = incidence.groups
        inks = (style.series[0], style.text, style.series[1])
        patterns = (_DASHES[1], _DASHES[0], _DASHES[2])
        curves = [
            _Curve(group, one, words.cause(one), ink, dashes)
            for one, ink, dashes in zip(CAUSES, inks, patterns, strict=True)
            if one is not Outcome.REMOVED or group.happened(incidence.horizon_days, one)
        ]
        rows = [(words.at_risk, group, None)] + [
            (words.cause(one), group, int(one))
            for one in CAUSES
            if group.happened(incidence.horizon_days, one)
        ]
    foot = _AXIS + 8 + _ROW * (len(rows) + is_grouped)
    wide = max([paper.text_width(name, 11) for name, _, _ in rows], default=0.0)
    axes = page.axes(
        [one.name for one in curves],
        incidence.horizon_days,
        foot=foot,
        gutter=max(_GUTTER, min(wide, _NAME_ROOM) + 24),
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
    axes.mark_weeks(paper, words)
    ends = [(y(curve.draw(paper, axes, y, incidence.horizon_days)), curve.name) for curve in curves]
    page.name_ends(axes, ends)
    at = axes.bottom + _AXIS + 8
    if is_grouped:
        paper.text(page.left, at, words.at_risk, weight=600)
        at += _ROW
    for name, group, outcome in rows:
        weight = 600 if outcome is None and not is_grouped else 400
        paper.text(page.left, at, paper.fitted(name, 11, axes.left - page.left - 16), weight=weight)
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
    colour: str
    dashes: tuple[float, ...]

    def draw(self, paper: Paper, axes: _Axes, y: _Up, horizon: int) -> float:
        """Draw line and interval; return the incidence at the end."""
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
            paper.area([*high, *reversed(low)], fill=self.colour, alpha=0.16, z=1.0)
        paper.line(line, colour=self.colour, width=2.0, dashes=self.dashes, z=5.0)
        return values[0]


# --- paper, axes, scales -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Axes:
    """Where the plot lies on the paper, and days on it."""

    left: float
    right: float
    top: float
    bottom: float
    horizon: int

    def x(self, day: float) -> float:
        return self.left + (self.right - self.left) * day / self.horizon

    def mark_weeks(self, paper: Paper, words: CohortWords) -> None:
        style = paper.style
        for day in ticks_of(self.horizon):
            x = self.x(day)
            paper.line([(x, self.bottom), (x, self.bottom + 4)], colour=style.edge, z=0.6)
            paper.text(
                x, self.bottom + 13, words.number(day / 7, 0), colour=style.text2, align="center"
            )
        paper.text(self.right + 14, self.bottom + 13, words.weeks, colour=style.text2)


@dataclass(frozen=True, slots=True)
class _Page:
    """The paper of one figure: title above and caption below where it is one of its own."""

    paper: Paper
    style: ChartStyle
    words: CohortWords
    top: float
    bottom: float
    left: float = 8.0

    @classmethod
    def of(cls, look: Look, title: str, measure: TextWidth) -> _Page:
        style = STYLES[look.theme]
        if not look.caption:
            paper = Paper(width=look.width, height=look.height, style=style, measure=measure)
            return cls(paper, style, look.words, _TOP, look.height)
        paper = Paper(width=look.width, height=0, style=style, measure=measure)
        lines = paper.wrapped(look.caption, 11, look.width - 2 * _MARGIN)
        lines += paper.wrapped(look.words.research, 11, look.width - 2 * _MARGIN)
        head = 44.0
        paper.height = head + look.height + 12 + 15 * len(lines) + 12
        paper.text(_MARGIN, 24, title, size=15, weight=600)
        for place, text in enumerate(lines):
            paper.text(_MARGIN, head + look.height + 18 + 15 * place, text, colour=style.text2)
        return cls(paper, style, look.words, head, head + look.height, _MARGIN)

    def axes(
        self, names: Sequence[str], horizon: int, *, foot: float, gutter: float = _GUTTER
    ) -> _Axes:
        wide = [self.paper.text_width(name, 11, 600) for name in names]
        room = min(max([*wide, 48.0]), _NAME_ROOM) + 20
        return _Axes(
            left=gutter + self.left,
            right=self.paper.width - room,
            top=self.top + 22,
            bottom=self.bottom - foot,
            horizon=horizon,
        )

    def note(self, axes: _Axes, text: str) -> None:
        """Name the axis of values, above it."""
        self.paper.text(self.left, axes.top - 18, text, colour=self.style.text2)

    def name_ends(self, axes: _Axes, ends: Sequence[tuple[float, str]]) -> None:
        places = spread([y for y, _ in ends], LABEL_GAP_PX + 1, axes.top, axes.bottom)
        for (_, name), y in zip(ends, places, strict=True):
            text = self.paper.fitted(name, 11, _NAME_ROOM, 600)
            self.paper.text(axes.right + 8, y, text, weight=600)

    def empty(self, text: str) -> Drawing:
        middle = (self.top + self.bottom) / 2
        self.paper.text(
            self.paper.width / 2, middle, text, size=13, colour=self.style.text2, align="center"
        )
        return self.paper.drawing()

    def drawing(self, axes: _Axes) -> Drawing:
        return self.paper.drawing(dates=(axes.left, axes.right), ordinals=(0.0, axes.horizon))


class _LogScale:
    """A logarithmic axis from a tick below the values to one above: 1, 3, 10, 30 and so on."""

    def __init__(self, low: float, high: float, top: float, bottom: float) -> None:
        self._low, self._high = math.log10(low), math.log10(high)
        self._top, self._bottom = top, bottom
        self.ticks = tuple(
            (value, f"{value:g}") for value in _steps() if low <= value <= high * 1.0001
        )

    @classmethod
    def of(cls, curves: CohortCurves, top: float, bottom: float) -> _LogScale:
        values = sorted(
            value
            for line in curves.lines
            for piece in line.pieces
            for day, value in piece
            if value > 0 and day <= curves.horizon_days
        )
        # One speck in a hundred mustn't press all the others together: it lies on the foot.
        smallest = values[len(values) // 100]
        least = 1.0 if curves.unit == "percent" else 0.1
        low = max([step for step in _steps() if step <= smallest], default=least)
        low = min(max(low, least), 30.0 if curves.unit == "percent" else 1.0)
        return cls(low, max(values[-1] * 1.1, low * 10), top, bottom)

    def y(self, value: float) -> float:
        """Return where a value is; below the foot on the foot."""
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._bottom - (self._bottom - self._top) * min(max(share, 0.0), 1.0)


def _steps() -> list[float]:
    return [digit * 10.0**power for power in range(-3, 6) for digit in (1, 3)]
