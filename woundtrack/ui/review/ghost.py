"""An earlier visit's outline over today's photograph: the ghost.

Hides which visit's it is, the keys that change that, and that it is laid where it fits today's
outline best.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from woundtrack.errors import CardUnreliable
from woundtrack.imaging import measure
from woundtrack.imaging.drawing.ghost import laid_over
from woundtrack.ui.review import lesion_course
from woundtrack.ui.review.outline_items import DrawnOutline

if TYPE_CHECKING:
    from woundtrack.model import Calibration, Outline
    from woundtrack.records import Library
    from woundtrack.ui.action_table import ActionTable
    from woundtrack.ui.review.draft import Case, Draft, Entry
    from woundtrack.ui.review.last_visit_view import LastVisit

KEY = "ghost"


class Ghost(QObject):
    """Whether a ghost is shown, and how many visits back it is from.

    Signals
    -------
    changed()
        Another one is to be shown, or none.
    """

    changed = Signal()

    def __init__(self, canvas: QWidget, table: ActionTable, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._back = 0
        self._switch = table.bind("review.ghost", self.changed.emit, canvas, is_checkable=True)
        self._switch.setChecked(False)
        table.bind("review.ghost_earlier", partial(self._step, 1), canvas)
        table.bind("review.ghost_later", partial(self._step, -1), canvas)

    @property
    def is_on(self) -> bool:
        """Whether a ghost is asked for."""
        return self._switch.isChecked()

    def _step(self, by: int) -> None:
        """Show the ghost of a visit earlier (1) or later (-1) than the one shown."""
        self._back = max(self._back + by, 0) if self.is_on else 0
        self._switch.setChecked(True)
        self.changed.emit()

    def drawn(
        self, library: Library, case: Case, draft: Draft, entry: Entry | None
    ) -> DrawnOutline | None:
        """Return the ghost beside an outline in hand; None where there is none to show.

        Of a lesion in parts it is that part's: the largest then beside the largest now.

        Without a scale in either photograph there is none: its size would be a guess.
        """
        past = self.visits(library, case, entry)
        calibration = case.proposal.calibration
        if not (self.is_on and past) or entry is None or entry.outline is None:
            return None
        self._back = min(self._back, len(past) - 1)
        shown = past[self._back]
        if calibration is None or shown.accepted.calibration is None:
            return None
        try:
            part = part_like(entry, draft, shown.accepted.parts, shown.accepted.calibration)
            outline = laid_over(part, shown.accepted.calibration, entry.outline, calibration)
        except CardUnreliable:
            return None
        return DrawnOutline(
            key=KEY, outline=outline, label="", words=shown.words, is_last_visit=True
        )

    @staticmethod
    def visits(library: Library, case: Case, entry: Entry | None) -> tuple[LastVisit, ...]:
        """Return the visits whose outline could be shown, newest first."""
        lesion = None if entry is None or entry.identity is None else entry.identity.lesion
        if lesion is None or entry is None:
            return ()
        return lesion_course.visits_before(library, lesion, case.visit.visited_on, entry.kind)


def part_like(
    entry: Entry, draft: Draft, parts: Sequence[Outline], calibration: Calibration
) -> Outline:
    """Return the part of a lesion that has an outline's place by size among today's parts."""
    if len(parts) == 1:
        return parts[0]
    now = sorted(draft.parts_of(entry), key=lambda one: -_area(one))
    then = sorted(parts, key=lambda part: -measure(part, calibration).area_mm2)
    return then[min(now.index(entry), len(then) - 1)]


def _area(entry: Entry) -> float:
    return 0.0 if entry.measurement is None else entry.measurement.area_mm2
