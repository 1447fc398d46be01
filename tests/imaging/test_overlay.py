from __future__ import annotations

import numpy as np
import pytest

from woundtrack.imaging import draw_overlay
from woundtrack.model import Calibration, Card, Doubt, Outline, Ring, Tag

SQUARE: Ring = ((100.0, 80.0), (200.0, 80.0), (200.0, 180.0), (100.0, 180.0))
ISLAND: Ring = ((130.0, 110.0), (170.0, 110.0), (170.0, 150.0), (130.0, 150.0))
CYAN = (0x19, 0xD3, 0xFF)
GREEN = (0x7C, 0xF2, 0x9C)
AMBER = (0xFF, 0xC5, 0x3D)


def grey(height: int = 300, width: int = 400) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.full((height, width, 3), 120, dtype=np.uint8)


def calibration(*doubts: Doubt) -> Calibration:
    corners: Ring = ((300.0, 200.0), (360.0, 200.0), (360.0, 260.0), (300.0, 260.0))
    tag = Tag(id=0, corners_px=corners, corners_mm=corners, residual_mm=0.0)
    return Calibration(
        method="test",
        homography=((0.1, 0.0, 0.0), (0.0, 0.1, 0.0), (0.0, 0.0, 1.0)),
        cards=(Card(kind="card", design_version=1, copy="A", nominal_mm=15.0, tags=(tag,)),),
        mm_per_px=0.1,
        tilt_deg=0.0,
        residual_mm=0.0,
        doubts=doubts,
    )


def has(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], colour: tuple[int, int, int]
) -> int:
    return int(np.count_nonzero((picture == colour).all(axis=2)))


def scaled(outline: Outline, by: float) -> Outline:
    def larger(ring: Ring) -> Ring:
        return tuple((x * by, y * by) for x, y in ring)

    return Outline(outer=larger(outline.outer), islands=tuple(map(larger, outline.islands)))


def test_the_photograph_itself_is_not_drawn_on() -> None:
    pixels = grey()

    drawn = draw_overlay(pixels, calibration(), [Outline(outer=SQUARE)], ["A1"])

    assert (pixels == 120).all()
    assert drawn.shape == pixels.shape
    assert drawn.dtype == np.uint8


def test_an_outline_is_drawn_on_its_edge_with_a_dark_casing() -> None:
    drawn = draw_overlay(grey(), None, [Outline(outer=SQUARE)])

    # The edge at x = 100 runs between the pixels 99 and 100.
    assert tuple(drawn[130, 100]) == CYAN or tuple(drawn[130, 99]) == CYAN
    assert drawn[130, 95:105].min() < 60
    assert (drawn[130, 110:190] == 120).all()


def test_an_island_is_dotted() -> None:
    outline = Outline(outer=SQUARE, islands=(ISLAND,))

    drawn = draw_overlay(grey(900, 1200), None, [scaled(outline, 3)])

    # Along its upper edge, at y = 330, from x = 390 to 510.
    is_bright = drawn[328:332, 395:505, 2].max(axis=0) > 180
    assert 0.2 < is_bright.mean() < 0.8
    assert np.count_nonzero(np.diff(is_bright.astype(int))) > 10


@pytest.mark.parametrize(
    ("doubts", "colour", "other"),
    [((), GREEN, AMBER), ((Doubt(code="card_bent"),), AMBER, GREEN)],
    ids=["sure", "in doubt"],
)
def test_tags_show_whether_the_scale_is_in_doubt(
    doubts: tuple[Doubt, ...], colour: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    drawn = draw_overlay(grey(), calibration(*doubts), [])

    assert has(drawn, colour) > 50
    assert has(drawn, other) == 0


def test_a_label_stands_beside_its_outline_and_not_on_it() -> None:
    drawn = draw_overlay(grey(), None, [Outline(outer=SQUARE)], ["A1  12.9 cm²"])

    bare = draw_overlay(grey(), None, [Outline(outer=SQUARE)])
    rows, columns = np.nonzero((drawn != bare).any(axis=2))
    assert columns.min() > 200
    assert columns.max() < 400
    assert rows.size > 500


def test_labels_keep_out_of_each_others_way_and_in_the_photograph() -> None:
    edge: Ring = ((330.0, 80.0), (398.0, 80.0), (398.0, 160.0), (330.0, 160.0))
    outlines = [Outline(outer=edge), Outline(outer=edge)]
    one = draw_overlay(grey(), None, outlines, ["First", ""])
    both = draw_overlay(grey(), None, outlines, ["First", "Second"])

    changed = (one != both).any(axis=2)
    untouched = draw_overlay(grey(), None, outlines)
    first = (one != untouched).any(axis=2)
    assert changed.any()
    assert not (changed & first).any()


def test_lines_grow_with_the_photograph() -> None:
    small = draw_overlay(grey(300, 400), None, [Outline(outer=SQUARE)])
    large = draw_overlay(grey(3000, 4000), None, [Outline(outer=SQUARE)])

    assert has(large, CYAN) > 3 * has(small, CYAN)
