"""What an export would hold, counted before it is written: nothing leaves, no code is given out.

Hides that each patient is counted once for a day, whoever of them a choice then lets go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from woundtrack.exchange.bundle import FEW, cell_of
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.pictures import Stays
from woundtrack.exchange.profile import Profile
from woundtrack.model import (
    CohortFilter,
    Framing,
    Patient,
    PictureRelease,
    Progress,
    Purpose,
    no_progress,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow.consenting import Leaving
from woundtrack.workflow.course import end_of_day
from woundtrack.workflow.exporting import Export, ExportChoice
from woundtrack.workflow.releasing import (
    Answers,
    Sitting,
    WhyAsked,
    sittings_of,
    why_asked,
    why_stays,
)

_NO_SALT: Final = bytes(16)


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureCount:
    """How many pictures may leave as they are, wait for a person, and were said no to.

    Counted before any is made: one in which a code is found then waits all the same.
    """

    leave: int = 0
    wait: int = 0
    refused: int = 0

    def __add__(self, other: PictureCount) -> PictureCount:
        """Return both together."""
        return PictureCount(
            leave=self.leave + other.leave,
            wait=self.wait + other.wait,
            refused=self.refused + other.refused,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientCount:
    """How much there is of one patient on a day; ``cell`` is sex, five years of age and centre.

    ``pictures`` are those of a pseudonymised export, by how much they show.
    """

    lesions: int
    visits: int
    photographs: int
    assessments: int
    cell: tuple[str, str, str]
    pictures: Mapping[Framing, PictureCount]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What would leave of some patients; ``told_apart`` counts those in a cell of fewer than five.

    ``small_cells`` is how many such cells there are.
    """

    patients: int
    lesions: int
    visits: int
    photographs: int
    assessments: int
    small_cells: int
    told_apart: int


def count_patients(
    library: Library,
    *,
    as_of: date | None = None,
    filters: CohortFilter | None = None,
    progress: Progress = no_progress,
) -> Mapping[str, PatientCount]:
    """Return what there is of every patient known at the end of a day, by the patient's id.

    Everybody is counted, so that a choice of who leaves needs no second reading; as of today where
    no day is given. With ``filters`` what passes them. Raises ``Cancelled`` by ``progress``.
    """
    today, moment = now().astimezone().date(), end_of_day(as_of)
    past = None if moment is None else library.past(moment)
    everybody = (library if past is None else past).patients()
    answers = Answers.of(library, as_of=moment)
    seen = Export(
        library=library,
        choice=ExportChoice(as_of=as_of, filters=filters),
        leaving=Leaving(
            purpose=Purpose.RECORD,
            patients=everybody,
            refused=(),
            not_asked=(),
            with_unasked=True,
        ),
        # Nothing of it is written: everybody is called by the library's own id.
        profile=Profile(
            is_identified=False, salt=_NO_SALT, codes={one.id: one.id for one in everybody}
        ),
        as_of=today if as_of is None else as_of,
        audit_head="",
        instruments=(),
        past=past,
    )
    counts: dict[str, PatientCount] = {}
    for place, file in enumerate(seen.files()):
        progress(place / max(1, len(everybody)), f"{place + 1}/{len(everybody)}")
        counts[file.patient.id] = PatientCount(
            lesions=len(file.lesions),
            visits=len(file.visits),
            photographs=sum(not one.is_retired for one in file.photographs),
            assessments=len(file.assessments),
            cell=cell_of(file, seen.profile),
            pictures=_pictures_in(file, answers),
        )
    return counts


def _pictures_in(file: PatientFile, answers: Answers) -> Mapping[Framing, PictureCount]:
    sittings = [
        one
        for one in sittings_of(file.photographs, file.assessments, file.lesions)
        if one.around  # one without leaves as a whole alone, and not with the tables
    ]
    found = {}
    for framing in Framing:
        stays = Counter(_stays(one, framing, answers) for one in sittings)
        found[framing] = PictureCount(
            leave=stays[None], wait=stays[Stays.NOT_LOOKED_AT], refused=stays[Stays.REFUSED]
        )
    return found


def _stays(sitting: Sitting, framing: Framing, answers: Answers) -> Stays | None:
    """Return what ``why_stays`` does; a frame is worked out only where somebody answered."""
    if sitting.photograph.is_retired:
        return Stays.RETIRED
    if sitting.photograph.id in answers.now:
        return why_stays(sitting, framing, answers)
    return Stays.NOT_LOOKED_AT if why_asked(sitting, framing) else None


def pictures_of(
    counts: Mapping[str, PatientCount], patients: Iterable[Patient], framing: Framing
) -> PictureCount:
    """Return how many pictures of these patients may leave, wait, or were said no to."""
    there = (counts[one.id].pictures[framing] for one in patients if one.id in counts)
    return sum(there, PictureCount())


def preview_of(counts: Mapping[str, PatientCount], patients: Iterable[Patient]) -> Preview:
    """Return what would leave of these patients; one who wasn't known on the day isn't counted."""
    there = [counts[one.id] for one in patients if one.id in counts]
    cells = Counter(one.cell for one in there)
    small = [count for count in cells.values() if count < FEW]
    return Preview(
        patients=len(there),
        lesions=sum(one.lesions for one in there),
        visits=sum(one.visits for one in there),
        photographs=sum(one.photographs for one in there),
        assessments=sum(one.assessments for one in there),
        small_cells=len(small),
        told_apart=sum(small),
    )


# --- pictures, one by one ------------------------------------------------------------------------


class PictureState(StrEnum):
    """What becomes of a picture, by the answers that count now."""

    WAITS = "waits"  # until a person has looked at it
    RELEASED = "released"
    REFUSED = "refused"
    FREE = "free"  # of a lesion that nobody has to look at


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureToSee:
    """A picture that a person may look at: why they are asked, and what was said of it.

    ``said`` is the newest answer to this very picture; one to a wider picture may count for it.
    """

    patient: Patient
    sitting: Sitting
    framing: Framing
    why: tuple[WhyAsked, ...]
    state: PictureState
    said: PictureRelease | None = None

    @property
    def key(self) -> tuple[str, str | None, Framing]:
        """Which picture it is."""
        return self.sitting.photograph.id, self.sitting.lesion_id, self.framing


def pictures_to_see(
    library: Library,
    patients: Iterable[Patient],
    framing: Framing = Framing.LESION,
    *,
    progress: Progress = no_progress,
) -> tuple[PictureToSee, ...]:
    """Return every picture of these patients, patient by patient and visit by visit.

    No photograph is read. Raises ``Cancelled`` by ``progress``.
    """
    answers, going = Answers.of(library), tuple(patients)
    found: list[PictureToSee] = []
    for place, patient in enumerate(going):
        progress(place / max(1, len(going)), patient.code)
        found += _pictures_of(library, patient, framing, answers)
    return tuple(found)


def _pictures_of(
    library: Library, patient: Patient, framing: Framing, answers: Answers
) -> Iterator[PictureToSee]:
    for sitting in sittings_of(
        library.photographs(patient_id=patient.id),
        library.assessments(patient.id, is_kept=False),
        library.lesions(patient.id),
    ):
        if not sitting.around:
            continue
        why = why_asked(sitting, framing)
        said = next(
            (
                one
                for one in answers.now.get(sitting.photograph.id, ())
                if one.key == (sitting.photograph.id, sitting.lesion_id, framing)
            ),
            None,
        )
        state = PictureState.FREE if not why else PictureState.WAITS
        is_answered = sitting.photograph.id in answers.now
        frame = sitting.frame(framing) if is_answered else None
        if frame is not None and answers.is_refused(sitting, framing, frame):
            state = PictureState.REFUSED
        elif frame is not None and answers.is_released(sitting, frame):
            state = PictureState.RELEASED
        yield PictureToSee(
            patient=patient, sitting=sitting, framing=framing, why=why, state=state, said=said
        )
