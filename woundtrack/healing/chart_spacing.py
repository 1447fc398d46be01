"""Words on a chart that keep off each other, and off the curves.

Hides how names are moved apart, and how free room is found. Works in px, x right and y down.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

LABEL_GAP_PX: Final = 13.0
"""How far apart the names at the ends of lines are at least."""


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return the places moved apart by at least ``gap`` inside low..high, as little as can be.

    Pools neighbours that are too near around their common middle; with no room for all, the gap
    shrinks. The order is kept.
    """
    if not places:
        return []
    order = sorted(range(len(places)), key=lambda at: places[at])
    gap = min(gap, (high - low) / max(len(places) - 1, 1))
    pools: list[tuple[float, int]] = []  # middle of a pool, and how many are in it
    for at in order:
        middle, count = places[at], 1
        while pools:
            before, many = pools[-1]
            if middle - gap * (count - 1) / 2 - (before + gap * (many - 1) / 2) >= gap:
                break
            # What each of the two would have its first member at, averaged over all members.
            start = (before - gap * (many - 1) / 2) * many
            start += (middle - gap * (count - 1) / 2 - gap * many) * count
            count += many
            middle = start / count + gap * (count - 1) / 2
            pools.pop()
        half = gap * (count - 1) / 2
        middle = min(max(middle, low + half), high - half)
        pools.append((middle, count))
    moved = [0.0] * len(places)
    queue = iter(order)
    floor = -math.inf
    for middle, count in pools:
        for place in range(count):
            value = middle + gap * (place - (count - 1) / 2)
            floor = max(value, floor + gap)
            moved[next(queue)] = floor
    over = max(moved) - high
    if over > 1e-9:
        # The pool at the foot was pushed over the edge: lift from there.
        ceiling = high
        for one in reversed(order):
            moved[one] = min(moved[one], ceiling)
            ceiling = moved[one] - gap
    return moved


_CELL_PX: Final = 16.0


@dataclass(slots=True)
class Clearings:
    """Finds room for a note among curves and other notes."""

    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    _cells: dict[tuple[int, int], list[tuple[float, float]]] = field(default_factory=dict)

    def draw(self, line: Sequence[tuple[float, float]], every_px: float = 6.0) -> None:
        """Remember a line through points."""
        places = list(line[:1])
        for (x0, y0), (x1, y1) in pairwise(line):
            far = math.hypot(x1 - x0, y1 - y0)
            if far <= every_px:
                places.append((x1, y1))
                continue
            steps = math.ceil(far / every_px)
            places += [
                (x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps)
                for step in range(1, steps + 1)
            ]
        cells = self._cells
        for place in places:
            key = int(place[0] // _CELL_PX), int(place[1] // _CELL_PX)
            if key in cells:
                cells[key].append(place)
            else:
                cells[key] = [place]

    def is_free(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Return whether nothing is there."""
        if any(
            left < other_right and other_left < right and top < other_bottom and other_top < bottom
            for other_left, other_top, other_right, other_bottom in self.boxes
        ):
            return False
        columns = range(int((left - 2) // _CELL_PX), int((right + 2) // _CELL_PX) + 1)
        rows = range(int((top - 2) // _CELL_PX), int((bottom + 2) // _CELL_PX) + 1)
        return not any(
            left - 2 < x < right + 2 and top - 2 < y < bottom + 2
            for column in columns
            for row in rows
            for x, y in self._cells.get((column, row), ())
        )

    def take(
        self,
        width: float,
        height: float,
        corners: Iterable[tuple[float, float]],
        bounds: tuple[float, float, float, float],
    ) -> tuple[float, float] | None:
        """Take the first of the top left corners at which a box is free, and return it."""
        for left, top in corners:
            box = (left, top, left + width, top + height)
            inside = (
                box[0] >= bounds[0]
                and box[1] >= bounds[1]
                and box[2] <= bounds[2]
                and box[3] <= bounds[3]
            )
            if inside and self.is_free(*box):
                self.boxes.append(box)
                return left, top
        return None
