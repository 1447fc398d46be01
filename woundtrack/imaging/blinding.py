"""A photograph cut to one wound, and the scale that goes with the piece.

Hides what is left of a picture for somebody who is to outline it without knowing whose it is or of
when: nothing of its file, no card, and no surroundings but the skin beside.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.cards.covering import (
    GREY,
    Box,
    codes_in,
    cover_of_cards,
    paint_ring,
)
from woundtrack.imaging.outline import moved
from woundtrack.model import Calibration, Outline, Point

Pixels = npt.NDArray[np.uint8]

_BESIDE: Final = (0.45, 0.95)
"""How much skin stays at each side, as shares of the wound's longer extent: drawn at random, so
that the cut says neither where the wound lies in it nor how far it reaches."""
_LEAST_BESIDE_MM: Final = 15.0
_BESIDE_CODE: Final = 0.25  # of a code's side, painted over round it


@dataclass(frozen=True, kw_only=True, slots=True)
class Blinded:
    """A piece of a photograph: its pixels, where its corner was, and its own scale.

    ``pixels`` are (H, W, 3) RGB; ``corner_px`` is the piece's top left corner in the photograph.
    """

    pixels: Pixels
    corner_px: tuple[int, int]
    calibration: Calibration

    def back(self, outlines: Iterable[Outline]) -> tuple[Outline, ...]:
        """Return outlines of the piece as outlines of the whole photograph."""
        return tuple(moved(outline, self.corner_px) for outline in outlines)

    def as_jpeg(self) -> bytes:
        """Return the pixels as a JPEG file without any metadata, its colours at full size."""
        settings = [
            cv2.IMWRITE_JPEG_QUALITY, 95,
            cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
        ]  # fmt: skip
        _, data = cv2.imencode(".jpg", cv2.cvtColor(self.pixels, cv2.COLOR_RGB2BGR), settings)
        return data.tobytes()


def blinding_box(
    parts: Iterable[Outline],
    calibration: Calibration,
    size_px: tuple[int, int],
    chance: random.Random,
) -> Box:
    """Return the rectangle round a wound that a blinded reader sees, px.

    ``size_px`` is the photograph's width and height. The skin beside the wound is as wide as
    ``chance`` says, at each side another. Raises ``ValueError`` for a wound outside the picture.
    """
    corners = [point for part in parts for point in part.outer]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    extent = max(max(xs) - min(xs), max(ys) - min(ys))
    least = _LEAST_BESIDE_MM / calibration.mm_per_px
    beside = [
        max(chance.uniform(*_BESIDE) * extent, least * chance.uniform(1.0, 1.6)) for _ in range(4)
    ]
    width, height = size_px
    box = (
        max(math.floor(min(xs) - beside[0]), 0),
        max(math.floor(min(ys) - beside[1]), 0),
        min(math.ceil(max(xs) + beside[2]), width),
        min(math.ceil(max(ys) + beside[3]), height),
    )
    if box[2] - box[0] < 8 or box[3] - box[1] < 8:
        raise ValueError("the wound lies outside its picture")
    return box


def place_within(parts: Iterable[Outline], chance: random.Random) -> Point:
    """Return a place inside a wound that tells it from others in view, and no middle of it, px."""
    part = max(parts, key=lambda one: cv2.contourArea(np.asarray(one.outer, dtype=np.float32)))
    ring = np.asarray(part.outer, dtype=np.float64)
    low, high = ring.min(axis=0), ring.max(axis=0)
    rings = [np.asarray(one, dtype=np.float32) for one in (part.outer, *part.islands)]
    best, furthest = (float(ring[0][0]), float(ring[0][1])), -math.inf
    for _ in range(60):
        x, y = (chance.uniform(float(low[axis]), float(high[axis])) for axis in (0, 1))
        inside = [cv2.pointPolygonTest(one, (x, y), measureDist=True) for one in rings]
        depth = min(inside[0], *(-one for one in inside[1:]), math.inf)
        if depth > furthest:
            best, furthest = (x, y), depth
        if depth > 0.1 * float((high - low).max()):
            break
    return best


def blinded(pixels: Pixels, calibration: Calibration, box_px: Box) -> Blinded:
    """Return a piece of a photograph with its cards, and any other code in it, painted over.

    A card may carry the patient's code. Its whole face is grey, and a few millimetres round it, as
    ``cards.covering`` does for all that leaves.
    """
    left, top, right, bottom = box_px
    piece = pixels[top:bottom, left:right].copy()
    cover_of_cards(pixels, calibration, box_px).over(piece)
    mask: Pixels = np.zeros(piece.shape[:2], dtype=np.uint8)
    for ring in codes_in(piece):
        side = float(np.linalg.norm(ring - np.roll(ring, 1, axis=0), axis=1).max())
        paint_ring(mask, ring, max(_BESIDE_CODE * side, 2.0))
    piece[mask > 0] = GREY
    return Blinded(
        pixels=piece, corner_px=(left, top), calibration=cut_out(calibration, (left, top))
    )


def cut_out(calibration: Calibration, corner_px: tuple[float, float]) -> Calibration:
    """Return the scale of a piece whose top left corner lies at ``corner_px``.

    Sizes and intervals are the same. It names no printer, and tells no doubt but that it is of a
    ruler.
    """
    x, y = corner_px
    shift = np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])
    rows = (np.asarray(calibration.homography, dtype=np.float64) @ shift).tolist()
    (a, b, c), (d, e, f), (g, h, i) = rows

    def cut(point: Point) -> Point:
        return (point[0] - x, point[1] - y)

    limb = calibration.limb
    return replace(
        calibration,
        homography=((a, b, c), (d, e, f), (g, h, i)),
        cards=tuple(
            replace(
                card,
                tags=tuple(
                    replace(tag, corners_px=tuple(cut(corner) for corner in tag.corners_px))
                    for tag in card.tags
                ),
            )
            for card in calibration.cards
        ),
        printed_by="",
        centre_px=None if calibration.centre_px is None else cut(calibration.centre_px),
        limb=None if limb is None else replace(limb, centre_px=cut(limb.centre_px)),
        doubts=tuple(doubt for doubt in calibration.doubts if doubt.code == "ruler_scale"),
    )
