"""Find a wound's edge in a window of the photograph, from seeds: the solver of every gesture.

Hides colour features, GrabCut's seeding and fall-backs, the ladder of sizes, and how well it fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.outline import (
    MIN_LESION_PX,
    Mask,
    Points,
    as_ring,
    outlines_from_mask,
    unstepped,
)
from woundtrack.imaging.outlining.edge_fit import snapped
from woundtrack.imaging.window import Box, Pixels, Window, crop, window_around
from woundtrack.model import Outline, OutlineSource, Point, Ring

# Tuned on FUSeg's training photographs with benchmarks/outlines.py; small windows do better
# than fine ones there (0.864 against 0.846 mean Dice): the smoothness term reaches further in them.
BOX_SIDE_PX: Final = 104
SEARCH_SIDE_PX: Final = 80
MARGIN: Final = 0.4  # of the box's width and height, on every side
EDGE_AT: Final = 0.68  # of the way from the box's centre to its sides: people draw boxes loosely
CORE: Final = 0.35  # within this the box surely holds wound
_PATIENCE: Final = 2  # rungs clearly worse than the best, before the ladder ends
LEAST_SHARE: Final = 0.25  # of the box; less, and the ellipse is taken instead


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A solved lesion in working pixels; ``score`` is the Dice with a person's outline to expect.

    ``facts`` are what it is scored by: contrast across the edge in standard deviations, redder and
    lighter than its surround by how many Lab steps, share of the box squared, share of the rim that
    lies on the window's border, unevenness of its colours, and its size in rungs squared.
    ``edge_sd`` is how far the edge may lie off all round, in working pixels; None: not known.
    """

    window: Window
    mask: Mask
    facts: tuple[float, ...]
    edge_sd: float | None = None

    @property
    def score(self) -> float:
        """A straight-line fit over eight radii at each of 256 lesions of FUSeg's training part."""
        if not self.facts:
            return 0.0
        return float(np.clip(_SCORE_BASE + np.dot(_SCORE_WEIGHTS, self.facts), 0.0, 1.0))


def cut_box(
    pixels: Pixels,
    box: Box,
    *,
    include: Sequence[Point] = (),
    exclude: Sequence[Point] = (),
    others: Sequence[Outline] = (),
    side: int = BOX_SIDE_PX,
    is_voted: bool = True,
    rounds: int = 1,
) -> Cut:
    """Solve for the lesion in a box.

    GrabCut (Rother, Kolmogorov and Blake 2004, doi 10.1145/1015706.1015720) seeded by the ellipse
    that people's boxes leave; the distance from the centre is one of the colour channels, so that a
    pixel's place speaks too. Voted over three feature sets, opened, the largest part or those with
    an ``include`` point kept, holes filled. Where next to nothing is left, the ellipse itself.

    Parameters
    ----------
    include, exclude
        Photograph points that must end up inside or outside.
    others
        Lesions that lie apart from this one: none of their pixels is taken.
    rounds
        Of GrabCut. From a box a second one brings nothing; from a click, whose box is a guess, it
        does (``benchmarks/outlines.py``).
    """
    window = window_around(pixels, box, side, MARGIN)
    rgb = crop(pixels, window)
    x0, y0, x1, y1 = window.to_working(((box[0], box[1]), (box[2], box[3]))).ravel().tolist()
    y, x = np.mgrid[: window.rows, : window.columns] + 0.5
    half_x, half_y = max((x1 - x0) / 2, 0.5), max((y1 - y0) / 2, 0.5)
    away = np.hypot((x - (x0 + x1) / 2) / half_x, (y - (y0 + y1) / 2) / half_y)
    in_box = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    small = min(half_x, half_y)
    surely_in = window.discs(include, small / 8)
    surely_out = (window.discs(exclude, small / 8) & ~surely_in) | ~in_box
    surely_out |= window.mask_of(others)
    seeds = np.full(away.shape, cv2.GC_PR_BGD, dtype=np.uint8)
    seeds[away < EDGE_AT + 0.12] = cv2.GC_PR_FGD
    seeds[away < CORE] = cv2.GC_FGD
    seeds[surely_out] = cv2.GC_BGD
    seeds[surely_in] = cv2.GC_FGD
    lab = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab), dtype=np.uint8)
    channels = [_tinted(lab, away)]
    if is_voted:
        channels += [_separated(lab, away), rgb]
    votes = np.zeros(away.shape, dtype=np.float32)
    for features in channels:
        votes += grab_cut(features, seeds, rounds)
    votes = cv2.GaussianBlur(votes / len(channels), (0, 0), max(0.08 * small, 0.5))
    wound = _whole_part((votes > 0.5) & ~surely_out, surely_in, small)
    if np.count_nonzero(wound) < LEAST_SHARE * 4 * half_x * half_y:
        wound = _whole_part((away < EDGE_AT + 0.05) & ~surely_out, surely_in, 0)
    wound = (wound | surely_in) & ~surely_out
    return Cut(window=window, mask=wound, facts=_facts(pixels, window, lab, wound, in_box))


def cut_click(
    pixels: Pixels,
    point: Point,
    *,
    include: Sequence[Point] = (),
    exclude: Sequence[Point] = (),
    others: Sequence[Outline] = (),
    largest: float = math.inf,
) -> Cut:
    """Solve for the lesion under one click, whatever its size: the best of a ladder of radii.

    Each rung is a box of its own round the click; the rung with the best score is solved again in
    the box of what it found. ``largest`` is the radius, in photograph pixels, to stop at.
    """
    shorter = min(pixels.shape[:2])
    best: Cut | None = None
    worse = 0
    for rung in range(8):
        radius = 0.012 * 1.45**rung * shorter
        if best is not None and (radius > largest or worse > _PATIENCE):
            break
        half = radius / EDGE_AT
        box = (point[0] - half, point[1] - half, point[0] + half, point[1] + half)
        found = cut_box(
            pixels,
            box,
            include=(point, *include),
            exclude=exclude,
            others=others,
            side=SEARCH_SIDE_PX,
            is_voted=False,
            rounds=2,
        )
        if best is None or found.score > best.score:
            best = found
            worse = 0
        elif found.score < best.score - 0.1:
            worse += 1
    assert best is not None  # noqa: S101 - the ladder has rungs
    box = box_of(best)
    again = cut_box(pixels, box, include=(point, *include), exclude=exclude, others=others)
    return again if again.score >= best.score - 0.1 else best


def box_of(cut: Cut, looseness: float = 0.15) -> Box:
    """Return the box in the photograph of a solved lesion, looser on every side by a share."""
    x, y, width, height = cv2.boundingRect(cut.mask.view(np.uint8))
    corners = cut.window.to_photograph(
        np.array(
            [
                (x - looseness * width, y - looseness * height),
                (x + (1 + looseness) * width, y + (1 + looseness) * height),
            ]
        )
    )
    return (*corners[0].tolist(), *corners[1].tolist())


def grab_cut(features: Pixels, seeds: Pixels, rounds: int) -> Mask:
    """Return where GrabCut puts the wound; the same for the same input."""
    labels = seeds.copy()
    if not (seeds % 2).any() or (seeds % 2).all():
        return (labels % 2).astype(bool)
    cv2.setRNGSeed(0)
    cv2.grabCut(
        np.ascontiguousarray(features),
        labels,
        (0, 0, 1, 1),  # unread in this mode
        np.zeros((1, 65)),
        np.zeros((1, 65)),
        rounds,
        cv2.GC_INIT_WITH_MASK,
    )
    return (labels % 2).astype(bool)  # GC_FGD is 1 and GC_PR_FGD is 3


def _tinted(lab: Pixels, away: Points) -> Pixels:
    """Return lightness, redness twice over, and place."""
    redness = 2.0 * lab[..., 1] - 128
    place = 128 + (away - EDGE_AT) * 30
    return _bytes(lab[..., 0], redness, place)


def _separated(lab: Pixels, away: Points) -> Pixels:
    """Return the two colour axes that tell centre from surround best here, and place."""
    colours = lab.reshape(-1, 3).astype(np.float64)
    inner = colours[(away < 0.7 * EDGE_AT).ravel()]
    outer = colours[((away > 1) & (away < 1.8)).ravel()]
    if len(inner) < 8 or len(outer) < 8:
        return _tinted(lab, away)
    spread = np.cov(inner.T) + np.cov(outer.T) + 4 * np.eye(3)
    axis = np.linalg.solve(spread, inner.mean(axis=0) - outer.mean(axis=0))
    axis /= max(float(np.linalg.norm(axis)), 1e-9)
    centred = colours - colours.mean(axis=0)
    first = centred @ axis
    rest = centred - np.outer(first, axis)
    _, axes = np.linalg.eigh(np.cov(rest.T))
    second = rest @ axes[:, -1]
    shape = away.shape
    return _bytes(
        128 + 1.5 * first.reshape(shape),
        128 + 1.5 * second.reshape(shape),
        128 + (away - EDGE_AT) * 60,
    )


def _bytes(*channels: npt.NDArray[np.generic]) -> Pixels:
    return np.clip(np.stack(channels, axis=-1), 0, 255).astype(np.uint8)


def _whole_part(wound: Mask, wanted: Mask, small: float) -> Mask:
    """Return the opened part that counts, its holes filled: the largest, or those with seeds."""
    width = max(3, int(0.2 * small) | 1)
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    opened = cv2.morphologyEx(wound.view(np.uint8), cv2.MORPH_OPEN, element)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if count < 2:
        return opened.astype(bool)
    seeded = np.unique(labels[wanted & (labels > 0)])
    if len(seeded) == 0:
        seeded = np.array([1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())])
    return filled(np.isin(labels, seeded))


def filled(wound: Mask) -> Mask:
    """Return the mask without its holes."""
    count, labels = cv2.connectedComponents((~np.pad(wound, 1)).view(np.uint8), connectivity=4)
    if count <= 2:
        return wound
    return np.asarray(labels != labels[0, 0])[1:-1, 1:-1]


# --- how good it looks ---------------------------------------------------------------------------


def _facts(
    pixels: Pixels, window: Window, lab: Pixels, wound: Mask, in_box: Mask
) -> tuple[float, ...]:
    """Return how the lesion stands out (``Cut.facts``); empty where there is too little of it."""
    area = int(np.count_nonzero(wound))
    if area < 12:
        return ()
    band = max(2.0, 0.2 * math.sqrt(area / math.pi))
    inward = cv2.distanceTransform(np.pad(wound, 1).view(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    outward = cv2.distanceTransform((~wound).view(np.uint8), cv2.DIST_L2, 3)
    colours = lab.astype(np.float32) * np.array([1, 1.5, 1.5], dtype=np.float32)
    inner = colours[(inward > 1) & (inward <= 1 + band)]
    outer = colours[(outward > 1) & (outward <= 1 + band)]
    if len(inner) < 5 or len(outer) < 5:
        return ()
    step = (inner.mean(axis=0) - outer.mean(axis=0)).astype(np.float64)
    spread = np.cov(inner.T) + np.cov(outer.T) + 8 * np.eye(3)
    contrast = math.sqrt(float(step @ np.linalg.solve(spread, step)))
    rim = max(1, int(np.count_nonzero((inward > 0) & (inward <= 1.5))))
    at_window = int(wound[0].sum() + wound[-1].sum() + wound[:, 0].sum() + wound[:, -1].sum()) / rim
    share = area / max(1, int(np.count_nonzero(in_box)))
    unevenness = float(colours[wound].std(axis=0).sum())
    radius = math.sqrt(area / math.pi / float(np.prod(window.scale)))
    size = math.log(radius / min(pixels.shape[:2]) / 0.012) / math.log(1.45)
    redder, lighter = float(step[1]), float(step[0])
    return (contrast, redder, lighter, share**2, at_window, unevenness, size**2)


_SCORE_BASE: Final = 0.09
_SCORE_WEIGHTS: Final = (0.16, 0.0014, -0.0028, 0.46, -0.36, 0.0035, -0.0051)


# --- from working pixels to the photograph -------------------------------------------------------


def outlines_of(
    pixels: Pixels, cut: Cut, *, source: OutlineSource, confidence: float | None = None
) -> tuple[Outline, ...]:
    """Return the outlines of a solved lesion: smooth, and fitted to the photograph's own edge."""
    coarseness = 1 / float(cut.window.scale.mean())
    smallest = max(MIN_LESION_PX / coarseness**2, 1)

    def fitted(ring: Ring) -> Ring:
        curve = cut.window.to_photograph(unstepped(np.asarray(ring, dtype=np.float64)))
        return as_ring(
            snapped(pixels, curve, 1.5 * coarseness, tolerance=max(0.1 * coarseness, 0.2))
        )

    return tuple(
        Outline(
            outer=fitted(outline.outer),
            islands=tuple(fitted(island) for island in outline.islands),
            source=source,
            confidence=confidence,
            edge_sd_px=None if cut.edge_sd is None else cut.edge_sd * coarseness,
        )
        for outline in outlines_from_mask(cut.mask, min_px=math.ceil(smallest))
    )
