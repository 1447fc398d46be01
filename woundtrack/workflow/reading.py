"""Reading sessions: what is read, by whom, and in which order.

Hides who may be shown, how pictures are drawn from a library, and how each is cut. What a reader
then sees and says is ``reading_desk``. Nothing here touches an assessment.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack import imaging
from woundtrack.errors import SessionRefused, UnknownSession
from woundtrack.model import (
    Asked,
    AssessedOutline,
    Lesion,
    Purpose,
    ReadingItem,
    ReadingSession,
    ReadingTask,
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
    """How far a reader is: ``read`` of ``tasks``.

    ``seconds`` is what those took together of which the time is known; None where it is of none.
    """

    reader: str
    read: int
    tasks: int
    seconds: float | None


def reading_progress(library: Library, session: ReadingSession) -> tuple[ReaderProgress, ...]:
    """Return how far each reader is."""
    readings = {one.task_id: one for one in library.readings(session.id)}
    rows = []
    for reader in session.readers:
        tasks = library.reading_tasks(session.id, reader)
        done = [readings[task.id] for task in tasks if task.id in readings]
        known = [one.seconds for one in done if one.seconds is not None]
        rows.append(
            ReaderProgress(
                reader=reader,
                read=len(done),
                tasks=len(tasks),
                seconds=sum(known) if known else None,
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
    return tuple(one for one in items if may_be_shown(library, one, agree))


def may_be_shown(library: Library, item: ReadingItem, agree: Collection[str]) -> bool:
    """Say whether an item's photograph still counts, and is of one of the patients who agree."""
    filed = library.photograph(item.photograph_id)
    return not filed.is_retired and library.visit(filed.visit_id).patient_id in agree
