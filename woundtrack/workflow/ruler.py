"""A ruler set by hand in a photograph without a card: its scale is given, replaced, taken away.

Hides which photographs take one, what is doubted of them with it and without, and that what was
accepted from one already is measured anew, as revisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack import imaging
from woundtrack.errors import CardNotFound, ChangedMeanwhile, RulerImpossible
from woundtrack.model import Assessment, Calibration, Doubt, Photograph, Point, Proposal
from woundtrack.records import Library
from woundtrack.workflow.rescaling import Remeasured, at_scale, resting_on, swapped

_SET: Final = "A ruler was set in its photograph"
_REMOVED: Final = "The ruler of its photograph was taken away"
_UNDONE: Final = "The scale of its photograph is the former again"
_AGAIN: Final = "The scale of its photograph was changed again"
_CARD_WITHOUT_SCALE = frozenset(
    {
        "card_unreliable",
        "card_too_small",
        "card_too_tilted",
        "card_off_plane",
        "cards_too_far_apart",
    }
)


def why_no_ruler(calibration: Calibration | None, doubts: Iterable[Doubt]) -> str:
    """Return why a photograph takes no ruler, as a clause; empty where it does."""
    if calibration is not None and calibration.cards:
        return "a printed card gives this photograph its scale, and knows more than a ruler"
    if any(doubt.code in _CARD_WITHOUT_SCALE for doubt in doubts):
        return "a printed card is in view that gives no sure scale, so a ruler can't give one"
    return ""


def ruler_scale(
    photograph: Photograph,
    start_px: Point,
    end_px: Point,
    distance_mm: float,
    pixels: npt.NDArray[np.uint8] | None = None,
) -> Calibration:
    """Return the scale of two points; see ``imaging.ruler_calibration``.

    Raises ``RulerImpossible`` for points or a distance that can't be meant.
    """
    if not imaging.LEAST_RULER_MM <= distance_mm <= imaging.MOST_RULER_MM:  # nor is NaN
        raise RulerImpossible(
            reason=f"{distance_mm:g} mm can't be the distance; give "
            f"{imaging.LEAST_RULER_MM:.0f} to {imaging.MOST_RULER_MM:.0f} mm"
        )
    try:
        return imaging.ruler_calibration(start_px, end_px, distance_mm, photograph, pixels)
    except ValueError:
        raise RulerImpossible(
            reason="its two points lie too near each other or beside the photograph; set them "
            "further apart, on two marks of the ruler"
        ) from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruled:
    """A photograph before its scale was changed and since, and what was measured anew by it.

    ``remeasured`` is empty where the photograph waits: nothing was accepted from it yet.
    """

    before: Proposal
    after: Proposal
    remeasured: tuple[Remeasured, ...] = ()


def set_ruler(
    library: Library,
    proposal: Proposal,
    start_px: Point,
    end_px: Point,
    distance_mm: float,
    *,
    by: str,
    pixels: npt.NDArray[np.uint8] | None = None,
) -> Ruled:
    """Give a photograph the scale of two points on a ruler, in place of another ruler's.

    What was accepted from it is measured anew, each in a new revision. With ``pixels`` the ruler's
    ticks may tell the distance better than the person did. Undone by ``restore_scale``.

    Raises ``RulerImpossible`` for a photograph with a card, one that was reviewed and has nothing
    outlined in it, and points that can't be meant; ``ChangedMeanwhile`` where its scale was changed
    since it was read.
    """
    current = _current(library, proposal)
    photograph = library.photograph(current.photograph_id).photograph
    scale = ruler_scale(photograph, start_px, end_px, distance_mm, pixels)
    doubts = tuple(doubt for doubt in current.doubts if doubt.code != CardNotFound.code)
    ruled = replace(current, calibration=scale, doubts=doubts)
    return _rule(library, current, ruled, "set ruler", by=by, reason=_SET)


def remove_ruler(library: Library, proposal: Proposal, *, by: str) -> Ruled:
    """Take the ruler of a photograph away: it has no scale, and no area, then.

    Nor has what was accepted from it, in a new revision each. Raises what ``set_ruler`` raises;
    ``RulerImpossible`` too where there is none.
    """
    current = _current(library, proposal)
    if imaging.ruler_of(current.calibration) is None:
        raise RulerImpossible(reason="there is none in this photograph to be taken away")
    doubts = (Doubt(code=CardNotFound.code), *current.doubts)
    bare = replace(current, calibration=None, doubts=doubts)
    return _rule(library, current, bare, "remove ruler", by=by, reason=_REMOVED)


def restore_scale(library: Library, ruled: Ruled, *, by: str) -> Proposal:
    """Undo ``set_ruler`` or ``remove_ruler``: the photograph has the scale that it had before.

    Raises ``ChangedMeanwhile`` where somebody gave it another scale since, accepted or took back
    something of it, or corrected what was measured anew.
    """
    return _swap(library, ruled, is_back=True, by=by)


def scale_again(library: Library, ruled: Ruled, *, by: str) -> Proposal:
    """Redo what ``restore_scale`` undid; raises what it raises."""
    return _swap(library, ruled, is_back=False, by=by)


def _current(library: Library, proposal: Proposal) -> Proposal:
    current = library.proposal_of(proposal.photograph_id)
    if why_not := why_no_ruler(current.calibration, current.doubts):
        raise RulerImpossible(reason=why_not)
    filed = library.photograph(current.photograph_id)
    if not current.is_waiting and not resting_on(library, filed):
        raise RulerImpossible(
            reason="nothing that counts is outlined in this photograph, so that a scale would "
            "measure nothing; review it again, or outline the wound in it first"
        )
    if (current.calibration, current.is_waiting) != (proposal.calibration, proposal.is_waiting):
        raise ChangedMeanwhile(what=_name(library, current))
    return current


def _rule(
    library: Library, current: Proposal, ruled: Proposal, verb: str, *, by: str, reason: str
) -> Ruled:
    remeasured: tuple[Remeasured, ...] = ()
    if not current.is_waiting:
        filed = library.photograph(current.photograph_id)
        remeasured = at_scale(library, filed, ruled.calibration, by=by, reason=reason)
    revisions = [one.after for one in remeasured]
    after = _store(library, ruled, revisions, verb, by=by)
    return Ruled(before=current, after=after, remeasured=remeasured)


def _swap(library: Library, ruled: Ruled, *, is_back: bool, by: str) -> Proposal:
    expected, wanted = (ruled.after, ruled.before) if is_back else (ruled.before, ruled.after)
    current = library.proposal_of(wanted.photograph_id)
    if (current.calibration, current.is_waiting) != (expected.calibration, expected.is_waiting):
        raise ChangedMeanwhile(what=_name(library, current))
    reason = _UNDONE if is_back else _AGAIN
    revisions = swapped(library, ruled.remeasured, is_back=is_back, by=by, reason=reason)
    as_wanted = replace(current, calibration=wanted.calibration, doubts=wanted.doubts)
    return _store(library, as_wanted, revisions, "restore scale", by=by)


def _store(
    library: Library, proposal: Proposal, revisions: Sequence[Assessment], verb: str, *, by: str
) -> Proposal:
    many = "1 assessment" if len(revisions) == 1 else f"{len(revisions)} assessments"
    why = f"{many} accepted from it measured anew" if revisions else None
    with library.verb(verb, by=by, why=why) as change:
        change.update_proposal(proposal)
        for revision in revisions:
            change.add_assessment(revision)
    return library.proposal_of(proposal.photograph_id)


def _name(library: Library, proposal: Proposal) -> str:
    return library.photograph(proposal.photograph_id).photograph.original_name
