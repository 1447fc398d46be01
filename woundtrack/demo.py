"""A demonstration clinic: a year of generated photographs, taken in by the verbs a person uses.

Hides the rendering on other cores, the nurse who corrects poor outlines, and how a build that was
stopped half way is found and done again.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import multiprocessing
import os
import shutil
import stat
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import platformdirs

from woundtrack import imaging, phantom, workflow
from woundtrack.demo_patients import CLINIC, PatientPlan, Shot, ViewPlan, shots_of
from woundtrack.errors import LibraryDamaged, LibraryExists, LibraryMissing, OutlineNotFound
from woundtrack.model import (
    Lesion,
    Outline,
    Progress,
    WoundState,
    no_progress,
    now,
)
from woundtrack.records import Library

PLAN_VERSION: Final = 1  # raised when the clinic changes, so that half-made ones start again
GOOD_ENOUGH: Final = 0.94  # Dice: a proposal nearer the edge than this, a nurse leaves alone
PHOTO_PX: Final = (1632, 1224)
UNREADABLE_NAME: Final = "IMG_0666.jpg"
_RENDERING_SHARE: Final = 0.62  # of the time, for the progress bar
CLICKS: Final = 6  # what a nurse has patience for
_REDUCED: Final = 4  # outlines are compared on masks this many times smaller


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
        return (
            f"The demonstration clinic {verb} {self.folder}: {self.patients} patients, "
            f"{self.lesions} lesions, {self.photographs} photographs, {self.waiting} to review."
        )


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
        with Library.open(library_dir, read_only=True) as library:
            return _report(library, was_kept=True)
    if library_dir.is_dir() and any(library_dir.iterdir()):
        raise LibraryExists(path=str(library_dir))
    progress(0.0, "Starting")
    day = today or now().astimezone().date()
    staging = library_dir.with_name(f".{library_dir.name}-being-made")
    library = _fresh_library(staging, f"{PLAN_VERSION} {day.isoformat()}")
    try:
        with library:
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


# --- photographs ---------------------------------------------------------------------------------


def _card() -> phantom.CardPrint:
    """Return the first card of the printed sheet."""
    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    card = layout.cards[0]
    return phantom.CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=tuple(tuple((x, y) for x, y in ring) for ring in card.paper_mm),
    )


def _scene(
    patient: PatientPlan, view: ViewPlan, shot: Shot, card: phantom.CardPrint, day: date
) -> phantom.Scene:
    """Return the scene of one photograph, with this day's hand and light."""
    rng = np.random.default_rng([patient.seed, view.seed, shot.week])
    # The frame: every lesion at its largest, so that the hand finds the same place each time.
    lows, highs = [], []
    for course in view.courses:
        half = 0.72 * math.sqrt(course.largest_mm2)
        lows.append((course.centre_mm[0] - half, course.centre_mm[1] - half))
        highs.append((course.centre_mm[0] + half, course.centre_mm[1] + half))
    left, top = np.min(lows, axis=0)
    right, bottom = np.max(highs, axis=0)
    # The card's arms are 25 mm wide: its foot goes below the lesions, its upright beside them.
    card_x = left - 4 - float(rng.uniform(2, 7)) + 35
    card_y = bottom + float(rng.uniform(5, 9)) - 15
    card_x = min(card_x, (left + right) / 2 + 12)
    card_y = max(card_y, (top + bottom) / 2 + 10)
    placed = replace(
        card,
        centre_mm=(float(card_x), float(card_y)),
        angle_deg=float(rng.normal(0, 2.5)),
        hidden=shot.card_hidden,
    )
    has_card = shot.has_card
    x0 = min(left, card_x - 62) if has_card else left - 25
    x1 = max(right, card_x + 62) if has_card else right + 25
    y0, y1 = top - 6, (card_y + 42) if has_card else bottom + 25
    centre = (
        float((x0 + x1) / 2 + rng.normal(0, 2)),
        float((y0 + y1) / 2 + rng.normal(0, 2)),
    )
    width_px, height_px = PHOTO_PX
    focal = 50.0
    tilt = (
        shot.tilt_deg if shot.tilt_deg is not None else float(np.clip(rng.gamma(3.0, 2.6), 1, 22))
    )
    camera = phantom.Camera(width_px=width_px, height_px=height_px, focal_35mm=focal)
    room = max((x1 - x0 + 14) / width_px, (y1 - y0 + 12) / height_px)
    distance = camera.focal_px * float(room) * (1 + 0.004 * tilt) * float(rng.uniform(1.0, 1.10))
    camera = replace(
        camera,
        distance_mm=max(170.0, distance * shot.far),
        look_at_mm=centre,
        tilt_deg=tilt,
        tilt_azimuth_deg=float(rng.uniform(0, 360)),
        roll_deg=float(rng.normal(0, 3.0)),
        k1=-0.015,
        make="Demonstration",
        model="Clinic phone",
    )
    minute = 9 * 60 + int(rng.integers(10, 150)) + view.seed
    clock = time(minute // 60, minute % 60, int(rng.integers(0, 60)))
    offset_h = 1 if 4 <= day.month <= 10 else 0  # British summer time, to within some days
    taken_at = datetime.combine(day, clock, timezone(timedelta(hours=offset_h)))
    return phantom.Scene(
        seed=patient.seed * 16 + view.seed,
        shot=shot.week,
        skin_tone=patient.skin_tone,
        camera=camera,
        light=phantom.Light(
            azimuth_deg=float(rng.uniform(190, 300)),
            elevation_deg=float(rng.uniform(48, 65)),
            gradient=float(rng.uniform(0.1, 0.4)),
            warmth=float(rng.normal(0.08, 0.16)),
            vignette=float(rng.uniform(0.1, 0.4)),
            glare=float(rng.uniform(0.15, 0.5)),
            exposure=float(rng.uniform(0.93, 1.07)),
        ),
        lesions=tuple(course.at(shot.week) for course in view.courses_at(shot.week)),
        cards=(placed,) if has_card else (),
        limb_width_mm=view.limb_width_mm,
        limb_centre_mm=view.limb_centre_mm,
        limb_angle_deg=view.limb_angle_deg,
        curvature=view.curvature,
        backdrop=view.backdrop,
        hair=patient.hair,
        veins=view.veins,
        dryness=patient.dryness,
        moles=patient.moles,
        blur_px=float(rng.uniform(0.5, 0.9)),
        noise=float(rng.uniform(0.7, 1.4)),
        taken_at=taken_at,
    )


# --- the clinic at work --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Planned:
    """A photograph of the plan: what it shows, and the files it becomes."""

    patient: PatientPlan
    view: ViewPlan
    shot: Shot
    scene: phantom.Scene
    path: Path

    @property
    def truth_path(self) -> Path:
        """Where it is written what was painted: the nurse's eyes."""
        return self.path.with_suffix(".truth")


@dataclass(slots=True)
class _Made:
    accepted: int = 0
    corrected: int = 0
    not_imported: tuple[str, ...] = ()


def _planned(clinic: Sequence[PatientPlan], folder: Path, day: date) -> list[list[_Planned]]:
    """Return every patient's photographs, oldest first."""
    card = _card()
    number = 412
    patients = []
    for patient in clinic:
        photographs = []
        for shot, view in shots_of(patient):
            on = day - timedelta(days=patient.last_visit_days_ago + 7 * (patient.weeks - shot.week))
            path = folder / patient.code / on.isoformat() / f"IMG_{number:04d}.jpg"
            number += 3
            scene = _scene(patient, view, shot, card, on)
            photographs.append(
                _Planned(patient=patient, view=view, shot=shot, scene=scene, path=path)
            )
        patients.append(photographs)
    return patients


def _fill(
    library: Library,
    folder: Path,
    clinic: Sequence[PatientPlan],
    day: date,
    by: str,
    progress: Progress,
) -> _Made:
    """Render every photograph on other cores; import each patient's as soon as they are there."""
    patients = _planned(clinic, folder, day)
    total = sum(len(photographs) for photographs in patients)
    rendered, imported = 0, 0
    made = _Made()

    def tell(message: str) -> None:
        done = rendered * _RENDERING_SHARE + imported * (1 - _RENDERING_SHARE)
        progress(0.99 * done / total, message)

    pool = ProcessPoolExecutor(
        max_workers=max(1, min(2, os.cpu_count() or 1)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=cv2.setNumThreads,
        initargs=(1,),
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
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    if patients:
        _take_in_unreadable(library, patients[0][-1], by, made)
    return made


def _take_in(library: Library, photographs: Sequence[_Planned], by: str, made: _Made) -> None:
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
        decisions, corrected = _decided(library, filed, planned)
        if decisions:
            workflow.accept(library, filed.proposal, decisions, by=by)
            made.accepted += 1
            made.corrected += corrected
        else:
            workflow.set_aside(library, filed.proposal, by=by)


def _take_in_unreadable(library: Library, like: _Planned, by: str, made: _Made) -> None:
    """Try to import a file that was cut short on its way from the camera."""
    path = like.path.with_name(UNREADABLE_NAME)
    path.write_bytes(like.path.read_bytes()[:60_000])
    item = workflow.ImportItem(path=path, patient_code=like.patient.code, site=like.view.site)
    report = workflow.import_items(library, [item], by=by)
    made.not_imported += tuple(problem.path.name for problem in report.problems)


def _decided(
    library: Library, filed: workflow.Filed, planned: _Planned
) -> tuple[list[workflow.Decision], int]:
    """Return what the nurse decides about a photograph, and how many outlines she corrected."""
    patient = library.patient_with_code(planned.patient.code)
    known = {lesion.label: lesion for lesion in library.lesions(patient.id)}
    truth = json.loads(planned.truth_path.read_text(encoding="utf-8"))
    pixels: npt.NDArray[np.uint8] | None = None
    rng = np.random.default_rng([planned.patient.seed, planned.view.seed, planned.shot.week, 7])
    decisions: list[workflow.Decision] = []
    corrected = 0
    courses = planned.view.courses_at(planned.shot.week)
    for course, painted in zip(courses, truth["lesions"], strict=True):
        lesion: Lesion | None = known.get(course.label)
        edge = np.array(painted["ring_px"], dtype=np.float64).reshape(-1, 2)
        if not edge.size:
            if lesion is not None:
                decisions.append(_closed(lesion))
            continue
        outline, likeness = _nearest(filed.proposal.outlines, edge)
        if outline is None or likeness < GOOD_ENOUGH:
            if pixels is None:
                pixels, _ = imaging.read_photograph(planned.path)
            drawn = _guided(pixels, edge, filed.proposal.outlines, rng)
            if drawn is not None and _likeness(drawn, edge) > likeness:
                outline = drawn
                corrected += 1
        if outline is None:
            continue
        decisions.append(
            workflow.Decision(
                outline=outline,
                lesion=lesion,
                site=planned.view.site,
                label=course.label,
            )
        )
    return decisions, corrected


def _closed(lesion: Lesion) -> workflow.Decision:
    return workflow.Decision(
        outline=None,
        lesion=lesion,
        site=lesion.site,
        label=lesion.label,
        state=WoundState.CLOSED,
    )


def _guided(
    pixels: npt.NDArray[np.uint8],
    edge: npt.NDArray[np.float64],
    start: Sequence[Outline],
    rng: np.random.Generator,
) -> Outline | None:
    """Return what the program makes of the nurse's gestures: a box round the wound, then clicks.

    She clicks where most is missing or too much, and stops when it is good or nothing helps.
    """
    height, width = pixels.shape[:2]
    low, high = edge.min(axis=0), edge.max(axis=0)
    loose = (high - low) * rng.uniform(0.03, 0.12, 2)
    x0, y0 = np.maximum(low - loose, 1)
    x1, y1 = np.minimum(high + loose, (width - 1, height - 1))
    box = (float(x0), float(y0), float(x1), float(y1))
    try:
        found = imaging.refine_outline(pixels, box=box, start=start)
    except OutlineNotFound:
        found = ()
    best, likeness = _nearest(found, edge)
    for _ in range(CLICKS):
        if likeness >= GOOD_ENOUGH:
            break
        point, is_missing = _worst_place(best, edge)
        include, exclude = ([point], []) if is_missing else ([], [point])
        try:
            found = imaging.refine_outline(pixels, include, exclude, start=found)
        except OutlineNotFound:
            break
        after, likeness_after = _nearest(found, edge)
        if likeness_after <= likeness:
            break
        best, likeness = after, likeness_after
    return best


def _worst_place(
    outline: Outline | None, edge: npt.NDArray[np.float64]
) -> tuple[tuple[float, float], bool]:
    """Return the middle of the largest mistake, px, and whether wound is missing there."""
    rings = [np.array(ring) for ring in (outline.outer, *outline.islands)] if outline else []
    low = np.vstack([*rings, edge]).min(axis=0) - 2 * _REDUCED
    high = np.vstack([*rings, edge]).max(axis=0) + 2 * _REDUCED
    size = np.ceil((high - low) / _REDUCED).astype(int)
    seen, wound = _filled(rings, low, size), _filled([edge], low, size)
    depths = [
        cv2.distanceTransform(mistake.astype(np.uint8), cv2.DIST_L2, 3)
        for mistake in (wound & ~seen, seen & ~wound)
    ]
    is_missing = bool(depths[0].max() >= depths[1].max())
    deepest = depths[0] if is_missing else depths[1]
    row, column = np.unravel_index(int(deepest.argmax()), deepest.shape)
    x, y = low + (np.array([column, row]) + 0.5) * _REDUCED
    return (float(x), float(y)), is_missing


def _nearest(
    outlines: Sequence[Outline], edge: npt.NDArray[np.float64]
) -> tuple[Outline | None, float]:
    """Return the outline that covers the wound best, with its likeness; None when none does."""
    best: Outline | None = None
    highest = 0.0
    for outline in outlines:
        likeness = _likeness(outline, edge)
        if likeness > highest:
            best, highest = outline, likeness
    return best, highest


def _likeness(outline: Outline, edge: npt.NDArray[np.float64]) -> float:
    """Return the Dice coefficient of an outline and the wound's edge."""
    rings = [np.array(ring) for ring in (outline.outer, *outline.islands)]
    points = np.vstack([rings[0], edge])
    low = points.min(axis=0) - 2
    size = np.ceil((points.max(axis=0) + 2 - low) / _REDUCED).astype(int)
    one, two = _filled(rings, low, size), _filled([edge], low, size)
    return float(2 * (one & two).sum() / max(1, one.sum() + two.sum()))


def _filled(
    rings: Sequence[npt.NDArray[np.float64]],
    low: npt.NDArray[np.float64],
    size: npt.NDArray[np.int_],
) -> npt.NDArray[np.bool_]:
    """Return the inside of rings (even-odd) on a reduced grid that starts at ``low``."""
    mask = np.zeros((int(size[1]), int(size[0])), dtype=np.uint8)
    corners = [np.round(((ring - low) / _REDUCED - 0.5) * 16).astype(np.int32) for ring in rings]
    if corners:
        cv2.fillPoly(mask, corners, 1, shift=4)
    return mask.astype(bool)
