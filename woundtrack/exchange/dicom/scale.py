"""When one number tells how large a photograph's pixels are, and which.

Hides how far the scale changes over a wound where the camera was tilted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from woundtrack.model import AssessedOutline, Calibration

MOST_OFF: Final = 0.05
"""How far a length taken with the one number may be off, as a ratio, to be told at all."""

_GRID: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """The size of a pixel, mm, and by how much a length between two places may be off by it.

    ``off`` holds on the wound, as a ratio: what the tilt does, and the print.
    """

    mm_per_px: float
    off: float
    words: str


def one_scale(outlines: Iterable[AssessedOutline]) -> Scale | None:
    """Return the scale of a photograph, from what was accepted on it; None where none is true.

    The card lies flat in the plane of the wound and nothing of it is in doubt: no limb under it,
    no ruler, no tilt, print or distance that the program doubts; and on the wound no length taken
    with the one number is off by more than ``MOST_OFF``. The bound is the largest difference of
    scale in any direction at any place there, and two standard deviations of the print.
    """
    measured = [one for one in outlines if one.calibration is not None]
    calibration = _undoubted(measured)
    if calibration is None:
        return None
    places = np.vstack([np.asarray(part.outer) for one in measured for part in one.parts])
    least, most = _stretch(np.asarray(calibration.homography), places)
    if not (math.isfinite(most) and least > 0):
        return None
    middle = math.sqrt(least * most)
    off = most / middle - 1 + 2 * calibration.print_scale_sd
    if off > MOST_OFF:
        return None
    return Scale(mm_per_px=middle, off=off, words=_words(calibration, off))


def flat_scale(outlines: Iterable[AssessedOutline], mm_per_px: float | None) -> Scale | None:
    """Return the scale of a picture that was laid flat by the card; None where it isn't sure.

    ``mm_per_px`` is what a pixel was made to be. The bound is that of the print.
    """
    calibration = _undoubted([one for one in outlines if one.calibration is not None])
    if calibration is None or mm_per_px is None:
        return None
    off = 2 * calibration.print_scale_sd
    if off > MOST_OFF:
        return None
    card = calibration.cards[0]
    words = f"woundtrack {card.kind} v{card.design_version}, laid flat by it, +-{100 * off:.1f} %"
    return Scale(mm_per_px=mm_per_px, off=off, words=words)


def _undoubted(measured: Sequence[AssessedOutline]) -> Calibration | None:
    """Return the calibration of outlines where it is by a flat card, and nothing is in doubt."""
    calibration = measured[0].calibration if measured else None
    if calibration is None or not calibration.cards or calibration.limb is not None:
        return None
    return None if any(one.sized.doubts for one in measured) else calibration


def _stretch(to_mm: NDArray[np.float64], places: NDArray[np.float64]) -> tuple[float, float]:
    """Return the least and the greatest mm a pixel, in any direction, in a box round places."""
    low, high = places.min(axis=0), places.max(axis=0)
    x, y = (
        axis.ravel()
        for axis in np.meshgrid(
            np.linspace(low[0], high[0], _GRID), np.linspace(low[1], high[1], _GRID)
        )
    )
    u, v, w = to_mm @ np.array([x, y, np.ones_like(x)])
    slopes = np.empty((len(x), 2, 2))
    for row, value in enumerate((u, v)):
        for column in range(2):
            slopes[:, row, column] = (to_mm[row, column] * w - value * to_mm[2, column]) / w**2
    stretches = np.linalg.svd(slopes, compute_uv=False)
    if (w * w[0] <= 0).any():
        return 0.0, math.inf
    return float(stretches.min()), float(stretches.max())


def _words(calibration: Calibration, off: float) -> str:
    card = calibration.cards[0]
    tags = sum(len(one.tags) for one in calibration.cards)
    return (
        f"woundtrack {card.kind} v{card.design_version}, {tags} tags, "
        f"tilt {calibration.tilt_deg:.0f} deg, +-{100 * off:.1f} % there"
    )
