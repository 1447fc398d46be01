"""Last visit's outline as a start for today's, at a key.

Hides which lesion is meant and which of its parts, where none or one is in hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from woundtrack.errors import EditImpossible
from woundtrack.ui.review import lesion_course
from woundtrack.ui.review.ghost import part_like
from woundtrack.ui.review.hand_edits import Copied

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from woundtrack.model import Outline
    from woundtrack.records import Library
    from woundtrack.ui.action_table import ActionTable
    from woundtrack.ui.review.casework import Casework
    from woundtrack.ui.review.draft import Case
    from woundtrack.ui.review.last_visit_view import LastVisit
    from woundtrack.ui.session import Session

ACTION = "review.copy_last"


class CopyLast(QObject):
    """Copies the outline that a lesion had at its last visit.

    Signals
    -------
    asked(HandEdit)
        What is to become of the outlines.
    refused(WoundtrackError)
        Why there is nothing to copy.
    """

    asked = Signal(object)
    refused = Signal(object)

    def __init__(
        self, session: Session, work: Casework, canvas: QWidget, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._work = session, work
        table: ActionTable = session.actions
        table.bind(ACTION, self._copy, canvas)

    def _copy(self) -> None:
        library, case = self._session.library, self._work.case
        if library is None or case is None:
            return
        last = self._last(library, case)
        if last is None:
            reason = "no earlier outline of this lesion is recorded"
            self.refused.emit(EditImpossible(reason=reason))
            return
        then, in_hand = last.filed.photograph, self._work.in_hand
        self.asked.emit(
            Copied(
                earlier=self._parts(last),
                earlier_calibration=last.accepted.calibration,
                earlier_shape=(then.height_px, then.width_px),
                calibration=case.proposal.calibration,
                beside=None if in_hand is None else in_hand.outline,
            )
        )
        said = self.tr(
            "Copied from {visit}. With D, drag inside it to move it; Shift+Q fits it to the edge."
        )
        self._session.said.emit(said.format(visit=last.words))

    def _last(self, library: Library, case: Case) -> LastVisit | None:
        """Return the last visit of the lesion in hand at which the kind that is drawn was outlined.

        Without one, that of the next lesion not outlined yet. Those at the site come first, and
        before them the lesion that was named on import.
        """
        entry, kind = self._work.in_hand, self._work.kind
        on = case.visit.visited_on
        if entry is not None and entry.identity is not None:
            lesion = entry.identity.lesion
            past = () if lesion is None else lesion_course.visits_before(library, lesion, on, kind)
            return past[0] if past else None
        if entry is not None:
            return None
        site = case.filed.site
        lesions = sorted(
            (one for one in library.lesions(case.patient.id) if site in {None, one.site}),
            key=lambda one: (one.id != case.proposal.lesion_id, one.number),
        )
        courses = (lesion_course.visits_before(library, one, on, kind) for one in lesions)
        return next((past[0] for past in courses if past), None)

    def _parts(self, last: LastVisit) -> tuple[Outline, ...]:
        entry, accepted = self._work.selected, last.accepted
        if entry is None or entry.outline is None or accepted.calibration is None:
            return accepted.parts
        return (part_like(entry, self._work.draft, accepted.parts, accepted.calibration),)
