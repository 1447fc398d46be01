"""Time to closure where death and amputation compete: Aalen-Johansen, with 95 % intervals.

Hides the estimator, its variance and the scale of the interval. Censoring at death instead makes
closure look likelier than it is (1 - Kaplan-Meier).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.healing.estimates import Z95

Floats = npt.NDArray[np.float64]


class Outcome(IntEnum):
    """How the follow-up of a lesion ended; the codes of every export.

    ``MERGED`` is censored for lesion curves: its area goes on in the other's.
    """

    CENSORED = 0
    CLOSED = 1
    DIED = 2
    REMOVED = 3  # amputated, grafted or closed by surgery
    MERGED = 4


CENSORING: Final = frozenset({Outcome.CENSORED, Outcome.MERGED})
"""Outcomes after which nothing more is known, as against those that compete."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """One lesion's, or one patient's, way to its outcome: a row of an analysis file.

    Days count from ``origin``: the day of onset as far as it is known (its middle, where it is
    partial), or else the first visit. ``entry_day`` is the first visit: before it nobody would have
    been counted (delayed entry). ``day`` is that of the outcome: for a closure the first of its two
    visits. The closure itself lies in (``left_day``, ``right_day``]: after the last visit at which
    it was open, up to the first at which it was healed; ``right_day`` is None without a closure.
    ``is_unconfirmed``: healed at the last, and not confirmed: counted as not closed.
    ``lesion_id`` is None for the patient: the day on which all lesions were closed.
    """

    patient_id: str
    lesion_id: str | None
    origin: date
    has_onset: bool
    entry_day: int
    left_day: int | None
    right_day: int | None
    day: int
    outcome: Outcome
    is_unconfirmed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The curves just after one time at which something happened.

    ``survival`` is the share free of any event. ``incidence``, ``error`` (standard error), ``low``
    and ``high`` are by cause, in the order of ``CumulativeIncidence.causes``; ``at_risk`` were so
    just before.
    """

    time: float
    at_risk: int
    events: tuple[int, ...]
    survival: float
    incidence: tuple[float, ...]
    error: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CumulativeIncidence:
    """The cumulative incidence of each cause; constant between its steps, zero before the first."""

    causes: tuple[int, ...]
    steps: tuple[Step, ...]
    entries: tuple[float, ...]
    times: tuple[float, ...]

    def at(self, time: float, cause: int) -> tuple[float, float, float]:
        """Return the incidence of a cause by a time, and the ends of its 95 % interval."""
        step = self._step(time)
        if step is None:
            return 0.0, 0.0, 0.0
        place = self.causes.index(cause)
        return step.incidence[place], step.low[place], step.high[place]

    def survival_at(self, time: float) -> float:
        """Return the share free of any event just after a time."""
        step = self._step(time)
        return 1.0 if step is None else step.survival

    def at_risk(self, time: float) -> int:
        """Return how many are at risk just before a time: entered before it, and not yet out."""
        return sum(
            entry < time <= out or (time <= 0 and entry <= 0)
            for entry, out in zip(self.entries, self.times, strict=True)
        )

    def _step(self, time: float) -> Step | None:
        return next((step for step in reversed(self.steps) if step.time <= time), None)


def cumulative_incidence(
    times: Sequence[float],
    outcomes: Sequence[int],
    *,
    causes: Sequence[int] = (Outcome.CLOSED, Outcome.DIED, Outcome.REMOVED),
    entries: Sequence[float] | None = None,
    clusters: Sequence[Hashable] | None = None,
    repeats: int = 1000,
    seed: int = 20061,
) -> CumulativeIncidence:
    """Estimate the cumulative incidence of each cause by Aalen and Johansen.

    F_k(t) = Σ S(t_i-) d_ki / n_i over the times up to t, where S is the Kaplan-Meier survival free
    of every cause, and n_i are those who entered before t_i and aren't out before it. Whoever is
    censored at a time is at risk at it. Every other outcome is censored. With delayed entry few
    are at risk early on: where all of them have their event at once, S is zero from then on.

    The variance is the delta method's, in the form with Greenwood's terms (Dinse and Larson 1986;
    Marubini and Valsecchi 1995):

    Var F_k(t) = Σ (F_k(t) - F_k(t_i))² d_i / (n_i (n_i - d_i))
    + Σ S(t_i-)² d_ki (n_i - d_ki) / n_i³ - 2 Σ (F_k(t) - F_k(t_i)) S(t_i-) d_ki / n_i²

    and the interval is symmetric on the scale of ln(-ln F): F^exp(±1.96 se / (F ln F)), which stays
    within 0 and 1; with this variance it covers well in small samples too (Choudhury 2002, Stat Med
    21:1129). It has no width where F is 0 or 1.

    Parameters
    ----------
    times, outcomes
        When each row's follow-up ended, in any unit, and how.
    entries
        When each row's follow-up began (delayed entry); None for all at zero.
    clusters
        To whom each row belongs. Lesions of one patient aren't independent: with this, error and
        interval come from drawing whole clusters anew with replacement (``repeats`` times, from a
        fixed ``seed``): the standard deviation, and the 2.5th and 97.5th percentiles.

    Raises
    ------
    ValueError
        For lists of different lengths, or a row that ends before it begins. A row that ends as it
        begins is never at risk.
    """
    count = len(times)
    entered = [0.0] * count if entries is None else [float(one) for one in entries]
    if not count == len(outcomes) == len(entered) or (clusters and len(clusters) != count):
        raise ValueError("times, outcomes, entries and clusters must be of one length")
    if any(out < entry for entry, out in zip(entered, times, strict=True)):
        raise ValueError("a follow-up can't end before it begins")
    ends = np.asarray(times, dtype=np.float64)
    starts = np.asarray(entered, dtype=np.float64)
    kinds = np.asarray(outcomes, dtype=np.int64)
    causes = tuple(int(cause) for cause in causes)
    # Whoever enters at zero is there from the beginning, and so at risk of what happens at zero.
    grid = np.unique(ends[np.isin(kinds, causes) & ((starts < ends) | (ends <= 0))])
    table = _Table.of(grid, starts, ends, kinds, causes)
    incidence, survival = table.incidence, table.survival
    error = table.errors()
    low, high = _log_log(incidence, error)
    if clusters is not None and len(grid):
        drawn = _drawn(
            grid, starts, ends, kinds, causes, clusters=clusters, repeats=repeats, seed=seed
        )
        error = drawn.std(axis=0, ddof=1)
        low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    steps = tuple(
        Step(
            time=float(time),
            at_risk=int(table.at_risk[place]),
            events=tuple(int(one) for one in table.events[place]),
            survival=float(survival[place]),
            incidence=_row(incidence, place),
            error=_row(error, place),
            low=_row(low, place),
            high=_row(high, place),
        )
        for place, time in enumerate(grid)
    )
    return CumulativeIncidence(
        causes=causes, steps=steps, entries=tuple(entered), times=tuple(float(one) for one in ends)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    """Counts at each time, (times,) and (times, causes), and what follows from them."""

    at_risk: Floats
    events: Floats
    before: Floats  # survival just before each time
    survival: Floats
    incidence: Floats

    @classmethod
    def of(
        cls,
        grid: Floats,
        starts: Floats,
        ends: Floats,
        kinds: npt.NDArray[np.int64],
        causes: Sequence[int],
    ) -> _Table:
        at_risk, events = _counts(grid, starts, ends, kinds, causes)
        whole, each = at_risk.sum(axis=0, dtype=np.float64), events.sum(axis=0, dtype=np.float64)
        before, survival, incidence = _curves(whole, each)
        return cls(
            at_risk=whole, events=each, before=before, survival=survival, incidence=incidence
        )

    def errors(self) -> Floats:
        """Return the standard errors of the incidence, (times, causes)."""
        whole = self.events.sum(axis=1)
        left = self.at_risk - whole
        # Where nobody is left the curves end: S is zero and no later F differs from this one.
        greenwood = np.divide(
            whole, self.at_risk * left, out=np.zeros_like(whole), where=self.at_risk * left > 0
        )
        errors = np.zeros_like(self.incidence)
        for cause in range(self.events.shape[1]):
            happened, curve = self.events[:, cause], self.incidence[:, cause]
            own = self.before**2 * happened * (self.at_risk - happened) / self.at_risk**3
            mixed = self.before * happened / self.at_risk**2
            for place in range(len(curve)):
                rise = curve[place] - curve[: place + 1]
                variance = (
                    rise**2 @ greenwood[: place + 1]
                    + own[: place + 1].sum()
                    - 2 * (rise @ mixed[: place + 1])
                )
                errors[place, cause] = math.sqrt(max(variance, 0.0))
        return errors


def _counts(
    grid: Floats,
    starts: Floats,
    ends: Floats,
    kinds: npt.NDArray[np.int64],
    causes: Sequence[int],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return who is at risk at each time, (rows, times), and of what: (rows, times, causes)."""
    entered = (starts[:, None] < grid) | ((grid <= 0) & (starts[:, None] <= 0))
    inside = entered & (ends[:, None] >= grid)
    happened = (ends[:, None] == grid) & inside
    return inside, happened[..., None] & (kinds[:, None, None] == np.asarray(causes))


def _curves(at_risk: Floats, events: Floats) -> tuple[Floats, Floats, Floats]:
    """Return survival just before and after each time, and the incidence of each cause.

    ``at_risk`` is (…, times) and ``events`` (…, times, causes).
    """
    risk = at_risk[..., None]
    hazards = np.divide(events, risk, out=np.zeros_like(events), where=risk > 0)
    survival = np.cumprod(1 - hazards.sum(axis=-1), axis=-1)
    before = np.ones_like(survival)
    before[..., 1:] = survival[..., :-1]
    # Rounding must not make what is certain more than certain.
    incidence = np.minimum(np.cumsum(before[..., None] * hazards, axis=-2), 1.0)
    return before, survival, incidence


_AT_ONCE: Final = 250


def _drawn(
    grid: Floats,
    starts: Floats,
    ends: Floats,
    kinds: npt.NDArray[np.int64],
    causes: Sequence[int],
    *,
    clusters: Sequence[Hashable],
    repeats: int,
    seed: int,
) -> Floats:
    """Return the incidence of clusters drawn anew, (repeats, times, causes)."""
    places = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
    member = np.asarray([places[one] for one in clusters])
    inside, happened = _counts(grid, starts, ends, kinds, causes)
    # What a cluster adds is the same however often it is drawn.
    at_risk = np.zeros((len(places), len(grid)))
    events = np.zeros((len(places), len(grid), len(causes)))
    np.add.at(at_risk, member, inside)
    np.add.at(events, member, happened)
    chance = np.random.default_rng(seed)
    picks = np.empty((repeats, len(places)))
    for place in range(repeats):
        drawn = chance.integers(0, len(places), len(places))
        picks[place] = np.bincount(drawn, minlength=len(places))
    parts = []
    for first in range(0, repeats, _AT_ONCE):
        some = picks[first : first + _AT_ONCE]
        each = (some @ events.reshape(len(places), -1)).reshape(len(some), *events.shape[1:])
        parts.append(_curves(some @ at_risk, each)[2])
    return np.concatenate(parts)


def _log_log(incidence: Floats, error: Floats) -> tuple[Floats, Floats]:
    inside = (incidence > 0) & (incidence < 1)
    curve = np.where(inside, incidence, 0.5)
    power = np.exp(Z95 * error / (curve * np.log(curve)))  # below 1: ln F is negative
    low = np.where(inside, curve ** (1 / power), incidence)
    high = np.where(inside, curve**power, incidence)
    return low, high


def _row(values: Floats, place: int) -> tuple[float, ...]:
    return tuple(float(one) for one in values[place])


def rows_of(
    followed: Collection[Followed], *, is_delayed: bool = True
) -> tuple[list[float], list[int], list[float], list[str]]:
    """Return times, outcomes, entries and patients for ``cumulative_incidence``.

    With ``is_delayed`` time runs from onset and entry is delayed to the first visit; otherwise
    time runs from the first visit.
    """
    rows = list(followed)
    shift = [0 if is_delayed else row.entry_day for row in rows]
    return (
        [float(row.day - less) for row, less in zip(rows, shift, strict=True)],
        [int(row.outcome) for row in rows],
        [float(row.entry_day - less) for row, less in zip(rows, shift, strict=True)],
        [row.patient_id for row in rows],
    )
