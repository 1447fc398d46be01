"""One lesion open in several places: sums, the length across the bridges, an honest interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.imaging.geometry.test_planimetry import plain
from woundtrack.imaging import measure, measure_parts
from woundtrack.model import Outline, OutlineSource, Ring, Term


def box(x: float, y: float, wide: float, high: float) -> Ring:
    return ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))


LEFT = Outline(outer=box(500, 500, 300, 200), source=OutlineSource.DRAWN)
RIGHT = Outline(outer=box(900, 500, 400, 200), source=OutlineSource.DRAWN)


def term(terms: Sequence[Term], name: str) -> Term:
    (found,) = [one for one in terms if one.name == name]
    return found


def test_area_and_perimeter_are_the_sums_of_the_parts() -> None:
    size = measure_parts((LEFT, RIGHT), plain(0.1))

    # 30 × 20 mm and 40 × 20 mm.
    assert size.area_mm2 == pytest.approx(600 + 800)
    assert size.perimeter_mm == pytest.approx(100 + 120)


def test_the_length_reaches_over_the_bridge_and_the_width_is_square_to_it() -> None:
    size = measure_parts((LEFT, RIGHT), plain(0.1))

    # From (50, 50) to (130, 70) mm; the width is that of the frame 80 × 20 seen along its diagonal.
    assert size.length_mm == pytest.approx(math.hypot(80, 20))
    assert size.width_mm == pytest.approx(2 * 80 * 20 / math.hypot(80, 20))


def test_islands_are_taken_off_their_part() -> None:
    holed = Outline(outer=LEFT.outer, islands=(box(550, 550, 50, 50),), source=LEFT.source)

    size = measure_parts((holed, RIGHT), plain(0.1))

    assert size.area_mm2 == pytest.approx(600 - 25 + 800)


def test_edges_err_apart_and_the_scale_errs_alike() -> None:
    one, other = measure(LEFT, plain(0.1)), measure(RIGHT, plain(0.1))

    size = measure_parts((LEFT, RIGHT), plain(0.1))

    edges = [term(each.terms, "edge").area_mm2 for each in (one, other)]
    assert term(size.terms, "edge").area_mm2 == pytest.approx(math.hypot(*edges))
    # A print scale known to 0.25 % is 2 · 1.96 · 0.25 % of any area, the whole one's too.
    assert term(size.terms, "print").area_mm2 == pytest.approx(2 * 1.96 * 0.0025 * 1400, rel=1e-3)
    assert term(size.terms, "print").length_mm == pytest.approx(
        1.96 * 0.0025 * math.hypot(80, 20), rel=1e-3
    )
    assert size.area_low_mm2 < size.area_mm2 < size.area_high_mm2


def test_an_unclear_edge_counts_at_the_two_ends_of_the_length_however_wide_the_bridge() -> None:
    left, right = (replace(part, edge_sd_px=4.0) for part in (LEFT, RIGHT))
    alone = [term(measure(part, plain(0.1)).terms, "ambiguity") for part in (left, right)]

    whole = term(measure_parts((left, right), plain(0.1)).terms, "ambiguity")

    assert whole.area_mm2 == pytest.approx(sum(one.area_mm2 for one in alone))
    # 4 px are 0.4 mm, at either end.
    assert whole.length_mm == pytest.approx(2 * 1.96 * 0.4, rel=0.01)
    assert whole.width_mm == pytest.approx(2 * 1.96 * 0.4, rel=0.01)


def test_the_interval_is_no_wider_than_the_parts_one_after_the_other() -> None:
    one, other = measure(LEFT, plain(0.1)), measure(RIGHT, plain(0.1))

    size = measure_parts((LEFT, RIGHT), plain(0.1))

    widths = [each.area_high_mm2 - each.area_low_mm2 for each in (one, other, size)]
    assert max(widths[:2]) < widths[2] <= sum(widths[:2]) * 1.001


def test_a_wound_that_a_bridge_divides_measures_as_long_as_before() -> None:
    before = measure(Outline(outer=box(500, 500, 800, 200), source=OutlineSource.DRAWN), plain(0.1))

    after = measure_parts((LEFT, RIGHT), plain(0.1))

    assert after.length_mm == pytest.approx(before.length_mm)
    assert before.area_mm2 - after.area_mm2 == pytest.approx(10 * 20)


def test_what_two_parts_both_hold_is_counted_once() -> None:
    over = Outline(outer=box(700, 500, 400, 200), source=OutlineSource.DRAWN)
    within = Outline(outer=box(600, 550, 100, 100), source=OutlineSource.DRAWN)

    size = measure_parts((LEFT, over, within), plain(0.1))

    # 50 to 110 mm across and 20 mm down, drawn as one.
    assert size.area_mm2 == pytest.approx(60 * 20)
    assert size.perimeter_mm == pytest.approx(160)
    whole = measure(Outline(outer=box(500, 500, 600, 200), source=OutlineSource.DRAWN), plain(0.1))
    assert size.area_high_mm2 == pytest.approx(whole.area_high_mm2)


def test_a_part_in_another_s_island_and_one_that_touches_are_parts_still() -> None:
    ring = Outline(
        outer=box(500, 500, 300, 200), islands=(box(550, 550, 100, 100),), source=LEFT.source
    )
    inside = Outline(outer=box(570, 570, 50, 50), source=LEFT.source)
    touching = Outline(outer=box(800, 500, 100, 200), source=LEFT.source)

    size = measure_parts((ring, inside, touching), plain(0.1))

    assert size.area_mm2 == pytest.approx(600 - 100 + 25 + 200)
    assert size.perimeter_mm == pytest.approx(100 + 20 + 60)


def test_a_doubt_of_two_parts_is_told_once_by_the_part_it_weighs_most_on() -> None:
    # The lowest tag ends at 74 mm: 76 and 96 mm above the two parts.
    near = Outline(outer=box(500, 1500, 100, 100), source=OutlineSource.DRAWN)
    far = Outline(outer=box(500, 1700, 100, 100), source=OutlineSource.DRAWN)

    told = [measure_parts(parts, plain(0.1)).doubts for parts in ((near, far), (far, near))]

    assert told[0] == told[1] == measure(far, plain(0.1)).doubts
    assert told[0][0].code == "wound_far_from_card"


def test_head_to_toe_is_over_all_parts() -> None:
    size = measure_parts((LEFT, RIGHT), plain(0.1), head_deg=90.0)

    assert size.head_to_toe_mm == pytest.approx(80)
    assert size.side_to_side_mm == pytest.approx(20)


def test_one_part_alone_is_measured_as_ever() -> None:
    assert measure_parts((LEFT,), plain(0.1), None, 10.0) == measure(LEFT, plain(0.1), None, 10.0)
