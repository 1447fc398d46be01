"""Reads a tag that a limb turns away, and finds its corners: its rows narrow towards one side.

Hides how it is unrolled by itself, before anybody knows of a limb.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.imaging.cards.card import TAG_MODULES, tag_dictionary
from woundtrack.imaging.cards.tag_edges import followed_corners
from woundtrack.imaging.geometry.plane import mapped

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

_SQUARE: Final = np.array([[0, 0], [1, 0], [1, 1], [0, 1.0]], dtype=np.float64)
_NARROWINGS: Final = (0.15, 0.3, 0.45, 0.6, 0.75)
_SAMPLES: Final = 4  # of a module's side
_LIKE_A_TAG: Final = 0.65
"""Correlation of light and bits from which a tag that is looked for counts as seen. Any two tags
differ in 11 of their 36 bits, each way round: a wrong one is like the light by 0.4 at most."""

_MODULE_PX: Final = 12
_MARGIN: Final = 2  # modules of white round a tag that is drawn out


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bend:
    """How a tag lies in a picture: the quadrangle (4, 2) of its corners, and how its rows narrow.

    A place ``v`` of the way down the tag, 0 to 1, is seen (1 + n) v − n v² of the way down the
    quadrangle: the rows at its end are (1 − n) / (1 + n) times as high as those at its beginning.
    """

    ring: Floats
    narrowing: float

    def seen(self, places: Floats) -> Floats:
        """Return where places (N, 2) of the tag, in sides of it, are seen, px."""
        drawn = cv2.getPerspectiveTransform(
            _SQUARE.astype(np.float32), self.ring.astype(np.float32)
        )
        across, down = places.T
        return mapped(
            np.asarray(drawn, dtype=np.float64),
            np.column_stack([across, down * (1 + self.narrowing - self.narrowing * down)]),
        )

    def moved(self, by: Floats) -> _Bend:
        """Return the same with its top, right, bottom and left edges, and its narrowing, moved."""
        top, right, bottom, left, narrowing = by
        places = np.array(
            [[left, top], [1 + right, top], [1 + right, 1 + bottom], [left, 1 + bottom]]
        )
        return _Bend(ring=self.seen(places), narrowing=self.narrowing + 2 * narrowing)

    def light(self, grey: Grey, places: Floats, size: int) -> Grey:
        """Return the light at a grid (size × size) of places."""
        at = (self.seen(places) - 0.5).astype(np.float32).reshape(size, size, 2)
        seen = cv2.remap(
            grey, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(seen, dtype=np.uint8)


def read_bent(grey: Grey, ring: Floats, wanted: set[int]) -> tuple[int, Floats] | None:
    """Return which of the wanted tags a quadrangle (4, 2) px is, and its corners; None if none.

    The light of its bits is compared with what is printed, its rows narrowing towards each of its
    sides in turn. Then it is drawn out to a square, its rows alike, and its edges are followed
    there: as it is seen its last row may be one or two pixels high.

    Parameters
    ----------
    grey
        uint8 (H, W).
    ring
        Corners of something dark, within half a module of a tag's; pixel-edge origin.
    wanted
        The ids of tags that may be here.

    Returns
    -------
    The id and its corners (4, 2), top left first, refined.
    """
    best, likeness = None, _LIKE_A_TAG
    for side, narrowing in product(range(4), _NARROWINGS):
        bend = _Bend(ring=np.roll(ring, -side, axis=0), narrowing=narrowing)
        for tag_id, turns, like in _likenesses(_cells(grey, bend), wanted):
            if like > likeness:
                best, likeness = (tag_id, turns, bend), like
    if best is None:
        return None
    tag_id, turns, bend = best
    corners = _followed(grey, _nearer(grey, bend, _printed(tag_id)[turns]))
    return None if corners is None else (tag_id, np.roll(corners, turns, axis=0))


def _cells(grey: Grey, bend: _Bend) -> Floats:
    """Return the light of a tag's modules and of one round them (10, 10)."""
    count = TAG_MODULES + 2
    size = _SAMPLES * count
    light = bend.light(grey, _grid(size, _SAMPLES * TAG_MODULES, _SAMPLES), size)
    cells: Floats = light.reshape(count, _SAMPLES, count, _SAMPLES).mean(axis=(1, 3))
    return cells


def _likenesses(cells: Floats, wanted: set[int]) -> Iterator[tuple[int, int, float]]:
    """Give how much light is like the bits of each tag, turned by so many quarters."""
    for tag_id in wanted:
        for turns, printed in enumerate(_printed(tag_id)):
            yield tag_id, turns, _likeness(cells[2:-2, 2:-2], printed[2:-2, 2:-2])


def _nearer(grey: Grey, bend: _Bend, printed: Floats) -> _Bend:
    """Return a bend whose light is most like a tag: a contour may end a row before it does."""
    likeness = _likeness(_cells(grey, bend), printed)
    for step in (0.06, 0.03, 0.015):
        for change in (*np.eye(5), *-np.eye(5)):
            tried = bend.moved(step * change)
            like = _likeness(_cells(grey, tried), printed)
            if like > likeness:
                bend, likeness = tried, like
    return bend


def _followed(grey: Grey, bend: _Bend) -> Floats | None:
    size = (TAG_MODULES + 2 * _MARGIN) * _MODULE_PX
    places = _grid(size, TAG_MODULES * _MODULE_PX, _MARGIN * _MODULE_PX)
    square = (_SQUARE * TAG_MODULES + _MARGIN) * _MODULE_PX
    for _ in range(2):
        found = followed_corners(bend.light(grey, places, size), square)
        if found is None:
            return None
        at = (found / _MODULE_PX - _MARGIN) / TAG_MODULES
        bend = replace(bend, ring=bend.seen(at))
    return bend.ring


@cache
def _grid(count: int, side: int, before: int) -> Floats:
    """Return the centres of count × count pixels, so many a side of the tag, in sides of it."""
    even = (np.arange(count) + 0.5 - before) / side
    across, down = np.meshgrid(even, even)
    return np.column_stack([across.ravel(), down.ravel()])


@cache
def _printed(tag_id: int) -> Floats:
    """Return a tag (4, 10, 10) as printed, with white round it, turned by quarters against time."""
    marker = cv2.aruco.generateImageMarker(tag_dictionary(), tag_id, TAG_MODULES)
    white_round = np.pad(np.asarray(marker, dtype=np.float64), 1, constant_values=255)
    return np.array([np.rot90(white_round, turns) for turns in range(4)])


def _likeness(one: Floats, other: Floats) -> float:
    """Return the correlation of two pictures."""
    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum() + 1e-9))
