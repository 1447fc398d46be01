"""The one chart of healing, for the window, PNG, SVG and PDF alike.

Hides matplotlib, which is loaded when something is drawn. Sizes are logical px, 100 to the inch.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from woundtrack.errors import DiskFull, FileUnwritable, NotUnderstood
from woundtrack.healing.chart_layout import (
    DateScale,
    Outlines,
    Panel,
    Scaling,
    Split,
    Unit,
    Waiting,
    least_height_px,
    panels_of,
    shared_heights,
    value_scale,
)
from woundtrack.healing.chart_panel import (
    GUTTER_PX,
    NESTED_PREFIX,
    PANEL_PREFIX,
    POINTS_PREFIX,
    WIDEST_LABEL_PX,
    draw_panel,
    nested_name,
)
from woundtrack.healing.chart_paper import DPI, Paper, has_cubic_outlines, pt
from woundtrack.healing.chart_style import ENGLISH, STYLES, ChartWords, Theme
from woundtrack.model import SiteGroup, Timeline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "DPI",
    "GUTTER_PX",
    "NESTED_PREFIX",
    "PANEL_PREFIX",
    "POINTS_PREFIX",
    "SUFFIXES",
    "draw",
    "natural_height_px",
    "save",
]

SUFFIXES: Final = (".png", ".svg", ".pdf")
"""What ``save`` can write."""

MARGIN_PX: Final = 50.0
"""Least width at the right for the names at the ends of the lines."""

_TOP_PX: Final = 10.0
_GAP_PX: Final = 18.0
_AXIS_PX: Final = 26.0
_HEAD_PX: Final = 40.0
_FOOT_PX: Final = 26.0
_ROOMY_PX: Final = 132.0


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
    outlines: Outlines = "all",
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
        ``linear`` from zero, or ``log`` from the decade below the smallest
        value, with closed lesions on a rail of their own.
    height_px
        None for a roomy height that shows everything.
    selected
        A day to draw a line through.
    has_caption
        With the patient's code above and what bands and dots mean below: for files.
    waiting
        Lesions and days whose photographs still wait for a person: said in place of "no photo".
    outlines
        ``all``: eschar and margin have thin lines of their own, where they were outlined;
        ``ulcer``: they are left out. Totals are those of the ulcers in both.

    Returns
    -------
    figure
        Detached from any canvas and from pyplot. The axes' ids begin with ``PANEL_PREFIX``; in
        each, the line whose id is ``POINTS_PREFIX`` and a lesion's id holds its measured points,
        x in proleptic ordinal days; that of its eschar has ``NESTED_PREFIX``, ``eschar-`` and the
        lesion's id.
    """
    from matplotlib.figure import Figure

    style = STYLES[theme]
    panels = [
        panel
        for panel in panels_of(
            timeline,
            split=split,
            unit=unit,
            groups=groups,
            words=words,
            waiting=waiting,
            outlines=outlines,
        )
        if panel.curves or panel.nested
    ]
    head = _HEAD_PX if has_caption else _TOP_PX
    height = float(
        height_px
        or natural_height_px(timeline, split=split, has_caption=has_caption, outlines=outlines)
    )
    figure = Figure(figsize=(width_px / DPI, height / DPI), dpi=DPI, facecolor=style.surface)
    paper = Paper(figure, width_px, height, style)
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
    right = _right_margin(paper, panels, words)
    days = sorted({mark.on for panel in panels for mark in panel.marks})
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
        axes = draw_panel(
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
            axes.axvline(selected.toordinal(), color=style.accent, lw=pt(2), zorder=1.5)
        top += tall + _GAP_PX
    _draw_dates(paper, dates, top - _GAP_PX, words)
    return figure


def natural_height_px(
    timeline: Timeline,
    *,
    split: Split = "site",
    has_caption: bool = False,
    is_least: bool = False,
    outlines: Outlines = "all",
) -> int:
    """Return a height that shows all panels with room to read; ``is_least`` for the smallest."""
    panels = panels_of(
        timeline, split=split, unit="area", groups=None, words=ENGLISH, outlines=outlines
    )
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
        "pdf.fonttype": 3 if has_cubic_outlines() else 42,
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


def _right_margin(paper: Paper, panels: Sequence[Panel], words: ChartWords) -> float:
    names = [
        paper.text_width(curve.lesion.lesion.label, 12, 600)
        for panel in panels
        for curve in panel.curves
    ]
    names += [
        paper.text_width(nested_name(line, words), 11) for panel in panels for line in panel.nested
    ]
    # 30 px of the names' room lie inside the axes, past the last visit.
    return max(MARGIN_PX, min(max(names), WIDEST_LABEL_PX) - 10)


def _draw_nothing(paper: Paper, timeline: Timeline, words: ChartWords) -> None:
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


def _draw_dates(paper: Paper, dates: DateScale, bottom: float, words: ChartWords) -> None:
    low, high = dates.limits
    per_day = dates.width_px / (high - low)
    y = bottom + 15
    if (first := dates.first_month(words)) is not None:
        paper.text(dates.left_px + 4, y, first, colour=paper.style.text2)
    for ordinal, name in dates.ticks(words):
        x = dates.left_px + (ordinal - low) * per_day
        if x + 8 + paper.text_width(name, 11) <= paper.width:
            paper.text(x + 4, y, name, colour=paper.style.text2)
