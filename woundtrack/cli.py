"""The command line: a thin face over the verbs, for scripts, researchers and administrators.

Exit codes: 0 all well, 1 some item failed or could not be measured, 2 wrong use, 130 stopped.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from woundtrack import __version__
from woundtrack.cli_agreement import agreement
from woundtrack.errors import (
    QUESTIONS,
    Cancelled,
    NotUnderstood,
    WoundtrackError,
    doubt_sentence,
)
from woundtrack.model import (
    REGIONS,
    Doubt,
    Framing,
    Progress,
    Side,
    no_progress,
)

if TYPE_CHECKING:
    from woundtrack.imaging import RulerLine
    from woundtrack.model import Archive, Sending
    from woundtrack.records import Library
    from woundtrack.workflow import MeasuredPhotograph
    from woundtrack.workflow.exporting import Export

STOPPED: Final = 130
FAILED: Final = 1
WRONG_USE: Final = 2

ANY = click.Path(path_type=Path)
PHOTO = ANY
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        outcome = woundtrack.main(args=arguments, prog_name="woundtrack", standalone_mode=False)
    except (Cancelled, click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return STOPPED
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except NotUnderstood as wrong:
        click.echo(f"woundtrack: {wrong}", err=True)
        return WRONG_USE
    except WoundtrackError as error:
        click.echo(f"woundtrack: {error}", err=True)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output stopped reading (``| head``): not ours to complain about.
        sys.stderr.close()
        return FAILED
    return outcome if isinstance(outcome, int) else 0


class _CommandOrLibrary(click.Group):
    """A group whose one argument may be a library in place of a command, as a desktop gives it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # A command's name is the command wherever it is typed: a folder of that name is ./demo.
        if len(args) == 1 and self.get_command(ctx, args[0]) is None:
            return args[0], _open, args
        return super().resolve_command(ctx, args)


@click.group(
    cls=_CommandOrLibrary,
    invoke_without_command=True,
    subcommand_metavar="[LIBRARY | COMMAND [ARGS]...]",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="woundtrack")
@click.pass_context
def woundtrack(context: click.Context) -> int | None:
    """Measure skin ulcers in serial photographs, and see how they heal.

    Without a command, opens the window: on LIBRARY, a folder or the library.db in it, else on the
    library opened last. Research software, not a medical device.
    """
    if context.invoked_subcommand is not None:
        return None
    return _window(None)


woundtrack.add_command(agreement)


@click.command()
@click.argument("path", metavar="LIBRARY", type=ANY)
def _open(path: Path) -> int:
    """Open the window on a library; what is there and is none, the window says."""
    # What isn't there was typed wrong, and is told where it was typed: in a window's program,
    # which has no standard error, that is the window.
    if not path.exists() and sys.stderr is not None:
        raise NotUnderstood(
            what="The word",
            given=str(path),
            expected="it is neither a command nor a library's folder; woundtrack --help lists "
            "the commands",
        )
    return _window(_folder_of(path.absolute()))


def _folder_of(path: Path) -> Path:
    """Return the library's folder, named by itself or by the ``library.db`` in it."""
    is_database = path.name.casefold() == "library.db" and not path.is_dir()
    return path.parent if is_database else path


def _window(library: Path | None) -> int:
    from woundtrack.ui import app  # Qt loads for the window alone

    return app.run(library)


# --- shared options ------------------------------------------------------------------------------


def _person(by: str | None) -> str:
    from woundtrack.settings import account_name, read_settings

    return (by or "").strip() or read_settings().settings.person.strip() or account_name()


def by_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--by NAME`` to a command that records something."""
    return click.option(
        "--by",
        metavar="NAME",
        help="Who does this, for the record [default: the name in the settings, else the account].",
    )(function)


def quiet_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--quiet`` to a command that shows progress."""
    return click.option("--quiet", "-q", is_flag=True, help="Show no progress.")(function)


def site_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--site`` and ``--side``."""
    side = click.option("--side", type=click.Choice([side.value for side in Side]))
    site = click.option(
        "--site", type=click.Choice(list(REGIONS)), metavar="SITE", help="Where on the body."
    )
    return site(side(function))


class _Date(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as YYYY-MM-DD.", param, ctx)


class _Length(click.ParamType[float]):
    name = "MM"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            return _number(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a length; write it as 99.4 or 99,4.", param, ctx)


def _number(typed: str) -> float:
    """Return a number written with a point or, as most of Europe does, with a comma.

    Raises ``ValueError``.
    """
    return float(typed.replace(",", ".", 1) if "." not in typed else typed)


@contextmanager
def _progress(label: str, *, quiet: bool) -> Iterator[Progress]:
    """Show a bar on a terminal, and nothing when quiet or when standard error is a file."""
    if quiet or not sys.stderr.isatty():
        yield no_progress
        return
    with click.progressbar(
        length=1000, label=label, file=sys.stderr, item_show_func=lambda item: item or ""
    ) as bar:

        def show(fraction: float, message: str) -> None:
            bar.update(max(0, round(fraction * 1000) - bar.pos), message)

        yield show


def _photographs(named: Sequence[Path]) -> tuple[Path, ...]:
    from woundtrack.workflow import photographs_in

    paths = photographs_in(named)
    if not any(path.exists() for path in named):
        raise NotUnderstood(
            what="The place",
            given=", ".join(str(path) for path in named),
            expected="there is no such file or folder",
        )
    if not any(path.exists() for path in paths):
        raise NotUnderstood(
            what="The folder",
            given=", ".join(str(path) for path in named),
            expected="there is no photograph there (JPEG, PNG, TIFF, WebP or HEIC)",
        )
    return paths


def _refuse_same_names(paths: Sequence[Path]) -> None:
    """Refuse photographs whose pictures would be written over each other."""
    stems = [path.stem.casefold() for path in paths]
    for path in paths:
        if stems.count(path.stem.casefold()) > 1:
            raise NotUnderstood(
                what="The name",
                given=path.stem,
                expected="two photographs have it, and their pictures would be the same file; "
                "give each folder a command and an output folder of its own",
            )


def _say(message: str) -> None:
    click.echo(message, err=True)


def _tell_broken_network() -> None:
    """Say, once a run, that the outline network can't be used; one left out is no news here."""
    from woundtrack import imaging

    fault = imaging.network_in_use().fault
    if fault is not None:
        _say(f"woundtrack: {fault}")


# --- without a library ---------------------------------------------------------------------------


@woundtrack.command()
@click.option("--library", type=FOLDER, help="Where to make it [default: the user's data folder].")
@click.option("--no-window", is_flag=True, help="Make it and stop.")
@quiet_option
def demo(library: Path | None, *, no_window: bool, quiet: bool) -> int:
    """Make a demonstration clinic and open the window on it."""
    from woundtrack.demo import build_demo, default_folder

    folder = library or default_folder()
    with _progress("Demonstration clinic", quiet=quiet) as progress:
        report = build_demo(folder, progress=progress)
    click.echo(report.sentence)
    return 0 if no_window else _window(folder)


@woundtrack.command()
@click.argument("out", type=FILE, required=False)
@click.option("--kind", default="card", show_default=True, help="card, window, square or strip.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--subject", metavar="CODE", help="The patient's code, printed on every card.")
@click.option("--layout", is_flag=True, help="Print where the cards are on the sheet, as JSON.")
def card(out: Path | None, kind: str, paper: str, subject: str | None, *, layout: bool) -> None:
    """Write the printable calibration card as a PDF.

    With --subject the cards are one patient's: photographs of the L card and the window then say
    whose they are.
    """
    from woundtrack import imaging

    if out is None and not layout:
        raise click.UsageError("Name the PDF to write, or ask for --layout.")
    sheet = imaging.card_layout(kind, paper)
    if out is not None:
        imaging.write_card_sheet(out, kind, paper, subject)
        _say(
            f"{out}: print it at 100 % (actual size). Measure its two 100 mm bars with a ruler, "
            "and tell the library: woundtrack printers LIBRARY --measured NAME --across MM "
            "--down MM"
        )
    if layout:
        click.echo(json.dumps(sheet.as_json()))


@woundtrack.command()
@click.argument("photos", metavar="PHOTO...", type=PHOTO, nargs=-1, required=True)
@click.option("--outline", "mask", type=FILE, help="The exact outline, as a mask of one PHOTO.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--overlay", type=FOLDER, help="Write each photograph with its outlines there.")
@click.option("--site", help="Where on the body, e.g. lower-leg: a flat card on a limb sees less.")
@click.option(
    "--head",
    type=click.FloatRange(-360, 360),
    metavar="DEG",
    help="Where the head is, clockwise from the picture's top.",
)
@click.option("--bar", type=_Length(), metavar="MM", help="How long the sheet's 100 mm bars are.")
@click.option(
    "--ruler",
    metavar="X1,Y1,X2,Y2,MM",
    help="Two points on a ruler, in pixels of one upright PHOTO without a card, and how far apart.",
)
@quiet_option
def measure(
    photos: tuple[Path, ...],
    mask: Path | None,
    overlay: Path | None,
    site: str | None,
    bar: float | None,
    head: float | None,
    ruler: str | None,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Measure photographs; needs no library and records nothing."""
    from woundtrack.documents import measured_document, measured_lines
    from woundtrack.workflow import checked_bars, measure_photograph, parse_site

    where = None if site is None else parse_site(site)
    bars = None if bar is None else checked_bars("this sheet", bar, bar)
    two_points = None if ruler is None else _ruler_line(ruler)
    paths = _photographs(photos)
    if overlay is not None:
        _refuse_same_names(paths)
    if mask is not None and len(paths) != 1:
        raise click.UsageError("--outline takes exactly one PHOTO.")
    if two_points is not None and len(paths) != 1:
        raise click.UsageError("--ruler takes exactly one PHOTO.")
    results = []
    with _progress("Measuring", quiet=quiet) as progress:
        for done, path in enumerate(paths):
            progress(done / len(paths), path.name)
            result = measure_photograph(
                path, given=mask, site=where, print_scale=bars, head_deg=head, ruler=two_points
            )
            results.append(result)
            if overlay is not None and result.error is None:
                _write_overlay(result, overlay)
    if mask is None:
        _tell_broken_network()
    if as_json:
        click.echo(json.dumps([measured_document(result) for result in results], indent=1))
    else:
        for result in results:
            for line in measured_lines(result):
                click.echo(line)
            if result.error is not None:
                _say(f"woundtrack: {result.error}")
            for doubt in result.doubts:
                _say(f"{result.path}: {doubt_sentence(doubt)}")
    complete = all(
        result.error is None and result.calibration is not None and result.lesions
        for result in results
    )
    return 0 if complete else FAILED


@woundtrack.command()
@click.argument("photos", metavar="PHOTO PHOTO...", type=PHOTO, nargs=-1, required=True)
@click.option("--outline", "masks", type=FILE, multiple=True, help="A part's mask, one a PHOTO.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--site", help="Where on the body, e.g. lower-leg.")
@click.option("--bar", type=_Length(), metavar="MM", help="How long the sheet's 100 mm bars are.")
def join(
    photos: tuple[Path, ...],
    masks: tuple[Path, ...],
    site: str | None,
    bar: float | None,
    *,
    as_json: bool,
) -> int:
    """Measure one wound that goes round a limb, from photographs that show one strip."""
    from woundtrack.documents import joined_document
    from woundtrack.workflow import checked_bars, measure_joined, parse_site

    if len(photos) < 2:
        raise click.UsageError("A wound is joined from two PHOTOs or more.")
    if len(set(photos)) != len(photos):
        raise click.UsageError("One PHOTO was given twice: each shows another part of the wound.")
    if masks and len(masks) != len(photos):
        raise click.UsageError("Give --outline once for each PHOTO, in the same order, or never.")
    size = measure_joined(
        photos,
        given=masks,
        site=None if site is None else parse_site(site),
        print_scale=None if bar is None else checked_bars("this sheet", bar, bar),
    )
    if not masks:
        _tell_broken_network()
    if as_json:
        click.echo(json.dumps(joined_document(size), indent=1))
        return 0
    click.echo(
        f"{size.area_cm2:.2f} cm² ({size.area_low_cm2:.2f} to {size.area_high_cm2:.2f}), "
        f"perimeter {size.perimeter_cm:.1f} cm, length {size.length_cm:.1f} cm, "
        f"width {size.width_cm:.1f} cm"
    )
    for doubt in size.doubts:
        _say(doubt_sentence(doubt))
    return 0


def _ruler_line(given: str) -> RulerLine:
    """Return the two points and the distance of ``X1,Y1,X2,Y2,MM``.

    With semicolons or spaces between them, the numbers may have decimal commas.
    """
    from woundtrack.imaging import RulerLine

    between = ";" if ";" in given else None if len(given.split()) == 5 else ","
    parts = [part.strip().rstrip(",") for part in given.split(between)]
    try:
        left, top, right, bottom, distance = (_number(part) for part in parts)
    except ValueError:
        raise NotUnderstood(
            what="The ruler",
            given=given,
            expected="give two points and their distance as X1,Y1,X2,Y2,MM, or with semicolons "
            "between them where the numbers have decimal commas",
        ) from None
    return RulerLine(start_px=(left, top), end_px=(right, bottom), distance_mm=distance)


def _write_overlay(result: MeasuredPhotograph, folder: Path) -> None:
    from woundtrack import imaging

    pixels, _ = imaging.read_photograph(result.path)
    labels = tuple("" if size is None else f"{size.area_cm2:.2f} cm²" for _, size in result.lesions)
    drawn = imaging.draw_overlay(
        pixels, result.calibration, tuple(outline for outline, _ in result.lesions), labels
    )
    imaging.write_picture(folder / f"{result.path.stem}.overlay.jpg", drawn)


@woundtrack.command()
@click.argument("photos", metavar="PHOTO...", type=PHOTO, nargs=-1, required=True)
@click.option("--masks", type=FOLDER, required=True, help="The folder for the masks.")
@quiet_option
def outline(photos: tuple[Path, ...], masks: Path, *, quiet: bool) -> int:
    """Outline photographs automatically: one mask a lesion, STEM.1.png, STEM.2.png and so on."""
    from woundtrack import imaging
    from woundtrack.workflow import masks_of

    complete = True
    paths = _photographs(photos)
    _refuse_same_names(paths)
    with _progress("Outlining", quiet=quiet) as progress:
        for done, path in enumerate(paths):
            progress(done / len(paths), path.name)
            result, parts = masks_of(path)
            if result.error is not None:
                _say(f"woundtrack: {result.error}")
            elif not parts:
                _say(f"{path}: {doubt_sentence(Doubt(code='outline_not_found'))}")
            complete = complete and bool(parts)
            for number, mask in enumerate(parts, start=1):
                written = masks / f"{path.stem}.{number}.png"
                imaging.write_picture(written, mask)
                click.echo(str(written))
    _tell_broken_network()
    return 0 if complete else FAILED


# --- with a library ------------------------------------------------------------------------------


def _opened_or_made(folder: Path) -> Library:
    from woundtrack.errors import LibraryMissing
    from woundtrack.records import Library

    try:
        return Library.open(folder)
    except LibraryMissing:
        return Library.create(folder)


def _opened_to_note(folder: Path, *, names_patients: bool = False) -> Library:
    """Open a library to note in it what left; for reading where another window writes it.

    Nothing that ``names_patients`` leaves without a note: then it is refused there.
    """
    from woundtrack.errors import LibraryInUse, LibraryReadOnly
    from woundtrack.records import Library

    try:
        return Library.open(folder)
    except (LibraryInUse, LibraryReadOnly):
        if names_patients:
            raise
        return Library.open(folder, read_only=True)


@woundtrack.command()
@click.argument("library", type=FOLDER)
@click.option("--measured", metavar="NAME", help="The printer whose sheet was measured.")
@click.option("--across", type=_Length(), metavar="MM", help="How long its bar across is.")
@click.option("--down", type=_Length(), metavar="MM", help="How long its bar down the sheet is.")
@click.option("--on", "measured_on", type=_Date(), help="The day of measuring, if not today.")
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
                opened, measured, across, down, measured_on, by=_person(by)
            )
            rescaled = outcome.rescaled
            for doubt in outcome.doubts:
                _say(doubt_sentence(doubt))
        if use:
            rescaled = max(rescaled, workflow.use_printer(opened, use, by=_person(by)))
        scale = workflow.print_scale_in_use(opened)
        if takes_accepted:
            if scale is None:
                raise click.UsageError("--accepted needs a printer that was measured.")
            anew = workflow.measured_anew(workflow.accepted_before(opened), scale)
            reprinted = workflow.rescale_accepted(opened, anew, by=_person(by)).visits
        found, doubt_in_use = workflow.printers(opened), workflow.print_doubt(opened)
        kept = workflow.kept_scales(opened)
    if rescaled:
        waiting = counted(rescaled, "photograph that waits was", "photographs that wait were")
        _say(f"{waiting} measured anew.")
    if reprinted is not None:
        visits = counted(reprinted, "accepted visit was", "accepted visits were")
        _say(f"{visits} measured anew, as revisions.")
    if kept.visits and (is_measured or use or takes_accepted):
        visits = counted(kept.visits, "accepted visit keeps", "accepted visits keep")
        they = "it was" if kept.visits == 1 else "they were"
        _say(f"{visits} the scale {they} accepted with.")
    if as_json:
        click.echo(json.dumps(printers_document(found, doubt_in_use), indent=1))
        return
    for line in printer_lines(found):
        click.echo(line)
    if doubt_in_use is not None:
        _say(doubt_sentence(doubt_in_use))


@woundtrack.command(name="import")
@click.argument("library", type=FOLDER)
@click.argument("photos", metavar="PHOTO...", type=PHOTO, nargs=-1)
@click.option("--patient", metavar="CODE", help="The patient's code.")
@site_options
@click.option("--lesion", metavar="NAME", help="The lesion the photographs show.")
@click.option("--date", "visited_on", type=_Date(), help="The visit's date, if not the capture's.")
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
            for path in _photographs(photos)
        )
    with (
        _opened_or_made(library) as opened,
        _progress("Importing", quiet=quiet) as progress,
    ):
        report = workflow.import_items(opened, items, by=_person(by), progress=progress)
        doubt_of_print = workflow.print_doubt(opened)
    problems += report.problems
    for problem in problems:
        where = "" if problem.line is None else f"line {problem.line}, {problem.path.name}: "
        _say(f"woundtrack: {where}{problem.error}")
    unmeasured = 0
    for filed in report.filed:
        name = filed.photograph.photograph.original_name
        for doubt in filed.proposal.doubts:
            _say(f"{name}: {doubt_sentence(doubt)}")
        unmeasured += filed.proposal.calibration is None or not filed.proposal.outlines
    if doubt_of_print is not None and report.filed:
        _say(doubt_sentence(doubt_of_print))
    _tell_broken_network()
    total = counted(len(report.filed) + len(problems), "photograph", "photographs")
    click.echo(
        f"{len(report.filed)} of {total} imported, "
        f"{len(report.filed) - unmeasured} with a measured outline, waiting to be accepted."
    )
    return FAILED if problems or unmeasured else 0


@woundtrack.command()
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

    with Library.open(library) as opened, _progress("Accepting", quiet=quiet) as progress:
        report = workflow.accept_proposals(
            opened,
            opened.patient_with_code(patient),
            include_doubted=include_doubted,
            by=_person(by),
            progress=progress,
        )
    for filed, doubts in report.left:
        reasons = [doubt_sentence(doubt) for doubt in doubts]
        _say(f"{filed.photograph.original_name}: left for review. {' '.join(reasons)}")
    for asked in report.asked:
        question = asked.question
        _say(QUESTIONS[question.code].format(**dict(question.values)))
    accepted = counted(len(report.accepted), "photograph", "photographs")
    click.echo(f"{accepted} accepted, {len(report.left)} left for review.")
    return FAILED if report.left else 0


@woundtrack.command()
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
        _say(f"{plot} written.")
    if waiting:
        wait = counted(waiting, "photograph waits", "photographs wait")
        _say(f"{wait} to be accepted: woundtrack accept, or Review. Not in this course yet.")
    if as_json:
        click.echo(json.dumps(timeline_document(course, waiting, record), indent=1))
    else:
        for line in timeline_lines(course, record):
            click.echo(line)
    return 0


@woundtrack.command()
@click.argument("library", type=FOLDER)
@click.argument("outdir", type=FOLDER)
@click.option(
    "--format", "kind", type=click.Choice(["csv", "redcap", "fhir", "dicom"]), required=True
)
@click.option("--identified", is_flag=True, help="With patient codes, dates and names.")
@click.option("--as-of", type=_Date(), help="As it was recorded by the end of that day.")
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
@by_option
def export(
    library: Path,
    outdir: Path,
    kind: str,
    as_of: date | None,
    study: str,
    framing: str | None,
    by: str | None,
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

    With --pictures, each accepted photograph that may leave is cut to its lesion, laid flat by the
    card, and every card in it is painted over. What shows more, or shows a site that is intimate or
    of the head, leaves once a person looked at it and said yes; images.csv says of each why not.
    """
    from woundtrack.documents import picture_lines, small_cell_lines
    from woundtrack.errors import FileUnwritable
    from woundtrack.settings import read_settings
    from woundtrack.workflow.exporting import ExportChoice, open_export, write_csv

    if (masks or framing) and not pictures:
        raise click.UsageError("--masks and --framing go with --pictures.")
    if pictures and kind not in {"csv", "fhir"}:
        raise click.UsageError("--pictures goes with --format csv and fhir.")
    if longitudinal and kind != "redcap":
        raise click.UsageError("--longitudinal goes with --format redcap.")
    if exif and not (kind == "dicom" and identified):
        raise click.UsageError("--exif goes with --format dicom --identified.")
    choice = ExportChoice(
        is_identified=identified,
        study=study,
        as_of=as_of,
        with_free_text=free_text,
        with_unasked=not asked_only and read_settings().settings.exports_unasked,
        pictures=Framing(framing or "lesion") if pictures else None,
        with_masks=masks,
    )
    with _opened_to_note(library, names_patients=identified) as opened:
        if outdir.resolve().is_relative_to(opened.path.resolve()):
            reason = "it lies in the folder of the library itself"
            raise FileUnwritable(path=str(outdir), reason=reason)
        leaving = open_export(opened, choice, by=_person(by))
        if kind == "dicom":
            return _write_dicom(leaving, outdir, with_exif=exif, by=_person(by))
        if kind == "redcap":
            return _write_redcap(leaving, outdir, longitudinal=longitudinal, by=_person(by))
        if kind == "fhir":
            return _write_fhir(leaving, outdir, by=_person(by))
        written = write_csv(leaving, outdir, by=_person(by))
    for path in written.paths:
        click.echo(str(path))
    for line in (*_who_leaves(leaving), *small_cell_lines(written.small_cells, choice)):
        _say(line)
    for line in picture_lines(written) if pictures else ():
        _say(line)
    return 0


def _who_leaves(export: Export) -> list[str]:
    """Whom an export leaves out, and what would be taken for a cohort and is none."""
    from woundtrack.documents import leaving_lines
    from woundtrack.model import now

    lines, as_of = list(leaving_lines(export.leaving)), export.choice.as_of
    if as_of is not None and as_of > now().astimezone().date():
        lines.append(f"{as_of} is still to come: what is recorded till then changes this export.")
    if export.leaving.patients and not export.patients:
        lines.append(
            f"No patient is in it: none was recorded yet on {as_of}. What counts is the day on "
            "which something was recorded, not the day of the visit."
        )
    elif not export.patients:
        lines.append("No patient is in it.")
    return lines


def _write_redcap(export: Export, folder: Path, *, longitudinal: bool, by: str) -> int:
    from woundtrack.documents import small_cell_lines
    from woundtrack.workflow.exporting_redcap import write_redcap

    with _progress("REDCap", quiet=False) as progress:
        written = write_redcap(export, folder, longitudinal=longitudinal, by=by, progress=progress)
    for path in written.paths:
        click.echo(str(path))
    few = small_cell_lines(written.small_cells, export.choice)
    for line in (*_who_leaves(export), *few):
        _say(line)
    return 0


def _write_fhir(export: Export, folder: Path, *, by: str) -> int:
    from woundtrack.documents import picture_lines, small_cell_lines
    from woundtrack.workflow.exporting_fhir import write_fhir

    with _progress("FHIR", quiet=False) as progress:
        written = write_fhir(export, folder, by=by, progress=progress)
    for path in written.paths:
        click.echo(str(path))
    few = small_cell_lines(written.small_cells, export.choice)
    for line in (*_who_leaves(export), *few):
        _say(line)
    for line in picture_lines(written) if export.choice.pictures is not None else ():
        _say(line)
    return 0


def _write_dicom(export: Export, folder: Path, *, with_exif: bool, by: str) -> int:
    from woundtrack.documents import counted
    from woundtrack.workflow.exporting_dicom import write_dicom

    with _progress("DICOM", quiet=False) as progress:
        written = write_dicom(export, folder, with_exif=with_exif, by=by, progress=progress)
    for path in written.paths:
        click.echo(str(path))
    for line in _who_leaves(export):
        _say(line)
    if written.not_released:
        stayed = counted(written.not_released, "photograph stays", "photographs stay")
        _say(
            f"{stayed}: no picture of them may leave so, as where a person has to look at it first "
            "or said no, or the patient wasn't asked."
        )
    return 0


@woundtrack.command()
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
    from woundtrack.settings import read_settings
    from woundtrack.workflow.exporting import ExportChoice, open_export
    from woundtrack.workflow.remeasured_table import write_remeasured_table

    choice = ExportChoice(
        is_identified=identified,
        study=study,
        with_unasked=read_settings().settings.exports_unasked,
    )
    with (
        _opened_to_note(library, names_patients=identified) as opened,
        _progress("Measuring", quiet=quiet) as progress,
    ):
        only = None if patient is None else opened.patient_with_code(patient)
        going = open_export(opened, choice, by=_person(by))
        table = write_remeasured_table(
            going,
            out,
            patient=only,
            with_outlines=outlines,
            by=_person(by),
            progress=progress,
        )
    click.echo(str(table.path))
    _say(
        f"{counted(table.rows, 'outline', 'outlines')} measured again: {table.differ} differ by "
        f"more than measurement error, {table.not_measured} could not be measured."
    )
    for line in leaving_lines(going.leaving):
        _say(line)
    return FAILED if table.not_measured else 0


@woundtrack.command()
@click.option("--add", metavar="NAME", help="Set an archive, anew if it is there.")
@click.option("--host", metavar="HOST", help="Its address: a name or numbers.")
@click.option("--port", type=click.IntRange(1, 65535), help="Its port [default: 104].")
@click.option("--title", metavar="AE", help="What it is called [default: ANY-SCP].")
@click.option("--own-title", metavar="AE", help="This computer's name [default: WOUNDTRACK].")
@click.option("--tls", is_flag=True, help="Encrypt the connection.")
@click.option("--ca", type=FILE, help="Whom its certificate is signed by, as PEM.")
@click.option("--certificate", type=FILE, help="This computer's own certificate, as PEM.")
@click.option("--key", type=FILE, help="The key of that certificate.")
@click.option("--remove", metavar="NAME", help="Forget an archive; what waits for it is kept.")
def archives(
    add: str | None,
    host: str | None,
    port: int | None,
    title: str | None,
    own_title: str | None,
    ca: Path | None,
    certificate: Path | None,
    key: Path | None,
    remove: str | None,
    *,
    tls: bool,
) -> None:
    """Show or set the hospital archives that this computer sends photographs to (DICOM)."""
    from woundtrack.model import DICOM_PORT, OWN_TITLE, Archive, is_title
    from woundtrack.settings import read_settings, write_settings

    settings = read_settings().settings
    if add:
        if not host:
            raise click.UsageError("--add needs the archive's --host.")
        if (ca or certificate or key) and not tls:
            raise click.UsageError("--ca, --certificate and --key go with --tls.")
        if certificate is None and key is not None:
            raise click.UsageError("--key goes with --certificate.")
        archive = Archive(
            name=add.strip(),
            host=host.strip(),
            port=port or DICOM_PORT,
            title=title or "ANY-SCP",
            own_title=own_title or OWN_TITLE,
            uses_tls=tls,
            ca_file=None if ca is None else ca.absolute(),
            certificate=None if certificate is None else certificate.absolute(),
            key=None if key is None else key.absolute(),
        )
        for given in (archive.title, archive.own_title):
            if not is_title(given):
                expected = "give 1 to 16 letters, digits or signs without accents"
                raise NotUnderstood(what="The title", given=given, expected=expected)
        settings = settings.with_archive(archive)
        write_settings(settings)
    if remove:
        settings = settings.without_archive(_archive(remove).name)
        write_settings(settings)
    for one in settings.archives:
        safe = ", encrypted" if one.uses_tls else ""
        click.echo(f"{one.name}: {one.title} at {one.address}{safe}, as {one.own_title}")
    if not settings.archives:
        _say("No archive is set. Add one: woundtrack archives --add NAME --host HOST")


def _archive(name: str) -> Archive:
    from woundtrack.errors import ArchiveUnknown
    from woundtrack.settings import read_settings

    found = read_settings().settings.archive(name)
    if found is None:
        raise ArchiveUnknown(archive=name)
    return found


@woundtrack.command()
@click.argument("library", type=FOLDER)
@click.option("--to", "name", metavar="NAME", required=True, help="The archive; see: archives.")
@click.option("--test", is_flag=True, help="Ask the archive whether it answers; send nothing.")
@click.option("--list", "shows", is_flag=True, help="Show what waits or was set aside, and why.")
@click.option("--patient", metavar="CODE", help="First queue this patient's photographs.")
@click.option("--since", type=_Date(), help="With --patient: of visits from that day on alone.")
@click.option("--again", is_flag=True, help="With --patient: also what was sent before.")
@click.option(
    "--study", metavar="NAME", help="With --patient: without a name, under this study's code."
)
@click.option("--retry", is_flag=True, help="First let wait again what was set aside.")
@click.option("--cancel", is_flag=True, help="Empty the queue; send nothing.")
@by_option
@quiet_option
def send(
    library: Path,
    name: str,
    patient: str | None,
    since: date | None,
    study: str | None,
    by: str | None,
    *,
    test: bool,
    shows: bool,
    again: bool,
    retry: bool,
    cancel: bool,
    quiet: bool,
) -> int:
    """Send accepted photographs to a hospital archive (DICOM), under the patient's name.

    They wait in a queue in the library until the archive has confirmed each: an archive that is
    away, or a computer that is switched off, loses none. Without --patient, sends what waits.
    """
    from woundtrack.documents import counted
    from woundtrack.model import SendState
    from woundtrack.records import Library
    from woundtrack.settings import read_settings
    from woundtrack.workflow import archiving

    archive, person = _archive(name), _person(by)
    with_unasked = read_settings().settings.exports_unasked
    if test:
        archiving.check_connection(archive)
        click.echo(f"{archive.name} answers at {archive.address}.")
        return 0
    if (since or again or study) and not patient:
        raise click.UsageError("--since, --again and --study go with --patient.")
    with Library.open(library, read_only=shows) as opened:
        if shows:
            for sending in opened.sendings(archive.name):
                if sending.state in {SendState.WAITING, SendState.REFUSED}:
                    click.echo(_sending_line(opened, sending))
            return 0
        if retry or cancel:
            change = archiving.retry_sending if retry else archiving.cancel_sending
            old = (SendState.REFUSED,) if retry else (SendState.REFUSED, SendState.WAITING)
            for state in old:
                for sending in opened.sendings(archive.name, state=state):
                    change(opened, sending, by=person)
        if cancel:
            return 0
        if patient:
            known = opened.patient_with_code(patient)
            queued = archiving.queue_patient(
                opened,
                known,
                archive,
                by=person,
                study=study,
                since=since,
                again=again,
                with_unasked=with_unasked,
            )
            if not queued.added and not queued.waiting_already:
                _say(f"There is nothing new of {known.code} to send to {archive.name}.")
        with _progress(f"To {archive.name}", quiet=quiet) as progress:
            report = archiving.send_waiting(
                opened, archive, by=person, with_unasked=with_unasked, progress=progress
            )
        for sending in report.set_aside:
            _say(_sending_line(opened, sending))
    if report.stopped_by is not None:
        _say(f"woundtrack: {report.stopped_by}")
    sent = counted(len(report.sent), "photograph", "photographs")
    waits = counted(report.waiting, "waits", "wait")
    rest = f" {waits}." if report.waiting else ""
    click.echo(f"{sent} sent to {archive.name}.{rest}")
    return FAILED if report.waiting or report.set_aside else 0


def _sending_line(opened: Library, sending: Sending) -> str:
    from woundtrack.workflow import archiving

    fault = archiving.fault_of(sending)
    name = opened.photograph(sending.photograph_id).photograph.original_name
    said = "not tried yet" if fault is None else str(fault)
    return f"{name} ({sending.state.value}): {said}"


@woundtrack.command()
@click.argument("library", type=FOLDER)
@click.argument("out", metavar="OUT.pdf", type=FILE)
@click.option("--patient", metavar="CODE", required=True, help="The patient's code.")
@click.option("--lesion", metavar="NAME", help="One lesion's page instead of the patient's.")
@click.option("--for-patient", is_flag=True, help="The sheet for the patient, in plain words.")
@click.option("--as-of", type=_Date(), help="As it was known at the end of that day.")
@click.option(
    "--printed-on", type=_Date(), help="The day stated as that of printing, if not today."
)
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
        _opened_to_note(library, names_patients=identified) as opened,
        _progress("Report", quiet=quiet) as progress,
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
        reporting.write_report(plan, out, progress)
        reporting.note_report(opened, plan, by=_person(by))
    click.echo(str(out))
    return 0


@woundtrack.command()
@click.argument("library", type=FOLDER)
@quiet_option
def check(library: Path, *, quiet: bool) -> int:
    """Verify the database, the audit trail, and every original photograph."""
    from woundtrack.documents import check_lines
    from woundtrack.records import Library

    with (
        Library.open(library, read_only=True) as opened,
        _progress("Checking", quiet=quiet) as progress,
    ):
        report = opened.check(progress=progress)
    for problem in report.problems:
        _say(f"woundtrack: {problem}")
    for line in check_lines(report):
        click.echo(line)
    return FAILED if report.problems else 0


@woundtrack.command()
@click.argument("library", type=FOLDER)
@click.argument("out", type=FILE)
@quiet_option
def backup(library: Path, out: Path, *, quiet: bool) -> int:
    """Write the whole library into one file."""
    from woundtrack.documents import counted
    from woundtrack.records import Library

    with (
        Library.open(library, read_only=True) as opened,
        _progress("Backing up", quiet=quiet) as progress,
    ):
        report = opened.backup(out, progress=progress)
    for problem in report.problems:
        _say(f"woundtrack: {problem}")
    things = counted(len(report.problems), "thing", "things")
    but_for = f", but for {things} named above" if report.problems else ""
    click.echo(f"{out} holds the library {library}{but_for}.")
    return FAILED if report.problems else 0


@woundtrack.command()
@click.argument("backup_file", metavar="BACKUP", type=FILE)
@click.argument("folder", metavar="DIR", type=FOLDER)
@quiet_option
def restore(backup_file: Path, folder: Path, *, quiet: bool) -> int:
    """Make a library from a backup, in a new folder."""
    from woundtrack.records import Library

    with _progress("Restoring", quiet=quiet) as progress:
        report = Library.restore(backup_file, folder, progress=progress)
    for problem in report.problems:
        _say(f"woundtrack: {problem}")
    click.echo(f"{folder} is a library again. Verify it with: woundtrack check {folder}")
    return FAILED if report.problems else 0


@woundtrack.command()
def selftest() -> int:
    """Check this installation: versions, assets, a phantom, a library made and reopened."""
    from woundtrack.selftest import run

    all_well = True
    for name, outcome, detail in run():
        all_well = all_well and outcome
        click.echo(f"{'ok  ' if outcome else 'FAIL'}  {name}: {detail}")
    return 0 if all_well else FAILED
