"""The edge of a wound, and which tissue lies inside it.

Rings are in pixels of the upright photograph and open: the first point is not repeated.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from woundtrack.model.basics import Point, Ring, now


class OutlineKind(StrEnum):
    """Which edge of a lesion an outline follows.

    They are nested: the eschar lies in the ulcer's bed or covers all of it, the margin goes round
    both. The area within a margin is all of it, the ulcer included.
    """

    ULCER = "ulcer"
    ESCHAR = "eschar"
    MARGIN = "margin"  # of livedo or induration


class OutlineSource(StrEnum):
    """How an outline came to be; decides the edge term of its interval."""

    GIVEN = "given"  # the exact edge, e.g. a mask handed in: no edge term
    PROPOSED = "proposed"  # by the program alone
    GUIDED = "guided"  # by the program, from a person's gestures
    DRAWN = "drawn"  # by hand


@dataclass(frozen=True, kw_only=True, slots=True)
class Outline:
    """A wound edge with its islands of new skin; rings are open (the first point is not repeated).

    ``confidence`` is 0..1, or None where nobody estimated one. ``edge_sd_px`` is by how much the
    program may have put the edge too far out, or in, as one standard deviation; None where a person
    put it, or nobody estimated it.
    """

    outer: Ring
    islands: tuple[Ring, ...] = ()
    source: OutlineSource = OutlineSource.PROPOSED
    confidence: float | None = None
    edge_sd_px: float | None = None

    def as_drawn(self) -> Outline:
        """Return the same rings as a person's: without what the program thought of its own."""
        return replace(self, source=OutlineSource.DRAWN, confidence=None, edge_sd_px=None)

    @property
    def centre(self) -> Point:
        """The mean of the outer ring's points, px."""
        count = len(self.outer)
        return (sum(x for x, _ in self.outer) / count, sum(y for _, y in self.outer) / count)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its points, whoever drew them: it tells this edge from any other."""
        rings = [[(float(x), float(y)) for x, y in ring] for ring in (self.outer, *self.islands)]
        return hashlib.sha256(repr(rings).encode()).hexdigest()


class Tissue(StrEnum):
    """What covers the bed of a wound, as a person tells it by eye."""

    ESCHAR = "eschar"
    SLOUGH = "slough"
    GRANULATION = "granulation"
    EPITHELIUM = "epithelium"
    OTHER = "other"


class TissueSource(StrEnum):
    """How a tissue map came to be."""

    PAINTED = "painted"
    PROPOSED = "proposed"  # from colour, by the program alone
    CORRECTED = "corrected"  # proposed from colour, and painted upon


class TissueState(StrEnum):
    """What a tissue map is worth; only an approved one gives numbers."""

    NOT_APPROVED = "not_approved"
    OUTLINE_CHANGED = "outline_changed"
    APPROVED = "approved"


@dataclass(frozen=True, kw_only=True, slots=True)
class TissueMap:
    """Which tissue lies where inside one outline, on a grid over its photograph.

    ``x``, ``y``, ``width`` and ``height`` are the grid's rectangle in photograph pixels. ``runs``
    are its cells row by row: a tissue, or None where nobody painted, and how many follow each
    other. ``outline`` is the fingerprint of the outline it was painted in.

    ``shares`` is how much of the outline's true area each tissue covers, 0..1; what they leave of 1
    is not painted. ``weight`` is that area as the grid holds it, mm² (px² without a scale): it
    weighs the parts of one lesion against each other.
    """

    x: int
    y: int
    width: int
    height: int
    columns: int
    rows: int
    runs: tuple[tuple[Tissue | None, int], ...]
    outline: str
    shares: tuple[tuple[Tissue, float], ...]
    weight: float
    source: TissueSource = TissueSource.PAINTED
    has_card_colours: bool = False
    approved_by: str | None = None
    approved_at: datetime | None = None

    def state_in(self, outline: Outline) -> TissueState:
        """Return what the map is worth in an outline: for another edge none is approved."""
        if self.outline != outline.fingerprint:
            return TissueState.OUTLINE_CHANGED
        return TissueState.NOT_APPROVED if self.approved_by is None else TissueState.APPROVED

    def approved(self, by: str) -> TissueMap:
        """Return the map as one that a person approved, now."""
        return replace(self, approved_by=by, approved_at=now())

    @property
    def unpainted(self) -> float:
        """The share of the outline's area that nobody painted, 0..1."""
        return max(1 - sum(share for _, share in self.shares), 0.0)
