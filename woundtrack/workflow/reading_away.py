"""A reader on another computer: his desk in the folder of a package, and his answers come back.

Hides what is in the file of answers, and what of it is new, known, or of another session. What
leaves is ``reading_leaving``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from woundtrack import imaging
from woundtrack.errors import (
    FileUnwritable,
    PackageUnusable,
    ReadingRefused,
    WoundtrackError,
)
from woundtrack.exchange import reading_package as files
from woundtrack.model import (
    Asked,
    Calibration,
    Outline,
    OutlineKind,
    OutlineSource,
    Point,
    Reading,
    ReadingSession,
    Ring,
    Tissue,
    now,
)
from woundtrack.records import Library
from woundtrack.records.rows import calibration_of
from woundtrack.workflow.reading import items_that_may_be_shown
from woundtrack.workflow.reading_desk import (
    Answer,
    ReadingPicture,
    measured_item,
    reading_from,
    refuse_unusable,
)

ANSWERS: Final = "answers.json"
"""The file in a reading folder that holds the answers: it is what is sent back."""

_LONGEST_REASON: Final = 500


# --- reading there -------------------------------------------------------------------------------


class FolderDesk:
    """A reader's desk on another computer, in the folder of a package; see ``ReadingDesk``.

    What is recorded is on the disk at once, in the file ``answers.json`` that is sent back.
    """

    def __init__(self, folder: Path) -> None:
        """Go on in a folder. Raises ``PackageUnusable`` where it is none, or was changed."""
        self._folder = folder
        self._document, self._hash = files.tasks_of(folder)
        self._tasks = _tasks_by_number(folder / files.TASKS, self._document)
        self._answers: dict[str, dict[str, Any]] = {}
        if self.answers_file.exists():
            document = files.read_answers(self.answers_file)
            if document.get("tasks_sha256") != self._hash:
                raise PackageUnusable(
                    path=str(self.answers_file), reason="it answers another reading package"
                )
            self._answers = {one["task"]: one for one in document["answers"]}

    @classmethod
    def unpacked(cls, package: Path, folder: Path) -> FolderDesk:
        """Unpack a package into a new or empty folder, or go on where the same one is unpacked.

        Raises ``PackageUnusable``, ``FileUnwritable``, ``DiskFull``.
        """
        if (folder / files.TASKS).is_file():
            if files.tasks_sha256_in(package) != files.tasks_of(folder)[1]:
                raise FileUnwritable(path=str(folder), reason="another reading package is there")
            return cls(folder)
        files.unpack(package, folder)
        return cls(folder)

    @property
    def answers_file(self) -> Path:
        """The file that is sent back; there is none before the first answer."""
        return self._folder / ANSWERS

    @property
    def session_name(self) -> str:
        """The session's name."""
        return str(self._document.get("name", ""))

    @property
    def reader(self) -> str:
        """Who reads."""
        return str(self._document["reader"])

    @property
    def numbers(self) -> tuple[int, ...]:
        """The turns that can be read."""
        return tuple(self._tasks)

    @property
    def unread(self) -> tuple[int, ...]:
        """The turns that are left."""
        return tuple(
            number for number, task in self._tasks.items() if task["task"] not in self._answers
        )

    def prepared(self, number: int) -> Callable[[], ReadingPicture]:
        """Return what reads the picture of a turn, for any thread. Raises ``ReadingRefused``."""
        self._task(number)
        return partial(self.picture, number)

    def picture(self, number: int) -> ReadingPicture:
        """Return the picture of a turn. Raises ``ReadingRefused``, ``PackageUnusable``."""
        task = self._task(number)
        data = files.picture_of(self._folder, self._document, task["picture"])
        try:
            pixels, _ = imaging.read_photograph_bytes(data, task["picture"])
        except WoundtrackError as error:
            path = str(self._folder / task["picture"])
            raise PackageUnusable(path=path, reason="it is no picture") from error
        given = self._answers.get(task["task"])
        x, y = task["at_px"]
        return ReadingPicture(
            task_id=task["task"],
            number=number,
            count=len(self._tasks),
            kind=OutlineKind(task["kind"]),
            asks=self._asks,
            pixels=pixels,
            at_px=(float(x), float(y)),
            calibration=_calibration(task),
            answer=None if given is None else _answer_of(given),
        )

    def record(self, number: int, answer: Answer) -> None:
        """Keep what the reader made of a turn, on the disk. Raises ``ReadingRefused``."""
        task = self._task(number)
        width, height = task["size_px"]
        refuse_unusable(answer, self._asks, (width, height))
        if answer.outlines:
            measured_item(answer.outlines, _calibration(task))
        kept = {**self._answers, task["task"]: _answer_values(task["task"], answer)}
        files.write_answers(
            self.answers_file,
            {
                "package": self._document["package"],
                "session": self._document["session"],
                "tasks_sha256": self._hash,
                "reader": self.reader,
                "answers": [
                    kept[one["task"]] for one in self._tasks.values() if one["task"] in kept
                ],
            },
        )
        self._answers = kept

    @property
    def _asks(self) -> tuple[Asked, ...]:
        return tuple(Asked(one) for one in self._document["asks"])

    def _task(self, number: int) -> Mapping[str, Any]:
        if number not in self._tasks:
            raise ReadingRefused(reason=f"there is no picture {number} in this package")
        return self._tasks[number]


def _tasks_by_number(path: Path, document: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """Return the tasks by their turns, once each can be shown. Raises ``PackageUnusable``."""
    unread = PackageUnusable(path=str(path), reason="its list of tasks can't be read")
    try:
        tasks = {int(task["number"]): task for task in document["tasks"]}
        for task in tasks.values():
            OutlineKind(task["kind"])
            _calibration(task)
            _, _ = (math.floor(one) for one in task["at_px"])
            if not all(isinstance(one, int) and one > 0 for one in task["size_px"]):
                raise unread
            str(task["task"])
        tuple(Asked(one) for one in document["asks"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unread from error
    return tasks


def _calibration(task: Mapping[str, Any]) -> Calibration:
    found = calibration_of(json.dumps(task["calibration"]))
    if found is None:
        raise ValueError("a task without its scale")
    return found


# --- answers come back ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingsTaken:
    """What of a file of answers was taken.

    ``known`` were here already, and ``refused`` couldn't be taken: the number of the reader's turn
    in the session, and why. ``left`` are tasks of the package without an answer in the file.
    """

    session: ReadingSession
    reader: str
    taken: tuple[Reading, ...]
    known: int
    refused: tuple[tuple[int, str], ...]
    left: int


def import_answers(library: Library, path: Path, *, by: str) -> ReadingsTaken:
    """Take a reader's answers that came back: those that are new, or newer than what is here.

    Raises ``PackageUnusable`` with a reason, and takes nothing: a file that is not as it was
    written or of a newer woundtrack, one of another library or session, one whose tasks are not
    those that left, one that holds nothing new.
    """
    document = files.read_answers(path)

    def refused(reason: str) -> PackageUnusable:
        return PackageUnusable(path=str(path), reason=reason)

    packages = {one.id: one for one in library.reading_packages()}
    package = packages.get(str(document.get("package")))
    if package is None:
        raise refused("it answers a package that didn't leave this library")
    sessions = {one.id: one for one in library.reading_sessions(include_retired=True)}
    session = sessions[package.session_id]
    if document.get("session") != session.id or document.get("reader") != package.reader:
        raise refused("it says that it is of another session or reader than its package")
    if document.get("tasks_sha256") != package.tasks_sha256:
        raise refused("its tasks are not those that left in the package")
    if session.is_retired:
        raise refused(f"its session {session.name} was taken out of view")
    tasks = {one.id: one for one in library.reading_tasks(session.id, package.reader)}
    items = {one.id: one for one in items_that_may_be_shown(library, session)}
    before = {one.task_id: one for one in library.readings(session.id)}
    taken: list[Reading] = []
    faults: list[tuple[int, str]] = []
    known = 0
    answers = _answers_in(document, refused)
    for task_id, answer in answers:
        task = tasks.get(task_id)
        if task is None:
            raise refused("it holds an answer to no task of its reader")
        there = before.get(task_id)
        if there is not None and answer.read_at is not None and answer.read_at <= there.read_at:
            known += 1
            continue
        if task.item_id not in items:
            why = "its patient agrees to research no longer, or the photograph was withdrawn"
            faults.append((task.place, why))
            continue
        try:
            taken.append(
                reading_from(
                    answer,
                    task,
                    items[task.item_id],
                    session,
                    by=by,
                    before=there,
                    package_id=package.id,
                )
            )
        except ReadingRefused as error:
            faults.append((task.place, str(error.values["reason"])))
    if not taken and not faults:
        raise refused("all that is in it was taken before")
    if taken:
        with library.verb("import readings", by=by, why=session.name) as change:
            for reading in taken:
                change.add_reading(reading)
    answered = {task_id for task_id, _ in answers} | set(before)
    return ReadingsTaken(
        session=session,
        reader=package.reader,
        taken=tuple(taken),
        known=known,
        refused=tuple(faults),
        left=sum(one not in answered for one in tasks),
    )


def _answers_in(
    document: Mapping[str, Any], refused: Callable[[str], PackageUnusable]
) -> list[tuple[str, Answer]]:
    try:
        found = [(str(one["task"]), _answer_of(one)) for one in document["answers"]]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise refused("its answers can't be read") from error
    if len({task for task, _ in found}) != len(found):
        raise refused("it answers a task twice")
    return found


# --- an answer as values -------------------------------------------------------------------------


def _answer_values(task_id: str, answer: Answer) -> dict[str, Any]:
    return {
        "task": task_id,
        "outlines": [
            {"outer": one.outer, "islands": one.islands, "source": one.source.value}
            for one in answer.outlines
        ],
        "unreadable": answer.unreadable,
        "tissue": {tissue.value: float(share) for tissue, share in answer.tissue},
        "answers": {asked.value: given for asked, given in answer.answers},
        "seconds": answer.seconds,
        "read_at": (answer.read_at or now()).isoformat(),
    }


def _answer_of(values: Mapping[str, Any]) -> Answer:
    """Return an answer. Raises ``ValueError``, ``KeyError``, ``TypeError``, ``AttributeError``."""
    read_at = datetime.fromisoformat(values["read_at"])
    seconds = None if values["seconds"] is None else float(values["seconds"])
    shares = {Tissue(one): float(share) for one, share in values["tissue"].items()}
    answers = {Asked(one): str(given) for one, given in values["answers"].items()}
    if read_at.tzinfo is None or not math.isfinite(seconds or 0.0):
        raise ValueError("an answer needs its time")
    return Answer(
        outlines=tuple(
            Outline(
                outer=_ring(one["outer"]),
                islands=tuple(_ring(island) for island in one["islands"]),
                source=OutlineSource(one["source"]),
            )
            for one in values["outlines"]
        ),
        unreadable=str(values["unreadable"])[:_LONGEST_REASON],
        tissue=tuple((one, shares[one]) for one in Tissue if one in shares),
        answers=tuple((one, answers[one]) for one in Asked if one in answers),
        seconds=seconds,
        read_at=read_at,
    )


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    ring: list[Point] = [(float(x), float(y)) for x, y in points]
    return tuple(ring)
