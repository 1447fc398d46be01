"""A wound that goes round a limb is joined from photographs that show one strip."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from tests.imaging.scale.test_limb import printed
from woundtrack import imaging, phantom
from woundtrack.errors import PartsDontJoin
from woundtrack.imaging.outline import as_ring
from woundtrack.model import Calibration, Outline, OutlineSource

Floats = npt.NDArray[np.float64]

LIMB = phantom.Limb(radius_mm=48.0, axis_deg=90.0)
HALF_ROUND_MM = 62.0  # the wound reaches 74° round either way: no one photograph shows it whole
HALF_ALONG_MM = 18.0


@cache
def seen_from(turned_mm: float) -> tuple[Outline, Calibration]:
    """Return the part of an elliptic wound seen by a camera so far round the limb, and its scale.

    In the photograph's own frame everything lies that much further the other way.
    """
    strip = replace(printed("strip"), centre_mm=(-turned_mm, 40.0), angle_deg=0.0)
    camera = phantom.Camera(
        width_px=1632, height_px=1224, focal_35mm=34, distance_mm=230, tilt_deg=6, limb=LIMB
    )
    taken = phantom.render(phantom.Scene(camera=camera, cards=(strip,), hair=0.0))
    pixels, photograph = imaging.read_photograph_bytes(taken.jpeg, "limb.jpg")
    turn = np.linspace(0, 2 * math.pi, 2000, endpoint=False)
    ring = np.column_stack([HALF_ROUND_MM * np.cos(turn), HALF_ALONG_MM * np.sin(turn)])
    ring[:, 0] = np.clip(ring[:, 0] - turned_mm, -40.0, 40.0)  # what is outlined of it there
    outline = Outline(outer=as_ring(camera.project(ring)), source=OutlineSource.GIVEN)
    return outline, imaging.find_calibration(pixels, photograph)


def test_two_photographs_round_a_limb_are_one_wound() -> None:
    joined = imaging.joined([seen_from(-32.0), seen_from(32.0)])

    assert joined.area_mm2 == pytest.approx(math.pi * HALF_ROUND_MM * HALF_ALONG_MM, rel=0.01)
    assert joined.length_mm == pytest.approx(2 * HALF_ROUND_MM, rel=0.01)
    assert joined.width_mm == pytest.approx(2 * HALF_ALONG_MM, rel=0.01)
    assert joined.area_low_mm2 < math.pi * HALF_ROUND_MM * HALF_ALONG_MM < joined.area_high_mm2
    assert "joint" in {term.name for term in joined.terms}


def test_one_photograph_alone_misses_a_part() -> None:
    outline, calibration = seen_from(32.0)

    alone = imaging.measure(outline, calibration)

    assert alone.area_mm2 < 0.85 * math.pi * HALF_ROUND_MM * HALF_ALONG_MM


def test_parts_that_lie_apart_are_no_one_wound() -> None:
    outline, calibration = seen_from(32.0)
    ring = np.array(outline.outer)
    far = Outline(outer=as_ring((ring - ring.mean(axis=0)) * 0.1 + ring.mean(axis=0)))
    corner = Outline(outer=as_ring((ring - ring.mean(axis=0)) * 0.1 + ring.mean(axis=0) + 150))

    with pytest.raises(PartsDontJoin, match="don't touch"):
        imaging.joined([(far, calibration), (corner, calibration)])


def test_photographs_without_a_card_in_common_do_not_join() -> None:
    outline, calibration = seen_from(32.0)
    other = replace(calibration, cards=(replace(calibration.cards[0], copy="B"),))

    with pytest.raises(PartsDontJoin, match="no card is in all"):
        imaging.joined([(outline, calibration), (outline, other)])
