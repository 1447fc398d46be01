"""A reader at work: one blinded picture after the other, and what is made of each.

Hides that nobody sees whose a picture is, of when, or what others made of it; where the picture is
cut from; and what an answer must hold. Nothing here touches an assessment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from woundtrack import imaging
from woundtrack.errors import CardUnreliable, ReadingRefused, SessionRefused
from woundtrack.model import (
    Asked,
    Calibration,
    Measurement,
    Outline,
    OutlineKind,
    Point,
    Reading,
    ReadingItem,
    ReadingSession,
    ReadingTask,
    Tissue,
    new_id,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow.reading import (
    items_that_may_be_shown,
    may_be_shown,
    patients_who_agree,
)

Pixels = npt.NDArray[np.uint8]

_LEAST_AREA_MM2: Final = 0.01
_MOST_POINTS: Final = 200_000
_OFF_PERCENT: Final = 0.5  # what rounding shares to one decimal may come to


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a reader makes of one picture.

    ``outlines`` are in pixels of the picture shown; none where ``unreadable`` says why there is no
    edge to see. ``tissue`` are shares of the bed, 0..1, that add up to 1; empty where it isn't
    said. ``seconds`` is None where nobody took the time.
    """

    outlines: tuple[Outline, ...] = ()
    unreadable: str = ""
    tissue: tuple[tuple[Tissue, float], ...] = ()
    answers: tuple[tuple[Asked, str], ...] = ()
    seconds: float | None = None
    read_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingPicture:
    """One task as a reader sees it.

    ``number`` of ``count`` is its turn. ``pixels`` are (H, W, 3) RGB, ``calibration`` is theirs and
    ``at_px`` a place in them inside the wound that is meant. ``answer`` is what this reader made of
    it before, None where he didn't.
    """

    task_id: str
    number: int
    count: int
    kind: OutlineKind
    asks: tuple[Asked, ...]
    pixels: Pixels
    at_px: Point
    calibration: Calibration
    answer: Answer | None = None

    def measured(self, outlines: Sequence[Outline]) -> Measurement:
        """Return the size of outlines in this picture. Raises ``CardUnreliable``."""
        return imaging.measure_parts(outlines, self.calibration)


class ReadingDesk(Protocol):
    """Where one reader reads: in a library, or in a folder on another computer."""

    @property
    def session_name(self) -> str:
        """The session's name."""

    @property
    def reader(self) -> str:
        """Who reads."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The turns that can be read, in their order."""

    @property
    def unread(self) -> tuple[int, ...]:
        """The turns that are left, in their order: the first is where to go on."""

    def prepared(self, number: int) -> Callable[[], ReadingPicture]:
        """Return what reads the picture of a turn, to be called on any thread: it takes a while.

        Raises ``ReadingRefused`` where it may not be shown.
        """

    def picture(self, number: int) -> ReadingPicture:
        """Return the picture of a turn. Raises ``ReadingRefused`` where it may not be shown."""

    def record(self, number: int, answer: Answer) -> None:
        """Keep what the reader made of a turn, over what he made of it before.

        Raises ``ReadingRefused`` with a reason, and changes nothing.
        """


class LibraryDesk:
    """A reader's desk at the library itself; see ``ReadingDesk``."""

    def __init__(self, library: Library, session: ReadingSession, reader: str) -> None:
        """Sit down as one of a session's readers. Raises ``SessionRefused`` for anybody else."""
        names = {one.casefold(): one for one in session.readers}
        known = names.get(" ".join(reader.split()).casefold())
        if known is None:
            raise SessionRefused(reason=f"{reader} is no reader of {session.name}")
        self._library, self._session, self._reader = library, session, known
        self._tasks = {one.place: one for one in library.reading_tasks(session.id, known)}
        self._items = {one.id: one for one in library.reading_items(session.id)}

    @property
    def session_name(self) -> str:
        """The session's name."""
        return self._session.name

    @property
    def reader(self) -> str:
        """Who reads."""
        return self._reader

    @property
    def numbers(self) -> tuple[int, ...]:
        """The turns whose pictures may be shown today."""
        shown = {one.id for one in items_that_may_be_shown(self._library, self._session)}
        return tuple(place for place, task in self._tasks.items() if task.item_id in shown)

    @property
    def unread(self) -> tuple[int, ...]:
        """The turns that are left."""
        read = {one.task_id for one in self._library.readings(self._session.id)}
        return tuple(place for place in self.numbers if self._tasks[place].id not in read)

    def prepared(self, number: int) -> Callable[[], ReadingPicture]:
        """Return what reads the picture of a turn, for any thread. Raises ``ReadingRefused``."""
        task = self._task(number)
        item = self._items[task.item_id]
        piece_of = piece_reader(self._library, item)
        before = self._before(task)
        count, asks = len(self._tasks), self._session.asks

        def read() -> ReadingPicture:
            piece = piece_of()
            x, y = piece.corner_px
            return ReadingPicture(
                task_id=task.id,
                number=number,
                count=count,
                kind=item.kind,
                asks=asks,
                pixels=piece.pixels,
                at_px=(item.at_px[0] - x, item.at_px[1] - y),
                calibration=piece.calibration,
                answer=None if before is None else _answer_of(before, piece.corner_px),
            )

        return read

    def picture(self, number: int) -> ReadingPicture:
        """Return the picture of a turn. Raises ``ReadingRefused`` where it may not be shown."""
        return self.prepared(number)()

    def record(self, number: int, answer: Answer) -> None:
        """Keep what the reader made of a turn. Raises ``ReadingRefused`` with a reason."""
        task = self._task(number)
        item = self._items[task.item_id]
        reading = reading_from(
            answer, task, item, self._session, by=self._reader, before=self._before(task)
        )
        with self._library.verb("read", by=self._reader, why=self._session.name) as change:
            change.add_reading(reading)

    def _task(self, number: int) -> ReadingTask:
        task = self._tasks.get(number)
        if task is None:
            raise ReadingRefused(reason=f"there is no picture {number} in this session")
        agree = patients_who_agree(self._library)
        if not may_be_shown(self._library, self._items[task.item_id], agree):
            raise ReadingRefused(
                reason=f"picture {number} may not be shown any more: its patient agrees no longer, "
                "or it was withdrawn"
            )
        return task

    def _before(self, task: ReadingTask) -> Reading | None:
        return self._library.newest_reading(task.id)


def piece_reader(library: Library, item: ReadingItem) -> Callable[[], imaging.Blinded]:
    """Return what reads a blinded reader's piece of an item's photograph, on any thread."""
    facts, originals = library.photograph(item.photograph_id).photograph, library.originals

    def read() -> imaging.Blinded:
        data = originals.read(facts.sha256)
        pixels, _ = imaging.read_photograph_bytes(data, facts.original_name)
        return imaging.blinded(pixels, item.calibration, item.box_px)

    return read


def shown_piece(library: Library, item: ReadingItem) -> imaging.Blinded:
    """Return what of an item's photograph a blinded reader is shown."""
    return piece_reader(library, item)()


def reading_from(
    answer: Answer,
    task: ReadingTask,
    item: ReadingItem,
    session: ReadingSession,
    *,
    by: str,
    before: Reading | None = None,
    package_id: str | None = None,
) -> Reading:
    """Return the reading that an answer is, measured by the item's calibration.

    Raises ``ReadingRefused`` with a reason.
    """
    refuse_unusable(answer, session.asks, _size_of(item.box_px))
    corner = np.array(item.box_px[:2], dtype=np.float64)
    outlines = tuple(_moved(one, corner) for one in answer.outlines)
    area = perimeter = None
    if outlines:
        size = measured_item(outlines, item.calibration)
        area, perimeter = size.area_mm2, size.perimeter_mm
    return Reading(
        id=new_id(),
        task_id=task.id,
        revision=1 if before is None else before.revision + 1,
        supersedes=None if before is None else before.id,
        outlines=outlines,
        unreadable=" ".join(answer.unreadable.split()),
        tissue=tuple(
            (one, dict(answer.tissue)[one]) for one in Tissue if one in dict(answer.tissue)
        ),
        answers=tuple(
            (one, dict(answer.answers)[one]) for one in Asked if one in dict(answer.answers)
        ),
        area_mm2=area,
        perimeter_mm=perimeter,
        seconds=answer.seconds if answer.seconds and answer.seconds > 0 else None,
        read_at=answer.read_at or now(),
        recorded_at=now(),
        recorded_by=by,
        package_id=package_id,
    )


def measured_item(outlines: Sequence[Outline], calibration: Calibration) -> Measurement:
    """Return the size of a reading's outlines, in the pixels of the calibration.

    Raises ``ReadingRefused`` where they have none.
    """
    try:
        size = imaging.measure_parts(outlines, calibration)
    except (CardUnreliable, ValueError) as error:
        raise ReadingRefused(reason="its outline can't be measured there") from error
    if not size.area_mm2 > _LEAST_AREA_MM2:
        raise ReadingRefused(reason="its outline has no inside")
    return size


def refuse_unusable(answer: Answer, asks: Sequence[Asked], size_px: tuple[int, int]) -> None:
    """Raise ``ReadingRefused`` for an answer that a picture of that size can't have."""
    if bool(answer.outlines) == bool(answer.unreadable.strip()):
        raise ReadingRefused(reason="it needs an outline, or why there is no edge to see")
    width, height = size_px
    rings = [ring for one in answer.outlines for ring in (one.outer, *one.islands)]
    if sum(map(len, rings)) > _MOST_POINTS:
        raise ReadingRefused(reason="its outline has more points than any hand draws")
    for outline in answer.outlines:
        for ring in (outline.outer, *outline.islands):
            points = np.asarray(ring, dtype=np.float64)
            if points.ndim != 2 or points.shape[0] < 3 or not np.isfinite(points).all():
                raise ReadingRefused(reason="a ring of it has fewer than three points")
            low, high = points.min(axis=0), points.max(axis=0)
            if (low < -1).any() or (high > (width + 1, height + 1)).any():
                raise ReadingRefused(reason="its outline reaches outside the picture")
    if answer.tissue:
        shares = [share for _, share in answer.tissue]
        if Asked.TISSUE not in asks:
            raise ReadingRefused(reason="this session doesn't ask for tissue")
        if not all(math.isfinite(one) and 0 <= one <= 1 for one in shares):
            raise ReadingRefused(reason="a share of tissue lies between 0 and 100 %")
        whole = round(100 * sum(shares), 1)
        if abs(whole - 100) > _OFF_PERCENT:
            apart = "are missing" if whole < 100 else "too much"
            raise ReadingRefused(
                reason=f"its shares of tissue make {whole:g} %, {abs(100 - whole):g} % {apart}; "
                "make it 100 %, or leave tissue out"
            )
    for asked, given in answer.answers:
        if asked not in asks or given not in asked.answers:
            raise ReadingRefused(reason=f"“{given}” is no answer that this session asks for")


def _answer_of(reading: Reading, corner_px: tuple[int, int]) -> Answer:
    corner = np.array(corner_px, dtype=np.float64)
    return Answer(
        outlines=tuple(_moved(one, -corner) for one in reading.outlines),
        unreadable=reading.unreadable,
        tissue=reading.tissue,
        answers=reading.answers,
        seconds=reading.seconds,
        read_at=reading.read_at,
    )


def _size_of(box_px: tuple[int, int, int, int]) -> tuple[int, int]:
    return box_px[2] - box_px[0], box_px[3] - box_px[1]


def _moved(outline: Outline, by: npt.NDArray[np.float64]) -> Outline:
    def ring(points: Sequence[Point]) -> tuple[Point, ...]:
        return tuple((float(x), float(y)) for x, y in np.asarray(points, dtype=np.float64) + by)

    return replace(
        outline, outer=ring(outline.outer), islands=tuple(ring(one) for one in outline.islands)
    )
