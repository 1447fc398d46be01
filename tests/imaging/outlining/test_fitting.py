"""An outline that is about right moves onto the wound's edge, with a network and without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.red_network import write_red_network
from woundtrack.errors import EditImpossible
from woundtrack.imaging import fitted_outline, outlines_from_mask
from woundtrack.imaging.outline import Mask, union_mask
from woundtrack.imaging.outlining import fitting
from woundtrack.imaging.outlining.network_asset import WEIGHTS
from woundtrack.imaging.outlining.outline_network import OutlineNetwork
from woundtrack.imaging.window import Pixels
from woundtrack.model import Outline, OutlineSource

SHAPE = (700, 900)


def ellipse(middle: tuple[int, int], axes: tuple[int, int], turn: int = 0) -> Mask:
    mask = np.zeros(SHAPE, np.uint8)
    cv2.ellipse(mask, (middle, (2 * axes[0], 2 * axes[1]), turn), 1, -1)
    return mask > 0


def a_wound(truth: Mask) -> Pixels:
    pixels = np.full((*SHAPE, 3), (205, 165, 140), np.uint8)
    pixels[truth] = (150, 40, 40)
    return pixels


def drawn(mask: Mask) -> Outline:
    (outline,) = outlines_from_mask(mask)
    return replace(outline, source=OutlineSource.DRAWN)


def dice(outlines: tuple[Outline, ...], truth: Mask) -> float:
    found = union_mask(outlines, truth.shape)
    return 2 * float((found & truth).sum()) / float(found.sum() + truth.sum())


@pytest.fixture(params=["with the network", "by OpenCV alone"])
def is_with_network(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> bool:
    write_red_network(tmp_path)
    network = OutlineNetwork(tmp_path / WEIGHTS, "red")
    monkeypatch.setattr(fitting, "outline_network", lambda: network)
    return bool(request.param == "with the network")


def test_a_rough_outline_moves_onto_the_edge(is_with_network: bool) -> None:
    truth = ellipse((450, 350), (150, 110), 20)
    rough = drawn(ellipse((465, 340), (135, 125), 5))

    found = fitted_outline(a_wound(truth), rough, with_network=is_with_network)

    assert dice((rough,), truth) < 0.92
    assert dice(found, truth) > 0.97
    assert {outline.source for outline in found} == {OutlineSource.GUIDED}


def test_a_neighbour_keeps_every_pixel_of_its_own(is_with_network: bool) -> None:
    one, other = ellipse((350, 350), (110, 110)), ellipse((576, 350), (110, 110))
    neighbour = drawn(other)

    found = fitted_outline(
        a_wound(one | other), drawn(one), (neighbour,), with_network=is_with_network
    )

    assert not (union_mask(found, SHAPE) & union_mask((neighbour,), SHAPE)).any()


def test_where_there_is_another_thing_the_outline_is_left_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Colours always find something in a box: what is too unlike is not taken for the lesion.
    truth = ellipse((450, 350), (150, 110))
    monkeypatch.setattr(fitting, "outline_network", lambda: None)
    far = drawn(ellipse((450, 350), (150, 110)) & ~ellipse((450, 350), (130, 95)))

    with pytest.raises(EditImpossible, match="no edge like it"):
        fitted_outline(a_wound(truth), far)
