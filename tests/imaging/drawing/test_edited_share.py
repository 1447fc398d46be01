"""How much of an accepted outline a person changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from woundtrack.imaging.drawing.edited_share import edited_share
from woundtrack.model import Outline, OutlineSource


def square(x: float, y: float, side: float) -> Outline:
    return Outline(outer=((x, y), (x + side, y), (x + side, y + side), (x, y + side)))


def test_as_proposed_nothing_was_changed() -> None:
    wound, other = square(100, 100, 100), square(400, 100, 50)
    kept = replace(wound, source=OutlineSource.GUIDED, confidence=None)

    assert edited_share([kept], [other, wound]) == 0.0


def test_it_is_what_outline_and_proposal_do_not_share_of_both() -> None:
    wound = square(100, 100, 100)

    larger = Outline(outer=((100, 100), (225, 100), (225, 200), (100, 200)))
    moved = square(150, 100, 100)

    assert edited_share([larger], [wound]) == pytest.approx(0.2)  # 100 of 125 shared
    assert edited_share([moved], [wound]) == pytest.approx(1 - 50 / 150)


def test_an_island_counts() -> None:
    wound = square(100, 100, 100)
    with_island = replace(wound, islands=(square(125, 125, 50).outer,))

    assert edited_share([with_island], [wound]) == pytest.approx(0.25)


def test_where_nothing_was_proposed_all_of_it_is_the_persons() -> None:
    wound = square(100, 100, 100)

    assert edited_share([wound], []) == 1.0
    assert edited_share([wound], [square(400, 400, 100)]) == 1.0


def test_another_lesions_proposal_does_not_count() -> None:
    wound = Outline(outer=((100, 100), (200, 100), (100, 200)))
    beside = Outline(outer=((201, 101), (201, 201), (101, 201)))  # its box meets the wound's

    assert edited_share([wound, square(400, 400, 50)], [wound, beside]) == pytest.approx(
        2500 / 7500, abs=0.01
    )


def test_a_large_wound_is_counted_on_a_coarser_grid() -> None:
    wound = square(0, 0, 8000)
    larger = Outline(outer=((0, 0), (10000, 0), (10000, 8000), (0, 8000)))

    assert edited_share([larger], [wound]) == pytest.approx(0.2, abs=0.002)
