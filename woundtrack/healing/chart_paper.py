"""Paper for a chart: what is drawn on it, in logical px from its top left, and what lies where.

Hides nothing of the look. Knows neither matplotlib nor Qt: both paint the same strokes, so that the
window, a file and a printed page show one chart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final, Literal

from woundtrack.healing.chart_style import ChartStyle, Series
from woundtrack.model import OutlineKind

Point = tuple[float, float]
TextWidth = Callable[[str, float, int], float]
"""Returns how wide a text is, px, at a size in px and a weight."""
Align = Literal["left", "center", "right"]

CAP_SHARE: Final = 0.365
"""Half the height of capitals and figures, of the size of the text: where its middle is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line through points. ``dashes`` are px; ``key`` is its id in an SVG.

    ``in_span`` ones are cut at the ends of the axis of dates.
    """

    points: Sequence[Point]
    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    alpha: float = 1.0
    is_round: bool = False
    z: float = 1.0
    in_span: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A filled polygon; ``edge`` is the colour of its outline, where it has one."""

    points: Sequence[Point]
    fill: str | None
    edge: str | None = None
    edge_width: float = 1.0
    dashes: tuple[float, ...] = ()
    alpha: float = 1.0
    z: float = 1.0
    in_span: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """One sign at many places: matplotlib's letter for it, its size in px, its colours."""

    points: Sequence[Point]
    marker: str
    size: float
    fill: str
    edge: str
    edge_width: float = 0.0
    z: float = 1.0
    in_span: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text; ``y`` is the middle of its capitals."""

    x: float
    y: float
    text: str
    size: float
    weight: int
    colour: str
    align: Align = "left"
    z: float = 9.0


Ink = Stroke | Area | Marks | Words


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartPoint:
    """One measured visit of a lesion on the chart, px from its top left.

    Of its ``kind``: the lesion's own curve is the ulcer's.
    """

    x: float
    y: float
    lesion_id: str
    on: date
    panel: str
    value: float = 0.0
    kind: OutlineKind = OutlineKind.ULCER


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartSpot:
    """What a place in a lane says: left, top, right, bottom, and lines of words.

    The words are made when they are asked for: of hundreds of places one is looked at.
    """

    box: tuple[float, float, float, float]
    tell: Callable[[], tuple[str, ...]]
    lane: str

    @property
    def words(self) -> tuple[str, ...]:
        """The lines of words."""
        return self.tell()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedLine:
    """Where the measured visits in view of one curve lie: days, values and px."""

    panel: str
    lesion_id: str
    kind: OutlineKind
    days: Sequence[date]
    values: Sequence[float]
    places: Sequence[Point]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart that was laid out: its ink in the order it is painted in, and what lies where.

    ``panels`` and ``lanes`` hold each one's key, top and bottom; ``dates`` the x of the proleptic
    ordinals in ``ordinals``, None where there are no axes.
    """

    width: float
    height: float
    ground: str
    ink: tuple[Ink, ...]
    lines: tuple[PlacedLine, ...] = ()
    spots: tuple[ChartSpot, ...] = ()
    panels: tuple[tuple[str, float, float], ...] = ()
    lanes: tuple[tuple[str, float, float], ...] = ()
    dates: tuple[float, float] | None = None
    ordinals: tuple[float, float] = (0.0, 1.0)

    @cached_property
    def points(self) -> tuple[ChartPoint, ...]:
        """All measured visits in view; made when they are asked for, as there may be thousands."""
        return tuple(point for line in self.lines for point in _points(line))

    def points_of(self, lesion_id: str | None) -> list[ChartPoint]:
        """Return the measured visits in view of one lesion."""
        lines = [line for line in self.lines if line.lesion_id == lesion_id]
        return [point for line in lines for point in _points(line)]

    def x(self, on: date) -> float | None:
        """Return where a day is; None on a chart without axes."""
        if self.dates is None:
            return None
        first, last = self.ordinals
        share = (on.toordinal() - first) / (last - first)
        return self.dates[0] + share * (self.dates[1] - self.dates[0])

    def day_at(self, x: float) -> float | None:
        """Return which day is at a place, as a proleptic ordinal; None without axes."""
        if self.dates is None:
            return None
        left, right = self.dates
        first, last = self.ordinals
        return first + (x - left) / (right - left) * (last - first)

    def words(self) -> list[str]:
        """Return all that is written, in the order of painting."""
        return [ink.text for ink in self.ink if isinstance(ink, Words)]


@dataclass(slots=True)
class Paper:
    """Takes what is drawn; remembers how wide text is."""

    width: float
    height: float
    style: ChartStyle
    measure: TextWidth
    ink: list[Ink] = field(default_factory=list)
    lines: list[PlacedLine] = field(default_factory=list)
    spots: list[ChartSpot] = field(default_factory=list)
    _widths: dict[tuple[str, float, int], float] = field(default_factory=dict)

    # --- text ------------------------------------------------------------------------------------

    def text_width(self, text: str, size: float, weight: int = 400) -> float:
        """Return how wide a text is, px."""
        key = text, size, weight
        if key not in self._widths:
            self._widths[key] = self.measure(text, size, weight)
        return self._widths[key]

    def fitted(self, text: str, size: float, width: float, weight: int = 400) -> str:
        """Return the text, cut short with … where it is wider than ``width``."""
        if self.text_width(text, size, weight) <= width:
            return text
        while text and self.text_width(f"{text}…", size, weight) > width:
            text = text[:-1]
        return f"{text.rstrip()}…"

    def wrapped(self, text: str, size: float, width: float, weight: int = 400) -> list[str]:
        """Return the text in lines that are no wider than ``width``, broken at spaces."""
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.text_width(longer, size, weight) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 11,
        weight: int = 400,
        colour: str | None = None,
        align: Align = "left",
        is_cleared: bool = False,
        z: float = 9.0,
    ) -> None:
        """Write one line; ``y`` is its middle; ``is_cleared`` wipes what lies behind it."""
        self.ink.append(
            Words(
                x=x,
                y=y,
                text=text,
                size=size,
                weight=weight,
                colour=colour or self.style.text,
                align=align,
                z=z,
            )
        )
        if is_cleared:
            self._clear(x, y, text, size, weight, align, z)

    def _clear(
        self, x: float, y: float, text: str, size: float, weight: int, align: Align, z: float
    ) -> None:
        """Lay ground under a text, and under every other text near it."""
        width = self.text_width(text, size, weight)
        left = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[align] - 1.5
        right, up = left + width + 3, 0.55 * size + 1
        box = [(left, y - up), (right, y - up), (right, y + up), (left, y + up)]
        self.area(box, fill=self.style.surface, z=z - 0.5)

    # --- shapes ----------------------------------------------------------------------------------

    def line(
        self,
        points: Sequence[Point],
        *,
        colour: str,
        width: float = 1.0,
        dashes: tuple[float, ...] = (),
        alpha: float = 1.0,
        z: float = 8.0,
        is_round: bool = False,
        in_span: bool = False,
        key: str = "",
    ) -> None:
        """Draw a line through points."""
        self.ink.append(
            Stroke(
                points=points,
                colour=colour,
                width=width,
                dashes=dashes,
                alpha=alpha,
                z=z,
                is_round=is_round,
                in_span=in_span,
                key=key,
            )
        )

    def area(
        self,
        points: Sequence[Point],
        *,
        fill: str | None,
        edge: str | None = None,
        edge_width: float = 1.0,
        dashes: tuple[float, ...] = (),
        alpha: float = 1.0,
        z: float = 1.0,
        in_span: bool = False,
    ) -> None:
        """Fill a polygon."""
        self.ink.append(
            Area(
                points=points,
                fill=fill,
                edge=edge,
                edge_width=edge_width,
                dashes=dashes,
                alpha=alpha,
                z=z,
                in_span=in_span,
            )
        )

    def marks(
        self,
        points: Sequence[Point],
        series: Series,
        *,
        scale: float = 1.0,
        z: float = 8.0,
        in_span: bool = False,
        key: str = "",
    ) -> None:
        """Draw a lesion's sign at points: filled, or hollow for the dashed series."""
        is_stroke = series.marker in {"x", "+"}
        size = series.marker_px * scale
        self.ink.append(
            Marks(
                points=points,
                marker=series.marker,
                size=size - 1.6 if series.is_dashed and not is_stroke else size,
                fill=self.style.surface if series.is_dashed else series.colour,
                edge=series.colour,
                edge_width=2.0 if is_stroke else 1.6 if series.is_dashed else 0.0,
                z=z,
                in_span=in_span,
                key=key,
            )
        )

    def sign(
        self,
        points: Sequence[Point],
        marker: str,
        size: float,
        *,
        fill: str,
        edge: str,
        edge_width: float = 0.0,
        z: float = 8.0,
        in_span: bool = False,
        key: str = "",
    ) -> None:
        """Draw a sign of matplotlib's letter at points."""
        self.ink.append(
            Marks(
                points=points,
                marker=marker,
                size=size,
                fill=fill,
                edge=edge,
                edge_width=edge_width,
                z=z,
                in_span=in_span,
                key=key,
            )
        )

    def drawing(
        self,
        *,
        panels: Iterable[tuple[str, float, float]] = (),
        lanes: Iterable[tuple[str, float, float]] = (),
        dates: tuple[float, float] | None = None,
        ordinals: tuple[float, float] = (0.0, 1.0),
    ) -> Drawing:
        """Return all that was drawn, what lies lowest first."""
        return Drawing(
            width=self.width,
            height=self.height,
            ground=self.style.surface,
            ink=tuple(sorted(self.ink, key=lambda ink: ink.z)),
            lines=tuple(self.lines),
            spots=tuple(self.spots),
            panels=tuple(panels),
            lanes=tuple(lanes),
            dates=dates,
            ordinals=ordinals,
        )


def _points(line: PlacedLine) -> list[ChartPoint]:
    return [
        ChartPoint(
            x=x,
            y=y,
            lesion_id=line.lesion_id,
            on=on,
            panel=line.panel,
            value=value,
            kind=line.kind,
        )
        for on, value, (x, y) in zip(line.days, line.values, line.places, strict=True)
    ]


def last_in_view(line: Sequence[Point], left: float, right: float) -> Point | None:
    """Return the last place of a line between two x, cut at ``right``; None where there is none."""
    for place in range(len(line) - 1, -1, -1):
        x, y = line[place]
        if x <= right:
            if place + 1 < len(line):
                x1, y1 = line[place + 1]
                at = max(right, x)
                # The line goes on beyond the view: where it leaves it.
                y = y + (y1 - y) * (at - x) / max(x1 - x, 1e-9)
                return at, y
            return (x, y) if x >= left else None
    return None
