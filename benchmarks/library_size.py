"""How quickly a library of 500 patients and 50,000 photographs opens, beside a small one.

Each is opened by a program of its own, from the start of the process: until its patients are
listed, until the first patient's course is painted, until the chart is drawn; then one goes from
patient to patient. Beside the generated libraries stands the demonstration where ``--demo`` names
one. Rows are generated, pictures are real for the first 200 photographs.

    python -m benchmarks.library_size [--demo DIR] [--quick]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks._large_library import write_library

TIMES = 5
REAL_PICTURES = 200


def pictures(count: int) -> list[bytes]:
    """Return so many different JPEGs of 1600 × 1200."""
    blurred = np.random.default_rng(1).integers(90, 200, (12, 16, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(blurred).resize((1600, 1200)).save(stream, "JPEG", quality=80)
    return [stream.getvalue() + number.to_bytes(4, "big") for number in range(count)]


def measured(library: Path, folder: Path, switches: int) -> dict[str, float]:
    """Return the median times of a few starts, ms."""
    found: list[dict[str, float]] = []
    for _ in range(TIMES + 1):  # the first one warms the cache
        begun = time.time()
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.library_size", "--open", str(library)],
            check=True,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "WOUNDTRACK_CONFIG_DIR": str(folder / "settings"),
                "WOUNDTRACK_BEGUN": repr(begun),
                "WOUNDTRACK_SWITCHES": str(switches),
            },
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return {name: float(np.median([one[name] for one in found[1:]])) for name in found[0]}


def open_and_tell(library: Path) -> None:
    """Open one library in a window, and print when each thing was there, ms."""
    begun = float(os.environ["WOUNDTRACK_BEGUN"])
    from PySide6.QtWidgets import QApplication

    from benchmarks.window import rest
    from woundtrack.ui import app

    told: dict[str, float] = {}
    app.make_application()
    window = app.make_window()
    window.resize(1366, 696)
    window.show()
    QApplication.processEvents()
    told["window"] = 1000 * (time.time() - begun)
    window.start(library)
    QApplication.processEvents()
    told["patients listed"] = 1000 * (time.time() - begun)
    session = window.session
    summaries = session.library.patient_summaries() if session.library else ()
    session.set_patient(summaries[0].patient)
    session.go("timeline")
    QApplication.processEvents()
    window.repaint()
    told["first course"] = 1000 * (time.time() - begun)
    rest(window)
    told["its pictures, too"] = 1000 * (time.time() - begun)
    shown = []
    count = int(os.environ["WOUNDTRACK_SWITCHES"])
    for summary in [summaries[place * 7 % len(summaries)] for place in range(1, count + 1)]:
        at = time.perf_counter()
        session.set_patient(summary.patient)
        QApplication.processEvents()
        window.repaint()
        shown.append(1000 * (time.perf_counter() - at))
        rest(window)
    told["another patient"] = float(np.median(shown))
    window.close()
    print(json.dumps(told))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--demo", type=Path, help="a demonstration library to lay beside")
    parser.add_argument("--quick", action="store_true", help="a tenth of the large one")
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open is not None:
        open_and_tell(options.open)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        share = 10 if options.quick else 1
        sizes = {
            "10 patients, 100 photographs": (10, 100),
            f"{500 // share} patients, {50_000 // share:,} photographs": (
                500 // share,
                50_000 // share,
            ),
        }
        rows: dict[str, dict[str, float]] = {}
        if options.demo is not None:
            rows["the demonstration"] = measured(options.demo, folder, 20)
        for number, (name, (patients, photographs)) in enumerate(sizes.items()):
            place = folder / f"library-{number}"
            some = pictures(min(REAL_PICTURES, photographs))
            write_library(place, patients, photographs, pictures=some)
            rows[name] = measured(place, folder, 20)
    names = list(next(iter(rows.values())))
    print("ms from the start of the process, median of 5; “another patient” from the choice")
    print(f"{'':36}" + "".join(f"{name:>20}" for name in names))
    for name, told in rows.items():
        print(f"{name:36}" + "".join(f"{told[one]:20.0f}" for one in names))
    first, last = next(iter(rows.values())), rows[name]
    ratios = "".join(f"{last[one] / first[one]:18.2f} ×" for one in names)
    print(f"{'the last by the first':36}{ratios}")


if __name__ == "__main__":
    main()
