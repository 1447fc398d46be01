"""The CSV file of what was measured again: written beside, put in place when all of it is there.

Hides how a file of another origin is told from an earlier one of ours, which alone is replaced.
"""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from woundtrack.disk import put_in_place, refuse_unkeepable, remove
from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.profile import Profile
from woundtrack.exchange.tables.column import Told
from woundtrack.exchange.tables.remeasured import COLUMNS, RemeasuredRow
from woundtrack.model.remeasurings import Remeasurement

_HEAD: Final = ",".join(column.name for column in COLUMNS[:2])


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
    refuse_unkeepable(out)
    part = out.with_name(f".{out.name}.part")  # of one name: what a kill left is written over
    columns = [column for column in COLUMNS if column.stays_in(profile)]
    rows = 0
    try:
        _refuse_stranger(out)
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow([column.name for column in columns])
            for file, results in patients:
                told = Told.of(file, profile)
                for row in _rows(file, results):
                    writer.writerow([column.cell(row, told) for column in columns])
                    rows += 1
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(part, out)
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(out)) from fault
        reason = (fault.strerror or str(fault)).lower()
        raise FileUnwritable(path=str(out), reason=reason) from fault
    finally:
        remove(part)
    return rows


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


def _refuse_stranger(out: Path) -> None:
    if not out.exists():
        return
    if out.is_file():
        with out.open("rb") as stream:
            if stream.read(len(_HEAD)).decode("utf-8", "replace") == _HEAD:
                return
    raise FileUnwritable(
        path=str(out), reason="something of that name is there that remeasuring didn't write"
    )
