"""The wire that follows the edge from click to click, by mouse and by keys alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.hand_tools.conftest import ALT, CTRL, Hands, edge_right
from woundtrack import imaging
from woundtrack.imaging.outline import area_px
from woundtrack.model import Outline, OutlineSource, Point
from woundtrack.ui.review.pen_hand import PEN_KEY


def click(hands: Hands, points: Sequence[Point], held: Qt.KeyboardModifier | None = None) -> None:
    view = hands.canvas.viewport()
    for point in points:
        QTest.mouseMove(view, hands.at(point))
        modifier = held or Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, modifier, hands.at(point))


def on_edge(outline: Outline, count: int) -> list[Point]:
    """Return so many points of an outline, evenly by number."""
    step = len(outline.outer) / count
    return [outline.outer[int(place * step)] for place in range(count)]


def shared(one: Outline, other: Outline) -> float:
    """Return the Dice overlap of two outlines on the test photograph."""
    a, b = (imaging.outline_mask(outline, (750, 1000)) for outline in (one, other))
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


def test_a_few_clicks_round_the_wound_trace_its_edge(hands: Hands) -> None:
    truth = hands.outline
    hands.press(Qt.Key.Key_Delete)
    points = on_edge(truth, 6)

    hands.press(Qt.Key.Key_Q)
    click(hands, [*points, points[0]])
    hands.settle()

    assert shared(hands.outline, truth) > 0.95
    assert shared(Outline(outer=tuple(points)), truth) < 0.93  # straight lines between the clicks
    assert hands.outline.source is OutlineSource.DRAWN
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.outlines == ()


def test_a_ring_over_an_outline_takes_its_place_and_keeps_the_lesion(hands: Hands) -> None:
    truth, identity = hands.outline, hands.page.draft.entries[0].identity
    hands.press(Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    points = on_edge(truth, 8)

    hands.press(Qt.Key.Key_Q)
    click(hands, [*points, points[0]])
    hands.settle()

    assert area_px(hands.outline) == pytest.approx(area_px(truth), rel=0.05)
    assert hands.page.draft.entries[0].identity == identity


def test_enter_ends_a_line_on_the_edge_and_only_that_stretch_is_changed(hands: Hands) -> None:
    before = hands.outline
    place = before.outer.index(edge_right(before))
    (x, y), count = before.outer[place], len(before.outer)
    above, below = before.outer[place - 3], before.outer[(place + 3) % count]
    left = min(before.outer)

    hands.press(Qt.Key.Key_Q)
    click(hands, [above, (x + 40, y), below])
    entered = hands.canvas.pen is hands.page.hand.wire and hands.page.hand.wire.is_down
    hands.press(Qt.Key.Key_Return)

    assert entered
    assert area_px(hands.outline) > area_px(before) + 300
    assert left in hands.outline.outer
    assert hands.page.case is not None
    assert hands.page.case.is_waiting  # Enter accepted nothing


def test_a_double_click_ends_it_too(hands: Hands) -> None:
    truth = hands.outline
    hands.press(Qt.Key.Key_Delete)
    points = on_edge(truth, 6)

    hands.press(Qt.Key.Key_Q)
    click(hands, points)
    QTest.mouseDClick(
        hands.canvas.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        hands.at(points[-1]),
    )
    hands.settle()

    assert shared(hands.outline, truth) > 0.9


def test_backspace_takes_the_last_point_back_and_esc_all_of_them(hands: Hands) -> None:
    before, wire = hands.outline, hands.page.hand.wire
    points = on_edge(before, 6)
    hands.press(Qt.Key.Key_Q)

    click(hands, points[:3])
    set_first = len(wire.anchors)
    hands.press(Qt.Key.Key_Backspace)
    left = len(wire.anchors)
    hands.press(Qt.Key.Key_Escape)

    assert (set_first, left) == (3, 2)
    assert wire.anchors == ()
    assert hands.outline == before


def test_undo_takes_back_a_point_of_the_wire_and_nothing_drawn_before(hands: Hands) -> None:
    hands.press(Qt.Key.Key_PageUp)
    grown, wire = hands.outline, hands.page.hand.wire
    hands.press(Qt.Key.Key_Q)
    click(hands, on_edge(grown, 6)[:2])

    hands.press(Qt.Key.Key_Z, CTRL)
    left = len(wire.anchors)
    hands.press(Qt.Key.Key_Z, CTRL)
    hands.settle()

    assert left == 1
    assert not wire.is_down
    assert hands.outline == grown
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.outline != grown


def test_with_alt_what_the_ring_holds_is_taken_away(hands: Hands) -> None:
    x, y = hands.middle
    ring = [(x + 30 * math.cos(turn), y + 30 * math.sin(turn)) for turn in (0, 1.5, 3, 4.5)]

    hands.press(Qt.Key.Key_Q)
    click(hands, ring[:1], ALT)
    click(hands, [*ring[1:], ring[0]])
    hands.settle()

    assert len(hands.outline.islands) == 1


def test_without_a_mouse_the_pen_key_sets_points(hands: Hands) -> None:
    wire = hands.page.hand.wire
    hands.press(Qt.Key.Key_Q)

    hands.press(PEN_KEY)  # brings the pointer
    hands.press(PEN_KEY)
    for _ in range(6):
        hands.press(Qt.Key.Key_Right)
    hands.press(PEN_KEY)
    for _ in range(6):
        hands.press(Qt.Key.Key_Down)
    hands.press(PEN_KEY)

    assert len(wire.anchors) == 3
    hands.press(Qt.Key.Key_Return)
    assert not wire.is_down
