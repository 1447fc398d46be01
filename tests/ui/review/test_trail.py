"""Back and forward lead along the photographs that were shown."""

from __future__ import annotations

from woundtrack.ui.review.trail import Trail


def everywhere(_photograph_id: str) -> bool:
    return True


def walked(*photograph_ids: str) -> Trail:
    trail = Trail()
    for photograph_id in photograph_ids:
        trail.went(photograph_id)
    return trail


def test_back_and_forward_lead_over_the_same_photographs() -> None:
    trail = walked("a", "b", "c")

    assert [trail.back(everywhere), trail.back(everywhere), trail.back(everywhere)] == [
        "b",
        "a",
        None,
    ]
    assert trail.shown == "a"
    assert [trail.forward(everywhere), trail.forward(everywhere), trail.forward(everywhere)] == [
        "b",
        "c",
        None,
    ]
    assert trail.shown == "c"


def test_showing_the_same_photograph_again_is_no_step() -> None:
    trail = walked("a", "b", "b")

    assert trail.back(everywhere) == "a"


def test_another_photograph_closes_the_way_forward() -> None:
    trail = walked("a", "b")
    trail.back(everywhere)

    trail.went("c")

    assert trail.forward(everywhere) is None
    assert trail.back(everywhere) == "a"


def test_what_is_no_longer_there_is_passed_over() -> None:
    trail = walked("a", "withdrawn", "c")

    assert trail.back(lambda one: one != "withdrawn") == "a"
    assert not trail.has_past


def test_a_trail_that_is_forgotten_begins_anew() -> None:
    trail = walked("a", "b")

    trail.forget()

    assert trail.shown is None
    assert not trail.has_past
    assert trail.back(everywhere) is None
