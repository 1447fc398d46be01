"""The outline network's part in gestures and proposals, with a network that only knows red."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from woundtrack.imaging import is_unsure, propose_outlines, refine_outline
from woundtrack.imaging.outline import outlines_from_mask, union_mask
from woundtrack.imaging.outlining import gesture, network_cut, proposal
from woundtrack.imaging.outlining.network_asset import outline_network
from woundtrack.imaging.outlining.network_planes import SIDE
from woundtrack.imaging.outlining.outline_network import (
    OutlineNetwork,
    square_around,
    square_crop,
    whole_square,
)
from woundtrack.model import Outline
from woundtrack.phantom import Camera, Lesion, Scene, render

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


class RedNetwork(OutlineNetwork):
    """Takes what is red for wound, but nothing that was clicked out of it."""

    def __init__(self) -> None:
        self.sees = 0.95
        self.windows: list[Any] = []
        self.version, self.sha256 = "red", 64 * "0"

    def likely(self, pixels: Pixels, window: Any, **gestures: Any) -> npt.NDArray[np.float32]:
        self.windows.append(window)
        seen = square_crop(pixels, window).astype(int)
        likely = np.where(seen[..., 0] - seen[..., 1] > 60, self.sees, 0.1).astype(np.float32)
        for x, y in window.to_working(gestures.get("exclude") or np.zeros((0, 2))).tolist():
            cv2.circle(likely, (int(x), int(y)), 12, 0.0, -1)
        for x, y in window.to_working(gestures.get("include") or np.zeros((0, 2))).tolist():
            cv2.circle(likely, (int(x), int(y)), 12, 1.0, -1)
        return likely


@pytest.fixture
def red(monkeypatch: pytest.MonkeyPatch) -> RedNetwork:
    network = RedNetwork()
    monkeypatch.setattr(gesture, "outline_network", lambda: network)
    monkeypatch.setattr(proposal, "outline_network", lambda: network)
    return network


def a_photograph() -> tuple[Pixels, Mask]:
    """Return skin with two red wounds, one of them at the photograph's border."""
    pixels = np.full((900, 1400, 3), (205, 165, 140), np.uint8)
    mask = np.zeros((900, 1400), np.uint8)
    cv2.ellipse(mask, ((500, 400), (160, 240), 20), 1, -1)
    cv2.circle(mask, (1380, 200), 60, 1, -1)
    pixels[mask > 0] = (150, 40, 40)
    return pixels, mask > 0


def dice(outlines: tuple[Outline, ...], truth: Mask) -> float:
    found = union_mask(outlines, truth.shape)
    return 2 * float((found & truth).sum()) / float(found.sum() + truth.sum())


def test_each_lesion_is_found_and_drawn_in_a_window_of_its_own(red: RedNetwork) -> None:
    pixels, truth = a_photograph()
    found = propose_outlines(pixels)
    assert len(found) == 2
    assert dice(found, truth) > 0.97
    # So sure it was right four times of five.
    assert all(outline.confidence == pytest.approx(0.8, abs=0.02) for outline in found)
    assert red.windows[0] == whole_square(pixels)
    assert red.windows[1].width < 600


def test_what_the_network_hesitates_about_is_told_as_unsure(red: RedNetwork) -> None:
    pixels, _ = a_photograph()
    sure = propose_outlines(pixels)
    red.sees = 0.88
    unsure = propose_outlines(pixels)
    red.sees = 0.6
    guessed = propose_outlines(pixels)

    assert len(sure) == len(unsure) == 2
    assert not any(is_unsure(outline) for outline in sure)
    assert all(is_unsure(outline) for outline in unsure)
    assert not guessed


def test_a_box_asks_for_what_lies_in_it(red: RedNetwork) -> None:
    pixels, truth = a_photograph()
    only = truth.copy()
    only[:, 1000:] = False
    assert dice(refine_outline(pixels, box=(380, 250, 620, 550), start=()), only) > 0.97


def test_a_click_finds_its_lesion_at_two_sizes_of_window(red: RedNetwork) -> None:
    pixels, truth = a_photograph()
    only = truth.copy()
    only[:, 1000:] = False
    assert dice(refine_outline(pixels, include=[(500, 400)], start=()), only) > 0.97
    assert red.windows[-1].width < 600


def test_what_a_correction_does_not_touch_is_returned_ring_for_ring(red: RedNetwork) -> None:
    pixels, _ = a_photograph()
    start = propose_outlines(pixels)
    large, border = start
    after = refine_outline(pixels, exclude=[(500, 500)], start=start)
    assert border in after
    (mended,) = (outline for outline in after if outline is not border)
    there = union_mask((mended,), pixels.shape[:2])
    assert not there[500, 500]
    assert there[330, 500]
    assert 0 < union_mask((large,), pixels.shape[:2]).sum() - there.sum() < 3000


def test_a_correction_looks_in_full_size_at_what_changes_alone(red: RedNetwork) -> None:
    pixels = np.full((2400, 3200, 3), (205, 165, 140), np.uint8)
    truth = np.zeros((2400, 3200), np.uint8)
    cv2.ellipse(truth, ((1500, 1300), (2000, 2100), 0), 1, -1)
    pixels[truth > 0] = (150, 40, 40)
    too_small = truth.copy()
    cv2.circle(too_small, (2500, 1300), 150, 0, -1)
    (outline,) = outlines_from_mask(too_small > 0)

    window, change = network_cut.change_at(
        red,
        pixels,
        (2440.0, 1300.0),
        outline,
        include=[],
        exclude=[],
        others=[],
        reach=400,
        is_wound=True,
    )

    assert max(window.width, window.height) < 400
    assert change.shape == (window.height, window.width)
    whole = np.zeros(truth.shape, bool)
    whole[window.y : window.y + window.height, window.x : window.x + window.width] = change
    missing = (truth > 0) & (too_small == 0)
    assert 2 * np.count_nonzero(whole & missing) > 0.94 * (whole.sum() + missing.sum())


@pytest.mark.parametrize("point", [(1399.5, 899.5), (0.0, 0.0), (1330.0, 150.0)])
def test_a_correction_at_the_border_stays_in_the_photograph(
    red: RedNetwork, point: tuple[float, float]
) -> None:
    pixels, _ = a_photograph()
    corner = np.zeros(pixels.shape[:2], bool)
    corner[:30, :30] = corner[-30:, -30:] = corner[180:240, 1340:] = True
    start = outlines_from_mask(corner)

    found = refine_outline(pixels, exclude=[point], include=[(700, 850)], start=start)

    drawn = union_mask(found, pixels.shape[:2])
    assert not drawn[int(point[1]), int(point[0])]
    assert drawn[850, 700]


def test_a_click_is_obeyed_where_the_network_sees_nothing(red: RedNetwork) -> None:
    pixels, _ = a_photograph()
    found = refine_outline(pixels, include=[(900.5, 700.5)], start=())
    assert union_mask(found, pixels.shape[:2])[700, 900]


def test_by_opencv_alone_the_network_is_not_asked(red: RedNetwork) -> None:
    pixels, truth = a_photograph()
    found = refine_outline(pixels, box=(380, 250, 620, 550), start=(), with_network=False)
    assert not red.windows
    assert dice(found, truth) > 0.7


def test_an_assessment_names_the_network_that_it_was_made_with(red: RedNetwork) -> None:
    for method in (proposal.proposal_method(), gesture.outline_method()):
        assert method.name.endswith("-network")
        named = dict(method.parameters)
        assert (named["network_version"], named["network_sha256"]) == ("red", red.sha256)


def test_a_window_beyond_the_photograph_is_black_there_and_wound_nowhere() -> None:
    pixels = np.full((100, 100, 3), 200, np.uint8)
    window = square_around((80, 80, 100, 100), zoom=4.0)
    seen = square_crop(pixels, window)
    assert (seen[:100, :100] == 200).all()
    assert (seen[-60:] == 0).all()


@pytest.mark.parametrize(("logit", "likely"), [(-500.0, 0.0), (0.0, 0.5), (2.0, 0.8808), (500, 1)])
def test_however_sure_a_network_is_its_answer_is_a_likelihood(
    monkeypatch: pytest.MonkeyPatch, logit: float, likely: float
) -> None:
    pixels = np.full((100, 100, 3), 200, np.uint8)
    logits = np.full((SIDE, SIDE), logit, np.float32)
    monkeypatch.setattr(RedNetwork, "likely", OutlineNetwork.likely)
    monkeypatch.setattr(RedNetwork, "logits", lambda *_: logits)

    answer = RedNetwork().likely(pixels, whole_square(pixels))

    assert answer == pytest.approx(likely, abs=1e-4)


def test_a_broken_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "outline.onnx"
    path.write_bytes(b"not a network")
    with pytest.raises(ValueError, match=r"outline\.onnx is no outline network"):
        OutlineNetwork(path)


def test_the_whole_look_is_not_smaller_than_a_lesion_that_fills_the_photograph(
    red: RedNetwork,
) -> None:
    pixels = np.full((300, 300, 3), (150, 40, 40), np.uint8)
    (found,) = network_cut.find(red, pixels)
    assert found.cut.window.width >= 300


def test_beyond_the_photograph_a_window_is_black_or_its_mirror() -> None:
    pixels = np.arange(60 * 80 * 3, dtype=np.uint32).reshape(60, 80, 3).astype(np.uint8)
    window = whole_square(pixels)

    black, mirrored = square_crop(pixels, window), square_crop(pixels, window, is_mirrored=True)

    assert black.shape == mirrored.shape == (256, 256, 3)
    inside = slice(32, 224)  # of 80 x 60 in a square
    assert np.array_equal(black[inside], mirrored[inside])
    assert not black[:32].any()
    assert not black[224:].any()
    assert np.array_equal(mirrored[31], mirrored[33])
    assert np.array_equal(mirrored[224], mirrored[222])


def test_a_wound_that_the_border_cuts_off_is_proposed() -> None:
    if outline_network() is None:
        pytest.skip("this checkout has no outline network")
    shot = render(
        Scene(
            seed=4,
            lesions=(Lesion(area_mm2=900, centre_mm=(0, 0), shape_seed=2),),
            camera=Camera(width_px=1200, height_px=900, distance_mm=300),
        )
    )
    ring = np.asarray(shot.lesions[0].ring_px)
    cut = round(float(np.quantile(ring[:, 0], 0.75)))
    whole = union_mask([Outline(outer=shot.lesions[0].ring_px)], shot.pixels.shape[:2])

    found = propose_outlines(np.ascontiguousarray(shot.pixels[:, cut:]))

    assert dice(found, whole[:, cut:]) > 0.8
