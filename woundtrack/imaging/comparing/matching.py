"""Landmarks that the program finds by itself, for a person to confirm: it often finds none.

Hides SIFT, and the search for one rigid motion among matches of which most are wrong. On ten real
pairs of visits it found enough on two; so it only ever proposes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.cards.look import design_of_card
from woundtrack.imaging.comparing.aligning import rings_on_skin
from woundtrack.imaging.comparing.rectifying import FlatPicture, flattened
from woundtrack.imaging.geometry.plane import rigid
from woundtrack.imaging.geometry.planimetry import in_pixels, points_on_skin
from woundtrack.model import Calibration, Card, Outline, Point

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

LEAST_INLIERS: Final = 15
"""Matches that must agree on one motion (imaging notes E: fewer were wrong on real pairs)."""

INLIER_MM: Final = 1.5
MOST_LANDMARKS: Final = 4
_PX_PER_MM: Final = 5.0
_REACH_MM: Final = 110.0
_MOST_FEATURES: Final = 3000
_RATIO: Final = 0.8  # Lowe's: nearest by second nearest
_TRIES: Final = 2000
_ROUND_WOUND_MM: Final = 4.0
_ROUND_CARD_MM: Final = 3.0
_NEAR_MM: Final = 35.0  # from the lesion's edge, where there are enough
_LEAST_PAIR_MM: Final = 12.0  # apart, for two matches to tell the turn


def matching_landmarks(
    one: tuple[Pixels, Calibration, Sequence[Outline]],
    other: tuple[Pixels, Calibration, Sequence[Outline]],
    middles_px: tuple[Point, Point],
) -> tuple[tuple[Point, Point], ...]:
    """Return places that look alike in two photographs, px of each; () where too few agree.

    Both are flattened to 5 px/mm, so that one rotation and one shift explain every true match. The
    wound itself, which changes, and the cards, which lie elsewhere each time, are left out. SIFT
    features (Lowe 2004, doi:10.1023/B:VISI.0000029664.99615.94), then RANSAC (Fischler and Bolles
    1981, doi:10.1145/358669.358692) over pairs of matches. Up to four are returned, as far apart as
    they come. Nothing of it is to be relied on unless a person says that they are the same places.

    Parameters
    ----------
    one, other
        Upright RGB uint8 (H, W, 3), its calibration, and the lesion's outlines in it.
    middles_px
        Where the lesion is in each.
    """
    found = [
        _features(*sight, middle) for sight, middle in zip((one, other), middles_px, strict=True)
    ]
    (here, mine), (there, its) = found
    if min(len(here), len(there)) < LEAST_INLIERS:
        return ()
    pairs = [
        best
        for best, second in cv2.BFMatcher(cv2.NORM_L2).knnMatch(mine, its, k=2)
        if best.distance < _RATIO * second.distance
    ]
    if len(pairs) < LEAST_INLIERS:
        return ()
    source = here[[pair.queryIdx for pair in pairs]]
    target = there[[pair.trainIdx for pair in pairs]]
    agreed = agreeing(source, target)
    if len(agreed) < LEAST_INLIERS:
        return ()
    # Near the lesion a landmark says most; far from it the lens and the curve of the body count.
    middle = points_on_skin(np.array([middles_px[0]], dtype=np.float64), one[1])[0]
    near = agreed[np.hypot(*(source[agreed] - middle).T) < _NEAR_MM + _radius(*one[1:])]
    agreed = near if len(near) >= LEAST_INLIERS else agreed
    chosen = agreed[_spread_out(source[agreed])]
    first = in_pixels(source[chosen], one[1])
    second = in_pixels(target[chosen], other[1])
    return tuple(
        ((float(a[0]), float(a[1])), (float(b[0]), float(b[1])))
        for a, b in zip(first, second, strict=True)
    )


def agreeing(source: Floats, target: Floats) -> npt.NDArray[np.intp]:
    """Return which of the matches (N, 2) mm → (N, 2) mm agree on one rotation and shift."""
    draw = np.random.default_rng(0)
    best = np.empty(0, dtype=np.intp)
    if len(source) < 2:
        return best
    for _ in range(_TRIES):
        pair = draw.choice(len(source), 2, replace=False)
        apart = math.hypot(*(source[pair[0]] - source[pair[1]]))
        apart_there = math.hypot(*(target[pair[0]] - target[pair[1]]))
        # Nothing is stretched: two true matches are as far apart in both.
        if apart < _LEAST_PAIR_MM or abs(apart - apart_there) > 2 * INLIER_MM:
            continue
        agreed = _close(source, target, rigid(source[pair], target[pair]))
        if len(agreed) > len(best):
            best = agreed
    for _ in range(3 if len(best) >= 2 else 0):
        best = _close(source, target, rigid(source[best], target[best]))
        if len(best) < 2:
            break
    return best


def _close(source: Floats, target: Floats, motion: list[float]) -> npt.NDArray[np.intp]:
    turn, x, y = motion
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    off = np.hypot(*(source @ rotation.T + (x, y) - target).T)
    return np.flatnonzero(off < INLIER_MM)


def _spread_out(points: Floats) -> list[int]:
    """Return up to four of some points, each as far from those before as it can be."""
    chosen = [int(np.hypot(*(points - points.mean(axis=0)).T).argmax())]
    while len(chosen) < min(MOST_LANDMARKS, len(points)):
        nearest = np.min([np.hypot(*(points - points[one]).T) for one in chosen], axis=0)
        if nearest.max() < _LEAST_PAIR_MM:
            break
        chosen.append(int(nearest.argmax()))
    return chosen


def _features(
    pixels: Pixels, calibration: Calibration, parts: Sequence[Outline], middle_px: Point
) -> tuple[Floats, npt.NDArray[np.float32]]:
    """Return features outside wound and cards: places (N, 2) mm of the own skin, descriptors."""
    most = round((2 * _REACH_MM * _PX_PER_MM) ** 2)
    flat = flattened(pixels, calibration, middle_px, _REACH_MM, most_px=most)
    by = min(1.0, _PX_PER_MM / flat.px_per_mm)
    size = (max(1, round(flat.rgba.shape[1] * by)), max(1, round(flat.rgba.shape[0] * by)))
    rgba = cv2.resize(flat.rgba, size, interpolation=cv2.INTER_AREA)
    scale = flat.px_per_mm * by
    grey = cv2.cvtColor(rgba, cv2.COLOR_RGBA2GRAY)
    grey = cv2.createCLAHE(3.0, (8, 8)).apply(grey)
    mask = _skin_alone(np.asarray(rgba[..., 3]), flat, scale, calibration, parts)
    sift = cv2.SIFT.create(_MOST_FEATURES, contrastThreshold=0.02)
    points = sift.detect(grey, mask)
    if not points:
        return np.empty((0, 2)), np.empty((0, 128), dtype=np.float32)
    points, described = sift.compute(grey, points)
    places = (np.array([point.pt for point in points]) + 0.5) / scale
    corner = np.array([flat.left_mm, flat.top_mm])
    return places + corner, np.asarray(described, dtype=np.float32)


def _skin_alone(
    alpha: Pixels,
    flat: FlatPicture,
    scale: float,
    calibration: Calibration,
    parts: Sequence[Outline],
) -> Pixels:
    """Return 255 where there is skin beside wound and cards."""
    rings = [(ring, _ROUND_WOUND_MM) for part in parts for ring in rings_on_skin(part, calibration)]
    rings += [(_card_on_skin(card, calibration), _ROUND_CARD_MM) for card in calibration.cards]
    edge = round(2 * scale)
    mask = np.where(alpha > 0, 255, 0).astype(np.uint8)
    mask = np.asarray(cv2.erode(mask, np.ones((edge, edge), np.uint8)), dtype=np.uint8)
    for skin, margin in rings:
        if len(skin) < 3:
            continue
        places = np.round((skin - (flat.left_mm, flat.top_mm)) * scale).astype(np.int32)
        cv2.fillPoly(mask, [places], 0)
        cv2.polylines(mask, [places], True, 0, max(1, round(2 * margin * scale)))
    return mask


def is_on_card(at_px: Point, calibration: Calibration) -> bool:
    """Whether a place of a photograph (its upright pixels) is on one of the cards seen in it.

    The card lies elsewhere at every visit: nothing on it is a landmark of the skin. False for a
    photograph whose scale isn't from a card.
    """
    place = points_on_skin(np.array([at_px], dtype=np.float64), calibration)[0]
    if not np.isfinite(place).all():
        return False
    rings = (_card_on_skin(card, calibration) for card in calibration.cards)
    return any(
        len(ring) > 2
        and cv2.pointPolygonTest(
            ring.astype(np.float32).reshape(-1, 1, 2),
            (float(place[0]), float(place[1])),
            measureDist=False,
        )
        >= 0
        for ring in rings
    )


def _radius(calibration: Calibration, parts: Sequence[Outline]) -> float:
    """Return half of the lesion's greatest extent, mm."""
    rings = [rings_on_skin(part, calibration)[0] for part in parts]
    rings = [ring for ring in rings if len(ring)]
    return float(np.hypot(*np.ptp(np.concatenate(rings), axis=0))) / 2 if rings else 0.0


def _card_on_skin(card: Card, calibration: Calibration) -> Floats:
    """Return a card's cut edge on the skin, mm, where its tags say: hidden parts included."""
    design = design_of_card(card)
    printed = dict(zip(design.tag_ids, design.tags_mm, strict=True))
    known = [tag for tag in card.tags if tag.id in printed]
    if not known:
        return np.empty((0, 2))
    seen = points_on_skin(
        np.array([corner for tag in known for corner in tag.corners_px]), calibration
    )
    nominal = np.array([corner for tag in known for corner in printed[tag.id]])
    there = np.isfinite(seen).all(axis=1)
    if there.sum() < 3:
        return np.empty((0, 2))
    turn, x, y = rigid(nominal[there], seen[there])
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    placed: Floats = np.asarray(design.outline_mm) @ rotation.T + (x, y)
    return placed
