"""What it means over time: points, curves, totals.

Areas are mm²; a missing area is None and never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from woundtrack.model.assessments import WoundState
from woundtrack.model.basics import Doubt
from woundtrack.model.body import SiteGroup
from woundtrack.model.dates import PartialDate
from woundtrack.model.measurements import Term
from woundtrack.model.outlines import OutlineKind, Tissue, TissueState
from woundtrack.model.patients import Lesion, Patient, Visit
from woundtrack.model.readings import ReaderError
from woundtrack.model.value_sets import EndReason


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelinePoint:
    """One visit on a curve. ``area_mm2`` is None where the lesion was seen but not measured.

    ``terms`` are what makes the area uncertain, where that was recorded, and ``doubts`` what there
    is to doubt about it and its scale. ``head_to_toe_mm`` and ``side_to_side_mm`` are as in
    ``Measurement``; ``part_count`` is of how many open parts the area is the sum, 0 where none
    is outlined. ``tissue_state`` is None where no tissue was painted; ``tissue_shares`` are there
    where it was approved alone. ``kind`` is the outline whose area it is, None where there is none:
    an eschar's area and an open ulcer's are of different edges.
    """

    on: date
    state: WoundState
    area_mm2: float | None
    area_low_mm2: float | None
    area_high_mm2: float | None
    perimeter_mm: float | None
    assessment_id: str
    photograph_ids: tuple[str, ...] = ()
    terms: Sequence[Term] = ()
    doubts: tuple[Doubt, ...] = ()
    head_to_toe_mm: float | None = None
    side_to_side_mm: float | None = None
    part_count: int = 1
    tissue_state: TissueState | None = None
    tissue_shares: tuple[tuple[Tissue, float], ...] | None = None
    kind: OutlineKind | None = None

    @property
    def area_cm2(self) -> float | None:
        """Area in cm²; zero when closed, None when not measured."""
        return None if self.area_mm2 is None else self.area_mm2 / 100


@dataclass(frozen=True, kw_only=True, slots=True)
class NestedCurve:
    """The curve of a lesion's eschar, or of its margin: a point a visit at which it was outlined.

    A visit without a point says nothing: nobody outlined one, which is not the same as none.
    """

    kind: OutlineKind
    points: tuple[TimelinePoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionEnd:
    """From when on a lesion is no longer followed as one, why, and into which its area went.

    ``on`` stands for a date that may be known by its month alone: its middle. ``known`` is that
    date as far as it is known, where a date was given. ``into_label`` is the name of that lesion.
    """

    on: date
    reason: EndReason
    into: str | None = None
    into_label: str = ""
    known: PartialDate | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionTimeline:
    """One lesion's curve, oldest point first; rates are None where they are not defined.

    ``gaps`` are visits of the patient at which this lesion, already known and not yet closed for
    good, has no measured area: the curve is broken there. ``nested`` are the curves of its other
    outlines, where there are any; no rate and no total is taken from them. ``confirmed_on`` is the
    visit that confirmed the closure that it shows now by skin, drainage and dressing; it says so
    only where the findings were read, ``has_findings``. ``ended`` says from when on it is no longer
    followed as one, where the record does. ``is_apart``: a debridement, a merge or a split lies
    between its newest area and the one before, so that their difference is no change of the wound.
    ``run_from`` is the first day since which nothing lies between its areas; None where nothing
    ever did.
    """

    lesion: Lesion
    points: tuple[TimelinePoint, ...]
    nested: tuple[NestedCurve, ...] = ()
    gaps: tuple[date, ...] = ()
    area_reduction_percent: float | None = None
    gilman_cm_per_week: float | None = None
    has_findings: bool = False
    confirmed_on: date | None = None
    ended: LesionEnd | None = None
    is_apart: bool = False
    run_from: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TotalPoint:
    """The summed open area at one visit; None where any lesion due there was not measured.

    The ends of its 95 % interval are None, too, where any measurement has no interval.
    """

    on: date
    area_mm2: float | None
    area_low_mm2: float | None = None
    area_high_mm2: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupTimeline:
    """The lesions of one site group and the total open area of the group."""

    group: SiteGroup
    lesions: tuple[LesionTimeline, ...]
    points: tuple[TotalPoint, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """One patient's course: a curve per lesion, a total per site group, and the patient's total.

    ``reader_error`` is what readers were measured to differ by, where a session's is adopted: the
    intervals hold it. None: they hold what is assumed of a reader.
    """

    patient: Patient
    groups: tuple[GroupTimeline, ...]
    total: tuple[TotalPoint, ...]
    visits: tuple[Visit, ...] = field(default=())
    reader_error: ReaderError | None = None

    @property
    def lesions(self) -> tuple[LesionTimeline, ...]:
        """All lesions' curves, in the order of the groups."""
        return tuple(lesion for group in self.groups for lesion in group.lesions)
