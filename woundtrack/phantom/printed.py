"""A card of paper, cut from a printed PDF, lying on the skin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.phantom.camera import Camera
from woundtrack.phantom.coverage import Window, coverage, window_round
from woundtrack.phantom.scene import CardPrint
from woundtrack.phantom.texture import Layer, blurred, noise

PAPER = (0.86, 0.865, 0.855)
POINTS_PER_MM = 72 / 25.4
RASTER_PX_PER_MM = (5.0, 8.0, 12.0, 16.0, 24.0, 32.0)  # few, so that a series shares them
_FINE = 2  # samples a side of each pixel


@dataclass(frozen=True, slots=True)
class LaidCard:
    """A card in the picture: reflectance (h, w, 3) and cover in its window, its shadow round it."""

    window: Window
    cover: Layer
    colours: npt.NDArray[np.float32]
    shadow: Layer


def _misprinted(ink: npt.NDArray[np.float32], fault: float) -> npt.NDArray[np.float32]:
    """Return what inks that are not sRGB make of it: impure, and spread over the paper's white."""
    impure = np.array([[0.93, 0.04, 0.03], [0.06, 0.87, 0.07], [0.02, 0.11, 0.87]])
    mixing = (1 - fault) * np.eye(3) + fault * impure
    mixed = np.clip(ink @ mixing.T.astype(np.float32), 0, 1)
    spread: npt.NDArray[np.float32] = mixed ** np.float32(1 + 0.2 * fault)
    return spread


@lru_cache(maxsize=2)
def _printed(
    pdf: bytes,
    page_mm: tuple[float, float],
    rect_mm: tuple[float, float, float, float],
    px_per_mm: float,
) -> tuple[npt.NDArray[np.uint16], float, float]:
    """Return (ink, across, down): the card's part of the page, and the exact pixels per mm.

    ``ink`` is linear reflectance, (h, w, 3), 65535 for bare paper. Remembered for the next picture
    of a series.
    """
    import pypdfium2

    x, y, width, height = rect_mm
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        scale = px_per_mm / POINTS_PER_MM
        whole = math.ceil(page.get_width() * scale), math.ceil(page.get_height() * scale)
        across, down = whole[0] / page_mm[0], whole[1] / page_mm[1]
        # Cropped to whole pixels, so that the page's own grid stays where it is.
        left, top = round(x * across), round(y * down)
        right = whole[0] - round((x + width) * across)
        bottom = whole[1] - round((y + height) * down)
        crop = tuple(max(0.0, (edge - 0.5) / scale) for edge in (left, bottom, right, top))
        bitmap = page.render(scale=scale, crop=crop)
        values = np.ascontiguousarray(bitmap.to_numpy()[..., 2::-1])
    finally:
        document.close()
    # Inside an ink the value is sRGB. Where two inks share a pixel it is their blend by area, and
    # decoding it as sRGB would move every edge: there the blend is undone in linear light.
    level = np.arange(256, dtype=np.float32) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    square = np.ones((3, 3), dtype=np.uint8)
    low, high = cv2.erode(values, square), cv2.dilate(values, square)
    share = (values - low).astype(np.float32) / np.maximum(high - low, 1)
    dark, bright = linear[low], linear[high]
    ink = np.where(high - low < 8, linear[values], dark + share * (bright - dark))
    return np.round(ink * 65535).astype(np.uint16), across, down


def card_to_skin(card: CardPrint, points_mm: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return where points of the page, mm, lie on the skin, mm."""
    x, y, width, height = card.rect_mm
    turn = math.radians(card.angle_deg)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    centred = np.asarray(points_mm, dtype=np.float64).reshape(-1, 2) - (
        x + width / 2,
        y + height / 2,
    )
    centred = centred * (1.0, card.stretch)
    laid: npt.NDArray[np.float64] = centred @ rotation.T * card.print_scale + card.centre_mm
    return laid


def _cut_finely(ring_mm: tuple[tuple[float, float], ...]) -> npt.NDArray[np.float64]:
    """Return a ring with a point at least every millimetre."""
    ring = np.asarray(ring_mm, dtype=np.float64)
    sides = []
    for start, end in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        count = max(1, math.ceil(float(np.hypot(*(end - start)))))
        sides.append(start + (end - start) * (np.arange(count)[:, None] / count))
    return np.concatenate(sides)


def lay_card(card: CardPrint, camera: Camera, seed: int) -> LaidCard | None:
    """Return the card as the camera sees it, or None when it is out of the picture."""
    surface = card.surface(camera.limb)
    is_curved = surface is not None or camera.limb is not None  # and so are the paper's edges
    rings_mm = [_cut_finely(ring) if is_curved else ring for ring in card.paper_mm]
    rings_px = [camera.project(card_to_skin(card, ring), surface) for ring in rings_mm]
    scale = camera.px_per_mm(card.centre_mm)
    window = window_round(np.vstack(rings_px), 5 * scale, camera.width_px, camera.height_px)
    x0, y0, x1, y1 = window
    if x1 <= x0 or y1 <= y0:
        return None
    wanted = next((step for step in RASTER_PX_PER_MM if step >= 1.6 * scale), RASTER_PX_PER_MM[-1])
    ink16, across, down = _printed(card.pdf, card.page_mm, card.rect_mm, wanted)

    columns = x0 + (np.arange((x1 - x0) * _FINE)[None, :] + 0.5) / _FINE
    rows = y0 + (np.arange((y1 - y0) * _FINE)[:, None] + 0.5) / _FINE
    curved = surface if surface is not None else camera.limb
    if curved is None:
        skin_x, skin_y = camera.plane_at(columns.astype(np.float32), rows.astype(np.float32))
        is_seen = None
    else:
        met_x, met_y, clearance = camera.met(columns, rows, curved)
        skin_x, skin_y = met_x.astype(np.float32), met_y.astype(np.float32)
        is_seen = (clearance > 0).astype(np.float32)
    x, y, width, height = card.rect_mm
    turn = math.radians(card.angle_deg)
    c, s = math.cos(turn) / card.print_scale, math.sin(turn) / card.print_scale
    skin_x -= np.float32(card.centre_mm[0])
    skin_y -= np.float32(card.centre_mm[1])
    page_x = skin_x * np.float32(c) + skin_y * np.float32(s) + np.float32(width / 2)
    c, s = c / card.stretch, s / card.stretch
    page_y = skin_y * np.float32(c) - skin_x * np.float32(s) + np.float32(height / 2)
    # A source pixel's centre lies half a pixel in from its edge.
    map_x = page_x * np.float32(across) + np.float32(x * across - round(x * across) - 0.5)
    map_y = page_y * np.float32(down) + np.float32(y * down - round(y * down) - 0.5)
    ink = cv2.remap(ink16, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    ink = cv2.resize(ink, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    ink = ink.astype(np.float32) * np.float32(1 / 65535)
    if is_seen is None:
        cover = coverage(rings_px, window)
    else:
        # Round a limb the paper's outline folds back behind it: covered is what is seen of it.
        paper = coverage(
            [(np.asarray(ring) - (x, y)) * (across, down) for ring in card.paper_mm],
            (0, 0, ink16.shape[1], ink16.shape[0]),
        )
        outside = cv2.BORDER_CONSTANT
        laid = cv2.remap(paper, map_x, map_y, cv2.INTER_LINEAR, borderMode=outside) * is_seen
        cover = cv2.resize(laid, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA).astype(
            np.float32
        )
    if card.hidden > 0:
        shown = (page_x <= (1 - card.hidden) * width).astype(np.float32)
        cover *= cv2.resize(shown, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)

    rng = np.random.default_rng([seed, 41])
    wave = noise(rng, px_per_mm=1.0, wave_mm=70, finest_mm=15, slope=1.2, size=256)
    fibre = noise(rng, px_per_mm=min(8.0, scale), wave_mm=1.2, finest_mm=0.3, slope=0.3, size=256)
    small_x = np.ascontiguousarray(page_x[::_FINE, ::_FINE])
    small_y = np.ascontiguousarray(page_y[::_FINE, ::_FINE])
    sheen = 1 + np.float32(0.022) * wave.at(small_x, small_y, 8)
    sheen += np.float32(0.006) * fibre.at(small_x, small_y)
    if card.ink_fault:
        ink = _misprinted(ink, card.ink_fault)
    colours = ink * np.array(PAPER, dtype=np.float32) * sheen[..., None].astype(np.float32)
    # Toner is dark, not black: it scatters a little of the light.
    colours = colours + np.float32(0.022)
    near = blurred(cover, 0.45 * scale)
    few: Layer = cv2.resize(  # type: ignore[assignment]
        cover, (max(1, (x1 - x0) // 4), max(1, (y1 - y0) // 4)), interpolation=cv2.INTER_AREA
    )
    offset = np.array([[1, 0, 0.125 * scale], [0, 1, 0.175 * scale]], dtype=np.float32)
    far = cv2.warpAffine(blurred(few, 0.4 * scale), offset, (few.shape[1], few.shape[0]))
    cast = cv2.resize(far, (x1 - x0, y1 - y0))
    shadow = 1 - 0.30 * np.maximum(near, cast * 0.8) * (1 - cover)
    return LaidCard(window, cover, colours.astype(np.float32), shadow.astype(np.float32))
