"""Lesions that merged, split or came back: recorded with the outlines that show it.

Hides which entries of the record say so, and that undoing them is more revisions. A lesion is never
deleted: one that merged into another ends, and its course stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from woundtrack.errors import ChangedMeanwhile, NotUnderstood
from woundtrack.model import (
    Assessment,
    EndReason,
    Entry,
    Lesion,
    LesionDetail,
    LesionLink,
    LinkKind,
    PartialDate,
    Visit,
)
from woundtrack.records import Library
from woundtrack.workflow.identity import Decision, Origin

_TAKEN_BACK: Final = "Taken back"
_MERGED: Final = "Merged into {label}"
_UNSHOWN: Final = "The outline that shows it counts no longer"


def lineage_of(
    library: Library,
    visit: Visit,
    decisions: Sequence[Decision],
    lesions: Sequence[Lesion],
    *,
    by: str,
) -> tuple[Entry, ...]:
    """Return what accepting these decisions is to record of where their lesions come from.

    Parameters
    ----------
    lesions
        The lesion of each decision.

    Raises ``NotUnderstood`` where a lesion is said to have merged into another, and is outlined or
    said to be closed itself at the visit.
    """
    there = {lesion.id for lesion in lesions}
    there |= {
        one.lesion_id
        for one in library.assessments(patient_id=visit.patient_id)
        if one.visit_id == visit.id
    }
    found: list[Entry] = []
    told: set[tuple[str, str]] = set()
    for decision, lesion in zip(decisions, lesions, strict=True):
        for origin in decision.origins:
            if origin.kind is LinkKind.MERGED_INTO and origin.lesion.id in there:
                raise NotUnderstood(
                    what="Lesion",
                    given=origin.lesion.label,
                    expected=f"it is said to have merged into {lesion.label}, and is there itself "
                    "at this visit, too; say one of them",
                )
            if (lesion.id, origin.lesion.id) not in told:
                told.add((lesion.id, origin.lesion.id))
                found += _entries(library, lesion, origin, visit.visited_on, by=by)
    return tuple(found)


def _entries(library: Library, lesion: Lesion, origin: Origin, on: date, *, by: str) -> list[Entry]:
    """Return the link, and the end of a lesion that merged; nothing that is recorded already."""
    patient_id = lesion.patient_id
    pair = (lesion.id, origin.lesion.id)
    if origin.kind is LinkKind.MERGED_INTO:
        pair = (origin.lesion.id, lesion.id)
    links = library.entries(LesionLink, patient_id=patient_id)
    if any((one.lesion_id, one.other_lesion_id, one.kind) == (*pair, origin.kind) for one in links):
        return []
    link = LesionLink(
        patient_id=patient_id,
        lesion_id=pair[0],
        other_lesion_id=pair[1],
        kind=origin.kind,
        on=on,
        recorded_by=by,
    )
    if origin.kind is not LinkKind.MERGED_INTO:
        return [link]
    details = library.entries(LesionDetail, patient_id=patient_id, lesion_id=origin.lesion.id)
    ended_on = PartialDate.of(on)
    if not details:
        return [
            link,
            LesionDetail(
                patient_id=patient_id,
                lesion_id=origin.lesion.id,
                ended_on=ended_on,
                end_reason=EndReason.MERGED,
                recorded_by=by,
            ),
        ]
    return [
        link,
        details[-1].revised(
            by=by,
            reason=_MERGED.format(label=lesion.label),
            ended_on=ended_on,
            end_reason=EndReason.MERGED,
        ),
    ]


def record_lineage(
    library: Library,
    visit: Visit,
    decisions: Sequence[Decision],
    lesions: Sequence[Lesion],
    *,
    by: str,
) -> tuple[Entry, ...]:
    """Record where lesions come from whose outlines were accepted before; returns what was new.

    Raises what ``lineage_of`` raises.
    """
    found = lineage_of(library, visit, decisions, lesions, by=by)
    _write(library, "lineage", found, by=by)
    return found


def take_back_lineage(library: Library, recorded: Sequence[Entry], *, by: str) -> None:
    """Undo ``record_lineage``, as new revisions. Raises ``ChangedMeanwhile``."""
    _write(library, "take back", lineage_taken_back(library, recorded, by=by), by=by)


def record_lineage_again(library: Library, recorded: Sequence[Entry], *, by: str) -> None:
    """Redo it. Raises ``ChangedMeanwhile``."""
    _write(library, "lineage", lineage_again(library, recorded, by=by), by=by)


def origins_of(library: Library, assessments: Sequence[Assessment]) -> dict[str, list[Origin]]:
    """Return what assessments show of where their lesions come from, by the lesions' ids."""
    found: dict[str, list[Origin]] = {}
    for link in _links_of(library, assessments, include_retired=False):
        shown_by, other = link.lesion_id, link.other_lesion_id
        if link.kind is LinkKind.MERGED_INTO:
            shown_by, other = other, shown_by
        origin = Origin(kind=link.kind, lesion=library.lesion(other))
        found.setdefault(shown_by, []).append(origin)
    return found


def unsay_lineage(library: Library, assessment: Assessment, *, by: str) -> None:
    """Take back all that an assessment shows of where its lesion comes from; it stays itself."""
    _write(library, "unsay lineage", lineage_out_of_view(library, [assessment], by=by), by=by)


def say_lineage_again(library: Library, assessment: Assessment, *, by: str) -> None:
    """Undo ``unsay_lineage``."""
    _write(library, "lineage", lineage_in_view(library, [assessment], by=by), by=by)


def _write(library: Library, verb: str, entries: Sequence[Entry], *, by: str) -> None:
    if entries:
        with library.verb(verb, by=by) as change:
            for entry in entries:
                change.add_entry(entry)


def lineage_taken_back(
    library: Library, recorded: Sequence[Entry], *, by: str
) -> tuple[Entry, ...]:
    """Return the revisions that undo these entries: the values before, or out of view.

    Raises ``ChangedMeanwhile`` where one was changed since.
    """
    back = []
    for entry in recorded:
        revisions = library.entry_revisions(type(entry), entry.entry_id)
        if not revisions[-1].says_as(entry):
            raise ChangedMeanwhile(what="The record")
        if entry.supersedes is None:
            before = replace(entry, is_retired=True)
        else:
            before = revisions[entry.revision - 2]
        back.append(revisions[-1].followed_by(before, by=by, reason=_TAKEN_BACK))
    return tuple(back)


def lineage_again(library: Library, recorded: Sequence[Entry], *, by: str) -> tuple[Entry, ...]:
    """Return the revisions that record these entries once more, after they were taken back.

    Raises ``ChangedMeanwhile`` where one was changed since.
    """
    again = []
    for entry in recorded:
        revisions = library.entry_revisions(type(entry), entry.entry_id)
        if revisions[-1].reason != _TAKEN_BACK:
            raise ChangedMeanwhile(what="The record")
        again.append(revisions[-1].followed_by(entry, by=by, reason=entry.reason))
    return tuple(again)


def lineage_out_of_view(
    library: Library, assessments: Sequence[Assessment], *, by: str
) -> tuple[Entry, ...]:
    """Return the revisions that take back what rests on assessments which count no longer.

    What was recorded of their lesions on their days: that others merged into them, or that they
    split or came back. ``lineage_in_view`` brings it again.
    """
    back: dict[str, Entry] = {}
    for link in _links_of(library, assessments, include_retired=False):
        back[link.entry_id] = link.revised(by=by, reason=_UNSHOWN, is_retired=True)
        if link.kind is not LinkKind.MERGED_INTO:
            continue
        for detail in library.entries(
            LesionDetail, patient_id=link.patient_id, lesion_id=link.lesion_id
        ):
            if (detail.ended_on, detail.end_reason) == (
                PartialDate.of(link.on),
                EndReason.MERGED,
            ):
                back[detail.entry_id] = detail.revised(
                    by=by, reason=_UNSHOWN, ended_on=None, end_reason=None
                )
    return tuple(back.values())


def lineage_in_view(
    library: Library, assessments: Sequence[Assessment], *, by: str
) -> tuple[Entry, ...]:
    """Return the revisions that record again what ``lineage_out_of_view`` took back of these."""
    again: dict[str, Entry] = {}
    for link in _links_of(library, assessments, include_retired=True):
        entries: list[Entry] = [link]
        if link.kind is LinkKind.MERGED_INTO:
            entries += library.entries(
                LesionDetail, patient_id=link.patient_id, lesion_id=link.lesion_id
            )
        if link.reason != _UNSHOWN:
            continue
        for entry in entries:
            if entry.reason == _UNSHOWN:
                before = library.entry_revisions(type(entry), entry.entry_id)[-2]
                again[entry.entry_id] = entry.followed_by(before, by=by, reason=before.reason)
    return tuple(again.values())


def _links_of(
    library: Library, assessments: Sequence[Assessment], *, include_retired: bool
) -> list[LesionLink]:
    """Return the links that assessments show: of their lesions, on the days of their visits."""
    found = []
    for assessment in assessments:
        visit = library.visit(assessment.visit_id)
        for link in library.entries(
            LesionLink, patient_id=visit.patient_id, include_retired=include_retired
        ):
            is_merger = link.kind is LinkKind.MERGED_INTO
            shown_by = link.other_lesion_id if is_merger else link.lesion_id
            if shown_by == assessment.lesion_id and link.on == visit.visited_on:
                found.append(link)
    return found
