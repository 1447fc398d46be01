"""From a folder of photographs and masks, or a clinic's library, to a finished network.

Run it again to go on after a leg: python -m training FOLDER. What a library teaches goes where the
program looks for a clinic's own network, beside the settings.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from training import asset, clinic, photographs
from training.export import answers_of, export
from training.learning import run
from training.photographs import FolderUnusable
from woundtrack.imaging.outlining.network_asset import FOLDER, OWN, WEIGHTS
from woundtrack.resources import own_folder

STEPS = 9000


def main() -> int:
    """Learn, in one leg or several, and export when the last step is taken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="its images/ and labels/, or a library")
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--out", type=Path, help="assets/outline; of a library, in its own place")
    parser.add_argument("--own", action="store_true", help="the folder's photographs are your own")
    parser.add_argument("--version", help="of the network [default: the day, after own- if it is]")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--leg-minutes", type=float, help="stop after so long; run again to go on")
    parser.add_argument("--threads", type=int, default=0, help="of PyTorch; 0: its own choice")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw windows")
    asked = parser.parse_args()
    is_library = clinic.is_library(asked.folder)
    folder = asked.work / clinic.FOLDER if is_library else asked.folder
    try:
        if is_library:
            accepted = clinic.write_folder(asked.folder, folder)
            print(f"{accepted.count} photographs with reviewed outlines.")
            if not accepted.are_enough():
                print(
                    f"At least {clinic.LEAST} are needed, and a few hundred for a useful network."
                )
                clinic.remove_copies(asked.work)
                return 1
        data = accepted.data if is_library else asset.data_of(folder, is_own=asked.own)
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
    is_own = data.terms == OWN
    out = asked.out or (own_folder(FOLDER) if is_own else Path("assets") / FOLDER)
    export(learning.mean, out / WEIGHTS)
    today = datetime.now(UTC).date()
    facts = asset.describe(
        out,
        data,
        version=asked.version or f"{'own-' if is_own else ''}{today:%Y.%m.%d}",
        count=len(learning.names) - len(photographs.watched(learning.names)),
        steps=learning.step,
        seed=asked.seed,
        made_on=today,
        answers=answers_of(learning.mean),
    )
    size = (out / WEIGHTS).stat().st_size / 1e6
    print(f"Wrote version {facts.version} into {out} ({size:.1f} MB).")
    if is_library:
        clinic.tidy(asked.work)
    if is_own:
        if out == own_folder(FOLDER):
            print("woundtrack uses it from its next start; take the folder away to end that.")
        else:
            print(f"woundtrack uses it once the folder is copied to {own_folder(FOLDER)}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
