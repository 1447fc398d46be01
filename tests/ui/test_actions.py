"""Every action has words and keys of its own, and says why it is off."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from woundtrack.ui.actions import ACTIONS, ROOMS, Action
from woundtrack.ui.components.icons import glyph
from woundtrack.ui.session import Session


def test_every_action_has_an_id_and_a_text_of_its_own() -> None:
    assert len({entry.id for entry in ACTIONS}) == len(ACTIONS)
    assert len({entry.text for entry in ACTIONS}) == len(ACTIONS)
    assert all(entry.text for entry in ACTIONS)


def test_every_action_belongs_to_rooms_that_exist() -> None:
    assert all(set(entry.rooms) <= set(ROOMS) for entry in ACTIONS)


def test_every_icon_is_in_the_icon_font() -> None:
    assert all(glyph(entry.icon) for entry in ACTIONS if entry.icon is not None)


def test_every_key_is_one_that_qt_understands() -> None:
    for entry in ACTIONS:
        for keys in entry.keys:
            assert QKeySequence(keys).count() == 1, (entry.id, keys)


def _keys(entry: Action) -> set[str]:
    return {QKeySequence(keys).toString() for keys in entry.keys}


@pytest.mark.parametrize("room", ROOMS)
def test_no_two_actions_of_a_room_share_a_key(room: str) -> None:
    here = [entry for entry in ACTIONS if not entry.rooms or room in entry.rooms]

    for first, second in combinations(here, 2):
        assert not _keys(first) & _keys(second), (first.id, second.id)


def test_plain_letters_are_keys_on_a_canvas_only() -> None:
    for entry in ACTIONS:
        if any(len(keys) == 1 for keys in entry.keys):
            assert entry.is_on_canvas, entry.id


def test_an_action_without_a_library_is_off_and_says_so(session: Session) -> None:
    owner = QWidget()
    session.actions.bind("review.accept", list, owner)

    assert not session.actions["review.accept"].isEnabled()
    assert session.actions.why_off("review.accept") == "No library is open."
    assert "No library is open." in session.actions["review.accept"].toolTip()


def test_what_records_is_off_in_a_read_only_library_and_says_so(session: Session) -> None:
    owner = QWidget()
    session.actions.bind("review.accept", list, owner)
    session.actions.bind("review.fit", list, owner)

    session.actions.set_library(is_open=True, why_read_only="Ann is writing.")

    assert not session.actions["review.accept"].isEnabled()
    assert "Ann is writing." in session.actions["review.accept"].toolTip()
    assert session.actions["review.fit"].isEnabled()


def test_a_page_can_switch_an_action_off_with_its_reason(session: Session) -> None:
    owner = QWidget()
    session.actions.bind("review.accept", list, owner)
    session.actions.set_library(is_open=True, why_read_only=None)

    session.actions.switch("review.accept", is_on=False, why_off="Nothing is outlined.")

    assert not session.actions["review.accept"].isEnabled()
    assert session.actions.why_off("review.accept") == "Nothing is outlined."


def test_an_action_that_nobody_bound_is_listed_nowhere(session: Session) -> None:
    owner = QWidget()
    session.actions.bind("review.accept", list, owner)

    assert [entry.id for entry in session.actions.bound("review")] == ["review.accept"]
    assert list(session.actions.bound("timeline")) == []
    assert not session.actions["review.fit"].isEnabled()


def test_an_action_is_bound_once(session: Session) -> None:
    owner = QWidget()
    session.actions.bind("review.accept", list, owner)

    with pytest.raises(ValueError, match="bound already"):
        session.actions.bind("review.accept", list, owner)


def test_a_letter_counts_on_its_canvas_and_not_beside_it(qtbot: QtBot, session: Session) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    canvas, beside = QWidget(), QWidget()
    layout = QVBoxLayout(page)
    for widget in (canvas, beside):
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout.addWidget(widget)
    done: list[str] = []
    session.actions.bind("review.include", lambda: done.append("include"), canvas)
    session.actions.set_library(is_open=True, why_read_only=None)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()

    beside.setFocus()
    qtbot.keyClick(beside, Qt.Key.Key_I)
    assert done == []
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_I)

    assert done == ["include"]


def test_letters_can_be_switched_off_and_the_other_keys_stay(session: Session) -> None:
    owner = QWidget()
    session.actions.bind("review.include", list, owner)
    session.actions.bind("review.accept", list, owner)

    session.actions.set_letters(False)

    assert session.actions["review.include"].shortcuts() == []
    assert session.actions.keys_of("review.include") == ""
    assert session.actions["review.accept"].shortcuts() != []
