from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from woundtrack.errors import EditImpossible
from woundtrack.imaging.drawing.nodes import (
    is_sound,
    nearest_node,
    node_inserted,
    node_moved,
    node_removed,
    nodes_of,
)
from woundtrack.imaging.outline import shoelace
from woundtrack.model import Outline, Ring


def circle(radius: float = 100.0, points: int = 120) -> Ring:
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False).tolist()
    return tuple((200 + radius * math.cos(angle), 200 + radius * math.sin(angle)) for angle in turn)


def test_a_ring_of_many_points_has_few_nodes() -> None:
    nodes = nodes_of(circle())

    assert 6 <= len(nodes) <= 24
    assert list(nodes) == sorted(set(nodes))


def test_a_triangle_has_its_corners_for_nodes() -> None:
    assert nodes_of(((0, 0), (90, 0), (0, 90))) == (0, 1, 2)


def test_a_node_goes_where_it_is_dragged_and_its_neighbours_stay() -> None:
    ring = circle()
    nodes = nodes_of(ring)

    found = node_moved(ring, nodes, 2, (360.0, 350.0))

    assert found[nodes[2]] == (360.0, 350.0)
    assert found[nodes[1]] == ring[nodes[1]]
    assert found[nodes[3]] == ring[nodes[3]]


def test_the_edge_beyond_the_neighbours_does_not_move() -> None:
    ring = circle()
    nodes = nodes_of(ring)

    found = node_moved(ring, nodes, 2, (360.0, 350.0))

    still = [*range(nodes[1] + 1), *range(nodes[3], len(ring))]
    assert all(found[index] == ring[index] for index in still)


def test_the_first_and_the_last_node_are_neighbours() -> None:
    ring = circle()
    nodes = nodes_of(ring)

    found = node_moved(ring, nodes, 0, (330.0, 200.0))

    assert found[nodes[0]] == (330.0, 200.0)
    assert found[nodes[-1]] == ring[nodes[-1]]
    # A little on either side of the node follows almost all the way.
    assert found[nodes[0] + 1][0] - ring[nodes[0] + 1][0] > 15
    assert found[nodes[0] - 1][0] - ring[nodes[0] - 1][0] > 15


def test_a_node_is_inserted_where_the_ring_passes_nearest() -> None:
    ring = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))

    found, nodes, which = node_inserted(ring, (0, 1, 2, 3), (60.0, -7.0))

    assert found == ((0.0, 0.0), (60.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))
    assert nodes == (0, 1, 2, 3, 4)
    assert which == 1


@given(angle=st.floats(0, 2 * math.pi), away=st.floats(-30, 30))
def test_inserting_a_node_leaves_the_area_alone(angle: float, away: float) -> None:
    ring = circle()
    at = (200 + (100 + away) * math.cos(angle), 200 + (100 + away) * math.sin(angle))

    found, nodes, which = node_inserted(ring, nodes_of(ring), at)

    assert shoelace(np.asarray(found)) == pytest.approx(shoelace(np.asarray(ring)), rel=1e-9)
    assert math.dist(found[nodes[which]], at) < abs(away) + 1


def test_without_a_node_the_edge_is_straight_between_its_neighbours() -> None:
    ring = circle()
    nodes = nodes_of(ring)

    found, left = node_removed(ring, nodes, 1)

    assert len(left) == len(nodes) - 1
    assert found[left[0]] == ring[nodes[0]]
    assert found[left[1]] == ring[nodes[2]]
    assert left[1] == left[0] + 1


def test_the_first_node_can_be_taken_away_too() -> None:
    ring = circle()
    nodes = nodes_of(ring)

    found, left = node_removed(ring, nodes, 0)

    assert {found[place] for place in left} == {ring[place] for place in nodes[1:]}


def test_three_nodes_are_the_least() -> None:
    with pytest.raises(EditImpossible, match="three nodes"):
        node_removed(((0, 0), (90, 0), (0, 90)), (0, 1, 2), 1)


def test_a_ring_that_crosses_itself_is_not_sound() -> None:
    bow = Outline(outer=((0, 0), (100, 100), (100, 0), (0, 100)))

    assert not is_sound(bow)
    assert is_sound(Outline(outer=circle()))


def test_an_island_outside_is_not_sound() -> None:
    island = ((90.0, 40.0), (120.0, 40.0), (120.0, 60.0))

    assert not is_sound(Outline(outer=((0, 0), (100, 0), (100, 100), (0, 100)), islands=(island,)))


def test_the_nearest_node_is_found_within_reach() -> None:
    outline = Outline(
        outer=((0, 0), (100, 0), (100, 100), (0, 100)), islands=(((40, 40), (60, 40), (50, 60)),)
    )
    nodes = ((0, 1, 2, 3), (0, 1, 2))

    assert nearest_node(outline, nodes, (97, 4), within=8) == (0, 1)
    assert nearest_node(outline, nodes, (51, 58), within=8) == (1, 2)
    assert nearest_node(outline, nodes, (75, 75), within=8) is None
