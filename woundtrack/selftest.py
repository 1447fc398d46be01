"""Check an installation from the inside: what ``woundtrack selftest`` runs, also when packaged.

Each check names itself, says whether it is well, and gives the detail a support person would ask.
"""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from woundtrack import __version__
from woundtrack.errors import WoundtrackError

Outcome = tuple[str, bool, str]

LIBRARIES: Final = (
    "PySide6-Essentials",
    "opencv-python-headless",
    "numpy",
    "scikit-image",
    "Pillow",
    "pillow-heif",
    "sqlite-utils",
    "matplotlib",
    "reportlab",
    "pypdfium2",
)
TOLERANCE: Final = 0.02  # of the phantom's painted area


def run() -> Iterator[Outcome]:
    """Yield (name, is well, detail) for each check; a known failure becomes its detail."""
    for name, check in (
        ("versions", _versions),
        ("assets", _assets),
        ("phantom", _phantom),
        ("library", _library),
    ):
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
    from woundtrack.resources import assets

    names = assets()
    return bool(names), f"{len(names)} found"


def _phantom() -> tuple[bool, str]:
    from woundtrack import imaging
    from woundtrack.demo import selftest_phantom

    phantom = selftest_phantom()
    pixels, photograph = imaging.read_photograph_bytes(phantom.jpeg, "phantom.jpg", None)
    calibration = imaging.find_calibration(pixels, photograph)
    truth = phantom.lesions[0]
    (outline,) = imaging.outlines_from_mask(truth.mask)
    area_mm2 = imaging.measure(outline, calibration).area_mm2
    off = area_mm2 / truth.area_mm2 - 1
    detail = f"{area_mm2 / 100:.2f} cm² measured, {truth.area_mm2 / 100:.2f} painted ({off:+.2%})"
    return abs(off) <= TOLERANCE, detail


def _library() -> tuple[bool, str]:
    from woundtrack import workflow
    from woundtrack.demo import selftest_phantom
    from woundtrack.model import BodySite
    from woundtrack.records import Library

    with tempfile.TemporaryDirectory(prefix="woundtrack selftest ü ") as folder:
        photo = Path(folder) / "phantom.jpg"
        photo.write_bytes(selftest_phantom().jpeg)
        with Library.create(Path(folder) / "library") as library:
            workflow.import_photographs(
                library,
                [photo],
                patient_code="SELFTEST",
                site=BodySite(region="abdomen"),
                by="selftest",
            )
        with Library.open(Path(folder) / "library") as library:
            patient = library.patient_with_code("SELFTEST")
            workflow.accept_proposals(library, patient, include_doubted=True, by="selftest")
            report = library.check()
            points = [
                point
                for curve in workflow.timeline_of(library, patient).lesions
                for point in curve.points
            ]
    is_well = not report.problems and len(points) >= 1
    return is_well, f"made, reopened and checked; {len(points)} assessments on the timeline"
