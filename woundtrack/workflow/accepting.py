"""A person decides about a photograph: accepting, taking back, setting aside.

Every verb is one transaction with one entry in the audit trail; taking back records new revisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from woundtrack import imaging
from woundtrack.errors import (
    AcceptedAlready,
    CardUnreliable,
    ChangedMeanwhile,
    NothingToAccept,
    NotUnderstood,
)
from woundtrack.imaging.drawing.edited_share import edited_share
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    Calibration,
    Doubt,
    Entry,
    Lesion,
    Measurement,
    Method,
    Outline,
    OutlineKind,
    OutlineSource,
    Patient,
    Photograph,
    Progress,
    Proposal,
    Ring,
    TissueMap,
    Visit,
    VisitPhotograph,
    WoundState,
    new_id,
    no_progress,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow.areas_asked import AreaQuestion, area_questions_of
from woundtrack.workflow.identity import Decision, new_lesion
from woundtrack.workflow.lineage import lineage_again, lineage_of, lineage_taken_back
from woundtrack.workflow.nesting import with_nesting
from woundtrack.workflow.printing import at_print_scale_in_use
from woundtrack.workflow.suggesting import suggest

EDITED_SHARE: Final = "edited_share"
"""The parameter of a method that says how much of an outline a person changed, 0 to 1."""
_HARMLESS: Final = frozenset(
    {
        "time_assumed",
        "print_scale_unmeasured",
        "print_scale_old",
        "card_shadowed",
        "colour_cast",
    }
)
"""Doubts about no one photograph: the day is right unless the clinic travels, and a print scale is
the printer's, with its own place in the interval. Light that spoils colours spoils no size."""
_ANOTHER_PHOTOGRAPH: Final = "Another photograph of the same visit"
_MORE_OF_IT: Final = "More was accepted from the same photograph"
_SURE: Final = 0.9  # the chance that the lesion proposed is right, below which a person says so
EDGE_PX: Final = 1.5  # an outline this near the picture's edge is cut off by it


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """What accepting one photograph changed: enough to take it back and to do it again.

    ``was_waiting`` is False where more was accepted from a photograph reviewed before. ``lineage``
    are the entries of the record that say which lesions merged, split or came back.
    """

    proposal: Proposal
    before: tuple[Assessment | None, ...]
    after: tuple[Assessment, ...]
    lesions_added: tuple[Lesion, ...] = ()
    was_waiting: bool = True
    lineage: tuple[Entry, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptReport:
    """The outcome of accepting a patient's proposals without review.

    ``asked`` are the accepted areas that changed faster than wounds mostly do.
    """

    accepted: tuple[Acceptance, ...]
    left: tuple[tuple[VisitPhotograph, tuple[Doubt, ...]], ...]
    asked: tuple[AreaQuestion, ...] = ()


def previous_assessment(library: Library, lesion: Lesion, before: date) -> Assessment | None:
    """Return the lesion's newest assessment of an earlier day than ``before``, or None."""
    visited = {visit.id: visit.visited_on for visit in library.visits(lesion.patient_id)}
    earlier = [
        assessment
        for assessment in library.assessments(lesion_id=lesion.id)
        if visited[assessment.visit_id] < before
    ]
    return max(earlier, key=lambda assessment: visited[assessment.visit_id], default=None)


def measured(
    outline: Outline,
    calibration: Calibration | None,
    photograph: Photograph,
    site: BodySite | None = None,
    head_deg: float | None = None,
) -> Measurement | None:
    """Measure an outline in its photograph, as ``measured_parts`` does one alone."""
    return measured_parts((outline,), calibration, photograph, site, head_deg)


def measured_parts(
    parts: Sequence[Outline],
    calibration: Calibration | None,
    photograph: Photograph,
    site: BodySite | None = None,
    head_deg: float | None = None,
) -> Measurement | None:
    """Measure all parts of one lesion in its photograph; None without a calibration.

    ``site`` is where on the body it is: on a limb a flat card can't tell how much curves away.
    ``head_deg`` is where the head is in the picture, clockwise from its top, if anybody said.

    None too where a part reaches beyond the horizon of the card's plane, as one at the far edge of
    a tilted photograph can: there is no area to be had of it. Adds the doubt ``outline_cut_off``
    for every part that reaches the edge of the picture.
    """
    if calibration is None:
        return None
    try:
        measurement = imaging.measure_parts(parts, calibration, site, head_deg)
    except CardUnreliable:
        return None
    cut_off = tuple(
        Doubt(code="outline_cut_off", place_px=place)
        for part in parts
        if (place := _cut_off_at(part, photograph))
    )
    return replace(measurement, doubts=(*measurement.doubts, *cut_off))


def _cut_off_at(outline: Outline, photograph: Photograph) -> Ring:
    """Return a box round where an outline reaches the picture's edge; () where it doesn't."""
    width, height = photograph.width_px, photograph.height_px
    there = [(x, y) for x, y in outline.outer if min(x, y, width - x, height - y) <= EDGE_PX]
    if not there:
        return ()
    round_ = max(width, height) / 100
    left, right = min(x for x, _ in there) - round_, max(x for x, _ in there) + round_
    top, bottom = min(y for _, y in there) - round_, max(y for _, y in there) + round_
    left, right = max(left, 0.0), min(right, float(width))
    top, bottom = max(top, 0.0), min(bottom, float(height))
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def accept(
    library: Library,
    proposal: Proposal,
    decisions: Sequence[Decision],
    *,
    by: str,
    reviewed: bool = True,
) -> Acceptance:
    """Record what a person decided about one photograph, and take it off the queue.

    A lesion already assessed at this visit, from another photograph, gets a new revision that
    holds both photographs and the newly accepted outline; one that can be measured is never
    replaced by one that can't, nor one of several parts by one of fewer.

    Several outlines of a kind given to one lesion, or to new ones of one name and site, are its
    open parts: one assessment, measured as ``imaging.measure_parts`` does. Ulcer, eschar and margin
    are measured each for itself; where they don't lie in each other, that is a doubt of the eschar
    or the margin.

    What a decision says of other lesions that merged into this one, or that it split from or
    recurs, is recorded with it; a lesion that merged into another ends, and none is deleted.

    Raises ``NothingToAccept`` without decisions, ``NotUnderstood`` when a lesion is said to be open
    and closed, or to have merged and be there still, or a new lesion's name is taken,
    ``ChangedMeanwhile`` when the proposal is no longer waiting.
    """
    verb = "accept" if reviewed else "accept without review"
    return _accept(
        library, proposal, decisions, by=by, reviewed=reviewed, verb=verb, was_waiting=True
    )


def accept_more(
    library: Library, proposal: Proposal, decisions: Sequence[Decision], *, by: str
) -> Acceptance:
    """Record outlines of a photograph that was reviewed, besides what was accepted from it then.

    Raises what ``accept`` raises; ``ChangedMeanwhile`` when the photograph waits to be reviewed.
    """
    return _accept(
        library, proposal, decisions, by=by, reviewed=True, verb="accept more", was_waiting=False
    )


def _accept(
    library: Library,
    proposal: Proposal,
    decisions: Sequence[Decision],
    *,
    by: str,
    reviewed: bool,
    verb: str,
    was_waiting: bool,
) -> Acceptance:
    filed = library.photograph(proposal.photograph_id)
    visit = library.visit(filed.visit_id)
    current = library.proposal_of(filed.id)
    if not decisions:
        raise NothingToAccept(photograph=filed.photograph.original_name)
    if current.is_waiting is not was_waiting or current.calibration != proposal.calibration:
        raise ChangedMeanwhile(what=filed.photograph.original_name)
    added, lesions = _lesions_of(library, visit, decisions)
    whole: dict[str, list[Decision]] = {}
    for decision, lesion in zip(decisions, lesions, strict=True):
        whole.setdefault(lesion.id, []).append(decision)
    former = {one.id for one in library.lesions(visit.patient_id, include_retired=True)}
    threads = threads_of(library, visit)
    before: list[Assessment | None] = []
    after: list[Assessment] = []
    for lesion_id, parts in whole.items():
        known = threads.get(lesion_id)
        fresh = Assessment(
            id=new_id(),
            assessment_id=new_id(),
            revision=1,
            supersedes=None,
            lesion_id=lesion_id,
            visit_id=visit.id,
            photograph_ids=(filed.id,),
            state=parts[0].state,
            outlines=_assessed(parts, proposal, filed, known),
            accepted_by=by,
            reviewed_by=by if reviewed else None,
            recorded_at=now(),
        )
        before.append(known)
        whole_visit = fresh if known is None else _joined(known, fresh, by)
        after.append(replace(whole_visit, outlines=with_nesting(whole_visit.outlines)))
    lineage = lineage_of(library, visit, decisions, lesions, by=by)
    with library.verb(verb, by=by) as change:
        for lesion in added:
            if lesion.id in former:
                change.update_lesion(lesion)
            else:
                change.add_lesion(lesion)
        for assessment in after:
            change.add_assessment(assessment)
        for entry in lineage:
            change.add_entry(entry)
        if was_waiting:
            change.update_proposal(replace(current, is_waiting=False))
    return Acceptance(
        proposal=library.proposal_of(filed.id),
        before=tuple(before),
        after=tuple(after),
        lesions_added=tuple(added),
        was_waiting=was_waiting,
        lineage=lineage,
    )


def _lesions_of(
    library: Library, visit: Visit, decisions: Sequence[Decision]
) -> tuple[list[Lesion], list[Lesion]]:
    """Return the lesions to add or to bring back, and the lesion of each decision."""
    existing = {
        lesion.id: lesion for lesion in library.lesions(visit.patient_id, include_retired=True)
    }
    added: list[Lesion] = []
    lesions: list[Lesion] = []
    for decision in decisions:
        lesion = decision.lesion
        if lesion is None:
            lesion = next((one for one in added if _is_new_one(decision, one)), None)
        if lesion is None:
            lesion = new_lesion(
                decision.label,
                decision.site,
                patient_id=visit.patient_id,
                existing=tuple(existing.values()),
            )
            existing[lesion.id] = lesion
            added.append(lesion)
        lesions.append(lesion)
    _refuse_open_and_closed(decisions, lesions)
    return added, lesions


def _is_new_one(decision: Decision, lesion: Lesion) -> bool:
    label = decision.label.strip().casefold()
    return lesion.label.casefold() == label and lesion.site == decision.site


def _refuse_open_and_closed(decisions: Sequence[Decision], lesions: Sequence[Lesion]) -> None:
    """Raise ``NotUnderstood`` where a lesion has anything beside being closed."""
    ids = [lesion.id for lesion in lesions]
    for decision, lesion in zip(decisions, lesions, strict=True):
        if decision.state is WoundState.CLOSED and ids.count(lesion.id) > 1:
            raise NotUnderstood(
                what="Lesion",
                given=lesion.label,
                expected="it is said to be closed and something else, too; take one of them away",
            )


def threads_of(library: Library, visit: Visit) -> dict[str, Assessment]:
    """Return the newest revision of each lesion assessed at a visit; a retired one only alone."""
    threads: dict[str, Assessment] = {}
    for assessment in library.assessments(patient_id=visit.patient_id, include_retired=True):
        if assessment.visit_id == visit.id:
            other = threads.get(assessment.lesion_id)
            if other is None or other.is_retired:
                threads[assessment.lesion_id] = assessment
    return threads


def _assessed(
    decisions: Sequence[Decision],
    proposal: Proposal,
    filed: VisitPhotograph,
    known: Assessment | None,
) -> tuple[AssessedOutline, ...]:
    """Return one outline a kind, with the further parts that were given to the same lesion.

    Those that were accepted from the same photograph before, in ``known``, stay parts of it.
    """
    kinds: dict[OutlineKind, list[Outline]] = {}
    painted: dict[OutlineKind, list[TissueMap | None]] = {}
    wanted = {decision.kind for decision in decisions if decision.outline is not None}
    for old in () if known is None or known.is_retired else known.outlines:
        if old.photograph_id == filed.id and old.kind in wanted:
            kinds[old.kind], painted[old.kind] = list(old.parts), list(old.tissue_maps)
    for decision in decisions:
        if decision.outline is not None:
            kinds.setdefault(decision.kind, []).append(decision.outline)
            painted.setdefault(decision.kind, []).append(decision.tissue)
    found = []
    for kind in sorted(kinds, key=list(OutlineKind).index):
        parts = kinds[kind]
        measurement = measured_parts(
            parts, proposal.calibration, filed.photograph, decisions[0].site, filed.head_deg
        )
        found.append(
            AssessedOutline(
                kind=kind,
                photograph_id=filed.id,
                outline=parts[0],
                calibration=None if measurement is None else proposal.calibration,
                measurement=measurement,
                method=method_of(kind, parts, proposal.method, proposal.outlines),
                further=tuple(parts[1:]),
                tissue=tissue_of(painted[kind], parts, proposal.calibration),
            )
        )
    return tuple(found)


def tissue_of(
    maps: Sequence[TissueMap | None],
    parts: Sequence[Outline],
    calibration: Calibration | None,
) -> tuple[TissueMap | None, ...]:
    """Return the tissue maps of a lesion's parts, weighed by its scale; () where there is none."""
    if all(one is None for one in maps):
        return ()
    return tuple(
        None if one is None else imaging.weighed_tissue(one, part, calibration)
        for one, part in zip(maps, parts, strict=True)
    )


def method_of(
    kind: OutlineKind, parts: Sequence[Outline], proposed_by: Method, proposed: Sequence[Outline]
) -> Method:
    """Return how outlines were made: all as proposed, or any by a person's gestures or hand.

    Its parameter ``edited_share`` says how much of the area differs from what was ``proposed`` in
    the photograph, 0 to 1; ulcers alone are proposed, and other kinds have none.
    """
    by_hand = any(part.source is not OutlineSource.PROPOSED for part in parts)
    guided = imaging.outline_method(with_network=kind is OutlineKind.ULCER)
    method = guided if by_hand else proposed_by
    kept = tuple(one for one in method.parameters if one[0] != EDITED_SHARE)
    if kind is not OutlineKind.ULCER:
        return replace(method, parameters=kept)
    share = round(edited_share(parts, proposed), 4)
    return replace(method, parameters=(*kept, (EDITED_SHARE, share)))


def _joined(known: Assessment, fresh: Assessment, by: str) -> Assessment:
    """Return the revision of ``known`` that also holds what ``fresh`` does."""
    if known.is_retired:
        return known.revised(
            by=by,
            reason=None,
            is_retired=False,
            state=fresh.state,
            outlines=fresh.outlines,
            photograph_ids=fresh.photograph_ids,
            reviewed_by=fresh.reviewed_by,
        )
    kept = {outline.kind: outline for outline in known.outlines}
    for outline in fresh.outlines:
        old = kept.get(outline.kind)
        if old is None or _counts_before(outline, old):
            kept[outline.kind] = outline
    if fresh.state is WoundState.CLOSED:
        kept = {}
    photographs = dict.fromkeys((*known.photograph_ids, *fresh.photograph_ids))
    is_another = len(photographs) > len(known.photograph_ids)
    return known.revised(
        by=by,
        reason=_ANOTHER_PHOTOGRAPH if is_another else _MORE_OF_IT,
        state=fresh.state,
        outlines=tuple(kept.values()),
        photograph_ids=tuple(photographs),
        reviewed_by=fresh.reviewed_by,
    )


def _counts_before(new: AssessedOutline, old: AssessedOutline) -> bool:
    """Return whether the newer of two outlines of one lesion and day is the one that counts.

    Not one that can't be measured where the other can, nor one of another photograph in which not
    all parts of the lesion are seen.
    """
    if (new.measurement is None) != (old.measurement is None):
        return old.measurement is None
    return len(new.parts) >= len(old.parts)


def take_back(library: Library, acceptance: Acceptance, *, by: str) -> None:
    """Undo an acceptance: the photograph and its assessments are as they were before."""
    _swap(
        library,
        acceptance,
        expected=acceptance.after,
        wanted=acceptance.before,
        is_back=True,
        verb="take back",
        by=by,
    )


def accept_again(library: Library, acceptance: Acceptance, *, by: str) -> None:
    """Redo an acceptance that was taken back."""
    _swap(
        library,
        acceptance,
        expected=acceptance.before,
        wanted=acceptance.after,
        is_back=False,
        verb="accept again",
        by=by,
    )


def _swap(
    library: Library,
    acceptance: Acceptance,
    *,
    expected: tuple[Assessment | None, ...],
    wanted: tuple[Assessment | None, ...],
    is_back: bool,
    verb: str,
    by: str,
) -> None:
    """Put the content of ``wanted`` in place of ``expected``, as new revisions.

    Raises ``ChangedMeanwhile`` when what is there now is not what is expected.
    """
    revisions = []
    for known, target, after in zip(expected, wanted, acceptance.after, strict=True):
        newest = library.revisions(after.assessment_id)[-1]
        is_as_expected = newest.is_retired if known is None else _same_content(newest, known)
        if not is_as_expected:
            raise ChangedMeanwhile(what="The assessment")
        if target is None:
            revisions.append(newest.revised(by=by, reason=verb, is_retired=True))
        else:
            revisions.append(
                newest.revised(
                    by=by,
                    reason=verb,
                    state=target.state,
                    outlines=target.outlines,
                    photograph_ids=target.photograph_ids,
                    reviewed_by=target.reviewed_by,
                    is_retired=target.is_retired,
                )
            )
    proposal = library.proposal_of(acceptance.proposal.photograph_id)
    turned = lineage_taken_back if is_back else lineage_again
    lineage = turned(library, acceptance.lineage, by=by)
    with library.verb(verb, by=by) as change:
        for lesion in acceptance.lesions_added:
            change.update_lesion(replace(library.lesion(lesion.id), is_retired=is_back))
        for revision in revisions:
            change.add_assessment(revision)
        for entry in lineage:
            change.add_entry(entry)
        if acceptance.was_waiting:
            change.update_proposal(
                _waiting_again(library, proposal)
                if is_back
                else replace(proposal, is_waiting=False)
            )


def _same_content(one: Assessment, two: Assessment) -> bool:
    return (one.lesion_id, one.state, one.outlines, one.photograph_ids, one.is_retired) == (
        two.lesion_id,
        two.state,
        two.outlines,
        two.photograph_ids,
        two.is_retired,
    )


def set_aside(library: Library, proposal: Proposal, *, by: str) -> Proposal:
    """Take a photograph off the queue with nothing recorded from it; it stays in the library."""
    current = library.proposal_of(proposal.photograph_id)
    with library.verb("set aside", by=by) as change:
        change.update_proposal(replace(current, is_waiting=False))
    return library.proposal_of(proposal.photograph_id)


def undo_set_aside(library: Library, proposal: Proposal, *, by: str) -> Proposal:
    """Undo setting aside: the photograph waits as it did before."""
    return _wait(library, proposal, verb="take back", by=by)


def bring_back(library: Library, proposal: Proposal, *, by: str) -> Proposal:
    """Put a photograph that was set aside back on the queue.

    Raises ``AcceptedAlready`` where assessments rest on it: reviewed from its old proposal they
    would be recorded a second time. ``ChangedMeanwhile`` where it waits already or was withdrawn.
    """
    filed = library.photograph(proposal.photograph_id)
    current = library.proposal_of(filed.id)
    if current.is_waiting or filed.is_retired:
        raise ChangedMeanwhile(what=filed.photograph.original_name)
    patient_id = library.visit(filed.visit_id).patient_id
    if any(filed.id in one.photograph_ids for one in library.assessments(patient_id=patient_id)):
        raise AcceptedAlready(photograph=filed.photograph.original_name)
    return _wait(library, proposal, verb="bring back", by=by)


def _wait(library: Library, proposal: Proposal, *, verb: str, by: str) -> Proposal:
    current = library.proposal_of(proposal.photograph_id)
    with library.verb(verb, by=by) as change:
        change.update_proposal(_waiting_again(library, current))
    return library.proposal_of(proposal.photograph_id)


def _waiting_again(library: Library, proposal: Proposal) -> Proposal:
    """Return a proposal that waits once more, at the print scale that is in use by now."""
    facts = library.photograph(proposal.photograph_id).photograph
    calibration = at_print_scale_in_use(library, proposal.calibration, facts)
    return replace(proposal, is_waiting=True, calibration=calibration)


def accept_proposals(
    library: Library,
    patient: Patient,
    *,
    include_doubted: bool = False,
    by: str,
    progress: Progress = no_progress,
) -> AcceptReport:
    """Accept a patient's waiting proposals, oldest capture first, recorded as without review.

    Photographs without an outline are always left for a person, and those in which lesions may have
    merged, split or come back. Unless ``include_doubted``, so are those that ``misgivings`` has
    something to say of.
    """
    waiting = library.proposals(patient_id=patient.id)
    accepted: list[Acceptance] = []
    left: list[tuple[VisitPhotograph, tuple[Doubt, ...]]] = []
    for done, proposal in enumerate(waiting):
        filed = library.photograph(proposal.photograph_id)
        progress(done / len(waiting), filed.photograph.original_name)
        decisions = suggest(library, proposal)
        doubts = misgivings(proposal, filed, decisions)
        is_for_a_person = not decisions or any(one.origins for one in decisions)
        if is_for_a_person or (doubts and not include_doubted):
            left.append((filed, doubts))
            continue
        accepted.append(accept(library, proposal, decisions, by=by, reviewed=False))
    progress(1.0, "")
    recorded = {one.assessment_id: one for acceptance in accepted for one in acceptance.after}
    asked = area_questions_of(library, patient, recorded.values())
    return AcceptReport(accepted=tuple(accepted), left=tuple(left), asked=asked)


def misgivings(
    proposal: Proposal, filed: VisitPhotograph, decisions: Sequence[Decision]
) -> tuple[Doubt, ...]:
    """Return why a photograph should not be accepted unseen: nothing where all is in order.

    A missing or doubtful scale, an outline that is unsure, cut off, far from the card or without an
    area, outlines that no lesion is proposed for or none surely, and lesions that may have merged,
    split or come back.
    """
    doubts = [doubt for doubt in proposal.doubts if doubt.code not in _HARMLESS]
    if proposal.calibration is not None:
        doubts += [d for d in proposal.calibration.doubts if d.code not in _HARMLESS]
        for outline in proposal.outlines:
            size = measured(outline, proposal.calibration, filed.photograph, filed.site)
            doubts += (Doubt(code="outline_beyond_card"),) if size is None else size.doubts
    if any(imaging.is_unsure(outline) for outline in proposal.outlines):
        doubts.append(Doubt(code="outline_unsure"))
    if 0 < len(decisions) < len(proposal.outlines):
        doubts.append(
            Doubt(
                code="outlines_unassigned",
                values=(("assigned", len(decisions)), ("outlines", len(proposal.outlines))),
            )
        )
    if any(decision.origins for decision in decisions):
        doubts.append(Doubt(code="lesion_changed_course"))
    if any(decision.confidence < _SURE for decision in decisions):
        doubts.append(Doubt(code="lesion_unsure"))
    return tuple(dict.fromkeys(doubts))
