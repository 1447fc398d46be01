"""Ulcer, eschar and margin in the review room: chosen, drawn, told, undone, recorded together."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from tests.ui.review.conftest import Room
from tests.ui.review.test_tissue import EYES
from tests.ui.test_theme import contrast
from woundtrack.imaging.colours.colour_difference import lab_of_light, linear_light
from woundtrack.model import Assessment, Outline, OutlineKind, OutlineSource, Point
from woundtrack.ui import theme
from woundtrack.ui.components.outline_kind import KIND_LOOKS
from woundtrack.ui.review.canvas import Tool

ULCER, ESCHAR, MARGIN = OutlineKind.ULCER, OutlineKind.ESCHAR, OutlineKind.MARGIN


def outline_of(room: Room, kind: OutlineKind) -> Outline:
    (only, *_) = room.page.draft.outlines_of(kind)
    return only


def ring_round(outline: Outline, factor: float, shift: float = 0.0) -> list[Point]:
    """Return a way round an outline's middle, so many times as far as its edge."""
    x0, y0 = outline.centre
    ring = [(x0 + (x - x0) * factor + shift, y0 + (y - y0) * factor) for x, y in outline.outer]
    return [*ring[:: max(len(ring) // 24, 1)], ring[0]]


def draw(room: Room, points: list[Point]) -> None:
    """Draw along points with the mouse."""
    view, left = room.canvas.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, pos=room.at(points[0]))
    for point in points[1:]:
        QTest.mouseMove(view, room.at(point))
    QTest.mouseRelease(view, left, pos=room.at(points[-1]))
    room.settle()


def draw_eschar(room: Room, factor: float = 0.5, shift: float = 0.0) -> None:
    room.press(Qt.Key.Key_2)
    room.press(Qt.Key.Key_A)
    draw(room, ring_round(outline_of(room, ULCER), factor, shift))


def draw_margin(room: Room, factor: float = 1.35) -> None:
    room.press(Qt.Key.Key_3)
    room.press(Qt.Key.Key_A)
    draw(room, ring_round(outline_of(room, ULCER), factor))


def accepted(room: Room, label: str = "A1") -> Assessment:
    return room.library.assessments(lesion_id=room.lesion(label).id)[-1]


def areas(assessment: Assessment) -> dict[OutlineKind, float]:
    return {
        one.kind: one.measurement.area_cm2
        for one in assessment.outlines
        if one.measurement is not None
    }


def titles(room: Room) -> list[str]:
    return [note.title for note in room.page.panel.notes]


def test_the_ulcer_is_drawn_to_begin_with_and_no_sizes_take_room(room: Room) -> None:
    kinds = room.page.panel.kinds

    assert kinds.isVisible()
    assert kinds.chosen is ULCER
    assert kinds.sizes == ()


def test_a_digit_chooses_what_is_drawn_and_it_is_said_who_draws_it(room: Room) -> None:
    room.press(Qt.Key.Key_2)

    assert room.page.work.kind is ESCHAR
    assert room.page.panel.kinds.chosen is ESCHAR
    assert room.page.panel.title == "Left abdomen"  # the lesion stays in hand
    assert room.page.panel.area.view.value == "Not outlined"
    (note,) = [one for one in room.page.panel.notes if one.title == "No eschar is outlined"]
    assert "The program proposes ulcers alone." in note.text


def test_a_press_on_the_chooser_does_what_the_digit_does(room: Room) -> None:
    cell = room.page.panel.kinds.cells[MARGIN]

    QTest.mouseClick(cell, Qt.MouseButton.LeftButton)

    assert room.page.work.kind is MARGIN
    assert cell.isChecked()


def test_after_a_press_on_the_chooser_letters_and_enter_count_as_before(room: Room) -> None:
    cell = room.page.panel.kinds.cells[ULCER]
    QTest.mouseClick(cell, Qt.MouseButton.LeftButton)

    room.press(Qt.Key.Key_B)
    tool = room.tool()
    room.press(Qt.Key.Key_Return)

    assert tool is Tool.PEN
    assert [one.kind for one in accepted(room).outlines] == [ULCER]


def test_an_eschar_drawn_with_the_lasso_is_the_lesions_in_hand(room: Room) -> None:
    before = outline_of(room, ULCER)

    draw_eschar(room)

    assert outline_of(room, ULCER) == before
    entry = room.page.selected
    assert entry is not None
    assert entry.kind is ESCHAR
    assert entry.identity is not None
    assert entry.identity.label == "A1"
    assert entry.outline is not None
    assert entry.outline.source is OutlineSource.DRAWN
    sizes = {one.kind: one for one in room.page.panel.kinds.sizes}
    assert sizes[ESCHAR].area
    assert sizes[ESCHAR].interval
    assert sizes[MARGIN].area == ""
    assert room.page.panel.area.view.value == sizes[ESCHAR].area.split()[0]


def test_a_box_finds_an_eschar_of_its_own_and_leaves_the_ulcer(room: Room) -> None:
    before = outline_of(room, ULCER)
    ring = ring_round(before, 0.8)
    room.press(Qt.Key.Key_2)
    assert room.tool() is Tool.BOX

    room.drag_box(
        (min(x for x, _ in ring), min(y for _, y in ring)),
        (max(x for x, _ in ring), max(y for _, y in ring)),
    )
    room.settle()

    assert len(room.page.draft.outlines_of(ESCHAR)) == 1
    assert outline_of(room, ULCER) == before
    assert room.tool() is Tool.INCLUDE


def test_a_tool_lent_to_begin_a_kind_is_put_down_again_at_the_ulcer(room: Room) -> None:
    assert room.tool() is Tool.INCLUDE

    for key, lent in ((Qt.Key.Key_2, Tool.BOX), (Qt.Key.Key_3, Tool.PEN)):
        room.press(key)
        assert room.tool() is lent
        room.press(Qt.Key.Key_1)  # a person thinks better of it
        assert room.tool() is Tool.INCLUDE


def test_a_pen_that_a_person_took_stays_in_hand_from_kind_to_kind(room: Room) -> None:
    room.press(Qt.Key.Key_2)
    room.press(Qt.Key.Key_B)

    room.press(Qt.Key.Key_1)

    assert room.tool() is Tool.PEN


def test_a_margin_is_begun_with_the_lasso(room: Room) -> None:
    room.press(Qt.Key.Key_3)

    assert room.tool() is Tool.PEN
    draw(room, ring_round(outline_of(room, ULCER), 1.35))
    assert len(room.page.draft.outlines_of(MARGIN)) == 1


def test_it_is_said_that_a_margins_interval_is_too_narrow(room: Room) -> None:
    draw_margin(room)
    assert "A margin is less sure than its interval" in titles(room)

    room.press(Qt.Key.Key_1)

    assert "A margin is less sure than its interval" not in titles(room)


def test_a_brush_paints_on_what_is_chosen_alone(room: Room) -> None:
    draw_eschar(room)
    ulcer, eschar = outline_of(room, ULCER), outline_of(room, ESCHAR)

    room.press(Qt.Key.Key_B)
    x, y = max(eschar.outer)
    draw(room, [(x, y), (x + 8, y)])

    assert outline_of(room, ULCER) == ulcer
    assert outline_of(room, ESCHAR) != eschar


def test_the_other_kinds_are_drawn_thin_and_dashed_in_their_own_colours(room: Room) -> None:
    draw_eschar(room)
    draw_margin(room)

    drawn = {one.kind: one for one in room.canvas.outlines if one.label.startswith("A1")}

    assert [drawn[kind].is_aside for kind in (ULCER, ESCHAR, MARGIN)] == [True, True, False]
    assert [drawn[kind].label for kind in (ULCER, ESCHAR, MARGIN)] == [
        "A1 ulcer",
        "A1 eschar",
        "A1 margin",
    ]
    shown = room.canvas.viewport().grab().toImage()
    seen = {
        shown.pixelColor(x, y).name()
        for x in range(shown.width())
        for y in range(0, shown.height(), 2)
    }
    assert {theme.PHOTO_ESCHAR.lower(), theme.PHOTO_MARGIN.lower()} <= seen


def test_a_click_within_the_margin_is_no_choice_of_it_while_the_ulcer_is_drawn(room: Room) -> None:
    draw_margin(room)
    room.press(Qt.Key.Key_1)
    room.press(Qt.Key.Key_R)

    room.click(outline_of(room, ULCER).centre)

    assert room.page.work.kind is ULCER
    entry = room.page.selected
    assert entry is not None
    assert entry.kind is ULCER


def test_every_drawing_is_undone_and_what_comes_back_is_drawn_on(room: Room) -> None:
    draw_eschar(room)
    draw_margin(room)
    room.press(Qt.Key.Key_1)

    room.undo()
    assert room.page.draft.outlines_of(MARGIN) == ()
    assert room.page.work.kind is MARGIN
    room.undo()
    assert room.page.draft.outlines_of(ESCHAR) == ()
    room.redo()
    assert len(room.page.draft.outlines_of(ESCHAR)) == 1
    assert room.page.work.kind is ESCHAR


def test_enter_accepts_all_kinds_together_and_undo_takes_all_back(room: Room) -> None:
    draw_eschar(room)
    draw_margin(room)

    room.press(Qt.Key.Key_Return)

    found = areas(accepted(room))
    assert set(found) == {ULCER, ESCHAR, MARGIN}
    assert found[ESCHAR] < found[ULCER] < found[MARGIN]
    assert [one.kind for one in accepted(room, "A2").outlines] == [ULCER]
    assert room.page.work.kind is ULCER  # the next photograph begins with its ulcer
    room.undo()
    assert len(room.library.assessments(lesion_id=room.lesion("A1").id)) == 1
    assert room.name == "second.jpg"
    assert len(room.page.draft.outlines_of(ESCHAR)) == 1


def test_correcting_an_accepted_ulcer_keeps_its_eschar_and_margin(room: Room) -> None:
    draw_eschar(room)
    draw_margin(room)
    photograph = room.page.case
    assert photograph is not None
    room.press(Qt.Key.Key_Return)
    before = accepted(room)

    room.window.session.go("review", photograph_id=photograph.filed.id)
    room.sharp()
    assert [len(room.page.draft.outlines_of(kind)) for kind in OutlineKind] == [2, 1, 1]
    room.press(Qt.Key.Key_PageUp, Qt.KeyboardModifier.ShiftModifier)
    room.settle()
    room.press(Qt.Key.Key_Return)

    after = accepted(room)
    assert after.assessment_id == before.assessment_id
    assert after.outline_of(ULCER) != before.outline_of(ULCER)
    assert after.outline_of(ESCHAR) == before.outline_of(ESCHAR)
    assert after.outline_of(MARGIN) == before.outline_of(MARGIN)
    room.undo()
    assert accepted(room).outlines == before.outlines


def test_an_eschar_is_added_to_what_was_accepted_and_taken_away_with_del(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    room.sharp()
    before = accepted(room)

    draw_eschar(room)
    room.press(Qt.Key.Key_Return)
    added = accepted(room)
    room.press(Qt.Key.Key_2)
    room.press(Qt.Key.Key_Delete)
    assert room.page.panel.title == "Left abdomen"  # the lesion is still in hand
    room.press(Qt.Key.Key_Return)

    assert set(areas(added)) == {ULCER, ESCHAR}
    assert added.outline_of(ULCER) == before.outline_of(ULCER)
    assert accepted(room).outlines == before.outlines
    assert accepted(room).revision == 3


def test_an_eschar_that_sticks_out_is_told_at_once_and_points_at_its_place(room: Room) -> None:
    draw_eschar(room, 0.7, shift=45.0)

    assert "The eschar reaches beyond the ulcer" in titles(room)
    sizes = {one.kind: one for one in room.page.panel.kinds.sizes}
    assert (sizes[ULCER].is_doubtful, sizes[ESCHAR].is_doubtful) == (False, True)
    assert "Beyond the ulcer" in [mark.words for mark in room.canvas.marks]
    room.press(Qt.Key.Key_Return)
    kept = accepted(room).outline_of(ESCHAR)
    assert kept is not None
    assert kept.measurement is not None
    assert "eschar_beyond_ulcer" in [doubt.code for doubt in kept.measurement.doubts]


def test_an_eschar_in_place_of_the_ulcer_is_the_whole_lesion(room: Room) -> None:
    draw_eschar(room, 0.9)
    room.press(Qt.Key.Key_1)
    room.press(Qt.Key.Key_Delete)

    assert "The eschar is the whole lesion" in titles(room)
    assert room.page.panel.area.view.value == "Not outlined"
    room.press(Qt.Key.Key_2)
    assert "The eschar is the whole lesion" in titles(room)
    room.press(Qt.Key.Key_Return)
    assert set(areas(accepted(room))) == {ESCHAR}


def test_a_margin_alone_is_told_whichever_kind_is_drawn(room: Room) -> None:
    draw_margin(room)
    room.press(Qt.Key.Key_1)
    room.press(Qt.Key.Key_Delete)

    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        room.press(key)
        assert "The margin alone is outlined" in titles(room)


def test_a_lesion_that_eschar_covers_is_opened_with_its_eschar_and_its_area(room: Room) -> None:
    case = room.page.case
    assert case is not None
    draw_eschar(room, 0.9)
    room.press(Qt.Key.Key_1)
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Return)
    size = areas(accepted(room))[ESCHAR]

    room.window.session.go("review", photograph_id=case.filed.id)
    room.sharp()

    assert room.page.panel.kinds.chosen is ESCHAR
    assert float(room.page.panel.area.view.value) == pytest.approx(size, abs=0.06)


def test_tab_goes_to_the_next_lesion_whatever_is_drawn(room: Room) -> None:
    draw_eschar(room)

    room.press(Qt.Key.Key_Tab)

    entry = room.page.work.in_hand
    assert entry is not None
    assert entry.identity is not None
    assert entry.identity.label == "A2"
    assert room.page.work.kind is ESCHAR
    assert room.page.selected is None
    room.press(Qt.Key.Key_Tab)
    back = room.page.work.in_hand
    assert back is not None
    assert back.kind is ESCHAR
    assert back.identity is not None
    assert back.identity.label == "A1"


def test_an_eschar_given_to_another_ulcers_lesion_is_no_further_part_of_it(room: Room) -> None:
    draw_eschar(room)

    room.press(Qt.Key.Key_L)
    shown = room.page.panel.picker.list.model()
    said = [
        str(shown.data(shown.index(row, 0), Qt.ItemDataRole.AccessibleTextRole))
        for row in range(shown.rowCount())
    ]
    assert len(said) == 2
    assert not [one for one in said if "open part" in one]
    room.press(Qt.Key.Key_Return)

    eschar = next(one for one in room.page.draft.entries if one.kind is ESCHAR)
    assert eschar.identity is not None
    assert eschar.identity.label == "A2"
    ulcers = [one for one in room.page.draft.entries if one.kind is ULCER]
    assert [one.identity.label for one in ulcers if one.identity] == ["A1", "A2"]


def test_an_ulcer_given_to_another_lesion_takes_its_eschar_along(room: Room) -> None:
    draw_eschar(room)
    room.press(Qt.Key.Key_1)

    room.press(Qt.Key.Key_N)
    room.press(Qt.Key.Key_Return)

    labels = {one.kind: one.identity.label for one in room.page.draft.entries[:1] if one.identity}
    eschar = next(one for one in room.page.draft.entries if one.kind is ESCHAR)
    assert labels == {ULCER: "A3"}
    assert eschar.identity is not None
    assert eschar.identity.label == "A3"


def test_last_visits_eschar_is_copied_where_the_eschar_is_drawn(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    room.sharp()
    draw_eschar(room)
    room.press(Qt.Key.Key_Return)
    then = areas(accepted(room))[ESCHAR]
    waiting = room.page.queue.rows[0].filed.id
    room.window.session.go("review", photograph_id=waiting)
    room.sharp()
    ulcer = outline_of(room, ULCER)

    room.press(Qt.Key.Key_2)
    room.press(Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    room.settle()

    assert outline_of(room, ULCER) == ulcer
    entry = room.page.selected
    assert entry is not None
    assert entry.kind is ESCHAR
    assert entry.measurement is not None
    assert entry.measurement.area_cm2 == pytest.approx(then, rel=0.02)
    # Compared with the eschar of then, not with the ulcer.
    assert room.page.panel.area.view.last is not None
    assert room.page.panel.area.view.last.area_cm2 == pytest.approx(then)


def test_where_no_eschar_was_ever_outlined_there_is_none_to_copy(room: Room) -> None:
    room.press(Qt.Key.Key_2)

    room.press(Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)

    assert room.canvas.notice.startswith("The outline is as it was: no earlier outline")
    assert room.page.draft.outlines_of(ESCHAR) == ()


def test_tissue_is_painted_in_the_ulcer_alone(room: Room) -> None:
    actions = room.window.session.actions
    assert actions["review.tissue"].isEnabled()

    room.press(Qt.Key.Key_2)

    assert not actions["review.tissue"].isEnabled()
    assert (
        actions.why_off("review.tissue") == "Tissue is painted in the ulcer: draw that first (1)."
    )
    room.press(Qt.Key.Key_1)
    assert actions["review.tissue"].isEnabled()


def test_with_the_tissue_pen_in_hand_digits_are_its_own(room: Room) -> None:
    room.press(Qt.Key.Key_P)

    room.press(Qt.Key.Key_2)

    assert room.page.work.kind is ULCER


def test_a_gesture_made_before_another_kind_was_chosen_stays_on_its_own(room: Room) -> None:
    before = outline_of(room, ULCER)
    room.press(Qt.Key.Key_B)
    x, y = max(before.outer)
    view, left = room.canvas.viewport(), Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, pos=room.at((x, y)))
    QTest.mouseMove(view, room.at((x + 10, y)))
    QTest.mouseRelease(view, left, pos=room.at((x + 10, y)))

    room.press(Qt.Key.Key_2)
    room.settle()

    assert outline_of(room, ULCER) != before
    assert room.page.draft.outlines_of(ESCHAR) == ()
    assert room.page.work.kind is ESCHAR


def test_the_strip_below_tells_what_became_of_the_kind_that_is_drawn(room: Room) -> None:
    draw_eschar(room)

    cells = [past.area for past in room.page.strip.shown]

    assert room.page.strip.title == "A1 eschar over time"
    eschar = next(one for one in room.page.panel.kinds.sizes if one.kind is ESCHAR)
    assert cells == ["–", eschar.area.split()[0]]


def test_a_hint_names_what_the_box_is_dragged_round(room: Room) -> None:
    room.press(Qt.Key.Key_2)
    assert room.canvas.hints[0] == "Drag a box round the eschar"

    room.press(Qt.Key.Key_1)
    room.press(Qt.Key.Key_R)
    assert room.canvas.hints[0] == "Drag a box round the wound"


def test_each_kind_is_told_with_its_interval_to_those_who_listen(room: Room) -> None:
    draw_eschar(room)

    name = room.page.panel.kinds.cells[ESCHAR].accessibleName()

    assert name.startswith("Eschar, ")
    assert "square centimetres" in name
    assert " to " in name
    assert room.page.panel.kinds.cells[MARGIN].accessibleName() == "Margin, not outlined"


@pytest.mark.parametrize("eye", EYES)
def test_the_three_lines_are_told_apart_by_colour_alone_by_every_eye(eye: str) -> None:
    """From each other, and from the white line of an earlier visit."""
    colours = [QColor(look.colour) for look in KIND_LOOKS.values()] + [QColor("#FFFFFF")]
    lines = [(one.red(), one.green(), one.blue()) for one in colours]
    light = linear_light(np.array(lines, dtype=np.float64)) @ np.array(EYES[eye]).T

    lab = lab_of_light(np.clip(light, 0.0, 1.0)).reshape(-1, 3)

    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(lab, 2)) > 22


def test_each_line_stands_out_from_its_casing_and_has_a_dash_of_its_own() -> None:
    for look in KIND_LOOKS.values():
        assert contrast(look.colour, theme.PHOTO_CASING) > 4.5
    assert len({look.dashes for look in KIND_LOOKS.values()}) == len(OutlineKind)
