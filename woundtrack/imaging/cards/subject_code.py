"""Whose card it is: the QR code on the cards that were printed for one patient.

Hides its place on the card, straightening it, and what isn't to be believed.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.cards.look import Floats, Pixels, design_of_card, placed_on_photograph
from woundtrack.imaging.geometry.plane import homography_of
from woundtrack.model import Calibration, Card

SUBJECT_LENGTH: Final = 40

NO_NAMES: Final = "give one with a digit in it, such as WT-0147: a code must not be a person's name"
"""What is asked for in place of a code that ``may_be_a_name``."""

_WHITE_MM: Final = 2.4
_PX_PER_MM: Final = 10.0
_LEAST_PX_PER_MM: Final = 3.0
_LEAST_CONTRAST: Final = 40
_SOFT_PX: Final = 3.0


def may_be_a_name(code: str) -> bool:
    """Return whether a patient code might be a person's name: nothing in it is a digit.

    Cards and libraries are pseudonymous, and whoever finds a printed sheet can read it.
    """
    return not any(sign.isdigit() for sign in code)


def subject_code(pixels: Pixels, calibration: Calibration) -> str | None:
    """Return the patient's code that the cards in a photograph bear; None where they bear none.

    The code is looked for only where it is printed, which the tags tell. Cards that name different
    patients name none. Cards of before may bear a code that ``may_be_a_name``: it still tells whose
    they are, in a library that has the patient.

    Parameters
    ----------
    pixels
        The upright photograph, uint8 (H, W, 3) RGB.
    calibration
        What was found in it.
    """
    found = {_on_card(pixels, calibration, card) for card in calibration.cards} - {None}
    return found.pop() if len(found) == 1 else None


def _on_card(pixels: Pixels, calibration: Calibration, card: Card) -> str | None:
    design = design_of_card(card)
    if design.code_mm is None:
        return None
    left, top, side = design.code_mm
    near, far = -_WHITE_MM, side + _WHITE_MM
    square = np.array([[near, near], [far, near], [far, far], [near, far]])
    seen = placed_on_photograph(square + np.array([left, top]), calibration, card, design)
    straight = _straightened(pixels, seen, side + 2 * _WHITE_MM)
    if straight is None or np.ptp(np.percentile(straight, (5, 95))) < _LEAST_CONTRAST:
        return None
    reader = cv2.QRCodeDetector()
    begin, end = _WHITE_MM * _PX_PER_MM - 0.5, (side + _WHITE_MM) * _PX_PER_MM - 0.5
    corners = np.array([[[begin, begin], [end, begin], [end, end], [begin, end]]], np.float32)
    words, _ = reader.decode(straight, corners)
    if not words:  # a little out of focus
        soft = cv2.GaussianBlur(straight, (0, 0), _SOFT_PX)
        words, _ = reader.decode(cv2.addWeighted(straight, 3.0, soft, -2.0, 0), corners)
    if not words:  # a millimetre off, where the card isn't quite flat
        words, _, _ = reader.detectAndDecode(straight)
    code = words.strip()
    is_code = 0 < len(code) <= SUBJECT_LENGTH and code.isprintable()
    return code if is_code else None


def _straightened(pixels: Pixels, seen: Floats, side_mm: float) -> npt.NDArray[np.uint8] | None:
    """Return the grey square between four corners, px, seen from straight above; None if it can't.

    It is cut out first, so that a large photograph costs no more than a small one.
    """
    height, width = pixels.shape[:2]
    if not np.isfinite(seen).all() or (seen < 0).any() or (seen > (width, height)).any():
        return None
    x0, y0 = np.floor(seen.min(axis=0)).astype(int)
    x1, y1 = np.ceil(seen.max(axis=0)).astype(int)
    if min(x1 - x0, y1 - y0) < side_mm * _LEAST_PX_PER_MM:
        return None
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[y0:y1, x0:x1]), cv2.COLOR_RGB2GRAY)
    size = round(side_mm * _PX_PER_MM)
    ring = np.array([[0.0, 0.0], [size, 0.0], [size, size], [0.0, size]])
    places = seen - (x0, y0)
    # Where it is seen much larger than it is read, its pixels are averaged.
    shrink = min(1.0, 1.5 * size / max(x1 - x0, y1 - y0))
    if shrink < 1:
        small = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        places = places * (small.shape[1] / grey.shape[1], small.shape[0] / grey.shape[0])
        grey = small
    centres = np.array([[-0.5, -0.5]])
    to_px = homography_of(ring + centres, places + centres)
    straight = cv2.warpPerspective(
        grey, to_px, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    return np.asarray(straight, dtype=np.uint8)
