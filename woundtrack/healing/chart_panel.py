"""The paint of one panel: grid, bands, curves, names at their ends, and notes.

Hides the order things are painted in, and what is said where a curve can't speak for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Final

from woundtrack.healing.chart_layout import (
    LABEL_GAP_PX,
    Clearings,
    Curve,
    DateScale,
    NestedLine,
    Panel,
    Unit,
    ValueScale,
    spread,
)
from woundtrack.healing.chart_paper import Paper, dash, marker_of, pt
from woundtrack.healing.chart_style import ChartStyle, ChartWords, series_of
from woundtrack.healing.timeline import closure_of
from woundtrack.model import OutlineKind

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GUTTER_PX: Final = 122.0
"""Width at the left for the names of the sites; the window's own lanes line up with it."""
WIDEST_LABEL_PX: Final = 104.0
"""Longer names at the ends of lines are cut short."""
PANEL_PREFIX: Final = "site-"
POINTS_PREFIX: Final = "points-"
"""What the ids of panels and of a lesion's points begin with: for hit tests, and in an SVG."""
NESTED_PREFIX: Final = "nested-"
"""The same of an eschar's or a margin's points: kind, a hyphen and the lesion's id follow."""
LONE_BAND_PREFIX: Final = "interval-"
LONE_BAND_PX: Final = 7.0
"""How wide the interval of a visit is drawn that no other is joined to."""

_MOST_NOTES: Final = 4
_NESTED_PX: Final = 1.3
_NESTED_DASHES: Final = {OutlineKind.ESCHAR: (4.0, 2.0), OutlineKind.MARGIN: (7.0, 2.5, 1.3, 2.5)}

Place = Callable[[date, float], tuple[float, float]]
"""Returns the px, from the figure's top left, of a value on a day."""


def draw_panel(
    paper: Paper,
    panel: Panel,
    dates: DateScale,
    values: ValueScale,
    *,
    top: float,
    height: float,
    unit: Unit,
    words: ChartWords,
    is_single: bool,
) -> Axes:
    """Paint one panel at a height, and return its axes.

    ``is_single`` says on it that there is one visit so far.
    """
    style = paper.style
    axes = paper.axes(dates.left_px, top, dates.width_px, height)
    axes.set_gid(f"{PANEL_PREFIX}{panel.key}")
    axes.set_xlim(*dates.limits)
    axes.set_ylim(values.bottom, values.top)
    axes.set_xticks([])
    axes.set_yticks([])
    for ordinal, _ in dates.ticks(words):
        axes.axvline(ordinal, color=style.grid, lw=pt(1), zorder=0.5)
    for place, name in values.ticks:
        axes.axhline(place, color=style.grid, lw=pt(1), zorder=0.6)
        y = top + height * (values.top - place) / (values.top - values.bottom)
        paper.text(dates.left_px - 6, y, name, colour=style.text2, align="right")
    zero = values.rail if values.is_log else 0.0
    axes.axhline(
        values.bottom if zero is None else zero,
        color=style.edge,
        lw=pt(1),
        zorder=0.7,
        clip_on=False,
    )
    _draw_names(paper, panel, top, height, unit, words)

    def px(on: date, value: float) -> tuple[float, float]:
        share = (values.place(value) - values.bottom) / (values.top - values.bottom)
        return dates.x(on), top + (1 - share) * height

    clear = Clearings()
    for run in panel.total:
        axes.plot(
            [on.toordinal() for on, _ in run],
            [values.place(value) for _, value in run],
            color=style.text2,
            lw=pt(1.4),
            ls=dash(6, 3, 1.4),
            marker="_" if len(run) == 1 else "",
            zorder=2,
        )
        clear.draw([px(on, value) for on, value in run])
    for line in panel.nested:
        _draw_nested(axes, line, values, style)
        for marks in line.runs:
            clear.draw([px(mark.on, mark.value) for mark in marks])
    for curve in panel.curves:
        _draw_curve(axes, curve, values, style, _spacing_px(panel, dates))
        clear.draw([px(mark.on, mark.value) for mark in curve.marks])
    _draw_ends(paper, panel, px, clear, top=top, height=height, words=words)
    bounds = (dates.left_px + 2, top - 4, paper.width - 4, top + height - 2)
    _draw_notes(paper, panel, dates, px, clear, bounds, words)
    if is_single:
        x = min(max(px(mark.on, 0)[0] for mark in panel.marks) + 60, 420)
        width = paper.text_width(words.one_visit, 13, 600)
        paper.text(x, top + 10, words.one_visit, size=13, weight=600)
        paper.text(x + width + 6, top + 10, words.one_visit_more, size=13, colour=style.text2)
    return axes


def _draw_names(
    paper: Paper, panel: Panel, top: float, height: float, unit: Unit, words: ChartWords
) -> None:
    # The figures of the axis stand at the right of the gutter.
    room = GUTTER_PX - 25 - 25
    title = paper.wrapped(panel.title, 13, GUTTER_PX - 12 - 30, 600)[:2]
    for place, line in enumerate(title):
        fitted = paper.fitted(line, 13, GUTTER_PX - 12 - 20, 600)
        paper.text(12, top + 8 + 16 * place, fitted, size=13, weight=600)
    top, height = top + 16 * (len(title) - 1), height - 16 * (len(title) - 1)
    unit_name = words.area if unit == "area" else words.percent
    paper.text(12, top + 25, unit_name, colour=paper.style.text2)
    for place, (number, name) in enumerate(panel.members):
        y = top + 44 + 14 * place
        if y + 6 > top + height:
            break
        series = series_of(number, paper.style)
        paper.marker(16, y, series)
        paper.text(25, y, paper.fitted(name, 10, room), size=10, colour=paper.style.text2)


def _spacing_px(panel: Panel, dates: DateScale) -> float:
    """Return the typical distance between the visits of the curve that has most."""
    longest = max(panel.curves, key=lambda curve: len(curve.marks))
    reach = dates.x(longest.marks[-1].on) - dates.x(longest.marks[0].on)
    return reach / max(len(longest.marks) - 1, 1) or 100.0


def _draw_curve(
    axes: Axes, curve: Curve, values: ValueScale, style: ChartStyle, spacing_px: float
) -> None:
    lesion = curve.lesion.lesion
    series = series_of(lesion.number, style)
    colour = style.text3 if curve.is_other else series.colour
    width = 1.0 if curve.is_other else 2.0
    for run in curve.runs:
        days = [mark.on.toordinal() for mark in run]
        if not curve.is_other:
            open_run = [mark for mark in run if not (values.is_log and mark.is_closed)]
            axes.fill_between(
                [mark.on.toordinal() for mark in open_run],
                [values.place(mark.low) for mark in open_run],
                [values.place(mark.high) for mark in open_run],
                color=colour,
                alpha=0.16,
                lw=0,
                zorder=2.2,
            )
            if len(open_run) == 1 and not open_run[0].is_closed:
                # A band needs two visits; one between gaps, or the first, has its interval as well.
                (alone,) = open_run
                axes.plot(
                    [alone.on.toordinal()] * 2,
                    [values.place(alone.low), values.place(alone.high)],
                    color=colour,
                    alpha=0.28,
                    lw=pt(LONE_BAND_PX),
                    solid_capstyle="butt",
                    zorder=2.2,
                    clip_on=False,
                    gid=f"{LONE_BAND_PREFIX}{lesion.id}",
                )
        axes.plot(
            days,
            [values.place(mark.value) for mark in run],
            color=colour,
            lw=pt(width),
            ls=dash(7, 4, width) if series.is_dashed and not curve.is_other else "-",
            solid_joinstyle="round",
            zorder=2.4,
            clip_on=False,
        )
    for place, _ in curve.breaks:
        pair = curve.marks[place : place + 2]
        axes.plot(
            [mark.on.toordinal() for mark in pair],
            [values.place(mark.value) for mark in pair],
            color=colour,
            lw=pt(1.6),
            ls=dash(2, 4, 1.6),
            zorder=2.3,
            clip_on=False,
        )
    (points,) = axes.plot(
        [mark.on.toordinal() for mark in curve.marks],
        [values.place(mark.value) for mark in curve.marks],
        zorder=2.6,
        clip_on=False,
        **marker_of(series, style, min(1.0, max(0.45, spacing_px / 14))),
    )
    if curve.is_other:
        points.set_marker("")
    points.set_gid(f"{POINTS_PREFIX}{lesion.id}")


def nested_name(line: NestedLine, words: ChartWords) -> str:
    """Return what stands at the end of an eschar's or a margin's line."""
    said = words.eschar if line.kind is OutlineKind.ESCHAR else words.margin
    return said.format(lesion=line.lesion.lesion.label)


def _draw_nested(axes: Axes, line: NestedLine, values: ValueScale, style: ChartStyle) -> None:
    """Paint a line in its lesion's colour, thin and dashed, with small hollow points."""
    lesion = line.lesion.lesion
    colour = series_of(lesion.number, style).colour
    dashes = tuple(length / _NESTED_PX for length in _NESTED_DASHES[line.kind])
    for run in line.runs:
        days = [mark.on.toordinal() for mark in run]
        axes.fill_between(
            days,
            [values.place(mark.low) for mark in run],
            [values.place(mark.high) for mark in run],
            color=colour,
            alpha=0.08,
            lw=0,
            zorder=2.1,
        )
        if len(run) == 1:
            axes.plot(
                days * 2,
                [values.place(run[0].low), values.place(run[0].high)],
                color=colour,
                alpha=0.18,
                lw=pt(LONE_BAND_PX - 2),
                solid_capstyle="butt",
                zorder=2.1,
                clip_on=False,
            )
        axes.plot(
            days,
            [values.place(mark.value) for mark in run],
            color=colour,
            lw=pt(_NESTED_PX),
            ls=(0.0, dashes),
            zorder=2.25,
            clip_on=False,
        )
    (points,) = axes.plot(
        [mark.on.toordinal() for mark in line.marks],
        [values.place(mark.value) for mark in line.marks],
        ls="none",
        marker="o",
        ms=pt(4.5),
        mfc=style.surface,
        mec=colour,
        mew=pt(_NESTED_PX),
        zorder=2.5,
        clip_on=False,
    )
    points.set_gid(f"{NESTED_PREFIX}{line.kind.value}-{lesion.id}")


def _draw_ends(
    paper: Paper,
    panel: Panel,
    px: Place,
    clear: Clearings,
    *,
    top: float,
    height: float,
    words: ChartWords,
) -> None:
    """Name the lines at their ends; those that end together are moved apart."""
    named = [curve for curve in panel.curves if not curve.is_other]
    others = [curve for curve in panel.curves if curve.is_other]
    last_x = max(px(mark.on, 0)[0] for mark in panel.marks)
    # Text, weight, colour, where the line ends.
    ends: list[tuple[str, int, str, tuple[float, float]]] = [
        (
            paper.fitted(curve.lesion.lesion.label, 12, WIDEST_LABEL_PX, 600),
            600,
            paper.style.text,
            px(curve.marks[-1].on, curve.marks[-1].value),
        )
        for curve in named
    ]
    for line in panel.nested:
        last = line.marks[-1]
        name = paper.fitted(nested_name(line, words), 11, WIDEST_LABEL_PX)
        ends.append((name, 400, paper.style.text2, px(last.on, last.value)))
    if panel.total:
        on, value = panel.total[-1][-1]
        ends.append((words.total, 400, paper.style.text2, px(on, value)))
    if others:
        largest = max(others, key=lambda curve: (curve.marks[-1].on, curve.marks[-1].value))
        ends.append(
            (
                words.one_other if len(others) == 1 else words.others.format(count=len(others)),
                400,
                paper.style.text2,
                px(largest.marks[-1].on, largest.marks[-1].value),
            )
        )
    together = [end for end in ends if end[3][0] > last_x - 24]
    apart = [end for end in ends if end[3][0] <= last_x - 24]
    moved = spread([end[3][1] for end in together], LABEL_GAP_PX, top + 2, top + max(height - 2, 3))
    for (text, weight, colour, (x, y)), place in zip(together, moved, strict=True):
        size = 12 if weight == 600 else 11
        left = last_x + 9
        if abs(place - y) > 9 or left - x > 14:
            paper.line([x + 5, left - 2], [y, place], colour=paper.style.edge, width=0.6)
        paper.text(left, place, text, size=size, weight=weight, colour=colour, is_cleared=True)
        width = paper.text_width(text, size, weight)
        clear.boxes.append((left, place - 7, left + width, place + 7))
    for text, weight, colour, (x, y) in apart:
        size = 12 if weight == 600 else 11
        width = paper.text_width(text, size, weight)
        ups = (-7.0, -20.0, 6.0, -33.0, -46.0, 18.0)
        lefts = (x + 8, x - width / 2, x - width - 8)
        corners = [(x + 8, y - 7), *((left, y + up) for up in ups[1:] for left in lefts)]
        bounds = (0.0, top - 6, paper.width, top + height + 8)
        found = clear.take(width, 13, corners, bounds)
        left, upper = found or corners[0]
        paper.text(
            left,
            upper + 7,
            text,
            size=size,
            weight=weight,
            colour=colour,
            is_cleared=found is not None,
        )


def _draw_notes(
    paper: Paper,
    panel: Panel,
    dates: DateScale,
    px: Place,
    clear: Clearings,
    bounds: tuple[float, float, float, float],
    words: ChartWords,
) -> None:
    """Say what curves can't show: closed, not photographed, when first seen.

    The most telling come first; one that finds no free place, or comes after the first few, is left
    out: the table beside the chart says it too.
    """
    curves = [curve for curve in panel.curves if not curve.is_other]
    written = 0
    for curve in curves:
        written += _draw_closure(paper, curve, px, clear, bounds, words)
    notes: list[tuple[float, str, float, float, bool]] = []
    for curve in curves:
        for before, why in curve.breaks:
            one, two = curve.marks[before : before + 2]
            (x0, y0), (x1, y1) = px(one.on, one.value), px(two.on, two.value)
            text = {
                "no photo": words.no_photo,
                "no area": words.no_area,
                "waiting": words.to_review,
            }[why]
            notes.append((x1 - x0, text, (x0 + x1) / 2, (y0 + y1) / 2, True))
        first, last = curve.marks[0], curve.marks[-1]
        if curve.is_lost:
            text = words.no_area_since.format(day=words.day(last.on))
            x, y = px(last.on, last.value)
            notes.append((dates.x(dates.last) - x, text, x, y, False))
        if first.on > dates.first:
            notes.append((20.0, words.first_seen, *px(first.on, first.value), False))
    for _, text, x, y, is_centred in sorted(notes, key=lambda note: -note[0]):
        if written >= _MOST_NOTES:
            break
        width = paper.text_width(text, 11)
        lefts = (x - width / 2,) if is_centred else (x - width / 2, x + 8, x - width - 8)
        corners = [
            (left, y - 7 + offset) for offset in (-15.0, 15.0, -23.0, 23.0) for left in lefts
        ]
        place = clear.take(width, 13, corners, bounds)
        if place is not None:
            written += 1
            paper.text(place[0], place[1] + 7, text, colour=paper.style.text2, is_cleared=True)


def _draw_closure(
    paper: Paper,
    curve: Curve,
    px: Place,
    clear: Clearings,
    bounds: tuple[float, float, float, float],
    words: ChartWords,
) -> bool:
    closure = closure_of(curve.lesion)
    if closure is None:
        return False
    on, confirmed = closure
    text = words.closed.format(day=words.day(on))
    if confirmed is not None:
        text = words.confirmed.format(day=words.day(on), confirmed=words.day(confirmed))
    x, y = px(on, 0.0)
    width = paper.text_width(text, 11)
    room = max(y - bounds[1] - 14, 0)
    corners = [
        (left, y - up - 7)
        for up in (40.0, 30.0, 54.0, 70.0, room * 0.8, room)
        for left in (x, x - width / 2, x - width)
        if up <= room
    ]
    place = clear.take(width, 13, corners, bounds)
    if place is None:
        return False
    paper.text(place[0], place[1] + 7, text, colour=paper.style.text2, is_cleared=True)
    paper.line([x, x], [place[1] + 16, y - 7], colour=paper.style.edge)
    return True
