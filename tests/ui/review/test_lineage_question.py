"""Lesions that merged, split or came back: told before they are recorded, and chosen by one key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.review.conftest import CODE, Room
from woundtrack import workflow
from woundtrack.model import LesionDetail, LesionLink, LinkKind, Ring
from woundtrack.records import Library
from woundtrack.ui.review.draft import Identity
from woundtrack.ui.review.identity_words import goes_on_words, origin_words, reason_of
from woundtrack.ui.window.main_window import MainWindow


def links(room: Room) -> list[tuple[str, LinkKind, str]]:
    patient = room.library.patient_with_code(CODE)
    lesions = room.library.lesions(patient.id, include_retired=True)
    label = {one.id: one.label for one in lesions}
    return [
        (label[one.lesion_id], one.kind, label[one.other_lesion_id])
        for one in room.library.entries(LesionLink)
    ]


def notes(room: Room) -> list[str]:
    return [one.title for one in room.page.panel.notes]


def rows(room: Room) -> list[str]:
    """Return what the question offers, each with its key."""
    model = room.page.panel.picker.list.model()
    found = []
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        key = index.data(Qt.ItemDataRole.UserRole + 1)
        found.append(f"{key} {index.data(Qt.ItemDataRole.DisplayRole)}".strip())
    return found


@pytest.fixture
def split_room(clinic_copy: Path, make_window: Callable[..., MainWindow], qtbot: QtBot) -> Room:
    """Return the room on a photograph where A1 lies in two pieces, the right one larger."""
    with Library.open(clinic_copy) as library:
        patient = library.patient_with_code(CODE)
        waiting = library.proposals(patient_id=patient.id)
        names = {
            library.photograph(one.photograph_id).photograph.original_name: one for one in waiting
        }
        proposal = names["second.jpg"]
        whole, other = proposal.outlines
        middle = whole.centre[0] - 15
        pieces = (cut(whole.outer, middle, -6), cut(whole.outer, middle, 6))
        outlines = tuple(replace(whole, outer=ring) for ring in pieces)
        with library.verb("test", by="Ann") as change:
            change.update_proposal(replace(proposal, outlines=(*outlines, other)))
    return Room(make_window(clinic_copy), qtbot)


def cut(ring: Ring, at: float, gap: float) -> Ring:
    """Return the part of a ring left of a line, or right of it, less a gap; it stays one ring."""
    keep = min if gap < 0 else max
    return tuple((keep(x, at + gap), y) for x, y in ring)


def test_l_and_a_digit_give_an_outline_to_another_lesion(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)  # A2 is free now

    room.press(Qt.Key.Key_L)
    assert rows(room)[0].startswith("1 A2, Left abdomen, 12 Jan 2026, 3.0")
    assert "A1, Left abdomen, chosen now" in rows(room)
    assert room.page.panel.picker.said == "Now A1: Matches by position and shape · likely."
    room.press(Qt.Key.Key_1)

    assert room.labels == ["A2"]
    assert not room.page.panel.picker.isVisible()
    assert room.canvas.hasFocus()


def test_three_that_merged_are_one_merger_in_words(
    room: Room,
) -> None:
    patient = room.library.patient_with_code(CODE)
    first, second = room.library.lesions(patient.id)[:2]
    third = replace(second, id="third", label="A9")
    origins = tuple(
        workflow.Origin(kind=LinkKind.MERGED_INTO, lesion=one) for one in (second, third)
    )
    merged = Identity.of(first, confidence=0.7, reason=workflow.MERGED, origins=origins)

    assert reason_of(merged) == "A1, A2 and A9 may have merged into one · possible"
    assert goes_on_words(merged) == "goes on as A1; A2 and A9 end"
    assert goes_on_words(replace(merged, origins=origins[:1])) == "goes on as A1; A2 ends"
    assert origin_words(merged) == "A1, A2 and A9 merged into one"


def test_a_digit_without_a_row_chooses_nothing(room: Room) -> None:
    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_9)

    assert room.page.panel.picker.isVisible()
    assert room.labels == ["A1", "A2"]


def test_n_in_the_question_makes_a_new_lesion(room: Room) -> None:
    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_N)
    room.press(Qt.Key.Key_Return)

    assert room.labels == ["A3", "A2"]


def test_a_person_says_that_two_lesions_merged_and_undo_takes_it_back(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_L)
    assert rows(room)[2] == "2 A1, A1 and A2 merged into one, goes on as A1; A2 ends"

    room.press(Qt.Key.Key_2)
    assert room.page.panel.reason == "A1 and A2 merged into one"
    assert "A1 and A2 merged into one" in notes(room)
    room.press(Qt.Key.Key_Return)
    assert links(room) == [("A2", LinkKind.MERGED_INTO, "A1")]
    assert len(room.library.entries(LesionDetail)) == 1

    room.undo()
    assert links(room) == []
    assert room.library.entries(LesionDetail) == ()
    room.redo()
    assert links(room) == [("A2", LinkKind.MERGED_INTO, "A1")]


def test_the_person_says_which_of_two_merged_lesions_keeps_its_name(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_2)
    room.press(Qt.Key.Key_L)
    assert "3 A2, A2 and A1 merged into one, goes on as A2; A1 ends" in rows(room)

    room.press(Qt.Key.Key_3)
    room.press(Qt.Key.Key_Return)

    assert links(room) == [("A1", LinkKind.MERGED_INTO, "A2")]


def test_two_pieces_are_said_to_have_split_before_it_is_recorded(split_room: Room) -> None:
    room = split_room
    assert room.labels == ["A3", "A1", "A2"]
    assert "A piece of A1, which may have split" in room.page.panel.reason
    assert "A1 may have split" in notes(room)

    room.press(Qt.Key.Key_Return)

    assert links(room) == [("A3", LinkKind.SPLIT_FROM, "A1")]
    room.undo()
    assert links(room) == []


def test_a_piece_is_one_more_open_part_by_one_key(split_room: Room) -> None:
    room = split_room
    room.press(Qt.Key.Key_L)
    part = next(row for row in rows(room) if "one more open part" in row and " A1," in row)
    room.press(getattr(Qt.Key, f"Key_{part[0]}"))

    assert room.labels == ["A1", "A1", "A2"]
    room.press(Qt.Key.Key_Return)
    assert links(room) == []


def test_the_other_piece_keeps_the_name_by_one_key(split_room: Room) -> None:
    room = split_room
    room.press(Qt.Key.Key_L)
    swap = next(row for row in rows(room) if "This piece goes on as A1" in row)
    room.press(getattr(Qt.Key, f"Key_{swap[0]}"))

    assert room.labels == ["A1", "A3", "A2"]
    room.press(Qt.Key.Key_Return)
    assert links(room) == [("A3", LinkKind.SPLIT_FROM, "A1")]


def test_what_was_proposed_can_be_had_back(split_room: Room) -> None:
    room = split_room
    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_N)
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_L)
    assert rows(room)[0] == "1 A3, A piece that split from A1, as it was proposed"

    room.press(Qt.Key.Key_1)
    room.press(Qt.Key.Key_Return)

    assert links(room) == [("A3", LinkKind.SPLIT_FROM, "A1")]


def test_a_merger_that_was_accepted_is_shown_and_can_be_unsaid(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_2)
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Left)
    assert room.page.panel.reason == "A1 and A2 merged into one"

    room.press(Qt.Key.Key_L)
    alone = next(row for row in rows(room) if "nothing merged into it" in row)
    room.press(getattr(Qt.Key, f"Key_{alone[0]}"))
    room.press(Qt.Key.Key_Return)
    assert links(room) == []
    assert [one.end_reason for one in room.library.entries(LesionDetail)] == [None]

    room.undo()
    assert links(room) == [("A2", LinkKind.MERGED_INTO, "A1")]


def test_a_merger_is_said_of_what_was_accepted_before(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Left)
    room.press(Qt.Key.Key_L)
    merger = next(row for row in rows(room) if "A1 and A2 merged" in row)
    room.press(getattr(Qt.Key, f"Key_{merger[0]}"))

    room.press(Qt.Key.Key_Return)
    assert links(room) == [("A2", LinkKind.MERGED_INTO, "A1")]

    room.undo()
    assert links(room) == []
