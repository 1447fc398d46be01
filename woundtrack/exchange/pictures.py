"""Pictures that leave with an export: what the tables and the other formats say of each.

Hides nothing; who makes them decides what they show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from woundtrack.exchange.patient_file import PatientFile

PictureKey = tuple[str, str]
"""The ids of a photograph and of the lesion that is shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedPicture:
    """One picture as written below the export's folder, without metadata.

    ``name`` and ``mask_name`` are paths from that folder, with slashes. ``mm_per_px`` is the scale
    all over it, where it was laid flat by the card; None where it wasn't.
    """

    name: str
    sha256: str
    width_px: int
    height_px: int
    mm_per_px: float | None = None
    mask_name: str | None = None


WritePictures = Callable[[PatientFile, Path], Mapping[PictureKey, ExportedPicture]]
"""Writes a patient's pictures below a folder and returns what was written."""
