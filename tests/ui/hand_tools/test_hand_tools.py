"""The hand tools of the review room, by mouse, pen and keys, on a real photograph."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.hand_tools.conftest import ALT, CTRL, SHIFT, Hands, edge_right, ring_round
from woundtrack.imaging.drawing.nodes import is_sound
from woundtrack.imaging.outline import area_px
from woundtrack.model import OutlineSource, Point
from woundtrack.ui import theme
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.pen_hand import PEN_KEY

# --- brush and eraser ----------------------------------------------------------------------------


def test_the_brush_makes_the_lesion_larger_and_undo_takes_it_back(hands: Hands) -> None:
    before = hands.outline
    x, y = edge_right(before)

    hands.press(Qt.Key.Key_B)
    hands.draw([(x, y), (x + 20, y), (x + 40, y)])

    assert area_px(hands.outline) > area_px(before) + 300
    assert hands.outline.source is OutlineSource.DRAWN
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.outline == before


def test_the_brush_keeps_which_lesion_it_is(hands: Hands) -> None:
    before = hands.page.draft.entries[0].identity
    x, y = edge_right(hands.outline)

    hands.press(Qt.Key.Key_B)
    hands.draw([(x, y), (x + 30, y)])

    assert before is not None
    assert before.label == "A1"
    assert hands.page.draft.entries[0].identity == before


def test_alt_makes_an_eraser_of_the_brush_and_a_brush_of_the_eraser(hands: Hands) -> None:
    before = hands.outline
    x, y = edge_right(before)

    hands.press(Qt.Key.Key_B)
    hands.draw([(x, y), (x - 20, y)], ALT)
    smaller = area_px(hands.outline)
    hands.press(Qt.Key.Key_E)
    hands.draw([(x, y), (x - 20, y)], ALT)

    assert smaller < area_px(before) - 200
    assert area_px(hands.outline) > smaller + 200


def test_the_eraser_leaves_an_island_in_the_middle(hands: Hands) -> None:
    hands.press(Qt.Key.Key_E)
    hands.draw([hands.middle])

    assert len(hands.outline.islands) == 1


def test_ctrl_and_the_wheel_size_the_brush_and_do_not_zoom(hands: Hands) -> None:
    hands.press(Qt.Key.Key_B)
    before, zoom = hands.page.hand.brush.radius, hands.canvas.scale_now
    middle = QPointF(hands.canvas.viewport().rect().center())
    turn = QWheelEvent(
        middle,
        hands.canvas.viewport().mapToGlobal(middle),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(hands.canvas.viewport(), turn)

    assert hands.page.hand.brush.radius > before
    assert hands.canvas.scale_now == zoom


def test_the_keys_size_the_brush_too(hands: Hands) -> None:
    hands.press(Qt.Key.Key_B)
    before = hands.page.hand.brush.radius

    hands.press(Qt.Key.Key_Up, CTRL)
    larger = hands.page.hand.brush.radius
    hands.press(Qt.Key.Key_Down, CTRL)

    assert larger > before
    assert hands.page.hand.brush.radius == pytest.approx(before)


def test_a_pen_pressed_lightly_paints_a_narrow_band(hands: Hands) -> None:
    hands.press(Qt.Key.Key_B)
    x, y = edge_right(hands.outline)
    device = QPointingDevice(
        "pen",
        7,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
        1,
        1,
    )

    def added(pressure: float) -> float:
        before = area_px(hands.outline)
        for kind, point in (
            (QEvent.Type.TabletPress, (x, y)),
            (QEvent.Type.TabletMove, (x + 60, y)),
            (QEvent.Type.TabletRelease, (x + 60, y)),
        ):
            at = QPointF(hands.at(point))
            button = Qt.MouseButton.LeftButton
            event = QTabletEvent(
                kind,
                device,
                at,
                hands.canvas.viewport().mapToGlobal(at),
                pressure,
                0,
                0,
                0,
                0,
                0,
                Qt.KeyboardModifier.NoModifier,
                button,
                button,
            )
            QApplication.sendEvent(hands.canvas.viewport(), event)
        hands.settle()
        more = area_px(hands.outline) - before
        hands.press(Qt.Key.Key_Z, CTRL)
        return more

    assert 1.5 * added(0.4) < added(1.0)


def test_esc_drops_the_stroke_under_way(hands: Hands) -> None:
    before = hands.outline
    x, y = edge_right(before)
    view, left = hands.canvas.viewport(), Qt.MouseButton.LeftButton
    hands.press(Qt.Key.Key_B)
    QTest.mousePress(view, left, pos=hands.at((x, y)))
    QTest.mouseMove(view, hands.at((x + 40, y)))

    hands.press(Qt.Key.Key_Escape)
    QTest.mouseRelease(view, left, pos=hands.at((x + 40, y)))
    hands.settle()

    assert hands.outline == before
    assert hands.canvas.tool is Tool.PEN


def test_without_a_mouse_arrows_and_one_key_draw(hands: Hands) -> None:
    before = hands.outline
    centre = hands.canvas.viewport().rect().center()
    way = hands.at(hands.middle) - centre
    hands.press(Qt.Key.Key_E)

    hands.press(PEN_KEY)  # the pointer comes, in the middle of the view
    for _ in range(abs(way.x()) // 8):
        hands.press(Qt.Key.Key_Right if way.x() > 0 else Qt.Key.Key_Left)
    for _ in range(abs(way.y()) // 8):
        hands.press(Qt.Key.Key_Down if way.y() > 0 else Qt.Key.Key_Up)
    hands.press(PEN_KEY)  # down
    hands.press(Qt.Key.Key_Right)
    hands.press(PEN_KEY)  # and up

    radius = hands.page.hand.eraser.radius / hands.canvas.scale_now
    band = math.pi * radius**2 + 2 * radius * 8 / hands.canvas.scale_now
    assert area_px(before) - area_px(hands.outline) == pytest.approx(band, rel=0.05)


def test_the_other_end_of_a_tablets_pen_rubs_out(hands: Hands) -> None:
    hands.press(Qt.Key.Key_B)
    before = area_px(hands.outline)
    rubber = QPointingDevice(
        "rubber",
        8,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Eraser,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position,
        1,
        1,
    )

    at, left = QPointF(hands.at(hands.middle)), Qt.MouseButton.LeftButton
    for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletRelease):
        there = hands.canvas.viewport().mapToGlobal(at)
        held = Qt.KeyboardModifier.NoModifier
        event = QTabletEvent(kind, rubber, at, there, 1.0, 0, 0, 0, 0, 0, held, left, left)
        QApplication.sendEvent(hands.canvas.viewport(), event)
    hands.settle()

    assert len(hands.outline.islands) == 1
    assert area_px(hands.outline) < before


# --- lasso, island, split, merge -----------------------------------------------------------------


def test_the_lasso_adds_and_with_alt_takes_away(hands: Hands) -> None:
    before = area_px(hands.outline)
    x, y = edge_right(hands.outline)
    loop = ring_round((x, y), 25)

    hands.press(Qt.Key.Key_A)
    hands.draw(loop)
    more = area_px(hands.outline)
    hands.draw(loop, ALT)

    assert more > before + 600
    assert area_px(hands.outline) < before - 300


def test_an_island_is_drawn_and_filled_again_by_a_click(hands: Hands) -> None:
    middle = hands.middle

    hands.press(Qt.Key.Key_H)
    hands.draw(ring_round(middle, 20))
    islands = len(hands.outline.islands)
    hands.draw([middle])

    assert islands == 1
    assert hands.outline.islands == ()


def test_a_click_where_no_island_is_says_so(hands: Hands) -> None:
    hands.press(Qt.Key.Key_H)
    hands.draw([hands.middle])

    assert hands.canvas.notice == "The outline is as it was: there is no island at this place."


def test_a_line_across_makes_two_lesions_and_merging_makes_one_again(hands: Hands) -> None:
    before = area_px(hands.outline)
    x, _ = hands.middle
    ys = [y for _, y in hands.outline.outer]

    hands.press(Qt.Key.Key_S)
    hands.draw([(x, min(ys) - 15), (x, (min(ys) + max(ys)) / 2), (x, max(ys) + 15)])
    parts = hands.outlines
    labels = [entry.identity.label for entry in hands.page.draft.entries if entry.identity]
    hands.press(Qt.Key.Key_M)

    assert len(parts) == 2
    assert labels == ["A1", "A2"]
    assert area_px(hands.outline) == pytest.approx(before, rel=0.02)


def test_merging_with_nothing_beside_says_so(hands: Hands) -> None:
    hands.press(Qt.Key.Key_M)

    assert "no second outline" in hands.canvas.notice


# --- handles -------------------------------------------------------------------------------------


def test_a_handle_is_dragged(hands: Hands) -> None:
    hands.press(Qt.Key.Key_D)
    before = area_px(hands.outline)
    start = max(hands.nodes)

    hands.draw([start, (start[0] + 15, start[1]), (start[0] + 30, start[1])])

    assert area_px(hands.outline) > before
    assert max(hands.nodes)[0] == pytest.approx(start[0] + 30, abs=2 / hands.canvas.scale_now)


def test_a_handle_is_moved_by_the_arrows_alone(hands: Hands) -> None:
    hands.press(Qt.Key.Key_D)
    hands.press(Qt.Key.Key_Tab)
    start = hands.nodes[0]

    hands.press(Qt.Key.Key_Right)
    hands.press(Qt.Key.Key_Up)

    assert hands.nodes[0] == pytest.approx((start[0] + 1, start[1] - 1))
    hands.press(Qt.Key.Key_Z, CTRL)
    assert hands.nodes[0] == pytest.approx((start[0] + 1, start[1]))


def test_a_handle_is_set_and_taken_away_by_keys(hands: Hands) -> None:
    hands.press(Qt.Key.Key_D)
    hands.press(Qt.Key.Key_Tab)
    count = len(hands.nodes)

    hands.press(Qt.Key.Key_Insert)
    more = len(hands.nodes)
    hands.press(Qt.Key.Key_Delete)

    assert (more, len(hands.nodes)) == (count + 1, count)


def test_alt_click_takes_a_handle_away_and_a_double_click_sets_one(hands: Hands) -> None:
    hands.press(Qt.Key.Key_D)
    count = len(hands.nodes)
    start = max(hands.nodes)

    hands.draw([start], ALT)
    less = len(hands.nodes)
    one, other = hands.outline.outer[0], hands.outline.outer[1]
    middle = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
    QTest.mouseDClick(hands.canvas.viewport(), Qt.MouseButton.LeftButton, pos=hands.at(middle))
    hands.settle()

    assert less == count - 1
    assert len(hands.nodes) == count


def test_the_loupe_goes_with_the_handle_that_keys_have_in_hand(hands: Hands) -> None:
    hands.press(Qt.Key.Key_D)
    hands.press(Qt.Key.Key_Z)
    hands.press(Qt.Key.Key_Tab)
    one = hands.canvas.viewport().grab().toImage()

    hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Tab)

    node = hands.page.hand.nodes.hot_at
    assert node is not None
    assert node == hands.nodes[2]
    at = hands.at(node)
    beside = QPoint(at.x() + 28 + 88, at.y() - 28 - 88)  # the middle of the loupe beside it
    other = hands.canvas.viewport().grab().toImage()
    assert other.pixelColor(beside) != one.pixelColor(beside)


def test_an_edge_is_never_dragged_across_itself(hands: Hands) -> None:
    hands.press(Qt.Key.Key_D)
    start = max(hands.nodes)
    left = min(hands.nodes)

    hands.draw([start, ((start[0] + left[0]) / 2, start[1]), (left[0] - 60, left[1])])

    assert is_sound(hands.outline)


def test_without_the_tool_no_handle_is_shown(hands: Hands) -> None:
    hands.press(Qt.Key.Key_D)
    shown = len(hands.nodes)
    hands.press(Qt.Key.Key_I)

    assert shown > 3
    assert hands.nodes == ()


# --- looking -------------------------------------------------------------------------------------


def test_u_shows_what_makes_the_area_in_hand_uncertain_and_hides_it_again(hands: Hands) -> None:
    view = hands.page.panel.uncertainty
    before = view.isVisible()

    hands.press(Qt.Key.Key_U)
    shown, causes = view.isVisible(), [cause.name for cause in view.causes]
    hands.press(Qt.Key.Key_U)

    assert (before, shown, view.isVisible()) == (False, True, False)
    assert "Where the edge was put" in causes


def test_the_ghost_is_last_visits_outline_in_true_size(hands: Hands) -> None:
    hands.press(Qt.Key.Key_G)

    (ghost,) = [one for one in hands.canvas.outlines if one.is_last_visit]
    today = [one for one in hands.canvas.outlines if not one.is_last_visit]
    ratio = area_px(ghost.outline) / area_px(today[0].outline)
    assert ratio == pytest.approx(1800 / 1300, rel=0.03)
    assert "12 Jan" in ghost.words

    hands.press(Qt.Key.Key_G)
    assert not any(one.is_last_visit for one in hands.canvas.outlines)


def test_the_ghost_can_be_accepted_over_but_not_picked(hands: Hands) -> None:
    hands.press(Qt.Key.Key_G)
    count = len(hands.page.draft.entries)
    (ghost,) = [one for one in hands.canvas.outlines if one.is_last_visit]
    assert hands.page.selected is not None
    chosen = hands.page.selected.key

    hands.press(Qt.Key.Key_V)
    QTest.mouseClick(
        hands.canvas.viewport(),
        Qt.MouseButton.LeftButton,
        pos=hands.at(edge_right(ghost.outline)),
    )

    assert len(hands.page.draft.entries) == count
    assert hands.page.selected.key == chosen


def test_the_tint_goes_round_in_three_steps(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F)
    light = hands.canvas.fill
    hands.press(Qt.Key.Key_F)
    strong = hands.canvas.fill
    hands.press(Qt.Key.Key_F)

    assert 0 < light < strong
    assert hands.canvas.fill == 0


def test_edges_alone_are_fine_lines_without_labels_tint_or_card(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F)
    with_all = hands.canvas.viewport().grab().toImage()

    hands.press(Qt.Key.Key_F, SHIFT)

    x, y = hands.middle
    inside = hands.at((x, y))
    bare = hands.canvas.viewport().grab().toImage()
    assert hands.canvas.is_edge_only
    assert bare.pixelColor(inside) != with_all.pixelColor(inside)  # the tint is gone
    drawn = theme.PHOTO_EDITED.lower()
    cyan = [
        sum(
            image.pixelColor(column, row).name() == drawn
            for column in range(image.width())
            for row in range(image.height())
        )
        for image in (with_all, bare)
    ]
    assert 0 < cyan[1] < cyan[0]
    hands.press(Qt.Key.Key_F, SHIFT)
    assert hands.canvas.viewport().grab().toImage() == with_all


def test_the_loupe_enlarges_what_is_under_the_pointer(hands: Hands) -> None:
    hands.press(Qt.Key.Key_Z)
    QTest.mouseMove(hands.canvas.viewport(), hands.at(hands.middle))
    shown = hands.canvas.viewport().grab().toImage()
    hands.press(Qt.Key.Key_Z)
    QTest.mouseMove(hands.canvas.viewport(), hands.at(hands.middle) + QPoint(1, 0))
    gone = hands.canvas.viewport().grab().toImage()

    assert shown != gone


# --- box and circle ------------------------------------------------------------------------------


def test_a_circle_is_dragged_from_the_wounds_middle(hands: Hands) -> None:
    truth = hands.outline
    x, y = hands.middle
    hands.press(Qt.Key.Key_Delete)
    boxes: list[tuple[float, ...]] = []
    hands.canvas.boxed.connect(boxes.append)

    hands.press(Qt.Key.Key_R, SHIFT)
    hands.draw([(x, y), (x + 50, y), (x + 110, y)])

    (box,) = boxes
    assert box == pytest.approx((x - 110, y - 110, x + 110, y + 110), abs=3)
    assert area_px(hands.outline) == pytest.approx(area_px(truth), rel=0.15)
    assert hands.canvas.tool is Tool.INCLUDE


def test_shift_makes_a_circle_of_the_box(hands: Hands) -> None:
    x, y = hands.middle
    boxes: list[tuple[float, ...]] = []
    hands.canvas.boxed.connect(boxes.append)

    hands.press(Qt.Key.Key_R)
    view, left = hands.canvas.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, SHIFT, hands.at((x, y)))
    for way in (40, 100):
        at = QPointF(hands.at((x, y + way)))
        there = view.mapToGlobal(at)
        kind = QEvent.Type.MouseMove
        event = QMouseEvent(kind, at, there, Qt.MouseButton.NoButton, left, SHIFT)
        QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, left, SHIFT, hands.at((x, y + 100)))
    hands.settle()

    (box,) = boxes
    assert box == pytest.approx((x - 100, y - 100, x + 100, y + 100), abs=3)


# --- clicks and boxes by keys --------------------------------------------------------------------


def test_without_a_mouse_the_pen_key_clicks_to_include_and_with_alt_to_exclude(
    hands: Hands,
) -> None:
    clicks: list[tuple[Point, bool]] = []
    hands.canvas.clicked.connect(lambda point, is_exclude: clicks.append((point, is_exclude)))
    shown = hands.page.case

    hands.press(Qt.Key.Key_I)
    hands.press(PEN_KEY)  # brings the pointer to the middle of the view
    hands.press(Qt.Key.Key_Right)
    hands.press(PEN_KEY)
    hands.press(PEN_KEY, ALT)

    middle = hands.canvas.mapToScene(hands.canvas.viewport().rect().center() + QPoint(8, 0))
    assert [is_exclude for _, is_exclude in clicks] == [False, True]
    assert clicks[0][0] == pytest.approx((middle.x(), middle.y()))
    assert hands.page.case is shown  # the arrow went to no other photograph


def test_without_a_mouse_a_box_is_begun_stretched_and_ended(hands: Hands) -> None:
    boxes: list[tuple[float, ...]] = []
    hands.canvas.boxed.connect(boxes.append)

    hands.press(Qt.Key.Key_R)
    hands.press(PEN_KEY)
    hands.press(PEN_KEY)
    hands.press(Qt.Key.Key_Right, SHIFT)
    for _ in range(3):
        hands.press(Qt.Key.Key_Down)
    hands.press(PEN_KEY)

    view = hands.canvas.viewport().rect().center()
    start = hands.canvas.mapToScene(view)
    end = hands.canvas.mapToScene(view + QPoint(40, 24))
    (box,) = boxes
    assert box == pytest.approx((start.x(), start.y(), end.x(), end.y()))


def test_esc_sends_the_pointer_of_a_tool_away(hands: Hands) -> None:
    clicks: list[Point] = []
    hands.canvas.clicked.connect(lambda point, _is_exclude: clicks.append(point))
    hands.press(Qt.Key.Key_I)
    hands.press(PEN_KEY)

    hands.press(Qt.Key.Key_Escape)
    hands.press(PEN_KEY)

    assert clicks == []  # it was brought again, and clicks nothing yet
