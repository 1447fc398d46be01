"""An export as FHIR bundles, noted in the audit trail.

Hides nothing: who may leave, and under which name, is decided in ``exporting``.
"""

from __future__ import annotations

from pathlib import Path

from woundtrack.exchange.fhir import Withdrawn, WrittenFhir, write_bundles
from woundtrack.exchange.manifest import ExportFacts
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.model import ENTRIES, Progress, no_progress
from woundtrack.workflow.course import end_of_day
from woundtrack.workflow.exporting import Export
from woundtrack.workflow.exporting_notes import ExportNote, counted_files, noted


def write_fhir(
    export: Export,
    folder: str | Path,
    *,
    by: str,
    note: ExportNote | None = None,
    progress: Progress = no_progress,
) -> WrittenFhir:
    """Write an export as one FHIR R4 bundle a patient, noted in the trail before and after.

    With pictures, where the choice asks for them and they may leave. Raises ``ExportUnnoted``,
    ``FileUnwritable``, ``FileInUse``, ``DiskFull``, and ``Cancelled`` by ``progress``; then nothing
    in the folder was changed. ``note`` as in ``exporting_notes.noted``.
    """
    writer = None
    if export.choice.pictures is not None:
        from woundtrack.workflow.picture_export import PictureWriter

        writer = PictureWriter(export)
    with noted(export, export.choice.named("fhir"), folder, by=by, note=note) as trail:
        written = write_bundles(
            folder,
            counted_files(export, trail),
            export.profile,
            ExportFacts(
                as_of=export.choice.as_of,
                audit_head=export.audit_head,
                left_out=export.left_out_count,
                filters=export.filters_told,
            ),
            had_head=export.library.had_audit_head,
            write_pictures=writer,
            withdrawn_of=lambda file: _withdrawn_of(export, file),
            count=len(export.leaving.patients),
            progress=progress,
        )
        if writer is not None:
            trail.what = f"fhir with {written.pictures} pictures"
    return written


def _withdrawn_of(export: Export, file: PatientFile) -> Withdrawn:
    """Return what of a patient was retired by the end of the export's day."""
    moment, patient_id = end_of_day(export.choice.as_of), file.patient.id
    entries = (
        entry
        for kind in ENTRIES
        for entry in export.library.entries(
            kind, patient_id=patient_id, include_retired=True, as_of=moment
        )
    )
    assessments = export.library.assessments(
        patient_id, include_retired=True, as_of=moment, is_kept=False
    )
    wanted = export.choice.filters
    # Of a lesion that doesn't pass the filters nothing leaves, what was withdrawn neither.
    kept = {one.id for one in file.lesions}
    is_chosen = wanted is not None and wanted.chooses_lesions

    def leaves(lesion_id: str | None) -> bool:
        return not is_chosen or lesion_id is None or lesion_id in kept

    return Withdrawn(
        entries=tuple(
            one for one in entries if one.is_retired and leaves(getattr(one, "lesion_id", None))
        ),
        assessments=tuple(one for one in assessments if one.is_retired and leaves(one.lesion_id)),
    )
