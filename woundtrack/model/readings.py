"""Reading sessions: photographs that several people outline, blinded, to see how well they agree.

Nothing of a session is an assessment: what was accepted of a lesion stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from woundtrack.model.basics import Point, new_id, now
from woundtrack.model.outlines import Outline, OutlineKind, Tissue
from woundtrack.model.photographs import Calibration
from woundtrack.model.value_sets import Depth, Edge, ExudateAmount, ExudateType


class Asked(StrEnum):
    """What a session asks of each picture beside its outline."""

    TISSUE = "tissue"
    EXUDATE_AMOUNT = "exudate_amount"
    EXUDATE_TYPE = "exudate_type"
    EDGE = "edge"
    DEPTH = "depth"

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers that it has, from least to most where they are ordered; () for tissue."""
        sets: dict[Asked, type[StrEnum]] = {
            Asked.EXUDATE_AMOUNT: ExudateAmount,
            Asked.EXUDATE_TYPE: ExudateType,
            Asked.EDGE: Edge,
            Asked.DEPTH: Depth,
        }
        return tuple(one.value for one in sets[self]) if self in sets else ()

    @property
    def is_ordered(self) -> bool:
        """Whether answers that lie apart are further from agreement than neighbours."""
        return self is Asked.EXUDATE_AMOUNT


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingSession:
    """What is read by whom, how often, and from where on readers are said to disagree.

    ``seed`` made the sample and every reader's order. Two readings of an item disagree where the
    Dice of their outlines is below ``least_dice``, or one's area is more than ``most_ratio`` times
    the other's. ``is_sampled``: the items were drawn, not chosen.
    """

    id: str
    name: str
    seed: int
    readers: tuple[str, ...]
    repeats: int
    asks: tuple[Asked, ...]
    least_dice: float
    most_ratio: float
    is_sampled: bool
    created_by: str
    created_at: datetime
    is_retired: bool = False
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingItem:
    """One lesion in one photograph, as a blinded reader is shown it.

    ``box_px`` (left, top, right, bottom) is the piece of the photograph that is shown, ``at_px`` a
    place inside the wound that is meant. ``calibration`` is the photograph's when the session was
    made: all readings are measured by it.
    """

    id: str
    session_id: str
    place: int
    photograph_id: str
    lesion_id: str
    kind: OutlineKind
    box_px: tuple[int, int, int, int]
    at_px: Point
    calibration: Calibration


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingTask:
    """One item for one reader, the ``replicate``-th time; ``place`` is its turn for that reader."""

    id: str
    session_id: str
    item_id: str
    reader: str
    replicate: int
    place: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a reader made of a task; the newest revision counts.

    ``outlines`` are in pixels of the whole upright photograph; there are none exactly where
    ``unreadable`` says why there is no wound edge to see. ``tissue`` are shares of the bed, 0..1,
    and ``answers`` those to what else the session asks. ``seconds`` is the time spent on it,
    None where nobody took it.
    ``package_id`` is the package it came in, None where it was made in this library.
    Raises ``ValueError`` for a reading that is neither.
    """

    id: str
    task_id: str
    revision: int
    supersedes: str | None
    outlines: tuple[Outline, ...]
    unreadable: str
    tissue: tuple[tuple[Tissue, float], ...]
    answers: tuple[tuple[Asked, str], ...]
    area_mm2: float | None
    perimeter_mm: float | None
    seconds: float | None
    read_at: datetime
    recorded_at: datetime
    recorded_by: str
    package_id: str | None = None

    def __post_init__(self) -> None:
        if bool(self.outlines) == bool(self.unreadable):
            raise ValueError("a reading is an outline, or says why there is none")
        if (self.area_mm2 is None) != (not self.outlines):
            raise ValueError("a reading has an area exactly where it has an outline")

    @property
    def dominant_tissue(self) -> Tissue | None:
        """The tissue that covers most of the bed; None where none was told."""
        return max(self.tissue, key=lambda one: one[1])[0] if self.tissue else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjudication:
    """What a third person decided of an item that readers disagree about; the newest counts.

    Either ``chosen_reading_id`` names the reading that is right, or ``outlines`` are his own; one
    with neither takes back the decision before it.
    """

    id: str
    item_id: str
    revision: int
    supersedes: str | None
    chosen_reading_id: str | None
    outlines: tuple[Outline, ...]
    answers: tuple[tuple[Asked, str], ...]
    area_mm2: float | None
    perimeter_mm: float | None
    reason: str
    decided_by: str
    recorded_at: datetime

    @property
    def is_taken_back(self) -> bool:
        """Whether it says that nothing is decided any more."""
        return self.chosen_reading_id is None and not self.outlines

    def revised(self, **changes: object) -> Adjudication:
        """Return the next revision."""
        return replace(
            self,
            id=new_id(),
            revision=self.revision + 1,
            supersedes=self.id,
            recorded_at=now(),
            **changes,  # type: ignore[arg-type]
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingPackage:
    """A file with one reader's tasks that left for another computer.

    ``tasks_sha256`` is the hash of the list of tasks in it, by which its answers are known.
    """

    id: str
    session_id: str
    reader: str
    tasks_sha256: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadOnce:
    """A reading with all that it belongs to: a row of an analysis file."""

    session: ReadingSession
    item: ReadingItem
    task: ReadingTask
    reading: Reading


class ErrorBasis(StrEnum):
    """Whose repeated readings an error is of."""

    ANY_READER = "any_reader"  # of different readers: what one draws larger than another counts
    SAME_READER = "same_reader"  # of one reader, who reads again


@dataclass(frozen=True, kw_only=True, slots=True)
class ReaderError:
    """How far readers' areas lie apart, measured in a session that a person adopted.

    ``log_sd`` is the standard deviation of ln(area) of readings of one wound, with the ends of its
    95 % interval, and ``perimeter_log_sd`` that of ln(perimeter). In a course it stands in place of
    what is assumed of a person's edge. ``session_id`` is None where the adoption was taken back:
    what is assumed counts again, and the numbers are those that no longer do.
    """

    id: str
    session_id: str | None
    session: str
    basis: ErrorBasis
    log_sd: float
    log_sd_low: float
    log_sd_high: float
    perimeter_log_sd: float
    items: int
    readers: int
    reason: str
    adopted_by: str
    adopted_at: datetime
