"""The printable sheet of calibration cards: a page of exact millimetres, vector only.

Hides the PDF: page sizes, fonts, print settings, and that the same sheet is always the same bytes.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final

from woundtrack.errors import DiskFull, FileUnwritable, NotUnderstood
from woundtrack.imaging.card import DESIGNS, CardDesign, tag_modules
from woundtrack.model import Ring

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

Box = tuple[float, float, float, float]

PT_PER_MM: Final = 72 / 25.4
SHEET_VERSION: Final = 1

PAPERS_MM: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
)
_PAPER_NAMES: Final[Mapping[str, str]] = MappingProxyType({"a4": "A4", "letter": "Letter"})

_BLACK: Final = (0.0, 0.0, 0.0)
_GREY: Final = (0.30, 0.30, 0.30)

_STEPS: Final = (
    ("All four tags in", "the picture"),
    ("Within 2 cm of the", "wound, not on it"),
    ("Camera straight", "above, 30 cm away"),
    ("No flash glare on", "card or wound"),
    ("Card flat, and level", "with the wound edge"),
)
_BETWEEN_PATIENTS: Final = (
    "Single use. Throw it",
    "away after each patient,",
    "or laminate it matt and",
    "wipe as local policy says.",
)
_ON_A_LIMB: Final = (
    "This card is for flat",
    "sites. On a curved limb",
    "areas come out too small.",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedCard:
    """One card on the sheet, mm from the page's top left.

    ``rect_mm`` is its bounding box (x, y, width, height), ``paper_mm`` the rings of its cut edge.
    """

    kind: str
    name: str
    rect_mm: Box
    paper_mm: tuple[Ring, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CardSheetLayout:
    """Where everything that matters lies on the sheet, in mm from the page's top left."""

    page_mm: tuple[float, float]
    cards: tuple[PlacedCard, ...]

    def as_json(self) -> dict[str, object]:
        """Return what ``woundtrack card --layout`` prints: plain lists, ready for ``json``."""
        return {
            "page_mm": list(self.page_mm),
            "cards": [
                {
                    "kind": card.kind,
                    "rect_mm": list(card.rect_mm),
                    "paper_mm": [[list(point) for point in ring] for ring in card.paper_mm],
                }
                for card in self.cards
            ],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Places:
    """Baselines and edges of a paper's sheet, mm from the top; A4 has room to spare."""

    left: float
    title: float
    cards: tuple[float, ...]
    rule: float


def card_layout(kind: str = "card", paper: str = "a4") -> CardSheetLayout:
    """Return where the cards lie on the sheet.

    Raises ``NotUnderstood`` for a kind or a paper that doesn't exist.
    """
    places = _places(kind, paper)
    cards = []
    for design, top in zip(_designs(kind), places.cards, strict=True):
        width, height = design.size_mm
        ring = tuple((places.left + x, top + y) for x, y in design.outline_mm)
        cards.append(
            PlacedCard(
                kind=design.kind,
                name=design.name,
                rect_mm=(places.left, top, width, height),
                paper_mm=(ring,),
            )
        )
    return CardSheetLayout(page_mm=PAPERS_MM[paper], cards=tuple(cards))


def write_card_sheet(out: Path | str | BinaryIO, kind: str = "card", paper: str = "a4") -> None:
    """Write the sheet as a PDF of one page to a path or an open binary file.

    The same kind and paper always give the same bytes. The PDF asks viewers not to scale it; the
    100 mm bar shows whether the printer obeyed.

    Raises ``NotUnderstood``, ``FileUnwritable``, ``DiskFull``.
    """
    data = _sheet(kind, paper)
    if not isinstance(out, str | Path):
        out.write(data)
        return
    try:
        Path(out).write_bytes(data)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise DiskFull(path=str(out)) from problem
        reasons = {
            errno.ENOENT: "its folder does not exist",
            errno.EISDIR: "it is a folder",
            errno.EACCES: "you may not write there",
            errno.EROFS: "you may not write there",
        }
        reason = reasons.get(problem.errno or 0, "the disk did not take it")
        raise FileUnwritable(path=str(out), reason=reason) from problem


def _designs(kind: str) -> tuple[CardDesign, ...]:
    designs = tuple(design for design in DESIGNS if design.kind == kind)
    if not designs:
        kinds = ", ".join(dict.fromkeys(design.kind for design in DESIGNS))
        raise NotUnderstood(
            what="The kind of card", given=repr(kind), expected=f"there is the kind {kinds}"
        )
    return designs


def _places(kind: str, paper: str) -> _Places:
    _designs(kind)
    if paper == "a4":
        return _Places(left=20.0, title=23.0, cards=(40.0, 130.0), rule=221.8)
    if paper == "letter":
        return _Places(left=22.95, title=18.5, cards=(33.0, 119.0), rule=206.5)
    raise NotUnderstood(
        what="The paper", given=repr(paper), expected="there are a4 and letter paper"
    )


# --- drawing -------------------------------------------------------------------------------------


class _Page:
    """A PDF page drawn on in millimetres from its top left."""

    def __init__(self, canvas: Canvas, height_mm: float) -> None:
        self._canvas = canvas
        self._height_mm = height_mm

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x * PT_PER_MM, (self._height_mm - y) * PT_PER_MM

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size_pt: float,
        *,
        bold: bool = False,
        anchor: str = "left",
        colour: tuple[float, float, float] = _BLACK,
    ) -> None:
        self._canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size_pt)
        self._canvas.setFillColorRGB(*colour)
        draw = {
            "left": self._canvas.drawString,
            "middle": self._canvas.drawCentredString,
            "right": self._canvas.drawRightString,
        }[anchor]
        draw(*self._at(x, y), words)

    def line(self, x0: float, y0: float, x1: float, y1: float, width_mm: float) -> None:
        self._canvas.setStrokeColorRGB(*_BLACK)
        self._canvas.setLineWidth(width_mm * PT_PER_MM)
        self._canvas.line(*self._at(x0, y0), *self._at(x1, y1))

    def cut(self, ring: Ring) -> None:
        path = self._canvas.beginPath()
        path.moveTo(*self._at(*ring[0]))
        for point in ring[1:]:
            path.lineTo(*self._at(*point))
        path.close()
        self._canvas.saveState()
        self._canvas.setStrokeColorRGB(*_GREY)
        self._canvas.setLineWidth(0.3 * PT_PER_MM)
        self._canvas.setDash(2.0 * PT_PER_MM, 1.4 * PT_PER_MM)
        self._canvas.drawPath(path, stroke=1, fill=0)
        self._canvas.restoreState()

    def patch(self, box: Box, rgb: tuple[int, int, int]) -> None:
        x, y, width, height = box
        left, bottom = self._at(x, y + height)
        self._canvas.setFillColorRGB(*(value / 255 for value in rgb))
        self._canvas.setStrokeColorRGB(0.62, 0.62, 0.62)
        self._canvas.setLineWidth(0.1 * PT_PER_MM)
        self._canvas.rect(left, bottom, width * PT_PER_MM, height * PT_PER_MM, stroke=1, fill=1)

    def tag(self, ring: Ring, tag_id: int) -> None:
        modules = tag_modules(tag_id)
        (left, top), (right, _) = ring[0], ring[1]
        module = (right - left) / len(modules)
        # One path for the whole tag: drawn one by one, neighbours would leave hairlines between.
        path = self._canvas.beginPath()
        for row, blacks in enumerate(modules.tolist()):
            column = 0
            while column < len(blacks):
                end = column
                while end < len(blacks) and blacks[end]:
                    end += 1
                if end > column:
                    corner = self._at(left + column * module, top + (row + 1) * module)
                    path.rect(*corner, (end - column) * module * PT_PER_MM, module * PT_PER_MM)
                column = end + 1
        self._canvas.setFillColorRGB(*_BLACK)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def numbered(self, x: float, y: float, number: int) -> None:
        self._canvas.setStrokeColorRGB(*_BLACK)
        self._canvas.setLineWidth(0.35 * PT_PER_MM)
        self._canvas.circle(*self._at(x, y), 2.7 * PT_PER_MM, stroke=1, fill=0)
        self.text(x, y + 1.32, str(number), 10.5, bold=True, anchor="middle")


def _sheet(kind: str, paper: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    layout, places = card_layout(kind, paper), _places(kind, paper)
    width_mm, height_mm = layout.page_mm
    out = io.BytesIO()
    canvas = Canvas(
        out, pagesize=(width_mm * PT_PER_MM, height_mm * PT_PER_MM), invariant=1, pageCompression=1
    )
    canvas.setTitle(f"woundtrack calibration card, sheet {SHEET_VERSION}, {_PAPER_NAMES[paper]}")
    canvas.setAuthor("woundtrack")
    canvas.setSubject("Print at 100 % (actual size)")
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("Duplex", "Simplex")
    page = _Page(canvas, height_mm)
    left, right = places.left, width_mm - places.left

    page.text(left, places.title, "Calibration card", 22, bold=True)
    page.text(
        left,
        places.title + 7.2,
        "Cut along the dashed line. Lay it flat on the skin, level with the wound edge.",
        10.5,
    )
    for design, placed in zip(_designs(kind), layout.cards, strict=True):
        _draw_card(page, design, placed)
    _draw_advice(page, left + 130.0, places.cards)
    _draw_print_check(page, left, right, places.rule)
    foot = places.rule + 61.2
    page.text(left, foot, "Matt paper. Research software, not a medical device.", 8.5, colour=_GREY)
    page.text(
        right,
        foot,
        f"woundtrack card sheet {SHEET_VERSION}, {_PAPER_NAMES[paper]}",
        8.5,
        anchor="right",
        colour=_GREY,
    )
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_card(page: _Page, design: CardDesign, placed: PlacedCard) -> None:
    x0, y0, _, _ = placed.rect_mm
    page.cut(placed.paper_mm[0])
    for ring, tag_id in zip(design.tags_mm, design.tag_ids, strict=True):
        page.tag(tuple((x0 + x, y0 + y) for x, y in ring), tag_id)
    for patch in design.patches:
        x, y, width, height = patch.box_mm
        page.patch((x0 + x, y0 + y, width, height), patch.rgb)
    for words, x, y, to in (
        ("Patient code", 24.0, 61.4, 51.0),
        ("Date", 24.0, 70.4, 51.0),
        ("Site, side", 73.0, 61.4, 98.0),
    ):
        page.text(x0 + x, y0 + y, words, 6.8)
        line_y = y0 + y + (6.0 if words != "Date" else 4.2)
        page.line(x0 + x, line_y, x0 + to, line_y, 0.2)
    page.text(x0 + 73.0, y0 + 72.6, f"Card {design.name}", 6.8, bold=True)
    base = y0 + 79.0
    for millimetre in range(101):
        height = 3.0 if millimetre % 10 == 0 else 2.2 if millimetre % 5 == 0 else 1.4
        x = x0 + 10.0 + millimetre
        page.line(x, base, x, base - height, 0.15)
    page.text(x0 + 9.2, base, "0", 5.5, anchor="right")
    page.text(x0 + 110.8, base, "100 mm", 5.5)


def _draw_advice(page: _Page, x: float, card_tops: tuple[float, ...]) -> None:
    first, second = card_tops[0], card_tops[1]
    page.text(x, first + 5.0, "Take the photograph", 10.5, bold=True)
    for index, lines in enumerate(_STEPS):
        y = first + 12.5 + 12.9 * index
        page.numbered(x + 2.7, y, index + 1)
        page.text(x + 7.2, y - 0.5, lines[0], 9.5)
        page.text(x + 7.2, y + 3.8, lines[1], 9.5)
    page.text(x, second + 5.0, "Between patients", 10.5, bold=True)
    for index, words in enumerate(_BETWEEN_PATIENTS):
        page.text(x, second + 11.2 + 4.2 * index, words, 9.5)
    page.text(x, second + 36.0, "On a limb", 10.5, bold=True)
    for index, words in enumerate(_ON_A_LIMB):
        page.text(x, second + 42.2 + 4.2 * index, words, 9.5)


def _draw_print_check(page: _Page, left: float, right: float, rule: float) -> None:
    page.line(left, rule, right, rule, 0.3)
    page.text(left, rule + 9.0, "Check the print before you use it", 12.5, bold=True)
    page.text(
        left,
        rule + 15.8,
        "Print at 100 % (“Actual size”), never “Fit to page”. Measure this bar with a ruler:",
        10.3,
    )
    bar = rule + 30.0
    page.line(left, bar, left + 100.0, bar, 0.6)
    for step in range(11):
        reach = 5.0 if step in {0, 10} else 2.0
        page.line(
            left + 10.0 * step,
            bar - reach,
            left + 10.0 * step,
            bar + reach,
            0.3 if step in {0, 10} else 0.2,
        )
    page.text(left + 50.0, bar - 3.0, "100 mm", 11.5, bold=True, anchor="middle")
    for index, words in enumerate(
        (
            "99.5 to 100.5 mm: good.",
            "Anything else: don’t use it.",
            "Print it again at 100 %.",
        )
    ):
        page.text(left + 108.0, bar - 3.4 + 4.8 * index, words, 10.3)
    fields = rule + 48.0
    for words, x, start, end in (
        ("Measured:", 0.0, 17.6, 38.0),
        ("Checked by:", 56.0, 77.0, 110.0),
        ("Date:", 118.0, 128.0, right - left),
    ):
        page.text(left + x, fields, words, 10.3)
        page.line(left + start, fields + 0.6, left + end, fields + 0.6, 0.2)
    page.text(left + 39.5, fields, "mm", 10.3)
