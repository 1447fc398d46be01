"""A photograph's skin seen straight from above, in true size: to look at, never to measure.

Hides the warp of a plane and of a limb, and where a photograph shows no skin at all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.geometry.limb import seen_from_skin, skin_from_seen
from woundtrack.imaging.geometry.planimetry import mm_per_px_at, points_on_skin
from woundtrack.model import Calibration, Point

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

MOST_PX: Final = 3_000_000
"""Pixels of a flattened picture: a screen has two million."""

_STEP: Final = 8  # pixels between the places of a limb that are worked out
_RETURNS_MM: Final = 0.5  # what a limb hides comes back elsewhere
_BORDER: Final = 12  # places along each side of the photograph


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FlatPicture:
    """Skin in its own frame of millimetres (the card's plane, or the unrolled limb).

    ``rgba`` is uint8 (H, W, 4), transparent and black where the photograph shows none; the outer
    corner of its top left pixel lies at (``left_mm``, ``top_mm``).
    """

    rgba: Pixels
    left_mm: float
    top_mm: float
    px_per_mm: float

    @property
    def width_mm(self) -> float:
        """How wide it is."""
        return float(self.rgba.shape[1]) / self.px_per_mm

    @property
    def height_mm(self) -> float:
        """How high it is."""
        return float(self.rgba.shape[0]) / self.px_per_mm


def flattened(
    pixels: Pixels,
    calibration: Calibration,
    middle_px: Point,
    reach_mm: float,
    *,
    most_px: int = MOST_PX,
) -> FlatPicture:
    """Return the skin round a place, in true size.

    Parameters
    ----------
    pixels
        Upright RGB uint8 (H, W, 3).
    middle_px
        The place in the photograph; so far each way as ``reach_mm`` the skin is shown, or as far as
        the photograph goes.
    most_px
        How many pixels it may have. It has no more than the photograph has there.
    """
    left, top, right, bottom = _box(pixels, calibration, middle_px, reach_mm)
    across, down = right - left, bottom - top
    finest = 1 / mm_per_px_at(middle_px, calibration)
    scale = min(finest, math.sqrt(most_px / (across * down)))
    width, height = max(1, round(across * scale)), max(1, round(down * scale))
    # Where it becomes smaller, pixels are brought together first: a warp alone would skip some.
    fewer = max(1, int(finest / scale + 0.3))
    if fewer > 1:
        size = (max(1, pixels.shape[1] // fewer), max(1, pixels.shape[0] // fewer))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    frame = (left, top, scale)
    rgba = _warped(pixels, calibration, frame, (width, height), fewer, middle_px)
    return FlatPicture(rgba=rgba, left_mm=left, top_mm=top, px_per_mm=scale)


def laid_flat(
    pixels: Pixels,
    calibration: Calibration,
    corner_mm: Point,
    size_px: tuple[int, int],
    px_per_mm: float,
    seen_px: Point,
) -> FlatPicture:
    """Return one rectangle of skin at one scale, whatever the photograph shows of it.

    Parameters
    ----------
    pixels
        Upright RGB uint8 (H, W, 3).
    corner_mm
        The outer corner of the picture's top left pixel, in the skin's own frame.
    size_px
        Its width and height.
    seen_px
        A place of the photograph that shows the skin, on the camera's side of the horizon.
    """
    fewer = max(1, int(1 / (mm_per_px_at(seen_px, calibration) * px_per_mm) + 0.3))
    if fewer > 1:
        size = (max(1, pixels.shape[1] // fewer), max(1, pixels.shape[0] // fewer))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    left, top = corner_mm
    rgba = _warped(pixels, calibration, (left, top, px_per_mm), size_px, fewer, seen_px)
    return FlatPicture(rgba=rgba, left_mm=left, top_mm=top, px_per_mm=px_per_mm)


def _warped(
    pixels: Pixels,
    calibration: Calibration,
    frame: tuple[float, float, float],
    size: tuple[int, int],
    fewer: int,
    middle_px: Point,
) -> Pixels:
    if calibration.limb is None:
        return _of_plane(pixels, calibration, frame, size, fewer, middle_px)
    return _of_limb(pixels, calibration, frame, size, fewer)


def _box(
    pixels: Pixels, calibration: Calibration, middle_px: Point, reach_mm: float
) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom, mm: the reach, less what the photograph doesn't show."""
    height, width = pixels.shape[:2]
    middle = points_on_skin(np.array([middle_px], dtype=np.float64), calibration)[0]
    if not np.isfinite(middle).all():  # beyond the limb: where its cards are
        middle = points_on_skin(np.array([[width / 2, height / 2]]), calibration)[0]
        middle = np.nan_to_num(middle)
    low, high = middle - reach_mm, middle + reach_mm
    share = np.linspace(0, 1, _BORDER)
    grid = np.array([(x * width, y * height) for x in share for y in share])
    seen = points_on_skin(grid, calibration)
    if calibration.limb is None:
        row = np.asarray(calibration.homography)[2]
        side = np.sign(row @ (*middle_px, 1.0))
        seen = seen[((grid @ row[:2] + row[2]) * side > 0) & np.isfinite(seen).all(axis=1)]
    else:
        seen = seen[np.isfinite(seen).all(axis=1)]
    if len(seen):
        low, high = np.maximum(low, seen.min(axis=0)), np.minimum(high, seen.max(axis=0))
    high = np.maximum(high, low + 1.0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _of_plane(
    pixels: Pixels,
    calibration: Calibration,
    frame: tuple[float, float, float],
    size: tuple[int, int],
    fewer: int,
    middle_px: Point,
) -> Pixels:
    left, top, scale = frame
    homography = np.asarray(calibration.homography, dtype=np.float64)
    # Centres of pixels, as OpenCV counts them, to mm; to pixels; to OpenCV's of the smaller copy.
    to_mm = np.array([[1, 0, left * scale + 0.5], [0, 1, top * scale + 0.5], [0, 0, scale]]) / scale
    to_small = np.array([[1 / fewer, 0, -0.5], [0, 1 / fewer, -0.5], [0, 0, 1.0]])
    back = to_small @ np.linalg.inv(homography) @ to_mm
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    rgb = cv2.warpPerspective(pixels, back, size, flags=way, borderMode=cv2.BORDER_REPLICATE)
    x = np.arange(size[0])[None] * back[:, 0, None, None]
    y = np.arange(size[1])[:, None] * back[:, 1, None, None]
    u, v, w = x + y + back[:, 2, None, None]
    # The camera's side of the plane's horizon is that of the place that is looked at.
    at = np.linalg.inv(to_mm) @ homography @ np.array([*middle_px, 1.0])
    in_front = np.sign((back @ (at / at[2]))[2])
    is_seen = _is_inside(u / w, v / w, pixels) & (w * in_front > 0)
    return _with_alpha(rgb, is_seen)


def _of_limb(
    pixels: Pixels,
    calibration: Calibration,
    frame: tuple[float, float, float],
    size: tuple[int, int],
    fewer: int,
) -> Pixels:
    limb = calibration.limb
    if limb is None:
        raise ValueError("this calibration is of a plane")
    left, top, scale = frame
    columns, rows = (math.ceil(side / _STEP) + 2 for side in size)
    # A coarse net of middles of blocks, one block more all round; between them it is straight.
    x = left + (np.arange(columns) - 0.5) * _STEP / scale
    y = top + (np.arange(rows) - 0.5) * _STEP / scale
    skin = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    seen = seen_from_skin(limb, skin)
    back = skin_from_seen(limb, np.nan_to_num(seen, nan=-1e6))
    with np.errstate(invalid="ignore"):
        is_there = np.abs(back - skin).max(axis=1) < _RETURNS_MM
    seen = np.where(is_there[:, None], seen / fewer - 0.5, -1e4)
    net = seen.reshape(rows, columns, 2).astype(np.float32)
    wide = (columns * _STEP, rows * _STEP)
    fine = cv2.resize(net, wide, interpolation=cv2.INTER_LINEAR)
    there = is_there.reshape(rows, columns).astype(np.float32)
    whole = cv2.resize(there, wide, interpolation=cv2.INTER_LINEAR)
    part = np.s_[_STEP : _STEP + size[1], _STEP : _STEP + size[0]]
    fine, whole = np.ascontiguousarray(fine[part]), whole[part]
    rgb = cv2.remap(
        pixels, fine[..., 0], fine[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = _is_inside(fine[..., 0], fine[..., 1], pixels)
    return _with_alpha(rgb, inside & (whole > 0.999))


def _is_inside(u: npt.NDArray[Any], v: npt.NDArray[Any], pixels: Pixels) -> npt.NDArray[np.bool_]:
    """Return which places, as OpenCV counts them, lie in a picture."""
    height, width = pixels.shape[:2]
    inside: npt.NDArray[np.bool_] = (
        (u >= -0.5) & (v >= -0.5) & (u < width - 0.5) & (v < height - 0.5)
    )
    return inside


def _with_alpha(rgb: npt.ArrayLike, is_seen: npt.NDArray[np.bool_]) -> Pixels:
    rgba = np.zeros((*is_seen.shape, 4), dtype=np.uint8)
    rgba[..., :3] = np.where(is_seen[..., None], np.asarray(rgb), 0)
    rgba[..., 3] = np.where(is_seen, 255, 0)
    return rgba
