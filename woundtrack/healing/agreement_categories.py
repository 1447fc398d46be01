"""How well readers agree on a category: kappa of two readers, and of any number of them.

Hides weights, missing answers, and intervals that know that items of one patient are alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from woundtrack.errors import AgreementUnknown
from woundtrack.healing.estimates import Z95, Estimate

Floats = npt.NDArray[np.float64]
Answers = Mapping[str, Mapping[str, str]]
"""For each item's id what each reader answered; who didn't answer isn't in it."""


class Weights(Enum):
    """How much of an agreement two categories of an ordered set are that lie apart."""

    NONE = "unweighted"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True, kw_only=True, slots=True)
class Kappa:
    """Agreement beyond chance. ``observed`` is the (weighted) share of agreement itself."""

    kappa: Estimate
    observed: float
    items: int
    readers: tuple[str, ...]
    weights: Weights
    name: str


def cohens_kappa(
    answers: Answers,
    first: str,
    second: str,
    categories: Sequence[str],
    *,
    weights: Weights = Weights.NONE,
    clusters: Mapping[str, str] | None = None,
) -> Kappa:
    """Return Cohen's kappa of two readers over the items that both answered.

    Its standard error is that of Fleiss, Cohen and Everitt 1969 (doi 10.1037/h0028106), the
    interval ± 1.96 of it. With ``clusters`` (for each item what it has in common with others, such
    as its patient) the same influences of single items are summed by cluster before they are
    squared. Raises ``AgreementUnknown`` where all answers are one category, with fewer than two
    items, and for an answer that is no category.
    """
    both = [item for item, row in answers.items() if first in row and second in row]
    places = _places(categories)
    one = np.array([_place(places, answers[item][first]) for item in both], dtype=int)
    other = np.array([_place(places, answers[item][second]) for item in both], dtype=int)
    count = len(both)
    if count < 2:
        raise AgreementUnknown(reason=f"{first} and {second} both answered {count} photographs")
    shares = np.zeros((len(places), len(places)))
    np.add.at(shares, (one, other), 1 / count)
    table = _weights(weights, len(places))
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, chance = float((table * shares).sum()), float(rows @ table @ columns)
    _refuse_one_category(chance)
    kappa = (observed - chance) / (1 - chance)
    mean_of_row, mean_of_column = table @ columns, rows @ table
    influences = (
        table[one, other] * (1 - chance)
        - (mean_of_row[one] + mean_of_column[other]) * (1 - observed)
    ) / (1 - chance) ** 2
    if clusters is None:
        half = Z95 * math.sqrt(((influences - influences.mean()) ** 2).sum()) / count
    else:
        half = Z95 * _clustered(influences - influences.mean(), both, clusters)
    return Kappa(
        kappa=_about(kappa, half),
        observed=observed,
        items=count,
        readers=(first, second),
        weights=weights,
        name="Cohen's kappa",
    )


def fleiss_kappa(
    answers: Answers,
    categories: Sequence[str],
    *,
    weights: Weights = Weights.NONE,
    clusters: Mapping[str, str] | None = None,
) -> Kappa:
    """Return Fleiss' kappa of any number of readers, weighted where the categories are ordered.

    Fleiss 1971 (doi 10.1037/h0031619); weights, missing answers and the standard error of the
    readers at hand are Gwet's (2008, doi 10.1348/000711006X126600; Handbook of Inter-Rater
    Reliability, 2014, section 5.3). Items with one answer alone count for how often a category is,
    and not for agreement. The interval is by Student's t of as many degrees of freedom as there are
    items, or ``clusters``, less one. Raises ``AgreementUnknown`` as ``cohens_kappa`` does.
    """
    from scipy.special import stdtrit

    places = _places(categories)
    answered = [item for item, row in answers.items() if row]
    counts = np.zeros((len(answered), len(places)))
    for line, item in enumerate(answered):
        for answer in answers[item].values():
            counts[line, _place(places, answer)] += 1
    raters = counts.sum(axis=1)
    is_shared = raters >= 2
    shared = int(is_shared.sum())
    if shared < 2:
        raise AgreementUnknown(reason=f"{shared} photographs were answered by more than one reader")
    table = _weights(weights, len(places))
    pairs = np.where(is_shared, raters * (raters - 1), 1.0)
    own = (counts * (counts @ table - 1)).sum(axis=1) / pairs
    own[~is_shared] = 0.0
    observed = float(own.sum()) / shared
    shares = (counts / raters[:, None]).mean(axis=0)
    chance = float(shares @ table @ shares)
    _refuse_one_category(chance)
    kappa = (observed - chance) / (1 - chance)
    of_items = len(answered) / shared * (own - chance * is_shared) / (1 - chance)
    by_chance = counts @ (table @ shares) / raters
    influences = of_items - 2 * (1 - kappa) * (by_chance - chance) / (1 - chance) - kappa
    groups = clusters or {item: item for item in answered}
    error = _clustered(influences, answered, groups)
    number = len({groups[item] for item in answered})
    half = float(stdtrit(number - 1, 0.975)) * error if number > 1 else math.inf
    return Kappa(
        kappa=_about(kappa, half),
        observed=observed,
        items=shared,
        readers=tuple(sorted({reader for row in answers.values() for reader in row})),
        weights=weights,
        name="Fleiss' kappa",
    )


def _places(categories: Sequence[str]) -> dict[str, int]:
    return {category: place for place, category in enumerate(categories)}


def _place(places: Mapping[str, int], answer: str) -> int:
    if answer not in places:
        raise AgreementUnknown(reason=f"“{answer}” is none of the answers")
    return places[answer]


def _weights(weights: Weights, count: int) -> Floats:
    """Return how much agreement each pair of categories is, 1 for the same."""
    places = np.arange(count)
    apart = np.abs(places[:, None] - places) / max(count - 1, 1)
    less = {Weights.NONE: np.sign(apart), Weights.LINEAR: apart, Weights.QUADRATIC: apart**2}
    table: Floats = 1 - less[weights]
    return table


def _refuse_one_category(chance: float) -> None:
    if 1 - chance < 1e-12:
        raise AgreementUnknown(reason="every reader gave every photograph the same answer")


def _clustered(influences: Floats, items: Sequence[str], clusters: Mapping[str, str]) -> float:
    """Return the standard error of a mean of influences that add up within clusters."""
    sums: dict[str, float] = {}
    for item, influence in zip(items, influences, strict=True):
        sums[clusters[item]] = sums.get(clusters[item], 0.0) + float(influence)
    number = len(sums)
    if number < 2:
        return math.inf
    squares = sum(one**2 for one in sums.values())
    return math.sqrt(number / (number - 1) * squares) / len(items)


def _about(value: float, half: float) -> Estimate:
    if not math.isfinite(half):
        return Estimate(value=value, unit="")
    return Estimate(value=value, unit="", low=max(value - half, -1.0), high=min(value + half, 1.0))
