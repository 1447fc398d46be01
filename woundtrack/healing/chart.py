"""The one chart of healing, for the window, PNG, SVG and PDF alike.

Hides matplotlib, which is loaded when something is drawn. Sizes are logical px, 100 to the inch.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from woundtrack.errors import DiskFull, FileUnwritable, NotUnderstood
from woundtrack.healing.chart_layout import (
    LABEL_GAP_PX,
    Clearings,
    Curve,
    DateScale,
    Panel,
    Scaling,
    Split,
    Unit,
    ValueScale,
    Waiting,
    least_height_px,
    panels_of,
    shared_heights,
    spread,
    value_scale,
)
from woundtrack.healing.chart_style import (
    ENGLISH,
    FAMILIES,
    STYLES,
    ChartStyle,
    ChartWords,
    Series,
    Theme,
    series_of,
)
from woundtrack.healing.timeline import closure_of
from woundtrack.model import SiteGroup, Timeline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

DPI: Final = 100
SUFFIXES: Final = (".png", ".svg", ".pdf")
"""What ``save`` can write."""

GUTTER_PX: Final = 122.0
"""Width at the left for the names of the sites; the window's own lanes line up with it."""
MARGIN_PX: Final = 50.0
"""Least width at the right for the names at the ends of the lines."""
PANEL_PREFIX: Final = "site-"
POINTS_PREFIX: Final = "points-"
"""What the ids of panels and of a lesion's points begin with: for hit tests, and in an SVG."""

_TOP_PX: Final = 10.0
_GAP_PX: Final = 18.0
_AXIS_PX: Final = 26.0
_HEAD_PX: Final = 40.0
_FOOT_PX: Final = 26.0
_WIDEST_LABEL_PX: Final = 104.0
_ROOMY_PX: Final = 132.0
_MOST_NOTES: Final = 4


def draw(
    timeline: Timeline,
    *,
    groups: Iterable[SiteGroup] | None = None,
    split: Split = "site",
    unit: Unit = "area",
    scale: Scaling = "linear",
    theme: Theme = "light",
    width_px: int = 900,
    height_px: int | None = None,
    selected: date | None = None,
    has_caption: bool = True,
    words: ChartWords = ENGLISH,
    waiting: Waiting = (),
) -> Figure:
    """Draw a patient's healing curves.

    Parameters
    ----------
    groups
        Only these site groups; None for all.
    split
        ``site``: a panel for each site group, with its total; ``patient``: all in one, with the
        patient's total.
    unit
        ``area`` in cm², or ``percent`` of each lesion's own baseline (its first open area).
    scale
        ``linear`` from zero, or ``log`` from 0.1 up, with closed lesions on a rail of their own.
    height_px
        None for a roomy height that shows everything.
    selected
        A day to draw a line through.
    has_caption
        With the patient's code above and what bands and dots mean below: for files.
    waiting
        Lesions and days whose photographs still wait for a person: said in place of "no photo".

    Returns
    -------
    figure
        Detached from any canvas and from pyplot. The axes' ids begin with ``PANEL_PREFIX``; in
        each, the line whose id is ``POINTS_PREFIX`` and a lesion's id holds its measured points,
        x in proleptic ordinal days.
    """
    from matplotlib.figure import Figure

    style = STYLES[theme]
    panels = [
        panel
        for panel in panels_of(
            timeline, split=split, unit=unit, groups=groups, words=words, waiting=waiting
        )
        if panel.curves
    ]
    head = _HEAD_PX if has_caption else _TOP_PX
    height = float(height_px or natural_height_px(timeline, split=split, has_caption=has_caption))
    figure = Figure(figsize=(width_px / DPI, height / DPI), dpi=DPI, facecolor=style.surface)
    paper = _Paper(figure, width_px, height, style)
    foot = _AXIS_PX
    if has_caption:
        paper.text(12, 22, timeline.patient.code, size=15, weight=600)
        lines = paper.wrapped(words.caption, 10, width_px - 24)
        foot += _FOOT_PX - 13 + 13 * len(lines)
        for place, line in enumerate(reversed(lines)):
            paper.text(12, height - 11 - 13 * place, line, size=10, colour=style.text2)
    if not panels:
        _draw_nothing(paper, timeline, words)
        return figure
    right = _right_margin(paper, panels)
    days = sorted({mark.on for panel in panels for curve in panel.curves for mark in curve.marks})
    dates = DateScale(
        first=days[0],
        # Visits without an area are in view too: that it is missing is part of the course.
        last=max([days[-1], *(visit.visited_on for visit in timeline.visits)]),
        left_px=GUTTER_PX,
        width_px=max(width_px - GUTTER_PX - right, 40.0),
    )
    heights = shared_heights(panels, height - head - foot, _GAP_PX)
    top = head
    for place, (panel, tall) in enumerate(zip(panels, heights, strict=True)):
        axes = _draw_panel(
            paper,
            panel,
            dates,
            value_scale(panel.values, unit=unit, scaling=scale, words=words),
            top=top,
            height=tall,
            unit=unit,
            words=words,
            is_single=len(days) < 2 and place == 0,
        )
        if selected is not None:
            axes.axvline(selected.toordinal(), color=style.accent, lw=_pt(2), zorder=1.5)
        top += tall + _GAP_PX
    _draw_dates(paper, dates, top - _GAP_PX, words)
    return figure


def natural_height_px(
    timeline: Timeline, *, split: Split = "site", has_caption: bool = False, is_least: bool = False
) -> int:
    """Return a height that shows all panels with room to read; ``is_least`` for the smallest."""
    panels = panels_of(timeline, split=split, unit="area", groups=None, words=ENGLISH)
    sites = [max(least_height_px(panel), 0 if is_least else _ROOMY_PX) for panel in panels]
    frame = _AXIS_PX + (_HEAD_PX + _FOOT_PX if has_caption else _TOP_PX)
    return round(frame + sum(sites) + _GAP_PX * max(len(sites) - 1, 0)) if sites else 220


def save(figure: Figure, path: str | Path) -> None:
    """Write a drawn chart whole or not at all: PNG at 200 dots an inch, SVG with text, or PDF.

    Raises
    ------
    NotUnderstood
        For another suffix.
    FileUnwritable, DiskFull
        Where the file can't be written; what was there is as it was.
    """
    from matplotlib import rc_context

    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise NotUnderstood(
            what="The picture's name",
            given=path.name,
            expected=f"it must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}",
        )
    # No dates in the file: the same chart gives the same bytes.
    metadata: Mapping[str, str | None] = {"Creator": "woundtrack", "Date": None}
    if suffix == ".pdf":
        metadata = {"Creator": "woundtrack", "CreationDate": None}
    elif suffix == ".png":
        metadata = {"Software": "woundtrack"}
    # Fonts with cubic outlines (Inter as .otf) can't be embedded as TrueType, only as outlines.
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "woundtrack",
        "pdf.fonttype": 3 if _has_cubic_outlines() else 42,
    }
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with rc_context(settings), part.open("xb") as stream:
            figure.savefig(
                stream,
                format=suffix[1:],
                dpi=2 * DPI if suffix == ".png" else DPI,
                facecolor=figure.get_facecolor(),
                metadata=dict(metadata),
            )
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(path)) from fault
        reason = (fault.strerror or str(fault)).lower()
        raise FileUnwritable(path=str(path), reason=reason) from fault
    finally:
        part.unlink(missing_ok=True)


Place = Callable[[date, float], tuple[float, float]]
"""Returns the px, from the figure's top left, of a value on a day."""


# --- paint ---------------------------------------------------------------------------------------


def _pt(px: float) -> float:
    return px * 72 / DPI


def _dash(on_px: float, off_px: float, width_px: float) -> tuple[float, tuple[float, float]]:
    """Return a dash in px: matplotlib counts dashes in widths of the line."""
    return 0.0, (on_px / width_px, off_px / width_px)


@cache
def _face(weight: int) -> tuple[str, int]:
    """Return the first family that is there and its nearest weight: matplotlib logs what isn't."""
    from matplotlib.font_manager import fontManager, weight_dict

    for family in FAMILIES:
        weights = {
            entry.weight if isinstance(entry.weight, int) else weight_dict[entry.weight]
            for entry in fontManager.ttflist
            if entry.name == family
        }
        if weights:
            return family, min(weights, key=lambda one: (abs(one - weight), -one))
    return "sans-serif", weight


@cache
def _has_cubic_outlines() -> bool:
    from matplotlib.font_manager import FontProperties, findfont

    path = findfont(FontProperties(family=_face(400)[0]))
    with Path(path).open("rb") as stream:
        return stream.read(4) == b"OTTO"


def _marker(series: Series, style: ChartStyle, scale: float = 1.0) -> dict[str, Any]:
    """Return how points of a series are drawn: filled, or hollow for the dashed ones."""
    is_stroke = series.marker in {"x", "+"}
    size = series.marker_px * scale
    return {
        "ls": "none",
        "marker": series.marker,
        "ms": _pt(size - 1.6 if series.is_dashed and not is_stroke else size),
        "mfc": style.surface if series.is_dashed else series.colour,
        "mec": series.colour,
        "mew": _pt(2.0 if is_stroke else 1.6 if series.is_dashed else 0.0),
    }


class _Paper:
    """Places things by px from the top left of a figure, and remembers the size of text."""

    def __init__(self, figure: Figure, width: float, height: float, style: ChartStyle) -> None:
        self.figure, self.width, self.height, self.style = figure, width, height, style

    def font(self, size: float, weight: int = 400) -> FontProperties:
        from matplotlib.font_manager import FontProperties

        family, nearest = _face(weight)
        return FontProperties(family=family, size=_pt(size), weight=nearest)

    def text_width(self, text: str, size: float, weight: int = 400) -> float:
        from matplotlib.textpath import text_to_path

        font = self.font(size, weight)
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
        return float(width) * DPI / 72

    def fitted(self, text: str, size: float, width: float, weight: int = 400) -> str:
        """Return the text, cut short with … where it is wider than ``width``."""
        if self.text_width(text, size, weight) <= width:
            return text
        while text and self.text_width(f"{text}…", size, weight) > width:
            text = text[:-1]
        return f"{text.rstrip()}…"

    def wrapped(self, text: str, size: float, width: float, weight: int = 400) -> list[str]:
        """Return the text in lines that are no wider than ``width``, broken at spaces."""
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.text_width(longer, size, weight) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 11,
        weight: int = 400,
        colour: str | None = None,
        align: Literal["left", "center", "right"] = "left",
        is_cleared: bool = False,
    ) -> None:
        """Write one line; ``y`` is its middle; ``is_cleared`` wipes what lies behind it."""
        box = {"facecolor": self.style.surface, "edgecolor": "none", "pad": _pt(1.5)}
        self.figure.text(
            x / self.width,
            # The middle of capitals and figures, which stand 0.73 of the size above the line.
            1 - (y + 0.365 * size) / self.height,
            text,
            fontproperties=self.font(size, weight),
            color=colour or self.style.text,
            ha=align,
            va="baseline",
            bbox=box if is_cleared else None,
            parse_math=False,
        )

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        made = self.figure.add_axes(
            (
                left / self.width,
                1 - (top + height) / self.height,
                width / self.width,
                height / self.height,
            ),
            facecolor="none",
        )
        made.set_frame_on(False)
        return made

    def line(
        self, xs: Sequence[float], ys: Sequence[float], *, colour: str, width: float = 1.0
    ) -> None:
        from matplotlib.lines import Line2D

        self.figure.add_artist(
            Line2D(
                [x / self.width for x in xs],
                [1 - y / self.height for y in ys],
                color=colour,
                lw=_pt(width),
                solid_capstyle="butt",
            )
        )

    def marker(self, x: float, y: float, series: Series) -> None:
        from matplotlib.lines import Line2D

        self.figure.add_artist(
            Line2D([x / self.width], [1 - y / self.height], **_marker(series, self.style, 0.75))
        )


def _right_margin(paper: _Paper, panels: Sequence[Panel]) -> float:
    names = [
        paper.text_width(curve.lesion.lesion.label, 12, 600)
        for panel in panels
        for curve in panel.curves
    ]
    # 30 px of the names' room lie inside the axes, past the last visit.
    return max(MARGIN_PX, min(max(names), _WIDEST_LABEL_PX) - 10)


def _draw_nothing(paper: _Paper, timeline: Timeline, words: ChartWords) -> None:
    middle = paper.height / 2
    is_seen = any(curve.points for curve in timeline.lesions)
    lines = [words.no_scale] if is_seen else [words.nothing, words.nothing_more]
    for place, line in enumerate(lines):
        paper.text(
            paper.width / 2,
            middle - 10 + 20 * place,
            line,
            size=13,
            weight=400 if place else 600,
            colour=paper.style.text2 if place else paper.style.text,
            align="center",
        )


def _draw_dates(paper: _Paper, dates: DateScale, bottom: float, words: ChartWords) -> None:
    low, high = dates.limits
    per_day = dates.width_px / (high - low)
    y = bottom + 15
    if (first := dates.first_month(words)) is not None:
        paper.text(dates.left_px + 4, y, first, colour=paper.style.text2)
    for ordinal, name in dates.ticks(words):
        x = dates.left_px + (ordinal - low) * per_day
        if x + 8 + paper.text_width(name, 11) <= paper.width:
            paper.text(x + 4, y, name, colour=paper.style.text2)


def _draw_panel(
    paper: _Paper,
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
    style = paper.style
    axes = paper.axes(dates.left_px, top, dates.width_px, height)
    axes.set_gid(f"{PANEL_PREFIX}{panel.key}")
    axes.set_xlim(*dates.limits)
    axes.set_ylim(values.bottom, values.top)
    axes.set_xticks([])
    axes.set_yticks([])
    for ordinal, _ in dates.ticks(words):
        axes.axvline(ordinal, color=style.grid, lw=_pt(1), zorder=0.5)
    for place, name in values.ticks:
        axes.axhline(place, color=style.grid, lw=_pt(1), zorder=0.6)
        y = top + height * (values.top - place) / (values.top - values.bottom)
        paper.text(dates.left_px - 6, y, name, colour=style.text2, align="right")
    zero = values.rail if values.is_log else 0.0
    axes.axhline(
        values.bottom if zero is None else zero,
        color=style.edge,
        lw=_pt(1),
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
            lw=_pt(1.4),
            ls=_dash(6, 3, 1.4),
            marker="_" if len(run) == 1 else "",
            zorder=2,
        )
        clear.draw([px(on, value) for on, value in run])
    for curve in panel.curves:
        _draw_curve(axes, curve, values, style, _spacing_px(panel, dates))
        clear.draw([px(mark.on, mark.value) for mark in curve.marks])
    _draw_ends(paper, panel, px, clear, top=top, height=height, words=words)
    bounds = (dates.left_px + 2, top - 4, paper.width - 4, top + height - 2)
    _draw_notes(paper, panel, dates, px, clear, bounds, words)
    if is_single:
        x = min(max(px(mark.on, 0)[0] for curve in panel.curves for mark in curve.marks) + 60, 420)
        width = paper.text_width(words.one_visit, 13, 600)
        paper.text(x, top + 10, words.one_visit, size=13, weight=600)
        paper.text(x + width + 6, top + 10, words.one_visit_more, size=13, colour=style.text2)
    return axes


def _draw_names(
    paper: _Paper, panel: Panel, top: float, height: float, unit: Unit, words: ChartWords
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
        axes.plot(
            days,
            [values.place(mark.value) for mark in run],
            color=colour,
            lw=_pt(width),
            ls=_dash(7, 4, width) if series.is_dashed and not curve.is_other else "-",
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
            lw=_pt(1.6),
            ls=_dash(2, 4, 1.6),
            zorder=2.3,
            clip_on=False,
        )
    (points,) = axes.plot(
        [mark.on.toordinal() for mark in curve.marks],
        [values.place(mark.value) for mark in curve.marks],
        zorder=2.6,
        clip_on=False,
        **_marker(series, style, min(1.0, max(0.45, spacing_px / 14))),
    )
    if curve.is_other:
        points.set_marker("")
    points.set_gid(f"{POINTS_PREFIX}{lesion.id}")


def _draw_ends(
    paper: _Paper,
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
    last_x = max(px(curve.marks[-1].on, 0)[0] for curve in panel.curves)
    # Text, weight, colour, where the line ends.
    ends: list[tuple[str, int, str, tuple[float, float]]] = [
        (
            paper.fitted(curve.lesion.lesion.label, 12, _WIDEST_LABEL_PX, 600),
            600,
            paper.style.text,
            px(curve.marks[-1].on, curve.marks[-1].value),
        )
        for curve in named
    ]
    if panel.total:
        on, value = panel.total[-1][-1]
        ends.append((words.total, 400, paper.style.text2, px(on, value)))
    if others:
        largest = max(others, key=lambda curve: (curve.marks[-1].on, curve.marks[-1].value))
        ends.append(
            (
                words.others.format(count=len(others)),
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
    paper: _Paper,
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
    paper: _Paper,
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
