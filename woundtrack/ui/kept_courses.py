"""Courses of patients that were read, kept as long as nothing more was recorded.

Hides how many are kept: those looked at last, and of others as many as memory is well spent on.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from woundtrack.model import ClinicalRecord, Patient, Timeline

    Course = tuple[Timeline, ClinicalRecord]

_LEAST: Final = 16
"""Patients that are kept however much each has to show."""
_ROOM_FOR: Final = 60_000
"""Areas that are kept of all patients together: some 1.5 kB each."""


class KeptCourses:
    """What was read of patients, by how the library stood then; the longest unused goes first."""

    def __init__(self) -> None:
        self._head = ""
        self._kept: OrderedDict[Patient, Course] = OrderedDict()
        self._areas = 0

    def clear(self) -> None:
        """Keep nothing."""
        self._kept.clear()
        self._areas = 0

    def has(self, head: str, patient: Patient) -> bool:
        """Whether a patient's course is kept as the library stands."""
        return head == self._head and patient in self._kept

    def of(self, head: str, patient: Patient) -> Course | None:
        """Return a patient's course as the library stands; None where it isn't kept."""
        if not self.has(head, patient):
            return None
        self._kept.move_to_end(patient)
        return self._kept[patient]

    def keep(self, head: str, patient: Patient, course: Course) -> None:
        """Keep a course that was read as the library stood at ``head``."""
        if head != self._head:
            self.clear()
            self._head = head
        self._let_go(patient)
        self._kept[patient] = course
        self._areas += _areas(course)
        while len(self._kept) > _LEAST and self._areas > _ROOM_FOR:
            self._let_go(next(iter(self._kept)))

    def has_room(self, head: str) -> bool:
        """Whether one more may be kept for which no other has to go."""
        return head != self._head or len(self._kept) < _LEAST or self._areas < _ROOM_FOR

    def _let_go(self, patient: Patient) -> None:
        if (gone := self._kept.pop(patient, None)) is not None:
            self._areas -= _areas(gone)


def _areas(course: Course) -> int:
    return sum(len(lesion.points) for lesion in course[0].lesions)
