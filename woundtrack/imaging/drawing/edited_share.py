"""How much of an accepted outline a person changed, against what the program had proposed.

Hides which proposals an outline began with, and the grid that areas are counted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from woundtrack.imaging.outline import Mask, Points, as_ring, union_mask
from woundtrack.model import Outline

_GRID_PX: Final = 1200  # across the wound: a difference of a ten thousandth of its area is seen


def edited_share(parts: Sequence[Outline], proposed: Sequence[Outline]) -> float:
    """Return 1 − intersection / union of an accepted lesion and the proposals that it lies over.

    0 is as proposed, 1 is none of it proposed: drawn where the program saw nothing, or nothing in
    common with what it saw.

    Parameters
    ----------
    parts
        The open parts of the lesion as accepted, px of the photograph.
    proposed
        All outlines that were proposed in that photograph; those that share nothing with the
        lesion are other lesions' and don't count.
    """
    rings = [_rings(part) for part in parts]
    if all(one in [_rings(other) for other in proposed] for one in rings):
        return 0.0
    every = np.concatenate([np.asarray(one.outer) for one in (*parts, *_near(parts, proposed))])
    low, high = every.min(axis=0), every.max(axis=0)
    scale = min(1.0, _GRID_PX / max(float((high - low).max()), 1.0))
    columns, rows = (np.ceil((high - low) * scale).astype(int) + 1).tolist()

    def mask_of(outlines: Sequence[Outline]) -> Mask:
        placed = [
            Outline(
                outer=as_ring((np.asarray(one.outer) - low) * scale),
                islands=tuple(as_ring((np.asarray(ring) - low) * scale) for ring in one.islands),
            )
            for one in outlines
        ]
        return union_mask(placed, (rows, columns))

    accepted = mask_of(parts)
    begun = [mask_of([one]) for one in _near(parts, proposed)]
    begun = [one for one in begun if (one & accepted).any()]
    if not begun:
        return 1.0
    before = np.logical_or.reduce(begun)
    whole = np.count_nonzero(accepted | before)
    return 1.0 - float(np.count_nonzero(accepted & before)) / whole if whole else 0.0


def _rings(outline: Outline) -> tuple[object, ...]:
    return (outline.outer, outline.islands)


def _near(parts: Sequence[Outline], proposed: Sequence[Outline]) -> list[Outline]:
    """Return the proposals whose boxes meet that of any part."""
    boxes = [_box(part) for part in parts]
    return [
        one
        for one in proposed
        if any(
            (low <= other_high).all() and (other_low <= high).all()
            for other_low, other_high in boxes
            for low, high in (_box(one),)
        )
    ]


def _box(outline: Outline) -> tuple[Points, Points]:
    points = np.asarray(outline.outer)
    return points.min(axis=0), points.max(axis=0)
