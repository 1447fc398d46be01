"""A person's boxes and clicks turned into outlines; what they didn't touch stays as it was.

Hides which outline a click belongs to, the window it is solved in, and what is frozen meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from woundtrack import __version__
from woundtrack.errors import OutlineNotFound
from woundtrack.imaging.drawing.mending import (
    contains,
    mark,
    mended,
    settled,
    without_crumbs,
)
from woundtrack.imaging.outline import (
    Mask,
    Points,
    as_ring,
    moved,
    outline_mask,
    outline_patch,
    shoelace,
)
from woundtrack.imaging.outlining import network_cut, wound_edge
from woundtrack.imaging.outlining.network_asset import outline_network
from woundtrack.imaging.outlining.outline_network import OutlineNetwork
from woundtrack.imaging.outlining.proposal import card_outlines, propose_outlines
from woundtrack.imaging.window import Box, Pixels, Window, crop, window_around
from woundtrack.model import Calibration, Method, Outline, OutlineSource, Point

_BY_OPENCV: Final = Method(
    name="guided-grabcut",
    version="1",
    application_version=__version__,
    parameters=(
        ("box_side_px", wound_edge.BOX_SIDE_PX),
        ("search_side_px", wound_edge.SEARCH_SIDE_PX),
        ("margin", wound_edge.MARGIN),
        ("edge_at", wound_edge.EDGE_AT),
        ("core", wound_edge.CORE),
    ),
)

# A click this near an outline, in its equivalent radii, mends it; farther off it is a new lesion.
_REACH: Final = 1.0
_LOCAL_SIDE_PX: Final = 80
# What the network would change farther from a click, in the click's distances from the edge, stays.
_NEAR: Final = 2.5
# A new lesion is no larger, in radius, than this many times its distance from the nearest outline.
_APART: Final = 1.0


def outline_method(*, with_network: bool = True) -> Method:
    """Return how ``refine_outline`` works in this copy, for the record of an assessment."""
    network = outline_network() if with_network else None
    if network is None:
        return _BY_OPENCV
    return Method(
        name="guided-network",
        version="1",
        application_version=__version__,
        parameters=(*network_cut.PARAMETERS, *network.parameters),
    )


def refine_outline(
    pixels: Pixels,
    include: Sequence[Point] = (),
    exclude: Sequence[Point] = (),
    box: Box | None = None,
    start: Sequence[Outline] | None = None,
    calibration: Calibration | None = None,
    *,
    with_network: bool = True,
) -> tuple[Outline, ...]:
    """Return the outlines after a person's gestures.

    The box is answered first, then each include point, then each exclude point, in the order given.

    * A box is round one lesion: it replaces the outlines of ``start`` that lie mostly in it, or
      cover most of it: one that took in far too much.
    * An include point inside an outline changes nothing. Near an outline it takes in what belongs
      to it there; elsewhere it finds the lesion under it: points in separate places give separate
      lesions.
    * An exclude point inside an outline takes out what doesn't belong there: a lobe, an island of
      new skin, or the whole outline where it looks like the rest of it. Elsewhere it keeps its
      place out of what the other gestures find.

    Every include point ends up inside an outline and every exclude point outside all of them; where
    one pixel is asked both in and out, exclude holds. What no gesture touches is returned as it was
    given, ring for ring; an outline mended at one place keeps its other points.

    Parameters
    ----------
    pixels
        Upright RGB uint8 (H, W, 3).
    include, exclude
        Points (x, y) in pixels, (0, 0) the outer corner of the top-left pixel.
    box
        (x0, y0, x1, y1), in any order of corners.
    start
        The outlines to correct; None stands for the automatic proposal.
    calibration
        Helps the automatic proposal, and keeps the printed cards out of every outline.
    with_network
        False: by OpenCV alone, as where the outline network was left out.

    Raises
    ------
    OutlineNotFound
        There is no outline at the end, or a gesture lies outside the photograph or on a card.
    """
    height, width = pixels.shape[:2]
    inside = [point for point in include if 0 <= point[0] < width and 0 <= point[1] < height]
    outside = [point for point in exclude if 0 <= point[0] < width and 0 <= point[1] < height]
    if len(inside) < len(include):
        raise OutlineNotFound
    inside = [point for point in inside if _pixel(point) not in {_pixel(p) for p in outside}]
    network = outline_network() if with_network else None
    if start is None:
        start = propose_outlines(pixels, calibration, with_network=with_network)
    outlines = list(start)
    cards = card_outlines(calibration)
    if any(contains(card, point) for card in cards for point in inside):
        raise OutlineNotFound
    if box is not None:
        ordered = _ordered(box, width, height)
        outlines = _boxed(network, pixels, ordered, inside, outside, outlines, cards)
    for point in inside:
        outlines = _included(network, pixels, point, inside, outside, outlines, cards)
    for point in outside:
        outlines = _excluded(network, pixels, point, inside, outside, outlines, cards)
    if not outlines:
        raise OutlineNotFound
    return tuple(outlines)


def _pixel(point: Point) -> tuple[int, int]:
    return (math.floor(point[0]), math.floor(point[1]))


def _ordered(box: Box, width: int, height: int) -> Box:
    x0, x1 = sorted((min(max(box[0], 0), width), min(max(box[2], 0), width)))
    y0, y1 = sorted((min(max(box[1], 0), height), min(max(box[3], 0), height)))
    if x1 - x0 < 2 or y1 - y0 < 2:
        raise OutlineNotFound
    return (x0, y0, x1, y1)


# --- whole lesions -------------------------------------------------------------------------------


def _boxed(
    network: OutlineNetwork | None,
    pixels: Pixels,
    box: Box,
    include: Sequence[Point],
    exclude: Sequence[Point],
    outlines: Sequence[Outline],
    cards: Sequence[Outline],
) -> list[Outline]:
    if any(contains(card, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)) for card in cards):
        raise OutlineNotFound
    kept = [
        outline
        for outline in outlines
        if max(_share_within(outline, box), _share_covered(outline, box)) <= 0.5
    ]
    within = [p for p in include if box[0] <= p[0] <= box[2] and box[1] <= p[1] <= box[3]]
    others = [*kept, *cards]
    cut = None
    if network is not None:
        cut = network_cut.cut_box(
            network, pixels, box, include=within, exclude=exclude, others=others
        )
    if cut is None:
        cut = wound_edge.cut_box(pixels, box, include=within, exclude=exclude, others=others)
    found = _settled(pixels, cut, within, exclude, others)
    if not found:
        raise OutlineNotFound
    return kept + found


def _share_within(outline: Outline, box: Box) -> float:
    """Return the share of an outline's box-filling ring that lies in a box."""
    ring = np.asarray(outline.outer)
    size = np.maximum(ring.max(axis=0) - ring.min(axis=0), 1e-9)
    scale = 64 / float(size.max())
    placed = Outline(outer=as_ring((ring - ring.min(axis=0)) * scale))
    mask = outline_mask(placed, (64, 64))
    y, x = np.nonzero(mask)
    if len(x) == 0:
        return 0.0
    px = (x + 0.5) / scale + ring[:, 0].min()
    py = (y + 0.5) / scale + ring[:, 1].min()
    return float(((px >= box[0]) & (px <= box[2]) & (py >= box[1]) & (py <= box[3])).mean())


def _share_covered(outline: Outline, box: Box) -> float:
    """Return the share of a box that an outline covers."""
    corner, scale = np.array(box[:2]), 64 / np.subtract(box[2:], box[:2])
    rings = [as_ring((np.asarray(r) - corner) * scale) for r in (outline.outer, *outline.islands)]
    placed = Outline(outer=rings[0], islands=tuple(rings[1:]))
    return float(outline_mask(placed, (64, 64)).mean())


def _settled(
    pixels: Pixels,
    cut: wound_edge.Cut,
    include: Sequence[Point],
    exclude: Sequence[Point],
    others: Sequence[Outline],
) -> list[Outline]:
    """Return a cut's outlines, apart from the other lesions and true to every clicked pixel."""
    found = wound_edge.outlines_of(pixels, cut, source=OutlineSource.GUIDED)
    return settled(found, others, include, exclude, (pixels.shape[0], pixels.shape[1]))


def _box(outline: Outline) -> Box:
    ring = np.asarray(outline.outer)
    return (*ring.min(axis=0).tolist(), *ring.max(axis=0).tolist())


def _included(
    network: OutlineNetwork | None,
    pixels: Pixels,
    point: Point,
    include: Sequence[Point],
    exclude: Sequence[Point],
    outlines: Sequence[Outline],
    cards: Sequence[Outline],
) -> list[Outline]:
    if any(contains(outline, point) for outline in outlines):
        return list(outlines)
    distance, nearest = _nearest(point, outlines)
    if nearest is not None and distance <= _REACH * _radius(nearest):
        return _mended(
            network, pixels, point, distance, nearest, include, exclude, outlines, cards,
            is_wound=True,
        )  # fmt: skip
    others = [*outlines, *cards]
    cut = None
    if network is not None:
        cut = network_cut.cut_click(network, pixels, point, exclude=exclude, others=others)
    if cut is None:
        cut = wound_edge.cut_click(
            pixels, point, exclude=exclude, others=others, largest=_APART * distance
        )
    return list(outlines) + _settled(pixels, cut, (point,), exclude, others)


def _excluded(
    network: OutlineNetwork | None,
    pixels: Pixels,
    point: Point,
    include: Sequence[Point],
    exclude: Sequence[Point],
    outlines: Sequence[Outline],
    cards: Sequence[Outline],
) -> list[Outline]:
    hit = next((outline for outline in outlines if contains(outline, point)), None)
    if hit is None:
        return list(outlines)
    distance, _ = _nearest(point, (hit,))
    if not any(contains(hit, p) for p in include) and _is_heart_of(pixels, point, distance, hit):
        return [outline for outline in outlines if outline is not hit]
    return _mended(
        network, pixels, point, distance, hit, include, exclude, outlines, cards, is_wound=False
    )


def _nearest(point: Point, outlines: Sequence[Outline]) -> tuple[float, Outline | None]:
    """Return the distance from a point to the nearest edge, and whose edge it is."""
    best: tuple[float, Outline | None] = (math.inf, None)
    for outline in outlines:
        for ring in (outline.outer, *outline.islands):
            distance = _distance(np.asarray(point), np.asarray(ring))
            if distance < best[0]:
                best = (distance, outline)
    return best


def _distance(point: Points, ring: Points) -> float:
    along = np.roll(ring, -1, axis=0) - ring
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((point - ring) * along).sum(axis=1) / length, 0, 1)
    foot = ring + share[:, None] * along
    return float(np.hypot(*(foot - point).T).min())


def _radius(outline: Outline) -> float:
    return math.sqrt(abs(shoelace(np.asarray(outline.outer))) / math.pi)


def _is_heart_of(pixels: Pixels, point: Point, distance: float, outline: Outline) -> bool:
    """Say whether an excluded place is the middle of an outline and looks like the rest of it.

    Then the outline as a whole is on no wound. Otherwise the place is an island or a lobe.
    """
    if distance < 0.6 * _radius(outline):
        return False
    window = window_around(pixels, _box(outline), 96, 0.4)
    lab = cv2.cvtColor(crop(pixels, window), cv2.COLOR_RGB2Lab).astype(np.float64)
    inside = window.mask_of((outline,))
    there = window.discs((point,), 0.25 * distance * float(window.scale.mean()))
    rest = inside & ~window.discs((point,), 0.6 * distance * float(window.scale.mean()))
    if not rest.any() or inside.all():
        return True
    here = np.median(lab[there], axis=0)
    to_wound = float(np.linalg.norm(here - np.median(lab[rest], axis=0)))
    to_skin = float(np.linalg.norm(here - np.median(lab[~inside], axis=0)))
    return to_wound <= to_skin


# --- mending one place ---------------------------------------------------------------------------


def _mended(
    network: OutlineNetwork | None,
    pixels: Pixels,
    point: Point,
    distance: float,
    outline: Outline,
    include: Sequence[Point],
    exclude: Sequence[Point],
    outlines: Sequence[Outline],
    cards: Sequence[Outline],
    *,
    is_wound: bool,
) -> list[Outline]:
    """Return the outlines with one of them solved anew round a click, the rest of it frozen.

    What the colours round the click say and what the network says change it together: the network
    knows which skin is wound, the colours follow finer edges, and the click itself says how far at
    least. Together they need a third fewer clicks than either alone.
    """
    others = [*(other for other in outlines if other is not outline), *cards]
    reach = min(max(2.5 * distance, 0.2 * _radius(outline), 6.0), 4 * _radius(outline) + 6)
    box = (point[0] - reach, point[1] - reach, point[0] + reach, point[1] + reach)
    window = window_around(pixels, box, _LOCAL_SIDE_PX, 0.15)
    change = _local_change(
        pixels, point, distance, reach, window, outline, others, include, exclude,
        is_wound=is_wound,
    )  # fmt: skip
    changes = [(window, change)]
    if network is not None:
        seen = network_cut.change_at(
            network,
            pixels,
            point,
            outline,
            include=include,
            exclude=exclude,
            others=others,
            reach=_NEAR * distance,
            is_wound=is_wound,
        )
        if seen[1].any():
            changes.append(seen)
    shape = (pixels.shape[0], pixels.shape[1])
    # A click in another lesion, or one still to be answered, is none of this one's.
    own = [p for p in include if p == point or contains(outline, p)]
    instead = _applied(shape, outline, others, changes, own, exclude, is_wound=is_wound)
    place = next(number for number, other in enumerate(outlines) if other is outline)
    return [*outlines[:place], *instead, *outlines[place + 1 :]]


def _local_change(
    pixels: Pixels,
    point: Point,
    distance: float,
    reach: float,
    window: Window,
    outline: Outline,
    others: Sequence[Outline],
    include: Sequence[Point],
    exclude: Sequence[Point],
    *,
    is_wound: bool,
) -> Mask:
    """Return the working pixels of a window that change sides with the click."""
    lab = np.asarray(cv2.cvtColor(crop(pixels, window), cv2.COLOR_RGB2Lab), dtype=np.uint8)
    before = window.mask_of((outline,))
    scale = float(window.scale.mean())
    y, x = np.mgrid[: window.rows, : window.columns] + 0.5
    px, py = window.to_working((point,))[0]
    away = np.hypot(x - px, y - py)
    near = away <= reach * scale
    reached = _even_radius(lab, away, before == is_wound, distance * scale)
    # Where it reaches the edge, a pixel across it: a disc that only touched would lie beside it.
    grown = away <= reached + (reached >= distance * scale)
    seeds = np.where(before, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    seeds[grown] = cv2.GC_PR_FGD if is_wound else cv2.GC_PR_BGD
    seeds[before & ~near] = cv2.GC_FGD
    seeds[~before & ~near] = cv2.GC_BGD
    core = window.discs((point,), 0.5 * reached)
    seeds[core] = cv2.GC_FGD if is_wound else cv2.GC_BGD
    seeds[window.mask_of(others)] = cv2.GC_BGD
    surely_in, surely_out = window.discs(include, 1.0), window.discs(exclude, 1.0)
    seeds[surely_in] = cv2.GC_FGD
    seeds[surely_out] = cv2.GC_BGD
    place = 128 + 60 * (away / max(reach * scale, 1) - 0.5)
    features = np.clip(
        np.stack((lab[..., 0], 2.0 * lab[..., 1] - 128, place), axis=-1), 0, 255
    ).astype(np.uint8)
    after = wound_edge.grab_cut(features, seeds, rounds=2)
    if is_wound:
        change = ((after & ~before) | (grown & ~before)) & near & ~surely_out
    else:
        change = ((before & ~after) | (grown & before)) & near & ~surely_in
    change = change & ~(window.mask_of(others) if is_wound else np.zeros_like(change))
    change |= core & (before != is_wound) & ~(surely_out if is_wound else surely_in)
    _, labels = cv2.connectedComponents(change.view(np.uint8), connectivity=4)
    row = min(max(math.floor(py), 0), window.rows - 1)
    column = min(max(math.floor(px), 0), window.columns - 1)
    return np.asarray(change & (labels == labels[row, column]))


def _even_radius(lab: Pixels, away: Points, from_side: Mask, most: float) -> float:
    """Return how far round a click the colours stay nearer to its own than to the other side's.

    The click is somewhere in what is to change, which reaches to the outline's edge (``most``) or
    less far: an island ends before it. ``from_side`` is where the outline is right already.
    """
    colours = lab.astype(np.float64)
    own = colours[away <= max(0.15 * most, 1.5)]
    wrong = ~from_side & (away > 0.5 * most)
    if len(own) == 0 or not wrong.any():
        return most
    start = np.median(own, axis=0)
    way = np.median(colours[wrong], axis=0) - start
    length = float(way @ way)
    if length < 100:  # 10 of 255 in colour: no telling them apart
        return most
    share = (colours - start) @ way / length
    for radius in np.linspace(0.15, 0.9, 16) * most:
        ring = share[np.abs(away - radius) <= max(0.04 * most, 0.75)]
        if len(ring) and float(np.median(ring)) > 0.7:
            return max(float(radius), 1.5)
    return most


def _applied(
    shape: tuple[int, int],
    outline: Outline,
    others: Sequence[Outline],
    changes: Sequence[tuple[Window, Mask]],
    include: Sequence[Point],
    exclude: Sequence[Point],
    *,
    is_wound: bool,
) -> list[Outline]:
    """Return the outline with the changes of its windows put in, its rings kept elsewhere.

    ``include`` are the clicks that must be in it, each in it already or in one of the windows.
    """
    left, top, right, bottom = _box(outline)
    windows = [window for window, _ in changes]
    x0 = max(min(math.floor(left), *(window.x for window in windows)) - 2, 0)
    y0 = max(min(math.floor(top), *(window.y for window in windows)) - 2, 0)
    x1 = max(math.ceil(right), *(window.x + window.width for window in windows)) + 2
    y1 = max(math.ceil(bottom), *(window.y + window.height for window in windows)) + 2
    x1, y1 = min(x1, shape[1]), min(y1, shape[0])
    patch = (y1 - y0, x1 - x0)
    before = outline_mask(moved(outline, (-x0, -y0)), patch)
    after = before.copy()
    for window, change in changes:
        rows = slice(window.y - y0, window.y - y0 + window.height)
        columns = slice(window.x - x0, window.x - x0 + window.width)
        native = cv2.resize(change.astype(np.float32), (window.width, window.height)) > 0.5
        after[rows, columns][native] = is_wound
    if is_wound:
        for other in others:
            (x, y), inside = outline_patch(moved(other, (-x0, -y0)), patch)
            there = (slice(y, y + inside.shape[0]), slice(x, x + inside.shape[1]))
            after[there] &= ~inside | before[there]
    held_in = [(x - x0, y - y0) for x, y in include]
    held_out = [(x - x0, y - y0) for x, y in exclude if x0 <= x < x1 and y0 <= y < y1]
    mark(after, held_in, value=True)
    mark(after, held_out, value=False)
    after = without_crumbs(after, held_in)
    parts = mended(outline, before, after, (x0, y0), held_in, held_out)
    return [
        part
        if part is outline
        else replace(part, source=OutlineSource.GUIDED, edge_sd_px=outline.edge_sd_px)
        for part in parts
    ]
