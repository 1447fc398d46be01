"""Visits one after the other as a film: GIF, or MP4 where this computer's OpenCV can write one.

Hides palettes, codecs, and that a half-written file must not be left behind.
"""

from __future__ import annotations

import contextlib
import errno
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from woundtrack.errors import DiskFull, FileUnwritable
from woundtrack.imaging.picture_file import put_file
from woundtrack.model import Progress, no_progress

Pixels = npt.NDArray[np.uint8]

_CODECS: Final = ("mp4v", "vp09")
"""MPEG-4 Part 2 is played by Windows, macOS and VLC; VP9 where OpenCV lacks it. OpenCV's wheels
bring no H.264."""
_PER_SECOND: Final = 10  # pictures of an MP4; a visit stands for many of them


def write_film(
    path: Path,
    frames: Sequence[Pixels],
    seconds: float,
    progress: Progress = no_progress,
) -> None:
    """Write pictures of one size, RGB uint8 (H, W, 3), each shown so long; a GIF goes round.

    Written beside and then renamed. Raises ``DiskFull``, or ``FileUnwritable``: also for a suffix
    other than .gif and .mp4, and for an MP4 where no codec is there to write one.
    """
    kind = path.suffix.lower()
    if kind not in {".gif", ".mp4"}:
        raise FileUnwritable(path=str(path), reason="films are written as .gif or .mp4")
    if not frames:
        raise ValueError("a film needs a picture")
    if kind == ".gif":
        put_file(path, _gif(frames, seconds, progress))
    else:
        put_file(path, _mp4(path, frames, seconds, progress))


def _gif(frames: Sequence[Pixels], seconds: float, progress: Progress) -> bytes:
    pictures = []
    for number, frame in enumerate(frames):
        progress(0.9 * number / len(frames), "gif")
        image = Image.fromarray(np.ascontiguousarray(frame))
        pictures.append(
            image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
        )
    encoded = io.BytesIO()
    pictures[0].save(
        encoded,
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=round(seconds * 1000),
        loop=0,
        optimize=False,
        disposal=1,
    )
    return encoded.getvalue()


def _mp4(path: Path, frames: Sequence[Pixels], seconds: float, progress: Progress) -> bytes:
    # Codecs take even sides alone.
    height, width = (side - side % 2 for side in frames[0].shape[:2])
    count = max(1, round(seconds * _PER_SECOND))
    try:
        with tempfile.TemporaryDirectory(prefix="woundtrack-") as folder:
            made = Path(folder) / "film.mp4"
            writer = _writer(made, (width, height))
            if writer is None:
                reason = "this computer has no codec for MP4; save it as .gif"
                raise FileUnwritable(path=str(path), reason=reason)
            for number, frame in enumerate(frames):
                progress(0.9 * number / len(frames), "mp4")
                bgr = cv2.cvtColor(np.ascontiguousarray(frame[:height, :width]), cv2.COLOR_RGB2BGR)
                for _ in range(count):
                    writer.write(bgr)
            writer.release()
            return made.read_bytes()
    except OSError as problem:
        if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(path=str(path)) from problem
        raise FileUnwritable(path=str(path), reason="no film could be made of it") from problem


def _writer(path: Path, size: tuple[int, int]) -> cv2.VideoWriter | None:
    """Return a writer of the first codec that is there; None where there is none."""
    for codec in _CODECS:
        with contextlib.suppress(cv2.error):
            fourcc = cv2.VideoWriter.fourcc(codec[0], codec[1], codec[2], codec[3])
            writer = cv2.VideoWriter(str(path), fourcc, float(_PER_SECOND), size)
            if writer.isOpened():
                return writer
            writer.release()
    return None
