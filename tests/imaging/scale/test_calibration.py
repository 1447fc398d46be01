from __future__ import annotations

import functools
import io
import math
from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest

from woundtrack.errors import (
    CardNotFound,
    CardOffPlane,
    CardTooSmall,
    CardTooTilted,
    CardUnreliable,
)
from woundtrack.imaging.cards.card import DESIGNS
from woundtrack.imaging.cards.sheet import card_layout, write_card_sheet
from woundtrack.imaging.photograph import read_photograph_bytes
from woundtrack.imaging.scale.calibration import find_calibration
from woundtrack.model import Calibration, Photograph, PrintScale
from woundtrack.phantom import Camera, CardPrint, Phantom, Scene, render
from woundtrack.phantom.printed import card_to_skin

# 1000 × 750 pixels see 178 × 133 mm: tags of about 84 px, hardly more than must be.
CAMERA = Camera(width_px=1000, height_px=750, focal_35mm=35.0, distance_mm=180.0)


@functools.cache
def card(copy: int = 0) -> CardPrint:
    pdf = io.BytesIO()
    write_card_sheet(pdf)
    layout = card_layout()
    placed = layout.cards[copy]
    return CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=placed.rect_mm,
        paper_mm=placed.paper_mm,
        centre_mm=(0.0, 0.0),
    )


@functools.cache
def taken(
    camera: Camera = CAMERA,
    cards: tuple[CardPrint, ...] | None = None,
    skin_tone: float = 0.3,
    blur_px: float = 0.7,
) -> Phantom:
    cards = (card(),) if cards is None else cards
    return render(
        Scene(camera=camera, cards=cards, skin_tone=skin_tone, blur_px=blur_px, hair=0.0, moles=0.0)
    )


def bars(length_mm: float) -> PrintScale:
    return PrintScale(
        printer="ward 3", across_mm=length_mm, down_mm=length_mm, measured_on=date(2026, 1, 5)
    )


def calibrated(scene: Phantom, *, bar_mm: float = 100.0) -> Calibration:
    pixels, photograph = read_photograph_bytes(scene.jpeg, "phantom.jpg")
    return find_calibration(pixels, photograph, print_scale=bars(bar_mm))


def disc_error(calibration: Calibration, camera: Camera, at_mm: tuple[float, float]) -> float:
    """Return the relative error of a disc of radius 12 mm on the skin, its edge given exactly."""
    turn = np.linspace(0, 2 * math.pi, 720, endpoint=False)
    ring_mm = np.column_stack([np.cos(turn), np.sin(turn)]) * 12 + at_mm
    mapped = cv2.perspectiveTransform(
        camera.project(ring_mm).reshape(1, -1, 2), np.array(calibration.homography)
    )
    area = abs(cv2.contourArea(mapped.astype(np.float32)))
    return area / cv2.contourArea(ring_mm.astype(np.float32).reshape(1, -1, 2)) - 1


def corner_offsets(calibration: Calibration, camera: Camera, placed: CardPrint) -> np.ndarray:
    """Return found less true corners (N, 2), px, of the first card."""
    offsets = []
    for tag in calibration.cards[0].tags:
        ring = np.array(DESIGNS[0].tags_mm[tag.id % 8]) + np.array(placed.rect_mm[:2])
        offsets.append(np.array(tag.corners_px) - camera.project(card_to_skin(placed, ring)))
    return np.concatenate(offsets)


POSES = [
    replace(
        CAMERA, width_px=1200, height_px=900, tilt_deg=tilt, tilt_azimuth_deg=azimuth, roll_deg=roll
    )
    for tilt, azimuth, roll in ((0, 0, 0), (15, 30, 73), (25, 200, 160), (34, 100, 251))
]


@pytest.mark.parametrize("camera", POSES, ids=lambda camera: f"tilt{camera.tilt_deg:.0f}")
def test_a_flat_card_gives_the_area_beside_it(camera: Camera) -> None:
    calibration = calibrated(taken(camera))

    assert calibration.doubts == ()
    assert abs(disc_error(calibration, camera, (15.0, -15.0))) < 0.003
    assert calibration.residual_mm < 0.03
    assert calibration.tilt_deg == pytest.approx(camera.tilt_deg, abs=0.5)


def test_corners_have_no_constant_offset() -> None:
    offsets = np.concatenate(
        [corner_offsets(calibrated(taken(camera)), camera, card()) for camera in POSES]
    )

    assert np.abs(offsets.mean(axis=0)).max() < 0.05
    assert offsets.std() < 0.1


def test_the_card_says_what_it_is() -> None:
    (found,) = calibrated(taken()).cards

    assert (found.kind, found.design_version, found.copy, found.nominal_mm) == ("card", 1, "A", 15)
    assert [tag.id for tag in found.tags] == [0, 1, 2, 3]
    assert found.tags[2].corners_mm[0] == (54.0, 59.0)


def test_the_homography_puts_every_corner_where_it_was_printed() -> None:
    calibration = calibrated(taken(POSES[2]))

    for tag in calibration.cards[0].tags:
        mapped = cv2.perspectiveTransform(
            np.array([tag.corners_px]), np.array(calibration.homography)
        )
        gap = mapped.reshape(4, 2) - np.array(tag.corners_mm)
        np.testing.assert_allclose(gap, 0, atol=0.05)
        assert math.sqrt((gap**2).sum(axis=1).mean()) == pytest.approx(tag.residual_mm, rel=1e-6)


def test_the_mm_per_px_is_that_of_the_middle_of_the_tags() -> None:
    camera = POSES[3]
    calibration = calibrated(taken(camera))

    corners = np.array([c for tag in calibration.cards[0].tags for c in tag.corners_px])
    x, y = camera.plane_at(corners[:, :1], corners[:, 1:])
    middle = (float(x.mean()), float(y.mean()))

    assert calibration.mm_per_px == pytest.approx(1 / camera.px_per_mm(middle), rel=0.003)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_the_scale_does_not_depend_on_which_way_is_up(turns: int) -> None:
    pixels = taken(POSES[1]).pixels
    upright = find_calibration(pixels)

    turned = find_calibration(np.ascontiguousarray(np.rot90(pixels, turns)))

    assert turned.mm_per_px == pytest.approx(upright.mm_per_px, rel=2e-4)
    assert turned.tilt_deg == pytest.approx(upright.tilt_deg, abs=0.3)


def test_without_a_focal_length_the_tilt_is_still_about_right() -> None:
    calibration = find_calibration(taken(POSES[3]).pixels)

    assert calibration.tilt_deg == pytest.approx(34.0, abs=4.0)


def test_a_grey_picture_will_do_and_nothing_is_written_to_it() -> None:
    grey = np.asarray(cv2.cvtColor(taken().pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    before = grey.copy()
    grey.setflags(write=False)

    calibration = find_calibration(grey)

    assert calibration == find_calibration(before)
    assert np.array_equal(grey, before)


@pytest.mark.parametrize("skin_tone", [0.0, 1.0])
def test_skin_of_every_tone_will_do(skin_tone: float) -> None:
    calibration = calibrated(taken(skin_tone=skin_tone))

    assert calibration.doubts == ()
    assert abs(disc_error(calibration, CAMERA, (15.0, -15.0))) < 0.003


def test_blur_does_not_change_the_scale() -> None:
    calibration = calibrated(taken(POSES[1], blur_px=2.0))

    assert len(calibration.cards[0].tags) == 4
    assert abs(disc_error(calibration, POSES[1], (15.0, -15.0))) < 0.003


def test_a_lens_that_bends_lines_stays_within_the_bar() -> None:
    camera = replace(POSES[1], k1=-0.05, focal_35mm=26.0, distance_mm=130.0)

    calibration = calibrated(taken(camera))

    assert abs(disc_error(calibration, camera, (15.0, -15.0))) < 0.015
    assert calibration.doubts == ()


# --- the print -----------------------------------------------------------------------------------


def test_a_card_printed_too_small_is_put_right_by_its_bar() -> None:
    # "Fit to page": the 100 mm bar is 96.3 mm long, and (1 / 0.963)² is 1.078.
    scene = taken(cards=(replace(card(), print_scale=0.963),))

    as_if_right = disc_error(calibrated(scene), CAMERA, (15.0, -15.0))
    corrected = calibrated(scene, bar_mm=96.3)

    assert as_if_right == pytest.approx(0.078, abs=0.003)
    assert abs(disc_error(corrected, CAMERA, (15.0, -15.0))) < 0.003
    assert corrected.print_scale == 0.963
    assert corrected.cards[0].tags[2].corners_mm[0] == pytest.approx((54 * 0.963, 59 * 0.963))


# --- doubts and refusals -------------------------------------------------------------------------


def test_without_a_card_it_says_so() -> None:
    with pytest.raises(CardNotFound):
        calibrated(taken(cards=()))


def test_other_printed_squares_are_no_card() -> None:
    picture = np.full((700, 900), 235, np.uint8)
    for number, name in enumerate((cv2.aruco.DICT_4X4_50, cv2.aruco.DICT_6X6_250)):
        dictionary = cv2.aruco.getPredefinedDictionary(name)
        for tag_id in range(4):
            tag = cv2.aruco.generateImageMarker(dictionary, tag_id, 120)
            x, y = 60 + 200 * tag_id, 80 + 300 * number
            picture[y : y + 120, x : x + 120] = tag

    with pytest.raises(CardNotFound):
        find_calibration(picture)


def tags_in_a_row(ids: list[int]) -> np.ndarray:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    picture = np.full((300, 100 + 200 * len(ids)), 235, np.uint8)
    for number, tag_id in enumerate(ids):
        x = 80 + 200 * number
        picture[90:210, x : x + 120] = cv2.aruco.generateImageMarker(dictionary, tag_id, 120)
    return picture


def test_a_tag_of_the_family_that_is_on_no_card_is_no_card() -> None:
    with pytest.raises(CardNotFound):
        find_calibration(tags_in_a_row([4, 500]))


def test_a_card_of_a_later_woundtrack_asks_for_that_one() -> None:
    with pytest.raises(CardUnreliable, match="of the kind strip that this woundtrack is too old"):
        find_calibration(tags_in_a_row([288, 289]))


def test_a_card_that_is_small_in_the_picture_is_doubted() -> None:
    camera = replace(CAMERA, distance_mm=320.0)

    calibration = calibrated(taken(camera))

    (doubt,) = calibration.doubts
    assert doubt.code == "card_small"
    assert dict(doubt.values)["tag_px"] == pytest.approx(15 * camera.px_per_mm((0, 0)), abs=1)
    assert abs(disc_error(calibration, camera, (15.0, -15.0))) < 0.01


def test_a_card_that_is_too_small_is_refused_in_words() -> None:
    camera = replace(CAMERA, width_px=2000, height_px=1500, distance_mm=900.0)

    with pytest.raises(CardTooSmall, match=r"its tags are 3\d pixels wide, and 40 are needed"):
        calibrated(taken(camera))


def test_a_camera_held_askew_is_doubted() -> None:
    camera = replace(CAMERA, tilt_deg=45.0, tilt_azimuth_deg=20.0, distance_mm=200.0)

    calibration = calibrated(taken(replace(camera, width_px=1400, height_px=1050)))

    (doubt,) = calibration.doubts
    assert doubt.code == "card_tilted"
    assert dict(doubt.values)["tilt_deg"] == pytest.approx(45, abs=0.5)


def test_a_camera_held_far_askew_is_refused_in_words() -> None:
    camera = Camera(
        width_px=1800, height_px=1350, focal_35mm=35.0, distance_mm=250.0, tilt_deg=62.0
    )

    with pytest.raises(CardTooTilted, match="The camera was tilted by 62°") as caught:
        calibrated(taken(camera))

    assert cv2.contourArea(np.array(caught.value.place_px, np.float32)) > 10_000


def test_a_card_with_its_end_hidden_is_doubted() -> None:
    scene = taken(cards=(replace(card(), hidden=0.3),))

    calibration = calibrated(scene)

    (doubt,) = calibration.doubts
    assert doubt.code == "card_hidden"
    assert dict(doubt.values) == {"found": 3, "expected": 4}
    assert abs(disc_error(calibration, CAMERA, (15.0, -15.0))) < 0.005
    # Where the tag that isn't seen must be.
    hidden = card_to_skin(card(), np.array(DESIGNS[0].tags_mm[3]) + np.array(card().rect_mm[:2]))
    middle = CAMERA.project(hidden).mean(axis=0)
    assert np.mean(doubt.place_px, axis=0) == pytest.approx(middle, abs=2.0)


def test_a_card_that_leaves_the_picture_is_doubted_at_the_picture_s_edge() -> None:
    camera = replace(CAMERA, look_at_mm=(-40.0, 0.0))

    calibration = calibrated(taken(camera))

    (doubt,) = calibration.doubts
    assert doubt.code == "card_cut_off"
    assert dict(doubt.values) == {"found": 3, "expected": 4}
    ring = np.array(doubt.place_px)
    assert ring[:, 0].max() == 1000
    # The card's own edge, as far as it is in the picture.
    corner = card_to_skin(card(), np.array([card().rect_mm[:2]]))
    assert np.abs(ring - camera.project(corner)).sum(axis=1).min() < 3


def test_one_tag_gives_a_scale_that_is_doubted() -> None:
    ring = ((20.0, 95.0), (45.0, 95.0), (45.0, 120.0), (20.0, 120.0))
    only_one = replace(card(), paper_mm=(ring,))

    calibration = calibrated(taken(cards=(only_one,)))

    assert [doubt.code for doubt in calibration.doubts] == ["card_hidden"]
    assert [tag.id for tag in calibration.cards[0].tags] == [1]
    assert abs(disc_error(calibration, CAMERA, (-30.0, -5.0))) < 0.03


def torn_card(apart_mm: float) -> tuple[CardPrint, CardPrint]:
    """Return a card whose upper arm, with its tag, lies ``apart_mm`` from where it belongs."""
    upper = ((20.0, 40.0), (45.0, 40.0), (45.0, 70.0), (20.0, 70.0))
    lower = ((20.0, 80.0), (45.0, 80.0), (45.0, 95.0), (140.0, 95.0), (140.0, 120.0), (20.0, 120.0))
    return (
        replace(card(), paper_mm=(upper,), centre_mm=(-apart_mm, 0.0)),
        replace(card(), paper_mm=(lower,)),
    )


def test_one_tag_out_of_place_is_named_and_does_not_decide() -> None:
    calibration = calibrated(taken(cards=torn_card(2.0)))

    (doubt,) = calibration.doubts
    assert doubt.code == "card_bent"
    assert dict(doubt.values)["residual_mm"] == pytest.approx(2.0, abs=0.4)
    assert [tag.residual_mm > 0.1 for tag in calibration.cards[0].tags] == [True] + [False] * 3
    assert abs(disc_error(calibration, CAMERA, (10.0, 0.0))) < 0.01
    assert calibration.residual_mm > 0.5


def test_a_card_cut_apart_is_refused_in_words() -> None:
    with pytest.raises(CardOffPlane, match="from where a flat card puts them"):
        calibrated(taken(cards=torn_card(12.0)))


# --- several cards -------------------------------------------------------------------------------

WIDE = replace(CAMERA, width_px=1800, height_px=1350, distance_mm=290.0)


def test_two_cards_that_frame_a_wound_are_one_plane() -> None:
    cards = (
        replace(card(0), centre_mm=(-15.0, 20.0), angle_deg=0.0),
        replace(card(1), centre_mm=(15.0, -20.0), angle_deg=177.0),
    )
    camera = replace(WIDE, tilt_deg=20.0, tilt_azimuth_deg=40.0)

    calibration = calibrated(taken(camera, cards))

    assert [(found.copy, len(found.tags)) for found in calibration.cards] == [("A", 4), ("B", 4)]
    assert calibration.doubts == ()
    assert calibration.residual_mm < 0.03
    assert abs(disc_error(calibration, camera, (0.0, 0.0))) < 0.003
    assert calibration.cards[1].tags[0].corners_mm[0] == (5.0, 5.0)


def test_a_second_card_held_above_the_first_is_told_from_a_bent_one() -> None:
    cards = (
        replace(card(0), centre_mm=(-15.0, 20.0)),
        replace(card(1), centre_mm=(15.0, -20.0), angle_deg=177.0, lift_mm=6.0),
    )

    calibration = calibrated(taken(WIDE, cards))

    (doubt,) = calibration.doubts
    assert doubt.code == "cards_apart"
    assert len(doubt.place_px) >= 4


def test_the_same_card_twice_is_told_apart() -> None:
    cards = (
        replace(card(0), centre_mm=(-15.0, 20.0), angle_deg=5.0),
        replace(card(0), centre_mm=(15.0, -20.0), angle_deg=180.0),
    )

    calibration = calibrated(taken(WIDE, cards))

    assert [len(found.tags) for found in calibration.cards] == [4, 4]
    assert calibration.residual_mm < 0.03
    assert abs(disc_error(calibration, WIDE, (0.0, 0.0))) < 0.003


def test_a_card_half_out_of_the_picture_helps_the_other() -> None:
    cards = (
        replace(card(0), centre_mm=(-25.0, 20.0)),
        replace(card(1), centre_mm=(105.0, 20.0)),
    )

    calibration = calibrated(taken(cards=cards))

    assert [(found.copy, len(found.tags)) for found in calibration.cards] == [("A", 4), ("B", 2)]
    assert calibration.doubts == ()
    assert calibration.residual_mm < 0.03


def test_the_35_mm_focal_length_of_the_header_is_what_the_tilt_rests_on() -> None:
    scene = taken(POSES[2])
    pixels, photograph = read_photograph_bytes(scene.jpeg, "a.jpg")
    half: Photograph = replace(photograph, focal_length_35mm=17.5)

    tilt = find_calibration(pixels, photograph).tilt_deg
    wrong = find_calibration(pixels, half).tilt_deg

    assert tilt == pytest.approx(25.0, abs=0.5)
    assert abs(wrong - 25.0) > 3
