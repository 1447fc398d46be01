"""The demonstration's blinded reading: two readers outline the same photographs, twice each.

Hides how a reader errs: where each sees the edge, how steady the hand is, and what one of them took
for wound that is none.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.demo.plan import Course
from woundtrack.demo.scenes import PlannedPhotograph
from woundtrack.model import Asked, Outline, OutlineSource, ReadingItem, ReadingSession, Tissue
from woundtrack.records import Library
from woundtrack.workflow.reading import begin_session, readable_items
from woundtrack.workflow.reading_desk import Answer, LibraryDesk
from woundtrack.workflow.reading_disagreements import adjudicate

NAME: Final = "Two readers, twice"
PICTURES: Final = 16
_SEED: Final = 4
_HAND_SD: Final = 0.042  # of ln(area), one reader from one time to the next
_EDGE_SD: Final = 0.028  # of ln(area), where a reader sees this wound's edge, each time alike
_WOBBLE: Final = 0.012  # of the distance from the middle, a wave of the hand's path
_WAVES: Final = (2, 3, 4, 5, 7)
_POINTS: Final = 120
_LIVEDO_TAKEN_IN: Final = math.log(1.22)  # of ln(area)
_LEAST_LIVEDO: Final = 0.5  # as phantoms paint it, 0 to 1
_STEPS: Final = 20  # shares of tissue are said in twentieths
_SHARE_SD: Final = 0.03  # of the bed, one reader from one time to the next
_SLOUGH_SD: Final = 0.05  # of the bed, what a reader calls slough in this wound, each time alike


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reader:
    """How one reader sees: ``larger`` is ln(area seen ÷ area there), slough a share of the bed."""

    name: str
    larger: float
    more_slough: float


# Of two readers who differ by a constant nobody can tell how far others lie: they differ by little.
_READERS: Final = (
    _Reader(name="Ines", larger=0.005, more_slough=-0.005),
    _Reader(name="Tom", larger=-0.005, more_slough=0.005),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Painted:
    """What there is to see of an item: its edge, (N, 2) px of the photograph, and its bed."""

    edge: npt.NDArray[np.float64]
    course: Course
    week: int


def read_together(
    library: Library, photographs: Iterable[PlannedPhotograph], *, by: str
) -> ReadingSession | None:
    """Have two readers read the clinic's photographs, and one disagreement decided by ``by``.

    Both read all twice and say what covers the bed. One takes the livedo round one ulcer for wound;
    that is decided, and where they name another tissue it is left open. The session isn't adopted.
    The same photographs give the same outlines. None, and nothing is written, where there are fewer
    than ``PICTURES`` to read.
    """
    known = readable_items(library).items
    if len(known) < PICTURES:
        return None
    session = begin_session(
        library,
        NAME,
        known,
        readers=[one.name for one in _READERS],
        by=by,
        repeats=2,
        count=PICTURES,
        seed=_SEED,
        asks=[Asked.TISSUE],
    )
    planned = {one.path.name: one for one in photographs}
    items = {one.id: one for one in library.reading_items(session.id)}
    painted = {key: _painted(library, item, planned) for key, item in items.items()}
    mistaken = min(items.values(), key=lambda one: (_rimless(painted[one.id]), one.place))
    for turn, reader in enumerate(_READERS):
        desk = LibraryDesk(library, session, reader.name)
        for task in library.reading_tasks(session.id, reader.name):
            item = items[task.item_id]
            own = np.random.default_rng([_SEED, turn, item.place])
            larger = reader.larger + float(own.normal(0, _EDGE_SD))
            if turn and item is mistaken:
                larger += _LIVEDO_TAKEN_IN
            more_slough = reader.more_slough + float(own.normal(0, _SLOUGH_SD))
            seen = replace(reader, larger=larger, more_slough=more_slough)
            rng = np.random.default_rng([_SEED, turn, item.place, task.replicate])
            desk.record(task.place, _answer(seen, painted[item.id], item.box_px, rng))
    first = library.reading_tasks(session.id, _READERS[0].name)
    right = next(one.id for one in first if one.item_id == mistaken.id and one.replicate == 1)
    adjudicate(
        library,
        session,
        mistaken,
        chosen=library.newest_reading(right),
        reason="The livedo round the ulcer is not part of its bed: the edge of broken skin counts",
        by=by,
    )
    return session


def _painted(
    library: Library, item: ReadingItem, planned: Mapping[str, PlannedPhotograph]
) -> _Painted:
    one = planned[library.photograph(item.photograph_id).photograph.original_name]
    label = library.lesion(item.lesion_id).label
    courses = one.view.courses_at(one.shot.week)
    place = next(place for place, course in enumerate(courses) if course.label == label)
    lesion = json.loads(one.truth_path.read_text(encoding="utf-8"))["lesions"][place]
    edge = np.array(lesion["ring_px"], dtype=np.float64).reshape(-1, 2)
    return _Painted(edge=edge, course=courses[place], week=one.shot.week)


def _rimless(seen: _Painted) -> tuple[bool, float]:
    """Order by where livedo may be taken for wound: where there is some, small ulcers first."""
    lesion = seen.course.at(seen.week)
    return lesion.livedo < _LEAST_LIVEDO, lesion.area_mm2


def _answer(
    reader: _Reader, seen: _Painted, box_px: Sequence[int], rng: np.random.Generator
) -> Answer:
    """Return what a reader makes of a picture this time."""
    larger = reader.larger + float(rng.normal(0, _HAND_SD))
    return Answer(
        outlines=(_drawn(seen.edge, larger, box_px, rng),),
        tissue=_tissue(seen, reader, rng),
        seconds=round(float(rng.normal(48, 9)), 1),
    )


def _drawn(
    edge: npt.NDArray[np.float64],
    larger: float,
    box_px: Sequence[int],
    rng: np.random.Generator,
) -> Outline:
    """Return an edge as a hand follows it, by ``larger`` of ln(area), px of the picture shown."""
    along = np.linspace(0, 1, _POINTS, endpoint=False)
    closed = np.vstack([edge, edge[:1]])
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    points = np.column_stack(
        [np.interp(along * lengths[-1], lengths, closed[:, axis]) for axis in (0, 1)]
    )
    wobble = sum(
        rng.normal(0, _WOBBLE) * np.cos(2 * math.pi * (wave * along + rng.uniform()))
        for wave in _WAVES
    )
    middle = points.mean(axis=0)
    path = middle + (points - middle) * np.exp(larger / 2 + wobble)[:, np.newaxis]
    left, top, right, bottom = box_px
    shown = np.clip(path - (left, top), 0, (right - left, bottom - top))
    ring = tuple((float(x), float(y)) for x, y in shown)
    return Outline(outer=ring, source=OutlineSource.DRAWN)


def _tissue(
    seen: _Painted, reader: _Reader, rng: np.random.Generator
) -> tuple[tuple[Tissue, float], ...]:
    """Return the shares of the bed as a reader guesses them, in twentieths that make a whole."""
    bed = seen.course.at(seen.week)
    eschar = round(_STEPS * min(1.0, max(0.0, bed.eschar + float(rng.normal(0, _SHARE_SD)))))
    guess = bed.slough + reader.more_slough + float(rng.normal(0, _SHARE_SD))
    slough = min(_STEPS - eschar, round(_STEPS * max(0.0, guess)))
    shares = (
        (Tissue.ESCHAR, eschar),
        (Tissue.SLOUGH, slough),
        (Tissue.GRANULATION, _STEPS - eschar - slough),
    )
    return tuple((tissue, share / _STEPS) for tissue, share in shares if share)
