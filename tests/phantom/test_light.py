from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from woundtrack.phantom import Camera, Lesion, Light, Scene, ideal, render

SMALL = Camera(width_px=480, height_px=360, distance_mm=300, focal_35mm=50)
PLAIN = Light(gradient=0, vignette=0, glare=0, warmth=0, exposure=0.8)
QUIET = Scene(
    camera=SMALL, light=PLAIN, noise=0, blur_px=0, hair=0, moles=0, veins=0, jpeg_quality=98
)
WOUNDED = replace(QUIET, lesions=(Lesion(area_mm2=1500, slough=0.0, redness=0.0, wetness=0.0),))


def linear(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    level = pixels.astype(np.float64) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def mean_light(light: Light) -> npt.NDArray[np.float64]:
    mean: npt.NDArray[np.float64] = linear(render(replace(QUIET, light=light)).pixels).mean((0, 1))
    return mean


def test_tungsten_brings_more_red_and_less_blue() -> None:
    plain = mean_light(PLAIN)

    tungsten = mean_light(replace(PLAIN, warmth=2.0))

    red, green, blue = tungsten / plain / (tungsten[1] / plain[1])
    assert red > 1.15
    assert green == 1
    assert blue < 0.75


def test_a_tint_is_green_one_way_and_magenta_the_other() -> None:
    plain = mean_light(PLAIN)

    green = mean_light(replace(PLAIN, tint=1.0)) / plain
    magenta = mean_light(replace(PLAIN, tint=-1.0)) / plain

    assert green[1] / green[[0, 2]].mean() == pytest.approx(1.07 / 0.95, rel=0.03)
    assert magenta[1] / magenta[[0, 2]].mean() == pytest.approx(0.93 / 1.05, rel=0.03)


def test_dullness_brings_the_channels_nearer_to_each_other() -> None:
    plain = mean_light(PLAIN)

    dull = mean_light(replace(PLAIN, dullness=1.0))

    assert np.ptp(dull) < 0.8 * np.ptp(plain)


def test_a_lamp_without_deep_red_takes_red_from_a_wound_and_leaves_green_and_blue() -> None:
    whole = render(WOUNDED)
    inside = whole.lesions[0].mask()

    poor = render(replace(WOUNDED, light=replace(PLAIN, red_loss=1.0)))

    before, after = linear(whole.pixels)[inside].mean(0), linear(poor.pixels)[inside].mean(0)
    red, _, blue = after / before / (after[1] / before[1])
    assert red < 0.93
    assert blue == pytest.approx(1, abs=0.03)


def test_ideal_colours_are_the_same_under_every_light() -> None:
    coloured = replace(PLAIN, warmth=1.5, tint=0.5, dullness=0.7, red_loss=1.0)

    under_plain, under_coloured = ideal(WOUNDED), ideal(replace(WOUNDED, light=coloured))

    assert np.array_equal(under_plain, under_coloured)
    assert under_plain.shape == (360, 480, 3)


def test_a_photograph_in_plain_light_has_the_hues_of_the_ideal_colours() -> None:
    photograph = render(WOUNDED)

    share = np.median(linear(photograph.pixels), (0, 1)) / np.median(linear(ideal(WOUNDED)), (0, 1))

    # What is left is the exposure, the same in all three but for the tone curve.
    assert np.ptp(share) < 0.08 * share.mean()
