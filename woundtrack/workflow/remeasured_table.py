"""Measuring again as a table that leaves: who may leave, under which names, and what it came to.

Hides that a patient at a time is measured and written, and that what is done is kept meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.remeasured_file import write_remeasured
from woundtrack.model import Patient, Progress, no_progress
from woundtrack.model.remeasurings import Remeasurement
from woundtrack.records.remeasurings import Remeasurings
from woundtrack.workflow.exporting import Export
from woundtrack.workflow.exporting_notes import ExportNote, counted_files, noted
from woundtrack.workflow.remeasuring import remeasured

MEASURED_AGAIN: Final = "measured again"
"""What the trail calls such a table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RemeasuredTable:
    """What was written: how many rows, and of these how many have no size now, or another one.

    ``differ`` counts those that differ by more than measurement error.
    """

    path: Path
    rows: int
    not_measured: int
    differ: int


def write_remeasured_table(
    export: Export,
    out: Path,
    *,
    patient: Patient | None = None,
    with_outlines: bool = False,
    only_kept: bool = False,
    kept: Remeasurings | None = None,
    by: str,
    note: ExportNote | None = None,
    progress: Progress = no_progress,
) -> RemeasuredTable:
    """Measure what leaves by an export again and write the table; the record stays as it is.

    What is done is kept in the library's folder, where that can be written: stopped and begun
    again, it goes on. That the table leaves is noted in the audit trail before and after.

    Parameters
    ----------
    export
        Whose, and under which names; as of today.
    out
        The CSV file.
    patient
        Only this one's; none where they may not leave.
    note
        As in ``exporting_notes.noted``.
    with_outlines, only_kept, kept
        As in ``remeasured``; ``kept`` None: what is kept in the library's folder.

    Raises what ``exporting_notes.noted`` and ``write_remeasured`` raise, and ``Cancelled`` by
    ``progress``.
    """
    if patient is not None:
        patients = tuple(one for one in export.leaving.patients if one.id == patient.id)
        export = replace(export, leaving=replace(export.leaving, patients=patients))
    library = export.library
    if kept is None:
        kept = Remeasurings(library.path, is_read_only=library.is_read_only)
    counts = {"not_measured": 0, "differ": 0}
    whole = max(1, len(export.patients))

    def measured(trail: ExportNote) -> Iterator[tuple[PatientFile, list[Remeasurement]]]:
        for place, file in enumerate(counted_files(export, trail)):

            def part(fraction: float, message: str, place: int = place) -> None:
                progress((place + fraction) / whole, message)

            results: list[Remeasurement] = []
            for some in remeasured(
                library,
                [file.patient],
                kept=kept,
                with_outlines=with_outlines,
                only_kept=only_kept,
                progress=part,
            ):
                results.extend(some)
            counts["not_measured"] += sum(bool(one.why_not) for one in results)
            counts["differ"] += sum(one.is_within_error is False for one in results)
            yield file, results

    with noted(export, MEASURED_AGAIN, out, by=by, note=note) as trail:
        rows = write_remeasured(out, measured(trail), export.profile)
    return RemeasuredTable(path=out, rows=rows, **counts)
