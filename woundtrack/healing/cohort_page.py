"""The paper of a cohort's figure: its title and caption, its axes, and a logarithmic scale.

Hides how much room names, weeks and words under a figure take.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from woundtrack.healing.chart_paper import Drawing, Paper, TextWidth
from woundtrack.healing.chart_spacing import LABEL_GAP_PX, spread
from woundtrack.healing.chart_style import STYLES, ChartStyle, Theme
from woundtrack.healing.cohort_curves import CohortCurves
from woundtrack.healing.cohort_looks import SWATCH, LineLook
from woundtrack.healing.cohort_words import ENGLISH_COHORT, CohortWords, ticks_of

GUTTER: Final = 46.0
NAME_ROOM: Final = 150.0
_TOP: Final = 8.0
_MARGIN: Final = 16.0
FILE_SIZE: Final = (760.0, 420.0)
"""A figure in a file, logical px, without its title and caption."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a figure is laid out: its size in logical px, theme and words.

    With a ``caption`` it is a figure of its own, with title and caption: then ``height`` is that of
    the plot alone.
    """

    width: float
    height: float
    theme: Theme = "light"
    words: CohortWords = ENGLISH_COHORT
    caption: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Axes:
    """Where the plot lies on the paper, and days on it."""

    left: float
    right: float
    top: float
    bottom: float
    horizon: int

    def x(self, day: float) -> float:
        """Return where a day is."""
        return self.left + (self.right - self.left) * day / self.horizon

    def mark_weeks(self, paper: Paper, words: CohortWords, since: str) -> None:
        """Mark the weeks, and say beneath since when they count."""
        style = paper.style
        for day in ticks_of(self.horizon):
            x = self.x(day)
            paper.line([(x, self.bottom), (x, self.bottom + 4)], colour=style.edge, z=0.6)
            paper.text(
                x, self.bottom + 13, words.number(day / 7, 0), colour=style.text2, align="center"
            )
        middle = (self.left + self.right) / 2
        paper.text(middle, self.bottom + 29, since, colour=style.text2, align="center")


@dataclass(frozen=True, kw_only=True, slots=True)
class LineEnd:
    """Where a line ends and what it is called; ``x`` is None where nothing leads there.

    ``is_thin``: the group has no median, its courses alone.
    """

    x: float | None
    y: float
    name: str
    look: LineLook
    is_thin: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The paper of one figure: title above and caption below where it is one of its own."""

    paper: Paper
    style: ChartStyle
    words: CohortWords
    top: float
    bottom: float
    left: float = 8.0

    @classmethod
    def of(cls, look: Look, title: str, measure: TextWidth) -> Page:
        """Return the paper with a title and a caption, where the look has one."""
        style = STYLES[look.theme]
        if not look.caption:
            paper = Paper(width=look.width, height=look.height, style=style, measure=measure)
            return cls(paper, style, look.words, _TOP, look.height)
        paper = Paper(width=look.width, height=0, style=style, measure=measure)
        lines = paper.wrapped(look.caption, 11, look.width - 2 * _MARGIN)
        lines += paper.wrapped(look.words.research, 11, look.width - 2 * _MARGIN)
        head = 44.0
        paper.height = head + look.height + 12 + 15 * len(lines) + 12
        paper.text(_MARGIN, 24, title, size=15, weight=600)
        for place, text in enumerate(lines):
            paper.text(_MARGIN, head + look.height + 18 + 15 * place, text, colour=style.text2)
        return cls(paper, style, look.words, head, head + look.height, _MARGIN)

    def axes(
        self, names: Sequence[str], horizon: int, *, foot: float, gutter: float = GUTTER
    ) -> Axes:
        """Return the axes that leave room for names at the ends of the lines, and for a foot."""
        wide = [self.paper.text_width(name, 11, 600) for name in names]
        room = min(max(wide), NAME_ROOM) + SWATCH + 28 if wide else 24.0
        return Axes(
            left=gutter + self.left,
            right=self.paper.width - room,
            top=self.top + 22,
            bottom=self.bottom - foot,
            horizon=horizon,
        )

    def note(self, axes: Axes, text: str) -> None:
        """Name the axis of values, above it."""
        self.paper.text(self.left, axes.top - 18, text, colour=self.style.text2)

    def name_ends(self, axes: Axes, ends: Sequence[LineEnd]) -> None:
        """Name the lines at the right, each with a piece of it, and lead from its end to its name.

        The names stand in the order in which the lines end, from above.
        """
        paper = self.paper
        places = spread([one.y for one in ends], LABEL_GAP_PX + 2, axes.top, axes.bottom)
        for one, y in zip(ends, places, strict=True):
            at = axes.right + 12
            if one.x is not None:
                paper.line(
                    [(one.x + 4, one.y), (max(one.x + 4, axes.right - 8), one.y), (at - 2, y)],
                    colour=one.look.colour,
                    dashes=(1.0, 3.0),
                    alpha=0.8,
                    z=3.0,
                )
            one.look.draw_swatch(paper, at, y, width=1.0 if one.is_thin else 2.2)
            text = paper.fitted(one.name, 11, NAME_ROOM, 600)
            paper.text(at + SWATCH + 8, y, text, weight=600)

    def empty(self, text: str) -> Drawing:
        """Return a figure that only says why there is none."""
        middle = (self.top + self.bottom) / 2
        self.paper.text(
            self.paper.width / 2, middle, text, size=13, colour=self.style.text2, align="center"
        )
        return self.paper.drawing()

    def drawing(self, axes: Axes) -> Drawing:
        """Return all that was drawn."""
        return self.paper.drawing(dates=(axes.left, axes.right), ordinals=(0.0, axes.horizon))


class LogScale:
    """A logarithmic axis from a tick below the values to one above: 1, 3, 10, 30 and so on."""

    def __init__(self, low: float, high: float, top: float, bottom: float) -> None:
        self._low, self._high = math.log10(low), math.log10(high)
        self._top, self._bottom = top, bottom
        self.ticks = tuple(
            (value, f"{value:g}") for value in _steps() if low <= value <= high * 1.0001
        )

    @classmethod
    def of(cls, curves: CohortCurves, top: float, bottom: float) -> LogScale:
        """Return the scale that shows the areas of a cohort between two heights, px."""
        values = sorted(
            value
            for line in curves.lines
            for piece in line.pieces
            for day, value in piece
            if value > 0 and day <= curves.horizon_days
        )
        # One speck in a hundred mustn't press all the others together: it lies on the foot.
        smallest = values[len(values) // 100]
        least = 1.0 if curves.unit == "percent" else 0.1
        low = max([step for step in _steps() if step <= smallest], default=least)
        low = min(max(low, least), 30.0 if curves.unit == "percent" else 1.0)
        return cls(low, max(values[-1] * 1.1, low * 10), top, bottom)

    def y(self, value: float) -> float:
        """Return where a value is; below the foot on the foot."""
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._bottom - (self._bottom - self._top) * min(max(share, 0.0), 1.0)


def _steps() -> list[float]:
    return [digit * 10.0**power for power in range(-3, 6) for digit in (1, 3)]
