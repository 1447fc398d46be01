"""The Python interface that other programs are written against, on a rendered photograph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from woundtrack import imaging
from woundtrack.errors import CardNotFound, OutlineNotFound
from woundtrack.phantom import Phantom


@pytest.fixture
def photo(tmp_path: Path, phantom: Phantom) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(phantom.jpeg)
    return path


def test_a_photograph_becomes_square_centimetres(photo: Path, phantom: Phantom) -> None:
    pixels, photograph = imaging.read_photograph(photo)
    calibration = imaging.find_calibration(pixels, photograph)
    outlines = imaging.propose_outlines(pixels, calibration)
    measurement = imaging.measure(outlines[0], calibration)

    assert pixels.shape == (972, 1296, 3)
    assert pixels.dtype == np.uint8
    assert measurement.area_cm2 == pytest.approx(8.0, rel=0.15)
    assert measurement.area_low_cm2 < measurement.area_cm2 < measurement.area_high_cm2
    assert measurement.length_cm > measurement.width_cm > 0


def test_a_box_and_a_mask_there_and_back(photo: Path, phantom: Phantom) -> None:
    pixels, _ = imaging.read_photograph(photo)
    truth = phantom.lesions[0].mask()
    rows, columns = np.nonzero(truth)
    box = (columns.min() - 12.0, rows.min() - 12.0, columns.max() + 12.0, rows.max() + 12.0)

    (outline,) = imaging.refine_outline(pixels, box=box, start=())
    mask = imaging.outline_mask(outline, pixels.shape[:2])
    (again,) = imaging.outlines_from_mask(mask)

    assert 2 * (mask & truth).sum() / (mask.sum() + truth.sum()) > 0.93
    assert np.array_equal(imaging.outline_mask(again, pixels.shape[:2]), mask)


def test_a_photograph_without_a_card_raises(cardless: Path) -> None:
    pixels, photograph = imaging.read_photograph(cardless)

    with pytest.raises(CardNotFound):
        imaging.find_calibration(pixels, photograph)


def test_the_printed_card_is_never_outlined(photo: Path) -> None:
    pixels, photograph = imaging.read_photograph(photo)
    calibration = imaging.find_calibration(pixels, photograph)
    corners = np.asarray(calibration.cards[0].tags[1].corners_px)
    (x0, y0), (x1, y1) = corners.min(axis=0) - 5, corners.max(axis=0) + 5
    middle = (float(x0 + x1) / 2, float(y0 + y1) / 2)

    with pytest.raises(OutlineNotFound):
        imaging.refine_outline(pixels, box=(x0, y0, x1, y1), start=(), calibration=calibration)
    with pytest.raises(OutlineNotFound):
        imaging.refine_outline(pixels, include=[middle], start=(), calibration=calibration)
