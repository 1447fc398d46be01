"""Which outlines of a photograph are which of those seen before: chances, from geometry alone.

Hides the search: every way to explain today's outlines is weighed as a whole, over every turn of
the camera. Knows no lesion's name and no library.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from woundtrack.workflow.likeness import (
    FIELD_MM2,
    TURN,
    TURNS,
    Bools,
    Groups,
    Ints,
    Neighbourhood,
    Seen,
    frames_of,
    groups_of,
)
from woundtrack.workflow.spots import Complexes, Floats, Spot

TRUST: Final = 0.9  # chances are this power of what the model says: it is simpler than skin

_BEAM: Final = 64
_LATER_BEAM: Final = 32  # once so many outlines have their place that the turn is known
_TURN_KNOWN: Final = 3
_QUICK_BEAM: Final = 4  # of a scale that may be none of the best
_BEST_SCALES: Final = 3
_BEHIND: Final = (25.0, 16.0)  # ln of odds behind the best, to go on: before the turn is known, and
_TOLD: Final = 12.0  # and to be told at the end
_UPRIGHT: Final = 0.5  # of all photographs, so many are taken from the same side as the last
_UPRIGHT_KAPPA: Final = 8.0
_HEAD_KAPPA: Final = 20.0
_HEAD_RIGHT: Final = 0.95
_SCALES: Final = np.exp(np.linspace(math.log(60.0), math.log(500.0), 12))
"""Widths of skin, mm, that a photograph without a scale may show."""

_BACK: Final[Floats] = np.stack([-np.cos(TURN), -np.sin(TURN)])
"""By which a complex number's parts become minus the real part of it turned back, (2, turns)."""
_NONE_GIVEN: Final[Mapping[int, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Explained:
    """What one outline is thought to be: which of the ``seen``, and how sure that is.

    ``seen`` () is a lesion nobody saw before; of several lesions it is where they merged.
    ``beside`` are the other outlines that are pieces of the same one. ``by_place``, ``by_shape``
    and ``by_size`` say what speaks for it, in natural logarithms of odds against a new lesion.
    """

    seen: tuple[int, ...]
    beside: tuple[int, ...]
    chance: float
    by_place: float = 0.0
    by_shape: float = 0.0
    by_size: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One part of a way: some of today's outlines are some of those seen, or a new lesion."""

    today: tuple[int, ...]
    seen: tuple[int, ...]
    by_shape: float = 0.0
    by_size: float = 0.0
    is_placed: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One explanation of a whole photograph, with its score, ln.

    ``by_place`` is what the places add to the rest.
    """

    answers: tuple[Answer, ...]
    score: float
    by_place: float


def explain(
    today: Sequence[Spot],
    seen: Sequence[Seen],
    width_px: float | None = None,
    given: Mapping[int, str] = _NONE_GIVEN,
) -> tuple[Explained, ...]:
    """Say of each of today's outlines which of those ``seen`` it is, in the likeliest way of all.

    Takes what ``ways_of`` takes.
    """
    if not today:
        return ()
    return read(ways_of(today, seen, width_px, given), len(today))


def ways_of(
    today: Sequence[Spot],
    seen: Sequence[Seen],
    width_px: float | None = None,
    given: Mapping[int, str] = _NONE_GIVEN,
    around: Neighbourhood | None = None,
) -> list[Way]:
    """Return the likeliest ways to explain the outlines of a photograph, none of them twice.

    Parameters
    ----------
    today
        The outlines of one photograph.
    seen
        Every lesion that may be in it, each open part by itself.
    width_px
        How wide the photograph is, where it has no scale: any that is usual is then tried.
    given
        The lesions of those of today's outlines of which a person said so, by their places; one
        that is none of the ``seen`` is a new one.
    around
        What is known already of which lesions lie side by side, to be added to.
    """
    around = Neighbourhood() if around is None else around
    names = frames_of(seen)
    if any(spot.centre is not None for spot in today):
        groups = groups_of(today, seen, given, names, around)
        return _searched(today, seen, groups, names, _BEAM)
    width = width_px or 2 * max(float(np.abs(spot.ring).max()) for spot in today)
    units = [spot.scaled(1.0) for spot in today]
    quick = []
    for scale in (_SCALES / width).tolist():
        spots = [spot.scaled(scale) for spot in units]
        groups = groups_of(spots, seen, given, names, around)
        quick.append((spots, groups, _searched(spots, seen, groups, names, _QUICK_BEAM)))
    quick.sort(key=lambda one: -max(way.score for way in one[2]))
    ways = [way for _, _, found in quick[_BEST_SCALES:] for way in found]
    for spots, groups, _ in quick[:_BEST_SCALES]:
        ways += _searched(spots, seen, groups, names, _BEAM // 4)
    return _merged_scales(ways)


def _merged_scales(ways: Sequence[Way]) -> list[Way]:
    """Return the ways of several scales, the same one once: with the odds of all its scales."""
    best: dict[frozenset[tuple[tuple[int, ...], tuple[int, ...]]], list[Way]] = {}
    for way in ways:
        key = frozenset((one.today, one.seen) for one in way.answers)
        best.setdefault(key, []).append(way)
    found = []
    for same in best.values():
        first = max(same, key=lambda way: way.score)
        total = first.score + math.log(sum(math.exp(way.score - first.score) for way in same))
        found.append(Way(first.answers, total, first.by_place))
    return found


def read(ways: Sequence[Way], count: int) -> tuple[Explained, ...]:
    """Return the likeliest way, with the chance of each of its answers over all ways."""
    chances = chances_of([way.score for way in ways])
    best = ways[int(np.argmax(chances))]
    found: list[Explained | None] = [None] * count
    placed = sum(one.is_placed for one in best.answers)
    for answer in best.answers:
        same = (answer.today, answer.seen)
        chance = sum(
            float(share)
            for way, share in zip(ways, chances, strict=True)
            if any((one.today, one.seen) == same for one in way.answers)
        )
        for number in answer.today:
            found[number] = Explained(
                seen=answer.seen,
                beside=tuple(one for one in answer.today if one != number),
                chance=min(chance, 1.0),
                by_place=best.by_place / placed if placed > 1 and answer.is_placed else 0.0,
                by_shape=answer.by_shape,
                by_size=answer.by_size,
            )
    return tuple(one for one in found if one is not None)


def chances_of(scores: Sequence[float]) -> Floats:
    """Return the chances of ways with these scores, ln, as far as the model is trusted."""
    trusted = TRUST * np.array(scores)
    chances = np.exp(trusted - trusted.max())
    shares: Floats = chances / chances.sum()
    return shares


# --- the search ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class _States:
    """Ways to explain some of today's outlines: a row each.

    ``places`` and ``shapes`` sum up what their groups say in each photograph before, and ``said``
    is ln of what that says, over all turns and shifts. ``chosen`` are the groups, -1 for none.
    """

    chosen: Ints  # (rows, outlines)
    covered: Bools  # (rows, outlines)
    used: Bools  # (rows, seen)
    base: Floats  # (rows)
    places: Complexes  # (rows, photographs, 7)
    shapes: Floats  # (rows, photographs, turns)
    said: Floats  # (rows, photographs)

    @property
    def score(self) -> Floats:
        total: Floats = self.base + self.said.sum(axis=1)
        return total

    @property
    def bare(self) -> _States:
        """The same without what is summed up for the next group."""
        return replace(self, places=self.places[:, :0], shapes=self.shapes[:, :0])

    def only(self, rows: Ints | Bools) -> _States:
        return _States(
            self.chosen[rows],
            self.covered[rows],
            self.used[rows],
            self.base[rows],
            self.places[rows],
            self.shapes[rows],
            self.said[rows],
        )

    @classmethod
    def together(cls, blocks: Sequence[_States]) -> _States:
        if len(blocks) == 1:
            return blocks[0]
        return cls(
            np.concatenate([one.chosen for one in blocks]),
            np.concatenate([one.covered for one in blocks]),
            np.concatenate([one.used for one in blocks]),
            np.concatenate([one.base for one in blocks]),
            np.concatenate([one.places for one in blocks]),
            np.concatenate([one.shapes for one in blocks]),
            np.concatenate([one.said for one in blocks]),
        )


def _searched(
    today: Sequence[Spot], seen: Sequence[Seen], groups: Groups, names: Sequence[str], beam: int
) -> list[Way]:
    """Return the likeliest ways to explain today's outlines: a search that keeps the best few."""
    count = len(today)
    turns = _turn_priors(names, today, seen)
    covers = _marked(groups.today, count)
    uses = _marked(groups.seen, len(seen))
    sizes = covers.sum(axis=1)
    order = sorted(range(count), key=lambda number: -(today[number].area_mm2 or 0.0))
    frames = len(names) + 1
    start = _States(
        np.full((1, count), -1, dtype=np.int64),
        np.zeros((1, count), dtype=np.bool_),
        np.zeros((1, len(seen)), dtype=np.bool_),
        np.zeros(1),
        np.zeros((1, frames, 7), np.complex128),
        np.zeros((1, frames, TURNS)),
        np.zeros((1, frames)),
    )
    buckets: list[list[_States]] = [[start], *([] for _ in today)]
    for done in range(count):
        if not buckets[done]:
            continue
        states = _best(_States.together(buckets[done]), *_kept(done, count, beam))
        buckets[done] = []
        firsts = np.argmin(states.covered[:, order], axis=1)
        for first in np.unique(firsts).tolist():
            here = states.only(firsts == first)
            rows = np.flatnonzero(covers[:, order[first]])
            for size in np.unique(sizes[rows]).tolist():
                some = rows[sizes[rows] == size]
                most, behind = _kept(done + size, count, beam)
                is_last = done + size == count
                more = _extended(here, some, groups, covers, uses, turns, most, behind, is_last)
                if more is not None:
                    buckets[done + size].append(more)
    done_states = _best(_States.together(buckets[-1]), *_kept(count, count, beam))
    return list(_ways(done_states, groups))


def _marked(places: Sequence[tuple[int, ...]], width: int) -> Bools:
    """Return a row each with the places in it marked, (rows, width)."""
    marked = np.zeros((len(places), width), dtype=np.bool_)
    rows = np.repeat(np.arange(len(places)), [len(one) for one in places])
    marked[rows, list(itertools.chain.from_iterable(places))] = True
    return marked


def _kept(done: int, count: int, beam: int) -> tuple[int, float]:
    """Return how many states go on once so many of the outlines are explained, and how far behind.

    In ln of odds behind the best.
    """
    if done == count:
        return 2 * beam, _TOLD
    is_known = done >= _TURN_KNOWN
    return min(beam, _LATER_BEAM) if is_known else beam, _BEHIND[is_known]


def _best(states: _States, most: int, behind: float) -> _States:
    """Return the best states, the best first."""
    score = states.score
    rows = np.argsort(-score, kind="stable")[:most]
    return states.only(rows[score[rows] > score[rows[0]] - behind])


def _extended(
    states: _States,
    rows: Ints,
    groups: Groups,
    covers: Bools,
    uses: Bools,
    turns: Floats,
    most: int,
    behind: float,
    is_last: bool,
) -> _States | None:
    """Return the best of these states with one more of these groups each; None where none fits.

    The ``most`` best, those within ``behind`` of the best. The ``is_last`` are told by their scores
    alone: what would be summed up for the next isn't.
    """
    clash = states.covered @ covers[rows].T | states.used @ uses[rows].T
    score = states.score
    # What can't come near the best state with a new lesion isn't looked at.
    hopeful = score[:, None] + groups.at_best[rows] > score.max() + groups.as_new[rows] - behind
    parent, column = np.nonzero(~clash & hopeful)
    if not len(parent):
        return None
    group = rows[column]
    # Every place that a group had in a photograph before: of which pair, and its how manieth.
    pair, touch = np.nonzero(groups.touches[group] != len(turns) - 1)
    frame = groups.touches[group[pair], touch]
    of = parent[pair]
    place = states.places[of, frame] + groups.place[group[pair], touch]
    shape = states.shapes[of, frame]
    firsts = np.flatnonzero(touch == 0)
    shape[firsts] += groups.shape[group[pair[firsts]]]
    said = _said(place, shape + turns[frame])
    change = np.bincount(pair, weights=said - states.said[of, frame], minlength=len(parent))
    total = score[parent] + groups.base[group] + change
    kept = np.argsort(-total, kind="stable")[:most]
    kept = kept[total[kept] > total[kept[0]] - behind]
    rank = np.full(len(parent), -1, dtype=np.int64)
    rank[kept] = np.arange(len(kept))
    stays = np.flatnonzero(rank[pair] >= 0)
    line, frame = rank[pair[stays]], frame[stays]
    parent, group = parent[kept], group[kept]
    made = (states.bare if is_last else states).only(parent)
    made.chosen[np.arange(len(kept)), made.covered.sum(axis=1)] = group
    made.said[line, frame] = said[stays]
    if not is_last:
        made.places[line, frame] = place[stays]
        made.shapes[line, frame] = shape[stays]
    return _States(
        made.chosen,
        made.covered | covers[group],
        made.used | uses[group],
        made.base + groups.base[group],
        made.places,
        made.shapes,
        made.said,
    )


def _said(place: Complexes, logs: Floats) -> Floats:
    """Return ln of what places and shapes say, summed over all turns and shifts of the camera.

    For lesions at z_k then and w_k today, with w = e^{iθ} z + t and normal errors, the shift t
    integrates in closed form: what is left is Σp|z|² + Σp|w|² − 2 Re(e^{−iθ} Σp w z̄), centred.
    ``logs`` are ln of the odds of each turn by shape and by what is known of the camera.
    """
    weight = place[..., 0].real
    has_any = weight > 0
    safe = np.where(has_any, weight, 1.0)
    then = place[..., 3].real - np.abs(place[..., 1]) ** 2 / safe
    now = place[..., 4].real - np.abs(place[..., 2]) ** 2 / safe
    cross = place[..., 5] - place[..., 2] * place[..., 1].conjugate() / safe
    apart = np.column_stack([cross.real, cross.imag]) @ _BACK
    apart += (0.5 * (then + now))[:, None]
    np.maximum(apart, 0.0, out=apart)
    placed = _summed(np.subtract(logs, apart * has_any[:, None], out=apart))
    shift = np.log(2 * math.pi / safe) - math.log(FIELD_MM2) + place[..., 6].real
    return placed + np.where(has_any, shift, 0.0)


def _summed(logs: Floats) -> Floats:
    """Return ln of the sum of what these are logarithms of, along the last axis."""
    most = logs.max(axis=-1)
    odds = logs - most[..., None]
    np.exp(odds, out=odds)
    found: Floats = most + np.log(odds.sum(axis=-1))
    return found


def _ways(states: _States, groups: Groups) -> Iterator[Way]:
    best_shapes = groups.shape.max(axis=1, initial=-math.inf)
    counts = (groups.place[..., 0].real > 0).sum(axis=1)
    for chosen, score, said in zip(
        states.chosen.tolist(), states.score.tolist(), states.said.sum(axis=1), strict=True
    ):
        rows = [row for row in chosen if row >= 0]
        shapes = sum(float(best_shapes[row]) for row in rows)
        answers = tuple(
            Answer(
                today=groups.today[row],
                seen=groups.seen[row],
                by_shape=float(best_shapes[row]),
                by_size=float(groups.by_size[row]),
                is_placed=bool(counts[row]),
            )
            for row in rows
        )
        # Held against the same lesions anywhere: 0 of one alone.
        counted = sum(int(counts[row]) for row in rows)
        yield Way(answers, score, float(said) + math.log(FIELD_MM2) * counted - shapes)


def _turn_priors(names: Sequence[str], today: Sequence[Spot], seen: Sequence[Seen]) -> Floats:
    """Return ln of how likely each turn of the camera since each photograph is.

    (photographs + 1, turns): the last row is of none of them.
    """
    heads = {spot.frame: spot.head_deg for one in seen for spot in one.spots}
    head_today = next((spot.head_deg for spot in today if spot.head_deg is not None), None)
    rows = []
    for name in names:
        head = heads.get(name)
        if head is not None and head_today is not None:
            middle, kappa, share = math.radians(head_today - head), _HEAD_KAPPA, _HEAD_RIGHT
        else:
            middle, kappa, share = 0.0, _UPRIGHT_KAPPA, _UPRIGHT
        bump = np.exp(kappa * (np.cos(TURN - middle) - 1))
        rows.append(np.log(share * bump / bump.sum() + (1 - share) / TURNS))
    rows.append(np.full(TURNS, -math.log(TURNS)))
    return np.array(rows)
