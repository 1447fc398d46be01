"""A ruler set by hand in a photograph without a card: its scale is given, replaced, taken away.

Hides which photographs take one, and what is doubted of them with it and without.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from woundtrack import imaging
from woundtrack.errors import CardNotFound, ChangedMeanwhile, RulerImpossible
from woundtrack.model import Calibration, Doubt, Photograph, Point, Proposal
from woundtrack.records import Library

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


def set_ruler(
    library: Library,
    proposal: Proposal,
    start_px: Point,
    end_px: Point,
    distance_mm: float,
    *,
    by: str,
    pixels: npt.NDArray[np.uint8] | None = None,
) -> Proposal:
    """Give a waiting photograph the scale of two points on a ruler, in place of another's.

    With ``pixels`` its ticks may tell the distance better than the person did. Undone by
    ``restore_scale`` with ``proposal``.

    Raises ``RulerImpossible`` for a photograph with a card, one that doesn't wait, and points that
    can't be meant; ``ChangedMeanwhile`` where its scale was changed since it was read.
    """
    current = _current(library, proposal)
    photograph = library.photograph(current.photograph_id).photograph
    scale = ruler_scale(photograph, start_px, end_px, distance_mm, pixels)
    doubts = tuple(doubt for doubt in current.doubts if doubt.code != CardNotFound.code)
    return _store(library, replace(current, calibration=scale, doubts=doubts), "set ruler", by=by)


def remove_ruler(library: Library, proposal: Proposal, *, by: str) -> Proposal:
    """Take the ruler of a waiting photograph away: it has no scale, and no area, then.

    Raises what ``set_ruler`` raises; ``RulerImpossible`` too where there is none.
    """
    current = _current(library, proposal)
    if imaging.ruler_of(current.calibration) is None:
        raise RulerImpossible(reason="there is none in this photograph to be taken away")
    doubts = (Doubt(code=CardNotFound.code), *current.doubts)
    return _store(library, replace(current, calibration=None, doubts=doubts), "remove ruler", by=by)


def restore_scale(library: Library, proposal: Proposal, *, by: str) -> Proposal:
    """Give a waiting photograph the scale that it had in ``proposal``: for undo and redo.

    Raises ``ChangedMeanwhile`` where it no longer waits.
    """
    current = library.proposal_of(proposal.photograph_id)
    if not current.is_waiting:
        raise ChangedMeanwhile(what=_name(library, current))
    as_it_was = replace(current, calibration=proposal.calibration, doubts=proposal.doubts)
    return _store(library, as_it_was, "restore scale", by=by)


def _current(library: Library, proposal: Proposal) -> Proposal:
    current = library.proposal_of(proposal.photograph_id)
    if why_not := why_no_ruler(current.calibration, current.doubts):
        raise RulerImpossible(reason=why_not)
    if not current.is_waiting:
        raise RulerImpossible(
            reason="what was accepted from this photograph keeps its scale, and a photograph that "
            "was set aside has to be reviewed again first"
        )
    if current.calibration != proposal.calibration:
        raise ChangedMeanwhile(what=_name(library, current))
    return current


def _store(library: Library, proposal: Proposal, verb: str, *, by: str) -> Proposal:
    with library.verb(verb, by=by) as change:
        change.update_proposal(proposal)
    return library.proposal_of(proposal.photograph_id)


def _name(library: Library, proposal: Proposal) -> str:
    return library.photograph(proposal.photograph_id).photograph.original_name
