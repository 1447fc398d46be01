"""The tidy CSV bundle: one row an assessment, with its interval, its method and who accepted it.

Hides the column table, pseudonymising, the order of rows, spreadsheet safety and whole-file writes.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from woundtrack import __version__
from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.model import (
    REGIONS,
    AssessedOutline,
    Assessment,
    Lesion,
    OutlineKind,
    Patient,
    Visit,
    VisitPhotograph,
    WoundState,
    now,
)

FORMAT: Final = "woundtrack-csv"
FORMAT_VERSION: Final = 1
MEASUREMENTS: Final = "measurements.csv"
DICTIONARY: Final = "data_dictionary.csv"
MANIFEST: Final = "manifest.json"

_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text cell that begins with one of these is run as a formula by spreadsheet programs."""


def write_csv_bundle(
    folder: str | Path,
    *,
    patients: Sequence[Patient],
    lesions: Sequence[Lesion],
    visits: Sequence[Visit],
    photographs: Sequence[VisitPhotograph],
    assessments: Iterable[Assessment],
    audit_head: str,
    identified: bool = False,
    as_of: date | None = None,
) -> tuple[Path, ...]:
    """Write ``measurements.csv``, ``data_dictionary.csv`` and ``manifest.json`` into a folder.

    Parameters
    ----------
    folder
        Made where it isn't there. Files of an earlier export in it are replaced; anything else in
        it is left alone, and an earlier export's file that was changed since is not overwritten.
    assessments
        The newest revision of each; retired ones, and those whose lesion or visit isn't given, are
        left out.
    audit_head
        The library's audit head when the rows were read, noted in the manifest.
    identified
        False: days since the patient's first exported visit instead of dates, ``reader-1`` …
        instead of names, no patient codes, file names, hashes or reasons. Ids are random in both.
    as_of
        Noted in the manifest: the day the rows stand for.

    Returns
    -------
    paths
        The files written, the manifest last.

    Raises
    ------
    FileUnwritable
        The folder can't be written, or holds a file in the way. Nothing of it was changed.
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
    rows = _rows(patients, lesions, visits, photographs, assessments)
    columns = [
        column for column in _COLUMNS if column.only is None or column.only is _profile(identified)
    ]
    files = {
        MEASUREMENTS: _table(
            [column.name for column in columns],
            [[column.cell(row, identified=identified) for column in columns] for row in rows],
        ),
        DICTIONARY: _table(
            ["file", "column", "type", "unit", "description"],
            [
                [MEASUREMENTS, column.name, column.type, column.unit, column.description]
                for column in columns
            ],
        ),
    }
    files[MANIFEST] = _manifest(
        files, rows, audit_head=audit_head, identified=identified, as_of=as_of
    )
    return _write(Path(folder), files)


Profile = Literal["pseudonymised", "identified"]


def _profile(identified: bool) -> Profile:  # noqa: FBT001 - the caller's own word
    return "identified" if identified else "pseudonymised"


# --- rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """One assessment with all that its cells are taken from."""

    patient: Patient
    lesion: Lesion
    visit: Visit
    assessment: Assessment
    photographs: tuple[VisitPhotograph, ...]
    first_on: date
    readers: Mapping[str, str]

    @property
    def outline(self) -> AssessedOutline | None:
        """The outline that the area is of: the ulcer's, else the eschar's."""
        return self.assessment.outline_of(OutlineKind.ULCER) or self.assessment.outline_of(
            OutlineKind.ESCHAR
        )

    @property
    def is_closed(self) -> bool:
        return self.assessment.state is WoundState.CLOSED

    def size(self, name: str, *, divisor: float) -> float | None:
        """Return one attribute of the measurement; zero when closed, None when not measured."""
        if self.is_closed:
            return 0.0
        if self.outline is None or self.outline.measurement is None:
            return None
        size: float = getattr(self.outline.measurement, name)
        return size / divisor

    def calibration(self, name: str) -> Any:
        """Return one attribute of the calibration, or None where there is none."""
        if self.outline is None or self.outline.calibration is None:
            return None
        return getattr(self.outline.calibration, name)

    def person(self, name: str | None, *, identified: bool) -> str | None:
        if name is None:
            return None
        return name if identified else self.readers[name]

    @property
    def doubts(self) -> tuple[str, ...]:
        """The codes of all doubts about the number, each once, in alphabetical order."""
        codes: set[str] = set()
        if self.outline is not None:
            for source in (self.outline.calibration, self.outline.measurement):
                codes |= {doubt.code for doubt in source.doubts} if source is not None else set()
        return tuple(sorted(codes))


def _rows(
    patients: Sequence[Patient],
    lesions: Sequence[Lesion],
    visits: Sequence[Visit],
    photographs: Sequence[VisitPhotograph],
    assessments: Iterable[Assessment],
) -> list[_Row]:
    patient_of = {patient.id: patient for patient in patients}
    lesion_of = {lesion.id: lesion for lesion in lesions if not lesion.is_retired}
    visit_of = {visit.id: visit for visit in visits if visit.patient_id in patient_of}
    photograph_of = {photograph.id: photograph for photograph in photographs}
    kept = [
        one
        for one in assessments
        if not one.is_retired and one.lesion_id in lesion_of and one.visit_id in visit_of
    ]
    first_on: dict[str, date] = {}
    for one in kept:
        visit = visit_of[one.visit_id]
        first_on[visit.patient_id] = min(
            visit.visited_on, first_on.get(visit.patient_id, visit.visited_on)
        )
    readers = _readers(kept)
    rows = [
        _Row(
            patient=patient_of[visit_of[one.visit_id].patient_id],
            lesion=lesion_of[one.lesion_id],
            visit=visit_of[one.visit_id],
            assessment=one,
            photographs=tuple(
                photograph_of[each] for each in one.photograph_ids if each in photograph_of
            ),
            first_on=first_on[visit_of[one.visit_id].patient_id],
            readers=readers,
        )
        for one in kept
    ]
    smallest: dict[str, str] = {}
    for row in rows:
        for photograph in row.photographs:
            sha256 = photograph.photograph.sha256
            smallest[row.patient.id] = min(sha256, smallest.get(row.patient.id, sha256))

    def place(row: _Row) -> tuple[Any, ...]:
        return (
            smallest.get(row.patient.id, ""),
            row.patient.id,
            row.visit.visited_on,
            row.lesion.number,
            row.lesion.label,
            [photograph.photograph.sha256 for photograph in row.photographs],
            row.assessment.assessment_id,
        )

    return sorted(rows, key=place)


def _readers(assessments: Sequence[Assessment]) -> dict[str, str]:
    """Number the people by when they first recorded something, so that a later export agrees."""
    first: dict[str, tuple[Any, str]] = {}
    for one in assessments:
        for name in (one.accepted_by, one.reviewed_by):
            if name is not None:
                mark = (one.recorded_at, name)
                first[name] = min(mark, first.get(name, mark))
    return {
        name: f"reader-{number}"
        for number, name in enumerate(sorted(first, key=first.get), 1)  # type: ignore[arg-type]
    }


# --- columns -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Column:
    """One column: what the dictionary says of it, and where its cell comes from.

    ``only`` keeps it out of the other profile. ``decimals`` is for numbers that are not whole.
    """

    name: str
    type: Literal["text", "code", "number", "integer", "date", "datetime"]
    unit: str = ""
    description: str
    value: Callable[[_Row, bool], object]
    decimals: int = 0
    only: Profile | None = None

    def cell(self, row: _Row, *, identified: bool) -> str:
        value = self.value(row, identified)
        if value is None:
            return ""
        if self.type == "number":
            return f"{value:.{self.decimals}f}"
        if self.type == "integer":
            return f"{value}"
        text = "; ".join(value) if isinstance(value, tuple) else str(value)
        return f"'{text}" if text.startswith(_TRIGGERS) else text


_COLUMNS: Final[tuple[_Column, ...]] = (
    _Column(
        name="patient_code",
        type="text",
        description="The code the patient is known by in the clinic.",
        value=lambda row, _: row.patient.code,
        only="identified",
    ),
    _Column(
        name="patient_id",
        type="text",
        description="Random id of the patient, the same in every export of this library.",
        value=lambda row, _: row.patient.id,
    ),
    _Column(
        name="lesion_id",
        type="text",
        description="Random id of the lesion.",
        value=lambda row, _: row.lesion.id,
    ),
    _Column(
        name="visit_id",
        type="text",
        description="Random id of the visit.",
        value=lambda row, _: row.visit.id,
    ),
    _Column(
        name="assessment_id",
        type="text",
        description="Random id of the assessment, kept through its revisions.",
        value=lambda row, _: row.assessment.assessment_id,
    ),
    _Column(
        name="revision",
        type="integer",
        description="Which revision of the assessment this is; 1 is as first accepted.",
        value=lambda row, _: row.assessment.revision,
    ),
    _Column(
        name="photograph_ids",
        type="text",
        description="Random ids of the photographs, separated by semicolons.",
        value=lambda row, _: row.assessment.photograph_ids,
    ),
    _Column(
        name="original_names",
        type="text",
        description="File names the photographs were imported from, separated by semicolons.",
        value=lambda row, _: tuple(one.photograph.original_name for one in row.photographs),
        only="identified",
    ),
    _Column(
        name="original_sha256",
        type="text",
        description="SHA-256 of each original file, separated by semicolons.",
        value=lambda row, _: tuple(one.photograph.sha256 for one in row.photographs),
        only="identified",
    ),
    _Column(
        name="visited_on",
        type="date",
        description="The clinic's date of the visit, YYYY-MM-DD.",
        value=lambda row, _: row.visit.visited_on.isoformat(),
        only="identified",
    ),
    _Column(
        name="day",
        type="integer",
        unit="d",
        description="Days since the patient's first visit with a row in this export, which is 0.",
        value=lambda row, _: (row.visit.visited_on - row.first_on).days,
    ),
    _Column(
        name="lesion",
        type="text",
        description="The lesion's name as given in the clinic (free text: keep persons out of it).",
        value=lambda row, _: row.lesion.label,
    ),
    _Column(
        name="lesion_number",
        type="integer",
        description="The lesion's place in the patient's series: 1, 2, …",
        value=lambda row, _: row.lesion.number,
    ),
    _Column(
        name="site",
        type="code",
        description="Region of skin, a word of woundtrack's site list.",
        value=lambda row, _: row.lesion.site.region,
    ),
    _Column(
        name="site_sct",
        type="code",
        description="SNOMED CT concept of the region; empty where none is agreed.",
        value=lambda row, _: REGIONS[row.lesion.site.region].snomed,
    ),
    _Column(
        name="side",
        type="code",
        description="left, right or midline, the patient's own; empty where not recorded.",
        value=lambda row, _: row.lesion.site.side,
    ),
    _Column(
        name="group",
        type="code",
        description="abdomen, legs, torso, arms, head, breast or genitalia.",
        value=lambda row, _: row.lesion.site.group,
    ),
    _Column(
        name="state",
        type="code",
        description="open (eschar-covered included) or closed, as seen at this one visit.",
        value=lambda row, _: row.assessment.state,
    ),
    _Column(
        name="outline_kind",
        type="code",
        description="The edge the area is of: ulcer, or eschar where only that was outlined.",
        value=lambda row, _: row.outline and row.outline.kind,
    ),
    _Column(
        name="area_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Area inside the outline less its islands, traced; never length times width. "
        "0 only when closed.",
        value=lambda row, _: row.size("area_mm2", divisor=100),
    ),
    _Column(
        name="area_cm2_na",
        type="code",
        description="Why area_cm2 is empty: no_calibration (no scale in the photograph).",
        value=lambda row, _: (
            "no_calibration" if row.size("area_mm2", divisor=100) is None else None
        ),
    ),
    _Column(
        name="area_low_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Lower end of the 95 % interval of area_cm2.",
        value=lambda row, _: row.size("area_low_mm2", divisor=100),
    ),
    _Column(
        name="area_high_cm2",
        type="number",
        unit="cm2",
        decimals=4,
        description="Upper end of the 95 % interval of area_cm2.",
        value=lambda row, _: row.size("area_high_mm2", divisor=100),
    ),
    _Column(
        name="perimeter_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Length of the outer edge.",
        value=lambda row, _: row.size("perimeter_mm", divisor=10),
    ),
    _Column(
        name="length_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Greatest extent.",
        value=lambda row, _: row.size("length_mm", divisor=10),
    ),
    _Column(
        name="width_cm",
        type="number",
        unit="cm",
        decimals=3,
        description="Extent square to the length.",
        value=lambda row, _: row.size("width_mm", divisor=10),
    ),
    _Column(
        name="calibration_method",
        type="code",
        description="How pixels became millimetres; empty without a scale.",
        value=lambda row, _: row.calibration("method"),
    ),
    _Column(
        name="n_cards",
        type="integer",
        description="Printed cards seen in the photograph.",
        value=lambda row, _: (
            None if row.calibration("cards") is None else len(row.calibration("cards"))
        ),
    ),
    _Column(
        name="n_tags",
        type="integer",
        description="Tags seen on those cards; four on a whole card.",
        value=lambda row, _: (
            None
            if row.calibration("cards") is None
            else sum(len(card.tags) for card in row.calibration("cards"))
        ),
    ),
    _Column(
        name="mm_per_px",
        type="number",
        unit="mm",
        decimals=6,
        description="Scale at the centre of the cards.",
        value=lambda row, _: row.calibration("mm_per_px"),
    ),
    _Column(
        name="tilt_deg",
        type="number",
        unit="deg",
        decimals=2,
        description="Angle between the camera's axis and straight above the card; corrected for.",
        value=lambda row, _: row.calibration("tilt_deg"),
    ),
    _Column(
        name="residual_mm",
        type="number",
        unit="mm",
        decimals=4,
        description="Root mean square distance of the tags' corners from where the scale puts them.",
        value=lambda row, _: row.calibration("residual_mm"),
    ),
    _Column(
        name="print_scale",
        type="number",
        decimals=5,
        description="Measured over nominal length of the card's check bar; corrected for.",
        value=lambda row, _: row.calibration("print_scale"),
    ),
    _Column(
        name="outline_source",
        type="code",
        description="given (exact, e.g. a mask), proposed (by the program), guided (by the program, "
        "from gestures) or drawn (by hand).",
        value=lambda row, _: row.outline and row.outline.outline.source,
    ),
    _Column(
        name="outline_confidence",
        type="number",
        decimals=3,
        description="The program's confidence in a proposed outline, 0 to 1; empty where none.",
        value=lambda row, _: row.outline and row.outline.outline.confidence,
    ),
    _Column(
        name="method",
        type="text",
        description="Name of the method that made the outline.",
        value=lambda row, _: row.outline and row.outline.method.name,
    ),
    _Column(
        name="method_version",
        type="text",
        description="Version of that method.",
        value=lambda row, _: row.outline and row.outline.method.version,
    ),
    _Column(
        name="application_version",
        type="text",
        description="Version of woundtrack that made the outline.",
        value=lambda row, _: row.outline and row.outline.method.application_version,
    ),
    _Column(
        name="accepted_by",
        type="text",
        description="Who accepted it: the name, or reader-1, reader-2 … in order of their first "
        "row.",
        value=lambda row, identified: row.person(row.assessment.accepted_by, identified=identified),
    ),
    _Column(
        name="reviewed_by",
        type="text",
        description="Who looked at the outline; empty where it was accepted without review.",
        value=lambda row, identified: row.person(row.assessment.reviewed_by, identified=identified),
    ),
    _Column(
        name="recorded_at",
        type="datetime",
        description="When this revision was recorded, UTC.",
        value=lambda row, _: row.assessment.recorded_at.isoformat(timespec="seconds"),
        only="identified",
    ),
    _Column(
        name="recorded_day",
        type="integer",
        unit="d",
        description="When this revision was recorded, in days since the patient's day 0: a time "
        "would tell the date of the visit.",
        value=lambda row, _: (row.assessment.recorded_at.date() - row.first_on).days,
        only="pseudonymised",
    ),
    _Column(
        name="reason",
        type="text",
        description="Why it was revised, as written (free text).",
        value=lambda row, _: row.assessment.reason,
        only="identified",
    ),
    _Column(
        name="doubts",
        type="code",
        description="Codes of what makes the area doubtful, separated by semicolons.",
        value=lambda row, _: row.doubts,
    ),
)


# --- files ---------------------------------------------------------------------------------------


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _manifest(
    files: Mapping[str, bytes],
    rows: Sequence[_Row],
    *,
    audit_head: str,
    identified: bool,
    as_of: date | None,
) -> bytes:
    methods = {(row.outline.method.name, row.outline.method.version) for row in rows if row.outline}
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "application": "woundtrack",
        "application_version": __version__,
        "exported_at": now().isoformat(timespec="seconds"),
        "as_of": None if as_of is None else as_of.isoformat(),
        "profile": _profile(identified),
        "audit_head": audit_head,
        "patients": len({row.patient.id for row in rows}),
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
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _write(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Put all files in place, each whole or not at all, after all of them were written beside."""
    beside: dict[Path, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_strangers(folder, files)
        for name, data in files.items():
            part = folder / f".{name}.{uuid.uuid4().hex}.part"
            beside[folder / name] = part
            with part.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for target, part in beside.items():
            part.replace(target)
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(folder)) from fault
        reason = (fault.strerror or str(fault)).lower()
        raise FileUnwritable(path=str(fault.filename or folder), reason=reason) from fault
    finally:
        for part in beside.values():
            part.unlink(missing_ok=True)
    return tuple(beside)


def _refuse_strangers(folder: Path, files: Mapping[str, bytes]) -> None:
    """Stop before a file that no export wrote, or that somebody changed since, is overwritten."""
    ours: dict[str, str] = {}
    is_ours = False
    manifest = folder / MANIFEST
    if manifest.exists():
        try:
            document = json.loads(manifest.read_bytes())
            is_ours = document["format"] == FORMAT
            ours = {entry["name"]: entry["sha256"] for entry in document["files"]}
        except (ValueError, KeyError, TypeError):
            is_ours = False
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
