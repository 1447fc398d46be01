"""Windows of photographs as the network will meet them: cut, turned, lit and spoilt at random.

Hides every way in which one photograph is made into many.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from training.gestures import loose_box
from training.photographs import Labelled, Mask, Pixels
from woundtrack.imaging.outlining.network_planes import ZOOM

Draw = np.random.Generator

_WHOLE_SHARE: Final = 0.4  # of the windows show about the whole photograph
_TURNED_SHARE: Final = 0.5  # are turned by any angle, the others by little
_DARKENED_SHARE: Final = 0.25
_COVERED_SHARE: Final = 0.3
_PASTED_SHARE: Final = 0.15


def window(draw: Draw, photograph: Labelled, other: Labelled, side: int) -> tuple[Pixels, Mask]:
    """Return a window (side, side, 3) of a photograph and its mask, varied at random.

    ``other`` may lend a lesion, which is then pasted beside those that are there.
    """
    pixels, mask, lesions = photograph.pixels, photograph.mask, photograph.lesions
    if draw.random() < _PASTED_SHARE:
        pixels, mask = _with_lesion_of(draw, pixels, mask, other)
    matrix = _cut(draw, lesions, mask.shape, side)
    seen, wound = _warped(pixels, mask, matrix, side)
    if draw.random() < _COVERED_SHARE:
        seen, wound = _covered(draw, seen, wound)
    if draw.random() < _DARKENED_SHARE:
        seen = _darker_skin(draw, seen)
    return _lit_and_taken(draw, seen), wound


def _cut(draw: Draw, lesions: list[Mask], shape: tuple[int, ...], side: int) -> np.ndarray:
    """Return the affine map (2, 3) from the photograph to the window."""
    height, width = shape
    whole = max(height, width)
    if not lesions or draw.random() < _WHOLE_SHARE:
        span = whole * draw.uniform(0.7, 1.2)
        middle = np.array([width, height]) / 2 + draw.normal(0, 0.06, 2) * whole
    else:
        lesion = lesions[draw.integers(len(lesions))]
        x, y, w, h = cv2.boundingRect(lesion.astype(np.uint8))
        least = max(1.25 * max(w, h), 24.0)
        span = math.exp(draw.uniform(math.log(least), math.log(max(0.9 * whole, least * 1.1))))
        slack = max(0.0, (span - max(w, h)) / 2)
        middle = np.array([x + w / 2, y + h / 2]) + draw.uniform(-0.8, 0.8, 2) * slack
    angle = draw.uniform(0, 360) if draw.random() < _TURNED_SHARE else draw.normal(0, 20)
    turn = math.radians(angle)
    scale = side / span
    stretch = math.exp(draw.normal(0, 0.08))
    linear = scale * np.array(
        [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    ) @ np.diag([stretch * (1 if draw.random() < 0.5 else -1), 1 / stretch])  # fmt: skip
    return np.column_stack([linear, np.full(2, side / 2) - linear @ middle])


def _warped(pixels: Pixels, mask: Mask, matrix: np.ndarray, side: int) -> tuple[Pixels, Mask]:
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:, :2]))))
    if scale < 0.75:
        # As the eye of a smaller camera: what is between the pixels counts, too.
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.42 / scale), dtype=np.uint8)
    seen = cv2.warpAffine(pixels, matrix, (side, side), flags=cv2.INTER_LINEAR)
    level = mask.astype(np.float32)
    if scale < 0.75:
        level = np.asarray(cv2.GaussianBlur(level, (0, 0), 0.42 / scale), dtype=np.float32)
    wound = cv2.warpAffine(level, matrix, (side, side), flags=cv2.INTER_LINEAR) > 0.5
    return np.asarray(seen, dtype=np.uint8), wound


def _with_lesion_of(draw: Draw, pixels: Pixels, mask: Mask, other: Labelled) -> tuple[Pixels, Mask]:
    """Paste one lesion of another photograph, its rim with it, where there is lit skin."""
    if not other.lesions:
        return pixels, mask
    lesion = other.lesions[draw.integers(len(other.lesions))]
    x, y, w, h = cv2.boundingRect(lesion.astype(np.uint8))
    rim = max(4, round(0.15 * max(w, h)))
    x0, y0 = max(0, x - rim), max(0, y - rim)
    x1, y1 = min(lesion.shape[1], x + w + rim), min(lesion.shape[0], y + h + rim)
    patch, inside = other.pixels[y0:y1, x0:x1], lesion[y0:y1, x0:x1]
    height, width = inside.shape
    if height > 0.5 * mask.shape[0] or width > 0.5 * mask.shape[1]:
        return pixels, mask
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    skin = (lab[..., 1] > 134) & (lab[..., 2] > 134) & (lab[..., 0] > 50)
    blocked = cv2.dilate(mask.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8))
    rows, columns = np.nonzero(skin & (blocked == 0))
    if len(rows) < 500:
        return pixels, mask
    for _ in range(8):
        pick = draw.integers(len(rows))
        top, left = rows[pick] - height // 2, columns[pick] - width // 2
        if top < 0 or left < 0 or top + height > mask.shape[0] or left + width > mask.shape[1]:
            continue
        place = (slice(top, top + height), slice(left, left + width))
        if skin[place].mean() < 0.9 or mask[place].any():
            continue
        soft = cv2.dilate(inside.astype(np.uint8), np.ones((rim, rim), np.uint8))
        blend = cv2.GaussianBlur(soft.astype(np.float32), (0, 0), rim / 4)[..., None]
        ring = (soft > 0) & ~inside
        result, wound = pixels.copy(), mask.copy()
        # The rim takes the colour of the skin it comes to.
        shift = pixels[place].reshape(-1, 3).mean(axis=0) - patch[ring].mean(axis=0)
        moved = patch.astype(np.float32) + 0.8 * shift
        mixed = blend * moved + (1 - blend) * pixels[place]
        result[place] = np.clip(mixed, 0, 255).astype(np.uint8)
        wound[place] |= inside
        return result, wound
    return pixels, mask


# --- what lies about ------------------------------------------------------------------------------


def _covered(draw: Draw, pixels: Pixels, wound: Mask) -> tuple[Pixels, Mask]:
    """Lay a card, a ruler, a gloved finger or a dressing on the picture and on the wound."""
    thing = tuple(THINGS)[draw.integers(4)]
    pixels, covers = laid(draw, pixels, wound, thing)
    return pixels, wound & ~covers


def laid(draw: Draw, pixels: Pixels, wound: Mask, thing: str) -> tuple[Pixels, Mask]:
    """Return a picture with one of ``THINGS`` laid on it, and where that covers it.

    It hides a quarter of the wound at most; where six tries hide more, nothing is laid.
    """
    side = pixels.shape[0]
    pixels = pixels.copy()
    for _ in range(6):
        centre = draw.uniform(0, side, 2)
        shape, paint = THINGS[thing](draw, side, centre)
        filled = np.zeros(wound.shape, np.uint8)
        cv2.fillPoly(filled, [np.round(shape).astype(np.int32)], 1)
        covers = filled > 0
        if (wound & covers).sum() <= 0.25 * wound.sum():
            paint(pixels, covers)
            return pixels, covers
    return pixels, np.zeros(wound.shape, bool)


Painted = tuple[np.ndarray, Callable[[Pixels, Mask], None]]


def _card(draw: Draw, side: int, centre: np.ndarray) -> Painted:
    size = side * draw.uniform(0.12, 0.5)
    along, down = _axes(draw, size, size * draw.uniform(0.25, 1.0))
    corners = np.array([centre, centre + along, centre + along + down, centre + down])
    tones = draw.integers(0, 255, (12, 3))
    white = draw.uniform(190, 255)

    def paint(pixels: Pixels, covers: Mask) -> None:
        pixels[covers] = white
        count = draw.integers(2, 5)
        for number in range(count):
            corner = corners[0] + along * (number + 0.15) / count + down * 0.2
            square = np.array(
                [corner, corner + along * 0.7 / count, corner + along * 0.7 / count + down * 0.5,
                 corner + down * 0.5]
            )  # fmt: skip
            cv2.fillPoly(pixels, [np.round(square).astype(np.int32)], (25, 25, 25))
            for _ in range(6):
                share, drop = draw.uniform(0.1, 0.5), draw.uniform(0.1, 0.35)
                dot = corner + along * share / count + down * drop
                cv2.circle(pixels, [int(v) for v in dot], max(1, int(size / 40)),
                           (white, white, white), -1)  # fmt: skip
        for number, tone in enumerate(tones):
            dot = corners[0] + along * (number + 0.5) / 12 + down * 0.85
            cv2.circle(pixels, [int(v) for v in dot], max(1, int(size / 30)),
                       [int(v) for v in tone], -1)  # fmt: skip

    return corners, paint


def _ruler(draw: Draw, side: int, centre: np.ndarray) -> Painted:
    length = side * draw.uniform(0.3, 1.0)
    along, down = _axes(draw, length, length * draw.uniform(0.08, 0.16))
    corners = np.array([centre, centre + along, centre + along + down, centre + down])
    ground = draw.uniform(170, 255, 3) * (1, 1, draw.uniform(0.5, 1))

    def paint(pixels: Pixels, covers: Mask) -> None:
        pixels[covers] = ground
        ticks = draw.integers(20, 60)
        for number in range(ticks):
            start = corners[0] + along * number / ticks
            end = start + down * (0.5 if number % 10 == 0 else 0.25)
            cv2.line(pixels, [int(v) for v in start], [int(v) for v in end], (30, 30, 30), 1)

    return corners, paint


def _glove(draw: Draw, side: int, centre: np.ndarray) -> Painted:
    along, down = _axes(draw, side * draw.uniform(0.3, 0.9), side * draw.uniform(0.1, 0.25))
    angles = np.linspace(0, 2 * math.pi, 40)
    waves = 1 + 0.08 * np.sin(3 * angles + draw.uniform(0, 6))
    shape = centre + np.outer(np.cos(angles) * waves, along / 2) + np.outer(
        np.sin(angles) * waves, down / 2
    )  # fmt: skip
    tone = np.array(
        ((90, 110, 200), (120, 90, 190), (60, 60, 70), (225, 225, 235), (150, 190, 225))
    )[draw.integers(5)]
    return shape, _cloth(draw, tone + draw.normal(0, 15, 3), 0.25)


def _dressing(draw: Draw, side: int, centre: np.ndarray) -> Painted:
    angles = np.sort(draw.uniform(0, 2 * math.pi, 9))
    reach = side * draw.uniform(0.08, 0.3) * draw.uniform(0.7, 1.3, 9)
    shape = centre + np.column_stack([np.cos(angles) * reach, np.sin(angles) * reach])
    tone = np.array(
        ((240, 238, 232), (235, 215, 190), (230, 190, 120), (150, 185, 220), (165, 30, 30))
    )[draw.choice(5, p=(0.4, 0.25, 0.1, 0.15, 0.1))]
    return shape, _cloth(draw, tone + draw.normal(0, 8, 3), 0.12)


THINGS: Final[dict[str, Callable[[Draw, int, np.ndarray], Painted]]] = {
    "card": _card,
    "ruler": _ruler,
    "glove": _glove,
    "dressing": _dressing,
}


def _cloth(draw: Draw, tone: np.ndarray, unevenness: float) -> Callable[[Pixels, Mask], None]:
    seed = int(draw.integers(2**31))

    def paint(pixels: Pixels, covers: Mask) -> None:
        field = _smooth_field(np.random.default_rng(seed), pixels.shape[0], 8)
        shade = (1 + unevenness * field)[..., None] * tone
        pixels[covers] = np.clip(shade, 0, 255)[covers].astype(np.uint8)

    return paint


def _axes(draw: Draw, along: float, down: float) -> tuple[np.ndarray, np.ndarray]:
    turn = draw.uniform(0, 2 * math.pi)
    cos, sin = math.cos(turn), math.sin(turn)
    return np.array([cos, sin]) * along, np.array([-sin, cos]) * down


# --- light and camera -----------------------------------------------------------------------------


def _darker_skin(draw: Draw, pixels: Pixels) -> Pixels:
    """Return the picture with skin of a darker tone; wounds, darker less than the skin is."""
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    red = lab[..., 1] - 128
    # How much a pixel is skin rather than flesh: flesh is redder.
    is_skin = np.clip((24 - red) / 10, 0.35, 1) * np.clip((lab[..., 2] - 126) / 10, 0, 1)
    is_skin = np.asarray(cv2.GaussianBlur(is_skin, (0, 0), pixels.shape[0] / 128), np.float64)
    depth = draw.uniform(0.15, 0.55)
    lab[..., 0] *= 1 - depth * is_skin
    lab[..., 2] = 128 + (lab[..., 2] - 128) * (1 + 0.3 * depth * is_skin)
    rgb = cv2.cvtColor(np.clip(lab, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)
    return np.asarray(rgb, dtype=np.uint8)


def _lit_and_taken(draw: Draw, pixels: Pixels) -> Pixels:
    """Return the picture under another light, through another camera, compressed anew."""
    side = pixels.shape[0]
    if draw.random() < 0.5:
        hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(np.int16) + round(draw.normal(0, 3))) % 180
        table = np.clip(np.arange(256) * math.exp(draw.normal(0, 0.2)), 0, 255).astype(np.uint8)
        hsv[..., 1] = table[hsv[..., 1]]
        pixels = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), dtype=np.uint8)
    steps = np.arange(256) / 255
    gamma, contrast = math.exp(draw.normal(0, 0.25)), math.exp(draw.normal(0, 0.12))
    tables = []
    for _ in range(3):
        level = steps ** (gamma * math.exp(draw.normal(0, 0.06)))
        level = (level - 0.5) * contrast + 0.5 + draw.normal(0, 0.02)
        tables.append(np.clip(255 * level * math.exp(draw.normal(0, 0.08)), 0, 255))
    lut = np.stack(tables, axis=1).astype(np.uint8)
    pixels = np.stack([lut[pixels[..., axis], axis] for axis in range(3)], axis=2)
    if draw.random() < 0.3:
        shade = 1 + draw.uniform(0.1, 0.35) * _smooth_field(draw, side, int(draw.integers(2, 5)))
        pixels = np.clip(pixels * shade[..., None], 0, 255).astype(np.uint8)
    kind = draw.random()
    if kind < 0.2:
        spread = draw.uniform(0.4, 1.6)
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), spread), dtype=np.uint8)
    elif kind < 0.35:
        small = max(48, round(side * draw.uniform(0.4, 0.9)))
        shrunk = cv2.resize(pixels, (small, small), interpolation=cv2.INTER_AREA)
        pixels = np.asarray(cv2.resize(shrunk, (side, side)), dtype=np.uint8)
    if draw.random() < 0.3:
        noise = draw.normal(0, draw.uniform(2, 9), pixels.shape)
        pixels = np.clip(pixels + noise, 0, 255).astype(np.uint8)
    if draw.random() < 0.4:
        quality = int(draw.integers(25, 90))
        _, packed = cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, quality))
        pixels = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    return pixels


def _smooth_field(draw: Draw, side: int, knots: int) -> np.ndarray:
    """Return (side, side) values of about -1..1 that change slowly."""
    coarse = draw.uniform(-1, 1, (knots, knots)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC))


# --- as they are ----------------------------------------------------------------------------------


def whole(photograph: Labelled, side: int) -> tuple[Pixels, Mask]:
    """Return the whole photograph in a window, nothing varied."""
    height, width = photograph.mask.shape
    scale = side / max(height, width)
    middle = np.array([width, height]) / 2
    matrix = np.column_stack([np.eye(2) * scale, side / 2 - scale * middle])
    return _warped(photograph.pixels, photograph.mask, matrix, side)


def boxed(
    draw: Draw, photograph: Labelled, lesion: Mask, side: int
) -> tuple[Pixels, Mask, tuple[float, float, float, float]]:
    """Return the window round a loose box of a lesion, the lesion's pixels, and the box in it."""
    x0, y0, x1, y1 = loose_box(draw, lesion)
    span = ZOOM * max(x1 - x0, y1 - y0)
    scale = side / span
    middle = np.array([x0 + x1, y0 + y1]) / 2
    matrix = np.column_stack([np.eye(2) * scale, side / 2 - scale * middle])
    pixels, wound = _warped(photograph.pixels, lesion, matrix, side)
    left, top = matrix @ (x0, y0, 1)
    right, bottom = matrix @ (x1, y1, 1)
    return pixels, wound, (float(left), float(top), float(right), float(bottom))
