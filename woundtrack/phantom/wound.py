"""What an ulcer looks like: the skin round it, its edge, and the tissues of its bed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.phantom.camera import Camera
from woundtrack.phantom.coverage import Window, coverage, signed_distance_mm, window_round, within
from woundtrack.phantom.edge import lesion_ring
from woundtrack.phantom.scene import Lesion
from woundtrack.phantom.skin import Layers, finest_px_per_mm
from woundtrack.phantom.texture import (
    Layer,
    bell,
    blurred,
    cells,
    noise,
    ridges,
    smoothstep,
    turned,
)

Colours = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Region:
    """A window of the picture with, at each of its pixels, where it lies to a lesion.

    ``cover`` is the share of the pixel that is open bed; ``inside_mm`` the signed distance to the
    open edge and ``healed_mm`` to the edge the lesion once had, positive inside; ``u_mm`` and
    ``v_mm`` the place on the skin from the lesion's centre.
    """

    window: Window
    cover: Layer
    inside_mm: Layer
    healed_mm: Layer
    u_mm: Layer
    v_mm: Layer

    @property
    def here(self) -> tuple[slice, slice]:
        """The window as an index into a layer."""
        x0, y0, x1, y1 = self.window
        return np.s_[y0:y1, x0:x1]

    def part(self, window: Window) -> Region:
        """Return the same in a smaller window."""
        x0, y0, x1, y1 = window
        left, top = self.window[:2]
        cut = np.s_[y0 - top : y1 - top, x0 - left : x1 - left]
        layers = (self.cover, self.inside_mm, self.healed_mm, self.u_mm, self.v_mm)
        return Region(window, *(np.ascontiguousarray(layer[cut]) for layer in layers))


@dataclass(frozen=True, slots=True)
class Placed:
    """A lesion in the picture: its edge (None when closed), what surrounds it, and its bed."""

    lesion: Lesion
    ring_mm: npt.NDArray[np.float64] | None
    ring_px: npt.NDArray[np.float64] | None
    around: Region
    bed: Region | None
    px_per_mm: float


def place(lesion: Lesion, camera: Camera, layers: Layers) -> Placed:
    """Find where a lesion lies in the picture."""
    scale = camera.px_per_mm(lesion.centre_mm)
    height, width = layers.x_mm.shape
    ring_mm = lesion_ring(lesion, lesion.area_mm2) if lesion.area_mm2 > 0 else None
    ring_px = None if ring_mm is None else camera.project(ring_mm)
    once_mm2 = max(lesion.healed_mm2, lesion.area_mm2 * 1.02, 4.0)
    once_px = camera.project(lesion_ring(lesion, once_mm2))
    reach = max(2.4 * lesion.redness_mm, 1.8 * lesion.livedo_mm if lesion.livedo else 0, 8.0)
    window = window_round(once_px, reach * scale, width, height)
    x0, y0, x1, y1 = window
    cover = np.zeros((y1 - y0, x1 - x0), dtype=np.float32)
    bed_window = (x0, y0, x0, y0)
    if ring_px is not None:
        bed_window = window_round(ring_px, 1.5 * scale, width, height)
        left, top, right, bottom = bed_window
        cover[top - y0 : bottom - y0, left - x0 : right - x0] = coverage([ring_px], bed_window)
    here = np.s_[y0:y1, x0:x1]
    around = Region(
        window=window,
        cover=cover,
        inside_mm=signed_distance_mm(cover > 0.5, scale),
        healed_mm=signed_distance_mm(within(once_px, window), scale),
        u_mm=layers.x_mm[here] - np.float32(lesion.centre_mm[0]),
        v_mm=layers.y_mm[here] - np.float32(lesion.centre_mm[1]),
    )
    bed = None
    if ring_px is not None and bool((cover > 0.5).any()):
        bed = around.part(bed_window)
    return Placed(lesion, ring_mm, ring_px, around, bed, scale)


def paint_around(placed: Placed, layers: Layers, skin_tone: float) -> None:
    """Change the skin round a lesion: inflamed, violaceous, soaked, newly grown, raised."""
    lesion, around = placed.lesion, placed.around
    here = around.here
    if around.u_mm.size == 0:
        return
    rng = np.random.default_rng([lesion.shape_seed, 21])
    u, v = around.u_mm, around.v_mm
    is_open = lesion.area_mm2 > 0
    fine = finest_px_per_mm(placed.px_per_mm)
    coarse = 4 if placed.px_per_mm > 5 else 2
    cloud = noise(rng, px_per_mm=3.0, wave_mm=22, finest_mm=3.0, slope=0.9, size=256).at(
        u, v, coarse
    )
    dapple = noise(rng, px_per_mm=5.0, wave_mm=5, finest_mm=1.0, slope=0.6, size=256).at(v, u, 2)
    # Inflammation doesn't keep an even width round a wound.
    outside = np.maximum(-(around.inside_mm if is_open else around.healed_mm), 0)
    outside_soft = outside * (1 + np.float32(0.3) * np.tanh(cloud))

    fall = _exp(-((outside_soft / np.float32(lesion.redness_mm)) ** np.float32(1.25)))
    halo = _exp(-((outside_soft / np.float32(2.1 * lesion.redness_mm)) ** 2))
    red = (
        np.float32(0.55)
        * fall
        * (np.float32(0.85) + np.float32(0.22) * cloud + np.float32(0.14) * dapple)
    )
    red = np.float32(lesion.redness) * np.clip(red + np.float32(0.2) * halo, 0, 1.4)
    layers.blood[here] += red * np.float32(1 - 0.25 * skin_tone)
    layers.stagnant[here] += red * np.float32(0.06 + 0.05 * skin_tone)
    layers.form[here] += np.float32(0.5 * lesion.redness) * fall
    layers.gloss[here] += np.float32(0.05 * lesion.redness) * fall

    if lesion.livedo > 0:
        _paint_livedo(placed, layers, cloud, dapple, outside, skin_tone)
    if lesion.healed_mm2 > lesion.area_mm2:
        _paint_new_skin(placed, layers, cloud, dapple, skin_tone)
    if not is_open:
        return

    # The growing edge: a thin pink border whose width wanders, and a rim of thickened skin.
    inside = around.inside_mm
    wander = inside + np.float32(0.35) * dapple + np.float32(0.25) * cloud
    rim = bell(wander, -0.5 * lesion.new_skin_mm, 0.6 * lesion.new_skin_mm + 0.2)
    rim *= np.clip(np.float32(0.75) + np.float32(0.35) * cloud, 0.25, 1)
    layers.melanin[here] *= 1 - np.float32(0.42 - 0.20 * skin_tone) * rim
    layers.blood[here] += rim * np.float32(0.34)
    layers.relief_gain[here] *= 1 - np.float32(0.8) * rim
    layers.gloss[here] += np.float32(0.10 - 0.07 * skin_tone) * rim
    layers.white[here] += (
        np.float32(0.10 - 0.08 * skin_tone) * bell(wander, -lesion.new_skin_mm - 0.5, 0.5) * rim
    )

    rolled = np.float32(lesion.rolled)
    swell = bell(wander, -1.7, 1.5)
    layers.form[here] += np.float32(0.75) * rolled * swell
    layers.blood[here] -= np.float32(0.10) * rolled * swell
    layers.white[here] += np.float32(0.12 - 0.09 * skin_tone) * rolled * bell(wander, -1.1, 0.8)
    # Pigment is lost and heaped up by turns round an old ulcer.
    dark = bell(wander, -3.4, 2.2) * np.clip(np.float32(0.4) + np.float32(0.5) * dapple, 0, 1)
    layers.melanin[here] *= 1 + np.float32(0.10 + 0.05 * skin_tone) * dark

    if lesion.maceration > 0:
        depth = outside_soft + np.float32(0.9) * cloud + np.float32(0.5) * dapple
        soaked = smoothstep(depth, 5.0, 0.6)
        low = 0.9 - 2.4 * lesion.maceration
        soaked *= smoothstep(cloud, low, low + 1.0)
        layers.white[here] += (
            np.float32(0.62 * lesion.maceration) * soaked * (1 + np.float32(0.2) * dapple)
        )
        layers.gloss[here] += np.float32(0.08 - 0.05 * skin_tone) * soaked
        layers.melanin[here] *= 1 - np.float32(0.25) * soaked
    # Scale lifts round an old edge.
    flakes = noise(rng, px_per_mm=fine, wave_mm=4.5, finest_mm=0.8, slope=1.0, size=384)
    lifting = smoothstep(flakes.at(u, v, 2), 1.15, 2.2) * bell(outside_soft, 4.0, 3.0)
    layers.white[here] += np.float32(0.15 - 0.06 * skin_tone) * lifting
    layers.form[here] += np.float32(0.06) * lifting


def _paint_new_skin(
    placed: Placed, layers: Layers, cloud: Layer, dapple: Layer, skin_tone: float
) -> None:
    """Paint what has healed: thin pink shining skin, puckered towards the middle, then a scar."""
    lesion, around = placed.lesion, placed.around
    here = around.here
    rng = np.random.default_rng([lesion.shape_seed, 23])
    fine = finest_px_per_mm(placed.px_per_mm)
    young = 1 - lesion.scar_age
    depth = around.healed_mm + np.float32(0.7) * dapple + np.float32(0.8) * cloud
    new_skin = smoothstep(depth, -1.6 - 1.5 * lesion.scar_age, 2.4 + 2.5 * lesion.scar_age)
    new_skin *= np.float32(0.86) + np.float32(0.14) * np.tanh(cloud)
    layers.melanin[here] *= 1 - np.float32(0.05 + (0.26 - 0.12 * skin_tone) * young) * new_skin
    layers.blood[here] += new_skin * (
        np.float32(0.06 + (0.23 + 0.2 * skin_tone) * young)
        + np.float32(0.05) * dapple
        + np.float32(0.06) * cloud
    )
    layers.stagnant[here] += new_skin * np.float32(0.04 + 0.06 * young)
    layers.relief_gain[here] *= 1 - np.float32(0.75) * new_skin
    pucker = ridges(noise(rng, px_per_mm=fine, wave_mm=3.0, stretch=2.5, size=384), 0.7)
    distance = np.hypot(around.u_mm, around.v_mm)
    radial = np.arctan2(around.v_mm, around.u_mm) * np.float32(11.0)
    layers.form[here] += new_skin * np.float32(0.06) * pucker.at(distance, radial, 2)
    layers.form[here] -= new_skin * np.float32(0.25 + 0.2 * lesion.scar_age)
    layers.gloss[here] += new_skin * np.float32((0.06 + 0.16 * young) * (1 - 0.75 * skin_tone))
    # Pigment gathers where the ulcer's first edge was.
    border = bell(depth, -1.5, 2.6)
    layers.melanin[here] *= 1 + np.float32(0.20 - 0.05 * skin_tone) * border
    if lesion.area_mm2 <= 0:
        # The last part to close stays red for weeks.
        deepest = max(float(around.healed_mm.max()), 0.5)
        heart = smoothstep(around.healed_mm, 0.2 * deepest, deepest)
        layers.blood[here] += heart * np.float32(0.30 * young)


def _paint_livedo(
    placed: Placed,
    layers: Layers,
    cloud: Layer,
    dapple: Layer,
    outside: Layer,
    skin_tone: float,
) -> None:
    """Add the branching violaceous net of calciphylaxis, with purpura near the ulcer."""
    lesion, around = placed.lesion, placed.around
    here = around.here
    rng = np.random.default_rng([lesion.shape_seed, 22])
    warp = noise(rng, px_per_mm=3.0, wave_mm=9, size=256)
    u = around.u_mm + np.float32(1.3) * warp.at(around.u_mm, around.v_mm, 4)
    v = around.v_mm + np.float32(1.3) * warp.at(around.v_mm, around.u_mm, 4)
    net_field, twig_field = (
        noise(rng, px_per_mm=3.0, wave_mm=wave, size=256) for wave in (27.0, 13.0)
    )
    net = 1 - np.abs(net_field.at(u, v, 2) + np.float32(0.12) * dapple)
    twigs = 1 - np.abs(twig_field.at(u, v, 2) + np.float32(0.15) * dapple)
    reach = np.float32(lesion.livedo_mm)
    fade = _exp(-((outside * (1 + np.float32(0.3) * np.tanh(cloud)) / reach) ** 2))
    dusk = _exp(-((outside / (np.float32(0.26) * reach)) ** np.float32(1.4)))
    pattern = smoothstep(net, 0.50, 0.98) + np.float32(0.45) * smoothstep(twigs, 0.55, 0.98)
    stain = fade * pattern * (1 + np.float32(0.2) * dapple)
    stain += np.float32(0.8) * dusk * (1 + np.float32(0.35) * cloud)
    stain = np.float32(lesion.livedo) * np.clip(stain, 0, 1.4)
    layers.stagnant[here] += np.float32(0.46 - 0.16 * skin_tone) * stain
    layers.blood[here] += np.float32(0.22) * stain
    spots = noise(rng, px_per_mm=5.0, wave_mm=2.6, finest_mm=1.2, slope=0.8, size=256)
    purpura = smoothstep(spots.at(u, v, 2) + np.float32(0.5) * cloud, 1.6, 2.5) * fade
    layers.stagnant[here] += np.float32(0.38 * lesion.livedo) * purpura
    layers.blood[here] += np.float32(0.3 * lesion.livedo) * purpura


def _exp(values: npt.NDArray[Any]) -> Layer:
    """Return the exponential; OpenCV's is several times quicker than NumPy's."""
    result: Layer = cv2.exp(values).reshape(values.shape)  # type: ignore[assignment]
    return result


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


def paint_bed(placed: Placed, layers: Layers, colours: Colours) -> Layer | None:
    """Paint the open bed into ``colours``; returns how wet it is, or None when there is none."""
    lesion, bed = placed.lesion, placed.bed
    if bed is None:
        return None
    here, cover, inside, u, v = bed.here, bed.cover, bed.inside_mm, bed.u_mm, bed.v_mm
    is_bed = cover > 0.5
    rng = np.random.default_rng([lesion.shape_seed, 31])
    fine = finest_px_per_mm(placed.px_per_mm)
    size = math.sqrt(max(lesion.area_mm2, 0.6 * lesion.healed_mm2))

    # The fields that decide what lies where; fixed to the skin, so that tissue stays in its place
    # from visit to visit. Broad ones are bigger in big wounds.
    broad_mm = float(np.clip(0.55 * size, 7, 26))
    lumps_tile, pad_tile, plate_tile, other_tile = (
        noise(rng, px_per_mm=4.0, wave_mm=broad_mm * by, finest_mm=finest, slope=slope, size=384)
        for by, finest, slope in (
            (0.8, 2.0, 1.2),
            (0.9, 2.0, 1.7),
            (1.0, 4.0, 1.8),
            (0.6, 1.5, 1.0),
        )
    )
    small_tile = noise(rng, px_per_mm=fine, wave_mm=1.8, finest_mm=0.35, slope=0.5, size=384)
    lumps, other = lumps_tile.at(u, v, 2), other_tile.at(v, u, 2)
    bend = np.float32(0.55) * noise(rng, px_per_mm=4.0, wave_mm=7, size=256).at(v, u, 2)
    uw, vw = u + bend, v - bend
    speck = small_tile.at(uw, vw)

    # Granulation: grains of one to two millimetres, deep red in the valleys between them.
    _, grains = cells(7, px_per_mm=fine, cell_mm=1.25)
    _, big_grains = cells(8, px_per_mm=fine, cell_mm=2.7)
    grain = np.float32(0.55) * grains.at(uw, vw) + np.float32(0.45) * big_grains.at(vw, uw)
    redness = (
        np.float32(0.30)
        + np.float32(0.30) * grain
        + np.float32(0.15) * lumps
        + np.float32(0.06) * speck
    )
    redness = np.clip(redness + np.float32(0.08) * other, 0, 1.1)
    granulation = _between((0.125, 0.012, 0.014), (0.53, 0.078, 0.066), redness)
    pale = np.clip(np.float32(lesion.pallor) + np.float32(0.10) * other, 0, 0.9)
    granulation = _mix(granulation, _between((0.40, 0.14, 0.12), (0.60, 0.29, 0.25), grain), pale)
    fibrin = smoothstep(other + np.float32(0.35) * speck, 0.6, 2.4) * np.float32(0.42)
    granulation = _mix(granulation, _between((0.42, 0.17, 0.10), (0.58, 0.34, 0.20), grain), fibrin)
    clot = smoothstep(lumps + np.float32(0.3) * speck, -1.7, -2.4)
    granulation = _mix(
        granulation, _between((0.06, 0.005, 0.007), (0.14, 0.012, 0.012), grain), clot
    )
    bed_height = (
        np.float32(0.17) * grain + np.float32(0.22) * lumps_tile.at(u, v, 2) + 0.012 * speck
    )

    # Slough: yellow to cream strings and pads, thin enough at their borders to show red.
    along = turned(uw, vw, float(rng.uniform(0, 180)))
    strand_tile = noise(rng, px_per_mm=fine, wave_mm=2.4, stretch=3.0, size=384)
    strings = ridges(strand_tile, 0.6).at(*along)
    pad_field = pad_tile.at(uw, vw, 2)
    pad = pad_field + np.float32(0.10) * blurred(strings, 0.25 * placed.px_per_mm)
    cream = (
        np.float32(0.42)
        + np.float32(0.20) * strings
        + np.float32(0.16) * pad_field
        + np.float32(0.09) * speck
    )
    cream = np.clip(cream + np.float32(0.10) * other, 0, 1)
    slough = _between((0.33, 0.215, 0.085), (0.62, 0.50, 0.27), cream)
    grey = np.clip(np.float32(0.22) + np.float32(0.25) * other, 0, 0.65)
    slough = _mix(slough, _between((0.22, 0.175, 0.09), (0.50, 0.45, 0.32), cream), grey)
    rest = 1 - lesion.eschar
    sloughy = _over_share(
        pad, is_bed, min(1.0, lesion.slough / rest) if rest > 0.003 else 0.0, 0.85
    )
    colour = _mix(granulation, slough, sloughy * (np.float32(0.80) + np.float32(0.16) * strings))
    heap = np.float32(0.16) + np.float32(0.09) * strings + np.float32(0.10) * pad_field
    bed_height = bed_height + sloughy * (heap - np.float32(0.6) * bed_height)
    wet = np.float32(lesion.wetness) * (np.float32(0.75) + np.float32(0.25) * np.tanh(lumps))
    wet *= 1 - np.float32(0.45) * sloughy

    # Eschar: leather, drawn towards the middle, black and dry with a brown and yellow border.
    leather = np.zeros_like(inside)
    if lesion.eschar > 0.003:
        deep = np.minimum(inside / np.float32(0.25 * math.sqrt(lesion.area_mm2)), 1.1)
        plate = plate_tile.at(u, v, 2)
        field = plate * np.float32(0.45) + deep * np.float32(3.2) + np.float32(0.05) * other
        leather = _over_share(field, is_bed, lesion.eschar, 0.075)
        under = _over_share(field, is_bed, min(1.0, lesion.eschar * 1.15 + 0.02), 0.22)
        crack_tile = noise(rng, px_per_mm=fine, wave_mm=7.0, finest_mm=2.5, slope=1.0, size=384)
        crack = ridges(crack_tile, 6.0).at(uw, vw) * smoothstep(other, -0.2, 1.0)
        wrinkle_tile = noise(rng, px_per_mm=fine, wave_mm=2.1, stretch=2.0, size=384)
        wrinkle = ridges(wrinkle_tile, 0.6).at(vw, uw)
        tan = np.float32(0.13) + np.float32(0.13) * lumps + np.float32(0.06) * speck
        tan += np.float32(0.10) * wrinkle + np.float32(0.10) * other
        tan = np.clip(tan, 0, 1) + np.float32(0.35) * smoothstep(under - leather, -0.4, 0.6)
        tan = np.clip(tan + np.float32(0.25) * smoothstep(inside, 2.0, 0.2), 0, 1)
        black = _between((0.011, 0.0085, 0.0075), (0.118, 0.062, 0.030), tan * np.float32(0.85))
        black = _mix(black, _between((0.007, 0.004, 0.004), (0.04, 0.010, 0.008), tan), crack)
        loose = _between((0.26, 0.15, 0.055), (0.55, 0.42, 0.20), cream)
        colour = _mix(colour, loose, np.clip(under - leather, 0, 1) * np.float32(0.75))
        colour = _mix(colour, black, leather)
        leather_height = (
            np.float32(0.35 + 0.75 * lesion.depth_mm)
            + np.float32(0.13) * wrinkle
            + np.float32(0.30) * plate
            - np.float32(0.35) * crack
        )
        bed_height = bed_height + leather * (leather_height - bed_height)
        wet = wet * (1 - leather) + np.float32(0.07) * leather

    # The wall of the wound lies in its own shadow, dusky and red where it is freshly open.
    soft = 1 - leather
    wall = _exp(-np.maximum(inside, 0) / np.float32(0.6 + 0.25 * lesion.depth_mm))
    shadow = 1 - np.float32(min(0.45, 0.10 + 0.12 * lesion.depth_mm)) * wall * soft
    colour = colour * shadow[..., None]
    raw = _between((0.30, 0.045, 0.040), (0.52, 0.13, 0.11), grain)
    fresh = bell(inside + np.float32(0.2) * speck, 0.1, 0.55) * soft
    colour = _mix(colour, raw, fresh * np.float32(0.6))

    sink = np.float32(lesion.depth_mm) * smoothstep(inside, 0.0, 1.2 + 0.7 * lesion.depth_mm)
    layers.form[here] += blurred(cover, 0.15 * placed.px_per_mm) * (bed_height - sink)
    layers.relief_gain[here] *= 1 - cover
    layers.gloss[here] *= 1 - cover
    colours[here] = _mix(colours[here], colour.astype(np.float32), cover)
    wetness: Layer = (wet * cover).astype(np.float32)
    return wetness
