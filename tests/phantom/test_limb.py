"""Skin round a limb: unrolled without stretching, seen where it is, and hidden where it turns."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import numpy as np
import pytest

from woundtrack import imaging
from woundtrack.phantom import Camera, CardPrint, Lesion, Limb, Scene, render
from woundtrack.phantom.limb import Plate

ROUND = Limb(radius_mm=50, axis_deg=70)
OVAL = Limb(radius_mm=50, depth_mm=65, axis_deg=20)
CALF = Limb(radius_mm=50, depth_mm=60, axis_deg=20, taper_deg=6)
THIGH = Limb(radius_mm=80, axis_deg=-50, taper_deg=-4)
CAMERA = Camera(distance_mm=300, tilt_deg=20, tilt_azimuth_deg=130, roll_deg=25, k1=0.02)


@pytest.mark.parametrize("limb", [ROUND, OVAL, CALF, THIGH])
def test_a_way_along_the_skin_is_as_long_in_space_as_unrolled(limb: Limb) -> None:
    skin = np.column_stack([np.linspace(-40, 35, 4001), np.linspace(20, -30, 4001)])

    steps = np.diff(limb.in_space(skin), axis=0)

    assert np.linalg.norm(steps, axis=1).sum() == pytest.approx(math.hypot(75, 50), rel=1e-6)


def test_a_quarter_round_a_limb_is_one_radius_deep() -> None:
    limb = Limb(radius_mm=50, axis_deg=0)

    x, y, z = limb.in_space([(7.0, 50 * math.pi / 2)])[0]

    assert (x, y, z) == pytest.approx((7.0, 50.0, 50.0))


@pytest.mark.parametrize("limb", [ROUND, OVAL, CALF, THIGH])
def test_what_is_seen_at_a_pixel_is_projected_there(limb: Limb) -> None:
    camera = replace(CAMERA, limb=limb)
    skin = np.random.default_rng(1).uniform(-35, 35, (200, 2))

    seen = camera.project(skin)
    x, y, clearance = camera.met(seen[:, 0], seen[:, 1], limb)

    assert camera.is_in_front(skin)
    assert (clearance > 0).all()
    np.testing.assert_allclose(np.column_stack([x, y]), skin, atol=1e-4)


def test_a_line_of_sight_beside_the_limb_passes_by() -> None:
    camera = Camera(distance_mm=300, limb=Limb(radius_mm=30, axis_deg=90))

    _, _, clearance = camera.met(
        np.array([camera.width_px / 2, 5.0]), np.array([600.0, 600.0]), Limb(radius_mm=30)
    )

    assert clearance[0] > 0 > clearance[1]


def test_the_far_side_of_a_limb_is_not_in_front() -> None:
    camera = Camera(distance_mm=300, limb=Limb(radius_mm=30, axis_deg=0))

    assert camera.is_in_front([(0.0, 20.0)])
    assert not camera.is_in_front([(0.0, 60.0)])


def test_the_normal_points_out_of_the_skin() -> None:
    outwards = OVAL.outwards([(0.0, 0.0), (10.0, 40.0)])

    np.testing.assert_allclose(np.linalg.norm(outwards, axis=1), 1.0)
    assert outwards[0] == pytest.approx((0.0, 0.0, -1.0))


def test_a_stiff_card_touches_the_limb_in_its_middle_and_stands_off_elsewhere() -> None:
    plate = Plate.touching(ROUND, (10.0, 12.0), 0.0)

    apart = np.linalg.norm(
        plate.in_space([(10, 12), (40, 12)]) - ROUND.in_space([(10, 12), (40, 12)]), axis=1
    )

    assert apart[0] < 1e-6
    assert apart[1] > 4


def test_a_lifted_card_looks_larger_by_its_height() -> None:
    camera = Camera(distance_mm=300)
    lifted = Plate.touching(None, (0.0, 0.0), 10.0)
    ends = [(-30.0, 0.0), (30.0, 0.0)]

    flat, high = (np.ptp(camera.project(ends, one)[:, 0]) for one in (None, lifted))

    assert high / flat == pytest.approx(300 / 290)


def test_a_cone_is_as_much_thinner_as_its_nearest_and_farthest_lines_come_together() -> None:
    cone = Limb(radius_mm=50, axis_deg=0, taper_deg=5)

    depths = []
    for along in (0.0, 60.0):
        x, y, _ = cone.met_by(np.array([along, 0.0, 600.0]), np.array([[0.0, 0.0, -1.0]]))
        depths.append(float(cone.in_space([(float(x[0]), float(y[0]))])[0, 2]))

    assert depths == pytest.approx((100.0, 100 - 60 * math.tan(math.radians(10))))


@pytest.mark.parametrize("limb", [OVAL, CALF, THIGH])
def test_the_skin_leans_nowhere_off_its_normal(limb: Limb) -> None:
    skin = np.random.default_rng(3).uniform(-45, 45, (50, 2))
    step = 1e-4

    normals = limb.outwards(skin)

    for move in ((step, 0.0), (0.0, step)):
        run = (limb.in_space(skin + move) - limb.in_space(skin)) / step
        assert np.abs((run * normals).sum(axis=1)).max() < 1e-3


def test_half_axes_are_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        Limb(radius_mm=50, depth_mm=0)


def test_a_photograph_of_a_limb_shows_the_backdrop_beside_it_and_the_true_area() -> None:
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf)
    layout = imaging.card_layout()
    card = CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=layout.cards[0].rect_mm,
        paper_mm=layout.cards[0].paper_mm,
        centre_mm=(0.0, 50.0),
    )
    scene = Scene(
        camera=Camera(width_px=816, height_px=612, focal_35mm=30, distance_mm=260, limb=ROUND),
        lesions=(Lesion(area_mm2=600),),
        cards=(card, replace(card, centre_mm=(0.0, -50.0), is_stiff=True)),
    )

    taken = render(scene)

    (lesion,) = taken.lesions
    assert lesion.area_mm2 == pytest.approx(600)
    corner, skin = taken.pixels[20:60, 20:60], taken.pixels[295:315, 480:500]
    assert np.ptp(corner.mean(axis=(0, 1))) < 25  # white cotton
    assert skin[..., 0].mean() > skin[..., 2].mean() + 30
