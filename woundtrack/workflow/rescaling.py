"""Accepted assessments whose photograph gets another scale: measured anew, taken back, done again.

Hides which of them rest on a photograph, and that each change is a revision beside the former one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import AssessedOutline, Assessment, Calibration, VisitPhotograph
from woundtrack.records import Library
from woundtrack.workflow.accepting import measured_parts
from woundtrack.workflow.nesting import with_nesting


@dataclass(frozen=True, kw_only=True, slots=True)
class Remeasured:
    """An accepted assessment as it was, and the revision in which it is measured anew."""

    before: Assessment
    after: Assessment


def resting_on(library: Library, filed: VisitPhotograph) -> tuple[Assessment, ...]:
    """Return the accepted assessments in view that have an outline in a photograph."""
    patient_id = library.visit(filed.visit_id).patient_id
    return tuple(
        assessment
        for assessment in library.assessments(patient_id=patient_id)
        if assessment.visit_id == filed.visit_id
        and any(outline.photograph_id == filed.id for outline in assessment.outlines)
    )


def at_scale(
    library: Library,
    filed: VisitPhotograph,
    calibration: Calibration | None,
    *,
    by: str,
    reason: str,
) -> tuple[Remeasured, ...]:
    """Return what rests on a photograph as it is at another scale; nothing is recorded yet.

    Outlines stay as they were drawn, and who reviewed them stays, too; what was measured in another
    photograph of the visit is left alone.
    """
    return tuple(
        Remeasured(
            before=assessment,
            after=assessment.revised(
                by=by,
                reason=reason,
                outlines=_outlines_at(library, assessment, filed, calibration),
            ),
        )
        for assessment in resting_on(library, filed)
    )


def _outlines_at(
    library: Library,
    assessment: Assessment,
    filed: VisitPhotograph,
    calibration: Calibration | None,
) -> tuple[AssessedOutline, ...]:
    site = library.lesion(assessment.lesion_id).site
    outlines = []
    for old in assessment.outlines:
        if old.photograph_id != filed.id:
            outlines.append(old)
            continue
        measurement = measured_parts(old.parts, calibration, filed.photograph, site, filed.head_deg)
        kept = None if measurement is None else calibration
        outlines.append(replace(old, calibration=kept, measurement=measurement))
    return with_nesting(outlines)


def swapped(
    library: Library, remeasured: Sequence[Remeasured], *, is_back: bool, by: str, reason: str
) -> tuple[Assessment, ...]:
    """Return the revisions that take measuring anew back, or do it again; none is recorded yet.

    Raises ``ChangedMeanwhile`` where somebody corrected or retired one of them since.
    """
    revisions = []
    for one in remeasured:
        expected, wanted = (one.after, one.before) if is_back else (one.before, one.after)
        newest = library.revisions(expected.assessment_id)[-1]
        if (newest.outlines, newest.is_retired) != (expected.outlines, expected.is_retired):
            raise ChangedMeanwhile(what="The assessment")
        revisions.append(newest.revised(by=by, reason=reason, outlines=wanted.outlines))
    return tuple(revisions)
