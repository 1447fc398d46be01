"""What the filmstrip shows of a visit: its photograph, cut to the lesion at one physical scale.

Hides the scale of a photograph at the wound, and the cutting, which a worker may do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from woundtrack import imaging
from woundtrack.model import no_progress

if TYPE_CHECKING:
    from woundtrack.model import Calibration, Outline, Photograph, Progress, Ring
    from woundtrack.records import Originals

PICTURE: Final = QSize(62, 47)
_ROOM: Final = 1.35
"""How much wider than the largest outline the pictures are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One visit of the lesion in view. ``note`` is said in place of, or on, the picture.

    ``photograph`` is None where there is none; ``outline`` and ``calibration`` where the lesion was
    not outlined or has no scale: then the whole photograph is shown. The ``outline`` of a lesion in
    parts is the box round them; ``rings`` are its edges, islands too.
    """

    on: date
    photograph: Photograph | None = None
    outline: Outline | None = None
    calibration: Calibration | None = None
    note: str = ""
    rings: tuple[Ring, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Crop:
    """A cut-out: four bytes a pixel, RGBX."""

    rgbx: bytes
    width: int
    height: int


def px_per_mm(outline: Outline, calibration: Calibration) -> float:
    """Return how many pixels of the photograph make a millimetre, at the middle of an outline."""
    return 1 / imaging.mm_per_px_at(outline.centre, calibration)


def extent_mm(outline: Outline, calibration: Calibration) -> tuple[float, float]:
    """Return the width and height of an outline's box in mm, at the scale of its middle."""
    scale = px_per_mm(outline, calibration)
    xs = [x for x, _ in outline.outer]
    ys = [y for _, y in outline.outer]
    return (max(xs) - min(xs)) / scale, (max(ys) - min(ys)) / scale


def field_mm(frames: Sequence[Frame]) -> float:
    """Return the width in mm that all pictures show: room for the largest outline."""
    ratio = PICTURE.width() / PICTURE.height()
    wide = [
        max(width, height * ratio)
        for frame in frames
        if frame.outline is not None and frame.calibration is not None
        for width, height in [extent_mm(frame.outline, frame.calibration)]
    ]
    # In steps, so that a small correction of one outline doesn't cut all pictures anew.
    return 10 * math.ceil(max(wide, default=50.0) * _ROOM / 10)


def field_of(
    frame: Frame, field: float, size: tuple[int, int], ratio: float
) -> tuple[tuple[float, float], float]:
    """Return the middle and the width of what is shown of a photograph, in its pixels.

    ``size`` is the photograph's, ``ratio`` the picture's width by its height.
    """
    if frame.outline is not None and frame.calibration is not None:
        return frame.outline.centre, field * px_per_mm(frame.outline, frame.calibration)
    # All of it: as wide or as high as the picture, whichever shows no border.
    wide, tall = size
    return (wide / 2, tall / 2), min(wide, tall * ratio)


def cut(
    originals: Originals,
    frame: Frame,
    field: float,
    width: int,
    height: int,
    progress: Progress = no_progress,
) -> Crop:
    """Cut one frame from its original, ``width`` × ``height`` device px; worker-safe.

    What lies outside the photograph is black. Raises ``LibraryDamaged`` and
    ``PhotographUnreadable``.
    """
    if frame.photograph is None:
        raise ValueError("a frame without a photograph can't be cut")
    progress(0.0, frame.photograph.original_name)
    data = originals.read(frame.photograph.sha256)
    pixels, _ = imaging.read_photograph_bytes(data, frame.photograph.original_name)
    progress(0.8, frame.photograph.original_name)
    tall, wide = pixels.shape[:2]
    image = QImage(pixels.data, wide, tall, 3 * wide, QImage.Format.Format_RGB888)
    (x, y), across = field_of(frame, field, (wide, tall), width / height)
    down = across * height / width
    # What lies outside the photograph comes out black.
    part = image.copy(
        round(x - across / 2), round(y - down / 2), max(1, round(across)), max(1, round(down))
    )
    made = part.scaled(
        width,
        height,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    ).convertToFormat(QImage.Format.Format_RGBX8888)
    return Crop(rgbx=bytes(made.constBits()), width=width, height=height)
