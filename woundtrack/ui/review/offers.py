"""What can be done with the photograph in view, and what can't, with the reason in a sentence.

Hides the conditions; no widget and no action is known here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from woundtrack import workflow
from woundtrack.imaging import ruler_of
from woundtrack.model import OutlineKind
from woundtrack.ui.review import words as review_words
from woundtrack.ui.review.draft import nearest_lesion

if TYPE_CHECKING:
    from woundtrack.ui.review.draft import Case, Draft, Entry


def why_not_accept(case: Case, draft: Draft) -> str:
    """Return why a draft can't be recorded as it is; empty where it can."""
    if not case.is_waiting:
        is_same = draft == case.stored
        return QCoreApplication.translate("Review", "Nothing was changed.") if is_same else ""
    if not draft.entries:
        return QCoreApplication.translate(
            "Review", "Outline the wound first, or say which lesion is closed."
        )
    if not draft.decisions:
        return QCoreApplication.translate("Review", "Say first which lesion this is.")
    return ""


def words_to_accept(case: Case | None, draft: Draft, *, is_asked: bool = False) -> str:
    """Return what recording it is called; ``is_asked``: a size is to be said to be right by it."""
    if is_asked:
        return QCoreApplication.translate("Review", "It is right: record it")
    if case is not None and not case.is_waiting:
        return QCoreApplication.translate("Review", "Save the change")
    if case is not None and case.proposal.calibration is None and draft.outlines:
        return QCoreApplication.translate("Review", "Keep without area")
    if review_words.unsure_of(draft):
        return QCoreApplication.translate("Review", "Edge checked: accept")
    return QCoreApplication.translate("Review", "Accept, next photo")


def reasons_against(
    case: Case | None, draft: Draft, entry: Entry | None, *, has_next: bool, has_last: bool
) -> dict[str, str]:
    """Return the actions of the room, each with why it can't be done; empty where it can.

    Parameters
    ----------
    case, draft, entry
        The photograph in view, its lesions, and the one in hand.
    has_next, has_last
        Whether there is a photograph to go on to, and one to go back to.
    """
    none_open = QCoreApplication.translate("Review", "No photograph is open.")
    none_in_hand = QCoreApplication.translate("Review", "No outline is in hand.")
    not_waiting = QCoreApplication.translate("Review", "This photograph doesn't wait.")
    has_several = len(draft.stops(OutlineKind.ULCER if entry is None else entry.kind)) > 1
    is_waiting = case is not None and case.is_waiting
    why_not_again = ""
    if case is None:
        why_not_again = none_open
    elif is_waiting:
        why_not_again = QCoreApplication.translate("Review", "This photograph waits already.")
    elif not case.is_set_aside:
        why_not_again = QCoreApplication.translate(
            "Review",
            "Something is recorded from this photograph: change it here, then save the change.",
        )
    return {
        "review.accept": none_open if case is None else why_not_accept(case, draft),
        "review.next_lesion": ""
        if has_several
        else QCoreApplication.translate("Review", "There is one only."),
        "review.retire": none_in_hand if entry is None else "",
        "review.part": _why_no_part(draft, entry) or (none_in_hand if entry is None else ""),
        "review.other_lesion": none_in_hand if entry is None else "",
        "review.new_lesion": none_in_hand if entry is None else "",
        "review.set_aside": "" if is_waiting else not_waiting,
        "review.closed": "" if is_waiting else not_waiting,
        "review.reopen": why_not_again,
        "review.refile": none_open if case is None else "",
        "review.head": none_open if case is None else "",
        "review.ruler": _why_no_ruler(case),
        "review.no_ruler": _why_no_ruler(case)
        or (
            ""
            if case is not None and ruler_of(case.proposal.calibration) is not None
            else QCoreApplication.translate("Review", "There is no ruler in this photograph.")
        ),
        "review.skip": ""
        if has_next
        else QCoreApplication.translate("Review", "No other photograph waits."),
        "review.back": ""
        if has_last
        else QCoreApplication.translate("Review", "No photograph was shown before."),
    }


def _why_no_ruler(case: Case | None) -> str:
    if case is None:
        return QCoreApplication.translate("Review", "No photograph is open.")
    if workflow.why_no_ruler(case.proposal.calibration, case.proposal.doubts):
        return QCoreApplication.translate("Review", "A printed card is in this photograph.")
    if not case.takes_scale:
        return QCoreApplication.translate(
            "Review", "Nothing that counts is outlined in this photograph."
        )
    return ""


def _why_no_part(draft: Draft, entry: Entry | None) -> str:
    if entry is not None and nearest_lesion(draft, entry) is None:
        return QCoreApplication.translate(
            "Review", "No other lesion is outlined here that this could be a part of."
        )
    return ""
