"""What an outline may be instead: known lesions, and two that merged, a piece, one come back.

Hides which of these can be at all, and in which order they are asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from woundtrack import workflow
from woundtrack.model import EndReason, Lesion, LesionDetail, LinkKind, TimelinePoint, WoundState
from woundtrack.records import Library
from woundtrack.ui.review import words as review_words
from woundtrack.ui.review.draft import Case, Draft, Entry, Identity, new_identity
from woundtrack.ui.review.identity_words import goes_on_words, origin_words
from woundtrack.ui.review.lesion_course import point_of
from woundtrack.ui.review.lesion_picker import Choice

_MOST_MERGED = 3  # of lesions that a person may say merged into this one, so many are listed


def choices_of(library: Library, case: Case, draft: Draft, entry: Entry | None) -> list[Choice]:
    """Return what an entry may be: what was proposed, the lesions at the site, then the rest.

    A lesion of which that kind is outlined already may have this outline as one more part, and
    comes last of those at the site; one that is said to be closed can't be chosen. Without an
    ``entry`` the question is which lesion is closed.
    """
    last = _last_points(library, case)
    known = _known(library, case, draft, entry, last)
    if entry is None or entry.outline is None:
        return known
    here = [one for one in known if one.identity.site == case.filed.site]
    elsewhere = [one for one in known if one.identity.site != case.filed.site]
    others = list(_origins(library, case, draft, entry, last))
    proposed = _proposed(case, entry)
    if proposed is not None:
        others = [one for one in others if one.identity.origins != proposed.identity.origins]
    return [*([proposed] if proposed else []), *here, *others, *elsewhere]


def _proposed(case: Case, entry: Entry) -> Choice | None:
    """Return what was proposed of a lesion's past, where a person chose otherwise since."""
    stored = case.stored.entry(entry.key)
    identity = None if stored is None else stored.identity
    if identity is None or not identity.origins or identity == entry.identity:
        return None
    said = QCoreApplication.translate("Review", "as it was proposed")
    return Choice(identity=identity, title=origin_words(identity), said=said)


def _last_points(library: Library, case: Case) -> dict[str, TimelinePoint]:
    visits = {visit.id: visit for visit in library.visits(case.patient.id)}
    dated = sorted(
        library.assessments(patient_id=case.patient.id),
        key=lambda one: visits[one.visit_id].visited_on,
    )
    return {
        one.lesion_id: point_of(one, visits[one.visit_id])
        for one in dated
        if visits[one.visit_id].visited_on < case.visit.visited_on
    }


def _known(
    library: Library,
    case: Case,
    draft: Draft,
    entry: Entry | None,
    last: dict[str, TimelinePoint],
) -> list[Choice]:
    """Return the patient's lesions, those at the site first."""
    own = _lesion_id(entry)
    # An eschar in an ulcer is no further part of it.
    open_here = {
        _lesion_id(one)
        for one in draft.entries
        if not one.is_closed and (entry is None or one.kind is entry.kind)
    }
    closed_here = {_lesion_id(one) for one in draft.entries if one.is_closed}
    is_outline = entry is not None and not entry.is_closed
    merged = {
        one.lesion_id
        for one in library.entries(LesionDetail, patient_id=case.patient.id)
        if one.end_reason is EndReason.MERGED
    }
    choices = []
    for lesion in library.lesions(case.patient.id):
        why_not = ""
        said = review_words.said_of(last.get(lesion.id))
        if lesion.id == own and not (entry and entry.identity and entry.identity.origins):
            why_not = QCoreApplication.translate("Review", "chosen now")
        elif lesion.id in closed_here or (lesion.id in open_here and not is_outline):
            why_not = QCoreApplication.translate("Review", "in this photograph already")
        elif lesion.id == own:
            said = QCoreApplication.translate("Review", "it alone, nothing merged into it")
        elif lesion.id in open_here:
            said = QCoreApplication.translate("Review", "this is one more open part of it")
        elif lesion.id in merged:
            said = QCoreApplication.translate("Review", "merged into another lesion")
        choices.append(
            Choice(
                identity=Identity.of(lesion),
                title=lesion.site.words.capitalize(),
                said=said,
                why_not=why_not,
            )
        )
    site = case.filed.site

    def order(one: Choice) -> tuple[bool, bool, bool, int]:
        lesion = one.identity.lesion
        key = None if lesion is None else lesion.id
        return (key in open_here, key in merged, one.identity.site != site, one.identity.number)

    return sorted(choices, key=order)


def _origins(
    library: Library, case: Case, draft: Draft, entry: Entry, last: dict[str, TimelinePoint]
) -> Iterator[Choice]:
    """Yield what a person may say of where a lesion comes from, beside what is chosen now."""
    now = entry.identity
    site = case.filed.site
    if site is None:
        return
    there = workflow.lesions_that_may_be_there(library, case.visit, site)
    outlined = {_lesion_id(one): one for one in draft.entries if not one.is_closed}
    yield from _merged(
        now, [one for one in there if one.id not in outlined and _is_open(one, last)]
    )
    for lesion in there:
        other = outlined.get(lesion.id)
        if other is not None and other.key != entry.key and other.kind is entry.kind:
            yield from _pieces(library, case, draft, entry, other, lesion)
        elif other is None and lesion.id in last and not _is_open(lesion, last):
            yield from _new_with(library, case, draft, entry, LinkKind.RECURRENCE_OF, lesion)


def _is_open(lesion: Lesion, last: dict[str, TimelinePoint]) -> bool:
    return lesion.id in last and last[lesion.id].state is not WoundState.CLOSED


def _merged(now: Identity | None, gone: list[Lesion]) -> Iterator[Choice]:
    """Yield that one of the lesions that are gone merged into this one, or this into that."""
    if now is None or now.lesion is None:
        return
    lesion, merged = now.lesion, {one.lesion.id for one in now.origins}
    for other in [one for one in gone if one.id not in merged][:_MOST_MERGED]:
        origin = workflow.Origin(kind=LinkKind.MERGED_INTO, lesion=other)
        identity = Identity.of(lesion, origins=(*now.origins, origin))
        yield Choice(identity=identity, title=origin_words(identity), said=goes_on_words(identity))
    for one in now.origins:
        if one.kind is LinkKind.MERGED_INTO:
            others = tuple(
                replace(each, lesion=lesion) if each.lesion.id == one.lesion.id else each
                for each in now.origins
            )
            identity = Identity.of(one.lesion, origins=others)
            yield Choice(
                identity=identity, title=origin_words(identity), said=goes_on_words(identity)
            )


def _pieces(
    library: Library, case: Case, draft: Draft, entry: Entry, other: Entry, lesion: Lesion
) -> Iterator[Choice]:
    """Yield that the outline is a piece of a lesion that another outline goes on as."""
    now = entry.identity
    is_piece = now is not None and any(
        one.kind is LinkKind.SPLIT_FROM and one.lesion.id == lesion.id for one in now.origins
    )
    if not is_piece:
        yield from _new_with(library, case, draft, entry, LinkKind.SPLIT_FROM, lesion)
    elif now is not None:
        said = QCoreApplication.translate("Review", "the other piece is {lesion} then")
        yield Choice(
            identity=Identity.of(lesion),
            title=QCoreApplication.translate("Review", "This piece goes on as {lesion}").format(
                lesion=lesion.label
            ),
            said=said.format(lesion=now.label),
            swaps_with=other.key,
        )


def _new_with(
    library: Library, case: Case, draft: Draft, entry: Entry, kind: LinkKind, lesion: Lesion
) -> Iterator[Choice]:
    """Yield a new lesion that comes from another, unless that is what is chosen now."""
    origin = workflow.Origin(kind=kind, lesion=lesion)
    now = entry.identity
    if now is not None and now.origins == (origin,):
        return
    others = draft
    for one in draft.moving_with(entry):
        others = others.without(one.key)
    identity = replace(new_identity(library, case, others, lesion.site), origins=(origin,))
    said = QCoreApplication.translate("Review", "a new lesion, {lesion}")
    yield Choice(
        identity=identity, title=origin_words(identity), said=said.format(lesion=identity.label)
    )


def _lesion_id(entry: Entry | None) -> str | None:
    if entry is None or entry.identity is None or entry.identity.lesion is None:
        return None
    return entry.identity.lesion.id
