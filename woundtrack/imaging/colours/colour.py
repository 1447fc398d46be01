"""A photograph's colours as its card tells them: white balance and a colour matrix, for looking at.

Hides how far seven patches reach, and when they are not to be believed.
Nothing that is measured or recorded goes through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.errors import ColoursUnknown
from woundtrack.imaging.cards.patches import LUMINANCE, PatchReading, SeenPatch, read_patches
from woundtrack.imaging.colours.colour_difference import (
    ciede2000,
    lab_of_light,
    linear_light,
    srgb_coded,
)
from woundtrack.model import Calibration, Doubt, Matrix3

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

METHOD: Final = "tone and matrix of the card's patches, 1"

# --- declared limits; the figures behind them: benchmarks/colour.py -------------------------------

RIDGE: Final = 3.0
"""Pull of the matrix towards white balance alone, against residuals as CIELAB's cube root weighs
them: of 0.01 to 1000 the one with the least left-out difference on phantoms under three lights."""

TONE_RIDGE: Final = 0.3
MOST_TONE: Final = 1.4
"""Pull of each channel's tone exponent towards 1, and how far it goes at most. A phone's contrast
is up to 1.4; without it two lights differ by 3.6 instead of 2.4 under such a phone."""

PAPER: Final = 0.87
SURFACE: Final = 0.02
"""Shares of light: what bare office paper reflects (L* 93 to 96), and what the surface of even a
black print does (density 1.4 to 1.7). A patch is seen as ink on that paper, under that surface."""

SHADOWED: Final = 1.25
"""Brightest by darkest paper along the patches: a lamp beside the patient makes 1.1."""

SHADOWED_CARD: Final = 1.5
"""Paper at the patches by paper at any tag of the card, or the other way round: a lamp beside the
patient makes 1.2."""

GLARE: Final = 0.2
"""Light of a tag's black by that of its white; ink and lens make 0.03 to 0.1."""

LEAST_PATCHES: Final = 5
LEAST_GREYS: Final = 2

CAST: Final = 2.2
"""Strongest by weakest gain of the three channels from which too little of one is left."""

UNSURE_DELTA_E: Final = 7.0
UNSURE_PATCH: Final = 18.0
"""Left-out difference, median and of the worst patch, from which the colours are no better than a
careful photograph's. A phone that makes pictures harder makes 5 to 6.6, its worst patch up to 15; a
lamp mirrored on one patch makes 30."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PatchColour:
    """One patch as printed, as seen (sRGB, 0..255), and how far off a matrix without it puts it.

    ``delta_e`` is the CIEDE2000 difference; ``card`` the card's name, e.g. ``L1-A``.
    """

    card: str
    number: int
    printed_rgb: tuple[int, int, int]
    seen_rgb: tuple[float, float, float]
    delta_e: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ColourCorrection:
    """What makes a photograph's colours those of the card.

    Linear sRGB as photographed is raised to ``tone``, an exponent a channel that undoes the
    camera's contrast, and then multiplied by ``matrix``. That holds the white balance, whose three
    gains alone are ``white_balance``. ``delta_e`` is the median CIEDE2000 difference of patches
    that it wasn't made from: each in turn left out. With ``doubts`` the correction may make things
    worse, and is not to be applied unless a person says so.
    """

    method: str
    tone: tuple[float, float, float]
    white_balance: tuple[float, float, float]
    matrix: Matrix3
    patches: tuple[PatchColour, ...]
    delta_e: float
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_trusted(self) -> bool:
        """Whether it may be applied without asking."""
        return not self.doubts


def colour_correction(pixels: Pixels, calibration: Calibration) -> ColourCorrection:
    """Return how this photograph's colours become those of the patches on its card.

    The patches are where the card's tags and the calibration say, never searched for. Their light
    is compared with what was to be printed: an exponent and a gain for each channel from the greys,
    then a matrix by ridge regression, drawn towards those gains alone since seven patches don't
    decide nine numbers; it leaves greys grey. Residuals count as CIELAB would see them. Light that
    falls off along the patches is taken out by the paper beside them.

    What the difference means: a printer's inks are not sRGB. The patches' values are those that the
    sheet asks for, on paper of ``PAPER``, and an office printer is some 5 off them, alike on every
    sheet. So corrected colours can be compared between photographs of one printer's cards, and are
    in themselves only as true as that printer is; the left-out difference holds the part of its
    fault that the patches don't share. Metamerism, skin and ink that a lamp shows differently, is
    in neither.

    Of the printed cards the L card alone has patches.

    Parameters
    ----------
    pixels
        Upright RGB uint8 (H, W, 3); not changed.
    calibration
        Of the same photograph; what it knows of shadow and glare counts here, too.

    Returns
    -------
    The correction; ``doubts`` may hold ``colour_shadowed``, ``colour_glare``, ``colour_burnt``,
    ``colour_few_patches``, ``colour_cast``, ``colour_unsure``.

    Raises
    ------
    ColoursUnknown
        No card with patches is in view, or too few of its patches are.
    """
    reading = read_patches(pixels, calibration)
    usable = reading.usable
    if len(usable) < 3 or not any(one.is_grey for one in usable):
        raise ColoursUnknown(
            reason="too few of the card's colour patches can be seen: they are covered, burnt out, "
            "or too small in the picture"
        )
    solved = _solved(usable)
    left_out = _left_out(usable)
    delta_e = float(np.median(left_out))
    coded = srgb_coded(np.array([one.light for one in usable]))
    return ColourCorrection(
        method=METHOD,
        tone=_as_triple(solved.tone),
        white_balance=_as_triple(solved.gains),
        matrix=_as_matrix(solved.matrix),
        patches=tuple(
            PatchColour(
                card=one.card,
                number=one.number,
                printed_rgb=one.rgb,
                seen_rgb=(float(red), float(green), float(blue)),
                delta_e=float(off),
            )
            for one, (red, green, blue), off in zip(usable, coded, left_out, strict=True)
        ),
        delta_e=delta_e,
        doubts=_doubts(reading, calibration, solved.gains, left_out),
    )


def printed_light(rgb: npt.ArrayLike) -> Floats:
    """Return the linear light (…, 3) that a patch of sRGB values reflects, printed as asked for."""
    light: Floats = SURFACE + (PAPER - SURFACE) * linear_light(rgb)
    return light


def apply_colour(pixels: Pixels, correction: ColourCorrection) -> Pixels:
    """Return a picture (H, W, 3) RGB uint8 in the card's colours; what was given isn't changed.

    What is burnt out stays white.
    """
    matrix = np.asarray(correction.matrix)
    light = linear_light(np.arange(256))[:, None] ** correction.tone
    # Full white would take on the colour of the light's complement: the last levels reach up to
    # where all three channels are clipped.
    lift = max(1.0, 1.0 / max(float(matrix.sum(axis=1).min()), 0.2))
    light *= 1 + (lift - 1) * np.clip((np.arange(256) - 243) / 12, 0, 1)[:, None]
    light /= lift
    decoded = np.round(light[None] * _FULL).astype(np.uint16)
    scaled = (matrix * lift).astype(np.float32)
    coded = _coding()
    corrected = np.empty_like(pixels)

    def strip(top: int) -> None:
        part = np.s_[top : top + _STRIP]
        mixed = cv2.transform(cv2.LUT(pixels[part], decoded), scaled)
        corrected[part] = coded[mixed]

    # NumPy and OpenCV let go of the interpreter's lock: two strips at a time take half as long.
    with ThreadPoolExecutor(max(1, min(4, cv2.getNumThreads()))) as workers:
        list(workers.map(strip, range(0, len(pixels), _STRIP)))
    return corrected


_STRIP: Final = 32  # rows that stay in a processor's cache
_FULL: Final = 16383  # of 65535: room for what the matrix puts beyond white


@cache
def _coding() -> Pixels:
    """Return the sRGB level of every 16-bit light."""
    table: Pixels = np.round(srgb_coded(np.arange(65536) / _FULL)).astype(np.uint8)
    table.setflags(write=False)
    return table


# --- what they say -------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Solved:
    """Exponents (3,) and gains (3,) of the channels, and the whole matrix (3, 3)."""

    tone: Floats
    gains: Floats
    matrix: Floats

    def put(self, light: Floats) -> Floats:
        """Return linear light (3,) as corrected, within what can be shown."""
        put: Floats = np.clip(self.matrix @ light**self.tone, 0, 1)
        return put


def _solved(seen: Sequence[SeenPatch]) -> _Solved:
    wanted = printed_light([one.rgb for one in seen])
    found = np.maximum(np.array([one.light for one in seen]), 1e-4)
    # A cube root's slope: what CIELAB makes of an equal difference of light, dark or bright.
    weight = 1 / np.maximum(wanted @ LUMINANCE, 0.01) ** (2 / 3)
    grey = np.array([one.is_grey for one in seen])
    tone = _tone(wanted[grey], found[grey])
    found = found**tone
    by_grey = (weight[grey] ** 2)[:, None]
    gains = (by_grey * wanted[grey] * found[grey]).sum(0) / (by_grey * found[grey] ** 2).sum(0)
    balanced = found * gains
    # Rows that add up to 1 keep greys grey: the differences to one channel are free, two a row.
    matrix = np.eye(3)
    for channel in range(3):
        others = [other for other in range(3) if other != channel]
        design = (balanced[:, others] - balanced[:, [channel]]) * weight[:, None]
        rest = (wanted[:, channel] - balanced[:, channel]) * weight
        shares = np.linalg.solve(design.T @ design + RIDGE * np.eye(2), design.T @ rest)
        matrix[channel, others] += shares
        matrix[channel, channel] -= shares.sum()
    return _Solved(tone=tone, gains=gains, matrix=matrix * gains)


def _tone(wanted: Floats, found: Floats) -> Floats:
    """Return each channel's slope of wanted by found greys (N, 3), in logarithms."""
    weight = wanted ** (2 / 3)  # of a logarithm, to count as CIELAB would see it
    off_wanted = np.log(wanted) - np.average(np.log(wanted), axis=0, weights=weight)
    off_found = np.log(found) - np.average(np.log(found), axis=0, weights=weight)
    along = (weight * off_found * off_wanted).sum(axis=0) + TONE_RIDGE
    slope = along / ((weight * off_found**2).sum(axis=0) + TONE_RIDGE)
    tone: Floats = np.clip(slope, 1 / MOST_TONE, MOST_TONE)
    return tone


def _left_out(seen: Sequence[SeenPatch]) -> Floats:
    """Return how far off (CIEDE2000) each patch is put by a correction made without it."""
    differences = []
    for one in seen:
        others = [other for other in seen if other.number != one.number]
        if not any(other.is_grey for other in others):
            others = list(seen)  # the last grey can't be spared
        put = lab_of_light(_solved(others).put(one.light))
        wanted = lab_of_light(printed_light(one.rgb))
        differences.append(float(ciede2000(put, wanted)))
    return np.array(differences)


def _doubts(
    reading: PatchReading, calibration: Calibration, gains: Floats, left_out: Floats
) -> tuple[Doubt, ...]:
    known = {doubt.code for doubt in calibration.doubts}
    place = reading.place_px
    usable = reading.usable
    doubts = []
    is_shadowed = (
        reading.paper_ratio > SHADOWED
        or reading.card_ratio > SHADOWED_CARD
        or "card_shadowed" in known
    )
    is_shining = reading.black_ratio > GLARE or "card_glare" in known
    if is_shadowed:
        doubts.append(Doubt(code="colour_shadowed", place_px=place))
    uneven = sum(one.is_uneven for one in reading.seen)
    if is_shining or (not is_shadowed and uneven >= 2):
        doubts.append(Doubt(code="colour_glare", place_px=place))
    if (burnt := sum(one.is_burnt for one in reading.seen)) >= 2:
        doubts.append(Doubt(code="colour_burnt", values=(("count", burnt),), place_px=place))
    if len(usable) < LEAST_PATCHES or sum(one.is_grey for one in usable) < LEAST_GREYS:
        values = (("found", len(usable)), ("expected", reading.expected))
        doubts.append(Doubt(code="colour_few_patches", values=values, place_px=place))
    if float(gains.max() / gains.min()) > CAST:
        doubts.append(Doubt(code="colour_cast"))
    worst = float(left_out.max())
    if float(np.median(left_out)) > UNSURE_DELTA_E or worst > UNSURE_PATCH:
        doubts.append(Doubt(code="colour_unsure", values=(("delta_e", worst),), place_px=place))
    return tuple(doubts)


def _as_triple(values: Floats) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))


def _as_matrix(matrix: Floats) -> Matrix3:
    rows = [(float(a), float(b), float(c)) for a, b, c in matrix]
    return (rows[0], rows[1], rows[2])
