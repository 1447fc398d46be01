"""The words of blinded reading: what is asked, how far a session is, what readers disagree about.

Hides nothing but wording; the numbers come from ``workflow.reading_results``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack.model import Asked
from woundtrack.model.value_sets import Depth, Edge, ExudateAmount, ExudateType
from woundtrack.ui.components import words
from woundtrack.ui.record.answer_words import word_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum

    from woundtrack.healing.estimates import Estimate
    from woundtrack.workflow.reading_disagreements import Disagreement

_SETS: dict[Asked, type[StrEnum]] = {
    Asked.EXUDATE_AMOUNT: ExudateAmount,
    Asked.EXUDATE_TYPE: ExudateType,
    Asked.EDGE: Edge,
    Asked.DEPTH: Depth,
}


def asked_name(asked: Asked) -> str:
    """Return what is asked beside an outline, in words."""
    say = QCoreApplication.translate
    return {
        Asked.TISSUE: say("Agreement", "Shares of tissue"),
        Asked.EXUDATE_AMOUNT: say("Agreement", "Amount of exudate"),
        Asked.EXUDATE_TYPE: say("Agreement", "Kind of exudate"),
        Asked.EDGE: say("Agreement", "Wound edge"),
        Asked.DEPTH: say("Agreement", "Depth"),
    }[asked]


def answers_of(asked: Asked) -> list[tuple[str, str]]:
    """Return the answers to a question with their words; none for tissue."""
    if asked not in _SETS:
        return []
    return [(one.value, word_of(one)) for one in _SETS[asked]]


def named(names: Sequence[str]) -> str:
    """Return names as a list: ``Ann, Ben and Cy``."""
    if len(names) < 2:
        return "".join(names)
    return QCoreApplication.translate("Agreement", "{names} and {last}").format(
        names=", ".join(names[:-1]), last=names[-1]
    )


def pictures(count: int) -> str:
    """Return how many pictures there are."""
    say = QCoreApplication.translate
    return words.counted(count, say("Agreement", "1 picture"), say("Agreement", "{n} pictures"))


def value(one: Estimate | None, decimals: int) -> str:
    """Return a number, a dash where it can't be told."""
    return words.DASH if one is None else words.number(one.value, decimals)


def ends(one: Estimate | None, decimals: int) -> str:
    """Return the ends of an interval, a dash where there is none."""
    if one is None or one.low is None or one.high is None:
        return words.DASH
    low, high = words.number(one.low, decimals), words.number(one.high, decimals)
    return words.kept_whole(f"{low}{words.DASH}{high}")


def share(fraction: float, *, has_sign: bool = False) -> str:
    """Return a fraction as per cent with one decimal: ``5.9 %``, ``+12.4 %``."""
    sign = "+" if has_sign and round(fraction, 3) > 0 else ""
    return words.kept_whole(f"{sign}{words.number(100 * fraction, 1)}{words.THIN}%")


def disagreement(found: Disagreement) -> tuple[str, str, str, str]:
    """Return a row of the list: picture, overlap, areas, and what else readers see differently."""
    say = QCoreApplication.translate
    else_ = []
    if found.is_unreadable_to:
        else_.append(
            say("Agreement", "{readers} saw no edge").format(readers=named(found.is_unreadable_to))
        )
    else_ += [asked_name(one).lower() for one in found.answers]
    return (
        str(found.item.place),
        words.DASH if found.dice is None else words.number(found.dice, 2),
        words.DASH
        if found.ratio is None
        else say("Agreement", "{ratio} times").format(ratio=words.number(found.ratio, 2)),
        ", ".join(else_) or words.DASH,
    )
