"""The paint of one panel: grid, bands, curves, names at their ends, and notes.

Hides the order things are painted in, and what is said where a curve can't speak for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from woundtrack.healing.chart_layout import (
    NOT_ONE_WOUND,
    Curve,
    Mark,
    NestedLine,
    Panel,
    Period,
    Unit,
)
from woundtrack.healing.chart_paper import Paper, PlacedLine, Point, last_in_view
from woundtrack.healing.chart_scales import DateScale, ValueScale
from woundtrack.healing.chart_spacing import LABEL_GAP_PX, Clearings, spread
from woundtrack.healing.chart_style import ChartWords, series_of
from woundtrack.healing.timeline import closure_of
from woundtrack.model import OutlineKind

GUTTER_PX: Final = 122.0
"""Width at the left for the names of the sites and lanes."""
WIDEST_LABEL_PX: Final = 104.0
"""Longer names at the ends of lines are cut short."""
PANEL_PREFIX: Final = "site-"
POINTS_PREFIX: Final = "points-"
"""What the ids of panels and of a lesion's points begin with, in an SVG."""
NESTED_PREFIX: Final = "nested-"
"""The same of an eschar's or a margin's points: kind, a hyphen and the lesion's id follow."""
LONE_BAR_PREFIX: Final = "interval-"
_BAR_PX: Final = 1.6
_BAR_ENDS_PX: Final = 10.0
"""How wide the interval of a visit is drawn that no other is joined to."""

_MOST_NOTES: Final = 4
_NESTED_PX: Final = 1.3
_NESTED_DASHES: Final = {OutlineKind.ESCHAR: (4.0, 2.0), OutlineKind.MARGIN: (7.0, 2.5, 1.3, 2.5)}

Place = Callable[[date, float], Point]
"""Returns the px, from the figure's top left, of a value on a day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Where a panel lies on the paper, and its two scales."""

    dates: DateScale
    values: ValueScale
    top: float
    height: float
    period: Period | None = None

    @property
    def left(self) -> float:
        """Where the axis of dates begins."""
        return self.dates.left_px

    @property
    def right(self) -> float:
        """Where the axis of dates ends."""
        return self.dates.left_px + self.dates.width_px

    def y(self, place: float) -> float:
        """Return where plot units of the value are."""
        share = (place - self.values.bottom) / (self.values.top - self.values.bottom)
        return self.top + (1 - share) * self.height

    def px(self, on: date, value: float) -> Point:
        """Return where a value on a day is."""
        return self.dates.x(on), self.y(self.values.place(value))

    def line(self, marks: Sequence[Mark]) -> list[Point]:
        """Return where measured visits are."""
        return self.places([(one.on, one.value) for one in marks])

    def places(self, values: Sequence[tuple[date, float]]) -> list[Point]:
        """Return where values on days are; thousands of them cost little more than the sums."""
        dates, scale = self.dates, self.values
        left, low, per_day = dates.left_px, dates.limits[0], dates.per_day
        per_unit = self.height / (scale.top - scale.bottom)
        foot = self.top + self.height + scale.bottom * per_unit
        if scale.is_log:
            values = [(on, scale.place(value)) for on, value in values]
        return [
            (left + (on.toordinal() - low) * per_day, foot - value * per_unit)
            for on, value in values
        ]

    def band(self, marks: Sequence[Mark]) -> list[Point]:
        """Return the polygon between the low and high ends of their intervals."""
        high = [(mark.on, mark.high) for mark in marks]
        return self.places(high + [(mark.on, mark.low) for mark in reversed(marks)])

    def in_view(self, line: Sequence[Point]) -> list[Point]:
        """Return those of some places that are shown: a sign is whole or not there."""
        return [(x, y) for x, y in line if self.left - 0.5 <= x <= self.right + 0.5]

    def shows(self, on: date) -> bool:
        """Return whether a day is in view."""
        return self.period is None or self.period[0] <= on <= self.period[1]


def draw_panel(
    paper: Paper,
    panel: Panel,
    frame: Frame,
    *,
    unit: Unit,
    words: ChartWords,
    is_single: bool,
) -> None:
    """Paint one panel in its frame.

    ``is_single`` says on it that there is one visit so far.
    """
    style, values, top, height = paper.style, frame.values, frame.top, frame.height
    for place, name in values.ticks:
        y = frame.y(place)
        across = [(frame.left, y), (frame.right, y)]
        paper.line(across, colour=style.grid, z=0.6)
        paper.text(frame.left - 6, y, name, colour=style.text2, align="right")
    zero = values.rail if values.is_log else 0.0
    y = frame.y(values.bottom if zero is None else zero)
    ground = [(frame.left, y), (frame.right, y)]
    paper.line(ground, colour=style.edge, z=0.7, key=f"{PANEL_PREFIX}{panel.key}")
    _draw_names(paper, panel, top, height, unit, words)

    clear = Clearings()
    lines: dict[str, list[Point]] = {}
    for run in panel.total_runs:
        line = frame.places(run)
        if len(run) == 1:
            (x, y) = line[0]
            line = [(x - 4, y), (x + 4, y)]
        paper.line(line, colour=style.text2, width=1.4, dashes=(6, 3), z=2, in_span=True)
        clear.draw(line)
    for nested in panel.nested:
        _draw_nested(paper, panel, nested, frame)
        for marks in nested.runs:
            clear.draw(frame.line(marks))
    spacing = _spacing_px(panel, frame.dates)
    for curve in panel.curves:
        line = _draw_curve(paper, panel, curve, frame, spacing)
        lines[curve.lesion.lesion.id] = line
        clear.draw(line)
    bounds = (frame.left + 2, top - 4, paper.width - 4, top + height - 2)
    _draw_cuts(paper, panel, frame, clear, bounds, words)
    _draw_ends(paper, panel, frame, lines, clear, words)
    _draw_notes(paper, panel, frame, clear, bounds, words)
    if is_single:
        x = min(max(frame.dates.x(mark.on) for mark in panel.marks) + 60, 420)
        width = paper.text_width(words.one_visit, 13, 600)
        paper.text(x, top + 10, words.one_visit, size=13, weight=600)
        paper.text(x + width + 6, top + 10, words.one_visit_more, size=13, colour=style.text2)


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
    if unit == "percent" and any(curve.is_anew for curve in panel.curves):
        paper.text(12, top + 38, words.percent_anew, colour=paper.style.text2)
        top, height = top + 13, height - 13
    for place, (number, name) in enumerate(panel.members):
        y = top + 44 + 14 * place
        if y + 6 > top + height:
            break
        series = series_of(number, paper.style)
        paper.marks([(16, y)], series, scale=0.75)
        paper.text(25, y, paper.fitted(name, 10, room), size=10, colour=paper.style.text2)


def _spacing_px(panel: Panel, dates: DateScale) -> float:
    """Return the typical distance between the visits of the curve that has most."""
    longest = max(
        (curve.marks for curve in panel.curves),
        key=len,
        default=panel.nested[0].marks if panel.nested else (),
    )
    if len(longest) < 2:
        return 100.0
    reach = dates.x(longest[-1].on) - dates.x(longest[0].on)
    return reach / (len(longest) - 1) or 100.0


def _draw_curve(
    paper: Paper, panel: Panel, curve: Curve, frame: Frame, spacing_px: float
) -> list[Point]:
    """Paint a lesion's curve, and return its places."""
    lesion, values, style = curve.lesion.lesion, frame.values, paper.style
    series = series_of(lesion.number, style)
    colour = style.text3 if curve.is_other else series.colour
    width = 1.0 if curve.is_other else 2.0
    line = frame.line(curve.marks)
    for span in curve.spans:
        run = curve.marks[span]
        if not curve.is_other:
            open_run = [mark for mark in run if not (values.is_log and mark.is_closed)]
            if len(open_run) > 1:
                band = frame.band(open_run)
                paper.area(band, fill=colour, alpha=0.16, z=2.2, in_span=True)
            elif open_run and not open_run[0].is_closed:
                # A band needs two visits; one between gaps, or the first, has its interval as well.
                key = f"{LONE_BAR_PREFIX}{lesion.id}"
                _draw_bar(paper, open_run[0], frame, colour, width=_BAR_PX, z=2.2, key=key)
        if len(run) > 1:
            paper.line(
                line[span],
                colour=colour,
                width=width,
                dashes=(7, 4) if series.is_dashed and not curve.is_other else (),
                z=2.4,
                is_round=True,
                in_span=True,
            )
    for place, why in curve.breaks:
        # What was debrided isn't joined: before and after aren't one wound.
        if why not in NOT_ONE_WOUND:
            paper.line(
                line[place : place + 2],
                colour=colour,
                width=1.6,
                dashes=(2, 4),
                z=2.3,
                in_span=True,
            )
    if not curve.is_other:
        scale = min(1.0, max(0.45, spacing_px / 14))
        key = f"{POINTS_PREFIX}{lesion.id}"
        paper.marks(frame.in_view(line), series, scale=scale, z=2.6, key=key)
    _keep_points(paper, panel, curve.marks, line, lesion.id, OutlineKind.ULCER, frame)
    return line


def _draw_bar(
    paper: Paper,
    mark: Mark,
    frame: Frame,
    colour: str,
    *,
    width: float,
    z: float,
    key: str = "",
) -> None:
    """Paint the interval of a visit that no other is joined to, with an end above and below."""
    if mark.low >= mark.high:
        return  # it has none
    (x, low), (_, high) = frame.px(mark.on, mark.low), frame.px(mark.on, mark.high)
    paper.line([(x, low), (x, high)], colour=colour, width=width, z=z, in_span=True, key=key)
    for y in (low, high):
        ends = [(x - _BAR_ENDS_PX / 2, y), (x + _BAR_ENDS_PX / 2, y)]
        paper.line(ends, colour=colour, width=width, z=z, in_span=True)


def _keep_points(
    paper: Paper,
    panel: Panel,
    marks: Sequence[Mark],
    line: Sequence[Point],
    lesion_id: str,
    kind: OutlineKind,
    frame: Frame,
) -> None:
    """Remember where the measured visits in view are."""
    here = [place for place, mark in enumerate(marks) if frame.shows(mark.on)]
    if not here:
        return
    # They are in the order of their days: those in view are one stretch.
    shown = slice(here[0], here[-1] + 1)
    paper.lines.append(
        PlacedLine(
            panel=panel.key,
            lesion_id=lesion_id,
            kind=kind,
            days=[mark.on for mark in marks[shown]],
            values=[mark.value for mark in marks[shown]],
            places=line[shown],
        )
    )


def nested_name(line: NestedLine, words: ChartWords) -> str:
    """Return what stands at the end of an eschar's or a margin's line."""
    said = words.eschar if line.kind is OutlineKind.ESCHAR else words.margin
    return said.format(lesion=line.lesion.lesion.label)


def _draw_nested(paper: Paper, panel: Panel, line: NestedLine, frame: Frame) -> None:
    """Paint a line in its lesion's colour, thin and dashed, with small hollow points."""
    lesion = line.lesion.lesion
    colour = series_of(lesion.number, paper.style).colour
    for run in line.runs:
        if len(run) == 1:
            _draw_bar(paper, run[0], frame, colour, width=_NESTED_PX, z=2.1)
            continue
        paper.area(frame.band(run), fill=colour, alpha=0.08, z=2.1, in_span=True)
        paper.line(
            frame.line(run),
            colour=colour,
            width=_NESTED_PX,
            dashes=_NESTED_DASHES[line.kind],
            z=2.25,
            in_span=True,
        )
    places = frame.line(line.marks)
    paper.sign(
        frame.in_view(places),
        "o",
        4.5,
        fill=paper.style.surface,
        edge=colour,
        edge_width=_NESTED_PX,
        z=2.5,
        key=f"{NESTED_PREFIX}{line.kind.value}-{lesion.id}",
    )
    _keep_points(paper, panel, line.marks, places, lesion.id, line.kind, frame)


def _draw_cuts(
    paper: Paper,
    panel: Panel,
    frame: Frame,
    clear: Clearings,
    bounds: tuple[float, float, float, float],
    words: ChartWords,
) -> None:
    """Draw an upright dotted line where dead tissue was taken away, and say so."""
    several = len({curve.lesion.lesion.id for curve in panel.curves}) > 1
    for cut in panel.cuts:
        if not frame.shows(cut.on):
            continue
        x = frame.dates.x(cut.on)
        top, foot = frame.top - 6, frame.top + frame.height
        paper.line([(x, top), (x, foot)], colour=paper.style.text, width=1.4, dashes=(2, 3), z=2.7)
        text = words.eschar_removed if cut.had_eschar else words.debrided
        if several and cut.lesion:
            text = f"{text} {cut.lesion}"
        width = paper.text_width(text, 11)
        ups = (top, top + 14, top + 28, foot - 30)
        corners = [(left, up) for up in ups for left in (x - width - 6, x + 6)]
        wide = (bounds[0], top - 2, bounds[2], bounds[3])
        place = clear.take(width, 13, corners, wide)
        if place is not None:
            paper.text(place[0], place[1] + 7, text, is_cleared=True)


def _draw_ends(
    paper: Paper,
    panel: Panel,
    frame: Frame,
    lines: Mapping[str, Sequence[Point]],
    clear: Clearings,
    words: ChartWords,
) -> None:
    """Name the lines where they end or leave the view; those that end together are moved apart."""
    top, height = frame.top, frame.height
    named = [curve for curve in panel.curves if not curve.is_other]
    others = [curve for curve in panel.curves if curve.is_other]

    def end_of(line: Sequence[Point]) -> Point | None:
        return last_in_view(line, frame.left, frame.right)

    # Text, weight, colour, where the line ends.
    found: list[tuple[str, int, str, Point | None]] = [
        (
            paper.fitted(curve.lesion.lesion.label, 12, WIDEST_LABEL_PX, 600),
            600,
            paper.style.text,
            end_of(lines[curve.lesion.lesion.id]),
        )
        for curve in named
    ]
    for line in panel.nested:
        name = paper.fitted(nested_name(line, words), 11, WIDEST_LABEL_PX)
        found.append((name, 400, paper.style.text2, end_of(frame.line(line.marks))))
    if panel.total:
        run = [frame.px(on, value) for on, value in panel.total_runs[-1]]
        found.append((words.total, 400, paper.style.text2, end_of(run)))
    if others:
        largest = max(others, key=lambda curve: (curve.marks[-1].on, curve.marks[-1].value))
        found.append(
            (
                words.one_other if len(others) == 1 else words.others.format(count=len(others)),
                400,
                paper.style.text2,
                end_of(lines[largest.lesion.lesion.id]),
            )
        )
    ends = [(text, weight, colour, at) for text, weight, colour, at in found if at is not None]
    if not ends:
        return
    last_x = max(at[0] for *_, at in ends)
    together = [end for end in ends if end[3][0] > last_x - 24]
    apart = [end for end in ends if end[3][0] <= last_x - 24]
    moved = spread([end[3][1] for end in together], LABEL_GAP_PX, top + 2, top + max(height - 2, 3))
    for (text, weight, colour, (x, y)), place in zip(together, moved, strict=True):
        size = 12 if weight == 600 else 11
        left = last_x + 9
        if abs(place - y) > 9 or left - x > 14:
            paper.line([(x + 5, y), (left - 2, place)], colour=paper.style.edge, width=0.6)
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
        free = clear.take(width, 13, corners, bounds)
        left, upper = free or corners[0]
        paper.text(
            left,
            upper + 7,
            text,
            size=size,
            weight=weight,
            colour=colour,
            is_cleared=free is not None,
        )


def _draw_notes(
    paper: Paper,
    panel: Panel,
    frame: Frame,
    clear: Clearings,
    bounds: tuple[float, float, float, float],
    words: ChartWords,
) -> None:
    """Say what curves can't show: closed, merged, not photographed, when first seen.

    The most telling come first; one that finds no free place, or comes after the first few, is left
    out: the table beside the chart says it too.
    """
    curves = [curve for curve in panel.curves if not curve.is_other]
    written = 0
    for curve in curves:
        written += _draw_closure(paper, curve, frame, clear, bounds, words)
    # How telling it is, the text, where, and whether it stands in the middle of a gap.
    notes: list[tuple[float, str, float, float, bool]] = []
    for curve in curves:
        for before, why in curve.breaks:
            one, two = curve.marks[before : before + 2]
            (x0, y0), (x1, y1) = frame.px(one.on, one.value), frame.px(two.on, two.value)
            if why == "debrided" or x0 < frame.left or x1 > frame.right:
                continue
            text = {
                "no photo": words.no_photo,
                "no area": words.no_area,
                "waiting": words.to_review,
                "joined": words.joined,
                "parted": words.parted,
            }[why]
            notes.append((x1 - x0, text, (x0 + x1) / 2, (y0 + y1) / 2, True))
        first, last = curve.marks[0], curve.marks[-1]
        if curve.ends and frame.shows(last.on):
            notes.append((9e3, curve.ends, *frame.px(last.on, last.value), False))
        elif curve.is_lost and frame.shows(last.on):
            text = words.no_area_since.format(day=words.day(last.on))
            x, y = frame.px(last.on, last.value)
            notes.append((frame.dates.x(frame.dates.last) - x, text, x, y, False))
        if curve.begins and frame.shows(first.on):
            notes.append((9e3, curve.begins, *frame.px(first.on, first.value), False))
        elif first.on > frame.dates.first and frame.shows(first.on) and frame.period is None:
            notes.append((20.0, words.first_seen, *frame.px(first.on, first.value), False))
    for weight, text, x, y, is_centred in sorted(notes, key=lambda note: -note[0]):
        # Where a curve begins or ends as another's is told for each of them.
        if written >= _MOST_NOTES and weight < 9e3:
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
    frame: Frame,
    clear: Clearings,
    bounds: tuple[float, float, float, float],
    words: ChartWords,
) -> bool:
    closure = closure_of(curve.lesion)
    if closure is None or not frame.shows(closure[0]):
        return False
    on, confirmed = closure
    text = words.closed.format(day=words.day(on))
    if confirmed is not None:
        text = words.confirmed.format(day=words.day(on), confirmed=words.day(confirmed))
    x, y = frame.px(on, 0.0)
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
    paper.line([(x, place[1] + 16), (x, y - 7)], colour=paper.style.edge)
    return True
