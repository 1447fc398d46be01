"""An export for REDCap: data dictionary, data and what sets the project up, noted in the trail.

Hides nothing but that the scores of the library's instruments have forms of their own.
"""

from __future__ import annotations

from pathlib import Path

from woundtrack.exchange.manifest import ExportFacts
from woundtrack.exchange.redcap import WrittenProject, write_project
from woundtrack.model import Progress, no_progress
from woundtrack.workflow.exporting import Export
from woundtrack.workflow.exporting_notes import ExportNote, counted_files, noted


def write_redcap(
    export: Export,
    folder: Path,
    *,
    longitudinal: bool = False,
    by: str,
    note: ExportNote | None = None,
    progress: Progress = no_progress,
) -> WrittenProject:
    """Write an export as a REDCap project, noted in the audit trail before and after.

    ``longitudinal``: with events by weeks, rather than without. ``note`` as in
    ``exporting_notes.noted``, whose errors it raises, and those of ``redcap.write_project``.
    """
    what = "redcap with events" if longitudinal else "redcap"
    with noted(export, what, folder, by=by, note=note) as trail:
        return write_project(
            folder,
            counted_files(export, trail),
            export.profile,
            ExportFacts(
                as_of=export.choice.as_of,
                audit_head=export.audit_head,
                left_out=export.left_out_count,
                filters=export.filters_told,
            ),
            export.instruments,
            longitudinal=longitudinal,
            had_head=export.library.had_audit_head,
            count=len(export.leaving.patients),
            progress=progress,
        )
