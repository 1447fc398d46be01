"""Draw outlines, tags and labels on a copy of a photograph, for a picture file.

Hides line weights at the photograph's scale, casings, dashes, and where a label finds room.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from woundtrack.imaging.outline import Points
from woundtrack.imaging.window import Pixels
from woundtrack.model import Calibration, Outline

Colour = tuple[int, int, int]

OUTLINE: Final[Colour] = (0x19, 0xD3, 0xFF)
CARD_GOOD: Final[Colour] = (0x7C, 0xF2, 0x9C)
CARD_DOUBT: Final[Colour] = (0xFF, 0xC5, 0x3D)
CASING: Final[Colour] = (0x10, 0x16, 0x1A)
LABEL_TEXT: Final[Colour] = (0xFF, 0xFF, 0xFF)
LABEL_OPACITY: Final = 0.88

_SHIFT: Final = 4
# A line of 1 px on screen is this share of a photograph fitted into the window's canvas.
_SCREEN_SHORT_SIDE: Final = 640


def draw_overlay(
    pixels: Pixels,
    calibration: Calibration | None,
    outlines: Sequence[Outline],
    labels: Sequence[str] = (),
) -> Pixels:
    """Return a copy of a photograph with outlines, tags and a label a lesion drawn on it.

    Parameters
    ----------
    pixels
        Upright RGB uint8 (H, W, 3); not changed.
    calibration
        Its tags are drawn with a tick, or dashed with a triangle where the scale is in doubt; None
        draws none.
    outlines, labels
        ``labels[n]`` goes beside ``outlines[n]``; missing or empty ones are left out.

    Returns
    -------
    RGB uint8 (H, W, 3).
    """
    canvas = pixels.copy()
    unit = max(1.0, min(pixels.shape[:2]) / _SCREEN_SHORT_SIDE)
    if calibration is not None:
        _draw_tags(canvas, calibration, unit)
    for outline in outlines:
        for island in outline.islands:
            _ring(canvas, np.asarray(island), OUTLINE, 1.7 * unit, dash=(2 * unit, 4 * unit))
        _ring(canvas, np.asarray(outline.outer), OUTLINE, 2.5 * unit)
    return _labelled(canvas, outlines, labels, unit)


def _fixed(points: Points) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Return points as OpenCV draws them: pixel centres on whole numbers, in sixteenths."""
    rounded = np.round((points - 0.5) * 2**_SHIFT)
    return np.clip(rounded, -(2**26), 2**26).astype(np.int32).reshape(-1, 1, 2)


def _line(canvas: Pixels, points: Points, colour: Colour, width: float, *, is_closed: bool) -> None:
    cv2.polylines(
        canvas, [_fixed(points)], is_closed, colour, max(1, round(width)), cv2.LINE_AA, _SHIFT
    )


def _ring(
    canvas: Pixels,
    ring: Points,
    colour: Colour,
    width: float,
    dash: tuple[float, float] | None = None,
) -> None:
    """Draw a closed ring over a dark casing, solid or dashed (on, off) on a solid casing."""
    _line(canvas, ring, CASING, width + max(2.0, 0.8 * width), is_closed=True)
    for piece in [ring] if dash is None else _dashes(ring, *dash):
        _line(canvas, piece, colour, width, is_closed=dash is None)


def _dashes(ring: Points, on: float, off: float) -> list[Points]:
    """Return the pieces of a dashed ring, a whole number of them."""
    closed = np.vstack((ring, ring[:1]))
    along = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))))
    count = max(1, round(along[-1] / (on + off)))
    pitch = along[-1] / count
    pieces = []
    for number in range(count):
        start, stop = number * pitch, number * pitch + pitch * on / (on + off)
        within = along[(along > start) & (along < stop)]
        at = np.concatenate(([start], within, [stop]))
        pieces.append(np.column_stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)]))
    return pieces


def _draw_tags(canvas: Pixels, calibration: Calibration, unit: float) -> None:
    in_doubt = bool(calibration.doubts)
    colour = CARD_DOUBT if in_doubt else CARD_GOOD
    sign = (
        np.array([(0.0, -0.32), (0.34, 0.28), (-0.34, 0.28)])
        if in_doubt
        else np.array([(-0.28, 0.0), (-0.08, 0.2), (0.3, -0.22)])
    )
    for card in calibration.cards:
        for tag in card.tags:
            corners = np.asarray(tag.corners_px)
            _ring(canvas, corners, colour, 1.7 * unit, (7 * unit, 4 * unit) if in_doubt else None)
            size = float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).min())
            mark = corners.mean(axis=0) + sign * 0.8 * size
            if in_doubt:
                _ring(canvas, mark, colour, 1.7 * unit)
            else:
                _line(canvas, mark, CASING, 4.7 * unit, is_closed=False)
                _line(canvas, mark, colour, 2.5 * unit, is_closed=False)


# --- labels --------------------------------------------------------------------------------------


def _labelled(
    canvas: Pixels, outlines: Sequence[Outline], labels: Sequence[str], unit: float
) -> Pixels:
    texts = [text for text in labels[: len(outlines)] if text]
    if not texts:
        return canvas
    image = Image.fromarray(canvas)
    draw = ImageDraw.Draw(image, "RGBA")
    font = _font(15 * unit)
    taken: list[tuple[float, float, float, float]] = []
    rings = [np.asarray(outline.outer) for outline in outlines]
    for ring, text in zip(rings, labels, strict=False):
        if not text:
            continue
        left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
        pad = 6 * unit
        width, height = right - left + 2 * pad, bottom - top + 2 * pad
        x, y = _room(ring, (width, height), image.size, taken, 8 * unit)
        taken.append((x, y, x + width, y + height))
        draw.rounded_rectangle(
            (x, y, x + width, y + height),
            radius=3 * unit,
            fill=(*CASING, round(255 * LABEL_OPACITY)),
            outline=(*OUTLINE, 255),
            width=max(1, round(unit)),
        )
        draw.text((x + pad - left, y + pad - top), text, font=font, fill=(*LABEL_TEXT, 255))
    return np.array(image)


def _room(
    ring: Points,
    size: tuple[float, float],
    photo: tuple[int, int],
    taken: Sequence[tuple[float, float, float, float]],
    gap: float,
) -> tuple[float, float]:
    """Return the top-left corner of a label: beside its ring, in the photograph, on no other."""
    (x0, y0), (x1, y1) = ring.min(axis=0), ring.max(axis=0)
    width, height = size
    middle_x, middle_y = (x0 + x1 - width) / 2, (y0 + y1 - height) / 2
    places = [
        (x1 + gap, y0),
        (x1 + gap, middle_y),
        (x0 - gap - width, y0),
        (middle_x, y0 - gap - height),
        (middle_x, y1 + gap),
        (x1 + gap, y1),
        (x0 - gap - width, y1),
    ]
    room_x, room_y = max(photo[0] - width, 0.0), max(photo[1] - height, 0.0)
    best = (float("inf"), 0.0, 0.0)
    for order, (x, y) in enumerate(places):
        inside_x, inside_y = min(max(x, 0.0), room_x), min(max(y, 0.0), room_y)
        cost = 3 * (abs(inside_x - x) + abs(inside_y - y)) + order * gap / 8
        for other in taken:
            across = min(inside_x + width, other[2]) - max(inside_x, other[0])
            down = min(inside_y + height, other[3]) - max(inside_y, other[1])
            if across > 0 and down > 0:
                cost += 100 * (across + down)
        best = min(best, (cost, inside_x, inside_y))
    return best[1], best[2]


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font with ² and a true minus: the one matplotlib carries, without loading it."""
    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin is not None:
        path = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if path.exists():
            return ImageFont.truetype(str(path), round(size))
    return ImageFont.load_default(round(size))
