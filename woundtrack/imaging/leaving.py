"""A picture fit to leave: one lesion and a few millimetres of skin, no card, nothing of its file.

Hides how it is cut, what is painted over, how it is laid flat by the card, and how it is written.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from woundtrack.imaging.blinding import cut_out
from woundtrack.imaging.cards.covering import (
    GREY,
    Box,
    codes_in,
    cover_of_cards,
    paint_codes,
)
from woundtrack.imaging.comparing.rectifying import laid_flat
from woundtrack.imaging.geometry.planimetry import in_pixels, mm_per_px_at, points_on_skin
from woundtrack.imaging.outline import as_ring, moved, outline_mask
from woundtrack.model import Calibration, Framing, Outline

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

MARGIN_MM: Final = 15.0
"""How much skin stays round a lesion at each side of its picture."""

AROUND_MM: Final = 60.0
"""How much round it in a picture that shows where on the body it is."""

MM_PER_PX: Final = (0.1, 0.2, 0.4, 0.8, 1.6)
"""What a pixel of a flat picture may be, in each direction: the least that the photograph has."""

LARGEST_PX: Final = 4000
"""Of either side of a flat picture: of a larger lesion a pixel is more."""

_MARGIN_SHARE: Final = 0.5  # of the longer extent, where there is no scale
_AROUND_SHARE: Final = 2.0
_BORDER: Final = 16  # places along each side of a frame
_QUALITY: Final = 95


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LeavingPicture:
    """A picture that shows no card.

    ``pixels`` is uint8 (H, W, 3) RGB; ``mask`` uint8 (H, W), 255 inside the outline that the area
    is of, or None without one. ``frame_px`` is the part of the photograph that it shows (left, top,
    right, bottom). ``mm_per_px`` is its scale where it is laid flat, and ``margin_mm`` how much
    skin stays at each side; None where there is no scale. ``hidden`` is the share of the outline
    that was painted over. ``has_other_codes`` says that a code was in it which is on no card of
    ours, such as a label's: it is painted over, what is written beside it isn't.
    ``has_card_in_part``: so little of a card is seen that it may show where it isn't painted over.
    ``still_readable``: a program can read a code in it all the same. Such a one must not leave.
    """

    pixels: Pixels
    mask: Pixels | None
    frame_px: Box
    mm_per_px: float | None = None
    margin_mm: float | None = None
    hidden: float = 0.0
    has_other_codes: bool = False
    has_card_in_part: bool = False
    still_readable: bool = False

    @property
    def jpeg(self) -> bytes:
        """The picture as a JPEG file without metadata: the same pixels give the same bytes."""
        out = io.BytesIO()
        Image.fromarray(self.pixels).save(out, "JPEG", quality=_QUALITY, subsampling=0)
        return out.getvalue()

    @property
    def mask_png(self) -> bytes:
        """The mask as a PNG file without metadata. Raises ``ValueError`` where there is none."""
        if self.mask is None:
            raise ValueError("nothing is outlined in this picture")
        out = io.BytesIO()
        Image.fromarray(self.mask).save(out, "PNG", compress_level=6)
        return out.getvalue()


def leaving_frame(
    around: Sequence[Outline],
    calibration: Calibration | None,
    size_px: tuple[int, int],
    framing: Framing,
) -> Box:
    """Return which part of a photograph a picture shows, px: left, top, right, bottom.

    ``around`` are the outlines that it is cut to, ``size_px`` the photograph's width and height.
    Raises ``ValueError`` for a picture cut to nothing.
    """
    width, height = size_px
    if framing is Framing.WHOLE:
        return 0, 0, width, height
    rings = [np.asarray(one.outer, dtype=np.float64) for one in around]
    if not rings:
        raise ValueError("there is no outline to cut the picture to")
    points = np.concatenate(rings)
    low, high = points.min(axis=0), points.max(axis=0)
    if calibration is None:
        share = _MARGIN_SHARE if framing is Framing.LESION else _AROUND_SHARE
        beside = share * float((high - low).max())
        low, high = low - beside, high + beside
    else:
        box = _box_mm(rings, calibration, framing)
        seen = np.empty((0, 2)) if box is None else _border_px(box, calibration)
        seen = np.concatenate([seen, points])
        # What lies past the horizon, or far round a limb, comes back from anywhere.
        some = points[:: max(1, len(points) // _BORDER)]
        margin = _margin_of(framing) / min(mm_per_px_at((x, y), calibration) for x, y in some)
        low = np.maximum(seen.min(axis=0), low - 2 * margin)
        high = np.minimum(seen.max(axis=0), high + 2 * margin)
    left, top = (max(math.floor(value), 0) for value in low)
    right, bottom = math.ceil(high[0]), math.ceil(high[1])
    box_px = (left, top, min(right, width), min(bottom, height))
    if box_px[2] - box_px[0] < 2 or box_px[3] - box_px[1] < 2:
        raise ValueError("the outline lies outside its picture")
    return box_px


def leaving_picture(
    pixels: Pixels,
    around: Sequence[Outline],
    outlined: Sequence[Outline],
    calibration: Calibration | None,
    framing: Framing = Framing.LESION,
    *,
    is_flat: bool = True,
) -> LeavingPicture:
    """Return a part of a photograph as it may leave, all cards in it painted over.

    Parameters
    ----------
    pixels
        The upright photograph, RGB uint8 (H, W, 3).
    around
        The outlines that it is cut to, px of the photograph; () for the whole of it.
    outlined
        Those that the mask is of.
    calibration
        Of the photograph; None where it has none.
    is_flat
        Laid flat, at one of ``MM_PER_PX``, where there is a calibration and it is cut to lesions.

    Raises ``ValueError`` as ``leaving_frame``.
    """
    height, width = pixels.shape[:2]
    frame = leaving_frame(around, calibration, (width, height), framing)
    left, top, right, bottom = frame
    piece = pixels[top:bottom, left:right].copy()
    cover = cover_of_cards(pixels, calibration, frame)
    cover.over(piece)
    others, readable = paint_codes(piece)
    rings = [moved(one, (-left, -top)) for one in outlined]
    mask = _mask_of(rings, piece.shape[:2])
    hidden = 0.0 if mask is None else float((cover.mask[mask > 0] > 0).mean() if mask.any() else 0)
    scale = margin = None
    if calibration is not None and framing is not Framing.WHOLE:
        margin = _margin_of(framing)
    if calibration is not None and is_flat and framing is not Framing.WHOLE:
        edges = [np.asarray(moved(one, (-left, -top)).outer, dtype=np.float64) for one in around]
        flat = _flat(piece, edges, rings, cut_out(calibration, (left, top)), framing)
        if flat is not None:
            piece, mask, scale = flat
            readable = readable or bool(codes_in(piece))
    return LeavingPicture(
        pixels=piece,
        mask=mask,
        frame_px=frame,
        mm_per_px=scale,
        margin_mm=margin,
        hidden=hidden,
        has_other_codes=cover.has_unknown or others,
        has_card_in_part=cover.is_unsure,
        still_readable=readable,
    )


# --- laid flat -----------------------------------------------------------------------------------


def _margin_of(framing: Framing) -> float:
    return MARGIN_MM if framing is Framing.LESION else AROUND_MM


def _box_mm(
    rings: Sequence[Floats], calibration: Calibration, framing: Framing
) -> tuple[Floats, Floats] | None:
    """Return the upper left and lower right corner of a frame on the skin, mm."""
    skin = points_on_skin(np.concatenate(rings), calibration)
    skin = skin[np.isfinite(skin).all(axis=1)]
    if len(skin) < 3:
        return None
    margin = _margin_of(framing)
    return skin.min(axis=0) - margin, skin.max(axis=0) + margin


def _border_px(box: tuple[Floats, Floats], calibration: Calibration) -> Floats:
    """Return places all over a frame of the skin as they are seen, px, those that are."""
    (x0, y0), (x1, y1) = box
    x, y = np.meshgrid(np.linspace(x0, x1, _BORDER), np.linspace(y0, y1, _BORDER))
    seen = in_pixels(np.column_stack([x.ravel(), y.ravel()]), calibration)
    return np.asarray(seen[np.isfinite(seen).all(axis=1)])


def _flat(
    piece: Pixels,
    edges: Sequence[Floats],
    rings: Sequence[Outline],
    calibration: Calibration,
    framing: Framing,
) -> tuple[Pixels, Pixels | None, float] | None:
    """Return a piece of a photograph laid flat, the mask in it, and its scale, mm a pixel."""
    box = _box_mm(edges, calibration, framing)
    if box is None:
        return None
    (x0, y0), (x1, y1) = box
    middle = np.concatenate(edges).mean(axis=0)
    at = (float(middle[0]), float(middle[1]))
    finest = mm_per_px_at(at, calibration)
    if not math.isfinite(finest):
        return None
    longest = max(x1 - x0, y1 - y0)
    fitting = [one for one in MM_PER_PX if one > 0.7 * finest and longest / one <= LARGEST_PX]
    if not fitting:
        return None
    scale = fitting[0]
    size = (math.ceil((x1 - x0) / scale), math.ceil((y1 - y0) / scale))
    corner = (float(x0), float(y0))
    picture = laid_flat(piece, calibration, corner, size, 1 / scale, at)
    is_seen = picture.rgba[..., 3] > 0
    flat = np.where(is_seen[..., None], picture.rgba[..., :3], np.uint8(GREY))
    laid = [_laid(one, calibration, corner, scale) for one in rings]
    mask = _mask_of([one for one in laid if one is not None], size[::-1])
    return np.ascontiguousarray(flat), mask, scale


def _laid(
    outline: Outline, calibration: Calibration, corner: tuple[float, float], scale: float
) -> Outline | None:
    rings = []
    for ring in (outline.outer, *outline.islands):
        skin = points_on_skin(np.asarray(ring, dtype=np.float64), calibration)
        skin = skin[np.isfinite(skin).all(axis=1)]
        rings.append((skin - corner) / scale)
    if len(rings[0]) < 3:
        return None
    return Outline(
        outer=as_ring(rings[0]), islands=tuple(as_ring(one) for one in rings[1:] if len(one) > 2)
    )


def _mask_of(rings: Sequence[Outline], shape: tuple[int, ...]) -> Pixels | None:
    if not rings:
        return None
    mask: Pixels = np.zeros(shape[:2], dtype=np.uint8)
    for one in rings:
        mask[outline_mask(one, (shape[0], shape[1]))] = 255
    return mask
