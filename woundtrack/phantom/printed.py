"""A card of paper, cut from a printed PDF, lying on the skin."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.phantom.camera import Camera
from woundtrack.phantom.coverage import Window, coverage, window_round
from woundtrack.phantom.scene import CardPrint
from woundtrack.phantom.texture import Layer, blurred, noise

PAPER = (0.86, 0.865, 0.855)
POINTS_PER_MM = 72 / 25.4
_FINE = 2  # samples a side of each pixel


@dataclass(frozen=True, slots=True)
class LaidCard:
    """A card in the picture: reflectance (h, w, 3) and cover in its window, its shadow round it."""

    window: Window
    cover: Layer
    colours: npt.NDArray[np.float32]
    shadow: Layer


def rasterised(card: CardPrint, px_per_mm: float) -> tuple[npt.NDArray[np.uint8], float, float]:
    """Return the card's part of the page, (h, w, 3), and the exact px per mm across and down."""
    import pypdfium2

    x, y, width, height = card.rect_mm
    document = pypdfium2.PdfDocument(card.pdf)
    try:
        page = document[0]
        scale = px_per_mm / POINTS_PER_MM
        page_width, page_height = page.get_width(), page.get_height()
        whole = math.ceil(page_width * scale), math.ceil(page_height * scale)
        across, down = whole[0] / card.page_mm[0], whole[1] / card.page_mm[1]
        # Cropped to whole pixels, so that the page's own grid stays where it is.
        left, top = round(x * across), round(y * down)
        right = whole[0] - round((x + width) * across)
        bottom = whole[1] - round((y + height) * down)
        bitmap = page.render(
            scale=scale,
            crop=tuple((edge - 0.5) / scale if edge else 0 for edge in (left, bottom, right, top)),
        )
        picture: npt.NDArray[np.uint8] = cv2.cvtColor(bitmap.to_numpy()[..., :3], cv2.COLOR_BGR2RGB)
        picture = picture.copy()
    finally:
        document.close()
    return picture, across, down


def card_to_skin(card: CardPrint, points_mm: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return where points of the page, mm, lie on the skin, mm."""
    x, y, width, height = card.rect_mm
    turn = math.radians(card.angle_deg)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    centred = np.asarray(points_mm, dtype=np.float64).reshape(-1, 2) - (x + width / 2, y + height / 2)
    laid: npt.NDArray[np.float64] = centred @ rotation.T * card.print_scale + card.centre_mm
    return laid


def lay_card(card: CardPrint, camera: Camera, seed: int) -> LaidCard | None:
    """Return the card as the camera sees it, or None when it is out of the picture."""
    rings_px = [camera.project(card_to_skin(card, ring)) for ring in card.paper_mm]
    scale = camera.px_per_mm(card.centre_mm)
    window = window_round(np.vstack(rings_px), 5 * scale, camera.width_px, camera.height_px)
    x0, y0, x1, y1 = window
    if x1 <= x0 or y1 <= y0:
        return None
    printed, across, down = rasterised(card, float(np.clip(2.5 * scale, 8, 40)))
    inks = _linear(printed)

    columns = x0 + (np.arange((x1 - x0) * _FINE)[None, :] + 0.5) / _FINE
    rows = y0 + (np.arange((y1 - y0) * _FINE)[:, None] + 0.5) / _FINE
    skin_x, skin_y = camera.plane_at(*np.broadcast_arrays(columns, rows))
    x, y, width, height = card.rect_mm
    turn = math.radians(card.angle_deg)
    dx = (skin_x - card.centre_mm[0]) / card.print_scale
    dy = (skin_y - card.centre_mm[1]) / card.print_scale
    page_x = dx * math.cos(turn) + dy * math.sin(turn) + x + width / 2
    page_y = dy * math.cos(turn) - dx * math.sin(turn) + y + height / 2
    # A source pixel's centre lies half a pixel in from its edge.
    map_x = (page_x * across - round(x * across) - 0.5).astype(np.float32)
    map_y = (page_y * down - round(y * down) - 0.5).astype(np.float32)
    finest = 2.5 * scale / _FINE
    ink = cv2.remap(
        blurred(inks, max(0.0, 0.35 * (across / (scale * _FINE) - 1))),
        map_x,
        map_y,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    del finest
    ink = cv2.resize(ink, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    cover = coverage(rings_px, window)
    if card.hidden > 0:
        hidden = page_x - x > (1 - card.hidden) * width
        shown = cv2.resize(
            (~hidden).astype(np.float32), (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA
        )
        cover = cover * shown

    rng = np.random.default_rng([seed, 41])
    wave = noise(rng, px_per_mm=1.0, wave_mm=70, finest_mm=15, slope=1.2)
    fibre = noise(rng, px_per_mm=min(8.0, scale), wave_mm=1.2, finest_mm=0.3, slope=0.3)
    small_x = cv2.resize(dx.astype(np.float32), (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    small_y = cv2.resize(dy.astype(np.float32), (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    sheen = 1 + 0.022 * wave.at(small_x, small_y) + 0.006 * fibre.at(small_x, small_y)
    colours = ink * np.array(PAPER, dtype=np.float32) * sheen[..., None].astype(np.float32)
    # Toner is dark, not black: it scatters a little of the light.
    colours = colours + np.float32(0.022)
    near, far = blurred(cover, 0.45 * scale), blurred(cover, 1.6 * scale)
    offset = np.array([[1, 0, 0.5 * scale], [0, 1, 0.7 * scale]], dtype=np.float32)
    cast = cv2.warpAffine(far, offset, (x1 - x0, y1 - y0))
    shadow = 1 - 0.30 * np.maximum(near, cast * 0.8) * (1 - cover)
    return LaidCard(window, cover, colours.astype(np.float32), shadow.astype(np.float32))


def _linear(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return linear light of an sRGB picture (IEC 61966-2-1)."""
    level = np.arange(256, dtype=np.float32) / 255
    table = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    result: npt.NDArray[np.float32] = table.astype(np.float32)[picture]
    return result
