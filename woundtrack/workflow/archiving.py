"""Photographs go to a hospital's archive (DICOM), through a queue in the library.

Hides that consent is asked for again at the moment of sending, and that the queue outlives a
program that is killed and an archive that is away.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from woundtrack import errors
from woundtrack.errors import (
    ArchiveDeclined,
    ArchiveNotTrusted,
    ArchiveSilent,
    ArchiveUnreachable,
    ConsentRefused,
    NotSendable,
    ResearchRefused,
    WoundtrackError,
)
from woundtrack.exchange import dicom
from woundtrack.exchange.pictures import WHY_STAYS, Stays
from woundtrack.model import (
    NOTHING,
    Archive,
    Patient,
    Progress,
    Sending,
    SendState,
    new_id,
    no_progress,
    now,
)
from woundtrack.records import Library
from woundtrack.workflow.exporting import Export, ExportChoice, open_export
from woundtrack.workflow.exporting_dicom import Gate, Parcel, parcels_of

STORED: Final = "stored"
"""The answer of an archive that took it."""

PAUSES_S: Final = (2.0, 8.0)
"""How long a run waits before it tries an archive again that can't be reached, and again."""

BACK_OFF: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""After how long what waits is due again, by how often it was tried; then always the last."""

_WAITS: Final = (ArchiveUnreachable, ArchiveDeclined, ArchiveNotTrusted, ArchiveSilent)
"""Faults of the way there: the photograph waits on. Any other is its own, and sets it aside."""


# --- the queue -----------------------------------------------------------------------------------


def check_connection(archive: Archive) -> None:
    """Ask an archive whether it is there and lets this computer in; on any thread.

    Raises ``ArchiveUnreachable``, ``ArchiveDeclined``, ``ArchiveNotTrusted``, ``ArchiveSilent``,
    ``ArchiveRefused``, ``DicomMissing``.
    """
    dicom.check_connection(archive)


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """What came of a wish to send: rows that wait now, and why the others don't."""

    added: tuple[Sending, ...]
    waiting_already: int
    sent_already: int


def queue_patient(
    library: Library,
    patient: Patient,
    archive: Archive,
    *,
    by: str,
    study: str | None = None,
    since: date | None = None,
    again: bool = False,
    with_unasked: bool = True,
) -> Queued:
    """Put a patient's accepted photographs into the queue of an archive.

    What waits there already isn't queued twice. What was sent, and of which nothing changed since,
    is left out unless it is asked for ``again``; a photograph whose assessment was corrected is
    sent anew, as another object beside the first.

    Parameters
    ----------
    study
        The study under whose codes they go; None: under the patient's name, for a hospital's own
        record.
    since
        Of visits on that day or later alone.
    with_unasked
        Under a study's codes: also of a patient whom nobody asked.

    Raises ``ConsentRefused`` for a patient who doesn't agree that it leaves, ``LibraryReadOnly``.
    """
    export = _export_of(library, patient, study, by=by, with_unasked=with_unasked)
    rows = library.sendings(archive.name)
    mine = [one for one in rows if one.study == study]
    waiting = {one.photograph_id for one in mine if one.state is SendState.WAITING}
    sent = {one.photograph_id: one.basis for one in mine if one.state is SendState.SENT}
    added, counts = [], {"waiting": 0, "sent": 0}
    for parcel in _parcels(export):
        photograph = parcel.head.photograph
        if not parcel.head.lesions:
            continue
        # Under a study's code the parcel tells another day than the library.
        if since is not None and library.visit(parcel.head.visit.id).visited_on < since:
            continue
        if photograph.id in waiting:
            counts["waiting"] += 1
        elif not again and sent.get(photograph.id) == _basis(parcel):
            counts["sent"] += 1
        else:
            added.append(
                Sending(
                    id=new_id(),
                    photograph_id=photograph.id,
                    archive=archive.name,
                    study=study,
                    queued_at=now(),
                )
            )
    if added:
        with library.verb("queue for archive", by=by) as change:
            for sending in added:
                change.add_sending(sending)
    return Queued(
        added=tuple(added), waiting_already=counts["waiting"], sent_already=counts["sent"]
    )


def cancel_sending(library: Library, sending: Sending, *, by: str) -> Sending:
    """Take a row out of the queue. Raises ``ChangedMeanwhile``; one that was sent stays sent."""
    if sending.state not in {SendState.WAITING, SendState.REFUSED}:
        return sending
    with library.verb("cancel sending", by=by) as change:
        return change.update_sending(replace(sending, state=SendState.CANCELLED, next_try_at=None))


def retry_sending(library: Library, sending: Sending, *, by: str) -> Sending:
    """Let a row that was set aside or cancelled wait again, due at once.

    Raises ``ChangedMeanwhile``.
    """
    if sending.state is SendState.SENT:
        return sending
    with library.verb("retry sending", by=by) as change:
        return change.update_sending(
            replace(sending, state=SendState.WAITING, next_try_at=None, attempts=0)
        )


def due(library: Library, archive: Archive, at: datetime | None = None) -> tuple[Sending, ...]:
    """Return what waits for an archive and may be tried at a moment, now if none is given."""
    moment = now() if at is None else at
    return tuple(
        one
        for one in library.sendings(archive.name, state=SendState.WAITING)
        if one.next_try_at is None or one.next_try_at <= moment
    )


# --- sending: prepared and noted beside the library, delivered on any thread ---------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one try: a fault, or None.

    ``left`` is what the archive didn't take beside the photograph, in words.
    """

    fault: WoundtrackError | None = None
    left: tuple[str, ...] = ()

    @property
    def should_wait(self) -> bool:
        """Whether the same may well succeed later, without a person."""
        return isinstance(self.fault, _WAITS)


def prepare(
    library: Library,
    sending: Sending,
    *,
    by: str,
    with_unasked: bool = True,
) -> Parcel:
    """Return what is sent for a row of the queue, as the library knows it at this moment.

    Raises ``ConsentRefused`` where the patient agrees no more, and ``NotSendable`` where the
    photograph was withdrawn.
    """
    return _Preparing(library, by=by, with_unasked=with_unasked).parcel(sending)


def deliver(parcel: Parcel, archive: Archive, progress: Progress = no_progress) -> Outcome:
    """Send a parcel; on any thread. Raises ``Cancelled`` alone: every fault is in the outcome."""
    try:
        objects = parcel.made()
        if isinstance(objects, Stays):
            reason = f"no picture of it may leave so, as {WHY_STAYS[objects]}"
            raise NotSendable(photograph=parcel.name, reason=reason)
        return Outcome(left=dicom.store(archive, objects, progress))
    except WoundtrackError as fault:
        return Outcome(fault=fault)


def note_outcome(
    library: Library,
    sending: Sending,
    outcome: Outcome,
    *,
    by: str,
    parcel: Parcel | None = None,
) -> Sending:
    """Store what became of a try, and write it into the audit trail.

    A fault of the way there lets it wait, longer every time; any other sets it aside.
    """
    fault, moment = outcome.fault, now()
    if fault is None:
        changed = replace(
            sending,
            state=SendState.SENT,
            basis="" if parcel is None else _basis(parcel),
            answer_code=STORED,
            answer_values={"left": ", ".join(outcome.left)} if outcome.left else NOTHING,
            next_try_at=None,
        )
    else:
        pause = BACK_OFF[min(sending.attempts, len(BACK_OFF) - 1)]
        changed = replace(
            sending,
            state=SendState.WAITING if outcome.should_wait else SendState.REFUSED,
            answer_code=fault.code,
            answer_values=fault.values,
            next_try_at=moment + pause if outcome.should_wait else None,
        )
    changed = replace(changed, attempts=sending.attempts + 1, tried_at=moment)
    with library.verb("send to archive", by=by) as change:
        return change.update_sending(changed)


def fault_of(sending: Sending) -> WoundtrackError | None:
    """Return the fault that was the last answer to a row, to be told in words; None without one."""
    known = (one for one in vars(errors).values() if isinstance(one, type))
    faults = {one.code: one for one in known if issubclass(one, WoundtrackError)}
    kind = faults.get(sending.answer_code)
    return None if kind is None else kind(**dict(sending.answer_values))


@dataclass(frozen=True, kw_only=True, slots=True)
class SendReport:
    """What a run did; ``stopped_by`` is why it ended before the queue did."""

    sent: tuple[Sending, ...]
    set_aside: tuple[Sending, ...]
    waiting: int
    stopped_by: WoundtrackError | None = None


def send_waiting(
    library: Library,
    archive: Archive,
    *,
    by: str,
    with_unasked: bool = True,
    progress: Progress = no_progress,
    sleep: Callable[[float], None] = time.sleep,
) -> SendReport:
    """Send all that waits for an archive, one photograph after another; each outcome is kept.

    An archive that can't be reached is tried again after a pause, and once more; then the run ends
    and what waits, waits. Raises ``Cancelled`` between two photographs; what was sent till then is
    noted.
    """
    dicom.refuse_if_missing()
    waiting = library.sendings(archive.name, state=SendState.WAITING)
    prepared = _Preparing(library, by=by, with_unasked=with_unasked)
    sent, aside = [], []
    stopped_by: WoundtrackError | None = None
    for place, sending in enumerate(waiting):
        progress(place / len(waiting), archive.name)
        parcel, outcome = _tried(prepared, sending, archive, progress=progress, sleep=sleep)
        noted = note_outcome(library, sending, outcome, by=by, parcel=parcel)
        if noted.state is SendState.SENT:
            sent.append(noted)
        elif noted.state is SendState.REFUSED:
            aside.append(noted)
        else:
            stopped_by = outcome.fault
            break
    return SendReport(
        sent=tuple(sent),
        set_aside=tuple(aside),
        waiting=len(library.sendings(archive.name, state=SendState.WAITING)),
        stopped_by=stopped_by,
    )


class _Preparing:
    """Prepares rows of one run, in which nobody else writes: a patient is read once in a row."""

    def __init__(self, library: Library, *, by: str, with_unasked: bool) -> None:
        self._library = library
        self._by = by
        self._with_unasked = with_unasked
        self._read: tuple[str, str | None] | None = None
        self._parcels: tuple[Parcel, ...] = ()

    def parcel(self, sending: Sending) -> Parcel:
        """Return what is sent for a row; raises as ``prepare`` does."""
        filed = self._library.photograph(sending.photograph_id)
        patient_id = self._library.visit(filed.visit_id).patient_id
        if self._read != (patient_id, sending.study):
            patient = self._library.patient(patient_id)
            export = _export_of(
                self._library,
                patient,
                sending.study,
                by=self._by,
                with_unasked=self._with_unasked,
            )
            self._parcels = tuple(_parcels(export))
            self._read = patient_id, sending.study
        found = (one for one in self._parcels if one.head.photograph.id == filed.id)
        parcel = next(found, None)
        if parcel is None:
            reason = "it was withdrawn since it was queued"
            raise NotSendable(photograph=filed.photograph.original_name, reason=reason)
        return parcel


def _tried(
    prepared: _Preparing,
    sending: Sending,
    archive: Archive,
    *,
    progress: Progress,
    sleep: Callable[[float], None],
) -> tuple[Parcel | None, Outcome]:
    try:
        parcel = prepared.parcel(sending)
    except (ConsentRefused, NotSendable) as fault:
        return None, Outcome(fault=fault)
    outcome = deliver(parcel, archive)
    for pause in PAUSES_S:
        if not isinstance(outcome.fault, ArchiveUnreachable | ArchiveSilent):
            break
        progress(0.0, str(outcome.fault))
        sleep(pause)
        outcome = deliver(parcel, archive)
    return parcel, outcome


def _parcels(export: Export) -> Iterator[Parcel]:
    gate = Gate(export)
    for file in export.files():
        yield from parcels_of(export, file, gate)


def _export_of(
    library: Library, patient: Patient, study: str | None, *, by: str, with_unasked: bool
) -> Export:
    """Return what leaves of one patient today. Raises ``ConsentRefused``."""
    choice = ExportChoice(is_identified=study is None, study=study or "", with_unasked=with_unasked)
    export = open_export(library, choice, by=by)
    going = tuple(one for one in export.leaving.patients if one.id == patient.id)
    if not going:
        raise (ConsentRefused if study is None else ResearchRefused)(patient=patient.code)
    return replace(export, leaving=replace(export.leaving, patients=going))


def _basis(parcel: Parcel) -> str:
    """Return the fingerprint of all that a photograph's objects rest on, without making them."""
    head = parcel.head
    file, photograph = head.file, head.photograph
    told = (
        dicom.FORMAT,
        photograph.id,
        photograph.version,
        head.visit.version,
        file.patient.version,
        file.identity and file.identity.version,
        file.record.detail and file.record.detail.id,
        [(lesion.id, lesion.version) for lesion in head.lesions],
        sorted(one.id for one in file.assessments if photograph.id in one.photograph_ids),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()
