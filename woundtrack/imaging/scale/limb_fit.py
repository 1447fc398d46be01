"""Fits a limb to the tags of cards that lie round it, and tells how sure it is.

Hides that tags on a limb have bent edges, the least squares, and where its search begins. What a
limb is, and its frames: ``limb.py``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.imaging.cards.card import TAG_MODULES
from woundtrack.imaging.geometry.limb import projected, skin_from_seen, touching_plane
from woundtrack.imaging.geometry.plane import Sheet, homography_of, matrix_of, rigid
from woundtrack.model import Calibration, Card, Limb

Floats = NDArray[np.float64]

CORNER_PX: Final = 0.1
"""Spread of a refined corner that the fit weighs its priors against."""

_WIDE_ENOUGH_PX: Final = 6.0
"""Height of a tag's rows from which its corners are so good: blur of neighbouring rows reaches
into narrower ones."""

EXIF_FOCAL_SPREAD: Final = 0.03
UNKNOWN_FOCAL_SPREAD: Final = 0.25
"""How far the focal length may be from EXIF's, or from a phone's usual one, as a ratio."""

LENS_SPREAD: Final = 0.01
"""Of the radial term k1 of a lens that nobody calibrated."""

UNROUND_SPREAD: Final = (0.3, 0.5)
"""How far a limb may be from round: an ellipse of 1 : 1.25 has b = −0.54 or 0.84 at its poles."""

TAPER_SPREAD: Final = 0.08
"""Of how much less the radius grows along the axis, a share of the way: a calf of 36 cm round that
narrows to an ankle of 22 cm over some 25 cm makes 0.09, and forearms and thighs are alike. Assumed
from such shapes, from no survey; either way, since an axis has no sign."""

EDGE_SPREAD_MM: Final = 0.1
"""How far toner and light may move every edge of a tag outwards."""

SMALLEST_RADIUS_MM: Final = 12.0
LARGEST_RADIUS_MM: Final = 400.0

_PRIORS: Final = 6
_STEP: Final = 1e-4  # of a unit: what slopes are taken over
_BEND: Final = 0.01  # 1/mm: how much bend there may be
_FORM_PX: Final = 0.3
_LEAST_TAGS: Final = 3
_MOST_LEFT_OUT: Final = 3
_OFF_PX: Final = 0.6
_OFF_RATIO: Final = 4.0
_ROUGH: Final = 8  # unknowns of the rough search: pose, curvature and axis
_ROUGH_STEPS: Final = 6
_STEPS: Final = 60
_SETTLED: Final = 1e-5
_FLATTEST: Final = 1 / 150.0
_USUAL_BEND: Final = 1 / 60.0
_AXES: Final = tuple(math.radians(degrees) for degrees in (0, 30, 60, 90, 120, 150))
_EDGE_PLACES: Final = np.linspace(0.08, 0.92, 5)
_EDGE_WEIGHTS: Final = np.full(5, 1 / 5)


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
    best = _searched(problem, to_px)
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


def _searched(problem: _Problem, to_px: Floats) -> Floats:
    """Return the unknowns that explain the tags: of the first card alone, then of all.

    The search begins at a circle seen by a perfect lens, bent as the plane's misses say. Where that
    leads nowhere, it begins again from a usual limb whose axis lies this way and that.
    """
    first = replace(problem, sheets=problem.sheets[:1], used=problem.used[: problem.tags_of_first])
    if len(problem.sheets) > 1:
        to_px = homography_of(problem.sheets[0].printed_mm, problem.sheets[0].seen_px)
    pose = first.pose_of_plane(to_px)
    flat = first.start(pose, 0.0, 0.0)
    best = flat
    likelier, other = first.bends(flat)
    for starts in ([likelier], [other, *((_USUAL_BEND, axis) for axis in _AXES)]):
        rough = [
            _settled(first, first.start(pose, bend, axis), unknowns=_ROUGH, most=_ROUGH_STEPS)
            for bend, axis in starts
        ]
        nearest = min(rough, key=first.cost)
        best = min((best, _settled(first, nearest)), key=first.cost)
        if float(np.median(first.gaps(best))) < _OFF_PX:
            break
    if len(problem.sheets) > 1:
        best = _settled(problem, np.append(best, problem.places_on(problem.limb(best))))
    return best


def _settled(
    problem: _Problem, start: Floats, unknowns: int | None = None, most: int = _STEPS
) -> Floats:
    """Return where the misses are least, with the first ``unknowns`` free, or all.

    Levenberg–Marquardt, doi:10.1137/0111030, damped as by Nielsen (IMM-REP-1999-05, 1999).
    """
    units = problem.units[:unknowns]
    at = start
    miss, slope = problem.linear(at, len(units))
    damping, more = 1e-3, 2.0
    for _ in range(most):
        normal, downhill = slope.T @ slope, -slope.T @ miss
        steepness = np.diag(normal) + 1e-9 * np.trace(normal)
        step = np.linalg.solve(normal + damping * np.diag(steepness), downhill)
        tried = at.copy()
        tried[: len(units)] += step * units
        new_miss, new_slope = problem.linear(tried, len(units))
        gain = float(miss @ miss - new_miss @ new_miss)
        hoped = float(step @ (damping * steepness * step + downhill))
        if gain > 0:
            at, miss, slope = tried, new_miss, new_slope
            damping = max(damping * max(1 / 10, 1 - (2 * gain / hoped - 1) ** 3), 1e-9)
            more = 2.0
        else:
            damping *= more
            more *= 2
        if abs(gain) < _SETTLED * (1 + float(miss @ miss)) or damping > 1e9:
            break
    return at


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """What is fitted to what.

    The unknowns: turn (3), shift (3, mm), curvature, axis, ln focal, k1, edges, unround (2), taper;
    then turn and shift (2, mm) of each card after the first. ``used`` says which tags decide.
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
        return np.array(
            [*[1e-2] * 3, *[1.0] * 3, 1e-3, 0.05, 0.01, 0.01, 0.05, 0.1, 0.1, 0.02, *cards]
        )

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

    @property
    def tags_of_first(self) -> int:
        """How many tags of the first card are seen."""
        return len(self.sheets[0].printed_mm) // 4

    def places_on(self, limb: Limb) -> list[float]:
        """Return turn and shift of every card after the first, by where the limb's skin is seen."""
        places: list[float] = []
        for sheet in self.sheets[1:]:
            skin = skin_from_seen(limb, sheet.seen_px)
            is_met = np.isfinite(skin).all(axis=1)
            met = (sheet.printed_mm[is_met], skin[is_met]) if is_met.sum() > 1 else None
            places += rigid(*met) if met else [0.0, 0.0, 0.0]
        return places

    def start(self, pose: tuple[Floats, Floats], curvature: float, axis: float) -> Floats:
        """Return the unknowns to begin with, of the first card."""
        rotation, shift = pose
        return np.array([*rotation, *shift, curvature, axis, *[0.0] * _PRIORS])

    def cost(self, unknowns: Floats) -> float:
        """Return the sum of the squared misses."""
        return float((self.misses(unknowns[None]) ** 2).sum())

    @property
    def seen(self) -> Floats:
        """The tags' corners (T, 4, 2) as they were found, px."""
        return np.concatenate([sheet.seen_px for sheet in self.sheets]).reshape(-1, 4, 2)

    @cached_property
    def sureness(self) -> Floats:
        """How sure the corners of each tag (T,) are, 1 at most: those of narrow tags are less."""
        seen = self.seen
        edges = np.roll(seen, -1, axis=1) - seen
        longest = np.hypot(edges[..., 0], edges[..., 1]).max(axis=1)
        rows_px = np.abs(_areas(seen)) / longest / TAG_MODULES
        sure: Floats = np.minimum(rows_px / _WIDE_ENOUGH_PX, 1.0)
        return sure

    def misses(self, tries: Floats) -> Floats:
        """Return how far corners are off, and the unknowns from their priors, in spreads.

        For each of several tries (B, unknowns): a row each (B, misses).
        """
        gap = (self.seen_corners(tries) - self.seen) * (self.sureness / CORNER_PX)[:, None, None]
        gap = gap[:, self.used]
        # A place behind the camera, or none: far off, but a number, so that the search turns back.
        gap = np.clip(np.nan_to_num(gap, nan=1e5), -1e5, 1e5).reshape(len(tries), -1)
        spreads = (self.focal_spread, LENS_SPREAD, EDGE_SPREAD_MM, *UNROUND_SPREAD, TAPER_SPREAD)
        return np.concatenate([gap, tries[:, _ROUGH : _ROUGH + _PRIORS] / spreads], axis=1)

    def linear(self, unknowns: Floats, count: int) -> tuple[Floats, Floats]:
        """Return the misses, and their slope (misses, count) for the first unknowns in units.

        All the steps that the slope takes are seen through the camera at once.
        """
        steps = np.zeros((count + 1, len(unknowns)))
        steps[1:, :count] = np.diag(_STEP * self.units[:count])
        miss = self.misses(unknowns + steps)
        slope: Floats = (miss[1:] - miss[0]).T / _STEP
        return miss[0], slope

    def bends(self, flat: Floats) -> list[tuple[float, float]]:
        """Return curvatures and axes to begin with, from what a plane leaves unexplained."""
        miss, slope = self.linear(flat, _ROUGH - 2)
        places = self.laid(flat[None], edges=False)[0].reshape(-1, 2)
        x, y = (places - self.origin_mm).T
        seen = self.deepened(flat, places, np.zeros_like(x))
        forms = (x * x / 2, x * y, y * y / 2)
        bent = [
            (
                ((self.deepened(flat, places, 1e-4 * form) - seen) / 1e-4).reshape(-1, 4, 2)
                * self.sureness[:, None, None]
            )[self.used]
            for form in forms
        ]
        corners = len(miss) - _PRIORS
        columns = np.column_stack(
            [slope[:corners], *(form.ravel() * _BEND / CORNER_PX for form in bent)]
        )
        # So much bend, if the corners say nothing of it; and no more sure of them than of the form.
        loose = np.concatenate([np.zeros(slope.shape[1]), np.full(3, _FORM_PX / CORNER_PX)])
        normal = columns.T @ columns + np.diag(loose**2 + 1e-9)
        k, both, m = np.linalg.solve(normal, -columns.T @ miss[:corners])[-3:] * _BEND
        size, direction = np.linalg.eigh(np.array([[k, both], [both, m]]))
        return [
            (
                float(np.clip(size[1 - n], _FLATTEST, 1 / SMALLEST_RADIUS_MM / 2)),
                math.atan2(float(direction[1, n]), float(direction[0, n])),
            )
            for n in (0, 1)
        ]

    def deepened(self, flat: Floats, places: Floats, depth: Floats) -> Floats:
        """Return where places (N, 2) of a plane are seen, if they lay so much deeper."""
        space = np.column_stack([places - self.origin_mm, depth])
        camera = space @ _rotation(flat[:3]).T + flat[3:6]
        seen: Floats = camera[:, :2] / camera[:, 2:] * self.focal_px
        return seen

    def laid(self, tries: Floats, *, edges: bool) -> Floats:
        """Return the tags' corners (B, T, 4, 2) on the skin, their edges moved outwards or not."""
        rings = []
        for number, sheet in enumerate(self.sheets):
            printed = sheet.printed_mm.reshape(-1, 4, 2)
            outwards = np.sign(printed - printed.mean(axis=1, keepdims=True))
            by = tries[:, 10, None, None, None] * edges
            ring = printed + by * outwards
            if number:
                turn, x, y = tries[:, 11 + 3 * number : 14 + 3 * number, None, None].swapaxes(0, 1)
                cos, sin = np.cos(turn), np.sin(turn)
                ring = np.stack(
                    [
                        cos * ring[..., 0] - sin * ring[..., 1] + x,
                        sin * ring[..., 0] + cos * ring[..., 1] + y,
                    ],
                    axis=-1,
                )
            rings.append(ring)
        return np.concatenate(rings, axis=1)

    def limb(self, unknowns: Floats, radius_sd_mm: float = 0.0) -> Limb:
        """Return the limb of these unknowns."""
        # An axis the other way round is the same axis, and round the limb is then the other way.
        half_turns, axis = divmod(float(unknowns[7]), math.pi)
        way = -1 if half_turns % 2 else 1
        return Limb(
            radius_mm=float(1 / unknowns[6]),
            radius_sd_mm=radius_sd_mm,
            axis_deg=math.degrees(axis),
            origin_mm=(float(self.origin_mm[0]), float(self.origin_mm[1])),
            focal_px=self.focal_px * math.exp(float(unknowns[8])),
            focal_spread=self.focal_spread,
            centre_px=(float(self.centre_px[0]), float(self.centre_px[1])),
            lens_k1=float(unknowns[9]),
            unround=(way * float(unknowns[11]), float(unknowns[12])),
            taper=way * float(unknowns[13]),
            rotation=matrix_of(_rotation(unknowns[:3])),
            shift_mm=(float(unknowns[3]), float(unknowns[4]), float(unknowns[5])),
        )

    def seen_on_skin(self, tries: Floats, skin: Floats) -> Floats:
        """Return where points (B, …, 2) of the skin are seen."""
        seen = projected(
            skin.reshape(len(tries), -1, 2),
            curvature=tries[:, 6],
            axis=tries[:, 7],
            origin=self.origin_mm,
            rotation=_rotations(tries[:, :3]),
            shift=tries[:, 3:6],
            focal=self.focal_px * np.exp(np.clip(tries[:, 8], -2, 2)),
            k1=tries[:, 9],
            unround=tries[:, 11:13],
            taper=tries[:, 13],
            centre=self.centre_px,
        )
        return seen.reshape(skin.shape)

    def seen_corners(self, tries: Floats) -> Floats:
        """Return the corners (B, T, 4, 2) as measured: where lines along bent edges cross."""
        ring = self.laid(tries, edges=True)
        if self.sees_straight:
            return self.seen_on_skin(tries, ring)
        step = np.roll(ring, -1, axis=2) - ring
        edges = ring[..., None, :] + _EDGE_PLACES[:, None] * step[..., None, :]
        return _crossings(self.seen_on_skin(tries, edges))

    def gaps(self, unknowns: Floats) -> Floats:
        """Return how far each tag (T,) is off, px: the RMS over its corners."""
        gaps = ((self.seen - self.seen_corners(unknowns[None])[0]) ** 2).sum(axis=2).mean(axis=1)
        off: Floats = np.nan_to_num(np.sqrt(gaps), nan=1e5)
        return off

    def covariance(self, unknowns: Floats) -> Floats:
        """Return the unknowns' covariance, in units, scaled by what the corners show."""
        miss, slope = self.linear(unknowns, len(unknowns))
        corners = len(miss) - _PRIORS
        freedom = max(corners - len(unknowns), 1)
        scale = max(1.0, math.sqrt(float((miss[:corners] ** 2).sum()) / freedom))
        covariance: Floats = np.linalg.pinv(slope.T @ slope).astype(np.float64) * scale**2
        return covariance

    def fit(self, unknowns: Floats) -> LimbFit | None:
        """Return what was found, with the radius's spread to first order."""
        if not 1 / LARGEST_RADIUS_MM < unknowns[6] < 1 / SMALLEST_RADIUS_MM:
            return None
        curvature_sd = self.units[6] * math.sqrt(max(float(self.covariance(unknowns)[6, 6]), 0.0))
        if unknowns[6] < 3 * curvature_sd:
            return None  # as well a plane
        limb = self.limb(unknowns, curvature_sd / float(unknowns[6]) ** 2)
        tried = unknowns[None]
        laid = self.laid(tried, edges=False)
        corners_px = self.seen - (self.seen_corners(tried) - self.seen_on_skin(tried, laid))[0]
        places = laid[0]
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
            plane_to_px=touching_plane(limb),
        )


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
    mm_per_px = limb.shift_mm[2] / limb.focal_px  # at the limb's origin
    problem = _Problem(
        sheets=sheets,
        centre_px=np.array(limb.centre_px),
        focal_px=limb.focal_px,
        focal_spread=limb.focal_spread,
        origin_mm=np.array(limb.origin_mm),
        # Those that were left out of the fit tell nothing of it.
        used=off <= max(_OFF_RATIO * float(np.median(off)), _OFF_PX * mm_per_px),
        sees_straight=True,
    )
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
            limb.taper,
            *problem.places_on(limb),
        ]
    )
    spreads, directions = np.linalg.eigh(problem.covariance(at))
    steps = (directions * np.sqrt(np.maximum(spreads, 0.0))).T * problem.units
    return tuple((problem.limb(at + step), problem.limb(at - step)) for step in steps)


def _crossings(edges: Floats) -> Floats:
    """Return the corners (…, 4, 2) where straight lines through edges (…, 4, K, 2) cross.

    The line of side ``n`` runs from corner ``n`` to the next, fitted square to itself.
    """
    middle = _EDGE_WEIGHTS @ edges
    off_x, off_y = np.moveaxis(edges - middle[..., None, :], -1, 0)
    xx, yy, xy = (
        (one * other) @ _EDGE_WEIGHTS
        for one, other in ((off_x, off_x), (off_y, off_y), (off_x, off_y))
    )
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    normal = np.stack([-np.sin(angle), np.cos(angle)], axis=-1)
    level = (normal * middle).sum(axis=-1)
    before, at = np.roll(normal, 1, axis=-2), np.roll(level, 1, axis=-1)
    determinant = before[..., 0] * normal[..., 1] - before[..., 1] * normal[..., 0]
    x = (at * normal[..., 1] - level * before[..., 1]) / determinant
    y = (level * before[..., 0] - at * normal[..., 0]) / determinant
    return np.stack([x, y], axis=-1)


def _areas(rings: Floats) -> Floats:
    x, y = rings[..., 0], rings[..., 1]
    areas: Floats = (x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1) / 2
    return areas


def _rotation(vector: Floats) -> Floats:
    """Return the 3 × 3 rotation of a rotation vector, rad (Rodrigues)."""
    return np.asarray(cv2.Rodrigues(np.asarray(vector, dtype=np.float64))[0], dtype=np.float64)


def _rotations(vectors: Floats) -> Floats:
    """Return the rotations (B, 3, 3) of rotation vectors (B, 3)."""
    return np.stack([_rotation(vector) for vector in vectors])


def _rotation_vector(rotation: Floats) -> Floats:
    return np.asarray(cv2.Rodrigues(rotation)[0], dtype=np.float64).ravel()
