"""The font of charts, for whoever writes on paper: its files, and letters as outlines.

Hides matplotlib's list of fonts, and that some scripts join their letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from woundtrack.healing.chart_figure import face

if TYPE_CHECKING:
    from matplotlib.path import Path as MatplotlibPath

Step = tuple[Literal["move", "line", "curve", "close"], tuple[float, ...]]
"""One step of a path and its coordinates: x, y; of a curve, both its handles and then its end."""


def font_file(weight: int = 400) -> Path:
    """Return the file of the font that charts are written in, of the nearest weight."""
    from matplotlib.font_manager import FontProperties, findfont

    family, nearest = face(weight)
    return Path(findfont(FontProperties(family=[family], weight=nearest)))


def plain_font_file(weight: int = 400) -> Path:
    """Return the file of the font that comes with matplotlib, and holds most alphabets."""
    from matplotlib.font_manager import FontProperties, findfont

    # It has these two weights; matplotlib logs a weight that isn't there.
    family = FontProperties(family=["DejaVu Sans"], weight=700 if weight >= 600 else 400)
    return Path(findfont(family))


def written(text: str, size: float, weight: int = 400) -> tuple[tuple[Step, ...], float, str]:
    """Return a line of text as a path, in any script, for paper whose own fonts don't have it.

    matplotlib joins and turns the letters of scripts that need it. Returns the steps in points from
    the baseline's left end, y upwards; how far the line reaches; and the characters for which no
    font is there, which are boxes on paper.
    """
    import warnings

    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    weight = 700 if weight >= 600 else 400
    families = [face(weight)[0], "DejaVu Sans"]
    missing = "".join(sorted({one for one in text if not _has(one, families)}))
    for character in missing:
        if (found := _family_with(character)) is not None and found not in families:
            families.append(found)
    missing = "".join(one for one in missing if not _has(one, families))
    font = FontProperties(family=families, size=size, weight=weight)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of glyphs that are in no font: told by ``missing``
        vertices, codes = text_to_path.get_text_path(font, text, ismath=False)
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    if not len(vertices):
        return (), float(width), missing
    from matplotlib.path import Path as MatplotlibPath
    from matplotlib.transforms import Affine2D

    # The outlines come in the size that matplotlib keeps letters in.
    grow = Affine2D().scale(size / text_to_path.FONT_SCALE)
    steps = tuple(_steps(MatplotlibPath(vertices, codes), grow))
    return steps, float(width), missing


def _has(character: str, families: Sequence[str]) -> bool:
    from matplotlib.font_manager import FontProperties, findfont

    return any(
        ord(character) in characters_in(findfont(FontProperties(family=[family])))
        for family in families
    )


@lru_cache(maxsize=64)
def characters_in(file: str) -> frozenset[int]:
    """Return the code points that a font's file has letters for."""
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(file).get_charmap())


@lru_cache(maxsize=256)
def _family_with(character: str) -> str | None:
    """Return a family of this computer that has a character."""
    from matplotlib.font_manager import fontManager

    for entry in sorted(fontManager.ttflist, key=lambda one: (one.style != "normal", one.name)):
        if entry.name.startswith("Last Resort"):  # a box for every character, and no letter
            continue
        try:
            if ord(character) in characters_in(entry.fname):
                return entry.name
        except (OSError, RuntimeError):  # a file that was taken away, or is damaged
            continue
    return None


def _steps(path: MatplotlibPath, transform: Any) -> Iterator[Step]:  # noqa: ANN401
    """Give the steps of a path; curves of the second degree become ones of the third."""
    from matplotlib.path import Path as MatplotlibPath

    x = y = 0.0
    for points, code in path.iter_segments(transform, simplify=False):
        numbers = tuple(float(number) for number in points)
        if code == MatplotlibPath.MOVETO:
            yield "move", numbers
        elif code == MatplotlibPath.LINETO:
            yield "line", numbers
        elif code == MatplotlibPath.CURVE3:
            u, v, s, t = numbers
            yield (
                "curve",
                (
                    x + 2 / 3 * (u - x),
                    y + 2 / 3 * (v - y),
                    s + 2 / 3 * (u - s),
                    t + 2 / 3 * (v - t),
                    s,
                    t,
                ),
            )
        elif code == MatplotlibPath.CURVE4:
            yield "curve", numbers
        elif code == MatplotlibPath.CLOSEPOLY:
            yield "close", ()
            continue
        if numbers:
            x, y = numbers[-2:]
