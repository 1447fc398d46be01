"""In the patients panel a slip is taken out and a wrong code corrected, by mouse and by keys."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Clinic
from woundtrack import workflow
from woundtrack.model import BodySite
from woundtrack.records import (
    KeptDraft,
    Library,
    PlannedPhotograph,
    VisitDrafts,
)
from woundtrack.ui.components import Label
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.window.main_window import MainWindow
from woundtrack.ui.window.patient_change_sheets import CorrectCodeSheet, TakeOutSheet

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(make_window: Callable[..., MainWindow], clinic: Clinic, qtbot: QtBot) -> MainWindow:
    """Return the window on the clinic, in Timeline, with WT-2000 of whom there is nothing."""
    made = make_window(clinic.path)
    workflow.add_patient(library_of(made), "WT-2000", by="Ann")
    made.session.go("timeline")
    made.session.changed("patients")
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def library_of(window: MainWindow) -> Library:
    library = window.session.library
    assert library is not None
    return library


def listed(window: MainWindow) -> list[str]:
    model = window.patients.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def in_view(window: MainWindow) -> str | None:
    patient = window.session.patient
    return None if patient is None else patient.code


def place_of(window: MainWindow, code: str) -> QPoint:
    index = window.patients.list.model().index(listed(window).index(code), 0)
    window.patients.list.scrollTo(index)
    return window.patients.list.visualRect(index).center()


def choose_by_mouse(window: MainWindow, code: str, words: str) -> None:
    """Press the right button on a patient, and an entry of what opens."""
    shown, place = window.patients.list.viewport(), place_of(window, code)
    QTest.mouseClick(shown, Qt.MouseButton.RightButton, pos=place)
    place = place_of(window, code)  # the body of the patient in view takes room of the list
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, shown.mapToGlobal(place))
    QApplication.sendEvent(shown, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(one for one in menu.actions() if one.text() == words)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def find_by_keys(window: MainWindow, letters: str) -> None:
    """Ctrl K, the letters, Enter."""
    QTest.keyClick(window, Qt.Key.Key_K, CONTROL)
    field = window.palette_sheet.field
    QTest.keyClicks(field, letters)
    QTest.keyClick(field, Qt.Key.Key_Return)


def code_sheet(window: MainWindow) -> CorrectCodeSheet:
    sheet = window.patient_actions.code_sheet
    assert sheet.isVisible()
    return sheet


def take_out_sheet(window: MainWindow) -> TakeOutSheet:
    sheet = window.patient_actions.take_out_sheet
    assert sheet.isVisible()
    return sheet


def type_code(window: MainWindow, code: str) -> CorrectCodeSheet:
    sheet = code_sheet(window)
    assert QApplication.focusWidget() is sheet.field
    sheet.field.selectAll()
    QTest.keyClicks(sheet.field, code)
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    return sheet


def exported(window: MainWindow, folder: Path) -> list[str]:
    workflow.export_csv(library_of(window), folder, identified=True, by="Ann")
    with (folder / "patients.csv").open(encoding="utf-8", newline="") as file:
        return [row["patient_id"] for row in csv.DictReader(file)]


def test_a_slip_is_taken_out_by_mouse_and_ctrl_z_brings_it_back(
    window: MainWindow, tmp_path: Path
) -> None:
    choose_by_mouse(window, "WT-2000", "Take out this patient…")
    sheet = take_out_sheet(window)
    assert sheet.title == "Take WT-2000 out?"
    assert in_view(window) == "WT-2000"
    for label in sheet.card.findChildren(Label):
        assert not label.isVisible() or label.height() >= label.heightForWidth(label.width())

    QTest.mouseClick(sheet.take_out, Qt.MouseButton.LeftButton)

    assert not sheet.isVisible()
    assert listed(window) == ["WT-0092", "WT-0118", "WT-0147"]
    assert in_view(window) is None
    assert exported(window, tmp_path / "without") == ["WT-0092", "WT-0118", "WT-0147"]

    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert listed(window)[-1] == "WT-2000"
    assert in_view(window) == "WT-2000"
    QTest.keyClick(window, Qt.Key.Key_Y, CONTROL)
    assert "WT-2000" not in listed(window)
    assert in_view(window) is None
    verbs = [one.verb for one in library_of(window).audit_trail()]
    assert verbs.count("remove patient") == 2
    assert verbs.count("restore patient") == 1


def test_a_slip_is_taken_out_by_keys_alone(window: MainWindow) -> None:
    window.session.set_patient(library_of(window).patient_with_code("WT-2000"))

    find_by_keys(window, "take out")
    sheet = take_out_sheet(window)
    focused = QApplication.focusWidget()
    assert focused is sheet.take_out
    QTest.keyClick(focused, Qt.Key.Key_Return)

    assert "WT-2000" not in listed(window)
    assert not sheet.isVisible()


def test_who_has_photographs_stays_and_their_code_is_offered_to_be_corrected(
    window: MainWindow,
) -> None:
    choose_by_mouse(window, "WT-0118", "Take out this patient…")
    sheet = take_out_sheet(window)

    assert sheet.title == "WT-0118 stays"
    assert sheet.refusal.startswith("WT-0118 stays in the library because of 2 photographs and 2")
    assert not sheet.take_out.isVisible()
    QTest.mouseClick(sheet.correct, Qt.MouseButton.LeftButton)

    assert not sheet.isVisible()
    assert code_sheet(window).before == "WT-0118"
    assert len(library_of(window).patients()) == 4


def test_who_has_answers_that_nobody_saved_stays(window: MainWindow) -> None:
    library = library_of(window)
    patient = library.patient_with_code("WT-2000")
    VisitDrafts(library.path, is_read_only=False).keep(
        KeptDraft(
            patient_id=patient.id,
            day=date(2026, 1, 12),
            kept_by="Ann",
            kept_at=datetime(2026, 1, 12, 9, tzinfo=UTC),
            answers={},
        )
    )
    window.session.set_patient(patient)

    find_by_keys(window, "take out")

    sheet = take_out_sheet(window)
    assert "because of a visit whose answers nobody saved yet" in sheet.refusal
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert listed(window)[-1] == "WT-2000"


def test_a_code_is_corrected_by_mouse_and_everything_shown_follows(
    window: MainWindow, tmp_path: Path
) -> None:
    choose_by_mouse(window, "WT-0118", "Correct the code…")
    sheet = code_sheet(window)
    assert sheet.before == "WT-0118"
    sheet.field.selectAll()
    QTest.keyClicks(sheet.field, "WT-0181")
    QTest.keyClicks(sheet.reason, "two digits swapped")

    QTest.mouseClick(sheet.correct, Qt.MouseButton.LeftButton)

    assert not sheet.isVisible()
    assert listed(window) == ["WT-0092", "WT-0147", "WT-0181", "WT-2000"]
    assert in_view(window) == "WT-0181"
    assert window.patients.list.currentIndex().data() == "WT-0181"
    assert exported(window, tmp_path / "out") == ["WT-0092", "WT-0147", "WT-0181", "WT-2000"]
    trail = [one for one in library_of(window).audit_trail() if one.verb == "correct code"]
    assert [one.why for one in trail] == ["two digits swapped"]

    QTest.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert listed(window)[1] == "WT-0118"
    assert in_view(window) == "WT-0118"
    QTest.keyClick(window, Qt.Key.Key_Y, CONTROL)
    assert in_view(window) == "WT-0181"


def test_a_code_that_somebody_has_or_that_may_be_a_name_is_refused_in_a_sentence(
    window: MainWindow,
) -> None:
    window.session.set_patient(library_of(window).patient_with_code("WT-0118"))
    before = library_of(window).audit_head()

    find_by_keys(window, "correct the code")
    sheet = type_code(window, "wt-0147")
    assert sheet.refusal.startswith("WT-0147 is another patient of this library, and nothing was")
    type_code(window, "Mary Smith")
    assert "name" in sheet.refusal
    type_code(window, "WT-0118")
    assert sheet.refusal == "That is the code until now: type the right one."
    QTest.keyClicks(sheet.field, "W")
    assert sheet.refusal == ""
    QTest.keyClick(sheet.field, Qt.Key.Key_Escape)

    assert not sheet.isVisible()
    assert library_of(window).audit_head() == before
    assert not window.session.undo_stack.canUndo()


def test_while_a_stopped_import_names_the_code_nothing_is_changed(window: MainWindow) -> None:
    library = library_of(window)
    library.import_plan.add(
        [
            PlannedPhotograph(
                path=library.path / "IMG_1.JPG",
                sha256="0" * 64,
                patient_code="wt-2000",
                site=BodySite(region="abdomen"),
                visited_on=date(2026, 1, 12),
            )
        ]
    )
    window.session.set_patient(library.patient_with_code("WT-2000"))

    find_by_keys(window, "correct the code")
    sheet = type_code(window, "WT-0200")
    assert sheet.refusal.startswith("An import that was stopped still has photographs of WT-2000")
    QTest.keyClick(sheet.field, Qt.Key.Key_Escape)
    find_by_keys(window, "take out")

    assert take_out_sheet(window).refusal == sheet.refusal
    assert "WT-2000" in listed(window)


def test_a_photograph_under_review_is_of_the_corrected_code_and_what_is_drawn_stays(
    window: MainWindow,
) -> None:
    patient = library_of(window).patient_with_code("WT-0147")
    window.session.set_patient(patient)
    window.session.go("review")
    page = window.page("review")
    assert isinstance(page, ReviewPage)
    assert page.case is not None
    opened = page.case.filed.id

    find_by_keys(window, "correct the code")
    type_code(window, "WT-0174")

    assert page.case is not None
    assert (page.case.filed.id, page.case.patient.code) == (opened, "WT-0174")
    assert in_view(window) == "WT-0174"


def test_the_menu_key_opens_the_same_on_the_patient_in_view(window: MainWindow) -> None:
    window.session.set_patient(library_of(window).patient_with_code("WT-2000"))
    shown = window.patients.list
    shown.setFocus()
    place = place_of(window, "WT-2000")
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(shown, QContextMenuEvent(reason, place, shown.mapToGlobal(place)))

    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Up)
    QTest.keyClick(menu, Qt.Key.Key_Return)

    assert take_out_sheet(window).title == "Take WT-2000 out?"


def test_in_a_library_that_is_read_only_both_are_off(
    make_window: Callable[..., MainWindow], clinic: Clinic
) -> None:
    with Library.open(clinic.path):  # another window's
        window = make_window(clinic.path)
        window.session.go("timeline")
        window.session.set_patient(library_of(window).patient_with_code("WT-0118"))

        entries = {one.text(): one.isEnabled() for one in window.patients.menu().actions()}
        window.session.close_library()

    assert entries == {
        "What is known of this patient…": True,
        "Correct the code…": False,
        "Take out this patient…": False,
    }
