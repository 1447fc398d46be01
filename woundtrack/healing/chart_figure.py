"""A laid-out chart as a matplotlib figure, for PNG, SVG and PDF.

Hides matplotlib, which is loaded when something is drawn: points, dashes counted in widths, fonts
whose families or weights aren't there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from woundtrack.healing.chart_paper import CAP_SHARE, Area, Drawing, Ink, Marks, Stroke, Words
from woundtrack.healing.chart_style import FAMILIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

DPI: Final = 100
"""Logical px in an inch of a figure."""


def pt(px: float) -> float:
    """Return px as matplotlib's points."""
    return px * 72 / DPI


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


def font(size: float, weight: int = 400) -> FontProperties:
    """Return the font of a size in px."""
    from matplotlib.font_manager import FontProperties

    family, nearest = face(weight)
    return FontProperties(family=family, size=pt(size), weight=nearest)


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Return how wide a text is, px."""
    from matplotlib.textpath import text_to_path

    width, _, _ = text_to_path.get_text_width_height_descent(text, font(size, weight), ismath=False)
    return float(width) * DPI / 72


def figure_of(drawing: Drawing, scale: float = 1.0) -> Figure:
    """Return a drawing as a figure, enlarged by ``scale``: detached from any canvas and pyplot."""
    from matplotlib.figure import Figure
    from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

    figure = Figure(
        figsize=(drawing.width * scale / DPI, drawing.height * scale / DPI),
        dpi=DPI,
        facecolor=drawing.ground,
    )
    to_figure = (
        Affine2D().scale(1 / drawing.width, -1 / drawing.height).translate(0, 1)
        + figure.transFigure
    )
    left, right = drawing.dates or (0.0, drawing.width)
    span = TransformedBbox(Bbox([[left, 0.0], [right, drawing.height]]), to_figure)
    for ink in drawing.ink:
        if isinstance(ink, Words):
            _write(figure, drawing, ink, scale)
            continue
        artist = _artist(ink, scale)
        artist.set_transform(to_figure)
        artist.set_zorder(ink.z)
        if ink.key:
            artist.set_gid(ink.key)
        figure.add_artist(artist)
        if ink.in_span:
            artist.set_clip_box(span)
            artist.set_clip_on(True)
    return figure


def _artist(ink: Ink, scale: float) -> Any:  # noqa: ANN401 - matplotlib's artists
    from matplotlib.lines import Line2D
    from matplotlib.patches import Polygon

    if isinstance(ink, Area):
        return Polygon(
            list(ink.points),
            closed=True,
            facecolor=ink.fill or "none",
            edgecolor=ink.edge or "none",
            linewidth=pt(ink.edge_width * scale) if ink.edge else 0.0,
            linestyle=_dashes(ink.dashes, ink.edge_width),
            alpha=ink.alpha,
            joinstyle="round",
        )
    if isinstance(ink, Stroke):
        return Line2D(
            [x for x, _ in ink.points],
            [y for _, y in ink.points],
            color=ink.colour,
            lw=pt(ink.width * scale),
            ls=_dashes(ink.dashes, ink.width),
            alpha=ink.alpha,
            solid_capstyle="round" if ink.is_round else "butt",
            solid_joinstyle="round",
        )
    if isinstance(ink, Marks):
        return Line2D(
            [x for x, _ in ink.points],
            [y for _, y in ink.points],
            ls="none",
            marker=ink.marker,
            ms=pt(ink.size * scale),
            mfc=ink.fill,
            mec=ink.edge,
            mew=pt(ink.edge_width * scale),
        )
    raise TypeError(ink)


def _dashes(dashes: tuple[float, ...], width: float) -> Any:  # noqa: ANN401 - matplotlib's own form
    """Return dashes in px as matplotlib's: it counts them in widths of the line."""
    return (0.0, tuple(one / width for one in dashes)) if dashes else "-"


def _write(figure: Figure, drawing: Drawing, words: Words, scale: float) -> None:
    figure.text(
        words.x / drawing.width,
        1 - (words.y + CAP_SHARE * words.size) / drawing.height,
        words.text,
        fontproperties=font(words.size * scale, words.weight),
        color=words.colour,
        ha=words.align,
        va="baseline",
        parse_math=False,
        zorder=words.z,
    )
