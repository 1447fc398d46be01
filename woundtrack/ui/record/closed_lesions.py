"""Which lesions are there to be looked at only: ended, or closed at two visits.

Hides how ends, links and findings are read together; nothing is decided, a closed one can be
recorded all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from woundtrack.model import LesionState, LinkKind, WoundState

if TYPE_CHECKING:
    from woundtrack.model import Assessment, ClinicalRecord, Visit

_APART: Final = timedelta(days=14)
_GONE: Final = frozenset({LesionState.SURGICALLY_CLOSED, LesionState.AMPUTATED})


def closed_lesions(
    record: ClinicalRecord,
    assessments: Sequence[Assessment],
    visits: Sequence[Visit],
    day: date,
) -> frozenset[str]:
    """Return the ids of the lesions that were closed before a day and not seen open since.

    A lesion closed at one visit alone is none of them: its closure is to be confirmed. Nor is one
    of which something was recorded on the day itself.
    """
    days = {visit.id: visit.visited_on for visit in visits}
    closed = {
        one.lesion_id
        for one in record.lesion_details
        if one.ended_on is not None and one.ended_on.latest < day
    }
    closed |= {
        one.lesion_id for one in record.links if one.kind is LinkKind.MERGED_INTO and one.on < day
    }
    seen: dict[str, dict[date, bool]] = {}
    for assessment in assessments:
        on = days[assessment.visit_id]
        seen.setdefault(assessment.lesion_id, {})[on] = assessment.state is WoundState.CLOSED
    gone: set[str] = set()
    for finding in record.findings:
        on = days[finding.visit_id]
        is_shut = finding.state is LesionState.EPITHELIALISED and not (
            finding.has_drainage or finding.needs_dressing
        )
        if finding.state is not None and finding.state is not LesionState.NOT_SEEN:
            before = seen.setdefault(finding.lesion_id, {}).get(on, True)
            seen[finding.lesion_id][on] = is_shut and before
            if on < day:
                (gone.add if finding.state in _GONE else gone.discard)(finding.lesion_id)
    for lesion_id, states in seen.items():
        run: list[date] = []
        for on in sorted(states):
            if on < day:
                run = [*run, on] if states[on] else []
        if run and run[-1] - run[0] >= _APART:
            closed.add(lesion_id)
    today = {lesion_id for lesion_id, states in seen.items() if day in states}
    return frozenset((closed | gone) - today)
