"""What the review room says of which lesion an outline is: why, how sure, and what that records.

Hides how the clauses of the matching become sentences for a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from woundtrack import workflow
from woundtrack.model import LinkKind
from woundtrack.ui.components import words
from woundtrack.ui.review.draft import CHOSEN
from woundtrack.ui.review.panel import Note

if TYPE_CHECKING:
    from woundtrack.model import TimelinePoint
    from woundtrack.ui.review.draft import Case, Draft, Entry, Identity

LIKELY: Final = 0.9
POSSIBLE: Final = 0.6
"""Chances from which a proposal is called likely, or possible."""


def _(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("Review", text))


_NEW: Final = frozenset({workflow.NOTHING_KNOWN, workflow.NO_MATCH})
_REASONS: Final = {
    workflow.ONLY_ONE: _("The only lesion at this site"),
    workflow.NOTHING_KNOWN: _("New: nothing is known at this site yet"),
    workflow.NO_MATCH: _("New: matches no known lesion"),
    workflow.LIKELIEST: _("The likeliest of those known"),
    workflow.MERGED: _("{lesions} may have merged into one"),
    workflow.SPLIT_LARGEST: _("The largest piece of {lesion}, which may have split"),
    workflow.SPLIT: _("A piece of {lesion}, which may have split"),
    workflow.RECURS: _("{lesion} closed, and may be open again here"),
    "named when it was imported": _("Named when it was imported"),
    CHOSEN: _("Chosen by you"),
}
_MATCHES: Final = {
    workflow.BY_PLACE_AND_SHAPE: (
        _("Matches {day} by position and shape"),
        _("Matches by position and shape"),
    ),
    workflow.BY_PLACE_AND_SIZE: (
        _("Matches {day} by position and size"),
        _("Matches by position and size"),
    ),
    workflow.BY_PLACE: (_("Matches {day} by position"), _("Matches by position")),
    workflow.BY_SHAPE_AND_SIZE: (
        _("Matches {day} by shape and size"),
        _("Matches by shape and size"),
    ),
    workflow.BY_SHAPE: (_("Matches {day} by shape"), _("Matches by shape")),
    workflow.BY_SIZE: (_("Matches {day} by size"), _("Matches by size")),
}
"""With the day on which the lesion was last seen, and where it has none."""

_CERTAIN: Final = frozenset({CHOSEN, "named when it was imported", workflow.NOTHING_KNOWN})


def reason_of(identity: Identity, last: TimelinePoint | None = None) -> str:
    """Return why an outline is thought to be this lesion, and how sure that is."""
    said = _clause(identity, last)
    if not identity.reason or identity.reason in _CERTAIN:
        return said
    return f"{said} · {sure_word(identity.confidence)}"


def _clause(identity: Identity, last: TimelinePoint | None) -> str:
    reason = identity.reason
    if reason in _MATCHES:
        dated, plain = _MATCHES[reason]
        if last is None:
            return QCoreApplication.translate("Review", plain)
        return QCoreApplication.translate("Review", dated).format(day=words.day_short(last.on))
    if reason in {CHOSEN, ""} and identity.origins:
        return origin_words(identity)
    said = QCoreApplication.translate("Review", _REASONS.get(reason, reason))
    return said.format(lesions=_labels(identity), lesion=_parent(identity))


def sure_word(chance: float) -> str:
    """Return how sure a chance, 0..1, is, in words."""
    if chance >= LIKELY:
        return QCoreApplication.translate("Review", "likely")
    if chance >= POSSIBLE:
        return QCoreApplication.translate("Review", "possible")
    return QCoreApplication.translate("Review", "unsure: look again")


def is_doubtful(identity: Identity) -> bool:
    """Say whether a person should look twice: it is unsure, or changes a lesion's course."""
    is_proposed = identity.reason not in {CHOSEN, ""}
    return is_proposed and (identity.confidence < POSSIBLE or bool(identity.origins))


def _labels(identity: Identity) -> str:
    """Return the names of a lesion and of those that merged into it: A1, A2 and A3."""
    return _listed([identity.label, *(one.lesion.label for one in identity.origins)])


def _listed(labels: list[str]) -> str:
    if len(labels) == 1:
        return labels[0]
    both = QCoreApplication.translate("Review", "{first} and {last}")
    return both.format(first=", ".join(labels[:-1]), last=labels[-1])


def goes_on_words(identity: Identity) -> str:
    """Return which of the lesions that merged goes on, and which end."""
    others = [one.lesion.label for one in identity.origins]
    if len(others) == 1:
        said = QCoreApplication.translate("Review", "goes on as {lesion}; {others} ends")
    else:
        said = QCoreApplication.translate("Review", "goes on as {lesion}; {others} end")
    return said.format(lesion=identity.label, others=_listed(others))


def _parent(identity: Identity) -> str:
    """Return the name of the lesion that one comes from; its own where it goes on."""
    return identity.origins[0].lesion.label if identity.origins else identity.label


def origin_words(identity: Identity) -> str:
    """Return where a lesion comes from, as a person chose it; empty where from none."""
    if not identity.origins:
        return ""
    kind = identity.origins[0].kind
    if kind is LinkKind.MERGED_INTO:
        said = QCoreApplication.translate("Review", "{lesions} merged into one")
    elif kind is LinkKind.SPLIT_FROM:
        said = QCoreApplication.translate("Review", "A piece that split from {lesion}")
    else:
        said = QCoreApplication.translate("Review", "{lesion} again, after it had closed")
    return said.format(lesions=_labels(identity), lesion=_parent(identity))


def lineage_notes(case: Case, draft: Draft, entry: Entry | None) -> list[Note]:
    """Return what accepting records of lesions that merged, split or came back, before it does.

    Of the outline in hand in full; of others in the photograph that there is something.
    """
    if not case.is_waiting:  # it is recorded already, or was chosen by a person just now
        return []
    told = [one for one in draft.entries if one.identity is not None and one.identity.origins]
    if not told or told[0].identity is None:
        return []
    if entry is not None and entry.identity is not None and entry in told:
        return [_lineage(case, entry.identity)]
    along = QCoreApplication.translate(
        "Review", "It is accepted together with this one. Tab goes to it."
    )
    return [Note("doubt", f"{_clause(told[0].identity, None)}.", along)]


def _lineage(case: Case, identity: Identity) -> Note:
    day = words.day(case.visit.visited_on)
    kind = identity.origins[0].kind
    labels = [one.lesion.label for one in identity.origins]
    others = _listed(labels)
    names = {"lesion": identity.label, "other": others, "day": day, "lesions": _labels(identity)}
    if kind is LinkKind.MERGED_INTO:
        title = QCoreApplication.translate("Review", "{lesions} may have merged into one")
        text = QCoreApplication.translate(
            "Review",
            "Accepted so, {other} ends on {day} as merged into {lesion}, and its course stays. "
            "If it is otherwise, say so (L).",
        )
        if len(labels) > 1:
            text = QCoreApplication.translate(
                "Review",
                "Accepted so, {other} end on {day} as merged into {lesion}, and their courses "
                "stay. If it is otherwise, say so (L).",
            )
    elif kind is LinkKind.SPLIT_FROM:
        title = QCoreApplication.translate("Review", "{other} may have split")
        text = QCoreApplication.translate(
            "Review",
            "Accepted so, this is a new lesion, {lesion}, split from {other}. "
            "If it is one more open part of {other}, or another lesion, say so (L).",
        )
    else:
        title = QCoreApplication.translate("Review", "{other} may be open again")
        text = QCoreApplication.translate(
            "Review",
            "It had closed. Accepted so, this is a new lesion, {lesion}, recorded as {other} come "
            "back. If {other} never closed, or this is another lesion, say so (L).",
        )
    if identity.reason == CHOSEN:
        title = origin_words(identity)
    return Note(
        "doubt" if identity.reason != CHOSEN else "info",
        title.format(**names),
        text.format(**names),
    )
