"""Where things go on a chart: panels, their scales, date ticks, labels that keep off each other.

Hides every choice that is not paint. Works in logical px, x right and y down from the figure's top
left, and knows nothing of matplotlib.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeVar

from woundtrack.healing.chart_spacing import LABEL_GAP_PX
from woundtrack.healing.chart_style import ChartWords
from woundtrack.healing.percents import Percent, percents_of, total_percents
from woundtrack.healing.timeline import baseline_of
from woundtrack.model import (
    LesionTimeline,
    NestedCurve,
    OutlineKind,
    SiteGroup,
    Timeline,
    TimelinePoint,
    TotalPoint,
    WoundState,
)

_Placed = TypeVar("_Placed")

Outlines = Literal["ulcer", "all"]
"""Whether the curves of eschar and margin are drawn, too, where there are any."""
Unit = Literal["area", "percent"]
Scaling = Literal["linear", "log"]
Split = Literal["site", "patient"]
Break = Literal["no photo", "no area", "waiting", "debrided", "joined", "parted"]
"""Why a curve is broken: not photographed, without a scale, photographed and to be reviewed, or
what was measured before and after isn't one wound: dead tissue was taken away, another lesion
merged into it, or a part of it became one of its own."""

NOT_ONE_WOUND: Final = frozenset({"debrided", "joined", "parted"})
"""The breaks over which no line goes."""

Waiting = Collection[tuple[str, date]]
"""Lesions (ids) and days whose photographs still wait for a person."""

MOST_SERIES: Final = 12
"""There are this many series that can be told apart; of more lesions the smallest are "others"."""


Period = tuple[date, date]
"""From which day to which the chart is shown, both included."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """What breaks a lesion's curve between two of its points: a debridement, or parts that joined.

    ``after`` and ``before`` are the days of those points; None where there is none. ``had_eschar``
    says that eschar was seen before it; ``lesion`` is the lesion's label.
    """

    on: date
    after: date | None
    before: date | None
    lesion: str = ""
    why: Break = "debrided"
    had_eschar: bool = False

    def lies_between(self, one: date, two: date) -> bool:
        """Return whether it lies between two measurements, the earlier first."""
        if self.after is None or self.before is None:
            return False
        return one <= self.after and self.before <= two


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """What the record tells of the curves: by a lesion's id.

    ``cuts`` break its curve; ``begins`` and ``ends`` are words at its first and last measurement;
    an ``ended`` lesion is no longer looked for.
    """

    cuts: Mapping[str, tuple[Cut, ...]] = field(default_factory=dict)
    begins: Mapping[str, str] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()


NO_STORY: Final = Story()

# --- what is drawn -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """One measured visit of a curve; values are cm² or per cent of the baseline."""

    on: date
    value: float
    low: float
    high: float
    is_closed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """One lesion in a panel. ``is_other`` ones are drawn thin and without a name of their own.

    ``breaks`` holds, for each place between two marks where the lesion was not measured, the place
    of the mark before it and why. ``is_lost`` is a lesion that was open when last measured, and was
    due since. ``begins`` and ``ends`` are said at its first and last mark: "A2 into A1".
    ``is_anew`` says that per cent are of another baseline after a break.
    """

    lesion: LesionTimeline
    marks: tuple[Mark, ...]
    breaks: tuple[tuple[int, Break], ...]
    is_lost: bool = False
    is_other: bool = False
    begins: str = ""
    ends: str = ""
    is_anew: bool = False

    @property
    def spans(self) -> Iterator[slice]:
        """Yield which marks are the unbroken runs."""
        start = 0
        for place, _ in self.breaks:
            yield slice(start, place + 1)
            start = place + 1
        yield slice(start, len(self.marks))

    @property
    def runs(self) -> Iterator[tuple[Mark, ...]]:
        """Yield the unbroken runs of marks."""
        return (self.marks[span] for span in self.spans)


@dataclass(frozen=True, kw_only=True, slots=True)
class NestedLine:
    """The curve of a lesion's eschar or margin in a panel, in runs of visits one after the other.

    At a visit between two runs the lesion was seen, or due, and nobody outlined one.
    """

    lesion: LesionTimeline
    kind: OutlineKind
    runs: tuple[tuple[Mark, ...], ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All its measured visits."""
        return tuple(mark for run in self.runs for mark in run)


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One site's axes: title, what stands under it, curves, what is nested, and their total."""

    key: str
    title: str
    members: tuple[tuple[int, str], ...]
    curves: tuple[Curve, ...]
    total: tuple[tuple[tuple[date, float], ...], ...] = ()
    nested: tuple[NestedLine, ...] = ()
    cuts: tuple[Cut, ...] = ()

    @property
    def named(self) -> int:
        """How many names stand at the ends of its lines."""
        others = any(curve.is_other for curve in self.curves)
        curves = sum(not curve.is_other for curve in self.curves) + len(self.nested)
        return curves + others + bool(self.total)

    @property
    def total_runs(self) -> tuple[tuple[tuple[date, float], ...], ...]:
        """The total's unbroken runs: it breaks where one of its lesions was debrided."""
        runs: list[list[tuple[date, float]]] = []
        for run in self.total:
            runs.append([])
            for point in run:
                before = runs[-1]
                if (
                    self.cuts
                    and before
                    and any(cut.lies_between(before[-1][0], point[0]) for cut in self.cuts)
                ):
                    runs.append([])
                runs[-1].append(point)
        return tuple(tuple(run) for run in runs)

    @property
    def marks(self) -> Iterator[Mark]:
        """Yield every measured visit of its curves, and of what is nested in or round them."""
        for curve in self.curves:
            yield from curve.marks
        for line in self.nested:
            yield from line.marks

    @property
    def values(self) -> Iterator[float]:
        """Yield every value that must be in view."""
        yield from self.values_in(None)

    def values_in(self, period: Period | None) -> Iterator[float]:
        """Yield the values of a period, with those that its lines come from and go to."""
        lines = [curve.marks for curve in self.curves] + [line.marks for line in self.nested]
        for line in lines:
            for mark in _in_period(line, period, key=lambda one: one.on):
                yield from (mark.value, mark.high)
                # An interval that reaches down to nothing is not a lesion that is closed.
                if mark.low > 0:
                    yield mark.low
        for run in self.total:
            for _, value in _in_period(run, period, key=lambda one: one[0]):
                yield value


def _in_period(
    line: Sequence[_Placed], period: Period | None, *, key: Callable[[_Placed], date]
) -> Sequence[_Placed]:
    """Return what of a line lies in a period, and its neighbours on both sides."""
    if period is None or not line:
        return line
    days = [key(one) for one in line]
    first = max(bisect_left(days, period[0]) - 1, 0)
    last = bisect_right(days, period[1]) + 1
    if days[-1] < period[0] or days[0] > period[1]:
        return ()
    return line[first:last]


def panels_of(
    timeline: Timeline,
    *,
    split: Split,
    unit: Unit,
    groups: Iterable[SiteGroup] | None,
    words: ChartWords,
    waiting: Waiting = (),
    outlines: Outlines = "ulcer",
    story: Story = NO_STORY,
    lesion_id: str | None = None,
) -> tuple[Panel, ...]:
    """Return the panels of a chart: one a site group, or one for the whole patient.

    ``lesion_id`` is that of the one lesion to show alone; None for all.
    """
    if lesion_id is not None:
        return _alone(timeline, lesion_id, unit, words, waiting, outlines, story)
    wanted = set(SiteGroup) if groups is None else set(groups)
    chosen = [group for group in timeline.groups if group.group in wanted]
    seen = [curve for group in chosen for curve in group.lesions if curve.points]
    largest = sorted(
        seen, key=lambda curve: -max((point.area_mm2 or 0 for point in curve.points), default=0)
    )
    others = {curve.lesion.id for curve in largest[MOST_SERIES:]}

    def panel(
        key: str, title: str, lesions: Sequence[LesionTimeline], total: Sequence[TotalPoint]
    ) -> Panel:
        curves = tuple(
            curve
            for lesion in lesions
            if (
                curve := _curve(
                    lesion, unit, waiting, is_other=lesion.lesion.id in others, story=story
                )
            )
            is not None
        )
        cuts = _cuts_of(curves, story)
        return Panel(
            key=key,
            title=title,
            members=()
            if len({lesion.lesion.site for lesion in lesions}) < 2
            else tuple(
                (
                    lesion.lesion.number,
                    f"{lesion.lesion.label} {words.site_short(lesion.lesion.site)}",
                )
                for lesion in lesions
                if lesion.lesion.id not in others
            ),
            curves=curves,
            total=_total(total, unit, cuts) if len(curves) > 1 else (),
            nested=tuple(
                line
                for lesion in lesions
                if outlines == "all" and lesion.lesion.id not in others
                for one in lesion.nested
                if (line := _nested_line(lesion, one, unit)) is not None
            ),
            cuts=cuts,
        )

    if split == "patient" and seen:
        total = timeline.total if groups is None else ()
        return (panel("patient", words.whole_patient, seen, total),)
    panels = []
    for group in chosen:
        lesions = [curve for curve in group.lesions if curve.points]
        if lesions:
            sites = {lesion.lesion.site for lesion in lesions}
            title = words.site(sites.pop()) if len(sites) == 1 else words.group(group.group)
            panels.append(panel(group.group.value, title, lesions, group.points))
    return tuple(panels)


def _alone(
    timeline: Timeline,
    lesion_id: str,
    unit: Unit,
    words: ChartWords,
    waiting: Waiting,
    outlines: Outlines,
    story: Story,
) -> tuple[Panel, ...]:
    """Return the one panel of a lesion alone; none where it was never seen."""
    panels = []
    for lesion in timeline.lesions:
        if lesion.lesion.id != lesion_id or not lesion.points:
            continue
        curve = _curve(lesion, unit, waiting, is_other=False, story=story)
        curves = () if curve is None else (curve,)
        nested = tuple(
            line
            for one in (lesion.nested if outlines == "all" else ())
            if (line := _nested_line(lesion, one, unit)) is not None
        )
        panels.append(
            Panel(
                key=lesion_id,
                title=words.site(lesion.lesion.site),
                members=((lesion.lesion.number, lesion.lesion.label),),
                curves=curves,
                nested=nested,
                cuts=_cuts_of(curves, story),
            )
        )
    return tuple(panels)


def _cuts_of(curves: Iterable[Curve], story: Story) -> tuple[Cut, ...]:
    """Return the debridements of a panel's lesions, one a day: those that took eschar first."""
    found: dict[date, Cut] = {}
    for curve in curves:
        for cut in story.cuts.get(curve.lesion.lesion.id, ()):
            known = found.get(cut.on)
            if cut.why != "debrided":
                continue
            if known is None or (cut.had_eschar and not known.had_eschar):
                found[cut.on] = cut
    return tuple(found[on] for on in sorted(found))


def _curve(
    lesion: LesionTimeline,
    unit: Unit,
    waiting: Waiting,
    *,
    is_other: bool,
    story: Story = NO_STORY,
) -> Curve | None:
    marks: list[Mark] = []
    breaks: list[tuple[int, Break]] = []
    seen = {point.on for point in lesion.points}
    key = lesion.lesion.id
    waits = {on for lesion_id, on in waiting if lesion_id == key}
    cuts = story.cuts.get(key, ())
    may_break = bool(cuts or lesion.gaps)
    percents = percents_of(lesion.points, cuts) if unit == "percent" else None
    for point in lesion.points:
        if point.area_mm2 is None or (percents is not None and point.on not in percents):
            continue
        if marks and may_break:
            before = marks[-1].on
            between = {gap for gap in lesion.gaps if before < gap < point.on}
            here = [cut for cut in cuts if cut.lies_between(before, point.on)]
            if here:
                breaks.append((len(marks) - 1, here[0].why))
            elif between:
                why: Break = "no photo"
                if between & waits:
                    why = "waiting"
                elif between <= seen:
                    why = "no area"
                breaks.append((len(marks) - 1, why))
        marks.append(_mark(point, point.area_mm2, percents))
    if not marks:
        return None
    since = {gap for gap in lesion.gaps if gap > marks[-1].on} - waits
    return Curve(
        lesion=lesion,
        marks=tuple(marks),
        breaks=tuple(breaks),
        is_lost=bool(since) and not marks[-1].is_closed and key not in story.ended,
        is_other=is_other,
        begins=story.begins.get(key, ""),
        ends=story.ends.get(key, ""),
        is_anew=any(one.is_anew for one in (percents or {}).values()),
    )


def _mark(point: TimelinePoint, area_mm2: float, percents: Mapping[date, Percent] | None) -> Mark:
    """Return a mark in cm², or in the per cent that are known of its day."""
    is_closed = point.state is WoundState.CLOSED
    if percents is not None:
        one = percents[point.on]
        return Mark(on=point.on, value=one.value, low=one.low, high=one.high, is_closed=is_closed)
    low, high = point.area_low_mm2, point.area_high_mm2
    return Mark(
        on=point.on,
        value=area_mm2 / 100,
        low=(area_mm2 if low is None else low) / 100,
        high=(area_mm2 if high is None else high) / 100,
        is_closed=is_closed,
    )


def _nested_line(lesion: LesionTimeline, curve: NestedCurve, unit: Unit) -> NestedLine | None:
    """Return an eschar's or a margin's line; per cent is of its own first area."""
    baseline = baseline_of(curve)
    if baseline is None:
        return None
    percents = percents_of(curve.points) if unit == "percent" else None
    due = sorted({point.on for point in lesion.points} | set(lesion.gaps))
    areas = {point.on: (point, point.area_mm2) for point in curve.points if point.area_mm2}
    runs: list[list[Mark]] = [[]]
    for on in due:
        if on in areas:
            runs[-1].append(_mark(*areas[on], percents))
        elif runs[-1]:
            runs.append([])
    kept = tuple(tuple(run) for run in runs if run)
    return NestedLine(lesion=lesion, kind=curve.kind, runs=kept)


def _total(
    points: Sequence[TotalPoint], unit: Unit, cuts: Sequence[Cut]
) -> tuple[tuple[tuple[date, float], ...], ...]:
    if not any(point.area_mm2 for point in points):
        return ()
    percents = total_percents(points, cuts)
    runs: list[list[tuple[date, float]]] = [[]]
    for point in points:
        if point.area_mm2 is None:
            if runs[-1]:
                runs.append([])
        elif unit == "area":
            runs[-1].append((point.on, point.area_mm2 / 100))
        elif point.on in percents:
            runs[-1].append((point.on, percents[point.on]))
    return tuple(tuple(run) for run in runs if run)


# --- heights -------------------------------------------------------------------------------------


def least_height_px(panel: Panel) -> float:
    """Return the height a panel needs so that every name at the ends of its lines can be read."""
    return max(62.0, LABEL_GAP_PX * panel.named + 6, 38 + 14.0 * min(len(panel.members), 12))


def shared_heights(panels: Sequence[Panel], height_px: float, gap_px: float) -> list[float]:
    """Share a height among panels: what each needs, then more to those that hold more."""
    if not panels:
        return []
    least = [least_height_px(panel) for panel in panels]
    spare = height_px - gap_px * (len(panels) - 1) - sum(least)
    if spare < 0:
        return [max(24.0, need * (1 + spare / sum(least))) for need in least]
    weights = [1 + 0.35 * min(len(panel.curves) - 1, 3) for panel in panels]
    # Even out first: a panel that needs more only for its names isn't given more on top.
    even = (sum(least) + spare) / sum(weights)
    wanted = [max(need, even * weight) for need, weight in zip(least, weights, strict=True)]
    scale = (sum(least) + spare) / sum(wanted)
    return [want * scale for want in wanted]
