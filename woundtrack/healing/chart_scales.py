"""The scales of a chart: values upright, dates across, and the ticks of both.

Hides which steps and months are told, and where a logarithmic axis begins. Dates are placed in
logical px.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from woundtrack.healing.chart_layout import Scaling, Unit
from woundtrack.healing.chart_style import ChartWords


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueScale:
    """The upright axis of a panel, in plot units: the value itself, or its decimal logarithm.

    ``rail`` is where closed lesions lie on a logarithmic axis, which has no zero.
    """

    bottom: float
    top: float
    ticks: tuple[tuple[float, str], ...]
    is_log: bool = False
    rail: float | None = None

    def place(self, value: float) -> float:
        """Return the plot units of a value; zero is on the rail."""
        if not self.is_log:
            return value
        if value <= 0:
            return self.bottom if self.rail is None else self.rail
        return max(math.log10(value), self.bottom)


def value_scale(
    values: Iterable[float], *, unit: Unit, scaling: Scaling, words: ChartWords
) -> ValueScale:
    """Return the axis that shows all values: 2 to 4 ticks, from zero.

    A logarithmic axis begins at the decade below the smallest value.
    """
    known = list(values)
    largest = max(known, default=0.0)
    if scaling == "log":
        return _log_scale(known, unit=unit, words=words)
    if largest <= 0:
        largest = 100.0 if unit == "percent" else 1.0
    step, count = _tick_step(largest, (5.0, 10.0) if unit == "percent" else (1.0, 2.0, 3.0, 5.0))
    if unit == "percent" and largest > 85:
        # A hundred per cent is where every curve begins: always a tick.
        step = 50.0 if largest < 190 else 100.0 * math.ceil(largest / 390)
        count = max(math.ceil(largest / step - 0.6), 1)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple((step * n, f"{step * n:.{decimals}f}" if n else "0") for n in range(count + 1))
    return ValueScale(bottom=0.0, top=max(step * count, largest * 1.04), ticks=ticks)


def _tick_step(largest: float, mantissas: Sequence[float]) -> tuple[float, int]:
    """Return the step and count of ticks above zero that leave the least room unused."""
    best: tuple[float, float, int] | None = None
    decade = math.floor(math.log10(largest))
    for power in (decade - 1, decade):
        for mantissa in mantissas:
            step = mantissa * 10.0**power
            for count in (2, 3):
                highest = step * count
                if highest < 0.8 * largest:
                    continue
                waste = max(highest, largest * 1.04) / largest - 1
                # Ticks that end below the curve's top leave it without a number beside it.
                below = max(0.0, 1 - highest / largest)
                cost = waste + below
                if best is None or (cost, -count) < (best[0], -best[2]):
                    best = (cost, step, count)
    if best is None:
        return largest, 1
    return best[1], best[2]


def _log_scale(values: Sequence[float], *, unit: Unit, words: ChartWords) -> ValueScale:
    usual = 1.0 if unit == "area" else 100.0
    is_open = [value for value in values if value > 0] or [usual]
    # Below, not at: a point on the foot of the axis would look like one that is closed.
    floor = math.ceil(math.log10(min(is_open))) - 1
    top = max(math.log10(max(is_open)) + 0.12, floor + 1.2)
    decades = range(floor, math.floor(top) + 1)
    every = math.ceil(len(decades) / 4)
    ticks = [
        (float(power), f"{10.0**power:g}") for power in decades if (power - floor) % every == 0
    ]
    if len(decades) == 2:
        # Two numbers a hand's breadth apart say little of what lies between.
        thirds = [(power + math.log10(3), f"{3 * 10.0**power:g}") for power in decades]
        ticks = sorted([*ticks, *(tick for tick in thirds if tick[0] <= top)])
    rail = None
    bottom = float(floor)
    if any(value <= 0 for value in values):
        rail = floor - 0.22 * (top - floor)
        ticks.insert(0, (rail, words.closed_rail))
        bottom = rail
    return ValueScale(bottom=bottom, top=top, ticks=tuple(ticks), is_log=True, rail=rail)


@dataclass(frozen=True, kw_only=True, slots=True)
class DateScale:
    """The shared axis of dates over a width of px."""

    first: date
    last: date
    left_px: float
    width_px: float
    pad_px: float = 30.0
    limits: tuple[float, float] = field(init=False)
    """The first and last day of the axis, as proleptic ordinals."""
    per_day: float = field(init=False)
    """How many px a day has."""

    def __post_init__(self) -> None:
        low, high = self._limits()
        object.__setattr__(self, "limits", (low, high))
        object.__setattr__(self, "per_day", self.width_px / (high - low))

    def _limits(self) -> tuple[float, float]:
        span = max((self.last - self.first).days, 0)
        if span == 0:
            return self.first.toordinal() - 20.0, self.first.toordinal() + 40.0
        pad = span * self.pad_px / max(self.width_px - 2 * self.pad_px, 1)
        return self.first.toordinal() - pad, self.last.toordinal() + pad

    @property
    def _is_short(self) -> bool:
        """Whether days are named, not months: the axis spans few weeks."""
        low, high = self.limits
        return high - low < 75

    def x(self, on: date) -> float:
        """Return where a day is, px from the figure's left."""
        return self.left_px + (on.toordinal() - self.limits[0]) * self.per_day

    def ticks(self, words: ChartWords) -> list[tuple[float, str]]:
        """Return the lines and their names: days, months or years, at least 76 px apart."""
        low, high = self.limits
        per_day = self.width_px / (high - low)
        start = date.fromordinal(math.ceil(low))
        if self._is_short:
            every = next((n for n in (1, 2, 7, 14) if n * per_day >= 64), 28)
            monday = start - timedelta(days=start.weekday())
            return [
                (float(ordinal), words.day(date.fromordinal(ordinal)))
                for ordinal in range(monday.toordinal(), math.floor(high) + 1, every)
                if ordinal >= low
            ]
        every = next((n for n in (1, 2, 3, 6, 12, 24, 60) if n * 30.4 * per_day >= 76), 120)
        ticks = []
        months = start.year * 12 + start.month - 1
        months -= months % every
        while (tick := date(months // 12, months % 12 + 1, 1)).toordinal() <= high:
            if tick.toordinal() >= low:
                ticks.append((float(tick.toordinal()), words.month(tick)))
            months += every
        return ticks

    def first_month(self, words: ChartWords) -> str | None:
        """Return the name of the month the axis begins in, where there is room before the next."""
        ticks = self.ticks(words)
        low, high = self.limits
        per_day = self.width_px / (high - low)
        begins = date.fromordinal(math.ceil(low))
        if not ticks or self._is_short or (len(ticks) > 1 and ticks[1][0] - ticks[0][0] > 40):
            return None
        return words.month(begins) if (ticks[0][0] - low) * per_day >= 62 else None
