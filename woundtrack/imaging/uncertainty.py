"""What makes a size uncertain: each cause by its name, as half of a 95 % interval.

Hides the error budget with its declared constants, and how each cause moves an outline on the skin.

The budget follows JCGM 100:2008 (GUM): independent causes, each to first order, at one standard
uncertainty, times 1.96. A cause moves the outline's points, and what becomes of area, perimeter,
length and width is looked at; no cause is a percentage that somebody chose. What one photograph
can't show at all is a *bound* instead: how much more the size may be, added to the upper end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.imaging.limb import likely_limbs, skin_from_seen
from woundtrack.imaging.outline import Points, is_staircase, ring_length, unstepped
from woundtrack.imaging.planimetry import extents_of, finely, on_plane
from woundtrack.model import (
    UNMEASURED_PRINT_SPREAD,
    BodySite,
    Calibration,
    Limb,
    Matrix3,
    Outline,
    OutlineSource,
    Term,
)

Floats = npt.NDArray[np.float64]

TERMS: Final = ("edge", "corners", "lens", "plane", "print", "limb", "curvature")
"""Every cause by its name: where the edge was put; how well the cards' corners were seen; a lens
that bends lines; a wound that doesn't lie in the cards' plane; the printer; the round of the limb;
and a flat card on a limb, or a card of which nobody knows whether it curled or followed one."""

# --- the declared constants ----------------------------------------------------------------------

COVERAGE: Final = 1.96
"""Standard uncertainties in half a 95 % interval."""

EDGE_SD_MM: Final = 0.5
"""Spread of one person's edge about the true one, square to it."""

EDGE_CORRELATION_MM: Final = 10.0
"""Length of edge over which such a deviation keeps its sign: the integral of its correlation."""

CORNER_SD_PX: Final = 0.15
"""Spread of a tag's corner that is taken where the corners themselves show less: refined corners of
rendered cards spread by 0.03 to 0.14 px."""

INK_SD_MM: Final = 0.1
"""How far toner and light may move every edge of a tag outwards, before the tags tell."""

LENS_SD: Final = 0.01
"""Of the radial term k1 of a phone's lens, corrected by the phone."""

OFFSET_SD_MM: Final = 1.0
"""How far the wound may lie above or below the cards, at their middle."""

SLOPE_SD_DEG: Final = 1.5
"""How far the skin at the wound may be inclined to the cards."""

WORKING_DISTANCE_MM: Final = 300.0
"""Of the camera, where a calibration doesn't say."""

LIMB_RADII_MM: Final = MappingProxyType(
    {
        "thigh": (65.0, 115.0),
        "knee": (45.0, 75.0),
        "lower-leg": (35.0, 70.0),
        "ankle": (28.0, 45.0),
        "foot": (25.0, 60.0),
        "toe": (7.0, 14.0),
        "shoulder": (50.0, 90.0),
        "upper-arm": (38.0, 65.0),
        "elbow": (32.0, 55.0),
        "forearm": (30.0, 50.0),
        "wrist": (22.0, 35.0),
        "hand": (20.0, 60.0),
        "finger": (6.0, 12.0),
        "neck": (50.0, 72.0),
        "head": (70.0, 95.0),
        "breast": (60.0, 120.0),
        "genitalia": (15.0, 40.0),
        "legs": (28.0, 115.0),
        "arms": (22.0, 65.0),
    }
)
"""Least and greatest radius of a part of the body that is round, from the circumferences of adults
(NHANES 2015-2018 anthropometry: upper arm, thigh; limb girths of Gordon et al., ANSUR II, 2012). A
site that isn't here is taken as flat."""

UNSEEN_RATIO: Final = 2.0
"""How much larger a wound may be of which a limb would hide a part."""

_RING_POINTS: Final = 160
_AXES_DEG: Final = tuple(range(0, 180, 15))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pose:
    """Where the camera is: it sees a point of the card's frame at ``rotation`` · point + ``shift``.

    ``centre_mm`` is the camera's place in that frame, its third number negative: the frame's depth
    goes away from it.
    """

    rotation: Floats
    shift: Floats
    centre_mm: Floats
    focal_px: float
    picture_centre_px: Floats


def terms_of(
    outline: Outline, calibration: Calibration, rings: Sequence[Points], site: BodySite | None
) -> tuple[Term, ...]:
    """Return what makes the sizes of an outline uncertain, the largest first.

    Parameters
    ----------
    outline
        Rings in pixels; ``OutlineSource.GIVEN`` is exact and has no edge term.
    calibration
        The mapping of its photograph.
    rings
        The same rings on the skin (N, 2), mm, outer first.
    site
        Where on the body it is: a flat card on a limb is bounded by the limb's likely radii. None,
        and every site that isn't in ``LIMB_RADII_MM``, is taken as flat.
    """
    rings_px = [np.asarray(ring, dtype=np.float64) for ring in (outline.outer, *outline.islands)]
    sizes = _Sizes(rings)
    if sizes.area <= 0:
        return ()
    print_sd = calibration.print_scale_sd
    terms = [
        _edge(outline, calibration, rings),
        replace(
            sizes.term("print", [_relative(2 * print_sd, print_sd, print_sd, print_sd)]),
            common=print_of(calibration),
        ),
    ]
    if calibration.limb is not None:
        terms += _of_limb(calibration, calibration.limb, rings_px, sizes)
    else:
        terms += _of_plane(calibration, rings_px, sizes, site)
    return tuple(
        sorted((term for term in terms if term.area_mm2), key=lambda term: -abs(term.area_mm2))
    )


def print_of(calibration: Calibration) -> str:
    """Return what names the print scale of a calibration; empty where it was never measured."""
    if calibration.print_scale_sd >= UNMEASURED_PRINT_SPREAD:
        return ""
    return f"print {calibration.print_scale:.6f}"


# --- sizes of many moved rings at once -----------------------------------------------------------


def _relative(area: float, perimeter: float, length: float, width: float) -> Floats:
    return np.array([area, perimeter, length, width])


class _Sizes:
    """The sizes of a wound's rings, and how they change when the rings' points move."""

    def __init__(self, rings: Sequence[Points]) -> None:
        total = sum(len(ring) for ring in rings)
        step = max(1, math.ceil(total / _RING_POINTS))
        self.step = step
        # A ring keeps three points at least; a spread need not be exact.
        self.rings = [self.thinned(ring) for ring in rings]
        outer = self.rings[0]
        hull_length, hull_width = extents_of(rings[0])
        self.area = abs(_areas(rings[0])) - sum(abs(_areas(ring)) for ring in rings[1:])
        self.whole = np.array([self.area, ring_length(rings[0]), hull_length, hull_width])
        self._pair, self._across = _far_points(outer)
        self._signs = [1.0] + [-1.0] * (len(self.rings) - 1)

    def thinned(self, ring: Points) -> Points:
        """Return every so manieth point of a ring, in pixels or millimetres alike."""
        thin: Points = ring[:: min(self.step, max(1, len(ring) // 8))]
        return thin

    @property
    def points(self) -> Points:
        """All thinned points (N, 2), mm."""
        return np.concatenate(self.rings)

    def of(self, points: Floats) -> Floats:
        """Return area, perimeter, length, width (K, 4) of moved points (K, N, 2)."""
        parts = np.split(points, np.cumsum([len(ring) for ring in self.rings])[:-1], axis=1)
        area = sum(
            sign * np.abs(_areas(part)) for sign, part in zip(self._signs, parts, strict=True)
        )
        outer = parts[0]
        step = np.roll(outer, -1, axis=1) - outer
        perimeter = np.hypot(step[..., 0], step[..., 1]).sum(axis=1)
        along = outer[:, self._pair[0]] - outer[:, self._pair[1]]
        length = np.hypot(along[:, 0], along[:, 1])
        unit = along / np.maximum(length, 1e-9)[:, None]
        wide = outer[:, self._across[0]] - outer[:, self._across[1]]
        width = np.abs(wide[:, 1] * unit[:, 0] - wide[:, 0] * unit[:, 1])
        return np.column_stack([area, perimeter, length, width])

    def changes(self, moved: Floats) -> Floats:
        """Return by what share each size changes (K, 4) when the points lie at ``moved``."""
        base = self.of(self.points[None])
        return (self.of(moved) - base) / np.maximum(base, 1e-9)

    def term(self, name: str, changes: Iterable[Floats]) -> Term:
        """Return the term of independent changes of one standard uncertainty each (4,)."""
        each = np.atleast_2d(np.array(list(changes)))
        return self._named(name, COVERAGE * np.sqrt((each**2).sum(axis=0)), is_bound=False)

    def bound(self, name: str, change: Floats) -> Term:
        """Return a bound: by what share the sizes may be more, or less where negative (4,)."""
        return self._named(name, change, is_bound=True)

    def _named(self, name: str, shares: Floats, *, is_bound: bool) -> Term:
        area, perimeter, length, width = (float(size) for size in shares * self.whole)
        return Term(
            name=name,
            area_mm2=area,
            perimeter_mm=perimeter,
            length_mm=length,
            width_mm=width,
            is_bound=is_bound,
        )


def _areas(rings: Floats) -> Floats:
    """Return the signed areas of rings (…, N, 2)."""
    x, y = rings[..., 0], rings[..., 1]
    areas: Floats = (x * np.roll(y, -1, axis=-1) - y * np.roll(x, -1, axis=-1)).sum(axis=-1) / 2
    return areas


def _far_points(ring: Points) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return which points are furthest apart, and which furthest apart square to those."""
    between = ring[:, None, :] - ring[None, :, :]
    distance = np.hypot(between[..., 0], between[..., 1])
    one, other = (int(place) for place in np.unravel_index(int(distance.argmax()), distance.shape))
    along = ring[one] - ring[other]
    across = ring @ np.array([-along[1], along[0]])
    return (one, other), (int(across.argmax()), int(across.argmin()))


# --- where the edge was put ----------------------------------------------------------------------


def _edge(outline: Outline, calibration: Calibration, rings: Sequence[Points]) -> Term:
    """Return the term of an edge that lies a little off, with its sign kept over a stretch of it.

    Area: the integral of the deviation along all edges. Perimeter: of the deviation times the
    curvature. Length and width: of the two ends, each on its own.
    """
    if outline.source is OutlineSource.GIVEN:
        return Term(name="edge", area_mm2=0, perimeter_mm=0, length_mm=0, width_mm=0)
    outer = np.asarray(outline.outer, dtype=np.float64)
    smooth = rings[0]
    if is_staircase(outer) and calibration.limb is None:
        smooth = on_plane(unstepped(outer), np.asarray(calibration.homography))
    lengths = [ring_length(smooth), *(ring_length(ring) for ring in rings[1:])]
    variance = sum(
        (length * EDGE_SD_MM) ** 2 / max(length / EDGE_CORRELATION_MM, 1.0) for length in lengths
    )
    stretch = min(EDGE_CORRELATION_MM, lengths[0])
    ends = EDGE_SD_MM * (2.0 if lengths[0] < EDGE_CORRELATION_MM else math.sqrt(2))
    return Term(
        name="edge",
        area_mm2=COVERAGE * math.sqrt(variance),
        perimeter_mm=COVERAGE * EDGE_SD_MM * math.sqrt(stretch * _curvature2(smooth)),
        length_mm=COVERAGE * ends,
        width_mm=COVERAGE * ends,
    )


def _curvature2(ring: Points) -> float:
    """Return ∮ κ² ds of a ring (N, 2) mm, 1/mm, of waves longer than the edge's correlation."""
    step = np.roll(ring, -1, axis=0) - ring
    at = np.concatenate([[0.0], np.cumsum(np.hypot(step[:, 0], step[:, 1]))])
    total = float(at[-1])
    if total <= 0:
        return 0.0
    even = np.linspace(0, total, 256, endpoint=False)
    closed = np.concatenate([ring, ring[:1]])
    points = np.interp(even, at, closed[:, 0]) + 1j * np.interp(even, at, closed[:, 1])
    waves = np.fft.fftfreq(256, 1 / 256)
    most = max(1, int(total / EDGE_CORRELATION_MM))
    spectrum = np.where(np.abs(waves) <= most, np.fft.fft(points), 0)
    turn = 2j * np.pi * waves / total
    first, second = np.fft.ifft(spectrum * turn), np.fft.ifft(spectrum * turn**2)
    speed = np.maximum(np.abs(first), 1e-6)
    curvature = (np.conj(first) * second).imag / speed**3
    return float(min((curvature**2 * speed).sum() * total / 256, (2 * np.pi) ** 2 * 4 / total))


# --- cards on a plane ----------------------------------------------------------------------------


def _of_plane(
    calibration: Calibration, rings_px: list[Points], sizes: _Sizes, site: BodySite | None
) -> list[Term]:
    homography = np.asarray(calibration.homography, dtype=np.float64)
    points_px = np.concatenate([sizes.thinned(ring) for ring in rings_px])
    cards = [
        np.asarray([corner for tag in card.tags for corner in tag.corners_px], dtype=np.float64)
        for card in calibration.cards
        if card.tags
    ]
    pose = _pose_of(calibration, sizes.points.mean(axis=0))
    terms = []
    middle = sizes.points.mean(axis=0)
    if cards:
        fit = _PlaneFit(calibration, cards, homography)
        terms.append(sizes.term("corners", sizes.changes(sizes.points + fit.spreads(points_px))))
        terms.append(sizes.term("lens", sizes.changes(sizes.points + fit.bent(points_px, pose))))
        middle = on_plane(np.concatenate(cards), homography).mean(axis=0)
    # A plane above the cards' by so much, and inclined to it about the cards' middle.
    slope = math.tan(math.radians(SLOPE_SD_DEG))
    off = sizes.points - middle
    lifts = np.stack([np.full(len(off), OFFSET_SD_MM), off[:, 0] * slope, off[:, 1] * slope])
    height = -float(pose.centre_mm[2])
    towards = pose.centre_mm[:2] - sizes.points
    lifted = sizes.points + towards * (lifts / height)[..., None]
    terms.append(sizes.term("plane", sizes.changes(lifted)))
    if site is not None and site.region in LIMB_RADII_MM and cards:
        terms.append(_flat_card_on_limb(calibration, site, rings_px, sizes, pose, middle))
    return terms


def _pose_of(calibration: Calibration, below_mm: Points) -> _Pose:
    """Return the camera's pose from the homography; straight above where it isn't known."""
    focal, centre = calibration.focal_px, calibration.centre_px
    if focal is None or centre is None:
        back = np.eye(3)
        height = WORKING_DISTANCE_MM
        shift = np.array([-below_mm[0], -below_mm[1], height])
        return _Pose(
            rotation=back,
            shift=shift,
            centre_mm=-shift,
            focal_px=height / calibration.mm_per_px,
            picture_centre_px=np.zeros(2),
        )
    to_px = np.linalg.inv(np.asarray(calibration.homography, dtype=np.float64))
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
    return _Pose(
        rotation=rotation,
        shift=shift,
        centre_mm=-rotation.T @ shift,
        focal_px=focal,
        picture_centre_px=np.asarray(centre, dtype=np.float64),
    )


class _PlaneFit:
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

    def bent(self, points_px: Points, pose: _Pose) -> Floats:
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


def _by_lens(points_px: Points, pose: _Pose) -> Floats:
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


def _flat_card_on_limb(
    calibration: Calibration,
    site: BodySite,
    rings_px: list[Points],
    sizes: _Sizes,
    pose: _Pose,
    touching_mm: Points,
) -> Term:
    """Return how much more a wound may be that curves away beside a flat card on a limb.

    The card touches the limb in its middle. The wound is unrolled from limbs of the site's least,
    middle and greatest likely radius, their axes all ways round; of what comes of it the 95th
    percentile is taken. Where a limb would hide a part of the wound, twice its size.
    """
    least, greatest = LIMB_RADII_MM[site.region]
    shift = pose.rotation @ np.array([*touching_mm, 0.0]) + pose.shift
    points_px = np.concatenate([sizes.thinned(ring) for ring in rings_px])
    unrolled = []
    for radius in (least, math.sqrt(least * greatest), greatest):
        for axis in _AXES_DEG:
            limb = Limb(
                radius_mm=radius,
                radius_sd_mm=0.0,
                axis_deg=float(axis),
                origin_mm=(float(touching_mm[0]), float(touching_mm[1])),
                focal_px=pose.focal_px,
                focal_spread=calibration.focal_spread,
                centre_px=(float(pose.picture_centre_px[0]), float(pose.picture_centre_px[1])),
                lens_k1=0.0,
                unround=(0.0, 0.0),
                rotation=_matrix(pose.rotation),
                shift_mm=(float(shift[0]), float(shift[1]), float(shift[2])),
            )
            unrolled.append(skin_from_seen(limb, points_px))
    changes = sizes.changes(np.array(unrolled))
    changes = np.where(np.isfinite(changes), changes, UNSEEN_RATIO - 1)
    most = np.percentile(changes, 95, axis=0).clip(0.0, UNSEEN_RATIO - 1)
    return sizes.bound("curvature", most)


def _matrix(rotation: Floats) -> Matrix3:
    rows = [(float(a), float(b), float(c)) for a, b, c in rotation]
    return (rows[0], rows[1], rows[2])


# --- cards round a limb --------------------------------------------------------------------------


def is_round_unsure(calibration: Calibration) -> bool:
    """Whether a limb was found by cards alone that are made for flat skin."""
    return calibration.limb is not None and all(card.kind != "strip" for card in calibration.cards)


def _of_limb(
    calibration: Calibration, limb: Limb, rings_px: list[Points], sizes: _Sizes
) -> list[Term]:
    """Return the terms of a wound on a limb: the fit's covariance, and the skin above or below."""
    seen = [finely(ring, calibration.mm_per_px) for ring in rings_px]
    points_px = np.concatenate([sizes.thinned(ring) for ring in seen])
    changes = []
    for pair in likely_limbs(calibration):
        one, other = (sizes.changes(skin_from_seen(likely, points_px)[None])[0] for likely in pair)
        # Near the limb's edge one of a pair may not show the wound at all: then the other tells,
        # and where neither does, nothing is known.
        half = (one - other) / 2
        known = np.where(np.isfinite(one), one, other)
        changes.append(np.where(np.isfinite(half), half, np.where(np.isfinite(known), known, 1.0)))
    distance = math.hypot(*limb.shift_mm) or WORKING_DISTANCE_MM
    off = OFFSET_SD_MM / distance
    terms = [
        sizes.term("limb", changes),
        sizes.term("plane", [_relative(2 * off, off, off, off)]),
    ]
    if is_round_unsure(calibration):
        # A card that curls on flat skin looks like one that follows a limb: both may be so.
        flat = on_plane(points_px, np.asarray(calibration.homography, dtype=np.float64))
        terms.append(sizes.bound("curvature", sizes.changes(flat[None])[0]))
    return terms
