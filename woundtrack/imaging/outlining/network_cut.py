"""Lesions solved by the outline network: in the whole photograph, in a box, under a click.

Hides the looks at every lesion: one at the whole photograph that finds it, one at the square
window round it, and the colours there, which follow its edge and have half of the say.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.outline import Mask
from woundtrack.imaging.outlining import wound_edge
from woundtrack.imaging.outlining.network_planes import SIDE, ZOOM
from woundtrack.imaging.outlining.outline_network import OutlineNetwork, square_around, whole_square
from woundtrack.imaging.outlining.wound_edge import Cut
from woundtrack.imaging.window import Box, Pixels, Window
from woundtrack.model import Outline, Point

LEAST_LIKELY: Final = 0.5
LEAST_SHARE: Final = 0.0002  # of the photograph: smaller spots are not lesions of their own
LOOSE: Final = 0.15  # of its size, how far a box stands off what the network sees, each side
COLOURS: Final = 0.45
SOFTENED: Final = 0.06  # of the box's shorter side: the band in which the network draws the line
PARAMETERS: Final = (
    ("least_likely", LEAST_LIKELY),
    ("zoom", ZOOM),
    ("side_px", SIDE),
    ("colours", COLOURS),
    ("softened", SOFTENED),
)
"""What decides on an outline beside the network's weights."""

EDGE_SD_OF_RAMP: Final = 1.2
"""The spread of an edge over the half width of its ramp.

With it 95 % of the areas of 37 proposals that a person would accept (Dice over 0.8) and 98 % of
55 boxes lie within 1.96 spreads of the experts', on the photographs that training watched.
"""

_CONFIDENCE_BY_SURE: Final = ((0.6, 0.8, 0.9, 1.0), (0.0, 0.5, 0.8, 0.9))

_MOST_LESIONS: Final = 8
_LEAST_PX: Final = 12  # of a solved window

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Found:
    """A lesion that the network sees; ``confidence`` 0..1 is how sure it is of the pixels in it."""

    cut: Cut
    confidence: float


def find(
    network: OutlineNetwork, pixels: Pixels, others: Sequence[Outline] = ()
) -> tuple[Found, ...]:
    """Return the lesions of a photograph, surest first; ``others`` hold none of them."""
    whole = whole_square(pixels)
    likely = network.likely(pixels, whole)
    likely[whole.mask_of(others)] = 0
    found: list[Found] = []
    for part in _parts(likely >= LEAST_LIKELY, whole, pixels)[:_MOST_LESIONS]:
        if any(_covers(lesion.cut, whole, part) for lesion in found):
            continue
        window = square_around(_box(whole, part))
        looked = network.likely(pixels, window)
        looked[window.mask_of(others)] = 0
        for lesion in found:
            looked[_seen_in(lesion.cut, window)] = 0
        # Of what the closer look shows, that which the first look meant.
        meant = _resized(part, whole, window)
        seen = _parts_touching(_clean(looked >= LEAST_LIKELY), meant)
        if np.count_nonzero(seen) < _LEAST_PX:
            continue
        agreed = _with_colours(looked, window, pixels, _box(window, seen, LOOSE), others=others)
        for lesion in found:
            agreed[_seen_in(lesion.cut, window)] = 0
        mask = _parts_touching(_clean(agreed >= LEAST_LIKELY), seen)
        cut = _cut(window, mask, agreed)
        found.append(Found(cut=cut, confidence=_confidence(looked, seen, likely[part])))
    return tuple(sorted(found, key=lambda lesion: -lesion.confidence))


def cut_box(
    network: OutlineNetwork,
    pixels: Pixels,
    box: Box,
    *,
    include: Sequence[Point] = (),
    exclude: Sequence[Point] = (),
    others: Sequence[Outline] = (),
) -> Cut | None:
    """Return the lesion in a box; None where the network sees next to nothing in it."""
    window = square_around(box)
    likely = network.likely(pixels, window, include=include, exclude=exclude, box=box)
    (x0, y0), (x1, y1) = window.to_working(((box[0], box[1]), (box[2], box[3]))).tolist()
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    likely[(x < x0) | (x > x1) | (y < y0) | (y > y1)] = 0
    likely[window.mask_of(others)] = 0
    surely_in, surely_out = window.discs(include, 2), window.discs(exclude, 2)
    mask = _clean(((likely >= LEAST_LIKELY) | surely_in) & ~(surely_out & ~surely_in))
    mask = _main_part(mask, surely_in)
    if np.count_nonzero(mask) < wound_edge.LEAST_SHARE * 0.6 * (x1 - x0) * (y1 - y0):
        return None
    agreed = _with_colours(likely, window, pixels, box, include, exclude, others)
    mask = _clean(((agreed >= LEAST_LIKELY) | surely_in) & ~(surely_out & ~surely_in))
    return _cut(window, _main_part(mask, surely_in), agreed)


def cut_like(
    network: OutlineNetwork,
    pixels: Pixels,
    outline: Outline,
    box: Box,
    *,
    others: Sequence[Outline] = (),
) -> Cut | None:
    """Return the lesion that an outline lies about; None where the network sees next to nothing.

    ``box`` is round the outline and holds the lesion.
    """
    window = square_around(box)
    likely = network.likely(pixels, window, current=(outline,))
    agreed = _with_colours(likely, window, pixels, box, others=others)
    mask = _parts_touching(_clean(agreed >= LEAST_LIKELY), window.mask_of((outline,)))
    if np.count_nonzero(mask) < _LEAST_PX:
        return None
    return _cut(window, mask, agreed)


def cut_click(
    network: OutlineNetwork,
    pixels: Pixels,
    point: Point,
    *,
    exclude: Sequence[Point] = (),
    others: Sequence[Outline] = (),
) -> Cut | None:
    """Return the lesion under a click; None where the network sees next to nothing there.

    A look at the whole photograph tells how large it is, further ones, closer, its edge.
    """
    window = whole_square(pixels)
    seen: tuple[Window, Mask, Floats] | None = None
    for _ in range(3):
        likely = network.likely(pixels, window, include=(point,), exclude=exclude)
        likely[window.mask_of(others)] = 0
        mask = _at_click(likely, window, point, exclude)
        if np.count_nonzero(mask) < 3 * np.count_nonzero(window.discs((point,), 2)):
            break
        seen = (window, mask, likely)
        closer = square_around(_box(window, mask))
        if closer.width > 0.8 * window.width:
            break
        window = closer
    if seen is None:
        return None
    window, mask, likely = seen
    box = _box(window, mask, LOOSE)
    agreed = _with_colours(likely, window, pixels, box, (point,), exclude, others)
    return _cut(window, _at_click(agreed, window, point, exclude), agreed)


def _at_click(likely: Floats, window: Window, point: Point, exclude: Sequence[Point]) -> Mask:
    surely_in, surely_out = window.discs((point,), 2), window.discs(exclude, 2)
    mask = ((likely >= LEAST_LIKELY) & ~surely_out) | surely_in
    return _main_part(_clean(mask), surely_in)


def _with_colours(
    likely: Floats,
    window: Window,
    pixels: Pixels,
    box: Box,
    include: Sequence[Point] = (),
    exclude: Sequence[Point] = (),
    others: Sequence[Outline] = (),
) -> Floats:
    """Return what the network and the colours in a box say together, (``SIDE``, ``SIDE``).

    The colours' say is ``COLOURS``: far inside and outside of what they make wound the network must
    be very sure to have its way, at their edge it draws the line.
    """
    # One vote of GrabCut's three: beside the network the other two change nothing but the time.
    cut = wound_edge.cut_box(
        pixels, box, include=include, exclude=exclude, others=others, is_voted=False
    )
    (x0, y0), (x1, y1) = window.to_working(((box[0], box[1]), (box[2], box[3]))).tolist()
    coloured = _seen_in(cut, window).astype(np.float32)
    spread = max(SOFTENED * min(x1 - x0, y1 - y0), 1.0)
    coloured = np.asarray(cv2.GaussianBlur(coloured, (0, 0), spread), dtype=np.float32)
    agreed = (1 - COLOURS) * likely + COLOURS * coloured
    agreed[window.mask_of(others)] = 0
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    agreed[(x < x0) | (x > x1) | (y < y0) | (y > y1)] = 0
    return np.asarray(agreed, dtype=np.float32)


def change_at(
    network: OutlineNetwork,
    pixels: Pixels,
    point: Point,
    outline: Outline,
    *,
    include: Sequence[Point],
    exclude: Sequence[Point],
    others: Sequence[Outline],
    reach: float,
    is_wound: bool,
) -> tuple[Window, Mask]:
    """Return the working pixels of a window that a corrected outline changes at a click.

    The one piece of change that the click lies in, within ``reach`` of it; what the network would
    alter elsewhere stays.
    """
    ring = np.asarray((*outline.outer, point))
    box = (*ring.min(axis=0).tolist(), *ring.max(axis=0).tolist())
    window = square_around(box, zoom=1.5)
    likely = network.likely(
        pixels, window, include=include, exclude=exclude, current=(outline, *others)
    )
    before = window.mask_of((outline,))
    after = likely >= LEAST_LIKELY
    after[window.mask_of(others)] = False
    change = (after & ~before) if is_wound else (before & ~after)
    change &= window.discs((point,), reach * float(window.scale.mean()))
    spot = window.discs((point,), 2)
    change |= spot & (before != is_wound)
    change = _clean(change) | (spot & (before != is_wound))
    _, labels = cv2.connectedComponents(change.view(np.uint8), connectivity=4)
    touched = np.unique(labels[spot & change])
    return _in_photograph(pixels, window, np.asarray(np.isin(labels, touched[touched > 0])))


def _in_photograph(pixels: Pixels, window: Window, mask: Mask) -> tuple[Window, Mask]:
    """Return where a mask of a window holds anything, in the photograph's own pixels, and how.

    A window can be many times as large as what changes in it, and larger than the photograph.
    """
    left, top, wide, high = cv2.boundingRect(mask.view(np.uint8))
    # With a working pixel round it, so that its edge is smoothed as in the whole window.
    c0, r0 = max(left - 1, 0), max(top - 1, 0)
    c1, r1 = min(left + wide + 1, window.columns), min(top + high + 1, window.rows)
    corners = window.to_photograph(np.array([(c0, r0), (c1, r1)], dtype=np.float64))
    (x0, y0), (x1, y1) = np.round(corners).astype(int).tolist()
    part = np.ascontiguousarray(mask[r0:r1, c0:c1]).astype(np.float32)
    native = cv2.resize(part, (max(x1 - x0, 1), max(y1 - y0, 1))) > 0.5
    inside = native[max(-y0, 0) : pixels.shape[0] - y0, max(-x0, 0) : pixels.shape[1] - x0]
    rows, columns = inside.shape
    x, y = max(x0, 0), max(y0, 0)
    kept = Window(x=x, y=y, width=columns, height=rows, columns=columns, rows=rows)
    return kept, np.ascontiguousarray(inside)


def _cut(window: Window, mask: Mask, likely: Floats) -> Cut:
    """Return a solved lesion, its edge's spread told from how gently the likelihood falls there."""
    return Cut(window=window, mask=mask, facts=(), edge_sd=EDGE_SD_OF_RAMP * ramp(mask, likely))


def ramp(mask: Mask, likely: Floats) -> float:
    """Return half the mean width of the band round a mask's edge that is neither skin nor wound.

    Working pixels between a likelihood of 1/4 and 3/4, of the parts that the mask touches, over the
    length of its edge.
    """
    band = np.abs(likely - 0.5) <= 0.25
    _, labels = cv2.connectedComponents((band | mask).view(np.uint8), connectivity=8)
    band &= np.isin(labels, np.unique(labels[mask]))
    contours, _ = cv2.findContours(mask.view(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    length = sum(cv2.arcLength(contour, closed=True) for contour in contours)
    return float(np.count_nonzero(band) / max(2 * length, 1.0))


def _confidence(looked: Floats, mask: Mask, first: Floats) -> float:
    """Return about the Dice with a person's outline to expect, 0..1, by how sure both looks are.

    Sure is 0 at ``LEAST_LIKELY`` and 1 at certainty: no pixel in a lesion is less likely than that.
    The steps are by eye through the 57 proposals on the photographs that training watched and
    didn't learn from: of 8 below 0.8 of sure 6 were wrong, of 49 above it 6.
    """
    both = math.sqrt(float(looked[mask].mean()) * float(first.mean()))
    sure = (both - LEAST_LIKELY) / (1 - LEAST_LIKELY)
    return float(np.interp(sure, *_CONFIDENCE_BY_SURE))


def _parts(mask: Mask, window: Window, pixels: Pixels) -> list[Mask]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    photograph = pixels.shape[0] * pixels.shape[1] * float(window.scale.prod())
    sizes = stats[:, cv2.CC_STAT_AREA]
    order = sorted(range(1, count), key=lambda number: -int(sizes[number]))
    least = max(3.0, LEAST_SHARE * photograph)
    return [labels == number for number in order if sizes[number] >= least]


def _box(window: Window, part: Mask, loose: float = 0.0) -> Box:
    """Return a part's box in the photograph, looser on every side by a share."""
    x, y, width, height = cv2.boundingRect(part.view(np.uint8))
    wide, high = loose * width, loose * height
    corners = window.to_photograph(
        np.array([(x - wide, y - high), (x + width + wide, y + height + high)])
    )
    return (*corners[0].tolist(), *corners[1].tolist())


def _clean(mask: Mask) -> Mask:
    """Return the mask without threads and specks of a pixel or two."""
    cross = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    return cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, cross).astype(bool)


def _main_part(mask: Mask, wanted: Mask) -> Mask:
    """Return the parts with a wanted pixel, else the largest."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    if count < 2:
        return mask
    seeded = np.unique(labels[wanted & mask])
    if len(seeded) == 0:
        seeded = np.array([1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())])
    return np.asarray(np.isin(labels, seeded))


def _parts_touching(mask: Mask, meant: Mask) -> Mask:
    """Return the largest of the parts that share a pixel with ``meant``."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    touched = np.unique(labels[meant & mask])
    if len(touched) == 0:
        return np.zeros_like(mask)
    return np.asarray(labels == max(touched, key=lambda number: stats[number, cv2.CC_STAT_AREA]))


def _resized(part: Mask, of: Window, to: Window) -> Mask:
    """Return a mask of one window in the working pixels of another."""
    steps = (np.arange(SIDE) + 0.5) / SIDE
    columns = (to.x + steps * to.width - of.x) * of.columns / of.width
    rows = (to.y + steps * to.height - of.y) * of.rows / of.height
    across, down = np.floor(columns).astype(int), np.floor(rows).astype(int)
    ok = ((down >= 0) & (down < of.rows))[:, None] & ((across >= 0) & (across < of.columns))[None]
    picked = part[np.clip(down, 0, of.rows - 1)[:, None], np.clip(across, 0, of.columns - 1)[None]]
    return np.asarray(picked & ok)


def _seen_in(cut: Cut, window: Window) -> Mask:
    return _resized(cut.mask, cut.window, window)


def _covers(cut: Cut, window: Window, part: Mask) -> bool:
    """Say whether a solved lesion holds most of a part of another look."""
    inside = _seen_in(cut, window)[part]
    return bool(inside.mean() > 0.5)
