"""Changes to what was accepted from a photograph are recorded: all of them, or none. No Qt.

Hides which revisions that takes, in which order, and how they are taken back and done again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from woundtrack import workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Assessment, Lesion, OutlineKind
from woundtrack.model import Entry as RecordEntry
from woundtrack.records import Library
from woundtrack.ui.review.draft import Case, Draft, Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Revised:
    """An assessment as it was and as it is now; ``made`` is the lesion that was made for it."""

    before: Assessment
    after: Assessment
    made: Lesion | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What changing an accepted photograph wrote: enough to undo it and to do it again.

    ``revisions`` are in the order of writing. ``lineage`` says of lesions accepted before where
    they come from, and ``unsaid`` are assessments of which that was taken back.
    """

    revisions: tuple[Revised, ...]
    acceptance: workflow.Acceptance | None
    lineage: tuple[RecordEntry, ...] = ()
    unsaid: tuple[Assessment, ...] = ()


def save(library: Library, case: Case, draft: Draft, *, by: str, reason: str) -> Saved:
    """Record how a draft differs from what was accepted: all of it, or nothing.

    Corrected outlines, other lesions and retired assessments become revisions; outlines that are
    new are accepted. Outlines of one lesion are its parts, whatever they were accepted as before.

    Raises ``WoundtrackError``: what ``workflow.redraw``, ``reassign``, ``retire``,
    ``record_lineage`` and ``accept_more`` raise.
    """
    written: list[Revised] = []
    lineage: tuple[RecordEntry, ...] = ()
    unsaid: list[Assessment] = []
    try:
        kept = _kept(case, draft)
        for thread in dict.fromkeys(one.thread for one in case.stored.entries if one.thread):
            stored = [one for one in case.stored.entries if one.thread == thread]
            # One by one: what was written before a fault is known, and taken back.
            now = kept.get(thread, ())
            written.extend(_revise(library, case, thread, stored, now, by, reason))
        for assessment in _no_longer_so(library, case, kept):
            workflow.unsay_lineage(library, assessment, by=by)
            unsaid.append(assessment)
        lineage = _lineage(library, case, kept, by)
        told = {entry.key for entries in kept.values() for entry in entries}
        fresh = Draft(entries=tuple(one for one in draft.entries if one.key not in told))
        acceptance = None
        if fresh.decisions:
            acceptance = workflow.accept_more(library, case.proposal, fresh.decisions, by=by)
    except WoundtrackError:
        workflow.take_back_lineage(library, lineage, by=by)
        for assessment in unsaid:
            workflow.say_lineage_again(library, assessment, by=by)
        _take_back(library, written, by=by, reason="not all could be recorded")
        raise
    return Saved(
        revisions=tuple(written), acceptance=acceptance, lineage=lineage, unsaid=tuple(unsaid)
    )


def _no_longer_so(
    library: Library, case: Case, kept: dict[str, tuple[Entry, ...]]
) -> list[Assessment]:
    """Return the assessments of which a person says by now that their lesion comes from none."""
    found = []
    for thread, entries in kept.items():
        stored = next(one for one in case.stored.entries if one.thread == thread)
        before = set() if stored.identity is None else set(stored.identity.origins)
        said = {origin for one in entries if one.identity for origin in one.identity.origins}
        if before - said:
            found.append(library.revisions(thread)[-1])
    return found


def _lineage(
    library: Library, case: Case, kept: dict[str, tuple[Entry, ...]], by: str
) -> tuple[RecordEntry, ...]:
    """Record where a person says by now that lesions come from which were accepted before."""
    decisions, lesions = [], []
    for thread, entries in kept.items():
        for decision in Draft(entries=entries).decisions:
            if decision.origins:
                decisions.append(decision)
                lesions.append(library.lesion(library.revisions(thread)[-1].lesion_id))
    return workflow.record_lineage(library, case.visit, decisions, lesions, by=by)


def _kept(case: Case, draft: Draft) -> dict[str, tuple[Entry, ...]]:
    """Return the entries that each accepted assessment holds from now on; one of none is retired.

    An assessment stays with its lesion where any of its outlines does, and takes all that are given
    to that lesion; else it goes with the first of its outlines, unless another has that lesion.
    """
    kept: dict[str, tuple[Entry, ...]] = {}
    told: set[str] = set()
    stored = {one.thread: one for one in case.stored.entries if one.thread}
    for stays in (True, False):
        for thread, before in stored.items():
            for entry in draft.entries:
                stayed = (
                    before.identity is None
                    or entry.identity is None
                    or before.identity.is_same_lesion(entry.identity)
                )
                is_free = thread not in kept and entry.key not in told
                if entry.thread == thread and is_free and (stayed or not stays):
                    kept[thread] = (entry,) if entry.is_closed else draft.whole_lesion(entry)
                    told |= {one.key for one in kept[thread]}
    return kept


def _revise(
    library: Library,
    case: Case,
    thread: str,
    stored: Sequence[Entry],
    now: Sequence[Entry],
    by: str,
    reason: str,
) -> Iterator[Revised]:
    """Record how one assessment differs from what is stored of it; yields each revision."""
    newest = library.revisions(thread)[-1]
    is_elsewhere = any(one.photograph_id != case.filed.id for one in newest.outlines)
    if not now and not is_elsewhere:
        yield Revised(before=newest, after=workflow.retire(library, newest, by=by, reason=reason))
        return
    lesion = _lesion_of(now[0]) if now else None
    if isinstance(lesion, workflow.NewLesion) or (lesion and lesion.id != newest.lesion_id):
        after = workflow.reassign(library, newest, lesion, by=by, reason=reason)
        is_new = isinstance(lesion, workflow.NewLesion)
        made = library.lesion(after.lesion_id) if is_new else None
        yield Revised(before=newest, after=after, made=made)
        newest = after
    drawn, before = _drawn_of(now), _drawn_of(stored)
    if [(one.kind, one.parts) for one in drawn] != [(one.kind, one.parts) for one in before]:
        after = workflow.redraw(library, newest, case.filed, drawn, by=by, reason=reason)
        yield Revised(before=newest, after=after)
    elif drawn != before:
        ulcer = next(one for one in drawn if one.kind is OutlineKind.ULCER)
        after = workflow.paint_tissue(library, newest, ulcer.tissue, by=by, reason=reason)
        yield Revised(before=newest, after=after)


def _drawn_of(entries: Sequence[Entry]) -> list[workflow.Drawn]:
    """Return what is outlined in the photograph, kind by kind."""
    found = []
    for kind in OutlineKind:
        own = [one for one in entries if one.kind is kind]
        parts = tuple(one.outline for one in own if one.outline is not None)
        if parts:
            tissue = tuple(one.tissue for one in own)
            found.append(workflow.Drawn(kind=kind, parts=parts, tissue=tissue))
    return found


def _lesion_of(entry: Entry) -> Lesion | workflow.NewLesion | None:
    identity = entry.identity
    if identity is None:
        return None
    return identity.lesion or workflow.NewLesion(label=identity.label, site=identity.site)


def unsave(library: Library, saved: Saved, *, by: str) -> None:
    """Undo what ``save`` wrote, as new revisions."""
    if saved.acceptance is not None:
        workflow.take_back(library, saved.acceptance, by=by)
    workflow.take_back_lineage(library, saved.lineage, by=by)
    for assessment in saved.unsaid:
        workflow.say_lineage_again(library, assessment, by=by)
    _take_back(library, saved.revisions, by=by, reason="undone")


def _take_back(library: Library, revisions: Sequence[Revised], *, by: str, reason: str) -> None:
    for one in reversed(revisions):
        workflow.put_back(library, one.before, by=by, reason=reason, made=one.made)


def save_again(library: Library, saved: Saved, *, by: str) -> None:
    """Redo what ``unsave`` undid."""
    for one in saved.revisions:
        workflow.put_back(library, one.after, by=by, reason="done again")
    for assessment in saved.unsaid:
        workflow.unsay_lineage(library, assessment, by=by)
    workflow.record_lineage_again(library, saved.lineage, by=by)
    if saved.acceptance is not None:
        workflow.accept_again(library, saved.acceptance, by=by)
