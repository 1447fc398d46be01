"""The way that a wire takes along an edge, on drawn pictures."""

from __future__ import annotations

import math

import numpy as np
import pytest

from woundtrack.imaging.drawing.livewire import Livewire
from woundtrack.imaging.window import Pixels

MIDDLE, RADIUS = (900.0, 700.0), 300.0


def picture(*, size: tuple[int, int] = (1400, 1800), contrast: int = 25) -> Pixels:
    """Return skin with a round wound that is a little darker, and some noise."""
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[: size[0], : size[1]] + 0.5
    away = np.hypot(columns - MIDDLE[0], rows - MIDDLE[1])
    inside = 1 / (1 + np.exp((away - RADIUS) / 3))
    skin = np.full((*size, 3), (205.0, 160.0, 140.0)) - contrast * inside[..., None]
    noisy = np.clip(skin + rng.normal(0, 3, skin.shape), 0, 255)
    return np.asarray(noisy, dtype=np.uint8)


def on_edge(degrees: float) -> tuple[float, float]:
    turn = math.radians(degrees)
    return (MIDDLE[0] + RADIUS * math.cos(turn), MIDDLE[1] + RADIUS * math.sin(turn))


def test_the_way_follows_a_faint_edge_that_a_straight_line_would_leave() -> None:
    wire = Livewire(picture(), on_edge(0), 500)

    way = wire.way_to(on_edge(70))

    off = [abs(math.dist(point, MIDDLE) - RADIUS) for point in way]
    assert max(off) < 6  # of the photograph's pixels, 2.5 of them a working pixel
    assert RADIUS * (1 - math.cos(math.radians(35))) > 50  # what a straight line is off
    assert len(way) > 6


def test_it_begins_and_ends_exactly_where_one_points() -> None:
    wire = Livewire(picture(), on_edge(0), 500)

    way = wire.way_to(on_edge(40))

    assert way[0] == on_edge(0)
    assert way[-1] == on_edge(40)


def test_beyond_the_window_it_goes_straight_on() -> None:
    wire = Livewire(picture(), on_edge(0), 200)

    way = wire.way_to((100.0, 700.0))

    assert way[-1] == (100.0, 700.0)
    assert all(x > 990 for x, _ in way[:-1])  # the window ends 200 px left of the anchor


@pytest.mark.parametrize("anchor", [(0.0, 0.0), (1799.9, 1399.9)])
def test_a_corner_of_the_photograph_can_be_an_anchor(anchor: tuple[float, float]) -> None:
    wire = Livewire(picture(), anchor, 300)

    way = wire.way_to((900.0, 700.0))

    assert way[0] == anchor
    assert way[-1] == (900.0, 700.0)


def test_no_way_is_sought_in_more_than_a_small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    large = np.full((6000, 8000, 3), 150, np.uint8)

    wire = Livewire(large, (4000.0, 3000.0), 3000.0)

    assert wire.way_to((4000.0, 3000.0)) == ((4000.0, 3000.0), (4000.0, 3000.0))
    assert max(wire._window.columns, wire._window.rows) <= 400
