"""Where each visit's skin lies beside the others': turned and shifted, in true size.

Hides the least squares over landmarks, that visits may hang together by way of others, and how far
the result is to be trusted at the wound's edge.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.imaging.geometry.plane import rigid
from woundtrack.imaging.geometry.planimetry import finely, mm_per_px_at, points_on_skin
from woundtrack.model import Calibration, Outline, Point

Floats = npt.NDArray[np.float64]

LEAST: Final = 2
"""Landmarks that two photographs must share for one to be laid on the other."""

LEAST_APART_MM: Final = 5.0
"""Landmarks nearer to each other than this say nothing about the turn."""

PICK_SD_MM: Final = 0.75
PICK_WEIGHT: Final = 4.0
"""Spread, in each direction, with which a person meets the same place of the skin again, and as how
many observations it counts beside the misses of the landmarks themselves: two of them leave one
miss alone, which may be zero by chance."""

MISPLACED_MM: Final = 5.0
"""So far off is no landmark that was clicked in the same place twice."""

FARTHEST_MM: Final = 30.0
"""So far off is no place of the same skin, however it is stretched or folded."""

_WITHIN: Final = math.sqrt(-math.log(0.05))
"""The 95 % quantile of a distance in the plane by its root mean square, normal both ways."""

_ROUNDS: Final = 60
_STILL_MM: Final = 1e-7


class LaidBy(StrEnum):
    """What says how a photograph is turned and where it lies."""

    LANDMARKS = "landmarks"
    HEAD = "head"  # turned with the head up, the lesion's middle on the others'
    PICTURE = "picture"  # upright as it was taken, the lesion's middle on the others'


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """A photograph of the lesion as it is to be laid beside others; all places in its pixels.

    ``parts`` are the lesion's outlines, none where it is closed: then ``middle_px`` says where it
    was. ``head_deg`` is clockwise from the picture's top, None where nobody said. ``landmarks`` are
    by their numbers.
    """

    calibration: Calibration
    middle_px: Point
    parts: tuple[Outline, ...] = ()
    head_deg: float | None = None
    landmarks: Mapping[int, Point] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Laid:
    """Where a photograph's skin lies: turned by ``turn_rad`` (clockwise on the screen), shifted.

    ``group`` is the same for photographs that hang together by landmarks.
    """

    turn_rad: float
    shift_mm: Point
    by: LaidBy
    group: int

    def placed(self, skin_mm: Floats) -> Floats:
        """Return points (N, 2) of this photograph's skin, mm, on the common skin, mm."""
        moved: Floats = skin_mm @ _rotation(self.turn_rad).T + np.asarray(self.shift_mm)
        return moved

    def taken_back(self, common_mm: Floats) -> Floats:
        """Return points (N, 2) of the common skin on this photograph's own, mm."""
        moved: Floats = (common_mm - np.asarray(self.shift_mm)) @ _rotation(self.turn_rad)
        return moved


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How well two photographs lie on each other.

    ``count`` landmarks are in both, and lie ``residual_mm`` from each other (root of the mean
    square). Within ``error_mm`` the skin is to be expected on itself at the lesion's edge, in 95 of
    100 places: it is more where the landmarks are few, near each other or far from it.
    ``by_way_of_others`` says that the two share too few, and hang together by other visits alone.
    """

    count: int
    residual_mm: float
    error_mm: float
    by_way_of_others: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """All photographs on one common skin, mm, x right, y down; ``laid`` is in their order.

    ``edges_mm`` are the outer edges of each one's outlines there, a point a millimetre at least.
    """

    laid: tuple[Laid, ...]
    edges_mm: tuple[tuple[Floats, ...], ...]
    landmarks_mm: tuple[Mapping[int, Floats], ...]

    def agreement(self, one: int, other: int) -> Agreement | None:
        """Return how well two photographs lie on each other; None where nothing lines them up."""
        if one == other or self.laid[one].group != self.laid[other].group:
            return None
        way = self._way(one, other)
        steps = [self._direct(a, b) for a, b in itertools.pairwise(way)]
        if len(steps) == 1:
            return steps[0]
        common = self._shared(one, other)
        apart = common[1] - common[0]
        residual = float(np.sqrt((apart**2).sum(axis=1).mean())) if len(apart) else 0.0
        return Agreement(
            count=len(apart),
            residual_mm=residual,
            error_mm=math.hypot(*(step.error_mm for step in steps)),
            by_way_of_others=True,
        )

    def misplaced(self, one: int, other: int) -> tuple[int, float] | None:
        """Return the landmark that isn't the same place in two photographs, and by how many mm.

        From three on: the one without which the others agree best, where it lies more than
        ``MISPLACED_MM`` from where they put it, and three times as far as they from each other.
        """
        mine, its = self.landmarks_mm[one], self.landmarks_mm[other]
        numbers = sorted(mine.keys() & its.keys())
        if len(numbers) <= LEAST:
            return None
        here, there = self._shared(one, other)
        found = []
        for place, number in enumerate(numbers):
            rest = np.arange(len(numbers)) != place
            turn, x, y = rigid(here[rest], there[rest])
            off = np.hypot(*(here @ _rotation(turn).T + (x, y) - there).T)
            found.append((float(np.sqrt((off[rest] ** 2).mean())), number, float(off[place])))
        agree, number, miss = min(found)
        return (number, miss) if miss > max(MISPLACED_MM, 3 * agree) else None

    def _shared(self, one: int, other: int) -> tuple[Floats, Floats]:
        mine, its = self.landmarks_mm[one], self.landmarks_mm[other]
        numbers = sorted(mine.keys() & its.keys())
        empty = np.empty((0, 2))
        return (
            np.array([mine[number] for number in numbers]) if numbers else empty,
            np.array([its[number] for number in numbers]) if numbers else empty,
        )

    def _direct(self, one: int, other: int) -> Agreement:
        here, there = self._shared(one, other)
        apart = here - there
        count = len(apart)
        squares = float((apart**2).sum())
        left = 2 * count - 3  # what turn and shift leave of the misses
        # Either pick has its own spread: the prior's is of their difference.
        prior = 2 * PICK_SD_MM**2
        variance = (PICK_WEIGHT * prior + squares) / (PICK_WEIGHT + left)
        middle = (here + there).mean(axis=0) / 2
        inertia = float((((here + there) / 2 - middle) ** 2).sum())
        edge = [ring for place in (one, other) for ring in self.edges_mm[place]]
        at = np.concatenate(edge) if edge else (here + there) / 2
        # The mean square of the error from the spread of a landmark, at a place so far from their
        # middle: Fitzpatrick, West and Maurer 1998 (doi:10.1109/42.736021), here in the plane.
        far = ((at - middle) ** 2).sum(axis=1)
        error = math.sqrt(variance * (2 / count + float(far.mean()) / inertia))
        residual = math.sqrt(squares / count)
        return Agreement(count=count, residual_mm=residual, error_mm=_WITHIN * error)

    def _way(self, one: int, other: int) -> list[int]:
        """Return the shortest way from one photograph to another over shared landmarks."""
        came_from = {one: one}
        waiting = [one]
        while waiting and other not in came_from:
            here = waiting.pop(0)
            for there in range(len(self.laid)):
                if there not in came_from and _are_tied(
                    self.landmarks_mm[here], self.landmarks_mm[there]
                ):
                    came_from[there] = here
                    waiting.append(there)
        way = [other]
        while way[-1] != one:
            way.append(came_from[way[-1]])
        return way[::-1]


def lay_out(sights: Sequence[Sight]) -> Layout:
    """Lay photographs of one lesion on one common skin, by rotation and shift alone.

    Both photographs of a pair are metric, so nothing is stretched. Those that share two landmarks
    (5 mm apart at least) hang together, by way of others too: of all their landmarks the rigid
    motions of least squares are found in turn with the landmarks' mean places (generalised
    Procrustes analysis without scaling; Gower 1975, doi:10.1007/BF02291478). Each group is turned
    with the head up where one of its photographs tells, else as its newest was taken, and the
    middle of its largest outline lies at the origin. What shares no landmarks is laid so by itself.

    Parameters
    ----------
    sights
        Oldest first.
    """
    skins = [_skin(sight) for sight in sights]
    motions: list[tuple[float, Floats]] = [(0.0, np.zeros(2)) for _ in sights]
    groups = _groups([skin.landmarks for skin in skins])
    number_of = {place: number for number, group in enumerate(groups) for place in group}
    for group in groups:
        _tie(group, skins, motions)
        _set_upright(group, sights, skins, motions)
    laid = []
    for place, (turn, shift) in enumerate(motions):
        by = LaidBy.PICTURE
        if len(groups[number_of[place]]) > 1:
            by = LaidBy.LANDMARKS
        elif sights[place].head_deg is not None:
            by = LaidBy.HEAD
        laid.append(
            Laid(
                turn_rad=turn,
                shift_mm=(float(shift[0]), float(shift[1])),
                by=by,
                group=number_of[place],
            )
        )
    return Layout(
        laid=tuple(laid),
        edges_mm=tuple(
            tuple(where.placed(ring) for ring in skin.rings)
            for where, skin in zip(laid, skins, strict=True)
        ),
        landmarks_mm=tuple(
            {number: where.placed(at[None])[0] for number, at in skin.landmarks.items()}
            for where, skin in zip(laid, skins, strict=True)
        ),
    )


def rings_on_skin(outline: Outline, calibration: Calibration) -> tuple[Floats, ...]:
    """Return the outer ring and the islands (N, 2), mm of the photograph's own skin.

    With a point at least every millimetre; without those that a limb hides.
    """
    found = []
    for ring in (outline.outer, *outline.islands):
        fine = finely(np.asarray(ring, dtype=np.float64), calibration.mm_per_px)
        skin = points_on_skin(fine, calibration)
        found.append(skin[np.isfinite(skin).all(axis=1)])
    return tuple(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Skin:
    """One photograph's places on its own skin, mm."""

    rings: tuple[Floats, ...]
    landmarks: Mapping[int, Floats]
    middle: Floats
    size: float


def _skin(sight: Sight) -> _Skin:
    calibration = sight.calibration
    rings = [rings_on_skin(part, calibration)[0] for part in sight.parts]
    rings = [ring for ring in rings if len(ring)]
    marks = {}
    for number, at in sight.landmarks.items():
        found = points_on_skin(np.array([at], dtype=np.float64), calibration)[0]
        if np.isfinite(found).all():
            marks[number] = found
    if rings:
        every = np.concatenate(rings)
        low, high = every.min(axis=0), every.max(axis=0)
        middle, size = (low + high) / 2, float(np.hypot(*(high - low)))
    else:
        middle = points_on_skin(np.array([sight.middle_px], dtype=np.float64), calibration)[0]
        middle, size = np.nan_to_num(middle), 0.0
    return _Skin(rings=tuple(rings), landmarks=marks, middle=middle, size=size)


def _are_tied(mine: Mapping[int, Floats], its: Mapping[int, Floats]) -> bool:
    """Whether two photographs share landmarks enough, and apart enough in both."""
    numbers = sorted(mine.keys() & its.keys())
    if len(numbers) < LEAST:
        return False
    return all(
        max(float(np.hypot(*(at[one] - at[other]))) for one in numbers for other in numbers)
        >= LEAST_APART_MM
        for at in (mine, its)
    )


def _groups(marks: Sequence[Mapping[int, Floats]]) -> list[list[int]]:
    """Return the photographs that hang together, each group beginning with its best-marked."""
    left = set(range(len(marks)))
    groups = []
    while left:
        first = max(left, key=lambda place: (len(marks[place]), -place))
        group, waiting = [first], [first]
        left.discard(first)
        while waiting:
            here = waiting.pop(0)
            tied = sorted(there for there in left if _are_tied(marks[here], marks[there]))
            group += tied
            waiting += tied
            left -= set(tied)
        groups.append(group)
    return groups


def _tie(group: Sequence[int], skins: Sequence[_Skin], motions: list[tuple[float, Floats]]) -> None:
    """Move each of a group so that its landmarks lie on the others'."""
    means: dict[int, Floats] = dict(skins[group[0]].landmarks)
    for place in group[1:]:  # each is tied to one before it
        own = skins[place].landmarks
        motions[place] = _onto(own, means)
        for number, at in own.items():
            means.setdefault(number, _moved(at, motions[place]))
    for _ in range(_ROUNDS if len(group) > 1 else 0):
        moved = [
            {number: _moved(at, motions[place]) for number, at in skins[place].landmarks.items()}
            for place in group
        ]
        numbers = {number for one in moved for number in one}
        means = {
            number: np.mean([one[number] for one in moved if number in one], axis=0)
            for number in numbers
            if sum(number in one for one in moved) > 1
        }
        furthest = 0.0
        for place in group:
            own = skins[place].landmarks
            motion = _onto(own, means)
            for at in own.values():
                step = _moved(at, motion) - _moved(at, motions[place])
                furthest = max(furthest, float(np.hypot(*step)))
            motions[place] = motion
        if furthest < _STILL_MM:
            break


def _onto(own: Mapping[int, Floats], means: Mapping[int, Floats]) -> tuple[float, Floats]:
    numbers = sorted(own.keys() & means.keys())
    turn, x, y = rigid(
        np.array([own[number] for number in numbers]),
        np.array([means[number] for number in numbers]),
    )
    return turn, np.array([x, y])


def _set_upright(
    group: Sequence[int],
    sights: Sequence[Sight],
    skins: Sequence[_Skin],
    motions: list[tuple[float, Floats]],
) -> None:
    """Turn a group with the head up, and shift the middle of its largest outline to the origin."""
    told = [place for place in group if sights[place].head_deg is not None]
    leading = max(told or group)
    up = _upwards(sights[leading], motions[leading][0])
    turn = -math.pi / 2 - math.atan2(float(up[1]), float(up[0]))
    largest = max(group, key=lambda place: skins[place].size)
    middle = _moved(skins[largest].middle, motions[largest])
    rotation = _rotation(turn)
    for place in group:
        angle, shift = motions[place]
        whole = math.remainder(angle + turn, 2 * math.pi)
        motions[place] = (whole, rotation @ (shift - middle))


def _upwards(sight: Sight, turn: float) -> Floats:
    """Return which way the head, or else the picture's top, is on the common skin."""
    head = math.radians(sight.head_deg or 0.0)
    x, y = sight.parts[0].centre if sight.parts else sight.middle_px
    step = 1.0 / mm_per_px_at((x, y), sight.calibration)  # of a millimetre, in pixels
    ends = np.array(
        [[x, y], [x + step * math.sin(head), y - step * math.cos(head)]], dtype=np.float64
    )
    skin = points_on_skin(ends, sight.calibration)
    way = _rotation(turn) @ (skin[1] - skin[0])
    return way if np.isfinite(way).all() and np.hypot(*way) > 0 else np.array([0.0, -1.0])


def _moved(at: Floats, motion: tuple[float, Floats]) -> Floats:
    moved: Floats = _rotation(motion[0]) @ at + motion[1]
    return moved


def _rotation(turn: float) -> Floats:
    return np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
