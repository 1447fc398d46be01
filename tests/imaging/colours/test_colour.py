from __future__ import annotations

import functools
import io
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from woundtrack.errors import ColoursUnknown
from woundtrack.imaging.cards.card import DESIGNS
from woundtrack.imaging.cards.sheet import card_layout, write_card_sheet
from woundtrack.imaging.colours.colour import ColourCorrection, apply_colour, colour_correction
from woundtrack.imaging.colours.colour_difference import (
    ciede2000,
    lab_of_light,
    linear_light,
    srgb_coded,
)
from woundtrack.imaging.scale.calibration import find_calibration
from woundtrack.model import Calibration, Doubt
from woundtrack.phantom import Camera, CardPrint, Lesion, Light, Scene, ideal, render

Pixels = npt.NDArray[np.uint8]

CAMERA = Camera(width_px=1000, height_px=750, focal_35mm=35.0, distance_mm=180.0)
PLAIN = Light(warmth=0.0, gradient=0.1)
TUNGSTEN = replace(PLAIN, warmth=1.7, tint=-0.2, dullness=0.4)
LED = replace(PLAIN, warmth=0.3, tint=0.8, dullness=0.3, red_loss=1.0)
PATCHES_MM = ((8.0, 24.0), (17.0, 24.0), (17.0, 55.8), (8.0, 55.8))
SKIN_PX = np.s_[60:300, 560:900]


@functools.cache
def card(kind: str = "card", copy: int = 0) -> CardPrint:
    pdf = io.BytesIO()
    write_card_sheet(pdf, kind)
    layout = card_layout(kind)
    placed = layout.cards[copy]
    return CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=placed.rect_mm,
        paper_mm=placed.paper_mm,
        centre_mm=(0.0, 5.0),
    )


def scene(light: Light = PLAIN, **changes: object) -> Scene:
    plain = Scene(
        camera=CAMERA,
        light=light,
        cards=(card(),),
        lesions=(Lesion(centre_mm=(15.0, -10.0), area_mm2=700.0),),
        hair=0.0,
        moles=0.0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@functools.cache
def taken(light: Light = PLAIN) -> tuple[Pixels, Calibration]:
    pixels = render(scene(light)).pixels
    return pixels, find_calibration(pixels)


def codes(found: ColourCorrection) -> set[str]:
    return {doubt.code for doubt in found.doubts}


def seen_at(calibration: Calibration, ring_mm: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """Return where places of the first card are seen."""
    back = np.linalg.inv(np.array(calibration.homography))
    points = np.asarray(ring_mm, dtype=float).reshape(1, -1, 2)
    seen = np.asarray(cv2.perspectiveTransform(points, back)[0])
    return np.asarray(np.round(seen), dtype=np.int32)


def dimmed(pixels: Pixels, ring_px: npt.NDArray[np.int32], share: float) -> Pixels:
    """Return the picture with this share of its light inside a ring, soft at its edge."""
    mask = np.zeros(pixels.shape[:2], dtype=np.float32)
    cv2.fillPoly(mask, [ring_px], 1.0)
    soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 3.0))
    light = linear_light(pixels) * (1 - (1 - share) * soft[..., None])
    return np.round(srgb_coded(light)).astype(np.uint8)


def difference(one: Pixels, other: Pixels) -> float:
    """Return the median CIEDE2000 of two pictures over skin and wound beside the card."""
    smooth = [lab_of_light(linear_light(cv2.blur(p, (5, 5))[SKIN_PX])) for p in (one, other)]
    return float(np.median(ciede2000(smooth[0], smooth[1])))


@pytest.mark.parametrize("light", [PLAIN, LED, TUNGSTEN], ids=["plain", "LED", "tungsten"])
def test_corrected_colours_are_the_scenes_own(light: Light) -> None:
    pixels, calibration = taken(light)

    corrected = apply_colour(pixels, colour_correction(pixels, calibration))

    assert difference(corrected, ideal(scene(light))) <= 6


def test_two_lights_look_alike_when_both_are_corrected() -> None:
    one, other = taken(LED), taken(TUNGSTEN)

    by_led = apply_colour(one[0], colour_correction(*one))
    by_tungsten = apply_colour(other[0], colour_correction(*other))

    assert difference(one[0], other[0]) > 6
    assert difference(by_led, by_tungsten) <= 3


def test_a_cameras_contrast_is_undone() -> None:
    level = np.arange(256) / 255
    harder = np.round(255 * (level - 0.07 * np.sin(2 * np.pi * level))).astype(np.uint8)
    one, other = (harder[taken(light)[0]] for light in (LED, TUNGSTEN))

    by_led = colour_correction(one, taken(LED)[1])
    by_tungsten = colour_correction(other, taken(TUNGSTEN)[1])

    assert max(by_led.tone) < 0.95
    corrected = apply_colour(one, by_led), apply_colour(other, by_tungsten)
    assert difference(*corrected) <= 3
    assert difference(corrected[0], ideal(scene())) <= 6


def test_every_patch_is_read_and_nothing_is_doubted_in_a_plain_photograph() -> None:
    found = colour_correction(*taken())

    assert [patch.number for patch in found.patches] == [0, 1, 2, 3, 4, 5, 6]
    assert {patch.card for patch in found.patches} == {"L1-A"}
    assert found.is_trusted
    assert 0 < found.delta_e < 4


def test_the_difference_is_the_median_of_patches_left_out() -> None:
    found = colour_correction(*taken(LED))

    assert found.delta_e == pytest.approx(np.median([patch.delta_e for patch in found.patches]))


def test_patches_are_found_through_the_card_however_it_lies() -> None:
    turned = replace(card(), angle_deg=140.0, centre_mm=(5.0, 0.0))
    tilted = replace(CAMERA, tilt_deg=25.0, tilt_azimuth_deg=70.0, distance_mm=230.0)
    pixels = render(scene(cards=(turned,), camera=tilted)).pixels

    found = colour_correction(pixels, find_calibration(pixels))

    seen = np.array([patch.seen_rgb for patch in found.patches])
    assert len(seen) == 7
    assert (np.diff(seen[:4].mean(axis=1)) < -30).all()  # four greys, each darker
    assert seen[4].argmax() == 0  # red, then yellow, then blue
    assert seen[5].argmin() == 2
    assert seen[6].argmax() == 2


def test_a_second_cards_patches_count_too() -> None:
    both = (
        replace(card(), centre_mm=(0.0, 42.0)),
        replace(card(copy=1), centre_mm=(20.0, -42.0), angle_deg=180.0),
    )
    far = replace(CAMERA, distance_mm=260.0, width_px=1400, height_px=1050)
    pixels = render(scene(cards=both, camera=far, lesions=())).pixels

    found = colour_correction(pixels, find_calibration(pixels))

    assert [patch.card for patch in found.patches] == ["L1-A"] * 7 + ["L1-B"] * 7
    first, second = found.patches[:7], found.patches[7:]
    for one, other in zip(first, second, strict=True):
        assert one.seen_rgb == pytest.approx(other.seen_rgb, abs=25)


def test_greys_stay_grey() -> None:
    found = colour_correction(*taken(TUNGSTEN))

    whole = np.array(found.matrix) @ (1 / np.array(found.white_balance))

    assert whole == pytest.approx((1, 1, 1))


def test_a_photograph_in_the_cards_own_colours_is_left_as_it_is() -> None:
    pixels = np.full((750, 1000, 3), round(float(srgb_coded(0.5 * 0.87))), dtype=np.uint8)
    _, calibration = taken()
    for patch in DESIGNS[0].patches:
        x, y, width, height = patch.box_mm
        ring = seen_at(
            calibration, [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        )
        level = np.round(srgb_coded(0.02 + 0.85 * linear_light(patch.rgb))).astype(int).tolist()
        cv2.fillConvexPoly(pixels, ring, level)

    found = colour_correction(pixels, calibration)

    assert np.array(found.matrix) == pytest.approx(np.eye(3), abs=0.02)
    assert found.tone == pytest.approx((1, 1, 1), abs=0.02)
    assert max(patch.delta_e for patch in found.patches) < 0.7


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_shadow_over_some_of_the_patches_is_told(share: float) -> None:
    pixels, calibration = taken()
    ring = seen_at(calibration, [(-5, 40), (30, 40), (30, 58), (-5, 58)])

    found = colour_correction(dimmed(pixels, ring, share), calibration)

    assert "colour_shadowed" in codes(found)
    assert not found.is_trusted


def test_a_shadow_over_the_whole_arm_of_the_patches_is_told() -> None:
    pixels, calibration = taken()
    ring = seen_at(calibration, [(-5, 21), (30, 21), (30, 58), (-5, 58)])

    found = colour_correction(dimmed(pixels, ring, 0.35), calibration)

    assert "colour_shadowed" in codes(found)


@pytest.mark.parametrize(
    ("known", "told"), [("card_shadowed", "colour_shadowed"), ("card_glare", "colour_glare")]
)
def test_shadow_and_glare_that_the_calibration_knows_of_are_told(known: str, told: str) -> None:
    pixels, calibration = taken()
    doubted = replace(calibration, doubts=(*calibration.doubts, Doubt(code=known)))

    found = colour_correction(pixels, doubted)

    assert codes(found) == {told}


def test_the_place_of_a_shadow_is_told() -> None:
    pixels, calibration = taken()
    ring = seen_at(calibration, [(-5, 40), (30, 40), (30, 58), (-5, 58)])

    found = colour_correction(dimmed(pixels, ring, 0.3), calibration)

    place = np.array(found.doubts[0].place_px)
    inside = seen_at(calibration, PATCHES_MM)
    assert place.min(axis=0) == pytest.approx(inside.min(axis=0), abs=15)
    assert place.max(axis=0) == pytest.approx(inside.max(axis=0), abs=15)


def test_light_mirrored_on_the_card_is_told() -> None:
    pixels, calibration = taken()
    light = linear_light(pixels)
    ring = seen_at(calibration, [(-5, -5), (30, -5), (30, 85), (-5, 85)])
    veil = np.zeros(pixels.shape[:2], dtype=np.float32)
    cv2.fillPoly(veil, [ring], 0.35)
    shining = np.round(srgb_coded(light * 0.6 + veil[..., None])).astype(np.uint8)

    found = colour_correction(shining, calibration)

    assert "colour_glare" in codes(found)


def test_a_patch_that_fits_no_light_is_told() -> None:
    pixels, calibration = taken()
    stained = pixels.copy()
    cv2.fillPoly(
        stained, [seen_at(calibration, [(8, 42), (17, 42), (17, 47), (8, 47)])], (60, 170, 80)
    )

    found = colour_correction(stained, calibration)

    assert codes(found) == {"colour_unsure"}
    assert float(dict(found.doubts[0].values)["delta_e"]) > 18


def test_burnt_out_patches_are_left_out_and_told() -> None:
    pixels, calibration = taken()
    bright = np.round(srgb_coded(np.minimum(linear_light(pixels) * 2.6, 1))).astype(np.uint8)

    found = colour_correction(bright, calibration)

    assert "colour_burnt" in codes(found)
    assert not {0, 1} & {patch.number for patch in found.patches}


def test_covered_patches_are_left_out_and_told() -> None:
    pixels, calibration = taken()
    covered = pixels.copy()
    for x in (8.5, 11.0, 13.5):  # fingers: dark stripes across three patches
        stripe = seen_at(calibration, [(x, 34), (x + 1.2, 34), (x + 1.2, 47), (x, 47)])
        cv2.fillPoly(covered, [stripe], (20, 10, 8))

    found = colour_correction(covered, calibration)

    assert {"colour_few_patches", "colour_glare"} <= codes(found)
    assert {patch.number for patch in found.patches}.isdisjoint({2, 3, 4})


def test_patches_out_of_the_picture_give_no_colours() -> None:
    away = replace(card(), centre_mm=(-57.0, 0.0))
    pixels = render(scene(cards=(away,), lesions=())).pixels
    calibration = find_calibration(pixels)

    with pytest.raises(ColoursUnknown, match="too few of the card's colour patches"):
        colour_correction(pixels, calibration)


@pytest.mark.parametrize("kind", ["strip", "window", "square"])
def test_a_card_without_patches_gives_no_colours(kind: str) -> None:
    plain = replace(card(kind), centre_mm=(0.0, 0.0))
    pixels = render(scene(cards=(plain,), lesions=(), camera=replace(CAMERA, distance_mm=220.0)))
    calibration = find_calibration(pixels.pixels)

    with pytest.raises(ColoursUnknown, match="no colour patches"):
        colour_correction(pixels.pixels, calibration)


def test_a_light_with_hardly_any_blue_is_told() -> None:
    pixels, calibration = taken()
    amber = np.round(srgb_coded(linear_light(pixels) * (1.0, 0.7, 0.25))).astype(np.uint8)

    found = colour_correction(amber, calibration)

    assert "colour_cast" in codes(found)


# --- applying it ---------------------------------------------------------------------------------


def made(
    matrix: npt.ArrayLike, tone: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> ColourCorrection:
    rows = np.asarray(matrix, dtype=float)
    return ColourCorrection(
        method="made",
        tone=tone,
        white_balance=(1.0, 1.0, 1.0),
        matrix=tuple(tuple(row) for row in rows.tolist()),  # type: ignore[arg-type]
        patches=(),
        delta_e=1.0,
    )


def test_nothing_to_correct_changes_nothing() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (70, 50, 3), dtype=np.uint8)

    corrected = apply_colour(pixels, made(np.eye(3)))

    assert np.array_equal(corrected, pixels)


def test_the_matrix_acts_on_linear_light() -> None:
    matrix = np.array([[0.8, 0.15, 0.0], [-0.1, 1.1, 0.0], [0.02, -0.05, 0.9]])
    pixels = np.random.default_rng(2).integers(0, 240, (90, 40, 3), dtype=np.uint8)
    expected = srgb_coded(linear_light(pixels) @ matrix.T)

    corrected = apply_colour(pixels, made(matrix))

    assert np.abs(corrected - expected).max() < 1.6


def test_the_tone_acts_on_each_channel_before_the_matrix() -> None:
    matrix = np.array([[0.9, 0.1, 0.0], [0.0, 1.0, 0.0], [0.0, -0.1, 1.05]])
    tone = (0.8, 1.0, 1.25)
    pixels = np.random.default_rng(3).integers(0, 240, (90, 40, 3), dtype=np.uint8)
    expected = srgb_coded(linear_light(pixels) ** tone @ matrix.T)

    corrected = apply_colour(pixels, made(matrix, tone))

    assert np.abs(corrected - expected).max() < 3.1  # of the darkest levels; elsewhere one
    assert np.median(np.abs(corrected - expected)) < 0.5


def test_what_is_given_is_not_changed() -> None:
    pixels, calibration = taken(TUNGSTEN)
    before = pixels.copy()

    apply_colour(pixels, colour_correction(pixels, calibration))

    assert np.array_equal(pixels, before)


def test_what_is_burnt_out_stays_white() -> None:
    pixels = np.full((40, 40, 3), 255, dtype=np.uint8)

    corrected = apply_colour(pixels, made(np.diag([0.7, 1.0, 1.4])))

    assert corrected.min() == 255
