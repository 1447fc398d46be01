"""The marking of landmarks in two photographs: which place is wanted next, what is kept, undo.

Hides the numbers, the places that a photograph doesn't show, and that what the program proposes
counts only once a person keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack import imaging, workflow
from woundtrack.errors import WoundtrackError
from woundtrack.model import Landmark, LandmarkSource, no_progress

if TYPE_CHECKING:
    from woundtrack.model import Calibration, Outline, Photograph, Point, Progress
    from woundtrack.records import Library, Originals
    from woundtrack.ui.compare.visits import ComparedVisit
    from woundtrack.ui.session import Session

MOST: Final = 4
Marks = dict[int, Landmark]


@dataclass(kw_only=True)
class Marking:
    """What is marked of two visits, not yet recorded.

    ``skipped`` are numbers that one of the two doesn't show. ``proposed`` are pairs that look
    alike, left and right, which a person has still to keep or to drop.
    """

    left: ComparedVisit
    right: ComparedVisit
    marks: dict[str, Marks] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    proposed: list[tuple[Point, Point]] = field(default_factory=list)
    chosen: tuple[str, int] | None = None

    def __post_init__(self) -> None:
        for one in (self.left, self.right):
            self.marks.setdefault(one.id, {mark.number: mark for mark in one.landmarks})

    @property
    def shared(self) -> int:
        """How many landmarks both have."""
        return len(self.marks[self.left.id].keys() & self.marks[self.right.id].keys())

    @property
    def wanted(self) -> tuple[ComparedVisit, int] | None:
        """The photograph and the number wanted next; None where both have as many as count."""
        if self.shared >= MOST:
            return None
        left, right = self.marks[self.left.id], self.marks[self.right.id]
        known = sorted((left.keys() ^ right.keys()) - self.skipped)
        if known:
            return (self.left if known[0] in right else self.right), known[0]
        taken = left.keys() | right.keys() | self.skipped
        return self.left, next(number for number in range(1, 99) if number not in taken)

    def pick(self, visit_id: str, at_px: Point) -> bool:
        """Put the landmark that is wanted; False where another photograph's turn it is."""
        wanted = self.wanted
        if wanted is None:
            return False
        one, number = wanted
        if visit_id != one.id:
            # A new place may be begun in either photograph.
            other = self.marks[visit_id]
            is_new = number not in self.marks[one.id] and number not in other
            if not is_new or visit_id != self.right.id or number in self.marks[self.left.id]:
                return False
        self.marks[visit_id][number] = Landmark(number=number, at_px=at_px)
        self.chosen = (visit_id, number)
        return True

    def move(self, visit_id: str, number: int, at_px: Point) -> None:
        """Put a landmark elsewhere."""
        if number in self.marks[visit_id]:
            self.marks[visit_id][number] = Landmark(number=number, at_px=at_px)
            self.chosen = (visit_id, number)

    def remove(self) -> bool:
        """Take away the landmark that was touched last; False where there is none."""
        if self.chosen is None:
            return False
        visit_id, number = self.chosen
        self.chosen = None
        return self.marks[visit_id].pop(number, None) is not None

    def skip(self) -> bool:
        """Leave out the place that is wanted: this photograph doesn't show it."""
        wanted = self.wanted
        if wanted is None:
            return False
        one, number = wanted
        other = self.right if one is self.left else self.left
        if number not in self.marks[other.id]:
            return False
        self.skipped.add(number)
        return True

    def keep_proposed(self) -> None:
        """Make landmarks of the pairs that are proposed still."""
        left, right = self.marks[self.left.id], self.marks[self.right.id]
        for here, there in self.proposed:
            taken = left.keys() | right.keys() | self.skipped
            number = next(number for number in range(1, 99) if number not in taken)
            source = LandmarkSource.CONFIRMED
            left[number] = Landmark(number=number, at_px=here, source=source)
            right[number] = Landmark(number=number, at_px=there, source=source)
        self.proposed.clear()

    @property
    def changes(self) -> dict[str, tuple[Landmark, ...]]:
        """The landmarks of the photographs where they are others than recorded, by photograph."""
        changed = {}
        for one in (self.left, self.right):
            now = tuple(self.marks[one.id][number] for number in sorted(self.marks[one.id]))
            before = tuple(sorted(one.landmarks, key=lambda mark: mark.number))
            if now != before and one.filed is not None:
                changed[one.filed.id] = now
        return changed


def look_for_landmarks(
    originals: Originals,
    one: tuple[Photograph, Calibration, tuple[Outline, ...], Point],
    other: tuple[Photograph, Calibration, tuple[Outline, ...], Point],
    progress: Progress = no_progress,
) -> tuple[tuple[Point, Point], ...]:
    """Return places that look alike in two originals; () where too few do. Worker-safe.

    Raises ``LibraryDamaged``, ``PhotographUnreadable``.
    """
    sights = []
    for place, (photograph, calibration, parts, _) in enumerate((one, other)):
        progress(0.3 * place, photograph.original_name)
        data = originals.read(photograph.sha256)
        pixels, _facts = imaging.read_photograph_bytes(data, photograph.original_name)
        sights.append((pixels, calibration, parts))
    progress(0.6, "")
    return imaging.matching_landmarks(sights[0], sights[1], (one[3], other[3]))


class MarkLandmarks(QUndoCommand):
    """Landmarks that stand in the library already when this is pushed."""

    def __init__(
        self,
        session: Session,
        lesion_id: str,
        before: Mapping[str, tuple[Landmark, ...]],
        after: Mapping[str, tuple[Landmark, ...]],
        show: Callable[[], None],
    ) -> None:
        super().__init__(QCoreApplication.translate("Compare", "landmarks marked"))
        self._session, self._lesion_id = session, lesion_id
        self._before, self._after, self._show = dict(before), dict(after), show
        self._is_done = True

    def redo(self) -> None:
        """Mark them again; the first time they are marked already."""
        if not self._is_done:
            said = QCoreApplication.translate("Commands", "Done again: {what}.")
            self._is_done = self._write(self._after, self._before, said)

    def undo(self) -> None:
        """Put back what was marked before."""
        said = QCoreApplication.translate("Commands", "Undone: {what}.")
        self._is_done = not self._write(self._before, self._after, said)

    def _write(
        self,
        to: Mapping[str, tuple[Landmark, ...]],
        instead_of: Mapping[str, tuple[Landmark, ...]],
        said: str,
    ) -> bool:
        library: Library | None = self._session.library
        if library is None:
            return False
        try:
            workflow.mark_landmarks_again(
                library, self._lesion_id, to, instead_of=instead_of, by=self._session.person
            )
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return False
        self._session.changed("landmarks")
        self._show()
        self._session.said.emit(said.format(what=self.text()))
        return True
