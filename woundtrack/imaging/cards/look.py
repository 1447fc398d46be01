"""How the printed tags look in a photograph: their light and dark, their edges, ripples over them.

Hides sampling through the solved geometry; it searches for nothing and judges nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.cards.card import DESIGNS, TAG_MODULES, CardDesign, tag_modules
from woundtrack.imaging.geometry.limb import skin_from_seen
from woundtrack.imaging.geometry.plane import homography_of, mapped, rigid
from woundtrack.imaging.geometry.planimetry import in_pixels, on_plane
from woundtrack.model import Calibration, Card, Ring

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

QUIET: Final = 1  # modules of white paper all round a tag, on every card
ROUND: Final = TAG_MODULES + 2 * QUIET
_SAMPLES: Final = 3  # a side of each module, from its middle half
_ALONG: Final = 16  # places along an edge
_ACROSS: Final = 31  # samples of a profile, over 1.8 modules
_ROWS: Final = 5  # of samples along a strip of white paper
_LEAST_STRIP_PX: Final = 48
_PIECES: Final = 4  # of an edge
_LEAST_RISE: Final = 0.02  # of linear light, for an edge to be one

TURNED_AWAY: Final = 0.7
"""Of the area of a card's largest tag: a smaller one on a limb is turned away, and may not be found
though nothing hides it."""

LEAST_SEEN: Final = 0.98
"""Share of a tag's samples that lie within the picture for it to be looked at."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TagLook:
    """One tag as it is seen.

    ``ring`` (4, 2) px are its corners. ``levels`` (10, 10, 3) is the linear light of each module
    and of the white round the tag; ``spread`` (10, 10) of the luminance within each. ``is_white``
    (10, 10) is how it was printed. ``edge_px`` (2,) is how wide the outer edges are, as the
    standard deviation of a blur, across and down the tag, in pixels; NaN where they can't be told.
    ``module_px`` is the side of a module.
    """

    id: int
    ring: Floats
    levels: Floats
    spread: Floats
    is_white: npt.NDArray[np.bool_]
    edge_px: Floats
    module_px: float


def look_at_tags(pixels: Pixels, card: Card) -> tuple[TagLook, ...]:
    """Return how a card's tags look in a photograph, uint8 (H, W, 3) RGB, those wholly in it."""
    looks = (_tag_look(pixels, tag.id, np.asarray(tag.corners_px)) for tag in card.tags)
    return tuple(look for look in looks if look is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class OnCard:
    """Where the rest of a card must be.

    ``outline`` (N, 2) px is its cut edge; ``missing`` are (id, corners (4, 2) px) of its tags that
    were not found. Both may lie outside the picture, and are NaN behind a limb.
    """

    outline: Floats
    missing: tuple[tuple[int, Floats], ...]


def look_at_missing(pixels: Pixels, on_card: OnCard) -> tuple[TagLook, ...]:
    """Return how it looks where tags must be that weren't found, those wholly in the picture."""
    looks = (
        _tag_look(pixels, tag_id, ring)
        for tag_id, ring in on_card.missing
        if np.isfinite(ring).all()
    )
    return tuple(look for look in looks if look is not None)


def places_on_card(calibration: Calibration, card: Card) -> OnCard:
    """Return where a card's edge and the tags that weren't found are, by the solved geometry."""
    design = design_of_card(card)
    found = {tag.id for tag in card.tags}
    missing = [
        (tag_id, np.asarray(ring))
        for tag_id, ring in zip(design.tag_ids, design.tags_mm, strict=True)
        if tag_id not in found
    ]
    outline = np.asarray(design.outline_mm)
    places = placed_on_photograph(
        np.concatenate([outline, *(ring for _, ring in missing)]), calibration, card, design
    )
    return OnCard(
        outline=places[: len(outline)],
        missing=tuple(
            (tag_id, places[len(outline) + 4 * number : len(outline) + 4 * number + 4])
            for number, (tag_id, _) in enumerate(missing)
        ),
    )


def ring_of_card(calibration: Calibration, card: Card, size_px: tuple[int, int]) -> Ring:
    """Return a card's cut edge as far as it is in the picture of this width and height, px."""
    outline = places_on_card(calibration, card).outline
    if calibration.limb is not None or not np.isfinite(outline).all():
        # Round a limb the card's edge goes on behind it: its tags tell where it is seen.
        return hull_of([tag.corners_px for tag in card.tags])
    return within(outline, size_px)


def within(ring: Floats, size_px: tuple[int, int]) -> Ring:
    """Return the part of a ring (N, 2) that lies in a picture of this width and height, px.

    Sutherland and Hodgman 1974 (doi:10.1145/360767.360802), one edge of the picture after another.
    """
    corners = [(float(x), float(y)) for x, y in ring]
    for axis, sign, limit in ((0, 1, 0), (0, -1, -size_px[0]), (1, 1, 0), (1, -1, -size_px[1])):
        kept = []
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            before, after = sign * start[axis] - limit, sign * end[axis] - limit
            if before >= 0:
                kept.append(start)
            if before * after < 0:
                share = before / (before - after)
                x, y = (a + share * (b - a) for a, b in zip(start, end, strict=True))
                kept.append((x, y))
        corners = kept
    return tuple(corners)


def hull_of(rings: Iterable[npt.ArrayLike]) -> Ring:
    """Return the convex ring round some rings, px; () round none."""
    corners = [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for ring in rings]
    if not corners:
        return ()
    hull = cv2.convexHull(np.concatenate(corners).astype(np.float32)).reshape(-1, 2)
    return tuple((float(x), float(y)) for x, y in hull)


def design_of_card(card: Card) -> CardDesign:
    """Return the design that a card seen in a photograph was printed from."""
    return next(
        one
        for one in DESIGNS
        if (one.kind, one.version, one.copy) == (card.kind, card.design_version, card.copy)
    )


def placed_on_photograph(
    points_mm: Floats, calibration: Calibration, card: Card, design: CardDesign
) -> Floats:
    """Return where points (N, 2) of the printed card are seen, px; NaN where that can't be told."""
    printed = np.concatenate([design.tags_mm[design.tag_ids.index(tag.id)] for tag in card.tags])
    seen = np.concatenate([tag.corners_px for tag in card.tags])
    if calibration.limb is not None:
        lying = skin_from_seen(calibration.limb, seen)
    else:
        lying = on_plane(seen, np.asarray(calibration.homography, dtype=np.float64))
    good = np.isfinite(lying).all(axis=1)
    if good.sum() < 3:
        return np.full((len(points_mm), 2), np.nan)
    scale = calibration.print_scale
    turn, x, y = rigid(printed[good] * scale, lying[good])
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return in_pixels(points_mm * scale @ rotation.T + (x, y), calibration)


# --- one tag -------------------------------------------------------------------------------------


def _unit_ring() -> Floats:
    far = float(TAG_MODULES)
    return np.array([[0.0, 0.0], [far, 0.0], [far, far], [0.0, far]])


def _module_places() -> Floats:
    """Return sample places (10 · 10 · samples², 2) in modules of the tag, module by module."""
    inside = 0.25 + 0.5 * (np.arange(_SAMPLES) + 0.5) / _SAMPLES
    module = np.arange(ROUND) - QUIET
    y, x, v, u = np.meshgrid(module, module, inside, inside, indexing="ij")
    return np.column_stack([(x + u).ravel(), (y + v).ravel()]).astype(np.float64)


_MODULE_PLACES: Final = _module_places()


def _edge_places() -> Floats:
    """Return the places (4 · along · across, 2) of profiles over the four sides, from inside."""
    along = np.linspace(0.1, 0.9, _ALONG) * TAG_MODULES
    outwards = np.linspace(-0.9, 0.9, _ACROSS)
    t, d = np.meshgrid(along, outwards, indexing="ij")
    far = float(TAG_MODULES)
    sides = ((t, -d), (far + d, t), (t, far + d), (-d, t))
    return np.concatenate([np.column_stack([x.ravel(), y.ravel()]) for x, y in sides])


_EDGE_PLACES: Final = _edge_places()


def _tag_look(pixels: Pixels, tag_id: int, ring: Floats) -> TagLook | None:
    to_px = homography_of(_unit_ring(), ring)
    places = mapped(to_px, np.concatenate([_MODULE_PLACES, _EDGE_PLACES]))
    height, width = pixels.shape[:2]
    inside = ((places >= 0) & (places <= (width, height))).all(axis=1)
    if inside.mean() < LEAST_SEEN:
        return None
    light = sampled_light(pixels, places)
    modules = light[: len(_MODULE_PLACES)].reshape(ROUND, ROUND, -1, 3)
    brightness = modules @ LUMINANCE
    is_white = np.ones((ROUND, ROUND), dtype=bool)
    is_white[QUIET:-QUIET, QUIET:-QUIET] = ~tag_modules(tag_id)
    profiles = (light[len(_MODULE_PLACES) :] @ LUMINANCE).reshape(4 * _PIECES, -1, _ACROSS)
    # Piece by piece: on a limb an edge is bent, and a mean over all of it would look blurred.
    pieces = _edge_widths(profiles.mean(axis=1)).reshape(4, _PIECES)
    widths = np.sort(pieces, axis=1)[:, _PIECES // 2 - 1 : _PIECES // 2 + 1].mean(axis=1)
    sides = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
    x, y = ring.T
    area = abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2
    return TagLook(
        id=tag_id,
        ring=ring,
        levels=modules.mean(axis=2),
        spread=brightness.std(axis=2),
        is_white=is_white,
        # The upper and lower sides show a blur down the tag, the other two one across it.
        edge_px=np.array([(widths[1] + widths[3]) / 2, (widths[0] + widths[2]) / 2])
        * (sides[0] + sides[2], sides[1] + sides[3])
        / (2 * TAG_MODULES),
        module_px=math.sqrt(area) / TAG_MODULES,
    )


def _edge_widths(profiles: Floats) -> Floats:
    """Return half of what mean profiles (N, samples) take from 16 to 84 % of their rise, modules.

    That is the standard deviation of a Gaussian blur, and 1.2 times that of a movement.
    """
    low, high = profiles[:, :4].mean(axis=1), profiles[:, -4:].mean(axis=1)
    contrast = high - low
    # A rise only: what noise takes back on the way is held up.
    rise = (profiles - low[:, None]) / np.where(contrast < _LEAST_RISE, 1.0, contrast)[:, None]
    rise = np.maximum.accumulate(rise, axis=1)
    step = 1.8 / (_ACROSS - 1)
    ends = []
    for level in (0.16, 0.84):
        after = np.clip((rise < level).sum(axis=1), 1, _ACROSS - 1)
        rows = np.arange(len(rise))
        below, above = rise[rows, after - 1], rise[rows, after]
        back = (above - level) / np.maximum(above - below, 1e-9)
        ends.append(after - np.clip(back, 0, 1))
    widths: Floats = (ends[1] - ends[0]) * step / 2
    widths[contrast < _LEAST_RISE] = np.nan
    return widths


LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])


def _linear_levels() -> npt.NDArray[np.float32]:
    level = np.arange(256) / 255
    curve = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    return curve.astype(np.float32)


_LINEAR: Final = _linear_levels()


def sampled_light(pixels: Pixels, places: Floats) -> Floats:
    """Return the linear light (N, 3) at places (N, 2) px, between pixel centres by interpolation.

    IEC 61966-2-1 is undone after interpolating: good to a few per cent on an edge.
    """
    count = len(places)
    at = np.zeros((math.ceil(count / 256) * 256, 2), dtype=np.float32)
    at[:count] = places - 0.5
    at_x, at_y = at[:, 0].reshape(-1, 256), at[:, 1].reshape(-1, 256)
    seen = cv2.remap(pixels, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(_LINEAR[seen.reshape(-1, 3)[:count]], dtype=np.float64)


# --- what lies over the white --------------------------------------------------------------------


def ripple(pixels: Pixels, looks: tuple[TagLook, ...]) -> float:
    """Return how far the strongest ripple on the white paper round the tags stands out.

    Along the strips of bare paper beside each tag, pixel by pixel, the power of each frequency is
    added up over all strips of a direction: a screen's grid, or what it and the sensor's make of
    each other, is a few frequencies alone, while noise is all alike. Returned is the strongest by
    the usual power, 1 or a little more where there is none; 0 where no strip is long enough.
    """
    worst = 0.0
    length = int(min((look.module_px for look in looks), default=0.0) * TAG_MODULES * 0.9)
    if length < _LEAST_STRIP_PX:
        return 0.0
    for first in (0, 1):  # upper and lower sides, then left and right
        rows = [_strip_places(look, side, length) for look in looks for side in (first, first + 2)]
        places = np.concatenate(rows)
        light = sampled_light(pixels, places) @ LUMINANCE
        strips = light.reshape(-1, length)
        means = strips.mean(axis=1, keepdims=True)
        usable = (means > 0.05).ravel()
        if usable.sum() < 4 * _ROWS // 2:
            continue
        strips = strips[usable] / means[usable]
        at = np.linspace(-1, 1, length)
        shade = np.polynomial.legendre.legvander(at, 4)
        strips = strips - (strips @ np.linalg.pinv(shade).T) @ shade.T
        power = (np.abs(np.fft.rfft(strips * np.hanning(length), axis=1)) ** 2).mean(axis=0)
        power = power[6:]  # slower ones are shade and folds of the paper
        usual = _local_median(power, 21)
        worst = max(worst, float((power / np.maximum(usual, 1e-12)).max()))
    return worst


def _strip_places(look: TagLook, side: int, length: int) -> Floats:
    """Return places (rows · length, 2) a pixel apart on the white beside a side of a tag."""
    start, end = look.ring[side], look.ring[(side + 1) % 4]
    run = (end - start) / float(np.hypot(*(end - start)))
    away = np.array([run[1], -run[0]])
    if float(away @ (look.ring.mean(axis=0) - start)) > 0:
        away = -away
    middle = (start + end) / 2
    steps = np.arange(length) - (length - 1) / 2
    rows = np.linspace(0.35, 0.75, _ROWS) * look.module_px
    places = middle + steps[None, :, None] * run + rows[:, None, None] * away
    return np.asarray(places.reshape(-1, 2))


def _local_median(values: Floats, width: int) -> Floats:
    half = width // 2
    padded = np.pad(values, half, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    return np.asarray(np.median(windows, axis=1))
