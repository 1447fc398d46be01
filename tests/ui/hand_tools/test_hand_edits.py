"""What hand edits make of all outlines of a photograph: values, without a window."""

from __future__ import annotations

import pytest

from woundtrack.errors import EditImpossible
from woundtrack.imaging.outline import area_px
from woundtrack.model import Outline
from woundtrack.ui.review.hand_edits import Copied, MergeNearest, Resized, Smoothed, Traced

SHAPE = (600, 800)


def square(x: float, y: float, side: float) -> Outline:
    return Outline(outer=((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


def test_merging_takes_the_nearest_outline() -> None:
    wound, near, far = square(100, 100, 100), square(210, 100, 100), square(100, 230, 100)

    found = MergeNearest().after((wound, near, far), wound, SHAPE)

    assert len(found) == 2
    assert far in found


def test_merging_takes_another_part_of_the_same_lesion_before_a_nearer_neighbour() -> None:
    wound, near, far = square(100, 100, 100), square(210, 100, 100), square(100, 230, 100)

    found = MergeNearest(parts=(wound, far)).after((wound, near, far), wound, SHAPE)

    assert len(found) == 2
    assert near in found


def test_growing_leaves_the_other_outlines_as_they_are() -> None:
    wound, other = square(100, 100, 100), square(400, 100, 100)

    found = Resized(by=2.0, calibration=None).after((other, wound), wound, SHAPE)

    assert found[0] is other
    assert area_px(found[1]) == pytest.approx(104 * 104)


def test_with_nothing_in_hand_the_whole_edge_stays() -> None:
    other = square(400, 100, 100)

    with pytest.raises(EditImpossible, match="no outline is in hand"):
        Resized(by=2.0, calibration=None).after((other,), None, SHAPE)
    with pytest.raises(EditImpossible, match="no outline is in hand"):
        Smoothed().after((other,), None, SHAPE)


def test_a_traced_ring_beside_the_others_is_one_more() -> None:
    other = square(400, 100, 100)

    found = Traced(ring=square(100, 100, 80).outer).after((other,), None, SHAPE)

    assert found[0] is other
    assert area_px(found[1]) == pytest.approx(80 * 80, rel=0.01)


def test_a_copy_with_nothing_in_hand_comes_after_the_others() -> None:
    other, earlier = square(400, 100, 100), square(100, 100, 80)
    copied = Copied(
        earlier=(earlier,), earlier_calibration=None, earlier_shape=SHAPE, calibration=None
    )

    found = copied.after((other,), None, SHAPE)

    assert found[0] is other
    assert found[1].centre == pytest.approx((400.0, 300.0))
