"""From a folder of photographs and masks, or a clinic's library, to a finished ONNX.

Run it again to go on after a leg: python -m training FOLDER --out assets/outline
"""

from __future__ import annotations

import argparse
from pathlib import Path

from training import clinic
from training.export import export
from training.learning import run
from training.photographs import FolderUnusable

STEPS = 8000


def main() -> int:
    """Learn, in one leg or several, and export when the last step is taken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="its images/ and labels/, or a library")
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--out", type=Path, default=Path("assets/outline"))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--leg-minutes", type=float, help="stop after so long; run again to go on")
    parser.add_argument("--threads", type=int, default=0, help="of PyTorch; 0: its own choice")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw windows")
    asked = parser.parse_args()
    try:
        folder = asked.folder
        if clinic.is_library(folder):
            folder = asked.work / "accepted"
            count = clinic.write_folder(asked.folder, folder)
            print(f"{count} photographs with accepted outlines.")
        learning = run(
            folder,
            asked.work,
            steps=asked.steps,
            seed=asked.seed,
            leg_minutes=asked.leg_minutes,
            threads=asked.threads,
            workers=asked.workers,
        )
    except FolderUnusable as fault:
        print(fault)
        return 1
    if learning.step < asked.steps:
        print(f"{learning.step} of {asked.steps} steps are taken; the same command goes on.")
        return 0
    path = asked.out / "outline.onnx"
    export(learning.mean, path)
    print(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB).")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
