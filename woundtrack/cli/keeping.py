"""The commands of a library: filling it, reading it, checking it, backing it up."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from woundtrack.cli.asking import (
    ANY,
    FAILED,
    FILE,
    FOLDER,
    Date,
    Length,
    by_option,
    person_named,
    photographs_named,
    progress_bar,
    quiet_option,
    say,
    site_options,
    tell_broken_network,
)
from woundtrack.errors import (
    QUESTIONS,
    doubt_sentence,
)

if TYPE_CHECKING:
    from woundtrack.records import Library


def _opened_or_made(folder: Path) -> Library:
    from woundtrack.errors import LibraryMissing
    from woundtrack.records import Library

    try:
        return Library.open(folder)
    except LibraryMissing:
        return Library.create(folder)


@click.command()
@click.argument("library", type=FOLDER)
@click.option("--measured", metavar="NAME", help="The printer whose sheet was measured.")
@click.option("--across", type=Length(), metavar="MM", help="How long its bar across is.")
@click.option("--down", type=Length(), metavar="MM", help="How long its bar down the sheet is.")
@click.option("--on", "measured_on", type=Date(), help="The day of measuring, if not today.")
@click.option("--use", metavar="NAME", help="The printer whose cards are used now.")
@click.option(
    "--accepted",
    "takes_accepted",
    is_flag=True,
    help="Measure anew what was accepted before a printer was measured, too.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@by_option
def printers(
    library: Path,
    measured: str | None,
    across: float | None,
    down: float | None,
    measured_on: date | None,
    use: str | None,
    by: str | None,
    *,
    takes_accepted: bool,
    as_json: bool,
) -> None:
    """Tell how large printers print the cards: their two bars of 100 mm, measured with a ruler.

    Alone, lists what was measured. The printer in use is the one measured last, unless --use says
    another. Photographs that wait to be accepted are measured anew; accepted ones stay, unless
    --accepted says that their cards came from that printer: then those that were accepted before
    any was measured are measured anew, as revisions.
    """
    from woundtrack import workflow
    from woundtrack.documents import counted, printer_lines, printers_document
    from woundtrack.records import Library

    is_measured = measured is not None
    if is_measured != (across is not None) or is_measured != (down is not None):
        raise click.UsageError("--measured NAME, --across MM and --down MM go together.")
    if measured_on is not None and not is_measured:
        raise click.UsageError("--on says when --measured was.")
    rescaled = 0
    reprinted = None
    with Library.open(library, read_only=not (is_measured or use or takes_accepted)) as opened:
        if measured is not None and across is not None and down is not None:
            outcome = workflow.record_print_scale(
                opened, measured, across, down, measured_on, by=person_named(by)
            )
            rescaled = outcome.rescaled
            for doubt in outcome.doubts:
                say(doubt_sentence(doubt))
        if use:
            rescaled = max(rescaled, workflow.use_printer(opened, use, by=person_named(by)))
        scale = workflow.print_scale_in_use(opened)
        if takes_accepted:
            if scale is None:
                raise click.UsageError("--accepted needs a printer that was measured.")
            anew = workflow.measured_anew(workflow.accepted_before(opened), scale)
            reprinted = workflow.rescale_accepted(opened, anew, by=person_named(by)).visits
        found, doubt_in_use = workflow.printers(opened), workflow.print_doubt(opened)
        kept = workflow.kept_scales(opened)
    if rescaled:
        waiting = counted(rescaled, "photograph that waits was", "photographs that wait were")
        say(f"{waiting} measured anew.")
    if reprinted is not None:
        visits = counted(reprinted, "accepted visit was", "accepted visits were")
        say(f"{visits} measured anew, as revisions.")
    if kept.visits and (is_measured or use or takes_accepted):
        visits = counted(kept.visits, "accepted visit keeps", "accepted visits keep")
        they = "it was" if kept.visits == 1 else "they were"
        say(f"{visits} the scale {they} accepted with.")
    if as_json:
        click.echo(json.dumps(printers_document(found, doubt_in_use), indent=1))
        return
    for line in printer_lines(found):
        click.echo(line)
    if doubt_in_use is not None:
        say(doubt_sentence(doubt_in_use))


@click.command(name="import")
@click.argument("library", type=FOLDER)
@click.argument("photos", metavar="PHOTO...", type=ANY, nargs=-1)
@click.option("--patient", metavar="CODE", help="The patient's code.")
@site_options
@click.option("--lesion", metavar="NAME", help="The lesion the photographs show.")
@click.option("--date", "visited_on", type=Date(), help="The visit's date, if not the capture's.")
@click.option(
    "--manifest",
    type=FILE,
    help="A CSV instead of PHOTOs: photo, patient, site, side, lesion, date.",
)
@by_option
@quiet_option
def import_(
    library: Path,
    photos: tuple[Path, ...],
    patient: str | None,
    site: str | None,
    side: str | None,
    lesion: str | None,
    visited_on: date | None,
    manifest: Path | None,
    by: str | None,
    *,
    quiet: bool,
) -> int:
    """Import photographs and propose outlines; accepts nothing. Makes LIBRARY if it is new.

    SITE is one of abdomen, flank, groin, pelvis, chest, breast, back, lumbar, sacrum, buttock,
    thigh, knee, lower-leg, ankle, foot, toe, shoulder, upper-arm, elbow, forearm, wrist, hand,
    finger, neck, head, genitalia, perineum; or a group where no more is known: legs, torso, arms.
    """
    from woundtrack import workflow
    from woundtrack.documents import counted

    problems: tuple[workflow.ImportProblem, ...] = ()
    if manifest is not None:
        if photos or patient or site or side or lesion or visited_on:
            raise click.UsageError("A manifest says all: give no PHOTO and no other option.")
        items, problems = workflow.read_manifest(manifest)
    else:
        if not (photos and patient and site):
            raise click.UsageError("Name PHOTOs, --patient and --site, or give a --manifest.")
        code = workflow.checked_patient_code(patient)
        items = tuple(
            workflow.ImportItem(
                path=path,
                patient_code=code,
                site=workflow.parse_site(site, side or ""),
                lesion_label=lesion,
                visited_on=visited_on,
            )
            for path in photographs_named(photos)
        )
    with (
        _opened_or_made(library) as opened,
        progress_bar("Importing", quiet=quiet) as progress,
    ):
        report = workflow.import_items(opened, items, by=person_named(by), progress=progress)
        doubt_of_print = workflow.print_doubt(opened)
    problems += report.problems
    for problem in problems:
        where = "" if problem.line is None else f"line {problem.line}, {problem.path.name}: "
        say(f"woundtrack: {where}{problem.error}")
    unmeasured = 0
    for filed in report.filed:
        name = filed.photograph.photograph.original_name
        for doubt in filed.proposal.doubts:
            say(f"{name}: {doubt_sentence(doubt)}")
        unmeasured += filed.proposal.calibration is None or not filed.proposal.outlines
    if doubt_of_print is not None and report.filed:
        say(doubt_sentence(doubt_of_print))
    tell_broken_network()
    total = counted(len(report.filed) + len(problems), "photograph", "photographs")
    click.echo(
        f"{len(report.filed)} of {total} imported, "
        f"{len(report.filed) - unmeasured} with a measured outline, waiting to be accepted."
    )
    return FAILED if problems or unmeasured else 0


@click.command()
@click.argument("library", type=FOLDER)
@click.option("--patient", metavar="CODE", required=True, help="The patient's code.")
@click.option(
    "--all",
    "include_doubted",
    is_flag=True,
    help="Also those without a scale, with a doubtful scale or with an unsure outline.",
)
@by_option
@quiet_option
def accept(
    library: Path, patient: str, by: str | None, *, include_doubted: bool, quiet: bool
) -> int:
    """Accept a patient's proposals, recorded as accepted without review."""
    from woundtrack import workflow
    from woundtrack.documents import counted
    from woundtrack.records import Library

    with Library.open(library) as opened, progress_bar("Accepting", quiet=quiet) as progress:
        report = workflow.accept_proposals(
            opened,
            opened.patient_with_code(patient),
            include_doubted=include_doubted,
            by=person_named(by),
            progress=progress,
        )
    for filed, doubts in report.left:
        reasons = [doubt_sentence(doubt) for doubt in doubts]
        say(f"{filed.photograph.original_name}: left for review. {' '.join(reasons)}")
    for asked in report.asked:
        question = asked.question
        say(QUESTIONS[question.code].format(**dict(question.values)))
    accepted = counted(len(report.accepted), "photograph", "photographs")
    click.echo(f"{accepted} accepted, {len(report.left)} left for review.")
    return FAILED if report.left else 0


@click.command()
@click.argument("library", type=FOLDER)
@click.option("--patient", metavar="CODE", required=True, help="The patient's code.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--plot", type=FILE, metavar="OUT.svg|png|pdf", help="Draw the healing curves.")
def timeline(library: Path, patient: str, plot: Path | None, *, as_json: bool) -> int:
    """Show how a patient's lesions are healing."""
    from woundtrack import workflow
    from woundtrack.documents import counted, timeline_document, timeline_lines
    from woundtrack.records import Library

    with Library.open(library, read_only=True) as opened:
        known = opened.patient_with_code(patient)
        record = workflow.record_of(opened, known)
        course = workflow.timeline_of(opened, known, record=record)
        waiting = opened.waiting_counts().get(known.id, 0)
    if plot is not None:
        if plot.suffix.lower() not in {".svg", ".png", ".pdf"}:
            raise click.UsageError("--plot writes .svg, .png or .pdf.")
        from woundtrack.healing import chart
        from woundtrack.model import now

        workflow.refuse_without_record(record, now().astimezone().date())
        chart.save(chart.draw(course, record=record), plot)
        say(f"{plot} written.")
    if waiting:
        wait = counted(waiting, "photograph waits", "photographs wait")
        say(f"{wait} to be accepted: woundtrack accept, or Review. Not in this course yet.")
    if as_json:
        click.echo(json.dumps(timeline_document(course, waiting, record), indent=1))
    else:
        for line in timeline_lines(course, record):
            click.echo(line)
    return 0


@click.command()
@click.argument("library", type=FOLDER)
@quiet_option
def check(library: Path, *, quiet: bool) -> int:
    """Verify the database, the audit trail, and every original photograph."""
    from woundtrack.documents import check_lines
    from woundtrack.records import Library

    with (
        Library.open(library, read_only=True) as opened,
        progress_bar("Checking", quiet=quiet) as progress,
    ):
        report = opened.check(progress=progress)
    for problem in report.problems:
        say(f"woundtrack: {problem}")
    for line in check_lines(report):
        click.echo(line)
    return FAILED if report.problems else 0


@click.command()
@click.argument("library", type=FOLDER)
@click.argument("out", type=FILE)
@quiet_option
def backup(library: Path, out: Path, *, quiet: bool) -> int:
    """Write the whole library into one file."""
    from woundtrack.documents import counted
    from woundtrack.records import Library

    with (
        Library.open(library, read_only=True) as opened,
        progress_bar("Backing up", quiet=quiet) as progress,
    ):
        report = opened.backup(out, progress=progress)
    for problem in report.problems:
        say(f"woundtrack: {problem}")
    things = counted(len(report.problems), "thing", "things")
    but_for = f", but for {things} named above" if report.problems else ""
    click.echo(f"{out} holds the library {library}{but_for}.")
    return FAILED if report.problems else 0


@click.command()
@click.argument("backup_file", metavar="BACKUP", type=FILE)
@click.argument("folder", metavar="DIR", type=FOLDER)
@quiet_option
def restore(backup_file: Path, folder: Path, *, quiet: bool) -> int:
    """Make a library from a backup, in a new folder."""
    from woundtrack.records import Library

    with progress_bar("Restoring", quiet=quiet) as progress:
        report = Library.restore(backup_file, folder, progress=progress)
    for problem in report.problems:
        say(f"woundtrack: {problem}")
    click.echo(f"{folder} is a library again. Verify it with: woundtrack check {folder}")
    return FAILED if report.problems else 0
