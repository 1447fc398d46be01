"""From the printed cards in a photograph to millimetres: their plane, or the limb they lie round.

Hides which of the two the cards' tags show, and when neither is to be believed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.errors import CardOffPlane, CardsTooFarApart, CardTooSmall, CardTooTilted
from woundtrack.imaging.cards.card import TAGS_PER_BLOCK
from woundtrack.imaging.cards.finder import LEAST_TAG_PX, SeenCard, cards_in
from woundtrack.imaging.cards.look import TURNED_AWAY, hull_of, places_on_card, ring_of_card, within
from woundtrack.imaging.geometry.limb import scaled_limb, tilts_deg
from woundtrack.imaging.geometry.plane import (
    Plane,
    Sheet,
    homography_of,
    inverse,
    mapped,
    matrix_of,
    robust_plane,
    signed_area,
)
from woundtrack.imaging.scale.limb_fit import (
    EXIF_FOCAL_SPREAD,
    UNKNOWN_FOCAL_SPREAD,
    LimbFit,
    fitted_limb,
)
from woundtrack.imaging.scale.print_scale import print_doubts, print_scale_on
from woundtrack.model import (
    UNMEASURED_PRINT_SPREAD,
    Calibration,
    Card,
    Doubt,
    Photograph,
    PrintScale,
    Tag,
)

Floats = NDArray[np.float64]

METHOD: Final = "plane of the card's tags, 1"
LIMB_METHOD: Final = "limb under the cards' tags, 3"

# --- declared limits; the figures behind them: benchmarks/corners.py and benchmarks/area_error.py

SMALL_TAG_PX: Final = 80.0
"""Side of a tag below which the scale is doubted."""

DOUBTED_TILT_DEG: Final = 35.0
LEAST_SURE_TILT_DEG: Final = 55.0

BENT_MM: Final = 0.2
BENT_PX: Final = 0.6
"""RMS of one tag off the common plane, in mm and in pixels, from which a card counts as bent. A
flat card that fills a picture taken through an uncorrected lens of k1 = ±0.05 reaches 0.16 mm; an
arm lifted by 4 mm at its end, which makes areas wrong by 2 to 4 %, is 0.2 mm off."""

ABSURD_MM: Final = 2.0
"""RMS of all corners off the plane from which no plane is believed."""

LEAST_LIMB_TAGS: Final = 3
_ENOUGH_OF_STRIP: Final = 4
LIMB_PX: Final = 0.5
LIMB_SHARE: Final = 0.01
"""RMS of the corners off the fitted limb, in pixels and of a tag's side, that is believed."""

DEFAULT_FOCAL_35MM: Final = 27.0
"""Of a phone's main camera, where neither EXIF nor the card's perspective says."""

FULL_FRAME_DIAGONAL_MM: Final = 43.2666


def find_calibration(
    pixels: NDArray[np.uint8],
    photograph: Photograph | None = None,
    *,
    print_scale: PrintScale | None = None,
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
        How long the printer made the sheet's bars; None where nobody measured them. Measured more
        than a year before the photograph was taken, it is old.

    Where the tags lie off any plane, or a strip is in view, a limb is fitted to them, and taken
    where it explains what the plane doesn't.

    Returns
    -------
    Millimetres in the first card's frame (its top-left corner is the origin). ``doubts`` may hold
    ``card_small``, ``card_tilted``, ``card_hidden``, ``card_cut_off``, ``card_bent``,
    ``cards_apart``, ``card_round``,
    ``print_scale_unmeasured``, ``print_scale_old``.

    Raises
    ------
    CardNotFound
        No tag of a printed card was found.
    CardUnreliable
        Tags are too small, too tilted, or far from any common plane.
    """
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    cards = cards_in(np.ascontiguousarray(grey, dtype=np.uint8))
    tag_px = float(np.median([tag.side_px for card in cards for tag in card.tags]))
    flat = mapped(
        homography_of(cards[0].places_mm, cards[0].corners_px),
        np.asarray(cards[0].design.outline_mm),
    )
    whole = within(flat, (grey.shape[1], grey.shape[0]))
    if tag_px < LEAST_TAG_PX:
        raise CardTooSmall(tag_px=tag_px, least_px=LEAST_TAG_PX).at(whole)
    sheets = [Sheet(printed_mm=card.places_mm, seen_px=card.corners_px) for card in cards]
    bent_mm = max(BENT_MM, BENT_PX * cards[0].design.nominal_mm / tag_px)
    plane = robust_plane(sheets, bent_mm)
    are_apart = plane.is_bent and _are_apart(sheets, cards, bent_mm)
    focal = None if photograph is None else photograph.focal_length_35mm
    known = print_scale_on(print_scale, None if photograph is None else photograph.taken_on)
    scale = 1.0 if known is None else known.scale
    limb = None if are_apart else _limb(sheets, plane, grey.shape, focal, tag_px, cards)
    to_px = plane.to_px if limb is None else limb.plane_to_px
    residuals_mm = (plane if limb is None else limb).residuals_mm * scale
    decided = residuals_mm if limb is None else residuals_mm[limb.used]
    residual_mm = math.sqrt(float(np.mean(decided**2)))
    if residual_mm > ABSURD_MM:
        off = CardsTooFarApart if are_apart else CardOffPlane
        raise off(off_mm=float(residuals_mm.max())).at(whole)
    tilt_deg = _tilt_deg(to_px, grey.shape, focal)
    if limb is not None:
        # A limb turns away on either side: how the camera is held tells the tag that faces it most.
        middles = limb.places_mm.reshape(-1, 4, 2).mean(axis=1)
        tilt_deg = min(tilt_deg, float(tilts_deg(limb.limb, middles).min()))
    if tilt_deg > LEAST_SURE_TILT_DEG:
        raise CardTooTilted(tilt_deg=tilt_deg, most_deg=LEAST_SURE_TILT_DEG).at(whole)
    places_mm = (plane if limb is None else limb).places_mm
    scaled = np.diag([scale, scale, 1.0]) @ inverse(to_px)
    to_mm = scaled / scaled[2, 2]
    centre = mapped(to_px, places_mm.mean(axis=0, keepdims=True))[0]
    calibration = Calibration(
        method=METHOD if limb is None else LIMB_METHOD,
        homography=matrix_of(to_mm),
        cards=_cards_of(cards, plane if limb is None else limb, scale),
        mm_per_px=_mm_per_px(to_mm, centre),
        tilt_deg=tilt_deg,
        residual_mm=residual_mm,
        print_scale=scale,
        print_scale_sd=UNMEASURED_PRINT_SPREAD if known is None else known.spread,
        printed_by="" if known is None else known.name,
        focal_px=_focal_px(to_px, grey.shape, focal) if limb is None else limb.limb.focal_px,
        focal_spread=UNKNOWN_FOCAL_SPREAD if focal is None else EXIF_FOCAL_SPREAD,
        centre_px=(grey.shape[1] / 2, grey.shape[0] / 2),
        limb=None if limb is None else scaled_limb(limb.limb, scale),
    )
    doubts = _doubts(
        calibration,
        (grey.shape[1], grey.shape[0]),
        tag_px,
        is_bent=limb is None and plane.is_bent and not are_apart,
        are_apart=are_apart,
    )
    return replace(calibration, doubts=doubts + print_doubts(known))


def _limb(
    sheets: Sequence[Sheet],
    plane: Plane,
    shape: Sequence[int],
    focal_35mm: float | None,
    tag_px: float,
    cards: Sequence[SeenCard],
) -> LimbFit | None:
    """Return the limb that the cards lie round; None where they lie flat, or as on no limb."""
    is_strip = any(card.design.kind == "strip" for card in cards)
    if not (plane.is_bent or is_strip) or sum(len(card.tags) for card in cards) < LEAST_LIMB_TAGS:
        return None
    fit = fitted_limb(sheets, plane.to_px, (shape[1], shape[0]), focal_35mm, DEFAULT_FOCAL_35MM)
    if fit is None or fit.residual_px > max(LIMB_PX, LIMB_SHARE * tag_px):
        return None
    return fit


def _are_apart(sheets: Sequence[Sheet], cards: Sequence[SeenCard], bent_mm: float) -> bool:
    """Whether each card is flat by itself, and together they are not.

    Strips are laid along a limb too, each straight and no two in one plane: that is no fault.
    """
    if len(sheets) < 2 or any(card.design.kind == "strip" for card in cards):
        return False
    return not any(robust_plane([sheet], bent_mm).is_bent for sheet in sheets)


def _doubts(
    calibration: Calibration,
    size_px: tuple[int, int],
    tag_px: float,
    *,
    is_bent: bool,
    are_apart: bool,
) -> tuple[Doubt, ...]:
    tags = [tag for card in calibration.cards for tag in card.tags]
    whole = ring_of_card(calibration, calibration.cards[0], size_px)
    worst = max(tags, key=lambda tag: tag.residual_mm)
    off = (("residual_mm", worst.residual_mm),)
    doubts = []
    # Rounded as the sentences say them: no "80 pixels, and 80 are needed".
    if round(tag_px) < SMALL_TAG_PX:
        doubts.append(Doubt(code="card_small", values=(("tag_px", tag_px),), place_px=whole))
    if round(calibration.tilt_deg) > DOUBTED_TILT_DEG:
        tilt = (("tilt_deg", calibration.tilt_deg),)
        doubts.append(Doubt(code="card_tilted", values=tilt, place_px=whole))
    doubts += _doubts_of_missing(calibration, size_px)
    if is_bent:
        doubts.append(Doubt(code="card_bent", values=off, place_px=worst.corners_px))
    if are_apart:
        # The first is the plane's own; of the others, that which is most off it.
        odd = max(calibration.cards[1:], key=lambda card: max(tag.residual_mm for tag in card.tags))
        place = ring_of_card(calibration, odd, size_px)
        doubts.append(Doubt(code="cards_apart", values=off, place_px=place))
    if calibration.limb is not None and all(card.kind != "strip" for card in calibration.cards):
        doubts.append(Doubt(code="card_round", place_px=whole))
    return tuple(doubts)


def _doubts_of_missing(calibration: Calibration, size_px: tuple[int, int]) -> list[Doubt]:
    """Return what there is to say of tags that aren't seen, of the card that shows most of them."""
    best = max(calibration.cards, key=lambda card: len(card.tags))
    on_card = places_on_card(calibration, best)
    # Round a limb some tags of a strip are always out of sight, or turned away.
    least = 0.0
    if calibration.limb is not None:
        least = TURNED_AWAY * max(abs(signed_area(np.asarray(t.corners_px))) for t in best.tags)
    missing = [
        ring
        for _, ring in on_card.missing
        if np.isfinite(ring).all() and abs(signed_area(ring)) > least
    ]
    outside = [ring for ring in missing if ring.min() < 0 or (ring > size_px).any()]
    inside = [ring for ring in missing if ring.min() >= 0 and (ring <= size_px).all()]
    found, expected = len(best.tags), len(best.tags) + len(on_card.missing)
    enough = min(expected, _ENOUGH_OF_STRIP if best.kind == "strip" else TAGS_PER_BLOCK)
    told = []
    if outside and (best.kind != "strip" or found < enough):
        values = (("found", found), ("expected", expected))
        place = ring_of_card(calibration, best, size_px)
        told.append(Doubt(code="card_cut_off", values=values, place_px=place))
    if inside and found + len(outside) < enough:
        values = (("found", found), ("expected", enough))
        told.append(Doubt(code="card_hidden", values=values, place_px=hull_of(inside)))
    return told


# --- what is told of it --------------------------------------------------------------------------


def _tilt_deg(to_px: Floats, shape: Sequence[int], focal_35mm: float | None) -> float:
    """Return the angle between the camera's axis and the plane's normal.

    The principal point is taken in the middle of the picture, pixels as square.
    """
    centred = _centred(to_px, shape)
    focal = _focal(centred, focal_35mm)
    across, down = (centred[:, column] / (focal, focal, 1.0) for column in (0, 1))
    normal = np.cross(across, down)
    return math.degrees(math.acos(min(1.0, abs(float(normal[2])) / float(np.linalg.norm(normal)))))


def _focal_px(to_px: Floats, shape: Sequence[int], focal_35mm: float | None) -> float:
    """Return the focal length in pixels: EXIF's, else what the cards' perspective says."""
    return _focal(_centred(to_px, shape), focal_35mm) * math.hypot(*shape[:2])


def _centred(to_px: Floats, shape: Sequence[int]) -> Floats:
    """Return the map to a picture whose middle is the origin and whose diagonal is 1."""
    height, width = shape[:2]
    diagonal = math.hypot(width, height)
    centred = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]]) @ to_px
    centred = centred / diagonal
    centred[2] *= diagonal
    return np.asarray(centred, dtype=np.float64)


def _focal(centred: Floats, focal_35mm: float | None) -> float:
    if focal_35mm is None:
        return _focal_from(centred)
    return focal_35mm / FULL_FRAME_DIAGONAL_MM


def _focal_from(centred: Floats) -> float:
    """Return the focal length, of a picture whose diagonal is 1, that makes the axes square.

    Zhang 2000 (doi:10.1109/34.888718), equations 3 and 4, with the focal length alone unknown.
    Seen from straight above a plane tells nothing of it; then a phone's usual one is taken.
    """
    usual = DEFAULT_FOCAL_35MM / FULL_FRAME_DIAGONAL_MM
    (a, b), (c, d), (e, f) = centred[:, :2]
    # Of 1/f²: the axes' product, and the difference of their squares, are zero.
    byinverse = np.array([a * b + c * d, (a * a + c * c - b * b - d * d) / 2])
    constant = np.array([e * f, (e * e - f * f) / 2])
    size = (a * a + b * b + c * c + d * d) / 2
    if float(np.hypot(*byinverse)) < 0.03 * size:  # less than about 20° of tilt
        return usual
    inverse = -float(byinverse @ constant) / float(byinverse @ byinverse)
    if inverse <= 0:
        return usual
    return min(max(1 / math.sqrt(inverse), 0.4), 4.0)


def _mm_per_px(to_mm: Floats, at_px: Floats) -> float:
    """Return the root of the area a pixel covers there: |det J| of the homography."""
    depth = float(to_mm[2] @ np.append(at_px, 1.0))
    return math.sqrt(abs(float(np.linalg.det(to_mm))) / abs(depth) ** 3)


def _cards_of(
    cards: Sequence[SeenCard], solved: Plane | LimbFit, print_scale: float
) -> tuple[Card, ...]:
    told = []
    number = 0
    for card in cards:
        tags = []
        for tag, places in zip(card.tags, card.places_mm.reshape(-1, 4, 2), strict=True):
            corners = solved.corners_px[4 * number : 4 * number + 4]
            tags.append(
                Tag(
                    id=tag.id,
                    corners_px=tuple((float(x), float(y)) for x, y in corners),
                    corners_mm=tuple((float(x), float(y)) for x, y in places * print_scale),
                    residual_mm=float(solved.residuals_mm[number]) * print_scale,
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
