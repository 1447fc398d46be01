"""The colour patches of printed cards in a photograph: their light, and the light round them.

Hides where a card's places are seen, and which patches are covered, burnt out or too small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.errors import ColoursUnknown
from woundtrack.imaging.cards.card import DESIGNS, TAG_MODULES, CardDesign, Patch, tag_modules
from woundtrack.imaging.colours.colour_difference import linear_light
from woundtrack.imaging.geometry.planimetry import in_pixels
from woundtrack.model import Calibration, Card, Point, Ring

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

LUMINANCE: Final = (0.2126, 0.7152, 0.0722)
"""Shares of linear sRGB in what is seen as brightness."""

INSET: Final = 0.22
"""Share of a patch's shorter side that is left out all round: card bent, corners off, lens."""

LEAST_PATCH_PX: Final = 24
"""Pixels of a patch's inside below which its mean is noise and its edges spill into it."""

BURNT_LEVEL: Final = 250
BURNT_SHARE: Final = 0.05
"""A patch is burnt out where more than this share of it has a channel at this level or above."""

UNEVEN: Final = 1.6
"""Brightest by darkest tenth of a patch, in linear light, from which it isn't one colour: a
shadow's edge, a glint, a finger. Noise makes 1.3 of the darkest patch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenPatch:
    """A patch in view: the sRGB value it is printed with, and its mean linear light (3,).

    How light falls off along the patches is taken out of it.
    """

    card: str
    number: int
    rgb: tuple[int, int, int]
    light: Floats
    is_burnt: bool
    is_uneven: bool

    @property
    def is_grey(self) -> bool:
        """Whether it has no hue."""
        return max(self.rgb) == min(self.rgb)


@dataclass(frozen=True, kw_only=True, slots=True)
class PatchReading:
    """What a photograph shows of its cards' patches, of which ``expected`` are printed.

    ``paper_ratio`` is the brightest by the darkest paper along the patches, ``card_ratio`` that of
    paper at the patches and at any tag, ``black_ratio`` a tag's black by its white, each the worst.
    ``place_px`` is a ring round the first card's patches.
    """

    seen: tuple[SeenPatch, ...]
    expected: int
    paper_ratio: float
    card_ratio: float
    black_ratio: float
    place_px: Ring

    @property
    def usable(self) -> tuple[SeenPatch, ...]:
        """The patches that show one colour which isn't burnt out."""
        return tuple(one for one in self.seen if not (one.is_burnt or one.is_uneven))


def read_patches(pixels: Pixels, calibration: Calibration) -> PatchReading:
    """Read the patches of all cards in view, where the cards' tags and the calibration put them.

    Raises ``ColoursUnknown`` where no card in view has patches.
    """
    cards = [
        (card, design)
        for card in calibration.cards
        if (design := _design_of(card)) is not None and design.patches
    ]
    if not cards:
        raise ColoursUnknown(
            reason="the card in it carries no colour patches; the L card is the one that does"
        )
    seen: list[SeenPatch] = []
    paper_ratio, card_ratio, black_ratio = 1.0, 1.0, 0.0
    for card, design in cards:
        frame = _frame_of(card, design)
        along, paper = _paper_light(pixels, calibration, frame, design)
        tags = _tag_light(pixels, calibration, frame, card, design)
        if paper:
            paper_ratio = max(paper_ratio, max(paper) / min(paper))
            middle = float(np.median(paper))
            ratios = [max(white / middle, middle / white) for white, _ in tags]
            card_ratio = max(card_ratio, *ratios, 1.0)
        black_ratio = max(black_ratio, *(black / white for white, black in tags), 0.0)
        seen += _seen_patches(pixels, calibration, frame, design, along)
    return PatchReading(
        seen=tuple(seen),
        expected=sum(len(design.patches) for _, design in cards),
        paper_ratio=paper_ratio,
        card_ratio=card_ratio,
        black_ratio=black_ratio,
        place_px=_place(calibration, *cards[0]),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    """Takes millimetres of a printed card to the calibration's: turned, scaled and moved."""

    turn: complex
    shift: complex

    def placed(self, points: npt.ArrayLike) -> Floats:
        """Return points (N, 2) of the printed card in the calibration's millimetres."""
        flat = np.asarray(points, dtype=np.float64)
        moved = (flat[:, 0] + 1j * flat[:, 1]) * self.turn + self.shift
        return np.column_stack((moved.real, moved.imag))


def _design_of(card: Card) -> CardDesign | None:
    wanted = (card.kind, card.design_version, card.copy)
    designs = (one for one in DESIGNS if (one.kind, one.version, one.copy) == wanted)
    return next(designs, None)


def _frame_of(card: Card, design: CardDesign) -> _Frame:
    """Return where a card lies, by its tags: least squares of a turn, a scale and a shift."""
    printed: list[Point] = []
    lying: list[Point] = []
    for tag in card.tags:
        printed += design.tags_mm[design.tag_ids.index(tag.id)]
        lying += tag.corners_mm
    one = np.array(printed) @ (1, 1j)
    other = np.array(lying) @ (1, 1j)
    from_middle = one - one.mean()
    turn = complex(np.vdot(from_middle, other) / np.vdot(from_middle, from_middle))
    return _Frame(turn=turn, shift=complex(other.mean() - turn * one.mean()))


def _box(x: float, y: float, width: float, height: float, inset: float = 0.0) -> Floats:
    return np.array(
        [
            (x + inset, y + inset),
            (x + width - inset, y + inset),
            (x + width - inset, y + height - inset),
            (x + inset, y + height - inset),
        ]
    )


def _inside(pixels: Pixels, calibration: Calibration, frame: _Frame, box: Floats) -> Pixels | None:
    """Return the pixels (N, 3) within a box of the card; None where it isn't whole in view."""
    ring = in_pixels(frame.placed(box), calibration)
    height, width = pixels.shape[:2]
    if not np.isfinite(ring).all() or ring.min() < 0 or (ring > (width, height)).any():
        return None
    left, top = np.floor(ring.min(axis=0)).astype(int)
    right, bottom = np.ceil(ring.max(axis=0)).astype(int)
    mask = np.zeros((bottom - top, right - left), dtype=np.uint8)
    corners = np.round((ring - (left, top) - 0.5) * 16).astype(np.int32)
    cv2.fillConvexPoly(mask, corners, 1, cv2.LINE_8, 4)
    inside: Pixels = pixels[top:bottom, left:right][mask > 0]
    return inside if len(inside) >= LEAST_PATCH_PX else None


def _seen_patches(
    pixels: Pixels,
    calibration: Calibration,
    frame: _Frame,
    design: CardDesign,
    along: Floats,
) -> list[SeenPatch]:
    """Return the patches in view; ``along`` is how light falls off along them (slope, middle)."""
    seen = []
    for number, patch in enumerate(design.patches):
        x, y, width, height = patch.box_mm
        box = _box(x, y, width, height, INSET * min(width, height))
        inside = _inside(pixels, calibration, frame, box)
        if inside is None:
            continue
        light = linear_light(inside)
        brightness = light @ LUMINANCE
        low, high = np.quantile(brightness, (0.1, 0.9))
        row = y + height / 2
        fall_off = float(np.exp(along[0] * (row - along[1])))
        seen.append(
            SeenPatch(
                card=design.name,
                number=number,
                rgb=patch.rgb,
                light=_typical(light, brightness) / fall_off,
                is_burnt=float((inside >= BURNT_LEVEL).any(axis=1).mean()) > BURNT_SHARE,
                is_uneven=bool(high + _DARK > UNEVEN * (low + _DARK)),
            )
        )
    return seen


_DARK: Final = 0.01  # light below which noise alone makes a patch uneven


def _typical(light: Floats, brightness: Floats) -> Floats:
    """Return the mean of the middle four fifths by brightness: no speck, no glint."""
    low, high = np.quantile(brightness, (0.1, 0.9))
    middle: Floats = light[(brightness >= low) & (brightness <= high)].mean(axis=0)
    return middle


def _paper_light(
    pixels: Pixels, calibration: Calibration, frame: _Frame, design: CardDesign
) -> tuple[Floats, list[float]]:
    """Return how the light of bare paper falls off along the patches, and the lights it is from.

    Left and right of every patch of the L card nothing is printed.
    """
    rows, lights = [], []
    for patch in design.patches:
        for box in _beside(patch):
            inside = _inside(pixels, calibration, frame, box)
            if inside is None:
                continue
            brightness = linear_light(inside) @ LUMINANCE
            rows.append(patch.box_mm[1] + patch.box_mm[3] / 2)
            lights.append(max(float(np.median(brightness)), 1e-3))
    if len(set(rows)) < 3:
        return np.zeros(2), lights
    middle = float(np.mean(rows))
    slope = np.polyfit(np.array(rows) - middle, np.log(lights), 1)[0]
    return np.array([slope, middle]), lights


def _beside(patch: Patch) -> tuple[Floats, Floats]:
    x, y, width, height = patch.box_mm
    return _box(x - 5.0, y, 3.6, height, 0.4), _box(x + width + 1.4, y, 3.6, height, 0.4)


def _tag_light(
    pixels: Pixels, calibration: Calibration, frame: _Frame, card: Card, design: CardDesign
) -> list[tuple[float, float]]:
    """Return the light of white and of black of each tag of a card that is in view."""
    lights = []
    centres = (np.arange(TAG_MODULES) + 0.5) / TAG_MODULES
    across, down = np.meshgrid(centres, centres)
    for tag in card.tags:
        (x, y), (right, _), *_ = design.tags_mm[design.tag_ids.index(tag.id)]
        side = right - x
        places = np.column_stack((x + side * across.ravel(), y + side * down.ravel()))
        seen = in_pixels(frame.placed(places), calibration)
        if not ((seen >= 0) & (seen < pixels.shape[1::-1])).all():
            continue
        at = seen.astype(int)
        brightness = linear_light(pixels[at[:, 1], at[:, 0]]) @ LUMINANCE
        black = tag_modules(tag.id).ravel()
        white = max(float(np.median(brightness[~black])), 1e-3)
        lights.append((white, float(np.median(brightness[black]))))
    return lights


def _place(calibration: Calibration, card: Card, design: CardDesign) -> Ring:
    """Return a ring round a card's patches, px."""
    boxes = np.array([patch.box_mm for patch in design.patches])
    x, y = boxes[:, :2].min(axis=0)
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    ring = _frame_of(card, design).placed(_box(x, y, right - x, bottom - y, -1.0))
    return tuple((float(at_x), float(at_y)) for at_x, at_y in in_pixels(ring, calibration))
