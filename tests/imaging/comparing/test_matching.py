"""Landmarks that the program proposes: true ones of one skin, and none of two different ones."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.imaging.comparing.test_aligning import calibration
from woundtrack.imaging.cards.card import DESIGNS
from woundtrack.imaging.comparing.matching import agreeing, is_on_card, matching_landmarks
from woundtrack.model import Card, Outline, Tag


def skin(seed: int) -> np.ndarray:
    """Return skin with spots, 700 × 900 px."""
    draw = np.random.default_rng(seed)
    picture = cv2.GaussianBlur(draw.normal(150, 40, (700, 900)), (0, 0), 3.0)
    for _ in range(160):
        x, y = draw.uniform(10, 890), draw.uniform(10, 690)
        cv2.circle(
            picture, (int(x), int(y)), int(draw.integers(3, 9)), float(draw.uniform(60, 120)), -1
        )
    return np.clip(picture, 0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)


def turned(pixels: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture turned about its middle, and the map of points to it."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += (12, -9)
    return cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REFLECT), matrix


def test_matches_of_one_motion_are_told_from_many_wrong_ones() -> None:
    draw = np.random.default_rng(5)
    source = draw.uniform(-60, 60, (80, 2))
    angle = math.radians(140)
    rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    target = draw.uniform(-60, 60, (80, 2))
    target[:20] = source[:20] @ rotation.T + (7.0, -3.0) + draw.normal(0, 0.3, (20, 2))

    agreed = agreeing(source, target)

    assert set(range(20)) <= set(agreed.tolist())
    assert len(agreed) <= 23


def test_places_of_one_skin_are_proposed_where_they_are_in_both() -> None:
    first = skin(1)
    second, matrix = turned(first, 35.0)
    middle = (450.0, 350.0)

    found = matching_landmarks(
        (first, calibration(6.0), ()), (second, calibration(6.0), ()), (middle, middle)
    )

    assert len(found) == 4
    for here, there in found:
        wanted = matrix @ (here[0] - 0.5, here[1] - 0.5, 1.0) + 0.5
        assert math.dist(there, wanted) < 6.0  # a millimetre


def test_two_different_skins_give_no_proposal() -> None:
    middle = (450.0, 350.0)

    found = matching_landmarks(
        (skin(1), calibration(6.0), ()), (skin(2), calibration(6.0), ()), (middle, middle)
    )

    assert found == ()


def test_nothing_is_proposed_inside_the_wound() -> None:
    first = skin(1)
    second, _ = turned(first, 10.0)
    wound = Outline(outer=((250.0, 150.0), (650.0, 150.0), (650.0, 550.0), (250.0, 550.0)))
    middle = (450.0, 350.0)

    found = matching_landmarks(
        (first, calibration(6.0), (wound,)), (second, calibration(6.0), (wound,)), (middle, middle)
    )

    assert found
    for here, _ in found:
        assert not (250 < here[0] < 650 and 150 < here[1] < 550)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_matches_agree_on_nothing(count: int) -> None:
    places = np.zeros((count, 2))

    assert len(agreeing(places, places)) == 0


def test_a_place_on_a_card_is_told_from_the_skin_beside_it() -> None:
    flat = calibration(6.0)
    design = DESIGNS[0]
    tags = tuple(
        Tag(
            id=tag_id,
            corners_px=tuple((300 + 6 * x, 200 + 6 * y) for x, y in corners),
            corners_mm=tuple(corners),
            residual_mm=0.0,
        )
        for tag_id, corners in zip(design.tag_ids, design.tags_mm, strict=True)
    )
    card = Card(
        kind=design.kind,
        design_version=design.version,
        copy=design.copy,
        nominal_mm=1.0,
        tags=tags,
    )
    seen = replace(flat, cards=(card,))
    outline = np.asarray(design.outline_mm)
    middle, right = np.asarray(design.tags_mm[0]).mean(axis=0), outline[:, 0].max()

    assert is_on_card((300 + 6 * middle[0], 200 + 6 * middle[1]), seen)
    assert not is_on_card((300 + 6 * (right + 3), 200 + 6 * middle[1]), seen)
    assert not is_on_card((300 + 6 * middle[0], 200 + 6 * middle[1]), flat)
