"""Where the patient's head is in a photograph: what is measured along the body follows from it.

Hides that what was accepted from the photograph before is given its extents, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from woundtrack import imaging
from woundtrack.errors import CardUnreliable, ChangedMeanwhile, NotUnderstood
from woundtrack.model import (
    AssessedOutline,
    Assessment,
    Calibration,
    Measurement,
    Outline,
    VisitPhotograph,
)
from woundtrack.records import Library

_SET: Final = "The direction of the head was set in its photograph"
_REMOVED: Final = "The direction of the head was taken away from its photograph"


def set_head(
    library: Library, photograph: VisitPhotograph, head_deg: float | None, *, by: str
) -> VisitPhotograph:
    """Say where the head is in a photograph, or that nobody knows; returns it as it now is.

    It is remembered for the photograph. What was accepted from it gets a new revision with its
    extents along the body, retired or not; areas and outlines stay to the last bit. Undone by
    ``set_head_again`` with the direction that was there before.

    Parameters
    ----------
    photograph
        As it was read.
    head_deg
        Clockwise from the picture's top, 0 up to 360; None takes the direction away.

    Raises ``NotUnderstood`` for a direction beyond that, ``ChangedMeanwhile``.
    """
    if head_deg is not None and not 0 <= head_deg < 360:  # nor is NaN
        raise NotUnderstood(
            what="The head's direction", given=f"{head_deg:g}", expected="give 0 up to 360 degrees"
        )
    visit = library.visit(photograph.visit_id)
    revisions = [
        assessment.revised(
            by=by,
            reason=_REMOVED if head_deg is None else _SET,
            outlines=outlines,
        )
        for assessment in library.assessments(patient_id=visit.patient_id, include_retired=True)
        if (outlines := _turned(assessment, photograph.id, head_deg)) != assessment.outlines
    ]
    with library.verb("set head", by=by) as change:
        change.update_photograph(replace(photograph, head_deg=head_deg))
        for revision in revisions:
            change.add_assessment(revision)
    return library.photograph(photograph.id)


def set_head_again(
    library: Library,
    photograph_id: str,
    head_deg: float | None,
    *,
    instead_of: float | None,
    by: str,
) -> VisitPhotograph:
    """Do what ``set_head`` does in place of one direction alone: for undo and redo.

    Raises ``ChangedMeanwhile`` where somebody set another since.
    """
    photograph = library.photograph(photograph_id)
    if photograph.head_deg != instead_of:
        raise ChangedMeanwhile(what=photograph.photograph.original_name)
    return set_head(library, photograph, head_deg, by=by)


def with_head(
    measurement: Measurement | None,
    parts: Sequence[Outline],
    calibration: Calibration | None,
    head_deg: float | None,
) -> Measurement | None:
    """Return a measurement with its extents along the body; the rest as it is.

    Without any where no head is known, or the photograph doesn't tell.
    """
    if measurement is None or calibration is None:
        return measurement
    along, across = None, None
    if head_deg is not None:
        with suppress(CardUnreliable):  # an older version measured what this one wouldn't
            along, across = imaging.extents_by_head(parts, calibration, head_deg)
    return replace(measurement, head_to_toe_mm=along, side_to_side_mm=across)


def _turned(
    assessment: Assessment, photograph_id: str, head_deg: float | None
) -> tuple[AssessedOutline, ...]:
    """Return an assessment's outlines, those of a photograph with their extents by its head."""
    return tuple(
        replace(one, measurement=with_head(one.measurement, one.parts, one.calibration, head_deg))
        if one.photograph_id == photograph_id
        else one
        for one in assessment.outlines
    )
