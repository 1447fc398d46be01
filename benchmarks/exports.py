"""How long an export takes and how much memory, as the library grows: time by the row, memory flat.

Each export runs in a program of its own; its memory is what that program held at most, beside one
that only reads the same patients' files. The libraries are generated.

    python -m benchmarks.exports [--formats csv,redcap,fhir] [--patients 60,125,250,500] [--quick]
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

from benchmarks._large_library import write_library

PHOTOGRAPHS_EACH = 100


def one_export(library_path: Path, out: Path, kind: str) -> dict[str, float]:
    """Export, or with ``read`` only read every file; return seconds and the most memory, MB."""
    from woundtrack.records import Library
    from woundtrack.workflow import ExportChoice, open_export
    from woundtrack.workflow.export_formats import writer_of

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Library.open(library_path) as library:
        export = open_export(library, ExportChoice(), by="benchmark")
        begun = time.process_time()
        if kind == "read":
            assessments = sum(len(file.assessments) for file in export.files())
        else:
            writer_of(kind)(export, out, by="benchmark")
            assessments = 0
        seconds = time.process_time() - begun
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return {
        "seconds": seconds,
        "megabytes": after / 1024,
        "more": (after - before) / 1024,
        "assessments": assessments,
        "written": size / 1e6,
    }


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


def main() -> None:
    """Print a row a library and format."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--formats", default="csv")
    parser.add_argument("--patients", default="60,125,250,500")
    parser.add_argument("--quick", action="store_true", help="a tenth of the patients")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    wishes = parser.parse_args()
    if wishes.one:
        kind, library, out = wishes.one
        print(json.dumps(one_export(Path(library), Path(out), kind)))
        return
    counts = [int(count) // (10 if wishes.quick else 1) for count in wishes.patients.split(",")]
    print(
        f"{'format':8} {'patients':>8} {'assessments':>12} {'CPU s':>7} {'ms a row':>9} "
        f"{'beside reading':>15} {'MB written':>11} {'most MB':>8} {'reading alone':>14}"
    )
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_library(folder / "library", count, count * PHOTOGRAPHS_EACH)
            read = measured(folder / "library", folder / "none", "read")
            for kind in wishes.formats.split(","):
                found = measured(folder / "library", folder / kind, kind)
                rows = read["assessments"]
                print(
                    f"{kind:8} {count:8d} {rows:12.0f} {found['seconds']:7.1f} "
                    f"{1000 * found['seconds'] / rows:9.2f} "
                    f"{found['seconds'] / read['seconds']:14.2f}x {found['written']:11.1f} "
                    f"{found['megabytes']:8.0f} {read['megabytes']:14.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
