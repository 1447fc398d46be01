"""A photograph filed under the wrong patient, day or site is moved, by mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from woundtrack.model import Doubt
from woundtrack.records import Library
from woundtrack.ui.review.page import ReviewPage
from woundtrack.ui.window.main_window import MainWindow

WAITING = "photograph-visit-2-1-0"
ACCEPTED = "photograph-visit-2-0-0"


class _Written(Protocol):
    """The library that the shared fixture writes."""

    path: Path


def _room(window: MainWindow, photograph_id: str) -> ReviewPage:
    window.activateWindow()
    window.session.go("review", photograph_id=photograph_id)
    page = window.page("review")
    assert isinstance(page, ReviewPage)
    return page


def _button(page: ReviewPage, text: str) -> QPushButton:
    return next(
        one for one in page.findChildren(QPushButton) if one.text() == text and one.isVisible()
    )


def _press(key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier or Qt.KeyboardModifier.NoModifier)


def _undo() -> None:
    _press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture
def page(make_window: Callable[..., MainWindow], clinic: _Written, qtbot: QtBot) -> ReviewPage:
    """Return the review room on a photograph of WT-0147 that waits."""
    window = make_window(clinic.path)
    page = _room(window, WAITING)
    qtbot.waitUntil(window.isActiveWindow)
    return page


def _library(page: ReviewPage) -> Library:
    library = page._session.library
    assert library is not None
    return library


def _where(page: ReviewPage) -> tuple[str, str, str]:
    """Return the patient, day and site that the photograph in view is filed at."""
    case = page.case
    assert case is not None
    site = case.filed.site
    return case.patient.code, case.visit.visited_on.isoformat(), "" if site is None else site.words


def test_a_click_on_the_date_asks_where_the_photograph_belongs(page: ReviewPage) -> None:
    QTest.mouseClick(_button(page, "26 Jan 2026"), Qt.MouseButton.LeftButton)

    card = page.panel.refiling
    assert card.isVisible()
    assert card.patient.text() == "WT-0147"
    assert card.day.date() == QDate(2026, 1, 26)
    assert card.site.currentText() == "Abdomen"
    assert card.side.currentText() == "No side"


def test_esc_leaves_the_photograph_where_it_is(page: ReviewPage) -> None:
    before = _library(page).audit_head()
    QTest.mouseClick(_button(page, "26 Jan 2026"), Qt.MouseButton.LeftButton)

    _press(Qt.Key.Key_Escape)

    assert not page.panel.refiling.isVisible()
    assert page.panel.area.isVisible()
    assert _library(page).audit_head() == before


def test_a_photograph_that_waits_is_moved_to_another_patient_and_day_and_back(
    page: ReviewPage,
) -> None:
    QTest.mouseClick(_button(page, "26 Jan 2026"), Qt.MouseButton.LeftButton)
    card = page.panel.refiling
    card.patient.setFocus()
    card.patient.selectAll()
    QTest.keyClicks(card.patient, "wt-0092")
    card.day.setDate(QDate(2026, 2, 3))
    QTest.mouseClick(card.move_button, Qt.MouseButton.LeftButton)

    assert _where(page) == ("WT-0092", "2026-02-03", "abdomen")
    assert not card.isVisible()

    _undo()
    assert _where(page) == ("WT-0147", "2026-01-26", "abdomen")

    _press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert _where(page) == ("WT-0092", "2026-02-03", "abdomen")


def test_moving_what_was_accepted_says_it_is_retired_and_undo_lets_it_count_again(
    page: ReviewPage,
) -> None:
    page = _room(page.window(), ACCEPTED)  # type: ignore[arg-type]
    library = _library(page)
    before = {one.assessment_id: one for one in library.assessments(patient_id="patient-WT-0147")}
    page._session.actions["review.refile"].trigger()
    card = page.panel.refiling
    assert "retired" in card.note
    said: list[str] = []
    page._session.said.connect(said.append)

    card.day.setDate(QDate(2026, 1, 20))
    _press(Qt.Key.Key_Return)

    assert _where(page) == ("WT-0147", "2026-01-20", "abdomen")
    assert said[-1] == (
        "IMG_0.JPG is moved to WT-0147, 20 Jan 2026. What was accepted from it is retired. "
        "Ctrl Z brings it back."
    )
    assert page.case is not None
    assert page.case.is_waiting
    left = {one.assessment_id for one in library.assessments(patient_id="patient-WT-0147")}
    assert len(left) == len(before) - 2

    _undo()

    after = {one.assessment_id: one for one in library.assessments(patient_id="patient-WT-0147")}
    assert {key: (one.outlines, one.state) for key, one in after.items()} == {
        key: (one.outlines, one.state) for key, one in before.items()
    }
    assert _where(page) == ("WT-0147", "2026-01-12", "abdomen")
    assert not page.case.is_waiting


def test_undoing_a_move_names_the_lesion_again_that_was_named_on_import(page: ReviewPage) -> None:
    library = _library(page)
    with library.verb("test", by="Ann") as change:
        change.update_proposal(replace(library.proposal_of(WAITING), lesion_id="lesion-t1"))
    page = _room(page.window(), "photograph-visit-2-1-1")  # type: ignore[arg-type]
    page = _room(page.window(), WAITING)  # type: ignore[arg-type]
    assert [one.identity.label for one in page.draft.entries if one.identity] == ["T1"]
    QTest.mouseClick(_button(page, "26 Jan 2026"), Qt.MouseButton.LeftButton)
    page.panel.refiling.day.setDate(QDate(2026, 1, 27))
    _press(Qt.Key.Key_Return)
    assert page.panel.reason != "Named when it was imported"

    _undo()

    assert library.proposal_of(WAITING).lesion_id == "lesion-t1"
    assert [one.identity.label for one in page.draft.entries if one.identity] == ["T1"]
    assert page.panel.reason == "Named when it was imported"


def test_a_day_that_cannot_be_meant_is_said_in_the_card_and_nothing_moves(
    page: ReviewPage,
) -> None:
    QTest.mouseClick(_button(page, "26 Jan 2026"), Qt.MouseButton.LeftButton)
    card = page.panel.refiling
    card.day.setDate(QDate(2099, 1, 1))

    QTest.mouseClick(card.move_button, Qt.MouseButton.LeftButton)

    assert card.isVisible()
    assert "2099-01-01" in card.doubt
    assert _where(page) == ("WT-0147", "2026-01-26", "abdomen")


def test_a_date_taken_from_the_file_offers_to_be_changed(page: ReviewPage, qtbot: QtBot) -> None:
    library = _library(page)
    proposal = library.proposal_of(WAITING)
    with library.verb("test", by="Ann") as change:
        change.update_proposal(replace(proposal, doubts=(Doubt(code="time_from_file"),)))
    page.enter("photograph-visit-2-1-1")
    page.enter(WAITING)
    # The picture's file is missing in this library: said a moment later, and the notes made anew.
    qtbot.waitUntil(lambda: len(page.panel.notes) == 2 and page.panel.notes[1].isVisible())

    QTest.mouseClick(_button(page, "Change the date…"), Qt.MouseButton.LeftButton)

    assert page.panel.refiling.isVisible()
