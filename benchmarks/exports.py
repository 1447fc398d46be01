"""How long an export takes and how much memory, as the library grows: time by the row, memory flat.

Each export runs in a program of its own; its memory is what that program held at most, beside one
that only reads the same patients' files. The libraries are generated. Tables leave pseudonymised,
their rows are accepted assessments. DICOM leaves under the patients' names, as it does to an
archive; its rows are photographs of 1600 x 1200 with files, ten a patient.

    python -m benchmarks.exports [--formats csv,redcap,fhir,dicom] [--patients 60,125,250,500]
                                 [--photographs 50,100,200,400] [--quick]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from benchmarks._large_library import write_library

PHOTOGRAPHS_EACH = 100
PICTURES_EACH = 10


def one_export(library_path: Path, out: Path, kind: str) -> dict[str, float]:
    """Export, or with ``read`` only read every file; return seconds and the most memory, MB."""
    from woundtrack.records import Library
    from woundtrack.workflow import ExportChoice, open_export
    from woundtrack.workflow.export_formats import writer_of

    with Library.open(library_path) as library:
        choice = ExportChoice(is_identified=kind in {"dicom", "read-identified"})
        export = open_export(library, choice, by="benchmark")
        begun = time.process_time()
        rows = 0
        if kind.startswith("read"):
            rows = sum(len(file.assessments) for file in export.files())
        else:
            writer_of(kind)(export, out, by="benchmark")
        seconds = time.process_time() - begun
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return {
        "seconds": seconds,
        "megabytes": most_megabytes(),
        "rows": rows,
        "written": size / 1e6,
    }


def most_megabytes() -> float:
    """Return the most memory that this program held.

    ``ru_maxrss`` would begin with that of the program which started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(library: Path, folder: Path, kind: str) -> dict[str, float]:
    """Return what one export in a program of its own took."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.exports", "--one", kind, str(library), str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def pictures(count: int) -> list[bytes]:
    """Return so many different photographs of skin-coloured noise, 1600 x 1200, as JPEG files."""
    chance = np.random.default_rng(20061)
    found = []
    for _ in range(count):
        coarse = chance.normal(0, 25, (60, 80, 3)) + np.array([140, 160, 205])
        pixels = cv2.resize(coarse, (1600, 1200), interpolation=cv2.INTER_CUBIC)
        pixels += chance.normal(0, 6, (1200, 1600, 1))
        _, data = cv2.imencode(".jpg", np.clip(pixels, 0, 255).astype(np.uint8))
        found.append(data.tobytes())
    return found


def print_rows(library: Path, folder: Path, patients: int, kinds: list[str]) -> None:
    """Export a library in some formats, and print a row each."""
    reading = "read-identified" if kinds == ["dicom"] else "read"
    read = measured(library, folder / "none", reading)
    for kind in kinds:
        found = measured(library, folder / kind, kind)
        rows = read["rows"]
        print(
            f"{kind:8} {patients:8d} {rows:8.0f} {found['seconds']:7.1f} "
            f"{1000 * found['seconds'] / rows:9.2f} "
            f"{found['seconds'] / read['seconds']:14.2f}x {found['written']:11.1f} "
            f"{found['megabytes']:8.0f} {read['megabytes']:14.0f}",
            flush=True,
        )


def main() -> None:
    """Print a row a library and format."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--formats", default="csv")
    parser.add_argument("--patients", default="60,125,250,500")
    parser.add_argument("--photographs", default="50,100,200,400")
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    wishes = parser.parse_args()
    if wishes.one:
        kind, library, out = wishes.one
        print(json.dumps(one_export(Path(library), Path(out), kind)))
        return
    share = 10 if wishes.quick else 1
    kinds = wishes.formats.split(",")
    tables = [kind for kind in kinds if kind != "dicom"]
    print(
        f"{'format':8} {'patients':>8} {'rows':>8} {'CPU s':>7} {'ms a row':>9} "
        f"{'beside reading':>15} {'MB written':>11} {'most MB':>8} {'reading alone':>14}"
    )
    for count in [int(one) // share for one in wishes.patients.split(",") if tables]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_library(folder / "library", count, count * PHOTOGRAPHS_EACH)
            print_rows(folder / "library", folder, count, tables)
    for count in [int(one) // share for one in wishes.photographs.split(",") if "dicom" in kinds]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            patients = max(count // PICTURES_EACH, 1)
            write_library(folder / "library", patients, count, pictures=pictures(count))
            print_rows(folder / "library", folder, patients, ["dicom"])


if __name__ == "__main__":
    main()
