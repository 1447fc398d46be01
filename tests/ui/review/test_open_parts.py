"""A lesion that new skin divides: two outlines in Review are its parts, accepted as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.ui.review.conftest import CODE, Room
from woundtrack.model import Assessment
from woundtrack.records import Library
from woundtrack.ui.review import lesion_choices
from woundtrack.ui.review.draft import open_case
from woundtrack.ui.review.ghost import KEY as GHOST


@pytest.fixture
def parted(room: Room) -> Room:
    """Return the room with both outlines given to A1: the second became part of the nearest."""
    room.press(Qt.Key.Key_Tab)
    assert room.page.selected is room.page.draft.entries[1]
    room.press(Qt.Key.Key_J)
    return room


def accepted_here(library: Library, photograph_id: str) -> list[Assessment]:
    patient = library.patient_with_code(CODE)
    found = library.assessments(patient_id=patient.id)
    return [one for one in found if photograph_id in one.photograph_ids]


def place(room: Room) -> str:
    return room.page.panel._place.text()


def own_areas(room: Room) -> list[float]:
    sizes = [entry.measurement for entry in room.page.draft.entries]
    return [size.area_cm2 for size in sizes if size is not None]


def ghost_width(room: Room) -> float:
    (ghost,) = [one.outline for one in room.canvas.outlines if one.key == GHOST]
    across = [x for x, _ in ghost.outer]
    return max(across) - min(across)


def test_j_makes_the_outline_in_hand_a_part_of_the_nearest_lesion(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    assert room.labels == ["A1", "A2"]

    room.press(Qt.Key.Key_J)

    assert room.labels == ["A1", "A1"]
    assert place(room) == "part 2 of 2"


def test_the_panel_shows_the_whole_and_says_how_many_parts(parted: Room) -> None:
    one, other = own_areas(parted)

    view = parted.page.panel.area.view

    assert view.value == f"{one + other:.1f}"
    assert view.note.startswith("2 parts · 95")
    assert view.comparison is not None
    parted.press(Qt.Key.Key_Tab)
    assert parted.page.panel.area.view.value == view.value


def in_list(room: Room) -> str:
    """Return what the list of what waits says of the photograph in view."""
    rows = room.page.queue.list
    room.window.grab()  # the list asks what it paints
    return str(rows.currentIndex().data())


def test_the_list_says_the_lesions_as_they_stand(parted: Room) -> None:
    assert in_list(parted) == "Left abdomen, A1"

    parted.undo()
    assert in_list(parted) == "Left abdomen, A1, A2"

    parted.redo()
    assert in_list(parted) == "Left abdomen, A1"


def test_undo_parts_them_again(parted: Room) -> None:
    parted.undo()

    assert parted.labels == ["A1", "A2"]
    assert "parts" not in parted.page.panel.area.view.note


def test_accepted_they_are_one_assessment_that_undo_takes_back(parted: Room) -> None:
    assert parted.page.case is not None
    photograph_id = parted.page.case.filed.id
    shown = parted.page.panel.area.view.value

    parted.press(Qt.Key.Key_Return)

    (assessment,) = accepted_here(parted.library, photograph_id)
    assert assessment.ulcer is not None
    assert len(assessment.outlines[0].parts) == 2
    assert f"{assessment.ulcer.area_cm2:.1f}" == shown
    parted.canvas.setFocus()
    parted.undo()
    assert accepted_here(parted.library, photograph_id) == []
    parted.redo()
    assert len(accepted_here(parted.library, photograph_id)) == 1


def test_both_parts_are_there_after_a_restart(parted: Room, clinic_copy: Path) -> None:
    assert parted.page.case is not None
    photograph_id = parted.page.case.filed.id
    parted.press(Qt.Key.Key_Return)
    parted.window.session.close()

    with Library.open(clinic_copy, read_only=True) as library:
        case = open_case(library, photograph_id)

    labels = [entry.identity.label for entry in case.stored.entries if entry.identity]
    assert labels == ["A1", "A1"]
    assert len({entry.key for entry in case.stored.entries}) == 2


def test_a_part_that_closed_is_taken_out_of_what_was_accepted(parted: Room) -> None:
    assert parted.page.case is not None
    photograph_id = parted.page.case.filed.id
    parted.press(Qt.Key.Key_Return)
    parted.window.session.go("review", photograph_id=photograph_id)
    parted.sharp()
    whole = parted.page.panel.area.view.value
    first, _ = own_areas(parted)
    parted.press(Qt.Key.Key_Tab)

    parted.press(Qt.Key.Key_Delete)
    parted.press(Qt.Key.Key_Return)

    (assessment,) = accepted_here(parted.library, photograph_id)
    assert assessment.outlines[0].further == ()
    assert assessment.ulcer is not None
    assert assessment.ulcer.area_cm2 == pytest.approx(first, rel=1e-3)
    parted.canvas.setFocus()
    parted.undo()
    parted.window.session.go("review", photograph_id=photograph_id)
    assert parted.page.panel.area.view.value == whole


def test_two_lesions_that_were_accepted_become_one_and_undo_makes_them_two(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    room.sharp()
    room.press(Qt.Key.Key_Tab)

    room.press(Qt.Key.Key_J)
    room.press(Qt.Key.Key_Return)

    (assessment,) = accepted_here(room.library, room.first)
    assert len(assessment.outlines[0].parts) == 2
    room.canvas.setFocus()
    room.undo()
    assert [len(one.outlines[0].parts) for one in accepted_here(room.library, room.first)] == [1, 1]


def test_a_part_becomes_a_lesion_of_its_own_again_after_it_was_accepted(parted: Room) -> None:
    assert parted.page.case is not None
    photograph_id = parted.page.case.filed.id
    parted.press(Qt.Key.Key_Return)
    parted.window.session.go("review", photograph_id=photograph_id)
    parted.sharp()
    parted.press(Qt.Key.Key_Tab)
    library, case, entry = parted.library, parted.page.case, parted.page.selected
    assert case is not None
    choices = lesion_choices.choices_of(library, case, parted.page.draft, entry)
    a2 = next(one for one in choices if one.identity.label == "A2")

    parted.page.panel.picker.picked.emit(a2)
    parted.press(Qt.Key.Key_Return)

    found = accepted_here(library, photograph_id)
    assert sorted(library.lesion(one.lesion_id).label for one in found) == ["A1", "A2"]
    assert [len(one.outlines[0].parts) for one in found] == [1, 1]


def test_each_part_has_the_ghost_of_the_part_of_its_place_by_size(room: Room) -> None:
    case = room.page.case
    assert case is not None
    room.window.session.go("review", photograph_id=room.first)
    room.sharp()
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_J)
    room.press(Qt.Key.Key_Return)

    room.window.session.go("review", photograph_id=case.filed.id)
    room.sharp()
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_J)
    room.press(Qt.Key.Key_Tab)
    assert room.labels == ["A1", "A1"]
    room.press(Qt.Key.Key_G)
    first = ghost_width(room)
    room.press(Qt.Key.Key_Tab)

    # A1 was 12 cm² and A2 3 cm²: about twice as wide.
    assert first == pytest.approx(2 * ghost_width(room), rel=0.3)


def test_a_lesion_outlined_already_is_offered_for_one_more_part_last(room: Room) -> None:
    case = room.page.case
    assert case is not None
    second = room.page.draft.entries[1]

    choices = lesion_choices.choices_of(room.library, case, room.page.draft, second)

    assert [(one.identity.label, one.why_not) for one in choices[:2]] == [
        ("A1", ""),
        ("A2", "chosen now"),
    ]
    assert choices[0].said == "this is one more open part of it"
    closed = lesion_choices.choices_of(room.library, case, room.page.draft, None)
    assert {one.why_not for one in closed} == {"in this photograph already"}


def test_one_outline_alone_has_nothing_to_be_a_part_of(room: Room) -> None:
    room.press(Qt.Key.Key_Delete)

    action = room.window.session.actions["review.part"]

    assert not action.isEnabled()
    assert "No other lesion is outlined here" in action.toolTip()


def test_two_parts_of_a_new_lesion_stay_one_new_lesion(room: Room) -> None:
    room.press(Qt.Key.Key_Tab)
    case = room.page.case
    assert case is not None
    new = room.page._which
    new.ask_new()
    room.page.panel.picker.new_picked.emit(case.filed.site, "A7")
    room.page.panel.picker.dismiss()
    room.canvas.setFocus()
    room.press(Qt.Key.Key_Tab)

    room.press(Qt.Key.Key_J)
    assert room.labels == ["A7", "A7"]
    room.press(Qt.Key.Key_Return)

    (assessment,) = accepted_here(room.library, case.filed.id)
    assert room.library.lesion(assessment.lesion_id).label == "A7"
    assert len(assessment.outlines[0].parts) == 2
