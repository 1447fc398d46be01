"""A proposal that the program is unsure of is told as such before anybody accepts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import CODE, Room
from woundtrack.imaging.outlining.proposal import SURE_FROM
from woundtrack.records import Library
from woundtrack.ui.window.main_window import MainWindow

UNSURE = "This outline is unsure"
OTHER_UNSURE = "Another outline here is unsure"


@pytest.fixture
def open_with(
    clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot
) -> Callable[..., Room]:
    """Return an opener of the review room whose first outlines have these confidences."""

    def open_room(*confidences: float) -> Room:
        with Library.open(clinic_copy) as library:
            patient = library.patient_with_code(CODE)
            proposal = library.proposals(patient_id=patient.id)[0]
            outlines = tuple(
                replace(outline, confidence=confidence)
                for outline, confidence in zip(proposal.outlines, confidences, strict=True)
            )
            with library.verb("test", by="Ann") as change:
                change.update_proposal(replace(proposal, outlines=outlines))
        return Room(make_window(clinic_copy), qtbot)

    return open_room


def titles(room: Room) -> list[str]:
    return [note.title for note in room.page.panel.notes]


def test_one_unsure_outline_is_told_with_what_to_do_and_the_button_says_what_is_vouched_for(
    open_with: Callable[..., Room],
) -> None:
    room = open_with(0.41, 0.95)

    note = room.page.panel.notes[0]
    assert note.title == UNSURE
    assert "Check the edge all round" in note.text
    assert "drag a box round the wound" in note.text
    assert note.isVisible()
    assert room.page.panel.main.text() == "Edge checked: accept"


def test_the_other_outline_of_the_photograph_is_not_accepted_unseen(
    open_with: Callable[..., Room],
) -> None:
    room = open_with(0.95, 0.41)

    assert titles(room)[0] == OTHER_UNSURE
    room.press(Qt.Key.Key_Tab)
    assert titles(room)[0] == UNSURE


def test_sure_outlines_are_accepted_without_a_word(open_with: Callable[..., Room]) -> None:
    room = open_with(SURE_FROM, 0.95)

    assert not {UNSURE, OTHER_UNSURE} & set(titles(room))
    assert room.page.panel.main.text() == "Accept, next photo"


def test_an_outline_drawn_by_a_person_is_unsure_no_longer(open_with: Callable[..., Room]) -> None:
    room = open_with(0.41, 0.95)
    entry = room.page.selected
    assert entry is not None
    assert entry.outline is not None
    xs, ys = [x for x, _ in entry.outline.outer], [y for _, y in entry.outline.outer]

    room.drag_box((min(xs) - 30, min(ys) - 30), (max(xs) + 30, max(ys) + 30))
    room.settle()

    assert UNSURE not in titles(room)
    assert room.page.panel.main.text() == "Accept, next photo"


def test_enter_accepts_what_was_looked_at_all_the_same(open_with: Callable[..., Room]) -> None:
    room = open_with(0.41, 0.95)

    room.press(Qt.Key.Key_Return)

    assert room.name == "nocard.jpg"
