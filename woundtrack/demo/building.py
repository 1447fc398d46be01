"""Making the demonstration library: whole or not at all, and kept once it is there.

Hides the rendering on other cores, and how a build that was stopped is found and gone on with.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import stat
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import platformdirs

from woundtrack import phantom, workflow
from woundtrack.demo.history import keep_history
from woundtrack.demo.nurse import decided
from woundtrack.demo.patients import CLINIC
from woundtrack.demo.plan import PatientPlan
from woundtrack.demo.reading_round import read_together
from woundtrack.demo.scenes import PlannedPhotograph, planned_photographs
from woundtrack.errors import LibraryBehind, LibraryDamaged, LibraryExists, LibraryMissing
from woundtrack.model import Progress, no_progress, now
from woundtrack.records import Library

PLAN_VERSION: Final = 8  # raised when the clinic changes, so that half-made ones start again
UNREADABLE_NAME: Final = "IMG_0666.jpg"
PRINTER_NAME: Final = "Ward printer"
_RENDERING_SHARE: Final = 0.8  # of the time, for the progress bar


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoReport:
    """What is in the demonstration. ``corrected`` outlines were made by a gesture of the nurse."""

    folder: Path
    was_kept: bool
    patients: int
    lesions: int
    photographs: int
    waiting: int
    accepted: int = 0
    corrected: int = 0
    not_imported: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """One line for a person."""
        verb = "is still in" if self.was_kept else "is in"
        counts = ", ".join(
            f"{count} {noun}" if count == 1 else f"{count} {noun}s"
            for count, noun in (
                (self.patients, "patient"),
                (self.lesions, "lesion"),
                (self.photographs, "photograph"),
            )
        )
        return f"The demonstration clinic {verb} {self.folder}: {counts}, {self.waiting} to review."


def default_folder() -> Path:
    """Return where the demonstration lies unless somebody chose another folder."""
    return Path(platformdirs.user_data_path("woundtrack", appauthor=False)) / "demo"


def build_demo(
    library_dir: Path,
    *,
    progress: Progress = no_progress,
    by: str = "Demo clinic",
    today: date | None = None,
    clinic: Sequence[PatientPlan] = CLINIC,
) -> DemoReport:
    """Make the demonstration library, or keep the one that is there.

    It is made beside ``library_dir`` and moved there whole: what carries that name is complete. A
    build that was stopped leaves its photographs for the next one to go on with.

    Raises ``LibraryExists`` when something else is in the folder, ``LibraryInUse`` when another
    window is making it, ``LibraryOnNetwork``, ``DiskFull``, ``LibraryReadOnly``, or whatever
    ``progress`` raises to stop.
    """
    library_dir = Path(library_dir).absolute()
    if (library_dir / "library.db").is_file():
        try:
            with Library.open(library_dir, read_only=True) as library:
                return _report(library, was_kept=True)
        except LibraryBehind:  # made by an older version: opened for writing, it is brought up
            with Library.open(library_dir) as library:
                return _report(library, was_kept=True)
    if library_dir.is_dir() and any(library_dir.iterdir()):
        raise LibraryExists(path=str(library_dir))
    progress(0.0, "Starting")
    day = today or now().astimezone().date()
    staging = library_dir.with_name(f".{library_dir.name}-being-made")
    library = _fresh_library(staging, f"{PLAN_VERSION} {day.isoformat()}")
    try:
        with library:
            # The rendered cards are exactly as large as they should be.
            workflow.record_print_scale(library, PRINTER_NAME, 100.0, 100.0, day, by=by)
            made = _fill(library, staging / "photographs", clinic, day, by, progress)
            report = replace(_report(library, was_kept=False), folder=library_dir)
    except BaseException:
        # The photographs stay: rendering them is most of the work.
        _remove(staging / "library")
        raise
    if library_dir.is_dir():
        library_dir.rmdir()
    (staging / "library").replace(library_dir)
    _remove(staging)
    progress(1.0, "Ready")
    return replace(
        report, accepted=made.accepted, corrected=made.corrected, not_imported=made.not_imported
    )


def _fresh_library(staging: Path, plan: str) -> Library:
    """Return a new library in the staging folder, cleared of what doesn't belong to this plan."""
    half_made = staging / "library"
    if half_made.is_dir():
        # Raises LibraryInUse while another window is making it; damaged or missing only says that
        # it was stopped very early.
        with contextlib.suppress(LibraryMissing, LibraryDamaged):
            Library.open(half_made).close()
        _remove(half_made)
    marker = staging / "plan.txt"
    if staging.is_dir() and (not marker.is_file() or marker.read_text(encoding="utf-8") != plan):
        _remove(staging)
    library = Library.create(half_made)
    marker.write_text(plan, encoding="utf-8")
    return library


def _remove(folder: Path) -> None:
    """Remove a folder of ours with what is in it; originals are read-only and need leave first."""
    if not folder.is_dir():
        return
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(stat.S_IREAD | stat.S_IWRITE)
    shutil.rmtree(folder)


def _report(library: Library, *, was_kept: bool) -> DemoReport:
    patients = library.patients()
    return DemoReport(
        folder=library.path,
        was_kept=was_kept,
        patients=len(patients),
        lesions=sum(len(library.lesions(patient.id)) for patient in patients),
        photographs=len(library.photographs()),
        waiting=sum(library.waiting_counts().values()),
    )


@dataclass(slots=True)
class _Made:
    accepted: int = 0
    corrected: int = 0
    not_imported: tuple[str, ...] = ()


def _fill(
    library: Library,
    folder: Path,
    clinic: Sequence[PatientPlan],
    day: date,
    by: str,
    progress: Progress,
) -> _Made:
    """Render every photograph on other cores; import each patient's as soon as they are there."""
    patients = planned_photographs(clinic, folder, day)
    total = sum(len(photographs) for photographs in patients)
    rendered, imported = 0, 0
    made = _Made()

    def tell(message: str) -> None:
        done = rendered * _RENDERING_SHARE + imported * (1 - _RENDERING_SHARE)
        progress(0.99 * done / total, message)

    pool = ProcessPoolExecutor(
        max_workers=max(1, min(2, os.cpu_count() or 1)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=phantom.start_worker,
    )
    try:
        waiting: list[set[Future[None]]] = [
            {
                pool.submit(phantom.render_into, one.scene, one.path, one.truth_path)
                for one in photographs
                if not (one.path.is_file() and one.truth_path.is_file())
            }
            for photographs in patients
        ]
        unfinished = set().union(*waiting)
        rendered = total - len(unfinished)
        for photographs, mine in zip(patients, waiting, strict=True):
            code = photographs[0].patient.code
            while mine & unfinished:
                tell(f"Taking photographs of {code}")
                done, unfinished = wait(unfinished, timeout=0.25, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                rendered = total - len(unfinished)
            for first in range(0, len(photographs), 4):
                few = photographs[first : first + 4]
                tell(f"Measuring the lesions of {code}")
                _take_in(library, few, by, made)
                imported += len(few)
                unfinished = {future for future in unfinished if not future.done()}
                rendered = total - len(unfinished)
            keep_history(library, photographs[0].patient, day, by=by)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    if patients:
        _take_in_unreadable(library, patients[0][-1], by, made)
        tell("Reading photographs blinded")
        read_together(library, [one for photographs in patients for one in photographs], by=by)
    return made


def _take_in(
    library: Library, photographs: Sequence[PlannedPhotograph], by: str, made: _Made
) -> None:
    """Import a few photographs of one patient, then decide about each as its nurse would."""
    report = workflow.import_items(
        library,
        [
            workflow.ImportItem(path=one.path, patient_code=one.patient.code, site=one.view.site)
            for one in photographs
        ],
        by=by,
    )
    made.not_imported += tuple(problem.path.name for problem in report.problems)
    by_name = {one.path.name: one for one in photographs}
    for filed in report.filed:
        planned = by_name[filed.photograph.photograph.original_name]
        if planned.shot.is_left_waiting:
            continue
        decisions, corrected = decided(library, filed, planned)
        if decisions:
            workflow.accept(library, filed.proposal, decisions, by=by)
            made.accepted += 1
            made.corrected += corrected
        else:
            workflow.set_aside(library, filed.proposal, by=by)


def _take_in_unreadable(library: Library, like: PlannedPhotograph, by: str, made: _Made) -> None:
    """Try to import a file that was cut short on its way from the camera."""
    path = like.path.with_name(UNREADABLE_NAME)
    path.write_bytes(like.path.read_bytes()[:60_000])
    item = workflow.ImportItem(path=path, patient_code=like.patient.code, site=like.view.site)
    report = workflow.import_items(library, [item], by=by)
    made.not_imported += tuple(problem.path.name for problem in report.problems)
