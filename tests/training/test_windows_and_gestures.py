"""What the outline network learns from: the split, the windows, the simulated gestures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from training import gestures, lookalikes, photographs, windows
from training.photographs import FolderUnusable, Labelled
from woundtrack.imaging.outlining.network_planes import BOX_LEVEL, CLICK_PX, planes_of


def a_photograph(seed: int = 0, lesions: int = 2) -> Labelled:
    draw = np.random.default_rng(seed)
    pixels = np.full((200, 200, 3), (200, 160, 140), np.uint8)
    mask = np.zeros((200, 200), np.uint8)
    for number in range(lesions):
        cv2.circle(mask, (50 + 90 * number, 90), 20, 1, -1)
    pixels[mask > 0] = (150, 40, 40)
    noisy = np.clip(pixels + draw.normal(0, 4, pixels.shape), 0, 255).astype(np.uint8)
    return Labelled(name=f"{seed}.png", pixels=noisy, mask=mask > 0)


def a_folder(path: Path, count: int = 26) -> Path:
    (path / "images").mkdir(parents=True)
    (path / "labels").mkdir()
    for seed in range(count):
        made = a_photograph(seed, 1 + seed % 2)
        cv2.imwrite(str(path / "images" / f"{seed:02}.png"), made.pixels[..., ::-1])
        cv2.imwrite(str(path / "labels" / f"{seed:02}.png"), made.mask.astype(np.uint8))
    return path


def test_no_photograph_that_judges_is_learnt_from(tmp_path: Path) -> None:
    held = photographs.held_back()
    (tmp_path / "images").mkdir()
    for name in [*sorted(held), *photographs.left_out(), "9999.jpg"]:
        (tmp_path / "images" / name).touch()
    assert len(held - photographs.wrongly_empty()) >= 150
    assert photographs.training_names(tmp_path) == ("9999.jpg",)


def test_a_mask_of_zeros_and_ones_is_read_as_one_of_zeros_and_255(tmp_path: Path) -> None:
    found = photographs.read(a_folder(tmp_path, 1), "00.png")
    assert found.mask.sum() == a_photograph(0, 1).mask.sum()


@pytest.mark.parametrize("what", ["nothing", "no mask"])
def test_a_folder_that_cannot_be_used_says_what_it_lacks(tmp_path: Path, what: str) -> None:
    if what == "nothing":
        with pytest.raises(FolderUnusable, match="put them in its folder images"):
            photographs.names_in(tmp_path)
        return
    folder = a_folder(tmp_path, 1)
    (folder / "labels" / "00.png").unlink()
    with pytest.raises(FolderUnusable, match="can't be read"):
        photographs.read(folder, "00.png")


def test_look_alikes_are_held_back_together() -> None:
    alike = np.zeros((200, 200), np.float32)
    pairs = np.arange(0, 200, 2)
    alike[pairs, pairs + 1] = alike[pairs + 1, pairs] = 0.9
    held, _ = lookalikes.drawn(alike)
    assert len(held) >= lookalikes.HELD_BACK_LEAST
    assert all((number ^ 1) in held for number in held)


def test_what_is_nearly_like_a_held_back_photograph_is_named() -> None:
    alike = np.zeros((200, 200), np.float32)
    held, _ = lookalikes.drawn(alike)
    rest = next(number for number in range(200) if number not in held)
    alike[rest, held[0]] = alike[held[0], rest] = 0.83
    assert lookalikes.drawn(alike) == (held, [rest])


def test_the_same_picture_moved_a_little_is_alike_and_another_is_not() -> None:
    draw = np.random.default_rng(0)
    wide = cv2.resize(draw.uniform(40, 255, (9, 9, 3)).astype(np.uint8), (260, 260))
    other = cv2.resize(draw.uniform(40, 255, (9, 9, 3)).astype(np.uint8), (240, 240))
    thumbs = [lookalikes.thumbnail(np.ascontiguousarray(picture))
              for picture in (wide[:240, :240], wide[14:254, 10:250], other)]  # fmt: skip
    alike = lookalikes.likeness(thumbs)
    assert alike[0, 1] > lookalikes.ALIKE
    assert alike[0, 2] < lookalikes.NEARLY_ALIKE


def test_a_window_is_the_same_for_the_same_seed_and_holds_wound_where_the_mask_says() -> None:
    one, other = a_photograph(1), a_photograph(2)
    seen, wound = windows.window(np.random.default_rng(5), one, other, 192)
    again, _ = windows.window(np.random.default_rng(5), one, other, 192)
    assert (seen == again).all()
    assert seen.shape == (192, 192, 3)
    assert wound.any()
    redness = seen[..., 0].astype(int) - seen[..., 1]
    skin = ~wound & (seen.max(axis=2) > 40)
    assert np.median(redness[wound]) > np.median(redness[skin])


def test_every_kind_of_gesture_stands_where_it_is_meant() -> None:
    wound = windows.whole(a_photograph(), 256)[1]
    draw = np.random.default_rng(0)
    kinds = set()
    for _ in range(200):
        made = gestures.drawn(draw, wound)
        for x, y in made.include:
            assert made.truth[int(y), int(x)]
        for x, y in made.exclude:
            assert not made.truth[int(y), int(x)]
        boxed = made.current is not None and made.current.max() == BOX_LEVEL
        kinds.add((boxed, bool(made.include), bool(made.exclude), made.corrects))
    assert (False, False, False, False) in kinds  # nothing at all
    assert (True, False, False, False) in kinds  # a box alone
    assert (False, True, True, False) in kinds
    assert (False, False, False, True) in kinds


def test_a_correction_is_a_click_in_the_largest_mistake() -> None:
    truth = np.zeros((64, 64), bool)
    truth[10:30, 10:30] = True
    shown = truth.copy()
    shown[40:60, 40:60] = True  # wrong, and larger than what is missed
    shown[10:16, 10:30] = False
    made = gestures.Gestures(truth=truth)
    assert gestures.correct(np.random.default_rng(0), made, shown)
    ((x, y),) = made.exclude
    assert 40 <= x <= 60
    assert 40 <= y <= 60
    assert not made.include
    assert made.current is not None
    assert (made.current > 0).sum() == shown.sum()


def test_what_is_right_needs_no_correction() -> None:
    truth = np.zeros((64, 64), bool)
    truth[10:30, 10:30] = True
    made = gestures.Gestures(truth=truth)
    assert not gestures.correct(np.random.default_rng(0), made, truth)
    assert made.current is None


def test_planes_hold_the_picture_the_clicks_and_the_outline() -> None:
    pixels = np.full((256, 256, 3), (255, 0, 51), np.uint8)
    current = gestures.box_level((256, 256), (10, 20, 30, 60))
    planes = planes_of(pixels, [(100.5, 50.5)], [(7.0, 8.0)], current)
    assert planes[:3, 0, 0].tolist() == pytest.approx([1, 0, 0.2])
    assert planes[3, 50, 100] == 1
    assert planes[3, 50, 100 + CLICK_PX + 1] == 0
    assert planes[4, 8, 7] == 1
    assert planes[5].sum() == BOX_LEVEL * 20 * 40
