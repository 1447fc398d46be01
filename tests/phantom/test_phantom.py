from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from woundtrack.phantom import (
    SKIN_TONES,
    Camera,
    CardPrint,
    Lesion,
    Light,
    Phantom,
    Scene,
    lesion_ring,
    render,
    shoelace_mm2,
)
from woundtrack.phantom.coverage import coverage

SMALL = Camera(width_px=480, height_px=360, distance_mm=300, focal_35mm=50)
QUIET = Scene(camera=SMALL, noise=0, blur_px=0, hair=0, moles=0, veins=0, jpeg_quality=98)


def black_square_sheet() -> bytes:
    """Return a page of 100 x 100 mm with one black 40 mm square, 30 mm from left and top."""
    content = b"0 0 0 rg %f %f %f %f re f" % tuple(
        value * 72 / 25.4 for value in (30, 100 - 30 - 40, 40, 40)
    )
    side = 100 * 72 / 25.4
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %f %f]/Contents 4 0 R>>" % (side, side),
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n")
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


def square_card(**changes: object) -> CardPrint:
    card = CardPrint(
        pdf=black_square_sheet(),
        page_mm=(100.0, 100.0),
        rect_mm=(10.0, 10.0, 80.0, 80.0),
        paper_mm=(((10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0)),),
        centre_mm=(0.0, 0.0),
    )
    return replace(card, **changes)  # type: ignore[arg-type]


def linear(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    level = pixels.astype(np.float64) / 255
    return np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)


def polygon_area_px(ring: npt.NDArray[np.float64]) -> float:
    x, y = ring.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


# --- the camera ----------------------------------------------------------------------------------


def test_a_camera_straight_above_magnifies_by_focal_length_over_distance() -> None:
    camera = Camera(width_px=1600, height_px=1200, focal_35mm=43.2666, distance_mm=400)

    seen = camera.project([(0.0, 0.0), (100.0, 0.0), (0.0, -50.0)])

    # The diagonal is 2000 px, so this lens has a focal length of 2000 px: 5 px a millimetre.
    assert seen == pytest.approx(np.array([[800, 600], [1300, 600], [800, 350]]), abs=1e-3)


def test_tilting_foreshortens_by_the_cosine() -> None:
    camera = Camera(width_px=1600, height_px=1200, distance_mm=1e6, tilt_deg=60)

    seen = camera.project([(0.0, -100.0), (0.0, 100.0), (-100.0, 0.0), (100.0, 0.0)])

    assert (seen[1, 1] - seen[0, 1]) / (seen[3, 0] - seen[2, 0]) == pytest.approx(0.5, rel=1e-3)


@given(
    tilt=st.floats(0, 50),
    azimuth=st.floats(0, 360),
    roll=st.floats(-180, 180),
    k1=st.floats(-0.1, 0.1),
    x=st.floats(-60, 60),
    y=st.floats(-60, 60),
)
@settings(max_examples=60, deadline=None)
def test_a_pixel_sees_the_point_that_is_projected_to_it(
    tilt: float, azimuth: float, roll: float, k1: float, x: float, y: float
) -> None:
    camera = Camera(tilt_deg=tilt, tilt_azimuth_deg=azimuth, roll_deg=roll, k1=k1)

    px = camera.project([(x, y)])
    back = camera.plane_at(px[:, 0], px[:, 1])

    assert (back[0][0], back[1][0]) == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize("k1", [0.0, -0.015, 0.03, -0.1])
def test_whole_pictures_are_looked_up_as_exactly_as_single_points(k1: float) -> None:
    camera = Camera(tilt_deg=25, tilt_azimuth_deg=40, k1=k1)
    columns = np.linspace(0.5, 1631.5, 40, dtype=np.float32)[None, :]
    rows = np.linspace(0.5, 1223.5, 30, dtype=np.float32)[:, None]

    single = camera.plane_at(columns, rows)
    double = camera.plane_at(columns.astype(np.float64), rows.astype(np.float64))

    assert single[0].shape == (30, 40)
    assert single[0].dtype == np.float32
    assert np.abs(single[0] - double[0]).max() < 5e-4
    assert np.abs(single[1] - double[1]).max() < 5e-4


def test_a_point_behind_the_camera_is_refused() -> None:
    camera = Camera(tilt_deg=70, distance_mm=100)

    with pytest.raises(ValueError, match="behind the camera"):
        camera.project([(0.0, 2000.0), (0.0, -2000.0)])


# --- the edge ------------------------------------------------------------------------------------


@given(
    seed=st.integers(0, 10_000),
    area=st.floats(5, 12_000),
    irregularity=st.floats(0, 1),
    elongation=st.floats(1, 2.5),
)
@settings(max_examples=60, deadline=None)
def test_the_edge_encloses_the_area_that_was_asked_for(
    seed: int, area: float, irregularity: float, elongation: float
) -> None:
    lesion = Lesion(
        shape_seed=seed, irregularity=irregularity, elongation=elongation, centre_mm=(40, -25)
    )

    ring = lesion_ring(lesion, area)

    assert shoelace_mm2(ring) == pytest.approx(area, rel=1e-9)


@given(seed=st.integers(0, 10_000), irregularity=st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_the_edge_never_crosses_itself(seed: int, irregularity: float) -> None:
    ring = lesion_ring(Lesion(shape_seed=seed, irregularity=irregularity), 900.0)

    # A simple ring turns once: its edges' directions add up to one full turn.
    step = np.roll(ring, -1, axis=0) - ring
    following = np.roll(step, -1, axis=0)
    cross = step[:, 0] * following[:, 1] - step[:, 1] * following[:, 0]
    turns = np.arctan2(cross, np.sum(step * following, axis=1)).sum() / (2 * math.pi)
    assert abs(turns) == pytest.approx(1.0, abs=1e-6)


def test_a_lesion_keeps_its_shape_while_it_shrinks() -> None:
    lesion = Lesion(shape_seed=8, irregularity=0.9, centre_mm=(0, 0))

    before, after = lesion_ring(lesion, 1600.0), lesion_ring(lesion, 400.0)

    assert after == pytest.approx(before / 2, abs=1e-9)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_coverage_adds_up_to_the_area_of_the_polygon(seed: int) -> None:
    ring = lesion_ring(Lesion(shape_seed=seed, irregularity=0.8), 1.0) * 70 + (160.3, 141.8)

    covered = coverage([ring], (0, 0, 320, 280))

    assert float(covered.sum()) == pytest.approx(polygon_area_px(ring), rel=2e-4)


def test_coverage_of_discs_has_their_area_and_their_place() -> None:
    angle = np.linspace(0, 2 * math.pi, 720, endpoint=False)
    disc = np.column_stack([np.cos(angle), np.sin(angle)]) * 12.3
    middle = np.arange(40) + 0.5
    rng = np.random.default_rng(3)
    misses = []

    for centre in rng.uniform(18, 22, (40, 2)):
        covered = coverage([disc + centre], (0, 0, 40, 40)).astype(np.float64)
        total = covered.sum()
        across, below = covered.sum(axis=0) @ middle, covered.sum(axis=1) @ middle
        misses.append((across / total - centre[0], below / total - centre[1], total / 475.29 - 1))

    # pi 12.3^2 = 475.29; drawn with OpenCV's fill alone the area would be 2 % too large.
    assert np.abs(np.mean(misses, axis=0)) == pytest.approx(0, abs=0.003)


# --- the picture and its truth -------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_lesions() -> Phantom:
    return render(
        replace(
            QUIET,
            camera=replace(SMALL, tilt_deg=18, tilt_azimuth_deg=30, roll_deg=12, k1=-0.03),
            lesions=(
                Lesion(centre_mm=(-20, -10), area_mm2=900, shape_seed=4, slough=0.1, redness=0.1),
                Lesion(centre_mm=(45, 25), area_mm2=150, shape_seed=5, slough=0.1, redness=0.1),
            ),
        )
    )


def test_the_truth_is_the_area_that_was_painted(two_lesions: Phantom) -> None:
    areas = [truth.area_mm2 for truth in two_lesions.lesions]

    assert areas == pytest.approx([900, 150], rel=1e-9)


def test_what_is_red_in_the_picture_is_what_the_truth_encloses(two_lesions: Phantom) -> None:
    light = linear(two_lesions.pixels)
    is_red = light[..., 0] > 4.0 * light[..., 1]

    for truth in two_lesions.lesions:
        mask = truth.mask()
        ys, xs = np.nonzero(mask)
        near = np.s_[ys.min() - 8 : ys.max() + 9, xs.min() - 8 : xs.max() + 9]

        # Fibrin and glints inside are not red; nothing outside is.
        assert is_red[near][mask[near]].mean() > 0.6
        assert is_red[near][~mask[near]].mean() < 0.03


def test_the_mask_has_the_area_of_the_ring_in_pixels(two_lesions: Phantom) -> None:
    truth = two_lesions.lesions[0]

    area_px = polygon_area_px(np.array(truth.ring_px))

    assert truth.mask(360, 480).sum() == pytest.approx(area_px, rel=0.004)


def test_the_truth_in_pixels_is_the_ring_on_the_skin_seen_by_the_camera(
    two_lesions: Phantom,
) -> None:
    truth = two_lesions.lesions[1]

    ring_mm = np.column_stack(two_lesions.scene.camera.plane_at(*np.array(truth.ring_px).T))

    assert shoelace_mm2(ring_mm) == pytest.approx(150, rel=1e-6)


def test_the_truth_can_be_written_as_json(two_lesions: Phantom) -> None:
    told = json.loads(two_lesions.truth_json())

    assert told["tilt_deg"] == 18
    assert [round(lesion["area_mm2"]) for lesion in told["lesions"]] == [900, 150]
    assert len(told["lesions"][0]["ring_px"]) == len(two_lesions.lesions[0].ring_px)


def test_a_closed_lesion_leaves_a_scar_and_no_area() -> None:
    scar = Lesion(area_mm2=0, healed_mm2=900, shape_seed=4, redness=0.0)

    with_scar = render(replace(QUIET, lesions=(scar,)))
    without = render(QUIET)

    truth = with_scar.lesions[0]
    assert (truth.area_mm2, truth.perimeter_mm, truth.ring_px) == (0.0, 0.0, ())
    assert not truth.mask().any()
    centre = np.s_[170:190, 230:250]
    difference = with_scar.pixels[centre].astype(int) - without.pixels[centre].astype(int)
    assert np.abs(difference).mean() > 3


def test_the_same_scene_gives_the_same_bytes() -> None:
    scene = replace(QUIET, noise=1.0, lesions=(Lesion(area_mm2=300),))

    assert render(scene).jpeg == render(scene).jpeg


def test_another_shot_differs_only_by_its_noise() -> None:
    scene = replace(QUIET, noise=1.0, lesions=(Lesion(area_mm2=300),))

    one, two = render(scene).pixels, render(replace(scene, shot=1)).pixels

    difference = np.abs(one.astype(int) - two.astype(int))
    assert 0 < difference.mean() < 4


def test_darker_skin_is_darker() -> None:
    levels = [
        float(linear(render(replace(QUIET, skin_tone=tone)).pixels).mean())
        for tone in SKIN_TONES.values()
    ]

    assert levels == sorted(levels, reverse=True)
    assert levels[-1] < 0.25 * levels[0]


def test_eschar_is_black_and_slough_is_yellow() -> None:
    lesion = Lesion(area_mm2=2500, slough=0.0, eschar=1.0, livedo=0.0)

    black = render(replace(QUIET, lesions=(lesion,)))
    yellow = render(replace(QUIET, lesions=(replace(lesion, slough=1.0, eschar=0.0),)))

    mask = black.lesions[0].mask()
    red, green, blue = (float(np.median(linear(black.pixels)[..., c][mask])) for c in range(3))
    assert max(red, green, blue) < 0.06
    red, green, blue = (float(np.median(linear(yellow.pixels)[..., c][mask])) for c in range(3))
    assert red > green > 1.4 * blue


# --- the card ------------------------------------------------------------------------------------


def black_area_mm2(phantom: Phantom, centre: tuple[float, float], half: float) -> float:
    """Area of the black square on the skin, by how dark each pixel is, in a window round it."""
    camera = phantom.scene.camera
    columns = np.arange(camera.width_px)[None, :] + 0.5
    rows = np.arange(camera.height_px)[:, None] + 0.5
    x, y = camera.plane_at(columns, rows)
    near = (np.abs(x - centre[0]) < half) & (np.abs(y - centre[1]) < half)
    light = linear(phantom.pixels).mean(axis=2)
    middle = np.hypot(x - centre[0], y - centre[1]) < 10
    border = near & ((np.abs(x - centre[0]) > half - 3) | (np.abs(y - centre[1]) > half - 3))
    black, white = float(light[middle].mean()), float(light[border].mean())
    dark = (white - light) / (white - black)
    px_mm2 = np.abs(
        np.gradient(x, axis=1) * np.gradient(y, axis=0)
        - np.gradient(x, axis=0) * np.gradient(y, axis=1)
    )
    return float((dark * px_mm2)[near].sum())


def test_a_printed_square_has_its_size_on_the_skin() -> None:
    scene = replace(
        QUIET,
        cards=(square_card(),),
        light=Light(gradient=0, vignette=0, glare=0, warmth=0, exposure=0.75),
        camera=replace(SMALL, distance_mm=260, roll_deg=20),
    )

    phantom = render(scene)

    assert black_area_mm2(phantom, (0, 0), 27) == pytest.approx(1600, rel=0.01)


def test_a_card_printed_too_small_is_smaller_on_the_skin() -> None:
    scene = replace(
        QUIET,
        cards=(square_card(print_scale=0.9),),
        light=Light(gradient=0, vignette=0, glare=0, warmth=0, exposure=0.75),
    )

    phantom = render(scene)

    assert black_area_mm2(phantom, (0, 0), 24) == pytest.approx(0.81 * 1600, rel=0.015)


def test_the_cards_cut_edge_and_turn_are_where_they_were_asked_for() -> None:
    scene = replace(QUIET, skin_tone=0.9, cards=(square_card(centre_mm=(15, -8), angle_deg=30),))

    phantom = render(scene)

    turn = math.radians(30)
    corner = (
        15 + 37 * math.cos(turn) - 37 * math.sin(turn),
        -8 + 37 * math.sin(turn) + 37 * math.cos(turn),
    )
    outside = (
        15 + 43 * math.cos(turn) - 43 * math.sin(turn),
        -8 + 43 * math.sin(turn) + 43 * math.cos(turn),
    )
    on_card, on_skin = phantom.scene.camera.project([corner, outside]).astype(int)
    assert phantom.pixels[on_card[1], on_card[0]].min() > 170
    assert phantom.pixels[on_skin[1], on_skin[0]].max() < 140


def test_a_hidden_part_of_the_card_shows_skin() -> None:
    scene = replace(QUIET, skin_tone=0.9, cards=(square_card(hidden=0.5),))

    phantom = render(scene)

    left, right = phantom.scene.camera.project([(-36.0, 0.0), (36.0, 0.0)]).astype(int)
    assert phantom.pixels[left[1], left[0]].min() > 150
    assert phantom.pixels[right[1], right[0]].max() < 140


# --- the file ------------------------------------------------------------------------------------


def test_the_file_tells_when_and_with_what_it_was_taken() -> None:
    taken = datetime(2026, 3, 29, 14, 5, 9, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    camera = replace(SMALL, make="Acme", model="P 9", focal_35mm=52)

    phantom = render(replace(QUIET, camera=camera, taken_at=taken))

    with Image.open(io.BytesIO(phantom.jpeg)) as picture:
        exif = picture.getexif()
        detail = exif.get_ifd(0x8769)
        assert picture.size == (480, 360)
    assert (exif[0x010F], exif[0x0110], exif[0x0112]) == ("Acme", "P 9", 1)
    assert (detail[0x9003], detail[0x9011]) == ("2026:03:29 14:05:09", "-03:30")
    assert detail[0xA405] == 52
    assert float(detail[0x920A]) == pytest.approx(8.39, abs=0.01)


def test_the_pixels_are_those_of_the_file() -> None:
    phantom = render(QUIET)

    with Image.open(io.BytesIO(phantom.jpeg)) as picture:
        decoded = np.asarray(picture.convert("RGB"))

    # Decoders differ by a level or two.
    assert np.abs(decoded.astype(int) - phantom.pixels.astype(int)).mean() < 1.0


def test_a_capture_time_without_its_offset_is_refused() -> None:
    naive = datetime(2026, 3, 29, 14, 5)  # noqa: DTZ001 - what is refused

    with pytest.raises(ValueError, match="offset"):
        render(replace(QUIET, taken_at=naive))


@pytest.mark.parametrize(
    "wrong", [{"area_mm2": -1.0}, {"slough": 0.8, "eschar": 0.5}, {"irregularity": 2.0}], ids=str
)
def test_an_impossible_lesion_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"area|fractions|irregularity"):
        Lesion(**wrong)  # type: ignore[arg-type]
