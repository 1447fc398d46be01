"""An unusual change of area is asked about before it is recorded, and the same key answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.ui.review.conftest import Room
from woundtrack import workflow
from woundtrack.model import Confirmation

USUAL = "woundtrack.workflow.areas_asked.USUAL_PERCENT_PER_WEEK"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let A1 of the second photograph, outlined too small, be unusual: 26 % less a week."""
    monkeypatch.setattr(USUAL, (-20.0, 100.0))


def said(room: Room) -> list[str]:
    return [note.title for note in room.page.panel.notes]


def confirmed(room: Room) -> tuple[Confirmation, ...]:
    return room.library.entries(Confirmation)


def test_enter_asks_about_an_unusual_size_and_enter_again_says_it_is_right(room: Room) -> None:
    a1 = room.lesion("A1")
    assert "Is this size right?" not in said(room)

    room.press(Qt.Key.Key_Return)

    assert room.name == "second.jpg"
    assert said(room)[0] == "Is this size right?"
    text = room.page.panel.notes[0].text
    assert text.startswith("A1 measures ")
    assert "cm² on 12 Jan 2026, −2" in text
    assert text.endswith("or was the margin outlined then and not the ulcer?")
    assert room.page.panel.main.text() == "It is right: record it"
    assert len(room.library.assessments(lesion_id=a1.id)) == 1

    room.press(Qt.Key.Key_Return)

    assert room.name == "nocard.jpg"
    assert len(room.library.assessments(lesion_id=a1.id)) == 2
    assert [(one.lesion_id, one.question) for one in confirmed(room)] == [(a1.id, "area_shrank")]


def test_what_was_said_to_be_right_is_not_asked_again_after_undo(room: Room) -> None:
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Return)
    room.undo()
    assert room.name == "second.jpg"

    room.press(Qt.Key.Key_Return)

    assert room.name == "nocard.jpg"
    assert len(confirmed(room)) == 1


def test_the_question_goes_with_a_changed_outline_and_nothing_is_said_to_be_right(
    room: Room,
) -> None:
    room.press(Qt.Key.Key_Return)
    assert room.page.panel.main.text() == "It is right: record it"

    room.press(Qt.Key.Key_Delete)

    assert "Is this size right?" not in said(room)
    assert room.page.panel.main.text() == "Accept, next photo"
    room.press(Qt.Key.Key_Return)
    assert room.name == "nocard.jpg"
    assert confirmed(room) == ()


def test_a_usual_size_is_not_asked_about(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(USUAL, (-60.0, 100.0))

    room.press(Qt.Key.Key_Return)

    assert room.name == "nocard.jpg"
    assert workflow.record_of(room.library, room.library.patients()[0]).findings == ()
