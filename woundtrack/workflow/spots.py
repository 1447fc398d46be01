"""Outlines as they lie on the skin: where, how large, and of what shape, in complex millimetres.

Hides the camera's tilt and the card's turn, and how a shape is told by a few numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.errors import CardUnreliable
from woundtrack.imaging import points_on_skin
from woundtrack.model import Calibration, Outline

Complexes = npt.NDArray[np.complex128]
Floats = npt.NDArray[np.float64]

ORDERS: Final = np.arange(2, 7)
"""Orders of the Fourier coefficients that tell a shape."""
_ANGLES: Final = 64  # at which a shape's radius is looked at
_POINTS: Final = 128
_COARSE: Final = 48  # points of an outline that is looked at beside another
_RAYS: Final[Floats] = 2 * math.pi * np.arange(_ANGLES) / _ANGLES
_TOWARDS: Final[Complexes] = np.exp(-1j * _RAYS)
_WAVES: Final[Complexes] = np.exp(-1j * np.outer(ORDERS, _RAYS))


@dataclass(frozen=True, eq=False, slots=True)
class Spot:
    """One outline as it lies on the skin, in complex numbers x + iy, mm, the picture's top up.

    Without a scale ``centre`` and ``area_mm2`` are None. ``shape`` are Fourier coefficients of the
    logarithm of the radius round the centre, of orders 2 to 6: they know no size.
    """

    frame: str
    ring: Complexes
    shape: Complexes
    centre: complex | None
    area_mm2: float | None
    head_deg: float | None = None

    @property
    def size(self) -> float:
        """Its area, mm²; px² without a scale."""
        return _middle(self.ring)[1] if self.area_mm2 is None else self.area_mm2

    def scaled(self, mm_per_px: float) -> Spot:
        """Return the spot as one of so many times the size, with its place and area."""
        centre, area = self.centre, self.area_mm2
        if centre is None or area is None:
            centre, area = _middle(self.ring)
        return replace(
            self,
            ring=self.ring * mm_per_px,
            centre=centre * mm_per_px,
            area_mm2=area * mm_per_px**2,
        )


def spot_of(
    outline: Outline,
    calibration: Calibration | None,
    frame: str,
    head_deg: float | None = None,
) -> Spot:
    """Return where an outline lies and what shape it has; in pixels where there is no scale.

    Parameters
    ----------
    frame
        Which photograph it is: places are compared within one alone.
    head_deg
        Where the head is in it, clockwise from its top; None where nobody said.
    """
    points = np.asarray(outline.outer, dtype=np.float64)
    points = points[:: math.ceil(len(points) / _POINTS)]
    ring = points[:, 0] + 1j * points[:, 1]
    if calibration is not None:
        upright = _upright(points, calibration)
        if upright is not None:
            centre, area = _middle(upright)
            return Spot(frame, upright, _shape(upright), centre, area, head_deg)
    return Spot(frame, ring, _shape(ring), None, None, head_deg)


def _upright(points: Floats, calibration: Calibration) -> Complexes | None:
    """Return points (N, 2) px on the skin, mm, turned so that the picture's top is up."""
    middle = points.mean(axis=0)
    cross = middle + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    try:
        skin = points_on_skin(np.concatenate([points, cross]), calibration)
    except CardUnreliable:
        return None
    if not np.isfinite(skin).all():
        return None
    ring = skin[:, 0] + 1j * skin[:, 1]
    across, down = ring[-2] - ring[-3], ring[-1] - ring[-3]
    if (across.conjugate() * down).imag < 0:  # its y goes up: as in a mirror
        ring, across, down = ring.conjugate(), across.conjugate(), down.conjugate()
    along = across / abs(across) + down / abs(down) / 1j
    turned: Complexes = ring[:-3] * (along.conjugate() / abs(along))
    return turned


def _middle(ring: Complexes) -> tuple[complex, float]:
    """Return the middle of a ring's area and the area, by the shoelace formula."""
    following = np.roll(ring, -1)
    cross = (ring.conjugate() * following).imag
    twice = float(cross.sum())
    if abs(twice) < 1e-9:
        return complex(ring.mean()), 1e-3
    return complex(((ring + following) * cross).sum() / (3 * twice)), abs(twice) / 2


def _shape(ring: Complexes) -> Complexes:
    """Return the Fourier coefficients of ln radius round a ring's middle."""
    return _shape_of(_squared_radii(ring - _middle(ring)[0]))


def _shape_of(squared: Floats) -> Complexes:
    """Return the Fourier coefficients of ln radius, given its squares along the rays."""
    mean = float(np.abs(squared).mean())
    if mean <= 0:
        return np.zeros(len(ORDERS), dtype=np.complex128)
    log_radius = 0.5 * np.log(np.maximum(squared, 0.05 * mean))
    found: Complexes = (_WAVES @ log_radius) / _ANGLES
    return found


def _squared_radii(*rings: Complexes) -> Floats:
    """Return rings' squared radius along each ray from 0, summed; of what they meet of it.

    The sum over the edges that the ray crosses, outwards plus, inwards minus.
    """
    follow = [np.roll(ring, -1) for ring in rings]
    turned = [
        float((ring.conjugate() * after).imag.sum()) < 0
        for ring, after in zip(rings, follow, strict=True)
    ]
    starts = np.concatenate([b if t else a for a, b, t in zip(rings, follow, turned, strict=True)])
    ends = np.concatenate([a if t else b for a, b, t in zip(rings, follow, turned, strict=True)])
    # Each ray is the real axis once.
    start = starts * _TOWARDS[:, None]
    end = ends * _TOWARDS[:, None]
    side, next_side = start.imag >= 0, end.imag >= 0
    ray, edge = np.nonzero(side != next_side)
    from_, to = start[ray, edge], end[ray, edge]
    radius = from_.real - from_.imag * (to.real - from_.real) / (to.imag - from_.imag)
    signed = np.where(to.imag >= 0, 1.0, -1.0) * (radius > 0) * radius**2
    squared: Floats = np.bincount(ray, weights=signed, minlength=_ANGLES).astype(np.float64)
    return squared


def gap_between(one: Spot, other: Spot, most_mm: float) -> float:
    """Return the gap between two outlines, mm; infinity where it is above ``most_mm``."""
    if one.centre is None or other.centre is None:
        return math.inf
    reach = float(np.abs(one.ring - one.centre).max() + np.abs(other.ring - other.centre).max())
    if abs(one.centre - other.centre) > reach + most_mm:
        return math.inf
    gap = float(np.abs(one.ring[::2, None] - other.ring[None, ::2]).min())
    return gap if gap <= most_mm else math.inf


def joined(spots: Sequence[Spot], filled: Sequence[float]) -> tuple[Spot, ...]:
    """Return what several outlines might be as one, for each share of what is filled between them.

    The area is halfway between all as they are and all within their hull, and the shape nearer the
    hull's the more of what lies between them is ``filled``, 0..1.
    """
    rings = [spot.ring[:: math.ceil(len(spot.ring) / _COARSE)] for spot in spots]
    ring = _convex(np.concatenate(rings))
    centre, around = _middle(ring)
    area = (sum(spot.area_mm2 or 0.0 for spot in spots) + around) / 2
    apart = _squared_radii(*(one - centre for one in rings))
    hull = _squared_radii(ring - centre)
    first = spots[0]
    return tuple(
        Spot(
            first.frame,
            ring,
            _shape_of(share * hull + (1 - share) * apart),
            centre,
            area,
            first.head_deg,
        )
        for share in filled
    )


def _convex(points: Complexes) -> Complexes:
    """Return the corners of the convex hull: the outermost point in each of many directions."""
    outermost = np.argmax((points * _TOWARDS[:, None]).real, axis=1)
    corners: Complexes = points[outermost[np.diff(outermost, prepend=outermost[-1]) != 0]]
    return corners if len(corners) > 2 else points
