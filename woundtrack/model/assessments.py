"""What the program proposes of a photograph, and what a person accepted of a lesion at a visit.

Revisions: nothing accepted is ever changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from woundtrack.model.basics import Doubt, new_id, now
from woundtrack.model.measurements import Measurement
from woundtrack.model.outlines import Outline, OutlineKind, Tissue, TissueMap, TissueState
from woundtrack.model.photographs import Calibration


@dataclass(frozen=True, kw_only=True, slots=True)
class Method:
    """How an outline was made: enough to explain a number years later."""

    name: str
    version: str
    application_version: str
    parameters: tuple[tuple[str, str | float | int | bool], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What the program made of one filed photograph, waiting for a person.

    Exactly one proposal per photograph. ``doubts`` holds why there is no calibration or no outline.
    ``lesion_id`` is the lesion that was named for this photograph on import, if one was.
    """

    id: str
    photograph_id: str
    calibration: Calibration | None
    outlines: tuple[Outline, ...]
    doubts: tuple[Doubt, ...]
    method: Method
    created_at: datetime
    lesion_id: str | None = None
    is_waiting: bool = True
    version: int = 1


class WoundState(StrEnum):
    """What was seen of a lesion at a visit."""

    OPEN = "open"  # eschar-covered is open
    CLOSED = "closed"  # fully covered with new skin, as seen at this one visit


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessedOutline:
    """One accepted outline of an assessment.

    ``further`` are the lesion's other open parts in the same photograph, where bridges of new skin
    divide it; ``measurement`` is that of all parts together, and None exactly when the photograph
    has no calibration. ``tissue`` are the parts' tissue maps in their order, None where there is
    none; empty where no part has one.
    """

    kind: OutlineKind
    photograph_id: str
    outline: Outline
    calibration: Calibration | None
    measurement: Measurement | None
    method: Method
    further: tuple[Outline, ...] = ()
    tissue: tuple[TissueMap | None, ...] = ()

    @property
    def parts(self) -> tuple[Outline, ...]:
        """All open parts of the lesion, the one that stands for it first."""
        return (self.outline, *self.further)

    @property
    def around(self) -> Outline:
        """Where the lesion lies and how far it reaches: its outline, or the box round all parts."""
        if not self.further:
            return self.outline
        xs, ys = zip(*(point for part in self.parts for point in part.outer), strict=True)
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        return Outline(outer=((left, top), (right, top), (right, bottom), (left, bottom)))

    @property
    def tissue_maps(self) -> tuple[TissueMap | None, ...]:
        """The tissue map of each part, in the order of ``parts``."""
        count = len(self.parts)
        return (*self.tissue, *(None,) * count)[:count]

    @property
    def tissue_state(self) -> TissueState | None:
        """What the tissue of all parts is worth: as much as the least of them; None without any."""
        maps = self.tissue_maps
        if all(one is None for one in maps):
            return None
        states = {
            TissueState.NOT_APPROVED if one is None else one.state_in(part)
            for one, part in zip(maps, self.parts, strict=True)
        }
        order = (TissueState.OUTLINE_CHANGED, TissueState.NOT_APPROVED, TissueState.APPROVED)
        return next(state for state in order if state in states)

    @property
    def tissue_shares(self) -> tuple[tuple[Tissue, float], ...] | None:
        """The share of each tissue in the area of all parts, 0..1; None unless it is approved."""
        if self.tissue_state is not TissueState.APPROVED:
            return None
        return pooled_shares([one for one in self.tissue_maps if one is not None])

    @property
    def sized(self) -> SizedOutline:
        """Its size, and what there is to doubt about it and its scale, each once."""
        doubts = () if self.calibration is None else self.calibration.doubts
        if self.measurement is not None:
            doubts = tuple(dict.fromkeys((*doubts, *self.measurement.doubts)))
        return SizedOutline(
            kind=self.kind,
            measurement=self.measurement,
            doubts=doubts,
            part_count=len(self.parts),
            tissue_state=self.tissue_state,
            tissue_shares=self.tissue_shares,
        )

    def __post_init__(self) -> None:
        if (self.calibration is None) != (self.measurement is None):
            raise ValueError("a measurement can't exist without a calibration, nor be left out")


def pooled_shares(maps: Iterable[TissueMap]) -> tuple[tuple[Tissue, float], ...]:
    """Return the share of every tissue in the area of several maps together, 0..1 each."""
    maps = tuple(maps)
    whole = sum(one.weight for one in maps)
    return tuple(
        (
            tissue,
            sum(dict(one.shares).get(tissue, 0.0) * one.weight for one in maps) / whole
            if whole > 0
            else 0.0,
        )
        for tissue in Tissue
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """One lesion at one visit: photographs, at most one accepted outline a kind, who and how.

    Rows are revisions: ``id`` names this revision, ``assessment_id`` the thread it belongs to, and
    ``supersedes`` the revision before it. Nothing is updated; the newest revision counts, and a
    retired one is out of view. ``reviewed_by`` is None when it was accepted without review.
    """

    id: str
    assessment_id: str
    revision: int
    supersedes: str | None
    lesion_id: str
    visit_id: str
    photograph_ids: tuple[str, ...]
    state: WoundState
    outlines: tuple[AssessedOutline, ...]
    accepted_by: str
    reviewed_by: str | None
    recorded_at: datetime
    reason: str | None = None
    is_retired: bool = False

    def __post_init__(self) -> None:
        kinds = [outline.kind for outline in self.outlines]
        if len(kinds) != len(set(kinds)):
            raise ValueError("an assessment holds one outline of a kind")
        is_covered = OutlineKind.ULCER in kinds or OutlineKind.ESCHAR in kinds
        if self.state is WoundState.CLOSED and is_covered:
            raise ValueError("a closed lesion has no ulcer outline, nor one of an eschar")
        if self.state is WoundState.OPEN and not kinds:
            raise ValueError("an open lesion needs an outline")

    def outline_of(self, kind: OutlineKind) -> AssessedOutline | None:
        """Return the accepted outline of one kind, or None."""
        return next((outline for outline in self.outlines if outline.kind is kind), None)

    @property
    def main(self) -> AssessedOutline | None:
        """The outline whose area counts: the ulcer's, or the eschar's where that covers all."""
        return self.outline_of(OutlineKind.ULCER) or self.outline_of(OutlineKind.ESCHAR)

    @property
    def ulcer(self) -> Measurement | None:
        """The measurement of the ulcer outline, or None where there is none."""
        outline = self.outline_of(OutlineKind.ULCER)
        return None if outline is None else outline.measurement

    @property
    def sized(self) -> SizedAssessment:
        """What a course of healing is made from: the sizes, without the rings."""
        return SizedAssessment(
            id=self.id,
            assessment_id=self.assessment_id,
            revision=self.revision,
            lesion_id=self.lesion_id,
            visit_id=self.visit_id,
            photograph_ids=self.photograph_ids,
            state=self.state,
            outlines=tuple(outline.sized for outline in self.outlines),
            recorded_at=self.recorded_at,
            is_retired=self.is_retired,
        )

    def revised(self, *, by: str, reason: str | None, **changes: object) -> Assessment:
        """Return the next revision of this thread with ``changes`` applied."""
        return replace(
            self,
            id=new_id(),
            revision=self.revision + 1,
            supersedes=self.id,
            accepted_by=by,
            recorded_at=now(),
            reason=reason,
            **changes,  # type: ignore[arg-type]
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class SizedOutline:
    """What counts of an accepted outline in a course of healing; rings are read far slower.

    ``doubts`` are those of the measurement and of its scale.
    """

    kind: OutlineKind
    measurement: Measurement | None
    doubts: tuple[Doubt, ...] = ()
    part_count: int = 1
    tissue_state: TissueState | None = None
    tissue_shares: tuple[tuple[Tissue, float], ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SizedAssessment:
    """What counts of an assessment in a course of healing; the fields are the assessment's."""

    id: str
    assessment_id: str
    revision: int
    lesion_id: str
    visit_id: str
    photograph_ids: tuple[str, ...]
    state: WoundState
    outlines: tuple[SizedOutline, ...]
    recorded_at: datetime
    is_retired: bool = False

    @property
    def sized(self) -> SizedAssessment:
        """Itself."""
        return self

    def outline_of(self, kind: OutlineKind) -> SizedOutline | None:
        """Return the outline of one kind, or None."""
        for outline in self.outlines:
            if outline.kind is kind:
                return outline
        return None

    @property
    def main(self) -> SizedOutline | None:
        """The outline whose area counts: the ulcer's, or the eschar's where that covers all."""
        eschar = None
        for outline in self.outlines:
            if outline.kind is OutlineKind.ULCER:
                return outline
            if outline.kind is OutlineKind.ESCHAR:
                eschar = outline
        return eschar
