"""The commands that need no library: cards, measuring, outlines, the demonstration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from woundtrack.cli.asking import (
    ANY,
    FAILED,
    FILE,
    FOLDER,
    Length,
    number,
    open_window,
    photographs_named,
    progress_bar,
    quiet_option,
    refuse_same_names,
    say,
    tell_broken_network,
)
from woundtrack.errors import (
    NotUnderstood,
    doubt_sentence,
)
from woundtrack.model import Doubt

if TYPE_CHECKING:
    from woundtrack.imaging import RulerLine
    from woundtrack.workflow import MeasuredPhotograph


@click.command()
@click.option("--library", type=FOLDER, help="Where to make it [default: the user's data folder].")
@click.option("--no-window", is_flag=True, help="Make it and stop.")
@quiet_option
def demo(library: Path | None, *, no_window: bool, quiet: bool) -> int:
    """Make a demonstration clinic and open the window on it."""
    from woundtrack.demo import build_demo, default_folder

    folder = library or default_folder()
    with progress_bar("Demonstration clinic", quiet=quiet) as progress:
        report = build_demo(folder, progress=progress)
    click.echo(report.sentence)
    return 0 if no_window else open_window(folder)


@click.command()
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
        say(
            f"{out}: print it at 100 % (actual size). Measure its two 100 mm bars with a ruler, "
            "and tell the library: woundtrack printers LIBRARY --measured NAME --across MM "
            "--down MM"
        )
    if layout:
        click.echo(json.dumps(sheet.as_json()))


@click.command()
@click.argument("photos", metavar="PHOTO...", type=ANY, nargs=-1, required=True)
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
@click.option("--bar", type=Length(), metavar="MM", help="How long the sheet's 100 mm bars are.")
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
    paths = photographs_named(photos)
    if overlay is not None:
        refuse_same_names(paths)
    if mask is not None and len(paths) != 1:
        raise click.UsageError("--outline takes exactly one PHOTO.")
    if two_points is not None and len(paths) != 1:
        raise click.UsageError("--ruler takes exactly one PHOTO.")
    results = []
    with progress_bar("Measuring", quiet=quiet) as progress:
        for done, path in enumerate(paths):
            progress(done / len(paths), path.name)
            result = measure_photograph(
                path, given=mask, site=where, print_scale=bars, head_deg=head, ruler=two_points
            )
            results.append(result)
            if overlay is not None and result.error is None:
                _write_overlay(result, overlay)
    if mask is None:
        tell_broken_network()
    if as_json:
        click.echo(json.dumps([measured_document(result) for result in results], indent=1))
    else:
        for result in results:
            for line in measured_lines(result):
                click.echo(line)
            if result.error is not None:
                say(f"woundtrack: {result.error}")
            for doubt in result.doubts:
                say(f"{result.path}: {doubt_sentence(doubt)}")
    complete = all(
        result.error is None and result.calibration is not None and result.lesions
        for result in results
    )
    return 0 if complete else FAILED


@click.command()
@click.argument("photos", metavar="PHOTO PHOTO...", type=ANY, nargs=-1, required=True)
@click.option("--outline", "masks", type=FILE, multiple=True, help="A part's mask, one a PHOTO.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--site", help="Where on the body, e.g. lower-leg.")
@click.option("--bar", type=Length(), metavar="MM", help="How long the sheet's 100 mm bars are.")
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
        raise click.UsageError("Give --outline once for each ANY, in the same order, or never.")
    size = measure_joined(
        photos,
        given=masks,
        site=None if site is None else parse_site(site),
        print_scale=None if bar is None else checked_bars("this sheet", bar, bar),
    )
    if not masks:
        tell_broken_network()
    if as_json:
        click.echo(json.dumps(joined_document(size), indent=1))
        return 0
    click.echo(
        f"{size.area_cm2:.2f} cm² ({size.area_low_cm2:.2f} to {size.area_high_cm2:.2f}), "
        f"perimeter {size.perimeter_cm:.1f} cm, length {size.length_cm:.1f} cm, "
        f"width {size.width_cm:.1f} cm"
    )
    for doubt in size.doubts:
        say(doubt_sentence(doubt))
    return 0


def _ruler_line(given: str) -> RulerLine:
    """Return the two points and the distance of ``X1,Y1,X2,Y2,MM``.

    With semicolons or spaces between them, the numbers may have decimal commas.
    """
    from woundtrack.imaging import RulerLine

    between = ";" if ";" in given else None if len(given.split()) == 5 else ","
    parts = [part.strip().rstrip(",") for part in given.split(between)]
    try:
        left, top, right, bottom, distance = (number(part) for part in parts)
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


@click.command()
@click.argument("photos", metavar="PHOTO...", type=ANY, nargs=-1, required=True)
@click.option("--masks", type=FOLDER, required=True, help="The folder for the masks.")
@quiet_option
def outline(photos: tuple[Path, ...], masks: Path, *, quiet: bool) -> int:
    """Outline photographs automatically: one mask a lesion, STEM.1.png, STEM.2.png and so on."""
    from woundtrack import imaging
    from woundtrack.workflow import masks_of

    complete = True
    paths = photographs_named(photos)
    refuse_same_names(paths)
    with progress_bar("Outlining", quiet=quiet) as progress:
        for done, path in enumerate(paths):
            progress(done / len(paths), path.name)
            result, parts = masks_of(path)
            if result.error is not None:
                say(f"woundtrack: {result.error}")
            elif not parts:
                say(f"{path}: {doubt_sentence(Doubt(code='outline_not_found'))}")
            complete = complete and bool(parts)
            for number, mask in enumerate(parts, start=1):
                written = masks / f"{path.stem}.{number}.png"
                imaging.write_picture(written, mask)
                click.echo(str(written))
    tell_broken_network()
    return 0 if complete else FAILED


@click.command()
def selftest() -> int:
    """Check this installation: versions, assets, a phantom, a library made and reopened."""
    from woundtrack.selftest import run

    all_well = True
    for name, outcome, detail in run():
        all_well = all_well and outcome
        click.echo(f"{'ok  ' if outcome else 'FAIL'}  {name}: {detail}")
    return 0 if all_well else FAILED
