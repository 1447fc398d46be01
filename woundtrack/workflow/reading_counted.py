"""What was read in a session and counts: of whom, by whom, and which two readings lie side by side.

Hides that who agrees no longer counts in nothing, and that a reading put right counts once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from woundtrack import imaging
from woundtrack.model import (
    Adjudication,
    Asked,
    Progress,
    Reading,
    ReadingItem,
    ReadingSession,
    ReadingTask,
    ReadOnce,
    no_progress,
)
from woundtrack.records import Library
from woundtrack.workflow.reading import items_that_may_be_shown

if TYPE_CHECKING:
    from datetime import datetime

    from woundtrack.healing.agreement import LogAgreement, Observation


@dataclass(frozen=True, kw_only=True, slots=True)
class PairedReading:
    """Two readings of one item by different readers, or by one twice, and how close they lie."""

    item_id: str
    first: Reading
    second: Reading
    readers: tuple[str, str]
    closeness: imaging.Closeness
    ratio: float

    @property
    def is_repeat(self) -> bool:
        """Whether one reader made both."""
        return self.readers[0] == self.readers[1]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The items that may be used today, and what was read of them."""

    session: ReadingSession
    items: dict[str, ReadingItem]
    tasks: tuple[ReadingTask, ...]
    readings: dict[str, Reading]
    patients: dict[str, str]
    decided: dict[str, Adjudication]
    left_out: int

    @classmethod
    def of(cls, library: Library, session: ReadingSession) -> Counted:
        """Return what counts of a session today."""
        shown = {one.id: one for one in items_that_may_be_shown(library, session)}
        tasks = tuple(one for one in library.reading_tasks(session.id) if one.item_id in shown)
        known = {one.id for one in tasks}
        return cls(
            session=session,
            items=shown,
            tasks=tasks,
            readings={
                one.task_id: one for one in library.readings(session.id) if one.task_id in known
            },
            patients={one.id: library.lesion(one.lesion_id).patient_id for one in shown.values()},
            decided={
                one.item_id: one
                for one in library.adjudications(session.id)
                if not one.is_taken_back
            },
            left_out=len(library.reading_items(session.id)) - len(shown),
        )

    def observed(self, value: Callable[[Reading], float | None]) -> tuple[Observation, ...]:
        """Return a number of every reading that has it."""
        from woundtrack.healing.agreement import Observation

        found = []
        for task in self.tasks:
            reading = self.readings.get(task.id)
            number = None if reading is None else value(reading)
            if number is not None:
                found.append(
                    Observation(
                        item=task.item_id,
                        reader=task.reader,
                        replicate=task.replicate,
                        value=number,
                    )
                )
        return tuple(found)

    @property
    def areas_cm2(self) -> tuple[Observation, ...]:
        """The areas, cm²."""
        return self.observed(lambda one: None if one.area_mm2 is None else one.area_mm2 / 100)

    @property
    def perimeters_cm(self) -> tuple[Observation, ...]:
        """The lengths of the edges, cm."""
        return self.observed(
            lambda one: None if one.perimeter_mm is None else one.perimeter_mm / 10
        )

    def of_item(self, item_id: str) -> list[tuple[ReadingTask, Reading]]:
        """Return what was read of an item, and in which task."""
        return [
            (task, self.readings[task.id])
            for task in self.tasks
            if task.item_id == item_id and task.id in self.readings
        ]

    def pairs(self, progress: Progress = no_progress) -> list[PairedReading]:
        """Return every two outlines of an item, compared: a hundred pairs a second."""
        found = []
        for done, item in enumerate(self.items.values()):
            progress(done / len(self.items), f"{done + 1} of {len(self.items)}")
            outlined = [(task, one) for task, one in self.of_item(item.id) if one.outlines]
            for (task, one), (other_task, other) in itertools.combinations(outlined, 2):
                if one.area_mm2 is None or other.area_mm2 is None:
                    continue
                found.append(
                    PairedReading(
                        item_id=item.id,
                        first=one,
                        second=other,
                        readers=(task.reader, other_task.reader),
                        closeness=imaging.closeness(one.outlines, other.outlines, item.calibration),
                        ratio=max(one.area_mm2, other.area_mm2) / min(one.area_mm2, other.area_mm2),
                    )
                )
        return found

    def seconds(self) -> tuple[tuple[str, float], ...]:
        """Return the median time of a picture, of each reader of whom a time is known."""
        from statistics import median

        spent: dict[str, list[float]] = {}
        for task in self.tasks:
            reading = self.readings.get(task.id)
            if reading is not None and reading.seconds is not None:
                spent.setdefault(task.reader, []).append(reading.seconds)
        return tuple((reader, median(spent[reader])) for reader in spent)


def read_once(library: Library, session: ReadingSession) -> tuple[ReadOnce, ...]:
    """Return a session's readings of patients who agree today, by reader and turn."""
    whole = Counted.of(library, session)
    return tuple(
        ReadOnce(
            session=session,
            item=whole.items[task.item_id],
            task=task,
            reading=whole.readings[task.id],
        )
        for task in whole.tasks
        if task.id in whole.readings
    )


def readings_by_patient(
    library: Library, *, as_of: datetime | None = None
) -> dict[str, tuple[ReadOnce, ...]]:
    """Return the readings of every session in view by patient: who may leave is not looked at.

    ``as_of``: as they were recorded at that moment, of the sessions that were in view then.
    """
    found: dict[str, list[ReadOnce]] = {}
    in_view = library if as_of is None else library.past(as_of)
    for session in in_view.reading_sessions():
        readings = {one.task_id: one for one in library.readings(session.id, as_of=as_of)}
        if not readings:
            continue
        items = {one.id: one for one in library.reading_items(session.id)}
        patients = {one.id: library.lesion(one.lesion_id).patient_id for one in items.values()}
        for task in library.reading_tasks(session.id):
            if task.id in readings:
                row = ReadOnce(
                    session=session,
                    item=items[task.item_id],
                    task=task,
                    reading=readings[task.id],
                )
                found.setdefault(patients[task.item_id], []).append(row)
    return {patient_id: tuple(rows) for patient_id, rows in found.items()}


def log_agreements(library: Library, session: ReadingSession) -> tuple[LogAgreement, LogAgreement]:
    """Return the agreement on ln(area) and on ln(perimeter). Raises ``AgreementUnknown``."""
    from woundtrack.healing.agreement import log_agreement

    whole = Counted.of(library, session)
    return log_agreement(whole.areas_cm2), log_agreement(whole.perimeters_cm)


def answer_to(asked: Asked, reading: Reading) -> str | None:
    """Return what a reading answers; of tissue the one that covers most, None for no answer."""
    if asked is Asked.TISSUE:
        return None if reading.dominant_tissue is None else reading.dominant_tissue.value
    return dict(reading.answers).get(asked)
