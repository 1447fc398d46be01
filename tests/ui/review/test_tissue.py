"""Tissue painted in Review by mouse and keys: the palette, the shares, approval, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import Room
from woundtrack.imaging import tissue_cells
from woundtrack.imaging.colours.colour_difference import lab_of_light, linear_light
from woundtrack.model import OutlineKind, Point, Tissue, TissueMap, TissueSource, TissueState
from woundtrack.records import Library
from woundtrack.ui.components.buttons import key_width
from woundtrack.ui.components.tissue import LOOKS, tissue_brush
from woundtrack.ui.review.canvas import Tool
from woundtrack.ui.review.tissue_panel import TissuePanel
from woundtrack.ui.review.tissue_pen import KINDS
from woundtrack.ui.window.main_window import MainWindow

SHIFT = Qt.KeyboardModifier.ShiftModifier


def ready(room: Room) -> None:
    room.qtbot.waitUntil(lambda: not room.page.tissue.is_working, timeout=20_000)


def take_brush(room: Room) -> None:
    room.press(Qt.Key.Key_P)
    ready(room)


def panel(room: Room) -> TissuePanel:
    return room.page.panel.tissue


def middle(room: Room) -> Point:
    entry = room.page.selected
    assert entry is not None
    assert entry.outline is not None
    return entry.outline.centre


def drag(room: Room, *points: Point, modifier: Qt.KeyboardModifier | None = None) -> None:
    view, keys = room.canvas.viewport(), modifier or Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(view, left, keys, room.at(points[0]))
    for one, other in pairwise(points):
        for step in (0.25, 0.5, 0.75, 1.0):
            x, y = (a + step * (b - a) for a, b in zip(one, other, strict=True))
            QTest.mouseMove(view, room.at((x, y)))
    QTest.mouseRelease(view, left, keys, room.at(points[-1]))


def painted(room: Room) -> TissueMap:
    entry = room.page.selected
    assert entry is not None
    assert entry.tissue is not None
    return entry.tissue


def share(room: Room, kind: Tissue) -> float:
    return dict(painted(room).shares).get(kind, 0.0)


def has_map(room: Room) -> bool:
    entry = room.page.selected
    return entry is not None and entry.tissue is not None


def test_a_key_takes_the_brush_and_opens_the_palette_and_again_puts_it_down(room: Room) -> None:
    before = panel(room).rows[Tissue.SLOUGH].isVisible()

    take_brush(room)

    tissue = room.window.session.actions["review.tissue"]
    assert not before
    assert tissue.isChecked()
    assert room.tool() is Tool.PEN
    assert panel(room).rows[Tissue.SLOUGH].isVisible()
    assert not room.page.panel.area.isVisible()

    room.press(Qt.Key.Key_P)

    assert not tissue.isChecked()
    assert room.tool() is Tool.INCLUDE
    assert not panel(room).rows[Tissue.SLOUGH].isVisible()
    assert room.page.panel.area.isVisible()


def test_a_stroke_paints_the_tissue_of_the_digit_pressed_and_the_shares_follow(room: Room) -> None:
    take_brush(room)
    room.press(Qt.Key.Key_2)
    x, y = middle(room)

    drag(room, (x - 20, y), (x + 20, y))

    assert panel(room).rows[Tissue.SLOUGH].isChecked()
    slough = share(room, Tissue.SLOUGH)
    assert 0.03 < slough < 0.9
    assert panel(room).rows[Tissue.SLOUGH].share == f"{round(100 * slough)}\u202f%"
    size = room.page.selected
    assert size is not None
    assert size.measurement is not None
    assert (
        panel(room).rows[Tissue.SLOUGH].area == f"{slough * size.measurement.area_cm2:.1f}\u202fcm²"
    )
    rest = round(100 * (1 - slough))
    assert panel(room).rows[None].share == f"{rest}\u202f%"
    assert "Slough" in panel(room).accessibleName()
    assert [one.tissue for one in room.canvas.tissue] == [painted(room)]


def test_a_row_of_the_palette_takes_its_tissue_by_mouse(room: Room) -> None:
    take_brush(room)

    QTest.mouseClick(panel(room).rows[Tissue.EPITHELIUM], Qt.MouseButton.LeftButton)
    room.click(middle(room))

    assert room.canvas.hasFocus()
    assert [kind for kind, _ in painted(room).shares] == [Tissue.EPITHELIUM]


def test_a_share_keeps_clear_of_its_key_where_there_is_no_area(room: Room) -> None:
    take_brush(room)
    row = panel(room).rows[Tissue.EPITHELIUM]

    row.show_share(1.0, "", has_area=False)

    shown = row.grab().toImage()
    cap = int(row.width() - 6 - key_width("4"))
    gap = {shown.pixelColor(x, y).name() for x in range(cap - 7, cap - 1) for y in range(4, 24)}
    assert len(gap) == 1


def test_the_tip_names_as_many_keys_as_there_are(room: Room) -> None:
    keys = f"1 to {len(KINDS)}"

    assert keys in room.window.session.actions.entry("review.tissue").tip


def test_the_sixth_key_and_alt_take_off_what_was_painted(room: Room) -> None:
    take_brush(room)
    at = middle(room)
    room.click(at)
    assert has_map(room)

    room.press(Qt.Key.Key_6)
    room.click(at)

    assert not has_map(room)
    assert room.canvas.tissue == ()

    room.press(Qt.Key.Key_1)
    room.click(at)
    room.click(at, Qt.KeyboardModifier.AltModifier)

    assert not has_map(room)


def test_every_stroke_is_undone_and_done_again(room: Room) -> None:
    take_brush(room)
    x, y = middle(room)
    room.click((x, y))
    first = painted(room)
    room.press(Qt.Key.Key_4)
    room.click((x + 12, y + 6))
    second = painted(room)

    room.undo()
    assert painted(room) == first
    room.undo()
    assert not has_map(room)
    room.redo()
    room.redo()

    assert painted(room) == second
    assert second != first


def test_without_patches_the_brush_paints_what_it_touches_alone(room: Room) -> None:
    take_brush(room)
    at = middle(room)
    room.click(at)
    patch = int((tissue_cells(painted(room)) > 0).sum())
    room.undo()

    panel(room).fills.click()
    room.canvas.setFocus()
    for _ in range(20):
        room.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    room.click(at)

    touched = int((tissue_cells(painted(room)) > 0).sum())
    assert room.page.hand.brush.radius == pytest.approx(2.0)
    assert 0 < touched < patch / 2


def test_tissue_is_painted_without_a_mouse(room: Room) -> None:
    take_brush(room)
    view = room.canvas.viewport().rect().center()
    to = room.at(middle(room))

    room.press(Qt.Key.Key_1)
    room.press(Qt.Key.Key_W)  # brings the pointer
    steps = {
        Qt.Key.Key_Left if to.x() < view.x() else Qt.Key.Key_Right: abs(to.x() - view.x()) // 8,
        Qt.Key.Key_Up if to.y() < view.y() else Qt.Key.Key_Down: abs(to.y() - view.y()) // 8,
    }
    for key, count in steps.items():
        for _ in range(count):
            room.press(key)
    room.press(Qt.Key.Key_W)
    room.press(Qt.Key.Key_Right)
    room.press(Qt.Key.Key_W)

    assert share(room, Tissue.ESCHAR) > 0


def test_a_proposal_from_colour_says_that_it_is_a_guess_until_it_is_approved(room: Room) -> None:
    take_brush(room)

    room.press(Qt.Key.Key_P, SHIFT)

    assert painted(room).source is TissueSource.PROPOSED
    assert panel(room).view.state is TissueState.NOT_APPROVED
    assert "Guessed from colour" in panel(room).says
    assert painted(room).unpainted < 0.2

    QTest.mouseClick(panel(room).approve, Qt.MouseButton.LeftButton)

    assert painted(room).approved_by == "Ann"
    assert panel(room).view.state is TissueState.APPROVED
    assert "Ann" in panel(room).says
    assert "As proposed from colour." in panel(room).says
    assert not room.window.session.actions["review.tissue_approve"].isEnabled()


def test_a_stroke_on_approved_tissue_takes_the_approval_back(room: Room) -> None:
    take_brush(room)
    room.press(Qt.Key.Key_P, SHIFT)
    room.press(Qt.Key.Key_A, SHIFT)
    assert panel(room).view.state is TissueState.APPROVED

    room.press(Qt.Key.Key_5)
    room.click(middle(room))

    assert panel(room).view.state is TissueState.NOT_APPROVED
    assert painted(room).source is TissueSource.CORRECTED

    room.undo()

    assert panel(room).view.state is TissueState.APPROVED


def test_holding_space_shows_the_wound_without_the_map(room: Room) -> None:
    take_brush(room)
    room.press(Qt.Key.Key_1)
    x, y = middle(room)
    room.click((x, y))

    def seen() -> QImage:
        return room.canvas.viewport().grab().toImage()

    with_map = seen()
    QTest.keyPress(room.canvas, Qt.Key.Key_Space)
    held = seen()
    QTest.keyRelease(room.canvas, Qt.Key.Key_Space)
    again = seen()

    at = room.at((x, y))
    places = [at + QPoint(dx, dy) for dx in range(-12, 13, 3) for dy in range(-12, 13, 3)]
    assert any(with_map.pixelColor(one) != held.pixelColor(one) for one in places)
    assert all(with_map.pixelColor(one) == again.pixelColor(one) for one in places)


def test_a_changed_edge_makes_the_map_out_of_date_and_it_can_be_fitted(room: Room) -> None:
    take_brush(room)
    room.press(Qt.Key.Key_P, SHIFT)
    room.press(Qt.Key.Key_A, SHIFT)
    before = painted(room)
    _, y = middle(room)
    (outline,) = [one.outline for one in room.canvas.outlines if one.is_selected]
    right = max(px for px, _ in outline.outer)

    room.press(Qt.Key.Key_B)
    drag(room, (right - 3, y), (right + 8, y))
    room.settle()

    assert painted(room) == before
    assert panel(room).view.state is TissueState.OUTLINE_CHANGED
    assert "counts no longer" in panel(room).says
    assert {row.area for row in panel(room).rows.values()} == {""}

    take_brush(room)
    assert not room.window.session.actions["review.tissue_approve"].isEnabled()
    QTest.mouseClick(panel(room).fit, Qt.MouseButton.LeftButton)

    assert panel(room).view.state is TissueState.NOT_APPROVED
    assert painted(room).unpainted > before.unpainted


def test_what_was_painted_and_approved_is_recorded_and_shown_again(room: Room) -> None:
    take_brush(room)
    room.press(Qt.Key.Key_P, SHIFT)
    room.press(Qt.Key.Key_A, SHIFT)
    tissue = painted(room)
    photograph = room.page.case
    assert photograph is not None

    room.press(Qt.Key.Key_Return)

    (stored,) = [
        assessment.outline_of(OutlineKind.ULCER)
        for assessment in room.library.assessments()
        if photograph.filed.id in assessment.photograph_ids
        and assessment.lesion_id == room.lesion("A1").id
    ]
    assert stored is not None
    assert stored.tissue_state is TissueState.APPROVED
    assert stored.tissue_maps == (tissue,)

    room.window.session.go("review", photograph_id=photograph.filed.id)
    room.sharp()

    assert painted(room) == tissue
    assert panel(room).view.state is TissueState.APPROVED


def test_tissue_is_painted_on_what_was_accepted_before_and_the_area_stays(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    room.sharp()
    area = room.area
    take_brush(room)

    room.click(middle(room))
    room.press(Qt.Key.Key_Return)

    first = [one for one in room.library.assessments() if room.first in one.photograph_ids]
    kept = [one.outline_of(OutlineKind.ULCER) for one in first]
    states = [None if one is None else one.tissue_state for one in kept]
    assert sorted(states, key=str) == [None, TissueState.NOT_APPROVED]
    assert room.area == area

    room.undo()

    again = [one for one in room.library.assessments() if room.first in one.photograph_ids]
    assert [one.outlines[0].tissue_state for one in again] == [None, None]


def test_a_stroke_made_before_the_patches_are_known_is_painted_when_they_are(room: Room) -> None:
    room.press(Qt.Key.Key_P)
    room.click(middle(room))

    ready(room)

    assert share(room, Tissue.GRANULATION) > 0


def test_in_a_library_that_can_only_be_read_there_is_no_tissue_brush(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    with Library.open(clinic_copy):  # another window writes
        room = Room(make_window(clinic_copy), qtbot)

        assert not room.window.session.can_write
        assert not room.window.session.actions["review.tissue"].isEnabled()


# Machado, Oliveira and Fernandes 2009 (doi 10.1109/TVCG.2009.113), severity 1, on linear light.
EYES = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@pytest.mark.parametrize("eye", EYES)
def test_any_two_tissues_are_told_apart_by_colour_alone_by_every_eye(eye: str) -> None:
    colours = [QColor(look.fill) for look in LOOKS.values()]
    fills = [(one.red(), one.green(), one.blue()) for one in colours]
    light = linear_light(np.array(fills, dtype=np.float64)) @ np.array(EYES[eye]).T

    lab = lab_of_light(np.clip(light, 0.0, 1.0))

    apart = [
        float(np.linalg.norm(one - other)) for one, other in combinations(lab.reshape(-1, 3), 2)
    ]
    assert min(apart) > 22


def test_each_tissue_has_a_pattern_of_its_own(dressed: QApplication) -> None:
    tiles = [tissue_brush(kind).texture().toImage() for kind in Tissue]
    marked = [
        {
            (x, y)
            for x in range(tile.width())
            for y in range(tile.height())
            if abs(tile.pixelColor(x, y).lightness() - QColor(LOOKS[kind].fill).lightness()) > 40
        }
        for kind, tile in zip(Tissue, tiles, strict=True)
    ]

    assert all(marked)
    assert all(len(one ^ other) > 15 for one, other in combinations(marked, 2))


def test_a_stroke_that_begins_in_another_wound_paints_that_one(room: Room) -> None:
    take_brush(room)
    first = room.page.selected
    (other,) = [one for one in room.page.draft.entries if one is not first]
    assert other.outline is not None

    room.click(other.outline.centre)
    ready(room)

    assert room.page.selected is not None
    assert room.page.selected.key == other.key
    assert share(room, Tissue.GRANULATION) > 0
    assert [one.tissue is None for one in room.page.draft.entries] == [True, False]


def test_patches_that_were_found_are_not_looked_for_again(room: Room) -> None:
    take_brush(room)
    room.press(Qt.Key.Key_Tab)
    is_working = [room.page.tissue.is_working]
    ready(room)

    room.press(Qt.Key.Key_Tab)
    is_working.append(room.page.tissue.is_working)

    assert is_working == [True, False]
    room.click(middle(room))
    assert share(room, Tissue.GRANULATION) > 0


def test_with_ctrl_the_digits_go_to_rooms_and_the_tissue_in_hand_stays(room: Room) -> None:
    take_brush(room)
    room.press(Qt.Key.Key_1)

    room.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)

    assert room.window.room == "timeline"
    assert panel(room).rows[Tissue.ESCHAR].isChecked()


def test_a_pens_key_closes_the_library_with_ctrl(room: Room) -> None:
    take_brush(room)

    room.press(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)

    assert room.window.session.library is None


def test_a_lesion_in_parts_counts_when_every_part_is_approved(room: Room) -> None:
    room.press(Qt.Key.Key_J)  # the outline in hand is a part of the other's lesion
    take_brush(room)
    room.press(Qt.Key.Key_P, SHIFT)
    room.press(Qt.Key.Key_A, SHIFT)
    assert "other parts" in panel(room).says

    room.press(Qt.Key.Key_Tab)
    ready(room)
    room.press(Qt.Key.Key_P, SHIFT)
    room.press(Qt.Key.Key_A, SHIFT)

    assert panel(room).view.state is TissueState.APPROVED
    assert "other parts" not in panel(room).says

    maps = [one.tissue for one in room.page.draft.entries]
    whole = sum(one.weight for one in maps if one is not None)
    room.press(Qt.Key.Key_Return)

    newest = max(room.library.assessments(), key=lambda one: one.recorded_at)
    (outline,) = newest.outlines
    shares = outline.tissue_shares
    assert shares is not None
    for kind, found in shares:
        parts = [dict(one.shares).get(kind, 0.0) * one.weight for one in maps if one is not None]
        assert found == pytest.approx(sum(parts) / whole)


def test_accepting_waits_for_strokes_that_are_not_painted_yet(room: Room) -> None:
    room.press(Qt.Key.Key_P)
    room.click(middle(room))
    name = room.name
    assert room.page.tissue.has_waiting

    room.press(Qt.Key.Key_Return)

    assert room.name == name
    ready(room)
    room.press(Qt.Key.Key_Return)
    assert room.name != name
