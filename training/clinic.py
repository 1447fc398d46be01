"""A clinic's own accepted outlines as a folder to learn from.

Hides the library's rows, and which of them may teach; what is written is named by hash and says
nothing of the patient.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from training.asset import Data
from training.photographs import FolderUnusable
from woundtrack.imaging import read_photograph_bytes
from woundtrack.imaging.outline import union_mask
from woundtrack.imaging.outlining.network_asset import OWN
from woundtrack.model import Outline, OutlineKind, Photograph
from woundtrack.records import Library

FOLDER: Final = "accepted"
"""Of the working folder: where photographs and masks are written while there is training."""
LEAST: Final = 12
"""So many photographs at least, one of which is watched; a useful network takes hundreds."""
LONGEST_PX: Final = 1024
"""A photograph is written no larger than this: windows are drawn from it at 256 pixels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """What a library can teach: how many photographs, and when the last of them was reviewed."""

    count: int
    last_on: date

    def are_enough(self) -> bool:
        """Whether there are enough to learn from at all."""
        return self.count >= LEAST

    @property
    def data(self) -> Data:
        """What is written of them beside the network."""
        return Data(
            learnt_from="outlines accepted in this clinic's library",
            on=f"accepted until {self.last_on.isoformat()}",
            terms=OWN,
        )


def is_library(path: Path) -> bool:
    """Say whether a folder is a woundtrack library rather than photographs and masks."""
    return (path / "library.db").is_file()


def write_folder(path: Path, out: Path) -> Accepted:
    """Write the photographs of a library whose ulcer outlines a person accepted, and their masks.

    Those accepted without review are left out: a network would learn its own mistakes from them.
    What an earlier leg wrote stays where its outlines do; what was corrected since is written anew,
    and what counts no longer is taken away. Raises ``FolderUnusable`` where there are none.
    """
    (out / "images").mkdir(parents=True, exist_ok=True)
    (out / "labels").mkdir(exist_ok=True)
    with Library.open(path, read_only=True) as library:
        accepted, days = _accepted(library)
        names = {
            photograph_id: _name(library.photograph(photograph_id).photograph, outlines)
            for photograph_id, outlines in accepted.items()
        }
        for written in (*(out / "images").iterdir(), *(out / "labels").iterdir()):
            if written.stem not in names.values():
                written.unlink()
        for photograph_id, outlines in accepted.items():
            photograph = library.photograph(photograph_id).photograph
            name = names[photograph_id]
            mask_path = out / "labels" / f"{name}.png"
            if mask_path.exists():
                continue
            data = library.originals.read(photograph.sha256)
            pixels, _ = read_photograph_bytes(data, photograph.original_name)
            mask = union_mask(outlines, pixels.shape[:2]).astype(np.uint8) * 255
            scale = min(1.0, LONGEST_PX / max(pixels.shape[:2]))
            size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
            small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
            cover = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
            quality = (cv2.IMWRITE_JPEG_QUALITY, 95)
            cv2.imwrite(str(out / "images" / f"{name}.jpg"), small[..., ::-1], quality)
            part = out / "labels" / f"{name}.part.png"  # a stop in the middle leaves no half a mask
            cv2.imwrite(str(part), (cover > 127).astype(np.uint8) * 255)
            part.replace(mask_path)
    if not accepted:
        raise FolderUnusable(f"{path} holds no reviewed outlines yet: review photographs first.")
    return Accepted(count=len(accepted), last_on=max(days))


def remove_copies(work: Path) -> None:
    """Take away the copies of patients' photographs: they stay nowhere."""
    shutil.rmtree(work / FOLDER, ignore_errors=True)


def tidy(work: Path) -> None:
    """Take away what a finished training leaves: the copies, and what was learnt.

    The same command then starts anew, from what is accepted by then.
    """
    remove_copies(work)
    for name in ("learning.pt", "curve.csv"):
        (work / name).unlink(missing_ok=True)


def _name(photograph: Photograph, outlines: Sequence[Outline]) -> str:
    """Return a name that says which photograph and which outlines these are, and nothing else."""
    edges = "".join(outline.fingerprint for outline in outlines)
    return f"{photograph.sha256[:16]}-{hashlib.sha256(edges.encode()).hexdigest()[:8]}"


def _accepted(library: Library) -> tuple[Mapping[str, list[Outline]], list[date]]:
    """Return the open parts of all reviewed ulcers that count, by photograph, and their days.

    A photograph of which another ulcer was accepted without review teaches nothing: its mask would
    be wrong with that ulcer, and without it.
    """
    ulcers = [
        (assessment, assessed)
        for assessment in library.assessments()
        for assessed in assessment.outlines
        if assessed.kind is OutlineKind.ULCER
    ]
    doubtful = {one.photograph_id for assessment, one in ulcers if assessment.reviewed_by is None}
    found: dict[str, list[Outline]] = {}
    days = []
    for assessment, one in ulcers:
        if one.photograph_id not in doubtful:
            found.setdefault(one.photograph_id, []).extend(one.parts)
            days.append(assessment.recorded_at.date())
    return found, days
