"""What is printed on each card beside its tags: fields to write in, rulers, colours, its name.

Hides the typography of the cards. Places are millimetres of the card; ``Page`` knows the sheet's.
"""

from __future__ import annotations

from woundtrack.imaging.cards.card import CardDesign
from woundtrack.imaging.cards.sheet_page import Page


def draw_card(
    page: Page, design: CardDesign, at_mm: tuple[float, float], subject: str | None = None
) -> None:
    """Draw a card with its cut edges, its top left corner at a place on the page.

    With a ``subject`` it bears that code, also as a QR code where it has room for one; without one
    there are lines to write on.
    """
    x0, y0 = at_mm
    for ring in (design.outline_mm, *design.holes_mm):
        page.cut(tuple((x0 + x, y0 + y) for x, y in ring))
    for ring, tag_id in zip(design.tags_mm, design.tag_ids, strict=True):
        page.tag(tuple((x0 + x, y0 + y) for x, y in ring), tag_id)
    for patch in design.patches:
        x, y, width, height = patch.box_mm
        page.patch((x0 + x, y0 + y, width, height), patch.rgb)
    {"card": _l_face, "window": _window_face, "square": _square_face, "strip": _strip_face}[
        design.kind
    ](page, design, x0, y0, subject)
    if subject is not None and design.code_mm is not None:
        left, top, side = design.code_mm
        page.code(x0 + left, y0 + top, side, subject)


def _l_face(page: Page, design: CardDesign, x0: float, y0: float, subject: str | None) -> None:
    _ruler(page, x0 + 10.0, y0 + 79.0, 100)
    page.text(x0 + 9.2, y0 + 79.0, "0", 5.5, anchor="right")
    page.text(x0 + 110.8, y0 + 79.0, "100 mm", 5.5)
    if subject is not None:
        page.text(x0 + 24.0, y0 + 59.6, "Patient code", 5.5)
        page.text(x0 + 24.0, y0 + 64.0, subject, 10.5, bold=True, room_mm=27.0)
        for words, y, start in (("Site, side", 69.3, 34.0), ("Date", 74.3, 30.0)):
            page.text(x0 + 24.0, y0 + y, words, 5.5)
            page.line(x0 + start, y0 + y + 0.3, x0 + 51.0, y0 + y + 0.3, 0.2)
        page.text(x0 + 72.5, y0 + 61.0, "Card", 6.8, bold=True)
        page.text(x0 + 72.5, y0 + 64.0, design.name, 6.8, bold=True)
        return
    for words, x, y, to, drop in (
        ("Patient code", 24.0, 61.4, 51.0, 6.0),
        ("Date", 24.0, 70.4, 51.0, 4.2),
        ("Site, side", 73.0, 61.4, 98.0, 6.0),
    ):
        page.text(x0 + x, y0 + y, words, 6.8)
        page.line(x0 + x, y0 + y + drop, x0 + to, y0 + y + drop, 0.2)
    page.text(x0 + 73.0, y0 + 72.6, f"Card {design.name}", 6.8, bold=True)


def _window_face(page: Page, design: CardDesign, x0: float, y0: float, subject: str | None) -> None:
    fields: tuple[tuple[str, float, float], ...] = (
        ("Patient code", 18.5, 5.6),
        ("Date", 55.5, 5.6),
        ("Site, side", 18.5, 82.6),
    )
    drop = 8.2
    if subject is not None:
        page.text(x0 + 18.5, y0 + 5.6, "Patient code", 6.2)
        page.text(x0 + 18.5, y0 + 11.5, subject, 10.5, bold=True, room_mm=20.0)
        fields, drop = (("Site, side", 18.5, 78.6), ("Date", 18.5, 86.6)), 5.0
    for words, x, y in fields:
        page.text(x0 + x, y0 + y, words, 6.2)
        page.line(x0 + x, y0 + y + drop, x0 + x + 20.0, y0 + y + drop, 0.2)
    page.text(x0 + 55.5, y0 + 84.0, f"Window {design.name}", 6.2, bold=True)
    page.text(x0 + 55.5, y0 + 88.0, "Wound in the hole,", 5.5)
    page.text(x0 + 55.5, y0 + 90.6, "card not on it", 5.5)


def _square_face(page: Page, design: CardDesign, x0: float, y0: float, subject: str | None) -> None:
    page.text(x0 + 3.5, y0 + 33.0, f"Square {design.name}", 5.5, bold=True)
    if subject is not None:
        page.text(x0 + 28.5, y0 + 33.0, subject, 5.5, bold=True, anchor="right", room_mm=11.5)
    _ruler(page, x0 + 1.0, y0 + 37.6, 30)


def _strip_face(page: Page, design: CardDesign, x0: float, y0: float, subject: str | None) -> None:
    base = y0 + 20.2
    page.text(x0 + 5.0, base, f"Strip {design.name}", 6.2, bold=True)
    for words, x, start, end in (
        ("Patient code", 27.5, 41.0, 66.0),
        ("Site, side", 72.5, 83.0, 112.0),
        ("Date", 117.5, 123.0, 148.0),
    ):
        page.text(x0 + x, base, words, 6.2)
        if words == "Patient code" and subject is not None:
            page.text(x0 + start, base, subject, 7.5, bold=True, room_mm=end - start)
        else:
            page.line(x0 + start, base + 0.4, x0 + end, base + 0.4, 0.2)
    _ruler(page, x0 + 10.0, y0 + 23.8, 160)


def _ruler(page: Page, x: float, base: float, length_mm: int) -> None:
    """Draw a tick every millimetre, upwards from a line."""
    for millimetre in range(length_mm + 1):
        height = 3.0 if millimetre % 10 == 0 else 2.2 if millimetre % 5 == 0 else 1.4
        page.line(x + millimetre, base, x + millimetre, base - height, 0.15)
