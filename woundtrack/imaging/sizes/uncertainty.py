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
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from woundtrack.imaging.geometry.limb import skin_from_seen
from woundtrack.imaging.geometry.plane import matrix_of
from woundtrack.imaging.geometry.plane_spread import WORKING_DISTANCE_MM, PlaneFit, Pose, pose_of
from woundtrack.imaging.geometry.planimetry import far_points, finely, on_plane
from woundtrack.imaging.outline import Points, area_px, is_staircase, ring_length, unstepped
from woundtrack.imaging.scale.limb_fit import likely_limbs
from woundtrack.imaging.scale.ruler import ruler_of, ruler_terms
from woundtrack.model import (
    BodySite,
    Calibration,
    Limb,
    Outline,
    OutlineSource,
    Term,
)

Floats = npt.NDArray[np.float64]

# Every cause by its name. edge: where the edge was put; ambiguity: an edge that the program could
# have put elsewhere as well; corners: how well the cards' corners were
# seen; lens: a lens that bends lines; plane: a wound that doesn't lie in the cards' plane; print:
# the printer; limb: the round of the limb; curvature: a flat card on a limb, or a card of which
# nobody knows whether it curled or followed one; joint: photographs joined to one wound. A ruler
# has tilt, reading, plane and ruler.

# --- the declared constants ----------------------------------------------------------------------

COVERAGE: Final = 1.96
"""Standard uncertainties in half a 95 % interval."""

EDGE_SD_MM: Final = 0.5
"""Spread of one person's edge about the true one, square to it."""

EDGE_CORRELATION_MM: Final = 10.0
"""Length of edge over which such a deviation keeps its sign: the integral of its correlation."""

OFFSET_SD_MM: Final = 2.5
"""How far the wound may lie above or below the cards, at their middle: half a centimetre at most,
of twenty times nineteen."""

SLOPE_SD_DEG: Final = 1.5
"""How far the skin at the wound may be inclined to the cards."""

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
"""Least and greatest radius of a part of the body that is round, mm: assumed, and wide, from the
girths that clothes for thin and for heavy adults allow for; from no survey's table. A site that
isn't here is taken as flat."""

LARGEST_RATIO: Final = 2.0
"""How much larger a wound may be that curves away, at most: what is seen more aslant than that is
no outline to be trusted at all."""

_RING_POINTS: Final = 160
_AXES_DEG: Final = tuple(range(0, 180, 15))


def terms_of(
    outline: Outline,
    calibration: Calibration,
    rings: Sequence[Points],
    sizes_mm: tuple[float, float, float, float],
    site: BodySite | None,
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
    sizes_mm
        What was measured: area (mm²), perimeter, length and width.
    site
        Where on the body it is: a flat card on a limb is bounded by the limb's likely radii. None,
        and every site that isn't in ``LIMB_RADII_MM``, is taken as flat.
    """
    rings_px = [np.asarray(ring, dtype=np.float64) for ring in (outline.outer, *outline.islands)]
    sizes = _Sizes(rings, sizes_mm)
    print_sd = calibration.print_scale_sd
    terms = [
        _edge(outline, calibration, rings),
        *_ambiguity(outline, rings, sizes),
        replace(
            sizes.term("print", [_relative(2 * print_sd, print_sd, print_sd, print_sd)]),
            common=print_of(calibration),
        ),
    ]
    ruler = ruler_of(calibration)
    if ruler is not None:
        terms += [
            sizes.term(name, [shares])
            for name, shares in ruler_terms(calibration, np.asarray(rings[0])).items()
        ]
        if site is not None and site.region in LIMB_RADII_MM:
            pose = pose_of(calibration, sizes.points.mean(axis=0))
            middle = np.array([ruler.distance_mm / 2, 0.0])
            terms += _flat_card_on_limb(calibration, site, rings_px, sizes, pose, middle)
    elif calibration.limb is not None:
        terms += _of_limb(calibration, calibration.limb, rings_px, sizes)
    else:
        terms += _of_plane(calibration, rings_px, sizes, site)
    return tuple(
        sorted((term for term in terms if term.area_mm2), key=lambda term: -abs(term.area_mm2))
    )


def print_of(calibration: Calibration) -> str:
    """Return what names the print scale of a calibration; empty where it was never measured."""
    return f"print {calibration.printed_by}" if calibration.printed_by else ""


# --- sizes of many moved rings at once -----------------------------------------------------------


def _relative(area: float, perimeter: float, length: float, width: float) -> Floats:
    return np.array([area, perimeter, length, width])


class _Sizes:
    """The sizes of a wound's rings, and how they change when the rings' points move."""

    def __init__(
        self, rings: Sequence[Points], sizes_mm: tuple[float, float, float, float]
    ) -> None:
        total = sum(len(ring) for ring in rings)
        step = max(1, math.ceil(total / _RING_POINTS))
        self.step = step
        # A ring keeps three points at least; a spread need not be exact.
        self.rings = [self.thinned(ring) for ring in rings]
        outer = self.rings[0]
        self.whole = np.array(sizes_mm)
        plain = abs(_areas(rings[0])) - sum(abs(_areas(ring)) for ring in rings[1:])
        self._is_plain = abs(plain - sizes_mm[0]) < 0.05 * sizes_mm[0]
        self._pair, self._across = far_points(outer)
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
        changes: Floats = (self.of(moved) - base) / np.maximum(base, 1e-9)
        if not self._is_plain:
            # Rings that cross have no shoelace area: they grow as squares of their lengths do.
            changes[:, 0] = 2 * changes[:, 1]
        return changes

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


# --- where the edge was put ----------------------------------------------------------------------


def _edge(outline: Outline, calibration: Calibration, rings: Sequence[Points]) -> Term:
    """Return the term of an edge that lies a little off, with its sign kept over a stretch of it.

    Area: the integral of the deviation along all edges. Perimeter: of the deviation times the
    curvature, and by how much a wavering edge is longer than a smooth one. Length: of the two ends,
    each on its own. Width: likewise, and by how much the extent changes between the directions that
    may as well be the length's.
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
    ends = EDGE_SD_MM * (2.0 if lengths[0] < EDGE_CORRELATION_MM else math.sqrt(2))
    return Term(
        name="edge",
        area_mm2=COVERAGE * math.sqrt(variance),
        perimeter_mm=COVERAGE * EDGE_SD_MM * math.sqrt(_turned(smooth))
        + math.pi * (EDGE_SD_MM / EDGE_CORRELATION_MM) ** 2 * lengths[0],
        length_mm=COVERAGE * ends,
        width_mm=math.hypot(COVERAGE * ends, _turning_width(smooth, ends)),
    )


def _ambiguity(outline: Outline, rings: Sequence[Points], sizes: _Sizes) -> list[Term]:
    """Return the term of an edge that the program could have put further out, or in, all round.

    ``Outline.edge_sd_px`` is its spread. An outline without one, as a person's, has no such term.
    """
    if not outline.edge_sd_px:
        return []
    spread = COVERAGE * outline.edge_sd_px * math.sqrt(float(sizes.whole[0]) / area_px(outline))
    return [
        Term(
            name="ambiguity",
            area_mm2=spread * sum(ring_length(ring) for ring in rings),
            perimeter_mm=2 * math.pi * spread,
            length_mm=2 * spread,
            width_mm=2 * spread,
        )
    ]


def _turning_width(ring: Points, ends_mm: float) -> float:
    """Return by how much the width differs between directions whose extents are all but longest."""
    angles = np.linspace(0, np.pi, 120, endpoint=False)
    across = ring @ np.stack([np.cos(angles), np.sin(angles)])
    extents = np.ptp(across, axis=0)
    longest = int(extents.argmax())
    widths = np.roll(extents, -60)  # square to each direction
    near = extents >= extents[longest] - ends_mm / 2
    return float(np.abs(widths[near] - widths[longest]).max())


def _turned(ring: Points) -> float:
    """Return the variance of ∮ κ n ds, κ a ring's curvature and n a deviation of one unit's spread.

    That deviation's correlation is exp(−π (s / ℓ)²) over the edge, ℓ its integral, and its spectrum
    the Fourier transform of that.
    """
    step = np.roll(ring, -1, axis=0) - ring
    at = np.concatenate([[0.0], np.cumsum(np.hypot(step[:, 0], step[:, 1]))])
    total = float(at[-1])
    if total <= 0:
        return 0.0
    count = 256
    even = np.linspace(0, total, count, endpoint=False)
    closed = np.concatenate([ring, ring[:1]])
    points = np.interp(even, at, closed[:, 0]) + 1j * np.interp(even, at, closed[:, 1])
    waves = np.fft.fftfreq(count, 1 / count)
    most = max(2, int(1.5 * total / EDGE_CORRELATION_MM))
    spectrum = np.where(np.abs(waves) <= most, np.fft.fft(points), 0)
    turn = 2j * np.pi * waves / total
    first, second = np.fft.ifft(spectrum * turn), np.fft.ifft(spectrum * turn**2)
    curvature = (np.conj(first) * second).imag / np.maximum(np.abs(first), 0.2) ** 3
    power = np.abs(np.fft.fft(curvature) / count) ** 2
    stretch = min(EDGE_CORRELATION_MM, total)
    return float(stretch * total * (power * np.exp(-np.pi * (waves * stretch / total) ** 2)).sum())


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
    pose = pose_of(calibration, sizes.points.mean(axis=0))
    terms = []
    middle = sizes.points.mean(axis=0)
    if cards:
        fit = PlaneFit(calibration, cards, homography)
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
        terms += _flat_card_on_limb(calibration, site, rings_px, sizes, pose, middle)
    return terms


def _flat_card_on_limb(
    calibration: Calibration,
    site: BodySite,
    rings_px: list[Points],
    sizes: _Sizes,
    pose: Pose,
    touching_mm: Points,
) -> list[Term]:
    """Return how much more, and less, a wound may be that curves away beside a flat card on a limb.

    The card touches the limb in its middle. The wound is unrolled from limbs of the site's least,
    middle and greatest likely radius, their axes all ways round. Those that would hide a part of it
    are none: the wound is seen whole. Of what comes of the others the 95th percentile is taken, and
    twice the size at most; and the 5th, since a wound that faces a camera which sees the card
    aslant is seen too large.
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
                rotation=matrix_of(pose.rotation),
                shift_mm=(float(shift[0]), float(shift[1]), float(shift[2])),
            )
            unrolled.append(skin_from_seen(limb, points_px))
    changes = sizes.changes(np.array(unrolled))
    possible = changes[np.isfinite(changes).all(axis=1)]
    if not len(possible):
        return [sizes.bound("curvature", np.full(4, LARGEST_RATIO - 1))]
    least, most = np.percentile(possible, (5, 95), axis=0)
    return [
        sizes.bound("curvature", most.clip(0.0, LARGEST_RATIO - 1)),
        sizes.bound("curvature", least.clip(-1.0, 0.0)),
    ]


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
