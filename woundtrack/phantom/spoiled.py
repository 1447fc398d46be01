"""What goes wrong when a photograph is taken, planted into one that was taken well.

Hides the light that each fault adds or takes; places are millimetres of the printed card.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.phantom.exif import exif_block, with_exif
from woundtrack.phantom.photograph import Phantom
from woundtrack.phantom.printed import card_to_skin
from woundtrack.phantom.scene import CardPrint, Scene

Light = npt.NDArray[np.float32]
Place = tuple[float, float]

_LEVELS: Final = np.arange(256) / 255
_LINEAR: Final = np.where(
    _LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4
).astype(np.float32)


def with_glare(
    taken: Phantom, card: CardPrint, at_mm: Place, radius_mm: float, strength: float = 1.2
) -> Phantom:
    """Return the photograph with a lamp mirrored on a laminated card, its edge soft.

    ``strength`` is the light that is added, of a full white.
    """
    spot = _mask(taken, [_disc_px(taken, card, at_mm, radius_mm)])
    soft = _blurred(spot, max(1.0, 0.25 * _px(taken, card, radius_mm)))
    return _exposed(taken, _light_of(taken) + np.float32(strength) * soft[..., None])


def with_shadow(
    taken: Phantom, card: CardPrint, at_mm: Place, angle_deg: float, left: float, soft_mm: float
) -> Phantom:
    """Return the photograph with a shadow whose edge runs over a card; ``left`` of light is left.

    The edge goes through ``at_mm``; the shadow lies on its right, seen along ``angle_deg``.
    """
    turn = math.radians(angle_deg)
    along, across = (
        np.array([math.cos(turn), math.sin(turn)]),
        np.array([-math.sin(turn), math.cos(turn)]),
    )
    start = np.array(at_mm)
    far = 4000.0
    # Near the card: far from it the lens's bend is another one, and the camera may be in between.
    corners = [start - 40 * along, start + 40 * along]
    edge = seen_on_card(taken.scene, card, corners)
    run = (edge[1] - edge[0]) / float(np.hypot(*(edge[1] - edge[0])))
    side = np.array([-run[1], run[0]])
    inside = seen_on_card(taken.scene, card, [start + 5 * across])[0] - edge[0]
    if float(side @ inside) < 0:
        side = -side
    size = far + float(np.hypot(taken.pixels.shape[0], taken.pixels.shape[1]))
    middle = edge.mean(axis=0)
    ring = np.array(
        [
            middle - size * run,
            middle + size * run,
            middle + size * (run + side),
            middle + size * (side - run),
        ]
    )
    shade = _blurred(_mask(taken, [ring]), max(0.8, _px(taken, card, soft_mm)))
    return _exposed(taken, _light_of(taken) * (1 - np.float32(1 - left) * shade)[..., None])


def with_finger(
    taken: Phantom, card: CardPrint, tip_mm: Place, angle_deg: float, width_mm: float = 17.0
) -> Phantom:
    """Return the photograph with a finger laid over a card; it comes in from ``angle_deg``."""
    turn = math.radians(angle_deg)
    along = np.array([math.cos(turn), math.sin(turn)])
    across = np.array([-along[1], along[0]])
    bow = np.linspace(-math.pi / 2, math.pi / 2, 24)
    half = width_mm / 2
    tip = [
        np.array(tip_mm) + half * (1 - math.cos(angle)) * along + half * math.sin(angle) * across
        for angle in bow
    ]
    ring = [*tip, tip[-1] + 250 * along, tip[0] + 250 * along]
    cover = _blurred(_mask(taken, [seen_on_card(taken.scene, card, ring)]), 1.0)
    tone = taken.scene.skin_tone
    skin = np.array([0.56, 0.36, 0.28]) * (1 - tone) + np.array([0.09, 0.05, 0.035]) * tone
    round_ = 0.75 + 0.25 * _blurred(cover, max(1.0, 0.25 * _px(taken, card, width_mm)))
    light = _light_of(taken)
    light += cover[..., None] * (skin.astype(np.float32) * round_[..., None] - light)
    return _exposed(taken, light)


def with_movement(taken: Phantom, length_px: float, angle_deg: float) -> Phantom:
    """Return the photograph as if the camera had moved evenly while it was taken."""
    size = 2 * math.ceil(length_px / 2) + 3
    fine = 8
    line = np.zeros((size * fine, size * fine), dtype=np.float32)
    turn = math.radians(angle_deg)
    middle = size * fine / 2
    half = np.array([math.cos(turn), math.sin(turn)]) * length_px * fine / 2
    start, end = middle - half, middle + half
    cv2.line(
        line,
        (round(float(start[0])), round(float(start[1]))),
        (round(float(end[0])), round(float(end[1]))),
        1.0,
        fine,
        cv2.LINE_AA,
    )
    kernel = np.asarray(cv2.resize(line, (size, size), interpolation=cv2.INTER_AREA))
    moved = cv2.filter2D(_light_of(taken), -1, kernel / kernel.sum())
    return _exposed(taken, np.asarray(moved))


def with_cast(taken: Phantom, gains: tuple[float, float, float]) -> Phantom:
    """Return the photograph in coloured light: linear red, green and blue times ``gains``."""
    return _exposed(taken, _light_of(taken) * np.array(gains, dtype=np.float32))


def in_low_light(taken: Phantom, exposure: float, noise: float, seed: int) -> Phantom:
    """Return the photograph underexposed, in linear light, with ``noise`` times a phone's grain."""
    light = _light_of(taken) * np.float32(exposure)
    fine = np.random.default_rng([seed, 61]).standard_normal(light.shape, dtype=np.float32)
    grain = np.asarray(cv2.GaussianBlur(fine, (0, 0), 0.55)) * np.float32(1.7)
    spread = np.sqrt(np.maximum(light, 0) * np.float32(1.1e-4) + np.float32(4e-6))
    return _exposed(taken, light + grain * spread * np.float32(noise))


def of_a_screen(taken: Phantom, pitch_px: float, turn_deg: float, seed: int) -> Phantom:
    """Return a photograph of a screen that shows the photograph.

    The screen's pixels are three upright stripes, red, green and blue, with black between; one is
    ``pitch_px`` of the second camera's pixels, and turned. What its grid and the sensor's make of
    each other is the moiré that such pictures show. The facts in the file are the second camera's.
    """
    height, width = taken.pixels.shape[:2]
    light = _light_of(taken)
    turn = math.radians(turn_deg)
    fine = 3
    x = (np.arange(width * fine, dtype=np.float32)[None, :] + 0.5) / fine
    y = (np.arange(height * fine, dtype=np.float32)[:, None] + 0.5) / fine
    along = (x * math.cos(turn) + y * math.sin(turn)) / pitch_px
    down = (-x * math.sin(turn) + y * math.cos(turn)) / pitch_px
    within, row = np.mod(along, 1.0), np.mod(down, 1.0)
    lit = (row > 0.12).astype(np.float32)
    grid = np.stack(
        [
            ((within > third / 3 + 0.04) & (within < (third + 1) / 3 - 0.02)) * lit
            for third in range(3)
        ],
        axis=-1,
    ).astype(np.float32)
    # The lens is sharper than the sensor's pixels: they add up what falls on each.
    seen = np.asarray(cv2.resize(grid, (width, height), interpolation=cv2.INTER_AREA))
    shown = np.asarray(cv2.GaussianBlur(light * (seen / seen.mean()), (0, 0), 0.5))
    noise = np.random.default_rng([seed, 62]).standard_normal(light.shape, dtype=np.float32)
    return _exposed(taken, 0.8 * shown + np.float32(0.004) * noise)


def without_camera(taken: Phantom, *, as_png: bool = False) -> bytes:
    """Return the picture as a screenshot's file: no facts of a camera in it."""
    bgr = cv2.cvtColor(taken.pixels, cv2.COLOR_RGB2BGR)
    ok, data = cv2.imencode(".png" if as_png else ".jpg", bgr)
    if not ok:
        raise ValueError("the picture can't be encoded")
    return data.tobytes()


# --- light and places ----------------------------------------------------------------------------


def _light_of(taken: Phantom) -> Light:
    light: Light = _LINEAR[taken.pixels]
    return light


def _exposed(taken: Phantom, light: npt.NDArray[np.floating]) -> Phantom:
    """Return the photograph with this linear light, clipped, as a new JPEG with the same facts."""
    bent = np.clip(light, 0, 1).astype(np.float32)
    table = np.linspace(0, 1, 4097)
    power = np.where(
        table <= 0.0031308, 12.92 * table, 1.055 * np.maximum(table, 1e-9) ** (1 / 2.4) - 0.055
    )
    coded = np.round(power * 255).astype(np.uint8)[np.round(bent * 4096).astype(np.uint16)]
    bgr = cv2.cvtColor(coded, cv2.COLOR_RGB2BGR)
    ok, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, taken.scene.jpeg_quality])
    if not ok:
        raise ValueError("the picture can't be encoded")
    pixels = np.ascontiguousarray(
        cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
    )
    block = exif_block(taken.scene.camera, taken.scene.taken_at)
    return replace(taken, pixels=pixels.astype(np.uint8), jpeg=with_exif(data.tobytes(), block))


def seen_on_card(scene: Scene, card: CardPrint, at_mm: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return where points of a card, mm from its top left corner, are seen, px (N, 2)."""
    page = np.asarray(at_mm, dtype=np.float64).reshape(-1, 2) + card.rect_mm[:2]
    camera = scene.camera
    return camera.project(card_to_skin(card, page), card.surface(camera.limb))


def _disc_px(
    taken: Phantom, card: CardPrint, at_mm: Place, radius_mm: float
) -> npt.NDArray[np.float64]:
    turn = np.linspace(0, 2 * math.pi, 64, endpoint=False)
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) * radius_mm + at_mm
    return seen_on_card(taken.scene, card, list(ring))


def _px(taken: Phantom, card: CardPrint, length_mm: float) -> float:
    return length_mm * taken.scene.camera.px_per_mm(card.centre_mm)


def _mask(taken: Phantom, rings: Sequence[npt.NDArray[np.float64]]) -> Light:
    mask = np.zeros(taken.pixels.shape[:2], dtype=np.uint8)
    for ring in rings:
        corners = np.round(np.clip(ring, -20_000, 20_000) * 16 - 8).astype(np.int32)
        cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / np.float32(255)


def _blurred(mask: Light, spread_px: float) -> Light:
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), spread_px), dtype=np.float32)
