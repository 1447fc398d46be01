"""Endless random textures: tiles whose edges meet, sampled at millimetre positions.

Made in the frequency domain, so that nothing finer than a tile's own pixels can alias.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

Layer = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tile:
    """A square texture that repeats; zero mean and unit spread where made of noise."""

    values: Layer
    px_per_mm: float

    def at(self, x_mm: Layer, y_mm: Layer, step: int = 1) -> Layer:
        """Return the texture at positions in mm (same shapes, float32).

        With a ``step`` only every so many positions are looked up and the rest drawn between them:
        quick, and as good for a texture that is smooth at that distance.
        """
        if step > 1:
            few = self.at(
                np.ascontiguousarray(x_mm[::step, ::step]),
                np.ascontiguousarray(y_mm[::step, ::step]),
            )
            size = (x_mm.shape[1], x_mm.shape[0])
            between: Layer = cv2.resize(  # type: ignore[assignment]
                few, size, interpolation=cv2.INTER_LINEAR
            )
            return between
        scale = np.float32(self.px_per_mm)
        sampled: Layer = cv2.remap(  # type: ignore[assignment]
            self.values,
            x_mm * scale,
            y_mm * scale,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        )
        return sampled


def noise(
    rng: np.random.Generator,
    *,
    px_per_mm: float,
    wave_mm: float,
    finest_mm: float | None = None,
    slope: float = 1.0,
    size: int = 512,
    stretch: float = 1.0,
) -> Tile:
    """Return smooth noise of wavelengths ``finest_mm`` to ``wave_mm``, strength falling by slope.

    Without ``finest_mm`` a single band around ``wave_mm``. A ``stretch`` above 1 makes it run
    along x.
    """
    white = rng.standard_normal((size, size), dtype=np.float32)
    along = np.fft.rfftfreq(size, 1 / px_per_mm) * stretch
    across = np.fft.fftfreq(size, 1 / px_per_mm)
    frequency = np.hypot(along[None, :], across[:, None])
    frequency[0, 0] = 1e-9
    if finest_mm is None:
        gain = np.exp(-(np.log(frequency * wave_mm) ** 2) / (2 * 0.35**2))
    else:
        lowest, highest = 1 / wave_mm, 1 / finest_mm
        gain = (frequency / lowest) ** -slope
        gain *= 1 / (1 + (lowest / frequency) ** 6) / (1 + (frequency / highest) ** 6)
    gain[0, 0] = 0
    values = np.fft.irfft2(np.fft.rfft2(white) * gain, s=(size, size)).astype(np.float32)
    values /= values.std() + 1e-12
    return Tile(values, px_per_mm)


def ridges(tile: Tile, sharpness: float = 1.0) -> Tile:
    """Return a net of ridges, 0..1 with 1 on the crest, along the zero lines of noise."""
    crest = np.exp(-np.abs(tile.values) * np.float32(2.5 * sharpness))
    return Tile(crest.astype(np.float32), tile.px_per_mm)


@lru_cache(maxsize=24)
def cells(seed: int, *, px_per_mm: float, cell_mm: float, size: int = 384) -> tuple[Tile, Tile]:
    """Return (furrow, dome) of a cell pattern like the fields of skin or grains of granulation.

    ``furrow`` is 1 between cells and 0 inside; ``dome`` 1 in the middle of a cell and 0 between.
    Remembered, since it is the slowest to make and a series of pictures asks for it again.
    """
    rng = np.random.default_rng([seed, 61])
    count = max(3, round(size / (px_per_mm * cell_mm)))
    pitch = size / count
    jitter = rng.uniform(0.08, 0.92, (count, count, 2)).astype(np.float32)
    place = np.arange(size, dtype=np.float32) / np.float32(pitch)
    cell = place.astype(np.int32)
    first = np.full((size, size), 9.0, dtype=np.float32)
    second = first.copy()
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            row, column = (cell + down) % count, (cell + right) % count
            spot = jitter[row[:, None], column[None, :]]
            dx = (cell + right)[None, :] + spot[..., 0] - place[None, :]
            dy = (cell + down)[:, None] + spot[..., 1] - place[:, None]
            distance = np.sqrt(dx * dx + dy * dy)
            second = np.minimum(second, np.maximum(first, distance))
            first = np.minimum(first, distance)
    gap = (second - first).astype(np.float32)
    furrow = np.exp(-((gap / 0.13) ** 2)).astype(np.float32)
    dome = np.clip(1 - (first / 0.62) ** 2, 0, 1).astype(np.float32)
    return Tile(furrow, px_per_mm), Tile(dome, px_per_mm)


def smoothstep(values: Layer, low: float, high: float) -> Layer:
    """Return 0 below ``low``, 1 above ``high`` and a smooth step between; ``low`` may be higher."""
    t = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    result: Layer = t * t * (3 - 2 * t)
    return result


def bell(values: Layer, middle: float, width: float) -> Layer:
    """Return a Gaussian bump of height 1."""
    z = (values - np.float32(middle)) / np.float32(width)
    result: Layer = cv2.exp(-0.5 * z * z).reshape(values.shape)  # type: ignore[assignment]
    return result


def blurred(values: Layer, sigma_px: float) -> Layer:
    """Return a Gaussian blur; sigmas under 0.2 px change nothing."""
    if sigma_px < 0.2:
        return values
    result: Layer = cv2.GaussianBlur(values, (0, 0), sigma_px)  # type: ignore[assignment]
    return result


def turned(x: Layer, y: Layer, degrees: float) -> tuple[Layer, Layer]:
    """Return positions in axes turned by ``degrees``."""
    c, s = np.float32(math.cos(math.radians(degrees))), np.float32(math.sin(math.radians(degrees)))
    return x * c + y * s, y * c - x * s
