"""What is to doubt about a photograph that waits, told alike in Import and in Review's list.

Hides that some of it is only known of a lesion's size, which is worked out once a proposal.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from woundtrack import workflow
from woundtrack.imaging import PRINT_DOUBTS, is_unsure
from woundtrack.model import Doubt

if TYPE_CHECKING:
    from woundtrack.model import BodySite, Photograph, Proposal, VisitPhotograph


def doubts_of(proposal: Proposal, filed: VisitPhotograph) -> tuple[Doubt, ...]:
    """Return what is to doubt about a photograph, what weighs most first.

    No scale, then no wound, then a scale in doubt, then a size, then an outline that is unsure;
    nothing of its hour or its printer, which are every photograph's.
    """
    order = [*proposal.doubts]
    if proposal.calibration is not None:
        order += proposal.calibration.doubts
        if proposal.calibration.limb is None:  # unrolling takes its time, and hides nothing
            order += _of_sizes(proposal, filed.photograph, filed.site)
    if any(is_unsure(outline) for outline in proposal.outlines):
        order.append(Doubt(code="outline_unsure"))
    return tuple(
        doubt
        for doubt in dict.fromkeys(order)
        if not doubt.code.startswith("time_") and doubt.code not in PRINT_DOUBTS
    )


@lru_cache(maxsize=256)
def _of_sizes(
    proposal: Proposal, photograph: Photograph, site: BodySite | None
) -> tuple[Doubt, ...]:
    """Return what the sizes of a proposal's outlines are doubted for; of each kind the first."""
    first: dict[str, Doubt] = {}
    for outline in proposal.outlines:
        size = workflow.measured(outline, proposal.calibration, photograph, site)
        for doubt in () if size is None else size.doubts:
            first.setdefault(doubt.code, doubt)
    return tuple(first.values())
