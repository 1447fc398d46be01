"""From the printed card in a photograph to millimetres: finds its tags and solves their plane.

Hides detection at several scales, sub-pixel edges, and the fit that tells a flat card from a bent.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.errors import CardNotFound, CardUnreliable
from woundtrack.imaging.card import CardDesign, design_of_tag, reserved_kind, tag_dictionary
from woundtrack.imaging.tag_edges import refined_corners
from woundtrack.model import Calibration, Card, Doubt, Matrix3, Photograph, Tag

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

METHOD: Final = "plane of the card's tags, 1"

# --- declared limits; the figures behind them: benchmarks/corners.py and benchmarks/area_error.py

SMALL_TAG_PX: Final = 80.0
"""Side of a tag below which the scale is doubted."""

LEAST_TAG_PX: Final = 40.0
"""Side of a tag below which there is no sure scale: 5 px a module."""

DOUBTED_TILT_DEG: Final = 35.0
LEAST_SURE_TILT_DEG: Final = 55.0

BENT_MM: Final = 0.2
BENT_PX: Final = 0.6
"""RMS of one tag off the common plane, in mm and in pixels, from which a card counts as bent. A
flat card that fills a picture taken through an uncorrected lens of k1 = ±0.05 reaches 0.16 mm; an
arm lifted by 4 mm at its end, which makes areas wrong by 2 to 4 %, is 0.2 mm off."""

ABSURD_MM: Final = 2.0
"""RMS of all corners off the plane from which no plane is believed."""

EDGE_SPREAD_MM: Final = 0.1
"""Prior of how far ink, lens and sensor move every edge of a tag outwards, as a standard
deviation: toner gain, and light that spills from paper over ink."""

CORNER_PX: Final = 0.05
"""Spread of a refined corner in a good photograph: the weight of the data against that prior."""

DEFAULT_FOCAL_35MM: Final = 27.0
"""Of a phone's main camera, where neither EXIF nor the card's perspective says."""

FULL_FRAME_DIAGONAL_MM: Final = 43.2666

_LOOKS_PX: Final = (1024, 2048, 4096, 6144)
"""Longest side of the reduced copies on which tags are looked for, in turn: large or blurred, as
usual, from further away, from across the room."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A tag found: its id and its corners (4, 2) in pixels, pixel-edge origin."""

    id: int
    corners: Floats

    @property
    def side_px(self) -> float:
        return math.sqrt(abs(_shoelace(self.corners)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _SeenCard:
    design: CardDesign
    tags: tuple[_Seen, ...]

    @property
    def places_mm(self) -> Floats:
        """The printed corners (4 n, 2) of the tags seen, nominal mm."""
        rings = [self.design.tags_mm[self.design.tag_ids.index(tag.id)] for tag in self.tags]
        return np.asarray(rings, dtype=np.float64).reshape(-1, 2)

    @property
    def corners_px(self) -> Floats:
        return np.concatenate([tag.corners for tag in self.tags])


def find_calibration(
    pixels: NDArray[np.uint8], photograph: Photograph | None = None, *, print_scale: float = 1.0
) -> Calibration:
    """Find the printed cards of a photograph and solve the plane they lie on.

    All corners of all cards in view decide the homography, by least squares in the picture; a
    second card's place on the first one's plane is solved with it. A common spread of all edges
    (toner gain, light spilling over ink) is solved too and taken off the corners.

    Parameters
    ----------
    pixels
        uint8 (H, W, 3) RGB, or (H, W) grey; upright.
    photograph
        Its facts; the 35 mm focal length gives the tilt.
    print_scale
        Measured length of the sheet's 100 mm bar over 100 mm.

    Returns
    -------
    Millimetres in the first card's frame (its top-left corner is the origin). ``doubts`` may hold
    ``card_small``, ``card_tilted``, ``card_hidden``, ``card_bent``.

    Raises
    ------
    CardNotFound
        No tag of a printed card was found.
    CardUnreliable
        Tags are too small, too tilted, or far from any common plane.
    """
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    cards = _cards_in(np.ascontiguousarray(grey, dtype=np.uint8))
    tag_px = float(np.median([tag.side_px for card in cards for tag in card.tags]))
    if tag_px < LEAST_TAG_PX:
        raise CardUnreliable(
            reason=f"it is too small in the picture: its tags are {tag_px:.0f} pixels wide, and "
            f"{LEAST_TAG_PX:.0f} are needed"
        )
    plane = _robust_plane(cards, max(BENT_MM, BENT_PX * cards[0].design.nominal_mm / tag_px))
    scaled = np.diag([print_scale, print_scale, 1.0]) @ _inverse(plane.to_px)
    to_mm = scaled / scaled[2, 2]
    residuals_mm = plane.residuals_mm * print_scale
    residual_mm = math.sqrt(float(np.mean(residuals_mm**2)))
    if residual_mm > ABSURD_MM:
        raise CardUnreliable(
            reason=f"its tags lie up to {residuals_mm.max():.0f} mm from where a flat card puts "
            "them: it was bent, folded or cut apart"
        )
    tilt_deg = _tilt_deg(plane.to_px, grey.shape, photograph)
    if tilt_deg > LEAST_SURE_TILT_DEG:
        raise CardUnreliable(
            reason=f"the camera was tilted by {tilt_deg:.0f}° to it, and beyond "
            f"{LEAST_SURE_TILT_DEG:.0f}° there is no sure scale"
        )
    centre = _mapped(plane.to_px, plane.places_mm.mean(axis=0, keepdims=True))[0]
    return Calibration(
        method=METHOD,
        homography=_matrix(to_mm),
        cards=_cards_of(cards, plane, print_scale),
        mm_per_px=_mm_per_px(to_mm, centre),
        tilt_deg=tilt_deg,
        residual_mm=residual_mm,
        print_scale=print_scale,
        doubts=_doubts(cards, tag_px, tilt_deg, plane, float(residuals_mm.max())),
    )


def _doubts(
    cards: Sequence[_SeenCard], tag_px: float, tilt_deg: float, plane: _Plane, worst_mm: float
) -> tuple[Doubt, ...]:
    doubts = []
    # Rounded as the sentences say them: no "80 pixels, and 80 are needed".
    if round(tag_px) < SMALL_TAG_PX:
        doubts.append(Doubt(code="card_small", values=(("tag_px", tag_px),)))
    if round(tilt_deg) > DOUBTED_TILT_DEG:
        doubts.append(Doubt(code="card_tilted", values=(("tilt_deg", tilt_deg),)))
    best = max(cards, key=lambda card: len(card.tags))
    expected = len(best.design.tags_mm)
    if len(best.tags) < expected:
        values = (("found", len(best.tags)), ("expected", expected))
        doubts.append(Doubt(code="card_hidden", values=values))
    if plane.is_bent:
        doubts.append(Doubt(code="card_bent", values=(("residual_mm", worst_mm),)))
    return tuple(doubts)


# --- finding -------------------------------------------------------------------------------------


def _cards_in(grey: Grey) -> tuple[_SeenCard, ...]:
    """Return the cards in view, the one with most tags first. Raises ``CardNotFound``."""
    longest = max(grey.shape)
    # A reduction by the same whole factor shows the same picture again.
    factors = dict.fromkeys(math.ceil(longest / limit) for limit in _LOOKS_PX)
    found: list[_Seen] = []
    for look, factor in enumerate(factors):
        seen = _tags_in(_reduced(grey, factor), factor)
        known = [tag for tag in seen if design_of_tag(tag.id) is not None]
        found = max(found, known, key=len)
        # The first, quick look counts when it shows whole cards; of the others, any tag will do.
        if found and (look > 0 or _are_whole(found)):
            break
        for kind, count in Counter(reserved_kind(tag.id) for tag in seen).items():
            if kind is not None and count > 1 and not found:
                raise CardUnreliable(
                    reason=f"it is of a design of the kind {kind} that this woundtrack is too old "
                    "to know"
                )
    if not found:
        raise CardNotFound
    refined = [_refined(grey, tag) for tag in found]
    cards = [_completed(grey, card) for card in _grouped(refined)]
    cards.sort(key=lambda card: (-len(card.tags), card.design.block, -card.tags[0].side_px))
    return tuple(cards)


def _are_whole(tags: Sequence[_Seen]) -> bool:
    counts = Counter(tag.id for tag in tags)
    designs = {design_of_tag(tag_id): None for tag_id in counts}
    return all(
        len({counts[tag_id] for tag_id in design.tag_ids}) == 1
        for design in designs
        if design is not None
    )


def _reduced(grey: Grey, factor: int) -> Grey:
    if factor == 1:
        return grey
    if factor % 2 == 0:  # halving is by far the quickest step
        half = grey[: grey.shape[0] // 2 * 2, : grey.shape[1] // 2 * 2]
        size = (half.shape[1] // 2, half.shape[0] // 2)
        smaller = np.asarray(cv2.resize(half, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return _reduced(smaller, factor // 2)
    height, width = grey.shape
    # Whole blocks only, so that a reduced pixel is exactly factor × factor pixels.
    whole = grey[: height - height % factor, : width - width % factor]
    size = (whole.shape[1] // factor, whole.shape[0] // factor)
    return cast(Grey, cv2.resize(whole, size, interpolation=cv2.INTER_AREA))


def _tags_in(grey: Grey, factor: float = 1.0, origin: tuple[float, float] = (0, 0)) -> list[_Seen]:
    """Return the tags found on a reduced copy or crop, in pixels of the whole picture."""
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    parameters.minMarkerPerimeterRate = 0.02
    detector = cv2.aruco.ArucoDetector(tag_dictionary(), parameters)
    quads, ids, _ = detector.detectMarkers(grey)
    if len(quads) == 0:  # and ids is None
        return []
    # OpenCV counts from the centre of the first pixel, we from its outer corner.
    return [
        _Seen(
            id=int(tag_id),
            corners=(np.asarray(quad, dtype=np.float64).reshape(4, 2) + 0.5) * factor + origin,
        )
        for quad, tag_id in zip(quads, np.asarray(ids).ravel(), strict=True)
    ]


def _refined(grey: Grey, tag: _Seen) -> _Seen:
    return _Seen(id=tag.id, corners=refined_corners(grey, tag.corners))


def _grouped(tags: Sequence[_Seen]) -> list[_SeenCard]:
    """Return the tags dealt to cards; the same card twice in view is told apart by place."""
    cards = []
    designs = {design_of_tag(tag.id): None for tag in tags}
    for design in designs:
        if design is None:
            continue
        left = sorted(
            (tag for tag in tags if tag.id in design.tag_ids), key=lambda tag: -tag.side_px
        )
        while left:
            seed = left.pop(0)
            own = [seed]
            to_px = _homography(_SeenCard(design=design, tags=(seed,)).places_mm, seed.corners)
            for tag_id in design.tag_ids:
                rivals = [tag for tag in left if tag.id == tag_id and tag_id != seed.id]
                if not rivals:
                    continue
                ring = np.asarray(design.tags_mm[design.tag_ids.index(tag_id)])
                expected = _mapped(to_px, ring).mean(axis=0)
                nearest = min(
                    rivals,
                    key=lambda tag: float(np.hypot(*(tag.corners.mean(axis=0) - expected))),
                )
                own.append(nearest)
                left = [tag for tag in left if tag is not nearest]
            own.sort(key=lambda tag: tag.id)
            cards.append(_SeenCard(design=design, tags=tuple(own)))
    return cards


def _completed(grey: Grey, card: _SeenCard) -> _SeenCard:
    """Look again, closely, where the tags found say the missing ones lie."""
    missing = [tag_id for tag_id in card.design.tag_ids if tag_id not in {t.id for t in card.tags}]
    if not missing:
        return card
    to_px = _homography(card.places_mm, card.corners_px)
    tags = list(card.tags)
    for tag_id in missing:
        ring = np.asarray(card.design.tags_mm[card.design.tag_ids.index(tag_id)])
        expected = _mapped(to_px, ring)
        side = max(math.sqrt(abs(_shoelace(expected))), LEAST_TAG_PX)
        low = np.floor(expected.min(axis=0) - side).astype(int).clip(0)
        high = np.ceil(expected.max(axis=0) + side).astype(int)
        crop = grey[low[1] : high[1], low[0] : high[0]]
        if min(crop.shape) < side or max(crop.shape) > _LOOKS_PX[2]:
            continue  # out of the picture, or nowhere near it
        near = (float(low[0]), float(low[1]))
        for factor in dict.fromkeys(max(1, round(side / size)) for size in (100, 50, 200)):
            again = [t for t in _tags_in(_reduced(crop, factor), factor, near) if t.id == tag_id]
            if again:
                tags.append(_refined(grey, again[0]))
                break
    tags.sort(key=lambda tag: tag.id)
    return _SeenCard(design=card.design, tags=tuple(tags))


# --- the plane -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plane:
    """The solved plane.

    ``to_px`` maps nominal mm of the first card's frame to pixels. Per corner of all cards, in
    order: ``places_mm`` (N, 2) where it lies on that plane, ``corners_px`` (N, 2) where it was seen
    less the spread of the edges, and ``residuals_mm`` (tags,) the RMS of each tag.
    """

    to_px: Floats
    places_mm: Floats
    corners_px: Floats
    residuals_mm: Floats
    is_bent: bool = False


def _robust_plane(cards: Sequence[_SeenCard], bent_mm: float) -> _Plane:
    """Solve the plane; where one tag is off it and the others agree, from the others."""
    count = sum(len(card.tags) for card in cards)
    plane = _solved_plane(cards, np.ones(count, dtype=bool))
    if plane.residuals_mm.max() <= bent_mm:
        return plane
    plane = replace(plane, is_bent=True)
    whole = math.sqrt(float(np.mean(plane.residuals_mm**2)))
    first = len(cards[0].tags)
    best, best_rest = plane, min(whole / 3, bent_mm / 2)
    for index in range(count):
        if count < 4 or index < first < 3:
            continue  # the frame itself needs three tags to do without one
        used = np.arange(count) != index
        candidate = _solved_plane(cards, used)
        rest = math.sqrt(float(np.mean(candidate.residuals_mm[used] ** 2)))
        if rest < best_rest:
            best, best_rest = replace(candidate, is_bent=True), rest
    return best


def _solved_plane(cards: Sequence[_SeenCard], used: NDArray[np.bool_]) -> _Plane:
    """Solve homography, edge spread and further cards' places by Gauss–Newton, in pixels.

    ``used`` says which tags decide; residuals are given for all of them.
    """
    nominal = np.concatenate([card.places_mm for card in cards])
    seen = np.concatenate([card.corners_px for card in cards])
    sizes = [4 * len(card.tags) for card in cards]
    # An edge moved outwards moves a corner along its diagonal: away from the tag's middle.
    outwards = np.sign(nominal - nominal.reshape(-1, 4, 2).mean(axis=1).repeat(4, axis=0))
    weights = np.repeat(used, 4).astype(np.float64)

    ends = np.cumsum(sizes)
    start = _homography(nominal[: ends[0]], seen[: ends[0]], weights[: ends[0]])
    guess = [*(start / start[2, 2]).ravel()[:8], 0.0]
    for begin, end in itertools.pairwise(ends):
        guess += _rigid(nominal[begin:end], _mapped(_inverse(start), seen[begin:end]))
    # Unknowns of like size make the normal equations well conditioned.
    unit = np.array(
        [*np.maximum(np.abs(guess[:8]), 1e-6), EDGE_SPREAD_MM] + [1e-2, 1, 1] * (len(cards) - 1)
    )

    def laid(unknowns: Floats) -> Floats:
        places: Floats = nominal + unknowns[8] * outwards
        for number, (begin, end) in enumerate(itertools.pairwise(ends)):
            turn, x, y = unknowns[9 + 3 * number : 12 + 3 * number]
            rotation = np.array(
                [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
            )
            places[begin:end] = places[begin:end] @ rotation.T + (x, y)
        return places

    def misses(unknowns: Floats) -> Floats:
        to_px = np.append(unknowns[:8], 1.0).reshape(3, 3)
        gap = (_mapped(to_px, laid(unknowns)) - seen) * weights[:, None]
        prior = unknowns[8] / EDGE_SPREAD_MM * CORNER_PX
        return np.append(gap.ravel(), prior)

    unknowns = np.array(guess)
    for _ in range(12):
        miss = misses(unknowns)
        slope = np.empty((len(miss), len(unknowns)))
        for column in range(len(unknowns)):
            step = np.zeros(len(unknowns))
            step[column] = 1e-6 * unit[column]
            slope[:, column] = (misses(unknowns + step) - miss) / 1e-6
        move = np.linalg.lstsq(slope, -miss, rcond=1e-12)[0]
        unknowns = unknowns + move * unit
        if float(np.abs(move).max()) < 1e-8:
            break
    to_px = np.append(unknowns[:8], 1.0).reshape(3, 3)
    spread = laid(unknowns)
    plain = unknowns.copy()
    plain[8] = 0.0
    places = laid(plain)
    corners = seen - (_mapped(to_px, spread) - _mapped(to_px, places))
    gaps = _mapped(_inverse(to_px), corners) - places
    residuals = np.sqrt((gaps**2).sum(axis=1).reshape(-1, 4).mean(axis=1))
    return _Plane(to_px=to_px, places_mm=places, corners_px=corners, residuals_mm=residuals)


def _homography(source: Floats, target: Floats, weights: Floats | None = None) -> Floats:
    """Return the 3 × 3 map of points (N, 2) to points, by the normalised direct linear transform.

    Hartley and Zisserman, Multiple View Geometry, algorithm 4.2.
    """
    if weights is not None:
        source, target = source[weights > 0], target[weights > 0]
    from_unit, to_unit = _to_unit(source), _to_unit(target)
    x, y = _mapped(from_unit, source).T
    u, v = _mapped(to_unit, target).T
    one, none = np.ones_like(x), np.zeros_like(x)
    rows = np.concatenate(
        [
            np.column_stack([x, y, one, none, none, none, -u * x, -u * y, -u]),
            np.column_stack([none, none, none, x, y, one, -v * x, -v * y, -v]),
        ]
    )
    unit_map = np.linalg.svd(rows)[2][-1].reshape(3, 3)
    found: Floats = _inverse(to_unit) @ unit_map @ from_unit
    found /= found[2, 2]
    return found


def _to_unit(points: Floats) -> Floats:
    centre = points.mean(axis=0)
    scale = math.sqrt(2) / max(float(np.hypot(*(points - centre).T).mean()), 1e-12)
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1.0]])


def _rigid(source: Floats, target: Floats) -> list[float]:
    """Return turn (rad) and shift of the rigid motion nearest to source → target (Kabsch 1976)."""
    a, b = source - source.mean(axis=0), target - target.mean(axis=0)
    turn = math.atan2(float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()), float((a * b).sum()))
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    shift = target.mean(axis=0) - rotation @ source.mean(axis=0)
    return [turn, float(shift[0]), float(shift[1])]


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _mapped(matrix: Floats, points: Floats) -> Floats:
    homogeneous = points @ matrix[:, :2].T + matrix[:, 2]
    mapped: Floats = homogeneous[:, :2] / homogeneous[:, 2:]
    return mapped


def _shoelace(ring: Floats) -> float:
    x, y = ring.T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2


# --- what is told of it --------------------------------------------------------------------------


def _tilt_deg(to_px: Floats, shape: Sequence[int], photograph: Photograph | None) -> float:
    """Return the angle between the camera's axis and the plane's normal.

    The principal point is taken in the middle of the picture, pixels as square.
    """
    height, width = shape[:2]
    diagonal = math.hypot(width, height)
    centred = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]]) @ to_px
    centred = centred / diagonal
    centred[2] *= diagonal  # as if the picture's diagonal were 1
    if photograph is not None and photograph.focal_length_35mm is not None:
        focal = photograph.focal_length_35mm / FULL_FRAME_DIAGONAL_MM
    else:
        focal = _focal_from(centred)
    across, down = (centred[:, column] / (focal, focal, 1.0) for column in (0, 1))
    normal = np.cross(across, down)
    return math.degrees(math.acos(min(1.0, abs(float(normal[2])) / float(np.linalg.norm(normal)))))


def _focal_from(centred: Floats) -> float:
    """Return the focal length, of a picture whose diagonal is 1, that makes the axes square.

    Zhang 2000 (doi:10.1109/34.888718), equations 3 and 4, with the focal length alone unknown.
    Seen from straight above a plane tells nothing of it; then a phone's usual one is taken.
    """
    usual = DEFAULT_FOCAL_35MM / FULL_FRAME_DIAGONAL_MM
    (a, b), (c, d), (e, f) = centred[:, :2]
    # Of 1/f²: the axes' product, and the difference of their squares, are zero.
    by_inverse = np.array([a * b + c * d, (a * a + c * c - b * b - d * d) / 2])
    constant = np.array([e * f, (e * e - f * f) / 2])
    size = (a * a + b * b + c * c + d * d) / 2
    if float(np.hypot(*by_inverse)) < 0.03 * size:  # less than about 20° of tilt
        return usual
    inverse = -float(by_inverse @ constant) / float(by_inverse @ by_inverse)
    if inverse <= 0:
        return usual
    return min(max(1 / math.sqrt(inverse), 0.4), 4.0)


def _mm_per_px(to_mm: Floats, at_px: Floats) -> float:
    """Return the root of the area a pixel covers there: |det J| of the homography."""
    depth = float(to_mm[2] @ np.append(at_px, 1.0))
    return math.sqrt(abs(float(np.linalg.det(to_mm))) / abs(depth) ** 3)


def _cards_of(cards: Sequence[_SeenCard], plane: _Plane, print_scale: float) -> tuple[Card, ...]:
    told = []
    number = 0
    for card in cards:
        tags = []
        for tag, places in zip(card.tags, card.places_mm.reshape(-1, 4, 2), strict=True):
            corners = plane.corners_px[4 * number : 4 * number + 4]
            tags.append(
                Tag(
                    id=tag.id,
                    corners_px=tuple((float(x), float(y)) for x, y in corners),
                    corners_mm=tuple((float(x), float(y)) for x, y in places * print_scale),
                    residual_mm=float(plane.residuals_mm[number]) * print_scale,
                )
            )
            number += 1
        told.append(
            Card(
                kind=card.design.kind,
                design_version=card.design.version,
                copy=card.design.copy,
                nominal_mm=card.design.nominal_mm,
                tags=tuple(tags),
            )
        )
    return tuple(told)


def _matrix(matrix: Floats) -> Matrix3:
    rows = [(float(a), float(b), float(c)) for a, b, c in matrix]
    return (rows[0], rows[1], rows[2])
