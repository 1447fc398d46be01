"""Why a comparison is to be read with care: what lies between two visits beside time.

Hides how a merge, a split and a debridement are said; where they break a line is healing's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.healing import BreakReason
from woundtrack.healing.lesion_states import is_broken
from woundtrack.model import OutlineKind
from woundtrack.ui.compare.visits import kind_changes
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from woundtrack.healing import LineBreak
    from woundtrack.ui.compare.visits import ComparedVisit


def read_with_care(
    left: ComparedVisit, right: ComparedVisit, breaks: Sequence[LineBreak]
) -> tuple[str, ...]:
    """Return in sentences what the change between two visits has beside healing in it."""
    sentences = {
        BreakReason.DEBRIDEMENT: QCoreApplication.translate(
            "Compare",
            "Dead tissue was removed between the two photos ({days}). Removing it makes the open "
            "area larger.",
        ),
        BreakReason.MERGED: QCoreApplication.translate(
            "Compare",
            "Another lesion merged into this one between the two photos ({days}): its area came "
            "to this one's.",
        ),
        BreakReason.SPLIT: QCoreApplication.translate(
            "Compare",
            "A part became a lesion of its own between the two photos ({days}): its area is no "
            "longer in this one's.",
        ),
    }
    said = []
    for reason, sentence in sentences.items():
        days = [
            words.day(one.on)
            for one in breaks
            if one.reason is reason and is_broken((one,), left.on, right.on)
        ]
        if days:
            said.append(sentence.format(days=", ".join(dict.fromkeys(days))))
    if kind_changes(left, right):
        escharred = left if _is_eschar(left) else right
        said.append(
            QCoreApplication.translate(
                "Compare",
                "On {day} the area is that of the eschar, and the ulcer's on the other day.",
            ).format(day=words.day(escharred.on))
        )
    return tuple(said)


def is_after_debridement(one: ComparedVisit, breaks: Sequence[LineBreak]) -> bool:
    """Whether a photograph is the first one after a debridement, as far as that is known.

    Where nobody said on which side of that day's photograph it was, it isn't.
    """
    debrided = [found for found in breaks if found.reason is BreakReason.DEBRIDEMENT]
    return any(
        found.before == one.on
        and not any(other.after == one.on and other.on == found.on for other in debrided)
        for found in debrided
    )


def _is_eschar(one: ComparedVisit) -> bool:
    return one.accepted is not None and one.accepted.kind is OutlineKind.ESCHAR
