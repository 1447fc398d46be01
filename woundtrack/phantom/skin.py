"""Skin as a stack of layers: pigment, blood, relief and gloss, before any light falls on it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.phantom.camera import Camera
from woundtrack.phantom.limb import Limb
from woundtrack.phantom.scene import Backdrop, Scene
from woundtrack.phantom.texture import (
    Layer,
    Tile,
    blurred,
    cells,
    noise,
    ridges,
    smoothstep,
    turned,
)

# Reflectance of skin without pigment or blood, and how much one unit of melanin, of oxygenated and
# of stagnant blood takes from red, green and blue light: ln(1 / transmitted). Chosen by eye against
# published skin colours; two pigments after Tsumura et al. 1999, doi:10.1364/JOSAA.16.002169.
BARE_SKIN: Final = (0.93, 0.815, 0.675)
MELANIN: Final = (1.0, 1.27, 1.55)
BLOOD: Final = (0.10, 1.0, 0.86)
STAGNANT_BLOOD: Final = (0.80, 1.0, 0.58)


@dataclass(slots=True)
class Layers:
    """The layers of one picture, each (H, W) float32, changed in place while it is painted.

    ``x_mm`` and ``y_mm`` are the skin point of each pixel. ``form`` and ``relief`` are heights in
    mm, ``relief`` scaled by ``relief_gain``; ``white`` mixes in dry scale or maceration.
    """

    x_mm: Layer
    y_mm: Layer
    px_per_mm: float
    melanin: Layer
    blood: Layer
    stagnant: Layer
    white: Layer
    form: Layer
    relief: Layer
    relief_gain: Layer
    gloss: Layer


def pixel_positions(camera: Camera) -> tuple[Layer, Layer]:
    """Return the skin point, mm, seen by each pixel's centre: two (H, W) float32 arrays."""
    columns = np.arange(camera.width_px, dtype=np.float32)[None, :] + np.float32(0.5)
    rows = np.arange(camera.height_px, dtype=np.float32)[:, None] + np.float32(0.5)
    return camera.plane_at(columns, rows)


def finest_px_per_mm(px_per_mm: float) -> float:
    """Return the resolution for fine textures: the picture's, in steps that series share."""
    return min(12.0, max(1.0, round(px_per_mm)))


def melanin_of(tone: float) -> float:
    """Return the mean melanin of a skin tone from 0 (Fitzpatrick I) to 1 (VI)."""
    return 0.10 + 0.50 * tone + 1.5 * tone * tone


def paint_skin(scene: Scene) -> Layers:
    """Return the layers of healthy skin over the whole picture."""
    camera = scene.camera
    x, y = pixel_positions(camera)
    scale = camera.px_per_mm(camera.look_at_mm)
    fine = finest_px_per_mm(scale)
    coarse = 4 if scale > 3 else 2
    rng = np.random.default_rng([scene.seed, 1])

    # What makes this skin this skin is drawn at a fixed resolution, so that it is the same skin
    # from any distance.
    broad = noise(rng, px_per_mm=0.7, wave_mm=180, finest_mm=12, slope=0.9, size=384)
    flush = noise(rng, px_per_mm=0.7, wave_mm=120, finest_mm=6, slope=0.7, size=384)
    mottle = noise(rng, px_per_mm=3.0, wave_mm=9, finest_mm=1.4, slope=0.4)
    freckle = noise(rng, px_per_mm=4.0, wave_mm=2.2)
    grain = float(rng.uniform(0, 180))
    xs, ys = turned(x, y, grain)
    broad_here = broad.at(x, y, 8)
    mottled = mottle.at(x, y, 2)

    melanin = melanin_of(scene.skin_tone) * (
        1 + np.float32(0.05) * broad_here + np.float32(0.035) * mottle.at(ys, xs, 2)
    )
    melanin += np.float32(0.035) * smoothstep(freckle.at(x, y, 2), 1.6, 2.6)
    blood = np.float32(0.215) + np.float32(0.045) * flush.at(x, y, coarse)
    blood += mottled * (np.float32(0.028) + np.float32(0.012) * np.abs(mottled))

    furrows, domes = cells(scene.seed % 3, px_per_mm=fine, cell_mm=1.15)
    small_furrows, _ = cells(scene.seed % 3 + 3, px_per_mm=fine, cell_mm=0.62)
    fields = Tile(0.012 * domes.values - 0.034 * furrows.values, fine)
    lines = ridges(noise(rng, px_per_mm=fine, wave_mm=2.6, stretch=3.5, size=384), 1.6)
    folds = noise(rng, px_per_mm=4.0, wave_mm=15, finest_mm=5, slope=0.6, stretch=4.5)
    creases = ridges(folds, 3.0)
    bumps = noise(rng, px_per_mm=3.0, wave_mm=14, finest_mm=2.5, slope=1.0)
    # Skin tightens along its grain: the net of furrows is stretched.
    relief = fields.at(xs * np.float32(0.82), ys * np.float32(1.12))
    relief -= np.float32(0.014) * small_furrows.at(ys, xs)
    relief *= np.float32(0.75) + np.float32(0.25) * np.tanh(broad.at(y, x, 8))
    relief -= np.float32(0.018 + 0.024 * scene.dryness) * lines.at(xs, ys)
    form = np.float32(0.05) * bumps.at(x, y, 2) - np.float32(0.16) * creases.at(xs, ys, 2)

    shape = x.shape
    layers = Layers(
        x_mm=x,
        y_mm=y,
        px_per_mm=scale,
        melanin=melanin.astype(np.float32),
        blood=blood.astype(np.float32),
        stagnant=np.zeros(shape, dtype=np.float32),
        white=np.zeros(shape, dtype=np.float32),
        form=form.astype(np.float32),
        relief=relief.astype(np.float32),
        relief_gain=np.ones(shape, dtype=np.float32),
        gloss=np.full(shape, 0.05 + 0.03 * scene.skin_tone, dtype=np.float32),
    )
    # Furrows hold a little more colour than the fields between them.
    layers.melanin *= 1 - np.float32(1.1) * layers.relief
    if scene.dryness > 0:
        flakes = noise(rng, px_per_mm=fine, wave_mm=4.0, finest_mm=0.8, slope=0.9, size=384)
        threshold = 2.9 - 1.2 * scene.dryness
        peeling = flakes.at(xs, ys, 2) + np.float32(0.6) * broad_here
        layers.white += np.float32(0.13) * smoothstep(peeling, threshold, threshold + 1.2)
    _paint_marks(scene, layers)
    return layers


def _paint_marks(scene: Scene, layers: Layers) -> None:
    """Add moles, cherry spots, veins and hairs, each at its own place on this skin."""
    rng = np.random.default_rng([scene.seed, 2])
    camera, scale = scene.camera, layers.px_per_mm
    height, width = layers.melanin.shape
    reach = 260.0
    for _ in range(rng.poisson(55 * scene.moles)):
        place = rng.uniform(-reach, reach, 2)
        radius = float(np.clip(rng.lognormal(-0.15, 0.45), 0.35, 2.6))
        is_cherry = rng.uniform() < 0.18
        strength = rng.uniform(0.5, 1.2)
        squash = rng.uniform(0.75, 1.3)
        if not camera.is_in_front(place):
            continue
        seen = camera.project(place)[0]
        size = 3 * radius * scale + 2
        x0, x1 = int(max(0, seen[0] - size)), int(min(width, seen[0] + size))
        y0, y1 = int(max(0, seen[1] - size)), int(min(height, seen[1] + size))
        if x1 <= x0 or y1 <= y0:
            continue
        here = np.s_[y0:y1, x0:x1]
        dx = (layers.x_mm[here] - np.float32(place[0])) * np.float32(squash)
        dy = (layers.y_mm[here] - np.float32(place[1])) / np.float32(squash)
        spot = smoothstep(np.sqrt(dx * dx + dy * dy), radius * 1.25, radius * 0.55)
        if is_cherry:
            layers.blood[here] += spot * np.float32(1.2)
        else:
            layers.melanin[here] += spot * np.float32(0.75 * strength)
            layers.form[here] += spot * np.float32(0.15)
    if scene.veins > 0:
        sheet = np.zeros((height // 4 + 1, width // 4 + 1), dtype=np.uint8)
        for _ in range(rng.poisson(5 * scene.veins + 1)):
            path = _wandering_line(rng, reach=220.0, length_mm=150.0, step_mm=4.0, wobble=0.25)
            if camera.is_in_front(path):
                _draw_line(sheet, camera.project(path) / 4, 90, max(1, round(0.5 * scale)))
        faint = blurred(sheet.astype(np.float32) / np.float32(255), 0.35 * scale)
        soft: Layer = cv2.resize(faint, (width, height))  # type: ignore[assignment]
        layers.stagnant += soft * np.float32(0.42 * scene.veins)
        layers.blood -= soft * np.float32(0.16 * scene.veins)
        layers.form += soft * np.float32(0.4 * scene.veins)
    if scene.hair > 0:
        sheet = np.zeros((height, width), dtype=np.uint8)
        lie = rng.uniform(0, 2 * math.pi)
        for _ in range(rng.poisson(900 * scene.hair)):
            start = rng.uniform(-reach, reach, 2)
            direction = lie + rng.normal(0, 0.45)
            length, bend = rng.uniform(2.5, 8.0), rng.normal(0, 0.10)
            steps = np.arange(6)
            angles = direction + bend * steps
            path = start + np.cumsum(
                np.column_stack([np.cos(angles), np.sin(angles)]) * (length / 6), axis=0
            )
            darkness = int(rng.uniform(60, 190))
            if camera.is_in_front(path):
                _draw_line(sheet, camera.project(path), darkness, 1)
        thickness = min(1.0, 0.09 * scale)
        layers.melanin += (sheet.astype(np.float32) / 255) * np.float32(
            1.3 * thickness * (1 + scene.skin_tone)
        )


def _wandering_line(
    rng: np.random.Generator, *, reach: float, length_mm: float, step_mm: float, wobble: float
) -> npt.NDArray[np.float64]:
    count = int(length_mm / step_mm)
    angles = rng.uniform(0, 2 * math.pi) + np.cumsum(rng.normal(0, wobble, count))
    steps = np.column_stack([np.cos(angles), np.sin(angles)]) * step_mm
    path: npt.NDArray[np.float64] = rng.uniform(-reach, reach, 2) + np.cumsum(steps, axis=0)
    return path


def _draw_line(
    sheet: npt.NDArray[np.uint8], path_px: npt.NDArray[np.float64], value: int, thickness: int
) -> None:
    corners = np.round((path_px - 0.5) * 16).astype(np.int32)
    cv2.polylines(sheet, [corners], False, value, thickness, cv2.LINE_AA, shift=4)


def reflectance(layers: Layers) -> npt.NDArray[np.float32]:
    """Return what the skin reflects of red, green and blue light: (H, W, 3), linear."""
    melanin = np.maximum(layers.melanin, 0)
    blood = np.maximum(layers.blood, 0.02)
    stagnant = np.maximum(layers.stagnant, 0)
    colours = np.empty((*melanin.shape, 3), dtype=np.float32)
    for channel in range(3):
        absorbed = (
            np.float32(MELANIN[channel]) * melanin
            + np.float32(BLOOD[channel]) * blood
            + np.float32(STAGNANT_BLOOD[channel]) * stagnant
        )
        cv2.exp(-absorbed, absorbed)
        colours[..., channel] = np.float32(BARE_SKIN[channel]) * absorbed
    pale = np.clip(layers.white, 0, 0.9)[..., None]
    # Scale and soaked skin scatter white over whatever lies below.
    colours += pale * (np.array([0.80, 0.74, 0.66], dtype=np.float32) - colours) * np.float32(0.8)
    return colours


def body_cover(scene: Scene, layers: Layers) -> tuple[Layer, Layer]:
    """Return (cover, shade): how much of each pixel is body, and how round it looks."""
    x, y = layers.x_mm, layers.y_mm
    dx, dy = scene.limb_centre_mm
    _, off = turned(x - np.float32(dx), y - np.float32(dy), scene.limb_angle_deg)
    along, _ = turned(x, y, scene.limb_angle_deg)
    curvature = np.float32(scene.curvature)
    if scene.camera.limb is not None:
        return _limb_cover(scene, scene.camera.limb, layers)
    if scene.limb_width_mm is None:
        away = np.minimum((off * np.float32(1 / 170)) ** 2, 2)
        return np.ones_like(x), 1 - curvature * np.float32(0.28) * away
    rng = np.random.default_rng([scene.seed, 3])
    wave, phase = rng.uniform(150, 260), rng.uniform(0, 6)
    half = np.float32(scene.limb_width_mm / 2) + 4 * np.sin(
        along * np.float32(2 * math.pi / wave) + np.float32(phase)
    )
    across = off / half
    edge_mm = half - np.abs(off)
    cover = smoothstep(edge_mm, -0.7 / layers.px_per_mm, 0.7 / layers.px_per_mm)
    light = math.radians(scene.light.azimuth_deg - scene.limb_angle_deg)
    tip = np.clip(across, -0.995, 0.995)
    lit = np.sqrt(1 - tip * tip) - np.float32(0.28 * math.sin(light)) * -tip
    shade = 1 + curvature * (np.clip(lit, 0.12, 1.25) - 1)
    return cover, shade.astype(np.float32)


def _limb_cover(scene: Scene, limb: Limb, layers: Layers) -> tuple[Layer, Layer]:
    """Return the same of a limb that is round in truth."""
    camera = scene.camera
    columns = np.arange(camera.width_px)[None, :] + 0.5
    rows = np.arange(camera.height_px)[:, None] + 0.5
    _, _, clearance = camera.met(columns, rows, limb)
    cover = blurred((clearance > 0).astype(np.float32), 0.5)
    places = np.column_stack([layers.x_mm.ravel(), layers.y_mm.ravel()])
    angle = limb.angle_of(places).astype(np.float32).reshape(layers.x_mm.shape)
    light = math.radians(scene.light.azimuth_deg - limb.axis_deg)
    lit = np.cos(angle) + np.float32(0.28 * math.sin(light)) * np.sin(angle)
    shade = 1 + np.float32(max(scene.curvature, 0.3)) * (np.clip(lit, 0.12, 1.25) - 1)
    return cover, shade.astype(np.float32)


def paint_backdrop(scene: Scene, layers: Layers) -> tuple[npt.NDArray[np.float32], Layer]:
    """Return (reflectance (H, W, 3), height mm) of what lies beside the body."""
    rng = np.random.default_rng([scene.seed, 4])
    x, y = layers.x_mm, layers.y_mm
    if scene.camera.limb is not None:
        x, y = pixel_positions(replace(scene.camera, limb=None))
    fine = min(6.0, finest_px_per_mm(layers.px_per_mm))
    folds = noise(rng, px_per_mm=1.2, wave_mm=150, finest_mm=22, slope=1.5, stretch=1.8)
    u, v = turned(x, y, float(rng.uniform(0, 180)))
    height = np.float32(3.2) * blurred(folds.at(u, v, 8), 4.0)
    fibre = noise(rng, px_per_mm=fine, wave_mm=2.0, finest_mm=0.4, slope=0.3)
    if scene.backdrop is Backdrop.PAD:
        colour = (0.16, 0.36, 0.55)
        quilt = np.abs(np.sin(u * np.float32(0.26))) * np.abs(np.sin(v * np.float32(0.26)))
        height = height * np.float32(0.4) + np.float32(0.9) * np.sqrt(quilt)
        texture = 0.04 * fibre.at(u, v)
    elif scene.backdrop is Backdrop.PAPER:
        colour = (0.76, 0.75, 0.72)
        crepe = noise(rng, px_per_mm=fine, wave_mm=1.6, stretch=5.0)
        height = height * np.float32(0.7) + np.float32(0.05) * crepe.at(v, u)
        texture = 0.02 * fibre.at(u, v)
    else:
        colour = (0.72, 0.74, 0.76)
        weave = np.sin(u * np.float32(7.0)) * np.sin(v * np.float32(7.0))
        texture = 0.03 * fibre.at(u, v) + (0.02 * weave if layers.px_per_mm > 4 else 0)
    shade = (1 + texture).astype(np.float32)
    return shade[..., None] * np.array(colour, dtype=np.float32), height.astype(np.float32)
