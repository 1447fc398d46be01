"""What can be compared of a lesion: a photograph a visit, what was measured, and where it lies.

Hides which photograph stands for a visit, where its scale comes from, and why a visit has none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from woundtrack import imaging
from woundtrack.model import Landmark, WoundState

if TYPE_CHECKING:
    from woundtrack.imaging import Layout
    from woundtrack.model import (
        AssessedOutline,
        Assessment,
        Calibration,
        Lesion,
        LesionTimeline,
        Outline,
        Point,
        TimelinePoint,
        Visit,
        VisitPhotograph,
    )
    from woundtrack.records import Library

MOST_SHOWN: Final = 6
_ROUND_MM: Final = 60.0
"""How much skin round the lesion is shown at most: room for landmarks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ComparedVisit:
    """One visit of the lesion.

    ``why_not`` is a sentence where its photograph can't be shown in true size; empty where it can.
    ``days`` are those since the lesion was first recorded.
    """

    visit: Visit
    point: TimelinePoint
    days: int
    filed: VisitPhotograph | None
    accepted: AssessedOutline | None
    outlines: tuple[AssessedOutline, ...]
    calibration: Calibration | None
    landmarks: tuple[Landmark, ...] = ()
    why_not: str = ""

    @property
    def id(self) -> str:
        """The visit's id."""
        return self.visit.id

    @property
    def on(self) -> date:
        """The visit's day."""
        return self.visit.visited_on

    @property
    def can_be_shown(self) -> bool:
        """Whether its photograph has a scale."""
        return not self.why_not

    @property
    def parts(self) -> tuple[Outline, ...]:
        """The open parts of the lesion; none where it is closed."""
        return () if self.accepted is None else self.accepted.parts

    @property
    def middle_px(self) -> Point:
        """Where the lesion is in its photograph, or was."""
        if self.accepted is not None:
            return self.accepted.around.centre
        if self.filed is None:
            return (0.0, 0.0)
        facts = self.filed.photograph
        return (facts.width_px / 2, facts.height_px / 2)

    @property
    def marks(self) -> Mapping[int, Point]:
        """Its landmarks by their numbers."""
        return {one.number: one.at_px for one in self.landmarks}


def visits_of(
    library: Library,
    curve: LesionTimeline,
    visits: Sequence[Visit],
    marks: Mapping[str, tuple[Landmark, ...]],
) -> tuple[ComparedVisit, ...]:
    """Return the visits at which a lesion was recorded, oldest first.

    Parameters
    ----------
    visits
        Of the patient.
    marks
        The landmarks round this lesion, by the photograph's id.
    """
    known = {one.assessment_id: one for one in library.assessments(lesion_id=curve.lesion.id)}
    # The newest visit of a day stands for it, as it does on the curve.
    by_assessment = {visit.id: visit for visit in visits}
    found = []
    for point in curve.points:
        assessment = known.get(point.assessment_id)
        visit = None if assessment is None else by_assessment.get(assessment.visit_id)
        if assessment is not None and visit is not None:
            days = (point.on - curve.points[0].on).days
            found.append(_compared(library, visit, point, days, assessment, marks))
    return tuple(found)


def _compared(
    library: Library,
    visit: Visit,
    point: TimelinePoint,
    days: int,
    assessment: Assessment,
    marks: Mapping[str, tuple[Landmark, ...]],
) -> ComparedVisit:
    main = assessment.main
    if main is None:  # closed, or a margin alone
        main_id = next((one.photograph_id for one in assessment.outlines), None)
        main_id = main_id or next(iter(assessment.photograph_ids), None)
    else:
        main_id = main.photograph_id
    filed = None if main_id is None else library.photograph(main_id)
    calibration = None if main is None else main.calibration
    if main is None and filed is not None:
        with suppress(KeyError):  # an old library's photograph without a proposal
            calibration = library.proposal_of(filed.id).calibration
    return ComparedVisit(
        visit=visit,
        point=point,
        days=days,
        filed=filed,
        accepted=main,
        outlines=tuple(one for one in assessment.outlines if one.photograph_id == main_id),
        calibration=calibration,
        landmarks=() if filed is None else marks.get(filed.id, ()),
        why_not=_why_not(filed, calibration),
    )


def _why_not(filed: VisitPhotograph | None, calibration: Calibration | None) -> str:
    if filed is None:
        return QCoreApplication.translate("Compare", "There is no photo of this visit.")
    if calibration is None:
        return QCoreApplication.translate(
            "Compare", "This photo has no scale, so it can't be shown in true size."
        )
    return ""


def layout_of(visits: Sequence[ComparedVisit]) -> Layout:
    """Return how visits lie on each other; all of them must have a scale."""
    return imaging.lay_out(
        [
            imaging.Sight(
                calibration=one.calibration,
                middle_px=one.middle_px,
                parts=one.parts,
                head_deg=None if one.filed is None else one.filed.head_deg,
                landmarks=one.marks,
            )
            for one in visits
            if one.calibration is not None
        ]
    )


def reach_mm(visits: Sequence[ComparedVisit]) -> float:
    """Return how far from the lesion's middle the pictures of all visits go, in steps of 10 mm."""
    widest = 0.0
    for one in visits:
        if one.accepted is None or one.calibration is None:
            continue
        xs, ys = zip(*one.accepted.around.outer, strict=True)
        scale = imaging.mm_per_px_at(one.middle_px, one.calibration)
        widest = max(widest, math.hypot(max(xs) - min(xs), max(ys) - min(ys)) * scale / 2)
    return 10 * math.ceil((widest + _ROUND_MM) / 10)


def spread(places: Sequence[int], left: int, right: int, count: int) -> tuple[int, ...]:
    """Return so many of some places, from ``left`` to ``right``, evenly, both among them."""
    low, high = min(left, right), max(left, right)
    between = [place for place in places if low < place < high]
    wanted = min(count - 2, len(between))
    if wanted <= 0:
        return (low, high) if low != high else (low,)
    step = (len(between) + 1) / (wanted + 1)
    chosen = {
        between[min(round(step * (number + 1)) - 1, len(between) - 1)] for number in range(wanted)
    }
    return (low, *sorted(chosen), high)


def is_closed(one: ComparedVisit) -> bool:
    """Whether the lesion was seen closed at a visit."""
    return one.point.state is WoundState.CLOSED


def kind_changes(one: ComparedVisit, other: ComparedVisit) -> bool:
    """Whether the two areas are of different edges: an eschar's, and an open ulcer's."""
    return (
        one.accepted is not None
        and other.accepted is not None
        and one.accepted.kind is not other.accepted.kind
    )


def lesion_words(lesion: Lesion) -> str:
    """Return what a lesion is called in a list: ``A1  left abdomen``."""
    return f"{lesion.label}   {lesion.site.words}"
