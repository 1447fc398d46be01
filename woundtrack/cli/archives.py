"""The commands of a hospital's archive: its address, the queue, sending."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from woundtrack.cli.asking import (
    FAILED,
    FILE,
    FOLDER,
    Date,
    by_option,
    person_named,
    progress_bar,
    quiet_option,
    say,
)
from woundtrack.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from woundtrack.model import Archive, Patient, Sending
    from woundtrack.records import Library


@click.command()
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
    given_alone = (host, port, title, own_title, ca, certificate, key)
    if add is None and (tls or any(one is not None for one in given_alone)):
        raise click.UsageError(
            "--host, --port, --title, --own-title, --tls, --ca, --certificate and --key go with "
            "--add NAME, which sets an archive anew."
        )
    if add is not None:
        if not add.strip():
            raise click.UsageError("--add needs a name for the archive.")
        if host is None or not host.strip():
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
        say("No archive is set. Add one: woundtrack archives --add NAME --host HOST")


def _archive(name: str) -> Archive:
    from woundtrack.errors import ArchiveUnknown
    from woundtrack.settings import read_settings

    found = read_settings().settings.archive(name)
    if found is None:
        raise ArchiveUnknown(archive=name)
    return found


@click.command()
@click.argument("library", type=FOLDER)
@click.option("--to", "name", metavar="NAME", required=True, help="The archive; see: archives.")
@click.option("--test", is_flag=True, help="Ask the archive whether it answers; send nothing.")
@click.option("--list", "shows", is_flag=True, help="Show what waits or was set aside, and why.")
@click.option(
    "--patient",
    metavar="CODE",
    help="First queue this patient's photographs; with --cancel or --list: theirs alone.",
)
@click.option("--since", type=Date(), help="With --patient: of visits from that day on alone.")
@click.option("--again", is_flag=True, help="With --patient: also what was sent before.")
@click.option(
    "--study", metavar="NAME", help="With --patient: without a name, under this study's code."
)
@click.option("--retry", is_flag=True, help="First let wait again all that was set aside.")
@click.option(
    "--cancel", is_flag=True, help="Empty the queue, of what was set aside, too; send nothing."
)
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

    archive, person = _archive(name), person_named(by)
    with_unasked = read_settings().settings.exports_unasked
    if test:
        archiving.check_connection(archive)
        click.echo(f"{archive.name} answers at {archive.address}.")
        return 0
    if (since or again or study) and not patient:
        raise click.UsageError("--since, --again and --study go with --patient.")
    if (shows or cancel) and (since or again or study or retry or (shows and cancel)):
        raise click.UsageError(
            "--list and --cancel go alone or with --patient: leave out --since, --again, --study, "
            "--retry and the other of the two."
        )
    with Library.open(library, read_only=shows) as opened:
        if shows:
            lines = list(_queue_lines(opened, archive, patient))
            for line in lines:
                click.echo(line)
            if not lines:
                say(_nothing_queued(archive, patient))
            return 0
        if cancel:
            click.echo(_cancelled(opened, archive, patient, by=person))
            return 0
        if retry:
            for sending in opened.sendings(archive.name, state=SendState.REFUSED):
                archiving.retry_sending(opened, sending, by=person)
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
                say(f"There is nothing new of {known.code} to send to {archive.name}.")
        with progress_bar(f"To {archive.name}", quiet=quiet) as progress:
            report = archiving.send_waiting(
                opened, archive, by=person, with_unasked=with_unasked, progress=progress
            )
        for sending in report.set_aside:
            say(_sending_line(opened, sending))
        aside = _aside_lines(opened.sendings(archive.name, state=SendState.REFUSED))
    if report.stopped_by is not None:
        say(f"woundtrack: {report.stopped_by}")
    sent = counted(len(report.sent), "photograph", "photographs")
    waits = counted(report.waiting, "waits", "wait")
    rest = f" {waits}." if report.waiting else ""
    click.echo(f"{sent} sent to {archive.name}.{rest}")
    for line in aside:
        say(line)
    return FAILED if report.waiting or report.set_aside else 0


def _queued(
    opened: Library, archive: Archive, patient: str | None
) -> tuple[tuple[Sending, Patient], ...]:
    """Return what waits or was set aside, of all or of one patient's code, and whose it is.

    Raises ``UnknownPatient``.
    """
    from woundtrack.model import SendState

    only = None if patient is None else opened.patient_with_code(patient, include_retired=True).id
    rows = (
        (
            one,
            opened.patient(opened.visit(opened.photograph(one.photograph_id).visit_id).patient_id),
        )
        for one in opened.sendings(archive.name)
        if one.state in {SendState.WAITING, SendState.REFUSED}
    )
    return tuple((one, whose) for one, whose in rows if only in {None, whose.id})


def _nothing_queued(archive: Archive, patient: str | None) -> str:
    whose = "" if patient is None else f" of {patient}"
    return f"Nothing{whose} waits for {archive.name}, and nothing was set aside."


def _cancelled(opened: Library, archive: Archive, patient: str | None, *, by: str) -> str:
    """Take out of the queue what waits or was set aside, and return what that was."""
    from woundtrack.documents import counted
    from woundtrack.model import SendState
    from woundtrack.workflow import archiving

    rows = _queued(opened, archive, patient)
    for sending, _ in rows:
        archiving.cancel_sending(opened, sending, by=by)
    waited = [whose.id for sending, whose in rows if sending.state is SendState.WAITING]
    dropped = len(rows) - len(waited)
    told = []
    if waited:
        photographs = counted(len(waited), "photograph", "photographs")
        patients = counted(len(set(waited)), "patient", "patients")
        told.append(f"{photographs} of {patients} no longer wait{'s' * (len(waited) == 1)}")
    if dropped:
        told.append(f"{dropped} set aside {'is' if dropped == 1 else 'are'} dropped")
    return "; ".join(told) + "." if told else _nothing_queued(archive, patient)


def _aside_lines(aside: Sequence[Sending]) -> Iterator[str]:
    """Yield that what was set aside isn't tried again by itself, and who has to do what."""
    from woundtrack.documents import counted
    from woundtrack.exchange.pictures import LOOK_FIRST, WHY_STAYS

    if not aside:
        return
    count = counted(len(aside), "is set aside and isn't", "are set aside and aren't")
    yield f"{count} tried again without --retry; --list says why."
    look = [WHY_STAYS[one] for one in LOOK_FIRST]
    reasons = [str(one.answer_values.get("reason", "")) for one in aside]
    if waiting := sum(any(one in reason for one in look) for reason in reasons):
        wait = counted(waiting, "of them waits", "of them wait")
        yield (
            f"{wait} for a person: open the library in the window, press Ctrl Shift E and say of "
            "each whether it may leave; then send with --retry."
        )


def _queue_lines(opened: Library, archive: Archive, patient: str | None) -> Iterator[str]:
    """Yield what waits for an archive or was set aside, of all or of one patient, and why.

    A run ends at the first photograph that doesn't get through: those after it wait behind it.
    """
    from woundtrack.model import SendState

    stuck = next(
        (one for one in opened.sendings(archive.name, state=SendState.WAITING) if one.attempts),
        None,
    )
    for sending, _ in _queued(opened, archive, patient):
        if sending.state is SendState.REFUSED or sending.attempts or stuck is None:
            yield _sending_line(opened, sending)
        else:
            behind = f"behind {_place(opened, stuck)}, at which the last run ended"
            yield f"{_place(opened, sending)}{_under(sending)} (waiting): {behind}"


def _sending_line(opened: Library, sending: Sending) -> str:
    from woundtrack.model import SendState
    from woundtrack.workflow import archiving

    fault = archiving.fault_of(sending)
    said = "not tried yet" if fault is None else str(fault)
    state = "set aside" if sending.state is SendState.REFUSED else sending.state.value
    return f"{_place(opened, sending)}{_under(sending)} ({state}): {said}"


def _place(opened: Library, sending: Sending) -> str:
    """Return whose a photograph is, of which day, and what the camera called it."""
    filed = opened.photograph(sending.photograph_id)
    visit = opened.visit(filed.visit_id)
    code = opened.patient(visit.patient_id).code
    return f"{code}, {visit.visited_on}, {filed.photograph.original_name}"


def _under(sending: Sending) -> str:
    named = "the patient's name" if sending.study is None else f"the code of {sending.study}"
    return f", under {named}"
