"""Pictures that are not photographs: overlays and masks written, masks read back."""

from __future__ import annotations

import contextlib
import errno
import io
import uuid
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from woundtrack.errors import DiskFull, FileUnwritable, MaskUnusable


def write_picture(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write uint8 (H, W) or RGB (H, W, 3) as PNG or JPEG, by the suffix, without metadata.

    Written beside and then renamed, so that no half picture is left. Folders are made as needed.
    Raises ``DiskFull``, or ``FileUnwritable``, also for another suffix.
    """
    formats = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
    kind = formats.get(path.suffix.lower())
    if kind is None:
        raise FileUnwritable(path=str(path), reason="pictures are written as .png or .jpg")
    encoded = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(encoded, kind, quality=92)
    put_file(path, encoded.getvalue())


def put_file(path: Path, data: bytes) -> None:
    """Write a file beside its place and rename it, so that no half file is left.

    Folders are made as needed. Raises ``DiskFull``, ``FileUnwritable``.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as problem:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(path)) from problem
        reason = problem.strerror or "the disk refused it"
        raise FileUnwritable(path=str(path), reason=reason.lower()) from problem


def read_mask(path: Path) -> NDArray[np.bool_]:
    """Read a mask: bool (H, W), true where it is brighter than 127 and not transparent.

    Raises ``MaskUnusable`` for what can't be read as a picture.
    """
    try:
        with Image.open(path) as image:
            whole = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise MaskUnusable(path=str(path), reason="it can't be read as a picture") from problem
    black = Image.new("RGBA", whole.size, (0, 0, 0, 255))
    shown = np.asarray(Image.alpha_composite(black, whole))[..., :3]
    return np.asarray(shown.max(axis=2) > 127)
