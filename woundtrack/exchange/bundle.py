"""The tidy CSV bundle: a file a kind of observation, with dictionary, data package and manifest.

Hides that patients are written one after another, and how few of them a row may stand for.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from woundtrack.exchange.manifest import CSV, ExportFacts, export_placed, write_manifest
from woundtrack.exchange.patient_file import PatientFile
from woundtrack.exchange.pictures import Stays, WritePictures
from woundtrack.exchange.placing import sha256_of
from woundtrack.exchange.profile import OLDEST_TOLD, Profile
from woundtrack.exchange.tables import TABLES
from woundtrack.exchange.tables.column import Column, Table, Told
from woundtrack.exchange.tables.measurements import FORMULAS
from woundtrack.healing.distribution import DISTRIBUTION_RULE, SITE_GROUP_MAP
from woundtrack.model import Progress, ReaderError, no_progress

DICTIONARY: Final = "data_dictionary.csv"
PACKAGE: Final = "datapackage.json"
MANIFEST: Final = CSV.manifest

FEW: Final = 5
"""Fewer patients than this of one sex, five years of age and centre may be told apart."""

_FRICTIONLESS: Final = {
    "id": "string",
    "text": "string",
    "code": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleFacts(ExportFacts):
    """What the manifest tells of an export beside its files.

    ``reader_error`` is the adopted one that the courses hold; None: they hold what is assumed.
    """

    reader_error: ReaderError | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What was written: the files, how many rows each table has, and who may be told apart.

    ``small_cells`` counts the patients of each sex, five years of age and centre of whom there are
    fewer than ``FEW``, by these. ``pictures`` counts those that left, ``pictures_stay`` those that
    were asked for and stay, by why.
    """

    paths: tuple[Path, ...]
    rows: Mapping[str, int]
    small_cells: Mapping[tuple[str, str, str], int]
    pictures: int = 0
    pictures_stay: Mapping[Stays, int] = field(default_factory=dict)


def write_bundle(
    folder: str | Path,
    files: Iterable[PatientFile],
    profile: Profile,
    facts: BundleFacts,
    *,
    had_head: Callable[[str], bool] = lambda _: True,
    write_pictures: WritePictures | None = None,
    tables: Sequence[Table[Any]] = TABLES,
    count: int = 0,
    progress: Progress = no_progress,
) -> Written:
    """Write the bundle into a folder, whole or not at all.

    Parameters
    ----------
    folder
        Made where it isn't there; an earlier export of the same kind in it is replaced.
    files
        The patients' files, by what they are called outside; one at a time is held.
    profile
        What they, their rows, people and days are called.
    facts
        What the manifest tells.
    had_head
        Says whether the library's trail ever had an audit head: an export that notes another is
        another library's, and not replaced.
    write_pictures
        Writes a patient's pictures and masks below the folder; None: none leave.
    count
        How many patients there are, for ``progress``.

    Returns
    -------
    written
        The files, the manifest last, and what is in them.

    Raises
    ------
    FileUnwritable, FileInUse, DiskFull
        As ``manifest.export_placed``.
    Cancelled
        By ``progress``; nothing is left then.

    Notes
    -----
    UTF-8 without a byte-order mark, LF, comma, RFC 4180 quotes, decimal point, ISO 8601, ``true``
    and ``false``; an empty cell is missing, and the column of the same name with ``_na`` may say
    why. Text that a spreadsheet program would run as a formula has an apostrophe before it. No time
    of the export stands in any file: the same library, choice and day give the same bytes.
    """
    target = Path(folder)
    with export_placed(target, CSV, profile, had_head) as beside:
        seen = _write_tables(beside, tables, files, profile, write_pictures, count, progress)
        _write_text(beside / DICTIONARY, _dictionary(tables, profile))
        extra = sorted(
            path.relative_to(beside).as_posix() for path in beside.glob("*/**/*") if path.is_file()
        )
        package = _package(beside, tables, profile)
        _write_text(beside / PACKAGE, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
        names = [*(table.name for table in tables), DICTIONARY, PACKAGE, *extra]
        write_manifest(
            beside,
            CSV,
            profile,
            facts,
            patients=seen.rows.get("patients.csv", 0),
            told=_told(seen, profile, facts),
            names=names,
            told_of_files={name: {"rows": rows} for name, rows in seen.rows.items()},
        )
    return Written(
        paths=tuple(target / name for name in [*names, MANIFEST]),
        rows=seen.rows,
        small_cells=seen.small_cells,
        pictures=seen.pictures[None],
        pictures_stay=seen.pictures_stay,
    )


# --- the tables ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was counted while the tables were written."""

    rows: dict[str, int]
    cells: Counter[tuple[str, str, str]]
    methods: set[tuple[str, str]]
    pictures: Counter[Stays | None]

    @property
    def pictures_stay(self) -> dict[Stays, int]:
        return {why: self.pictures[why] for why in Stays if self.pictures[why]}

    @property
    def small_cells(self) -> dict[tuple[str, str, str], int]:
        return {cell: there for cell, there in sorted(self.cells.items()) if there < FEW}


def _write_tables(
    beside: Path,
    tables: Sequence[Table[Any]],
    files: Iterable[PatientFile],
    profile: Profile,
    write_pictures: WritePictures | None,
    count: int,
    progress: Progress,
) -> _Seen:
    seen = _Seen({table.name: 0 for table in tables}, Counter(), set(), Counter())
    with ExitStack() as stack:
        open_ones: list[tuple[Table[Any], tuple[Column[Any], ...], Any]] = []
        for table in tables:
            stream: TextIO = stack.enter_context(
                (beside / table.name).open("x", encoding="utf-8", newline="")
            )
            writer = csv.writer(stream, lineterminator="\n")
            columns = table.columns_in(profile)
            writer.writerow([column.name for column in columns])
            open_ones.append((table, columns, writer))
        for done, file in enumerate(files):
            progress(done / max(1, count), profile.code(file.patient))
            pictures = None if write_pictures is None else write_pictures(file, beside)
            seen.pictures.update(
                one if isinstance(one, Stays) else None for one in (pictures or {}).values()
            )
            told = Told.of(file, profile, pictures)
            seen.cells[cell_of(file, profile)] += 1
            seen.methods.update(
                (outline.method.name, outline.method.version)
                for one in file.assessments
                for outline in one.outlines
            )
            for table, columns, writer in open_ones:
                for row in table.cells(told, columns):
                    writer.writerow(row)
                    seen.rows[table.name] += 1
    return seen


def cell_of(file: PatientFile, profile: Profile) -> tuple[str, str, str]:
    """Return the sex, five years of age and centre of a patient, as far as they are told."""
    detail = file.record.detail
    age = profile.age_at_index(file)
    if age is None:
        years = ""
    elif age >= OLDEST_TOLD:
        years = f"{OLDEST_TOLD}+"
    else:
        years = f"{age // 5 * 5}-{age // 5 * 5 + 4}"
    if detail is None:
        return "", years, ""
    return str(detail.sex or ""), years, detail.centre.strip().casefold()


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


# --- what describes them -------------------------------------------------------------------------


def _dictionary(tables: Sequence[Table[Any]], profile: Profile) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["file", "column", "type", "unit", "values", "minimum", "maximum", "description"]
    )
    for table in tables:
        for column in table.columns_in(profile):
            ends = ["" if end is None else f"{end:g}" for end in (column.least, column.most)]
            words = "; ".join(str(word) for word in column.words)
            described = (column.type, column.unit, words, *ends, column.description)
            writer.writerow([table.name, column.name, *described])
    return text.getvalue()


def _package(beside: Path, tables: Sequence[Table[Any]], profile: Profile) -> dict[str, object]:
    """Return the description of the tables for programs (Frictionless Data Package, version 1).

    https://specs.frictionlessdata.io
    """
    return {
        "profile": "tabular-data-package",
        "name": "woundtrack-export",
        "title": "Healing of calciphylaxis lesions, measured in photographs",
        "resources": [_resource(beside, table, profile) for table in tables],
    }


def _resource(beside: Path, table: Table[Any], profile: Profile) -> dict[str, object]:
    columns = table.columns_in(profile)
    path = beside / table.name
    schema: dict[str, object] = {
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
    }
    names = {column.name for column in columns}
    if table.key:
        schema["primaryKey"] = list(table.key)
    refers = [(column, file) for column, file in table.refers if column in names]
    if refers:
        schema["foreignKeys"] = [
            {
                "fields": [column],
                "reference": {
                    "resource": file.removesuffix(".csv"),
                    "fields": [file.removesuffix("s.csv") + "_id"],
                },
            }
            for column, file in refers
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name.removesuffix(".csv"),
        "title": table.title,
        "path": table.name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "schema": schema,
    }


def _field(column: Column[Any]) -> dict[str, object]:
    described: dict[str, object] = {
        "name": column.name,
        "type": _FRICTIONLESS[column.type],
        "description": column.description,
    }
    if column.unit:
        described["unit"] = column.unit
    if column.type == "boolean":
        described |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: dict[str, object] = {}
    if column.words:
        constraints["enum"] = [str(word) for word in column.words]
    if column.least is not None:
        constraints["minimum"] = column.least
    if column.most is not None:
        constraints["maximum"] = column.most
    if column.is_key:
        constraints["required"] = True
    if constraints:
        described["constraints"] = constraints
    return described


def _told(seen: _Seen, profile: Profile, facts: BundleFacts) -> dict[str, object]:
    """Return what the manifest tells beyond what every format's does."""
    cells = seen.small_cells
    return {
        "formula_version": FORMULAS,
        "distribution_rule": DISTRIBUTION_RULE,
        "site_group_map": SITE_GROUP_MAP,
        "deidentification": _told_of(profile),
        "pictures": seen.pictures[None],
        "pictures_that_stay": {why.value: count for why, count in seen.pictures_stay.items()},
        "outline_methods": [
            {"name": name, "version": version} for name, version in sorted(seen.methods)
        ],
        "readers_error": _readers_error(facts.reader_error, profile),
        "small_cells": {
            "fewer_than": FEW,
            "combination": ["sex", "age in five years", "centre"],
            "combinations": len(cells),
            "patients": sum(cells.values()),
        },
    }


def _readers_error(error: ReaderError | None, profile: Profile) -> dict[str, object]:
    """Return where the readers' part of the intervals in change.csv and endpoints.csv is from."""
    if error is None or error.session_id is None:
        return {"is": "assumed"}
    return {
        "is": "measured",
        "session_id": profile.alias(error.session_id),
        "session": profile.text(error.session),
        "basis": error.basis.value,
        "log_sd": error.log_sd,
        "log_sd_low": error.log_sd_low,
        "log_sd_high": error.log_sd_high,
        "items": error.items,
        "readers": error.readers,
    }


def _told_of(profile: Profile) -> dict[str, object]:
    if profile.is_identified:
        return {
            "patients": "by the codes they are known by in the clinic",
            "dates": "as they are",
            "people": "by name",
            "free_text": True,
            "statement": "Identifiable: for the patients' own care, never to be passed on.",
        }
    return {
        "patients": "by random study codes; the key stays in the library",
        "dates": "as days since each patient's index event; where only month or year is known, as "
        "whole calendar months or years from it",
        "ages": f"{OLDEST_TOLD} and over are {OLDEST_TOLD}",
        "people": "by numbers",
        "free_text": profile.with_free_text,
        "statement": "Pseudonymised, and personal data still: who knows a patient's course may "
        "know them again in it. Not to be matched with other data about persons, nor passed on "
        "beyond what the study allows.",
    }
