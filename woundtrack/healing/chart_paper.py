"""Paper for a chart: text, lines and axes placed by logical px from a figure's top left.

Hides matplotlib's units and fonts: points, dashes counted in widths, families that aren't there.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from woundtrack.healing.chart_style import FAMILIES, ChartStyle, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

DPI: Final = 100
"""Logical px in an inch of a figure."""


def pt(px: float) -> float:
    """Return px as matplotlib's points."""
    return px * 72 / DPI


def dash(on_px: float, off_px: float, width_px: float) -> tuple[float, tuple[float, float]]:
    """Return a dash in px: matplotlib counts dashes in widths of the line."""
    return 0.0, (on_px / width_px, off_px / width_px)


@cache
def face(weight: int) -> tuple[str, int]:
    """Return the first family that is there and its nearest weight: matplotlib logs what isn't."""
    from matplotlib.font_manager import fontManager, weight_dict

    for family in FAMILIES:
        weights = {
            entry.weight if isinstance(entry.weight, int) else weight_dict[entry.weight]
            for entry in fontManager.ttflist
            if entry.name == family
        }
        if weights:
            return family, min(weights, key=lambda one: (abs(one - weight), -one))
    return "sans-serif", weight


@cache
def has_cubic_outlines() -> bool:
    """Return whether the font's outlines are cubic, which a PDF can't hold as TrueType."""
    from matplotlib.font_manager import FontProperties, findfont

    path = findfont(FontProperties(family=face(400)[0]))
    with Path(path).open("rb") as stream:
        return stream.read(4) == b"OTTO"


def marker_of(series: Series, style: ChartStyle, scale: float = 1.0) -> dict[str, Any]:
    """Return how points of a series are drawn: filled, or hollow for the dashed ones."""
    is_stroke = series.marker in {"x", "+"}
    size = series.marker_px * scale
    return {
        "ls": "none",
        "marker": series.marker,
        "ms": pt(size - 1.6 if series.is_dashed and not is_stroke else size),
        "mfc": style.surface if series.is_dashed else series.colour,
        "mec": series.colour,
        "mew": pt(2.0 if is_stroke else 1.6 if series.is_dashed else 0.0),
    }


class Paper:
    """Places things by px from the top left of a figure, and remembers the size of text."""

    def __init__(self, figure: Figure, width: float, height: float, style: ChartStyle) -> None:
        self.figure, self.width, self.height, self.style = figure, width, height, style

    def font(self, size: float, weight: int = 400) -> FontProperties:
        """Return the font of a size in px."""
        from matplotlib.font_manager import FontProperties

        family, nearest = face(weight)
        return FontProperties(family=family, size=pt(size), weight=nearest)

    def text_width(self, text: str, size: float, weight: int = 400) -> float:
        """Return how wide a text is, px."""
        from matplotlib.textpath import text_to_path

        font = self.font(size, weight)
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
        return float(width) * DPI / 72

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
        align: Literal["left", "center", "right"] = "left",
        is_cleared: bool = False,
    ) -> None:
        """Write one line; ``y`` is its middle; ``is_cleared`` wipes what lies behind it."""
        box = {"facecolor": self.style.surface, "edgecolor": "none", "pad": pt(1.5)}
        self.figure.text(
            x / self.width,
            # The middle of capitals and figures, which stand 0.73 of the size above the line.
            1 - (y + 0.365 * size) / self.height,
            text,
            fontproperties=self.font(size, weight),
            color=colour or self.style.text,
            ha=align,
            va="baseline",
            bbox=box if is_cleared else None,
            parse_math=False,
        )

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return new bare axes at a place."""
        made = self.figure.add_axes(
            (
                left / self.width,
                1 - (top + height) / self.height,
                width / self.width,
                height / self.height,
            ),
            facecolor="none",
        )
        made.set_frame_on(False)
        return made

    def line(
        self, xs: Sequence[float], ys: Sequence[float], *, colour: str, width: float = 1.0
    ) -> None:
        """Draw a line through points."""
        from matplotlib.lines import Line2D

        self.figure.add_artist(
            Line2D(
                [x / self.width for x in xs],
                [1 - y / self.height for y in ys],
                color=colour,
                lw=pt(width),
                solid_capstyle="butt",
            )
        )

    def marker(self, x: float, y: float, series: Series) -> None:
        """Draw one marker of a series, a little smaller than on a curve."""
        from matplotlib.lines import Line2D

        self.figure.add_artist(
            Line2D([x / self.width], [1 - y / self.height], **marker_of(series, self.style, 0.75))
        )
