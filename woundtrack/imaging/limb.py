"""A limb under the cards: fits a round to their tags, and unrolls what the camera sees of it.

Hides that tags on a limb have bent edges, the camera's pose, and how sure the radius is.

Three frames. *Skin*: millimetres on the unrolled skin, the first card's frame. *Space*: millimetres
(across, along, depth) from ``Limb.origin_mm``: across and along touch the skin there, depth goes
away from the camera. So far round the limb as ``s`` its skin has turned away by ψ = φ + a φ²/2 +
b φ³/3, where φ = s / radius and (a, b) = ``Limb.unround``: no limb is a circle.
*Pixels* of the upright photograph.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.imaging.plane import Sheet, inverse, mapped, rigid
from woundtrack.model import Calibration, Card, Limb, Matrix3, Ring

Floats = NDArray[np.float64]

CORNER_PX: Final = 0.1
"""Spread of a refined corner that the fit weighs its priors against."""

EXIF_FOCAL_SPREAD: Final = 0.03
UNKNOWN_FOCAL_SPREAD: Final = 0.25
"""How far the focal length may be from EXIF's, or from a phone's usual one, as a ratio."""

LENS_SPREAD: Final = 0.01
"""Of the radial term k1 of a lens that nobody calibrated."""

UNROUND_SPREAD: Final = (0.3, 0.5)
"""How far a limb may be from round: an ellipse of 1 : 1.25 has b = −0.54 or 0.84 at its poles."""

EDGE_SPREAD_MM: Final = 0.1
"""How far toner and light may move every edge of a tag outwards."""

SMALLEST_RADIUS_MM: Final = 12.0
LARGEST_RADIUS_MM: Final = 400.0

_PRIORS: Final = 5
_LEAST_TAGS: Final = 3
_MOST_LEFT_OUT: Final = 3
_OFF_PX: Final = 0.6
_OFF_RATIO: Final = 4.0
_ROUGH: Final = 8  # unknowns of the rough search: pose, curvature and axis
_ROUGH_LOOKS: Final = 60
_EDGE_PLACES: Final = np.linspace(0.08, 0.92, 7)
_NEWTON_STEPS: Final = 6
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(6)
_GAUSS_PLACES: Final = (1 + _NODES) / 2
_GAUSS_WEIGHTS: Final = _WEIGHTS / 2
_AXES_DEG: Final = (0.0, 30.0, 60.0, 90.0, 120.0, 150.0)
_RADII_MM: Final = (60.0,)


@dataclass(frozen=True, kw_only=True, slots=True)
class LimbFit:
    """A limb that was fitted.

    ``places_mm`` and ``corners_px`` (N, 2) are the tags' corners on the unrolled skin and in the
    picture, less what moved their edges and bent them. ``residuals_mm`` (tags,) is the RMS of each,
    ``used`` which of them decided. ``plane_to_px`` maps millimetres of the plane that touches the
    skin at the limb's origin to pixels.
    """

    limb: Limb
    places_mm: Floats
    corners_px: Floats
    residuals_mm: Floats
    used: NDArray[np.bool_]
    residual_px: float
    plane_to_px: Floats


def fitted_limb(
    sheets: Sequence[Sheet],
    to_px: Floats,
    size_px: tuple[int, int],
    focal_35mm: float | None,
    usual_focal_35mm: float,
) -> LimbFit | None:
    """Fit a round to the cards' tags; None where they show no curve, or no round fits.

    Least squares in the picture over pose, radius, direction of the axis, focal length, lens, the
    spread of all edges, and the places of cards after the first. An edge of a tag is compared as it
    was measured: as the straight line through its bent image.

    Parameters
    ----------
    sheets
        The cards in view.
    to_px
        3 × 3, from the first card's mm to pixels as if all lay on a plane: where the search begins.
    size_px
        Width and height of the photograph.
    focal_35mm
        From EXIF, or None.
    """
    from scipy.optimize import least_squares

    width, height = size_px
    diagonal = math.hypot(width, height)
    spread = UNKNOWN_FOCAL_SPREAD if focal_35mm is None else EXIF_FOCAL_SPREAD
    focal_px = (focal_35mm or usual_focal_35mm) / 43.2666 * diagonal
    problem = _Problem(
        sheets=tuple(sheets),
        centre_px=np.array([width / 2, height / 2]),
        focal_px=focal_px,
        focal_spread=spread,
        origin_mm=sheets[0].printed_mm.mean(axis=0),
        used=np.ones(sum(len(sheet.printed_mm) for sheet in sheets) // 4, dtype=bool),
    )
    pose = problem.pose_of_plane(to_px)
    places = problem.places_on_plane(to_px)
    # First a circle seen by a perfect lens, from many sides; then what was nearest, set free.
    rough = [
        least_squares(
            lambda few, rest=start[_ROUGH:]: problem.misses(np.append(few, rest)),
            start[:_ROUGH],
            method="lm",
            x_scale=problem.units[:_ROUGH],
            max_nfev=_ROUGH_LOOKS,
        )
        for start in (
            problem.start(pose, places, 1 / radius, math.radians(axis))
            for radius in _RADII_MM
            for axis in _AXES_DEG
        )
    ]
    nearest = min(rough, key=lambda one: float(one.cost))
    start = problem.start(pose, places, 0.0, 0.0)
    start[:_ROUGH] = nearest.x
    best = _settled(problem, start)
    # A tag that a fold, a shadow or the limb's own outline puts off is left out.
    for _ in range(_MOST_LEFT_OUT):
        gaps = problem.gaps(best)
        worst = int(np.argmax(np.where(problem.used, gaps, 0.0)))
        usual = float(np.median(gaps[problem.used]))
        if problem.used.sum() <= _LEAST_TAGS or gaps[worst] < max(_OFF_PX, _OFF_RATIO * usual):
            break
        fewer = problem.used.copy()
        fewer[worst] = False
        problem = replace(problem, used=fewer)
        best = _settled(problem, best)
    return problem.fit(best) if np.isfinite(best).all() else None


def _settled(problem: _Problem, start: Floats) -> Floats:
    from scipy.optimize import least_squares

    found = least_squares(problem.misses, start, method="lm", x_scale=problem.units, max_nfev=600)
    return np.asarray(found.x, dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """What is fitted to what.

    The unknowns: turn (3), shift (3, mm), curvature, axis, ln focal, k1, edges, unround (2); then
    turn and shift (2, mm) of each card after the first. ``used`` says which tags decide.
    """

    sheets: tuple[Sheet, ...]
    centre_px: Floats
    focal_px: float
    focal_spread: float
    origin_mm: Floats
    used: NDArray[np.bool_]
    sees_straight: bool = False
    """Whether corners are given where they are, not as measured: what bent them taken off."""

    @property
    def units(self) -> Floats:
        """The size of a step of each unknown."""
        cards = [1e-2, 1.0, 1.0] * (len(self.sheets) - 1)
        return np.array([*[1e-2] * 3, *[1.0] * 3, 1e-3, 0.05, 0.01, 0.01, 0.05, 0.1, 0.1, *cards])

    def pose_of_plane(self, to_px: Floats) -> tuple[Floats, Floats]:
        """Return rotation vector and shift (mm) of a card seen through a homography."""
        to_ray = np.array(
            [
                [1 / self.focal_px, 0, -self.centre_px[0] / self.focal_px],
                [0, 1 / self.focal_px, -self.centre_px[1] / self.focal_px],
                [0, 0, 1],
            ]
        )
        columns = to_ray @ to_px
        columns /= math.sqrt(np.linalg.norm(columns[:, 0]) * np.linalg.norm(columns[:, 1]))
        at_origin = columns @ np.array([*self.origin_mm, 1.0])
        if at_origin[2] < 0:
            columns, at_origin = -columns, -at_origin
        rough = np.column_stack(
            [columns[:, 0], columns[:, 1], np.cross(columns[:, 0], columns[:, 1])]
        )
        left, _, right = np.linalg.svd(rough)
        rotation = left @ np.diag([1, 1, np.linalg.det(left @ right)]) @ right
        return _rotation_vector(rotation), at_origin

    def places_on_plane(self, to_px: Floats) -> list[float]:
        """Return turn and shift of every card after the first on the first one's plane."""
        places: list[float] = []
        back = inverse(to_px)
        for sheet in self.sheets[1:]:
            places += rigid(sheet.printed_mm, mapped(back, sheet.seen_px))
        return places

    def start(
        self, pose: tuple[Floats, Floats], places: list[float], curvature: float, axis: float
    ) -> Floats:
        """Return the unknowns to begin with."""
        rotation, shift = pose
        return np.array([*rotation, *shift, curvature, axis, *[0.0] * 5, *places])

    def misses(self, unknowns: Floats) -> Floats:
        """Return how far corners are off, and the unknowns from their priors, in spreads."""
        seen = np.concatenate([sheet.seen_px for sheet in self.sheets]).reshape(-1, 4, 2)
        gap = ((self.seen_corners(unknowns) - seen)[self.used]).ravel() / CORNER_PX
        # A place behind the camera, or none: far off, but a number, so that the search turns back.
        gap = np.clip(np.nan_to_num(gap, nan=1e5), -1e5, 1e5)
        priors = [
            unknowns[8] / self.focal_spread,
            unknowns[9] / LENS_SPREAD,
            unknowns[10] / EDGE_SPREAD_MM,
            unknowns[11] / UNROUND_SPREAD[0],
            unknowns[12] / UNROUND_SPREAD[1],
        ]
        return np.append(gap, priors)

    def laid(self, unknowns: Floats, *, edges_mm: float) -> Floats:
        """Return the tags' corners (T, 4, 2) on the skin, their edges moved outwards."""
        rings = []
        for number, sheet in enumerate(self.sheets):
            ring = sheet.printed_mm.reshape(-1, 4, 2)
            if edges_mm:
                ring = ring + edges_mm * np.sign(ring - ring.mean(axis=1, keepdims=True))
            if number:
                turn, x, y = unknowns[10 + 3 * number : 13 + 3 * number]
                ring = _turned(ring, turn) + np.array([x, y])
            rings.append(ring)
        return np.concatenate(rings)

    def limb(self, unknowns: Floats, radius_sd_mm: float = 0.0) -> Limb:
        """Return the limb of these unknowns."""
        return Limb(
            radius_mm=float(1 / unknowns[6]),
            radius_sd_mm=radius_sd_mm,
            axis_deg=math.degrees(float(unknowns[7])) % 180,
            origin_mm=(float(self.origin_mm[0]), float(self.origin_mm[1])),
            focal_px=self.focal_px * math.exp(float(unknowns[8])),
            focal_spread=self.focal_spread,
            centre_px=(float(self.centre_px[0]), float(self.centre_px[1])),
            lens_k1=float(unknowns[9]),
            unround=(float(unknowns[11]), float(unknowns[12])),
            rotation=_matrix(_rotation(unknowns[:3])),
            shift_mm=(float(unknowns[3]), float(unknowns[4]), float(unknowns[5])),
        )

    def _projected(self, unknowns: Floats, skin: Floats) -> Floats:
        return _projected(
            skin,
            curvature=float(unknowns[6]),
            axis=float(unknowns[7]),
            origin=self.origin_mm,
            rotation=_rotation(unknowns[:3]),
            shift=unknowns[3:6],
            focal=self.focal_px * math.exp(float(np.clip(unknowns[8], -2, 2))),
            k1=float(unknowns[9]),
            unround=(float(unknowns[11]), float(unknowns[12])),
            centre=self.centre_px,
        )

    def seen_corners(self, unknowns: Floats) -> Floats:
        """Return the corners (T, 4, 2) as they are measured: where lines along bent edges cross."""
        ring = self.laid(unknowns, edges_mm=float(unknowns[10]))
        if self.sees_straight:
            return self._projected(unknowns, ring)
        step = np.roll(ring, -1, axis=1) - ring
        edges = ring[:, :, None, :] + _EDGE_PLACES[None, None, :, None] * step[:, :, None, :]
        return _crossings(self._projected(unknowns, edges))

    def gaps(self, unknowns: Floats) -> Floats:
        """Return how far each tag (T,) is off, px: the RMS over its corners."""
        seen = np.concatenate([sheet.seen_px for sheet in self.sheets]).reshape(-1, 4, 2)
        gaps = ((seen - self.seen_corners(unknowns)) ** 2).sum(axis=2).mean(axis=1)
        off: Floats = np.nan_to_num(np.sqrt(gaps), nan=1e5)
        return off

    def covariance(self, unknowns: Floats) -> Floats:
        """Return the unknowns' covariance to first order, scaled by what the corners show."""
        miss = self.misses(unknowns)
        slope = np.empty((len(miss), len(unknowns)))
        for column, unit in enumerate(self.units):
            step = np.zeros(len(unknowns))
            step[column] = 1e-4 * unit
            ahead, behind = self.misses(unknowns + step), self.misses(unknowns - step)
            slope[:, column] = (ahead - behind) / (2e-4 * unit)
        corners = len(miss) - _PRIORS
        freedom = max(corners - len(unknowns), 1)
        scale = max(1.0, math.sqrt(float((miss[:corners] ** 2).sum()) / freedom))
        covariance: Floats = np.linalg.pinv(slope.T @ slope).astype(np.float64) * scale**2
        return covariance

    def fit(self, unknowns: Floats) -> LimbFit | None:
        """Return what was found, with the radius's spread to first order."""
        if not 1 / LARGEST_RADIUS_MM < unknowns[6] < 1 / SMALLEST_RADIUS_MM:
            return None
        covariance = self.covariance(unknowns)
        curvature_sd = math.sqrt(max(float(covariance[6, 6]), 0.0))
        if unknowns[6] < 3 * curvature_sd:
            return None  # as well a plane
        limb = self.limb(unknowns, curvature_sd / float(unknowns[6]) ** 2)
        places = self.laid(unknowns, edges_mm=0.0)
        seen = np.concatenate([sheet.seen_px for sheet in self.sheets]).reshape(-1, 4, 2)
        moved = self.seen_corners(unknowns) - self._projected(unknowns, places)
        corners_px = seen - moved
        per_tag = self.gaps(unknowns)
        side_px = np.sqrt(np.abs(_areas(corners_px)))
        side_mm = np.sqrt(np.abs(_areas(places)))
        return LimbFit(
            limb=limb,
            places_mm=places.reshape(-1, 2),
            corners_px=corners_px.reshape(-1, 2),
            residuals_mm=per_tag * side_mm / side_px,
            used=self.used,
            residual_px=math.sqrt(float((per_tag[self.used] ** 2).mean())),
            plane_to_px=_touching_plane(limb),
        )


# --- the two ways ---------------------------------------------------------------------------------


def seen_from_skin(limb: Limb, points_mm: Floats) -> Floats:
    """Return where points (N, 2) of the unrolled skin, mm, are seen, px."""
    return _projected(
        points_mm,
        curvature=1 / limb.radius_mm,
        axis=math.radians(limb.axis_deg),
        origin=np.array(limb.origin_mm),
        rotation=np.array(limb.rotation),
        shift=np.array(limb.shift_mm),
        focal=limb.focal_px,
        k1=limb.lens_k1,
        unround=limb.unround,
        centre=np.array(limb.centre_px),
    )


def skin_from_seen(limb: Limb, points_px: Floats) -> Floats:
    """Return where on the unrolled skin points (N, 2) px are, mm; NaN where they see none of it."""
    seen = (points_px - np.array(limb.centre_px)) / limb.focal_px
    straight = seen.copy()
    for _ in range(8):
        radius2 = (straight**2).sum(axis=1, keepdims=True)
        straight = seen / (1 + limb.lens_k1 * radius2)
    rotation = np.array(limb.rotation)
    rays = np.column_stack([straight, np.ones(len(straight))]) @ rotation
    start = -np.array(limb.shift_mm) @ rotation
    axis = math.radians(limb.axis_deg)
    cos, sin = math.cos(axis), math.sin(axis)
    # From the card's frame to across, along, depth.
    turn = np.array([[-sin, cos, 0], [cos, sin, 0], [0, 0, 1.0]])
    rays, start = rays @ turn.T, turn @ start
    bend = 1 / limb.radius_mm
    # Across² + depth² = 2 radius depth, in a form that stays good as the radius grows.
    a = bend / 2 * (rays[:, 0] ** 2 + rays[:, 2] ** 2)
    b = bend * (start[0] * rays[:, 0] + start[2] * rays[:, 2]) - rays[:, 2]
    c = bend / 2 * (start[0] ** 2 + start[2] ** 2) - start[2]
    under = b**2 - 4 * a * c
    # Where a circle is missed, a section that isn't one may still be met: from the circle's edge.
    is_circle = not any(limb.unround)
    root = np.sqrt(np.where(under >= 0, under, np.nan if is_circle else 0.0))
    reach = 2 * c / (-b + root)
    across = start[0] + reach * rays[:, 0]
    along = start[1] + reach * rays[:, 1]
    depth = start[2] + reach * rays[:, 2]
    around = np.arctan2(bend * across, 1 - bend * depth) / bend
    # From where the ray would meet a circle, by Newton along the true section.
    for _ in range(0 if is_circle else _NEWTON_STEPS):
        at, down, turn_away = _section(around, bend, limb.unround)
        miss = (at - start[0]) * rays[:, 2] - (down - start[2]) * rays[:, 0]
        slope = np.cos(turn_away) * rays[:, 2] - np.sin(turn_away) * rays[:, 0]
        around = around - np.clip(miss / slope, -0.3 / bend, 0.3 / bend)
    if not is_circle:
        at, down, turn_away = _section(around, bend, limb.unround)
        slope = np.cos(turn_away) * rays[:, 2] - np.sin(turn_away) * rays[:, 0]
        off = np.abs((at - start[0]) * rays[:, 2] - (down - start[2]) * rays[:, 0])
        # Past the limb's outline the section is met from behind, or not at all.
        around = np.where((slope > 0) & (off < 1e-3), around, np.nan)
        reach = (down - start[2]) / rays[:, 2]
        along = start[1] + reach * rays[:, 1]
    skin: Floats = np.column_stack([cos * along - sin * around, sin * along + cos * around])
    skin += np.array(limb.origin_mm)
    return skin


def limb_lines(limb: Limb, reach_mm: float = 60.0, apart_mm: float = 20.0) -> tuple[Ring, ...]:
    """Return lines along a limb and round it, px, so far either way of where it was found.

    A net of squares on the unrolled skin, as the camera sees it; what the limb hides is left out.
    """
    axis = math.radians(limb.axis_deg)
    along = np.array([math.cos(axis), math.sin(axis)])
    around = np.array([-along[1], along[0]])
    run = np.arange(-reach_mm, reach_mm + 1, 2.0)[:, None]
    lines = []
    for off in np.arange(-reach_mm, reach_mm + 1, apart_mm):
        for one, other in ((along, around), (around, along)):
            skin = np.array(limb.origin_mm) + run * one + off * other
            seen = seen_from_skin(limb, skin)
            back = skin_from_seen(limb, np.nan_to_num(seen, nan=-1e6))
            is_seen = np.abs(back - skin).max(axis=1) < 0.1
            line = tuple((float(x), float(y)) for x, y in seen[is_seen])
            if len(line) > 1:
                lines.append(line)
    return tuple(lines)


def likely_limbs(calibration: Calibration) -> tuple[tuple[Limb, Limb], ...]:
    """Return pairs of limbs one spread either way, along independent directions of the unknowns.

    The variance of anything that a limb decides is the sum over the pairs of ((one − other) / 2)²:
    first order, from the corners' spread and the priors of focal length, lens and edges.
    """
    limb = calibration.limb
    if limb is None:
        return ()
    return _likely_limbs(limb, calibration.cards)


@lru_cache(maxsize=32)
def _likely_limbs(limb: Limb, cards: tuple[Card, ...]) -> tuple[tuple[Limb, Limb], ...]:
    sheets = tuple(
        Sheet(
            printed_mm=np.array([tag.corners_mm for tag in card.tags]).reshape(-1, 2),
            seen_px=np.array([tag.corners_px for tag in card.tags]).reshape(-1, 2),
        )
        for card in cards
    )
    off = np.array([tag.residual_mm for card in cards for tag in card.tags])
    problem = _Problem(
        sheets=sheets,
        centre_px=np.array(limb.centre_px),
        focal_px=limb.focal_px,
        focal_spread=limb.focal_spread,
        origin_mm=np.array(limb.origin_mm),
        # Those that were left out of the fit tell nothing of it.
        used=off <= max(_OFF_RATIO * float(np.median(off)), 1e-3),
        sees_straight=True,
    )
    places: list[float] = []
    for sheet in sheets[1:]:
        places += rigid(sheet.printed_mm, skin_from_seen(limb, sheet.seen_px))
    at = np.array(
        [
            *_rotation_vector(np.array(limb.rotation)),
            *limb.shift_mm,
            1 / limb.radius_mm,
            math.radians(limb.axis_deg),
            0.0,
            limb.lens_k1,
            0.0,
            *limb.unround,
            *places,
        ]
    )
    spreads, directions = np.linalg.eigh(problem.covariance(at) / np.outer(*[problem.units] * 2))
    steps = (directions * np.sqrt(np.maximum(spreads, 0.0))).T * problem.units
    return tuple((problem.limb(at + step), problem.limb(at - step)) for step in steps)


def scaled_limb(limb: Limb, by: float) -> Limb:
    """Return the limb in a card's frame that is ``by`` times as large: a print that wasn't true."""
    x, y = limb.origin_mm
    across, along, depth = limb.shift_mm
    return replace(
        limb,
        radius_mm=limb.radius_mm * by,
        radius_sd_mm=limb.radius_sd_mm * by,
        origin_mm=(x * by, y * by),
        shift_mm=(across * by, along * by, depth * by),
    )


def _touching_plane(limb: Limb) -> Floats:
    """Return the map from skin mm to pixels, 3 × 3, if the skin went on flat from the origin."""
    rotation, shift = np.array(limb.rotation), np.array(limb.shift_mm)
    x, y = limb.origin_mm
    columns = np.column_stack(
        [rotation[:, 0], rotation[:, 1], shift - rotation[:, 0] * x - rotation[:, 1] * y]
    )
    lens = np.array(
        [[limb.focal_px, 0, limb.centre_px[0]], [0, limb.focal_px, limb.centre_px[1]], [0, 0, 1.0]]
    )
    to_px: Floats = lens @ columns
    to_px /= to_px[2, 2]
    return to_px


def _projected(
    skin: Floats,
    *,
    curvature: float,
    axis: float,
    origin: Floats,
    rotation: Floats,
    shift: Floats,
    focal: float,
    k1: float,
    unround: tuple[float, float],
    centre: Floats,
) -> Floats:
    """Return where points (…, 2) of the skin are seen (…, 2), px; NaN behind the camera."""
    x, y = np.moveaxis(skin - origin, -1, 0)
    cos, sin = math.cos(axis), math.sin(axis)
    along, around = cos * x + sin * y, -sin * x + cos * y
    across, depth, _ = _section(around, curvature, unround)
    space = np.stack([cos * along - sin * across, sin * along + cos * across, depth], axis=-1)
    camera = space @ rotation.T + shift
    ahead = np.where(camera[..., 2:] > 1e-6, camera[..., 2:], np.nan)
    ray = camera[..., :2] / ahead
    bent = ray * (1 + k1 * (ray**2).sum(axis=-1, keepdims=True))
    seen: Floats = bent * focal + centre
    return seen


def _section(
    around: Floats, curvature: float, unround: tuple[float, float]
) -> tuple[Floats, Floats, Floats]:
    """Return across and depth, mm, and the turn ψ, rad, so far round the limb (any shape).

    By Gauss's rule of six points, which is good to 1e-7 of the radius up to a third of a turn, and
    stays good where there is no curve.
    """
    phi = curvature * around

    def turn(share: Floats | float) -> Floats:
        part = phi[..., None] * share if isinstance(share, np.ndarray) else phi * share
        return part * (1 + part * (unround[0] / 2 + part * (unround[1] / 3)))

    turns = turn(_GAUSS_PLACES)
    across = around * (np.cos(turns) @ _GAUSS_WEIGHTS)
    depth = around * (np.sin(turns) @ _GAUSS_WEIGHTS)
    return across, depth, turn(1.0)


def _crossings(edges: Floats) -> Floats:
    """Return the corners (T, 4, 2) where straight lines through edges (T, 4, K, 2) cross.

    The line of side ``n`` runs from corner ``n`` to the next, fitted square to itself.
    """
    middle = edges.mean(axis=2)
    off = edges - middle[:, :, None, :]
    xx, yy = (off[..., 0] ** 2).sum(axis=2), (off[..., 1] ** 2).sum(axis=2)
    xy = (off[..., 0] * off[..., 1]).sum(axis=2)
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    normal = np.stack([-np.sin(angle), np.cos(angle)], axis=-1)
    level = (normal * middle).sum(axis=-1)
    before, at = np.roll(normal, 1, axis=1), np.roll(level, 1, axis=1)
    determinant = before[..., 0] * normal[..., 1] - before[..., 1] * normal[..., 0]
    x = (at * normal[..., 1] - level * before[..., 1]) / determinant
    y = (level * before[..., 0] - at * normal[..., 0]) / determinant
    return np.stack([x, y], axis=-1)


def _turned(points: Floats, turn: float) -> Floats:
    cos, sin = math.cos(turn), math.sin(turn)
    turned: Floats = points @ np.array([[cos, sin], [-sin, cos]])
    return turned


def _areas(rings: Floats) -> Floats:
    x, y = rings[..., 0], rings[..., 1]
    areas: Floats = (x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1) / 2
    return areas


def _rotation(vector: Floats) -> Floats:
    """Return the 3 × 3 rotation of a rotation vector, rad (Rodrigues)."""
    return np.asarray(cv2.Rodrigues(np.asarray(vector, dtype=np.float64))[0], dtype=np.float64)


def _rotation_vector(rotation: Floats) -> Floats:
    return np.asarray(cv2.Rodrigues(rotation)[0], dtype=np.float64).ravel()


def _matrix(matrix: Floats) -> Matrix3:
    rows = [(float(a), float(b), float(c)) for a, b, c in matrix]
    return (rows[0], rows[1], rows[2])
