"""What spoils a photograph is told from its card, with the place; a sound one is left alone."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from woundtrack.imaging import find_calibration, looks_like_screenshot, with_faults
from woundtrack.imaging.cards.sheet import card_layout, write_card_sheet
from woundtrack.imaging.photograph import read_photograph_bytes
from woundtrack.imaging.scale.faults import stretch_of
from woundtrack.imaging.scale.print_scale import PRINT_DOUBTS
from woundtrack.model import Calibration, Doubt
from woundtrack.phantom import Camera, CardPrint, Light, Phantom, Scene, render, spoiled

CAMERA = Camera(
    width_px=1200, height_px=900, focal_35mm=35.0, distance_mm=190.0, tilt_deg=12.0, roll_deg=30.0
)


@functools.cache
def card() -> CardPrint:
    pdf = io.BytesIO()
    write_card_sheet(pdf)
    layout = card_layout()
    placed = layout.cards[0]
    return CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=placed.rect_mm,
        paper_mm=placed.paper_mm,
        centre_mm=(0.0, 0.0),
    )


def scene(**changes: object) -> Scene:
    whole = Scene(camera=CAMERA, cards=(card(),), skin_tone=0.4, hair=0.0, moles=0.0)
    return replace(whole, **changes)  # type: ignore[arg-type]


@functools.cache
def sound() -> Phantom:
    return render(scene())


def judged(taken: Phantom) -> Calibration:
    pixels, photograph = read_photograph_bytes(taken.jpeg, "phantom.jpg")
    return with_faults(pixels, photograph, find_calibration(pixels, photograph))


def doubts_of(taken: Phantom) -> list[Doubt]:
    return [doubt for doubt in judged(taken).doubts if doubt.code not in PRINT_DOUBTS]


def tag_at(number: int) -> np.ndarray:
    """Return where the middle of a tag is seen, px."""
    corner = np.array(((5.0, 5.0), (5.0, 59.0), (54.0, 59.0), (101.0, 59.0))[number])
    return np.asarray(spoiled.seen_on_card(scene(), card(), corner + 7.5)[0])


def is_within(point: np.ndarray, doubt: Doubt) -> bool:
    ring = np.array(doubt.place_px, np.float32)
    at = (float(point[0]), float(point[1]))
    return cv2.pointPolygonTest(ring, at, measureDist=False) >= 0


def test_a_sound_photograph_has_nothing_to_be_told() -> None:
    assert doubts_of(sound()) == []


@pytest.mark.parametrize("radius_mm", [4.0, 12.0])
def test_a_lamp_mirrored_over_a_tag_is_glare_at_that_tag(radius_mm: float) -> None:
    taken = spoiled.with_glare(sound(), card(), (61.5, 66.5), radius_mm, 0.8)

    (doubt,) = doubts_of(taken)

    assert doubt.code == "card_glare"
    assert is_within(tag_at(2), doubt)
    assert not is_within(tag_at(0), doubt)


def test_a_finger_over_a_tag_hides_it_and_is_no_glare() -> None:
    taken = spoiled.with_finger(sound(), card(), (108.0, 66.0), 0.0)

    (doubt,) = doubts_of(taken)

    assert doubt.code == "card_hidden"
    assert is_within(tag_at(3), doubt)


def test_a_shadow_over_a_part_of_the_card_is_told_where_it_is_darkest() -> None:
    taken = spoiled.with_shadow(sound(), card(), (40.0, 66.0), 90.0, 0.35, 2.0)

    (doubt,) = doubts_of(taken)

    assert doubt.code == "card_shadowed"
    assert is_within(tag_at(1), doubt)
    assert not is_within(tag_at(3), doubt)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: render(scene(blur_px=0.32 * 1.875 * CAMERA.px_per_mm((0, 0)))),
        lambda: spoiled.with_movement(sound(), 0.85 * 1.875 * CAMERA.px_per_mm((0, 0)), 40.0),
    ],
    ids=["out of focus", "moved"],
)
def test_a_blurred_photograph_says_how_wide_its_edges_are(spoil: Callable[[], Phantom]) -> None:
    (doubt,) = doubts_of(spoil())

    assert doubt.code == "photograph_blurred"
    assert 0.9 < float(dict(doubt.values)["edge_mm"]) < 2.5


def test_a_blur_of_two_pixels_is_none_where_the_card_is_large() -> None:
    assert doubts_of(render(scene(blur_px=2.0))) == []


def test_a_dark_and_grainy_photograph_is_told() -> None:
    assert [d.code for d in doubts_of(spoiled.in_low_light(sound(), 0.05, 2.0, 1))] == [
        "photograph_dark"
    ]


def test_light_without_blue_is_told_and_a_warm_lamp_is_not() -> None:
    strong = spoiled.with_cast(sound(), (1.0, 0.75, 0.3))
    warm = render(scene(light=Light(warmth=0.8)))

    assert [doubt.code for doubt in doubts_of(strong)] == ["colour_cast"]
    assert doubts_of(warm) == []


@pytest.mark.parametrize("pitch_px", [1.4, 2.6])
def test_a_photograph_of_a_screen_is_told_by_its_ripples(pitch_px: float) -> None:
    codes = [doubt.code for doubt in doubts_of(spoiled.of_a_screen(sound(), pitch_px, 3.0, 1))]

    assert codes == ["photograph_of_screen"]


@pytest.mark.parametrize("stretch", [1.1, 0.91])
def test_a_print_that_fills_another_paper_is_told(stretch: float) -> None:
    stretched = render(scene(cards=(replace(card(), stretch=stretch),)))

    (doubt,) = doubts_of(stretched)

    assert doubt.code == "card_misprinted"
    assert dict(doubt.values)["percent"] == pytest.approx(10.0, abs=1.5)


def test_without_a_focal_length_nobody_can_tell_a_stretched_print() -> None:
    stretched = render(scene(cards=(replace(card(), stretch=1.1),)))
    pixels, photograph = read_photograph_bytes(stretched.jpeg, "phantom.jpg")
    unknown = replace(photograph, focal_length_35mm=None)

    assert stretch_of(unknown, find_calibration(pixels, unknown)) is None


def test_what_is_of_this_photograph_is_told_before_what_is_of_the_printer() -> None:
    taken = spoiled.with_glare(sound(), card(), (61.5, 66.5), 6.0, 0.8)

    assert [doubt.code for doubt in judged(taken).doubts] == [
        "card_glare",
        "print_scale_unmeasured",
    ]


def test_a_second_card_that_leans_is_told_from_a_bent_one() -> None:
    leaning = replace(card(), centre_mm=(40.0, -70.0), angle_deg=180.0, lean_deg=12.0)
    camera = replace(CAMERA, distance_mm=330.0, look_at_mm=(20.0, -35.0), width_px=1600)
    both = render(scene(cards=(card(), leaning), camera=replace(camera, height_px=1200)))

    assert "cards_apart" in [doubt.code for doubt in doubts_of(both)]


# --- screenshots ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "as_png", "expected"),
    [
        ((1170, 2532), False, True),  # a telephone's, passed on as JPEG
        ((768, 1366), True, True),
        ((1920, 1080), True, True),
        ((1920, 1080), False, False),  # a camera's wide picture without its facts
        ((1600, 1200), True, False),
    ],
)
def test_a_screen_s_size_without_a_camera_is_a_screenshot(
    size: tuple[int, int], as_png: bool, expected: bool
) -> None:
    blank = np.full((size[1], size[0], 3), 128, np.uint8)
    data = spoiled.without_camera(replace(sound(), pixels=blank), as_png=as_png)

    _, photograph = read_photograph_bytes(data, "picture.png" if as_png else "picture.jpg")

    assert looks_like_screenshot(photograph) is expected


def test_a_camera_s_own_picture_of_that_size_is_none() -> None:
    _, photograph = read_photograph_bytes(sound().jpeg, "phantom.jpg")
    like_a_screen = replace(photograph, width_px=1170, height_px=2532)

    assert not looks_like_screenshot(like_a_screen)
