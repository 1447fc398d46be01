"""Which photographs look alike: the same foot on another visit, most often.

Hides how alike two are. The lists of ``training/`` were drawn with it once, before the first
training, and are never drawn again:

    python -m training.lookalikes FOLDER
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from training.photographs import HELD_BACK, LEFT_OUT, Pixels, names_in, read

Floats = npt.NDArray[np.float32]

ALIKE: Final = 0.84
"""Photographs this alike are of one group: by eye, most pairs above it are one foot."""

NEARLY_ALIKE: Final = 0.82
"""What is this like a held-back photograph is not trained on either."""

HELD_BACK_LEAST: Final = 165
LARGEST_GROUP: Final = 30  # a larger one is a style of picture rather than a foot: trained on
THUMB_PX: Final = 24
SHIFT_PX: Final = 3

WRONG_MASKS: Final = {
    "0223.jpg": "an open wound is seen",
    "0281.jpg": "an open wound is seen",
    "0361.jpg": "an open wound is seen",
    "0564.jpg": "an open wound is seen",
    "0701.jpg": "an open wound is seen",
    "0131.jpg": "callus round what may be a wound",
    "0457.jpg": "a dark crust that may cover a wound",
    "0502.jpg": "a raw patch on a toe that may be open",
    "0736.jpg": "a scar with patches that may be open",
    "0778.jpg": "a raw patch on a toe that may be open",
    "0832.jpg": "a crust of slough that may cover a wound",
    "0899.jpg": "a red spot that may be open",
    "0912.jpg": "a dark patch that may be open",
}
"""Empty masks of FUSeg's training set that were looked at one by one and not believed."""


def thumbnail(pixels: Pixels) -> Floats:
    """Return a photograph without its black bars as Lab, ``THUMB_PX`` on its longer side."""
    lit = pixels.max(axis=2) > 16
    rows = np.flatnonzero(lit.mean(axis=1) > 0.02)
    columns = np.flatnonzero(lit.mean(axis=0) > 0.02)
    cut = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    lab = cv2.cvtColor(cut, cv2.COLOR_RGB2LAB).astype(np.float32)
    scale = THUMB_PX / max(lab.shape[:2])
    size = [max(8, round(edge * scale)) for edge in (lab.shape[1], lab.shape[0])]
    return np.asarray(cv2.resize(lab, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def likeness(thumbs: list[Floats]) -> Floats:
    """Return how alike each two of N thumbnails are, (N, N): 1 is the same picture.

    The highest correlation of the middle of one with the other, moved by ``SHIFT_PX`` at most.
    """
    edge = SHIFT_PX
    wide = [
        cv2.copyMakeBorder(thumb, edge, edge, edge, edge, cv2.BORDER_REPLICATE) for thumb in thumbs
    ]
    middles = [
        thumb[
            thumb.shape[0] // 8 : thumb.shape[0] - thumb.shape[0] // 8,
            thumb.shape[1] // 8 : thumb.shape[1] - thumb.shape[1] // 8,
        ]
        for thumb in thumbs
    ]
    shapes = [np.log(thumb.shape[0] / thumb.shape[1]) for thumb in thumbs]
    alike: Floats = np.zeros((len(thumbs), len(thumbs)), np.float32)
    for one, middle in enumerate(middles):
        for other, whole in enumerate(wide):
            fits = middle.shape[0] <= whole.shape[0] and middle.shape[1] <= whole.shape[1]
            if one != other and fits and abs(shapes[one] - shapes[other]) <= 0.35:
                found = cv2.matchTemplate(whole, middle, cv2.TM_CCOEFF_NORMED)
                alike[one, other] = found.max()
    return np.maximum(alike, alike.T)


def groups(alike: Floats, threshold: float = ALIKE) -> npt.NDArray[np.intp]:
    """Return the group of each of N photographs: whatever a chain of look-alikes connects."""
    group = np.arange(len(alike))
    for one, other in zip(*np.nonzero(np.triu(alike > threshold, 1)), strict=True):
        group[group == group[other]] = group[one]
    return group


def drawn(alike: Floats, seed: int = 0) -> tuple[list[int], list[int]]:
    """Return which photographs to hold back, whole groups of them, and which are nearly alike."""
    group = groups(alike)
    held: list[int] = []
    for number in np.random.default_rng(seed).permutation(np.unique(group)):
        members = np.flatnonzero(group == number).tolist()
        if len(members) <= LARGEST_GROUP:
            held += members
        if len(held) >= HELD_BACK_LEAST:
            break
    rest = np.setdiff1d(np.arange(len(alike)), held)
    to_held = alike[rest][:, held].max(axis=1)
    near = rest[to_held > NEARLY_ALIKE]
    return sorted(held), near.tolist()


def main(folder: Path) -> None:
    """Write the two lists of ``training/`` for a folder."""
    names = names_in(folder)
    held, near = drawn(likeness([thumbnail(read(folder, name).pixels) for name in names]))
    HELD_BACK.write_text("".join(f"{names[n]}\n" for n in held), "utf-8")
    rows = {names[n]: "nearly like a held-back photograph" for n in near}
    rows |= {name: f"empty mask: {why}" for name, why in WRONG_MASKS.items()}
    with LEFT_OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["photograph", "why"])
        writer.writerows(sorted(rows.items()))
    sys.stdout.write(f"{len(held)} held back, {len(rows)} left out\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
