"""Check an installation from the inside: what ``woundtrack selftest`` runs, also when packaged.

Each check names itself, says whether it is well, and gives the detail a support person would ask.
"""

from __future__ import annotations

import io
import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from woundtrack import __version__
from woundtrack.errors import WoundtrackError

if TYPE_CHECKING:
    from woundtrack.phantom import Phantom
    from woundtrack.records import Library

Outcome = tuple[str, bool, str]
Check = tuple[str, Callable[[], tuple[bool, str]]]

LIBRARIES: Final = (
    "PySide6-Essentials",
    "opencv-python-headless",
    "numpy",
    "Pillow",
    "pillow-heif",
    "sqlite-utils",
    "matplotlib",
    "reportlab",
    "pypdfium2",
    "pydicom",
    "pynetdicom",
)
TOLERANCE: Final = 0.02  # of the phantom's painted area


def run(checks: Sequence[Check] | None = None) -> Iterator[Outcome]:
    """Yield (name, is well, detail) for each check; a known failure becomes its detail."""
    for name, check in CHECKS if checks is None else checks:
        yield _tried(name, check)


def _tried(name: str, check: Callable[[], tuple[bool, str]]) -> Outcome:
    try:
        is_well, detail = check()
    except (WoundtrackError, OSError, ImportError) as problem:
        return name, False, str(problem)
    return name, is_well, detail


def _versions() -> tuple[bool, str]:
    found: list[str] = [f"woundtrack {__version__}", f"Python {platform.python_version()}"]
    is_well = True
    for library in LIBRARIES:
        try:
            found.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            is_well = False
            found.append(f"{library} is not installed")
    return is_well, ", ".join(found)


def _assets() -> tuple[bool, str]:
    from woundtrack.resources import assets, damaged_assets

    names, damaged = assets(), damaged_assets()
    if damaged:
        return False, f"not as they were packaged: {', '.join(damaged)}"
    return bool(names), f"{len(names)} found"


def _rendered() -> Phantom:
    """Render one photograph of one lesion of 8 cm² with the card, cut from the printed sheet."""
    from woundtrack import imaging
    from woundtrack.phantom import Camera, CardPrint, Lesion, Scene, render

    sheet = io.BytesIO()
    imaging.write_card_sheet(sheet)
    layout = imaging.card_layout()
    card = CardPrint(
        pdf=sheet.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 16.0),
    )
    camera = Camera(width_px=1296, height_px=972, distance_mm=300)
    return render(Scene(camera=camera, cards=(card,), lesions=(Lesion(area_mm2=800.0),)))


def _phantom() -> tuple[bool, str]:
    from woundtrack import imaging

    phantom = _rendered()
    pixels, photograph = imaging.read_photograph_bytes(phantom.jpeg, "phantom.jpg", None)
    calibration = imaging.find_calibration(pixels, photograph)
    truth = phantom.lesions[0]
    (outline,) = imaging.outlines_from_mask(truth.mask())
    area_mm2 = imaging.measure(outline, calibration).area_mm2
    off = area_mm2 / truth.area_mm2 - 1
    detail = f"{area_mm2 / 100:.2f} cm² measured, {truth.area_mm2 / 100:.2f} painted ({off:+.2%})"
    return abs(off) <= TOLERANCE, detail


def _network() -> tuple[bool, str]:
    """Try the outline network on what it answered to when it was made, and on the phantom."""
    import numpy as np

    from woundtrack import imaging

    used = imaging.network_in_use()
    if used.fault is not None:
        return False, str(used.fault)
    if used.network is None or used.facts is None:
        return True, "left out: outlines are made by OpenCV alone"
    where = f"in {used.folder}" if used.is_own else "of this copy"
    named = f"{where}, version {used.facts.version}, {used.facts.sha256[:12]}"
    if not used.answers_as_made():
        return False, f"{named}: it answers otherwise than where it was made"
    phantom = _rendered()
    pixels, _ = imaging.read_photograph_bytes(phantom.jpeg, "phantom.jpg", None)
    mask = phantom.lesions[0].mask()
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (columns[0] - 8.0, rows[0] - 8.0, columns[-1] + 8.0, rows[-1] + 8.0)
    found = imaging.refine_outline(pixels, box=box, start=())
    drawn = np.any([imaging.outline_mask(outline, mask.shape) for outline in found], axis=0)
    dice = 2 * float((drawn & mask).sum()) / float(drawn.sum() + mask.sum())
    return True, f"{named}, answers as expected; a box on the phantom: Dice {dice:.2f}"


def _scores() -> tuple[bool, str]:
    """Read every score's definition, those of the clinic beside the settings included."""
    from woundtrack.workflow import known_instruments

    known = known_instruments()
    if known.faults:
        return False, " ".join(str(fault) for fault in known.faults)
    names = [f"{one.id} {one.version}" for one in known.in_use]
    return bool(names), ", ".join(names)


@contextmanager
def _one_accepted(folder: Path) -> Iterator[Library]:
    """Yield a library, closed once and opened again, with the phantom accepted as one lesion."""
    from woundtrack import imaging, workflow
    from woundtrack.model import BodySite
    from woundtrack.records import Library

    phantom = _rendered()
    site = BodySite(region="abdomen")
    photo = folder / "phantom.jpg"
    photo.write_bytes(phantom.jpeg)
    with Library.create(folder / "library") as library:
        workflow.import_photographs(
            library, [photo], patient_code="SELFTEST-1", site=site, by="selftest"
        )
    with Library.open(folder / "library") as library:
        patient = library.patient_with_code("SELFTEST-1")
        (proposal,) = library.proposals(patient.id)
        # The painted edge: whether the program finds it is not the library's matter.
        (outline,) = imaging.outlines_from_mask(phantom.lesions[0].mask())
        decision = workflow.Decision(outline=outline, lesion=None, site=site, label="A1")
        workflow.accept(library, proposal, (decision,), by="selftest")
        yield library


def _library() -> tuple[bool, str]:
    from woundtrack import workflow

    with (
        tempfile.TemporaryDirectory(prefix="woundtrack selftest ü ") as folder,
        _one_accepted(Path(folder)) as library,
    ):
        report = library.check()
        points = [
            point
            for curve in workflow.timeline_of(library, library.patients()[0]).lesions
            for point in curve.points
        ]
    is_well = not report.problems and len(points) >= 1
    return is_well, f"made, reopened and checked; assessments on the timeline: {len(points)}"


def _exports() -> tuple[bool, str]:
    """Write every format and a page on paper; load what encrypts the way to an archive."""
    from woundtrack.exchange import dicom
    from woundtrack.workflow import reporting
    from woundtrack.workflow.export_formats import FORMATS, writer_of
    from woundtrack.workflow.exporting import ExportChoice, open_export

    written: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="woundtrack selftest ü ") as folder,
        _one_accepted(Path(folder)) as library,
    ):
        choice = ExportChoice(is_identified=True, with_unasked=True)
        for name in FORMATS:
            export = open_export(library, choice, by="selftest")
            files = writer_of(name)(export, Path(folder) / name, by="selftest").paths
            written.append(f"{name} {len(files)}")
        day = date(2026, 1, 31)
        plan = reporting.plan_report(library, library.patients()[0], printed_on=day)
        reporting.write_report(plan, Path(folder) / "page.pdf")
        written.append("page 1")
    return True, f"files written: {', '.join(written)}; sent by {dicom.encryption()}"


CHECKS: Final[tuple[Check, ...]] = (
    ("versions", _versions),
    ("assets", _assets),
    ("phantom", _phantom),
    ("outline network", _network),
    ("scores", _scores),
    ("library", _library),
    ("exports", _exports),
)
"""Every check there is, in the order it is made."""
