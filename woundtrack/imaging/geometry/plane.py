"""A plane seen in a photograph: homographies, and the fit that lays flat cards on one plane.

Hides the least squares, and the tag that a bent corner puts off the plane.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from woundtrack.model import Matrix3

Floats = NDArray[np.float64]

EDGE_SPREAD_MM: Final = 0.1
"""Prior of how far ink, lens and sensor move every edge of a tag outwards, as a standard
deviation: toner gain, and light that spills from paper over ink."""

CORNER_PX: Final = 0.05
"""Spread of a refined corner in a good photograph: the weight of the data against that prior."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What is known of a card: where its tags' corners are printed (4 T, 2) mm, and seen, px."""

    printed_mm: Floats
    seen_px: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Plane:
    """The solved plane.

    ``to_px`` maps nominal mm of the first card's frame to pixels. Per corner of all cards, in
    order: ``places_mm`` (N, 2) where it lies on that plane, ``corners_px`` (N, 2) where it was seen
    less the spread of the edges, and ``residuals_mm`` (tags,) the RMS of each tag.
    """

    to_px: Floats
    places_mm: Floats
    corners_px: Floats
    residuals_mm: Floats
    is_bent: bool = False


def robust_plane(cards: Sequence[Sheet], bent_mm: float) -> Plane:
    """Solve the plane; where one tag is off it and the others agree, from the others."""
    count = sum(len(card.printed_mm) // 4 for card in cards)
    plane = _solved_plane(cards, np.ones(count, dtype=bool))
    if plane.residuals_mm.max() <= bent_mm:
        return plane
    plane = replace(plane, is_bent=True)
    whole = math.sqrt(float(np.mean(plane.residuals_mm**2)))
    first = len(cards[0].printed_mm) // 4
    best, best_rest = plane, min(whole / 3, bent_mm / 2)
    for index in range(count):
        if count < 4 or index < first < 3:
            continue  # the frame itself needs three tags to do without one
        used = np.arange(count) != index
        candidate = _solved_plane(cards, used)
        rest = math.sqrt(float(np.mean(candidate.residuals_mm[used] ** 2)))
        if rest < best_rest:
            best, best_rest = replace(candidate, is_bent=True), rest
    return best


def _solved_plane(cards: Sequence[Sheet], used: NDArray[np.bool_]) -> Plane:
    """Solve homography, edge spread and further cards' places by Gauss–Newton, in pixels.

    ``used`` says which tags decide; residuals are given for all of them.
    """
    nominal = np.concatenate([card.printed_mm for card in cards])
    seen = np.concatenate([card.seen_px for card in cards])
    sizes = [len(card.printed_mm) for card in cards]
    # An edge moved outwards moves a corner along its diagonal: away from the tag's middle.
    outwards = np.sign(nominal - nominal.reshape(-1, 4, 2).mean(axis=1).repeat(4, axis=0))
    weights = np.repeat(used, 4).astype(np.float64)

    ends = np.cumsum(sizes)
    start = homography_of(nominal[: ends[0]], seen[: ends[0]], weights[: ends[0]])
    guess = [*(start / start[2, 2]).ravel()[:8], 0.0]
    for begin, end in itertools.pairwise(ends):
        guess += rigid(nominal[begin:end], mapped(inverse(start), seen[begin:end]))
    # Unknowns of like size make the normal equations well conditioned.
    unit = np.array(
        [*np.maximum(np.abs(guess[:8]), 1e-6), EDGE_SPREAD_MM] + [1e-2, 1, 1] * (len(cards) - 1)
    )

    def laid(unknowns: Floats) -> tuple[Floats, Floats]:
        """Return the places, and which way an edge moved outwards moves them."""
        places: Floats = nominal + unknowns[8] * outwards
        ways = outwards.copy()
        for number, (begin, end) in enumerate(itertools.pairwise(ends)):
            turn, x, y = unknowns[9 + 3 * number : 12 + 3 * number]
            rotation = np.array(
                [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
            )
            places[begin:end] = places[begin:end] @ rotation.T + (x, y)
            ways[begin:end] = ways[begin:end] @ rotation.T
        return places, ways

    def linear(unknowns: Floats) -> tuple[Floats, Floats]:
        """Return the misses, and their slope for every unknown."""
        places, ways = laid(unknowns)
        to_px = np.append(unknowns[:8], 1.0).reshape(3, 3)
        x, y = places.T
        u, v, w = to_px @ np.array([x, y, np.ones_like(x)])
        u, v = u / w, v / w
        slope = np.zeros((len(places), 2, len(unknowns)))
        slope[:, 0, 0] = slope[:, 1, 3] = x / w
        slope[:, 0, 1] = slope[:, 1, 4] = y / w
        slope[:, 0, 2] = slope[:, 1, 5] = 1 / w
        slope[:, 0, 6], slope[:, 0, 7] = -u * x / w, -u * y / w
        slope[:, 1, 6], slope[:, 1, 7] = -v * x / w, -v * y / w
        # Of (u, v) for a place on the plane: how it moves there, the picture follows.
        follows = (to_px[None, :2, :2] - np.column_stack([u, v])[:, :, None] * to_px[2, :2]) / (
            w[:, None, None]
        )
        slope[:, :, 8] = (follows @ ways[:, :, None])[:, :, 0]
        for number, (begin, end) in enumerate(itertools.pairwise(ends)):
            own, column = follows[begin:end], 9 + 3 * number
            off = places[begin:end] - unknowns[column + 1 : column + 3]
            turned = np.column_stack([-off[:, 1], off[:, 0]])
            slope[begin:end, :, column] = (own @ turned[:, :, None])[:, :, 0]
            slope[begin:end, :, column + 1 : column + 3] = own
        gap = (np.column_stack([u, v]) - seen) * weights[:, None]
        rows = (slope * weights[:, None, None]).reshape(-1, len(unknowns))
        prior = np.zeros(len(unknowns))
        prior[8] = CORNER_PX / EDGE_SPREAD_MM
        return np.append(gap.ravel(), prior[8] * unknowns[8]), np.vstack([rows, prior])

    unknowns = np.array(guess)
    for _ in range(12):
        miss, slope = linear(unknowns)
        move = np.linalg.lstsq(slope * unit, -miss, rcond=1e-12)[0]
        unknowns = unknowns + move * unit
        if float(np.abs(move).max()) < 1e-8:
            break
    to_px = np.append(unknowns[:8], 1.0).reshape(3, 3)
    spread = laid(unknowns)[0]
    plain = unknowns.copy()
    plain[8] = 0.0
    places = laid(plain)[0]
    corners = seen - (mapped(to_px, spread) - mapped(to_px, places))
    gaps = mapped(inverse(to_px), corners) - places
    residuals = np.sqrt((gaps**2).sum(axis=1).reshape(-1, 4).mean(axis=1))
    return Plane(to_px=to_px, places_mm=places, corners_px=corners, residuals_mm=residuals)


def homography_of(source: Floats, target: Floats, weights: Floats | None = None) -> Floats:
    """Return the 3 × 3 map of points (N, 2) to points, by the normalised direct linear transform.

    Hartley and Zisserman, Multiple View Geometry, algorithm 4.2.
    """
    if weights is not None:
        source, target = source[weights > 0], target[weights > 0]
    from_unit, to_unit = _to_unit(source), _to_unit(target)
    x, y = mapped(from_unit, source).T
    u, v = mapped(to_unit, target).T
    one, none = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.column_stack([x, y, one, none, none, none, -u * x, -u * y, -u]),
            np.column_stack([none, none, none, x, y, one, -v * x, -v * y, -v]),
        ]
    )
    unit_map = np.linalg.svd(rows)[2][-1].reshape(3, 3)
    found: Floats = inverse(to_unit) @ unit_map @ from_unit
    found /= found[2, 2]
    return found


def _to_unit(points: Floats) -> Floats:
    centre = points.mean(axis=0)
    scale = math.sqrt(2) / max(float(np.hypot(*(points - centre).T).mean()), 1e-12)
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1.0]])


def rigid(source: Floats, target: Floats) -> list[float]:
    """Return turn (rad) and shift of the rigid motion nearest to source → target (Kabsch 1976)."""
    a, b = source - source.mean(axis=0), target - target.mean(axis=0)
    turn = math.atan2(float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()), float((a * b).sum()))
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    shift = target.mean(axis=0) - rotation @ source.mean(axis=0)
    return [turn, float(shift[0]), float(shift[1])]


def inverse(matrix: Floats) -> Floats:
    """Return the inverse of a 3 × 3 map."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def mapped(matrix: Floats, points: Floats) -> Floats:
    """Return where a 3 × 3 map puts points (N, 2)."""
    homogeneous = points @ matrix[:, :2].T + matrix[:, 2]
    found: Floats = homogeneous[:, :2] / homogeneous[:, 2:]
    return found


def signed_area(ring: Floats) -> float:
    """Return the area within a ring (N, 2) by the shoelace formula; its sign tells the turn."""
    x, y = ring.T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2


def matrix_of(array: Floats) -> Matrix3:
    """Return a 3 × 3 array as the plain numbers that are kept."""
    rows = [(float(a), float(b), float(c)) for a, b, c in array]
    return (rows[0], rows[1], rows[2])
