"""How close two outlines lie, against shapes whose overlap and distances are known on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest

from woundtrack import imaging
from woundtrack.model import Calibration, Outline, Ring

# Ten pixels a millimetre, seen straight from above.
FLAT = Calibration(
    method="plane",
    homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
    cards=(),
    mm_per_px=0.1,
    tilt_deg=0.0,
    residual_mm=0.0,
)


def box(x: float, y: float, width: float, height: float) -> Ring:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def circle(radius: float, *, x: float = 500.0, y: float = 500.0) -> Outline:
    turns = np.linspace(0, 2 * math.pi, 720, endpoint=False)
    return Outline(
        outer=tuple((x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns)
    )


def test_an_outline_lies_wholly_on_itself() -> None:
    found = imaging.closeness([circle(200)], [circle(200)], FLAT)

    assert found.dice == found.jaccard == 1.0
    assert found.mean_mm == pytest.approx(0.0, abs=1e-9)
    assert found.hausdorff_95_mm == pytest.approx(0.0, abs=1e-9)


def test_circles_round_one_middle_are_as_far_apart_as_their_radii() -> None:
    found = imaging.closeness([circle(200)], [circle(230)], FLAT)

    # |A ∩ B| = 200², |A| + |B| = 200² + 230²; the edges are 3 mm apart everywhere.
    assert found.dice == pytest.approx(2 * 200**2 / (200**2 + 230**2), abs=1e-3)
    assert found.jaccard == pytest.approx(200**2 / 230**2, abs=1e-3)
    assert found.mean_mm == pytest.approx(3.0, abs=1e-3)
    assert found.hausdorff_95_mm == pytest.approx(3.0, abs=1e-3)


def test_squares_moved_by_a_half_share_a_third() -> None:
    one, other = Outline(outer=box(0, 0, 200, 200)), Outline(outer=box(100, 0, 200, 200))

    found = imaging.closeness([one], [other], FLAT)

    assert found.jaccard == pytest.approx(1 / 3, abs=1e-3)
    assert found.dice == pytest.approx(1 / 2, abs=1e-3)
    # The left side of one lies 10 mm from the other: a quarter of its edge, 5 mm on the mean of
    # half of the upper and lower sides, the right side inside the other by 10 mm at most.
    assert found.hausdorff_95_mm == pytest.approx(10.0, abs=0.05)


def test_a_part_that_a_reader_left_out_and_an_island_count() -> None:
    whole = [Outline(outer=box(0, 0, 100, 100)), Outline(outer=box(300, 0, 100, 100))]
    holed = Outline(outer=box(0, 0, 100, 100), islands=(box(25, 25, 50, 50),))

    of_parts = imaging.closeness(whole, whole[:1], FLAT)
    of_islands = imaging.closeness(whole[:1], [holed], FLAT)

    assert of_parts.dice == pytest.approx(2 / 3, abs=2e-3)
    assert of_parts.hausdorff_95_mm > 20
    assert of_islands.jaccard == pytest.approx(0.75, abs=2e-3)


def test_distances_are_those_of_the_skin_and_not_of_the_picture() -> None:
    half = Calibration(
        method="plane",
        homography=((0.05, 0.0, 0.0), (0.0, 0.05, 0.0), (0.0, 0.0, 1.0)),
        cards=(),
        mm_per_px=0.05,
        tilt_deg=0.0,
        residual_mm=0.0,
    )

    found = imaging.closeness([circle(200)], [circle(230)], half)

    assert found.mean_mm == pytest.approx(1.5, abs=1e-3)


def test_there_is_no_closeness_to_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        imaging.closeness([circle(200)], [], FLAT)
