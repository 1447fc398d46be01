from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from woundtrack.imaging import outline_mask, outlines_from_mask
from woundtrack.imaging.outline import (
    as_ring,
    ring_length,
    shoelace,
    simplified,
    smooth_outlines,
    union_mask,
    unstepped,
)
from woundtrack.model import Outline, OutlineSource

Mask = npt.NDArray[np.bool_]

masks = st.tuples(st.integers(1, 24), st.integers(1, 24)).flatmap(
    lambda shape: arrays.arrays(np.bool_, shape)
)


def disc(radius: float, x: float, y: float, size: int) -> Mask:
    rows, columns = np.mgrid[:size, :size] + 0.5
    return np.asarray((columns - x) ** 2 + (rows - y) ** 2 < radius**2)


@given(mask=masks)
def test_a_mask_comes_back_from_its_outlines_unchanged(mask: Mask) -> None:
    outlines = outlines_from_mask(mask, min_px=1)

    np.testing.assert_array_equal(union_mask(outlines, mask.shape), mask)


@given(mask=masks)
def test_ring_areas_are_the_number_of_pixels_exactly(mask: Mask) -> None:
    outlines = outlines_from_mask(mask, min_px=1)

    rings = [shoelace(np.asarray(r)) for o in outlines for r in (o.outer, *o.islands)]
    assert sum(rings) == np.count_nonzero(mask)


@given(mask=masks)
def test_every_8_connected_part_is_one_outline(mask: Mask) -> None:
    measure = pytest.importorskip("skimage.measure")

    outlines = outlines_from_mask(mask, min_px=1)

    assert len(outlines) == measure.label(mask, connectivity=2).max()


def test_rings_run_along_pixel_edges_with_corners_alone() -> None:
    mask = np.zeros((10, 12), dtype=bool)
    mask[2:6, 3:10] = True

    (outline,) = outlines_from_mask(mask, min_px=1)

    assert sorted(outline.outer) == [(3.0, 2.0), (3.0, 6.0), (10.0, 2.0), (10.0, 6.0)]
    assert outline.source is OutlineSource.GIVEN


def test_two_pixels_that_touch_at_a_corner_are_one_lesion() -> None:
    mask = np.array([[True, False], [False, True]])

    outlines = outlines_from_mask(mask, min_px=1)

    assert len(outlines) == 1
    np.testing.assert_array_equal(outline_mask(outlines[0], (2, 2)), mask)


def test_a_hole_is_an_island_and_a_part_within_it_is_another_lesion() -> None:
    mask = np.zeros((30, 30), dtype=bool)
    mask[2:28, 2:28] = True
    mask[8:22, 8:22] = False
    mask[12:18, 12:18] = True

    outlines = outlines_from_mask(mask)

    assert [len(outline.islands) for outline in outlines] == [1, 0]
    assert abs(shoelace(np.asarray(outlines[0].islands[0]))) == 14 * 14


def test_parts_of_fewer_than_30_pixels_are_left_out() -> None:
    mask = np.zeros((20, 40), dtype=bool)
    mask[2:7, 2:8] = True  # 30
    mask[10:15, 20:26] = True
    mask[10, 20] = False  # 29

    outlines = outlines_from_mask(mask)

    assert len(outlines) == 1
    assert outlines[0].centre == (5.0, 4.5)


def test_bigger_lesions_come_first() -> None:
    mask = disc(8, 12, 12, 80) | disc(20, 50, 50, 80)

    outlines = outlines_from_mask(mask)

    assert [round(outline.centre[0]) for outline in outlines] == [50, 12]


def test_a_mask_of_0_and_255_means_the_same_as_a_bool_one() -> None:
    mask = disc(9.5, 15, 16, 32)

    assert outlines_from_mask(mask.astype(np.uint8) * 255) == outlines_from_mask(mask)


def test_an_empty_mask_has_no_outlines() -> None:
    assert outlines_from_mask(np.zeros((5, 5), dtype=bool)) == ()


def test_a_pixel_belongs_when_its_centre_is_inside() -> None:
    outline = Outline(outer=((0.6, 0.4), (2.6, 0.4), (2.6, 1.6), (0.6, 1.6)))

    mask = outline_mask(outline, (3, 4))

    expected = [[False, True, True, False], [False, True, True, False], [False] * 4]
    assert mask.tolist() == expected


def test_what_lies_outside_the_photograph_is_dropped() -> None:
    outline = Outline(outer=((-5.0, -5.0), (2.0, -5.0), (2.0, 50.0), (-5.0, 50.0)))

    mask = outline_mask(outline, (3, 4))

    assert mask.tolist() == [[True, True, False, False]] * 3


def test_a_ring_that_crosses_itself_is_filled_by_the_even_odd_rule() -> None:
    crossed = ((0.0, 0.0), (10.0, 10.0), (10.0, 0.0), (0.0, 10.0))

    mask = outline_mask(Outline(outer=crossed), (10, 10))

    assert mask[5, 1]
    assert mask[5, 8]
    assert not mask[1, 5]
    assert not mask[8, 5]


@pytest.mark.parametrize("radius", [10, 20, 50, 200])
def test_a_smooth_ring_has_the_area_of_its_mask(radius: int) -> None:
    mask = disc(radius, radius + 3.2, radius + 3.7, 2 * radius + 8)

    (outline,) = smooth_outlines(mask)

    area = abs(shoelace(np.asarray(outline.outer)))
    assert area == pytest.approx(np.count_nonzero(mask), rel=1e-3)
    assert len(outline.outer) < 6 * math.sqrt(radius) + 10


def test_a_smooth_ring_stays_within_a_pixel_of_the_mask() -> None:
    mask = disc(40, 50, 50, 100) & ~disc(25, 80, 30, 100)

    (outline,) = smooth_outlines(mask)

    assert np.count_nonzero(outline_mask(outline, mask.shape) != mask) < 0.3 * 2 * math.pi * 40


@pytest.mark.parametrize("angle_deg", [0, 11, 22.5, 30, 45, 67])
@pytest.mark.parametrize(("major", "minor"), [(40, 20), (60, 12), (150, 60)])
def test_the_staircase_is_off_an_ellipses_ring(major: int, minor: int, angle_deg: float) -> None:
    rows, columns = np.mgrid[:400, :400] + 0.5 - 200.3
    turn = math.radians(angle_deg)
    along = columns * math.cos(turn) + rows * math.sin(turn)
    across = rows * math.cos(turn) - columns * math.sin(turn)
    mask = (along / major) ** 2 + (across / minor) ** 2 < 1

    (outline,) = outlines_from_mask(mask)

    # Ramanujan's second formula for an ellipse's circumference (1914), exact to 1e-5 here.
    h = ((major - minor) / (major + minor)) ** 2
    true = math.pi * (major + minor) * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))
    assert ring_length(unstepped(np.asarray(outline.outer))) == pytest.approx(true, rel=0.005)


@given(
    radius=st.floats(15, 60),
    stretch=st.floats(0.5, 1),
    tolerance=st.floats(0.2, 1.0),
)
@settings(max_examples=30)
def test_fewer_points_leave_the_area_as_it_was(
    radius: float, stretch: float, tolerance: float
) -> None:
    turn = np.linspace(0, 2 * math.pi, 400, endpoint=False)
    ring = np.column_stack((radius * np.cos(turn), stretch * radius * np.sin(turn)))

    fewer = simplified(ring, tolerance)

    assert len(fewer) < 100
    assert shoelace(fewer) == pytest.approx(shoelace(ring), rel=1e-4)
    assert len(as_ring(fewer)) == len(fewer)
