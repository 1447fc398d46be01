"""What the library holds for a comparison: the lesion in view, its visits, where its line breaks.

Hides which lesion is taken where none is in view, and what lacks where nothing can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from woundtrack import healing, workflow
from woundtrack.ui.compare.empty import Lack
from woundtrack.ui.compare.visits import visits_of

if TYPE_CHECKING:
    from woundtrack.healing import LineBreak
    from woundtrack.model import ClinicalRecord, Lesion, LesionTimeline
    from woundtrack.ui.compare.visits import ComparedVisit
    from woundtrack.ui.session import Session


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A lesion that can be looked at: ``visits`` are those at which it was recorded, oldest first.

    ``lesions`` are all of the patient's that were recorded at a visit, in the timeline's order.
    """

    lesions: tuple[Lesion, ...]
    lesion: Lesion
    record: ClinicalRecord
    visits: tuple[ComparedVisit, ...]
    breaks: tuple[LineBreak, ...]

    @property
    def usable(self) -> tuple[ComparedVisit, ...]:
        """The visits whose photographs can be shown in true size."""
        return tuple(one for one in self.visits if one.can_be_shown)

    @property
    def unscaled(self) -> ComparedVisit | None:
        """The newest visit whose photograph has no scale; None where there is none."""
        return next(
            (one for one in reversed(self.visits) if one.filed and not one.can_be_shown), None
        )


def read(session: Session) -> Reading | None:
    """Return the lesion in view; of others the first with two visits. None where there is none."""
    library, patient = session.library, session.patient
    if library is None or patient is None:
        return None
    timeline, record = session.course_of(patient)
    curves: Sequence[LesionTimeline] = [one for one in timeline.lesions if one.points]
    if not curves:
        return None
    in_view = (one for one in curves if one.lesion.id == session.lesion_id)
    curve = next(in_view, max(curves, key=lambda one: min(len(one.points), 2)))
    lesion = curve.lesion
    return Reading(
        lesions=tuple(one.lesion for one in curves),
        lesion=lesion,
        record=record,
        visits=visits_of(
            library, curve, timeline.visits, workflow.landmarks_of(library, lesion.id)
        ),
        breaks=healing.breaks_of(lesion.id, curve.points, record, timeline.visits),
    )


def lack_of(session: Session, visits: Sequence[ComparedVisit]) -> Lack:
    """Return what lacks for a comparison of the visits that there are."""
    library, patient = session.library, session.patient
    if not session.has_photographs:
        return Lack.NO_PHOTOGRAPHS
    if patient is None or library is None:
        return Lack.NO_PATIENT
    if visits:
        return Lack.NO_SCALE if len(visits) > 1 else Lack.ONE_VISIT
    waiting = library.waiting_counts().get(patient.id, 0)
    return Lack.NOT_ACCEPTED if waiting else Lack.NO_LESION
