"""How well readers agree on a number: ICC, standard error of measurement, limits of agreement.

Hides the analysis of variance, the replicates, what becomes of missing readings, and quantiles.

The model is the two-way random one, y = μ + item + reader + item·reader + error: the readers stand
for others like them, so that what one reader always draws larger counts as disagreement (absolute
agreement of a single reading). Without replicates the last two can't be told apart and are one.
Only items that every reader read equally often are analysed; the others are counted. With one
reader alone there is the error of repeating, and nothing of other readers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.errors import AgreementUnknown
from woundtrack.healing.agreement_icc import share_of_items
from woundtrack.healing.estimates import Z95, Estimate

Floats = npt.NDArray[np.float64]

LEAST_ITEMS: Final = 3
"""Fewer items than this say nothing of how items differ."""

MOST_RATIO_TOLD: Final = 10.0
"""A detectable ratio whose upper end is beyond this is told as not known."""

_ALPHA: Final = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """One number that one reader read of one item, the ``replicate``-th time (from 1 on)."""

    item: str
    reader: str
    replicate: int
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MeanSquare:
    """A mean square of the analysis of variance and its degrees of freedom."""

    value: float
    freedom: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """What the analysis of variance says of single readings of one item.

    ``sem`` is the standard error of measurement of any reader's reading, ``repeat_sem`` that of one
    reader's repeated ones (None without replicates), each with the smallest change that is more
    than it at 95 % (``sdc``, 1.96 √2 SEM). All are in the unit of the numbers. ``icc`` is ICC(2,1),
    absolute agreement (Shrout and Fleiss 1979, doi 10.1037/0033-2909.86.2.420); with one reader
    alone it is the one-way ICC(1,1) of his repeated readings. ``left_out`` are the items that
    somebody didn't read as often as the others.
    """

    readers: tuple[str, ...]
    replicates: int
    items: int
    left_out: tuple[str, ...]
    mean: float
    icc: Estimate
    sem: Estimate
    sdc: Estimate
    repeat_sem: Estimate | None
    repeat_sdc: Estimate | None
    between_items: MeanSquare
    between_readers: MeanSquare | None
    interaction: MeanSquare | None
    error: MeanSquare | None

    @property
    def model(self) -> str:
        """What the ICC is, in the words that a paper wants."""
        if len(self.readers) == 1:
            return (
                "ICC(1,1), one-way random effects, absolute agreement, single reading; "
                "one reader's repeated readings"
            )
        return "ICC(2,1), two-way random effects, absolute agreement, single reading"


@dataclass(frozen=True, kw_only=True, slots=True)
class LogAgreement:
    """Agreement on ln(number), because the error of an area grows with the area.

    ``s_w`` is the within-item standard deviation of any reader's ln(reading), ``repeat_s_w`` that
    of one reader's repeated ones. ``cv`` is √(exp(s_w²) − 1), and ``detectable_ratio`` the ratio of
    two readings from which on they differ by more: exp(1.96 √2 s_w).
    """

    of_logs: Agreement
    s_w: Estimate
    cv: Estimate
    detectable_ratio: Estimate
    repeat_s_w: Estimate | None

    @property
    def is_ratio_known(self) -> bool:
        """Whether the readings suffice to tell a detectable ratio: its upper end is below ten.

        With two or three readers the upper end of their error may lie anywhere, and its exponential
        is then a number that says nothing.
        """
        high = self.detectable_ratio.high
        return high is not None and high <= MOST_RATIO_TOLD


def agreement(observations: Iterable[Observation], *, unit: str = "") -> Agreement:
    """Return how well readers agree on a number.

    The interval of the ICC is that of ``share_of_items``, that of the SEM the modified large-sample
    one of Graybill and Wang 1980 (doi 10.1080/01621459.1980.10477565), since its square is a sum of
    mean squares with weights above zero.

    Raises ``AgreementUnknown`` (with the reason as a clause) with fewer than three items that
    everybody read, with one reading of each item alone, or where an item was read twice as the same
    replicate.
    """
    table, readers, left_out = _table(observations)
    items, count, replicates = table.shape
    squares = _mean_squares(table)
    weights = _error_weights(squares, items, replicates)
    # What the mean square of items has beside the items: one-way that is the error itself.
    beside = squares.interaction or weights[0][1]
    icc = share_of_items(squares.items, beside, weights, count * replicates)
    sem = _root_of_sum(weights, unit, least=_truncated(squares, items, replicates))
    repeat = None
    if squares.error is not None:
        repeat = _root_of_sum([(1.0, squares.error)], unit)
    return Agreement(
        readers=readers,
        replicates=replicates,
        items=items,
        left_out=left_out,
        mean=float(table.mean()),
        icc=icc,
        sem=sem,
        sdc=_detectable(sem),
        repeat_sem=repeat,
        repeat_sdc=None if repeat is None else _detectable(repeat),
        between_items=squares.items,
        between_readers=squares.readers,
        interaction=squares.interaction,
        error=squares.error,
    )


def log_agreement(observations: Iterable[Observation]) -> LogAgreement:
    """Return the agreement on ln(number). Raises ``AgreementUnknown`` also for one not above 0."""
    observations = tuple(observations)
    if any(not one.value > 0 for one in observations):
        raise AgreementUnknown(reason="a size of zero has no logarithm")
    logs = agreement(
        Observation(
            item=one.item, reader=one.reader, replicate=one.replicate, value=math.log(one.value)
        )
        for one in observations
    )
    return LogAgreement(
        of_logs=logs,
        s_w=logs.sem,
        cv=_through(logs.sem, variation_of),
        detectable_ratio=_through(logs.sem, lambda s: math.exp(Z95 * math.sqrt(2) * s)),
        repeat_s_w=logs.repeat_sem,
    )


def variation_of(log_sd: float) -> float:
    """Return the coefficient of variation of a log-normal number, √(exp(s²) − 1)."""
    return math.sqrt(math.expm1(log_sd**2))


# --- limits of agreement -------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferencePoint:
    """One item of a Bland-Altman plot: the mean of both readings, and the first less the second."""

    item: str
    mean: float
    difference: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bias and 95 % limits of agreement of two readers, or of one reader's first two readings.

    ``is_log``: of ln(number), so that exp of each is a ratio of the first to the second.
    """

    first: str
    second: str
    bias: Estimate
    lower: Estimate
    upper: Estimate
    points: tuple[DifferencePoint, ...]
    is_log: bool = False

    @property
    def ratios(self) -> tuple[Estimate, Estimate, Estimate]:
        """Bias and limits as ratios, where they are of logarithms. Raises ``ValueError``."""
        if not self.is_log:
            raise ValueError("limits of differences are no ratios")
        bias, lower, upper = (
            _through(one, math.exp) for one in (self.bias, self.lower, self.upper)
        )
        return bias, lower, upper


def limits_between(
    observations: Iterable[Observation],
    first: str,
    second: str,
    *,
    is_log: bool = False,
    unit: str = "",
) -> Limits:
    """Return the limits of agreement of two readers over all items that both read.

    Bland and Altman 1999 (doi 10.1177/096228029900800204): d̄ ∓ 1.96 SD, the intervals of both by
    their section 2.1 with Student's t. Where readers read an item several times, the means are
    compared and the SD is that of single readings, with what averaging took off put back (their
    section 5). Raises ``AgreementUnknown`` with fewer than three items.
    """
    cells = _cells(observations, is_log=is_log)
    both = [
        (item, cells[item, first], cells[item, second])
        for item in dict.fromkeys(item for item, _ in cells)
        if (item, first) in cells and (item, second) in cells
    ]
    return _limits(first, second, both, is_log=is_log, unit=unit)


def limits_of_repeats(
    observations: Iterable[Observation], reader: str, *, is_log: bool = False, unit: str = ""
) -> Limits:
    """Return the limits of agreement of a reader's first reading of each item with the second."""
    observations = [one for one in observations if one.reader == reader]
    turns = {
        turn: {
            one.item: _value(one, is_log=is_log) for one in observations if one.replicate == turn
        }
        for turn in (1, 2)
    }
    both = [
        (item, [value], [turns[2][item]]) for item, value in turns[1].items() if item in turns[2]
    ]
    if not both:
        raise AgreementUnknown(reason=f"{reader} read no photograph twice")
    return _limits(f"{reader}, 1", f"{reader}, 2", both, is_log=is_log, unit=unit)


def _limits(
    first: str,
    second: str,
    both: Sequence[tuple[str, list[float], list[float]]],
    *,
    is_log: bool,
    unit: str,
) -> Limits:
    from scipy.special import stdtrit

    count = len(both)
    if count < LEAST_ITEMS:
        raise AgreementUnknown(
            reason=f"{first} and {second} both read {count} photographs, and {LEAST_ITEMS} are "
            "needed"
        )
    points = tuple(
        DifferencePoint(
            item=item,
            mean=(float(np.mean(one)) + float(np.mean(other))) / 2,
            difference=float(np.mean(one)) - float(np.mean(other)),
        )
        for item, one, other in both
    )
    differences = np.array([point.difference for point in points])
    bias, of_means = float(differences.mean()), float(differences.var(ddof=1))
    variance, of_variance = of_means, 2 * of_means**2 / (count - 1)
    for cells in ([one for _, one, _ in both], [other for _, _, other in both]):
        freedom = sum(len(cell) - 1 for cell in cells)
        if freedom:
            within = (
                sum(
                    float(np.var(cell, ddof=1)) * (len(cell) - 1) for cell in cells if len(cell) > 1
                )
                / freedom
            )
            share = 1 - float(np.mean([1 / len(cell) for cell in cells]))
            variance += share * within
            of_variance += 2 * (share * within) ** 2 / freedom
    sd = math.sqrt(variance)
    t = float(stdtrit(count - 1, 1 - _ALPHA / 2))
    reach = t * math.sqrt(of_means / count)
    # The variance of an SD is that of its square by 4 SD².
    of_sd = of_variance / (4 * variance) if variance > 0 else 0.0
    at_limit = t * math.sqrt(of_means / count + Z95**2 * of_sd)

    def about(value: float, half: float) -> Estimate:
        return Estimate(value=value, unit=unit, low=value - half, high=value + half)

    return Limits(
        first=first,
        second=second,
        bias=about(bias, reach),
        lower=about(bias - Z95 * sd, at_limit),
        upper=about(bias + Z95 * sd, at_limit),
        points=points,
        is_log=is_log,
    )


def _value(observation: Observation, *, is_log: bool) -> float:
    if not is_log:
        return observation.value
    if not observation.value > 0:
        raise AgreementUnknown(reason="a size of zero has no logarithm")
    return math.log(observation.value)


def _cells(
    observations: Iterable[Observation], *, is_log: bool
) -> dict[tuple[str, str], list[float]]:
    cells: dict[tuple[str, str], list[float]] = {}
    for one in sorted(observations, key=lambda one: one.replicate):
        cells.setdefault((one.item, one.reader), []).append(_value(one, is_log=is_log))
    return cells


# --- the analysis of variance --------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Squares:
    items: MeanSquare
    readers: MeanSquare | None
    interaction: MeanSquare | None
    error: MeanSquare | None


def _table(
    observations: Iterable[Observation],
) -> tuple[Floats, tuple[str, ...], tuple[str, ...]]:
    """Return the numbers (items, readers, replicates), who read, and which items are left out."""
    by_item: dict[str, dict[tuple[str, int], float]] = {}
    readers: set[str] = set()
    most = 0
    for one in observations:
        row = by_item.setdefault(one.item, {})
        if (one.reader, one.replicate) in row:
            raise AgreementUnknown(
                reason=f"{one.reader} read a photograph twice as the same repeat"
            )
        if not math.isfinite(one.value):
            raise AgreementUnknown(reason="a reading is no number")
        row[one.reader, one.replicate] = one.value
        readers.add(one.reader)
        most = max(most, one.replicate)
    names = tuple(sorted(readers))
    cells = [(reader, turn) for reader in names for turn in range(1, most + 1)]
    whole = [item for item, row in by_item.items() if all(cell in row for cell in cells)]
    if not cells:
        raise AgreementUnknown(reason="nobody read anything yet")
    if len(cells) < 2:
        raise AgreementUnknown(
            reason=f"{names[0]} alone has read, and nobody read a photograph twice"
        )
    if len(whole) < LEAST_ITEMS:
        raise AgreementUnknown(
            reason=f"{len(whole)} photographs were read by every reader as often as planned, and "
            f"{LEAST_ITEMS} are needed"
        )
    table = np.array([[by_item[item][cell] for cell in cells] for item in whole])
    shape = (len(whole), len(names), most)
    return table.reshape(shape), names, tuple(item for item in by_item if item not in set(whole))


def _mean_squares(table: Floats) -> _Squares:
    items, count, replicates = table.shape
    whole = table.mean()
    of_items, of_readers = table.mean(axis=(1, 2)), table.mean(axis=(0, 2))
    cells = table.mean(axis=2)

    def square(total: float, freedom: int) -> MeanSquare:
        return MeanSquare(value=float(total) / freedom, freedom=freedom)

    between = square(count * replicates * ((of_items - whole) ** 2).sum(), items - 1)
    error = None
    if replicates > 1:
        error = square(((table - cells[..., None]) ** 2).sum(), items * count * (replicates - 1))
    if count == 1:
        return _Squares(items=between, readers=None, interaction=None, error=error)
    mixed = cells - of_items[:, None] - of_readers + whole
    return _Squares(
        items=between,
        readers=square(items * replicates * ((of_readers - whole) ** 2).sum(), count - 1),
        interaction=square(replicates * (mixed**2).sum(), (items - 1) * (count - 1)),
        error=error,
    )


def _error_weights(
    squares: _Squares, items: int, replicates: int
) -> list[tuple[float, MeanSquare]]:
    """Return the mean squares whose weighted sum is the variance of single readings of an item."""
    if squares.readers is None or squares.interaction is None:
        if squares.error is None:
            raise AgreementUnknown(reason="nobody read a photograph twice")
        return [(1.0, squares.error)]
    weights = [
        (1 / (items * replicates), squares.readers),
        ((items - 1) / (items * replicates), squares.interaction),
    ]
    if squares.error is not None:
        weights.append(((replicates - 1) / replicates, squares.error))
    return weights


def _truncated(squares: _Squares, items: int, replicates: int) -> float:
    """Return the same variance with no component below zero."""
    if squares.readers is None or squares.interaction is None:
        return 0.0
    mixed = squares.interaction.value
    between = max(0.0, (squares.readers.value - mixed) / (items * replicates))
    if squares.error is None:
        return between + mixed
    return between + max(0.0, (mixed - squares.error.value) / replicates) + squares.error.value


def _root_of_sum(
    weights: Sequence[tuple[float, MeanSquare]], unit: str, *, least: float = 0.0
) -> Estimate:
    """Return √ Σ c MS with the interval of Graybill and Wang; at least √ ``least``."""
    from scipy.special import chdtri

    total = sum(weight * square.value for weight, square in weights)
    down = up = 0.0
    for weight, square in weights:
        part = weight * square.value
        down += (part * (1 - square.freedom / float(chdtri(square.freedom, _ALPHA / 2)))) ** 2
        up += (part * (square.freedom / float(chdtri(square.freedom, 1 - _ALPHA / 2)) - 1)) ** 2
    value = math.sqrt(max(total, least))
    low, high = math.sqrt(max(total - math.sqrt(down), 0.0)), math.sqrt(total + math.sqrt(up))
    return Estimate(value=value, unit=unit, low=min(low, value), high=max(high, value))


def _detectable(sem: Estimate) -> Estimate:
    return sem.times(Z95 * math.sqrt(2), sem.unit)


def _through(estimate: Estimate, function: Callable[[float], float]) -> Estimate:
    """Return a rising function of a number, and of the ends of its interval."""
    low, high = (None if end is None else function(end) for end in (estimate.low, estimate.high))
    return Estimate(value=function(estimate.value), unit="", low=low, high=high)
