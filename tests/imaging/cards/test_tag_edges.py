from __future__ import annotations

import cv2
import numpy as np
import pytest

from woundtrack.imaging.cards.card import tag_modules
from woundtrack.imaging.cards.tag_edges import refined_corners


def drawn_tag(module_px: int, left: int, top: int) -> np.ndarray:
    """Return a picture with a tag whose corners lie exactly on pixel edges."""
    side = 8 * module_px
    picture = np.full((top + side + 30, left + side + 30), 230, np.uint8)
    modules = np.kron(tag_modules(2), np.ones((module_px, module_px), bool))
    picture[top : top + side, left : left + side] = np.where(modules, 20, 230)
    return picture


def true_corners(module_px: int, left: int, top: int) -> np.ndarray:
    side = 8 * module_px
    return np.array(
        [[left, top], [left + side, top], [left + side, top + side], [left, top + side]], float
    )


@pytest.mark.parametrize("module_px", [6, 10, 20])
@pytest.mark.parametrize("start_off", [(0.0, 0.0), (0.9, -0.7), (-1.2, 1.1)])
def test_corners_on_pixel_edges_are_found_there(
    module_px: int, start_off: tuple[float, float]
) -> None:
    true = true_corners(module_px, 40, 33)

    found = refined_corners(drawn_tag(module_px, 40, 33), true + start_off)

    np.testing.assert_allclose(found, true, atol=0.02)


@pytest.mark.parametrize("blur_px", [0.7, 1.5, 2.5])
@pytest.mark.parametrize("inwards_px", [0.0, 1.5, 4.0])
def test_blurred_light_does_not_make_the_tag_smaller(blur_px: float, inwards_px: float) -> None:
    level = drawn_tag(16, 40, 40).astype(np.float64) / 255
    light = cv2.GaussianBlur(np.where(level > 0.5, 0.8, 0.03), (0, 0), blur_px)
    coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    true = true_corners(16, 40, 40)
    start = true + 0.8 + inwards_px * np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])

    found = refined_corners(np.round(255 * coded).astype(np.uint8), start)

    np.testing.assert_allclose(found, true, atol=0.06)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_turned_picture_turns_the_corners(turns: int) -> None:
    picture = drawn_tag(10, 50, 37)
    true = true_corners(10, 50, 37)
    for _ in range(turns):  # counter-clockwise, as numpy does: (x, y) goes to (y, width - x)
        true = np.column_stack([true[:, 1], picture.shape[1] - true[:, 0]])
        picture = np.ascontiguousarray(np.rot90(picture))

    np.testing.assert_allclose(refined_corners(picture, true + 0.5), true, atol=0.02)


def test_a_scratch_over_an_edge_does_not_move_the_corners() -> None:
    picture = drawn_tag(14, 40, 40)
    picture[40:46, 80:100] = 200  # glare on a part of the upper edge
    true = true_corners(14, 40, 40)

    np.testing.assert_allclose(refined_corners(picture, true), true, atol=0.05)


def test_where_there_is_no_edge_the_corners_stay_near() -> None:
    plain = np.full((120, 120), 128, np.uint8)
    start = true_corners(6, 40, 40)

    found = refined_corners(plain, start)

    np.testing.assert_allclose(found, start, atol=6)
