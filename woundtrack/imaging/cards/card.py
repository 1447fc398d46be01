"""The printed cards: which tag belongs to which card, and where it lies on it, in millimetres.

Hides the numbering of the tags. No drawing and no pixels: the sheet and the finding both read this.

Card coordinates are millimetres of a card printed at 100 %: (0, 0) is the top-left corner of its
bounding box, x right, y down.

The family is AprilTag 36h11: 587 tags of 6 × 6 bits in a black frame, any two at least 11 bits
apart (Olson 2011, doi:10.1109/ICRA.2011.5979561). Tags are dealt in blocks of eight, one block a
card: ``id // 8`` says kind, design version, copy and nominal size, ``id % 8`` the place on the
card. A block is never dealt twice, so a card once printed is understood for ever:

====== ======= =====================================================================
blocks kind    use
====== ======= =====================================================================
0      card    L card, design 1, copy A: 120 × 80 mm, arms of 25 mm, tags of 15 mm
1      card    L card, design 1, copy B
2–15   card    reserved for further copies and designs of the L card
16–17  window  frame, design 1, copies A and B: 94 × 94 mm round a hole of 54 mm, tags of 14 mm
18–23  window  reserved
24–27  square  square, design 1, copies A to D: 32 × 38 mm, four tags of 11 mm
28–31  square  reserved
32–35  strip   strip, design 1, copies A to D: 180 × 24 mm, eight tags of 12 mm
36–55  strip   reserved
56–72  –       not dealt
====== ======= =====================================================================

The last three tags (584 to 586) make no whole block and stay unused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.model import Ring

TAGS_PER_BLOCK: Final = 8
TAG_MODULES: Final = 8  # 6 bits and the black frame on either side

RESERVED_KINDS: Final = (
    (range(2, 16), "card"),
    (range(18, 24), "window"),
    (range(28, 32), "square"),
    (range(36, 56), "strip"),
)
"""Blocks promised to a kind of card but not printed yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """A patch of known colour: its box ``(x, y, width, height)`` in mm and its sRGB value."""

    box_mm: tuple[float, float, float, float]
    rgb: tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class CardDesign:
    """One card of the family.

    ``nominal_mm`` is the side of its tags; ``tags_mm`` each tag's corners (top left, top right,
    bottom right, bottom left), in order of place; ``outline_mm`` its cut edge, ``holes_mm`` what is
    cut out of it. ``code_mm`` is where a QR code says whose card it is, on those printed for one
    patient: left, top and side, without the white round it; None where there is no room.
    """

    kind: str
    letter: str
    version: int
    copy: str
    block: int
    nominal_mm: float
    size_mm: tuple[float, float]
    outline_mm: Ring
    tags_mm: tuple[Ring, ...]
    patches: tuple[Patch, ...]
    holes_mm: tuple[Ring, ...] = ()
    code_mm: tuple[float, float, float] | None = None

    @property
    def name(self) -> str:
        """The name printed on the card, e.g. ``L1-A``."""
        return f"{self.letter}{self.version}-{self.copy}"

    @property
    def tag_ids(self) -> tuple[int, ...]:
        """The ids of its tags, in order of place."""
        return tuple(TAGS_PER_BLOCK * self.block + place for place in range(len(self.tags_mm)))


def _l_card(copy: str, block: int) -> CardDesign:
    """Return the L card, design 1. Its numbers are for ever: a change is a new version."""
    side = 15.0
    tags = tuple(
        ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
        for x, y in ((5.0, 5.0), (5.0, 59.0), (54.0, 59.0), (101.0, 59.0))
    )
    greys_and_colours = (
        (244, 244, 244),
        (178, 178, 178),
        (115, 115, 115),
        (52, 52, 52),
        (173, 49, 43),
        (210, 169, 60),
        (60, 110, 161),
    )
    patches = tuple(
        Patch(box_mm=(8.0, 24.0 + 4.6 * row, 9.0, 4.2), rgb=rgb)
        for row, rgb in enumerate(greys_and_colours)
    )
    return CardDesign(
        kind="card",
        letter="L",
        version=1,
        copy=copy,
        block=block,
        nominal_mm=side,
        size_mm=(120.0, 80.0),
        outline_mm=(
            (0.0, 0.0),
            (25.0, 0.0),
            (25.0, 55.0),
            (120.0, 55.0),
            (120.0, 80.0),
            (0.0, 80.0),
        ),
        tags_mm=tags,
        patches=patches,
        code_mm=(83.0, 58.5, 14.0),
    )


def _square_ring(x: float, y: float, side: float) -> Ring:
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))


def _box(width: float, height: float) -> Ring:
    return ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))


def _window(copy: str, block: int) -> CardDesign:
    """Return the window card, design 1: its tags surround a small wound."""
    side = 14.0
    near, middle, far = 3.0, 40.0, 77.0
    places = (
        (near, near),
        (middle, near),
        (far, near),
        (near, middle),
        (far, middle),
        (near, far),
        (middle, far),
        (far, far),
    )
    return CardDesign(
        kind="window",
        letter="W",
        version=1,
        copy=copy,
        block=block,
        nominal_mm=side,
        size_mm=(94.0, 94.0),
        outline_mm=_box(94.0, 94.0),
        holes_mm=(((20.0, 20.0), (74.0, 20.0), (74.0, 74.0), (20.0, 74.0)),),
        code_mm=(58.5, 3.0, 14.0),
        tags_mm=tuple(_square_ring(x, y, side) for x, y in places),
        patches=(),
    )


def _square(copy: str, block: int) -> CardDesign:
    """Return the small square, design 1, for tight places."""
    side = 11.0
    places = ((3.5, 3.5), (17.5, 3.5), (3.5, 17.5), (17.5, 17.5))
    return CardDesign(
        kind="square",
        letter="S",
        version=1,
        copy=copy,
        block=block,
        nominal_mm=side,
        size_mm=(32.0, 38.0),
        outline_mm=_box(32.0, 38.0),
        tags_mm=tuple(_square_ring(x, y, side) for x, y in places),
        patches=(),
    )


def _strip(copy: str, block: int) -> CardDesign:
    """Return the strip, design 1, to be laid round a limb or along it."""
    side = 12.0
    return CardDesign(
        kind="strip",
        letter="T",
        version=1,
        copy=copy,
        block=block,
        nominal_mm=side,
        size_mm=(180.0, 24.0),
        outline_mm=_box(180.0, 24.0),
        tags_mm=tuple(_square_ring(5.0 + 22.5 * place, 4.0, side) for place in range(8)),
        patches=(),
    )


DESIGNS: Final[tuple[CardDesign, ...]] = (
    _l_card("A", 0),
    _l_card("B", 1),
    *(_window(copy, 16 + number) for number, copy in enumerate("AB")),
    *(_square(copy, 24 + number) for number, copy in enumerate("ABCD")),
    *(_strip(copy, 32 + number) for number, copy in enumerate("ABCD")),
)
"""Every card that was ever printed."""


def design_of_tag(tag_id: int) -> CardDesign | None:
    """Return the card a tag belongs to, or None for a tag that is on no card yet."""
    block, place = divmod(tag_id, TAGS_PER_BLOCK)
    return next(
        (design for design in DESIGNS if design.block == block and place < len(design.tags_mm)),
        None,
    )


def reserved_kind(tag_id: int) -> str | None:
    """Return the kind of card a tag is promised to, or None when it is printed or not dealt."""
    if design_of_tag(tag_id) is not None:
        return None
    block = tag_id // TAGS_PER_BLOCK
    return next((kind for blocks, kind in RESERVED_KINDS if block in blocks), None)


def tag_dictionary() -> cv2.aruco.Dictionary:
    """Return the dictionary all tags are from."""
    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)


def tag_modules(tag_id: int) -> NDArray[np.bool_]:
    """Return a tag's modules (8, 8) as printed, rows from the top; True is black."""
    picture = cv2.aruco.generateImageMarker(tag_dictionary(), tag_id, TAG_MODULES)
    return np.asarray(picture < 128)
