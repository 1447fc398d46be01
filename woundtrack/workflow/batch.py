"""Many photographs at once: a folder for one patient, or a researcher's list of thousands.

Hides the pipelining: two are examined ahead of the one being filed, and files come out in order.
"""

from __future__ import annotations

import csv
import io
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from woundtrack.errors import Cancelled, NotUnderstood, PhotographUnreadable, WoundtrackError
from woundtrack.model import BodySite, Progress, no_progress
from woundtrack.records import Library
from woundtrack.workflow.intake import (
    Examined,
    Filed,
    checked_patient_code,
    examine,
    file_photograph,
    parse_date,
    parse_site,
)
from woundtrack.workflow.printing import print_scale_in_use

PHOTOGRAPH_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif"}
)
MANIFEST_COLUMNS: Final = ("photo", "patient", "site", "side", "lesion", "date")
LOOKAHEAD: Final = 2  # photographs examined ahead of the one being filed: bounds memory


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportProblem:
    """A file that was not imported, and why; ``line`` is the manifest's, where it names one."""

    path: Path
    error: WoundtrackError
    line: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """The outcome of one import, in the order of the files."""

    filed: tuple[Filed, ...]
    problems: tuple[ImportProblem, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportItem:
    """One file and where it belongs."""

    path: Path
    patient_code: str
    site: BodySite
    lesion_label: str | None = None
    visited_on: date | None = None


def photographs_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files named, and the photographs in the folders named, sorted within each folder.

    Hidden files and folders and files of other kinds are passed over inside folders; a file named
    itself is always kept, so that it can be reported if it isn't a photograph. So is a folder whose
    list of files can't be read, because its card was pulled out or its disk doesn't answer.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_inside(path) if path.is_dir() else [path]))
    return tuple(found)


def _inside(folder: Path) -> list[Path]:
    """Return what has a photograph's name below a folder, and each folder that can't be listed."""
    found: list[Path] = []

    def keep(problem: OSError) -> None:
        found.append(Path(problem.filename))

    for place, folders, names in os.walk(folder, onerror=keep):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            is_photograph = Path(name).suffix.lower() in PHOTOGRAPH_SUFFIXES
            if is_photograph and not name.startswith("."):
                found.append(Path(place, name))
    return sorted(found)


def import_photographs(
    library: Library,
    paths: Sequence[Path],
    *,
    patient_code: str,
    site: BodySite,
    lesion_label: str | None = None,
    visited_on: date | None = None,
    by: str,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import files and folders for one patient and site; propose outlines, accept nothing.

    A file that can't be read or is there already becomes a problem in the report, and the rest go
    on. Raises ``NotUnderstood`` for a patient code that can't be one, ``DiskFull`` or
    ``LibraryReadOnly`` when nothing more can be written, or what ``progress`` raises: what was
    filed by then stays filed.
    """
    code = checked_patient_code(patient_code)
    items = [
        ImportItem(
            path=path,
            patient_code=code,
            site=site,
            lesion_label=lesion_label,
            visited_on=visited_on,
        )
        for path in photographs_in(paths)
    ]
    return import_items(library, items, by=by, progress=progress)


def import_items(
    library: Library,
    items: Sequence[ImportItem],
    *,
    by: str,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import files that each know where they belong; see ``import_photographs``."""
    filed: list[Filed] = []
    problems: list[ImportProblem] = []
    with _examined_ahead(library, items) as stream:
        for done, (item, future) in enumerate(stream):
            progress(done / max(1, len(items)), item.path.name)
            try:
                filed.append(
                    file_photograph(
                        library,
                        future.result(),
                        patient_code=item.patient_code,
                        site=item.site,
                        visited_on=item.visited_on,
                        lesion_label=item.lesion_label,
                        by=by,
                    )
                )
            except WoundtrackError as error:
                if not concerns_one_file(error):
                    raise
                problems.append(ImportProblem(path=item.path, error=error))
    progress(1.0, "")
    return ImportReport(filed=tuple(filed), problems=tuple(problems))


def concerns_one_file(error: WoundtrackError) -> bool:
    """Tell whether the other files of an import can go on after this."""
    return error.code in {
        "photograph_unreadable",
        "photograph_too_large",
        "duplicate_photograph",
        "not_understood",
    }


@contextmanager
def _examined_ahead(
    library: Library, items: Sequence[ImportItem]
) -> Iterator[Iterator[tuple[ImportItem, Future[Examined]]]]:
    """Examine on two threads, a few photographs ahead of the filing, and hand back in order."""
    stop = False
    print_scale = print_scale_in_use(library)

    def go_on(_fraction: float, _message: str) -> None:
        if stop:
            raise Cancelled

    def stream() -> Iterator[tuple[ImportItem, Future[Examined]]]:
        running: deque[tuple[ImportItem, Future[Examined]]] = deque()
        waiting = iter(items)
        while True:
            while len(running) <= LOOKAHEAD:
                item = next(waiting, None)
                if item is None:
                    break
                future = pool.submit(
                    examine,
                    item.path,
                    originals=library.originals,
                    print_scale=print_scale,
                    progress=go_on,
                )
                running.append((item, future))
            if not running:
                return
            yield running.popleft()

    pool = ThreadPoolExecutor(max_workers=LOOKAHEAD, thread_name_prefix="examine")
    try:
        yield stream()
    finally:
        stop = True
        pool.shutdown(wait=True, cancel_futures=True)


def read_manifest(path: Path) -> tuple[tuple[ImportItem, ...], tuple[ImportProblem, ...]]:
    """Read a researcher's list of photographs.

    A CSV (UTF-8, comma or semicolon) with the columns photo, patient, site and, as wanted, side,
    lesion, date (YYYY-MM-DD). Photographs are looked for beside the manifest unless their path is
    absolute. A row that can't be understood becomes a problem and the rest go on.

    Raises ``NotUnderstood`` when the file can't be read or a needed column is missing.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        reason = (problem.strerror or "the disk refused it").lower()
        raise NotUnderstood(
            what="The manifest", given=str(path), expected=f"it can't be opened ({reason})"
        ) from problem
    except UnicodeDecodeError as problem:
        raise NotUnderstood(
            what="The manifest", given=str(path), expected="save it as a CSV in UTF-8"
        ) from problem
    header = text.partition("\n")[0]
    separator = ";" if header.count(";") > header.count(",") else ","
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
        names, rows = reader.fieldnames or (), list(reader)
    except csv.Error as problem:
        raise NotUnderstood(
            what="The manifest", given=str(path), expected=f"it is not a CSV file ({problem})"
        ) from problem
    columns = {name.strip().lower(): name for name in names}
    missing = [name for name in ("photo", "patient", "site") if name not in columns]
    if missing:
        raise NotUnderstood(
            what="The manifest",
            given=str(path),
            expected=f"its first line should name the columns {', '.join(MANIFEST_COLUMNS)}; "
            f"{', '.join(missing)} is missing",
        )
    items: list[ImportItem] = []
    problems: list[ImportProblem] = []
    for line, row in enumerate(rows, start=2):
        cells = {name: (row.get(columns.get(name, "")) or "").strip() for name in MANIFEST_COLUMNS}
        photo = path.parent / cells["photo"]
        try:
            if not cells["photo"] or "\0" in cells["photo"]:
                raise PhotographUnreadable(path=str(path), reason="a row names no photograph")
            items.append(
                ImportItem(
                    path=photo,
                    patient_code=checked_patient_code(cells["patient"]),
                    site=parse_site(cells["site"], cells["side"]),
                    lesion_label=cells["lesion"] or None,
                    visited_on=parse_date(cells["date"]) if cells["date"] else None,
                )
            )
        except WoundtrackError as error:
            problems.append(ImportProblem(path=photo, error=error, line=line))
    return tuple(items), tuple(problems)
