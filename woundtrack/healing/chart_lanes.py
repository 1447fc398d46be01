"""The paint of the lanes under the curves: treatments, events, pain, blood values and scores.

Hides how bars and words are packed into rows without lying on each other, and which sign stands for
what: each has its word beside it, or in its tip where there is no room.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Final

from woundtrack.healing.chart_layout import Period
from woundtrack.healing.chart_panel import GUTTER_PX
from woundtrack.healing.chart_paper import ChartSpot, Paper, Point, last_in_view
from woundtrack.healing.chart_record import Dose, Happening, Lanes, Value, ValueLane
from woundtrack.healing.chart_scales import DateScale
from woundtrack.healing.chart_spacing import spread
from woundtrack.healing.chart_style import ChartWords
from woundtrack.model import EventKind

LANE_PREFIX: Final = "lane-"
"""What the ids of the lanes begin with, in an SVG."""

_BAR_PX: Final = 15.0
_ROW_PX: Final = 18.0
_PAD_PX: Final = 4.0
_EVENT_ROW_PX: Final = 17.0
_STEPS_PX: Final = 38.0
_VALUES_PX: Final = 26.0
_ARROW_PX: Final = 6.0
_SIGN_PX: Final = 12.0
_MOST_EVENT_ROWS: Final = 6
_WIDEST_WORDS_PX: Final = 220.0
"""Longer words are cut short where their bar has no room for them."""

_SIGNS: Final[dict[EventKind | str, tuple[str, float, bool]]] = {
    EventKind.DEBRIDEMENT: ("v", 10.0, True),
    EventKind.WOUND_INFECTION: ("^", 9.0, False),
    EventKind.BACTERAEMIA: ("^", 9.0, True),
    EventKind.SEPSIS: ("D", 8.0, True),
    EventKind.AMPUTATION: ("x", 8.0, False),
    EventKind.GRAFT: ("s", 8.0, False),
    EventKind.SURGICAL_CLOSURE: ("s", 8.0, True),
    EventKind.TRANSPLANT: ("D", 8.0, False),
    "closed": ("o", 9.0, False),
}
"""Marker, size in px, and whether it is filled; others are a small dot."""
_OTHER_SIGN: Final = ("o", 6.0, True)
_DASHES: Final[tuple[tuple[float, ...], ...]] = ((), (5.0, 3.0), (2.0, 3.0), (7.0, 3.0, 2.0, 3.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Placed:
    """A thing of a lane in its row: from where to where, and its word's place, if it has room."""

    left: float
    right: float
    row: int
    text: str
    text_x: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LaneSpan:
    """Where the lanes' axis of dates lies, and which days it shows.

    ``until`` is the day that what goes on is drawn to: today, the last day, or that of death.
    """

    dates: DateScale
    until: date
    period: Period | None = None

    @property
    def left(self) -> float:
        """Where the axis begins."""
        return self.dates.left_px

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.dates.left_px + self.dates.width_px

    def is_in_view(self, first: date | None, last: date | None) -> bool:
        """Return whether any of these days is shown."""
        low, high = self.dates.limits
        return (first is None or first.toordinal() <= high) and (
            last is None or last.toordinal() >= low
        )


# --- heights -------------------------------------------------------------------------------------


def lane_heights(paper: Paper, lanes: Lanes, span: LaneSpan) -> list[tuple[str, float]]:
    """Return the key and height of each lane, px."""
    heights = []
    if lanes.has_treatments:
        rows = max((one.row for one in _place_treatments(paper, lanes, span)), default=0) + 1
        heights.append(("treatments", 2 * _PAD_PX + _ROW_PX * rows - 2))
    if lanes.has_events:
        rows = max((one.row for one in _place_happenings(paper, lanes, span)), default=0) + 1
        heights.append(("events", _EVENT_ROW_PX * rows + 6))
    heights += [(lane.key, _STEPS_PX if lane.is_stepped else _VALUES_PX) for lane in lanes.values]
    return heights


def end_names(lanes: Lanes, words: ChartWords) -> list[str]:
    """Return what stands at the ends of the lanes' lines: room is made for it."""
    names = []
    for lane in lanes.values:
        for series in lane.series:
            last = next((one.value for one in reversed(series.values) if one.value is not None), 0)
            name = f" {series.name}" if len(lane.series) > 1 else ""
            names.append(f"{words.lanes.number(last)}{name}")
    return names


# --- paint ---------------------------------------------------------------------------------------


def draw_lanes(
    paper: Paper, lanes: Lanes, span: LaneSpan, top: float, words: ChartWords
) -> list[tuple[str, float, float]]:
    """Paint all lanes below ``top``, and return each one's key, top and bottom."""
    made = []
    by_key = {lane.key: lane for lane in lanes.values}
    for key, height in lane_heights(paper, lanes, span):
        rule = [(0.0, top), (paper.width, top)]
        paper.line(rule, colour=paper.style.line, z=0.5, key=f"{LANE_PREFIX}{key}")
        if key == "treatments":
            _title(paper, words.lanes.treatments, "", top, height)
            _draw_treatments(paper, lanes, span, top)
        elif key == "events":
            _title(paper, words.lanes.events, "", top, height)
            _draw_happenings(paper, lanes, span, top)
        else:
            _draw_values(paper, by_key[key], span, top, height, words)
        made.append((key, top, top + height))
        top += height
    rule = [(0.0, top), (paper.width, top)]
    paper.line(rule, colour=paper.style.line, z=0.5)
    return made


def _title(paper: Paper, title: str, unit: str, top: float, height: float) -> None:
    """Write the name of a lane at the left, its unit beside or under it."""
    room = GUTTER_PX - 16
    y = top + (height / 2 if height < 30 else 13)
    width = paper.text_width(title, 12, 600)
    if unit and width + 5 + paper.text_width(unit, 10) > room and height < 30:
        paper.text(12, y - 6, paper.fitted(title, 11, room, 600), size=11, weight=600)
        unit = paper.fitted(unit, 10, room)
        paper.text(12, y + 6, unit, size=10, colour=paper.style.text2)
        return
    paper.text(12, y, paper.fitted(title, 12, room, 600), size=12, weight=600)
    if unit and height < 30:
        paper.text(12 + width + 5, y, unit, size=10, colour=paper.style.text2)
    elif unit:
        unit = paper.fitted(unit, 10, room - 22)
        paper.text(12, y + 15, unit, size=10, colour=paper.style.text2)


# --- treatments ----------------------------------------------------------------------------------


def _bar(dose: Dose, span: LaneSpan) -> tuple[float, float]:
    """Return from where to where a dose's bar goes; cut at the ends of the axis."""
    left = span.left if dose.start is None else span.dates.x(dose.start)
    stop = dose.stop or (dose.start if dose.is_act and dose.start else span.until)
    right = span.dates.x(max(stop, dose.start or stop))
    return max(left, span.left), min(max(right, left + 3), span.right - _ARROW_PX)


def _chains_in_view(lanes: Lanes, span: LaneSpan) -> list[tuple[Dose, ...]]:
    return [
        chain
        for chain in lanes.treatments
        if span.is_in_view(chain[0].start, chain[0].start if chain[-1].is_act else chain[-1].stop)
    ]


def _place_treatments(paper: Paper, lanes: Lanes, span: LaneSpan) -> list[_Placed]:
    """Give every treatment a row: bars and the words beside them don't lie on each other."""
    placed: list[_Placed] = []
    rows: list[list[tuple[float, float]]] = []
    for chain in _chains_in_view(lanes, span):
        bars = [_bar(dose, span) for dose in chain]
        left, right = bars[0][0], bars[-1][1]
        goes_on = _goes_on(chain[-1])
        if goes_on:
            right += _ARROW_PX
        text = chain[0].text
        width = paper.text_width(text, 11)
        inside = bars[0][1] - bars[0][0] - 12
        if width > max(inside, _WIDEST_WORDS_PX):
            text = paper.fitted(text, 11, max(inside, _WIDEST_WORDS_PX))
            width = paper.text_width(text, 11)
        is_act = len(chain) == 1 and chain[0].is_act
        first_right = bars[0][1] if len(bars) > 1 else right - (_ARROW_PX if goes_on else 0)
        if not is_act and width + 12 <= first_right - left:
            box, text_x = (left, right), left + 6
        elif right + 6 + width <= paper.width - 4 and not (goes_on and len(bars) == 1):
            box, text_x = (left, right + 6 + width), right + 6
        elif left - 6 - width >= span.left:
            box, text_x = (left - 6 - width, right), left - 6 - width
        else:
            # No room beside it: it runs over the bar's end, on ground of its own.
            text_x = max(span.left + 2, min(left + 6, paper.width - 4 - width))
            box = (min(left, text_x), max(right, text_x + width))
        row = _row_for(rows, box)
        placed.append(_Placed(left=left, right=right, row=row, text=text, text_x=text_x))
    return placed


def _row_for(
    rows: list[list[tuple[float, float]]], box: tuple[float, float], gap: float = 8
) -> int:
    """Take the first row in which a stretch is free, and return it."""
    for place, row in enumerate(rows):
        if all(box[0] >= right + gap or box[1] + gap <= left for left, right in row):
            row.append(box)
            return place
    rows.append([box])
    return len(rows) - 1


def _goes_on(dose: Dose) -> bool:
    return dose.stop is None and not dose.is_act


def _draw_treatments(paper: Paper, lanes: Lanes, span: LaneSpan, top: float) -> None:
    style = paper.style
    placed = _place_treatments(paper, lanes, span)
    for chain, place in zip(_chains_in_view(lanes, span), placed, strict=True):
        y = top + _PAD_PX + _ROW_PX * place.row
        middle, foot = y + _BAR_PX / 2, y + _BAR_PX
        if len(chain) == 1 and chain[0].is_act:
            at = [(place.left, middle)]
            paper.sign(at, "D", 8, fill=style.text2, edge=style.text2, z=3)
        else:
            _draw_bar(paper, chain, place, span, y)
            for dose in chain[1:]:
                left, right = _bar(dose, span)
                if left <= span.left or left >= right:
                    continue
                paper.line([(left, y), (left, foot)], colour=style.edge, z=3.1)
                if paper.text_width(dose.short, 11) + 8 <= right - left:
                    paper.text(left + 5, middle, dose.short)
        is_inside = place.text_x is not None and place.left < place.text_x < place.right
        if place.text_x is not None:
            paper.text(place.text_x, middle, place.text, is_cleared=not is_inside)
        for dose in chain:
            left, right = _bar(dose, span)
            low = left - 6 if dose.is_act else left
            box = (low, y, max(right, left + 6), foot)
            tell = partial(_as_told, dose)
            paper.spots.append(ChartSpot(box=box, tell=tell, lane="treatments"))


def _draw_bar(
    paper: Paper, chain: Sequence[Dose], place: _Placed, span: LaneSpan, top: float
) -> None:
    """Outline a bar: open where it comes from or goes beyond the view, dashed where a day is rough.

    An arrow goes on.
    """
    style, first, last = paper.style, chain[0], chain[-1]
    foot, middle = top + _BAR_PX, top + _BAR_PX / 2
    left, right = place.left, place.right
    end = right - _ARROW_PX if _goes_on(last) else right
    tip = [(end, top), (right, middle), (end, foot)] if _goes_on(last) else []
    shape = [(left, top), (end, top), *tip, (end, foot), (left, foot)]
    paper.area(shape, fill=style.inset, z=3)
    for y in (top, foot):
        paper.line([(left, y), (end, y)], colour=style.edge, z=3.1)
    low, high = span.dates.limits
    if first.start is None or first.start.toordinal() >= low:
        is_rough = first.start is None or first.is_start_rough
        side = [(left, top), (left, foot)]
        paper.line(side, colour=style.edge, z=3.1, dashes=(2, 3) if is_rough else ())
    if tip:
        paper.line(tip, colour=style.edge, z=3.1)
    elif last.stop is None or last.stop.toordinal() <= high:
        side = [(right, top), (right, foot)]
        paper.line(side, colour=style.edge, z=3.1, dashes=(2, 3) if last.is_stop_rough else ())


# --- events --------------------------------------------------------------------------------------


def _in_view(lanes: Lanes, span: LaneSpan) -> list[Happening]:
    return [one for one in lanes.happenings if span.is_in_view(one.on, one.until or one.on)]


def _place_happenings(paper: Paper, lanes: Lanes, span: LaneSpan) -> list[_Placed]:
    """Give every event a row; in a lane that is full, words are left out before signs are."""
    placed: list[_Placed] = []
    rows: list[list[tuple[float, float]]] = []
    for one in _in_view(lanes, span):
        left = span.dates.x(one.on)
        right = left
        if one.until is not None and one.until > one.on:
            left, right = max(left, span.left), min(span.dates.x(one.until), span.right)
            right = max(right, left + 4)
        else:
            left, right = left - _SIGN_PX / 2, left + _SIGN_PX / 2
        text = paper.fitted(one.text, 11, _WIDEST_WORDS_PX)
        width = paper.text_width(text, 11)
        sides: list[tuple[tuple[float, float], float]] = []
        if right + 4 + width <= paper.width - 4:
            sides.append(((left, right + 4 + width), right + 4))
        if left - 4 - width >= span.left:
            sides.append(((left - 4 - width, right), left - 4 - width))
        taken = None
        for row in range(_MOST_EVENT_ROWS):
            for box, text_x in sides:
                known = rows[row] if row < len(rows) else []
                if all(box[0] >= high + 8 or box[1] + 8 <= low for low, high in known):
                    taken = row, box, text_x
                    break
            if taken is not None:
                break
        if taken is None:
            row = min(_row_for(rows, (left, right), 1), _MOST_EVENT_ROWS - 1)
            placed.append(_Placed(left=left, right=right, row=row, text=text, text_x=None))
            continue
        row, box, text_x = taken
        if row == len(rows):
            rows.append([])
        rows[row].append(box)
        placed.append(_Placed(left=left, right=right, row=row, text=text, text_x=text_x))
    return placed


def _draw_happenings(paper: Paper, lanes: Lanes, span: LaneSpan, top: float) -> None:
    style = paper.style
    placed = _place_happenings(paper, lanes, span)
    for one, place in zip(_in_view(lanes, span), placed, strict=True):
        middle = top + 3 + _EVENT_ROW_PX * (place.row + 0.5)
        if one.until is not None and one.until > one.on:
            high, low = middle - 5, middle + 5
            shape = [(place.left, high), (place.right, high), (place.right, low), (place.left, low)]
            is_admission = one.kind is EventKind.ADMISSION
            paper.area(
                shape,
                fill=style.text3 if is_admission else style.inset,
                edge=style.text3,
                z=3,
            )
        else:
            marker, size, is_filled = _SIGNS.get(one.kind, _OTHER_SIGN)
            x = (place.left + place.right) / 2
            is_stroke = marker == "x"
            paper.sign(
                [(x, middle)],
                marker,
                size,
                fill=style.text if is_filled else style.surface,
                edge=style.text,
                edge_width=2.0 if is_stroke else 0.0 if is_filled else 1.6,
                z=3,
            )
        if place.text_x is not None:
            paper.text(place.text_x, middle, place.text, is_cleared=True)
        box = (place.left - 2, middle - 8, place.right + 2, middle + 8)
        tell = partial(_as_told, one)
        paper.spots.append(ChartSpot(box=box, tell=tell, lane="events"))


def _as_told(one: Dose | Happening) -> tuple[str, ...]:
    return (one.text, one.days)


# --- values --------------------------------------------------------------------------------------


def _draw_values(
    paper: Paper, lane: ValueLane, span: LaneSpan, top: float, height: float, words: ChartWords
) -> None:
    _title(paper, lane.title, lane.unit, top, height)
    style, say = paper.style, words.lanes
    low, high = _limits(lane)
    pad = 6.0

    def y_of(value: float) -> float:
        return top + height - pad - (value - low) / (high - low) * (height - 2 * pad)

    if lane.is_stepped:
        for value in (low, high):
            y = y_of(value)
            paper.line([(span.left, y), (span.right, y)], colour=style.grid, z=0.6)
            paper.text(
                span.left - 6, y, say.number(value), size=10, colour=style.text2, align="right"
            )
    _draw_reference(paper, lane, span, top + 2, top + height - 2, y_of)
    ends: list[tuple[float, float, str, str]] = []
    for place, series in enumerate(lane.series):
        dashes = _DASHES[min(place, len(_DASHES) - 1)]
        known = [one for one in series.values if one.value is not None]
        for run in _runs(series.values):
            points = [(span.dates.x(one.on), y_of(one.value or 0)) for one in run]
            if lane.is_stepped:
                _draw_steps(paper, points, dashes, is_first=place == 0)
            elif len(points) > 1:
                paper.line(points, colour=style.text2, width=1.2, dashes=dashes, z=2, in_span=True)
        if not lane.is_stepped:
            for is_hollow in (False, True):
                dots = [
                    (span.dates.x(one.on), y_of(one.value or 0))
                    for one in known
                    if one.is_hollow is is_hollow
                ]
                dots = [at for at in dots if span.left - 0.5 <= at[0] <= span.right + 0.5]
                if dots:
                    paper.sign(
                        dots,
                        "o",
                        4.5,
                        fill=style.surface if is_hollow else style.text2,
                        edge=style.text2,
                        edge_width=1.1 if is_hollow else 0.0,
                        z=3,
                    )
        for one in series.values:
            x = span.dates.x(one.on)
            if span.left <= x <= span.right:
                box = (x - 6, top, x + 6, top + height)
                tell = partial(_value_words, lane, series.name, one, words)
                paper.spots.append(ChartSpot(box=box, tell=tell, lane=lane.key))
        shown = [one for one in known if span.dates.x(one.on) <= span.right]
        line = [(span.dates.x(one.on), y_of(one.value or 0)) for one in known]
        end = last_in_view(line, span.left, span.right)
        if end is not None and shown:
            name = series.name if len(lane.series) > 1 else ""
            last = shown[-1].value or 0
            # What is drawn in steps holds until the next one; else the line goes on towards it.
            y = y_of(last) if lane.is_stepped else end[1]
            ends.append((end[0], y, say.number(last), name))
    if not ends:
        return
    x = max(end[0] for end in ends) + 9
    moved = spread([end[1] for end in ends], 12, top + 6, top + height - 6)
    size = 12 if len(ends) == 1 else 11
    for (_, _, number, name), y in zip(ends, moved, strict=True):
        paper.text(x, y, number, size=size, weight=600, is_cleared=True)
        if name:
            left = x + paper.text_width(number, size, 600) + 4
            paper.text(left, y, name, size=10, colour=style.text2, is_cleared=True)


def _draw_steps(
    paper: Paper, points: Sequence[Point], dashes: tuple[float, ...], *, is_first: bool
) -> None:
    """Draw a value that holds until the next one was told."""
    style = paper.style
    steps: list[Point] = [points[0]]
    for (_, before), (x, y) in pairwise(points):
        steps += [(x, before), (x, y)]
    if len(points) == 1:
        (x, y) = points[0]
        paper.sign([(x, y)], "o", 5, fill=style.text, edge=style.text, z=3, in_span=True)
        return
    colour = style.text if is_first else style.text2
    paper.line(steps, colour=colour, width=1.6, dashes=dashes, z=3, in_span=True)


def _runs(values: Sequence[Value]) -> list[list[Value]]:
    """Return the unbroken runs of a series, which break where nothing was told.

    Values that are set apart belong to none.
    """
    runs: list[list[Value]] = [[]]
    for one in values:
        if one.value is None:
            runs.append([])
        elif not one.is_hollow:
            runs[-1].append(one)
    return [run for run in runs if run]


def _limits(lane: ValueLane) -> tuple[float, float]:
    """Return the ends of a lane's upright scale: all values, and the references near them."""
    if lane.low is not None and lane.high is not None:
        return lane.low, lane.high
    values = [one.value for series in lane.series for one in series.values if one.value is not None]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    reach = max(high - low, 0.1 * abs(high), 1e-6)
    for _, floor, ceiling in lane.reference:
        for end in (floor, ceiling):
            # A reference far from all values would flatten them.
            if end is not None and low - 0.5 * reach <= end <= high + 0.5 * reach:
                low, high = min(low, end), max(high, end)
    if high - low < 1e-9:
        return low - 0.5 * reach, high + 0.5 * reach
    return low, high


def _draw_reference(
    paper: Paper,
    lane: ValueLane,
    span: LaneSpan,
    top: float,
    foot: float,
    y_of: Callable[[float], float],
) -> None:
    """Lay the range that the laboratory gave behind the values, for as long as it gave it."""
    spans: list[tuple[date, float | None, float | None]] = []
    for on, low, high in lane.reference:
        if not spans or spans[-1][1:] != (low, high):
            spans.append((on, low, high))
    for place, (first, low, high) in enumerate(spans):
        if low is None and high is None:
            continue
        left = span.left if place == 0 else span.dates.x(first)
        right = span.dates.x(spans[place + 1][0]) if place + 1 < len(spans) else span.right
        y0 = top if high is None else min(max(y_of(high), top), foot)
        y1 = foot if low is None else min(max(y_of(low), top), foot)
        if y1 - y0 < 0.5:
            continue
        band = [(left, y0), (right, y0), (right, y1), (left, y1)]
        paper.area(band, fill=paper.style.reference, z=0.4, in_span=True)


def _value_words(lane: ValueLane, name: str, one: Value, words: ChartWords) -> tuple[str, ...]:
    say = words.lanes
    value = say.not_told if one.value is None else f"{say.number(one.value)} {lane.unit}".strip()
    if lane.is_stepped and one.value is not None:
        value = f"{say.number(one.value)} ({lane.unit})"
    first = " ".join(part for part in (lane.title, name) if part)
    lines = [f"{first}  {value}", words.long_day(one.on)]
    if one.note:
        lines.append(one.note)
    reference = next((entry for entry in lane.reference if entry[0] == one.on), None)
    if reference is not None:
        _, low, high = reference
        if low is not None and high is not None:
            said = say.reference.format(low=say.number(low), high=say.number(high))
            lines.append(said)
        elif high is not None:
            lines.append(say.reference_above.format(high=say.number(high)))
        elif low is not None:
            lines.append(say.reference_below.format(low=say.number(low)))
    return tuple(lines)
