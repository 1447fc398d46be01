"""The meeting in the real window: begun from the list, the compare room, the printed page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack import workflow
from woundtrack.model import now
from woundtrack.ui.compare.page import ComparePage
from woundtrack.ui.compare.scene import Mode
from woundtrack.ui.mdt.page import MdtPage
from woundtrack.ui.mdt.screen import MdtScreen
from woundtrack.ui.window.main_window import MainWindow

Key = Qt.Key


@pytest.fixture
def window(
    qtbot: QtBot, make_window: Callable[..., MainWindow], clinic: Clinic
) -> Iterator[MainWindow]:
    """Return a window in whose MDT room WT-0147 and WT-0118 are on the list."""
    made = make_window(clinic.path)
    made.session.go("mdt")
    page = room(made)
    page.toggle(clinic.patients[2].id)
    page.toggle(clinic.patients[1].id)
    qtbot.waitUntil(lambda: not made.session.tasks.running)
    yield made
    page.screen_.close()


def room(window: MainWindow) -> MdtPage:
    """Return the room's page."""
    page = window.page("mdt")
    assert isinstance(page, MdtPage)
    return page


def begun(qtbot: QtBot, window: MainWindow) -> MdtScreen:
    """Begin the meeting by its button, and return its screen when all has been read."""
    page = room(window)
    qtbot.mouseClick(page.begin_button, Qt.MouseButton.LeftButton)
    screen = page.screen_
    qtbot.waitUntil(lambda: screen.isVisible() and not screen.ahead.is_reading)
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    return screen


def test_the_meeting_shows_the_list_in_its_order_and_notes_who_was_shown(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    screen = begun(qtbot, window)
    assert screen.isFullScreen()
    assert screen.head.accessibleName().startswith("WT-0147")

    qtbot.keyClick(screen, Key.Key_Right)
    assert screen.head.accessibleName().startswith("WT-0118")
    for _ in range(2):
        qtbot.keyClick(screen, Key.Key_Escape)

    library = window.session.library
    assert library is not None
    today = now().astimezone().date()
    shown = workflow.meeting_of(library).shown
    assert shown == {clinic.patients[2].id: (today,), clinic.patients[1].id: (today,)}
    assert window.room == "mdt"


def test_a_second_screen_is_chosen_where_there_is_one(window: MainWindow) -> None:
    own, projector = window.screen(), object()
    screen = room(window).screen_

    assert screen.screen_for([own]) is own
    assert screen.screen_for([own, projector]) is projector  # type: ignore[list-item]


def test_c_shows_the_compare_room_with_this_lesion_and_c_leads_back(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    screen = begun(qtbot, window)
    qtbot.keyClick(screen, Key.Key_Down)

    qtbot.keyClick(screen, Key.Key_C)

    page = window.page("compare")
    assert isinstance(page, ComparePage)
    assert page.isVisible()
    assert page.window() is screen
    assert window.session.patient == clinic.patients[2]
    assert window.session.lesion_id == clinic.lesions[1].id

    assert page.room.canvas.scene.type_scale >= 2 * min(
        screen.width() / 1366, screen.height() / 768
    )
    assert not page.room.header.isVisible()
    assert screen.foot.keys[0] == ("Esc", "back")
    assert "T1" in screen.head.facts

    qtbot.keyClick(page, Key.Key_C)

    assert page.room.canvas.scene.type_scale == 1
    assert screen.foot.keys[0][1] != "back"
    assert not page.isVisible()
    assert page.window() is window
    assert screen.isVisible()
    qtbot.keyClick(screen, Key.Key_Right)
    assert screen.head.accessibleName().startswith("WT-0118")
    qtbot.waitUntil(lambda: not window.session.tasks.running)


def test_esc_leaves_the_compare_room_first_and_then_the_meeting(
    qtbot: QtBot, window: MainWindow
) -> None:
    screen = begun(qtbot, window)
    qtbot.keyClick(screen, Key.Key_C)

    qtbot.keyClick(screen, Key.Key_Escape)
    assert screen.isVisible()
    assert not window.page("compare").isVisible()
    qtbot.keyClick(screen, Key.Key_Escape)
    assert screen.isVisible()
    assert screen.foot.told == "Esc again ends the meeting."
    qtbot.keyClick(screen, Key.Key_Escape)

    assert not screen.isVisible()
    window.session.go("compare")
    assert window.page("compare").isVisible()
    qtbot.waitUntil(lambda: not window.session.tasks.running)


def test_going_to_another_room_from_the_compare_room_leaves_the_meeting(
    qtbot: QtBot, window: MainWindow
) -> None:
    screen = begun(qtbot, window)
    qtbot.keyClick(screen, Key.Key_C)

    window.session.go("timeline")

    assert not screen.isVisible()
    assert window.room == "timeline"
    assert window.page("compare").window() is window
    qtbot.waitUntil(lambda: not window.session.tasks.running)


def test_closing_the_library_ends_the_meeting(qtbot: QtBot, window: MainWindow) -> None:
    screen = begun(qtbot, window)

    window.session.close_library()

    assert not screen.isVisible()
    assert not window.session.actions["mdt.next"].isEnabled()


def test_p_saves_the_page_of_this_patient_and_asks_for_the_folder_once(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(qtbot, window)
    asked: list[date] = []

    def answer() -> Path:
        asked.append(date.max)
        return tmp_path

    monkeypatch.setattr(screen, "ask_folder", answer)

    for key in (Key.Key_P, Key.Key_Right, Key.Key_P):
        qtbot.keyClick(screen, key)
        qtbot.waitUntil(lambda: not window.session.tasks.running, timeout=20000)

    saved = sorted(path.name for path in tmp_path.glob("*.pdf"))
    assert [name.split()[0] for name in saved] == ["WT-0118", "WT-0147"]
    assert screen.foot.told == f"Saved: {saved[0]}"
    assert len(asked) == 1


def test_a_meeting_that_was_interrupted_goes_on_with_the_first_who_was_not_shown(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    page = room(window)
    assert not page.start_button.isVisible()
    screen = begun(qtbot, window)
    for _ in range(2):
        qtbot.keyClick(screen, Key.Key_Escape)

    assert page.begin_button.text() == "Go on at 2 of 2"
    assert "shown today" in page.chosen.rows[0].spoken
    assert "shown today" not in page.chosen.rows[1].spoken
    screen = begun(qtbot, window)
    assert screen.head.accessibleName().startswith("WT-0118")
    for _ in range(2):
        qtbot.keyClick(screen, Key.Key_Escape)

    assert page.begin_button.text() == "Show the meeting"
    assert not page.start_button.isVisible()


def test_the_meeting_can_be_shown_from_the_start_again(qtbot: QtBot, window: MainWindow) -> None:
    screen = begun(qtbot, window)
    for _ in range(2):
        qtbot.keyClick(screen, Key.Key_Escape)

    qtbot.mouseClick(room(window).start_button, Qt.MouseButton.LeftButton)

    assert screen.head.accessibleName().startswith("WT-0147")
    qtbot.waitUntil(lambda: not screen.ahead.is_reading)


def test_who_was_shown_is_kept_as_the_page_comes_and_not_at_the_end(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    begun(qtbot, window)

    library = window.session.library
    assert library is not None
    assert list(workflow.meeting_of(library).shown) == [clinic.patients[2].id]


def test_while_photographs_are_compared_the_arrow_shows_the_next_patient_and_n_the_name(
    qtbot: QtBot, window: MainWindow, clinic: Clinic
) -> None:
    screen = begun(qtbot, window)
    qtbot.keyClick(screen, Key.Key_C)
    compare = window.page("compare")
    assert isinstance(compare, ComparePage)
    canvas = compare.room.canvas
    assert ("→", "next patient") in screen.foot.keys

    before = screen.head.facts
    qtbot.keyClick(canvas, Key.Key_N)
    assert screen.head.facts != before
    qtbot.keyClick(canvas, Key.Key_Right)

    assert not compare.isVisible()
    assert screen.head.accessibleName().startswith("WT-0118")
    qtbot.waitUntil(lambda: not window.session.tasks.running)


def test_comparing_at_a_meeting_leaves_the_compare_room_as_it_was(
    qtbot: QtBot, window: MainWindow
) -> None:
    screen = begun(qtbot, window)
    qtbot.keyClick(screen, Key.Key_C)
    compare = window.page("compare")
    assert isinstance(compare, ComparePage)
    qtbot.keyClick(compare.room.canvas, Key.Key_5)
    modes = [compare.mode]

    qtbot.keyClick(screen, Key.Key_Escape)
    modes.append(compare.mode)

    assert modes == [Mode.LAPSE, Mode.SIDE]
    qtbot.waitUntil(lambda: not window.session.tasks.running)
