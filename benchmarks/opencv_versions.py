"""Does the outline network answer alike on OpenCV 4 and 5? Each is installed apart for a moment.

What it should answer was written beside it when it was made (``assets/outline/outline.json``).
Needs a package index; a version that can't be had from here is passed over, and said so.

    python -m benchmarks.opencv_versions [VERSION ...]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any, Final

from woundtrack.imaging import network_in_use
from woundtrack.imaging.outlining.network_asset import CLOSE

ROOT: Final = Path(__file__).resolve().parents[1]
VERSIONS: Final = (">=4.13,<5", ">=5,<6")
NEEDED: Final = ("numpy>=2,<3", "pillow>=11,<14", "platformdirs>=4.2,<5")
TRIED: Final = """
import json, time, cv2
from woundtrack.imaging import network_in_use
from woundtrack.imaging.outlining.network_asset import farthest_off, trials
cv2.setNumThreads(1)
used = network_in_use()
off = farthest_off(used.network, used.facts)
times = []
for _ in range(9):
    began = time.perf_counter()
    used.network.logits(trials()[0])
    times.append(time.perf_counter() - began)
print(json.dumps({"version": cv2.__version__, "off": off, "ms": 1000 * sorted(times)[4]}))
"""


def tried(wanted: str, folder: Path) -> dict[str, Any] | str:
    """Return what the network answered on one OpenCV, or why that couldn't be had."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--only-binary=:all:"]
    named = f"opencv-python-headless{wanted if wanted[0] in '<>=' else f'=={wanted}'}"
    got = subprocess.run([*install, named, *NEEDED], capture_output=True, text=True, check=False)
    if got.returncode != 0:
        return (got.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
    told = subprocess.run(
        [str(python), "-c", TRIED],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Print a row a version; 1 where one of them answers otherwise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("versions", nargs="*", default=VERSIONS, help="4.13.0.92, or >=5,<6")
    asked = parser.parse_args()
    facts = network_in_use().facts
    if facts is None:
        print("There is no outline network here to try.", file=sys.stderr)
        return 0
    print(f"version {facts.version}, {facts.sha256[:12]}; logits may differ by {CLOSE:g}\n")
    print(f"{'OpenCV':14s} {'farthest off':>14s} {'ms a window, 1 thread':>24s}")
    is_well = True
    for wanted in asked.versions:
        with tempfile.TemporaryDirectory() as folder:
            found = tried(wanted, Path(folder))
        if isinstance(found, str):
            print(f"{wanted:14s} not tried: {found}")
            continue
        is_well = is_well and found["off"] <= CLOSE
        print(f"{found['version']:14s} {found['off']:14.2g} {found['ms']:24.0f}")
    return 0 if is_well else 1


if __name__ == "__main__":
    raise SystemExit(main())
