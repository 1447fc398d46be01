"""The CSV file of what was measured again: a row an accepted outline, by visit and lesion.

Hides which result is of which outline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from woundtrack.exchange.own_table import write_own_table
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.profile import Profile
from woundtrack.exchange.tables.column import Told
from woundtrack.exchange.tables.remeasured import COLUMNS, RemeasuredRow
from woundtrack.model.remeasurings import Remeasurement


def write_remeasured(
    out: Path,
    patients: Iterable[tuple[PatientFile, Iterable[Remeasurement]]],
    profile: Profile,
) -> int:
    """Write a row an accepted outline; return how many.

    Parameters
    ----------
    out
        The file; an earlier one of this kind is replaced, any other is left alone.
    patients
        Their files, by what they are called outside, and what was measured again of each.
    profile
        What they, their rows and days are called.

    Raises ``FileUnwritable``, ``FileInUse``, ``DiskFull``; and what reading ``patients`` raises.
    The file that was there is as it was then. Cells are written as in the tidy bundle.
    """

    def told() -> Iterator[tuple[RemeasuredRow, Told]]:
        for file, results in patients:
            of_file = Told.of(file, profile)
            for row in _rows(file, results):
                yield row, of_file

    return write_own_table(out, COLUMNS, told(), profile, writer="remeasuring")


def _rows(file: PatientFile, results: Iterable[Remeasurement]) -> Iterable[RemeasuredRow]:
    """Return a patient's rows by visit, lesion and kind of outline."""
    known = {(one.revision_id, one.kind): one for one in results}
    found = []
    for assessment in file.assessments:
        lesion, visit = file.lesion(assessment.lesion_id), file.visit(assessment.visit_id)
        for outline in assessment.outlines:
            result = known.get((assessment.id, outline.kind))
            if result is not None and lesion is not None and visit is not None:
                found.append(RemeasuredRow(result=result, lesion=lesion, visit=visit))
    found.sort(key=lambda row: (row.visit.visited_on, row.lesion.number, row.result.revision_id))
    return found
