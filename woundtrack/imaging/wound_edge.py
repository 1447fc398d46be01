"""Find a wound's edge in a window of the photograph, from seeds: the solver of every gesture.

Hides working scale, colour features, GrabCut's seeding and fall-backs, and the fit of the edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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
    outline_patch,
    outlines_from_mask,
    ring_length,
    shoelace,
    simplified,
    unstepped,
)
from woundtrack.model import Outline, OutlineSource, Point, Ring

Box = tuple[float, float, float, float]
Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

# Tuned on FUSeg's training photographs with benchmarks/outline_gestures.py; small windows do better
# than fine ones there (0.864 against 0.846 mean Dice), since the smoothness term then reaches further.
BOX_SIDE_PX: Final = 104
SEARCH_SIDE_PX: Final = 80
MARGIN: Final = 0.4  # of the box's width and height, on every side
EDGE_AT: Final = 0.68  # of the way from the box's centre to its sides: people draw boxes loosely
CORE: Final = 0.35  # within this the box surely holds wound
MAX_ENLARGEMENT: Final = 4.0
LEAST_SHARE: Final = 0.25  # of the box; less, and the ellipse is taken instead
SNAP_SIDE_PX: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A rectangle of the photograph and its size in working pixels."""

    x: int
    y: int
    width: int
    height: int
    columns: int
    rows: int

    @property
    def scale(self) -> Points:
        """Working pixels a photograph pixel, (x, y)."""
        return np.array([self.columns / self.width, self.rows / self.height])

    def to_working(self, points: Sequence[Point] | Points) -> Points:
        """Return photograph points (N, 2) in working pixels."""
        return (np.asarray(points, dtype=np.float64).reshape(-1, 2) - (self.x, self.y)) * self.scale

    def to_photograph(self, points: Points) -> Points:
        """Return working points (N, 2) in photograph pixels."""
        return points / self.scale + np.array([self.x, self.y])

    def mask_of(self, outlines: Iterable[Outline]) -> Mask:
        """Return the working pixels (rows, columns) inside any of the outlines."""
        mask: Mask = np.zeros((self.rows, self.columns), dtype=bool)
        for outline in outlines:
            placed = Outline(
                outer=as_ring(self.to_working(outline.outer)),
                islands=tuple(as_ring(self.to_working(ring)) for ring in outline.islands),
            )
            (x, y), inside = outline_patch(placed, mask.shape)
            mask[y : y + inside.shape[0], x : x + inside.shape[1]] |= inside
        return mask

    def discs(self, points: Sequence[Point], radius: float) -> Mask:
        """Return the working pixels within ``radius`` of the points, each at least its own pixel."""
        mask: Mask = np.zeros((self.rows, self.columns), dtype=bool)
        y, x = np.ogrid[: self.rows, : self.columns]
        for px, py in self.to_working(points).tolist():
            mask |= (x + 0.5 - px) ** 2 + (y + 0.5 - py) ** 2 <= max(radius, 0.8) ** 2
        return mask


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A solved lesion in working pixels; ``score`` is the Dice with a person's outline to expect.

    ``facts`` are what it is scored by: contrast across the edge in standard deviations, redder and
    lighter than its surround by how many Lab steps, share of the box squared, share of the rim that
    lies on the window's border, unevenness of its colours, and its size in rungs squared.
    """

    window: Window
    mask: Mask
    facts: tuple[float, ...]

    @property
    def score(self) -> float:
        """A straight-line fit over eight radii at each of 256 lesions of FUSeg's training photographs."""
        if not self.facts:
            return 0.0
        return float(np.clip(_SCORE_BASE + np.dot(_SCORE_WEIGHTS, self.facts), 0.0, 1.0))


def window_around(pixels: Pixels, box: Box, side: int, margin: float = MARGIN) -> Window:
    """Return the window of a box and its margin, at most ``side`` working pixels long."""
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = box
    across, down = (x1 - x0) * margin, (y1 - y0) * margin
    left = min(max(math.floor(x0 - across), 0), width - 1)
    top = min(max(math.floor(y0 - down), 0), height - 1)
    right = max(min(math.ceil(x1 + across), width), left + 1)
    bottom = max(min(math.ceil(y1 + down), height), top + 1)
    scale = min(MAX_ENLARGEMENT, side / max(right - left, bottom - top))
    return Window(
        x=left,
        y=top,
        width=right - left,
        height=bottom - top,
        columns=max(1, round((right - left) * scale)),
        rows=max(1, round((bottom - top) * scale)),
    )


def crop(pixels: Pixels, window: Window) -> Pixels:
    """Return the window's pixels at working size."""
    native = pixels[window.y : window.y + window.height, window.x : window.x + window.width]
    shrinks = window.columns < window.width
    size = (window.columns, window.rows)
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(native, size, interpolation=way), dtype=np.uint8)


def cut_box(
    pixels: Pixels,
    box: Box,
    *,
    include: Sequence[Point] = (),
    exclude: Sequence[Point] = (),
    others: Sequence[Outline] = (),
    side: int = BOX_SIDE_PX,
    is_voted: bool = True,
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
    """
    window = window_around(pixels, box, side)
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
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)
    channels = [_tinted(lab, away)]
    if is_voted:
        channels += [_separated(lab, away), rgb]
    votes = np.zeros(away.shape, dtype=np.float32)
    for features in channels:
        votes += grab_cut(features, seeds, rounds=2 if features is not rgb else 3)
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
) -> Cut:
    """Solve for the lesion under one click, whatever its size: the best of a ladder of radii.

    Each rung is a box of its own round the click; the rung with the best score is solved again in
    the box of what it found.
    """
    shorter = min(pixels.shape[:2])
    best: Cut | None = None
    for rung in range(8):
        half = 0.012 * 1.45**rung * shorter / EDGE_AT
        box = (point[0] - half, point[1] - half, point[0] + half, point[1] + half)
        found = cut_box(
            pixels,
            box,
            include=(point, *include),
            exclude=exclude,
            others=others,
            side=SEARCH_SIDE_PX,
            is_voted=False,
        )
        if best is None or found.score > best.score:
            best = found
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
        None,
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
        return as_ring(snapped(pixels, curve, 1.5 * coarseness, tolerance=0.3 * max(coarseness, 1)))

    return tuple(
        Outline(
            outer=fitted(outline.outer),
            islands=tuple(fitted(island) for island in outline.islands),
            source=source,
            confidence=confidence,
        )
        for outline in outlines_from_mask(cut.mask, min_px=math.ceil(smallest))
    )


def snapped(pixels: Pixels, ring: Points, reach: float, *, tolerance: float) -> Points:
    """Return a ring moved along its normals onto the colour edge within ``reach`` photograph px.

    Along every normal the edge stands where what is inside looks most like the inner end and what
    is outside most like the outer end (log likelihood ratio of local colours), neighbours held
    together; solved exactly by dynamic programming. Where nothing changes across, it stays.
    """
    height, width = pixels.shape[:2]
    lowest = np.floor(ring.min(axis=0) - 2 * reach - 2)
    highest = np.ceil(ring.max(axis=0) + 2 * reach + 2)
    x0, y0 = np.clip(lowest, 0, (width - 1, height - 1)).astype(int).tolist()
    x1, y1 = np.clip(highest, (x0 + 1, y0 + 1), (width, height)).astype(int).tolist()
    scale = min(1.0, SNAP_SIDE_PX / max(x1 - x0, y1 - y0))
    window = Window(
        x=x0,
        y=y0,
        width=x1 - x0,
        height=y1 - y0,
        columns=max(1, round((x1 - x0) * scale)),
        rows=max(1, round((y1 - y0) * scale)),
    )
    lab = cv2.cvtColor(crop(pixels, window), cv2.COLOR_RGB2Lab).astype(np.float32)
    lab *= np.array([1, 1.5, 1.5], dtype=np.float32)
    curve = window.to_working(ring)
    count = int(np.clip(ring_length(curve) / 1.5, 24, 480))
    curve = resampled(curve, count)
    outward = normals(curve)
    far = max(reach * scale, 1.5)
    step = max(0.5, far / 12)
    offsets = np.arange(-far, far + step / 2, step)
    where = curve[:, None, :] + outward[:, None, :] * offsets[None, :, None] - 0.5
    profiles = cv2.remap(
        lab,
        where[..., 0].astype(np.float32),
        where[..., 1].astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    third = max(1, len(offsets) // 3)
    spread = max(1.5, count / 40)
    inside = _blurred_round(profiles[:, :third].mean(axis=1), spread)
    outside = _blurred_round(profiles[:, -third:].mean(axis=1), spread)
    noise = profiles[:, :third].var(axis=1) + profiles[:, -third:].var(axis=1)
    noise = _blurred_round(noise, spread) / 2 + 6
    weight = (outside - inside) / noise
    middle = (outside + inside) / 2
    ratio = np.clip(((profiles - middle[:, None]) * weight[:, None]).sum(axis=2), -4, 4)
    cost = np.cumsum(ratio, axis=1) * step
    cost = np.concatenate((np.zeros((count, 1)), cost), axis=1)
    places = np.append(offsets - step / 2, offsets[-1] + step / 2)
    cost = cost + 0.5 * (places / far) ** 2
    moves = places[_cheapest_round(cost, penalty=2.0 * step)]
    moves = _blurred_round(moves[:, None], 2.0)[:, 0]
    moved = curve + outward * moves[:, None]
    return simplified(window.to_photograph(moved), tolerance)


def resampled(ring: Points, count: int) -> Points:
    """Return ``count`` points evenly along a ring."""
    closed = np.vstack((ring, ring[:1]))
    along = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))))
    at = np.arange(count) * (along[-1] / count)
    return np.column_stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)])


def normals(ring: Points) -> Points:
    """Return the outward unit normals of a ring, whichever way it runs."""
    tangent = np.roll(ring, -2, axis=0) - np.roll(ring, 2, axis=0)
    outward = np.column_stack((tangent[:, 1], -tangent[:, 0])) * np.sign(shoelace(ring) or 1.0)
    return outward / np.maximum(np.linalg.norm(outward, axis=1), 1e-12)[:, None]


def _blurred_round(values: npt.NDArray[np.floating], spread: float) -> Points:
    """Return values (N, K) blurred along a closed ring."""
    frequency = np.fft.rfftfreq(len(values))
    gain = np.exp(-2 * (np.pi * spread * frequency) ** 2)[:, None]
    return np.fft.irfft(np.fft.rfft(values, axis=0) * gain, n=len(values), axis=0)


def _cheapest_round(cost: Points, penalty: float) -> npt.NDArray[np.int64]:
    """Return the cheapest column of every row (N, T), neighbours at most one apart, on a ring.

    Two laps, of which the second half of the first and the first half of the second are kept, so
    that the start has no say.
    """
    count, places = cost.shape
    lap = np.concatenate((cost, cost))
    best = lap[0].copy()
    came = np.zeros((2 * count, places), dtype=np.int8)
    candidates = np.empty((3, places))
    for row in range(1, 2 * count):
        candidates[0] = best
        candidates[1, 1:] = best[:-1] + penalty
        candidates[1, 0] = np.inf
        candidates[2, :-1] = best[1:] + penalty
        candidates[2, -1] = np.inf
        choice = candidates.argmin(axis=0)
        came[row] = choice
        best = candidates[choice, np.arange(places)] + lap[row]
    path = np.empty(2 * count, dtype=np.int64)
    path[-1] = int(best.argmin())
    shift = (0, -1, 1)
    for row in range(2 * count - 1, 0, -1):
        path[row - 1] = path[row] + shift[came[row, path[row]]]
    half = count // 2
    return np.concatenate((path[count : count + half], path[half:count]))
