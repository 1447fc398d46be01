"""What is known of a patient's lesions when a photograph is looked at, and what it suggests.

Hides which assessment tells where a lesion lies, which lesions can't be in a photograph, and
which other photographs of the visit are looked at with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from woundtrack import imaging
from woundtrack.errors import CardUnreliable
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    BodySite,
    EndReason,
    Lesion,
    LesionDetail,
    LesionLink,
    LinkKind,
    Proposal,
    Visit,
    VisitPhotograph,
)
from woundtrack.records import Library
from woundtrack.workflow.identity import Decision, Earlier, KnownLesion, Shown, match_visit


def suggest(
    library: Library, proposal: Proposal, given: Mapping[int, str] | None = None
) -> tuple[Decision, ...]:
    """Propose a lesion for each outline of a photograph; nothing is recorded.

    A lesion named on import takes the photograph's biggest outline, and the others are left to the
    person; otherwise outlines are matched to the lesions known at the site, together with those of
    the visit's other photographs of the site that wait. ``given`` are the lesions' ids of outlines
    that a person spoke of already, by the outlines' places.
    """
    filed = library.photograph(proposal.photograph_id)
    visit = library.visit(filed.visit_id)
    lesions = library.lesions(visit.patient_id)
    site = filed.site
    if not proposal.outlines or site is None:
        return ()
    if proposal.lesion_id is not None:
        named = library.lesion(proposal.lesion_id)
        if not named.is_retired:
            return (
                Decision(
                    outline=proposal.outlines[0],
                    lesion=named,
                    site=named.site,
                    label=named.label,
                    reason="named when it was imported",
                ),
            )
    this = _shown(proposal, filed, given or {})
    beside = {} if not proposal.is_waiting else _waiting_beside(library, visit, site)
    shown = {**beside, filed.id: this}
    proposed = match_visit(
        tuple(shown.values()),
        tuple(_known(library, visit, lesions_that_may_be_there(library, visit, site))),
        site,
        [lesion.label for lesion in lesions],
    )
    return proposed[list(shown).index(filed.id)]


def _shown(proposal: Proposal, filed: VisitPhotograph, given: Mapping[int, str]) -> Shown:
    return Shown(
        outlines=tuple(proposal.outlines),
        calibration=proposal.calibration,
        head_deg=filed.head_deg,
        width_px=filed.photograph.width_px,
        given=tuple(sorted(given.items())),
    )


def _waiting_beside(library: Library, visit: Visit, site: BodySite) -> dict[str, Shown]:
    """Return the photographs of a visit and a site that wait, by their ids, in the queue's order.

    Of one for which a lesion was named on import, the outline that is that lesion.
    """
    filed = {one.id: one for one in library.photographs(visit_id=visit.id) if one.site == site}
    lesions = {one.id for one in library.lesions(visit.patient_id)}
    found = {}
    for proposal in library.proposals(patient_id=visit.patient_id):
        photograph = filed.get(proposal.photograph_id)
        if photograph is None:
            continue
        if proposal.lesion_id in lesions:
            named = replace(proposal, outlines=proposal.outlines[:1])
            found[photograph.id] = _shown(named, photograph, {0: str(proposal.lesion_id)})
        else:
            found[photograph.id] = _shown(proposal, photograph, {})
    return found


def lesions_that_may_be_there(library: Library, visit: Visit, site: BodySite) -> tuple[Lesion, ...]:
    """Return the lesions at a site that may be seen at a visit: open, closed or not seen before."""
    gone = _gone(library, visit)
    lesions = library.lesions(visit.patient_id)
    return tuple(one for one in lesions if one.site == site and one.id not in gone)


def _gone(library: Library, visit: Visit) -> set[str]:
    """Return the lesions that can't be in a photograph of a visit, by what is recorded of them.

    Those that merged into another by then, that are another lesion now, or whose limb is gone.
    """
    gone = set()
    for link in library.entries(LesionLink, patient_id=visit.patient_id):
        if link.on > visit.visited_on:
            continue
        if link.kind is LinkKind.MERGED_INTO:
            gone.add(link.lesion_id)
        elif link.kind is LinkKind.RECURRENCE_OF:
            gone.add(link.other_lesion_id)
    for detail in library.entries(LesionDetail, patient_id=visit.patient_id):
        is_off = detail.end_reason in {EndReason.MERGED, EndReason.AMPUTATED}
        if is_off and detail.ended_on is not None and detail.ended_on.latest <= visit.visited_on:
            gone.add(detail.lesion_id)
    return gone


def _known(library: Library, visit: Visit, lesions: Sequence[Lesion]) -> Iterator[KnownLesion]:
    """Yield each lesion's open parts as they were last seen, on or before the day of ``visit``.

    One that is closed is where it was when it was open last.
    """
    days = {
        one.id: (visit.visited_on - one.visited_on).days for one in library.visits(visit.patient_id)
    }
    heads = {one.id: one.head_deg for one in library.photographs(visit.patient_id)}
    past: dict[str, list[Assessment]] = {}
    for assessment in library.assessments(patient_id=visit.patient_id):
        if days[assessment.visit_id] >= 0:
            past.setdefault(assessment.lesion_id, []).append(assessment)
    for one in past.values():
        one.sort(key=lambda assessment: days[assessment.visit_id])
    seen = {lesion.id: _outlined(past.get(lesion.id, ())) for lesion in lesions}
    frames = _telling(seen)
    for lesion in lesions:
        last = past[lesion.id][0] if lesion.id in past else None
        outlined = next((one for one in past.get(lesion.id, ()) if one.main is not None), None)
        parts = _parts_of(outlined, lesion)
        earlier = tuple(
            Earlier(outline=outline, head_deg=heads.get(photograph_id))
            for photograph_id, outline in list(seen[lesion.id].items())[1:]
            if photograph_id in frames and len(parts) == 1
        )
        for part in parts:
            yield KnownLesion(
                lesion=lesion,
                state=None if last is None else last.state,
                outline=part,
                days=0.0 if outlined is None else float(days[outlined.visit_id]),
                head_deg=None if part is None else heads.get(part.photograph_id),
                earlier=earlier,
            )


def _outlined(newest_first: Sequence[Assessment]) -> dict[str, AssessedOutline]:
    """Return a lesion's outlines of one part by their photographs, the newest first."""
    mains = [one.main for one in newest_first if one.main is not None]
    found = {mains[0].photograph_id: mains[0]} if mains else {}
    for main in mains[1:]:
        if not main.further:
            found.setdefault(main.photograph_id, main)
    return found


def _telling(seen: Mapping[str, Mapping[str, AssessedOutline]]) -> set[str]:
    """Return the photographs that tell where lesions lie to each other.

    Those in which any was seen last, and of one that was seen alone there the newest with another.
    """
    home = {lesion: next(iter(outlines), "") for lesion, outlines in seen.items()}
    shown = Counter(photograph for outlines in seen.values() for photograph in outlines)
    frames = set(home.values())
    for lesion, outlines in seen.items():
        if shown[home[lesion]] == 1:
            frames |= set([one for one in outlines if shown[one] > 1][:1])
    return frames


def _parts_of(assessment: Assessment | None, lesion: Lesion) -> tuple[AssessedOutline | None, ...]:
    """Return each open part of a lesion with its own size; (None,) where nothing is outlined."""
    whole = None if assessment is None else assessment.main
    if whole is None or not whole.further or whole.calibration is None:
        return (whole,)
    found = []
    for part in whole.parts:
        try:
            size = imaging.measure(part, whole.calibration, lesion.site)
        except CardUnreliable:  # an older version measured what this one wouldn't
            return (whole,)
        found.append(replace(whole, outline=part, further=(), tissue=(), measurement=size))
    return tuple(found)
