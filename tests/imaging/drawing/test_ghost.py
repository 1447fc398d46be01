from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from woundtrack.errors import CardUnreliable
from woundtrack.imaging.drawing.ghost import laid_over, start_from
from woundtrack.imaging.geometry.planimetry import on_skin
from woundtrack.imaging.outline import area_px, shoelace, union_mask
from woundtrack.model import Calibration, Limb, Outline, OutlineSource


def calibration(px_per_mm: float, *, bend: float = 0.0) -> Calibration:
    scale = 1 / px_per_mm
    return Calibration(
        method="test",
        homography=((scale, 0.0, 0.0), (0.0, scale, 0.0), (bend, 0.0, 1.0)),
        cards=(),
        mm_per_px=scale,
        tilt_deg=0.0,
        residual_mm=0.0,
    )


def ellipse(
    x: float, y: float, long: float, short: float, degrees: float = 0.0, lobe: float = 0.0
) -> Outline:
    turn = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    across = long * np.cos(turn) * (1 + lobe * (np.cos(turn) > 0.8))
    down = short * np.sin(turn)
    angle = math.radians(degrees)
    xs = x + across * math.cos(angle) - down * math.sin(angle)
    ys = y + across * math.sin(angle) + down * math.cos(angle)
    return Outline(outer=tuple(zip(xs.tolist(), ys.tolist(), strict=True)))


def dice(one: Outline, other: Outline) -> float:
    a, b = union_mask((one,), (600, 800)), union_mask((other,), (600, 800))
    return 2 * float((a & b).sum()) / float(a.sum() + b.sum())


def test_the_ghost_has_the_size_it_had_in_millimetres() -> None:
    earlier = ellipse(300, 300, 80, 50)  # 10 px a millimetre
    today = ellipse(500, 200, 30, 18)  # 5 px a millimetre: smaller by now

    ghost = laid_over(earlier, calibration(10), today, calibration(5))

    assert area_px(ghost) == pytest.approx(math.pi * 40 * 25, rel=0.01)


def test_the_ghost_lies_round_the_middle_of_todays() -> None:
    ghost = laid_over(
        ellipse(300, 300, 80, 50), calibration(10), ellipse(500, 200, 30, 18), calibration(5)
    )

    xs, ys = zip(*ghost.outer, strict=True)
    assert (min(xs) + max(xs)) / 2 == pytest.approx(500, abs=0.5)
    assert (min(ys) + max(ys)) / 2 == pytest.approx(200, abs=0.5)


@pytest.mark.parametrize("degrees", [0, 35, 90, -60])
def test_a_turned_photograph_is_turned_back(degrees: float) -> None:
    earlier = ellipse(300, 300, 90, 40, degrees, lobe=0.3)
    today = ellipse(400, 250, 90, 40, lobe=0.3)

    ghost = laid_over(earlier, calibration(10), today, calibration(10))

    assert dice(ghost, today) > 0.96


def test_of_two_ways_round_that_fit_alike_it_is_turned_least() -> None:
    earlier = ellipse(300, 300, 60, 60)

    ghost = laid_over(earlier, calibration(10), ellipse(400, 250, 60, 60), calibration(10))

    assert ghost.outer[0] == pytest.approx((460, 250), abs=0.5)


def test_islands_go_along() -> None:
    whole = ellipse(300, 300, 80, 50)
    earlier = Outline(outer=whole.outer, islands=(ellipse(310, 300, 10, 10).outer,))

    ghost = laid_over(earlier, calibration(10), whole, calibration(10))

    assert len(ghost.islands) == 1


def test_beyond_the_horizon_there_is_no_ghost() -> None:
    wound = ellipse(300, 300, 80, 50)

    with pytest.raises(CardUnreliable):
        laid_over(wound, calibration(10, bend=-1 / 300), wound, calibration(10))


# --- as a start ----------------------------------------------------------------------------------

SHAPE = (600, 800)


def test_a_start_lies_in_the_cards_frame_as_it_lay_and_in_true_size() -> None:
    earlier = ellipse(300, 300, 80, 50)  # 10 px a millimetre: its middle at (30, 30) mm

    (start,) = start_from([earlier], calibration(10), SHAPE, None, calibration(5), SHAPE)

    assert start.centre == pytest.approx((150.0, 150.0))
    assert area_px(start) == pytest.approx(math.pi * 40 * 25, rel=0.01)
    assert start.source is OutlineSource.DRAWN


def test_where_the_card_was_laid_elsewhere_it_lies_over_todays_outline() -> None:
    earlier = ellipse(300, 300, 80, 50)
    today = ellipse(600, 450, 30, 18)

    (start,) = start_from([earlier], calibration(10), SHAPE, today, calibration(5), SHAPE)

    assert start.centre == pytest.approx((600.0, 450.0), abs=1.0)
    assert area_px(start) == pytest.approx(math.pi * 40 * 25, rel=0.01)


def test_what_would_lie_beyond_the_photograph_lies_in_its_middle() -> None:
    earlier = ellipse(700, 500, 60, 40)  # (140, 100) mm: at (1400, 1000) px of today's photograph

    (start,) = start_from([earlier], calibration(5), SHAPE, None, calibration(10), SHAPE)

    assert start.centre == pytest.approx((400.0, 300.0), abs=1.0)
    assert area_px(start) == pytest.approx(math.pi * 120 * 80, rel=0.01)


def test_without_a_scale_it_has_its_size_by_the_photographs_widths() -> None:
    earlier = ellipse(700, 500, 60, 40)

    (start,) = start_from([earlier], calibration(5), (1200, 1600), None, None, SHAPE)

    assert start.centre == pytest.approx((400.0, 300.0), abs=1.0)
    assert area_px(start) == pytest.approx(math.pi * 30 * 20, rel=0.01)


def test_all_parts_of_a_lesion_keep_their_places_to_each_other() -> None:
    parts = [ellipse(200, 300, 40, 30), ellipse(350, 300, 20, 20)]

    one, other = start_from(parts, None, SHAPE, None, None, SHAPE)

    assert other.centre[0] - one.centre[0] == pytest.approx(150.0)
    assert other.centre[1] == pytest.approx(one.centre[1])


def test_on_limbs_it_lies_where_it_lay_on_the_unrolled_skin() -> None:
    limb = Limb(
        radius_mm=48.0,
        radius_sd_mm=0.5,
        axis_deg=70.0,
        origin_mm=(90.0, 12.0),
        focal_px=650.0,
        focal_spread=0.03,
        centre_px=(400.0, 300.0),
        lens_k1=0.01,
        unround=(0.1, -0.3),
        rotation=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        shift_mm=(5.0, -4.0, 210.0),
    )
    then = replace(calibration(3), limb=limb)
    # Half as many pixels a millimetre, and the camera 20 mm farther to the right.
    now = replace(calibration(1.5), limb=replace(limb, focal_px=325.0, shift_mm=(-15.0, -4.0, 210)))
    earlier = ellipse(420, 290, 60, 40)

    (start,) = start_from([earlier], then, SHAPE, None, now, SHAPE)

    before, after = (
        on_skin(np.asarray(one.outer), by) for one, by in ((earlier, then), (start, now))
    )
    assert abs(shoelace(after)) == pytest.approx(abs(shoelace(before)), rel=1e-3)
    assert after.mean(axis=0) == pytest.approx(before.mean(axis=0), abs=0.2)
    assert start.centre[0] < 400
