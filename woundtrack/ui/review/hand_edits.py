"""What a person draws by hand on a photograph, and the outlines it leaves: values, no Qt.

Hides which outline a stroke is for, and that the others keep every pixel of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from woundtrack.errors import EditImpossible
from woundtrack.imaging.drawing.ghost import start_from
from woundtrack.imaging.drawing.resizing import grown, smoothed
from woundtrack.imaging.drawing.strokes import (
    Dab,
    brushed,
    erased,
    lassoed,
    merged,
    rerouted,
    split,
    traced,
    without_island,
)

if TYPE_CHECKING:
    from woundtrack.model import Calibration, Outline, Point

Shape = tuple[int, int]


class HandEdit(Protocol):
    """A change of one photograph's outlines; ``after`` runs on a worker.

    ``after(outlines, in_hand, shape)`` returns all outlines as they are then: ``in_hand`` is the
    one that was chosen, None for none; ``shape`` the photograph's (height, width), px. It raises
    ``EditImpossible`` with the reason where it can't be done.
    """

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Stroke:
    """A brush's or an eraser's way over the photograph."""

    dabs: tuple[Dab, ...]
    erases: bool = False

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines with the stroke put in, or taken out of the one in hand."""
        others = others_of(outlines, in_hand)
        if not self.erases:
            parts = brushed(in_hand, self.dabs, others=others, shape=shape)
        elif in_hand is None:
            raise EditImpossible(reason="no outline is in hand to take away from")
        else:
            parts = erased(in_hand, self.dabs, shape=shape)
        return instead_of(outlines, in_hand, parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loop:
    """A ring drawn freely: what it holds is added, or taken away, which within leaves an island."""

    ring: tuple[Point, ...]
    adds: bool = True

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines with the loop put in, or taken out of the one in hand."""
        if in_hand is None and not self.adds:
            raise EditImpossible(reason="no outline is in hand to take away from")
        others = others_of(outlines, in_hand)
        parts = lassoed(in_hand, self.ring, adds=self.adds, others=others, shape=shape)
        return instead_of(outlines, in_hand, parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Traced:
    """A ring that follows the whole edge: it takes the place of the outline that it lies over."""

    ring: tuple[Point, ...]

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines with the ring in the place of the one in hand, or beside it."""
        others = others_of(outlines, in_hand)
        return instead_of(outlines, in_hand, traced(in_hand, self.ring, others=others, shape=shape))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rerouted:
    """A line from edge to edge of the outline in hand, to be a stretch of its edge."""

    line: tuple[Point, ...]

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines, the edge of the one in hand along the line."""
        if in_hand is None:
            raise EditImpossible(reason="no outline is in hand")
        others = others_of(outlines, in_hand)
        return instead_of(
            outlines, in_hand, rerouted(in_hand, self.line, others=others, shape=shape)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class FilledIsland:
    """A click into an island that is none."""

    point: Point

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines, the one in hand without that island."""
        if in_hand is None:
            raise EditImpossible(reason="no outline is in hand")
        return instead_of(outlines, in_hand, (without_island(in_hand, self.point),))


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitLine:
    """A line drawn across an outline."""

    line: tuple[Point, ...]

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines, the one in hand in two."""
        if in_hand is None:
            raise EditImpossible(reason="no outline is in hand to split")
        return instead_of(outlines, in_hand, split(in_hand, self.line, shape=shape))


@dataclass(frozen=True, kw_only=True, slots=True)
class MergeNearest:
    """The outline in hand and the one nearest to it become one; of one lesion's parts, if it has.

    ``parts`` are the open parts of the lesion in hand, the one in hand among them.
    """

    parts: tuple[Outline, ...] = ()

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines with those two in one."""
        others = others_of(outlines, in_hand)
        if in_hand is None or not others:
            raise EditImpossible(reason="there is no second outline to merge with")
        own = [other for other in others if other in self.parts]
        nearest = min(own or others, key=lambda other: _gap(in_hand, other))
        whole = merged((in_hand, nearest), shape=shape)
        left = tuple(one for one in outlines if one is not nearest)
        return instead_of(left, in_hand, (whole,))


@dataclass(frozen=True, kw_only=True, slots=True)
class Resized:
    """The whole edge moved outwards, inwards where ``by`` is negative: mm, px without a scale."""

    by: float
    calibration: Calibration | None

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines, the one in hand larger or smaller."""
        if in_hand is None:
            raise EditImpossible(reason="no outline is in hand")
        others = others_of(outlines, in_hand)
        parts = grown(in_hand, self.by, calibration=self.calibration, others=others, shape=shape)
        return instead_of(outlines, in_hand, parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Smoothed:
    """The whole edge without its notches."""

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines, the one in hand smoother."""
        if in_hand is None:
            raise EditImpossible(reason="no outline is in hand")
        parts = smoothed(in_hand, others=others_of(outlines, in_hand), shape=shape)
        return instead_of(outlines, in_hand, parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """An earlier visit's outline, in parts or one, to begin with.

    ``beside`` is another outline of the lesion, by which it is laid where it has none of its own.
    """

    earlier: tuple[Outline, ...]
    earlier_calibration: Calibration | None
    earlier_shape: Shape
    calibration: Calibration | None
    beside: Outline | None = None

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines with the copy in the place of the one in hand, or after them."""
        found = start_from(
            self.earlier,
            self.earlier_calibration,
            self.earlier_shape,
            in_hand or self.beside,
            self.calibration,
            shape,
        )
        return instead_of(outlines, in_hand, found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Redrawn:
    """The outline in hand with its nodes elsewhere. ``before`` is what was dragged at."""

    before: Outline
    outline: Outline

    def after(
        self, outlines: tuple[Outline, ...], in_hand: Outline | None, shape: Shape
    ) -> tuple[Outline, ...]:
        """Return the outlines with the redrawn one in the place of the one before."""
        if self.before not in outlines:
            raise EditImpossible(reason="it was changed meanwhile")
        return tuple(self.outline if one == self.before else one for one in outlines)


def others_of(outlines: Sequence[Outline], in_hand: Outline | None) -> tuple[Outline, ...]:
    """Return the outlines but for the one in hand."""
    return tuple(one for one in outlines if one is not in_hand)


def instead_of(
    outlines: Sequence[Outline], in_hand: Outline | None, parts: Sequence[Outline]
) -> tuple[Outline, ...]:
    """Return the outlines with the parts in the place of the one in hand, or after all of them."""
    if in_hand is None:
        return (*outlines, *parts)
    place = next(number for number, one in enumerate(outlines) if one is in_hand)
    return (*outlines[:place], *parts, *outlines[place + 1 :])


def _gap(one: Outline, other: Outline) -> float:
    a, b = np.asarray(one.outer), np.asarray(other.outer)
    return float(np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2)).min())
