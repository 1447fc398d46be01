"""Photographs come in: looked at, examined, and filed under a patient's visit.

``examine`` computes and may run on any thread; ``file_photograph`` commits, one transaction a
photograph, so that stopping at any moment leaves whole photographs and never halves.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from woundtrack import imaging
from woundtrack.errors import (
    Cancelled,
    CardNotFound,
    CardUnreliable,
    DuplicatePhotograph,
    NotUnderstood,
    PhotographUnreadable,
    WoundtrackError,
    doubt_of,
)
from woundtrack.model import (
    BodySite,
    Calibration,
    Doubt,
    Lesion,
    Method,
    Outline,
    Patient,
    Photograph,
    Progress,
    Proposal,
    Side,
    TimeSource,
    Visit,
    VisitPhotograph,
    new_id,
    no_progress,
    now,
)
from woundtrack.records import Library, Originals

PHOTOGRAPH_SUFFIXES: Final = frozenset(
    {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".heic", ".heif"}
)
EARLIEST_VISIT: Final = date(2000, 1, 1)  # a camera whose clock was never set says 1970 or 1980
MANIFEST_COLUMNS: Final = ("photo", "patient", "site", "side", "lesion", "date")
LOOKAHEAD: Final = 2  # photographs examined ahead of the one being filed: bounds memory


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """A quick look at a file before it is imported."""

    path: Path
    photograph: Photograph
    thumbnail: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What the program made of one file, not yet filed."""

    path: Path
    photograph: Photograph
    calibration: Calibration | None
    outlines: tuple[Outline, ...]
    doubts: tuple[Doubt, ...]
    method: Method


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """A photograph in the library and what is proposed for it."""

    photograph: VisitPhotograph
    proposal: Proposal


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportProblem:
    """A file that was not imported, and why."""

    path: Path
    error: WoundtrackError


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
    itself is always kept, so that it can be reported if it isn't a photograph.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        for inside in sorted(path.rglob("*")):
            is_hidden = any(part.startswith(".") for part in inside.relative_to(path).parts)
            if inside.suffix.lower() in PHOTOGRAPH_SUFFIXES and inside.is_file() and not is_hidden:
                found[inside] = None
    return tuple(found)


def scan(path: Path) -> Scanned:
    """Look at a file quickly: its facts and a small picture. May run on any thread.

    Raises ``PhotographUnreadable`` or ``PhotographTooLarge``.
    """
    return Scanned(
        path=path,
        photograph=imaging.photograph_facts(path),
        thumbnail=imaging.quick_thumbnail(path),
    )


def examine(
    path: Path,
    *,
    originals: Originals | None = None,
    print_scale: float = 1.0,
    progress: Progress = no_progress,
) -> Examined:
    """Read, calibrate and outline one photograph. May run on any thread.

    With ``originals``, the file's bytes and a small picture are stored there first: bytes without a
    row are harmless, a row without its bytes is not. A photograph without a usable card or without
    a wound is still examined; ``doubts`` says what is missing.

    Raises ``PhotographUnreadable``, ``PhotographTooLarge``, ``DiskFull``, ``LibraryReadOnly``, or
    whatever ``progress`` raises to stop.
    """
    progress(0.0, path.name)
    data, file_time = imaging.read_file(path)
    pixels, photograph = imaging.read_photograph_bytes(data, path.name, file_time)
    progress(0.3, path.name)

    doubts: list[Doubt] = []
    if photograph.taken_from is TimeSource.EXIF_LOCAL:
        doubts.append(Doubt(code="time_assumed"))
    elif photograph.taken_from is TimeSource.FILE:
        doubts.append(Doubt(code="time_from_file"))
    calibration: Calibration | None = None
    try:
        calibration = imaging.find_calibration(pixels, photograph, print_scale=print_scale)
    except (CardNotFound, CardUnreliable) as problem:
        doubts.append(doubt_of(problem))
    progress(0.5, path.name)

    outlines = imaging.propose_outlines(pixels, calibration)
    if not outlines:
        doubts.append(Doubt(code="outline_not_found"))
    progress(0.9, path.name)

    if originals is not None:
        originals.put(data, photograph.sha256, path.suffix.lower())
        originals.put_thumbnail(photograph.sha256, imaging.thumbnail(pixels))
    return Examined(
        path=path,
        photograph=photograph,
        calibration=calibration,
        outlines=outlines,
        doubts=tuple(doubts),
        method=imaging.PROPOSAL_METHOD,
    )


def checked_patient_code(code: str) -> str:
    """Return ``code`` without surrounding space; raises ``NotUnderstood`` when it can't be one."""
    code = code.strip()
    if not code or len(code) > 40 or not code.isprintable():
        raise NotUnderstood(
            what="The patient code",
            given=repr(code),
            expected="give one to forty letters, digits or signs",
        )
    return code


def checked_visit_date(visited_on: date | None, photograph: Photograph) -> date:
    """Return the visit's local date: the one given, else the photograph's own.

    Raises ``NotUnderstood`` when there is neither, or it lies in the future or before digital
    cameras, as it does when a camera's clock was never set.
    """
    day = visited_on or photograph.taken_on
    if day is None:
        raise NotUnderstood(
            what="The visit date of",
            given=photograph.original_name,
            expected="the photograph carries none, so give the date of the visit",
        )
    if not EARLIEST_VISIT <= day <= now().astimezone().date():
        raise NotUnderstood(
            what="The visit date",
            given=day.isoformat(),
            expected=f"it should lie between {EARLIEST_VISIT.isoformat()} and today; "
            "give the right date, and check the camera's clock",
        )
    return day


def filed_already(
    library: Library, photograph: Photograph, path: Path
) -> DuplicatePhotograph | None:
    """Return the sentence that says where these very bytes are filed, or None if they are new.

    A photograph that was withdrawn counts as new: it may have been filed under the wrong patient.
    """
    known = library.photograph_with_hash(photograph.sha256)
    if known is None or known.is_retired:
        return None
    visit = library.visit(known.visit_id)
    return DuplicatePhotograph(
        path=str(path),
        patient=library.patient(visit.patient_id).code,
        visited_on=visit.visited_on.isoformat(),
    )


def file_photograph(
    library: Library,
    examined: Examined,
    *,
    patient_code: str,
    site: BodySite,
    visited_on: date | None = None,
    lesion_label: str | None = None,
    by: str,
) -> Filed:
    """File an examined photograph under a patient's visit, with its proposal; accept nothing.

    The patient, the visit and a named lesion are made when they don't exist yet. One transaction.

    Raises ``DuplicatePhotograph``, ``NotUnderstood``, ``DiskFull``, ``LibraryReadOnly``.
    """
    code = checked_patient_code(patient_code)
    day = checked_visit_date(visited_on, examined.photograph)
    duplicate = filed_already(library, examined.photograph, examined.path)
    if duplicate is not None:
        raise duplicate
    known = {patient.code: patient for patient in library.patients()}.get(code)
    patient = known or Patient(id=new_id(), code=code, created_at=now())
    old_visit = _visit_on(library, known, day)
    visit = old_visit or Visit(id=new_id(), patient_id=patient.id, visited_on=day, created_at=now())
    lesion, is_new_lesion = _named_lesion(library, patient, known is None, site, lesion_label)
    withdrawn = library.photograph_with_hash(examined.photograph.sha256)
    photograph = VisitPhotograph(
        id=new_id(),
        visit_id=visit.id,
        photograph=examined.photograph,
        site=site,
        filed_at=now(),
    )
    if withdrawn is not None:
        photograph = replace(withdrawn, visit_id=visit.id, site=site, is_retired=False)
    proposal = Proposal(
        id=new_id(),
        photograph_id=photograph.id,
        calibration=examined.calibration,
        outlines=examined.outlines,
        doubts=examined.doubts,
        method=examined.method,
        created_at=now(),
        lesion_id=None if lesion is None else lesion.id,
    )
    with library.verb("import" if withdrawn is None else "import again", by=by) as change:
        if known is None:
            change.add_patient(patient)
        if old_visit is None:
            change.add_visit(visit)
        if lesion is not None and is_new_lesion:
            change.add_lesion(lesion)
        if withdrawn is None:
            change.add_photograph(photograph)
            change.add_proposal(proposal)
        else:
            former = library.proposal_of(withdrawn.id)
            proposal = replace(proposal, id=former.id, version=former.version)
            change.update_photograph(photograph)
            change.update_proposal(proposal)
    return Filed(
        photograph=library.photograph(photograph.id), proposal=library.proposal_of(photograph.id)
    )


def withdraw(
    library: Library, photographs: Sequence[VisitPhotograph], *, by: str, reason: str
) -> None:
    """Take photographs, and every assessment that rests on one, out of view: undoes an import.

    Nothing is deleted; the same files may be imported again, for another patient too.
    """
    gone = {photograph.id for photograph in photographs}
    resting = [
        assessment
        for visit_id in dict.fromkeys(photograph.visit_id for photograph in photographs)
        for assessment in library.assessments(patient_id=library.visit(visit_id).patient_id)
        if assessment.visit_id == visit_id and gone & set(assessment.photograph_ids)
    ]
    with library.verb("withdraw", by=by, why=reason) as change:
        for assessment in resting:
            change.add_assessment(assessment.revised(by=by, reason=reason, is_retired=True))
        for photograph_id in gone:
            current = library.photograph(photograph_id)
            change.update_photograph(replace(current, is_retired=True))
            proposal = library.proposal_of(photograph_id)
            if proposal.is_waiting:
                change.update_proposal(replace(proposal, is_waiting=False))


def _visit_on(library: Library, patient: Patient | None, day: date) -> Visit | None:
    visits = () if patient is None else library.visits(patient.id)
    return next((visit for visit in visits if visit.visited_on == day), None)


def _named_lesion(
    library: Library, patient: Patient, is_new_patient: bool, site: BodySite, label: str | None
) -> tuple[Lesion | None, bool]:
    if label is None or not label.strip():
        return None, False
    label = label.strip()
    lesions = () if is_new_patient else library.lesions(patient.id, include_retired=True)
    for lesion in lesions:
        if lesion.label.casefold() == label.casefold() and not lesion.is_retired:
            if lesion.site != site:
                raise NotUnderstood(
                    what="Lesion",
                    given=label,
                    expected=f"{patient.code} has a lesion of that name at another site "
                    f"({lesion.site.words}); give another name or that site",
                )
            return lesion, False
    number = max((lesion.number for lesion in lesions), default=0) + 1
    lesion = Lesion(
        id=new_id(),
        patient_id=patient.id,
        label=label,
        number=number,
        site=site,
        created_at=now(),
    )
    return lesion, True


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

    def go_on(fraction: float, message: str) -> None:
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
                    examine, item.path, originals=library.originals, progress=go_on
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
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise NotUnderstood(
            what="The manifest", given=str(path), expected="it can't be read as UTF-8 text"
        ) from problem
    header = text.partition("\n")[0]
    reader = csv.DictReader(
        text.splitlines(), delimiter=";" if header.count(";") > header.count(",") else ","
    )
    columns = {name.strip().lower(): name for name in reader.fieldnames or ()}
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
    for row in reader:
        cells = {name: (row.get(columns.get(name, "")) or "").strip() for name in MANIFEST_COLUMNS}
        photo = path.parent / cells["photo"]
        try:
            if not cells["photo"]:
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
            problems.append(ImportProblem(path=photo, error=error))
    return tuple(items), tuple(problems)


def parse_site(site: str, side: str = "") -> BodySite:
    """Return the site of two words a person typed. Raises ``NotUnderstood``."""
    word = site.strip().lower().replace(" ", "-")
    try:
        return BodySite(region=word, side=Side(side.strip().lower()) if side.strip() else None)
    except ValueError as problem:
        raise NotUnderstood(
            what="The site",
            given=" ".join((side, site)).strip(),
            expected="give a site such as abdomen, thigh or lower-leg, and left, right or midline",
        ) from problem


def parse_date(text: str) -> date:
    """Return the date written YYYY-MM-DD. Raises ``NotUnderstood``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as problem:
        raise NotUnderstood(
            what="The date", given=text, expected="write it as YYYY-MM-DD, for example 2026-03-31"
        ) from problem
