"""Which outlines of one day's photographs are one lesion, and which of those known before it is.

Hides that the photographs are explained together, from the one that shows most: each knows what the
others show of the day, and several explanations are kept until the last one has spoken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from woundtrack.workflow.constellation import Answer, Explained, Way, chances_of, ways_of
from woundtrack.workflow.likeness import Neighbourhood, Seen
from woundtrack.workflow.spots import Spot

_MOST_DAYS: Final = 6  # explanations of the day so far that the next photograph is held against
_LEAST_CHANCE: Final = 0.01  # of those
_OVERLAP: Final = 1 / 3
"""What n photographs of one day say overlaps: log odds over all of them are n to this too large.

Chosen on development seeds of benchmarks/identity.py, visits of two, four and eight photographs.
"""
_MOST_SURE: Final = 1e-4  # short of certain: what is told of a lesion is never surer than this

_Key = tuple[tuple[int, ...], tuple[tuple[int, ...], tuple[int, int]]]
"""An answer as it is told apart: its outlines, the lesions they are, where that was seen first."""


@dataclass(frozen=True, eq=False, slots=True)
class Shot:
    """The outlines of one photograph; each in a frame of its own name.

    ``given`` are the lesions of which a person said so, by the outlines' places; ``width_px`` is
    how wide the photograph is, where it has no scale.
    """

    today: tuple[Spot, ...]
    width_px: float | None = None
    given: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What one outline is thought to be: ``lesion`` counts the lesions of the day, from 0.

    Outlines in several photographs that are one lesion have the same. ``pieces`` are all the
    lesions of the day that were one before, itself among them; () where it is whole.
    """

    explained: Explained
    lesion: int
    pieces: tuple[int, ...] = ()


def explain_day(shots: Sequence[Shot], seen: Sequence[Seen]) -> tuple[tuple[Recognised, ...], ...]:
    """Say of each outline of each photograph of one day which of those ``seen`` it is.

    In the likeliest way of all for the day as a whole; the chances are over all ways that were
    weighed, and smaller the more photographs they rest on: those say the same again.
    """
    order = _order(shots)
    around = Neighbourhood()
    days = [_Day.begun(seen)]
    passed: list[_Passed] = []
    for number in order:
        shot = shots[number]
        found = [
            day.with_way(number, shot, way)
            for day in days
            for way in ways_of(shot.today, day.seen, shot.width_px, shot.given, around)
        ]
        found.sort(key=lambda day: -day.score)
        chances = chances_of([day.score for day in found])
        kept = len(found)
        if number != order[-1]:
            kept = min(max(int((chances >= _LEAST_CHANCE).sum()), 1), _MOST_DAYS)
        passed.append(_Passed.of(found[kept:], chances[kept:].tolist()))
        days = found[:kept]
    return _told(shots, order, days, passed)


def as_sure_as_right(chance: float, photographs: int) -> float:
    """Return how often an answer of such a ``chance`` is right, told over so many photographs."""
    if photographs <= 1:
        return min(chance, 1.0)
    short = min(max(chance, _MOST_SURE), 1 - _MOST_SURE)
    odds = math.log(short / (1 - short)) / photographs**_OVERLAP
    return 1 / (1 + math.exp(-odds))


def _order(shots: Sequence[Shot]) -> list[int]:
    """Return which to look at first: those a person spoke of, then those that show most."""

    def rank(number: int) -> tuple[bool, bool, int]:
        shot = shots[number]
        has_scale = any(spot.centre is not None for spot in shot.today)
        return (not shot.given, not has_scale, -len(shot.today))

    return sorted((number for number, shot in enumerate(shots) if shot.today), key=rank)


@dataclass(frozen=True, eq=False, slots=True)
class _Lesion:
    """A lesion of the day: which of those known before it is, and with which others it was one.

    ``first`` is the photograph and the outline it was found in, where those known don't tell it.
    """

    whence: tuple[int, ...]
    first: tuple[int, int] = (-1, -1)
    pieces: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class _Day:
    """One explanation of the photographs so far; the lesions as the next one may show them.

    ``whence`` are the places, among those known before the day, of each of the ``seen``, and
    ``found`` its place among the ``lesions`` of the day, or -1. ``ways`` hold for each photograph
    its way and the lesions of the day of each answer's outlines.
    """

    seen: tuple[Seen, ...]
    whence: tuple[tuple[int, ...], ...]
    found: tuple[int, ...]
    lesions: tuple[_Lesion, ...] = ()
    ways: tuple[tuple[Way, tuple[tuple[int, ...], ...]], ...] = ()
    score: float = 0.0

    @classmethod
    def begun(cls, seen: Sequence[Seen]) -> _Day:
        return cls(tuple(seen), tuple((place,) for place in range(len(seen))), (-1,) * len(seen))

    def with_way(self, number: int, shot: Shot, way: Way) -> _Day:
        """Return the day with one more photograph explained."""
        draft = _Draft(list(self.seen), list(self.whence), list(self.found), list(self.lesions))
        told = tuple(draft.take(number, shot, answer) for answer in way.answers)
        stay = [place for place in range(len(draft.seen)) if place not in draft.gone]
        return _Day(
            tuple(draft.seen[place] for place in stay),
            tuple(draft.whence[place] for place in stay),
            tuple(draft.found[place] for place in stay),
            tuple(draft.lesions),
            (*self.ways, (way, told)),
            self.score + way.score,
        )

    def keys(self, place: int) -> set[_Key]:
        """Return the answers of the photograph that was looked at in that place."""
        way, told = self.ways[place]
        return {
            (answer.today, self.named(lesions[0]))
            for answer, lesions in zip(way.answers, told, strict=True)
        }

    def named(self, lesion: int) -> tuple[tuple[int, ...], tuple[int, int]]:
        """Return what tells a lesion of the day apart in every explanation of it."""
        one = self.lesions[lesion]
        return one.whence, one.first


@dataclass(eq=False, slots=True)
class _Draft:
    """A day while the answers of a photograph are taken in."""

    seen: list[Seen]
    whence: list[tuple[int, ...]]
    found: list[int]
    lesions: list[_Lesion]
    gone: set[int] = field(default_factory=set)

    def take(self, number: int, shot: Shot, answer: Answer) -> tuple[int, ...]:
        """Take in one answer; returns the lesion of the day of each of its outlines."""
        if not answer.seen:
            (outline,) = answer.today
            spot = shot.today[outline]
            return (self._add(_Lesion((), (number, outline)), f"new {number} {outline}", spot),)
        place = answer.seen[0]
        if len(answer.today) > 1:
            return self._split(number, shot, answer.today, place)
        spot = shot.today[answer.today[0]]
        if len(answer.seen) > 1:
            self.gone |= set(answer.seen)
            whence = sorted({one for each in answer.seen for one in self.whence[each]})
            return (self._add(_Lesion(tuple(whence)), self.seen[place].lesion, spot),)
        if self.found[place] < 0:
            self.found[place] = len(self.lesions)
            self.lesions.append(_Lesion(self.whence[place]))
            known = self.seen[place]
            if spot.centre is not None and (known.days > 0 or known.is_closed):
                self.seen[place] = replace(
                    known, spot=spot, days=0.0, is_closed=False, also=known.spots[:2]
                )
        return (self.found[place],)

    def _add(self, lesion: _Lesion, name: str, spot: Spot) -> int:
        self.seen.append(Seen(name, spot, 0.0))
        self.whence.append(lesion.whence)
        self.found.append(len(self.lesions))
        self.lesions.append(lesion)
        return len(self.lesions) - 1

    def _split(
        self, number: int, shot: Shot, outlines: tuple[int, ...], place: int
    ) -> tuple[int, ...]:
        """Take in pieces: the lesions of the day that were one before."""
        self.gone.add(place)
        made = [
            self._add(
                _Lesion(self.whence[place], (number, outline)),
                self.seen[place].lesion,
                shot.today[outline],
            )
            for outline in outlines
        ]
        whole = self.found[place]
        pieces = tuple(made) if whole < 0 else (whole, *made)
        for one in pieces:
            self.lesions[one] = replace(self.lesions[one], pieces=pieces)
        return tuple(made)


@dataclass(frozen=True, slots=True)
class _Passed:
    """What was passed over after a photograph, as too unlikely: its chance, and by answers."""

    chance: float
    answers: Mapping[_Key, float]

    @classmethod
    def of(cls, days: Sequence[_Day], chances: Sequence[float]) -> _Passed:
        answers: dict[_Key, float] = {}
        for day, chance in zip(days, chances, strict=True):
            for key in day.keys(len(day.ways) - 1):
                answers[key] = answers.get(key, 0.0) + chance
        return cls(sum(chances), answers)


def _told(
    shots: Sequence[Shot], order: Sequence[int], days: Sequence[_Day], passed: Sequence[_Passed]
) -> tuple[tuple[Recognised, ...], ...]:
    """Return the likeliest day, with the chance of each of its answers."""
    found: list[dict[int, Recognised]] = [{} for _ in shots]
    best = days[0]
    chances = chances_of([day.score for day in days])
    matched = sum(len(shots[number].given) < len(shots[number].today) for number in order)
    for place, number in enumerate(order):
        way, told = best.ways[place]
        rows = [day.keys(place) for day in days]
        placed = sum(one.is_placed for one in way.answers)
        for answer, lesions in zip(way.answers, told, strict=True):
            key = (answer.today, best.named(lesions[0]))
            share = float(np.array([key in row for row in rows]) @ chances)
            left = passed[place]
            chance = (1 - left.chance) * share + left.answers.get(key, 0.0)
            for outline, lesion in zip(answer.today, lesions, strict=True):
                found[number][outline] = Recognised(
                    Explained(
                        seen=best.lesions[lesion].whence,
                        beside=tuple(one for one in answer.today if one != outline),
                        chance=as_sure_as_right(chance, matched),
                        by_place=way.by_place / placed if placed > 1 and answer.is_placed else 0.0,
                        by_shape=answer.by_shape,
                        by_size=answer.by_size,
                    ),
                    lesion=lesion,
                    pieces=best.lesions[lesion].pieces,
                )
    return tuple(
        tuple(found[number][outline] for outline in range(len(shot.today)))
        for number, shot in enumerate(shots)
    )
