"""The one chart of healing, for the window, PNG, SVG and PDF alike.

Hides how curves, lanes and the axis of dates share the paper. ``lay_out`` says what is drawn where,
for whoever paints; ``draw`` paints it with matplotlib, which is loaded then. Sizes are logical px,
100 to the inch.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from woundtrack.errors import DiskFull, FileUnwritable, NotUnderstood
from woundtrack.healing.chart_figure import DPI, figure_of, has_cubic_outlines, text_width
from woundtrack.healing.chart_lanes import (
    LANE_PREFIX,
    LaneSpan,
    draw_lanes,
    end_names,
    lane_heights,
)
from woundtrack.healing.chart_layout import (
    NO_STORY,
    Outlines,
    Panel,
    Period,
    Scaling,
    Split,
    Story,
    Unit,
    Waiting,
    least_height_px,
    panels_of,
    shared_heights,
)
from woundtrack.healing.chart_panel import (
    GUTTER_PX,
    NESTED_PREFIX,
    PANEL_PREFIX,
    POINTS_PREFIX,
    WIDEST_LABEL_PX,
    Frame,
    draw_panel,
    nested_name,
)
from woundtrack.healing.chart_paper import Drawing, Paper, TextWidth
from woundtrack.healing.chart_record import (
    Lane,
    Lanes,
    ScoreTotal,
    lanes_of,
    span_of,
    story_of,
)
from woundtrack.healing.chart_scales import DateScale, value_scale
from woundtrack.healing.chart_style import ENGLISH, STYLES, ChartWords, Theme
from woundtrack.model import Analyte, ClinicalRecord, SiteGroup, Timeline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "DPI",
    "GUTTER_PX",
    "LANE_PREFIX",
    "NESTED_PREFIX",
    "PANEL_PREFIX",
    "POINTS_PREFIX",
    "SUFFIXES",
    "Chart",
    "Plan",
    "draw",
    "lay_out",
    "save",
    "text_width",
]

SUFFIXES: Final = (".png", ".svg", ".pdf")
"""What ``save`` can write."""

MARGIN_PX: Final = 50.0
"""Least width at the right for the names at the ends of the lines."""

_TOP_PX: Final = 10.0
_DAY_PX: Final = 8.0
"""Above the panels, where today or the day of death is named there."""
_GAP_PX: Final = 16.0
_AXIS_PX: Final = 22.0
_HEAD_PX: Final = 40.0
_FOOT_PX: Final = 26.0
_ROOMY_PX: Final = 132.0
_BARE_PX: Final = 90.0
_PAD_PX: Final = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """Everything that a chart is of, and how it looks.

    Attributes
    ----------
    timeline, record
        The curves, and what stands in the lanes under them; without a record there are none.
    groups, lesion_id
        Only these site groups, or only this lesion; None for all.
    split
        ``site``: a panel for each site group, with its total; ``patient``: all in one, with the
        patient's total.
    unit
        ``area`` in cm², or ``percent`` of each lesion's own baseline (its first open area).
    scale
        ``linear`` from zero, or ``log`` from the decade below the smallest
        value, with closed lesions on a rail of their own.
    lanes, analytes
        Which lanes, and of which analytes; None for all lanes and the first two analytes that were
        measured. A lane with nothing in it isn't drawn.
    score_total
        Returns a score's total by its instrument's definition; without it there is no such lane.
    period
        From which day to which; None for the whole course.
    today
        A dashed line is drawn there, where it isn't long after the last day; treatments that go on
        are drawn to it.
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
    """

    timeline: Timeline
    record: ClinicalRecord | None = None
    groups: Iterable[SiteGroup] | None = None
    lesion_id: str | None = None
    split: Split = "site"
    unit: Unit = "area"
    scale: Scaling = "linear"
    lanes: Collection[Lane] | None = None
    analytes: Sequence[Analyte] | None = None
    score_total: ScoreTotal | None = None
    period: Period | None = None
    today: date | None = None
    theme: Theme = "light"
    width_px: float = 900
    height_px: float | None = None
    selected: date | None = None
    has_caption: bool = True
    words: ChartWords = ENGLISH
    waiting: Waiting = ()
    outlines: Outlines = "all"


def draw(
    timeline: Timeline,
    *,
    record: ClinicalRecord | None = None,
    groups: Iterable[SiteGroup] | None = None,
    lesion_id: str | None = None,
    split: Split = "site",
    unit: Unit = "area",
    scale: Scaling = "linear",
    lanes: Collection[Lane] | None = None,
    analytes: Sequence[Analyte] | None = None,
    score_total: ScoreTotal | None = None,
    period: Period | None = None,
    today: date | None = None,
    theme: Theme = "light",
    width_px: float = 900,
    height_px: float | None = None,
    text_scale: float = 1.0,
    selected: date | None = None,
    has_caption: bool = True,
    words: ChartWords = ENGLISH,
    waiting: Waiting = (),
    outlines: Outlines = "all",
) -> Figure:
    """Draw a patient's healing curves, and the lanes of the record under them.

    Parameters
    ----------
    text_scale
        How much larger than usual text, signs and lines are in ``width_px`` × ``height_px``: 2 on
        a projector.

    The others are those of ``Chart``.

    Returns
    -------
    figure
        Detached from any canvas and from pyplot. In an SVG the ids of panels begin with
        ``PANEL_PREFIX``, those of lanes with ``LANE_PREFIX``, a lesion's points with
        ``POINTS_PREFIX``, those of its eschar with ``NESTED_PREFIX`` and ``eschar-``.
    """
    chart = Chart(
        timeline=timeline,
        record=record,
        groups=groups,
        lesion_id=lesion_id,
        split=split,
        unit=unit,
        scale=scale,
        lanes=lanes,
        analytes=analytes,
        score_total=score_total,
        period=period,
        today=today,
        theme=theme,
        width_px=width_px / text_scale,
        height_px=None if height_px is None else height_px / text_scale,
        selected=selected,
        has_caption=has_caption,
        words=words,
        waiting=waiting,
        outlines=outlines,
    )
    return figure_of(lay_out(chart, text_width), text_scale)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """What a chart holds, before heights are shared."""

    panels: tuple[Panel, ...]
    lanes: Lanes
    dates: DateScale | None
    span: LaneSpan | None
    lanes_px: float
    whole: Period | None
    caption: tuple[str, ...]

    has_day: bool = False
    has_one_day: bool = False

    def frame_px(self, *, has_caption: bool) -> tuple[float, float]:
        """Return the heights above the panels, and below them without the lanes."""
        day = _DAY_PX if self.has_day else 0.0
        if not has_caption:
            return _TOP_PX + day, _AXIS_PX + (4 + 13 * len(self.caption) if self.caption else 0)
        return _HEAD_PX + day, _AXIS_PX + _FOOT_PX - 13 + 13 * len(self.caption)


def _said_below(chart: Chart) -> str:
    """Return what stands below: in files what bands are, and anywhere whose error they hold."""
    error, words = chart.timeline.reader_error, chart.words
    said = [words.caption] if chart.has_caption else []
    if error is not None and words.measured_in:
        said.append(words.measured_in.format(session=error.session))
    return " ".join(said)


def _plan(chart: Chart, paper: Paper) -> _Plan:
    words, timeline = chart.words, chart.timeline
    story: Story = story_of(timeline, chart.record, words) if chart.record else NO_STORY
    panels = tuple(
        panel
        for panel in panels_of(
            timeline,
            split=chart.split,
            unit=chart.unit,
            groups=chart.groups,
            words=words,
            waiting=chart.waiting,
            outlines=chart.outlines,
            story=story,
            lesion_id=chart.lesion_id,
        )
        if panel.curves or panel.nested
    )
    lanes = lanes_of(
        timeline,
        chart.record,
        words,
        lanes=chart.lanes,
        analytes=chart.analytes,
        score_total=chart.score_total,
    )
    marked = {mark.on for panel in panels for mark in panel.marks}
    whole = span_of(timeline, chart.record, chart.today, marked)
    below = _said_below(chart)
    caption = tuple(paper.wrapped(below, 10, chart.width_px - 24)) if below else ()
    if whole is None or not (panels or not lanes.is_empty):
        return _Plan(
            panels=(), lanes=lanes, dates=None, span=None, lanes_px=0, whole=whole, caption=caption
        )
    first, last = whole if chart.period is None else chart.period
    if chart.record is None and chart.period is None and marked:
        # Visits without an area are in view too: that it is missing is part of the course.
        first = min(marked)
    right = _right_margin(paper, panels, lanes, words, is_period=chart.period is not None)
    dates = DateScale(
        first=first,
        last=last,
        left_px=GUTTER_PX,
        width_px=max(chart.width_px - GUTTER_PX - right, 40.0),
        pad_px=_PAD_PX if chart.period is None else 0.0,
    )
    death = None if chart.record is None else chart.record.death
    until = whole[1] if death is None else death.on.middle
    if death is None and chart.today is not None:
        until = max(min(chart.today, last), first)
    if death is None and chart.period is not None:
        until = chart.today or max(whole[1], last)
    span = LaneSpan(dates=dates, until=until, period=chart.period)
    return _Plan(
        panels=panels,
        lanes=lanes,
        dates=dates,
        span=span,
        lanes_px=sum(height for _, height in lane_heights(paper, lanes, span)),
        whole=whole,
        caption=caption,
        has_one_day=len(marked) < 2,
        has_day=death is not None or (chart.today is not None and chart.today <= whole[1]),
    )


def lay_out(chart: Chart, measure: TextWidth) -> Drawing:
    """Return what is drawn where; ``measure`` says how wide a text will be where it is painted."""
    return Plan(chart, measure).lay_out(chart.height_px)


class Plan:
    """A chart of a width, before its height is known: what it needs, then where all of it lies.

    Parameters
    ----------
    chart
        What is drawn; its height doesn't count.
    measure
        Says how wide a text will be where it is painted.
    """

    def __init__(self, chart: Chart, measure: TextWidth) -> None:
        self._chart, self._measure = chart, measure
        self._plan = _plan(chart, self._paper())

    def _paper(self) -> Paper:
        chart = self._chart
        style = STYLES[chart.theme]
        return Paper(width=chart.width_px, height=0.0, style=style, measure=self._measure)

    @property
    def whole(self) -> Period | None:
        """The first and last day of the whole course, today with it where that is near."""
        return self._plan.whole

    @property
    def least_px(self) -> int:
        """The smallest height at which every name can be read."""
        return round(_natural_px(self._chart, self._plan, is_least=True))

    @property
    def natural_px(self) -> int:
        """A height that shows everything with room to read."""
        return round(_natural_px(self._chart, self._plan, is_least=False))

    def lay_out(self, height_px: float | None = None) -> Drawing:
        """Return what is drawn where, in a height; None for the natural one."""
        paper = self._paper()
        paper.height = height_px or self.natural_px
        return _lay_out(self._chart, self._plan, paper)


def _lay_out(chart: Chart, plan: _Plan, paper: Paper) -> Drawing:
    words = chart.words
    head, foot = plan.frame_px(has_caption=chart.has_caption)
    if chart.has_caption:
        paper.text(12, 22, chart.timeline.patient.code, size=15, weight=600)
    for place, line in enumerate(reversed(plan.caption)):
        y = paper.height - 11 - 13 * place
        paper.text(12, y, line, size=10, colour=paper.style.text2)
    if plan.dates is None or plan.span is None:
        _draw_nothing(paper, chart.timeline, words, paper.height / 2)
        return paper.drawing()
    dates = plan.dates
    panels_px = max(paper.height - head - foot - plan.lanes_px, 40.0)
    if plan.lanes_px:
        panels_px -= 6
    drawn: list[tuple[str, float, float]] = []
    top = head
    if not plan.panels:
        _draw_nothing(paper, chart.timeline, words, head + panels_px / 2)
        top += panels_px + _GAP_PX
    for panel, tall in zip(
        plan.panels, shared_heights(plan.panels, panels_px, _GAP_PX), strict=True
    ):
        values = list(panel.values_in(chart.period)) or list(panel.values)
        frame = Frame(
            dates=dates,
            values=value_scale(values, unit=chart.unit, scaling=chart.scale, words=words),
            top=top,
            height=tall,
            period=chart.period,
        )
        draw_panel(
            paper,
            panel,
            frame,
            unit=chart.unit,
            words=words,
            is_single=plan.has_one_day and not drawn,
        )
        drawn.append((panel.key, top, top + tall))
        top += tall + _GAP_PX
    top -= _GAP_PX
    lanes: list[tuple[str, float, float]] = []
    if not plan.lanes.is_empty:
        top += 6
        lanes = draw_lanes(paper, plan.lanes, plan.span, top, words)
        top += plan.lanes_px
    _draw_days(paper, chart, plan, dates, head, top)
    _draw_dates(paper, dates, top, words)
    return paper.drawing(
        panels=drawn,
        lanes=lanes,
        dates=(dates.left_px, dates.left_px + dates.width_px),
        ordinals=dates.limits,
    )


def _natural_px(chart: Chart, plan: _Plan, *, is_least: bool) -> float:
    if plan.dates is None:
        return 220.0
    sites = [max(least_height_px(panel), 0 if is_least else _ROOMY_PX) for panel in plan.panels]
    head, foot = plan.frame_px(has_caption=chart.has_caption)
    lanes = plan.lanes_px + 6 if plan.lanes_px else 0.0
    curves = sum(sites) + _GAP_PX * (len(sites) - 1) if sites else _BARE_PX
    return head + curves + lanes + foot


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


def _right_margin(
    paper: Paper, panels: Sequence[Panel], lanes: Lanes, words: ChartWords, *, is_period: bool
) -> float:
    names = [
        paper.text_width(curve.lesion.lesion.label, 12, 600)
        for panel in panels
        for curve in panel.curves
        if not curve.is_other
    ]
    names += [
        paper.text_width(nested_name(line, words), 11) for panel in panels for line in panel.nested
    ]
    names += [paper.text_width(name, 12, 600) for name in end_names(lanes, words)]
    wide = min(max(names, default=0.0), WIDEST_LABEL_PX) + 20
    # Of the whole course, some of the names' room lies inside the axes, past the last visit.
    return max(MARGIN_PX, wide - (0.0 if is_period else _PAD_PX))


def _draw_nothing(paper: Paper, timeline: Timeline, words: ChartWords, middle: float) -> None:
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


def _draw_days(
    paper: Paper, chart: Chart, plan: _Plan, dates: DateScale, top: float, bottom: float
) -> None:
    """Draw the months, the day selected, today and the day of death through curves and lanes."""
    style, words = paper.style, chart.words
    low, high = dates.limits
    for ordinal, _ in dates.ticks(words):
        x = dates.left_px + (ordinal - low) / (high - low) * dates.width_px
        paper.line([(x, top), (x, bottom)], colour=style.grid, z=0.5)
    if chart.selected is not None and low <= chart.selected.toordinal() <= high:
        x = dates.x(chart.selected)
        paper.line([(x, top), (x, bottom)], colour=style.accent, width=2, z=1.5)
    death = None if chart.record is None else chart.record.death
    if death is not None and low <= death.on.middle.toordinal() <= high:
        x = dates.x(death.on.middle)
        paper.line([(x, top - 8), (x, bottom)], colour=style.text, width=2, z=7)
        said = words.died.format(day=words.partial(death.on))
        width = paper.text_width(said, 11, 600)
        left = x - width - 6 if x + 6 + width > paper.width - 4 else x + 6
        paper.text(left, top - 9, said, weight=600, is_cleared=True)
        return
    today, last = chart.today, None if plan.whole is None else plan.whole[1]
    if death is None and today and last and today <= last and low <= today.toordinal() <= high:
        x = dates.x(today)
        paper.line([(x, top - 3), (x, bottom)], colour=style.text3, dashes=(5, 4), z=1.4)
        paper.text(x, top - 9, words.today, size=10, colour=style.text2, align="center")


def _draw_dates(paper: Paper, dates: DateScale, bottom: float, words: ChartWords) -> None:
    low, high = dates.limits
    per_day = dates.width_px / (high - low)
    y = bottom + 12
    if (first := dates.first_month(words)) is not None:
        paper.text(dates.left_px + 4, y, first, colour=paper.style.text2)
    for ordinal, name in dates.ticks(words):
        x = dates.left_px + (ordinal - low) * per_day
        if x + 8 + paper.text_width(name, 11) <= paper.width:
            paper.text(x + 4, y, name, colour=paper.style.text2)
