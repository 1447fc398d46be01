"""The share of a number's variance that is of the items: the ICC with an interval that holds.

Hides how the distribution of several mean squares is walked through, the same way at every run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from woundtrack.errors import AgreementUnknown
from woundtrack.healing.estimates import Estimate

if TYPE_CHECKING:
    from woundtrack.healing.agreement import MeanSquare

Floats = npt.NDArray[np.float64]

_ALPHA: Final = 0.05
_PLACES: Final = 65_536  # the ends of an interval are then right to 0.001


def share_of_items(
    between: MeanSquare,
    beside: MeanSquare,
    weights: Sequence[tuple[float, MeanSquare]],
    times: int,
) -> Estimate:
    """Return the ICC of a single reading, absolute agreement.

    Parameters
    ----------
    between
        The mean square of items; ``beside``: what it holds beside the items.
    weights
        The mean squares whose weighted sum is the variance of single readings of an item.
    times
        How often each item was read, by all readers together.

    With several mean squares beside that of items the interval is the generalised one (Ionan,
    Polley, McShane and Dobbin 2014, doi 10.1186/1471-2288-14-121, after Weerahandi 1993): the
    quantiles of the ICC when every mean square in it is divided by its χ². It holds with two
    readers and many items, too, where that of McGraw and Wong takes the readers for known. With one
    alone (one reader's repeats) it is the exact one, by the F distribution.

    Raises ``AgreementUnknown`` where all readings are one number.
    """
    noise = sum(weight * square.value for weight, square in weights)
    if noise <= 0:
        if between.value <= 0:
            raise AgreementUnknown(reason="all readings are one and the same number")
        return Estimate(value=1.0, unit="", low=1.0, high=1.0)
    value = _share((between.value - beside.value) / times, noise)
    low, high = (
        _exact_ends(between, beside, times)
        if len(weights) == 1
        else _generalised_ends(between, beside, weights, times)
    )
    return Estimate(value=value, unit="", low=min(low, value), high=max(high, value))


def _share(of_items: float, of_noise: float) -> float:
    return of_items / (of_items + of_noise)


def _exact_ends(between: MeanSquare, error: MeanSquare, times: int) -> tuple[float, float]:
    from scipy.special import fdtri

    upper = float(fdtri(between.freedom, error.freedom, 1 - _ALPHA / 2))
    lower = float(fdtri(between.freedom, error.freedom, _ALPHA / 2))
    low, high = (
        _share((between.value / quantile - error.value) / times, error.value)
        for quantile in (upper, lower)
    )
    return low, high


def _generalised_ends(
    between: MeanSquare,
    beside: MeanSquare,
    weights: Sequence[tuple[float, MeanSquare]],
    times: int,
) -> tuple[float, float]:
    squares = {id(one): one for one in (between, beside, *(square for _, square in weights))}
    likely = {
        key: square.value * square.freedom / _chi_squared(square.freedom, place)
        for place, (key, square) in enumerate(squares.items())
    }
    of_items: Floats = (likely[id(between)] - likely[id(beside)]) / times
    of_noise = np.zeros(_PLACES)
    for weight, square in weights:
        of_noise += weight * likely[id(square)]
    shares = np.maximum(of_items, 0.0) / (of_items + of_noise)
    low, high = np.quantile(shares, (_ALPHA / 2, 1 - _ALPHA / 2))
    return float(low), float(high)


@lru_cache(maxsize=32)
def _chi_squared(freedom: int, place: int) -> Floats:
    """Return χ² of so many degrees of freedom, at evenly spread shares of its distribution.

    The shares are the same at every run, and in another order for every ``place``: together they
    are a Latin hypercube, whose ends lie where they should, unlike those of as many random ones.
    """
    from scipy.special import chdtri

    shares = (np.arange(_PLACES) + 0.5) / _PLACES
    np.random.RandomState(place).shuffle(shares)  # the one stream of NumPy that never changes
    found: Floats = chdtri(freedom, shares)
    return found
