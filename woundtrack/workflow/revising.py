"""An accepted assessment changes: corrected, moved to another lesion, retired, restored.

Nothing is overwritten: every change is a new revision, and undoing it is another.
"""

from __future__ import annotations

from dataclasses import replace

from woundtrack.errors import ChangedMeanwhile, NothingToAccept, NotUnderstood
from woundtrack.model import Assessment, Lesion, Outline, OutlineKind
from woundtrack.records import Library
from woundtrack.workflow.accepting import measured, method_of, threads_of


def correct(
    library: Library, assessment: Assessment, outline: Outline, *, by: str, reason: str
) -> Assessment:
    """Replace the ulcer outline of an assessment, measured anew; returns the new revision.

    Raises ``ChangedMeanwhile`` when ``assessment`` is not the newest revision, ``NothingToAccept``
    when it has no ulcer outline (a closed lesion).
    """
    old = assessment.outline_of(OutlineKind.ULCER)
    if old is None:
        raise NothingToAccept(photograph="The assessment")
    filed = library.photograph(old.photograph_id)
    measurement = measured(outline, old.calibration, filed.photograph)
    new = replace(
        old,
        outline=outline,
        calibration=None if measurement is None else old.calibration,
        measurement=measurement,
        method=method_of(outline, old.method),
    )
    outlines = tuple(new if one is old else one for one in assessment.outlines)
    return _revise(
        library, assessment, verb="correct", by=by, reason=reason, outlines=outlines, reviewed_by=by
    )


def reassign(
    library: Library, assessment: Assessment, lesion: Lesion, *, by: str, reason: str
) -> Assessment:
    """Say that an assessment is of another lesion; returns the new revision.

    Raises ``NotUnderstood`` when that lesion is another patient's or has an assessment at that
    visit already, ``ChangedMeanwhile`` when ``assessment`` is not the newest revision.
    """
    visit = library.visit(assessment.visit_id)
    if lesion.patient_id != visit.patient_id:
        raise NotUnderstood(
            what="Lesion", given=lesion.label, expected="it belongs to another patient"
        )
    return _revise(library, assessment, verb="reassign", by=by, reason=reason, lesion_id=lesion.id)


def retire(library: Library, assessment: Assessment, *, by: str, reason: str) -> Assessment:
    """Take an assessment out of view; returns the new revision. It can be restored."""
    return _revise(library, assessment, verb="retire", by=by, reason=reason, is_retired=True)


def restore(library: Library, assessment: Assessment, *, by: str, reason: str) -> Assessment:
    """Bring a retired assessment back into view; returns the new revision."""
    return _revise(library, assessment, verb="restore", by=by, reason=reason, is_retired=False)


def put_back(library: Library, earlier: Assessment, *, by: str, reason: str) -> Assessment:
    """Give an assessment the content of one of its earlier revisions: how a change is undone."""
    newest = library.revisions(earlier.assessment_id)[-1]
    return _revise(
        library,
        newest,
        verb="put back",
        by=by,
        reason=reason,
        lesion_id=earlier.lesion_id,
        state=earlier.state,
        outlines=earlier.outlines,
        photograph_ids=earlier.photograph_ids,
        reviewed_by=earlier.reviewed_by,
        is_retired=earlier.is_retired,
    )


def _revise(
    library: Library,
    assessment: Assessment,
    *,
    verb: str,
    by: str,
    reason: str,
    **changes: object,
) -> Assessment:
    if library.revisions(assessment.assessment_id)[-1].id != assessment.id:
        raise ChangedMeanwhile(what="The assessment")
    revision = assessment.revised(by=by, reason=reason, **changes)
    _refuse_a_second(library, revision)
    with library.verb(verb, by=by, why=reason) as change:
        change.add_assessment(revision)
    return revision


def _refuse_a_second(library: Library, revision: Assessment) -> None:
    """Raise ``NotUnderstood`` where the lesion has another assessment in view at the visit."""
    if revision.is_retired:
        return
    there = threads_of(library, library.visit(revision.visit_id)).get(revision.lesion_id)
    is_another = there is not None and there.assessment_id != revision.assessment_id
    if there is not None and is_another and not there.is_retired:
        raise NotUnderstood(
            what="Lesion",
            given=library.lesion(revision.lesion_id).label,
            expected="it has an assessment at this visit already; retire that one first",
        )
