"""What an ulcer looks like: the skin round it, its edge, and the tissues of its bed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from woundtrack.phantom.camera import Camera
from woundtrack.phantom.coverage import Window, coverage, signed_distance_mm, window_round
from woundtrack.phantom.edge import lesion_ring
from woundtrack.phantom.scene import Lesion
from woundtrack.phantom.skin import Layers
from woundtrack.phantom.texture import Layer, bell, blurred, cells, noise, ridges, smoothstep, turned

Colours = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Placed:
    """A lesion in the picture: its edge, the window it changes, and distances there.

    ``ring_mm`` and ``ring_px`` are None when closed. ``inside_mm`` is the signed distance to the
    open edge and ``healed_mm`` to the edge it once had, positive inside.
    """

    lesion: Lesion
    ring_mm: npt.NDArray[np.float64] | None
    ring_px: npt.NDArray[np.float64] | None
    window: Window
    cover: Layer
    inside_mm: Layer
    healed_mm: Layer
    u_mm: Layer
    v_mm: Layer
    px_per_mm: float

    @property
    def here(self) -> tuple[slice, slice]:
        """The window as an index into a layer."""
        x0, y0, x1, y1 = self.window
        return np.s_[y0:y1, x0:x1]


def place(lesion: Lesion, camera: Camera, layers: Layers) -> Placed:
    """Find where a lesion lies in the picture."""
    scale = camera.px_per_mm(lesion.centre_mm)
    ring_mm = lesion_ring(lesion, lesion.area_mm2) if lesion.area_mm2 > 0 else None
    ring_px = None if ring_mm is None else camera.project(ring_mm)
    once_mm2 = max(lesion.healed_mm2, lesion.area_mm2 * 1.02, 4.0)
    once_px = camera.project(lesion_ring(lesion, once_mm2))
    reach = max(2.6 * lesion.redness_mm, 2.2 * lesion.livedo_mm if lesion.livedo else 0, 8.0)
    height, width = layers.x_mm.shape
    window = window_round(once_px, reach * scale, width, height)
    x0, y0, x1, y1 = window
    cover = coverage([ring_px] if ring_px is not None else [], window)
    here = np.s_[y0:y1, x0:x1]
    u = layers.x_mm[here] - np.float32(lesion.centre_mm[0])
    v = layers.y_mm[here] - np.float32(lesion.centre_mm[1])
    return Placed(
        lesion=lesion,
        ring_mm=ring_mm,
        ring_px=ring_px,
        window=window,
        cover=cover,
        inside_mm=signed_distance_mm(cover > 0.5, scale),
        healed_mm=signed_distance_mm(coverage([once_px], window) > 0.5, scale),
        u_mm=u,
        v_mm=v,
        px_per_mm=scale,
    )


def paint_around(placed: Placed, layers: Layers, skin_tone: float) -> None:
    """Change the skin round a lesion: inflamed, violaceous, soaked, newly grown, raised."""
    lesion, here = placed.lesion, placed.here
    if placed.u_mm.size == 0:
        return
    rng = np.random.default_rng([lesion.shape_seed, 21])
    u, v = placed.u_mm, placed.v_mm
    is_open = lesion.area_mm2 > 0
    fine = min(10.0, placed.px_per_mm)
    cloud = noise(rng, px_per_mm=3.0, wave_mm=22, finest_mm=2.5, slope=0.8).at(u, v)
    dapple = noise(rng, px_per_mm=5.0, wave_mm=5, finest_mm=1.0, slope=0.6).at(v, u)
    # Inflammation doesn't keep an even width round a wound.
    outside = np.maximum(-(placed.inside_mm if is_open else placed.healed_mm), 0)
    outside_soft = outside * (1 + 0.22 * np.tanh(cloud))

    fall = np.exp(-((outside_soft / np.float32(lesion.redness_mm)) ** 1.25))
    halo = np.exp(-((outside_soft / np.float32(2.3 * lesion.redness_mm)) ** 2))
    red = np.float32(lesion.redness) * (
        np.float32(0.62) * fall * (0.85 + 0.2 * cloud + 0.13 * dapple) + np.float32(0.2) * halo
    )
    layers.blood[here] += np.clip(red, 0, 1.4) * np.float32(1 - 0.25 * skin_tone)
    layers.stagnant[here] += np.clip(red, 0, 1) * np.float32(0.08 + 0.16 * skin_tone)
    layers.form[here] += np.float32(0.5 * lesion.redness) * fall
    layers.gloss[here] += np.float32(0.06 * lesion.redness) * fall

    if lesion.livedo > 0:
        _paint_livedo(placed, layers, cloud, dapple, outside)

    new_skin = smoothstep(placed.healed_mm, -0.4, 0.9)
    if lesion.healed_mm2 > lesion.area_mm2:
        young = 1 - lesion.scar_age
        layers.melanin[here] *= 1 - np.float32(0.15 + 0.35 * young) * new_skin
        layers.blood[here] += new_skin * (
            np.float32(0.12 + 0.42 * young) + np.float32(0.05) * dapple + np.float32(0.05) * cloud
        )
        layers.stagnant[here] += new_skin * np.float32(0.05 + 0.10 * young)
        layers.relief_gain[here] *= 1 - np.float32(0.8) * new_skin
        pucker = ridges(noise(rng, px_per_mm=fine, wave_mm=2.2, stretch=3.0), 1.2)
        radial = np.arctan2(v, u) * np.float32(9.0)
        distance = np.hypot(u, v)
        layers.form[here] += new_skin * np.float32(0.07) * pucker.at(distance, radial)
        layers.form[here] -= new_skin * np.float32(0.25 + 0.2 * lesion.scar_age)
        layers.gloss[here] += new_skin * np.float32(0.10 + 0.22 * young)
        # Pigment gathers where the ulcer's first edge was.
        border = bell(placed.healed_mm + 0.5 * dapple, -0.8, 1.6)
        layers.melanin[here] *= 1 + np.float32(0.30 + 0.15 * skin_tone) * border
        if not is_open:
            # The last point to close stays red and a little crusted for weeks.
            deepest = max(float(placed.healed_mm.max()), 0.5)
            heart = smoothstep(placed.healed_mm, 0.35 * deepest, deepest)
            layers.blood[here] += heart * np.float32(0.35 * young)

    if not is_open:
        return
    inside = placed.inside_mm
    rim = bell(inside, -0.55 * lesion.new_skin_mm, 0.5 * lesion.new_skin_mm + 0.15)
    layers.melanin[here] *= 1 - np.float32(0.55) * rim
    layers.blood[here] += rim * np.float32(0.30)
    layers.relief_gain[here] *= 1 - np.float32(0.8) * rim
    layers.gloss[here] += np.float32(0.18) * rim

    rolled = np.float32(lesion.rolled)
    swell = bell(inside + 0.35 * dapple, -1.7, 1.5)
    layers.form[here] += np.float32(0.75) * rolled * swell
    layers.blood[here] -= np.float32(0.12) * rolled * swell
    layers.white[here] += np.float32(0.16) * rolled * bell(inside + 0.2 * dapple, -1.0, 0.8)

    if lesion.maceration > 0:
        soaked = smoothstep(outside_soft + 0.8 * cloud + 0.5 * dapple, 5.5, 0.8)
        soaked *= smoothstep(cloud, 1.0 - 2.2 * lesion.maceration, 2.0 - 2.2 * lesion.maceration)
        layers.white[here] += np.float32(0.75 * lesion.maceration) * soaked * (0.8 + 0.2 * dapple)
        layers.gloss[here] += np.float32(0.12) * soaked
        layers.melanin[here] *= 1 - np.float32(0.25) * soaked
    # Scale lifts round an old edge.
    flakes = noise(rng, px_per_mm=fine, wave_mm=3.0, finest_mm=0.5, slope=0.6).at(u, v)
    lifting = smoothstep(flakes, 1.1, 1.7) * bell(outside_soft, 4.0, 3.0)
    layers.white[here] += np.float32(0.28) * lifting
    layers.form[here] += np.float32(0.10) * lifting


def _paint_livedo(
    placed: Placed, layers: Layers, cloud: Layer, dapple: Layer, outside: Layer
) -> None:
    """Add the branching violaceous net of calciphylaxis, with purpura near the ulcer."""
    lesion, here = placed.lesion, placed.here
    rng = np.random.default_rng([lesion.shape_seed, 22])
    warp = noise(rng, px_per_mm=3.0, wave_mm=14)
    u = placed.u_mm + np.float32(2.2) * warp.at(placed.u_mm, placed.v_mm)
    v = placed.v_mm + np.float32(2.2) * warp.at(placed.v_mm, placed.u_mm)
    net = ridges(noise(rng, px_per_mm=3.0, wave_mm=19, finest_mm=6, slope=1.0), 0.75).at(u, v)
    twigs = ridges(noise(rng, px_per_mm=4.0, wave_mm=8), 1.1).at(u, v)
    reach = np.float32(lesion.livedo_mm)
    fade = np.exp(-((outside * (1 + 0.25 * np.tanh(cloud)) / reach) ** 2))
    dusk = np.exp(-((outside / (np.float32(0.28) * reach)) ** 1.5))
    pattern = np.clip(smoothstep(net, 0.35, 0.95) + 0.4 * smoothstep(twigs, 0.5, 1.0), 0, 1.2)
    stain = fade * pattern * (0.9 + 0.2 * dapple) + np.float32(0.9) * dusk * (0.9 + 0.25 * cloud)
    stain = np.float32(lesion.livedo) * np.clip(stain, 0, 1.5)
    layers.stagnant[here] += np.float32(0.55) * stain
    layers.blood[here] += np.float32(0.24) * stain
    purpura = smoothstep(noise(rng, px_per_mm=6.0, wave_mm=1.9).at(u, v), 1.7, 2.3) * fade
    layers.stagnant[here] += np.float32(0.5 * lesion.livedo) * purpura
    layers.blood[here] += np.float32(0.4 * lesion.livedo) * purpura


def _mix(base: Colours, over: Colours, share: Layer) -> Colours:
    mixed: Colours = base + share[..., None] * (over - base)
    return mixed


def _between(low: tuple[float, ...], high: tuple[float, ...], share: Layer) -> Colours:
    low_, high_ = np.array(low, dtype=np.float32), np.array(high, dtype=np.float32)
    return low_ + share[..., None] * (high_ - low_)


def _over_share(field: Layer, bed: npt.NDArray[np.bool_], share: float, soft: float) -> Layer:
    """Return 0..1 coverage of the top ``share`` of a field within the bed, with soft borders."""
    if share <= 0.003:
        return np.zeros_like(field)
    if share >= 0.997:
        return np.ones_like(field)
    level = float(np.quantile(field[bed], 1 - share))
    return smoothstep(field, level - soft, level + soft)


def paint_bed(placed: Placed, layers: Layers, colours: Colours) -> Layer:
    """Paint the open bed into ``colours``; returns how wet each pixel of the window is."""
    lesion, here = placed.lesion, placed.here
    bed = placed.cover > 0.5
    if lesion.area_mm2 <= 0 or not bed.any():
        return np.zeros_like(placed.cover)
    rng = np.random.default_rng([lesion.shape_seed, 31])
    fine = min(12.0, placed.px_per_mm)
    u, v = placed.u_mm, placed.v_mm
    inside = placed.inside_mm
    size = math.sqrt(lesion.area_mm2)
    cloud = noise(rng, px_per_mm=4.0, wave_mm=14, finest_mm=1.5, slope=0.8)
    patch = noise(rng, px_per_mm=4.0, wave_mm=11, finest_mm=1.2, slope=0.75)
    plate = noise(rng, px_per_mm=4.0, wave_mm=18, finest_mm=2.0, slope=1.0)
    small = noise(rng, px_per_mm=fine, wave_mm=1.6, finest_mm=0.35, slope=0.4)
    warp = np.float32(0.8) * noise(rng, px_per_mm=4.0, wave_mm=5).at(v, u)
    uw, vw = u + warp, v - warp
    lumps = cloud.at(u, v)
    speck = small.at(uw, vw)

    # Granulation: grains of one to two millimetres, deep red in the valleys.
    _, grains = cells(rng, px_per_mm=fine, cell_mm=1.35)
    _, big_grains = cells(rng, px_per_mm=fine, cell_mm=2.6)
    grain = 0.62 * grains.at(uw, vw) + 0.38 * big_grains.at(vw, uw)
    redness = np.clip(0.30 + 0.42 * grain + 0.17 * lumps + 0.07 * speck, 0, 1.15)
    granulation = _between((0.115, 0.010, 0.012), (0.56, 0.072, 0.062), redness)
    pale = np.clip(np.float32(lesion.pallor) + 0.10 * cloud.at(v, u), 0, 0.9)
    granulation = _mix(granulation, _between((0.42, 0.13, 0.11), (0.66, 0.30, 0.26), grain), pale)
    fibrin = smoothstep(patch.at(v, u) + 0.5 * speck, 1.0, 2.2) * np.float32(0.45)
    granulation = _mix(granulation, _between((0.45, 0.20, 0.11), (0.62, 0.38, 0.22), grain), fibrin)
    clot = smoothstep(lumps + 0.4 * speck, -1.5, -2.3)
    granulation = _mix(granulation, _between((0.05, 0.004, 0.006), (0.12, 0.01, 0.01), grain), clot)
    bed_height = 0.30 * grain + 0.16 * lumps + 0.02 * speck

    # Slough: yellow to cream strings and pads, thin enough at their borders to show red.
    along = turned(uw, vw, float(rng.uniform(0, 180)))
    strings = ridges(noise(rng, px_per_mm=fine, wave_mm=1.7, stretch=4.0), 0.9).at(*along)
    pad = patch.at(uw, vw) + 0.35 * strings + 0.10 * speck
    cream = np.clip(0.45 + 0.30 * strings + 0.20 * patch.at(vw, uw) + 0.10 * speck, 0, 1)
    slough = _between((0.33, 0.225, 0.070), (0.69, 0.575, 0.31), cream)
    grey = np.clip(0.25 + 0.30 * cloud.at(vw, uw), 0, 0.7)
    slough = _mix(slough, _between((0.23, 0.19, 0.10), (0.52, 0.48, 0.35), cream), grey)
    necrotic = lesion.eschar > 0.003
    share = lesion.slough / max(1e-6, 1 - lesion.eschar) if lesion.eschar < 0.997 else 0.0
    sloughy = _over_share(pad, bed, min(1.0, share), 0.28)
    colour = _mix(granulation, slough, sloughy * (0.86 + 0.12 * strings))
    bed_height = bed_height + sloughy * (0.28 + 0.22 * strings - 0.6 * (bed_height - 0.2))
    wet = np.float32(lesion.wetness) * (0.75 + 0.25 * np.tanh(lumps)) * (1 - 0.35 * sloughy)

    # Eschar: leather, drawn towards the middle, black and dry with a brown and yellow border.
    if necrotic:
        deep = np.minimum(inside / np.float32(0.28 * size), 1.2)
        field = plate.at(u, v) * np.float32(0.55) + deep * np.float32(1.5)
        leather = _over_share(field, bed, lesion.eschar, 0.06)
        under = _over_share(field, bed, min(1.0, lesion.eschar * 1.12 + 0.02), 0.16)
        cracks = ridges(noise(rng, px_per_mm=fine, wave_mm=5.0, finest_mm=2.0, slope=1.0), 5.0)
        crack = cracks.at(uw, vw) * smoothstep(plate.at(v, u), -0.3, 0.9)
        wrinkle = ridges(noise(rng, px_per_mm=fine, wave_mm=1.8, stretch=2.2), 0.8).at(vw, uw)
        tan = np.clip(0.22 + 0.20 * plate.at(v, u) + 0.10 * speck + 0.12 * wrinkle, 0, 1)
        tan *= np.float32(0.55)
        border = smoothstep(inside, 2.4, 0.2)
        tan = np.clip(tan + 0.5 * border, 0, 1)
        black = _between((0.014, 0.010, 0.008), (0.105, 0.052, 0.024), tan)
        black = _mix(black, _between((0.006, 0.003, 0.003), (0.05, 0.008, 0.006), lumps), crack)
        loose = _between((0.30, 0.20, 0.07), (0.56, 0.44, 0.22), cream)
        colour = _mix(colour, loose, np.clip(under - leather, 0, 1) * np.float32(0.8))
        colour = _mix(colour, black, leather)
        raised = 0.75 + 0.16 * wrinkle + 0.25 * np.tanh(plate.at(v, u)) - 0.45 * crack
        bed_height = bed_height + leather * (raised + lesion.depth_mm * 0.8 - bed_height)
        wet = wet * (1 - leather) + np.float32(0.10) * leather

    # The wall of the wound: shadowed, and red where it is freshly open.
    wall = np.exp(-np.maximum(inside, 0) / np.float32(0.5 + 0.18 * lesion.depth_mm))
    open_wall = wall if not necrotic else wall * (1 - leather)
    shadow = 1 - np.float32(min(0.42, 0.12 + 0.11 * lesion.depth_mm)) * open_wall
    colour = colour * shadow[..., None]
    fresh = np.float32(0.35) * bell(inside, 0.25, 0.35) * (1 - (leather if necrotic else 0))
    raw = _between((0.26, 0.018, 0.018), (0.42, 0.05, 0.045), grain)
    colour = _mix(colour, raw, fresh)

    sink = np.float32(lesion.depth_mm) * smoothstep(inside, 0.0, 0.9 + 0.5 * lesion.depth_mm)
    cover = placed.cover
    edge_blur = blurred(cover, 0.12 * placed.px_per_mm)
    layers.form[here] += edge_blur * (bed_height - sink)
    layers.relief_gain[here] *= 1 - cover
    layers.gloss[here] *= 1 - cover
    colours[here] = _mix(colours[here], colour.astype(np.float32), cover)
    wetness: Layer = (wet * cover).astype(np.float32)
    return wetness

