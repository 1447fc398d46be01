"""Reading sessions: what is read by whom, blinded and in an order of its own, and what was read.

Hides who may be shown, how pictures are drawn from a library, and that nobody sees whose a picture
is, of when, or what others made of it. Nothing here touches an assessment.
"""

from __future__ import annotations

import math
import random
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from woundtrack import imaging
from woundtrack.errors import CardUnreliable, ReadingRefused, SessionRefused, UnknownSession
from woundtrack.model import (
    Asked,
    AssessedOutline,
    Calibration,
    Lesion,
    Measurement,
    Outline,
    OutlineKind,
    Point,
    Purpose,
    Reading,
    ReadingItem,
    ReadingSession,
    ReadingTask,
    Tissue,
    VisitPhotograph,
    WoundState,
    new_id,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow.consenting import leaving

Pixels = npt.NDArray[np.uint8]

LEAST_DICE: Final = 0.8
MOST_RATIO: Final = 1.25
"""From where on two readings disagree, unless a session says otherwise: experts outlining wounds
reach a mean Dice of 0.81 with each other, and 1.25 is what a tenth of a log SD makes of two."""

MOST_REPEATS: Final = 10
_SIZES: Final = 3  # strata of area
_LONGEST_NAME: Final = 80
_LEAST_AREA_MM2: Final = 0.01
_MOST_POINTS: Final = 200_000


# --- what can be read ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Readable:
    """One lesion in one photograph that readers may be shown, by what was accepted of it."""

    photograph: VisitPhotograph
    lesion: Lesion
    accepted: AssessedOutline

    @property
    def area_mm2(self) -> float:
        """The accepted area; it decides the stratum, and is shown to nobody."""
        return 0.0 if self.accepted.measurement is None else self.accepted.measurement.area_mm2


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadableItems:
    """What of a library may be read, and how much may not.

    ``refused`` patients don't agree to research, ``not_asked`` weren't asked and stay out too;
    ``without_scale`` accepted outlines have no card, so that nothing can be measured in them.
    """

    items: tuple[Readable, ...]
    refused: int
    not_asked: int
    without_scale: int


def readable_items(
    library: Library, *, patient_ids: Iterable[str] | None = None, with_unasked: bool = True
) -> ReadableItems:
    """Return every open, measured lesion in an accepted photograph of who agrees to research.

    ``patient_ids`` are whose; None for all. ``with_unasked`` as in ``consenting.leaves``.
    """
    going = leaving(library, Purpose.RESEARCH, now().astimezone().date(), with_unasked=with_unasked)
    wanted = None if patient_ids is None else set(patient_ids)
    items: list[Readable] = []
    without_scale = 0
    for patient in going.patients:
        if wanted is not None and patient.id not in wanted:
            continue
        photographs = {one.id: one for one in library.photographs(patient.id)}
        lesions = {one.id: one for one in library.lesions(patient.id)}
        for assessment in library.assessments(patient.id):
            main = assessment.main
            if assessment.state is not WoundState.OPEN or main is None:
                continue
            if main.calibration is None or main.measurement is None:
                without_scale += 1
            elif main.photograph_id in photographs and main.measurement.area_mm2 > 0:
                items.append(
                    Readable(
                        photograph=photographs[main.photograph_id],
                        lesion=lesions[assessment.lesion_id],
                        accepted=main,
                    )
                )
    return ReadableItems(
        items=tuple(items),
        refused=len(going.refused),
        not_asked=0 if going.with_unasked else len(going.not_asked),
        without_scale=without_scale,
    )


def sample_items(items: Sequence[Readable], count: int, *, seed: int) -> tuple[Readable, ...]:
    """Return so many items, as many of small, middle and large wounds, of all lesions in turn.

    Sizes are thirds of the items by area. Within a third every lesion gives one item before any
    gives a second one; which, the seed says. All items, in their order, where there are no more.
    """
    if count >= len(items):
        return tuple(items)
    chance = random.Random(seed)
    by_size = sorted(range(len(items)), key=lambda place: items[place].area_mm2)
    strata = [list(part) for part in np.array_split(np.array(by_size, dtype=int), _SIZES)]
    turns: list[list[int]] = []
    for stratum in strata:
        of_lesion: dict[str, list[int]] = {}
        for place in stratum:
            of_lesion.setdefault(items[place].lesion.id, []).append(int(place))
        for places in of_lesion.values():
            chance.shuffle(places)
        lesions = list(of_lesion.values())
        chance.shuffle(lesions)
        deepest = max(map(len, lesions), default=0)
        turns.append(
            [places[turn] for turn in range(deepest) for places in lesions if turn < len(places)]
        )
    chosen: list[int] = []
    while len(chosen) < count:
        for turn in turns:
            if turn and len(chosen) < count:
                chosen.append(turn.pop(0))
    return tuple(items[place] for place in sorted(chosen))


# --- sessions ------------------------------------------------------------------------------------


def begin_session(
    library: Library,
    name: str,
    items: Sequence[Readable],
    *,
    readers: Sequence[str],
    by: str,
    repeats: int = 1,
    count: int | None = None,
    seed: int | None = None,
    asks: Iterable[Asked] = (),
    least_dice: float = LEAST_DICE,
    most_ratio: float = MOST_RATIO,
) -> ReadingSession:
    """Make a reading session and every reader's tasks, each reader's in an order of his own.

    Parameters
    ----------
    items
        What is read, or what ``count`` of it is drawn from (``sample_items``).
    readers
        Two or more, or one who reads everything ``repeats`` times, twice or more.
    seed
        Of the sample, of every order and of how each picture is cut; random where None. It is kept.
    least_dice, most_ratio
        Beyond which two readings of an item disagree.

    All repeats of a reader come after all first readings, each round shuffled for itself.

    Raises ``SessionRefused`` with a reason, and ``ChangedMeanwhile`` for a name that is taken.
    """
    name = " ".join(name.split())
    people = tuple(" ".join(one.split()) for one in readers)
    if not name or len(name) > _LONGEST_NAME:
        raise SessionRefused(reason=f"its name needs 1 to {_LONGEST_NAME} characters")
    if any(one.name.casefold() == name.casefold() for one in _all_sessions(library)):
        raise SessionRefused(reason=f"there is a session {name} already")
    if not all(people) or len({one.casefold() for one in people}) != len(people) or not people:
        raise SessionRefused(reason="each reader needs a name of his own")
    if not 1 <= repeats <= MOST_REPEATS or len(people) * repeats < 2:
        raise SessionRefused(reason="it needs two readers, or one who reads everything twice")
    if not 0 < least_dice <= 1 or not most_ratio >= 1:
        raise SessionRefused(
            reason="a Dice lies between 0 and 1, and a ratio of areas is 1 or more"
        )
    seed = secrets.randbits(32) if seed is None else seed
    chosen = tuple(items) if count is None else sample_items(items, count, seed=seed)
    if not chosen:
        raise SessionRefused(reason="there is no photograph to read in it")
    session = ReadingSession(
        id=new_id(),
        name=name,
        seed=seed,
        readers=people,
        repeats=repeats,
        asks=tuple(one for one in Asked if one in set(asks)),
        least_dice=least_dice,
        most_ratio=most_ratio,
        is_sampled=count is not None,
        created_by=by,
        created_at=now(),
    )
    chance = random.Random(f"{seed} cut")
    kept = [_item(session, place, one, chance) for place, one in enumerate(chosen, start=1)]
    with library.verb("begin reading session", by=by, why=name) as change:
        change.add_reading_session(session, kept, _tasks(session, kept))
    return session


def _item(session: ReadingSession, place: int, one: Readable, chance: random.Random) -> ReadingItem:
    if one.accepted.calibration is None:
        raise ValueError("what is read needs a scale")
    facts = one.photograph.photograph
    parts = one.accepted.parts
    return ReadingItem(
        id=new_id(),
        session_id=session.id,
        place=place,
        photograph_id=one.photograph.id,
        lesion_id=one.lesion.id,
        kind=one.accepted.kind,
        box_px=imaging.blinding_box(
            parts, one.accepted.calibration, (facts.width_px, facts.height_px), chance
        ),
        at_px=imaging.place_within(parts, chance),
        calibration=one.accepted.calibration,
    )


def _tasks(session: ReadingSession, items: Sequence[ReadingItem]) -> list[ReadingTask]:
    tasks = []
    for reader in session.readers:
        chance = random.Random(f"{session.seed} {reader.casefold()}")
        order: list[tuple[ReadingItem, int]] = []
        for replicate in range(1, session.repeats + 1):
            turn = [(item, replicate) for item in items]
            chance.shuffle(turn)
            order += turn
        tasks += [
            ReadingTask(
                id=new_id(),
                session_id=session.id,
                item_id=item.id,
                reader=reader,
                replicate=replicate,
                place=place,
            )
            for place, (item, replicate) in enumerate(order, start=1)
        ]
    return tasks


def _all_sessions(library: Library) -> tuple[ReadingSession, ...]:
    return library.reading_sessions(include_retired=True)


def session_named(library: Library, name: str) -> ReadingSession:
    """Return a session in view by its name, in upper or lower case. Raises ``UnknownSession``."""
    wanted = " ".join(name.split()).casefold()
    for one in library.reading_sessions():
        if one.name.casefold() == wanted:
            return one
    raise UnknownSession(session=name)


def retire_session(library: Library, session: ReadingSession, *, by: str) -> ReadingSession:
    """Take a session out of view; what was read in it stays recorded."""
    with library.verb("retire reading session", by=by, why=session.name) as change:
        return change.update_reading_session(replace(session, is_retired=True))


def restore_session(library: Library, session: ReadingSession, *, by: str) -> ReadingSession:
    """Bring a session back into view."""
    with library.verb("restore reading session", by=by, why=session.name) as change:
        return change.update_reading_session(replace(session, is_retired=False))


@dataclass(frozen=True, kw_only=True, slots=True)
class ReaderProgress:
    """How far a reader is: ``read`` of ``tasks``, and the seconds that took all together."""

    reader: str
    read: int
    tasks: int
    seconds: float


def reading_progress(library: Library, session: ReadingSession) -> tuple[ReaderProgress, ...]:
    """Return how far each reader is."""
    readings = {one.task_id: one for one in library.readings(session.id)}
    rows = []
    for reader in session.readers:
        tasks = library.reading_tasks(session.id, reader)
        done = [readings[task.id] for task in tasks if task.id in readings]
        rows.append(
            ReaderProgress(
                reader=reader,
                read=len(done),
                tasks=len(tasks),
                seconds=sum(one.seconds for one in done),
            )
        )
    return tuple(rows)


def patients_who_agree(library: Library, *, with_unasked: bool = True) -> frozenset[str]:
    """Return the ids of the patients whose pictures may be read today."""
    today = now().astimezone().date()
    going = leaving(library, Purpose.RESEARCH, today, with_unasked=with_unasked)
    return frozenset(one.id for one in going.patients)


def items_that_may_be_shown(
    library: Library, session: ReadingSession, *, is_leaving: bool = False
) -> tuple[ReadingItem, ...]:
    """Return a session's items of patients who agree to research today, and are not withdrawn.

    ``is_leaving``: the pictures go to another computer, which needs a yes of the patients; read
    here, they are shown of those, too, whom nobody asked.
    """
    agree = patients_who_agree(library, with_unasked=not is_leaving)
    items = library.reading_items(session.id)
    return tuple(one for one in items if _may_be_shown(library, one, agree))


def _may_be_shown(library: Library, item: ReadingItem, agree: Collection[str]) -> bool:
    filed = library.photograph(item.photograph_id)
    return not filed.is_retired and library.visit(filed.visit_id).patient_id in agree


# --- a reader at work ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a reader makes of one picture.

    ``outlines`` are in pixels of the picture shown; none where ``unreadable`` says why there is no
    edge to see. ``tissue`` are shares of the bed, 0..1, that add up to 1 at most.
    """

    outlines: tuple[Outline, ...] = ()
    unreadable: str = ""
    tissue: tuple[tuple[Tissue, float], ...] = ()
    answers: tuple[tuple[Asked, str], ...] = ()
    seconds: float = 0.0
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
        if not _may_be_shown(self._library, self._items[task.item_id], agree):
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
        seconds=max(answer.seconds, 0.0),
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
        if not all(math.isfinite(one) and 0 <= one <= 1 for one in shares) or sum(shares) > 1.005:
            raise ReadingRefused(reason="its shares of tissue don't add up to a whole bed")
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
