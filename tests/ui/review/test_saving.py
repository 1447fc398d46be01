"""What was accepted is changed in review: by new revisions, all or none, that undo takes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from tests.ui.conftest import Clinic
from tests.ui.review.conftest import ABDOMEN, CODE, THIGH, Room
from woundtrack import workflow
from woundtrack.errors import DiskFull
from woundtrack.model import BodySite, Outline
from woundtrack.records import Library
from woundtrack.ui.review.draft import new_identity, open_case
from woundtrack.ui.review.saving import save


def test_an_accepted_photograph_is_shown_as_it_was_accepted(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)

    assert room.name == "first.jpg"
    assert room.labels == ["A1", "A2"]
    assert not room.page.panel.main.isEnabled()
    assert room.page.panel.main.text() == "Save the change"


def test_a_correction_becomes_a_revision_with_its_reason_and_undo_another(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    room.sharp()
    before = room.area
    outline = room.page.draft.outlines[0]
    xs, ys = [x for x, _ in outline.outer], [y for _, y in outline.outer]
    a1 = room.library.assessments(lesion_id=room.lesion("A1").id)[0]

    room.drag_box((min(xs) - 25, min(ys) - 25), (max(xs) + 25, max(ys) + 25))
    room.settle()
    assert room.page.panel.why.isVisible()
    room.page.panel.why.setFocus()
    QTest.keyClicks(room.page.panel.why, "edge was too tight")
    room.press(Qt.Key.Key_Return)

    revisions = room.library.revisions(a1.assessment_id)
    assert [one.reason for one in revisions] == [None, "edge was too tight"]
    assert not room.page.panel.why.isVisible()
    corrected = revisions[-1].ulcer
    assert corrected is not None
    assert corrected.area_cm2 == pytest.approx(room.area)

    room.canvas.setFocus()
    room.undo()
    again = room.library.revisions(a1.assessment_id)[-1].ulcer
    assert again is not None
    assert again.area_cm2 == pytest.approx(before)


def test_an_accepted_outline_is_retired_with_del_and_enter(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    room.press(Qt.Key.Key_Tab)
    selected = room.page.selected
    assert selected is not None
    assert selected.thread is not None

    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Return)

    newest = room.library.revisions(selected.thread)[-1]
    assert newest.is_retired
    assert newest.reason == "Corrected in review"
    assert room.labels == ["A1"]

    room.undo()
    assert room.labels == ["A1", "A2"]


def test_an_accepted_outline_is_given_to_another_lesion(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)
    room.press(Qt.Key.Key_Return)  # A2 was a mistake; A1's outline is A2
    a1, a2 = room.lesion("A1"), room.lesion("A2")

    room.press(Qt.Key.Key_L)
    room.press(Qt.Key.Key_Return)
    assert room.labels == ["A2"]
    room.press(Qt.Key.Key_Return)

    assert room.library.assessments(lesion_id=a1.id) == ()
    assert len(room.library.assessments(lesion_id=a2.id)) == 1


def test_n_and_enter_make_an_accepted_outline_a_new_lesion_and_undo_takes_it_back(
    room: Room,
) -> None:
    room.window.session.go("review", photograph_id=room.first)
    a1 = room.lesion("A1")
    (accepted,) = room.library.assessments(lesion_id=a1.id)

    room.press(Qt.Key.Key_N)
    assert room.page.panel.picker.name.text() == "A3"
    room.press(Qt.Key.Key_Return)
    assert room.labels == ["A3", "A2"]
    assert room.library.assessments(lesion_id=a1.id) == (accepted,)  # nothing is recorded yet
    room.press(Qt.Key.Key_Return)

    made = room.lesion("A3")
    assert (made.number, made.site) == (3, ABDOMEN)
    assert room.library.assessments(lesion_id=a1.id) == ()
    (moved,) = room.library.assessments(lesion_id=made.id)
    assert (moved.assessment_id, moved.outlines) == (accepted.assessment_id, accepted.outlines)
    assert room.labels == ["A2", "A3"]
    assert room.page.panel.title == "Left abdomen"
    assert not room.page.panel.main.isEnabled()

    room.undo()
    assert room.labels == ["A1", "A2"]
    assert room.library.lesion(made.id).is_retired
    assert len(room.library.assessments(lesion_id=a1.id)) == 1

    room.redo()
    assert room.labels == ["A2", "A3"]
    assert room.lesion("A3").id == made.id


def test_an_accepted_outline_is_given_to_a_new_lesion_elsewhere_by_mouse(room: Room) -> None:
    room.window.session.go("review", photograph_id=room.first)
    room.press(Qt.Key.Key_Tab)

    for text in ("Another lesion…", "New lesion…"):
        button = next(
            one
            for one in room.page.panel.findChildren(QAbstractButton)
            if one.text() == text and one.isVisible()
        )
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    picker = room.page.panel.picker
    QTest.keyClicks(picker.site, "thi")
    assert picker.name.text() == "T1"
    QTest.mouseClick(picker.make, Qt.MouseButton.LeftButton)
    assert room.labels == ["A1", "T1"]
    QTest.mouseClick(room.page.panel.main, Qt.MouseButton.LeftButton)

    (moved,) = room.library.assessments(lesion_id=room.lesion("T1").id)
    assert room.lesion("T1").site == THIGH
    assert moved.reason == "Corrected in review"
    assert room.library.assessments(lesion_id=room.lesion("A2").id) == ()


def test_where_not_all_can_be_recorded_the_new_lesion_is_taken_back_too(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="the library")

    room.window.session.go("review", photograph_id=room.first)
    room.press(Qt.Key.Key_N)
    room.press(Qt.Key.Key_Return)
    room.press(Qt.Key.Key_Tab)
    room.press(Qt.Key.Key_Delete)
    monkeypatch.setattr(workflow, "retire", full)

    room.press(Qt.Key.Key_Return)

    assert "The disk is full" in [note.title for note in room.page.panel.notes]
    patient = room.library.patient_with_code(CODE)
    assert [lesion.label for lesion in room.library.lesions(patient.id)] == ["A1", "A2"]
    assert len(room.library.assessments(lesion_id=room.lesion("A1").id)) == 1


def test_an_outline_given_to_a_new_lesion_and_not_corrected_for_a_fault_is_as_it_was(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="the library")

    with Library.open(clinic.path) as library:
        case = open_case(library, "photograph-visit-2-0-0")
        first = case.stored.entries[0]
        smaller = Outline(outer=((100.0, 100.0), (180.0, 100.0), (180.0, 180.0)))
        identity = new_identity(library, case, case.stored, BodySite(region="flank"))
        draft = case.stored.with_entry(replace(first, outline=smaller, identity=identity))
        monkeypatch.setattr(workflow, "redraw", full)

        with pytest.raises(DiskFull):
            save(library, case, draft, by="Ann", reason="another wound")

        assert open_case(library, "photograph-visit-2-0-0").stored == case.stored
        assert [one.label for one in library.lesions("patient-WT-0147")] == ["A1", "T1"]
