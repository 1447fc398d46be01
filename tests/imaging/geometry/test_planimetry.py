from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from woundtrack.errors import CardUnreliable
from woundtrack.imaging import measure, outline_mask, outlines_from_mask
from woundtrack.imaging.outline import as_ring
from woundtrack.model import Calibration, Card, Outline, OutlineSource, Point, Ring, Tag

Floats = npt.NDArray[np.float64]

TAGS_MM = ((5.0, 5.0), (5.0, 59.0), (54.0, 59.0), (101.0, 59.0))


def calibration_of(to_mm: Floats, *, residual_mm: float = 0.02, tags: int = 4) -> Calibration:
    """Return a 15 mm tag at each place of the L card, seen through the inverse of ``to_mm``."""
    to_px = np.linalg.inv(to_mm)

    def seen(x: float, y: float) -> Point:
        px, py, depth = to_px @ (x, y, 1.0)
        return (float(px / depth), float(py / depth))

    found = []
    for number, (x, y) in enumerate(TAGS_MM[:tags]):
        corners = ((x, y), (x + 15, y), (x + 15, y + 15), (x, y + 15))
        found.append(
            Tag(
                id=number,
                corners_px=tuple(seen(*corner) for corner in corners),
                corners_mm=corners,
                residual_mm=residual_mm,
            )
        )
    card = Card(kind="card", design_version=1, copy="A", nominal_mm=15.0, tags=tuple(found))
    scale = math.sqrt(abs(np.linalg.det(to_mm[:2, :2])))
    a, b, c = (tuple(float(value) for value in row) for row in to_mm)
    return Calibration(
        method="test",
        homography=((a[0], a[1], a[2]), (b[0], b[1], b[2]), (c[0], c[1], c[2])),
        cards=(card,),
        mm_per_px=scale,
        tilt_deg=0.0,
        residual_mm=residual_mm,
        print_scale_sd=0.0025,
    )


def plain(mm_per_px: float = 0.1) -> Calibration:
    return calibration_of(np.diag([mm_per_px, mm_per_px, 1.0]))


def ellipse(x: float, y: float, a: float, b: float, points: int = 720) -> Ring:
    turn = np.linspace(0, 2 * math.pi, points, endpoint=False)
    return as_ring(np.column_stack((x + a * np.cos(turn), y + b * np.sin(turn))))


def disc_outline(radius: float) -> Outline:
    size = math.ceil(2 * radius + 6)
    rows, columns = np.mgrid[:size, :size] + 0.5
    middle = size / 2 + 0.17
    return outlines_from_mask((columns - middle) ** 2 + (rows - middle) ** 2 < radius**2)[0]


# --- sizes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    # A ring through pixel centres is 3.9 %, 1.7 % and 0.4 % too small at these radii.
    ("radius", "within"),
    [(20, 0.008), (50, 0.002), (200, 0.0005)],
)
def test_half_a_pixel_is_not_lost_round_a_disc(radius: int, within: float) -> None:
    measurement = measure(disc_outline(radius), plain(0.1))

    assert measurement.area_mm2 == pytest.approx(math.pi * (radius / 10) ** 2, rel=within)


@pytest.mark.parametrize("radius", [20, 50, 200])
def test_the_perimeter_of_a_disc_from_a_mask_is_its_circumference(radius: int) -> None:
    measurement = measure(disc_outline(radius), plain(0.1))

    assert measurement.perimeter_mm == pytest.approx(2 * math.pi * radius / 10, rel=0.006)
    assert measurement.length_mm == pytest.approx(2 * radius / 10, rel=0.015)
    assert measurement.width_mm == pytest.approx(2 * radius / 10, rel=0.015)


def test_an_ellipse_has_its_length_and_width() -> None:
    measurement = measure(Outline(outer=ellipse(600, 400, 200, 75)), plain(0.1))

    assert measurement.area_mm2 == pytest.approx(math.pi * 20 * 7.5, rel=1e-4)
    assert measurement.length_mm == pytest.approx(40, rel=1e-4)
    assert measurement.width_mm == pytest.approx(15, rel=1e-4)
    assert measurement.perimeter_mm == pytest.approx(90.92, abs=0.02)  # Ramanujan 1914


def test_sizes_agree_with_scikit_image() -> None:
    properties = pytest.importorskip("skimage.measure")
    rows, columns = np.mgrid[:300, :400] + 0.5
    along = 0.8 * (columns - 200) + 0.6 * (rows - 150)
    across = 0.8 * (rows - 150) - 0.6 * (columns - 200)
    mask = (along / 120) ** 2 + (across / 45) ** 2 < 1
    mask &= ~((along / 20) ** 2 + (across / 12) ** 2 < 1)
    (region,) = properties.regionprops(mask.astype(int))

    measurement = measure(outlines_from_mask(mask)[0], plain(0.1))

    assert measurement.area_mm2 == pytest.approx(region.area / 100, rel=1e-9)
    assert measurement.length_mm == pytest.approx(region.feret_diameter_max / 10, rel=0.006)
    whole = properties.regionprops(region.image_filled.astype(int))[0]
    assert measurement.perimeter_mm == pytest.approx(whole.perimeter_crofton / 10, rel=0.01)


def test_an_island_is_subtracted_from_the_area_and_not_from_the_perimeter() -> None:
    outer = ellipse(600, 400, 200, 100)
    whole = measure(Outline(outer=outer), plain())

    pierced = measure(Outline(outer=outer, islands=(ellipse(600, 400, 50, 40),)), plain())

    assert whole.area_mm2 - pierced.area_mm2 == pytest.approx(math.pi * 5 * 4, rel=1e-4)
    assert pierced.perimeter_mm == whole.perimeter_mm


def test_head_to_toe_is_along_the_body_whichever_way_the_picture_is_held() -> None:
    wound = Outline(outer=ellipse(600, 400, 200, 75))

    to_the_right = measure(wound, plain(0.1), head_deg=90)
    to_the_top = measure(wound, plain(0.1), head_deg=0)
    aslant = measure(wound, plain(0.1), head_deg=45)

    assert to_the_right.head_to_toe_mm == pytest.approx(40, rel=1e-4)
    assert to_the_right.side_to_side_mm == pytest.approx(15, rel=1e-4)
    assert to_the_top.head_to_toe_mm == pytest.approx(15, rel=1e-4)
    assert aslant.head_to_toe_mm == pytest.approx(2 * math.hypot(20, 7.5) / math.sqrt(2), rel=1e-3)
    assert measure(wound, plain(0.1)).head_to_toe_mm is None


def test_tilt_is_taken_out_exactly() -> None:
    tilted = np.array([[0.1, 0.02, 3.0], [-0.01, 0.13, -5.0], [1e-4, 2e-4, 1.0]])
    true_mm = ellipse(60, 30, 20, 9)
    to_px = np.linalg.inv(tilted)
    seen = np.column_stack((np.asarray(true_mm), np.ones(len(true_mm)))) @ to_px.T

    measurement = measure(Outline(outer=as_ring(seen[:, :2] / seen[:, 2:])), calibration_of(tilted))

    assert measurement.area_mm2 == pytest.approx(math.pi * 20 * 9, rel=1e-4)
    assert measurement.length_mm == pytest.approx(40, rel=1e-4)


@given(turn=st.floats(0, 2 * math.pi), x=st.floats(-200, 200), y=st.floats(-200, 200))
@settings(max_examples=40)
def test_turning_and_shifting_the_plane_changes_no_size(turn: float, x: float, y: float) -> None:
    outline = Outline(outer=ellipse(500, 500, 120, 60, points=90))
    upright = np.array([[0.1, 0.0, 0.0], [0.0, 0.1, 0.0], [1e-4, 5e-5, 1.0]])
    move = np.array(
        [[math.cos(turn), -math.sin(turn), x], [math.sin(turn), math.cos(turn), y], [0, 0, 1]]
    )

    before = measure(outline, calibration_of(upright))
    after = measure(outline, calibration_of(move @ upright))

    assert after.area_mm2 == pytest.approx(before.area_mm2, rel=1e-9)
    assert after.perimeter_mm == pytest.approx(before.perimeter_mm, rel=1e-9)
    assert after.length_mm == pytest.approx(before.length_mm, rel=1e-6)
    assert after.width_mm == pytest.approx(before.width_mm, rel=1e-3)


@given(mm_per_px=st.floats(0.02, 1))
def test_twice_the_millimetres_a_pixel_are_four_times_the_area(mm_per_px: float) -> None:
    outline = disc_outline(12)

    one, two = measure(outline, plain(mm_per_px)), measure(outline, plain(2 * mm_per_px))

    assert two.area_mm2 == pytest.approx(4 * one.area_mm2)
    assert two.perimeter_mm == pytest.approx(2 * one.perimeter_mm)


@given(mask=st.lists(st.lists(st.booleans(), min_size=9, max_size=9), min_size=2, max_size=9))
def test_outlines_of_any_mask_measure_its_pixels(mask: list[list[bool]]) -> None:
    pixels = np.asarray(mask)

    outlines = outlines_from_mask(pixels, min_px=1)

    total = sum(measure(outline, plain(1.0)).area_mm2 for outline in outlines)
    assert total == pytest.approx(np.count_nonzero(pixels), abs=1e-9)


# --- rings that people draw badly ----------------------------------------------------------------


def test_a_ring_that_crosses_itself_measures_what_is_filled() -> None:
    bow = Outline(outer=((0.0, 0.0), (100.0, 100.0), (100.0, 0.0), (0.0, 100.0)))

    measurement = measure(bow, plain(0.1))

    # Two triangles, each a quarter of the square; their signed areas would cancel to nothing.
    assert measurement.area_mm2 == pytest.approx(50, rel=0.002)


def test_the_area_of_crossing_islands_is_the_area_of_the_mask() -> None:
    islands = (ellipse(200, 150, 60, 40), ellipse(240, 150, 60, 40), ellipse(330, 150, 60, 40))
    outline = Outline(outer=ellipse(200, 150, 150, 100), islands=islands)

    measurement = measure(outline, plain(0.1))

    counted = np.count_nonzero(outline_mask(outline, (400, 600))) / 100
    assert measurement.area_mm2 == pytest.approx(counted, rel=0.005)


def test_a_ring_without_an_inside_has_no_area() -> None:
    line = Outline(outer=((10.0, 10.0), (60.0, 10.0), (110.0, 10.0)))

    measurement = measure(line, plain(0.1))

    assert measurement.area_mm2 == 0
    assert measurement.length_mm == pytest.approx(10)
    assert measurement.width_mm == 0


@pytest.mark.parametrize(
    "outer",
    [((1.0, 1.0), (2.0, 2.0)), ((1.0, 1.0), (2.0, 2.0), (math.nan, 3.0))],
    ids=["two points", "not a number"],
)
def test_a_ring_that_is_none_is_refused(outer: Ring) -> None:
    with pytest.raises(ValueError, match="three points"):
        measure(Outline(outer=outer), plain())


def test_a_wound_beyond_the_horizon_of_the_card_has_no_size() -> None:
    steep = np.array([[0.1, 0.0, 0.0], [0.0, 0.1, 0.0], [0.0, -1e-3, 1.0]])

    with pytest.raises(CardUnreliable, match="horizon"):
        measure(Outline(outer=ellipse(500, 1000, 50, 80)), calibration_of(steep))


# --- the interval --------------------------------------------------------------------------------


def half_width(outline: Outline, calibration: Calibration) -> float:
    measurement = measure(outline, calibration)
    return (measurement.area_high_mm2 - measurement.area_mm2) / measurement.area_mm2


def test_the_interval_of_a_given_edge_is_scale_alone() -> None:
    given_edge = Outline(outer=ellipse(600, 400, 200, 100), source=OutlineSource.GIVEN)

    # 2 · 2.5/300 (offset), the same 25 mm off by 1.5° (slope) and 2 · 0.25 % (print), in squares.
    assert half_width(given_edge, plain()) == pytest.approx(0.035, abs=0.002)


def test_an_edge_that_someone_put_there_widens_the_interval() -> None:
    given_edge = Outline(outer=ellipse(600, 400, 200, 100), source=OutlineSource.GIVEN)
    drawn = Outline(outer=ellipse(600, 400, 200, 100), source=OutlineSource.DRAWN)

    # 96.9 mm round, 0.5 mm, kept over 10 mm: 15.6 mm² of 628, or 2.48 %.
    (edge,) = (term for term in measure(drawn, plain()).terms if term.name == "edge")
    assert edge.area_mm2 == pytest.approx(1.96 * 15.6, rel=0.01)
    assert edge.length_mm == pytest.approx(1.96 * 0.5 * math.sqrt(2))
    assert half_width(drawn, plain()) > half_width(given_edge, plain()) + 0.02


def test_the_corner_term_agrees_with_a_thousand_noisy_cards() -> None:
    cv2 = pytest.importorskip("cv2")
    from woundtrack.imaging.geometry import plane_spread

    calibration = calibration_of(np.diag([0.1, 0.1, 1.0]), residual_mm=0.0)
    tags = calibration.cards[0].tags
    seen = np.concatenate([np.asarray(tag.corners_px) for tag in tags])
    true = np.concatenate([np.asarray(tag.corners_mm) for tag in tags])
    wound_px = np.asarray(ellipse(700, 200, 200, 100, points=90))
    generator = np.random.default_rng(7)
    areas = []
    for _ in range(1000):
        noisy = seen + generator.normal(0, plane_spread.CORNER_SD_PX, seen.shape)
        homography, _ = cv2.findHomography(noisy, true, 0)
        mapped = cv2.perspectiveTransform(wound_px.reshape(-1, 1, 2), homography)
        areas.append(cv2.contourArea(mapped.astype(np.float32)))

    given = measure(Outline(outer=as_ring(wound_px), source=OutlineSource.GIVEN), calibration)
    (corners,) = (term for term in given.terms if term.name == "corners")

    # The program solves the spread of ink with the plane, too, which costs a little certainty.
    assert corners.area_mm2 / 1.96 == pytest.approx(float(np.std(areas)), rel=0.15)


def test_fewer_tags_and_worse_ones_widen_the_interval() -> None:
    wound = Outline(outer=ellipse(900, 250, 150, 100), source=OutlineSource.GIVEN)
    straight = np.diag([0.1, 0.1, 1.0])

    four = half_width(wound, calibration_of(straight))
    one = half_width(wound, calibration_of(straight, tags=1))
    rough = half_width(wound, calibration_of(straight, residual_mm=0.4))

    assert four < rough
    assert 1.2 * four < one


def test_a_wound_far_from_the_card_is_doubted() -> None:
    near = measure(Outline(outer=ellipse(600, 300, 100, 80)), plain())

    far = measure(Outline(outer=ellipse(2500, 300, 100, 80)), plain())

    assert near.doubts == ()
    assert [doubt.code for doubt in far.doubts] == ["wound_far_from_card"]
    # From its left end at x = 240 mm, y = 30 to the corner of the last tag at (116, 59).
    assert dict(far.doubts[0].values)["distance_mm"] == pytest.approx(127.3, abs=0.5)


def test_the_interval_never_goes_below_zero() -> None:
    speck = Outline(outer=ellipse(600, 300, 4, 3), source=OutlineSource.DRAWN)

    measurement = measure(speck, plain())

    assert measurement.area_low_mm2 == 0
    assert measurement.area_mm2 == pytest.approx(math.pi * 0.4 * 0.3, rel=1e-3)


def test_the_way_a_ring_runs_does_not_matter() -> None:
    outline = Outline(outer=ellipse(600, 400, 200, 100), islands=(ellipse(600, 400, 20, 10),))
    back = replace(
        outline, outer=outline.outer[::-1], islands=tuple(r[::-1] for r in outline.islands)
    )

    one, other = measure(outline, plain()), measure(back, plain())

    assert other.area_mm2 == pytest.approx(one.area_mm2)
    assert other.area_high_mm2 == pytest.approx(one.area_high_mm2)
