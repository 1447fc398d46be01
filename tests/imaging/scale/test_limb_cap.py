"""Wounds on a knee, round both ways: the bound of limbs there reaches what a ball hides too."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from tests.imaging.scale.test_limb import CAMERA, photographed, printed
from woundtrack import imaging
from woundtrack.model import BodySite, Measurement, Outline, OutlineSource

REACH_MM = 20.0


class Ball:
    """A ball under the skin's plane, which it touches at the origin."""

    def __init__(self, radius_mm: float) -> None:
        self.radius_mm = radius_mm

    def in_space(self, points_mm: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        around = np.arctan2(points_mm[:, 1], points_mm[:, 0])
        away = np.hypot(*points_mm.T) / self.radius_mm
        flat = self.radius_mm * np.sin(away)
        depth = self.radius_mm * (1 - np.cos(away))
        return np.column_stack([flat * np.cos(around), flat * np.sin(around), depth])

    @property
    def area_mm2(self) -> float:
        return 2 * math.pi * self.radius_mm**2 * (1 - math.cos(REACH_MM / self.radius_mm))


def sized(ball: Ball, region: str | None) -> Measurement:
    """Return a disc on a ball, a flat card beside it, at a site."""
    card = replace(printed("card"), centre_mm=(52.0, 22.0), angle_deg=0.0, is_stiff=True)
    calibration, _ = photographed(card, limb=None)
    turn = np.linspace(0, 2 * math.pi, 200, endpoint=False)
    disc = REACH_MM * np.column_stack([np.cos(turn), np.sin(turn)])
    seen = CAMERA.project(disc, ball)  # type: ignore[arg-type]
    outline = Outline(
        outer=tuple((float(x), float(y)) for x, y in seen), source=OutlineSource.GIVEN
    )
    calibration = replace(calibration, print_scale_sd=0.001)
    return imaging.measure(
        outline, calibration, None if region is None else BodySite(region=region)
    )


@pytest.mark.parametrize("radius_mm", [42.0, 48.0, 60.0])
def test_the_interval_at_a_knee_holds_what_a_flat_card_misses_on_a_ball(radius_mm: float) -> None:
    ball = Ball(radius_mm)

    knee, flat = sized(ball, "knee"), sized(ball, None)

    assert knee.area_mm2 == flat.area_mm2 < 0.97 * ball.area_mm2
    assert flat.area_high_mm2 < ball.area_mm2
    assert knee.area_low_mm2 < ball.area_mm2 < knee.area_high_mm2
