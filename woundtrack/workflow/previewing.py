"""What an export would hold, counted before it is written: nothing leaves, no code is given out.

Hides that each patient is counted once for a day, whoever of them a choice then lets go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from woundtrack.exchange.bundle import FEW, cell_of
from woundtrack.exchange.profile import Profile
from woundtrack.model import Patient, Progress, Purpose, no_progress, now
from woundtrack.records import Library
from woundtrack.workflow.consenting import Leaving
from woundtrack.workflow.exporting import Export, ExportChoice

_NO_SALT: Final = bytes(16)


@dataclass(frozen=True, kw_only=True, slots=True)
class PatientCount:
    """How much there is of one patient on a day; ``cell`` is sex, five years of age and centre."""

    lesions: int
    visits: int
    photographs: int
    assessments: int
    cell: tuple[str, str, str]


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
    library: Library, *, as_of: date | None = None, progress: Progress = no_progress
) -> Mapping[str, PatientCount]:
    """Return what there is of every patient known at the end of a day, by the patient's id.

    Everybody is counted, so that a choice of who leaves needs no second reading; as of today where
    no day is given. Raises ``Cancelled`` by ``progress``.
    """
    everybody = library.patients()
    today = now().astimezone().date()
    seen = Export(
        library=library,
        choice=ExportChoice(as_of=as_of),
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
        )
    return counts


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
