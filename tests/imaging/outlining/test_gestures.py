from __future__ import annotations

import functools
import math
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from woundtrack.errors import OutlineNotFound
from woundtrack.imaging import outline_mask, outline_method, propose_outlines, refine_outline
from woundtrack.imaging.outline import outlines_from_mask, union_mask
from woundtrack.imaging.outlining import gesture
from woundtrack.model import Outline, OutlineSource, Point
from woundtrack.phantom import Camera, Lesion, Scene, render

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

pytestmark = pytest.mark.usefixtures("is_with_network")


def dice(one: Mask, other: Mask) -> float:
    return 2 * float((one & other).sum()) / max(1, int(one.sum()) + int(other.sum()))


@functools.cache
def skin(
    *areas_mm2: float, tone: float = 0.2, eschar: float = 0.0, size: int = 700
) -> tuple[Pixels, tuple[Mask, ...]]:
    """Return a phantom photograph with wounds side by side, 45 mm apart, and their masks."""
    first = -22.5 * (len(areas_mm2) - 1)
    lesions = tuple(
        Lesion(
            area_mm2=area,
            centre_mm=(first + 45 * number, 0),
            shape_seed=number,
            eschar=eschar,
            slough=0.1,
        )
        for number, area in enumerate(areas_mm2)
    )
    scene = Scene(
        seed=5,
        skin_tone=tone,
        lesions=lesions,
        camera=Camera(width_px=size, height_px=round(size * 0.75)),
    )
    phantom = render(scene)
    return phantom.pixels, tuple(lesion.mask() for lesion in phantom.lesions)


def middle(mask: Mask) -> Point:
    y, x = np.nonzero(mask)
    return (float(x.mean()) + 0.5, float(y.mean()) + 0.5)


def box_of(mask: Mask, looseness: float = 0.15) -> tuple[float, float, float, float]:
    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    across, down = looseness * width, looseness * height
    return (x - across, y - down, x + width + across, y + height + down)


def painted(size: int = 240) -> tuple[Pixels, Mask]:
    """Return a flat red ellipse with a bump on flat skin, slightly noisy, and its mask."""
    rows, columns = np.mgrid[:size, :size] + 0.5
    mask = ((columns - 110) / 50) ** 2 + ((rows - 120) / 35) ** 2 < 1
    mask |= (columns - 172) ** 2 + (rows - 120) ** 2 < 18**2
    pixels = np.where(mask[..., None], (160, 60, 55), (205, 160, 140)).astype(np.float64)
    pixels += np.random.default_rng(3).normal(0, 4, pixels.shape)
    return np.clip(cv2.GaussianBlur(pixels, (0, 0), 1), 0, 255).astype(np.uint8), mask


# --- boxes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tone", [0.1, 0.5, 0.85])
@pytest.mark.parametrize("eschar", [0.0, 0.8])
def test_a_loose_box_finds_the_wound(tone: float, eschar: float) -> None:
    pixels, (wound,) = skin(500, tone=tone, eschar=eschar)

    (outline,) = refine_outline(pixels, box=box_of(wound), start=())

    # A black scab stands out more than the thin rim round it that belongs to the wound as well.
    assert dice(outline_mask(outline, wound.shape), wound) > (0.87 if eschar else 0.93)
    assert outline.source is OutlineSource.GUIDED


def test_a_box_replaces_what_lies_in_it_and_leaves_the_rest_identical() -> None:
    pixels, (left, right) = skin(300, 200)
    start = refine_outline(pixels, include=[middle(left), middle(right)], start=())
    assert len(start) == 2

    after = refine_outline(pixels, box=box_of(right, 0.3), start=start)

    assert after[0] is start[0]
    assert len(after) == 2
    assert dice(outline_mask(after[1], right.shape), right) > 0.9


def test_a_box_in_an_outline_that_is_far_too_large_replaces_it() -> None:
    pixels, (wound,) = skin(500)
    far_too_much = cv2.dilate(wound.astype(np.uint8), np.ones((181, 181), np.uint8)) > 0
    (start,) = outlines_from_mask(far_too_much)
    assert int(far_too_much.sum()) > 4 * int(wound.sum())

    (outline,) = refine_outline(pixels, box=box_of(wound), start=(start,))

    assert dice(outline_mask(outline, wound.shape), wound) > 0.9


def test_the_corners_of_a_box_may_come_in_any_order_and_stick_out() -> None:
    pixels, (wound,) = skin(500)
    x0, y0, x1, y1 = box_of(wound)

    upright = refine_outline(pixels, box=(x0, y0, x1, y1), start=())
    turned = refine_outline(pixels, box=(x1, y1, x0, y0), start=())
    refine_outline(pixels, box=(-50, -50, 1e6, 1e6), start=())

    assert turned == upright


@pytest.mark.parametrize("box", [(5, 5, 5, 5), (-90, -90, -10, -10), (10, 10, 11, 300)])
def test_a_box_round_nothing_is_refused(box: tuple[float, float, float, float]) -> None:
    pixels, _ = skin(500)

    with pytest.raises(OutlineNotFound):
        refine_outline(pixels, box=box, start=())


# --- clicks on new places ------------------------------------------------------------------------


@pytest.mark.parametrize("area_mm2", [60, 400, 1500])
def test_one_click_finds_a_wound_of_any_size(area_mm2: float) -> None:
    pixels, (wound,) = skin(area_mm2)

    (outline,) = refine_outline(pixels, include=[middle(wound)], start=())

    assert dice(outline_mask(outline, wound.shape), wound) > 0.85


def test_clicks_in_separate_places_give_separate_lesions() -> None:
    pixels, (left, right) = skin(300, 200)

    outlines = refine_outline(pixels, include=[middle(left), middle(right)], start=())

    assert len(outlines) == 2
    masks = [outline_mask(outline, left.shape) for outline in outlines]
    assert dice(masks[0], left) > 0.85
    assert dice(masks[1], right) > 0.85
    assert not (masks[0] & masks[1]).any()


def test_a_click_outside_the_photograph_is_refused() -> None:
    pixels, _ = skin(500)

    with pytest.raises(OutlineNotFound):
        refine_outline(pixels, include=[(5000, 5)], start=())


def test_no_gesture_on_nothing_finds_nothing() -> None:
    pixels, _ = skin(500)

    with pytest.raises(OutlineNotFound):
        refine_outline(pixels, start=())


def test_no_start_stands_for_the_automatic_proposal() -> None:
    pixels, _ = skin(300, 200)
    proposed = propose_outlines(pixels)
    assert proposed

    assert refine_outline(pixels) == proposed


# --- corrections ---------------------------------------------------------------------------------


def ellipse_outline(a: float = 50, b: float = 35) -> Outline:
    turn = np.linspace(0, 2 * math.pi, 60, endpoint=False)
    points = zip((110 + a * np.cos(turn)).tolist(), (120 + b * np.sin(turn)).tolist(), strict=True)
    return Outline(outer=tuple(points), source=OutlineSource.DRAWN, confidence=0.5)


def test_an_include_click_inside_changes_nothing() -> None:
    pixels, _ = painted()
    start = ellipse_outline()

    (after,) = refine_outline(pixels, include=[(100, 118)], start=[start])

    assert after is start


def test_an_include_click_beside_takes_in_the_missing_part() -> None:
    pixels, wound = painted()
    start = ellipse_outline()
    before = dice(outline_mask(start, wound.shape), wound)

    (after,) = refine_outline(pixels, include=[(175, 120)], start=[start])

    mask = outline_mask(after, wound.shape)
    assert before < 0.95
    assert dice(mask, wound) > before + 0.03
    assert mask[120, 175]
    assert after.source is OutlineSource.GUIDED
    assert after.confidence is None


@pytest.mark.parametrize(
    ("include", "exclude"), [([(175, 120)], []), ([], [(64, 120)])], ids=["include", "exclude"]
)
def test_a_proposal_that_a_click_corrected_is_a_proposal_no_more(
    include: list[Point], exclude: list[Point]
) -> None:
    pixels, _ = painted()
    proposed = replace(ellipse_outline(), source=OutlineSource.PROPOSED, edge_sd_px=2.5)

    (after,) = refine_outline(pixels, include, exclude, start=[proposed])

    assert (after.source, after.confidence) == (OutlineSource.GUIDED, None)
    assert after.edge_sd_px == 2.5  # most of its edge is where the program put it


def test_points_of_a_mended_ring_away_from_the_click_stay_bit_for_bit() -> None:
    pixels, _ = painted()
    start = ellipse_outline()

    (after,) = refine_outline(pixels, include=[(175, 120)], start=[start])

    far = {point for point in start.outer if point[0] < 110}
    assert len(far) > 20
    assert far <= set(after.outer)


def test_an_exclude_click_takes_out_a_lobe() -> None:
    pixels, wound = painted()
    too_tall = ellipse_outline(50, 60)
    before = dice(outline_mask(too_tall, wound.shape), wound)

    after = refine_outline(pixels, exclude=[(110, 168)], start=[too_tall])

    mask = union_mask(after, wound.shape)
    assert not mask[168, 110]
    assert dice(mask, wound) > before
    assert len(after) == 1


def test_an_exclude_click_leaves_no_crumbs_that_would_each_be_a_lesion() -> None:
    rows, columns = np.mgrid[:300, :400] + 0.5
    wound = ((columns - 130) / 80) ** 2 + ((rows - 150) / 60) ** 2 < 1
    skin_too = (columns - 240) ** 2 + (rows - 150) ** 2 < 45**2
    red = wound.copy()
    for angle in np.linspace(-2, 2, 6):
        x, y = 240 + 36 * math.cos(angle), 150 + 36 * math.sin(angle)
        red |= (columns - x) ** 2 + (rows - y) ** 2 < 4.5**2
    pixels = np.where(red[..., None], (160, 60, 55), (205, 160, 140)).astype(np.float64)
    pixels += np.random.default_rng(3).normal(0, 4, pixels.shape)
    spotted = np.clip(cv2.GaussianBlur(pixels, (0, 0), 1), 0, 255).astype(np.uint8)

    outlines = refine_outline(
        spotted, exclude=[(248, 150)], start=outlines_from_mask(wound | skin_too)
    )

    (outline,) = outlines
    assert dice(outline_mask(outline, (300, 400)), wound) > 0.97


def test_an_exclude_click_in_the_middle_leaves_an_island_of_skin() -> None:
    rows, columns = np.mgrid[:240, :240] + 0.5
    away = np.hypot(columns - 120, rows - 120)
    wound = (away < 80) & (away > 25)
    pixels = np.where(wound[..., None], (160, 60, 55), (205, 160, 140)).astype(np.uint8)
    pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1), dtype=np.uint8)
    turn = np.linspace(0, 2 * math.pi, 90, endpoint=False)
    ring = tuple(
        zip((120 + 80 * np.cos(turn)).tolist(), (120 + 80 * np.sin(turn)).tolist(), strict=True)
    )

    (after,) = refine_outline(pixels, exclude=[(120, 120)], start=[Outline(outer=ring)])

    assert len(after.islands) == 1
    assert after.outer == ring
    assert dice(outline_mask(after, wound.shape), wound) > 0.93


def test_an_exclude_click_removes_an_outline_on_plain_skin() -> None:
    pixels, _ = painted()
    false = Outline(outer=((20.0, 20.0), (50.0, 20.0), (50.0, 50.0), (20.0, 50.0)))
    right = ellipse_outline()

    after = refine_outline(pixels, exclude=[(35, 35)], start=[false, right])

    assert after == (right,)
    with pytest.raises(OutlineNotFound):
        refine_outline(pixels, exclude=[(35, 35)], start=[false])


def test_an_exclude_click_on_plain_skin_changes_nothing() -> None:
    pixels, _ = painted()
    start = ellipse_outline()

    (after,) = refine_outline(pixels, exclude=[(20, 20)], start=[start])

    assert after is start


@pytest.mark.parametrize("away_px", [11, 23, 43, 47])
def test_a_click_on_skin_beside_an_outline_joins_it_and_makes_no_lesion_of_its_own(
    away_px: float,
) -> None:
    rows, columns = np.mgrid[:480, :640] + 0.5
    wound = ((columns - 240) / 100) ** 2 + ((rows - 240) / 80) ** 2 < 1
    pixels = np.where(wound[..., None], (160, 60, 55), (205, 160, 140)).astype(np.float64)
    pixels += np.random.default_rng(3).normal(0, 4, pixels.shape)
    red = np.clip(cv2.GaussianBlur(pixels, (0, 0), 1), 0, 255).astype(np.uint8)

    after = refine_outline(red, include=[(340.5 + away_px, 240.5)], start=outlines_from_mask(wound))

    assert len(after) == 1


def test_a_click_in_another_lesion_makes_no_spot_of_this_one_there() -> None:
    pixels, _ = painted()
    start = ellipse_outline()
    beside = Outline(outer=((172.0, 100.0), (212.0, 100.0), (212.0, 140.0), (172.0, 140.0)))

    after = refine_outline(pixels, include=[(165, 120), (176, 120)], start=[start, beside])

    assert len(after) == 2
    assert after[1] is beside


@pytest.mark.parametrize("point", [(175, 120), (30, 30)], ids=["beside an outline", "elsewhere"])
def test_a_click_takes_in_nothing_of_a_card(point: Point, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels, wound = painted()
    red = pixels.copy()
    red[10:50, 10:80] = (160, 60, 55)
    card = Outline(outer=((183.0, 90.0), (230.0, 90.0), (230.0, 150.0), (183.0, 150.0)))
    other = Outline(outer=((40.0, 5.0), (85.0, 5.0), (85.0, 55.0), (40.0, 55.0)))
    monkeypatch.setattr(gesture, "card_outlines", lambda _: [card, other])

    after = refine_outline(red, include=[point], start=[ellipse_outline()])

    found = union_mask(after, wound.shape)
    assert found[int(point[1]), int(point[0])]
    assert not (found & union_mask([card, other], wound.shape)).any()


def test_an_outline_ends_at_the_photograph_s_border() -> None:
    rows, columns = np.mgrid[:240, :320] + 0.5
    wound = (columns / 60) ** 2 + ((rows - 225) / 70) ** 2 < 1
    pixels = np.where(wound[..., None], (160, 60, 55), (205, 160, 140)).astype(np.float64)
    pixels += np.random.default_rng(3).normal(0, 4, pixels.shape)
    cut = np.clip(pixels, 0, 255).astype(np.uint8)

    for gestures in ({"box": (-40, 140, 75, 280)}, {"include": [(2, 238)]}):
        for outline in refine_outline(cut, start=(), **gestures):
            ring = np.asarray(outline.outer)
            assert (ring > -0.1).all()
            assert (ring < (320.1, 240.1)).all()


@pytest.mark.parametrize("seed", range(6))
def test_clicked_pixels_always_end_up_as_asked(seed: int) -> None:
    pixels, wound = painted()
    generator = np.random.default_rng(seed)
    points = [(float(x), float(y)) for x, y in generator.uniform(5, 235, (6, 2))]
    include, exclude = points[:3], points[3:]

    outlines = refine_outline(pixels, include, exclude, start=[ellipse_outline()])

    mask = union_mask(outlines, wound.shape)
    assert all(mask[math.floor(y), math.floor(x)] for x, y in include)
    assert not any(mask[math.floor(y), math.floor(x)] for x, y in exclude)


def test_outside_the_window_of_a_click_no_pixel_changes() -> None:
    pixels, (left, right) = skin(700, 200)
    start = refine_outline(pixels, include=[middle(left), middle(right)], start=())
    before = union_mask(start, left.shape)
    x, y, width, height = cv2.boundingRect(outline_mask(start[0], left.shape).astype(np.uint8))
    point = (x + width + 4.0, y + height / 2)

    after = union_mask(refine_outline(pixels, include=[point], start=start), left.shape)

    rows, columns = np.mgrid[: left.shape[0], : left.shape[1]]
    far = np.hypot(columns - point[0], rows - point[1]) > width
    assert far[before].any()
    np.testing.assert_array_equal(after[far], before[far])


def test_the_same_gestures_give_the_same_outlines() -> None:
    pixels, (wound,) = skin(400)
    x, y = middle(wound)

    once = refine_outline(pixels, [(x, y)], [(x + 90, y)], start=())
    cv2.setRNGSeed(77)
    again = refine_outline(pixels, [(x, y)], [(x + 90, y)], start=())

    assert again == once


def test_the_edge_follows_the_photograph_and_not_the_working_pixels() -> None:
    pixels, (wound,) = skin(700, size=1600)

    (outline,) = refine_outline(pixels, box=box_of(wound), start=())

    # The wound is some 270 px wide and solved on a window of 104.
    assert dice(outline_mask(outline, wound.shape), wound) > 0.96
    assert 20 < len(outline.outer) < 300


def test_the_method_says_what_made_an_outline(is_with_network: bool) -> None:
    known = dict(outline_method().parameters)
    if is_with_network:
        assert outline_method().name == "guided-network"
        assert len(str(known["network_sha256"])) == 64
    else:
        assert outline_method().name == "guided-grabcut"
        assert known["box_side_px"] == 104
