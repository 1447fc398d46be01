"""Sizes with their uncertainty, and what makes them uncertain.

Lengths are millimetres and areas mm²; the ``*_cm`` and ``*_cm2`` properties are the surface.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from woundtrack.model.basics import Doubt


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One cause of uncertainty: how far it alone may move each size, as half a 95 % interval.

    The names are explained in ``imaging/sizes/uncertainty.py``. A bound (``is_bound``) is no spread
    about what was measured but how much more it may be, or less where it is negative; it is added
    to that end.
    ``common`` names what several measurements have in common, such as one printer's scale: where
    two have the same, it moved both alike and counts in neither's part of the change.
    """

    name: str
    area_mm2: float
    perimeter_mm: float
    length_mm: float
    width_mm: float
    is_bound: bool = False
    common: str = ""


class UnreadTerms(Sequence[Term]):
    """Causes as they were written down, read when somebody looks at them: most are never.

    Equal to the tuple of them. ``read`` is called once; ``has_common`` says beforehand whether any
    of them may have something in common with those of another measurement.
    """

    __slots__ = ("_read", "_terms", "_written", "has_common")

    def __init__(
        self, written: str, read: Callable[[str], tuple[Term, ...]], *, has_common: bool
    ) -> None:
        self._written: str | None = written
        self._read = read
        self._terms: tuple[Term, ...] = ()
        self.has_common = has_common

    @property
    def _all(self) -> tuple[Term, ...]:
        written = self._written
        if written is not None:
            self._terms = self._read(written)
            self._written = None
        return self._terms

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, place: int) -> Term: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Term]: ...
    def __getitem__(self, place: int | slice) -> Term | Sequence[Term]:
        return self._all[place]

    def __iter__(self) -> Iterator[Term]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, UnreadTerms):
            return self._all == other._all
        return self._all == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all)

    def __repr__(self) -> str:
        return repr(self._all)


def commons_of(terms: Sequence[Term]) -> frozenset[str]:
    """Return what causes name as common to several measurements."""
    if isinstance(terms, UnreadTerms) and not terms.has_common:
        return frozenset()
    return frozenset(term.common for term in terms if term.common)


def area_interval(area_mm2: float, terms: Iterable[Term]) -> tuple[float, float]:
    """Return the 95 % interval of an area from its terms, mm².

    The spreads are added as squares, and are even on the scale of the root of the area, a length,
    since they are of lengths: a wound that may be 1 mm wider or narrower all round may be larger by
    more than smaller. Past the area itself that is no guide any more: a fissure is no disc. Bounds
    are added after.
    """
    if area_mm2 <= 0:
        return 0.0, 0.0
    terms = tuple(terms)
    spread = math.hypot(*(term.area_mm2 for term in terms if not term.is_bound)) / area_mm2
    bounds = [term.area_mm2 for term in terms if term.is_bound]
    low = area_mm2 * max(1 - spread / 2, 0.0) ** 2 + sum(min(bound, 0.0) for bound in bounds)
    high = area_mm2 * (1 + spread + min(spread, 1.0) ** 2 / 4) + sum(
        max(bound, 0.0) for bound in bounds
    )
    return max(low, 0.0), high


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """Size of one outline in one calibration, with the 95 % interval of its area.

    ``terms`` are what makes it uncertain, the largest first; empty where that was not recorded.
    ``head_to_toe_mm`` and ``side_to_side_mm`` are its extents along the body and across, as scores
    such as PUSH want them; None where nobody said where the head is.
    Raises ``ValueError`` for a size that is not finite, or an interval that misses its area.
    """

    area_mm2: float
    area_low_mm2: float
    area_high_mm2: float
    perimeter_mm: float
    length_mm: float
    width_mm: float
    doubts: tuple[Doubt, ...] = ()
    terms: Sequence[Term] = ()
    head_to_toe_mm: float | None = None
    side_to_side_mm: float | None = None

    def __post_init__(self) -> None:
        # Written out: thousands are read at once. What isn't a number is not between zero and inf.
        if not (
            0 <= self.area_mm2 < math.inf
            and 0 <= self.area_low_mm2 < math.inf
            and 0 <= self.area_high_mm2 < math.inf
            and 0 <= self.perimeter_mm < math.inf
            and 0 <= self.length_mm < math.inf
            and 0 <= self.width_mm < math.inf
        ):
            raise ValueError("a measurement needs finite sizes of zero or more")
        if not self.area_low_mm2 <= self.area_mm2 <= self.area_high_mm2:
            raise ValueError("the interval must contain the area")

    @property
    def area_cm2(self) -> float:
        """Area in cm²."""
        return self.area_mm2 / 100

    @property
    def area_low_cm2(self) -> float:
        """Lower end of the 95 % interval in cm²."""
        return self.area_low_mm2 / 100

    @property
    def area_high_cm2(self) -> float:
        """Upper end of the 95 % interval in cm²."""
        return self.area_high_mm2 / 100

    @property
    def perimeter_interval_mm(self) -> tuple[float, float] | None:
        """The 95 % interval of the perimeter; None where its terms were not recorded."""
        return self._interval(self.perimeter_mm, [term.perimeter_mm for term in self.terms])

    @property
    def length_interval_mm(self) -> tuple[float, float] | None:
        """The 95 % interval of the length; None where its terms were not recorded."""
        return self._interval(self.length_mm, [term.length_mm for term in self.terms])

    @property
    def width_interval_mm(self) -> tuple[float, float] | None:
        """The 95 % interval of the width; None where its terms were not recorded."""
        return self._interval(self.width_mm, [term.width_mm for term in self.terms])

    def _interval(self, size: float, halves: list[float]) -> tuple[float, float] | None:
        if not self.terms:
            return None
        named = list(zip(halves, self.terms, strict=True))
        spread = math.hypot(*(half for half, term in named if not term.is_bound))
        bounds = [half for half, term in named if term.is_bound]
        less, more = sum(min(one, 0.0) for one in bounds), sum(max(one, 0.0) for one in bounds)
        return max(size - spread + less, 0.0), size + spread + more

    @property
    def perimeter_cm(self) -> float:
        """Length of the outer edge in cm."""
        return self.perimeter_mm / 10

    @property
    def length_cm(self) -> float:
        """Greatest extent in cm."""
        return self.length_mm / 10

    @property
    def width_cm(self) -> float:
        """Extent square to the length in cm."""
        return self.width_mm / 10
