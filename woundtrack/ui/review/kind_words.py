"""What Review says of a lesion's ulcer, eschar and margin: how large, and what to know of them.

Hides which of the three a lesion has, and how they lie in each other as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from woundtrack import workflow
from woundtrack.model import Doubt, Outline, OutlineKind
from woundtrack.ui.components.outline_kind import kind_word
from woundtrack.ui.review.draft import Case, Draft, Entry, whole_of
from woundtrack.ui.review.kind_chooser import KindSize, size_of_kind
from woundtrack.ui.review.panel import Note


def nesting_of(case: Case, draft: Draft, entry: Entry | None) -> dict[OutlineKind, Doubt]:
    """Return where the outlines of the lesion in hand don't lie in each other as they stand."""
    if entry is None:
        return {}
    parts: dict[OutlineKind, list[Outline]] = {}
    for one in draft.whole_lesion(entry):
        if one.outline is not None:
            parts.setdefault(one.kind, []).append(one.outline)
    return workflow.nesting_doubts(parts, case.proposal.calibration)


def sizes_of_kinds(
    case: Case,
    draft: Draft,
    entry: Entry | None,
    kind: OutlineKind,
    nesting: Mapping[OutlineKind, Doubt],
) -> list[KindSize]:
    """Return how large each kind of the lesion in hand is; [] where there is an ulcer alone."""
    there = {} if entry is None else {one: draft.as_kind(entry, one) for one in OutlineKind}
    has_nested = any(there.get(one) for one in (OutlineKind.ESCHAR, OutlineKind.MARGIN))
    if not has_nested and kind is OutlineKind.ULCER:
        return []
    sizes = []
    for one in OutlineKind:
        own = there.get(one)
        if own is None or own.outline is None:
            sizes.append(KindSize(kind=one))
            continue
        size = whole_of(case, draft, own).measurement
        sizes.append(
            size_of_kind(
                one,
                area_cm2=None if size is None else size.area_cm2,
                low_cm2=None if size is None else size.area_low_cm2,
                high_cm2=None if size is None else size.area_high_cm2,
                is_doubtful=one in nesting,
            )
        )
    return sizes


def notes_of_kinds(draft: Draft, entry: Entry | None, kind: OutlineKind) -> list[Note]:
    """Return what there is to say of the kind that is drawn, and of a lesion without an ulcer."""
    whole = () if entry is None else draft.whole_lesion(entry)
    kinds = {one.kind for one in whole if one.outline is not None}
    notes = []
    if kind is not OutlineKind.ULCER and (entry is None or entry.kind is not kind):
        if entry is not None and entry.is_closed:
            text = QCoreApplication.translate(
                "Review", "A closed lesion has none: what eschar covers is open."
            )
        else:
            text = QCoreApplication.translate(
                "Review",
                "The program proposes ulcers alone. Eschar and margin are drawn by you, with any "
                "tool; Shift G copies the last one.",
            )
        title = QCoreApplication.translate("Review", "No {kind} is outlined")
        notes.append(Note("info", title.format(kind=kind_word(kind)), text))
    if kinds == {OutlineKind.MARGIN}:  # whichever is drawn: Enter would record it so
        title = QCoreApplication.translate("Review", "The margin alone is outlined")
        text = QCoreApplication.translate(
            "Review", "The lesion has no area at this visit: its curve has a gap here."
        )
        notes.append(Note("info", title, text))
    if notes:
        return notes
    if kind is OutlineKind.MARGIN:
        return [
            Note(
                "info",
                QCoreApplication.translate("Review", "A margin is less sure than its interval"),
                QCoreApplication.translate(
                    "Review",
                    "The interval is that of a wound's edge. How well two people agree on where "
                    "livedo or induration ends, nobody has measured.",
                ),
            )
        ]
    if OutlineKind.ESCHAR in kinds and OutlineKind.ULCER not in kinds:
        return [
            Note(
                "info",
                QCoreApplication.translate("Review", "The eschar is the whole lesion"),
                QCoreApplication.translate(
                    "Review", "What eschar covers is open: its area is the lesion's at this visit."
                ),
            )
        ]
    return []
