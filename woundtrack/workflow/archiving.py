"""Photographs leave as DICOM: into a folder, or through a queue to a hospital's archive.

Hides which pictures of which patients may leave at the moment they do, what a photograph's objects
are made from, and that the queue outlives a program that is killed and an archive that is away.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from woundtrack import errors, imaging
from woundtrack.errors import (
    ArchiveDeclined,
    ArchiveNotTrusted,
    ArchiveSilent,
    ArchiveUnreachable,
    ConsentRefused,
    NotSendable,
    WoundtrackError,
)
from woundtrack.exchange import dicom
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.pictures import Stays
from woundtrack.model import (
    NOTHING,
    Archive,
    AssessedOutline,
    Framing,
    Lesion,
    Outline,
    OutlineKind,
    Patient,
    Progress,
    Sending,
    SendState,
    VisitPhotograph,
    new_id,
    no_progress,
    now,
)
from woundtrack.records import Library, Originals
from woundtrack.workflow.course import end_of_day
from woundtrack.workflow.exporting import Export, ExportChoice, note_export, open_export
from woundtrack.workflow.releasing import (
    Answers,
    Sitting,
    released_picture,
    sittings_of,
    why_stays,
)

Pixels = NDArray[np.uint8]

STORED: Final = "stored"
"""The answer of an archive that took it."""

TRIES: Final = 3
PAUSES_S: Final = (2.0, 8.0)
"""How long a run waits before it tries an archive again that can't be reached, and again."""

_NOT_RELEASED: Final = (
    "no picture of it may leave so, as where a person has to look at it first or said no, or the "
    "patient wasn't asked"
)

BACK_OFF: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
"""After how long what waits is due again, by how often it was tried; then always the last."""

_WAITS: Final = (ArchiveUnreachable, ArchiveDeclined, ArchiveNotTrusted, ArchiveSilent)
"""Faults of the way there: the photograph waits on. Any other is its own, and sets it aside."""


# --- the objects ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """All that a photograph's objects are made from; made beside the library, used on any thread.

    ``answers`` say which pictures of it may leave without a name: the card painted over, cut to a
    lesion, looked at by a person where one has to. None: none may. ``is_refused``: a person said
    that what the photograph shows must not leave, which counts under the patient's name, too.
    """

    head: dicom.Head
    originals: Originals
    outlines: tuple[tuple[Lesion, AssessedOutline], ...]
    answers: Answers | None = None
    is_refused: bool = False

    @property
    def name(self) -> str:
        """The photograph's file name, for the person who sends it."""
        return self.head.photograph.photograph.original_name

    def objects(self) -> tuple[dicom.DicomObject, ...]:
        """Return the objects, the photograph first; none where no picture may leave.

        Raises ``PhotographUnreadable``, ``LibraryDamaged`` for an original that isn't as it was,
        and ``DicomMissing``.
        """
        head = self.head
        if self.is_refused:
            return ()
        if not head.profile.is_identified:
            return self._disguised()
        facts = head.photograph.photograph
        data = self.originals.read(facts.sha256)
        picture = dicom.jpeg_picture(data, facts.orientation) if facts.format == "JPEG" else None
        pixels: Pixels | None = None
        if picture is None or self.outlines:
            pixels, _ = imaging.read_photograph_bytes(data, facts.original_name)
        if picture is None:
            picture = dicom.Picture(
                pixels=pixels,
                derived=f"Decoded from {facts.format} and turned upright",
                was_lossy=_was_lossy(facts.format),
            )
        scale = dicom.one_scale([outline for _, outline in self.outlines])
        photograph = dicom.photograph_object(head, picture, scale)
        made = [photograph]
        upright = dicom.upright_object(head, picture, photograph)
        if upright is not None:
            made.append(upright)
        if pixels is not None and self.outlines:
            made.append(self._drawn(pixels, photograph))
            segments = [
                dicom.Segment(lesion=lesion, outline=outline, mask=_mask(outline, pixels))
                for lesion, outline in self.outlines
            ]
            made.append(dicom.segmentation_object(head, segments, picture, photograph))
        return tuple(made)

    def _disguised(self) -> tuple[dicom.DicomObject, ...]:
        """Return a picture a lesion that may leave without a name, each with its outline."""
        head, facts = self.head, self.head.photograph.photograph
        if self.answers is None:
            return ()
        sittings = [
            sitting
            for lesion in head.lesions
            if (sitting := self._sitting(lesion)).outlines
            and why_stays(sitting, Framing.LESION, self.answers) is None
        ]
        if not sittings:
            return ()
        data = self.originals.read(facts.sha256)
        pixels, _ = imaging.read_photograph_bytes(data, facts.original_name)
        made: list[dicom.DicomObject] = []
        for sitting in sittings:
            leaving = released_picture(pixels, sitting, Framing.LESION, self.answers)
            if isinstance(leaving, Stays):
                continue
            flat = "" if leaving.mm_per_px is None else ", laid flat by the card"
            picture = dicom.Picture(
                pixels=leaving.pixels,
                derived=f"Cut to the lesion{flat}; what identifies was painted over",
                was_lossy=_was_lossy(facts.format),
                shows_no_more=True,
            )
            of_one = replace(head, lesions=sitting.lesions)
            scale = dicom.flat_scale(sitting.outlines, leaving.mm_per_px)
            photograph = dicom.photograph_object(of_one, picture, scale)
            made.append(photograph)
            outline = _main_of(sitting.outlines)
            if leaving.mask is not None and outline is not None:
                segment = dicom.Segment(
                    lesion=sitting.lesions[0], outline=outline, mask=leaving.mask > 0
                )
                made.append(dicom.segmentation_object(of_one, [segment], picture, photograph))
        return tuple(made)

    def _sitting(self, lesion: Lesion) -> Sitting:
        outlines = tuple(outline for one, outline in self.outlines if one.id == lesion.id)
        return Sitting(photograph=self.head.photograph, lesions=(lesion,), outlines=outlines)

    def _drawn(self, pixels: Pixels, photograph: dicom.DicomObject) -> dicom.DicomObject:
        rings: list[Outline] = []
        labels: list[str] = []
        for lesion, outline in self.outlines:
            rings += outline.parts
            size = outline.measurement
            words = f"Lesion {lesion.number}, {outline.kind.value}"
            if size is not None:
                words += (
                    f" {size.area_cm2:.2f} cm² ({size.area_low_cm2:.2f}–{size.area_high_cm2:.2f})"
                )
            labels.append(words)
            labels += [""] * (len(outline.parts) - 1)
        drawn = imaging.draw_overlay(pixels, None, rings, labels)
        return dicom.overlay_object(self.head, drawn, photograph)


def _was_lossy(kind: str) -> bool | None:
    """Return whether a file of a format was compressed with loss; None where that isn't known."""
    return True if kind in {"JPEG", "HEIC"} else None


def _main_of(outlines: Sequence[AssessedOutline]) -> AssessedOutline | None:
    """Return the outline that a released picture's mask is of (``Sitting.main_parts``)."""
    by_kind = {one.kind: one for one in outlines}
    return next((by_kind[kind] for kind in OutlineKind if kind in by_kind), None)


def _mask(outline: AssessedOutline, pixels: Pixels) -> NDArray[np.bool_]:
    """Return the pixels that lie in any part of an outline, bool (H, W)."""
    shape = (pixels.shape[0], pixels.shape[1])
    mask = np.zeros(shape, dtype=np.bool_)
    for part in outline.parts:
        mask |= imaging.outline_mask(part, shape)
    return mask


class Gate:
    """Says which pictures of an export may leave. Reads what persons answered once."""

    def __init__(self, export: Export) -> None:
        as_of = end_of_day(export.choice.as_of)
        self._unasked = {one.id for one in export.leaving.not_asked}
        self._answers = Answers.of(export.library, as_of=as_of)

    def answers(self, file: PatientFile) -> Answers | None:
        """Return what says which of a patient's pictures may leave without a name; None: none may.

        A picture needs a yes to research: of a patient whom nobody asked, none leaves.
        """
        return None if file.patient.id in self._unasked else self._answers

    def is_refused(self, file: PatientFile, photograph: VisitPhotograph) -> bool:
        """Whether a person said no to the photograph as a whole, or to a part of it."""
        whole = (0, 0, photograph.photograph.width_px, photograph.photograph.height_px)
        return any(
            self._answers.is_refused(sitting, Framing.WHOLE, whole)
            for sitting in sittings_of([photograph], file.assessments, file.lesions)
        )


def parcels_of(export: Export, file: PatientFile, gate: Gate | None = None) -> tuple[Parcel, ...]:
    """Return a parcel for every photograph in a patient's file, by the gate of the export."""
    gate = Gate(export) if gate is None else gate
    identified = export.profile.is_identified
    parcels = []
    for head in dicom.heads_of(file, export.profile):
        outlines = tuple(
            (lesion, outline)
            for assessment in file.assessments
            if (lesion := file.lesion(assessment.lesion_id)) is not None
            for outline in assessment.outlines
            if outline.photograph_id == head.photograph.id
        )
        parcels.append(
            Parcel(
                head=head,
                originals=export.library.originals,
                outlines=outlines,
                answers=gate.answers(file),
                is_refused=identified and gate.is_refused(file, head.photograph),
            )
        )
    return tuple(parcels)


# --- into a folder -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenDicom:
    """What was written: the files, the manifest last; and how many photographs stayed."""

    paths: tuple[Path, ...]
    photographs: int
    not_released: int


def write_dicom(
    export: Export,
    folder: str | Path,
    *,
    by: str,
    progress: Progress = no_progress,
) -> WrittenDicom:
    """Write every photograph that may leave as DICOM files, and note it in the audit trail.

    A pseudonymised export holds the pictures alone that may leave without a name
    (``workflow.releasing``): photographs as they were taken show the card, which says whose they
    are. Raises ``FileUnwritable``, ``DiskFull``,
    ``FileInUse``, ``PhotographUnreadable``, ``LibraryDamaged``, ``DicomMissing``; then nothing in
    the folder was changed.
    """
    dicom.refuse_if_missing()
    counts = {True: 0, False: 0}

    def photographs() -> Iterator[tuple[dicom.Head, Sequence[dicom.DicomObject]]]:
        total, gate = max(len(export.patients), 1), Gate(export)
        for place, file in enumerate(export.files()):
            for parcel in parcels_of(export, file, gate):
                progress(place / total, export.profile.code(file.patient))
                objects = parcel.objects()
                counts[bool(objects)] += 1
                yield parcel.head, objects

    paths = dicom.write_folder(
        folder,
        photographs(),
        export.profile,
        dicom.FolderFacts(
            audit_head=export.audit_head,
            as_of=export.choice.as_of,
            left_out=len(export.leaving.left_out),
        ),
        had_head=export.library.had_audit_head,
    )
    note_export(export, f"dicom, {counts[True]} photographs", by=by)
    return WrittenDicom(paths=paths, photographs=counts[True], not_released=counts[False])


def check_connection(archive: Archive) -> None:
    """Ask an archive whether it is there and lets this computer in; on any thread.

    Raises ``ArchiveUnreachable``, ``ArchiveDeclined``, ``ArchiveNotTrusted``, ``ArchiveSilent``,
    ``ArchiveRefused``, ``DicomMissing``.
    """
    dicom.check_connection(archive)


# --- the queue -----------------------------------------------------------------------------------


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
        photograph, visit = parcel.head.photograph, parcel.head.visit
        if not parcel.head.lesions or (since is not None and visit.visited_on < since):
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
        objects = parcel.objects()
        if not objects:
            raise NotSendable(photograph=parcel.name, reason=_NOT_RELEASED)
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
        raise ConsentRefused(patient=patient.code)
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
