"""The benchmark that works by mouse: X events reach the real window, and each is counted once.

Its photographs are painted here: a wound that stands out, and one whose mask says that half of what
looks like a wound isn't one, so that the person has something to do.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import by_mouse
from benchmarks._real_window import why_not
from training import photographs

pytestmark = [pytest.mark.xvfb, pytest.mark.skipif(bool(why_not()), reason=why_not())]


def a_folder(folder: Path) -> Path:
    """Write the two photographs, 400 × 300, and their masks."""
    for part in ("images", "labels"):
        (folder / part).mkdir(parents=True)
    draw = np.random.default_rng(4)
    for name, truth_to in (("plain", 400), ("half", 190)):
        skin = np.full((300, 400, 3), (150, 175, 225), np.int16)
        cv2.ellipse(skin, (200, 150), (70, 45), 15, 0, 360, (40, 30, 140), -1)
        noisy = np.clip(skin + draw.integers(-9, 10, skin.shape), 0, 255).astype(np.uint8)
        mask = np.zeros((300, 400), np.uint8)
        cv2.ellipse(mask, (200, 150), (70, 45), 15, 0, 360, 1, -1)  # 0 and 1, as some sets have it
        mask[:, truth_to:] = 0
        cv2.imwrite(str(folder / "images" / f"{name}.png"), noisy)
        cv2.imwrite(str(folder / "labels" / f"{name}.png"), mask)
    return folder


def test_every_action_reaches_the_window_and_what_it_led_to_is_what_the_library_holds(
    tmp_path: Path,
) -> None:
    folder = a_folder(tmp_path / "painted")

    work = by_mouse.work_through(folder, by_mouse.chosen_of(folder, 50))

    counts = {count.photograph.name: count for count in work.counts}
    assert set(counts) == {"plain.png", "half.png"}
    assert [count.ended_with for count in work.counts] == ["Enter", "Enter"]
    assert work.as_on_screen == 2
    plain, half = counts["plain.png"].lesions[0], counts["half.png"].lesions[0]
    assert plain.iou >= 0.80
    assert not plain.is_failed
    # The proposal is the whole wound: it takes at least a box, and the mouse was used for it.
    assert half.acts[0].kind == "box"
    assert half.is_failed == (half.iou < 0.80)
    by_button = [act for act in work.acts if act.kind not in {"Del", "J"}]
    assert work.releases == len(by_button)
    assert half.actions == len(half.acts) + 1
    shown = [act.shown_ms for act in work.acts if act.shown_ms is not None]
    assert shown
    assert all(0 < one < 60_000 for one in shown)
    assert work.most_mb >= work.first_mb > 50
    assert "2 photographs, 2 lesions" in by_mouse.tables(work)


def test_the_ellipse_of_a_box_and_few_more_are_enough_where_the_wound_is_an_ellipse() -> None:
    lesion = np.zeros((300, 400), np.uint8)
    cv2.ellipse(lesion, (200, 150), (70, 45), 0, 0, 360, 1, -1)

    actions, is_failed = by_mouse.bare(lesion > 0, np.random.default_rng(1))

    assert 2 <= actions <= 5  # a box or some, as loose as they are drawn, and Enter
    assert not is_failed


def test_a_folder_without_a_lesion_is_told_in_a_sentence(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "painted")
    for mask in (folder / "labels").iterdir():
        cv2.imwrite(str(mask), np.zeros((300, 400), np.uint8))

    with pytest.raises(photographs.FolderUnusable, match="no photograph with a lesion"):
        by_mouse.chosen_of(folder, 50)
