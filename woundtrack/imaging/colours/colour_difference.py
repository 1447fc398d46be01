"""How different two colours look: CIEDE2000 between sRGB colours.

Hides CIELAB and the formula's many corrections; no picture and no card is known here.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_TO_XYZ: Final = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE: Final = _TO_XYZ.sum(axis=1)  # D65, that of sRGB: greys have no hue
_FAR: Final = 25.0**7


def linear_light(srgb: npt.ArrayLike) -> Floats:
    """Return linear light 0..1 of sRGB values 0..255 (IEC 61966-2-1)."""
    level = np.asarray(srgb, dtype=np.float64) / 255
    light: Floats = np.where(
        level <= 0.04045, level / 12.92, ((np.maximum(level, 0) + 0.055) / 1.055) ** 2.4
    )
    return light


def srgb_coded(light: npt.ArrayLike) -> Floats:
    """Return sRGB values 0..255 of linear light; what sRGB can't show is clipped."""
    within = np.clip(np.asarray(light, dtype=np.float64), 0, 1)
    power = 1.055 * np.maximum(within, 1e-12) ** (1 / 2.4) - 0.055
    coded: Floats = 255 * np.where(within <= 0.0031308, 12.92 * within, power)
    return coded


def lab_of_light(light: npt.ArrayLike) -> Floats:
    """Return CIELAB (…, 3) of linear sRGB light (…, 3), under D65."""
    ratio = np.asarray(light, dtype=np.float64) @ _TO_XYZ.T / _WHITE
    edge = 6 / 29
    bent = np.where(ratio > edge**3, np.cbrt(np.maximum(ratio, 0)), ratio / (3 * edge**2) + 4 / 29)
    x, y, z = np.moveaxis(bent, -1, 0)
    lab: Floats = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
    return lab


def ciede2000(one: npt.ArrayLike, other: npt.ArrayLike) -> Floats:
    """Return the CIEDE2000 difference of CIELAB colours (…, 3), all weights 1.

    As in Sharma, Wu and Dalal 2005 (doi:10.1002/col.20070), whose test pairs it meets.
    """
    l1, a1, b1 = np.moveaxis(np.asarray(one, dtype=np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(other, dtype=np.float64), -1, 0)
    mean_chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean_chroma7 / (mean_chroma7 + _FAR))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1 = np.degrees(np.arctan2(b1, a1)) % 360
    h2 = np.degrees(np.arctan2(b2, a2)) % 360
    has_hue = c1 * c2 != 0
    turn = np.where(has_hue, (h2 - h1 + 180) % 360 - 180, 0.0)
    turn = np.where(has_hue & (h2 - h1 == 180), 180.0, turn)
    hue_off = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    apart = np.abs(h1 - h2) > 180
    hue = (h1 + h2) / 2 + np.where(apart, np.where(h1 + h2 < 360, 180.0, -180.0), 0.0)
    hue = np.where(has_hue, hue, h1 + h2)
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    off_middle = (lightness - 50) ** 2
    lightness_off = (l2 - l1) / (1 + 0.015 * off_middle / np.sqrt(20 + off_middle))
    chroma_off = (c2 - c1) / (1 + 0.045 * chroma)
    hue_off = hue_off / (1 + 0.015 * chroma * t)
    blue_turn = 30 * np.exp(-(((hue - 275) / 25) ** 2))
    blue = 2 * np.sqrt(chroma**7 / (chroma**7 + _FAR)) * np.sin(np.radians(2 * blue_turn))
    squared = lightness_off**2 + chroma_off**2 + hue_off**2 - blue * chroma_off * hue_off
    difference: Floats = np.sqrt(np.maximum(squared, 0))
    return difference
