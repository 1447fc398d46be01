"""Landmarks in the real window: clicked, dragged, proposed and confirmed, remembered, undone."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.ui.compare.conftest import (
    SEEN,
    SPOTS_MM,
    CompareClinic,
    Enter,
    settle,
    view_place,
)
from woundtrack import imaging, workflow
from woundtrack.model import LandmarkSource
from woundtrack.ui.compare import marking_work
from woundtrack.ui.compare.page import ComparePage
from woundtrack.ui.session import Session

KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def press(qtbot: QtBot, page: ComparePage, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(page.room.canvas, key)


def click_spot(qtbot: QtBot, page: ComparePage, visit: int, number: int) -> None:
    """Click a mole where it is seen in a visit's photograph."""
    at = view_place(page, visit, SEEN[visit].seen(SPOTS_MM[number]))
    qtbot.mouseClick(page.room.canvas, LEFT, pos=at.toPoint())


def click_pairs(
    qtbot: QtBot, page: ComparePage, numbers: Iterable[int], visits: tuple[int, int] = (0, 3)
) -> None:
    for number in numbers:
        for visit in visits:
            click_spot(qtbot, page, visit, number)


def apart(page: ComparePage, number: int, visits: tuple[int, int] = (0, 3)) -> float:
    """Return how far apart a mole's two places lie, mm of the common skin."""
    assert page.choice is not None
    places = []
    for visit in visits:
        laid = page._stage.laid(page.choice.visits[visit])
        assert laid is not None
        x, y = SEEN[visit].seen(SPOTS_MM[number])
        places.append(laid.placed(np.array([[x / 6.0, y / 6.0]]))[0])
    return math.dist(places[0], places[1])


def recorded(session: Session) -> dict[str, int]:
    assert session.library is not None
    marks = workflow.landmarks_of(session.library, "lesion-A1")
    return {name.removeprefix("photograph-A1-"): len(one) for name, one in marks.items()}


def test_three_places_clicked_in_both_photos_line_them_up(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    before = max(apart(page, number) for number in SPOTS_MM)

    press(qtbot, page, KEY.Key_L)
    click_pairs(qtbot, page, (1, 2, 3))
    press(qtbot, page, KEY.Key_Return)

    assert before > 10
    # A click meets a pixel of the canvas: a quarter of a millimetre.
    assert max(apart(page, number) for number in SPOTS_MM) < 0.6
    assert page.work.marking is None
    assert recorded(window.session) == {"2026-01-12": 3, "2026-02-23": 3}
    assert page.agreement is not None
    assert page.agreement.count == 3
    assert page.agreement.residual_mm < 0.5
    assert page.room._status.text().startswith("Lined up to ")
    settle(qtbot, window)


def test_the_bar_says_which_place_is_wanted_in_which_photo(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    bar = page.room.marking_bar
    press(qtbot, page, KEY.Key_L)
    hints = [bar.hint.text()]

    for visit in (0, 3):
        click_spot(qtbot, page, visit, 1)
        hints.append(bar.hint.text())

    assert hints == [
        "Click place 1: a mole, a scar, a fold both show",
        "Click place 1 in the right photo, too",
        "Click place 2: a mole, a scar, a fold both show",
    ]
    press(qtbot, page, KEY.Key_Escape)
    settle(qtbot, window)


def test_what_was_picked_once_is_remembered_for_the_next_visit(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L)
    click_pairs(qtbot, page, (1, 2, 3))
    press(qtbot, page, KEY.Key_Return)
    qtbot.keyClick(page.room.canvas, KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, window)

    press(qtbot, page, KEY.Key_L)
    for number in (1, 2, 3):
        click_spot(qtbot, page, 2, number)  # three clicks in the new photo alone
    press(qtbot, page, KEY.Key_Return)

    assert max(apart(page, number, (0, 2)) for number in SPOTS_MM) < 0.6
    assert max(apart(page, number, (2, 3)) for number in SPOTS_MM) < 0.8
    assert recorded(window.session) == {"2026-01-12": 3, "2026-02-09": 3, "2026-02-23": 3}
    settle(qtbot, window)


def test_undo_and_redo_take_the_landmarks_away_and_bring_them_back(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L)
    click_pairs(qtbot, page, (1, 2))
    press(qtbot, page, KEY.Key_Return)

    qtbot.keyClick(window, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    undone = (recorded(window.session), page.agreement)
    window.session.undo_stack.redo()

    assert undone == ({}, None)
    assert recorded(window.session) == {"2026-01-12": 2, "2026-02-23": 2}
    assert page.agreement is not None
    settle(qtbot, window)


def test_esc_leaves_everything_as_it_was(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L)
    click_pairs(qtbot, page, (1, 2))

    press(qtbot, page, KEY.Key_Escape)

    assert page.work.marking is None
    assert recorded(window.session) == {}
    assert page.agreement is None
    settle(qtbot, window)


def test_a_landmark_is_dragged_to_its_place(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    canvas = page.room.canvas
    press(qtbot, page, KEY.Key_L)
    wrong = view_place(page, 0, SEEN[0].seen((10.0, -24.0))).toPoint()
    right = view_place(page, 0, SEEN[0].seen(SPOTS_MM[1])).toPoint()
    qtbot.mouseClick(canvas, LEFT, pos=wrong)

    qtbot.mousePress(canvas, LEFT, pos=wrong)
    qtbot.mouseMove(canvas, right)
    qtbot.mouseRelease(canvas, LEFT, pos=right)

    assert page.work.marking is not None
    (mark,) = page.work.marking.marks[page.work.marking.left.id].values()
    assert math.dist(mark.at_px, SEEN[0].seen(SPOTS_MM[1])) < 3
    press(qtbot, page, KEY.Key_Escape)
    settle(qtbot, window)


def test_del_takes_the_last_landmark_away_and_n_leaves_one_out(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L)
    click_spot(qtbot, page, 0, 1)
    press(qtbot, page, KEY.Key_Delete)
    assert page.work.marking is not None
    after_del = page.work.marking.wanted
    click_spot(qtbot, page, 0, 1)

    press(qtbot, page, KEY.Key_N)

    after_skip = page.work.marking.wanted
    assert after_del is not None
    assert after_del[1] == 1
    assert after_skip is not None
    assert (after_skip[0].days, after_skip[1]) == (0, 2)
    press(qtbot, page, KEY.Key_Escape)
    settle(qtbot, window)


def test_a_landmark_is_placed_by_keys_alone(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    canvas = page.room.canvas
    press(qtbot, page, KEY.Key_L, KEY.Key_Right, KEY.Key_Down)
    start = canvas.cross
    qtbot.keyClick(canvas, KEY.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    moved = canvas.cross

    press(qtbot, page, KEY.Key_Space)

    assert start is not None
    assert moved is not None
    assert moved - start == QPointF(10, 0)
    assert page.work.marking is not None
    assert list(page.work.marking.marks[page.work.marking.left.id]) == [1]
    press(qtbot, page, KEY.Key_Escape)
    settle(qtbot, window)


@pytest.fixture
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program find the four moles; the fourth is wrong in the right photo."""
    pairs = [
        (SEEN[0].seen(at), SEEN[3].seen(at if number < 4 else (10.0, 10.0)))
        for number, at in SPOTS_MM.items()
    ]
    monkeypatch.setattr(marking_work, "look_for_landmarks", lambda *_: tuple(pairs))


@pytest.mark.usefixtures("alike")
def test_what_the_program_proposes_counts_only_once_it_is_kept(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L, KEY.Key_P)
    settle(qtbot, window)
    assert page.work.marking is not None
    hint = page.room.marking_bar.hint.text()
    nothing_yet = (page.work.marking.shared, page.agreement)
    at = view_place(page, 3, SEEN[3].seen((10.0, 10.0))).toPoint()

    qtbot.mouseClick(page.room.canvas, LEFT, pos=at)  # not the same place: dropped
    press(qtbot, page, KEY.Key_Return)  # these are kept
    press(qtbot, page, KEY.Key_Return)  # and recorded

    assert hint == "4 places look alike. Are they the same?"
    assert nothing_yet == (0, None)
    assert recorded(window.session) == {"2026-01-12": 3, "2026-02-23": 3}
    library = window.session.library
    assert library is not None
    sources = {one.source for found in library.landmarks("lesion-A1") for one in found.landmarks}
    assert sources == {LandmarkSource.CONFIRMED}
    settle(qtbot, window)


@pytest.mark.usefixtures("alike")
def test_what_is_proposed_and_not_kept_is_not_recorded_on_leaving(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L, KEY.Key_P)
    settle(qtbot, window)

    window.session.go("timeline")

    assert recorded(window.session) == {}
    settle(qtbot, window)


def test_where_nothing_is_alike_it_is_said(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    said: list[str] = []
    window.session.said.connect(said.append)

    press(qtbot, page, KEY.Key_L, KEY.Key_P)
    settle(qtbot, window)

    assert said[-1] == "No places are alike for sure: click them in both photos."
    press(qtbot, page, KEY.Key_Escape)


def test_leaving_the_room_records_what_was_clicked(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L)
    click_pairs(qtbot, page, (1, 2))

    window.session.go("timeline")

    assert recorded(window.session) == {"2026-01-12": 2, "2026-02-23": 2}
    settle(qtbot, window)


def test_what_changes_elsewhere_loses_no_landmark_that_is_being_marked(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L)
    click_pairs(qtbot, page, (1, 2))

    window.session.changed("photographs", "proposals")  # as an import does

    assert page.work.marking is not None
    assert page.work.marking.shared == 2
    press(qtbot, page, KEY.Key_Return)
    assert recorded(window.session) == {"2026-01-12": 2, "2026-02-23": 2}
    settle(qtbot, window)


def test_the_pointer_names_the_photo_that_is_wanted_when_the_other_is_clicked(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    said: list[str] = []
    window.session.said.connect(said.append)
    press(qtbot, page, KEY.Key_L)
    click_spot(qtbot, page, 0, 1)

    qtbot.mouseClick(page.room.canvas, LEFT, pos=QPoint(200, 330))

    assert said[-1] == "Place 1 is wanted in the right photo now."
    press(qtbot, page, KEY.Key_Escape)
    settle(qtbot, window)


def test_a_place_that_is_not_the_same_is_asked_about(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    status = page.room.marking_bar.status
    press(qtbot, page, KEY.Key_L)
    click_pairs(qtbot, page, (1, 2))
    click_spot(qtbot, page, 0, 3)
    beside = SEEN[3].seen((SPOTS_MM[3][0] + 6.0, SPOTS_MM[3][1] - 8.0))  # 10 mm away
    qtbot.mouseClick(page.room.canvas, LEFT, pos=view_place(page, 3, beside).toPoint())
    asked = status.text()

    press(qtbot, page, KEY.Key_Delete)
    click_spot(qtbot, page, 3, 3)

    assert asked == "Place 3 is 10\u202fmm off the others: the same?"
    assert status.text().startswith("Lined up to ")
    press(qtbot, page, KEY.Key_Escape)
    settle(qtbot, window)


def far_off(qtbot: QtBot, page: ComparePage, by_mm: float) -> None:
    """Mark three places, the third so far from where it is in the other photograph."""
    press(qtbot, page, KEY.Key_L)
    click_pairs(qtbot, page, (1, 2))
    click_spot(qtbot, page, 0, 3)
    beside = SEEN[3].seen((SPOTS_MM[3][0], SPOTS_MM[3][1] - by_mm))
    qtbot.mouseClick(page.room.canvas, LEFT, pos=view_place(page, 3, beside).toPoint())


def test_what_does_not_fit_is_saved_only_after_it_was_said_what_that_means(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    bar = page.room.marking_bar
    far_off(qtbot, page, 14.0)

    press(qtbot, page, KEY.Key_Return)

    assert page.work.marking is not None
    assert recorded(window.session) == {}
    assert bar.hint.text() == "The places are 14\u202fmm off. Save them so?"
    assert bar.status.text() == "The two photos would lie wrong on each other by as much."
    assert bar.done.text() == "Save all the same"
    press(qtbot, page, KEY.Key_Return)
    assert recorded(window.session) == {"2026-01-12": 3, "2026-02-23": 3}
    settle(qtbot, window)


def test_what_no_skin_does_is_refused_and_leaving_saves_no_misfit(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    said: list[str] = []
    window.session.said.connect(said.append)
    far_off(qtbot, page, 40.0)

    press(qtbot, page, KEY.Key_Return, KEY.Key_Return)
    assert said[-1].startswith("Nothing was saved: the places are ")
    assert page.work.marking is not None
    window.session.go("timeline")

    assert said[-1].startswith("The landmarks weren't saved: they are ")
    assert recorded(window.session) == {}
    settle(qtbot, window)


def test_a_place_on_the_printed_card_is_refused(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, page = enter(compare_clinic)
    said: list[str] = []
    window.session.said.connect(said.append)
    card = SEEN[0].seen(SPOTS_MM[1])
    monkeypatch.setattr(imaging, "is_on_card", lambda at, _: math.dist(at, card) < 30.0)
    press(qtbot, page, KEY.Key_L)

    click_spot(qtbot, page, 0, 1)

    assert page.work.marking is not None
    assert not any(page.work.marking.marks.values())
    assert said[-1].startswith("That is the printed card, which lies elsewhere at every visit")
    click_spot(qtbot, page, 0, 2)
    assert sum(len(marks) for marks in page.work.marking.marks.values()) == 1
    press(qtbot, page, KEY.Key_Escape)
    settle(qtbot, window)


def test_beyond_the_border_of_a_photo_there_is_no_landmark(
    qtbot: QtBot, compare_clinic: CompareClinic, enter: Enter
) -> None:
    window, page = enter(compare_clinic)
    press(qtbot, page, KEY.Key_L)
    page.room.canvas.zoom(0.3)
    inside = view_place(page, 0, (3.0, 3.0))
    outside = view_place(page, 0, (-40.0, -40.0))

    at_border = page.room.canvas.place_at(inside)
    beyond = page.room.canvas.place_at(outside)

    assert at_border is not None
    assert at_border[1] == pytest.approx((3.0, 3.0))
    assert beyond is None
    press(qtbot, page, KEY.Key_Escape)
    settle(qtbot, window)
