"""One accepted assessment with all that the cells of the measurements' tables are taken from.

Hides which outline stands for the lesion, what its scale is, and what is missing and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from woundtrack.exchange.tables.column import Told
from woundtrack.healing import rates
from woundtrack.healing.lesion_states import BreakReason
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    Calibration,
    Finding,
    Lesion,
    OutlineKind,
    OutlineSource,
    Tissue,
    TissueSource,
    Visit,
    VisitPhotograph,
    WoundState,
)

_Z95 = 1.96


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentRow:
    """One assessment, its lesion, visit and photographs, and what was found at the visit.

    ``kind`` is the outline that it is of; None: the one that the area is of.
    """

    lesion: Lesion
    visit: Visit
    assessment: Assessment
    photographs: tuple[VisitPhotograph, ...]
    finding: Finding | None = None
    is_debrided: bool = False
    kind: OutlineKind | None = None

    @property
    def outline(self) -> AssessedOutline | None:
        """The outline that the area is of: the ulcer's, else the eschar's; or that of ``kind``."""
        return self.assessment.main if self.kind is None else self.assessment.outline_of(self.kind)

    @property
    def of_each_kind(self) -> Iterator[AssessmentRow]:
        """The row as one of each outline that was accepted: ulcer, eschar, margin."""
        for kind in OutlineKind:
            if self.assessment.outline_of(kind) is not None:
                yield replace(self, kind=kind)

    def size(self, name: str, *, divisor: float) -> float | None:
        """Return one attribute of the measurement; zero when closed, None when not measured."""
        # A margin may stay round a lesion that has closed.
        if self.assessment.state is WoundState.CLOSED and self.outline is None:
            return 0.0
        measurement = None if self.outline is None else self.outline.measurement
        if measurement is None or measurement.area_mm2 == 0:
            return None  # open is never zero
        size: float | None = getattr(measurement, name)
        return None if size is None else size / divisor

    @property
    def area_na(self) -> str | None:
        """Why there is no area; None where there is one."""
        if self.size("area_mm2", divisor=100) is not None:
            return None
        return "not_outlined" if self.outline is None else "no_calibration"

    def of_method(self, name: str) -> str | float | None:
        """Return a parameter of the outline's method; None where that was not recorded."""
        return None if self.outline is None else dict(self.outline.method.parameters).get(name)

    @property
    def head_deg(self) -> float | None:
        """Where the head is in the photograph the outline is on; None where nobody said."""
        of = None if self.outline is None else self.outline.photograph_id
        return next((one.head_deg for one in self.photographs if one.id == of), None)

    @property
    def source(self) -> OutlineSource | None:
        """How the outline came to be: by hand where any of its parts did."""
        sources = () if self.outline is None else [part.source for part in self.outline.parts]
        return max(sources, key=list(OutlineSource).index, default=None)

    @property
    def confidence(self) -> float | None:
        """The least confidence in any of the outline's parts."""
        parts = () if self.outline is None else self.outline.parts
        told = [part.confidence for part in parts if part.confidence is not None]
        return min(told, default=None)

    @property
    def scale(self) -> Calibration | None:
        """The calibration of the photograph the outline is on, or None."""
        return None if self.outline is None else self.outline.calibration

    def end_cm(self, size: str, place: int) -> float | None:
        """Return the lower (0) or upper (1) end of a length's interval, cm; None where unknown."""
        measurement = None if self.outline is None else self.outline.measurement
        if measurement is None:
            return None
        interval: tuple[float, float] | None = getattr(measurement, f"{size}_interval_mm")
        return None if interval is None else interval[place] / 10

    @property
    def causes(self) -> str | None:
        """What makes the area uncertain, as ``edge=0.3100;plane=0.1300``; None where unknown."""
        measurement = None if self.outline is None else self.outline.measurement
        if measurement is None or not measurement.terms:
            return None
        return ";".join(
            f"{term.name}={term.area_mm2 / 100:{'+' if term.is_bound else ''}.4f}"
            for term in measurement.terms
        )

    def tissue_share(self, tissue: Tissue | None) -> float | None:
        """Return a tissue's share of the area, of 1; ``tissue`` None: what nobody painted.

        None where no tissue map is approved.
        """
        shares = None if self.outline is None else self.outline.tissue_shares
        if shares is None:
            return None
        if tissue is None:
            return max(1 - sum(share for _, share in shares), 0.0)
        return dict(shares)[tissue]

    def tissue_cm2(self, tissue: Tissue) -> float | None:
        """Return a tissue's area, cm²; None where none is approved, or nothing was measured."""
        share, area = self.tissue_share(tissue), self.size("area_mm2", divisor=100)
        return None if share is None or area is None else share * area

    @property
    def tissue_approved_by(self) -> str | None:
        """Who approved the tissue maps, the parts' first; None where they aren't approved."""
        if self.outline is None or self.outline.tissue_shares is None:
            return None
        return next((one.approved_by for one in self.outline.tissue_maps if one), None)

    @property
    def tissue_source(self) -> str | None:
        """How the approved tissue maps came to be: as most by the program as any part's."""
        if self.outline is None or self.outline.tissue_shares is None:
            return None
        sources = {one.source for one in self.outline.tissue_maps if one}
        order = (TissueSource.PROPOSED, TissueSource.CORRECTED, TissueSource.PAINTED)
        return next(source.value for source in order if source in sources)

    @property
    def doubts(self) -> tuple[str, ...]:
        """The codes of all doubts about the number, each once, in alphabetical order."""
        codes: set[str] = set()
        if self.outline is not None:
            for source in (self.outline.calibration, self.outline.measurement):
                codes |= {doubt.code for doubt in source.doubts} if source is not None else set()
        return tuple(sorted(codes))

    @property
    def standard_error_cm2(self) -> float | None:
        """Half of the 95 % interval by 1.96, cm²; None where there is none, or it is closed."""
        measurement = None if self.outline is None else self.outline.measurement
        if measurement is None or measurement.area_mm2 == 0:
            return None
        return (measurement.area_high_mm2 - measurement.area_low_mm2) / (2 * _Z95) / 100

    @property
    def length_by_width_cm2(self) -> float | None:
        """Length times width, cm²: not an area, and about 40 % more than one."""
        length, width = self.size("length_mm", divisor=10), self.size("width_mm", divisor=10)
        return None if length is None or width is None else length * width

    @property
    def volume_cm3(self) -> float | None:
        """Kundin's volume from length, width and the probed depth, cm³."""
        depth = None if self.finding is None else self.finding.max_depth_cm
        length, width = self.size("length_mm", divisor=10), self.size("width_mm", divisor=10)
        if depth is None or not length or not width:
            return None
        return rates.kundin_volume_cm3(length, width, depth)

    @property
    def nonulcerated_cm2(self) -> float | None:
        """Area of the margin of livedo or induration without the ulcer in it, cm²."""
        margin = self.assessment.outline_of(OutlineKind.MARGIN)
        if margin is None or margin.measurement is None:
            return None
        main = self.assessment.main
        if main is None:
            return margin.measurement.area_mm2 / 100
        if main.measurement is None:
            return None
        return max(margin.measurement.area_mm2 - main.measurement.area_mm2, 0.0) / 100

    @property
    def wound_state(self) -> str:
        """What was found, or else whether it was open or closed."""
        if self.finding is not None and self.finding.state is not None:
            return self.finding.state.value
        return self.assessment.state.value

    @property
    def author_kind(self) -> str | None:
        """Who drew the outline: the program, a person helped by it, or a person."""
        if self.source is None:
            return None
        edited = self.of_method("edited_share")
        if self.source is OutlineSource.PROPOSED:
            return "assisted" if isinstance(edited, float) and edited > 0 else "automatic"
        return "assisted" if self.source is OutlineSource.GUIDED else "manual"

    @property
    def status(self) -> str:
        """As in a laboratory: preliminary without review, amended where it was revised."""
        if self.assessment.revision > 1:
            return "amended"
        return "preliminary" if self.assessment.reviewed_by is None else "final"


def assessment_rows(told: Told) -> Iterator[AssessmentRow]:
    """Return a patient's assessments by visit and lesion."""
    file = told.file
    findings = {(one.lesion_id, one.visit_id): one for one in file.record.findings}
    debrided = {
        (course.lesion.id, line.before)
        for course in file.course.lesions
        for line in course.breaks
        if line.reason is BreakReason.DEBRIDEMENT
    }
    rows = []
    for one in file.assessments:
        lesion, visit = file.lesion(one.lesion_id), file.visit(one.visit_id)
        if lesion is None or visit is None:
            continue
        photographs = (file.photograph(each) for each in one.photograph_ids)
        rows.append(
            AssessmentRow(
                lesion=lesion,
                visit=visit,
                assessment=one,
                photographs=tuple(each for each in photographs if each is not None),
                finding=findings.get((lesion.id, visit.id)),
                is_debrided=(lesion.id, visit.visited_on) in debrided,
            )
        )
    rows.sort(key=lambda row: (row.visit.visited_on, row.lesion.number, row.assessment.id))
    return iter(rows)
