from __future__ import annotations

import math

import numpy as np
import pytest

from woundtrack.errors import EditImpossible
from woundtrack.imaging.drawing.strokes import (
    brushed,
    edge_distance,
    erased,
    lassoed,
    merged,
    rerouted,
    split,
    traced,
    without_island,
)
from woundtrack.imaging.outline import area_px, outline_mask, union_mask
from woundtrack.model import Outline, OutlineSource

SHAPE = (400, 500)


def disc(x: float, y: float, radius: float, *, points: int = 90) -> Outline:
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    ring = tuple(
        (x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in turn.tolist()
    )
    return Outline(outer=ring, source=OutlineSource.GUIDED, confidence=0.7)


def square(x: float, y: float, side: float) -> Outline:
    return Outline(outer=((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


def test_the_brush_adds_what_it_goes_over() -> None:
    wound = square(100, 100, 100)

    (found,) = brushed(wound, [(200, 150, 10), (240, 150, 10)], shape=SHAPE)

    # Half of the first disc lies inside; then 40 px of a stroke 20 px wide, and half a disc.
    assert area_px(found) == pytest.approx(100 * 100 + 40 * 20 + math.pi * 100 / 2, rel=0.01)
    assert found.source is OutlineSource.DRAWN
    assert found.confidence is None


def test_the_ring_stays_point_for_point_away_from_the_stroke() -> None:
    wound = disc(200, 200, 80)

    (found,) = brushed(wound, [(285, 200, 12)], shape=SHAPE)

    away = {point for point in wound.outer if math.dist(point, (285, 200)) > 30}
    assert len(away) > 60
    assert away <= set(found.outer)


def test_a_stroke_over_nothing_is_a_lesion_of_its_own() -> None:
    (found,) = brushed(None, [(200, 200, 30)], shape=SHAPE)

    assert area_px(found) == pytest.approx(math.pi * 30**2, rel=0.02)
    assert found.source is OutlineSource.DRAWN


def test_a_pens_pressure_is_the_strokes_width() -> None:
    (found,) = brushed(None, [(100, 200, 10), (300, 200, 30)], shape=SHAPE)

    mask = outline_mask(found, SHAPE)
    assert np.count_nonzero(mask[:, 110]) == pytest.approx(22, abs=2)
    assert np.count_nonzero(mask[:, 290]) == pytest.approx(58, abs=2)


def test_the_brush_takes_no_pixel_of_another_lesion() -> None:
    wound, other = square(100, 100, 100), square(210, 100, 100)

    found = brushed(wound, [(190, 150, 15), (260, 150, 15)], others=(other,), shape=SHAPE)

    assert not (union_mask(found, SHAPE) & outline_mask(other, SHAPE)).any()


def test_a_stroke_within_the_outline_changes_nothing() -> None:
    wound = disc(200, 200, 80)

    assert brushed(wound, [(200, 200, 20)], shape=SHAPE) == (wound,)


def test_a_stroke_beyond_the_photograph_is_cut_at_its_border() -> None:
    (found,) = brushed(None, [(0, 200, 40), (-80, 200, 40)], shape=SHAPE)

    assert area_px(found) == pytest.approx(math.pi * 40**2 / 2, rel=0.03)
    assert min(x for x, _ in found.outer) >= -0.5


def test_the_eraser_leaves_an_island_within() -> None:
    (found,) = erased(square(100, 100, 100), [(150, 150, 20)], shape=SHAPE)

    assert len(found.islands) == 1
    assert area_px(found) == pytest.approx(100 * 100 - math.pi * 20**2, rel=0.01)


def test_the_eraser_may_leave_two_parts_or_none() -> None:
    wound = square(100, 100, 100)

    parts = erased(wound, [(150, 80, 10), (150, 220, 10)], shape=SHAPE)
    nothing = erased(wound, [(80, 150, 90), (220, 150, 90)], shape=SHAPE)

    assert len(parts) == 2
    assert sum(area_px(part) for part in parts) == pytest.approx(100 * 80, rel=0.01)
    assert nothing == ()


def test_the_lasso_adds_and_takes_away() -> None:
    wound = square(100, 100, 100)
    ring = ((180, 120), (240, 120), (240, 180), (180, 180))

    (more,) = lassoed(wound, ring, adds=True, shape=SHAPE)
    (less,) = lassoed(wound, ring, adds=False, shape=SHAPE)

    assert area_px(more) == pytest.approx(10_000 + 40 * 60, rel=0.01)
    assert area_px(less) == pytest.approx(10_000 - 20 * 60, rel=0.01)


def test_a_lasso_of_two_points_holds_nothing() -> None:
    wound = square(100, 100, 100)

    assert lassoed(wound, ((0, 0), (300, 300)), adds=False, shape=SHAPE) == (wound,)
    assert lassoed(None, ((0, 0), (300, 300)), adds=True, shape=SHAPE) == ()


def test_an_island_is_filled_where_one_points_at_it() -> None:
    (wound,) = erased(square(100, 100, 100), [(150, 150, 20)], shape=SHAPE)

    filled = without_island(wound, (150, 150))

    assert filled.islands == ()
    assert area_px(filled) == pytest.approx(10_000, rel=0.001)
    with pytest.raises(EditImpossible, match="no island"):
        without_island(filled, (150, 150))


def test_a_line_across_splits_a_lesion_in_two() -> None:
    larger, smaller = split(square(100, 100, 100), [(90, 170), (210, 170)], shape=SHAPE)

    assert area_px(larger) == pytest.approx(100 * 69, rel=0.02)
    assert area_px(smaller) == pytest.approx(100 * 29, rel=0.03)


def test_a_line_that_ends_within_splits_nothing() -> None:
    with pytest.raises(EditImpossible, match="side to side"):
        split(square(100, 100, 100), [(90, 150), (150, 150)], shape=SHAPE)


def test_two_lesions_with_a_narrow_gap_become_one() -> None:
    one, other = square(100, 100, 100), square(206, 100, 100)

    whole = merged((one, other), shape=SHAPE)

    assert area_px(whole) == pytest.approx(2 * 10_000 + 6 * 100, rel=0.02)
    assert whole.islands == ()


def test_merging_keeps_the_islands_there_are() -> None:
    (one,) = erased(square(100, 100, 100), [(150, 150, 10)], shape=SHAPE)

    whole = merged((one, square(204, 100, 100)), shape=SHAPE)

    assert len(whole.islands) == 1


def test_lesions_far_apart_stay_two() -> None:
    with pytest.raises(EditImpossible, match="too far apart"):
        merged((square(20, 100, 60), square(300, 100, 60)), shape=SHAPE)


# --- traced edges --------------------------------------------------------------------------------


def test_a_ring_traced_over_an_outline_takes_its_place_and_keeps_its_islands() -> None:
    (wound,) = erased(disc(200, 200, 80), [(200, 200, 15)], shape=SHAPE)

    (found,) = traced(wound, disc(210, 200, 60).outer, shape=SHAPE)

    assert area_px(found) == pytest.approx(math.pi * (60**2 - 15**2), rel=0.01)
    assert len(found.islands) == 1
    assert found.source is OutlineSource.DRAWN


def test_a_ring_traced_within_an_outline_takes_its_place_and_one_over_its_edge_is_added() -> None:
    wound = disc(200, 200, 80)

    (smaller,) = traced(wound, disc(200, 200, 30).outer, shape=SHAPE)
    (with_bay,) = traced(wound, disc(280, 200, 20).outer, shape=SHAPE)

    assert area_px(smaller) == pytest.approx(math.pi * 30**2, rel=0.01)
    assert area_px(with_bay) > area_px(wound) + 300


def test_a_ring_traced_beside_an_outline_is_one_more() -> None:
    wound = disc(100, 200, 50)

    found = traced(wound, disc(350, 200, 40).outer, shape=SHAPE)

    assert found[0] is wound
    assert area_px(found[1]) == pytest.approx(math.pi * 40**2, rel=0.01)


def test_a_traced_ring_stops_at_another_lesion() -> None:
    other = square(250, 150, 100)

    (found,) = traced(None, disc(220, 200, 60).outer, others=(other,), shape=SHAPE)

    shared = outline_mask(found, SHAPE) & outline_mask(other, SHAPE)
    assert np.count_nonzero(shared) <= 4  # where the two edges part, a corner is rounded


def test_a_line_from_edge_to_edge_replaces_the_stretch_between_and_nothing_else() -> None:
    wound = disc(200, 200, 80, points=180)
    line = [(273.0, 168.0), (310.0, 180.0), (310.0, 220.0), (273.0, 232.0)]

    (found,) = rerouted(wound, line, shape=SHAPE)

    assert outline_mask(found, SHAPE)[200, 305]
    assert area_px(found) > area_px(wound) + 1000
    kept = [point for point in wound.outer if point[0] < 260]
    assert set(kept) <= set(found.outer)


def test_it_is_the_same_stretch_whichever_way_the_line_is_drawn() -> None:
    wound = disc(200, 200, 80, points=180)
    line = [(273.0, 168.0), (240.0, 180.0), (240.0, 220.0), (273.0, 232.0)]

    (one,) = rerouted(wound, line, shape=SHAPE)
    (other,) = rerouted(wound, line[::-1], shape=SHAPE)

    assert area_px(one) < area_px(wound) - 1000
    assert area_px(one) == pytest.approx(area_px(other), rel=1e-3)


def test_the_edge_of_an_island_can_be_replaced_too() -> None:
    (wound,) = erased(disc(200, 200, 80), [(200, 200, 30)], shape=SHAPE)
    line = [(226.0, 185.0), (250.0, 190.0), (250.0, 210.0), (226.0, 215.0)]

    (found,) = rerouted(wound, line, shape=SHAPE)

    assert not outline_mask(found, SHAPE)[200, 245]
    assert found.outer == wound.outer


def test_how_far_a_point_is_from_the_edge() -> None:
    wound = square(100, 100, 100)

    assert edge_distance(wound, (150.0, 90.0)) == pytest.approx(10.0)
    assert edge_distance(wound, (150.0, 130.0)) == pytest.approx(30.0)
