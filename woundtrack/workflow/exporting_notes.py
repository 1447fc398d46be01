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
from woundtrack.records import AuditEntry, Library

if TYPE_CHECKING:
    from woundtrack.exchange.patient_file import PatientFile
    from woundtrack.workflow.exporting import Export

BEGUN: Final = "begin export"
DONE: Final = "export"
STOPPED: Final = "stop export"
_MOST_STOPPED: Final = 50  # in a row, beyond which an older one isn't looked for


@dataclass(kw_only=True, slots=True)
class ExportNote:
    """An export that its library's trail says has begun; nothing is written without one.

    ``what`` names the format and what goes with it: whoever writes it says more there once that is
    known. ``about`` is of how many patients it is, and to whom it is identifiable.
    """

    path: Path
    what: str
    about: str
    by: str


def begin_export(export: Export, what: str, folder: str | Path, *, by: str) -> ExportNote:
    """Note in the audit trail that an export begins, and return what its writer needs.

    Raises ``ExportUnnoted`` for a library that is open for reading only, ``FileUnwritable`` for a
    folder in the library's own, and ``DiskFull``: then nothing may be written.
    """
    library = export.library
    refuse_own_folder(library, folder)
    if library.is_read_only:
        raise ExportUnnoted(path=str(library.path))
    note = ExportNote(path=library.path, what=what, about=_about(export), by=by)
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
    note.about = _about(export, count)


def _about(export: Export, passing: int | None = None) -> str:
    """Return of whom an export is; ``passing`` of them, or None where filters weren't judged."""
    filters = json.dumps(export.filters_told) if export.filters_told else ""
    told = f"{export.profile.name}, "
    if filters and passing is None:
        told += f"those of {len(export.patients)} patients who pass the filters"
    else:
        told += f"{len(export.patients) if passing is None else passing} patients"
    if export.left_out_count:
        told += f", {export.left_out_count} without consent left out"
    return f"{told}, filtered by {filters}" if filters else told
