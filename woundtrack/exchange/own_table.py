"""A CSV file by itself: written beside, put in place when all of it is there.

Hides how a file of another origin is told from an earlier one of ours, which alone is replaced.
"""

from __future__ import annotations

import csv
import errno
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from woundtrack.disk import put_in_place, refuse_unkeepable, remove
from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.exchange.bundle import MANIFEST
from woundtrack.exchange.profile import Profile
from woundtrack.exchange.tables.column import Column, Told

R = TypeVar("R")

_TOLD_BY: Final = 2  # so many first columns tell whose a file is


def write_own_table(
    out: Path,
    columns: Sequence[Column[R]],
    rows: Iterable[tuple[R, Told]],
    profile: Profile,
    *,
    writer: str,
) -> int:
    """Write rows under the columns that stay in a profile; return how many.

    Parameters
    ----------
    out
        The file; an earlier one of these columns is replaced, any other is left alone, as is one
        that belongs to a bundle.
    writer
        What wrote the earlier one, as in "something is there that remeasuring didn't write".

    Raises ``FileUnwritable``, ``FileInUse``, ``DiskFull``; and what reading ``rows`` raises. The
    file that was there is as it was then. Cells are written as in the tidy bundle.
    """
    refuse_unkeepable(out)
    part = out.with_name(f".{out.name}.part")  # of one name: what a kill left is written over
    staying = [column for column in columns if column.stays_in(profile)]
    count = 0
    try:
        _refuse_stranger(out, ",".join(column.name for column in columns[:_TOLD_BY]), writer)
        with part.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream, lineterminator="\n")
            lines.writerow([column.name for column in staying])
            for row, told in rows:
                lines.writerow([column.cell(row, told) for column in staying])
                count += 1
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(part, out)
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(out)) from fault
        reason = (fault.strerror or str(fault)).lower()
        raise FileUnwritable(path=str(out), reason=reason) from fault
    finally:
        remove(part)
    return count


def _refuse_stranger(out: Path, head: str, writer: str) -> None:
    if not out.exists():
        return
    if (out.parent / MANIFEST).exists():
        raise FileUnwritable(path=str(out), reason="it is part of the export in that folder")
    if out.is_file():
        with out.open("rb") as stream:
            if stream.read(len(head)).decode("utf-8", "replace") == head:
                return
    raise FileUnwritable(
        path=str(out), reason=f"something of that name is there that {writer} didn't write"
    )
