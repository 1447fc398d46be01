"""A limb: an elliptic cylinder or cone under the skin, unrolled without stretching.

Hides the arc length of an ellipse, how a cone unrolls, and where a line of sight meets the skin.

Space is in millimetres: the plane z = 0 touches the limb along its axis at the skin's origin, x
right, y down, z away from the camera. Skin coordinates are those of the unrolled skin, and agree
with x and y where the limb touches that plane.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS: Final = 20_000  # of the arc length's table: good to 1e-7 of the radius


@dataclass(frozen=True, kw_only=True, slots=True)
class Limb:
    """An elliptic cylinder, its axis at ``axis_deg`` in the skin plane (0: along x), or a cone.

    ``radius_mm`` is the half axis across, ``depth_mm`` that away from the camera; None: as wide as
    deep. ``taper_deg`` is half the angle between the line of the skin that is nearest the camera
    and the farthest: positive where the limb grows thinner along its axis. The half axes are then
    those of the section square to the nearest line at the origin.
    """

    radius_mm: float
    depth_mm: float | None = None
    axis_deg: float = 90.0
    taper_deg: float = 0.0

    def __post_init__(self) -> None:
        if self.radius_mm <= 0 or self.half_depth_mm <= 0:
            raise ValueError("a limb's half axes are positive")
        if abs(self.taper_deg) > 15:
            raise ValueError("a limb tapers by 15 degrees at most")

    @property
    def _apex_mm(self) -> float:
        """Where along the nearest line a cone ends; infinite for a cylinder."""
        if self.taper_deg == 0:
            return math.inf
        return 2 * self.half_depth_mm / math.tan(math.radians(2 * self.taper_deg))

    @property
    def half_depth_mm(self) -> float:
        """The half axis away from the camera."""
        return self.radius_mm if self.depth_mm is None else self.depth_mm

    def in_space(self, skin_mm: npt.ArrayLike) -> Floats:
        """Return where points (N, 2) of the skin lie in space (N, 3)."""
        along, around = self._turned(np.asarray(skin_mm, dtype=np.float64).reshape(-1, 2))
        angle = self.angle_of(skin_mm)
        across, depth = self.radius_mm * np.sin(angle), self.half_depth_mm * (1 - np.cos(angle))
        if self.taper_deg == 0:
            return self._placed(along, across, depth)
        apex = self._apex_mm
        # What lies so far from the apex on the skin does so in space.
        share = np.hypot(apex - along, around) / np.sqrt(apex**2 + across**2 + depth**2)
        return self._placed(apex * (1 - share), share * across, share * depth)

    def outwards(self, skin_mm: npt.ArrayLike) -> Floats:
        """Return the unit normals (N, 3), out of the skin, at points (N, 2) of it."""
        angle = self.angle_of(skin_mm)
        across = np.sin(angle) / self.radius_mm
        depth = -np.cos(angle) / self.half_depth_mm
        along = (1 - np.cos(angle)) / self._apex_mm
        size = np.sqrt(across**2 + depth**2 + along**2)
        return self._placed(along / size, across / size, depth / size)

    def met_by(self, start: Floats, rays: Floats) -> tuple[Floats, Floats, Floats]:
        """Return where rays (..., 3) from a point (3,) meet the skin first: x, y and clearance.

        The clearance is negative where a ray passes by, and the place then the nearest of the
        limb's outline.
        """
        scale = np.array([1 / self.radius_mm, 1 / self.half_depth_mm])
        cos, sin = math.cos(math.radians(self.axis_deg)), math.sin(math.radians(self.axis_deg))
        begin_b = (-sin * start[0] + cos * start[1]) * scale[0]
        begin_z = start[2] * scale[1]
        begin_t = 1 - (cos * start[0] + sin * start[1]) / self._apex_mm
        step_b = (-sin * rays[..., 0] + cos * rays[..., 1]) * scale[0]
        step_z = rays[..., 2] * scale[1]
        step_t = -(cos * rays[..., 0] + sin * rays[..., 1]) / self._apex_mm
        # b² + (z − t)² = t²: a circle in units of the half axes, as large as t, the share of the
        # way to the apex that is left.
        square = step_b**2 + step_z**2 - 2 * step_t * step_z
        half = begin_b * step_b + begin_z * step_z - begin_t * step_z - begin_z * step_t
        clearance = half**2 - square * (begin_b**2 + begin_z**2 - 2 * begin_t * begin_z)
        reach = (-half - np.sqrt(np.maximum(clearance, 0.0))) / square
        share = begin_t + reach * step_t
        angle = np.arctan2(begin_b + reach * step_b, share - (begin_z + reach * step_z))
        around = self.arc_at(angle)
        along = cos * (start[0] + reach * rays[..., 0]) + sin * (start[1] + reach * rays[..., 1])
        if self.taper_deg:
            apex = self._apex_mm
            far = share * np.sqrt(
                apex**2
                + (self.radius_mm * np.sin(angle)) ** 2
                + (self.half_depth_mm * (1 - np.cos(angle))) ** 2
            )
            turn = around / abs(apex)
            along, around = apex - math.copysign(1, apex) * far * np.cos(turn), far * np.sin(turn)
        return cos * along - sin * around, sin * along + cos * around, clearance

    def angle_of(self, skin_mm: npt.ArrayLike) -> Floats:
        """Return the section's parameter at points (N, 2), rad from the line nearest the camera."""
        along, around = self._turned(np.asarray(skin_mm, dtype=np.float64).reshape(-1, 2))
        if self.taper_deg:
            apex = self._apex_mm
            left = math.copysign(1, apex) * (apex - along)
            around = np.arctan2(around, left) * abs(apex)
        return self.angle_at(around)

    def angle_at(self, around_mm: Floats) -> Floats:
        """Return the ellipse's parameter, rad from the line nearest the camera, at an arc length.

        Of a cone, at the unrolled angle times the way from the origin to the apex. Beyond half way
        round it goes on as if the limb were wrapped again.
        """
        angles, arcs = _arc_table(self.radius_mm, self.half_depth_mm, abs(self._apex_mm))
        whole = arcs[-1] - arcs[0]
        turns = np.round(around_mm / whole)
        found: Floats = np.interp(around_mm - turns * whole, arcs, angles) + 2 * math.pi * turns
        return found

    def arc_at(self, angle: Floats) -> Floats:
        """Return the arc length, mm, at the ellipse's parameter, rad within ± π."""
        angles, arcs = _arc_table(self.radius_mm, self.half_depth_mm, abs(self._apex_mm))
        return np.interp(angle, angles, arcs)

    def _turned(self, skin: Floats) -> tuple[Floats, Floats]:
        turn = math.radians(self.axis_deg)
        cos, sin = math.cos(turn), math.sin(turn)
        return cos * skin[:, 0] + sin * skin[:, 1], -sin * skin[:, 0] + cos * skin[:, 1]

    def _placed(self, along: Floats, across: Floats, depth: Floats) -> Floats:
        turn = math.radians(self.axis_deg)
        cos, sin = math.cos(turn), math.sin(turn)
        return np.column_stack([cos * along - sin * across, sin * along + cos * across, depth])


@lru_cache(maxsize=8)
def _arc_table(across_mm: float, depth_mm: float, apex_mm: float) -> tuple[Floats, Floats]:
    angles = np.linspace(-math.pi, math.pi, 2 * _STEPS + 1)
    speed2 = (across_mm * np.cos(angles)) ** 2 + (depth_mm * np.sin(angles)) ** 2
    if math.isfinite(apex_mm):
        # How fast the direction from the apex turns: that is the angle of the unrolled skin.
        across, depth = across_mm * np.sin(angles), depth_mm * (1 - np.cos(angles))
        far2 = apex_mm**2 + across**2 + depth**2
        outwards = across * across_mm * np.cos(angles) + depth * depth_mm * np.sin(angles)
        speed2 = apex_mm**2 * (speed2 / far2 - (outwards / far2) ** 2)
    speed = np.sqrt(speed2)
    # The trapezoidal rule is exact to rounding on a whole period, and near enough within it.
    arcs = np.concatenate([[0.0], np.cumsum((speed[1:] + speed[:-1]) / 2 * np.diff(angles))])
    return angles, arcs - arcs[_STEPS]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plate:
    """A stiff flat card against the skin: the plane through ``origin`` along two unit vectors."""

    origin: tuple[float, float, float]
    right: tuple[float, float, float]
    down: tuple[float, float, float]

    @classmethod
    def touching(cls, limb: Limb | None, skin_mm: tuple[float, float], lift_mm: float) -> Plate:
        """Return the plane that touches the skin at a point of it, or lies so far above it.

        Coordinates on it agree with the skin's near that point.
        """
        if limb is None:
            return cls(origin=(0.0, 0.0, -lift_mm), right=(1.0, 0.0, 0.0), down=(0.0, 1.0, 0.0))
        x, y = skin_mm
        step = 1e-3
        near = limb.in_space([(x, y), (x + step, y), (x - step, y), (x, y + step), (x, y - step)])
        right, down = (near[1] - near[2]) / (2 * step), (near[3] - near[4]) / (2 * step)
        origin = near[0] - x * right - y * down + lift_mm * limb.outwards([skin_mm])[0]
        return cls(origin=_three(origin), right=_three(right), down=_three(down))

    @classmethod
    def leaning(
        cls, skin_mm: tuple[float, float], lift_mm: float, lean_deg: float, azimuth_deg: float
    ) -> Plate:
        """Return a plane over flat skin, tipped by ``lean_deg`` round a line through a point."""
        lean, azimuth = math.radians(lean_deg), math.radians(azimuth_deg)
        axis = np.array([math.cos(azimuth), math.sin(azimuth), 0.0])
        up = math.cos(lean) * np.array([-axis[1], axis[0], 0.0]) - math.sin(lean) * np.eye(3)[2]
        right = axis[0] * axis - axis[1] * up
        down = axis[1] * axis + axis[0] * up
        middle = np.array([*skin_mm, -lift_mm])
        origin = middle - skin_mm[0] * right - skin_mm[1] * down
        return cls(origin=_three(origin), right=_three(right), down=_three(down))

    def in_space(self, places_mm: npt.ArrayLike) -> Floats:
        """Return where points (N, 2) of the card lie in space (N, 3)."""
        places = np.asarray(places_mm, dtype=np.float64).reshape(-1, 2)
        placed: Floats = self.origin + places @ np.array([self.right, self.down])
        return placed

    def met_by(self, start: Floats, rays: Floats) -> tuple[Floats, Floats, Floats]:
        """Return where rays (..., 3) from a point (3,) meet the plane: x, y, and that they do."""
        right, down = np.array(self.right), np.array(self.down)
        normal = np.cross(right, down)
        reach = ((np.array(self.origin) - start) @ normal) / (rays @ normal)
        at = start + reach[..., None] * rays - np.array(self.origin)
        return at @ right, at @ down, np.ones_like(reach)


@dataclass(frozen=True, slots=True)
class Resting:
    """A round like a limb's that touches, at ``skin_mm``, the plane so far above flat skin."""

    limb: Limb
    skin_mm: tuple[float, float]
    lift_mm: float = 0.0

    @property
    def _origin(self) -> Floats:
        return np.array([*self.skin_mm, -self.lift_mm])

    def in_space(self, places_mm: npt.ArrayLike) -> Floats:
        """Return where points (N, 2) of the surface, in skin coordinates, lie in space (N, 3)."""
        places = np.asarray(places_mm, dtype=np.float64).reshape(-1, 2) - self.skin_mm
        moved: Floats = self.limb.in_space(places) + self._origin
        return moved

    def met_by(self, start: Floats, rays: Floats) -> tuple[Floats, Floats, Floats]:
        """Return where rays (..., 3) from a point (3,) meet it: x, y and clearance."""
        x, y, clearance = self.limb.met_by(start - self._origin, rays)
        return x + self.skin_mm[0], y + self.skin_mm[1], clearance


Surface = Limb | Plate | Resting


def _three(vector: Floats) -> tuple[float, float, float]:
    return float(vector[0]), float(vector[1]), float(vector[2])
