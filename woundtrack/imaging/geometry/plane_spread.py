"""How well a plane is known: the camera's pose, and how the plane answers when corners move.

Hides the homography's covariance and derivatives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.imaging.geometry.planimetry import on_plane
from woundtrack.imaging.outline import Points
from woundtrack.model import Calibration

Floats = npt.NDArray[np.float64]

CORNER_SD_PX: Final = 0.15
"""Spread of a tag's corner that is taken where the corners themselves show less: refined corners of
rendered cards spread by 0.03 to 0.14 px."""

INK_SD_MM: Final = 0.1
"""How far toner and light may move every edge of a tag outwards, before the tags tell."""

LENS_SD: Final = 0.01
"""Of the radial term k1 of a phone's lens, corrected by the phone."""

WORKING_DISTANCE_MM: Final = 300.0
"""Of the camera, where a calibration doesn't say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pose:
    """Where the camera is: it sees a point of the card's frame at ``rotation`` · point + ``shift``.

    ``centre_mm`` is the camera's place in that frame, its third number negative: the frame's depth
    goes away from it.
    """

    rotation: Floats
    shift: Floats
    centre_mm: Floats
    focal_px: float
    picture_centre_px: Floats


def pose_of(calibration: Calibration, below_mm: Points) -> Pose:
    """Return the camera's pose from the homography; straight above where it isn't known."""
    focal, centre = calibration.focal_px, calibration.centre_px
    to_px = np.linalg.inv(np.asarray(calibration.homography, dtype=np.float64))
    if focal is None or centre is None:
        # The turn is that of the plane's own map there; the wound is straight below.
        ends = on_plane(below_mm + np.array([[0.0, 0.0], [1.0, 0.0]]), to_px)
        along = (ends[1] - ends[0]) / float(np.hypot(*(ends[1] - ends[0])))
        turn = np.array([[along[0], -along[1], 0.0], [along[1], along[0], 0.0], [0.0, 0.0, 1.0]])
        shift = np.array([0.0, 0.0, WORKING_DISTANCE_MM]) - turn @ np.append(below_mm, 0.0)
        return Pose(
            rotation=turn,
            shift=shift,
            centre_mm=-turn.T @ shift,
            focal_px=WORKING_DISTANCE_MM / calibration.mm_per_px,
            picture_centre_px=np.asarray(ends[0], dtype=np.float64),
        )
    to_ray = np.array(
        [[1 / focal, 0, -centre[0] / focal], [0, 1 / focal, -centre[1] / focal], [0, 0, 1.0]]
    )
    columns = to_ray @ to_px
    columns /= math.sqrt(np.linalg.norm(columns[:, 0]) * np.linalg.norm(columns[:, 1]))
    if float(columns[2] @ np.append(below_mm, 1.0)) < 0:
        columns = -columns
    rough = np.column_stack([columns[:, 0], columns[:, 1], np.cross(columns[:, 0], columns[:, 1])])
    left, _, right = np.linalg.svd(rough)
    rotation = np.asarray(left @ np.diag([1, 1, np.linalg.det(left @ right)]) @ right)
    shift = np.asarray(columns[:, 2], dtype=np.float64)
    return Pose(
        rotation=rotation,
        shift=shift,
        centre_mm=-rotation.T @ shift,
        focal_px=focal,
        picture_centre_px=np.asarray(centre, dtype=np.float64),
    )


class PlaneFit:
    """How the plane answers when its cards' corners move.

    First order as in Criminisi, Reid and Zisserman (BMVC 1997, "A plane measuring device"). Besides
    the homography are solved, as when the plane was: the common spread of all edges, and the place
    and turn of each card after the first.
    """

    def __init__(self, calibration: Calibration, cards: list[Floats], homography: Floats) -> None:
        self.corners = np.concatenate(cards)
        self.centre = self.corners.mean(axis=0)
        self.size = float(np.abs(self.corners - self.centre).max()) or 1.0
        unit = homography @ np.array(
            [[self.size, 0, self.centre[0]], [0, self.size, self.centre[1]], [0, 0, 1]]
        )
        self.unit = unit / unit[2, 2]
        design, by_corner = _plane_gradient((self.corners - self.centre) / self.size, self.unit)
        by_corner /= self.size  # millimetres a pixel, from millimetres a unit
        plane = on_plane(self.corners, homography)
        own = plane.reshape(-1, 4, 2)
        nuisance = np.zeros((len(self.corners), 2, 1 + 3 * (len(cards) - 1)))
        nuisance[:, :, 0] = -_outwards(own).reshape(-1, 2)
        begin = len(cards[0])
        for number, card in enumerate(cards[1:]):
            rows = slice(begin, begin + len(card))
            turned = plane[rows] - plane[rows].mean(axis=0)
            nuisance[rows, 0, 1 + 3 * number] = 1
            nuisance[rows, 1, 2 + 3 * number] = 1
            nuisance[rows, 0, 3 + 3 * number] = -turned[:, 1]
            nuisance[rows, 1, 3 + 3 * number] = turned[:, 0]
            begin += len(card)
        design = np.concatenate((design, nuisance), axis=2)
        unknowns = design.shape[2]
        # Whitening by the pixel → millimetre Jacobian makes every row one pixel of deviation.
        self._rows = np.linalg.solve(by_corner, design).reshape(-1, unknowns)
        freedom = 2 * len(self.corners) - unknowns
        shown = 0.0
        if freedom > 0:
            shown = calibration.residual_mm / calibration.mm_per_px / math.sqrt(2)
            shown *= math.sqrt(2 * len(self.corners) / freedom)
        self.deviation_px = max(CORNER_SD_PX, shown)
        weight = np.zeros((1, unknowns))
        weight[0, 8] = self.deviation_px / INK_SD_MM
        self._answer = np.linalg.pinv(np.concatenate([self._rows, weight]))

    def spreads(self, points_px: Points) -> Floats:
        """Return how points move, mm (K, N, 2), by K independent spreads of the homography."""
        covariance = (self._answer @ self._answer.T)[:8, :8] * self.deviation_px**2
        values, directions = np.linalg.eigh(covariance)
        steps = directions * np.sqrt(np.maximum(values, 0.0))
        by_entry, _ = _plane_gradient((points_px - self.centre) / self.size, self.unit)
        return np.moveaxis(by_entry @ steps, -1, 0)

    def bent(self, points_px: Points, pose: Pose) -> Floats:
        """Return how points move, mm (1, N, 2), when the lens had one spread of k1 more."""
        corners = _by_lens(self.corners, pose)
        entries = -(self._answer[:, : 2 * len(corners)] @ corners.ravel())[:8]
        by_entry, by_point = _plane_gradient((points_px - self.centre) / self.size, self.unit)
        own = np.einsum("nij,nj->ni", by_point / self.size, _by_lens(points_px, pose))
        moved: Floats = by_entry @ entries + own
        return moved[None]


def _outwards(rings: Floats) -> Floats:
    """Return unit moves of the corners (T, 4, 2) of squares when all edges move out by 1."""
    along = rings - np.roll(rings, -1, axis=1)
    before = rings - np.roll(rings, 1, axis=1)
    unit = along / np.linalg.norm(along, axis=2, keepdims=True)
    moved: Floats = unit + before / np.linalg.norm(before, axis=2, keepdims=True)
    return moved


def _by_lens(points_px: Points, pose: Pose) -> Floats:
    """Return by how many pixels one spread of k1 moves points."""
    off = (points_px - pose.picture_centre_px) / pose.focal_px
    moved: Floats = off * (off**2).sum(axis=1, keepdims=True) * LENS_SD * pose.focal_px
    return moved


def _plane_gradient(points: Points, homography: Points) -> tuple[Floats, Floats]:
    """Return d(plane)/d(h11 … h32) (N, 2, 8) and d(plane)/d(points) (N, 2, 2), with h33 = 1."""
    x, y = points.T
    depth = points @ homography[2, :2] + 1
    u, v = (points @ homography[:2, :2].T + homography[:2, 2]).T / depth
    by_entry = np.zeros((len(points), 2, 8))
    by_entry[:, 0, :3] = by_entry[:, 1, 3:6] = np.column_stack((x, y, np.ones_like(x)))
    by_entry[:, 0, 6:] = np.column_stack((-u * x, -u * y))
    by_entry[:, 1, 6:] = np.column_stack((-v * x, -v * y))
    by_point = homography[None, :2, :2] - np.stack((u, v), axis=1)[:, :, None] * homography[2, :2]
    return by_entry / depth[:, None, None], by_point / depth[:, None, None]
