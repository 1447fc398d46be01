"""The picture on every sheet that tells what to do with its cards: print, cut, lay, photograph.

Hides the drawing of its four panels, each understood without words, with a few words below.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from woundtrack.imaging.cards.card import CardDesign
from woundtrack.imaging.cards.sheet_page import BLACK, Ink, Page

PANEL_MM: Final = (40.0, 39.6)
"""Width and height of a panel with its words."""

Points = Sequence[tuple[float, float]]

_WIDE, _HIGH = PANEL_MM[0], 21.0  # of a panel's drawing
_HEAD = 6.8  # of the number and the title above it
_FRAME: Final[Ink] = (0.72, 0.72, 0.72)
_SKIN: Final[Ink] = (0.97, 0.92, 0.87)
_WOUND: Final[Ink] = (0.80, 0.38, 0.33)
_FILM: Final[Ink] = (0.90, 0.92, 0.94)
_STEEL: Final[Ink] = (0.93, 0.93, 0.93)
_PAPER: Final[Ink] = (1.0, 1.0, 1.0)

_TITLES: Final = ("Print", "Cut out", "Lay it down", "Photograph")
_PRINT: Final = ("Actual size, on matt paper.", "Both bars measure 100 mm.")
_CUT: Final = ("Single use. Or laminate it in", "matt film and wipe it as local", "policy says.")
_WORDS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "card": (
            _PRINT,
            _CUT,
            (
                "Flat, within 2 cm of the wound,",
                "level with its edge. On a limb",
                "take the strip.",
            ),
            ("All four tags in view, camera", "straight above, 30 cm away,", "no flash, no glare."),
        ),
        "window": (
            _PRINT,
            _CUT,
            ("Flat round a wound of up to", "4 cm, not on it. On a limb", "take the strip."),
            (
                "All eight tags in view, camera",
                "straight above, 20 to 30 cm",
                "away, no flash, no glare.",
            ),
        ),
        "square": (
            _PRINT,
            _CUT,
            (
                "Flat, within 2 cm of a wound",
                "of up to 5 cm. With more room",
                "the large card is better.",
            ),
            (
                "All four tags in view, camera",
                "straight above, 15 to 25 cm",
                "away, no flash, no glare.",
            ),
        ),
        "strip": (
            _PRINT,
            _CUT,
            (
                "Round the limb, within 2 cm of",
                "the wound. Two, one on each",
                "side, measure best.",
            ),
            (
                "Four tags or more in view,",
                "camera square to the limb,",
                "30 cm away, no flash, no glare.",
            ),
        ),
    }
)
_ARC: Final = range(-155, -24, 10)  # degrees of a limb's round that a strip covers
_DISTANCE: Final = MappingProxyType(
    {"card": "30 cm", "window": "20–30 cm", "square": "15–25 cm", "strip": "30 cm"}
)


def draw_picture(page: Page, design: CardDesign, places: Sequence[tuple[float, float]]) -> None:
    """Draw the four panels for a card's sheet, each from its top left corner on the page, mm."""
    drawings: tuple[Callable[[Page, CardDesign, float, float], None], ...] = (
        _print,
        _cut,
        _lay_on_limb if design.kind == "strip" else _lay_flat,
        _photograph,
    )
    told = zip(places, _TITLES, drawings, _WORDS[design.kind], strict=True)
    for number, ((x, y), title, draw, words) in enumerate(told, start=1):
        page.numbered(x + 2.7, y + 2.7, number)
        page.text(x + 7.0, y + 4.05, title, 10.5, bold=True)
        frame = _box(x, y + _HEAD, _WIDE, _HIGH)
        with page.within(frame, corner_mm=1.5):
            draw(page, design, x, y + _HEAD)
        page.shape(frame, width_mm=0.25, stroke=_FRAME, corner_mm=1.5)
        for line, written in enumerate(words):
            page.text(x, y + _HEAD + _HIGH + 3.9 + 3.7 * line, written, 8.2)


# --- panels --------------------------------------------------------------------------------------


def _print(page: Page, design: CardDesign, x: float, y: float) -> None:
    """Draw a printer, and the bar it printed against a ruler."""
    page.shape(_box(x + 6.5, y + 2.8, 9.0, 6.0), fill=_PAPER)
    page.shape(_box(x + 3.5, y + 6.6, 15.0, 7.4), fill=_STEEL, corner_mm=1.2)
    page.ring(x + 16.3, y + 8.8, 0.5, fill=BLACK)
    page.shape(_box(x + 6.0, y + 11.2, 10.0, 7.2), fill=_PAPER)
    _small_card(page, design, (x + 11.0, y + 14.6), (7.6, 4.4), edge_mm=0.15)
    bar, left, right = y + 10.0, x + 22.5, x + 36.5
    page.text((left + right) / 2, y + 6.2, "100 %", 11, bold=True, anchor="middle")
    page.line(left, bar, right, bar, 0.45)
    for end in (left, right):
        page.line(end, bar - 1.3, end, bar + 1.3, 0.3)
    page.shape(_box(left - 1.2, bar + 1.9, 16.4, 5.6), width_mm=0.3, fill=_STEEL, corner_mm=0.6)
    for step in range(21):
        tick = left + 0.7 * step
        high = 2.0 if step % 10 == 0 else 1.3 if step % 5 == 0 else 0.9
        page.line(tick, bar + 1.9, tick, bar + 1.9 + high, 0.15)
    page.text(left, bar + 6.6, "0", 5.5, anchor="middle")
    page.text(right + 0.5, bar + 6.6, "100 mm", 5.5, anchor="right")


def _cut(page: Page, design: CardDesign, x: float, y: float) -> None:
    """Draw scissors at the dashed line, and the card in its film."""
    room = (12.6, 10.6)
    left, middle = x + 13.0, y + _HIGH / 2
    edge = _small_card(page, design, (left, middle), room, edge_mm=0.3, is_dashed=True)
    _scissors(page, edge[0] - 0.6, edge[3])
    page.shape([(x + 20.9, middle), (x + 23.3, middle)], width_mm=0.5, is_open=True)
    page.shape(
        [(x + 22.4, middle - 1.0), (x + 23.4, middle), (x + 22.4, middle + 1.0)],
        width_mm=0.5,
        is_open=True,
    )
    right = x + 31.6
    scale = min(12.4 / design.size_mm[0], 10.0 / design.size_mm[1])
    wide, high = (side * scale + 2.6 for side in design.size_mm)
    film = _box(right - wide / 2, middle - high / 2, wide, high)
    page.shape(film, width_mm=0.3, fill=_FILM, corner_mm=0.9)
    _small_card(page, design, (right, middle), (12.4, 10.0), edge_mm=0.2)


def _lay_flat(page: Page, design: CardDesign, x: float, y: float) -> None:
    """Draw the card beside the wound from above; from the side, level with it and not."""
    page.shape(_box(x, y, 24.0, _HIGH), stroke=None, fill=_SKIN)
    place, room, (wound_x, wound_y, wound_r) = {
        "card": ((12.2, 10.5), (19.4, 15.0), (13.4, 7.2, 3.6)),
        "window": ((12.0, 10.5), (17.0, 17.0), (12.0, 10.5, 3.1)),
        "square": ((17.0, 10.5), (8.4, 10.0), (7.6, 10.5, 3.9)),
    }[design.kind]
    _small_card(page, design, (x + place[0], y + place[1]), room, edge_mm=0.25, hole=_SKIN)
    _wound(page, x + wound_x, y + wound_y, wound_r)
    page.shape(_box(x + 24.0, y - 1.0, 0.0, _HIGH + 2.0), width_mm=0.25, stroke=_FRAME)
    for top, is_good in ((y + 1.2, True), (y + 11.0, False)):
        _seen_from_the_side(page, design.kind, x + 25.2, top, is_good=is_good)
        (_tick if is_good else _cross)(page, x + 28.0, top + 2.4)


def _seen_from_the_side(page: Page, kind: str, x: float, y: float, *, is_good: bool) -> None:
    """Draw skin with a wound and a card, 13 mm wide, 8 mm high: on the skin, or held above it."""
    skin = y + 6.2
    page.shape(_box(x, skin, 13.4, 2.2), stroke=None, fill=_SKIN)
    page.line(x, skin, x + 13.4, skin, 0.3)
    left = x + (3.6 if kind == "window" else 1.2)
    page.shape(
        [(left, skin), (left + 0.6, skin + 1.2), (left + 3.4, skin + 1.2), (left + 4.0, skin)],
        width_mm=0.25,
        fill=_WOUND,
        corner_mm=0.3,
    )
    # A window lies on both sides of the wound.
    slabs = ((0.9, 2.7), (8.5, 12.5)) if kind == "window" else ((6.3, 12.4),)
    rise = 0.0 if is_good else 0.42
    for begin, end in slabs:
        ends = [
            (x + u, skin - 0.4 - rise * max(0.0, u - slabs[0][0]) * (0.6 if len(slabs) > 1 else 1))
            for u in (begin, end)
        ]
        page.shape(ends, width_mm=0.8, is_open=True)


def _lay_on_limb(page: Page, _: CardDesign, x: float, y: float) -> None:
    """Draw strips round a limb, on both sides of the wound; from its end, close to it and not."""
    top, bottom = y + 3.4, y + _HIGH - 3.4
    page.shape(_box(x, top, 24.0, bottom - top), stroke=None, fill=_SKIN)
    for edge in (top, bottom):
        page.line(x, edge, x + 24.0, edge, 0.35)
    _wound(page, x + 12.0, y + 10.6, 3.2)
    for left in (x + 3.4, x + 17.0):
        _band(page, left, top, bottom, 2.8)
    page.shape(_box(x + 24.0, y - 1.0, 0.0, _HIGH + 2.0), width_mm=0.25, stroke=_FRAME)
    for middle, is_good in ((y + 5.6, True), (y + 15.6, False)):
        centre = x + 30.0
        page.ring(centre, middle, 3.2, width_mm=0.3, fill=_SKIN)
        close = [(3.6 * math.cos(math.radians(d)), 3.6 * math.sin(math.radians(d))) for d in _ARC]
        lying = close if is_good else [(-4.2, -3.6), (4.2, -3.6)]
        page.shape([(centre + u, middle + v) for u, v in lying], width_mm=0.8, is_open=True)
        (_tick if is_good else _cross)(page, x + 37.0, middle - 2.2)


def _band(page: Page, left: float, top: float, bottom: float, wide: float) -> None:
    """Draw a strip round a limb that lies across the picture: its tags turn away at the edges."""
    middle, radius = (top + bottom) / 2, (bottom - top) / 2

    def at(turn_deg: float, across: float) -> tuple[float, float]:
        turn = math.radians(turn_deg)
        bulge = 0.9 * math.cos(turn)
        return left + across + bulge, middle + radius * math.sin(turn)

    turns = range(-90, 91, 10)
    page.shape(
        [at(turn, 0.0) for turn in turns] + [at(turn, wide) for turn in reversed(turns)],
        width_mm=0.25,
        fill=_PAPER,
    )
    for turn in (-66, -33, 0, 33, 66):
        page.shape(
            [
                at(turn - 10, wide * 0.22),
                at(turn - 10, wide * 0.78),
                at(turn + 10, wide * 0.78),
                at(turn + 10, wide * 0.22),
            ],
            stroke=None,
            fill=BLACK,
        )


def _photograph(page: Page, design: CardDesign, x: float, y: float) -> None:
    """Draw the camera straight above, the distance, no flash, and all of the card in view."""
    skin, lens = y + 16.6, (x + 19.6, y + 4.6)
    is_limb = design.kind == "strip"
    page.shape(_box(x, skin, 29.0, 2.8 if is_limb else 4.4), stroke=None, fill=_SKIN)
    page.line(x, skin, x + 29.0, skin, 0.35)
    if is_limb:
        page.line(x, skin + 2.8, x + 29.0, skin + 2.8, 0.35)
    for reach in (x + 13.4, x + 25.8):
        page.shape(
            [(lens[0], lens[1] + 0.5), (reach, skin - 0.2)],
            width_mm=0.2,
            dash_mm=(0.8, 0.6),
            is_open=True,
        )
    page.shape(_box(lens[0] - 5.2, lens[1] - 2.0, 10.4, 1.5), fill=_STEEL, corner_mm=0.6)
    page.shape(_box(lens[0] - 0.8, lens[1] - 0.5, 1.6, 0.7), width_mm=0.25, fill=BLACK)
    page.shape(
        [(x + 15.0, skin), (x + 15.7, skin + 1.1), (x + 18.0, skin + 1.1), (x + 18.7, skin)],
        width_mm=0.25,
        fill=_WOUND,
        corner_mm=0.3,
    )
    if is_limb:
        page.shape(_box(x + 20.6, skin - 0.3, 2.2, 3.3), width_mm=0.25, fill=_PAPER)
        page.shape(_box(x + 21.1, skin + 0.7, 1.2, 1.2), stroke=None, fill=BLACK)
    else:
        page.shape([(x + 20.0, skin - 0.4), (x + 24.6, skin - 0.4)], width_mm=0.8, is_open=True)
        if design.kind == "window":
            page.shape([(x + 14.2, skin - 0.4), (x + 14.7, skin - 0.4)], width_mm=0.8, is_open=True)
    _distance(page, x + 11.2, lens[1], skin, _DISTANCE[design.kind])
    _no_flash(page, x + 34.2, y + 5.4)
    screen = _box(x + 29.9, y + 10.6, 8.8, 7.6)
    page.shape(screen, width_mm=0.4, fill=_SKIN, corner_mm=0.9)
    if is_limb:
        for left in (x + 31.3, x + 35.6):
            page.shape(_box(left, y + 11.2, 1.4, 6.4), width_mm=0.15, fill=_PAPER)
            for row in range(4):
                page.shape(
                    _box(left + 0.3, y + 11.6 + 1.5 * row, 0.8, 0.8), stroke=None, fill=BLACK
                )
        _wound(page, x + 34.15, y + 14.4, 0.9, width_mm=0.15)
        return
    middle = (x + (35.7 if design.kind == "square" else 34.3), y + 14.4)
    room = (3.4, 3.6) if design.kind == "square" else (6.6, 5.4)
    _small_card(page, design, middle, room, edge_mm=0.15, hole=_SKIN)
    aside = {"card": (0.4, -1.2, 1.1), "window": (0.0, 0.0, 0.9), "square": (-3.3, 0.0, 1.2)}
    right, down, radius = aside[design.kind]
    _wound(page, middle[0] + right, middle[1] + down, radius, width_mm=0.15)


# --- things --------------------------------------------------------------------------------------


def _box(x: float, y: float, wide: float, high: float) -> Points:
    return [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]


def _small_card(
    page: Page,
    design: CardDesign,
    middle: tuple[float, float],
    room: tuple[float, float],
    *,
    edge_mm: float,
    is_dashed: bool = False,
    hole: Ink = _PAPER,
) -> tuple[float, float, float, float]:
    """Draw a card as large as a room lets it; return its left, top, right and bottom.

    Its tags are black squares, so that nothing takes them for tags.
    """
    wide, high = design.size_mm
    scale = min(room[0] / wide, room[1] / high)
    left, top = middle[0] - wide * scale / 2, middle[1] - high * scale / 2

    def placed(ring: Points) -> Points:
        return [(left + u * scale, top + v * scale) for u, v in ring]

    dash = (0.9, 0.7) if is_dashed else None
    page.shape(placed(design.outline_mm), width_mm=edge_mm, fill=_PAPER, dash_mm=dash)
    for ring in design.holes_mm:
        page.shape(placed(ring), width_mm=edge_mm, fill=hole, dash_mm=dash)
    for patch in design.patches:
        x, y, across, down = patch.box_mm
        ink = (patch.rgb[0] / 255, patch.rgb[1] / 255, patch.rgb[2] / 255)
        page.shape(placed(_box(x, y, across, down)), stroke=None, fill=ink)
    for tag in design.tags_mm:
        page.shape(placed(tag), stroke=None, fill=BLACK)
    return left, top, left + wide * scale, top + high * scale


def _wound(page: Page, x: float, y: float, radius: float, *, width_mm: float = 0.25) -> None:
    radii = (1.05, 0.92, 1.12, 1.0, 0.86, 1.1, 0.98, 1.14, 0.9)
    ring = []
    for number, far in enumerate(radii):
        turn = 2 * math.pi * number / len(radii)
        ring.append((x + 1.15 * radius * far * math.cos(turn), y + radius * far * math.sin(turn)))
    page.shape(ring, width_mm=width_mm, fill=_WOUND, is_smooth=True)


def _scissors(page: Page, x: float, y: float) -> None:
    """Draw scissors that cut to the right, their pivot at a place."""
    for side in (-1.0, 1.0):
        page.shape(
            [(x - 2.2, y + 0.95 * side), (x + 3.4, y - 1.1 * side)], width_mm=0.5, is_open=True
        )
        page.ring(x - 3.1, y + 1.3 * side, 1.0, width_mm=0.45, fill=_PAPER)
    page.ring(x, y, 0.25, width_mm=0.1, fill=_PAPER)


def _distance(page: Page, x: float, top: float, bottom: float, words: str) -> None:
    page.line(x, top, x, bottom, 0.25)
    for end, towards in ((top, 1.0), (bottom, -1.0)):
        page.shape(
            [(x - 0.7, end + 1.2 * towards), (x, end), (x + 0.7, end + 1.2 * towards)],
            width_mm=0.25,
            is_open=True,
        )
    page.text(x - 1.0, (top + bottom) / 2 + 1.0, words, 7.5, bold=True, anchor="right", room_mm=9.4)


def _no_flash(page: Page, x: float, y: float) -> None:
    bolt = [(0.4, -2.1), (-1.3, 0.4), (-0.1, 0.4), (-0.5, 2.1), (1.3, -0.5), (0.1, -0.5)]
    page.shape([(x + u, y + v) for u, v in bolt], stroke=None, fill=BLACK)
    page.ring(x, y, 3.2, width_mm=0.5)
    reach = 3.2 * math.sqrt(0.5)
    page.shape([(x - reach, y - reach), (x + reach, y + reach)], width_mm=0.5, is_open=True)


def _tick(page: Page, x: float, y: float) -> None:
    page.shape([(x - 1.2, y), (x - 0.3, y + 1.0), (x + 1.4, y - 1.2)], width_mm=0.6, is_open=True)


def _cross(page: Page, x: float, y: float) -> None:
    for side in (-1.0, 1.0):
        page.shape([(x - 1.0, y - side), (x + 1.0, y + side)], width_mm=0.6, is_open=True)
