"""What a person decides about a photograph that waits is recorded, undone and done again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.review.conftest import CODE, Room
from woundtrack import workflow
from woundtrack.errors import AcceptedAlready, DiskFull
from woundtrack.model import (
    OutlineKind,
    WoundState,
)
from woundtrack.ui.review import commands
from woundtrack.ui.review import draft as review_draft


def test_enter_accepts_all_outlines_and_goes_on_to_the_next(room: Room) -> None:
    room.press(Qt.Key.Key_Return)

    assert room.name == "nocard.jpg"
    assert room.page.queue.count_text == "3 of 4 left"
    for label in ("A1", "A2"):
        newest = room.library.assessments(lesion_id=room.lesion(label).id)[-1]
        assert newest.reviewed_by == "Ann"
        assert newest.ulcer is not None


def test_the_button_accepts_as_enter_does(room: Room) -> None:
    QTest.mouseClick(room.page.panel.main, Qt.MouseButton.LeftButton)

    assert room.name == "nocard.jpg"


def test_undo_brings_an_accepted_photograph_back_and_redo_accepts_it_again(room: Room) -> None:
    a1 = room.lesion("A1")
    room.press(Qt.Key.Key_Return)
    assert len(room.library.assessments(lesion_id=a1.id)) == 2

    room.undo()

    assert room.name == "second.jpg"
    assert room.page.queue.count_text == "4 of 4 left"
    assert len(room.library.assessments(lesion_id=a1.id)) == 1

    room.redo()

    assert room.name == "nocard.jpg"
    assert len(room.library.assessments(lesion_id=a1.id)) == 2


def test_without_a_card_there_is_no_area_and_it_can_be_kept_so(room: Room) -> None:
    room.go_to("nocard.jpg")
    assert room.page.panel.area.view.value == "No area"
    assert room.page.panel.main.text() == "Keep without area"
    assert "No card found" in [note.title for note in room.page.panel.notes]

    room.press(Qt.Key.Key_Return)

    newest = room.library.assessments(lesion_id=room.lesion("A1").id)[-1]
    assert newest.ulcer is None
    assert newest.outline_of(OutlineKind.ULCER) is not None


def test_a_fault_while_accepting_is_said_and_the_outline_stays(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="the library")

    monkeypatch.setattr(workflow, "accept", full)

    room.press(Qt.Key.Key_Return)

    assert room.name == "second.jpg"
    assert room.labels == ["A1", "A2"]
    assert "The disk is full" in [note.title for note in room.page.panel.notes]


def test_nothing_to_record_takes_a_photograph_off_the_queue_until_undone(room: Room) -> None:
    room.go_to("bare.jpg")

    room.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert room.page.queue.count_text == "3 of 4 left"

    room.undo()
    assert room.name == "bare.jpg"
    assert room.page.queue.count_text == "4 of 4 left"


def test_accepting_that_is_done_again_counts_as_reviewed_again(room: Room) -> None:
    room.press(Qt.Key.Key_Return)
    assert room.page.queue.count_text == "3 of 4 left"
    room.undo()
    assert room.page.queue.count_text == "4 of 4 left"

    room.redo()

    assert room.page.queue.count_text == "3 of 4 left"
    assert room.page.queue.done_fraction == 0.25
    assert room.name == "nocard.jpg"


def test_a_lesion_is_recorded_as_closed(room: Room) -> None:
    room.go_to("bare.jpg")

    room.press(Qt.Key.Key_O)
    room.press(Qt.Key.Key_Return)
    assert room.page.panel.area.view.value == "Closed"
    room.press(Qt.Key.Key_Return)

    newest = room.library.assessments(lesion_id=room.lesion("A1").id)[-1]
    assert newest.state is WoundState.CLOSED


def test_a_photograph_set_aside_can_be_reviewed_again(room: Room) -> None:
    room.go_to("bare.jpg")
    case = room.page.case
    assert case is not None
    room.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    room.window.session.go("review", photograph_id=case.filed.id)
    assert "Nothing recorded" in [note.title for note in room.page.panel.notes]

    room.window.session.actions["review.reopen"].trigger()

    assert room.name == "bare.jpg"
    assert room.page.queue.count_text == "4 of 4 left"


def test_an_accepted_photograph_is_changed_and_not_reviewed_again(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    again = room.window.session.actions["review.reopen"]
    before = room.library.audit_head()

    assert not again.isEnabled()
    assert "Something is recorded from this photograph" in again.toolTip()

    for _ in range(2):
        room.press(Qt.Key.Key_Delete)  # removed, and not saved yet: still recorded
    assert room.labels == []
    assert not again.isEnabled()
    assert room.page.panel.notes[0].title == "Nothing is left"
    assert room.library.audit_head() == before


def test_a_photograph_whose_lesions_are_measured_in_another_is_not_reviewed_again(
    room: Room,
) -> None:
    room.go_to("nocard.jpg")
    case = room.page.case
    assert case is not None
    room.go_to("second.jpg")
    room.press(Qt.Key.Key_Return)
    room.go_to("nocard.jpg")
    room.press(Qt.Key.Key_Return)

    room.window.session.go("review", photograph_id=case.filed.id)

    assert room.page.case is not None
    assert [one.label for one in room.page.case.elsewhere] == ["A1", "A2"]
    assert not room.window.session.actions["review.reopen"].isEnabled()


def test_a_photograph_whose_assessments_are_all_retired_can_be_reviewed_again(room: Room) -> None:
    first = room.first
    room.window.session.go("review", photograph_id=first)
    for _ in range(2):
        room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Return)
    assert room.page.panel.notes[0].title == "Nothing recorded"

    room.window.session.actions["review.reopen"].trigger()
    assert room.labels == ["A1", "A2"]
    room.press(Qt.Key.Key_Return)

    counting = [one for one in room.library.assessments() if first in one.photograph_ids]
    assert len(counting) == 2
    assert {one.lesion_id for one in counting} == {room.lesion("A1").id, room.lesion("A2").id}


def test_what_was_accepted_meanwhile_is_not_brought_back(room: Room) -> None:
    accepted = review_draft.open_case(room.library, room.first)
    count = room.window.session.undo_stack.count()

    with pytest.raises(AcceptedAlready):
        commands.bring_back(room.window.session, room.library, accepted, lambda: None)

    assert not room.library.proposal_of(accepted.filed.id).is_waiting
    assert room.window.session.undo_stack.count() == count


class _Foreign(QTranslator):
    """Marks every text of the window, as another language would change it."""

    def translate(
        self,
        context: str,
        sourceText: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        return f"«{sourceText}»"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def foreign_room(room: Room, dressed: QApplication) -> Iterator[Room]:
    """Return the review room in a foreign language."""
    foreign = _Foreign()
    dressed.installTranslator(foreign)
    yield room
    dressed.removeTranslator(foreign)


def test_what_is_recorded_does_not_depend_on_the_windows_language(foreign_room: Room) -> None:
    room = foreign_room
    room.press(Qt.Key.Key_Return)  # accepted
    room.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)  # set aside
    room.undo()
    room.window.session.go("review", photograph_id=room.first)
    assert room.page.panel.why.placeholderText() == ""
    room.press(Qt.Key.Key_Delete)
    assert room.page.panel.why.placeholderText() == "«Corrected in review»"

    room.press(Qt.Key.Key_Return)  # one retired

    trail = room.library.audit_trail()
    retired = next(entry for entry in trail if entry.verb == "retire")
    assert retired.why == "Corrected in review"
    assert "«" not in repr(trail)
    revisions = room.library.assessments(include_retired=True)
    assert "«" not in repr([room.library.revisions(one.assessment_id) for one in revisions])
    assert "«" not in repr(room.library.lesions(room.library.patient_with_code(CODE).id))
