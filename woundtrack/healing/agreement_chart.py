"""The Bland-Altman plot of reading sessions: one panel for every two readers, in the chart's look.

Hides how panels are laid out, that differences of logarithms are told as ratios, and how the
caption says what was read and what the lines are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from woundtrack.healing.agreement import Limits
from woundtrack.healing.chart import save
from woundtrack.healing.chart_figure import DPI, font, text_width
from woundtrack.healing.chart_paper import Paper
from woundtrack.healing.chart_style import STYLES, Theme
from woundtrack.healing.cohort_words import ENGLISH_COHORT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDE_PX: Final = 380
_HIGH_PX: Final = 300
_ACROSS: Final = 3
_LEAST_WIDE_PX: Final = 560  # so that the caption of one panel is no column of words
_MARGIN_PX: Final = 16
_TITLE_PX: Final = 20
_LINE_PX: Final = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Plotted:
    """What a caption says that the limits don't: of which session, and how much of it is read.

    ``as_of`` is the day of the drawing, ``version`` the program's.
    """

    session: str
    pictures: int
    read: int
    tasks: int
    as_of: date
    version: str


def limits_caption(limits: Sequence[Limits], told: Plotted) -> str:
    """Return what the plot is of, how many points it has, and what its lines and bands are."""
    pictures = "1 picture" if told.pictures == 1 else f"{told.pictures} pictures"
    counts = sorted({len(one.points) for one in limits})
    many = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    of = "The ratio" if all(one.is_log for one in limits) else "The difference"
    words = [
        f"{pictures}, {told.read} of {told.tasks} readings.",
        f"{of} of two areas of one wound over their mean;",
        f"each point is a picture, {many} in each panel.",
        "Heavy line: bias; dashes: 95 % limits of agreement;",
        "bands: the 95 % intervals of all three (Bland and Altman 1999).",
        "Thin line: no difference.",
    ]
    if any(_is_of_repeats(one) for one in limits):
        words.append("“, 1” and “, 2”: the first and second reading of the same reader.")
    day = ENGLISH_COHORT.day(told.as_of)
    return " ".join([*words, ENGLISH_COHORT.as_of.format(day=day, version=told.version)])


def _is_of_repeats(found: Limits) -> bool:
    return found.first.endswith(", 1") and found.second.endswith(", 2")


def limits_figure(limits: Sequence[Limits], told: Plotted, *, theme: Theme = "light") -> Figure:
    """Return the plot: the difference of two readings over their mean, bias and limits as bands.

    The session's name stands above, the caption below. Of logarithms, both axes are told in cm² and
    as ratios. Raises ``ValueError`` without limits.
    """
    from matplotlib.figure import Figure

    if not limits:
        raise ValueError("there is nothing to plot")
    across = min(len(limits), _ACROSS)
    down = math.ceil(len(limits) / across)
    style = STYLES[theme]
    wide = max(across * _WIDE_PX, _LEAST_WIDE_PX)
    paper = Paper(width=wide, height=0, style=style, measure=text_width)
    room = wide - 2 * _MARGIN_PX
    title = paper.wrapped(f"Limits of agreement: {told.session}", 15, room, 600)
    caption = paper.wrapped(limits_caption(limits, told), 11, room)
    head = _TITLE_PX * len(title) + _MARGIN_PX
    foot = _LINE_PX * len(caption) + _MARGIN_PX
    high = head + down * _HIGH_PX + foot
    figure = Figure(figsize=(wide / DPI, high / DPI), dpi=DPI, facecolor=style.surface)
    figure.set_layout_engine("constrained", rect=(0, foot / high, 1, 1 - (head + foot) / high))
    lines = [
        *(
            (_TITLE_PX * (place + 0.5), text, 15, 600, style.text)
            for place, text in enumerate(title)
        ),
        *(
            (head + down * _HIGH_PX + _LINE_PX * (place + 0.5), text, 11, 400, style.text2)
            for place, text in enumerate(caption)
        ),
    ]
    for y, text, size, weight, colour in lines:
        figure.text(
            _MARGIN_PX / wide,
            1 - (y + _MARGIN_PX / 2) / high,
            text,
            fontproperties=font(size, weight),
            color=colour,
            va="center",
            parse_math=False,
        )
    grid = figure.subplots(down, across, squeeze=False)
    for place, axes in enumerate(axes for row in grid for axes in row):
        if place < len(limits):
            _draw(axes, limits[place], theme)
        else:
            axes.set_visible(False)
    return figure


def save_limits(limits: Sequence[Limits], told: Plotted, path: str | Path) -> None:
    """Write the plot with its caption; raises as ``chart.save``."""
    save(limits_figure(limits, told), path)


def _draw(axes: Axes, found: Limits, theme: Theme) -> None:
    style = STYLES[theme]
    told = math.exp if found.is_log else float
    means = [told(point.mean) for point in found.points]
    axes.set_facecolor(style.surface)
    if found.is_log:
        axes.set_xscale("log")
        axes.set_yscale("log")
    for line, dashes in ((found.lower, (4, 3)), (found.bias, ()), (found.upper, (4, 3))):
        if line.low is not None and line.high is not None:
            axes.axhspan(told(line.low), told(line.high), color=style.reference, linewidth=0)
        axes.axhline(
            told(line.value),
            color=style.accent,
            linewidth=1,
            linestyle=(0, dashes) if dashes else "-",
        )
    axes.axhline(told(0.0), color=style.edge, linewidth=0.6)
    axes.plot(
        means,
        [told(point.difference) for point in found.points],
        "o",
        color=style.series[0],
        markersize=4,
        markeredgewidth=0,
    )
    axes.set_title(
        f"{found.first} / {found.second}",
        fontproperties=font(13, 600),
        color=style.text,
        parse_math=False,
    )
    what = "ratio of areas" if found.is_log else f"difference, {found.bias.unit}"
    axes.set_ylabel(what, fontproperties=font(12), color=style.text2)
    axes.set_xlabel("mean area, cm²", fontproperties=font(12), color=style.text2)
    _plain_ticks(axes, is_log=found.is_log)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font(11))
        label.set_color(style.text3)
    for side in axes.spines.values():
        side.set_color(style.line)
    axes.tick_params(which="both", color=style.line)


def _plain_ticks(axes: Axes, *, is_log: bool) -> None:
    """Write numbers as numbers, not as powers of ten."""
    if not is_log:
        return
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.set_ylim(low, high)
    low, high = axes.get_xlim()
    for locator in (
        LogLocator(subs=(1.0, 2.0, 5.0)),
        LogLocator(subs=range(1, 10)),
        MaxNLocator(nbins=4),
    ):
        axes.xaxis.set_major_locator(locator)
        if sum(low <= tick <= high for tick in axes.get_xticks()) > 1:
            break
    axes.set_xlim(low, high)
    for axis, digits in ((axes.xaxis, 3), (axes.yaxis, 3)):

        def plain(value: float, _: int, digits: int = digits) -> str:
            return f"{value:.{digits}g}"

        axis.set_major_formatter(FuncFormatter(plain))
        axis.set_minor_formatter(NullFormatter())
