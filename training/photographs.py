"""A folder of wound photographs and masks: reading it, and which of it may be trained on.

Hides the folder's layout, the two committed lists, and how pictures and masks are paired.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

HERE: Final = Path(__file__).parent
HELD_BACK: Final = HERE / "held_back.txt"
LEFT_OUT: Final = HERE / "left_out.csv"
ENDINGS: Final = (".jpg", ".jpeg", ".png", ".tif", ".tiff")
WATCHED_OF: Final = 12  # of so many training photographs, one is watched and not learnt from


@dataclass(frozen=True, kw_only=True, eq=False)
class Labelled:
    """A photograph, RGB uint8 (H, W, 3), and the wound in it (H, W)."""

    name: str
    pixels: Pixels
    mask: Mask

    @cached_property
    def lesions(self) -> list[Mask]:
        """The lesions of the mask, largest first; looked for once."""
        return parts(self.mask)


class FolderUnusable(Exception):
    """A folder that can't be trained on or judged with; says what to do."""


def names_in(folder: Path) -> tuple[str, ...]:
    """Return the names of the photographs in ``folder/images``, sorted.

    Raises ``FolderUnusable`` where there are none.
    """
    images = folder / "images"
    names = sorted(
        path.name for path in images.glob("*") if path.suffix.lower() in ENDINGS
    ) if images.is_dir() else []  # fmt: skip
    if not names:
        raise FolderUnusable(
            f"{folder} holds no photographs: put them in its folder images, and a mask of the "
            "same name as PNG in its folder labels."
        )
    return tuple(names)


def read(folder: Path, name: str) -> Labelled:
    """Return a photograph and its mask: every value above 0 is wound.

    Raises ``FolderUnusable`` where one of the two can't be read or their sizes differ.
    """
    pixels = cv2.imread(str(folder / "images" / name), cv2.IMREAD_COLOR)
    mask_path = folder / "labels" / f"{Path(name).stem}.png"
    mask = cv2.imread(str(mask_path), cv2.IMREAD_GRAYSCALE)
    if pixels is None or mask is None:
        raise FolderUnusable(f"{name} or its mask {mask_path.name} can't be read in {folder}.")
    if pixels.shape[:2] != mask.shape:
        raise FolderUnusable(f"{name} and its mask {mask_path.name} differ in size.")
    rgb = np.ascontiguousarray(pixels[..., ::-1], dtype=np.uint8)
    return Labelled(name=name, pixels=rgb, mask=mask > 0)


def held_back() -> frozenset[str]:
    """Return the photographs that judge the network: never learnt from, nor tuned on."""
    return frozenset(HELD_BACK.read_text("utf-8").split())


def left_out() -> dict[str, str]:
    """Return the photographs that are neither learnt from nor judged by, and why."""
    with LEFT_OUT.open(encoding="utf-8", newline="") as file:
        return {row["photograph"]: row["why"] for row in csv.DictReader(file)}


def wrongly_empty() -> frozenset[str]:
    """Return the photographs whose empty mask was found wrong, or doubtful, by eye."""
    return frozenset(name for name, why in left_out().items() if why.startswith("empty mask"))


def training_names(folder: Path) -> tuple[str, ...]:
    """Return the names that may be learnt from; the watched ones among them."""
    kept_out = held_back() | left_out().keys()
    return tuple(name for name in names_in(folder) if name not in kept_out)


def watched(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the few training photographs that the curve is drawn from."""
    return names[WATCHED_OF // 2 :: WATCHED_OF]


def judged(folder: Path) -> Iterator[Labelled]:
    """Yield the held-back photographs that the folder has, but not those with a wrong mask.

    All of a folder that holds none of them: photographs that nobody here has seen.
    """
    names = names_in(folder)
    chosen = held_back() & set(names) or set(names)
    for name in sorted(chosen - wrongly_empty()):
        yield read(folder, name)


def parts(mask: Mask, least_share: float = 0.0002) -> list[Mask]:
    """Return the lesions of a mask, largest first: its parts of ``least_share`` of the picture."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=8
    )
    least = least_share * mask.size
    sizes = stats[1:, cv2.CC_STAT_AREA]
    order = [int(n) + 1 for n in np.argsort(-sizes) if sizes[n] >= least]
    return [labels == number for number in order if number < count]
