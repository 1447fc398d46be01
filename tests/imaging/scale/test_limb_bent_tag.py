"""Tags that a limb turns away: read by their narrowing rows, their corners where edges cross."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from woundtrack.imaging.cards.bent_tag import read_bent
from woundtrack.imaging.cards.card import tag_dictionary

CORNERS = np.array([[60.0, 50.0], [150.0, 58.0], [146.0, 92.0], [64.0, 86.0]])


def narrowing_picture(tag_id: int, narrowing: float) -> NDArray[np.uint8]:
    """Return a tag seen at CORNERS, its rows narrowing downwards, a little blurred."""
    module = 40
    marker = cv2.aruco.generateImageMarker(tag_dictionary(), tag_id, 8 * module)
    printed = np.pad(marker, 2 * module, constant_values=255)
    down = np.linspace(-0.25, 1.2, 1400)
    seen = down * (1 + narrowing - narrowing * down)
    even = np.linspace(seen[0], seen[-1], 1400)
    rows = np.interp(even, seen, down)
    at_y = ((rows * 8 + 2) * module - 0.5).astype(np.float32)[:, None]
    at_x = (np.arange(12 * module)).astype(np.float32)[None]
    unrolled = cv2.remap(
        printed,
        np.broadcast_to(at_x, (1400, 12 * module)).copy(),
        np.broadcast_to(at_y, (1400, 12 * module)).copy(),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    row = (np.array([0, 0, 1, 1]) - seen[0]) / (seen[-1] - seen[0]) * 1400
    column = np.array([2, 10, 10, 2]) * module
    source = np.column_stack([column, row]).astype(np.float32) - 0.5
    drawn = cv2.getPerspectiveTransform(source, (4 * CORNERS - 0.5).astype(np.float32))
    large = cv2.warpPerspective(unrolled, drawn, (880, 600), borderValue=255)
    # A lens blurs light, not grey values.
    small = cv2.resize(large.astype(np.float32) / 255, (220, 150), interpolation=cv2.INTER_AREA)
    light = cv2.GaussianBlur(small, (0, 0), 0.6)
    coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.round(255 * np.clip(coded, 0, 1)), dtype=np.uint8)


def test_a_tag_whose_rows_narrow_is_read_and_its_corners_lie_where_its_edges_cross() -> None:
    inwards = 0.97 * (CORNERS - CORNERS.mean(axis=0)) + CORNERS.mean(axis=0)
    grey = narrowing_picture(2, 0.5)

    read = read_bent(grey, np.roll(inwards, 1, axis=0), {1, 2, 3})

    assert read is not None
    assert read[0] == 2
    np.testing.assert_allclose(read[1], CORNERS, atol=0.25)


def test_no_tag_is_read_where_another_one_lies() -> None:
    grey = narrowing_picture(2, 0.5)

    assert read_bent(grey, CORNERS, {1, 3, 4, 5, 6, 7}) is None


def test_an_evenly_lit_quadrangle_is_no_tag() -> None:
    assert read_bent(np.full((150, 220), 90, np.uint8), CORNERS, {0, 1, 2}) is None
