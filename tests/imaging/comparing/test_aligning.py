"""Visits laid on each other: by landmarks, the head, the outlines' middles. Numbers by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from woundtrack.imaging.comparing.aligning import LaidBy, Layout, Sight, lay_out
from woundtrack.imaging.geometry.limb import seen_from_skin
from woundtrack.model import Calibration, Limb, Outline, Point

LIMB = Limb(
    radius_mm=48.0,
    radius_sd_mm=0.5,
    axis_deg=70.0,
    origin_mm=(90.0, 12.0),
    focal_px=1300.0,
    focal_spread=0.03,
    centre_px=(816.0, 612.0),
    lens_k1=0.01,
    unround=(0.0, 0.0),
    rotation=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    shift_mm=(5.0, -4.0, 210.0),
)


def calibration(px_per_mm: float = 10.0, limb: Limb | None = None) -> Calibration:
    scale = 1 / px_per_mm
    return Calibration(
        method="test",
        homography=((scale, 0.0, 0.0), (0.0, scale, 0.0), (0.0, 0.0, 1.0)),
        cards=(),
        mm_per_px=scale,
        tilt_deg=0.0,
        residual_mm=0.0,
        limb=limb,
    )


def square(left: float, top: float, side: float) -> Outline:
    right, bottom = left + side, top + side
    return Outline(outer=((left, top), (right, top), (right, bottom), (left, bottom)))


def sight(
    landmarks: dict[int, Point] | None = None,
    *,
    parts: tuple[Outline, ...] = (),
    px_per_mm: float = 10.0,
    head_deg: float | None = None,
) -> Sight:
    return Sight(
        calibration=calibration(px_per_mm),
        middle_px=(400.0, 300.0),
        parts=parts,
        head_deg=head_deg,
        landmarks=landmarks or {},
    )


def apart_mm(layout: Layout, number: int) -> float:
    one, other = (marks[number] for marks in layout.landmarks_mm[:2])
    return float(np.hypot(*(one - other)))


def test_a_turned_and_shifted_photograph_is_laid_exactly_on_the_other() -> None:
    # The second camera was rolled by a quarter turn and stood elsewhere: (x, y) → (500 − y, x).
    first = {1: (100.0, 100.0), 2: (300.0, 100.0), 3: (100.0, 400.0)}
    second = {number: (500.0 - y, x) for number, (x, y) in first.items()}

    layout = lay_out([sight(first), sight(second)])

    assert [apart_mm(layout, number) for number in (1, 2, 3)] == pytest.approx([0, 0, 0], abs=1e-9)
    assert layout.laid[0].by is LaidBy.LANDMARKS
    turn = math.degrees(layout.laid[1].turn_rad - layout.laid[0].turn_rad)
    assert turn == pytest.approx(-90)


def test_photographs_of_different_scale_are_laid_without_being_stretched() -> None:
    near = {1: (0.0, 0.0), 2: (400.0, 0.0)}  # 40 mm at 10 px a millimetre
    far = {1: (50.0, 80.0), 2: (250.0, 80.0)}  # 40 mm at 5 px a millimetre

    layout = lay_out([sight(near), sight(far, px_per_mm=5.0)])

    assert apart_mm(layout, 1) == pytest.approx(0, abs=1e-9)
    assert apart_mm(layout, 2) == pytest.approx(0, abs=1e-9)


def test_what_remains_between_landmarks_is_told_in_millimetres() -> None:
    # 20 mm from each other in one, 22 mm in the other: the middles meet, either misses by 1 mm.
    layout = lay_out(
        [
            sight({1: (0.0, 0.0), 2: (200.0, 0.0)}),
            sight({1: (0.0, 0.0), 2: (220.0, 0.0)}),
        ]
    )

    agreement = layout.agreement(0, 1)

    assert agreement is not None
    assert agreement.count == 2
    assert agreement.residual_mm == pytest.approx(1.0)


def test_the_error_to_be_expected_at_the_edge_is_as_computed_by_hand() -> None:
    # Squares of the misses 2 mm², one left over by turn and shift; a pick's spread counts as four
    # of 2 × 0.75² = 1.125 mm²: (4 × 1.125 + 2) / (4 + 1) = 1.3 mm². The mean places are 10.5 mm
    # either way of their middle: 2 × 10.5² = 220.5 mm². Without outlines the edge are the landmarks
    # themselves, 110.25 mm² away: √(1.3 × (2/2 + 110.25/220.5)) = √1.95 as a root of the mean
    # square. Of a normal error in the plane 95 % lie within √(ln 20) = 1.7308 times that: 2.417.
    layout = lay_out(
        [
            sight({1: (0.0, 0.0), 2: (200.0, 0.0)}),
            sight({1: (0.0, 0.0), 2: (220.0, 0.0)}),
        ]
    )

    agreement = layout.agreement(0, 1)

    assert agreement is not None
    assert agreement.error_mm == pytest.approx(2.417, abs=1e-3)


def test_landmarks_far_from_the_lesion_promise_less_than_those_round_it() -> None:
    wound = (square(300.0, 300.0, 200.0),)
    round_it = {1: (250.0, 400.0), 2: (550.0, 400.0), 3: (400.0, 550.0)}
    beside = {number: (x + 900.0, y) for number, (x, y) in round_it.items()}

    near = lay_out([sight(round_it, parts=wound)] * 2).agreement(0, 1)
    far = lay_out([sight(beside, parts=wound)] * 2).agreement(0, 1)

    assert near is not None
    assert far is not None
    assert near.residual_mm == far.residual_mm == pytest.approx(0, abs=1e-9)
    assert far.error_mm > 3 * near.error_mm


def test_one_landmark_or_two_that_touch_line_nothing_up() -> None:
    one = lay_out([sight({1: (0.0, 0.0)}), sight({1: (9.0, 9.0)})])
    touching = {1: (0.0, 0.0), 2: (49.0, 0.0)}  # 4.9 mm
    two = lay_out([sight(touching), sight(touching)])

    assert one.agreement(0, 1) is None
    assert two.agreement(0, 1) is None
    assert two.laid[0].by is LaidBy.PICTURE


def test_visits_hang_together_by_way_of_a_third() -> None:
    first = sight({1: (0.0, 0.0), 2: (300.0, 0.0)})
    middle = sight({1: (10.0, 0.0), 2: (310.0, 0.0), 3: (10.0, 300.0), 4: (310.0, 300.0)})
    last = sight({3: (0.0, 320.0), 4: (300.0, 320.0)})

    layout = lay_out([first, middle, last])

    agreement = layout.agreement(0, 2)
    steps = [layout.agreement(0, 1), layout.agreement(1, 2)]
    assert agreement is not None
    assert agreement.by_way_of_others
    assert agreement.count == 0
    assert agreement.error_mm == pytest.approx(
        math.hypot(*(step.error_mm for step in steps if step is not None))
    )
    # Of the first photograph (0, 0) is 1 mm left of the middle one's, whose (1, 30) mm is the
    # last's (0, 32) mm: where the last has (0, 2) mm is the first's (0, 0).
    first_at = layout.laid[0].placed(np.array([[0.0, 0.0]]))
    last_at = layout.laid[2].placed(np.array([[0.0, 2.0]]))
    assert first_at == pytest.approx(last_at, abs=1e-6)


def test_with_the_head_to_the_right_of_a_picture_the_skin_is_turned_head_up() -> None:
    outline = square(300.0, 200.0, 100.0)  # its middle at (35, 25) mm

    laid = lay_out([sight(parts=(outline,), head_deg=90.0)]).laid[0]

    assert laid.by is LaidBy.HEAD
    towards_head = laid.placed(np.array([[45.0, 25.0]]))[0]  # 10 mm right of the middle
    assert towards_head == pytest.approx([0.0, -10.0], abs=1e-9)


def test_without_landmarks_the_middles_of_the_outlines_lie_on_each_other() -> None:
    layout = lay_out(
        [
            sight(parts=(square(300.0, 200.0, 100.0),)),
            sight(parts=(square(20.0, 40.0, 60.0),), px_per_mm=5.0),
        ]
    )

    middles = [np.concatenate(edges) for edges in layout.edges_mm]
    assert layout.agreement(0, 1) is None
    assert [laid.by for laid in layout.laid] == [LaidBy.PICTURE, LaidBy.PICTURE]
    for edge in middles:
        assert (edge.min(axis=0) + edge.max(axis=0)) / 2 == pytest.approx([0, 0], abs=1e-9)
    assert np.ptp(middles[0], axis=0) == pytest.approx([10, 10])
    assert np.ptp(middles[1], axis=0) == pytest.approx([12, 12])


def test_the_head_of_one_visit_turns_all_that_hang_on_it() -> None:
    first = {1: (100.0, 100.0), 2: (300.0, 100.0), 3: (100.0, 400.0)}
    upside_down = {number: (600.0 - x, 600.0 - y) for number, (x, y) in first.items()}

    layout = lay_out([sight(first, head_deg=0.0), sight(upside_down)])

    assert math.degrees(layout.laid[0].turn_rad) == pytest.approx(0, abs=1e-9)
    assert abs(math.degrees(layout.laid[1].turn_rad)) == pytest.approx(180)


def test_on_a_limb_landmarks_are_laid_on_the_unrolled_skin() -> None:
    # The same skin, 20 and 15 mm of it round the limb and along, once flat and once round.
    skin = np.array([[90.0, 12.0], [110.0, 12.0], [90.0, 27.0]])
    seen = seen_from_skin(LIMB, skin)
    bent = Sight(
        calibration=calibration(limb=LIMB),
        middle_px=(816.0, 612.0),
        landmarks={number: (float(x), float(y)) for number, (x, y) in enumerate(seen, start=1)},
    )
    flat = sight({1: (0.0, 0.0), 2: (200.0, 0.0), 3: (0.0, 150.0)})

    agreement = lay_out([bent, flat]).agreement(0, 1)

    assert agreement is not None
    assert agreement.residual_mm == pytest.approx(0, abs=1e-3)


def test_going_to_the_common_skin_and_back_ends_where_it_began() -> None:
    layout = lay_out(
        [
            sight({1: (100.0, 100.0), 2: (320.0, 90.0)}),
            sight({1: (500.0, 500.0), 2: (480.0, 290.0)}, head_deg=200.0),
        ]
    )
    places = np.array([[1.0, 2.0], [-30.0, 4.5]])

    assert layout.laid[1].taken_back(layout.laid[1].placed(places)) == pytest.approx(places)


@pytest.mark.parametrize("count", [3, 4])
@pytest.mark.parametrize("wrong", [1, 2, 3])
def test_a_landmark_that_is_another_place_is_named(count: int, wrong: int) -> None:
    true = {1: (100.0, 100.0), 2: (500.0, 120.0), 3: (130.0, 450.0), 4: (480.0, 430.0)}
    first = {number: true[number] for number in range(1, count + 1)}
    x, y = first[wrong]
    second = {**first, wrong: (x - 60.0, y + 80.0)}  # 10 mm away

    layout = lay_out([sight(first), sight(second)])

    found = layout.misplaced(0, 1)
    assert found is not None
    assert found[0] == wrong
    assert found[1] == pytest.approx(10.0)


def test_landmarks_clicked_a_little_off_are_all_the_same_places() -> None:
    first = {1: (100.0, 100.0), 2: (500.0, 120.0), 3: (130.0, 450.0), 4: (480.0, 430.0)}
    second = {1: (108.0, 95.0), 2: (493.0, 126.0), 3: (136.0, 441.0), 4: (472.0, 437.0)}

    assert lay_out([sight(first), sight(second)]).misplaced(0, 1) is None


def test_two_landmarks_can_not_tell_which_of_them_is_wrong() -> None:
    first, second = {1: (0.0, 0.0), 2: (300.0, 0.0)}, {1: (0.0, 0.0), 2: (600.0, 0.0)}

    assert lay_out([sight(first), sight(second)]).misplaced(0, 1) is None
