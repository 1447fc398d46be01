"""The tidy CSV bundle: a row an assessment, and a row an outline, with interval and method.

Hides the manifest, and that files are written whole and nobody else's are touched.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from woundtrack import __version__
from woundtrack.disk import put_in_place, refuse_unkeepable, remove
from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.exchange.columns import COLUMNS, OUTLINE_COLUMNS, Column, Profile, Row, rows_of
from woundtrack.model import Assessment, Lesion, Patient, Visit, VisitPhotograph, now

FORMAT: Final = "woundtrack-csv"
FORMAT_VERSION: Final = 1
MEASUREMENTS: Final = "measurements.csv"
OUTLINES: Final = "outlines.csv"
DICTIONARY: Final = "data_dictionary.csv"
MANIFEST: Final = "manifest.json"


def write_csv_bundle(
    folder: str | Path,
    *,
    patients: Sequence[Patient],
    lesions: Sequence[Lesion],
    visits: Sequence[Visit],
    photographs: Sequence[VisitPhotograph],
    assessments: Iterable[Assessment],
    people: Sequence[str],
    audit_head: str,
    earlier_heads: Collection[str] | None = None,
    identified: bool = False,
    as_of: date | None = None,
    left_out: int = 0,
) -> tuple[Path, ...]:
    """Write ``measurements.csv``, ``outlines.csv``, their dictionary and a manifest into a folder.

    The first has a row an assessment, whose area is the ulcer's; the second a row an accepted
    outline: ulcer, eschar and margin, by its column ``outline_kind``.

    Parameters
    ----------
    folder
        Made where it isn't there. Files of an earlier export in it are replaced; anything else in
        it is left alone, and an earlier export's file that was changed since is not overwritten.
    patients
        Those who may leave: rows of anybody else are left out.
    lesions, photographs
        Retired ones too: an assessment of an earlier day may still rest on them.
    assessments
        The newest revision of each; retired ones, and those whose lesion or visit isn't given, are
        left out.
    people
        Everyone who ever recorded something, in the order of their first entry, so that
        ``reader-1`` is the same person in every export of a library.
    audit_head
        The library's audit head when the rows were read, noted in the manifest.
    earlier_heads
        All heads its trail ever had: an export in the folder that notes another one is another
        library's, and not replaced. None where any is.
    identified
        False: days since the patient's first exported visit instead of dates, ``reader-1`` …
        instead of names, no patient codes, file names, hashes or reasons. Ids are random in both.
    as_of
        Noted in the manifest: the day the rows stand for.
    left_out
        Noted in the manifest: how many patients' records stayed, for want of consent.

    Returns
    -------
    paths
        The files written, the manifest last.

    Raises
    ------
    FileUnwritable
        The folder can't be written, or holds a file in the way. Nothing of it was changed.
    FileInUse
        Another program has a file of an earlier export open, as Excel does on Windows.
    DiskFull
        No room.

    Notes
    -----
    UTF-8 without a byte-order mark, LF, comma, RFC 4180 quotes, decimal point, ISO 8601; an empty
    cell is missing. Rows are ordered by what stays the same wherever the same photographs are
    imported: patients by the smallest hash of their photographs (so that the order tells nothing
    about their codes), then day, lesion number and photograph. The same folder imported twice gives
    the same bytes but for ids, recording times and people; the same library with the same ``as_of``
    gives the same measurements again.
    """
    profile: Profile = "identified" if identified else "pseudonymised"
    rows = rows_of(patients, lesions, visits, photographs, assessments, people)
    of_outlines = [one for row in rows for one in row.of_each_kind]
    columns = {
        name: [column for column in known if column.only in {None, profile}]
        for name, known in ((MEASUREMENTS, COLUMNS), (OUTLINES, OUTLINE_COLUMNS))
    }
    files = {
        MEASUREMENTS: _rows(rows, columns[MEASUREMENTS], profile),
        OUTLINES: _rows(of_outlines, columns[OUTLINES], profile),
        DICTIONARY: _table(
            ["file", "column", "type", "unit", "description"],
            [
                [name, column.name, column.type, column.unit, column.description]
                for name, known in columns.items()
                for column in known
            ],
        ),
    }
    files[MANIFEST] = _manifest(
        files, rows, audit_head=audit_head, profile=profile, as_of=as_of, left_out=left_out
    )
    heads = None if earlier_heads is None else {audit_head, *earlier_heads}
    return _write(Path(folder), files, heads)


def _rows(rows: Iterable[Row], columns: Sequence[Column], profile: Profile) -> bytes:
    cells = [[column.cell(row, profile) for column in columns] for row in rows]
    return _table([column.name for column in columns], cells)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _manifest(
    files: Mapping[str, bytes],
    rows: Sequence[Row],
    *,
    audit_head: str,
    profile: Profile,
    as_of: date | None,
    left_out: int,
) -> bytes:
    methods = {
        (outline.method.name, outline.method.version)
        for row in rows
        for outline in row.assessment.outlines
    }
    document: dict[str, object] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "application": "woundtrack",
        "application_version": __version__,
        "as_of": None if as_of is None else as_of.isoformat(),
        "profile": profile,
        "audit_head": audit_head,
        "patients": len({row.patient.id for row in rows}),
        "patients_left_out": left_out,
        "lesions": len({row.lesion.id for row in rows}),
        "assessments": len(rows),
        "outline_methods": [
            {"name": name, "version": version} for name, version in sorted(methods)
        ],
        "files": [
            {
                "name": name,
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
            }
            for name, data in files.items()
        ],
        "note": "Research software. Not a medical device: don't use as the only basis for "
        "treatment.",
    }
    if profile == "identified":  # beside days, the moment of the export would tell dates
        document["exported_at"] = now().isoformat(timespec="seconds")
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _write(
    folder: Path, files: Mapping[str, bytes], heads: Collection[str] | None
) -> tuple[Path, ...]:
    """Put all files in place, each whole or not at all, after all of them were written beside."""
    refuse_unkeepable(folder, room=max(len(name) for name in files) + 40)
    beside: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_strangers(folder, files, heads)
        for name, data in files.items():
            part = folder / f".{name}.{uuid.uuid4().hex}.part"
            beside[folder / name] = part
            with part.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for target, part in beside.items():
            put_in_place(part, target)
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(folder)) from fault
        reason = (fault.strerror or str(fault)).lower()
        raise FileUnwritable(path=str(fault.filename or folder), reason=reason) from fault
    finally:
        for part in beside.values():
            remove(part)
    return tuple(beside)


def _refuse_strangers(
    folder: Path, files: Mapping[str, bytes], heads: Collection[str] | None
) -> None:
    """Stop before a file is overwritten that no export of this library wrote, or that changed."""
    ours: dict[str, str] = {}
    is_ours = False
    manifest = folder / MANIFEST
    if manifest.exists():
        try:
            document = json.loads(manifest.read_bytes())
            is_ours = document["format"] == FORMAT
            ours = {entry["name"]: entry["sha256"] for entry in document["files"]}
            head = document["audit_head"]
        except (ValueError, KeyError, TypeError):
            is_ours = False
        else:
            if is_ours and heads is not None and head not in heads:
                raise FileUnwritable(
                    path=str(folder), reason="it holds the export of another library"
                )
    for name in files:
        path = folder / name
        if not path.exists() or (name == MANIFEST and is_ours):
            continue
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != ours.get(name):
            raise FileUnwritable(
                path=str(path),
                reason="a file of that name is there that no export wrote, "
                "or that was changed since",
            )
