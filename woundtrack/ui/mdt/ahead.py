"""What is read before it is shown: the courses of the meeting's patients and their pictures.

Hides the worker, what is read first, and what is let go of when there is much.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from woundtrack.ui.mdt.course import (
    Pair,
    PairPlan,
    PatientCourse,
    pair_plan,
    read_course,
    read_pair,
)

if TYPE_CHECKING:
    from woundtrack.errors import WoundtrackError
    from woundtrack.model import Patient
    from woundtrack.ui.session import Session
    from woundtrack.ui.tasks import Task

_MOST_PAIRS: Final = 8
"""Pairs of pictures kept: with their smaller copies some 20 MB each."""

Wanted = tuple[str, str | None, bool]
"""A patient, a lesion, and whether the photograph before is from the beginning."""


class Ahead(QObject):
    """The courses and the pictures of one meeting.

    One thing is read at a time, in the order in which ``want`` was last told, so that what is in
    view is never behind what is to come.

    Signals
    -------
    course_came(str), pair_came(str)
        Something of this patient is there now.
    """

    course_came = Signal(str)
    pair_came = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._courses: dict[str, PatientCourse] = {}
        self._stale: set[str] = set()
        self._pairs: OrderedDict[Wanted, Pair | None] = OrderedDict()
        self._wishes: list[tuple[Patient, date | None, date, bool]] = []
        self._lesions: dict[str, str | None] = {}
        self._task: Task | None = None

    # --- what is there ---------------------------------------------------------------------------

    def course(self, patient_id: str) -> PatientCourse | None:
        """Return the course of a patient, once it has been read."""
        return self._courses.get(patient_id)

    def pair(self, patient_id: str, lesion_id: str | None, *, is_whole: bool) -> Pair | None:
        """Return the pictures of a lesion, once they have been read."""
        key = (patient_id, lesion_id, is_whole)
        if key in self._pairs:
            self._pairs.move_to_end(key)
        return self._pairs.get(key)

    def has_no_pair(self, patient_id: str, lesion_id: str | None, *, is_whole: bool) -> bool:
        """Whether it is known that there are no pictures."""
        key = (patient_id, lesion_id, is_whole)
        return key in self._pairs and self._pairs[key] is None

    @property
    def is_reading(self) -> bool:
        """Whether something is still to be read."""
        return self._task is not None

    # --- what is wanted --------------------------------------------------------------------------

    def want(
        self,
        wishes: list[tuple[Patient, date | None, date, bool]],
        lesions: dict[str, str | None],
    ) -> None:
        """Read these patients, the first first.

        Parameters
        ----------
        wishes
            Patient, when shown last, today, and whether the picture before is from the beginning.
        lesions
            Which lesion is in view, by the patient's id; the first that would be shown where no
            entry is there.
        """
        self._wishes, self._lesions = wishes, lesions
        self._read_on()

    def stop(self) -> None:
        """Read no more; what was read is kept."""
        self._wishes = []
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def refresh(self) -> None:
        """Stop, and read everything anew once it is wanted; what was read stays until then."""
        self.stop()
        self._stale = set(self._courses)

    def forget(self) -> None:
        """Stop, and let all go."""
        self.stop()
        self._courses.clear()
        self._stale.clear()
        self._pairs.clear()

    def _read_on(self) -> None:
        library = self._session.library
        if self._task is not None or library is None:
            return
        # What is in view comes whole; then every course, which is quick; then pictures to come.
        for place, (patient, since, today, is_whole) in enumerate(self._wishes):
            course = self._courses.get(patient.id)
            if course is None or patient.id in self._stale:
                self._start_course(patient, since, today)
                return
            if place == 0 and self._start_pair(course, self._lesion(course), is_whole=is_whole):
                return
        for patient, _, _, is_whole in self._wishes[1:]:
            course = self._courses[patient.id]
            if self._start_pair(course, self._lesion(course), is_whole=is_whole):
                return
        # The lesions above and below the one in view come last: they are a key away, too.
        for patient, _, _, is_whole in self._wishes[:1]:
            course = self._courses[patient.id]
            for lesion_id in course.beside(self._lesion(course)):
                if self._start_pair(course, lesion_id, is_whole=is_whole):
                    return

    def _lesion(self, course: PatientCourse) -> str | None:
        chosen = self._lesions.get(course.patient.id)
        return chosen if course.row_of(chosen) is not None else course.first_lesion

    def _start_course(self, patient: Patient, since: date | None, today: date) -> None:
        library = self._session.library
        if library is None:
            return

        def keep(course: PatientCourse) -> None:
            self._task = None
            self._courses[patient.id] = course
            self._stale.discard(patient.id)
            self.course_came.emit(patient.id)
            self._read_on()

        self._task = self._session.tasks.run(
            read_course, library.path, patient, since, today, on_done=keep
        )

    def _start_pair(self, course: PatientCourse, lesion_id: str | None, *, is_whole: bool) -> bool:
        """Begin to read the pictures of a lesion; False where there is nothing to be read."""
        library = self._session.library
        if library is None or not course.is_shown or course.problem is not None:
            return False
        patient_id = course.patient.id
        key = (patient_id, lesion_id, is_whole)
        plan: PairPlan | None = pair_plan(course, lesion_id, is_whole_course=is_whole)
        if key in self._pairs:
            pair = self._pairs[key]
            if (None if pair is None else pair.plan) == plan:
                return False
        if plan is None:
            self._pairs[key] = None
            self.pair_came.emit(patient_id)
            return False

        def keep(pair: Pair) -> None:
            self._task = None
            self._pairs[key] = pair
            while len(self._pairs) > _MOST_PAIRS:
                self._pairs.popitem(last=False)
            self.pair_came.emit(patient_id)
            self._read_on()

        def refuse(problem: WoundtrackError) -> None:
            self._task = None
            self._session.problem.emit(problem)

        self._task = self._session.tasks.run(
            read_pair, library.originals, plan, on_done=keep, on_error=refuse
        )
        return True
