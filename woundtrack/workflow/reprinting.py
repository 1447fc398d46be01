"""What was accepted before anybody measured a printer: counted, and measured anew where asked for.

Hides which accepted scales may be another later, and what that writes: a revision each, undoable.

A card printed before its printer was measured is as large as that printer makes it: its photographs
may be given the print scale afterwards, where a person says that their cards came from there. What
was accepted at a measured scale keeps it, since which printer made a card no photograph shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from woundtrack import imaging
from woundtrack.errors import ChangedMeanwhile
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    PrintScale,
    Progress,
    Proposal,
    VisitPhotograph,
    no_progress,
)
from woundtrack.records import Library
from woundtrack.workflow.accepting import measured_parts
from woundtrack.workflow.nesting import with_nesting
from woundtrack.workflow.printing import print_scale_in_use
from woundtrack.workflow.rescaling import Remeasured, swapped


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptScales:
    """How many accepted visits keep another print scale than the one in use.

    ``unmeasured`` of those ``visits`` were accepted before a printer was measured, and may be
    measured anew with ``printer``, the one in use; it is empty where none is.
    """

    visits: int
    unmeasured: int
    printer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedBefore:
    """One assessment accepted before a printer was measured, with all that measuring it takes."""

    assessment: Assessment
    site: BodySite
    photographs: tuple[VisitPhotograph, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredAnew:
    """The outlines of accepted assessments at a print scale; nothing is recorded of them yet."""

    scale: PrintScale
    outlines: tuple[tuple[Assessment, tuple[AssessedOutline, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reprinted:
    """What measuring accepted assessments anew changed: enough to take it back and do it again."""

    proposals: tuple[tuple[Proposal, Proposal], ...]
    remeasured: tuple[Remeasured, ...]

    @property
    def visits(self) -> int:
        """Of how many visits there are new revisions."""
        return len({one.after.visit_id for one in self.remeasured})


def kept_scales(library: Library) -> KeptScales:
    """Return how many accepted visits keep another print scale than the one in use."""
    scale = print_scale_in_use(library)
    # Bars read anew on the same day have the same name: what they come to tells them apart.
    in_use = ("", 1.0) if scale is None else (scale.name, scale.scale)
    kept = [one for one in library.accepted_scales() if (one.printed_by, one.print_scale) != in_use]
    unmeasured = {one.visit_id for one in kept if not one.printed_by}
    return KeptScales(
        visits=len({one.visit_id for one in kept}),
        unmeasured=len(unmeasured),
        printer="" if scale is None else scale.printer,
    )


def accepted_before(library: Library) -> tuple[AcceptedBefore, ...]:
    """Return what was accepted before a printer was measured."""
    found = []
    patients = {one.patient_id: None for one in library.accepted_scales() if not one.printed_by}
    for assessment in (one for each in patients for one in library.assessments(patient_id=each)):
        photographs = {
            outline.photograph_id: library.photograph(outline.photograph_id)
            for outline in assessment.outlines
            if _is_unmeasured(outline.calibration)
        }
        if photographs:
            site = library.lesion(assessment.lesion_id).site
            found.append(
                AcceptedBefore(
                    assessment=assessment, site=site, photographs=tuple(photographs.values())
                )
            )
    return tuple(found)


def measured_anew(
    accepted: Sequence[AcceptedBefore], scale: PrintScale, progress: Progress = no_progress
) -> MeasuredAnew:
    """Return accepted assessments at a print scale; pure, for a worker.

    An outline that can't be measured by now stays as it is.
    """
    outlines = []
    for done, one in enumerate(accepted):
        progress(done / len(accepted), one.photographs[0].photograph.original_name)
        outlines.append((one.assessment, _outlines_at(one, scale)))
    return MeasuredAnew(scale=scale, outlines=tuple(outlines))


def _outlines_at(one: AcceptedBefore, scale: PrintScale) -> tuple[AssessedOutline, ...]:
    photographs = {filed.id: filed for filed in one.photographs}
    outlines = []
    for old in one.assessment.outlines:
        new = old
        if old.calibration is not None and _is_unmeasured(old.calibration):
            filed = photographs[old.photograph_id]
            calibration = imaging.rescaled(old.calibration, scale, filed.photograph.taken_on)
            size = measured_parts(
                old.parts, calibration, filed.photograph, one.site, filed.head_deg
            )
            if size is not None:
                new = replace(old, calibration=calibration, measurement=size)
        outlines.append(new)
    return with_nesting(outlines)


def rescale_accepted(library: Library, anew: MeasuredAnew, *, by: str) -> Reprinted:
    """Record what was measured anew, each in a new revision; undone by ``restore_accepted``.

    Later corrections of the photographs are measured at the same scale. Raises
    ``ChangedMeanwhile`` where one of them was changed since it was read, or the printer in use was.
    """
    scale = print_scale_in_use(library)
    if scale is None or not _is_same(scale, anew.scale):
        raise ChangedMeanwhile(what="The printer in use")
    reason = f"Measured anew at the print scale of {scale.printer}"
    remeasured = []
    for assessment, outlines in anew.outlines:
        if library.revisions(assessment.assessment_id)[-1].id != assessment.id:
            raise ChangedMeanwhile(what="The assessment")
        if outlines != assessment.outlines:
            after = assessment.revised(by=by, reason=reason, outlines=outlines)
            remeasured.append(Remeasured(before=assessment, after=after))
    if not remeasured:
        return Reprinted(proposals=(), remeasured=())
    proposals = _proposals_at(library, remeasured, scale)
    revisions = [one.after for one in remeasured]
    written = _store(
        library, "measure accepted anew", [new for _, new in proposals], revisions, by=by
    )
    pairs = tuple((old, new) for (old, _), new in zip(proposals, written, strict=True))
    return Reprinted(proposals=pairs, remeasured=tuple(remeasured))


def _proposals_at(
    library: Library, remeasured: Sequence[Remeasured], scale: PrintScale
) -> list[tuple[Proposal, Proposal]]:
    """Return the proposals of the photographs that were measured anew, each with its new one."""
    ids = {
        new.photograph_id: None
        for one in remeasured
        for old, new in zip(one.before.outlines, one.after.outlines, strict=True)
        if old != new
    }
    pairs = []
    for photograph_id in ids:
        old = library.proposal_of(photograph_id)
        if old.calibration is not None and _is_unmeasured(old.calibration):
            taken_on = library.photograph(photograph_id).photograph.taken_on
            calibration = imaging.rescaled(old.calibration, scale, taken_on)
            pairs.append((old, replace(old, calibration=calibration)))
    return pairs


def restore_accepted(library: Library, reprinted: Reprinted, *, by: str) -> int:
    """Undo ``rescale_accepted`` by further revisions; returns of how many visits.

    Raises ``ChangedMeanwhile`` where one of them was changed since.
    """
    return _swap(library, reprinted, is_back=True, by=by)


def rescale_again(library: Library, reprinted: Reprinted, *, by: str) -> int:
    """Redo what ``restore_accepted`` undid; raises what it raises."""
    return _swap(library, reprinted, is_back=False, by=by)


def _swap(library: Library, reprinted: Reprinted, *, is_back: bool, by: str) -> int:
    proposals = []
    for before, after in reprinted.proposals:
        expected, wanted = (after, before) if is_back else (before, after)
        current = library.proposal_of(wanted.photograph_id)
        if (current.calibration, current.is_waiting) != (expected.calibration, expected.is_waiting):
            raise ChangedMeanwhile(
                what=library.photograph(wanted.photograph_id).photograph.original_name
            )
        proposals.append(replace(current, calibration=wanted.calibration))
    reason = "The former print scale again" if is_back else "Measured anew at the print scale again"
    revisions = swapped(library, reprinted.remeasured, is_back=is_back, by=by, reason=reason)
    _store(library, "restore accepted scale", proposals, revisions, by=by)
    return reprinted.visits


def _store(
    library: Library,
    verb: str,
    proposals: Sequence[Proposal],
    revisions: Sequence[Assessment],
    *,
    by: str,
) -> list[Proposal]:
    many = "1 assessment" if len(revisions) == 1 else f"{len(revisions)} assessments"
    with library.verb(verb, by=by, why=f"{many} measured anew") as change:
        for proposal in proposals:
            change.update_proposal(proposal)
        for revision in revisions:
            change.add_assessment(revision)
    return [library.proposal_of(proposal.photograph_id) for proposal in proposals]


def _is_unmeasured(calibration: Calibration | None) -> bool:
    return calibration is not None and bool(calibration.cards) and not calibration.printed_by


def _is_same(one: PrintScale, other: PrintScale) -> bool:
    bars = (one.printer, one.across_mm, one.down_mm, one.measured_on)
    return bars == (other.printer, other.across_mm, other.down_mm, other.measured_on)
