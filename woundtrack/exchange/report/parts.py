"""What all reports are put together from: head, figures, chips, photographs, tables, foot.

Hides where each part's lines lie. Lengths are mm from the page's top left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from woundtrack.exchange.report import words
from woundtrack.exchange.report.paper import (
    A4_MM,
    EDGE,
    INK,
    INK2,
    LINE,
    WHITE,
    Document,
    Paper,
    rgb,
)
from woundtrack.exchange.report.sheet import Photo, Picture, Sheet
from woundtrack.healing.chart_style import STYLES, series_of
from woundtrack.healing.reader_error import error_words
from woundtrack.model import Lesion

LEFT: Final = 15.0
RIGHT: Final = A4_MM[0] - 15.0
WIDE: Final = RIGHT - LEFT
TOP: Final = 15.0
FOOT: Final = 274.5
"""Where the foot begins: nothing of the page goes below."""

_OUTLINE: Final = rgb("#19D3FF")
_CASING: Final = rgb("#10161A")
_NO_SKIN: Final = (0xE6, 0xE9, 0xEC)
_CARD: Final = rgb("#E6E9EC")
_MOST_PX_PER_MM: Final = 8.0
"""Of paper: 200 dots an inch, and up to twice as many stay as they are."""


def draw_head(paper: Paper, sheet: Sheet, title: str, *, code_size: float = 15.0) -> float:
    """Draw the patient's code and what is known of them; returns where the page goes on."""
    patient, made = sheet.timeline.patient, sheet.made
    y = TOP + 4.8
    lines = [title, f"Printed {words.day(made.printed_on)}"]
    if made.as_of is not None:
        lines.append(f"As it was recorded on {words.day(made.as_of)}")
    if sheet.identity is None:
        lines.append("Pseudonymised. No name or NHS number.")
    beside = max(paper.width(line, 7) for line in lines) + 6
    room = WIDE - beside
    # A code is never cut short: it is all there is to tell one patient from another.
    while code_size > 9 and paper.width(patient.code, code_size, bold=True) > room:
        code_size -= 0.5
    step = code_size * 1.2 * 0.353
    for line in paper.wrapped(patient.code, code_size, room, bold=True):
        paper.text(LEFT, y, line, code_size, bold=True)
        y += step
    y += 5.2 - step
    if sheet.identity is not None:
        who = sheet.identity
        named = [who.name] if who.name else []
        if who.birth_date is not None:
            named.append(f"born {words.day(who.birth_date)}")
        if who.nhs_number:
            named.append(f"NHS number {words.nhs_number(who.nhs_number)}")
        if who.local_id:
            named.append(f"local number {who.local_id}")
        if named:
            text = ", ".join(named)
            y = paper.paragraph(LEFT, y, text, 9, room, leading=4.2, bold=True)
    if about := words.about(sheet.record, made.as_of or made.printed_on):
        y = paper.paragraph(LEFT, y, about, 8.0, room, leading=3.9, most=3)
    for place, line in enumerate(lines):
        at = TOP + 3.0 + 3.7 * place
        paper.text(RIGHT, at, line, 7, colour=INK2, align="right")
    y = max(y - 1.4, TOP + 3.0 + 3.7 * (len(lines) - 1) + 2.2)
    paper.line(LEFT, y, RIGHT, y, width=0.4, colour=INK)
    return y + 3.4


Figure = tuple[str, str, str]
"""What is counted, the number itself, and a line of what belongs to it."""


def draw_figures(paper: Paper, figures: Sequence[Figure], y: float) -> float:
    """Draw figures side by side, a rule between two; returns where the page goes on."""
    wide = WIDE / len(figures)
    for place, (name, value, note) in enumerate(figures):
        x = LEFT + wide * place + (3.0 if place else 0.0)
        room = wide - (6.0 if place else 3.0)
        if place:
            paper.line(x - 3.0, y, x - 3.0, y + 12.4)
        paper.text(x, y + 2.6, name, 7, colour=INK2, room=room)
        paper.text(x, y + 7.8, value, 12.5, bold=True, room=room)
        paper.text(x, y + 11.8, note, 6.6, colour=INK2, room=room)
    return y + 17.0


def draw_chip(
    paper: Paper, lesion: Lesion, x: float, y: float, *, size: float = 6.5, room: float = 32.0
) -> float:
    """Draw a lesion's name in its frame, ``y`` its baseline; returns where the frame ends."""
    text = paper.fitted(lesion.label, size, room, bold=True)
    wide = max(paper.width(text, size, bold=True) + 2.6, 6.4)
    series = series_of(lesion.number, STYLES["light"])
    paper.box(
        x,
        y - size * 0.26 - 1.2,
        wide,
        size * 0.26 + 2.1,
        stroke=rgb(series.colour),
        fill=WHITE,
        thick=0.3,
        radius=0.7,
        dash=(0.9, 0.5) if series.is_dashed else (),
    )
    paper.text(x + wide / 2, y, text, size, bold=True, align="middle")
    return x + wide


# --- photographs ---------------------------------------------------------------------------------


def scale_length_mm(scale: float, room_mm: float) -> float:
    """Return how long a scale bar's skin is, mm: the longest round length that fits the room."""
    for length in (50.0, 20.0, 10.0, 5.0, 2.0):
        if length * scale <= room_mm:
            return length
    return 1.0


def draw_scale_bar(paper: Paper, x: float, y: float, scale: float, room_mm: float) -> float:
    """Draw a bar of a round length of skin at a scale; returns where its words end."""
    length = scale_length_mm(scale, room_mm)
    end = x + length * scale
    paper.shape([(x, y - 1.5), (x, y), (end, y), (end, y - 1.5)], width=0.3, is_open=True)
    said = f"{length / 10:g}{words.THIN}cm" if length >= 10 else f"{length:g}{words.THIN}mm"
    return end + 1.4 + paper.text(end + 1.4, y, said, 6.6)


def draw_photo(
    paper: Paper, photo: Photo, x: float, y: float, width: float, height: float, *, scale: float
) -> None:
    """Draw a photograph in a frame, its outline on it; ``scale`` is mm of paper for one of skin.

    One without a scale fills the frame and says so; in place of one that isn't there it says why.
    """
    picture = photo.picture
    if picture is None:
        paper.box(x, y, width, height, stroke=EDGE, fill=None, thick=0.2, dash=(1.0, 0.8))
        lines = paper.wrapped(photo.why_none, 6.2, width - 4.0, most=6)
        first = y + height / 2 - 1.35 * (len(lines) - 1) + 0.8
        for place, line in enumerate(lines):
            at = first + 2.7 * place
            paper.text(x + width / 2, at, line, 6.2, colour=INK2, align="middle")
        return
    picture = _cut(picture, width, height, scale)
    pixels = _on_grey(picture.pixels, picture.is_skin)
    high, wide = pixels.shape[:2]
    with paper.within(x, y, width, height):
        paper.box(x, y, width, height, stroke=None, fill=_CARD)
        if picture.px_per_mm is None:
            fill = max(width / wide, height / high)
            left, top = x + (width - wide * fill) / 2, y + (height - high * fill) / 2
            paper.picture(pixels, left, top, wide * fill, high * fill)
            rings = [np.array([left, top]) + ring * fill for ring in picture.rings_mm]
            islands = [np.array([left, top]) + ring * fill for ring in picture.islands_mm]
        else:
            middle = np.array([x + width / 2, y + height / 2])
            with paper.turned(middle + scale * np.array(picture.shift_mm), picture.turn_rad):
                size = scale / picture.px_per_mm
                left, top = scale * picture.corner_mm[0], scale * picture.corner_mm[1]
                paper.picture(pixels, left, top, wide * size, high * size, is_turned=True)
            rings = [middle + scale * ring for ring in picture.rings_mm]
            islands = [middle + scale * ring for ring in picture.islands_mm]
        for thick, colour in ((0.75, _CASING), (0.4, _OUTLINE)):
            for ring in rings:
                paper.shape(_pairs(ring), stroke=colour, width=thick)
            for ring in islands:
                paper.shape(_pairs(ring), stroke=colour, width=thick * 0.7, dash=(0.6, 0.6))
        if picture.px_per_mm is None:
            said = paper.wrapped(picture.note, 5.8, width - 2.0)
            room = max(paper.width(line, 5.8) for line in said) + 2.0
            top = y + height - 0.9 - 2.5 * len(said)
            paper.box(x, top, room, y + height - top, stroke=None, fill=WHITE)
            for place, line in enumerate(said):
                paper.text(x + 1.0, top + 2.3 + 2.5 * place, line, 5.8)
    paper.box(x, y, width, height, stroke=LINE, thick=0.15)


def _cut(picture: Picture, width: float, height: float, scale: float) -> Picture:
    """Return a picture without what lies outside its frame, and no finer than print can show."""
    pixels, is_skin = picture.pixels, picture.is_skin
    high, wide = pixels.shape[:2]
    if picture.px_per_mm is None:
        fewer = int(min(wide / width, high / height) / _MOST_PX_PER_MM)
        if fewer < 2:
            return picture
        pixels, _ = _fewer(pixels, None, fewer)
        return replace(
            picture,
            pixels=pixels,
            rings_mm=tuple(ring / fewer for ring in picture.rings_mm),
            islands_mm=tuple(ring / fewer for ring in picture.islands_mm),
        )
    far = np.array([width, height]) / 2 / scale
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * far - np.array(picture.shift_mm)
    cos, sin = math.cos(picture.turn_rad), math.sin(picture.turn_rad)
    own = corners @ np.array([(cos, -sin), (sin, cos)])
    at = (own - np.array(picture.corner_mm)) * picture.px_per_mm
    x0, y0 = (max(int(edge), 0) for edge in np.floor(at.min(axis=0)))
    x1, y1 = (int(edge) for edge in np.ceil(at.max(axis=0)))
    part = np.s_[y0 : max(min(y1, high), 0), x0 : max(min(x1, wide), 0)]
    if pixels[part].size == 0:
        return picture
    pixels, is_skin = pixels[part], None if is_skin is None else is_skin[part]
    fewer = max(int(picture.px_per_mm / scale / _MOST_PX_PER_MM), 1)
    pixels, is_skin = _fewer(pixels, is_skin, fewer)
    return replace(
        picture,
        pixels=pixels,
        is_skin=is_skin,
        px_per_mm=picture.px_per_mm / fewer,
        corner_mm=(
            picture.corner_mm[0] + x0 / picture.px_per_mm,
            picture.corner_mm[1] + y0 / picture.px_per_mm,
        ),
    )


def _fewer(
    pixels: NDArray[np.uint8], is_skin: NDArray[np.bool_] | None, by: int
) -> tuple[NDArray[np.uint8], NDArray[np.bool_] | None]:
    """Return a picture with the mean of each block of pixels in place of them."""
    high, wide = (side // by * by for side in pixels.shape[:2])
    if by < 2 or high == 0 or wide == 0:
        return pixels, is_skin
    blocks = pixels[:high, :wide].reshape(high // by, by, wide // by, by, 3)
    made = blocks.mean(axis=(1, 3)).round().astype(np.uint8)
    if is_skin is None:
        return made, None
    seen = is_skin[:high, :wide].reshape(high // by, by, wide // by, by).all(axis=(1, 3))
    return made, np.asarray(seen)


def _pairs(ring: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [(float(u), float(v)) for u, v in ring]


def _on_grey(pixels: NDArray[np.uint8], is_skin: NDArray[np.bool_] | None) -> NDArray[np.uint8]:
    """Return a picture with a light ground where the photograph shows nothing."""
    if is_skin is None:
        return pixels
    return np.where(is_skin[..., None], pixels, np.array(_NO_SKIN, dtype=np.uint8))


def draw_caption(
    paper: Paper, photo: Photo, x: float, y: float, room: float, *, has_year: bool = False
) -> None:
    """Write a photograph's day, area and interval below it."""
    point = photo.point
    day = words.day(point.on) if has_year else words.day_short(point.on)
    end = x + paper.text(x, y, day, 6.8, bold=True) + 1.4
    said = words.area_of(point)
    interval = words.interval(point, is_short=True)
    wide = paper.width(said, 6.8)
    end += paper.text(end, y, said, 6.8, room=max(room - (end - x), 5.0)) + 1.2
    if interval and end + paper.width(interval, 6.2) <= x + room and wide:
        paper.text(end, y, interval, 6.2, colour=INK2)


# --- tables --------------------------------------------------------------------------------------


def chosen(count: int, most: int) -> list[int]:
    """Return which of so many visits are shown where there is room for ``most``: both ends too."""
    if count <= most:
        return list(range(count))
    return sorted({round(place * (count - 1) / (most - 1)) for place in range(most)})


# --- the foot ------------------------------------------------------------------------------------

TRACED: Final = (
    "Areas were traced on photographs scaled by a printed card or a ruler. Bands and ranges are "
    f"95{words.THIN}% intervals of the measurement. “Smaller” and “larger” are said only where the "
    "change is greater than measurement error."
)
RESEARCH_USE: Final = "Research software, not a medical device."


def draw_foot(document: Document, sheet: Sheet, notes: Sequence[str], page: str) -> None:
    """Draw what belongs below every page: notes, software, method, formulas, record and page."""
    paper, made = document.paper, sheet.made
    notes = list(notes)
    if sheet.course.reader_error is not None:
        notes.append(error_words(sheet.course.reader_error))
    if made.methods:
        notes.append(f"Outlines: {', '.join(made.methods)}.")
    if made.scales:
        notes.append(f"Scales: {'; '.join(made.scales)}.")
    if document.fonts.missing:
        codes = ", ".join(f"U+{ord(one):04X}" for one in sorted(document.fonts.missing)[:6])
        notes.append(f"This computer has no font for {codes}: boxes stand in their place.")
    y = FOOT
    paper.line(LEFT, y, RIGHT, y, width=0.25, colour=INK)
    y += 3.4
    for line in paper.wrapped(" ".join(notes), 6.2, WIDE, most=4):
        paper.text(LEFT, y, line, 6.2, colour=INK2)
        y += 2.7
    how = f"{made.software}, formulas {made.formulas}."
    y = 289.0
    right = f"Record {made.record_hash[:8]}{words.DASH}{made.record_hash[8:12]}. {page}"
    taken = paper.width(right, 6.2) + paper.width(RESEARCH_USE, 6.2, bold=True) + 8.0
    end = LEFT + paper.text(LEFT, y, paper.fitted(how, 6.2, WIDE - taken), 6.2, colour=INK2)
    paper.text(end + 1.5, y, RESEARCH_USE, 6.2, bold=True)
    paper.text(RIGHT, y, right, 6.2, colour=INK2, align="right")
