"""Photographs flattened to true size: places, scales, and where there is no skin to show."""

from __future__ import annotations

import numpy as np
import pytest

from tests.imaging.comparing.test_aligning import LIMB, calibration
from woundtrack.imaging.comparing.rectifying import FlatPicture, flattened
from woundtrack.imaging.geometry.limb import seen_from_skin
from woundtrack.model import Calibration


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8)


def dot(height: int, width: int, x: float, y: float, radius: float) -> np.ndarray:
    down, across = np.mgrid[:height, :width]
    inside = (across + 0.5 - x) ** 2 + (down + 0.5 - y) ** 2 <= radius**2
    return np.where(inside[..., None], 255, 20).astype(np.uint8).repeat(3, axis=2)


def found_mm(flat: FlatPicture) -> tuple[float, float]:
    down, across = np.nonzero(flat.rgba[..., 0] > 128)
    return (
        float(across.mean() + 0.5) / flat.px_per_mm + flat.left_mm,
        float(down.mean() + 0.5) / flat.px_per_mm + flat.top_mm,
    )


def test_a_photograph_straight_from_above_stays_to_the_last_pixel() -> None:
    pixels = noise(100, 120)

    flat = flattened(pixels, calibration(10.0), (60.0, 50.0), 2.0)

    assert (flat.left_mm, flat.top_mm, flat.px_per_mm) == pytest.approx((4.0, 3.0, 10.0))
    assert np.array_equal(flat.rgba[..., :3], pixels[30:70, 40:80])
    assert (flat.rgba[..., 3] == 255).all()


def test_it_goes_no_further_than_the_photograph() -> None:
    flat = flattened(noise(100, 120), calibration(10.0), (10.0, 10.0), 500.0)

    assert (flat.left_mm, flat.top_mm) == pytest.approx((0.0, 0.0))
    assert (flat.width_mm, flat.height_mm) == pytest.approx((12.0, 10.0))


def test_a_tilted_photograph_is_laid_flat_at_its_true_place() -> None:
    homography = np.array([[0.1, 0.01, 3.0], [-0.005, 0.12, 1.0], [1e-4, 3e-4, 1.0]])
    tilted = Calibration(
        method="test",
        homography=((0.1, 0.01, 3.0), (-0.005, 0.12, 1.0), (1e-4, 3e-4, 1.0)),
        cards=(),
        mm_per_px=0.1,
        tilt_deg=20.0,
        residual_mm=0.1,
    )
    at = homography @ (250.0, 140.0, 1.0)

    flat = flattened(dot(300, 400, 250.0, 140.0, 6.0), tilted, (200.0, 150.0), 60.0)

    assert found_mm(flat) == pytest.approx((at[0] / at[2], at[1] / at[2]), abs=0.05)


def test_a_large_photograph_becomes_smaller_by_the_mean_of_its_pixels() -> None:
    stripes = np.zeros((1200, 1600, 3), dtype=np.uint8)
    stripes[:, ::2] = 200  # finer than what is asked for can show

    flat = flattened(stripes, calibration(20.0), (800.0, 600.0), 100.0, most_px=30_000)

    assert flat.rgba.shape[0] * flat.rgba.shape[1] <= 30_500
    assert flat.rgba[5:-5, 5:-5, 0].std() < 12


def test_beyond_the_horizon_there_is_no_skin() -> None:
    edge_on = Calibration(
        method="test",
        homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (-1 / 300, 0.0, 1.0)),
        cards=(),
        mm_per_px=0.1,
        tilt_deg=70.0,
        residual_mm=0.1,
    )

    flat = flattened(noise(200, 400), edge_on, (100.0, 100.0), 60.0)

    # The horizon is the line x = 300 px. What is right of it would come out mirrored, left of zero:
    # 0.1 · 390 / (1 − 390 / 300) = −130 mm.
    assert flat.left_mm >= 0.0
    assert (flat.rgba[..., 3] > 0).any()


def test_skin_on_a_limb_is_unrolled() -> None:
    skin = np.array([[104.0, 5.0]])
    x, y = seen_from_skin(LIMB, skin)[0]

    flat = flattened(dot(1224, 1632, x, y, 8.0), calibration(6.2, limb=LIMB), (816.0, 612.0), 60.0)

    assert found_mm(flat) == pytest.approx((104.0, 5.0), abs=0.15)


def test_what_a_limb_hides_stays_empty() -> None:
    flat = flattened(
        np.full((1224, 1632, 3), 90, dtype=np.uint8),
        calibration(6.2, limb=LIMB),
        (816.0, 612.0),
        160.0,
    )

    shown = flat.rgba[..., 3] > 0
    assert shown.any()
    assert not shown.all()
    assert (flat.rgba[~shown] == 0).all()
