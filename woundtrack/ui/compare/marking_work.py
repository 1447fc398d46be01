"""The marking of landmarks as a person does it: by mouse, by keys, or by keeping what is proposed.

Hides the worker that looks for places, what is recorded at the end, and undo.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from woundtrack import imaging, workflow
from woundtrack.errors import WoundtrackError
from woundtrack.ui.compare.marking import Marking, MarkLandmarks, look_for_landmarks
from woundtrack.ui.components import words

if TYPE_CHECKING:
    from woundtrack.model import Landmark, Point
    from woundtrack.ui.compare.room import CompareRoom
    from woundtrack.ui.compare.visits import ComparedVisit
    from woundtrack.ui.session import Session

_TASK: Final = "compare landmarks"


class MarkingWork(QObject):
    """Landmarks in the left and the right photograph.

    Signals
    -------
    changed()
        What is drawn changed.
    proposed()
        Places were found that are alike.
    relaid()
        Landmarks are others than before: the photographs lie otherwise.
    ended(bool)
        The marking is over; whether something was recorded.

    Attributes
    ----------
    marking
        What is marked; None while nothing is.
    is_looking
        Whether a worker looks for places that are alike.
    misfit_mm
        Tells by how much what is marked doesn't fit, mm; None where it does.
    """

    changed = Signal()
    proposed = Signal()
    relaid = Signal()
    ended = Signal(bool)

    def __init__(self, session: Session, room: CompareRoom, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._room = session, room
        self.marking: Marking | None = None
        self.is_looking = False
        self.misfit_mm: Callable[[], float | None] = lambda: None
        self._asked: dict[str, tuple[Landmark, ...]] | None = None
        room.canvas.place_picked.connect(self._pick)
        room.canvas.mark_moved.connect(self._move)
        room.canvas.mark_chosen.connect(self._touch)
        room.canvas.mark_settled.connect(self.relaid)

    def bind(self) -> None:
        """Give the actions what they do; some are on the canvas alone."""
        actions, canvas = self._session.actions, self._room.canvas
        actions.bind("compare.propose", self.propose, canvas)
        actions.bind("compare.skip", self.skip, canvas)
        actions.bind("compare.remove_mark", self.remove, canvas)
        self._switch()

    # --- beginning and ending --------------------------------------------------------------------

    def begin(self, left: ComparedVisit, right: ComparedVisit) -> bool:
        """Begin to mark two photographs; False, and said why, where that makes no sense."""
        if self.marking is not None or not self._session.can_write:
            return False
        if not (left.can_be_shown and right.can_be_shown):
            self._session.said.emit(
                self.tr("A photo without a scale can't be lined up: there is no true size.")
            )
            return False
        self.marking = Marking(left=left, right=right)
        self._asked = None
        self._room.canvas.mark(is_on=True)
        self._room.show_marking(is_on=True)
        self._switch()
        return True

    def keep(self, lesion_id: str, show: Callable[[], None]) -> None:
        """Keep what is proposed; where nothing is, record what is marked and end the marking."""
        marking = self.marking
        if marking is None:
            return
        if marking.proposed:
            marking.keep_proposed()
            self.relaid.emit()
            return
        off = self.misfit_mm() if marking.changes else None
        if off is not None and off > imaging.FARTHEST_MM:
            self._session.said.emit(
                self.tr(
                    "Nothing was saved: the places are {off} off, more than skin moves ({most}). "
                    "Drag the wrong one to its place, or take it away with Del."
                ).format(off=_mm(off), most=_mm(imaging.FARTHEST_MM))
            )
            return
        if off is not None and not self.is_asking:
            self._asked = marking.changes
            self.changed.emit()
            return
        self._record(lesion_id, show)

    @property
    def is_asking(self) -> bool:
        """Whether it is asked now if what doesn't fit is to be saved all the same."""
        return self.marking is not None and self._asked == self.marking.changes

    def record(self, lesion_id: str, show: Callable[[], None]) -> None:
        """Record what is marked and end the marking; what is proposed and not kept is let go.

        What doesn't fit, and nobody said is to be saved all the same, isn't recorded, and told.
        """
        marking = self.marking
        off = None if marking is None or not marking.changes else self.misfit_mm()
        if off is None:
            self._record(lesion_id, show)
            return
        self.drop()
        self.ended.emit(False)
        self._session.said.emit(
            self.tr("The landmarks weren't saved: they are {off} off.").format(off=_mm(off))
        )

    def _record(self, lesion_id: str, show: Callable[[], None]) -> None:
        marking, library = self.marking, self._session.library
        if marking is None:
            return
        changes = marking.changes
        self.drop()
        is_recorded = False
        if changes and library is not None and self._session.can_write:
            try:
                before = workflow.mark_landmarks(
                    library, lesion_id, changes, by=self._session.person
                )
            except WoundtrackError as problem:
                self._session.problem.emit(problem)
            else:
                is_recorded = True
                self._session.undo_stack.push(
                    MarkLandmarks(self._session, lesion_id, before, changes, show)
                )
                self._session.changed("landmarks")
        self.ended.emit(is_recorded)

    def stop(self) -> None:
        """Let go of what is proposed; where nothing is, of all that was marked."""
        if self.marking is None:
            return
        if self.marking.proposed:
            self.marking.proposed.clear()
            self.changed.emit()
            return
        self.drop()
        self.ended.emit(False)

    def drop(self) -> None:
        """End the marking without a word."""
        if self.is_looking:
            self._session.tasks.cancel(_TASK)
            self.is_looking = False
        self.marking = None
        self._room.canvas.mark(is_on=False)
        self._room.show_marking(is_on=False)
        self._switch()

    def _switch(self) -> None:
        why_off = self.tr("Landmarks are not being marked.")
        for name in ("skip", "remove_mark", "stop_marking", "keep_marks"):
            self._session.actions.switch(
                f"compare.{name}", is_on=self.marking is not None, why_off=why_off
            )

    # --- places ----------------------------------------------------------------------------------

    def _pick(self, visit_id: str, at_px: Point) -> None:
        marking = self.marking
        if marking is None or marking.proposed:
            return
        if self._is_on_card(visit_id, at_px):
            self._session.said.emit(self._card_words)
        elif marking.pick(visit_id, at_px):
            self.relaid.emit()
        elif marking.wanted is not None:
            one, number = marking.wanted
            side = self.tr("left") if one is marking.left else self.tr("right")
            self._session.said.emit(
                self.tr("Place {number} is wanted in the {side} photo now.").format(
                    number=number, side=side
                )
            )

    def _move(self, visit_id: str, number: int, at_px: Point) -> None:
        # Laid out anew only when it is let go: else the photograph would slip from the mouse.
        if self.marking is not None and number > 0:
            if self._is_on_card(visit_id, at_px):  # it stays where the skin ended
                self._session.said.emit(self._card_words)
                return
            self.marking.move(visit_id, number, at_px)
            self.changed.emit()

    def _is_on_card(self, visit_id: str, at_px: Point) -> bool:
        if self.marking is None:
            return False
        one = self.marking.left if visit_id == self.marking.left.id else self.marking.right
        return one.calibration is not None and imaging.is_on_card(at_px, one.calibration)

    @property
    def _card_words(self) -> str:
        return self.tr(
            "That is the printed card, which lies elsewhere at every visit: click a place of the "
            "skin."
        )

    def _touch(self, visit_id: str, number: int) -> None:
        if self.marking is None:
            return
        if number < 0:  # proposed, and not the same place
            del self.marking.proposed[-1 - number]
        else:
            self.marking.chosen = (visit_id, number)
        self.changed.emit()

    def remove(self) -> None:
        """Take away the landmark that was touched last."""
        if self.marking is not None and self.marking.remove():
            self.relaid.emit()

    def skip(self) -> None:
        """Leave out the place that is wanted: this photograph doesn't show it."""
        if self.marking is not None and not self.marking.skip():
            self._session.said.emit(
                self.tr("Only a place that the other photo has can be skipped.")
            )
        self.changed.emit()

    # --- what the program proposes ---------------------------------------------------------------

    def propose(self) -> None:
        """Look for places that are alike in both photographs, for a person to confirm."""
        library, marking = self._session.library, self.marking
        if library is None or marking is None or self.is_looking:
            return
        sights = [
            (one.filed.photograph, one.calibration, one.parts, one.middle_px)
            for one in (marking.left, marking.right)
            if one.filed is not None and one.calibration is not None
        ]
        if len(sights) < 2:
            return

        def take(found: tuple[tuple[Point, Point], ...]) -> None:
            self._take(marking, found)

        self.is_looking = True
        self._session.tasks.run(
            look_for_landmarks,
            library.originals,
            sights[0],
            sights[1],
            on_done=take,
            on_error=self._refuse,
            key=_TASK,
            says=self.tr("Looking for places that are alike"),
        )
        self.changed.emit()

    def _take(self, marking: Marking, found: tuple[tuple[Point, Point], ...]) -> None:
        if self.marking is not marking:
            return
        self.is_looking = False
        marking.proposed = list(found)
        if found:
            self.proposed.emit()
            return
        self._session.said.emit(self.tr("No places are alike for sure: click them in both photos."))
        self.changed.emit()

    def _refuse(self, problem: WoundtrackError) -> None:
        self.is_looking = False
        self._session.problem.emit(problem)
        self.changed.emit()


def _mm(value: float) -> str:
    return words.kept_whole(f"{words.number(value, 0)}{words.THIN}mm")
