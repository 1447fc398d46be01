"""An accepted assessment changes: corrected, moved to another lesion, retired, restored.

Nothing is overwritten: every change is a new revision, and undoing it is another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from woundtrack.errors import ChangedMeanwhile, NothingToAccept, NotUnderstood
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Entry,
    Lesion,
    Method,
    Outline,
    OutlineKind,
    TissueMap,
    VisitPhotograph,
)
from woundtrack.records import Library
from woundtrack.workflow.accepting import measured_parts, method_of, threads_of, tissue_of
from woundtrack.workflow.identity import new_lesion
from woundtrack.workflow.lineage import lineage_in_view, lineage_out_of_view
from woundtrack.workflow.nesting import with_nesting


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """One kind of a lesion's outlines in a photograph: all parts, and the tissue map of each.

    ``tissue`` is () where there is none. ``made_by`` is how the program made these parts, where it
    made them anew; None: they are what it proposed once, or a person's.
    """

    kind: OutlineKind
    parts: tuple[Outline, ...]
    tissue: tuple[TissueMap | None, ...] = ()
    made_by: Method | None = None


def correct(
    library: Library,
    assessment: Assessment,
    outline: Outline,
    *,
    by: str,
    reason: str,
    further: tuple[Outline, ...] = (),
    tissue: tuple[TissueMap | None, ...] | None = None,
    kind: OutlineKind = OutlineKind.ULCER,
    made_by: Method | None = None,
) -> Assessment:
    """Replace one outline of an assessment, measured anew; returns the new revision.

    ``further`` are the lesion's other open parts in the same photograph. ``tissue`` are the tissue
    maps of all parts in their order; None leaves those there are, which are of the edge before.
    Outlines of other kinds stay. ``made_by`` as in ``Drawn``.

    Raises ``ChangedMeanwhile`` when ``assessment`` is not the newest revision, ``NothingToAccept``
    when it has no outline of that ``kind`` (a closed lesion).
    """
    old = assessment.outline_of(kind)
    if old is None:
        raise NothingToAccept(photograph="The assessment")
    parts = (outline, *further)
    drawn = [
        Drawn(kind=one.kind, parts=one.parts, tissue=one.tissue)
        for one in assessment.outlines
        if one.photograph_id == old.photograph_id and one is not old
    ]
    drawn.append(
        Drawn(
            kind=kind,
            parts=parts,
            tissue=old.tissue[: len(parts)] if tissue is None else tissue,
            made_by=made_by,
        )
    )
    photograph = library.photograph(old.photograph_id)
    return redraw(library, assessment, photograph, drawn, by=by, reason=reason)


def redraw(
    library: Library,
    assessment: Assessment,
    photograph: VisitPhotograph,
    drawn: Sequence[Drawn],
    *,
    by: str,
    reason: str,
) -> Assessment:
    """Let an assessment's outlines in one photograph be these; returns the new revision.

    What changed is measured anew, at the scale that the others were accepted with; what did not
    change stays to the last bit. A kind that is not in ``drawn`` is taken away, unless it was
    outlined in another photograph of the visit.

    Raises ``ChangedMeanwhile`` when ``assessment`` is not the newest revision, ``NothingToAccept``
    when no outline would be left.
    """
    there = [one for one in assessment.outlines if one.photograph_id == photograph.id]
    scales = [one.calibration for one in there if one.calibration is not None]
    scale = None if there else library.proposal_of(photograph.id).calibration
    scale = scales[0] if scales else scale
    kept = {one.kind: one for one in assessment.outlines if one not in there}
    for one in drawn:
        old = next((known for known in there if known.kind is one.kind), None)
        kept[one.kind] = _redrawn(library, assessment, photograph, scale, old, one)
    if not kept:
        raise NothingToAccept(photograph="The assessment")
    outlines = tuple(kept[kind] for kind in OutlineKind if kind in kept)
    return _revise(
        library,
        assessment,
        verb="correct",
        by=by,
        reason=reason,
        outlines=with_nesting(outlines),
        reviewed_by=by,
    )


def _redrawn(
    library: Library,
    assessment: Assessment,
    photograph: VisitPhotograph,
    scale: Calibration | None,
    old: AssessedOutline | None,
    drawn: Drawn,
) -> AssessedOutline:
    """Return one kind as it was drawn: what was accepted where nothing of it changed."""
    maps = (*drawn.tissue, *(None,) * len(drawn.parts))[: len(drawn.parts)]
    tissue = tissue_of(maps, drawn.parts, scale)
    if old is not None and old.parts == drawn.parts:
        return old if old.tissue == tissue else replace(old, tissue=tissue)
    site = library.lesion(assessment.lesion_id).site
    measurement = measured_parts(
        drawn.parts, scale, photograph.photograph, site, photograph.head_deg
    )
    proposal = library.proposal_of(photograph.id)
    made_by, proposed = proposal.method if old is None else old.method, proposal.outlines
    if drawn.made_by is not None:
        made_by, proposed = drawn.made_by, drawn.parts
    return AssessedOutline(
        kind=drawn.kind,
        photograph_id=photograph.id,
        outline=drawn.parts[0],
        calibration=None if measurement is None else scale,
        measurement=measurement,
        method=method_of(drawn.kind, drawn.parts, made_by, proposed),
        further=drawn.parts[1:],
        tissue=tissue,
    )


def paint_tissue(
    library: Library,
    assessment: Assessment,
    tissue: tuple[TissueMap | None, ...],
    *,
    by: str,
    reason: str,
) -> Assessment:
    """Record what tissue was painted in the ulcer outline, or approved; returns the new revision.

    ``tissue`` are the maps of the outline's parts in their order; outline and sizes stay to the
    last bit.

    Raises ``ChangedMeanwhile`` when ``assessment`` is not the newest revision, ``NothingToAccept``
    when it has no ulcer outline (a closed lesion).
    """
    old = assessment.outline_of(OutlineKind.ULCER)
    if old is None:
        raise NothingToAccept(photograph="The assessment")
    new = replace(old, tissue=tissue_of(tissue, old.parts, old.calibration))
    outlines = tuple(new if one is old else one for one in assessment.outlines)
    return _revise(
        library,
        assessment,
        verb="paint tissue",
        by=by,
        reason=reason,
        outlines=outlines,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class NewLesion:
    """A lesion that isn't known yet: what it is to be called, and where it is."""

    label: str
    site: BodySite


def reassign(
    library: Library, assessment: Assessment, lesion: Lesion | NewLesion, *, by: str, reason: str
) -> Assessment:
    """Say that an assessment is of another lesion; returns the new revision.

    A new lesion is recorded in the same transaction; ``put_back`` with ``made`` undoes both.

    Raises ``NotUnderstood`` when that lesion is another patient's or has an assessment at that
    visit already, or a new one's name is taken; ``ChangedMeanwhile`` when ``assessment`` is not the
    newest revision.
    """
    visit = library.visit(assessment.visit_id)
    changed: tuple[Lesion, ...] = ()
    if isinstance(lesion, NewLesion):
        existing = library.lesions(visit.patient_id, include_retired=True)
        lesion = new_lesion(
            lesion.label, lesion.site, patient_id=visit.patient_id, existing=existing
        )
        changed = (lesion,)
    elif lesion.patient_id != visit.patient_id:
        raise NotUnderstood(
            what="Lesion", given=lesion.label, expected="it belongs to another patient"
        )
    return _revise(
        library,
        assessment,
        verb="reassign",
        by=by,
        reason=reason,
        lesions=changed,
        lesion_id=lesion.id,
    )


def retire(library: Library, assessment: Assessment, *, by: str, reason: str) -> Assessment:
    """Take an assessment out of view; returns the new revision. It can be restored."""
    return _revise(library, assessment, verb="retire", by=by, reason=reason, is_retired=True)


def restore(library: Library, assessment: Assessment, *, by: str, reason: str) -> Assessment:
    """Bring a retired assessment back into view; returns the new revision."""
    return _revise(library, assessment, verb="restore", by=by, reason=reason, is_retired=False)


def put_back(
    library: Library, earlier: Assessment, *, by: str, reason: str, made: Lesion | None = None
) -> Assessment:
    """Give an assessment the content of one of its earlier revisions: how a change is undone.

    The lesion it is of then is in view again where it had been taken out of view.

    Parameters
    ----------
    made
        The lesion that the change which is undone had made: it goes out of view, unless something
        else is recorded of it by now.
    """
    newest = library.revisions(earlier.assessment_id)[-1]
    changed = []
    lesion = library.lesion(earlier.lesion_id)
    if lesion.is_retired and not earlier.is_retired:
        changed.append(replace(lesion, is_retired=False))
    if made is not None and not _others_of(library, made, newest):
        changed.append(replace(library.lesion(made.id), is_retired=True))
    return _revise(
        library,
        newest,
        verb="put back",
        by=by,
        reason=reason,
        lesions=changed,
        lesion_id=earlier.lesion_id,
        state=earlier.state,
        outlines=earlier.outlines,
        photograph_ids=earlier.photograph_ids,
        reviewed_by=earlier.reviewed_by,
        is_retired=earlier.is_retired,
    )


def _others_of(library: Library, lesion: Lesion, assessment: Assessment) -> tuple[Assessment, ...]:
    """Return what counts of a lesion besides an assessment."""
    return tuple(
        other
        for other in library.assessments(lesion_id=lesion.id)
        if other.assessment_id != assessment.assessment_id
    )


def _revise(
    library: Library,
    assessment: Assessment,
    *,
    verb: str,
    by: str,
    reason: str,
    lesions: Sequence[Lesion] = (),
    **changes: object,
) -> Assessment:
    """Record a revision, together with the lesions that come into view or leave it by it."""
    if library.revisions(assessment.assessment_id)[-1].id != assessment.id:
        raise ChangedMeanwhile(what="The assessment")
    revision = assessment.revised(by=by, reason=reason, **changes)
    _refuse_a_second(library, revision)
    patient_id = library.visit(revision.visit_id).patient_id
    known = {lesion.id for lesion in library.lesions(patient_id, include_retired=True)}
    lineage = _lineage(library, assessment, revision, by)
    with library.verb(verb, by=by, why=reason) as change:
        for lesion in lesions:
            if lesion.id in known:
                change.update_lesion(lesion)
            else:
                change.add_lesion(lesion)
        change.add_assessment(revision)
        for entry in lineage:
            change.add_entry(entry)
    return revision


def _lineage(library: Library, before: Assessment, after: Assessment, by: str) -> tuple[Entry, ...]:
    """Return what a revision changes of what its lesion comes from: it counts, or no longer."""
    is_another = before.lesion_id != after.lesion_id
    gone = () if before.is_retired or not (is_another or after.is_retired) else (before,)
    there = () if after.is_retired or not (is_another or before.is_retired) else (after,)
    return (
        *lineage_out_of_view(library, gone, by=by),
        *lineage_in_view(library, there, by=by),
    )


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
