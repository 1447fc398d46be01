"""Lesions are told apart by size, shape and where they lie to each other, however turned."""

from __future__ import annotations

import cmath
import math
from dataclasses import replace

import numpy as np
import pytest

from tests.workflow.test_identity import FLAT
from woundtrack.model import Outline
from woundtrack.workflow.constellation import explain
from woundtrack.workflow.likeness import Seen
from woundtrack.workflow.same_day import Shot, as_sure_as_right, explain_day
from woundtrack.workflow.spots import Spot, spot_of


def ellipse(
    centre: complex, long_mm: float, wide_mm: float, turn_deg: float = 0.0, mm_per_px: float = 1.0
) -> Outline:
    """Return an ellipse of these half axes, by its points in pixels."""
    turn = cmath.exp(1j * math.radians(turn_deg))
    steps = [2 * math.pi * step / 60 for step in range(60)]
    points = [
        (centre + turn * complex(long_mm * math.cos(one), wide_mm * math.sin(one))) / mm_per_px
        for one in steps
    ]
    return Outline(outer=tuple((point.real, point.imag) for point in points))


def spot(outline: Outline, frame: str = "", head_deg: float | None = None) -> Spot:
    return spot_of(outline, FLAT, frame, head_deg)


def seen(*outlines: Outline, frame: str = "last", head_deg: float | None = None) -> list[Seen]:
    return [
        Seen(lesion=f"L{number}", spot=spot(one, frame, head_deg))
        for number, one in enumerate(outlines)
    ]


def turned(point: complex, degrees: float) -> complex:
    """Return a place after the camera was turned about (100, 100)."""
    return (point - (100 + 100j)) * cmath.exp(1j * math.radians(degrees)) + (100 + 100j)


# Sides of 50, 89 and 120 mm: no turn but one lays it on itself.
TRIANGLE = (40 + 40j, 90 + 40j, 130 + 120j)


def test_an_ellipse_has_the_area_and_the_shape_that_the_formula_gives() -> None:
    long, wide = 12.0, 10.0

    found = spot(ellipse(30 + 40j, long, wide))

    assert found.centre == pytest.approx(30 + 40j)
    assert found.area_mm2 == pytest.approx(math.pi * long * wide, rel=0.005)
    # ln r = const - ½ ln(1 + e cos 2φ) with e = (wide² - long²) / (wide² + long²), whose second
    # Fourier coefficient is -½ · (√(1-e²) - 1) / -e, the odd ones being 0.
    e = (long**2 - wide**2) / (long**2 + wide**2)
    assert found.shape[0].real == pytest.approx((1 - math.sqrt(1 - e**2)) / (2 * e), rel=0.01)
    assert np.abs(found.shape[[1, 3]]).max() < 1e-6


def test_a_shape_knows_no_size_and_turns_with_the_outline() -> None:
    small = spot(ellipse(0j, 6, 4))
    large = spot(ellipse(50j, 18, 12, turn_deg=30))

    turn = cmath.exp(-2j * math.radians(30))

    assert large.shape[0] == pytest.approx(small.shape[0] * turn, abs=2e-4)


@pytest.mark.parametrize("degrees", [0, 35, 90, 180, 270])
def test_equal_lesions_are_known_by_their_places_however_the_camera_is_turned(
    degrees: float,
) -> None:
    known = seen(*(ellipse(place, 6, 6) for place in TRIANGLE))

    today = [spot(ellipse(turned(place, degrees), 6, 6)) for place in reversed(TRIANGLE)]
    found = explain(today, known)

    assert [one.seen for one in found] == [(2,), (1,), (0,)]
    assert min(one.chance for one in found) > 0.95
    assert min(one.by_place for one in found) > 1


def test_one_that_is_gone_is_not_missed_and_a_new_one_is_new() -> None:
    known = seen(*(ellipse(place, 6, 6) for place in (*TRIANGLE, 20 + 160j)))

    places = [turned(place, 60) for place in (*TRIANGLE, 160 + 30j)]
    found = explain([spot(ellipse(place, 6, 6)) for place in places], known)

    assert [one.seen for one in found] == [(0,), (1,), (2,), ()]


def test_two_alike_can_only_be_told_apart_by_the_head() -> None:
    known = seen(ellipse(50 + 100j, 6, 6), ellipse(150 + 100j, 6, 6), head_deg=0.0)
    upside_down = [
        spot(ellipse(turned(place, 180), 6, 6), "", head_deg)
        for head_deg in (None, 180.0)
        for place in (50 + 100j, 150 + 100j)
    ]

    without, told = explain(upside_down[:2], known), explain(upside_down[2:], known)

    assert [one.seen for one in told] == [(0,), (1,)]
    assert min(one.chance for one in told) > 0.9
    assert [one.seen for one in without] == [(1,), (0,)]  # as if nothing was turned
    assert max(one.chance for one in without) < 0.999


def test_shape_tells_apart_what_size_and_place_don_t() -> None:
    long_one, round_one = ellipse(50 + 100j, 14, 5), ellipse(150 + 100j, 8.4, 8.4)
    known = seen(long_one, round_one)

    today = [
        spot(ellipse(turned(150 + 100j, 220), 8, 8)),
        spot(ellipse(turned(50 + 100j, 220), 13, 5, 220)),
    ]
    found = explain(today, known)

    assert [one.seen for one in found] == [(1,), (0,)]


def test_a_chance_is_low_where_nothing_tells() -> None:
    known = seen(ellipse(50 + 100j, 6, 6), ellipse(150 + 100j, 6, 6))

    (found,) = explain([spot(ellipse(100 + 50j, 6, 6))], known)

    assert found.chance < 0.6


def test_without_a_scale_places_to_each_other_still_tell() -> None:
    known = seen(*(ellipse(place, 6, 6) for place in TRIANGLE))
    # At 0.05 mm a pixel, which nobody knows.
    bare = [
        spot_of(ellipse(turned(place, 90), 6, 6, mm_per_px=0.05), None, "")
        for place in (TRIANGLE[1], TRIANGLE[2], TRIANGLE[0])
    ]

    found = explain(bare, known, width_px=4000)

    assert [one.seen for one in found] == [(1,), (2,), (0,)]


def test_an_older_photograph_tells_the_place_of_a_lesion_seen_alone_last() -> None:
    places = [40 + 40j, 110 + 60j, 70 + 120j]
    first, second, third = seen(*(ellipse(place, 6, 6) for place in places))
    alone = spot(ellipse(10 + 10j, 6, 6), "close-up")
    older = [spot(ellipse(turned(place, 30), 6, 6), "older") for place in places]
    blind = [first, second, replace(third, spot=alone)]
    known = [replace(one, also=(past,)) for one, past in zip(blind, older, strict=True)]
    today = [spot(ellipse(turned(place, 90), 6, 6)) for place in (*places[:2], places[2])]
    elsewhere = [*today[:2], spot(ellipse(150 + 150j, 6, 6))]

    assert [one.seen for one in explain(today, known)] == [(0,), (1,), (2,)]
    there, away = explain(today, known)[2], explain(elsewhere, known)[2]
    assert there.chance > 0.95
    assert away.seen == () or away.chance < there.chance


def test_one_over_two_is_their_merger_and_two_in_one_its_pieces() -> None:
    left, right, both = ellipse(50 + 60j, 12, 9), ellipse(73 + 60j, 9, 8), ellipse(60 + 60j, 23, 10)
    far = ellipse(150 + 120j, 8, 6)

    merged, same = explain([spot(both), spot(far)], seen(left, right, far))
    assert (merged.seen, same.seen) == ((0, 1), (2,))
    assert merged.chance > 0.5  # else one of them alone, that grew over where the other was

    pieces = explain([spot(left), spot(right), spot(far)], seen(both, far))
    assert [one.seen for one in pieces] == [(0,), (0,), (1,)]
    assert [one.beside for one in pieces] == [(1,), (0,), ()]


def test_one_over_three_is_their_merger_and_three_in_one_its_pieces() -> None:
    three = [ellipse(50 + 60j, 11, 9), ellipse(72 + 60j, 9, 8), ellipse(92 + 62j, 9, 7)]
    all_of_it, far = ellipse(70 + 61j, 32, 9.5), ellipse(150 + 120j, 8, 6)

    merged, same = explain([spot(all_of_it), spot(far)], seen(*three, far))
    pieces = explain([spot(one) for one in (*three, far)], seen(all_of_it, far))

    assert (merged.seen, same.seen) == ((0, 1, 2), (3,))
    assert [one.seen for one in pieces] == [(0,), (0,), (0,), (1,)]
    assert [sorted(one.beside) for one in pieces] == [[1, 2], [0, 2], [0, 1], []]


def test_lesions_seen_apart_on_the_same_day_have_not_merged() -> None:
    left, right, both = ellipse(50 + 60j, 12, 9), ellipse(73 + 60j, 9, 8), ellipse(60 + 60j, 23, 10)
    apart = [replace(one, days=0.0) for one in seen(left, right)]

    (found,) = explain([spot(both)], apart)
    (one_part_now,) = explain([spot(both)], [replace(one, lesion="L0") for one in apart])

    assert len(found.seen) < 2
    assert one_part_now.seen == (0, 1)


def test_two_far_apart_don_t_merge() -> None:
    known = seen(ellipse(30 + 60j, 12, 9), ellipse(150 + 60j, 9, 8))

    (found,) = explain([spot(ellipse(60 + 60j, 14, 10))], known)

    assert len(found.seen) < 2


def test_two_outlines_given_to_a_lesion_that_was_one_leave_the_third_to_be_matched() -> None:
    known = seen(ellipse(40 + 40j, 12, 9), ellipse(150 + 60j, 6, 6))
    pieces = [spot(ellipse(34 + 40j, 5, 5)), spot(ellipse(46 + 40j, 5, 5))]

    found = explain([spot(ellipse(150 + 60j, 6, 6)), *pieces], known, given={1: "L0", 2: "L0"})

    assert found[0].seen == (1,)


def test_what_is_given_is_never_said_otherwise() -> None:
    known = seen(*(ellipse(place, 6, 6) for place in TRIANGLE))
    today = [spot(ellipse(place, 6, 6)) for place in TRIANGLE]

    found = explain(today, known, given={0: "L1", 1: "some new lesion"})

    assert found[0].seen == (1,)
    assert found[1].seen == ()
    assert found[2].seen in {(0,), (2,)}


def test_what_several_photographs_of_a_day_say_is_told_as_less_sure_than_they_add_up_to() -> None:
    chance = 0.94

    alone = as_sure_as_right(chance, 1)
    several = [as_sure_as_right(chance, count) for count in (2, 4, 8)]

    # The odds of 47 to 3, to the power of one through the cube root of the photographs.
    assert alone == chance
    assert several == pytest.approx([0.8988, 0.8499, 0.7983], abs=0.001)
    assert as_sure_as_right(1.0, 8) == pytest.approx(0.9901, abs=0.001)
    assert as_sure_as_right(0.5, 8) == 0.5


def test_a_second_photograph_of_the_day_changes_how_sure_it_is_and_not_what_is_said() -> None:
    known = seen(ellipse(40 + 40j, 10, 10), ellipse(60 + 40j, 6, 6))
    first = Shot(today=(spot(ellipse(41 + 40j, 10, 9), "today 0"),))
    second = Shot(today=(spot(ellipse(41 + 40j, 10, 9), "today 1"),))

    ((by_itself,),) = explain_day([first], known)
    (together,), _ = explain_day([first, second], known)

    assert together.explained.seen == by_itself.explained.seen
    assert 0.5 < together.explained.chance < by_itself.explained.chance
