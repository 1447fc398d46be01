"""The commands of reading sessions: who reads what, packages for other computers, and results.

Hides nothing but the asking: the verbs are those of ``workflow.reading`` and its neighbours.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from woundtrack.cli.asking import FAILED, FILE, FOLDER, by_option, opened_to_note, person_named, say
from woundtrack.errors import MaskUnusable, NotUnderstood
from woundtrack.model import Asked, ErrorBasis, Outline, Tissue


@click.group()
def agreement() -> None:
    """See how well readers agree: blinded reading sessions, and the error that courses show."""


@agreement.command("new")
@click.argument("library", type=FOLDER)
@click.argument("session")
@click.option("--reader", "readers", multiple=True, required=True, help="Who reads; once each.")
@click.option("--pictures", type=click.IntRange(1), help="Draw so many [default: all].")
@click.option("--patient", "patients", multiple=True, metavar="CODE", help="Of these alone.")
@click.option(
    "--repeats", type=click.IntRange(1, 10), default=1, show_default=True,
    help="How often each reader reads each picture.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0), help="Of the draw and every order; kept.")
@click.option(
    "--ask", "asks", multiple=True, type=click.Choice([one.value for one in Asked]),
    help="What else is asked of each picture.",
)  # fmt: skip
@click.option(
    "--least-dice", type=click.FloatRange(0, 1), default=0.8, show_default=True,
    help="Readers disagree where two outlines overlap less.",
)  # fmt: skip
@click.option(
    "--most-ratio", type=click.FloatRange(1), default=1.25, show_default=True,
    help="Readers disagree where one area is more times the other.",
)  # fmt: skip
@click.option(
    "--asked-only", "--only-asked", "only_asked", is_flag=True,
    help="Leave out patients whom nobody asked.",
)  # fmt: skip
@by_option
def new(
    library: Path,
    session: str,
    readers: tuple[str, ...],
    pictures: int | None,
    patients: tuple[str, ...],
    repeats: int,
    seed: int | None,
    asks: tuple[str, ...],
    least_dice: float,
    most_ratio: float,
    by: str | None,
    *,
    only_asked: bool,
) -> None:
    """Make a reading session: pictures, readers, and every reader's own order.

    Pictures are open, measured lesions of patients who agree to research. Readers see one wound
    at a time, cut out and without its card: not whose it is, nor of when, nor others' outlines.
    """
    from woundtrack.documents import counted
    from woundtrack.records import Library
    from woundtrack.settings import read_settings
    from woundtrack.workflow.reading import begin_session, readable_items

    with_unasked = not only_asked and read_settings().settings.exports_unasked
    with Library.open(library) as opened:
        chosen = [opened.patient_with_code(code).id for code in patients] or None
        found = readable_items(opened, patient_ids=chosen, with_unasked=with_unasked)
        made = begin_session(
            opened,
            session,
            found.items,
            readers=readers,
            repeats=repeats,
            count=pictures,
            seed=seed,
            asks=[Asked(one) for one in asks],
            least_dice=least_dice,
            most_ratio=most_ratio,
            by=person_named(by),
        )
        count = len(opened.reading_items(made.id))
    tasks = counted(count * made.repeats, "reading", "readings")
    of = counted(count, "picture", "pictures")
    click.echo(f"{made.name}: {of}, seed {made.seed}; {tasks} a reader.")
    if found.refused:
        who = counted(found.refused, "patient doesn't agree", "patients don't agree")
        click.echo(f"Left out: {who} to research.", err=True)
    if found.not_asked:
        who = counted(found.not_asked, "patient wasn't asked", "patients weren't asked")
        click.echo(f"Left out: {who} about research.", err=True)


@agreement.command("list")
@click.argument("library", type=FOLDER)
def list_(library: Path) -> None:
    """List the reading sessions, how far each reader is, and whose error courses show."""
    from woundtrack.healing.reader_error import error_words
    from woundtrack.records import Library
    from woundtrack.workflow.reader_error import adopted_error
    from woundtrack.workflow.reading import reading_progress

    with Library.open(library, read_only=True) as opened:
        for session in opened.reading_sessions():
            rows = reading_progress(opened, session)
            click.echo(
                f"{session.name}: "
                + ", ".join(f"{row.reader} {row.read} of {row.tasks}" for row in rows)
            )
        click.echo(error_words(adopted_error(opened)))


@agreement.command("pictures")
@click.argument("library", type=FOLDER)
@click.argument("session")
@click.argument("folder", type=FOLDER)
def pictures(library: Path, session: str, folder: Path) -> None:
    """Write what readers see into FOLDER, to be looked at before a package leaves.

    A picture that tells who it is stays here: read-package --without its number. The pictures that
    this wrote into FOLDER before are replaced; any other file there is left alone.
    """
    from woundtrack.records import Library
    from woundtrack.workflow.reading import session_named
    from woundtrack.workflow.reading_leaving import write_blinded_pictures

    with Library.open(library, read_only=True) as opened:
        for path in write_blinded_pictures(opened, session_named(opened, session), folder):
            click.echo(path)


@agreement.command("read-package")
@click.argument("library", type=FOLDER)
@click.argument("session")
@click.argument("reader")
@click.argument("out", type=FILE)
@click.option(
    "--pictures-seen", is_flag=True,
    help="Somebody looked at every picture, as agreement pictures writes them; wanted.",
)  # fmt: skip
@click.option("--without", multiple=True, type=click.IntRange(1), help="A picture that stays here.")
@by_option
def read_package(
    library: Path,
    session: str,
    reader: str,
    out: Path,
    without: tuple[int, ...],
    by: str | None,
    *,
    pictures_seen: bool,
) -> None:
    """Write what READER has left to read into one file for another computer.

    It holds cut-out pictures under random names, and no patient, date or metadata.
    """
    from woundtrack.records import Library
    from woundtrack.workflow.reading import session_named
    from woundtrack.workflow.reading_leaving import write_reading_package

    with Library.open(library) as opened:
        made = write_reading_package(
            opened,
            session_named(opened, session),
            reader,
            out,
            are_pictures_seen=pictures_seen,
            without=without,
            by=person_named(by),
        )
    click.echo(f"{out}: for {made.reader}. There: woundtrack agreement open {out.name} FOLDER")


@agreement.command("open")
@click.argument("package", type=FILE)
@click.argument("folder", type=FOLDER)
def open_(package: Path, folder: Path) -> None:
    """Unpack a reading package into FOLDER, or say how far it is read; needs no library."""
    from woundtrack.workflow.reading_away import FolderDesk

    desk = FolderDesk.unpacked(package, folder)
    left = desk.unread
    click.echo(f"{desk.session_name}, for {desk.reader}: {len(left)} of {len(desk.numbers)} left.")
    click.echo(f"Answers are kept in {desk.answers_file}: send that file back.")


@agreement.command("answer")
@click.argument("folder", type=FOLDER)
@click.argument("number", type=click.IntRange(1))
@click.option("--outline", "mask", type=FILE, help="A mask of the picture: white in the wound.")
@click.option("--unreadable", default="", metavar="REASON", help="Why there is no edge to see.")
@click.option(
    "--tissue",
    multiple=True,
    metavar="NAME=PERCENT",
    help="E.g. slough=40; once a tissue. They make 100 together, or are left out.",
)
@click.option("--say", multiple=True, metavar="QUESTION=ANSWER", help="E.g. depth=deep.")
@click.option("--seconds", type=click.FloatRange(0), help="How long it took, where it is known.")
def answer(
    folder: Path,
    number: int,
    mask: Path | None,
    unreadable: str,
    tissue: tuple[str, ...],
    say: tuple[str, ...],
    seconds: float | None,
) -> None:
    """Answer one picture of an unpacked package, with an outline drawn in another program."""
    from woundtrack.workflow.reading_away import FolderDesk
    from woundtrack.workflow.reading_desk import Answer

    desk = FolderDesk(folder)
    outlines = () if mask is None else _drawn(mask, desk.picture(number).pixels.shape[:2])
    shares = [(_word(one, Tissue, "tissue"), one.partition("=")[2]) for one in tissue]
    said = [(_word(one, Asked, "question"), one.partition("=")[2]) for one in say]
    desk.record(
        number,
        Answer(
            outlines=outlines,
            unreadable=unreadable,
            tissue=tuple((name, _percent(share)) for name, share in shares),
            answers=tuple(said),
            seconds=seconds,
        ),
    )
    click.echo(f"{len(desk.unread)} of {len(desk.numbers)} left.")


def _word(given: str, words: type[Any], what: str) -> Any:  # noqa: ANN401  # a word of that set
    name = given.partition("=")[0].strip()
    try:
        return words(name)
    except ValueError as error:
        known = ", ".join(one.value for one in words)
        raise NotUnderstood(what=f"The {what}", given=name, expected=f"write {known}") from error


def _percent(typed: str) -> float:
    try:
        return float(typed.strip().rstrip("%").replace(",", ".")) / 100
    except ValueError as error:
        raise NotUnderstood(
            what="The share", given=typed, expected="write it as 40 or 40%"
        ) from error


@agreement.command("import")
@click.argument("library", type=FOLDER)
@click.argument("answers", type=FILE)
@by_option
def import_(library: Path, answers: Path, by: str | None) -> int:
    """Take the answers that a reader sent back."""
    from woundtrack.documents import counted
    from woundtrack.records import Library
    from woundtrack.workflow.reading_away import import_answers

    with Library.open(library) as opened:
        taken = import_answers(opened, answers, by=person_named(by))
    click.echo(
        f"{taken.session.name}: {counted(len(taken.taken), 'reading', 'readings')} of "
        f"{taken.reader} taken, "
        f"{taken.known} known before, {taken.left} still to come."
    )
    for number, why in taken.refused:
        click.echo(f"picture {number}: not taken, {why}", err=True)
    return 1 if taken.refused else 0


@agreement.command("results")
@click.argument("library", type=FOLDER)
@click.argument("session")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the points of the plots.")
@click.option("--csv", "table", type=FILE, help="Write every reading into this file.")
@click.option(
    "--identified", is_flag=True, help="The file with codes and names, the plot with readers'."
)
@click.option("--study", default="", metavar="NAME", help="The study whose codes the file has.")
@click.option("--plot", type=FILE, help="Write the Bland-Altman plot: .svg, .pdf or .png.")
@by_option
def results(
    library: Path,
    session: str,
    table: Path | None,
    study: str,
    plot: Path | None,
    by: str | None,
    *,
    as_json: bool,
    identified: bool,
) -> int:
    """Show how well a session's readers agree, by what was read up to now.

    The file has the codes and numbers of export --format csv; it is noted that it left. The plot
    has readers' numbers, too. Where there is nothing to write yet, nothing is, and that is said.
    """
    from woundtrack.documents import leaving_lines
    from woundtrack.records import Library
    from woundtrack.settings import read_settings
    from woundtrack.workflow.exporting import ExportChoice, open_export
    from woundtrack.workflow.reading import session_named
    from woundtrack.workflow.reading_document import (
        results_document,
        results_lines,
        why_no_table,
        why_nothing_drawn,
    )
    from woundtrack.workflow.reading_plot import readers_told, write_limits
    from woundtrack.workflow.reading_results import session_results
    from woundtrack.workflow.reading_table import write_readings_table

    opens = (
        Library.open(library, read_only=True)
        if table is None
        else opened_to_note(library, names_patients=identified)
    )
    wanting = []
    with opens as opened:
        known = session_named(opened, session)
        found = session_results(opened, known)
        export = None
        if table is not None and (why := why_no_table(found)):
            wanting.append(why)
        elif table is not None:
            choice = ExportChoice(
                is_identified=identified,
                study=study,
                with_unasked=read_settings().settings.exports_unasked,
            )
            export = open_export(opened, choice, by=person_named(by))
            written = write_readings_table(export, known, table, by=person_named(by))
            for line in leaving_lines(written.leaving):
                say(line)
        named = {one: one for one in known.readers}
        told = named if identified else readers_told(opened, known, export)
    if plot is not None and (why := why_nothing_drawn(found)):
        wanting.append(why)
    elif plot is not None:
        write_limits(found, told, plot)
    if as_json:
        click.echo(json.dumps(results_document(found), indent=1))
    else:
        for line in results_lines(found):
            click.echo(line)
    for why in wanting:
        say(why)
    return FAILED if wanting else 0


@agreement.command("disagreements")
@click.argument("library", type=FOLDER)
@click.argument("session")
def disagreements_(library: Path, session: str) -> None:
    """List the pictures that readers disagree about, the worst first, and what was decided."""
    from woundtrack.records import Library
    from woundtrack.workflow.reading import session_named
    from woundtrack.workflow.reading_disagreements import disagreements
    from woundtrack.workflow.reading_document import disagreement_line

    with Library.open(library, read_only=True) as opened:
        for one in disagreements(opened, session_named(opened, session)):
            click.echo(disagreement_line(one))


@agreement.command("decide")
@click.argument("library", type=FOLDER)
@click.argument("session")
@click.argument("number", type=click.IntRange(1))
@click.option("--reader", help="Whose reading is right.")
@click.option("--repeat", type=click.IntRange(1), default=1, show_default=True)
@click.option("--outline", "mask", type=FILE, help="Or an own one: a mask of the picture.")
@click.option("--reason", required=True, help="Why, for the record.")
@by_option
def decide(
    library: Path,
    session: str,
    number: int,
    reader: str | None,
    repeat: int,
    mask: Path | None,
    reason: str,
    by: str | None,
) -> None:
    """Record what a third person decides of a picture; its number is that of disagreements.

    A mask is of the picture as the command pictures writes it. Nothing accepted is changed.
    """
    from woundtrack.records import Library
    from woundtrack.workflow.reading import session_named
    from woundtrack.workflow.reading_counted import read_once
    from woundtrack.workflow.reading_desk import shown_piece
    from woundtrack.workflow.reading_disagreements import adjudicate

    with Library.open(library) as opened:
        known = session_named(opened, session)
        items = {one.place: one for one in opened.reading_items(known.id)}
        if number not in items:
            raise NotUnderstood(
                what="Picture", given=str(number), expected=f"{known.name} has {len(items)}"
            )
        item = items[number]
        chosen = None
        outlines: tuple[Outline, ...] = ()
        if reader is not None:
            found = [
                row.reading
                for row in read_once(opened, known)
                if row.item.id == item.id
                and row.task.reader.casefold() == reader.casefold()
                and row.task.replicate == repeat
            ]
            if not found:
                raise NotUnderstood(
                    what="The reader", given=reader, expected="nothing was read of that picture"
                )
            chosen = found[0]
        if mask is not None:
            piece = shown_piece(opened, item)
            outlines = piece.back(_drawn(mask, piece.pixels.shape[:2]))
        decided = adjudicate(
            opened,
            known,
            item,
            chosen=chosen,
            outlines=outlines,
            reason=reason,
            by=person_named(by),
        )
    click.echo(f"Picture {number}: {(decided.area_mm2 or 0) / 100:.2f} cm², decided.")


def _drawn(mask: Path, size: tuple[int, ...]) -> tuple[Outline, ...]:
    """Return the outlines of a mask of a picture of that height and width."""
    from woundtrack import imaging
    from woundtrack.model import OutlineSource

    drawn = imaging.read_mask(mask)
    if drawn.shape != size:
        raise MaskUnusable(path=str(mask), reason="it is of another size than the picture")
    return imaging.outlines_from_mask(drawn, source=OutlineSource.DRAWN)


@agreement.command("adopt")
@click.argument("library", type=FOLDER)
@click.argument("session")
@click.option("--reason", required=True, help="Why, for the record.")
@click.option(
    "--basis", type=click.Choice([one.value for one in ErrorBasis]),
    help="Whose readings [default: any reader's, where there were several].",
)  # fmt: skip
@by_option
def adopt(library: Path, session: str, reason: str, basis: str | None, by: str | None) -> None:
    """Let courses show a session's error in place of what is assumed of a reader."""
    from woundtrack.healing.reader_error import error_words
    from woundtrack.records import Library
    from woundtrack.workflow.reader_error import adopt_session
    from woundtrack.workflow.reading import session_named

    with Library.open(library) as opened:
        error = adopt_session(
            opened,
            session_named(opened, session),
            basis=None if basis is None else ErrorBasis(basis),
            reason=reason,
            by=person_named(by),
        )
    click.echo(error_words(error))


@agreement.command("unadopt")
@click.argument("library", type=FOLDER)
@click.option("--reason", required=True, help="Why, for the record.")
@by_option
def unadopt(library: Path, reason: str, by: str | None) -> None:
    """Let courses show again what is assumed of a reader."""
    from woundtrack.healing.reader_error import error_words
    from woundtrack.records import Library
    from woundtrack.workflow.reader_error import take_back_adoption

    with Library.open(library) as opened:
        take_back_adoption(opened, reason=reason, by=person_named(by))
    click.echo(error_words(None))
