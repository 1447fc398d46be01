"""The compare room in the real window, by mouse and keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.ui.compare.conftest import FIRST, SEEN, CompareClinic, Enter, settle, view_place
from woundtrack.model import Debrided, Event, EventKind, Finding, PartialDate
from woundtrack.ui.compare.page import ComparePage
from woundtrack.ui.compare.scene import Mode
from woundtrack.ui.components import Message

KEY = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(qtbot: QtBot, page: ComparePage, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    for key in keys:
        qtbot.keyClick(page.room.canvas, key, held)


def pair(page: ComparePage) -> tuple[int, int]:
    assert page.choice is not None
    return page.choice.left, page.choice.right


def pixel(page: ComparePage, at: QPointF) -> tuple[int, int, int]:
    colour = page.room.canvas.grab().toImage().pixelColor(at.toPoint())
    return colour.red(), colour.green(), colour.blue()


def test_the_first_and_the_newest_visit_are_compared_at_first(
    compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)

    assert window.room == "compare"
    assert pair(page) == (0, 3)
    titles = [one.title for one in page.room.canvas.scene.shown]
    assert titles == ["12 Jan 2026", "23 Feb 2026"]
    assert all(one.picture is not None for one in page.room.canvas.scene.shown)


def test_ctrl_4_leads_to_the_room(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, _ = enter(compare_clinic)
    window.session.go("timeline")

    qtbot.keyClick(window, KEY.Key_4, Qt.KeyboardModifier.ControlModifier)

    assert window.room == "compare"
    assert window.rail.item("room.compare").is_here


def test_arrows_move_the_left_photo_and_with_shift_the_right(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)

    press(qtbot, page, KEY.Key_Right)
    left_moved = pair(page)
    press(qtbot, page, KEY.Key_Left, held=SHIFT)
    right_moved = pair(page)

    assert left_moved == (1, 3)
    assert right_moved == (1, 2)
    assert page.choice is not None
    assert window.session.visit_id == page.choice.visits[2].id
    settle(qtbot, window)


def test_the_left_photo_stays_earlier_than_the_right(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)

    press(qtbot, page, *[KEY.Key_Right] * 9)
    as_late_as_it_goes = pair(page)
    press(qtbot, page, *[KEY.Key_Left] * 9)

    assert as_late_as_it_goes == (2, 3)
    assert pair(page) == (0, 3)
    settle(qtbot, window)


def test_the_change_of_area_has_its_interval_and_its_days(
    compare_clinic: CompareClinic, enter: Enter
) -> None:
    _, page = enter(compare_clinic)
    numbers = page.room.numbers

    # 12 mm to 6 mm of radius: a quarter of the area. Either area ± 6 % is −77 to −73 % together.
    assert numbers.change.text() == "−75\u202f%"
    assert numbers.interval.text() == "−77 to −73\u202f%"
    assert numbers.verdict.text() == "Smaller by more than measurement error"
    assert "−75" in numbers.bar.accessibleName()


def test_digits_choose_how_the_visits_are_shown(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)

    for key, mode in (
        (KEY.Key_2, Mode.SLIDER),
        (KEY.Key_3, Mode.GHOST),
        (KEY.Key_4, Mode.BLINK),
        (KEY.Key_5, Mode.LAPSE),
        (KEY.Key_1, Mode.SIDE),
    ):
        press(qtbot, page, key)

        assert page.mode is mode
        assert page.room.canvas.scene.mode is mode
    settle(qtbot, window)
    page.leave()


def test_all_photos_have_one_scale(compare_clinic: CompareClinic, enter: Enter) -> None:
    _, page = enter(compare_clinic)
    view = page.room.canvas.scene.view

    # The wound's outline is 24 mm wide at the first visit and 12 mm at the last.
    for visit, width_mm in ((0, 24.0), (3, 12.0)):
        taken = SEEN[visit]
        left = view_place(page, visit, taken.seen((-taken.radius_mm, 0.0)))
        right = view_place(page, visit, taken.seen((taken.radius_mm, 0.0)))
        away = ((right.x() - left.x()) ** 2 + (right.y() - left.y()) ** 2) ** 0.5
        assert away == pytest.approx(width_mm * view.px_per_mm, rel=1e-6)


def test_the_slider_shows_the_left_photo_up_to_where_it_is_dragged(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    canvas = page.room.canvas
    press(qtbot, page, KEY.Key_2, KEY.Key_O)  # without outlines the photos alone are seen
    settle(qtbot, window)
    # 9 mm left of the middle is wound at the first visit and skin at the last.
    at = QPointF(canvas.width() / 2 - 9 * canvas.scene.view.px_per_mm, canvas.height() / 2)
    as_first = pixel(page, at)

    start = QPoint(canvas.width() // 2, canvas.height() // 2)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, QPoint(40, canvas.height() // 2))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, canvas.height() // 2))

    assert canvas.scene.divider == pytest.approx(40 / canvas.width(), abs=0.01)
    assert as_first == pytest.approx((150, 20, 30), abs=6)
    assert pixel(page, at) == pytest.approx((214, 170, 150), abs=6)


def test_the_ghost_mixes_both_photos_as_far_as_its_slider_says(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_3, KEY.Key_O)
    settle(qtbot, window)
    canvas = page.room.canvas
    at = QPointF(canvas.width() / 2 - 9 * canvas.scene.view.px_per_mm, canvas.height() / 2)

    page.room.ghost.setFocus()
    qtbot.keyClick(page.room.ghost, KEY.Key_Home)
    nothing = pixel(page, at)
    qtbot.keyClick(page.room.ghost, KEY.Key_End)
    all_of_it = pixel(page, at)

    assert nothing == pytest.approx((150, 20, 30), abs=6)
    assert all_of_it == pytest.approx((214, 170, 150), abs=6)


def test_blinking_shows_the_two_in_turn_until_space_stops_it(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_4)
    settle(qtbot, window)
    seen = set()

    def both_were_seen() -> bool:
        canvas = page.room.canvas
        seen.add(canvas.scene.panes(canvas.rect().toRectF())[0][0].title)
        return len(seen) == 2

    qtbot.waitUntil(both_were_seen, timeout=5000)
    press(qtbot, page, KEY.Key_Space)

    assert not page._timer.isActive()
    assert page.room.play.text() == "Play"


def test_a_time_lapse_goes_through_all_visits_between_left_and_right(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)

    press(qtbot, page, KEY.Key_5)
    settle(qtbot, window)

    days = [one.visit.days for one in page.room.canvas.scene.shown]
    assert days == [0, 14, 28, 42]
    assert page.room.save.text() == "Save film…"
    page.leave()


def test_more_visits_are_shown_beside_each_other(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    buttons = page.room.count.findChildren(QAbstractButton)

    qtbot.mouseClick(buttons[2], Qt.MouseButton.LeftButton)
    settle(qtbot, window)

    shown = page.room.canvas.scene.shown
    assert [one.visit.days for one in shown] == [0, 14, 28, 42]
    assert [one.role for one in shown] == ["left", "between", "between", "right"]
    assert [button.isEnabled() for button in buttons] == [True, True, True, False, False]


def test_ctrl_and_a_click_on_the_ladder_show_one_visit_more(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    ladder = page.room.ladder
    at = QPoint(round(ladder.place_of(2)), 91)

    qtbot.mouseClick(ladder, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, at)
    settle(qtbot, window)

    assert [one.visit.days for one in page.room.canvas.scene.shown] == [0, 28, 42]


def test_the_handles_are_dragged_along_the_visits(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    ladder = page.room.ladder

    qtbot.mousePress(ladder, Qt.MouseButton.LeftButton, pos=ladder.handle_of("left").toPoint())
    qtbot.mouseMove(ladder, QPoint(round(ladder.place_of(1)) + 3, 91))
    qtbot.mouseRelease(ladder, Qt.MouseButton.LeftButton, pos=QPoint(0, 91))

    assert pair(page) == (1, 3)
    settle(qtbot, window)


def test_outlines_and_colours_are_switched_by_keys(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)

    press(qtbot, page, KEY.Key_O, KEY.Key_K)
    settle(qtbot, window)

    assert not page.room.canvas.scene.has_outlines
    assert page.room.colours.isChecked()
    # No card of these photos has patches: it is said that the colours are their own.
    assert "own colours" in page.room.canvas.scene.shown[0].note


def test_the_wheel_zooms_about_the_pointer_and_0_fits_again(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    _, page = enter(compare_clinic)
    canvas = page.room.canvas
    before = canvas.scene.view
    at = QPointF(100, 120)
    place = canvas.place_at(at)

    canvas.zoom(2.0, at)
    zoomed = canvas.scene.view
    same = canvas.place_at(at)
    press(qtbot, page, KEY.Key_0)

    assert zoomed.px_per_mm == pytest.approx(2 * before.px_per_mm)
    assert place is not None
    assert same is not None
    assert same[1] == pytest.approx(place[1], abs=1e-6)
    assert canvas.scene.view == before


def test_enter_opens_the_right_photo_in_review(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)

    press(qtbot, page, KEY.Key_Return)

    assert window.room == "review"
    settle(qtbot, window)


# --- where nothing can be compared ---------------------------------------------------------------


def test_with_one_visit_it_is_said_that_two_are_needed(
    empty_clinic: CompareClinic, enter: Enter
) -> None:
    empty_clinic.add_lesion("A1", SEEN[:1])

    _, page = enter(empty_clinic)

    assert page.choice is None
    assert page.room.empty.title == "One visit so far."
    assert page.room.empty.bring.isVisible()


def test_without_a_scale_the_way_to_one_is_shown(
    qtbot: QtBot, empty_clinic: CompareClinic, enter: Enter
) -> None:
    empty_clinic.add_lesion("A1", (SEEN[0], replace(SEEN[1], has_scale=False)))
    window, page = enter(empty_clinic)

    assert page.room.empty.title == "No scale."
    assert page.room.empty.text.startswith("1 of 2 photos of A1 have no scale")
    qtbot.mouseClick(page.room.empty.opening, Qt.MouseButton.LeftButton)

    assert window.room == "review"
    settle(qtbot, window)


def test_without_a_lesion_it_is_said_so(empty_clinic: CompareClinic, enter: Enter) -> None:
    other = replace(empty_clinic.patient)
    empty_clinic.add_lesion("A1")
    empty_clinic.patient = empty_clinic.add_patient("WT-0200")

    _, page = enter(empty_clinic)

    assert other.code == "WT-0147"
    assert page.room.empty.title == "No lesion recorded yet."


def test_a_visit_without_a_scale_says_so_in_its_place(
    qtbot: QtBot, empty_clinic: CompareClinic, enter: Enter
) -> None:
    empty_clinic.add_lesion("A1", (*SEEN[:3], replace(SEEN[3], has_scale=False)))
    window, page = enter(empty_clinic)
    first = pair(page)

    press(qtbot, page, KEY.Key_Right, held=SHIFT)

    right = page.room.canvas.scene.one("right")
    assert first == (0, 2)
    assert right is not None
    assert right.message.startswith("This photo has no scale")
    assert page.room.numbers.change.text() == "–"
    assert page.room.numbers.verdict.text() == (
        "The change can't be told: there is no area on 23 Feb 2026."
    )
    settle(qtbot, window)


def test_an_unreadable_photo_says_why_and_the_other_is_shown(
    empty_clinic: CompareClinic, enter: Enter
) -> None:
    empty_clinic.add_lesion("A1", (*SEEN[:3], replace(SEEN[3], is_readable=False)))

    _, page = enter(empty_clinic)

    left, right = page.room.canvas.scene.shown
    assert left.picture is not None
    assert right.picture is None
    assert "is missing" in right.message or "damaged" in right.message.lower()
    assert "Press Enter" in right.message


def test_a_closed_lesion_is_compared_with_its_open_one(
    empty_clinic: CompareClinic, enter: Enter
) -> None:
    empty_clinic.add_lesion("A1", closed=1)

    _, page = enter(empty_clinic)

    assert page.room.numbers.change.text() == "closed"
    assert page.room.canvas.scene.shown[1].picture is not None
    assert page.room.canvas.scene.shown[1].area == "closed"
    assert page.room.canvas.scene.shown[1].change == ""  # said once


def test_another_lesion_is_chosen_in_the_list(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    later = tuple(replace(one, on=one.on + timedelta(days=1)) for one in SEEN[:2])
    compare_clinic.add_lesion("A2", later, number=2)
    window, page = enter(compare_clinic)

    press(qtbot, page, KEY.Key_Down)
    settle(qtbot, window)

    assert window.session.lesion_id == "lesion-A2"
    assert page.room.lesions.currentText().startswith("A2")
    assert [one.visit.on for one in page.room.canvas.scene.shown] == [
        FIRST + timedelta(days=1),
        FIRST + timedelta(days=15),
    ]


def test_another_patient_brings_another_lesion(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    first = compare_clinic.patient
    compare_clinic.patient = compare_clinic.add_patient("WT-0200")
    compare_clinic.add_lesion("B1", tuple(replace(o, on=o.on + timedelta(days=3)) for o in SEEN))
    compare_clinic.patient = first
    window, page = enter(compare_clinic)

    library = window.session.library
    assert library is not None
    window.session.set_patient(library.patient_with_code("WT-0200"))
    settle(qtbot, window)

    assert window.session.lesion_id == "lesion-B1"
    assert page.room.canvas.scene.shown[0].visit.on == FIRST + timedelta(days=3)


def test_nothing_runs_on_after_the_room_was_left(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_4)

    window.session.go("timeline")

    assert not page._timer.isActive()
    settle(qtbot, window)


def test_compare_photos_in_the_timeline_leads_here_with_its_lesion_and_visit(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    window.session.go("timeline")
    settle(qtbot, window)
    assert page.choice is not None
    window.session.set_visit(page.choice.visits[2].id)
    timeline = window.page("timeline")
    button = next(
        one for one in timeline.findChildren(QAbstractButton) if one.text() == "Compare photos"
    )

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)

    assert window.room == "compare"
    assert pair(page) == (0, 2)


def test_a_debridement_between_the_photos_is_said(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    event = Event(
        patient_id=compare_clinic.patient.id,
        kind=EventKind.DEBRIDEMENT,
        on=PartialDate(text="2026-01-20"),
        lesion_id="lesion-A1",
    )
    with compare_clinic.library.verb("record", by="Ann") as change:
        change.add_entry(event)

    window, page = enter(compare_clinic)
    at_first = pair(page)
    press(qtbot, page, KEY.Key_Left)
    settle(qtbot, window)

    def seen() -> list[Message]:
        return [one for one in page.room.numbers.findChildren(Message) if one.isVisible()]

    qtbot.waitUntil(lambda: len(seen()) == 1)
    (said,) = seen()

    assert at_first == (1, 3)  # the first photo after it
    assert page.room.numbers.change.text() == "–"
    assert page.room.numbers.verdict.text() == (
        "The change can't be told: more than time lies between, see below."
    )
    assert page.room.canvas.scene.shown[1].change == "cannot tell"
    assert said.title == "Read with care"
    assert said.text == (
        "Dead tissue was removed between the two photos (20 Jan 2026). Removing it makes the open "
        "area larger."
    )


def test_the_first_photo_after_a_debridement_says_so(
    compare_clinic: CompareClinic, enter: Enter
) -> None:
    finding = Finding(
        patient_id=compare_clinic.patient.id,
        lesion_id="lesion-A1",
        visit_id="visit-2026-01-26",
        debrided=Debrided.BEFORE_PHOTOGRAPH,
    )
    with compare_clinic.library.verb("record", by="Ann") as change:
        change.add_entry(finding)

    _, page = enter(compare_clinic)

    left = page.room.canvas.scene.one("left")
    assert left is not None
    assert left.note == "day 14, after debridement"
    assert not any(one.isVisible() for one in page.room.numbers.findChildren(Message))


def test_where_the_numbers_have_no_room_they_stand_on_the_photos(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_2)

    window.session.actions["room.patients"].trigger()  # the panel takes 240 px
    window.resize(1280, 640)
    qtbot.waitUntil(lambda: not page.room.numbers.isVisible())
    qtbot.waitUntil(lambda: page.room.canvas.scene.shown[0].area != "")

    assert page.room.canvas.scene.shown[1].change == "−75\u202f% (−77 to −73)"
    settle(qtbot, window)
