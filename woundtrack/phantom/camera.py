"""A pinhole camera with one radial term, looking at the skin: a plane, or a limb's.

Hides the pose: everything else asks where a point of the skin is seen, or what a pixel sees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from woundtrack.phantom.limb import Limb, Surface

Floats = npt.NDArray[np.float64]
Real = TypeVar("Real", np.float32, np.float64)

FULL_FRAME_DIAGONAL_MM: Final = 43.2666  # of 36 x 24 mm film: what "35 mm equivalent" refers to


@dataclass(frozen=True, kw_only=True, slots=True)
class Camera:
    """Where the camera is and what it is.

    The skin plane is z = 0 in millimetres, x right, y down. The camera looks at ``look_at_mm`` from
    ``distance_mm`` away (along its axis), tilted by ``tilt_deg`` about the line in the plane at
    ``tilt_azimuth_deg`` (0: the line along x, so that top or bottom recede), then rolled.
    ``focal_35mm`` is the focal length on a frame of the same diagonal as 35 mm film. ``k1`` bends a
    ray of normalised radius r to r * (1 + k1 * r**2). With a ``limb`` the skin is wrapped round it,
    and touches that plane along its axis.
    """

    width_px: int = 1632
    height_px: int = 1224
    focal_35mm: float = 50.0
    distance_mm: float = 280.0
    look_at_mm: tuple[float, float] = (0.0, 0.0)
    tilt_deg: float = 0.0
    tilt_azimuth_deg: float = 0.0
    roll_deg: float = 0.0
    k1: float = 0.0
    limb: Limb | None = None
    make: str = "Phantom"
    model: str = "Clinic camera"

    def __post_init__(self) -> None:
        if not 0 <= self.tilt_deg < 75:
            raise ValueError("the tilt lies between 0 and 75 degrees")
        if self.distance_mm <= 0 or self.focal_35mm <= 0:
            raise ValueError("distance and focal length are positive")
        if not -0.12 <= self.k1 <= 0.12:
            raise ValueError("the radial term lies between -0.12 and 0.12")

    @property
    def focal_px(self) -> float:
        """The focal length in pixels."""
        diagonal = math.hypot(self.width_px, self.height_px)
        return self.focal_35mm / FULL_FRAME_DIAGONAL_MM * diagonal

    def _rotation(self) -> Floats:
        """Return the rotation from plane to camera axes: tilt, then roll."""
        tilt, roll = math.radians(self.tilt_deg), math.radians(self.roll_deg)
        azimuth = math.radians(self.tilt_azimuth_deg)
        axis = np.array([math.cos(azimuth), math.sin(azimuth), 0.0])
        cross = np.array(
            [[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]], dtype=float
        )
        # Rodrigues' formula.
        tilted = np.eye(3) + math.sin(tilt) * cross + (1 - math.cos(tilt)) * (cross @ cross)
        rolled = np.array(
            [
                [math.cos(roll), -math.sin(roll), 0],
                [math.sin(roll), math.cos(roll), 0],
                [0, 0, 1],
            ]
        )
        product: Floats = rolled @ tilted
        return product

    def _plane_to_ray(self) -> Floats:
        """Return the 3 x 3 matrix from (x, y, 1), mm, to the undistorted ray (u, v, w)."""
        rotation = self._rotation()
        shift = np.array([[1, 0, -self.look_at_mm[0]], [0, 1, -self.look_at_mm[1]], [0, 0, 1]])
        matrix = np.column_stack([rotation[:, 0], rotation[:, 1], [0, 0, self.distance_mm]])
        product: Floats = matrix @ shift
        return product

    def project(self, points_mm: npt.ArrayLike, surface: Surface | None = None) -> Floats:
        """Return where points (N, 2) of the skin, mm, are seen: (N, 2) px, pixel-edge origin.

        With a ``surface``, of that instead of the skin.
        """
        points = np.asarray(points_mm, dtype=np.float64).reshape(-1, 2)
        surface = self.limb if surface is None else surface
        if surface is None:
            ray = np.column_stack([points, np.ones(len(points))]) @ self._plane_to_ray().T
        else:
            ray = surface.in_space(points) @ self._rotation().T + self._shift()
        if np.any(ray[:, 2] <= 0):
            raise ValueError("a point lies behind the camera: tilt less or go further away")
        normal = ray[:, :2] / ray[:, 2:]
        radius2 = np.sum(normal**2, axis=1, keepdims=True)
        bent = normal * (1 + self.k1 * radius2) * self.focal_px
        seen: Floats = bent + np.array([self.width_px / 2, self.height_px / 2])
        return seen

    def _shift(self) -> Floats:
        """Return where space's origin lies from the camera, in its axes."""
        at = np.array([*self.look_at_mm, 0.0])
        shift: Floats = np.array([0.0, 0.0, self.distance_mm]) - self._rotation() @ at
        return shift

    @property
    def place(self) -> Floats:
        """Where the camera is in space (3,), mm."""
        at: Floats = -self._rotation().T @ self._shift()
        return at

    def is_in_front(self, points_mm: npt.ArrayLike) -> bool:
        """Tell whether all points (N, 2) of the skin lie well in front of the camera, facing it."""
        points = np.asarray(points_mm, dtype=np.float64).reshape(-1, 2)
        if self.limb is not None:
            to_camera = self.place - self.limb.in_space(points)
            facing = np.einsum("ij,ij->i", to_camera, self.limb.outwards(points))
            return bool(np.all(facing > 0.02 * self.distance_mm))
        depth = np.column_stack([points, np.ones(len(points))]) @ self._plane_to_ray()[2]
        return bool(np.all(depth > 0.1 * self.distance_mm))

    def plane_at(
        self, x_px: npt.NDArray[Real], y_px: npt.NDArray[Real]
    ) -> tuple[npt.NDArray[Real], npt.NDArray[Real]]:
        """Return the skin point (x, y), mm, that each pixel position sees.

        The positions may be a row (1, W) and a column (H, 1); the answers are then (H, W). Single
        precision in gives single precision out, and is good to 1e-4 mm. Beside a limb the answer is
        the nearest point of its outline: ``limb_clearance`` tells.
        """
        if self.limb is not None:
            x, y, _ = self.met(x_px, y_px, self.limb)
            return x.astype(x_px.dtype), y.astype(x_px.dtype)
        u: npt.NDArray[Any] = (x_px - self.width_px / 2) / self.focal_px
        v: npt.NDArray[Any] = (y_px - self.height_px / 2) / self.focal_px
        if self.k1:
            factor = self._straightened(u * u + v * v)
            u, v = u * factor, v * factor
        back: npt.NDArray[Any] = np.linalg.inv(self._plane_to_ray()).astype(u.dtype)
        w = back[2, 0] * u + back[2, 1] * v + back[2, 2]
        x = (back[0, 0] * u + back[0, 1] * v + back[0, 2]) / w
        y = (back[1, 0] * u + back[1, 1] * v + back[1, 2]) / w
        return x, y

    def met(
        self, x_px: npt.NDArray[Real], y_px: npt.NDArray[Real], surface: Surface
    ) -> tuple[Floats, Floats, Floats]:
        """Return what each pixel position sees of a surface: x and y on it, and its clearance.

        The clearance is negative where a line of sight passes by.
        """
        u = (np.asarray(x_px, dtype=np.float64) - self.width_px / 2) / self.focal_px
        v = (np.asarray(y_px, dtype=np.float64) - self.height_px / 2) / self.focal_px
        if self.k1:
            factor = self._straightened(u * u + v * v)
            u, v = u * factor, v * factor
        u, v = np.broadcast_arrays(u, v)
        rays = np.stack([u, v, np.ones_like(u)], axis=-1) @ self._rotation()
        return surface.met_by(self.place, rays)

    def _straightened(self, seen2: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return true by seen radius of rays whose seen radius, squared, is ``seen2``."""
        bend = self.k1 * seen2
        if seen2.dtype == np.float32 and abs(self.k1) <= 0.03:
            # The inverse of r (1 + k r**2) as a power series, doi:10.3390/s16060807; here good to
            # 1e-6, and far quicker than Newton on a whole picture.
            series: npt.NDArray[Any] = 1 - bend * (1 - bend * (3 - bend * 12))
            return series
        # Newton's method for t = r**2 in t * (1 + k1 * t)**2 = seen2.
        radius2 = seen2 * (1 - bend * (2 - 7 * bend))
        for _ in range(3):
            factor = 1 + self.k1 * radius2
            slope = factor * (factor + 2 * self.k1 * radius2)
            radius2 = radius2 - (radius2 * factor * factor - seen2) / slope
        true_by_seen: npt.NDArray[Any] = 1 / (1 + self.k1 * radius2)
        return true_by_seen

    def px_per_mm(self, point_mm: tuple[float, float]) -> float:
        """Return the local scale at a skin point: the root of the area magnification."""
        x, y = point_mm
        step = 0.5
        seen = self.project([(x - step, y), (x + step, y), (x, y - step), (x, y + step)])
        across, down = seen[1] - seen[0], seen[3] - seen[2]
        return math.sqrt(abs(across[0] * down[1] - across[1] * down[0])) / (2 * step)
