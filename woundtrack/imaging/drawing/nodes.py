"""Change a ring at its nodes: drag, insert, take away.

Hides which few of a ring's many points are handles, and how the edge between two of them follows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from woundtrack.errors import EditImpossible
from woundtrack.imaging.outline import Points, as_ring
from woundtrack.model import Outline, Point, Ring

LEAST_NODES: Final = 3
_STRAY: Final = 0.015  # of the ring's size, that the edge may lie from straight lines between nodes


def nodes_of(ring: Ring) -> tuple[int, ...]:
    """Return the places in a ring of the few points that show its shape, in the ring's order."""
    points = np.asarray(ring, dtype=np.float32)
    size = float(np.hypot(*np.ptp(points, axis=0)))
    kept = cv2.approxPolyDP(points.reshape(-1, 1, 2), _STRAY * size, closed=True).reshape(-1, 2)
    gaps = np.abs(points[:, None, :] - kept[None, :, :]).sum(axis=2)
    nodes = sorted(set(gaps.argmin(axis=0).tolist()))
    if len(nodes) < LEAST_NODES:
        nodes = np.linspace(0, len(ring), LEAST_NODES, endpoint=False).astype(int).tolist()
    return tuple(nodes)


def node_moved(ring: Ring, nodes: Sequence[int], which: int, to: Point) -> Ring:
    """Return the ring with a node elsewhere; the edge on either side of it follows, less and less.

    Parameters
    ----------
    ring
        Points (x, y) in pixels of the photograph.
    nodes
        Places in the ring, as from ``nodes_of``; the neighbours of ``nodes[which]`` stay.
    """
    count = len(ring)
    moved = np.asarray(ring, dtype=np.float64)
    by = np.asarray(to) - moved[nodes[which]]
    for neighbour in (nodes[which - 1], nodes[(which + 1) % len(nodes)]):
        stretch = _stretch(neighbour, nodes[which], count, is_before=neighbour == nodes[which - 1])
        points = moved[stretch]
        along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
        share = along / max(along[-1], 1e-9)
        # Flat at both ends: no kink at the node, none where the movement dies away.
        follow = (1 - np.cos(np.pi * share)) / 2
        moved[stretch[:-1]] = points[:-1] + follow[:-1, None] * by
    moved[nodes[which]] = np.asarray(to)
    return as_ring(moved)


def node_inserted(ring: Ring, nodes: Sequence[int], at: Point) -> tuple[Ring, tuple[int, ...], int]:
    """Return the ring with a node where it passes nearest a point, the nodes, and which is new."""
    points = np.asarray(ring, dtype=np.float64)
    along = np.roll(points, -1, axis=0) - points
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((np.asarray(at) - points) * along).sum(axis=1) / length, 0, 1)
    feet = points + share[:, None] * along
    edge = int(np.hypot(*(feet - np.asarray(at)).T).argmin())
    foot: Point = (float(feet[edge, 0]), float(feet[edge, 1]))
    place = edge + 1
    shifted = [node + (node >= place) for node in nodes]
    with_node = (*ring[:place], foot, *ring[place:])
    every = tuple(sorted([*shifted, place]))
    return with_node, every, every.index(place)


def node_removed(ring: Ring, nodes: Sequence[int], which: int) -> tuple[Ring, tuple[int, ...]]:
    """Return the ring straight between a node's neighbours, and the nodes that are left.

    Raises ``EditImpossible`` where fewer than three would be left.
    """
    if len(nodes) <= LEAST_NODES:
        raise EditImpossible(reason="an outline needs three nodes")
    count = len(ring)
    before, after = nodes[which - 1], nodes[(which + 1) % len(nodes)]
    gone = {(before + step) % count for step in range(1, (after - before) % count)}
    kept = [index for index in range(count) if index not in gone]
    places = {index: number for number, index in enumerate(kept)}
    left = tuple(places[node] for number, node in enumerate(nodes) if number != which % len(nodes))
    return tuple(ring[index] for index in kept), left


def is_sound(outline: Outline) -> bool:
    """Return whether no ring crosses itself and every island lies within the outer ring."""
    rings = [np.asarray(ring, dtype=np.float64) for ring in (outline.outer, *outline.islands)]
    if any(_crosses_itself(ring) for ring in rings):
        return False
    outer = rings[0].astype(np.float32)
    return all(
        cv2.pointPolygonTest(outer, point, measureDist=False) > 0
        for island in outline.islands
        for point in island
    )


def _stretch(neighbour: int, node: int, count: int, *, is_before: bool) -> list[int]:
    """Return the places from a neighbour to a node, both included."""
    steps = (node - neighbour) % count if is_before else (neighbour - node) % count
    way = 1 if is_before else -1
    return [(neighbour + way * step) % count for step in range(steps + 1)]


def _crosses_itself(ring: Points) -> bool:
    """Return whether two edges of a ring that aren't neighbours cross."""
    count = len(ring)
    if count < 4:
        return False
    ends = np.roll(ring, -1, axis=0)
    start = _side(ring, ends, ring)  # of every edge's start against every edge
    stop = _side(ring, ends, ends)
    splits = start * stop < 0
    crossed = np.argwhere(splits & splits.T)
    apart = (crossed[:, 0] - crossed[:, 1]) % count
    return bool(np.any((apart > 1) & (apart < count - 1)))


def _side(starts: Points, ends: Points, points: Points) -> Points:
    """Return for every edge (row) on which side of it every point (column) lies."""
    along = ends - starts
    to = points[None, :, :] - starts[:, None, :]
    side: Points = along[:, None, 0] * to[..., 1] - along[:, None, 1] * to[..., 0]
    return side


def nearest_node(
    outline: Outline, nodes: Sequence[Sequence[int]], point: Point, within: float
) -> tuple[int, int] | None:
    """Return (ring, node) of the node nearest a point, at most ``within`` px away, or None."""
    best: tuple[float, tuple[int, int] | None] = (within, None)
    for number, (ring, places) in enumerate(
        zip((outline.outer, *outline.islands), nodes, strict=True)
    ):
        for which, place in enumerate(places):
            distance = math.dist(ring[place], point)
            if distance <= best[0]:
                best = (distance, (number, which))
    return best[1]
