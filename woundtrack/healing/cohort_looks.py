"""How the lines of a cohort's figures look, and the key that names them.

Hides that a group keeps its look whatever else is shown, and that no two are told apart by colour
alone: dash and sign differ, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from woundtrack.healing.chart_paper import Paper, Point
from woundtrack.healing.chart_style import ChartStyle
from woundtrack.healing.cohort import GroupKey
from woundtrack.healing.competing import Outcome
from woundtrack.model import SiteGroup, Started

SWATCH: Final = 28.0
"""How long the piece of line before a name is, px."""

_DASHES: Final = ((), (7.0, 3.0), (2.0, 2.5), (9.0, 3.0, 2.0, 3.0))
_MARKERS: Final = (("o", 6.0), ("s", 5.5), ("^", 6.5), ("D", 5.5), ("v", 6.5), ("+", 7.0))
_SIGN_EVERY: Final = 26.0
"""How far signs on a line of steps are apart at least, px."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LineLook:
    """Colour, dashes and sign of one line; ``marker`` is empty for a line without signs.

    ``is_hollow``: its signs are, too.
    """

    colour: str
    dashes: tuple[float, ...] = ()
    marker: str = ""
    marker_px: float = 6.0
    is_hollow: bool = False

    def mark(
        self, paper: Paper, places: list[Point], *, z: float = 5.5, in_span: bool = True
    ) -> None:
        """Draw the line's sign at places; nothing for a line without one."""
        if self.marker and places:
            is_stroke = self.marker == "+"
            paper.sign(
                places,
                self.marker,
                self.marker_px,
                fill=paper.style.surface if self.is_hollow else self.colour,
                edge=self.colour,
                edge_width=1.8 if is_stroke else 1.4 if self.is_hollow else 0.0,
                z=z,
                in_span=in_span,
            )

    def draw_swatch(self, paper: Paper, x: float, y: float, *, width: float = 2.2) -> None:
        """Draw a piece of the line with its sign, from ``x`` on."""
        paper.line(
            [(x, y), (x + SWATCH, y)], colour=self.colour, width=width, dashes=self.dashes, z=6.0
        )
        self.mark(paper, [(x + SWATCH / 2, y)], z=6.5, in_span=False)


def group_look(key: GroupKey, style: ChartStyle) -> LineLook:
    """Return how a group is drawn: a site alike in every figure, whichever others there are."""
    if key is None:
        return LineLook(colour=style.series[0])
    place = list(Started).index(key) if isinstance(key, Started) else list(SiteGroup).index(key)
    marker, size = _MARKERS[place % len(_MARKERS)]
    return LineLook(
        colour=style.series[place % len(style.series)],
        dashes=_DASHES[(place + place // len(_MARKERS)) % len(_DASHES)],
        marker=marker,
        marker_px=size,
        is_hollow=place >= len(_MARKERS),
    )


def cause_look(cause: Outcome, style: ChartStyle) -> LineLook:
    """Return how an outcome is drawn where all are in one figure."""
    if cause is Outcome.CLOSED:
        return LineLook(colour=style.series[0], dashes=_DASHES[1])
    if cause is Outcome.DIED:
        return LineLook(colour=style.text)
    return LineLook(colour=style.series[1], dashes=_DASHES[2])


def signs_along(points: list[Point]) -> list[Point]:
    """Return where on a line of steps its sign stands: on level pieces, and not too near."""
    found: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 != y1 or x1 - x0 < _SIGN_EVERY / 2:
            continue
        middle = (x0 + x1) / 2
        if not found or middle - found[-1][0] >= _SIGN_EVERY:
            found.append((middle, y0))
    return found
