"""The printable sheets of calibration cards: a page of exact millimetres each, vector only.

Hides the PDF: page sizes, fonts, print settings, and that the same sheet is always the same bytes.
"""

from __future__ import annotations

import errno
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Final

from woundtrack.errors import DiskFull, FileUnwritable, NotUnderstood
from woundtrack.imaging.cards.card import DESIGNS, CardDesign
from woundtrack.imaging.cards.faces import draw_card
from woundtrack.imaging.cards.sheet_page import GREY, PT_PER_MM, Box, Page
from woundtrack.imaging.cards.sheet_picture import PANEL_MM, draw_picture
from woundtrack.imaging.cards.subject_code import NO_NAMES, SUBJECT_LENGTH, may_be_a_name
from woundtrack.model import Point, Ring

SHEET_VERSION: Final = 3

PAPERS_MM: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
)
_PAPER_NAMES: Final[Mapping[str, str]] = MappingProxyType({"a4": "A4", "letter": "Letter"})


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
    """Where everything that matters lies on the sheet, in mm from the page's top left.

    ``bars_mm`` are the ends of the two bars of 100 mm that are measured, across and down the page.
    """

    page_mm: tuple[float, float]
    cards: tuple[PlacedCard, ...]
    bars_mm: tuple[tuple[Point, Point], tuple[Point, Point]]

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
            "bars_mm": [[list(end) for end in bar] for bar in self.bars_mm],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """A kind's sheet: its title and its cards."""

    title: str
    cut: str
    copies: int
    columns: int
    gap_mm: tuple[float, float]


_PLANS: Final[Mapping[str, _Plan]] = MappingProxyType(
    {
        "card": _Plan(
            title="Calibration card",
            cut="Cut along the dashed line. Lay it flat on the skin, level with the wound edge.",
            copies=2,
            columns=1,
            gap_mm=(0.0, 10.0),
        ),
        "window": _Plan(
            title="Window card",
            cut="Cut out the card and its hole. Lay it flat round the wound, not on it.",
            copies=2,
            columns=2,
            gap_mm=(4.0, 0.0),
        ),
        "square": _Plan(
            title="Small square",
            cut="Cut along the dashed lines. Lay one flat beside the wound, level with its edge.",
            copies=8,
            columns=4,
            gap_mm=(12.0, 10.0),
        ),
        "strip": _Plan(
            title="Strip for limbs",
            cut="Cut along the dashed lines. Lay it round the limb, close to the skin everywhere.",
            copies=4,
            columns=1,
            gap_mm=(0.0, 6.0),
        ),
    }
)


def card_layout(kind: str = "card", paper: str = "a4") -> CardSheetLayout:
    """Return where the cards lie on a kind's sheet: ``card``, ``window``, ``square``, ``strip``.

    Raises ``NotUnderstood`` for a kind or a paper that doesn't exist.
    """
    plan, places = _plan(kind), _places(paper)
    designs = _designs(kind)
    page_width = PAPERS_MM[paper][0]
    width, height = designs[0].size_mm
    step_x, step_y = width + plan.gap_mm[0], height + plan.gap_mm[1]
    whole = plan.columns * step_x - plan.gap_mm[0]
    # The L cards leave the right half to what is told of them.
    left = places.left if kind == "card" else (page_width - whole) / 2
    if kind == "card" and paper == "letter":
        step_y = 86.0
    cards = []
    for number in range(plan.copies):
        row, column = divmod(number, plan.columns)
        x, y = left + column * step_x, places.top + row * step_y
        design = designs[number % len(designs)]
        rings = (design.outline_mm, *design.holes_mm)
        cards.append(
            PlacedCard(
                kind=kind,
                name=design.name,
                rect_mm=(x, y, width, height),
                paper_mm=tuple(tuple((x + u, y + v) for u, v in ring) for ring in rings),
            )
        )
    across, down = places.rule + 30.0, page_width - 11.0
    return CardSheetLayout(
        page_mm=PAPERS_MM[paper],
        cards=tuple(cards),
        bars_mm=(
            ((places.left, across), (places.left + 100.0, across)),
            ((down, places.rule - 66.0), (down, places.rule + 34.0)),
        ),
    )


def write_card_sheet(
    out: Path | str | BinaryIO,
    kind: str = "card",
    paper: str = "a4",
    subject: str | None = None,
) -> None:
    """Write the sheet as a PDF of one page to a path or an open binary file.

    The same kind, paper and subject always give the same bytes. The PDF asks viewers not to scale
    it; the 100 mm bars show whether the printer obeyed. The code of a ``subject`` stands on every
    card, on the L card and the window as a QR code too; without one there are lines to write on.

    Raises ``NotUnderstood``, ``FileUnwritable``, ``DiskFull``.
    """
    data = _sheet(kind, paper, None if subject is None else _checked_subject(subject))
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


def _checked_subject(subject: str) -> str:
    code = subject.strip()
    is_printable = code.isprintable() and code.encode("cp1252", "ignore").decode("cp1252") == code
    if not code or len(code) > SUBJECT_LENGTH or not is_printable:
        raise NotUnderstood(
            what="The patient code",
            given=repr(subject),
            expected=f"a card bears one to {SUBJECT_LENGTH} Latin letters, digits or signs",
        )
    if may_be_a_name(code):
        raise NotUnderstood(what="The patient code", given=repr(subject), expected=NO_NAMES)
    return code


def _designs(kind: str) -> tuple[CardDesign, ...]:
    return tuple(design for design in DESIGNS if design.kind == kind)


def _plan(kind: str) -> _Plan:
    plan = _PLANS.get(kind)
    if plan is None:
        *most, last = _PLANS
        raise NotUnderstood(
            what="The kind of card",
            given=repr(kind),
            expected=f"there are the kinds {', '.join(most)} and {last}",
        )
    return plan


@dataclass(frozen=True, kw_only=True, slots=True)
class _Places:
    """Margin, baselines and edges of a paper's sheets, mm; A4 has room to spare."""

    left: float
    title: float
    top: float
    rule: float


def _places(paper: str) -> _Places:
    if paper == "a4":
        return _Places(left=20.0, title=23.0, top=40.0, rule=221.8)
    if paper == "letter":
        return _Places(left=22.95, title=18.5, top=33.0, rule=206.5)
    raise NotUnderstood(
        what="The paper", given=repr(paper), expected="there are a4 and letter paper"
    )


# --- drawing -------------------------------------------------------------------------------------


def _sheet(kind: str, paper: str, subject: str | None) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    layout, places, plan = card_layout(kind, paper), _places(paper), _plan(kind)
    width_mm, height_mm = layout.page_mm
    out = io.BytesIO()
    canvas = Canvas(
        out, pagesize=(width_mm * PT_PER_MM, height_mm * PT_PER_MM), invariant=1, pageCompression=1
    )
    name = f"woundtrack {kind} sheet {SHEET_VERSION}, {_PAPER_NAMES[paper]}"
    canvas.setTitle(name)
    canvas.setAuthor("woundtrack")
    canvas.setSubject("Print at 100 % (actual size)")
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("Duplex", "Simplex")
    page = Page(canvas, height_mm)
    left, right = places.left, width_mm - places.left

    page.text(left, places.title, plan.title, 22, bold=True)
    page.text(left, places.title + 7.2, plan.cut, 10.5)
    by_name = {design.name: design for design in _designs(kind)}
    for placed in layout.cards:
        draw_card(page, by_name[placed.name], placed.rect_mm[:2], subject)
    draw_picture(page, _designs(kind)[0], _panels(layout, places, kind))
    _draw_upright_bar(page, *layout.bars_mm[1][0])
    _draw_print_check(page, left, right, places.rule)
    foot = places.rule + 61.2
    page.text(left, foot, "Matt paper. Research software, not a medical device.", 8.5, colour=GREY)
    page.text(right, foot, name, 8.5, anchor="right", colour=GREY)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _panels(layout: CardSheetLayout, places: _Places, kind: str) -> list[tuple[float, float]]:
    """Return where the picture's panels go: beside the L cards, below the others."""
    width, height = PANEL_MM
    right = layout.page_mm[0] - places.left
    first, last = layout.cards[0].rect_mm, layout.cards[-1].rect_mm
    end = last[1] + last[3]
    if kind == "card":
        step = (end - first[1] - height) / 3
        return [(right - width, first[1] + step * number) for number in range(4)]
    step = (right - places.left - width) / 3
    top = end + min(14.0, (places.rule - end - height) / 2)
    return [(places.left + step * number, top) for number in range(4)]


def _draw_upright_bar(page: Page, x: float, top: float) -> None:
    """Draw the bar that shows whether the printer stretches one way only."""
    page.line(x, top, x, top + 100.0, 0.6)
    for step in range(11):
        reach, thick = (2.5, 0.3) if step in {0, 10} else (1.2, 0.2)
        page.line(x - reach, top + 10.0 * step, x + reach, top + 10.0 * step, thick)
    page.text(x + 3.0, top + 104.5, "100 mm", 8.5, bold=True, anchor="right")


def _draw_print_check(page: Page, left: float, right: float, rule: float) -> None:
    page.line(left, rule, right, rule, 0.3)
    page.text(left, rule + 9.0, "Check the print before you use it", 12.5, bold=True)
    page.text(
        left,
        rule + 15.8,
        "Print at 100 % (“Actual size”), never “Fit to page”. Measure both bars with a ruler:",
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
            "Enter both lengths in woundtrack,",
            "under Settings, Printed cards.",
            "Under 94 or over 106: print again.",
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
