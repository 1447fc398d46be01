"""Writes pixels as a picture file, whole or not at all; the only way pixels leave this room."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from woundtrack.errors import FileUnwritable


def write_picture(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write uint8 (H, W) or RGB (H, W, 3) as PNG or JPEG, by the suffix, without metadata.

    Folders are made as needed. Raises ``FileUnwritable``, also for another suffix.
    """
    formats = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
    kind = formats.get(path.suffix.lower())
    if kind is None:
        raise FileUnwritable(path=str(path), reason="pictures are written as .png or .jpg")
    encoded = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(encoded, kind, quality=92)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(encoded.getvalue())
        os.replace(part, path)  # noqa: PTH105 - replaces an older picture on every system
    except OSError as problem:
        part.unlink(missing_ok=True)
        reason = problem.strerror or "the disk refused it"
        raise FileUnwritable(path=str(path), reason=reason.lower()) from problem
