"""What the outline network is shown: the picture of a square window and the gestures made in it.

Hides how clicks, boxes and an outline become planes; training and use draw them alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.model import Point

SIDE: Final = 256
"""Pixels a side of the window that the network reads in use."""

ZOOM: Final = 1.8
"""A window round what was found or boxed is so many times as wide as that."""

PLANES: Final = 6
"""Red, green, blue in 0..1; include clicks; exclude clicks; the current outline."""

GESTURE_PLANES: Final = 3
CLICK_PX: Final = 5  # a click is a disc of this radius
BOX_LEVEL: Final = 0.5
"""The current outline's plane inside a dragged box; inside an outline it is 1."""

Planes = npt.NDArray[np.float32]


def click_plane(clicks: Iterable[Point], side: int = SIDE) -> Planes:
    """Return (side, side): 1 within ``CLICK_PX`` of the clicks (x, y), in the window's pixels."""
    plane = np.zeros((side, side), np.uint8)
    for x, y in clicks:
        cv2.circle(plane, (int(np.floor(x)), int(np.floor(y))), CLICK_PX, 1, thickness=-1)
    return plane.astype(np.float32)


def planes_of(
    pixels: npt.NDArray[np.uint8],
    include: Iterable[Point] = (),
    exclude: Iterable[Point] = (),
    current: Planes | None = None,
) -> Planes:
    """Return (``PLANES``, side, side) of a window's RGB uint8 (side, side, 3) and its gestures.

    ``current`` (side, side) is 1 inside the outline so far, ``BOX_LEVEL`` inside a dragged box.
    """
    side = pixels.shape[0]
    planes = np.empty((PLANES, side, side), np.float32)
    planes[:3] = pixels.transpose(2, 0, 1)
    planes[:3] /= 255
    planes[3] = click_plane(include, side)
    planes[4] = click_plane(exclude, side)
    planes[5] = 0 if current is None else current
    return planes
