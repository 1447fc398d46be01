"""Which outlines of a photograph are which of those seen before: chances, from geometry alone.

Hides the model: every way to explain today's outlines is weighed by size, shape and where they lie
to each other, over every turn of the camera. Knows no lesion's name and no library.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from woundtrack.workflow.spots import ORDERS, Complexes, Floats, Spot, joined

# Chosen on the development seeds of benchmarks/identity.py, which reports others.
MISSED: Final = 0.12  # of the lesions known, so many are closed, or not in the photograph
REOPENS: Final = 0.08  # of those that closed, so many are open again
NEW: Final = 0.10  # lesions nobody saw before, for every one in the photograph
MERGES: Final = 0.2  # of two that lie side by side
SPLITS: Final = 0.1  # of those with two outlines that might be its pieces
PARTS_JOIN: Final = 0.3  # two open parts of one lesion become one
FAR_MM: Final = 12.0  # the gap between two over which merging gets e-fold less likely
FIELD_MM2: Final = 30_000.0  # of skin that a photograph shows: a new lesion may lie anywhere in it
NEW_AREA: Final = (math.log(250.0), 1.3)  # of ln mm²: mean and spread of lesions nobody saw before
AREA_SD: Final = 0.12  # of ln area, of one lesion on one day, in two photographs
AREA_SD_4_WEEKS: Final = 0.45  # what four weeks add
AREA_TAIL: Final = 4.0  # degrees of freedom: now and then a lesion changes out of all measure
PLACE_MM: Final = 4.0  # by which a lesion isn't where it was: skin stretches, a patient lies anew
PLACE_RADII: Final = 0.25  # of its radius, as it grows to one side
PLACE_FAR: Final = 0.06  # of how far it lies from the others
ALIKE: Final = (0.93, 0.75)  # how far a shape stays itself: on one day, after four weeks
RESHAPED: Final = 0.1  # of the lesions, so many have a shape of no likeness with the last
TRUST: Final = 0.9  # chances are this power of what the model says: it is simpler than skin

_TURNS: Final = 72
_SPREAD: Final = np.array([0.0277, 0.0048, 0.0025, 0.0011, 0.0007])
"""Mean squares of the shapes' coefficients, of 1117 outlines that people drew: training and
validation photographs of the Foot Ulcer Segmentation Challenge (doi:10.3390/info15030140)."""
_BEAM: Final = 96
_QUICK_BEAM: Final = 4  # of a scale that may be none of the best
_BEST_SCALES: Final = 3
_WIDEST: Final = 4.0  # of ``FAR_MM``: over a wider gap nothing merges
HOPELESS: Final = 15.0  # ln of odds: what is less likely than a new lesion by this isn't tried
_BEHIND: Final = 25.0  # ln of odds by which a search's state may be behind the best, and go on
_UPRIGHT: Final = 0.5  # of all photographs, so many are taken from the same side as the last
_UPRIGHT_KAPPA: Final = 8.0
_HEAD_KAPPA: Final = 20.0
_HEAD_RIGHT: Final = 0.95
_SCALES: Final = np.exp(np.linspace(math.log(60.0), math.log(500.0), 12))
"""Widths of skin, mm, that a photograph without a scale may show."""

_TURN: Final[Floats] = 2 * math.pi * np.arange(_TURNS) / _TURNS


_NONE_GIVEN: Final[Mapping[int, str]] = MappingProxyType({})


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


@dataclass(frozen=True, slots=True)
class Explained:
    """What one outline is thought to be: which of the ``seen``, and how sure that is.

    ``seen`` () is a lesion nobody saw before; of two lesions it is where they merged.
    ``beside`` are the other outlines that are pieces of the same one. ``by_place``, ``by_shape``
    and ``by_size`` say what speaks for it, in natural logarithms of odds against a new lesion.
    """

    seen: tuple[int, ...]
    beside: tuple[int, ...]
    chance: float
    by_place: float = 0.0
    by_shape: float = 0.0
    by_size: float = 0.0


# --- explanations --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class _Group:
    """Outlines that are thought to be lesions: one of one, two of one, or one of two."""

    today: tuple[int, ...]
    seen: tuple[int, ...]
    prior: float
    size: float
    new_size: float  # the same of new lesions: what it is held against
    place: Complexes  # (frames, 7): weight, ·then, ·today, their squares and product, log
    alone: float  # ln density of place, whatever the frames say
    shape: Floats  # (frames, turns)

    @property
    def place_count(self) -> int:
        """In how many photographs before it lay somewhere."""
        return int(np.count_nonzero(self.place[:, 0].real))

    @property
    def by_shape(self) -> float:
        """Ln odds of the shape at the turn that suits it best."""
        return float(self.shape.max(axis=1).sum())


def explain(
    today: Sequence[Spot],
    seen: Sequence[Seen],
    width_px: float | None = None,
    given: Mapping[int, str] = _NONE_GIVEN,
) -> tuple[Explained, ...]:
    """Say of each of today's outlines which of those ``seen`` it is, in the likeliest way of all.

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
    """
    if not today:
        return ()
    mergers = list(_merged(seen))
    if any(spot.centre is not None for spot in today):
        pieces = list(_joined_today(today, _WIDEST * FAR_MM))
        ways = _ways(_Told(today, pieces, seen, mergers, given), _BEAM)
        return _read(ways, len(today))
    width = width_px or 2 * max(float(np.abs(spot.ring).max()) for spot in today)
    scales = _SCALES / width
    units = [spot.scaled(1.0) for spot in today]
    pieces = list(_joined_today(units, _WIDEST * FAR_MM / scales.min()))
    quick = []
    for scale in scales.tolist():
        told = _Told(
            [spot.scaled(scale) for spot in units],
            [
                (numbers, whole.scaled(scale), gap * scale)
                for numbers, whole, gap in pieces
                if gap * scale <= _WIDEST * FAR_MM
            ],
            seen,
            mergers,
            given,
        )
        quick.append((told, _ways(told, _QUICK_BEAM)))
    quick.sort(key=lambda one: -max(way.score for way in one[1]))
    ways = [way for _, found in quick[_BEST_SCALES:] for way in found]
    for told, _ in quick[:_BEST_SCALES]:
        ways += _ways(told, _BEAM // 4)
    return _read(ways, len(today))


@dataclass(frozen=True, eq=False, slots=True)
class _Way:
    """One explanation of a whole photograph, with its score, ln."""

    groups: tuple[_Group, ...]
    score: float
    by_place: float  # what the places add to the rest


def _read(ways: Sequence[_Way], count: int) -> tuple[Explained, ...]:
    """Return the likeliest way, with the chance of each of its answers over all ways."""
    scores = TRUST * np.array([way.score for way in ways])
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    # The same way at several scales is one way.
    total: dict[frozenset[tuple[tuple[int, ...], tuple[int, ...]]], float] = {}
    keys = [frozenset((one.today, one.seen) for one in way.groups) for way in ways]
    for key, chance in zip(keys, chances, strict=True):
        total[key] = total.get(key, 0.0) + float(chance)
    best_key = max(total, key=lambda key: total[key])
    best = max(
        (way for way, key in zip(ways, keys, strict=True) if key == best_key),
        key=lambda way: way.score,
    )
    found: list[Explained | None] = [None] * count
    for group in best.groups:
        same = (group.today, group.seen)
        chance = sum(share for key, share in total.items() if same in key)
        placed = sum(one.place_count > 0 for one in best.groups)
        is_placed = placed > 1 and group.place_count > 0
        for number in group.today:
            found[number] = Explained(
                seen=group.seen,
                beside=tuple(one for one in group.today if one != number),
                chance=min(chance, 1.0),
                by_place=best.by_place / placed if is_placed else 0.0,
                by_shape=group.by_shape,
                by_size=group.size - group.new_size,
            )
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, eq=False, slots=True)
class _Told:
    """All that there is to explain a photograph by.

    ``pieces`` are pairs of today's outlines as one, with the gap between, mm, and ``mergers`` pairs
    of those seen, with ln of their odds.
    """

    today: Sequence[Spot]
    pieces: Sequence[tuple[tuple[int, ...], Spot, float]]
    seen: Sequence[Seen]
    mergers: Sequence[tuple[tuple[int, ...], Seen, float]]
    given: Mapping[int, str]


def _ways(told: _Told, beam: int) -> list[_Way]:
    """Return the likeliest ways to explain today's outlines: a search that keeps the best few."""
    today, seen, given = told.today, told.seen, told.given
    spots = [spot for one in seen for spot in _spots(one)]
    names = list(dict.fromkeys(spot.frame for spot in spots)) or [""]
    turns = _turn_priors(names, today, seen)
    groups = [one for one in _groups(told, names) if _is_allowed(one, seen, given)]
    by_first = {
        number: [one for one in groups if number in one.today] for number in range(len(today))
    }
    masks = {id(one): _mask(one.today) for one in groups}
    used = {id(one): _mask(one.seen) for one in groups}
    frames = len(names)
    order = sorted(range(len(today)), key=lambda number: -(today[number].area_mm2 or 0.0))
    start = _State((), 0, 0, 0.0, np.zeros((frames, 7), np.complex128), np.zeros((frames, _TURNS)))
    buckets: list[list[_State]] = [[start], *([] for _ in today)]
    for count in range(len(today)):
        states = sorted(buckets[count], key=lambda one: -one.score)[:beam]
        states = [one for one in states if one.score > states[0].score - _BEHIND]
        children = []
        for state in states:
            first = next(number for number in order if not state.covered >> number & 1)
            for group in by_first[first]:
                if state.covered & masks[id(group)] or state.used & used[id(group)]:
                    continue
                children.append(state.with_group(group, masks[id(group)], used[id(group)]))
        _score(children, turns)
        for child in children:
            buckets[child.covered.bit_count()].append(child)
    done = sorted(buckets[-1], key=lambda one: -one.score)[: 2 * beam]
    return [_Way(one.groups, one.score, one.by_place) for one in done]


def _is_allowed(group: _Group, seen: Sequence[Seen], given: Mapping[int, str]) -> bool:
    """Say whether a group is what was given, and takes no lesion that was given to another."""
    lesions = {seen[place].lesion for place in group.seen}
    parts = Counter(one.lesion for one in seen)
    taken = Counter(given.values())
    wanted = {given[number] for number in group.today if number in given}
    if wanted:
        # More parts of a lesion than there were: one has no place among those seen.
        has_more = any(taken[lesion] > parts[lesion] for lesion in wanted)
        return lesions == wanted & parts.keys() or (has_more and not lesions)
    return all(parts[lesion] > taken[lesion] for lesion in lesions)


def _mask(numbers: Sequence[int]) -> int:
    return sum(1 << number for number in numbers)


@dataclass(eq=False, slots=True)
class _State:
    """Some of today's outlines explained."""

    groups: tuple[_Group, ...]
    covered: int
    used: int
    base: float
    place: Complexes  # (frames, 7)
    shape: Floats  # (frames, turns)
    score: float = 0.0
    placed: float = 0.0  # ln of what the frames say of place and shape

    @property
    def by_place(self) -> float:
        """Ln odds of the places, held against the same lesions anywhere: 0 of one alone."""
        counted = sum(one.place_count for one in self.groups)
        shapes = sum(one.by_shape for one in self.groups)
        return self.placed + math.log(FIELD_MM2) * counted - shapes

    def with_group(self, group: _Group, covers: int, uses: int) -> _State:
        return _State(
            (*self.groups, group),
            self.covered | covers,
            self.used | uses,
            self.base + group.prior + group.size + group.alone,
            self.place + group.place,
            self.shape + group.shape,
        )


def _score(states: Sequence[_State], turns: Floats) -> None:
    """Weigh states by where the outlines lie, summed over all turns and shifts of the camera.

    For lesions at z_k then and w_k today, with w = e^{iθ} z + t and normal errors, the shift t
    integrates in closed form: what is left is Σp|z|² + Σp|w|² − 2 Re(e^{−iθ} Σp w z̄), centred.
    """
    if not states:
        return
    place = np.array([one.place for one in states])
    shape = np.array([one.shape for one in states])
    weight = place[..., 0].real
    has_any = weight > 0
    safe = np.where(has_any, weight, 1.0)
    then = place[..., 3].real - np.abs(place[..., 1]) ** 2 / safe
    now = place[..., 4].real - np.abs(place[..., 2]) ** 2 / safe
    cross = place[..., 5] - place[..., 2] * place[..., 1].conjugate() / safe
    angles = np.exp(-1j * _TURN)
    apart = (then + now)[..., None] - 2 * (cross[..., None] * angles).real
    summed = _summed(-0.5 * np.maximum(apart, 0.0) + shape + turns)
    shift = np.log(2 * math.pi / safe) - math.log(FIELD_MM2) + place[..., 6].real
    places = np.where(has_any, summed + shift, _summed(shape + turns))
    for state, value in zip(states, places.sum(axis=-1), strict=True):
        state.score = state.base + float(value)
        state.placed = float(value)


def _summed(logs: Floats) -> Floats:
    """Return ln of the sum of what these are logarithms of, along the last axis."""
    most = logs.max(axis=-1)
    found: Floats = most + np.log(np.exp(logs - most[..., None]).sum(axis=-1))
    return found


def _turn_priors(names: Sequence[str], today: Sequence[Spot], seen: Sequence[Seen]) -> Floats:
    """Return ln of how likely each turn of the camera since each photograph is, (frames, turns)."""
    heads = {spot.frame: spot.head_deg for one in seen for spot in _spots(one)}
    head_today = next((spot.head_deg for spot in today if spot.head_deg is not None), None)
    rows = []
    for name in names:
        head = heads.get(name)
        if head is not None and head_today is not None:
            middle, kappa, share = math.radians(head_today - head), _HEAD_KAPPA, _HEAD_RIGHT
        else:
            middle, kappa, share = 0.0, _UPRIGHT_KAPPA, _UPRIGHT
        bump = np.exp(kappa * (np.cos(_TURN - middle) - 1))
        rows.append(np.log(share * bump / bump.sum() + (1 - share) / _TURNS))
    return np.array(rows)


# --- groups --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Frames:
    """The photographs before, and the middle of the lesions in each, mm."""

    names: tuple[str, ...]
    middles: tuple[complex, ...]

    @classmethod
    def of(cls, names: Sequence[str], seen: Sequence[Seen]) -> _Frames:
        spots = [spot for one in seen for spot in _spots(one) if spot.centre is not None]
        middles = []
        for name in names:
            here = [spot.centre for spot in spots if spot.frame == name and spot.centre is not None]
            middles.append(sum(here) / len(here) if here else 0j)
        return cls(tuple(names), tuple(middles))

    def nowhere(self) -> tuple[Complexes, Floats]:
        """Return what says nothing of place and shape."""
        count = len(self.names)
        return np.zeros((count, 7), np.complex128), np.zeros((count, _TURNS))


def _spots(one: Seen) -> tuple[Spot, ...]:
    return (*((one.spot,) if one.spot is not None else ()), *one.also)


def _groups(told: _Told, names: Sequence[str]) -> list[_Group]:
    """Return everything that any of today's outlines might be."""
    today, seen, given = told.today, told.seen, told.given
    frames = _Frames.of(names, seen)
    found = [_new(number, spot, frames) for number, spot in enumerate(today)]
    for number, spot in enumerate(today):
        for place, one in enumerate(seen):
            prior = math.log(REOPENS / (1 - REOPENS) if one.is_closed else (1 - MISSED) / MISSED)
            found.append(_one((number,), spot, (place,), one, prior, frames))
    for pair, one, prior in told.mergers:
        for number, spot in enumerate(today):
            found.append(_one((number,), spot, pair, one, prior, frames))
    for numbers, spot, gap in told.pieces:
        for place, one in enumerate(seen):
            if one.is_closed or one.spot is None or one.spot.area_mm2 is None:
                continue
            prior = math.log(SPLITS * (1 - MISSED) / MISSED) - gap / FAR_MM
            whole = _one(numbers, spot, (place,), one, prior, frames)
            # Where its pieces lie: anywhere within the lesion. How large: any share of it.
            within = max(one.spot.area_mm2, 100.0) * 3
            shares = [
                (today[number].area_mm2 or 1.0) / (spot.area_mm2 or 1.0) for number in numbers
            ]
            apart = -math.log(within) + math.log(max(shares[0] * shares[1], 1e-6))
            found.append(replace(whole, alone=whole.alone + apart))
    return [
        one
        for one in found
        if _at_best(one) > _as_new(one, today) - HOPELESS or not given.keys().isdisjoint(one.today)
    ]


def _at_best(group: _Group) -> float:
    """Return the most that a group can score, should it lie exactly where it is expected."""
    place = float(group.place[:, 6].real.sum())
    return group.prior + group.size + group.alone + group.by_shape + place


def _as_new(group: _Group, today: Sequence[Spot]) -> float:
    """Return the score of the same outlines as new lesions."""
    each = math.log(NEW) - math.log(FIELD_MM2)
    return sum(each + _new_size(today[number]) for number in group.today)


def _new(number: int, spot: Spot, frames: _Frames) -> _Group:
    place, shape = frames.nowhere()
    return _Group(
        today=(number,),
        seen=(),
        prior=math.log(NEW),
        size=_new_size(spot),
        new_size=_new_size(spot),
        place=place,
        alone=-math.log(FIELD_MM2),
        shape=shape,
    )


def _new_size(spot: Spot) -> float:
    if spot.area_mm2 is None:
        return 0.0
    mean, spread = NEW_AREA
    off = (math.log(spot.area_mm2) - mean) / spread
    return -0.5 * off * off - math.log(spread * math.sqrt(2 * math.pi))


def _one(
    numbers: tuple[int, ...],
    spot: Spot,
    places: tuple[int, ...],
    one: Seen,
    prior: float,
    frames: _Frames,
) -> _Group:
    """Return the group in which an outline is a lesion, or is where several were.

    Each spot beside the newest says where it lies to the others of its photograph, and nothing
    where it is alone: what a frame takes for a lesion's first place is given back.
    """
    place, shape = frames.nowhere()
    alone, size = -math.log(FIELD_MM2), _new_size(spot)
    for then in _spots(one):
        if then.centre is None or spot.centre is None:
            continue
        frame = frames.names.index(then.frame)
        sd = _place_sd(then, spot, abs(then.centre - frames.middles[frame]), one.days)
        weight = 1 / sd**2
        place[frame] += (
            weight,
            weight * then.centre,
            weight * spot.centre,
            weight * abs(then.centre) ** 2,
            weight * abs(spot.centre) ** 2,
            weight * spot.centre * then.centre.conjugate(),
            math.log(weight / (2 * math.pi)),
        )
        alone += math.log(FIELD_MM2)
    if one.spot is not None and not one.is_closed:
        shape[frames.names.index(one.spot.frame)] = _same_shape(spot, one.spot, one.days)
        size = _same_size(spot, one.spot, one.days)
    return _Group(
        today=numbers,
        seen=places,
        prior=prior,
        size=size,
        new_size=_new_size(spot),
        place=place,
        alone=alone,
        shape=shape,
    )


def _place_sd(then: Spot, spot: Spot, far_mm: float, days: float) -> float:
    radii = [math.sqrt((one.area_mm2 or 0.0) / math.pi) for one in (then, spot)]
    moved = PLACE_MM if days > 0 else PLACE_MM / 2
    return math.hypot(moved, PLACE_RADII * max(radii), PLACE_FAR * far_mm)


def _same_size(spot: Spot, then: Spot, days: float) -> float:
    """Return ln of the density of today's ln area, after Student's t, given that of then."""
    if spot.area_mm2 is None or then.area_mm2 is None:
        return _new_size(spot)
    spread = math.hypot(AREA_SD, AREA_SD_4_WEEKS * math.sqrt(days / 28))
    off = (math.log(spot.area_mm2) - math.log(then.area_mm2)) / spread
    tail = AREA_TAIL
    return (
        math.lgamma((tail + 1) / 2)
        - math.lgamma(tail / 2)
        - 0.5 * math.log(tail * math.pi)
        - math.log(spread)
        - (tail + 1) / 2 * math.log1p(off * off / tail)
    )


def _same_shape(spot: Spot, then: Spot, days: float) -> Floats:
    """Return, for each turn, ln odds that a shape is that of then rather than any other."""
    one_day, later = ALIKE
    alike = one_day * (later / one_day) ** min(days / 28, 3.0)
    kept = _SPREAD * (1 - alike**2)
    turned = then.shape * np.exp(-1j * np.outer(_TURN, ORDERS))
    off = np.abs(spot.shape - alike * turned) ** 2 / kept
    odds = (np.log(_SPREAD / kept) - off + np.abs(spot.shape) ** 2 / _SPREAD).sum(axis=1)
    found: Floats = np.logaddexp(math.log(1 - RESHAPED) + odds, math.log(RESHAPED))
    return found


def _merged(seen: Sequence[Seen]) -> Iterator[tuple[tuple[int, ...], Seen, float]]:
    """Yield lesions side by side, as one that they might have become."""
    for first, second in itertools.combinations(range(len(seen)), 2):
        one, other = seen[first], seen[second]
        if one.spot is None or other.spot is None or one.is_closed or other.is_closed:
            continue
        if (
            one.spot.frame != other.spot.frame
            or one.spot.centre is None
            or other.spot.centre is None
        ):
            continue
        whole = joined(one.spot, other.spot, filled=0.5, most_mm=_WIDEST * FAR_MM)
        if whole is None:
            continue
        merged, gap = whole
        rate = PARTS_JOIN if one.lesion == other.lesion else MERGES
        prior = math.log(rate) - gap / FAR_MM + 2 * math.log((1 - MISSED) / MISSED)
        days = max(one.days, other.days)
        yield (first, second), Seen(one.lesion, merged, days), prior


def _joined_today(
    today: Sequence[Spot], most_mm: float
) -> Iterator[tuple[tuple[int, ...], Spot, float]]:
    """Yield two of today's outlines as the one that they might have been, and the gap between."""
    for first, second in itertools.combinations(range(len(today)), 2):
        if today[first].centre is None or today[second].centre is None:
            continue
        whole = joined(today[first], today[second], filled=1.0, most_mm=most_mm)
        if whole is not None:
            yield (first, second), *whole
