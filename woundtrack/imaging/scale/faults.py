"""What spoils a photograph, told from the card in it: glare, blur, dark, shadow, screens.

Hides the limits that each is told from, all against the card's own known black and white.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from woundtrack.imaging.cards.look import (
    LUMINANCE,
    TURNED_AWAY,
    OnCard,
    TagLook,
    hull_of,
    look_at_missing,
    look_at_tags,
    places_on_card,
    ring_of_card,
    ripple,
)
from woundtrack.imaging.scale.print_scale import PRINT_DOUBTS
from woundtrack.model import Calibration, Doubt, Photograph, Ring

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

# --- declared limits; the figures behind them: benchmarks/refusals.py -----------------------------

BLURRED_MODULES: Final = 0.2
BLURRED_PX: Final = 1.8
"""Standard deviation of the blur of a tag's edges, in modules (an eighth of its side) and in
pixels, from which a photograph is blurred. Lens, focus and sharpening of a phone make 0.6 to 1.3
pixels; 0.2 modules of the L card are 0.4 mm, and edges 1 mm wide."""

LIFTED: Final = 0.22
"""Light of a black module by that of the card's white, over what blur brings there, from which
something shines on it. Ink makes 0.03 to 0.08."""

LIFTED_MODULES: Final = 2
"""How many of a tag's black modules that is to be told from. Where as many white ones are darker by
as much, something covers the tag instead."""

SHADOWED: Final = 1.7
"""Brightest by darkest white of a card's tags. A lamp beside the patient makes 1.3."""

SHADOW_EDGE: Final = 1.8
"""The same within one tag, which a limb's roundness leaves alone."""

DARK_LIGHT: Final = 0.1
"""Linear light of the card's white, of 1, below which a photograph is dark: level 89 of 255."""

NOISY: Final = 0.11
"""Spread of the card's white from pixel to pixel, by its light, from which it drowns in noise."""

CAST: Final = 2.2
"""Strongest by weakest channel of the card's white, in linear light, as in ``colour``: tungsten
photographed as daylight makes 2."""

STRETCHED: Final = 0.035
STRETCHED_BY_TILT: Final = 0.12
"""How much longer one way than the other the card looks for its camera, from which it was printed
stretched; and how much more is allowed for sin² of the tilt, where an EXIF focal length that is
rounded to whole millimetres, and the lens, tell in it."""

RIPPLED: Final = 9.0
"""Power of the strongest ripple over the card's white by the usual power: paper makes 1.2 to 3."""

SCREENS: Final = frozenset(
    {
        # Telephones and tablets, upright; no camera makes pictures of these sizes.
        *((640, 1136), (750, 1334), (828, 1792), (1125, 2436), (1170, 2532), (1179, 2556)),
        *((1206, 2622), (1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868)),
        *((720, 1560), (720, 1600), (1080, 2160), (1080, 2220), (1080, 2280), (1080, 2310)),
        *((1080, 2316), (1080, 2340), (1080, 2400), (1080, 2408), (1080, 2412), (1080, 2460)),
        *((1220, 2712), (1440, 2960), (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3200)),
        *((1344, 2992), (1488, 2266), (1620, 2160), (1640, 2360), (1668, 2224), (1668, 2388)),
        # Computers, lying.
        *((1280, 800), (1366, 768), (1440, 900), (1536, 864), (1680, 1050), (1920, 1200)),
        *((2256, 1504), (2560, 1600), (2736, 1824), (2880, 1800), (3024, 1964), (3456, 2234)),
    }
)
"""Sizes of screens that no camera has; 1920 × 1080 and its like are videos' and cameras' too."""

SHARED_SCREENS: Final = frozenset(
    {(1280, 720), (1600, 900), (1920, 1080), (2560, 1440), (3840, 2160), (1080, 1920), (720, 1280)}
)
"""Sizes that screens share with cameras: told from the format, since no camera writes PNG."""


def with_faults(
    pixels: Pixels, photograph: Photograph | None, calibration: Calibration
) -> Calibration:
    """Return a calibration with what spoils its photograph among its doubts.

    Where glare or blur is why tags weren't found, nothing hid them: ``card_hidden`` goes.
    """
    faults = faults_of(pixels, photograph, calibration)
    codes = {doubt.code for doubt in faults}
    explained = codes & {"card_glare", "photograph_blurred", "photograph_dark"}
    of_card: list[Doubt] = []
    of_printer: list[Doubt] = []
    for doubt in calibration.doubts:
        if doubt.code != "card_hidden" or not explained:
            (of_printer if doubt.code in PRINT_DOUBTS else of_card).append(doubt)
    # What is of this photograph comes before what is of every one.
    return replace(calibration, doubts=(*of_card, *faults, *of_printer))


def faults_of(
    pixels: Pixels, photograph: Photograph | None, calibration: Calibration
) -> tuple[Doubt, ...]:
    """Return what spoils a photograph, as its card shows it.

    The tags are where the calibration says, and what is printed on them is known: black that is
    light mirrors a lamp, an edge that is wide is blurred, white that is dark lies in shadow. All of
    it is independent of the skin.

    Parameters
    ----------
    pixels
        uint8 (H, W, 3) RGB, upright.
    photograph
        Its facts; without a focal length a stretched print isn't looked for.
    calibration
        Of the same photograph.

    Returns
    -------
    Of ``card_glare``, ``card_shadowed``, ``card_misprinted``, ``photograph_blurred``,
    ``photograph_dark``, ``photograph_of_screen`` and ``colour_cast`` those that apply, each with
    its place.
    """
    cards = [
        (card, _told_by(look_at_tags(pixels, card), calibration)) for card in calibration.cards
    ]
    looks = tuple(look for _, tags in cards for look in tags)
    if not looks:
        return ()
    blur = _blur_of(looks)
    is_of_screen = ripple(pixels, looks) > RIPPLED
    size = (pixels.shape[1], pixels.shape[0])
    whole = ring_of_card(calibration, calibration.cards[0], size)
    doubts = _blurred(looks, blur, calibration, whole)
    # Tags aren't found for blur too, and on a limb because they are out of sight.
    asks_missing = not doubts and calibration.limb is None
    shining = [
        ring
        for card, tags in cards
        for ring in _shining(
            pixels, tags, blur, places_on_card(calibration, card), asks_missing=asks_missing
        )
    ]
    if shining:
        doubts.append(Doubt(code="card_glare", place_px=hull_of(shining)))
    else:
        doubts += [doubt for _, tags in cards for doubt in _shadow(tags, calibration)][:1]
    doubts += _light(looks, whole, is_noise_told=not is_of_screen)
    doubts += _misprint(photograph, calibration, whole)
    if is_of_screen:
        doubts.append(Doubt(code="photograph_of_screen", place_px=whole))
    return tuple(doubts)


def _told_by(looks: tuple[TagLook, ...], calibration: Calibration) -> tuple[TagLook, ...]:
    """Return the tags that tell: on a limb those not turned away, whose edges are seen bent."""
    if calibration.limb is None or not looks:
        return looks
    least = TURNED_AWAY**0.5 * max(look.module_px for look in looks)
    return tuple(look for look in looks if look.module_px >= least)


def looks_like_screenshot(photograph: Photograph) -> bool:
    """Whether a file has the size of a screen and no word of a camera.

    Pictures that a messenger passed on have lost their words too, so the size must be a screen's
    alone; where cameras make such pictures too, it must be of a format that they don't write.
    """
    facts = (photograph.camera_make, photograph.camera_model, photograph.focal_length_mm)
    if any(fact is not None for fact in facts) or photograph.focal_length_35mm is not None:
        return False
    size = (photograph.width_px, photograph.height_px)
    if size in SCREENS or size[::-1] in SCREENS:
        return True
    return size in SHARED_SCREENS and photograph.format.upper() == "PNG"


# --- edges ---------------------------------------------------------------------------------------


def _blur_of(looks: Sequence[TagLook]) -> float:
    """Return the blur of the tags' edges in modules: the worse direction, of the middle tag."""
    worse = [float(np.nanmax(look.edge_px)) / look.module_px for look in looks if _has_edges(look)]
    return float(np.median(worse)) if worse else 0.0


def _has_edges(look: TagLook) -> bool:
    return bool(np.isfinite(look.edge_px).any())


def _blurred(
    looks: Sequence[TagLook], blur: float, calibration: Calibration, whole: Ring
) -> list[Doubt]:
    module_px = float(np.median([look.module_px for look in looks]))
    if blur <= BLURRED_MODULES or blur * module_px <= BLURRED_PX:
        return []
    edge_mm = 2.56 * blur * module_px * calibration.mm_per_px  # from 10 to 90 % of the rise
    return [
        Doubt(
            code="photograph_blurred",
            values=(("edge_mm", edge_mm),),
            place_px=whole,
        )
    ]


# --- light ---------------------------------------------------------------------------------------


def _white_of(looks: Sequence[TagLook]) -> float:
    """Return the luminance of a card's white, of the tags together."""
    whites = [np.median((look.levels @ LUMINANCE)[look.is_white]) for look in looks]
    return max(float(np.median(whites)), 1e-4)


def _shining(
    pixels: Pixels, looks: Sequence[TagLook], blur: float, on_card: OnCard, *, asks_missing: bool
) -> list[Floats]:
    """Return the rings (4, 2) of a card's tags whose black shines, found or not."""
    if not looks:
        return []
    white = _white_of(looks)
    missing = look_at_missing(pixels, on_card) if asks_missing else ()
    shining = []
    for look in (*looks, *missing):
        off = (look.levels @ LUMINANCE) / white - _spilled(look.is_white, blur)
        is_lifted = np.count_nonzero(off[~look.is_white] > LIFTED) >= LIFTED_MODULES
        is_covered = np.count_nonzero(off[look.is_white] < -LIFTED) >= LIFTED_MODULES
        if is_lifted and not is_covered:
            shining.append(look.ring)
    return shining


def _spilled(is_white: npt.NDArray[np.bool_], blur: float) -> Floats:
    """Return the light (10, 10), of the white's 1, that a blur in modules brings to each module."""
    fine = 8
    printed = np.kron(is_white, np.ones((fine, fine))).astype(np.float32)
    # As wide again for what the black frame's inner edges add, and never sharper than a lens.
    spread = max(blur, 0.05) * 1.15 * fine
    light = cv2.GaussianBlur(printed, (0, 0), spread, borderType=cv2.BORDER_REPLICATE)
    size = is_white.shape[0]
    return np.asarray(light.reshape(size, fine, size, fine).mean(axis=(1, 3)), dtype=np.float64)


def _shadow(looks: Sequence[TagLook], calibration: Calibration) -> list[Doubt]:
    """Return a doubt where the white of a card is light here and dark there."""
    if not looks:
        return []
    lights = [look.levels @ LUMINANCE for look in looks]
    whites = [_quiet_sides(light) for light in lights]
    within = max(max(sides) / max(min(sides), 1e-4) for sides in whites)
    middles = [float(np.median(sides)) for sides in whites]
    between = max(middles) / max(min(middles), 1e-4) if calibration.limb is None else 1.0
    if within <= SHADOW_EDGE and between <= SHADOWED:
        return []
    darkest, _ = min(zip(looks, whites, strict=True), key=lambda pair: min(pair[1]))
    return [Doubt(code="card_shadowed", place_px=hull_of([darkest.ring]))]


def _quiet_sides(light: Floats) -> list[float]:
    """Return the light of the white paper beside each of a tag's four sides."""
    rim = np.stack([light[0], light[-1], light[:, 0], light[:, -1]])
    return [float(side) for side in np.median(rim, axis=1)]


def _light(looks: Sequence[TagLook], whole: Ring, *, is_noise_told: bool) -> list[Doubt]:
    """Return doubts about too little light, and about its colour."""
    white = np.median(np.concatenate([look.levels[look.is_white] for look in looks]), axis=0)
    brightness = max(float(white @ LUMINANCE), 1e-4)
    rims = np.concatenate([_rim(look.spread) for look in looks])
    noise = float(np.median(rims)) / brightness
    doubts = []
    if brightness < DARK_LIGHT or (is_noise_told and noise > NOISY):
        doubts.append(Doubt(code="photograph_dark", place_px=whole))
    if float(white.max()) > CAST * max(float(white.min()), 1e-4):
        doubts.append(Doubt(code="colour_cast", place_px=whole))
    return doubts


def _rim(values: Floats) -> Floats:
    rim = (values[0], values[-1], values[:, 0], values[:, -1])
    return np.concatenate(rim)


# --- geometry ------------------------------------------------------------------------------------


def stretch_of(photograph: Photograph | None, calibration: Calibration) -> float | None:
    """Return how much longer than wide, or wider than long, a flat card looks to its camera.

    A camera of known focal length sees a plane's two axes at right angles and equally long once its
    picture is turned back (Zhang 2000, doi:10.1109/34.888718): what is left is in the print, or in
    a second camera between. None where that can't be told: on a limb, with few tags, or where EXIF
    has no focal length.
    """
    if photograph is None or photograph.focal_length_35mm is None or calibration.limb is not None:
        return None
    if calibration.focal_px is None or calibration.centre_px is None:
        return None
    if max((len(card.tags) for card in calibration.cards), default=0) < 3:
        return None
    to_px = np.linalg.inv(np.asarray(calibration.homography))
    x, y = calibration.centre_px
    to_ray = np.array([[1, 0, -x], [0, 1, -y], [0, 0, calibration.focal_px]]) @ to_px
    axes = to_ray[:, :2]
    low, high = np.linalg.eigvalsh(axes.T @ axes)
    return float(np.sqrt(high / low)) - 1


def _misprint(photograph: Photograph | None, calibration: Calibration, whole: Ring) -> list[Doubt]:
    stretch = stretch_of(photograph, calibration)
    if stretch is None:
        return []
    tilt = float(np.sin(np.radians(calibration.tilt_deg))) ** 2
    if stretch <= STRETCHED + STRETCHED_BY_TILT * tilt:
        return []
    return [Doubt(code="card_misprinted", values=(("percent", 100 * stretch),), place_px=whole)]
