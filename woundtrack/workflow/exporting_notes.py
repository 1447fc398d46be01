"""What the audit trail says of an export: that it begins, before a byte is written, and its end.

Hides that the two notes may be written by another connection than the one that reads what leaves,
and what becomes of the second where the first stands alone: a computer that died in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from woundtrack.errors import Cancelled, ExportUnnoted, FileUnwritable, WoundtrackError
from woundtrack.model import Framing
from woundtrack.records import AuditEntry, Library

if TYPE_CHECKING:
    from woundtrack.exchange.patient_file import PatientFile
    from woundtrack.workflow.exporting import Export, ExportChoice

BEGUN: Final = "begin export"
DONE: Final = "export"
STOPPED: Final = "stop export"
_MOST_STOPPED: Final = 50  # in a row, beyond which an older one isn't looked for
_PICTURES: Final = {
    Framing.LESION: "pictures of the lesion",
    Framing.AROUND: "pictures of the lesion and around it",
    Framing.WHOLE: "pictures of all of the photograph",
}


@dataclass(kw_only=True, slots=True)
class ExportNote:
    """An export that its library's trail says has begun; nothing is written without one.

    ``what`` names the format and what goes with it: whoever writes it says more there once that is
    known. ``about`` is of how many patients it is, to whom it is identifiable, and what was asked
    for; ``to`` is what the folder or file is called that it goes to, without where that lies.
    """

    path: Path
    what: str
    about: str
    by: str
    to: str


def begin_export(export: Export, what: str, folder: str | Path, *, by: str) -> ExportNote:
    """Note in the audit trail that an export begins, and return what its writer needs.

    Raises ``ExportUnnoted`` for a library that is open for reading only, ``FileUnwritable`` for a
    folder in the library's own, and ``DiskFull``: then nothing may be written.
    """
    library = export.library
    refuse_own_folder(library, folder)
    if library.is_read_only:
        raise ExportUnnoted(path=str(library.path))
    to = Path(folder).resolve().name
    note = ExportNote(path=library.path, what=what, about=_about(export, to), by=by, to=to)
    with library.verb(BEGUN, by=by, why=f"{note.what}, {note.about}"):
        pass
    return note


def end_export(library: Library, note: ExportNote) -> None:
    """Note that an export that was begun is written whole. Raises what ``Library.verb`` raises."""
    with library.verb(DONE, by=note.by, why=f"{note.what}, {note.about}"):
        pass


def stop_export(library: Library, note: ExportNote, fault: BaseException | None) -> None:
    """Note that an export that was begun came to nothing, and why. Raises as ``end_export``."""
    reason = "a fault of the program"
    if fault is None or isinstance(fault, Cancelled | KeyboardInterrupt):
        reason = "stopped by hand"
    elif isinstance(fault, WoundtrackError):
        reason = str(fault)
    with library.verb(STOPPED, by=note.by, why=f"{note.what}, {note.about}: {reason}"):
        pass


@contextmanager
def noted(
    export: Export, what: str, folder: str | Path, *, by: str, note: ExportNote | None = None
) -> Iterator[ExportNote]:
    """Note that an export begins, and how it ended once the block is left.

    ``note`` is one of ``begin_export``, where somebody else keeps the trail: nothing is noted here
    then. Raises as ``begin_export``, and what the block raises.
    """
    if note is not None:
        if note.path != export.library.path:
            raise ValueError("the note is of another library's export")
        yield note
        return
    note = begin_export(export, what, folder, by=by)
    try:
        yield note
    except BaseException as fault:
        with suppress(WoundtrackError):  # why nothing left is what a person has to hear
            stop_export(export.library, note, fault)
        raise
    end_export(export.library, note)


def refuse_own_folder(library: Library, folder: str | Path) -> None:
    """Refuse to export among a library's own files. Raises ``FileUnwritable``."""
    if Path(folder).resolve().is_relative_to(library.path.resolve()):
        reason = "it lies in the folder of the library itself"
        raise FileUnwritable(path=str(folder), reason=reason)


@dataclass(frozen=True, kw_only=True, slots=True)
class PastNote:
    """An export as the trail tells of it; ``is_ended``: False where nobody knows how it ended."""

    entry: AuditEntry
    is_ended: bool = True


def past_exports(library: Library, most: int) -> tuple[PastNote, ...]:
    """Return the newest exports that left or may have left, newest first.

    One that was begun and not noted since as done or stopped may have left: its computer died, or
    another window had the library when it ended.
    """
    looked_at = most + _MOST_STOPPED
    ends = [
        *library.audit_trail(looked_at, verb=DONE),
        *library.audit_trail(looked_at, verb=STOPPED),
    ]
    begun = library.audit_trail(looked_at, verb=BEGUN)
    found = [PastNote(entry=one) for one in ends if one.verb == DONE]
    for place, one in enumerate(begun):
        next_seq = begun[place + 1].seq if place + 1 < len(begun) else None
        if not any(one.seq < end.seq and (next_seq is None or end.seq < next_seq) for end in ends):
            found.append(PastNote(entry=one, is_ended=False))
    found.sort(key=lambda one: one.entry.seq, reverse=True)
    return tuple(found[:most])


def counted_files(export: Export, note: ExportNote) -> Iterator[PatientFile]:
    """Return an export's files one after another; once all are read the note has their number.

    Who passes the filters is known only then.
    """
    count = 0
    for file in export.files():
        count += 1
        yield file
    note.about = _about(export, note.to, count)


def _about(export: Export, to: str, passing: int | None = None) -> str:
    """Return of whom an export is, which data of theirs leave, and to which folder.

    ``passing`` of them pass the filters, or None where filters weren't judged. To whom it is
    identifiable stands first, and before any name that a person gave.
    """
    filters = json.dumps(export.filters_told) if export.filters_told else ""
    told = [export.profile.name]
    if filters and passing is None:
        told.append(f"those of {len(export.patients)} patients who pass the filters")
    else:
        told.append(f"{len(export.patients) if passing is None else passing} patients")
    going = export.leaving
    if going.refused:
        told.append(f"{len(going.refused)} who refused or withdrew left out")
    if going.not_asked and not going.with_unasked:
        told.append(f"{len(going.not_asked)} whom nobody asked left out")
    return ", ".join((*told, *_asked_for(export.choice), f"to {to}")) + (
        f", filtered by {filters}" if filters else ""
    )


def _asked_for(choice: ExportChoice) -> Iterator[str]:
    """Yield what was asked for beyond the format, where it isn't as usual."""
    if choice.study:
        yield f"study {choice.study}"
    if choice.as_of is not None:
        yield f"as of {choice.as_of}"
    if choice.with_free_text and not choice.is_identified:  # an identified one always has it
        yield "with free text"
    if choice.pictures is not None:
        yield _PICTURES[choice.pictures]
        if choice.with_masks:
            yield "with masks"
