"""A scale from a ruler in view: two points of known distance, and the ticks between them.

Hides how ticks are counted to a fraction of one, and what a ruler leaves unsaid about the camera.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.geometry.planimetry import far_points
from woundtrack.imaging.outline import Points, shoelace
from woundtrack.imaging.scale.calibration import FULL_FRAME_DIAGONAL_MM
from woundtrack.model import Calibration, Doubt, Photograph, Point

Floats = npt.NDArray[np.float64]

TWO_POINTS: Final = "ruler, two points, 1"
TICKS: Final = "ruler, ticks, 1"
"""The methods of a calibration by a ruler: as its points were set, or between its ticks."""

LEAST_RULER_MM: Final = 5.0
MOST_RULER_MM: Final = 1000.0
LEAST_RULER_PX: Final = 20.0
"""What a distance on a ruler may be, and how far apart its points must be in the picture."""

# --- the declared constants ----------------------------------------------------------------------

TILT_SD_DEG: Final = 15.0
"""Of the camera to the skin, of which one ruler shows nothing; which way, nobody knows."""

POINT_SD_PX: Final = 1.5
POINT_SD_MM: Final = 0.5
"""How well a person sets one point on a mark: the larger of the two counts."""

TICK_SD_PX: Final = 0.5
TICK_SD_MM: Final = 0.1
"""The same where the ticks between the points were counted to a fraction of one."""

OFFSET_SD_MM: Final = 5.0
"""How far a ruler may lie above or below the wound: it is held over skin, or lies on a dressing."""

LENGTH_SD: Final = 0.01
"""Of a ruler's own length: paper ones are printed, and taped round what isn't flat."""

_COVERAGE: Final = 1.96
_WORKING_DISTANCE_MM: Final = 300.0
_EXIF_FOCAL_SPREAD: Final = 0.02

# --- the ticks' ----------------------------------------------------------------------------------

_LEAST_TICK_PX: Final = 3.0  # a millimetre; below that ticks run into one another
_LEAST_TICKS: Final = 15
_FAR_MM: Final = 1.25
_FAR_PX: Final = 4.0
"""By how much the ticks may say another distance than the person did, and still be believed."""
_BESIDE_MM: Final = 5.0  # how far to either side of the line ticks are looked for
_BENDS: Final = np.linspace(-0.24, 0.24, 25)  # of a ruler that leads away from the camera
_SURE: Final = 80.0  # power of the ticks, by the median of what is no tick
_AGREE_MM: Final = 0.2
_LEAST_LENGTHS: Final = 3  # beside the line, that say the same


@dataclass(frozen=True, kw_only=True, slots=True)
class RulerLine:
    """Two points of a photograph (px) and how far they are apart on the ruler (mm)."""

    start_px: Point
    end_px: Point
    distance_mm: float
    is_by_ticks: bool = False

    @property
    def length_px(self) -> float:
        """How far apart the points are in the picture."""
        return math.dist(self.start_px, self.end_px)


def ruler_calibration(
    start_px: Point,
    end_px: Point,
    distance_mm: float,
    photograph: Photograph,
    pixels: npt.NDArray[np.uint8] | None = None,
) -> Calibration:
    """Return the scale that two points of a known distance give: one for the whole picture.

    The map has no perspective: ``start_px`` is its origin and ``end_px`` lies along x. With
    ``pixels`` (upright, H × W × 3, RGB) the millimetre ticks between the points tell their distance
    to a fraction of a tick (``ticked_mm``); where they can't be told, the points count as they are.

    ``tilt_deg`` is zero because nothing is known of it; the doubt ``ruler_scale`` says so, and
    ``ruler_terms`` what it may do.

    Raises ``ValueError`` for a distance outside ``LEAST_RULER_MM`` to ``MOST_RULER_MM``, or points
    that are nearer than ``LEAST_RULER_PX`` or beside the photograph.
    """
    line = RulerLine(start_px=start_px, end_px=end_px, distance_mm=distance_mm)
    inside = all(
        0 <= x <= photograph.width_px and 0 <= y <= photograph.height_px
        for x, y in (start_px, end_px)
    )
    if not (
        LEAST_RULER_MM <= distance_mm <= MOST_RULER_MM
        and line.length_px >= LEAST_RULER_PX
        and inside
    ):
        raise ValueError("a ruler needs two points of the photograph, apart, and their distance")
    counted = None if pixels is None else ticked_mm(pixels, line)
    exact_mm = distance_mm if counted is None else counted
    scale = exact_mm / line.length_px
    (x, y), (right, below) = start_px, end_px
    cos, sin = (right - x) / line.length_px * scale, (below - y) / line.length_px * scale
    diagonal = math.hypot(photograph.width_px, photograph.height_px)
    focal_mm = photograph.focal_length_35mm
    return Calibration(
        method=TWO_POINTS if counted is None else TICKS,
        homography=(
            (cos, sin, -cos * x - sin * y),
            (-sin, cos, sin * x - cos * y),
            (0.0, 0.0, 1.0),
        ),
        cards=(),
        mm_per_px=scale,
        tilt_deg=0.0,
        residual_mm=0.0,
        print_scale=1.0,
        print_scale_sd=0.0,
        focal_px=None if focal_mm is None else focal_mm / FULL_FRAME_DIAGONAL_MM * diagonal,
        focal_spread=0.25 if focal_mm is None else _EXIF_FOCAL_SPREAD,
        centre_px=None if focal_mm is None else (photograph.width_px / 2, photograph.height_px / 2),
        doubts=(Doubt(code="ruler_scale", values=(("distance_mm", exact_mm),)),),
    )


def ruler_of(calibration: Calibration | None) -> RulerLine | None:
    """Return the ruler that a calibration was made by; None where it was a card, or nothing."""
    if calibration is None or calibration.method not in {TWO_POINTS, TICKS}:
        return None
    values = next(dict(one.values) for one in calibration.doubts if one.code == "ruler_scale")
    distance_mm = float(values["distance_mm"])
    to_px = np.linalg.inv(np.asarray(calibration.homography, dtype=np.float64))
    start, end = (to_px @ (place, 0.0, 1.0) for place in (0.0, distance_mm))
    return RulerLine(
        start_px=(float(start[0]), float(start[1])),
        end_px=(float(end[0]), float(end[1])),
        distance_mm=distance_mm,
        is_by_ticks=calibration.method == TICKS,
    )


# --- what a ruler leaves unsaid ------------------------------------------------------------------


def ruler_terms(calibration: Calibration, ring_mm: Points) -> Mapping[str, Floats]:
    """Return by what share each size may be off, one standard uncertainty, by the cause's name.

    A share each for area, perimeter, length and width (4,).

    ``tilt``: the camera was inclined to the skin, by an angle of a half-normal prior of
    ``TILT_SD_DEG`` and any direction. Every point is followed along its ray to a plane inclined so
    through the ruler's middle, and the ruler is made as long there as it is. Where it lies along
    the tilt's axis the area seen is too small, by the cosine; where it lies across, the ruler is
    foreshortened too and the area comes out too large by as much. What is returned is the 95th
    percentile by amount, over the coverage factor 1.96, since the shares are far from normal; it
    counts the bias with the spread.
    ``reading``: how the two points were set, ``POINT_SD_PX`` or ``POINT_SD_MM`` each.
    ``plane``: the ruler lay ``OFFSET_SD_MM`` above the wound or below it.
    ``ruler``: the ruler's own length.

    Scale is a length: area goes with its square (JCGM 100:2008, 5.1.3). That one ruler is worse
    than two, above and below the wound, is measured in doi:10.1371/journal.pone.0134622.

    Parameters
    ----------
    calibration
        One of ``ruler_calibration``.
    ring_mm
        The wound's outer edge (N, 2) in the calibration's millimetres.
    """
    line = ruler_of(calibration)
    if line is None:
        raise ValueError("this scale is not of a ruler")
    height_mm = _WORKING_DISTANCE_MM
    middle_mm = np.array([line.distance_mm / 2, 0.0])
    axis_mm = middle_mm
    if calibration.focal_px is not None and calibration.centre_px is not None:
        height_mm = calibration.focal_px * calibration.mm_per_px
        axis_mm = (np.asarray(calibration.homography) @ (*calibration.centre_px, 1.0))[:2]
    sd_px, sd_mm = (TICK_SD_PX, TICK_SD_MM) if line.is_by_ticks else (POINT_SD_PX, POINT_SD_MM)
    one = max(sd_px * calibration.mm_per_px, sd_mm)
    return {
        "tilt": _tilted_shares(ring_mm, line.distance_mm, axis_mm, height_mm),
        "reading": _scaled(math.sqrt(2) * one / line.distance_mm),
        "plane": _scaled(OFFSET_SD_MM / height_mm),
        "ruler": _scaled(LENGTH_SD),
    }


def _scaled(share: float) -> Floats:
    """Return what a share of the scale does to area, perimeter, length and width."""
    return np.array([2 * share, share, share, share])


def _tilted_shares(
    ring_mm: Points, distance_mm: float, axis_mm: Points, height_mm: float
) -> Floats:
    count = 24
    # Equally likely angles of the half-normal prior, and directions all round.
    quantiles = (np.arange(count) + 0.5) / count
    angles = np.radians(TILT_SD_DEG) * _half_normal(quantiles)
    angles = np.minimum(angles, math.radians(50))
    turns = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    tilt, turn = (grid.ravel() for grid in np.meshgrid(angles, turns, indexing="ij"))
    normals = np.column_stack(
        [np.sin(tilt) * np.cos(turn), np.sin(tilt) * np.sin(turn), np.cos(tilt)]
    )
    ring = ring_mm[:: max(1, len(ring_mm) // 48)]
    seen = np.concatenate([[[0.0, 0.0], [distance_mm, 0.0]], ring]) - axis_mm
    rays = np.column_stack([seen, np.full(len(seen), height_mm)])
    through = rays[:2].mean(axis=0)
    reach = (normals @ through)[:, None] / (normals @ rays.T)
    reach = np.where(reach > 0, reach, np.nan)  # beyond the horizon
    space = reach[..., None] * rays  # (K, N, 3)
    factor = distance_mm / np.linalg.norm(space[:, 1] - space[:, 0], axis=1)
    edge = space[:, 2:] * factor[:, None, None]
    step = np.roll(edge, -1, axis=1) - edge
    own = edge - edge[:, :1]
    area = np.linalg.norm(np.cross(own, np.roll(own, -1, axis=1)).sum(axis=1), axis=1) / 2
    perimeter = np.linalg.norm(step, axis=2).sum(axis=1)
    (one, other), (wide, narrow) = far_points(ring)
    along = edge[:, one] - edge[:, other]
    length = np.linalg.norm(along, axis=1)
    across = edge[:, wide] - edge[:, narrow]
    unit = along / length[:, None]
    width = np.linalg.norm(across - (across * unit).sum(axis=1)[:, None] * unit, axis=1)
    base_step = np.roll(ring, -1, axis=0) - ring
    base_along = ring[one] - ring[other]
    base_length = math.hypot(*base_along)
    base_across = ring[wide] - ring[narrow]
    base = np.array(
        [
            abs(shoelace(ring)),
            np.hypot(*base_step.T).sum(),
            base_length,
            abs(base_along[0] * base_across[1] - base_along[1] * base_across[0]) / base_length,
        ]
    )
    shares = np.column_stack([area, perimeter, length, width]) / np.maximum(base, 1e-9) - 1
    shares = np.where(np.isfinite(shares), np.abs(shares), 1.0)
    found: Floats = np.percentile(shares, 95, axis=0) / _COVERAGE
    return found


def _half_normal(quantiles: Floats) -> Floats:
    """Return the half-normal's quantiles, by a table of the error function."""
    at = np.linspace(0, 5, 2001)
    table = np.array([math.erf(value / math.sqrt(2)) for value in at])
    return np.asarray(np.interp(quantiles, table, at))


# --- ticks ---------------------------------------------------------------------------------------


def ticked_mm(pixels: npt.NDArray[np.uint8], line: RulerLine) -> float | None:
    """Return how far two points on a ruler are apart by its millimetre ticks; None where not sure.

    Beside the line, a few lengths of the picture are read along it. Under perspective evenly spaced
    ticks come nearer along a line as t = s (1 + b) / (1 + b s): each length is stretched by likely
    b, and the one frequency near what the person said whose power stands out by ``_SURE`` from its
    neighbours' is the ticks'. At least three lengths have to say the same.

    Parameters
    ----------
    pixels
        The upright photograph, H × W × 3 or H × W.
    line
        The points, and the distance that the person read.
    """
    px_per_mm = line.length_px / line.distance_mm
    if px_per_mm < _LEAST_TICK_PX or line.distance_mm < _LEAST_TICKS:
        return None
    lengths = _read_beside(pixels, line)
    far_mm = max(_FAR_MM, _FAR_PX / px_per_mm)
    found = [_frequency(values, line.distance_mm, far_mm) for values in lengths]
    sure = [(power, mm) for power, mm in found if power >= _SURE]
    if len(sure) < _LEAST_LENGTHS:
        return None
    _, best = max(sure)
    agreeing = [(power, mm) for power, mm in sure if abs(mm - best) <= _AGREE_MM]
    if len(agreeing) < max(_LEAST_LENGTHS, math.ceil(0.75 * len(sure))):
        return None
    weights = np.array([power for power, _ in agreeing])
    counted = float(np.average([mm for _, mm in agreeing], weights=weights))
    return counted if abs(counted - line.distance_mm) <= far_mm else None


def _read_beside(pixels: npt.NDArray[np.uint8], line: RulerLine) -> Floats:
    """Return the picture's values along lines beside the ruler's (lines, samples)."""
    start, end = np.asarray(line.start_px), np.asarray(line.end_px)
    along = (end - start) / line.length_px
    across = np.array([-along[1], along[0]])
    px_per_mm = line.length_px / line.distance_mm
    margin = (_BESIDE_MM + 2) * px_per_mm + 3
    low = np.floor(np.minimum(start, end) - margin).astype(int)
    high = np.ceil(np.maximum(start, end) + margin).astype(int)
    height, width = pixels.shape[:2]
    left, top = max(low[0], 0), max(low[1], 0)
    cut = pixels[top : min(high[1], height), left : min(high[0], width)]
    grey = cut.astype(np.float64) if cut.ndim == 2 else cut.mean(axis=2)
    count = int(min(4096, max(256, 2 * math.ceil(line.length_px))))
    steps = (np.arange(count) + 0.5) / count * line.length_px
    sides = np.arange(-_BESIDE_MM, _BESIDE_MM + 0.01, 0.25) * px_per_mm
    places = start + steps[None, :, None] * along + sides[:, None, None] * across
    # OpenCV's (0, 0) is a pixel's centre.
    x = (places[..., 0] - left - 0.5).astype(np.float32)
    y = (places[..., 1] - top - 0.5).astype(np.float32)
    read = cv2.remap(
        grey.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float64)
    kernel = np.ones((3, 1)) / 3
    return np.asarray(cv2.filter2D(read, -1, kernel)[1:-1:2], dtype=np.float64)


def _frequency(values: Floats, distance_mm: float, far_mm: float) -> tuple[float, float]:
    """Return how far the ticks' power stands out along one length, and the distance they say."""
    count = len(values)
    at = (np.arange(count) + 0.5) / count
    # Two millimetres' mean is taken off: light and numbers beside the ticks are slower than those.
    wide = max(3, round(2 * count / distance_mm)) | 1
    slow = cv2.blur(values[None, :], (wide, 1), borderType=cv2.BORDER_REFLECT)[0]
    quick = values - slow
    spread = float(quick.std())
    if spread < 1e-6:
        return 0.0, 0.0
    quick = np.clip(quick / spread, -2.5, 2.5)
    seen = at / (1 + _BENDS[:, None] * (1 - at))  # where in the picture t lies
    rows = np.array([np.interp(one, at, quick) for one in seen]) * np.hanning(count)
    fill = 4
    power = np.abs(np.fft.rfft(rows, n=fill * count, axis=1)) ** 2
    # A transform of fill · count samples has fill bins a cycle along the line.
    cycles = np.arange(power.shape[1]) / fill
    near = (cycles >= distance_mm - far_mm - 0.5) & (cycles <= distance_mm + far_mm + 0.5)
    around = (cycles >= 0.6 * distance_mm) & (cycles <= 1.6 * distance_mm)
    around &= np.abs(cycles - distance_mm) > far_mm + 3
    if not near.any() or not around.any():
        return 0.0, 0.0
    inside = np.where(near, power, 0.0)
    bend, top = (int(place) for place in np.unravel_index(int(inside.argmax()), power.shape))
    if not near[top - 1] or not near[top + 1]:
        return 0.0, 0.0
    before, peak, after = np.log(power[bend, top - 1 : top + 2] + 1e-12)
    shift = 0.5 * (before - after) / min(before - 2 * peak + after, -1e-9)
    noise = float(np.median(power[bend, around])) + 1e-12
    return float(power[bend, top]) / noise, float((top + shift) / fill)
