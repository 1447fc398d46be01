"""The Bland-Altman plot of reading sessions: one panel for every two readers, in the chart's look.

Hides how panels are laid out, and that differences of logarithms are told as ratios.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from woundtrack.healing.agreement import Limits
from woundtrack.healing.chart import save
from woundtrack.healing.chart_figure import DPI, font
from woundtrack.healing.chart_style import STYLES, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDE_PX: Final = 380
_HIGH_PX: Final = 300
_ACROSS: Final = 3


def limits_figure(limits: Sequence[Limits], *, theme: Theme = "light") -> Figure:
    """Return the plot: the difference of two readings over their mean, bias and limits as bands.

    Of logarithms, both axes are told in cm² and as ratios. Raises ``ValueError`` without limits.
    """
    from matplotlib.figure import Figure

    if not limits:
        raise ValueError("there is nothing to plot")
    across = min(len(limits), _ACROSS)
    down = math.ceil(len(limits) / across)
    style = STYLES[theme]
    figure = Figure(
        figsize=(across * _WIDE_PX / DPI, down * _HIGH_PX / DPI),
        dpi=DPI,
        facecolor=style.surface,
        layout="constrained",
    )
    grid = figure.subplots(down, across, squeeze=False)
    for place, axes in enumerate(axes for row in grid for axes in row):
        if place < len(limits):
            _draw(axes, limits[place], theme)
        else:
            axes.set_visible(False)
    return figure


def save_limits(limits: Sequence[Limits], path: str | Path) -> None:
    """Write the plot; raises as ``chart.save``."""
    save(limits_figure(limits), path)


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
        f"{found.first} / {found.second}", fontproperties=font(13, 600), color=style.text
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
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    for axis, digits in ((axes.xaxis, 3), (axes.yaxis, 3)):

        def plain(value: float, _: int, digits: int = digits) -> str:
            return f"{value:.{digits}g}"

        axis.set_major_formatter(FuncFormatter(plain))
        axis.set_minor_formatter(NullFormatter())
