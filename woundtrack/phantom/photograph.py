"""Taking the photograph: light falls on the painted layers, a lens and a sensor record it.

``render`` is the whole of this package for its callers; its truth is what was painted.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.phantom.coverage import coverage
from woundtrack.phantom.edge import perimeter_mm, shoelace_mm2
from woundtrack.phantom.exif import exif_block, with_exif
from woundtrack.phantom.printed import lay_card
from woundtrack.phantom.scene import Scene
from woundtrack.phantom.skin import Layers, body_cover, paint_backdrop, paint_skin, reflectance
from woundtrack.phantom.texture import Layer, blurred
from woundtrack.phantom.wound import Placed, Region, paint_around, paint_bed, place

Colours = npt.NDArray[np.float32]
Point = tuple[float, float]

RED_LOSS: Final = 0.16
"""Of what red has beyond the other two, lost at most; a lamp of R9 = 0 against one of 100."""

PRINTED_RED_LOSS: Final = 0.6
"""How much of that a printed red loses: its ink reflects from shorter waves on than blood does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LesionTruth:
    """What was painted of one lesion.

    ``area_mm2`` is the shoelace area of ``ring_mm`` on the skin plane (0 and empty rings when
    closed); ``ring_px`` the same ring through the camera, (x, y) px from the outer corner of the
    top-left pixel.
    """

    area_mm2: float
    perimeter_mm: float
    ring_mm: tuple[Point, ...]
    ring_px: tuple[Point, ...]
    width_px: int
    height_px: int

    def mask(self, height: int | None = None, width: int | None = None) -> npt.NDArray[np.bool_]:
        """Return bool (height, width), by default the picture's: pixels more than half covered."""
        height, width = height or self.height_px, width or self.width_px
        if not self.ring_px:
            return np.zeros((height, width), dtype=bool)
        covered: npt.NDArray[np.bool_] = (
            coverage([np.array(self.ring_px)], (0, 0, width, height)) > 0.5
        )
        return covered


@dataclass(frozen=True, kw_only=True, slots=True)
class Phantom:
    """A photograph and its truth: ``pixels`` is uint8 (H, W, 3) RGB, decoded from ``jpeg``."""

    scene: Scene
    pixels: npt.NDArray[np.uint8]
    jpeg: bytes
    lesions: tuple[LesionTruth, ...]

    def truth_json(self) -> str:
        """Return the truth as JSON: pose, and per lesion area, perimeter and ring in pixels."""
        camera = self.scene.camera
        return json.dumps(
            {
                "width_px": camera.width_px,
                "height_px": camera.height_px,
                "distance_mm": camera.distance_mm,
                "tilt_deg": camera.tilt_deg,
                "lesions": [
                    {
                        "area_mm2": truth.area_mm2,
                        "perimeter_mm": truth.perimeter_mm,
                        "ring_px": [[round(x, 3), round(y, 3)] for x, y in truth.ring_px],
                    }
                    for truth in self.lesions
                ],
            }
        )


def render(scene: Scene) -> Phantom:
    """Paint the scene and photograph it. The same scene gives the same bytes."""
    picture, placed = _painted(scene)
    pixels, jpeg = _exposed(scene, picture)
    truths = []
    for one in placed:
        if one.ring_mm is None or one.ring_px is None:
            area, edge, ring_mm, ring_px = 0.0, 0.0, np.empty((0, 2)), np.empty((0, 2))
        else:
            area, edge = shoelace_mm2(one.ring_mm), perimeter_mm(one.ring_mm)
            ring_mm, ring_px = one.ring_mm, one.ring_px
        truths.append(
            LesionTruth(
                area_mm2=area,
                perimeter_mm=edge,
                ring_mm=tuple((float(x), float(y)) for x, y in ring_mm),
                ring_px=tuple((float(x), float(y)) for x, y in ring_px),
                width_px=scene.camera.width_px,
                height_px=scene.camera.height_px,
            )
        )
    return Phantom(scene=scene, pixels=pixels, jpeg=jpeg, lesions=tuple(truths))


def ideal(scene: Scene) -> npt.NDArray[np.uint8]:
    """Return the scene's own colours, sRGB uint8 (H, W, 3): light without colour, a perfect camera.

    Shade and glints are the scene's; there is no blur, noise, exposure, tone curve or JPEG.
    """
    plain = replace(scene.light, warmth=0.0, tint=0.0, dullness=0.0, red_loss=0.0)
    picture, _ = _painted(replace(scene, light=plain))
    bent = np.clip(picture, 0, 1)
    power = 1.055 * np.maximum(bent, 1e-9) ** (1 / 2.4) - 0.055
    encoded = np.where(bent <= 0.0031308, 12.92 * bent, power)
    return np.round(encoded * 255).astype(np.uint8)


def _painted(scene: Scene) -> tuple[Colours, list[Placed]]:
    """Return linear light (H, W, 3) as it falls into the camera, and where the lesions are."""
    layers = paint_skin(scene)
    placed = [place(lesion, scene.camera, layers) for lesion in scene.lesions]
    for one in placed:
        paint_around(one, layers, scene.skin_tone)
    colours = reflectance(layers)
    beds: list[tuple[Region, Layer]] = []
    for one in placed:
        wet = paint_bed(one, layers, colours)
        if one.bed is not None and wet is not None:
            beds.append((one.bed, wet))
    return _lit(scene, layers, colours, beds), placed


def _lit(
    scene: Scene, layers: Layers, colours: Colours, beds: list[tuple[Region, Layer]]
) -> Colours:
    """Let light fall on everything; lay the cards on top. Returns linear RGB (H, W, 3)."""
    light, scale = scene.light, np.float32(layers.px_per_mm)
    height_px, width_px = layers.form.shape
    azimuth, elevation = math.radians(light.azimuth_deg), math.radians(light.elevation_deg)
    to_light = (math.cos(azimuth), math.sin(azimuth))
    slant = np.float32(1 / math.tan(elevation))
    height = layers.relief * layers.relief_gain
    height += layers.form
    right = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=1, scale=0.4 * layers.px_per_mm)
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=1, scale=0.4 * layers.px_per_mm)
    right, down = np.tanh(right), np.tanh(down)
    facing = np.float32(to_light[0]) * right + np.float32(to_light[1]) * down
    shade = np.clip(1 - np.float32(0.62) * slant * facing, 0.35, 1.7)
    cover, roundness = body_cover(scene, layers)

    # Where the mirror image of the lamp would stand: gloss shows round there, and on facets.
    across = (np.arange(width_px, dtype=np.float32)[None, :] / np.float32(width_px)) - 0.5
    below = (np.arange(height_px, dtype=np.float32)[:, None] / np.float32(width_px)) - 0.5
    lean_x = right + np.float32(0.62) * (across - np.float32(0.25 * to_light[0]))
    lean_y = down + np.float32(0.62) * (below - np.float32(0.25 * to_light[1]))
    lean = lean_x * lean_x + lean_y * lean_y
    glare = np.float32(0.35 + 1.3 * light.glare)
    shine = cv2.exp(np.float32(-9.0) * lean)
    shine *= layers.gloss * roundness * glare
    for bed, wet in beds:
        lean_here = lean[bed.here]
        shine[bed.here] += (wet * glare) * (
            np.float32(0.07) * np.exp(np.float32(-12.0) * lean_here)
            + np.float32(1.1) * np.exp(np.float32(-210.0) * lean_here)
        )
    shade *= roundness
    picture = colours
    picture *= shade[..., None]
    picture += shine[..., None]

    if scene.limb_width_mm is not None or scene.camera.limb is not None:
        backdrop, folds = paint_backdrop(scene, layers)
        fold_right = cv2.Sobel(folds, cv2.CV_32F, 1, 0, ksize=1, scale=0.5) * scale
        fold_down = cv2.Sobel(folds, cv2.CV_32F, 0, 1, ksize=1, scale=0.5) * scale
        slope = -(np.float32(to_light[0]) * fold_right + np.float32(to_light[1]) * fold_down)
        few: Layer = cv2.resize(  # type: ignore[assignment]
            cover, (width_px // 8, height_px // 8), interpolation=cv2.INTER_AREA
        )
        near_body = cv2.resize(blurred(few, float(7 * scale / 8)), (width_px, height_px))
        under = 1 - np.float32(0.55) * near_body
        backdrop = backdrop * (np.clip(1 + 0.9 * slope, 0.4, 1.5) * under)[..., None]
        # The far side of the body is out of focus and further from the lamp.
        backdrop = cv2.GaussianBlur(backdrop, (0, 0), 1.2) * np.float32(0.86)
        picture = backdrop + cover[..., None] * (picture - backdrop)
    if light.red_loss:
        _lose_red(picture, RED_LOSS * light.red_loss)

    for card in scene.cards:
        laid = lay_card(card, scene.camera, scene.seed)
        if laid is None:
            continue
        x0, y0, x1, y1 = laid.window
        if light.red_loss:
            _lose_red(laid.colours, PRINTED_RED_LOSS * RED_LOSS * light.red_loss)
        part = picture[y0:y1, x0:x1]
        part *= laid.shadow[..., None]
        part += laid.cover[..., None] * (laid.colours - part)

    fall_off = 1 + np.float32(light.gradient) * (
        np.float32(to_light[0]) * across + np.float32(to_light[1]) * below
    )
    radius2 = (across * across + below * below) / np.float32(0.39)
    fall_off *= 1 - np.float32(0.30 * light.vignette) * radius2
    warmth = np.array([1 + 0.13 * light.warmth, 1.0, 1 - 0.17 * light.warmth], dtype=np.float32)
    if light.tint:
        warmth *= np.array([1 - 0.05 * light.tint, 1 + 0.07 * light.tint, 1 - 0.05 * light.tint])
    picture *= fall_off[..., None] * warmth
    if light.dullness:
        grey = picture.mean(axis=2, keepdims=True)
        picture += np.float32(0.3 * light.dullness) * (grey - picture)
    lit: Colours = picture
    return lit


def _lose_red(picture: Colours, share: float) -> None:
    """Take away a share of what red has beyond green and blue."""
    beyond = picture[..., 0] - np.maximum(picture[..., 1], picture[..., 2])
    picture[..., 0] -= np.float32(share) * np.maximum(beyond, 0)


def _exposed(scene: Scene, picture: Colours) -> tuple[npt.NDArray[np.uint8], bytes]:
    """Record linear light as a phone does: meter, blur, noise, tone curve, JPEG with EXIF."""
    if scene.blur_px > 0:
        picture = cv2.GaussianBlur(picture, (0, 0), scene.blur_px)  # type: ignore[assignment]
    # A meter aims between the middle of the picture and its highlights.
    level = picture[::16, ::16].mean(axis=2)
    meter = 0.5 * float(np.median(level)) + 0.5 * float(level.mean())
    gain = float(np.clip(0.34 / max(meter, 1e-3), 0.8, 1.12)) * scene.light.exposure
    picture = picture * np.float32(gain)
    rng = np.random.default_rng([scene.seed, scene.shot, 51])
    if scene.noise > 0:
        grain = rng.standard_normal(picture.shape, dtype=np.float32)
        grain = cv2.GaussianBlur(grain, (0, 0), 0.55) * np.float32(1.7)  # left by demosaicing
        spread = np.sqrt(np.maximum(picture, 0) * np.float32(1.1e-4) + np.float32(4e-6))
        picture = picture + grain * spread * np.float32(scene.noise)
    # A shoulder keeps glints and paper from burning out at once; then the sRGB curve.
    level_in = np.arange(8192, dtype=np.float64) / 4096
    bent = np.where(level_in < 0.7, level_in, 0.7 + 0.3 * np.tanh((level_in - 0.7) / 0.42))
    power = 1.055 * np.maximum(bent, 1e-9) ** (1 / 2.4) - 0.055
    curve = np.where(bent <= 0.0031308, 12.92 * bent, power)
    curve = curve + 0.035 * np.sin(2 * math.pi * (curve - 0.5)) * (curve * (1 - curve)) * 4
    table = np.clip(np.round(curve * 255), 0, 255).astype(np.uint8)
    index = np.clip(picture * np.float32(4096), 0, 8191).astype(np.uint16)
    encoded = table[index]
    ok, data = cv2.imencode(
        ".jpg",
        cv2.cvtColor(encoded, cv2.COLOR_RGB2BGR),
        [cv2.IMWRITE_JPEG_QUALITY, scene.jpeg_quality],
    )
    if not ok:
        raise ValueError("the picture can't be encoded")
    decoded = cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)  # type: ignore[arg-type]
    pixels: npt.NDArray[np.uint8] = np.ascontiguousarray(decoded)
    return pixels, with_exif(data.tobytes(), exif_block(scene.camera, scene.taken_at))
