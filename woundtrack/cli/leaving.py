"""The commands by which something leaves a library: exports, measuring again, pages on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from woundtrack.cli.asking import (
    FAILED,
    FILE,
    FOLDER,
    Date,
    by_option,
    opened_to_note,
    person_named,
    progress_bar,
    quiet_option,
    say,
)
from woundtrack.cli.cohort import filter_options, in_english, nobody_passes
from woundtrack.model import CohortFilter, Framing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from woundtrack.exchange.pictures import Stays
    from woundtrack.workflow.export_formats import WrittenFiles
    from woundtrack.workflow.exporting import Export


@click.command()
@click.argument("library", type=FOLDER)
@click.argument("outdir", type=FOLDER)
@click.option(
    "--format", "kind", type=click.Choice(["csv", "redcap", "fhir", "dicom"]), required=True
)
@click.option(
    "--identified",
    is_flag=True,
    help="With patient codes, true dates and staff; as fhir and dicom also with patients' names, "
    "birth dates and numbers, as dicom with all of every photograph.",
)
@click.option("--as-of", type=Date(), help="As it was recorded by the end of that day.")
@click.option("--study", default="", metavar="NAME", help="The study whose codes stand for them.")
@click.option("--free-text", is_flag=True, help="With what people typed: look through it first.")
@click.option("--asked-only", is_flag=True, help="Leave out patients whom nobody asked.")
@click.option("--pictures", is_flag=True, help="With pictures, where consent and a person allow.")
@click.option("--masks", is_flag=True, help="With --pictures: the outlines, too, as masks.")
@click.option(
    "--framing",
    type=click.Choice(["lesion", "around", "whole"]),
    help="With --pictures: how much they show [default: lesion].",
)
@click.option(
    "--exif",
    is_flag=True,
    help="With --format dicom --identified: with what the camera wrote, the place, too.",
)
@click.option("--longitudinal", is_flag=True, help="With --format redcap: with events by weeks.")
@filter_options
@by_option
def export(
    library: Path,
    outdir: Path,
    kind: str,
    as_of: date | None,
    study: str,
    framing: str | None,
    by: str | None,
    filters: CohortFilter | None,
    *,
    identified: bool,
    free_text: bool,
    asked_only: bool,
    pictures: bool,
    masks: bool,
    longitudinal: bool,
    exif: bool,
) -> int:
    """Write the record for other people's tools; pseudonymised unless told otherwise.

    A pseudonymised export names patients by random codes of the study, the same in every export of
    it, tells days from each patient's index event, and holds nothing that was typed.

    Patients who refused or withdrew consent to research are left out; of an identified export,
    those who refused to have their record leave.

    What leaves is noted in the library's audit trail before it is written, so that no other window
    may have the library meanwhile. OUTDIR holds one kind of export: the same again replaces it.

    With --pictures, each accepted photograph that may leave is cut to its lesion, laid flat by the
    card, and every card in it is painted over. What shows more, or shows a site that is intimate or
    of the head, leaves once a person looked at it and said yes; images.csv says of each why not.
    """
    from woundtrack.records import Library
    from woundtrack.settings import read_settings
    from woundtrack.workflow.export_formats import refuse_folder, writer_of
    from woundtrack.workflow.exporting import ExportChoice, open_export

    _refuse_what_does_not_go_together(
        kind,
        has_pictures=pictures,
        has_parts=masks or framing is not None,
        longitudinal=longitudinal,
        exif=exif,
        identified=identified,
    )
    choice = ExportChoice(
        is_identified=identified,
        study=study,
        as_of=as_of,
        with_free_text=free_text,
        with_unasked=not asked_only and read_settings().settings.exports_unasked,
        pictures=Framing(framing or "lesion") if pictures else None,
        with_masks=masks,
        filters=filters,
    )
    person = person_named(by)
    more: dict[str, Any] = {}
    if longitudinal:
        more["longitudinal"] = True
    if exif:
        more["with_exif"] = True
    # For writing: nothing leaves without a note in the audit trail.
    with Library.open(library) as opened, progress_bar(_LABELS[kind], quiet=False) as progress:
        refuse_folder(opened, choice, kind, outdir)
        going = open_export(opened, choice, by=person)
        if nobody_passes(going):
            return FAILED
        written = writer_of(kind)(going, outdir, by=person, progress=progress, **more)
        who = [*_whom_it_tells(going, kind), *_who_leaves(going)]
    for path in written.paths:
        click.echo(str(path))
    for line in (*who, *_what_stays(going, written)):
        say(line)
    return 0


_LABELS: Final = {"csv": "Tables", "redcap": "REDCap", "fhir": "FHIR", "dicom": "DICOM"}


def _refuse_what_does_not_go_together(
    kind: str,
    *,
    has_pictures: bool,
    has_parts: bool,
    longitudinal: bool,
    exif: bool,
    identified: bool,
) -> None:
    """Raise ``UsageError`` saying what to leave out or to write instead."""
    if has_parts and not has_pictures:
        raise click.UsageError("--masks and --framing go with --pictures.")
    if has_pictures and kind == "dicom":
        raise click.UsageError(
            "DICOM files are the photographs themselves: leave out --pictures, --masks, --framing."
        )
    if has_pictures and kind == "redcap":
        raise click.UsageError(
            "REDCap files hold no pictures: leave out --pictures, or export --format csv "
            "--pictures, too."
        )
    if longitudinal and kind != "redcap":
        raise click.UsageError("--longitudinal goes with --format redcap.")
    if exif and not (kind == "dicom" and identified):
        raise click.UsageError("--exif goes with --format dicom --identified.")


_TELLS: Final = {
    "csv": "the patients' codes, true dates, the names of staff and all that was typed",
    "redcap": "the patients' codes, true dates, the names of staff and all that was typed",
    "fhir": "the patients' codes, true dates, the names of staff, all that was typed and, where "
    "recorded, name, birth date, NHS number and hospital number",
    "dicom": "the patients' codes, true dates, all of every photograph and, where recorded, name, "
    "birth date, NHS number and hospital number",
}
"""What of an identified export tells who a patient is."""


def _whom_it_tells(export: Export, kind: str) -> Iterator[str]:
    """Yield what tells in an identified export who its patients are, and of how many."""
    from woundtrack.documents import counted

    if not export.choice.is_identified or not export.patients:
        return
    count = len(export.patients)
    if export.choice.filters is not None:
        count = sum(1 for _ in export.files())
    patients = counted(count, "patient is", "patients are")
    yield (
        f"Whoever opens these files can tell who {patients}: they hold {_TELLS[kind]}. Keep them "
        "where the hospital's own record may lie."
    )


def _who_leaves(export: Export) -> list[str]:
    """Whom an export leaves out, and what would be taken for a cohort and is none."""
    from woundtrack.documents import leaving_lines
    from woundtrack.model import now

    lines, as_of = list(leaving_lines(export.leaving)), export.choice.as_of
    if export.choice.is_identified and export.choice.study:
        lines.append(
            f"The study's name, {export.choice.study}, stands in it; patients keep their own codes."
        )
    if export.choice.filters is not None:
        lines.insert(0, in_english(export.choice.filters))
    if as_of is not None and as_of > now().astimezone().date():
        lines.append(f"{as_of} is still to come: what is recorded till then changes this export.")
    nobody_then = not export.patients and not export.left_out_count
    if as_of is not None and nobody_then and export.library.patients():
        lines.append(
            f"No patient is in it: none was recorded yet on {as_of}. What counts is the day on "
            "which something was recorded, not the day of the visit."
        )
    elif not export.patients:
        lines.append("No patient is in it.")
    return lines


def _what_stays(export: Export, written: WrittenFiles) -> list[str]:
    """Who may be told apart in what was written, which pictures stay, and what to do about it."""
    from woundtrack.documents import counted, picture_lines, small_cell_lines
    from woundtrack.exchange.bundle import Written
    from woundtrack.exchange.fhir import WrittenFhir
    from woundtrack.exchange.pictures import LOOK_FIRST, WHY_STAYS
    from woundtrack.workflow.exporting_dicom import WrittenDicom

    lines = list(small_cell_lines(getattr(written, "small_cells", {}), export.choice))
    stay: Mapping[Stays, int] = {}
    if isinstance(written, WrittenDicom):
        stay = written.stay
        for why, count in stay.items():
            photographs = counted(count, "photograph stays", "photographs stay")
            lines.append(f"{photographs}: {WHY_STAYS[why]}.")
    elif isinstance(written, Written | WrittenFhir) and export.choice.pictures is not None:
        stay = written.pictures_stay
        lines += picture_lines(written)
    waiting = sum(count for why, count in stay.items() if why in LOOK_FIRST)
    if waiting:
        wait = counted(waiting, "waits", "wait")
        lines.append(
            f"{wait} for a person: open the library in the window, press Ctrl Shift E and say of "
            "each whether it may leave; then export again."
        )
    return lines


@click.command()
@click.argument("library", type=FOLDER)
@click.argument("out", metavar="OUT.csv", type=FILE)
@click.option("--patient", metavar="CODE", help="Only this patient's.")
@click.option("--outlines", is_flag=True, help="Outline anew, too, and compare with the accepted.")
@click.option("--identified", is_flag=True, help="With patient codes and dates.")
@click.option("--study", default="", metavar="NAME", help="The study whose codes stand for them.")
@by_option
@quiet_option
def remeasure(
    library: Path,
    out: Path,
    patient: str | None,
    study: str,
    by: str | None,
    *,
    outlines: bool,
    identified: bool,
    quiet: bool,
) -> int:
    """Measure what was accepted again, by this version, beside it; nothing is replaced.

    Writes a table with both sizes of every accepted outline. What is done is kept in the library's
    folder: a run that was stopped goes on. Patients without consent are left out as by export.
    """
    from woundtrack.documents import counted, leaving_lines
    from woundtrack.records import Library
    from woundtrack.settings import read_settings
    from woundtrack.workflow.exporting import ExportChoice, open_export
    from woundtrack.workflow.remeasured_table import write_remeasured_table

    choice = ExportChoice(
        is_identified=identified,
        study=study,
        with_unasked=read_settings().settings.exports_unasked,
    )
    with (
        Library.open(library) as opened,  # for writing: nothing leaves without a note
        progress_bar("Measuring", quiet=quiet) as progress,
    ):
        only = None if patient is None else opened.patient_with_code(patient)
        going = open_export(opened, choice, by=person_named(by))
        table = write_remeasured_table(
            going,
            out,
            patient=only,
            with_outlines=outlines,
            by=person_named(by),
            progress=progress,
        )
    click.echo(str(table.path))
    say(
        f"{counted(table.rows, 'outline', 'outlines')} measured again: {table.differ} differ by "
        f"more than measurement error, {table.not_measured} could not be measured."
    )
    for line in leaving_lines(going.leaving):
        say(line)
    return FAILED if table.not_measured else 0


@click.command()
@click.argument("library", type=FOLDER)
@click.argument("out", metavar="OUT.pdf", type=FILE)
@click.option("--patient", metavar="CODE", required=True, help="The patient's code.")
@click.option("--lesion", metavar="NAME", help="One lesion's page instead of the patient's.")
@click.option("--for-patient", is_flag=True, help="The sheet for the patient, in plain words.")
@click.option("--as-of", type=Date(), help="As it was known at the end of that day.")
@click.option("--printed-on", type=Date(), help="The day stated as that of printing, if not today.")
@click.option("--identified", is_flag=True, help="With the patient's name and numbers.")
@by_option
@quiet_option
def report(
    library: Path,
    out: Path,
    patient: str,
    lesion: str | None,
    as_of: date | None,
    printed_on: date | None,
    by: str | None,
    *,
    for_patient: bool,
    identified: bool,
    quiet: bool,
) -> int:
    """Write a patient's page for the MDT as a PDF; a code and no name unless told otherwise.

    The same library, options and --printed-on give the same bytes.
    """
    from woundtrack.workflow import reporting

    if out.suffix.lower() != ".pdf":
        raise click.UsageError("The report is a PDF: name it OUT.pdf.")
    if lesion is not None and for_patient:
        raise click.UsageError(
            "The sheet for the patient tells of all lesions: leave out --lesion."
        )
    with (
        opened_to_note(library, names_patients=identified) as opened,
        progress_bar("Report", quiet=quiet) as progress,
    ):
        plan = reporting.plan_report(
            opened,
            opened.patient_with_code(patient),
            lesion=lesion,
            for_patient=for_patient,
            as_of=as_of,
            printed_on=printed_on or date.today(),  # noqa: DTZ011 - the clinic's own day
            identified=identified,
        )
        reporting.note_report(opened, plan, by=person_named(by))
        reporting.write_report(plan, out, progress)
    click.echo(str(out))
    return 0
