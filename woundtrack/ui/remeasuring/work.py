"""What the workers do for measuring again, and the one thing that a person may record of it.

Hides that each worker reads with a connection of its own, and how taking an outline over is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from woundtrack import imaging, workflow
from woundtrack.errors import ChangedMeanwhile, WoundtrackError
from woundtrack.model import Outline, OutlineKind, no_progress
from woundtrack.records import Library
from woundtrack.records.remeasurings import Remeasurings
from woundtrack.ui.review.photo_item import pyramid
from woundtrack.workflow.remeasured_table import RemeasuredTable, write_remeasured_table
from woundtrack.workflow.remeasuring import accepted_photographs, look_again, remeasured

if TYPE_CHECKING:
    from woundtrack.model import Assessment, Patient, Progress
    from woundtrack.model.remeasurings import Remeasurement
    from woundtrack.ui.session import Session
    from woundtrack.workflow.exporting import Export
    from woundtrack.workflow.exporting_notes import ExportNote

Pixels = npt.NDArray[np.uint8]

MOST_PX: Final = 1100
"""Of a picture's longer side: what is beside the lesion is cut off, and the rest made smaller."""
_AROUND: Final = 0.45  # of the lesion's longer side, on every side of it
_LEAST_AROUND_PX: Final = 60.0
_KINDS: Final = ("assessments", "proposals", "photographs")


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenAgain:
    """One accepted outline measured again, and what it is called."""

    result: Remeasurement
    patient: Patient
    lesion: str
    on: date
    photograph: str

    @property
    def key(self) -> tuple[str, OutlineKind]:
        """What tells it from the others."""
        return self.result.assessment_id, self.result.kind


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenPicture:
    """The part of a photograph round a lesion, and both outlines in its pixels.

    ``at`` is the photograph's pixel at its top left corner, ``scale`` its pixels by the
    photograph's. ``automatic`` are the parts of the automatic outline, in the photograph's pixels.
    """

    pixels: Pixels
    at: tuple[float, float]
    scale: float
    accepted: tuple[Outline, ...]
    automatic: tuple[Outline, ...]


def measure_again(
    folder: Path,
    into: Callable[[Sequence[SeenAgain]], None],
    *,
    patient_ids: frozenset[str] | None = None,
    is_read_only: bool,
    with_outlines: bool,
    only_kept: bool,
    progress: Progress = no_progress,
) -> None:
    """Measure a library again on a worker; ``into`` takes the rows of one photograph at a time."""
    with Library.open(folder, read_only=True) as library:
        kept = Remeasurings(folder, is_read_only=is_read_only)
        whole = [one for one in library.patients() if patient_ids is None or one.id in patient_ids]
        known = {one.id: one for one in whole}
        lesions: dict[str, str] = {}
        days: dict[str, date] = {}
        read = ""
        for results in remeasured(
            library,
            whole,
            kept=kept,
            with_outlines=with_outlines,
            only_kept=only_kept,
            progress=progress,
        ):
            patient_id = results[0].patient_id
            if patient_id != read:
                read = patient_id
                lesions = {one.id: one.label for one in library.lesions(patient_id)}
                days = {one.id: one.visited_on for one in library.visits(patient_id)}
            photograph = library.photograph(results[0].photograph_id).photograph
            into(
                [
                    SeenAgain(
                        result=one,
                        patient=known[patient_id],
                        lesion=lesions[one.lesion_id],
                        on=days[one.visit_id],
                        photograph=photograph.original_name,
                    )
                    for one in results
                ]
            )


def picture_of(folder: Path, seen: SeenAgain) -> SeenPicture | None:
    """Return the picture of one row, on a worker; None where its original can't be read."""
    with Library.open(folder, read_only=True) as library:
        photograph = next(
            (
                one
                for one in accepted_photographs(library, seen.patient)
                if one.filed.id == seen.result.photograph_id
            ),
            None,
        )
        if photograph is None:
            return None
        looked = look_again(
            library.originals,
            photograph,
            with_outlines=seen.result.has_outlines,
            with_pixels=True,
        )
    of = next((one for one in photograph.accepted if _is_of(one.assessment, seen)), None)
    accepted = None if of is None else of.assessment.outline_of(seen.result.kind)
    if looked.pixels is None or accepted is None:
        return None
    is_ulcer = seen.result.kind is OutlineKind.ULCER
    automatic = looked.outlines.get(seen.result.assessment_id, ()) if is_ulcer else ()
    return _cut_out(looked.pixels, accepted.parts, automatic)


def _is_of(assessment: Assessment, seen: SeenAgain) -> bool:
    return assessment.id == seen.result.revision_id


def _cut_out(
    pixels: Pixels, accepted: tuple[Outline, ...], automatic: tuple[Outline, ...]
) -> SeenPicture:
    points = np.concatenate([np.asarray(one.outer) for one in (*accepted, *automatic)])
    low, high = points.min(axis=0), points.max(axis=0)
    around = max(_AROUND * float((high - low).max()), _LEAST_AROUND_PX)
    height, width = pixels.shape[:2]
    x0, y0 = (int(max(edge - around, 0)) for edge in low)
    x1, y1 = int(min(high[0] + around, width)), int(min(high[1] + around, height))
    part = pixels[y0:y1, x0:x1]
    levels = pyramid(np.ascontiguousarray(part))
    level = next((one for one in levels if max(one.shape[:2]) <= MOST_PX), levels[-1])
    scale = level.shape[1] / part.shape[1]
    if level.shape[2] == 4:  # blue, green, red, and no more
        level = level[..., 2::-1]
    return SeenPicture(
        pixels=np.ascontiguousarray(level),
        at=(float(x0), float(y0)),
        scale=scale,
        accepted=accepted,
        automatic=automatic,
    )


def write_table(
    export: Export,
    rows: Sequence[SeenAgain],
    out: Path,
    *,
    note: ExportNote,
    progress: Progress = no_progress,
) -> RemeasuredTable:
    """Write what was measured again as a table, on a worker; whoever calls keeps the trail."""
    with Library.open(export.library.path, read_only=True) as library:
        kept = Remeasurings(library.path, is_read_only=True)
        kept.add(one.result for one in rows)
        return write_remeasured_table(
            replace(export, library=library),
            out,
            only_kept=True,
            kept=kept,
            note=note,
            by=note.by,
            progress=progress,
        )


# --- taking an outline over ----------------------------------------------------------------------


def use_outline(
    session: Session,
    seen: SeenAgain,
    automatic: tuple[Outline, ...],
    reason: str,
    changed: Callable[[str], None],
) -> None:
    """Let the automatic outline be the accepted one, as a revision that Ctrl Z takes back.

    ``changed`` is told whose assessment was revised, each time.

    Raises ``ChangedMeanwhile`` where it was revised since it was measured, and what recording
    raises; nothing is pushed then.
    """
    library = session.library
    if library is None:
        return
    by, result = session.person, seen.result
    before = library.revisions(result.assessment_id)[-1]
    if before.id != result.revision_id or before.is_retired:
        raise ChangedMeanwhile(what="The assessment")
    after = workflow.correct(
        library,
        before,
        automatic[0],
        further=automatic[1:],
        by=by,
        reason=reason,
        kind=result.kind,
        made_by=imaging.proposal_method(),
    )
    text = QCoreApplication.translate("Remeasuring", "The new outline of {lesion} in {name}")
    session.undo_stack.push(
        _Taken(
            text.format(lesion=seen.lesion, name=seen.photograph),
            session,
            seen.patient,
            before,
            after,
            by,
            changed,
        )
    )
    session.set_patient(seen.patient)  # so that the next undo is of who is in view
    session.changed(*_KINDS)
    changed(seen.patient.id)


class _Taken(QUndoCommand):
    """An outline that was taken over: recorded when it is pushed, put back and taken again."""

    def __init__(
        self,
        text: str,
        session: Session,
        patient: Patient,
        before: Assessment,
        after: Assessment,
        by: str,
        changed: Callable[[str], None],
    ) -> None:
        super().__init__(text)
        self.code, self.patient_id = patient.code, patient.id
        self._session, self._by, self._changed = session, by, changed
        self._before, self._after, self._is_done = before, after, True

    def redo(self) -> None:
        """Take it over again; the first time it is recorded already."""
        if not self._is_done:
            self._is_done = self._put(
                self._before,
                self._after,
                "The new outline again",
                QCoreApplication.translate("Commands", "Done again: {what}."),
            )

    def undo(self) -> None:
        """Put the former outline back."""
        self._is_done = not self._put(
            self._after,
            self._before,
            "The former outline again",
            QCoreApplication.translate("Commands", "Undone: {what}."),
        )

    def _put(self, there: Assessment, wanted: Assessment, reason: str, said: str) -> bool:
        library = self._session.library
        if library is None:
            return False
        try:
            newest = library.revisions(there.assessment_id)[-1]
            if (newest.outlines, newest.is_retired) != (there.outlines, there.is_retired):
                raise ChangedMeanwhile(what="The assessment")
            workflow.put_back(library, wanted, by=self._by, reason=reason)
        except WoundtrackError as problem:
            self.setObsolete(True)
            self._session.problem.emit(problem)
            return False
        self._session.changed(*_KINDS)
        self._changed(self.patient_id)
        self._session.said.emit(said.format(what=self.text()))
        return True
