"""How likely an outline is to be a lesion that was seen before: by its size, its shape, its place.

Hides the densities behind that, and which lesions may have merged, split or come back at all.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.workflow.spots import ORDERS, Complexes, Floats, Spot, gap_between, joined

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

# Chosen on the development seeds of benchmarks/identity.py, which reports others.
MISSED: Final = 0.12  # of the lesions known, so many are closed, or not in the photograph
REOPENS: Final = 0.08  # of those that closed, so many are open again
NEW: Final = 0.10  # lesions nobody saw before, for every one in the photograph
MERGES: Final = 0.1  # of two that lie side by side
SPLITS: Final = 0.1  # of those with two outlines that might be its pieces
ONE_MORE: Final = 0.3  # of those that merged or split, so many did with one more
PARTS_JOIN: Final = 0.3  # two open parts of one lesion become one
FAR_MM: Final = 12.0  # the gap between two over which merging gets e-fold less likely
FIELD_MM2: Final = 30_000.0  # of skin that a photograph shows: a new lesion may lie anywhere in it
NEW_AREA: Final = (math.log(250.0), 1.3)  # of ln mm²: mean and spread of lesions nobody saw before
AREA_SD: Final = 0.12  # of ln area, of one lesion on one day, in two photographs
AREA_SD_4_WEEKS: Final = 0.45  # what four weeks add
AREA_TAIL: Final = 4.0  # degrees of freedom: now and then a lesion changes out of all measure
AREA_TAIL_SAME_DAY: Final = 12.0  # but not within a day
PLACE_MM: Final = 4.0  # by which a lesion isn't where it was: skin stretches, a patient lies anew
PLACE_RADII: Final = 0.25  # of its radius, as it grows to one side
PLACE_FAR: Final = 0.06  # of how far it lies from the others
ALIKE: Final = (0.93, 0.75)  # how far a shape stays itself: on one day, after four weeks
ALIKE_MERGED: Final = (0.93, 0.9)  # the same of several as one: mostly where they lay makes it
MERGED_BY: Final = (
    0.005  # mean square, at order 2, by which a merger's shape isn't the one foretold
)
FILLED: Final = (0.0, 0.5, 1.0)  # of what lies between lesions that merge: nothing, half or all
RESHAPED: Final = 0.1  # of the lesions, so many have a shape of no likeness with the last
HOPELESS: Final = 12.0  # ln of odds: what is less likely than a new lesion by this isn't tried

TURNS: Final = 72
TURN: Final[Floats] = 2 * math.pi * np.arange(TURNS) / TURNS
SPREAD: Final = np.array([0.0277, 0.0048, 0.0025, 0.0011, 0.0007])
"""Mean squares of the shapes' coefficients, of 1117 outlines that people drew: training and
validation photographs of the Foot Ulcer Segmentation Challenge (doi:10.3390/info15030140)."""
WIDEST_MM: Final = 30.0  # over a wider gap nothing merges
_MOST_TOGETHER: Final = 4  # lesions that merge at once, and pieces of one
_MOST_SETS: Final = 60  # ways for more than two to merge that are weighed
_TURNED: Final[Complexes] = np.exp(-1j * np.outer(ORDERS, TURN))


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """What is known of one lesion, or of one of its open parts; ``spot`` None: never outlined.

    ``lesion`` tells lesions apart. ``days`` is how long ago it was. One that closed since stands
    where it was when it was open last; of another size and shape, should it be open again.
    ``also`` are earlier spots of it, in photographs that show where others lie to it.
    """

    lesion: str
    spot: Spot | None
    days: float = 28.0
    is_closed: bool = False
    also: tuple[Spot, ...] = ()

    @property
    def spots(self) -> tuple[Spot, ...]:
        """All of them, the newest first."""
        return (*((self.spot,) if self.spot is not None else ()), *self.also)


@dataclass(frozen=True, eq=False, slots=True)
class _Candidate:
    """What an outline may be: a lesion, one that is open again, or several that merged."""

    seen: tuple[int, ...]
    spots: tuple[Spot, ...]
    shapes: tuple[Complexes, ...]  # those it may have; () where its last one says nothing
    area_mm2: float  # not a number where its last size says nothing
    days: float
    prior: float
    is_merger: bool = False
    may_split: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class _Item:
    """One of today's outlines, or several as the one that they were."""

    today: tuple[int, ...]
    spot: Spot
    prior: float = 0.0  # ln, of being pieces


@dataclass(frozen=True, eq=False, slots=True)
class Groups:
    """Everything that any of today's outlines may be, a row each: N rows.

    A row says that some of today's outlines are some of those seen, or a new lesion. ``touches``
    are places of photographs in ``names`` (or one beyond them: none) and ``place`` what it says
    there: weight, ·then, ·today, their squares and product, log. ``shape`` is of the first touch.
    """

    today: tuple[tuple[int, ...], ...]
    seen: tuple[tuple[int, ...], ...]
    base: Floats  # (N): prior, size, and place whatever the photographs before say
    by_size: Floats  # (N): ln odds against a new lesion
    touches: Ints  # (N, touches)
    place: Complexes  # (N, touches, 7)
    shape: Floats  # (N, turns)
    at_best: Floats  # (N): the most that it can score, should it lie where it is expected
    as_new: Floats  # (N): the score of the same outlines as new lesions


@dataclass(slots=True)
class Neighbourhood:
    """Lesions side by side as the one that they may have become: looked at once, then remembered.

    Kept by the spots themselves, so that the same may be asked of many photographs of a visit.
    """

    _gaps: dict[tuple[int, ...], float] = field(default_factory=dict)
    _wholes: dict[tuple[int, ...], tuple[Spot, ...]] = field(default_factory=dict)
    _sets: dict[tuple[int, ...], list[tuple[tuple[int, ...], float]]] = field(default_factory=dict)
    _held: list[Spot] = field(default_factory=list)  # so that no id is given twice

    def gap(self, one: Spot, other: Spot) -> float:
        """Return the gap between two, mm, or infinity where it is wider than any merge over."""
        key = (id(one), id(other))
        if key not in self._gaps:
            self._held += (one, other)
            self._gaps[key] = gap_between(one, other, WIDEST_MM)
        return self._gaps[key]

    def wholes(self, spots: Sequence[Spot], filled: tuple[float, ...]) -> tuple[Spot, ...]:
        """Return what several might be as one, for each share that is filled between them."""
        key = tuple(id(spot) for spot in spots)
        if key not in self._wholes:
            self._held += spots
            self._wholes[key] = joined(spots, filled)
        return self._wholes[key]

    def sets(self, spots: Mapping[int, Spot]) -> Iterator[tuple[tuple[int, ...], float]]:
        """Yield which lie side by side, by their places, and the gaps between them, mm, summed."""
        key = tuple(id(spot) for spot in spots.values())
        if key not in self._sets:
            self._held += spots.values()
            self._sets[key] = list(self._looked(list(spots.values())))
        places = list(spots)
        for numbers, gap in self._sets[key]:
            yield tuple(places[number] for number in numbers), gap

    def _looked(self, spots: Sequence[Spot]) -> Iterator[tuple[tuple[int, ...], float]]:
        gaps: dict[tuple[int, int], float] = {}
        for first, second in itertools.combinations(range(len(spots)), 2):
            gap = self.gap(spots[first], spots[second])
            if gap <= WIDEST_MM:
                gaps[first, second] = gap
        found = {frozenset(pair): gap for pair, gap in gaps.items()}
        yield from gaps.items()
        for _ in range(_MOST_TOGETHER - 2):
            more: dict[frozenset[int], float] = {}
            for together, total in found.items():
                for (first, second), gap in gaps.items():
                    if (first in together) is not (second in together):
                        whole = together | {first, second}
                        if total + gap <= WIDEST_MM:
                            more[whole] = min(total + gap, more.get(whole, math.inf))
            nearest = sorted(more.items(), key=lambda one: one[1])[:_MOST_SETS]
            yield from ((tuple(sorted(whole)), total) for whole, total in nearest)
            found = dict(nearest)


def frames_of(seen: Sequence[Seen]) -> list[str]:
    """Return the photographs that any of those seen lie in."""
    return list(dict.fromkeys(spot.frame for one in seen for spot in one.spots))


def groups_of(
    today: Sequence[Spot],
    seen: Sequence[Seen],
    given: Mapping[int, str],
    names: Sequence[str],
    around: Neighbourhood,
) -> Groups:
    """Return everything that any of today's outlines may be, but for what is hopeless.

    ``given`` are the lesions of which a person said so, by the outlines' places.
    """
    candidates = [*_single(seen), *_merged(seen, around)]
    items = [_Item((number,), spot) for number, spot in enumerate(today)]
    largest = max((one.area_mm2 for one in candidates if one.may_split), default=0.0)
    items += _pieces(today, around, 2 * math.sqrt(largest / math.pi))
    new_sizes = np.array([_new_size(item.spot) for item in items])
    alone = new_sizes[: len(today)] + math.log(NEW) - math.log(FIELD_MM2)
    as_new = np.array([sum(alone[number] for number in item.today) for item in items])
    size = _sizes(items, candidates, new_sizes)
    touches, weights, then = _touches(items, candidates, seen, names)
    with np.errstate(divide="ignore"):
        peaks = np.where(weights > 0, np.log(weights / (2 * math.pi)), 0.0)
    counted = (weights > 0).sum(axis=2)
    shape = _shapes(items, candidates)
    base = size + (counted - 1) * math.log(FIELD_MM2)
    base += np.array([item.prior for item in items])[:, None]
    base += np.array([one.prior for one in candidates])[None, :]
    base += _within(items, candidates, today)
    at_best = base + shape.max(axis=2, initial=-math.inf) + peaks.sum(axis=2)
    allowed = _Allowed.of(seen, given)
    is_given = np.array([not given.keys().isdisjoint(item.today) for item in items])
    tried = np.isfinite(base) & ((at_best > as_new[:, None] - HOPELESS) | is_given[:, None])
    rows = [
        (row, column)
        for row, column in np.argwhere(tried).tolist()
        if allowed.may_be(items[row].today, candidates[column].seen)
    ]
    news = [number for number in range(len(today)) if allowed.may_be((number,), ())]
    row = np.array([one for one, _ in rows], dtype=np.int64)
    column = np.array([one for _, one in rows], dtype=np.int64)
    width = touches.shape[1]
    now = np.array([0j if one.spot.centre is None else one.spot.centre for one in items])[row]
    weight = weights[row, column]
    before = then[column]
    place = np.stack(
        [
            weight.astype(np.complex128),
            weight * before,
            weight * now[:, None],
            weight * np.abs(before) ** 2,
            weight * np.abs(now[:, None]) ** 2,
            weight * now[:, None] * before.conjugate(),
            peaks[row, column],
        ],
        axis=-1,
    )
    count = len(news)
    nowhere = np.full((count, width), len(names), dtype=np.int64)
    return Groups(
        today=(*(items[one].today for one in row.tolist()), *((one,) for one in news)),
        seen=(*(candidates[one].seen for one in column.tolist()), *(() for _ in news)),
        base=np.concatenate([base[row, column], alone[news]]),
        by_size=np.concatenate([size[row, column] - new_sizes[row], np.zeros(count)]),
        touches=np.concatenate([touches[column], nowhere]),
        place=np.concatenate([place, np.zeros((count, width, 7), np.complex128)]),
        shape=np.concatenate([shape[row, column], np.zeros((count, TURNS))]),
        at_best=np.concatenate([at_best[row, column], alone[news]]),
        as_new=np.concatenate([as_new[row], alone[news]]),
    )


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What was given, and that no lesion given to one outline is taken by another."""

    seen: Sequence[Seen]
    given: Mapping[int, str]
    parts: Counter[str]
    taken: Counter[str]

    @classmethod
    def of(cls, seen: Sequence[Seen], given: Mapping[int, str]) -> _Allowed:
        return cls(seen, given, Counter(one.lesion for one in seen), Counter(given.values()))

    def may_be(self, today: Iterable[int], places: Iterable[int]) -> bool:
        if not self.given:
            return True
        lesions = {self.seen[place].lesion for place in places}
        wanted = {self.given[number] for number in today if number in self.given}
        if wanted:
            # More parts of a lesion than there were: one has no place among those seen.
            has_more = any(self.taken[lesion] > self.parts[lesion] for lesion in wanted)
            return lesions == wanted & self.parts.keys() or (has_more and not lesions)
        return all(self.parts[lesion] > self.taken[lesion] for lesion in lesions)


# --- what there is to be -------------------------------------------------------------------------


def _single(seen: Sequence[Seen]) -> Iterator[_Candidate]:
    for place, one in enumerate(seen):
        prior = math.log(REOPENS / (1 - REOPENS) if one.is_closed else (1 - MISSED) / MISSED)
        spot = None if one.is_closed else one.spot
        area = math.nan if spot is None or spot.area_mm2 is None else spot.area_mm2
        yield _Candidate(
            seen=(place,),
            spots=one.spots,
            shapes=() if spot is None else (spot.shape,),
            area_mm2=area,
            days=one.days,
            prior=prior,
            may_split=not math.isnan(area),
        )


def _merged(seen: Sequence[Seen], around: Neighbourhood) -> Iterator[_Candidate]:
    """Yield lesions side by side, as one that they might have become.

    Of those seen apart on the same day none merged: but parts of one lesion may be one outline.
    """
    by_frame: dict[str, dict[int, Spot]] = {}
    for place, one in enumerate(seen):
        if one.spot is not None and one.spot.centre is not None and not one.is_closed:
            by_frame.setdefault(one.spot.frame, {})[place] = one.spot
    for spots in by_frame.values():
        for places, gap in around.sets(spots):
            lesions = {seen[place].lesion for place in places}
            days = max(seen[place].days for place in places)
            if days <= 0 and len(lesions) > 1:
                continue
            more = len(places) - 1
            rate = math.log(MERGES if len(lesions) > 1 else PARTS_JOIN)
            rate += (more - 1) * math.log(ONE_MORE)
            wholes = around.wholes([spots[place] for place in places], FILLED)
            whole = wholes[-1]
            yield _Candidate(
                seen=places,
                spots=(whole,),
                shapes=tuple(one.shape for one in wholes),
                area_mm2=whole.area_mm2 or math.nan,
                days=days,
                prior=rate - gap / FAR_MM + len(places) * math.log((1 - MISSED) / MISSED),
                is_merger=True,
            )


def _pieces(today: Sequence[Spot], around: Neighbourhood, widest_mm: float) -> Iterator[_Item]:
    """Yield several of today's outlines as the one that they might have been.

    ``widest_mm`` is how wide the largest lesion was that may have split.
    """
    spots = {number: spot for number, spot in enumerate(today) if spot.centre is not None}
    if widest_mm <= 0:
        return
    for numbers, gap in around.sets(spots):
        if gap > widest_mm:
            continue
        (whole,) = around.wholes([spots[number] for number in numbers], (1.0,))
        rate = math.log(SPLITS) + (len(numbers) - 2) * math.log(ONE_MORE)
        yield _Item(numbers, whole, rate - gap / FAR_MM)


def _within(
    items: Sequence[_Item], candidates: Sequence[_Candidate], today: Sequence[Spot]
) -> Floats:
    """Return ln density of where pieces lie, anywhere in the lesion, and how large, any share.

    (items, candidates); minus infinity where what was there can't have split so.
    """
    found = np.zeros((len(items), len(candidates)))
    areas = np.array([one.area_mm2 if one.may_split else math.nan for one in candidates])
    room = np.log(3 * np.maximum(areas, 100.0))
    for place, item in enumerate(items):
        more = len(item.today) - 1
        if not more:
            continue
        whole = item.spot.area_mm2 or 1.0
        shares = [(today[number].area_mm2 or 1.0) / whole for number in item.today]
        share = math.lgamma(more + 1) + math.log(max(math.prod(shares), 1e-9))
        found[place] = np.where(np.isnan(room), -math.inf, share - more * room)
    return found


# --- size, place and shape -----------------------------------------------------------------------


def _new_size(spot: Spot) -> float:
    if spot.area_mm2 is None:
        return 0.0
    mean, spread = NEW_AREA
    off = (math.log(spot.area_mm2) - mean) / spread
    return -0.5 * off * off - math.log(spread * math.sqrt(2 * math.pi))


def _sizes(items: Sequence[_Item], candidates: Sequence[_Candidate], new_sizes: Floats) -> Floats:
    """Return ln of the density of today's ln area, after Student's t, given that of then."""
    now = np.log([one.spot.area_mm2 or math.nan for one in items])
    then = np.log([one.area_mm2 for one in candidates])
    days = np.array([one.days for one in candidates])
    spread = np.hypot(AREA_SD, AREA_SD_4_WEEKS * np.sqrt(days / 28))
    tail = np.where(days > 0, AREA_TAIL, AREA_TAIL_SAME_DAY)
    level = np.where(days > 0, _level(AREA_TAIL), _level(AREA_TAIL_SAME_DAY))
    off = (now[:, None] - then) / spread
    density = level - np.log(spread) - (tail + 1) / 2 * np.log1p(off * off / tail)
    return np.where(np.isnan(off), new_sizes[:, None], density)


def _level(tail: float) -> float:
    """Return ln of Student's density at its middle, for so many degrees of freedom."""
    return math.lgamma((tail + 1) / 2) - math.lgamma(tail / 2) - 0.5 * math.log(tail * math.pi)


def _touches(
    items: Sequence[_Item],
    candidates: Sequence[_Candidate],
    seen: Sequence[Seen],
    names: Sequence[str],
) -> tuple[Ints, Floats, Complexes]:
    """Return in which photographs each candidate lay, how surely it lies there, and where.

    (candidates, touches), (items, candidates, touches) in 1/mm², and (candidates, touches). Each
    spot beside the newest says where it lies to the others of its photograph, and nothing where
    it is alone: what a photograph takes for a lesion's first place is given back.
    """
    place_of = {name: place for place, name in enumerate(names)}
    middles = _middles(seen)
    width = max([1, *(len(one.spots) for one in candidates)])
    touches = np.full((len(candidates), width), len(names), dtype=np.int64)
    then = np.zeros((len(candidates), width), np.complex128)
    radii = np.zeros((len(candidates), width))
    far = np.zeros((len(candidates), width))
    moved = np.zeros((len(candidates), width))
    is_placed = np.zeros((len(candidates), width), dtype=np.bool_)
    for row, one in enumerate(candidates):
        for column, spot in enumerate(one.spots):
            touches[row, column] = place_of[spot.frame]
            if spot.centre is None:
                continue
            is_placed[row, column] = True
            then[row, column] = spot.centre
            radii[row, column] = math.sqrt((spot.area_mm2 or 0.0) / math.pi)
            far[row, column] = abs(spot.centre - middles[spot.frame])
            is_today = column == 0 and one.days <= 0
            moved[row, column] = PLACE_MM / 2 if is_today else PLACE_MM
    now = np.array([math.sqrt((one.spot.area_mm2 or 0.0) / math.pi) for one in items])
    has_place = np.array([one.spot.centre is not None for one in items])
    larger = np.maximum(now[:, None, None], radii)
    variance = moved**2 + (PLACE_RADII * larger) ** 2 + (PLACE_FAR * far) ** 2
    counts = is_placed & has_place[:, None, None]
    weights = np.where(counts, 1 / np.where(variance > 0, variance, 1.0), 0.0)
    return touches, weights, then


def _middles(seen: Sequence[Seen]) -> dict[str, complex]:
    """Return the middle of the lesions in each photograph, mm."""
    places: dict[str, list[complex]] = {}
    for one in seen:
        for spot in one.spots:
            if spot.centre is not None:
                places.setdefault(spot.frame, []).append(spot.centre)
    return {name: sum(here) / len(here) for name, here in places.items()}


def _shapes(items: Sequence[_Item], candidates: Sequence[_Candidate]) -> Floats:
    """Return, for each turn, ln odds that a shape is that of then rather than any other.

    (items, candidates, turns). What several are as one is foretold less surely, the more so the
    finer the detail: without that, hardly any merger would look like one.
    """
    found = np.zeros((len(items), len(candidates), TURNS))
    told = [(column, one, shape) for column, one in enumerate(candidates) for shape in one.shapes]
    if not told or not items:
        return found
    now = np.array([one.spot.shape for one in items])
    then = np.array([shape for _, _, shape in told])
    months = np.minimum([one.days / 28 for _, one, _ in told], 3.0)
    ends = np.array([ALIKE_MERGED if one.is_merger else ALIKE for _, one, _ in told])
    alike = (ends[:, 0] * (ends[:, 1] / ends[:, 0]) ** months)[:, None]
    blurred = MERGED_BY * np.sqrt(SPREAD / SPREAD[0])
    is_merger = np.array([one.is_merger for _, one, _ in told])[:, None]
    kept = SPREAD * (1 - alike**2) + np.where(is_merger, blurred, 0.0)
    # |now - a·then·turn|², opened: only the last term knows the turn.
    cross = (now.conjugate()[:, None, :] * (alike * then / kept)[None]) @ _TURNED
    squares = (np.abs(now) ** 2)[:, None, :]
    plain = (
        np.log(SPREAD / kept)
        - (squares + (np.abs(alike * then) ** 2)[None]) / kept
        + squares / SPREAD
    ).sum(axis=2)
    odds = np.logaddexp(
        math.log(1 - RESHAPED) + plain[..., None] + 2 * cross.real, math.log(RESHAPED)
    )
    first = 0
    for column, one in enumerate(candidates):
        last = first + len(one.shapes)
        if last == first + 1:
            found[:, column] = odds[:, first]
        elif last > first:
            found[:, column] = np.logaddexp.reduce(odds[:, first:last], axis=1)
            found[:, column] -= math.log(last - first)
        first = last
    return found
