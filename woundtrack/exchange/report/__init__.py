"""Reports on paper: one page of a patient, one of a lesion, and a sheet for the patient.

Hides PDF: who calls hands in values and pictures, and gets the bytes of a file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from woundtrack.disk import put_in_place
from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.exchange.report.sheet import Made, Photo, Picture, Sheet, Strip, strips_for

if TYPE_CHECKING:
    from woundtrack.exchange.report.paper import Document
    from woundtrack.model import LesionTimeline

__all__ = [
    "Made",
    "Photo",
    "Picture",
    "Sheet",
    "Strip",
    "lesion_report",
    "patient_report",
    "plain_report",
    "put_report",
    "strips_for",
]


def patient_report(sheet: Sheet) -> bytes:
    """Return the PDF of one patient's page, A4; the same sheet gives the same bytes.

    More pages than one only where there are more lesions than the table has room for.
    """
    from woundtrack.exchange.report.patient_page import draw_patient

    document = _document(sheet, "healing record")
    draw_patient(document, sheet)
    return document.finished()


def lesion_report(sheet: Sheet, lesion: LesionTimeline) -> bytes:
    """Return the PDF of one lesion's page; the sheet holds that lesion alone."""
    from woundtrack.exchange.report.lesion_page import draw_lesion_page

    document = _document(sheet, f"lesion {lesion.lesion.label}")
    draw_lesion_page(document, sheet, lesion)
    return document.finished()


def plain_report(sheet: Sheet) -> bytes:
    """Return the PDF of the sheet for the patient, in plain words: as many pages as wounds need."""
    from woundtrack.exchange.report.plain_page import draw_plain

    document = _document(sheet, "sheet for the patient")
    draw_plain(document, sheet)
    return document.finished()


def put_report(out: Path, data: bytes) -> Path:
    """Write a report's file whole or not at all, and return where it is.

    Raises ``FileUnwritable``, ``DiskFull``, ``FileInUse``; what was there is then as it was.
    """
    part = out.with_name(f".{out.name}.{uuid.uuid4().hex}.part")
    try:
        if out.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        with part.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(part, out)
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(out)) from fault
        reasons = {errno.ENOENT: "its folder does not exist", errno.EISDIR: "it is a folder"}
        reason = reasons.get(fault.errno or 0, (fault.strerror or "the disk refused it").lower())
        raise FileUnwritable(path=str(out), reason=reason) from fault
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return out


def _document(sheet: Sheet, what: str) -> Document:
    from woundtrack.exchange.report.paper import Document

    return Document(
        title=f"{sheet.timeline.patient.code}, {what}",
        subject="Research software, not a medical device",
    )
