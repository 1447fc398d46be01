"""The fonts of a PDF: which file writes which characters, and how wide a line is.

Hides that reportlab takes TrueType outlines alone, that no font has every character, and that some
scripts join their letters.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from woundtrack.healing import chart_fonts
from woundtrack.healing.chart_fonts import Step

REGULAR: Final = 400
BOLD: Final = 600

# What a font with cubic outlines is taken over for; the font that comes along has the rest.
_TAKEN_OVER: Final = (*range(0x20, 0x180), *range(0x370, 0x400), *range(0x2000, 0x2260))
_WRITTEN_OUT: Final = frozenset({"R", "AL", "AN"})
"""Bidirectional classes of scripts that run from right to left."""
_LETTERS: Final = frozenset({"Lo", "Mn", "Mc", "Me"})
"""Categories of scripts whose letters may have to be joined, stacked or moved."""


class Fonts:
    """Registers fonts with reportlab as they are asked for, and splits lines between them.

    ``missing`` gathers the characters for which this computer has no font.
    """

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def parts(self, text: str, weight: int) -> list[tuple[str | None, str]]:
        """Return a line in pieces of one font each: its name at reportlab and the piece.

        The name is None for a piece that must be written out as a path: in a script that joins its
        letters or runs from right to left, or with characters that neither font has.
        """
        pieces: list[tuple[str | None, str]] = []
        for character in text:
            name = self._name_with(character, weight)
            if pieces and pieces[-1][0] == name:
                pieces[-1] = (name, pieces[-1][1] + character)
            else:
                pieces.append((name, character))
        return _joined(pieces)

    def _name_with(self, character: str, weight: int) -> str | None:
        if unicodedata.bidirectional(character) in _WRITTEN_OUT:
            return None
        if unicodedata.category(character) in _LETTERS and ord(character) > 0x2FF:
            return None
        for file in (chart_fonts.font_file(weight), chart_fonts.plain_font_file(weight)):
            name, known = _registered(str(file))
            if ord(character) in known:
                return name
        return None

    def width(self, text: str, size: float, weight: int) -> float:
        """Return how wide a line is, points."""
        pieces = self.parts(text, weight)
        return sum(self.piece_width(name, piece, size, weight) for name, piece in pieces)

    def piece_width(self, name: str | None, piece: str, size: float, weight: int) -> float:
        """Return how wide one of the ``parts`` is, points."""
        from reportlab.pdfbase import pdfmetrics

        if name is None:
            return self.outline(piece, size, weight)[1]
        return float(pdfmetrics.stringWidth(piece, name, size))

    def outline(self, text: str, size: float, weight: int) -> tuple[Sequence[Step], float]:
        """Return a line as a path in points from its baseline's left end, and how wide it is."""
        steps, width, missing = chart_fonts.written(text, size, weight)
        self.missing |= set(missing)
        return steps, width


def _joined(pieces: list[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    """Take what has no direction between two pieces that are written out into one with them.

    Spaces, hyphens and digits turn with the phrase that they stand in.
    """
    joined: list[tuple[str | None, str]] = []
    for place, (name, piece) in enumerate(pieces):
        is_between = 0 < place < len(pieces) - 1 and not any(
            unicodedata.bidirectional(one) == "L" for one in piece
        )
        if is_between and pieces[place - 1][0] is None and pieces[place + 1][0] is None:
            name = None  # noqa: PLW2901 - the same piece, written otherwise
        if joined and joined[-1][0] == name:
            joined[-1] = (name, joined[-1][1] + piece)
        else:
            joined.append((name, piece))
    return joined


@lru_cache(maxsize=32)
def _registered(file: str) -> tuple[str, frozenset[int]]:
    """Register a font with reportlab, once; return its name there and its characters."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    path = Path(file)
    try:
        made = TTFont(path.stem, _true_type(path))
    except TTFError:  # not to be embedded, or of a kind that reportlab can't read
        path = chart_fonts.plain_font_file()
        made = TTFont(f"{Path(file).stem}-{path.stem}", str(path))
    pdfmetrics.registerFont(made)
    return made.fontName, frozenset(made.face.charToGlyph)


def _true_type(path: Path) -> str | io.BytesIO:
    """Return a font as reportlab can embed it: what has cubic outlines gets quadratic ones."""
    with path.open("rb") as stream:
        if stream.read(4) != b"OTTO":
            return str(path)
    from fontTools import subset
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont, newTable

    font = TTFont(path, recalcTimestamp=False, lazy=True)
    options = subset.Options(
        layout_features=[], name_IDs=[1, 2, 3, 4, 6], notdef_outline=True, hinting=False
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF"]
    cut = subset.Subsetter(options)
    cut.populate(unicodes=set(_TAKEN_OVER) & set(font.getBestCmap()))
    cut.subset(font)
    order = font.getGlyphOrder()
    drawn = font.getGlyphSet()
    most_off = font["head"].unitsPerEm / 1000
    glyphs: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, most_off, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    outlines = font["glyf"] = newTable("glyf")
    outlines.glyphOrder, outlines.glyphs = order, glyphs
    for table in ("CFF ", "CFF2", "VORG"):
        if table in font:
            del font[table]
    outlines.compile(font)
    most = font["maxp"]
    most.tableVersion, most.maxZones = 0x00010000, 1
    for name in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
    ):
        setattr(most, name, 0)
    most.compile(font)
    names = font["post"]
    names.formatType, names.extraNames, names.mapping = 3.0, [], {}
    names.glyphOrder = order
    font.sfntVersion = "\x00\x01\x00\x00"
    made = io.BytesIO()
    font.save(made)
    font.close()
    made.seek(0)
    return made
