"""Every printed card in a photograph painted over: its codes, what is written on it, all its face.

Hides where a card goes on beyond the tags that were seen, and how unsure its far end is.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.cards.card import CardDesign, design_of_tag
from woundtrack.imaging.cards.finder import SeenCard, SeenTag, grouped_tags, tags_seen
from woundtrack.imaging.cards.look import design_of_card, placed_on_photograph
from woundtrack.imaging.geometry.plane import homography_of, mapped
from woundtrack.model import Calibration

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a rectangle of pixels; right and bottom are outside it."""

GREY: Final = 128

_CELL_MM: Final = 4.0  # of a card's face, each piece placed by itself: paper bends
_BESIDE_MM: Final = 2.5  # round what the scale places: the paper that was left in cutting
_BESIDE_TAG_MM: Final = 1.5  # round what a tag alone places
_UNSURE_SCALE: Final = 0.04  # of the way from the nearest tag, where all tags and a limb place it
_ROUND_MM: Final = 15.0  # from a tag's edge, as far as a card round a limb lies as its tag does
_UNSURE: Final = 0.12  # of the way from the tag that places it, for each mm
_UNREFINED: Final = 0.06  # the same, in addition, where its corners are known to a pixel
_FAR: Final = 3.0  # a piece that a tag alone makes so much longer or shorter isn't where it says
_BEYOND_CARD: Final = 1.5  # sides of a tag of no known card, all round it
_SAME: Final = 0.5  # sides of a tag within which it is the same one


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Cover:
    """Where cards lie in a part of a photograph.

    ``mask`` (H, W) is 255 where one is, in the part whose box is ``box_px``. ``has_unknown`` says
    that there is a tag which is on no card that is known here; ``is_unsure`` that of a card so few
    tags are seen that it may reach further than it is painted over.
    """

    mask: Pixels
    box_px: Box
    has_unknown: bool = False
    is_unsure: bool = False

    def over(self, piece: Pixels) -> None:
        """Paint a part of the photograph, RGB uint8 of this box, in place."""
        piece[self.mask > 0] = GREY


def cover_of_cards(pixels: Pixels, calibration: Calibration | None, box_px: Box) -> Cover:
    """Return where the cards are in a part of a photograph.

    Those of the calibration, and any other of which a tag is seen: a second one, one that gave no
    scale. Parts that lie beyond the tags seen are placed by what was seen, with more room round
    them the further away.

    Parameters
    ----------
    pixels
        The whole upright photograph, RGB uint8 (H, W, 3).
    calibration
        What was found in it; None where nothing was.
    """
    left, top, right, bottom = box_px
    mask: Pixels = np.zeros((bottom - top, right - left), dtype=np.uint8)
    known: list[SeenTag] = []
    is_unsure = False
    for card in () if calibration is None else calibration.cards:
        design = design_of_card(card)
        seen = SeenCard(
            design=design,
            tags=tuple(SeenTag(id=tag.id, corners=np.asarray(tag.corners_px)) for tag in card.tags),
        )
        known += seen.tags
        on_limb = calibration is not None and calibration.limb is not None
        is_unsure |= _is_in_part(seen) and not on_limb
        cells = _cells(design)
        placed, beside = _by_tags(seen, cells, _UNSURE)
        if calibration is not None:
            places = placed_on_photograph(cells.reshape(-1, 2), calibration, card, design)
            whole = places.reshape(-1, 4, 2)
            far = beside - _BESIDE_TAG_MM
            _paint(mask, (left, top), whole, _BESIDE_MM + _UNSURE_SCALE / _UNSURE * far)
            if on_limb:
                # The limb turns it away from where a flat card would lie, and hides the rest.
                placed[far > _UNSURE * _ROUND_MM] = np.nan
        _paint(mask, (left, top), placed, beside)
    others: list[SeenTag] = []
    for tag in tags_seen(pixels, box_px):
        if not _is_among(tag, [*known, *others]):
            others.append(tag)
    for seen in grouped_tags([tag for tag in others if design_of_tag(tag.id) is not None]):
        _paint(mask, (left, top), *_by_tags(seen, _cells(seen.design), _UNSURE + _UNREFINED))
        is_unsure |= _is_in_part(seen)
    strangers = [tag for tag in others if design_of_tag(tag.id) is None]
    for tag in strangers:
        paint_ring(mask, tag.corners - (left, top), _BEYOND_CARD * tag.longest_px)
    return Cover(mask=mask, box_px=box_px, has_unknown=bool(strangers), is_unsure=is_unsure)


def _is_in_part(card: SeenCard) -> bool:
    """Return whether fewer than half of a card's tags are seen: bent away, hidden, or cut off."""
    return 2 * len(card.tags) < len(card.design.tag_ids)


def paint_ring(mask: Pixels, ring: Floats, beside_px: float) -> None:
    """Fill a ring (N, 2), px, and as much round it, in a mask."""
    points = [np.round(np.asarray(ring) * 16).astype(np.int32)]
    cv2.fillPoly(mask, points, 255, shift=4)
    thick = min(max(2, round(2 * beside_px)), 2000)
    cv2.polylines(mask, points, True, 255, thickness=thick, shift=4)


def _cells(design: CardDesign) -> Floats:
    """Return the pieces (N, 4, 2) of a card's face, mm: all of it, nothing of its holes."""
    width, height = design.size_mm
    xs = np.linspace(0, width, math.ceil(width / _CELL_MM) + 1)
    ys = np.linspace(0, height, math.ceil(height / _CELL_MM) + 1)
    outline = np.asarray(design.outline_mm, dtype=np.float32)
    holes = [np.asarray(hole, dtype=np.float32) for hole in design.holes_mm]
    cells = []
    for x0, x1 in itertools.pairwise(xs):
        for y0, y1 in itertools.pairwise(ys):
            middle = (float(x0 + x1) / 2, float(y0 + y1) / 2)
            on_card = cv2.pointPolygonTest(outline, middle, measureDist=False) >= 0
            if on_card and not any(
                cv2.pointPolygonTest(hole, middle, measureDist=False) > 0 for hole in holes
            ):
                cells.append(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    return np.asarray(cells, dtype=np.float64)


def _by_tags(card: SeenCard, cells: Floats, unsure: float) -> tuple[Floats, Floats]:
    """Return where the nearest tag seen puts each piece, px, and how much round it, mm."""
    rings = [
        np.asarray(card.design.tags_mm[card.design.tag_ids.index(tag.id)]) for tag in card.tags
    ]
    middles = np.array([ring.mean(axis=0) for ring in rings])
    away = np.linalg.norm(cells.mean(axis=1)[:, None] - middles[None], axis=2)
    nearest = away.argmin(axis=1)
    places = np.full(cells.shape, np.nan)
    for number, (ring, tag) in enumerate(zip(rings, card.tags, strict=True)):
        mine = nearest == number
        if not mine.any():
            continue
        to_px = homography_of(ring, tag.corners)
        placed = _in_front(to_px, ring, cells[mine])
        px_per_mm = tag.longest_px / card.design.nominal_mm
        long = np.linalg.norm(placed - np.roll(placed, 1, axis=1), axis=2).max(axis=1)
        ratio = long / (_CELL_MM * px_per_mm)
        placed[(ratio > _FAR) | (ratio < 1 / _FAR / 2)] = np.nan
        places[mine] = placed
    reach = np.maximum(away.min(axis=1) - card.design.nominal_mm / 2, 0.0)
    return places, _BESIDE_TAG_MM + unsure * reach


def _in_front(to_px: Floats, ring: Floats, cells: Floats) -> Floats:
    """Return places of pieces (N, 4, 2); NaN past the horizon of the tag's own plane."""
    flat = cells.reshape(-1, 2)
    w = flat @ to_px[2, :2] + to_px[2, 2]
    side = np.sign((ring @ to_px[2, :2] + to_px[2, 2]).mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        placed = mapped(to_px, flat)
    placed[w * side <= 0] = np.nan
    return np.asarray(placed.reshape(-1, 4, 2))


def _paint(mask: Pixels, corner: tuple[int, int], places: Floats, beside_mm: Floats) -> None:
    """Fill the pieces (N, 4, 2) of a card that could be placed, and as much round each."""
    height, width = mask.shape
    good = np.isfinite(places).all(axis=(1, 2))
    for cell, beside in zip(places[good] - corner, beside_mm[good], strict=True):
        px_per_mm = float(np.linalg.norm(cell - np.roll(cell, 1, axis=0), axis=1).max()) / _CELL_MM
        reach = beside * px_per_mm
        low, high = cell.min(axis=0) - reach, cell.max(axis=0) + reach
        if (high < 0).any() or low[0] > width or low[1] > height:
            continue
        paint_ring(mask, cell, reach)


def _is_among(tag: SeenTag, known: Sequence[SeenTag]) -> bool:
    middle = tag.corners.mean(axis=0)
    return any(
        one.id == tag.id
        and float(np.linalg.norm(one.corners.mean(axis=0) - middle)) < _SAME * one.longest_px
        for one in known
    )


# --- what can still be read ----------------------------------------------------------------------


def codes_in(pixels: Pixels) -> tuple[Floats, ...]:
    """Return where codes are that a program can read, (4, 2) px each: QR codes and tags.

    ``pixels`` is RGB uint8 (H, W, 3). Looked for as it is, and at other sizes. Bar codes of labels
    aren't known: OpenCV reads those of shops alone.
    """
    plain = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    grey = np.asarray(plain, dtype=np.uint8)
    height, width = grey.shape
    found = [tag.corners for tag in tags_seen(grey, (0, 0, width, height))]
    for factor in _sizes(grey.shape):
        again = grey if factor == 1 else cv2.resize(grey, None, fx=factor, fy=factor)
        found += [ring / factor for ring in _read(np.asarray(again, dtype=np.uint8))]
    return tuple(found)


_TRIES: Final = 3
_BESIDE_CODE: Final = 0.25  # of a code's side, painted over round it


def paint_codes(piece: Pixels) -> tuple[bool, bool]:
    """Paint over what can still be read, in place; return whether any was, and whether any is."""
    found = codes_in(piece)
    was_any = bool(found)
    for _ in range(_TRIES):
        if not found:
            break
        mask: Pixels = np.zeros(piece.shape[:2], dtype=np.uint8)
        for ring in found:
            side = float(np.linalg.norm(ring - np.roll(ring, 1, axis=0), axis=1).max())
            paint_ring(mask, ring, max(_BESIDE_CODE * side, 2.0))
        piece[mask > 0] = GREY
        found = codes_in(piece)
    return was_any, bool(found)


_LONG_PX: Final = 1400  # of a copy that is small enough
_SHORT_PX: Final = 700  # of a picture that is looked at larger, too


def _sizes(shape: tuple[int, ...]) -> Iterator[float]:
    yield 1.0
    longest = max(shape)
    if longest > _LONG_PX:
        yield _LONG_PX / longest
    elif longest < _SHORT_PX:
        yield 2.0


def _read(grey: npt.NDArray[np.uint8]) -> list[Floats]:
    found: list[Floats] = []
    there, words, rings, _ = cv2.QRCodeDetector().detectAndDecodeMulti(grey)
    if there:
        found += [np.asarray(ring) for word, ring in zip(words, rings, strict=True) if word]
    return [ring.astype(np.float64).reshape(-1, 2) for ring in found]
