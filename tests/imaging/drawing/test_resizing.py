"""The whole edge grows, shrinks, is smoothed and moved, by true millimetres."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from woundtrack import imaging
from woundtrack.errors import EditImpossible
from woundtrack.imaging.drawing.resizing import grown, moved_within, smoothed
from woundtrack.imaging.geometry.planimetry import on_skin
from woundtrack.imaging.outline import area_px, outline_mask, ring_length, shoelace, union_mask
from woundtrack.model import Calibration, Limb, Outline, OutlineSource, Ring

SHAPE = (1224, 1632)
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


def calibration(mm_per_px: float, *, bend: float = 0.0, limb: Limb | None = None) -> Calibration:
    return Calibration(
        method="test",
        homography=((mm_per_px, 0.0, 0.0), (0.0, mm_per_px, 0.0), (bend, 0.0, 1.0)),
        cards=(),
        mm_per_px=mm_per_px,
        tilt_deg=0.0,
        residual_mm=0.0,
        limb=limb,
    )


def ring(x: float, y: float, radius: float, *, points: int = 90) -> Ring:
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False).tolist()
    return tuple((x + radius * math.cos(t), y + radius * math.sin(t)) for t in turn)


def disc(x: float, y: float, radius: float, *, points: int = 90) -> Outline:
    outer = ring(x, y, radius, points=points)
    return Outline(outer=outer, source=OutlineSource.PROPOSED, confidence=0.7)


def test_a_disc_grows_by_so_many_pixels_all_round() -> None:
    (larger,) = grown(disc(600, 500, 100), 3.0, shape=SHAPE)

    away = [math.dist(point, (600, 500)) for point in larger.outer]
    assert min(away) == pytest.approx(103, abs=0.1)
    assert max(away) == pytest.approx(103, abs=0.1)
    assert larger.source is OutlineSource.DRAWN
    assert larger.confidence is None


def test_growing_and_shrinking_by_the_same_leaves_it_as_it_was() -> None:
    wound = disc(600, 500, 100)

    (larger,) = grown(wound, 1.0, shape=SHAPE)
    (back,) = grown(larger, -1.0, shape=SHAPE)

    moved = [math.dist(a, b) for a, b in zip(wound.outer, back.outer, strict=True)]
    assert max(moved) < 0.01


def test_a_tenth_of_a_millimetre_is_that_on_the_skin_of_a_tilted_photograph() -> None:
    # 20 mm from the middle at a scale that falls off to the right
    tilted = calibration(0.1, bend=1e-4)
    wound = disc(600, 500, 100)

    (larger,) = grown(wound, 0.1, calibration=tilted, shape=SHAPE)

    before, after = imaging.measure(wound, tilted), imaging.measure(larger, tilted)
    gained = after.area_mm2 - before.area_mm2
    assert gained == pytest.approx(0.1 * before.perimeter_mm, rel=0.02)


def test_on_a_limb_the_edge_moves_by_millimetres_of_the_unrolled_skin() -> None:
    round_ = calibration(0.16, limb=LIMB)
    wound = disc(816, 612, 90)

    (larger,) = grown(wound, 0.5, calibration=round_, shape=SHAPE)

    before, after = (on_skin(np.asarray(one.outer), round_) for one in (wound, larger))
    gained = abs(shoelace(after)) - abs(shoelace(before))
    assert gained == pytest.approx(0.5 * ring_length(before) + math.pi * 0.25, rel=0.02)


def test_what_reaches_beyond_a_limb_stays_as_it_is() -> None:
    round_ = calibration(0.16, limb=LIMB)

    with pytest.raises(EditImpossible, match="beyond the skin that the limb shows"):
        grown(disc(1500, 100, 90), 0.1, calibration=round_, shape=SHAPE)


def test_islands_shrink_as_the_wound_grows_and_vanish() -> None:
    wound = replace(disc(600, 500, 100), islands=(ring(600, 500, 20), ring(650, 500, 3)))

    (larger,) = grown(wound, 4.0, shape=SHAPE)

    (island,) = larger.islands
    assert area_px(Outline(outer=island)) == pytest.approx(math.pi * 16**2, rel=0.01)


def test_a_narrow_neck_falls_apart_as_it_shrinks() -> None:
    one, other = disc(500, 500, 40), disc(600, 500, 40)
    neck = Outline(outer=((530, 496), (570, 496), (570, 504), (530, 504)))
    (dumbbell,) = imaging.outlines_from_mask(union_mask((one, other, neck), SHAPE))

    parts = grown(dumbbell, -6.0, shape=SHAPE)

    assert len(parts) == 2
    assert [area_px(part) for part in parts] == pytest.approx([math.pi * 34**2] * 2, rel=0.03)


def test_a_cleft_closes_as_it_grows() -> None:
    mask = outline_mask(disc(600, 500, 100), SHAPE)
    mask[400:500, 597:603] = False
    (cleft,) = imaging.outlines_from_mask(mask)

    (whole,) = grown(cleft, 5.0, shape=SHAPE)

    assert outline_mask(whole, SHAPE)[430:480, 600].all()
    assert area_px(whole) == pytest.approx(math.pi * 105**2, rel=0.01)


def test_nothing_shrinks_away_altogether() -> None:
    with pytest.raises(EditImpossible, match="nothing would be left"):
        grown(disc(600, 500, 5), -8.0, shape=SHAPE)


def test_growing_stops_at_another_lesion_and_at_the_photographs_border() -> None:
    other = disc(705, 500, 40)

    (larger,) = grown(disc(600, 500, 60), 10.0, others=(other,), shape=SHAPE)
    (at_border,) = grown(disc(50, 50, 48), 5.0, shape=SHAPE)

    shared = outline_mask(larger, SHAPE) & outline_mask(other, SHAPE)
    assert np.count_nonzero(shared) <= 4  # where the two edges part, a corner is rounded
    assert min(min(point) for point in at_border.outer) == 0.0


def test_smoothing_takes_notches_off_and_keeps_the_area() -> None:
    turn = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    rough = 100 + 3 * np.sin(40 * turn)
    points = np.column_stack((600 + rough * np.cos(turn), 500 + rough * np.sin(turn)))
    wound = Outline(outer=tuple((float(x), float(y)) for x, y in points.tolist()))

    (smooth,) = smoothed(wound, shape=SHAPE)

    away = [math.dist(point, (600, 500)) for point in smooth.outer]
    assert max(away) - min(away) < 2.5  # it was 6
    assert area_px(smooth) == pytest.approx(area_px(wound), rel=0.002)
    (again,) = smoothed(smooth, shape=SHAPE)
    (third,) = smoothed(again, shape=SHAPE)
    away = [math.dist(point, (600, 500)) for point in third.outer]
    assert max(away) - min(away) < 0.6


def test_smoothing_leaves_a_round_edge_where_it_is() -> None:
    wound = disc(600, 500, 100)

    (smooth,) = smoothed(wound, shape=SHAPE)

    away = [math.dist(point, (600, 500)) for point in smooth.outer]
    assert min(away) == pytest.approx(100, abs=0.3)
    assert max(away) == pytest.approx(100, abs=0.3)


def test_an_outline_is_moved_no_farther_than_the_photograph_reaches() -> None:
    wound = replace(disc(600, 500, 100), islands=(ring(600, 500, 20),))

    moved = moved_within(wound, (30.0, -20.0), SHAPE)
    stopped = moved_within(wound, (5000.0, 0.0), SHAPE)

    assert moved.centre == pytest.approx((630.0, 480.0))
    assert moved.islands[0][0] == pytest.approx((650.0, 480.0))
    assert max(x for x, _ in stopped.outer) == pytest.approx(1632.0)
