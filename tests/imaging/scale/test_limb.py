"""Areas on limbs: a strip or a bent card tells the round, and the skin is unrolled from it."""

from __future__ import annotations

import io
import itertools
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from woundtrack import imaging, phantom
from woundtrack.errors import CardUnreliable
from woundtrack.imaging.geometry.limb import limb_lines, seen_from_skin, skin_from_seen
from woundtrack.imaging.scale.limb_fit import _Problem, likely_limbs
from woundtrack.model import Calibration, Limb, Outline, OutlineSource

CAMERA = phantom.Camera(
    width_px=1632,
    height_px=1224,
    focal_35mm=34,
    distance_mm=200,
    tilt_deg=10,
    tilt_azimuth_deg=70,
    roll_deg=15,
)
ROUND = phantom.Limb(radius_mm=50, axis_deg=80)
WOUND = phantom.Lesion(centre_mm=(4.0, -3.0), area_mm2=500.0, shape_seed=3)
LIMB = Limb(
    radius_mm=48.0,
    radius_sd_mm=0.5,
    axis_deg=70.0,
    origin_mm=(90.0, 12.0),
    focal_px=1300.0,
    focal_spread=0.03,
    centre_px=(816.0, 612.0),
    lens_k1=0.01,
    unround=(0.1, -0.3),
    rotation=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    shift_mm=(5.0, -4.0, 210.0),
)


@cache
def printed(kind: str, number: int = 0) -> phantom.CardPrint:
    pdf = io.BytesIO()
    imaging.write_card_sheet(pdf, kind)
    layout = imaging.card_layout(kind)
    card = layout.cards[number]
    return phantom.CardPrint(
        pdf=pdf.getvalue(),
        page_mm=layout.page_mm,
        rect_mm=card.rect_mm,
        paper_mm=card.paper_mm,
    )


def strip(number: int, along_mm: float, *, axis_deg: float = 80.0) -> phantom.CardPrint:
    """Return a strip round the limb, so far along it from the wound."""
    axis = math.radians(axis_deg)
    centre = (along_mm * math.cos(axis), along_mm * math.sin(axis))
    return replace(printed("strip", number), centre_mm=centre, angle_deg=axis_deg + 92)


@cache
def photographed(
    *cards: phantom.CardPrint, limb: phantom.Limb | None = ROUND
) -> tuple[Calibration, phantom.LesionTruth]:
    scene = phantom.Scene(camera=replace(CAMERA, limb=limb), cards=cards, lesions=(WOUND,))
    taken = phantom.render(scene)
    pixels, photograph = imaging.read_photograph_bytes(taken.jpeg, "limb.jpg")
    return imaging.find_calibration(pixels, photograph), taken.lesions[0]


def area_error(calibration: Calibration, truth: phantom.LesionTruth) -> float:
    outline = Outline(outer=truth.ring_px, source=OutlineSource.GIVEN)
    return imaging.measure(outline, calibration).area_mm2 / truth.area_mm2 - 1


# --- measuring -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "limb",
    [
        ROUND,
        # The last of its five tags is turned away by 70°, its rows four pixels high: what such
        # corners say is weighed less, and is what is left of the area's error here, 0.2 %.
        replace(ROUND, depth_mm=62.0),
        replace(ROUND, radius_mm=36.0),
        replace(ROUND, taper_deg=6.0),
        replace(ROUND, depth_mm=58.0, taper_deg=-5.0),
    ],
)
def test_one_strip_round_a_limb_gives_the_unrolled_area(limb: phantom.Limb) -> None:
    calibration, truth = photographed(strip(0, 36), limb=limb)

    assert calibration.limb is not None
    assert abs(area_error(calibration, truth)) < 0.005
    assert (
        abs(area_error(replace(calibration, limb=None), truth)) > 0.01
    )  # what a plane makes of it


@pytest.mark.parametrize("taper_deg", [6.0, -6.0])
def test_how_a_limb_tapers_is_told_with_its_side(taper_deg: float) -> None:
    calibration, _ = photographed(strip(0, 36), limb=replace(ROUND, taper_deg=taper_deg))

    assert calibration.limb is not None
    # The strip lies 92° to the limb's axis, which is then at 88° in its frame, the other way round.
    assert calibration.limb.axis_deg == pytest.approx(88, abs=3)
    told = -math.tan(math.radians(2 * taper_deg)) / 2
    assert calibration.limb.taper == pytest.approx(told, abs=0.01)


def test_tags_that_the_limb_hides_are_no_doubt_where_four_are_seen() -> None:
    calibration, _ = photographed(strip(0, 36))

    assert 4 <= len(calibration.cards[0].tags) < 8
    assert [doubt.code for doubt in calibration.doubts] == ["print_scale_unmeasured"]


@pytest.mark.parametrize("axis", [-1.6, 0.4, 3.5, -4.0])
def test_an_oval_limb_is_the_same_whichever_way_the_search_turned_its_axis(axis: float) -> None:
    problem = _Problem(
        sheets=(),
        centre_px=np.array([816.0, 612.0]),
        focal_px=1300.0,
        focal_spread=0.03,
        origin_mm=np.array([90.0, 12.0]),
        used=np.ones(0, dtype=bool),
    )
    unknowns = np.array(
        [0.1, 0.2, 0.3, 5.0, -4.0, 210.0, 0.02, axis, 0.01, 0.0, 0.0, 0.35, -0.2, 0.1]
    )
    skin = np.array([[90.0, 12.0], [110.0, 30.0], [60.0, 0.0]])

    limb = problem.limb(unknowns)

    searched = problem.seen_on_skin(unknowns[None], skin[None])[0]
    np.testing.assert_allclose(seen_from_skin(limb, skin), searched, atol=1e-6)


def test_two_strips_are_solved_together() -> None:
    calibration, truth = photographed(strip(0, 36), strip(1, -38))

    assert calibration.limb is not None
    assert len(calibration.cards) == 2
    assert calibration.limb.radius_mm == pytest.approx(50, rel=0.02)
    assert abs(area_error(calibration, truth)) < 0.003


def test_the_radius_is_told_with_its_spread() -> None:
    calibration, _ = photographed(strip(0, 36))

    assert calibration.limb is not None
    off = abs(calibration.limb.radius_mm - 50)
    assert off < 4 * calibration.limb.radius_sd_mm
    assert calibration.limb.radius_sd_mm < 2


def test_a_card_that_follows_the_limb_measures_it_too() -> None:
    card = replace(printed("card"), centre_mm=(14.0, 30.0), angle_deg=85)

    calibration, truth = photographed(card, limb=replace(ROUND, radius_mm=75.0))

    assert calibration.limb is not None
    assert abs(area_error(calibration, truth)) < 0.01
    assert "card_bent" not in {doubt.code for doubt in calibration.doubts}


def test_an_arm_of_a_card_that_a_thin_limb_turns_away_is_read_too() -> None:
    turn = math.radians(260)
    centre = (8 * math.cos(turn) - 12 * math.sin(turn), 8 * math.sin(turn) + 12 * math.cos(turn))
    card = replace(printed("card"), centre_mm=centre, angle_deg=260)

    calibration, truth = photographed(card, limb=replace(ROUND, radius_mm=41.0))

    assert len(calibration.cards[0].tags) >= 3
    assert calibration.limb is not None
    assert calibration.limb.radius_mm == pytest.approx(41, rel=0.03)
    assert abs(area_error(calibration, truth)) < 0.005


def test_a_stiff_card_on_a_limb_knows_of_no_round() -> None:
    card = replace(printed("card"), centre_mm=(14.0, 30.0), angle_deg=85, is_stiff=True)

    calibration, _ = photographed(card)

    assert calibration.limb is None


def test_a_strip_on_flat_skin_is_a_plane() -> None:
    calibration, truth = photographed(strip(0, 36), limb=None)

    assert calibration.limb is None
    assert abs(area_error(calibration, truth)) < 0.005


@pytest.mark.parametrize("cards", [(strip(0, 36),), (strip(0, 36), strip(1, -38))])
def test_the_interval_on_a_limb_is_as_narrow_as_on_a_plane(
    cards: tuple[phantom.CardPrint, ...],
) -> None:
    calibration, truth = photographed(*cards)
    outline = Outline(outer=truth.ring_px, source=OutlineSource.GIVEN)

    measured = imaging.measure(outline, calibration)

    assert measured.area_low_mm2 < truth.area_mm2 < measured.area_high_mm2
    (limb,) = (term for term in measured.terms if term.name == "limb")
    assert limb.area_mm2 < 0.02 * measured.area_mm2


def test_an_outline_beyond_the_limb_is_refused() -> None:
    calibration, _ = photographed(strip(0, 36))
    beyond = Outline(outer=((5.0, 5.0), (60.0, 5.0), (60.0, 60.0)))

    with pytest.raises(CardUnreliable, match="beyond the limb"):
        imaging.measure(beyond, calibration)


# --- the mapping ---------------------------------------------------------------------------------


@pytest.mark.parametrize("taper", [0.0, 0.12, -0.08])
@pytest.mark.parametrize("unround", [(0.0, 0.0), (0.2, -0.5), (-0.1, 0.6)])
def test_what_is_unrolled_is_seen_again_where_it_was(
    unround: tuple[float, float], taper: float
) -> None:
    limb = replace(LIMB, unround=unround, taper=taper)
    skin = np.random.default_rng(2).uniform((50, -25), (130, 50), (300, 2))

    back = skin_from_seen(limb, seen_from_skin(limb, skin))

    np.testing.assert_allclose(back, skin, atol=1e-6)


def test_a_cone_unrolls_as_the_rendered_one_does() -> None:
    cone = phantom.Limb(radius_mm=48.0, axis_deg=70.0, taper_deg=6.0)
    camera = phantom.Camera(width_px=1632, height_px=1224, distance_mm=210.0, limb=cone)
    limb = replace(
        LIMB,
        focal_px=camera.focal_px,
        lens_k1=0.0,
        unround=(0.0, 0.0),
        taper=math.tan(math.radians(12.0)) / 2,
        origin_mm=(0.0, 0.0),
        shift_mm=(0.0, 0.0, 210.0),
    )
    skin = np.random.default_rng(2).uniform(-35, 35, (200, 2))

    back = skin_from_seen(limb, camera.project(skin))

    np.testing.assert_allclose(back, skin, atol=0.02)


def test_a_ray_beside_the_limb_meets_no_skin() -> None:
    assert np.isnan(skin_from_seen(LIMB, np.array([[40.0, 600.0]]))).all()


def test_a_very_large_limb_is_a_plane() -> None:
    large = replace(LIMB, radius_mm=1e7, unround=(0.0, 0.0))
    larger = replace(LIMB, radius_mm=1e9, unround=(0.0, 0.0))
    points = np.array([[300.0, 200.0], [1200.0, 900.0]])

    np.testing.assert_allclose(
        skin_from_seen(large, points), skin_from_seen(larger, points), atol=1e-3
    )


def test_the_net_on_a_limb_lies_on_it_and_ends_where_it_turns_away() -> None:
    limb = replace(LIMB, unround=(0.0, 0.0))

    lines = limb_lines(limb, reach_mm=100.0, apart_mm=20.0)

    assert len(lines) >= 15
    for line in lines:
        skin = skin_from_seen(limb, np.array(line))
        off = (skin - np.array(LIMB.origin_mm)) / 20.0
        turn = math.radians(LIMB.axis_deg)
        along = off @ np.array([math.cos(turn), math.sin(turn)])
        around = off @ np.array([-math.sin(turn), math.cos(turn)])
        assert min(np.abs(one - np.round(one)).max() for one in (along, around)) < 1e-3
        assert np.abs(around * 20).max() < 48 * math.pi / 2  # the rest is out of sight


def test_a_plane_has_no_likely_limbs() -> None:
    calibration, _ = photographed(strip(0, 36), limb=None)

    assert likely_limbs(calibration) == ()


# --- what one photograph can't tell --------------------------------------------------------------


def test_a_card_that_curls_on_flat_skin_is_doubted_and_its_interval_reaches_the_truth() -> None:
    card = replace(
        printed("card"),
        centre_mm=(14.0, 30.0),
        angle_deg=85,
        bent_over=phantom.Limb(radius_mm=110, axis_deg=85),
    )

    calibration, truth = photographed(card, limb=None)
    outline = Outline(outer=truth.ring_px, source=OutlineSource.GIVEN)
    measured = imaging.measure(outline, calibration)

    assert {"card_round", "card_bent"} & {doubt.code for doubt in calibration.doubts}
    assert measured.area_low_mm2 <= truth.area_mm2 <= measured.area_high_mm2


def test_near_the_edge_of_a_limb_the_interval_only_grows() -> None:
    calibration, _ = photographed(strip(0, 36))
    assert calibration.limb is not None
    widths = []
    for around_mm in (40, 50, 55, 58, 60):
        turn = math.radians(calibration.limb.axis_deg)
        centre = np.array(calibration.limb.origin_mm) + around_mm * np.array(
            [-math.sin(turn), math.cos(turn)]
        )
        angles = np.linspace(0, 2 * math.pi, 60, endpoint=False)
        skin = centre + 8 * np.column_stack([np.cos(angles), np.sin(angles)])
        seen = seen_from_skin(calibration.limb, skin)
        ring = tuple((float(x), float(y)) for x, y in seen)
        try:
            measured = imaging.measure(Outline(outer=ring, source=OutlineSource.GIVEN), calibration)
        except CardUnreliable:
            break
        widths.append((measured.area_high_mm2 - measured.area_low_mm2) / measured.area_mm2)

    assert len(widths) >= 2
    assert all(later >= 0.95 * earlier for earlier, later in itertools.pairwise(widths))
